# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, tools, variant
from reference import unsupervised

from chapter import drawn_by, pca_eig, pca_transform, stretched, words

# %% [markdown] lang="en"
# ## {n} Find the bug: whitening
#
# The codes of PCA are *decorrelated*: along different components they have nothing to do with each other ($\operatorname{Cov}(z)=W\Sigma W^\top$ is diagonal, §10.2.1). **Whitening** goes one step further and scales each of them to variance 1, so that a distance counts every component alike. Clustering is often better behind it.
#
# A classmate has programmed it. The result is centered and decorrelated, and on the data of the last homework it looked fine. But on other data some columns come out nearly flat and others enormous.
#
# One place in the code below is wrong. Finding it is the exercise:
#
# 1. Suppose that a code has variance 4. By what must it be divided to have variance 1?
# 2. Follow the samples $-2,2$ (one feature) through the code. What comes out, and what is its variance? Why does the example $-1,1$ notice nothing?
# 3. Say in the comment what is wrong, then mend it. As it stands it earns nothing.
# %% [markdown] lang="zh" of="e442"
# ## {n} 找错误：白化
#
# PCA 的编码是**去相关**的：不同主成分上的坐标互不相干（$\operatorname{Cov}(z)=W\Sigma W^\top$ 是对角矩阵，§10.2.1）。**白化**再进一步：把每个坐标缩放到方差为 1，这样算距离时各个主成分分量相当。在它后面做聚类，效果常常更好。
#
# 一位同学写好了代码。结果是中心化的，也去了相关，在上次作业的数据上看着没问题。可是换一份数据，有的列几乎是平的，有的列大得出奇。
#
# 下面的代码有一处错误，找到它就是这道题：
#
# 1. 某个坐标的方差是 4，除以多少才能使方差变成 1？
# 2. 让样本 $-2,2$（一个特征）走一遍代码。得到什么？方差是多少？为什么用 $-1,1$ 这个例子什么也发现不了？
# 3. 在注释里写出错在哪里，再改正它。原样交上来不得分。
# %% answer="whiten"
def whiten(X, M):
    """Codes of X in its first M principal components, each scaled to variance 1 (a MEAN over the N samples).

    X (N, D), 1 ≤ M ≤ D, with a variance above 0 along each of the M components.  Returns (N, M).
    """
    ### BEGIN SOLUTION
    mean, W, variances = pca_eig(X, M)
    Z = pca_transform(X, mean, W)  # (N, M)
    return Z / np.sqrt(variances)
    ### END SOLUTION


# %% [markdown] docstring="whiten" lang="zh" of="d45a"
# X 在它的前 M 个主成分上的编码，每个都缩放到方差为 1（对 N 个样本取平均）。
#
# X (N, D)，1 ≤ M ≤ D，沿这 M 个主成分的方差都大于 0。返回 (N, M)。
# %% [markdown] why="whiten" lang="en"
# Dividing by a number divides the variance by its square, so variance 1 takes the root. For the variance 1 both are 1, which is why
# some data notice nothing. White codes make noise as loud as everything else: tiny components are best left out.
# %% [markdown] why="whiten" lang="zh" of="bea1"
# 除以一个数，方差就除以它的平方，所以要让方差为 1，得除以方差的平方根。方差恰好是 1 时两者都是 1，有些数据才看不出错。白化之后，噪声与别的一样响：很小的主成分最好不要。
# %% grading="whiten"
def white_cases(rng):
    yield Case("two of three", zh="三取二", X=stretched(rng, 7, 3) * 1.5, M=2)
    yield Case("all of three", zh="三取三", X=stretched(rng, 6, 3), M=3)


def edge_cases(rng):
    yield Case("one feature", zh="只有一个特征", X=rng.permutation([1.0, 4.0, 8.0, 14.0, 23.0])[:, None] * int(rng.integers(1, 5)), M=1)
    yield Case("one of four", zh="四取一", X=stretched(rng, 6, 4), M=1)


def shapes_of_codes(X, M):
    return (len(X), M)


def up_to_signs(impl, case):
    """A column may be turned round, as its component may."""
    Z = impl.whiten(case.X, case.M)
    return {"columns, up to sign": tools.up_to_sign(Z), "variances": np.mean(Z**2, axis=0)}


@variant
def by_svd(X, M):
    U, _, _ = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    return U[:, :M] * np.sqrt(len(X))


