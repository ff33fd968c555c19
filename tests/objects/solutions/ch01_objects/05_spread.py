# %% prelude
import numpy as np
from autograder import CLOSED_FORM, Case, Exercise, Mistake
from reference import objects
from chapter import KMeans, blobs

# %% [markdown] lang="en"
# ## {n} Spread
# %% [markdown] lang="zh" of="994d"
# ## {n} 离散程度
# %% answer="spread"
def spread(X, centers, steps):
    """Sum of squared distances to the nearest center of a fitted `KMeans`."""
    ### BEGIN SOLUTION
    model = KMeans(centers).fit(X, steps)
    return np.sum((X - model.centers[model.predict(X)]) ** 2)
    ### END SOLUTION


# %% grading="spread"
def spread_cases(rng):
    yield Case("blobs", zh="几团点", X=blobs(rng, 30), centers=rng.normal(size=(3, 2)).round(2) * 3, steps=int(rng.integers(2, 5)))


Exercise(
    points=1, reference=objects.spread, cases=spread_cases, tolerance=CLOSED_FORM,
    mistakes=[
        Mistake("mean", "np.sum", "np.mean",
            en="You averaged.",
            zh="你取了平均。"),
    ],
)
