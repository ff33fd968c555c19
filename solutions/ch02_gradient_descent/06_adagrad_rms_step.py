# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import gradient_descent as gd

from chapter import adagrad_step, drawn_by, lr_decay, nonzero, normal, uniform, words, yours

# %% [markdown] lang="en"
# ## {n} The same thing as a root mean square
#
# The notes introduce Adagrad in another way: take the decaying rate of {ref:lr_decay} and divide it by the **root mean square** $\sigma^t$ of all gradients so far:
#
# $$\eta^t = \frac{\eta}{\sqrt{t+1}}, \qquad \sigma^t = \sqrt{\frac{1}{t+1}\sum_{i=0}^{t} (g^i)^2}, \qquad w^{t+1} = w^t - \frac{\eta^t}{\sigma^t}\, g^t$$
#
# Both contain $\sqrt{t+1}$, and it cancels, which leaves the root of the **sum**:
#
# $$\frac{\eta^t}{\sigma^t} = \frac{\eta}{\sqrt{\textstyle\sum_{i\le t} (g^i)^2}}$$
#
# So there are two right ways to write it and two popular wrong ones: mean *without* decay, and sum *with* decay (then $\sqrt{t+1}$ acts twice).
#
# **By hand.** Gradients $3$, then $4$, with $\eta = 1$: at $t = 1$ we have $\eta^1 = 1/\sqrt2$ and $\sigma^1 = \sqrt{(9+16)/2} = 5/\sqrt2$, so the step is $-\tfrac15\cdot 4 = -0.8$, the same as in {ref:adagrad_step}.
#
# **Exercise.** Write the rms form with your `lr_decay`. It must agree with `adagrad_step` at $\varepsilon = 0$ to the last digits.
# %% [markdown] lang="zh" of="5f93"
# ## {n} 换成均方根来写
#
# 讲义是从另一个角度引入 Adagrad 的：取 {ref:lr_decay} 的衰减学习率，再除以此前所有梯度的**均方根** $\sigma^t$：
#
# $$\eta^t = \frac{\eta}{\sqrt{t+1}}, \qquad \sigma^t = \sqrt{\frac{1}{t+1}\sum_{i=0}^{t} (g^i)^2}, \qquad w^{t+1} = w^t - \frac{\eta^t}{\sigma^t}\, g^t$$
#
# 两者都含有 $\sqrt{t+1}$，正好约掉，剩下的是平方**和**的平方根：
#
# $$\frac{\eta^t}{\sigma^t} = \frac{\eta}{\sqrt{\textstyle\sum_{i\le t} (g^i)^2}}$$
#
# 所以正确的写法有两种，常见的错误也有两种：用了均值，却**没有**让学习率衰减；用了平方和，却又让学习率衰减（$\sqrt{t+1}$ 被用了两次）。
#
# **手算。** 梯度先 $3$ 后 $4$，$\eta = 1$：$t = 1$ 时 $\eta^1 = 1/\sqrt2$，$\sigma^1 = \sqrt{(9+16)/2} = 5/\sqrt2$，所以这一步走 $-\tfrac15\cdot 4 = -0.8$，与 {ref:adagrad_step} 的结果一样。
#
# **练习。** 用你的 `lr_decay` 写出均方根形式。它必须与 $\varepsilon = 0$ 的 `adagrad_step` 完全一致。
# %% answer="adagrad_rms_step"
def adagrad_rms_step(w, gs, lr):
    """The Adagrad step after a whole history of gradients, in the rms form: w − (η_t / σ_t) · g_t.

    w   (D,), the parameters now.
    gs  (T, D), all gradients so far, one per row, the newest last: so t = T − 1.
    lr  a number, the rate η before decay.
    σ_t is the root of the MEAN of the squares of all T gradients, for each parameter.  No column of gs is all zero.
    Returns the new parameters, (D,).
    """
    ### BEGIN SOLUTION
    t = len(gs) - 1
    sigma = np.sqrt(np.mean(gs**2, axis=0))  # (D,)
    return w - lr_decay(lr, t) / sigma * gs[-1]  # (D,)
    ### END SOLUTION


