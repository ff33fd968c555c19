# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import classification

from chapter import covariance, drawn_by, factor_cancels, gaussian_fit, gaussian_fit_shared, gaussian_logpdf, words

# %% [markdown] lang="en"
# ## {n} From Gaussians to a line
#
# Now something beautiful happens. Write the posterior of class 1 as a function of the *log odds* $z$:
#
# $$P(y=1\mid x)=\frac{1}{1+e^{-z}}=\sigma(z),\qquad z=\ln\frac{P(C_1)\,p(x\mid C_1)}{P(C_0)\,p(x\mid C_0)}.$$
#
# With a shared $\Sigma$ the quadratic terms $x^\top\Sigma^{-1}x$ of both Gaussians are the same and cancel. What is left is linear in $x$:
#
# $$z=w\cdot x+b,\qquad w=\Sigma^{-1}(\mu_1-\mu_0),\qquad b=-\tfrac12\mu_1^\top\Sigma^{-1}\mu_1+\tfrac12\mu_0^\top\Sigma^{-1}\mu_0+\ln\frac{P(C_1)}{P(C_0)}.$$
#
# Two bells, one straight line between them. (The notes number the classes 1 and 2; here the label 1 is $C_1$ and the label 0 is the other one.)
#
# **By hand.** In one dimension: $\mu_0=1$, $\mu_1=6$, $\Sigma=2$, priors $(\tfrac13,\tfrac23)$. Then $w=\tfrac{6-1}{2}=2.5$ and $b=-\tfrac{36}{4}+\tfrac{1}{4}+\ln2=-8.057$. The boundary $z=0$ is at $x=3.22$, a little left of the middle 3.5, because class 1 is more common.
# %% [markdown] lang="zh" of="ea90"
# ## {n} 从高斯分布到直线
#
# 接下来的结果很漂亮。把第 1 类的后验写成**对数几率** $z$ 的函数：
#
# $$P(y=1\mid x)=\frac{1}{1+e^{-z}}=\sigma(z),\qquad z=\ln\frac{P(C_1)\,p(x\mid C_1)}{P(C_0)\,p(x\mid C_0)}.$$
#
# 共享 $\Sigma$ 时，两个高斯分布里的二次项 $x^\top\Sigma^{-1}x$ 完全相同，相减后消失，剩下的对 $x$ 是线性的：
#
# $$z=w\cdot x+b,\qquad w=\Sigma^{-1}(\mu_1-\mu_0),\qquad b=-\tfrac12\mu_1^\top\Sigma^{-1}\mu_1+\tfrac12\mu_0^\top\Sigma^{-1}\mu_0+\ln\frac{P(C_1)}{P(C_0)}.$$
#
# 两座“钟”，中间一条直线。（讲义的两类编号是 1 和 2；这里标签 1 对应 $C_1$，标签 0 对应另一类。）
#
# **手算。** 一维情形：$\mu_0=1$，$\mu_1=6$，$\Sigma=2$，先验 $(\tfrac13,\tfrac23)$。于是 $w=\tfrac{6-1}{2}=2.5$，$b=-\tfrac{36}{4}+\tfrac{1}{4}+\ln2=-8.057$。分界点 $z=0$ 在 $x=3.22$，比中点 3.5 略偏左，因为第 1 类更常见。
# %% answer="shared_gaussian_to_linear"
def shared_gaussian_to_linear(pi, mus, S):
    """The line that two Gaussians with a shared covariance amount to.

    pi (2,) priors and mus (2, D) means of the classes 0 and 1, S (D, D) their covariance; mus and S may hold integers.
    Returns (w, b): w (D,) and the number b with sigmoid(x·w + b) = P(y = 1 | x).
    """
    ### BEGIN SOLUTION
    w = np.linalg.solve(S, mus[1] - mus[0])  # (D,)
    b = -0.5 * (mus[1] + mus[0]) @ w + np.log(pi[1] / pi[0])
    return w, b
    ### END SOLUTION


# %% [markdown] docstring="shared_gaussian_to_linear" lang="zh" of="897d"
# 两个共享协方差的高斯分布所对应的直线。
#
# pi (2,) 与 mus (2, D) 是第 0、1 类的先验与均值，S (D, D) 是共享的协方差；mus 和 S 可以是整数数组。
# 返回 (w, b)：w (D,) 和数 b，满足 sigmoid(x·w + b) = P(y = 1 | x)。
# %% [markdown] why="shared_gaussian_to_linear" lang="en"
# Since Σ is symmetric, $\mu_1^\top\Sigma^{-1}\mu_1-\mu_0^\top\Sigma^{-1}\mu_0=(\mu_1+\mu_0)\cdot w$, as with $a^2-b^2$: one `solve` does for `w` and `b`.
# It also shows where the boundary lies: with equal priors it passes through the middle between the means.
# %% [markdown] why="shared_gaussian_to_linear" lang="zh" of="bf56"
# Σ 是对称的，所以 $\mu_1^\top\Sigma^{-1}\mu_1-\mu_0^\top\Sigma^{-1}\mu_0=(\mu_1+\mu_0)\cdot w$，就像 $a^2-b^2$ 那样：`w` 和 `b` 只需一次 `solve`。
# 从中还能看出边界的位置：先验相等时，它正好通过两个均值的中点。
# %% grading="shared_gaussian_to_linear"
def gaussians(rng, d, low, high):
    """Two Gaussians with a shared covariance; class 1 has a share from low to high."""
    share = round(float(rng.uniform(low, high)), 2)
    mus = (rng.normal(size=(2, d)) + [[1.0], [-0.5]]).round(2)
    return {"pi": np.array([1 - share, share]), "mus": mus, "S": covariance(rng, d)}


