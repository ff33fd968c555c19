# %% prelude
import numpy as np

from autograder import EXACT, FROM_SCRATCH, Case, Exercise, Function, Group, Mistake, Variant, variant
from reference import semi_supervised

from chapter import drawn_by, pseudo_labels, softmax, words

# %% [markdown] lang="en"
# ### {n} Round by round
#
# "Any classifier will do" (§9.2), so it is an argument: `probs(X, y, Xu, K)` trains on X and y and gives the probabilities (M, K) for `Xu`. One round:
#
# 1. train on the current training set, at first `Xl` and `yl`;
# 2. take the confident answers for `Xu` as pseudo-labels;
# 3. the **new** training set is `Xl` with its labels and, after it, the samples just taken with theirs.
#
# Pseudo-labels are not promises. Every round looks at *all* of `Xu` again: a sample that the new model is not sure about any longer drops out, and one that it sees otherwise changes its label. The real labels, on the other hand, never change. So that one can watch it, return the labels of every round, $-1$ where a sample was not taken.
#
# `nearest_mean_probs` below is a classifier to try it on: $\operatorname{softmax}_k(-\tfrac12\lVert x-\mu_k\rVert^2)$ with the class means $\mu_k$ of the training set.
# %% [markdown] lang="zh" of="8405"
# ### {n} 一轮又一轮
#
# “什么方法都可以”（§9.2），所以分类器由参数传入：`probs(X, y, Xu, K)` 用 X 和 y 训练，给出 `Xu` 的概率 (M, K)。一轮分三步：
#
# 1. 用当前的训练集训练，一开始是 `Xl` 和 `yl`；
# 2. 把对 `Xu` 有把握的回答当作伪标签；
# 3. **新的**训练集是 `Xl` 及其标签，后面接上刚刚选用的样本及其伪标签。
#
# 伪标签不是承诺。每一轮都要把 `Xu` **全部**重看一遍：新模型不再有把握的样本退出，看法变了的样本改标签。真正的标签则永远不变。为了看清过程，请返回每一轮的标签，没有选用的样本记作 $-1$。
#
# 下面的 `nearest_mean_probs` 是一个可以拿来试的分类器：$\operatorname{softmax}_k(-\tfrac12\lVert x-\mu_k\rVert^2)$，其中 $\mu_k$ 是训练集里各类的均值。
# %% setup
def nearest_mean_probs(X, y, Xu, K):
    """Trains on X (N, D) with labels y, every class among them; the probabilities (M, K) of the classes for Xu (M, D)."""
    mus = np.stack([X[y == k].mean(axis=0) for k in range(K)])
    return softmax(-0.5 * np.sum((Xu[:, None] - mus) ** 2, axis=2))


# %% answer="self_train"
def self_train(probs, Xl, yl, Xu, K, threshold, n_rounds):
    """Self-training with hard labels, which are given anew in every round.

    probs(X, y, Xu, K) trains a model on X and y and returns its probabilities (M, K) for Xu; Xl (N, D), labels yl (N,)
    of K classes, every class among them; Xu (M, D); n_rounds ≥ 1.
    Returns the pseudo-labels of each round (n_rounds, M), whole numbers, −1 where the model was not sure.
    """
    ### BEGIN SOLUTION
    X, y = Xl, yl
    history = np.full((n_rounds, len(Xu)), -1)
    for number in range(n_rounds):
        rows, labels = pseudo_labels(probs(X, y, Xu, K), threshold)
        history[number, rows] = labels
        X, y = np.vstack([Xl, Xu[rows]]), np.concatenate([yl, labels])
    return history
    ### END SOLUTION


# %% [markdown] docstring="self_train" lang="zh" of="2350"
# 用硬标签的自训练，每一轮都重新打伪标签。
#
# probs(X, y, Xu, K) 用 X 和 y 训练模型，返回它对 Xu 给出的概率 (M, K)；Xl (N, D)，标签 yl (N,) 共 K 类，每一类都出现；
# Xu (M, D)；n_rounds ≥ 1。
# 返回每一轮的伪标签 (n_rounds, M)，整数，模型没有把握的记作 −1。
# %% [markdown] why="self_train" lang="en"
# The new training set is built from `Xl`, not added to the last one: so a mistake can be taken back as soon as the model
# sees otherwise. If it stayed, a wrong pseudo-label, once learned, would confirm itself for ever.
# %% [markdown] why="self_train" lang="zh" of="dfc3"
# 新的训练集每次都从 `Xl` 重新搭起，而不是往上一次的里面添：模型一旦改了看法，错误就能收回。否则一个错的伪标签学进去之后，会永远自己证明自己正确。
# %% grading="self_train"
def probs_of(X, y, Xu, K):
    mus = np.stack([X[y == k].mean(axis=0) for k in range(K)])
    E = np.exp(-0.5 * np.sum((Xu[:, None] - mus) ** 2, axis=2))
    return E / E.sum(axis=1, keepdims=True)


