# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import rnn

from chapter import ctc_alignments, drawn_by, softmax, words

# %% [markdown] lang="en"
# ## {n} Summing over all of them, quickly
#
# The network gives at each step $t$ a log-probability for every symbol, `logp[t, k]`. The probability of a label is the **sum** over all its alignments of the product along the path; training makes it large. There are far too many alignments to list, but a walk through a lattice sums them step by step.
#
# Write a blank before, between and after the letters: $s = (\_, l_1, \_, l_2, \_, \dots, l_U, \_)$, of length $2U+1$, its places numbered from 0. Let $\alpha_t(j)$ be the probability of all beginnings of paths that stand at place $j$ of $s$ after step $t$. At step $t-1$ they stood at the same place, at the one before, or, if they skip a blank, two before:
#
# $$\alpha_t(j) = \bigl(\alpha_{t-1}(j) + \alpha_{t-1}(j-1) + [\,s_j \ne \_ \text{ and } s_j \ne s_{j-2}\,]\;\alpha_{t-1}(j-2)\bigr)\; p_t(s_j),$$
#
# where the bracket $[\dots]$ is 1 if the condition holds and 0 if not, and $p_t(k)$ is the probability of symbol $k$. Between two **equal** letters the blank may not be skipped, or they would merge. A path begins at place 0 or 1, so $\alpha_1(0) = p_1(s_0)$, $\alpha_1(1) = p_1(s_1)$ and all others are 0, and it ends at one of the **last two**: $P = \alpha_T(2U) + \alpha_T(2U-1)$.
#
# Probabilities of a thousand steps underflow. So keep $\ln\alpha$, and add with `np.logaddexp`, which knows that $\ln 0 = -\infty$.
#
# **By hand.** $T = 2$, label `[1]`, all probabilities ½ (blank or 1): the paths `01`, `10`, `11` have ¼ each, so $\ln P = \ln\tfrac34 = -0.2877$.
# %% [markdown] lang="zh" of="24fb"
# ## {n} 全部加起来，而且要快
#
# 网络在每一步 $t$ 给出每个符号的对数概率 `logp[t, k]`。标签的概率，是它的所有对齐路径的概率（沿路径相乘）之**和**；训练就是要让它变大。路径多得列不完，但可以在一张网格上逐步累加。
#
# 在字母的前后和中间都写上空白：$s = (\_, l_1, \_, l_2, \_, \dots, l_U, \_)$，长度 $2U+1$，位置从 0 编号。设 $\alpha_t(j)$ 是走完第 $t$ 步后停在 $s$ 的第 $j$ 个位置的所有路径前段的概率之和。在第 $t-1$ 步，它们可以就在这个位置，可以在前一个位置，也可以在前面第二个位置（跳过一个空白）：
#
# $$\alpha_t(j) = \bigl(\alpha_{t-1}(j) + \alpha_{t-1}(j-1) + [\,s_j \ne \_ ,\ s_j \ne s_{j-2}\,]\;\alpha_{t-1}(j-2)\bigr)\; p_t(s_j).$$
#
# 方括号里的两个条件都成立时取 1，否则取 0；$p_t(k)$ 是符号 $k$ 的概率。两个**相同**的字母之间不能跳过空白，否则它们会合并。路径从位置 0 或 1 开始，即 $\alpha_1(0) = p_1(s_0)$，$\alpha_1(1) = p_1(s_1)$，其余为 0；到**最后两个**位置之一结束：$P = \alpha_T(2U) + \alpha_T(2U-1)$。
#
# 上千步的概率会下溢。所以只存 $\ln\alpha$，相加用 `np.logaddexp`，它知道 $\ln 0 = -\infty$。
#
# **手算。** $T = 2$，标签 `[1]`，每个概率都是 ½（空白或 1）：路径 `01`、`10`、`11` 各占 ¼，所以 $\ln P = \ln\tfrac34 = -0.2877$。
# %% answer="ctc_log_prob"
def ctc_log_prob(logp, label, blank):
    """ln P(label): the sum over all alignments, in the log domain.

    logp (T, K), the log-probability of every symbol at every step; label, a list of at least one number from 0 to
    K − 1, none of which is the blank; blank, a number from 0 to K − 1.  Returns a number; −inf where T is too short.
    """
    ### BEGIN SOLUTION
    places = [blank]
    for symbol in label:
        places += [symbol, blank]
    alpha = np.full(len(places), -np.inf)
    alpha[:2] = logp[0, places[:2]]
    for t in range(1, len(logp)):
        reached = alpha.copy()
        for j, symbol in enumerate(places):
            if j >= 1:
                reached[j] = np.logaddexp(reached[j], alpha[j - 1])
            if j >= 2 and symbol != places[j - 2]:  # two places before a blank stands a blank
                reached[j] = np.logaddexp(reached[j], alpha[j - 2])
        alpha = reached + logp[t, places]
    return np.logaddexp(alpha[-1], alpha[-2])
    ### END SOLUTION


