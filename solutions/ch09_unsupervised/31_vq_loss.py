# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import unsupervised

from chapter import nearest_is_clear, normal, vq_quantize

# %% [markdown] lang="en"
# ## {n} Three wishes in one loss
#
# To train with a codebook one wants three things (van den Oord, Vinyals and Kavukcuoglu 2017):
#
# 1. the **reconstruction** is good: $\lVert x-\tilde x\rVert^2$;
# 2. the **codebook** follows the codes: $\lVert\operatorname{sg}[z]-e_k\rVert^2$;
# 3. the encoder **commits** itself to the entry it was given: $\omega\,\lVert z-\operatorname{sg}[e_k]\rVert^2$.
#
# $\operatorname{sg}$, "stop gradient", is the identity on the way forward and lets nothing back. So the second and the third term have the *same value* but for $\omega$, and quite different gradients: the second moves only the codebook, the third only the encoder. With $\omega$ one says who has to come towards whom; usual is $0.25$.
#
# **By hand.** $x=3$, $\tilde x=2.5$, $z=(1.5,0.8)$, $e_k=(2,2)$ from {ref:vq_quantize}, $\omega=0.25$: reconstruction $0.25$, codebook $1.69$, commitment $0.4225$.
#
# Return the three apart, each a MEAN over the samples of a SUM over features. Their sum is the loss.
# %% [markdown] lang="zh" of="2260"
# ## {n} 一个损失，三个愿望
#
# 带着码本训练，有三个愿望（van den Oord、Vinyals 与 Kavukcuoglu，2017）：
#
# 1. **重建**要好：$\lVert x-\tilde x\rVert^2$；
# 2. **码本**要跟着编码走：$\lVert\operatorname{sg}[z]-e_k\rVert^2$；
# 3. 编码器要**忠于**分给它的条目（承诺项）：$\omega\,\lVert z-\operatorname{sg}[e_k]\rVert^2$。
#
# $\operatorname{sg}$（stop gradient，停止梯度）在前向时什么也不做，在反向时什么也不放过来。所以第二项和第三项除了 $\omega$ 以外**值相同**，梯度却完全不同：第二项只移动码本，第三项只移动编码器。$\omega$ 决定谁该迁就谁，常取 $0.25$。
#
# **手算。** $x=3$，$\tilde x=2.5$，$z=(1.5,0.8)$，$e_k=(2,2)$（见 {ref:vq_quantize} 节），$\omega=0.25$：重建 $0.25$，码本 $1.69$，承诺 $0.4225$。
#
# 三项请分开返回，各自对特征求和、对样本取平均。它们之和就是损失。
# %% answer="vq_loss"
def vq_loss(X, X_rec, Z, E, omega):
    """The three terms of the loss of an autoencoder with a codebook.

    X (N, D), X_rec (N, D) its reconstruction, codes Z (N, M), codebook E (K, M), omega ≥ 0 the weight of the commitment.
    Returns (reconstruction, codebook, commitment), three numbers, each a MEAN over the samples of a SUM over features.
    """
    ### BEGIN SOLUTION
    _, Zq = vq_quantize(Z, E)
    reconstruction = np.mean(np.sum((X - X_rec) ** 2, axis=1))
    codebook = np.mean(np.sum((Z - Zq) ** 2, axis=1))
    return reconstruction, codebook, omega * codebook
    ### END SOLUTION


# %% [markdown] docstring="vq_loss" lang="zh" of="1554"
# 带码本的自编码器的损失的三项。
#
# X (N, D)，X_rec (N, D) 是它的重建，编码 Z (N, M)，码本 E (K, M)，omega ≥ 0 是承诺项的权重。
# 返回 (reconstruction, codebook, commitment) 三个数，各自对特征求和、对样本取平均。
# %% [markdown] why="vq_loss" lang="en"
# sg changes no value, so codebook and commitment are one number but for ω, computed once. What tells them apart is who moves, and that shows only on the way back, in {ref:straight_through_grad}.
# %% [markdown] why="vq_loss" lang="zh" of="29d9"
# sg 不改变数值，所以码本项与承诺项除了 ω 就是同一个数，算一次即可。两者的差别在于谁来移动，这要到反向时才看得出来，见 {ref:straight_through_grad}。
# %% grading="vq_loss"
def inputs(rng, n, d, k, m, omega):
    while True:
        Z, E = normal(rng, n, m), normal(rng, k, m)
        if nearest_is_clear(Z, E):
            return {"X": normal(rng, n, d), "X_rec": normal(rng, n, d), "Z": Z, "E": E, "omega": omega}