def history_of(task, kind=""):
    """The pseudo-labels of each round, by the right rounds or by those of a known mistake; and how near a threshold."""
    X, y, labels, rounds, near = task["Xl"], task["yl"], None, [], 1.0
    before = X, y
    for _ in range(task["n_rounds"]):
        P = probs_of(X, y, task["Xu"], task["K"])
        near = min(near, np.abs(P.max(axis=1) - task["threshold"]).min())
        new = np.where(P.max(axis=1) >= task["threshold"], P.argmax(axis=1), -1)
        labels = new if labels is None or kind != "frozen" else np.where(labels >= 0, labels, new)
        rounds.append(labels)
        taken = labels >= 0
        X, y = np.vstack([task["Xl"], task["Xu"][taken]]), np.r_[task["yl"], labels[taken]]
        if kind == "grown":
            X, y = np.vstack([before[0], task["Xu"][taken]]), np.r_[before[1], labels[taken]]
        before = X, y
        if kind == "dropped":
            X, y = task["Xu"][taken], labels[taken]
        if kind == "dropped" and len(np.unique(y)) < task["K"]:
            return np.array([]), near
    return np.array(rounds), near


def changing(rng, n_rounds, threshold, K=2):
    """Overlapping clouds, one label each: samples change their label, drop out and come in late."""
    while True:
        y = rng.permutation(np.arange(7 * K) % K)
        X = (1.5 * np.eye(K, 2)[y] - 1.2 * (y == 2)[:, None] + rng.normal(size=(7 * K, 2))).round(2)
        first = rng.permutation([np.flatnonzero(y == k)[0] for k in range(K)])
        rest = np.setdiff1d(np.arange(7 * K), first)
        task = {"Xl": X[first], "yl": y[first], "Xu": X[rest], "K": K, "threshold": threshold, "n_rounds": n_rounds}
        right, near = history_of(task)
        wrong = [history_of(task, kind)[0] for kind in ("frozen", "grown", "dropped")]
        moved = len({tuple(row) for row in right}) >= 3 and (right == -1).any() and (np.diff(task["yl"]) < 0).any()
        if near > 1e-3 and moved and not any(np.array_equal(right, other) for other in wrong):
            return {"probs": Function("nearest_mean_probs"), **task}


def round_cases(rng):
    yield Case("four rounds", zh="四轮", **changing(rng, 4, 0.8))


def edge_cases(rng):
    yield Case("one round", zh="一轮", **{**changing(rng, 3, 0.7), "n_rounds": 1})
    yield Case("nobody is sure enough", zh="都没有把握", **{**changing(rng, 3, 0.7), "n_rounds": 2, "threshold": 1.1})
    yield Case("three classes, many rounds", zh="三个类别，很多轮", public=False, **changing(rng, 6, 0.7, 3))


@variant
def labels_as_lists(probs, Xl, yl, Xu, K, threshold, n_rounds):
    history, taken = [], []
    for _ in range(n_rounds):
        X = np.array([*Xl, *(Xu[u] for u, _ in taken)])
        y = np.array([*yl, *(label for _, label in taken)])
        P = probs(X, y, Xu, K)
        taken = [(u, int(np.argmax(row))) for u, row in enumerate(P) if max(row) >= threshold]
        known = dict(taken)
        history.append([known.get(u, -1) for u in range(len(Xu))])
    return history


