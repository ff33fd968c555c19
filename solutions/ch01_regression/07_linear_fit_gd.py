# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import regression

from chapter import drawn_by, gd_step, linear_grad, linear_loss, parameters, rounded, words

# %% [markdown] lang="en"
# ## {n} The whole descent
#
# Repeat the step and write the loss down as you go. Start at $(w_0, b_0)$; then `n_iters` times:
#
# 1. take the gradient at the current parameters;
# 2. step;
# 3. note the new loss.
#
# `losses` has `n_iters + 1` entries: `losses[0]` belongs to the start, `losses[t]` to the parameters after $t$ steps.
#
# Take both derivatives *before* you change anything. If $w$ moves first and the derivative with respect to $b$ is taken afterwards, you follow
# another path (a descent in turns), which is not the one of the formula.
#
# **By hand.** From $w_0 = (2, -1)$, $b_0 = 0.5$ with $\eta = 0.01$ and `n_iters = 1` you get $w = (1.98, -1.01)$, $b = 0.51$ and `losses` $= (0.75,\ 0.695)$.
#
# The loss of a linear model is a bowl: it has no local minimum that is not global. (The minimizer need not be a single point: if one feature
# is a combination of others, the bottom of the bowl is a whole line.)
# %% [markdown] lang="zh" of="2cc0"
# ## {n} 完整的下降过程
#
# 把上一步重复做，同时记下损失。从 $(w_0, b_0)$ 出发，重复 `n_iters` 次：
#
# 1. 求当前参数处的梯度；
# 2. 走一步；
# 3. 记下新的损失。
#
# `losses` 共 `n_iters + 1` 个元素：`losses[0]` 是起点的损失，`losses[t]` 是走了 $t$ 步之后的损失。
#
# 两个导数都要在参数变动**之前**求好。如果先更新 $w$，再用新的 $w$ 求 $b$ 的导数，走出来的就是另一条路（轮流下降），不是公式所说的那条。
#
# **手算。** 从 $w_0 = (2, -1)$、$b_0 = 0.5$ 出发，$\eta = 0.01$，`n_iters = 1`，得到 $w = (1.98, -1.01)$，$b = 0.51$，`losses` $= (0.75,\ 0.695)$。
#
# 线性模型的损失像一只碗，没有“局部最优却不是全局最优”的点。（最低点不一定唯一：如果某个特征是其他特征的组合，碗底就是一整条线。）
# %% answer="linear_fit_gd"
def linear_fit_gd(X, y, lr, n_iters, w0, b0):
    """Gradient descent on `linear_loss` (a SUM), each step with all samples.

    X (N, D), y (N,), lr the learning rate, n_iters the number of steps, w0 (D,) and b0 the start (whole numbers or not).
    Returns (w, b, losses): the parameters after the last of exactly n_iters steps, wherever they lead, and losses
    (n_iters + 1,), of which losses[0] is the loss at the start.  w0 stays as it is.
    """
    ### BEGIN SOLUTION
    w, b = w0, b0
    losses = [linear_loss(w, b, X, y)]
    for _ in range(n_iters):
        dw, db = linear_grad(w, b, X, y)
        w, b = gd_step(w, b, dw, db, lr)
        losses.append(linear_loss(w, b, X, y))
    return w, b, losses
    ### END SOLUTION


# %% [markdown] docstring="linear_fit_gd" lang="zh" of="2c59"
# 对 `linear_loss`（求和）做梯度下降，每一步都用全部样本。
#
# X (N, D)，y (N,)，lr 是学习率，n_iters 是步数，w0 (D,) 和 b0 是起点（可以是整数）。
# 返回 (w, b, losses)：不多不少走 n_iters 步之后的参数（无论走到哪里），以及 losses (n_iters + 1,)，
# 其中 losses[0] 是起点的损失。w0 保持不变。
# %% [markdown] why="linear_fit_gd" lang="en"
# Both derivatives come from one call, before anything moves. `gd_step` returns new arrays, so `w0` needs no copy; the one loss before the loop makes them n_iters + 1.
# %% [markdown] why="linear_fit_gd" lang="zh" of="1e5f"
# 两个导数在移动之前一次求好。`gd_step` 每次返回新数组，所以不必复制 `w0`；循环前先记一次损失，总数才是 n_iters + 1。
# %% grading="linear_fit_gd"
def inputs(rng, n, d, lr, n_iters):
    start = parameters(rng, d)
    X, y = rounded(rng, n, d), rounded(rng, n)
    return {"X": X, "y": y, "lr": lr, "n_iters": n_iters, "w0": start["w"], "b0": start["b"]}


