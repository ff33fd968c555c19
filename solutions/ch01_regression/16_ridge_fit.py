# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import regression

from chapter import drawn_by, poly_features, rounded, words

# %% [markdown] lang="en"
# ## {n} Straight to the bottom of the bowl
#
# The ridge loss is quadratic, so its minimum can be solved for. Set both derivatives to 0. The one with respect to $b$ says that errors add up to 0, so
# $b = \bar y - \bar x\cdot w$ with the means $\bar x$ (one per feature) and $\bar y$. Insert that, write $X_c = X - \bar x$ and $y_c = y - \bar y$ for the centered data, and the one with respect to $w$ becomes
#
# $$(X_c^\top X_c + \lambda I)\, w = X_c^\top y_c, \qquad b = \bar y - \bar x\cdot w.$$
#
# Centering is how the bias escapes the penalty. (Centering $X$ alone would do: the columns of $X_c$ add up to 0, so $X_c^\top y_c = X_c^\top y$.) Adding $c$ to every $y$ adds $c$ to $b$ and leaves $w$ alone; check that your function does so.
#
# **By hand.** $X = (1, 2, 3)^\top$, $y = (2, 4, 9)$: $\bar x = 2$, $\bar y = 5$, $X_c = (-1, 0, 1)^\top$, $y_c = (-3, -1, 4)$. So $(2 + \lambda)\,w = 7$.
# For $\lambda = 0$: $w = 3.5$, $b = -2$. For $\lambda = 1.5$: $w = 2$, $b = 1$.
#
# **Do not invert.** If one feature repeats another and $\lambda = 0$, the matrix is singular: many $w$ reach the same minimum, and all of them predict the same wherever the features repeat each other in the same way.
# There `np.linalg.inv` and `solve` fail, or worse, rounding hides the fault and `inv` returns garbage without a word. (Near such a point too: $X_c^\top X_c$ has the square of the condition number of $X_c$.)
# `np.linalg.lstsq` (or `pinv`) still returns one of the minimizers; so should your function.
#
# (In scikit-learn this is `Ridge(alpha=lam)`.)
# %% [markdown] lang="zh" of="8c8e"
# ## {n} 一步到碗底
#
# 岭回归的损失是二次函数，最低点可以直接解出来。令两个导数为 0：对 $b$ 的那个说明误差之和为 0，
# 所以 $b = \bar y - \bar x\cdot w$，其中 $\bar x$（每个特征一个）和 $\bar y$ 是均值。代入另一个方程，把中心化后的数据记作 $X_c = X - \bar x$、$y_c = y - \bar y$，得到
#
# $$(X_c^\top X_c + \lambda I)\, w = X_c^\top y_c, \qquad b = \bar y - \bar x\cdot w.$$
#
# 正是中心化让偏置免于惩罚。（其实只中心化 $X$ 就够了：$X_c$ 每一列之和为 0，所以 $X_c^\top y_c = X_c^\top y$。）给每个 $y$ 加上 $c$，$b$ 就增加 $c$，而 $w$ 不变；可以用这一点检验你的函数。
#
# **手算。** $X = (1, 2, 3)^\top$，$y = (2, 4, 9)$：$\bar x = 2$，$\bar y = 5$，$X_c = (-1, 0, 1)^\top$，$y_c = (-3, -1, 4)$，于是 $(2 + \lambda)\,w = 7$。
# $\lambda = 0$ 时 $w = 3.5$，$b = -2$；$\lambda = 1.5$ 时 $w = 2$，$b = 1$。
#
# **不要求逆。** 如果某个特征与另一个重复，又有 $\lambda = 0$，矩阵就是奇异的：许多个 $w$ 都达到同一个最小值，而且只要新数据里这两个特征同样重复，它们给出的预测都相同。
# 这时 `np.linalg.inv` 和 `solve` 会报错；更糟的是，舍入误差可能掩盖奇异性，`inv` 不声不响地返回毫无意义的数。（接近奇异时也要当心：$X_c^\top X_c$ 的条件数是 $X_c$ 的平方。）
# `np.linalg.lstsq`（或 `pinv`）仍能给出其中一个最小点，你的函数也应做到。
#
# （在 scikit-learn 里就是 `Ridge(alpha=lam)`。）
# %% answer="ridge_fit"
def ridge_fit(X, y, lam):
    """The minimizer of `ridge_loss` in closed form; the bias is not penalized.

    X (N, D), y (N,), lam ≥ 0.  Returns (w, b): w (D,), b a number.  Where several minimizers exist (lam = 0 and
    features that depend on each other), any one of them.
    """
    ### BEGIN SOLUTION
    Xc = X - X.mean(axis=0)  # (N, D)
    G = Xc.T @ Xc + lam * np.eye(X.shape[1])  # (D, D)
    w = np.linalg.lstsq(G, Xc.T @ y, rcond=None)[0]  # (D,); y may stay: the columns of Xc add up to 0
    b = y.mean() - X.mean(axis=0) @ w
    return w, b
    ### END SOLUTION