def line_cases(rng):
    yield Case("typical", zh="一般数据", **gaussians(rng, 3, 0.7, 0.9))
    yield Case("a rare class", zh="罕见的类别", **gaussians(rng, 2, 0.02, 0.08))


def edge_cases(rng):
    yield Case("one feature", zh="只有一个特征", **gaussians(rng, 1, 0.6, 0.8))


def posterior_cases(rng):
    yield Case("the posterior", zh="后验概率", **gaussians(rng, 2, 0.2, 0.4), x=rng.normal(size=(4, 2)).round(2))


def shapes_of_line(pi, mus, S):
    return {"w": (len(S),), "b": ()}


def posterior_of_the_line(impl, case):
    """What the line gives, beside Bayes' rule."""
    w, b = impl.shared_gaussian_to_linear(case.pi, case.mus, case.S)
    densities = [np.reshape(impl.gaussian_logpdf(case.x, mu, case.S), len(case.x)) for mu in case.mus]
    logs = np.stack(densities, axis=1) + np.log(case.pi)
    bayes = 1 / (1 + np.exp(logs[:, 0] - logs[:, 1]))
    line = 1 / (1 + np.exp(-(case.x @ w + b)))
    return {"by the line": line, "minus Bayes' rule": line - bayes}


@variant
def expanded(pi, mus, S):
    inverse = np.linalg.inv(S)
    m0, m1 = mus
    b = -m1 @ inverse @ m1 / 2 + m0 @ inverse @ m0 / 2 + np.log(pi[1]) - np.log(pi[0])
    return inverse @ (m1 - m0), b


@variant
def odds_at_points(pi, mus, S):
    inverse = np.linalg.inv(S)

    def odds(x):
        forms = [(x - mu) @ inverse @ (x - mu) for mu in mus]
        return (forms[0] - forms[1]) / 2 + np.log(pi[1]) - np.log(pi[0])

    b = odds(np.zeros(len(S)))
    return [odds(e) - b for e in np.eye(len(S))], b


@variant
def cholesky_and_array_of_one(pi, mus, S):
    white = np.linalg.solve(np.linalg.cholesky(S), np.asarray(mus, dtype=float).T)  # (D, 2)
    w = np.linalg.solve(np.linalg.cholesky(S).T, white @ [-1.0, 1.0])
    return w, np.array([np.log(pi[1] / pi[0]) - (white[:, 1] @ white[:, 1] - white[:, 0] @ white[:, 0]) / 2])


