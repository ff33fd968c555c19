# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Exercise, Group, Mistake, Variant, variant
from reference import regression

from chapter import linear_loss, ridge_cases, ridge_edges

# %% [markdown] lang="en"
# ## {n} Ridge: a price on large weights
#
# A curve that rushes up and down needs large weights of opposite signs. So put a price on them (§2.3):
#
# $$\mathcal L_\lambda(w, b) = \sum_{n=1}^{N} \bigl(y^n - (b + w\cdot x^n)\bigr)^2 + \lambda \sum_{i=1}^{D} w_i^2$$
#
# Now a weight grows only where the data pay for it. The strength $\lambda \ge 0$ sets the price: at 0 we are back at least squares, for very large $\lambda$ the curve becomes flat.
#
# **The bias is free.** It moves the curve up and down but does not bend it; a price on it would only pull predictions towards 0.
#
# Both parts are **SUM**s, and there is no ½: other texts write $\tfrac{\lambda}{2}$ or take means, and mean another $\lambda$ by the same letter.
#
# **By hand.** In {ref:linear_loss} we had $\mathcal L = 0.75$ with $w = (2, -1)$. For $\lambda = 0.1$: $\mathcal L_\lambda = 0.75 + 0.1\cdot(4 + 1) = 1.25$.
# %% [markdown] lang="zh" of="ebc4"
# ## {n} 岭回归：给大权重标个价
#
# 曲线要剧烈起伏，就得有符号相反的大权重。那就让大权重付出代价（§2.3）：
#
# $$\mathcal L_\lambda(w, b) = \sum_{n=1}^{N} \bigl(y^n - (b + w\cdot x^n)\bigr)^2 + \lambda \sum_{i=1}^{D} w_i^2$$
#
# 这样，只有数据确实“值得”，权重才会变大。强度 $\lambda \ge 0$ 就是价格：取 0 就回到最小二乘；取得很大，曲线就变平。
#
# **偏置不收费。** 它只让曲线上下平移，不改变弯曲程度；惩罚它只会把预测值往 0 拉。
#
# 两部分都是**求和**，也没有 ½。别的书可能写 $\tfrac{\lambda}{2}$ 或取平均，同一个字母 $\lambda$ 的含义就不同了。
#
# **手算。** {ref:linear_loss} 节中 $w = (2, -1)$，$\mathcal L = 0.75$。取 $\lambda = 0.1$：$\mathcal L_\lambda = 0.75 + 0.1\cdot(4 + 1) = 1.25$。
# %% answer="ridge_loss"
def ridge_loss(w, b, X, y, lam):
    """Squared error plus lam times the squared length of w: a SUM over the N samples; the bias is not penalized.

    w (D,), b a number, X (N, D), y (N,), lam ≥ 0.  Returns a number.
    """
    ### BEGIN SOLUTION
    return linear_loss(w, b, X, y) + lam * np.sum(w**2)
    ### END SOLUTION


# %% [markdown] docstring="ridge_loss" lang="zh" of="27ed"
# 平方误差（对 N 个样本求和）加上 lam 乘 w 的长度的平方；不惩罚偏置。
#
# w (D,)，b 是一个数，X (N, D)，y (N,)，lam ≥ 0。返回一个数。
# %% [markdown] why="ridge_loss" lang="en"
# Only `w` is charged. With `b` in the penalty, adding a constant to every y would change `w` as well.
# `linear_loss` is called, not copied: both losses keep the same convention, whichever it is.
# %% [markdown] why="ridge_loss" lang="zh" of="3eec"
# 只对 `w` 收费。如果 `b` 也要付费，那么给每个 y 加上同一个常数，连 `w` 也会跟着变。
# 直接调用 `linear_loss` 而不是重抄一遍，两个损失的约定就不会不一致。
# %% grading="ridge_loss"
@variant
def loop(w, b, X, y, lam):
    total = 0.0
    for weight in w:
        total += lam * weight**2
    for row, truth in zip(X, y, strict=True):
        total += (truth - b - row @ w) ** 2
    return total


Exercise(
    points=1, reference=regression.ridge_loss, cases=ridge_cases, tolerance=CLOSED_FORM, accepts=("integers",),
    forbids=FROM_SCRATCH,
    groups=[Group("edge", ridge_edges)],
    mistakes=[
        Mistake("bias_penalized", "lam * np.sum(w**2)", "lam * (np.sum(w**2) + b**2)",
            en="You charge for the bias as well. It only shifts the curve up and down, so it goes free.",
            zh="你把偏置也罚了。它只让曲线上下平移，不应惩罚。"),
        Mistake("half_lambda", "+ lam *", "+ 0.5 * lam *",
            en="Your penalty has a factor ½, which other texts use; ours is the full λ‖w‖².",
            zh="你的惩罚项带了 ½，别的书会这样写；我们用的是完整的 λ‖w‖²。"),
        Mistake("lambda_times_n", "+ lam *", "+ len(y) * lam *",
            en="Your penalty is N times too large. Next to a SUM over the samples, λ stands by itself.",
            zh="你的惩罚项是正确值的 N 倍。损失已经是求和，λ 不需要再乘 N。"),
        Mistake("length_not_squared", "np.sum(w**2)", "np.linalg.norm(w)",
            en="You added the length of w; the penalty is its square, the sum of the squared weights.",
            zh="你加的是 w 的长度；惩罚项是长度的平方，即各权重平方之和。"),
        Mistake("absolute_weights", "np.sum(w**2)", "np.sum(np.abs(w))",
            en="That is the lasso's penalty, the sum of absolute weights (chapter 6). Ridge adds their squares.",
            zh="这是 lasso 的惩罚项，即权重绝对值之和（第六章）。岭回归加的是平方。"),
        Mistake("lambda_squared", "+ lam *", "+ lam**2 *",
            en="You squared λ. Only the weights are squared; λ itself is the price.",
            zh="你把 λ 也平方了。平方的只是权重，λ 就是价格本身。"),
        Mistake("sum_squared", "np.sum(w**2)", "np.sum(w) ** 2",
            en="You added the weights first and squared the total, so weights of opposite signs cost nothing. Square each of them first.",
            zh="你先把权重加起来再平方，符号相反的权重就互相抵消了。应当先各自平方。"),
        Mistake("penalty_subtracted", "+ lam *", "- lam *",
            en="You subtract the penalty, which rewards large weights.",
            zh="你减去了惩罚项，等于鼓励大权重。"),
    ],
    variants=[Variant("dot_product", "np.sum(w**2)", "(w @ w)")],
)
