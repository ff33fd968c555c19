# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import rnn

from chapter import drawn_by, gated, lstm_step, normal, words

# %% [markdown] lang="en"
# ## {n} An LSTM over a sequence
#
# The loop around it: at each step `lstm_step` reads $x_t$ and gives the next output and the next memory. Keep both of every step; the backward pass will want them.
# %% [markdown] lang="zh" of="3795"
# ## {n} LSTM 读完一个序列
#
# 外面套上循环：每一步 `lstm_step` 读入 $x_t$，给出下一个输出和下一个记忆。每一步的两样都要留着，反向时用得上。
# %% answer="lstm_forward"
def lstm_forward(params, X, h0, c0):
    """An LSTM over whole sequences.

    params as in `lstm_step`; X (N, T, D); h0 and c0 (N, H), output and memory before step 1.
    Returns (H, C): outputs and memories of all steps, both (N, T, H).
    """
    ### BEGIN SOLUTION
    h, c, outputs, memories = h0, c0, [], []
    for t in range(X.shape[1]):
        h, c = lstm_step(params, X[:, t], h, c)
        outputs.append(h)
        memories.append(c)
    H, C = np.stack(outputs, axis=1), np.stack(memories, axis=1)
    return H, C
    ### END SOLUTION


# %% [markdown] docstring="lstm_forward" lang="zh" of="9513"
# 让 LSTM 读完整个序列。
#
# params 与 `lstm_step` 相同；X (N, T, D)；h0 和 c0 (N, H) 是第 1 步之前的输出和记忆。
# 返回 (H, C)：所有步的输出和记忆，都是 (N, T, H)。
# %% [markdown] why="lstm_forward" lang="en"
# Output and memory change in *one* assignment, so neither can be read half new. Only $h$ goes to the outside, but $C$ is kept as
# well: without it the way back would know neither what the forget gate multiplied nor the slope of $\tanh(c_t)$.
# %% [markdown] why="lstm_forward" lang="zh" of="e85a"
# 输出和记忆在**同一个**赋值里更换，不会读到一半新一半旧。外界只看得到 $h$，但 $C$ 也要留下：没有它，反向时就不知道遗忘门乘的是什么，也算不出 $\tanh(c_t)$ 的斜率。
# %% grading="lstm_forward"
def read(rng, n, t, d, h):
    states = {name: (normal(rng, n, h) * 0.5).round(2) for name in ("h0", "c0")}
    return {"params": gated(rng, d, h, "ifog"), "X": normal(rng, n, t, d), **states}


def forward_cases(rng):
    yield Case("typical", zh="一般数据", **read(rng, 3, 5, 2, 4))


def edge_cases(rng):
    yield Case("one step", zh="只有一步", **read(rng, 2, 1, 3, 2))
    yield Case("all sizes alike", zh="各处大小相同", public=False, **read(rng, 3, 3, 3, 3))


@variant
def sample_by_sample(params, X, h0, c0):
    H, C = [], []
    for sequence, h, c in zip(X, h0, c0, strict=True):
        steps = []
        h, c = h[None], c[None]
        for x in sequence:
            h, c = lstm_step(params, x[None], h, c)
            steps.append((h[0], c[0]))
        H.append([h for h, _ in steps])
        C.append([c for _, c in steps])
    return np.array(H), np.array(C)


@mistake(
    en="The first call is right, but it writes over `h0` and `c0`, so that the next one begins with an old memory. Make new arrays.",
    zh="第一次调用是对的，但它改写了 `h0` 和 `c0`，下一次就从旧的记忆开始了。请另外生成新的数组。",
)
def memory_leaks(params, X, h0, c0):
    outputs, memories = [], []
    for t in range(X.shape[1]):
        h0[:], c0[:] = lstm_step(params, X[:, t], h0, c0)
        outputs.append(h0.copy())
        memories.append(c0.copy())
    return np.stack(outputs, axis=1), np.stack(memories, axis=1)


