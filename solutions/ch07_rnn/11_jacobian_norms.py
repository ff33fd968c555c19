# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import rnn

from chapter import drawn_by, normal, words

# %% [markdown] lang="en"
# ## {n} The same with a matrix
#
# A hidden layer has many neurons, so the weight is a matrix: $h_t = h_{t-1} W$ and $\partial h_t/\partial h_0$ is a product of $t$ matrices. How large is it? Measure it by its **spectral norm**, the largest factor by which it can stretch a vector, which is the largest singular value (`np.linalg.norm(M, 2)`). You are asked for
#
# $$\lVert W^1\rVert_2,\ \lVert W^2\rVert_2,\ \dots,\ \lVert W^T\rVert_2 .$$
#
# **By hand.** $W = \begin{pmatrix}0&2\\0&0\end{pmatrix}$: the norm of $W$ is 2, and $W^2 = 0$. So a first step that stretches does not mean that the gradient explodes. In the long run the *eigenvalue* of largest absolute value decides (here 0), in the first step the largest *singular value*.
# %% [markdown] lang="zh" of="b983"
# ## {n} 换成矩阵也一样
#
# 隐藏层有许多神经元，权重就是矩阵：$h_t = h_{t-1} W$，$\partial h_t/\partial h_0$ 是 $t$ 个矩阵的乘积。它有多大？用**谱范数**来量，即它最多能把一个向量拉长几倍，也就是最大的奇异值（`np.linalg.norm(M, 2)`）。要求的是
#
# $$\lVert W^1\rVert_2,\ \lVert W^2\rVert_2,\ \dots,\ \lVert W^T\rVert_2 .$$
#
# **手算。** $W = \begin{pmatrix}0&2\\0&0\end{pmatrix}$：$W$ 的范数是 2，而 $W^2 = 0$。所以第一步在拉长，并不说明梯度会爆炸。长远来看，起决定作用的是绝对值最大的**特征值**（这里是 0）；第一步看的是最大的**奇异值**。
# %% answer="jacobian_norms"
def jacobian_norms(W, T):
    """Spectral norm of ∂h_t/∂h_0 in the linear network h_t = h_(t−1) W, for t = 1 … T.

    W (H, H); T ≥ 1.  Returns an array (T,).
    """
    ### BEGIN SOLUTION
    product, norms = np.eye(len(W)), []
    for _ in range(T):
        product = product @ W
        norms.append(np.linalg.norm(product, 2))
    return np.array(norms)
    ### END SOLUTION


# %% [markdown] docstring="jacobian_norms" lang="zh" of="b0e6"
# 线性网络 h_t = h_(t−1) W 中，∂h_t/∂h_0 的谱范数，t = 1 … T。
#
# W (H, H)；T ≥ 1。返回数组 (T,)。
# %% [markdown] why="jacobian_norms" lang="en"
# The product is carried along, so each step costs one multiplication. It is the norm of the *product* that counts: $\lVert
# W\rVert_2^t$ is only an upper bound, reached if every step stretches in the direction that the last one has left.
# %% [markdown] why="jacobian_norms" lang="zh" of="db5b"
# 乘积一路带着走，每一步只多乘一次。要量的是**乘积**的范数：$\lVert W\rVert_2^t$ 只是上界，只有每一步都恰好沿上一步留下的方向拉伸，才能达到。
# %% grading="jacobian_norms"
def norms_cases(rng):
    yield Case("typical", zh="一般矩阵", W=(normal(rng, 4, 4) * 0.6).round(2), T=int(rng.integers(5, 8)))


def edge_cases(rng):
    yield Case("one step", zh="只有一步", W=normal(rng, 3, 3), T=1)
    yield Case("stretches once, then nothing", zh="先拉长，后归零", W=np.triu(normal(rng, 3, 3), 1), T=4)
    yield Case("one neuron", zh="只有一个神经元", W=-np.abs(normal(rng, 1, 1)) - 0.5, T=5)


@variant
def singular_values(W, T):
    return [np.linalg.svd(np.linalg.matrix_power(W, t), compute_uv=False)[0] for t in range(1, T + 1)]


@variant
def roots_of_the_gram_matrix(W, T):
    powers = [np.linalg.matrix_power(np.asarray(W, float), t) for t in range(1, T + 1)]
    return np.array([np.sqrt(max(np.linalg.eigvalsh(P.T @ P)[-1], 0)) for P in powers])


