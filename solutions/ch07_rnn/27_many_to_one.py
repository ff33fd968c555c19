# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import rnn

from chapter import (
    clip_grad_norm,
    drawn_by,
    elman_forward,
    normal,
    one_hot_words,
    rnn_backward,
    softmax,
    weights,
    words,
)

# %% [markdown] lang="en"
# ## {n} Bonus: many to one
#
# A film review goes in, one answer comes out (§8.5): is it good or bad? The network reads everything and answers from the state after the **last real word**. In an array the reviews are filled up to the same length, and `lengths` says how many steps of each are real. What stands behind them must have no influence.
#
# **By hand.** A sentence of length 3 in an array of 5 steps: its answer comes from the state `H[n, 2]`, not from `H[n, 4]`.
# %% [markdown] lang="zh" of="95bd"
# ## {n} 附加题：多对一
#
# 读进一篇影评，给出一个答案（§8.5）：是好评还是差评？网络全部读完，根据**最后一个真实的词**之后的状态来回答。数组里的影评都补齐到同样长，`lengths` 记录每篇真正有几步。补上的部分不该有任何影响。
#
# **手算。** 长度为 3 的句子放在 5 步的数组里：答案来自状态 `H[n, 2]`，而不是 `H[n, 4]`。
# %% answer="many_to_one" extra
def many_to_one(params, X, h0, lengths):
    """Probabilities of K classes from the state of an Elman network after the last real step of each sequence.

    params, X (N, T, D) and h0 (N, H) as in `elman_forward`; lengths (N,), how many steps of each are real, from 1 to T:
    they come first.  Returns an array (N, K), the softmax of the outputs there.
    """
    ### BEGIN SOLUTION
    Y, _ = elman_forward(params, X, h0)
    last = Y[np.arange(len(X)), np.asarray(lengths) - 1]  # (N, K)
    return softmax(last)
    ### END SOLUTION


# %% [markdown] docstring="many_to_one" lang="zh" of="1f68"
# 由 Elman 网络在每个序列最后一个真实步之后的状态，给出 K 个类别的概率。
#
# params、X (N, T, D)、h0 (N, H) 与 `elman_forward` 相同；lengths (N,) 是每个序列真正的步数，从 1 到 T，真实的步在前。
# 返回数组 (N, K)，即那里的输出经过 softmax。
# %% [markdown] why="many_to_one" lang="en"
# The network is causal, so the padding cannot reach back to the last real step: run everything, pick afterwards. Two index arrays of
# equal length choose one step for each sequence; `Y[:, lengths - 1]` would choose N steps for each, (N, N, K).
# %% [markdown] why="many_to_one" lang="zh" of="8821"
# 网络是因果的，填充影响不到最后一个真实的步：全部跑完，再挑出来就行。两个等长的下标数组给每个序列各选一步；若写 `Y[:, lengths - 1]`，每个序列都会选出 N 步，成了 (N, N, K)。
# %% grading="many_to_one"
def reviews(rng, n, t, d, h, k, lengths):
    read = {"params": weights(rng, d, h, k), "X": normal(rng, n, t, d), "h0": (normal(rng, n, h) * 0.5).round(2)}
    return {**read, "lengths": np.array(lengths)}


def review_cases(rng):
    yield Case("typical", zh="一般数据", **reviews(rng, 4, 5, 2, 3, 3, rng.permutation([1, 2, 4, 5])))


def edge_cases(rng):
    yield Case("nothing is padded", zh="没有补齐", **reviews(rng, 3, 3, 2, 4, 2, [3, 3, 3]))
    yield Case("one step each", zh="各只有一步", public=False, **reviews(rng, 3, 4, 3, 2, 3, [1, 1, 1]))


def padding_cases(rng):
    yield Case("something else behind the end", zh="末尾之后换成别的", **reviews(rng, 3, 6, 2, 3, 2, rng.permutation([2, 3, 5])))


def padding_changed(impl, case):
    behind = np.arange(case.X.shape[1]) >= case.lengths[:, None]
    changed = case.X + 3.0 * behind[:, :, None]
    return impl.many_to_one(case.params, changed, case.h0, case.lengths)


@variant
def one_by_one(params, X, h0, lengths):
    rows = []
    for sequence, h, length in zip(X, h0, lengths, strict=True):
        Y, _ = elman_forward(params, sequence[None, :length], h[None])
        rows.append(softmax(Y[0, -1]))
    return np.array(rows)


@mistake(
    en="You average over all steps, the padded ones included. The answer is given once, after the last real word.",
    zh="你对所有的步取了平均，连补上的也算了。答案只在最后一个真实的词之后给一次。",
)
def mean_over_steps(params, X, h0, lengths):
    Y, _ = elman_forward(params, X, h0)
    return softmax(Y.mean(axis=1))


