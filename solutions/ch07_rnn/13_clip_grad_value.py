# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import rnn

from chapter import gradients, normal

# %% [markdown] lang="en"
# ## {n} Clipping by value
#
# The cruder remedy needs no norm at all: every single entry is limited to the range from `-limit` to `limit`. Entries within it stay as they are.
#
# **By hand.** With `limit=1` the gradient $(3, -0.5, -4)$ becomes $(1, -0.5, -1)$. Compare the directions before and after: they are not the same. That is the price.
# %% [markdown] lang="zh" of="0214"
# ## {n} 按数值裁剪
#
# 更粗糙的办法连范数都不用算：把每个元素单独限制在 `-limit` 到 `limit` 之间，范围之内的不动。
#
# **手算。** `limit=1` 时，梯度 $(3, -0.5, -4)$ 变成 $(1, -0.5, -1)$。比较一下前后的方向：不一样了。这就是代价。
# %% answer="clip_grad_value"
def clip_grad_value(grads, limit):
    """Gradients with every entry limited to the range from −limit to limit.

    grads, a dict of arrays; limit > 0.  Returns a new dict of the same keys and shapes; grads stay as they are.
    """
    ### BEGIN SOLUTION
    return {name: np.clip(grad, -limit, limit) for name, grad in grads.items()}
    ### END SOLUTION


# %% [markdown] docstring="clip_grad_value" lang="zh" of="3326"
# 把梯度的每个元素限制在 −limit 到 limit 之间。
#
# grads 是数组的字典；limit > 0。返回新的字典，键和形状都相同；grads 保持原样。
# %% [markdown] why="clip_grad_value" lang="en"
# Every entry is judged alone, so no norm is needed, and nothing has to be known of the other tensors. The price shows when much is
# clipped: then nearly all entries have one size, and little more than their signs is left of the direction.
# %% [markdown] why="clip_grad_value" lang="zh" of="817c"
# 每个元素各自判断，不需要范数，也不必知道别的张量。代价在裁得多的时候才看得出来：那时几乎所有元素一样大，方向里剩下的差不多只有正负号。
# %% grading="clip_grad_value"
def value_cases(rng):
    shapes = {"W_x": (3, 2), "W_h": (2, 2), "b_h": (2,)}  # each tensor has entries beyond twice the limit on both sides
    grads = {name: (np.resize([1, -1], shape) * rng.uniform(3.5, 9, size=shape)).round(2) for name, shape in shapes.items()}
    grads["W_x"][0] = (normal(rng, 2) * 0.2).round(2)
    yield Case("typical", zh="一般梯度", grads=grads, limit=round(rng.uniform(0.5, 1.5), 2))


def edge_cases(rng):
    yield Case("nothing to clip", zh="不需要裁剪", grads=gradients(rng, 0.1), limit=float(rng.integers(2, 4)))
    yield Case("one tensor", zh="只有一个张量", grads={"b": np.array([60.0, -40.0, 0.5]) * rng.uniform(0.9, 1.1)}, limit=round(rng.uniform(2, 4), 1))


@variant
def where(grads, limit):
    return {name: np.where(np.abs(grad) > limit, limit * np.sign(grad), grad) for name, grad in grads.items()}


Exercise(
    points=1, reference=rnn.clip_grad_value, cases=value_cases, tolerance=CLOSED_FORM, accepts=("integers",),
    forbids=FROM_SCRATCH, groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("one_side_only", "np.clip(grad, -limit, limit)", "np.minimum(grad, limit)",
            en="Large negative entries pass: limit both sides.", zh="很大的负元素没有被限制：两边都要限制。"),
        Mistake("negative_side_only", "np.clip(grad, -limit, limit)", "np.maximum(grad, -limit)",
            en="Large positive entries pass: limit both sides.", zh="很大的正元素没有被限制：两边都要限制。"),
        Mistake("set_to_zero", "np.clip(grad, -limit, limit)", "np.where(np.abs(grad) > limit, 0, grad)",
            en="Entries beyond the limit are thrown away. They are set to the limit, with their sign.",
            zh="超过上限的元素被丢成 0 了。应当设为上限，符号不变。"),
        Mistake("sign_lost", "np.clip(grad, -limit, limit)", "np.where(np.abs(grad) > limit, limit, grad)",
            en="A large negative entry becomes +limit: it keeps its sign.", zh="很大的负元素变成了 +limit：符号应当保留。"),
        Mistake("scaled_instead", "np.clip(grad, -limit, limit)", "grad * min(1.0, limit / max(np.max(np.abs(grad)), 1e-300))",
            en="You scaled each tensor so that its largest entry fits. Here each entry is cut off by itself.",
            zh="你缩放了整个张量，让最大的元素刚好合适。这里是每个元素各自截断。"),
        Mistake("by_the_norm", "    return {name: np.clip(grad, -limit, limit) for name, grad in grads.items()}", "    return clip_grad_norm(grads, limit)",
            en="That is clipping by the norm. Here every entry is limited by itself.", zh="那是按范数裁剪。这里是每个元素各自限制。"),
        Mistake("in_place", "    return {name: np.clip(grad, -limit, limit) for name, grad in grads.items()}",
            "    for name in grads:\n        grads[name] = np.clip(grads[name], -limit, limit)\n    return grads",
            en="The numbers are right, but the caller's dict was changed. Return a new one.",
            zh="数值是对的，但调用者的字典被改动了。请返回新的字典。"),
        Mistake("everything_at_the_limit", "np.clip(grad, -limit, limit)", "limit * np.sign(grad)",
            en="Small entries are blown up to the limit. Within the range they stay as they are.",
            zh="小元素也被放大到了上限。范围之内的应当不动。"),
    ],
    variants=[
        Variant("two_steps", "np.clip(grad, -limit, limit)", "np.maximum(np.minimum(grad, limit), -limit)"),
        Variant("limit_below_first", "np.clip(grad, -limit, limit)", "np.clip(-limit, grad, limit)"),
        Variant("float32", "np.clip(grad, -limit, limit)", "np.clip(grad, -limit, limit).astype(np.float32)"),
    ],
)