# %% [markdown] docstring="adagrad_rms_step" lang="zh" of="a3a8"
# 根据全部历史梯度，用均方根形式走一步 Adagrad：w − (η_t / σ_t) · g_t。
#
# w   (D,)，当前参数。
# gs  (T, D)，到目前为止的所有梯度，一行一个，最新的在最后一行，所以 t = T − 1。
# lr  一个数，衰减之前的学习率 η。
# σ_t 是每个参数的全部 T 个梯度的平方均值的平方根。gs 没有整列为零的情况。
# 返回新的参数 (D,)。
# %% [markdown] why="adagrad_rms_step" lang="en"
# The mean belongs to a decayed rate: both hold a √(t+1), which cancels, and the sum of {ref:adagrad_step} is left. Mixing the two forms divides by it twice, or not at all.
# `axis=0` runs over the steps, so each parameter keeps a σ of its own.
# %% [markdown] why="adagrad_rms_step" lang="zh" of="310c"
# 取平均就要配衰减的学习率：两边各有一个 √(t+1)，约掉之后剩下的正是 {ref:adagrad_step} 里的和。两种写法混用，就会除两次，或者一次也没除。
# `axis=0` 沿着步数求平均，每个参数各有自己的 σ。
# %% grading="adagrad_rms_step"
def inputs(rng, gs):
    return {"w": normal(rng, gs.shape[1]), "gs": gs, "lr": uniform(rng, 0.1, 1)}


def rms_cases(rng):
    yield Case("six gradients", zh="六个梯度", **inputs(rng, nonzero(rng, 6, 3)))
    yield Case("ten gradients", zh="十个梯度", **inputs(rng, nonzero(rng, 10, 2)))


def edge_cases(rng):
    yield Case("the first step", zh="第一步", **inputs(rng, nonzero(rng, 1, 4)))
    gs = nonzero(rng, 4, 4)
    gs[:3, 0], gs[3, 1], gs[1, 2] = 0.0, 0.0, 0.0
    yield Case("gradients of exactly zero", zh="恰好为零的梯度", **inputs(rng, gs))


def extreme_cases(rng):
    yield Case("tiny gradients", zh="很小的梯度", **inputs(rng, nonzero(rng, 5, 3) * 1e-9))


@mistake(
    en="The current gradient belongs to its own mean square: σ is taken over all rows, the last one included.",
    zh="当前梯度也要算进均方根：σ 对所有行计算，包括最后一行。",
)
def newest_gradient_excluded(w, gs, lr):
    sigma = np.sqrt(np.sum(gs[:-1] ** 2, axis=0) / np.float64(len(gs) - 1))
    return w - lr_decay(lr, len(gs) - 1) / sigma * gs[-1]


@variant
def root_of_the_sum(w, gs, lr):
    total = np.zeros(len(w))
    for g in gs:
        total = total + g**2
    return w - lr * gs[-1] / np.sqrt(total)


