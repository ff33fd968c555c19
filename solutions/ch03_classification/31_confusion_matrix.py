# %% prelude
import numpy as np

from autograder import EXACT, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import classification

from chapter import digits_classifier, drawn_by, words

# %% [markdown] lang="en"
# ### {n} Find the bug: which digits are confused?
#
# An accuracy of 0.95 says how often the classifier is wrong, not *how*. The **confusion matrix** does: its entry in row $i$ and column $j$ counts the samples of class $i$ that were taken for class $j$. The diagonal holds the right ones, and all entries together sum to $N$.
#
# A classmate has programmed that, without a loop, and tried it on the truth $(0, 1, 2)$ and the prediction $(0, 2, 1)$: three entries are 1, as they should be. But of 539 digits the matrix counts only about thirty.
#
# 1. Which is the smallest example that goes wrong? Try two samples.
# 2. Say in the comment what NumPy does in the line that is wrong, and why the first test could not notice.
# 3. Mend it. As it stands it earns nothing. (A loop is fine.)
# %% [markdown] lang="zh" of="4f2b"
# ### {n} 找错误：哪些数字被认错了？
#
# 准确率 0.95 只说错了多少，没有说**怎么**错。**混淆矩阵**（confusion matrix）能说明：第 $i$ 行第 $j$ 列是第 $i$ 类样本中被认成第 $j$ 类的个数。对角线上是认对的，所有元素之和等于 $N$。
#
# 有位同学不用循环就写好了，用真实值 $(0, 1, 2)$、预测值 $(0, 2, 1)$ 试了试：有三个元素是 1，没有问题。可是 539 张数字图片，矩阵里却只数到三十来个。
#
# 1. 最小的出错例子是什么？用两个样本试试。
# 2. 在注释里写出：出错的那一行里 NumPy 做了什么，第一次测试为什么发现不了。
# 3. 改正它。原样交上来不得分。（用循环也可以。）
# %% answer="confusion_matrix"
def confusion_matrix(y, y_pred, K):
    """How many samples of each class were taken for each class.

    y, y_pred (N,) integers 0 … K−1, the truth and the prediction; a class need not occur.
    Returns (K, K): the entry [i, j] counts the samples with y = i and y_pred = j.
    """
    ### BEGIN SOLUTION
    C = np.zeros((K, K), dtype=int)
    np.add.at(C, (y, y_pred), 1)
    return C
    ### END SOLUTION


# %% [markdown] docstring="confusion_matrix" lang="zh" of="daa2"
# 每一类有多少样本被认成了各个类别。
#
# y、y_pred (N,) 为整数 0 … K−1，分别是真实值和预测值；某一类可以不出现。
# 返回 (K, K)：元素 [i, j] 是 y = i 且 y_pred = j 的样本个数。
# %% [markdown] why="confusion_matrix" lang="en"
# `C[y, y_pred] += 1` reads all the entries, adds 1, and writes them back: a pair that occurs five times is written five times, with the same number. `np.add.at` adds at each occurrence.
# In the classmate's test no pair occurs twice. With `K` given, a class without samples keeps its row and column of zeros.
# %% [markdown] why="confusion_matrix" lang="zh" of="fb1b"
# `C[y, y_pred] += 1` 先把各项读出来，加 1，再写回去：一对标签出现五次，就写五次同一个数。`np.add.at` 则每出现一次加一次。
# 同学的测试里没有重复的对。`K` 是给定的，没有样本的类别也保留一行一列的零。
# %% grading="confusion_matrix"
def labels(rng, n, k):
    """Some right, most of them wrong, several of them in the same way."""
    y = rng.integers(0, k, n)
    return {"y": y, "y_pred": np.where(rng.random(n) < 0.4, y, (y * y + 1) % k), "K": k}


def count_cases(rng):
    yield Case("typical", zh="一般数据", **labels(rng, int(rng.integers(15, 30)), 3))
    yield Case("five classes", zh="五类", **labels(rng, int(rng.integers(30, 60)), 5))


def edge_cases(rng):
    few = labels(rng, int(rng.integers(9, 15)), 3)
    yield Case("classes that do not occur", zh="有的类别没有出现", **{**few, "K": int(rng.integers(5, 8))})
    y = rng.integers(0, 4, int(rng.integers(8, 14)))
    yield Case("all right", zh="全对", y=y, y_pred=y, K=4)


@variant
def loop(y, y_pred, K):
    C = [[0] * K for _ in range(K)]
    for truth, guess in zip(y, y_pred):
        C[int(truth)][int(guess)] += 1
    return C


@variant
def one_hot_rows(y, y_pred, K):
    return np.eye(K)[y].T @ np.eye(K)[y_pred]


