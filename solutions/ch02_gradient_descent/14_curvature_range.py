# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import gradient_descent as gd

from chapter import normal

# %% [markdown] lang="en"
# ## {n} How stretched is the bowl?
#
# "Narrow valley" can be measured. The MEAN squared error of a line is a parabola in all $D + 1$ parameters $(w, b)$, and its curvatures are the eigenvalues of the **Hessian**
#
# $$H = \frac{2}{N}\,\tilde X^\top \tilde X, \qquad \tilde X = [\,X \;\; \mathbf 1\,] \quad (N, D+1),$$
#
# where the column of ones belongs to the bias. Two numbers matter. The largest, $\kappa_{\max}$, limits the learning rate: as in {ref:lr_symptoms} descent is stable for $\eta < 2/\kappa_{\max}$, and $\eta = 1/\kappa_{\max}$ is a safe choice.
# The smallest, $\kappa_{\min}$, then sets the pace: each step multiplies the slowest error by $1 - \kappa_{\min}/\kappa_{\max}$, which may be very close to 1. Their ratio is the **condition number**: 1 is a perfectly round bowl; with a million you need millions of steps.
#
# **By hand.** $X = \begin{pmatrix}1\\3\end{pmatrix}$:
#
# $$\tilde X = \begin{pmatrix}1&1\\3&1\end{pmatrix}, \qquad H = \frac22\begin{pmatrix}10&4\\4&2\end{pmatrix}, \qquad \kappa = 6 \pm \sqrt{32} \approx 11.66 \text{ and } 0.34,$$
#
# so the condition number is about 34. Standardized, $X = \begin{pmatrix}-1\\1\end{pmatrix}$, it is $H = \begin{pmatrix}2&0\\0&2\end{pmatrix}$: both are 2, condition number 1.
#
# $H$ is symmetric, so `np.linalg.eigvalsh` is the right tool.
# %% [markdown] lang="zh" of="4768"
# ## {n} 碗有多扁
#
# “狭长”是可以度量的。线性模型的**均方误差**是全部 $D + 1$ 个参数 $(w, b)$ 的二次函数，它在各个方向的曲率就是**海森矩阵**的特征值：
#
# $$H = \frac{2}{N}\,\tilde X^\top \tilde X, \qquad \tilde X = [\,X \;\; \mathbf 1\,] \quad (N, D+1),$$
#
# 其中全 1 的那一列对应偏置。有两个数最要紧。最大的 $\kappa_{\max}$ 限制学习率：与 {ref:lr_symptoms} 一样，$\eta < 2/\kappa_{\max}$ 时下降才稳定，$\eta = 1/\kappa_{\max}$ 是稳妥的选择。
# 最小的 $\kappa_{\min}$ 决定快慢：每走一步，最慢的那个方向上的误差只缩小到 $1 - \kappa_{\min}/\kappa_{\max}$ 倍。两者之比叫**条件数**：等于 1 是正圆的碗；达到一百万，就要走上百万步。
#
# **手算。** $X = \begin{pmatrix}1\\3\end{pmatrix}$：
#
# $$\tilde X = \begin{pmatrix}1&1\\3&1\end{pmatrix}, \qquad H = \frac22\begin{pmatrix}10&4\\4&2\end{pmatrix}, \qquad \kappa = 6 \pm \sqrt{32} \approx 11.66 \text{ 和 } 0.34,$$
#
# 条件数约为 34。标准化之后 $X = \begin{pmatrix}-1\\1\end{pmatrix}$，$H = \begin{pmatrix}2&0\\0&2\end{pmatrix}$：两个特征值都是 2，条件数为 1。
#
# $H$ 是对称矩阵，用 `np.linalg.eigvalsh` 正合适。
# %% answer="curvature_range"
def curvature_range(X):
    """Smallest and largest eigenvalue of the Hessian of the MEAN squared error of a linear model with bias.

    X (N, D), the features; the column of ones for the bias is not among them: add it.
    Returns (kappa_min, kappa_max), two numbers.
    """
    ### BEGIN SOLUTION
    A = np.column_stack([X, np.ones(len(X))])  # (N, D + 1)
    kappa = np.linalg.eigvalsh(2 * A.T @ A / len(X))  # (D + 1,), ascending
    return kappa[0], kappa[-1]
    ### END SOLUTION


# %% [markdown] docstring="curvature_range" lang="zh" of="dd8e"
# 带偏置的线性模型，其均方误差的海森矩阵的最小和最大特征值。
#
# X (N, D)，特征；其中不含对应偏置的全 1 列，需要自己加上。
# 返回 (kappa_min, kappa_max)，两个数。
# %% [markdown] why="curvature_range" lang="en"
# `H` contains neither y nor the parameters: how narrow the valley is, the features alone decide.
# `eigvalsh` relies on the symmetry of `H`: its eigenvalues are real and ascending, so the two ends are `[0]` and `[-1]`, and directions without any curvature are listed too.
# %% [markdown] why="curvature_range" lang="zh" of="7eaa"
# `H` 里既没有 y，也没有参数：山谷有多窄，只由特征决定。
# `eigvalsh` 利用了 `H` 的对称性：特征值都是实数，从小到大排列，两端就是 `[0]` 和 `[-1]`；完全没有曲率的方向也不会漏掉。
# %% grading="curvature_range"
def bowl_cases(rng):
    yield Case("typical", zh="一般数据", X=normal(rng, 9, 3) + 0.5)
    X = normal(rng, 12, 4) * np.array([0.1, 1.0, 5.0, 20.0]) + 2.0
    yield Case("features on different scales", zh="尺度不同的特征", X=X)


