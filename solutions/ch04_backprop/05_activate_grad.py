# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Gradient, Group, Mistake, Variant
from reference import backprop as torch_reference

from chapter import RELU, SIGMOID, TANH, activate, axes_cases, drawn_by, far_out, numeric_grad, words

# %% [markdown] lang="en"
# ## {n} Derivatives of activations
#
# The notes write $\frac{\partial l}{\partial z}=\frac{\partial l}{\partial a}\,\sigma'(z)$: whatever comes back through an activation is multiplied by its slope **at the point $z$ where the forward pass went through**.
#
# $$\mathrm{relu}'(z)=\begin{cases}1&z>0\\0&z<0\end{cases}\qquad \sigma'(z)=\sigma(z)\,(1-\sigma(z))\qquad \tanh'(z)=1-\tanh^2(z)$$
#
# At $z=0$ ReLU has a kink; any number from 0 to 1 is acceptable there, and 0 is the custom.
#
# **By hand.** $\sigma'(0)=0.25$, the steepest a sigmoid ever gets. $\sigma'(2)\approx0.8808\cdot0.1192\approx0.1050$.
#
# **A classic trap.** The derivative is often written with $a=\sigma(z)$ as $a(1-a)$. True, but then do not put $a$ where $z$ belongs: $\sigma'(0.8808)\approx0.2072$ is not $\sigma'(2)$. This function receives $Z$.
# %% [markdown] lang="zh" of="9df6"
# ## {n} 激活函数的导数
#
# 讲义写道 $\frac{\partial l}{\partial z}=\frac{\partial l}{\partial a}\,\sigma'(z)$：从后面传回来的量经过激活函数时，要乘上它在**前向时经过的那个点 $z$** 的斜率。
#
# $$\mathrm{relu}'(z)=\begin{cases}1&z>0\\0&z<0\end{cases}\qquad \sigma'(z)=\sigma(z)\,(1-\sigma(z))\qquad \tanh'(z)=1-\tanh^2(z)$$
#
# ReLU 在 $z=0$ 处有折点，取 0 到 1 之间任何数都可以，习惯上取 0。
#
# **手算。** $\sigma'(0)=0.25$，这是 sigmoid 最陡的地方。$\sigma'(2)\approx0.8808\cdot0.1192\approx0.1050$。
#
# **经典的坑。** 导数常用 $a=\sigma(z)$ 写成 $a(1-a)$，这没错；但别把 $a$ 当成 $z$ 代进去：$\sigma'(0.8808)\approx0.2072$，和 $\sigma'(2)$ 不是一回事。这个函数收到的是 $Z$。
# %% answer="activate_grad"
def activate_grad(Z, kind):
    """Derivative of `activate` at every entry of Z.

    Z is an array of any shape: what went INTO the activation.  kind is "relu", "sigmoid" or "tanh".
    Returns an array of the same shape, finite also for entries of ±1000; ReLU at exactly 0 may have any slope from 0 to 1.
    """
    ### BEGIN SOLUTION
    if kind == "relu":
        return np.where(Z > 0, 1.0, 0.0)
    A = activate(Z, kind)
    if kind == "tanh":
        return 1 - A**2
    return A * (1 - A)
    ### END SOLUTION


# %% [markdown] docstring="activate_grad" lang="zh" of="21e3"
# `activate` 在 Z 的每个元素处的导数。
#
# Z 是任意形状的数组，是进入激活函数之前的值。kind 为 "relu"、"sigmoid" 或 "tanh"。
# 返回同形状的数组；元素大到 ±1000 时结果也必须是有限数；ReLU 恰好在 0 处的斜率可取 0 到 1 之间任何数。
# %% [markdown] why="activate_grad" lang="en"
# `Z` goes through the activation once; both slopes follow from `A` without another exponential, and are finite wherever `A` is.
# For ReLU a comparison decides, not a division, so the kink gives 0 and not 0/0; 1.0 and 0.0 make floats even of integers.
# %% [markdown] why="activate_grad" lang="zh" of="fd4e"
# `Z` 只经过一次激活，两种斜率都由 `A` 得到，不必再算指数；`A` 是有限的，斜率就是有限的。
# ReLU 用比较而不用除法，拐点处得到 0 而不是 0/0；写 1.0 和 0.0，整数输入也得到浮点数。
# %% grading="activate_grad"
def relu_cases(rng):
    yield from RELU.cases(rng)
    near = rng.permutation(np.r_[0.0, 0.0, rng.uniform(1, 9, 2), rng.uniform(-9, -1, 2)]).round(2)
    yield Case("near the kink", zh="折点附近", Z=near * 1e-9, kind="relu")


