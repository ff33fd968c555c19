# %% prelude
import numpy as np

from autograder import Calibration, Case, Exercise, Group, Mistake, Variant
from reference import rnn

from chapter import GRAMMAR, TAGS, dictionary, drawn_by, lstm_forward, one_hot_words, sentences, sigmoid, words

# %% [markdown] lang="en"
# ## {n} The same in torch, and further back
#
# In practice nobody writes the backward pass. With `torch.nn.Embedding` (a one-hot code times a matrix), `torch.nn.LSTM(…, batch_first=True)`, `torch.nn.Linear`, cross-entropy and Adam, a tagger is a dozen lines; on a GPU where there is one (`device` is `"cuda"` if `torch.cuda.is_available()`, else `"cpu"`).
#
# Write one function that learns **any** labeling of sequences. It is tried on two tasks:
#
# * **slots**: the sentences from above, again about unknown cities;
# * **recall**: sequences of ten random symbols out of four; the label of *every* step is the first symbol, and the test asks at the last step. Nothing in between helps: it must be kept through nine steps.
#
# What you return is the network in the form of {ref:lstm_step}, so that your own `lstm_forward` can run what torch has trained, from one-hot words. Four things differ in torch:
#
# * an embedding stands between the words and the LSTM: the first rows of our $W$ are the product of two of its matrices;
# * it keeps the four gates in one matrix, one below the other, in the order **i, f, g, o**;
# * its matrices are (outputs, inputs), the transpose of ours, and those for x and for h are apart: `weight_ih_l0`, `weight_hh_l0`;
# * it has two biases for each gate, `bias_ih_l0` and `bias_hh_l0`, and adds them up.
#
# Rate and epochs are yours (an embedding of 16 numbers, Adam with 0.01, 20 epochs and batches of 32 do). Hand `seed` to `torch.manual_seed` first, so that the same seed gives the same network. The check asks for 32 neurons and takes some ten seconds for both tasks. You pass at 0.9594, in F1 and in the share that is recalled.
# %% [markdown] lang="zh" of="a015"
# ## {n} 用 torch 再来一次，并且记得更久
#
# 实际工作中没有人手写反向传播。用 `torch.nn.Embedding`（即独热编码乘矩阵）、`torch.nn.LSTM(…, batch_first=True)`、`torch.nn.Linear`、交叉熵和 Adam，十来行就能写出一个打标签的网络；有 GPU 就用 GPU（`torch.cuda.is_available()` 为真时 `device` 取 `"cuda"`，否则取 `"cpu"`）。
#
# 写一个函数，能学会给序列打**任何**标签。用两个任务来检验：
#
# * **填槽**：上面的句子，问的仍是陌生的城市；
# * **回忆**：十个随机符号组成的序列，符号有四种；**每一步**的标签都是第一个符号，测试时只问最后一步。中间的内容帮不上忙，必须把它记住九步。
#
# 返回的网络要写成 {ref:lstm_step} 的形式，这样你自己的 `lstm_forward` 就能从独热编码的词出发，运行 torch 训练出来的网络。torch 有四处不同：
#
# * 词与 LSTM 之间隔着一个嵌入矩阵：我们的 $W$ 的前几行，是它的两个矩阵之积；
# * 四个门放在同一个矩阵里，自上而下的次序是 **i、f、g、o**；
# * 矩阵的形状是（输出数, 输入数），是我们的转置；对 x 和对 h 的矩阵是分开的：`weight_ih_l0`、`weight_hh_l0`；
# * 每个门有两个偏置 `bias_ih_l0` 和 `bias_hh_l0`，用时相加。
#
# 学习率和轮数由你定（嵌入取 16 维，Adam 学习率 0.01、20 轮、每批 32 个就够）。开头把 `seed` 交给 `torch.manual_seed`，使相同的种子得到相同的网络。检查时用 32 个神经元，两个任务一共要十秒左右。F1 和回忆对的比例都要过关，达到 0.9594 即通过。
# %% answer="train_lstm"
def train_lstm(words, y, n_words, n_labels, n_hidden, seed):
    """Train an LSTM in torch to label every step of sequences; returns it in the form of `lstm_step`.

    words (N, T), whole numbers below n_words; labels y (N, T), whole numbers below n_labels; both numpy arrays;
    n_hidden neurons, H; seed is the seed of torch.
    Returns a dict of numpy arrays: W_i, W_f, W_o, W_g (n_words + H, H) and b_i, b_f, b_o, b_g (H,) of an LSTM that
    reads one-hot words, and W_y (H, n_labels), b_y (n_labels,).
    """
    ### BEGIN SOLUTION
    import torch

    torch.manual_seed(seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    embed = torch.nn.Embedding(n_words, 16)
    lstm = torch.nn.LSTM(16, n_hidden, batch_first=True)
    out = torch.nn.Linear(n_hidden, n_labels)
    model = torch.nn.ModuleList([embed, lstm, out]).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    words, truth = torch.as_tensor(words, device=device), torch.as_tensor(y, device=device)
    for _ in range(20):
        for batch in torch.randperm(len(words)).split(32):
            states, _ = lstm(embed(words[batch]))
            scores = out(states)  # (B, T, K)
            loss = torch.nn.functional.cross_entropy(scores.flatten(0, 1), truth[batch].flatten())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    W = torch.cat([embed.weight @ lstm.weight_ih_l0.T, lstm.weight_hh_l0.T])  # (V + H, 4H)
    b = lstm.bias_ih_l0 + lstm.bias_hh_l0
    params = {"W_y": out.weight.T, "b_y": out.bias}
    for gate, W_gate, b_gate in zip("ifgo", W.chunk(4, dim=1), b.chunk(4), strict=True):
        params |= {f"W_{gate}": W_gate, f"b_{gate}": b_gate}
    return {name: value.detach().cpu().numpy() for name, value in params.items()}
    ### END SOLUTION


# %% [markdown] docstring="train_lstm" lang="zh" of="165e"
# 用 torch 训练一个 LSTM，给序列的每一步打标签，按 `lstm_step` 的形式返回它。
#
# words (N, T) 是小于 n_words 的整数；标签 y (N, T) 是小于 n_labels 的整数；两者都是 numpy 数组。
# n_hidden 是神经元个数 H；seed 是 torch 的随机种子。
# 返回 numpy 数组的字典：W_i、W_f、W_o、W_g (n_words + H, H) 和 b_i、b_f、b_o、b_g (H,)，这个 LSTM 读的是独热编码的词；
# 以及 W_y (H, n_labels)、b_y (n_labels,)。
# %% [markdown] why="train_lstm" lang="en"
# A one-hot row times a matrix picks a row of it, so embedding and `weight_ih` fold into one product, and two biases into a sum: the net does the same
# with fewer parts. `flatten(0, 1)` is needed because `cross_entropy` looks for the classes on axis 1, where time would stand.
# %% [markdown] why="train_lstm" lang="zh" of="5276"
# 独热的一行乘矩阵，就是取出矩阵的一行，所以嵌入与 `weight_ih` 可以合成一个乘积，两个偏置合成一个和：零件少了，做的事不变。要 `flatten(0, 1)`，是因为 `cross_entropy` 认为类别在第 1 轴，而那里本来是时间。
# %% grading="train_lstm"
def slot_cases(rng):
    yield Case("sentences about other cities", zh="提到其他城市的句子", **rnn.slot_draw(rng), seed=int(rng.integers(2**31)))


def recall_cases(rng):
    yield Case("nine steps back", zh="九步之前", **rnn.recall_draw(rng), seed=int(rng.integers(2**31)))


def shapes_of_lstm(words, y, n_words, n_labels, n_hidden, seed):
    gates = {f"W_{gate}": (n_words + n_hidden, n_hidden) for gate in "ifog"}
    return {**gates, **{f"b_{gate}": (n_hidden,) for gate in "ifog"}, "W_y": (n_hidden, n_labels), "b_y": (n_labels,)}


def f1_of_lstm(impl, case):
    """Over the steps that are asked; where that is the last one alone it is the share that is right."""
    tokens = (
        np.array([[ord(token) - ord("0") for token in text.ljust(max(map(len, texts)), "0")] for text in texts])
        for texts in (case.train, case.test)
    )
    (words, labels), (words_test, truth) = ((case.word_of[each], case.label_of[each]) for each in tokens)
    params = impl.train_lstm(words, labels, case.n_words, 4, 32, case.seed)
    h, c, answers = np.zeros((len(truth), 32)), np.zeros((len(truth), 32)), np.zeros(truth.shape)
    for t in range(truth.shape[1]):
        both = np.concatenate([np.eye(case.n_words)[words_test[:, t]], h], axis=1)
        before = {gate: both @ params["W_" + gate] + params["b_" + gate] for gate in "ifog"}
        i, f, o = ((1 + np.tanh(before[gate] / 2)) / 2 for gate in "ifo")
        c = f * c + i * np.tanh(before["g"])
        h = o * np.tanh(c)
        answers[:, t] = np.argmax(h @ params["W_y"] + params["b_y"], axis=1)
    found, there = (answers != case.none) & (truth >= 0), (truth != case.none) & (truth >= 0)
    return 2 * np.sum(found & (answers == truth)) / max(np.sum(found) + np.sum(there), 1)


Exercise(
    points=4, reference=rnn.train_lstm, shapes=shapes_of_lstm, observe=f1_of_lstm, seconds=60.0,
    many_right="any network that listens is right, however it was trained",
    tolerance=Calibration(
        run=rnn.calibrate_train_lstm, higher_is_better=True, margin=0.01,
        reason="the lesser of F1 on 200 sentences about other cities and of the share that is recalled over nine steps, of an "
        "LSTM of 32 neurons after 20 epochs of Adam",
    ),
    groups=[
        Group("values", slot_cases, en="Slots in sentences about other cities", zh="陌生城市的句子里的槽位"),
        Group("recall", recall_cases, en="Nine steps back", zh="记住九步"),
    ],
    mistakes=[
        Mistake("gradients_pile_up", "            optimizer.zero_grad()\n", "",
            en="The gradients of earlier batches are still there: torch adds new ones to them. Call `zero_grad()` before each backward pass.",
            zh="之前批次的梯度还留着：torch 会把新的加上去。每次反向传播之前要调用 `zero_grad()`。"),
        Mistake("never_steps", "            optimizer.step()\n", "",
            en="The optimizer never takes a step: the network stays random.", zh="优化器从没有走一步：网络还是随机的。"),
        Mistake("batch_taken_for_time", "LSTM(16, n_hidden, batch_first=True)", "LSTM(16, n_hidden)",
            en="Without `batch_first=True` torch reads the first axis as time, so the memory runs from sentence to sentence and not from word to word.",
            zh="没有 `batch_first=True`，torch 把第一个轴当作时间，记忆就在句子之间传递，而不是在词之间。"),
        Mistake("one_epoch", "for _ in range(20):", "for _ in range(1):",
            en="One pass over the data is too little. Train until the loss has settled.", zh="只过一遍数据太少了。要训练到损失稳定下来。"),
        Mistake("gates_in_another_order", '"ifgo"', '"ifog"',
            en="The network is trained well, but content and output gate have changed places on the way: torch keeps them in the order i, f, g, o.",
            zh="网络训练得很好，但搬出来的时候，新内容和输出门换了位置：torch 的次序是 i、f、g、o。"),
        Mistake("memory_before_words", "[embed.weight @ lstm.weight_ih_l0.T, lstm.weight_hh_l0.T]", "[lstm.weight_hh_l0.T, embed.weight @ lstm.weight_ih_l0.T]",
            en="The rows of your matrices are in another order: those of the words come first, then those of h.",
            zh="矩阵各行的次序不对：先是词的行，然后是 h 的行。"),
    ],
    variants=[
        Variant("one_layer_after_another", "    model = torch.nn.ModuleList([embed, lstm, out]).to(device)\n    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)",
            "    parts = [part.to(device) for part in (embed, lstm, out)]\n    optimizer = torch.optim.Adam([p for part in parts for p in part.parameters()], lr=0.01)"),
        Variant("thirty_epochs", "for _ in range(20):", "for _ in range(30):"),
        Variant("float64", "value.detach().cpu().numpy() for", "value.detach().double().cpu().numpy() for"),
    ],
)


# %% [markdown] lang="en"
# Torch has trained it, and your `lstm_forward` runs it: the memory and the gates while a sentence is read. Each column is a word. Above, the sixteen neurons whose memory moves most; below, how far the gates are open, on average. You should see: the memories grow, word by word, until the city comes that they were waiting for. There the forget gates close about halfway, and many of the memories fade or change their sign; before the second city they grow again.
# %% [markdown] lang="zh" of="a7bf"
# torch 训练，你的 `lstm_forward` 运行：下图是读一个句子时的记忆和门。每一列是一个词。上图是记忆变化最大的十六个神经元，下图是各个门平均张开了多少。你应该看到：记忆随着每个词越积越强，直到等来那座城市。这时遗忘门关上将近一半，不少记忆变淡，甚至变了正负；到第二座城市之前，又渐渐增强。
# %% demo="gates_over_a_sentence"
@drawn_by("train_lstm", "lstm_forward", "one_hot_words")
def gates_over_a_sentence(plt):
    language, read = words(en="en", zh="zh"), words(
        en="i want to leave the rainy city of delhi on friday and then visit old perth",
        zh="我 想 离开 那 座 多雨 的 德里 在 周五 然后 去 古老 的 珀斯",
    ).split()
    vocabulary = dictionary(language)
    texts, labels = sentences(np.random.default_rng(0), 300, GRAMMAR[language]["cities"][:4], language)
    numbers = np.array([np.argmax(one_hot_words(text, vocabulary), axis=1) for text in texts])
    params = train_lstm(numbers, np.array(labels), len(vocabulary) + 1, 4, 32, 0)
    X, zero = np.asarray(one_hot_words(read, vocabulary)), np.zeros((1, 32))
    H, C = (np.asarray(states) for states in lstm_forward(params, X[None], zero, zero))
    before = np.concatenate([X, np.concatenate([zero, H[0, :-1]])], axis=1)
    answers = np.argmax(H[0] @ params["W_y"] + params["b_y"], axis=1)
    moving = np.argsort(-C[0].std(axis=0))[:16]
    fig, (top, low) = plt.subplots(2, 1, figsize=(10.5, 5.4), sharex=True, height_ratios=(3, 2), layout="constrained")
    most = np.abs(C).max()
    image = top.imshow(C[0].T[moving], cmap="RdBu", vmin=-most, vmax=most, aspect="auto")
    fig.colorbar(image, label=words(en="memory c", zh="记忆 c"))
    top.set(ylabel=words(en="neuron", zh="神经元"), yticks=[], title=words(en="what the network keeps in mind", zh="网络心里记着什么"))
    for gate, name, mark, color in (
        ("i", words(en="input gate", zh="输入门"), "o", "#0072B2"), ("f", words(en="forget gate", zh="遗忘门"), "s", "#D55E00"),
        ("o", words(en="output gate", zh="输出门"), "^", "#009E73"),
    ):  # fmt: skip
        low.plot(sigmoid(before @ params[f"W_{gate}"] + params[f"b_{gate}"]).mean(axis=1), mark + "-", color=color, label=name)
    shown = [f"{word}\n({TAGS[language][tag]})" if tag else word for word, tag in zip(read, answers)]
    low.set_xticks(range(len(read)), shown, rotation=40, ha="right")
    low.set(ylabel=words(en="how far open", zh="张开的程度"), ylim=(0, 1))
    low.legend(frameon=False, ncols=3, loc="lower left")
    low.spines[["top", "right"]].set_visible(False)
    plt.show()
