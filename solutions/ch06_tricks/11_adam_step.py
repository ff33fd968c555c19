# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import tricks

from chapter import adagrad_step, drawn_by, momentum_step, nonzero, normal, rmsprop_step, uniform, words

# %% [markdown] lang="en"
# ## {n} Adam: both at once
#
# The notes say that Adam combines RMSProp and momentum, and give no formula. Here it is (Kingma and Ba, 2015). Two moving averages, of the gradients and of their squares, both starting from **0**:
#
# $$m \leftarrow \beta_1 m + (1-\beta_1)\, g, \qquad v \leftarrow \beta_2 v + (1-\beta_2)\, g^2$$
#
# An average that starts from 0 is too small at first: after one step $m = (1-\beta_1)\,g$, with $\beta_1 = 0.9$ a tenth of the gradient. But *how much* too small is known exactly, so it can be corrected. With $t = 1$ in the first step:
#
# $$\hat m = \frac{m}{1-\beta_1^t}, \qquad \hat v = \frac{v}{1-\beta_2^t}, \qquad w \leftarrow w - \eta\, \frac{\hat m}{\sqrt{\hat v} + \varepsilon}$$
#
# What is remembered is $m$, $v$ and the number $t$ of steps made so far, in a dict. The *uncorrected* $m$ and $v$ are remembered; $\hat m$ and $\hat v$ serve one step only. As in RMSProp $\varepsilon$ stands outside the root.
#
# **By hand.** $w = 0$, $g = 4$, $\eta = 0.1$, $\beta_1 = 0.9$, $\beta_2 = 0.99$, $\varepsilon = 0$, nothing remembered yet: $m = 0.4$, $v = 0.16$, $t = 1$, $\hat m = 0.4/0.1 = 4$, $\hat v = 0.16/0.01 = 16$, step $-0.1\cdot 4/4 = -0.1$. Without the correction it would be $-0.1\cdot 0.4/0.4$, the same by accident of these numbers; try $\beta_2 = 0.999$.
# %% [markdown] lang="zh" of="4aaf"
# ## {n} Adam：两样都要
#
# 讲义说 Adam 综合了 RMSProp 和动量，但没有给公式。公式在这里（Kingma 与 Ba，2015）。两个滑动平均，一个对梯度，一个对梯度的平方，都从 **0** 开始：
#
# $$m \leftarrow \beta_1 m + (1-\beta_1)\, g, \qquad v \leftarrow \beta_2 v + (1-\beta_2)\, g^2$$
#
# 从 0 开始的平均值，一开始偏小：走一步之后 $m = (1-\beta_1)\,g$，取 $\beta_1 = 0.9$ 时只有梯度的十分之一。不过偏小**多少**是精确知道的，所以可以修正。第一步 $t = 1$：
#
# $$\hat m = \frac{m}{1-\beta_1^t}, \qquad \hat v = \frac{v}{1-\beta_2^t}, \qquad w \leftarrow w - \eta\, \frac{\hat m}{\sqrt{\hat v} + \varepsilon}$$
#
# 要记住的是 $m$、$v$ 和已经走过的步数 $t$，放在一个字典里。记住的是**没有修正过**的 $m$ 和 $v$；$\hat m$、$\hat v$ 只用于当前这一步。$\varepsilon$ 和 RMSProp 中一样，在根号外面。
#
# **手算。** $w = 0$，$g = 4$，$\eta = 0.1$，$\beta_1 = 0.9$，$\beta_2 = 0.99$，$\varepsilon = 0$，此前什么也没记住：$m = 0.4$，$v = 0.16$，$t = 1$，$\hat m = 0.4/0.1 = 4$，$\hat v = 0.16/0.01 = 16$，这一步走 $-0.1\cdot 4/4 = -0.1$。不修正的话是 $-0.1\cdot 0.4/0.4$，凑巧相同；换成 $\beta_2 = 0.999$ 再试试。
# %% answer="adam_step"
def adam_step(w, g, state, lr, beta1, beta2, eps):
    """One step of Adam, elementwise.

    w      (D,), the parameters.
    g      (D,), the gradient at w.
    state  a dict with "m" (D,), the average of the gradients, "v" (D,), that of their squares, both uncorrected, and
           "t", the number of steps made so far; before the first step zeros, zeros and 0.
    lr     a number, the rate η.
    beta1, beta2  numbers between 0 and 1, the shares of the old averages.
    eps    a small number, added to the root (outside of it).
    Returns (w, state): the new parameters (D,) and a new dict of the same form.  The dict passed in stays as it is.
    """
    ### BEGIN SOLUTION
    m = beta1 * state["m"] + (1 - beta1) * g  # (D,)
    v = beta2 * state["v"] + (1 - beta2) * g**2  # (D,)
    t = state["t"] + 1
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    w = w - lr * m_hat / (np.sqrt(v_hat) + eps)  # (D,)
    return w, {"m": m, "v": v, "t": t}
    ### END SOLUTION


