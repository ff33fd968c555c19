# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import semi_supervised

from chapter import classifier, entropy, every_class, normal, softmax

# %% [markdown] lang="en"
# ### {n} A loss that knows both kinds
#
# Now labeled and unlabeled samples go into one loss: be right about the former, be decided about the latter (§9.3; Grandvalet and Bengio 2004).
#
# $$\mathcal L=\sum_r -\ln p^r_{y^r}\;+\;\lambda\sum_u E(p^u),\qquad p=\operatorname{softmax}(xW+b).$$
#
# Both are SUMS, so with many unlabeled samples a small $\lambda$ already weighs a lot. $\lambda=0$ is softmax regression as before.
#
# **By hand.** One labeled sample with $p=(0.8,0.2)$ and the label 0, one unlabeled with $p=(0.5,0.5)$, $\lambda=2$: $\mathcal L=-\ln0.8+2\cdot0.693=0.223+1.386=1.609$.
# %% [markdown] lang="zh" of="cdac"
# ### {n} 兼顾两种样本的损失
#
# 现在把有标签和无标签的样本放进同一个损失：对前者要答对，对后者要拿定主意（§9.3；Grandvalet 与 Bengio，2004）。
#
# $$\mathcal L=\sum_r -\ln p^r_{y^r}\;+\;\lambda\sum_u E(p^u),\qquad p=\operatorname{softmax}(xW+b).$$
#
# 两项都是**求和**，所以无标签样本很多时，很小的 $\lambda$ 分量也不轻。$\lambda=0$ 就是原来的 softmax 回归。
#
# **手算。** 一个有标签的样本，$p=(0.8,0.2)$，标签是 0；一个无标签样本，$p=(0.5,0.5)$；$\lambda=2$：$\mathcal L=-\ln0.8+2\cdot0.693=0.223+1.386=1.609$。
# %% answer="entropy_reg_loss"
def entropy_reg_loss(W, b, Xl, yl, Xu, lam):
    """Cross-entropy of the labeled samples plus lam times the entropy of the unlabeled ones, both SUMS.

    W (D, K), b (K,); Xl (N, D), labels yl (N,); Xu (M, D); lam ≥ 0.
    Returns a number, finite for scores of a thousand, too.
    """
    ### BEGIN SOLUTION
    Z = Xl @ W + b
    known = np.sum(np.logaddexp.reduce(Z, axis=1) - Z[np.arange(len(yl)), yl])
    return known + lam * np.sum(entropy(softmax(Xu @ W + b)))
    ### END SOLUTION


# %% [markdown] docstring="entropy_reg_loss" lang="zh" of="f033"
# 有标签的样本的交叉熵，加上 lam 乘以无标签样本的熵，两项都是求和。
#
# W (D, K)，b (K,)；Xl (N, D)，标签 yl (N,)；Xu (M, D)；lam ≥ 0。
# 返回一个数；得分上千时也是有限的数。
# %% [markdown] why="entropy_reg_loss" lang="en"
# For the labeled samples $-\ln p$ is formed from the scores, since a probability may have become 0 before its logarithm is taken. The entropy needs no such care: $p\ln p$ is 0 where $p$ is.
# %% [markdown] why="entropy_reg_loss" lang="zh" of="f776"
# 有标签的样本直接由得分算 $-\ln p$，因为概率可能在取对数之前就已经变成 0。熵则不必这样小心：$p$ 为 0 的地方，$p\ln p$ 也是 0。
# %% grading="entropy_reg_loss"
def both(rng, n, m, d, k):
    return {**classifier(rng, d, k), "Xl": normal(rng, n, d), "yl": every_class(rng, n, k), "Xu": normal(rng, m, d)}


def loss_cases(rng):
    yield Case("typical", zh="一般数据", **both(rng, 4, 6, 2, 3), lam=round(rng.uniform(0.3, 0.8), 2))


def edge_cases(rng):
    yield Case("no unlabeled samples", zh="没有无标签样本", **both(rng, 3, 0, 3, 2), lam=1.0)
    yield Case("λ = 0", zh="λ = 0", **both(rng, 4, 3, 1, 2), lam=0.0)


def far_cases(rng):
    while True:
        far = both(rng, 3, 3, 2, 3)
        far["W"] = 600 * far["W"]
        Z = far["Xl"] @ far["W"] + far["b"]
        if (Z.max(axis=1) - Z[np.arange(3), far["yl"]]).max() > 800:  # the label's probability is 0 to the computer
            break
    yield Case("scores of a thousand", zh="上千的得分", **far, lam=0.5)


@variant
def sample_by_sample(W, b, Xl, yl, Xu, lam):
    total = 0.0
    for x, y in zip(Xl, yl):
        z = x @ W + b
        total -= z[y] - z.max() - np.log(np.sum(np.exp(z - z.max())))
    for x in Xu:
        z = x @ W + b
        p = np.exp(z - np.logaddexp.reduce(z))
        total += lam * sum(q * -np.log(q) for q in p if q > 0)
    return total


Exercise(
    points=1, reference=semi_supervised.entropy_reg_loss, cases=loss_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases), Group("extreme", far_cases)],
    mistakes=[
        Mistake("entropy_rewarded", "return known + lam", "return known - lam",
            en="Your loss rewards a model for being undecided. The entropy is added, so that it becomes small.",
            zh="你的损失在奖励拿不定主意的模型。熵要加上去，才会变小。"),
        Mistake("mean_entropy", "np.sum(entropy(softmax(Xu @ W + b)))", "np.sum(entropy(softmax(Xu @ W + b))) / max(len(Xu), 1)",
            en="You took the MEAN entropy. Both terms are SUMS.", zh="你对熵取了**平均**。两项都是**求和**。"),
        Mistake("mean_cross_entropy", "known = np.sum(", "known = np.mean(",
            en="You took the MEAN cross-entropy. Both terms are SUMS.", zh="你对交叉熵取了**平均**。两项都是**求和**。"),
        Mistake("lam_forgotten", "known + lam * np.sum", "known + np.sum",
            en="The factor lam is missing.", zh="漏了系数 lam。"),
        Mistake("entropy_of_all", "softmax(Xu @ W + b)", "softmax(np.vstack([Xl, Xu]) @ W + b)",
            en="You add the entropy of the labeled samples as well. About these the labels decide.", zh="你把有标签的样本的熵也加上了。那些由标签说了算。"),
        Mistake("entropy_of_the_labeled", "softmax(Xu @ W + b)", "softmax(Xl @ W + b)",
            en="The entropy is taken of the wrong samples: it is about the unlabeled ones.", zh="熵算错了对象：应当算无标签样本的。"),
        Mistake("log_of_a_probability", "np.logaddexp.reduce(Z, axis=1) - Z[np.arange(len(yl)), yl]", "-np.log(softmax(Z)[np.arange(len(yl)), yl])",
            en="Right for moderate scores. Where the probability of the label has become 0, its logarithm is infinite: compute the cross-entropy from the scores.",
            zh="得分不大时是对的。标签的概率变成 0 时，它的对数是无穷大：请直接用得分算交叉熵。"),
        Mistake("bias_forgotten", "softmax(Xu @ W + b)", "softmax(Xu @ W)",
            en="The scores of the unlabeled samples have lost their biases.", zh="无标签样本的得分漏了偏置。"),
    ],
    variants=[Variant("array_of_one", "    return known + lam * np.sum(entropy(softmax(Xu @ W + b)))", "    return np.array([known + lam * np.sum(entropy(softmax(Xu @ W + b)))])"),
        Variant("rows_counted_otherwise", "np.arange(len(yl))", "np.arange(len(Xl))")],
)
