# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Gradient, Group, Mistake, Variant, variant
from reference import rnn

from chapter import WIDE, gated, normal, sigmoid

# %% [markdown] lang="en"
# ## {n} Derive it: the younger sister, the GRU
#
# The **GRU** (Cho et al. 2014) manages with two gates and no separate memory. With $z = \sigma([x,h]W_z+b_z)$ and $r = \sigma([x,h]W_r+b_r)$,
#
# $$n = \tanh\bigl([x,\ r\odot h]\,W_n + b_n\bigr),\qquad h' = (1-z)\odot n + z\odot h .$$
#
# `gru_step(params, x, h)` below is given. **The gradient is not.** A loss has the gradient $dh'$ with respect to $h'$. What is its gradient with respect to $h$, the state that the step began with?
#
# 1. Draw it: by how many paths does $h$ reach $h'$? (There are four: directly, through $z$, and twice through $n$. Which two?)
# 2. Write one term for each. Which rows of $W_z$, $W_r$, $W_n$ belong to $h$?
# 3. What is left where $z = 1$, and why does a GRU not forget?
#
# **Check yourself**: move one entry of `h` by 0.001 and call `gru_step` again. Does $\sum dh'\odot h'$ change as your gradient says?
# %% [markdown] lang="zh" of="4882"
# ## {n} 自己推导：LSTM 的小妹妹 GRU
#
# **GRU**（Cho 等，2014）只有两个门，也没有单独的记忆。记 $z = \sigma([x,h]W_z+b_z)$，$r = \sigma([x,h]W_r+b_r)$，
#
# $$n = \tanh\bigl([x,\ r\odot h]\,W_n + b_n\bigr),\qquad h' = (1-z)\odot n + z\odot h .$$
#
# 下面已经给出 `gru_step(params, x, h)`，**但没有给出梯度**。设损失对 $h'$ 的梯度为 $dh'$，那么它对这一步开始时的状态 $h$ 的梯度是什么？
#
# 1. 画出来：$h$ 经过几条路到达 $h'$？（共四条：直接一条，经过 $z$ 一条，经过 $n$ 两条。是哪两条？）
# 2. 每条路写一项。$W_z$、$W_r$、$W_n$ 的哪几行属于 $h$？
# 3. $z = 1$ 时还剩下什么？GRU 为什么不健忘？
#
# **自己验证**：把 `h` 的一个元素改动 0.001，再调用 `gru_step`。$\sum dh'\odot h'$ 的变化与你的梯度一致吗？
# %% setup
def gru_step(params, x, h):
    """One step of a GRU: W_z, W_r, W_n (D + H, H), b_z, b_r, b_n (H,); x (N, D), h (N, H).  Returns the new state (N, H)."""
    xh = np.hstack([x, h])
    z = sigmoid(xh @ params["W_z"] + params["b_z"])
    r = sigmoid(xh @ params["W_r"] + params["b_r"])
    n = np.tanh(np.hstack([x, r * h]) @ params["W_n"] + params["b_n"])
    return (1 - z) * n + z * h


# %% answer="gru_state_grad"
def gru_state_grad(params, x, h, dh_new):
    """Gradient of Σ dh_new · h′ with respect to the state h that a step of `gru_step` begins with.

    params, x (N, D) and h (N, H) as in `gru_step`; dh_new (N, H).  Returns an array (N, H).
    """
    ### BEGIN SOLUTION
    D = x.shape[1]
    both = np.concatenate([x, h], axis=1)
    z, r = (sigmoid(both @ params[f"W_{gate}"] + params[f"b_{gate}"]) for gate in "zr")
    n = np.tanh(np.concatenate([x, r * h], axis=1) @ params["W_n"] + params["b_n"])
    delta_z = dh_new * (h - n) * z * (1 - z)
    delta_n = dh_new * (1 - z) * (1 - n**2)
    back = delta_n @ params["W_n"][D:].T  # (N, H), by r ⊙ h
    delta_r = back * h * r * (1 - r)
    return dh_new * z + delta_z @ params["W_z"][D:].T + back * r + delta_r @ params["W_r"][D:].T
    ### END SOLUTION


# %% [markdown] docstring="gru_state_grad" lang="zh" of="f00c"
# Σ dh_new · h′ 对状态 h 的梯度，h 是 `gru_step` 这一步开始时的状态。
#
# params、x (N, D)、h (N, H) 与 `gru_step` 相同；dh_new (N, H)。返回数组 (N, H)。
# %% [markdown] why="gru_state_grad" lang="en"
# One term for each of the four paths. `back` arrives at the product $r\odot h$ and parts there: times $r$ it reaches $h$, times $h$ it
# reaches $r$. Where $z = 1$ both $1-z$ and $z(1-z)$ are 0: only the direct path is open, and the gradient passes unchanged.
# %% [markdown] why="gru_state_grad" lang="zh" of="2da9"
# 四条路，各有一项。`back` 到达乘积 $r\odot h$ 后分成两路：乘 $r$ 通往 $h$，乘 $h$ 通往 $r$。$z = 1$ 时，$1-z$ 和 $z(1-z)$ 都是 0：只剩直接的那条路，梯度原样通过。
# %% grading="gru_state_grad"
def gru_inputs(rng, n, d, h):
    return {"params": gated(rng, d, h, "zrn"), "x": normal(rng, n, d), "h": normal(rng, n, h), "dh_new": normal(rng, n, h)}


