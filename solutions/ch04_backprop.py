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
# **How to work.** Write your code between the comments of each answer cell, in place of the `raise NotImplementedError()`. Then run the cell below it: `check("…")` compares your function with a few public cases and says what is right and where something is off. Hidden cases of the same kind decide the grade, so a function that is right for every input is the goal.
#
# **Conventions of this course**
#
# - $X$ is `(N, D)`: one sample a row. A layer's weights $W$ are `(D, M)`, its bias $b$ is `(M,)`. Labels are integers.
# - `y` is the truth and `y_pred` the prediction. The lecture notes write $\hat y$ for the *truth*, the reverse of common usage.
# - Every statement says SUM or MEAN. In this chapter every loss is a SUM over the samples.
# - The parameters of a net are a dict: `params["W1"], params["b1"], …, params["WL"], params["bL"]`. Layers are counted from 1.
# - A gradient has the shape of the thing it belongs to: `dW` looks like `W`.
# - Never change an argument in place: the caller still needs it.
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
# **怎么做。** 在每个作答单元格的注释之间写代码，替换掉 `raise NotImplementedError()`，然后运行下面的检查单元格：`check("…")` 会用几个公开的例子检验你的函数，告诉你哪里对、哪里不对。最终成绩由同类的隐藏例子决定，所以目标是对任何输入都正确。
#
# **本课程的约定**
#
# - $X$ 的形状是 `(N, D)`，一行一个样本。一层的权重 $W$ 是 `(D, M)`，偏置 $b$ 是 `(M,)`。标签是整数。
# - `y` 是真实值，`y_pred` 是预测值。讲义用 $\hat y$ 表示**真实值**，与通常的写法相反。
# - 每处都写明是求和还是求平均。本章的损失一律对样本**求和**。
# - 网络的参数放在字典里：`params["W1"], params["b1"], …, params["WL"], params["bL"]`，层号从 1 开始。
# - 梯度的形状与它所属的量相同：`dW` 与 `W` 形状一样。
# - 不要就地修改传入的参数，调用者还要用。
#
# 讲义 §5.1 的标题是“全连接反馈网络”，应为“全连接**前馈**网络”：信息只朝一个方向走，从输入到输出。
# %% setup
import matplotlib.pyplot as plt
import numpy as np
import torch

from autograder import check

torch.set_num_threads(1)


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
    return {"add": lambda a, b: (1.0, 1.0), "mul": lambda a, b: (b, a), "tanh": lambda a: (1 - np.tanh(a) ** 2,)}[op](*args)


# %% prelude
import numpy as np

from autograder import CLOSED_FORM, EXACT, Calibration, Case, Exercise, Gate, Gradient, Mistake, Rng, Tolerance, Variant
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


def labelled(rng, n, k):
    """Labels of n samples in k classes; every class appears when n >= k."""
    return rng.permutation(np.arange(n) % k)


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
    for name, n, d, m, group in (("typical", 5, 3, 4, "values"), ("one sample", 1, 4, 2, "edge"), ("one input", 3, 1, 2, "edge")):
        yield Case(name, group=group, X=normal(rng, n, d), W=normal(rng, d, m), b=normal(rng, m))


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
    shapes = (("typical", 5, 3, 4, "values"), ("square weights", 4, 3, 3, "values"), ("one sample", 1, 4, 2, "edge"))
    for name, n, d, m, group in shapes:
        yield Case(name, group=group, dZ=normal(rng, n, m), X=normal(rng, n, d), W=normal(rng, d, m), b=normal(rng, m))


def layer_gradients(impl, case):
    return impl.affine_backward(case.dZ, case.X, case.W)


def weighted_output(impl, case):
    return np.sum(case.dZ * np.asarray(impl.affine_forward(case.X, case.W, case.b)))


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


def activation_cases(rng):
    for kind in ("relu", "tanh", "sigmoid"):
        yield Case(kind, group=kind, Z=normal(rng, 3, 4), kind=kind)
    yield Case("huge", group="extreme", Z=np.array([-1000.0, -40.0, 40.0, 1000.0]), kind="sigmoid")
    yield Case("huge tanh", group="extreme", Z=np.array([-1000.0, -20.0, 20.0, 1000.0]), kind="tanh")


