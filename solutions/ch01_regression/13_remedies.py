# %% prelude
from autograder import Choices, Variant
from reference import regression

# %% [markdown] lang="en"
# ## {n} Which medicine for which illness?
#
# Read the two errors as a doctor reads a thermometer:
#
# | training error | test error | diagnosis |
# |---|---|---|
# | high | high | **underfitting**: the model can't even say what it was told |
# | low | high | **overfitting**: it learned its samples by heart, noise included |
# | low | low | healthy |
#
# What gives a model more freedom, or more time, treats underfitting. What holds it back, or gives it more to learn from, treats overfitting.
# For example, *dropout* (chapter 6) switches off parts of a network at random while it learns; that holds it back, so it treats overfitting.
#
# (The notes also list batch normalization among the remedies for overfitting. Its main purpose is to make training easier, and its effect on overfitting varies, so we don't ask about it.)
#
# Eight remedies; for each one, which illness is it for?
#
# * `"smaller_lambda"`: lower the strength of the penalty on the weights (next section).
# * `"larger_lambda"`: raise it.
# * `"more_powers"`: add polynomial features.
# * `"fewer_features"`: keep only the features that matter.
# * `"train_longer"`: go on with the descent, for the training loss is still falling.
# * `"stop_early"`: stop the descent once the error on held-out data rises.
# * `"nonlinear_model"`: replace a straight model by a flexible one.
# * `"more_data"`: collect more training samples.
# %% [markdown] lang="zh" of="450c"
# ## {n} 对症下药
#
# 像医生看体温计那样看这两个误差：
#
# | 训练误差 | 测试误差 | 诊断 |
# |---|---|---|
# | 高 | 高 | **欠拟合**：连教过的都没学会 |
# | 低 | 高 | **过拟合**：把样本连同噪声一起背了下来 |
# | 低 | 低 | 健康 |
#
# 给模型更多自由或更多时间，治欠拟合；约束模型，或者给它更多可学的东西，治过拟合。
# 例如 *dropout*（第六章）在学习时随机关闭网络的一部分，这是一种约束，所以治过拟合。
#
# （讲义把批归一化也列为过拟合的疗法。它的主要作用是让训练更顺利，对过拟合的影响因情形而异，所以这里不考。）
#
# 下面八种办法，各治哪种病？
#
# * `"smaller_lambda"`：减小对权重的惩罚强度（见下一节）。
# * `"larger_lambda"`：增大惩罚强度。
# * `"more_powers"`：加入多项式特征。
# * `"fewer_features"`：只保留重要的特征。
# * `"train_longer"`：训练损失还在下降，继续做梯度下降。
# * `"stop_early"`：留出数据上的误差一开始上升，就停止下降。
# * `"nonlinear_model"`：把直的模型换成灵活的模型。
# * `"more_data"`：收集更多训练样本。
# %% answer="remedies"
def remedies():
    """Which illness each remedy is for.

    Returns a dict with the keys "smaller_lambda", "larger_lambda", "more_powers", "fewer_features", "train_longer",
    "stop_early", "nonlinear_model" and "more_data".  Each value is "underfitting" or "overfitting".
    """
    ### BEGIN SOLUTION
    return {
        "smaller_lambda": "underfitting",
        "larger_lambda": "overfitting",
        "more_powers": "underfitting",
        "fewer_features": "overfitting",
        "train_longer": "underfitting",
        "stop_early": "overfitting",
        "nonlinear_model": "underfitting",
        "more_data": "overfitting",
    }
    ### END SOLUTION


# %% [markdown] docstring="remedies" lang="zh" of="15e2"
# 每种办法治哪种病。
#
# 返回一个字典，键为 "smaller_lambda"、"larger_lambda"、"more_powers"、"fewer_features"、"train_longer"、
# "stop_early"、"nonlinear_model"、"more_data"，值为 "underfitting"（欠拟合）或 "overfitting"（过拟合）。
# %% [markdown] why="remedies" lang="en"
# Ask of each remedy whether the model can follow more, or less. Only `more_data` does neither.
# It leaves the model as stiff as it was, so bias stays; but the noise of many samples averages out, and variance falls. Hence it treats overfitting.
# %% [markdown] why="remedies" lang="zh" of="57ee"
# 逐个问：它让模型能跟上的东西变多，还是变少？只有 `more_data` 两样都不是。
# 模型还是那么僵硬，偏差不变；但样本多了，噪声互相抵消，方差下降，所以它治的是过拟合。
# %% grading="remedies"
Choices(
    points=2, reference=regression.remedies, options=("underfitting", "overfitting"),
    items={
        ("smaller_lambda", "larger_lambda"): ("Penalty (both remedies)", "惩罚强度（两项）"),
        ("more_powers", "fewer_features"): ("Features (both remedies)", "特征（两项）"),
        ("train_longer", "stop_early"): ("Training time (both remedies)", "训练时间（两项）"),
        ("nonlinear_model", "more_data"): ("Model and data (both remedies)", "模型与数据（两项）"),
    },
    mistakes={
        ("more_data", "underfitting"): (
            "A model that is too stiff stays too stiff, however much data it sees. Whom do more data help?",
            "模型太死板，数据再多也还是死板。那么更多的数据帮的是谁？"),
        ("smaller_lambda", "overfitting", "larger_lambda", "underfitting"): (
            "The two penalties are swapped. A stronger penalty keeps the weights small and the curve smooth: does that give freedom or take it?",
            "两个惩罚强度弄反了。惩罚越强，权重越小，曲线越平滑：这是放宽还是约束？"),
        ("more_powers", "overfitting", "fewer_features", "underfitting"): (
            "The two feature remedies are swapped. Remember the picture above: which degree fitted nothing, and which fitted even the noise?",
            "两种特征处理弄反了。回想上面的图：哪个次数什么都拟合不了，哪个连噪声都拟合了？"),
        ("train_longer", "overfitting", "stop_early", "underfitting"): (
            "The two training times are swapped. Early in training a model knows too little; late, it may start to learn the noise.",
            "训练时间的两项弄反了。训练初期模型学得太少；到了后期，它可能开始学噪声。"),
        ("nonlinear_model", "overfitting"): (
            "A more flexible model can follow more shapes, the noise included. It is medicine for a model that follows too little.",
            "更灵活的模型能拟合更多形状，包括噪声。它适合那些拟合得太少的模型。"),
    },
    variants=[
        Variant("capital_letters", '"more_data": "overfitting"', '"more_data": "Overfitting"'),
        Variant("trailing_space", '"stop_early": "overfitting"', '"stop_early": "overfitting "'),
        Variant("hyphen", '"stop_early": "overfitting"', '"stop_early": "Over-fitting"'),
    ],
)
