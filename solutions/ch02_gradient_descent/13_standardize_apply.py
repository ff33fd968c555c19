# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import gradient_descent as gd

from chapter import nonzero, normal

# %% [markdown] lang="en"
# ## {n} Standardizing, part two: apply it to new data
#
# Fitting and applying are two functions for a reason. The scale is part of the *model*: it is learned from the **training** data and then used, unchanged, on whatever comes later. New data that is scaled by its own mean
# and deviation lands in another coordinate system than the one the weights were trained in. (And a single new patient has $\sigma = 0$ everywhere.)
#
# **By hand.** With $\mu = (2, 5)$ and $\sigma = (1, 1)$ from {ref:standardize_fit}, the new row $(4, 7)$ becomes $(2, 2)$. The mean of scaled *test* data is not 0, and should not be.
#
# (In scikit-learn these two functions are `StandardScaler`: `fit` and `transform`.)
# %% [markdown] lang="zh" of="0f7c"
# ## {n} 标准化（二）：用到新数据上
#
# 把“拟合”和“使用”写成两个函数是有道理的。尺度是**模型**的一部分：它从**训练**数据中学来，之后原封不动地用在新数据上。如果新数据用自己的均值和标准差去缩放，它就落在另一个坐标系里，而权重是在原来的坐标系里训练的。
# （再说，只来一个新病人时，处处都是 $\sigma = 0$。）
#
# **手算。** 用 {ref:standardize_fit} 得到的 $\mu = (2, 5)$、$\sigma = (1, 1)$，新的一行 $(4, 7)$ 变成 $(2, 2)$。缩放后**测试**数据的均值不是 0，也不应该是 0。
#
# （在 scikit-learn 里，这两个函数就是 `StandardScaler` 的 `fit` 和 `transform`。）
# %% answer="standardize_apply"
def standardize_apply(X, mu, sd):
    """X (N, D) on the scale given by mu (D,) and sd (D,), which may have been fitted on other data.

    Returns a new (N, D) array; X itself stays as it is.
    """
    ### BEGIN SOLUTION
    return (X - mu) / sd
    ### END SOLUTION


# %% [markdown] docstring="standardize_apply" lang="zh" of="051b"
# 用 mu (D,) 和 sd (D,) 给出的尺度变换 X (N, D)；它们可能是在别的数据上拟合的。
#
# 返回新的 (N, D) 数组，X 本身保持原样。
# %% [markdown] why="standardize_apply" lang="en"
# Broadcasting matches (N, D) with (D,) from the right, so each column meets its own μ and σ.
# Nothing is computed from `X` itself: a patient gets the same numbers alone as among a thousand others.
# %% [markdown] why="standardize_apply" lang="zh" of="15a1"
# 广播从右边对齐：(N, D) 遇到 (D,)，每一列用的正是自己的 μ 和 σ。
# 这里没有从 `X` 本身计算任何统计量：一个病人单独来，和夹在一千人当中来，得到的数完全一样。
# %% grading="standardize_apply"
def inputs(rng, n, d, unit=1.0):
    X, mu, sd = normal(rng, n, d) * 3, nonzero(rng, d), rng.uniform(0.2, 4, size=d).round(2)
    return {"X": X * unit, "mu": mu * unit, "sd": sd * unit}


def apply_cases(rng):
    yield Case("new data", zh="新数据", **inputs(rng, 6, 3))
    yield Case("as many samples as features", zh="样本与特征一样多", **inputs(rng, 4, 4))


def edge_cases(rng):
    yield Case("a single new sample", zh="一个新样本", **inputs(rng, 1, 5))
    yield Case("tiny spreads", zh="很小的离散程度", **inputs(rng, 5, 3, np.array([1e-9, 1.0, 1e-6])))
    X = normal(rng, 5, 2)
    yield Case("the training data itself", zh="训练数据本身", X=X, mu=X.mean(axis=0), sd=X.std(axis=0))


@mistake(
    en="Right for floats. But a copy of an array of integers holds integers, and fractions cannot be written into it in place.",
    zh="对浮点数是对的。但整数数组的副本还是整数数组，小数不能原地写进去。",
)
def copy_of_integers(X, mu, sd):
    Z = X.copy()
    Z -= mu
    Z /= sd
    return Z


@mistake(
    en="`-=` and `/=` overwrite the caller's data. The result is right, but the raw data is gone: return a new array.",
    zh="`-=` 和 `/=` 覆盖了调用者的数据。结果虽对，但原始数据没了：请返回新数组。",
)
def changed_in_place(X, mu, sd):
    X -= mu
    X /= sd
    return X


@variant
def loop_and_lists(X, mu, sd):
    return [[(float(v) - float(m)) / float(s) for v, m, s in zip(row, mu, sd, strict=True)] for row in X]


Exercise(
    points=2, reference=gd.standardize_apply, cases=apply_cases, tolerance=CLOSED_FORM, accepts=("integers",),
    forbids=FROM_SCRATCH, groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("statistics_of_the_new_data", "(X - mu) / sd",
            "(X - X.mean(axis=0)) / np.where(X.std(axis=0) == 0, 1.0, X.std(axis=0))",
            en="You scale the new data by its own statistics and ignore `mu` and `sd`. The scale belongs to the training data; the mean of scaled test data is not 0.",
            zh="你用新数据自己的统计量去缩放，没有用 `mu` 和 `sd`。尺度属于训练数据，缩放后测试数据的均值本来就不是 0。"),
        Mistake("not_centered", "(X - mu) / sd", "X / sd",
            en="The spread is right, but the mean was never subtracted.",
            zh="离散程度对了，但没有减去均值。"),
        Mistake("centered_after_dividing", "(X - mu) / sd", "X / sd - mu",
            en="Parentheses: the mean is in the units of X, so it must be subtracted before the division.",
            zh="注意括号：均值的单位与 X 相同，必须先减均值再相除。"),
        Mistake("multiplied", "(X - mu) / sd", "(X - mu) * sd",
            en="You multiply by the standard deviation, which stretches wide features even more. Divide.",
            zh="你乘上了标准差，本来就宽的特征变得更宽了。应当相除。"),
        Mistake("divided_by_the_variance", "(X - mu) / sd", "(X - mu) / sd**2",
            en="You divide by sd squared. `sd` is already the standard deviation; use it as it is.",
            zh="你除以了 sd 的平方。`sd` 已经是标准差，直接用就好。"),
        Mistake("small_number_added_to_sd", "(X - mu) / sd", "(X - mu) / (sd + 1e-8)",
            en="You add a small number to sd. It is never 0 here ({ref:standardize_fit} has seen to that), and where the spread is 10⁻⁹ the small number is the larger one.",
            zh="你给 sd 加了一个很小的数。这里的 sd 不会是 0（{ref:standardize_fit} 已经处理过），而当离散程度只有 10⁻⁹ 时，那个“很小的数”反而更大。"),
        Mistake("scaled_along_the_rows", "(X - mu) / sd", "(X - mu[:, None]) / sd[:, None]",
            en="You give every row a mean and a deviation of its own. They belong to the columns, one for each feature.",
            zh="你给每一行配了一个均值和标准差。它们属于列，每个特征一个。"),
    ],
    variants=[
        Variant("one_affine_map", "(X - mu) / sd", "X * (1 / sd) - mu / sd"),
        Variant("float32_result", "(X - mu) / sd", "np.divide(np.subtract(X, mu), sd).astype(np.float32)"),
    ],
)
