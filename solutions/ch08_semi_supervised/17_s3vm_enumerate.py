# %% prelude
import numpy as np
import torch

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import semi_supervised

from chapter import drawn_by, svm_parts, words

# %% [markdown] lang="en"
# ### {n} Try them all
#
# Nobody has labeled $x^u$? Then try both. §9.4: go through **all** labelings of the unlabeled samples, train an SVM on each, and keep the one whose objective is least. Slack of labeled and of unlabeled samples counts alike.
#
# The solver is supplied: `svm_fit(X, y, C)` returns the best $(w, b)$. You do the going through (`itertools.product([-1, 1], repeat=M)`), train on labeled and unlabeled samples together, and compare the objectives of {ref:svm_parts}. There are $2^M$ of them, so $M\le8$ here; with 50 it would take a few million years, and real programs change one label at a time instead (Joachims 1999).
#
# **By hand.** On a line: $-1$ and $+1$ labeled so, and one unlabeled sample at $0.5$. As $+1$ it narrows the gap to $(-1, 0.5)$: $w=\tfrac{4}{3}$, objective $\tfrac12w^2=0.889$ (for a large $C$). As $-1$ the gap is $(0.5, 1)$: $w=4$, objective $8$. So it is $+1$.
# %% [markdown] lang="zh" of="44b6"
# ### {n} 逐个试
#
# $x^u$ 没有标签？那就两种都试。§9.4：把无标签样本的**所有**标法都走一遍，每种训练一个 SVM，留下目标最小的那一种。有标签和无标签样本的松弛量同等看待。
#
# 求解器已经给好了：`svm_fit(X, y, C)` 返回最好的 $(w, b)$。你要做的是遍历（`itertools.product([-1, 1], repeat=M)`），把有标签和无标签的样本放在一起训练，再比较 {ref:svm_parts} 的目标。一共有 $2^M$ 种，所以这里 $M\le8$；如果有 50 个，就要几百万年，实际的程序改为一次只改一个标签（Joachims，1999）。
#
# **手算。** 在一条线上：$-1$ 和 $+1$ 处的样本标签就是 $-1$ 和 $+1$，另有一个无标签样本在 $0.5$。标成 $+1$，空隙缩小到 $(-1, 0.5)$：$w=\tfrac{4}{3}$，目标 $\tfrac12w^2=0.889$（$C$ 很大时）。标成 $-1$，空隙是 $(0.5, 1)$：$w=4$，目标 $8$。所以是 $+1$。
# %% setup
import itertools


def svm_fit(X, y, C):
    """The line (w, b) that minimizes ½‖w‖² + C Σ max(0, 1 − y (w·x + b)), for X (N, D) and labels y of 1 and −1, both.

    A primal-dual interior-point method on the dual problem: at most 24 Newton steps, exact to about 8 digits.
    """
    y = np.asarray(y, dtype=float)
    Q = np.outer(y, y) * (X @ X.T)
    alpha = np.full(len(y), C / 2)
    low, high, b = np.ones(len(y)), np.ones(len(y)), 0.0
    for _ in range(24):
        gap = np.mean(alpha * low + (C - alpha) * high)
        if gap < 1e-10:
            break
        near = 0.05 * gap
        up, down = near / alpha - low, near / (C - alpha) - high
        H = Q + np.diag(low / alpha + high / (C - alpha))
        rest, ahead = np.linalg.solve(H, np.stack([up - down - (Q @ alpha - 1 + b * y - low + high), y], axis=1)).T
        move_b = (y @ alpha + y @ rest) / (y @ ahead)
        move = rest - move_b * ahead
        steps = np.stack([move, -move, up - low / alpha * move, down + high / (C - alpha) * move])
        here = np.stack([alpha, C - alpha, low, high])
        t = min(1.0, 0.99 / max(np.max(-steps / here), 1e-9))
        alpha, b, low, high = alpha + t * move, b + t * move_b, low + t * steps[2], high + t * steps[3]
    return (alpha * y) @ X, b


# %% answer="s3vm_enumerate"
def s3vm_enumerate(Xl, yl, Xu, C):
    """Of all labelings of the unlabeled samples the one whose SVM has the least objective.

    Xl (N, D), labels yl (N,), each 1 or −1, both of them among them; Xu (M, D), 1 ≤ M ≤ 8; C > 0, of all samples.
    Returns (labels, objective): (M,) of 1 and −1, and the least objective.
    """
    ### BEGIN SOLUTION
    X, best = np.vstack([Xl, Xu]), (None, np.inf)
    for labels in itertools.product([-1, 1], repeat=len(Xu)):
        y = np.concatenate([yl, labels])
        w, b = svm_fit(X, y, C)
        objective = svm_parts(w, b, X, y, C)["objective"]
        if objective < best[1]:
            best = np.array(labels), objective
    return best
    ### END SOLUTION


