# %% prelude
import numpy as np

from autograder import Calibration, Case, Dataset, Exercise, Group, Mistake, Rng, Variant, tools
from reference import tricks

from chapter import early_stopping, fold_batchnorm, seed

# %% [markdown] lang="en"
# ## {n} In practice: 300 noisy digits, in torch
#
# Few samples, noisy pixels, and two labels in five are drawn at random: here a net learns its samples by heart if you let it. Now all tricks of this chapter meet, and torch has them ready, so that you only put them together. On a GPU if there is one.
#
# **The recipe.**
#
# 1. Begin with `torch.manual_seed`, and give it a whole number below $2^{31}$ that `rng` draws: then everything random in torch follows from `rng`. `device` is `"cuda"` if `torch.cuda.is_available()`, else `"cpu"`; put data (float32, labels int64) and net there.
# 2. The net: `Linear(D, 128)`, `BatchNorm1d(128)` if `tricks["batch_norm"]`, `ReLU`, `Dropout(tricks["dropout"])`, `Linear(128, 10)`.
# 3. `Adam` with rate 0.005, 40 epochs, batches of 50 in a new order each epoch (`torch.randperm`). The loss of a batch is the mean cross-entropy plus $\tfrac{\lambda}{2}\sum w^2$ over all entries of the two *weight matrices*, with $\lambda$ = `tricks["l2"]`.
# 4. `net.train()` before each epoch, `net.eval()` before you look at the validation loss (the mean cross-entropy alone, without the penalty): dropout and batch normalization behave differently (§7.2.3).
# 5. `tricks["patience"]` is a number or `None`. If it is a number, ask your `early_stopping` after each epoch, with the validation losses so far; stop when the best lies `patience` epochs back, and return the parameters of the *best* epoch (copy them when it comes: `copy.deepcopy(net.state_dict())`). If it is `None`, train all epochs and return the last parameters.
# 6. Return the net as it is *in use*, in numpy: dropout does nothing then, and batch normalization is folded into the first layer by your `fold_batchnorm`. So it is an ordinary net with one ReLU layer. (`Linear` keeps its weight as (out, in): our $W$ is its transpose.)
#
# **By hand.** 300 samples in batches of 50: 6 steps per epoch, 240 in all. In a second at most it is over.
#
# You pass at an accuracy of 0.689 on clean digits, with all four tricks. Then each trick is looked at by itself, on made-up data where it must show.
# %% [markdown] lang="zh" of="2dd0"
# ## {n} 实战：用 torch 学 300 张带噪声的数字
#
# 样本少，像素有噪声，而且五个标签里有两个是随机抽的：只要你放任，网络就会把样本背下来。现在，这一章的技巧在这里会合；torch 都已备好，你只要把它们装起来。有 GPU 就用 GPU。
#
# **做法。**
#
# 1. 先让 `rng` 抽一个小于 $2^{31}$ 的整数，交给 `torch.manual_seed`，这样 torch 里的随机数都由 `rng` 决定。`torch.cuda.is_available()` 为真时 `device` 取 `"cuda"`，否则取 `"cpu"`；把数据（float32，标签 int64）和网络放上去。
# 2. 网络：`Linear(D, 128)`，若 `tricks["batch_norm"]` 为真则接 `BatchNorm1d(128)`，然后 `ReLU`、`Dropout(tricks["dropout"])`、`Linear(128, 10)`。
# 3. 用 `Adam`，学习率 0.005，40 轮，批次大小 50，每轮用新的次序（`torch.randperm`）。一批的损失是平均交叉熵加上 $\tfrac{\lambda}{2}\sum w^2$，求和遍及两个**权重矩阵**的所有元素，$\lambda$ 为 `tricks["l2"]`。
# 4. 每轮之前 `net.train()`，看验证损失（只是平均交叉熵，不含惩罚项）之前 `net.eval()`：dropout 和批归一化在两种状态下行为不同（§7.2.3）。
# 5. `tricks["patience"]` 是一个数或 `None`。是数时，每一轮之后把到此为止的验证损失交给你的 `early_stopping`；比最好的一轮晚 `patience` 轮时停下，返回**最好**一轮的参数（出现时就复制下来：`copy.deepcopy(net.state_dict())`）。是 `None` 时，训练完所有轮次，返回最后的参数。
# 6. 返回**使用时**的网络，用 numpy：这时 dropout 不起作用，批归一化用你的 `fold_batchnorm` 折叠进第一层。所以结果就是一个普通的、只有一个 ReLU 层的网络。（`Linear` 的权重形状是 (out, in)，我们的 $W$ 是它的转置。）
#
# **手算。** 300 个样本，批次大小 50：每轮 6 步，一共 240 步，最多一秒就跑完。
#
# 四种技巧全用上，在干净的数字上准确率达到 0.689 即通过。接着再用专门造的数据逐个检查每种技巧，看它是否真的起了作用。
# %% setup
def noisy_digits(seed, n=300, wrong=0.4, noise=0.3):
    """(X, y, X_val, y_val, X_test, y_test): n digits to train and 100 to validate, both noisy, and 1000 clean ones.

    Pixels from 0 to 1; noise is the standard deviation of what is added to each, wrong the share of labels drawn at random.
    """
    from sklearn.datasets import load_digits

    rng, (pixels, labels) = np.random.default_rng(seed), load_digits(return_X_y=True)
    rows = rng.permutation(len(labels))
    noisy, test = rows[: n + 100], rows[-1000:]
    X, y = pixels[noisy] / 16 + noise * rng.normal(size=(n + 100, 64)), labels[noisy]
    y = np.where(rng.uniform(size=n + 100) < wrong, rng.integers(10, size=n + 100), y)
    return X[:n], y[:n], X[n:], y[n:], pixels[test] / 16, labels[test]


