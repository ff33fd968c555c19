# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import unsupervised

from chapter import autoencoder_forward, coder, normal

# %% [markdown] lang="en"
# ## {n} Bonus: the words of A in the voice of B
#
# The notes' second use (§10.3): *disentangle* the code, so that some of its entries say **what** was spoken and the others **who** spoke. Then voices can be exchanged: encode a sentence of A and one of B, take the content of the one and the rest of the other, and decode.
#
# How one trains a code to come apart like that is a chapter of its own. Here the net is given, and so is which entries are content. You need the two halves of {ref:autoencoder_forward} separately: the code of a sample is in its list; for the way from a code to a sample `decode(params, Z)` is given.
#
# **By hand.** Codes of A and B: $(1,2,3)$ and $(7,8,9)$; content is entries $0$ and $2$. Decoded is $(1,8,3)$.
# %% [markdown] lang="zh" of="58cd"
# ## {n} 附加题：用 B 的声音说 A 的话
#
# 讲义的应用二（§10.3）：把编码**解纠缠**，让一部分元素表示说了**什么**，另一部分表示**谁**在说。这样就能换声音：把 A 的一句话和 B 的一句话都编码，取这边的内容、那边的其余部分，再解码。
#
# 怎样训练才能让编码这样分开，够写一整章。这里网络是给定的，哪些元素是内容也是给定的。你要把 {ref:autoencoder_forward} 的两半分开用：样本的编码就在那个列表里；从编码回到样本，用给出的 `decode(params, Z)`。
#
# **手算。** A 和 B 的编码为 $(1,2,3)$ 和 $(7,8,9)$，内容是第 $0$、$2$ 个元素。拿去解码的是 $(1,8,3)$。
# %% setup
def decode(params, Z):
    """The samples (N, D) that codes Z (N, M) stand for: the second half of an autoencoder."""
    half = len(params) // 4
    for layer in range(half + 1, 2 * half + 1):
        Z = Z @ params[f"W{layer}"] + params[f"b{layer}"]
        Z = np.tanh(Z) if layer < 2 * half else Z
    return Z


# %% answer="disentangle_swap" extra
def disentangle_swap(params, A, B, content):
    """Samples with the content of A and everything else of B.

    params as in `autoencoder_forward`; A (N, D), B (N, D); content, the numbers of the entries of a code that are content.
    Returns the decoded samples (N, D).
    """
    ### BEGIN SOLUTION
    middle = len(params) // 4  # half of the layers
    Z = np.array(autoencoder_forward(params, B)[middle])
    Z[:, content] = autoencoder_forward(params, A)[middle][:, content]
    return decode(params, Z)
    ### END SOLUTION


# %% [markdown] docstring="disentangle_swap" lang="zh" of="2e69"
# 内容取自 A、其余取自 B 的样本。
#
# params 同 `autoencoder_forward`；A (N, D)，B (N, D)；content 是编码中属于内容的元素的编号。
# 返回解码之后的样本 (N, D)。
# %% [markdown] why="disentangle_swap" lang="en"
# Two entries in the dict for each layer and half of the layers for the encoder: the code has the number `len(params) // 4` in the list. Begin with
# B's code and write A's content over it; the decoding comes once, at the end, since a pixel is neither content nor voice alone.
# %% [markdown] why="disentangle_swap" lang="zh" of="2225"
# 字典里每层两项，编码器占一半的层，所以编码在列表里是第 `len(params) // 4` 个。先取 B 的编码，再用 A 的内容覆盖；最后只解码一次，因为单看一个像素，分不出哪部分是内容、哪部分是声音。
# %% grading="disentangle_swap"
def swap_cases(rng):
    content = np.sort(rng.permutation(3)[:2])
    yield Case("two of three entries", zh="三个元素中的两个", params=coder(rng, 4, 5, 3, 4, 4), A=normal(rng, 3, 4), B=normal(rng, 3, 4), content=content)
    yield Case("two layers", zh="两层", params=coder(rng, 4, 2, 4), A=normal(rng, 2, 4), B=normal(rng, 2, 4), content=rng.permutation(2)[:1])


def edge_cases(rng):
    yield Case("all is content", zh="全是内容", params=coder(rng, 3, 2, 2, 3, 3), A=normal(rng, 1, 3), B=normal(rng, 1, 3), content=np.array([0, 1]))
    yield Case("the same samples", zh="样本相同", **same(rng))


def same(rng):
    X = normal(rng, 2, 3)
    return {"params": coder(rng, 3, 4, 2, 2, 3), "A": X, "B": X, "content": np.array([1])}


@variant
def with_a_mask(params, A, B, content):
    half = len(params) // 4
    one, other = autoencoder_forward(params, A)[half], autoencoder_forward(params, B)[half]
    return decode(params, np.where(np.isin(np.arange(one.shape[1]), content), one, other))


Exercise(
    points=1, reference=unsupervised.disentangle_swap, cases=swap_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("content_of_the_other", "    Z = np.array(autoencoder_forward(params, B)[middle])\n    Z[:, content] = autoencoder_forward(params, A)[middle][:, content]\n",
            "    Z = np.array(autoencoder_forward(params, A)[middle])\n    Z[:, content] = autoencoder_forward(params, B)[middle][:, content]\n",
            en="You took the content of B and the rest of A. It is the other way round.", zh="你取了 B 的内容、A 的其余。应当反过来。"),
        Mistake("nothing_exchanged", "    Z[:, content] = autoencoder_forward(params, A)[middle][:, content]\n", "",
            en="Nothing of A is in the result.", zh="结果里没有一点 A 的东西。"),
        Mistake("not_decoded", "return decode(params, Z)", "return Z",
            en="You return the mixed code. Decode it.", zh="你返回的是混合后的编码。还要解码。"),
        Mistake("samples_exchanged", "    return decode(params, Z)\n", "    mixed = np.array(B, dtype=float)\n    mixed[:, content] = A[:, content]\n    return autoencoder_forward(params, mixed)[-1]\n",
            en="You exchanged entries of the *samples*. Exchanged are entries of the codes.", zh="你交换的是**样本**的元素。应当交换编码的元素。"),
        Mistake("decoded_apart", "    return decode(params, Z)\n", "    mixed = np.array(autoencoder_forward(params, B)[-1])\n    mixed[:, content] = autoencoder_forward(params, A)[-1][:, content]\n    return mixed\n",
            en="You decoded both and exchanged entries afterwards. Exchange in the code, then decode once.", zh="你先各自解码，再交换元素。应当在编码里交换，再解码一次。"),
        Mistake("codes_averaged", "    return decode(params, Z)\n", "    return decode(params, (autoencoder_forward(params, A)[middle] + autoencoder_forward(params, B)[middle]) / 2)\n",
            en="You averaged the two codes. Each entry comes from one of them, whole.", zh="你把两个编码取了平均。每个元素应当完整地来自其中一个。"),
    ],
    variants=[Variant("copy", "np.array(autoencoder_forward(params, B)[middle])", "autoencoder_forward(params, B)[middle].copy()")],
)