Exercise(
    points=3, reference=gd.adagrad_rms_step, cases=rms_cases, tolerance=CLOSED_FORM, accepts=("integers",),
    forbids=FROM_SCRATCH, groups=[Group("edge", edge_cases), Group("extreme", extreme_cases)],
    mistakes=[
        Mistake("decay_applied_twice", "np.mean(gs**2", "np.sum(gs**2",
            en="Root of the *sum* and a decayed rate: √(t+1) acts twice. With the decayed rate, σ needs the mean of the squares.",
            zh="既用了平方**和**的根，又用了衰减的学习率，√(t+1) 被用了两次。配合衰减学习率时，σ 要用平方的均值。"),
        Mistake("decay_forgotten", "lr_decay(lr, t)", "lr",
            en="You divide the undecayed rate by the root mean square. In this form the rate decays too; only then does √(t+1) cancel.",
            zh="你用没有衰减的学习率除以均方根。在这种写法里学习率也要衰减，√(t+1) 才能约掉。"),
        Mistake("t_off_by_one", "len(gs) - 1", "len(gs)",
            en="With T gradients the newest has number t = T − 1, since counting starts at 0. Your rate is decayed one step too far.",
            zh="共有 T 个梯度时，最新的序号是 t = T − 1，因为从 0 数起。你的学习率多衰减了一步。"),
        Mistake("mean_over_everything", "np.mean(gs**2, axis=0)", "np.mean(gs**2)",
            en="Your mean runs over all entries of gs, so all parameters share one σ. Take it along the axis of time only.",
            zh="你对 gs 的所有元素取了均值，所有参数共用一个 σ。应当只沿时间那个轴取均值。"),
        Mistake("oldest_gradient_used", "gs[-1]", "gs[0]",
            en="You step along the first gradient of the history. The newest one is in the last row.",
            zh="你沿历史上第一个梯度走了。最新的梯度在最后一行。"),
        Mistake("standard_deviation_for_rms", "np.sqrt(np.mean(gs**2, axis=0))", "np.std(gs, axis=0)",
            en="A standard deviation subtracts the mean first. The root mean square does not: gradients that are all alike still count fully.",
            zh="标准差会先减去均值，均方根不减：即使梯度全都一样，也要全额计入。"),
        Mistake("mean_of_absolute_values", "np.sqrt(np.mean(gs**2, axis=0))", "np.mean(np.abs(gs), axis=0)",
            en="You averaged |g|. Root mean square means: square, average, then take the root.",
            zh="你对 |g| 取了平均。均方根的顺序是：平方、取平均、再开方。"),
        Mistake("mean_over_parameters", "np.mean(gs**2, axis=0)", "np.mean(gs**2, axis=1)",
            en="Your mean runs along the rows, over the parameters of one step. σ belongs to a parameter: take the mean over the steps.",
            zh="你沿着行取了均值，也就是对同一步的各个参数取平均。σ 属于每个参数：应当对各步取平均。"),
        Mistake("zeros_left_out_of_the_mean", "np.mean(gs**2, axis=0)",
            "np.sum(gs**2, axis=0) / np.count_nonzero(gs, axis=0)",
            en="A gradient of 0 is a gradient too: the mean is over all T steps, also over those where nothing pulled.",
            zh="为 0 的梯度也是一个梯度：均值要对全部 T 步来取，也包括梯度为零的那些步。"),
        Mistake("small_number_added", "/ sigma", "/ (sigma + 1e-8)",
            en="There is no ε in this form, and σ is never 0 here. For tiny gradients even 10⁻⁸ shortens the step visibly.",
            zh="这种写法里没有 ε，这里的 σ 也不会为 0。梯度很小的时候，连 10⁻⁸ 都会让步子明显变短。"),
        Mistake("w_changed_in_place", "    return w - lr_decay(lr, t) / sigma * gs[-1]",
            "    w -= lr_decay(lr, t) / sigma * gs[-1]\n    return w",
            en="`-=` writes the step into the caller's own array of parameters. Return a new array.",
            zh="`-=` 会把这一步直接写进调用者的参数数组。请返回一个新数组。"),
    ],
    variants=[
        Variant("einsum", "np.mean(gs**2, axis=0)", 'np.einsum("td,td->d", gs, gs) / len(gs)'),
        Variant("gradients_of_any_size", "t = len(gs) - 1", "gs = 2 * gs\n    t = len(gs) - 1"),
        Variant("norm", "np.sqrt(np.mean(gs**2, axis=0))", "np.linalg.norm(gs, axis=0) / (t + 1) ** 0.5"),
    ],
)