Exercise(
    points=1, reference=rnn.lstm_forward, cases=forward_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("memory_not_carried", "X[:, t], h, c)", "X[:, t], h, c0)",
            en="Every step begins with the memory from before the first. Hand the new memory on.",
            zh="每一步都从最初的记忆开始。要把新的记忆传下去。"),
        Mistake("output_not_carried", "X[:, t], h, c)", "X[:, t], h0, c)",
            en="Every step reads the output from before the first. Hand the new output on.",
            zh="每一步读的都是最初的输出。要把新的输出传下去。"),
        Mistake("starts_from_zero", "h, c, outputs, memories = h0, c0, [], []", "h, c, outputs, memories = 0 * h0, 0 * c0, [], []",
            en="You begin with zeros. What was before the first step is `h0` and `c0`.",
            zh="你从全 0 开始。第一步之前的状态是 `h0` 和 `c0`。"),
        Mistake("starts_exchanged", "h, c, outputs, memories = h0, c0, [], []", "h, c, outputs, memories = c0, h0, [], []",
            en="At the start h0 and c0 are exchanged: h0 is the output, c0 the memory.", zh="开始时 h0 和 c0 弄反了：h0 是输出，c0 是记忆。"),
        Mistake("results_exchanged", "    return H, C\n", "    return C, H\n",
            en="Outputs and memories are exchanged: return (H, C).", zh="输出和记忆弄反了：返回 (H, C)。"),
        Mistake("states_exchanged_in_the_loop", "h, c = lstm_step(", "c, h = lstm_step(",
            en="`lstm_step` gives the output first, then the memory.", zh="`lstm_step` 先给输出，再给记忆。"),
        Mistake("read_from_the_right", "for t in range(X.shape[1]):", "for t in range(X.shape[1])[::-1]:",
            en="The sequence is read from its end. Read from the first step to the last.", zh="你从序列的末尾读起了。应当从第一步读到最后一步。"),
    ],
    variants=[Variant("list_of_two", "    return H, C\n", "    return [H, C]\n")],
)


# %% [markdown] lang="en"
# Your function shows what gates can do. This LSTM was set by hand, not trained: its input gate opens for the second feature, its forget gate closes for the third. You should see: at step 5 the memory takes up the first feature, 0.8, as $\tanh(0.8) = 0.66$, and holds it for all the steps in between until it is told to forget; the state of a tanh network with the weight 0.9 fades.
# %% [markdown] lang="zh" of="fd4e"
# 下图由你的函数画出：门能做到什么。这个 LSTM 不是训练出来的，而是手工设定的：第二个特征打开输入门，第三个特征关上遗忘门。你应该看到：第 5 步时，第一个特征 0.8 以 $\tanh(0.8) = 0.66$ 写入记忆，此后一步步原样保持，直到叫它忘掉为止；而权重为 0.9 的 tanh 网络，状态渐渐就淡了。
# %% demo="gates_by_hand"
@drawn_by("lstm_forward", "lstm_step")
def gates_by_hand(plt):
    T, write, forget = 40, 5, 30
    X = np.zeros((1, T, 3))
    X[0, :, 0] = np.sin(np.arange(T)) * 0.3
    X[0, write] = [0.8, 1, 0]
    X[0, forget, 2] = 1
    params = {f"W_{gate}": np.zeros((4, 1)) for gate in "ifog"}
    params |= {"b_i": np.array([-8.0]), "b_f": np.array([8.0]), "b_o": np.array([8.0]), "b_g": np.zeros(1)}
    params["W_i"][1], params["W_f"][2], params["W_g"][0] = 16, -16, 1
    C = np.asarray(lstm_forward(params, X, np.zeros((1, 1)), np.zeros((1, 1)))[1])[0, :, 0]
    plain = [0.0]
    for x in X[0]:
        plain.append(np.tanh(0.9 * plain[-1] + x[0] * x[1]))
    _, ax = plt.subplots(figsize=(9, 3.8), layout="constrained")
    ax.plot(X[0, :, 0], color="#999999", lw=1, label=words(en="first feature", zh="第一个特征"))
    ax.plot(C, "o-", ms=4, color="#0072B2", label=words(en="memory of the LSTM", zh="LSTM 的记忆"))
    ax.plot(plain[1:], "s--", ms=4, color="#D55E00", label=words(en="state of a tanh network", zh="tanh 网络的状态"))
    for step, word in ((write, words(en="write", zh="写入")), (forget, words(en="forget", zh="忘掉"))):
        ax.axvline(step, color="#000000", ls=":", lw=1)
        ax.text(step + 0.3, 0.85, word)
    ax.set(xlabel=words(en="step", zh="步"), ylim=(-0.75, 1), title=words(en="a memory that is told what to do", zh="听指挥的记忆"))
    ax.legend(frameon=False, loc="lower center", ncols=3)
    ax.spines[["top", "right"]].set_visible(False)
    plt.show()