# %% [markdown] docstring="adam_step" lang="zh" of="5117"
# Adam 的一步，逐元素计算。
#
# w      (D,)，参数。
# g      (D,)，w 处的梯度。
# state  字典："m" (D,) 是梯度的平均，"v" (D,) 是梯度平方的平均，两者都未修正；"t" 是已走的步数。
#        第一步之前分别为零、零和 0。
# lr     一个数，学习率 η。
# beta1, beta2  0 与 1 之间的数，旧平均值所占的份额。
# eps    一个很小的数，加在根号外面。
# 返回 (w, state)：新的参数 (D,)，以及同样形式的新字典。传入的字典保持原样。
# %% [markdown] why="adam_step" lang="en"
# The correction depends on $t$, so it is made anew at each step and never stored. With $\beta_2 = 0.999$ it matters for thousands of steps, with
# $\beta_1 = 0.9$ for a few dozen. What is left is $\hat m/\sqrt{\hat v}$, free of the gradient's unit: $\eta$ alone says how far.
# %% [markdown] why="adam_step" lang="zh" of="5be8"
# 修正的大小随 $t$ 而变，所以每一步现算，从不存起来。$\beta_2 = 0.999$ 时它要管上几千步，$\beta_1 = 0.9$ 时只有几十步。剩下的 $\hat m/\sqrt{\hat v}$ 不带梯度的单位，走多远只由 $\eta$ 决定。
# %% grading="adam_step"
def walk(impl, case):
    w, state, path = case.w, case.state, []
    for g in case.gs:
        w, state = impl.adam_step(w, g, state, case.lr, case.beta1, case.beta2, case.eps)
        path.append(w)
    return {"w after every step": np.stack(path), "m": state["m"], "v": state["v"], "t": state["t"]}


def inputs(rng, gs, **more):
    d = gs.shape[1]
    settings = {"lr": uniform(rng, 0.1, 1), "beta1": uniform(rng, 0.6, 0.95), "beta2": round(float(rng.uniform(0.96, 0.999)), 3)}
    return {"w": normal(rng, d), "gs": gs, "state": {"m": np.zeros(d), "v": np.zeros(d), "t": 0}, **settings, "eps": 1e-8, **more}


def adam_cases(rng):
    yield Case("six steps from the start", zh="从头走六步", **inputs(rng, nonzero(rng, 6, 2)))


def under_way_cases(rng):
    past = {"m": normal(rng, 3), "v": nonzero(rng, 3) ** 2, "t": int(rng.integers(3, 40))}
    yield Case("three steps with a past", zh="有过去的三步", **inputs(rng, nonzero(rng, 3, 3), state=past))


def extreme_cases(rng):
    yield Case("tiny gradients", zh="很小的梯度", public=False, **inputs(rng, nonzero(rng, 5, 3) * 1e-4))
    yield Case("a large eps", zh="较大的 eps", **inputs(rng, nonzero(rng, 4, 2), eps=uniform(rng, 0.3, 0.9)))
    gs = nonzero(rng, 3, 3)
    gs[:, 1] = 0.0
    yield Case("a parameter without any gradient", zh="一个参数一直没有梯度", **inputs(rng, gs))


