# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import unsupervised

from chapter import X_digits, drawn_by, kmeans_best, nearest_is_clear, normal, vq_quantize, words

# %% [markdown] lang="en"
# ## {n} Derive it: straight through
#
# Now the gradient for the encoder. The loss sees $z_q$, and $z_q$ is a *step function* of $z$: move $z$ a little, and the nearest entry stays the same. The true derivative $\partial z_q/\partial z$ is 0 nearly everywhere, and the encoder would learn nothing.
#
# The way out is a bold lie, the **straight-through estimator** (Bengio, Léonard and Courville 2013): on the way back, behave as if $z_q$ *were* $z$. Whatever gradient $dZ_q=\partial\mathcal L_{\text{rec}}/\partial Z_q$ arrives at the entries is handed to the codes as it is. (In torch: `Zq = Z + (Zq - Z).detach()`.) To it comes what codebook and commitment of {ref:vq_loss} contribute.
#
# **Nobody gives you the two gradients.** Take a pencil:
#
# 1. Which of the three terms reach $z$? $\operatorname{sg}[\cdot]$ counts as a constant, and the second term has $\operatorname{sg}[z]$.
# 2. Which reach $e_k$? The straight-through gradient does *not*: on its way back it passes the codebook by.
# 3. Several samples may have chosen the same entry, and some entries nobody. What is `dE` for each?
# 4. The MEAN over the samples is in the second and the third term; $dZ_q$ is finished as it comes.
#
# **Check yourself.** $N=1$, $z=(1.5,0.8)$, $e_k=(2,2)$, $\omega=0.25$, $dZ_q=(1,0)$: `dZ` is $(0.75,\,-0.6)$, and the row $k$ of `dE` is $(1,\,2.4)$. (Finite differences can't help here: they would see the true derivative.)
# %% [markdown] lang="zh" of="a4b0"
# ## {n} 自己推导：直通
#
# 现在求编码器的梯度。损失看到的是 $z_q$，而 $z_q$ 是 $z$ 的**阶梯函数**：$z$ 动一点点，最近的条目不变。真正的导数 $\partial z_q/\partial z$ 几乎处处为 0，编码器什么也学不到。
#
# 出路是大胆地撒一个谎，叫**直通估计**（straight-through estimator；Bengio、Léonard 与 Courville，2013）：往回走时，就当 $z_q$ **就是** $z$。传到条目上的梯度 $dZ_q=\partial\mathcal L_{\text{rec}}/\partial Z_q$ 是多少，就原样交给编码。（在 torch 里写作 `Zq = Z + (Zq - Z).detach()`。）再加上 {ref:vq_loss} 节的码本项和承诺项各自的贡献。
#
# **没有人给出这两个梯度。** 请拿起笔：
#
# 1. 三项之中哪些影响到 $z$？$\operatorname{sg}[\cdot]$ 当作常数，而第二项里是 $\operatorname{sg}[z]$。
# 2. 哪些影响到 $e_k$？直通的梯度**不**影响它：它往回走时绕过了码本。
# 3. 几个样本可能选了同一个条目，有的条目没人选。每个条目的 `dE` 是多少？
# 4. 第二项和第三项里有对样本的平均；$dZ_q$ 传来时已经是最终的样子。
#
# **自己验证。** $N=1$，$z=(1.5,0.8)$，$e_k=(2,2)$，$\omega=0.25$，$dZ_q=(1,0)$：`dZ` 是 $(0.75,\,-0.6)$，`dE` 的第 $k$ 行是 $(1,\,2.4)$。（这里数值差分帮不上忙：它看到的是真正的导数。）
# %% answer="straight_through_grad"
def straight_through_grad(dZq, Z, E, omega):
    """Gradients of the loss of an autoencoder with a codebook, straight through the choice of the entries.

    dZq (N, M), the gradient of the reconstruction with respect to the quantized codes; codes Z (N, M); codebook E (K, M);
    omega the weight of the commitment.  Codebook and commitment are MEANS over the N samples.
    Returns (dZ, dE) of shapes (N, M) and (K, M).
    """
    ### BEGIN SOLUTION
    k, Zq = vq_quantize(Z, E)
    pull = 2 / len(Z) * (Z - Zq)  # (N, M)
    dE = np.zeros(E.shape)
    np.add.at(dE, k, -pull)
    return dZq + omega * pull, dE
    ### END SOLUTION


