# %% [markdown] lang="en"
# # Tiny
#
# A line through points.
# %% [markdown] lang="zh" of="1c15"
# # 迷你
#
# 过若干点的直线。
# %% setup
import numpy as np

from autograder import case, check


# %% prelude
from autograder import Case


def draw(rng, n, d):
    return {
        "w": rng.normal(size=d).round(2),
        "b": round(float(rng.normal()), 2),
        "X": rng.normal(size=(n, d)).round(2),
        "y": rng.normal(size=n).round(2),
    }


def line_cases(rng):
    yield Case("typical", zh="一般数据", **draw(rng, 7, 3))
    yield Case("wide", zh="列多于行", public=False, **draw(rng, 3, 5))


def line_edges(rng):
    yield Case("one sample", zh="只有一个样本", **draw(rng, 1, 4))
