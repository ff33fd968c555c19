# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import semi_supervised

from chapter import every_class, gaussian_logpdf, mixture, normal

# %% [markdown] lang="en"
# ### {n} What EM improves
#
# How good is a model for labeled and unlabeled samples together? Of a labeled sample we have seen $x^r$ *and* its class; of an unlabeled one $x^u$ alone, so it may come from any of them:
#
# $$\ln L = \sum_r \ln\bigl(\pi_{y^r}\,\mathcal N(x^r\mid\mu_{y^r},\Sigma)\bigr)+\sum_u \ln\sum_k \pi_k\,\mathcal N(x^u\mid\mu_k,\Sigma).$$
#
# This is a SUM, of logarithms; for the unlabeled samples the inner sum is *inside* the logarithm. That is what makes it hard: no formula gives the best parameters in one leap, and that is why EM goes step by step.
#
# **By hand.** $D=1$, $\mu=(0,4)$, $\Sigma=2$, $\pi=(\tfrac13,\tfrac23)$; one labeled sample, $0$ of class 0, and one unlabeled, $2$. At its own mean the density is $\frac1{\sqrt{4\pi}}=0.2821$ (here $\pi=3.14$), so the first term is $\ln(0.2821/3)=-2.364$. At a distance of 2 it is $0.2821\,e^{-1}=0.1038$ for both, so the second is $\ln 0.1038=-2.266$. Together $-4.630$.
#
# Far samples underflow here as well. `np.logaddexp.reduce(…, axis=1)` is $\ln\sum e^{\cdot}$ without that trouble.
# %% [markdown] lang="zh" of="b9fb"
# ### {n} EM 在改进什么
#
# 一个模型对有标签和无标签的样本合起来有多好？有标签的样本，我们看到了 $x^r$ **和**它的类别；无标签样本只看到了 $x^u$，它可能来自任何一类：
#
# $$\ln L = \sum_r \ln\bigl(\pi_{y^r}\,\mathcal N(x^r\mid\mu_{y^r},\Sigma)\bigr)+\sum_u \ln\sum_k \pi_k\,\mathcal N(x^u\mid\mu_k,\Sigma).$$
#
# 这是对数之**和**；但对无标签样本，先要在对数**里面**对各类求和。难就难在这里：没有公式能一步给出最好的参数，所以 EM 要一步一步地走。
#
# **手算。** $D=1$，$\mu=(0,4)$，$\Sigma=2$，$\pi=(\tfrac13,\tfrac23)$；一个有标签的样本 $0$，属于第 0 类；一个无标签样本 $2$。在均值处密度是 $\frac1{\sqrt{4\pi}}=0.2821$（这里 $\pi=3.14$），所以第一项是 $\ln(0.2821/3)=-2.364$。距离为 2 时，两类的密度都是 $0.2821\,e^{-1}=0.1038$，所以第二项是 $\ln 0.1038=-2.266$。合计 $-4.630$。
#
# 很远的样本在这里也会下溢。`np.logaddexp.reduce(…, axis=1)` 就是不会出这种问题的 $\ln\sum e^{\cdot}$。
# %% answer="log_likelihood"
def log_likelihood(pi, mus, S, Xl, yl, Xu):
    """The log-likelihood of labeled and unlabeled samples under K Gaussians with a shared covariance, a SUM.

    pi (K,), mus (K, D), S (D, D); Xl (N, D), labels yl (N,); Xu (M, D).  Returns a number, finite for far samples too.
    """
    ### BEGIN SOLUTION
    def joint(X):  # (rows of X, K): ln of prior times density
        return np.stack([gaussian_logpdf(X, mu, S) for mu in mus], axis=1) + np.log(pi)

    seen = joint(Xl)[np.arange(len(yl)), yl]  # (N,)
    return seen.sum() + np.logaddexp.reduce(joint(Xu), axis=1).sum()
    ### END SOLUTION


# %% [markdown] docstring="log_likelihood" lang="zh" of="467b"
# 有标签和无标签的样本在 K 个共用协方差的高斯分布下的对数似然，对样本求和。
#
# pi (K,)、mus (K, D)、S (D, D)；Xl (N, D)、标签 yl (N,)；Xu (M, D)。返回一个数，很远的样本也得到有限的值。
# %% [markdown] why="log_likelihood" lang="en"
# Both kinds need the same table, ln of prior times density. A labeled sample takes one column from it, an unlabeled one adds all columns
# up, *before* the logarithm: `logaddexp.reduce` does that without ever leaving the logarithms, so nothing underflows.
# %% [markdown] why="log_likelihood" lang="zh" of="ffdd"
# 两种样本用的是同一张表：先验乘密度的对数。有标签的只取自己那一列；无标签的要把各列加起来，而且是在取对数**之前**相加。`logaddexp.reduce` 始终留在对数里做这件事，所以不会下溢。
# %% grading="log_likelihood"
def seen(rng, n, m, d, k):
    """Unlabeled samples lie between the means, where no class is sure of them."""
    model = mixture(rng, k, d)
    Xu = (model["mus"][:2].mean(axis=0) + 0.3 * rng.normal(size=(m, d))).round(2)
    return {**model, "Xl": normal(rng, n, d), "yl": every_class(rng, n, k), "Xu": Xu}


def likelihood_cases(rng):
    yield Case("typical", zh="一般数据", **seen(rng, 5, 4, 2, 3))


