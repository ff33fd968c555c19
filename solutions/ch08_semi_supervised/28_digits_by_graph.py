# %% prelude
import numpy as np

from autograder import FROM_SCRATCH, Calibration, Case, Dataset, Exercise, Group, Mistake, Variant, tools, variant
from reference import semi_supervised

from chapter import drawn_by, knn_graph, label_propagate, rbf_weights, words

# %% [markdown] lang="en"
# ### {n} Thirty labels for three hundred digits
#
# Handwriting once more: 300 images, three labels for each digit, and 270 images to be named. This is transductive: the answer is a label for each of the 270, nothing else. So that the distances are quickly computed, the images are shrunk to 4 × 4, the means of 2 × 2 pixels. Put your parts together: a graph of the **5** nearest neighbors over all 300, weights of width **5** (gray values go from 0 to 16), and 50 rounds of propagation; then the class with the largest share.
#
# The check compares with the simplest use of 30 labels, the nearest labeled image, and takes the mean over five choices of the 30. You pass at 0.01774 more than that, as a share of the images. (On average the graph is right on 80% and the nearest labeled image on 71%. Gray values are mixed by a rotation and digits renamed in every draw.)
# %% [markdown] lang="zh" of="499d"
# ### {n} 三百个数字，三十个标签
#
# 再来认手写数字：300 张图像，每个数字有三张带标签，要给另外 270 张命名。这是直推式的：答案就是这 270 张的标签，别无其他。为了算距离快一些，图像缩成了 4 × 4，每个值是 2 × 2 个像素的平均。把零件拼起来：在全部 300 张上建 **5** 近邻图，权重的宽度取 **5**（灰度值从 0 到 16），传播 50 遍，然后取份额最大的类别。
#
# 检查时，与 30 个标签最简单的用法（离得最近的有标签的图像）相比，并对五种选法取平均。正确的比例比它高出的部分达到 0.01774 即通过。（平均来说，图能对 80%，最近的有标签的图像能对 71%。每次灰度值都经过旋转混合，数字也重新编号。）
# %% answer="digits_by_graph"
def digits_by_graph(Xl, yl, Xu):
    """Name images by labels that spread along a graph of all of them.

    Xl (N, 16) gray values (mixed with one another when checked), labels yl (N,) of ten classes; Xu (M, 16).
    Returns the classes of Xu (M,), whole numbers from 0 to 9.
    """
    ### BEGIN SOLUTION
    X = np.vstack([Xl, Xu])
    y = np.concatenate([yl, np.full(len(Xu), -1)])
    A = rbf_weights(X, knn_graph(X, 5), 5.0)
    F = label_propagate(A, y, 10, 50)
    return F[len(Xl) :].argmax(axis=1)
    ### END SOLUTION


# %% [markdown] docstring="digits_by_graph" lang="zh" of="7c86"
# 让标签沿着连起所有图像的图传播开去，给图像命名。
#
# Xl (N, 16) 是灰度值（检查时它们之间会混合），标签 yl (N,) 共十类；Xu (M, 16)。
# 返回 Xu 的类别 (M,)，0 到 9 的整数。
# %% [markdown] why="digits_by_graph" lang="en"
# Labeled and unlabeled images stand in *one* graph, so that a label can walk from image to image, to places where no labeled one is
# near. Nobody was trained, no parameter is left over: whoever brings a new image has to build the graph again.
# %% [markdown] why="digits_by_graph" lang="zh" of="c600"
# 有标签和无标签的图像放进**同一张**图，标签才能一张一张地走过去，走到附近没有标签的地方。这里没有训练出什么，也不留下参数：再来一张新图像，就得重新建图。
# %% grading="digits_by_graph"
def image_case(rng):
    draw = semi_supervised.graph_draw(rng)
    yield Case("digits", zh="手写数字", X=Dataset("digits", rows=draw.pop("rows")), **draw)


def shapes_of_images(Xl, yl, Xu):
    return (len(Xu),)


def gain_by_the_graph(impl, case):
    """How much more of the other images is named rightly than by the nearest labeled image, over several sets of labels."""
    small = case.X.reshape(-1, 4, 2, 4, 2).mean(axis=(2, 4)).reshape(-1, 16)
    X = small @ np.linalg.qr(np.random.RandomState(case.turn).normal(size=(16, 16)))[0]
    gains, classes = [], []
    for labeled in case.sets:
        rest = np.setdiff1d(np.arange(len(X)), labeled)
        found = impl.digits_by_graph(X[labeled], case.y[labeled], X[rest])
        far = np.sum(X[rest] ** 2, axis=1)[:, None] + np.sum(X[labeled] ** 2, axis=1) - 2 * X[rest] @ X[labeled].T
        nearest = case.y[labeled][far.argmin(axis=1)]
        gains.append(tools.accuracy(found, case.y[rest]) - tools.accuracy(nearest, case.y[rest]))
        classes.append([int(np.sum(found == k)) for k in range(10)])
    return {"metric": float(np.mean(gains)), "classes": classes}


@variant
def by_solving(Xl, yl, Xu):
    """Where propagation ends: the linear equations that say each sample is the mean of its neighbors."""
    X, n = np.concatenate([Xl, Xu]), len(Xl)
    far = np.sum(X**2, axis=1)[:, None] + np.sum(X**2, axis=1) - 2 * X @ X.T
    np.fill_diagonal(far, np.inf)
    near = np.zeros(far.shape, dtype=bool)
    np.put_along_axis(near, np.argsort(far, axis=1)[:, :5], True, axis=1)
    A = np.where(near | near.T, np.exp(-np.minimum(far, 1e9) / 50), 0.0)
    D = np.diag(A.sum(axis=1) + 1e-9)
    F = np.linalg.solve((D - A)[n:, n:], A[n:, :n] @ np.eye(10)[yl])
    return np.argmax(F, axis=1)


