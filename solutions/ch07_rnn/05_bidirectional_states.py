# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import rnn

from chapter import elman_forward, normal, weights

# %% [markdown] lang="en"
# ## {n} Reading from both sides
#
# "Beijing is where I *leave from*": here the telling word comes afterwards. A **bidirectional** network (§8.2) has two networks with parameters of their own. One reads the sequence from the left, the other from the right; at every step their states stand side by side:
#
# $$\bigl[\,\overrightarrow{h}_t,\ \overleftarrow{h}_t\,\bigr],$$
#
# so what comes out at step $t$ has seen the whole sequence: $x_1,\dots,x_t$ in its first half and $x_T,\dots,x_t$ in its second. Both networks begin with a state of zeros.
#
# Careful: the second network reads a reversed sequence and gives its states in *its* order. They must be turned back before they are put beside the others.
# %% [markdown] lang="zh" of="e2c1"
# ## {n} 从两头读
#
# “北京，我要从那里离开”：关键的词在后面才出现。**双向**网络（§8.2）由两个网络组成，各有各的参数。一个从左往右读，一个从右往左读，每一步把两者的状态并排放在一起：
#
# $$\bigl[\,\overrightarrow{h}_t,\ \overleftarrow{h}_t\,\bigr]$$
#
# 于是第 $t$ 步的结果看过了整个序列：前一半看过 $x_1,\dots,x_t$，后一半看过 $x_T,\dots,x_t$。两个网络都从全 0 的状态开始。
#
# 当心：第二个网络读的是倒过来的序列，给出的状态也按**它的**次序排列。与前者并排之前，要先翻转回来。
# %% answer="bidirectional_states"
def bidirectional_states(forward, backward, X):
    """States of two Elman networks side by side: `forward` reads from the first step on, `backward` from the last.

    forward and backward hold parameters as in `elman_forward` (with W_y and b_y, which don't matter here), of H and of
    H2 hidden neurons; X (N, T, D); both start from zeros.  Returns an array (N, T, H + H2), `forward` first.
    """
    ### BEGIN SOLUTION
    starts = [np.zeros((len(X), len(params["b_h"]))) for params in (forward, backward)]
    _, right = elman_forward(forward, X, starts[0])
    _, left = elman_forward(backward, X[:, ::-1], starts[1])
    return np.concatenate([right, left[:, ::-1]], axis=2)
    ### END SOLUTION


# %% [markdown] docstring="bidirectional_states" lang="zh" of="8bbd"
# 把两个 Elman 网络的状态并排放在一起：`forward` 从第一步读起，`backward` 从最后一步读起。
#
# forward 和 backward 的参数与 `elman_forward` 相同（其中 W_y、b_y 在这里用不到），隐藏神经元分别有 H 个和 H2 个；
# X (N, T, D)；两者都从全 0 的状态开始。返回数组 (N, T, H + H2)，`forward` 在前。
# %% [markdown] why="bidirectional_states" lang="en"
# Reverse the input, use the same function, reverse what it gives: time is axis 1 both times. Each network starts from zeros of its *own*
# width, read off its biases. The price of two sides is patience: nothing can be said before the sequence has ended.
# %% [markdown] why="bidirectional_states" lang="zh" of="8454"
# 把输入倒过来，用同一个函数，再把结果倒回去，两次翻的都是时间轴，即第 1 轴。两个网络宽度可能不同，初始的 0 各按**自己的**偏置定大小。看两边的代价是要等：序列没结束，什么也说不出来。
# %% grading="bidirectional_states"
def read(rng, n, t, d, h, h2):
    return {"forward": weights(rng, d, h, 2), "backward": weights(rng, d, h2, 2), "X": normal(rng, n, t, d)}


def bidirectional_cases(rng):
    yield Case("typical", zh="一般数据", **read(rng, 2, 4, 3, 2, 4))


def edge_cases(rng):
    yield Case("one step", zh="只有一步", **read(rng, 3, 1, 2, 2, 3))
    yield Case("all sizes alike", zh="各处大小相同", **read(rng, 3, 3, 3, 3, 3))


