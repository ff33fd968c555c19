# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Gradient, Group, Mistake, Variant, variant
from reference import cnn

from chapter import WIDE, conv2d_forward, filters, normal

# %% [markdown] lang="en"
# ## {n} Convolution, backward
#
# Backpropagation needs from every layer what `affine_backward` gave in chapter 4: from the gradient `dout` $=\partial\mathcal L/\partial Z$ of what comes out, the gradients of all that went in. Nothing new has to be learnt. Every entry of a map is a sum of products,
# $Z^n_{f,i,j}=b_f+\sum_{c,u,v} w_{f,c,u,v}\,\tilde x^n_{c,\,si+u,\,sj+v}$, so every product sends back to each of its factors the *other* factor times `dout`. The rest is a question of who is used how often:
#
# $$\frac{\partial\mathcal L}{\partial w_{f,c,u,v}}=\sum_{n,i,j}\text{dout}^n_{f,i,j}\;\tilde x^n_{c,\,si+u,\,sj+v},\qquad
# \frac{\partial\mathcal L}{\partial b_f}=\sum_{n,i,j}\text{dout}^n_{f,i,j},\qquad
# \frac{\partial\mathcal L}{\partial\tilde x^n_{c,p,q}}=\sum_{f}\;\sum_{\substack{i,u:\ si+u=p\\ j,v:\ sj+v=q}} w_{f,c,u,v}\;\text{dout}^n_{f,i,j}$$
#
# * **Weights are shared**, so a weight collects from every position of every image: a SUM, as everywhere in this chapter.
# * **Windows overlap**, so a pixel collects from every window that it lies in: `+=`, never `=`.
# * The zeros of the padding are no pixels of the image. Cut their gradient off.
#
# **By hand.** The example of {ref:conv2d_forward} with $\text{dout}=\begin{pmatrix}1&0\\0&2\end{pmatrix}$. Two windows have a say, the upper left once and the lower right twice:
#
# $$dw=1\begin{pmatrix}1&2\\0&1\end{pmatrix}+2\begin{pmatrix}1&3\\1&0\end{pmatrix}=\begin{pmatrix}3&8\\2&1\end{pmatrix},\qquad db=3,\qquad
# dx=\begin{pmatrix}1&0&0\\0&-1&0\\0&0&0\end{pmatrix}+\begin{pmatrix}0&0&0\\0&2&0\\0&0&-2\end{pmatrix}=\begin{pmatrix}1&0&0\\0&1&0\\0&0&-2\end{pmatrix}$$
#
# Each number of `dout` paints the kernel, in its own strength, back onto the window that it came from. That picture is the whole of $dx$.
# %% [markdown] lang="zh" of="bb4c"
# ## {n} 卷积：反向
#
# 反向传播向每一层要的，与第四章 `affine_backward` 给出的一样：已知输出的梯度 `dout` $=\partial\mathcal L/\partial Z$，求每个输入的梯度。并不需要新的知识。特征图的每个元素都是一些乘积之和，
# $Z^n_{f,i,j}=b_f+\sum_{c,u,v} w_{f,c,u,v}\,\tilde x^n_{c,\,si+u,\,sj+v}$，所以每个乘积传回给一个因子的，就是**另一个**因子乘以 `dout`。剩下的只是数清楚：谁被用了几次？
#
# $$\frac{\partial\mathcal L}{\partial w_{f,c,u,v}}=\sum_{n,i,j}\text{dout}^n_{f,i,j}\;\tilde x^n_{c,\,si+u,\,sj+v},\qquad
# \frac{\partial\mathcal L}{\partial b_f}=\sum_{n,i,j}\text{dout}^n_{f,i,j},\qquad
# \frac{\partial\mathcal L}{\partial\tilde x^n_{c,p,q}}=\sum_{f}\;\sum_{\substack{i,u:\ si+u=p\\ j,v:\ sj+v=q}} w_{f,c,u,v}\;\text{dout}^n_{f,i,j}$$
#
# * **权重是共用的**，所以一个权重要从每张图的每个位置收集：与本章各处一样，是**求和**。
# * **窗口会重叠**，所以一个像素要从它所在的每个窗口收集：用 `+=`，不能用 `=`。
# * 填充的 0 不是图像的像素，它们的梯度要去掉。
#
# **手算。** 沿用 {ref:conv2d_forward} 的例子，设 $\text{dout}=\begin{pmatrix}1&0\\0&2\end{pmatrix}$。只有两个窗口起作用，左上角的一份，右下角的两份：
#
# $$dw=1\begin{pmatrix}1&2\\0&1\end{pmatrix}+2\begin{pmatrix}1&3\\1&0\end{pmatrix}=\begin{pmatrix}3&8\\2&1\end{pmatrix},\qquad db=3,\qquad
# dx=\begin{pmatrix}1&0&0\\0&-1&0\\0&0&0\end{pmatrix}+\begin{pmatrix}0&0&0\\0&2&0\\0&0&-2\end{pmatrix}=\begin{pmatrix}1&0&0\\0&1&0\\0&0&-2\end{pmatrix}$$
#
# `dout` 的每个数，都按自己的强度，把卷积核印回它所来自的那个窗口。这幅画面就是 $dx$ 的全部。
# %% answer="conv2d_backward"
def conv2d_backward(dout, x, w, stride, pad):
    """Gradients of a loss through a convolution.

    dout (N, F, Ho, Wo) is the gradient with respect to the maps; x (N, C, H, W), w (F, C, kh, kw), stride and pad are what
    the forward pass used.  Returns (dx, dw, db) of shapes (N, C, H, W), (F, C, kh, kw) and (F,); dw and db are SUMS over
    all images and positions.
    """
    ### BEGIN SOLUTION
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    Ho, Wo = dout.shape[2:]
    dpadded, dw = np.zeros(padded.shape), np.empty(w.shape)
    for u in range(w.shape[2]):
        for v in range(w.shape[3]):
            met = np.s_[:, :, u : u + stride * Ho : stride, v : v + stride * Wo : stride]  # what entry (u, v) met
            dw[:, :, u, v] = np.einsum("nfhw,nchw->fc", dout, padded[met])
            dpadded[met] += np.einsum("nfhw,fc->nchw", dout, w[:, :, u, v])
    dx = dpadded[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]]
    db = dout.sum(axis=(0, 2, 3))
    return dx, dw, db
    ### END SOLUTION


