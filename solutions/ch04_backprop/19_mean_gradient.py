# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import backprop as torch_reference

from chapter import backprop, labelled, net_and_data

# %% [markdown] lang="en"
# ## {n} Find the bug: a batch that does not fit
#
# So reverse mode keeps every activation of the whole batch ({ref:memory}). What if 1000 images don't fit into the memory? Then one goes through them in *pieces*: `backprop` for a few samples, forget the activations, keep the gradient, on to the next piece. Gradients of a sum add up, so in the end the gradient of the **MEAN** loss over all samples should come out, as if nothing had been cut. This is called *gradient accumulation*, and every large net is trained with it.
#
# A classmate has programmed that. With 12 samples and pieces of 4 the result agrees with `backprop(params, X, y)` divided by 12, to the last digit. With pieces of 5 it does not.
#
# One place in the code below is wrong. Finding it is the exercise:
#
# 1. How many samples does each piece have, with `size` 4 and with `size` 5? What does each piece contribute, and what share should it have?
# 2. Say in the comment what is wrong, and for which sizes nobody can notice.
# 3. Mend it. As it stands it earns nothing.
# %% [markdown] lang="zh" of="0e78"
# ## {n} 找错误：放不下的一批数据
#
# 前面说过，反向模式要保留整个批次的所有激活值（{ref:memory}）。要是 1000 张图像在内存里放不下呢？那就**分块**来：对几个样本做一次 `backprop`，丢掉激活值，留下梯度，再做下一块。和的梯度等于梯度的和，所以最后得到的应当是全体样本的**平均**损失的梯度，就像没有切开过一样。这叫**梯度累积**，每个大网络都是这样训练的。
#
# 一位同学写好了程序。12 个样本，每块 4 个时，结果与 `backprop(params, X, y)` 除以 12 完全一致，直到最后一位。每块 5 个时就不一致了。
#
# 下面的代码有一处错误，找到它就是这道题：
#
# 1. `size` 取 4 和取 5 时，每一块各有几个样本？每一块贡献了什么？它应当占多大的份额？
# 2. 在注释里写出错在哪里，以及 `size` 取哪些值时谁也发现不了。
# 3. 改正它。原样交上来不得分。
# %% answer="mean_gradient"
def mean_gradient(params, X, y, size):
    """Gradient of the MEAN loss over all samples, found piece by piece, so that few samples are in memory at a time.

    params, X (N, D) and labels y (N,) as in `backprop`; size ≥ 1 samples make a piece, the last one holds what is left.
    Returns a dict with the keys of params: the gradient of total_loss(params, X, y) / N.
    """
    ### BEGIN SOLUTION
    mean = {name: np.zeros(np.shape(value)) for name, value in params.items()}
    pieces = range(0, len(X), size)
    for start in pieces:
        piece = slice(start, start + size)
        grads = backprop(params, X[piece], y[piece])
        for name in mean:
            mean[name] += grads[name] / len(X)
    return mean
    ### END SOLUTION


# %% [markdown] docstring="mean_gradient" lang="zh" of="833d"
# 全体样本的平均损失的梯度，一块一块地求，使内存里同时只有少量样本。
#
# params、X (N, D) 和标签 y (N,) 同 `backprop`；每块 size ≥ 1 个样本，最后一块是剩下的。
# 返回键与 params 相同的字典：total_loss(params, X, y) / N 的梯度。
# %% [markdown] why="mean_gradient" lang="en"
# Divided by N, each sample counts 1/N, whichever piece it is in; so the size of the pieces can't matter.
# A mean of the pieces' means lets a sample of a short last piece count more, which nobody notices while all pieces are equally long. The sums start in arrays of floats of their own.
# %% [markdown] why="mean_gradient" lang="zh" of="2b53"
# 除以 N，每个样本都占 1/N，与它落在哪一块无关，所以分块的大小不影响结果。
# 若对各块的平均再取平均，最后那一小块里的样本就占得太多；而各块一样大时，谁也看不出来。累加用的是自己新建的浮点数组。
# %% grading="mean_gradient"
def pieces_cases(rng):
    yield Case("two are left", zh="剩下两个", **net_and_data(rng, 8, 3, 4, 3), y=labelled(rng, 8, 3), size=3)
    yield Case("four are left", zh="剩下四个", public=False, **net_and_data(rng, 9, 2, 3, 3, 3), y=labelled(rng, 9, 3), size=5)