def slopes_seen(impl, case):
    """On ReLU's kink any slope from 0 to 1 will do."""
    slopes = np.asarray(impl.activate_grad(case.Z, case.kind))
    on_kink = (case.Z == 0) & (case.kind == "relu")
    return np.where(on_kink & (slopes >= 0) & (slopes <= 1), 0.0, slopes)


def summed_activation(impl, case):
    return np.sum(impl.activate(case.Z, case.kind))


Exercise(
    points=2, reference=torch_reference.activate_grad, observe=slopes_seen, tolerance=CLOSED_FORM,
    gradient=Gradient(of=summed_activation, wrt=("Z",)), accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[
        Group("relu", relu_cases, **RELU.title), TANH, SIGMOID, Group("edge", axes_cases), Group("extreme", far_out),
    ],
    mistakes=[
        Mistake("sigmoid_slope_at_a", "return A * (1 - A)", "A = activate(A, kind)\n    return A * (1 - A)",
            en="Your sigmoid goes through the function twice: this is σ′(a), the slope at the output. The slope is wanted at z, "
                               "where a(1 − a) needs a = σ(z) once.",
            zh="sigmoid 套了两次：你算的是 σ′(a)，即在输出处的斜率。要的是在 z 处的斜率，a(1 − a) 里的 a = σ(z) 只算一次。"),
        Mistake("z_treated_as_a", "A = activate(Z, kind)", "A = Z",
            en="You used z(1 − z) or 1 − z². These formulas hold for a = activation(z), so send Z through the activation first.",
            zh="你用的是 z(1 − z) 或 1 − z²。这些公式里应当是 a = 激活函数(z)，请先让 Z 通过激活函数。"),
        Mistake("sigmoid_plus_sign", "A * (1 - A)", "A * (1 + A)",
            en="The slope of the sigmoid must vanish on both sides. Check the sign between 1 and σ(z).",
            zh="sigmoid 两端的斜率都应趋于 0。检查 1 和 σ(z) 之间的符号。"),
        Mistake("tanh_not_squared", "1 - A**2", "1 - A",
            en="The slope of tanh is an even function of z, but yours differs at z and −z. Something is missing its square.",
            zh="tanh 的斜率关于 z 是偶函数，而你的结果在 z 和 −z 处不同。有一处忘了平方。"),
        Mistake("relu_value_for_slope", "np.where(Z > 0, 1.0, 0.0)", "np.maximum(Z, 0)",
            en="For ReLU you returned its value. Its slope is wanted: how fast does it rise right of 0, and left of 0?",
            zh="ReLU 这里你返回的是函数值。要的是斜率：在 0 的右边和左边，它各以多快的速度上升？"),
        Mistake("relu_sign", "np.where(Z > 0, 1.0, 0.0)", "np.sign(Z)",
            en="Left of 0 ReLU is flat, so its slope there is 0. Yours is −1, the slope of |z|.",
            zh="ReLU 在 0 的左边是平的，斜率应为 0。你给的 −1 是 |z| 的斜率。"),
        Mistake("relu_zero_by_zero", "np.where(Z > 0, 1.0, 0.0)", "np.maximum(Z, 0) / Z",
            en="At z = 0 your ReLU slope is 0/0, which is NaN. Any number from 0 to 1 will do there, so compare Z with 0 instead of dividing by it.",
            zh="z = 0 时，你的 ReLU 斜率是 0/0，即 NaN。那里取 0 到 1 之间任何数都可以，所以请拿 Z 与 0 比较，不要除以 Z。"),
        Mistake("difference_over_the_kink", "np.where(Z > 0, 1.0, 0.0)",
            "(activate(Z + 1e-5, kind) - activate(Z - 1e-5, kind)) / 2e-5",
            en="You probe ReLU on both sides of z. Close to 0 one probe lands beyond the kink, and the slope comes out between 0 and 1. Write down the derivative itself.",
            zh="你是在 z 的两侧各试一点来估计 ReLU 的斜率。z 很接近 0 时，有一点会落到折点的另一边，得到的斜率就介于 0 和 1 之间。请直接写出导数。"),
        Mistake("relu_in_place", "return np.where(Z > 0, 1.0, 0.0)",
            "Z[Z > 0] = 1\n        Z[Z < 0] = 0\n        return Z",
            en="The slopes are right, but they are written into Z itself. The caller still needs the old Z: return a new array.",
            zh="斜率是对的，但直接写进了 Z。调用者还要用原来的 Z：请返回新的数组。"),
        Mistake("sigmoid_slope_overflows", "return A * (1 - A)", "return np.exp(-Z) / (1 + np.exp(-Z)) ** 2",
            en="Right for moderate z, but for z = −1000 this is infinity over infinity. Build the slope from σ(z), which you already have.",
            zh="z 不大时是对的，但 z = −1000 时变成了无穷除以无穷。请用已有的 σ(z) 来写斜率。"),
        Mistake("result_in_integers", "A = activate(Z, kind)", "A = np.zeros_like(Z)\n    A[...] = activate(Z, kind)",
            en="When Z holds integers all slopes are 0: `zeros_like(Z)` is an array of integers then, and fractions are cut off. Ask for floats.",
            zh="Z 是整数时，斜率全成了 0：这时 `zeros_like(Z)` 是整数数组，小数被截掉了。请建立浮点数组。"),
    ],
    variants=[
        Variant("one_at_zero", "Z > 0, 1.0, 0.0", "Z >= 0, 1.0, 0.0"),
        Variant("half_at_zero", "np.where(Z > 0, 1.0, 0.0)", "np.heaviside(Z, 0.5)"),
        Variant("boolean", "np.where(Z > 0, 1.0, 0.0)", "(Z > 0).astype(np.float32)"),
        Variant("true_and_false_are_1_and_0", "np.where(Z > 0, 1.0, 0.0)", "Z > 0"),
        Variant("always_the_comparison", "np.where(Z > 0, 1.0, 0.0)", "np.where(1.0, Z > 0, 0.0)"),
        Variant("never_the_1", "np.where(Z > 0, 1.0, 0.0)", "np.where(0.0, 1.0, Z > 0)"),
        Variant("symmetric", "A * (1 - A)", "activate(Z, kind) * activate(-Z, kind)"),
    ],
)


