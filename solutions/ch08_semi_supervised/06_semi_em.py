# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import semi_supervised

from chapter import (
    drawn_by,
    every_class,
    gaussian_estep,
    gaussian_logpdf,
    gaussian_mstep,
    log_likelihood,
    one_hot,
    words,
)

# %% [markdown] lang="en"
# ### {n} Around and around
#
# 1. **Start** with the labeled samples alone: the M-step with no unlabeled ones, `Xu[:0]` and an `R` of shape (0, K).
# 2. Repeat `n_iters` times: E-step on `Xu`, then M-step with all samples.
# 3. Keep the log-likelihood after the start and after each round: $n_{\text{iters}}+1$ values.
#
# It **never falls** (Dempster, Laird and Rubin 1977). The idea of the proof: for the shares $R$ of the E-step, $\ln\sum_k \pi_k\mathcal N_k\ge\sum_k R_{uk}\ln\frac{\pi_k\mathcal N_k}{R_{uk}}$ by Jensen, with equality for the model that made $R$. The M-step maximizes the right-hand side, so the left-hand one rises with it. A value that falls is therefore a bug, always. The reverse is not true: with $\Sigma$ kept as it was, or with priors of the labeled samples alone, the values rise as well, to a lower summit. (EM climbs to *a* summit. Which one depends on the start; the labels choose it.)
# %% [markdown] lang="zh" of="c156"
# ### {n} 一圈又一圈
#
# 1. **开始**时只用有标签的样本：做一次没有无标签样本的 M 步，即 `Xu[:0]` 和形状为 (0, K) 的 `R`。
# 2. 重复 `n_iters` 次：对 `Xu` 做 E 步，再用全部样本做 M 步。
# 3. 开始之后以及每一圈之后，都记下对数似然，共 $n_{\text{iters}}+1$ 个值。
#
# 它**绝不会下降**（Dempster、Laird 与 Rubin，1977）。证明的思路：对 E 步给出的份额 $R$，由琴生不等式，$\ln\sum_k \pi_k\mathcal N_k\ge\sum_k R_{uk}\ln\frac{\pi_k\mathcal N_k}{R_{uk}}$，给出 $R$ 的那个模型使等号成立。M 步让右边最大，左边也就跟着上升。所以只要有一个值下降，就一定有错。反过来不成立：$\Sigma$ 一直不更新，或者先验只用有标签的样本，这些值同样上升，只是登上了一座较矮的山顶。（EM 登上的是**某一座**山顶。是哪一座取决于起点；而起点由标签选定。）
# %% answer="semi_em"
def semi_em(Xl, yl, Xu, K, n_iters):
    """EM for K Gaussians with a shared covariance, on labeled and unlabeled samples.

    Xl (N, D), labels yl (N,), every class among them; Xu (M, D); n_iters ≥ 0 rounds after a start from Xl alone.
    Returns (pi, mus, S, values): the last parameters, (K,), (K, D) and (D, D), and the log-likelihoods (n_iters + 1,)
    after the start and after each round.
    """
    ### BEGIN SOLUTION
    pi, mus, S = gaussian_mstep(Xl, yl, Xu[:0], np.zeros((0, K)))
    values = [log_likelihood(pi, mus, S, Xl, yl, Xu)]
    for _ in range(n_iters):
        R = gaussian_estep(pi, mus, S, Xu)
        pi, mus, S = gaussian_mstep(Xl, yl, Xu, R)
        values.append(log_likelihood(pi, mus, S, Xl, yl, Xu))
    return pi, mus, S, np.array(values)
    ### END SOLUTION


# %% [markdown] docstring="semi_em" lang="zh" of="f568"
# 用 EM 把 K 个共用协方差的高斯分布拟合到有标签和无标签的样本上。
#
# Xl (N, D)，标签 yl (N,)，每一类都出现；Xu (M, D)；只用 Xl 开始，之后做 n_iters ≥ 0 圈。
# 返回 (pi, mus, S, values)：最后的参数 (K,)、(K, D)、(D, D)，以及开始之后和每一圈之后的对数似然 (n_iters + 1,)。
# %% [markdown] why="semi_em" lang="en"
# `Xu[:0]` has no rows but still D columns, so the start needs no code of its own. Every value is measured with the parameters just fitted; in each
# round the labeled samples are there again, and with them the names of the classes: without labels EM could exchange them.
# %% [markdown] why="semi_em" lang="zh" of="e800"
# `Xu[:0]` 没有行，但列数还是 D，所以开头不用另写代码。每个值都用刚拟合出的参数来量。每一圈有标签的样本都在场，类别的名字因此不会乱：完全没有标签，EM 就分不清哪一簇该叫第几类。
# %% grading="semi_em"
def clouds(rng, n, m, d, k):
    """Overlapping classes: the shares are neither 0 nor 1, and every round changes something."""
    y = np.r_[every_class(rng, n, k), rng.choice(k, size=m, p=np.arange(1, k + 1) / np.arange(1, k + 1).sum())]
    X = (2.5 * rng.permutation(np.eye(k, d) - 0.5 * (k == 1))[y] + rng.normal(size=(n + m, d))).round(2)
    return {"Xl": X[:n], "yl": y[:n], "Xu": X[n:], "K": k}


