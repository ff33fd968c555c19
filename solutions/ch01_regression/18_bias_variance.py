# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import regression

from chapter import drawn_by, poly_features, rounded, words

# %% [markdown] lang="en"
# ## {n} Bias and variance: two ways to miss
#
# Imagine the same experiment repeated $R$ times: each time a new training set of the same size, each time a new model. At a point $x^m$ with true value $f(x^m)$ model $r$ predicts $p_{rm}$.
# Let $\bar p_m$ be the average over the models. Then two things can go wrong (§2.4):
#
# $$\text{bias}^2 = \frac1M\sum_{m=1}^{M}\bigl(\bar p_m - f(x^m)\bigr)^2, \qquad
# \text{variance} = \frac1M\sum_{m=1}^{M}\frac1R\sum_{r=1}^{R}\bigl(p_{rm} - \bar p_m\bigr)^2.$$
#
# *Bias*: the models miss in the same direction, for they are too stiff. *Variance*: they disagree with each other, for each has learned its own noise. Think of two archers: the arrows of one all land left
# of the mark, those of the other all around it. Both terms are **MEAN**s over the $M$ points, and together they are the whole error against $f$:
#
# $$\frac{1}{RM}\sum_{r,m}\bigl(p_{rm} - f(x^m)\bigr)^2 = \text{bias}^2 + \text{variance}.$$
#
# For that to be exact the variance must divide by $R$, not $R - 1$. (Against *measured* values $y = f(x) + \text{noise}$ the variance of the noise comes on top; no model can remove it. The notes leave this third term out.)
# This bias shares only its name with the bias $b$ of the linear model.
#
# **By hand.** Two models, two points: $p = \begin{pmatrix}1 & 4\\ 3 & 4\end{pmatrix}$, $f = (1, 6)$. Averages: $\bar p = (2, 4)$. Then $\text{bias}^2 = \tfrac12(1 + 4) = 2.5$, variance $= \tfrac12(1 + 0) = 0.5$,
# and indeed $\tfrac14(0 + 4 + 4 + 4) = 3$.
# %% [markdown] lang="zh" of="031a"
# ## {n} 偏差与方差：两种射偏
#
# 设想把同一个实验重复 $R$ 次：每次换一个同样大小的训练集，训练出一个新模型。在点 $x^m$ 处，真实值为 $f(x^m)$，第 $r$ 个模型的预测为 $p_{rm}$，
# 各模型的平均为 $\bar p_m$。误差有两个来源（§2.4）：
#
# $$\text{bias}^2 = \frac1M\sum_{m=1}^{M}\bigl(\bar p_m - f(x^m)\bigr)^2, \qquad
# \text{variance} = \frac1M\sum_{m=1}^{M}\frac1R\sum_{r=1}^{R}\bigl(p_{rm} - \bar p_m\bigr)^2.$$
#
# **偏差**（bias）：模型太死板，总往同一个方向偏。**方差**（variance）：模型各学各的噪声，彼此不一致。就像射箭，一个人的箭全都落在靶心左边，另一个人的箭散落在靶心四周。
# 两者都对 $M$ 个点**取平均**，加起来正好是相对于 $f$ 的全部误差：
#
# $$\frac{1}{RM}\sum_{r,m}\bigl(p_{rm} - f(x^m)\bigr)^2 = \text{bias}^2 + \text{variance}.$$
#
# 要使等式精确成立，方差必须除以 $R$，而不是 $R - 1$。（如果与**测量值** $y = f(x) + \text{噪声}$ 相比，还要再加上噪声的方差，任何模型都消除不了它。讲义略去了这第三项。）
#
# 注意：这里的“偏差”与线性模型里的偏置 $b$ 在英文里都叫 bias，但不是一回事。
#
# **手算。** 两个模型，两个点：$p = \begin{pmatrix}1 & 4\\ 3 & 4\end{pmatrix}$，$f = (1, 6)$。平均 $\bar p = (2, 4)$，于是 $\text{bias}^2 = \tfrac12(1 + 4) = 2.5$，方差 $= \tfrac12(1 + 0) = 0.5$，
# 而 $\tfrac14(0 + 4 + 4 + 4) = 3$，正好相等。
# %% answer="bias_variance"
def bias_variance(preds, f_true):
    """Squared bias and variance of R models, each the MEAN over M points.

    preds (R, M): row r holds the predictions of model r.  f_true (M,): the true values.  Lists work as well as arrays.
    Returns (bias2, variance), two numbers; the variance divides by R.
    """
    ### BEGIN SOLUTION
    average = np.mean(preds, axis=0)  # (M,)
    bias2 = np.mean((average - f_true) ** 2)
    variance = np.mean((preds - average) ** 2)
    return bias2, variance
    ### END SOLUTION


