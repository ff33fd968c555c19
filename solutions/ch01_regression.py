# %% [markdown] lang="en"
# # Chapter 1 · Regression
# %% [markdown] lang="zh"
# # 第一章 · 回归
# %% setup
import numpy as np

from autograder import check

# %% prelude
import numpy as np

from autograder import CLOSED_FORM, Case, Exercise, Gradient, Mistake, Variant
from reference import regression


def regression_cases(rng):
    for name, n, d, group in (("typical", 7, 3, "values"), ("one sample", 1, 4, "edge")):
        yield Case(
            name,
            group=group,
            w=rng.normal(size=d).round(2),
            b=round(float(rng.normal()), 2),
            X=rng.normal(size=(n, d)).round(2),
            y=rng.normal(size=n).round(2),
        )


# %% [markdown] lang="en"
# ## 1.2 The loss
# %% [markdown] lang="zh"
# ## 1.2 损失函数
# %% answer="linear_loss"
def linear_loss(w, b, X, y):
    """Sum of squared errors.

    w (D,), b a number, X (N, D), y (N,).  Returns a number: the SUM over the N samples.
    """
    ### BEGIN SOLUTION
    residual = X @ w + b - y  # (N,)
    return np.sum(residual**2)
    ### END SOLUTION


# %% [markdown] docstring="linear_loss" lang="zh"
# 误差平方和。
#
# w (D,)，b 是数，X (N, D)，y (N,)。返回一个数：对 N 个样本**求和**。
# %% grading="linear_loss"
Exercise(
    points=2,
    reference=regression.linear_loss,
    cases=regression_cases,
    tolerance=CLOSED_FORM,
    mistakes=[
        Mistake("mean_for_sum", swap=("np.sum", "np.mean"), hint={"en": "You took the mean.", "zh": "你取了平均。"}),
        Mistake("absolute_value", swap=("residual**2", "np.abs(residual)"), hint={"en": "abs", "zh": "绝对值"}),
    ],
    variants=[Variant("dot", swap=("np.sum(residual**2)", "float(residual @ residual)"))],
)


# %% [markdown] lang="en"
# ## 1.3 The gradient
# %% [markdown] lang="zh"
# ## 1.3 梯度
# %% answer="linear_grad"
def linear_grad(w, b, X, y):
    """Gradient of `linear_loss`: (dw, db)."""
    ### BEGIN SOLUTION
    residual = X @ w + b - y  # (N,)
    dw = 2 * X.T @ residual
    db = 2 * np.sum(residual)
    return dw, db
    ### END SOLUTION


# %% grading="linear_grad"
def loss_at(impl, case):
    return impl.linear_loss(case.w, case.b, case.X, case.y)


Exercise(
    points=3,
    reference=regression.linear_grad,
    cases=regression_cases,
    tolerance=CLOSED_FORM,
    gradient=Gradient(of=loss_at, wrt=("w", "b")),
    mistakes=[
        Mistake("factor_two", swap=("2 * X.T", "X.T"), hint={"en": "the 2", "zh": "缺 2"}),
        Mistake("in_place", swap=("residual = X @ w + b - y", "y -= X @ w + b; residual = -y"), hint={"en": "copy", "zh": "副本"}),
    ],
)
