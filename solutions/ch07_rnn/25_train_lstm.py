# %% prelude
import numpy as np

from autograder import Calibration, Case, Exercise, Group, Mistake, Variant
from reference import rnn

# %% [markdown] lang="en"
# ## {n} The same in torch, and further back
#
# In practice nobody writes the backward pass. With `torch.nn.Embedding` (a one-hot code times a matrix), `torch.nn.LSTM(…, batch_first=True)`, `torch.nn.Linear`, cross-entropy and Adam a tagger is a dozen lines; on a GPU where there is one: `device = "cuda" if torch.cuda.is_available() else "cpu"`.
#
# Write one function that learns **any** labelling of sequences. Labels of $-1$ mark steps that count for nothing (`ignore_index=-1`). Two tasks are tried on it:
#
# * **slots**: the sentences from above, again about unknown cities;
# * **recall**: a sequence of ten random symbols out of four; only at the last step there is a label, the *first* symbol. Nothing in between helps: it must be kept through nine steps.
#
# Size, rate and epochs are yours (32 neurons, Adam with 0.01, 40 epochs and batches of 32 do). Call `torch.manual_seed(seed)` first, so that the same seed gives the same network. You pass where F1, and the accuracy of recall, reach {gate}; a training should take less than 10 seconds.
# %% [markdown] lang="zh"
# ## {n} 用 torch 再来一次，并且记得更久
#
# 实际工作中没有人手写反向传播。用 `torch.nn.Embedding`（即独热编码乘矩阵）、`torch.nn.LSTM(…, batch_first=True)`、`torch.nn.Linear`、交叉熵和 Adam，十来行就能写出一个打标签的网络；有 GPU 就用 GPU：`device = "cuda" if torch.cuda.is_available() else "cpu"`。
#
# 写一个函数，能学会给序列打**任何**标签。标签 $-1$ 表示这一步不算数（`ignore_index=-1`）。用两个任务来检验：
#
# * **填槽**：上面的句子，问的仍是陌生的城市；
# * **回忆**：十个随机符号组成的序列，符号有四种；只有最后一步有标签，就是**第一个**符号。中间的内容帮不上忙，必须把它记住九步。
#
# 网络大小、学习率和轮数由你定（32 个神经元、Adam 学习率 0.01、40 轮、每批 32 个就够）。开头调用 `torch.manual_seed(seed)`，使相同的种子得到相同的网络。F1 和回忆的准确率都达到 {gate} 即通过；一次训练应在 10 秒以内。
# %% answer="train_lstm"
def train_lstm(words, y, words_test, n_words, n_labels, seed):
    """Train an LSTM in torch to label every step of sequences, and label others with it.

    words (N, T), whole numbers below n_words; labels y (N, T), whole numbers below n_labels, or −1 where a step does
    not count; words_test (M, T); all numpy arrays.  Returns an array (M, T) of labels for words_test.
    """
    ### BEGIN SOLUTION
    import torch

    torch.manual_seed(seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"

    class Tagger(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.embed = torch.nn.Embedding(n_words, 16)
            self.lstm = torch.nn.LSTM(16, 32, batch_first=True)
            self.out = torch.nn.Linear(32, n_labels)

        def forward(self, words):
            states, _ = self.lstm(self.embed(words))
            return self.out(states)  # (N, T, K)

    X, Y = torch.as_tensor(words, device=device).long(), torch.as_tensor(y, device=device).long()
    model = Tagger().to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(40):
        for batch in torch.randperm(len(X)).to(device).split(32):
            optimizer.zero_grad()
            scores = model(X[batch])
            loss = torch.nn.functional.cross_entropy(scores.flatten(0, 1), Y[batch].flatten(), ignore_index=-1)
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        return model(torch.as_tensor(words_test, device=device).long()).argmax(2).cpu().numpy()
    ### END SOLUTION


# %% [markdown] docstring="train_lstm" lang="zh"
# 用 torch 训练一个 LSTM，给序列的每一步打标签，再用它给另一些序列打标签。
#
# words (N, T) 是小于 n_words 的整数；标签 y (N, T) 是小于 n_labels 的整数，−1 表示这一步不算数；
# words_test (M, T)；都是 numpy 数组。返回数组 (M, T)，即 words_test 的标签。
# %% grading="train_lstm"
def slot_cases(rng):
    yield Case("sentences about other cities", zh="提到其他城市的句子", **rnn.slot_draw(rng), seed=int(rng.integers(2**31)))


def recall_cases(rng):
    yield Case("ten steps back", zh="记住十步", **rnn.recall_draw(rng), seed=int(rng.integers(2**31)))


def shapes_of_tagger(words, y, words_test, n_words, n_labels, seed):
    return words_test.shape


def f1_on_other_cities(impl, case):
    answers = impl.train_lstm(case.words, case.y, case.words_test, case.n_words, 4, case.seed)
    found, there = answers != case.none, case.y_test != case.none
    return 2 * np.sum(found & (answers == case.y_test)) / max(np.sum(found) + np.sum(there), 1)


def recalled(impl, case):
    answers = impl.train_lstm(case.words, case.y, case.words_test, 4, 4, case.seed)
    return tools.accuracy(answers[:, -1], case.y_test)


Exercise(
    points=3, reference=rnn.train_lstm, shapes=shapes_of_tagger, seconds=60.0,
    tolerance=Calibration(
        run=rnn.calibrate_train_lstm, higher_is_better=True, margin=0.01,
        reason="the lesser of F1 on 200 sentences about other cities and of the accuracy of recall over ten steps, of an "
        "LSTM of 32 neurons after 40 epochs of Adam",
    ),
    groups=[
        Group("values", slot_cases, observe=f1_on_other_cities, en="Slots in sentences about other cities", zh="陌生城市的句子里的槽位"),
        Group("recall", recall_cases, observe=recalled, en="Ten steps back", zh="记住十步"),
    ],
    mistakes=[
        Mistake("gradients_pile_up", "            optimizer.zero_grad()\n", "",
            en="The gradients of earlier batches are still there: torch adds new ones to them. Call `zero_grad()` before each backward pass.",
            zh="之前批次的梯度还留着：torch 会把新的加上去。每次反向传播之前要调用 `zero_grad()`。"),
        Mistake("never_steps", "            optimizer.step()\n", "",
            en="The optimizer never takes a step: the network stays random.", zh="优化器从没有走一步：网络还是随机的。"),
        Mistake("batch_taken_for_time", "torch.nn.LSTM(16, 32, batch_first=True)", "torch.nn.LSTM(16, 32)",
            en="Without `batch_first=True` torch reads the first axis as time, so the memory runs from sentence to sentence and not from word to word.",
            zh="没有 `batch_first=True`，torch 把第一个轴当作时间，记忆就在句子之间传递，而不是在词之间。"),
        Mistake("labels_shuffled_apart", "Y[batch].flatten()", "Y[: len(batch)].flatten()",
            en="Words and labels have parted company: use the same indices for both.", zh="词和标签对不上了：两者要用同一组下标。"),
        Mistake("one_epoch", "for _ in range(40):", "for _ in range(1):",
            en="One pass over the data is too little. Train until the loss has settled.", zh="只过一遍数据太少了。要训练到损失稳定下来。"),
        Mistake("no_memory", "states, _ = self.lstm(self.embed(words))", "states, _ = self.lstm(self.embed(words).flatten(0, 1)[:, None])\n            states = states.view(*words.shape, 32)",
            en="Every word is read as a sequence of its own, so nothing is remembered.", zh="每个词都被当成一个单独的序列来读，什么也没记住。"),
    ],
    variants=[
        Variant("cell_by_cell", "states, _ = self.lstm(self.embed(words))", "states, _ = self.lstm(self.embed(words), None)"),
        Variant("sixty_epochs", "for _ in range(40):", "for _ in range(50):"),
    ],
)
