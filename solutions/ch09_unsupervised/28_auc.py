# %% prelude
import numpy as np

from autograder import CLOSED_FORM, Case, Exercise, Group, Mistake, Variant, variant
from reference import unsupervised

from chapter import drawn_by, words

# %% [markdown] lang="en"
# ## {n} How good is a detector, whatever its threshold?
#
# Each threshold is a bargain between missed anomalies and false alarms. To compare *scores*, take no threshold at all. Draw one anomaly and one normal sample at random: how often does the anomaly have the higher score? That is the **AUC** (it is also the area under the ROC curve, hence the name):
#
# $$\text{AUC}=P(s_+>s_-)+\tfrac12P(s_+=s_-)$$
#
# over all pairs of an anomaly ($y=1$) and a normal sample ($y=0$). A perfect score has 1, coin tossing ½. Why not accuracy? With 1% anomalies, a detector that never reports anything is 99% right and good for nothing. Its AUC is ½.
#
# **By hand.** Anomalies $5, 2$; normal samples $1, 2, 3$. The pairs of $5$: three wins. The pairs of $2$: one win, one tie, one loss. So $(3+1.5)/6=0.75$.
# %% [markdown] lang="zh" of="3db7"
# ## {n} 不管阈值，检测器有多好？
#
# 每个阈值都是漏报与误报之间的一笔交易。要比较**分数**本身，就干脆不设阈值：随机取一个异常样本和一个正常样本，异常的分数更高的机会有多大？这就是 **AUC**（它也等于 ROC 曲线下的面积，因此得名）：
#
# $$\text{AUC}=P(s_+>s_-)+\tfrac12P(s_+=s_-)$$
#
# 取遍所有“一个异常（$y=1$）、一个正常（$y=0$）”的配对。完美的分数得 1，抛硬币得 ½。为什么不用准确率？异常只占 1% 时，一个从不报警的检测器准确率有 99%，却毫无用处。它的 AUC 是 ½。
#
# **手算。** 异常 $5, 2$；正常 $1, 2, 3$。$5$ 的配对：三胜。$2$ 的配对：一胜、一平、一负。所以 AUC 为 $(3+1.5)/6=0.75$。
# %% answer="auc"
def auc(scores, y):
    """How often an anomaly has a higher score than a normal sample, ties counting half.

    scores (N,), y (N,) of 0 (normal) and 1 (anomaly), both of which occur.  Returns a number from 0 to 1.
    """
    ### BEGIN SOLUTION
    anomalous, normal = scores[y == 1], scores[y == 0]
    difference = anomalous[:, None] - normal[None, :]  # all pairs
    return np.mean((difference > 0) + 0.5 * (difference == 0))
    ### END SOLUTION


# %% [markdown] docstring="auc" lang="zh" of="cc29"
# 异常样本的分数比正常样本高的机会，平局算一半。
#
# scores (N,)；y (N,) 为 0（正常）或 1（异常），两种都有。返回 0 到 1 之间的一个数。
# %% [markdown] why="auc" lang="en"
# One broadcast makes a table of all pairs. Nothing but the order of scores counts, so the AUC stays the same when they are stretched,
# squeezed or put into a logarithm. Since ties count half, a score that is the same for everybody gets exactly ½.
# %% [markdown] why="auc" lang="zh" of="38f6"
# 一次广播就得到所有配对的表。只看分数的大小次序，所以把分数拉伸、压缩或取对数，AUC 都不变。平局算一半，于是对谁都一样的分数恰好得 ½。
# %% grading="auc"
def mixed(rng, anomalies, normals, step):
    y = rng.permutation([1] * anomalies + [0] * normals)
    return {"scores": ((rng.normal(size=len(y)) + y) / step).round() * step - 0.5, "y": y}


def auc_cases(rng):
    while True:
        one = mixed(rng, 4, 7, 0.01)
        if 0.55 < unsupervised_auc(one) < 0.95:
            break
    yield Case("typical", zh="一般数据", **one)
    while True:
        one = mixed(rng, 7, 5, 0.01)
        if 0.55 < unsupervised_auc(one) < 0.95:
            break
    yield Case("more anomalies", zh="异常更多", **one)


def unsupervised_auc(one):
    gap = one["scores"][one["y"] == 1][:, None] - one["scores"][one["y"] == 0]
    return float(np.mean(gap > 0))


def tied_cases(rng):
    while True:
        tied = mixed(rng, 5, 6, 1.0)
        gap = tied["scores"][tied["y"] == 1][:, None] - tied["scores"][tied["y"] == 0]
        if np.sum(gap == 0) > 4 and abs(np.mean(gap > 0) + np.mean(gap == 0) / 2 - 0.5) > 0.06:
            break
    yield Case("equal scores", zh="相同的分数", **tied)
    n = int(rng.integers(3, 7))
    yield Case("never an alarm", zh="从不报警", scores=np.full(n + 2, float(rng.integers(1, 9))), y=np.r_[np.ones(2, dtype=int), np.zeros(n, dtype=int)])


def edge_cases(rng):
    y = rng.permutation([1] + [0] * int(rng.integers(3, 7)))
    yield Case("one anomaly, found", zh="一个异常，分数最高", scores=y * 5.0 + rng.uniform(0, 4, size=len(y)).round(2), y=y)


@variant
def by_scikit_learn(scores, y):
    from sklearn.metrics import roc_auc_score

    return roc_auc_score(y, scores)


