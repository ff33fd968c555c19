# %% [markdown] lang="en"
# # Chapter 4 · Deep learning and backpropagation
#
# A neural net is a long chain of simple steps: multiply, add, bend, repeat. Training it needs one thing, the gradient of the loss with respect to *every* weight, and a net has thousands of them. In this chapter you build the algorithm that finds them all for the price of about two passes through the net. At the end a net of your own reads handwritten digits, and then you build the same net a second time in PyTorch and let the two check each other.
#
# **What you will build**
#
# 1. one layer, forward and backward; activations and their derivatives; a whole net (4.1–4.5)
# 2. its number of parameters and its loss (4.6, 4.7)
# 3. the chain rule, the output delta, the hidden delta, and from them `backprop` (4.8–4.11)
# 4. forward mode and reverse mode on a graph, counted operation by operation (4.12–4.14)
# 5. the same net in torch, and a measure of agreement (4.15, 4.16)
# 6. in practice: a net with 64 hidden neurons on real digits (4.17)
# 7. extra: deep or wide? (4.18, 4.19)
#
# **How to work.** In each answer cell, replace `# YOUR CODE HERE` and `raise NotImplementedError()` by your code. Then run the cell below it: `check("…")` compares your function with a few public cases and says what is right and where something is off. Hidden cases of the same kind decide the grade, so a function that is right for every input is the goal.
#
# **Conventions of this course**
#
# - $X$ is `(N, D)`: one sample a row. A layer's weights $W$ are `(D, M)`, its bias $b$ is `(M,)`. Labels are integers.
# - `y` is the truth and `y_pred` the prediction. The lecture notes write $\hat y$ for the *truth*, the reverse of common usage.
# - Every statement says SUM or MEAN. In this chapter every loss is a SUM over the samples.
# - The parameters of a net are a dict: `params["W1"], params["b1"], …, params["WL"], params["bL"]`. Layers are counted from 1.
# - A gradient has the shape of the thing it belongs to: `dW` looks like `W`.
# - Never change an argument in place: the caller still needs it.
# - Arrays may hold integers: a function gives the same for $2$ as for $2.0$.
#
# The notes call §5.1 全连接反馈网络, "feedback net". It should read 前馈, *feedforward*: information runs one way, from input to output.
# %% [markdown] lang="zh"
# # 第四章 · 深度学习与反向传播
#
# 神经网络就是一长串简单的步骤：相乘、相加、弯一下，再重复。训练它只缺一样东西：损失对**每一个**权重的梯度，而权重往往成千上万。这一章你要亲手写出一个算法，只花大约两趟前向计算的代价就把它们全部求出来。学完之后，你自己写的网络能认手写数字；接着再用 PyTorch 把同一个网络写一遍，让两份程序互相核对。
#
# **你将完成**
#
# 1. 一层网络的前向与反向；激活函数及其导数；整个网络（4.1–4.5）
# 2. 参数个数与损失（4.6、4.7）
# 3. 链式法则、输出层的 δ、隐藏层的 δ，最后合成 `backprop`（4.8–4.11）
# 4. 计算图上的前向模式与反向模式，一步一步数清运算量（4.12–4.14）
# 5. 用 torch 再写一遍，并度量两者的一致程度（4.15、4.16）
# 6. 实战：用 64 个隐藏神经元识别真实的手写数字（4.17）
# 7. 选做：深还是宽？（4.18、4.19）
#
# **怎么做。** 在每个作答单元格里，用你的代码替换 `# YOUR CODE HERE` 和 `raise NotImplementedError()`，然后运行下面的检查单元格：`check("…")` 会用几个公开的例子检验你的函数，告诉你哪里对、哪里不对。最终成绩由同类的隐藏例子决定，所以目标是对任何输入都正确。
#
# **本课程的约定**
#
# - $X$ 的形状是 `(N, D)`，一行一个样本。一层的权重 $W$ 是 `(D, M)`，偏置 $b$ 是 `(M,)`。标签是整数。
# - `y` 是真实值，`y_pred` 是预测值。讲义用 $\hat y$ 表示**真实值**，与通常的写法相反。
# - 每处都写明是求和还是求平均。本章的损失一律对样本**求和**。
# - 网络的参数放在字典里：`params["W1"], params["b1"], …, params["WL"], params["bL"]`，层号从 1 开始。
# - 梯度的形状与它所属的量相同：`dW` 与 `W` 形状一样。
# - 不要就地修改传入的参数，调用者还要用。
# - 数组里也可以是整数：输入 $2$ 与输入 $2.0$，结果应当相同。
#
# 讲义 §5.1 的标题是“全连接反馈网络”，应为“全连接**前馈**网络”：信息只朝一个方向走，从输入到输出。
# %% setup
import matplotlib.pyplot as plt
import numpy as np

from autograder import check


def softmax(Z):
    """Chapter 3: probabilities (N, K) of scores Z (N, K), row by row."""
    E = np.exp(Z - np.max(Z, axis=1, keepdims=True))
    return E / np.sum(E, axis=1, keepdims=True)


def one_hot(y, K):
    """Labels y (N,) as rows of 0 and a single 1, shape (N, K)."""
    return np.eye(K)[y]


def op_value(op, args):
    """Value of one operation of a graph (4.12): "add" and "mul" take two numbers, "tanh" takes one."""
    return {"add": lambda a, b: a + b, "mul": lambda a, b: a * b, "tanh": np.tanh}[op](*args)


def op_partials(op, args):
    """Its derivative with respect to each of its arguments, a tuple as long as args."""
    partials = {"add": lambda a, b: (1.0, 1.0), "mul": lambda a, b: (b, a), "tanh": lambda a: (1 - np.tanh(a) ** 2,)}
    return partials[op](*args)


# %% prelude
import numpy as np

from autograder import (
    CLOSED_FORM,
    EXACT,
    FROM_SCRATCH,
    Calibration,
    Case,
    Exercise,
    Gradient,
    Mistake,
    Rng,
    Tolerance,
    Variant,
)
from reference import backprop


def normal(rng, *shape):
    """Normal numbers with two digits and never exactly 0, where ReLU has its kink."""
    values = rng.normal(size=shape).round(2)
    return np.where(values == 0, 0.5, values)


def net(rng, *sizes):
    """Parameters of a net with layers of these sizes."""
    params = {}
    for layer, (fan_in, fan_out) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
        params[f"W{layer}"] = (normal(rng, fan_in, fan_out) * 0.8).round(2)
        params[f"b{layer}"] = (normal(rng, fan_out) * 0.5).round(2)
    return params


def net_and_data(rng, n, *sizes):
    """Parameters of a ReLU net and n samples, drawn again until no hidden neuron stands on its kink and no layer is silent.

    On a kink the last bit decides between slopes 0 and 1, and a right answer in float32 would look wrong; behind a layer
    without any open neuron every gradient is 0, and many wrong answers would look right.
    """
    while True:
        params, X = net(rng, *sizes), normal(rng, n, sizes[0])
        A, nearest, silent = X, 1.0, False
        for layer in range(1, len(sizes) - 1):
            Z = A @ params[f"W{layer}"] + params[f"b{layer}"]
            A, nearest = np.maximum(Z, 0), min(nearest, np.abs(Z).min())
            silent = silent or not A.any()
        if nearest > 1e-3 and not silent:
            return {"params": params, "X": X}


def far_scores(rng):
    """A layer and three samples: one has scores from about -1000 to 1000, all of one lie near -1000, all of one near 1000.

    The first sample's label is its least likely class.
    """
    W = np.array([rng.permutation([1000.0, 0.0, -1000.0]), -1000 + normal(rng, 3), 1000 + normal(rng, 3)])
    X = np.diag(rng.uniform(0.9, 1, size=3).round(2))
    y, order = np.array([np.argmin(W[0]), *rng.integers(3, size=2)]), rng.permutation(3)
    return {"params": {"W1": W, "b1": normal(rng, 3)}, "X": X[order], "y": y[order]}


def labelled(rng, n, k):
    """Labels of n samples in k classes; every class appears when n >= k, and one sample alone is not of the last."""
    return rng.permutation(np.arange(n) % k)


WIDE = {"wide": {"en": "Thousands of parameters: derive, do not probe", "zh": "成千上万个参数：要推导，不能逐个试"}}
DEEP = {"deep": {"en": "Ten layers", "zh": "十层的网络"}}


# %% [markdown] lang="en"
# ## 4.1 One layer, forward
#
# **Why.** A neuron computes a weighted sum of its inputs plus a bias. A layer is $M$ such neurons that all see the same inputs, and a batch is $N$ samples that all pass through the same layer. One matrix product does all $N\times M$ sums at once, which is why nets run so well on GPUs.
#
# $$Z = XW + b,\qquad Z_{nm}=\sum_{d=1}^{D}X_{nd}W_{dm}+b_m$$
#
# Shapes: $X$ `(N, D)`, $W$ `(D, M)`, $b$ `(M,)`, $Z$ `(N, M)`. Column $m$ of $W$ holds the weights of neuron $m$; $b$ is added to every row.
#
# **By hand.** $x=(1, 2)$, $W=\begin{pmatrix}1&0&-1\\2&1&0\end{pmatrix}$, $b=(0.5, 0, 1)$. Neuron 1: $1\cdot1+2\cdot2+0.5=5.5$. Neuron 2: $0+2+0=2$. Neuron 3: $-1+0+1=0$. So $z=(5.5, 2, 0)$.
# %% [markdown] lang="zh"
# ## 4.1 一层网络：前向
#
# **为什么。** 一个神经元把输入加权求和，再加上偏置。一层就是 $M$ 个看着同一份输入的神经元，一个批次就是 $N$ 个经过同一层的样本。一次矩阵乘法就能算完全部 $N\times M$ 个和，这正是神经网络适合 GPU 的原因。
#
# $$Z = XW + b,\qquad Z_{nm}=\sum_{d=1}^{D}X_{nd}W_{dm}+b_m$$
#
# 形状：$X$ `(N, D)`，$W$ `(D, M)`，$b$ `(M,)`，$Z$ `(N, M)`。$W$ 的第 $m$ 列是第 $m$ 个神经元的权重；$b$ 加到每一行上。
#
# **手算。** $x=(1, 2)$，$W=\begin{pmatrix}1&0&-1\\2&1&0\end{pmatrix}$，$b=(0.5, 0, 1)$。神经元 1：$1\cdot1+2\cdot2+0.5=5.5$；神经元 2：$0+2+0=2$；神经元 3：$-1+0+1=0$。所以 $z=(5.5, 2, 0)$。
# %% answer="affine_forward"
def affine_forward(X, W, b):
    """Pre-activations of one fully connected layer.

    X (N, D), W (D, M), b (M,).  Returns Z (N, M): every row is a sample, every column a neuron.
    No activation is applied here.
    """
    ### BEGIN SOLUTION
    return X @ W + b  # (N, M)
    ### END SOLUTION


# %% [markdown] docstring="affine_forward" lang="zh"
# 一层全连接网络在激活之前的值。
#
# X (N, D)，W (D, M)，b (M,)。返回 Z (N, M)：一行一个样本，一列一个神经元。
# 这里不做激活。
# %% grading="affine_forward"
def affine_cases(rng):
    for name, zh, n, d, m, group in (
        ("typical", "一般数据", 5, 3, 4, "values"),
        ("one sample", "只有一个样本", 1, 4, 2, "edge"),
        ("one input", "只有一个输入", 3, 1, 2, "edge"),
        ("one neuron", "只有一个神经元", 4, 3, 1, "edge"),
    ):
        yield Case(name, zh=zh, group=group, X=normal(rng, n, d), W=normal(rng, d, m), b=normal(rng, m))
    whole = {"X": rng.integers(-4, 5, size=(3, 2)), "W": rng.integers(-4, 5, size=(2, 3))}
    yield Case("whole numbers", zh="整数", group="edge", **whole, b=normal(rng, 3) + 0.5)


def affine_loop(X, W, b):
    Z = np.zeros((len(X), W.shape[1]))
    for n in range(len(X)):
        for m in range(W.shape[1]):
            Z[n, m] = sum(X[n, d] * W[d, m] for d in range(len(W))) + b[m]
    return Z


Exercise(
    points=1,
    reference=backprop.affine_forward,
    cases=affine_cases,
    tolerance=CLOSED_FORM,
    accepts=("integers",),
    forbids=FROM_SCRATCH,
    mistakes=[
        Mistake(
            "bias_missing",
            swap=("X @ W + b", "X @ W"),
            hint={
                "en": "The weighted sums are right, but the bias is not in them: each neuron adds its own entry of b.",
                "zh": "加权和是对的，但没有加偏置：每个神经元都要加上 b 中属于自己的那一个数。",
            },
        ),
        Mistake(
            "neurons_in_rows",
            swap=("X @ W + b", "(X @ W + b).T"),
            hint={
                "en": "The numbers are right but the table lies on its side: in this course a row is a sample and a column a neuron.",
                "zh": "数值没错，只是表格转了个方向：本课程里一行是一个样本，一列是一个神经元。",
            },
        ),
        Mistake(
            "activation_applied",
            swap=("X @ W + b", "np.maximum(X @ W + b, 0)"),
            hint={
                "en": "Negative entries have become 0: a ReLU has slipped in. This function stops before the activation.",
                "zh": "负数都变成了 0：混进了一个 ReLU。这个函数只算到激活之前。",
            },
        ),
        Mistake(
            "bias_subtracted",
            swap=("X @ W + b", "X @ W - b"),
            hint={
                "en": "The bias enters with the wrong sign: compare your result with the example by hand, where b₁ = 0.5 raises z₁ to 5.5.",
                "zh": "偏置的符号反了：对照手算的例子，b₁ = 0.5 使 z₁ 升到 5.5。",
            },
        ),
        Mistake(
            "flat_for_one_neuron",
            swap=("X @ W + b", "np.squeeze(X @ W + b)"),
            hint={
                "en": "Right, except when there is a single sample or neuron: then an axis is lost. Z is always (N, M), also for N = 1 or M = 1.",
                "zh": "一般情况是对的，但只有一个样本或一个神经元时少了一维。Z 的形状总是 (N, M)，N = 1 或 M = 1 时也一样。",
            },
        ),
        Mistake(
            "integers_refused",
            swap=("return X @ W + b", "Z = X @ W\n    Z += b\n    return Z"),
            hint={
                "en": "`+=` writes back into the product, and when X and W hold integers, as in the example by hand, b's fractions do not fit in there. Add with `+`.",
                "zh": "`+=` 要把结果写回乘积里；X 和 W 是整数时（手算的例子就是），b 的小数放不进去。请用 `+` 相加。",
            },
        ),
    ],
    variants=[
        Variant("einsum", swap=("X @ W + b", 'np.einsum("nd,dm->nm", X, W) + b[None, :]')),
        Variant("loop", function=affine_loop),
        Variant("bias_column", swap=("X @ W + b", "np.c_[X, np.ones(len(X))] @ np.vstack([W, b])")),
    ],
)


# %% [markdown] lang="en"
# ## 4.2 One layer, backward
#
# **Why.** Some loss $l$ depends on $Z$ through everything that follows this layer. Suppose a friend at the next layer hands us $dZ = \partial l/\partial Z$. What are the gradients with respect to what *we* hold: the weights, the bias, and the input (which is the output of the layer below)? Every layer that can answer this question can be stacked with any other.
#
# From $Z_{nm}=\sum_d X_{nd}W_{dm}+b_m$ and the chain rule:
#
# $$\frac{\partial l}{\partial W}=X^{\top}dZ,\qquad \frac{\partial l}{\partial b_m}=\sum_{n=1}^{N}dZ_{nm},\qquad \frac{\partial l}{\partial X}=dZ\,W^{\top}$$
#
# Why is $b$ summed over $n$? The same $b_m$ is used by all $N$ samples, so the loss feels it $N$ times. It is a SUM because the loss is a sum.
#
# **Shapes are the best friend you have here.** `dW` must be `(D, M)`. From $X$ `(N, D)` and $dZ$ `(N, M)` there is only one product that fits.
#
# **By hand**, with the layer of 4.1 and $dz=(1, 2, -1)$: $dW=\begin{pmatrix}1\\2\end{pmatrix}(1, 2, -1)=\begin{pmatrix}1&2&-1\\2&4&-2\end{pmatrix}$, $db=(1, 2, -1)$, and $dx=(1\cdot1+2\cdot0+(-1)(-1),\;1\cdot2+2\cdot1+(-1)\cdot0)=(2, 4)$.
# %% [markdown] lang="zh"
# ## 4.2 一层网络：反向
#
# **为什么。** 损失 $l$ 通过后面的所有层依赖于 $Z$。假设后一层的朋友已经把 $dZ = \partial l/\partial Z$ 交给我们，那么损失对我们手里的东西（权重、偏置、输入，而输入就是前一层的输出）的梯度各是多少？只要每一层都能回答这个问题，层与层就可以任意叠起来。
#
# 由 $Z_{nm}=\sum_d X_{nd}W_{dm}+b_m$ 和链式法则：
#
# $$\frac{\partial l}{\partial W}=X^{\top}dZ,\qquad \frac{\partial l}{\partial b_m}=\sum_{n=1}^{N}dZ_{nm},\qquad \frac{\partial l}{\partial X}=dZ\,W^{\top}$$
#
# 为什么 $b$ 要对 $n$ 求和？因为 $N$ 个样本用的是同一个 $b_m$，损失受它影响 $N$ 次。损失是求和，所以这里也是**求和**。
#
# **形状是你最好的帮手。** `dW` 必须是 `(D, M)`；手里只有 $X$ `(N, D)` 和 $dZ$ `(N, M)`，能凑出这个形状的乘法只有一种。
#
# **手算**，沿用 4.1 的那一层，设 $dz=(1, 2, -1)$：$dW=\begin{pmatrix}1\\2\end{pmatrix}(1, 2, -1)=\begin{pmatrix}1&2&-1\\2&4&-2\end{pmatrix}$，$db=(1, 2, -1)$，$dx=(1\cdot1+2\cdot0+(-1)(-1),\;1\cdot2+2\cdot1+(-1)\cdot0)=(2, 4)$。
# %% answer="affine_backward"
def affine_backward(dZ, X, W):
    """Gradients of the loss with respect to the input, the weights and the bias of one layer Z = X W + b.

    dZ (N, M) is the gradient with respect to Z; X (N, D) and W (D, M) are what the forward pass used.
    Returns (dX, dW, db) of shapes (N, D), (D, M) and (M,).  dW and db are SUMS over the N samples.
    """
    ### BEGIN SOLUTION
    dX = dZ @ W.T  # (N, D)
    dW = X.T @ dZ  # (D, M)
    db = dZ.sum(axis=0)  # (M,)
    return dX, dW, db
    ### END SOLUTION


# %% [markdown] docstring="affine_backward" lang="zh"
# 对一层 Z = X W + b，求损失对输入、权重和偏置的梯度。
#
# dZ (N, M) 是损失对 Z 的梯度；X (N, D)、W (D, M) 是前向时用过的值。
# 返回 (dX, dW, db)，形状分别为 (N, D)、(D, M)、(M,)。dW 和 db 都对 N 个样本**求和**。
# %% grading="affine_backward"
def affine_backward_cases(rng):
    for name, zh, n, d, m, group in (
        ("typical", "一般数据", 5, 3, 4, "values"),
        ("square weights", "权重为方阵", 4, 3, 3, "values"),
        ("one sample", "只有一个样本", 1, 4, 2, "edge"),
        ("one neuron", "只有一个神经元", 3, 2, 1, "edge"),
    ):
        inputs = {"dZ": normal(rng, n, m), "X": normal(rng, n, d), "W": normal(rng, d, m), "b": normal(rng, m)}
        yield Case(name, zh=zh, group=group, **inputs)
    wide = {"sizes": (10, 1000, 100), "seed": int(rng.integers(2**31))}
    yield Case("wide layer", zh="很宽的一层", group="wide", public=False, **wide)


def layer_gradients(impl, case):
    if case.group != "wide":
        return impl.affine_backward(case.dZ, case.X, case.W)
    rng, (n, d, m) = np.random.default_rng(case.seed), case.sizes
    dZ, X, W = (rng.integers(-2, 3, shape) * 0.5 for shape in ((n, m), (n, d), (d, m)))
    ways = [rng.integers(-2, 3, (4, *shape)) * 0.5 for shape in ((n, d), (d, m), (m,))]
    slopes = [np.asarray(slope, dtype=float) for slope in impl.affine_backward(dZ, X, W)]
    if [slope.shape for slope in slopes] != [way.shape[1:] for way in ways]:
        return [slope.shape for slope in slopes]
    return tuple(way.reshape(4, -1) @ slope.ravel() for way, slope in zip(ways, slopes))  # along four directions


def weighted_output(impl, case):
    return np.sum(case.dZ * np.asarray(impl.affine_forward(case.X, case.W, case.b)).reshape(case.dZ.shape))


def affine_backward_loop(dZ, X, W):
    dX, dW, db = np.zeros(X.shape), np.zeros(W.shape), np.zeros(W.shape[1])
    for x, dz, dx in zip(X, dZ, dX):
        dx += W @ dz
        dW += np.outer(x, dz)
        db += dz
    return dX, dW, db


def affine_backward_float32(dZ, X, W):
    dZ, X, W = (np.asarray(part, dtype=np.float32) for part in (dZ, X, W))
    return dZ @ W.T, X.T @ dZ, dZ.sum(axis=0)


Exercise(
    points=3,
    reference=backprop.affine_backward,
    cases=affine_backward_cases,
    observe=layer_gradients,
    tolerance=CLOSED_FORM,
    gradient=Gradient(of=weighted_output, wrt=("X", "W", "b")),
    accepts=("integers",),
    forbids=FROM_SCRATCH,
    groups=WIDE,
    seconds=1.25,  # the wide layer takes 0.01 s in numpy, 0.15 s in plain loops, and more than 4 s by 100,000 losses
    mistakes=[
        Mistake(
            "db_not_summed",
            swap=("dZ.sum(axis=0)", "dZ"),
            hint={
                "en": "`db` still has one row a sample. All N samples share the same b, so their contributions add up to shape (M,).",
                "zh": "`db` 还是一个样本一行。N 个样本共用同一个 b，它们的贡献要加起来，形状为 (M,)。",
            },
        ),
        Mistake(
            "db_mean",
            swap=("dZ.sum(axis=0)", "dZ.mean(axis=0)"),
            hint={
                "en": "`db` is the mean over the samples. In this chapter the loss is a SUM over samples, and so are its gradients.",
                "zh": "`db` 取了平均。本章的损失对样本求和，梯度也就是求和。",
            },
        ),
        Mistake(
            "db_summed_over_neurons",
            swap=("dZ.sum(axis=0)", "dZ.sum(axis=1)"),
            hint={
                "en": "`db` adds along the wrong axis: there is one bias a neuron, so the sum runs over the samples.",
                "zh": "`db` 求和的轴不对：每个神经元一个偏置，所以是沿样本求和。",
            },
        ),
        Mistake(
            "w_not_transposed",
            swap=("dZ @ W.T", "dZ @ W"),
            hint={
                "en": "`dX` uses W where the transpose belongs. With a square W the shapes cannot warn you: "
                "follow one entry, ∂l/∂x_d = Σ_m dz_m W_dm.",
                "zh": "`dX` 里该用 W 的转置。W 是方阵时形状不会提醒你：盯住一个分量，∂l/∂x_d = Σ_m dz_m W_dm。",
            },
        ),
        Mistake(
            "dw_transposed",
            swap=("X.T @ dZ", "dZ.T @ X"),
            hint={
                "en": "`dW` has come out transposed: it must have the shape of W, (D, M), inputs in rows and neurons in columns.",
                "zh": "`dW` 被转置了：它的形状应与 W 相同，(D, M)，行对应输入，列对应神经元。",
            },
        ),
        Mistake(
            "dw_mean",
            swap=("X.T @ dZ", "X.T @ dZ / len(X)"),
            hint={
                "en": "`dW` is divided by N. The loss here is a SUM over samples; a mean is taken later, if at all, by the learning rate.",
                "zh": "`dW` 除以了 N。这里的损失是对样本求和；要不要平均，以后交给学习率去管。",
            },
        ),
        Mistake(
            "summed_to_numbers",
            swap=("dZ.sum(axis=0)", "dZ.sum()"),
            hint={
                "en": "`db` is a single number: the sum ran over the neurons too. Only the samples are added up; each neuron keeps its own entry.",
                "zh": "`db` 成了一个数：连神经元也一起加了。只对样本求和，每个神经元各留一个分量。",
            },
        ),
        Mistake(
            "order_of_results",
            swap=("return dX, dW, db", "return dW, db, dX"),
            hint={
                "en": "The three gradients are right, but they come back in another order than (dX, dW, db).",
                "zh": "三个梯度都对，只是返回的次序不是 (dX, dW, db)。",
            },
        ),
    ],
    variants=[
        Variant("einsum", swap=("X.T @ dZ", 'np.einsum("nd,nm->dm", X, dZ)')),
        Variant("loop", function=affine_backward_loop),
        Variant("ones_product", swap=("dZ.sum(axis=0)", "np.ones(len(dZ)) @ dZ")),
        Variant("float32", function=affine_backward_float32),
    ],
)


# %% [markdown] lang="en"
# ## 4.3 Activations
#
# **Why.** Two linear layers in a row are one linear layer: $(XW_1)W_2=X(W_1W_2)$. A net becomes more than that only because every hidden layer bends its output. Three classic bends:
#
# $$\mathrm{relu}(z)=\max(0,z),\qquad \sigma(z)=\frac{1}{1+e^{-z}},\qquad \tanh(z)=\frac{e^z-e^{-z}}{e^z+e^{-z}}$$
#
# They work on every entry alone: the output has the shape of the input.
#
# **By hand.** $\mathrm{relu}(-2)=0$, $\mathrm{relu}(1.5)=1.5$; $\sigma(0)=0.5$, $\sigma(2)\approx0.8808$; $\tanh(1)\approx0.7616$.
#
# **Care.** $\sigma(\pm1000)$ is a perfectly good number, 0 or 1. If your formula divides infinity by infinity, it gives NaN instead. A pretty identity helps: $\sigma(z)=\tfrac12\left(1+\tanh\tfrac z2\right)$.
# %% [markdown] lang="zh"
# ## 4.3 激活函数
#
# **为什么。** 两个线性层连在一起还是一个线性层：$(XW_1)W_2=X(W_1W_2)$。网络之所以更强，全靠每个隐藏层把输出“弯”一下。三种经典的弯法：
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


# %% [markdown] docstring="activate" lang="zh"
# 对 Z 的每个元素施加激活函数。
#
# Z 是任意形状的数组，kind 为 "relu"、"sigmoid" 或 "tanh"。返回同形状的数组；
# 元素大到 ±1000 时结果也必须是有限数。
# %% grading="activate"
KIND_TITLES = {
    "relu": {"en": "ReLU", "zh": "ReLU"},
    "sigmoid": {"en": "Sigmoid", "zh": "Sigmoid"},
    "tanh": {"en": "Tanh", "zh": "Tanh"},
}


def far_out(rng):
    """Numbers whose exponential overflows, of both signs, large ones that do not, and moderate ones, in any order."""
    signs = np.array([-1.0, 1.0])
    return rng.permutation(
        np.r_[signs * rng.uniform(800, 1000, 2), signs * rng.uniform(20, 60, 2), normal(rng, 3)]
    ).round(2)