# %% [markdown] docstring="conv2d_backward" lang="zh" of="18d4"
# 损失穿过一层卷积的梯度。
#
# dout (N, F, Ho, Wo) 是损失对特征图的梯度；x (N, C, H, W)、w (F, C, kh, kw)、stride、pad 是前向时用过的值。
# 返回 (dx, dw, db)，形状分别为 (N, C, H, W)、(F, C, kh, kw)、(F,)；dw 和 db 对所有图像、所有位置求和。
# %% [markdown] why="conv2d_backward" lang="en"
# The way back walks over the same slices as the way forward: where a slice was read, now something is added. Within one slice no pixel comes twice;
# overlapping windows meet in different slices, and there `+=` adds up. The border of the padding is cut off once, at the end.
# %% [markdown] why="conv2d_backward" lang="zh" of="3b1a"
# 反向走的正是前向的那些切片：当初从哪里读，现在就往哪里加。同一个切片里每个像素只出现一次；窗口的重叠发生在不同的切片之间，由 `+=` 累加。填充的边最后一次裁掉即可。
# %% grading="conv2d_backward"
def inputs(rng, shape, f, kh, kw, stride=1, pad=0):
    N, C, H, W = shape
    maps = (N, f, (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1)
    return {
        "dout": normal(rng, *maps),
        "x": normal(rng, *shape),
        **filters(rng, f, C, kh, kw),
        "stride": stride,
        "pad": pad,
    }


def plain_cases(rng):
    yield Case("typical", zh="一般数据", **inputs(rng, (2, 3, 4, 5), 4, 3, 3))


def edge_cases(rng):
    yield Case("one image, one channel, one filter", zh="一张图、一个通道、一个滤波器", **inputs(rng, (1, 1, 5, 4), 1, 3, 3))
    yield Case("a kernel of 2 × 3", zh="2 × 3 的核", **inputs(rng, (2, 2, 3, 5), 3, 2, 3))
    yield Case("a kernel as large as the image", zh="核与图像一样大", public=False, **inputs(rng, (3, 2, 3, 2), 2, 3, 2))


def stride_cases(rng):
    yield Case("stride 2", zh="步幅为 2", **inputs(rng, (1, 2, 7, 5), 3, 3, 3, stride=2))
    yield Case("stride 2, not all pixels reached", zh="步幅为 2，有的像素碰不到", **inputs(rng, (1, 2, 6, 4), 2, 3, 2, stride=2))
    yield Case("padding 2", zh="填充 2", **inputs(rng, (2, 1, 2, 3), 2, 3, 3, pad=2))
    yield Case("stride 3, padding 2", zh="步幅 3，填充 2", public=False, **inputs(rng, (1, 2, 5, 6), 2, 3, 3, stride=3, pad=2))


def wide_cases(rng):
    yield Case("a large image", zh="很大的图像", public=False, seed=int(rng.integers(2**31)))


def layer_gradients(impl, case):
    return impl.conv2d_backward(case.dout, case.x, case.w, case.stride, case.pad)


def wide_gradients(impl, case):
    """Their projections on four directions, made here so that banks stay small."""
    rng = np.random.default_rng(case.seed)
    dout, x, w = (rng.integers(-2, 3, shape) * 0.5 for shape in ((1, 2, 118, 118), (1, 2, 120, 120), (2, 2, 3, 3)))
    ways = [rng.integers(-2, 3, (4, n)) * 0.5 for n in (x.size, w.size, 2)]
    return tuple(way @ np.ravel(part) for way, part in zip(ways, impl.conv2d_backward(dout, x, w, 1, 0)))


def weighted_maps(impl, case):
    maps = np.asarray(impl.conv2d_forward(case.x, case.w, case.b, case.stride, case.pad))
    return np.sum(case.dout * maps.reshape(case.dout.shape))


@variant
def patch_by_patch(dout, x, w, stride, pad):
    kh, kw = w.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dx, dw, db = np.zeros(padded.shape), np.zeros(w.shape), np.zeros(len(w))
    for n, f, i, j in np.ndindex(*dout.shape):
        window = np.s_[n, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
        dx[window] += w[f] * dout[n, f, i, j]
        dw[f] += padded[window] * dout[n, f, i, j]
        db[f] += dout[n, f, i, j]
    return dx[:, :, pad : dx.shape[2] - pad, pad : dx.shape[3] - pad], dw, db


@variant
def a_convolution_of_dout(dout, x, w, stride, pad):
    kh, kw = w.shape[2:]
    spread = np.zeros((*dout.shape[:2], x.shape[2] + 2 * pad - kh + 1, x.shape[3] + 2 * pad - kw + 1))
    spread[:, :, ::stride, ::stride] = dout
    turned = w[:, :, ::-1, ::-1].swapaxes(0, 1)
    dx = conv2d_forward(np.pad(spread, ((0, 0), (0, 0), (kh - 1,) * 2, (kw - 1,) * 2)), turned, np.zeros(len(turned)), 1, 0)
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dw = conv2d_forward(padded.swapaxes(0, 1), spread.swapaxes(0, 1), np.zeros(len(w)), 1, 0).swapaxes(0, 1)
    return [dx[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]], dw, np.einsum("nfhw->f", dout)]


Exercise(
    points=5, reference=cnn.conv2d_backward, cases=plain_cases, observe=layer_gradients, tolerance=CLOSED_FORM,
    gradient=Gradient(of=weighted_maps, wrt=("x", "w", "b")), accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[
        Group("edge", edge_cases),
        Group("stride", stride_cases, en="Stride and padding", zh="步幅与填充"),
        Group("wide", wide_cases, observe=wide_gradients, **WIDE),
    ],
    seconds=5.0,  # the large image takes 0.01 s by slices, 0.3 s patch by patch, and some 20 s by 29,000 losses
    mistakes=[
        Mistake("overwritten_on_overlap", "dpadded[met] +=", "dpadded[met] =",
            en="`dw` and `db` are right. In `dx` windows overlap, and the last one overwrote what the others had left: a pixel collects from every window that it lies in.",
            zh="`dw` 和 `db` 是对的。`dx` 里窗口会重叠，后来的把前面留下的覆盖了：一个像素要从它所在的每个窗口收集。"),
        Mistake("kernel_turned_round", "dout, w[:, :, u, v])", "dout, w[:, :, -1 - u, -1 - v])",
            en="`dx` has the kernel turned by 180°. Follow one product: w at (u, v) met the pixel (s·i + u, s·j + v), and to that pixel it goes back.",
            zh="`dx` 里的卷积核旋转了 180°。盯住一个乘积：(u, v) 处的 w 遇到的是像素 (s·i + u, s·j + v)，传回去也是这个像素。"),
        Mistake("padding_kept", "dpadded[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]]", "dpadded",
            en="`dx` still has the border of the padding. Those zeros are no pixels of x: `dx` has the shape of x.",
            zh="`dx` 还带着填充的边。那些 0 不是 x 的像素：`dx` 的形状应与 x 相同。"),
        Mistake("padding_cut_on_one_side", "dpadded[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]]",
            "dpadded[:, :, : x.shape[2], : x.shape[3]]",
            en="`dx` has the right shape, but lies `pad` pixels too far to the lower right: cut the border off on all four sides, above and on the left too.",
            zh="`dx` 的形状对了，但整体向右下偏了 `pad` 个像素：四边都要去掉，上边和左边也一样。"),
        Mistake("db_of_every_position", "dout.sum(axis=(0, 2, 3))", "dout.sum(axis=0)",
            en="`db` still has a number for each position. One bias serves a whole map: sum over images and both spatial axes, which leaves (F,).",
            zh="`db` 在每个位置还各有一个数。一整张图共用一个偏置：对图像和两个空间轴都求和，剩下 (F,)。"),
        Mistake("db_mean_over_positions", "dout.sum(axis=(0, 2, 3))", "dout.sum(axis=0).mean(axis=(1, 2))",
            en="`db` is a mean over the positions. The bias is added at each of them, so their gradients add up: a SUM.",
            zh="`db` 对位置取了平均。每个位置都加了一次偏置，梯度也就一个个加起来：**求和**。"),
        Mistake("dw_mean_over_images", 'np.einsum("nfhw,nchw->fc", dout, padded[met])',
            'np.einsum("nfhw,nchw->fc", dout, padded[met]) / len(x)',
            en="`dw` is divided by the number of images. The loss is a SUM here, and so are its gradients.",
            zh="`dw` 除以了图像的张数。这里的损失是求和，梯度也是求和。"),
        Mistake("dw_of_the_last_image", "dout, padded[met])", "dout[-1:], padded[met][-1:])",
            en="`dw` comes from the last image alone: was it overwritten in a loop? All images share the weights, so their contributions add up.",
            zh="`dw` 只来自最后一张图：是不是在循环里被覆盖了？所有图像共用这些权重，贡献要加起来。"),
        Mistake("kernel_transposed", "dout, w[:, :, u, v])", "dout, w.swapaxes(2, 3)[:, :, u % w.shape[3], v % w.shape[2]])",
            en="In `dx` rows and columns of the kernel are exchanged.",
            zh="`dx` 里卷积核的行和列颠倒了。"),
        Mistake("stride_ignored", "u : u + stride * Ho : stride, v : v + stride * Wo : stride]",
            "u : u + Ho, v : v + Wo]",
            en="Right while the stride is 1. For a larger one entry (i, j) of `dout` belongs to the window that begins at pixel (s·i, s·j), not at (i, j).",
            zh="步幅为 1 时是对的。步幅更大时，`dout` 的元素 (i, j) 对应的窗口从像素 (s·i, s·j) 开始，不是 (i, j)。"),
        Mistake("order_of_results", "return dx, dw, db", "return dw, db, dx",
            en="The three gradients are right, but they come back in another order than (dx, dw, db).",
            zh="三个梯度都对，只是返回的次序不是 (dx, dw, db)。"),
    ],
    variants=[
        Variant("float32", "return dx, dw, db", "return dx.astype(np.float32), dw.astype(np.float32), db"),
        Variant("ones_product", "dout.sum(axis=(0, 2, 3))", "np.moveaxis(dout, 1, -1).reshape(-1, len(w)).sum(axis=0)"),
    ],
)
