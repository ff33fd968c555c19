# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import tricks

from chapter import drawn_by, nonzero, uniform, words

# %% [markdown] lang="en"
# ## {n} Find the bug: clipping at a cliff
#
# Some losses have cliffs: level ground, and then a wall. A single step that touches the wall has an enormous gradient and throws the parameters out of the landscape. **Clipping** (Pascanu, Mikolov and Bengio 2013) puts a limit $r$ (`max_norm`) on the length of the gradient and leaves its *direction* alone. The length is that of **all** gradients together, as if they were one long vector:
#
# $$\lVert g \rVert = \sqrt{\sum_{\text{all parameters}} g_i^2}, \qquad g \leftarrow \begin{cases} g & \lVert g \rVert \le r \\ \dfrac{r}{\lVert g \rVert}\, g & \text{else}\end{cases}$$
#
# A fellow student has written `clip_gradients` for the dict of gradients of a net. Nothing explodes any more. But the net trains strangely: after clipping it no longer walks in the direction of the gradient.
#
# **Exercise.** Say in the first line of the cell what is wrong (nobody grades that line), then mend the function.
#
# **By hand.** $dW_1 = (6, 0)$, $db_1 = (8)$, $r = 5$: the length is 10, so everything is halved: $(3, 0)$ and $(4)$. Print what the function gives. In which ratio are the two now, in which ratio were they?
# %% [markdown] lang="zh" of="d388"
# ## {n} 找错误：悬崖边的裁剪
#
# 有的损失函数上有悬崖：先是平地，突然一堵墙。只要有一步碰到墙，梯度就大得惊人，参数一下子被甩出这片地形。**梯度裁剪**（Pascanu、Mikolov 与 Bengio，2013）给梯度的长度设上限 $r$（`max_norm`），而**方向**不变。这里的长度，是**所有**梯度合在一起、当成一个长向量时的长度：
#
# $$\lVert g \rVert = \sqrt{\sum_i g_i^2}, \qquad g \leftarrow \begin{cases} g & \lVert g \rVert \le r \\ \dfrac{r}{\lVert g \rVert}\, g & \lVert g \rVert > r\end{cases}$$
#
# 其中 $i$ 遍及所有参数。
#
# 一位同学为网络的梯度字典写了 `clip_gradients`。再也没有什么爆炸了，可网络训练得很奇怪：裁剪之后，它走的不再是梯度的方向。
#
# **练习。** 先在单元格的第一行写出哪里错了（这一行不计分），再把函数改对。
#
# **手算。** $dW_1 = (6, 0)$，$db_1 = (8)$，$r = 5$：长度是 10，所以全部减半：$(3, 0)$ 和 $(4)$。把函数的结果打印出来看看：两者现在的比例是多少，原来又是多少？
# %% answer="clip_gradients"
def clip_gradients(grads, max_norm):
    """All gradients of a net, shortened together where together they are longer than max_norm.

    grads is a dict of arrays; max_norm > 0.  Returns a dict with the same keys and shapes, new arrays.  The length of
    all of them together is the root of the sum of the squares of all entries of all arrays.
    """
    ### BEGIN SOLUTION
    norm = np.sqrt(sum(np.sum(value**2) for value in grads.values()))
    clipped = {}
    for name, value in grads.items():
        clipped[name] = value * (max_norm / max(norm, max_norm))
    return clipped
    ### END SOLUTION