Exercise(
    points=1, reference=rnn.many_to_one, cases=review_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[
        Group("edge", edge_cases),
        Group("padding", padding_cases, observe=padding_changed, en="Padding has no influence", zh="补齐的部分没有影响"),
    ],
    mistakes=[
        Mistake("last_column", "Y[np.arange(len(X)), np.asarray(lengths) - 1]", "Y[:, -1]",
            en="You answer at the end of the array, after reading the padding. Each sequence ends where its length says.",
            zh="你在数组的末尾作答，把补齐的部分也读进去了。每个序列在它的长度处结束。"),
        Mistake("one_step_too_far", "np.asarray(lengths) - 1", "np.minimum(np.asarray(lengths), X.shape[1] - 1)",
            en="You answer one step too late: a sequence of length 3 ends at step number 2, counted from 0.",
            zh="你晚了一步才作答：长度为 3 的序列，最后一步的编号是 2（从 0 数起）。"),
        Mistake("first_step", "np.asarray(lengths) - 1", "np.zeros(len(X), dtype=int)",
            en="You answer after the first word. Read to the last real one.", zh="你读完第一个词就作答了。要读到最后一个真实的词。"),
        Mistake("no_softmax", "return softmax(last)", "return last",
            en="These are scores. Probabilities are asked for.", zh="这是得分。题目要的是概率。"),
        Mistake("softmax_over_the_batch", "return softmax(last)", "return softmax(last.T).T",
            en="The softmax runs over the sequences. It is the classes that compete.", zh="softmax 沿着序列的方向做了。互相竞争的是类别。"),
        Mistake("longest_for_all", "np.asarray(lengths) - 1", "np.full(len(X), np.max(lengths) - 1)",
            en="All are answered where the longest one ends. Each has a length of its own.", zh="所有序列都在最长的那个结束处作答了。每个序列有自己的长度。"),
    ],
    variants=[
        Variant("mask", "Y[np.arange(len(X)), np.asarray(lengths) - 1]", "np.stack([Y[n, length - 1] for n, length in enumerate(lengths)])"),
        Variant("as_many_states_as_sequences", "np.arange(len(X))", "np.arange(len(h0))"),
        Variant("along_an_axis", "Y[np.arange(len(X)), np.asarray(lengths) - 1]", "np.take_along_axis(Y, np.asarray(lengths)[:, None, None] - 1, axis=1)[:, 0]"),
    ],
)


# %% [markdown] lang="en"
# A critic of your own: a small grammar makes up film reviews of different lengths, your functions train on 1000 of them, and read others. Everything hangs on whether a "not" came before the adjective, perhaps with words in between. You should see: bars to the right for praise, to the left for blame, and "not … dull" on the side of praise.
# %% [markdown] lang="zh" of="61c5"
# 自己造一位影评人：一套小语法编出长短不一的影评，你的函数用其中 1000 篇训练，再读另外几篇。好坏全看形容词前面有没有“不”，中间还可能隔着几个词。你应该看到：好评的横条朝右，差评朝左，“不……无聊”落在好评一边。
# %% demo="film_reviews"
@drawn_by("many_to_one", "rnn_backward", "clip_grad_norm", "one_hot_words")
def film_reviews(plt):
    rng = np.random.default_rng(1)
    no, praise, blame, others = words(
        en="not; good great lovely; dull awful boring; the film is so very quite really and they say",
        zh="不; 好看 精彩 感人; 无聊 难看 糟糕; 这部 电影 真的 很 非常 大家 都 说 而且",
    ).split("; ")
    praise, blame, others = praise.split(), blame.split(), others.split()
    vocabulary = [no, *praise, *blame, *others]

    def some(most):
        return [str(word) for word in rng.choice(others, size=rng.integers(most + 1))]

    def review():
        good, turned = rng.integers(2, size=2)
        adjective = str(rng.choice(praise if good else blame))
        return [*some(3), *([no] if turned else []), *some(2), adjective, *some(3)], int(good != turned)

    def numbers(texts):
        lengths = np.array([len(text) for text in texts])
        X = np.zeros((len(texts), max(lengths), len(vocabulary) + 1))
        for row, text in zip(X, texts):
            row[: len(text)] = one_hot_words(text, vocabulary)
        return X, lengths

    texts, y = zip(*[review() for _ in range(1000)])
    (X, lengths), h0, each = numbers(texts), np.zeros((20, 16)), np.arange(20)
    params = {"W_x": rng.normal(size=(X.shape[2], 16)), "W_h": rng.normal(size=(16, 16)) / 4, "b_h": np.zeros(16)}
    params |= {"W_y": rng.normal(size=(16, 2)) / 4, "b_y": np.zeros(2)}
    for _ in range(60):
        for batch in rng.permutation(1000).reshape(-1, 20):
            dY = np.zeros((20, X.shape[1], 2))
            dY[each, lengths[batch] - 1] = (many_to_one(params, X[batch], h0, lengths[batch]) - np.eye(2)[np.array(y)[batch]]) / 20
            grads = clip_grad_norm(rnn_backward(params, X[batch], h0, dY), 1.0)
            params = {name: params[name] - 0.7 * grads[name] for name in params}
    others_read, truth = zip(*[review() for _ in range(8)])
    X_read, ends = numbers(others_read)
    P = np.asarray(many_to_one(params, X_read, np.zeros((8, 16)), ends))[:, 1]
    _, ax = plt.subplots(figsize=(10, 3.8), layout="constrained")
    ax.barh(range(8), P - 0.5, left=0.5, color=["#0072B2" if good else "#D55E00" for good in truth])
    ax.set_yticks(range(8), [" ".join(text) for text in others_read])
    ax.axvline(0.5, color="#000000", lw=1)
    ax.set(xlim=(0, 1), xlabel=words(en="probability of praise (blue: it is praise, orange: it is blame)", zh="好评的概率（蓝：确是好评，橙：确是差评）"), title=words(en="reviews that it has not read before", zh="没有读过的影评"))
    ax.spines[["top", "right"]].set_visible(False)
    plt.show()
