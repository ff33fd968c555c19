# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import unsupervised

from chapter import normal

# %% [markdown] lang="en"
# ## {n} What does not fit: anomalies
#
# A coder that was fitted to normal samples restores normal samples well, and others badly: it has no room for what it never saw. So the error of a single sample is a measure of how strange it is (§10.3, the sixth use):
#
# $$s^n=\lVert x^n-\tilde x^n\rVert^2$$
#
# From which score on does one raise the alarm? Labels of anomalies are missing, mostly. But normal samples are there, so decide how many of *them* may be reported by mistake: the **threshold** for a share $q$ is the smallest of their scores $t$ such that at least the share $q$ of the scores is $\le t$. What lies above $t$ is reported.
#
# **By hand.** Normal scores $5, 1, 4, 2$. For $q=0.5$: one quarter is $\le1$, one half is $\le2$, so $t=2$. For $q=0.6$: $2$ covers only half, $4$ covers three quarters, so $t=4$. For $q=1$: $t=5$, and no normal sample is reported.
#
# Take a score that is there; don't interpolate between two.
# %% [markdown] lang="zh" of="49c5"
# ## {n} 格格不入的：异常检测
#
# 用正常样本拟合出来的编码器和解码器，能把正常样本恢复得很好，别的就不行：没见过的东西，它那里没有位置。所以单个样本的误差，就衡量了它有多反常（§10.3，应用六）：
#
# $$s^n=\lVert x^n-\tilde x^n\rVert^2$$
#
# 分数到多少该报警？多半没有异常的标签，但正常样本是有的，所以可以规定**它们**之中允许误报多少：对于份额 $q$，**阈值** $t$ 是这些分数中最小的一个，使得至少有 $q$ 这么多的分数 $\le t$。高于 $t$ 的就报告。
#
# **手算。** 正常样本的分数为 $5, 1, 4, 2$。$q=0.5$：$\le1$ 的占四分之一，$\le2$ 的占一半，所以 $t=2$。$q=0.6$：$2$ 只覆盖一半，$4$ 覆盖四分之三，所以 $t=4$。$q=1$：$t=5$，正常样本一个也不误报。
#
# 阈值要取实际出现的分数，不要在两个分数之间插值。
# %% answer="anomaly_score"
def anomaly_score(X, X_rec):
    """How badly each sample was restored: its squared differences, SUMMED over the features.

    X (N, D), X_rec (N, D).  Returns (N,).
    """
    ### BEGIN SOLUTION
    return np.sum((X - X_rec) ** 2, axis=1)
    ### END SOLUTION


def anomaly_threshold(scores, q):
    """The smallest of the scores such that at least the share q of them is not greater.

    scores (N,) of normal samples, 0 < q ≤ 1.  Returns a number.
    """
    ### BEGIN SOLUTION
    at_most = [np.mean(scores <= score) for score in np.sort(scores)]  # ascending shares
    return np.sort(scores)[np.argmax(np.array(at_most) >= q)]
    ### END SOLUTION


# %% [markdown] docstring="anomaly_score" lang="zh" of="e850"
# 每个样本恢复得有多差：平方差对特征求和。
#
# X (N, D)，X_rec (N, D)。返回 (N,)。
# %% [markdown] docstring="anomaly_threshold" lang="zh" of="0d2f"
# 这些分数中最小的一个，使得至少有 q 这么多的分数不大于它。
#
# scores (N,) 是正常样本的分数，0 < q ≤ 1。返回一个数。
# %% [markdown] why="anomaly_score" lang="en"
# Shares k/N are compared with q, not places: `np.ceil(q * N)` would go one too far where rounding strikes, for `0.07 * 100` is 7.000000000000001. `argmax` of truth values is the first True.
# %% [markdown] why="anomaly_score" lang="zh" of="ea0d"
# 拿份额 k/N 与 q 比，而不是去算位置：`np.ceil(q * N)` 碰上舍入就会多走一个，因为 `0.07 * 100` 是 7.000000000000001。对真假值取 `argmax`，得到第一个 True。
# %% grading="anomaly_score"
def score_cases(rng):
    yield Case("typical", zh="一般数据", X=normal(rng, 5, 3), X_rec=normal(rng, 5, 3))
    yield Case("one sample", zh="只有一个样本", X=normal(rng, 1, 4), X_rec=normal(rng, 1, 4))


def threshold_cases(rng):
    """Shares whose border lies between two scores, so that every other rounding gives another score."""
    for n, up in ((7, 0.3), (9, 0.7)):
        scores = rng.permutation((np.cumsum(rng.uniform(0.5, 2, size=n))).round(2))
        q = round((int(rng.integers(2, n - 2)) + up) / n, 3)
        yield Case(f"{n} scores", zh=f"{n} 个分数", scores=scores, q=q)


