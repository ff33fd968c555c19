# %% prelude
import numpy as np

from autograder import EXACT, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import tricks

from chapter import drawn_by, hessian, uniform

# %% [markdown] lang="en"
# ## {n} Bottom, top or saddle?
#
# At a point where the gradient is 0 the ground is, to second order, $f(x + v) \approx f(x) + \tfrac12 v^\top H v$. Along an eigenvector of $H$ it bends upwards if the eigenvalue is positive, downwards if it is negative. So (§7.3):
#
# | eigenvalues of $H$ | the point is |
# |---|---|
# | all positive ($v^\top H v > 0$ for **all** $v \ne 0$) | `"min"` |
# | all negative ($v^\top H v < 0$ for all $v \ne 0$) | `"max"` |
# | at least one positive and at least one negative | `"saddle"`, whatever the others are |
# | some or all are 0, and the others have one sign | `"inconclusive"` |
#
# The last row is missing in the notes. If an eigenvalue is 0 the ground is level along its axis as far as second derivatives see, and a higher one decides: $x^4$ has a minimum at 0, $x^3$ has not, and both have $H = 0$. And all of this is about points where the gradient **is** 0; on a slope it says nothing: `"not critical"`.
#
# Numbers out of a computer are never exactly 0. So there is a tolerance: the gradient counts as 0 if its length is at most `tol`, an eigenvalue if its size is at most `tol`.
#
# **By hand.** $g = 0$, $H = \begin{pmatrix}1&2\\2&1\end{pmatrix}$: the diagonal is positive, but the eigenvalues are $3$ and $-1$: a saddle. In two dimensions the determinant settles it ($-3 < 0$); in more it does not: $\text{diag}(-1, -1, 5)$ has a positive one.
# %% [markdown] lang="zh" of="2900"
# ## {n} 谷底、山顶还是鞍点？
#
# 在梯度为 0 的点，地面在二阶近似下是 $f(x + v) \approx f(x) + \tfrac12 v^\top H v$。沿 $H$ 的某个特征向量，特征值为正就向上弯，为负就向下弯。所以（§7.3）：
#
# | $H$ 的特征值 | 这个点是 |
# |---|---|
# | 全为正（对**所有** $v \ne 0$，$v^\top H v > 0$） | `"min"` |
# | 全为负（对所有 $v \ne 0$，$v^\top H v < 0$） | `"max"` |
# | 至少一个正，至少一个负 | `"saddle"`，不管其余的是什么 |
# | 有的（或全部）为 0，其余同号 | `"inconclusive"` |
#
# 最后一行讲义里没有。特征值为 0 时，沿这个方向，二阶导数看到的是平地，要由更高阶的导数来决定：$x^4$ 在 0 处是极小，$x^3$ 不是，而两者都有 $H = 0$。另外，这些话说的都是梯度**为** 0 的点；在斜坡上它们什么也说明不了：`"not critical"`。
#
# 计算机算出的数不会恰好等于 0，所以要有一个容差：梯度的长度不超过 `tol` 就算 0，特征值的大小不超过 `tol` 就算 0。
#
# **手算。** $g = 0$，$H = \begin{pmatrix}1&2\\2&1\end{pmatrix}$：对角线是正的，特征值却是 $3$ 和 $-1$，是鞍点。二维时看行列式就够了（$-3 < 0$）；维数再高就不行：$\text{diag}(-1, -1, 5)$ 的行列式是正的。
# %% answer="hessian_classify"
def hessian_classify(g, H, tol):
    """What kind of point has the gradient g (D,) and the Hessian H (D, D), symmetric.

    tol  a small number: a gradient no longer than this counts as 0, an eigenvalue no larger in size as well.
    Returns "not critical", "min", "max", "saddle" or "inconclusive".
    """
    ### BEGIN SOLUTION
    if np.linalg.norm(g) > tol:
        return "not critical"
    curvatures = np.linalg.eigvalsh(H)  # (D,), ascending
    if curvatures[0] < -tol and curvatures[-1] > tol:
        return "saddle"
    if curvatures[0] > tol:
        return "min"
    if curvatures[-1] < -tol:
        return "max"
    return "inconclusive"
    ### END SOLUTION