# %% [markdown] docstring="ctc_log_prob" lang="zh" of="fe4d"
# ln P(label)：对所有对齐路径求和，全程用对数。
#
# logp (T, K) 是每一步每个符号的对数概率；label 是至少一个 0 到 K − 1 的整数的列表，其中没有空白；
# blank 是 0 到 K − 1 的整数。返回一个数；T 太短时为 −inf。
# %% [markdown] why="ctc_log_prob" lang="en"
# `reached` is a copy: all steps start from the *old* `alpha`, else a path could move twice at once. One comparison settles all skips,
# for two places before a blank stands a blank. Instead of $K^T$ paths there are T rounds over $2U+1$ places.
# %% [markdown] why="ctc_log_prob" lang="zh" of="c35e"
# `reached` 是副本：每一步都从**旧的** `alpha` 出发，否则一条路径会一次走两步。一个比较就管住了所有的跳跃，因为空白往前数两格还是空白。要走的不再是 $K^T$ 条路径，而是 T 轮，每轮 $2U+1$ 个位置。
# %% grading="ctc_log_prob"
def scored(rng, t, k):
    P = softmax(rng.normal(size=(t, k)) * 1.5)
    return np.log(P).round(3)


def log_prob_cases(rng):
    a, b, c = (int(symbol) for symbol in rng.permutation([0, 1, 3, 4])[:3])
    yield Case("three letters", zh="三个字母", logp=scored(rng, 6, 5), label=[a, b, c], blank=2)
    yield Case("two equal letters", zh="两个相同的字母", logp=scored(rng, 5, 4), label=[a % 3, a % 3], blank=3)


def edge_cases(rng):
    yield Case("just enough steps", zh="步数刚好", logp=scored(rng, 3, 4), label=[2, int(rng.choice([1, 3])), 2], blank=0)
    yield Case("one step", zh="只有一步", logp=scored(rng, 1, 3), label=[int(rng.choice([0, 2]))], blank=1)
    yield Case("the same letter thrice", zh="同一个字母三次", public=False, logp=scored(rng, 7, 3), label=[1, 1, 1], blank=int(rng.choice([0, 2])))


def long_cases(rng):
    label = [int(symbol) for symbol in rng.integers(1, 5, size=12)]
    yield Case("a thousand steps", zh="一千步", public=False, seed=int(rng.integers(2**31)), label=label)


def long_recording(impl, case):
    """Log-probabilities of a thousand steps, made here so that banks stay small: the label's has no float."""
    scores = np.random.default_rng(case.seed).normal(size=(1000, 5))
    logp = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return impl.ctc_log_prob(logp, case.label, 0)


@variant
def whole_rows(logp, label, blank):
    s = np.array([blank] + [symbol for letter in label for symbol in (letter, blank)])
    jump = np.r_[False, False, (s[2:] != blank) & (s[2:] != s[:-2])]
    alpha = np.where(np.arange(len(s)) < 2, logp[0, s], -np.inf)
    for row in logp[1:]:
        one, two = np.r_[-np.inf, alpha[:-1]], np.where(jump, np.r_[-np.inf, -np.inf, alpha[:-2]], -np.inf)
        alpha = np.logaddexp(np.logaddexp(alpha, one), two) + row[s]
    return np.logaddexp(alpha[-1], alpha[-2])


@mistake(
    en="Right for short recordings; but over a thousand steps your probabilities become 0, and their logarithm −inf. Keep the logarithms all the way.",
    zh="短录音时是对的；但走上一千步，概率就变成了 0，取对数得 −inf。请全程用对数。",
)
def no_log_domain(logp, label, blank):
    places = [blank] + [symbol for letter in label for symbol in (letter, blank)]
    alpha = np.zeros(len(places))
    alpha[:2] = np.exp(logp[0, places[:2]])
    for row in np.exp(logp[1:]):
        reached = alpha.copy()
        reached[1:] += alpha[:-1]
        for j in range(2, len(places)):
            if places[j] not in (blank, places[j - 2]):
                reached[j] += alpha[j - 2]
        alpha = reached * row[places]
    with np.errstate(divide="ignore"):
        return np.log(alpha[-1] + alpha[-2])


@mistake(
    en="You took the best single path (Viterbi). CTC *sums* over all alignments: use logaddexp where you took the maximum.",
    zh="你取了最好的一条路径（维特比）。CTC 要对所有路径**求和**：取最大值的地方应当用 logaddexp。",
)
def best_path_alone(logp, label, blank):
    places = [blank] + [symbol for letter in label for symbol in (letter, blank)]
    alpha = np.full(len(places), -np.inf)
    alpha[:2] = logp[0, places[:2]]
    for t in range(1, len(logp)):
        reached = alpha.copy()
        reached[1:] = np.maximum(reached[1:], alpha[:-1])
        for j in range(2, len(places)):
            if places[j] not in (blank, places[j - 2]):
                reached[j] = max(reached[j], alpha[j - 2])
        alpha = reached + logp[t, places]
    return max(alpha[-1], alpha[-2])


