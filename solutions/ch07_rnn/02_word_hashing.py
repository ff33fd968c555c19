# %% prelude
import numpy as np

from autograder import EXACT, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import rnn

# %% [markdown] lang="en"
# ## {n} Word hashing: a word by its letters
#
# The other code of §8.1 needs no dictionary. Cut the word into all its **triples** of neighboring letters,
#
# $$\texttt{apple} \to \texttt{app},\ \texttt{ppl},\ \texttt{ple},$$
#
# and count each of them in a vector with one entry for each of the $26^3 = 17576$ possible triples. Words that look alike now have codes that look alike, and *every* word has a code.
#
# The triples are numbered like the digits of a number to the base 26, with a = 0, b = 1, …, z = 25: $\operatorname{id}(\texttt{xyz}) = 26^2 x + 26\,y + z$, so `aaa` is 0 and `zzz` is 17575.
#
# **By hand.** `app`: $0\cdot 676 + 15\cdot 26 + 15 = 405$. `banana` has `ban`, `ana`, `nan` and once more `ana`, so the entry of `ana` is 2.
#
# Capital letters count as small ones. A word of fewer than three letters has no triple at all.
# %% [markdown] lang="zh" of="abb7"
# ## {n} word hashing：按字母给词编码
#
# §8.1 的另一种编码不需要词典。把词切成所有相邻的**三个字母**：
#
# $$\texttt{apple} \to \texttt{app},\ \texttt{ppl},\ \texttt{ple},$$
#
# 再用一个向量来计数，$26^3 = 17576$ 种三元组各占一个元素。这样，写法相近的词编码也相近，而且**任何**词都有编码。
#
# 三元组的编号就像 26 进制的数，a = 0，b = 1，…，z = 25：$\operatorname{id}(\texttt{xyz}) = 26^2 x + 26\,y + z$，所以 `aaa` 是 0，`zzz` 是 17575。
#
# **手算。** `app`：$0\cdot 676 + 15\cdot 26 + 15 = 405$。`banana` 含有 `ban`、`ana`、`nan`，还有一次 `ana`，所以 `ana` 的元素是 2。
#
# 大写字母按小写算。不足三个字母的词没有三元组。
# %% answer="word_hashing"
def word_hashing(word):
    """How often each triple of neighboring letters occurs in a word.

    word, a text of the letters a to z and A to Z.  Returns an array (17576,), "aaa" first and "zzz" last.
    """
    ### BEGIN SOLUTION
    letters = [ord(letter) - ord("a") for letter in word.lower()]
    counts = np.zeros(26**3)
    for a, b, c in zip(letters, letters[1:], letters[2:]):
        counts[26**2 * a + 26 * b + c] += 1
    return counts
    ### END SOLUTION


# %% [markdown] docstring="word_hashing" lang="zh" of="6ab5"
# 词里每种相邻三个字母各出现几次。
#
# word 是由字母 a–z、A–Z 组成的字符串。返回数组 (17576,)，第一个元素属于 "aaa"，最后一个属于 "zzz"。
# %% [markdown] why="word_hashing" lang="en"
# Three copies of the word, each shifted by one letter, are zipped together; `zip` stops with the shortest, so a word of two letters gives nothing.
# The loop is there on purpose: `counts[ids] += 1` with an array of numbers would count a triple that comes twice only once.
# %% [markdown] why="word_hashing" lang="zh" of="4fc0"
# 把单词错开一个字母、两个字母，与原词三者并排 `zip`；最短的走完就停，所以两个字母的词什么也不产生。特意用循环，是因为若写成对下标数组的 `counts[ids] += 1`，出现两次的三元组只会被数一次。
# %% grading="word_hashing"
def nonzero_triples(impl, case):
    """Where the counts are, and what they are: the bank need not hold 17,576 zeros."""
    vector = np.asarray(impl.word_hashing(case.word))
    if vector.ndim != 1:
        return vector
    places = np.flatnonzero(vector)
    return {"length": len(vector), "places": places, "counts": vector[places]}


