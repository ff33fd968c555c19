# %% prelude
import numpy as np

from autograder import CLOSED_FORM, Exercise, Gradient, Group, Mistake, Variant
from reference import tiny

from chapter import line_cases, line_edges

# %% [markdown] lang="en"
# ## {n} The gradient
# %% [markdown] lang="zh" of="e4a0"
# ## {n} 梯度
# %% answer="line_grad"
def line_grad(w, b, X, y):
    """Gradient of `line_loss`: (dw, db), dw (D,), db a number."""
    ### BEGIN SOLUTION
    residual = X @ w + b - y  # (N,)
    dw = 2 * X.T @ residual  # (D,)
    db = 2 * np.sum(residual)
    return dw, db
    ### END SOLUTION


# %% grading="line_grad"
def loss_at(impl, case):
    return impl.line_loss(case.w, case.b, case.X, case.y)


Exercise(
    points=3, reference=tiny.line_grad, cases=line_cases, tolerance=CLOSED_FORM,
    gradient=Gradient(of=loss_at, wrt=("w", "b")), seconds=1,
    groups=[Group("edge", line_edges)],
    mistakes=[
        Mistake("factor_two_missing", "2 * X.T", "X.T",
            en="Where does the two of the square go?",
            zh="平方求导出来的 2 去哪儿了？"),
    ],
    variants=[Variant("einsum", "X.T @ residual", 'np.einsum("nd,n->d", X, residual)')],
)


# %% demo="curve"
def shown(values):
    return ", ".join(f"{value:.2f}" for value in values)


print(shown([1, 2]))