# %% [markdown] docstring="s3vm_enumerate" lang="zh" of="f879"
# 无标签样本的所有标法中，SVM 的目标最小的那一种。
#
# Xl (N, D)，标签 yl (N,) 都是 1 或 −1，两种都有；Xu (M, D)，1 ≤ M ≤ 8；C > 0，对全部样本都用它。
# 返回 (labels, objective)：(M,)，由 1 和 −1 组成；以及最小的目标。
# %% [markdown] why="s3vm_enumerate" lang="en"
# A labeling is judged by the very sum that the SVM has minimized, so margin and slack of *all* samples have their say; a start at ∞ lets the
# first one win. Nothing forbids giving all unlabeled samples to one class: real programs demand a certain share for each.
# %% [markdown] why="s3vm_enumerate" lang="zh" of="3f52"
# 评判一种标法，用的正是 SVM 所最小化的那个和，所以间隔和**所有**样本的松弛量都算数；从 ∞ 开始，第一种标法总能入选。这里并不禁止把无标签样本全归一类，实用的程序会规定各类的比例。
# %% grading="s3vm_enumerate"
def crowd(rng, n, m, d, C):
    """Labels that the unlabeled samples turn over: the line of the labeled ones alone names some of them otherwise.

    Where slack is cheap, an unlabeled sample pays some instead.
    """
    ways = np.array(list(itertools.product([-1.0, 1.0], repeat=m)))
    while True:
        y = np.r_[1, -1, rng.choice([-1, 1], size=n - 2), rng.permutation(2 * (np.arange(m) % 2) - 1)]
        along = np.r_[rng.uniform(2.6, 3, n), rng.uniform(-0.95, -0.75, m)]  # the labeled ones lead astray
        X = 0.3 * rng.normal(size=(n + m, d))
        X[:, 0], X[:, 1] = y * rng.uniform(1.2, 1.5, n + m), y * along
        X = X.round(2)
        all_y = torch.as_tensor(np.hstack([np.tile(y[:n], (len(ways), 1)), ways]))
        values = semi_supervised.svm_dual(torch.as_tensor(X), all_y, C).numpy()
        best, (first, second) = ways[np.argmin(values)], np.sort(values)[:2]
        w, b = svm_fit(X, np.r_[y[:n], best], C)
        w_alone, b_alone = svm_fit(X[:n], y[:n], C)
        turned = not np.array_equal(best, np.sign(X[n:] @ w_alone + b_alone))
        pays = (best * (X[n:] @ w + b)).min() < 0.9
        if second > 1.01 * first and (turned if C >= 1 else pays):
            return {"Xl": X[:n], "yl": y[:n], "Xu": X[n:], "C": C}


def svm_cases(rng):
    yield Case("typical", zh="一般数据", **crowd(rng, 4, 3, 2, 1.0))


def edge_cases(rng):
    yield Case("two unlabeled samples", zh="两个无标签样本", **crowd(rng, 3, 2, 2, 2.0))
    yield Case("slack is cheap", zh="松弛量很便宜", **crowd(rng, 4, 2, 3, 0.1))


@mistake(
    en="You labeled the unlabeled samples by the line of the labeled ones, and trained once. That line may run through the crowd: try *every* labeling.",
    zh="你用有标签样本的那条线给无标签样本打了标签，只训练了一次。那条线可能正穿过人群：要把**每一种**标法都试一遍。",
)
def labels_by_the_first_line(Xl, yl, Xu, C):
    w, b = svm_fit(Xl, yl, C)
    labels = np.where(Xu @ w + b > 0, 1, -1)
    X, y = np.vstack([Xl, Xu]), np.concatenate([yl, labels])
    w, b = svm_fit(X, y, C)
    return labels, svm_parts(w, b, X, y, C)["objective"]


@variant
def all_values_first(Xl, yl, Xu, C):
    X, M = np.concatenate([Xl, Xu]), len(Xu)
    ways = [[1 if number >> place & 1 else -1 for place in range(M)] for number in range(2**M)]
    values = []
    for way in ways:
        y = np.array([*yl, *way])
        w, b = svm_fit(X, y, C)
        values.append(0.5 * w @ w + C * np.sum(np.maximum(0, 1 - y * (X @ w + b))))
    return ways[int(np.argmin(values))], min(values)


