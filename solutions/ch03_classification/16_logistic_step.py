# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import classification

from chapter import bce_loss, drawn_by, gaussian_fit_shared, logistic_grad, logistic_inputs, shared_gaussian_to_linear, sigmoid, squared_labels, words

# %% [markdown] lang="en"
# ### {n} One step down
#
# $$w\leftarrow w-\eta\,dw,\qquad b\leftarrow b-\eta\,db,$$
#
# both computed at the *old* parameters. **By hand.** Continue the example with $\eta=0.1$: $w=(0,0)-0.1\,(1,-1)=(-0.1,\,0.1)$, $b=0$.
# %% [markdown] lang="zh" of="9aa4"
# ### {n} 下降一步
#
# $$w\leftarrow w-\eta\,dw,\qquad b\leftarrow b-\eta\,db,$$
#
# 两个梯度都在**旧**参数处计算。**手算。** 接着上面的例子，取 $\eta=0.1$：$w=(0,0)-0.1\,(1,-1)=(-0.1,\,0.1)$，$b=0$。
# %% answer="logistic_step"
def logistic_step(w, b, X, y, lr):
    """One step of gradient descent on `bce_loss`.

    w (D,), b a number, X (N, D), y (N,) integers 0 or 1, lr the learning rate.
    Returns the new (w, b); the w that was passed in stays as it is.
    """
    ### BEGIN SOLUTION
    dw, db = logistic_grad(w, b, X, y)
    return w - lr * dw, b - lr * db
    ### END SOLUTION


# %% [markdown] docstring="logistic_step" lang="zh" of="163c"
# 对 `bce_loss` 做一步梯度下降。
#
# w (D,)，b 是数，X (N, D)，y (N,) 为整数 0 或 1，lr 是学习率。
# 返回新的 (w, b)；传入的 w 保持不变。
# %% [markdown] why="logistic_step" lang="en"
# One call gives both derivatives at the old parameters, and nothing is assigned before the return: neither can disturb the other.
# New arrays spare the caller's `w`. The loss is a sum, so the right rate gets smaller as N grows.
# %% [markdown] why="logistic_step" lang="zh" of="a282"
# 一次调用就在旧参数处得到两个导数，返回之前不作任何赋值，谁也不会干扰谁。
# 结果是新数组，调用者的 `w` 不变。损失是求和，所以 N 越大，合适的学习率越小。
# %% grading="logistic_step"
def rate(rng, most):
    return round(float(rng.uniform(0.1, most)), 2)


def step_cases(rng):
    yield Case("typical", zh="一般数据", **logistic_inputs(rng, 7, 3), lr=rate(rng, 0.4))


def edge_cases(rng):
    yield Case("one sample", zh="只有一个样本", **logistic_inputs(rng, 1, 4), lr=rate(rng, 0.4))


def descent_cases(rng):
    X, y = rng.normal(1, 1, (4, 2)).round(2), rng.permutation([1, 0, 1, 0])
    yield Case("three steps", zh="连续三步", w=np.zeros(2), b=0.0, X=X, y=y, lr=rate(rng, 0.3))


def shapes_of_parameters(w, b, X, y, lr):
    return [np.shape(w), ()]


def three_steps(impl, case):
    w, b = case.w, case.b
    for _ in range(3):
        w, b = impl.logistic_step(w, b, case.X, case.y, case.lr)
    return w, b


@mistake(
    en="Your db was computed at the new w. Take both gradients at the old parameters, then move.",
    zh="你的 db 是用新的 w 算的。两个梯度都应在旧参数处计算，然后再更新。",
)
def bias_after_weights(w, b, X, y, lr):
    dw, _ = logistic_grad(w, b, X, y)
    new_w = w - lr * dw
    _, db = logistic_grad(new_w, b, X, y)
    return new_w, b - lr * db


@variant
def loop(w, b, X, y, lr):
    dw, db = logistic_grad(w, b, X, y)
    return [value - lr * slope for value, slope in zip(w, dw)], b - lr * db


@variant
def own_copy(w, b, X, y, lr):
    theta = np.append(w, b)
    dw, db = logistic_grad(w, b, X, y)
    theta -= lr * np.append(dw, db)
    return theta[:-1], theta[-1]


@variant
def written_out(w, b, X, y, lr):
    w = np.array(w, dtype=float)
    error = sigmoid(X @ w + b) - y
    for row, e in zip(X, error):
        w -= lr * e * row
    b = b - lr * error.sum()
    return [w, b]


@mistake(
    en="You move after every sample. One step takes the gradient of the whole sum at the old parameters and moves once.",
    zh="你每看一个样本就更新一次。一步是指：在旧参数处求整个和的梯度，然后只更新一次。",
)
def one_step_for_each_sample(w, b, X, y, lr):
    for n in range(len(y)):
        dw, db = logistic_grad(w, b, X[n : n + 1], y[n : n + 1])
        w, b = w - lr * dw, b - lr * db
    return w, b


