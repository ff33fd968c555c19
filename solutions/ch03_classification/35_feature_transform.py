# %% prelude
import numpy as np

from autograder import EXACT, FROM_SCRATCH, Case, Exercise, Group, Mistake, mistake, variant
from reference import classification

from chapter import drawn_by, words

# %% [markdown] lang="en"
# ### {n} Change the features
#
# If a line cannot do it in the old coordinates, make new ones: **feature transformation, then classification**. For example, measure each point's distance to $(0,0)$ and to $(1,1)$:
#
# | $x$ | to $(0,0)$ | to $(1,1)$ | $y$ |
# |---|---|---|---|
# | $(0,0)$ | 0 | 1.41 | 0 |
# | $(0,1)$ | 1 | 1 | 1 |
# | $(1,0)$ | 1 | 1 | 1 |
# | $(1,1)$ | 1.41 | 0 | 0 |
#
# The two points with label 1 have landed on the same spot, and the sum of both distances is 2 there but 1.41 at the others: the line $z_1+z_2=1.7$ separates them. Any transformation that makes XOR separable is accepted, also for points *near* the four corners, as long as it treats every row on its own (it must work for a single point, too).
#
# Finding such features by hand is an art. The hidden layers of the next chapter learn them.
# %% [markdown] lang="zh" of="6ae5"
# ### {n} 换一组特征
#
# 在原来的坐标里直线做不到，那就换一组坐标：**先做特征转换，再分类**。例如，计算每个点到 $(0,0)$ 和 $(1,1)$ 的距离：
#
# | $x$ | 到 $(0,0)$ | 到 $(1,1)$ | $y$ |
# |---|---|---|---|
# | $(0,0)$ | 0 | 1.41 | 0 |
# | $(0,1)$ | 1 | 1 | 1 |
# | $(1,0)$ | 1 | 1 | 1 |
# | $(1,1)$ | 1.41 | 0 | 0 |
#
# 标签为 1 的两个点落到了同一处；那里两个距离之和是 2，另外两点是 1.41，于是直线 $z_1+z_2=1.7$ 就把它们分开了。任何能让异或线性可分的转换都可以，在四个角**附近**的点上也要成立；但必须逐行处理（对单独一个点也能用）。
#
# 靠手工寻找这样的特征是一门手艺。下一章的隐藏层会自己学出来。
# %% answer="feature_transform"
def feature_transform(X):
    """New features in which XOR is linearly separable.

    X (N, 2), which may hold integers, too.  Returns (N, K) for a K of your choice; row n depends on row n of X alone.
    """
    ### BEGIN SOLUTION
    to_origin = np.sqrt(np.sum(X**2, axis=1))  # (N,)
    to_ones = np.sqrt(np.sum((X - 1) ** 2, axis=1))  # (N,)
    return np.stack([to_origin, to_ones], axis=1)  # (N, 2)
    ### END SOLUTION


# %% [markdown] docstring="feature_transform" lang="zh" of="10cd"
# 使异或线性可分的新特征。
#
# X (N, 2)，也可以是整数数组。返回 (N, K)，K 由你决定；第 n 行只依赖 X 的第 n 行。
# %% [markdown] why="feature_transform" lang="en"
# (0,1) and (1,0) are equally far from both corners of label 0, so they land on one spot; this takes something nonlinear, since a linear map would keep the square a parallelogram.
# Distances change little when a point moves a little, so points near a corner do as well; and each row needs only itself.
# %% [markdown] why="feature_transform" lang="zh" of="6b1c"
# (0,1) 和 (1,0) 到标签为 0 的两个角距离都相同，所以落在同一处；这非用非线性不可，线性变换只会把正方形变成平行四边形。
# 点稍微移动，距离也只稍微改变，所以角附近的点同样适用；而且每一行只用到它自己。
# %% grading="feature_transform"
def corners(rng, n, away):
    """Each of the four corners with its label, several times, moved by at most `away`."""
    order = rng.permutation(np.arange(n) % 4)
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])[order]
    return {"X": X + rng.uniform(-away, away, (n, 2)).round(2), "y": np.array([0, 1, 1, 0])[order]}


