# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import classification

from chapter import drawn_by, linear_data, linear_errors, squared_labels, words, zero_one_loss

# %% [markdown] lang="en"
# ### {n} The gradient of counting is zero
#
# Can gradient descent lower $\mathcal L_{0/1}$? Feel the slope numerically. The central difference in the direction of one weight is
#
# $$g_i=\frac{\mathcal L_{0/1}(w+h\,e_i,\,b)-\mathcal L_{0/1}(w-h\,e_i,\,b)}{2h},$$
#
# where $e_i$ has a 1 in place $i$ and zeros elsewhere. **By hand.** One sample $x=2$ with $y=1$, $w=0.5$, $b=0$. With $h=1$: at $w=1.5$ the score is 3, right, loss 0; at $w=-0.5$ the score is −1, wrong, loss 1. So $g=\frac{0-1}{2}=-0.5$. With $h=0.01$ both ends are right and $g=0$.
#
# Run your function with a big step and a tiny one. The tiny step answers the question: between two jumps the loss is perfectly flat, so descent has nowhere to go.
# %% [markdown] lang="zh" of="b675"
# ### {n} 计数的梯度是零
#
# 梯度下降能降低 $\mathcal L_{0/1}$ 吗？用数值方法摸一摸坡度。沿某一个权重方向的中心差分是
#
# $$g_i=\frac{\mathcal L_{0/1}(w+h\,e_i,\,b)-\mathcal L_{0/1}(w-h\,e_i,\,b)}{2h},$$
#
# 其中 $e_i$ 的第 $i$ 个分量是 1，其余是 0。**手算。** 只有一个样本 $x=2$，$y=1$，$w=0.5$，$b=0$。取 $h=1$：在 $w=1.5$ 处得分 3，分对，损失 0；在 $w=-0.5$ 处得分 −1，分错，损失 1。于是 $g=\frac{0-1}{2}=-0.5$。取 $h=0.01$，两端都分对，$g=0$。
#
# 用一个大步长和一个极小的步长各试一次。小步长给出了答案：在两次跳变之间，损失是完全平的，梯度下降无路可走。
# %% answer="zero_one_gradient"
def zero_one_gradient(w, b, X, y, h):
    """Central differences of `zero_one_loss` with respect to each weight.

    w (D,), b a number, X (N, D), y (N,) integers 0 or 1, h the step, a number above 0.  Returns (D,).
    """
    ### BEGIN SOLUTION
    slope = np.zeros(len(w))  # (D,)
    for i in range(len(w)):
        move = np.zeros(len(w))
        move[i] = h
        slope[i] = (zero_one_loss(w + move, b, X, y) - zero_one_loss(w - move, b, X, y)) / (2 * h)
    return slope
    ### END SOLUTION


# %% [markdown] docstring="zero_one_gradient" lang="zh" of="dec8"
# `zero_one_loss` 对每个权重的中心差分。
#
# w (D,)，b 是数，X (N, D)，y (N,) 为整数 0 或 1，h 是步长（大于 0）。返回 (D,)。
# %% [markdown] why="zero_one_gradient" lang="en"
# `move` is made anew for each weight: had it been kept, earlier moves would pile up. `w + move` also leaves the caller's `w` alone, and takes one of whole numbers.
# The price is two losses per weight, 2D in all, which is why nobody trains like this.
# %% [markdown] why="zero_one_gradient" lang="zh" of="da42"
# 每个权重都新建一个 `move`；如果沿用同一个，前面的移动就会累积起来。`w + move` 不会改动调用者的 `w`，`w` 是整数数组也没问题。
# 代价是每个权重要算两次损失，一共 2D 次，所以没有人这样训练。
# %% grading="zero_one_gradient"
def stepped_inputs(rng, n, d, h):
    """A classifier with a slope in most directions, which forward differences and piled-up moves get wrong."""
    while True:
        w, b, X, y = linear_data(rng, n, d)
        ends = [w + sign * h * e for e in np.eye(d) for sign in (1, -1)]
        losses = np.array([linear_errors(end, b, X, y) for end in ends]).reshape(d, 2)
        forward = losses[:, 0] - linear_errors(w, b, X, y)
        clear = min(np.abs(X @ end + b).min() for end in ends) > 0.02
        walk = linear_errors(w + h * np.ones(d), b, X, y) - linear_errors(w - h * np.ones(d), b, X, y)
        central = losses[:, 0] - losses[:, 1]
        if (
            clear
            and (central != 0).sum() >= min(d, 2)
            and (2 * forward != central).any()
            and (d == 1 or abs(walk - central[-1]) > 0.01)
        ):
            return {"w": w, "b": b, "X": X, "y": y, "h": h}


def slope_cases(rng):
    yield Case("a big step", zh="大步长", **stepped_inputs(rng, rng.integers(8, 16), 3, 1.0))
    yield Case("half a step", zh="步长减半", **stepped_inputs(rng, rng.integers(8, 16), 2, 0.5))


def edge_cases(rng):
    yield Case("one weight", zh="只有一个权重", **stepped_inputs(rng, 6, 1, 1.5))


def flat_cases(rng):
    w, b, X, y = linear_data(rng, 7, 4)
    yield Case("a tiny step", zh="极小的步长", w=w, b=b, X=X, y=y, h=1e-4)


