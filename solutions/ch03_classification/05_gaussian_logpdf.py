# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import classification

from chapter import covariance

# %% [markdown] lang="en"
# ## Bayes' rule with Gaussians
#
# A **generative** model (§4.1) describes how each class produces its samples, $p(x\mid C_k)$, and how common each class is, $P(C_k)$. Bayes' rule turns that around:
#
# $$P(C_k\mid x)=\frac{P(C_k)\,p(x\mid C_k)}{\sum_j P(C_j)\,p(x\mid C_j)}.$$
#
# The usual choice for $p(x\mid C_k)$ is a Gaussian. (The notes call this step "naive Bayes". It is plain Bayes' rule: *naive* Bayes would in addition assume that the features are independent within a class.)
#
# ### {n} The log-density of a Gaussian
#
# $$\mathcal N(x\mid\mu,\Sigma)=\frac{1}{(2\pi)^{D/2}\,|\Sigma|^{1/2}}\exp\!\Big(-\tfrac12(x-\mu)^\top\Sigma^{-1}(x-\mu)\Big)$$
#
# Densities of many features overflow or underflow quickly, their logarithm does not:
#
# $$\ln\mathcal N=-\tfrac12\Big[(x-\mu)^\top\Sigma^{-1}(x-\mu)+\ln|\Sigma|+D\ln 2\pi\Big].$$
#
# **By hand.** $D=2$, $\mu=(0,0)$, $\Sigma=\begin{pmatrix}4&0\\0&1\end{pmatrix}$, $x=(2,1)$: the quadratic form is $\frac{4}{4}+\frac11=2$, $\ln|\Sigma|=\ln4=1.386$, $D\ln2\pi=3.676$. So $\ln\mathcal N=-\tfrac12(2+1.386+3.676)=-3.531$.
#
# Two habits that pay: `np.linalg.solve(S, v)` instead of an inverse (and never a pseudo-inverse, which throws small variances away), and `np.linalg.slogdet` instead of the logarithm of a determinant, which may already have become 0.
# %% [markdown] lang="zh" of="6b4b"
# ## 贝叶斯公式与高斯分布
#
# **生成模型**（§4.1）描述每一类怎样产生样本，即 $p(x\mid C_k)$，以及每一类有多常见，即 $P(C_k)$。贝叶斯公式把它反过来：
#
# $$P(C_k\mid x)=\frac{P(C_k)\,p(x\mid C_k)}{\sum_j P(C_j)\,p(x\mid C_j)}.$$
#
# $p(x\mid C_k)$ 通常取高斯分布。（讲义把这一步叫作“朴素贝叶斯”，其实就是贝叶斯公式；**朴素**贝叶斯还要额外假设：在同一类里各特征相互独立。）
#
# ### {n} 高斯分布的对数密度
#
# $$\mathcal N(x\mid\mu,\Sigma)=\frac{1}{(2\pi)^{D/2}\,|\Sigma|^{1/2}}\exp\!\Big(-\tfrac12(x-\mu)^\top\Sigma^{-1}(x-\mu)\Big)$$
#
# 特征一多，密度很快就会上溢或下溢，它的对数却不会：
#
# $$\ln\mathcal N=-\tfrac12\Big[(x-\mu)^\top\Sigma^{-1}(x-\mu)+\ln|\Sigma|+D\ln 2\pi\Big].$$
#
# **手算。** $D=2$，$\mu=(0,0)$，$\Sigma=\begin{pmatrix}4&0\\0&1\end{pmatrix}$，$x=(2,1)$：二次型为 $\frac{4}{4}+\frac11=2$，$\ln|\Sigma|=\ln4=1.386$，$D\ln2\pi=3.676$。于是 $\ln\mathcal N=-\tfrac12(2+1.386+3.676)=-3.531$。
#
# 两个值得养成的习惯：用 `np.linalg.solve(S, v)` 代替求逆（更不要用伪逆，它会把很小的方差直接丢掉）；用 `np.linalg.slogdet` 代替“先求行列式再取对数”，因为行列式可能早已变成 0。
# %% answer="gaussian_logpdf"
def gaussian_logpdf(x, mu, S):
    """The logarithm of a Gaussian density at every row of x.

    x (N, D), mu (D,), S (D, D) a covariance matrix (symmetric, positive definite); all may hold integers, too.
    Returns (N,).
    """
    ### BEGIN SOLUTION
    diff = x - mu  # (N, D)
    quadratic = np.sum(diff * np.linalg.solve(S, diff.T).T, axis=1)  # (N,)
    log_det = np.linalg.slogdet(S)[1]
    return -0.5 * (quadratic + log_det + len(mu) * np.log(2 * np.pi))
    ### END SOLUTION