Exercise(
    points=3, reference=semi_supervised.digits_by_graph, observe=gain_by_the_graph, shapes=shapes_of_images, forbids=FROM_SCRATCH,
    seconds=20, groups=[Group("accuracy", image_case)],
    many_right="any labels that are right are right, whatever graph has spread them",
    tolerance=Calibration(
        semi_supervised.calibrate_digits_by_graph, higher_is_better=True, margin=0.003,
        reason="how much more of 270 digits propagation on a graph names rightly than the nearest of 30 labeled images, over five "
        "choices of the 30; the margin is about one digit",
    ),
    mistakes=[
        Mistake("one_round", "label_propagate(A, y, 10, 50)", "label_propagate(A, y, 10, 1)",
            en="Labels spread one step alone, so most images have heard nothing. Take 50 rounds.", zh="标签只传播了一步，大多数图像什么也没有听到。请传播 50 遍。"),
        Mistake("blanks_are_class_0", "np.full(len(Xu), -1)", "np.zeros(len(Xu), dtype=int)",
            en="Images without a label are marked 0, which is a class, and so they are never named. Mark them −1.", zh="没有标签的图像记成了 0，而 0 是一个类别，于是再也不会改名。请记作 −1。"),
        Mistake("labeled_rows_returned", "F[len(Xl) :].argmax", "F[: len(Xu)].argmax",
            en="You return the first rows, the labeled ones among them. Those of Xu come after them.", zh="你返回的是前面的行，其中包括有标签的。Xu 的行在它们之后。"),
        Mistake("too_wide_and_too_many", "rbf_weights(X, knn_graph(X, 5), 5.0)", "knn_graph(X, 100)",
            en="With a hundred neighbors, and without weights, most edges lead to other digits. Few neighbors, and weights that fall with the distance.",
            zh="一百个邻居，又没有权重，大多数边都通向别的数字。邻居要少，权重要随距离减小。"),
        Mistake("nearest_label", "label_propagate(A, y, 10, 50)\n    return F[len(Xl) :].argmax(axis=1)",
            "-np.sum((Xu[:, None] - Xl) ** 2, axis=2)\n    return yl[F.argmax(axis=1)]",
            en="Each image takes the label of the nearest labeled image: that is what you are to improve on. Labels must travel through the images without one.",
            zh="每张图像取了最近的有标签图像的标签：这正是要超过的做法。标签应当经过那些没有标签的图像传播。"),
    ],
    variants=[Variant("more_rounds", "label_propagate(A, y, 10, 50)", "label_propagate(A, y, 10, 300)"), Variant("four_neighbors", "knn_graph(X, 5)", "knn_graph(X, 4)")],
)


# %% [markdown] lang="en"
# How far does a label come? For growing numbers of labels a digit: your graph and the nearest labeled image, on ten draws of 300 small images each (thin lines; thick ones are the means).
#
# You should see: with one label a digit the graph is far ahead; with twenty the gap has shrunk. The fewer labels there are, the more an image without one is worth.
# %% [markdown] lang="zh" of="649c"
# 一个标签能走多远？横轴是每个数字的标签个数：你的图与最近的有标签的图像，各抽十次，每次 300 张小图（细线；粗线是平均）。
#
# 你应该看到：每个数字只有一个标签时，图遥遥领先；有二十个时，差距缩小了。标签越少，没有标签的图像就越值钱。
# %% demo="few_labels"
@drawn_by("knn_graph", "rbf_weights", "label_propagate", "digits_by_graph")
def few_labels(plt):
    from sklearn.datasets import load_digits

    images, digits = load_digits(return_X_y=True)
    counts = (1, 2, 5, 10, 20)
    curves = np.zeros((10, 2, len(counts)))
    for seed in range(10):
        rows = np.random.default_rng(seed).permutation(1797)[:300]
        X, y = images[rows].reshape(-1, 4, 2, 4, 2).mean(axis=(2, 4)).reshape(-1, 16), digits[rows]
        for place, count in enumerate(counts):
            labeled = np.concatenate([np.flatnonzero(y == k)[:count] for k in range(10)])
            rest = np.setdiff1d(np.arange(300), labeled)
            far = np.sum((X[rest][:, None] - X[labeled]) ** 2, axis=2)
            curves[seed, 0, place] = np.mean(y[labeled][far.argmin(axis=1)] == y[rest])
            curves[seed, 1, place] = np.mean(np.asarray(digits_by_graph(X[labeled], y[labeled], X[rest])) == y[rest])
    _, ax = plt.subplots(figsize=(7.5, 4), layout="constrained")
    names = (words(en="nearest labeled image", zh="最近的有标签的图像"), words(en="your graph", zh="你的图"))
    for way, (name, color) in enumerate(zip(names, ("#D55E00", "#0072B2"))):
        ax.plot(counts, curves[:, way].T, color=color, lw=0.5, alpha=0.6)
        ax.plot(counts, curves[:, way].mean(axis=0), "o-", color=color, lw=2.5, label=name)
    ax.set_xscale("log")
    ax.set_xticks(counts, counts)
    ax.set(xlabel=words(en="labels of each digit", zh="每个数字的标签个数"), ylabel=words(en="share named rightly", zh="命名正确的比例"))
    ax.legend(frameon=False)
    ax.spines[["top", "right"]].set_visible(False)
    plt.show()
