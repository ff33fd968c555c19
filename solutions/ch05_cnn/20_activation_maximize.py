# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Function, Group, Mistake, Variant, variant
from reference import cnn

from chapter import cnn_backward, cnn_forward, drawn_by, trained, words

# %% [markdown] lang="en"
# ## {n} What is this neuron looking for?
#
# A trained net is a table of numbers, and in a large one nobody can read off what a neuron has learnt (§6.5). But you can ask it: *which image excites you most?* Keep the weights, and climb with the **image**:
#
# $$x\leftarrow\text{clip}\Bigl(x+\eta\,\frac{\partial a}{\partial x}\Bigr)$$
#
# where $a$ is the activation that is to grow: a neuron's, or the score of a class. It is gradient *ascent*, with a plus. Pixels are numbers from 0 to 1, so after every step what lies below 0 becomes 0 and what lies above 1 becomes 1.
#
# The function is given another function: `gradient(x)` returns $\partial a/\partial x$, an array of the shape of $x$, at the image it is handed. It has to be asked again at every step.
#
# **By hand.** Two pixels, $x_0=(0.5, 0.9)$, $\eta=0.1$ and $a=x_1x_2$, so that the gradient is $(x_2, x_1)$. First step: $(0.59, 0.95)$. Second: $(0.59+0.095,\;0.95+0.059)=(0.685, 1.009)\to(0.685, 1)$.
# %% [markdown] lang="zh" of="0e30"
# ## {n} 这个神经元在找什么？
#
# 训练好的网络就是一堆数；网络一大，谁也没法从中看出某个神经元学到了什么（§6.5）。不过可以问它：**什么样的图像最让你兴奋？** 权重不动，改变**图像**，往上爬：
#
# $$x\leftarrow\text{clip}\Bigl(x+\eta\,\frac{\partial a}{\partial x}\Bigr)$$
#
# 其中 $a$ 是要变大的激活值：某个神经元的，或者某一类的得分。这是梯度**上升**，用加号。像素取 0 到 1，所以每走一步，小于 0 的变成 0，大于 1 的变成 1。
#
# 这个函数的参数里有另一个函数：`gradient(x)` 返回在图像 $x$ 处的 $\partial a/\partial x$，形状与 $x$ 相同。每一步都要重新问它。
#
# **手算。** 两个像素，$x_0=(0.5, 0.9)$，$\eta=0.1$，$a=x_1x_2$，梯度就是 $(x_2, x_1)$。第一步：$(0.59, 0.95)$。第二步：$(0.59+0.095,\;0.95+0.059)=(0.685, 1.009)\to(0.685, 1)$。
# %% answer="activation_maximize"
def activation_maximize(gradient, x0, lr, n_steps):
    """The image after n_steps of gradient ascent on an activation.

    gradient is a function: gradient(x) is the derivative of the activation by every pixel of x, of x's shape;
    x0 is the image to begin with, entries from 0 to 1; lr > 0.  Entries are clipped to 0 … 1 after every step.
    Returns an array of x0's shape.
    """
    ### BEGIN SOLUTION
    x = x0
    for _ in range(n_steps):
        x = np.clip(x + lr * gradient(x), 0, 1)
    return x
    ### END SOLUTION


# %% [markdown] docstring="activation_maximize" lang="zh" of="95e5"
# 对某个激活值做 n_steps 步梯度上升之后的图像。
#
# gradient 是函数：gradient(x) 是激活值对 x 每个像素的导数，形状与 x 相同；
# x0 是起始图像，元素在 0 到 1 之间；lr > 0。每走一步，元素都截到 0 … 1 之间。
# 返回与 x0 形状相同的数组。
# %% [markdown] why="activation_maximize" lang="en"
# Clipping belongs inside the loop: so every gradient is asked for at an image that could exist, and a pixel at its limit
# waits there until the gradient turns. `np.clip` makes a new array, which is why `x = x0` needs no copy.
# %% [markdown] why="activation_maximize" lang="zh" of="62d1"
# 裁剪要放在循环里面：这样每次求梯度的都是一张可能存在的图像，到了边界的像素停在那里，等梯度转向。`np.clip` 会生成新数组，所以 `x = x0` 不必复制。
# %% grading="activation_maximize"
def pulled(x, A, peak):
    """Gradient of an activation that is greatest at `peak`, with pixels that influence each other."""
    return (A @ (peak - x.reshape(-1))).reshape(x.shape)


