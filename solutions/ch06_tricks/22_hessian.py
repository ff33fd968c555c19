# %% prelude
import numpy as np

from autograder import FROM_SCRATCH, Case, Exercise, Function, Group, Mistake, Tolerance, Variant, mistake, variant
from reference import tricks

from chapter import normal, uniform

# %% [markdown] lang="en"
# ## {n} The Hessian: how the ground bends
#
# Where the gradient is 0 the descent stops. Is that the bottom, a top, or a saddle? The gradient can't tell: it is 0 in all three cases. One has to ask how the ground *bends*. That is what the **Hessian** says (§7.3), the matrix of second derivatives:
#
# $$H_{ij} = \frac{\partial^2 f}{\partial x_i\,\partial x_j}, \qquad f(x + v) \approx f(x) + g\cdot v + \tfrac12\, v^\top H v$$
#
# (The notes ask whether it is a "covariance matrix". No: it is symmetric like one, but a covariance has no negative eigenvalues, and those are what we are looking for.)
#
# You measure it with four values of $f$ for each entry. $e_i$ is the unit vector of axis $i$, and $h$ a small number:
#
# $$H_{ij} \approx \frac{f(x + he_i + he_j) - f(x + he_i - he_j) - f(x - he_i + he_j) + f(x - he_i - he_j)}{4h^2}$$
#
# For $i = j$ this reads $\dfrac{f(x + 2he_i) - 2f(x) + f(x - 2he_i)}{4h^2}$. The error is of order $h^2$. (The error of a one-sided formula is of order $h$.)
#
# **By hand.** $f(x) = x_0 x_1$ at $(3, 5)$, $h = 1$: $H_{01} \approx (4\cdot 6 - 4\cdot 4 - 2\cdot 6 + 2\cdot 4)/4 = 1$, exact, and $H_{00} \approx (5\cdot 5 - 2\cdot 15 + 1\cdot 5)/4 = 0$. So $H = \begin{pmatrix}0&1\\1&0\end{pmatrix}$.
#
# The cell below defines three landscapes to play with. Your function gets them, and others, as an argument.
# %% [markdown] lang="zh" of="ae7e"
# ## {n} 海森矩阵：地面怎样弯
#
# 梯度为 0 的地方，下降就停了。那是谷底、山顶，还是鞍点？梯度说不出来，三种情形下它都是 0。得问地面是怎样**弯**的。这就是**海森矩阵**（§7.3）要说的，它由二阶导数组成：
#
# $$H_{ij} = \frac{\partial^2 f}{\partial x_i\,\partial x_j}, \qquad f(x + v) \approx f(x) + g\cdot v + \tfrac12\, v^\top H v$$
#
# （讲义问它是不是“协方差矩阵”。不是：它像协方差矩阵一样对称，但协方差矩阵没有负的特征值，而我们要找的正是负的。）
#
# 每个元素用 $f$ 的四个值就能量出来。$e_i$ 是第 $i$ 个坐标轴的单位向量，$h$ 是一个小数：
#
# $$H_{ij} \approx \frac{f(x + he_i + he_j) - f(x + he_i - he_j) - f(x - he_i + he_j) + f(x - he_i - he_j)}{4h^2}$$
#
# $i = j$ 时，它就是 $\dfrac{f(x + 2he_i) - 2f(x) + f(x - 2he_i)}{4h^2}$。误差是 $h^2$ 量级。（单边公式的误差是 $h$ 量级。）
#
# **手算。** $f(x) = x_0 x_1$，在 $(3, 5)$ 处，$h = 1$：$H_{01} \approx (4\cdot 6 - 4\cdot 4 - 2\cdot 6 + 2\cdot 4)/4 = 1$，精确；$H_{00} \approx (5\cdot 5 - 2\cdot 15 + 1\cdot 5)/4 = 0$。所以 $H = \begin{pmatrix}0&1\\1&0\end{pmatrix}$。
#
# 下面的单元格定义了三片地形供你试验。你的函数会以参数的形式收到它们和别的函数。
# %% setup
def bowl(x):
    return x[0] ** 2 + 2 * x[1] ** 2


def saddle(x):
    return x[0] ** 2 / 2 - x[1] ** 2 / 2 + x[1] ** 4 / 4