# %% [markdown] docstring="bias_variance" lang="zh" of="c0e2"
# R 个模型的偏差平方与方差，都对 M 个点取平均。
#
# preds (R, M)：第 r 行是第 r 个模型的预测。f_true (M,)：真实值。两者都可以是列表。
# 返回两个数 (bias2, variance)；方差除以 R。
# %% [markdown] why="bias_variance" lang="en"
# Average over the models first, square afterwards: what is left is what all of them miss *together*.
# Both parts use the same average, so the mixed terms cancel and the parts add up exactly. `average` is an array, so `preds` may even be a list.
# %% [markdown] why="bias_variance" lang="zh" of="f380"
# 先对模型取平均，再平方，留下的才是大家**共同**偏离的部分。
# 两部分用的是同一个平均，交叉项正好抵消，相加才分毫不差。`average` 是数组，所以 `preds` 是列表也能相减。
# %% grading="bias_variance"
def ensemble_cases(rng):
    f = rounded(rng, 4)
    yield Case("typical", zh="一般数据", preds=(f + 0.7 + rng.normal(size=(6, 4))).round(2), f_true=f)


def edge_cases(rng):
    yield Case("one model", zh="只有一个模型", preds=rounded(rng, 1, 5), f_true=rounded(rng, 5))
    preds = (rounded(rng, 7, 1) + 1).round(2)
    yield Case("one point", zh="只有一个点", preds=preds, f_true=rounded(rng, 1))
    f = (rounded(rng, 3) + 1).round(2)
    yield Case("as many models as points", zh="模型与点一样多", preds=rounded(rng, 3, 3), f_true=f)


def invariant_cases(rng):
    yield Case("the whole error", zh="全部误差", preds=rounded(rng, 5, 8), f_true=rounded(rng, 8))


def shapes_of_parts(preds, f_true):
    return {"bias2": (), "variance": ()}


def share_of_whole(impl, case):
    bias2, variance = impl.bias_variance(case.preds, case.f_true)
    whole = np.mean((np.asarray(case.preds) - np.asarray(case.f_true)) ** 2)
    return {"(bias2 + variance) / mean squared error": (bias2 + variance) / whole}


@variant
def loop(preds, f_true):
    R, M = len(preds), len(f_true)
    bias2 = variance = 0.0
    for m in range(M):
        column = [preds[r][m] for r in range(R)]
        centre = sum(column) / R
        bias2 += (centre - f_true[m]) ** 2 / M
        variance += sum((p - centre) ** 2 for p in column) / R / M
    return bias2, variance


@mistake(
    en="You averaged over the points within each model. The average model is taken over the models, at each point: which axis is R?",
    zh="你是在每个模型内部对各点取平均。“平均模型”应在每个点上对各模型取平均：R 是哪个轴？",
)
def wrong_axis(preds, f_true):
    average = np.mean(preds, axis=1, keepdims=True)
    return np.mean((average - f_true) ** 2), np.mean((preds - average) ** 2)


Exercise(
    points=2, reference=regression.bias_variance, cases=ensemble_cases, shapes=shapes_of_parts,
    tolerance=CLOSED_FORM, accepts=("lists", "integers"), forbids=FROM_SCRATCH,
    groups=[
        Group("edge", edge_cases),
        Group("invariant", invariant_cases, observe=share_of_whole,
            en="The parts add up to the whole error", zh="两部分之和等于全部误差"),
    ],
    mistakes=[
        Mistake("bias_not_squared", "np.mean((average - f_true) ** 2)", "np.mean(average - f_true)",
            en="You averaged the bias itself, so misses up and down cancel. Square it at each point first.",
            zh="你直接对偏差取了平均，正负互相抵消。应先在每个点上平方。"),
        Mistake("ddof_1", "np.mean((preds - average) ** 2)",
            "np.sum((preds - average) ** 2) / (len(preds) - 1) / len(f_true)",
            en="Your variance divides by R − 1. Here it divides by R; only then do bias² and variance add up to the error exactly.",
            zh="你的方差除以了 R − 1。这里应除以 R，只有这样 bias² 与方差之和才精确等于误差。"),
        Mistake("summed_over_points", "return bias2, variance", "return bias2 * len(f_true), variance * len(f_true)",
            en="You summed over the M points. Both parts are MEANs.",
            zh="你对 M 个点求了和。两部分都应**取平均**。"),
        Mistake("whole_error_for_variance", "return bias2, variance", "return bias2, bias2 + variance",
            en="Your second value is the whole error, bias² included. The variance is what is left without it.",
            zh="你的第二个值是全部误差，把 bias² 也算了进去。方差是去掉它之后剩下的部分。"),
        Mistake("median_model", "np.mean(preds, axis=0)", "np.median(preds, axis=0)",
            en="You took the median of the models. Only about their mean do the two parts add up to the whole error.",
            zh="你取的是各模型的中位数。只有以平均为中心，两部分之和才等于全部误差。"),
        Mistake("parts_swapped", "return bias2, variance", "return variance, bias2",
            en="The two parts are swapped: bias² comes first.",
            zh="两部分的次序反了：先返回 bias²。"),
        Mistake("one_average_for_all", "np.mean(preds, axis=0)", "np.mean(preds)",
            en="You took one average over everything. Each of the M points has an average prediction of its own.",
            zh="你对所有数只取了一个平均。M 个点各有自己的平均预测。"),
        Mistake("variance_about_the_truth", "(preds - average) ** 2", "(np.asarray(preds) - f_true) ** 2",
            en="Your variance measures the distance from the truth. It should be the distance from the average model; the truth enters the bias only.",
            zh="你的方差算的是到真实值的距离。它应是到平均模型的距离；真实值只出现在偏差里。"),
        Mistake("standard_deviation", "np.mean((preds - average) ** 2)", "np.mean(np.std(preds, axis=0))",
            en="You averaged standard deviations. The variance is their square, and only squares add up.",
            zh="你平均的是标准差。方差是它的平方，而只有平方才能相加。"),
        Mistake("lists_forgotten", "np.mean(preds, axis=0)", "preds.mean(axis=0)",
            en="Right for arrays, but a list of rows has no `.mean`. The function `np.mean` takes both.",
            zh="数组没问题，但由行组成的列表没有 `.mean` 方法。函数 `np.mean` 两者都接受。"),
    ],
    variants=[Variant("var", "np.mean((preds - average) ** 2)", "np.var(preds, axis=0).mean()")],
)


