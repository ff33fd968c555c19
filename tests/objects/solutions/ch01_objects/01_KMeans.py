# %% prelude
import numpy as np
from autograder import CLOSED_FORM, Case, Exercise, Mistake, Variant, variant
from reference import objects
from chapter import blobs

# %% [markdown] lang="en"
# ## {n} Clusters
# %% [markdown] lang="zh" of="0e9e"
# ## {n} 聚类
# %% answer="KMeans"
class KMeans:
    """Clusters, started from centers (K, D)."""

    def __init__(self, centers):
        self.centers = centers

    def fit(self, X, steps):
        """Move the centers `steps` times; X (N, D).  Returns the object itself."""
        ### BEGIN SOLUTION
        for _ in range(steps):
            labels = self.predict(X)
            member = labels == np.arange(len(self.centers))[:, None]  # (K, N)
            self.centers = member @ X / np.maximum(member.sum(axis=1, keepdims=True), 1)
        return self
        ### END SOLUTION

    def predict(self, X):
        """The nearest center of each point, (N,)."""
        ### BEGIN SOLUTION
        return ((X[:, None] - self.centers) ** 2).sum(axis=-1).argmin(axis=1)
        ### END SOLUTION

    def distances(self, X):
        """How far each point is from its nearest center, (N,)."""
        ### BEGIN SOLUTION
        return np.linalg.norm(X - self.centers[self.predict(X)], axis=1)
        ### END SOLUTION


# %% [markdown] docstring="KMeans" lang="zh" of="1075"
# 聚类，从给定的中心 (K, D) 开始。
# %% [markdown] docstring="KMeans.predict" lang="zh" of="b3cf"
# 每个点最近的中心，(N,)。
# %% grading="KMeans"
def cluster_cases(rng):
    for name, zh, steps in (("two steps", "走两步", 2), ("as started", "不动", 0)):
        yield Case(
            name, zh=zh, X=blobs(rng, 30), X_new=blobs(rng, 12), centers=rng.normal(size=(3, 2)) * 3, steps=steps
        )


def clusters(impl, case):
    model = impl.KMeans(case.centers)
    before = model.predict(case.X_new)
    model.fit(case.X, case.steps)
    return {"before": before, "distances": model.distances(case.X_new)}


@variant(replaces="KMeans.predict")
def loop(self, X):
    return [int(np.argmin([np.linalg.norm(x - center) for center in self.centers])) for x in X]


Exercise(
    points=2, reference=objects.KMeans, cases=cluster_cases, observe=clusters, tolerance=CLOSED_FORM,
    many_right="of distances their order alone counts, and either direction has the same length",
    mistakes=[
        Mistake("farthest", "argmin", "argmax",
            en="You take the farthest center.",
            zh="你取的是最远的中心。"),
        Mistake("one_step", "range(steps)", "range(1)",
            en="You move the centers once.",
            zh="你只移动了一次中心。"),
    ],
    variants=[
        Variant("norm",
            "((X[:, None] - self.centers) ** 2).sum(axis=-1)",
            "np.linalg.norm(X[:, None] - self.centers, axis=-1)"),
    ],
)
