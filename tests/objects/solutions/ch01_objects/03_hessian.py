# %% prelude
import numpy as np
from autograder import Case, Exercise, Function, Mistake, Tolerance
from reference import objects

# %% [markdown] lang="en"
# ## {n} Second derivatives
# %% [markdown] lang="zh" of="a35b"
# ## {n} 二阶导数
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
    points=1, reference=objects.hessian, cases=hessian_cases,
    tolerance=Tolerance(1e-5, 1e-5, "second differences with a step of 1e-4 are off by 1e-7"),
    mistakes=[
        Mistake("diagonal", "return np.array(", "return np.eye(len(x)) * np.array(",
            en="The mixed derivatives are missing.",
            zh="缺少混合偏导数。"),
    ],
)
