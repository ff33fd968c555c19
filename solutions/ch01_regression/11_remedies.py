# %% prelude
from autograder import EXACT, Case, Exercise, Mistake, Variant
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
# %% grading="remedies"
def remedy_cases(rng):
    pairs = {
        "penalty": ["smaller_lambda", "larger_lambda"],
        "features": ["more_powers", "fewer_features"],
        "time": ["train_longer", "stop_early"],
        "means": ["nonlinear_model", "more_data"],
    }
    titles = {"penalty": "惩罚强度", "features": "特征", "time": "训练时间", "means": "模型与数据"}
    yield Case(
        "diagnoses from the list", zh="列表中的诊断", group="form", items=[], known=["underfitting", "overfitting"]
    )
    for group, pair in pairs.items():
        yield Case(group, zh=titles[group], group=group, public=False, items=pair, known=[])


def chosen_remedies(impl, case):
    """The diagnoses of one pair; a remedy that is left out or misspelled costs its own pair alone."""

    def plain(text):
        return str(text).lower().replace("-", "").replace(" ", "").strip()

    answers = {str(remedy).strip().lower(): plain(diagnosis) for remedy, diagnosis in impl.remedies().items()}
    if case.items:
        return {item: answers.get(item) for item in case.items}
    return {"a dict with diagnoses from the list": any(diagnosis in case.known for diagnosis in answers.values())}


Exercise(
    points=2, reference=regression.remedies, cases=remedy_cases, observe=chosen_remedies, tolerance=EXACT,
    groups={
        "form": {"en": "A dict with diagnoses from the list", "zh": "由列表中的诊断组成的字典"},
        "penalty": {"en": "Penalty (both remedies)", "zh": "惩罚强度（两项）"},
        "features": {"en": "Features (both remedies)", "zh": "特征（两项）"},
        "time": {"en": "Training time (both remedies)", "zh": "训练时间（两项）"},
        "means": {"en": "Model and data (both remedies)", "zh": "模型与数据（两项）"},
    },
    mistakes=[
        Mistake("data_for_underfitting", '"more_data": "overfitting"', '"more_data": "underfitting"',
            en="A model that is too stiff stays too stiff, however much data it sees. Whom do more data help?",
            zh="模型太死板，数据再多也还是死板。那么更多的数据帮的是谁？"),
        Mistake("penalties_swapped", '"smaller_lambda": "underfitting",\n        "larger_lambda": "overfitting"',
            '"smaller_lambda": "overfitting",\n        "larger_lambda": "underfitting"',
            en="The two penalties are swapped. A stronger penalty keeps the weights small and the curve smooth: does that give freedom or take it?",
            zh="两个惩罚强度弄反了。惩罚越强，权重越小，曲线越平滑：这是放宽还是约束？"),
        Mistake("features_swapped", '"more_powers": "underfitting",\n        "fewer_features": "overfitting"',
            '"more_powers": "overfitting",\n        "fewer_features": "underfitting"',
            en="The two feature remedies are swapped. Remember the picture above: which degree fitted nothing, and which fitted even the noise?",
            zh="两种特征处理弄反了。回想上面的图：哪个次数什么都拟合不了，哪个连噪声都拟合了？"),
        Mistake("times_swapped", '"train_longer": "underfitting",\n        "stop_early": "overfitting"',
            '"train_longer": "overfitting",\n        "stop_early": "underfitting"',
            en="The two training times are swapped. Early in training a model knows too little; late, it may start to learn the noise.",
            zh="训练时间的两项弄反了。训练初期模型学得太少；到了后期，它可能开始学噪声。"),
        Mistake("diagnosis_misspelled", '"train_longer": "underfitting"', '"train_longer": "underfiting"',
            en="The diagnosis for `train_longer` is misspelled: it is neither of the two words. Only this pair is affected.",
            zh="`train_longer` 的诊断拼错了，不是两个词中的任何一个。受影响的只有这一对。"),
        Mistake("remedy_left_out", '        "stop_early": "overfitting",\n', "",
            en="`stop_early` has no diagnosis in your dict. Every remedy is a key of its own.",
            zh="你的字典里没有 `stop_early`。每种办法都要有一个键。"),
        Mistake("nonlinear_model_for_overfitting", '"nonlinear_model": "underfitting"',
            '"nonlinear_model": "overfitting"',
            en="A more flexible model can follow more shapes, the noise included. It is medicine for a model that follows too little.",
            zh="更灵活的模型能拟合更多形状，包括噪声。它适合那些拟合得太少的模型。"),
    ],
    variants=[
        Variant("capital_letters", '"more_data": "overfitting"', '"more_data": "Overfitting"'),
        Variant("trailing_space", '"stop_early": "overfitting"', '"stop_early": "overfitting "'),
        Variant("hyphen", '"stop_early": "overfitting"', '"stop_early": "Over-fitting"'),
    ],
)