def climb(rng, shape, n_steps):
    """Half of the peak's pixels lie outside of 0 … 1, and none of the steps leads onto its border but by clipping."""
    n = int(np.prod(shape))
    B = rng.uniform(0.1, 0.5, size=(n, n))
    peak = np.where(np.arange(n) % 2 == 0, rng.uniform(0.3, 0.7, n), rng.choice([-1, 1], n) * 1.5 + 0.5)
    gradient = Function.of(pulled, A=((B + B.T) / 2 + np.eye(n)).round(2), peak=rng.permutation(peak).round(2))
    x0 = rng.uniform(0.25, 0.75, size=shape).round(2)
    return {"gradient": gradient, "x0": x0, "lr": round(rng.uniform(0.15, 0.3), 2), "n_steps": n_steps}


def climb_cases(rng):
    yield Case("typical", zh="一般数据", **climb(rng, (1, 2, 3), 6))
    yield Case("two channels", zh="两个通道", **climb(rng, (2, 1, 2), 4))


def edge_cases(rng):
    yield Case("no step", zh="一步也不走", **climb(rng, (1, 2, 2), 0))
    yield Case("one step", zh="只走一步", **climb(rng, (1, 3, 2), 1))


@variant
def in_place_on_a_copy(gradient, x0, lr, n_steps):
    x, left = x0.astype(float), n_steps
    while left > 0:
        x += lr * np.asarray(gradient(x.copy()))
        x[x < 0], x[x > 1] = 0, 1
        left -= 1
    return x.tolist()


Exercise(
    points=2, reference=cnn.activation_maximize, cases=climb_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("descent", "x + lr * gradient(x)", "x - lr * gradient(x)",
            en="Your image goes downhill: this time the activation is to grow. Add the gradient.",
            zh="你的图像在下坡：这一次要让激活值变大。应当加上梯度。"),
        Mistake("never_clipped", "np.clip(x + lr * gradient(x), 0, 1)", "x + lr * gradient(x)",
            en="Some pixels have left the range 0 … 1, which no image can show. Clip after every step.",
            zh="有些像素超出了 0 … 1，没有图像能显示它。每走一步都要截断。"),
        Mistake("clipped_at_the_end", "np.clip(x + lr * gradient(x), 0, 1)\n    return x", "x + lr * gradient(x)\n    return np.clip(x, 0, 1)",
            en="You clip once, at the end. The steps before have then used gradients of images that are none: clip after every step.",
            zh="你只在最后截断了一次，前面各步用的就是“不是图像的图像”的梯度。每走一步都要截断。"),
        Mistake("gradient_of_the_start", "gradient(x), 0, 1", "gradient(x0), 0, 1",
            en="All your steps have the same direction: the gradient is asked for once, at x0. Ask anew at every x.",
            zh="你每一步的方向都一样：梯度只在 x0 处问了一次。每到一个新的 x 都要重新问。"),
        Mistake("one_step_too_many", "range(n_steps)", "range(n_steps + 1)",
            en="You take one step too many: without a step the start itself comes back.",
            zh="多走了一步：一步也不走时，应当返回起点。"),
        Mistake("step_of_length_lr", "lr * gradient(x), 0, 1)",
            "lr * gradient(x) / np.sqrt(np.sum(np.square(gradient(x)))), 0, 1)",
            en="You divide the gradient by its length, so that every step is `lr` long. That is a popular recipe, but here the gradient is taken as it is.",
            zh="你把梯度除以了它的长度，每一步都长 `lr`。这是常见的做法，但这里直接用梯度本身。"),
        Mistake("range_from_minus_one", "x + lr * gradient(x), 0, 1)", "x + lr * gradient(x), -1, 1)",
            en="You clip to −1 … 1. Pixels here run from 0 to 1.",
            zh="你截到了 −1 … 1。这里的像素是 0 到 1。"),
        Mistake("signs_of_the_gradient", "x + lr * gradient(x)", "x + lr * np.sign(gradient(x))",
            en="Every pixel moves by `lr`, whatever its gradient: only the sign is used. The size counts as well.",
            zh="不管梯度多大，每个像素都移动 `lr`：你只用了符号。大小也要算。"),
    ],
    variants=[
        Variant("minimum_and_maximum", "np.clip(x + lr * gradient(x), 0, 1)", "np.minimum(np.maximum(x + lr * gradient(x), 0), 1)"),
        Variant("clipped_with_its_bounds_about", "np.clip(x + lr * gradient(x), 0, 1)", "np.clip(0, x + lr * gradient(x), 1)"),
        Variant("float32", "    return x\n", "    return x.astype(np.float32)\n"),
    ],
)


