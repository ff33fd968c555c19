# %% prelude
import numpy as np

from autograder import FROM_SCRATCH, Calibration, Case, Exercise, Group, Mistake, Rng, Variant
from reference import rnn

from chapter import GRAMMAR, TAGS, clip_grad_norm, dictionary, elman_forward, one_hot_words, rnn_backward, sentences, softmax

# %% [markdown] lang="en"
# ## {n} A network that listens
#
# Put it together. Train an Elman network on sentences by mini-batch gradient descent, as in chapter 4:
#
# 1. **Start.** `W_x`, `W_h` and `W_y` normal with variance $1/\text{fan-in}$ (their number of rows), in this order, biases 0, states $h_0 = 0$. All random numbers come from `rng` (`rng.normal`, `rng.permutation`).
# 2. In each epoch shuffle the sentences anew and cut the order into batches of `batch_size`; the last one may be smaller.
# 3. For each batch the loss is the **MEAN** softmax cross-entropy over all its words, so $dY = (\operatorname{softmax}(Y) - \text{one-hot}(y))/(B\,T)$ with $B$ sentences of $T$ words. `rnn_backward`, then `clip_grad_norm` with `max_norm=1`, then a step of `lr`.
#
# Words come as numbers: word $v$ is a row of zeros with a 1 in column $v$, `np.eye(n_words)[words]` all at once.
#
# The check trains with `n_hidden=20, lr=2.0, n_epochs=20, batch_size=20` on 300 sentences, a few seconds, and measures F1 on sentences about **other cities**; you pass at {gate}. (Every draw has its own sentences and its own numbering of words and labels, so parameters that were trained elsewhere are useless.)
# %% [markdown] lang="zh"
# ## {n} 会听的网络
#
# 把零件拼起来。像第四章那样，用小批量梯度下降在句子上训练一个 Elman 网络：
#
# 1. **初值。** `W_x`、`W_h`、`W_y` 依次取正态随机数，方差为 $1/\text{fan-in}$（各自的行数），偏置为 0，状态 $h_0 = 0$。随机数全部来自 `rng`（`rng.normal`、`rng.permutation`）。
# 2. 每一轮重新打乱句子，按顺序切成大小为 `batch_size` 的批次；最后一批可以小一些。
# 3. 每个批次的损失是其中所有词的 softmax 交叉熵的**平均**，所以 $dY = (\operatorname{softmax}(Y) - \text{one-hot}(y))/(B\,T)$，其中有 $B$ 个句子，各 $T$ 个词。先 `rnn_backward`，再 `clip_grad_norm`（`max_norm=1`），然后以 `lr` 走一步。
#
# 词以编号给出：第 $v$ 个词对应的一行在第 $v$ 列为 1，其余为 0，用 `np.eye(n_words)[words]` 可以一次得到。
#
# 检查时用 `n_hidden=20, lr=2.0, n_epochs=20, batch_size=20` 在 300 个句子上训练，要几秒钟，然后在提到**另一些城市**的句子上测 F1，达到 {gate} 即通过。（每次的句子都重新生成，词和标签也重新编号，所以别处训练出来的参数没有用。）
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


# %% [markdown] docstring="train_elman" lang="zh"
# 训练一个 Elman 网络，给句子里的词打标签。
#
# words (N, T) 是小于 n_words 的整数；标签 y (N, T) 是小于 n_labels 的整数；隐藏层有 n_hidden 个神经元；
# lr 是对批次**平均**损失的学习率，其梯度的范数裁剪到 1；把所有句子过 n_epochs 轮，每轮重新打乱；
# rng 是 numpy 的 Generator，随机数全部来自它。
# 返回参数：W_x (n_words, H)、W_h (H, H)、b_h (H,)、W_y (H, n_labels)、b_y (n_labels,)。
# %% grading="train_elman"
def slot_cases(rng):
    yield Case("sentences about other cities", zh="提到其他城市的句子", **rnn.slot_draw(rng), rng=Rng(int(rng.integers(2**31))))


def shapes_of_elman(words, y, n_words, n_labels, n_hidden, lr, n_epochs, batch_size, rng):
    return {"W_x": (n_words, n_hidden), "W_h": (n_hidden, n_hidden), "b_h": (n_hidden,), "W_y": (n_hidden, n_labels), "b_y": (n_labels,)}


