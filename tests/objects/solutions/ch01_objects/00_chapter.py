# %% [markdown] lang="en"
# # Objects
# %% [markdown] lang="zh" of="f0cb"
# # 对象
# %% setup
import numpy as np
import torch



def bowl(x):
    return x[0] ** 2 + 3 * x[0] * x[1] + 2 * x[1] ** 2

# %% prelude
from autograder import CLOSED_FORM, EXACT, Case, Exercise, Function, Mistake, Tensor, Tolerance, Variant
from reference import objects


def blobs(rng, n):
    means = np.array([[-4.0, 0.0], [4.0, 0.0], [0.0, 6.0]])
    return (means[np.arange(n) % 3] + rng.normal(size=(n, 2))).round(2)
