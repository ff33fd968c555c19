# %% prelude
from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import regression

from chapter import parameters, rounded

# %% [markdown] lang="en"
# ## {n} The linear model
#
# The simplest machine that predicts a number gives each feature a weight, adds up, and adds a constant (§2.1):
#
# $$y_{\text{pred}} = b + \sum_{i=1}^{D} w_i x_i$$
#
# The weight $w_i$ says how much the prediction changes when feature $i$ grows by one; the bias $b$ is the prediction where all features are 0.
# For all samples at once this is one product of a matrix with a vector, $y_{\text{pred}} = Xw + b$: `(N, D)` times `(D,)` gives `(N,)`.
# No loop is needed.
#
# **By hand.** Let $w = (2, -1)$, $b = 0.5$ and
#
# $$X = \begin{pmatrix}1 & 0\\ 3 & 2\\ 0 & 1\end{pmatrix}, \qquad\text{then}\qquad y_{\text{pred}} = (2.5,\; 4.5,\; -0.5).$$
#
# The middle one is $2\cdot 3 - 1\cdot 2 + 0.5 = 4.5$. We keep these numbers for the next sections.
# %% [markdown] lang="zh" of="cacc"
# ## {n} 线性模型
#
# 预测一个数，最简单的办法是：给每个特征一个权重，加起来，再加一个常数（§2.1）：
#
# $$y_{\text{pred}} = b + \sum_{i=1}^{D} w_i x_i$$
#
# 权重 $w_i$ 表示第 $i$ 个特征增加 1 时预测值变化多少；偏置 $b$ 是所有特征都为 0 时的预测值。
# 所有样本一起算，就是一次矩阵乘向量：$y_{\text{pred}} = Xw + b$，形状 `(N, D)` 乘 `(D,)` 得 `(N,)`，不需要循环。
#
# **手算。** 设 $w = (2, -1)$，$b = 0.5$，
#
# $$X = \begin{pmatrix}1 & 0\\ 3 & 2\\ 0 & 1\end{pmatrix}, \qquad\text{则}\qquad y_{\text{pred}} = (2.5,\; 4.5,\; -0.5).$$
#
# 中间一个是 $2\cdot 3 - 1\cdot 2 + 0.5 = 4.5$。后面几节会继续用这组数。
# %% answer="linear_predict"
def linear_predict(w, b, X):
    """Predictions of a linear model.

    w (D,), b a number, X (N, D).  Returns y_pred (N,).
    """
    ### BEGIN SOLUTION
    return X @ w + b  # (N,)
    ### END SOLUTION


# %% [markdown] docstring="linear_predict" lang="zh" of="c8b3"
# 线性模型的预测值。
#
# w (D,)，b 是一个数，X (N, D)。返回 y_pred (N,)。
# %% [markdown] why="linear_predict" lang="en"
# One product runs over all samples in compiled code, and the number `b` is broadcast to each of them.
# `w` stays a vector: as a column it would give `(N, 1)`, which goes wrong in silence at the next subtraction.
# %% [markdown] why="linear_predict" lang="zh" of="6b7e"
# 一次矩阵乘法就在底层算完了所有样本，数 `b` 会自动广播到每一个。
# `w` 要保持一维：写成一列会得到 `(N, 1)`，到下一次相减时才悄悄出错。
# %% grading="linear_predict"
def predict_cases(rng):
    yield Case("typical", zh="一般数据", **parameters(rng, 3), X=rounded(rng, 7, 3))


def edge_cases(rng):
    yield Case("one sample", zh="只有一个样本", **parameters(rng, 4), X=rounded(rng, 1, 4))
    yield Case("one feature", zh="只有一个特征", **parameters(rng, 1), X=rounded(rng, 5, 1))


@variant
def loop(w, b, X):
    y_pred = []
    for row in X:
        y_pred.append(b + sum(w[i] * row[i] for i in range(len(w))))
    return y_pred


Exercise(
    points=1, reference=regression.linear_predict, cases=predict_cases, tolerance=CLOSED_FORM, accepts=("integers",),
    forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("bias_missing", "X @ w + b", "X @ w",
            en="Your prediction is the weighted sum alone. What does the model predict where every feature is 0?",
            zh="你只算了加权和。当所有特征都为 0 时，模型应该预测多少？"),
        Mistake("orientation", "X @ w", "X.T @ w",
            en="The product has the wrong orientation: samples are the rows of X, so (N, D) must meet (D,).",
            zh="乘法的方向反了：X 的每行是一个样本，应当是 (N, D) 乘 (D,)。"),
        Mistake("column_instead_of_vector", "X @ w", "X @ w[:, None]",
            en="You return a column of shape (N, 1). Next to a y of shape (N,) it would silently blow up to (N, N).",
            zh="你返回了形状 (N, 1) 的一列。它和形状 (N,) 的 y 相减时，会不声不响地变成 (N, N)。"),
        Mistake("bias_inside_the_weights", "X @ w + b", "X @ (w + b)",
            en="The bias is added once to each prediction, not to each weight.",
            zh="偏置应当加在每个预测值上，加一次，而不是加到每个权重上。"),
        Mistake("summed_over_samples", "X @ w", "np.sum(X @ w)",
            en="You added the samples together. Each row of X gets a prediction of its own.",
            zh="你把不同样本加在了一起。X 的每一行都应有自己的预测值。"),
    ],
    variants=[
        Variant("einsum", "X @ w + b", 'np.einsum("nd,d->n", X, w) + b'),
        Variant("float32_result", "X @ w + b", "(X @ w + b).astype(np.float32)"),
    ],
)
