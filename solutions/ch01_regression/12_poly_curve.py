# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import regression

from chapter import drawn_by, poly_features, words

# %% [markdown] lang="en"
# ## {n} Underfitting and overfitting
#
# Higher powers fit the training data better and better, but what we care about is *new* data. Let us measure both, for several degrees (§2.3):
#
# 1. fit $w$ and $b$ on the **training** set, by least squares;
# 2. compute the **MEAN** squared error (MSE) of these *same* $w$ and $b$ on the training set and on the test set. (The mean, because the two sets differ in size.)
#
# NumPy finds the smallest sum of squares directly: `np.linalg.lstsq(A, t, rcond=None)[0]` returns the $\theta$ that minimizes $\lVert A\theta - t\rVert^2$. Give $A$ a column of ones
# beside the powers, and one entry of $\theta$ is the bias.
#
# **By hand.** Training points $(0,0), (1,1), (2,0)$ and one test point $(3, 1)$.
#
# | degree | the fit | training error | test error |
# |---|---|---|---|
# | 1 | $y = \tfrac13$ | $\tfrac13(\tfrac19 + \tfrac49 + \tfrac19) = 0.222$ | $(\tfrac13 - 1)^2 = 0.444$ |
# | 2 | $y = 2x - x^2$ | $0$ | $(-3 - 1)^2 = 16$ |
#
# A perfect score on the training points, and a disaster beside them: that is **overfitting**. A model that is poor on both is **underfitting**.
# The training error never rises with the degree, since each model contains the previous one; it therefore cannot tell you when to stop.
# %% [markdown] lang="zh" of="a8db"
# ## {n} 欠拟合与过拟合
#
# 次数越高，训练数据拟合得越好，但我们真正关心的是**新**数据。下面对若干个次数，把两边的误差都量一量（§2.3）：
#
# 1. 用最小二乘在**训练集**上求出 $w$ 和 $b$；
# 2. 用**同一组** $w$ 和 $b$，分别计算训练集和测试集上的**均方误差**（mean squared error，MSE）。（取平均，因为两个集合大小不同。）
#
# NumPy 可以直接求出最小平方和：`np.linalg.lstsq(A, t, rcond=None)[0]` 返回使 $\lVert A\theta - t\rVert^2$ 最小的 $\theta$。在各次幂旁边给 $A$ 加一列 1，
# $\theta$ 中的一个元素就是偏置。
#
# **手算。** 训练点 $(0,0), (1,1), (2,0)$，一个测试点 $(3, 1)$。
#
# | 次数 | 拟合结果 | 训练误差 | 测试误差 |
# |---|---|---|---|
# | 1 | $y = \tfrac13$ | $\tfrac13(\tfrac19 + \tfrac49 + \tfrac19) = 0.222$ | $(\tfrac13 - 1)^2 = 0.444$ |
# | 2 | $y = 2x - x^2$ | $0$ | $(-3 - 1)^2 = 16$ |
#
# 训练点上满分，换个点就一塌糊涂，这就是**过拟合**。两边都差，则是**欠拟合**。
# 次数升高时训练误差绝不会变大，因为高次模型包含了低次模型；所以它没法告诉你该在哪里停下。
# %% answer="poly_curve"
def poly_curve(x_train, y_train, x_test, y_test, degrees):
    """Training and test error of least-squares polynomials of several degrees.

    x_train, y_train (N,), x_test, y_test (M,), degrees a list of whole numbers ≥ 1.
    Returns (train_mse, test_mse), each (len(degrees),): the MEAN squared errors of the polynomial of each degree,
    fitted on the training set alone.
    """
    ### BEGIN SOLUTION
    train_mse, test_mse = [], []

    def design(x, degree):
        return np.column_stack([np.ones(len(x)), poly_features(x, degree)])  # (len(x), degree + 1)

    for degree in degrees:
        theta = np.linalg.lstsq(design(x_train, degree), y_train, rcond=None)[0]  # (degree + 1,)
        train_mse.append(np.mean((design(x_train, degree) @ theta - y_train) ** 2))
        test_mse.append(np.mean((design(x_test, degree) @ theta - y_test) ** 2))
    return train_mse, test_mse
    ### END SOLUTION


