# %% prelude
import numpy as np

from autograder import FROM_SCRATCH, Calibration, Case, Exercise, Group, Mistake, Rng, Variant
from reference import backprop as torch_reference

from chapter import accuracy_on_mixed_pixels, backprop, digits_cases, normal

# %% [markdown] lang="en"
# ## {n} Training on mini-batches
#
# **The recipe** is the mini-batch gradient descent that trained the digits in chapter 3, with `backprop` inside:
#
# 1. Start: $W_\ell$ normal with variance $2/\text{fan-in}$ (the number of rows of $W_\ell$; He et al. 2015), biases 0. With all weights 0, every hidden neuron would stay equal to its neighbors forever, and behind a ReLU nothing but the output bias would move. All random numbers come from the generator `rng` (`rng.normal`, `rng.permutation`).
# 2. In each epoch shuffle the samples anew, and cut the order into batches of `batch_size`; the last one holds what is left and may be smaller.
# 3. For each batch $B$ move every parameter against the **MEAN** gradient of the batch: $\theta\leftarrow\theta-\dfrac{\eta}{|B|}\,\nabla_\theta \mathcal L_B$. Your `backprop` gives the SUM, hence the division by $|B|$.
#
# **Shapes.** One hidden layer: $W_1$ `(64, n_hidden)`, $W_2$ `(n_hidden, 10)`. The number of classes is the greatest label plus 1.
#
# **By hand.** One step: with $\eta=0.3$, a batch of 40 and a gradient sum of $20$ for some weight, the weight falls by $0.3\cdot20/40=0.15$.
#
# The check trains with `n_hidden=64, lr=0.3, n_epochs=50, batch_size=40` and measures the accuracy on images that your function has not seen. It takes under a second. You pass at an accuracy of 0.9425. (For grading we draw the training images anew, mix all pixels into every feature and renumber the classes, so weights copied from another run are useless.) Then it trains tiny nets and looks at the recipe itself: the start, the steps, and the order of the samples.
# %% [markdown] lang="zh" of="1858"
# ## {n} 小批量训练
#
# **做法**就是第三章识别手写数字时用过的小批量梯度下降，里面用上 `backprop`：
#
# 1. 初值：$W_\ell$ 取正态随机数，方差为 $2/\text{fan-in}$（fan-in 即 $W_\ell$ 的行数；见 He 等，2015），偏置取 0。如果权重全为 0，所有隐藏神经元会永远一模一样，而隔着 ReLU，除了输出层的偏置，什么都不动。随机数一律来自生成器 `rng`（`rng.normal`、`rng.permutation`）。
# 2. 每一轮（epoch）先重新打乱样本，再按顺序切成大小为 `batch_size` 的批次；最后一批是剩下的样本，可能小一些。
# 3. 对每个批次 $B$，让每个参数沿该批次的**平均**梯度的反方向走一步：$\theta\leftarrow\theta-\dfrac{\eta}{|B|}\,\nabla_\theta \mathcal L_B$。你的 `backprop` 给的是**和**，所以要除以 $|B|$。
#
# **形状。** 一个隐藏层：$W_1$ `(64, n_hidden)`，$W_2$ `(n_hidden, 10)`。类别数等于最大的标签加 1。
#
# **手算。** 走一步：设 $\eta=0.3$，批次大小 40，某个权重的梯度之和为 $20$，则该权重减少 $0.3\cdot20/40=0.15$。
#
# 检查时用 `n_hidden=64, lr=0.3, n_epochs=50, batch_size=40` 训练，在你的函数没见过的图像上测准确率，用时不到一秒，准确率达到 0.9425 即通过。（检查和评分时，训练图像会重新抽取，每个特征都是所有像素的一种混合，类别也会重新编号，所以照抄别处训练出的权重没有用。）然后它还会训练几个很小的网络，看看做法本身：初值、步子和样本的次序。
# %% answer="train_mlp"
def train_mlp(X, y, n_hidden, lr, n_epochs, batch_size, rng):
    """Train a net with one ReLU hidden layer by mini-batch gradient descent.

    X (N, D), labels y (N,) from 0 to K - 1; n_hidden neurons; lr is the learning rate for the MEAN gradient of a
    batch; n_epochs passes over all samples, in a new order each, the last batch of a pass being smaller where
    batch_size does not divide N; rng is a numpy Generator, the only source of random numbers.
    Returns the parameters: a dict with W1 (D, n_hidden), b1 (n_hidden,), W2 (n_hidden, K), b2 (K,).
    """
    ### BEGIN SOLUTION
    D, K = X.shape[1], y.max() + 1
    params = {
        "W1": rng.normal(size=(D, n_hidden)) * np.sqrt(2 / D),
        "b1": np.zeros(n_hidden),
        "W2": rng.normal(size=(n_hidden, K)) * np.sqrt(2 / n_hidden),
        "b2": np.zeros(K),
    }
    for _ in range(n_epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            grads = backprop(params, X[batch], y[batch])
            params = {name: params[name] - lr / len(batch) * grads[name] for name in params}
    return params
    ### END SOLUTION


# %% [markdown] docstring="train_mlp" lang="zh" of="73fb"
# 用小批量梯度下降训练一个只有一个 ReLU 隐藏层的网络。
#
# X (N, D)，标签 y (N,) 从 0 到 K - 1；隐藏层有 n_hidden 个神经元；lr 是对批次平均梯度的学习率；
# 把所有样本过 n_epochs 轮，每轮重新打乱，N 不能被 batch_size 整除时最后一批小一些；
# rng 是 numpy 的 Generator，随机数全部来自它。
# 返回参数字典：W1 (D, n_hidden)、b1 (n_hidden,)、W2 (n_hidden, K)、b2 (K,)。
# %% [markdown] why="train_mlp" lang="en"
# A ReLU lets half of the signal's power through, hence the 2 in the variance. The last batch may be smaller, hence `len(batch)`. `params` is made anew when all gradients are there.
# %% [markdown] why="train_mlp" lang="zh" of="7c2b"
# ReLU 只放过一半的信号能量，所以方差里有个 2；最后一批可能较小，所以除以 `len(batch)`；全部梯度算好之后才更新 `params`。
# %% grading="train_mlp"
def start_cases(rng):
    start = {"X": normal(rng, 4, 30), "y": np.array([0, 2, 1, 2]), "n_hidden": 400}
    rngs = [Rng(int(seed)) for seed in rng.integers(2**31, size=2)]
    yield Case("the start", zh="初始参数", **start, rngs=rngs)


def steps_cases(rng):
    batch_size = int(rng.integers(3, 6))
    same = {"X": np.tile(normal(rng, 3), (batch_size + 2, 1)), "y": np.full(batch_size + 2, 2)}  # any order is the same
    seed = int(rng.integers(2**31))
    yield Case("two samples left over", zh="剩下两个样本", **same, batch_size=batch_size, rng=Rng(seed))


def order_cases(rng):
    rngs = [Rng(int(seed)) for seed in rng.integers(2**31, size=8)]
    yield Case("three samples", zh="三个样本", X=np.zeros((3, 2)), y=rng.permutation(3), rngs=rngs)


def shapes_of_net(X, y, n_hidden, lr, n_epochs, batch_size, rng):
    D, K = X.shape[1], int(y.max()) + 1
    return {"W1": (D, n_hidden), "b1": (n_hidden,), "W2": (n_hidden, K), "b2": (K,)}


def start_kept(impl, case):
    """A learning rate of 0 leaves the net where it began."""
    one, other = (impl.train_mlp(case.X, case.y, case.n_hidden, 0.0, 1, 2, rng) for rng in case.rngs)
    W1, W2 = one["W1"], one["W2"]  # 12,000 and 1,200 numbers: 6 sigma
    spread, spread2 = (W.std() * (len(W) / 2) ** 0.5 for W in (W1, W2))
    kept = {
        "biases of 0": not one["b1"].any() and not one["b2"].any(),
        "spread of W1": 0.96 < spread < 1.04,
        "spread of W2": 0.87 < spread2 < 1.13,
        "normal": abs(W1.mean()) < 0.02 and np.mean(W1**4) > 2.6 * np.mean(W1**2) ** 2,
        "from rng": not np.array_equal(W1, other["W1"]),
    }
    return {"metric": np.mean(list(kept.values())), **kept, "how spread": round(float(spread), 1)}


def steps_kept(impl, case):
    """Three epochs, each of one full batch and a smaller one, where every sample is the same."""
    start, net = (impl.train_mlp(case.X, case.y, 6, lr, 3, case.batch_size, case.rng) for lr in (0.0, 0.01))
    right, x, label = start, case.X[0], case.y[0]
    for _ in range(6):
        a = np.maximum(x @ right["W1"] + right["b1"], 0)
        delta = np.exp(a @ right["W2"] + right["b2"])
        delta = delta / delta.sum() - (np.arange(3) == label)
        back = (right["W2"] @ delta) * (a > 0)
        grads = {"W1": np.outer(x, back), "b1": back, "W2": np.outer(a, delta), "b2": delta}
        right = {name: right[name] - 0.01 * grads[name] for name in right}
    seen, wanted = (np.concatenate([(end[name] - start[name]).ravel() for name in start]) for end in (net, right))
    off = np.linalg.norm(seen - wanted) / np.linalg.norm(wanted)
    return {"metric": float(off < 1e-3), "far": round(float(seen @ wanted / (wanted @ wanted)), 1)}


def order_kept(impl, case):
    """Where every input is 0 the last biases alone move, and tell in which order the labels came."""

    def after_epoch(bias, order):
        for label in order:
            bias = bias - 0.5 * (np.exp(bias) / np.exp(bias).sum() - np.eye(3)[label])
        return bias

    orders = [(i, j, 3 - i - j) for i in range(3) for j in range(3) if i != j]
    found, from_rng = [], True
    for rng in case.rngs:
        start, bias, again = (impl.train_mlp(case.X, case.y, 5, lr, 2, 1, rng)["b2"] for lr in (0.0, 0.5, 0.5))
        ends = {(one, two): after_epoch(after_epoch(start, one), two) for one in orders for two in orders}
        found += [pair for pair, end in ends.items() if np.linalg.norm(bias - end) < 1e-4]
        from_rng = from_rng and np.array_equal(bias, again)
    kept = {
        "every sample once": len(found) == len(case.rngs),
        "shuffled": len({one for one, _ in found}) > 1,
        "shuffled anew": any(one != two for one, two in found),
        "from rng": from_rng,
    }
    return {"metric": np.mean(list(kept.values())), **kept}


Exercise(
    points=3, reference=torch_reference.train_mlp, shapes=shapes_of_net, forbids=FROM_SCRATCH, seconds=20.0,
    tolerance=Calibration(
        run=torch_reference.calibrate_train_mlp, higher_is_better=True, margin=0.005,
        reason="accuracy on 400 test images of a net with 64 ReLU neurons after 50 epochs on 1000 drawn images, their "
        "features mixed; margin of two images. Of the recipe (start, steps, order) the share that was kept is counted",
    ),
    groups=[
        Group("values", digits_cases, observe=accuracy_on_mixed_pixels, en="Digits it has not seen", zh="没见过的数字"),
        Group("start", start_cases, observe=start_kept, en="Initial parameters", zh="初始参数"),
        Group("steps", steps_cases, observe=steps_kept, en="Steps and batches", zh="步子与批次"),
        Group("order", order_cases, observe=order_kept, en="A new order in every epoch", zh="每一轮重新打乱"),
    ],
    mistakes=[
        Mistake("weights_start_at_zero", "rng.normal(size=(D, n_hidden)) * np.sqrt(2 / D)", "np.zeros((D, n_hidden))",
            en="With weights of 0 in the first layer every hidden neuron is 0 for every image, and a ReLU at 0 lets no gradient back. Start from random weights.",
            zh="第一层权重全为 0 时，每个隐藏神经元对任何图像都输出 0，而停在 0 的 ReLU 不让梯度回来。请从随机权重开始。"),
        Mistake("gradient_ascent", "params[name] - lr", "params[name] + lr",
            en="The loss is climbing: the step goes along the gradient. Walk against it.",
            zh="损失在上升：你沿着梯度走了。应当朝相反的方向走。"),
        Mistake("sum_for_mean_step", "lr / len(batch)", "lr",
            en="Your steps are as many times too long as a batch has samples. `backprop` returns a SUM; the step uses the MEAN.",
            zh="你的步子太长，批次里有多少个样本就长了多少倍。`backprop` 返回的是和，更新要用平均。"),
        Mistake("divided_by_all_samples", "lr / len(batch)", "lr / len(X)",
            en="Your steps are too short: you divide by the number of all samples. The MEAN of a batch divides by the samples of that batch.",
            zh="你的步子太短：你除以了全部样本的个数。批次的平均，应当除以这一批的样本数。"),
        Mistake("labels_shuffled_apart", "y[batch]", "y[start : start + batch_size]",
            en="Images and labels have parted company: X is taken in the new order, y in the old one. Use the same indices for both.",
            zh="图像和标签对不上了：X 按新顺序取，y 却按旧顺序取。两者要用同一组下标。"),
        Mistake("steps_lost", "            params = {name: params[name] -", "            moved = {name: params[name] -",
            en="The parameters that you return are the random ones from the start: the updated values are computed and then lost.",
            zh="你返回的还是最初的随机参数：更新后的值算出来了，却没有存下来。"),
        Mistake("one_epoch", "    return params\n", "        return params\n",
            en="Training stops after the first epoch: look at the indentation of your `return`.",
            zh="训练在第一轮之后就停了：检查 `return` 的缩进。"),
        Mistake("same_batch_always", "order[start : start + batch_size]", "np.arange(batch_size)",
            en="The net sees the same few images again and again and never the others. Move through the shuffled order.",
            zh="网络反复看同样的几张图，其余的从没看过。请沿着打乱后的顺序往下取。"),
        Mistake("last_batch_steps_too_short", "lr / len(batch)", "lr / batch_size",
            en="The last batch of an epoch may be smaller, and its gradient sum still has to be divided by its own number of samples, not by `batch_size`.",
            zh="一轮里最后一批可能小一些，它的梯度之和要除以它自己的样本数，而不是 `batch_size`。"),
        Mistake("last_batch_dropped", "range(0, len(X), batch_size)", "range(0, len(X) - batch_size + 1, batch_size)",
            en="The samples left over at the end of an epoch are never used. They form a last, smaller batch.",
            zh="一轮末尾剩下的样本从没用上。它们要组成最后一个小一些的批次。"),
        Mistake("shuffled_once", "    for _ in range(n_epochs):\n        order = rng.permutation(len(X))\n",
            "    order = rng.permutation(len(X))\n    for _ in range(n_epochs):\n",
            en="The samples are shuffled once, and every epoch runs through the same order. Draw a new order inside the loop over epochs.",
            zh="样本只打乱了一次，每一轮走的都是同样的次序。请在每一轮的循环里重新打乱。"),
        Mistake("never_shuffled", "rng.permutation(len(X))", "np.arange(len(X))",
            en="The samples always come in the order of the data set. Shuffle them at the beginning of each epoch.",
            zh="样本总是按数据集原来的次序出现。请在每一轮开始时打乱。"),
        Mistake("drawn_with_replacement", "rng.permutation(len(X))", "rng.integers(len(X), size=len(X))",
            en="Some samples come twice in an epoch and others not at all: you draw with replacement. A shuffled order holds every sample once.",
            zh="一轮里有的样本出现两次，有的一次也没有：你用的是有放回的抽样。打乱后的次序里每个样本恰好出现一次。"),
        Mistake("tiny_start", "np.sqrt(2 / D)", "0.01",
            en="The weights of the first layer start much smaller than asked for: their variance is 2 / fan-in.",
            zh="第一层权重的初值比要求的小得多：方差应为 2 / fan-in。"),
        Mistake("variance_for_spread", "size=(D, n_hidden)) * np.sqrt(2 / D)", "0, 2 / D, size=(D, n_hidden))",
            en="2 / fan-in is the variance, but the generator and the factor in front take the standard deviation, its root.",
            zh="2 / fan-in 是方差，而生成器的参数（或前面乘的系数）是标准差，要开平方。"),
        Mistake("fan_out_for_fan_in", "np.sqrt(2 / n_hidden)", "np.sqrt(2 / K)",
            en="The variance of the second layer's weights is taken from its outputs. Fan-in is the number of rows of W₂.",
            zh="第二层权重的方差用了输出个数。fan-in 是 W₂ 的行数。"),
        Mistake("uniform_start", "rng.normal(size=(D, n_hidden)) * np.sqrt(2", "rng.uniform(-1, 1, size=(D, n_hidden)) * np.sqrt(6",
            en="The weights of the first layer start from uniform numbers. Normal ones are asked for.",
            zh="第一层权重的初值取的是均匀分布。这里要的是正态分布。"),
        Mistake("biases_start_at_random", '"b1": np.zeros(n_hidden)', '"b1": rng.normal(size=n_hidden) * 0.1',
            en="The biases start at random numbers; they should start at 0.",
            zh="偏置的初值是随机数；应当从 0 开始。"),
        Mistake("generator_ignored", "    D, K =", "    rng = np.random.default_rng(0)\n    D, K =",
            en="Every run starts from the same numbers: a generator of your own has taken the place of `rng`. All random numbers come from the argument.",
            zh="每次训练都从同样的数开始：你自己的生成器取代了 `rng`。随机数要全部来自传入的参数。"),
        Mistake("order_from_another_generator", "rng.permutation(len(X))", "np.random.permutation(len(X))",
            en="The same `rng` gives another net each time: the order comes from numpy's global generator. All random numbers come from the argument.",
            zh="同样的 `rng` 每次训练出不同的网络：样本的次序来自 numpy 的全局生成器。随机数要全部来自传入的参数。"),
        Mistake("ten_classes_always", "y.max() + 1", "10",
            en="Your net always has ten outputs. The number of classes is the greatest label plus 1.",
            zh="你的网络总有十个输出。类别数等于最大的标签加 1。"),
        Mistake("hidden_width_fixed", "D, K = X.shape[1], y.max() + 1", "D, K, n_hidden = X.shape[1], y.max() + 1, 64",
            en="Your net always has 64 hidden neurons. The argument `n_hidden` says how many are wanted.",
            zh="你的网络总有 64 个隐藏神经元。要多少个，由参数 `n_hidden` 决定。"),
        Mistake("learning_rate_fixed", "lr / len(batch)", "0.3 / len(batch)",
            en="Your steps always have the learning rate 0.3. The argument `lr` says which one is wanted.",
            zh="你的学习率总是 0.3。该用多大，由参数 `lr` 决定。"),
    ],
    variants=[
        Variant("list_of_batches",
            "for start in range(0, len(X), batch_size):\n            batch = order[start : start + batch_size]",
            "for batch in np.split(order, range(batch_size, len(X), batch_size)):"),
        Variant("shuffled_in_place", "order = rng.permutation(len(X))", "order = np.arange(len(X))\n        rng.shuffle(order)"),
        Variant("data_shuffled", "rng.permutation(len(X))", "rng.choice(len(X), len(X), replace=False)"),
        Variant("float32", "return params", "return {name: value.astype(np.float32) for name, value in params.items()}"),
        Variant("spread_as_argument", "size=(D, n_hidden)) * np.sqrt(2 / D)", "0, (2 / D) ** 0.5, (D, n_hidden))"),
        Variant("in_place_update", "params = {name: params[name] - lr / len(batch) * grads[name] for name in params}",
            "for name in params:\n                params[name] -= lr / len(batch) * grads[name]"),
    ],
)
