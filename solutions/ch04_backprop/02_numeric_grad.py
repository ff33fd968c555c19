# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Function, Group, Mistake, Variant, mistake, variant
from reference import backprop as torch_reference

from chapter import drawn_by, normal, words

# %% [markdown] lang="en"
# ## {n} A gradient that needs no formula
#
# Before you derive a single gradient, build the instrument that tells you whether it is right. It needs nothing but the function itself. Move one entry of $x$ a little forward, then a little back, and see what the function does:
#
# $$\frac{\partial f}{\partial x_i}\approx\frac{f(x+h\,e_i)-f(x-h\,e_i)}{2h}$$
#
# where $e_i$ is 1 in entry $i$ and 0 elsewhere. This is the **central difference**. Why not simply $\frac{f(x+h\,e_i)-f(x)}{h}$? Taylor's formula (chapter 2) tells: the terms with $h^2$ are equal on both sides and cancel, so the central difference is off by about $\tfrac{h^2}{6}f'''$, the one-sided one by $\tfrac h2 f''$.
#
# `numeric_grad` takes the function $f$ itself as its first argument. Inside you may call it, `f(x)`, as often as you like; here twice for each entry.
#
# **By hand.** $f(x)=x^3$ at $x=2$ with $h=0.1$: $\frac{2.1^3-1.9^3}{0.2}=\frac{9.261-6.859}{0.2}=12.01$. The slope is $12$, the error $h^2=0.01$. One-sided: $\frac{9.261-8}{0.1}=12.61$.
#
# **From now on** you can check every gradient of this chapter. For example, that of a layer's weights: `numeric_grad(lambda W: np.sum(dZ * affine_forward(X, W, b)), W, 1e-5)`. It is also what `check` and the hidden cases do. Why then derive anything? Because the instrument asks for $f$ twice *for each parameter*: 9620 times for one gradient of the net that reads digits. Backpropagation costs about as much as three.
# %% [markdown] lang="zh" of="01a3"
# ## {n} 不用公式求梯度
#
# 在推导任何梯度之前，先造一件能检验梯度的工具。除了函数本身，它什么都不需要：把 $x$ 的一个元素往前挪一点，再往后挪一点，看函数怎样变化。
#
# $$\frac{\partial f}{\partial x_i}\approx\frac{f(x+h\,e_i)-f(x-h\,e_i)}{2h}$$
#
# 其中 $e_i$ 的第 $i$ 个元素为 1，其余为 0。这叫**中心差分**。为什么不直接用 $\frac{f(x+h\,e_i)-f(x)}{h}$？看泰勒公式（第二章）：$h^2$ 的那一项两边相同，恰好抵消，所以中心差分的误差约为 $\tfrac{h^2}{6}f'''$，而单边差分的误差约为 $\tfrac h2 f''$。
#
# `numeric_grad` 的第一个参数就是函数 $f$ 本身。在函数里可以随时调用 `f(x)`，次数不限；这里每个元素调用两次。
#
# **手算。** $f(x)=x^3$，$x=2$，$h=0.1$：$\frac{2.1^3-1.9^3}{0.2}=\frac{9.261-6.859}{0.2}=12.01$。真正的斜率是 $12$，误差为 $h^2=0.01$。单边差分则是 $\frac{9.261-8}{0.1}=12.61$。
#
# **从现在起**，本章的每个梯度你都能自己检验。例如一层权重的梯度：`numeric_grad(lambda W: np.sum(dZ * affine_forward(X, W, b)), W, 1e-5)`。`check` 和隐藏样例用的也是这个办法。那为什么还要推导公式？因为**每个参数**都要算两次 $f$：对识别数字的那个网络，求一次梯度要算 9620 次。而反向传播的代价，大约只相当于算三次。
# %% answer="numeric_grad"
def numeric_grad(f, x, h):
    """Gradient of a function at x by central differences: each entry of x is moved by h forward and by h back.

    f is a function that takes an array of the shape of x and returns a number; x is an array of any shape; h > 0 is
    a number.  Returns an array of the shape of x.
    """
    ### BEGIN SOLUTION
    point = np.array(x, dtype=float)  # a copy, so that its entries may be moved
    grad = np.zeros(point.shape)
    for index in np.ndindex(point.shape):
        here = point[index]
        point[index] = here + h
        ahead = f(point)
        point[index] = here - h
        behind = f(point)
        point[index] = here
        grad[index] = (ahead - behind) / (2 * h)
    return grad
    ### END SOLUTION


# %% [markdown] docstring="numeric_grad" lang="zh" of="8a77"
# 用中心差分求函数在 x 处的梯度：x 的每个元素向前、向后各移动 h。
#
# f 是一个函数，接受与 x 同形状的数组，返回一个数；x 是任意形状的数组；h > 0 是一个数。
# 返回与 x 同形状的数组。
# %% [markdown] why="numeric_grad" lang="en"
# A copy, so that the caller's `x` stays put; of floats, so that `h` is not cut off. One copy serves all entries, since each is put back before the next is moved.
# It is put back from `here`, not by subtracting: x + h − h may miss x in its last digit.
# %% [markdown] why="numeric_grad" lang="zh" of="89f7"
# 要复制，调用者的 `x` 才不会动；要浮点，`h` 才不会被截掉。每一项都先放回去再动下一项，所以一份副本就够了。
# 放回去时用存好的 `here`，不靠加减：x + h − h 的末位可能与 x 不同。
# %% grading="numeric_grad"
def cubic(x, c):
    return (c * x**3).sum() + (c * x).sum() ** 2


