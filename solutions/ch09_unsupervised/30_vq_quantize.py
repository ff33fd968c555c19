# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import unsupervised

from chapter import nearest_is_clear, normal, squared_distances

# %% [markdown] lang="en"
# ## {n} A vocabulary for images: vector quantization
#
# A code of real numbers can say anything a little differently. Language can't: it has a fixed vocabulary. The notes' third use (§10.3, VQ-VAE) gives the autoencoder one. There is a **codebook** of $K$ entries $e_k$ `(M,)`. The encoder's $z$ is replaced by the entry that is *most like it*, and the decoder sees only that entry:
#
# $$k^n=\arg\min_k\lVert z^n-e_k\rVert^2,\qquad z_q^n=e_{k^n}$$
#
# So all that has to be sent is the number $k$. You know the first formula: it is {ref:kmeans_assign}. A codebook *is* a set of centers, and a sentence in this vocabulary a row of cluster numbers.
#
# **By hand.** $e_0=(0,0)$, $e_1=(2,2)$, $z=(1.5,0.8)$: squared distances $2.89$ and $0.25+1.44=1.69$, so $k=1$ and $z_q=(2,2)$.
# %% [markdown] lang="zh" of="366e"
# ## {n} 图像的词汇表：向量量化
#
# 由实数组成的编码，什么都可以说得稍有不同。语言不行：词汇是固定的。讲义的应用三（§10.3，VQ-VAE）就给自编码器一张词汇表，叫做**码本**，有 $K$ 个条目 $e_k$ `(M,)`。编码器给出的 $z$ 换成与它**最相似**的条目，解码器看到的只有这个条目：
#
# $$k^n=\arg\min_k\lVert z^n-e_k\rVert^2,\qquad z_q^n=e_{k^n}$$
#
# 于是只需要传一个编号 $k$。第一个式子你早就认识：就是 {ref:kmeans_assign}。码本**就是**一组簇中心，用这张词汇表说的一句话，就是一串簇的编号。
#
# **手算。** $e_0=(0,0)$，$e_1=(2,2)$，$z=(1.5,0.8)$：距离平方为 $2.89$ 和 $0.25+1.44=1.69$，所以 $k=1$，$z_q=(2,2)$。
# %% answer="vq_quantize"
def vq_quantize(Z, E):
    """The nearest entry of a codebook for every code.

    codes Z (N, M), codebook E (K, M).  Returns (k, Zq): the numbers (N,) of the entries, from 0, of equally near ones the
    first; and the entries themselves (N, M).
    """
    ### BEGIN SOLUTION
    k = np.argmin(squared_distances(Z, E), axis=1)
    return k, E[k]
    ### END SOLUTION


# %% [markdown] docstring="vq_quantize" lang="zh" of="3906"
# 每个编码在码本里最近的条目。
#
# 编码 Z (N, M)，码本 E (K, M)。返回 (k, Zq)：条目的编号 (N,)，从 0 开始，一样近时取编号最小的；以及这些条目本身 (N, M)。
# %% [markdown] why="vq_quantize" lang="en"
# `E[k]` with an array of numbers picks a row for each sample, and copies it, so nobody can change the codebook by way of `Zq`. The nearest entry
# is the one that costs the least in squared error; no other choice could lower the second and third term of {ref:vq_loss}.
# %% [markdown] why="vq_quantize" lang="zh" of="6f40"
# `E[k]` 用下标数组给每个样本取一行，而且是复制，改动 `Zq` 不会牵连码本。最近的条目就是平方误差最小的那个；换成别的选法，{ref:vq_loss} 的第二、三项都不会更小。
# %% grading="vq_quantize"
def clear(rng, n, k, m):
    while True:
        Z, E = normal(rng, n, m) * 1.5, normal(rng, k, m) * 1.5
        nearest = np.argmin(np.sum((Z[:, None] - E) ** 2, axis=2), axis=1)
        if nearest_is_clear(Z, E) and len(set(nearest)) > 1 and np.any(nearest != np.argmax(Z @ E.T, axis=1)):
            return {"Z": Z.round(2), "E": E.round(2)}


def quantize_cases(rng):
    yield Case("typical", zh="一般数据", **clear(rng, 6, 4, 2))
    yield Case("longer codes", zh="更长的编码", **clear(rng, 4, 3, 5))


def edge_cases(rng):
    drawn = clear(rng, 3, 5, 3)
    yield Case("one code", zh="只有一个编码", Z=drawn["Z"][:1], E=drawn["E"])
    E = normal(rng, 4, 2) + np.array([[0, 0], [9, 0], [0, 9], [9, 9]])
    yield Case("an entry twice", zh="有两个相同的条目", Z=E[[2, 1, 3]] + 0.25, E=np.concatenate([E, E[1:3]]))


@variant
def loop(Z, E):
    k = [int(np.argmin([np.linalg.norm(z - e) for e in E])) for z in Z]
    return np.array(k), np.array([E[i] for i in k])


Exercise(
    points=1, reference=unsupervised.vq_quantize, cases=quantize_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("codes_kept", "return k, E[k]", "return k, Z",
            en="The codes come out as they went in. The decoder is to see the entries of the codebook.", zh="编码原样出来了。解码器看到的应当是码本里的条目。"),
        Mistake("farthest_entry", "np.argmin", "np.argmax",
            en="You chose the entry that is *least* like the code.", zh="你选的是与编码**最不**相似的条目。"),
        Mistake("most_similar_by_product", "np.argmin(squared_distances(Z, E), axis=1)", "np.argmax(Z @ E.T, axis=1)",
            en="You chose the largest inner product: long entries win too often. Near is meant by squared distance.", zh="你选的是内积最大的：长的条目占了便宜。这里的“近”指距离的平方。"),
        Mistake("axis_of_codes", "axis=1)", "axis=0)",
            en="You found the nearest code for every entry. It is the other way round.", zh="你求的是离每个条目最近的编码。应当反过来。"),
        Mistake("order_of_results", "return k, E[k]", "return E[k], k",
            en="The numbers come first, then the entries.", zh="先返回编号，再返回条目。"),
        Mistake("halfway", "return k, E[k]", "return k, (Z + E[k]) / 2",
            en="You moved the code only halfway. It is replaced by the entry.", zh="你只把编码挪了一半。它应当被条目取代。"),
        Mistake("counted_from_one", "return k, E[k]", "return k + 1, E[k]",
            en="Your numbers begin at 1. They begin at 0.", zh="你的编号从 1 开始。应当从 0 开始。"),
    ],
    variants=[Variant("take", "E[k]", "np.take(E, k, axis=0)"), Variant("by_one_hot", "E[k]", "np.eye(len(E))[k] @ E")],
)