Exercise(
    points=3, reference=rnn.ctc_log_prob, cases=log_prob_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH, seconds=10.0,
    groups=[
        Group("edge", edge_cases),
        Group("long", long_cases, observe=long_recording, en="A long recording", zh="很长的录音"),
    ],
    mistakes=[
        Mistake("skips_between_equal_letters", "symbol != places[j - 2]", "symbol != blank",
            en="You skip the blank between two equal letters. Without it they merge into one, and another word is spelled.",
            zh="你跳过了两个相同字母之间的空白。没有它，两个字母会合并，拼出的就是另一个词。"),
        Mistake("never_skips", "if j >= 2 and symbol != places[j - 2]:", "if False:",
            en="Your paths never skip a blank. Between different letters none is needed.",
            zh="你的路径从不跳过空白。不同的字母之间并不需要空白。"),
        Mistake("skips_letters", "symbol != places[j - 2]", "(symbol != places[j - 2] or symbol == blank)",
            en="Your paths also jump from blank to blank, over a letter. That letter would be missing from the word.",
            zh="你的路径还会从空白跳到空白，越过了一个字母，词里就少了它。"),
        Mistake("one_end_only", "np.logaddexp(alpha[-1], alpha[-2])", "alpha[-1]",
            en="Paths may also end on the last letter itself, without a blank after it: there are two ends.",
            zh="路径也可以停在最后一个字母上，后面没有空白：终点有两个。"),
        Mistake("one_start_only", "alpha[:2] = logp[0, places[:2]]", "alpha[0] = logp[0, places[0]]",
            en="Paths may also begin with the first letter at once: there are two starts.",
            zh="路径也可以一开始就是第一个字母：起点有两个。"),
        Mistake("starts_anywhere", "alpha[:2] = logp[0, places[:2]]", "alpha[:] = logp[0, places]",
            en="Your paths may begin in the middle of the word. Only the first blank and the first letter are allowed at step 1.",
            zh="你的路径可以从词的中间开始。第 1 步只允许第一个空白或第一个字母。"),
        Mistake("nobody_stays", "reached = alpha.copy()", "reached = np.full(len(places), -np.inf)",
            en="Nobody stays where they are: a drawn-out letter lasts several steps.", zh="没有停在原位的路径：拖长的字母会持续好几步。"),
        Mistake("first_step_twice", "for t in range(1, len(logp)):", "for t in range(len(logp)):",
            en="The first step is taken twice: once as the start, and again in the loop.", zh="第一步算了两次：开始时一次，循环里又一次。"),
        Mistake("positive", "    return np.logaddexp(alpha[-1], alpha[-2])", "    return -np.logaddexp(alpha[-1], alpha[-2])",
            en="That is the loss −ln P. Asked is ln P itself.", zh="那是损失 −ln P。题目要的是 ln P 本身。"),
    ],
    variants=[
        Variant("at_the_third_place_a_blank_stands", "j >= 2", "j > 2"),
        Variant("sum_of_exponentials", "np.logaddexp(alpha[-1], alpha[-2])", "float(np.logaddexp.reduce(alpha[-2:]))"),
    ],
)


# %% [markdown] lang="en"
# The lattice that your function walks, here filled by brute force over your `ctc_alignments`. Rows are the places of $s$ for the word `cab`, columns the steps; the darker a field, the likelier the paths through it. You should see: a band from the upper left to the lower right. Below it a path is too fast, above it too slow.
# %% [markdown] lang="zh" of="31c9"
# 这就是你的函数走过的网格，这里由你的 `ctc_alignments` 穷举填出。每一行是单词 `cab` 的 $s$ 中的一个位置，每一列是一步；颜色越深，经过那里的路径概率越大。你应该看到：一条从左上到右下的带子。太靠下的路径走得太快，太靠上的走得太慢。
# %% demo="lattice"
@drawn_by("ctc_alignments")
def lattice(plt):
    label, T, blank = [3, 1, 2], 6, 0
    P = softmax(np.random.default_rng(1).normal(size=(T, 4)) * 1.2)
    rows = [blank] + [symbol for letter in label for symbol in (letter, blank)]
    mass, paths = np.zeros((len(rows), T)), ctc_alignments(label, T, blank)
    for path in paths:
        chance, place = np.prod(P[np.arange(T), path]), -1
        for t, symbol in enumerate(path):
            if place < 0:
                place = 0 if symbol == blank else 1
            elif symbol != rows[place]:
                place += 1 if rows[min(place + 1, len(rows) - 1)] == symbol else 2
            mass[place, t] += chance
    fig, ax = plt.subplots(figsize=(7, 4.2), layout="constrained")
    image = ax.imshow(mass / mass.sum(axis=0), cmap="Blues", aspect="auto")
    ax.set_yticks(range(len(rows)), [words(en="blank", zh="空白") if symbol == blank else " abc"[symbol] for symbol in rows])
    ax.set_xticks(range(T), range(1, T + 1))
    ax.set(xlabel=words(en="step", zh="步"), title=words(en=f"{len(paths)} paths of 6 steps that spell “cab”", zh=f"走 6 步拼出“cab”的 {len(paths)} 条路径"))
    fig.colorbar(image, label=words(en="share of the probability", zh="占总概率的比例"))
    plt.show()