def gru_cases(rng):
    yield Case("typical", zh="一般数据", **gru_inputs(rng, 3, 2, 4))


def edge_cases(rng):
    yield Case("one sample", zh="只有一个样本", **gru_inputs(rng, 1, 3, 2))
    yield Case("as many inputs as neurons", zh="输入数等于神经元数", public=False, **gru_inputs(rng, 2, 3, 3))


def wide_cases(rng):
    yield Case("many neurons", zh="很多神经元", public=False, seed=int(rng.integers(2**31)))


def wide_gradient(impl, case):
    """Projections of the gradient by 12,000 entries of h, made here so that banks stay small."""
    rng, (n, d, width) = np.random.default_rng(case.seed), (100, 4, 120)
    params = {}
    for gate in "zrn":
        params |= {"W_" + gate: rng.normal(size=(d + width, width)) / 11, "b_" + gate: rng.normal(size=width) / 2}
    x, h, dh_new = rng.normal(size=(n, d)), rng.normal(size=(n, width)), rng.normal(size=(n, width))
    return rng.normal(size=(4, n * width)) @ np.ravel(impl.gru_state_grad(params, x, h, dh_new))


def loss_at(impl, case):
    both = np.concatenate([case.x, case.h], axis=1)
    z, r = (1 / (1 + np.exp(-(both @ case.params["W_" + gate] + case.params["b_" + gate]))) for gate in "zr")
    n = np.tanh(np.concatenate([case.x, r * case.h], axis=1) @ case.params["W_n"] + case.params["b_n"])
    return np.sum(case.dh_new * ((1 - z) * n + z * case.h))


@variant
def by_jacobians(params, x, h, dh_new):
    D, result = x.shape[1], np.zeros(np.shape(h))
    for row in range(len(x)):
        xh = np.r_[x[row], h[row]]
        z, r = sigmoid(xh @ params["W_z"] + params["b_z"]), sigmoid(xh @ params["W_r"] + params["b_r"])
        n = np.tanh(np.r_[x[row], r * h[row]] @ params["W_n"] + params["b_n"])
        dz = params["W_z"][D:] * (z * (1 - z))  # (H, H): by h, of z
        dr = params["W_r"][D:] * (r * (1 - r))
        dn = (np.diag(r) + dr * h[row]) @ params["W_n"][D:] * (1 - n**2)
        result[row] = (dn * (1 - z) + dz * (h[row] - n) + np.diag(z)) @ dh_new[row]
    return result


Exercise(
    points=2, reference=rnn.gru_state_grad, cases=gru_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH, seconds=1.5,
    gradient=Gradient(of=loss_at, wrt=("h",)),
    groups=[Group("edge", edge_cases), Group("wide", wide_cases, observe=wide_gradient, **WIDE)],
    mistakes=[
        Mistake("direct_path_missing", "return dh_new * z + delta_z", "return delta_z",
            en="The direct path is missing: h′ contains z ⊙ h. It is the one that keeps gradients alive.",
            zh="漏了直接的那条路：h′ 里有 z ⊙ h。正是它让梯度不消失。"),
        Mistake("path_through_z_missing", ' + delta_z @ params["W_z"][D:].T', "",
            en="The path through the gate z is missing: z was computed from h as well.",
            zh="漏了经过门 z 的路：z 也是由 h 算出来的。"),
        Mistake("path_through_r_missing", ' + delta_r @ params["W_r"][D:].T', "",
            en="One of the two paths through n is missing: r was computed from h as well.",
            zh="经过 n 的两条路漏了一条：r 也是由 h 算出来的。"),
        Mistake("gate_r_forgotten", "back * r + delta_r", "back + delta_r",
            en="n does not read h but r ⊙ h: on the way back the gate r multiplies.",
            zh="n 读的不是 h，而是 r ⊙ h：往回走时要乘上门 r。"),
        Mistake("difference_reversed", "dh_new * (h - n) * z", "dh_new * (n - h) * z",
            en="The sign of the path through z is wrong: raising z takes n away and gives h.",
            zh="经过 z 的那一项符号反了：z 变大，n 减少而 h 增多。"),
        Mistake("content_forgotten_in_z", "dh_new * (h - n) * z", "dh_new * h * z",
            en="z stands twice in h′, once as 1 − z: its slope is h − n.", zh="h′ 里 z 出现了两次，一次是 1 − z：它的系数是 h − n。"),
        Mistake("slope_of_n_forgotten", "dh_new * (1 - z) * (1 - n**2)", "dh_new * (1 - z)",
            en="The slope of the tanh of n is missing.", zh="漏了 n 的 tanh 的斜率。"),
        Mistake("weight_of_n_forgotten", "dh_new * (1 - z) * (1 - n**2)", "dh_new * (1 - n**2)",
            en="n enters h′ with the factor 1 − z: it is missing on the way back.",
            zh="n 进入 h′ 时带着系数 1 − z：往回走时漏了它。"),
        Mistake("rows_of_the_input", 'delta_n @ params["W_n"][D:].T', 'delta_n @ params["W_n"][: h.shape[1]].T',
            en="You use the wrong rows of W_n. The first D belong to x, those of h come after them.",
            zh="你用错了 W_n 的行。前 D 行属于 x，后面的才属于 h。"),
    ],
    variants=[
        Variant("float32", "    return dh_new * z", "    return np.float32(1) * dh_new * z"),
        Variant("terms_first", "    return dh_new * z + delta_z", "    direct = dh_new * z\n    return direct + delta_z"),
    ],
)