def descent_cases(rng):
    yield Case("five steps", zh="走五步", **inputs(rng, 7, 3, lr=0.01, n_iters=5))


def edge_cases(rng):
    yield Case("no step", zh="一步也不走", **inputs(rng, 4, 2, lr=0.01, n_iters=0))
    yield Case("steps too long: the loss grows", zh="步子太大：损失上升", **inputs(rng, 6, 2, lr=0.3, n_iters=6))


def convergence_cases(rng):
    start = parameters(rng, 2)
    X, y = rng.uniform(-1, 1, size=(20, 2)).round(2), rounded(rng, 20)
    yield Case("a long run", zh="走很多步", n_iters=300, lr=0.02, X=X, y=y, w0=start["w"], b0=start["b"])


def shapes_of_fit(X, y, lr, n_iters, w0, b0):
    return {"w": np.shape(w0), "b": (), "losses": (n_iters + 1,)}


def bottom(impl, case):
    w, b, losses = impl.linear_fit_gd(case.X, case.y, case.lr, case.n_iters, case.w0, case.b0)
    return {"every 30th loss": losses[::30], "b": b, "loss at the bottom": np.sum((case.X @ w + b - case.y) ** 2)}


@variant
def one_parameter_vector(X, y, lr, n_iters, w0, b0):
    theta = np.append(np.asarray(w0, dtype=float), b0)
    A = np.hstack([X, np.ones((len(X), 1))])
    losses = np.zeros(n_iters + 1)
    for t in range(n_iters + 1):
        error = A @ theta - y
        losses[t] = error @ error
        if t < n_iters:
            theta = theta - 2 * lr * (A.T @ error)
    return theta[:-1], theta[-1], losses


@mistake(
    en="You return the parameters with the smallest loss on the way. The docstring asks for those after the last step.",
    zh="你返回了途中损失最小的参数。文档字符串要求的是最后一步之后的参数。",
)
def best_instead_of_last(X, y, lr, n_iters, w0, b0):
    w, b = w0, b0
    path, losses = [(w, b)], [linear_loss(w, b, X, y)]
    for _ in range(n_iters):
        path.append(gd_step(*path[-1], *linear_grad(*path[-1], X, y), lr))
        losses.append(linear_loss(*path[-1], X, y))
    return *path[int(np.argmin(losses))], losses


@variant
def own_copy(X, y, lr, n_iters, w0, b0):
    w, b = np.array(w0, dtype=float), float(b0)
    losses = np.empty(n_iters + 1)
    losses[0] = np.sum((X @ w + b - y) ** 2)
    for t in range(1, n_iters + 1):
        error = X @ w + b - y
        w -= lr * 2 * (error @ X)
        b -= lr * 2 * error.sum()
        losses[t] = np.sum((X @ w + b - y) ** 2)
    return w, np.array([b]), losses


@mistake(
    en="Right for decimals, but a copy of a w0 of whole numbers can hold only whole numbers. Compute a new array in each step, or copy it as floats.",
    zh="小数时都对。但 w0 是整数数组时，它的副本也只能存整数。请每一步算出新的数组，或者复制成浮点数组。",
)
def dtype_of_w0_kept(X, y, lr, n_iters, w0, b0):
    w, b = w0.copy(), b0
    losses = [linear_loss(w, b, X, y)]
    for _ in range(n_iters):
        dw, db = linear_grad(w, b, X, y)
        w -= lr * dw
        b -= lr * db
        losses.append(linear_loss(w, b, X, y))
    return w, b, losses


