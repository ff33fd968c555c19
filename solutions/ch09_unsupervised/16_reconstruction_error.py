# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import unsupervised

from chapter import X_digits, X_digits_test, drawn_by, normal, pca_eig, pca_inverse, pca_transform, stretched, words

# %% [markdown] lang="en"
# ## {n} What is lost: the reconstruction error
#
# The second principle (§10.2.2): find the $M$ directions from which the samples can be *restored* best. What a sample loses on its way there and back is $\lVert x-\tilde x\rVert^2$, a SUM over its features; for a data set take the MEAN over the samples,
#
# $$\frac1N\sum_{n=1}^{N}\lVert x^n-\tilde x^n\rVert^2.$$
#
# This is *the* error of a data set in the whole chapter, for PCA and for every autoencoder. (The notes write $x-\bar x$ small; what is meant is that $(x-\bar x)-\sum_m z_mw_m$ is small. Centering is left out there, too.)
#
# **By hand.** One sample $x=(3,2)$ with $\bar x=(1,1)$ and $w_1=(0.6,0.8)$ from {ref:pca_transform}: lost is $(0.8,-0.6)$, error $0.64+0.36=1$. A second sample with error $0$: the mean is $0.5$.
#
# **A check that every right answer passes.** On the data that PCA was fitted to, the error is exactly the sum of the variances of the components that were thrown away, $v_{M+1}+\dots+v_D$. So the greatest variance and the smallest error are one and the same aim ({ref:two_principles} asks why).
# %% [markdown] lang="zh" of="2c88"
# ## {n} 丢了多少：重建误差
#
# 第二条原理（§10.2.2）：找 $M$ 个方向，使样本能被最好地**恢复**。一个样本去了再回来，丢掉的是 $\lVert x-\tilde x\rVert^2$，对特征**求和**；一份数据则对样本取**平均**，
#
# $$\frac1N\sum_{n=1}^{N}\lVert x^n-\tilde x^n\rVert^2$$
#
# 在整个这一章里，一份数据的误差**就是**它，PCA 如此，自编码器也如此。（讲义写的是使 $x-\bar x$ 最小，意思其实是使 $(x-\bar x)-\sum_m z_mw_m$ 最小；中心化在那里也略去了。）
#
# **手算。** 一个样本 $x=(3,2)$，$\bar x=(1,1)$，$w_1=(0.6,0.8)$，见 {ref:pca_transform} 节：丢掉 $(0.8,-0.6)$，误差 $0.64+0.36=1$。另一个样本误差为 $0$：平均 $0.5$。
#
# **正确的答案都通得过的检验。** 在拟合 PCA 的那份数据上，误差恰好等于丢掉的那些主成分的方差之和 $v_{M+1}+\dots+v_D$。所以“方差最大”和“误差最小”是同一个目标（为什么？见 {ref:two_principles}）。
# %% answer="reconstruction_error"
def reconstruction_error(X, mean, W):
    """What is lost when samples are kept in the components W: MEAN over samples of the SUM of squared differences.

    X (N, D), mean (D,), W (M, D) with orthonormal rows.  Returns a number.
    """
    ### BEGIN SOLUTION
    X_rec = pca_inverse(pca_transform(X, mean, W), mean, W)
    return np.mean(np.sum((X - X_rec) ** 2, axis=1))
    ### END SOLUTION


# %% [markdown] docstring="reconstruction_error" lang="zh" of="5b0d"
# 样本只保留在主成分 W 里时丢失了多少：平方差对特征求和，再对样本取平均。
#
# X (N, D)，mean (D,)，W (M, D)，各行单位正交。返回一个数。
# %% [markdown] why="reconstruction_error" lang="en"
# There and back with the functions of {ref:pca_transform}, then one comparison: so any coder can be measured in the same way. Summed over
# the features, the error has the unit of a variance, and can be set against the variances that were thrown away.
# %% [markdown] why="reconstruction_error" lang="zh" of="580b"
# 用 {ref:pca_transform} 的两个函数走个来回，再比较一次：换成别的编码方法，也能这样量。对特征求和，误差就与方差同一单位，可以直接和丢掉的那些方差对照。
# %% grading="reconstruction_error"
def error_cases(rng):
    X, turn = stretched(rng, 6, 3), np.linalg.qr(rng.normal(size=(3, 3)))[0]
    yield Case("any two directions", zh="任意两个方向", X=X, mean=X.mean(axis=0).round(2), W=turn[:2].round(6))
    yield Case("new samples", zh="新样本", X=normal(rng, 2, 3) + 1, mean=X.mean(axis=0).round(2), W=turn[1:2].round(6))


def edge_cases(rng):
    turn = np.linalg.qr(rng.normal(size=(4, 4)))[0].round(6)
    yield Case("one sample", zh="只有一个样本", X=normal(rng, 1, 4), mean=normal(rng, 4), W=turn[:1])
    yield Case("the mean is far away", zh="均值在远处", X=normal(rng, 3, 4) + 5, mean=normal(rng, 4), W=turn[:2])


def discarded_cases(rng):
    yield Case("components of PCA", zh="PCA 的主成分", X=stretched(rng, 7, 4), kept=[1, 2, 3])


def for_each_m(impl, case):
    """Errors with one, two and three components of PCA: sums of the variances that are thrown away."""
    centered = case.X - case.X.mean(axis=0)
    rows = np.linalg.svd(centered)[2]
    return np.array([impl.reconstruction_error(case.X, case.X.mean(axis=0), rows[:m]) for m in case.kept])


@variant
def by_pythagoras(X, mean, W):
    centered = X - mean
    return (np.sum(centered**2) - np.sum((centered @ W.T) ** 2)) / len(X)