def em_cases(rng):
    yield Case("three rounds", zh="三圈", **clouds(rng, 7, 14, 2, 2), n_iters=3)


def edge_cases(rng):
    yield Case("the start alone", zh="只有开始", **clouds(rng, 8, 5, 2, 2), n_iters=0)
    yield Case("three classes, many rounds", zh="三个类别，很多圈", public=False, **clouds(rng, 9, 20, 3, 3), n_iters=5)


def shapes_of_em(Xl, yl, Xu, K, n_iters):
    return {"pi": (K,), "mus": (K, Xl.shape[1]), "S": (Xl.shape[1], Xl.shape[1]), "values": (n_iters + 1,)}


def rise_cases(rng):
    yield Case("four rounds", zh="四圈", **clouds(rng, 6, 16, 2, 2), n_iters=4)


def falls(impl, case):
    """How much the log-likelihood falls in each round: never."""
    *_, values = impl.semi_em(case.Xl, case.yl, case.Xu, case.K, case.n_iters)
    return np.minimum(np.diff(values), 0.0)


@variant
def all_in_one(Xl, yl, Xu, K, n_iters):
    X, T, values = np.vstack([Xl, Xu]), one_hot(yl, K), []
    weight = np.vstack([T, np.zeros((len(Xu), K))])
    for _ in range(n_iters + 1):
        n = weight.sum(axis=0)
        pi, mus = n / n.sum(), weight.T @ X / n[:, None]
        S = (weight.T[:, :, None] * (X - mus[:, None])).reshape(-1, X.shape[1]).T @ (X - mus[:, None]).reshape(-1, X.shape[1]) / n.sum()
        logs = np.log(pi) + np.stack([gaussian_logpdf(X, mu, S) for mu in mus], axis=1)
        both = np.logaddexp.reduce(logs, axis=1)
        values.append(np.sum(logs[: len(Xl)] * T) + both[len(Xl) :].sum())
        weight = np.vstack([T, np.exp(logs - both[:, None])[len(Xl) :]])
    return pi, mus, S, values


Exercise(
    points=3, reference=semi_supervised.semi_em, cases=em_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    shapes=shapes_of_em,
    groups=[Group("edge", edge_cases), Group("invariant", rise_cases, observe=falls, en="It never falls", zh="绝不下降")],
    mistakes=[
        Mistake("covariance_never_updated", "        pi, mus, S = gaussian_mstep(Xl, yl, Xu, R)", "        pi, mus, _ = gaussian_mstep(Xl, yl, Xu, R)",
            en="Σ stays what the labeled samples made it. The likelihood still rises, to a lower summit: take Σ from each M-step as well. (The notes leave its update out.)",
            zh="Σ 一直停在有标签的样本给出的值上。似然照样上升，却登上了较矮的山顶：每次 M 步也要更新 Σ。（讲义漏了这一步。）"),
        Mistake("priors_never_updated", "        pi, mus, S = gaussian_mstep(Xl, yl, Xu, R)", "        _, mus, S = gaussian_mstep(Xl, yl, Xu, R)",
            en="The priors stay what the labeled samples made them. The likelihood still rises, but how common a class is stands in the unlabeled samples.",
            zh="先验一直停在有标签的样本给出的值上。似然照样上升，但一类有多常见，要看无标签样本。"),
        Mistake("shares_never_renewed", "        R = gaussian_estep(pi, mus, S, Xu)", "        R = gaussian_estep(*gaussian_mstep(Xl, yl, Xu[:0], np.zeros((0, K))), Xu)",
            en="The shares are those of the first model in every round. Each E-step must use the newest one.",
            zh="每一圈用的都是最初那个模型的份额。每次 E 步都要用最新的模型。"),
        Mistake("hard_shares", "        R = gaussian_estep(pi, mus, S, Xu)", "        R = one_hot(np.argmax(gaussian_estep(pi, mus, S, Xu), axis=1), K)",
            en="You gave each unlabeled sample entirely to its likeliest class. That is self-training with hard labels, not EM, and the likelihood may fall.",
            zh="你把每个无标签样本整个地给了最可能的那一类。那是用硬标签的自训练，不是 EM，似然可能下降。"),
        Mistake("one_value_missing", "    values = [log_likelihood(pi, mus, S, Xl, yl, Xu)]\n", "    values = []\n",
            en="The value after the start is missing: there are n_iters + 1 of them.", zh="漏了开始之后的那个值：一共有 n_iters + 1 个。"),
        Mistake("value_before_the_step", "        R = gaussian_estep(pi, mus, S, Xu)\n        pi, mus, S = gaussian_mstep(Xl, yl, Xu, R)\n        values.append(log_likelihood(pi, mus, S, Xl, yl, Xu))",
            "        R = gaussian_estep(pi, mus, S, Xu)\n        values.append(log_likelihood(pi, mus, S, Xl, yl, Xu))\n        pi, mus, S = gaussian_mstep(Xl, yl, Xu, R)",
            en="Each value belongs to the model *before* its M-step, so the first one stands there twice. Compute it after the M-step.",
            zh="每个值都属于 M 步**之前**的模型，所以第一个出现了两次。应当在 M 步之后计算。"),
        Mistake("labels_forgotten", "gaussian_mstep(Xl, yl, Xu, R)", "gaussian_mstep(Xl[:0], yl[:0], Xu, R)",
            en="In the rounds your M-step has lost the labeled samples. They stay, with their full weight.",
            zh="循环里的 M 步丢掉了有标签的样本。它们要一直留着，权重为 1。"),
        Mistake("one_round_less", "range(n_iters)", "range(1, n_iters)",
            en="There is one round too few: n_iters of them come after the start.", zh="少了一圈：开始之后还有 n_iters 圈。"),
        Mistake("all_samples_shared_out", "        R = gaussian_estep(pi, mus, S, Xu)\n        pi, mus, S = gaussian_mstep(Xl, yl, Xu, R)",
            "        both = np.vstack([Xl, Xu])\n        pi, mus, S = gaussian_mstep(Xl[:0], yl[:0], both, gaussian_estep(pi, mus, S, both))",
            en="You share out the labeled samples as well. Their class is known: they count 1 for it, always.",
            zh="你把有标签的样本也按份额分了。它们的类别是已知的，永远对自己那一类计 1。"),
    ],
    variants=[
        Variant("list_of_values", "np.array(values)", "values"),
        Variant("values_never_fall", "np.array(values)", "np.sort(np.array(values))"),
        Variant("no_rows_of_ones", "np.zeros((0, K))", "np.ones((0, K))"),
        Variant("no_rows_have_no_order", "gaussian_mstep(Xl, yl, Xu[:0], np", "gaussian_mstep(Xu[:0], yl, Xl, np"),
        Variant("no_rows_have_no_width", "gaussian_mstep(Xl, yl, Xu[:0], np.zeros((0, K)))", "gaussian_mstep(Xl, yl, np.zeros((0, K)), Xu[:0])"),
    ],
)