Exercise(
    points=3, reference=regression.linear_fit_gd, cases=descent_cases, shapes=shapes_of_fit, tolerance=CLOSED_FORM,
    accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[
        Group("edge", edge_cases),
        Group("convergence", convergence_cases, observe=bottom, en="Reaches the bottom", zh="走到谷底"),
    ],
    mistakes=[
        Mistake("b_after_w", "w, b = gd_step(w, b, dw, db, lr)",
            "w = w - lr * dw\n        b = b - lr * linear_grad(w, b, X, y)[1]",
            en="Your derivative with respect to b is taken after w has moved. Take both at the same point, then move both.",
            zh="你求 b 的导数时 w 已经变了。请先在同一点求出两个导数，再一起更新。"),
        Mistake("gradient_never_renewed", "    for _ in range(n_iters):\n        dw, db = linear_grad(w, b, X, y)",
            "    dw, db = linear_grad(w, b, X, y)\n    for _ in range(n_iters):",
            en="You walk in the direction of the first gradient all the way. Take a new one at every step.",
            zh="你一直沿着最初的梯度走。每一步都要在新的位置重新求梯度。"),
        Mistake("stopped_when_flat", "losses.append(linear_loss(w, b, X, y))",
            "losses.append(linear_loss(w, b, X, y))\n        if abs(losses[-1] - losses[-2]) < 1e-12:\n            break",
            en="You stop as soon as the loss hardly changes. The function takes exactly n_iters steps, so that `losses` always has n_iters + 1 entries.",
            zh="损失几乎不变时你就停了。这个函数要不多不少走 n_iters 步，`losses` 总有 n_iters + 1 个元素。"),
        Mistake("stopped_when_rising", "losses.append(linear_loss(w, b, X, y))",
            "losses.append(linear_loss(w, b, X, y))\n        if losses[-1] > losses[-2]:\n            break",
            en="You stop when the loss rises. Exactly n_iters steps are asked for, wherever they lead: a rising loss is what tells you that the rate is too large.",
            zh="损失一上升你就停了。题目要求走满 n_iters 步，无论走到哪里：正是上升的损失告诉我们学习率太大。"),
        Mistake("gradient_clipped", "dw, db, lr", "np.clip(dw, -50, 50), np.clip(db, -50, 50), lr",
            en="You cut off large gradients. The step is η times the gradient, however long it is; too large a rate is meant to show.",
            zh="你把大的梯度截断了。步子就是 η 乘梯度，不论多长；学习率太大时，就应当看得出来。"),
        Mistake("a_bias_for_each_sample", "return w, b, losses", "return w, b if n_iters <= 6 else y - X @ w, losses",
            en="Your b is an array with an entry per sample. It is one number, and it too comes from the steps of the descent.",
            zh="你的 b 是一个数组，每个样本一个。b 应当只是一个数，而且也要由下降的步子得到。"),
        Mistake("last_loss_missing", "return w, b, losses", "return w, b, losses[:-1]",
            en="The loss after the last step is missing: n_iters steps have n_iters + 1 losses, like fences and posts.",
            zh="少了最后一步之后的损失：走 n_iters 步，前后共有 n_iters + 1 个损失。"),
        Mistake("ascent", "gd_step(w, b, dw, db, lr)", "gd_step(w, b, dw, db, -lr)",
            en="Your losses grow with every step: you walk uphill. Look at the sign of the step.",
            zh="损失一步比一步大：你在往上走。检查一下步子的符号。"),
        Mistake("start_changed_in_place", "w, b = gd_step(w, b, dw, db, lr)", "w -= lr * dw; b = b - lr * db",
            en="The numbers are right, but w is the caller's w0 under another name, and `-=` changed it in place.",
            zh="数值是对的，但这里的 w 就是调用者的 w0，`-=` 把它原地改掉了。"),
        Mistake("first_loss_missing", "losses = [linear_loss(w, b, X, y)]", "losses = []",
            en="The loss at the start is missing: `losses` should begin before the first step and have n_iters + 1 entries.",
            zh="少了起点的损失：`losses` 从第一步之前开始记，共 n_iters + 1 个。"),
        Mistake("start_ignored", "w, b = w0, b0", "w, b = np.zeros(len(w0)), 0.0",
            en="You start from zero. The start is an argument: begin at w0 and b0.",
            zh="你从零出发了。起点由参数给出，应从 w0 和 b0 开始。"),
        Mistake("mean_gradient", "gd_step(w, b, dw, db, lr)", "gd_step(w, b, dw, db, lr / len(y))",
            en="Your steps are N times too short, as if the loss were a mean. It is a SUM, and its gradient is used as it is.",
            zh="你的步子只有应有的 1/N，好像损失是平均似的。损失是**求和**，梯度直接使用即可。"),
        Mistake("one_step_too_many", "range(n_iters)", "range(n_iters + 1)",
            en="You take one step more than n_iters.",
            zh="你比 n_iters 多走了一步。"),
    ],
    variants=[Variant("array_of_losses", "return w, b, losses", "return w, b, np.array(losses)")],
)


