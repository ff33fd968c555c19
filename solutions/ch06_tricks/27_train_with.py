# %% prelude
import numpy as np

from autograder import FROM_SCRATCH, Calibration, Case, Dataset, Exercise, Group, Mistake, Rng, Variant, variant
from reference import tricks

from chapter import adagrad_step, adam_step, minibatches, momentum_step, normal, one_hot, rmsprop_step, seed, softmax, uniform

# %% [markdown] lang="en"
# ## {n} In practice: four ways to train one net
#
# Now your step rules train a net: 64 inputs, one hidden layer of ReLU neurons, digits. The cell below gives you its start (`start_net`) and its gradient (`mean_grad`, the **MEAN** over a batch): chapter 4 has written them. Your part is the training.
#
# 1. Start from `start_net`. Before the first step nothing is remembered: zeros for Adagrad and momentum, `None` for RMSProp, a dict of zeros for Adam. **Every parameter has a memory of its own**, of its own shape, and keeps it from step to step, also from one epoch to the next.
# 2. In each epoch draw a new order with `rng.permutation` and take your `minibatches`.
# 3. After each batch make one step with every one of the four parameters.
#
# The settings beside the rate are the usual ones: $\beta = 0.9$; $\alpha = 0.9$; $\beta_1 = 0.9$, $\beta_2 = 0.999$; $\varepsilon = 10^{-8}$.
#
# **By hand.** An epoch over 800 images with batches of 40 has 20 updates: after 5 epochs Adam's $t$ is 100, for each parameter.
#
# The check first follows each rule for six steps on tiny nets and compares. Then it trains on 800 images with each rule (a rate that suits it, 5 epochs) and measures the loss on others. Each rule is measured by itself, against the loss that a right training with it typically has. You pass at 1.393 times that loss, or less: you are not asked to make one rule beat another. With other rates, or more epochs, their order changes; a ranking out of one experiment is worth little. (For grading we mix the pixels and renumber the classes.)
# %% [markdown] lang="zh" of="7c37"
# ## {n} 实战：同一个网络，四种训练法
#
# 现在用你的更新规则来训练一个网络：64 个输入，一个 ReLU 隐藏层，认数字。下面的单元格给出它的初值（`start_net`）和梯度（`mean_grad`，对批次求**平均**），这些第四章已经写过。你要写的是训练。
#
# 1. 从 `start_net` 开始。第一步之前什么也没记住：Adagrad 和动量是零，RMSProp 是 `None`，Adam 是装着零的字典。**每个参数有自己的记忆**，形状与它相同，一步一步保留下去，跨轮也不清空。
# 2. 每一轮用 `rng.permutation` 抽一个新的次序，用你的 `minibatches` 来切。
# 3. 每批之后，四个参数各走一步。
#
# 除学习率外，其余取常用值：$\beta = 0.9$；$\alpha = 0.9$；$\beta_1 = 0.9$、$\beta_2 = 0.999$；$\varepsilon = 10^{-8}$。
#
# **手算。** 800 张图、批次大小 40，一轮更新 20 次：5 轮之后，每个参数的 Adam 计数 $t$ 都是 100。
#
# 检查先在很小的网络上跟着每种规则走六步，逐一核对；再用 800 张图以每种规则训练（学习率各取合适的，5 轮），在别的图上量损失。每种规则只和自己比，比的是用它正确训练时的典型损失。两者之比不超过 1.393 即通过：不要求你让谁胜过谁。换一个学习率，或多练几轮，名次就变了；单凭一次实验排名，没有多大意义。（评分时像素会混合，类别会重新编号。）
# %% setup
def start_net(n_inputs, n_hidden, n_classes, rng):
    """Chapter 4: weights of variance 2 / fan-in, biases 0: a dict W1, b1, W2, b2."""
    W1 = rng.normal(size=(n_inputs, n_hidden)) * np.sqrt(2 / n_inputs)
    W2 = rng.normal(size=(n_hidden, n_classes)) * np.sqrt(2 / n_hidden)
    return {"W1": W1, "b1": np.zeros(n_hidden), "W2": W2, "b2": np.zeros(n_classes)}


def mean_grad(params, X, y):
    """Chapter 4: the gradient of the MEAN softmax cross-entropy of a net with one ReLU layer, by the same names."""
    Z = X @ params["W1"] + params["b1"]
    A = np.maximum(Z, 0)
    delta = (softmax(A @ params["W2"] + params["b2"]) - one_hot(y, len(params["b2"]))) / len(X)
    back = (delta @ params["W2"].T) * (Z > 0)
    return {"W1": X.T @ back, "b1": back.sum(axis=0), "W2": A.T @ delta, "b2": delta.sum(axis=0)}


