# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import cnn

from chapter import cnn_backward, cnn_forward, drawn_by, normal, one_hot, softmax, trained, words

# %% [markdown] lang="en"
# ## {n} How to fool a net
#
# "Deep nets are easily fooled by noise", say the notes (§6.5). Not by just any noise: by noise that is *aimed*. Allow every pixel to change by at most $\varepsilon$, and ask which change makes the loss grow fastest. To first order the loss grows by $\sum_k \frac{\partial\mathcal L}{\partial x_k}\,d_k$, and with $|d_k|\le\varepsilon$ that sum is greatest if every pixel goes the whole way, in the direction of its own gradient's sign (Goodfellow, Shlens and Szegedy 2015):
#
# $$x_{\text{adv}}=\text{clip}\bigl(x+\varepsilon\,\text{sign}(\partial\mathcal L/\partial x)\bigr)$$
#
# Clip to $0\dots1$, so that it remains an image. Where the gradient is exactly 0 the pixel stays: $\text{sign}(0)=0$. This is the *fast gradient sign method*, one step that costs one backward pass.
#
# **By hand.** $x=(0.5, 0.95, 0.2)$, gradient $(-0.01, 3, 0)$, $\varepsilon=0.1$: $x_{\text{adv}}=(0.4, 1, 0.2)$. The size of the gradient plays no part, only its sign.
# %% [markdown] lang="zh" of="f2f8"
# ## {n} 怎样骗过网络
#
# 讲义说，深度神经网络“很容易受到噪音愚弄”（§6.5）。不是随便什么噪声，而是**瞄准了**的噪声。允许每个像素最多改变 $\varepsilon$，问：怎样改，损失增长最快？一阶近似下，损失增加 $\sum_k \frac{\partial\mathcal L}{\partial x_k}\,d_k$；在 $|d_k|\le\varepsilon$ 的限制下，要让这个和最大，就让每个像素都沿自己梯度的符号方向走到底（Goodfellow、Shlens、Szegedy，2015）：
#
# $$x_{\text{adv}}=\text{clip}\bigl(x+\varepsilon\,\text{sign}(\partial\mathcal L/\partial x)\bigr)$$
#
# 截到 $0\dots1$ 之间，它才仍是一张图像。梯度恰好为 0 的像素不动：$\text{sign}(0)=0$。这叫**快速梯度符号法**（fast gradient sign method，FGSM），只走一步，只要一趟反向。
#
# **手算。** $x=(0.5, 0.95, 0.2)$，梯度 $(-0.01, 3, 0)$，$\varepsilon=0.1$：$x_{\text{adv}}=(0.4, 1, 0.2)$。梯度的大小不起作用，只看符号。
# %% answer="fgsm"
def fgsm(x, dx, eps):
    """The adversarial image of the fast gradient sign method.

    x has entries from 0 to 1 and any shape; dx, of the same shape, is the gradient of the loss with respect to x; eps > 0.
    Returns an array of that shape: x, changed by eps in the direction in which the loss grows, and clipped to 0 … 1.
    """
    ### BEGIN SOLUTION
    return np.clip(x + eps * np.sign(dx), 0, 1)
    ### END SOLUTION


# %% [markdown] docstring="fgsm" lang="zh" of="7f9a"
# 快速梯度符号法得到的对抗图像。
#
# x 的元素在 0 到 1 之间，形状任意；dx 形状相同，是损失对 x 的梯度；eps > 0。
# 返回同样形状的数组：x 朝损失变大的方向改变 eps，再截到 0 … 1 之间。
# %% [markdown] why="fgsm" lang="en"
# The sum over pixels falls apart: each term has its greatest value at its own limit, however small its gradient is. That is why
# many tiny slopes are enough to fool a net. The clip comes last because it binds the image, not the change.
# %% [markdown] why="fgsm" lang="zh" of="1775"
# 对像素的求和可以拆开，每一项都在各自的极限处最大，梯度再小也一样；正因如此，许多微小的斜率合起来就足以骗过网络。裁剪放在最后，因为受限制的是图像，不是改变量。
# %% grading="fgsm"
def attack(rng, shape):
    dx = normal(rng, *shape) * rng.uniform(0.5, 2)
    x = rng.uniform(0, 1, size=shape).round(2)
    x.flat[:2], dx.flat[:3] = (0.97, 0.02), (1.3, -0.7, 0.0)  # two that meet the border, and one without a slope
    return {"x": x, "dx": dx.round(2), "eps": round(rng.uniform(0.05, 0.2), 2)}