@mistake(
    en="Earlier weights stay moved while you probe the next one. Start every direction from the same w.",
    zh="探测下一个权重时，前面的权重还没有复位。每个方向都要从同一个 w 出发。",
)
def moves_pile_up(w, b, X, y, h):
    slope, move = np.zeros(len(w)), np.zeros(len(w))
    for i in range(len(w)):
        move[i] = h
        slope[i] = (zero_one_loss(w + move, b, X, y) - zero_one_loss(w - move, b, X, y)) / (2 * h)
    return slope


@mistake(
    en="There is one entry too many: the slopes with respect to the D weights are asked for, not the bias.",
    zh="多了一个元素：题目要的是对 D 个权重的坡度，不包括偏置。",
)
def bias_included(w, b, X, y, h):
    theta, A = np.append(w, b), np.column_stack([X, np.ones(len(X))])
    moves = h * np.eye(len(theta))
    return np.array([zero_one_loss(theta + m, 0, A, y) - zero_one_loss(theta - m, 0, A, y) for m in moves]) / (2 * h)


@variant
def as_list(w, b, X, y, h):
    return [(zero_one_loss(w + h * e, b, X, y) - zero_one_loss(w - h * e, b, X, y)) / (2 * h) for e in np.eye(len(w))]


@variant
def moved_and_put_back(w, b, X, y, h):
    w = np.array(w, dtype=float)
    slope = []
    for i in range(w.size):
        w[i] += h
        up = zero_one_loss(w, b, X, y)
        w[i] -= 2 * h
        down = zero_one_loss(w, b, X, y)
        w[i] += h
        slope.append((up - down) / (2 * h))
    return np.asarray(slope)


@variant
def broadcasting(w, b, X, y, h):
    moves = h * np.eye(len(w))
    up = np.mean(((X @ (w + moves).T + b) > 0) != y[:, None], axis=0)
    down = np.mean(((X @ (w - moves).T + b) > 0) != y[:, None], axis=0)
    return (up - down) / (2 * h)


Exercise(
    points=1, reference=classification.zero_one_gradient, cases=slope_cases, tolerance=CLOSED_FORM,
    forbids=FROM_SCRATCH,
    groups=[
        Group("edge", edge_cases),
        Group("flat", flat_cases, en="A tiny step finds no slope", zh="小步长下没有坡度"),
    ],
    mistakes=[
        Mistake("forward_difference", "zero_one_loss(w - move, b, X, y)) / (2 * h)", "zero_one_loss(w, b, X, y)) / h",
            en="You compare one moved point with the middle. A central difference takes one step to each side.",
            zh="你拿移动后的点和中间点相比。中心差分要向两侧各走一步。"),
        Mistake("divided_by_h", "(2 * h)", "h",
            en="The two ends are 2h apart, so the rise is divided by 2h.",
            zh="两个端点相距 2h，所以要除以 2h。"),
        Mistake("not_divided", " / (2 * h)", "",
            en="This is the rise, not the slope: divide it by the distance between the two ends.",
            zh="这只是损失之差，不是坡度：还要除以两端点之间的距离。"),
        Mistake("wrong_sign", "slope[i] = (", "slope[i] = -(",
            en="The sign is reversed: a gradient points uphill, from the smaller loss to the larger.",
            zh="符号反了：梯度指向上坡，即损失增大的方向。"),
    ],
    variants=[
        Variant("every_entry_is_overwritten", "slope = np.zeros(", "slope = np.ones("),
        Variant("steps_to_both_sides", "slope = np.zeros(", "h = -h\n    slope = np.zeros("),
        squared_labels("slope = np.zeros("),
    ],
)


# %% demo="stairs"
# Your zero_one_loss as one weight changes, and the slope that your zero_one_gradient feels on it.
@drawn_by("zero_one_loss", "zero_one_gradient")
def stairs(plt):
    points = np.random.default_rng(3).normal(size=(12, 2))
    truth = (points @ [1.5, -1.0] + np.random.default_rng(4).normal(size=12) > 0).astype(int)
    weights = np.linspace(-4, 6, 401)
    places = [np.array([weight, -1.0]) for weight in weights]
    _, (left, right) = plt.subplots(1, 2, figsize=(11, 3.6), layout="constrained", sharex=True)
    left.plot(weights, [zero_one_loss(w, 0.0, points, truth) for w in places], color="#D55E00", lw=2)
    left.set(title=words(en="Share of errors: flat steps", zh="错误的比例：平的台阶"), xlabel=words(en="one weight", zh="一个权重"), ylabel=words(en="0/1 loss", zh="0/1 损失"))
    for h, style, color in ((1.0, "-", "#0072B2"), (1e-6, "--", "#000000")):
        slopes = [zero_one_gradient(w, 0.0, points, truth, h)[0] for w in places]
        right.plot(weights, slopes, style, color=color, lw=2, label=f"h = {h:g}")
    right.set(title=words(en="Its slope, by central differences", zh="它的坡度（中心差分）"), xlabel=words(en="one weight", zh="一个权重"), ylabel=words(en="slope", zh="坡度"))
    right.legend()
    for axis in (left, right):
        axis.grid(alpha=0.3)
    plt.show()
# %% [markdown] lang="en"
# What you should see. The share of errors (left) is a staircase: flat everywhere, with jumps where one of the 12 samples changes sides. A step of 1 (right, solid) still feels that the loss falls to the right; the tiny step (dashed), and the gradient is what it comes to, feels nothing at all.
# %% [markdown] lang="zh" of="a478"
# 你应当看到：错误的比例（左图）是一段楼梯：处处是平的，只在 12 个样本中有一个换边时跳一下。步长为 1 时（右图实线）还能感觉到损失向右下降；步长极小时（虚线）什么也感觉不到，而梯度正是步长趋于零的极限。
