# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import classification

from chapter import bce_loss, drawn_by, logistic_grad, logistic_mse_grad, sigmoid, sigmoid_grad, words

# %% [markdown] lang="en"
# ### {n} The plateau in numbers
#
# How hard does one sample with $y=1$ pull on its own logit $z$? With $f=\sigma(z)$ the two derivatives are
#
# $$\frac{d}{dz}\,\tfrac12(f-1)^2=(f-1)\,f\,(1-f),\qquad \frac{d}{dz}\big(-\ln f\big)=f-1 .$$
#
# A vanishing pull at $f\approx1$ is just what we want. At $f\approx0$ it is a disaster: far from the goal, the squared error is as flat as at the goal. **By hand.** At $z=-\ln3$, $f=\tfrac14$: the pulls are $-\tfrac34\cdot\tfrac14\cdot\tfrac34=-\tfrac{9}{64}$ and $-\tfrac34$. Compute both for $z=-10,\dots,10$ and see where each of them gives up.
# %% [markdown] lang="zh" of="2c76"
# ### {n} 平坦区有多平：用数值看
#
# 一个 $y=1$ 的样本，对它自己的 logit $z$ 拉得有多用力？记 $f=\sigma(z)$，两个导数分别是
#
# $$\frac{d}{dz}\,\tfrac12(f-1)^2=(f-1)\,f\,(1-f),\qquad \frac{d}{dz}\big(-\ln f\big)=f-1 .$$
#
# 在 $f\approx1$ 处拉力消失，正合我们的意；在 $f\approx0$ 处消失却是灾难：离目标很远的地方，平方误差和在目标处一样平。**手算。** $z=-\ln3$ 时 $f=\tfrac14$，拉力分别是 $-\tfrac34\cdot\tfrac14\cdot\tfrac34=-\tfrac{9}{64}$ 和 $-\tfrac34$。对 $z=-10,\dots,10$ 把两者都算一遍，看看它们各自在哪里“放弃”。
# %% answer="pulls_on_logit"
def pulls_on_logit(z):
    """How hard a sample with y = 1 pulls on its logit, for both losses.

    z (N,) logits.  Returns (squared, cross): the derivatives in z of ½(sigmoid(z) − 1)² and of −ln sigmoid(z),
    each (N,), entry by entry: nothing is summed.
    """
    ### BEGIN SOLUTION
    cross = -sigmoid(-z)  # (N,): f − 1, without rounding to 0 for large z
    squared = cross * sigmoid_grad(z)  # (N,)
    return squared, cross
    ### END SOLUTION


# %% [markdown] docstring="pulls_on_logit" lang="zh" of="f986"
# 对两种损失，一个 y = 1 的样本拉动其 logit 的力度。
#
# z (N,) 是 logit。返回 (squared, cross)：½(sigmoid(z) − 1)² 与 −ln sigmoid(z) 对 z 的导数，
# 各为 (N,)，逐元素计算，不求和。
# %% [markdown] why="pulls_on_logit" lang="en"
# Since 1 − σ(z) = σ(−z), `-sigmoid(-z)` is f − 1 without a subtraction of nearly equal numbers: at z = 40 it is $-4\cdot10^{-18}$, where `sigmoid(z) - 1` gives 0.
# The pull of the squared error is the same number times the slope; that factor is the whole difference.
# %% [markdown] why="pulls_on_logit" lang="zh" of="0f24"
# 因为 1 − σ(z) = σ(−z)，写成 `-sigmoid(-z)` 就避开了两个相近的数相减：z = 40 时它是 $-4\cdot10^{-18}$，而 `sigmoid(z) - 1` 得 0。
# 平方误差的拉力就是这个数再乘上斜率，两者的差别全在这个因子。
# %% grading="pulls_on_logit"
def logit_cases(rng):
    yield Case("typical", zh="一般数据", z=rng.normal(0, 2, 6).round(2))


def edge_cases(rng):
    yield Case("one logit", zh="只有一个 logit", z=rng.normal(0, 2, 1).round(2))


def extreme_cases(rng):
    far = (rng.permutation([-1.0, -0.012, 0.012, 1.0]) * rng.uniform(900, 1100)).round(2)
    yield Case("far out", zh="两侧远处", z=far)


@variant
def loop(z):
    pulls = [(float(sigmoid(v)) - 1) for v in z]
    return [pull * float(sigmoid_grad(v)) for pull, v in zip(pulls, z)], pulls


@variant
def one_array_of_both(z):
    f = sigmoid(z)
    g = sigmoid(-1.0 * z)
    return np.vstack([-f * g * g, -g])