def attack_cases(rng):
    yield Case("typical", zh="一般数据", **attack(rng, (2, 1, 3, 4)))


def edge_cases(rng):
    yield Case("one row of pixels", zh="一行像素", **attack(rng, (5,)))
    inside = {"x": rng.uniform(0.4, 0.6, (2, 3)).round(2), "dx": normal(rng, 2, 3) * 1e-6}
    yield Case("tiny gradients", zh="极小的梯度", **inside, eps=0.125)


def loss_cases(rng):
    x, W = rng.uniform(0.3, 0.7, size=8).round(2), normal(rng, 8, 3)
    yield Case("a linear net", zh="一个线性网络", x=x, W=W, label=int(rng.integers(3)), eps=round(rng.uniform(0.05, 0.2), 2))


def loss_before_and_after(impl, case):
    """The cross-entropy of a linear net on the image and on the adversarial one, and how far a pixel moved."""
    def probabilities(x):
        powers = np.exp(x @ case.W)
        return powers / powers.sum()

    truth = np.arange(3) == case.label
    moved = np.asarray(impl.fgsm(case.x, case.W @ (probabilities(case.x) - truth), case.eps), dtype=float).reshape(8)
    losses = [-np.log(probabilities(x)[case.label]) for x in (case.x, moved)]
    return {"loss": losses[1], "it grew by": losses[1] - losses[0], "greatest change": np.abs(moved - case.x).max()}


@variant
def where(x, dx, eps):
    moved = np.where(dx > 0, x + eps, np.where(dx < 0, x - eps, x))
    return np.minimum(np.maximum(moved, 0), 1).tolist()


Exercise(
    points=2, reference=cnn.fgsm, cases=attack_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[
        Group("edge", edge_cases),
        Group("loss", loss_cases, observe=loss_before_and_after, en="The loss grows", zh="损失变大"),
    ],
    mistakes=[
        Mistake("gradient_for_its_sign", "np.sign(dx)", "dx",
            en="You add the gradient itself. Only its sign is used: every pixel may go the whole way, ε.",
            zh="你加上的是梯度本身。只用它的符号：每个像素都可以走满 ε。"),
        Mistake("loss_falls", "x + eps * np.sign(dx)", "x - eps * np.sign(dx)",
            en="The loss falls: this image is easier to read than before. An attack goes *up* the loss.",
            zh="损失变小了：这张图反而更容易认。攻击要让损失**上升**。"),
        Mistake("never_clipped", "np.clip(x + eps * np.sign(dx), 0, 1)", "x + eps * np.sign(dx)",
            en="Some pixels have left the range 0 … 1. Clip, so that it remains an image.",
            zh="有些像素超出了 0 … 1。截断之后才仍是一张图像。"),
        Mistake("change_of_length_eps", "eps * np.sign(dx)", "eps * dx / np.linalg.norm(dx)",
            en="Your change is ε long as a whole. Here ε bounds every single pixel, so all of them go the whole way.",
            zh="你让整个改动的长度为 ε。这里 ε 限制的是每一个像素，所以每个像素都走满。"),
        Mistake("zero_counts_as_plus", "np.sign(dx)", "np.where(dx >= 0, 1, -1)",
            en="A pixel whose gradient is exactly 0 has moved. Its sign is 0: it stays.",
            zh="梯度恰好为 0 的像素也动了。它的符号是 0：应当不动。"),
        Mistake("only_upwards", "np.sign(dx)", "(dx > 0)",
            en="Pixels only grow. Where the gradient is negative, less ink is worse for the net: they go down by ε.",
            zh="像素只会变大。梯度为负的地方，变小才对网络不利：应当减去 ε。"),
        Mistake("change_returned", "np.clip(x + eps * np.sign(dx), 0, 1)", "eps * np.sign(dx)",
            en="This is the change alone. Return the image with the change in it.",
            zh="这只是改动。应当返回改动之后的图像。"),
        Mistake("range_of_the_change_clipped", "np.clip(x + eps * np.sign(dx), 0, 1)", "x + np.clip(eps * np.sign(dx), 0, 1)",
            en="You clipped the change, which lost every step toward darker. Clip the image.",
            zh="你截断的是改动，于是变暗的都丢了。应当截断图像。"),
    ],
    variants=[
        Variant("minimum_and_maximum", "np.clip(x + eps * np.sign(dx), 0, 1)", "np.minimum(1, np.maximum(0, x + eps * np.sign(dx)))"),
        Variant("gradient_of_any_size", "return", "dx = 2 * dx\n    return"),
        Variant("clipped_with_its_bounds_about", "np.clip(x + eps * np.sign(dx), 0, 1)", "np.clip(0, x + eps * np.sign(dx), 1)"),
        Variant("float32", "np.clip(x + eps * np.sign(dx), 0, 1)", "np.float32(np.clip(x + eps * np.sign(dx), 0, 1))"),
    ],
)