# %% [markdown] docstring="hessian_classify" lang="zh" of="534a"
# 梯度为 g (D,)、海森矩阵为 H (D, D)（对称）的点属于哪一类。
#
# tol  一个小数：梯度的长度不超过它就算 0，特征值的大小不超过它也算 0。
# 返回 "not critical"（不是临界点）、"min"、"max"、"saddle" 或 "inconclusive"（无法判断）。
# %% [markdown] why="hessian_classify" lang="en"
# `eigvalsh` sorts, so the smallest and the greatest answer every question. The saddle comes first: one curvature up and one down decide,
# whatever lies between. What passes all four tests has a curvature of nearly 0 at one end, and nothing of the other sign.
# %% [markdown] why="hessian_classify" lang="zh" of="9a52"
# `eigvalsh` 从小到大排好，只看最小和最大的就够了。先问鞍点：一个向上弯、一个向下弯就能断定，不管中间还有什么。四关都没拦下的，必有一端的曲率近乎 0，其余的也不会有正有负。
# %% grading="hessian_classify"
def bent(rng, *curvatures):
    """A Hessian with these eigenvalues along drawn axes, and a gradient that is nearly 0."""
    d = len(curvatures)
    axes = np.linalg.qr(rng.normal(size=(d, d)))[0]
    H = axes @ np.diag(curvatures) @ axes.T
    return {"g": rng.normal(size=d) * 1e-7, "H": (H + H.T) / 2, "tol": 1e-4}


def curved(rng, *signs):
    return bent(rng, *(sign * uniform(rng, 0.3, 3) for sign in signs))


def slender(rng):
    """A saddle whose diagonal is positive all the same."""
    a, b = uniform(rng, 0.5, 2), uniform(rng, 0.5, 2)
    mixed = round(float(np.sqrt(a * b) + rng.uniform(0.3, 2)), 2) * float(rng.choice([-1, 1]))
    return {"g": np.zeros(2), "H": np.array([[a, mixed], [mixed, b]]), "tol": 1e-4}


def kinds_cases(rng):
    yield Case("all upwards", zh="全向上弯", **curved(rng, 1, 1, 1))
    yield Case("all downwards", zh="全向下弯", **curved(rng, -1, -1, -1))
    yield Case("one upwards, two downwards", zh="一个向上，两个向下", **curved(rng, 1, -1, -1))
    yield Case("two downwards, none upwards", zh="两个都向下", public=False, **curved(rng, -1, -1))
    yield Case("a saddle with a positive diagonal", zh="对角线为正的鞍点", **slender(rng))


def level_cases(rng):
    yield Case("level along one axis, else upwards", zh="一个方向是平的，其余向上", **curved(rng, 1, 0, 1))
    yield Case("level along one axis, else downwards", zh="一个方向是平的，其余向下", public=False, **curved(rng, -1, 0))
    yield Case("upwards, downwards and level", zh="向上、向下、平的都有", **curved(rng, 1, -1, 0, 0))
    yield Case("level all around", zh="四面都平", public=False, **curved(rng, 0, 0))
    yield Case("bent a little more than the tolerance", zh="弯得比容差多一点", **bent(rng, uniform(rng, 1, 3), uniform(rng, 1.1, 1.8) * 1e-4))
    yield Case("bent less than the tolerance", zh="弯得不到容差", **bent(rng, uniform(rng, 1, 3), -uniform(rng, 2, 8) * 1e-6))