# %% answer="train_on_few"
import copy

import torch


def train_on_few(X, y, X_val, y_val, tricks, rng):
    """Train a net with 128 ReLU neurons on few samples, by the recipe above.

    X (N, D), labels y (N,) from 0 to 9; X_val, y_val the validation set.  rng is a numpy Generator.
    tricks  a dict with "dropout", the rate of neurons that are dropped (0: none); "l2", the strength λ (0: none);
            "patience", an integer or None; "batch_norm", True or False.
    Returns the net as it is in use, a dict of numpy arrays: W1 (D, 128), b1 (128,), W2 (128, 10), b2 (10,).
    """
    ### BEGIN SOLUTION
    torch.manual_seed(int(rng.integers(2**31)))
    device = "cuda" if torch.cuda.is_available() else "cpu"
    X, X_val = (torch.tensor(part, dtype=torch.float32, device=device) for part in (X, X_val))
    y, y_val = (torch.tensor(part, dtype=torch.int64, device=device) for part in (y, y_val))
    first, last = torch.nn.Linear(X.shape[1], 128), torch.nn.Linear(128, 10)
    norm = torch.nn.BatchNorm1d(128) if tricks["batch_norm"] else torch.nn.Identity()
    net = torch.nn.Sequential(first, norm, torch.nn.ReLU(), torch.nn.Dropout(tricks["dropout"]), last).to(device)
    optimizer, val_losses = torch.optim.Adam(net.parameters(), lr=0.005), []
    for epoch in range(40):
        net.train()
        for rows in torch.randperm(len(X), device=device).split(50):
            penalty = tricks["l2"] / 2 * (first.weight.square().sum() + last.weight.square().sum())
            loss = torch.nn.functional.cross_entropy(net(X[rows]), y[rows]) + penalty
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        if tricks["patience"] is None:
            continue
        net.eval()
        with torch.no_grad():
            val_losses.append(float(torch.nn.functional.cross_entropy(net(X_val), y_val)))
        _, best = early_stopping(val_losses, tricks["patience"])
        if best == epoch:
            kept = copy.deepcopy(net.state_dict())
        if epoch - best >= tricks["patience"]:
            break
    if tricks["patience"] is not None:
        net.load_state_dict(kept)
    W1, b1, W2, b2 = (part.detach().cpu().double().numpy() for part in (first.weight.T, first.bias, last.weight.T, last.bias))
    if tricks["batch_norm"]:
        learned = (norm.weight, norm.bias, norm.running_mean, norm.running_var)
        W1, b1 = fold_batchnorm(W1, b1, *(part.detach().cpu().double().numpy() for part in learned), norm.eps)
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
    ### END SOLUTION


# %% [markdown] docstring="train_on_few" lang="zh" of="cebd"
# 按上面的做法，在很少的样本上训练一个有 128 个 ReLU 神经元的网络。
#
# X (N, D)，标签 y (N,) 从 0 到 9；X_val、y_val 是验证集。rng 是 numpy 的 Generator。
# tricks  字典："dropout" 是神经元失活的比例（0 表示不用）；"l2" 是强度 λ（0 表示不用）；
#         "patience" 是整数或 None；"batch_norm" 是 True 或 False。
# 返回使用时的网络，numpy 数组的字典：W1 (D, 128)、b1 (128,)、W2 (128, 10)、b2 (10,)。
# %% [markdown] why="train_on_few" lang="en"
# `state_dict` hands out the living tensors, which train on: hence the deep copy. The penalty is written out because `weight_decay` would price
# biases and the scale of the normalization too. With `Identity` in its place, a net without normalization has the same shape.
# %% [markdown] why="train_on_few" lang="zh" of="d533"
# `state_dict` 交出的是活的张量，之后还会继续训练，所以要深复制。惩罚项自己写，是因为 `weight_decay` 会连偏置和归一化的缩放一起罚。不要归一化时用 `Identity` 顶替，网络的结构就保持一样。
# %% grading="train_on_few"
def few_cases(rng):
    digits = {"X": Dataset("digits"), "y": Dataset("digits", part="target")}
    yield Case("noisy digits, all tricks", zh="带噪声的数字，四种技巧", **digits, turn=seed(rng), tricks=tricks.ALL_TRICKS, rng=Rng(seed(rng)))


