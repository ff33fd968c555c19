# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import cnn

from chapter import distinct, maxpool_forward, normal

# %% [markdown] lang="en"
# ## {n} Bonus: ReLU before or after pooling?
#
# Between convolution and pooling stands an activation, mostly a ReLU (§6.1). Does it matter whether it comes before the pooling or after? A ReLU never turns an order round: if $a\ge b$, then $\max(a,0)\ge\max(b,0)$. So the greatest entry of a window is still the greatest after the ReLU, and
#
# $$\max_k\,\text{relu}(x_k)=\text{relu}\bigl(\max_k x_k\bigr).$$
#
# Libraries use that: pooling first leaves a quarter of the work. For the *mean* of a window it does not hold. Measure both: the greatest absolute difference between "ReLU, then pool" and "pool, then ReLU", over all entries, once with max pooling and once with average pooling.
#
# **By hand.** One window $(3, -1, -1, -1)$. Maximum: $3$ both ways, difference $0$. Mean: ReLU first gives $\tfrac34$; mean first gives $0$, and the ReLU leaves it: difference $0.75$.
# %% [markdown] lang="zh" of="0f9c"
# ## {n} 附加题：ReLU 放在池化之前还是之后？
#
# 卷积与池化之间有激活函数，多半是 ReLU（§6.1）。放在池化之前还是之后，有区别吗？ReLU 不会颠倒大小：若 $a\ge b$，则 $\max(a,0)\ge\max(b,0)$。所以窗口里最大的元素，经过 ReLU 之后仍然最大，
#
# $$\max_k\,\text{relu}(x_k)=\text{relu}\bigl(\max_k x_k\bigr).$$
#
# 各种库正是这样做的：先池化，只剩四分之一的工作量。可是对窗口的**平均**，这就不成立了。请把两者都量一量：“先 ReLU 后池化”与“先池化后 ReLU”相差的绝对值，在所有元素中最大是多少？最大池化算一次，平均池化算一次。
#
# **手算。** 一个窗口 $(3, -1, -1, -1)$。最大值：两种次序都是 $3$，相差 $0$。平均：先 ReLU 得 $\tfrac34$；先平均得 $0$，再 ReLU 还是 $0$：相差 $0.75$。
# %% answer="relu_pool_gaps" extra
def relu_pool_gaps(x, size, stride):
    """The greatest absolute difference between pooling after a ReLU and before it.

    x (N, C, H, W); windows of size × size, `stride` apart, as in `maxpool_forward`.
    Returns (by_max, by_mean): two numbers, for max pooling and for average pooling.
    """
    ### BEGIN SOLUTION
    def mean_pool(x):
        windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))
        return windows[:, :, ::stride, ::stride].mean(axis=(4, 5))

    def relu(z):
        return np.maximum(z, 0)

    by_max = np.max(np.abs(maxpool_forward(relu(x), size, stride) - relu(maxpool_forward(x, size, stride))))
    by_mean = np.max(np.abs(mean_pool(relu(x)) - relu(mean_pool(x))))
    return by_max, by_mean
    ### END SOLUTION


# %% [markdown] docstring="relu_pool_gaps" lang="zh" of="745b"
# 先 ReLU 后池化与先池化后 ReLU 之间，相差的绝对值最大是多少。
#
# x (N, C, H, W)；窗口为 size × size，相距 `stride`，与 `maxpool_forward` 相同。
# 返回 (by_max, by_mean)：两个数，分别对应最大池化与平均池化。
# %% [markdown] why="relu_pool_gaps" lang="en"
# Both orders use the same two helpers, so nothing but the order can make a difference. For the maximum the gap is exactly
# 0, with no rounding error: maximum and ReLU only pick numbers, while a mean computes new ones.
# %% [markdown] why="relu_pool_gaps" lang="zh" of="d6af"
# 两种次序用的是同一对辅助函数，差别只可能来自次序本身。最大池化的差恰好是 0，连舍入误差也没有：取最大值和 ReLU 只是挑选现成的数，求平均则要算出新的数。
# %% grading="relu_pool_gaps"
def plain_cases(rng):
    yield Case("windows side by side", zh="窗口并排", x=normal(rng, 2, 3, 4, 6), size=2, stride=2)


def edge_cases(rng):
    yield Case("windows that overlap", zh="窗口重叠", x=distinct(rng, 1, 2, 5, 4), size=3, stride=1)
    yield Case("nothing negative", zh="没有负数", x=np.abs(normal(rng, 1, 2, 4, 4)), size=2, stride=2)


@variant
def in_plain_loops(x, size, stride):
    gaps = [0.0, 0.0]
    for n, c, i, j in np.ndindex(*x.shape[:2], (x.shape[2] - size) // stride + 1, (x.shape[3] - size) // stride + 1):
        seen = x[n, c, i * stride : i * stride + size, j * stride : j * stride + size]
        for k, pool in enumerate((np.max, np.mean)):
            gaps[k] = max(gaps[k], abs(pool(np.clip(seen, 0, None)) - max(pool(seen), 0)))
    return gaps


Exercise(
    points=1, reference=cnn.relu_pool_gaps, cases=plain_cases, tolerance=CLOSED_FORM, accepts=("integers",),
    forbids=FROM_SCRATCH, many_right="the first number is 0 for every input, whatever it is computed from",
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("mean_of_the_differences", "np.max(np.abs(mean_pool(", "np.mean(np.abs(mean_pool(",
            en="You took the mean of the differences. The greatest one is asked for.",
            zh="你取了差的平均。题目要的是最大的差。"),
        Mistake("sum_of_the_window", ".mean(axis=(4, 5))", ".sum(axis=(4, 5))",
            en="Your windows are added up. Average pooling divides by size².",
            zh="你的窗口取的是和。平均池化还要除以 size²。"),
        Mistake("differences_with_their_sign", "np.max(np.abs(mean_pool(relu(x)) - relu(mean_pool(x))))",
            "np.max(relu(mean_pool(x)) - mean_pool(relu(x)))",
            en="The greatest of the *signed* differences is not the greatest difference. (The mean of what ReLU left is never smaller, so the sign is always the same.)",
            zh="**带符号**的差里最大的，不一定是相差最大的。（先 ReLU 再平均从不会更小，所以符号总是一样的。）"),
        Mistake("results_exchanged", "return by_max, by_mean", "return by_mean, by_max",
            en="The two numbers have changed places: max pooling comes first.",
            zh="两个数对调了：最大池化在前。"),
        Mistake("relu_on_one_side_alone", "- relu(mean_pool(x))", "- mean_pool(x)",
            en="In the second order of the mean the ReLU is missing: pool, *then* ReLU.",
            zh="平均的第二种次序少了 ReLU：先池化，**再** ReLU。"),
        Mistake("absolute_value_for_relu", "return np.maximum(z, 0)", "return np.abs(z)",
            en="A ReLU makes negative numbers 0; yours turns their sign.",
            zh="ReLU 把负数变成 0；你的把负号去掉了。"),
    ],
    variants=[
        Variant("norm", "np.max(np.abs(mean_pool(relu(x)) - relu(mean_pool(x))))",
            "np.linalg.norm(np.ravel(mean_pool(relu(x)) - relu(mean_pool(x))), np.inf)"),
        Variant("known_by_proof", "return by_max, by_mean", "return 0, np.float32(by_mean)"),
    ],
)
