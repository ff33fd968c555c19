# %% prelude
import numpy as np

from autograder import FROM_SCRATCH, Calibration, Case, Exercise, Group, Mistake, Rng, Variant
from reference import rnn

from chapter import (
    GRAMMAR,
    TAGS,
    clip_grad_norm,
    dictionary,
    drawn_by,
    elman_forward,
    one_hot_words,
    rnn_backward,
    sentences,
    softmax,
    words,
)

# %% [markdown] lang="en"
# ## {n} A network that listens
#
# Put it together. Train an Elman network on sentences by mini-batch gradient descent, as in chapter 4:
#
# 1. **Start.** `W_x`, `W_h` and `W_y` normal with variance $1/\text{fan-in}$ (their number of rows), in this order, biases 0, states $h_0 = 0$. All random numbers come from `rng` (`rng.normal`, `rng.permutation`).
# 2. In each epoch shuffle the sentences anew and cut the order into batches of `batch_size`; the last one may be smaller.
# 3. For each batch the loss is the **MEAN** softmax cross-entropy over all its words (here each `"."` counts as a word, too), so $dY = (\operatorname{softmax}(Y) - \text{one-hot}(y))/(B\,T)$ with $B$ sentences of $T$ words. `rnn_backward`, then `clip_grad_norm` with `max_norm=1`, then a step of `lr`.
#
# Words come as numbers: word $v$ is a row of zeros with a 1 in column $v$, `np.eye(n_words)[words]` all at once.
#
# The check trains with `n_hidden=20, lr=2.0, n_epochs=20, batch_size=20` on 300 sentences, a few seconds, and measures F1 on sentences about **other cities**. You pass at 0.9712. On small networks it also looks whether start, steps and clipping are as above. (Every draw has its own sentences and its own numbering of words and labels, so parameters that were trained elsewhere are useless.)
# %% [markdown] lang="zh" of="59cd"
# ## {n} 会听的网络
#
# 把零件拼起来。像第四章那样，用小批量梯度下降在句子上训练一个 Elman 网络：
#
# 1. **初值。** `W_x`、`W_h`、`W_y` 依次取正态随机数，方差为 $1/\text{fan-in}$（各自的行数），偏置为 0，状态 $h_0 = 0$。随机数全部来自 `rng`（`rng.normal`、`rng.permutation`）。
# 2. 每一轮重新打乱句子，按顺序切成大小为 `batch_size` 的批次；最后一批可以小一些。
# 3. 每个批次的损失是其中所有词（这里 `"."` 也算词）的 softmax 交叉熵的**平均**，所以 $dY = (\operatorname{softmax}(Y) - \text{one-hot}(y))/(B\,T)$，其中有 $B$ 个句子，各 $T$ 个词。先 `rnn_backward`，再 `clip_grad_norm`（`max_norm=1`），然后以 `lr` 走一步。
#
# 词以编号给出：第 $v$ 个词对应的一行在第 $v$ 列为 1，其余为 0，用 `np.eye(n_words)[words]` 可以一次得到。
#
# 检查时用 `n_hidden=20, lr=2.0, n_epochs=20, batch_size=20` 在 300 个句子上训练，要几秒钟，然后在提到**另一些城市**的句子上测 F1，达到 0.9712 即通过；还会用小网络检查初值、步子和裁剪是否与上面一致。（每次的句子都重新生成，词和标签也重新编号，所以别处训练出来的参数没有用。）
# %% answer="train_elman"
def train_elman(words, y, n_words, n_labels, n_hidden, lr, n_epochs, batch_size, rng):
    """Train an Elman network to label the words of sentences.

    words (N, T), whole numbers below n_words; labels y (N, T), whole numbers below n_labels; n_hidden neurons; lr is
    the learning rate for the MEAN loss of a batch, whose gradient is clipped to a norm of 1; n_epochs passes over all
    sentences, in a new order each; rng is a numpy Generator, the only source of random numbers.
    Returns the parameters: W_x (n_words, H), W_h (H, H), b_h (H,), W_y (H, n_labels), b_y (n_labels,).
    """
    ### BEGIN SOLUTION
    params = {
        "W_x": rng.normal(size=(n_words, n_hidden)) / np.sqrt(n_words),
        "W_h": rng.normal(size=(n_hidden, n_hidden)) / np.sqrt(n_hidden),
        "b_h": np.zeros(n_hidden),
        "W_y": rng.normal(size=(n_hidden, n_labels)) / np.sqrt(n_hidden),
        "b_y": np.zeros(n_labels),
    }
    for _ in range(n_epochs):
        order = rng.permutation(len(words))
        for start in range(0, len(words), batch_size):
            batch = order[start : start + batch_size]
            X, truth = np.eye(n_words)[words[batch]], np.eye(n_labels)[y[batch]]
            h0 = np.zeros((len(batch), n_hidden))
            Y, _ = elman_forward(params, X, h0)
            dY = (softmax(Y) - truth) / truth[:, :, 0].size
            grads = clip_grad_norm(rnn_backward(params, X, h0, dY), 1.0)
            params = {name: params[name] - lr * grads[name] for name in params}
    return params
    ### END SOLUTION


