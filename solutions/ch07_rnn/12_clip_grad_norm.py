# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import rnn

from chapter import gradients, normal

# %% [markdown] lang="en"
# ## {n} Clipping by the norm
#
# Where the loss has a cliff, one huge gradient throws the parameters out of the valley. The remedy of §8.4 is a speed limit. Take **all** gradients together as one long vector; if its length exceeds `max_norm`, shorten it to that length, and leave it as it is otherwise:
#
# $$g \leftarrow g\cdot\min\Bigl(1,\ \frac{\text{max\_norm}}{\lVert g\rVert}\Bigr),\qquad \lVert g\rVert = \sqrt{\textstyle\sum_i g_i^2},$$
#
# summed over all entries of all tensors.
#
# The direction is kept; only the step gets shorter. That is why all tensors share one norm: scaled one by one, they would point elsewhere. Gradients that are all 0 stay 0.
#
# **By hand.** $dW = (3)$, $db = (4)$: the norm is 5. With `max_norm=1` both are divided by 5, giving $0.6$ and $0.8$; with `max_norm=10` nothing happens.
# %% [markdown] lang="zh" of="af72"
# ## {n} 按范数裁剪
#
# 损失遇到悬崖时，一个巨大的梯度就会把参数甩出山谷。§8.4 的办法是限速。把**全部**梯度连成一个长向量；长度超过 `max_norm`，就缩短到这个长度，否则原样不动：
#
# $$g \leftarrow g\cdot\min\Bigl(1,\ \frac{\text{max\_norm}}{\lVert g\rVert}\Bigr),\qquad \lVert g\rVert = \sqrt{\textstyle\sum_i g_i^2},$$
#
# 其中求和遍及所有张量的所有元素。
#
# 方向不变，只是步子变短。所以范数要合在一起算：如果各自缩放，方向就变了。全为 0 的梯度仍是 0。
#
# **手算。** $dW = (3)$，$db = (4)$：范数是 5。`max_norm=1` 时，两者都除以 5，得 $0.6$ 和 $0.8$；`max_norm=10` 时什么也不变。
# %% answer="clip_grad_norm"
def clip_grad_norm(grads, max_norm):
    """Gradients scaled together, so that the norm of all of them taken as one vector is at most max_norm.

    grads, a dict of arrays; max_norm > 0.  Returns a new dict of the same keys and shapes; grads stay as they are.
    """
    ### BEGIN SOLUTION
    norm = np.sqrt(sum(np.sum(grad**2) for grad in grads.values()))
    scale = max_norm / norm if norm > max_norm else 1.0
    return {name: grad * scale for name, grad in grads.items()}
    ### END SOLUTION


# %% [markdown] docstring="clip_grad_norm" lang="zh" of="9be5"
# 把所有梯度一起缩放，使它们合成一个向量时，范数不超过 max_norm。
#
# grads 是数组的字典；max_norm > 0。返回新的字典，键和形状都相同；grads 保持原样。
# %% [markdown] why="clip_grad_norm" lang="en"
# Before anything may be scaled all tensors must have been seen, for they share one length; one factor then keeps all their ratios. The comparison
# comes before the division, so gradients that are all 0 never divide by 0. Products are new arrays: the caller's stay as they are.
# %% [markdown] why="clip_grad_norm" lang="zh" of="42cc"
# 所有张量共用一个长度，所以全部看过之后才能开始缩放；只用一个因子，彼此的比例就不变。先比较再相除，梯度全为 0 时也不会除以 0。乘积是新数组，调用者的原样保留。
# %% grading="clip_grad_norm"
def clip_cases(rng):
    yield Case("too long", zh="太长", grads=gradients(rng, 4.0), max_norm=round(rng.uniform(0.5, 1), 2))
    yield Case("short enough", zh="够短", grads=gradients(rng, 0.1), max_norm=float(rng.integers(8, 12)))


