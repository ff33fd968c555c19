# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import semi_supervised

from chapter import half_labeled, one_hot, shares

# %% [markdown] lang="en"
# ### {n} The M-step
#
# A labeled sample counts 1 for its class. An unlabeled one counts $R_{uk}$ for class $k$. So class $k$ has $n_k = N_k + \sum_u R_{uk}$ samples, $N_k$ of them labeled, and everything is an average as in chapter 3, only weighted:
#
# $$\pi_k=\frac{n_k}{N+M},\qquad \mu_k=\frac{\sum_{r\,\text{in}\,k}x^r+\sum_u R_{uk}\,x^u}{n_k},\qquad
# \Sigma=\frac1{N+M}\sum_k\Bigl(\sum_{r\,\text{in}\,k}(x^r-\mu_k)(x^r-\mu_k)^\top+\sum_u R_{uk}(x^u-\mu_k)(x^u-\mu_k)^\top\Bigr).$$
#
# **The notes have it wrong.** §9.1 prints $\mu_1=\frac1{N_1}\sum x^r+\frac1{\sum P(C_1\mid x^u)}\sum P(C_1\mid x^u)\,x^u$: two averages, *added*. Where both are near $\mu$ the result is near $2\mu$. Half of the sum would be better and still not right: one labeled sample would then weigh as much as a thousand others. The update of $\Sigma$ is missing there altogether, and $N$ must count labeled *and* unlabeled samples.
#
# **By hand.** $D=1$; labeled: $0$ of class 0 and $6$ of class 1; unlabeled: $2$ with $R=(\tfrac12,\tfrac12)$. Then $n=(1.5, 1.5)$, $\pi=(\tfrac12,\tfrac12)$, $\mu_0=\frac{0+0.5\cdot2}{1.5}=\tfrac23$, $\mu_1=\frac{6+0.5\cdot2}{1.5}=\tfrac{14}3$, and $\Sigma=\frac13\cdot\bigl(\tfrac49+\tfrac12\cdot\tfrac{16}9+\tfrac{16}9+\tfrac12\cdot\tfrac{64}9\bigr)=\tfrac{20}{9}$. (The notes would say $\mu_0=0+2=2$.)
#
# With no unlabeled samples at all, `Xu` and `R` having 0 rows, this is the fit of chapter 3. That will be the start of EM.
# %% [markdown] lang="zh" of="adce"
# ### {n} M 步
#
# 有标签的样本对自己那一类计 1，无标签样本对第 $k$ 类计 $R_{uk}$。所以第 $k$ 类有 $n_k = N_k + \sum_u R_{uk}$ 个样本，其中 $N_k$ 个有标签；其余和第三章一样都是平均，只是加了权：
#
# $$\pi_k=\frac{n_k}{N+M},\qquad \mu_k=\frac{\sum_{r\in k}x^r+\sum_u R_{uk}\,x^u}{n_k},\qquad
# \Sigma=\frac1{N+M}\sum_k\Bigl(\sum_{r\in k}(x^r-\mu_k)(x^r-\mu_k)^\top+\sum_u R_{uk}(x^u-\mu_k)(x^u-\mu_k)^\top\Bigr).$$
#
# **讲义这里写错了。** §9.1 印的是 $\mu_1=\frac1{N_1}\sum x^r+\frac1{\sum P(C_1\mid x^u)}\sum P(C_1\mid x^u)\,x^u$，把两个平均值**加**了起来。两者都在 $\mu$ 附近时，结果就在 $2\mu$ 附近。除以 2 会好一些，但还是不对：那样一个有标签的样本就和一千个别的样本一样重。讲义还漏了 $\Sigma$ 的更新；$N$ 也应当把有标签和无标签的样本**都**算上。
#
# **手算。** $D=1$；有标签：$0$ 属于第 0 类，$6$ 属于第 1 类；无标签：$2$，$R=(\tfrac12,\tfrac12)$。于是 $n=(1.5, 1.5)$，$\pi=(\tfrac12,\tfrac12)$，$\mu_0=\frac{0+0.5\cdot2}{1.5}=\tfrac23$，$\mu_1=\frac{6+0.5\cdot2}{1.5}=\tfrac{14}3$，$\Sigma=\frac13\cdot\bigl(\tfrac49+\tfrac12\cdot\tfrac{16}9+\tfrac{16}9+\tfrac12\cdot\tfrac{64}9\bigr)=\tfrac{20}{9}$。（照讲义算，$\mu_0=0+2=2$。）
#
# 如果一个无标签样本也没有（`Xu` 和 `R` 都是 0 行），这就是第三章的拟合。EM 正是从它开始的。
# %% answer="gaussian_mstep"
def gaussian_mstep(Xl, yl, Xu, R):
    """Fit K Gaussians with a shared covariance to labeled samples and to unlabeled ones that are shared out.

    Xl (N, D) with labels yl (N,), every class among them; Xu (M, D) and R (M, K), how much each of its rows belongs to
    each class; M may be 0.
    Returns (pi, mus, S): priors (K,), means (K, D) and the covariance (D, D), divided by the number of samples.
    """
    ### BEGIN SOLUTION
    X = np.vstack([Xl, Xu])  # (N + M, D)
    weight = np.vstack([one_hot(yl, R.shape[1]), R])  # (N + M, K)
    counts = weight.sum(axis=0)  # (K,)
    mus = weight.T @ X / counts[:, None]
    S = np.zeros((X.shape[1], X.shape[1]))
    for k, mu in enumerate(mus):
        diff = X - mu
        S += (weight[:, k, None] * diff).T @ diff
    return counts / len(X), mus, S / len(X)
    ### END SOLUTION