# %% answer="train_with"
def train_with(optimizer, X, y, n_hidden, lr, n_epochs, batch_size, rng):
    """Train a net with one ReLU hidden layer by one of your step rules.

    optimizer  "adagrad", "momentum", "rmsprop" or "adam"; lr is its rate.
    X (N, D), labels y (N,) from 0 to K - 1; n_hidden neurons.  n_epochs passes over all samples, each in a new order,
    one step after each batch of batch_size (the last one of a pass may be smaller).
    rng is a numpy Generator, the only source of random numbers.
    Returns the parameters: a dict with W1 (D, n_hidden), b1 (n_hidden,), W2 (n_hidden, K), b2 (K,).
    """
    ### BEGIN SOLUTION
    step = {
        "adagrad": lambda w, g, memory: adagrad_step(w, g, memory, lr, 1e-8),
        "momentum": lambda w, g, memory: momentum_step(w, g, memory, lr, 0.9),
        "rmsprop": lambda w, g, memory: rmsprop_step(w, g, memory, lr, 0.9, 1e-8),
        "adam": lambda w, g, memory: adam_step(w, g, memory, lr, 0.9, 0.999, 1e-8),
    }[optimizer]

    def nothing_yet(w):
        zeros = np.zeros(w.shape)
        return {"rmsprop": None, "adam": {"m": zeros, "v": zeros, "t": 0}}.get(optimizer, zeros)

    params = start_net(X.shape[1], n_hidden, y.max() + 1, rng)
    memory = {name: nothing_yet(w) for name, w in params.items()}
    for _ in range(n_epochs):
        for X_batch, y_batch in minibatches(X, y, batch_size, rng.permutation(len(X))):
            grads = mean_grad(params, X_batch, y_batch)
            for name in params:
                params[name], memory[name] = step(params[name], grads[name], memory[name])
    return params
    ### END SOLUTION


# %% [markdown] docstring="train_with" lang="zh" of="4ad1"
# 用你的一种更新规则训练只有一个 ReLU 隐藏层的网络。
#
# optimizer  "adagrad"、"momentum"、"rmsprop" 或 "adam"；lr 是它的学习率。
# X (N, D)，标签 y (N,) 从 0 到 K - 1；隐藏层有 n_hidden 个神经元。把所有样本过 n_epochs 轮，每轮用新的次序，
# 每 batch_size 个样本走一步（一轮的最后一批可能小一些）。
# rng 是 numpy 的 Generator，随机数全部来自它。
# 返回参数字典：W1 (D, n_hidden)、b1 (n_hidden,)、W2 (n_hidden, K)、b2 (K,)。
# %% [markdown] why="train_with" lang="en"
# From outside all four rules look alike, `(w, g, memory)` in and `(w, memory)` out, so one loop serves them. All gradients are taken before any parameter moves.
# %% [markdown] why="train_with" lang="zh" of="e0ff"
# 四种规则从外面看都一样：进去 `(w, g, memory)`，出来 `(w, memory)`，所以一个循环就够了。全部梯度算好之后，才移动参数。
# %% grading="train_with"
def rule_cases(rng):
    """Samples that are all alike, so that their order does not matter, in batches of two and one that is smaller."""
    same = {"X": np.tile(normal(rng, 3), (5, 1)), "y": np.full(5, 2), "batch_size": 2, "n_epochs": 2}
    for optimizer in ("momentum", "rmsprop", "adam", "adagrad"):
        yield Case(f"six steps, {optimizer}", zh=f"六步，{optimizer}", optimizer=optimizer, lr=uniform(rng, 0.02, 0.05), **same, rng=Rng(seed(rng)))


def rule_kept(impl, case):
    """1 where every parameter is where six right steps lead, else 9: an excess that no bound allows."""
    start, net = (impl.train_with(case.optimizer, case.X, case.y, 6, lr, case.n_epochs, case.batch_size, case.rng) for lr in (0.0, case.lr))
    x, label, right = case.X[0], int(case.y[0]), {name: np.array(w) for name, w in start.items()}
    first, second = {name: 0.0 * w for name, w in right.items()}, {name: 0.0 * w for name, w in right.items()}
    for t in range(1, 7):
        a = np.maximum(x @ right["W1"] + right["b1"], 0)
        delta = np.exp(a @ right["W2"] + right["b2"])
        delta = delta / delta.sum() - (np.arange(3) == label)
        back = (right["W2"] @ delta) * (a > 0)
        grads = {"W1": np.outer(x, back), "b1": back, "W2": np.outer(a, delta), "b2": delta}
        for name, g in grads.items():
            if case.optimizer == "momentum":
                first[name] = 0.9 * first[name] - case.lr * g
                right[name] = right[name] + first[name]
            elif case.optimizer == "adam":
                first[name], second[name] = 0.9 * first[name] + 0.1 * g, 0.999 * second[name] + 0.001 * g**2
                right[name] = right[name] - case.lr * first[name] / (1 - 0.9**t) / (np.sqrt(second[name] / (1 - 0.999**t)) + 1e-8)
            else:
                kept = 1.0 if case.optimizer == "adagrad" else 0.9 if t > 1 else 0.0
                second[name] = kept * second[name] + (1.0 if case.optimizer == "adagrad" else 1 - kept) * g**2
                right[name] = right[name] - case.lr * g / (np.sqrt(second[name]) + 1e-8)
    seen, wanted = (np.concatenate([(end[name] - start[name]).ravel() for name in right]) for end in (net, right))
    off = np.linalg.norm(seen - wanted) / np.linalg.norm(wanted)
    return {"metric": 1.0 if off < 1e-3 else 9.0, "far": np.round(seen @ wanted / (wanted @ wanted), 2), "off": np.round(off, 2)}