Exercise(
    points=3, reference=semi_supervised.self_train, cases=round_cases, tolerance=EXACT, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("frozen_labels", "        rows, labels = pseudo_labels(probs(X, y, Xu, K), threshold)\n        history[number, rows] = labels\n",
            "        rows, labels = pseudo_labels(probs(X, y, Xu, K), threshold)\n        history[number, rows] = labels\n        if number:\n            history[number] = np.where(history[number - 1] >= 0, history[number - 1], history[number])\n        rows = np.flatnonzero(history[number] >= 0)\n        labels = history[number, rows]\n",
            en="A pseudo-label that was given once stays for ever. Every round labels all of Xu anew: a sample may change its label, or drop out.",
            zh="伪标签给过一次就再也不变了。每一轮都要给 Xu 全部重新打标签：样本可以改标签，也可以退出。"),
        Mistake("real_labels_dropped", "np.vstack([Xl, Xu[rows]]), np.concatenate([yl, labels])", "(Xu[rows], labels) if len(np.unique(labels)) == K else (Xl, yl)",
            en="From the second round on you train on pseudo-labels alone. The labeled samples stay in the training set.",
            zh="从第二轮起，你只用伪标签训练了。有标签的样本要一直留在训练集里。"),
        Mistake("training_set_grows", "np.vstack([Xl, Xu[rows]]), np.concatenate([yl, labels])", "np.vstack([X, Xu[rows]]), np.concatenate([y, labels])",
            en="The samples of earlier rounds stay and come in again. The new training set is the labeled samples and those *just* taken.",
            zh="前几轮选的样本留着不走，还重复加入。新的训练集是有标签的样本，加上**刚刚**选用的那些。"),
        Mistake("never_retrained", "pseudo_labels(probs(X, y, Xu, K)", "pseudo_labels(probs(Xl, yl, Xu, K)",
            en="Every round asks the first model again, so all rounds are alike. Train on the set that has the pseudo-labels.",
            zh="每一轮问的都是最初的模型，所以各轮都一样。要用带伪标签的训练集重新训练。"),
        Mistake("everybody_is_sure", "pseudo_labels(probs(X, y, Xu, K), threshold)", "pseudo_labels(probs(X, y, Xu, K), 0.0)",
            en="Every sample is taken, however unsure the model is. Keep to the threshold.", zh="不管模型有没有把握，你把所有样本都选用了。要按阈值来。"),
        Mistake("taken_once_only", "        X, y = np.vstack([Xl, Xu[rows]]), np.concatenate([yl, labels])\n",
            "        X, y = (np.vstack([Xl, Xu[rows]]), np.concatenate([yl, labels])) if number == 0 else (X, y)\n",
            en="The training set changes after the first round alone. Build it anew in every round.", zh="训练集只在第一轮之后变过一次。每一轮都要重新组成。"),
        Mistake("last_round_alone", "    return history\n", "    return history[-1]\n",
            en="You return the last round. All rounds are wanted, a row for each.", zh="你只返回了最后一轮。要返回所有轮，每轮一行。"),
        Mistake("zero_for_unsure", "np.full((n_rounds, len(Xu)), -1)", "np.zeros((n_rounds, len(Xu)), dtype=int)",
            en="Samples that were not taken have the label 0 with you, which is a class. Mark them by −1.",
            zh="没有选用的样本，你记成了 0，而 0 是一个类别。请记作 −1。"),
    ],
    variants=[Variant("floats", "    return history\n", "    return history.astype(float)\n")],
)


# %% [markdown] lang="en"
# Self-training on two clouds with one label each (large dots). Each panel is a round of your `self_train`; a colored dot was taken, a gray one was not.
#
# You should see: at first both labels pull in their neighbors, wrong ones among them; from round to round the border turns, dots change color, and it comes to rest in the gap between the clouds. The labels alone would have put it where the first panel does.
# %% [markdown] lang="zh" of="ae95"
# 两片点，各有一个标签（大点），在上面做自训练。每幅小图是你的 `self_train` 的一轮；彩色的点被选用了，灰色的没有。
#
# 你应该看到：一开始，两个标签各自拉进邻近的点，其中也有拉错的；一轮又一轮，边界转了过去，有些点改了颜色，最后停在两片点之间的空隙里。只靠那两个标签，边界会停在第一幅图的位置。
# %% demo="rounds"
@drawn_by("self_train", "pseudo_labels")
def rounds(plt):
    rng = np.random.default_rng(5)
    truth = np.repeat([0, 1], 80)
    Xu = rng.normal(size=(160, 2)) * [0.6, 1.6] + np.array([[-1.6, 0.0], [1.6, 0.0]])[truth]
    Xl, yl = np.array([[-1.4, 1.9], [1.3, -1.2]]), np.array([0, 1])
    history = np.asarray(self_train(nearest_mean_probs, Xl, yl, Xu, 2, 0.8, 8))
    _, axes = plt.subplots(1, 4, figsize=(13, 3.4), sharey=True, layout="constrained")
    for ax, number in zip(axes, (0, 1, 3, 7)):
        for k, color in ((-1, "#BBBBBB"), (0, "#0072B2"), (1, "#D55E00")):
            ax.scatter(*Xu[history[number] == k].T, s=14, color=color)
        ax.scatter(*Xl.T, s=110, color=["#0072B2", "#D55E00"], edgecolor="#000000", zorder=3)
        right = np.mean(history[number][history[number] >= 0] == truth[history[number] >= 0])
        ax.set_title(words(en=f"round {number + 1}: {right:.0%} of the taken are right", zh=f"第 {number + 1} 轮：选用的有 {right:.0%} 标对了"), fontsize=10)
    plt.show()
