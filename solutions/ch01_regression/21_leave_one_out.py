# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import regression

from chapter import ridge_fit, rounded

# %% [markdown] lang="en"
# ## {n} Find the bug: too good to be true
#
# With few samples one takes as many folds as there are samples: **leave one out**. Each sample is predicted by a ridge model that was fitted on all the *others*, and the error that we report is the **MEAN** of these $N$ squared errors.
#
# A classmate has 20 patients with 15 measurements each, and noise for a truth: `X = np.random.default_rng(0).normal(size=(20, 15))`, `y = np.random.default_rng(1).normal(size=20)`. There is nothing to learn. Yet with $\lambda = 0$ the code below
# reports an error of 0.11, and the classmate wants to publish. The honest figure for these data is 3.65: far worse than always predicting the mean of the others, which has 0.37.
#
# 1. Which rows has the model seen that predicts sample 0? And which should it have seen?
# 2. Say in the comment what is wrong.
# 3. Mend it. As it stands it earns nothing. (`np.delete(y, n)` is a copy of `y` without entry `n`; for a matrix say `axis=0`.)
# %% [markdown] lang="zh" of="58d9"
# ## {n} 找错误：好得不像真的
#
# 样本很少时，可以有多少个样本就分多少折，这就是**留一法**：每个样本由一个岭回归模型来预测，这个模型是用**其余**所有样本拟合的；最后报告这 $N$ 个平方误差的**平均**。
#
# 有位同学手里有 20 位病人，每人 15 项指标，真实值其实是噪声：`X = np.random.default_rng(0).normal(size=(20, 15))`，`y = np.random.default_rng(1).normal(size=20)`，根本没有规律可学。
# 可是取 $\lambda = 0$ 时，下面的代码报告的误差是 0.11，他已经准备发表了。对这组数据，诚实的结果是 3.65，远不如总是预测其余病人的均值（0.37）。
#
# 1. 预测样本 0 的那个模型见过哪些行？它本来应该见过哪些行？
# 2. 在注释里写出错在哪里。
# 3. 改正它。原样交上来不得分。（`np.delete(y, n)` 给出去掉第 `n` 个元素的副本；对矩阵要写 `axis=0`。）
# %% answer="leave_one_out"
def leave_one_out(X, y, lam):
    """MEAN squared error of `ridge_fit`, each sample predicted by a model that has seen all the others and not it.

    X (N, D), y (N,), N ≥ 2, lam ≥ 0.  Returns a number.
    """
    ### BEGIN SOLUTION
    errors = []
    for n in range(len(y)):
        w, b = ridge_fit(np.delete(X, n, axis=0), np.delete(y, n), lam)
        errors.append((X[n] @ w + b - y[n]) ** 2)
    return np.mean(errors)
    ### END SOLUTION


# %% [markdown] docstring="leave_one_out" lang="zh" of="0c50"
# `ridge_fit` 的均方误差：预测每个样本的模型，都见过其余所有样本，唯独没见过它。
#
# X (N, D)，y (N,)，N ≥ 2，lam ≥ 0。返回一个数。
# %% [markdown] why="leave_one_out" lang="en"
# `X` and `y` lose the same row, and that row alone is predicted: a model that has seen it has already bent towards it.
# `np.delete` returns copies, so the next turn starts from all rows again. The price of this honesty is N fits.
# %% [markdown] why="leave_one_out" lang="zh" of="da34"
# `X` 和 `y` 去掉同一行，也只预测这一行：见过它的模型早已向它弯过去了。
# `np.delete` 返回副本，下一轮又从全部数据开始。这份诚实的代价是拟合 N 次。
# %% grading="leave_one_out"
def samples(rng, n, d, lam):
    return {"X": rounded(rng, n, d), "y": (rounded(rng, n) * 2 + 1).round(2), "lam": lam}


def leave_one_out_cases(rng):
    yield Case("typical", zh="一般数据", **samples(rng, 8, 2, round(rng.uniform(0.5, 1.5), 2)))


def edge_cases(rng):
    yield Case("more features than samples", zh="特征多于样本", **samples(rng, 4, 6, round(rng.uniform(0.3, 1), 2)))
    yield Case("two samples", zh="只有两个样本", **samples(rng, 2, 1, round(rng.uniform(0.5, 1), 2)))


@variant
def masks(X, y, lam):
    rows, total = np.arange(len(y)), 0.0
    for n in rows:
        w, b = ridge_fit(X[rows != n], y[rows != n], lam)
        total += (y[n] - b - w @ X[n]) ** 2 / len(y)
    return total


@variant
def without_refitting(X, y, lam):
    """A known identity: the error left out is the error of the full fit, divided by 1 − h of the hat matrix."""
    Xc = X - np.mean(X, axis=0)
    H = 1 / len(y) + Xc @ np.linalg.solve(Xc.T @ Xc + lam * np.eye(X.shape[1]), Xc.T)
    return np.mean(((y - H @ y) / (1 - np.diag(H))) ** 2)


Exercise(
    points=1, reference=regression.leave_one_out, cases=leave_one_out_cases, tolerance=CLOSED_FORM,
    accepts=("integers",), forbids=FROM_SCRATCH, starter="classmates_bug", groups=[Group("edge", edge_cases)],
    many_right="an error has the same square for −X and for −y",
    mistakes=[
        Mistake("classmates_bug", "np.delete(X, n, axis=0), np.delete(y, n)", "X, y",
            en="This gives what your classmate's code gave. Take three samples and write down, for each turn of the loop, which rows the model has seen and which row it is asked about.",
            zh="这和那位同学的代码结果一样。取三个样本，写下循环每一轮里模型见过哪几行、要预测的又是哪一行。"),
        Mistake("another_sample_left_out", "np.delete(X, n, axis=0), np.delete(y, n)",
            "np.delete(X, n - 1, axis=0), np.delete(y, n - 1)",
            en="You do leave a sample out, but not the one that is predicted afterwards.",
            zh="你确实留出了一个样本，但留出的不是接下来要预测的那个。"),
        Mistake("all_samples_judge", "(X[n] @ w + b - y[n]) ** 2", "np.mean((X @ w + b - y) ** 2)",
            en="You judge each model on all samples, most of which it has seen. Only the one left out may judge.",
            zh="你让全部样本来评判模型，而其中大多数它都见过。只有被留出的那个样本才能评判。"),
        Mistake("only_the_last", "np.mean(errors)", "errors[-1]",
            en="You return the error of the last sample alone. Every sample has its turn; average over all of them.",
            zh="你只返回了最后一个样本的误差。每个样本都要轮到一次，再取平均。"),
        Mistake("sum_for_mean", "np.mean(errors)", "np.sum(errors)",
            en="You summed over the samples. The MEAN is asked for.",
            zh="你对样本求了和。题目要的是**平均**。"),
        Mistake("root_of_the_mean", "np.mean(errors)", "np.sqrt(np.mean(errors))",
            en="You took the root of the mean (the RMSE). The mean squared error itself is asked for.",
            zh="你又开了平方根（RMSE）。题目要的是均方误差本身。"),
    ],
    variants=[Variant("rows_that_are_kept", "np.delete(X, n, axis=0), np.delete(y, n)",
        "X[np.arange(len(y)) != n], y[np.arange(len(y)) != n]")],
)
