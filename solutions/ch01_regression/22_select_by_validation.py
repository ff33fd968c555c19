# %% prelude
import numpy as np

from autograder import EXACT, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import regression

# %% [markdown] lang="en"
# ## {n} Choosing a model
#
# Now the vote. `val_loss` has a row per fold and a column per model; the model with the smallest **mean** over the folds wins. Of equals the first wins, since one lists simpler models first.
#
# Each model in the list also carries its training loss, and somebody has already computed its test loss. Do not look: the training loss votes for the most flexible model,
# and once the test loss has chosen, it is no longer the loss on *unseen* data.
#
# **By hand.** Three models, two folds:
#
# $$\begin{pmatrix} 3 & 1 & 0.5\\ 3 & 1.2 & 4\end{pmatrix}\qquad\text{means } (3,\ 1.1,\ 2.25).$$
#
# The second model wins. The third had the best single fold and was lucky.
# %% [markdown] lang="zh" of="890c"
# ## {n} 选出模型
#
# 现在投票。`val_loss` 每行对应一折，每列对应一个模型；各折的**平均**最小者胜出。如果并列，取排在前面的那个，因为习惯上把简单的模型排在前面。
#
# 列表中的每个模型还带着训练损失，甚至有人已经算好了测试损失。别看：训练损失总是投给最灵活的模型；
# 而测试损失一旦参与选择，就不再是“没见过的数据”上的损失了。
#
# **手算。** 三个模型，两折：
#
# $$\begin{pmatrix} 3 & 1 & 0.5\\ 3 & 1.2 & 4\end{pmatrix}\qquad\text{平均 } (3,\ 1.1,\ 2.25).$$
#
# 第二个模型胜出。第三个模型在某一折上最好，只是运气。
# %% answer="select_by_validation"
def select_by_validation(models, val_loss):
    """The model with the smallest MEAN validation loss; of equals, the first.

    models: a list of M dicts such as {"degree": 3, "train_loss": 0.2, "test_loss": 0.4}.
    val_loss (K, M): the loss of each model (column) on each of K folds (row).  Returns the chosen dict itself.
    """
    ### BEGIN SOLUTION
    return models[np.argmin(np.mean(val_loss, axis=0))]
    ### END SOLUTION


# %% [markdown] docstring="select_by_validation" lang="zh" of="e761"
# 平均验证损失最小的模型；并列时取排在前面的。
#
# models：由 M 个字典组成的列表，例如 {"degree": 3, "train_loss": 0.2, "test_loss": 0.4}。
# val_loss (K, M)：每个模型（列）在 K 折中的每一折（行）上的损失。返回选中的那个字典。
# %% [markdown] why="select_by_validation" lang="en"
# Averaging over `axis=0` leaves one figure per model, in which a lucky fold counts no more than any other.
# `np.argmin` returns the first of equal entries, so the rule for ties needs no code. The two other losses are never read.
# %% [markdown] why="select_by_validation" lang="zh" of="0aa4"
# 沿 `axis=0` 取平均，每个模型剩下一个数，碰巧走运的那一折并不多算。
# 相等时 `np.argmin` 返回第一个，平局规则不必另写。另外两种损失根本没有读。
# %% grading="select_by_validation"
def model(rng, degree):
    train_loss, test_loss = rng.uniform(1.2, 2, size=2).round(2).tolist()
    return {"degree": degree, "train_loss": train_loss, "test_loss": test_loss}


def vote(rng):
    lucky = np.full(7, 4.0)
    lucky[rng.integers(1, 6)] = 0.01
    often = np.where(lucky == 4.0, 1.0, 6.0)
    often[[0, -1]] = 6.0
    losses = {
        "best": rng.permutation([1.2, 1.4, 1.7, 2.0, 2.3, 2.6, 2.8]),  # mean 2, and no other statistic favors it
        "steady": np.full(7, 2.04),  # its worst fold is the least bad, and so is its mean square
        "often first": often,  # most folds, and the median, vote for it
        "lucky": lucky,  # the best on a single fold; the smallest product
        "good at first": np.array([0.5, 5.0, 4.0, 5.0, 4.0, 5.0, 4.0]),
        "good at last": np.array([4.0, 5.0, 4.0, 5.0, 4.0, 5.0, 0.5]),
        "fifth": np.full(7, 3.2),
    }
    losses = {name: (row + rng.uniform(0, 0.02, size=7)).round(2) for name, row in losses.items()}
    while True:  # until no fold number, read as the number of a model, is right by luck
        order = [str(name) for name in rng.permutation(list(losses))]
        val_loss = np.stack([losses[name] for name in order], axis=1)
        best = order.index("best")
        if best > 0 and best != int(np.argmin(np.mean(val_loss, axis=1))):
            break
    models = [model(rng, degree + 1) for degree in range(7)]
    others = [number for number in range(7) if number != best]
    flexible, tempting = rng.permutation(others)[:2]
    models[flexible]["train_loss"], models[tempting]["test_loss"] = 0.75, 0.85
    return {"models": models, "val_loss": val_loss}


def vote_cases(rng):
    yield Case("typical", zh="一般数据", **vote(rng))
    yield Case("another vote", zh="再投一次", **vote(rng))  # two wrong ways that meet in the one part in the other