def accuracy_on_clean_digits(impl, case):
    """Samples are drawn, classes renumbered, pixels mixed and noise added here, so that parameters from elsewhere do not fit."""
    draw = np.random.default_rng(case.turn)
    rows, y = draw.permutation(len(case.y)), draw.permutation(10)[case.y]
    noisy = np.where(draw.uniform(size=len(y)) < 0.4, draw.integers(10, size=len(y)), y)
    clean = (case.X - 5) / 16 @ np.linalg.qr(draw.normal(size=(64, 64)))[0]
    X = clean + 0.3 * draw.normal(size=clean.shape)
    train, val, test = rows[:300], rows[300:400], rows[400:1400]
    net = impl.train_on_few(X[train], noisy[train], X[val], noisy[val], case.tricks, case.rng)
    scores = np.maximum(clean[test] @ net["W1"] + net["b1"], 0) @ net["W2"] + net["b2"]
    return {"metric": tools.accuracy(np.argmax(scores, axis=1), y[test])}


def made_up_cases(rng):
    yield Case("each trick by itself", zh="逐个检查每种技巧", seed=seed(rng), rng=Rng(seed(rng)), other=Rng(seed(rng)))


def each_trick_shows(impl, case):
    """1 where every trick does what it is for, on 50 samples of 64 features, one step an epoch, each against none; else 0."""
    X = np.random.default_rng(case.seed).normal(size=(50, 64))
    y = np.where(X[:, 0] > 0.8, 1, 0)
    none = {"dropout": 0.0, "l2": 0.0, "patience": None, "batch_norm": False}

    def loss(net, y):
        S = np.maximum(X @ net["W1"] + net["b1"], 0) @ net["W2"] + net["b2"]
        S = S - S.max(axis=1, keepdims=True)
        return np.mean(np.log(np.exp(S).sum(axis=1)) - S[np.arange(len(y)), y])

    plain = impl.train_on_few(X, y, X, y, none, case.rng)
    other = impl.train_on_few(X, y, X, y, none, case.other)
    dropped = impl.train_on_few(X, y, X, y, {**none, "dropout": 0.9}, case.rng)
    priced = impl.train_on_few(np.tile(X, (2, 1)), np.tile(y, 2), X, y, {**none, "l2": 10.0}, case.rng)  # two steps an epoch
    wrong = 1 - y  # the longer the training, the worse on these
    stopped = impl.train_on_few(X, y, X, wrong, {**none, "patience": 20}, case.rng)
    far = X * 2 + 2
    normed = impl.train_on_few(far, y, far, y, {**none, "batch_norm": True}, case.rng)
    kept = {
        "plain training fits": loss(plain, y) < 0.1,
        "follows rng": not np.allclose(plain["W1"], other["W1"], atol=1e-3),
        "dropout holds back": loss(dropped, y) > 1.5 * loss(plain, y),
        "l2 shrinks the weights": np.linalg.norm(priced["W1"]) < 0.2 * np.linalg.norm(plain["W1"]),
        "biases are free": priced["b2"][0] - np.mean(priced["b2"][2:]) > 0.4,
        "training stops early": not np.allclose(stopped["W1"], plain["W1"], atol=1e-3),
        "the best epoch is kept": loss(stopped, wrong) < 0.5 * loss(plain, wrong),
        "batch norm is folded": np.mean(np.abs(np.mean(far @ normed["W1"] + normed["b1"], axis=0))) < 0.5,
    }
    return {"metric": float(all(kept.values())), **kept}


def shapes_of_net(X, y, X_val, y_val, tricks, rng):
    return {"W1": (X.shape[1], 128), "b1": (128,), "W2": (128, 10), "b2": (10,)}


