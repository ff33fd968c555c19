# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Exercise, Group, Mistake, Variant, variant
from reference import regression

from chapter import linear_predict, regression_cases, regression_edges

# %% [markdown] lang="en"
# ## {n} The loss: how wrong are we?
#
# To improve a model we must first say how bad it is, in one number. Square every error and add up (§2.2):
#
# $$\mathcal L(w, b) = \sum_{n=1}^{N} \bigl(y^n - (b + w\cdot x^n)\bigr)^2$$
#
# Squaring makes errors up and down count alike, punishes one big error more than several small ones of the same total size, and leaves a smooth function to descend on.
# Here $\mathcal L$ is the **SUM** over the samples. Others take the mean, or put ½ in front; the best $w$ and $b$ are the same, the slope is not.
#
# **By hand.** With $y_{\text{pred}} = (2.5, 4.5, -0.5)$ from above and the truth $y = (3, 4, 0)$, each error is $\pm 0.5$, so $\mathcal L = 3\cdot 0.25 = 0.75$.
#
# **Beware of shapes.** NumPy will subtract a `(N,)` from a `(N, 1)` without complaint and give all $N\times N$ differences.
# The loss is then far too large, and no error is raised.
# %% [markdown] lang="zh" of="3fc7"
# ## {n} 损失函数：错了多少？
#
# 要改进模型，先要用一个数说清它有多差。把每个误差平方，再加起来（§2.2）：
#
# $$\mathcal L(w, b) = \sum_{n=1}^{N} \bigl(y^n - (b + w\cdot x^n)\bigr)^2$$
#
# 平方之后，偏高偏低一视同仁；一个大误差比总量相同的几个小误差罚得更重；而且得到一个光滑的、可以沿着往下走的函数。
# 这里的 $\mathcal L$ 是对样本**求和**。也有人取平均，或在前面乘 ½；最优的 $w$ 和 $b$ 不变，变的是坡度。
#
# **手算。** 上一节得到 $y_{\text{pred}} = (2.5, 4.5, -0.5)$，真实值 $y = (3, 4, 0)$，每个误差都是 $\pm 0.5$，所以 $\mathcal L = 3\cdot 0.25 = 0.75$。
#
# **当心形状。** `(N, 1)` 减 `(N,)` 时 NumPy 不会报错，而是给出全部 $N\times N$ 个差。
# 损失会大得离谱，却没有任何提示。
# %% answer="linear_loss"
def linear_loss(w, b, X, y):
    """Squared error of a linear model: the SUM over the N samples.

    w (D,), b a number, X (N, D), y (N,) the truth.  Returns a number.
    """
    ### BEGIN SOLUTION
    residual = linear_predict(w, b, X) - y  # (N,)
    return np.sum(residual**2)
    ### END SOLUTION


# %% [markdown] docstring="linear_loss" lang="zh" of="cabf"
# 线性模型的平方误差：对 N 个样本求和。
#
# w (D,)，b 是一个数，X (N, D)，y (N,) 为真实值。返回一个数。
# %% [markdown] why="linear_loss" lang="en"
# Square entry by entry, then sum: the other way round, errors of opposite signs would cancel.
# The order inside the square is free; prediction minus truth is the one that {ref:linear_grad} needs.
# %% [markdown] why="linear_loss" lang="zh" of="4fae"
# 逐个平方之后再求和；次序反过来，正负误差就会抵消。
# 平方里面谁减谁都行，写成“预测减真实”，是因为 {ref:linear_grad} 正好用得上。
# %% grading="linear_loss"
@variant
def loop(w, b, X, y):
    total = 0.0
    for row, truth in zip(X, y, strict=True):
        total += (truth - b - sum(row[i] * w[i] for i in range(len(w)))) ** 2
    return total


Exercise(
    points=2, reference=regression.linear_loss, cases=regression_cases, tolerance=CLOSED_FORM, accepts=("integers",),
    forbids=FROM_SCRATCH,
    groups=[Group("edge", regression_edges)],
    mistakes=[
        Mistake("mean_for_sum", "np.sum", "np.mean",
            en="You took the mean of the squared errors. This course's loss is their SUM, so yours is N times too small.",
            zh="你取了平方误差的平均。本课程的损失是**求和**，所以你的结果只有正确值的 1/N。"),
        Mistake("half_in_front", "np.sum(residual**2)", "0.5 * np.sum(residual**2)",
            en="There is a factor ½ in front. It is a common convention elsewhere, but here the loss is the plain sum.",
            zh="前面多了一个 ½。别处常有这种写法，但这里的损失就是直接求和。"),
        Mistake("absolute_value", "residual**2", "np.abs(residual)",
            en="You added absolute errors. Square each error before you add.",
            zh="你加的是误差的绝对值。请先平方，再求和。"),
        Mistake("broadcast_to_matrix", "linear_predict(w, b, X) - y", "linear_predict(w, b, X)[:, None] - y",
            en="A column (N, 1) met a vector (N,) and NumPy formed all N×N differences. Print the shape of your errors: it should be (N,).",
            zh="(N, 1) 的列遇上了 (N,) 的向量，NumPy 算出了全部 N×N 个差。打印一下误差的形状，它应当是 (N,)。"),
        Mistake("summed_before_squaring", "np.sum(residual**2)", "np.sum(residual) ** 2",
            en="You added the errors first and squared the total, so errors up and down cancel. Square each of them first.",
            zh="你先把误差加起来再平方，正负误差就互相抵消了。应当先各自平方。"),
        Mistake("root_of_the_sum", "np.sum(residual**2)", "np.linalg.norm(residual)",
            en="This is the length of the error vector, the square root of the loss. `np.linalg.norm` takes a root that is not wanted here.",
            zh="你得到的是误差向量的长度，也就是损失的平方根。`np.linalg.norm` 多开了一次方。"),
    ],
    variants=[
        Variant("truth_minus_prediction", "linear_predict(w, b, X) - y", "y - linear_predict(w, b, X)"),
        Variant("dot_product", "np.sum(residual**2)", "float(residual @ residual)"),
        Variant("array_of_one", "np.sum(residual**2)", "np.array([np.sum(residual**2)])"),
    ],
)
