# %% prelude
from autograder import Choices, Variant
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
# %% [markdown] why="generative_or_discriminative" lang="en"
# Ask what is fitted. The Gaussians describe how x comes about: hence averages, and new x to draw. Logistic regression fits $P(y\mid x)$ and nothing else: hence no closed form, and no word on x.
# The boundary does not tell them apart: with a shared covariance both end in the sign of $x\cdot w+b$.
# %% [markdown] why="generative_or_discriminative" lang="zh" of="ed46"
# 先问拟合的是什么。高斯模型描述 x 怎样产生，所以参数是平均，也能生成新的 x；逻辑回归只拟合 $P(y\mid x)$，所以没有闭式解，对 x 也一无所知。
# 边界区分不了它们：协方差共享时，两者都只看 $x\cdot w+b$ 的符号。
# %% grading="generative_or_discriminative"
Choices(
    points=1, reference=classification.generative_or_discriminative,
    options=("generative", "discriminative", "both"),
    items={
        "counts_and_averages": ("Counts and averages", "计数与平均"),
        "draws_new_x": ("Draws new inputs", "产生新的输入"),
        "assumes_p_of_x": ("Assumes a distribution of x", "假设 x 的分布"),
        "fits_posterior": ("Fits the labels given the inputs", "拟合给定输入时的标签"),
        "needs_descent": ("Found step by step", "逐步求解"),
        "straight_boundary": ("Straight boundary", "直的边界"),
    },
    mistakes={
        ("straight_boundary", "discriminative"): (
            "Remember section {ref:shared_gaussian_to_linear}: with a shared covariance the Gaussians give a straight boundary too.",
            "回想 {ref:shared_gaussian_to_linear} 节：共享协方差时，高斯分布给出的边界也是直的。"),
        ("straight_boundary", "generative"): (
            "Logistic regression decides by the sign of x·w + b as well: its boundary is straight, too.",
            "逻辑回归同样由 x·w + b 的符号决定，边界也是直的。"),
        ("draws_new_x", "both"): (
            "Logistic regression knows P(y | x) and nothing of how x comes about, so it has no x to draw.",
            "逻辑回归只知道 P(y | x)，不知道 x 从何而来，所以无从抽样。"),
        ("needs_descent", "both"): (
            "The Gaussians need no search: their means, covariance and priors are averages.",
            "高斯分布不需要搜索：均值、协方差和先验都是平均值。"),
        ("assumes_p_of_x", "both"): (
            "Logistic regression takes the inputs as they come: it only assumes what P(y | x) looks like.",
            "逻辑回归对输入不作任何假设，它只假设 P(y | x) 的形式。"),
        ("fits_posterior", "both"): (
            "The Gaussians are fitted to the inputs of each class. Their posterior follows by Bayes' rule; it is not what they are fitted to.",
            "高斯分布拟合的是每一类的输入。后验是由贝叶斯公式推出来的，并不是拟合的目标。"),
    },
    variants=[
        Variant("capitals", '"straight_boundary": "both"', '"straight_boundary": " Both"'),
        Variant("built_with_dict", '"draws_new_x": "generative"', '**dict(draws_new_x="generative")'),
    ],
)