# %% [markdown] docstring="poly_curve" lang="zh" of="7709"
# 若干个次数的最小二乘多项式的训练误差与测试误差。
#
# x_train、y_train (N,)，x_test、y_test (M,)，degrees 是由不小于 1 的整数组成的列表。
# 返回 (train_mse, test_mse)，形状都是 (len(degrees),)：每个次数的多项式的均方误差，只在训练集上拟合。
# %% [markdown] why="poly_curve" lang="en"
# One `design` serves both sets, so the same x always has the same features; `theta` is fitted once and then only judged.
# `lstsq` works on the matrix itself. Solving with `A.T @ A` would square its condition number, which is large for high powers already.
# %% [markdown] why="poly_curve" lang="zh" of="1097"
# 训练集和测试集共用一个 `design`，相同的 x 总有相同的特征；`theta` 只拟合一次，之后只受检验。
# `lstsq` 直接处理矩阵本身；若先算 `A.T @ A`，条件数会变成平方，而高次幂的条件数本来就很大。
# %% grading="poly_curve"
def points(rng, n):  # spread over the interval, so that no draw is ill-conditioned, not even rounded to whole numbers
    x = rng.permutation(np.linspace(-3, 3, n) + rng.uniform(-0.2, 0.2, size=n)).round(2)
    return x, (np.sin(x) + 0.4 * rng.normal(size=n)).round(2)


def inputs(rng, n, m, degrees):
    (x, y), (u, v) = points(rng, n), points(rng, m)
    return {"x_train": x, "y_train": y, "x_test": u, "y_test": v, "degrees": degrees}


def curve_cases(rng):
    yield Case("typical", zh="一般数据", **inputs(rng, 12, 7, [1, 2, 4]))


def edge_cases(rng):
    yield Case("degrees out of order", zh="次数不按顺序", **inputs(rng, 9, 5, [3, 1]))
    yield Case("through every point", zh="经过每个点", **inputs(rng, 4, 6, [3]))


def invariant_cases(rng):
    yield Case("more and more powers", zh="次数越来越高", **inputs(rng, 14, 5, [1, 2, 3, 4, 5]))


def trend(impl, case):
    train_mse, test_mse = impl.poly_curve(case.x_train, case.y_train, case.x_test, case.y_test, case.degrees)
    return {"training error never rises": bool(np.all(np.diff(np.ravel(train_mse)) <= 1e-9)), "entries": len(test_mse)}


@variant
def polyfit(x_train, y_train, x_test, y_test, degrees):
    curves = np.zeros((2, len(degrees)))
    for i, degree in enumerate(degrees):
        c = np.polyfit(x_train, y_train, degree)
        curves[0, i] = ((np.polyval(c, x_train) - y_train) ** 2).mean()
        curves[1, i] = ((np.polyval(c, x_test) - y_test) ** 2).mean()
    return curves


@mistake(
    en="You rescale the test features with statistics of the test set. The same x must give the same features in both sets, or the weights lose their meaning.",
    zh="你用测试集自己的统计量缩放了测试特征。同一个 x 在两个集合里必须得到同样的特征，否则权重就失去了意义。",
)
def test_features_rescaled(x_train, y_train, x_test, y_test, degrees):
    def design(x, degree):
        features = poly_features(x, degree)
        features = (features - features.mean(axis=0)) / features.std(axis=0)
        return np.column_stack([np.ones(len(x)), features])

    train_mse, test_mse = [], []
    for degree in degrees:
        theta = np.linalg.lstsq(design(x_train, degree), y_train, rcond=None)[0]
        train_mse.append(np.mean((design(x_train, degree) @ theta - y_train) ** 2))
        test_mse.append(np.mean((design(x_test, degree) @ theta - y_test) ** 2))
    return train_mse, test_mse


