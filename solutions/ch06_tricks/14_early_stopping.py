# %% prelude
import numpy as np

from autograder import EXACT, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import tricks

from chapter import drawn_by, uniform, words

# %% [markdown] lang="en"
# ## {n} Early stopping: when to stop, and what to keep
#
# The training loss falls and falls. The loss on held-out data, the validation set, falls too, and then it turns and rises: from there on the net learns its samples by heart (§7.2.1). So watch the validation loss after every epoch, and stop when it does not get better any more.
#
# But a validation loss is noisy; a single bad epoch means nothing. So have **patience**: stop only when the best loss so far has not been beaten for `patience` epochs in a row. Two numbers are asked for, counted from 0:
#
# * `stop`: the last epoch that is trained. The first one that lies `patience` epochs behind the best so far; the very last one, if that never happens.
# * `best`: the epoch whose parameters you **keep**. It is the best one *up to* `stop`: nobody knows what would have come later.
#
# To equal the best is not to beat it: the first of equals counts.
#
# **By hand.** Losses $5, 4, 4.5, 3, 3.5, 3, 3.2, 2$ and patience 3. Best so far: epochs $0, 1, 1, 3, 3, 3, 3$. Epoch 6 lies three behind epoch 3: `stop` is 6, `best` is 3. The 2 at the end is never seen. That is the price of stopping.
# %% [markdown] lang="zh" of="8a57"
# ## {n} 提前结束：何时停，留哪个
#
# 训练损失一直在降。留出的数据，也就是验证集上的损失，先跟着降，后来掉头上升：从那里开始，网络是在背样本了（§7.2.1）。所以每一轮之后都看一眼验证损失，不再变好就停。
#
# 但验证损失有噪声，偶尔一轮变差说明不了什么。所以要有**耐心**：迄今最好的损失连续 `patience` 轮都没有被打破，才停。要求的是两个数，都从 0 数起：
#
# * `stop`：训练的最后一轮。即第一个比“迄今最好的一轮”晚了 `patience` 轮的；如果一直没有，就是最后一轮。
# * `best`：**保留**哪一轮的参数。它是到 `stop` **为止**最好的一轮：再往后会怎样，没人知道。
#
# 打平不算打破：一样好的，取第一个。
#
# **手算。** 损失为 $5, 4, 4.5, 3, 3.5, 3, 3.2, 2$，耐心为 3。迄今最好的轮次依次是 $0, 1, 1, 3, 3, 3, 3$。第 6 轮比第 3 轮晚三轮：`stop` 为 6，`best` 为 3。最后的 2 没有机会看到，这就是停下来的代价。
# %% answer="early_stopping"
def early_stopping(val_losses, patience):
    """When training stops, and which epoch's parameters are kept.

    val_losses  (T,), the loss on held-out data after each epoch; an array or a list.
    patience    an integer ≥ 1: so many epochs in a row may pass without a new smallest loss.
    Returns (stop, best), two integers: the last epoch that is trained, counted from 0, and the epoch of the smallest
    loss up to there, the first of equals.
    """
    ### BEGIN SOLUTION
    best = 0
    for epoch in range(len(val_losses)):
        if val_losses[epoch] < val_losses[best]:
            best = epoch
        if epoch - best >= patience:
            return epoch, best
    return len(val_losses) - 1, best
    ### END SOLUTION


# %% [markdown] docstring="early_stopping" lang="zh" of="4127"
# 训练何时停，保留哪一轮的参数。
#
# val_losses  (T,)，每一轮之后留出数据上的损失；数组或列表。
# patience    整数，至少为 1：最多允许连续这么多轮没有新的最小损失。
# 返回 (stop, best)，两个整数：训练的最后一轮（从 0 数起），以及到那时为止损失最小的一轮，相同时取第一个。
# %% [markdown] why="early_stopping" lang="en"
# Only the index of the best is carried along, and `<` leaves the first of equals in place. Since the function returns inside the loop, no later
# loss can have a say. The price: `patience` epochs of training in vain, and a copy of the parameters at each new best.
# %% [markdown] why="early_stopping" lang="zh" of="7faf"
# 只需记住最好的那一轮的序号；用 `<`，相等时就保留先来的。函数在循环里返回，后面的损失根本没有机会插嘴。代价是：白白多训练 `patience` 轮，并且每次刷新纪录都要复制一份参数。
# %% grading="early_stopping"
def valley(rng, n, bottom, noise):
    """A validation loss that falls to about epoch `bottom` and rises again, with two digits."""
    epochs = np.arange(n)
    return (2 + np.abs(epochs - bottom) / 3 + noise * rng.uniform(size=n)).round(2)