# %% [markdown] lang="en"
# Three labels in each class, 150 samples without any. The ellipses are your Gaussians (at two standard deviations), large dots the labeled samples; the color of a small dot is your `gaussian_estep`.
#
# You should see: fitted to six samples alone, the ellipses have the wrong shape and lie askew. Within a few rounds they move and turn until each covers its cloud, although nobody has said a word about the small dots. On the right, the log-likelihood never falls: steep at first, then flat.
# %% [markdown] lang="zh" of="29fa"
# 每类三个标签，另有 150 个无标签样本。椭圆是你的高斯分布（两倍标准差），大点是有标签的样本；小点的颜色来自你的 `gaussian_estep`。
#
# 你应该看到：只拟合六个样本时，椭圆的形状不对，也放歪了。几圈之内它们移动、转向，直到各自盖住一片点，虽然关于那些小点，谁也没有说过一句话。右边的对数似然从不下降：先陡后平。
# %% demo="ellipses"
@drawn_by("gaussian_estep", "gaussian_mstep", "log_likelihood", "semi_em")
def ellipses(plt):
    rng = np.random.default_rng(3)
    stretch = np.array([[1.5, 0.9], [0.0, 0.6]])
    truth = np.r_[0, 0, 0, 1, 1, 1, np.repeat([0, 1], [90, 60])]
    X = rng.normal(size=(156, 2)) @ stretch + np.array([[-0.7, 0.9], [0.7, -0.9]])[truth]
    Xl, yl, Xu = X[:6], truth[:6], X[6:]
    _, axes = plt.subplots(1, 5, figsize=(14, 3.2), layout="constrained")
    circle = np.stack([np.cos(np.linspace(0, 2 * np.pi, 100)), np.sin(np.linspace(0, 2 * np.pi, 100))])
    for ax, rounds in zip(axes, (0, 1, 3, 20)):
        pi, mus, S, values = semi_em(Xl, yl, Xu, 2, rounds)
        R = np.asarray(gaussian_estep(pi, mus, S, Xu))
        ax.scatter(*Xu.T, c=R[:, 1], cmap="coolwarm", s=10, vmin=0, vmax=1)
        for k, color in enumerate(("#0072B2", "#D55E00")):
            edge = np.asarray(mus)[k][:, None] + 2 * np.linalg.cholesky(np.asarray(S)) @ circle
            ax.plot(*edge, color=color)
            ax.scatter(*Xl[yl == k].T, color=color, s=90, edgecolor="#000000", zorder=3)
        ax.set(title=words(en=f"rounds: {rounds}", zh=f"{rounds} 圈之后"), xlim=(-6.5, 6.5), ylim=(-4.5, 4.5))
    axes[4].plot(values, "o-", ms=3, color="#000000")
    axes[4].set(title=words(en="log-likelihood", zh="对数似然"), xlabel=words(en="round", zh="圈数"))
    axes[4].spines[["top", "right"]].set_visible(False)
    plt.show()
