# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import gradient_descent as gd

from chapter import drawn_by, nonzero, words, yours

# %% [markdown] lang="en"
# ## {n} Find the bug: the bold driver
#
# A rate can also find itself. The **bold driver** rule tries a step. Where the loss falls, the step is made and the next one may be a tenth bolder; where it does not fall, the step is *not* made and the rate is halved. On the bowl of {ref:descent_path}:
#
# > trial $= w - \eta\,\nabla\mathcal L(w)$. If $\mathcal L(\text{trial}) < \mathcal L(w)$: $w \leftarrow$ trial, $\eta \leftarrow 1.1\,\eta$. Otherwise: $w$ stays, $\eta \leftarrow \eta/2$.
#
# Each try counts, whether its step was made or not. A fellow student's code looks just like that, and for the first steps it does just that. Later the loss goes up and down, and the driver never settles.
#
# **Exercise.** Say in the first line of the cell what is wrong, then mend the function. Where to look: print the two losses that are compared, try by try, and ask of each which point it belongs to.
#
# **By hand.** One parameter, $\kappa = 1$, $w = 8$, $\eta = 1.5$. Try 1: trial $8 - 12 = -4$, the loss falls from 32 to 8, so $w = -4$, $\eta = 1.65$. Try 2: trial $-4 + 6.6 = 2.6$, loss $3.38 < 8$, so $w = 2.6$, $\eta = 1.815$. Try 5 is the first that must be refused.
# %% [markdown] lang="zh" of="352c"
# ## {n} 找错误：大胆的司机
#
# 学习率也可以自己找到。**bold driver**（大胆的司机）规则是先试一步：损失下降了，就真的走过去，下一步再大胆十分之一；没有下降，就**不走**，并把学习率减半。在 {ref:descent_path} 节的碗上：
#
# > 试探点 $= w - \eta\,\nabla\mathcal L(w)$。如果 $\mathcal L(\text{试探点}) < \mathcal L(w)$：$w \leftarrow$ 试探点，$\eta \leftarrow 1.1\,\eta$。否则 $w$ 不动，$\eta \leftarrow \eta/2$。
#
# 不论走没走，每试一次都算一次。一位同学的代码看上去正是这样，开头几步也确实如此；可是后来损失忽高忽低，怎么也停不下来。
#
# **练习。** 先在单元格的第一行写出哪里错了，再把函数改对。从哪里找起：每试一次，把用来比较的两个损失打印出来，问一问它们各是哪一点的损失。
#
# **手算。** 一个参数，$\kappa = 1$，$w = 8$，$\eta = 1.5$。第 1 次：试探点 $8 - 12 = -4$，损失从 32 降到 8，于是 $w = -4$，$\eta = 1.65$。第 2 次：试探点 $-4 + 6.6 = 2.6$，损失 $3.38 < 8$，于是 $w = 2.6$，$\eta = 1.815$。第 5 次是第一次应当拒绝的。
# %% answer="bold_driver"
def bold_driver(kappa, w, lr, tries):
    """Gradient descent on the loss ½ · (kappa[0]·w[0]² + kappa[1]·w[1]² + …) with a rate that finds itself.

    kappa  (D,), the curvatures.
    w      (D,), the start.
    lr     a number, the rate of the first try.
    tries  an integer, how many tries to make.
    A try that lowers the loss is made, and lr grows by a tenth; any other is not made, and lr is halved.
    Returns (w, lr) after the last try: the parameters (D,) and the rate of the next try.
    """
    ### BEGIN SOLUTION
    loss = np.sum(kappa * w**2) / 2
    for _ in range(tries):
        trial = w - lr * kappa * w  # (D,)
        trial_loss = np.sum(kappa * trial**2) / 2
        if trial_loss < loss:
            w, loss, lr = trial, trial_loss, 1.1 * lr
        else:
            lr = lr / 2
    return w, lr
    ### END SOLUTION


# %% [markdown] docstring="bold_driver" lang="zh" of="0610"
# 在损失 ½ · (kappa[0]·w[0]² + kappa[1]·w[1]² + …) 上做梯度下降，学习率自己调整。
#
# kappa  (D,)，各方向的曲率。
# w      (D,)，起点。
# lr     一个数，第一次试探的学习率。
# tries  整数，试探的次数。
# 使损失下降的一步就走，lr 增大十分之一；否则不走，lr 减半。
# 返回最后一次试探之后的 (w, lr)：参数 (D,)，以及下一次试探要用的学习率。
# %% [markdown] why="bold_driver" lang="en"
# When a try is made, three things change together: the point, *its* loss and the rate. So `loss` always belongs to the point where the driver stands, and a step that climbs can't pass.
# Kept in a variable, it costs one evaluation a try, not two. With `<` rather than `<=` the rate can't grow forever at the minimum.
# %% [markdown] why="bold_driver" lang="zh" of="9249"
# 一步走成了，就有三样东西同时更新：位置、**该位置的**损失和学习率。这样 `loss` 始终是司机脚下的损失，上坡的步子混不过去。
# 把它记在变量里，每次只需算一个损失，不用两个。用 `<` 而不用 `<=`，到了最小值处学习率才不会一直变大。
# %% grading="bold_driver"
def inputs(rng, d, bold, tries):
    """`bold` is the first rate in units of the largest at which descent is stable."""
    kappa = rng.permutation(np.geomspace(1, 12, d) * rng.uniform(0.7, 1.3, size=d)).round(2)
    return {"kappa": kappa, "w": 10 * nonzero(rng, d), "lr": round(bold * 2 / kappa.max(), 4), "tries": tries}


