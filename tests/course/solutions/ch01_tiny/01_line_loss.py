# %% prelude
import numpy as np

from autograder import CLOSED_FORM, Exercise, Group, Mistake, Variant, variant
from reference import tiny

from chapter import line_cases, line_edges

# %% [markdown] lang="en"
# ## {n} The loss
# %% [markdown] lang="zh" of="ab09"
# ## {n} 损失
# %% answer="line_loss"
def line_loss(w, b, X, y):
    """Sum of squared errors: w (D,), b a number, X (N, D), y (N,)."""
    ### BEGIN SOLUTION
    residual = X @ w + b - y  # (N,)
    return np.sum(residual**2)
    ### END SOLUTION


# %% [markdown] docstring="line_loss" lang="zh" of="ba43"
# 误差平方和：w (D,)，b 是数，X (N, D)，y (N,)。
# %% [markdown] why="line_loss" lang="en"
# Each error is squared *before* it is added, so that errors up and down cannot cancel.
# %% [markdown] why="line_loss" lang="zh" of="ed8e"
# 先把每个误差**平方**，再相加，正负误差才不会抵消。
# %% grading="line_loss"
@variant
def loop(w, b, X, y):
    total = 0.0
    for row, target in zip(X, y, strict=True):
        total += (sum(row[i] * w[i] for i in range(len(w))) + b - target) ** 2
    return [total]


Exercise(
    points=2, reference=tiny.line_loss, cases=line_cases, tolerance=CLOSED_FORM, accepts=("float32",),
    groups=[Group("edge", line_edges)],
    mistakes=[
        Mistake("mean_for_sum", "np.sum", "np.mean",
            en="You averaged; the docstring asks for a sum.",
            zh="题目要求求和，你取了平均。"),
        Mistake("absolute_errors", "residual**2", "np.abs(residual)",
            en="You took absolute values; look at the formula again.",
            zh="你取了绝对值，再看看公式。"),
        Mistake("input_overwritten", "residual = X @ w + b - y", "y -= X @ w + b\n    residual = y",
            en="You subtracted inside the caller's own array.",
            zh="你在调用者的数组里做了减法。"),
    ],
    variants=[
        Variant("float32", "np.sum(residual**2)", "np.float32(residual @ residual)"),
        Variant("reversed", "residual = X @ w + b - y", "residual = y - (X @ w + b)"),
    ],
    seconds=1,  # an endless answer is part of several tests
)