def edge_cases(rng):
    yield Case("no unlabeled samples", zh="没有无标签样本", **{**seen(rng, 3, 1, 2, 2), "Xu": np.zeros((0, 2))})
    yield Case("unlabeled samples alone", zh="只有无标签样本", **{**seen(rng, 2, 4, 1, 2), "Xl": np.zeros((0, 1)), "yl": np.zeros(0, dtype=int)})


def far_cases(rng):
    far = seen(rng, 3, 3, 2, 3)
    yield Case("far from all means", zh="离所有均值都很远", **{**far, "Xu": far["Xu"] + rng.uniform(100, 150, (3, 2)).round(1)})


@mistake(
    en="The logarithm went inside the sum: you added the log-likelihoods of all classes. An unlabeled sample comes from one class *or* another, so probabilities add up first, and then the logarithm.",
    zh="你把对数放到了求和号里面，把各类的对数似然加了起来。无标签样本来自这一类**或**那一类，所以先把概率相加，再取对数。",
)
def sum_of_logs(pi, mus, S, Xl, yl, Xu):
    known, unknown = (np.stack([gaussian_logpdf(X, mu, S) for mu in mus], axis=1) + np.log(pi) for X in (Xl, Xu))
    return known[np.arange(len(yl)), yl].sum() + unknown.sum()


@mistake(
    en="Right near the means, and minus infinity far away: the densities underflow to 0 before their logarithm is taken. Stay with logarithms: `np.logaddexp.reduce`.",
    zh="在均值附近是对的，远处却成了负无穷：取对数之前，密度已经下溢成了 0。请一直用对数：`np.logaddexp.reduce`。",
)
def densities_added(pi, mus, S, Xl, yl, Xu):
    known, unknown = (np.stack([gaussian_logpdf(X, mu, S) for mu in mus], axis=1) + np.log(pi) for X in (Xl, Xu))
    return known[np.arange(len(yl)), yl].sum() + np.log(np.exp(unknown).sum(axis=1)).sum()


@variant
def sample_by_sample(pi, mus, S, Xl, yl, Xu):
    def log_density(x, mu):
        return -0.5 * ((x - mu) @ np.linalg.inv(S) @ (x - mu) + np.log(np.linalg.det(2 * np.pi * S)))

    total = sum(np.log(pi[y]) + log_density(x, mus[y]) for x, y in zip(Xl, yl))
    for x in Xu:
        logs = np.array([np.log(p) + log_density(x, mu) for p, mu in zip(pi, mus)])
        total += logs.max() + np.log(np.sum(np.exp(logs - logs.max())))
    return total


Exercise(
    points=2, reference=semi_supervised.log_likelihood, cases=likelihood_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases), Group("extreme", far_cases)],
    mistakes=[
        Mistake("labels_not_used", "joint(Xl)[np.arange(len(yl)), yl]", "np.logaddexp.reduce(joint(Xl), axis=1)",
            en="You treat the labeled samples as if nobody had told their class. Of these take the term of their own class.",
            zh="你把有标签的样本也当成不知道类别了。它们只取自己那一类的一项。"),
        Mistake("priors_forgotten", " + np.log(pi)\n", "\n",
            en="The priors are missing: a sample's class is drawn first, with probability π_k.", zh="漏了先验：样本的类别是先以概率 π_k 抽出来的。"),
        Mistake("likeliest_class_alone", "np.logaddexp.reduce(joint(Xu), axis=1)", "np.max(joint(Xu), axis=1)",
            en="Each unlabeled sample counts for its likeliest class alone. All classes add to its probability.",
            zh="每个无标签样本只算了最可能的那一类。各类的概率都要加进来。"),
        Mistake("unlabeled_forgotten", " + np.logaddexp.reduce(joint(Xu), axis=1).sum()", "",
            en="The unlabeled samples are missing, and they are the point.", zh="漏了无标签样本，而它们才是重点。"),
        Mistake("mean_for_sum", "seen.sum() + np.logaddexp.reduce(joint(Xu), axis=1).sum()", "(seen.sum() + np.logaddexp.reduce(joint(Xu), axis=1).sum()) / (len(Xl) + len(Xu))",
            en="You took the mean over the samples. Here it is their SUM.", zh="你对样本取了平均。这里要**求和**。"),
        Mistake("sign", "    return seen.sum() + np.logaddexp.reduce(joint(Xu), axis=1).sum()", "    return -(seen.sum() + np.logaddexp.reduce(joint(Xu), axis=1).sum())",
            en="The sign is the other way round: you return a loss. The log-likelihood itself is wanted, which EM makes larger.",
            zh="符号反了：你返回的是损失。要的是对数似然本身，EM 让它变大。"),
        Mistake("class_by_posterior", "joint(Xl)[np.arange(len(yl)), yl]", "(joint(Xl) - np.logaddexp.reduce(joint(Xl), axis=1)[:, None])[np.arange(len(yl)), yl]",
            en="For the labeled samples you took P(y | x). A generative model explains x as well: take p(x, y).",
            zh="有标签的样本你用了 P(y | x)。生成模型连 x 也要解释：应当用 p(x, y)。"),
    ],
    variants=[
        Variant("array_of_one", "    return seen.sum() + np.logaddexp.reduce(joint(Xu), axis=1).sum()", "    return np.array([seen.sum() + np.logaddexp.reduce(joint(Xu), axis=1).sum()])"),
        Variant("rows_counted_otherwise", "np.arange(len(yl))", "np.arange(len(Xl))"),
    ],
)