def stopping_cases(rng):
    bottom = int(rng.integers(3, 7))
    late = valley(rng, bottom + 12, bottom, 0.0) + np.where(np.arange(bottom + 12) == bottom + 9, -4.0, 0)
    yield Case("a better one comes too late", zh="更好的来得太晚", val_losses=late, patience=int(rng.integers(2, 5)))
    bumpy = valley(rng, 24, int(rng.integers(8, 12)), 0.2)
    bumpy[[2, 3, 5, 6]] = bumpy[[2, 3, 5, 6]] + 1.5
    yield Case("bumps on the way down", zh="下降途中有颠簸", val_losses=bumpy, patience=int(rng.integers(3, 6)))
    waves = np.repeat(np.linspace(5, 3, 8).round(2), 3) + np.tile([0, 0.6, 0.3], 8)
    yield Case("up and down, and better all the same", zh="起起落落，总体变好", val_losses=waves[: int(rng.integers(18, 24))], patience=3)


def tie_cases(rng):
    low, at, patience = uniform(rng, 1, 2), int(rng.integers(2, 5)), int(rng.integers(3, 5))
    losses = np.r_[low + np.arange(at, 0, -1), [low, low + 0.5, low, low + 0.5, low, low], low + np.arange(1, 6)]
    yield Case("equally good", zh="一样好", val_losses=losses, patience=patience)


def edge_cases(rng):
    yield Case("always better", zh="一直变好", public=False, val_losses=np.sort(rng.uniform(1, 9, size=int(rng.integers(5, 12))).round(3))[::-1], patience=2)
    yield Case("always worse", zh="一直变差", public=False, val_losses=np.sort(rng.uniform(1, 9, size=8).round(3)), patience=int(rng.integers(1, 6)))
    n = int(rng.integers(4, 9))
    yield Case("patience for longer than there are epochs", zh="耐心比轮数还多", val_losses=valley(rng, n, 2, 0.1), patience=n + 3)


@mistake(
    en="You compare each epoch with the one before. What counts is the best so far: a loss that wobbles down a little from a bad epoch is no new best.",
    zh="你拿每一轮和上一轮比。要比的是迄今最好的：从很差的一轮稍微降回来一点，不算新的最好。",
)
def compared_with_the_epoch_before(val_losses, patience):
    worse, best = 0, 0
    for epoch in range(1, len(val_losses)):
        worse = 0 if val_losses[epoch] < val_losses[epoch - 1] else worse + 1
        best = epoch if val_losses[epoch] < val_losses[best] else best
        if worse >= patience:
            return epoch, best
    return len(val_losses) - 1, best


@mistake(
    en="You count all epochs without progress, also those before the newest best. Every new best gives full patience again.",
    zh="你数的是所有没有进步的轮次，连新的最好之前的也算了。每出现一个新的最好，耐心就重新开始。",
)
def patience_used_up_for_good(val_losses, patience):
    best, idle = 0, 0
    for epoch in range(1, len(val_losses)):
        if val_losses[epoch] < val_losses[best]:
            best = epoch
        else:
            idle += 1
        if idle >= patience:
            return epoch, best
    return len(val_losses) - 1, best


@variant
def counted(val_losses, patience):
    smallest, best, idle, epoch = float("inf"), 0, 0, 0
    for epoch, loss in enumerate(val_losses):
        if loss < smallest:
            smallest, best, idle = loss, epoch, 0
        else:
            idle += 1
        if idle == patience:
            break
    return np.int64(epoch), np.int64(best)


@variant
def all_at_once(val_losses, patience):
    losses, n = np.asarray(val_losses), len(val_losses)
    bests = np.array([np.argmin(losses[: epoch + 1]) for epoch in range(n)])
    late = np.flatnonzero(np.arange(n) - bests >= patience)
    stop = late[0] if len(late) else n - 1
    return stop, bests[stop]


