# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Gradient, Group, Mistake, Variant, variant
from reference import rnn

from chapter import WIDE, gated, lstm_forward, normal, sigmoid

# %% [markdown] lang="en"
# ## {n} Back through an LSTM
#
# Once more from the last step to the first, with two things arriving from the future: $dh$ for the output and $dc$ for the memory; at the last step both are 0. Let $dH$ be the gradient of a loss with respect to the outputs $H$. At step $t$, with the gates of that step and $\tau = \tanh(c_t)$:
#
# $$dh \leftarrow dh + dH_t,\qquad dc \leftarrow dc + dh\odot o\odot(1-\tau^2)$$
#
# $$\delta_o = dh\odot\tau\odot o(1-o),\quad \delta_f = dc\odot c_{t-1}\odot f(1-f),\quad \delta_i = dc\odot g\odot i(1-i),\quad \delta_g = dc\odot i\odot(1-g^2)$$
#
# Every gate is an affine layer that read $[x_t, h_{t-1}]$, so each has the gradients of chapter 4: $dW_\bullet = [x_t, h_{t-1}]^\top\delta_\bullet$ and $db_\bullet = \sum_n\delta_\bullet^n$, added up over the steps. And to the step before go
#
# $$dc \leftarrow dc\odot f,\qquad dh \leftarrow \sum_\bullet \delta_\bullet W_\bullet^\top ,$$
#
# of the latter sum only the columns that belong to $h$, the last $H$: the others belong to $x$.
#
# Look at $dc \leftarrow dc\odot f$: no matrix, no tanh. As long as $f \approx 1$ the error travels back along this road undiminished. That is the whole point of an LSTM.
# %% [markdown] lang="zh" of="3161"
# ## {n} LSTM 的反向
#
# 还是从最后一步走到第一步，这回从未来传来两样东西：输出的 $dh$ 和记忆的 $dc$；在最后一步，两者都是 0。设 $dH$ 是损失对输出 $H$ 的梯度。第 $t$ 步，用这一步的各个门，记 $\tau = \tanh(c_t)$：
#
# $$dh \leftarrow dh + dH_t,\qquad dc \leftarrow dc + dh\odot o\odot(1-\tau^2)$$
#
# $$\delta_o = dh\odot\tau\odot o(1-o),\quad \delta_f = dc\odot c_{t-1}\odot f(1-f),\quad \delta_i = dc\odot g\odot i(1-i),\quad \delta_g = dc\odot i\odot(1-g^2)$$
#
# 每个门都是读 $[x_t, h_{t-1}]$ 的仿射层，梯度就是第四章的那些：$dW_\bullet = [x_t, h_{t-1}]^\top\delta_\bullet$，$db_\bullet = \sum_n\delta_\bullet^n$，对各步累加。传给前一步的是
#
# $$dc \leftarrow dc\odot f,\qquad dh \leftarrow \sum_\bullet \delta_\bullet W_\bullet^\top ,$$
#
# 后面这个和只取属于 $h$ 的列，即最后 $H$ 列；其余的属于 $x$。
#
# 看 $dc \leftarrow dc\odot f$：没有矩阵，也没有 tanh。只要 $f \approx 1$，误差沿着这条路就能原样传回去。LSTM 的意义全在这里。
# %% answer="lstm_backward"
def lstm_backward(params, X, h0, c0, dH):
    """Gradients of a loss with respect to the parameters of an LSTM, through all steps.

    params, X (N, T, D), h0 and c0 (N, H) as in `lstm_forward`; dH (N, T, H), the gradient with respect to its outputs.
    Returns a dict with the keys of params, each gradient of the shape of its parameter: SUMS over samples and steps.
    """
    ### BEGIN SOLUTION
    H, C = lstm_forward(params, X, h0, c0)
    grads = {name: np.zeros(np.shape(value)) for name, value in params.items()}
    dh = dc = np.zeros(np.shape(h0))
    for t in range(X.shape[1] - 1, -1, -1):
        h, c = (H[:, t - 1], C[:, t - 1]) if t else (h0, c0)  # what the step began with
        both = np.concatenate([X[:, t], h], axis=1)
        i, f, o = (sigmoid(both @ params[f"W_{gate}"] + params[f"b_{gate}"]) for gate in "ifo")
        g, shown = np.tanh(both @ params["W_g"] + params["b_g"]), np.tanh(C[:, t])
        dh = dh + dH[:, t]
        dc = dc + dh * o * (1 - shown**2)
        deltas = {
            "i": dc * g * i * (1 - i),
            "f": dc * c * f * (1 - f),
            "o": dh * shown * o * (1 - o),
            "g": dc * i * (1 - g**2),
        }
        for gate, delta in deltas.items():
            grads[f"W_{gate}"] += both.T @ delta
            grads[f"b_{gate}"] += delta.sum(axis=0)
        dc = dc * f
        back = sum(delta @ params[f"W_{gate}"].T for gate, delta in deltas.items())  # (N, D + H)
        dh = back[:, X.shape[2] :]
    return grads
    ### END SOLUTION


