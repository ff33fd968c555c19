# A chapter whose answers are classes, and whose inputs are tensors and functions.
# %% [markdown] lang="en"
# # Objects
# %% [markdown] lang="zh"
# # 对象
# %% setup
import numpy as np
import torch

from autograder import check


def bowl(x):
    return x[0] ** 2 + 3 * x[0] * x[1] + 2 * x[1] ** 2


# %% prelude
import numpy as np

from autograder import CLOSED_FORM, EXACT, Case, Exercise, Function, Mistake, Tensor, Tolerance, Variant
from reference import objects


def blobs(rng, n):
    means = np.array([[-4.0, 0.0], [4.0, 0.0], [0.0, 6.0]])
    return (means[np.arange(n) % 3] + rng.normal(size=(n, 2))).round(2)


# %% [markdown] lang="en"
# ## 1.1 Clusters
# %% [markdown] lang="zh"
# ## 1.1 聚类
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


# %% [markdown] docstring="KMeans" lang="zh"
# 聚类，从给定的中心 (K, D) 开始。
# %% [markdown] docstring="KMeans.predict" lang="zh"
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


def predict_by_loop(self, X):
    return [int(np.argmin([np.linalg.norm(x - center) for center in self.centers])) for x in X]


Exercise(
    points=2,
    reference=objects.KMeans,
    cases=cluster_cases,
    observe=clusters,
    tolerance=CLOSED_FORM,
    mistakes=[
        Mistake(
            "farthest",
            swap=("argmin", "argmax"),
            hint={"en": "You take the farthest center.", "zh": "你取的是最远的中心。"},
        ),
        Mistake(
            "one_step",
            swap=("range(steps)", "range(1)"),
            hint={"en": "You move the centers once.", "zh": "你只移动了一次中心。"},
        ),
    ],
    variants=[
        Variant("loop", function=predict_by_loop, replaces="KMeans.predict"),
        Variant(
            "norm",
            swap=(
                "((X[:, None] - self.centers) ** 2).sum(axis=-1)",
                "np.linalg.norm(X[:, None] - self.centers, axis=-1)",
            ),
        ),
    ],
)


# %% [markdown] lang="en"
# ## 1.2 A net
# %% [markdown] lang="zh"
# ## 1.2 网络
# %% answer="Net"
class Net(torch.nn.Module):
    """One hidden layer of ReLUs: layers `first` and `last`, float64."""

    def __init__(self, inputs, hidden):
        super().__init__()
        ### BEGIN SOLUTION
        self.first = torch.nn.Linear(inputs, hidden, dtype=torch.float64)
        self.last = torch.nn.Linear(hidden, 1, dtype=torch.float64)
        ### END SOLUTION

    def forward(self, X):
        """Outputs (N,) for X (N, D)."""
        ### BEGIN SOLUTION
        return self.last(torch.relu(self.first(X)))[:, 0]
        ### END SOLUTION


# %% grading="Net"
def net_cases(rng):
    for name, zh, n in (("typical", "一般数据", 7), ("one row", "只有一行", 1)):
        weights = {
            "first.weight": Tensor(rng.normal(size=(3, 2))),
            "first.bias": Tensor(rng.normal(size=3)),
            "last.weight": Tensor(rng.normal(size=(1, 3))),
            "last.bias": Tensor(rng.normal(size=1)),
        }
        yield Case(name, zh=zh, X=Tensor(rng.normal(size=(n, 2))), weights=weights)


def outputs(impl, case):
    net = impl.Net(2, 3)
    net.load_state_dict(case.weights)
    return net(case.X)


Exercise(
    points=2,
    reference=objects.Net,
    cases=net_cases,
    observe=outputs,
    tolerance=CLOSED_FORM,
    mistakes=[
        Mistake(
            "no_relu",
            swap=("torch.relu(self.first(X))", "self.first(X)"),
            hint={"en": "The ReLU is missing.", "zh": "缺少 ReLU。"},
        )
    ],
)