def slope_cases(rng):
    yield Case("on a slope", zh="在斜坡上", **{**curved(rng, 1, 1), "g": np.array([0.0, uniform(rng, 0.2, 2)])})
    yield Case("on a slope that goes down", zh="在往下的斜坡上", public=False, **{**curved(rng, -1, 1, 1), "g": np.array([-uniform(rng, 0.2, 2), 0, 0])})
    yield Case("barely a slope", zh="刚刚算是有坡", **{**curved(rng, 1, 1), "g": np.array([0.8, -0.8]) * uniform(rng, 1, 1.2) * 1e-4})
    yield Case("hardly a slope", zh="几乎没有坡", **{**curved(rng, 1, 1), "g": np.array([6e-5, -5e-5])})


@variant
def by_counting(g, H, tol):
    if np.sqrt(np.sum(np.square(g))) > tol:
        return "not critical"
    values = np.linalg.eig(H)[0].real
    up, down = np.sum(values > tol), np.sum(values < -tol)
    if up and down:
        return "saddle"
    return {len(values): "min", -len(values): "max"}.get(int(up) - int(down), "inconclusive")


@variant
def by_singular_values(g, H, tol):
    if np.dot(g, g) > tol**2:
        return "not critical"
    left, sizes, right = np.linalg.svd(H)
    values = np.sort(sizes * np.sign(np.sum(left * right.T, axis=0)))
    if values[0] < -tol:
        return "saddle" if values[-1] > tol else "max" if values[-1] < -tol else "inconclusive"
    return "min" if values[0] > tol else "inconclusive"


@mistake(
    en="You decide by the determinant. It is the product of the eigenvalues: two negative ones make it positive. Look at the eigenvalues themselves.",
    zh="你按行列式来判断。它是特征值的乘积，两个负的相乘就成了正的。要看特征值本身。",
)
def by_the_determinant(g, H, tol):
    if np.linalg.norm(g) > tol:
        return "not critical"
    determinant = np.linalg.det(H)
    if abs(determinant) <= tol:
        return "inconclusive"
    return "saddle" if determinant < 0 else "min" if H[0, 0] > 0 else "max"


@mistake(
    en="You look at the diagonal of H alone. It tells how the ground bends along the axes; between them it may bend the other way. Take the eigenvalues.",
    zh="你只看了 H 的对角线。它说的是沿坐标轴怎么弯，斜着的方向也许正相反。要用特征值。",
)
def by_the_diagonal(g, H, tol):
    if np.linalg.norm(g) > tol:
        return "not critical"
    values = np.sort(np.diag(H))
    if values[0] < -tol and values[-1] > tol:
        return "saddle"
    return "min" if values[0] > tol else "max" if values[-1] < -tol else "inconclusive"


