# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Exercise, Group, Mistake, Variant
from reference import backprop as torch_reference

from chapter import RELU, SIGMOID, TANH, axes_cases, far_out

# %% [markdown] lang="en"
# ## {n} Activations
#
# Two linear layers in a row are one linear layer: $(XW_1)W_2=X(W_1W_2)$. A net becomes more than that only because every hidden layer bends its output. Three classic bends:
#
# $$\mathrm{relu}(z)=\max(0,z),\qquad \sigma(z)=\frac{1}{1+e^{-z}},\qquad \tanh(z)=\frac{e^z-e^{-z}}{e^z+e^{-z}}$$
#
# They work on every entry alone: the output has the shape of the input.
#
# **By hand.** $\mathrm{relu}(-2)=0$, $\mathrm{relu}(1.5)=1.5$; $\sigma(0)=0.5$, $\sigma(2)\approx0.8808$; $\tanh(1)\approx0.7616$.
#
# **Care.** $\sigma(\pm1000)$ is a perfectly good number, 0 or 1. If your formula divides infinity by infinity, it gives NaN instead. A pretty identity helps: $\sigma(z)=\tfrac12\left(1+\tanh\tfrac z2\right)$.
# %% [markdown] lang="zh" of="5ba2"
# ## {n} 激活函数
#
# 两个线性层连在一起还是一个线性层：$(XW_1)W_2=X(W_1W_2)$。网络之所以更强，全靠每个隐藏层把输出“弯”一下。三种经典的弯法：
#
# $$\mathrm{relu}(z)=\max(0,z),\qquad \sigma(z)=\frac{1}{1+e^{-z}},\qquad \tanh(z)=\frac{e^z-e^{-z}}{e^z+e^{-z}}$$
#
# 它们逐个元素起作用，输出与输入形状相同。
#
# **手算。** $\mathrm{relu}(-2)=0$，$\mathrm{relu}(1.5)=1.5$；$\sigma(0)=0.5$，$\sigma(2)\approx0.8808$；$\tanh(1)\approx0.7616$。
#
# **当心。** $\sigma(\pm1000)$ 是再正常不过的数，1 或 0。如果你的写法里出现无穷除以无穷，得到的就是 NaN。有个漂亮的恒等式可以用：$\sigma(z)=\tfrac12\left(1+\tanh\tfrac z2\right)$。
# %% answer="activate"
def activate(Z, kind):
    """An activation function, applied to every entry of Z.

    Z is an array of any shape, kind is "relu", "sigmoid" or "tanh".  Returns an array of the same shape,
    finite also for entries of ±1000.
    """
    ### BEGIN SOLUTION
    if kind == "relu":
        return np.maximum(Z, 0)
    if kind == "tanh":
        return np.tanh(Z)
    return 0.5 * (1 + np.tanh(Z / 2))
    ### END SOLUTION


