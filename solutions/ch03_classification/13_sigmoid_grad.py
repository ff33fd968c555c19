# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import classification

from chapter import sigmoid

# %% [markdown] lang="en"
# ### {n} The slope of the sigmoid
#
# $$\frac{d\sigma}{dz}=\sigma(z)\,\big(1-\sigma(z)\big).$$
#
# The notes write this as $y(1-y)$, where $y$ is the *output* of the sigmoid. Your function takes $z$, the input. **By hand.** At $z=\ln3$ the output is $\tfrac34$, so the slope is $\tfrac34\cdot\tfrac14=\tfrac{3}{16}$. The steepest point is $z=0$ with slope $\tfrac14$; far out on both sides the slope approaches 0.
# %% [markdown] lang="zh" of="d7dc"
# ### {n} Sigmoid 的导数
#
# $$\frac{d\sigma}{dz}=\sigma(z)\,\big(1-\sigma(z)\big).$$
#
# 讲义写成 $y(1-y)$，其中 $y$ 是 sigmoid 的**输出**。你的函数接收的是输入 $z$。**手算。** $z=\ln3$ 时输出为 $\tfrac34$，导数是 $\tfrac34\cdot\tfrac14=\tfrac{3}{16}$。最陡处在 $z=0$，导数为 $\tfrac14$；两侧越远，导数越接近 0。
# %% answer="sigmoid_grad"
def sigmoid_grad(z):
    """The derivative of the sigmoid at z, entry by entry.

    z a number or an array of any shape, of integers, too: the input of the sigmoid, not its output.  Returns the same
    shape, finite for every finite z.
    """
    ### BEGIN SOLUTION
    a = sigmoid(z)
    return a * (1 - a)
    ### END SOLUTION


# %% [markdown] docstring="sigmoid_grad" lang="zh" of="5594"
# sigmoid 在 z 处的导数，逐元素。
#
# z 是数或任意形状的数组，也可以是整数：是 sigmoid 的输入，不是输出。返回同样的形状；对任何有限的 z 结果都是有限数。
# %% [markdown] why="sigmoid_grad" lang="en"
# The slope is built from the safe sigmoid, so it needs no care of its own, and no second exponential.
# Beyond z = 37 the difference `1 - a` rounds to 0; the true slope there is below $10^{-16}$, which no training will notice.
# %% [markdown] why="sigmoid_grad" lang="zh" of="a144"
# 导数由安全的 sigmoid 得到，不必再为溢出操心，也不用再算一次指数。
# z 超过 37 时 `1 - a` 会舍入成 0，而真正的导数此时不到 $10^{-16}$，训练中觉察不到。
# %% grading="sigmoid_grad"
def sigmoid_grad_cases(rng):
    yield Case("typical", zh="一般数据", z=rng.normal(0, 2, (2, 5)).round(2))


def edge_cases(rng):
    yield Case("a number", zh="单独一个数", z=round(float(rng.normal()) - 0.5, 2))


def extreme_cases(rng):
    far = (rng.permutation([-1.0, 1.0, 0.0, 0.02, -0.02]) * rng.uniform(900, 1100)).round(2)
    yield Case("±1000", zh="±1000", z=far)


@mistake(
    en="Far to the left the exponential is infinite and the quotient NaN. Build the derivative from your safe sigmoid.",
    zh="z 非常小时指数为无穷大，商变成 NaN。请用你那个安全的 sigmoid 来表示导数。",
)
def overflow(z):
    e = np.exp(-np.asarray(z, dtype=float))
    return e / (1 + e) ** 2


@variant
def one_exponential(z):
    e = np.exp(-np.abs(np.asarray(z, dtype=float)))
    return e / (1 + e) ** 2


@variant
def loop(z):
    flat = [sigmoid(value) for value in np.ravel(z)]
    return np.reshape([float(a * (1 - a)) for a in flat], np.shape(z))


Exercise(
    points=1, reference=classification.sigmoid_grad, cases=sigmoid_grad_cases, tolerance=CLOSED_FORM,
    groups=[Group("edge", edge_cases), Group("extreme", extreme_cases)], accepts=("integers",), forbids=FROM_SCRATCH,
    mistakes=[
        Mistake("derivative_in_the_output", "a = sigmoid(z)", "a = np.asarray(z)",
            en="a(1−a) holds for the output a of the sigmoid. What you are given is the input z: apply the sigmoid first.",
            zh="a(1−a) 里的 a 是 sigmoid 的输出。传进来的是输入 z：要先求 sigmoid。"),
        Mistake("sigmoid_itself", "return a * (1 - a)", "return a",
            en="This is the sigmoid, not its derivative.",
            zh="这是 sigmoid 本身，不是它的导数。"),
        Mistake("wrong_sign", "(1 - a)", "(a - 1)",
            en="The sigmoid rises everywhere, so its derivative is never negative.",
            zh="sigmoid 处处上升，导数不可能为负。"),
        Mistake("only_squared", "return a * (1 - a)", "return a**2",
            en="One factor is the sigmoid, the other one minus the sigmoid; you squared the first.",
            zh="一个因子是 sigmoid，另一个是 1 减 sigmoid；你把第一个平方了。"),
    ],
    variants=[
        Variant("the_slope_is_even", "a = sigmoid(z)", "z = -z\n    a = sigmoid(z)"),
        Variant("mirror", "return a * (1 - a)", "return a * sigmoid(-np.asarray(z))"),
        Variant("cosh", "return a * (1 - a)", "return 0.25 / np.cosh(np.clip(np.asarray(z) / 2, -300, 300)) ** 2"),
    ],
)
