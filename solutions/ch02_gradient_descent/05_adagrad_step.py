# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import gradient_descent as gd

from chapter import nonzero, normal, uniform

# %% [markdown] lang="en"
# ## {n} Adagrad: a learning rate for every parameter
#
# A timetable knows nothing about the landscape, and it treats all parameters alike. **Adagrad** (§3.1.2) gives each parameter its own rate: the longer and steeper its path so far,
# the shorter its steps from now on. For every parameter separately, keep the **sum of the squares** of all its gradients, *including the current one*, and divide by its root:
#
# $$G^t = \sum_{i=0}^{t} (g^i)^2, \qquad w^{t+1} = w^t - \frac{\eta}{\sqrt{G^t} + \varepsilon}\; g^t$$
#
# All operations are elementwise. The tiny $\varepsilon$ (say $10^{-8}$) stands *outside* the root and only prevents $0/0$ for a parameter whose gradients were all zero so far.
# (The notes print the sum as $\Sigma (g^t)^2$, with the current step also as the summation index, and without $\varepsilon$; the formula above is what is meant.)
#
# **By hand.** One parameter, $w = 0$, $\eta = 1$, $\varepsilon = 0$. First gradient $3$: $G = 9$, step $-3/\sqrt 9 = -1$, so $w = -1$. The first step is always $\eta\cdot\mathrm{sign}(g)$,
# whatever the size of $g$. Next gradient $4$: $G = 9 + 16 = 25$, step $-4/5$, so $w = -1.8$.
#
# `adagrad_step` makes one such step. What it has to remember between steps, $G$, goes in and out as `state`.
# %% [markdown] lang="zh" of="d703"
# ## {n} Adagrad：每个参数一个学习率
#
# 时间表对地形一无所知，而且对所有参数一视同仁。**Adagrad**（§3.1.2）让每个参数有自己的学习率：一个参数此前走过的坡越长、越陡，今后的步子就越小。做法是对每个参数分别累加**所有梯度的平方和**，
# **包括当前这一个**，再除以它的平方根：
#
# $$G^t = \sum_{i=0}^{t} (g^i)^2, \qquad w^{t+1} = w^t - \frac{\eta}{\sqrt{G^t} + \varepsilon}\; g^t$$
#
# 所有运算都是逐元素的。很小的 $\varepsilon$（比如 $10^{-8}$）放在根号**外面**，只是为了防止某个参数的梯度一直为零时出现 $0/0$。
# （讲义把求和写成 $\Sigma (g^t)^2$，求和下标和当前步用了同一个字母 $t$，也没有写 $\varepsilon$；它想表达的就是上面的公式。）
#
# **手算。** 一个参数，$w = 0$，$\eta = 1$，$\varepsilon = 0$。第一个梯度是 $3$：$G = 9$，这一步走 $-3/\sqrt 9 = -1$，于是 $w = -1$。第一步的长度永远是 $\eta$，方向由 $g$ 的符号决定，
# 与 $g$ 的大小无关。下一个梯度是 $4$：$G = 9 + 16 = 25$，这一步走 $-4/5$，于是 $w = -1.8$。
#
# `adagrad_step` 走一步。两步之间需要记住的量 $G$，通过 `state` 传进来、再传出去。
# %% answer="adagrad_step"
def adagrad_step(w, g, state, lr, eps):
    """One step of Adagrad, elementwise.

    w      (D,), the parameters.
    g      (D,), the gradient at w.
    state  (D,), the SUM of the squares of all earlier gradients; zeros before the first step.
    lr     a number, the rate η.
    eps    a small number, added to the root (outside of it).
    Returns (w, state): the new parameters, (D,), and the sum that now includes g, (D,).
    The arrays that were passed in stay as they are.
    """
    ### BEGIN SOLUTION
    state = state + g**2  # (D,)
    w = w - lr * g / (np.sqrt(state) + eps)  # (D,)
    return w, state
    ### END SOLUTION


