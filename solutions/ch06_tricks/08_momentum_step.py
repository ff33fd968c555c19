# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import tricks

from chapter import nonzero, normal, uniform

# %% [markdown] lang="en"
# ## {n} Momentum: a ball instead of a walker
#
# Gradient descent has no memory: where the gradient is 0, on a level stretch or a saddle, it stands still, and in a narrow valley it swings. A ball rolls on. **Momentum** (§7.1.2) keeps a velocity $v$, the last movement, and the gradient only changes it:
#
# $$v^{t+1} = \beta\, v^t - \eta\, g^t, \qquad w^{t+1} = w^t + v^{t+1}, \qquad v^0 = 0$$
#
# $\beta$, say 0.9, is the share of the velocity that survives a step (the notes call it $\lambda$). Note the order: first the velocity, then the move *with the new velocity*. Written out, $v$ is the sum of all past gradients, the older ones weighted less and less:
# $v^{t+1} = -\eta\,(g^t + \beta g^{t-1} + \beta^2 g^{t-2} + \dots)$. Gradients that agree add up, to at most $1/(1-\beta)$ times one step; gradients that alternate cancel.
#
# A warning about names: `torch.optim.SGD` keeps $-v/\eta$ as its buffer. As long as $\eta$ stays the same the path is the same, but our $v$ is the movement itself.
#
# **By hand.** $w = 1$, $v = 0$, $\eta = 0.1$, $\beta = 0.9$. Gradient $2$: $v = -0.2$, $w = 0.8$. Gradient $1$: $v = 0.9\cdot(-0.2) - 0.1 = -0.28$, $w = 0.52$. Gradient $0$: $v = -0.252$, $w = 0.268$: it rolls on.
# %% [markdown] lang="zh" of="3ea4"
# ## {n} 动量法：让球滚下去
#
# 梯度下降没有记忆：在平坦区或鞍点上，梯度为 0，它就停住；在狭窄的山谷里，它来回摆。换成一个球，就会继续滚。**动量法**（§7.1.2）记住速度 $v$，也就是上一次的移动，梯度只是去改变它：
#
# $$v^{t+1} = \beta\, v^t - \eta\, g^t, \qquad w^{t+1} = w^t + v^{t+1}, \qquad v^0 = 0$$
#
# $\beta$（比如 0.9）是速度每一步保留的份额，讲义写作 $\lambda$。注意次序：先更新速度，再**用新的速度**移动。展开来看，$v$ 是过去所有梯度的和，越早的权重越小：
# $v^{t+1} = -\eta\,(g^t + \beta g^{t-1} + \beta^2 g^{t-2} + \dots)$。方向一致的梯度会累加，最多达到一步的 $1/(1-\beta)$ 倍；来回交替的梯度会抵消。
#
# 提醒一处名称上的差别：`torch.optim.SGD` 记住的是 $-v/\eta$。只要 $\eta$ 不变，走出的路就一样；我们的 $v$ 则是移动本身。
#
# **手算。** $w = 1$，$v = 0$，$\eta = 0.1$，$\beta = 0.9$。梯度为 $2$：$v = -0.2$，$w = 0.8$。梯度为 $1$：$v = 0.9\cdot(-0.2) - 0.1 = -0.28$，$w = 0.52$。梯度为 $0$：$v = -0.252$，$w = 0.268$，它还在滚。
# %% answer="momentum_step"
def momentum_step(w, g, v, lr, beta):
    """One step of gradient descent with momentum, elementwise.

    w     (D,), the parameters.
    g     (D,), the gradient at w.
    v     (D,), the last movement; zeros before the first step.
    lr    a number, the rate η.
    beta  a number between 0 and 1, the share of the movement that is kept.
    Returns (w, v): the new parameters (D,) and this step's movement (D,).  The arrays passed in stay as they are.
    """
    ### BEGIN SOLUTION
    v = beta * v - lr * g  # (D,)
    w = w + v  # (D,)
    return w, v
    ### END SOLUTION


# %% [markdown] docstring="momentum_step" lang="zh" of="72fe"
# 带动量的梯度下降的一步，逐元素计算。
#
# w     (D,)，参数。
# g     (D,)，w 处的梯度。
# v     (D,)，上一次的移动；第一步之前全为零。
# lr    一个数，学习率 η。
# beta  0 与 1 之间的数，移动保留的份额。
# 返回 (w, v)：新的参数 (D,)，以及这一步的移动 (D,)。传入的数组保持原样。
# %% [markdown] why="momentum_step" lang="en"
# With the rate inside, `v` is a movement: if $\eta$ changes later, what is rolling keeps its speed. Moving with the *new* velocity makes the
# very first step a plain gradient step. `v = …` builds new arrays; `v *= beta` would reach into the caller's memory.
# %% [markdown] why="momentum_step" lang="zh" of="f727"
# 学习率算在里面，`v` 就是一段位移：以后 $\eta$ 变了，正在滚动的部分仍保持原来的速度。用**新**速度移动，第一步就恰好是普通的梯度下降。`v = …` 建的是新数组；写 `v *= beta` 则会改动调用者手里的那一份。
# %% grading="momentum_step"
def walk(impl, case):
    w, v, path = case.w, case.v, []
    for g in case.gs:
        w, v = impl.momentum_step(w, g, v, case.lr, case.beta)
        path.append(w)
    return {"w after every step": np.stack(path), "v": v}