def activation_cases(rng):
    for kind in ("relu", "tanh", "sigmoid"):
        yield Case(kind, zh=kind, group=kind, Z=normal(rng, 3, 4), kind=kind)
    yield Case("three axes", zh="三维数组", group="edge", Z=normal(rng, 2, 3, 2), kind="sigmoid")
    yield Case("one axis", zh="一维数组", group="edge", Z=normal(rng, 5), kind="relu")
    for kind in ("sigmoid", "tanh"):
        yield Case(f"huge entries, {kind}", zh=f"极大的元素，{kind}", group="extreme", Z=far_out(rng), kind=kind)


Exercise(
    points=1,
    reference=backprop.activate,
    cases=activation_cases,
    tolerance=CLOSED_FORM,
    accepts=("integers",),
    forbids=FROM_SCRATCH,
    groups=KIND_TITLES,
    mistakes=[
        Mistake(
            "sigmoid_overflows",
            swap=("0.5 * (1 + np.tanh(Z / 2))", "np.exp(Z) / (1 + np.exp(Z))"),
            hint={
                "en": "For large z your sigmoid is infinity over infinity. Look for a form in which only e to a negative power appears.",
                "zh": "z 很大时，你的 sigmoid 变成了无穷除以无穷。换一种只出现 e 的负数次幂的写法。",
            },
        ),
        Mistake(
            "sigmoid_sign",
            swap=("0.5 * (1 + np.tanh(Z / 2))", "1 / (1 + np.exp(Z))"),
            hint={
                "en": "Your sigmoid falls where it should rise: it needs e to the power of *minus* z.",
                "zh": "你的 sigmoid 该升的地方在降：指数里应该是**负** z。",
            },
        ),
        Mistake(
            "tanh_for_sigmoid",
            swap=("0.5 * (1 + np.tanh(Z / 2))", "np.tanh(Z)"),
            hint={
                "en": "Your sigmoid runs from −1 to 1, so it is tanh. The sigmoid runs from 0 to 1 and is 0.5 at 0.",
                "zh": "你的 sigmoid 取值在 −1 到 1 之间，那是 tanh。sigmoid 在 0 到 1 之间，在 0 处等于 0.5。",
            },
        ),
        Mistake(
            "relu_absolute_value",
            swap=("np.maximum(Z, 0)", "np.abs(Z)"),
            hint={
                "en": "Your ReLU flips negative numbers up. It should flatten them to 0.",
                "zh": "你的 ReLU 把负数翻成了正数，而它应该把负数压成 0。",
            },
        ),
        Mistake(
            "relu_in_place",
            swap=("return np.maximum(Z, 0)", "Z[Z < 0] = 0\n        return Z"),
            hint={
                "en": "Your ReLU writes into Z itself. The backward pass still needs the old Z: return a new array.",
                "zh": "你的 ReLU 直接改写了 Z。反向传播时还要用原来的 Z：请返回新的数组。",
            },
        ),
        Mistake(
            "tanh_in_place",
            swap=("return np.tanh(Z)", "return np.tanh(Z, out=Z)"),
            hint={
                "en": "Your tanh writes into Z itself. The backward pass still needs the old Z: return a new array.",
                "zh": "你的 tanh 直接改写了 Z。反向传播时还要用原来的 Z：请返回新的数组。",
            },
        ),
        Mistake(
            "tanh_overflows",
            swap=("return np.tanh(Z)", "return (np.exp(Z) - np.exp(-Z)) / (np.exp(Z) + np.exp(-Z))"),
            hint={
                "en": "Right for moderate z, but for ±1000 your tanh is infinity over infinity. numpy has a tanh that does not overflow.",
                "zh": "z 不大时是对的，但 z 为 ±1000 时，你的 tanh 变成了无穷除以无穷。numpy 自带的 tanh 不会溢出。",
            },
        ),
        Mistake(
            "result_in_integers",
            swap=(
                "return 0.5 * (1 + np.tanh(Z / 2))",
                "A = np.zeros_like(Z)\n    A[Z >= 0] = 1 / (1 + np.exp(-Z[Z >= 0]))\n"
                "    A[Z < 0] = np.exp(Z[Z < 0]) / (1 + np.exp(Z[Z < 0]))\n    return A",
            ),
            hint={
                "en": "When Z holds integers your sigmoid is 0 or 1: `zeros_like(Z)` is an array of integers then, and fractions are cut off. Ask for floats.",
                "zh": "Z 是整数时，你的 sigmoid 只会得到 0 或 1：这时 `zeros_like(Z)` 是整数数组，小数被截掉了。请建立浮点数组。",
            },
        ),
        Mistake(
            "two_axes_only",
            swap=(
                "return 0.5 * (1 + np.tanh(Z / 2))",
                "return np.array([[1 / (1 + np.exp(-z)) for z in np.ravel(row)] for row in Z])",
            ),
            hint={
                "en": "Right for a table, but Z may have any number of axes, one or three, and the output has the same. Let numpy work on the whole array.",
                "zh": "Z 是表格时是对的，但 Z 的维数可以是任意的（一维、三维……），输出要与它同形状。让 numpy 一次处理整个数组。",
            },
        ),
    ],
    variants=[
        Variant("textbook", swap=("0.5 * (1 + np.tanh(Z / 2))", "1 / (1 + np.exp(-Z))")),
        Variant("where", swap=("np.maximum(Z, 0)", "np.where(Z > 0, Z, 0.0)")),
        Variant("mask", swap=("np.maximum(Z, 0)", "Z * (Z > 0)")),
    ],
)


# %% [markdown] lang="en"
# ## 4.4 Derivatives of activations
#
# **Why.** The notes write $\frac{\partial l}{\partial z}=\frac{\partial l}{\partial a}\,\sigma'(z)$: whatever comes back through an activation is multiplied by its slope **at the point $z$ where the forward pass went through**.
#
# $$\mathrm{relu}'(z)=\begin{cases}1&z>0\\0&z<0\end{cases}\qquad \sigma'(z)=\sigma(z)\,(1-\sigma(z))\qquad \tanh'(z)=1-\tanh^2(z)$$
#
# At $z=0$ ReLU has a kink; any number from 0 to 1 is acceptable there, and 0 is the custom.
#
# **By hand.** $\sigma'(0)=0.25$, the steepest a sigmoid ever gets. $\sigma'(2)\approx0.8808\cdot0.1192\approx0.1050$.
#
# **A classic trap.** The derivative is often written with $a=\sigma(z)$ as $a(1-a)$. True, but then do not put $a$ where $z$ belongs: $\sigma'(0.8808)\approx0.2072$ is another number than $\sigma'(2)$. This function receives $Z$.
# %% [markdown] lang="zh"
# ## 4.4 激活函数的导数
#
# **为什么。** 讲义写道 $\frac{\partial l}{\partial z}=\frac{\partial l}{\partial a}\,\sigma'(z)$：从后面传回来的量经过激活函数时，要乘上它在**前向时经过的那个点 $z$** 的斜率。
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


# %% [markdown] docstring="activate_grad" lang="zh"
# `activate` 在 Z 的每个元素处的导数。
#
# Z 是任意形状的数组，是**进入**激活函数之前的值。kind 为 "relu"、"sigmoid" 或 "tanh"。
# 返回同形状的数组；元素大到 ±1000 时结果也必须是有限数；ReLU 恰好在 0 处的斜率可取 0 到 1 之间任何数。
# %% grading="activate_grad"
def slope_cases(rng):
    for kind in ("sigmoid", "tanh", "relu"):
        yield Case(kind, zh=kind, group=kind, Z=normal(rng, 3, 4) * 1.5, kind=kind)
    near = rng.permutation(np.r_[0.0, 0.0, rng.uniform(1, 9, 2), rng.uniform(-9, -1, 2)]).round(2)
    yield Case("near the kink", zh="折点附近", group="relu", Z=near, kind="relu", scale=1e-9)
    yield Case("three axes", zh="三维数组", group="edge", Z=normal(rng, 2, 3, 2), kind="tanh")
    for kind in ("sigmoid", "tanh"):
        yield Case(f"huge entries, {kind}", zh=f"极大的元素，{kind}", group="extreme", Z=far_out(rng), kind=kind)


def slopes_seen(impl, case):
    Z = case.Z * case.scale if "scale" in case.inputs else case.Z
    slopes = impl.activate_grad(Z, case.kind)
    at_kink = (Z == 0) & (case.kind == "relu")
    if not at_kink.any():
        return slopes
    slopes = np.asarray(slopes, dtype=float).reshape(Z.shape)
    return np.where(at_kink & (slopes >= 0) & (slopes <= 1), 0.0, slopes)  # any of them will do there


def summed_activation(impl, case):
    scale = case.inputs.get("scale", 1.0)
    counted = np.where(np.abs(case.Z) > 0.5, 1.0, 0.0) if scale < 1 else 1.0  # without those on the kink
    return np.sum(np.asarray(impl.activate(case.Z * scale, case.kind)) * counted) / scale


Exercise(
    points=2,
    reference=backprop.activate_grad,
    cases=slope_cases,
    observe=slopes_seen,
    tolerance=CLOSED_FORM,
    gradient=Gradient(of=summed_activation, wrt=("Z",)),
    accepts=("integers",),
    forbids=FROM_SCRATCH,
    groups=KIND_TITLES,
    mistakes=[
        Mistake(
            "sigmoid_slope_at_a",
            swap=("return A * (1 - A)", "A = activate(A, kind)\n    return A * (1 - A)"),
            hint={
                "en": "Your sigmoid goes through the function twice: this is σ′(a), the slope at the output. The slope is wanted at z, "
                "where a(1 − a) needs a = σ(z) once.",
                "zh": "sigmoid 套了两次：你算的是 σ′(a)，即在输出处的斜率。要的是在 z 处的斜率，a(1 − a) 里的 a = σ(z) 只算一次。",
            },
        ),
        Mistake(
            "z_treated_as_a",
            swap=("A = activate(Z, kind)", "A = Z"),
            hint={
                "en": "You used z(1 − z) or 1 − z². These formulas hold for a = activation(z), so send Z through the activation first.",
                "zh": "你用的是 z(1 − z) 或 1 − z²。这些公式里应当是 a = 激活函数(z)，请先让 Z 通过激活函数。",
            },
        ),
        Mistake(
            "sigmoid_plus_sign",
            swap=("A * (1 - A)", "A * (1 + A)"),
            hint={
                "en": "The slope of the sigmoid must vanish on both sides. Check the sign between 1 and σ(z).",
                "zh": "sigmoid 两端的斜率都应趋于 0。检查 1 和 σ(z) 之间的符号。",
            },
        ),
        Mistake(
            "tanh_not_squared",
            swap=("1 - A**2", "1 - A"),
            hint={
                "en": "The slope of tanh is an even function of z, but yours differs at z and −z. Something is missing its square.",
                "zh": "tanh 的斜率关于 z 是偶函数，而你的结果在 z 和 −z 处不同。有一处忘了平方。",
            },
        ),
        Mistake(
            "relu_value_for_slope",
            swap=("np.where(Z > 0, 1.0, 0.0)", "np.maximum(Z, 0)"),
            hint={
                "en": "For ReLU you returned its value. Its slope is wanted: how fast does it rise right of 0, and left of 0?",
                "zh": "ReLU 这里你返回的是函数值。要的是斜率：在 0 的右边和左边，它各以多快的速度上升？",
            },
        ),
        Mistake(
            "relu_sign",
            swap=("np.where(Z > 0, 1.0, 0.0)", "np.sign(Z)"),
            hint={
                "en": "Left of 0 ReLU is flat, so its slope there is 0. Yours is −1, the slope of |z|.",
                "zh": "ReLU 在 0 的左边是平的，斜率应为 0。你给的 −1 是 |z| 的斜率。",
            },
        ),
        Mistake(
            "relu_zero_by_zero",
            swap=("np.where(Z > 0, 1.0, 0.0)", "np.maximum(Z, 0) / Z"),
            hint={
                "en": "At z = 0 your ReLU slope is 0/0, which is NaN. Any number from 0 to 1 will do there, so compare Z with 0 instead of dividing by it.",
                "zh": "z = 0 时，你的 ReLU 斜率是 0/0，即 NaN。那里取 0 到 1 之间任何数都可以，所以请拿 Z 与 0 比较，不要除以 Z。",
            },
        ),
        Mistake(
            "difference_over_the_kink",
            swap=("np.where(Z > 0, 1.0, 0.0)", "(activate(Z + 1e-5, kind) - activate(Z - 1e-5, kind)) / 2e-5"),
            hint={
                "en": "You probe ReLU on both sides of z. Close to 0 one probe lands beyond the kink, and the slope comes out between 0 and 1. Write down the derivative itself.",
                "zh": "你是在 z 的两侧各试一点来估计 ReLU 的斜率。z 很接近 0 时，有一点会落到折点的另一边，得到的斜率就介于 0 和 1 之间。请直接写出导数。",
            },
        ),
        Mistake(
            "relu_in_place",
            swap=("return np.where(Z > 0, 1.0, 0.0)", "Z[Z > 0] = 1\n        Z[Z < 0] = 0\n        return Z"),
            hint={
                "en": "The slopes are right, but they are written into Z itself. The caller still needs the old Z: return a new array.",
                "zh": "斜率是对的，但直接写进了 Z。调用者还要用原来的 Z：请返回新的数组。",
            },
        ),
        Mistake(
            "sigmoid_slope_overflows",
            swap=("return A * (1 - A)", "return np.exp(-Z) / (1 + np.exp(-Z)) ** 2"),
            hint={
                "en": "Right for moderate z, but for z = −1000 this is infinity over infinity. Build the slope from σ(z), which you already have.",
                "zh": "z 不大时是对的，但 z = −1000 时变成了无穷除以无穷。请用已有的 σ(z) 来写斜率。",
            },
        ),
        Mistake(
            "result_in_integers",
            swap=("A = activate(Z, kind)", "A = np.zeros_like(Z)\n    A[...] = activate(Z, kind)"),
            hint={
                "en": "When Z holds integers all slopes are 0: `zeros_like(Z)` is an array of integers then, and fractions are cut off. Ask for floats.",
                "zh": "Z 是整数时，斜率全成了 0：这时 `zeros_like(Z)` 是整数数组，小数被截掉了。请建立浮点数组。",
            },
        ),
    ],
    variants=[
        Variant("one_at_zero", swap=("Z > 0, 1.0, 0.0", "Z >= 0, 1.0, 0.0")),
        Variant("half_at_zero", swap=("np.where(Z > 0, 1.0, 0.0)", "np.heaviside(Z, 0.5)")),
        Variant("boolean", swap=("np.where(Z > 0, 1.0, 0.0)", "(Z > 0).astype(np.float32)")),
        Variant("symmetric", swap=("A * (1 - A)", "activate(Z, kind) * activate(-Z, kind)")),
    ],
)


# %% [markdown] lang="en"
# ## 4.5 The whole net, forward
#
# **Why.** Stack the layers. A net with $L$ layers turns $A_0=X$ into scores:
#
# $$Z_\ell=A_{\ell-1}W_\ell+b_\ell\quad(\ell=1,\dots,L),\qquad A_\ell=\phi(Z_\ell)\quad(\ell=1,\dots,L-1)$$
#
# The last layer has **no** activation $\phi$: its $Z_L$, shape `(N, K)`, are the *scores* of the $K$ classes, and the softmax belongs to the loss (4.7). With at least one hidden layer such a net is called deep learning; the hidden layers extract features, the last layer classifies them.
#
# The backward pass will need every $Z_\ell$ and $A_\ell$ again, so we keep them in a dict, the *cache*: `"A0"` (which is $X$), `"Z1"`, `"A1"`, `"Z2"`, …, up to `"ZL"`.
#
# **By hand.** $x=(1,-1)$, $W_1=\begin{pmatrix}1&2\\3&1\end{pmatrix}$, $b_1=(0, 0.5)$, ReLU, $W_2=\begin{pmatrix}1&0\\2&-1\end{pmatrix}$, $b_2=(0,1)$.
# $z_1=(1-3,\;2-1+0.5)=(-2, 1.5)$, so $a_1=(0, 1.5)$, and $z_2=(0+3+0,\;0-1.5+1)=(3,-0.5)$. We will meet this net again.
# %% [markdown] lang="zh"
# ## 4.5 整个网络：前向
#
# **为什么。** 把层叠起来。一个 $L$ 层的网络把 $A_0=X$ 变成得分：
#
# $$Z_\ell=A_{\ell-1}W_\ell+b_\ell\quad(\ell=1,\dots,L),\qquad A_\ell=\phi(Z_\ell)\quad(\ell=1,\dots,L-1)$$
#
# 最后一层**没有**激活函数 $\phi$：$Z_L$ 的形状是 `(N, K)`，是 $K$ 个类别的**得分**，softmax 归损失管（4.7）。至少有一个隐藏层的网络才叫深度学习；隐藏层提取特征，最后一层做分类。
#
# 反向传播还要用到每一个 $Z_\ell$ 和 $A_\ell$，所以把它们存在一个字典里，叫**缓存**（cache）：`"A0"`（就是 $X$）、`"Z1"`、`"A1"`、`"Z2"`……直到 `"ZL"`。
#
# **手算。** $x=(1,-1)$，$W_1=\begin{pmatrix}1&2\\3&1\end{pmatrix}$，$b_1=(0, 0.5)$，激活用 ReLU，$W_2=\begin{pmatrix}1&0\\2&-1\end{pmatrix}$，$b_2=(0,1)$。
# $z_1=(1-3,\;2-1+0.5)=(-2, 1.5)$，于是 $a_1=(0, 1.5)$，$z_2=(0+3+0,\;0-1.5+1)=(3,-0.5)$。这个小网络后面还会再见到。
# %% answer="mlp_forward"
def mlp_forward(params, X, activation):
    """Scores of a fully connected net, and everything computed on the way.

    params has the keys W1, b1, …, WL, bL; X is (N, D); activation is "relu", "sigmoid" or "tanh" and is
    used in the hidden layers only.  Returns (scores, cache): scores (N, K), and a dict with the keys
    "A0" (= X), "Z1", "A1", …, "ZL" (= scores).  The last layer has no activation.
    """
    ### BEGIN SOLUTION
    n_layers = len(params) // 2
    cache = {"A0": X}
    for layer in range(1, n_layers + 1):
        Z = affine_forward(cache[f"A{layer - 1}"], params[f"W{layer}"], params[f"b{layer}"])
        cache[f"Z{layer}"] = Z  # (N, width of this layer)
        if layer < n_layers:
            cache[f"A{layer}"] = activate(Z, activation)
    scores = Z  # (N, K)
    return scores, cache
    ### END SOLUTION


# %% [markdown] docstring="mlp_forward" lang="zh"
# 全连接网络的得分，以及途中算出的所有量。
#
# params 的键为 W1, b1, …, WL, bL；X 是 (N, D)；activation 为 "relu"、"sigmoid" 或 "tanh"，
# 只用于隐藏层。返回 (scores, cache)：scores (N, K)，以及一个字典，键为
# "A0"（即 X）、"Z1"、"A1"、…、"ZL"（即 scores）。最后一层没有激活函数。
# %% grading="mlp_forward"
def forward_cases(rng):
    yield Case("two layers", zh="两层", params=net(rng, 3, 4, 2), X=normal(rng, 5, 3), activation="tanh")
    yield Case("four layers", zh="四层", params=net(rng, 3, 4, 4, 5, 2), X=normal(rng, 6, 3), activation="relu")
    one = {"params": net(rng, 4, 2, 3), "X": normal(rng, 1, 4)}
    yield Case("one sample", zh="只有一个样本", group="edge", **one, activation="sigmoid")
    linear = {"params": net(rng, 3, 2), "X": normal(rng, 4, 3)}
    yield Case("no hidden layer", zh="没有隐藏层", group="edge", **linear, activation="relu")
    ten = {"params": net(rng, *[2] * 10, 3), "X": normal(rng, 2, 2)}
    yield Case("ten layers", zh="十层", group="deep", **ten, activation="tanh")


def scores_and_cache(impl, case):
    output = impl.mlp_forward(case.params, case.X, case.activation)
    if not (isinstance(output, (tuple, list)) and len(output) == 2 and isinstance(output[1], dict)):
        return output
    surplus = f"A{len(case.params) // 2}"  # keeping the scores under this name too does no harm
    return output[0], {name: value for name, value in output[1].items() if name != surplus}


def recursive_forward(params, X, activation):
    def up_to(layer):
        if layer == 0:
            return {"A0": X}
        cache = up_to(layer - 1)
        below = cache[f"A{layer - 1}"]
        cache[f"Z{layer}"] = np.einsum("nd,dm->nm", below, params[f"W{layer}"]) + params[f"b{layer}"]
        cache[f"A{layer}"] = activate(cache[f"Z{layer}"], activation)
        return cache

    last = max(int(name[1:]) for name in params)
    cache = up_to(last)
    return cache[f"Z{last}"], cache


Exercise(
    points=2,
    reference=backprop.mlp_forward,
    cases=forward_cases,
    observe=scores_and_cache,
    tolerance=CLOSED_FORM,
    accepts=("integers",),
    forbids=FROM_SCRATCH,
    groups=DEEP,
    mistakes=[
        Mistake(
            "activation_on_the_output",
            swap=("scores = Z  #", "scores = cache[f'Z{layer}'] = activate(Z, activation)  #"),
            hint={
                "en": "The last layer went through the activation too. Scores must be free to take any value: "
                "with a ReLU there, no class could ever get a negative score.",
                "zh": "最后一层也经过了激活函数。得分应当可以取任何值：如果最后也用 ReLU，就没有类别能得负分了。",
            },
        ),
        Mistake(
            "hidden_layers_linear",
            swap=("= activate(Z, activation)", "= Z"),
            hint={
                "en": "The hidden layers pass Z on without bending it. Without an activation all layers together are one linear layer.",
                "zh": "隐藏层把 Z 原样传了下去，没有弯曲。没有激活函数，所有层合起来不过是一个线性层。",
            },
        ),
        Mistake(
            "activation_argument_ignored",
            swap=("activate(Z, activation)", 'activate(Z, "relu")'),
            hint={
                "en": "You always use ReLU. The argument `activation` says which one is wanted.",
                "zh": "你总是用 ReLU。该用哪种激活函数由参数 `activation` 决定。",
            },
        ),
        Mistake(
            "cache_keeps_a_as_z",
            swap=('cache[f"Z{layer}"] = Z', 'cache[f"Z{layer}"] = activate(Z, activation) if layer < n_layers else Z'),
            hint={
                "en": "Your scores are right, but the cache holds activated values under the names Z1, Z2, … Keep Z as it was before the activation.",
                "zh": "得分是对的，但缓存里 Z1、Z2……存的是激活之后的值。Z 应保存激活之前的样子。",
            },
        ),
        Mistake(
            "input_activated",
            swap=('{"A0": X}', '{"A0": activate(X, activation)}'),
            hint={
                "en": "The input went through the activation before the first layer. A0 is X itself.",
                "zh": "输入在进入第一层之前就被激活了。A0 就是 X 本身。",
            },
        ),
        Mistake(
            "biases_left_out",
            swap=('params[f"b{layer}"]', '0 * params[f"b{layer}"]'),
            hint={
                "en": "No layer seems to use its bias. Every layer adds its own b to its weighted sums.",
                "zh": "各层似乎都没有用偏置。每一层都要在加权和上加自己的 b。",
            },
        ),
        Mistake(
            "layers_sorted_as_text",
            swap=(
                "    n_layers = len(params) // 2\n",
                "    n_layers = len(params) // 2\n    names = sorted(params)\n"
                '    params = {f"{part}{layer}": params[names[layer - 1 + shift]] for part, shift in (("b", 0), ("W", n_layers))\n'
                "              for layer in range(1, n_layers + 1)}\n",
            ),
            hint={
                "en": "Right for few layers. But sorted as text W10 comes before W2, so a net of ten layers is put together in another order: count the layers by number.",
                "zh": "层数少时是对的。但按文字排序时 W10 排在 W2 前面，十层的网络次序就乱了：请用数字来数层。",
            },
        ),
        Mistake(
            "one_digit_layers",
            swap=("n_layers = len(params) // 2", "n_layers = max(int(name[-1]) for name in params)"),
            hint={
                "en": "The number of a layer is read from the last character of its name, and of W10 that is a 0. A net may have ten layers or more.",
                "zh": "层号是从名字的最后一个字符读出来的，而 W10 的最后一个字符是 0。网络可以有十层甚至更多。",
            },
        ),
        Mistake(
            "input_missing_in_the_cache",
            swap=(
                "return scores, cache",
                'return scores, {name: value for name, value in cache.items() if name != "A0"}',
            ),
            hint={
                "en": "The cache should begin with A0, which is X: the gradient of the first layer will need it.",
                "zh": "缓存应当从 A0（就是 X）开始：求第一层的梯度时要用。",
            },
        ),
    ],
    variants=[
        Variant("recursive", function=recursive_forward),
        Variant(
            "spelled_out",
            swap=(
                'affine_forward(cache[f"A{layer - 1}"], params[f"W{layer}"], params[f"b{layer}"])',
                'np.dot(cache[f"A{layer - 1}"], params[f"W{layer}"]) + params[f"b{layer}"]',
            ),
        ),
    ],
)


# %% [markdown] lang="en"
# Look at it before we go on. Below is a net with layers 3-4-4-2. On the left the forward pass: how strongly each neuron answers to one input. On the right the backward pass: how much the loss would change if a neuron's $z$ moved (its *delta*, the color of the node) and how much each weight matters (its gradient, the width of the line). Red is positive, blue negative. Gray neurons are ReLUs that were switched off: nothing flows back through them. By section 4.11 you will compute every number in the right picture.
# %% [markdown] lang="zh"
# 先看一眼全貌。下面是一个 3-4-4-2 的网络。左图是前向：对某个输入，每个神经元的反应有多强。右图是反向：某个神经元的 $z$ 动一动，损失会变多少（它的 δ，用节点颜色表示），以及每个权重有多要紧（它的梯度，用线的粗细表示）。红色为正，蓝色为负。灰色的神经元是关闭的 ReLU：没有任何梯度能从它们那里流回去。到 4.11 节，右图里的每个数你都能亲手算出来。
# %% demo="gradient_flow"
import torch


def draw_net(ax, sizes, node_values, line_values, title, off=()):
    """Neurons as circles colored by their value, weights as lines: width is magnitude, color is sign."""
    place = [[(1.7 * level, (size - 1) / 2 - i) for i in range(size)] for level, size in enumerate(sizes)]
    strongest = max(np.abs(values).max() for values in line_values)
    for level, values in enumerate(line_values):
        for (i, j), value in np.ndenumerate(values):
            (x0, y0), (x1, y1) = place[level][i], place[level + 1][j]
            share = abs(value) / strongest
            color = "#c0392b" if value > 0 else "#2471a3"
            ax.plot([x0, x1], [y0, y1], color=color, lw=0.4 + 5 * share, alpha=0.2 + 0.75 * share, zorder=1)
    limit = max(np.abs(values).max() for values in node_values if len(values))
    for level, values in enumerate(node_values):
        for i, (x, y) in enumerate(place[level]):
            is_off = (level, i) in off
            share = 0.0 if is_off or not len(values) else values[i] / limit
            color = "#dddddd" if is_off else "white" if not len(values) else plt.cm.RdBu_r(0.5 + 0.42 * share)
            ax.add_patch(plt.Circle((x, y), 0.3, facecolor=color, edgecolor="#333333", zorder=2))
            label = f"x{i + 1}" if not len(values) else "off" if is_off else f"{values[i]:.2f}"
            ax.text(
                x,
                y,
                label,
                ha="center",
                va="center",
                fontsize=9,
                color="white" if abs(share) > 0.7 else "black",
                zorder=3,
            )
    for level, name in enumerate(["input", *[f"layer {level}" for level in range(1, len(sizes))]]):
        ax.text(1.7 * level, -2.15, name, ha="center", fontsize=9, color="#555555")
    ax.set_title(title, fontsize=12)
    ax.set(xlim=(-0.5, 1.7 * len(sizes) - 1.2), ylim=(-2.4, 2), aspect="equal")
    ax.axis("off")


