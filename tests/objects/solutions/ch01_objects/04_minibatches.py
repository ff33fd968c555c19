# %% prelude
from autograder import EXACT, Case, Exercise, Group, Mistake, mistake, variant
from reference import objects

# %% [markdown] lang="en"
# ## {n} Batches
# %% [markdown] lang="zh" of="9b2d"
# ## {n} 小批量
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


def edge_cases(rng):
    yield Case("even", zh="整除", X=rng.normal(size=(6, 2)).round(2), size=3, order=rng.permutation(6))


def batches(impl, case):
    return impl.take(impl.minibatches(case.X, case.size, case.order), most=20)


@variant
def as_list(X, size, order):
    return [X[order[start : start + size]] for start in range(0, len(X), size)]


@mistake(
    en="Your batches never end.",
    zh="你的小批量没有尽头。",
)
def endless(X, size, order):
    while True:
        yield X[order[:size]]


Exercise(
    points=1, reference=objects.minibatches, cases=batch_cases, observe=batches, tolerance=EXACT,
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("last_dropped", "len(X), size", "len(X) - size + 1, size",
            en="The last batch is missing.",
            zh="缺少最后一批。"),
    ],
)