# %% [markdown] docstring="train_elman" lang="zh" of="608c"
# 训练一个 Elman 网络，给句子里的词打标签。
#
# words (N, T) 是小于 n_words 的整数；标签 y (N, T) 是小于 n_labels 的整数；隐藏层有 n_hidden 个神经元；
# lr 是对批次平均损失的学习率，其梯度的范数裁剪到 1；把所有句子过 n_epochs 轮，每轮重新打乱；
# rng 是 numpy 的 Generator，随机数全部来自它。
# 返回参数：W_x (n_words, H)、W_h (H, H)、b_h (H,)、W_y (H, n_labels)、b_y (n_labels,)。
# %% [markdown] why="train_elman" lang="en"
# `truth[:, :, 0].size` is the B · T of *this* batch, so the smaller last one has a true mean as well. A rate of 2 would be daring, but clipping
# comes before the step: none is longer than 2. `params` is built anew at once, so no gradient meets a half-updated network.
# %% [markdown] why="train_elman" lang="zh" of="b865"
# `truth[:, :, 0].size` 是**这一批**的 B · T，最后较小的一批也是真正的平均。学习率取 2 本来很冒险，但裁剪在更新之前，哪一步的长度都不会超过 2。`params` 一次整个重建，梯度不会遇上只更新了一半的网络。
# %% grading="train_elman"
def slot_cases(rng):
    yield Case("sentences about other cities", zh="提到其他城市的句子", **rnn.slot_draw(rng), rng=Rng(int(rng.integers(2**31))))


def start_cases(rng):
    rngs = [Rng(int(seed)) for seed in rng.integers(2**31, size=2)]
    yield Case("the start", zh="初始参数", words=rng.integers(100, size=(2, 2)), y=np.array([[0, 1], [2, 3]]), rngs=rngs)


def steps_cases(rng):
    word, label, size = rng.integers(3), rng.integers(4), int(rng.integers(3, 6))
    same = {"words": np.full((size + 2, 4), word), "batch_size": size}  # any order is the same
    y = np.full((size + 2, 4), label)
    yield Case("long gradients, two sentences left over", zh="梯度很长，剩下两个句子", **same, y=y, rng=Rng(int(rng.integers(2**31))))
    y = np.tile(rng.permutation(4), (size + 2, 1))
    yield Case("short gradients", zh="梯度很短", **same, y=y, rng=Rng(int(rng.integers(2**31))))


def shapes_of_elman(words, y, n_words, n_labels, n_hidden, lr, n_epochs, batch_size, rng):
    return {"W_x": (n_words, n_hidden), "W_h": (n_hidden, n_hidden), "b_h": (n_hidden,), "W_y": (n_hidden, n_labels), "b_y": (n_labels,)}


def f1_on_other_cities(impl, case):
    """Each character of a text is a token, a word and its label; those of the test never leave here."""
    tokens = (
        np.array([[ord(token) - ord("0") for token in text.ljust(max(map(len, texts)), "0")] for text in texts])
        for texts in (case.train, case.test)
    )
    (words, labels), (words_test, truth) = ((case.word_of[each], case.label_of[each]) for each in tokens)
    params = impl.train_elman(words, labels, case.n_words, 4, 20, 2.0, 20, 20, case.rng)
    h, answers = np.zeros((len(truth), 20)), np.zeros(truth.shape)
    for t in range(truth.shape[1]):
        h = np.tanh(params["W_x"][words_test[:, t]] + h @ params["W_h"] + params["b_h"])
        answers[:, t] = np.argmax(h @ params["W_y"] + params["b_y"], axis=1)
    found, there = answers != case.none, truth != case.none
    return 2 * np.sum(found & (answers == truth)) / max(np.sum(found) + np.sum(there), 1)