Exercise(
    points=3, reference=tricks.hessian_classify, cases=kinds_cases, tolerance=EXACT, forbids=FROM_SCRATCH,
    many_right="the answer is a word: signs alone matter, and what lies exactly on the tolerance is left to rounding",
    groups=[
        Group("level", level_cases, en="Where an axis is level", zh="有的方向是平的"),
        Group("slope", slope_cases, en="On a slope, and nearly on one", zh="在斜坡上，或几乎在斜坡上"),
    ],
    mistakes=[
        Mistake("gradient_ignored", "    if np.linalg.norm(g) > tol:\n        return \"not critical\"\n", "",
            en="You answer on a slope too. A minimum, a maximum or a saddle is a point where the gradient is 0: ask for that first.",
            zh="在斜坡上你也给了答案。极小、极大、鞍点说的都是梯度为 0 的点：先看这一条。"),
        Mistake("zero_counts_as_positive", "if curvatures[0] > tol:", "if curvatures[0] >= -tol:",
            en="An eigenvalue of 0 counts as positive with you. Along that axis second derivatives say nothing: x³ has H = 0 and no minimum.",
            zh="你把 0 特征值当成了正的。沿那个方向，二阶导数什么也没说：x³ 的 H = 0，却没有极小。"),
        Mistake("zero_counts_as_negative", "if curvatures[-1] < -tol:", "if curvatures[-1] <= tol:",
            en="An eigenvalue of 0 counts as negative with you. Along that axis second derivatives say nothing.",
            zh="你把 0 特征值当成了负的。沿那个方向，二阶导数什么也没说。"),
        Mistake("zero_hides_the_saddle", '    if curvatures[0] < -tol and', '    if np.min(np.abs(curvatures)) <= tol:\n        return "inconclusive"\n    if curvatures[0] < -tol and',
            en="One eigenvalue of 0, and you give up. If another is positive and a third negative it is a saddle all the same: up one way, down another.",
            zh="有一个特征值为 0，你就放弃了。只要另有一正一负，它就是鞍点：一个方向向上，一个方向向下。"),
        Mistake("tolerance_ignored", "if curvatures[0] < -tol and curvatures[-1] > tol:", "if curvatures[0] < 0 and curvatures[-1] > 0:",
            en="Your eigenvalues are compared with 0. Those of a computer are never exactly 0, so rounding decides: compare with the tolerance.",
            zh="你拿特征值和 0 比较。计算机算出的特征值不会恰好为 0，结果就由舍入误差决定了：要和容差比较。"),
        Mistake("min_and_max_exchanged", 'return "min"\n    if curvatures[-1] < -tol:\n        return "max"', 'return "max"\n    if curvatures[-1] < -tol:\n        return "min"',
            en="Minimum and maximum have changed places: where all bends upwards you stand at the bottom.",
            zh="极小和极大弄反了：四面都向上弯，你站的是谷底。"),
        Mistake("saddle_forgotten", '        return "saddle"\n', '        return "inconclusive"\n',
            en="Up one way and down another is not inconclusive. That is a saddle.",
            zh="一个方向向上，一个方向向下，这不是无法判断，而是鞍点。"),
        Mistake("exactly_zero_gradient", "np.linalg.norm(g) > tol", "np.any(g != 0)",
            en="You want the gradient to be exactly 0, which it never is in a computer. Its length is at most the tolerance: that is enough.",
            zh="你要求梯度恰好为 0，而在计算机里几乎不会这样。长度不超过容差就够了。"),
    ],
    variants=[Variant("numpy_text", 'return "saddle"', 'return str(np.str_("saddle"))')],
)


# %% [markdown] lang="en"
# Four landscapes, each with a critical point in the middle. Above each stands what your `hessian` and your `hessian_classify` say of it. You should see: a bowl is a minimum, an upturned one a maximum; the third is a saddle; of the fourth, $x_0^2 + x_1^3$, the Hessian cannot say anything, though a look at it shows a way down.
# %% [markdown] lang="zh" of="bd91"
# 四片地形，中间都有一个临界点。图的上方写着你的 `hessian` 和 `hessian_classify` 对它的判断。你应该看到：碗是极小，倒扣的碗是极大；第三个是鞍点；第四个是 $x_0^2 + x_1^3$，海森矩阵说不出什么，可是看一眼就知道有路可下。
# %% demo="landscapes"
@drawn_by("hessian", "hessian_classify")
def landscapes(plt):
    grounds = (
        lambda x: x[0] ** 2 + 2 * x[1] ** 2,
        lambda x: -(x[0] ** 2) - x[1] ** 2 / 2,
        lambda x: x[0] ** 2 / 2 - x[1] ** 2 / 2 + x[1] ** 4 / 4,
        lambda x: x[0] ** 2 + x[1] ** 3,
    )
    grid = np.meshgrid(np.linspace(-1.4, 1.4, 60), np.linspace(-1.4, 1.4, 60))
    fig = plt.figure(figsize=(13, 3.6), layout="constrained")
    for number, ground in enumerate(grounds, start=1):
        ax = fig.add_subplot(1, 4, number, projection="3d")
        ax.plot_surface(*grid, ground(grid), cmap="cividis", alpha=0.85)
        H = np.reshape(hessian(ground, np.zeros(2), 1e-3), (2, 2))
        ax.set_title(hessian_classify(np.zeros(2), H, 1e-4), fontsize=14)
        ax.set(xlabel="$x_0$", ylabel="$x_1$", xticks=[], yticks=[], zticks=[])
    plt.show()
