# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import rnn

from chapter import normal, weights

# %% [markdown] lang="en"
# ## {n} The Elman network: a memory of its own thoughts
#
# Give the network a second input: what its hidden layer was one step ago (§8.2). At every step $t = 1, \dots, T$
#
# $$h_t = \tanh\bigl(x_t W_x + h_{t-1} W_h + b_h\bigr),\qquad y_t = h_t W_y + b_y,$$
#
# with the **same** parameters at every step, beginning with $h_0$, which is an argument. The output has no activation: it is scores, for a softmax to come.
#
# **By hand.** One feature, one hidden neuron, one output: $W_x = 1$, $W_h = 2$, $b_h = 0$, $W_y = 3$, $b_y = 1$, $h_0 = 0$ and the inputs $0.5,\,0$. Then $h_1 = \tanh(0.5) = 0.4621$, and although the second input is 0, $h_2 = \tanh(2\cdot 0.4621) = 0.7279$: it remembers. Outputs: $2.3864,\ 3.1837$.
#
# So the order of the words matters, and the network is **causal**: change $x_t$, and only outputs from step $t$ on may change. The check tries it.
# %% [markdown] lang="zh" of="2a4d"
# ## {n} Elman 网络：记住自己刚才的想法
#
# 给网络第二个输入：隐藏层在上一步的值（§8.2）。对每一步 $t = 1, \dots, T$，
#
# $$h_t = \tanh\bigl(x_t W_x + h_{t-1} W_h + b_h\bigr),\qquad y_t = h_t W_y + b_y,$$
#
# 每一步都用**同一套**参数，从传入的 $h_0$ 开始。输出层没有激活函数：它给出得分，留给后面的 softmax。
#
# **手算。** 一个特征、一个隐藏神经元、一个输出：$W_x = 1$，$W_h = 2$，$b_h = 0$，$W_y = 3$，$b_y = 1$，$h_0 = 0$，输入依次为 $0.5,\,0$。于是 $h_1 = \tanh(0.5) = 0.4621$；第二个输入虽然是 0，$h_2 = \tanh(2\cdot 0.4621) = 0.7279$：它记得。输出为 $2.3864,\ 3.1837$。
#
# 所以词的次序会影响结果，而且网络是**因果**的：改动 $x_t$，只有第 $t$ 步及以后的输出才可能变。检查时会试一试。
# %% answer="elman_forward"
def elman_forward(params, X, h0):
    """An Elman network over whole sequences; hidden activation tanh, none at the output.

    params: W_x (D, H), W_h (H, H), b_h (H,), W_y (H, K), b_y (K,); X (N, T, D); h0 (N, H), the state before step 1.
    Returns (Y, H): outputs Y (N, T, K) and states H (N, T, H) of all steps.
    """
    ### BEGIN SOLUTION
    h, states = h0, []
    for t in range(X.shape[1]):
        h = np.tanh(X[:, t] @ params["W_x"] + h @ params["W_h"] + params["b_h"])  # (N, H)
        states.append(h)
    H = np.stack(states, axis=1)  # (N, T, H)
    Y = H @ params["W_y"] + params["b_y"]
    return Y, H
    ### END SOLUTION


# %% [markdown] docstring="elman_forward" lang="zh" of="9d1d"
# 让 Elman 网络读完整个序列；隐藏层激活为 tanh，输出层没有激活。
#
# params：W_x (D, H)、W_h (H, H)、b_h (H,)、W_y (H, K)、b_y (K,)；X (N, T, D)；h0 (N, H) 是第 1 步之前的状态。
# 返回 (Y, H)：所有步的输出 Y (N, T, K) 和状态 H (N, T, H)。
# %% [markdown] why="elman_forward" lang="en"
# Only the state has to wait for the step before; the outputs do not come back in, so one product after the loop gives them for
# all steps at once. `h = …` makes a new array each time: that is why the list may simply collect them.
# %% [markdown] why="elman_forward" lang="zh" of="048e"
# 只有状态必须等上一步算完；输出不会再送回来，所以循环之后一次乘法就算出所有步的输出。每一步的 `h = …` 都是新数组，列表直接收集就行，不会互相覆盖。
# %% grading="elman_forward"
def read(rng, n, t, d, h, k):
    return {"params": weights(rng, d, h, k), "X": normal(rng, n, t, d), "h0": (normal(rng, n, h) * 0.5).round(2)}


def elman_cases(rng):
    yield Case("typical", zh="一般数据", **read(rng, 3, 4, 2, 5, 6))


def edge_cases(rng):
    yield Case("one step", zh="只有一步", **read(rng, 4, 1, 3, 2, 3))
    yield Case("one sequence", zh="只有一个序列", public=False, **read(rng, 1, 5, 2, 4, 3))
    yield Case("all sizes alike", zh="各处大小相同", public=False, **read(rng, 3, 3, 3, 3, 3))


