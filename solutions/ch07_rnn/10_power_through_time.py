# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import rnn

# %% [markdown] lang="en"
# ## {n} 1.01 to the power of 1000
#
# Why does a plain recurrent network forget? §8.4 takes the smallest example, a linear one with a single weight: $h_t = w\,h_{t-1}$. How much does $h_T$ change when $h_0$ is moved a little? Every step multiplies by $w$ once more:
#
# $$\frac{\partial h_T}{\partial h_0} = w^T.$$
#
# **By hand.** $1.01^{1000} \approx 20959$, and $0.99^{1000} \approx 0.000043$ (the notes say 20000 and 0). A hair above one, and the gradient explodes; a hair below, and it vanishes.
# %% [markdown] lang="zh" of="efd5"
# ## {n} 1.01 的 1000 次方
#
# 普通的循环网络为什么健忘？§8.4 举了最小的例子，只有一个权重的线性网络：$h_t = w\,h_{t-1}$。$h_0$ 稍微动一下，$h_T$ 会变多少？每一步都再乘一次 $w$：
#
# $$\frac{\partial h_T}{\partial h_0} = w^T.$$
#
# **手算。** $1.01^{1000} \approx 20959$，而 $0.99^{1000} \approx 0.000043$（讲义写作 20000 和 0）。比 1 大一丝就爆炸，比 1 小一丝就消失。
# %% answer="power_through_time"
def power_through_time(w, T):
    """How much h_T changes with h_0 in h_t = w h_(t−1): the derivative ∂h_T/∂h_0.

    w, a number or an array of weights, each a network of its own; T ≥ 0, a whole number.
    Returns a number, or an array of the shape of w.
    """
    ### BEGIN SOLUTION
    return np.asarray(w, dtype=float) ** T
    ### END SOLUTION


# %% [markdown] docstring="power_through_time" lang="zh" of="dbb8"
# h_t = w h_(t−1) 中，h_T 随 h_0 变化多少，即导数 ∂h_T/∂h_0。
#
# w 是一个数，或由权重组成的数组（每个都是一个单独的网络）；T ≥ 0 是整数。返回一个数，或与 w 形状相同的数组。
# %% [markdown] why="power_through_time" lang="en"
# T factors, hence a power; T = 0 gives 1, even for w = 0, since without a step nothing is multiplied. The conversion to float is no
# ornament: an array of whole numbers overflows without a word, and 3 to the power of 50 comes out as nonsense.
# %% [markdown] why="power_through_time" lang="zh" of="4a72"
# T 个因子相乘，就是乘方；T = 0 时得 1，w = 0 也不例外，因为一步没走就什么也没乘。转成浮点数不是摆设：整数数组会悄悄溢出，3 的 50 次方就会得出一个胡乱的数。
# %% grading="power_through_time"
def power_cases(rng):
    yield Case("a few steps", zh="几步", w=(rng.choice([-1, 1], size=3) * rng.uniform(0.5, 1.5, size=3)).round(2), T=int(rng.integers(3, 6)))
    yield Case("a thousand steps", zh="一千步", w=np.array([1.01, 0.99]) + rng.uniform(0, 0.004), T=int(rng.integers(900, 1100)))


def edge_cases(rng):
    yield Case("one weight", zh="一个权重", w=float(rng.uniform(1.1, 1.5)), T=int(rng.integers(6, 12)))
    yield Case("no step", zh="零步", w=(rng.uniform(0.5, 2, size=2)).round(2), T=0)
    yield Case("weight 0", zh="权重为 0", w=np.array([0.0, 1.0, -1.0]), T=int(rng.choice([3, 5])))


@variant
def step_by_step(w, T):
    change = np.ones(np.shape(w))
    for _ in range(T):
        change = change * w
    return change


Exercise(
    points=1, reference=rnn.power_through_time, cases=power_cases, tolerance=CLOSED_FORM, accepts=("integers",),
    forbids=FROM_SCRATCH, groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("multiplied_by_time", "np.asarray(w, dtype=float) ** T", "np.asarray(w, dtype=float) * T",
            en="You multiplied by T. Each of the T steps multiplies by w: T factors, a power.",
            zh="你乘的是 T。T 步中每一步都乘一次 w：共 T 个因子，是乘方。"),
        Mistake("one_step_too_few", "** T", "** (T - 1)",
            en="One factor is missing: from h_0 to h_T there are T steps.", zh="少了一个因子：从 h_0 到 h_T 有 T 步。"),
        Mistake("one_step_too_many", "** T", "** (T + 1)",
            en="One factor too many: from h_0 to h_T there are T steps.", zh="多了一个因子：从 h_0 到 h_T 有 T 步。"),
        Mistake("power_rule", "np.asarray(w, dtype=float) ** T", "T * np.asarray(w, dtype=float) ** (T - 1)",
            en="That is the derivative of w^T by w. Asked is the derivative of h_T by h_0: h_T = w^T h_0.",
            zh="那是 w^T 对 w 的导数。题目问的是 h_T 对 h_0 的导数：h_T = w^T h_0。"),
        Mistake("size_alone", "np.asarray(w, dtype=float)", "np.abs(np.asarray(w, dtype=float))",
            en="The sign is lost: with a negative weight an odd number of steps turns the change around.",
            zh="丢了符号：权重为负时，奇数步会把变化反过来。"),
        Mistake("bases_exchanged", "np.asarray(w, dtype=float) ** T", "float(T) ** np.asarray(w, dtype=float)",
            en="Base and exponent are exchanged: w is multiplied T times.", zh="底数和指数弄反了：是 w 连乘 T 次。"),
    ],
    variants=[Variant("power", "np.asarray(w, dtype=float) ** T", "np.power(np.asarray(w, float), T)")],
)