def edge_cases(rng):
    yield Case("one by one", zh="一次一个", **net_and_data(rng, 4, 2, 4, 3), y=labelled(rng, 4, 3), size=1)
    yield Case("all in one piece", zh="只有一块", **net_and_data(rng, 5, 2, 3, 3), y=labelled(rng, 5, 3), size=7)
    yield Case("nothing is left", zh="正好分完", public=False, **net_and_data(rng, 6, 3, 3, 3), y=labelled(rng, 6, 3), size=2)


@variant
def weighted_means(params, X, y, size):
    mean = {}
    for rows in np.split(np.arange(len(X)), range(size, len(X), size)):
        for name, slope in backprop(params, X[rows], y[rows]).items():
            mean[name] = mean.get(name, 0.0) + slope / len(rows) * (len(rows) / len(X))
    return mean


Exercise(
    points=1, reference=torch_reference.mean_gradient, cases=pieces_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    starter="classmates_bug", groups=[Group("edge", edge_cases)],
    many_right="the mean over all samples does not hang on the size of the pieces",
    mistakes=[
        Mistake("classmates_bug", "/ len(X)\n    return", "/ len(X[piece]) / len(pieces)\n    return",
            en="This gives what your classmate's code gave. Write down, for 12 samples in pieces of 5, how much a single sample of the first piece counts in the result, and one of the last.",
            zh="这和那位同学的代码结果一样。12 个样本，每块 5 个：第一块里的一个样本在结果中占多少？最后一块里的一个样本呢？"),
        Mistake("full_pieces_assumed", "/ len(X)\n    return", "/ (size * len(pieces))\n    return",
            en="Now every sample counts alike, but too little: you divide by the number of samples that there would be if the last piece were full.",
            zh="现在每个样本的份额相同了，但偏小：你除以的是“假如最后一块也装满”时的样本数。"),
        Mistake("size_of_the_piece", "/ len(X)\n    return", "/ len(X[piece])\n    return",
            en="You add up the means of the pieces, so the result is as many times too large as there are pieces.",
            zh="你把各块的平均加了起来，所以有几块，结果就大了几倍左右。"),
        Mistake("sum_for_mean", "grads[name] / len(X)", "grads[name]",
            en="This is the gradient of the SUM. The MEAN is asked for.",
            zh="这是**总和**的梯度。题目要的是**平均**。"),
        Mistake("last_piece_alone", "mean[name] += grads[name] / len(X)", "mean[name] = grads[name] / len(X)",
            en="Only the last piece is left: each piece overwrites what the others have contributed.",
            zh="只剩下最后一块了：每一块都覆盖了前面各块的贡献。"),
        Mistake("last_piece_dropped", "range(0, len(X), size)", "range(0, len(X) - size + 1, size)",
            en="The samples that are left over at the end are missing. They make a last, smaller piece.",
            zh="末尾剩下的样本漏掉了。它们要组成最后一块，只是小一些。"),
        Mistake("pieces_overlap", "slice(start, start + size)", "slice(start, start + size + 1)",
            en="The pieces overlap: the end of a slice does not belong to it, so start + size is enough.",
            zh="各块重叠了：切片不包含终点，所以写到 start + size 就够了。"),
    ],
    variants=[
        Variant("float32", "return mean", "return {name: value.astype(np.float32) for name, value in mean.items()}"),
        Variant("as_many_labels_as_rows", "range(0, len(X), size)", "range(0, len(y), size)"),
        Variant("mean_over_the_labels", "grads[name] / len(X)", "grads[name] / len(y)"),
    ],
)