def edge_cases(rng):
    yield Case("zero gradients", zh="梯度为零", grads={"W": np.zeros((2, 3)), "b": np.zeros(3)}, max_norm=1.0)
    yield Case("one tensor", zh="只有一个张量", grads={"b": normal(rng, 4) * 50}, max_norm=round(rng.uniform(2, 5), 1))
    each = {"W": np.array([[3.0, 0.0]]) * rng.uniform(0.9, 1.0), "b": np.array([0.0, 3.0])}
    yield Case("each short, together too long", zh="各自够短，合起来太长", grads=each, max_norm=3.5)


@variant
def one_long_vector(grads, max_norm):
    whole = np.concatenate([np.ravel(grad) for grad in grads.values()])
    factor = min(1.0, max_norm / max(np.sqrt(whole @ whole), 1e-300))
    return {name: np.asarray(grad) * factor for name, grad in grads.items()}


Exercise(
    points=1, reference=rnn.clip_grad_norm, cases=clip_cases, tolerance=CLOSED_FORM, accepts=("integers",),
    forbids=FROM_SCRATCH, groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("each_tensor_alone", "    return {name: grad * scale for name, grad in grads.items()}",
            "    return {name: grad * min(1.0, max_norm / max(np.linalg.norm(grad), 1e-300)) for name, grad in grads.items()}",
            en="Every tensor is clipped by its own norm, which turns the direction of the step. One norm for all of them, one factor.",
            zh="每个张量按自己的范数裁剪，步子的方向就变了。所有张量共用一个范数、一个系数。"),
        Mistake("always_scaled", "max_norm / norm if norm > max_norm else 1.0", "max_norm / norm if norm > 0 else 1.0",
            en="Short gradients are made longer. Only what exceeds the limit is scaled.",
            zh="短的梯度被拉长了。只有超过上限的才缩放。"),
        Mistake("squared_norm", "np.sqrt(sum(np.sum(grad**2) for grad in grads.values()))", "sum(np.sum(grad**2) for grad in grads.values())",
            en="The root is missing: you compare the squared length with the limit.", zh="漏了开方：你拿长度的平方去和上限比。"),
        Mistake("norms_added", "np.sqrt(sum(np.sum(grad**2) for grad in grads.values()))", "sum(np.sqrt(np.sum(grad**2)) for grad in grads.values())",
            en="You added the norms of the tensors. Add the *squares* first, then take the root once.",
            zh="你把各个张量的范数相加了。应当先把**平方**加起来，再开一次方。"),
        Mistake("largest_entry", "np.sqrt(sum(np.sum(grad**2) for grad in grads.values()))", "max(np.max(np.abs(grad)) for grad in grads.values())",
            en="You measure by the largest entry. The length of the whole vector is meant.",
            zh="你用最大的元素来量。这里指的是整个向量的长度。"),
        Mistake("entries_cut_off", "{name: grad * scale for name, grad in grads.items()}", "{name: np.clip(grad, -max_norm, max_norm) for name, grad in grads.items()}",
            en="You cut off single entries, which turns the direction. Here the whole vector is shortened.",
            zh="你逐个元素截断了，方向就变了。这里要把整个向量缩短。"),
        Mistake("in_place", "    return {name: grad * scale for name, grad in grads.items()}",
            "    for name in grads:\n        grads[name] = grads[name] * scale\n    return grads",
            en="The numbers are right, but the caller's dict was changed. Return a new one.",
            zh="数值是对的，但调用者的字典被改动了。请返回新的字典。"),
        Mistake("divides_by_zero", "if norm > max_norm else 1.0", "if norm > max_norm or norm == 0 else 1.0",
            en="Where all gradients are 0 you divide by their norm. Nothing is too long there.",
            zh="梯度全为 0 时，你除以了它们的范数。这时谁也不长，不必缩短。"),
    ],
    variants=[
        Variant("float32", "grad * scale for", "(grad * scale).astype(np.float32) for"),
        Variant("at_the_limit_either_way", "norm > max_norm else", "norm >= max_norm else"),
    ],
)
