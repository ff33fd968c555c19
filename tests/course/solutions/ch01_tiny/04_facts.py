# %% prelude
from autograder import EXACT, Case, Exercise, Group
from reference import tiny

# %% [markdown] lang="en"
# ## {n} Two choices
# %% [markdown] lang="zh" of="e894"
# ## {n} 两道选择题
# %% answer="facts"
def facts():
    """{"step": "along" or "against", "scale": "n" or "n^2"}."""
    ### BEGIN SOLUTION
    return {"step": "against", "scale": "n"}
    ### END SOLUTION


# %% grading="facts"
def step_cases(rng):
    yield Case("step", zh="步子", item="step")


def scale_cases(rng):
    yield Case("scale", zh="尺度", item="scale")


def choice(impl, case):
    return impl.facts().get(case.item)


Exercise(
    points=1, reference=tiny.facts, observe=choice, tolerance=EXACT,
    groups=[
        Group("step", step_cases, en="Which way", zh="往哪边"),
        Group("scale", scale_cases, en="How it grows", zh="如何增长"),
    ],
)