# %% [markdown] lang="en"
# Ask the net that you trained in {ref:train_cnn}: which image gives class 0, 1, …, 9 the highest score? Its gradient comes from your `cnn_backward`, with row $k$ of the identity for `dscores`. The second row asks for the same, with a price on ink: every step pulls each pixel a little toward 0.
# %% [markdown] lang="zh" of="b83a"
# 问问你在 {ref:train_cnn} 训练的网络：什么样的图像让第 0、1、……、9 类的得分最高？梯度由你的 `cnn_backward` 给出，`dscores` 取单位矩阵的第 $k$ 行。第二行问的是同一件事，但给墨标了价：每一步都把每个像素往 0 拉一点。
# %% demo="what_a_class_looks_for"
@drawn_by("train_cnn", "cnn_backward", "activation_maximize")
def what_a_class_looks_for(plt):
    _, axes = plt.subplots(2, 10, figsize=(12, 3.4), layout="constrained")
    names = words(en="the score alone", zh="只看得分"), words(en="with a price on ink", zh="给墨标价")
    for row, price, name in zip(axes, (0.0, 0.6), names, strict=True):
        row[0].set_ylabel(name)
        for k, axis in enumerate(row):

            def gradient(x, k=k, price=price):
                _, cache = cnn_forward(trained, x)
                return np.asarray(cnn_backward(trained, x, cache, np.eye(10)[[k]])[1]) - price

            x = np.asarray(activation_maximize(gradient, np.full((1, 1, 8, 8), 0.3), 0.02, 200))
            scores = np.asarray(cnn_forward(trained, x)[0])[0]
            axis.imshow(x[0, 0], cmap="gray_r", vmin=0, vmax=1)
            axis.set(xticks=[], yticks=[], title=words(en=f"{k}: score {scores[k]:.0f}", zh=f"{k}：得分 {scores[k]:.0f}"))
    plt.show()


# %% [markdown] lang="en"
# What you should see. The upper images are what the net likes best. A 0 or a 1 may be guessed, but most are full of black pixels that no writer would put there: the net has never seen anything but digits, and what it makes of other images is nobody's plan. With a price on ink, only pixels that really pay stay dark, and more of the digits can be read, at scores not much lower.
# %% [markdown] lang="zh" of="ce3f"
# 你应当看到：上面一行是网络最喜欢的图像。0 或 1 也许还猜得出，但大多数都布满了谁也不会那样写的黑点：网络只见过数字，别的图像它怎么看，谁也没有规定过。给墨标了价之后，只有真正划算的像素才留着墨，能认出的数字多了，得分却没有低多少。