Exercise(
    points=1, reference=unsupervised.whiten, cases=white_cases, observe=up_to_signs, shapes=shapes_of_codes, tolerance=CLOSED_FORM,
    accepts=("integers",), forbids=FROM_SCRATCH, starter="classmates_bug", groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("classmates_bug", "Z / np.sqrt(variances)", "Z / variances",
            en="This gives what your classmate's code gave. Compute the variance of the columns that come out, and compare it with 1.",
            zh="这和那位同学的代码结果一样。算一算得到的各列的方差，与 1 比一比。"),
        Mistake("not_scaled", "Z / np.sqrt(variances)", "Z",
            en="Now nothing is scaled: the codes have the variances of their components.", zh="现在什么也没有缩放：各坐标的方差还是主成分的方差。"),
        Mistake("multiplied", "Z / np.sqrt(variances)", "Z * np.sqrt(variances)",
            en="Now wide directions become wider still. Divide.", zh="现在宽的方向更宽了。应当是除。"),
        Mistake("one_scale_for_all", "Z / np.sqrt(variances)", "Z / np.sqrt(np.mean(variances))",
            en="Now all columns are scaled alike. Each has a variance of its own.", zh="现在所有列缩放得一样。每一列有自己的方差。"),
        Mistake("scaled_to_length_1", "Z / np.sqrt(variances)", "Z / np.linalg.norm(Z, axis=0)",
            en="Now each column has *length* 1, so its variance is 1/N.", zh="现在每一列的**长度**为 1，方差就成了 1/N。"),
        Mistake("divided_by_n_minus_1", "Z / np.sqrt(variances)", "Z / Z.std(axis=0, ddof=1)",
            en="Now the variance with N − 1 is 1. Here it is a MEAN over the N samples.", zh="现在是用 N − 1 算的方差等于 1。这里的方差是对 N 个样本的平均。"),
        Mistake("original_features", "    return Z / np.sqrt(variances)\n", "    return (X - mean)[:, :M] / X.std(axis=0)[:M]\n",
            en="Those are standardized features, still correlated. The codes are to be scaled.", zh="这是标准化之后的特征，仍然相关。要缩放的是编码。"),
    ],
    variants=[
        Variant("array_turned_round", "return Z / np.sqrt(variances)", "return -np.asarray(Z / np.sqrt(variances))"),
        Variant("difference_turned", "pca_transform(X, mean, W)", "pca_transform(mean, X, W)"),
        Variant("data_turned_round", "    mean, W, variances =", "    X = -X\n    mean, W, variances ="),
        Variant("twice_as_large", "    mean, W, variances =", "    X = 2 * X\n    mean, W, variances ="),
        Variant("by_their_own_deviation", "np.sqrt(variances)", "Z.std(axis=0)"),
        Variant("power", "Z / np.sqrt(variances)", "Z * variances**-0.5"),
        Variant("turned_round", "Z / np.sqrt(variances)", "-Z / np.sqrt(variances)"),
    ],
)
# %% [markdown] lang="en"
# **Before and after.** A long cloud, its codes by your `pca_transform`, and white by your `whiten`.
# %% [markdown] lang="zh" of="8025"
# **前与后。** 一片狭长的点云，你的 `pca_transform` 给出的编码，以及你的 `whiten` 白化之后的样子。
# %% demo="white_cloud"
@drawn_by("pca_eig", "pca_transform", "whiten")
def white_cloud(plt):
    rng = np.random.default_rng(4)
    X = rng.normal(size=(250, 2)) @ np.array([[2.2, 1.4], [-0.3, 0.5]]) + [3, 2]
    mean, W, _ = pca_eig(X, 2)
    _, axes = plt.subplots(1, 3, figsize=(11, 3.7), layout="constrained")
    shown = ((X, words(en="as it came", zh="原来的样子")), (pca_transform(X, mean, W), words(en="turned: codes of PCA", zh="转过来：PCA 的编码")), (whiten(X, 2), words(en="scaled: white", zh="再缩放：白化")))
    for ax, (points, title) in zip(axes, shown):
        ax.scatter(*points.T, s=9, color="#0072B2")
        ax.axhline(0, color="gray", lw=0.7)
        ax.axvline(0, color="gray", lw=0.7)
        ax.set(title=title, xlim=(-8, 9), ylim=(-6, 7), aspect="equal")
    plt.show()


# %% [markdown] lang="en"
# What you should see. Left, a slanted cigar away from the origin. Middle, the same cigar about the origin, lying flat. Right, a round cloud: every direction is like every other.
# %% [markdown] lang="zh" of="a2f2"
# 你应当看到：左图是一支斜放的雪茄，不在原点；中图是同一支雪茄，移到原点，放平了；右图是一团圆圆的云：各个方向都一样。
