# %% prelude
from autograder import Choices, Variant
from reference import tricks

# %% [markdown] lang="en"
# ## {n} Look at the training data first
#
# A net is bad on the test data. The first reflex is to shout *overfitting!* and to reach for dropout. The notes (§7) say: not so fast. Before you ask how the net does on new data, ask how it does on the data it was trained with.
#
# | on training data | on new data | what is wrong | drawer |
# |---|---|---|---|
# | bad | bad | training itself failed (§7.1) | another activation, or another step rule |
# | good | bad | it learned its samples by heart (§7.2) | regularization: stop early, penalty, dropout |
# | good | good | nothing | go home |
#
# A trick out of the wrong drawer makes things worse: dropout on a net that can't even fit its training data takes away what little it has.
#
# Within the first drawer, look at the gradients. If those of the *first layers* are thousands of times smaller than those of the last, the activation squeezes them away ({ref:layer_grad_norms}). If the gradients are fine and the descent swings, crawls or sits on a saddle, it is the way of stepping ({ref:momentum_step}–{ref:escape_direction}).
#
# **Exercise.** Six nets come to your surgery. Which drawer do you open?
#
# * `"sleepers"`: eight sigmoid layers. The loss hardly falls; the first layer's weights have barely moved since the start, the last layer's have.
# * `"twenty"`: a net of 56 layers has a larger error than one of 20 layers, on the test data *and* on the training data. Its gradients are of healthy size in all layers.
# * `"valley"`: the training loss falls slowly; from step to step the parameters swing from one wall of a narrow valley to the other.
# * `"gap"`: 100% right in training, 71% on new data.
# * `"saddle"`: the training loss has been standing still for long. The gradient is nearly 0 in *all* layers, and the Hessian has a negative eigenvalue.
# * `"rising"`: the training loss still falls, that on held-out data has been rising for thirty epochs.
# %% [markdown] lang="zh" of="c0f1"
# ## {n} 先看训练数据
#
# 网络在测试数据上表现不好。很多人的第一反应是“过拟合！”，马上去拿 dropout。讲义（§7）提醒：别急。先不要问它在新数据上怎么样，先问它在训练过的数据上怎么样。
#
# | 训练数据 | 新数据 | 毛病 | 抽屉 |
# |---|---|---|---|
# | 差 | 差 | 训练本身没成功（§7.1） | 换激活函数，或换更新规则 |
# | 好 | 差 | 把样本背下来了（§7.2） | 正则化：提前结束、惩罚项、dropout |
# | 好 | 好 | 没毛病 | 可以下班了 |
#
# 开错了抽屉，情况会更糟：一个连训练数据都拟合不了的网络，用了 dropout，仅有的那点本事也没了。
#
# 第一行里再分两种，要看梯度。如果**前几层**的梯度只有最后一层的几千分之一，那是激活函数把梯度压没了（{ref:layer_grad_norms}）。如果梯度的大小正常，下降过程却来回摆、慢慢爬或者停在鞍点上，那就是走法的问题（{ref:momentum_step}–{ref:escape_direction}）。
#
# **练习。** 六个网络来看病，各该打开哪个抽屉？
#
# * `"sleepers"`：八个 sigmoid 层。损失几乎不降；从开始到现在，第一层的权重几乎没动，最后一层的动了。
# * `"twenty"`：56 层的网络比 20 层的误差大，在测试数据上如此，在训练数据上**也**如此。各层梯度的大小都正常。
# * `"valley"`：训练损失降得很慢；参数一步一步地在狭窄山谷的两壁之间来回摆。
# * `"gap"`：训练数据全对，新数据只对 71%。
# * `"saddle"`：训练损失很久没有变化。**所有**层的梯度都接近 0，海森矩阵有一个负的特征值。
# * `"rising"`：训练损失还在降，留出数据上的损失却已经连升了三十轮。
# %% answer="which_trick"
def which_trick():
    """Which drawer helps in each of the six situations.

    Returns a dict with the keys "sleepers", "twenty", "valley", "gap", "saddle" and "rising".
    Each value is "activation", "optimizer" (another way of stepping) or "regularization".
    """
    ### BEGIN SOLUTION
    return {
        "sleepers": "activation",
        "twenty": "optimizer",
        "valley": "optimizer",
        "gap": "regularization",
        "saddle": "optimizer",
        "rising": "regularization",
    }
    ### END SOLUTION


# %% [markdown] docstring="which_trick" lang="zh" of="7b1a"
# 六种情形各该打开哪个抽屉。
#
# 返回一个字典，键为 "sleepers"、"twenty"、"valley"、"gap"、"saddle"、"rising"，
# 值为 "activation"（换激活函数）、"optimizer"（换更新规则）或 "regularization"（正则化）。
# %% [markdown] why="which_trick" lang="en"
# `"twenty"` is the trap. With 56 layers the error is larger *in training* too, so nothing is overfitted; and a deeper net could copy the 20 layers and pass the
# rest through. The good function is there, the descent does not find it. `"saddle"` differs from `"sleepers"` in one word: *all* layers.
# %% [markdown] why="which_trick" lang="zh" of="7871"
# `"twenty"` 是陷阱：56 层的误差在**训练**数据上也更大，所以不是过拟合；更深的网络本可以照抄那 20 层、其余各层原样放行。好的函数就在那里，是下降没有找到它。`"saddle"` 与 `"sleepers"` 只差一点：前者**所有**层的梯度都接近 0。
# %% grading="which_trick"
Choices(
    points=2, reference=tricks.which_trick, options=("activation", "optimizer", "regularization"),
    items={
        ("sleepers", "saddle"): ("Small gradients: in the first layers, in all layers", "梯度小：只在前几层，或在所有层"),
        ("twenty", "gap"): ("Bad on new data: and in training?", "新数据上不好：训练时呢？"),
        ("valley", "rising"): ("Curves that fall, swing or rise", "下降、摆动或上升的曲线"),
    },
    mistakes={
        ("twenty", "regularization"): (
            "The deep net is worse on its own training data too. Can a net that has not fitted its samples have fitted them too well?",
            "深的网络连训练数据也拟合得更差。还没拟合好样本的网络，谈得上拟合过头吗？"),
        ("sleepers", "optimizer"): (
            "Only the first layers sleep while the last one learns. What lies between them, and multiplies every gradient on its way back?",
            "最后一层在学，只有前几层不动。它们之间隔着什么，会在梯度往回走时每层乘上一次？"),
        ("saddle", "activation"): (
            "Here the gradient is small in all layers alike, and the Hessian says that a way down exists. Which drawer is about how to walk?",
            "这里所有层的梯度都小，而海森矩阵说明有路可下。哪个抽屉管的是怎么走？"),
        ("valley", "activation"): (
            "Swinging between two walls is a matter of step length and direction: chapter 2 has met this valley.",
            "在两壁之间来回摆，是步长和方向的问题：第二章就见过这样的山谷。"),
        ("gap", "optimizer"): (
            "Training has nothing left to improve: all samples are right. What is missing is that the net does well on others.",
            "训练已经没有可改进的了：样本全对。缺的是在别的样本上也对。"),
        ("rising", "optimizer"): (
            "The descent does its work: the training loss falls. It is the held-out data that get worse.",
            "下降本身没有问题：训练损失在降。变差的是留出数据。"),
    },
    variants=[
        Variant("capital_letters", '"gap": "regularization"', '"gap": "Regularization"'),
        Variant("trailing_space", '"valley": "optimizer"', '"valley": "optimizer "'),
        Variant("capital_letter", '"sleepers": "activation"', '"sleepers": "Activation"'),
    ],
)
