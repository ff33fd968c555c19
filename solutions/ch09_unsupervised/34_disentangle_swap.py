# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import unsupervised

from chapter import X_digits, X_digits_test, autoencoder_forward, coder, drawn_by, normal, train_autoencoder, words, y_digits_test

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
# %% [markdown] lang="en"
# ### Something out of nothing
#
# The notes' fourth use (§10.3): **generate**. The decoder alone makes an image of *any* two numbers, also of those that no image ever had as its code. Here is the net of the latent plane again ({ref:train_autoencoder}), and right, what `decode` makes of 12 × 12 places of the same plane. **Before you run the cell**: will each of them be a digit?
# %% [markdown] lang="zh" of="64f5"
# ### 无中生有
#
# 讲义的应用四（§10.3）：**生成**。单凭解码器，**任何**两个数都能变成一张图，哪怕从来没有哪张图的编码是它们。左边还是潜在平面的那个网络（{ref:train_autoencoder}）；右边是在同一个平面上取 12 × 12 个位置，用 `decode` 逐个解码得到的图。**运行之前**先猜一猜：每一张都会是数字吗？
# %% demo="generated"
@drawn_by("train_autoencoder", "autoencoder_forward")
def generated(plt):
    net = train_autoencoder(X_digits, 64, 2, 0.005, 80, 20, np.random.default_rng(0))
    Z = autoencoder_forward(net, X_digits_test)[2]
    low, high = np.percentile(Z, 2, axis=0), np.percentile(Z, 98, axis=0)
    across, up = (np.linspace(low[m], high[m], 12) for m in (0, 1))
    images = decode(net, np.array([(x, y) for y in up[::-1] for x in across])).reshape(12, 12, 8, 8)
    tiles = np.pad(images, ((0, 0), (0, 0), (1, 1), (1, 1))).transpose(0, 2, 1, 3).reshape(120, 120)
    step = (high - low) / 22
    extent = (low[0] - step[0], high[0] + step[0], low[1] - step[1], high[1] + step[1])
    _, (left, right) = plt.subplots(1, 2, figsize=(11, 5.4), layout="constrained")
    for z, label in zip(Z, y_digits_test):
        if np.all((low <= z) & (z <= high)):
            left.text(*z, str(label), fontsize=9, ha="center", va="center")
    left.set(xlim=extent[:2], ylim=extent[2:], title=words(en="codes of 400 images", zh="400 张图的编码"))
    right.imshow(tiles, cmap="gray_r", vmin=0, vmax=1, extent=extent, aspect="auto")
    right.set_title(words(en="decoded places", zh="各处解码出来的图"))
    for ax in (left, right):
        ax.set(xticks=[], yticks=[])
    plt.show()


# %% [markdown] lang="en"
# What you should see. Where images of one digit crowd on the left, the same place on the right decodes to that digit: 7 and 1 at the top left, 4 at the top right, below it 6, then 0, and 2 and 3 at the bottom left. Neighbors melt into each other: 1 into 4 along the top, 6 into 0 downwards, 2 into 3. But in the empty stretch between the 4s and the 6s the decoder answers just as readily, with shapes that nobody writes: it was never asked about such places, and nothing in its loss speaks of them.
# %% [markdown] lang="zh" of="8822"
# 你应当看到：左图上某个数字扎堆的地方，右图同一处解码出来的就是那个数字：左上是 7 和 1，右上是 4，往下是 6，再往下是 0，左下是 2 和 3。相邻的数字渐渐相互转变：最上面一行从 1 变到 4，往下从 6 变到 0，从 2 变到 3。可是在 4 与 6 之间的空白地带，解码器照样有问必答，答出来的却是没人会写的形状：训练时从没问过这样的位置，损失里也没有一项管到它们。
