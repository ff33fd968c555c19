# %% prelude
from autograder import EXACT, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import rnn

# %% [markdown] lang="en"
# ## {n} CTC: a long output spells a short word
#
# A recording has hundreds of short steps, the word in it a few letters, and nobody knows which step belongs to which letter (§8.5). **CTC** (Graves et al. 2006) lets the network answer at *every* step, with a letter or with a **blank** ("null"), and reads the word off its path in two moves, in this order:
#
# 1. merge neighboring repeats into one;
# 2. drop the blanks.
#
# **By hand.** With `_` for the blank: `hh_e_ll_lo` → (merge) `h_e_l_lo` → (drop) `hello`. The blank between the two l keeps them apart: `hellllo` is `helo`.
#
# Here symbols are whole numbers, and `blank` says which of them is the blank.
# %% [markdown] lang="zh" of="5b3e"
# ## {n} CTC：用长输出拼出短词
#
# 一段录音有几百个短小的步，里面的词只有几个字母，谁也不知道哪一步属于哪个字母（§8.5）。**CTC**（Graves 等，2006）让网络在**每一步**都作答，答一个字母，或者答**空白**（“null”），再从这条路径读出词来，分两步，次序不能颠倒：
#
# 1. 把相邻的重复合并成一个；
# 2. 去掉空白。
#
# **手算。** 用 `_` 表示空白：`hh_e_ll_lo` →（合并）`h_e_l_lo` →（去空白）`hello`。两个 l 之间的空白把它们隔开了；`hellllo` 只能读成 `helo`。
#
# 这里的符号是整数，`blank` 指明哪一个是空白。
# %% answer="ctc_collapse"
def ctc_collapse(path, blank):
    """The label that a path spells: repeats merged, then blanks dropped.

    path, a list of T ≥ 0 whole numbers; blank, the number of the blank.  Returns a list of whole numbers.
    """
    ### BEGIN SOLUTION
    merged = [symbol for t, symbol in enumerate(path) if t == 0 or symbol != path[t - 1]]
    return [symbol for symbol in merged if symbol != blank]
    ### END SOLUTION


# %% [markdown] docstring="ctc_collapse" lang="zh" of="bce5"
# 一条路径拼出的标签：先合并重复，再去掉空白。
#
# path 是 T ≥ 0 个整数的列表；blank 是空白的编号。返回整数的列表。
# %% [markdown] why="ctc_collapse" lang="en"
# Each symbol is compared with its neighbor in the *path*, where the blanks still stand and keep equal letters apart. `t == 0 or` protects the
# first symbol: `path[-1]` is no error in Python, it is the last symbol, and a word like `[1, 0, 1]` would lose its beginning.
# %% [markdown] why="ctc_collapse" lang="zh" of="f076"
# 每个符号都与**路径**里的前一个相比，那里空白还在，隔开了相同的字母。`t == 0 or` 保护第一个符号：`path[-1]` 在 Python 里并不报错，而是最后一个符号，`[1, 0, 1]` 这样的词就会丢掉开头。
# %% grading="ctc_collapse"
def path_for(rng, label, blank):
    """A path that spells the label, with repeats and blanks at random places, always a blank between two equal symbols."""
    path = [blank] * int(rng.integers(0, 3))
    for symbol in label:
        if path and path[-1] == symbol:
            path.append(blank)
        path += [int(symbol)] * int(rng.integers(1, 4)) + [blank] * int(rng.integers(0, 3))
    return path


def collapse_cases(rng):
    label = [3, 3, *(int(symbol) for symbol in rng.permutation([1, 2, 4]))]
    yield Case("repeats and blanks", zh="有重复也有空白", path=[0, *path_for(rng, label, 0), label[-1], label[-1]], blank=0)
    a, b = (int(symbol) for symbol in rng.permutation([0, 1, 2])[:2])
    yield Case("blank between equal letters", zh="相同字母之间有空白", path=[a, a, 3, a, b, b, 3, 3, a], blank=3)


def edge_cases(rng):
    yield Case("nothing but blanks", zh="全是空白", path=[2] * int(rng.integers(2, 6)), blank=2)
    yield Case("no blanks", zh="没有空白", path=[int(n) for n in np_repeat(rng)], blank=9)
    yield Case("empty path", zh="空路径", path=[], blank=int(rng.integers(3)))


def np_repeat(rng):
    return [symbol for symbol in rng.permutation(5) for _ in range(int(rng.integers(1, 4)))]


@variant
def looking_back(path, blank):
    label, before = [], None
    for symbol in path:
        if symbol != before and symbol != blank:
            label.append(symbol)
        before = symbol
    return label


Exercise(
    points=1, reference=rnn.ctc_collapse, cases=collapse_cases, tolerance=EXACT, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("blanks_dropped_first", "    merged =", "    path = [symbol for symbol in path if symbol != blank]\n    merged =",
            en="The blanks went first, so equal letters that a blank kept apart were merged. Merge first, then drop.",
            zh="你先去掉了空白，于是被空白隔开的相同字母也合并了。应当先合并，再去空白。"),
        Mistake("repeats_kept", "[symbol for t, symbol in enumerate(path) if t == 0 or symbol != path[t - 1]]", "list(path)",
            en="Repeats are still there: neighbors that are equal become one.", zh="重复还在：相邻的相同符号要合并成一个。"),
        Mistake("blanks_kept", " if symbol != blank]", "]",
            en="The blanks are still there. Drop them at the end.", zh="空白还在，最后要去掉。"),
        Mistake("every_symbol_once", "[symbol for t, symbol in enumerate(path) if t == 0 or symbol != path[t - 1]]", "list(dict.fromkeys(path))",
            en="Every symbol appears once. Only *neighboring* repeats are merged.", zh="每个符号都只剩一个了。只合并**相邻**的重复。"),
        Mistake("blank_is_always_zero", "if symbol != blank]", "if symbol != 0]",
            en="You drop the symbol 0. Which one is the blank is an argument.", zh="你去掉的是符号 0。哪一个是空白由参数决定。"),
        Mistake("sorted", "return [symbol for symbol in merged if symbol != blank]", "return sorted(symbol for symbol in merged if symbol != blank)",
            en="The letters are sorted. Keep them in the order of the path.", zh="字母被排了序。应当保持路径里的次序。"),
    ],
    variants=[
        Variant("tuple", "return [symbol for symbol in merged if symbol != blank]", "return tuple(symbol for symbol in merged if symbol != blank)"),
        Variant("neighbors_compared", "[symbol for t, symbol in enumerate(path) if t == 0 or symbol != path[t - 1]]", "[symbol for before, symbol in zip([None, *path], path) if symbol != before]"),
    ],
)
