# %% prelude
from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import regression

from chapter import parameters

# %% [markdown] lang="en"
# ## {n} One step downhill
#
# The gradient points to where the loss grows fastest, so we walk the other way (§2.2, step 3):
#
# $$w \leftarrow w - \eta\,\frac{\partial \mathcal L}{\partial w}, \qquad b \leftarrow b - \eta\,\frac{\partial \mathcal L}{\partial b}$$
#
# The **learning rate** $\eta$ (`lr`) turns a slope into a distance. Both updates use derivatives taken at the *same* point.
#
# **By hand.** With $\eta = 0.01$: $w = (2, -1) - 0.01\cdot(2, 1) = (1.98, -1.01)$ and $b = 0.5 + 0.01 = 0.51$.
# The new loss is $0.51^2 + 0.43^2 + 0.5^2 = 0.695$, down from $0.75$. The slope promised a drop of about $\eta\,\lVert\nabla \mathcal L\rVert^2 = 0.01\cdot 6 = 0.06$;
# we got 0.055, because the valley curves upward under our feet.
#
# Return *new* values. A line such as `w -= ...` would change the caller's array.
# %% [markdown] lang="zh" of="57b9"
# ## {n} 往下走一步
#
# 梯度指向损失上升最快的方向，所以我们朝相反的方向走（§2.2 第 3 步）：
#
# $$w \leftarrow w - \eta\,\frac{\partial \mathcal L}{\partial w}, \qquad b \leftarrow b - \eta\,\frac{\partial \mathcal L}{\partial b}$$
#
# **学习率** $\eta$（`lr`）把坡度换算成步长。两个更新用的是在**同一点**求出的导数。
#
# **手算。** 取 $\eta = 0.01$：$w = (2, -1) - 0.01\cdot(2, 1) = (1.98, -1.01)$，$b = 0.5 + 0.01 = 0.51$。
# 新的损失为 $0.51^2 + 0.43^2 + 0.5^2 = 0.695$，比 $0.75$ 小了。按坡度估计应下降约 $\eta\,\lVert\nabla \mathcal L\rVert^2 = 0.01\cdot 6 = 0.06$，
# 实际降了 0.055，因为山谷在脚下是向上弯的。
#
# 请返回**新的**值。`w -= ...` 这样的写法会改动调用者的数组。
# %% answer="gd_step"
def gd_step(w, b, dw, db, lr):
    """One step of gradient descent.

    w and dw (D,), b and db numbers, lr the learning rate.  Returns the new (w, b); the inputs stay as they are.
    """
    ### BEGIN SOLUTION
    w_new = w - lr * dw  # (D,)
    b_new = b - lr * db
    return w_new, b_new
    ### END SOLUTION


# %% [markdown] docstring="gd_step" lang="zh" of="8e1e"
# 梯度下降的一步。
#
# w 和 dw (D,)，b 和 db 是数，lr 是学习率。返回新的 (w, b)；输入保持不变。
# %% [markdown] why="gd_step" lang="en"
# `w - lr * dw` makes a new array. `w -= lr * dw` would write into the caller's, and fail outright where `w` holds whole numbers.
# Both derivatives are arguments, so neither of them can be taken at a point that has already moved.
# %% [markdown] why="gd_step" lang="zh" of="c907"
# `w - lr * dw` 得到新数组；`w -= lr * dw` 会改写调用者的数组，而且 `w` 是整数数组时直接报错。
# 两个导数都是传进来的，不会有一个是在已经移动过的点上求的。
# %% grading="gd_step"
def inputs(rng, d):
    p, g = parameters(rng, d), parameters(rng, d)
    return {**p, "dw": g["w"], "db": g["b"], "lr": round(rng.uniform(0.05, 0.5), 2)}


def step_cases(rng):
    yield Case("typical", zh="一般数据", **inputs(rng, 4))


def edge_cases(rng):
    yield Case("one feature", zh="只有一个特征", **inputs(rng, 1))


@variant
def loop(w, b, dw, db, lr):
    return [w[i] - lr * dw[i] for i in range(len(w))], b - lr * db


@mistake(
    en="You walk uphill: the gradient points to where the loss grows. Descent goes the other way.",
    zh="你在往上走：梯度指向损失增大的方向，下降应当反着走。",
)
def ascent(w, b, dw, db, lr):
    return w + lr * dw, b + lr * db


@mistake(
    en="The step is the whole gradient; the learning rate should scale it.",
    zh="你走了整个梯度那么远；步长还要乘上学习率。",
)
def learning_rate_missing(w, b, dw, db, lr):
    return w - dw, b - db


Exercise(
    points=1, reference=regression.gd_step, cases=step_cases, tolerance=CLOSED_FORM, accepts=("integers",),
    forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("learning_rate_missing_for_b", "b - lr * db", "b - db",
            en="w is right, but the step of b is not scaled by the learning rate.",
            zh="w 是对的，但 b 的更新没有乘学习率。"),
        Mistake("bias_left_behind", "b - lr * db", "b",
            en="b came back unchanged. It is a parameter like the weights and takes a step of its own.",
            zh="b 没有更新。它和权重一样是参数，也要走一步。"),
        Mistake("changed_in_place", "w_new = w - lr * dw", "w -= lr * dw; w_new = w",
            en="The numbers are right, but `-=` or `*=` changed an array of the caller, w or dw. Compute a new array instead.",
            zh="数值是对的，但 `-=` 或 `*=` 改动了调用者的数组（w 或 dw）。请算出一个新的数组。"),
        Mistake("gradient_scaled_in_place", "w_new = w - lr * dw", "dw *= lr; w_new = w - dw",
            en="The numbers are right, but `*=` changed the caller's dw. Compute a new array instead.",
            zh="数值是对的，但 `*=` 改动了调用者的 dw。请算出一个新的数组。"),
        Mistake("direction_alone", "w - lr * dw", "w - lr * np.sign(dw)",
            en="Your step has the same length in each direction: only the sign of dw counts. A steep slope should move its weight further.",
            zh="你的每个权重走的步子一样长，只用了 dw 的符号。坡越陡，应当走得越远。"),
    ],
    variants=[Variant("subtract", "w - lr * dw", "np.subtract(w, np.multiply(lr, dw))")],
)