# %% [markdown] docstring="adagrad_step" lang="zh" of="e5a5"
# Adagrad 的一步，逐元素计算。
#
# w      (D,)，参数。
# g      (D,)，w 处的梯度。
# state  (D,)，此前所有梯度的平方和；第一步之前全为零。
# lr     一个数，学习率 η。
# eps    一个很小的数，加在根号外面。
# 返回 (w, state)：新的参数 (D,)，以及已经把 g 算进去的平方和 (D,)。
# 传入的数组保持原样。
# %% [markdown] why="adagrad_step" lang="en"
# The sum takes `g` in *before* it divides: so no entry moves farther than `lr`, and the first step is `lr` long however steep the slope.
# With ε = 10⁻⁸ under the root the divisor could not fall below 10⁻⁴, and small gradients would hardly move; outside it matters only where all gradients were 0 or nearly so.
# %% [markdown] why="adagrad_step" lang="zh" of="328b"
# 先把 `g` 计入平方和，**再**去除：这样每一项最多移动 `lr`，而且不论坡多陡，第一步总是 `lr`。
# 若把 ε = 10⁻⁸ 放进根号，除数就不会小于 10⁻⁴，小梯度几乎走不动；放在根号外，只有梯度一直为 0 或几乎为 0 时它才起作用。
# %% grading="adagrad_step"
def walk(impl, case):
    w, state, path = case.w, case.state, []
    for g in case.gs:
        w, state = impl.adagrad_step(w, g, state, case.lr, case.eps)
        path.append(w)
    return {"w after every step": np.stack(path), "state": state}


def inputs(rng, gs, **more):
    d = gs.shape[1]
    return {"w": normal(rng, d), "gs": gs, "state": np.zeros(d), "lr": uniform(rng, 0.1, 1), "eps": 1e-8, **more}


def adagrad_cases(rng):
    yield Case("five steps", zh="五步", **inputs(rng, nonzero(rng, 5, 3)))


def extreme_cases(rng):
    large = {"eps": uniform(rng, 0.3, 0.9), "state": nonzero(rng, 2) ** 2}
    yield Case("a large eps", zh="较大的 eps", **inputs(rng, nonzero(rng, 4, 2), **large))
    yield Case("tiny gradients", zh="很小的梯度", **inputs(rng, nonzero(rng, 5, 3) * 1e-4))


def edge_cases(rng):
    yield Case("the first step", zh="第一步", **inputs(rng, nonzero(rng, 1, 4)))
    gs = nonzero(rng, 4, 4)
    gs[0], gs[:3, 1], gs[:, 2] = 0.0, 0.0, 0.0  # at first all, then two, in the end one sum is still zero
    yield Case("gradients of exactly zero", zh="恰好为零的梯度", **inputs(rng, gs))


@mistake(
    en="You square the sum, (Σg)². Adagrad sums the squares, Σg²: square first, then add.",
    zh="你算的是和的平方 (Σg)²，而 Adagrad 用的是平方的和 Σg²：先平方，再相加。",
)
def square_of_the_sum(w, g, state, lr, eps):
    state = state + g
    return w - lr * g / (np.sqrt(state**2) + eps), state


@mistake(
    en="As soon as one parameter has had only zero gradients, none of yours moves. Only that one stays; ε takes care of it.",
    zh="只要有一个参数的梯度一直为零，你的所有参数就都不动了。应当只有它留在原地，ε 会处理好这种情况。",
)
def one_zero_sum_stops_all(w, g, state, lr, eps):
    state = state + g**2
    if np.any(state == 0):
        return w, state
    return w - lr * g / (np.sqrt(state) + eps), state


@mistake(
    en="Right for floats. But a copy of an array of integers holds integers, and a fraction cannot be written into it in place.",
    zh="对浮点数是对的。但整数数组的副本还是整数数组，带小数的一步不能原地写进去。",
)
def copy_of_integers(w, g, state, lr, eps):
    w, state = w.copy(), state + g**2
    w -= lr * g / (np.sqrt(state) + eps)
    return w, state


@variant
def loop(w, g, state, lr, eps):
    new_w, new_state = [], []
    for wi, gi, si in zip(w, g, state, strict=True):
        new_state.append(float(si) + float(gi) ** 2)
        new_w.append(float(wi) - lr * float(gi) / (new_state[-1] ** 0.5 + eps))
    return np.array(new_w), np.array(new_state)


