# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Gradient, Group, Mistake, Variant, variant
from reference import rnn

# %% [markdown] lang="en"
# ## {n} Derive it: two steps back through time
#
# The smallest network in which time matters has one weight for the input and one for the memory, and reads two numbers:
#
# $$h_1 = \tanh(w\,x_1),\qquad h_2 = \tanh(w\,x_2 + u\,h_1),\qquad \mathcal L = \tfrac12\sum_{n=1}^{N}\bigl(h_2^n - y^n\bigr)^2.$$
#
# **Nobody gives you the gradient.** Take a pencil:
#
# 1. Unroll it: draw both steps side by side, with an arrow for every weight. How many arrows are called $w$?
# 2. What is $\tanh'(z)$, written with $h = \tanh(z)$?
# 3. $u$ has one path to the loss. By which paths does $w$ reach it? Add them up ("two paths", chapter 4).
#
# **Check yourself** before you run the check: $w = 0.5$, $u = 2$, one sample $x = (1, -1)$, $y = 0$. Then $h_1 = 0.462117$, $h_2 = 0.400492$, $\mathcal L = 0.080197$. With $w = 0.501$ the loss is $0.080389$, with $u = 2.001$ it is $0.080352$. Do your `dw` and `du` agree?
# %% [markdown] lang="zh" of="864a"
# ## {n} 自己推导：沿时间往回两步
#
# 时间起作用的最小网络：输入一个权重，记忆一个权重，读两个数：
#
# $$h_1 = \tanh(w\,x_1),\qquad h_2 = \tanh(w\,x_2 + u\,h_1),\qquad \mathcal L = \tfrac12\sum_{n=1}^{N}\bigl(h_2^n - y^n\bigr)^2.$$
#
# **这一次没有人给出梯度。** 请拿起笔：
#
# 1. 把它展开：两步并排画出来，每用一次权重就画一个箭头。标着 $w$ 的箭头有几个？
# 2. 用 $h = \tanh(z)$ 来写，$\tanh'(z)$ 等于什么？
# 3. $u$ 只经过一条路到达损失。$w$ 经过哪几条？把它们加起来（第四章的“两条路”）。
#
# 运行检查之前，先**自己验证**：$w = 0.5$，$u = 2$，一个样本 $x = (1, -1)$，$y = 0$。这时 $h_1 = 0.462117$，$h_2 = 0.400492$，$\mathcal L = 0.080197$。把 $w$ 改成 0.501，损失为 $0.080389$；把 $u$ 改成 2.001，损失为 $0.080352$。你的 `dw` 和 `du` 对得上吗？
# %% answer="two_step_grad"
def two_step_grad(w, u, X, y):
    """Gradient of ½ Σ (h2 − y)² over N samples, with h1 = tanh(w x1) and h2 = tanh(w x2 + u h1).

    w and u are numbers, X (N, 2) holds x1 and x2, y (N,).  Returns (dw, du), two numbers.
    """
    ### BEGIN SOLUTION
    x1, x2 = X[:, 0], X[:, 1]
    h1 = np.tanh(w * x1)
    h2 = np.tanh(w * x2 + u * h1)
    delta2 = (h2 - y) * (1 - h2**2)  # (N,)
    delta1 = delta2 * u * (1 - h1**2)
    dw, du = np.sum(delta2 * x2 + delta1 * x1), np.sum(delta2 * h1)
    return dw, du
    ### END SOLUTION


# %% [markdown] docstring="two_step_grad" lang="zh" of="fdba"
# ½ Σ (h2 − y)² 对 N 个样本的梯度，其中 h1 = tanh(w x1)，h2 = tanh(w x2 + u h1)。
#
# w 和 u 是数，X (N, 2) 的两列为 x1 和 x2，y (N,)。返回 (dw, du)，两个数。
# %% [markdown] why="two_step_grad" lang="en"
# Two arrows are called $w$, so two terms add up in `dw`; the way to the first one leads back through $u$ and through the slope
# of the *first* tanh. Written with $h$, the slopes $1-h^2$ cost nothing: the forward pass has them ready.
# %% [markdown] why="two_step_grad" lang="zh" of="3742"
# 图上有两支箭头叫 $w$，所以 `dw` 是两项之和；通往第一支的路要经过 $u$，还要经过**第一个** tanh 的斜率。斜率用 $h$ 写成 $1-h^2$，前向时就已经有了，不必再算。
# %% grading="two_step_grad"
def two_steps(rng, n):
    w, u = (rng.choice([-1, 1], size=2) * rng.uniform(0.5, 1.6, size=2)).round(2)
    X = (rng.choice([-1, 1], size=(n, 2)) * rng.uniform(0.3, 1.2, size=(n, 2))).round(2)
    return {"w": float(w), "u": float(u), "X": X, "y": rng.uniform(-1, 1, size=n).round(2)}


