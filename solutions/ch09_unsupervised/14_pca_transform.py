# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import unsupervised

from chapter import normal

# %% [markdown] lang="en"
# ## {n} There and back
#
# With mean and components in hand, a sample becomes $M$ numbers, its **code**, and a code becomes a sample again:
#
# $$z=W(x-\bar x),\qquad \tilde x=\bar x+W^\top z=\bar x+\sum_{m=1}^{M}z_m\,w_m$$
#
# The way back reads well: begin with the mean and add so much of each component. $\tilde x$ is not $x$, since what lies outside the $M$ directions is gone; but it is the nearest point that can be reached with them.
#
# **By hand.** $\bar x=(1,1)$, one component $w_1=(0.6,0.8)$, $x=(3,2)$: $x-\bar x=(2,1)$, $z=1.2+0.8=2$, $\tilde x=(1,1)+2\cdot(0.6,0.8)=(2.2,2.6)$. What is lost, $(0.8,-0.6)$, is orthogonal to $w_1$.
#
# The arrays have samples as rows, so transpose with care. New samples are centered with the *old* mean, the one that belongs to $W$: as in chapter 2, what was fitted in training is only applied later.
# %% [markdown] lang="zh" of="57cc"
# ## {n} 去了再回来
#
# 有了均值和主成分，一个样本就变成 $M$ 个数，即它的**编码**；编码又能变回样本：
#
# $$z=W(x-\bar x),\qquad \tilde x=\bar x+W^\top z=\bar x+\sum_{m=1}^{M}z_m\,w_m$$
#
# 回来的路很好读：从均值出发，每个主成分加上若干份。$\tilde x$ 不等于 $x$，因为这 $M$ 个方向以外的部分丢了；但它是用这些方向所能到达的、离 $x$ 最近的点。
#
# **手算。** $\bar x=(1,1)$，一个主成分 $w_1=(0.6,0.8)$，$x=(3,2)$：$x-\bar x=(2,1)$，$z=1.2+0.8=2$，$\tilde x=(1,1)+2\cdot(0.6,0.8)=(2.2,2.6)$。丢掉的 $(0.8,-0.6)$ 与 $w_1$ 正交。
#
# 数组里每行一个样本，转置时要小心。新样本用**原来的**均值中心化，就是与 $W$ 配套的那个：与第二章一样，训练时拟合的东西，以后只管套用。
# %% answer="pca_transform"
def pca_transform(X, mean, W):
    """The codes of samples: their coordinates in the components.

    X (N, D), mean (D,), W (M, D), one component a row.  Returns Z (N, M).
    """
    ### BEGIN SOLUTION
    return (X - mean) @ W.T
    ### END SOLUTION


def pca_inverse(Z, mean, W):
    """The samples that codes stand for.

    Z (N, M), mean (D,), W (M, D).  Returns X_rec (N, D).
    """
    ### BEGIN SOLUTION
    return Z @ W + mean
    ### END SOLUTION


# %% [markdown] docstring="pca_transform" lang="zh" of="c957"
# 样本的编码：它们在各主成分上的坐标。
#
# X (N, D)，mean (D,)，W (M, D)，每行一个主成分。返回 Z (N, M)。
# %% [markdown] docstring="pca_inverse" lang="zh" of="98ef"
# 编码所代表的样本。
#
# Z (N, M)，mean (D,)，W (M, D)。返回 X_rec (N, D)。
# %% [markdown] why="pca_transform" lang="en"
# The rows of $W$ are orthonormal: that is why the transpose leads back, although $W$ is not square and has no inverse.
# Samples are rows here, so the formula $Wx$ reads `X @ W.T`. The mean goes off first and comes back last.
# %% [markdown] why="pca_transform" lang="zh" of="4508"
# $W$ 的各行是标准正交的，所以用转置就能往回走，尽管 $W$ 不是方阵，没有逆。这里样本是行，公式 $Wx$ 就写成 `X @ W.T`。均值最先减去，最后加回。
# %% grading="pca_transform"
def inputs(rng, n, d, m):
    W = np.linalg.qr(rng.normal(size=(d, d)))[0][:m].round(4)
    return {"X": normal(rng, n, d) + 1, "mean": (normal(rng, d) + 2).round(2), "W": W}