@variant
def by_the_complement(X, mean, W):
    left = np.eye(X.shape[1]) - W.T @ W
    return sum(float(np.linalg.norm(left @ (x - mean)) ** 2) for x in X) / len(X)


Exercise(
    points=2, reference=unsupervised.reconstruction_error, cases=error_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[
        Group("edge", edge_cases),
        Group("discarded", discarded_cases, observe=for_each_m, en="The sum of the discarded variances", zh="丢掉的方差之和"),
    ],
    mistakes=[
        Mistake("mean_over_features", "np.mean(np.sum((X - X_rec) ** 2, axis=1))", "np.mean((X - X_rec) ** 2)",
            en="You took the mean over features as well. They are SUMMED; only over the samples the mean is taken.",
            zh="你对特征也取了平均。对特征要**求和**，只对样本取平均。"),
        Mistake("sum_over_samples", "np.mean(np.sum((X - X_rec) ** 2, axis=1))", "np.sum((X - X_rec) ** 2)",
            en="You added up the samples. The error of a data set is the MEAN over its samples.",
            zh="你对样本求了和。一份数据的误差是对样本的**平均**。"),
        Mistake("root_taken", "np.mean(np.sum((X - X_rec) ** 2, axis=1))", "np.mean(np.sqrt(np.sum((X - X_rec) ** 2, axis=1)))",
            en="You took the root: the error is the *squared* length of what is lost.", zh="你开了平方：误差是丢失部分长度的**平方**。"),
        Mistake("distance_to_the_mean", "X_rec = pca_inverse(pca_transform(X, mean, W), mean, W)", "X_rec = mean",
            en="That is the distance to the mean (which is what the notes' formula says literally): all the variance. The reconstruction adds the kept components to it.",
            zh="这是到均值的距离（照讲义的公式字面就是这样），即全部方差。重建要在均值上再加保留的主成分。"),
        Mistake("kept_for_lost", "(X - X_rec)", "(X_rec - mean)",
            en="That is what the components *keep*. The error is what they lose.", zh="这是主成分**留住**的部分。误差是丢掉的部分。"),
        Mistake("mean_not_used", "pca_inverse(pca_transform(X, mean, W), mean, W)", "X @ W.T @ W",
            en="You projected without centering. (The notes leave it out.) Subtract the mean before, and add it after.",
            zh="你没有中心化就投影了。（讲义略去了这一步。）先减去均值，之后再加回来。"),
        Mistake("own_mean", "    X_rec =", "    mean = X.mean(axis=0)\n    X_rec =",
            en="You used the mean of these samples in place of the argument. New samples are measured with the mean that belongs to W.",
            zh="你用这批样本的均值代替了传入的参数。新样本要用与 W 配套的均值来衡量。"),
    ],
    variants=[
        Variant("components_turned_round", "    X_rec =", "    W = -W\n    X_rec ="),
        Variant("sample_and_mean_exchanged", "    X_rec =", "    X, mean = mean, X\n    X_rec ="),
        Variant("written_out", "pca_inverse(pca_transform(X, mean, W), mean, W)", "mean + (X - mean) @ W.T @ W"),
        Variant("norms", "np.sum((X - X_rec) ** 2, axis=1)", "np.linalg.norm(X - X_rec, axis=1) ** 2"),
        Variant("sum_over_n", "np.mean(np.sum((X - X_rec) ** 2, axis=1))", "np.sum((X - X_rec) ** 2) / len(X)"),
    ],
)
# %% [markdown] lang="en"
# **Eigendigits.** Your `pca_eig` on 1000 digits: the mean and the first nine components, as images; and a digit that the fit has not seen, restored from ever more of them.
# %% [markdown] lang="zh" of="89ed"
# **特征数字。** 你的 `pca_eig` 处理 1000 个手写数字：均值和前九个主成分，画成图像；再看一个没参加拟合的数字，用越来越多的主成分恢复出来。
# %% demo="eigendigits"
@drawn_by("pca_eig", "pca_transform", "pca_inverse", "reconstruction_error")
def eigendigits(plt):
    mean, W, _ = pca_eig(X_digits, 64)
    _, axes = plt.subplots(2, 10, figsize=(11, 3.1), layout="constrained")
    for m, ax in enumerate(axes[0]):
        image = mean if m == 0 else W[m - 1] * np.sign(W[m - 1][np.argmax(np.abs(W[m - 1]))])
        reach = np.abs(image).max()
        ax.imshow(image.reshape(8, 8), cmap="RdBu_r" if m else "gray_r", vmin=-reach if m else 0, vmax=reach)
        ax.set_title(words(en="mean", zh="均值") if m == 0 else f"{m}", fontsize=10)
    x = X_digits_test[3:4]
    for M, ax in zip((0, 1, 2, 4, 6, 10, 15, 25, 40, 64), axes[1]):
        ax.imshow(pca_inverse(pca_transform(x, mean, W[:M]), mean, W[:M]).reshape(8, 8), cmap="gray_r", vmin=0, vmax=1)
        ax.set_title(f"M = {M}\n{reconstruction_error(x, mean, W[:M]):.2f}", fontsize=9)
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[])
    plt.show()


# %% [markdown] lang="en"
# What you should see. Top: the mean is a gray blur; a component is a pattern of pixels that become darker (red) *together* while others become lighter (blue). The first ones are broad strokes, later ones are finer. Bottom: with $M=0$ every image is the mean; with ten one can guess the digit; with 25 nobody would notice. The error under each falls to 0.
# %% [markdown] lang="zh" of="43f4"
# 你应当看到：上排，均值是一团灰；主成分是像素的一种**联动**：红的变深，蓝的就变浅。前几个是粗笔画，后面的越来越细。下排，$M=0$ 时每张图都是均值；十个主成分已能猜出是几；25 个就看不出差别了。每张下面的误差一直降到 0。