Exercise(
    points=2, reference=classification.shared_gaussian_to_linear, cases=line_cases, shapes=shapes_of_line,
    tolerance=CLOSED_FORM, accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[
        Group("edge", edge_cases),
        Group("posterior", posterior_cases, observe=posterior_of_the_line,
            en="The line gives Bayes' posterior", zh="直线给出贝叶斯后验"),
    ],
    mistakes=[
        Mistake("log_prior_missing", " + np.log(pi[1] / pi[0])", "",
            en="The priors are missing from b, so a rare class is predicted as often as a common one.",
            zh="b 里漏了先验，于是罕见的类和常见的类被一视同仁了。"),
        Mistake("prior_twice", "np.log(pi[1] / pi[0])", "2 * np.log(pi[1] / pi[0])",
            en="The log prior ratio is counted twice.",
            zh="先验之比的对数算了两遍。"),
        Mistake("prior_without_log", "np.log(pi[1] / pi[0])", "pi[1] / pi[0]",
            en="z is the logarithm of the odds, so the ratio of the priors enters as a logarithm.",
            zh="z 是几率的对数，所以先验之比也要取对数再加进来。"),
        Mistake("prior_ratio_upside_down", "pi[1] / pi[0]", "pi[0] / pi[1]",
            en="The ratio of the priors is upside down: a common class 1 must raise z.",
            zh="先验之比颠倒了：第 1 类越常见，z 应当越大。"),
        Mistake("classes_swapped", "mus[1] - mus[0]", "mus[0] - mus[1]",
            en="Your w points to class 0. The output is the probability of class 1, so w points from μ₀ to μ₁.",
            zh="你的 w 指向第 0 类。输出是第 1 类的概率，所以 w 应从 μ₀ 指向 μ₁。"),
        Mistake("half_missing", "-0.5 * (", "-1.0 * (",
            en="The ½ of the Gaussian's exponent is missing in b.",
            zh="b 里漏了高斯指数中的 ½。"),
        Mistake("covariance_not_inverted", "np.linalg.solve(S, mus[1] - mus[0])", "S @ (mus[1] - mus[0])",
            en="You multiplied by Σ where its inverse belongs.",
            zh="该用 Σ 的逆，你却乘了 Σ。"),
        Mistake("quadratic_sign", "-0.5 * (mus[1] + mus[0]) @ w", "0.5 * (mus[1] + mus[0]) @ w",
            en="The sign of the quadratic terms in b is reversed: the term of μ₁ is subtracted, that of μ₀ is added.",
            zh="b 中二次项的符号反了：μ₁ 的那一项为负，μ₀ 的那一项为正。"),
    ],
    variants=[
        Variant("inner_product_commutes", "-0.5 * (mus[1] + mus[0]) @ w", "w @ (-0.5 * (mus[1] + mus[0]))"),
        *factor_cancels("pi", "w = np.linalg.solve(", "mus", "S", sign=False),
        Variant("list", "return w, b", "return w.tolist(), float(b)"),
    ],
)


# %% demo="boundaries"
# Two classes and where they are equally probable, by your functions: one covariance each, and a shared one.
@drawn_by("gaussian_fit", "gaussian_logpdf", "gaussian_fit_shared", "shared_gaussian_to_linear")
def boundaries(plt):
    rng = np.random.default_rng(8)
    X = np.vstack([
        rng.normal(size=(90, 2)) @ [[1.5, 0.7], [0.0, 0.5]] + [-1.2, 0.6],
        rng.normal(size=(60, 2)) @ [[0.5, -0.5], [0.0, 0.9]] + [1.6, -0.6],
    ])
    y = np.repeat([0, 1], [90, 60])
    grid_x, grid_y = np.meshgrid(np.linspace(-6, 5, 221), np.linspace(-4, 4.5, 171))
    grid = np.stack([grid_x.ravel(), grid_y.ravel()], axis=1)
    own = [gaussian_fit(X[y == k]) for k in (0, 1)]
    bells = [gaussian_logpdf(grid, mu, S) for mu, S in own]
    shares, means, shared = gaussian_fit_shared(X, y)
    w, b = shared_gaussian_to_linear(shares, means, shared)
    panels = (
        (words(en="One covariance each: a curve", zh="各用一个协方差：曲线"), bells[1] - bells[0] + np.log(60 / 90), own),
        (words(en="Shared covariance: a line", zh="共享协方差：直线"), grid @ w + b, [(mu, shared) for mu in means]),
    )
    _, axes = plt.subplots(1, 2, figsize=(11, 4.2), sharex=True, sharey=True, layout="constrained")
    angles = np.linspace(0, 2 * np.pi, 100)
    for axis, (name, odds, fits) in zip(axes, panels):
        shade = np.tanh(np.reshape(odds, grid_x.shape) / 2)
        axis.imshow(shade, extent=(-6, 5, -4, 4.5), origin="lower", cmap="RdBu_r", alpha=0.45, aspect="auto")
        axis.contour(grid_x, grid_y, shade, levels=[0], colors="black", linewidths=2)
        for (center, spread), style, color in zip(fits, ("-", "--"), ("#0072B2", "#D55E00")):
            for radius in (1, 2):
                ring = np.linalg.cholesky(spread) @ np.stack([np.cos(angles), np.sin(angles)])
                axis.plot(*(np.reshape(center, (2, 1)) + radius * ring), style, color=color, lw=1.2)
        axis.scatter(*X[y == 0].T, s=10, color="#0072B2", label=words(en="class 0", zh="第 0 类"))
        axis.scatter(*X[y == 1].T, s=14, color="#D55E00", marker="^", label=words(en="class 1", zh="第 1 类"))
        axis.set_title(name)
    axes[0].legend(loc="lower left")
    plt.show()
# %% [markdown] lang="en"
# What you should see. Circles and triangles are the two classes, the ellipses your Gaussians, and on the black line both classes are equally probable. With a covariance for each class the boundary bends (left); with a shared one both classes have ellipses of the same shape, and it is straight (right).
# %% [markdown] lang="zh" of="106c"
# 你应当看到：圆点和三角是两个类别，椭圆是你拟合的高斯分布，黑线上两类的概率相等。每类各有一个协方差时，边界是弯的（左）；共享协方差时，两类的椭圆形状相同，边界是直的（右）。
