# %% prelude
from autograder import CLOSED_FORM, Case, Exercise, Group, Mistake
from reference import tiny

from chapter import draw, line_grad

# %% [markdown] lang="en"
# ## {n} Descent
# %% [markdown] lang="zh" of="1ce3"
# ## {n} 下降
# %% answer="descend"
def descend(w, b, X, y, lr, steps):
    """Gradient descent with `line_grad`; returns {"w": (D,), "b": a number}."""
    ### BEGIN SOLUTION
    for _ in range(steps):
        dw, db = line_grad(w, b, X, y)
        w = w - lr * dw
        b = b - lr * db
    return {"w": w, "b": b}
    ### END SOLUTION


# %% grading="descend"
def descend_cases(rng):
    yield Case("three steps", zh="走三步", **draw(rng, 6, 2), lr=0.01, steps=3)


def edge_cases(rng):
    yield Case("no step", zh="一步也不走", **draw(rng, 4, 3), lr=0.1, steps=0)


Exercise(
    points=2, reference=tiny.descend, cases=descend_cases, tolerance=CLOSED_FORM,
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("uphill", "w - lr * dw", "w + lr * dw",
            en="Your steps go up the hill.",
            zh="你的每一步都在上坡。"),
    ],
)