# %% [markdown] docstring="straight_through_grad" lang="zh" of="50a0"
# 带码本的自编码器的损失的梯度，直通“选条目”这一步。
#
# dZq (N, M) 是重建项对量化之后的编码的梯度；编码 Z (N, M)；码本 E (K, M)；omega 是承诺项的权重。
# 码本项和承诺项都对 N 个样本取平均。返回 (dZ, dE)，形状为 (N, M) 和 (K, M)。
# %% [markdown] why="straight_through_grad" lang="en"
# `np.add.at` adds up where an entry occurs several times in `k`; `dE[k] -= pull` would write once for each entry. $z$ and $e_k$ feel the same
# `pull` with opposite signs, ω of it and all of it: they meet somewhere between. `dZq` passes the codebook by, as agreed.
# %% [markdown] why="straight_through_grad" lang="zh" of="8884"
# `k` 里同一条目多次出现时，`np.add.at` 会逐个累加；`dE[k] -= pull` 对每个条目只写一次。$z$ 和 $e_k$ 感到的是同一个 `pull`，方向相反，一个乘 ω，一个取全部：两者在中间相会。`dZq` 按约定绕过码本。
# %% grading="straight_through_grad"
def inputs(rng, n, k, m, omega):
    """Codes of which two chose the same entry at least, and, where there are enough entries, one that nobody chose."""
    while True:
        Z, E = normal(rng, n, m) * 1.2, normal(rng, k, m) * 1.2
        chosen = np.argmin(np.sum((Z[:, None] - E) ** 2, axis=2), axis=1)
        if nearest_is_clear(Z, E) and len(set(chosen)) < min(n + (n == 1), k + (k < 3)) and (n == 1 or len(set(chosen)) > 1):
            return {"dZq": normal(rng, n, m), "Z": Z.round(2), "E": E.round(2), "omega": omega}


def through_cases(rng):
    yield Case("typical", zh="一般数据", **inputs(rng, 5, 4, 2, 0.25))
    yield Case("a heavy commitment", zh="很重的承诺", **inputs(rng, 4, 3, 3, round(rng.uniform(1.5, 3), 2)))


def edge_cases(rng):
    yield Case("one sample", zh="只有一个样本", **inputs(rng, 1, 3, 2, 0.5))
    yield Case("no commitment", zh="没有承诺", **inputs(rng, 4, 3, 2, 0.0))


@variant
def entry_by_entry(dZq, Z, E, omega):
    k, Zq = vq_quantize(Z, E)
    rows = [2 * np.sum(E[j] - Z[k == j], axis=0) / len(Z) for j in range(len(E))]
    return dZq + 2 * omega * (Z - Zq) / len(Z), np.array(rows)


@variant
def by_one_hot(dZq, Z, E, omega):
    chosen = np.eye(len(E))[vq_quantize(Z, E)[0]]  # (N, K)
    gap = chosen @ E - Z
    return dZq - 2 * omega / len(Z) * gap, 2 / len(Z) * chosen.T @ gap