# %% [markdown] lang="en"
# Now see where your descent goes. Left: the loss of a line $y = wx + b$ over all $(w, b)$, and the first 30 steps at three rates. A small rate (circles) creeps along the floor of the
# valley, a middle one (squares) is there soon, and near the limit (triangles) it jumps from wall to wall. Right: the lines that belong to the middle one turn towards the points.
# %% [markdown] lang="zh" of="ceee"
# 现在看看你的下降走到哪里。左图是直线 $y = wx + b$ 在所有 $(w, b)$ 处的损失，以及三种学习率下最初的 30 步：学习率小（圆点），沿谷底慢慢爬；适中（方块），很快就到；
# 接近上限（三角），在两壁之间来回跳。右图是学习率适中时的直线，一步步转向数据点。
# %% demo="loss_surface"
# The loss of a line y = w x + b over all (w, b), and three descents by your functions.
@drawn_by("linear_loss", "linear_fit_gd")
def loss_surface(plt):
    rng = np.random.default_rng(4)
    x = np.linspace(-0.6, 2.4, 16)
    y = 1.5 * x - 0.5 + 0.5 * rng.normal(size=16)
    A = np.stack([x, np.ones(16)], axis=1)
    limit = 1 / np.linalg.norm(A, 2) ** 2  # the next section shows where it comes from

    def walk(rate, steps):
        ends = [linear_fit_gd(x[:, None], y, rate, n, np.array([3.0]), 2.9)[:2] for n in range(steps + 1)]
        return np.array([[float(np.ravel(w)[0]), float(b)] for w, b in ends])

    _, (left, right) = plt.subplots(1, 2, figsize=(11, 4.6), constrained_layout=True)
    w, b = np.meshgrid(np.linspace(-2.2, 5.2, 80), np.linspace(-3.4, 3.2, 80))
    height = [linear_loss(np.array([v]), c, x[:, None], y) for v, c in zip(w.flat, b.flat, strict=True)]
    left.contourf(w, b, np.log(np.reshape(height, w.shape)), 24, cmap="Greys_r")
    for share, style, color in ((0.04, "o-", "#56B4E9"), (0.3, "s-", "#009E73"), (0.93, "^-", "#D55E00")):
        left.plot(*walk(share * limit, 30).T, style, ms=4, lw=1.4, color=color, label=words(en=f"lr = {share:.2f} of the limit", zh=f"lr = 极限的 {share:.2f}"))
    left.plot(*np.linalg.lstsq(A, y, rcond=None)[0], "*", ms=15, color="white", mec="black")
    left.set(xlabel="w", ylabel="b", title=words(en="The loss, and three descents", zh="损失，以及三次下降"), xlim=(-2.2, 5.2), ylim=(-3.4, 3.2))
    left.legend(loc="lower left", fontsize=8)
    right.scatter(x, y, color="black", zorder=5, s=22)
    lines = walk(0.3 * limit, 30)
    for number, step in enumerate((0, 1, 2, 4, 8, 30)):
        color = plt.cm.viridis(0.95 - number / 5.5)
        right.plot(x, lines[step] @ [x, np.ones(16)], color=color, lw=1 + 0.4 * number, label=words(en=f"after {step} steps", zh=f"{step} 步之后"))
    right.set(xlabel="x", ylabel="y", title=words(en="The descent at 0.30 of the limit, seen as lines", zh="极限的 0.30 那次下降，画成直线"))
    right.legend(fontsize=8)
    plt.show()