@variant
def its_own_loop(forward, backward, X):
    T, halves = X.shape[1], []
    for params, steps in ((forward, range(T)), (backward, range(T - 1, -1, -1))):
        half, h = np.empty((len(X), T, len(params["b_h"]))), np.zeros((len(X), len(params["b_h"])))
        for t in steps:
            half[:, t] = h = np.tanh(X[:, t] @ params["W_x"] + h @ params["W_h"] + params["b_h"])
        halves.append(half)
    return np.dstack(halves)


@mistake(
    en="The second network does not begin afresh: it starts from where the first one ended. Each begins with zeros.",
    zh="第二个网络没有从头开始：它接着第一个网络的末状态读。两个网络都应从全 0 开始。",
)
def state_handed_over(forward, backward, X):
    _, right = elman_forward(forward, X, np.zeros((len(X), len(forward["b_h"]))))
    start = np.zeros((len(X), len(backward["b_h"])))
    shared = min(start.shape[1], right.shape[2])
    start[:, :shared] = right[:, -1, :shared]
    _, left = elman_forward(backward, X[:, ::-1], start)
    return np.concatenate([right, left[:, ::-1]], axis=2)


Exercise(
    points=2, reference=rnn.bidirectional_states, cases=bidirectional_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("not_turned_back", "left[:, ::-1]]", "left]",
            en="The right-to-left states stand in the order in which they were read: at step 1 you have what was seen last. Turn them back in time before you put them side by side.",
            zh="从右往左的状态还按读的次序排着：第 1 步的位置上放的是最后读到的。并排之前要先沿时间翻转回来。"),
        Mistake("both_read_from_the_left", "X[:, ::-1], starts[1])\n    return np.concatenate([right, left[:, ::-1]]", "X, starts[1])\n    return np.concatenate([right, left]",
            en="Both networks read from the left. The second one should begin at the last step.",
            zh="两个网络都从左往右读。第二个应当从最后一步读起。"),
        Mistake("read_from_the_left_then_turned", "elman_forward(backward, X[:, ::-1]", "elman_forward(backward, X",
            en="The second network reads from the left, and its states are turned over afterwards. It is the *input* that must be reversed first.",
            zh="第二个网络仍从左往右读，只是把结果翻转了。要先翻转的是**输入**。"),
        Mistake("features_reversed", "X[:, ::-1], starts[1])", "X[:, :, ::-1], starts[1])",
            en="You reversed the features of each step instead of the order of the steps.",
            zh="你翻转的是每一步的特征，而不是各步的次序。"),
        Mistake("samples_reversed", "X[:, ::-1], starts[1])", "X[::-1], starts[1])",
            en="You reversed the samples. Time is the second axis of X (N, T, D).",
            zh="你翻转的是样本。X 是 (N, T, D)，时间是第二个轴。"),
        Mistake("backward_first", "[right, left[:, ::-1]]", "[left[:, ::-1], right]",
            en="The two halves are exchanged: the states of `forward` come first.",
            zh="前后两半弄反了：`forward` 的状态在前。"),
        Mistake("one_set_of_parameters", "elman_forward(backward, X[:, ::-1], starts[1])", "elman_forward(forward, X[:, ::-1], starts[0])",
            en="Both directions use the parameters of `forward`. The second network has its own.",
            zh="两个方向都用了 `forward` 的参数。第二个网络有它自己的参数。"),
        Mistake("added_up", "np.concatenate([right, left[:, ::-1]], axis=2)", "right + left[:, ::-1] if right.shape == left.shape else np.concatenate([left[:, ::-1], right], axis=2)",
            en="The two states are added up where they are equally wide. Side by side, nothing of either is lost.",
            zh="两边一样宽时你把状态加在了一起。应当并排放，这样谁的都不会丢。"),
    ],
    variants=[
        Variant("flip", "X[:, ::-1], starts[1])", "np.flip(X, 1), starts[1])"),
        Variant("float32", "right, left[:, ::-1]], axis=2)", "right, left[:, ::-1]], axis=2).astype(np.float32)"),
    ],
)