generator = torch.Generator().manual_seed(11)
demo_sizes = [3, 4, 4, 2]
weights = [torch.randn(m, n, generator=generator).requires_grad_() for m, n in zip(demo_sizes, demo_sizes[1:])]
signal, steps = torch.tensor([[1.0, -0.5, 0.8]]), []
for number, weight in enumerate(weights):
    step = signal @ weight
    step.retain_grad()
    steps.append(step)
    signal = step if number == len(weights) - 1 else step.clamp(min=0)
(torch.logsumexp(step, 1) - step[:, 0]).sum().backward()
silent = [(level + 1, i) for level, step in enumerate(steps[:-1]) for i in range(step.shape[1]) if step[0, i] <= 0]
answers = (
    [np.array([1.0, -0.5, 0.8])]
    + [step.detach().clamp(min=0).numpy()[0] for step in steps[:-1]]
    + [steps[-1].detach().numpy()[0]]
)
figure, (left, right) = plt.subplots(1, 2, figsize=(13, 4.8), layout="constrained")
draw_net(
    left,
    demo_sizes,
    answers,
    [weight.detach().numpy() for weight in weights],
    "forward →  activations in the nodes, weights on the lines",
    silent,
)
draw_net(
    right,
    demo_sizes,
    [np.array([])] + [step.grad.numpy()[0] for step in steps],
    [weight.grad.numpy() for weight in weights],
    "← backward  deltas in the nodes, weight gradients on the lines",
    silent,
)
plt.show()


# %% [markdown] lang="en"
# ## 4.6 Counting parameters
#
# **Why.** How big is a net? Not by its neurons but by its parameters: they take the memory, they need a gradient each, and two nets are compared fairly only when they have about equally many (§5.3). A layer from $m$ to $n$ neurons has $m\,n$ weights **and** $n$ biases:
#
# $$P=\sum_{\ell=1}^{L}\left(n_{\ell-1}\,n_\ell+n_\ell\right)$$
#
# Here $n_0=D$ is the input and $n_L=K$ the output. The input has no bias: it is data.
#
# **By hand.** The net of 4.5 has sizes 2, 2, 2: $(4+2)+(4+2)=12$. The net for digits at the end has sizes 64, 64, 10: $4160+650=4810$.
# %% [markdown] lang="zh"
# ## 4.6 数参数
#
# **为什么。** 一个网络有多大？不看神经元个数，看参数个数：占内存的是参数，要逐个求梯度的也是参数；比较两个网络是否公平，也要让参数个数大致相同（§5.3）。从 $m$ 个神经元到 $n$ 个神经元的一层有 $m\,n$ 个权重，**外加** $n$ 个偏置：
#
# $$P=\sum_{\ell=1}^{L}\left(n_{\ell-1}\,n_\ell+n_\ell\right)$$
#
# 其中 $n_0=D$ 是输入，$n_L=K$ 是输出。输入是数据，没有偏置。
#
# **手算。** 4.5 的网络大小为 2、2、2：$(4+2)+(4+2)=12$。最后识别数字的网络大小为 64、64、10：$4160+650=4810$。
# %% answer="count_params"
def count_params(sizes):
    """Number of weights and biases of a fully connected net.

    sizes is a list of at least two integers: the number of inputs, the widths of the hidden layers, the
    number of outputs.  Returns an integer.
    """
    ### BEGIN SOLUTION
    total = 0
    for m, n in zip(sizes[:-1], sizes[1:]):
        total += m * n + n
    return total
    ### END SOLUTION


# %% [markdown] docstring="count_params" lang="zh"
# 全连接网络的权重与偏置总数。
#
# sizes 是至少两个整数的列表：输入个数、各隐藏层的宽度、输出个数。返回一个整数。
# %% grading="count_params"
def size_cases(rng):
    widths = [int(size) for size in rng.permutation(np.arange(2, 40))]
    yield Case("digits", zh="数字图像", sizes=[64, int(rng.integers(20, 500)), 10])
    yield Case("four layers", zh="四层", sizes=widths[:5])
    yield Case("two layers", zh="两层", sizes=widths[5:8])
    yield Case("no hidden layer", zh="没有隐藏层", group="edge", sizes=widths[8:10])
    yield Case("one output", zh="只有一个输出", group="edge", sizes=[*widths[10:12], 1])


Exercise(
    points=1,
    reference=backprop.count_params,
    cases=size_cases,
    tolerance=EXACT,
    forbids=FROM_SCRATCH,
    mistakes=[
        Mistake(
            "biases_omitted",
            swap=("m * n + n", "m * n"),
            hint={
                "en": "You counted the weights only. Every neuron of a hidden or output layer has a bias too.",
                "zh": "你只数了权重。隐藏层和输出层的每个神经元还各有一个偏置。",
            },
        ),
        Mistake(
            "bias_for_every_input",
            swap=("m * n + n", "m * n + m"),
            hint={
                "en": "You gave a bias to every neuron that a layer comes *from*. The biases belong to the neurons it leads *to*.",
                "zh": "你把偏置算在了一层的**来源**上。偏置属于这一层**通向**的那些神经元。",
            },
        ),
        Mistake(
            "one_bias_per_layer",
            swap=("m * n + n", "m * n + 1"),
            hint={
                "en": "You counted one bias a layer. b is a vector: one number for each neuron of the layer.",
                "zh": "你给每层只算了一个偏置。b 是向量：该层每个神经元各有一个。",
            },
        ),
        Mistake(
            "output_layer_forgotten",
            swap=("zip(sizes[:-1], sizes[1:])", "zip(sizes[:-2], sizes[1:-1])"),
            hint={
                "en": "The last layer is missing from the sum. With k sizes there are k − 1 layers of weights.",
                "zh": "总和里少了最后一层。有 k 个大小，就有 k − 1 层权重。",
            },
        ),
        Mistake(
            "input_has_biases",
            swap=("total = 0", "total = sizes[0]"),
            hint={
                "en": "The input layer has no biases: it holds the data and computes nothing.",
                "zh": "输入层没有偏置：它只是数据，不做任何计算。",
            },
        ),
        Mistake(
            "neurons_counted",
            swap=("m * n + n", "n"),
            hint={
                "en": "You counted neurons. A parameter sits on every connection between two layers as well.",
                "zh": "你数的是神经元。两层之间的每一条连线上也都有一个参数。",
            },
        ),
        Mistake(
            "one_hidden_layer_only",
            swap=("zip(sizes[:-1], sizes[1:])", "((sizes[0], sizes[1]), (sizes[1], sizes[-1]))"),
            hint={
                "en": "Right for one hidden layer, but a net may have none or several: go through all pairs of neighboring layers.",
                "zh": "恰好一个隐藏层时是对的，但网络也可能没有隐藏层，或者有好几个：请依次处理每一对相邻的层。",
            },
        ),
        Mistake(
            "sizes_used_up",
            swap=(
                "    for m, n in zip(sizes[:-1], sizes[1:]):",
                "    while len(sizes) > 1:\n        m, n = sizes.pop(0), sizes[0]",
            ),
            hint={
                "en": "The number is right, but afterwards the caller's list is empty: `pop` takes the sizes out of it. Read them without changing the list.",
                "zh": "数目是对的，可算完之后调用者的列表被取空了：`pop` 会把元素拿走。只读取，不要改动列表。",
            },
        ),
    ],
    variants=[
        Variant("dot", swap=("return total", "return int(np.dot(sizes[:-1], sizes[1:]) + np.sum(sizes[1:]))")),
        Variant("bias_as_an_input", swap=("m * n + n", "(m + 1) * n")),
    ],
)


# %% [markdown] lang="en"
# ## 4.7 The total loss
#
# **Why.** One number says how wrong the net is, and everything after this section is about its gradient. §5.2 takes the cross-entropy of each sample, $l=-\sum_k \hat y_k\ln y_k$ (there $\hat y$ is the truth), and adds up all samples. In our notation, with softmax probabilities $p_{nk}$ and the label $y_n$ of sample $n$:
#
# $$L=\sum_{n=1}^{N}-\ln p_{n,y_n},\qquad p_{nk}=\frac{e^{z_{nk}}}{\sum_j e^{z_{nj}}}$$
#
# A **SUM** over samples, not a mean. Only the probability of the right class counts, because the true distribution is 0 everywhere else.
#
# **Numbers that survive.** Put the logarithm in before you compute: $-\ln p_{n,y_n}=\ln\sum_j e^{z_{nj}}-z_{n,y_n}$. And since softmax does not change when all scores of a sample are shifted, subtract the largest score of each row first; then no exponential overflows and no logarithm sees a 0.
#
# **By hand.** Scores $(3,-0.5)$ from 4.5. If the label is 0: $\ln(1+e^{-3.5})\approx0.0298$. If it is 1: $3.5+0.0298=3.5298$. For a batch that has this input once with each label, $L\approx3.5595$.
#
# In this section and the next ones the hidden layers use **ReLU**.
# %% [markdown] lang="zh"
# ## 4.7 总损失
#
# **为什么。** 用一个数说明网络错得有多厉害，后面所有内容都围绕它的梯度。§5.2 对每个样本取交叉熵 $l=-\sum_k \hat y_k\ln y_k$（那里的 $\hat y$ 是真实值），再把所有样本加起来。用我们的记号，softmax 概率为 $p_{nk}$，第 $n$ 个样本的标签为 $y_n$：
#
# $$L=\sum_{n=1}^{N}-\ln p_{n,y_n},\qquad p_{nk}=\frac{e^{z_{nk}}}{\sum_j e^{z_{nj}}}$$
#
# 对样本**求和**，不是求平均。只有正确类别的概率起作用，因为真实分布在其他类别上都是 0。
#
# **让数值撑得住。** 先把对数放进去化简再算：$-\ln p_{n,y_n}=\ln\sum_j e^{z_{nj}}-z_{n,y_n}$。另外，一个样本的所有得分一起平移，softmax 不变，所以先让每行减去该行最大的得分；这样指数不会溢出，对数也不会遇到 0。
#
# **手算。** 4.5 的得分是 $(3,-0.5)$。标签为 0 时：$\ln(1+e^{-3.5})\approx0.0298$；标签为 1 时：$3.5+0.0298=3.5298$。如果一个批次里这个输入出现两次，两种标签各一次，则 $L\approx3.5595$。
#
# 从这一节起，隐藏层一律用 **ReLU**。
# %% answer="total_loss"
def total_loss(params, X, y):
    """SUM over the samples of the softmax cross-entropy of a net with ReLU hidden layers.

    params as in `mlp_forward`, X (N, D), labels y (N,) integers from 0 to K - 1.  Returns a number,
    finite also when scores are as large as ±1000.
    """
    ### BEGIN SOLUTION
    scores, _ = mlp_forward(params, X, "relu")  # (N, K)
    scores = scores - scores.max(axis=1, keepdims=True)  # the softmax stays as it was
    log_norm = np.log(np.exp(scores).sum(axis=1))  # (N,)
    return np.sum(log_norm - scores[np.arange(len(y)), y])
    ### END SOLUTION


# %% [markdown] docstring="total_loss" lang="zh"
# 隐藏层为 ReLU 的网络，其 softmax 交叉熵对所有样本**求和**。
#
# params 同 `mlp_forward`，X (N, D)，标签 y (N,) 是 0 到 K - 1 的整数。返回一个数；
# 得分大到 ±1000 时也必须是有限数。
# %% grading="total_loss"
def loss_cases(rng):
    yield Case("typical", zh="一般数据", params=net(rng, 3, 4, 3), X=normal(rng, 5, 3), y=labelled(rng, 5, 3))
    yield Case("three layers", zh="三层", params=net(rng, 2, 3, 4, 5), X=normal(rng, 7, 2), y=labelled(rng, 7, 5))
    one = {"params": net(rng, 4, 3, 2), "X": normal(rng, 1, 4), "y": labelled(rng, 1, 2)}
    yield Case("one sample", zh="只有一个样本", group="edge", **one)
    linear = {"params": net(rng, 3, 4), "X": normal(rng, 5, 3), "y": labelled(rng, 5, 4)}
    yield Case("no hidden layer", zh="没有隐藏层", group="edge", **linear)
    yield Case("ten layers", zh="十层", group="deep", **net_and_data(rng, 2, *[2] * 10, 3), y=labelled(rng, 2, 3))
    yield Case("scores of a thousand", zh="上千的得分", group="extreme", **far_scores(rng))


def loss_by_loop(params, X, y):
    scores = mlp_forward(params, X, "relu")[0]
    total = 0.0
    for row, label in zip(np.asarray(scores, dtype=float), y):
        total += np.log(sum(np.exp(row - row[label] - max(row - row[label])))) + max(row - row[label])
    return total


Exercise(
    points=2,
    reference=backprop.total_loss,
    cases=loss_cases,
    tolerance=CLOSED_FORM,
    accepts=("integers",),
    forbids=FROM_SCRATCH,
    groups=DEEP,
    mistakes=[
        Mistake(
            "mean_for_sum",
            swap=("np.sum(log_norm", "np.mean(log_norm"),
            hint={
                "en": "Your loss is the mean over the samples. The total loss of §5.2 is their SUM.",
                "zh": "你取了样本的平均。§5.2 的总损失是**求和**。",
            },
        ),
        Mistake(
            "no_shift",
            swap=("scores = scores - scores.max(axis=1, keepdims=True)", "scores = np.asarray(scores)"),
            hint={
                "en": "Right for moderate scores, but e to the 1000 is too large for a float. Shift each row by its largest score first.",
                "zh": "得分不大时是对的，但 e 的 1000 次方超出了浮点数的范围。先让每行减去该行最大的得分。",
            },
        ),
        Mistake(
            "log_of_zero",
            swap=(
                "return np.sum(log_norm - scores[np.arange(len(y)), y])",
                "return -np.sum(np.log(softmax(scores)[np.arange(len(y)), y]))",
            ),
            hint={
                "en": "Right for moderate scores, but a very small probability rounds to 0, and its logarithm is −∞. "
                "Take the logarithm in the formula before you compute: ln Σe^z − z_y.",
                "zh": "得分不大时是对的，但极小的概率会舍入成 0，取对数就是 −∞。先在公式里取对数再计算：ln Σe^z − z_y。",
            },
        ),
        Mistake(
            "double_softmax",
            swap=(
                'scores, _ = mlp_forward(params, X, "relu")  #',
                'scores = softmax(mlp_forward(params, X, "relu")[0])  #',
            ),
            hint={
                "en": "The softmax is taken twice: once on the scores, and once more inside the log-sum-exp. Feed it the raw scores.",
                "zh": "softmax 做了两次：得分上做了一次，log-sum-exp 里又做了一次。应当直接用原始得分。",
            },
        ),
        Mistake(
            "softmax_over_samples",
            swap=("np.log(np.exp(scores).sum(axis=1))", "np.log(np.exp(scores).sum(axis=0))[y]"),
            hint={
                "en": "You normalize over the samples. Each sample spreads its probability over the K classes: along a row.",
                "zh": "你在样本之间做了归一化。每个样本的概率是在 K 个类别之间分配的：沿着一行。",
            },
        ),
        Mistake(
            "binary_logarithm",
            swap=(
                "np.sum(log_norm - scores[np.arange(len(y)), y])",
                "np.sum(log_norm - scores[np.arange(len(y)), y]) / np.log(2)",
            ),
            hint={
                "en": "You use the logarithm of base 2. The course's cross-entropy uses the natural logarithm.",
                "zh": "你用了以 2 为底的对数。本课程的交叉熵用自然对数。",
            },
        ),
        Mistake(
            "sign",
            swap=("log_norm - scores[np.arange(len(y)), y]", "scores[np.arange(len(y)), y] - log_norm"),
            hint={
                "en": "Your loss is negative: this is the log-likelihood, which one wants to raise. The loss is minus it.",
                "zh": "你的损失是负数：这是对数似然，越大越好。损失是它的相反数。",
            },
        ),
        Mistake(
            "one_shift_for_all_samples",
            swap=("scores.max(axis=1, keepdims=True)", "scores.max()"),
            hint={
                "en": "You shift all samples by one number. A sample whose scores all lie far below it is left with nothing but zeros: every row needs its own largest score.",
                "zh": "你让所有样本减去了同一个数。如果某个样本的得分都比它小得多，指数就全成了 0：每一行要减去自己的最大得分。",
            },
        ),
        Mistake(
            "shifted_by_the_mean",
            swap=("scores.max(axis=1, keepdims=True)", "scores.mean(axis=1, keepdims=True)"),
            hint={
                "en": "Shifting by the mean is allowed, but it does not protect you: a score far above the mean still overflows. Shift by the largest.",
                "zh": "减去平均值在数学上没错，但起不到保护作用：远大于平均值的得分照样溢出。要减去最大的得分。",
            },
        ),
        Mistake(
            "probability_clipped",
            swap=(
                "return np.sum(log_norm - scores[np.arange(len(y)), y])",
                "return -np.sum(np.log(np.maximum(softmax(scores)[np.arange(len(y)), y], 1e-15)))",
            ),
            hint={
                "en": "Tiny probabilities are replaced by a smallest one, so a badly wrong sample costs 35 instead of 1000. With ln Σe^z − z_y nothing needs to be cut off.",
                "zh": "极小的概率被换成了一个下限，于是错得离谱的样本只算 35，而不是上千。用 ln Σe^z − z_y 就什么都不必截断。",
            },
        ),
        Mistake(
            "tanh_in_the_hidden_layers",
            swap=('mlp_forward(params, X, "relu")', 'mlp_forward(params, X, "tanh")'),
            hint={
                "en": "From this section on the hidden layers use ReLU.",
                "zh": "从这一节起，隐藏层一律用 ReLU。",
            },
        ),
        Mistake(
            "layers_sorted_as_text",
            swap=(
                'scores, _ = mlp_forward(params, X, "relu")',
                'order = dict(zip(sorted(name for name in params if name[0] == "W"), range(1, len(params))))\n'
                '    params = {f"{part}{n}": params[part + name[1:]] for name, n in order.items() for part in "Wb"}\n'
                '    scores, _ = mlp_forward(params, X, "relu")',
            ),
            hint={
                "en": "Right for few layers. But sorted as text W10 comes before W2, so a net of ten layers is put together in another order: count the layers by number.",
                "zh": "层数少时是对的。但按文字排序时 W10 排在 W2 前面，十层的网络次序就乱了：请用数字来数层。",
            },
        ),
    ],
    variants=[
        Variant("loop", function=loss_by_loop),
        Variant(
            "one_hot_targets",
            swap=("scores[np.arange(len(y)), y]", "np.einsum('nk,nk->n', one_hot(y, scores.shape[1]), scores)"),
        ),
        Variant("logaddexp", swap=("np.log(np.exp(scores).sum(axis=1))", "np.logaddexp.reduce(scores, axis=1)")),
    ],
)

# %% [markdown] lang="en"
# ## 4.8 The chain rule along two paths
#
# **Why.** This is the whole secret of backpropagation (§5.4.1): *when a quantity reaches the result along several paths, the effects add up; along one path, they multiply.* If $s$ influences $z$ through $x=g(s)$ and through $y=h(s)$:
#
# $$\frac{dz}{ds}=\frac{\partial z}{\partial x}\frac{dx}{ds}+\frac{\partial z}{\partial y}\frac{dy}{ds}$$
#
# **By hand.** $x=s^2$, $y=3s$, $z=xy$ at $s=2$. Then $x=4$, $y=6$, and $\frac{dz}{ds}=y\cdot2s+x\cdot3=6\cdot4+4\cdot3=36$. Check: $z=3s^3$, so $z'=9s^2=36$. ✓ The picture below shows the two paths.
#
# In a net, $s$, $x$ and $y$ are vectors. Then $\frac{dx}{ds}$ is a Jacobian: row $p$ says how $x_p$ changes with every entry of $s$. With $s$ `(S,)`, $x$ `(P,)`, $y$ `(Q,)`:
#
# $$\left(\frac{dz}{ds}\right)_{j}=\sum_{p}\frac{\partial z}{\partial x_p}\frac{\partial x_p}{\partial s_j}+\sum_{q}\frac{\partial z}{\partial y_q}\frac{\partial y_q}{\partial s_j}$$
#
# The result has one entry for each entry of $s$.
# %% [markdown] lang="zh"
# ## 4.8 两条路径上的链式法则
#
# **为什么。** 反向传播的全部秘密都在这里（§5.4.1）：**一个量经几条路径影响结果，各条路径的影响相加；在同一条路径上，影响相乘。** 如果 $s$ 通过 $x=g(s)$ 和 $y=h(s)$ 影响 $z$：
#
# $$\frac{dz}{ds}=\frac{\partial z}{\partial x}\frac{dx}{ds}+\frac{\partial z}{\partial y}\frac{dy}{ds}$$
#
# **手算。** $x=s^2$，$y=3s$，$z=xy$，取 $s=2$。则 $x=4$，$y=6$，$\frac{dz}{ds}=y\cdot2s+x\cdot3=6\cdot4+4\cdot3=36$。验算：$z=3s^3$，$z'=9s^2=36$。✓ 下图画出了这两条路径。
#
# 在网络里，$s$、$x$、$y$ 都是向量，$\frac{dx}{ds}$ 就成了雅可比矩阵：第 $p$ 行说明 $x_p$ 怎样随 $s$ 的各个分量变化。设 $s$ `(S,)`、$x$ `(P,)`、$y$ `(Q,)`：
#
# $$\left(\frac{dz}{ds}\right)_{j}=\sum_{p}\frac{\partial z}{\partial x_p}\frac{\partial x_p}{\partial s_j}+\sum_{q}\frac{\partial z}{\partial y_q}\frac{\partial y_q}{\partial s_j}$$
#
# $s$ 有几个分量，结果就有几个分量。
# %% demo="two_paths"
figure, ax = plt.subplots(figsize=(9, 3.8), layout="constrained")
spots = {"s": (0, 0), "x": (2.4, 0.9), "y": (2.4, -0.9), "z": (4.8, 0)}
labels = {"s": "s = 2", "x": "x = s²\n= 4", "y": "y = 3s\n= 6", "z": "z = xy\n= 24"}
paths = [
    ("s", "x", "dx/ds = 2s = 4", "#c0392b"),
    ("x", "z", "∂z/∂x = y = 6", "#c0392b"),
    ("s", "y", "dy/ds = 3", "#2471a3"),
    ("y", "z", "∂z/∂y = x = 4", "#2471a3"),
]
for start, end, text, color in paths:
    tail, head = np.array(spots[start]), np.array(spots[end])
    direction = (head - tail) / np.linalg.norm(head - tail)
    ax.annotate(
        "",
        head - 0.47 * direction,
        tail + 0.47 * direction,
        arrowprops={"arrowstyle": "-|>", "color": color, "lw": 2.5, "mutation_scale": 20},
    )
    x, y = (tail + head) / 2
    ax.text(
        x,
        y + (0.42 if y > 0 else -0.42),
        text,
        color=color,
        ha="right" if start == "s" else "left",
        va="center",
        fontsize=12,
    )
for name, (x, y) in spots.items():
    ax.add_patch(plt.Circle((x, y), 0.45, facecolor="#fdf6e3", edgecolor="#333333", lw=1.5, zorder=3))
    ax.text(x, y, labels[name], ha="center", va="center", fontsize=11, zorder=4)
ax.text(6.4, 0, "dz/ds\n= 6·4 + 4·3\n= 36", ha="center", va="center", fontsize=14)
ax.set(title="multiply along a path, add over the paths", xlim=(-0.7, 7.3), ylim=(-1.6, 1.6), aspect="equal")
ax.axis("off")
plt.show()


# %% answer="chain_rule_two_paths"
def chain_rule_two_paths(dz_dx, dx_ds, dz_dy, dy_ds):
    """Derivative dz/ds of a number z that depends on s through x and through y.

    dz_dx (P,), Jacobian dx_ds (P, S), dz_dy (Q,), Jacobian dy_ds (Q, S); row p of dx_ds is the derivative
    of x_p with respect to s.  Returns dz/ds (S,).
    """
    ### BEGIN SOLUTION
    return dz_dx @ dx_ds + dz_dy @ dy_ds  # (S,)
    ### END SOLUTION


# %% [markdown] docstring="chain_rule_two_paths" lang="zh"
# 数 z 通过 x 和 y 依赖于 s，求导数 dz/ds。
#
# dz_dx (P,)，雅可比矩阵 dx_ds (P, S)，dz_dy (Q,)，雅可比矩阵 dy_ds (Q, S)；dx_ds 的第 p 行是
# x_p 对 s 的导数。返回 dz/ds (S,)。
# %% grading="chain_rule_two_paths"
def path_cases(rng):
    for name, zh, p, q, s, group in (
        ("typical", "一般数据", 2, 4, 3, "values"),
        ("square", "方阵", 3, 3, 3, "values"),
        ("all numbers", "全是单个数", 1, 1, 1, "edge"),
        ("one number s", "s 是一个数", 3, 2, 1, "edge"),
    ):
        outer = {"dz_dx": normal(rng, p), "dx_ds": normal(rng, p, s)}
        yield Case(name, zh=zh, group=group, **outer, dz_dy=normal(rng, q), dy_ds=normal(rng, q, s))


def walk_every_path(dz_dx, dx_ds, dz_dy, dy_ds):
    dz_ds = np.zeros(dx_ds.shape[1])
    for outer, inner in ((dz_dx, dx_ds), (dz_dy, dy_ds)):
        for weight, row in zip(outer, inner):
            dz_ds += weight * row
    return dz_ds


