# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Gradient, Group, Mistake, Variant, variant
from reference import backprop as torch_reference

from chapter import WIDE, normal

# %% [markdown] lang="en"
# ## {n} Derive it: outputs from −1 to 1
#
# A steering wheel turns left or right, a game is lost or won: some outputs live between $-1$ and $1$, and tanh makes them. For a sample with scores $z$ `(K,)` and targets $y$ `(K,)`, take the squared error
#
# $$l=\frac12\sum_{k=1}^{K}\bigl(\tanh z_k-y_k\bigr)^2,\qquad \mathcal L=\sum_{n=1}^{N}l^n$$
#
# **Nobody gives you the delta.** Derive $\delta_k=\partial l/\partial z_k$ with a pencil, as a function of the *scores*: how many paths lead from $z_k$ to $l$, and which two factors lie on each?
#
# **Check yourself** with `numeric_grad`, or by hand: for $z=0.5$ and $y=1$ the loss is $0.144659$, for $z=0.501$ it is $0.144236$. For $z=-2$ and $y=1$ it is $1.928702$, for $z=-1.999$ it is $1.928563$. Which of the two is more wrong, and which is pulled harder? (It is the disease of the squared error from {ref:output_delta} again.)
# %% [markdown] lang="zh" of="5d1d"
# ## {n} 自己推导：−1 到 1 的输出
#
# 方向盘向左或向右，一局棋输了或赢了：有些输出落在 $-1$ 和 $1$ 之间，用 tanh 就能得到。设一个样本的得分为 $z$ `(K,)`，目标为 $y$ `(K,)`，取平方误差
#
# $$l=\frac12\sum_{k=1}^{K}\bigl(\tanh z_k-y_k\bigr)^2,\qquad \mathcal L=\sum_{n=1}^{N}l^n$$
#
# **没有人给出 δ。** 请用笔推导 $\delta_k=\partial l/\partial z_k$，写成**得分**的函数：从 $z_k$ 到 $l$ 有几条路径？每条路径上是哪两个因子？
#
# **自己验证。** 可以用 `numeric_grad`，也可以手工来：$z=0.5$、$y=1$ 时损失为 $0.144659$，$z=0.501$ 时为 $0.144236$；$z=-2$、$y=1$ 时损失为 $1.928702$，$z=-1.999$ 时为 $1.928563$。两者之中哪个错得更多？哪个被拉得更用力？（平方误差在 {ref:output_delta} 节的毛病又出现了。）
# %% answer="tanh_delta"
def tanh_delta(Z, Y):
    """Gradient of ½ Σ (tanh Z − Y)², a SUM over samples and outputs, with respect to the scores Z.

    Z (N, K) are the scores, Y (N, K) the targets.  N and K may be large.  Returns (N, K), finite also for scores of ±1000.
    """
    ### BEGIN SOLUTION
    P = np.tanh(Z)  # (N, K)
    return (P - Y) * (1 - P**2)
    ### END SOLUTION


# %% [markdown] docstring="tanh_delta" lang="zh" of="fa54"
# ½ Σ (tanh Z − Y)² 对得分 Z 的梯度；对样本和输出都求和。
#
# Z (N, K) 是得分，Y (N, K) 是目标。N 和 K 可能很大。返回 (N, K)，得分大到 ±1000 时也是有限数。
# %% [markdown] why="tanh_delta" lang="en"
# tanh works on each entry alone, so one path leads from a score to the loss, and its two factors multiply; nothing is summed.
# The slope is written with `P`, which is there already and never leaves −1 … 1; a cosh would overflow for scores of ±1000.
# %% [markdown] why="tanh_delta" lang="zh" of="f2b3"
# tanh 逐项起作用，从一个得分到损失只有一条路，路上两个因子相乘，不用求和。
# 斜率用现成的 `P` 来写，它始终在 −1 与 1 之间；若用 cosh，得分为 ±1000 时就会溢出。
# %% grading="tanh_delta"
def tanh_cases(rng):
    signs = rng.choice([-1.0, 1.0], size=(4, 3))
    yield Case("left and right", zh="左与右", Z=normal(rng, 4, 3), Y=signs)
    yield Case("targets in between", zh="介于中间的目标", Z=normal(rng, 3, 2), Y=rng.uniform(-0.9, 0.9, size=(3, 2)).round(2))


def edge_cases(rng):
    yield Case("one sample", zh="只有一个样本", Z=normal(rng, 1, 4), Y=rng.choice([-1.0, 1.0], size=(1, 4)))
    yield Case("one output", zh="只有一个输出", public=False, Z=normal(rng, 5, 1), Y=normal(rng, 5, 1) * 0.5)


