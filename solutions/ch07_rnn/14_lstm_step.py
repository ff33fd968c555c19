# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import rnn

from chapter import gated, normal, sigmoid

# %% [markdown] lang="en"
# ## {n} One step of an LSTM
#
# An LSTM keeps a memory $c$ that is not squeezed through a matrix and a tanh at every step. Three **gates** between 0 and 1 say what happens to it (§8.3). All of them, and the new content $g$, read the same thing: the input and the last output side by side, $[x, h]$.
#
# $$i = \sigma\bigl([x,h]W_i+b_i\bigr),\quad f = \sigma\bigl([x,h]W_f+b_f\bigr),\quad o = \sigma\bigl([x,h]W_o+b_o\bigr),\quad g = \tanh\bigl([x,h]W_g+b_g\bigr)$$
#
# $$c' = f\odot c + i\odot g,\qquad h' = o\odot\tanh(c').$$
#
# * $i$, the **input gate**: how much of the new content is written.
# * $f$, the **forget gate**: how much of the old memory is *kept*. $f \approx 1$ keeps, $f \approx 0$ forgets. The notes' "forget gate open" means $f\approx 1$; the name says the opposite of what it does.
# * $o$, the **output gate**: how much of the memory is shown.
#
# Two slips of the notes: they write $a = f(z_3)\,h(c)$, but the output shows the **new** memory, $\tanh(c')$; and "parameters doubled" is not the right factor (you will count them in {ref:lstm_param_count}).
#
# **By hand.** One neuron, all gates half open ($i=f=o=0.5$), $g = 1$, old memory $c = 2$: $c' = 0.5\cdot 2 + 0.5\cdot 1 = 1.5$ and $h' = 0.5\tanh(1.5) = 0.4526$.
# %% [markdown] lang="zh" of="6280"
# ## {n} LSTM 的一步
#
# LSTM 的记忆 $c$ 不必每一步都从矩阵和 tanh 里挤过去。三个取值在 0 和 1 之间的**门**决定它的去留（§8.3）。三个门和新内容 $g$ 读的是同样的东西：输入与上一步的输出并排，即 $[x, h]$。
#
# $$i = \sigma\bigl([x,h]W_i+b_i\bigr),\quad f = \sigma\bigl([x,h]W_f+b_f\bigr),\quad o = \sigma\bigl([x,h]W_o+b_o\bigr),\quad g = \tanh\bigl([x,h]W_g+b_g\bigr)$$
#
# $$c' = f\odot c + i\odot g,\qquad h' = o\odot\tanh(c').$$
#
# * $i$，**输入门**：新内容写入多少。
# * $f$，**遗忘门**：旧记忆**保留**多少。$f \approx 1$ 是保留，$f \approx 0$ 是忘掉。讲义说的“遗忘门打开”指 $f\approx 1$；这个名字和它做的事正好相反。
# * $o$，**输出门**：记忆输出多少。
#
# 讲义有两处笔误：它写作 $a = f(z_3)\,h(c)$，而输出的应当是**新的**记忆，即 $\tanh(c')$；“参数加倍”的倍数也不对（到 {ref:lstm_param_count} 自己数一数）。
#
# **手算。** 一个神经元，三个门都半开（$i=f=o=0.5$），$g = 1$，旧记忆 $c = 2$：$c' = 0.5\cdot 2 + 0.5\cdot 1 = 1.5$，$h' = 0.5\tanh(1.5) = 0.4526$。
# %% answer="lstm_step"
def lstm_step(params, x, h, c):
    """One step of an LSTM.

    params: W_i, W_f, W_o, W_g, each (D + H, H), whose first D rows belong to x; b_i, b_f, b_o, b_g, each (H,);
    x (N, D); h (N, H) the last output; c (N, H) the memory.  Returns (h_new, c_new), both (N, H).
    """
    ### BEGIN SOLUTION
    both = np.concatenate([x, h], axis=1)  # (N, D + H)
    i, f, o = (sigmoid(both @ params[f"W_{gate}"] + params[f"b_{gate}"]) for gate in "ifo")
    g = np.tanh(both @ params["W_g"] + params["b_g"])
    c_new = f * c + i * g
    h_new = o * np.tanh(c_new)
    return h_new, c_new
    ### END SOLUTION


# %% [markdown] docstring="lstm_step" lang="zh" of="5fd9"
# LSTM 的一步。
#
# params：W_i、W_f、W_o、W_g 都是 (D + H, H)，前 D 行对应 x；b_i、b_f、b_o、b_g 都是 (H,)；
# x (N, D)；h (N, H) 是上一步的输出；c (N, H) 是记忆。返回 (h_new, c_new)，都是 (N, H)。
# %% [markdown] why="lstm_step" lang="en"
# What is a share goes through a sigmoid, from 0 to 1; the content $g$ through a tanh, since it must be able to *lower* the memory
# too. $c'$ is computed first, because $h'$ shows it, and is handed on unbent: the tanh is for showing only.
# %% [markdown] why="lstm_step" lang="zh" of="7ee8"
# 表示“多大一份”的用 sigmoid，取 0 到 1；内容 $g$ 用 tanh，因为它也要能让记忆**变小**。先算 $c'$，因为 $h'$ 展示的就是它；而传给下一步的 $c'$ 不经弯曲，tanh 只用在展示上。
# %% grading="lstm_step"
def one_step(rng, n, d, h):
    states = {name: normal(rng, n, h) for name in ("h", "c")}
    return {"params": gated(rng, d, h, "ifog"), "x": normal(rng, n, d), **states}


