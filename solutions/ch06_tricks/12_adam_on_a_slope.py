# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import tricks

from chapter import adam_step, nonzero, uniform

# %% [markdown] lang="en"
# ## {n} Derive: Adam's first three steps on an even slope
#
# What is the bias correction good for? Find out with a pencil. On an even slope every gradient is the same vector $g$ (D,); take $\varepsilon \to 0$, and nothing remembered at the start ($m = v = 0$).
#
# 1. What are $m$ and $v$ after one, two, three steps? ($1 - \beta_1$ times something; then look for a closed form.)
# 2. What are $\hat m$ and $\hat v$, and what is therefore the move in each step, *with* the correction?
# 3. And what would it be *without*, with $m$ and $v$ themselves in place of $\hat m$ and $\hat v$?
# 4. Put in $\beta_1 = 0.9$, $\beta_2 = 0.999$, the usual values. Without correction, are the first steps too short or too long? (The common belief is: too short.)
#
# **Exercise.** Enter your formulas as `adam_on_a_slope`. To test the corrected one, call `adam_step` three times with the same gradient.
# %% [markdown] lang="zh" of="0091"
# ## {n} 推导：Adam 在均匀斜坡上的前三步
#
# 偏差修正有什么用？拿起笔来弄清楚。在均匀的斜坡上，每个梯度都是同一个向量 $g$ (D,)；取 $\varepsilon \to 0$，开始时什么也没记住（$m = v = 0$）。
#
# 1. 走一步、两步、三步之后，$m$ 和 $v$ 各是多少？（先是 $1 - \beta_1$ 乘某个数，再找出一般的式子。）
# 2. $\hat m$ 和 $\hat v$ 是多少？由此，**有修正**时每一步的移动是多少？
# 3. 如果**不修正**，直接用 $m$ 和 $v$ 代替 $\hat m$ 和 $\hat v$，每一步又是多少？
# 4. 代入常用的 $\beta_1 = 0.9$、$\beta_2 = 0.999$。不修正的话，最初几步是太短还是太长？（很多人以为是太短。）
#
# **练习。** 把你的公式写进 `adam_on_a_slope`。想检验有修正的那个，可以用同一个梯度连续调用三次 `adam_step`。
# %% answer="adam_on_a_slope"
def adam_on_a_slope(g, lr, beta1, beta2):
    """Adam's first three moves where every gradient is g, in the limit ε → 0, with and without bias correction.

    g  (D,), the gradient of every step; an entry may be 0, and that parameter stays where it is.
    lr, beta1, beta2  numbers, as in `adam_step`.
    Returns a dict with "corrected" and "uncorrected", each (3, D): row k is the move of step k + 1 alone, the new
    parameters minus the old ones.
    """
    ### BEGIN SOLUTION
    t = np.array([[1], [2], [3]])
    corrected = np.tile(-lr * np.sign(g), (3, 1))  # (3, D): m̂ = g and v̂ = g² in every step
    factor = (1 - beta1**t) / np.sqrt(1 - beta2**t)  # (3, 1): m = (1 − β₁ᵗ) g, v = (1 − β₂ᵗ) g²
    return {"corrected": corrected, "uncorrected": factor * corrected}
    ### END SOLUTION


# %% [markdown] docstring="adam_on_a_slope" lang="zh" of="63d8"
# 每个梯度都是 g 时 Adam 的前三步，取 ε → 0 的极限，分有偏差修正和没有修正两种。
#
# g  (D,)，每一步的梯度；某个元素可以为 0，这个参数就留在原地。
# lr, beta1, beta2  数，与 `adam_step` 中相同。
# 返回字典，键为 "corrected"（有修正）和 "uncorrected"（没有修正），各是 (3, D)：第 k 行是第 k + 1 步这一步的移动，
# 即新参数减旧参数。
# %% [markdown] why="adam_on_a_slope" lang="en"
# A corrected average of equal numbers is that number, so only $g/|g|$ remains, and `np.sign` keeps the 0 in place. Uncorrected, $m$ is ten
# times too small but $\sqrt v$ more than thirty times: with the usual values the first step is 3.2 times too *long*.
# %% [markdown] why="adam_on_a_slope" lang="zh" of="cb35"
# 相同的数修正后的平均就是它自己，于是只剩 $g/|g|$，而 `np.sign` 让 0 留在原处。不修正时，$m$ 小到十分之一，$\sqrt v$ 却小到三十分之一还不止：取通常的数值，第一步反而**长**了 3.2 倍。
# %% grading="adam_on_a_slope"
def inputs(rng, g):
    return {"g": g, "lr": uniform(rng, 0.1, 2), "beta1": uniform(rng, 0.5, 0.95), "beta2": round(float(rng.uniform(0.9, 0.999)), 3)}


def slope_cases(rng):
    yield Case("three parameters", zh="三个参数", **inputs(rng, nonzero(rng, 3)))


def edge_cases(rng):
    g = nonzero(rng, 4)
    g[1:3] = 0.0
    yield Case("two parameters on level ground", zh="两个参数在平地上", **inputs(rng, g))


def extreme_cases(rng):
    yield Case("a cliff and a gentle slope", zh="悬崖与缓坡", **inputs(rng, nonzero(rng, 2) * np.array([1e4, 1e-4])))


def shapes_of_moves(g, lr, beta1, beta2):
    return {"corrected": (3, len(g)), "uncorrected": (3, len(g))}


