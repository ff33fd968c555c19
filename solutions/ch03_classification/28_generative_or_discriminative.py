# %% prelude
from autograder import EXACT, Case, Exercise, Mistake, Variant
from reference import classification

# %% [markdown] lang="en"
# ### {n} Generative or discriminative?
#
# You have built both kinds. Sort these statements: does each hold for the **generative** model (two Gaussians with a shared covariance), for the **discriminative** one (logistic regression on the same features), or for **both**?
#
# | key | statement |
# |---|---|
# | `counts_and_averages` | Its parameters are counts and averages of the data; no iteration is needed. |
# | `draws_new_x` | It can draw new, artificial inputs $x$. |
# | `assumes_p_of_x` | It assumes a family of distributions for $x$ within a class. |
# | `fits_posterior` | Its parameters are chosen to make the labels likely *given* the inputs. |
# | `needs_descent` | Its parameters have no closed form; they are found step by step. |
# | `straight_boundary` | Its decision boundary is a straight line (or plane). |
# %% [markdown] lang="zh" of="1f25"
# ### {n} 生成式还是判别式？
#
# 两种模型你都写过了。请判断下面每句话说的是**生成式**模型（两个共享协方差的高斯分布，填 `"generative"`）、**判别式**模型（同样特征上的逻辑回归，填 `"discriminative"`），还是**两者都是**（填 `"both"`）。
#
# | 键 | 说法 |
# |---|---|
# | `counts_and_averages` | 参数就是数据的计数与平均，不需要迭代。 |
# | `draws_new_x` | 可以抽样产生新的输入 $x$。 |
# | `assumes_p_of_x` | 假设同一类内的 $x$ 服从某一族分布。 |
# | `fits_posterior` | 选取参数，使标签在**给定**输入时最有可能出现。 |
# | `needs_descent` | 参数没有现成的公式，要一步一步求出来。 |
# | `straight_boundary` | 决策边界是直线（或平面）。 |
# %% answer="generative_or_discriminative"
def generative_or_discriminative():
    """The kind of model that each statement of the table describes.

    Returns a dict with the six keys of the table; each value is "generative", "discriminative" or "both".
    """
    ### BEGIN SOLUTION
    return {
        "counts_and_averages": "generative",
        "draws_new_x": "generative",
        "assumes_p_of_x": "generative",
        "fits_posterior": "discriminative",
        "needs_descent": "discriminative",
        "straight_boundary": "both",
    }
    ### END SOLUTION


# %% [markdown] docstring="generative_or_discriminative" lang="zh" of="c0eb"
# 表中每句话描述的是哪种模型。
#
# 返回一个字典，键为表中的六个键，值为 "generative"（生成式）、"discriminative"（判别式）或 "both"（两者都是）。
# %% grading="generative_or_discriminative"
def statement_cases(rng):
    yield Case("a dict", zh="字典", group="form")
    titles = ("计数与平均", "产生新的输入", "假设 x 的分布", "拟合给定输入时的标签", "逐步求解", "直的边界")
    for key, zh in zip(classification.generative_or_discriminative(), titles, strict=True):
        yield Case(key, zh=zh, group=key, public=False, key=key)


def chosen(impl, case):
    """The choice for one statement; in the group "form" whether it is a dict.  A misspelled one costs itself alone."""
    choices = impl.generative_or_discriminative()
    if case.group == "form":
        return "a dict" if isinstance(choices, dict) else "not a dict"
    return str(choices.get(case.key, "no choice")).strip().strip("\"'").lower()


Exercise(
    points=1, reference=classification.generative_or_discriminative, cases=statement_cases, observe=chosen,
    tolerance=EXACT,
    groups={
        "counts_and_averages": {"en": "Counts and averages", "zh": "计数与平均"},
        "draws_new_x": {"en": "Draws new inputs", "zh": "产生新的输入"},
        "assumes_p_of_x": {"en": "Assumes a distribution of x", "zh": "假设 x 的分布"},
        "fits_posterior": {"en": "Fits the labels given the inputs", "zh": "拟合给定输入时的标签"},
        "needs_descent": {"en": "Found step by step", "zh": "逐步求解"},
        "straight_boundary": {"en": "Straight boundary", "zh": "直的边界"},
    },
    mistakes=[
        Mistake("line_only_discriminative", '"straight_boundary": "both"', '"straight_boundary": "discriminative"',
            en="Remember section {ref:shared_gaussian_to_linear}: with a shared covariance the Gaussians give a straight boundary too.",
            zh="回想 {ref:shared_gaussian_to_linear} 节：共享协方差时，高斯分布给出的边界也是直的。"),
        Mistake("line_only_generative", '"straight_boundary": "both"', '"straight_boundary": "generative"',
            en="Logistic regression decides by the sign of x·w + b as well: its boundary is straight, too.",
            zh="逻辑回归同样由 x·w + b 的符号决定，边界也是直的。"),
        Mistake("logistic_draws_inputs", '"draws_new_x": "generative"', '"draws_new_x": "both"',
            en="Logistic regression knows P(y | x) and nothing of how x comes about, so it has no x to draw.",
            zh="逻辑回归只知道 P(y | x)，不知道 x 从何而来，所以无从抽样。"),
        Mistake("logistic_in_closed_form", '"needs_descent": "discriminative"', '"needs_descent": "both"',
            en="The Gaussians need no search: their means, covariance and priors are averages.",
            zh="高斯分布不需要搜索：均值、协方差和先验都是平均值。"),
        Mistake("logistic_assumes_inputs", '"assumes_p_of_x": "generative"', '"assumes_p_of_x": "both"',
            en="Logistic regression takes the inputs as they come: it only assumes what P(y | x) looks like.",
            zh="逻辑回归对输入不作任何假设，它只假设 P(y | x) 的形式。"),
        Mistake("gaussians_fit_the_posterior", '"fits_posterior": "discriminative"', '"fits_posterior": "both"',
            en="The Gaussians are fitted to the inputs of each class. Their posterior follows by Bayes' rule; it is not what they are fitted to.",
            zh="高斯分布拟合的是每一类的输入。后验是由贝叶斯公式推出来的，并不是拟合的目标。"),
        Mistake("one_choice_misspelled", '"counts_and_averages": "generative"', '"counts_and_averages": "generativ"',
            en='One choice is spelled unlike any of the three words "generative", "discriminative" and "both".',
            zh='有一处选择的拼写不是 "generative"、"discriminative"、"both" 三者之一。'),
        Mistake("one_choice_missing", '        "needs_descent": "discriminative",\n', "",
            en="One of the six keys of the table is missing (or is spelled differently).",
            zh="表中的六个键少了一个（或者拼写不同）。"),
    ],
    variants=[
        Variant("capitals", '"straight_boundary": "both"', '"straight_boundary": " Both"'),
        Variant("built_with_dict", '"draws_new_x": "generative"', '**dict(draws_new_x="generative")'),
    ],
)