def far_cases(rng):
    Z = rng.permutation(np.r_[rng.uniform(700, 1000, 2), -rng.uniform(700, 1000, 2), normal(rng, 2)]).round(2)
    yield Case("scores of a thousand", zh="上千的得分", Z=Z.reshape(2, 3), Y=rng.choice([-1.0, 1.0], size=(2, 3)))


def wide_cases(rng):
    yield Case("many outputs", zh="很多输出", public=False, sizes=(8, 6000), seed=int(rng.integers(2**31)))


def wide_deltas(impl, case):
    """Their projections on four directions, made here so that banks stay small."""
    rng = np.random.default_rng(case.seed)
    Z, Y = (rng.integers(-2, 3, case.sizes) * 0.5 for _ in range(2))
    return rng.integers(-2, 3, (4, Z.size)) * 0.5 @ np.ravel(impl.tanh_delta(Z, Y))


def squared_error(impl, case):
    return np.sum((np.tanh(case.Z) - case.Y) ** 2) / 2


@variant
def one_by_one(Z, Y):
    delta = np.zeros(Z.shape)
    for n in range(Z.shape[0]):
        for k in range(Z.shape[1]):
            p = np.tanh(Z[n, k])
            delta[n, k] = (p - Y[n, k]) * (1 - p) * (1 + p)
    return delta


Exercise(
    points=2, reference=torch_reference.tanh_delta, cases=tanh_cases, tolerance=CLOSED_FORM,
    gradient=Gradient(of=squared_error, wrt=("Z",)), accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[
        Group("edge", edge_cases), Group("extreme", far_cases), Group("wide", wide_cases, observe=wide_deltas, **WIDE),
    ],
    seconds=1.25,  # the many outputs take 0.01 s in numpy, 0.1 s in plain loops, and more than 4 s by 100,000 losses
    mistakes=[
        Mistake("slope_missing", " * (1 - P**2)", "",
            en="This is the derivative with respect to the output p. From z to p there is one more factor on the path: the slope of tanh.",
            zh="这是对输出 p 的导数。从 z 到 p，路径上还有一个因子：tanh 的斜率。"),
        Mistake("slope_of_the_sigmoid", "(1 - P**2)", "P * (1 - P)",
            en="p(1 − p) is the slope of the sigmoid. The output here is a tanh, whose slope is largest, 1, at z = 0.",
            zh="p(1 − p) 是 sigmoid 的斜率。这里的输出是 tanh，它的斜率在 z = 0 处最大，等于 1。"),
        Mistake("slope_at_p", "(1 - P**2)", "(1 - np.tanh(P) ** 2)",
            en="The slope is taken at p = tanh z. It belongs at z; 1 − p² has the tanh in it already.",
            zh="斜率取在了 p = tanh z 处。应取在 z 处；1 − p² 里已经含有 tanh 了。"),
        Mistake("slope_not_squared", "(1 - P**2)", "(1 - P)",
            en="The slope of tanh is the same at z and at −z. Yours is not: a square is missing.",
            zh="tanh 在 z 和 −z 处的斜率相同，你的却不同：漏了一个平方。"),
        Mistake("score_for_prediction", "(P - Y)", "(Z - Y)",
            en="The error compares the target with the score z. What the net says is tanh z.",
            zh="误差里与目标相比的是得分 z。网络的输出是 tanh z。"),
        Mistake("sign", "(P - Y)", "(Y - P)",
            en="The sign is turned round: if the output is too high, the loss grows with z, so delta is positive.",
            zh="符号反了：输出偏高时，损失随 z 增大，δ 应为正。"),
        Mistake("twice_as_large", "(P - Y) *", "2 * (P - Y) *",
            en="Twice too large: the ½ in front of the loss cancels the 2 of the derivative.",
            zh="大了一倍：损失前面的 ½ 与求导得到的 2 抵消。"),
        Mistake("divided_by_n", "(1 - P**2)", "(1 - P**2) / len(Z)",
            en="You divided by N. The loss is a SUM over samples, so each sample's delta stands alone.",
            zh="你除以了 N。损失对样本求和，每个样本的 δ 各算各的。"),
        Mistake("slope_by_cosh", "(1 - P**2)", "(np.cosh(Z) ** 2 - np.sinh(Z) ** 2) / np.cosh(Z) ** 2",
            en="Right for moderate z, but cosh of 1000 is too large for a float. Write the slope with tanh itself.",
            zh="z 不大时是对的，但 cosh(1000) 超出了浮点数的范围。请用 tanh 自己来写斜率。"),
    ],
    variants=[
        Variant("both_signs_turned", "(P - Y) * (1 - P**2)", "(Y - P) * (P**2 - 1)"),
        Variant("product_of_two", "(1 - P**2)", "(1 + P) * (1 - P)"),
        Variant("hyperbolic", "(1 - P**2)", "np.cosh(np.clip(Z, -350, 350)) ** -2.0"),
    ],
)