# %% [markdown] lang="en"
# ### Four walks through the same valley
#
# Here is a valley that is 15 times as strongly curved across as along, and a gradient with some noise, as in real training. A small constant rate never gets anywhere; a large one bounces between the walls to
# the end; the decaying rate (your `lr_decay`) bounces first and settles later. The fourth panel is drawn by your `adagrad_step`: it gives the steep direction and the flat one rates of their own. You should see on the right: for the first thirty steps Adagrad is far ahead of the others; then all that move fast enough are left with the noise.
# %% [markdown] lang="zh" of="1382"
# ### 同一个山谷里的四种走法
#
# 这个山谷横向的曲率是纵向的 15 倍，梯度还带一点噪声，和真实训练时一样。学习率小而不变，半天走不到；大而不变，就在两壁之间一直弹来弹去；逐步衰减的（你的 `lr_decay`）先弹跳，后来安定下来。
# 第四幅图由你写的 `adagrad_step` 画出：它给陡的方向和平的方向各配一个学习率。你应当在右边的图里看到：前三十步里 Adagrad 遥遥领先，之后走得够快的就只剩噪声在晃动了。
# %% demo="schedules"
@drawn_by()
def schedules(plt):
    steep = np.array([1.0, 15.0])
    noise = np.random.default_rng(3).normal(size=(80, 2)) * np.array([0.3, 3.0])

    def stroll(move):
        point, memory, points = np.array([-4.0, 1.5]), np.zeros(2), []
        for number, jitter in enumerate(noise):
            points.append(point)
            point, memory = move(point, steep * point + jitter, memory, number)
        return np.reshape([*points, point], (81, 2))

    # A walk by a function of yours is named after what it is, or after what is still to be written.
    not_yet = np.full((81, 2), np.nan)
    decaying = yours(lambda: stroll(lambda p, slope, memory, n: (p - lr_decay(0.125, n) * slope, memory)), not_yet)
    adaptive = yours(lambda: stroll(lambda p, slope, memory, n: adagrad_step(p, slope, memory, 0.7, 1e-8)), not_yet)
    names = {
        "decaying": words(en="decaying, 0.125 / √(t+1)", zh="衰减，0.125 / √(t+1)"),
        "not decaying": words(en="decaying: write lr_decay first", zh="衰减：请先写出 lr_decay"),
        "not adaptive": words(en="Adagrad: write adagrad_step first", zh="Adagrad：请先写出 adagrad_step"),
    }
    walks = {
        words(en="constant, small (0.012)", zh="固定，偏小（0.012）"): stroll(
            lambda p, slope, memory, n: (p - 0.012 * slope, memory)
        ),
        words(en="constant, large (0.125)", zh="固定，偏大（0.125）"): stroll(
            lambda p, slope, memory, n: (p - 0.125 * slope, memory)
        ),
        names["decaying" if np.isfinite(decaying).all() else "not decaying"]: decaying,
        "Adagrad (0.7)" if np.isfinite(adaptive).all() else names["not adaptive"]: adaptive,
    }
    looks = (("o-", "#000000"), ("^-", "#D55E00"), ("s-", "#E69F00"), ("D-", "#0072B2"))
    _, axes = plt.subplot_mosaic([["a", "b", "e"], ["c", "d", "e"]], figsize=(14, 6), width_ratios=[1, 1, 0.95])
    grid_x, grid_y = np.meshgrid(np.linspace(-4.6, 1.4, 200), np.linspace(-1.9, 1.9, 200))
    for key, (style, color), (title, points) in zip("abcd", looks, walks.items(), strict=True):
        ax = axes[key]
        ax.contourf(grid_x, grid_y, np.sqrt(grid_x**2 + 15 * grid_y**2), levels=14, cmap="Greys", alpha=0.35)
        ax.plot(*points.T, style, ms=3, lw=1.2, color=color)
        ax.plot(0, 0, "*", color="#000000", ms=14)
        ax.set(title=title, xlim=(-4.6, 1.4), ylim=(-1.9, 1.9), xlabel="$w_1$", ylabel="$w_2$")
        axes["e"].semilogy(0.5 * points**2 @ steep, style, markevery=8, ms=5, color=color, lw=1.6, label=title)
    axes["e"].set(
        xlabel=words(en="step", zh="步数"),
        ylabel=words(en="loss", zh="损失"),
        title=words(en="Loss of the four walks", zh="四次行走的损失"),
        ylim=(2e-4, 60),
    )
    axes["e"].legend(fontsize=8, loc="lower left")
    plt.tight_layout()
    plt.show()
