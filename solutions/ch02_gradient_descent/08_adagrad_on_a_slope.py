# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import gradient_descent as gd

from chapter import adagrad_step, lr_decay, nonzero, uniform

# %% [markdown] lang="en"
# ## {n} Derive it: Adagrad on an even slope
#
# Now you do the algebra, and the check does the proofreading. On an even slope the gradient is the same everywhere: every $g^0, g^1, \dots, g^t$ equals one and the same vector $g$ (D,), and take $\varepsilon \to 0$. How does Adagrad
# ({ref:adagrad_step}) move in step $t$?
#
# Take a sheet of paper:
#
# 1. What is the sum of squares $G^t$ after $t + 1$ equal gradients, for one parameter?
# 2. Put it into the step. What becomes of the *size* of $g$, what of its *sign*?
# 3. Which parameter moves farther, one on a slope of $100$ or one on a slope of $0.01$? And where the slope is exactly $0$?
#
# **Exercise.** Enter your formula as `adagrad_on_a_slope`. It gives the move of step $t$ at once, without walking the $t$ steps before it: one hidden case asks for step number $10^{12}$. To test your formula, call `adagrad_step` a few times in a row with the same gradient.
# Then look at your result once more: you have met it before in this chapter. That is what is left of Adagrad when a slope holds no surprises.
# %% [markdown] lang="zh" of="bbce"
# ## {n} 自己推导：均匀斜坡上的 Adagrad
#
# 这一题由你来推公式，检查程序来核对。在均匀的斜坡上，梯度处处相同：$g^0, g^1, \dots, g^t$ 都等于同一个向量 $g$ (D,)，并取 $\varepsilon \to 0$。Adagrad（{ref:adagrad_step}）在第 $t$ 步会怎样移动？
#
# 拿一张纸：
#
# 1. 对一个参数来说，$t + 1$ 个相同的梯度，平方和 $G^t$ 是多少？
# 2. 把它代入更新公式。$g$ 的**大小**变成了什么，**正负号**又怎样？
# 3. 一个参数在坡度为 $100$ 的斜坡上，另一个在 $0.01$ 的斜坡上，谁走得远？坡度恰好为 $0$ 的呢？
#
# **练习。** 把你的公式写进 `adagrad_on_a_slope`。它直接给出第 $t$ 步的移动，不必先走完前面的 $t$ 步：有一个隐藏样例问的是第 $10^{12}$ 步。想检验公式，可以用同一个梯度连续调用几次 `adagrad_step`。
# 然后再看一眼你的结果：本章里你已经见过它。斜坡上没有任何意外时，Adagrad 剩下的就是它。
# %% answer="adagrad_on_a_slope"
def adagrad_on_a_slope(g, lr, t):
    """The move that Adagrad makes in step t if the gradients of the steps 0, 1, …, t are all equal to g.

    g   (D,), the gradient of every step; an entry may be 0, and that parameter stays where it is.
    lr  a number, the rate η.
    t   an integer ≥ 0, the number of the step; it may be huge.
    Returns the move (D,) of this one step: the new parameters minus the old ones, in the limit ε → 0.
    """
    ### BEGIN SOLUTION
    return -lr * np.sign(g) / np.sqrt(t + 1)  # (D,): √((t + 1) g²) = √(t + 1) · |g|
    ### END SOLUTION


# %% [markdown] docstring="adagrad_on_a_slope" lang="zh" of="4c76"
# 第 0、1、……、t 步的梯度都等于 g 时，Adagrad 在第 t 步的移动。
#
# g   (D,)，每一步的梯度；某个元素可以为 0，这个参数就留在原地。
# lr  一个数，学习率 η。
# t   非负整数，步的序号，可能非常大。
# 返回这一步的移动 (D,)：新参数减旧参数，取 ε → 0 的极限。
# %% [markdown] why="adagrad_on_a_slope" lang="en"
# The sum of t + 1 equal squares is $(t+1)g^2$, with the root $\sqrt{t+1}\,|g|$: the size cancels, the sign stays.
# `np.sign(0)` is 0, so level ground needs no case of its own. Each parameter moves by the decaying rate of {ref:lr_decay}, on any slope.
# %% [markdown] why="adagrad_on_a_slope" lang="zh" of="83b1"
# t + 1 个相同的平方之和是 $(t+1)g^2$，开方得 $\sqrt{t+1}\,|g|$：大小约掉了，符号留下。
# `np.sign(0)` 就是 0，平地不用单独处理。不论坡多陡，每个参数走的都是 {ref:lr_decay} 的那个衰减学习率。
# %% grading="adagrad_on_a_slope"
def slope_cases(rng):
    yield Case("an early step", zh="靠前的一步", g=nonzero(rng, 3), lr=uniform(rng, 0.2, 2), t=int(rng.integers(2, 9)))
    yield Case("a late step", zh="靠后的一步", g=nonzero(rng, 4), lr=uniform(rng, 0.2, 2), t=int(rng.integers(60, 500)))


