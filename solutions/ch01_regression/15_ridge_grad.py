# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Gradient, Group, Mistake, Variant, variant
from reference import regression

from chapter import WIDE, linear_grad, ridge_cases, ridge_edges, wide_inputs

# %% [markdown] lang="en"
# ## {n} The gradient of the ridge loss
#
# The derivative of a sum is the sum of the derivatives. The first part you have; the second contributes $2\lambda w_i$ to the derivative with respect to $w_i$ and nothing to that with respect to $b$:
#
# $$\frac{\partial \mathcal L_\lambda}{\partial w} = \frac{\partial \mathcal L}{\partial w} + 2\lambda w, \qquad \frac{\partial \mathcal L_\lambda}{\partial b} = \frac{\partial \mathcal L}{\partial b}.$$
#
# A step of gradient descent therefore shortens $w$ a little each time, whatever the data say: *weight decay*, which returns in chapter 6.
#
# **By hand.** From {ref:linear_grad}: $\partial \mathcal L/\partial w = (2, 1)$, $\partial \mathcal L/\partial b = -1$. With $\lambda = 0.1$ and $w = (2, -1)$ add $2\lambda w = (0.4, -0.2)$: the result is $(2.4,\ 0.8)$ and $-1$.
# %% [markdown] lang="zh" of="49de"
# ## {n} 岭回归的梯度
#
# 和的导数等于导数的和。第一部分你已经会了；第二部分给 $w_i$ 的导数加上 $2\lambda w_i$，对 $b$ 则没有贡献：
#
# $$\frac{\partial \mathcal L_\lambda}{\partial w} = \frac{\partial \mathcal L}{\partial w} + 2\lambda w, \qquad \frac{\partial \mathcal L_\lambda}{\partial b} = \frac{\partial \mathcal L}{\partial b}.$$
#
# 所以不管数据怎么说，每一步梯度下降都会把 $w$ 缩短一点，这叫**权重衰减**，第六章还会再见。
#
# **手算。** {ref:linear_grad} 节得到 $\partial \mathcal L/\partial w = (2, 1)$，$\partial \mathcal L/\partial b = -1$。取 $\lambda = 0.1$，$w = (2, -1)$，加上 $2\lambda w = (0.4, -0.2)$，得 $(2.4,\ 0.8)$ 和 $-1$。
# %% answer="ridge_grad"
def ridge_grad(w, b, X, y, lam):
    """Gradient of `ridge_loss`, which is a SUM over the N samples.

    w (D,), b a number, X (N, D), y (N,), lam ≥ 0.  Returns (dw, db): dw (D,), db a number.  D may be large.
    """
    ### BEGIN SOLUTION
    dw, db = linear_grad(w, b, X, y)
    dw = dw + 2 * lam * w  # (D,)
    return dw, db
    ### END SOLUTION


# %% [markdown] docstring="ridge_grad" lang="zh" of="174a"
# `ridge_loss` 的梯度；该损失对 N 个样本求和。
#
# w (D,)，b 是一个数，X (N, D)，y (N,)，lam ≥ 0。返回 (dw, db)：dw (D,)，db 是一个数。D 可能很大。
# %% [markdown] why="ridge_grad" lang="en"
# `2 * lam * w` stands beside the sum over the samples, so it carries no N; each weight feels its own price alone. `db` passes through, for `b` is not charged.
# A quick test of such code: with `lam = 0` it must agree with `linear_grad`.
# %% [markdown] why="ridge_grad" lang="zh" of="5ef3"
# `2 * lam * w` 不参与对样本的求和，所以不带 N；每个权重只感受到自己的那份价。`b` 不收费，`db` 原样返回。
# 这类代码有个简便的验证：`lam = 0` 时必须与 `linear_grad` 一致。
# %% grading="ridge_grad"
def wide_cases(rng):
    inputs = {**wide_inputs(rng), "lam": float(rng.integers(3, 9)) * 5}
    yield Case("a hundred thousand weights", zh="十万个权重", public=False, **inputs)


def ridge_loss_at(impl, case):
    return impl.ridge_loss(case.w, case.b, case.X, case.y, case.lam)


def shapes_of_gradient(w, b, X, y, lam):
    return {"dw": np.shape(w), "db": ()}


def wide_gradient(impl, case):
    """As in linear_grad; the price is high, so that the penalty's part shows beside the steep slope of a wide loss."""
    rng = np.random.default_rng(case.seed)
    X, y, start = (rng.integers(-2, 3, size=shape) * 0.5 for shape in ((3, 100_000), 3, 100_000))
    directions = rng.integers(-1, 2, size=(4, 100_000))
    dw, db = impl.ridge_grad(start + case.w @ directions, case.b, X, y, case.lam)
    return directions @ dw, db


@variant
def in_one_go(w, b, X, y, lam):
    A = np.hstack([X, np.ones((len(X), 1))])
    theta = np.append(w, b)
    price = lam * np.append(np.ones(len(w)), 0.0)
    both = 2 * (A.T @ (A @ theta - y) + price * theta)
    return both[:-1], both[-1]


Exercise(
    points=2, reference=regression.ridge_grad, cases=ridge_cases, tolerance=CLOSED_FORM,
    accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[Group("edge", ridge_edges), Group("wide", wide_cases, observe=wide_gradient, **WIDE)],
    shapes=shapes_of_gradient,
    gradient=Gradient(of=ridge_loss_at, wrt=("w", "b")), 
    seconds=2.0,  # as in linear_grad
    mistakes=[
        Mistake("factor_two_missing", "2 * lam * w", "lam * w",
            en="The penalty's part is half of what it should be: the derivative of w² is 2w.",
            zh="惩罚项的那部分只有正确值的一半：w² 的导数是 2w。"),
        Mistake("bias_penalized", "return dw, db", "db = db + 2 * lam * b\n    return dw, db",
            en="db contains a penalty on the bias, but the bias goes free.",
            zh="db 里含有对偏置的惩罚，但偏置不应惩罚。"),
        Mistake("penalty_subtracted", "dw + 2 * lam * w", "dw - 2 * lam * w",
            en="The penalty's part has the wrong sign. In a step of descent it must pull w towards 0, not push it away.",
            zh="惩罚项那部分的符号反了。下降时它应把 w 拉向 0，而不是推开。"),
        Mistake("sum_of_weights_for_each", "2 * lam * w", "2 * lam * np.sum(w)",
            en="Each weight feels only its own price: the derivative of the sum of squares by wᵢ contains wᵢ alone.",
            zh="每个权重只受自己那一份惩罚：平方和对 wᵢ 求导，只剩 wᵢ 自己。"),
        Mistake("lambda_times_n", "2 * lam * w", "2 * len(y) * lam * w",
            en="The penalty's part is N times too large: λ is not summed over the samples.",
            zh="惩罚项那部分是正确值的 N 倍：λ 不随样本求和。"),
    ],
    variants=[Variant("list_result", "return dw, db", "return [list(dw), db]")],
)