def there_cases(rng):
    yield Case("two of three", zh="三取二", **inputs(rng, 5, 3, 2))
    yield Case("three of four", zh="四取三", **inputs(rng, 2, 4, 3))


def edge_cases(rng):
    yield Case("one sample", zh="只有一个样本", **inputs(rng, 1, 4, 2))
    yield Case("all components", zh="全部主成分", **inputs(rng, 4, 2, 2))


def back_cases(rng):
    for n, d, m in ((4, 3, 2), (2, 4, 1)):
        drawn = inputs(rng, n, d, m)
        yield Case(f"back from {m} to {d}", zh=f"从 {m} 维回到 {d} 维", Z=normal(rng, n, m), mean=drawn["mean"], W=drawn["W"])


def back(impl, case):
    return impl.pca_inverse(case.Z, case.mean, case.W)


@variant
def one_by_one(X, mean, W):
    return np.array([[float(np.dot(w, x - mean)) for w in W] for x in X])


@variant(replaces="pca_inverse")
def summed(Z, mean, W):
    return [mean + sum(z[m] * W[m] for m in range(len(W))) for z in Z]


Exercise(
    points=2, reference=unsupervised.pca_transform, cases=there_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases), Group("back", back_cases, observe=back, en="And back", zh="再回来")],
    mistakes=[
        Mistake("not_centered", "(X - mean) @ W.T", "X @ W.T",
            en="You did not subtract the mean on the way there. The coordinates are counted from it.",
            zh="去的时候你没有减去均值。坐标是从均值算起的。"),
        Mistake("mean_of_the_new_samples", "(X - mean) @ W.T", "(X - X.mean(axis=0)) @ W.T",
            en="You centered with the mean of these samples. The one that belongs to W is an argument.",
            zh="你用这批样本自己的均值来中心化。与 W 配套的均值是传进来的参数。"),
        Mistake("mean_not_added", "Z @ W + mean", "Z @ W",
            en="On the way back the mean is missing: a code of zeros stands for the mean, not for the origin.",
            zh="回来的时候漏了均值：编码全为 0 代表的是均值，不是原点。"),
        Mistake("mean_added_first", "Z @ W + mean", "(Z + W @ mean) @ W",
            en="You added the mean among the codes. What of it lies outside the components is lost there: add it to the samples.",
            zh="你把均值加在了编码上，它在主成分以外的部分就丢了。应当加在样本上。"),
        Mistake("mean_subtracted_on_the_way_back", "Z @ W + mean", "Z @ W - mean",
            en="The mean was subtracted on the way there, so on the way back it is *added*.",
            zh="去的时候减了均值，回来的时候应当**加**上。"),
        Mistake("already_reconstructed", "(X - mean) @ W.T", "(X - mean) @ W.T @ W + mean",
            en="Your way there goes back as well: it returns samples of D numbers. The code has M.",
            zh="你去的路上把回来的也走了：返回的是 D 个数的样本。编码只有 M 个数。"),
        Mistake("divided_by_the_deviation", "(X - mean) @ W.T", "(X - mean) @ W.T / np.linalg.norm((X - mean) @ W.T, axis=0)",
            en="You scaled the coordinates. Codes keep the size that the samples have along a component.",
            zh="你把坐标缩放了。编码保持样本沿主成分原有的大小。"),
        Mistake("components_as_columns", "Z @ W + mean", "np.array([mean + np.resize(W.T.ravel(), W.shape).T @ z for z in Z])",
            en="On the way back W is read in the wrong order. Its rows are the components: so much of each row is added.",
            zh="回来的时候 W 读错了次序。它的行是主成分：每一行加上若干份。"),
    ],
    variants=[
        Variant("einsum", "(X - mean) @ W.T", 'np.einsum("nd,md->nm", X - mean, W)'),
        Variant("mean_in_codes", "(X - mean) @ W.T", "X @ W.T - W @ mean"),
    ],
)
