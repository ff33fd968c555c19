# %% prelude
import numpy as np

from autograder import CLOSED_FORM, Case, Exercise, Group, Mistake, Variant, variant
from reference import backprop as torch_reference

from chapter import DEEP, labelled, net_and_data

# %% [markdown] lang="en"
# ## {n} The same net in torch
#
# Nobody derives gradients by hand for every new net. A library such as PyTorch records each operation while the forward pass runs, and then does exactly what you did in {ref:reverse_mode_grad}. This is called *autograd*. Now that you know what is inside, use it.
#
# **From here on you need torch**, for {ref:torch_backprop}, {ref:gradient_gap} and {ref:torch_nn}; the rest of the chapter does without it. If `import torch` stops, run `%pip install torch` in a new cell and make yourself a cup of tea: it is a large package.
#
# All there is to know for this exercise, on the example of {ref:chain_rule_two_paths}:
#
# ```python
# s = torch.tensor(2.0, requires_grad=True)   # a leaf: please differentiate with respect to this
# z = s**2 * (3 * s)                          # recorded while it is computed
# z.backward()                                # reverse mode, from the number z
# s.grad                                      # tensor(36.)
# ```
#
# Inside the function: make float64 leaves of all parameters (`dtype=torch.float64`), a tensor of `X`, run the net with `@`, `+` and `torch.relu`, and let `torch.nn.functional.cross_entropy` compute the loss from scores and labels. Three things to know about it: it takes the raw **scores** (it does the softmax itself), it wants integer labels as a tensor, and its default is the **mean** over samples: `reduction` is the argument to look up.
#
# `.grad` *accumulates*: a second `backward()` adds to what is there. With fresh leaves in every call that does no harm; in a training loop it is the reason for `zero_grad()`.
#
# **By hand.** For the net of {ref:mlp_forward} and label 1 the result must be the numbers of {ref:backprop}.
# %% [markdown] lang="zh" of="a78f"
# ## {n} 用 torch 再写一遍
#
# 没有人会给每个新网络手工推导梯度。PyTorch 这样的库会在前向时把每个运算记录下来，然后做的正是你在 {ref:reverse_mode_grad} 里做的事，这叫**自动求导**（autograd）。现在你已经知道里面是什么了，放心用吧。
#
# **从这里起要用到 torch**：{ref:torch_backprop}、{ref:gradient_gap} 和 {ref:torch_nn} 三节用它，其余各节都用不着。如果 `import torch` 报错，请在新单元格里运行 `%pip install torch`；这个包很大，安装要等一会儿，正好去泡杯茶。
#
# 做这道题需要知道的，都在下面这个沿用 {ref:chain_rule_two_paths} 的例子里：
#
# ```python
# s = torch.tensor(2.0, requires_grad=True)   # 叶子：请对它求导
# z = s**2 * (3 * s)                          # 一边算，一边被记录下来
# z.backward()                                # 从数 z 开始的反向模式
# s.grad                                      # tensor(36.)
# ```
#
# 函数里要做的事：把所有参数做成 float64 的叶子（`dtype=torch.float64`），把 `X` 变成张量，用 `@`、`+` 和 `torch.relu` 跑完网络，再用 `torch.nn.functional.cross_entropy` 由得分和标签求损失。关于它有三点要知道：它要的是原始**得分**（softmax 它自己会做）；标签要是整数张量；它默认对样本求**平均**，请查一下参数 `reduction`。
#
# `.grad` 是**累加**的：再调用一次 `backward()`，新梯度会加到原来的上面。每次调用都新建叶子就没有这个问题；而在训练循环里，这正是要写 `zero_grad()` 的原因。
#
# **手算。** 对 {ref:mlp_forward} 的网络，标签取 1，结果应当就是 {ref:backprop} 里的那些数。
# %% answer="torch_backprop"
def torch_backprop(params, X, y):
    """The gradients of `backprop`, by torch's autograd.

    params (a dict of numpy arrays W1, b1, …, WL, bL), X (N, D) and labels y (N,) are numpy arrays as before;
    hidden layers are ReLU, the loss is the SUM over samples of the softmax cross-entropy.  Returns a dict with
    the same keys as params; each gradient a torch tensor or a numpy array of the shape of its parameter.
    """
    import torch

    ### BEGIN SOLUTION
    leaves = {name: torch.tensor(value, dtype=torch.float64, requires_grad=True) for name, value in params.items()}
    n_layers = len(params) // 2
    A = torch.tensor(X, dtype=torch.float64)
    for layer in range(1, n_layers):
        A = torch.relu(A @ leaves[f"W{layer}"] + leaves[f"b{layer}"])  # (N, H)
    scores = A @ leaves[f"W{n_layers}"] + leaves[f"b{n_layers}"]  # (N, K)
    loss = torch.nn.functional.cross_entropy(scores, torch.tensor(y), reduction="sum")
    loss.backward()
    return {name: leaf.grad for name, leaf in leaves.items()}
    ### END SOLUTION


