# %% prelude
from autograder import EXACT, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import rnn

from chapter import ctc_collapse

# %% [markdown] lang="en"
# ## {n} All the ways to say it
#
# Which paths of $T$ steps spell a label? All of them are right answers, and CTC counts them all. Find them by brute force: try every path over the symbols of the label and the blank, and keep what `ctc_collapse` turns into the label.
#
# **By hand.** $T = 3$, label `[1]`, blank 0, paths in ascending order: `001, 010, 011, 100, 110, 111`. (`101` spells `[1, 1]`.) Label `[1, 1]`: there is only `101`. And `[1, 1]` in two steps: none.
# %% [markdown] lang="zh" of="b290"
# ## {n} 所有的说法
#
# 走 $T$ 步，哪些路径能拼出一个标签？它们全都对，CTC 全都算数。用穷举来找：由标签里的符号和空白组成的每条路径都试一遍，留下 `ctc_collapse` 能变成这个标签的。
#
# **手算。** $T = 3$，标签 `[1]`，空白为 0，路径按从小到大排列：`001, 010, 011, 100, 110, 111`。（`101` 拼出的是 `[1, 1]`。）标签 `[1, 1]`：只有 `101`。而两步拼不出 `[1, 1]`。
# %% setup
from itertools import product  # product([0, 1], repeat=2): (0, 0), (0, 1), (1, 0), (1, 1)

# %% answer="ctc_alignments"
def ctc_alignments(label, T, blank):
    """All paths of T steps that collapse to a label, over the symbols of the label and the blank.

    label, a list of whole numbers, perhaps empty, none of which is the blank; 1 ≤ T ≤ 6; blank, a whole number.
    Returns a list of paths in ascending order (as Python sorts lists), each a list of T whole numbers.
    """
    ### BEGIN SOLUTION
    symbols = sorted({*label, blank})
    return [list(path) for path in product(symbols, repeat=T) if ctc_collapse(list(path), blank) == list(label)]
    ### END SOLUTION


# %% [markdown] docstring="ctc_alignments" lang="zh" of="98bb"
# 由标签里的符号和空白组成、走 T 步、能折叠成该标签的所有路径。
#
# label 是整数的列表，可以为空，其中没有空白；1 ≤ T ≤ 6；blank 是整数。
# 返回路径的列表，从小到大排列（按 Python 对列表的排序），每条路径是 T 个整数的列表。
# %% [markdown] why="ctc_alignments" lang="en"
# No other symbol can occur in such a path, so the set of the label's symbols and the blank is enough. `product` over *sorted* symbols gives the
# paths in ascending order by itself. It tries $S^T$ of them for $S$ symbols: right for six steps, hopeless for sixty.
# %% [markdown] why="ctc_alignments" lang="zh" of="049b"
# 这样的路径里不可能有别的符号，所以标签的符号加上空白就够了。符号先**排好序**，`product` 给出的路径自然就是升序。$S$ 个符号要试 $S^T$ 条：六步没问题，六十步就毫无指望了。
# %% grading="ctc_alignments"
def alignment_cases(rng):
    a, b = (int(symbol) for symbol in rng.permutation([1, 2, 3])[:2])
    yield Case("two letters", zh="两个字母", label=[a, b], T=4, blank=0)
    yield Case("two equal letters", zh="两个相同的字母", label=[a, a], T=4, blank=int(rng.choice([0, 7])))


def edge_cases(rng):
    a, b, c = (int(symbol) for symbol in rng.permutation([0, 1, 2, 4])[:3])
    yield Case("just enough steps", zh="步数刚好", label=[a, b, c], T=3, blank=3)
    yield Case("too few steps", zh="步数不够", label=[a, a], T=2, blank=5)
    yield Case("empty label", zh="空标签", label=[], T=int(rng.integers(2, 5)), blank=int(rng.integers(1, 4)))
    yield Case("six steps", zh="六步", label=[b, a], T=6, blank=8)


@variant
def grown_step_by_step(label, T, blank):
    symbols, paths = sorted(set(label) | {blank}), [[]]
    for _ in range(T):
        paths = [path + [symbol] for path in paths for symbol in symbols]
    return sorted(path for path in paths if ctc_collapse(path, blank) == label)


Exercise(
    points=1, reference=rnn.ctc_alignments, cases=alignment_cases, tolerance=EXACT, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("blank_forgotten", "sorted({*label, blank})", "sorted({*label})",
            en="Your paths never use the blank. It may stand anywhere.", zh="你的路径里从没有空白。空白可以出现在任何地方。"),
        Mistake("no_repeats", "if ctc_collapse(list(path), blank) == list(label)]", "if [symbol for symbol in path if symbol != blank] == list(label)]",
            en="Your paths never repeat a letter. A drawn-out letter is spelled several steps long: repeats are merged.",
            zh="你的路径里字母从不重复。拖长的音会连着答好几步：重复会被合并。"),
        Mistake("blanks_dropped_first", "if ctc_collapse(list(path), blank) == list(label)]",
            "if ctc_collapse([symbol for symbol in path if symbol != blank], blank) == list(label)]",
            en="Blanks were dropped before merging, so equal letters never stay apart. Use `ctc_collapse` on the whole path.",
            zh="空白在合并之前就去掉了，相同的字母再也分不开。请对整条路径用 `ctc_collapse`。"),
        Mistake("letters_in_any_order", "== list(label)]", "in ([*label], [*label][::-1])]",
            en="Paths that spell the label backwards slipped in. The order of the letters counts.",
            zh="混进了把标签倒着拼的路径。字母的次序很重要。"),
        Mistake("last_step_never_blank", "if ctc_collapse", "if path[-1] != blank and ctc_collapse",
            en="Paths that end with a blank are missing: a word may end in silence.", zh="少了以空白结尾的路径：词说完了可以是沉默。"),
        Mistake("first_step_never_blank", "if ctc_collapse", "if path[0] != blank and ctc_collapse",
            en="Paths that begin with a blank are missing: a word may begin after a silence.", zh="少了以空白开头的路径：词可以在沉默之后才开始。"),
        Mistake("shorter_paths_too", "product(symbols, repeat=T)", "sorted(path for t in range(1, T + 1) for path in product(symbols, repeat=t))",
            en="Shorter paths are among them. Every path has exactly T steps.", zh="里面有更短的路径。每条路径恰好 T 步。"),
    ],
    variants=[Variant("tuples", "[list(path) for path in product", "[path for path in product")],
)