def driver_cases(rng):
    yield Case("thirty tries", zh="试三十次", **inputs(rng, 2, 0.55, 30))
    yield Case("a cautious start", zh="谨慎的开头", **inputs(rng, 3, 0.02, 60))


def edge_cases(rng):
    yield Case("a reckless start", zh="鲁莽的开头", **inputs(rng, 2, 9.0, 7))
    yield Case("at the minimum", zh="在最低点", **{**inputs(rng, 2, 0.4, 3), "w": np.zeros(2)})
    yield Case("no try", zh="一次也不试", **inputs(rng, 2, 0.4, 0))


def shapes_of_driver(kappa, w, lr, tries):
    return {"w": np.shape(w), "lr": ()}


@mistake(
    en="You move whether the loss falls or not; only the rate knows of it. A try that does not lower the loss is taken back.",
    zh="不管损失有没有下降，你都走了过去，只有学习率作了区分。没有让损失下降的一步不应该走。",
)
def every_try_is_made(kappa, w, lr, tries):
    for _ in range(tries):
        trial = w - lr * kappa * w
        lr = 1.1 * lr if np.sum(kappa * trial**2) < np.sum(kappa * w**2) else lr / 2
        w = trial
    return w, lr


@mistake(
    en="You compare with the loss of the last *try*, made or not. After a refused try the driver still stands at the old point, whose loss it is.",
    zh="你比较的是上一次**试探**的损失，不管那一步走没走。被拒绝之后司机还站在原来的点上，应当用那一点的损失。",
)
def compared_with_the_last_try(kappa, w, lr, tries):
    loss = np.sum(kappa * w**2) / 2
    for _ in range(tries):
        trial = w - lr * kappa * w
        trial_loss = np.sum(kappa * trial**2) / 2
        if trial_loss < loss:
            w, lr = trial, 1.1 * lr
        else:
            lr = lr / 2
        loss = trial_loss
    return w, lr


@mistake(
    en="You halve the rate until a step succeeds and count that as one try. Each try counts, a refused one too.",
    zh="你把学习率一直减半，直到能走为止，只算作一次。其实每试一次都要算，被拒绝的也算。",
)
def refused_tries_not_counted(kappa, w, lr, tries):
    for _ in range(tries):
        loss = np.sum(kappa * w**2)
        while lr > 1e-9 and np.sum(kappa * (w - lr * kappa * w) ** 2) >= loss:
            lr = lr / 2
        w, lr = w - lr * kappa * w, 1.1 * lr
    return w, lr


@variant
def plain_python(kappa, w, lr, tries):
    w = [float(v) for v in w]
    for _ in range(tries):
        trial = [v - lr * float(bend) * v for v, bend in zip(w, kappa, strict=True)]
        before, after = (sum(float(bend) * v**2 for v, bend in zip(point, kappa, strict=True)) for point in (w, trial))
        w, lr = (trial, lr * 1.1) if after < before else (w, lr * 0.5)
    return w, lr


@variant
def loss_asked_each_time(kappa, w, lr, tries):
    def loss(point):
        return (kappa * point**2).sum()

    for _ in range(tries):
        trial = (1 - lr * kappa) * w
        falls = loss(trial) < loss(w)
        w, lr = (trial if falls else w), lr * (1.1 if falls else 0.5)
    return w, lr