# %% [markdown] docstring="torch_backprop" lang="zh" of="5af3"
# 用 torch 的自动求导得到 `backprop` 的梯度。
#
# params（numpy 数组的字典 W1, b1, …, WL, bL）、X (N, D) 和标签 y (N,) 与前面一样都是 numpy 数组；
# 隐藏层为 ReLU，损失是 softmax 交叉熵对样本求和。返回与 params 键相同的字典；
# 每个梯度是与参数同形状的 torch 张量或 numpy 数组。
# %% [markdown] why="torch_backprop" lang="en"
# `torch.tensor` copies, so the numpy arrays stay apart; float64, because torch differentiates with respect to no integers and our gradients are float64.
# The leaves are new in each call, so each `.grad` starts empty. The scores go in raw, and `reduction="sum"` makes it the loss of {ref:total_loss}.
# %% [markdown] why="torch_backprop" lang="zh" of="1d6e"
# `torch.tensor` 会复制，原来的 numpy 数组不受影响；用 float64，一来 torch 不能对整数求导，二来我们自己的梯度就是 float64。
# 叶子每次调用都是新的，`.grad` 从空的开始。传入的是原始得分，加上 `reduction="sum"` 才是 {ref:total_loss} 的损失。
# %% grading="torch_backprop"
def torch_cases(rng):
    yield Case("two layers", zh="两层", **net_and_data(rng, 5, 3, 4, 2), y=labelled(rng, 5, 2))
    yield Case("four layers", zh="四层", **net_and_data(rng, 6, 3, 5, 4, 3, 3), y=labelled(rng, 6, 3))


def edge_cases(rng):
    yield Case("one sample", zh="只有一个样本", **net_and_data(rng, 1, 4, 3, 2), y=labelled(rng, 1, 2))
    yield Case("no hidden layer", zh="没有隐藏层", **net_and_data(rng, 6, 3, 4), y=labelled(rng, 6, 4))


def deep_cases(rng):
    params_and_data = net_and_data(rng, 2, *[2] * 10, 3)
    yield Case("ten layers", zh="十层", public=False, **params_and_data, y=labelled(rng, 2, 3))