def step_cases(rng):
    yield Case("typical", zh="一般数据", **one_step(rng, 3, 2, 4))


def edge_cases(rng):
    yield Case("one sample", zh="只有一个样本", **one_step(rng, 1, 3, 2))
    yield Case("as many inputs as neurons", zh="输入数等于神经元数", public=False, **one_step(rng, 2, 3, 3))


def saturated(rng, i, f, o):
    """Gates held wide open or shut by their biases."""
    step = one_step(rng, 2, 2, 3)
    params = {name: (value if name in ("W_g", "b_g") else value * 0) for name, value in step["params"].items()}
    for gate, opened in zip("ifo", (i, f, o), strict=True):
        params[f"b_{gate}"] = params[f"b_{gate}"] + (100.0 if opened else -100.0)
    return {**step, "params": params, "c": step["c"] * rng.uniform(1, 2)}


def saturated_cases(rng):
    yield Case("write only", zh="只写入", **saturated(rng, True, False, True))
    yield Case("keep only", zh="只保留", **saturated(rng, False, True, True))
    yield Case("keep and write, show nothing", zh="保留并写入，不输出", public=False, **saturated(rng, True, True, False))


@variant
def sums_of_two(params, x, h, c):
    D = x.shape[1]

    def before(gate):
        return x @ params[f"W_{gate}"][:D] + h @ params[f"W_{gate}"][D:] + params[f"b_{gate}"]

    c = c / (1 + np.exp(-before("f"))) + np.tanh(before("g")) / (1 + np.exp(-before("i")))
    return np.tanh(c) / (1 + np.exp(-before("o"))), c


@variant
def one_big_matrix(params, x, h, c):
    W = np.concatenate([params[f"W_{gate}"] for gate in "ifog"], axis=1)
    b = np.concatenate([params[f"b_{gate}"] for gate in "ifog"])
    i, f, o, g = np.split(np.hstack([x, h]) @ W + b, 4, axis=1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


Exercise(
    points=3, reference=rnn.lstm_step, cases=step_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[
        Group("edge", edge_cases),
        Group("saturated", saturated_cases, en="Gates wide open or shut", zh="门全开或全关"),
    ],
    mistakes=[
        Mistake("old_memory_shown", "o * np.tanh(c_new)", "o * np.tanh(c)",
            en="The output shows the old memory, as the notes print it. It is the new one, c′, that is shown.",
            zh="输出用的是旧记忆（讲义就印成了这样）。应当用新的记忆 c′。"),
        Mistake("input_and_forget_swapped", 'for gate in "ifo")', 'for gate in "fio")',
            en="Input gate and forget gate are exchanged: f multiplies the old memory, i the new content.",
            zh="输入门和遗忘门弄反了：f 乘旧记忆，i 乘新内容。"),
        Mistake("output_and_input_swapped", 'for gate in "ifo")', 'for gate in "ofi")',
            en="Output gate and input gate are exchanged: o multiplies what is shown, i what is written.",
            zh="输出门和输入门弄反了：o 乘输出，i 乘写入的内容。"),
        Mistake("forget_gate_inverted", "f * c + i * g", "(1 - f) * c + i * g",
            en="The forget gate works the wrong way round. Despite its name, f ≈ 1 means: keep.",
            zh="遗忘门的作用反了。别管名字，f ≈ 1 的意思是保留。"),
        Mistake("content_not_bent", 'g = np.tanh(both @ params["W_g"] + params["b_g"])', 'g = both @ params["W_g"] + params["b_g"]',
            en="The new content has lost its tanh.", zh="新内容少了 tanh。"),
        Mistake("content_by_sigmoid", 'g = np.tanh(both @ params["W_g"] + params["b_g"])', 'g = sigmoid(both @ params["W_g"] + params["b_g"])',
            en="The new content goes through a sigmoid, so it is never negative. Gates take a sigmoid, the content a tanh.",
            zh="新内容用了 sigmoid，就永远不会是负数了。门用 sigmoid，内容用 tanh。"),
        Mistake("memory_shown_unbent", "o * np.tanh(c_new)", "o * c_new",
            en="The memory is shown as it is. Before the output gate it goes through a tanh.",
            zh="记忆原样输出了。进输出门之前要先经过 tanh。"),
        Mistake("state_before_input", "np.concatenate([x, h], axis=1)", "np.concatenate([h, x], axis=1)",
            en="The first D rows of each matrix belong to x: x comes first, then h.",
            zh="每个矩阵的前 D 行对应 x：x 在前，h 在后。"),
        Mistake("one_gate_for_both", "f * c + i * g", "f * c + (1 - f) * g",
            en="What is not kept is written: that is how a GRU does it. In an LSTM the input gate decides for itself.",
            zh="忘多少就写多少，那是 GRU 的做法。LSTM 的输入门自己说了算。"),
        Mistake("old_memory_lost", "f * c + i * g", "i * g",
            en="The old memory is gone: the part that the forget gate lets through is missing.",
            zh="旧记忆不见了：漏了遗忘门放行的那一部分。"),
        Mistake("memory_bent_and_kept", "    h_new = o * np.tanh(c_new)\n", "    c_new = np.tanh(c_new)\n    h_new = o * c_new\n",
            en="The tanh got into the memory itself. It is for the output alone: c′ is handed on as it is, which is why it lasts.",
            zh="tanh 混进了记忆本身。它只用于输出；c′ 原样传下去，正因如此才记得久。"),
    ],
    variants=[Variant("float32", "    return h_new, c_new\n", "    return h_new.astype(np.float32), c_new.astype(np.float32)\n")],
)
