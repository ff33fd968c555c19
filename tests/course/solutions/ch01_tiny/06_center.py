# %% prelude
import numpy as np

from autograder import CLOSED_FORM, Case, Exercise, Mistake
from reference import tiny

# %% [markdown] lang="en"
# ## {n} Centring
# %% [markdown] lang="zh" of="60b9"
# ## {n} 中心化
# %% answer="center" extra
def center(X):
    """X (N, D), also as a list of lists, with the mean of each column taken away."""
    ### BEGIN SOLUTION
    X = np.asarray(X)
    return X - X.mean(axis=0)
    ### END SOLUTION


# %% grading="center"
def matrices(rng):
    yield Case("small", zh="小矩阵", X=rng.normal(size=(4, 3)).round(2))


Exercise(
    points=1, reference=tiny.center, cases=matrices, tolerance=CLOSED_FORM, accepts=("lists",),
    mistakes=[
        Mistake("rows", "axis=0", "axis=1, keepdims=True",
            en="You averaged along rows.",
            zh="你沿行取了平均。"),
        Mistake("no_lists", "    X = np.asarray(X)\n", "",
            en="A list has no `mean`.",
            zh="列表没有 `mean`。"),
    ],
)