Exercise(
    points=1,
    reference=backprop.activate,
    cases=activation_cases,
    tolerance=CLOSED_FORM,
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
# **A classic trap.** The derivative is often written with $a=\sigma(z)$ as $a(1-a)$. True, but then do not put $a$ where $z$ belongs: $\sigma'(0.8808)\approx0.2071$ is another number than $\sigma'(2)$. This function receives $Z$.
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
# **经典的坑。** 导数常用 $a=\sigma(z)$ 写成 $a(1-a)$，这没错；但别把 $a$ 当成 $z$ 代进去：$\sigma'(0.8808)\approx0.2071$，和 $\sigma'(2)$ 不是一回事。这个函数收到的是 $Z$。
# %% answer="activate_grad"
def activate_grad(Z, kind):
    """Derivative of `activate` at every entry of Z.

    Z is an array of any shape: what went INTO the activation.  kind is "relu", "sigmoid" or "tanh".
    Returns an array of the same shape.
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
# 返回同形状的数组。
# %% grading="activate_grad"
def slope_cases(rng):
    for kind in ("sigmoid", "tanh", "relu"):
        yield Case(kind, group=kind, Z=normal(rng, 3, 4) * 1.5, kind=kind)
    yield Case("huge", group="extreme", Z=np.array([-1000.0, -3.0, 3.0, 1000.0]), kind="sigmoid")


def summed_activation(impl, case):
    return np.sum(np.asarray(impl.activate(case.Z, case.kind)))


Exercise(
    points=2,
    reference=backprop.activate_grad,
    cases=slope_cases,
    tolerance=CLOSED_FORM,
    gradient=Gradient(of=summed_activation, wrt=("Z",)),
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
    ],
    variants=[
        Variant("one_at_zero", swap=("Z > 0, 1.0, 0.0", "Z >= 0, 1.0, 0.0")),
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
    yield Case("two layers", params=net(rng, 3, 4, 2), X=normal(rng, 5, 3), activation="tanh")
    yield Case("four layers", params=net(rng, 3, 4, 4, 5, 2), X=normal(rng, 6, 3), activation="relu")
    yield Case("one sample", group="edge", params=net(rng, 4, 2, 3), X=normal(rng, 1, 4), activation="sigmoid")
    yield Case("no hidden layer", group="edge", params=net(rng, 3, 2), X=normal(rng, 4, 3), activation="relu")


def scores_and_cache(impl, case):
    output = impl.mlp_forward(case.params, case.X, case.activation)
    if not (isinstance(output, tuple) and len(output) == 2 and isinstance(output[1], dict)):
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
    ],
    variants=[
        Variant("recursive", function=recursive_forward),
        Variant("spelled_out", swap=('affine_forward(cache[f"A{layer - 1}"], params[f"W{layer}"], params[f"b{layer}"])', 'np.dot(cache[f"A{layer - 1}"], params[f"W{layer}"]) + params[f"b{layer}"]')),
    ],
)

# %% [markdown] lang="en"
# Look at it before we go on. Below is a net with layers 3-4-4-2. On the left the forward pass: how strongly each neuron answers to one input. On the right the backward pass: how much the loss would change if a neuron's $z$ moved (its *delta*, the color of the node) and how much each weight matters (its gradient, the width of the line). Gray neurons are ReLUs that were switched off: nothing flows back through them. By section 4.11 you will compute every number in the right picture.
# %% [markdown] lang="zh"
# 先看一眼全貌。下面是一个 3-4-4-2 的网络。左图是前向：对某个输入，每个神经元的反应有多强。右图是反向：某个神经元的 $z$ 动一动，损失会变多少（它的 δ，用节点颜色表示），以及每个权重有多要紧（它的梯度，用线的粗细表示）。灰色的神经元是关闭的 ReLU：没有任何梯度能从它们那里流回去。到 4.11 节，右图里的每个数你都能亲手算出来。
# %% demo="gradient_flow"
def draw_net(ax, sizes, node_values, line_values, title, off=()):
    """Neurons as circles colored by their value, weights as lines: width is magnitude, color is sign."""
    place = [[(level, (size - 1) / 2 - i) for i in range(size)] for level, size in enumerate(sizes)]
    strongest = max(np.abs(values).max() for values in line_values)
    for level, values in enumerate(line_values):
        for (i, j), value in np.ndenumerate(values):
            (x0, y0), (x1, y1) = place[level][i], place[level + 1][j]
            share = abs(value) / strongest
            ax.plot([x0, x1], [y0, y1], color="#c0392b" if value > 0 else "#2471a3", lw=0.3 + 5 * share, alpha=0.15 + 0.8 * share, zorder=1)
    limit = max(np.abs(values).max() for values in node_values if len(values))
    for level, values in enumerate(node_values):
        for i, (x, y) in enumerate(place[level]):
            is_off = (level, i) in off
            color = "#dddddd" if is_off or not len(values) else plt.cm.RdBu_r(0.5 + 0.45 * values[i] / limit)
            ax.add_patch(plt.Circle((x, y), 0.27, facecolor=color, edgecolor="#333333", zorder=2))
            label = "" if not len(values) else "off" if is_off else f"{values[i]:.2f}"
            ax.text(x, y, label, ha="center", va="center", fontsize=8, zorder=3)
    ax.set(title=title, xlim=(-0.5, len(sizes) - 0.5), ylim=(-2.2, 2.2), aspect="equal")
    ax.axis("off")


generator = torch.Generator().manual_seed(3)
demo_sizes = [3, 4, 4, 2]
weights = [torch.randn(m, n, generator=generator).requires_grad_() for m, n in zip(demo_sizes, demo_sizes[1:])]
signal, steps = torch.tensor([[1.0, -0.5, 0.8]]), []
for number, weight in enumerate(weights):
    step = signal @ weight
    step.retain_grad()
    steps.append(step)
    signal = step if number == len(weights) - 1 else step.clamp(min=0)
(torch.logsumexp(step, 1) - step[:, 1]).sum().backward()
silent = [(level + 1, i) for level, step in enumerate(steps[:-1]) for i in range(step.shape[1]) if step[0, i] <= 0]
answers = [np.array([1.0, -0.5, 0.8])] + [step.detach().clamp(min=0).numpy()[0] for step in steps[:-1]] + [steps[-1].detach().numpy()[0]]
figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.6), layout="constrained")
draw_net(left, demo_sizes, answers, [weight.detach().numpy() for weight in weights], "forward: activations (nodes) and weights (lines)", silent)
draw_net(right, demo_sizes, [np.array([])] + [step.grad.numpy()[0] for step in steps], [weight.grad.numpy() for weight in weights], "backward: deltas (nodes) and weight gradients (lines)", silent)
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
    widths = [int(size) for size in rng.permutation(np.arange(2, 12))]
    yield Case("digits", sizes=[64, 64, 10])
    yield Case("four layers", sizes=widths[:5])
    yield Case("two layers", sizes=widths[5:8])
    yield Case("no hidden layer", group="edge", sizes=widths[8:10])


Exercise(
    points=1,
    reference=backprop.count_params,
    cases=size_cases,
    tolerance=EXACT,
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
    yield Case("typical", params=net(rng, 3, 4, 3), X=normal(rng, 5, 3), y=labelled(rng, 5, 3))
    yield Case("three layers", params=net(rng, 2, 3, 4, 5), X=normal(rng, 7, 2), y=labelled(rng, 7, 5))
    yield Case("one sample", group="edge", params=net(rng, 4, 3, 2), X=normal(rng, 1, 4), y=labelled(rng, 1, 2))
    W = np.array([[1000.0, 0.0, -1000.0], [0.0, 1000.0, 300.0]])
    X = np.array([[1.0, 0.2], [0.3, 1.0], [1.0, 1.1]]) + np.abs(normal(rng, 3, 2)).round(1) / 100
    yield Case("scores of a thousand", group="extreme", params={"W1": W, "b1": normal(rng, 3)}, X=X.round(3), y=np.array([0, 2, 1]))


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
            swap=("return np.sum(log_norm - scores[np.arange(len(y)), y])", "return -np.sum(np.log(softmax(scores)[np.arange(len(y)), y]))"),
            hint={
                "en": "Right for moderate scores, but a very small probability rounds to 0, and its logarithm is −∞. "
                "Take the logarithm in the formula before you compute: ln Σe^z − z_y.",
                "zh": "得分不大时是对的，但极小的概率会舍入成 0，取对数就是 −∞。先在公式里取对数再计算：ln Σe^z − z_y。",
            },
        ),
        Mistake(
            "double_softmax",
            swap=('scores, _ = mlp_forward(params, X, "relu")  #', 'scores = softmax(mlp_forward(params, X, "relu")[0])  #'),
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
            swap=("np.sum(log_norm - scores[np.arange(len(y)), y])", "np.sum(log_norm - scores[np.arange(len(y)), y]) / np.log(2)"),
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
    ],
    variants=[
        Variant("loop", function=loss_by_loop),
        Variant("one_hot_targets", swap=("scores[np.arange(len(y)), y]", "np.einsum('nk,nk->n', one_hot(y, scores.shape[1]), scores)")),
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
figure, ax = plt.subplots(figsize=(8.5, 3.6), layout="constrained")
spots = {"s": (0, 0), "x": (2, 0.8), "y": (2, -0.8), "z": (4, 0)}
labels = {"s": "s = 2", "x": "x = s²\n= 4", "y": "y = 3s\n= 6", "z": "z = xy\n= 24"}
paths = [("s", "x", "dx/ds = 2s = 4", "#c0392b"), ("x", "z", "∂z/∂x = y = 6", "#c0392b"), ("s", "y", "dy/ds = 3", "#2471a3"), ("y", "z", "∂z/∂y = x = 4", "#2471a3")]
for start, end, text, color in paths:
    (x0, y0), (x1, y1) = spots[start], spots[end]
    ax.annotate("", spots[end], spots[start], arrowprops={"arrowstyle": "-|>", "color": color, "lw": 2, "shrinkA": 27, "shrinkB": 27})
    above = 1 if max(y0, y1) > 0 else -1
    ax.text((x0 + x1) / 2, (y0 + y1) / 2 + 0.3 * above, text, color=color, ha="center", va="center", fontsize=11, rotation=0)
for name, (x, y) in spots.items():
    ax.add_patch(plt.Circle((x, y), 0.42, facecolor="#fdf6e3", edgecolor="#333333", lw=1.5, zorder=3))
    ax.text(x, y, labels[name], ha="center", va="center", fontsize=10, zorder=4)
ax.text(5.5, 0, "dz/ds\n= 6·4 + 4·3\n= 36", ha="center", va="center", fontsize=13)
ax.set(title="multiply along a path, add over the paths", xlim=(-0.7, 6.4), ylim=(-1.5, 1.5), aspect="equal")
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
    for name, p, q, s, group in (("typical", 2, 4, 3, "values"), ("square", 3, 3, 3, "values"), ("all numbers", 1, 1, 1, "edge")):
        yield Case(
            name, group=group, dz_dx=normal(rng, p), dx_ds=normal(rng, p, s), dz_dy=normal(rng, q), dy_ds=normal(rng, q, s)
        )


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
    ],
    variants=[
        Variant("loop", function=walk_every_path),
        Variant("stacked", swap=("dz_dx @ dx_ds + dz_dy @ dy_ds", "np.r_[dz_dx, dz_dy] @ np.vstack([dx_ds, dy_ds])")),
        Variant("einsum", swap=("dz_dx @ dx_ds + dz_dy @ dy_ds", 'np.einsum("p,ps->s", dz_dx, dx_ds) + np.sum(dz_dy[:, None] * dy_ds, axis=0)')),
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
# Two short cuts go wrong here. Keeping only $j=k$ treats softmax as if it worked on each entry alone. And the second of the two output lines of §5.5 in the notes repeats $y_1$ where it should have $y_2$, while the sum over all outputs is what softmax needs.
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
# 有两条“捷径”会走错。一是只留 $j=k$ 那一项，等于把 softmax 当成逐元素的函数。二是讲义 §5.5 输出层的两个式子：第二个式子里仍写着 $y_1$，本应是 $y_2$；而对 softmax 来说，要对所有输出求和才对。
#
# **手算。** $p=(0.2, 0.5, 0.3)$，真实类别为 1，即 $y=(0,1,0)$：$\delta=(0.2,-0.5,0.3)$。用求和式验算 $k=0$：不为零的只有 $\partial l/\partial p_1=-1/0.5=-2$，而 $\partial p_1/\partial z_0=0.5\,(0-0.2)=-0.1$，乘积为 $0.2$ ✓。softmax 的 δ 各分量之和总是 0。
# %% demo="deltas"
score = np.linspace(-8, 8, 400)
chance = 1 / (1 + np.exp(-score))
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 3.8), layout="constrained")
left.plot(score, np.logaddexp(0, -score), color="#c0392b", label="cross-entropy")
left.plot(score, 0.5 * (chance - 1) ** 2, color="#2471a3", label="squared error")
left.set(title="loss of one sample with y = 1", xlabel="score z", ylabel="loss")
right.plot(score, chance - 1, color="#c0392b", label="cross-entropy: delta = p − y")
right.plot(score, np.gradient(0.5 * (chance - 1) ** 2, score), color="#2471a3", label="squared error: delta keeps the slope of the sigmoid")
right.axvspan(-8, -4, color="#f5cba7", alpha=0.5)
right.annotate("confidently wrong:\none pulls hard, the other hardly at all", (-7.7, -0.45), fontsize=9)
right.set(title="delta: the pull on z", xlabel="score z", ylabel="delta")
for ax in (left, right):
    ax.legend(frameon=False, fontsize=9)
    ax.spines[["top", "right"]].set_visible(False)
plt.show()
# %% answer="output_delta"
def output_delta(y_pred, y, kind):
    """Gradient of the loss with respect to the scores z of the output layer.

    y_pred (N, K) are the outputs (after sigmoid or softmax, where there is one), y (N, K) the targets.
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
# y_pred (N, K) 是输出（有 sigmoid 或 softmax 的话，是经过它之后的值），y (N, K) 是目标。
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
    Z = normal(rng, 5, 3)
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    S = 1 / (1 + np.exp(-normal(rng, 4, 3)))
    targets = np.array([[0, 1, 1], [1, 0, 0], [0, 0, 0], [1, 1, 0]], dtype=float)
    yield Case("softmax", group="softmax_ce", y_pred=P, y=np.eye(3)[labelled(rng, 5, 3)], kind="softmax+ce")
    yield Case("sigmoid", group="sigmoid_ce", y_pred=S, y=rng.permutation(targets), kind="sigmoid+ce")
    yield Case("linear", group="linear_mse", y_pred=normal(rng, 4, 2), y=normal(rng, 4, 2), kind="linear+mse")
    yield Case("sigmoid, squared", group="sigmoid_mse", y_pred=S, y=rng.permutation(targets), kind="sigmoid+mse")


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
    shapes = (("sigmoid", 5, 3, 4, "values"), ("tanh", 4, 3, 3, "values"), ("relu", 3, 4, 2, "values"), ("one sample", 1, 2, 3, "edge"))
    for name, n, h, m, group in shapes:
        kind = name if name in ("sigmoid", "tanh", "relu") else "sigmoid"
        yield Case(name, group=group, W_next=normal(rng, h, m), delta_next=normal(rng, n, m), z=normal(rng, n, h), activation=kind)


def loss_through_next(impl, case):
    a = np.asarray(impl.activate(case.z, case.activation))
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
    tolerance=CLOSED_FORM,
    gradient=Gradient(of=loss_through_next, wrt=("z",)),
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
            swap=("(delta_next @ W_next.T) * activate_grad(z, activation)", "(delta_next * activate_grad(z, activation)) @ W_next.T"),
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
    ],
    variants=[
        Variant("einsum", swap=("(delta_next @ W_next.T)", 'np.einsum("nm,hm->nh", delta_next, W_next)')),
        Variant("loop", function=neuron_by_neuron),
        Variant("columns", swap=("(delta_next @ W_next.T)", "(W_next @ delta_next.T).T")),
    ],
)