def shapes_of_step(w, g, state, lr, beta1, beta2, eps):
    return [np.shape(w), {"m": np.shape(w), "v": np.shape(w), "t": ()}]


@mistake(
    en="The steps are right, but the caller's own dict is changed too: `state[...] = …` writes into it. Return a new one.",
    zh="步子是对的，但调用者自己的字典也被改了：`state[...] = …` 写进的是它。请返回一个新字典。",
)
def state_mutated(w, g, state, lr, beta1, beta2, eps):
    state["m"] = beta1 * state["m"] + (1 - beta1) * g
    state["v"] = beta2 * state["v"] + (1 - beta2) * g**2
    state["t"] = state["t"] + 1
    m_hat, v_hat = state["m"] / (1 - beta1 ** state["t"]), state["v"] / (1 - beta2 ** state["t"])
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), state


@variant
def rate_corrected(w, g, state, lr, beta1, beta2, eps):
    t = state["t"] + 1
    m, v = state["m"] + (1 - beta1) * (g - state["m"]), state["v"] + (1 - beta2) * (np.square(g) - state["v"])
    root = np.sqrt(1 - beta2**t)
    return w - lr * root / (1 - beta1**t) * m / (np.sqrt(v) + eps * root), {"m": m, "v": v, "t": t}


@variant
def loop(w, g, state, lr, beta1, beta2, eps):
    t, new = state["t"] + 1, {"m": [], "v": [], "t": state["t"] + 1}
    moved = []
    for i in range(len(w)):
        new["m"].append(beta1 * state["m"][i] + (1 - beta1) * g[i])
        new["v"].append(beta2 * state["v"][i] + (1 - beta2) * g[i] * g[i])
        moved.append(w[i] - lr * (new["m"][i] / (1 - beta1**t)) / ((new["v"][i] / (1 - beta2**t)) ** 0.5 + eps))
    return np.array(moved), {"m": np.array(new["m"]), "v": np.array(new["v"]), "t": t}


