# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Gradient, Group, Mistake, Variant, mistake, variant
from reference import rnn

from chapter import WIDE, drawn_by, elman_forward, normal, weights, words

# %% [markdown] lang="en"
# ## {n} Backpropagation through time
#
# Unrolled, an Elman network is a deep feedforward net whose layers all have the same weights. So backpropagation is what you know from chapter 4, with two additions (§8.3, BPTT). Let $dY$ be the gradient of some loss with respect to the outputs. Walk from the last step to the first, carrying along $dh$, what arrives from the future; at the last step it is 0. At step $t$
#
# $$\delta_t = \bigl(dY_t\,W_y^\top + dh\bigr)\odot\bigl(1 - h_t^2\bigr),\qquad dh \leftarrow \delta_t\,W_h^\top .$$
#
# 1. A state reaches the loss by **two** paths, through its own output and through the next state: hence the sum.
# 2. The same weights served at every step, so their gradients are **added up** over the steps:
#
# $$dW_x = \sum_t x_t^\top\delta_t,\quad dW_h = \sum_t h_{t-1}^\top\delta_t,\quad db_h = \sum_t\sum_n\delta_t^n,\quad dW_y = \sum_t h_t^\top\,dY_t,\quad db_y = \sum_t\sum_n dY_t^n .$$
#
# **By hand.** The network of {ref:elman_forward} with $dY = (0, 1)$: at step 2 $\delta_2 = 3\,(1 - 0.7279^2) = 1.4105$ and $dh = 2.8210$; at step 1 $\delta_1 = 2.8210\,(1 - 0.4621^2) = 2.2186$. So $dW_x = 2.2186\cdot 0.5 + 1.4105\cdot 0 = 1.1093$ and $dW_h = 0.4621\cdot 1.4105 = 0.6518$.
# %% [markdown] lang="zh" of="4da3"
# ## {n} 穿过时间的反向传播
#
# 展开之后，Elman 网络就是一个很深的前馈网络，只不过各层的权重都相同。所以反向传播还是第四章的那一套，只多出两点（§8.3，BPTT）。设 $dY$ 是某个损失对输出的梯度。从最后一步走到第一步，一路带着从未来传来的 $dh$；在最后一步它是 0。第 $t$ 步：
#
# $$\delta_t = \bigl(dY_t\,W_y^\top + dh\bigr)\odot\bigl(1 - h_t^2\bigr),\qquad dh \leftarrow \delta_t\,W_h^\top .$$
#
# 1. 一个状态经过**两条**路到达损失：自己的输出，以及下一个状态。所以要相加。
# 2. 每一步用的都是同一套权重，所以它们的梯度要对各步**累加**：
#
# $$dW_x = \sum_t x_t^\top\delta_t,\quad dW_h = \sum_t h_{t-1}^\top\delta_t,\quad db_h = \sum_t\sum_n\delta_t^n,\quad dW_y = \sum_t h_t^\top\,dY_t,\quad db_y = \sum_t\sum_n dY_t^n .$$
#
# **手算。** 用 {ref:elman_forward} 的网络，$dY = (0, 1)$：第 2 步 $\delta_2 = 3\,(1 - 0.7279^2) = 1.4105$，$dh = 2.8210$；第 1 步 $\delta_1 = 2.8210\,(1 - 0.4621^2) = 2.2186$。所以 $dW_x = 2.2186\cdot 0.5 + 1.4105\cdot 0 = 1.1093$，$dW_h = 0.4621\cdot 1.4105 = 0.6518$。
# %% answer="rnn_backward"
def rnn_backward(params, X, h0, dY):
    """Gradients of a loss with respect to the parameters of an Elman network, through all steps.

    params, X (N, T, D) and h0 (N, H) as in `elman_forward`; dY (N, T, K), the gradient with respect to its outputs.
    Returns a dict with the keys of params, each gradient of the shape of its parameter: SUMS over samples and steps.
    """
    ### BEGIN SOLUTION
    _, H = elman_forward(params, X, h0)
    before = np.concatenate([h0[:, None], H[:, :-1]], axis=1)  # the state that each step begins with
    grads = {name: np.zeros(np.shape(value)) for name, value in params.items()}
    dh = np.zeros(np.shape(h0))
    for t in range(X.shape[1] - 1, -1, -1):
        delta = (dY[:, t] @ params["W_y"].T + dh) * (1 - H[:, t] ** 2)  # (N, H)
        grads["W_x"] += X[:, t].T @ delta
        grads["W_h"] += before[:, t].T @ delta
        grads["b_h"] += delta.sum(axis=0)
        grads["W_y"] += H[:, t].T @ dY[:, t]
        grads["b_y"] += dY[:, t].sum(axis=0)
        dh = delta @ params["W_h"].T
    return grads
    ### END SOLUTION


