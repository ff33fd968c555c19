# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Gradient, Group, Mistake, Variant, mistake, variant
from reference import semi_supervised

from chapter import WIDE, entropy, normal, softmax

# %% [markdown] lang="en"
# ### {n} Derive it: downhill to a decision
#
# The entropy of $p=\operatorname{softmax}(z)$ depends on the scores $z$. **The gradient is not given: what is $\partial E/\partial z_j$?**
#
# 1. Write $E=-\sum_k p_k\ln p_k$ and differentiate in $p_k$ first. You will meet $\ln p_k+1$.
# 2. Each $p_k$ depends on *every* score: $\partial p_k/\partial z_j=p_k([k=j]-p_j)$, from chapter 3.
# 3. Put them together. The 1 vanishes: why? What is left can be written with $p_j$, $\ln p_j$ and $E$ itself, in one line.
#
# **Check yourself**: where all classes are equally likely the gradient is 0 (the top of the hill: no way is better than another), and where one class has everything it is 0 as well. Add 5 to all scores of a sample: nothing changes, so the entries of its gradient sum to … ?
# %% [markdown] lang="zh" of="3959"
# ### {n} 自己推导：走下坡，拿主意
#
# $p=\operatorname{softmax}(z)$ 的熵取决于得分 $z$。**梯度不给出：$\partial E/\partial z_j$ 等于什么？**
#
# 1. 写出 $E=-\sum_k p_k\ln p_k$，先对 $p_k$ 求导，你会遇到 $\ln p_k+1$。
# 2. 每个 $p_k$ 都与**每一个**得分有关：$\partial p_k/\partial z_j=p_k([k=j]-p_j)$，见第三章。
# 3. 合在一起。那个 1 消失了，为什么？剩下的用 $p_j$、$\ln p_j$ 和 $E$ 自己，一行就能写完。
#
# **自己验证**：各类概率相等时梯度为 0（山顶，往哪边走都一样）；某一类独占全部概率时，梯度也是 0。给一个样本的所有得分都加 5，什么也不变，所以它的梯度各元素之和是……？
# %% answer="entropy_grad"
def entropy_grad(Z):
    """Gradient of the SUM over the samples of the entropy of softmax(z), with respect to the scores.

    Z (M, K), finite.  Returns (M, K), finite for scores that lie a thousand apart, too.
    """
    ### BEGIN SOLUTION
    P = softmax(Z)
    logs = np.log(np.where(P > 0, P, 1.0))
    return -P * (logs + entropy(P)[:, None])
    ### END SOLUTION


# %% [markdown] docstring="entropy_grad" lang="zh" of="b92c"
# softmax(z) 的熵对样本求和，再对得分求的梯度。
#
# Z (M, K)，都是有限的数。返回 (M, K)；得分相差上千时也是有限的数。
# %% [markdown] why="entropy_grad" lang="en"
# $-p_j(\ln p_j+E)$: the 1 has vanished because probabilities always sum to 1. Classes whose $-\ln p_j$ lies above the
# average $E$ lose score in a step downhill, the others win. Summed over a row it is $E-E=0$.
# %% [markdown] why="entropy_grad" lang="zh" of="7c37"
# $-p_j(\ln p_j+E)$：那个 1 消失了，因为概率之和永远是 1。$-\ln p_j$ 高于平均值 $E$ 的类别，往下走一步得分就降，其余的就升。一行加起来是 $E-E=0$。
# %% grading="entropy_grad"
def score_cases(rng):
    yield Case("typical", zh="一般数据", Z=normal(rng, 4, 3))


def edge_cases(rng):
    yield Case("one sample, two classes", zh="一个样本，两个类别", Z=normal(rng, 1, 2))
    Z = np.round(rng.normal(size=(2, 4)), 2)
    Z[0] = Z[0, 0]
    yield Case("all classes alike", zh="各类概率相等", Z=Z[rng.permutation(2)])


def far_cases(rng):
    Z = (rng.permutation([1000.0, 0.0, -900.0]) + normal(rng, 3, 3)).round(2)
    Z[1] = normal(rng, 3)
    yield Case("scores of a thousand", zh="上千的得分", Z=Z)