Exercise(
    points=2,
    reference=backprop.chain_rule_two_paths,
    cases=path_cases,
    tolerance=CLOSED_FORM,
    accepts=("integers",),
    forbids=FROM_SCRATCH,
    mistakes=[
        Mistake(
            "one_path_only",
            swap=("dz_dx @ dx_ds + dz_dy @ dy_ds", "dz_dx @ dx_ds"),
            hint={
                "en": "You walked along the path through x only. s reaches z through y as well, and its effect is added.",
                "zh": "你只走了经过 x 的路径。s 还经过 y 影响 z，那一份要加上。",
            },
        ),
        Mistake(
            "other_path_only",
            swap=("dz_dx @ dx_ds + dz_dy @ dy_ds", "dz_dy @ dy_ds"),
            hint={
                "en": "You walked along the path through y only. s reaches z through x as well, and its effect is added.",
                "zh": "你只走了经过 y 的路径。s 还经过 x 影响 z，那一份要加上。",
            },
        ),
        Mistake(
            "product_of_paths",
            swap=("dz_dx @ dx_ds + dz_dy @ dy_ds", "(dz_dx @ dx_ds) * (dz_dy @ dy_ds)"),
            hint={
                "en": "You multiplied the two paths. Multiply along a path, but add over the paths.",
                "zh": "你把两条路径相乘了。同一条路径上相乘，不同路径之间相加。",
            },
        ),
        Mistake(
            "jacobian_transposed",
            swap=("dz_dx @ dx_ds + dz_dy @ dy_ds", "dx_ds @ dz_dx + dy_ds @ dz_dy"),
            hint={
                "en": "The Jacobians are used the wrong way round: sum over the rows p (the entries of x), and keep the columns (the entries of s).",
                "zh": "雅可比矩阵用反了：应当对行 p（x 的分量）求和，保留列（s 的分量）。",
            },
        ),
        Mistake(
            "paths_averaged",
            swap=("dz_dx @ dx_ds + dz_dy @ dy_ds", "(dz_dx @ dx_ds + dz_dy @ dy_ds) / 2"),
            hint={
                "en": "You averaged the two paths. Their effects add up: s really acts on z twice.",
                "zh": "你把两条路径取了平均。影响是相加的：s 确实对 z 起了两次作用。",
            },
        ),
        Mistake(
            "summed_over_s",
            swap=("dz_dx @ dx_ds + dz_dy @ dy_ds", "np.sum(dz_dx @ dx_ds + dz_dy @ dy_ds)"),
            hint={
                "en": "You added up the entries of s too. The result has one entry for each entry of s, shape (S,).",
                "zh": "你把 s 的各个分量也加在了一起。s 的每个分量对应结果的一个分量，形状为 (S,)。",
            },
        ),
        Mistake(
            "row_of_a_table",
            swap=("dz_dx @ dx_ds + dz_dy @ dy_ds", "dz_dx[None] @ dx_ds + dz_dy[None] @ dy_ds"),
            hint={
                "en": "The numbers are right, but they come as a table with one row, (1, S). The result is a vector, (S,).",
                "zh": "数值是对的，但返回的是只有一行的表格 (1, S)。结果应是向量 (S,)。",
            },
        ),
        Mistake(
            "paths_not_added",
            swap=("dz_dx @ dx_ds + dz_dy @ dy_ds", "np.array([dz_dx @ dx_ds, dz_dy @ dy_ds])"),
            hint={
                "en": "Each path stands in a row of its own. The effects of both paths add up to one vector.",
                "zh": "两条路径各占了一行。两条路径的影响要相加成一个向量。",
            },
        ),
    ],
    variants=[
        Variant("loop", function=walk_every_path),
        Variant("stacked", swap=("dz_dx @ dx_ds + dz_dy @ dy_ds", "np.r_[dz_dx, dz_dy] @ np.vstack([dx_ds, dy_ds])")),
        Variant(
            "einsum",
            swap=(
                "dz_dx @ dx_ds + dz_dy @ dy_ds",
                'np.einsum("p,ps->s", dz_dx, dx_ds) + np.sum(dz_dy[:, None] * dy_ds, axis=0)',
            ),
        ),
    ],
)

# %% [markdown] lang="en"
# ## 4.9 The output delta
#
# **Why.** Backpropagation starts at the end of the net. Call $\delta=\partial l/\partial z$ the *delta* of a layer: how the loss changes with each pre-activation. At the output it depends on the last function and on the loss, and for the three classic pairs something lovely happens:
#
# | output | loss of one sample | $\delta$ |
# |---|---|---|
# | sigmoid | cross-entropy $-\sum_k\left[y_k\ln p_k+(1-y_k)\ln(1-p_k)\right]$ | $p-y$ |
# | softmax | cross-entropy $-\sum_k y_k\ln p_k$ | $p-y$ |
# | linear | squared error $\tfrac12\sum_k(p_k-y_k)^2$ | $p-y$ |
# | sigmoid | squared error $\tfrac12\sum_k(p_k-y_k)^2$ | $(p-y)\,p\,(1-p)$ |
#
# ($p$ is `y_pred`.) In the first three, the slope of the output function cancels: *prediction minus truth*. In the last pair it does not: the slope $\sigma'(z)=p(1-p)$ stays, and a net that is confidently wrong hardly learns. The plot shows it.
#
# **Softmax needs care.** Its $K$ outputs share one sum, so every $z_k$ moves *every* $p_j$:
#
# $$\frac{\partial l}{\partial z_k}=\sum_{j}\frac{\partial l}{\partial p_j}\frac{\partial p_j}{\partial z_k},\qquad \frac{\partial p_j}{\partial z_k}=p_j\,([j=k]-p_k)$$
#
# where $[j=k]$ is 1 for $j=k$ and 0 otherwise. Two shortcuts go wrong here. Keeping only $j=k$ treats softmax as if it worked on each entry alone. And the second of the two output lines of §5.5 in the notes repeats $y_1$ where it should have $y_2$, while the sum over all outputs is what softmax needs.
#
# **By hand.** $p=(0.2, 0.5, 0.3)$, true class 1, so $y=(0,1,0)$: $\delta=(0.2,-0.5,0.3)$. Check with the sum, for $k=0$: only $\partial l/\partial p_1=-1/0.5=-2$ is not zero, and $\partial p_1/\partial z_0=0.5\,(0-0.2)=-0.1$; the product is $0.2$ ✓. A softmax delta always adds up to 0.
# %% [markdown] lang="zh"
# ## 4.9 输出层的 δ
#
# **为什么。** 反向传播从网络的末端开始。把 $\delta=\partial l/\partial z$ 叫作一层的 **δ**：损失随每个激活前的值怎样变化。在输出层，它取决于最后的函数和损失；而三种经典搭配会出现同一个漂亮的结果：
#
# | 输出 | 单个样本的损失 | $\delta$ |
# |---|---|---|
# | sigmoid | 交叉熵 $-\sum_k\left[y_k\ln p_k+(1-y_k)\ln(1-p_k)\right]$ | $p-y$ |
# | softmax | 交叉熵 $-\sum_k y_k\ln p_k$ | $p-y$ |
# | 线性 | 平方误差 $\tfrac12\sum_k(p_k-y_k)^2$ | $p-y$ |
# | sigmoid | 平方误差 $\tfrac12\sum_k(p_k-y_k)^2$ | $(p-y)\,p\,(1-p)$ |
#
# （$p$ 就是 `y_pred`。）前三种搭配里，输出函数的斜率恰好约掉，只剩**预测减真实**。最后一种约不掉：斜率 $\sigma'(z)=p(1-p)$ 还在，于是错得越自信的网络反而越学不动。下图就是这种情形。
#
# **softmax 要小心。** 它的 $K$ 个输出共用一个分母，所以每个 $z_k$ 都会牵动**每一个** $p_j$：
#
# $$\frac{\partial l}{\partial z_k}=\sum_{j}\frac{\partial l}{\partial p_j}\frac{\partial p_j}{\partial z_k},\qquad \frac{\partial p_j}{\partial z_k}=p_j\,([j=k]-p_k)$$
#
# 其中 $[j=k]$ 在 $j=k$ 时为 1，否则为 0。有两条“捷径”会走错。一是只留 $j=k$ 那一项，等于把 softmax 当成逐元素的函数。二是讲义 §5.5 输出层的两个式子：第二个式子里仍写着 $y_1$，本应是 $y_2$；而对 softmax 来说，要对所有输出求和才对。
#
# **手算。** $p=(0.2, 0.5, 0.3)$，真实类别为 1，即 $y=(0,1,0)$：$\delta=(0.2,-0.5,0.3)$。用求和式验算 $k=0$：不为零的只有 $\partial l/\partial p_1=-1/0.5=-2$，而 $\partial p_1/\partial z_0=0.5\,(0-0.2)=-0.1$，乘积为 $0.2$ ✓。softmax 的 δ 各分量之和总是 0。
# %% demo="deltas"
score = np.linspace(-8, 8, 400)
chance = 1 / (1 + np.exp(-score))
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 3.8), layout="constrained")
left.plot(score, np.logaddexp(0, -score), color="#c0392b", label="cross-entropy")
left.plot(score, 0.5 * (chance - 1) ** 2, color="#2471a3", label="squared error")
left.set(title="loss of one sample with y = 1", xlabel="score z", ylabel="loss")
right.plot(score, chance - 1, color="#c0392b", label="cross-entropy")
right.plot(score, np.gradient(0.5 * (chance - 1) ** 2, score), color="#2471a3", label="squared error")
right.axvspan(-8, -4, color="#f5cba7", alpha=0.5, lw=0)
right.text(-6, -0.5, "confidently\nwrong", ha="center", va="center")
right.text(1.1, -0.62, "p − y", color="#c0392b", fontsize=12)
right.text(-3.8, -0.25, "(p − y) p (1 − p)", color="#2471a3", fontsize=12)
right.set(title="delta: the pull on z", xlabel="score z", ylabel="delta")
for ax in (left, right):
    ax.legend(frameon=False, fontsize=9, loc="upper right" if ax is left else "lower right")
    ax.spines[["top", "right"]].set_visible(False)
plt.show()


# %% answer="output_delta"
def output_delta(y_pred, y, kind):
    """Gradient of the loss with respect to the scores z of the output layer.

    y_pred (N, K) are the outputs (after sigmoid or softmax, where there is one), y (N, K) the targets: 0 and 1, or
    probabilities from 0 to 1 (of a softmax they add up to 1 in a row), or any numbers for a linear output.
    kind is "sigmoid+ce", "softmax+ce", "linear+mse" or "sigmoid+mse"; the squared error of a sample is
    ½ Σ_k (y_pred - y)².  The loss is a SUM over samples, so nothing is divided by N.  Returns (N, K).
    """
    ### BEGIN SOLUTION
    delta = y_pred - y  # (N, K)
    if kind == "sigmoid+mse":
        return delta * y_pred * (1 - y_pred)
    return delta
    ### END SOLUTION


# %% [markdown] docstring="output_delta" lang="zh"
# 损失对输出层得分 z 的梯度。
#
# y_pred (N, K) 是输出（有 sigmoid 或 softmax 的话，是经过它之后的值），y (N, K) 是目标：0 和 1，
# 或 0 到 1 之间的概率（softmax 时每行之和为 1），线性输出则可为任意数。
# kind 为 "sigmoid+ce"、"softmax+ce"、"linear+mse" 或 "sigmoid+mse"；单个样本的平方误差为
# ½ Σ_k (y_pred - y)²。损失对样本**求和**，所以不除以 N。返回 (N, K)。
# %% grading="output_delta"
PAIR_TITLES = {
    "sigmoid_ce": {"en": "Sigmoid with cross-entropy", "zh": "sigmoid + 交叉熵"},
    "softmax_ce": {"en": "Softmax with cross-entropy", "zh": "softmax + 交叉熵"},
    "linear_mse": {"en": "Linear output with squared error", "zh": "线性输出 + 平方误差"},
    "sigmoid_mse": {"en": "Sigmoid with squared error", "zh": "sigmoid + 平方误差"},
}


def output_cases(rng):
    def softmax_of_any(n):
        E = np.exp(normal(rng, n, 3))
        return E / E.sum(axis=1, keepdims=True)

    P, Q = softmax_of_any(5), softmax_of_any(4)
    S = 1 / (1 + np.exp(-normal(rng, 4, 3)))
    targets = np.array([[0, 1, 1], [1, 0, 0], [0, 0, 0], [1, 1, 0]], dtype=float)
    labels = np.eye(3)[labelled(rng, 5, 3)]
    yield Case("softmax", zh="softmax", group="softmax_ce", y_pred=P, y=labels, kind="softmax+ce")
    yield Case(
        "probabilities as targets",
        zh="目标是概率",
        group="softmax_ce",
        y_pred=Q,
        y=softmax_of_any(4),
        kind="softmax+ce",
    )
    yield Case("sigmoid", zh="sigmoid", group="sigmoid_ce", y_pred=S, y=rng.permutation(targets), kind="sigmoid+ce")
    yield Case(
        "linear", zh="线性", group="linear_mse", y_pred=normal(rng, 4, 2), y=normal(rng, 4, 2), kind="linear+mse"
    )
    one = {"y_pred": normal(rng, 1, 4), "y": normal(rng, 1, 4)}
    yield Case("one sample", zh="只有一个样本", group="linear_mse", **one, kind="linear+mse")
    squared = {"y_pred": S, "y": rng.permutation(targets)}
    yield Case("sigmoid, squared", zh="sigmoid，平方误差", group="sigmoid_mse", **squared, kind="sigmoid+mse")


def softmax_diagonal(y_pred, y, kind):
    if kind == "softmax+ce":
        return -y / y_pred * y_pred * (1 - y_pred)
    delta = y_pred - y
    return delta * y_pred * (1 - y_pred) if kind == "sigmoid+mse" else delta


def first_output_only(y_pred, y, kind):
    if kind == "softmax+ce":
        first = np.zeros(y.shape[1])
        first[0] = 1
        return -y[:, :1] * (first - y_pred)
    delta = y_pred - y
    return delta * y_pred * (1 - y_pred) if kind == "sigmoid+mse" else delta


def targets_as_labels(y_pred, y, kind):
    delta = y_pred - y
    if kind == "softmax+ce":
        delta = np.array(y_pred)
        delta[np.arange(len(y)), np.argmax(y, axis=1)] -= 1
    return delta * y_pred * (1 - y_pred) if kind == "sigmoid+mse" else delta


def softmax_by_jacobian(y_pred, y, kind):
    if kind == "softmax+ce":
        rows = []
        for p, t in zip(y_pred, y):
            jacobian = np.diag(p) - np.outer(p, p)
            rows.append((-t / p) @ jacobian)
        return np.array(rows)
    delta = y_pred - y
    return delta * y_pred * (1 - y_pred) if kind == "sigmoid+mse" else delta


Exercise(
    points=3,
    reference=backprop.output_delta,
    cases=output_cases,
    tolerance=CLOSED_FORM,
    accepts=("integers",),
    forbids=FROM_SCRATCH,
    groups=PAIR_TITLES,
    mistakes=[
        Mistake(
            "softmax_treated_as_diagonal",
            function=softmax_diagonal,
            hint={
                "en": "You treated softmax as if each output depended on its own score alone. All outputs share one sum, "
                "so the wrong classes have a delta too: a row adds up to 0.",
                "zh": "你把 softmax 当成了逐元素的函数。所有输出共用一个分母，所以错误的类别也有 δ：一行之和应为 0。",
            },
        ),
        Mistake(
            "notes_repeat_y1",
            function=first_output_only,
            hint={
                "en": "This is what the notes' two output lines of §5.5 say, and they both have y₁ in them: a slip of the pen. "
                "With softmax every score acts on every output, so sum over all of them.",
                "zh": "这是照讲义 §5.5 输出层那两个式子写的，可那两个式子里都是 y₁，是笔误。softmax 的每个得分都影响每个输出，要对所有输出求和。",
            },
        ),
        Mistake(
            "extra_sigmoid_slope",
            swap=('kind == "sigmoid+mse"', 'kind in ("sigmoid+mse", "sigmoid+ce")'),
            hint={
                "en": "With cross-entropy the slope of the sigmoid cancels. You multiplied by it once more.",
                "zh": "配交叉熵时，sigmoid 的斜率正好约掉了，你又多乘了一次。",
            },
        ),
        Mistake(
            "extra_softmax_slope",
            swap=('kind == "sigmoid+mse"', 'kind in ("sigmoid+mse", "softmax+ce", "sigmoid+ce")'),
            hint={
                "en": "With cross-entropy the slope of the output function cancels, for sigmoid and for softmax. You multiplied by p(1 − p) once more.",
                "zh": "配交叉熵时，输出函数的斜率会约掉，sigmoid 和 softmax 都是如此。你又多乘了一个 p(1 − p)。",
            },
        ),
        Mistake(
            "slope_missing_in_squared_error",
            swap=("delta * y_pred * (1 - y_pred)", "delta"),
            hint={
                "en": "For a sigmoid with squared error nothing cancels: the slope p(1 − p) has to stay.",
                "zh": "sigmoid 配平方误差时什么也约不掉：斜率 p(1 − p) 要保留。",
            },
        ),
        Mistake(
            "sign",
            swap=("delta = y_pred - y", "delta = y - y_pred"),
            hint={
                "en": "The sign is turned round: if the prediction is too high, the loss grows with z, so delta is positive.",
                "zh": "符号反了：预测偏高时，损失随 z 增大，δ 应为正。",
            },
        ),
        Mistake(
            "divided_by_n",
            swap=("delta = y_pred - y", "delta = (y_pred - y) / len(y)"),
            hint={
                "en": "You divided by N. The loss is a SUM over samples, so each sample's delta stands alone.",
                "zh": "你除以了 N。损失对样本求和，每个样本的 δ 各算各的。",
            },
        ),
        Mistake(
            "half_forgotten",
            swap=("    return delta\n", '    return delta if kind.endswith("ce") else 2 * delta\n'),
            hint={
                "en": "For the linear output your delta is twice too large: here the squared error carries a ½, which cancels the 2.",
                "zh": "线性输出的 δ 大了一倍：这里的平方误差带有 ½，与求导得到的 2 抵消。",
            },
        ),
        Mistake(
            "targets_taken_as_labels",
            function=targets_as_labels,
            hint={
                "en": "You look for the largest target and treat it as 1. Targets of a softmax may be probabilities too: subtract y as it is.",
                "zh": "你找出最大的目标，把它当成了 1。softmax 的目标也可以是概率：请直接减去 y。",
            },
        ),
        Mistake(
            "prediction_overwritten",
            swap=("delta = y_pred - y  # (N, K)", "p = y_pred.copy()\n    y_pred -= y\n    delta, y_pred = y_pred, p"),
            hint={
                "en": "`y_pred -= y` changes the caller's array. Let the difference be a new one: `delta = …`.",
                "zh": "`y_pred -= y` 改动了调用者的数组。请把差存进新的数组：`delta = …`。",
            },
        ),
        Mistake(
            "averaged_over_outputs",
            swap=("delta * y_pred * (1 - y_pred)", "delta * np.mean(y_pred * (1 - y_pred), axis=1, keepdims=True)"),
            hint={
                "en": "For the sigmoid with squared error you multiply by a mean slope. Every output has its own slope p(1 − p).",
                "zh": "sigmoid 配平方误差时，你乘的是平均斜率。每个输出有自己的斜率 p(1 − p)。",
            },
        ),
    ],
    variants=[
        Variant("jacobian", function=softmax_by_jacobian),
        Variant("formula", swap=("delta * y_pred * (1 - y_pred)", "y_pred * (y_pred - y) - y_pred**2 * delta")),
        Variant("float32", swap=("delta = y_pred - y", "delta = np.asarray(y_pred - y, dtype=np.float32)")),
    ],
)


# %% [markdown] lang="en"
# ## 4.10 The hidden delta
#
# **Why.** A hidden neuron has no target. Who tells it what it did wrong? The neurons it feeds: each of them sends its own delta back along the connecting weight. §5.5 writes this for a neuron with two successors:
#
# $$\frac{\partial l}{\partial z}=\sigma'(z)\left(w_3\frac{\partial l}{\partial z'}+w_4\frac{\partial l}{\partial z''}\right)$$
#
# Two paths, so the effects add; along each path they multiply: 4.8 at work. For a whole layer and a whole batch, with weights $W_{\ell+1}$ `(H, M)` from this layer to the next:
#
# $$\delta_\ell=\left(\delta_{\ell+1}W_{\ell+1}^{\top}\right)\odot\phi'(Z_\ell)$$
#
# $\odot$ multiplies entry by entry. Shapes: `(N, M)` times `(M, H)` is `(N, H)`, the shape of $Z_\ell$. Note which layer each letter belongs to: the weights and the delta are the *next* layer's, the slope is *this* layer's, taken at $z$.
#
# **By hand.** Sigmoid at $z=0$ has slope $0.25$. With $w_3=2$, $w_4=-1$ and next deltas $0.4$ and $0.2$: $\delta=0.25\,(2\cdot0.4-1\cdot0.2)=0.15$.
# %% [markdown] lang="zh"
# ## 4.10 隐藏层的 δ
#
# **为什么。** 隐藏神经元没有目标值，谁来告诉它错在哪里？是它所供给的那些神经元：每一个都把自己的 δ 沿着连接的权重送回来。§5.5 对有两个后继的神经元写道：
#
# $$\frac{\partial l}{\partial z}=\sigma'(z)\left(w_3\frac{\partial l}{\partial z'}+w_4\frac{\partial l}{\partial z''}\right)$$
#
# 两条路径，影响相加；同一条路径上，影响相乘：正是 4.8 的内容。对一整层、一整批，设 $W_{\ell+1}$ `(H, M)` 是从这一层到下一层的权重：
#
# $$\delta_\ell=\left(\delta_{\ell+1}W_{\ell+1}^{\top}\right)\odot\phi'(Z_\ell)$$
#
# $\odot$ 表示逐元素相乘。形状：`(N, M)` 乘 `(M, H)` 得 `(N, H)`，正是 $Z_\ell$ 的形状。注意每个字母属于哪一层：权重和 δ 是**下一层**的，斜率是**这一层**的，而且在 $z$ 处取值。
#
# **手算。** sigmoid 在 $z=0$ 处斜率为 $0.25$。设 $w_3=2$，$w_4=-1$，下一层的 δ 为 $0.4$ 和 $0.2$：$\delta=0.25\,(2\cdot0.4-1\cdot0.2)=0.15$。
# %% answer="hidden_delta"
def hidden_delta(W_next, delta_next, z, activation):
    """Gradient of the loss with respect to the pre-activations of a hidden layer.

    W_next (H, M) and delta_next (N, M) belong to the next layer, z (N, H) to this one; activation is
    "relu", "sigmoid" or "tanh".  Returns (N, H).
    """
    ### BEGIN SOLUTION
    return (delta_next @ W_next.T) * activate_grad(z, activation)  # (N, H)
    ### END SOLUTION


# %% [markdown] docstring="hidden_delta" lang="zh"
# 损失对隐藏层激活前的值的梯度。
#
# W_next (H, M) 和 delta_next (N, M) 属于下一层，z (N, H) 属于这一层；activation 为
# "relu"、"sigmoid" 或 "tanh"。返回 (N, H)。
# %% grading="hidden_delta"
def hidden_cases(rng):
    for name, zh, kind, n, h, m, group in (
        ("sigmoid", "sigmoid", "sigmoid", 5, 3, 4, "values"),
        ("tanh", "tanh", "tanh", 4, 3, 3, "values"),
        ("relu", "relu", "relu", 3, 4, 2, "values"),
        ("one sample", "只有一个样本", "sigmoid", 1, 2, 3, "edge"),
        ("one neuron each", "各层只有一个神经元", "tanh", 3, 1, 1, "edge"),
    ):
        next_layer = {"W_next": normal(rng, h, m), "delta_next": normal(rng, n, m)}
        yield Case(name, zh=zh, group=group, **next_layer, z=normal(rng, n, h), activation=kind)
    wide = {"sizes": (2, 40_000, 8), "seed": int(rng.integers(2**31))}
    yield Case("wide layer", zh="很宽的一层", group="wide", public=False, **wide, activation="tanh")


def hidden_deltas(impl, case):
    if case.group != "wide":
        return impl.hidden_delta(case.W_next, case.delta_next, case.z, case.activation)
    rng, (n, h, m) = np.random.default_rng(case.seed), case.sizes
    W_next, delta_next, z = (rng.integers(-2, 3, shape) * 0.5 for shape in ((h, m), (n, m), (n, h)))
    delta = np.asarray(impl.hidden_delta(W_next, delta_next, z, case.activation), dtype=float)
    ways = rng.integers(-2, 3, (4, n * h)) * 0.5
    return ways @ delta.ravel() if delta.shape == z.shape else delta.shape  # along four directions


def loss_through_next(impl, case):
    a = np.asarray(impl.activate(case.z, case.activation)).reshape(case.z.shape)
    return np.sum(case.delta_next * (a @ case.W_next))


def neuron_by_neuron(W_next, delta_next, z, activation):
    delta = np.zeros(z.shape)
    slope = activate_grad(z, activation)
    for n in range(z.shape[0]):
        for h in range(z.shape[1]):
            delta[n, h] = slope[n, h] * sum(w * d for w, d in zip(W_next[h], delta_next[n]))
    return delta


Exercise(
    points=3,
    reference=backprop.hidden_delta,
    cases=hidden_cases,
    observe=hidden_deltas,
    tolerance=CLOSED_FORM,
    gradient=Gradient(of=loss_through_next, wrt=("z",)),
    accepts=("integers",),
    forbids=FROM_SCRATCH,
    groups=WIDE,
    seconds=4.0,  # the wide layer takes 0.01 s in numpy, 0.2 s in plain loops, and more than 15 s by 80,000 losses
    mistakes=[
        Mistake(
            "slope_at_a",
            swap=("activate_grad(z, activation)", "activate_grad(activate(z, activation), activation)"),
            hint={
                "en": "The slope is taken at a = φ(z). It belongs at z, the point where the forward pass went through the activation.",
                "zh": "斜率取在了 a = φ(z) 处。应取在 z 处，也就是前向时进入激活函数的那个点。",
            },
        ),
        Mistake(
            "w_not_transposed",
            swap=("W_next.T", "W_next"),
            hint={
                "en": "The deltas travel back against the direction of the weights: that takes the transpose. With a square matrix the shapes stay silent about it.",
                "zh": "δ 是逆着权重的方向往回走的，要用转置。矩阵恰好是方阵时，形状不会提醒你。",
            },
        ),
        Mistake(
            "slope_of_the_wrong_layer",
            swap=(
                "(delta_next @ W_next.T) * activate_grad(z, activation)",
                "(delta_next * activate_grad(z, activation)) @ W_next.T",
            ),
            hint={
                "en": "The slope is multiplied in before the weights, as if it belonged to the next layer. First bring the deltas back through W, then multiply by this layer's slope.",
                "zh": "斜率乘在了权重之前，好像它属于下一层。先让 δ 穿过 W 回来，再乘这一层的斜率。",
            },
        ),
        Mistake(
            "slope_missing",
            swap=(" * activate_grad(z, activation)", ""),
            hint={
                "en": "This is the gradient with respect to a. To get to z it still has to pass the activation: multiply by its slope.",
                "zh": "这是对 a 的梯度。要到 z，还得穿过激活函数：乘上它的斜率。",
            },
        ),
        Mistake(
            "value_for_slope",
            swap=("activate_grad(z, activation)", "activate(z, activation)"),
            hint={
                "en": "You multiplied by the activation itself. The way back takes its derivative.",
                "zh": "你乘的是激活函数的值。往回走要乘它的导数。",
            },
        ),
        Mistake(
            "slope_added",
            swap=(") * activate_grad(z", ") + activate_grad(z"),
            hint={
                "en": "Slope and returning delta lie on the same path, so they are multiplied, not added.",
                "zh": "斜率和传回来的 δ 在同一条路径上，应当相乘，不是相加。",
            },
        ),
        Mistake(
            "activation_argument_ignored",
            swap=("activate_grad(z, activation)", 'activate_grad(z, "sigmoid")'),
            hint={
                "en": "You always take the slope of the sigmoid. The argument `activation` says which one is wanted.",
                "zh": "你总是用 sigmoid 的斜率。该用哪种激活函数由参数 `activation` 决定。",
            },
        ),
        Mistake(
            "samples_added_up",
            swap=("(delta_next @ W_next.T) *", "(delta_next.sum(axis=0) @ W_next.T) *"),
            hint={
                "en": "The deltas of all samples are added up before they go back. Every sample has its own delta; only the gradients of weights and biases are sums.",
                "zh": "你先把所有样本的 δ 加在一起再往回传。每个样本有自己的 δ；只有权重和偏置的梯度才求和。",
            },
        ),
        Mistake(
            "result_in_integers",
            swap=(
                "return (delta_next @ W_next.T) * activate_grad(z, activation)",
                "delta = np.zeros_like(z)\n    delta[...] = (delta_next @ W_next.T) * activate_grad(z, activation)\n    return delta",
            ),
            hint={
                "en": "When z holds integers all fractions are cut off: `zeros_like(z)` is an array of integers then. Ask for floats.",
                "zh": "z 是整数时，小数全被截掉了：这时 `zeros_like(z)` 是整数数组。请建立浮点数组。",
            },
        ),
    ],
    variants=[
        Variant("einsum", swap=("(delta_next @ W_next.T)", 'np.einsum("nm,hm->nh", delta_next, W_next)')),
        Variant("loop", function=neuron_by_neuron),
        Variant("columns", swap=("(delta_next @ W_next.T)", "(W_next @ delta_next.T).T")),
    ],
)