Exercise(
    points=4, reference=tricks.adam_step, cases=adam_cases, observe=walk, shapes=shapes_of_step, tolerance=CLOSED_FORM,
    accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[Group("under_way", under_way_cases, en="Under way", zh="中途"), Group("extreme", extreme_cases)],
    mistakes=[
        Mistake("no_bias_correction", "    m_hat = m / (1 - beta1**t)\n    v_hat = v / (1 - beta2**t)", "    m_hat, v_hat = m, v",
            en="The correction is missing. Averages that start from 0 are too small at first: divide by 1 − βᵗ.",
            zh="漏了修正。从 0 开始的平均值起初偏小，要除以 1 − βᵗ。"),
        Mistake("t_counted_from_zero", "1 - beta1**t)\n    v_hat = v / (1 - beta2**t)", "1 - beta1 ** (t - 1))\n    v_hat = v / (1 - beta2 ** (t - 1))",
            en="Your t is one too small: in the first step 1 − β⁰ is 0, a division by zero. The first step has t = 1.",
            zh="你的 t 小了 1：第一步 1 − β⁰ 等于 0，除以了零。第一步的 t 是 1。"),
        Mistake("corrected_remembered", '{"m": m, "v": v, "t": t}', '{"m": m_hat, "v": v_hat, "t": t}',
            en="The first step is right. But you remember the corrected averages, and the next step corrects them again. Remember m and v as they were.",
            zh="第一步是对的。但你记住了修正过的平均值，下一步又修正了一遍。要记住修正之前的 m 和 v。"),
        Mistake("only_m_corrected", "v_hat = v / (1 - beta2**t)", "v_hat = v",
            en="m is corrected, v is not. It starts from 0 as well, and forgets even more slowly.",
            zh="m 修正了，v 没有。v 也是从 0 开始的，而且遗忘得更慢。"),
        Mistake("betas_swapped", 'beta1 * state["m"] + (1 - beta1) * g  # (D,)\n    v = beta2 * state["v"] + (1 - beta2) * g**2',
            'beta2 * state["m"] + (1 - beta2) * g\n    v = beta1 * state["v"] + (1 - beta1) * g**2',
            en="β₁ and β₂ have changed places: β₁ belongs to the gradients, β₂ to their squares.",
            zh="β₁ 和 β₂ 弄反了：β₁ 用于梯度，β₂ 用于梯度的平方。"),
        Mistake("shares_swapped", 'beta1 * state["m"] + (1 - beta1) * g  #', '(1 - beta1) * state["m"] + beta1 * g  #',
            en="In m the shares are swapped: β₁ of the old average, 1 − β₁ of the new gradient.",
            zh="m 里的份额弄反了：旧平均值占 β₁，新梯度占 1 − β₁。"),
        Mistake("momentum_adds_whole_gradients", "(1 - beta1) * g  #", "g  #",
            en="Your m is a velocity that adds whole gradients. Adam's m is an average: the new gradient counts 1 − β₁, and the correction relies on it.",
            zh="你的 m 像速度那样累加整个梯度。Adam 的 m 是平均：新梯度占 1 − β₁，修正也以此为前提。"),
        Mistake("squares_missing", "(1 - beta2) * g**2", "(1 - beta2) * g",
            en="v averages the gradients; it should average their squares.",
            zh="v 平均的是梯度，应当平均梯度的平方。"),
        Mistake("eps_inside_root", "np.sqrt(v_hat) + eps", "np.sqrt(v_hat + eps)",
            en="Your ε stands under the root. For tiny gradients √ε is far from tiny: add it after the root.",
            zh="你把 ε 放进了根号里。梯度很小时 √ε 一点也不小：先开方，再加 ε。"),
        Mistake("root_missing", "np.sqrt(v_hat) + eps", "v_hat + eps",
            en="You divide by v̂ itself. Its root is missing.",
            zh="你除以的是 v̂ 本身，漏了开方。"),
        Mistake("gradient_for_average", "lr * m_hat", "lr * g",
            en="The step takes the gradient itself instead of the average m̂: that is RMSProp, without a memory of the direction.",
            zh="这一步用的是梯度本身，而不是平均值 m̂：那是 RMSProp，记不住方向。"),
        Mistake("steps_not_counted", '"t": t}', '"t": state["t"]}',
            en="The first step is right, but t is not counted up in what you return, so every later step is corrected like the first.",
            zh="第一步是对的，但返回的 t 没有加一，以后每一步都按第一步来修正。"),
        Mistake("weights_decayed", "w = w - lr * m_hat", "w = w - lr * 0.01 * w - lr * m_hat",
            en="Your parameters also decay a little in every step. That is AdamW; plain Adam does not.",
            zh="你的参数每一步还衰减一点，那是 AdamW；Adam 本身不做这件事。"),
        Mistake("uphill", "w - lr * m_hat", "w + lr * m_hat",
            en="You walk uphill: the step is subtracted.",
            zh="你在往上走：要用减号。"),
    ],
    variants=[Variant("float32", "return w,", "return np.float32(w),")],
)