# %% [markdown] docstring="lstm_backward" lang="zh" of="5247"
# 损失对 LSTM 各参数的梯度，穿过所有的步。
#
# params、X (N, T, D)、h0 和 c0 (N, H) 与 `lstm_forward` 相同；dH (N, T, H) 是损失对输出的梯度。
# 返回一个字典，键与 params 相同，每个梯度的形状与对应参数相同，对样本和各步求和。
# %% [markdown] why="lstm_backward" lang="en"
# The order matters: `dh` must be complete before it feeds `dc`, all four deltas need this whole `dc`, and only then is it multiplied by `f` for the
# step before. `dh = dc = zeros` may share an array because nothing here is changed in place; `dh += …` would change both.
# %% [markdown] why="lstm_backward" lang="zh" of="f87e"
# 次序很要紧：`dh` 要先加全，才能送进 `dc`；四个 δ 都用完整的 `dc`，之后它才乘以 `f` 交给前一步。`dh = dc = zeros` 可以共用一个数组，因为这里从不原地修改；若写 `dh += …`，两个就一起变了。
# %% grading="lstm_backward"
def through_time(rng, n, t, d, h):
    states = {name: (normal(rng, n, h) * 0.7).round(2) for name in ("h0", "c0")}
    return {"params": gated(rng, d, h, "ifog"), "X": normal(rng, n, t, d), **states, "dH": normal(rng, n, t, h)}


def backward_cases(rng):
    yield Case("five steps", zh="五步", **through_time(rng, 2, 5, 2, 3))


def edge_cases(rng):
    yield Case("one step", zh="只有一步", **through_time(rng, 3, 1, 2, 3))
    yield Case("all sizes alike", zh="各处大小相同", public=False, **through_time(rng, 3, 3, 3, 3))


def wide_cases(rng):
    yield Case("a wide network", zh="很宽的网络", public=False, seed=int(rng.integers(2**31)))


def wide_gradients(impl, case):
    """Projections of the gradients of an LSTM with 22,000 parameters, made here so that banks stay small."""
    rng, d, h = np.random.default_rng(case.seed), 60, 50
    params = {}
    for gate in "ifog":
        params |= {f"W_{gate}": rng.normal(size=(d + h, h)) / 10, f"b_{gate}": rng.normal(size=h) / 2}
    zero = np.zeros((3, h))
    grads = impl.lstm_backward(params, rng.normal(size=(3, 3, d)), zero, zero, rng.normal(size=(3, 3, h)))
    return {name: rng.normal(size=(4, params[name].size)) @ np.ravel(grads[name]) for name in params}


def loss_of_outputs(impl, case):
    return np.sum(case.dH * impl.lstm_forward(case.params, case.X, case.h0, case.c0)[0])


@variant
def one_big_matrix(params, X, h0, c0, dH):
    D, W = X.shape[2], np.concatenate([params[f"W_{gate}"] for gate in "ifog"], axis=1)
    b = np.concatenate([params[f"b_{gate}"] for gate in "ifog"])
    h, c, tape = h0, c0, []
    for x in np.swapaxes(X, 0, 1):
        both, old = np.hstack([x, h]), c
        i, f, o, g = np.split(both @ W + b, 4, axis=1)
        i, f, o, g = sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)
        c = f * old + i * g
        h = o * np.tanh(c)
        tape.append((both, i, f, o, g, old, np.tanh(c)))
    dW, db, dh, dc = np.zeros(W.shape), np.zeros(b.shape), 0.0, 0.0
    for t in reversed(range(len(tape))):
        both, i, f, o, g, old, shown = tape[t]
        dh = dh + dH[:, t]
        dc = dc + dh * o * (1 - shown**2)
        delta = np.hstack([dc * g * i * (1 - i), dc * old * f * (1 - f), dh * shown * o * (1 - o), dc * i * (1 - g**2)])
        dW, db = dW + both.T @ delta, db + delta.sum(0)
        dc, dh = dc * f, (delta @ W.T)[:, D:]
    parts = zip("ifog", np.split(dW, 4, axis=1), np.split(db, 4), strict=True)
    return {name: part for gate, W, b in parts for name, part in ((f"W_{gate}", W), (f"b_{gate}", b))}