def start_kept(impl, case):
    """A learning rate of 0 leaves the network where it began."""
    one, other = (impl.train_elman(case.words, case.y, 100, 4, 150, 0.0, 1, 2, rng) for rng in case.rngs)
    spread = {name: round(float(one[name].std() * len(one[name]) ** 0.5), 1) for name in ("W_x", "W_h", "W_y")}
    kept = {
        "biases of 0": not one["b_h"].any() and not one["b_y"].any(),
        **{name: 0.8 < value < 1.2 for name, value in spread.items()},  # 600 numbers and more: 6 sigma
        "normal": np.mean(one["W_x"] ** 4) > 2.6 * np.mean(one["W_x"] ** 2) ** 2,
        "from rng": not np.array_equal(one["W_x"], other["W_x"]),
    }
    return {"metric": float(all(kept.values())), **kept, "spread": spread}


def steps_kept(impl, case):
    """Two epochs, each of one full batch and a smaller one, where every sentence is the same."""
    sizes = (3, 4, 12)
    start, net = (impl.train_elman(case.words, case.y, *sizes, lr, 2, case.batch_size, case.rng) for lr in (0.0, 0.05))
    X, truth, right = np.eye(3)[case.words[:1]], np.eye(4)[case.y[:1]], start
    for _ in range(4):
        E = np.exp(impl.elman_forward(right, X, np.zeros((1, 12)))[0])
        grads = impl.rnn_backward(right, X, np.zeros((1, 12)), (E / E.sum(axis=2, keepdims=True) - truth) / 4)
        length = sum(np.sum(grad**2) for grad in grads.values()) ** 0.5
        right = {name: right[name] - 0.05 * grads[name] / max(length, 1.0) for name in right}
    seen, wanted = (np.concatenate([(end[name] - start[name]).ravel() for name in start]) for end in (net, right))
    off = np.linalg.norm(seen - wanted) / np.linalg.norm(wanted)
    return {"metric": float(off < 1e-3), "far": round(float(seen @ wanted / (wanted @ wanted)), 1)}


