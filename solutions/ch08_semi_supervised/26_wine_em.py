# %% prelude
import numpy as np

from autograder import FROM_SCRATCH, Calibration, Case, Dataset, Exercise, Group, Mistake, Variant, mistake, tools, variant
from reference import semi_supervised

from chapter import gaussian_estep, gaussian_mstep

# %% [markdown] lang="en"
# ## In practice
#
# ### {n} Nine bottles with a label
#
# Three cultivars of wine, 13 measurements each; nine bottles have a label, three of each cultivar, and 103 have none. Fit your three Gaussians by EM. There is one obstacle: a covariance of 13 features cannot be fitted to nine bottles, so `semi_em`'s start breaks down. Start instead with
#
# * priors and means of the labeled bottles,
# * a **diagonal** $\Sigma$: the variance of each feature over *all* bottles, which needs no labels,
#
# and go around 20 times, E-step and M-step.
#
# The check compares with what the nine labels say alone (each test bottle goes to the nearest labeled mean, features standardized), on 53 other bottles, and takes the mean over 16 different choices of the nine bottles. You pass at 0.02212 more than that, as a share of the bottles. (On average EM is right on 98.5% and the labels alone on 92%. Features come in another order, on other scales and with other signs in every draw.)
# %% [markdown] lang="zh" of="1d03"
# ## 实践
#
# ### {n} 九瓶有标签的酒
#
# 三个品种的葡萄酒，每瓶 13 项测量；有标签的九瓶，每个品种三瓶，另外 103 瓶没有标签。请用 EM 拟合三个高斯分布。有一个障碍：九瓶酒拟合不出 13 个特征的协方差，所以 `semi_em` 的开始会出错。改为这样开始：
#
# * 先验和均值用有标签的那些瓶；
# * $\Sigma$ 取**对角阵**：每个特征在**所有**瓶上的方差，这不需要标签；
#
# 然后 E 步、M 步转 20 圈。
#
# 检查时，与只靠九个标签的结果相比（特征标准化之后，每瓶测试酒归到最近的有标签的均值），在另外 53 瓶上测试，并对 16 种不同的选法取平均。正确的比例比它高出的部分达到 0.02212 即通过。（平均来说，EM 能对 98.5%，只靠标签能对 92%。每次特征的次序、单位和正负号都不同。）
# %% answer="wine_em"
def wine_em(Xl, yl, Xu):
    """Three Gaussians with a shared covariance, fitted to few labeled and many unlabeled wines by EM.

    Xl (N, D), labels yl (N,) of 0, 1 and 2, too few of them for a covariance; Xu (M, D).
    Returns (pi, mus, S), (3,), (3, D) and (D, D), for features as they came.
    """
    ### BEGIN SOLUTION
    pi = np.bincount(yl, minlength=3) / len(yl)
    mus = np.stack([Xl[yl == k].mean(axis=0) for k in range(3)])
    S = np.diag(np.vstack([Xl, Xu]).var(axis=0))
    for _ in range(20):
        pi, mus, S = gaussian_mstep(Xl, yl, Xu, gaussian_estep(pi, mus, S, Xu))
    return pi, mus, S
    ### END SOLUTION


# %% [markdown] docstring="wine_em" lang="zh" of="e67b"
# 用 EM 把三个共用协方差的高斯分布拟合到少量有标签、大量无标签的酒上。
#
# Xl (N, D)，标签 yl (N,) 是 0、1、2，个数不足以估计协方差；Xu (M, D)。
# 返回 (pi, mus, S)，形状是 (3,)、(3, D)、(D, D)，特征按原来的单位。
# %% [markdown] why="wine_em" lang="en"
# Nine bottles around three means leave a covariance of rank 6 at most, and with 13 features no inverse exists. The diagonal start is too wide, but
# that does no harm: after one M-step all 112 bottles have shaped a full $\Sigma$, and EM works with features on any scale.
# %% [markdown] why="wine_em" lang="zh" of="93e7"
# 九瓶酒围着三个均值，协方差的秩至多是 6，13 个特征时没有逆。对角的起点偏宽，但不碍事：一次 M 步之后，112 瓶酒已经共同定出完整的 $\Sigma$；各特征的尺度是多少，EM 也不在乎。
# %% grading="wine_em"
def wine_case(rng):
    draw = semi_supervised.wine_draw(rng)
    columns = draw.pop("columns")
    X, X_test = (Dataset("wine", rows=draw.pop(rows), columns=columns) for rows in ("rows", "rows_test"))
    yield Case("wines", zh="葡萄酒", X=X, X_test=X_test, **draw)


def shapes_of_wines(Xl, yl, Xu):
    return {"pi": (3,), "mus": (3, Xl.shape[1]), "S": (Xl.shape[1], Xl.shape[1])}