def edge_cases(rng):
    g = nonzero(rng, 4)
    g[1:3] = 0.0
    yield Case("the first step", zh="第一步", g=nonzero(rng, 3), lr=uniform(rng, 0.2, 2), t=0)
    yield Case("two parameters on level ground", zh="两个参数在平地上", g=g, lr=uniform(rng, 0.2, 2), t=int(rng.integers(2, 9)))


def far_cases(rng):
    yield Case("step number 10¹²", zh="第 10¹² 步", public=False, g=nonzero(rng, 3), lr=uniform(rng, 0.5, 2) * 1e6, t=10**12)


def shape_of_move(g, lr, t):
    return np.shape(g)


@mistake(
    en="This is the whole way from the start to the end of step t. Asked for is the move of step t alone.",
    zh="这是从起点到第 t 步结束的全部路程。题目只问第 t 这一步的移动。",
)
def the_whole_way(g, lr, t):
    return sum(-lr * np.sign(g) / np.sqrt(k + 1) for k in range(min(t, 1000) + 1))


@mistake(
    en="Your sum holds the t gradients before this step. Adagrad counts the current one too, so there are t + 1 of them.",
    zh="你的平方和只含这一步之前的 t 个梯度。Adagrad 把当前的也算进去，所以共有 t + 1 个。",
)
def current_gradient_excluded(g, lr, t):
    return -lr * np.sign(g) / np.sqrt(max(t, 1))


@variant
def from_the_decaying_rate(g, lr, t):
    return [-float(lr_decay(lr, t)) if v > 0 else float(lr_decay(lr, t)) if v < 0 else 0.0 for v in g]


@variant
def one_step_from_a_summed_history(g, lr, t):
    return adagrad_step(np.zeros(len(g)), g, t * g**2, lr, 1e-300)[0]


Exercise(
    points=2, reference=gd.adagrad_on_a_slope, cases=slope_cases, shapes=shape_of_move, tolerance=CLOSED_FORM,
    accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[
        Group("edge", edge_cases),
        Group("wide", far_cases, en="A step far out: derive, do not walk", zh="很远的一步：要推导，不能一步步走"),
    ],
    seconds=1.5,
    mistakes=[
        Mistake("size_of_the_slope_kept", "np.sign(g)", "g",
            en="The size of g is still in your formula. It stands above the line and, squared and rooted, below it too: what is left of it?",
            zh="你的公式里还留着 g 的大小。它在分子里出现一次，在分母里平方再开方又出现一次：最后还剩下什么？"),
        Mistake("sign_lost", "np.sign(g)", "(g != 0)",
            en="You move every parameter the same way. The root of g² is |g|, not g, so the sign of g survives.",
            zh="你让所有参数朝同一个方向走。g² 开方得到的是 |g| 而不是 g，所以 g 的正负号会保留下来。"),
        Mistake("uphill", "-lr", "lr",
            en="Right length, wrong way: descent goes against the gradient.",
            zh="长度对了，方向反了：下降要逆着梯度走。"),
        Mistake("root_missing", "np.sqrt(t + 1)", "(t + 1)",
            en="Your step shrinks like 1/(t+1). Adagrad divides by the *root* of the sum of squares; what is the root of (t+1)·g²?",
            zh="你的步子按 1/(t+1) 缩小。Adagrad 除以的是平方和的**平方根**：(t+1)·g² 的平方根是多少？"),
        Mistake("never_slower", " / np.sqrt(t + 1)", "",
            en="Your step has the same length forever. The sum of squares grows with every step, even if the gradients are all alike.",
            zh="你的步长永远不变。即使梯度全都一样，平方和也会一步步变大。"),
        Mistake("level_ground_divides_by_zero", "np.sign(g)", "(g / np.abs(g))",
            en="Right on a slope. Where g is 0 you get 0/0; ε would keep that parameter where it is, so its move is 0.",
            zh="在斜坡上是对的。但 g 为 0 时你得到 0/0；有 ε 在，这个参数会留在原地，移动应为 0。"),
        Mistake("squared_rate", "-lr * np", "-(lr**2) * np",
            en="The rate comes in twice. It is not part of the sum of squares: only gradients are.",
            zh="学习率出现了两次。它不在平方和里，平方和里只有梯度。"),
    ],
    variants=[
        Variant("float32_result", "-lr * np.sign(g) / np.sqrt(t + 1)", "(-lr * np.sign(g) * (t + 1) ** -0.5).astype(np.float32)"),
        Variant("a_slope_of_any_size", "return", "g = 2 * g\n    return"),
    ],
)