Exercise(
    points=1, reference=classification.pulls_on_logit, cases=logit_cases, tolerance=CLOSED_FORM,
    groups=[Group("edge", edge_cases), Group("extreme", extreme_cases)], forbids=FROM_SCRATCH,
    mistakes=[
        Mistake("pulls_swapped", "return squared, cross", "return cross, squared",
            en="The two pulls come in the wrong order: the squared error first.",
            zh="两个结果的顺序反了：先平方误差，后交叉熵。"),
        Mistake("label_zero", "cross = -sigmoid(-z)", "cross = sigmoid(z)",
            en="This is a sample with y = 0. With y = 1 the error is f − 1, which is negative: the logit is pulled up.",
            zh="这是 y = 0 的样本。y = 1 时误差是 f − 1，为负：logit 被往上拉。"),
        Mistake("wrong_sign", "cross = -sigmoid(-z)", "cross = sigmoid(-z)",
            en="The signs are reversed: for y = 1 both losses fall as z grows, so both derivatives are negative.",
            zh="符号反了：y = 1 时 z 越大损失越小，两个导数都应为负。"),
        Mistake("factor_two", "squared = cross *", "squared = 2 * cross *",
            en="The squared error has a ½ in front, which cancels the 2.",
            zh="平方误差前面有 ½，与 2 抵消。"),
        Mistake("sigmoid_slope_missing", "squared = cross * sigmoid_grad(z)", "squared = cross * 1.0",
            en="Both columns are the same, so there is no plateau. The squared error keeps the sigmoid's slope f(1−f).",
            zh="两列完全一样，自然没有平坦区。平方误差里还保留着 sigmoid 的导数 f(1−f)。"),
        Mistake("slope_in_both", "return squared, cross", "return squared, squared",
            en="The cross-entropy has no factor f(1−f): the derivative of the logarithm cancels it.",
            zh="交叉熵没有因子 f(1−f)：对数的导数把它约掉了。"),
        Mistake("summed", "return squared, cross", "return np.sum(squared), np.sum(cross)",
            en="You added the samples up. Here each logit keeps its own pull: nothing is summed.",
            zh="你把各个样本加了起来。这里每个 logit 各有自己的拉力，不求和。"),
    ],
    variants=[
        Variant("textbook", "cross = -sigmoid(-z)", "cross = sigmoid(z) - 1"),
        Variant("lists", "return squared, cross", "return squared.tolist(), cross.tolist()"),
    ],
)


# %% demo="landscapes"
# Two landscapes over the same data, and two balls released at the same bad place: they roll by your gradients.
@drawn_by("sigmoid", "bce_loss", "logistic_grad", "logistic_mse_grad")
def landscapes(plt):
    x, y = np.array([[-2.2], [-1.4], [-0.7], [-0.2], [0.4], [0.9], [1.6], [2.3]]), np.array([0, 0, 0, 1, 0, 1, 1, 1])

    def squared_error(w, b, x, y):
        return 0.5 * np.sum((np.ravel(sigmoid(x @ w + b)) - y) ** 2)

    slopes, offsets = np.meshgrid(np.linspace(-14, 10, 61), np.linspace(-9, 9, 46))
    places = list(zip(slopes.ravel()[:, None], offsets.ravel()))
    figure = plt.figure(figsize=(12, 8), layout="constrained")
    for number, (kind, loss, gradient) in enumerate(
        ((words(en="squared error", zh="平方误差"), squared_error, logistic_mse_grad), (words(en="cross-entropy", zh="交叉熵"), bce_loss, logistic_grad)), start=1
    ):
        surface = np.reshape([loss(w, b, x, y) for w, b in places], slopes.shape)
        w, b = np.array([-11.0]), -1.0
        path = [(w[0], b, loss(w, b, x, y))]
        for _ in range(150):
            dw, db = gradient(w, b, x, y)
            w, b = w - 0.3 * np.asarray(dw), b - 0.3 * float(np.sum(db))
            path.append((w[0], b, loss(w, b, x, y)))
        w_path, b_path, heights = np.transpose(path)
        axis = figure.add_subplot(2, 2, number, projection="3d")
        axis.plot_surface(slopes, offsets, surface, cmap="Greys", alpha=0.6, linewidth=0)
        axis.plot(w_path, b_path, heights + 0.02 * surface.max(), color="#D55E00", lw=3, zorder=10)
        axis.set(title=words(en=f"{kind}: 150 steps of 0.3", zh=f"{kind}：150 步，学习率 0.3"), xlabel="w", ylabel="b", zlabel=words(en="loss", zh="损失"))
        axis.view_init(elev=32, azim=-68)
        above = figure.add_subplot(2, 2, number + 2)
        lines = above.contour(slopes, offsets, surface, levels=14, colors="#777777", linewidths=0.8)
        above.clabel(lines, fontsize=7)
        above.plot(w_path, b_path, "-", color="#D55E00", lw=2)
        above.plot(w_path[0], b_path[0], "o", color="#D55E00", ms=9, label=words(en="start", zh="起点"))
        above.plot(w_path[-1], b_path[-1], "*", color="#0072B2", ms=14, label=words(en="after 150 steps", zh="150 步之后"))
        above.set(title=words(en=f"{kind}, seen from above", zh=f"{kind}，俯视图"), xlabel="w", ylabel="b")
        above.legend(loc="upper left", fontsize=8)
    plt.show()
# %% [markdown] lang="en"
# What you should see. Both balls start at the same place, where almost every sample is badly wrong (circle). On the squared error the star lies right beside the circle: 150 steps have hardly moved the ball, although the loss there is high.
# On the cross-entropy the ball has rolled down to the floor of the valley.
# %% [markdown] lang="zh" of="fe18"
# 你应当看到：两个小球从同一处出发（圆点），那里几乎每个样本都错得离谱。在平方误差上，星号就在圆点旁边：走了 150 步，小球几乎没动，尽管那里的损失很高。
# 在交叉熵上，小球已经滚到了谷底。