Exercise(
    points=4, reference=rnn.train_elman, shapes=shapes_of_elman, forbids=FROM_SCRATCH, seconds=30.0,
    many_right="any network that listens is right, whatever the order of its sentences",
    tolerance=Calibration(
        run=rnn.calibrate_train_elman, higher_is_better=True, margin=0.01,
        reason="F1 on 200 sentences about other cities, of an Elman network of 20 neurons after 20 epochs on 300 sentences. "
        "Start and steps are kept, 1, or not, 0",
    ),
    groups=[
        Group("values", slot_cases, observe=f1_on_other_cities, en="Sentences about other cities", zh="提到其他城市的句子"),
        Group("start", start_cases, observe=start_kept, en="Initial parameters", zh="初始参数"),
        Group("steps", steps_cases, observe=steps_kept, en="Steps, batches and clipping", zh="步子、批次与裁剪"),
    ],
    mistakes=[
        Mistake("gradient_ascent", "params[name] - lr", "params[name] + lr",
            en="The loss is climbing: the step goes along the gradient. Walk against it.",
            zh="损失在上升：你沿着梯度走了。应当朝相反的方向走。"),
        Mistake("steps_lost", "            params = {name: params[name] -", "            moved = {name: params[name] -",
            en="The parameters that you return are the random ones from the start: the updated values are computed and then lost.",
            zh="你返回的还是最初的随机参数：更新后的值算出来了，却没有存下来。"),
        Mistake("one_epoch", "    return params\n", "        return params\n",
            en="Training stops after the first epoch: look at the indentation of your `return`.",
            zh="训练在第一轮之后就停了：检查 `return` 的缩进。"),
        Mistake("labels_shuffled_apart", "np.eye(n_labels)[y[batch]]", "np.eye(n_labels)[y[start : start + batch_size]]",
            en="Words and labels have parted company: use the same indices for both.", zh="词和标签对不上了：两者要用同一组下标。"),
        Mistake("never_clipped", "clip_grad_norm(rnn_backward(params, X, h0, dY), 1.0)", "rnn_backward(params, X, h0, dY)",
            en="Long gradients are not clipped: one unlucky batch can throw the network far away. Limit their common norm to 1 before each step.",
            zh="太长的梯度没有裁剪：一个不走运的批次就能把网络甩得很远。每一步之前，要把它们共同的范数限制到 1。"),
        Mistake("sum_for_mean", " / truth[:, :, 0].size", "",
            en="Your gradient belongs to the SUM over the words of a batch. The loss is their MEAN.",
            zh="你的梯度属于批次里各词损失之**和**。这里的损失是**平均**。"),
        Mistake("mean_over_sentences", "truth[:, :, 0].size", "len(batch)",
            en="You divide by the number of sentences. The MEAN is over all words: B · T of them.",
            zh="你除以的是句子数。应当对所有的词取平均，共有 B · T 个。"),
        Mistake("no_softmax", "softmax(Y) - truth", "Y - truth",
            en="dY compares the scores with the truth. They must become probabilities first.",
            zh="dY 拿得分去和真实标签比。要先把得分变成概率。"),
        Mistake("variance_for_spread", "(n_hidden, n_hidden)) / np.sqrt(n_hidden)", "(n_hidden, n_hidden)) / n_hidden",
            en="1 / fan-in is the variance of W_h. What you multiply by is the standard deviation, its root.",
            zh="1 / fan-in 是 W_h 的方差，而你乘上的系数是标准差，要开平方。"),
        Mistake("generator_ignored", "    params = {\n", "    rng = np.random.default_rng(0)\n    params = {\n",
            en="Every run starts from the same numbers: a generator of your own has taken the place of `rng`. All random numbers come from the argument.",
            zh="每次训练都从同样的数开始：你自己的生成器取代了 `rng`。随机数要全部来自传入的参数。"),
        Mistake("last_batch_dropped", "range(0, len(words), batch_size)", "range(0, len(words) - batch_size + 1, batch_size)",
            en="The sentences left over at the end of an epoch are never used. They form a last, smaller batch.",
            zh="一轮末尾剩下的句子从没用上。它们要组成最后一个小一些的批次。"),
    ],
    variants=[
        Variant("in_place_update", "params = {name: params[name] - lr * grads[name] for name in params}", "for name in params:\n                params[name] -= lr * grads[name]"),
        Variant("list_of_batches",
            "for start in range(0, len(words), batch_size):\n            batch = order[start : start + batch_size]",
            "for batch in np.split(order, range(batch_size, len(words), batch_size)):"),
        Variant("float32", "    return params\n", "    return {name: value.astype(np.float32) for name, value in params.items()}\n"),
    ],
)


# %% [markdown] lang="en"
# Your network answers. It was trained on sentences about half of the cities and reads one about two others; each column is a word, each row the probability of a label. You should see: at a city it is sure whether it is destination or origin, although it has never seen the name.
# %% [markdown] lang="zh" of="21f3"
# 下图是你的网络的回答。它只在提到一半城市的句子上训练过，现在读一个提到另外两座城市的句子；每一列是一个词，每一行是一种标签的概率。你应该看到：读到城市时，它很确定那是目的地还是出发地，尽管从没见过这个名字。
# %% demo="listening"
@drawn_by("train_elman", "elman_forward", "one_hot_words")
def listening(plt):
    language, read = words(en="en", zh="zh"), words(
        en="i want to leave the rainy city of delhi on friday and then visit old perth",
        zh="我 想 离开 那 座 多雨 的 德里 在 周五 然后 去 古老 的 珀斯",
    ).split()
    rng, vocabulary = np.random.default_rng(0), dictionary(language)
    texts, labels = sentences(rng, 300, GRAMMAR[language]["cities"][:4], language)
    numbers = np.array([np.argmax(one_hot_words(text, vocabulary), axis=1) for text in texts])
    params = train_elman(numbers, np.array(labels), len(vocabulary) + 1, 4, 20, 2.0, 20, 20, rng)
    Y, _ = elman_forward(params, np.asarray(one_hot_words(read, vocabulary))[None], np.zeros((1, 20)))
    fig, ax = plt.subplots(figsize=(10.5, 2.8), layout="constrained")
    image = ax.imshow(softmax(np.asarray(Y))[0].T, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    ax.set_xticks(range(len(read)), read, rotation=40, ha="right")
    ax.set_yticks(range(4), [words(en="no slot", zh="不是槽位"), *TAGS[language][1:]])
    ax.set_title(words(en="what the network answers, word by word", zh="网络逐词的回答"))
    fig.colorbar(image, label=words(en="probability", zh="概率"))
    plt.show()