# %% [markdown] docstring="clip_gradients" lang="zh" of="1569"
# 网络的所有梯度合在一起超过 max_norm 时，一同缩短。
#
# grads 是数组的字典；max_norm > 0。返回键和形状都相同的字典，用新数组。
# 合在一起的长度，是所有数组所有元素的平方和再开方。
# %% [markdown] why="clip_gradients" lang="en"
# One length of all arrays and one factor for all of them: so the whole vector gets shorter and keeps its direction. `max(norm,
# max_norm)` holds both cases in one: what is short enough gets the factor 1, and a gradient of 0 meets no division by 0.
# %% [markdown] why="clip_gradients" lang="zh" of="00c9"
# 所有数组合起来只有一个长度，也只乘一个因子：整个向量变短，方向不变。`max(norm, max_norm)` 把两种情形合成一种：够短的乘以 1，梯度为 0 时也不会除以 0。
# %% grading="clip_gradients"
def gradients(rng, scale):
    return {"W1": nonzero(rng, 3, 2) * scale, "b1": nonzero(rng, 2), "W2": nonzero(rng, 2, 4) * 2, "b2": nonzero(rng, 4)}


def clip_cases(rng):
    yield Case("too long", zh="太长", grads=gradients(rng, uniform(rng, 5, 9)), max_norm=uniform(rng, 1, 3))
    yield Case("one array", zh="只有一个数组", public=False, grads={"w": nonzero(rng, 5) * 10}, max_norm=uniform(rng, 2, 5))


def edge_cases(rng):
    yield Case("short enough", zh="够短", public=False, grads=gradients(rng, 1.0), max_norm=uniform(rng, 40, 60))
    short = {name: value * 0.05 for name, value in gradients(rng, 1.0).items()}
    yield Case("short, and a limit below 1", zh="很短，上限小于 1", public=False, grads=short, max_norm=0.95)
    parts = {f"W{k}": nonzero(rng, 4) for k in range(1, 7)}
    yield Case("short one by one, long together", zh="单个都短，合起来长", grads=parts, max_norm=4.5)
    yield Case("all zero", zh="全为零", grads={"W1": np.zeros((2, 2)), "b1": np.zeros(2)}, max_norm=uniform(rng, 1, 3))


@variant
def one_long_vector(grads, max_norm):
    together = np.concatenate([np.ravel(value) for value in grads.values()])
    length = np.linalg.norm(together)
    return {name: value * (max_norm / length) if length > max_norm else np.array(value) for name, value in grads.items()}


@variant
def in_two_steps(grads, max_norm):
    squares = 0.0
    for value in grads.values():
        for entry in np.ravel(value):
            squares += float(entry) ** 2
    excess = max(squares**0.5 / max_norm, 1.0)
    return {name: (value / excess).tolist() for name, value in grads.items()}


@mistake(
    en="The values are right, but you have shortened the caller's own arrays: `*=` and `/=` write into them.",
    zh="值是对的，但你把调用者自己的数组缩短了：`*=` 和 `/=` 会写进原数组。",
)
def clipped_in_place(grads, max_norm):
    norm = np.sqrt(sum(np.sum(value**2) for value in grads.values()))
    for value in grads.values():
        if norm > max_norm:
            value *= max_norm / norm
    return grads