def inputs(rng, gs, **more):
    d = gs.shape[1]
    return {"w": normal(rng, d), "gs": gs, "v": np.zeros(d), "lr": uniform(rng, 0.1, 0.5), "beta": uniform(rng, 0.6, 0.85), **more}


def momentum_cases(rng):
    yield Case("five steps", zh="五步", **inputs(rng, nonzero(rng, 5, 2)))


def edge_cases(rng):
    yield Case("already moving", zh="已经在动", **inputs(rng, nonzero(rng, 1, 4), v=normal(rng, 4)))
    yield Case("no memory: plain descent", zh="没有记忆：普通的梯度下降", public=False, **inputs(rng, nonzero(rng, 3, 2), beta=0.0))


def level_cases(rng):
    gs = nonzero(rng, 5, 3)
    gs[2:] = 0.0
    yield Case("then the ground is level", zh="后来地面变平", **inputs(rng, gs))
    yield Case("tiny gradients", zh="很小的梯度", public=False, **inputs(rng, nonzero(rng, 5, 2) * 1e-4, w=np.zeros(2)))


def shapes_of_step(w, g, v, lr, beta):
    return [np.shape(w), np.shape(w)]


@mistake(
    en="The step is right, but you have changed the caller's own w. Make a new array: `+=` writes into the old one.",
    zh="这一步走对了，但你改动了调用者自己的 w。请建立新数组：`+=` 会写进原来的数组。",
)
def moved_in_place(w, g, v, lr, beta):
    v = beta * v - lr * g
    w += v
    return w, v


@variant
def loop(w, g, v, lr, beta):
    moves = [float(beta) * float(old) - float(lr) * float(slope) for old, slope in zip(v, g, strict=True)]
    return [float(here) + move for here, move in zip(w, moves, strict=True)], moves


Exercise(
    points=2, reference=tricks.momentum_step, cases=momentum_cases, observe=walk, shapes=shapes_of_step, tolerance=CLOSED_FORM,
    accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[
        Group("edge", edge_cases),
        Group("level", level_cases, en="Level ground, and gentle slopes", zh="平地与缓坡"),
    ],
    mistakes=[
        Mistake("moved_before_the_velocity", "    v = beta * v - lr * g  # (D,)\n    w = w + v  # (D,)", "    w = w + v\n    v = beta * v - lr * g",
            en="You move with the *old* velocity, so every gradient takes effect one step late. First the velocity, then the move.",
            zh="你用的是**旧**速度移动，每个梯度都晚一步才起作用。先更新速度，再移动。"),
        Mistake("uphill", "beta * v - lr * g", "beta * v + lr * g",
            en="Your ball rolls uphill. The velocity changes *against* the gradient: minus.",
            zh="你的球在往上滚。速度应当朝梯度的**反**方向改变，是减号。"),
        Mistake("velocity_subtracted", "w = w + v", "w = w - v",
            en="You subtract the velocity. It holds the minus already: it is the movement, so add it.",
            zh="你减去了速度。负号已经在速度里了：它就是移动本身，应当加上。"),
        Mistake("velocity_of_torch", "    v = beta * v - lr * g  # (D,)\n    w = w + v  # (D,)", "    v = beta * v + g\n    w = w - lr * v",
            en="This is the convention of torch, whose buffer is −v/η. Here v is the movement itself, with the rate and the sign in it.",
            zh="这是 torch 的约定，它记的是 −v/η。这里的 v 是移动本身，学习率和负号都在里面。"),
        Mistake("shares_that_add_to_one", "- lr * g", "- (1 - beta) * lr * g",
            en="Your gradient has a factor 1 − β. That is the moving average of Adam; momentum adds the full gradient step.",
            zh="你的梯度乘上了 1 − β。那是 Adam 的滑动平均；动量法加的是完整的一步。"),
        Mistake("shares_swapped", "beta * v - lr * g", "(1 - beta) * v - lr * g",
            en="You keep the share 1 − β of the velocity. β itself is the share that survives: 0.9 means nearly all.",
            zh="你保留的是速度的 1 − β。保留的份额就是 β：0.9 表示几乎全部保留。"),
        Mistake("rate_on_everything", "beta * v - lr * g", "lr * (beta * v - g)",
            en="The rate shrinks the old velocity as well. It belongs to the gradient alone.",
            zh="学习率把旧速度也缩小了。它只乘梯度。"),
        Mistake("velocity_forgotten", "return w, v", "return w, -lr * g",
            en="The first step is right, but the velocity that you return holds the last gradient only: what was before is forgotten.",
            zh="第一步是对的，但返回的速度里只有最近的梯度，之前的都忘了。"),
        Mistake("velocity_never_fades", "beta * v", "v",
            en="Your velocity never fades: β is missing, and a ball without friction rolls forever.",
            zh="你的速度从不衰减：漏了 β。没有摩擦的球会一直滚下去。"),
    ],
    variants=[
        Variant("two_steps_added", "w = w + v", "w = (w - lr * g) + (v + lr * g)"),
        Variant("float32", "return w, v", "return np.float32(w), np.float32(v)"),
    ],
)