Exercise(
    points=2, reference=unsupervised.straight_through_grad, cases=through_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("true_derivative", "return dZq + omega * pull, dE", "return omega * pull, dE",
            en="You used the true derivative of the choice, which is 0: nothing of dZq reaches the encoder. Straight through hands it on as it is.",
            zh="你用了“选条目”真正的导数，也就是 0：dZq 一点也没传到编码器。直通是把它原样交过去。"),
        Mistake("commitment_forgotten", "return dZq + omega * pull, dE", "return dZq, dE",
            en="The commitment is missing: it draws the code towards its entry.", zh="漏了承诺项：它把编码拉向它的条目。"),
        Mistake("codebook_and_commitment_swapped", "    np.add.at(dE, k, -pull)\n    return dZq + omega * pull, dE\n", "    np.add.at(dE, k, -omega * pull)\n    return dZq + pull, dE\n",
            en="ω has gone to the wrong one: it weighs what draws the *code*, not what draws the entry.", zh="ω 乘错了地方：它乘的是拉动**编码**的那一项，不是拉动条目的那一项。"),
        Mistake("codebook_pulls_the_code", "omega * pull, dE", "(1 + omega) * pull, dE",
            en="The codebook's term drew at the code, too. It has sg[z]: nothing comes back to z from it.", zh="码本项也拉动了编码。那一项里是 sg[z]，不会有东西传回 z。"),
        Mistake("gradient_into_the_codebook", "np.add.at(dE, k, -pull)", "np.add.at(dE, k, dZq - pull)",
            en="You sent dZq into the codebook. Straight through passes it by: the entries are moved by the codebook's term alone.", zh="你把 dZq 也送进了码本。直通绕过了码本：条目只由码本项来移动。"),
        Mistake("last_sample_wins", "np.add.at(dE, k, -pull)", "dE[k] -= pull",
            en="Where several samples chose the same entry, only one counts: `dE[k] -= …` writes once. Their pulls add up.", zh="几个样本选了同一个条目时，只算上了一个：`dE[k] -= …` 只写一次。它们的拉力应当相加。"),
        Mistake("sign_of_the_pull", "(Z - Zq)  # (N, M)", "(Zq - Z)  # (N, M)",
            en="Signs are turned round: a step *against* the gradient should bring code and entry together, and yours drives them apart.", zh="符号反了：沿梯度的**反**方向走，编码和条目应当靠拢，你的却把它们推开。"),
        Mistake("mean_forgotten", "2 / len(Z) *", "2 *",
            en="Codebook and commitment are MEANS over the samples: divide by N.", zh="码本项和承诺项都是对样本的平均：要除以 N。"),
        Mistake("factor_2_missing", "2 / len(Z) *", "1 / len(Z) *",
            en="Half of what it should be: the square brings a 2 down.", zh="只有应有的一半：平方求导会带下来一个 2。"),
        Mistake("mean_of_each_entry", "    return dZq + omega * pull, dE\n", "    return dZq + omega * pull, dE / np.maximum(np.bincount(k, minlength=len(E)), 1)[:, None]\n",
            en="You averaged over the samples of each entry. The pulls of all that chose it add up; the MEAN over all N is in already.", zh="你对每个条目的样本取了平均。选中它的样本的拉力应当相加；对全部 N 个样本的平均已经算在里面了。"),
    ],
    variants=[
        Variant("pull_written_out", "np.add.at(dE, k, -pull)", "np.add.at(dE, k, -2 / len(Z) * (Z - Zq))"),
        Variant("as_many_gradients", "2 / len(Z) *", "2 / len(dZq) *"),
        Variant("subtracted", "np.add.at(dE, k, -pull)", "np.subtract.at(dE, k, pull)"),
        Variant("commitment_first", "dZq + omega * pull", "omega * pull + dZq"),
    ],
)
# %% [markdown] lang="en"
# **A codebook for digits.** The simplest one: encoder and decoder do nothing, so the entries are images, and learning the codebook is k-means. Your functions write 16 entries, and spell some digits with them.
# %% [markdown] lang="zh" of="0632"
# **手写数字的码本。** 最简单的一种：编码器和解码器什么也不做，于是条目就是图像，学码本就是做 k-means。下面用你的函数写出 16 个条目，再用它们来“拼写”几个数字。
# %% demo="codebook"
@drawn_by("kmeans_best", "vq_quantize")
def codebook(plt):
    rng = np.random.default_rng(2)
    E, _ = kmeans_best(X_digits, np.array([X_digits[rng.permutation(1000)[:16]] for _ in range(4)]), 15)
    k, quantized = vq_quantize(X_digits[:8], E)
    _, axes = plt.subplots(4, 8, figsize=(9, 5.2), layout="constrained")
    for number, ax in enumerate(axes[:2].flat):
        ax.imshow(E[number].reshape(8, 8), cmap="Blues", vmin=0, vmax=1)
        ax.set_title(words(en=f"entry {number}", zh=f"条目 {number}"), fontsize=9)
    for n in range(8):
        axes[2, n].imshow(X_digits[n].reshape(8, 8), cmap="gray_r", vmin=0, vmax=1)
        axes[2, n].set_title(words(en="image", zh="图像"), fontsize=9)
        axes[3, n].imshow(quantized[n].reshape(8, 8), cmap="Blues", vmin=0, vmax=1)
        axes[3, n].set_title(f"→ {k[n]}", fontsize=9)
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[])
    plt.show()


# %% [markdown] lang="en"
# What you should see. Top: the 16 entries, blurred digits in several ways of writing. Bottom: eight images, and below each the entry that stands for it. 64 numbers have become a single one from 0 to 15, four bits; the digit mostly survives, the hand that wrote it does not. Real VQ nets send a dozen such numbers for each image, one for every patch.
# %% [markdown] lang="zh" of="8673"
# 你应当看到：上面是 16 个条目，即几种写法的模糊数字；下面是八张图像，每张底下是代表它的条目。64 个数变成了 0 到 15 的一个数，只要四个比特；是几多半还认得出，谁写的就看不出了。真正的 VQ 网络每张图要传十几个这样的编号，每个小块一个。