Exercise(
    points=1, reference=classification.confusion_matrix, cases=count_cases, tolerance=EXACT, forbids=FROM_SCRATCH,
    starter="classmates_bug", groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("classmates_bug", "np.add.at(C, (y, y_pred), 1)", "C[y, y_pred] += 1",
            en="This gives what your classmate's code gave. What is the largest entry that it ever has, and how many samples would you need to see that this is wrong?",
            zh="这和那位同学的代码结果一样。看看它的元素最大是几？要几个样本才看得出不对？"),
        Mistake("transposed", "(y, y_pred)", "(y_pred, y)",
            en="Rows and columns are exchanged: the row is the true class, the column the prediction.",
            zh="行和列弄反了：行是真实类别，列是预测类别。"),
        Mistake("errors_alone", "np.add.at(C, (y, y_pred), 1)", "np.add.at(C, (y, y_pred), y != y_pred)",
            en="You count the errors alone. The diagonal belongs to the matrix: those are the samples that are right.",
            zh="你只数了分错的。对角线也是矩阵的一部分：那是分对的样本。"),
        Mistake("hits_alone", "np.add.at(C, (y, y_pred), 1)", "np.add.at(C, (y, y), y == y_pred)",
            en="Only the diagonal is filled. The errors are the interesting part: where did they go?",
            zh="只有对角线上有数。错误才是有意思的部分：它们去了哪里？"),
        Mistake("shares_for_counts", "return C", "return C / len(y)",
            en="These are shares of all samples. Counts are asked for.",
            zh="这是占全部样本的比例。题目要的是个数。"),
        Mistake("shares_of_a_class", "return C", "return C / np.maximum(C.sum(axis=1, keepdims=True), 1)",
            en="You divided each row by the size of its class. Counts are asked for.",
            zh="你把每一行除以了该类的样本数。题目要的是个数。"),
        Mistake("size_from_the_labels", "np.zeros((K, K), dtype=int)",
            "np.zeros((max(y.max(), y_pred.max()) + 1,) * 2, dtype=int)",
            en="Your matrix is only as large as the labels that happen to occur. It is (K, K), also where a class has no sample.",
            zh="你的矩阵大小取决于碰巧出现的标签。它应当是 (K, K)，即使某一类没有样本。"),
    ],
    variants=[
        Variant("counts_as_decimals", ", dtype=int)", ")"),
        Variant("counted_as_numbers", "np.add.at(C, (y, y_pred), 1)",
            "C = np.bincount(K * y + y_pred, minlength=K * K).reshape(K, K)"),
    ],
)


# %% demo="digits_confused"
# Your digits_classifier on the fixed split, and what your confusion_matrix says about it.
@drawn_by("digits_classifier", "confusion_matrix")
def digits_confused(plt):
    from sklearn.datasets import load_digits

    X, y = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(y))
    test, train = order[:539], order[539:]
    W, b = digits_classifier(X[train], y[train], np.random.default_rng(1))
    y_pred = (X[test] / 16 @ W + b).argmax(axis=1)
    counts = np.asarray(confusion_matrix(y[test], y_pred, 10))
    _, (left, right) = plt.subplots(1, 2, figsize=(12, 5), layout="constrained", width_ratios=(1, 1.1))
    left.imshow(np.where(np.eye(10, dtype=bool), 0, counts), cmap="Greys", vmax=5)
    for i, j in np.ndindex(10, 10):
        if counts[i, j]:
            color = "white" if i != j and counts[i, j] > 2 else "black"
            left.text(j, i, f"{counts[i, j]:g}", ha="center", va="center", fontsize=9, color=color)
    left.set(xticks=range(10), yticks=range(10), xlabel=words(en="taken for", zh="认成"), ylabel=words(en="truth", zh="真实值"))
    left.set_title(words(en=f"{counts.sum():g} digits, {np.trace(counts):g} of them right", zh=f"{counts.sum():g} 张图片，{np.trace(counts):g} 张认对"))
    wrong = np.flatnonzero(y_pred != y[test])[:15]
    tiles = np.ones((3 * 10, 5 * 10)) * 4
    for place, n in enumerate(wrong):
        row, column = divmod(place, 5)
        tiles[10 * row + 1 : 10 * row + 9, 10 * column + 1 : 10 * column + 9] = X[test][n].reshape(8, 8)
        right.text(10 * column + 5, 10 * row + 9.4, f"{y[test][n]} → {y_pred[n]}", ha="center", fontsize=8)
    right.imshow(tiles, cmap="gray_r", vmax=16)
    right.set_title(words(en="The first that were wrong: truth → prediction", zh="最先认错的几张：真实值 → 预测值"))
    right.axis("off")
    plt.show()
# %% [markdown] lang="en"
# What you should see. Nearly all digits lie on the diagonal, and the errors are not spread evenly: some pairs are confused again and again (darker fields), most pairs never. The pictures show why: you would hesitate, too.
# %% [markdown] lang="zh" of="6443"
# 你应当看到：几乎所有数字都在对角线上，而错误并不是均匀分布的：有几对数字一再被认错（颜色较深的格子），大多数则从不混淆。看看右边的图就明白了：换成你也会犹豫。