@mistake(
    en="Your test error comes from a polynomial that was fitted on the test set. Judge the one from the training set there; nothing is fitted again.",
    zh="你的测试误差来自在测试集上重新拟合的多项式。应当用训练集上得到的那一个去测，不要再拟合。",
)
def refitted_on_test(x_train, y_train, x_test, y_test, degrees):
    errors = []
    for x, y in ((x_train, y_train), (x_test, y_test)):
        errors.append([])
        for degree in degrees:
            A = np.column_stack([np.ones(len(x)), poly_features(x, degree)])
            theta = np.linalg.lstsq(A, y, rcond=None)[0]
            errors[-1].append(np.mean((A @ theta - y) ** 2))
    return errors[0], errors[1]


Exercise(
    points=2, reference=regression.poly_curve, cases=curve_cases, tolerance=CLOSED_FORM,
    accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases), Group("invariant", invariant_cases, observe=trend)],
    mistakes=[
        Mistake("intercept_missing", "np.column_stack([np.ones(len(x)), poly_features(x, degree)])",
            "poly_features(x, degree)",
            en="Your polynomials all pass through the origin: the bias is missing. Give the matrix a column of ones.",
            zh="你的多项式全都经过原点：少了偏置。请给矩阵加一列 1。"),
        Mistake("sum_for_mean", "    return train_mse, test_mse",
            "    return np.array(train_mse) * len(x_train), np.array(test_mse) * len(x_test)",
            en="You summed the squared errors. Sets of different size can only be compared by their MEAN.",
            zh="你对平方误差求了和。两个集合大小不同，只有**平均**才能相比。"),
        Mistake("degree_one_too_high", "poly_features(x, degree)", "poly_features(x, degree + 1)",
            en="Each polynomial has one power too many: degree p means powers up to p.",
            zh="每个多项式都多了一个幂次：次数 p 表示最高到 p 次幂。"),
        Mistake("errors_swapped", "return train_mse, test_mse", "return test_mse, train_mse",
            en="Your two curves are swapped: the training error comes first.",
            zh="两条曲线的次序反了：应先返回训练误差。"),
        Mistake("degrees_sorted", "for degree in degrees:", "for degree in sorted(degrees):",
            en="You sorted the degrees. The errors come in the order in which the degrees are given.",
            zh="你把次数排了序。误差应按给定次数的顺序返回。"),
        Mistake("divided_by_degrees_of_freedom",
            "train_mse.append(np.mean((design(x_train, degree) @ theta - y_train) ** 2))",
            "train_mse.append(np.sum((design(x_train, degree) @ theta - y_train) ** 2) / (len(y_train) - len(theta)))",
            en="Your training error divides by N minus the number of parameters, which estimates the noise. The MEAN asked for divides by N.",
            zh="你的训练误差除以了 N 减参数个数，那是在估计噪声。这里的**平均**是除以 N。"),
        Mistake("median_for_mean", "test_mse.append(np.mean(", "test_mse.append(np.median(",
            en="Your test error is a median, which overlooks the worst misses. The MEAN is asked for.",
            zh="你的测试误差取的是中位数，它会忽略错得最厉害的点。题目要的是**平均**。"),
        Mistake("root_of_the_mean", "    return train_mse, test_mse",
            "    return np.sqrt(train_mse), np.sqrt(test_mse)",
            en="You took the root of the mean (the RMSE). Here the mean squared error itself is asked for.",
            zh="你又开了平方根（RMSE）。这里要的是均方误差本身。"),
    ],
    variants=[
        Variant("ones_last", "[np.ones(len(x)), poly_features(x, degree)]", "[poly_features(x, degree), np.ones(len(x))]"),
        Variant("rcond_of_numpy", ", rcond=None", ""),
        Variant("pseudoinverse", "np.linalg.lstsq(design(x_train, degree), y_train, rcond=None)[0]",
            "np.linalg.pinv(design(x_train, degree)) @ y_train"),
        Variant("arrays", "    return train_mse, test_mse", "    return np.array(train_mse), np.array(test_mse)"),
    ],
)


