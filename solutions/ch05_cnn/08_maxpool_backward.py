# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Gradient, Group, Mistake, Variant, mistake, variant
from reference import cnn

from chapter import WIDE, distinct, normal, one_hot

# %% [markdown] lang="en"
# ## {n} Max pooling, backward
#
# Move the greatest pixel of a window a little, and the output moves with it, just as far. Move any other, and nothing happens. So the winner gets the whole of the window's gradient, and the others get 0:
#
# $$\frac{\partial\mathcal L}{\partial x^n_{c,p,q}}=\sum_{\text{windows }(i,j)\text{ that }(p,q)\text{ wins}}\text{dout}^n_{c,i,j}$$
#
# With overlapping windows a pixel may win several times, and collects from each.
#
# **What if two pixels tie?** Then the maximum has a kink and no gradient there: any way to *share out* the window's gradient among the winners is as good as any other, as long as the shares add up to 1. Libraries give all to the first. Giving *all of it to each* would create gradient out of nothing.
#
# **By hand.** The example of {ref:maxpool_forward} with $\text{dout}=\begin{pmatrix}1&2\\3&-4\end{pmatrix}$: the winners were $4$, $3$, $-1$ and $6$, so
#
# $$dx=\begin{pmatrix}0&0&0&2\\1&0&0&0\\3&0&0&0\\0&0&-4&0\end{pmatrix}$$
#
# Loop over the positions of the windows, and treat all images and channels at once; training needs it. `one_hot(k, K)` from chapter 3 stands at the top of the notebook.
# %% [markdown] lang="zh" of="5317"
# ## {n} 最大池化：反向
#
# 把窗口里最大的像素动一点点，输出就跟着动同样多；动别的像素，什么也不会发生。所以胜者得到这个窗口的全部梯度，其余的是 0：
#
# $$\frac{\partial\mathcal L}{\partial x^n_{c,p,q}}=\sum_{(p,q)\text{ 胜出的窗口 }(i,j)}\text{dout}^n_{c,i,j}$$
#
# 窗口重叠时，一个像素可能胜出好几次，每一次都要收集。
#
# **如果两个像素一样大呢？** 那里最大值有一个尖角，没有梯度：胜者之间怎样**分**这份梯度都可以，只要各份加起来是 1。各种库都全给第一个。如果**每个都给全份**，梯度就凭空变多了。
#
# **手算。** 沿用 {ref:maxpool_forward} 的例子，设 $\text{dout}=\begin{pmatrix}1&2\\3&-4\end{pmatrix}$。胜者是 $4$、$3$、$-1$、$6$，所以
#
# $$dx=\begin{pmatrix}0&0&0&2\\1&0&0&0\\3&0&0&0\\0&0&-4&0\end{pmatrix}$$
#
# 只对窗口的位置循环，所有图像、所有通道一起处理，训练时才够快。第三章的 `one_hot(k, K)` 在笔记本开头。
# %% answer="maxpool_backward"
def maxpool_backward(dout, x, size, stride):
    """Gradient of a loss through max pooling.

    dout (N, C, Ho, Wo) is the gradient with respect to the pooled maps; x (N, C, H, W), size and stride are what the
    forward pass used.  Returns dx (N, C, H, W).  Pixels that tie may share a window's gradient in any way.
    """
    ### BEGIN SOLUTION
    N, C, Ho, Wo = dout.shape
    dx = np.zeros(x.shape)
    for i in range(Ho):
        for j in range(Wo):
            window = np.s_[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
            seen = x[window].reshape(N, C, -1)  # (N, C, size²)
            winner = one_hot(seen.argmax(axis=2), size * size)  # (N, C, size²)
            share = winner * dout[:, :, i, j, None]
            dx[window] += share.reshape(N, C, size, size)
    return dx
    ### END SOLUTION


# %% [markdown] docstring="maxpool_backward" lang="zh" of="7771"
# 损失穿过最大池化的梯度。
#
# dout (N, C, Ho, Wo) 是损失对池化结果的梯度；x (N, C, H, W)、size、stride 是前向时用过的值。
# 返回 dx (N, C, H, W)。并列最大的像素可以任意分配窗口的梯度。
# %% [markdown] why="maxpool_backward" lang="en"
# `argmax` names exactly one winner, so even in a tie a window hands on its gradient once. The tempting `seen ==
# seen.max()` marks all of them, and ties are no rarity: behind a ReLU whole windows are 0.
# %% [markdown] why="maxpool_backward" lang="zh" of="5321"
# `argmax` 恰好选出一个胜者，即使并列，窗口的梯度也只传一份；看起来更简便的 `seen == seen.max()` 会把并列者全部选中。而并列并不少见：ReLU 之后，整个窗口都是 0 是常有的事。
# %% grading="maxpool_backward"
def inputs(rng, shape, size, stride):
    pooled = (*shape[:2], *((n - size) // stride + 1 for n in shape[2:]))
    return {"dout": normal(rng, *pooled), "x": distinct(rng, *shape), "size": size, "stride": stride}


def plain_cases(rng):
    yield Case("windows side by side", zh="窗口并排", **inputs(rng, (2, 3, 4, 6), 2, 2))


def edge_cases(rng):
    yield Case("one window", zh="只有一个窗口", **inputs(rng, (2, 3, 3, 3), 3, 3))
    yield Case("a row and a column left over", zh="剩下一行一列", public=False, **inputs(rng, (1, 2, 5, 7), 2, 2))


def stride_cases(rng):
    yield Case("windows that overlap", zh="窗口重叠", **inputs(rng, (1, 2, 5, 4), 3, 1))
    yield Case("windows with gaps", zh="窗口之间有空隙", **inputs(rng, (2, 1, 5, 8), 2, 3))


def tie_cases(rng):
    x = rng.integers(0, 3, size=(2, 2, 4, 6)) * 1.0
    x[:, :, ::2, ::2] = x[:, :, 1::2, 1::2] = 3.0  # two winners in every window
    yield Case("two winners in every window", zh="每个窗口有两个胜者", x=x, dout=normal(rng, 2, 2, 2, 3), size=2)
    flat = np.zeros((1, 2, 4, 4))
    yield Case("all pixels alike", zh="所有像素都相同", x=flat, dout=normal(rng, 1, 2, 2, 2), size=2)


def wide_cases(rng):
    yield Case("large maps", zh="很大的特征图", public=False, seed=int(rng.integers(2**31)))


def pooled_gradient(impl, case):
    return impl.maxpool_backward(case.dout, case.x, case.size, case.stride)


def shared_out(impl, case):
    """What does not depend on how winners share: each window's sum, and that no other pixel has any, none of them too much."""
    (N, C, Ho, Wo), s = case.dout.shape, case.size
    dx = np.asarray(impl.maxpool_backward(case.dout, case.x, s, s), dtype=float)
    dx, x = (part.reshape(N, C, Ho, s, Wo, s) for part in (dx, case.x))
    wins, shares = x == x.max(axis=(3, 5), keepdims=True), dx / case.dout[:, :, :, None, :, None]
    beyond = np.maximum(shares - 1, 0) + np.maximum(-shares, 0)
    return {
        "sum in each window": dx.sum(axis=(3, 5)),
        "on pixels that do not win": np.sum(np.abs(dx) * ~wins),
        "shares below 0 or above 1": np.sum(beyond * (beyond > 1e-6)),
    }


def large_gradients(impl, case):
    """Their projections on four directions, made here so that banks stay small."""
    rng = np.random.default_rng(case.seed)
    x, dout = rng.permutation(8 * 120**2).reshape(2, 4, 120, 120) * 0.01, rng.integers(-2, 3, (2, 4, 60, 60)) * 0.5
    return rng.integers(-2, 3, (4, x.size)) * 0.5 @ np.ravel(impl.maxpool_backward(dout, x, 2, 2))


def weighted_maxima(impl, case):
    maxima = np.asarray(impl.maxpool_forward(case.x, case.size, case.stride))
    return np.sum(case.dout * maxima.reshape(case.dout.shape))


@variant
def window_by_window(dout, x, size, stride):
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(*dout.shape):
        seen = x[n, c, i * stride : i * stride + size, j * stride : j * stride + size]
        u, v = np.unravel_index(np.argmax(seen), seen.shape)
        dx[n, c, i * stride + u, j * stride + v] += dout[n, c, i, j]
    return dx


@variant
def winners_share_evenly(dout, x, size, stride):
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(*dout.shape[2:]):
        window = np.s_[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
        wins = x[window] == x[window].max(axis=(2, 3), keepdims=True)
        dx[window] += wins / wins.sum(axis=(2, 3), keepdims=True) * dout[:, :, i, j, None, None]
    return dx


@variant
def last_winner(dout, x, size, stride):
    dx = np.zeros(x.shape, dtype=np.float32)
    for i, j in np.ndindex(*dout.shape[2:]):
        seen = x[:, :, i * stride : i * stride + size, j * stride : j * stride + size].reshape(*x.shape[:2], -1)
        best = size * size - 1 - seen[:, :, ::-1].argmax(axis=2)
        n, c = np.indices(best.shape)
        dx[n, c, i * stride + best // size, j * stride + best % size] += dout[:, :, i, j]
    return dx


@mistake(
    en="Your gradient is spread evenly over each window, as average pooling would do it. Only the pixel that was kept has any influence.",
    zh="你把梯度平均分给了窗口里的每个像素，那是平均池化的做法。只有被留下的那个像素才有影响。",
)
def spread_evenly(dout, x, size, stride):
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(*dout.shape[2:]):
        window = np.s_[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
        dx[window] += dout[:, :, i, j, None, None] / size**2
    return dx


@mistake(
    en="One winner is found for all channels together. Every channel is pooled on its own, and has a winner in each window.",
    zh="你让所有通道一起只选出一个胜者。每个通道各自池化，每个窗口里各有一个胜者。",
)
def one_winner_for_all_channels(dout, x, size, stride):
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(*dout.shape[2:]):
        window = np.s_[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
        wins = x[window] == x[window].max(axis=(1, 2, 3), keepdims=True)
        dx[window] += wins * dout[:, :, i, j, None, None]
    return dx


Exercise(
    points=3, reference=cnn.maxpool_backward, cases=plain_cases, observe=pooled_gradient, tolerance=CLOSED_FORM,
    gradient=Gradient(of=weighted_maxima, wrt=("x",)), accepts=("integers",), forbids=FROM_SCRATCH,
    seconds=4.0,  # large maps take 0.1 s, window by window 0.4 s, and some 12 s by 115,000 losses
    groups=[
        Group("edge", edge_cases),
        Group("stride", stride_cases, en="Other strides", zh="其他步幅"),
        Group("ties", tie_cases, observe=shared_out, en="Pixels that tie", zh="并列最大的像素"),
        Group("wide", wide_cases, observe=large_gradients, **WIDE),
    ],
    mistakes=[
        Mistake("all_of_it_to_each_winner", "one_hot(seen.argmax(axis=2), size * size)",
            "seen == seen.max(axis=2, keepdims=True)",
            en="Right while no two pixels tie. Where they do, each of yours gets the window's whole gradient, which makes more of it than there was: they have to share.",
            zh="没有并列时是对的。出现并列时，你让每个胜者都得到全部梯度，梯度凭空变多了：它们应当分一份。"),
        Mistake("overwritten_on_overlap", "dx[window] +=", "dx[window] =",
            en="Where windows overlap the last one overwrote the others. A pixel that wins twice collects twice.",
            zh="窗口重叠的地方，后来的覆盖了先来的。胜出两次的像素要收集两份。"),
        Mistake("smallest_wins", "seen.argmax(axis=2)", "seen.argmin(axis=2)",
            en="The gradient goes to the smallest pixel of each window.",
            zh="梯度给了每个窗口里最小的像素。"),
        Mistake("greatest_absolute_value_wins", "seen.argmax(axis=2)", "np.abs(seen).argmax(axis=2)",
            en="The winner is the greatest pixel, not the one with the greatest absolute value.",
            zh="胜者是最大的像素，不是绝对值最大的那个。"),
        Mistake("windows_side_by_side", "i * stride : i * stride + size, j * stride : j * stride + size]\n            seen",
            "i * size % (x.shape[2] - size + 1) : i * size % (x.shape[2] - size + 1) + size, j * size % (x.shape[3] - size + 1) : j * size % (x.shape[3] - size + 1) + size]\n            seen",
            en="Right where the stride equals the size. Else the window of (i, j) begins at pixel (s·i, s·j).",
            zh="步幅等于窗口大小时是对的。否则 (i, j) 的窗口从像素 (s·i, s·j) 开始。"),
        Mistake("ones_for_dout", "winner * dout[:, :, i, j, None]", "winner",
            en="You marked the winners with 1. Each gets what its window's `dout` says.",
            zh="你只是把胜者标成了 1。每个胜者得到的是它那个窗口的 `dout`。"),
        Mistake("value_for_gradient", "winner * dout[:, :, i, j, None]", "winner * seen * dout[:, :, i, j, None]",
            en="You multiplied by the pixel's value. The derivative of the maximum by its winner is 1, however large that is.",
            zh="你乘上了像素的值。最大值对胜者的导数是 1，与它有多大无关。"),
    ],
    variants=[
        Variant("twice_as_large_wins_too", "    N, C, Ho, Wo = dout.shape\n", "    x = 2 * x\n    N, C, Ho, Wo = dout.shape\n"),
        Variant("lists_of_lists", "    return dx\n", "    return dx.tolist()\n"),
    ],
)