# %% [markdown] docstring="gaussian_logpdf" lang="zh" of="05e7"
# 高斯密度在 x 每一行处的对数。
#
# x (N, D)，mu (D,)，S (D, D) 是协方差矩阵（对称正定）；都可以是整数数组。返回 (N,)。
# %% [markdown] why="gaussian_logpdf" lang="en"
# One `solve` serves all deviations, and the sum along the rows computes only the N entries that are wanted, not the whole (N, N) table `diff @ inverse @ diff.T`.
# `slogdet` returns the logarithm directly: two hundred variances of 0.01 have the determinant $10^{-400}$, which as a float is 0.
# %% [markdown] why="gaussian_logpdf" lang="zh" of="136e"
# 一次 `solve` 处理全部离差；逐行求和只算需要的 N 个数，不必算出 `diff @ inverse @ diff.T` 那整张 (N, N) 的表。
# `slogdet` 直接给出对数：两百个 0.01 的方差，行列式是 $10^{-400}$，浮点数里就成了 0。
# %% grading="gaussian_logpdf"
def density_inputs(rng, n, d):
    mu = rng.normal(size=d).round(2)
    return {"x": (mu + 2 * rng.normal(size=(n, d))).round(2), "mu": mu, "S": covariance(rng, d)}


def density_cases(rng):
    yield Case("typical", zh="一般数据", **density_inputs(rng, 5, 3))


def edge_cases(rng):
    yield Case("one sample", zh="只有一个样本", **density_inputs(rng, 1, 2))
    yield Case("one feature", zh="只有一个特征", **density_inputs(rng, 4, 1))


def extreme_cases(rng):
    mu = rng.normal(size=3).round(2)
    x = (mu + rng.choice([-1, 1], (3, 3)) * rng.uniform(60, 99, (3, 3))).round(2)
    yield Case("far from the mean", zh="离均值很远", x=x, mu=mu, S=covariance(rng, 3))
    x = 1e-27 * rng.normal(size=(3, 7)).round(2)
    yield Case("masses of atoms, in kilograms", zh="以千克计的原子质量", x=x, mu=np.zeros(7), S=1e-54 * covariance(rng, 7))
    scales = np.array([1e5, 1.0, 1e-4])
    x = rng.choice([-1, 1], (4, 3)) * rng.uniform(0.8, 2.5, (4, 3)).round(2)
    S = covariance(rng, 3) * np.outer(scales, scales)
    yield Case("kilometers and microns", zh="千米与微米", x=x * scales, mu=np.zeros(3), S=S)


@mistake(
    en="You compute the density and take the logarithm afterwards. It has overflowed or underflowed by then: stay with logarithms throughout.",
    zh="你先算密度再取对数，那时密度早已上溢或下溢。请从头到尾都在对数下计算。",
)
def no_log_domain(x, mu, S):
    diff = x - mu
    quadratic = np.sum(diff * np.linalg.solve(S, diff.T).T, axis=1)
    return np.log(np.exp(-0.5 * quadratic) / np.sqrt((2 * np.pi) ** len(mu) * np.linalg.det(S)))


@mistake(
    en="Far from the mean the exponential has rounded to 0 before you take its logarithm. The exponent itself is what you want.",
    zh="离均值很远时，指数函数在取对数之前就舍入成 0 了。你要的正是那个指数本身。",
)
def exponential_taken_first(x, mu, S):
    diff = x - mu
    quadratic = np.sum(diff * np.linalg.solve(S, diff.T).T, axis=1)
    return np.log(np.exp(-0.5 * quadratic)) - 0.5 * (np.linalg.slogdet(S)[1] + len(mu) * np.log(2 * np.pi))