Exercise(
    points=2, reference=tricks.early_stopping, cases=stopping_cases, tolerance=EXACT, accepts=("lists",), forbids=FROM_SCRATCH,
    groups=[Group("tie", tie_cases, en="Equally good epochs", zh="一样好的轮次"), Group("edge", edge_cases)],
    mistakes=[
        Mistake("stop_kept", "return epoch, best", "return epoch, epoch",
            en="You keep the parameters of the epoch at which you stop. They are worse than the best: keep those of the smallest loss.",
            zh="你保留了停下那一轮的参数。它们比最好的差：应当保留损失最小的那一轮。"),
        Mistake("one_epoch_too_patient", "epoch - best >= patience", "epoch - best > patience",
            en="You are patient for one epoch too long: stop when the best lies `patience` epochs back, not one more.",
            zh="你多等了一轮：比最好的一轮晚 `patience` 轮时就停，不必再等。"),
        Mistake("one_epoch_too_few", "epoch - best >= patience", "epoch - best >= patience - 1",
            en="You stop one epoch too early: `patience` epochs may pass without a new best.",
            zh="你早停了一轮：应当允许 `patience` 轮没有新的最好。"),
        Mistake("equal_is_better", "val_losses[epoch] < val_losses[best]", "val_losses[epoch] <= val_losses[best]",
            en="An equal loss counts as better with you, so a level stretch goes on forever. Only a smaller one is a new best.",
            zh="你把打平也当成变好，遇到平坦的一段就永远停不下来。更小的才算新的最好。"),
        Mistake("best_of_all_time", "return epoch, best", "return epoch, int(np.argmin(val_losses))",
            en="Your best epoch may lie after the stop. Nobody has trained it: look for the best up to `stop`.",
            zh="你的最好轮次可能在停下之后，而那一轮根本没有训练。只能在 `stop` 之前找。"),
        Mistake("counted_from_one", "return len(val_losses) - 1, best", "return len(val_losses), best",
            en="When patience never runs out, the last epoch is number T − 1: epochs are counted from 0.",
            zh="如果耐心始终没有用完，最后一轮的编号是 T − 1：轮次从 0 数起。"),
        Mistake("best_itself_is_the_stop", "return epoch, best", "return best, best",
            en="Both of your numbers are the best epoch. To find out that it was the best you must train on for `patience` epochs: that is `stop`.",
            zh="你的两个数都是最好的轮次。要知道它最好，还得再训练 `patience` 轮，那才是 `stop`。"),
        Mistake("greatest_loss", "val_losses[epoch] < val_losses[best]", "val_losses[epoch] > val_losses[best]",
            en="You look for the greatest loss. The best epoch has the smallest.",
            zh="你找的是最大的损失。最好的一轮损失最小。"),
    ],
    variants=[
        Variant("list", "return epoch, best", "return [epoch, best]"),
        Variant("patience_is_at_least_one", "range(len(val_losses))", "range(1, len(val_losses))"),
    ],
)


# %% [markdown] lang="en"
# A linear model with 40 features is fitted to 50 noisy samples by descent, and the loss on 200 held-out ones is watched. The marks are your function's answers, with patience 30. You should see: the training loss falls all the way; the held-out loss turns at the star, and you stop, at the dotted line, 30 epochs later.
# %% [markdown] lang="zh" of="4643"
# 用梯度下降在 50 个带噪声的样本上拟合 40 个特征的线性模型，同时看 200 个留出样本上的损失。图中的标记是你的函数给出的答案，耐心取 30。你应该看到：训练损失一路下降；留出数据的损失在星号处掉头，你在 30 轮之后的点线处停下。
# %% demo="turning_point"
@drawn_by("early_stopping")
def turning_point(plt):
    draw = np.random.default_rng(0)
    X, X_val = draw.normal(size=(50, 40)), draw.normal(size=(200, 40))
    true_weights = 0.3 * draw.normal(size=40)
    y, y_val = (part @ true_weights + 2 * draw.normal(size=len(part)) for part in (X, X_val))
    w, losses = np.zeros(40), []
    for _ in range(200):
        w = w - 0.02 / 50 * X.T @ (X @ w - y)
        losses.append((np.mean((X @ w - y) ** 2), np.mean((X_val @ w - y_val) ** 2)))
    losses = np.array(losses)
    stop, best = (int(epoch) for epoch in early_stopping(losses[:, 1], 30))
    _, ax = plt.subplots(figsize=(8.5, 4.2), layout="constrained")
    ax.plot(losses[:, 0], "--", color="#E69F00", lw=2, label=words(en="training loss", zh="训练损失"))
    ax.plot(losses[:, 1], "-", color="#0072B2", lw=2, label=words(en="held-out loss", zh="留出数据的损失"))
    ax.axvline(stop, color="#000000", ls=":", label=words(en="stop", zh="停在这里"))
    ax.plot(best, losses[best, 1], "*", color="#D55E00", ms=16, label=words(en="kept", zh="保留这一轮"))
    ax.set(xlabel=words(en="epoch", zh="轮数"), ylabel=words(en="mean squared error", zh="均方误差"), title=words(en="When to stop", zh="什么时候停"))
    ax.legend(frameon=False)
    ax.spines[["top", "right"]].set_visible(False)
    plt.show()