def gain_by_the_unlabeled(impl, case):
    """How much more of the test wines is named rightly than by the nearest labeled mean, over several sets of labels."""
    X, X_test = case.X * case.scales + case.shift, case.X_test * case.scales + case.shift
    sd, gains, spread = X.std(axis=0), [], []
    for labeled in case.sets:
        rest = np.setdiff1d(np.arange(len(X)), labeled)
        pi, mus, S = (np.nan_to_num(part) for part in impl.wine_em(X[labeled], case.y[labeled], X[rest]))
        W = np.linalg.lstsq(S / sd / sd[:, None], (mus / sd).T, rcond=1e-9)[0]
        scores = X_test / sd @ W + np.log(np.maximum(pi, 1e-300)) - np.sum((mus / sd).T * W, axis=0) / 2
        means = np.stack([X[labeled][case.y[labeled] == k].mean(axis=0) for k in range(3)])
        alone = np.argmin([np.sum(((X_test - mu) / sd) ** 2, axis=1) for mu in means], axis=0)
        right = [tools.accuracy(labels, case.y_test) for labels in (scores.argmax(axis=1), alone)]
        gains.append(right[0] - right[1])
        spread.append(np.mean(np.diag(S) / sd**2))
    return {"metric": float(np.mean(gains)), "spread": np.round(spread, 2)}


@mistake(
    en="You began with the covariance of the nine labeled wines. It is singular with 13 features, so the densities are not defined. Begin with the diagonal of variances of all wines.",
    zh="你从九瓶有标签的酒的协方差开始了。对 13 个特征来说它是奇异的，密度没有意义。请从所有酒的方差组成的对角阵开始。",
)
def singular_start(Xl, yl, Xu):
    pi, mus, S = gaussian_mstep(Xl, yl, Xu[:0], np.zeros((0, 3)))
    diff = Xu[:, None] - mus
    far = np.einsum("mkd,de,mke->mk", diff, np.linalg.pinv(S), diff)
    R = np.exp(-0.5 * (far - far.min(axis=1, keepdims=True))) * pi
    return gaussian_mstep(Xl, yl, Xu, R / R.sum(axis=1, keepdims=True))


@variant
def standardized_first(Xl, yl, Xu):
    both = np.vstack([Xl, Xu])
    mean, sd = both.mean(axis=0), both.std(axis=0)
    Zl, Zu = (Xl - mean) / sd, (Xu - mean) / sd
    mus, S, pi = np.array([Zl[yl == k].mean(axis=0) for k in range(3)]), np.eye(len(sd)), np.full(3, 1 / 3)
    for _ in range(25):
        pi, mus, S = gaussian_mstep(Zl, yl, Zu, gaussian_estep(pi, mus, S, Zu))
    return pi.tolist(), mus * sd + mean, S * np.outer(sd, sd)


Exercise(
    points=3, reference=semi_supervised.wine_em, observe=gain_by_the_unlabeled, shapes=shapes_of_wines, forbids=FROM_SCRATCH,
    seconds=20, groups=[Group("accuracy", wine_case)],
    many_right="whatever separates the cultivars is right, however it begins and however long it goes on",
    tolerance=Calibration(
        semi_supervised.calibrate_wine_em, higher_is_better=True, margin=0.005,
        reason="how much more of 53 test wines EM names rightly than the nearest of the labeled means, over 16 choices of nine labels; "
        "the margin is a quarter of a wine",
    ),
    mistakes=[
        Mistake("labels_alone", "range(20)", "range(0)",
            en="No round of EM was taken: this is what the labels say alone. Let the unlabeled wines in.",
            zh="EM 一圈也没有转：这只是标签自己的结果。要让无标签的酒也参加。"),
        Mistake("result_lost", "        pi, mus, S = gaussian_mstep(", "        gaussian_mstep(",
            en="What the M-step returns is lost, so every round begins again. Keep the new parameters.", zh="M 步返回的结果丢掉了，所以每一圈都从头开始。要把新参数存下来。"),
        Mistake("unlabeled_ignored", "gaussian_mstep(Xl, yl, Xu, gaussian_estep(pi, mus, S, Xu))", "gaussian_mstep(Xl, yl, Xl, gaussian_estep(pi, mus, S, Xl))",
            en="Your rounds use the labeled wines twice and the others never. Both steps take Xu.", zh="你的每一圈都把有标签的酒用了两次，却没有用其余的。两步都要用 Xu。"),
        Mistake("means_added", "        pi, mus, S = gaussian_mstep(Xl, yl, Xu, gaussian_estep(pi, mus, S, Xu))",
            "        R, first = gaussian_estep(pi, mus, S, Xu), np.stack([Xl[yl == k].mean(axis=0) for k in range(3)])\n"
            "        pi, _, S = gaussian_mstep(Xl, yl, Xu, R)\n        mus = first + R.T @ Xu / R.sum(axis=0)[:, None]",
            en="Your means are those that the notes print: the labeled average *plus* the average of the others, about twice as far out as the wines are.",
            zh="你用的是讲义上印的均值：有标签的平均**加上**其余的平均，大约比酒的实际位置远一倍。"),
        Mistake("labels_shuffled", "Xl[yl == k].mean(axis=0) for k in range(3)", "Xl[yl == k].mean(axis=0) for k in (1, 2, 0)",
            en="The means stand in another order than the classes: row k belongs to class k.", zh="均值的次序与类别对不上：第 k 行属于第 k 类。"),
    ],
    variants=[Variant("ten_rounds", "range(20)", "range(10)")],
)