def digits_cases(rng):
    digits = {"X": Dataset("digits"), "y": Dataset("digits", part="target"), "turn": seed(rng)}
    for optimizer in ("momentum", "rmsprop", "adam", "adagrad"):
        settings = tricks.optimizer_settings(optimizer)
        yield Case(f"digits, {optimizer}", zh=f"手写数字，{optimizer}", optimizer=optimizer, **digits, **settings, rng=Rng(seed(rng)))


def loss_over_typical(impl, case):
    """The mean cross-entropy on digits that were not trained with, over that of a typical right training.

    Samples are drawn, classes renumbered and pixels mixed here, so that parameters from elsewhere do not fit.
    """
    draw = np.random.default_rng(case.turn)
    rows, y = draw.permutation(len(case.y)), draw.permutation(10)[case.y]
    train, test = rows[:800], rows[800:1700]
    X = (case.X - case.X[train].mean(axis=0)) / 16 @ np.linalg.qr(draw.normal(size=(64, 64)))[0]
    net = impl.train_with(case.optimizer, X[train], y[train], case.n_hidden, case.lr, case.n_epochs, case.batch_size, case.rng)
    scores = np.maximum(X[test] @ net["W1"] + net["b1"], 0) @ net["W2"] + net["b2"]
    scores = scores - scores.max(axis=1, keepdims=True)
    losses = np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(len(test)), y[test]]
    return {"metric": np.mean(losses) / case.typical}


def order_cases(rng):
    rngs = [Rng(int(seed)) for seed in rng.integers(2**31, size=4)]
    yield Case("where only the order matters", zh="只有次序起作用", X=np.zeros((6, 2)), y=np.array([0, 1, 2, 0, 1, 2]), rngs=rngs)


def order_kept(impl, case):
    """Where every input is 0 the last biases alone move, and tell in which order the labels came: new for each rng."""
    ends = [impl.train_with("momentum", case.X, case.y, 4, 0.5, 1, 1, rng)["b2"] for rng in case.rngs]
    again = impl.train_with("momentum", case.X, case.y, 4, 0.5, 1, 1, case.rngs[0])["b2"]
    kept = {"order drawn": any(np.linalg.norm(end - ends[0]) > 1e-6 for end in ends), "from rng": np.linalg.norm(again - ends[0]) < 1e-6}
    return {"metric": 1.0 if all(kept.values()) else 9.0, **kept}


def shapes_of_net(optimizer, X, y, n_hidden, lr, n_epochs, batch_size, rng):
    D, K = X.shape[1], int(np.max(y)) + 1
    return {"W1": (D, n_hidden), "b1": (n_hidden,), "W2": (n_hidden, K), "b2": (K,)}