# %% [markdown] lang="en"
# Four step rules, yours, on two landscapes. **Left**, the saddle $\tfrac12 x^2 - \tfrac12 y^2 + \tfrac14 y^4$, from a start where the slope in $y$ is only one ten-thousandth: what does each rule make of it? The stars are its two minima. **Right**, Rosenbrock's valley $(1-x)^2 + 10\,(y - x^2)^2$: steep walls, a bent and nearly level floor, the goal at the star. The rates differ, and each was chosen to show the character of its rule: this figure does not rank them.
#
# You should see: on the saddle plain descent runs to the middle and stays for the whole 60 steps, momentum leaves it after a while, and the three that divide by the size of the gradient walk off at once, since to them a tiny slope is a slope. In the valley momentum overshoots and swings back, the others turn into the floor and follow it.
# %% [markdown] lang="zh" of="f75a"
# 四种更新规则，都是你写的，走在两片地形上。**左图**是鞍形 $\tfrac12 x^2 - \tfrac12 y^2 + \tfrac14 y^4$，起点处 $y$ 方向的坡度只有万分之一：看看各种规则怎么对待它；两个星号是极小点。**右图**是 Rosenbrock 的山谷 $(1-x)^2 + 10\,(y - x^2)^2$：两壁陡峭，谷底弯曲而且几乎是平的，终点在星号处。各自的学习率不同，都是为了显出这种规则的特点而选的：这张图不排名次。
#
# 你应该看到：在鞍形上，普通梯度下降走到中间，60 步里一直停在那里；动量过一阵子离开；另外三种要除以梯度的大小，在它们眼里再小的坡也是坡，所以立刻就走开了。在山谷里，动量冲过了头又摆回来，其余的拐进谷底，沿着它走。
# %% demo="paths"
@drawn_by("momentum_step", "rmsprop_step", "adam_step")
def paths(plt):
    def zeros():
        return np.zeros(2)

    rules = (  # name, its step, what it remembers at first, its rates on saddle and valley
        ("descent", lambda w, g, s, lr: (w - lr * g, s), zeros, (0.1, 0.01), ":", "#000000"),
        ("momentum", lambda w, g, s, lr: momentum_step(w, g, s, lr, 0.9), zeros, (0.1, 0.01), "-", "#0072B2"),
        ("Adagrad", lambda w, g, s, lr: adagrad_step(w, g, s, lr, 1e-8), zeros, (0.3, 0.4), "--", "#E69F00"),
        ("RMSProp", lambda w, g, s, lr: rmsprop_step(w, g, s, lr, 0.9, 1e-8), lambda: None, (0.05, 0.02), "-.", "#009E73"),
        ("Adam", lambda w, g, s, lr: adam_step(w, g, s, lr, 0.9, 0.99, 1e-8), lambda: {"m": zeros(), "v": zeros(), "t": 0}, (0.08, 0.08), (0, (5, 1, 1, 1, 1, 1)), "#D55E00"),
    )

    def saddle_slope(w):
        return np.array([w[0], w[1] ** 3 - w[1]])

    def valley_slope(w):
        return np.array([2 * (w[0] - 1) - 40 * w[0] * (w[1] - w[0] ** 2), 20 * (w[1] - w[0] ** 2)])

    x, y = np.meshgrid(np.linspace(-1.6, 1.6, 200), np.linspace(-1.3, 1.7, 200))
    grounds = (
        (words(en="A saddle, 60 steps", zh="鞍形，60 步"), x**2 / 2 - y**2 / 2 + y**4 / 4, saddle_slope, (-1.2, 1e-4), 60, [(0, 1), (0, -1)]),
        (words(en="Rosenbrock's valley, 150 steps", zh="Rosenbrock 的山谷，150 步"), (1 - x) ** 2 + 10 * (y - x**2) ** 2, valley_slope, (-1.2, 1.0), 150, [(1, 1)]),
    )
    _, axes = plt.subplots(1, 2, figsize=(13, 5), layout="constrained")
    for at, (ax, (title, height, slope, start, n_steps, goals)) in enumerate(zip(axes, grounds)):
        ax.contourf(x, y, np.log(height - height.min() + 0.05), levels=16, cmap="Greys", alpha=0.4)
        for name, step, begin, rates, style, color in rules:
            way, memory = [np.array(start)], begin()
            for _ in range(n_steps):
                w, memory = step(way[-1], slope(way[-1]), memory, rates[at])
                way.append(np.clip(np.reshape(w, 2), -5, 5))
            label = {"descent": words(en="plain descent", zh="普通梯度下降"), "momentum": words(en="momentum", zh="动量法")}.get(name, name)
            ax.plot(*np.transpose(way), linestyle=style, color=color, lw=2, label=label)
            ax.plot(*way[-1], "o", color=color, ms=7, mec="white")
        ax.plot(*np.transpose(goals), "*", color="#CC79A7", ms=15)
        ax.set(title=title, xlabel="x", ylabel="y", xlim=(-1.6, 1.6), ylim=(-1.3, 1.7))
    axes[0].legend(loc="upper right")
    plt.show()