Exercise(
    points=1, reference=classification.logistic_step, cases=step_cases, shapes=shapes_of_parameters,
    tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[
        Group("edge", edge_cases),
        Group("descent", descent_cases, observe=three_steps, en="Three steps in a row", zh="连续三步"),
    ],
    mistakes=[
        Mistake("ascent", "return w - lr * dw, b - lr * db", "return w + lr * dw, b + lr * db",
            en="You walk uphill: the gradient points to larger loss, so subtract it.",
            zh="你在往上坡走：梯度指向损失增大的方向，应当减去它。"),
        Mistake("changed_in_place", "return w - lr * dw, b - lr * db", "w -= lr * dw; return w, b - lr * db",
            en="`-=` changes the array that was passed in, which the caller still needs. Make a new one.",
            zh="`-=` 直接修改了传入的数组，而调用者还要用它。请生成一个新数组。"),
        Mistake("learning_rate_unused", "return w - lr * dw, b - lr * db", "return w - dw, b - db",
            en="The learning rate is not used.",
            zh="学习率没有用上。"),
        Mistake("bias_not_updated", "b - lr * db", "b",
            en="The bias stays where it was; it takes a step too.",
            zh="偏置没有更新，它也要走一步。"),
        Mistake("divided_by_n", "return w - lr * dw, b - lr * db", "return w - lr * dw / len(y), b - lr * db / len(y)",
            en="You divided by the number of samples. The loss here is a sum; a caller who wants the mean passes a smaller lr.",
            zh="你除以了样本数。这里的损失是求和；想要平均的人会传入更小的 lr。"),
    ],
    variants=[
        squared_labels("dw, db = logistic_grad("),
        Variant("list", "return w - lr * dw, b - lr * db", "return list(w - lr * dw), float(b - lr * db)"),
    ],
)


# %% demo="two_lines"
# Your logistic_step on the clouds of section {ref:shared_gaussian_to_linear}, beside the line of your Gaussians.
@drawn_by("gaussian_fit_shared", "shared_gaussian_to_linear", "bce_loss", "logistic_step")
def two_lines(plt):
    rng = np.random.default_rng(8)
    X = np.vstack([
        rng.normal(size=(90, 2)) @ [[1.5, 0.7], [0.0, 0.5]] + [-1.2, 0.6],
        rng.normal(size=(60, 2)) @ [[0.5, -0.5], [0.0, 0.9]] + [1.6, -0.6],
    ])
    y = np.repeat([0, 1], [90, 60])
    v, c = shared_gaussian_to_linear(*gaussian_fit_shared(X, y))
    w, b = np.zeros(2), 0.0
    line, losses = np.array([-4.0, 4.5]), [bce_loss(w, b, X, y)]  # from below to above
    _, (left, right) = plt.subplots(1, 2, figsize=(11, 4.2), layout="constrained")
    for step in range(1, 1001):
        w, b = logistic_step(w, b, X, y, 0.5 / len(y))
        losses.append(bce_loss(w, b, X, y))
        if step in (1, 10, 100, 1000):
            shade = {1: "#56B4E9", 10: "#009E73", 100: "#E69F00", 1000: "#000000"}[step]
            style = {1: ":", 10: "--", 100: "-.", 1000: "-"}[step]
            right.plot(-(w[1] * line + b) / w[0], line, style, color=shade, lw=2, label=words(en=f"at step {step}", zh=f"第 {step} 步"))
    left.loglog(range(1, 1002), losses, color="#0072B2")
    left.axhline(bce_loss(v, c, X, y), color="#CC79A7", ls="--", label=words(en="line of the Gaussians", zh="高斯模型的直线"))
    left.set(xlabel=words(en="step", zh="步数"), ylabel=words(en="cross-entropy", zh="交叉熵"), title=words(en="Logistic regression descends", zh="逻辑回归的下降"))
    left.legend()
    right.plot(-(v[1] * line + c) / v[0], line, color="#CC79A7", lw=5, alpha=0.5, label=words(en="line of the Gaussians", zh="高斯模型的直线"))
    right.scatter(*X[y == 0].T, s=10, color="#0072B2")
    right.scatter(*X[y == 1].T, s=14, color="#D55E00", marker="^")
    right.set(xlim=(-6, 5), ylim=(-4, 4.5), title=words(en="Its boundary on the way", zh="途中的决策边界"))
    right.legend(fontsize=8, loc="upper left")
    plt.show()
# %% [markdown] lang="en"
# What you should see. Logistic regression knows of no bells, and still its line comes to lie close to that of the Gaussians (wide band). Its loss ends below theirs (left, dashed): it searches for the best line for the *labels*, while they describe the samples.
# %% [markdown] lang="zh" of="f278"
# 你应当看到：逻辑回归完全不知道有什么“钟形”，它的直线最后却与高斯模型的直线（宽带）相差不大。它的损失降到了高斯模型之下（左图虚线）：它直接为**标签**寻找最好的直线，而高斯模型描述的是样本。