# %% [markdown] docstring="ridge_fit" lang="zh" of="a328"
# 直接求出使 `ridge_loss` 最小的参数；不惩罚偏置。
#
# X (N, D)，y (N,)，lam ≥ 0。返回 (w, b)：w (D,)，b 是一个数。如果最小点不唯一（lam = 0 且特征之间线性相关），返回任意一个即可。
# %% [markdown] why="ridge_fit" lang="en"
# Centering solves for `b` beforehand, so λ falls on `w` alone; λI beside a column of ones would charge for the bias too.
# `lstsq` finds a minimizer even where a repeated feature makes `G` singular, and of all of them the shortest. For λ > 0 `G` is never singular, and `solve` would do.
# %% [markdown] why="ridge_fit" lang="zh" of="f199"
# 中心化等于先把 `b` 解出来，λ 就只落在 `w` 上；若用一列 1 再加 λI，偏置也会被收费。
# 特征重复时 `G` 奇异，`lstsq` 仍能给出一个最小点，而且是其中最短的。λ > 0 时 `G` 一定可逆，用 `solve` 也行。
# %% grading="ridge_fit"
def fit_cases(rng):
    y = (rounded(rng, 9) + 2).round(2)
    X, lam = (rounded(rng, 9, 3) + 1).round(2), round(rng.uniform(1.5, 3), 2)
    yield Case("typical", zh="一般数据", X=X, y=y, lam=lam)


def edge_cases(rng):
    few = {"X": rounded(rng, 3, 5), "y": rounded(rng, 3)}
    yield Case("fewer samples than features", zh="样本少于特征", **few, lam=0.5)
    yield Case("no penalty", zh="没有惩罚", X=rounded(rng, 8, 2), y=rounded(rng, 8), lam=0.0)
    yield Case("one sample", zh="只有一个样本", X=rounded(rng, 1, 3), y=rounded(rng, 1), lam=0.7)
    constant = np.column_stack([rounded(rng, 6), np.full(6, 2.5), rounded(rng, 6)])
    yield Case("a constant feature", zh="有一个常数特征", X=constant, y=rounded(rng, 6), lam=0.8)


def invariant_cases(rng):
    shifted = {"X": rounded(rng, 7, 2), "y": rounded(rng, 7), "shift": round(rng.uniform(2, 4), 2)}
    yield Case("shifted truth", zh="真实值平移", **shifted, lam=1.5)


def extreme_cases(rng):
    x = rng.permutation([-2.0, 0.0, 1.0, 5.0])  # four whole numbers: the mean is exact, so the matrix is singular
    twice = {"X": np.stack([x, x], axis=1), "y": rounded(rng, 4)}
    yield Case("repeated feature, no penalty", zh="特征重复，没有惩罚", **twice, lam=0.0)


def shapes_of_model(X, y, lam):
    return {"w": (X.shape[1],), "b": ()}


def model_without_shift(impl, case):
    w, b = impl.ridge_fit(case.X, case.y + case.shift, case.lam)
    return {"w": w, "b without the shift": b - case.shift}


def predictions(impl, case):
    """w is not unique, but what it predicts is."""
    w, b = impl.ridge_fit(case.X, case.y, case.lam)
    return {"predictions": case.X @ w + b}


@variant
def more_samples(X, y, lam):
    A = np.vstack([np.column_stack([X, np.ones(len(X))]), np.eye(X.shape[1], X.shape[1] + 1) * np.sqrt(lam)])
    theta = np.linalg.lstsq(A, np.concatenate([y, np.zeros(X.shape[1])]), rcond=None)[0]
    return theta[:-1], theta[-1]


@mistake(
    en="Your penalty also acts on the bias: adding a constant to y changes your w. Center the data, or leave the bias out of λI.",
    zh="你的惩罚也作用在了偏置上：给 y 加一个常数，你的 w 就变了。请先中心化，或者不要对偏置加 λ。",
)
def bias_penalized(X, y, lam):
    A = np.column_stack([X, np.ones(len(X))])
    theta = np.linalg.lstsq(A.T @ A + lam * np.eye(A.shape[1]), A.T @ y, rcond=None)[0]
    return theta[:-1], theta[-1]