# %% [markdown] docstring="activate" lang="zh" of="9d3d"
# 对 Z 的每个元素施加激活函数。
#
# Z 是任意形状的数组，kind 为 "relu"、"sigmoid" 或 "tanh"。返回同形状的数组；
# 元素大到 ±1000 时结果也必须是有限数。
# %% [markdown] why="activate" lang="en"
# `np.tanh` cannot overflow, and a sigmoid is a tanh, squeezed and shifted: so one safe function does for two.
# All three return new arrays. The way back takes its slopes at `Z`, so `Z` must survive the way forward.
# %% [markdown] why="activate" lang="zh" of="279b"
# `np.tanh` 不会溢出，而 sigmoid 就是压缩、平移之后的 tanh，一个安全的函数管了两种激活。
# 三种都返回新数组：反向传播要在 `Z` 处求斜率，所以前向传播不能把 `Z` 改掉。
# %% grading="activate"
Exercise(
    points=1, reference=torch_reference.activate, tolerance=CLOSED_FORM, accepts=("integers",),
    forbids=FROM_SCRATCH,
    groups=[RELU, TANH, SIGMOID, Group("edge", axes_cases), Group("extreme", far_out)],
    mistakes=[
        Mistake("sigmoid_overflows", "0.5 * (1 + np.tanh(Z / 2))", "np.exp(Z) / (1 + np.exp(Z))",
            en="For large z your sigmoid is infinity over infinity. Look for a form in which only e to a negative power appears.",
            zh="z 很大时，你的 sigmoid 变成了无穷除以无穷。换一种只出现 e 的负数次幂的写法。"),
        Mistake("sigmoid_sign", "0.5 * (1 + np.tanh(Z / 2))", "1 / (1 + np.exp(Z))",
            en="Your sigmoid falls where it should rise: it needs e to the power of *minus* z.",
            zh="你的 sigmoid 该升的地方在降：指数里应该是**负** z。"),
        Mistake("tanh_for_sigmoid", "0.5 * (1 + np.tanh(Z / 2))", "np.tanh(Z)",
            en="Your sigmoid runs from −1 to 1, so it is tanh. The sigmoid runs from 0 to 1 and is 0.5 at 0.",
            zh="你的 sigmoid 取值在 −1 到 1 之间，那是 tanh。sigmoid 在 0 到 1 之间，在 0 处等于 0.5。"),
        Mistake("relu_absolute_value", "np.maximum(Z, 0)", "np.abs(Z)",
            en="Your ReLU flips negative numbers up. It should flatten them to 0.",
            zh="你的 ReLU 把负数翻成了正数，而它应该把负数压成 0。"),
        Mistake("relu_in_place", "return np.maximum(Z, 0)", "Z[Z < 0] = 0\n        return Z",
            en="Your ReLU writes into Z itself. The backward pass still needs the old Z: return a new array.",
            zh="你的 ReLU 直接改写了 Z。反向传播时还要用原来的 Z：请返回新的数组。"),
        Mistake("tanh_in_place", "return np.tanh(Z)", "return np.tanh(Z, out=Z)",
            en="Your tanh writes into Z itself. The backward pass still needs the old Z: return a new array.",
            zh="你的 tanh 直接改写了 Z。反向传播时还要用原来的 Z：请返回新的数组。"),
        Mistake("tanh_overflows", "return np.tanh(Z)", "return (np.exp(Z) - np.exp(-Z)) / (np.exp(Z) + np.exp(-Z))",
            en="Right for moderate z, but for ±1000 your tanh is infinity over infinity. numpy has a tanh that does not overflow.",
            zh="z 不大时是对的，但 z 为 ±1000 时，你的 tanh 变成了无穷除以无穷。numpy 自带的 tanh 不会溢出。"),
        Mistake("result_in_integers",
            "return 0.5 * (1 + np.tanh(Z / 2))",
            "A = np.zeros_like(Z)\n    A[Z >= 0] = 1 / (1 + np.exp(-Z[Z >= 0]))\n"
                "    A[Z < 0] = np.exp(Z[Z < 0]) / (1 + np.exp(Z[Z < 0]))\n    return A",
            en="When Z holds integers your sigmoid is 0 or 1: `zeros_like(Z)` is an array of integers then, and fractions are cut off. Ask for floats.",
            zh="Z 是整数时，你的 sigmoid 只会得到 0 或 1：这时 `zeros_like(Z)` 是整数数组，小数被截掉了。请建立浮点数组。"),
        Mistake("two_axes_only", "return 0.5 * (1 + np.tanh(Z / 2))",
            "return np.array([[1 / (1 + np.exp(-z)) for z in np.ravel(row)] for row in Z])",
            en="Right for a table, but Z may have any number of axes, one or three, and the output has the same. Let numpy work on the whole array.",
            zh="Z 是表格时是对的，但 Z 的维数可以是任意的（一维、三维……），输出要与它同形状。让 numpy 一次处理整个数组。"),
    ],
    variants=[
        Variant("textbook", "0.5 * (1 + np.tanh(Z / 2))", "1 / (1 + np.exp(-Z))"),
        Variant("where", "np.maximum(Z, 0)", "np.where(Z > 0, Z, 0.0)"),
        Variant("mask", "np.maximum(Z, 0)", "Z * (Z > 0)"),
        Variant("maximum_commutes", "np.maximum(Z, 0)", "np.maximum(0, Z)"),
    ],
)
