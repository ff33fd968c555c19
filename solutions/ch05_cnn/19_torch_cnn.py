# %% prelude
import numpy as np

from autograder import Calibration, Case, Dataset, Exercise, Group, Mistake, Variant, tools, variant
from reference import cnn

from chapter import conv2d_backward, conv2d_forward, drawn_by

# %% [markdown] lang="en"
# ## {n} In practice: a deeper net in torch
#
# You know now what is inside; from here on let a library do it, and a GPU where there is one. Two convolutions instead of one, with 16 and 32 filters. The net stands in the cell already; leave it as it is, since the grader rebuilds it from its parameters. The training is yours.
#
# * `device` is `"cuda"` where there is a GPU, else `"cpu"`. Images and labels have to be on the same device as the net: make tensors of them with `device=device`, the images as `torch.float32`, the labels as integers.
# * Train it as you like. Fifteen epochs of `torch.optim.SGD(net.parameters(), lr=0.1)` on batches of 25 will do: for each batch `zero_grad`, the loss, `backward`, `step`. `torch.nn.functional.cross_entropy` takes *scores* and gives the mean, as it should here.
# * Return the parameters as a dict, `net.state_dict()`, brought back by `.cpu()`.
#
# You pass at an accuracy of 0.8325 on 400 digits that the net has not seen; as before they are drawn anew, all turned or mirrored alike, with classes renumbered. It takes some seconds on two cores.
# %% [markdown] lang="zh" of="f7bd"
# ## {n} 实战：用 torch 写一个更深的网络
#
# 里面是什么，你已经清楚了；从这里起，就交给库去做，有 GPU 就用 GPU。这次用两个卷积层，分别有 16 和 32 个滤波器。网络已经写在单元格里，请不要改动，因为评分程序要按参数重建它。训练由你来写。
#
# * 有 GPU 时 `device` 是 `"cuda"`，否则是 `"cpu"`。图像和标签要与网络在同一个设备上：建立张量时写上 `device=device`，图像用 `torch.float32`，标签是整数。
# * 怎样训练由你决定。用 `torch.optim.SGD(net.parameters(), lr=0.1)`、批次大小 25 训练十五轮就够：对每个批次依次是 `zero_grad`、损失、`backward`、`step`。`torch.nn.functional.cross_entropy` 要的是**得分**，给出平均值，这里正合适。
# * 以字典返回参数，即 `net.state_dict()`，并用 `.cpu()` 取回来。
#
# 在网络没见过的 400 个数字上，准确率达到 0.8325 即通过；与前面一样，数字会重新抽取，统一旋转或翻转，类别也会重新编号。在两个核上需要几秒钟。
# %% answer="torch_cnn"
import torch