# %% [markdown] lang="en"
# ### Three bends and their slopes
#
# On the left your `activate`, on the right your `activate_grad`. You should see: tanh is a sigmoid that was stretched, with a slope up to 1 in place of ¼. Left and right of about ±5 both are flat, and nothing comes back through them; ReLU is flat on one side only, and on the other its slope stays at 1. The thin black lines, which should run along the middle of the thick ones, are the slopes as your `numeric_grad` measures them.
# %% [markdown] lang="zh" of="7a55"
# ### 三种弯法和它们的斜率
#
# 左图由你的 `activate` 画出，右图由你的 `activate_grad` 画出。你应当看到：tanh 就是拉伸了的 sigmoid，最大斜率是 1 而不是 ¼。在大约 ±5 之外两者都是平的，什么也传不回来；ReLU 只有一边是平的，另一边斜率始终是 1。细黑线是你的 `numeric_grad` 量出来的斜率，应当正好落在粗线的正中。
# %% demo="bends"
@drawn_by("activate", "activate_grad", "numeric_grad")
def bends(plt):
    z = np.linspace(-7, 7, 281) + 0.001  # beside the kink
    _, (left, right) = plt.subplots(1, 2, figsize=(12, 3.9), layout="constrained")
    for kind, style, color in (("relu", "-", "#009E73"), ("tanh", "--", "#E69F00"), ("sigmoid", "-.", "#0072B2")):
        left.plot(z, activate(z, kind), style, lw=2.5, color=color, label=kind)
        right.plot(z, activate_grad(z, kind), style, lw=2.5, color=color, label=kind)
        measured = numeric_grad(lambda x, kind=kind: np.sum(activate(x, kind)), z, 1e-5)
        right.plot(z, measured, lw=0.8, color="#000000")
    left.set(title=words(en="the activation", zh="激活函数"), xlabel="z", ylabel="a", ylim=(-1.2, 3))
    right.set(title=words(en="its slope", zh="它的斜率"), xlabel="z", ylabel=words(en="slope", zh="斜率"), ylim=(-0.1, 1.15))
    for ax in (left, right):
        ax.legend(frameon=False)
        ax.spines[["top", "right"]].set_visible(False)
    plt.show()