@variant
def rule_by_rule(optimizer, X, y, n_hidden, lr, n_epochs, batch_size, rng):
    params = start_net(X.shape[1], n_hidden, y.max() + 1, rng)
    m, v, t = {name: 0 * w for name, w in params.items()}, {name: 0 * w for name, w in params.items()}, 0
    for _ in range(n_epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            rows, t = order[start : start + batch_size], t + 1
            for name, g in mean_grad(params, X[rows], y[rows]).items():
                if optimizer == "momentum":
                    m[name] = 0.9 * m[name] - lr * g
                    params[name] = params[name] + m[name]
                    continue
                if optimizer == "adam":
                    m[name], v[name] = 0.9 * m[name] + 0.1 * g, 0.999 * v[name] + 0.001 * g**2
                    move = m[name] / (1 - 0.9**t) / (np.sqrt(v[name] / (1 - 0.999**t)) + 1e-8)
                else:
                    v[name] = v[name] + g**2 if optimizer == "adagrad" else g**2 if t == 1 else 0.9 * v[name] + 0.1 * g**2
                    move = g / (np.sqrt(v[name]) + 1e-8)
                params[name] = params[name] - lr * move
    return params


Exercise(
    points=3, reference=tricks.train_with, cases=rule_cases, observe=rule_kept, shapes=shapes_of_net, forbids=FROM_SCRATCH, seconds=20.0,
    tolerance=Calibration(
        run=tricks.loss_over_seeds, higher_is_better=False, margin=0.02,
        reason="cross-entropy on 900 digits after 5 epochs on 800, pixels mixed, over that of a typical right training by the same rule",
    ),
    groups=[
        Group("digits", digits_cases, observe=loss_over_typical, en="Digits, by each rule", zh="手写数字，每种规则"),
        Group("order", order_cases, observe=order_kept, en="A new order from rng", zh="由 rng 抽出的新次序"),
    ],
    mistakes=[
        Mistake("memory_lost", "                params[name], memory[name] = step(", "                params[name], _ = step(",
            en="What a step wants to remember is thrown away, so every step is a first step. Keep it for the next one.",
            zh="每一步要记住的东西都被丢掉了，于是步步都是第一步。要留给下一步用。"),
        Mistake("memory_lost_after_each_epoch", "    for _ in range(n_epochs):\n", "    for _ in range(n_epochs):\n        memory = {name: nothing_yet(w) for name, w in params.items()}\n",
            en="The memory is emptied at the beginning of each epoch. An epoch is only a count: momentum and averages go on.",
            zh="每一轮开始时记忆都被清空了。一轮只是计数，速度和平均值要延续下去。"),
        Mistake("biases_stay", "for name in params:\n", 'for name in ("W1", "W2"):\n',
            en="The biases never move. Each of the four parameters takes a step.",
            zh="偏置一直没动。四个参数都要走步。"),
        Mistake("one_step_an_epoch", "batch_size, rng.permutation(len(X)))", "len(X), rng.permutation(len(X)))",
            en="You take one step per epoch, with all samples at once. One step after each mini-batch of `batch_size`.",
            zh="你一轮只走一步，用的是全部样本。应当每 `batch_size` 个样本走一步。"),
        Mistake("one_epoch", "    return params\n", "        return params\n",
            en="Training stops after the first epoch: look at the indentation of your `return`.",
            zh="训练在第一轮之后就停了：检查 `return` 的缩进。"),
        Mistake("uphill", "step(params[name], grads[name],", "step(params[name], -grads[name],",
            en="The loss climbs: the gradient has the wrong sign.",
            zh="损失在上升：梯度的符号反了。"),
        Mistake("never_shuffled", "rng.permutation(len(X))", "np.arange(len(X))",
            en="The samples always come in the same order. Draw a new one in each epoch.",
            zh="样本总是按同样的次序出现。每一轮都要抽一个新的次序。"),
        Mistake("order_from_elsewhere", "rng.permutation(len(X))", "np.random.permutation(len(X))",
            en="The order of the samples does not follow from `rng`: it comes from another generator. All random numbers come from the argument.",
            zh="样本的次序与 `rng` 无关，来自别的生成器。随机数要全部来自参数。"),
        Mistake("always_adam", '    }[optimizer]\n', '    }["adam"]\n    optimizer = "adam"\n',
            en="Whatever is asked for, you train with Adam. The argument `optimizer` says which rule is wanted.",
            zh="不管要求什么，你都用 Adam 训练。用哪种规则由参数 `optimizer` 决定。"),
        Mistake("rate_fixed", "    step = {\n", "    lr = 0.1\n    step = {\n",
            en="Your rate is always the same. The argument `lr` says which one is wanted.",
            zh="你的学习率总是同一个。该用多大由参数 `lr` 决定。"),
        Mistake("square_forgets_like_rmsprop", "adam_step(w, g, memory, lr, 0.9, 0.999, 1e-8)", "adam_step(w, g, memory, lr, 0.9, 0.9, 1e-8)",
            en="Adam's β₂ is 0.999 here. You have 0.9 for both.",
            zh="这里 Adam 的 β₂ 是 0.999，你两个都取了 0.9。"),
        Mistake("gradient_of_old_parameters", "            grads = mean_grad(params, X_batch, y_batch)\n", "            origin = origin if 'origin' in locals() else dict(params)\n            grads = mean_grad(origin, X_batch, y_batch)\n",
            en="All your gradients are taken at the start. Take each of them where the parameters are now.",
            zh="你所有的梯度都取在起点。每一次都要取在参数现在的位置。"),
    ],
    variants=[
        Variant("float32", "    return params\n", "    return {name: np.float32(w) for name, w in params.items()}\n"),
        Variant("in_two_dicts", "for name in params:\n", "for name in list(grads):\n"),
    ],
)