def two_step_cases(rng):
    yield Case("typical", zh="一般数据", **two_steps(rng, 5))


def edge_cases(rng):
    yield Case("one sample", zh="只有一个样本", **two_steps(rng, 1))
    yield Case("no memory", zh="没有记忆", **{**two_steps(rng, 4), "u": 0.0})


def loss_at(impl, case):
    h1 = np.tanh(case.w * case.X[:, 0])
    return np.sum((np.tanh(case.w * case.X[:, 1] + case.u * h1) - case.y) ** 2) / 2


@variant
def sample_by_sample(w, u, X, y):
    dw = du = 0.0
    for (x1, x2), truth in zip(X, y, strict=True):
        h1 = np.tanh(w * x1)
        h2 = np.tanh(w * x2 + u * h1)
        back = (h2 - truth) / np.cosh(w * x2 + u * h1) ** 2
        dw += back * (x2 + u * x1 / np.cosh(w * x1) ** 2)
        du += back * h1
    return dw, du


Exercise(
    points=2, reference=rnn.two_step_grad, cases=two_step_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    gradient=Gradient(of=loss_at, wrt=("w", "u")), groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("one_path_only", "delta2 * x2 + delta1 * x1", "delta2 * x2",
            en="Your dw stops at step 2 (truncated). The weight w was used in step 1 as well, and that path goes through the memory.",
            zh="你的 dw 在第 2 步就停了（截断）。权重 w 在第 1 步也用过，那条路经过记忆。"),
        Mistake("first_step_alone", "delta2 * x2 + delta1 * x1", "delta1 * x1",
            en="Your dw holds the path through step 1 alone. The weight w also reads x2 directly.",
            zh="你的 dw 只有经过第 1 步的那条路。权重 w 也直接读了 x2。"),
        Mistake("slope_of_step_one_missing", "delta2 * u * (1 - h1**2)", "delta2 * u",
            en="On the way back through step 1 the slope of its tanh is missing.",
            zh="往回经过第 1 步时，漏乘了那里 tanh 的斜率。"),
        Mistake("slope_of_step_two_missing", "(h2 - y) * (1 - h2**2)", "(h2 - y)",
            en="The error must first pass the tanh of step 2: multiply by its slope.",
            zh="误差要先穿过第 2 步的 tanh：乘上那里的斜率。"),
        Mistake("memory_weight_forgotten", "delta2 * u * (1 - h1**2)", "delta2 * (1 - h1**2)",
            en="The way from step 2 back to step 1 leads through the weight u: it is missing in your chain.",
            zh="从第 2 步回到第 1 步要经过权重 u：你的链条里漏了它。"),
        Mistake("slope_at_the_wrong_step", "delta2 * u * (1 - h1**2)", "delta2 * u * (1 - h2**2)",
            en="The slope of the first step is taken at h2. It belongs to h1.",
            zh="第 1 步的斜率用了 h2 来算，应当用 h1。"),
        Mistake("slope_taken_at_the_state", "(1 - h2**2)", "(1 - np.tanh(h2) ** 2)",
            en="tanh′(z) is 1 − tanh(z)², and h2 already *is* tanh(z): you applied tanh once more.",
            zh="tanh′(z) = 1 − tanh(z)²，而 h2 已经**就是** tanh(z)：你又多取了一次 tanh。"),
        Mistake("half_forgotten", "(h2 - y) * (1 - h2**2)", "2 * (h2 - y) * (1 - h2**2)",
            en="Twice too large: the loss has a ½ in front, so its derivative by h2 is just h2 − y.",
            zh="大了一倍：损失前面有 ½，对 h2 的导数就是 h2 − y。"),
        Mistake("mean_over_samples", "dw, du = np.sum(delta2 * x2 + delta1 * x1), np.sum(delta2 * h1)", "dw, du = np.mean(delta2 * x2 + delta1 * x1), np.mean(delta2 * h1)",
            en="You took the mean over the samples; the loss is a SUM.", zh="你对样本取了平均；损失是**求和**。"),
    ],
    variants=[
        Variant("dot_products", "np.sum(delta2 * x2 + delta1 * x1), np.sum(delta2 * h1)", "delta2 @ x2 + delta1 @ x1, delta2 @ h1"),
        Variant("sum_of_a_dot_product", "np.sum(delta2 * h1)", "np.sum(delta2 @ h1)"),
        Variant("list_of_two", "    return dw, du\n", "    return [dw, du]\n"),
    ],
)