# %% [markdown] lang="en"
# Now attack your own net. On the left four digits, each with the noise that was aimed at it; on the right how many of 300 new digits the net still reads, against $\varepsilon$, for aimed noise and for noise of the same size whose signs were tossed like coins.
# %% [markdown] lang="zh" of="bd98"
# 现在攻击你自己的网络。左边是四个数字，以及对准它们的噪声；右边是 300 个新数字中网络还能认对多少，横轴是 $\varepsilon$：一条是瞄准的噪声，一条是同样大小、符号靠抛硬币决定的噪声。
# %% demo="adversarial_digits"
@drawn_by("train_cnn", "cnn_backward", "fgsm")
def adversarial_digits(plt):
    from sklearn.datasets import load_digits

    X, y = load_digits().images[1200:1500, None] / 16, load_digits().target[1200:1500]
    scores, cache = cnn_forward(trained, X)
    dX = np.asarray(cnn_backward(trained, X, cache, softmax(scores) - one_hot(y, 10))[1])
    coins = np.random.default_rng(0).choice([-1.0, 1.0], size=X.shape)

    def guess(X):
        return np.argmax(cnn_forward(trained, X)[0], axis=1)

    sizes = np.linspace(0, 0.3, 13)
    aimed, tossed = ([np.mean(guess(fgsm(X, noise, eps)) == y) for eps in sizes] for noise in (dX, coins))
    fooled = fgsm(X, dX, 0.15)
    shown = np.flatnonzero((guess(X) == y) & (guess(fooled) != y))[:4]
    figure = plt.figure(figsize=(12, 4.6), layout="constrained")
    left, right = figure.subfigures(1, 2, width_ratios=[1.2, 1])
    axes = left.subplots(3, 4, squeeze=False)
    for column, n in zip(axes.T, shown):
        pictures = (X[n, 0], fooled[n][0] - X[n, 0], fooled[n][0])
        before, after = (guess(images[[n]])[0] for images in (X, fooled))
        titles = words(en=f"read as {before}", zh=f"认作 {before}"), words(en="noise of 0.15", zh="0.15 的噪声"), words(en=f"read as {after}", zh=f"认作 {after}")
        for axis, picture, title, cmap, low in zip(column, pictures, titles, ("gray_r", "RdBu_r", "gray_r"), (0, -1, 0)):
            axis.imshow(picture, cmap=cmap, vmin=low, vmax=1)
            axis.set_title(title, fontsize=9)
    for axis in axes.ravel():
        axis.set(xticks=[], yticks=[])
    axis = right.subplots()
    axis.plot(sizes, tossed, "o-", color="#0072B2", label=words(en="signs tossed", zh="符号靠抛硬币"))
    axis.plot(sizes, aimed, "s-", color="#D55E00", label=words(en="signs of the gradient", zh="梯度的符号"))
    axis.set(ylabel=words(en="digits read correctly", zh="认对的比例"), ylim=(0, 1.02))
    axis.set_xlabel(words(en="ε, the change of each pixel (1 = paper to ink)", zh="ε：每个像素的改变（1 = 从纸到墨）"))
    axis.legend(frameon=False)
    plt.show()


# %% [markdown] lang="en"
# What you should see. Digits that any child still reads, and the net does not. At $\varepsilon=0.15$ tossed signs cost a few digits in a hundred; aimed ones leave about a quarter of them. It is the price of being so very nearly linear: 64 small pushes that all point the same way add up.
# %% [markdown] lang="zh" of="cc86"
# 你应当看到：任何孩子都还认得的数字，网络却认错了。$\varepsilon=0.15$ 时，抛硬币的噪声每一百个数字只毁掉几个；瞄准的噪声之后，能认对的只剩四分之一左右。这是网络太接近线性的代价：64 个小小的推力都朝着同一个方向，加起来就很大。