Exercise(
    points=1, reference=tricks.clip_gradients, cases=clip_cases, tolerance=CLOSED_FORM, accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases)], starter="each_array_by_itself",
    mistakes=[
        Mistake("each_array_by_itself", "    for name, value in grads.items():\n        clipped", "    for name, value in grads.items():\n        norm = np.sqrt(np.sum(value**2))\n        clipped",
            en="Look at the ratio of two arrays before and after. What is their common length, and who is measured here?",
            zh="看看两个数组裁剪前后的比例。它们共同的长度是多少？这里量的又是谁的长度？"),
        Mistake("always_scaled", "max(norm, max_norm))", "norm)",
            en="Gradients that are short enough are stretched to the limit. Clipping only shortens.",
            zh="本来就够短的梯度被拉长到了上限。裁剪只缩短，不拉长。"),
        Mistake("entry_by_entry", "value * (max_norm / max(norm, max_norm))", "np.clip(value, -max_norm, max_norm)",
            en="Each entry is cut off by itself, so long ones lose more than short ones, and the direction changes. One factor for all.",
            zh="你把每个元素单独截断，长的削得多，短的削得少，方向就变了。所有元素要乘同一个因子。"),
        Mistake("root_missing", "np.sqrt(sum(np.sum(value**2) for value in grads.values()))", "sum(np.sum(value**2) for value in grads.values())",
            en="You divide by the sum of squares. The length is its root.",
            zh="你除以的是平方和。长度还要开平方。"),
        Mistake("sum_of_lengths", "np.sqrt(sum(np.sum(value**2) for value in grads.values()))", "sum(np.sqrt(np.sum(value**2)) for value in grads.values())",
            en="You add up the lengths of the arrays. Squares add up, lengths do not: take one root at the end.",
            zh="你把各个数组的长度加了起来。能相加的是平方，不是长度：最后只开一次方。"),
        Mistake("set_to_unit_length", "(max_norm / max(norm, max_norm))", "(1 / norm if norm > max_norm else 1.0)",
            en="What is too long comes out with length 1. Its new length is the limit, `max_norm`.",
            zh="太长的梯度变成了长度 1。新的长度应当是上限 `max_norm`。"),
        Mistake("factor_upside_down", "max_norm / max(norm, max_norm)", "max(norm, max_norm) / max_norm",
            en="What is too long becomes longer still: your factor is upside down.",
            zh="太长的梯度变得更长了：你的系数上下颠倒了。"),
        Mistake("dropped_when_too_long", "value * (max_norm / max(norm, max_norm))", "value * (norm <= max_norm)",
            en="Gradients that are too long become 0. They should be shortened, not thrown away.",
            zh="太长的梯度变成了 0。应当缩短它们，而不是丢掉。"),
    ],
    variants=[Variant("float32", "    return clipped\n", "    return {name: np.float32(value) for name, value in clipped.items()}\n")],
)


# %% [markdown] lang="en"
# A cliff, $f(y) = 400\max(0,\, y - 1)^2 - \tfrac12 y$: a gentle slope leads down to a wall at $y = 1$. Both walks are gradient descent with the same rate; the second passes every gradient through your `clip_gradients` with limit 1. You should see: without clipping the walk is thrown far back whenever it touches the wall, and has to begin again; with clipping it stays near the foot of the wall.
# %% [markdown] lang="zh" of="9aad"
# 一处悬崖，$f(y) = 400\max(0,\, y - 1)^2 - \tfrac12 y$：沿缓坡往下走，到 $y = 1$ 处是一堵墙。两条路都是学习率相同的梯度下降，第二条的每个梯度都先经过你的 `clip_gradients`，上限为 1。你应该看到：不裁剪的每次碰到墙都被弹得老远，只好重新走；裁剪之后，它就留在墙脚附近。
# %% demo="cliff"
@drawn_by("clip_gradients")
def cliff(plt):
    def walk(clip):
        heights = [-0.9]
        for _ in range(150):
            slope = clip({"y": np.array([800 * max(heights[-1] - 1, 0) - 0.5])})["y"]
            heights.append(heights[-1] - 0.12 * float(np.reshape(slope, 1)[0]))
        return heights

    fig, ax = plt.subplots(figsize=(9, 4.2), layout="constrained")
    ax.plot(walk(lambda slope: slope), "o:", color="#D55E00", ms=3, label=words(en="not clipped", zh="不裁剪"))
    ax.plot(walk(lambda slope: clip_gradients(slope, 1.0)), "s-", color="#0072B2", ms=3, label=words(en="clipped by your function", zh="用你的函数裁剪"))
    ax.axhline(1, color="#000000", lw=1, ls="--")
    ax.text(2, 1.1, words(en="foot of the wall", zh="墙脚"))
    ax.set(xlabel=words(en="step", zh="步数"), ylabel="y", title=words(en="Descent at a cliff", zh="悬崖边的梯度下降"))
    fig.legend(frameon=False, loc="outside lower center", ncols=2)
    ax.spines[["top", "right"]].set_visible(False)
    plt.show()