# %% [markdown] docstring="rnn_backward" lang="zh" of="608b"
# 损失对 Elman 网络各参数的梯度，穿过所有的步。
#
# params、X (N, T, D)、h0 (N, H) 与 `elman_forward` 相同；dY (N, T, K) 是损失对输出的梯度。
# 返回一个字典，键与 params 相同，每个梯度的形状与对应参数相同，对样本和各步求和。
# %% [markdown] why="rnn_backward" lang="en"
# `before` shifts the states by one step and puts `h0` in front, so that $W_h$ meets what it was multiplied by. `dh` is renewed at the end of a
# round, for the step before. The price of the way back: the states of all steps have to be kept, however long the sequence is.
# %% [markdown] why="rnn_backward" lang="zh" of="8266"
# `before` 把状态错后一步，前面补上 `h0`，这样 $W_h$ 遇到的才是当初与它相乘的那个。`dh` 在每一轮的末尾更新，留给前一步用。反向的代价是：序列再长，所有步的状态都得留着。
# %% grading="rnn_backward"
def through_time(rng, n, t, d, h, k):
    read = {"params": weights(rng, d, h, k), "X": normal(rng, n, t, d), "h0": (normal(rng, n, h) * 0.5).round(2)}
    return {**read, "dY": normal(rng, n, t, k)}


def backward_cases(rng):
    yield Case("six steps", zh="六步", **through_time(rng, 2, 6, 3, 4, 2))
    yield Case("one loss, at the end", zh="损失只在最后", **last_alone(through_time(rng, 3, 4, 2, 3, 2)))


def last_alone(case):
    case["dY"][:, :-1] = 0
    return case


def edge_cases(rng):
    yield Case("one step", zh="只有一步", **through_time(rng, 3, 1, 2, 3, 2))
    yield Case("all sizes alike", zh="各处大小相同", public=False, **through_time(rng, 3, 3, 3, 3, 3))


def wide_cases(rng):
    yield Case("a wide network", zh="很宽的网络", public=False, seed=int(rng.integers(2**31)))


def wide_gradients(impl, case):
    """Projections of the gradients of a network with 45,000 parameters, made here so that banks stay small."""
    rng, (d, h, k) = np.random.default_rng(case.seed), (250, 120, 5)
    shapes = {"W_x": (d, h), "W_h": (h, h), "b_h": (h,), "W_y": (h, k), "b_y": (k,)}
    params = {name: rng.normal(size=shape) / shape[0] ** 0.5 for name, shape in shapes.items()}
    grads = impl.rnn_backward(params, rng.normal(size=(3, 4, d)), np.zeros((3, h)), rng.normal(size=(3, 4, k)))
    return {name: rng.normal(size=(4, params[name].size)) @ np.ravel(grads[name]) for name in params}


def loss_of_outputs(impl, case):
    return np.sum(case.dY * impl.elman_forward(case.params, case.X, case.h0)[0])