def edge_cases(rng):
    yield Case("one feature", zh="一个特征", X=normal(rng, 5, 1) + 2.0)
    Z = normal(rng, 8, 2)
    Z = (Z - Z.mean(axis=0)) / Z.std(axis=0)
    yield Case("standardized features", zh="标准化后的特征", X=Z)
    yield Case("fewer samples than parameters", zh="样本比参数少", X=normal(rng, 3, 4) + 0.5)


@mistake(
    en="Your Hessian is D by D. The bias is a parameter too: X needs a column of ones, which makes it D + 1 by D + 1.",
    zh="你的海森矩阵是 D×D 的。偏置也是参数：X 要补上一列 1，矩阵应为 (D+1)×(D+1)。",
)
def bias_column_forgotten(X):
    lam = np.linalg.eigvalsh(2 * X.T @ X / len(X))
    return lam[0], lam[-1]


@variant
def svd(X):
    A = np.hstack([X, np.ones((X.shape[0], 1))])
    s = np.linalg.svd(A, compute_uv=False)
    smallest = s.min() if len(s) == A.shape[1] else 0.0
    return 2 * smallest**2 / len(A), 2 * s.max() ** 2 / len(A)


@mistake(
    en="With fewer samples than parameters H has directions without any curvature, so its smallest eigenvalue is 0. An SVD of the (N, D + 1) matrix doesn't list them.",
    zh="样本比参数少时，H 在某些方向上完全没有弯曲，最小特征值是 0。对 (N, D + 1) 矩阵做 SVD 不会列出这些零。",
)
def curvature_of_zero_missed(X):
    s = np.linalg.svd(np.column_stack([X, np.ones(len(X))]), compute_uv=False)
    return 2 * s[-1] ** 2 / len(X), 2 * s[0] ** 2 / len(X)


@mistake(
    en="The eigenvalues of AᵀA are the *squares* of the singular values of A.",
    zh="AᵀA 的特征值是 A 的奇异值的**平方**。",
)
def singular_values_not_squared(X):
    s = np.linalg.svd(np.column_stack([X, np.ones(len(X))]), compute_uv=False)
    return 2 * s[-1] / len(X), 2 * s[0] / len(X)


Exercise(
    points=2, reference=gd.curvature_range, cases=bowl_cases, tolerance=CLOSED_FORM, accepts=("integers",),
    forbids=FROM_SCRATCH, groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("factor_two_missing", "2 * A.T @ A", "A.T @ A",
            en="Both numbers are half as large as they should be: the second derivative of a square is 2.",
            zh="两个数都只有正确值的一半：平方的二阶导数是 2。"),
        Mistake("sum_for_mean", "A.T @ A / len(X)", "A.T @ A",
            en="This is the Hessian of the SUM of squared errors, N times too large. The MEAN divides by N.",
            zh="这是平方误差**求和**时的海森矩阵，是正确值的 N 倍。取**平均**要除以 N。"),
        Mistake("order_swapped", "kappa[0], kappa[-1]", "kappa[-1], kappa[0]",
            en="Right numbers, wrong order: the smallest comes first.",
            zh="数值是对的，顺序反了：先返回最小的。"),
        Mistake("diagonal_for_eigenvalues", "np.linalg.eigvalsh(2 * A.T @ A / len(X))",
            "np.sort(np.diag(2 * A.T @ A / len(X)))",
            en="You took the diagonal entries of H. They are its eigenvalues only if H is diagonal, that is, if the columns are uncorrelated and centered.",
            zh="你取的是 H 的对角元。只有 H 是对角矩阵（各列不相关且已中心化）时，它们才是特征值。"),
        Mistake("one_number_per_sample", "2 * A.T @ A", "2 * A @ A.T",
            en="Your matrix is N by N, one row for each sample. The Hessian has one row for each parameter.",
            zh="你的矩阵是 N×N 的，每个样本一行。海森矩阵应当每个参数一行。"),
    ],
    variants=[
        Variant("ones_first", "[X, np.ones(len(X))]", "[np.ones(len(X)), X]"),
        Variant("mirrored_features", "A = np", "X = -X\n    A = np"),
        Variant("general_eigenvalues", "np.linalg.eigvalsh(2 * A.T @ A / len(X))",
            "np.sort(np.linalg.eigvals(2 * A.T @ A / len(X)).real)"),
        Variant("einsum", "2 * A.T @ A / len(X)", 'np.einsum("ni,nj->ij", A, A) * (2 / len(A))'),
    ],
)