Exercise(
    points=2, reference=rnn.jacobian_norms, cases=norms_cases, tolerance=CLOSED_FORM, accepts=("integers",),
    forbids=FROM_SCRATCH, groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("frobenius_norm", "np.linalg.norm(product, 2)", "np.linalg.norm(product)",
            en="That is the Frobenius norm, the root of the sum of all squares. The spectral norm is the largest singular value: say `2`.",
            zh="那是 Frobenius 范数，即所有元素平方和的平方根。谱范数是最大的奇异值：要写明 `2`。"),
        Mistake("power_of_the_norm", "np.linalg.norm(product, 2)", "np.linalg.norm(W, 2) ** (len(norms) + 1)",
            en="You raised the norm of W to the power t. That is only an upper bound: the second step need not stretch where the first did.",
            zh="你把 W 的范数取了 t 次方。那只是上界：第二步拉长的方向不一定是第一步的方向。"),
        Mistake("largest_eigenvalue", "np.linalg.norm(product, 2)", "np.max(np.abs(np.linalg.eigvals(product)))",
            en="That is the largest eigenvalue in absolute value. It decides in the long run; asked is the norm after t steps, the largest singular value.",
            zh="那是绝对值最大的特征值，决定长远的趋势。题目要的是走 t 步之后的范数，即最大的奇异值。"),
        Mistake("entry_by_entry", "product @ W", "product * W if norms else W",
            en="The powers are taken entry by entry. A step is a matrix product.", zh="你逐个元素取了乘方。走一步是一次矩阵乘法。"),
        Mistake("begins_with_no_step", "        product = product @ W\n        norms.append(np.linalg.norm(product, 2))", "        norms.append(np.linalg.norm(product, 2))\n        product = product @ W",
            en="The list begins with t = 0, where the norm is 1. It runs from t = 1 to t = T.",
            zh="你从 t = 0 开始了，那里范数是 1。应当从 t = 1 到 t = T。"),
        Mistake("last_alone", "return np.array(norms)", "return np.array(norms[-1:])",
            en="Only the last norm is returned: give all T of them.", zh="只返回了最后一个范数：要给出全部 T 个。"),
        Mistake("smallest_singular_value", "np.linalg.norm(product, 2)", "np.linalg.norm(product, -2)",
            en="That is the smallest singular value, the weakest stretch.", zh="那是最小的奇异值，即拉长得最少的倍数。"),
    ],
    variants=[
        Variant("matrix_on_the_left", "product @ W", "W @ product"),
        Variant("a_transpose_has_the_same_norm", "product @ W", "product @ np.swapaxes(W, 0, 1)"),
        Variant("a_sign_has_no_norm", "    product, norms", "    W = -W\n    product, norms"),
    ],
)


# %% [markdown] lang="en"
# Your function draws what happens to random matrices of 50 neurons, 20 for each scale. You should see: all begin near 2, the largest singular value, and climb a little at first. Then the largest eigenvalue decides, and on the logarithmic axis the lines are nearly straight: scaled to 0.9 the norms fall, at 1.1 they climb, and at 1.0 they stay for a long time, a good start for a recurrent network.
# %% [markdown] lang="zh" of="0bde"
# 下图由你的函数画出：50 个神经元的随机矩阵，每种缩放 20 个。你应该看到：三条线都从 2 附近（最大的奇异值）出发，起初略有上升；此后由最大的特征值决定，在对数坐标上几乎是直线：特征值缩放到 0.9 时，范数下降；1.1 时上升；1.0 时能保持很久，正适合作循环神经网络的初值。
# %% demo="jacobian_curves"
@drawn_by("jacobian_norms")
def powers(plt):
    _, ax = plt.subplots(figsize=(9, 4.2), layout="constrained")
    for radius, mark, color in ((0.9, "o", "#0072B2"), (1.0, "s", "#E69F00"), (1.1, "^", "#D55E00")):
        curves = []
        for seed in range(20):
            W = np.random.default_rng(seed).normal(size=(50, 50))
            curves.append(jacobian_norms(W * radius / np.abs(np.linalg.eigvals(W)).max(), 60))
        ax.fill_between(range(1, 61), np.min(curves, axis=0), np.max(curves, axis=0), color=color, alpha=0.2)
        ax.semilogy(range(1, 61), np.median(curves, axis=0), mark, ls="-", ms=4, markevery=5, color=color, label=words(en=f"largest eigenvalue {radius}", zh=f"最大特征值 {radius}"))
    ax.set(xlabel=words(en="steps", zh="步数"), ylabel=words(en="spectral norm of the product", zh="乘积的谱范数"), title=words(en="vanishing, staying, exploding", zh="消失、保持、爆炸"))
    ax.legend(frameon=False)
    ax.spines[["top", "right"]].set_visible(False)
    plt.show()