@variant
def all_at_once(params, X, h0, dY):
    _, H = elman_forward(params, X, h0)
    deltas, dh = np.zeros(H.shape), np.zeros(H[:, 0].shape)
    for t in reversed(range(len(X[0]))):
        deltas[:, t] = (dY[:, t] @ params["W_y"].T + dh) * (1 - H[:, t] ** 2)
        dh = deltas[:, t] @ params["W_h"].T
    before = np.concatenate([h0[:, None], H[:, :-1]], axis=1)
    return {
        "W_x": np.einsum("ntd,nth->dh", X, deltas), "W_h": np.einsum("ntg,nth->gh", before, deltas), "b_h": deltas.sum((0, 1)),
        "W_y": np.einsum("nth,ntk->hk", H, dY), "b_y": dY.sum((0, 1)),
    }


@mistake(
    en="The last step is right, but what arrives from the future is multiplied by the slope of another step. Use the slope of the state at which `dh` arrives.",
    zh="最后一步是对的，但从未来传来的梯度乘上了另一步的斜率。`dh` 到达哪个状态，就用哪个状态的斜率。",
)
def slope_of_the_next_step(params, X, h0, dY):
    _, H = elman_forward(params, X, h0)
    before = np.concatenate([h0[:, None], H[:, :-1]], axis=1)
    grads = {name: np.zeros(np.shape(value)) for name, value in params.items()}
    dh = np.zeros(np.shape(h0))
    for t in range(X.shape[1] - 1, -1, -1):
        delta = dY[:, t] @ params["W_y"].T * (1 - H[:, t] ** 2) + dh
        grads["W_x"] += X[:, t].T @ delta
        grads["W_h"] += before[:, t].T @ delta
        grads["b_h"] += delta.sum(axis=0)
        grads["W_y"] += H[:, t].T @ dY[:, t]
        grads["b_y"] += dY[:, t].sum(axis=0)
        dh = delta @ params["W_h"].T * (1 - H[:, t] ** 2)
    return grads


Exercise(
    points=4, reference=rnn.rnn_backward, cases=backward_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH, seconds=1.5,
    gradient=Gradient(of=loss_of_outputs, wrt=("params",)),
    groups=[Group("edge", edge_cases), Group("wide", wide_cases, observe=wide_gradients, **WIDE)],
    mistakes=[
        Mistake("truncated", '        dh = delta @ params["W_h"].T\n', "",
            en="Nothing travels further back than one step (truncated BPTT): what arrives from the next state is missing.",
            zh="梯度只往回走了一步（截断的 BPTT）：漏了从下一个状态传来的部分。"),
        Mistake("last_step_wins", 'grads["W_h"] += before', 'grads["W_h"] = before',
            en="The gradient of W_h is overwritten at each step. The same weights served at all steps: add up.",
            zh="W_h 的梯度每一步都被覆盖了。每一步用的是同一套权重：要累加。"),
        Mistake("own_output_forgotten", '(dY[:, t] @ params["W_y"].T + dh)', '((dY[:, t] @ params["W_y"].T if t == X.shape[1] - 1 else 0) + dh)',
            en="Only the last output sends a gradient back. Every step has an output, and each of them reaches the loss.",
            zh="只有最后一步的输出传回了梯度。每一步都有输出，都会影响损失。"),
        Mistake("slope_forgotten", " * (1 - H[:, t] ** 2)", "",
            en="The slope of the tanh is missing, 1 − h².", zh="漏了 tanh 的斜率 1 − h²。"),
        Mistake("slope_of_the_state_before", "(1 - H[:, t] ** 2)", "(1 - before[:, t] ** 2)",
            en="The slope is taken at the state of the step before. It belongs to the state that this step produced.",
            zh="斜率用了上一步的状态来算。应当用这一步得到的状态。"),
        Mistake("new_state_for_old", "before[:, t].T @ delta", "H[:, t].T @ delta",
            en="dW_h uses the state that the step *produced*. W_h was multiplied by the one that it *began* with.",
            zh="dW_h 用了这一步**得到**的状态。与 W_h 相乘的是这一步**开始时**的状态。"),
        Mistake("start_forgotten", "np.concatenate([h0[:, None], H[:, :-1]], axis=1)", "np.concatenate([0 * h0[:, None], H[:, :-1]], axis=1)",
            en="The first step did not begin with zeros but with `h0`: it is missing in dW_h.",
            zh="第一步不是从 0 开始，而是从 `h0` 开始：dW_h 里漏了它。"),
        Mistake("recurrent_weights_not_transposed", 'dh = delta @ params["W_h"].T', 'dh = delta @ params["W_h"]',
            en="On the way back the gradient crosses W_h in the other direction: transpose it.",
            zh="往回走时，梯度反方向穿过 W_h：要转置。"),
        Mistake("mean_over_steps", "    return grads\n", "    return {name: value / X.shape[1] for name, value in grads.items()}\n",
            en="You average over the steps. The gradients are SUMS over samples and steps.",
            zh="你对各步取了平均。梯度要对样本和各步**求和**。"),
        Mistake("forward_in_time", "for t in range(X.shape[1] - 1, -1, -1):", "for t in range(X.shape[1]):",
            en="You walk from the first step to the last, so the gradient travels into the future. Errors travel back: begin at the end.",
            zh="你从第一步走向最后一步，梯度就传到未来去了。误差往回传：从最后一步开始。"),
    ],
    variants=[Variant("float32", "    return grads\n", "    return {name: value.astype(np.float32) for name, value in grads.items()}\n")],
)