def rosenbrock(x):
    return (1 - x[0]) ** 2 + 10 * (x[1] - x[0] ** 2) ** 2


# %% answer="hessian"
def hessian(f, x, h):
    """The matrix of second derivatives of f at x, by central differences.

    f  a function of an array (D,) that returns a number; it may be called as often as you like.
    x  (D,), the point.  h  a small number, the step.
    Returns (D, D).  Every entry has an error of order h², not h.
    """
    ### BEGIN SOLUTION
    D = len(x)
    steps = h * np.eye(D)  # row i is the step along axis i
    H = np.empty((D, D))
    for i in range(D):
        for j in range(D):
            ahead = f(x + steps[i] + steps[j]) - f(x + steps[i] - steps[j])
            behind = f(x - steps[i] + steps[j]) - f(x - steps[i] - steps[j])
            H[i, j] = (ahead - behind) / (4 * h**2)
    return H
    ### END SOLUTION


# %% [markdown] docstring="hessian" lang="zh" of="3512"
# f 在 x 处的二阶导数矩阵，用中心差分。
#
# f  函数，接收数组 (D,)，返回一个数；可以任意多次调用。
# x  (D,)，所在的点。h  一个小数，步长。
# 返回 (D, D)。每个元素的误差是 h² 量级，而不是 h 量级。
# %% [markdown] why="hessian" lang="en"
# Steps to both sides make all odd terms cancel, hence $h^2$. But `h` has a floor: four values, exact to some $10^{-16}$, are divided by
# $4h^2$, so for $h = 10^{-8}$ rounding alone shifts an entry by tenths. The symmetry could save half of the calls of `f`.
# %% [markdown] why="hessian" lang="zh" of="f04d"
# 向两边各走一步，奇次项全部抵消，误差才是 $h^2$ 级。但 `h` 不能太小：四个只准到约 $10^{-16}$ 的值要除以 $4h^2$，$h = 10^{-8}$ 时，光是舍入就会差出零点几。利用对称性，还能省下一半对 `f` 的调用。
# %% grading="hessian"
def quartic(x, a, b, c):
    return a * x[0] ** 4 + b * x[0] * x[1] ** 2 + c * x[-1] * x[1] + x[-1] ** 3 / 2


def drawn(rng):
    return Function.of(quartic, a=uniform(rng, 0.3, 1), b=uniform(rng, 0.5, 1.5), c=uniform(rng, 0.5, 2))


def hessian_cases(rng):
    yield Case("three variables", zh="三个变量", f=drawn(rng), x=normal(rng, 3), h=3e-4)
    yield Case("Rosenbrock's valley", zh="Rosenbrock 的山谷", public=False, f=Function("rosenbrock"), x=normal(rng, 2), h=3e-4)


def edge_cases(rng):
    yield Case("a saddle", zh="鞍点", f=Function("saddle"), x=np.array([0.0, uniform(rng, -0.9, 0.9)]), h=3e-4)
    yield Case("a bowl, a large step", zh="碗，较大的步长", f=Function("bowl"), x=normal(rng, 2), h=uniform(rng, 0.3, 0.9))


def shape_of_hessian(f, x, h):
    return (len(x), len(x))


@mistake(
    en="Your differences are one-sided, so their error is of order h. Step to both sides, as in the formula: then the terms of order h cancel.",
    zh="你用的是单边差分，误差是 h 量级。要像公式那样向两边走，h 量级的项才会抵消。",
)
def one_sided(f, x, h):
    D, H = len(x), np.zeros((len(x), len(x)))
    steps = h * np.eye(D)
    for i in range(D):
        for j in range(D):
            H[i, j] = (f(x + steps[i] + steps[j]) - f(x + steps[i]) - f(x + steps[j]) + f(x)) / h**2
    return H


@mistake(
    en="Only the diagonal is there. Off it stand the mixed derivatives, and without them a saddle between the axes stays hidden.",
    zh="只有对角线上有值。对角线以外是混合导数，没有它们，斜着的鞍点就看不出来。",
)
def diagonal_only(f, x, h):
    steps = h * np.eye(len(x))
    return np.diag([(f(x + s) - 2 * f(x) + f(x - s)) / h**2 for s in steps])