@mistake(
    en="You centered y but not X. It is X that has to have mean zero in the equation for w.",
    zh="你把 y 中心化了，X 却没有。关于 w 的方程里，均值必须为零的恰恰是 X。",
)
def features_not_centered(X, y, lam):
    w = np.linalg.lstsq(X.T @ X + lam * np.eye(X.shape[1]), X.T @ (y - y.mean()), rcond=None)[0]
    return w, y.mean() - X.mean(axis=0) @ w


@variant
def masked_penalty(X, y, lam):
    A = np.column_stack([X, np.ones(len(X))])
    price = lam * np.diag(np.append(np.ones(X.shape[1]), 0.0))
    theta = np.linalg.pinv(A.T @ A + price, rcond=1e-12) @ (A.T @ y)
    return theta[:-1], theta[-1]


Exercise(
    points=3, reference=regression.ridge_fit, cases=fit_cases, shapes=shapes_of_model, tolerance=CLOSED_FORM,
    accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[
        Group("edge", edge_cases),
        Group("invariant", invariant_cases, observe=model_without_shift,
            en="Shifting y shifts only b", zh="y 平移时只有 b 改变"),
        Group("extreme", extreme_cases, observe=predictions, en="A repeated feature", zh="重复的特征"),
    ],
    mistakes=[
        Mistake("a_bias_for_each_sample", "return w, b", "return w, y - X @ w",
            en="Your b has an entry per sample. It is one number: a bias for each sample would fit anything, and predict nothing.",
            zh="你的 b 每个样本一个。它应当是一个数：每个样本都有自己的偏置，什么都能拟合，却什么也预测不了。"),
        Mistake("no_bias", "return w, b",
            "return np.linalg.lstsq(X.T @ X + lam * np.eye(X.shape[1]), X.T @ y, rcond=None)[0], 0.0",
            en="Your b is always 0, so that w has to make up for the height of the data, too. Where does the bias come in?",
            zh="你的 b 总是 0，w 只好连数据的高低也一起承担。偏置应当从哪里来？"),
        Mistake("half_lambda", "lam * np.eye", "0.5 * lam * np.eye",
            en="You solve for half the penalty. With our loss (no ½ anywhere) the factors 2 cancel, and λ stays whole.",
            zh="你解的是一半的惩罚。我们的损失里没有 ½，两边的 2 正好约掉，λ 保持不变。"),
        Mistake("lambda_times_n", "lam * np.eye", "len(y) * lam * np.eye",
            en="Your penalty is N times too strong. Our loss is a SUM, so λ stands beside XᵀX without N.",
            zh="你的惩罚强度是正确值的 N 倍。我们的损失是求和，λ 直接与 XᵀX 相加，不乘 N。"),
        Mistake("singular_inverse", "np.linalg.lstsq(G, Xc.T @ y, rcond=None)[0]", "np.linalg.inv(G) @ Xc.T @ y",
            en="Right wherever the matrix is invertible. With a repeated feature and λ = 0 it is not: inversion fails or returns garbage. A least-squares solver copes with that.",
            zh="矩阵可逆时都对。特征重复且 λ = 0 时矩阵不可逆，求逆会报错，或者返回毫无意义的数；最小二乘求解器能应付这种情形。"),
        Mistake("solve_of_singular", "np.linalg.lstsq(G, Xc.T @ y, rcond=None)[0]", "np.linalg.solve(G, Xc.T @ y)",
            en="Right wherever the matrix is invertible. `solve` gives up on a repeated feature with λ = 0, where a least-squares solver still finds a minimum.",
            zh="矩阵可逆时都对。特征重复且 λ = 0 时 `solve` 会报错，而最小二乘求解器仍能找到最小点。"),
        Mistake("standardized_inside", "Xc = X - X.mean(axis=0)",
            "Xc = (X - X.mean(axis=0)) / np.where(np.ptp(X, axis=0) == 0, 1, X.std(axis=0))",
            en="You divided the features by their standard deviation. Here the penalty falls on the weights of X as it is; standardizing comes in {ref:tune_ridge}.",
            zh="你把特征除以了标准差。这里惩罚的是 X 原来单位下的权重；标准化到 {ref:tune_ridge} 节才用。"),
        Mistake("bias_without_feature_means", "y.mean() - X.mean(axis=0) @ w", "y.mean()",
            en="w is right, but b is only the mean of y. The line passes through the point of means (x̄, ȳ): where is it at x = 0?",
            zh="w 是对的，但 b 只取了 y 的均值。直线经过均值点 (x̄, ȳ)，那么在 x = 0 处是多少？"),
        Mistake("nothing_centered", "Xc = X - X.mean(axis=0)", "Xc = X",
            en="You centered nothing, so that your w belongs to a model without a bias. The equation for w holds for features with mean zero.",
            zh="你什么都没有中心化，求出的 w 属于没有偏置的模型。关于 w 的方程要求特征的均值为零。"),
    ],
    variants=[
        Variant("both_centered", "Xc.T @ y", "Xc.T @ (y - y.mean())"),
        Variant("weights_first", "X.mean(axis=0) @ w", "w @ X.mean(axis=0)"),
        Variant("rcond_of_numpy", ", rcond=None", ""),
        Variant("bias_of_one", "return w, b", "return w, np.array([b])"),
        Variant("pseudoinverse", "np.linalg.lstsq(G, Xc.T @ y, rcond=None)[0]", "np.linalg.pinv(G) @ (Xc.T @ y)"),
    ],
)