def loss_cases(rng):
    yield Case("typical", zh="一般数据", **inputs(rng, 5, 3, 3, 2, 0.25))
    yield Case("a heavy commitment", zh="很重的承诺", **inputs(rng, 3, 2, 4, 3, round(rng.uniform(1.5, 3), 2)))


def edge_cases(rng):
    yield Case("one sample", zh="只有一个样本", **inputs(rng, 1, 4, 2, 2, 0.5))
    exact = inputs(rng, 3, 2, 3, 2, 0.25)
    yield Case("codes that are entries", zh="编码恰是条目", **{**exact, "Z": exact["E"][rng.permutation(3)]})


@variant
def from_distances(X, X_rec, Z, E, omega):
    nearest = [min(float(np.sum((z - e) ** 2)) for e in E) for z in Z]
    lost = [float(np.sum((x - r) ** 2)) for x, r in zip(X, X_rec)]
    return sum(lost) / len(X), sum(nearest) / len(Z), omega * sum(nearest) / len(Z)


Exercise(
    points=1, reference=unsupervised.vq_loss, cases=loss_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("codebook_and_commitment_swapped", "return reconstruction, codebook, omega * codebook", "return reconstruction, omega * codebook, codebook",
            en="You have exchanged the last two: ω weighs the *commitment*, the third.", zh="后两项弄反了：ω 乘的是第三项，**承诺**。"),
        Mistake("omega_forgotten", "omega * codebook", "codebook",
            en="The weight ω of the commitment is missing.", zh="漏了承诺项的权重 ω。"),
        Mistake("one_sum", "return reconstruction, codebook, omega * codebook", "return reconstruction + codebook + omega * codebook",
            en="You added up the three. They are asked for one by one.", zh="你把三项加起来了。要分开返回。"),
        Mistake("sums_over_samples", "    return reconstruction, codebook, omega * codebook\n", "    n = len(X)\n    return n * reconstruction, n * codebook, omega * n * codebook\n",
            en="Your terms are SUMS over the samples. They are MEANS.", zh="你的各项对样本求了和。应当取平均。"),
        Mistake("mean_over_features", "np.mean(np.sum((Z - Zq) ** 2, axis=1))", "np.mean((Z - Zq) ** 2)",
            en="In the codebook's term you took the mean over the entries of a code as well. They are SUMMED.", zh="码本那一项里，你对编码的各个元素也取了平均。应当**求和**。"),
        Mistake("codes_for_reconstructions", "np.sum((X - X_rec) ** 2, axis=1)", "np.sum((X - X.mean(axis=0)) ** 2, axis=1)",
            en="Your first term compares with the mean of the samples. It compares each with its reconstruction.", zh="你的第一项是与样本均值比较的。应当与各自的重建比较。"),
        Mistake("distance_not_squared", "np.mean(np.sum((Z - Zq) ** 2, axis=1))", "np.mean(np.linalg.norm(Z - Zq, axis=1))",
            en="The distance between code and entry is squared.", zh="编码与条目之间的距离要平方。"),
    ],
    variants=[
        Variant("exchanged", "    _, Zq", "    X, X_rec = X_rec, X\n    _, Zq"),
        Variant("commitment_written_out", "omega * codebook", "np.mean(np.sum(omega * (Z - Zq) ** 2, axis=1))"),
        Variant("norms", "np.sum((X - X_rec) ** 2, axis=1)", "np.linalg.norm(X - X_rec, axis=1) ** 2"),
    ],
)