# %% [markdown] docstring="gaussian_mstep" lang="zh" of="601a"
# 把 K 个共用协方差的高斯分布拟合到有标签的样本，以及按比例分给各类的无标签样本上。
#
# Xl (N, D) 的标签是 yl (N,)，每一类都出现；Xu (M, D)，R (M, K) 是它的每一行在多大程度上属于每一类；M 可以是 0。
# 返回 (pi, mus, S)：先验 (K,)、均值 (K, D) 和协方差 (D, D)，协方差除以样本总数。
# %% [markdown] why="gaussian_mstep" lang="en"
# A label is a share that is known for certain: put the one-hot rows above `R`, and one weighted fit serves both kinds of
# samples. In the product for $\Sigma$ the weight stands on one side only; on both it would be squared.
# %% [markdown] why="gaussian_mstep" lang="zh" of="1464"
# 标签就是完全确定的份额：把独热行摞在 `R` 上面，一次加权拟合就管住了两种样本。算 $\Sigma$ 的乘积时，权重只乘在一边；两边都乘，就成了平方。
# %% grading="gaussian_mstep"
def shared_out(rng, n, m, d, k):
    return {**half_labeled(rng, n, m, d, k), "R": shares(rng, m, k)}


def mstep_cases(rng):
    yield Case("typical", zh="一般数据", **shared_out(rng, 5, 7, 2, 3))


def edge_cases(rng):
    yield Case("no unlabeled samples", zh="没有无标签样本", **shared_out(rng, 6, 0, 2, 2))
    yield Case("one feature, many unlabeled samples", zh="一个特征，无标签样本很多", **shared_out(rng, 2, 9, 1, 2))


def shapes_of_mstep(Xl, yl, Xu, R):
    return {"pi": (R.shape[1],), "mus": (R.shape[1], Xl.shape[1]), "S": (Xl.shape[1], Xl.shape[1])}


@mistake(
    en="These are the notes' printed means: the average of the labeled samples *plus* the average of the others, about twice the mean. Put all samples of a class into one average.",
    zh="这是讲义上印的均值：有标签样本的平均**加上**其余样本的平均，大约是均值的两倍。应当把一类的全部样本放进同一个平均。",
)
def printed_means(Xl, yl, Xu, R):
    if len(Xu) == 0:
        R, Xu = np.ones((1, R.shape[1])), 0 * Xl[:1]
    T = one_hot(yl, R.shape[1])
    X, weight = np.vstack([Xl, Xu]), np.vstack([T, R])
    mus = T.T @ Xl / T.sum(axis=0)[:, None] + R.T @ Xu / R.sum(axis=0)[:, None]
    S = sum((weight[:, k, None] * (X - mu)).T @ (X - mu) for k, mu in enumerate(mus))
    return weight.sum(axis=0) / len(X), mus, S / len(X)


@mistake(
    en="You took half of the average of the labeled samples and half of that of the others. Then three labeled samples weigh as much as a thousand unlabeled ones: each *sample* has the same say.",
    zh="你把有标签样本的平均和其余样本的平均各取了一半。这样三个有标签的样本就和一千个无标签样本一样重：应当每个**样本**的分量相同。",
)
def average_of_two_means(Xl, yl, Xu, R):
    T = one_hot(yl, R.shape[1])
    X, weight = np.vstack([Xl, Xu]), np.vstack([T, R])
    mus = T.T @ Xl / T.sum(axis=0)[:, None]
    if len(Xu):
        mus = (mus + R.T @ Xu / R.sum(axis=0)[:, None]) / 2
    S = sum((weight[:, k, None] * (X - mu)).T @ (X - mu) for k, mu in enumerate(mus))
    return weight.sum(axis=0) / len(X), mus, S / len(X)