def letters(rng, n):
    """n letters of which no two neighbors are alike, b to y."""
    drawn = [int(rng.integers(1, 25))]
    while len(drawn) < n:
        drawn.append((drawn[-1] + int(rng.integers(1, 23)) - 1) % 24 + 1)
    return "".join(chr(ord("a") + letter) for letter in drawn)


def hashing_cases(rng):
    yield Case("a word", zh="一个词", word=letters(rng, int(rng.integers(5, 9))))


def edge_cases(rng):
    part = letters(rng, 3)
    yield Case("repeated triples", zh="重复的三元组", word=part * 3)
    yield Case("capital letters", zh="大写字母", word=letters(rng, 5).capitalize() + letters(rng, 2).upper())
    yield Case("two letters", zh="两个字母", word=letters(rng, 2))
    yield Case("three letters", zh="三个字母", word=letters(rng, 3))


@variant
def read_as_numbers(word):
    digits = "abcdefghijklmnopqrstuvwxyz"
    counts = [0] * 17576
    for start in range(len(word) - 2):
        number = 0
        for letter in word[start : start + 3].lower():
            number = 26 * number + digits.index(letter)
        counts[number] += 1
    return counts


Exercise(
    points=1, reference=rnn.word_hashing, cases=hashing_cases, observe=nonzero_triples, tolerance=EXACT,
    forbids=FROM_SCRATCH, groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("repeats_count_once", "] += 1", "] = 1",
            en="A triple that comes twice is counted once. The code counts: `ana` in `banana` is 2.",
            zh="出现两次的三元组只算了一次。这里要计数：`banana` 里的 `ana` 是 2。"),
        Mistake("read_backwards", "26**2 * a + 26 * b + c", "26**2 * c + 26 * b + a",
            en="The number of a triple is read from right to left. Its first letter weighs 26², the last one 1.",
            zh="三元组的编号从右往左读了。第一个字母的权是 26²，最后一个是 1。"),
        Mistake("letters_from_one", '- ord("a")', '- ord("a") + 1',
            en="The letters are numbered from 1. With a = 0, `aaa` is entry 0 and `zzz` the last one.",
            zh="你从 1 开始给字母编号了。应当 a = 0，这样 `aaa` 是第 0 个元素，`zzz` 是最后一个。"),
        Mistake("steps_of_three", "zip(letters, letters[1:], letters[2:])", "zip(letters[::3], letters[1::3], letters[2::3])",
            en="The word is cut into pieces side by side. The triples overlap: each begins one letter after the one before.",
            zh="你把词切成了互不重叠的小段。三元组是重叠的：每次只往后移一个字母。"),
        Mistake("wraps_around", "zip(letters, letters[1:], letters[2:])", "zip(letters, letters[1:] + letters[:1], letters[2:] + letters[:2])",
            en="The word bites its tail: triples run over its end to its beginning. The last one ends with the last letter.",
            zh="词首尾相接了：三元组越过词尾又回到了词头。最后一个三元组应当以最后一个字母结尾。"),
        Mistake("with_word_ends", "in word.lower()]", 'in "a" + word.lower() + "a"]',
            en="You add marks at the beginning and the end of the word (as the original paper does with #). Here the triples are those of the word alone.",
            zh="你在词的首尾加了记号（原论文用的是 #）。这里只取词本身的三元组。"),
        Mistake("last_triple_missing", "zip(letters, letters[1:], letters[2:])", "list(zip(letters, letters[1:], letters[2:]))[:-1]",
            en="The last triple is missing: a word of n letters has n − 2 of them.",
            zh="少了最后一个三元组：n 个字母的词有 n − 2 个。"),
    ],
    variants=[
        Variant("whole_numbers", "np.zeros(26**3)", "np.zeros(26**3, dtype=int)"),
        Variant("list_of_counts", "    return counts\n", "    return counts.tolist()\n"),
    ],
)