# %% [markdown] lang="en"
# Now for many models: two thousand training sets of 16 points, and for each a polynomial of every degree. The numbers on the right are those of your function.
# %% [markdown] lang="zh" of="3b48"
# 现在来看许多模型：两千个训练集，每个 16 个点，对每个训练集用各个次数的多项式去拟合。右图的数值由你的函数给出。
# %% demo="bias_variance_picture"
# Two thousand training sets, a model of each degree for every one: how far they miss together, how much they disagree.
@drawn_by("poly_features", "bias_variance")
def bias_variance_picture(plt):
    rng, degrees = np.random.default_rng(0), list(range(1, 12))
    grid, x = np.linspace(-1.4, 1.4, 120), np.linspace(-1.5, 1.5, 16)
    truth = np.sin(2.6 * grid) + 0.4 * grid
    y = np.sin(2.6 * x) + 0.4 * x + 0.45 * rng.normal(size=(2000, 16))  # one training set per row

    def predictions(degree):  # (2000, 120), one model per row
        points, curve = (np.column_stack([np.ones(len(z)), poly_features(z / 1.5, degree)]) for z in (x, grid))
        return y @ (curve @ np.linalg.pinv(points)).T

    models = {degree: predictions(degree) for degree in degrees}
    widths = {"width_ratios": [1, 1, 1, 1.35]}
    _, axes = plt.subplots(1, 4, figsize=(14, 3.9), constrained_layout=True, gridspec_kw=widths)
    verdicts = (words(en="bias", zh="偏差"), words(en="a good balance", zh="恰到好处"), words(en="variance", zh="方差"))
    for axis, degree, word in zip(axes[:3], (1, 5, 11), verdicts, strict=True):
        axis.plot(grid, models[degree][:60].T, color="#56B4E9", lw=0.6, alpha=0.4)
        axis.plot(
            grid,
            models[degree].mean(axis=0),
            color="#D55E00",
            lw=2.4,
            label=words(en="average of 2000", zh="2000 个的平均"),
        )
        axis.plot(grid, truth, "--", color="black", lw=1.4, label=words(en="truth", zh="真实曲线"))
        axis.set(ylim=(-2.4, 2.4), xlabel="x", title=words(en=f"Degree {degree}: {word}", zh=f"{degree} 次：{word}"))
        axis.legend(fontsize=8, loc="lower right")
    bias2, variance = np.array([bias_variance(preds, truth) for preds in models.values()]).T
    axes[3].semilogy(degrees, bias2, "o-", color="#D55E00", label=words(en="bias²", zh="偏差²"))
    axes[3].semilogy(degrees, variance, "s-", color="#0072B2", label=words(en="variance", zh="方差"))
    axes[3].semilogy(
        degrees, bias2 + variance, "^-", color="black", lw=2.4, label=words(en="bias² + variance", zh="偏差² + 方差")
    )
    axes[3].set(
        xlabel=words(en="degree", zh="次数"),
        title=words(en="The sum has its minimum in between", zh="两者之和在中间最小"),
    )
    axes[3].legend(fontsize=8)
    plt.show()


# %% [markdown] lang="en"
# What you should see. The straight lines (first panel) agree with each other and miss together; the curves of degree 11 (third) are right on average, and each by itself is wild. On the right, bias² falls with the degree and
# variance rises. Below about $10^{-4}$ do not trust the curve of bias²: an average of only $R$ models still wobbles by variance$/R$, here with $R = 2000$. With 60 models that floor would lie thirty times higher.
# %% [markdown] lang="zh" of="3bbf"
# 你应当看到：直线（第一幅）彼此一致，却一起偏离；11 次曲线（第三幅）平均起来是对的，单看每一条却摇摆得厉害。最右图中，次数越高，bias² 越小，方差越大。
# bias² 低于大约 $10^{-4}$ 的部分不可当真：$R$ 个模型的平均本身还有“方差$/R$”大小的波动，这里 $R = 2000$。如果只用 60 个模型，这个下限会高出三十多倍。