def causal_cases(rng):
    yield Case("one step changed", zh="改动一步", **read(rng, 2, 5, 2, 3, 2), step=int(rng.integers(1, 5)))


def change_after(impl, case):
    """The outputs before and after one input was changed: before that step they stay."""
    changed = np.array(case.X)
    changed[:, case.step] += 1
    before, after = (impl.elman_forward(case.params, X, case.h0)[0] for X in (case.X, changed))
    return np.abs(after - before).sum(axis=(0, 2))


@variant
def sample_by_sample(params, X, h0):
    Y, H = [], []
    for sequence, h in zip(X, h0, strict=True):
        states = []
        for x in sequence:
            h = np.tanh(params["W_x"].T @ x + params["W_h"].T @ h + params["b_h"])
            states.append(h)
        H.append(states)
        Y.append([params["W_y"].T @ h + params["b_y"] for h in states])
    return np.array(Y), np.array(H)


@mistake(
    en="The first call is right, but it writes over `h0`, so that the next one begins with an old memory. Make a new array at every step.",
    zh="第一次调用是对的，但它改写了 `h0`，下一次就从旧的记忆开始了。每一步都要生成新的数组。",
)
def state_leaks(params, X, h0):
    states = []
    for t in range(X.shape[1]):
        h0[:] = np.tanh(X[:, t] @ params["W_x"] + h0 @ params["W_h"] + params["b_h"])
        states.append(h0.copy())
    H = np.stack(states, axis=1)
    return H @ params["W_y"] + params["b_y"], H


Exercise(
    points=2, reference=rnn.elman_forward, cases=elman_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[
        Group("edge", edge_cases),
        Group("causal", causal_cases, observe=change_after, en="Nobody looks into the future", zh="不偷看未来"),
    ],
    mistakes=[
        Mistake("nothing_remembered", 'h @ params["W_h"]', 'h0 @ params["W_h"]',
            en="Every step reads the state from before the first one, so nothing is remembered. Hand the new state on to the next step.",
            zh="每一步读的都是最初的状态，什么也没记住。要把新的状态交给下一步。"),
        Mistake("starts_from_zero", "h, states = h0, []", "h, states = np.zeros_like(h0), []",
            en="You begin with a state of zeros. The state before the first step is the argument `h0`.",
            zh="你从全 0 的状态开始。第一步之前的状态是参数 `h0`。"),
        Mistake("no_activation", "h = np.tanh(", "h = (",
            en="The hidden layer has lost its tanh.", zh="隐藏层少了 tanh。"),
        Mistake("activation_on_the_output", 'Y = H @ params["W_y"] + params["b_y"]', 'Y = np.tanh(H @ params["W_y"] + params["b_y"])',
            en="The outputs are bent by a tanh. They are scores and have no activation.",
            zh="输出被 tanh 弯了一下。输出是得分，没有激活函数。"),
        Mistake("raw_sum_remembered", 'h = np.tanh(X[:, t] @ params["W_x"] + h @ params["W_h"] + params["b_h"])  # (N, H)\n        states.append(h)',
            'h = X[:, t] @ params["W_x"] + h @ params["W_h"] + params["b_h"]\n        states.append(np.tanh(h))',
            en="The memory holds the sum *before* the tanh. What is handed on is the state itself, after it.",
            zh="记住的是 tanh **之前**的和。交给下一步的应当是经过 tanh 的状态本身。"),
        Mistake("read_from_the_right", "for t in range(X.shape[1]):", "for t in range(X.shape[1])[::-1]:",
            en="The sequence is read from its end, so early outputs know what comes later. Read from the first step to the last.",
            zh="你从后往前读序列，前面的输出就知道了后面的内容。应当从第一步读到最后一步。"),
        Mistake("state_one_step_late", "        states.append(h)\n    H", "        states.append(h)\n    states = [h0, *states[:-1]]\n    H",
            en="Output and state at step t are those of step t − 1: the new state is not used in its own step.",
            zh="第 t 步的输出和状态其实是第 t − 1 步的：新状态在自己这一步就要用上。"),
        Mistake("recurrent_weights_transposed", 'h @ params["W_h"]', 'h @ params["W_h"].T',
            en="W_h is transposed. Rows are samples here: the state stands to the left of the matrix, as x does.",
            zh="W_h 被转置了。这里每行一个样本：和 x 一样，状态写在矩阵的左边。"),
        Mistake("bias_of_the_state_forgotten", ' + params["b_h"])', ")",
            en="The bias b_h is missing.", zh="漏了偏置 b_h。"),
    ],
    variants=[
        Variant("one_matrix", 'X[:, t] @ params["W_x"] + h @ params["W_h"]', 'np.concatenate([X[:, t], h], axis=1) @ np.concatenate([params["W_x"], params["W_h"]])'),
        Variant("float32", "    return Y, H\n", "    return Y.astype(np.float32), H.astype(np.float32)\n"),
        Variant("list_of_two", "    return Y, H\n", "    return [Y, H]\n"),
    ],
)