def xor_cases(rng):
    yield Case("four corners", zh="四个角", **corners(rng, 9, 0.0))
    yield Case("near the corners", zh="四个角附近", **corners(rng, 16, 0.08))


def row_cases(rng):
    yield Case("row by row", zh="逐行", **corners(rng, 6, 0.08))


def whether_separable(impl, case):
    """Whether the features are more than a linear map of the old ones, and whether a perceptron separates the classes."""
    F = np.asarray(impl.feature_transform(case.X), dtype=float)
    if F.ndim != 2 or len(F) != len(case.X) or not np.isfinite(F).all():
        return {"finite (N, K) array": False, "nonlinear": False, "separable": False}
    old = np.column_stack([case.X, np.ones(len(F))])
    rest = F - old @ np.linalg.lstsq(old, F, rcond=None)[0]
    sd = F.std(axis=0)
    A = np.column_stack([(F - F.mean(axis=0)) / np.where(sd > 0, sd, 1), np.ones(len(F))]) * (2 * case.y - 1)[:, None]
    theta = np.linalg.lstsq(A, np.ones(len(A)), rcond=None)[0]  # a good start
    for _ in range(2000):
        wrong = A[A @ theta <= 1e-9]
        if not len(wrong):
            break
        theta = theta + wrong[0]
    nonlinear = bool(np.abs(rest).max() > 1e-9 * np.abs(F).max())
    return {"finite (N, K) array": True, "nonlinear": nonlinear, "separable": not len(wrong)}


def each_row_on_its_own(impl, case):
    F = np.asarray(impl.feature_transform(case.X), dtype=float)
    alone = [np.asarray(impl.feature_transform(case.X[n : n + 1]), dtype=float) for n in range(len(case.X))]
    shapes = all(row.shape == F[:1].shape for row in alone)
    same = shapes and np.allclose(np.concatenate(alone), F, rtol=1e-4, atol=1e-5)
    return {"same alone": bool(same)}


@mistake(
    en="You ask whether the coordinates are exactly equal. Points near a corner count, too, and their coordinates hardly ever are.",
    zh="你问的是两个坐标是否完全相等。角附近的点也要算在内，而它们的坐标几乎从不相等。",
)
def exact_corners_only(X):
    return np.not_equal(X[:, :1], X[:, 1:]).astype(float)


@variant
def product(X):
    return np.column_stack([X, X[:, 0] * X[:, 1]])


@variant
def difference(X):
    return [[(row[0] - row[1]) ** 2] for row in X]


@variant
def four_bumps(X):
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    return np.exp(-np.square(X[:, None] - corners).sum(axis=2) / 0.5)


@variant
def rounded_and_compared(X):
    bits = np.asarray(X) > 0.5
    return np.logical_xor(bits[:, 0], bits[:, 1])[:, None]


@variant
def hidden_layer(X):
    return np.maximum(X @ np.ones((2, 2)) + np.array([0, -1]), 0)


@mistake(
    en="One distance puts the label-1 points between the two others. A second feature is needed to pull them aside.",
    zh="只用一个距离，标签为 1 的点就夹在另外两点之间。还需要第二个特征把它们拉开。",
)
def one_distance(X):
    return np.sqrt(np.sum(X**2, axis=1, keepdims=True))


@mistake(
    en="At the corners your features are no more than a linear map of the old ones: there 0² = 0 and 1² = 1, and a function of one coordinate alone has two values. Bring both coordinates together.",
    zh="在四个角上，你的特征不过是原来坐标的线性变换：那里 0² = 0、1² = 1，只看一个坐标的函数也只有两个值。要让两个坐标一起起作用。",
)
def each_coordinate_alone(X):
    return np.square(X)


@mistake(
    en="Your features depend on the other rows (a mean over the batch, say). A single new point must be transformed the same way.",
    zh="你的特征依赖其他行（例如用了整批的均值）。单独一个新点也必须得到同样的结果。",
)
def depends_on_the_batch(X):
    Z = X - X.mean(axis=0)
    return Z[:, :1] * Z[:, 1:] + 0 * Z