def torch_cnn(X, y, seed):
    """Train the net of the text on digits.

    X (N, 1, 8, 8) from 0 to 1 and labels y (N,) from 0 to 9 are numpy arrays; seed is an integer for `torch.manual_seed`.
    Returns the net's parameters by name, as `state_dict()` calls them: tensors or arrays, on the CPU.
    """
    torch.manual_seed(seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    net = torch.nn.Sequential(
        torch.nn.Conv2d(1, 16, 3, padding=1), torch.nn.ReLU(), torch.nn.MaxPool2d(2),  # (N, 16, 4, 4)
        torch.nn.Conv2d(16, 32, 3, padding=1), torch.nn.ReLU(), torch.nn.MaxPool2d(2),  # (N, 32, 2, 2)
        torch.nn.Flatten(), torch.nn.Linear(128, 10),
    ).to(device)  # fmt: skip
    ### BEGIN SOLUTION
    images = torch.tensor(X, dtype=torch.float32, device=device)
    labels = torch.tensor(y, device=device)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    for _ in range(15):
        for batch in torch.randperm(len(labels), device=device).split(25):
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(net(images[batch]), labels[batch])
            loss.backward()
            optimizer.step()
    return {name: value.cpu() for name, value in net.state_dict().items()}
    ### END SOLUTION


# %% [markdown] docstring="torch_cnn" lang="zh" of="e8c1"
# 在数字上训练正文里的网络。
#
# X (N, 1, 8, 8)，取值 0 到 1，与标签 y (N,)，从 0 到 9，都是 numpy 数组；seed 是整数，交给 `torch.manual_seed`。
# 按 `state_dict()` 的名字返回网络的参数：CPU 上的张量或数组。
# %% [markdown] why="torch_cnn" lang="en"
# One index tensor cuts images and labels alike, so they cannot part company. `cross_entropy` holds the softmax, and takes the logarithm in a
# numerically stable way: the net must end in scores. `zero_grad` comes first in every round because torch adds to `.grad`.
# %% [markdown] why="torch_cnn" lang="zh" of="0bf6"
# 图像和标签由同一个下标张量来取，就不会错位。`cross_entropy` 自带 softmax，并以数值稳定的方式取对数，所以网络要以得分结尾。torch 总是往 `.grad` 上累加，因此每一步都先 `zero_grad`。
# %% grading="torch_cnn"
def digits_cases(rng):
    digits = {"images": Dataset("digits"), "labels": Dataset("digits", part="target")}
    draw, seed = (int(number) for number in rng.integers(2**31, size=2))
    yield Case("digits", zh="手写数字", **digits, draw=draw, seed=seed)


def shapes_of_state(X, y, seed):
    kernels = {"0.weight": (16, 1, 3, 3), "0.bias": (16,), "3.weight": (32, 16, 3, 3), "3.bias": (32,)}
    return {**kernels, "7.weight": (10, 128), "7.bias": (10,)}


def accuracy_on_turned_digits(impl, case):
    """The share of test images that the returned parameters classify rightly, beside some of them."""
    rng = np.random.default_rng(case.draw)
    rows, names, turn = rng.permutation(1797)[:1400], rng.permutation(10), rng.integers(8)
    X, y = case.images[rows].reshape(-1, 1, 8, 8) / 16, names[case.labels[rows]]
    X = np.rot90(X.swapaxes(2, 3) if turn >= 4 else X, turn % 4, axes=(2, 3))
    net, A = impl.torch_cnn(X[:1000], y[:1000], case.seed), X[1000:]
    for layer in ("0", "3"):
        windows = np.pad(A, ((0, 0), (0, 0), (1, 1), (1, 1)))
        windows = np.lib.stride_tricks.sliding_window_view(windows, (3, 3), axis=(2, 3))
        Z = np.tensordot(net[f"{layer}.weight"], windows, axes=((1, 2, 3), (1, 4, 5))).swapaxes(0, 1)
        Z = np.maximum(Z + net[f"{layer}.bias"][:, None, None], 0)
        A = Z.reshape(*Z.shape[:2], Z.shape[2] // 2, 2, Z.shape[3] // 2, 2).max(axis=(3, 5))
    scores = A.reshape(len(A), -1) @ net["7.weight"].T + net["7.bias"]
    return {"metric": tools.accuracy(scores.argmax(axis=1), y[1000:]), "7.bias": net["7.bias"]}


@variant
def adam(X, y, seed):
    torch.manual_seed(seed)
    nn = torch.nn
    stages = [(nn.Conv2d(m, n, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)) for m, n in ((1, 16), (16, 32))]
    net = nn.Sequential(*stages[0], *stages[1], nn.Flatten(), nn.Linear(128, 10)).double()
    images, labels = torch.as_tensor(np.array(X)), torch.as_tensor(np.array(y))
    optimizer = torch.optim.Adam(net.parameters(), lr=0.005)
    for _ in range(12):
        for batch in torch.randperm(len(labels)).split(50):
            optimizer.zero_grad()
            nn.functional.nll_loss(net(images[batch]).log_softmax(1), labels[batch]).backward()
            optimizer.step()
    return {name: value.detach().numpy() for name, value in net.named_parameters()}


Exercise(
    points=4, reference=cnn.torch_cnn, observe=accuracy_on_turned_digits, shapes=shapes_of_state, seconds=60.0,
    groups=[Group("accuracy", digits_cases)],
    tolerance=Calibration(
        run=cnn.calibrate_torch_cnn, higher_is_better=True, margin=0.005,
        reason="accuracy on 400 test digits of a net with two convolutions after 15 epochs on 1000 drawn digits, all turned "
        "alike; margin of two images",
    ),
    mistakes=[
        Mistake("never_stepped", "            optimizer.step()\n", "",
            en="The gradients are computed, but no step is ever taken: the net is as random as at the beginning.",
            zh="梯度算出来了，却一步也没走：网络和开始时一样是随机的。"),
        Mistake("gradients_pile_up", "            optimizer.zero_grad()\n", "",
            en="`.grad` accumulates: every step drags along the gradients of all earlier batches. Clear them before each `backward`.",
            zh="`.grad` 会累加：每一步都拖着之前所有批次的梯度。每次 `backward` 之前要清零。"),
        Mistake("labels_in_another_order", "labels[batch])", "labels[: len(batch)])",
            en="Images and labels have parted company: take both by the same indices.",
            zh="图像和标签对不上了：两者要用同一组下标。"),
        Mistake("ascent", "lr=0.1)", "lr=0.1, maximize=True)",
            en="The loss is climbing: the optimizer was told to maximize it.",
            zh="损失在上升：优化器被设成了求最大。"),
        Mistake("rate_a_thousand_times_too_small", "lr=0.1", "lr=0.0001",
            en="The net has hardly moved from its random start. Is the rate far too small, or are there too few steps?",
            zh="网络几乎还停在随机的起点。是学习率太小，还是步数太少？"),
        Mistake("trained_on_the_first_batch", "net(images[batch]), labels[batch]", "net(images[:25]), labels[:25]",
            en="The net sees the same 25 images again and again, and never the others.",
            zh="网络反复看同样的 25 张图，其余的从没看过。"),
        Mistake("one_epoch", "    return {name:", "        return {name:",
            en="Training stops after the first epoch: look at the indentation of your `return`.",
            zh="训练在第一轮之后就停了：检查 `return` 的缩进。"),
    ],
    variants=[
        Variant("mean_of_the_batch_by_hand", "torch.nn.functional.cross_entropy(net(images[batch]), labels[batch])",
            'torch.nn.functional.cross_entropy(net(images[batch]), labels[batch], reduction="none").mean()'),
        Variant("momentum", "lr=0.1)", "lr=0.02, momentum=0.9)"),
    ],
)


# %% [markdown] lang="en"
# And do your layer and torch's agree? The same images, the same kernels, the same gradient from above:
# %% [markdown] lang="zh" of="1e03"
# 你的卷积层与 torch 的一致吗？同样的图像，同样的核，上面传来同样的梯度：
# %% demo="yours_and_torchs"
@drawn_by("conv2d_forward", "conv2d_backward")
def yours_and_torchs(plt):
    rng = np.random.default_rng(0)
    arrays = {"x": rng.normal(size=(4, 3, 9, 8)), "w": rng.normal(size=(5, 3, 3, 3)), "b": rng.normal(size=5)}
    leaves = {name: torch.tensor(value, requires_grad=True) for name, value in arrays.items()}
    Z = torch.nn.functional.conv2d(leaves["x"], leaves["w"], leaves["b"], stride=2, padding=1)
    dout = rng.normal(size=tuple(Z.shape))
    Z.backward(torch.tensor(dout))
    mine = dict(zip("xwb", conv2d_backward(dout, arrays["x"], arrays["w"], 2, 1), strict=True))
    print("Z :", np.abs(conv2d_forward(**arrays, stride=2, pad=1) - Z.detach().numpy()).max())
    for name, leaf in leaves.items():
        print(f"d{name}:", np.abs(mine[name] - leaf.grad.numpy()).max())


# %% [markdown] lang="en"
# What you should see. Differences of about $10^{-15}$: two programs, one answer.
# %% [markdown] lang="zh" of="f91b"
# 你应当看到：相差只有 $10^{-15}$ 左右。两份程序，同一个答案。