@variant
def gradient_of_the_gradient(f, x, h):
    steps = h * np.eye(len(x))

    def slope(place):
        return np.array([(f(place + s) - f(place - s)) / (2 * h) for s in steps])

    return np.array([(slope(x + s) - slope(x - s)) / (2 * h) for s in steps])


@variant
def half_of_the_entries(f, x, h):
    D, H = len(x), np.zeros((len(x), len(x)))
    for i in range(D):
        for j in range(i + 1):
            signs = [(1, 1), (1, -1), (-1, 1), (-1, -1)]
            total = 0.0
            for si, sj in signs:
                place = np.array(x, dtype=float)
                place[i] += si * h
                place[j] += sj * h
                total += si * sj * f(place)
            H[i, j] = H[j, i] = total / (2 * h) ** 2
    return H.tolist()


Exercise(
    points=3, reference=tricks.hessian, cases=hessian_cases, shapes=shape_of_hessian, forbids=FROM_SCRATCH,
    tolerance=Tolerance(1e-6, 1e-8, "central differences with h = 0.0003 are within 1e-7, one-sided ones are off by 1e-4 and more"),
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("step_not_squared", "(4 * h**2)", "(4 * h)",
            en="You divide by h once. A second derivative divides by the step twice: h².",
            zh="你只除了一个 h。二阶导数要除以两次步长：h²。"),
        Mistake("four_forgotten", "(4 * h**2)", "h**2",
            en="Your entries are four times too large: both steps go to both sides, a width of 2h each.",
            zh="你的结果是应有的四倍：两个方向都向两边走，宽度各是 2h。"),
        Mistake("two_for_four", "(4 * h**2)", "(2 * h**2)",
            en="Your entries are twice too large: the widths are 2h and 2h, and their product is 4h².",
            zh="你的结果大了一倍：两个宽度都是 2h，乘起来是 4h²。"),
        Mistake("added_behind", "(ahead - behind)", "(ahead + behind)",
            en="The last two terms have the wrong sign: it is the *difference* of two slopes, here and there.",
            zh="后两项的符号错了：要的是两处斜率之**差**。"),
        Mistake("sign", "(ahead - behind)", "(behind - ahead)",
            en="All signs are turned round: a bowl would bend downwards.",
            zh="符号全反了：这样碗就变成向下弯的了。"),
        Mistake("outer_product_of_the_gradient", "H[i, j] = (ahead - behind) / (4 * h**2)",
            "H[i, j] = (f(x + steps[i]) - f(x - steps[i])) * (f(x + steps[j]) - f(x - steps[j])) / (4 * h**2)",
            en="This is the gradient times itself, gᵢ gⱼ. The Hessian is the derivative of the gradient.",
            zh="这是梯度与自身的乘积 gᵢ gⱼ。海森矩阵是梯度的导数。"),
        Mistake("always_the_first_axis", "f(x + steps[i] + steps[j]) - f(x + steps[i] - steps[j])", "f(x + steps[0] + steps[j]) - f(x + steps[0] - steps[j])",
            en="Half of your steps always go along the first axis: check the indices.",
            zh="你的步子有一半总是沿第一个坐标轴：检查一下下标。"),
        Mistake("step_of_its_own", "    D = len(x)\n", "    D, h = len(x), 1e-8\n",
            en="Your step is so small that rounding eats the difference: f is exact to 16 digits, and you divide by h². Use the h that is handed in.",
            zh="你的步长太小，差值被舍入误差吃掉了：f 只有 16 位有效数字，还要除以 h²。请用传进来的 h。"),
    ],
    variants=[
        Variant("two_differences", "(ahead - behind) / (4 * h**2)", "(ahead / (2 * h) - behind / (2 * h)) / (2 * h)"),
        Variant("half_the_step", "    D = len(x)\n", "    h = h / 2\n    D = len(x)\n"),
        Variant("a_step_by_dimension", "    D = len(x)\n", "    h = h / len(x)\n    D = len(x)\n"),
        Variant("the_other_way_round", "    D = len(x)\n", "    h = -h\n    D = len(x)\n"),
        Variant("symmetric", "H[i, j] = (ahead", "H[j, i] = (ahead"),
    ],
)