@variant
def by_ranks(scores, y):
    from scipy.stats import rankdata

    n = np.sum(y == 1)
    return (rankdata(scores)[y == 1].sum() - n * (n + 1) / 2) / (n * np.sum(y == 0))


@variant
def loops(scores, y):
    wins, pairs = 0.0, 0
    for s, label in zip(scores, y):
        for t, other in zip(scores, y):
            if label == 1 and other == 0:
                wins, pairs = wins + (1 if s > t else 0.5 if s == t else 0), pairs + 1
    return wins / pairs


Exercise(
    points=2, reference=unsupervised.auc, cases=auc_cases, tolerance=CLOSED_FORM,
    groups=[Group("ties", tied_cases, en="Equal scores", zh="相同的分数"), Group("edge", edge_cases)],
    mistakes=[
        Mistake("turned_round", "difference > 0", "difference < 0",
            en="You count how often the *normal* sample has the higher score.", zh="你数的是**正常**样本分数更高的次数。"),
        Mistake("ties_lose", " + 0.5 * (difference == 0)", "",
            en="Ties count half. With you they count as lost, so a detector that gives everybody the same score has AUC 0.",
            zh="平局算一半。你把它算成了输，于是给所有样本同样分数的检测器 AUC 为 0。"),
        Mistake("ties_win", "(difference > 0) + 0.5 * (difference == 0)", "difference >= 0",
            en="Ties count half. With you they count as won.", zh="平局算一半。你把它算成了赢。"),
        Mistake("not_divided", "np.mean((difference", "np.sum((difference",
            en="You counted pairs. Divide by how many there are.", zh="你数出了配对的个数。还要除以配对的总数。"),
        Mistake("divided_by_all_pairs", "np.mean((difference > 0) + 0.5 * (difference == 0))", "np.sum((difference > 0) + 0.5 * (difference == 0)) / len(y) ** 2",
            en="You divided by all pairs of samples. Only pairs of an anomaly and a normal sample count.", zh="你除以了所有样本的配对数。只有“一个异常、一个正常”的配对才算。"),
        Mistake("difference_of_means", "np.mean((difference > 0) + 0.5 * (difference == 0))", "np.mean(difference)",
            en="That is how much higher the scores of anomalies are on average. Only *whether* one is higher counts.", zh="你算的是异常的分数平均高多少。这里只看**是否**更高。"),
        Mistake("accuracy_at_the_mean", "return np.mean((difference > 0) + 0.5 * (difference == 0))", "return np.mean((scores > np.mean(scores)) == y)",
            en="You took a threshold and measured the accuracy. The AUC looks at pairs and needs no threshold.", zh="你设了一个阈值，算的是准确率。AUC 看的是配对，不需要阈值。"),
        Mistake("labels_exchanged", "scores[y == 1], scores[y == 0]", "scores[y == 0], scores[y == 1]",
            en="You have exchanged the two kinds: 1 marks the anomaly.", zh="两类弄反了：1 表示异常。"),
    ],
    variants=[
        Variant("twice_as_large", "    anomalous, normal", "    scores = 2 * scores\n    anomalous, normal"),
        Variant("squares_of_labels", "    anomalous, normal", "    y = y**2\n    anomalous, normal"),
        Variant("heaviside", "(difference > 0) + 0.5 * (difference == 0)", "np.heaviside(difference, 0.5)"),
        Variant("signs", "(difference > 0) + 0.5 * (difference == 0)", "0.5 + 0.5 * np.sign(difference)"),
    ],
)
# %% [markdown] lang="en"
# **The ROC curve** shows every threshold at once: the share of anomalies that are found against the share of false alarms. The number in the legend is your AUC.
# %% [markdown] lang="zh" of="0045"
# **ROC 曲线**把所有的阈值一次画出来：纵轴是查出的异常份额，横轴是误报的份额。图例里的数是你的 AUC。
# %% demo="roc_curves"
@drawn_by("auc")
def roc_curves(plt):
    rng = np.random.default_rng(0)
    y = np.r_[np.ones(100, dtype=int), np.zeros(300, dtype=int)]
    _, ax = plt.subplots(figsize=(5.2, 4.6), layout="constrained")
    for shift, style, color in ((3.0, "-", "#009E73"), (1.0, "--", "#0072B2"), (0.0, "-.", "#D55E00")):
        scores = rng.normal(size=400) + shift * y
        levels = np.sort(scores)[::-1]
        found, false = ([0.0, *(np.mean(scores[y == kind] >= t) for t in levels)] for kind in (1, 0))
        ax.plot(false, found, style, color=color, lw=2, label=f"AUC = {auc(scores, y):.2f}")
    ax.set(xlabel=words(en="share of false alarms", zh="误报的份额"), ylabel=words(en="share of anomalies found", zh="查出的异常份额"), aspect="equal")
    ax.legend(frameon=False, loc="lower right")
    plt.show()


# %% [markdown] lang="en"
# What you should see. The better the scores separate the two kinds, the closer the curve keeps to the upper left corner, and the closer the area under it is to 1. Scores that know nothing (dash-dotted) run along the diagonal: AUC about ½.
# %% [markdown] lang="zh" of="c8ac"
# 你应当看到：分数把两类分得越开，曲线越贴近左上角，下面的面积越接近 1。什么也不知道的分数（点划线）沿着对角线走，AUC 约为 ½。