@variant
def cholesky_loop(x, mu, S):
    L = np.linalg.cholesky(S)
    values = []
    for row in x:
        white = np.linalg.solve(L, row - mu)
        values.append(-0.5 * (white @ white + len(mu) * np.log(2 * np.pi)) - np.sum(np.log(np.diag(L))))
    return values


@variant
def all_pairs(x, mu, S):
    diff = np.asarray(x, dtype=float) - mu
    all_pairs = diff @ np.linalg.inv(S) @ diff.T
    L = np.linalg.cholesky(S)
    return -np.diag(all_pairs) / 2 - np.log(np.diag(L)).sum() - len(S) / 2 * np.log(2 * np.pi)


Exercise(
    points=2, reference=classification.gaussian_logpdf, cases=density_cases, tolerance=CLOSED_FORM,
    groups=[Group("edge", edge_cases), Group("extreme", extreme_cases)], accepts=("integers",), forbids=FROM_SCRATCH,
    mistakes=[
        Mistake("constant_missing", " + len(mu) * np.log(2 * np.pi)", "",
            en="The factor $(2\\pi)^{D/2}$ is missing. It cancels in Bayes' rule, but without it this is not a density.",
            zh="漏了因子 $(2\\pi)^{D/2}$。它在贝叶斯公式里会约掉，但缺了它就不是密度了。"),
        Mistake("constant_without_dimension", "len(mu) * np.log", "np.log",
            en="Every dimension brings its own $\\sqrt{2\\pi}$: the power is D/2, not ½.",
            zh="每一维都贡献一个 $\\sqrt{2\\pi}$：指数是 D/2，而不是 ½。"),
        Mistake("det_for_root_det", "quadratic + log_det", "quadratic + 2 * log_det",
            en="The density is divided by the square root of the determinant; you divided by the determinant itself.",
            zh="密度除以的是行列式的平方根，你除以了行列式本身。"),
        Mistake("half_missing", "(quadratic +", "(2 * quadratic +",
            en="The ½ in the exponent is missing: the quadratic form counts by half.",
            zh="指数里的 ½ 漏了：二次型前面要乘 ½。"),
        Mistake("covariance_not_inverted", "np.linalg.solve(S, diff.T).T", "(diff @ S)",
            en="You multiplied by Σ where its inverse belongs. A large variance must make distances count less.",
            zh="该用 Σ 的逆，你却乘了 Σ。方差大的方向，同样的距离应当更不算数。"),
        Mistake("variances_only", "np.linalg.solve(S, diff.T).T", "diff / np.diag(S)",
            en="Only the diagonal of Σ was used. Features that vary together need the whole matrix.",
            zh="你只用了 Σ 的对角线。特征之间有相关性时，需要整个矩阵。"),
        Mistake("log_of_vanished_det", "np.linalg.slogdet(S)[1]", "np.log(np.linalg.det(S))",
            en="The determinant itself underflows to 0 when there are many small variances, before you take its logarithm.",
            zh="当有许多很小的方差时，行列式在取对数之前就已经下溢成 0 了。"),
        Mistake("pseudo_inverse", "np.linalg.solve(S, diff.T).T", "(diff @ np.linalg.pinv(S))",
            en="A pseudo-inverse treats the small variances of a nearly singular Σ as zero and ignores those directions. Solve the linear system.",
            zh="Σ 接近奇异时，伪逆把很小的方差当成零，忽略了那些方向。请改为解线性方程组。"),
    ],
    variants=[
        Variant("squares_have_no_sign", "x - mu", "mu - x"),
        Variant("as_many_features", "len(mu)", "len(S)"),
        Variant("inverse", "np.linalg.solve(S, diff.T).T", "(diff @ np.linalg.inv(S))"),
        Variant("einsum", "np.sum(diff * np.linalg.solve(S, diff.T).T, axis=1)",
            'np.einsum("nd,dn->n", diff, np.linalg.solve(S, diff.T))'),
    ],
)