Exercise(
    points=3, reference=semi_supervised.s3vm_enumerate, cases=svm_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases)], seconds=10,
    mistakes=[
        Mistake("slack_of_the_labeled_alone", 'svm_parts(w, b, X, y, C)["objective"]', 'svm_parts(w, b, Xl, yl, C)["objective"]',
            en="Only the slack of the labeled samples is in your objective. The unlabeled ones pay for their labels, too, or any labeling would do.",
            zh="你的目标里只有有标签样本的松弛量。无标签样本也要为它们的标签付账，否则怎么标都行。"),
        Mistake("trained_on_the_labeled_alone", "svm_fit(X, y, C)", "svm_fit(Xl, yl, C)",
            en="Each SVM is trained on the labeled samples alone, so that all lines are the same. Train on both kinds.",
            zh="每个 SVM 都只用有标签的样本训练，所以每条线都一样。两种样本要一起训练。"),
        Mistake("greatest_objective", 'if objective < best[1]', 'if best[0] is None or objective > best[1]',
            en="You keep the labeling with the *greatest* objective, the narrowest street.", zh="你留下的是目标**最大**的标法，也就是最窄的街。"),
        Mistake("widest_street_alone", 'objective = svm_parts(w, b, X, y, C)["objective"]', "objective = w @ w / 2",
            en="You compare the margins alone. A street may be made wide by letting many samples stand in it: their slack counts as well.",
            zh="你只比较了间隔。让很多样本站在街上，街也能修得很宽：松弛量同样要算。"),
        Mistake("least_slack_alone", 'svm_parts(w, b, X, y, C)["objective"]', 'svm_parts(w, b, X, y, C)["slack"].sum()',
            en="You compare the slack alone. The margin counts as well: the objective has both.", zh="你只比较了松弛量。间隔也要算：目标里两者都有。"),
        Mistake("labels_of_zero_and_one", "best = np.array(labels), objective", "best = (np.array(labels) + 1) // 2, objective",
            en="Your labels are 0 and 1. In this section they are −1 and 1.", zh="你的标签是 0 和 1。这一节里是 −1 和 1。"),
        Mistake("last_one_kept", "        if objective < best[1]:\n            best = np.array(labels), objective", "        best = np.array(labels), objective",
            en="You return the labeling that was tried last. Keep the best so far.", zh="你返回的是最后试的那一种标法。要留下到目前为止最好的。"),
    ],
    variants=[
        Variant("all_labels_returned_as_list", "best = np.array(labels), objective", "best = list(labels), objective"),
        Variant("in_another_order", "itertools.product([-1, 1]", "itertools.product([1, -1]"),
        Variant("labels_are_their_inverses", "    X, best = np", "    yl = 1 / yl\n    X, best = np"),
        Variant("first_of_equals_or_last", "objective < best[1]", "objective <= best[1]"),
    ],
)


# %% [markdown] lang="en"
# Two labels and eight samples without any: 256 SVMs, from your `s3vm_enumerate`. On the left the line of the two labels alone, on the right the best of the 256.
#
# You should see: the two labels alone have a wide street, and unlabeled samples stand on it. The best labeling turns it into the gap that the unlabeled samples leave; it is narrower, and no sample stands on it any longer.
# %% [markdown] lang="zh" of="8120"
# 两个标签，八个无标签样本：你的 `s3vm_enumerate` 试了 256 个 SVM。左边是只用两个标签的线，右边是 256 个中最好的。
#
# 你应该看到：只用两个标签时，街很宽，街上却站着无标签样本。最好的标法把它转进了无标签样本留出的空隙里；街窄了一些，但街上再也没有样本。
# %% demo="widest_street"
@drawn_by("svm_parts", "s3vm_enumerate")
def widest_street(plt):
    rng = np.random.default_rng(4)
    Xu = np.vstack([rng.uniform(-1, 1, size=(4, 2)) * [2.2, 0.4] + [0, 1.4], rng.uniform(-1, 1, size=(4, 2)) * [2.2, 0.4] - [0, 1.4]])
    Xl, yl, C = np.array([[-1.2, 0.9], [1.2, -0.9]]), np.array([-1, 1]), 10.0
    labels, _ = s3vm_enumerate(Xl, yl, Xu, C)
    lines = (svm_fit(Xl, yl, C), svm_fit(np.vstack([Xl, Xu]), np.concatenate([yl, labels]), C))
    titles = (words(en="two labels alone", zh="只用两个标签"), words(en="best of 256 labelings", zh="256 种标法中最好的"))
    _, axes = plt.subplots(1, 2, figsize=(10, 4), sharey=True, layout="constrained")
    across = np.array([-3.0, 3.0])
    for ax, (w, b), title in zip(axes, lines, titles):
        for offset, style in ((0, "-"), (1, "--"), (-1, "--")):
            ax.plot(across, (offset - b - w[0] * across) / w[1], style, color="#000000", lw=1)
        colors = "#AAAAAA" if ax is axes[0] else ["#0072B2" if label < 0 else "#D55E00" for label in labels]
        ax.scatter(*Xu.T, s=40, color=colors)
        ax.scatter(*Xl.T, s=130, color=["#0072B2", "#D55E00"], edgecolor="#000000", zorder=3)
        margin = float(svm_parts(w, b, Xl, yl, C)["margin"])
        ax.set(title=title + words(en=f": margin {margin:.2f}", zh=f"：间隔 {margin:.2f}"), xlim=(-3, 3), ylim=(-2.4, 2.4))
    plt.show()