Exercise(
    points=4, reference=rnn.lstm_backward, cases=backward_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH, seconds=1.5,
    gradient=Gradient(of=loss_of_outputs, wrt=("params",)),
    groups=[Group("edge", edge_cases), Group("wide", wide_cases, observe=wide_gradients, **WIDE)],
    mistakes=[
        Mistake("memory_carry_lost", "        dc = dc * f\n", "        dc = np.zeros(np.shape(c0))\n",
            en="What the memory hands back to the step before is lost: dc ← dc · f. It is the road on which errors travel far.",
            zh="记忆传给前一步的部分丢了：dc ← dc · f。误差正是沿着这条路走得远的。"),
        Mistake("carry_without_the_gate", "        dc = dc * f\n", "        pass\n",
            en="The memory's error passes the forget gate on its way back: multiply by f.",
            zh="记忆的误差往回走时要穿过遗忘门：乘上 f。"),
        Mistake("output_carry_lost", "dh = back[:, X.shape[2] :]", "dh = np.zeros(np.shape(h0))",
            en="Nothing goes back through the output of the step before: every gate has read it.",
            zh="没有任何东西经过上一步的输出传回去：每个门都读了它。"),
        Mistake("slope_of_a_sigmoid_forgotten", '"f": dc * c * f * (1 - f)', '"f": dc * c',
            en="The slope of the forget gate's sigmoid is missing, f (1 − f).", zh="漏了遗忘门 sigmoid 的斜率 f (1 − f)。"),
        Mistake("new_memory_for_old", '"f": dc * c * f', '"f": dc * C[:, t] * f',
            en="The forget gate was multiplied by the memory *before* the step, not by the new one.",
            zh="与遗忘门相乘的是这一步**之前**的记忆，不是新的。"),
        Mistake("shown_memory_unbent", '"o": dh * shown * o', '"o": dh * C[:, t] * o',
            en="The output gate was multiplied by tanh(c), not by c itself.", zh="与输出门相乘的是 tanh(c)，不是 c 本身。"),
        Mistake("slope_of_the_tanh_forgotten", "dc = dc + dh * o * (1 - shown**2)", "dc = dc + dh * o",
            en="From the output to the memory the way leads through a tanh: its slope is missing.",
            zh="从输出到记忆要穿过 tanh：漏了它的斜率。"),
        Mistake("overwritten", 'grads[f"W_{gate}"] += both.T @ delta', 'grads[f"W_{gate}"] = both.T @ delta',
            en="The gradients are overwritten at each step. The same weights served at all steps: add up.",
            zh="梯度每一步都被覆盖了。每一步用的是同一套权重：要累加。"),
        Mistake("own_output_forgotten", "dh = dh + dH[:, t]", "dh = dh + (dH[:, t] if t == X.shape[1] - 1 else 0)",
            en="Only the last output sends a gradient back. The outputs of all steps reach the loss.",
            zh="只有最后一步的输出传回了梯度。每一步的输出都会影响损失。"),
        Mistake("content_and_gate_exchanged", '"i": dc * g * i * (1 - i)', '"i": dc * i * i * (1 - i)',
            en="The input gate multiplies the content g, so g is what its delta is multiplied by.",
            zh="输入门与内容 g 相乘，所以它的 δ 要乘 g。"),
        Mistake("memory_seen_by_later_steps_only", "dc = dc + dh * o * (1 - shown**2)", "dc = dc * 1 + (dh - dH[:, t]) * o * (1 - shown**2)",
            en="The memory also shows in the output of its own step: dH of this step is part of dc, too.",
            zh="记忆也出现在自己这一步的输出里：这一步的 dH 也要进入 dc。"),
    ],
    variants=[
        Variant("float32", "    return grads\n", "    return {name: value.astype(np.float32) for name, value in grads.items()}\n"),
        Variant("both_states_have_one_shape", "dh = dc = np.zeros(np.shape(h0))", "dh = dc = np.zeros(np.shape(c0))"),
    ],
)