# %% [markdown] lang="en"
# Your two functions draw the next figure: the curves are fitted on your features, and the errors on the right are what your `poly_curve` returns.
# %% [markdown] lang="zh" of="e065"
# 下一幅图由你的两个函数画出：曲线用你的特征拟合，右边的误差由你的 `poly_curve` 给出。
# %% demo="overfitting"
# Polynomials of three degrees through the same points, and both errors against the degree.
@drawn_by("poly_features", "poly_curve")
def overfitting(plt):
    rng, degrees = np.random.default_rng(6), list(range(1, 14))

    def truth(u):
        return np.sin(2.6 * u) + 0.4 * u

    x, u = np.sort(rng.uniform(-1.5, 1.5, 18)), np.sort(rng.uniform(-1.4, 1.4, 200))
    y, v = truth(x) + 0.25 * rng.normal(size=18), truth(u) + 0.25 * rng.normal(size=200)
    train_mse, test_mse = poly_curve(x, y, u, v, degrees)
    fine = np.linspace(-1.5, 1.5, 300)
    widths = {"width_ratios": [1, 1, 1, 1.35]}
    _, axes = plt.subplots(1, 4, figsize=(14, 3.9), constrained_layout=True, gridspec_kw=widths)
    verdicts = (words(en="underfits", zh="欠拟合"), words(en="fits", zh="合适"), words(en="overfits", zh="过拟合"))
    for axis, degree, word in zip(axes[:3], (1, 3, 13), verdicts, strict=True):
        points, curve = (np.column_stack([np.ones(len(z)), poly_features(z, degree)]) for z in (x, fine))
        axis.plot(fine, truth(fine), "--", color="gray", lw=1.2, label=words(en="truth", zh="真实曲线"))
        fitted = curve @ np.linalg.lstsq(points, y, rcond=None)[0]
        axis.plot(fine, fitted, color="#D55E00", lw=2, label=words(en=f"degree {degree}", zh=f"{degree} 次"))
        axis.scatter(x, y, s=20, color="black", zorder=5)
        axis.set(ylim=(-2.4, 2.4), title=words(en=f"Degree {degree} {word}", zh=f"{degree} 次：{word}"), xlabel="x")
        axis.legend(fontsize=8, loc="lower right")
    axes[3].semilogy(degrees, train_mse, "o-", color="#0072B2", label=words(en="training error", zh="训练误差"))
    axes[3].semilogy(degrees, test_mse, "s-", color="#D55E00", label=words(en="test error", zh="测试误差"))
    axes[3].axhline(
        0.25**2, color="gray", ls=":", label=words(en="noise that nobody can predict", zh="谁也预测不了的噪声")
    )
    axes[3].set(
        xlabel=words(en="degree", zh="次数"),
        ylabel=words(en="mean squared error", zh="均方误差"),
        title=words(en="Only one of the curves turns back", zh="只有一条曲线会回头"),
    )
    axes[3].legend(fontsize=8)
    plt.show()
# %% [markdown] lang="en"
# What you should see. The straight line (degree 1) misses the points and the truth alike; degree 3 follows the truth; degree 13 runs through most points and away from the truth between them. On the right the training error (circles) only ever falls, while the test error (squares) turns back after degree 3.
# %% [markdown] lang="zh" of="64b4"
# 你应当看到：直线（1 次）既偏离数据点，也偏离真实曲线；3 次贴近真实曲线；13 次穿过大多数点，在点与点之间却远离真实曲线。最右图中，训练误差（圆点）只降不升，测试误差（方块）过了 3 次就掉头向上。