Exercise(
    points=4, reference=tricks.train_on_few, cases=few_cases, observe=accuracy_on_clean_digits, shapes=shapes_of_net, seconds=30.0,
    tolerance=Calibration(
        run=tricks.accuracy_over_seeds, higher_is_better=True, margin=0.01,
        reason="accuracy on 1000 clean digits after training on 300 noisy ones with all tricks, pixels mixed; 1 where every trick shows",
    ),
    groups=[Group("tricks", made_up_cases, observe=each_trick_shows, en="Each trick by itself", zh="逐个检查每种技巧")],
    mistakes=[
        Mistake("norm_not_folded", '    if tricks["batch_norm"]:\n        learned', '    if False:\n        learned',
            en="The batch normalization is missing in what you return: an ordinary net has none, so fold it into the first layer.",
            zh="你返回的网络里没有批归一化：普通的网络没有这一层，要把它折叠进第一层。"),
        Mistake("weights_not_transposed", "(first.weight.T, first.bias, last.weight.T, last.bias)", "(first.weight, first.bias, last.weight, last.bias)",
            en="`Linear` keeps its weight as (out, in). Ours is (in, out): transpose it.",
            zh="`Linear` 的权重是 (out, in)，我们的是 (in, out)：要转置。"),
        Mistake("gradients_pile_up", "            optimizer.zero_grad()\n", "",
            en="The gradients pile up from step to step: `zero_grad` is missing.",
            zh="梯度一步步累积起来了：漏了 `zero_grad`。"),
        Mistake("no_steps", "            optimizer.step()\n", "            pass\n",
            en="The net stays as it was at the start: the optimizer never takes a step.",
            zh="网络还是最初的样子：优化器一步也没有走。"),
        Mistake("dropout_forgotten", 'torch.nn.Dropout(tricks["dropout"])', "torch.nn.Dropout(0.0)",
            en="Nothing is dropped in training, whatever `tricks[\"dropout\"]` says.",
            zh="不管 `tricks[\"dropout\"]` 是多少，训练时什么都没有关。"),
        Mistake("dropout_switched_off", "        net.train()\n", "        net.eval()\n",
            en="The net is in `eval` mode while it trains: there dropout does nothing, and batch normalization does not learn its averages.",
            zh="训练时网络处在 `eval` 状态：那样 dropout 不起作用，批归一化也学不到滑动平均。"),
        Mistake("penalty_forgotten", " + penalty\n", "\n",
            en="The penalty has no part in the loss.",
            zh="惩罚项没有加进损失里。"),
        Mistake("biases_priced", "torch.optim.Adam(net.parameters(), lr=0.005)", 'torch.optim.Adam(net.parameters(), lr=0.005, weight_decay=tricks["l2"])',
            en="Biases pay the penalty as well (`weight_decay` of an optimizer takes all parameters). Only the two weight matrices should.",
            zh="偏置也被惩罚了（优化器的 `weight_decay` 对所有参数起作用）。应当只惩罚两个权重矩阵。"),
        Mistake("last_epoch_kept", "        net.load_state_dict(kept)\n", "        pass\n",
            en="You stop early, but return the parameters of the last epoch, `patience` epochs after the best. Return the best ones, as a copy from when they came.",
            zh="你提前停了，但返回的是最后一轮的参数，比最好的一轮晚了 `patience` 轮。应当返回最好的，而且要在它出现时就复制下来。"),
        Mistake("best_not_copied", "copy.deepcopy(net.state_dict())", "net.state_dict()",
            en="`state_dict` hands out the parameters themselves, which train on. Make a deep copy when the best epoch comes.",
            zh="`state_dict` 给出的就是参数本身，它们会继续训练下去。最好的一轮出现时要深复制一份。"),
        Mistake("never_stopped", "    torch.manual_seed(", '    tricks = {**tricks, "patience": None}\n    torch.manual_seed(',
            en="The validation loss is never looked at: with a patience you should stop, and return the best epoch.",
            zh="你从没看过验证损失：给了 patience 就应当提前结束，并返回最好的一轮。"),
        Mistake("seed_of_its_own", "torch.manual_seed(int(rng.integers(2**31)))", "torch.manual_seed(0)",
            en="The net does not follow from `rng`: torch draws from a seed of its own. Seed it from `rng`, once, at the beginning.",
            zh="网络与 `rng` 无关：torch 用的是自己的种子。请在开头用 `rng` 给它设一次种子。"),
    ],
    variants=[
        Variant("float32", 'return {"W1": W1,', 'return {"W1": np.float32(W1),'),
        Variant("by_numpy_orders", "torch.randperm(len(X), device=device).split(50)", "torch.as_tensor(rng.permutation(len(X)), device=device).split(50)"),
        Variant("penalty_on_the_optimizer", "torch.optim.Adam(net.parameters(), lr=0.005)", 'torch.optim.Adam([{"params": [first.weight, last.weight]}, {"params": [first.bias, last.bias, *norm.parameters()]}], lr=0.005)'),
    ],
)