def cube_of_layer(W, X):
    return ((X @ W) ** 3).sum()


def function_of(rng, *shape):
    return Function.of(cubic, c=normal(rng, *shape))


def step(rng):
    return round(float(rng.uniform(0.2, 0.5)), 2)


def vector_cases(rng):
    yield Case("a vector", zh="向量", f=function_of(rng, 3), x=normal(rng, 3), h=step(rng))
    yield Case("a small step", zh="很小的步长", public=False, f=function_of(rng, 4), x=normal(rng, 4), h=1e-4)


def matrix_cases(rng):
    f = Function.of(cube_of_layer, X=normal(rng, 4, 3))
    yield Case("weights of a layer", zh="一层的权重", f=f, x=normal(rng, 3, 2), h=step(rng))
    yield Case("three axes", zh="三维数组", public=False, f=function_of(rng, 2, 3, 2), x=normal(rng, 2, 3, 2), h=step(rng))


def edge_cases(rng):
    yield Case("one entry", zh="只有一个元素", f=function_of(rng, 1), x=normal(rng, 1), h=step(rng))


@mistake(
    en="All entries of your gradient are equal: you move all entries of x at once. The partial derivative of entry i moves entry i alone.",
    zh="你的梯度各元素都相等：你把 x 的所有元素一起移动了。对第 i 个元素的偏导数，只移动第 i 个元素。",
)
def all_entries_moved(f, x, h):
    return np.full(np.shape(x), (f(x + h) - f(x - h)) / (2 * h))


@variant
def along_directions(f, x, h):
    directions = np.eye(x.size).reshape(-1, *x.shape)
    return np.reshape([(f(x + h * way) - f(x - h * way)) / (2 * h) for way in directions], x.shape)


@variant
def flat_copies(f, x, h):
    slopes = []
    for i in range(x.size):
        ahead, behind = x.astype(float), x.astype(float)
        ahead.flat[i] += h
        behind.flat[i] -= h
        slopes.append((f(ahead) - f(behind)) / h / 2)
    return np.array(slopes).reshape(x.shape)


Exercise(
    points=2, reference=torch_reference.numeric_grad, cases=vector_cases, tolerance=CLOSED_FORM, accepts=("integers",),
    forbids=FROM_SCRATCH,
    groups=[Group("matrix", matrix_cases, en="Matrices and more axes", zh="矩阵与多维数组"), Group("edge", edge_cases)],
    mistakes=[
        Mistake("one_sided", "point[index] = here - h", "point[index] = here",
            en="This looks forward only and comes home with half the difference. Go back by h from x as well: the error then shrinks with h² and not with h.",
            zh="你只往前走了，所以差只有一半。还要从 x 往后走 h：这样误差随 h² 缩小，而不是随 h。"),
        Mistake("forward_difference", "        point[index] = here - h\n        behind = f(point)\n        point[index] = here\n        grad[index] = (ahead - behind) / (2 * h)",
            "        point[index] = here\n        grad[index] = (ahead - f(point)) / h",
            en="This is the one-sided difference, from x to x + h. The central one goes from x − h to x + h, and its error shrinks with h² and not with h.",
            zh="这是单边差分，从 x 到 x + h。中心差分是从 x − h 到 x + h，误差随 h² 缩小，而不是随 h。"),
        Mistake("divided_by_h", "/ (2 * h)", "/ h",
            en="Your gradient is twice too large. From x − h to x + h it is how far?",
            zh="你的梯度大了一倍。从 x − h 到 x + h，一共走了多远？"),
        Mistake("half_steps", "here + h\n        ahead = f(point)\n        point[index] = here - h\n        behind = f(point)\n        point[index] = here\n        grad[index] = (ahead - behind) / (2 * h)",
            "here + h / 2\n        ahead = f(point)\n        point[index] = here - h / 2\n        behind = f(point)\n        point[index] = here\n        grad[index] = (ahead - behind) / h",
            en="You go half a step each way. That is a central difference too, but here h is how far to go each way.",
            zh="你前后各走了半个步长。这也是中心差分，但这里的 h 是指前后各走的距离。"),
        Mistake("not_put_back", "        point[index] = here\n        grad", "        grad",
            en="The first entry is right, later ones are not: an entry that was moved has to be put back before the next one is tried.",
            zh="第一个元素是对的，后面的就不对了：移动过的元素要放回原处，再去动下一个。"),
        Mistake("sign", "ahead - behind", "behind - ahead",
            en="Every entry has the wrong sign: the slope is positive where f grows on the way from x − h to x + h.",
            zh="每个元素的符号都反了：从 x − h 到 x + h，f 变大时斜率才是正的。"),
        Mistake("rows_moved", "np.ndindex(point.shape)", "range(len(point))",
            en="Right for a vector, but of a matrix you move whole rows. Go through all entries: `np.ndindex(x.shape)` gives their indices.",
            zh="向量时是对的，但对矩阵你一次移动了整行。要逐个元素来：`np.ndindex(x.shape)` 会给出所有下标。"),
        Mistake("decimals_cut", "np.array(x, dtype=float)", "np.array(x)",
            en="Where x holds integers, h is cut off: an array of integers cannot hold 2.1. Make a copy of floats.",
            zh="x 是整数数组时，h 被截掉了：整数数组里放不下 2.1。请复制成浮点数组。"),
        Mistake("callers_x_moved", "np.array(x, dtype=float)  # a copy, so that its entries may be moved", "np.asarray(x, dtype=float)",
            en="The gradient is right, but you move the entries of the caller's own x. Work on a copy: `np.asarray` makes none of an array of floats.",
            zh="梯度是对的，但你移动的是调用者自己的 x。请在副本上移动：对浮点数组，`np.asarray` 不会复制。"),
        Mistake("result_flat", "return grad", "return grad.ravel()",
            en="The numbers are right, but they come in one long row. A gradient has the shape of the thing that it belongs to.",
            zh="数值是对的，但排成了长长的一行。梯度要与它所属的量形状相同。"),
    ],
    variants=[
        Variant("every_entry_is_overwritten", "np.zeros(point.shape)", "np.ones(point.shape)"),
        Variant("even_in_h", "    point = np.array", "    h = -h\n    point = np.array"),
    ],
)