def edge_cases(rng):
    one = np.array([rng.uniform(2, 3, size=3).round(2)])
    one[0, 1] = 1.5
    yield Case("one validation set", zh="只有一个验证集", models=[model(rng, d) for d in (1, 2, 3)], val_loss=one)
    numbers = rng.permutation([1.25, 1.5, 1.75, 2.0])  # their sums are exact, so the tie is, too
    low, first, high = np.sort(numbers[:3])
    total = first + numbers[3]
    tied = np.array([[3.0, first, 4.0, high, low, 2.25], [2.0, numbers[3], 3.5, total - high, total - low, total - 2.25]])
    equal = [model(rng, int(degree)) for degree in (5, 4, 6, 2, 1, 3)]  # of the equals the first is not the simplest,
    equal[1]["train_loss"], equal[1]["test_loss"] = 2.5, 2.5  # nor better in any other loss, nor best on a fold;
    equal[3]["train_loss"] = 1.0  # the best trained, the simplest and the last are three others
    yield Case("four equals", zh="四个并列", models=equal, val_loss=tied)


@variant
def loop(models, val_loss):
    best, chosen = None, None
    for m, model in enumerate(models):
        mean = sum(row[m] for row in val_loss) / len(val_loss)
        if best is None or mean < best:
            best, chosen = mean, model
    return chosen


@mistake(
    en="You chose by the test loss. From then on it is a training figure like any other, and nothing is left to say how good the model really is.",
    zh="你用测试损失做了选择。从这一刻起，它就和训练中的数字没有区别，再也没有数据能说明模型到底有多好了。",
)
def selection_on_test(models, val_loss):
    return min(models, key=lambda model: model["test_loss"])


@mistake(
    en="You chose by the training loss, which always favors the most flexible model. That is what validation is there to prevent.",
    zh="你用训练损失做了选择，它总是偏向最灵活的模型。验证正是为了避免这一点。",
)
def selection_on_training(models, val_loss):
    return min(models, key=lambda model: model["train_loss"])


@mistake(
    en="Of equal models you took the one with the smallest degree. The rule is simpler: the first in the list, whatever it is.",
    zh="并列时你取了次数最低的。规则更简单：取列表中排在最前的那个。",
)
def simplest_of_equals(models, val_loss):
    means = np.mean(val_loss, axis=0)
    return models[min(range(len(models)), key=lambda m: (means[m], models[m]["degree"]))]


@mistake(
    en="Of equal models you took the one with the smaller training loss, which has no say here. The first in the list wins.",
    zh="并列时你取了训练损失较小的。训练损失在这里没有发言权，应取列表中排在最前的。",
)
def better_trained_of_equals(models, val_loss):
    means = np.mean(val_loss, axis=0)
    return models[min(range(len(models)), key=lambda m: (means[m], models[m]["train_loss"]))]


@mistake(
    en="You let each fold name its favorite and counted votes. The losses themselves are averaged, so a bad failure counts as one.",
    zh="你让每折选出自己的第一名再数票。应当对损失本身取平均，这样严重的失败才会被计入。",
)
def majority_of_folds(models, val_loss):
    return models[int(np.bincount(np.argmin(val_loss, axis=1)).argmax())]


@mistake(
    en="Of two equal models you took the later one. The first wins, since it is usually the simpler one.",
    zh="并列时你取了后面那个。应取前面的，它通常更简单。",
)
def last_of_equals(models, val_loss):
    means = np.mean(val_loss, axis=0)
    return models[int(np.flatnonzero(means == means.min())[-1])]


Exercise(
    points=1, reference=regression.select_by_validation, cases=vote_cases, tolerance=EXACT, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("best_single_fold", "np.mean(val_loss, axis=0)", "np.min(val_loss, axis=0)",
            en="You reward the best single fold, that is, luck. Average over the folds.",
            zh="你奖励的是单独一折上的最好成绩，也就是运气。应对各折取平均。"),
        Mistake("smallest_worst_fold", "np.mean(val_loss, axis=0)", "np.max(val_loss, axis=0)",
            en="You chose the model whose worst fold is the least bad. The mean over the folds decides.",
            zh="你选的是“最差一折最不差”的模型。应由各折的平均来决定。"),
        Mistake("median_for_mean", "np.mean(val_loss, axis=0)", "np.median(val_loss, axis=0)",
            en="You took the median over the folds, which overlooks its failures. The MEAN counts them.",
            zh="你取了各折的中位数，失败的那几折就被忽略了。**平均**会把它们算进去。"),
        Mistake("mean_over_models", "np.mean(val_loss, axis=0)", "np.mean(val_loss, axis=1)",
            en="You averaged over the models and chose a fold. Rows are folds and columns are models: average over the rows.",
            zh="你对模型取了平均，选出的是一折。每行是一折，每列是一个模型：应对各行取平均。"),
        Mistake("last_fold_only", "np.mean(val_loss, axis=0)", "np.asarray(val_loss)[-1]",
            en="You listened to the last fold only. All folds vote.",
            zh="你只听了最后一折的意见。每一折都有投票权。"),
        Mistake("first_fold_only", "np.mean(val_loss, axis=0)", "np.asarray(val_loss)[0]",
            en="You listened to the first fold only. All folds vote.",
            zh="你只听了第一折的意见。每一折都有投票权。"),
        Mistake("largest_loss", "np.argmin", "np.argmax",
            en="You chose the largest loss. A loss is better the smaller it is.",
            zh="你选了损失最大的。损失越小越好。"),
        Mistake("number_instead_of_model", "models[np.argmin(np.mean(val_loss, axis=0))]",
            "int(np.argmin(np.mean(val_loss, axis=0)))",
            en="You return the number of the winner. Return the model itself, the dict.",
            zh="你返回了胜者的序号。请返回模型本身，也就是那个字典。"),
    ],
    variants=[
        Variant("sum_of_columns", "np.mean(val_loss, axis=0)", "np.sum(val_loss, axis=0)"),
        Variant("root_of_the_mean", "np.mean(val_loss, axis=0)", "np.sqrt(np.mean(val_loss, axis=0))"),
        Variant("losses_in_any_unit", "return", "val_loss = 2 * val_loss\n    return"),
        Variant("models_listed_twice", "return", "models = 2 * models\n    return"),
    ],
)