# %% [markdown] lang="en"
# ## 1.3 Second derivatives
# %% [markdown] lang="zh"
# ## 1.3 二阶导数
# %% answer="hessian"
def hessian(f, x):
    """Second derivatives (D, D) of f at x (D,)."""
    ### BEGIN SOLUTION
    h = 1e-4 * np.eye(len(x))
    return np.array([[(f(x + a + b) - f(x + a - b) - f(x - a + b) + f(x - a - b)) / 4e-8 for b in h] for a in h])
    ### END SOLUTION


# %% grading="hessian"
def cubic(x, a):
    return a * x[0] ** 3 + x[0] * x[1] + x[1] ** 2


def hessian_cases(rng):
    yield Case("bowl", zh="碗", f=Function("bowl"), x=rng.normal(size=2).round(2))
    f = Function.of(cubic, a=round(float(rng.uniform(1, 2)), 2))
    yield Case("cubic", zh="三次函数", public=False, f=f, x=rng.uniform(1, 2, size=2).round(2))


Exercise(
    points=1,
    reference=objects.hessian,
    cases=hessian_cases,
    tolerance=Tolerance(1e-5, 1e-5, "second differences with a step of 1e-4 are off by 1e-7"),
    mistakes=[
        Mistake(
            "diagonal",
            swap=("return np.array(", "return np.eye(len(x)) * np.array("),
            hint={"en": "The mixed derivatives are missing.", "zh": "缺少混合偏导数。"},
        )
    ],
)


# %% [markdown] lang="en"
# ## 1.4 Batches
# %% [markdown] lang="zh"
# ## 1.4 小批量
# %% answer="minibatches"
def minibatches(X, size, order):
    """Yields the rows of X (N, D) in this order (N,), `size` at a time; the last batch may be smaller."""
    ### BEGIN SOLUTION
    for start in range(0, len(X), size):
        yield X[order[start : start + size]]
    ### END SOLUTION


# %% grading="minibatches"
def batch_cases(rng):
    yield Case("seven rows", zh="七行", X=rng.normal(size=(7, 2)).round(2), size=3, order=rng.permutation(7))
    yield Case("even", zh="整除", group="edge", X=rng.normal(size=(6, 2)).round(2), size=3, order=rng.permutation(6))


def batches(impl, case):
    return impl.take(impl.minibatches(case.X, case.size, case.order), most=20)


def batches_in_a_list(X, size, order):
    return [X[order[start : start + size]] for start in range(0, len(X), size)]


def endless_batches(X, size, order):
    while True:
        yield X[order[:size]]


Exercise(
    points=1,
    reference=objects.minibatches,
    cases=batch_cases,
    observe=batches,
    tolerance=EXACT,
    mistakes=[
        Mistake(
            "last_dropped",
            swap=("len(X), size", "len(X) - size + 1, size"),
            hint={"en": "The last batch is missing.", "zh": "缺少最后一批。"},
        ),
        Mistake(
            "endless",
            function=endless_batches,
            hint={"en": "Your batches never end.", "zh": "你的小批量没有尽头。"},
        ),
    ],
    variants=[Variant("list", function=batches_in_a_list)],
)


# %% [markdown] lang="en"
# ## 1.5 Spread
# %% [markdown] lang="zh"
# ## 1.5 离散程度
# %% answer="spread"
def spread(X, centers, steps):
    """Sum of squared distances to the nearest center of a fitted `KMeans`."""
    ### BEGIN SOLUTION
    model = KMeans(centers).fit(X, steps)
    return np.sum((X - model.centers[model.predict(X)]) ** 2)
    ### END SOLUTION


# %% grading="spread"
def spread_cases(rng):
    yield Case("blobs", zh="几团点", X=blobs(rng, 30), centers=rng.normal(size=(3, 2)).round(2) * 3, steps=1)


Exercise(
    points=1,
    reference=objects.spread,
    cases=spread_cases,
    tolerance=CLOSED_FORM,
    mistakes=[
        Mistake(
            "mean",
            swap=("np.sum", "np.mean"),
            hint={"en": "You averaged.", "zh": "你取了平均。"},
        )
    ],
)