@mistake(
    en="Your Σ knows the labeled samples alone. The unlabeled ones have a spread too: they enter with their shares R. (The notes forget to update Σ.)",
    zh="你的 Σ 只用了有标签的样本。无标签样本也有离散程度，要按份额 R 计入。（讲义漏了 Σ 的更新。）",
)
def covariance_of_the_labeled(Xl, yl, Xu, R):
    T = one_hot(yl, R.shape[1])
    X, weight = np.vstack([Xl, Xu]), np.vstack([T, R])
    mus = weight.T @ X / weight.sum(axis=0)[:, None]
    diff = Xl - mus[yl]
    return weight.sum(axis=0) / len(X), mus, diff.T @ diff / len(Xl)


@variant
def loops(Xl, yl, Xu, R):
    K, D = R.shape[1], Xl.shape[1]
    pi, mus, S = np.zeros(K), np.zeros((K, D)), np.zeros((D, D))
    for k in range(K):
        own = [(1.0, x) for x, y in zip(Xl, yl) if y == k] + [(r[k], x) for r, x in zip(R, Xu)]
        pi[k] = sum(r for r, _ in own)
        mus[k] = sum(r * x for r, x in own) / pi[k]
        S += sum(r * np.outer(x - mus[k], x - mus[k]) for r, x in own)
    return list(pi / (len(Xl) + len(Xu))), mus.tolist(), S / (len(Xl) + len(Xu))


@variant
def second_moments(Xl, yl, Xu, R):
    X, weight = np.concatenate([Xl, Xu]), np.concatenate([one_hot(yl, R.shape[1]), R])
    n = np.einsum("nk->k", weight)
    mus = np.einsum("nk,nd->kd", weight, X) / n[:, None]
    return n / n.sum(), mus, (X.T @ X - mus.T @ (n[:, None] * mus)) / n.sum()


Exercise(
    points=3, reference=semi_supervised.gaussian_mstep, cases=mstep_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    shapes=shapes_of_mstep, groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("priors_of_the_labeled", "return counts / len(X), mus", "return np.bincount(yl, minlength=R.shape[1]) / len(yl), mus",
            en="Your priors count the labeled samples alone. Which samples get a label is somebody's choice; the unlabeled ones show how common a class is.",
            zh="你的先验只数了有标签的样本。给哪些样本打标签是人选的；一类有多常见，要看无标签样本。"),
        Mistake("shares_ignored", "np.vstack([one_hot(yl, R.shape[1]), R])", "np.vstack([one_hot(yl, R.shape[1]), np.full(R.shape, 1 / R.shape[1])])",
            en="All unlabeled samples count alike for every class. Their shares are in R.",
            zh="无标签样本对每一类都一样重了。它们各自的份额在 R 里。"),
        Mistake("hard_shares", "np.vstack([one_hot(yl, R.shape[1]), R])", "np.vstack([one_hot(yl, R.shape[1]), 1.0 * (R == R.max(axis=1, keepdims=True))])",
            en="Each unlabeled sample went entirely to its likeliest class. That is self-training with hard labels; EM shares it out by R.",
            zh="你把每个无标签样本整个地给了最可能的那一类。那是用硬标签的自训练；EM 要按 R 分配。"),
        Mistake("divided_by_the_labeled", "return counts / len(X), mus, S / len(X)", "return counts / len(Xl), mus, S / len(Xl)",
            en="You divide by the number of labeled samples: your priors sum to more than 1. N counts labeled and unlabeled ones.",
            zh="你除以的是有标签样本的个数，先验之和超过了 1。总数要把有标签和无标签的样本都算上。"),
        Mistake("ddof", "S / len(X)", "S / (len(X) - 1)",
            en="The maximum of the likelihood divides Σ by the number of samples, not by one less.",
            zh="最大似然的 Σ 除以样本数，而不是样本数减 1。"),
        Mistake("covariance_not_weighted", "(weight[:, k, None] * diff).T @ diff", "diff.T @ diff / R.shape[1]",
            en="In Σ every sample counts alike for all classes. Weigh each deviation from μ_k by how much the sample belongs to class k.",
            zh="在 Σ 里，每个样本对所有类都一样重了。对 μ_k 的离差，要按样本属于第 k 类的份额加权。"),
        Mistake("one_mean_for_all", "diff = X - mu\n", "diff = X - X.mean(axis=0)\n",
            en="Your Σ measures the spread around the mean of everything. Each class spreads around its own mean.",
            zh="你的 Σ 量的是围绕总均值的离散程度。每一类要围绕自己的均值。"),
        Mistake("last_class_alone", "S += (weight", "S = (weight",
            en="Σ holds the last class alone: each round of your loop overwrites the one before. Add them up.",
            zh="Σ 里只剩最后一类：循环每一次都盖掉了前一次。要累加。"),
    ],
    variants=[Variant("sign_is_squared", "diff = X - mu\n", "diff = mu - X\n")],
)
