# %% prelude
import numpy as np

from autograder import EXACT, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import semi_supervised

from chapter import shares

# %% [markdown] lang="en"
# ## Classes are separated by a gap: self-training (§9.2)
#
# EM needed Gaussians. The next assumption needs none: *between the classes there are few samples*. If that is so, a sample that lies clearly on one side may be taken at its word. **Self-training**: train any classifier on the labeled samples; let it label the others; take its *confident* answers for labels, and train again.
#
# ### {n} Pseudo-labels
#
# $P_{uk}$, in code `P[u, k]`, is the probability that the model gives to class $k$ for unlabeled sample $u$. A sample is taken when its largest probability is **at least** the threshold; its **pseudo-label** is the class of that probability (a **hard label**; of equal ones the lowest class wins).
#
# **By hand.** With the threshold 0.8,
#
# $$P=\begin{pmatrix}0.8&0.2\\0.6&0.4\\0.05&0.95\end{pmatrix}\quad\text{gives the rows }(0, 2)\text{ with the labels }(0, 1).$$
# %% [markdown] lang="zh" of="db85"
# ## 类与类之间有空隙：自训练（§9.2）
#
# EM 需要高斯分布。下一个假设不需要：**类与类之间样本稀少**。如果真是这样，明显落在某一边的样本就信得过。**自训练**：用有标签的样本训练任意一个分类器；让它给其余样本打标签；把它**有把握**的回答当作标签，再训练一次。
#
# ### {n} 伪标签
#
# $P_{uk}$（代码里是 `P[u, k]`）是模型认为无标签样本 $u$ 属于第 $k$ 类的概率。最大概率**不低于**阈值的样本才选用；它的**伪标签**就是概率最大的那一类（这叫**硬标签**；概率相等时，取编号最小的类别）。
#
# **手算。** 阈值为 0.8 时，
#
# $$P=\begin{pmatrix}0.8&0.2\\0.6&0.4\\0.05&0.95\end{pmatrix}\quad\text{选出第 }(0, 2)\text{ 行，标签是 }(0, 1)\text{。}$$
# %% answer="pseudo_labels"
def pseudo_labels(P, threshold):
    """The samples that a model is sure about, and their hard labels.

    P (M, K), probabilities; threshold, a number: a sample is taken if its largest probability is at least that.
    Returns (rows, labels): the numbers of the rows taken, ascending, and the class of each; both may be empty.
    """
    ### BEGIN SOLUTION
    rows = np.flatnonzero(P.max(axis=1) >= threshold)
    return rows, P[rows].argmax(axis=1)
    ### END SOLUTION


# %% [markdown] docstring="pseudo_labels" lang="zh" of="3b18"
# 模型有把握的样本，以及它们的硬标签。
#
# P (M, K) 是概率；threshold 是一个数：最大概率不低于它的样本才选用。
# 返回 (rows, labels)：选用的各行的编号，从小到大，以及每一行的类别；两者都可以是空的。
# %% [markdown] why="pseudo_labels" lang="en"
# Take the rows first and their labels from these rows: then both results have the same length and belong together,
# also when nobody is sure. `argmax` names the first of equals, which is the lowest class.
# %% [markdown] why="pseudo_labels" lang="zh" of="2cb1"
# 先取行，再从这些行里取标签：两个结果长度相同、一一对应，没有一个样本够确信时也是如此。`argmax` 遇到并列取第一个，正是编号最小的类别。
# %% grading="pseudo_labels"
def mixed(rng, m, k):
    """Rows with their largest probability above and below 0.6, in any column, the first and the last row unsure."""
    while True:
        P, sure = shares(rng, m, k), rng.permutation(m)[: m // 2]
        P[sure] = (0.2 * P[sure] + 0.8 * np.eye(k)[rng.integers(k, size=len(sure))]).round(3)
        taken = P.max(axis=1) >= 0.6
        if not taken[[0, -1]].any() and len(np.unique(P.argmax(axis=1)[taken])) > 1 and np.abs(P - 0.6).min() > 1e-3:
            return P


def label_cases(rng):
    yield Case("typical", zh="一般数据", P=mixed(rng, 8, 3), threshold=0.6)


def edge_cases(rng):
    at = np.array([[0.75, 0.25], [0.25, 0.75], [0.5, 0.5], [0.7, 0.3]])
    yield Case("exactly at the threshold", zh="恰好等于阈值", P=at[rng.permutation(4)], threshold=0.75)
    yield Case("two equal probabilities", zh="两个概率相等", P=rng.permutation([[0.0, 0.5, 0.5], [0.5, 0.0, 0.5], [0.25, 0.5, 0.25]]), threshold=0.5)
    yield Case("nobody is sure", zh="都没有把握", P=shares(rng, 3, 4), threshold=0.99)


@variant
def row_by_row(P, threshold):
    taken = [(u, list(row).index(max(row))) for u, row in enumerate(P) if max(row) >= threshold]
    return [u for u, _ in taken], [label for _, label in taken]


Exercise(
    points=1, reference=semi_supervised.pseudo_labels, cases=label_cases, tolerance=EXACT, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("threshold_excluded", ">= threshold", "> threshold",
            en="A sample exactly at the threshold is left out. It is taken: *at least* the threshold.",
            zh="恰好等于阈值的样本被漏掉了。“不低于”阈值的都要选用。"),
        Mistake("the_unsure_are_taken", ">= threshold", "< threshold",
            en="You take the samples that the model is *not* sure about. (Those are worth asking a person about, which is another method: active learning.)",
            zh="你选的是模型**没有**把握的样本。（那些值得去问人，不过那是另一种方法：主动学习。）"),
        Mistake("labels_of_all", "P[rows].argmax(axis=1)", "P.argmax(axis=1)",
            en="You return a label for every sample. Only the rows taken have one.", zh="你给每个样本都返回了标签。只有选用的那些行才有。"),
        Mistake("mask_for_rows", "rows = np.flatnonzero(P.max(axis=1) >= threshold)", "rows = P.max(axis=1) >= threshold",
            en="You return a truth value for each sample. Return the *numbers* of the rows taken.", zh="你返回的是每个样本的真假值。请返回选用的各行的**编号**。"),
        Mistake("largest_of_each_class", "P.max(axis=1) >= threshold", "P.max(axis=0) >= threshold",
            en="You took the maximum down the columns. Each sample, a row, has its own largest probability.", zh="你沿着列取了最大值。每个样本（一行）各有自己的最大概率。"),
        Mistake("probability_for_label", "P[rows].argmax(axis=1)", "P[rows].max(axis=1)",
            en="Your labels are the probabilities. Wanted is the *class* that has the largest one.", zh="你的标签是概率。要的是概率最大的那个**类别**。"),
        Mistake("highest_class_wins", "P[rows].argmax(axis=1)", "P.shape[1] - 1 - P[rows, ::-1].argmax(axis=1)",
            en="Where two classes are equally likely you take the higher one. The lowest wins.", zh="两类概率相等时，你取了编号大的。应当取编号最小的。"),
        Mistake("first_class_alone", "P.max(axis=1) >= threshold", "P[:, 0] >= threshold",
            en="You look at class 0 alone. A sample is taken whichever class the model is sure of.", zh="你只看了第 0 类。不论模型对哪一类有把握，都要选用。"),
    ],
    variants=[
        Variant("ascending_already", "return rows, P", "return np.sort(rows), P"),
        Variant("where", "np.flatnonzero(P.max(axis=1) >= threshold)", "np.where((P >= threshold).any(axis=1))[0]"),
    ],
)