Exercise(
    points=3, reference=gd.adagrad_step, cases=adagrad_cases, observe=walk, tolerance=CLOSED_FORM,
    accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[Group("extreme", extreme_cases), Group("edge", edge_cases)],
    mistakes=[
        Mistake("current_gradient_excluded", "np.sqrt(state) + eps", "np.sqrt(state - g**2) + eps",
            en="You divide by the root of the sum *before* the current gradient joined it, so the first step divides by eps alone. Update the sum first.",
            zh="你除的是**还没有**加入当前梯度的平方和，于是第一步只除以 eps。先更新平方和，再用它。"),
        Mistake("gradients_not_squared", "state + g**2", "state + g",
            en="You add up the gradients themselves. They cancel, and the sum can go negative; Adagrad adds up their squares.",
            zh="你累加的是梯度本身，正负会抵消，和还可能变成负数。Adagrad 累加的是梯度的平方。"),
        Mistake("eps_inside_root", "np.sqrt(state) + eps", "np.sqrt(state + eps)",
            en="Your ε stands under the root. With gradients near 1 nobody notices, but for tiny gradients √ε is far from tiny. Add ε after taking the root.",
            zh="你把 ε 放进了根号里。梯度在 1 左右时看不出差别，但梯度很小时 √ε 可一点也不小。先开方，再加 ε。"),
        Mistake("eps_missing", "(np.sqrt(state) + eps)", "np.sqrt(state)",
            en="Without ε, a parameter whose gradients are all zero gives 0/0. It should simply stay where it is.",
            zh="没有 ε 的话，梯度一直为零的参数会得到 0/0。它本来应该留在原地不动。"),
        Mistake("root_missing", "np.sqrt(state) + eps", "state + eps",
            en="You divide by the sum of squares itself. Its root is missing: only then is the first step lr·sign(g).",
            zh="你直接除以了平方和，漏了开方。开方之后，第一步才会正好是 lr·sign(g)。"),
        Mistake("old_state_returned", "return w, state", "return w, state - g**2",
            en="The step is right, but the state you return does not include the current gradient, so the next step has forgotten it.",
            zh="这一步走对了，但返回的 state 没有包含当前梯度，下一步就把它忘了。"),
        Mistake("one_rate_for_all", "np.sqrt(state)", "np.sqrt(state.sum())",
            en="You divide every parameter by one common number. The point of Adagrad is a separate sum, and a separate rate, for each parameter.",
            zh="你让所有参数除以同一个数。Adagrad 的要点恰恰是每个参数有各自的平方和、各自的学习率。"),
        Mistake("uphill", "w - lr", "w + lr",
            en="You walk along the gradient, which is uphill. Descent subtracts.",
            zh="你沿着梯度方向走了，那是上坡。下降要用减号。"),
        Mistake("state_changed_in_place", "state = state + g**2", "state += g**2",
            en="`+=` writes into the array that the caller passed in, so the caller's own copy of the state changes behind their back. Make a new array.",
            zh="`+=` 会直接改写调用者传进来的数组，调用者手里的 state 就在不知不觉中变了。请生成一个新数组。"),
        Mistake("w_changed_in_place", "w = w - lr", "w -= lr",
            en="`-=` writes the step into the caller's own array of parameters. Make a new array.",
            zh="`-=` 会把这一步直接写进调用者的参数数组。请生成一个新数组。"),
        Mistake("eps_hard_coded", "np.sqrt(state) + eps", "np.sqrt(state) + 1e-8",
            en="Your ε is a fixed number. It is an argument: use the one that is passed in.",
            zh="你把 ε 写死成了一个固定的数。它是函数的参数，请使用传进来的值。"),
        Mistake("results_swapped", "return w, state", "return state, w",
            en="You return the sum first. The new parameters come first, then the state.",
            zh="你先返回了平方和。应当先返回新的参数，再返回 state。"),
    ],
    variants=[
        Variant("float32_result", "return w, state", "return w.astype(np.float32), state.astype(np.float32)"),
        Variant("power", "np.sqrt(state)", "state**0.5"),
    ],
)