@mistake(
    en="Your rows are places, not moves: each is the way from the start. Asked for is the move of each step alone.",
    zh="你的每一行是位置，是从起点走过的全部路程。题目问的是每一步自己的移动。",
)
def the_whole_way(g, lr, beta1, beta2):
    t = np.array([[1], [2], [3]])
    corrected = -lr * np.sign(g) * np.ones((3, 1))
    uncorrected = corrected * (1 - beta1**t) / np.sqrt(1 - beta2**t)
    return {"corrected": np.cumsum(corrected, axis=0), "uncorrected": np.cumsum(uncorrected, axis=0)}


@variant
def walked(g, lr, beta1, beta2):
    w, state, rows = np.zeros(len(g)), {"m": np.zeros(len(g)), "v": np.zeros(len(g)), "t": 0}, {"corrected": [], "uncorrected": []}
    for _ in range(3):
        before = w
        w, state = adam_step(w, g, state, lr, beta1, beta2, 1e-150)
        rows["corrected"].append(w - before)
        rows["uncorrected"].append(-lr * state["m"] / (np.sqrt(state["v"]) + 1e-150))
    return rows


@variant
def spelled_out(g, lr, beta1, beta2):
    sign = np.where(g > 0, 1.0, np.where(g < 0, -1.0, 0.0))
    shares = [1 - beta1, 1 - beta1 * beta1, 1 - beta1 * beta1 * beta1]
    squares = [1 - beta2, 1 - beta2 * beta2, 1 - beta2 * beta2 * beta2]
    return {"corrected": [-lr * sign] * 3, "uncorrected": [-lr * a / b**0.5 * sign for a, b in zip(shares, squares)]}


Exercise(
    points=2, reference=tricks.adam_on_a_slope, cases=slope_cases, shapes=shapes_of_moves, tolerance=CLOSED_FORM,
    accepts=("integers",), forbids=FROM_SCRATCH, groups=[Group("edge", edge_cases), Group("extreme", extreme_cases)],
    mistakes=[
        Mistake("size_of_the_slope_kept", "np.sign(g)", "g",
            en="The size of g is still in your moves. It stands above the line and, squared and rooted, below it: what is left?",
            zh="你的移动里还留着 g 的大小。它在分子里出现一次，在分母里平方再开方又出现一次：还剩下什么？"),
        Mistake("sign_lost", "np.sign(g)", "(g != 0)",
            en="All parameters move the same way. The root of g² is |g|, not g, so the sign survives.",
            zh="所有参数都朝同一个方向走。g² 开方得到 |g| 而不是 g，所以正负号会保留下来。"),
        Mistake("uphill", "-lr * np.sign", "lr * np.sign",
            en="Right length, wrong way: descent goes against the gradient.",
            zh="长度对了，方向反了：下降要逆着梯度走。"),
        Mistake("root_missing", "np.sqrt(1 - beta2**t)", "(1 - beta2**t)",
            en="Without correction v = (1 − β₂ᵗ) g² stands under a root. The root of its factor is missing in your formula.",
            zh="不修正时，v = (1 − β₂ᵗ) g² 在根号里。你的公式里，它的系数漏了开方。"),
        Mistake("one_step_too_few", "[[1], [2], [3]]", "[[1], [1], [2]]",
            en="Your uncorrected moves lag one step behind: after t steps the factor is 1 − βᵗ.",
            zh="没有修正的移动晚了一步：走完 t 步，系数是 1 − βᵗ。"),
        Mistake("factor_of_the_last_gradient", "(1 - beta1**t)", "(1 - beta1) * beta1 ** (t - 1)",
            en="Your m holds the share of one gradient only, (1 − β₁) β₁ᵗ⁻¹. All t gradients are in m: add their shares up, a geometric series.",
            zh="你的 m 只含一个梯度的份额 (1 − β₁) β₁ᵗ⁻¹。全部 t 个梯度都在 m 里：把各自的份额加起来，是一个等比数列。"),
        Mistake("only_v_uncorrected", "(1 - beta1**t) / np", "1 / np",
            en="Without correction both averages are too small. In your formula m is still the corrected one.",
            zh="不修正时，两个平均值都偏小。你的公式里，m 还是修正过的。"),
        Mistake("only_m_uncorrected", " / np.sqrt(1 - beta2**t)", "",
            en="Without correction v is too small as well, and it stands below the line: that is why the steps become *longer* than you think.",
            zh="不修正时 v 也偏小，而它在分母里：所以步子比你想的要**长**。"),
        Mistake("exchanged", '{"corrected": corrected, "uncorrected": factor * corrected}', '{"corrected": factor * corrected, "uncorrected": corrected}',
            en="The two have changed places: with the correction all three steps are equally long.",
            zh="两者弄反了：有修正时，三步一样长。"),
        Mistake("level_ground_divides_by_zero", "np.sign(g)", "(g / np.abs(g))",
            en="Right on a slope. Where g is 0 you get 0/0; ε would keep that parameter where it is, so its move is 0.",
            zh="在斜坡上是对的。但 g 为 0 时你得到 0/0；有 ε 在，这个参数会留在原地，移动应为 0。"),
    ],
    variants=[
        Variant("float32", "factor * corrected}", "np.float32(factor * corrected)}"),
        Variant("only_the_sign_of_g_counts", "    t = np.array", "    g = 2 * g\n    t = np.array"),
    ],
)
