# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import unsupervised

# %% [markdown] lang="en"
# ## {n} Bonus: what does the codebook save?
#
# The notes' fifth use (§10.3): the encoder compresses, the decoder unpacks. How much is saved by the codebook of the figure above, in bits?
#
# * Raw: $N$ images of $D$ pixels with $B$ bits each.
# * Packed: a number from $0$ to $K-1$ for each image, $\lceil\log_2K\rceil$ bits; and, once, the codebook itself, $K$ images in raw form. Without it nobody can unpack.
#
# The **ratio** is raw over packed. Above 1 it pays.
#
# **By hand.** $N=1000$, $D=64$, $B=4$, $K=16$: raw $256{,}000$ bits, packed $1000\cdot4+16\cdot64\cdot4=8096$: ratio $31.6$. For $K=10$, four bits are still needed for each image: $256{,}000/(4000+2560)=39.0$.
# %% [markdown] lang="zh" of="23da"
# ## {n} 附加题：码本省了多少？
#
# 讲义的应用五（§10.3）：编码器压缩，解码器解压。上图的码本省了多少比特？
#
# * 原始：$N$ 张图，每张 $D$ 个像素，每个像素 $B$ 比特。
# * 压缩后：每张图一个 $0$ 到 $K-1$ 的编号，$\lceil\log_2K\rceil$ 比特；另外还要一次性地存下码本本身，即 $K$ 张原始图像。没有它谁也解不了压。
#
# **压缩比**是原始除以压缩后。大于 1 才划算。
#
# **手算。** $N=1000$，$D=64$，$B=4$，$K=16$：原始 $256{,}000$ 比特，压缩后 $1000\cdot4+16\cdot64\cdot4=8096$，压缩比 $31.6$。$K=10$ 时每张图仍要四个比特：$256{,}000/(4000+2560)=39.0$。
# %% answer="compression_ratio" extra
def compression_ratio(n_images, n_pixels, bits, n_codes):
    """Bits of the raw images over bits of their numbers and of the codebook.

    n_images images of n_pixels pixels with so many bits each; a codebook of n_codes ≥ 2 images.  Returns a number.
    """
    ### BEGIN SOLUTION
    bits_of_number = int(np.ceil(np.log2(n_codes)))
    packed = n_images * bits_of_number + n_codes * n_pixels * bits
    return n_images * n_pixels * bits / packed
    ### END SOLUTION


# %% [markdown] docstring="compression_ratio" lang="zh" of="8098"
# 原始图像的比特数，除以编号与码本的比特数。
#
# n_images 张图，每张 n_pixels 个像素，每个像素 bits 比特；码本有 n_codes ≥ 2 张图。返回一个数。
# %% [markdown] why="compression_ratio" lang="en"
# The numbers of K entries run up to K − 1, and that takes $\lceil\log_2K\rceil$ bits, whole ones, for each image. The codebook is paid for once,
# so it weighs less the more images there are: without an end to them the ratio tends to raw bits over bits of a number.
# %% [markdown] why="compression_ratio" lang="zh" of="5d44"
# K 个条目的编号最大是 K − 1，每张图要用 $\lceil\log_2K\rceil$ 个完整的比特。码本只付一次，图像越多，分摊得越少：无限多时，压缩比趋于“原始比特数 ÷ 编号比特数”。
# %% grading="compression_ratio"
def sizes(rng, low, high):
    return {"n_images": int(rng.integers(500, 3000)), "n_pixels": int(rng.integers(30, 200)), "bits": int(rng.integers(3, 9)), "n_codes": int(rng.integers(low, high))}


def ratio_cases(rng):
    yield Case("typical", zh="一般数据", **sizes(rng, 9, 15))
    yield Case("a large codebook", zh="很大的码本", **sizes(rng, 33, 60))


def edge_cases(rng):
    yield Case("a power of two", zh="2 的幂", **{**sizes(rng, 2, 3), "n_codes": int(rng.choice([4, 8, 16, 32]))})
    few = sizes(rng, 9, 15)
    yield Case("more entries than it pays for", zh="码本大到不划算", **{**few, "n_images": int(rng.integers(5, 9))})


@variant
def bit_length(n_images, n_pixels, bits, n_codes):
    image = n_pixels * bits
    return n_images * image / (n_images * (n_codes - 1).bit_length() + n_codes * image)


Exercise(
    points=1, reference=unsupervised.compression_ratio, cases=ratio_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("codebook_forgotten", " + n_codes * n_pixels * bits", "",
            en="The codebook has to be stored as well: without it nobody can unpack.", zh="码本也要存下来：没有它谁也解不了压。"),
        Mistake("turned_round", "return n_images * n_pixels * bits / packed", "return packed / (n_images * n_pixels * bits)",
            en="You divided packed by raw. The ratio is the other way round: above 1 it pays.", zh="你用压缩后除以原始。压缩比应当反过来：大于 1 才划算。"),
        Mistake("whole_bits_forgotten", "int(np.ceil(np.log2(n_codes)))", "np.log2(n_codes)",
            en="There are no fractions of a bit: round up.", zh="没有零点几个比特：要向上取整。"),
        Mistake("rounded_down", "int(np.ceil(np.log2(n_codes)))", "int(np.log2(n_codes))",
            en="You rounded down: three bits can't tell ten entries apart.", zh="你向下取整了：三个比特分不清十个条目。"),
        Mistake("natural_logarithm", "np.log2(n_codes)", "np.log(n_codes)",
            en="Bits are counted by the logarithm to base 2.", zh="比特数要用以 2 为底的对数。"),
        Mistake("a_bit_for_each_entry", "int(np.ceil(np.log2(n_codes)))", "n_codes",
            en="You gave every number as many bits as there are entries. With b bits one can tell 2ᵇ entries apart.", zh="码本有几个条目，你就给编号几个比特。其实 b 个比特能分清 2ᵇ 个条目。"),
        Mistake("a_number_for_each_pixel", "n_images * bits_of_number", "n_images * n_pixels * bits_of_number",
            en="You sent a number for every pixel. One for the whole image is enough.", zh="你给每个像素都发了一个编号。整张图一个就够。"),
    ],
    variants=[
        Variant("without_conversion", "int(np.ceil(np.log2(n_codes)))", "np.ceil(np.log2(n_codes))"),
        Variant("rounded", "int(np.ceil(np.log2(n_codes)))", "round(np.ceil(np.log2(n_codes)))"),
        Variant("a_product_in_any_order", "    bits_of_number =", "    n_pixels, bits = bits, n_pixels\n    bits_of_number ="),
    ],
)