Exercise(
    points=1, reference=gd.bold_driver, cases=driver_cases, shapes=shapes_of_driver, tolerance=CLOSED_FORM,
    accepts=("integers",), forbids=FROM_SCRATCH, groups=[Group("edge", edge_cases)],
    starter="compared_with_the_start",
    mistakes=[
        Mistake("compared_with_the_start", "w, loss, lr = trial, trial_loss, 1.1 * lr", "w, lr = trial, 1.1 * lr",
            en="Every try is compared with the loss at the *start*, since nothing ever renews it. A step that climbs still passes as long as it ends below the start.",
            zh="每次试探都在和**起点**的损失比较，因为它从来没有更新过。只要还比起点低，往上爬的一步也会被接受。"),
        Mistake("rate_never_grows", "trial_loss, 1.1 * lr", "trial_loss, lr",
            en="The rate is halved after a refusal, but it never grows again. A successful step makes the driver a tenth bolder.",
            zh="被拒绝后学习率减半，却从不增大。成功的一步要让司机再大胆十分之一。"),
        Mistake("rate_never_falls", "lr = lr / 2", "pass",
            en="After a refusal you try the same step again, and it is refused again. Halve the rate.",
            zh="被拒绝之后，你又原样再试一次，结果还是被拒绝。应当把学习率减半。"),
        Mistake("equal_loss_accepted", "trial_loss < loss", "trial_loss <= loss",
            en="A step that leaves the loss as it is counts as a success for you. At the minimum your rate grows forever; it must be lower, not equal.",
            zh="损失不变的一步，你也当成了成功。这样在最低点上学习率会一直增大；损失必须降低，相等不算。"),
        Mistake("uphill", "w - lr * kappa", "w + lr * kappa",
            en="Your trial lies uphill, so every try is refused. Descent subtracts the gradient.",
            zh="你的试探点在上坡方向，所以每次都被拒绝。下降要减去梯度。"),
        Mistake("order_of_the_results", "return w, lr", "return lr, w",
            en="Right values in the wrong order: w comes first, then the rate.",
            zh="数值是对的，顺序反了：先返回 w，再返回学习率。"),
    ],
    variants=[
        Variant("float32_result", "return w, lr", "return w.astype(np.float32), lr"),
        Variant("dot_product", "np.sum(kappa * w**2)", "np.sum(kappa @ w**2)"),
        Variant("dot_product_of_the_trial", "np.sum(kappa * trial**2)", "np.sum(kappa @ trial**2)"),
        Variant("only_the_comparison_counts",
            "np.sum(kappa * w**2) / 2\n    for _ in range(tries):\n        trial = w - lr * kappa * w  # (D,)\n        trial_loss = np.sum",
            "np.mean(kappa * w**2) / 2\n    for _ in range(tries):\n        trial = w - lr * kappa * w  # (D,)\n        trial_loss = np.mean"),
        Variant("loss_of_each_point_anew", "loss = np.sum(kappa * w**2) / 2\n    for _ in range(tries):\n",
            "for _ in range(tries):\n        loss = np.sum(kappa * w**2) / 2\n"),
    ],
)


# %% [markdown] lang="en"
# ### Three drivers, one pace
#
# Your mended function starts with a rate a thousand times too small, with a good one and with one a thousand times too large, on a bowl with curvatures 1 and 30. You should see: all three arrive, and after at most a hundred tries their rates swing around the same
# value, the stable limit $2/\kappa_{\max}$ (dotted). Nobody has told them the curvature.
# %% [markdown] lang="zh" of="b731"
# ### 三个司机，同一个速度
#
# 碗的两个曲率是 1 和 30。你改好的函数分别从小一千倍的、合适的和大一千倍的学习率出发。你应当看到：三个都能到达，最多试一百次之后，学习率都在同一个值附近摆动，它就是稳定的上限 $2/\kappa_{\max}$（点线）。没有人告诉过它们曲率是多少。
# %% demo="drivers"
@drawn_by()
def drivers(plt):
    bends, counts = np.array([1.0, 30.0]), range(121)
    starts = ((5e-5, "o-", "#0072B2"), (5e-2, "s-", "#009E73"), (50.0, "^-", "#D55E00"))
    nothing = np.full((2, len(counts)), np.nan)

    def pace(start, n):
        point, rate = bold_driver(bends, np.array([4.0, 1.0]), start, n)
        return float(np.sum(bends * np.reshape(point, 2) ** 2)) / 2, float(rate)

    _, (left, right) = plt.subplots(1, 2, figsize=(13, 4.4))
    for start, style, color in starts:
        losses, rates = yours(lambda start=start: np.transpose([pace(start, n) for n in counts]), nothing)
        left.semilogy(
            counts,
            losses,
            style,
            markevery=15,
            color=color,
            label=words(en=f"first rate {start:g}", zh=f"最初的学习率 {start:g}"),
        )
        right.semilogy(counts, rates, style, markevery=15, color=color)
    right.axhline(2 / 30, color="#000000", ls=":")
    loss, not_yet = words(en="loss", zh="损失"), words(en="Mend bold_driver first", zh="请先改正 bold_driver")
    left.set(xlabel=words(en="try", zh="尝试"), ylabel=loss, title=loss if np.isfinite(losses).all() else not_yet)
    right.set(xlabel=words(en="try", zh="尝试"), ylabel=words(en="rate", zh="学习率"))
    right.set_title(words(en="Rate, and the stable limit (dotted)", zh="学习率与稳定的极限（点线）"))
    left.legend()
    plt.tight_layout()
    plt.show()
