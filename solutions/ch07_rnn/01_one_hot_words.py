# %% prelude
import numpy as np

from autograder import EXACT, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import rnn

# %% [markdown] lang="en"
# ## {n} A word as a vector
#
# A network multiplies numbers, so a word must become a vector. The simplest code (§8.1): a dictionary of $V$ words, and for each word a row of zeros with a single 1 in the column of that word. All words are then equally far from each other: the code says *which* word it is, and nothing about what it means.
#
# No dictionary holds every word. So one more column stands at the end, **OTHER**, for whatever is not in it. That is how a network can read a sentence about a city it has never heard of.
#
# **By hand.** With the vocabulary `["to", "from"]`, the words `["from", "Utrecht", "to"]` become
#
# $$\begin{pmatrix}0&1&0\\0&0&1\\1&0&0\end{pmatrix}$$
#
# Words are compared as they are written: `"To"` is not `"to"`.
# %% [markdown] lang="zh" of="f15f"
# ## {n} 把词变成向量
#
# 网络只会对数做乘法，所以词要先变成向量。最简单的编码（§8.1）：准备一个有 $V$ 个词的词典，每个词对应一行 0，只在这个词的那一列上是 1。这样一来，任何两个词之间的距离都相等：编码只说明这是**哪个**词，丝毫不涉及它的意思。
#
# 没有哪个词典能收全所有的词。所以最后再加一列 **OTHER**，留给词典以外的一切。正因为有它，网络才能读懂提到陌生城市的句子。
#
# **手算。** 词典为 `["to", "from"]` 时，`["from", "Utrecht", "to"]` 变成
#
# $$\begin{pmatrix}0&1&0\\0&0&1\\1&0&0\end{pmatrix}$$
#
# 词按原样比较：`"To"` 与 `"to"` 是两个词。
# %% answer="one_hot_words"
def one_hot_words(words, vocabulary):
    """A row for each word: 1 in the word's column and 0 elsewhere; the last column is OTHER.

    words, a list of T ≥ 1 texts; vocabulary, a list of V different texts.  Returns an array (T, V + 1).
    """
    ### BEGIN SOLUTION
    place = {word: number for number, word in enumerate(vocabulary)}
    rows = np.zeros((len(words), len(vocabulary) + 1))
    for t, word in enumerate(words):
        rows[t, place.get(word, len(vocabulary))] = 1
    return rows
    ### END SOLUTION


# %% [markdown] docstring="one_hot_words" lang="zh" of="cb10"
# 每个词一行：这个词的那一列是 1，其余是 0；最后一列是 OTHER。
#
# words 是 T ≥ 1 个字符串的列表；vocabulary 是 V 个互不相同的字符串的列表。返回数组 (T, V + 1)。
# %% [markdown] why="one_hot_words" lang="en"
# `get(word, V)` sends every stranger to the last column, with no case of its own. The dict pays off with a large vocabulary: finding a word
# takes the same time in it however long it is, while `vocabulary.index(word)` reads through the list again for each word.
# %% [markdown] why="one_hot_words" lang="zh" of="34f3"
# `get(word, V)` 让所有生词直接落到最后一列，不必另设分支。词典很大时，字典的好处就显出来了：无论多大，查一个词用的时间都一样；而 `vocabulary.index(word)` 每查一个词都要把列表从头找一遍。
# %% grading="one_hot_words"
WORDS = ["from", "to", "leave", "arrive", "on", "the", "Friday", "my", "train", "at"]
STRANGE = ["Utrecht", "Xi'an", "Lima", "Oslo", "Quito"]


def one_hot_cases(rng):
    vocabulary = [str(word) for word in rng.permutation(WORDS)[:5]]
    words = [*rng.permutation(vocabulary), *rng.permutation(STRANGE)[:2], vocabulary[2]]
    yield Case("words, strange ones among them", zh="有生词", words=[str(word) for word in rng.permutation(words)], vocabulary=vocabulary)


def edge_cases(rng):
    order = [str(word) for word in rng.permutation(WORDS)]
    yield Case("one word, all in the dictionary", zh="只有一个词", words=[order[2]], vocabulary=order[:4])
    yield Case("nothing but strange words", zh="全是生词", words=[str(rng.choice(STRANGE)), order[0]], vocabulary=order[3:6])
    yield Case("another case of letters", zh="大小写不同", words=[order[0].swapcase(), order[0], order[1]], vocabulary=order[:3])


@variant
def comparison(words, vocabulary):
    rows = [[float(word == known) for known in vocabulary] for word in words]
    return [[*row, 1.0 - sum(row)] for row in rows]


@mistake(
    en="A word that is not in the dictionary has a row of zeros. It belongs in the last column, OTHER: the network must at least know that something stood there.",
    zh="词典里没有的词得到了一整行 0。它应当落在最后一列 OTHER 上：网络至少要知道那里有个词。",
)
def strange_words_vanish(words, vocabulary):
    rows = np.zeros((len(words), len(vocabulary) + 1))
    for t, word in enumerate(words):
        if word in vocabulary:
            rows[t, vocabulary.index(word)] = 1
    return rows


Exercise(
    points=1, reference=rnn.one_hot_words, cases=one_hot_cases, tolerance=EXACT, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("other_comes_first", "place.get(word, len(vocabulary))", "place.get(word, -1) + 1",
            en="OTHER stands in the first column and pushes all words to the right. It is the last one.",
            zh="OTHER 占了第一列，把所有词都往右挤了一格。它应当在最后一列。"),
        Mistake("transposed", "    return rows\n", "    return rows.T\n",
            en="Rows and columns are exchanged: each *word of the sentence* has a row, each word of the dictionary a column.",
            zh="行和列弄反了：**句子里的词**一词一行，词典里的词一词一列。"),
        Mistake("letters_ignore_case", "place.get(word,", "{known.lower(): at for known, at in place.items()}.get(word.lower(),",
            en="You fold upper and lower case together. Here words are compared as they are written, so another case is another word (and then OTHER).",
            zh="你不分大小写了。这里词按原样比较，大小写不同就是另一个词（于是归入 OTHER）。"),
        Mistake("counted_in_one_row", "rows[t, place.get(word, len(vocabulary))] = 1", "rows[0, place.get(word, len(vocabulary))] += 1",
            en="All words are counted in one row: that is a bag of words, which forgets their order. Every word has a row of its own.",
            zh="所有的词都数进了同一行，这是“词袋”，丢掉了次序。每个词应当各有一行。"),
        Mistake("dictionary_sorted", "enumerate(vocabulary)", "enumerate(sorted(vocabulary))",
            en="The columns stand in alphabetical order. They follow the vocabulary as it is given.",
            zh="各列按字母顺序排了。列的次序应当与传入的词典一致。"),
        Mistake("no_column_for_other", "np.zeros((len(words), len(vocabulary) + 1))", "np.zeros((len(words), len(vocabulary) + 1))[:, :-1] if set(words) <= set(vocabulary) else np.zeros((len(words), len(vocabulary) + 1))",
            en="The column OTHER is missing when all words are known. The width is always V + 1, or the network's first layer would not fit.",
            zh="所有词都认识的时候，你少了 OTHER 这一列。宽度总是 V + 1，否则与网络的第一层对不上。"),
    ],
    variants=[
        Variant("booleans", "    return rows\n", "    return rows == 1\n"),
        Variant("list_of_lists", "    return rows\n", "    return rows.tolist()\n"),
    ],
)