@mistake(
    en="The result is not an (N, K) array. Even a single feature needs a column: (N, 1).",
    zh="结果不是 (N, K) 的数组。即使只有一个特征，也要是一列：(N, 1)。",
)
def not_a_matrix(X):
    return np.sqrt(np.sum(X**2, axis=1)) + np.sqrt(np.sum((X - 1) ** 2, axis=1))


@variant
def absolute_difference(X):
    return np.column_stack([X, np.abs(X[:, 0] - X[:, 1])])


Exercise(
    points=2, reference=classification.feature_transform, cases=xor_cases, observe=whether_separable,
    tolerance=EXACT, accepts=("integers",), forbids=FROM_SCRATCH,
    many_right="any features that a line can separate are right",
    groups=[Group("rows", row_cases, observe=each_row_on_its_own, en="Each row on its own", zh="逐行处理")],
    mistakes=[
        Mistake("features_as_they_are", "return np.stack([to_origin, to_ones], axis=1)", "return 1.0 * X",
            en="Rotating, scaling or shifting turns lines into lines, so XOR stays inseparable. Bend the space: you need something nonlinear.",
            zh="旋转、缩放、平移都把直线变成直线，异或仍然不可分。要把空间“弯”一下：需要非线性的变换。"),
    ],
)


# %% demo="xor_transform"
# A sheet of paper, bent by your function until one straight cut is enough.
@drawn_by("feature_transform")
def xor_transform(plt):
    corner = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    crowd = np.repeat(corner, 40, axis=0) + np.random.default_rng(1).normal(0, 0.045, (160, 2))
    odd, steps = np.repeat([0, 1, 1, 0], 40), np.linspace(-0.3, 1.3, 161)
    sheet = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)  # a piece of paper with squares on it
    bent, bent_crowd = (np.asarray(feature_transform(place), dtype=float) for place in (sheet, crowd))
    bent, bent_crowd = (np.column_stack([part, 0 * part[:, :1]]) for part in (bent, bent_crowd))  # room for a single one
    tilde = np.column_stack([bent_crowd, np.ones(160)])
    theta = np.linalg.lstsq(tilde, 2.0 * odd - 1, rcond=None)[0]  # a line by least squares, then moved into the gap
    score, score_crowd = bent @ theta[:-1], bent_crowd @ theta[:-1]
    side = (score - (score_crowd[odd == 0].max() + score_crowd[odd == 1].min()) / 2).reshape(161, 161)
    _, axes = plt.subplots(1, 2, figsize=(11, 4.8), layout="constrained")
    for axis, paper, points in zip(axes, (sheet, bent[:, :2]), (crowd, bent_crowd[:, :2])):
        grid = paper.reshape(161, 161, 2)
        for number in range(0, 161, 10):
            axis.plot(*grid[number].T, color="#999999", lw=0.6)
            axis.plot(*grid[:, number].T, color="#999999", lw=0.6)
        for kind, mark, color in ((0, "o", "#0072B2"), (1, "^", "#D55E00")):
            axis.plot(*points[odd == kind].T, mark, color=color, ms=4, label=words(en=f"label {kind}", zh=f"标签 {kind}"))
        axis.contour(*grid.transpose(2, 0, 1), side, levels=[0], colors="black", linewidths=2)
        axis.set(aspect="equal", xlabel=words(en="feature 1", zh="特征 1"), ylabel=words(en="feature 2", zh="特征 2"))
    axes[0].set_title(words(en="Old features", zh="原来的特征"))
    axes[1].set_title(words(en="Your features", zh="你的特征") if bent.shape[1] <= 3 else words(en="Your first two features", zh="你的前两个特征"))
    axes[0].legend(loc="upper right", fontsize=8)
    plt.show()
# %% [markdown] lang="en"
# What you should see. In your features (right) one straight black line parts the circles from the triangles; the same line, looked at in the old features (left), is a curve.
# %% [markdown] lang="zh" of="629c"
# 你应当看到：在你的特征里（右图），一条黑色直线就把圆点和三角分开了；同一条线放回原来的特征里看（左图），却是一条曲线。
