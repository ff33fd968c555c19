# %% prelude
from autograder import EXACT, Case, Exercise
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
def fact_cases(rng):
    yield Case("step", zh="步子", group="step", item="step")
    yield Case("scale", zh="尺度", group="scale", item="scale")


def choice(impl, case):
    return impl.facts().get(case.item)


Exercise(
    points=1, reference=tiny.facts, cases=fact_cases, observe=choice, tolerance=EXACT,
    groups={
        "step": {"en": "Which way", "zh": "往哪边"},
        "scale": {"en": "How it grows", "zh": "如何增长"},
    },
)