def exact_cases(rng):
    yield Case("exactly the share", zh="恰好这么多", scores=rng.permutation((np.cumsum(rng.uniform(0.5, 2, size=8))).round(2)), q=float(rng.choice([0.25, 0.5, 0.75])))
    yield Case("none may be reported", zh="一个也不许误报", scores=normal(rng, 6) ** 2, q=1.0)
    tied = float(rng.integers(2, 5))
    yield Case("equal scores", zh="相同的分数", scores=rng.permutation([1.0, tied, tied, tied, 9.0]), q=0.5)


def threshold(impl, case):
    return impl.anomaly_threshold(case.scores, case.q)


@variant
def norms(X, X_rec):
    return [float(np.linalg.norm(x - r)) ** 2 for x, r in zip(X, X_rec)]


@variant(replaces="anomaly_threshold")
def counted(scores, q):
    for score in sorted(scores):
        if sum(other <= score for other in scores) >= q * len(scores) - 1e-9:
            return score
    return max(scores)


@variant(replaces="anomaly_threshold")
def by_quantile(scores, q):
    return np.quantile(scores, q, method="inverted_cdf")


Exercise(
    points=2, reference=unsupervised.anomaly_score, cases=score_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[
        Group("threshold", threshold_cases, observe=threshold, en="The threshold", zh="阈值"),
        Group("exact", exact_cases, observe=threshold, en="Exactly the share, all, equal scores", zh="恰好的份额、全部、相同的分数"),
    ],
    mistakes=[
        Mistake("error_of_the_data_set", "np.sum((X - X_rec) ** 2, axis=1)", "np.mean(np.sum((X - X_rec) ** 2, axis=1))",
            en="That is one number for all. Every sample has a score of its own.", zh="你给了一个总的数。每个样本有自己的分数。"),
        Mistake("mean_over_features", "np.sum((X - X_rec) ** 2, axis=1)", "np.mean((X - X_rec) ** 2, axis=1)",
            en="You took the mean over the features. They are SUMMED.", zh="你对特征取了平均。应当**求和**。"),
        Mistake("inverted_score", "np.sum((X - X_rec) ** 2, axis=1)", "-np.sum((X - X_rec) ** 2, axis=1)",
            en="Your score is greatest for what is restored best. Strange samples should have great scores.",
            zh="恢复得越好，你的分数越高。反常的样本分数才该高。"),
        Mistake("score_per_feature", "np.sum((X - X_rec) ** 2, axis=1)", "np.sum((X - X_rec) ** 2, axis=0)",
            en="You added up over the samples, a score for every feature. Add up over the features.", zh="你对样本求了和，成了每个特征一个分数。应当对特征求和。"),
        Mistake("interpolated", "np.sort(scores)[np.argmax(np.array(at_most) >= q)]", "np.quantile(scores, q)",
            en="Your threshold lies between two scores. Take the score at which the share is reached.", zh="你的阈值落在两个分数之间。应取达到这个份额的那个分数。"),
        Mistake("share_exceeded", "np.array(at_most) >= q", "np.array(at_most) > min(q, 1 - 1e-9)",
            en="One score too high where the share is reached exactly: at *least* q is asked for.", zh="恰好达到份额时，你多取了一个：要求的是**至少** q。"),
        Mistake("share_of_the_reported", "np.array(at_most) >= q", "np.array(at_most) >= 1 - q",
            en="You took q for the share that is reported. It is the share that is *not*.", zh="你把 q 当成了被报告的份额。它是**不**被报告的份额。"),
        Mistake("share_of_the_range", "np.sort(scores)[np.argmax(np.array(at_most) >= q)]", "np.min(scores) + q * (np.max(scores) - np.min(scores))",
            en="You went the share q of the way from the lowest score to the highest. Count scores instead.", zh="你是从最低分到最高分按 q 的比例走的。要数的是分数的个数。"),
        Mistake("scores_not_sorted", "np.sort(scores)[np.argmax", "scores[np.argmax",
            en="You looked the position up in the scores as they came. It belongs to the sorted ones.", zh="位置是按排好序的分数算的，你却到没排序的分数里去取。"),
    ],
    variants=[
        Variant("exchanged", "    return np.sum((X", "    X, X_rec = X_rec, X\n    return np.sum((X"),
        Variant("difference_turned", "(X - X_rec)", "(X_rec - X)"),
        Variant("counting", "np.argmax(np.array(at_most) >= q)", "int(np.sum(np.array(at_most) < q))"),
    ],
)