def f1_on_other_cities(impl, case):
    size = {"n_words": case.n_words, "n_labels": 4, "n_hidden": 20, "lr": 2.0, "n_epochs": 20, "batch_size": 20}
    params = impl.train_elman(case.words, case.y, *size.values(), case.rng)
    h, answers = np.zeros((len(case.words_test), 20)), []
    for t in range(case.words_test.shape[1]):
        h = np.tanh(params["W_x"][case.words_test[:, t]] + h @ params["W_h"] + params["b_h"])
        answers.append(np.argmax(h @ params["W_y"] + params["b_y"], axis=1))
    found, there = np.array(answers).T != case.none, case.y_test != case.none
    right = np.sum(found & (np.array(answers).T == case.y_test))
    return 2 * right / max(np.sum(found) + np.sum(there), 1)


Exercise(
    points=3, reference=rnn.train_elman, shapes=shapes_of_elman, cases=slot_cases, observe=f1_on_other_cities,
    forbids=FROM_SCRATCH, seconds=30.0,
    tolerance=Calibration(
        run=rnn.calibrate_train_elman, higher_is_better=True, margin=0.01,
        reason="F1 on 200 sentences about other cities, of an Elman network of 20 neurons after 20 epochs on 300 sentences",
    ),
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
        Mistake("no_memory_trained", "rnn_backward(params, X, h0, dY)", '{**rnn_backward(params, X, h0, dY), "W_h": -params["W_h"] * 0 + np.sign(params["W_h"]) * 0.05}',
            en="The recurrent weights are not trained by their gradient. Without a memory that learns nobody knows which verb came before.",
            zh="循环权重没有按它的梯度训练。没有学会记忆，就不可能知道前面是哪个动词。"),
        Mistake("every_word_alone", "Y, _ = elman_forward(params, X, h0)", 'params["W_h"] = params["W_h"] * 0\n            Y, _ = elman_forward(params, X, h0)',
            en="The recurrent weights are wiped out at every step, so each word is read alone.", zh="循环权重每一步都被清零，每个词都是单独读的。"),
    ],
    variants=[
        Variant("added_in_place", "params = {name: params[name] - lr * grads[name] for name in params}", "params = {name: value + (-lr) * grads[name] for name, value in params.items()}"),
        Variant("list_batches", "batch = order[start : start + batch_size]", "batch = list(order[start : start + batch_size])"),
    ],
)


# %% [markdown] lang="en"
# Your network answers. It was trained on sentences about half of the cities and reads one about another; each column is a word, each row the probability of a label. What you should see: at a city it is sure whether it is destination or origin, although it has never seen the name. Swap two words of the sentence and run it again.
# %% [markdown] lang="zh"
# 下图是你的网络的回答。它只在提到一半城市的句子上训练过，现在读一个提到别的城市的句子；每一列是一个词，每一行是一种标签的概率。你应该看到：读到城市时，它很确定那是目的地还是出发地，尽管从没见过这个名字。把句子里的两个词对调，再运行一次看看。
# %% demo="listening"
@drawn_by("train_elman", "elman_forward", "one_hot_words")
def show(plt):
    rng, vocabulary = np.random.default_rng(0), dictionary()
    texts, labels = sentences(rng, 300, GRAMMAR["en"]["cities"][:4])
    words = np.array([np.argmax(one_hot_words(text, vocabulary), axis=1) for text in texts])
    params = train_elman(words, np.array(labels), len(vocabulary) + 1, 4, 20, 2.0, 20, 20, rng)
    read = "i want to leave the rainy city of delhi on friday and then visit old perth".split()
    Y, _ = elman_forward(params, np.asarray(one_hot_words(read, vocabulary))[None], np.zeros((1, 20)))
    fig, ax = plt.subplots(figsize=(11, 2.8), layout="constrained")
    image = ax.imshow(softmax(np.asarray(Y))[0].T, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    ax.set_xticks(range(len(read)), read, rotation=40, ha="right")
    ax.set_yticks(range(4), ["no slot", *TAGS[1:]])
    ax.set_title("what the network answers, word by word")
    fig.colorbar(image, label="probability")
    plt.show()