@variant
def functional(params, X, y):
    import torch

    def loss(leaves):
        A = torch.as_tensor(np.array(X)).double()
        for layer in range(1, len(params) // 2 + 1):
            A = torch.nn.functional.linear(
                A if layer == 1 else A.clamp(min=0), leaves[f"W{layer}"].T, leaves[f"b{layer}"]
            )
        return -A.log_softmax(1)[torch.arange(len(A)), torch.as_tensor(np.array(y))].sum()

    grads = torch.func.grad(loss)({name: torch.as_tensor(np.array(value)).double() for name, value in params.items()})
    return {name: value.numpy() for name, value in grads.items()}


Exercise(
    points=3, reference=torch_reference.torch_backprop, cases=torch_cases, tolerance=CLOSED_FORM, seconds=10.0,
    accepts=("integers",),
    groups=[Group("edge", edge_cases), Group("deep", deep_cases, **DEEP)],
    mistakes=[
        Mistake("mean_by_default", ', reduction="sum")', ")",
            en="These are the gradients of the MEAN loss, which is what torch's cross_entropy takes unless told otherwise. The total loss is a sum.",
            zh="这是**平均**损失的梯度：不另外说明时，torch 的 cross_entropy 会取平均。总损失是求和。"),
        Mistake("whole_numbers_refused", "torch.tensor(value, dtype=torch.float64, requires_grad=True)", "torch.tensor(value, requires_grad=True)",
            en="Right for decimals. But a tensor made of whole numbers holds integers, and torch refuses to differentiate with respect to these: say dtype=torch.float64.",
            zh="小数时是对的。但由整数建立的张量存的是整数，torch 不肯对整数求导：请写明 dtype=torch.float64。"),
        Mistake("whole_images_refused", "torch.tensor(X, dtype=torch.float64)", "torch.tensor(X)",
            en="Right for decimals. But where X holds whole numbers, so does your tensor, and torch does not multiply integers with float64 weights: say dtype=torch.float64.",
            zh="小数时是对的。但 X 是整数时，你的张量也是整数，torch 不能把它与 float64 的权重相乘：请写明 dtype=torch.float64。"),
        Mistake("softmax_before_cross_entropy", "cross_entropy(scores,", "cross_entropy(scores.softmax(1),",
            en="The softmax is taken twice. torch's cross_entropy wants raw scores and does the softmax itself.",
            zh="softmax 做了两次。torch 的 cross_entropy 要的是原始得分，softmax 它自己会做。"),
        Mistake("relu_on_the_scores", 'scores = A @ leaves[f"W{n_layers}"] + leaves[f"b{n_layers}"]',
            'scores = torch.relu(A @ leaves[f"W{n_layers}"] + leaves[f"b{n_layers}"])',
            en="The last layer went through the ReLU too. Scores have no activation.",
            zh="最后一层也经过了 ReLU。得分不做激活。"),
        Mistake("backward_called_twice", "    loss.backward()\n",
            "    loss.backward(retain_graph=True)\n    loss.backward()\n",
            en="Every gradient is twice what it should be: `.grad` accumulates, and `backward` ran two times on the same leaves.",
            zh="每个梯度都大了一倍：`.grad` 会累加，而 `backward` 在同一批叶子上跑了两次。"),
        Mistake("hidden_layers_linear", 'torch.relu(A @ leaves[f"W{layer}"] + leaves[f"b{layer}"])',
            'A @ leaves[f"W{layer}"] + leaves[f"b{layer}"]',
            en="The hidden layers have no ReLU, so this is the gradient of a linear model in disguise.",
            zh="隐藏层没有 ReLU，这其实是一个线性模型的梯度。"),
        Mistake("graph_cut", 'scores = A @ leaves[f"W{n_layers}"]', 'scores = A.detach() @ leaves[f"W{n_layers}"]',
            en="Only the last layer has gradients; the earlier ones are None. Somewhere the recording is interrupted: by detach, by .data, or by a detour through numpy.",
            zh="只有最后一层有梯度，前面的都是 None。记录在某处断了：可能是 detach、.data，或者中途转成了 numpy。"),
        Mistake("parameters_returned", "name: leaf.grad for", "name: leaf for",
            en="You returned the parameters themselves. After `backward()` the gradients lie in their attribute `.grad`.",
            zh="你返回的是参数本身。调用 `backward()` 之后，梯度存放在它们的 `.grad` 里。"),
        Mistake("loss_squared_error", 'torch.nn.functional.cross_entropy(scores, torch.tensor(y), reduction="sum")',
            "((scores.softmax(1) - torch.eye(scores.shape[1])[torch.tensor(y)]) ** 2).sum()",
            en="These are gradients of a squared error. The loss of this net is the cross-entropy.",
            zh="这是平方误差的梯度。这个网络的损失是交叉熵。"),
        Mistake("layers_sorted_as_text", "    for layer in range(1, n_layers):",
            '    for layer in [int(name[1:]) for name in sorted(params) if name[0] == "W"][:-1]:',
            en="Right for few layers. But sorted as text W10 comes before W2, so a net of ten layers is put together in another order: count the layers by number.",
            zh="层数少时是对的。但按文字排序时 W10 排在 W2 前面，十层的网络次序就乱了：请用数字来数层。"),
    ],
    variants=[
        Variant("autograd_grad", "    loss.backward()\n    return {name: leaf.grad for name, leaf in leaves.items()}",
            "    return dict(zip(leaves, torch.autograd.grad(loss, list(leaves.values()))))"),
        Variant("numpy_results", "name: leaf.grad for", "name: leaf.grad.numpy() for"),
        Variant("soft_targets", "torch.tensor(y), reduction",
            "torch.eye(scores.shape[1], dtype=torch.float64)[torch.tensor(y)], reduction"),
    ],
)
