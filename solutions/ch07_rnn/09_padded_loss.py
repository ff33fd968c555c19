# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import rnn

from chapter import softmax

# %% [markdown] lang="en"
# ## {n} Find the bug: silence is easy to predict
#
# Sentences differ in length, arrays do not. So short sentences are filled up at the end ("padding"), and `lengths` says how many steps of each are real. What stands behind them counts for nothing.
#
# A classmate computes the **MEAN** cross-entropy over the real steps of all sentences together. With two sentences of lengths 4 and 1 and the probability 0.5 for every right label the loss should be $\ln 2 = 0.693$. The code below says 0.433, and on a batch with more padding it says still less: "the more I pad, the better my model gets."
#
# 1. How many real steps are there? By which number does the code divide?
# 2. Say in the comment what is wrong.
# 3. Mend it. As it stands it earns nothing.
# %% [markdown] lang="zh" of="44ec"
# ## {n} 找错误：沉默最容易预测
#
# 句子有长有短，数组却是整齐的。所以短句子的末尾要补齐，`lengths` 记录每个句子真正有几步。补上的部分不该有任何影响。
#
# 有位同学要计算所有句子的真实步上交叉熵的**平均**。两个句子，长度为 4 和 1，每个正确标签的概率都是 0.5，损失应当是 $\ln 2 = 0.693$。下面的代码却给出 0.433，补得越多结果还越小：“补得越多，我的模型越好。”
#
# 1. 真实的步有几个？代码除以的是几？
# 2. 在注释里写出错在哪里。
# 3. 改正它。原样交上来不得分。
# %% answer="padded_loss"
def padded_loss(P, y, lengths):
    """MEAN of −ln P[right label] over the real steps of all sentences together.

    P (N, T, K), probabilities above 0 for each step; labels y (N, T); lengths (N,), how many steps of each sentence
    are real, from 1 to T: they come first.  What stands behind them has no influence.  Returns a number.
    """
    ### BEGIN SOLUTION
    losses = -np.log(np.take_along_axis(P, y[:, :, None], axis=2)[:, :, 0])  # (N, T)
    real = np.arange(y.shape[1]) < np.reshape(lengths, (-1, 1))  # (N, T)
    return np.sum(losses * real) / np.sum(real)
    ### END SOLUTION


# %% [markdown] docstring="padded_loss" lang="zh" of="ed9d"
# 所有句子的真实步放在一起，−ln P[正确标签] 的平均。
#
# P (N, T, K) 是每一步的概率，都大于 0；标签 y (N, T)；lengths (N,) 是每个句子真正的步数，从 1 到 T，真实的步在前。
# 后面补上的部分不该有任何影响。返回一个数。
# %% [markdown] why="padded_loss" lang="en"
# A mean is a sum and a number, and both must count the same steps: the mask does both. It comes from comparing (T,) with (N, 1).
# Multiplying by 0 works since all probabilities are above 0; $0\cdot\infty$ would be nan, and `np.where` the safer choice.
# %% [markdown] why="padded_loss" lang="zh" of="8c13"
# 平均是一个和除以一个个数，两处数的必须是同样的步，所以都用掩码。掩码由 (T,) 与 (N, 1) 相比得到。乘以 0 行得通，是因为概率都大于 0；若遇到 $0\cdot\infty$ 就成了 nan，那时用 `np.where` 更稳妥。
# %% grading="padded_loss"
def padded(rng, n, t, k, lengths):
    P = softmax(rng.normal(size=(n, t, k))).round(3)
    return {"P": P + 0.001, "y": rng.integers(k, size=(n, t)), "lengths": np.array(lengths)}


def padded_cases(rng):
    yield Case("typical", zh="一般数据", **padded(rng, 3, 5, 4, rng.permutation([1, 3, 5])))


def edge_cases(rng):
    yield Case("nothing is padded", zh="没有补齐", **padded(rng, 2, 3, 3, [3, 3]))
    yield Case("one step each", zh="各只有一步", **padded(rng, 3, 4, 3, [1, 1, 1]))
    yield Case("one sentence", zh="只有一个句子", **padded(rng, 1, 6, 3, [int(rng.integers(2, 5))]))


@variant
def walked_through(P, y, lengths):
    losses = [-np.log(P[n, t, y[n, t]]) for n, length in enumerate(lengths) for t in range(length)]
    return sum(losses) / len(losses)


Exercise(
    points=1, reference=rnn.padded_loss, cases=padded_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    starter="classmates_bug", groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("classmates_bug", "np.sum(losses * real) / np.sum(real)", "np.mean(losses * real)",
            en="This gives what your classmate's code gave. Take two sentences of lengths 4 and 1 and write the array `losses * real` down: how many of its entries are no losses at all?",
            zh="这和那位同学的代码结果一样。取长度为 4 和 1 的两个句子，把数组 `losses * real` 写出来：其中有几个根本不是损失？"),
        Mistake("padding_counts", "np.sum(losses * real) / np.sum(real)", "np.mean(losses)",
            en="The padded steps are judged as well. What stands behind the end of a sentence has no influence.",
            zh="补上的步也被计入了。句子结束之后的部分不该有任何影响。"),
        Mistake("mean_of_means", "np.sum(losses * real) / np.sum(real)", "np.mean(np.sum(losses * real, axis=1) / np.sum(real, axis=1))",
            en="Each sentence is averaged by itself, so a word of a short sentence counts more than one of a long one. Here all real steps count alike.",
            zh="你先对每个句子取平均，短句里的词就比长句里的更重了。这里每个真实的步同样重要。"),
        Mistake("one_step_too_many", "np.arange(y.shape[1]) <", "np.arange(y.shape[1]) <=",
            en="One padded step of each sentence slips in: a sentence of length 4 has the steps 0 to 3.",
            zh="每个句子多算了一个补上的步：长度为 4 的句子，步是 0 到 3。"),
        Mistake("padded_in_front", "np.arange(y.shape[1]) <", "np.arange(y.shape[1])[::-1] <",
            en="You keep the *last* steps of each sentence. The real ones come first.",
            zh="你保留的是每个句子**末尾**的步。真实的步在前面。"),
        Mistake("sum_for_mean", " / np.sum(real)", "",
            en="You summed over the steps. The MEAN is asked for.", zh="你对各步求了和。题目要的是**平均**。"),
        Mistake("per_sentence", "/ np.sum(real)", "/ len(y)",
            en="You divide by the number of sentences. The mean is over steps.", zh="你除以了句子数。要的是对步取平均。"),
    ],
    variants=[
        Variant("masked_indexing", "np.sum(losses * real) / np.sum(real)", "losses[real].mean()"),
        Variant("two_means", "np.sum(losses * real) / np.sum(real)", "np.mean(losses * real) / np.mean(real)"),
        Variant("steps_of_the_probabilities", "np.arange(y.shape[1])", "np.arange(P.shape[1])"),
        Variant("logarithm_first", "-np.log(np.take_along_axis(P, y[:, :, None], axis=2)[:, :, 0])", "-np.take_along_axis(np.log(P), y[:, :, None], axis=2)[:, :, 0]"),
    ],
)