# %% [markdown] lang="en"
# ## 4.11 Backpropagation
#
# **Why.** Everything is ready. Backpropagation is only the right order of what you have built:
#
# 1. **Forward** once, keeping every $Z_\ell$ and $A_\ell$.
# 2. **Output delta** $\delta_L$ from the prediction and the truth (4.9).
# 3. **Back**, for $\ell=L,L-1,\dots,1$: the gradients of this layer, then the delta of the layer below.
#
# $$\frac{\partial L}{\partial W_\ell}=A_{\ell-1}^{\top}\,\delta_\ell,\qquad \frac{\partial L}{\partial b_\ell}=\sum_n\delta_{\ell,n},\qquad \delta_{\ell-1}=\left(\delta_\ell W_\ell^{\top}\right)\odot\phi'(Z_{\ell-1})$$
#
# This is the end of §5.5: $\frac{\partial l}{\partial w}=\frac{\partial l}{\partial z}\frac{\partial z}{\partial w}$, the first factor from the backward pass, the second from the forward pass. The notes say that $\partial z/\partial w$ is "the input $x_i$". That is so in layer 1 only; in every later layer it is the **activation of the layer before**, $A_{\ell-1}$.
#
# Two things to keep in mind. All gradients are taken at the *same* parameters: nothing is updated until the last delta has been propagated. And each call starts afresh: gradients of an earlier call have no place in the result.
#
# **By hand**, with the net of 4.5, scores $(3,-0.5)$ and label 1. $p=(0.9707,0.0293)$, so $\delta_2=(0.9707,-0.9707)$. With $a_1=(0,1.5)$: $dW_2=\begin{pmatrix}0&0\\1.4560&-1.4560\end{pmatrix}$, $db_2=\delta_2$. Back through $W_2$: $(0.9707\cdot1-0.9707\cdot0,\;0.9707\cdot2+0.9707\cdot1)=(0.9707, 2.9121)$; the first neuron was off ($z=-2$), so $\delta_1=(0, 2.9121)$. With $x=(1,-1)$: $dW_1=\begin{pmatrix}0&2.9121\\0&-2.9121\end{pmatrix}$, $db_1=(0,2.9121)$.
#
# `softmax(Z)` and `one_hot(y, K)` from chapter 3 are defined at the top of this notebook; use them if you like.
# %% [markdown] lang="zh"
# ## 4.11 反向传播
#
# **为什么。** 零件都齐了。反向传播不过是把它们按正确的顺序用一遍：
#
# 1. **前向**走一遍，保留每个 $Z_\ell$ 和 $A_\ell$。
# 2. 由预测和真实值求**输出层的 δ**，即 $\delta_L$（4.9）。
# 3. **往回走**，$\ell=L,L-1,\dots,1$：先求这一层的梯度，再求前一层的 δ。
#
# $$\frac{\partial L}{\partial W_\ell}=A_{\ell-1}^{\top}\,\delta_\ell,\qquad \frac{\partial L}{\partial b_\ell}=\sum_n\delta_{\ell,n},\qquad \delta_{\ell-1}=\left(\delta_\ell W_\ell^{\top}\right)\odot\phi'(Z_{\ell-1})$$
#
# 这就是 §5.5 的结尾：$\frac{\partial l}{\partial w}=\frac{\partial l}{\partial z}\frac{\partial z}{\partial w}$，前一个因子来自反向，后一个因子来自前向。讲义说 $\partial z/\partial w$ “显然就是输入的 $x_i$”，这只对第 1 层成立；在后面的每一层，它是**前一层的激活值** $A_{\ell-1}$。
#
# 有两点要记住。所有梯度都在**同一组**参数处求：在最后一个 δ 传完之前，什么都不更新。另外，每次调用都从头开始：上一次的梯度不该混进来。
#
# **手算**，用 4.5 的网络，得分 $(3,-0.5)$，标签为 1。$p=(0.9707,0.0293)$，所以 $\delta_2=(0.9707,-0.9707)$。由 $a_1=(0,1.5)$：$dW_2=\begin{pmatrix}0&0\\1.4560&-1.4560\end{pmatrix}$，$db_2=\delta_2$。穿过 $W_2$ 回来：$(0.9707\cdot1-0.9707\cdot0,\;0.9707\cdot2+0.9707\cdot1)=(0.9707, 2.9121)$；第一个神经元是关闭的（$z=-2$），所以 $\delta_1=(0, 2.9121)$。由 $x=(1,-1)$：$dW_1=\begin{pmatrix}0&2.9121\\0&-2.9121\end{pmatrix}$，$db_1=(0,2.9121)$。
#
# 第三章的 `softmax(Z)` 和 `one_hot(y, K)` 已在本笔记本开头定义好，需要就用。
# %% answer="backprop"
def backprop(params, X, y):
    """Gradient of `total_loss` with respect to every parameter of a net with ReLU hidden layers.

    params has the keys W1, b1, …, WL, bL; X is (N, D); labels y (N,).  Returns a dict with the same keys,
    each gradient of the shape of its parameter: SUMS over the samples, like the loss.  Finite like the loss, also
    when scores are as large as ±1000.
    """
    ### BEGIN SOLUTION
    scores, cache = mlp_forward(params, X, "relu")
    delta = output_delta(softmax(scores), one_hot(y, scores.shape[1]), "softmax+ce")  # (N, K)
    grads = {}
    for layer in range(len(params) // 2, 0, -1):
        _, dW, db = affine_backward(delta, cache[f"A{layer - 1}"], params[f"W{layer}"])
        grads[f"W{layer}"], grads[f"b{layer}"] = dW, db
        if layer > 1:
            delta = hidden_delta(params[f"W{layer}"], delta, cache[f"Z{layer - 1}"], "relu")  # (N, H)
    return grads
    ### END SOLUTION


# %% [markdown] docstring="backprop" lang="zh"
# 隐藏层为 ReLU 的网络，`total_loss` 对每个参数的梯度。
#
# params 的键为 W1, b1, …, WL, bL；X 是 (N, D)；标签 y (N,)。返回键相同的字典，
# 每个梯度与对应参数形状相同；与损失一样，对样本**求和**，得分大到 ±1000 时也是有限数。
# %% grading="backprop"
def backprop_cases(rng):
    # Widths of 4 first: gradients kept from an earlier call then fit into the next one, and the mistake shows as it is.
    yield Case("two layers", zh="两层", **net_and_data(rng, 5, 4, 4, 4), y=labelled(rng, 5, 4))
    yield Case("three layers", zh="三层", **net_and_data(rng, 6, 4, 4, 4, 4), y=labelled(rng, 6, 4))
    one = {**net_and_data(rng, 1, 4, 4, 4), "y": labelled(rng, 1, 4)}
    yield Case("one sample", zh="只有一个样本", group="edge", **one)
    linear = {**net_and_data(rng, 6, 4, 4), "y": labelled(rng, 6, 4)}
    yield Case("no hidden layer", zh="没有隐藏层", group="edge", **linear)
    for name, zh in (("two batches added", "两个批次相加"), ("samples reversed", "样本倒序")):
        yield Case(name, zh=zh, group="invariant", **net_and_data(rng, 7, 4, 4, 4), y=labelled(rng, 7, 4))
    yield Case("unequal widths", zh="各层宽度不同", **net_and_data(rng, 6, 2, 5, 4, 3), y=labelled(rng, 6, 3))
    yield Case("ten layers", zh="十层", group="deep", **net_and_data(rng, 2, *[2] * 10, 3), y=labelled(rng, 2, 3))
    yield Case("scores of a thousand", zh="上千的得分", group="extreme", **far_scores(rng))
    wide = {"sizes": (1000, 100, 10), "seed": int(rng.integers(2**31))}
    yield Case("wide net", zh="很宽的网络", group="wide", public=False, **wide)


def gradients_of_net(impl, case):
    if case.group == "wide":
        rng, (d, h, k) = np.random.default_rng(case.seed), case.sizes
        shapes = {"W1": (d, h), "b1": (h,), "W2": (h, k), "b2": (k,)}
        params = {name: rng.integers(-2, 3, shape) * 0.5 / shape[0] ** 0.5 for name, shape in shapes.items()}
        params["b1"] = np.full(h, 0.125 / d**0.5)  # between the values that X W1 takes: no neuron stands on its kink
        X, y = rng.integers(-2, 3, (8, d)) * 0.5, rng.integers(k, size=8)
        grads = {name: np.asarray(value, dtype=float) for name, value in impl.backprop(params, X, y).items()}
        if {name: value.shape for name, value in grads.items()} != shapes:
            return [value.shape for value in grads.values()]
        ways = {name: rng.integers(-2, 3, (4, grads[name].size)) * 0.5 for name in shapes}
        return {name: ways[name] @ grads[name].ravel() for name in shapes}  # along four directions
    if case.name == "samples reversed":
        return impl.backprop(case.params, case.X[::-1].copy(), case.y[::-1].copy())
    if case.name != "two batches added":
        return impl.backprop(case.params, case.X, case.y)
    first, second = (impl.backprop(case.params, case.X[rows], case.y[rows]) for rows in (slice(3), slice(3, None)))
    if not first.keys() == second.keys() == case.params.keys():
        return first
    return {
        name: np.asarray(first[name]).reshape(value.shape) + np.asarray(second[name]).reshape(value.shape)
        for name, value in case.params.items()
    }


def loss_of_net(impl, case):
    return impl.total_loss(case.params, case.X, case.y)


def backprop_per_sample(params, X, y):
    depth = len(params) // 2
    total = {name: np.zeros(value.shape) for name, value in params.items()}
    for x, label in zip(X, y):
        a, zs = [x], []
        for layer in range(1, depth + 1):
            zs.append(a[-1] @ params[f"W{layer}"] + params[f"b{layer}"])
            a.append(np.maximum(zs[-1], 0))
        d = np.exp(zs[-1] - zs[-1].max())
        d = d / d.sum()
        d[label] -= 1
        for layer in range(depth, 0, -1):
            total[f"W{layer}"] += np.outer(a[layer - 1], d)
            total[f"b{layer}"] += d
            d = (params[f"W{layer}"] @ d) * (a[layer - 1] > 0)
    return total


Exercise(
    points=4,
    reference=backprop.backprop,
    cases=backprop_cases,
    observe=gradients_of_net,
    tolerance=CLOSED_FORM,
    gradient=Gradient(of=loss_of_net, wrt=("params",)),
    accepts=("integers",),
    forbids=FROM_SCRATCH,
    groups={**DEEP, **WIDE},
    seconds=1.25,  # the wide net takes 0.01 s in numpy, 0.25 s in plain loops, and more than 4 s by 100,000 losses
    mistakes=[
        Mistake(
            "slope_of_the_wrong_layer",
            swap=('cache[f"Z{layer - 1}"], "relu")', 'cache[f"Z{layer}"], "relu")'),
            hint={
                "en": "The delta that you hand to layer ℓ − 1 is multiplied by the ReLU slope of layer ℓ. It arrives at Z of layer ℓ − 1: take the slope there.",
                "zh": "传给第 ℓ − 1 层的 δ 乘上了第 ℓ 层的 ReLU 斜率。它到达的是第 ℓ − 1 层的 Z，斜率要在那里取。",
            },
        ),
        Mistake(
            "input_in_every_layer",
            swap=('cache[f"A{layer - 1}"]', "X"),
            hint={
                "en": "You use the input X in every layer. The notes' phrase '∂z/∂w is the input' holds in layer 1 only; later it is the activation of the layer before.",
                "zh": "你在每一层都用了输入 X。讲义说“∂z/∂w 就是输入”，那只对第 1 层成立；后面各层应是前一层的激活值。",
            },
        ),
        Mistake(
            "updated_before_propagated",
            swap=('hidden_delta(params[f"W{layer}"], delta', 'hidden_delta(params[f"W{layer}"] - 0.1 * dW, delta'),
            hint={
                "en": "The delta went back through weights that were already updated. All gradients belong to the same parameters: update after the last delta.",
                "zh": "δ 穿过的是已经更新过的权重。所有梯度都属于同一组参数：等最后一个 δ 传完再更新。",
            },
        ),
        Mistake(
            "accumulated_across_calls",
            swap=(
                "    return grads\n",
                "    kept = backprop.__dict__\n    for name in grads:\n        kept[name] = kept.get(name, 0) + grads[name]\n    return dict(kept)\n",
            ),
            hint={
                "en": "The first call is right, later ones carry the gradients of earlier calls along. Start with fresh gradients inside the function, not outside it or in a default argument.",
                "zh": "第一次调用是对的，以后每次都带上了之前的梯度。请在函数内部重新建立梯度，不要放在函数外面或默认参数里。",
            },
        ),
        Mistake(
            "divided_by_n",
            swap=('"softmax+ce")', '"softmax+ce") / len(X)'),
            hint={
                "en": "Your gradients are those of the mean loss. `total_loss` is a SUM, so two batches' gradients must add up to the gradient of both together.",
                "zh": "你求的是平均损失的梯度。`total_loss` 是求和，所以两个批次的梯度相加，应等于合在一起的梯度。",
            },
        ),
        Mistake(
            "relu_slope_forgotten",
            swap=(
                'hidden_delta(params[f"W{layer}"], delta, cache[f"Z{layer - 1}"], "relu")',
                'delta @ params[f"W{layer}"].T',
            ),
            hint={
                "en": "The last layer is right, but below it nothing is switched off: a ReLU that was closed on the way forward lets nothing back.",
                "zh": "最后一层是对的，但再往前没有任何神经元被关闭：前向时关闭的 ReLU，梯度也过不来。",
            },
        ),
        Mistake(
            "relu_on_the_scores",
            swap=('"softmax+ce")', '"softmax+ce") * (scores > 0)'),
            hint={
                "en": "The output delta was multiplied by a ReLU slope, but the last layer has no ReLU.",
                "zh": "输出层的 δ 乘上了 ReLU 的斜率，可最后一层并没有 ReLU。",
            },
        ),
        Mistake(
            "weights_read_backwards",
            swap=(
                'delta = hidden_delta(params[f"W{layer}"], delta',
                'delta = hidden_delta(params[f"W{layer}"].T, delta',
            ),
            hint={
                "en": "On the way back the weights are transposed twice, or not at all: `hidden_delta` wants W as it stands in the net.",
                "zh": "往回走时权重转置了两次（等于没转）：`hidden_delta` 要的是网络里原样的 W。",
            },
        ),
        Mistake(
            "layers_sorted_as_text",
            swap=(
                "for layer in range(len(params) // 2, 0, -1):",
                'for layer in [int(name[1:]) for name in sorted(params, reverse=True) if name[0] == "W"]:',
            ),
            hint={
                "en": "Right for few layers. But sorted as text W10 comes before W2, so in a net of ten layers the deltas take a wrong way back: count the layers by number.",
                "zh": "层数少时是对的。但按文字排序时 W10 排在 W2 前面，十层的网络里 δ 就走错了路：请用数字来数层。",
            },
        ),
        Mistake(
            "classes_counted_from_the_labels",
            swap=("one_hot(y, scores.shape[1])", "one_hot(y, max(y) + 1)"),
            hint={
                "en": "You take the number of classes from the labels of this batch, but the last class may be missing among them. The scores have one column for each class.",
                "zh": "你从这一批的标签数出了类别数，可最后一类也许不在这一批里。得分有几列，就有几个类别。",
            },
        ),
        Mistake(
            "softmax_overflows",
            swap=("softmax(scores)", "np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)"),
            hint={
                "en": "Right for moderate scores, but e to the 1000 is too large for a float. Shift each row by its largest score first, as `softmax` from chapter 3 does.",
                "zh": "得分不大时是对的，但 e 的 1000 次方超出了浮点数的范围。先让每行减去该行最大的得分，第三章的 `softmax` 就是这样做的。",
            },
        ),
        Mistake(
            "parameters_updated",
            swap=(
                'grads[f"W{layer}"], grads[f"b{layer}"] = dW, db',
                'grads[f"W{layer}"], grads[f"b{layer}"] = dW, db\n        params[f"b{layer}"] -= 0.1 * db',
            ),
            hint={
                "en": "The gradients are right, but the caller's biases have moved. `backprop` only finds the gradients; the training loop takes the step.",
                "zh": "梯度是对的，但调用者的偏置被改动了。`backprop` 只负责求梯度，更新由训练循环来做。",
            },
        ),
        Mistake(
            "biases_left_out",
            swap=('grads[f"W{layer}"], grads[f"b{layer}"] = dW, db', 'grads[f"W{layer}"] = dW'),
            hint={
                "en": "The gradients of the biases are missing: the result has the same keys as `params`.",
                "zh": "缺少偏置的梯度：结果的键应与 `params` 相同。",
            },
        ),
    ],
    variants=[
        Variant("per_sample", function=backprop_per_sample),
        Variant("float32", swap=("= dW, db", "= dW.astype(np.float32), db.astype(np.float32)")),
        Variant(
            "spelled_out",
            swap=(
                'hidden_delta(params[f"W{layer}"], delta, cache[f"Z{layer - 1}"], "relu")',
                'np.where(cache[f"Z{layer - 1}"] > 0, delta @ params[f"W{layer}"].T, 0)',
            ),
        ),
    ],
)


# %% [markdown] lang="en"
# What happens to the deltas in a *deep* net? Each layer multiplies by a slope. A sigmoid's slope is at most ¼, so after six layers little is left for the first weights; a ReLU's slope is 1 wherever it is open. The figure takes nets with six hidden layers of 32 neurons and measures the size of every layer's gradient, for twenty random starts each. This is why chapter 6 begins with activations.
# %% [markdown] lang="zh"
# 网络很**深**的时候，δ 会怎样？每过一层都要乘一个斜率。sigmoid 的斜率最大只有 ¼，六层之后，留给第一层权重的就所剩无几；而 ReLU 只要开着，斜率就是 1。下图用有六个隐藏层、每层 32 个神经元的网络，各取二十个随机初值，量出每一层梯度的大小。第六章为什么从激活函数讲起，原因就在这里。
# %% demo="gradient_norms"
import torch


def layer_norms(bend, gain, seed, width=32, depth=6):
    """Norm of the weight gradient of every layer, input side first, for one random start."""
    generator = torch.Generator().manual_seed(seed)
    sizes = [16] + [width] * depth + [4]
    layers = [
        (torch.randn(m, n, generator=generator) * gain / m**0.5).requires_grad_() for m, n in zip(sizes, sizes[1:])
    ]
    signal = torch.randn(64, 16, generator=generator)
    targets = torch.randint(0, 4, (64,), generator=generator)
    for layer in layers[:-1]:
        signal = bend(signal @ layer)
    (-(signal @ layers[-1]).log_softmax(1)[torch.arange(64), targets]).sum().backward()
    return [float(layer.grad.norm()) for layer in layers]


figure, ax = plt.subplots(figsize=(8.5, 4.2), layout="constrained")
for label, bend, gain, color in (
    ("ReLU", torch.relu, 2**0.5, "#1e8449"),
    ("tanh", torch.tanh, 1.0, "#b9770e"),
    ("sigmoid", torch.sigmoid, 1.0, "#c0392b"),
):
    sizes_seen = np.array([layer_norms(bend, gain, seed) for seed in range(20)])  # (starts, layers)
    ax.fill_between(range(1, 8), sizes_seen.min(axis=0), sizes_seen.max(axis=0), color=color, alpha=0.2)
    ax.plot(range(1, 8), np.median(sizes_seen, axis=0), "o-", color=color, label=label)
ax.set(
    yscale="log",
    xlabel="layer (1 = next to the input)",
    ylabel="norm of the weight gradient",
    title="how much gradient reaches each layer",
)
ax.legend(frameon=False)
ax.spines[["top", "right"]].set_visible(False)
plt.show()


# %% [markdown] lang="en"
# ## 4.12 Forward mode: one pass for each parameter
#
# **Why.** The chain rule can also be followed *from the inputs to the result*. To see what that costs, forget layers for a moment and look at a bare computation: a graph of single operations. Such a graph is a list `ops`. Nodes $0,\dots,P-1$ are the inputs $x$; operation number $k$ makes node $P+k$ from earlier nodes; the last node is the result. For example
#
# `ops = [("mul", 0, 1), ("add", 2, 0)]` with `x = [2, 3]`
#
# means: node 2 is $x_0x_1=6$, node 3 is node 2 plus $x_0$, so the result is $8$. There are three operations: `"add"` and `"mul"` with two parents, `"tanh"` with one. Two helpers at the top of this notebook know them: `op_value("mul", [2, 3])` is `6`, and `op_partials("mul", [2, 3])` is `(3, 2)`, the derivatives with respect to the first and the second argument.
#
# **Forward mode** picks one input $x_p$ and carries along with every value $v_k$ its *tangent* $\dot v_k=\partial v_k/\partial x_p$. An input has tangent 1 if it is $x_p$, else 0. For an operation with parents $i, j$:
#
# $$\dot v_k=\frac{\partial v_k}{\partial v_i}\dot v_i+\frac{\partial v_k}{\partial v_j}\dot v_j$$
#
# The tangent of the last node is $\partial z/\partial x_p$. **One pass gives one entry of the gradient**, so there are $P$ passes. Count the work: a *visit* is one operation handled in one pass (value and tangent together). Forward mode makes $P\cdot K$ visits for $K$ operations.
#
# **By hand.** Pass for $x_0$: tangents $1, 0$; node 2: $3\cdot1+2\cdot0=3$; node 3: $3+1=4$. Pass for $x_1$: $0, 1$; node 2: $2$; node 3: $2+0=2$. Gradient $(4, 2)$, and $2\cdot2=4$ visits.
# %% [markdown] lang="zh"
# ## 4.12 前向模式：一个参数走一趟
#
# **为什么。** 链式法则也可以**从输入往结果**的方向走。要看清它的代价，先把层放在一边，只看最原始的计算：由单个运算组成的图。这样的图是一个列表 `ops`。节点 $0,\dots,P-1$ 是输入 $x$；第 $k$ 个运算由前面的节点算出节点 $P+k$；最后一个节点就是结果。例如
#
# `ops = [("mul", 0, 1), ("add", 2, 0)]`，`x = [2, 3]`
#
# 意思是：节点 2 是 $x_0x_1=6$，节点 3 是节点 2 加 $x_0$，结果为 $8$。运算只有三种：`"add"` 和 `"mul"` 有两个父节点，`"tanh"` 有一个。笔记本开头有两个现成的小函数：`op_value("mul", [2, 3])` 得 `6`；`op_partials("mul", [2, 3])` 得 `(3, 2)`，即对第一个、第二个自变量的导数。
#
# **前向模式**选定一个输入 $x_p$，让每个值 $v_k$ 都带着自己的**切线** $\dot v_k=\partial v_k/\partial x_p$ 一起往前走。输入节点里，$x_p$ 的切线是 1，其余是 0。父节点为 $i, j$ 的运算：
#
# $$\dot v_k=\frac{\partial v_k}{\partial v_i}\dot v_i+\frac{\partial v_k}{\partial v_j}\dot v_j$$
#
# 最后一个节点的切线就是 $\partial z/\partial x_p$。**走一趟只得到梯度的一个分量**，所以要走 $P$ 趟。来数工作量：一趟中处理一个运算（值和切线一起算）记一次**访问**。有 $K$ 个运算时，前向模式共访问 $P\cdot K$ 次。
#
# **手算。** 为 $x_0$ 走一趟：切线 $1, 0$；节点 2：$3\cdot1+2\cdot0=3$；节点 3：$3+1=4$。为 $x_1$ 走一趟：$0, 1$；节点 2：$2$；节点 3：$2+0=2$。梯度为 $(4, 2)$，访问 $2\cdot2=4$ 次。
# %% answer="forward_mode_grad"
def forward_mode_grad(ops, x):
    """Gradient of the last node of a graph with respect to its inputs, by one pass for each input.

    ops is a list of operations ("add", i, j), ("mul", i, j) or ("tanh", i), where i and j are earlier nodes:
    nodes 0 … P-1 are the inputs x (P,), node P + k is the result of ops[k].  x may be a list.
    Returns (grad, visits): grad (P,), and the number of operations handled in all passes together.
    """
    ### BEGIN SOLUTION
    grad, visits = np.zeros(len(x)), 0
    for p in range(len(x)):
        values = list(x)
        tangents = [float(i == p) for i in range(len(x))]
        for op, *parents in ops:
            args = [values[i] for i in parents]
            tangents.append(sum(d * tangents[i] for d, i in zip(op_partials(op, args), parents)))
            values.append(op_value(op, args))
            visits += 1
        grad[p] = tangents[-1]
    return grad, visits
    ### END SOLUTION


# %% [markdown] docstring="forward_mode_grad" lang="zh"
# 计算图最后一个节点对各输入的梯度，一个输入走一趟。
#
# ops 是运算的列表：("add", i, j)、("mul", i, j) 或 ("tanh", i)，i、j 是前面的节点。
# 节点 0 … P-1 是输入 x (P,)，节点 P + k 是 ops[k] 的结果。x 也可以是列表。
# 返回 (grad, visits)：grad (P,)，以及所有趟次合计处理的运算个数。
# %% grading="forward_mode_grad"
GRAPH_TITLES = {
    "shared": {"en": "Nodes that are used more than once", "zh": "被多次使用的节点"},
    "unused": {"en": "Nodes that nobody uses", "zh": "没有被用到的节点"},
}


def graph_cases(rng):
    tree = [("mul", 0, 1), ("tanh", 2), ("add", 4, 3), ("mul", 5, 6)]
    yield Case("every node used once", zh="每个节点只用一次", ops=tree, x=normal(rng, 4))
    shared = [("mul", 0, 1), ("add", 3, 2), ("tanh", 4), ("mul", 5, 0), ("mul", 6, 3), ("add", 7, 5)]
    yield Case("shared nodes", zh="共用的节点", group="shared", ops=shared, x=normal(rng, 3))
    ops, p = [], int(rng.integers(2, 5))
    for node in range(p, p + 7):
        other = node - p if node < 2 * p else int(rng.integers(node))
        ops.append((str(rng.choice(["add", "mul"])), node - 1, other))
        if node == p + 3:
            ops[-1] = ("tanh", node - 1)
    drawn = {"ops": [*ops, ("mul", p + 6, p + 5)], "x": normal(rng, p)}
    yield Case("drawn at random", zh="随机的图", group="shared", **drawn)
    twice = [("mul", 0, 0), ("add", 2, 2), ("mul", 3, 1), ("mul", 4, 4)]
    yield Case("one node as both parents", zh="两个父节点是同一个", group="shared", ops=twice, x=normal(rng, 2))
    idle = [
        ("mul", 0, 2),
        ("mul", 1, 0),
        ("add", 4, 2),
        ("tanh", 5),
        ("mul", 6, 0),
    ]  # inputs 1 and 3, operations 1 and 3
    yield Case("unused nodes", zh="没有用到的节点", group="unused", ops=idle, x=normal(rng, 4))
    chain = [("tanh", 0), ("mul", 4, 1), ("add", 5, 2), ("mul", 6, 3)]
    whole = rng.choice([-1.0, 1.0], size=4) * np.r_[rng.integers(1, 3), rng.integers(1, 10, size=3)]
    # the first of its group, on which integers are tried
    yield Case("whole numbers", zh="整数", group="edge", ops=chain, x=whole)
    yield Case(
        "one input",
        zh="只有一个输入",
        group="edge",
        ops=[("mul", 0, 0), ("add", 1, 0), ("tanh", 2)],
        x=rng.normal(size=1).round(5),
    )


def all_tangents_at_once(ops, x):
    values, tangents = list(x), list(np.eye(len(x)))
    for op, *parents in ops:
        partials = op_partials(op, [values[i] for i in parents])
        tangents.append(np.sum([d * tangents[i] for d, i in zip(partials, parents)], axis=0))
        values.append(op_value(op, [values[i] for i in parents]))
    return tangents[-1], len(ops) * len(x)


Exercise(
    points=3,
    reference=backprop.forward_mode_grad,
    cases=graph_cases,
    tolerance=CLOSED_FORM,
    accepts=("integers", "lists"),
    forbids=FROM_SCRATCH,
    groups=GRAPH_TITLES,
    mistakes=[
        Mistake(
            "all_inputs_seeded",
            swap=("float(i == p)", "1.0"),
            hint={
                "en": "All entries of your gradient are equal: every input started with tangent 1, so you see their sum. In the pass for x_p only x_p has tangent 1.",
                "zh": "你的梯度各分量都一样：所有输入的切线都从 1 开始，得到的是它们的和。为 x_p 走的那一趟，只有 x_p 的切线是 1。",
            },
        ),
        Mistake(
            "first_parent_only",
            swap=("zip(op_partials(op, args), parents)", "list(zip(op_partials(op, args), parents))[:1]"),
            hint={
                "en": "Only the first parent of an operation contributes. Both paths lead into the node, so add both.",
                "zh": "只算了运算的第一个父节点。两条路径都通向这个节点，两份都要加。",
            },
        ),
        Mistake(
            "partials_exchanged",
            swap=("op_partials(op, args), parents", "op_partials(op, args)[::-1], parents"),
            hint={
                "en": "The two derivatives of a product have changed places: the derivative with respect to the first factor is the second factor.",
                "zh": "乘积的两个导数对调了：对第一个因子求导，得到的是第二个因子。",
            },
        ),
        Mistake(
            "partials_left_out",
            swap=("d * tangents[i]", "tangents[i]"),
            hint={
                "en": "The tangents are only added up. Each has to be multiplied by the operation's derivative with respect to that parent.",
                "zh": "你只是把切线相加。每一个都要先乘上这个运算对该父节点的导数。",
            },
        ),
        Mistake(
            "visits_of_one_pass",
            swap=("return grad, visits", "return grad, len(ops)"),
            hint={
                "en": "The gradient is right, but `visits` counts one pass only. There is one pass for each input.",
                "zh": "梯度是对的，但 `visits` 只数了一趟。每个输入都要走一趟。",
            },
        ),
        Mistake(
            "inputs_counted_as_visits",
            swap=("return grad, visits", "return grad, visits + len(x) ** 2"),
            hint={
                "en": "The gradient is right, but `visits` counts the inputs too. Only operations are counted: an input costs no computation.",
                "zh": "梯度是对的，但 `visits` 把输入节点也数进去了。只数运算：输入不需要计算。",
            },
        ),
        Mistake(
            "same_parent_counted_once",
            swap=(
                "for d, i in zip(op_partials(op, args), parents)",
                "for i, d in dict(zip(parents, op_partials(op, args))).items()",
            ),
            hint={
                "en": "When both parents are the same node, as in x·x, one of the two paths is lost: a dict keeps one entry for it. Go through both.",
                "zh": "两个父节点是同一个节点时（例如 x·x），有一条路径丢了：字典里它只占一项。两条都要走。",
            },
        ),
        Mistake(
            "value_for_tangent_of_inputs",
            swap=("float(i == p)", "float(x[i]) * (i == p)"),
            hint={
                "en": "The pass for x_p starts with the value of x_p where its tangent belongs: ∂x_p/∂x_p is 1.",
                "zh": "为 x_p 走的那一趟，起始的地方放的是 x_p 的值，而不是它对自己的导数：∂x_p/∂x_p = 1。",
            },
        ),
        Mistake(
            "gradient_in_integers",
            swap=("np.zeros(len(x))", "np.zeros_like(x)"),
            hint={
                "en": "When x holds integers, as in the example x = [2, 3], the gradient is cut off to integers: `zeros_like(x)` is an integer array then. Ask for floats.",
                "zh": "x 是整数时（例子里的 x = [2, 3] 就是），梯度的小数被截掉了：这时 `zeros_like(x)` 是整数数组。请建立浮点数组。",
            },
        ),
    ],
    variants=[
        Variant("all_at_once", function=all_tangents_at_once),
        Variant("float32", swap=("np.zeros(len(x))", "np.zeros(len(x), dtype=np.float32)")),
        Variant("counted_at_the_end", swap=("return grad, visits", "return list(grad), np.int64(len(x) * len(ops))")),
    ],
)


# %% [markdown] lang="en"
# ## 4.13 Reverse mode: all parameters in two sweeps
#
# **Why.** A net has one loss and thousands of parameters. **Reverse mode** turns the question round: not "what does this input do to every node?" but "what does every node do to the result?" That is the node's *adjoint* $\bar v_k=\partial z/\partial v_k$.
#
# 1. Sweep **forward** once and keep all values.
# 2. The last node has adjoint 1, all others start at 0.
# 3. Sweep **backward** over the operations, last one first. An operation with adjoint $\bar v_k$ gives each of its parents $i$ a share:
#
# $$\bar v_i \mathrel{+}= \frac{\partial v_k}{\partial v_i}\,\bar v_k$$
#
# The $+=$ is the chain rule along several paths again: a node that is used twice collects twice. When the sweep ends, the adjoints of the inputs are the whole gradient. Each operation is visited once in each sweep: $2K$ visits, **however many inputs there are**. Backpropagation is this, with layers for operations.
#
# **By hand.** Same graph: node 2 $=x_0x_1=6$, node 3 = node 2 $+\,x_0=8$. $\bar v_3=1$. The addition gives $1$ to node 2 and $1$ to $x_0$. The product gives $3\cdot1$ to $x_0$, which now has $1+3=4$, and $2\cdot1$ to $x_1$. Gradient $(4, 2)$ as before, and $2\cdot2=4$ visits. With two inputs there is no gain yet; with 4810 there is.
# %% [markdown] lang="zh"
# ## 4.13 反向模式：两趟求出全部
#
# **为什么。** 网络只有一个损失，参数却成千上万。**反向模式**把问题倒过来：不问“这个输入对每个节点有什么影响”，而问“每个节点对结果有什么影响”。后者叫节点的**伴随量** $\bar v_k=\partial z/\partial v_k$。
#
# 1. **前向**扫一遍，保留所有的值。
# 2. 最后一个节点的伴随量为 1，其余从 0 开始。
# 3. 从最后一个运算起**往回**扫。伴随量为 $\bar v_k$ 的运算，给它的每个父节点 $i$ 一份：
#
# $$\bar v_i \mathrel{+}= \frac{\partial v_k}{\partial v_i}\,\bar v_k$$
#
# 这里的 $+=$ 又是多条路径上的链式法则：被用到两次的节点，要收两份。扫完之后，输入节点的伴随量就是整个梯度。每个运算在两趟中各访问一次，共 $2K$ 次，**与输入有多少个无关**。反向传播就是这件事，只不过运算换成了层。
#
# **手算。** 还是那张图：节点 2 $=x_0x_1=6$，节点 3 = 节点 2 $+\,x_0=8$。$\bar v_3=1$。加法给节点 2 一份 $1$，给 $x_0$ 一份 $1$。乘法给 $x_0$ 一份 $3\cdot1$，于是 $x_0$ 有 $1+3=4$；给 $x_1$ 一份 $2\cdot1$。梯度 $(4, 2)$，与前面相同，访问 $2\cdot2=4$ 次。只有两个输入时看不出好处；有 4810 个时就大不一样了。
# %% answer="reverse_mode_grad"
def reverse_mode_grad(ops, x):
    """Gradient of the last node of a graph with respect to its inputs, by one sweep forward and one back.

    ops and x (P,) as in `forward_mode_grad`.  Returns (grad, visits): grad (P,), and the number of operations
    handled in both sweeps together; every operation counts once in each.
    """
    ### BEGIN SOLUTION
    values, visits = list(x), 0
    for op, *parents in ops:
        values.append(op_value(op, [values[i] for i in parents]))
        visits += 1
    adjoints = np.zeros(len(values))
    adjoints[-1] = 1
    for k in reversed(range(len(ops))):
        op, *parents = ops[k]
        partials = op_partials(op, [values[i] for i in parents])
        for d, i in zip(partials, parents):
            adjoints[i] += d * adjoints[len(x) + k]
        visits += 1
    grad = adjoints[: len(x)]
    return grad, visits
    ### END SOLUTION


# %% [markdown] docstring="reverse_mode_grad" lang="zh"
# 计算图最后一个节点对各输入的梯度，前向扫一遍，再往回扫一遍。
#
# ops 和 x (P,) 同 `forward_mode_grad`。返回 (grad, visits)：grad (P,)，以及两趟合计处理的运算个数；
# 每个运算在每一趟中各计一次。
# %% grading="reverse_mode_grad"
def recursive_adjoints(ops, x):
    values = list(x)
    for op, *parents in ops:
        values.append(op_value(op, [values[i] for i in parents]))
    received = {len(values) - 1: [1.0]}
    for node in range(len(values) - 1, len(x) - 1, -1):
        op, *parents = ops[node - len(x)]
        share = sum(received.pop(node, [0.0]))
        for d, i in zip(op_partials(op, [values[i] for i in parents]), parents):
            received.setdefault(i, []).append(d * share)
    return [sum(received.get(i, [0.0])) for i in range(len(x))], 2 * len(ops)


def reverse_cases(rng):
    yield from graph_cases(rng)
    wide = {"leaves": 3000, "seed": int(rng.integers(2**31))}
    yield Case("thousands of inputs", zh="上千个输入", group="wide", public=False, **wide)


def reverse_sweep(impl, case):
    if case.group != "wide":
        return impl.reverse_mode_grad(case.ops, case.x)
    rng, n = np.random.default_rng(case.seed), case.leaves
    ops = [("mul" if k < n // 2 else "add", 2 * k, 2 * k + 1) for k in range(n - 1)]  # a sum of products of pairs,
    ops.append(("mul", 2 * n - 2, 0))  # times the first input
    x, ways = rng.choice([-1.0, -0.5, 0.5, 1.0], size=n), rng.integers(-2, 3, (4, n)) * 0.5
    grad, visits = impl.reverse_mode_grad(ops, x)
    return ways @ np.asarray(grad, dtype=float).reshape(n), visits  # the slope along four directions


Exercise(
    points=3,
    reference=backprop.reverse_mode_grad,
    cases=reverse_cases,
    observe=reverse_sweep,
    tolerance=CLOSED_FORM,
    accepts=("integers", "lists"),
    forbids=FROM_SCRATCH,
    groups={**GRAPH_TITLES, "wide": {"en": "Thousands of inputs, two sweeps", "zh": "上千个输入，只走两趟"}},
    seconds=2.0,  # two sweeps over 3000 operations take 0.03 s, as many losses 6 s, a pass for each input 20 s
    mistakes=[
        Mistake(
            "overwritten_for_added",
            swap=("adjoints[i] += d", "adjoints[i] = d"),
            hint={
                "en": "Right while every node is used once, wrong as soon as one is used twice: its second share replaces the first. Add them up.",
                "zh": "每个节点只用一次时是对的，一旦某个节点用了两次就错了：第二份把第一份覆盖掉了。要累加。",
            },
        ),
        Mistake(
            "swept_in_forward_order",
            swap=("in reversed(range(len(ops)))", "in range(len(ops))"),
            hint={
                "en": "The second sweep starts at the first operation, whose adjoint is not known yet. Start at the last and walk back.",
                "zh": "第二趟从第一个运算开始，可那时它的伴随量还不知道。应从最后一个运算往回走。",
            },
        ),
        Mistake(
            "partials_exchanged",
            swap=("zip(partials, parents)", "zip(partials[::-1], parents)"),
            hint={
                "en": "The two derivatives of a product have changed places: the derivative with respect to the first factor is the second factor.",
                "zh": "乘积的两个导数对调了：对第一个因子求导，得到的是第二个因子。",
            },
        ),
        Mistake(
            "adjoint_not_passed_on",
            swap=("d * adjoints[len(x) + k]", "d"),
            hint={
                "en": "Each parent receives the local derivative alone. It has to be multiplied by the adjoint of the operation itself: along a path effects multiply.",
                "zh": "父节点只收到了局部导数。还要乘上运算自己的伴随量：同一条路径上影响相乘。",
            },
        ),
        Mistake(
            "one_sweep_counted",
            swap=("return grad, visits", "return grad, visits - len(ops)"),
            hint={
                "en": "The gradient is right, but `visits` counts one sweep. Each operation is visited on the way forward and on the way back.",
                "zh": "梯度是对的，但 `visits` 只数了一趟。每个运算前向时访问一次，往回时再访问一次。",
            },
        ),
        Mistake(
            "one_sweep_per_input",
            swap=("return grad, visits", "return grad, visits * len(x)"),
            hint={
                "en": "The gradient is right, but `visits` grows with the number of inputs. Two sweeps serve all inputs together: that is the point of reverse mode.",
                "zh": "梯度是对的，但 `visits` 随输入个数增长。两趟就够所有输入用了，这正是反向模式的意义。",
            },
        ),
        Mistake(
            "everything_seeded",
            swap=("np.zeros(len(values))", "np.ones(len(values))"),
            hint={
                "en": "Every node starts with adjoint 1. Only the result does: the others have received nothing yet.",
                "zh": "每个节点的伴随量都从 1 开始了。只有结果节点是 1，其余的还什么都没收到。",
            },
        ),
        Mistake(
            "same_parent_counted_once",
            swap=("for d, i in zip(partials, parents):", "for i, d in dict(zip(parents, partials)).items():"),
            hint={
                "en": "When both parents are the same node, as in x·x, one of the two shares is lost: a dict keeps one entry for it. Hand out both.",
                "zh": "两个父节点是同一个节点时（例如 x·x），有一份丢了：字典里它只占一项。两份都要给。",
            },
        ),
        Mistake(
            "idle_operations_not_counted",
            swap=(
                "        op, *parents = ops[k]\n",
                "        if adjoints[len(x) + k] == 0:\n            continue\n        op, *parents = ops[k]\n",
            ),
            hint={
                "en": "The gradient is right, but operations whose result nobody uses are not counted on the way back. Each operation counts once in each sweep.",
                "zh": "梯度是对的，但往回走时没有数那些结果没人用的运算。每个运算在每一趟中各计一次。",
            },
        ),
        Mistake(
            "adjoints_in_integers",
            swap=("np.zeros(len(values))", "np.zeros(len(values), dtype=np.asarray(x).dtype)"),
            hint={
                "en": "When x holds integers, as in the example x = [2, 3], the adjoints are cut off to integers. Ask for an array of floats.",
                "zh": "x 是整数时（例子里的 x = [2, 3] 就是），伴随量的小数被截掉了。请建立浮点数组。",
            },
        ),
    ],
    variants=[
        Variant("received_shares", function=recursive_adjoints),
        Variant("lists", swap=("adjoints[: len(x)]", "[float(a) for a in adjoints[: len(x)]]")),
        Variant("counted_at_the_end", swap=("return grad, visits", "return grad.astype(np.float32), 2 * len(ops)")),
    ],
)

# %% [markdown] lang="en"
# The figure shows every visit for a graph with 8 inputs and 12 operations: each row is a pass, each column an operation. On the right, what that means for nets: the passes that forward mode would need for one gradient, one for each parameter, against the two sweeps of reverse mode.
# %% [markdown] lang="zh"
# 下图把 8 个输入、12 个运算的图上的每次访问都画了出来：一行是一趟，一列是一个运算。右边换成真正的网络：前向模式求一次梯度，每个参数都要走一趟；反向模式永远只要两趟。
# %% demo="visits"
figure, (left, middle, right) = plt.subplots(
    1, 3, figsize=(13, 3.8), layout="constrained", width_ratios=[1.2, 1.2, 1.3]
)
for ax, passes, title in (
    (left, 8, "forward mode: 8 passes × 12 = 96 visits"),
    (middle, 2, "reverse mode: 2 sweeps × 12 = 24 visits"),
):
    picture = np.full((8, 12), np.nan)
    picture[:passes] = np.arange(12) if passes == 8 else np.array([np.arange(12), np.arange(12)[::-1]])
    ax.imshow(picture, cmap="viridis", aspect="auto")
    ax.set_xticks(range(12), [f"{k}" for k in range(12)])
    ax.set_yticks(range(passes), [f"input {p}" for p in range(8)] if passes == 8 else ["forward", "back"])
    ax.set(title=title, xlabel="operation (color: when it is visited)")
    ax.set_xticks(np.arange(13) - 0.5, minor=True)
    ax.set_yticks(np.arange(9) - 0.5, minor=True)
    ax.grid(which="minor", color="white", lw=2)
    ax.tick_params(which="both", length=0)
    for side in ax.spines.values():
        side.set_visible(False)
hidden = np.array([1, 4, 16, 64, 256, 1024])
right.loglog(hidden, 65 * hidden + 10 * hidden + 10, "o-", color="#c0392b", label="forward mode")
right.loglog(hidden, np.full(len(hidden), 2), "o-", color="#2471a3", label="reverse mode")
right.annotate("the net of 4.17", (64, 4810), (3.2, 60000), arrowprops={"arrowstyle": "->", "color": "#555555"})
right.set(
    title="one gradient of a net 64-H-10", xlabel="hidden neurons H", ylabel="passes through the graph", ylim=(1, 3e5)
)
right.legend(frameon=False, loc="center right")
right.spines[["top", "right"]].set_visible(False)
plt.show()

# %% [markdown] lang="en"
# ## 4.14 Time and memory
#
# §5.2 of the notes speaks of the cost of "forward" and "backward" propagation. It is worth keeping three things apart: *evaluating* the loss (no derivative at all), *forward mode*, and *reverse mode*. The notes give the first one's memory to the second; this question asks you to put it straight.
# %% [markdown] lang="zh"
# ## 4.14 时间与内存
#
# 讲义 §5.2 谈到了“正向传播”和“反向传播”的代价。这里其实有三件事要分开：**求损失的值**（完全不求导）、**前向模式**求导、**反向模式**求导。讲义把第一件事的内存说成了第二件事的；这道题请你理清楚。
# %% [markdown] written="memory" points="2" lang="en"
# **Question (2 points).** A net has $K$ operations and $P$ parameters. For (a) evaluating the loss, (b) the full gradient by forward mode, (c) the full gradient by reverse mode: how does the time grow, and how many intermediate values have to be kept in memory at once? Why does training run out of GPU memory with inputs on which mere prediction runs easily? Six sentences are enough.
# ### BEGIN SOLUTION
# **Model answer.** (a) One pass, time of order $K$; a value can be forgotten as soon as the operations that need it are done, so for a chain of layers only the values of the current layer are kept, independently of the depth. (b) $P$ passes (or one pass with $P$ tangents), time of order $P\cdot K$; each pass keeps the current layer's values and as many tangents, about twice the memory of (a), also independent of the depth. (c) One sweep forward and one back, time of order $K$ (a small constant times (a)), whatever $P$ is; but the backward sweep needs the values of the forward sweep, from the last to the first, so all of them are kept: memory of order $K$. Training uses (c): the activations of all layers, for the whole batch, have to stay until the way back, while prediction is (a) and keeps one layer at a time.
#
# **Marking.** 1 point for time: forward mode grows with $P$, reverse mode is a constant multiple of the evaluation. 1 point for memory: reverse mode keeps all intermediate values, with the reason (the backward sweep uses them), and so explains training against prediction. ½ each for a statement without its reason. Do not deduct for O-notation that is loose but consistent; do not require the remark about recomputation (checkpointing), which is a welcome extra.
# ### END SOLUTION
# %% [markdown] written="memory" points="2" lang="zh"
# **问题（2 分）。** 一个网络有 $K$ 个运算、$P$ 个参数。分别对 (a) 求损失的值，(b) 用前向模式求完整的梯度，(c) 用反向模式求完整的梯度：时间怎样增长？同一时刻需要在内存里保留多少中间值？为什么同样的输入，做预测轻轻松松，做训练却会爆显存？六句话就够。
# ### BEGIN SOLUTION
# **参考答案。** (a) 走一趟，时间与 $K$ 成正比；一个值在用到它的运算都做完之后就可以丢掉，所以对一串层来说，只需保留当前层的值，与深度无关。(b) 要走 $P$ 趟（或者一趟带着 $P$ 份切线），时间与 $P\cdot K$ 成正比；每一趟只保留当前层的值和同样多的切线，内存约为 (a) 的两倍，同样与深度无关。(c) 前向一趟、往回一趟，时间与 $K$ 成正比（是 (a) 的一个不大的常数倍），与 $P$ 无关；但往回走时要用到前向的值，而且是从最后一个用到第一个，所以全部都得留着，内存与 $K$ 成正比。训练用的是 (c)：整个批次、所有层的激活值都要留到往回走的时候；预测是 (a)，一次只留一层。
#
# **评分标准。** 时间 1 分：前向模式随 $P$ 增长，反向模式是求值的常数倍。内存 1 分：反向模式要保留所有中间值，说明原因（往回走时要用），并由此解释训练与预测的差别。只有结论没有原因的各得一半。大 O 写得不严但前后一致不扣分；不要求提到重算（checkpointing），提到更好。
# ### END SOLUTION


# %% [markdown] lang="en"
# ## 4.15 The same net in torch
#
# **Why.** Nobody derives gradients by hand for every new net. A library such as PyTorch records each operation while the forward pass runs, and then does exactly what you did in 4.13. This is called *autograd*. Now that you know what is inside, use it.
#
# All there is to know for this exercise, on the example of 4.8:
#
# ```python
# s = torch.tensor(2.0, requires_grad=True)   # a leaf: please differentiate with respect to this
# z = s**2 * (3 * s)                          # recorded while it is computed
# z.backward()                                # reverse mode, from the number z
# s.grad                                      # tensor(36.)
# ```
#
# Inside the function: make float64 leaves of all parameters (`dtype=torch.float64`), a tensor of `X`, run the net with `@`, `+` and `torch.relu`, and let `torch.nn.functional.cross_entropy` compute the loss from scores and labels. Three things to know about it: it takes the raw **scores** (it does the softmax itself), it wants integer labels as a tensor, and its default is the **mean** over samples: `reduction` is the argument to look up.
#
# `.grad` *accumulates*: a second `backward()` adds to what is there. With fresh leaves in every call that does no harm; in a training loop it is the reason for `zero_grad()`.
#
# **By hand.** For the net of 4.5 and label 1 the result must be the numbers of 4.11.
# %% [markdown] lang="zh"
# ## 4.15 用 torch 再写一遍
#
# **为什么。** 没有人会给每个新网络手工推导梯度。PyTorch 这样的库会在前向时把每个运算记录下来，然后做的正是你在 4.13 里做的事，这叫**自动求导**（autograd）。现在你已经知道里面是什么了，放心用吧。
#
# 做这道题需要知道的，都在下面这个沿用 4.8 的例子里：
#
# ```python
# s = torch.tensor(2.0, requires_grad=True)   # 叶子：请对它求导
# z = s**2 * (3 * s)                          # 一边算，一边被记录下来
# z.backward()                                # 从数 z 开始的反向模式
# s.grad                                      # tensor(36.)
# ```
#
# 函数里要做的事：把所有参数做成 float64 的叶子（`dtype=torch.float64`），把 `X` 变成张量，用 `@`、`+` 和 `torch.relu` 跑完网络，再用 `torch.nn.functional.cross_entropy` 由得分和标签求损失。关于它有三点要知道：它要的是原始**得分**（softmax 它自己会做）；标签要是整数张量；它默认对样本求**平均**，请查一下参数 `reduction`。
#
# `.grad` 是**累加**的：再调用一次 `backward()`，新梯度会加到原来的上面。每次调用都新建叶子就没有这个问题；而在训练循环里，这正是要写 `zero_grad()` 的原因。
#
# **手算。** 对 4.5 的网络，标签取 1，结果应当就是 4.11 里的那些数。
# %% answer="torch_backprop"
import torch


def torch_backprop(params, X, y):
    """The gradients of `backprop`, by torch's autograd.

    params (a dict of numpy arrays W1, b1, …, WL, bL), X (N, D) and labels y (N,) are numpy arrays as before;
    hidden layers are ReLU, the loss is the SUM over samples of the softmax cross-entropy.  Returns a dict with
    the same keys as params; each gradient a torch tensor or a numpy array of the shape of its parameter.
    """
    ### BEGIN SOLUTION
    leaves = {name: torch.tensor(value, dtype=torch.float64, requires_grad=True) for name, value in params.items()}
    n_layers = len(params) // 2
    A = torch.tensor(X, dtype=torch.float64)
    for layer in range(1, n_layers):
        A = torch.relu(A @ leaves[f"W{layer}"] + leaves[f"b{layer}"])  # (N, H)
    scores = A @ leaves[f"W{n_layers}"] + leaves[f"b{n_layers}"]  # (N, K)
    loss = torch.nn.functional.cross_entropy(scores, torch.tensor(y), reduction="sum")
    loss.backward()
    return {name: leaf.grad for name, leaf in leaves.items()}
    ### END SOLUTION


# %% [markdown] docstring="torch_backprop" lang="zh"
# 用 torch 的自动求导得到 `backprop` 的梯度。
#
# params（numpy 数组的字典 W1, b1, …, WL, bL）、X (N, D) 和标签 y (N,) 与前面一样都是 numpy 数组；
# 隐藏层为 ReLU，损失是 softmax 交叉熵对样本**求和**。返回与 params 键相同的字典；
# 每个梯度是与参数同形状的 torch 张量或 numpy 数组。
# %% grading="torch_backprop"
def torch_cases(rng):
    yield Case("two layers", zh="两层", **net_and_data(rng, 5, 3, 4, 2), y=labelled(rng, 5, 2))
    yield Case("four layers", zh="四层", **net_and_data(rng, 6, 3, 5, 4, 3, 3), y=labelled(rng, 6, 3))
    one = {**net_and_data(rng, 1, 4, 3, 2), "y": labelled(rng, 1, 2)}
    yield Case("one sample", zh="只有一个样本", group="edge", **one)
    linear = {**net_and_data(rng, 6, 3, 4), "y": labelled(rng, 6, 4)}
    yield Case("no hidden layer", zh="没有隐藏层", group="edge", **linear)
    yield Case("ten layers", zh="十层", group="deep", **net_and_data(rng, 2, *[2] * 10, 3), y=labelled(rng, 2, 3))


def functional_gradient(params, X, y):
    def loss(leaves):
        A = torch.as_tensor(np.array(X)).double()
        for layer in range(1, len(params) // 2 + 1):
            A = torch.nn.functional.linear(
                A if layer == 1 else A.clamp(min=0), leaves[f"W{layer}"].T, leaves[f"b{layer}"]
            )
        return -A.log_softmax(1)[torch.arange(len(A)), torch.as_tensor(np.array(y))].sum()

    grads = torch.func.grad(loss)({name: torch.as_tensor(np.array(value)).double() for name, value in params.items()})
    return {name: value.numpy() for name, value in grads.items()}


Exercise(
    points=3,
    reference=backprop.torch_backprop,
    cases=torch_cases,
    tolerance=CLOSED_FORM,
    groups=DEEP,
    seconds=10.0,
    mistakes=[
        Mistake(
            "mean_by_default",
            swap=(', reduction="sum")', ")"),
            hint={
                "en": "These are the gradients of the MEAN loss, which is what torch's cross_entropy takes unless told otherwise. The total loss is a sum.",
                "zh": "这是**平均**损失的梯度：不另外说明时，torch 的 cross_entropy 会取平均。总损失是求和。",
            },
        ),
        Mistake(
            "softmax_before_cross_entropy",
            swap=("cross_entropy(scores,", "cross_entropy(scores.softmax(1),"),
            hint={
                "en": "The softmax is taken twice. torch's cross_entropy wants raw scores and does the softmax itself.",
                "zh": "softmax 做了两次。torch 的 cross_entropy 要的是原始得分，softmax 它自己会做。",
            },
        ),
        Mistake(
            "relu_on_the_scores",
            swap=(
                'scores = A @ leaves[f"W{n_layers}"] + leaves[f"b{n_layers}"]',
                'scores = torch.relu(A @ leaves[f"W{n_layers}"] + leaves[f"b{n_layers}"])',
            ),
            hint={
                "en": "The last layer went through the ReLU too. Scores have no activation.",
                "zh": "最后一层也经过了 ReLU。得分不做激活。",
            },
        ),
        Mistake(
            "backward_called_twice",
            swap=("    loss.backward()\n", "    loss.backward(retain_graph=True)\n    loss.backward()\n"),
            hint={
                "en": "Every gradient is twice what it should be: `.grad` accumulates, and `backward` ran two times on the same leaves.",
                "zh": "每个梯度都大了一倍：`.grad` 会累加，而 `backward` 在同一批叶子上跑了两次。",
            },
        ),
        Mistake(
            "hidden_layers_linear",
            swap=(
                'torch.relu(A @ leaves[f"W{layer}"] + leaves[f"b{layer}"])',
                'A @ leaves[f"W{layer}"] + leaves[f"b{layer}"]',
            ),
            hint={
                "en": "The hidden layers have no ReLU, so this is the gradient of a linear model in disguise.",
                "zh": "隐藏层没有 ReLU，这其实是一个线性模型的梯度。",
            },
        ),
        Mistake(
            "graph_cut",
            swap=('scores = A @ leaves[f"W{n_layers}"]', 'scores = A.detach() @ leaves[f"W{n_layers}"]'),
            hint={
                "en": "Only the last layer has gradients; the earlier ones are None. Somewhere the recording is interrupted: by detach, by .data, or by a detour through numpy.",
                "zh": "只有最后一层有梯度，前面的都是 None。记录在某处断了：可能是 detach、.data，或者中途转成了 numpy。",
            },
        ),
        Mistake(
            "parameters_returned",
            swap=("name: leaf.grad for", "name: leaf for"),
            hint={
                "en": "You returned the parameters themselves. After `backward()` the gradients lie in their attribute `.grad`.",
                "zh": "你返回的是参数本身。调用 `backward()` 之后，梯度存放在它们的 `.grad` 里。",
            },
        ),
        Mistake(
            "loss_squared_error",
            swap=(
                'torch.nn.functional.cross_entropy(scores, torch.tensor(y), reduction="sum")',
                "((scores.softmax(1) - torch.eye(scores.shape[1])[torch.tensor(y)]) ** 2).sum()",
            ),
            hint={
                "en": "These are gradients of a squared error. The loss of this net is the cross-entropy.",
                "zh": "这是平方误差的梯度。这个网络的损失是交叉熵。",
            },
        ),
        Mistake(
            "layers_sorted_as_text",
            swap=(
                "    for layer in range(1, n_layers):",
                '    for layer in [int(name[1:]) for name in sorted(params) if name[0] == "W"][:-1]:',
            ),
            hint={
                "en": "Right for few layers. But sorted as text W10 comes before W2, so a net of ten layers is put together in another order: count the layers by number.",
                "zh": "层数少时是对的。但按文字排序时 W10 排在 W2 前面，十层的网络次序就乱了：请用数字来数层。",
            },
        ),
    ],
    variants=[
        Variant("functional", function=functional_gradient),
        Variant(
            "autograd_grad",
            swap=(
                "    loss.backward()\n    return {name: leaf.grad for name, leaf in leaves.items()}",
                "    return dict(zip(leaves, torch.autograd.grad(loss, list(leaves.values()))))",
            ),
        ),
        Variant("numpy_results", swap=("name: leaf.grad for", "name: leaf.grad.numpy() for")),
        Variant(
            "soft_targets",
            swap=(
                "torch.tensor(y), reduction",
                "torch.eye(scores.shape[1], dtype=torch.float64)[torch.tensor(y)], reduction",
            ),
        ),
    ],
)


# %% [markdown] lang="en"
# ## 4.16 Do you and autograd agree?
#
# **Why.** Two programs written in different ways that give the same 4810 numbers are very probably both right. To say *how* equal two gradients $g$ and $t$ are, a plain difference is no good: 0.001 is nothing for a gradient of size 1000 and everything for one of size 0.001. Use the relative gap of each tensor,
#
# $$\mathrm{gap}(g,t)=\frac{\lVert g-t\rVert}{\max(\lVert g\rVert,\lVert t\rVert,10^{-12})}$$
#
# where $\lVert\cdot\rVert$ is the root of the sum of squares of all entries. The $10^{-12}$ only avoids $0/0$. Two right gradients in float64 have a gap near $10^{-15}$, in float32 near $10^{-7}$; a wrong one is usually above $10^{-2}$.
#
# **By hand.** $g=(3,4)$, $t=(3,3)$: $\lVert g-t\rVert=1$, $\lVert g\rVert=5$, so the gap is $0.2$.
#
# The second function in the cell, `agreement`, is given. It lets your `backprop` meet your `torch_backprop`.
# %% [markdown] lang="zh"
# ## 4.16 你和自动求导一致吗？
#
# **为什么。** 用不同方法写的两个程序给出同样的 4810 个数，那么两个多半都对。要说清两个梯度 $g$ 和 $t$ **有多**一致，光看差不行：0.001 对大小为 1000 的梯度微不足道，对大小为 0.001 的梯度却是全部。所以对每个张量用相对差距：
#
# $$\mathrm{gap}(g,t)=\frac{\lVert g-t\rVert}{\max(\lVert g\rVert,\lVert t\rVert,10^{-12})}$$
#
# 其中 $\lVert\cdot\rVert$ 是所有元素平方和的平方根，$10^{-12}$ 只是为了避免 $0/0$。两个都正确的梯度，float64 时差距约为 $10^{-15}$，float32 时约为 $10^{-7}$；有一个错了，通常在 $10^{-2}$ 以上。
#
# **手算。** $g=(3,4)$，$t=(3,3)$：$\lVert g-t\rVert=1$，$\lVert g\rVert=5$，差距为 $0.2$。
#
# 单元格里的第二个函数 `agreement` 已经写好，它让你的 `backprop` 和 `torch_backprop` 当面对质。
# %% answer="gradient_gap"
def gradient_gap(grads, params, X, y):
    """How far `grads` is from the gradients that `torch_backprop` finds, tensor by tensor.

    grads and params are dicts with the keys W1, b1, …, WL, bL; X (N, D), labels y (N,).
    Returns a dict with the same keys: the relative gap ‖g − t‖ / max(‖g‖, ‖t‖, 1e-12) of each tensor, a number.
    """
    ### BEGIN SOLUTION
    truth = torch_backprop(params, X, y)
    gaps = {}
    for name in params:
        g, t = np.asarray(grads[name]), np.asarray(truth[name])
        scale = max(np.linalg.norm(g), np.linalg.norm(t), 1e-12)
        gaps[name] = np.linalg.norm(g - t) / scale
    return gaps
    ### END SOLUTION


def agreement(params, X, y):
    """The gap between your `backprop` and your `torch_backprop`: about 1e-15 when both are right."""
    return gradient_gap(backprop(params, X, y), params, X, y)


# %% [markdown] docstring="gradient_gap" lang="zh"
# `grads` 与 `torch_backprop` 求出的梯度逐个张量相差多少。
#
# grads 和 params 都是字典，键为 W1, b1, …, WL, bL；X (N, D)，标签 y (N,)。
# 返回键相同的字典：每个张量的相对差距 ‖g − t‖ / max(‖g‖, ‖t‖, 1e-12)，是一个数。
# %% [markdown] docstring="agreement" lang="zh"
# 你的 `backprop` 与 `torch_backprop` 之间的差距：两者都对时约为 1e-15。
# %% grading="gradient_gap"
def gap_cases(rng):
    other = {"grads": net(rng, 3, 4, 2), **net_and_data(rng, 5, 3, 4, 2), "y": labelled(rng, 5, 2)}
    yield Case("other gradients", zh="别的梯度", **other)
    large = {name: value * 20 for name, value in net(rng, 2, 3, 3).items()}
    yield Case("large gradients", zh="很大的梯度", grads=large, **net_and_data(rng, 4, 2, 3, 3), y=labelled(rng, 4, 3))
    silent = {
        **net(rng, 3, 2, 2),
        "b1": -50 - np.abs(normal(rng, 2)),
    }  # behind closed neurons autograd's gradients are 0
    tiny = {"W1": np.zeros((3, 2)), "b1": normal(rng, 2) * 5e-13, "W2": normal(rng, 2, 2) * 1e-13, "b2": normal(rng, 2)}
    zeros = {"grads": tiny, "params": silent, "X": normal(rng, 4, 3), "y": labelled(rng, 4, 2)}
    yield Case("gradients of 0", zh="为 0 的梯度", group="edge", **zeros)
    both = {"zh": "你的和自动求导的", "group": "agreement", **net_and_data(rng, 6, 4, 5, 3), "y": labelled(rng, 6, 3)}
    yield Case("yours and autograd's", **both)
    deep = {**net_and_data(rng, 7, 3, 4, 4, 2), "y": labelled(rng, 7, 2)}
    yield Case("three layers", zh="三层", group="agreement", **deep)
    images, digits, _, _ = backprop.digits_split()
    rows, seed = rng.permutation(len(images))[:12], int(rng.integers(2**31))
    pixels = {"images": images[rows], "y": digits[rows], "seed": seed}
    yield Case("the net of 4.17", zh="4.17 的网络", group="agreement", **pixels)


def gaps_seen(impl, case):
    if case.name == "the net of 4.17":
        rng = np.random.default_rng(case.seed)
        params = {
            "W1": rng.normal(size=(64, 64)) / 6,
            "b1": rng.normal(size=64),
            "W2": rng.normal(size=(64, 10)) / 6,
            "b2": rng.normal(size=10),
        }
        return impl.agreement(params, case.images / 16, case.y)
    if case.group == "agreement":
        return impl.agreement(case.params, case.X, case.y)
    return impl.gradient_gap(case.grads, case.params, case.X, case.y)


def gap_in_torch(grads, params, X, y):
    gaps = {}
    for name, truth in torch_backprop(params, X, y).items():
        g, t = torch.as_tensor(np.array(grads[name])).double(), torch.as_tensor(np.array(truth)).double()
        gaps[name] = (g - t).norm() / max(g.norm(), t.norm(), torch.tensor(1e-12))
    return gaps


Exercise(
    points=2,
    reference=backprop.gradient_gap,
    cases=gap_cases,
    observe=gaps_seen,
    tolerance=Tolerance(
        1e-5,
        1e-5,
        "two right gradients have a gap of 1e-15 in float64 and below 1e-6 in float32; a wrong one's is above 1e-2",
    ),
    groups={"agreement": {"en": "Your backprop agrees with autograd", "zh": "你的 backprop 与自动求导一致"}},
    seconds=10.0,
    mistakes=[
        Mistake(
            "not_relative",
            swap=("np.linalg.norm(g - t) / scale", "np.linalg.norm(g - t)"),
            hint={
                "en": "This is the plain distance. Divide by the larger of the two norms, so that the gap says how many digits agree.",
                "zh": "这是未经缩放的距离。除以两个范数中较大的那个，差距才能说明有几位数字一致。",
            },
        ),
        Mistake(
            "difference_of_norms",
            swap=("np.linalg.norm(g - t) / scale", "abs(np.linalg.norm(g) - np.linalg.norm(t)) / scale"),
            hint={
                "en": "You compare the lengths of the two gradients. Two gradients of equal length may point in opposite directions: take the norm of the difference.",
                "zh": "你比较的是两个梯度的长度。长度相等的两个梯度方向可能完全相反：要取差的范数。",
            },
        ),
        Mistake(
            "sum_of_norms_below",
            swap=("max(np.linalg.norm(g), np.linalg.norm(t), 1e-12)", "np.linalg.norm(g) + np.linalg.norm(t) + 1e-12"),
            hint={
                "en": "You divide by the sum of the two norms, another common choice. Here the larger of the two is asked for.",
                "zh": "你除以了两个范数之和，这也是一种常见的取法；这里要的是两者中较大的那个。",
            },
        ),
        Mistake(
            "largest_entry_for_norm",
            swap=("np.linalg.norm(g - t) / scale", "np.max(np.abs(g - t)) / scale"),
            hint={
                "en": "You took the largest entry of the difference. The norm is the root of the sum of the squares of all entries.",
                "zh": "你取的是差的最大元素。范数是所有元素平方和的平方根。",
            },
        ),
        Mistake(
            "norm_squared",
            swap=("np.linalg.norm(g - t) / scale", "np.sum((g - t) ** 2) / scale**2"),
            hint={
                "en": "Your gap is squared: the root of the sum of squares is missing.",
                "zh": "你的差距多了一个平方：平方和之后忘了开方。",
            },
        ),
        Mistake(
            "spectral_norm",
            swap=(
                "np.linalg.norm(g - t) / scale",
                "np.linalg.norm(g - t, 2) / max(np.linalg.norm(g, 2), np.linalg.norm(t, 2))",
            ),
            hint={
                "en": "For matrices you used the spectral norm (`ord=2`). Asked for is the root of the sum of squares of all entries.",
                "zh": "对矩阵你用了谱范数（`ord=2`）。要的是所有元素平方和的平方根。",
            },
        ),
        Mistake(
            "zero_by_zero",
            swap=("max(np.linalg.norm(g), np.linalg.norm(t), 1e-12)", "max(np.linalg.norm(g), np.linalg.norm(t))"),
            hint={
                "en": "When both gradients are 0, as behind neurons that are all closed, you divide 0 by 0. The 1e-12 in the formula is there for that.",
                "zh": "两个梯度都为 0 时（例如后面的神经元全部关闭），你算的是 0/0。公式里的 1e-12 就是为此而设的。",
            },
        ),
        Mistake(
            "floor_added",
            swap=(
                "max(np.linalg.norm(g), np.linalg.norm(t), 1e-12)",
                "max(np.linalg.norm(g), np.linalg.norm(t)) + 1e-12",
            ),
            hint={
                "en": "You add the 1e-12 to the larger norm. It is one of the three numbers of which the largest counts.",
                "zh": "你把 1e-12 加在了较大的范数上。它应当和两个范数放在一起，三者取最大。",
            },
        ),
        Mistake(
            "truth_alone_below",
            swap=("max(np.linalg.norm(g), np.linalg.norm(t), 1e-12)", "max(np.linalg.norm(t), 1e-12)"),
            hint={
                "en": "You divide by the norm of autograd's gradient alone. The formula takes the larger of the two norms.",
                "zh": "你只除以自动求导的梯度的范数。公式取的是两个范数中较大的那个。",
            },
        ),
        Mistake(
            "one_gap_for_all",
            swap=("    return gaps\n", "    return dict.fromkeys(gaps, max(gaps.values()))\n"),
            hint={
                "en": "Every tensor has the same gap, the largest of all. Each tensor has its own, so that one sees which layer is wrong.",
                "zh": "所有张量的差距都一样，是其中最大的那个。每个张量要有自己的差距，这样才看得出哪一层错了。",
            },
        ),
    ],
    variants=[
        Variant("in_torch", function=gap_in_torch),
        Variant("root_of_sum", swap=("np.linalg.norm(g - t) / scale", "np.sqrt(np.sum((g - t) ** 2)) / scale")),
        Variant(
            "ravel",
            swap=("np.asarray(grads[name]), np.asarray(truth[name])", "np.ravel(grads[name]), np.ravel(truth[name])"),
        ),
    ],
)

# %% [markdown] lang="en"
# ## 4.17 In practice: reading digits
#
# **Why.** Time to see it learn. The data are the 8×8 pixel images of handwritten digits that come with scikit-learn: 64 inputs, 10 classes. The pixels are scaled to 0 … 1. The cell below shows some of them and defines `X_digits`, `y_digits` (1000 images to train on) and `X_digits_test`, `y_digits_test` (400 to test) for you to play with.
#
# **The recipe** is minibatch gradient descent from chapter 2, with `backprop` inside:
#
# 1. Start: $W_\ell$ normal with variance $2/\text{fan-in}$ (the number of rows of $W_\ell$), biases 0. With all weights 0, every hidden neuron would stay equal to its neighbors forever, and behind a ReLU nothing would move at all. All random numbers come from the generator `rng` (`rng.normal`, `rng.permutation`).
# 2. In each epoch shuffle the samples anew, and cut the order into batches of `batch_size`; the last one holds what is left and may be smaller.
# 3. For each batch $B$ move every parameter against the **MEAN** gradient of the batch: $\theta\leftarrow\theta-\dfrac{\eta}{|B|}\,\nabla_\theta L_B$. Your `backprop` gives the SUM, hence the division by $|B|$.
#
# **Shapes.** One hidden layer: $W_1$ `(64, n_hidden)`, $W_2$ `(n_hidden, 10)`. The number of classes is the greatest label plus 1.
#
# **By hand**, one step: with $\eta=0.3$, a batch of 40 and a gradient sum of $20$ for some weight, the weight falls by $0.3\cdot20/40=0.15$.
#
# The check trains with `n_hidden=64, lr=0.3, n_epochs=50, batch_size=40` and measures the accuracy on images that your function has not seen. It takes under a second. (There the training images are drawn anew, every feature is a mixture of all pixels, and the classes have other numbers: what counts is the training, not the numbers it once gave.) Then it trains tiny nets and looks at the recipe itself: the start, the steps, and the order of the samples.
# %% [markdown] lang="zh"
# ## 4.17 实战：认数字
#
# **为什么。** 该看看它怎么学了。数据是 scikit-learn 自带的 8×8 像素手写数字：64 个输入，10 个类别，像素已缩放到 0 到 1。下面的单元格会画出其中一些，并定义好 `X_digits`、`y_digits`（1000 张，用来训练）和 `X_digits_test`、`y_digits_test`（400 张，用来测试），供你试验。
#
# **做法**就是第二章的小批量梯度下降，里面用上 `backprop`：
#
# 1. 初值：$W_\ell$ 取正态随机数，方差为 $2/\text{fan-in}$（fan-in 即 $W_\ell$ 的行数），偏置取 0。如果权重全为 0，所有隐藏神经元会永远一模一样，而隔着 ReLU，干脆什么都不动。随机数一律来自生成器 `rng`（`rng.normal`、`rng.permutation`）。
# 2. 每一轮（epoch）先重新打乱样本，再按顺序切成大小为 `batch_size` 的批次；最后一批是剩下的样本，可能小一些。
# 3. 对每个批次 $B$，让每个参数沿该批次的**平均**梯度的反方向走一步：$\theta\leftarrow\theta-\dfrac{\eta}{|B|}\,\nabla_\theta L_B$。你的 `backprop` 给的是**和**，所以要除以 $|B|$。
#
# **形状。** 一个隐藏层：$W_1$ `(64, n_hidden)`，$W_2$ `(n_hidden, 10)`。类别数等于最大的标签加 1。
#
# **手算**一步：设 $\eta=0.3$，批次大小 40，某个权重的梯度之和为 $20$，则该权重减少 $0.3\cdot20/40=0.15$。
#
# 检查时用 `n_hidden=64, lr=0.3, n_epochs=50, batch_size=40` 训练，在你的函数没见过的图像上测准确率，用时不到一秒。（检查时训练图像会重新抽取，每个特征都是所有像素的一种混合，类别的编号也会打乱：重要的是训练本身，而不是某次训练得到的数字。）然后它还会训练几个很小的网络，看看做法本身：初值、步子和样本的次序。
# %% demo="digits"
from sklearn.datasets import load_digits

pixels, digit = load_digits(return_X_y=True)
shuffled = np.random.default_rng(0).permutation(len(pixels))
X_digits, y_digits = pixels[shuffled[:1000]] / 16, digit[shuffled[:1000]]
X_digits_test, y_digits_test = pixels[shuffled[1000:1400]] / 16, digit[shuffled[1000:1400]]
mosaic = (
    np.pad(X_digits[:60].reshape(4, 15, 8, 8), ((0, 0), (0, 0), (3, 1), (1, 1))).transpose(0, 2, 1, 3).reshape(48, 150)
)
figure, ax = plt.subplots(figsize=(11, 3.7), layout="constrained")
ax.imshow(mosaic, cmap="gray_r")
for i in range(60):
    ax.text(i % 15 * 10 + 4.5, i // 15 * 12 + 1, y_digits[i], ha="center", va="center", fontsize=9, color="#c0392b")
ax.axis("off")
plt.show()


# %% answer="train_mlp"
def train_mlp(X, y, n_hidden, lr, n_epochs, batch_size, rng):
    """Train a net with one ReLU hidden layer by minibatch gradient descent.

    X (N, D), labels y (N,) from 0 to K - 1; n_hidden neurons; lr is the learning rate for the MEAN gradient of a
    batch; n_epochs passes over all samples, in a new order each, the last batch of a pass being smaller where
    batch_size does not divide N; rng is a numpy Generator, the only source of random numbers.
    Returns the parameters: a dict with W1 (D, n_hidden), b1 (n_hidden,), W2 (n_hidden, K), b2 (K,).
    """
    ### BEGIN SOLUTION
    D, K = X.shape[1], y.max() + 1
    params = {
        "W1": rng.normal(size=(D, n_hidden)) * np.sqrt(2 / D),
        "b1": np.zeros(n_hidden),
        "W2": rng.normal(size=(n_hidden, K)) * np.sqrt(2 / n_hidden),
        "b2": np.zeros(K),
    }
    for _ in range(n_epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            grads = backprop(params, X[batch], y[batch])
            params = {name: params[name] - lr / len(batch) * grads[name] for name in params}
    return params
    ### END SOLUTION


# %% [markdown] docstring="train_mlp" lang="zh"
# 用小批量梯度下降训练一个只有一个 ReLU 隐藏层的网络。
#
# X (N, D)，标签 y (N,) 从 0 到 K - 1；隐藏层有 n_hidden 个神经元；lr 是对批次**平均**梯度的学习率；
# 把所有样本过 n_epochs 轮，每轮重新打乱，N 不能被 batch_size 整除时最后一批小一些；
# rng 是 numpy 的 Generator，随机数全部来自它。
# 返回参数字典：W1 (D, n_hidden)、b1 (n_hidden,)、W2 (n_hidden, K)、b2 (K,)。
# %% grading="train_mlp"
def training_cases(rng):
    seed = int(rng.integers(2**31))
    digits = {**backprop.digits_draw(rng), **backprop.digits_settings(), "rng": Rng(seed)}
    yield Case("digits", zh="手写数字", **digits)
    start = {"X": normal(rng, 4, 30), "y": np.array([0, 2, 1, 2]), "n_hidden": 400}
    rngs = [Rng(int(seed)) for seed in rng.integers(2**31, size=8)]
    yield Case("the start", zh="初始参数", group="start", **start, rngs=rngs[:2])
    batch_size = int(rng.integers(3, 6))
    same = {"X": np.tile(normal(rng, 3), (batch_size + 2, 1)), "y": np.full(batch_size + 2, 2)}  # any order is the same
    yield Case("two samples left over", zh="剩下两个样本", group="steps", **same, batch_size=batch_size, rng=rngs[0])
    yield Case("three samples", zh="三个样本", group="order", X=normal(rng, 3, 2), y=rng.permutation(3), rngs=rngs)


def training_seen(impl, case):
    def read(params, n_inputs, n_hidden, n_classes):
        net = [np.asarray(params[name], dtype=float) for name in ("W1", "b1", "W2", "b2")]
        if net[0].shape != (n_inputs, n_hidden) or net[2].shape != (n_hidden, n_classes):
            return None  # and a bias per image could be a table of answers
        return [net[0], net[1].reshape(n_hidden), net[2], net[3].reshape(n_classes)]

    def scores(net, X):
        return np.maximum(X @ net[0] + net[1], 0) @ net[2] + net[3]

    def after_step(net, x, label, lr):  # one sample
        a, delta = np.maximum(x @ net[0] + net[1], 0), scores(net, x)
        delta = np.exp(delta - delta.max()) / np.exp(delta - delta.max()).sum()
        delta[label] -= 1
        back = (net[2] @ delta) * (a > 0)
        return [p - lr * g for p, g in zip(net, (np.outer(x, back), back, np.outer(a, delta), delta), strict=True)]

    def move(net, start):
        return np.concatenate([(p - q).ravel() for p, q in zip(net, start, strict=True)])

    def trained(lr, n_epochs, batch_size, n_hidden, rng):
        params = impl.train_mlp(case.X, case.y, n_hidden, lr, n_epochs, batch_size, rng)
        return read(params, case.X.shape[1], n_hidden, int(case.y.max()) + 1)

    if case.group == "start":  # a learning rate of 0 leaves the net where it began
        one, other = (trained(0.0, 1, 2, case.n_hidden, rng) for rng in case.rngs)
        if one is None or other is None:
            return {"metric": 0.0, "shapes": False}
        spreads = [one[0].std() * (30 / 2) ** 0.5, one[2].std() * (400 / 2) ** 0.5]  # 12,000 and 1,200 numbers: 6 sigma
        kept = {
            "biases of 0": not one[1].any() and not one[3].any(),
            "spread of W1": 0.96 < spreads[0] < 1.04,
            "spread of W2": 0.87 < spreads[1] < 1.13,
            "normal": abs(one[0].mean()) < 0.02 and np.mean(one[0] ** 4) > 2.6 * np.mean(one[0] ** 2) ** 2,
            "from rng": not np.array_equal(one[0], other[0]),
        }
        return {"metric": np.mean(list(kept.values())), "shapes": True, **kept}
    if case.group == "steps":
        start, net = (trained(lr, 2, case.batch_size, 6, case.rng) for lr in (0.0, 0.01))
        if start is None or net is None:
            return {"metric": 0.0, "shapes": False}
        right = start
        for _ in range(4):  # two epochs, each of one full batch and a smaller one
            right = after_step(right, case.X[0], case.y[0], 0.01)
        seen, wanted = move(net, start), move(right, start)
        off = np.linalg.norm(seen - wanted) / np.linalg.norm(wanted)
        return {"metric": float(off < 1e-3), "shapes": True, "far": round(float(seen @ wanted / (wanted @ wanted)), 1)}
    if case.group == "order":  # the order that was taken is the one that leads to the same net
        orders = [(i, j, 3 - i - j) for i in range(3) for j in range(3) if i != j]
        taken, from_rng = [], True
        for rng in case.rngs:
            start, net, again = (trained(lr, 2, 1, 5, rng) for lr in (0.0, 0.5, 0.5))
            if start is None or net is None or again is None:
                return {"metric": 0.0, "shapes": False}
            ends = {}
            for first in orders:
                for second in orders:
                    ends[first, second] = start
                    for n in first + second:
                        ends[first, second] = after_step(ends[first, second], case.X[n], case.y[n], 0.5)
            best = min(ends, key=lambda pair: np.linalg.norm(move(net, ends[pair])))
            off = np.linalg.norm(move(net, ends[best])) / np.linalg.norm(move(ends[best], start))
            taken.append(best if off < 1e-4 else None)
            from_rng = from_rng and not move(net, again).any()
        found = [pair for pair in taken if pair is not None]
        kept = {
            "every sample once": len(found) == len(taken),
            "shuffled": len({first for first, _ in found}) > 1,
            "shuffled anew": any(first != second for first, second in found),
            "from rng": from_rng,
        }
        return {"metric": np.mean(list(kept.values())), "shapes": True, **kept}

    turn = np.random.default_rng(case.turn)
    varies = np.ptp(case.X, axis=0) > 0  # a pixel that is the same in every image stays as it is
    mean, n = case.X[:, varies].mean(axis=0), int(np.sum(varies))
    mixture, scale, shift = (
        np.linalg.qr(turn.normal(size=(n, n)))[0],
        turn.uniform(0.7, 1.4, n),
        turn.uniform(0, 0.6, n),
    )
    X, X_test = np.zeros(case.X.shape), np.zeros(case.X_test.shape)
    for images, mixed in ((case.X, X), (case.X_test, X_test)):
        mixed[:, varies] = (images[:, varies] - mean) / 16 @ mixture * scale + shift
    params = impl.train_mlp(X, case.y, case.n_hidden, case.lr, case.n_epochs, case.batch_size, case.rng)
    net = read(params, 64, case.n_hidden, 10)
    if net is None:
        return {"metric": 0.0, "shapes": False}
    return {"metric": np.mean(np.argmax(scores(net, X_test), axis=1) == case.y_test), "shapes": True}


Exercise(
    points=3,
    reference=backprop.train_mlp,
    cases=training_cases,
    observe=training_seen,
    tolerance=Calibration(
        run=backprop.calibrate_train_mlp,
        higher_is_better=True,
        margin=0.005,
        reason="accuracy on 400 test images of a net with 64 ReLU neurons after 50 epochs on 1000 drawn images, their "
        "features mixed; margin of two images. Of the recipe (start, steps, order) the share that was kept is counted",
    ),
    forbids=FROM_SCRATCH,
    groups={
        "values": {"en": "Digits it has not seen", "zh": "没见过的数字"},
        "start": {"en": "Initial parameters", "zh": "初始参数"},
        "steps": {"en": "Steps and batches", "zh": "步子与批次"},
        "order": {"en": "A new order in every epoch", "zh": "每一轮重新打乱"},
    },
    seconds=20.0,
    mistakes=[
        Mistake(
            "weights_start_at_zero",
            swap=('"W1": rng.normal(size=(D, n_hidden)) * np.sqrt(2 / D)', '"W1": np.zeros((D, n_hidden))'),
            hint={
                "en": "With weights of 0 in the first layer every hidden neuron is 0 for every image, and a ReLU at 0 lets no gradient back. Start from random weights.",
                "zh": "第一层权重全为 0 时，每个隐藏神经元对任何图像都输出 0，而停在 0 的 ReLU 不让梯度回来。请从随机权重开始。",
            },
        ),
        Mistake(
            "gradient_ascent",
            swap=("params[name] - lr", "params[name] + lr"),
            hint={
                "en": "The loss is climbing: the step goes along the gradient. Walk against it.",
                "zh": "损失在上升：你沿着梯度走了。应当朝相反的方向走。",
            },
        ),
        Mistake(
            "sum_for_mean_step",
            swap=("lr / len(batch)", "lr"),
            hint={
                "en": "Your steps are as many times too long as a batch has samples. `backprop` returns a SUM; the step uses the MEAN.",
                "zh": "你的步子太长，批次里有多少个样本就长了多少倍。`backprop` 返回的是和，更新要用平均。",
            },
        ),
        Mistake(
            "labels_shuffled_apart",
            swap=("backprop(params, X[batch], y[batch])", "backprop(params, X[batch], y[start : start + batch_size])"),
            hint={
                "en": "Images and labels have parted company: X is taken in the new order, y in the old one. Use the same indices for both.",
                "zh": "图像和标签对不上了：X 按新顺序取，y 却按旧顺序取。两者要用同一组下标。",
            },
        ),
        Mistake(
            "steps_lost",
            swap=("            params = {name: params[name] -", "            moved = {name: params[name] -"),
            hint={
                "en": "The parameters that you return are the random ones from the start: the updated values are computed and then lost.",
                "zh": "你返回的还是最初的随机参数：更新后的值算出来了，却没有存下来。",
            },
        ),
        Mistake(
            "one_epoch",
            swap=("    return params\n", "        return params\n"),
            hint={
                "en": "Training stops after the first epoch: look at the indentation of your `return`.",
                "zh": "训练在第一轮之后就停了：检查 `return` 的缩进。",
            },
        ),
        Mistake(
            "same_batch_always",
            swap=("order[start : start + batch_size]", "np.arange(batch_size)"),
            hint={
                "en": "The net sees the same few images again and again and never the others. Move through the shuffled order.",
                "zh": "网络反复看同样的几张图，其余的从没看过。请沿着打乱后的顺序往下取。",
            },
        ),
        Mistake(
            "last_batch_steps_too_short",
            swap=("lr / len(batch)", "lr / batch_size"),
            hint={
                "en": "The last batch of an epoch may be smaller, and its gradient sum still has to be divided by its own number of samples, not by `batch_size`.",
                "zh": "一轮里最后一批可能小一些，它的梯度之和要除以它自己的样本数，而不是 `batch_size`。",
            },
        ),
        Mistake(
            "last_batch_dropped",
            swap=("range(0, len(X), batch_size)", "range(0, len(X) - batch_size + 1, batch_size)"),
            hint={
                "en": "The samples left over at the end of an epoch are never used. They form a last, smaller batch.",
                "zh": "一轮末尾剩下的样本从没用上。它们要组成最后一个小一些的批次。",
            },
        ),
        Mistake(
            "shuffled_once",
            swap=(
                "    for _ in range(n_epochs):\n        order = rng.permutation(len(X))\n",
                "    order = rng.permutation(len(X))\n    for _ in range(n_epochs):\n",
            ),
            hint={
                "en": "The samples are shuffled once, and every epoch runs through the same order. Draw a new order inside the loop over epochs.",
                "zh": "样本只打乱了一次，每一轮走的都是同样的次序。请在每一轮的循环里重新打乱。",
            },
        ),
        Mistake(
            "never_shuffled",
            swap=("rng.permutation(len(X))", "np.arange(len(X))"),
            hint={
                "en": "The samples always come in the order of the data set. Shuffle them at the beginning of each epoch.",
                "zh": "样本总是按数据集原来的次序出现。请在每一轮开始时打乱。",
            },
        ),
        Mistake(
            "drawn_with_replacement",
            swap=("rng.permutation(len(X))", "rng.integers(len(X), size=len(X))"),
            hint={
                "en": "Some samples come twice in an epoch and others not at all: you draw with replacement. A shuffled order holds every sample once.",
                "zh": "一轮里有的样本出现两次，有的一次也没有：你用的是有放回的抽样。打乱后的次序里每个样本恰好出现一次。",
            },
        ),
        Mistake(
            "tiny_start",
            swap=("np.sqrt(2 / D)", "0.01"),
            hint={
                "en": "The weights of the first layer start much smaller than asked for: their variance is 2 / fan-in.",
                "zh": "第一层权重的初值比要求的小得多：方差应为 2 / fan-in。",
            },
        ),
        Mistake(
            "variance_for_spread",
            swap=("rng.normal(size=(D, n_hidden)) * np.sqrt(2 / D)", "rng.normal(0, 2 / D, size=(D, n_hidden))"),
            hint={
                "en": "2 / fan-in is the variance, but the generator and the factor in front take the standard deviation, its root.",
                "zh": "2 / fan-in 是方差，而生成器的参数（或前面乘的系数）是标准差，要开平方。",
            },
        ),
        Mistake(
            "fan_out_for_fan_in",
            swap=("np.sqrt(2 / n_hidden)", "np.sqrt(2 / K)"),
            hint={
                "en": "The variance of the second layer's weights is taken from its outputs. Fan-in is the number of rows of W₂.",
                "zh": "第二层权重的方差用了输出个数。fan-in 是 W₂ 的行数。",
            },
        ),
        Mistake(
            "uniform_start",
            swap=(
                "rng.normal(size=(D, n_hidden)) * np.sqrt(2 / D)",
                "rng.uniform(-1, 1, size=(D, n_hidden)) * np.sqrt(6 / D)",
            ),
            hint={
                "en": "The weights of the first layer start from uniform numbers. Normal ones are asked for.",
                "zh": "第一层权重的初值取的是均匀分布。这里要的是正态分布。",
            },
        ),
        Mistake(
            "biases_start_at_random",
            swap=('"b1": np.zeros(n_hidden)', '"b1": rng.normal(size=n_hidden) * 0.1'),
            hint={
                "en": "The biases start at random numbers; they should start at 0.",
                "zh": "偏置的初值是随机数；应当从 0 开始。",
            },
        ),
        Mistake(
            "generator_ignored",
            swap=(
                "    D, K = X.shape[1], y.max() + 1\n",
                "    D, K = X.shape[1], y.max() + 1\n    rng = np.random.default_rng(0)\n",
            ),
            hint={
                "en": "Every run starts from the same numbers: a generator of your own has taken the place of `rng`. All random numbers come from the argument.",
                "zh": "每次训练都从同样的数开始：你自己的生成器取代了 `rng`。随机数要全部来自传入的参数。",
            },
        ),
        Mistake(
            "order_from_another_generator",
            swap=("rng.permutation(len(X))", "np.random.permutation(len(X))"),
            hint={
                "en": "The same `rng` gives another net each time: the order comes from numpy's global generator. All random numbers come from the argument.",
                "zh": "同样的 `rng` 每次训练出不同的网络：样本的次序来自 numpy 的全局生成器。随机数要全部来自传入的参数。",
            },
        ),
        Mistake(
            "ten_classes_always",
            swap=("y.max() + 1", "10"),
            hint={
                "en": "Your net always has ten outputs. The number of classes is the greatest label plus 1.",
                "zh": "你的网络总有十个输出。类别数等于最大的标签加 1。",
            },
        ),
        Mistake(
            "hidden_width_fixed",
            swap=("    D, K = X.shape[1], y.max() + 1\n", "    D, K, n_hidden = X.shape[1], y.max() + 1, 64\n"),
            hint={
                "en": "Your net always has 64 hidden neurons. The argument `n_hidden` says how many are wanted.",
                "zh": "你的网络总有 64 个隐藏神经元。要多少个，由参数 `n_hidden` 决定。",
            },
        ),
        Mistake(
            "learning_rate_fixed",
            swap=("lr / len(batch)", "0.3 / len(batch)"),
            hint={
                "en": "Your steps always have the learning rate 0.3. The argument `lr` says which one is wanted.",
                "zh": "你的学习率总是 0.3。该用多大，由参数 `lr` 决定。",
            },
        ),
    ],
    variants=[
        Variant(
            "list_of_batches",
            swap=(
                "for start in range(0, len(X), batch_size):\n            batch = order[start : start + batch_size]",
                "for batch in np.split(order, range(batch_size, len(X), batch_size)):",
            ),
        ),
        Variant(
            "shuffled_in_place",
            swap=("order = rng.permutation(len(X))", "order = np.arange(len(X))\n        rng.shuffle(order)"),
        ),
        Variant(
            "data_shuffled",
            swap=("order = rng.permutation(len(X))", "order = rng.choice(len(X), len(X), replace=False)"),
        ),
        Variant(
            "float32",
            swap=(
                "    return params\n",
                "    return {name: value.astype(np.float32) for name, value in params.items()}\n",
            ),
        ),
        Variant(
            "spread_as_argument",
            swap=("rng.normal(size=(D, n_hidden)) * np.sqrt(2 / D)", "rng.normal(0, (2 / D) ** 0.5, (D, n_hidden))"),
        ),
        Variant(
            "in_place_update",
            swap=(
                "params = {name: params[name] - lr / len(batch) * grads[name] for name in params}",
                "for name in params:\n                params[name] -= lr / len(batch) * grads[name]",
            ),
        ),
    ],
)

# %% [markdown] lang="en"
# When your net reads digits, let it be confirmed once more, in a cell of your own: `params = train_mlp(X_digits, y_digits, 64, 0.3, 50, 40, np.random.default_rng(0))`, and then `agreement(params, X_digits, y_digits)`. Both of your programs compute 4810 derivatives of the loss on 1000 images, and they should differ in the last digits only.
#
# And now the same net as practitioners write it: `torch.nn` holds the parameters, autograd finds the gradients, an optimizer takes the steps. Nothing in it is new to you. The left plot is the learning curve; in the middle, what the 16 hidden neurons with the largest weights look for in an image (red counts for, blue against); on the right, test images that the net gets wrong.
# %% [markdown] lang="zh"
# 网络能认数字之后，再请它接受一次核对。自己开一个单元格，运行 `params = train_mlp(X_digits, y_digits, 64, 0.3, 50, 40, np.random.default_rng(0))`，再运行 `agreement(params, X_digits, y_digits)`。你的两份程序各自算出 1000 张图像的损失的 4810 个导数，差别应当只在最后几位。
#
# 最后，看看业内通常怎样写同一个网络：`torch.nn` 保管参数，autograd 求梯度，优化器负责走步。里面已经没有你不懂的东西了。左图是学习曲线；中间是权重最大的 16 个隐藏神经元各自在图像里找什么（红色加分，蓝色减分）；右边是网络认错的测试图像。
# %% demo="learning_curve"
import torch

torch.manual_seed(0)
classifier = torch.nn.Sequential(torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64, 10))
optimizer = torch.optim.SGD(classifier.parameters(), lr=0.3)
images, truth = torch.tensor(X_digits, dtype=torch.float32), torch.tensor(y_digits)
images_test = torch.tensor(X_digits_test, dtype=torch.float32)
history = []
for _ in range(25):
    for rows in torch.randperm(1000).split(40):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(classifier(images[rows]), truth[rows]).backward()
        optimizer.step()
    with torch.no_grad():
        guess, guess_test = classifier(images).argmax(1).numpy(), classifier(images_test).argmax(1).numpy()
    history.append((np.mean(guess == y_digits), np.mean(guess_test == y_digits_test)))
figure, (left, middle, right) = plt.subplots(1, 3, figsize=(13.5, 4), layout="constrained", width_ratios=[1.25, 1, 1])
for curve, label, color in zip(np.array(history).T, ("training images", "test images"), ("#b9770e", "#1e8449")):
    left.plot(range(1, 26), curve, color=color, label=f"{label}: {curve[-1]:.1%} at the end")
left.set(xlabel="epoch", ylabel="accuracy", title="learning curve", ylim=(0.6, 1.005))
left.legend(frameon=False, loc="lower right")
left.spines[["top", "right"]].set_visible(False)


def tile(pictures, gap, fill):
    """Sixteen 8 × 8 pictures in four rows of four."""
    padded = np.pad(pictures.reshape(4, 4, 8, 8), ((0, 0), (0, 0), (gap, 1), (1, 1)), constant_values=fill)
    return padded.transpose(0, 2, 1, 3).reshape(4 * (9 + gap), 40)


first = classifier[0].weight.detach().numpy()
busiest = np.argsort(-np.linalg.norm(first, axis=1))[:16]
middle.imshow(tile(first[busiest], 1, np.nan), cmap="RdBu_r", vmin=-0.7, vmax=0.7)
middle.set_title("what the 16 busiest hidden neurons look for")
wrong = np.flatnonzero(guess_test != y_digits_test)[:16]
shown = np.zeros((16, 64))
shown[: len(wrong)] = X_digits_test[wrong]
right.imshow(tile(shown, 4, 0), cmap="gray_r")
for spot, i in enumerate(wrong):
    right.text(
        spot % 4 * 10 + 4.5,
        spot // 4 * 13 + 1.5,
        f"{y_digits_test[i]} → {guess_test[i]}",
        ha="center",
        va="center",
        fontsize=10,
        color="#c0392b",
    )
right.set_title("test images it gets wrong (truth → answer)")
middle.axis("off")
right.axis("off")
plt.show()


# %% [markdown] lang="en"
# ## 4.18 Extra: deep against wide, fairly
#
# **Why.** One hidden layer, if wide enough, can approximate any continuous function; so why deep? §5.3 says that a deep net does more with the same number of parameters. To test such a claim one must compare nets with **equal numbers of parameters, which is not the same as equal numbers of neurons**.
#
# **Task.** Given the sizes of a deep net, find the width $H$ of one hidden layer between the same inputs $D$ and outputs $K$, so that the shallow net has as many parameters as possible without having *more* than the deep one. A shallow net has
#
# $$P(H)=(D\,H+H)+(H\,K+K)=H\,(D+1+K)+K$$
#
# **By hand.** Deep sizes 4, 5, 5, 2: $25+30+12=67$ parameters. $P(H)=7H+2\le67$ gives $H\le9.28$, so $H=9$ with 65 parameters. The deep net has 10 hidden neurons, the shallow one 9.
#
# A word on the claims of §5.3: that deep nets need less data or always do better is an observation on many tasks, with many exceptions, not a theorem. It is nothing you are graded on.
# %% [markdown] lang="zh"
# ## 4.18 选做：公平地比较深与宽
#
# **为什么。** 一个隐藏层只要足够宽，就能逼近任何连续函数，那为什么还要深？§5.3 说，参数一样多时，深的网络更有效。要检验这样的说法，就得比较**参数个数相同**的网络，而**参数一样多并不等于神经元一样多**。
#
# **任务。** 给定一个深网络的各层大小，在输入 $D$ 和输出 $K$ 不变的情况下，求只有一个隐藏层的网络的宽度 $H$：它的参数要尽可能多，但不能**超过**深网络。浅网络的参数个数为
#
# $$P(H)=(D\,H+H)+(H\,K+K)=H\,(D+1+K)+K$$
#
# **手算。** 深网络 4、5、5、2：$25+30+12=67$ 个参数。$P(H)=7H+2\le67$，即 $H\le9.28$，所以 $H=9$，共 65 个参数。深网络有 10 个隐藏神经元，浅网络有 9 个。
#
# 关于 §5.3 的说法补充一句：“深网络用较少的数据就能训练好”“越深越好”是许多任务上的经验，例外也很多，并不是定理。这里不会拿它来考你。
# %% answer="match_params" extra
def match_params(deep_sizes):
    """Width of the one hidden layer of the largest shallow net with no more parameters than a deep net.

    deep_sizes is a list of integers as in `count_params`: inputs, hidden widths, outputs.  The shallow net has the
    same inputs and outputs; biases count.  Returns an integer.
    """
    ### BEGIN SOLUTION
    D, K = deep_sizes[0], deep_sizes[-1]
    return (count_params(deep_sizes) - K) // (D + 1 + K)
    ### END SOLUTION


# %% [markdown] docstring="match_params" lang="zh"
# 参数不多于给定深网络的、最大的单隐藏层网络的宽度。
#
# deep_sizes 是整数列表，同 `count_params`：输入个数、各隐藏层宽度、输出个数。浅网络的输入和输出个数不变，
# 偏置也计入参数。返回一个整数。
# %% grading="match_params"
def deep_cases(rng):
    def drawn(hidden, suits):
        """Sizes with so many hidden layers for which `suits(P, D, K)`; P is the number of parameters without the last biases."""
        while True:
            sizes = [int(size) for size in rng.integers(3, 20, size=hidden + 2)]
            P, D, K = backprop.count_params(sizes) - sizes[-1], sizes[0], sizes[-1]
            weights_alone = (P + K - sum(sizes[1:])) // (D + K)
            if suits(P, D, K) and P // (D + 1 + K) not in (P // (D + K), weights_alone):
                return sizes

    yield Case(
        "two hidden layers", zh="两个隐藏层", deep_sizes=drawn(2, lambda P, D, K: 0 < P % (D + 1 + K) < (D + 1 + K) / 2)
    )
    nearly_one_more = drawn(3, lambda P, D, K: max(D, (D + 1 + K) / 2) < P % (D + 1 + K))
    yield Case("many left over", zh="余下很多", deep_sizes=nearly_one_more)
    yield Case("four hidden layers", zh="四个隐藏层", deep_sizes=drawn(4, lambda P, D, K: P % (D + 1 + K) > 0))
    yield Case("an exact fit", zh="恰好相等", group="edge", deep_sizes=drawn(2, lambda P, D, K: P % (D + 1 + K) == 0))
    yield Case(
        "already shallow",
        zh="本来就是浅的",
        group="edge",
        deep_sizes=[int(size) for size in rng.integers(3, 30, size=3)],
    )


def grow_until_full(deep_sizes):
    width = 0
    while count_params([deep_sizes[0], width + 1, deep_sizes[-1]]) <= count_params(deep_sizes):
        width += 1
    return width


Exercise(
    points=1,
    reference=backprop.match_params,
    cases=deep_cases,
    tolerance=EXACT,
    forbids=FROM_SCRATCH,
    mistakes=[
        Mistake(
            "biases_omitted",
            swap=(
                "(count_params(deep_sizes) - K) // (D + 1 + K)",
                "sum(m * n for m, n in zip(deep_sizes[:-1], deep_sizes[1:])) // (D + K)",
            ),
            hint={
                "en": "You left the biases out on both sides. They count: the shallow net has H + K of them.",
                "zh": "两边的偏置你都没有算。要算上：浅网络有 H + K 个偏置。",
            },
        ),
        Mistake(
            "output_biases_forgotten",
            swap=("(count_params(deep_sizes) - K)", "count_params(deep_sizes)"),
            hint={
                "en": "The K biases of the output layer are there whatever H is. Set them aside before you divide.",
                "zh": "不管 H 是多少，输出层的 K 个偏置都在。做除法之前先把它们减掉。",
            },
        ),
        Mistake(
            "rounded_up",
            swap=("(count_params(deep_sizes) - K) // (D + 1 + K)", "-(-(count_params(deep_sizes) - K) // (D + 1 + K))"),
            hint={
                "en": "You rounded up, so the shallow net has more parameters than the deep one. It must not have more.",
                "zh": "你向上取整了，浅网络的参数就比深网络多了。不允许超过。",
            },
        ),
        Mistake(
            "neurons_matched",
            swap=("(count_params(deep_sizes) - K) // (D + 1 + K)", "sum(deep_sizes[1:-1])"),
            hint={
                "en": "You matched the number of neurons. The fair comparison is by parameters, as §5.3 stresses.",
                "zh": "你让神经元个数相等了。公平的比较要看参数个数，§5.3 特别强调了这一点。",
            },
        ),
        Mistake(
            "hidden_biases_forgotten",
            swap=("(D + 1 + K)", "(D + K)"),
            hint={
                "en": "Each hidden neuron costs D + K weights and one bias: the bias is missing.",
                "zh": "每个隐藏神经元要 D + K 个权重，外加一个偏置：偏置漏掉了。",
            },
        ),
        Mistake(
            "rounded_to_the_nearest",
            swap=(
                "(count_params(deep_sizes) - K) // (D + 1 + K)",
                "round((count_params(deep_sizes) - K) / (D + 1 + K))",
            ),
            hint={
                "en": "You rounded to the nearest integer, so now and then the shallow net has more parameters than the deep one. Round down.",
                "zh": "你取了最接近的整数，于是有时浅网络的参数会比深网络多。请向下取整。",
            },
        ),
        Mistake(
            "fewer_for_no_more",
            swap=("(count_params(deep_sizes) - K) // (D + 1 + K)", "(count_params(deep_sizes) - K - 1) // (D + 1 + K)"),
            hint={
                "en": "Your shallow net has strictly fewer parameters. It must not have more, but exactly as many is allowed.",
                "zh": "你的浅网络参数总是严格更少。不能超过，但恰好相等是允许的。",
            },
        ),
        Mistake(
            "list_used_up",
            swap=(
                "D, K = deep_sizes[0], deep_sizes[-1]",
                "P = count_params(deep_sizes)\n    D, K = deep_sizes.pop(0), deep_sizes.pop()\n    return (P - K) // (D + 1 + K)",
            ),
            hint={
                "en": "The width is right, but afterwards the caller's list has lost its ends: `pop` takes them out. Read them with an index.",
                "zh": "宽度是对的，可调用者的列表少了两头：`pop` 会把元素取走。请用下标读取。",
            },
        ),
    ],
    variants=[
        Variant("search", function=grow_until_full),
        Variant(
            "floor",
            swap=(
                "(count_params(deep_sizes) - K) // (D + 1 + K)",
                "int(np.floor((count_params(deep_sizes) - K) / (D + 1 + K)))",
            ),
        ),
    ],
)

# %% [markdown] lang="en"
# ## 4.19 Extra: modules
#
# §5.3 tells of a classifier for four groups: people with long or short hair, men or women. There are few pictures of long-haired men.
# %% [markdown] lang="zh"
# ## 4.19 选做：模块化
#
# §5.3 讲了一个分四类的例子：长发或短发，男或女。训练集中长发男的照片很少。
# %% [markdown] written="modularization" points="2" lang="en" extra
# **Question (2 points).** Suppose a training set has 400 short-haired men, 400 long-haired women, 300 short-haired women and only 20 long-haired men. One design trains four separate classifiers, one for each group; another first extracts "long hair?" and "man?" and decides from these two. How many positive examples does each classifier learn from in the two designs? Use the numbers to explain why a hidden layer can help here, and name one situation in which it would not.
# ### BEGIN SOLUTION
# **Model answer.** Four separate classifiers: the one for long-haired men has only 20 positive examples (the others 400, 400 and 300), so it will be weak. With two features: "long hair?" has $400+20=420$ positive (and 700 negative) examples, "man?" has $400+20=420$ positive (and 700 negative); both have plenty, and long-haired men are recognized from two well-trained features, although few were seen. A hidden layer can learn such shared features, because every sample trains them, whatever its class. It does not help when the combination is not made of its parts: for example, if long hair looks quite different on men in these pictures (the features are not shared), or if the class depends on something that no other class needs, or if there are so few samples in total that the features cannot be learned.
#
# **Marking.** 1 point for the counts (20 against 420, ½ if only one design is right). 1 point for the explanation (features are shared, so every sample of any class trains them) with one sensible limit; ½ without a limit. A claim that depth *always* needs less data earns no half point for the limit.
# ### END SOLUTION
# %% [markdown] written="modularization" points="2" lang="zh" extra
# **问题（2 分）。** 设训练集中有短发男 400 人、长发女 400 人、短发女 300 人，而长发男只有 20 人。一种设计是为四类各训练一个分类器；另一种设计是先判断“是不是长发”和“是不是男性”，再由这两个结果决定类别。两种设计中，每个分类器各有多少个正例可学？请用这些数字说明隐藏层为什么在这里有帮助，并举出一种它帮不上忙的情形。
# ### BEGIN SOLUTION
# **参考答案。** 分别训练四个分类器：长发男那个只有 20 个正例（其余为 400、400、300），学不好。先提取两个特征：“是不是长发”有 $400+20=420$ 个正例（700 个反例），“是不是男性”有 $400+20=420$ 个正例（700 个反例），都很充足；长发男虽然见得少，却可以由两个学得很好的特征识别出来。隐藏层能学到这种共用的特征，因为不论哪一类的样本都在训练它们。帮不上忙的情形：组合并不是由各部分拼成的，例如这些照片里男性的长发看起来完全是另一回事（特征无法共用）；或者这一类取决于别的类都用不到的东西；或者样本总数太少，连特征也学不出来。
#
# **评分标准。** 数目 1 分（20 对 420；只算对一种设计得一半）。解释 1 分：特征是共用的，每一类的样本都在训练它们，并举出一种合理的局限；没有举出局限得一半。如果断言“深网络总是需要更少的数据”，局限那一半不得分。
# ### END SOLUTION

# %% [markdown] lang="en"
# **That is backpropagation.** You have taken it apart into a layer, a slope and a delta, put it together again, counted what it costs, and had it confirmed by a second, independent program. In chapter 5 the layers learn to share weights: convolution.
# %% [markdown] lang="zh"
# **这就是反向传播。** 你把它拆成了层、斜率和 δ，又重新装了起来，数清了它的代价，还请另一个独立的程序做了核对。第五章里，层将学会共用权重：卷积。