# %% [markdown] lang="en"
# Your function draws how far back it reaches. One loss at the last of 30 steps; each point is the size of the gradient that arrives at $W_h$ from one step, for the same random matrix scaled to a largest singular value of 0.7, 1.0 and 1.4. You should see: on the logarithmic axis lines that fall. Over twenty steps the gradient loses eleven powers of ten at 0.7, and still five at 1.4: a matrix stretches in a few directions only, and the slope of the tanh is below 1.
# %% [markdown] lang="zh" of="6716"
# 下图由你的函数画出：梯度能回到多远。30 步中只有最后一步有损失；纵轴是每一步传给 $W_h$ 的梯度大小，用的是同一个随机矩阵，最大奇异值分别缩放到 0.7、1.0 和 1.4。你应该看到：在对数坐标上，几条线都在下降。走过二十步，0.7 时梯度小了十一个数量级，1.4 时也小了五个：矩阵只在少数方向上拉长，而 tanh 的斜率小于 1。
# %% demo="how_far_back"
@drawn_by("rnn_backward", "elman_forward")
def how_far_back(plt):
    rng, T = np.random.default_rng(7), 30
    base, W_x, W_y = rng.normal(size=(20, 20)), rng.normal(size=(5, 20)) * 0.3, rng.normal(size=(20, 1))
    X, dY = rng.normal(size=(1, T, 5)), np.zeros((1, T, 1))
    dY[:, -1] = 1
    _, ax = plt.subplots(figsize=(9, 4.2), layout="constrained")
    for largest, mark, color in ((0.7, "o-", "#0072B2"), (1.0, "s--", "#E69F00"), (1.4, "^-.", "#D55E00")):
        W_h = base * largest / np.linalg.norm(base, 2)
        params = {"W_x": W_x, "W_h": W_h, "b_h": np.zeros(20), "W_y": W_y, "b_y": np.zeros(1)}
        H = np.asarray(elman_forward(params, X, np.zeros((1, 20)))[1])
        reached = []
        for lag in range(1, T):  # of the last `lag` steps alone, so that differences are single steps
            grads = rnn_backward(params, X[:, -lag:], H[:, -lag - 1], dY[:, -lag:])
            reached.append(np.asarray(grads["W_h"]))
        steps = np.diff([np.zeros((20, 20)), *reached], axis=0)
        ax.semilogy(range(T - 1), np.linalg.norm(steps, axis=(1, 2)), mark, ms=4, color=color, label=words(en=f"largest singular value {largest}", zh=f"最大奇异值 {largest}"))
    ax.set(xlabel=words(en="steps back from the loss", zh="从损失往回的步数"), ylabel=words(en="gradient that arrives at W_h", zh="传到 W_h 的梯度"), title=words(en="how far back a loss is heard", zh="损失的声音能传多远"))
    ax.legend(frameon=False)
    ax.spines[["top", "right"]].set_visible(False)
    plt.show()