# %% [markdown] lang="en"
# ### How small should h be?
#
# "As small as possible" is wrong. Below, your `numeric_grad` differentiates $f(x)=\sum_i e^{x_i}$, whose gradient we know, with steps from 1 down to $10^{-14}$. **Before you run the cell**: what happens on the left, where the step is tiny?
#
# You should see a V. From the right the error falls like $h^2$ (truncation: Taylor's terms that were left out). Left of $h\approx10^{-5}$ it grows again, like $10^{-16}/h$ (rounding: two nearly equal numbers of 16 digits are subtracted, and the few digits in which they differ are left). The one-sided difference has a V too, a higher one. That is why $h=10^{-5}$ is the custom, and why a right gradient agrees with the instrument to about 10 digits and never to all 16.
# %% [markdown] lang="zh" of="ffe2"
# ### h 该取多小？
#
# “越小越好”是错的。下面用你的 `numeric_grad` 求 $f(x)=\sum_i e^{x_i}$ 的梯度（它的真值我们知道），步长从 1 一直减小到 $10^{-14}$。**运行之前**先想一想：在最左边，步长极小的地方，会发生什么？
#
# 你应当看到一个 V 字。从右边起，误差像 $h^2$ 一样下降（截断误差：泰勒公式里舍去的那些项）。到了 $h\approx10^{-5}$ 的左边，误差又像 $10^{-16}/h$ 一样上升（舍入误差：两个几乎相等的 16 位数相减，只剩下不相同的那几位）。单边差分也是一个 V，只是高得多。所以习惯上取 $h=10^{-5}$；也正因为如此，正确的梯度与这件工具只有大约 10 位数字一致，从来不会 16 位全同。
# %% demo="truncation_and_rounding"
@drawn_by("numeric_grad")
def truncation_and_rounding(plt):
    x = np.array([0.3, 1.0, 1.7])
    right, steps = np.exp(x), 10.0 ** np.arange(0, -14.1, -0.25)

    def f(x):
        return np.sum(np.exp(x))

    def error(slope):
        return np.linalg.norm(slope - right) / np.linalg.norm(right)

    yours = [error(numeric_grad(f, x, h)) for h in steps]
    one_sided = [error(np.array([(f(x + h * way) - f(x)) / h for way in np.eye(3)])) for h in steps]
    _, ax = plt.subplots(figsize=(8.5, 4.4), layout="constrained")
    ax.loglog(steps, one_sided, "s--", ms=4, color="#D55E00", label=words(en="one-sided difference", zh="单边差分"))
    ax.loglog(steps, yours, "o-", ms=4, color="#0072B2", label=words(en="your numeric_grad", zh="你的 numeric_grad"))
    ax.loglog(steps, steps**2 / 6, ":", color="#000000", label=words(en="truncation, $h^2/6$", zh="截断误差 h²/6"))
    ax.loglog(steps, 1.1e-16 / steps, "-.", color="#000000", lw=1, label=words(en="rounding, $10^{-16}/h$", zh="舍入误差 10⁻¹⁶/h"))
    ax.set(xlabel=words(en="step h", zh="步长 h"), ylabel=words(en="relative error of the gradient", zh="梯度的相对误差"), ylim=(1e-13, 2))
    ax.set_title(words(en="too large a step bends, too small a step rounds", zh="步长太大，曲线会弯；步长太小，数字会舍入"))
    ax.legend(frameon=False, loc="lower right")
    ax.spines[["top", "right"]].set_visible(False)
    plt.show()
