# %% prelude
import numpy as np

from autograder import Case, Exercise, Gate, Group, Mistake
from reference import tiny

# %% [markdown] lang="en"
# ## {n} Nearest mean
# %% [markdown] lang="zh" of="257e"
# ## {n} 最近均值
# %% answer="nearest_mean"
class Model:
    """Whatever you like: only `predict` looks inside."""


def nearest_mean(X, y):
    """A model of the classes y (N,) of the points X (N, D)."""
    ### BEGIN SOLUTION
    model = Model()
    model.means = np.stack([X[y == k].mean(axis=0) for k in range(y.max() + 1)])  # (K, D)
    return model
    ### END SOLUTION


def predict(model, X):
    """Classes (N,) of the points X (N, D)."""
    ### BEGIN SOLUTION
    return np.argmin(((X[:, None] - model.means) ** 2).sum(axis=-1), axis=1)
    ### END SOLUTION


# %% grading="nearest_mean"
def accuracy_cases(rng):
    centers = np.array([[-3.0, 0.0], [3.0, 1.0]])
    y, y_test = rng.integers(2, size=30), rng.integers(2, size=40)
    yield Case(
        "blobs",
        zh="两团点",
        X=(centers[y] + rng.normal(size=(30, 2))).round(2),
        y=y,
        X_test=(centers[y_test] + rng.normal(size=(40, 2))).round(2),
        y_test=y_test,
    )


def accuracy(impl, case):
    model = impl.nearest_mean(case.X, case.y)
    predicted = np.asarray(impl.predict(model, case.X_test)).reshape(len(case.y_test))
    return float(np.mean(predicted == case.y_test))


Exercise(
    points=2, reference=tiny.nearest_mean, observe=accuracy,
    groups=[Group("accuracy", accuracy_cases)],
    tolerance=Gate("the centres lie three standard deviations from the middle", at_least=0.85),
    mistakes=[
        Mistake("farthest", "np.argmin", "np.argmax",
            en="You take the farthest mean.",
            zh="你取了最远的均值。"),
    ],
)