# %% [markdown] lang="en"
# Back to the curves of {ref:poly_curve}, this time with a price. Your `ridge_fit` draws them.
# %% [markdown] lang="zh" of="8f70"
# 回到 {ref:poly_curve} 节的曲线，这一次给权重标了价。曲线由你的 `ridge_fit` 画出。
# %% demo="ridge_smooths"
# One polynomial of degree 13 under three penalties, and its weights against the penalty.
@drawn_by("poly_features", "ridge_fit")
def ridge_smooths(plt):
    rng = np.random.default_rng(6)
    x, _ = np.sort(rng.uniform(-1.5, 1.5, 18)), rng.uniform(-1.4, 1.4, 200)  # the same points as before
    y, fine = np.sin(2.6 * x) + 0.4 * x + 0.25 * rng.normal(size=18), np.linspace(-1.5, 1.5, 300)
    features, curve = poly_features(x / 1.5, 13), poly_features(fine / 1.5, 13)
    _, (left, right) = plt.subplots(1, 2, figsize=(11, 4.2), constrained_layout=True)
    for lam, style, color in ((1e-9, "-", "#D55E00"), (0.01, "--", "#009E73"), (1000.0, "-.", "#0072B2")):
        w, b = ridge_fit(features, y, lam)
        left.plot(fine, curve @ w + b, style, color=color, lw=2, label=f"λ = {lam:g}")
    left.plot(fine, np.sin(2.6 * fine) + 0.4 * fine, ":", color="black", lw=1.6, label=words(en="truth", zh="真实曲线"))
    left.scatter(x, y, color="black", s=20, zorder=5)
    left.set(
        ylim=(-2.4, 2.4),
        xlabel="x",
        ylabel="y",
        title=words(en="Degree 13 at three prices", zh="13 次多项式，三种标价"),
    )
    left.legend(fontsize=8, loc="lower right")
    lams = np.logspace(-9, 4, 200)
    right.semilogx(lams, [ridge_fit(features, y, lam)[0] for lam in lams], lw=1.2, color="#0072B2")
    right.axhline(0, color="black", lw=0.6)
    right.set(
        xlabel="λ",
        ylabel=words(en="weights", zh="权重"),
        title=words(en="One line per weight: a higher price, smaller weights", zh="每个权重一条线：标价越高，权重越小"),
        yscale="symlog",
    )
    plt.show()


# %% [markdown] lang="en"
# What you should see. Left: almost free weights (solid) let the curve swing wildly where no point holds it; at a fair price (dashed) it follows the truth; when weights are far too dear (dash-dotted) it is nearly flat.
# Right: each line is one of the 13 weights. Follow them from left to right, as λ grows: from thousands, plus and minus, they come down to 0. (The vertical axis counts in powers of ten, above and below 0.)
# %% [markdown] lang="zh" of="73ad"
# 你应当看到：左图中，权重几乎免费时（实线），没有数据点约束的地方曲线乱摆；价格合适时（虚线），它贴近真实曲线；价格过高时（点划线），它几乎是平的。
# 右图每条线是 13 个权重之一。从左往右看，λ 越来越大：权重从上千（有正有负）一路降到 0。（纵轴在 0 的上下两侧都按 10 的幂次刻度。）