def wide_cases(rng):
    yield Case("many scores", zh="很多得分", public=False, seed=int(rng.integers(2**31)))


def wide_gradient(impl, case):
    """Projections of the gradient by 60,000 scores, made here so that banks stay small."""
    rng = np.random.default_rng(case.seed)
    Z = rng.normal(size=(200, 300))
    return rng.normal(size=(4, 60000)) @ np.ravel(impl.entropy_grad(Z)) / 100


def entropy_at(impl, case):
    E = np.exp(case.Z - case.Z.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    return -np.sum(P * np.log(np.where(P > 0, P, 1.0)))


@mistake(
    en="This is the derivative by the probabilities, −(ln p + 1). The scores come before them: the softmax's own derivative is missing.",
    zh="这是对概率的导数 −(ln p + 1)。得分在概率之前：还缺 softmax 自己的导数。",
)
def by_probabilities(Z):
    P = softmax(Z)
    return -(np.log(np.where(P > 0, P, 1.0)) + 1)


@variant
def jacobian(Z):
    rows = []
    for p in softmax(Z):
        slope = np.array([-(np.log(q) + 1) if q > 0 else 0.0 for q in p])
        rows.append(p * slope - p * (p @ slope))
    return rows


@variant
def mean_of_logs(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    logs = Z - np.logaddexp.reduce(Z, axis=1, keepdims=True)
    return P * (np.einsum("mk,mk->m", P, logs)[:, None] - logs)


Exercise(
    points=2, reference=semi_supervised.entropy_grad, cases=score_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    seconds=1.5, gradient=Gradient(of=entropy_at, wrt=("Z",)),
    groups=[Group("edge", edge_cases), Group("extreme", far_cases), Group("wide", wide_cases, observe=wide_gradient, **WIDE)],
    mistakes=[
        Mistake("uphill", "return -P * (logs", "return P * (logs",
            en="The sign is the other way round. More score for the likeliest class *lowers* the entropy, so its entry is negative.",
            zh="符号反了。给最可能的类别加分会**降低**熵，所以那里的元素是负的。"),
        Mistake("path_through_the_others", "logs + entropy(P)[:, None]", "logs + 1",
            en="Each score moves the probabilities of *all* classes. You followed the path through its own alone, so your rows don't sum to 0.",
            zh="一个得分会牵动**所有**类别的概率。你只走了经过它自己的那条路，所以每行之和不是 0。"),
        Mistake("softmax_slope_squared", "-P * (logs", "-P * (1 - P) * (logs",
            en="p(1 − p) is the diagonal of the softmax's derivative. The other entries −p_k p_j are needed too.",
            zh="p(1 − p) 只是 softmax 导数的对角线。其余元素 −p_k p_j 也要用上。"),
        Mistake("probability_forgotten", "return -P * (logs + entropy(P)[:, None])", "return -(logs + entropy(P)[:, None])",
            en="The factor p_j is missing: a class without probability has no pull.", zh="漏了因子 p_j：没有概率的类别也没有拉力。"),
        Mistake("entropy_subtracted", "logs + entropy(P)[:, None]", "logs - entropy(P)[:, None]",
            en="The entropy enters with the other sign: E is *minus* the mean of the logarithms.", zh="熵的符号反了：E 是对数的平均值的**相反数**。"),
        Mistake("mean_over_samples", "return -P * (logs + entropy(P)[:, None])", "return -P * (logs + entropy(P)[:, None]) / len(Z)",
            en="You divide by the number of samples. The gradient belongs to the SUM.", zh="你除以了样本数。梯度属于**求和**。"),
        Mistake("log_of_zero", "np.log(np.where(P > 0, P, 1.0))", "np.log(P)",
            en="Right for moderate scores. Where a probability has become 0, 0 · ln 0 is NaN.", zh="得分不大时是对的。概率变成 0 的地方，0 · ln 0 是 NaN。"),
    ],
    variants=[Variant("float32", "    return -P * (logs", "    return np.float32(-1) * P * (logs")],
)
