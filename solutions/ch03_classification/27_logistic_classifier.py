# %% prelude
import numpy as np

from autograder import FROM_SCRATCH, Calibration, Exercise, Group, Mistake, Variant, tools, variant
from reference import classification

from chapter import drawn_by, logistic_step, practice_case, sigmoid, words

# %% [markdown] lang="en"
# ## In practice
#
# Four classifiers, three data sets that come with scikit-learn, one fixed split: `np.random.default_rng(0).permutation(N)`, whose first 30% are the test set. Your functions receive the training data and return the **trained parameters**; the grader classifies the test set with them. You pass when the accuracy reaches a threshold, which each section names. It was measured by training a reference from thousands of random seeds, so a right answer does not fail by bad luck. (The Gaussian model has a closed form, so its log odds themselves are compared.)
#
# For checking and grading we draw the training rows anew, renumber the classes and mix the features by a random rotation, on scales of their own (of the digits, the pixels that vary), so weights copied from another run are useless.
#
# | data | $N$ | $D$ | classes |
# |---|---|---|---|
# | breast cancer | 569 | 30 | malignant 0, benign 1 |
# | wine | 178 | 13 | three cultivars |
# | digits | 1797 | 64 | 0 to 9, gray values 0 to 16 |
# %% [markdown] lang="zh" of="5a75"
# ## 实战
#
# 四个分类器，三个 scikit-learn 自带的数据集，一种固定的划分：`np.random.default_rng(0).permutation(N)` 的前 30% 作测试集。你的函数拿到训练数据，返回**训练好的参数**，由评分程序用它们去分类测试集。准确率达到阈值即通过，各节会写明阈值。阈值由参考实现在几千个随机种子上的结果确定，正确的实现不会因随机性而不及格。（高斯模型有现成的公式，所以直接比较它给出的对数几率。）
#
# 检查和评分时，训练样本会重新抽取，类别会重新编号，特征会经过随机旋转而混合，并换上各自的尺度；手写数字则混合那些会变化的像素。所以，照抄别处训练出的权重没有用。
#
# | 数据 | $N$ | $D$ | 类别 |
# |---|---|---|---|
# | breast cancer（乳腺癌） | 569 | 30 | 恶性 0，良性 1 |
# | wine（葡萄酒） | 178 | 13 | 三个品种 |
# | digits（手写数字） | 1797 | 64 | 0 到 9，灰度值 0 到 16 |
# %% demo="data"
# What the classifiers will see: features on very different scales, and digits of eight by eight pixels.
@drawn_by()
def data(plt):
    from sklearn.datasets import load_breast_cancer, load_digits, load_wine

    tumors, wines, images = load_breast_cancer(), load_wine(), load_digits()
    _, (left, middle, right) = plt.subplots(1, 3, figsize=(14, 4.4), layout="constrained", width_ratios=(1, 1, 0.9))
    for axis, table, shown, title in (
        (left, tumors, 10, words(en="Breast cancer: ten of the 30 features", zh="乳腺癌：30 个特征中的十个")),
        (middle, wines, 13, words(en="Wine: all 13 features", zh="葡萄酒：全部 13 个特征")),
    ):
        for kind, mark, color in zip(range(len(table.target_names)), "os^", ("#D55E00", "#0072B2", "#009E73")):
            rows = table.data[table.target == kind][:, :shown]
            place = np.arange(shown) + 0.25 * kind - 0.25
            axis.hlines(place, *np.percentile(rows, [5, 95], axis=0), color=color, alpha=0.6)
            axis.plot(rows.mean(axis=0), place, mark, color=color, ms=5, label=table.target_names[kind])
        axis.set_xscale("symlog", linthresh=0.01)
        axis.set_yticks(range(shown), [name[:24] for name in table.feature_names[:shown]], fontsize=8)
        axis.set(title=title, xlabel=words(en="mean, and range of 90% of the class", zh="平均值，以及该类 90% 样本的范围"))
        axis.legend(fontsize=8)
    examples = [images.images[images.target == digit] for digit in range(10)]
    frame = [np.pad(np.hstack([np.pad(part[row], 1) for part in examples]), 1) for row in range(4)]
    right.imshow(np.vstack(frame), cmap="gray_r")
    right.set_title(words(en="Digits: four of each class", zh="手写数字：每类四张"))
    right.axis("off")
    plt.show()
# %% [markdown] lang="en"
# What you should see. Each feature has a scale of its own: areas and proline run into the hundreds, other features stay below 1, hence the standardizing. And no feature alone tells the classes apart: the ranges overlap almost everywhere.
# %% [markdown] lang="zh" of="ee79"
# 你应当看到：每个特征都有自己的尺度，面积和脯氨酸（proline）成百上千，有的特征却不到 1，所以要标准化。另外，没有哪个特征单独就能分清各类：范围几乎处处重叠。
# %% [markdown] lang="en"
# ### {n} Breast cancer by logistic regression
#
# The recipe:
#
# 1. standardize the training features with their mean and standard deviation (chapter 2),
# 2. start from `w = rng.normal(0, 0.1, D)` and `b = 0`,
# 3. take 200 steps with `logistic_step`. Its loss is a sum; a learning rate of $0.5/N$ makes it a step of $0.5$ on the mean,
# 4. return everything that a new tumor needs: the mean and standard deviation of the **training** features, $w$ and $b$. The grader predicts 1 where $\frac{x-\text{mean}}{\text{sd}}\cdot w+b>0$, that is where $f>\tfrac12$.
#
# You pass at an accuracy of 0.9412 on the test tumors.
# %% [markdown] lang="zh" of="f187"
# ### {n} 用逻辑回归诊断乳腺癌
#
# 步骤：
#
# 1. 用训练集各特征的均值和标准差做标准化（第二章）；
# 2. 从 `w = rng.normal(0, 0.1, D)`、`b = 0` 出发；
# 3. 用 `logistic_step` 走 200 步。它的损失是求和，学习率取 $0.5/N$，就相当于在平均损失上以 $0.5$ 为学习率；
# 4. 返回判断一个新肿瘤所需的一切：**训练集**特征的均值与标准差，以及 $w$ 和 $b$。评分程序在 $\frac{x-\text{mean}}{\text{sd}}\cdot w+b>0$（即 $f>\tfrac12$）处预测 1。
#
# 测试集上的准确率达到 0.9412 即通过。
# %% answer="logistic_classifier"
def logistic_classifier(X, y, rng):
    """Train logistic regression on standardized features.

    X (N, D), in which every feature varies, y (N,) integers 0 or 1, rng a numpy Generator for the initial weights.
    Returns a dict: "mean" and "sd" (D,) of the training features, "w" (D,) and the number "b" for standardized ones.
    """
    ### BEGIN SOLUTION
    mean, sd = X.mean(axis=0), X.std(axis=0)
    w, b = rng.normal(0, 0.1, X.shape[1]), 0.0
    for _ in range(200):
        w, b = logistic_step(w, b, (X - mean) / sd, y, 0.5 / len(X))
    return {"mean": mean, "sd": sd, "w": w, "b": b}
    ### END SOLUTION


# %% [markdown] docstring="logistic_classifier" lang="zh" of="ea33"
# 在标准化后的特征上训练逻辑回归。
#
# X (N, D)，每个特征都有变化；y (N,) 为整数 0 或 1；rng 是 numpy Generator，用于初始权重。
# 返回字典："mean" 与 "sd" (D,) 是训练特征的均值与标准差，"w" (D,) 和数 "b" 用于标准化后的特征。
# %% [markdown] why="logistic_classifier" lang="en"
# Standardized, all features have curvatures of the same order, so one rate suits all thirty weights; `mean` and `sd` then belong to the model and come from the training rows alone.
# `0.5 / len(X)` turns the step on the sum into one on the mean, whatever N. The loss is convex: a start at zero would do as well.
# %% [markdown] why="logistic_classifier" lang="zh" of="d153"
# 标准化之后各特征的曲率是同一量级，一个学习率才适合全部三十个权重；`mean` 和 `sd` 从此是模型的一部分，只由训练数据算出。
# `0.5 / len(X)` 把对求和的一步换成对均值的一步，与 N 无关。损失是凸的，从零出发也行。
# %% grading="logistic_classifier"
def breast_cancer_case(rng):
    yield practice_case("breast_cancer", "乳腺癌", rng, (30,))


def shapes_of_model(X, y, rng):
    return {"mean": X.shape[1:], "sd": X.shape[1:], "w": X.shape[1:], "b": ()}


def logistic_accuracy(impl, case):
    """The share of test samples that the returned parameters classify rightly, beside the parameters."""
    mean, sd = case.X.mean(axis=0), case.X.std(axis=0)
    turn = np.linalg.qr(np.random.RandomState(case.turn).normal(size=(30, 30)))[0] * case.scales
    X, X_test = ((part - mean) / sd @ turn + case.shift for part in (case.X, case.X_test))
    model = impl.logistic_classifier(X, case.y, case.rng)
    scores = (X_test - model["mean"]) / model["sd"] @ model["w"] + model["b"]
    return {"metric": tools.accuracy(scores > 0, case.y_test), **model}


@variant
def newton(X, y, rng):
    """Another right recipe: a weak penalty and Newton's method."""
    mean, sd = X.mean(axis=0), X.std(axis=0)
    A = np.column_stack([(X - mean) / sd, np.ones(len(X))])
    theta = np.zeros(A.shape[1])
    for _ in range(8):
        f = sigmoid(A @ theta)
        theta -= np.linalg.solve((A.T * (f * (1 - f))) @ A + np.eye(len(theta)), A.T @ (f - y) + theta)
    return {"mean": mean.tolist(), "sd": sd.tolist(), "w": theta[:-1].tolist(), "b": float(theta[-1])}


@variant
def written_out(X, y, rng):
    N, D = X.shape
    mean = np.sum(X, axis=0) / N
    sd = np.sqrt(np.sum((X - mean) ** 2, axis=0) / (N - 1))
    Z = (X - mean) / sd
    theta = np.append(rng.normal(0, 0.1, D), 0.0)
    A = np.c_[Z, np.ones(N)]
    for _ in range(200):
        f = 0.5 * (1 + np.tanh(0.5 * A @ theta))
        theta -= 0.5 * A.T @ (f - y) / N
    return {"mean": mean, "sd": sd, "w": theta[:-1], "b": theta[-1:]}


Exercise(
    points=2, reference=classification.logistic_classifier, observe=logistic_accuracy,
    groups=[Group("accuracy", breast_cancer_case)], shapes=shapes_of_model,
    forbids=FROM_SCRATCH, seconds=10,
    tolerance=Calibration(
        classification.breast_cancer_over_seeds,
        higher_is_better=True,
        margin=0.012,
        reason="test accuracy on 171 tumors, trained on drawn rows of rotated features; the margin is two tumors",
    ),
    mistakes=[
        Mistake("raw_features", "mean, sd = X.mean(axis=0), X.std(axis=0)",
            "mean, sd = np.zeros(X.shape[1]), np.ones(X.shape[1])",
            en="The features were not standardized. Areas in the thousands drown all the others, and the steps overshoot.",
            zh="特征没有标准化。数值上千的“面积”淹没了其他特征，每一步都会冲过头。"),
        Mistake("statistics_not_returned", '"mean": mean, "sd": sd', '"mean": 0 * mean, "sd": 0 * sd + 1',
            en="The model was trained on standardized features but is used on raw ones. Return the mean and sd of the training features.",
            zh="模型在标准化后的特征上训练，却被用在原始特征上。请返回训练特征的均值和标准差。"),
        Mistake("ascent", "0.5 / len(X)", "-0.5 / len(X)",
            en="The accuracy is far below chance: the steps go uphill.",
            zh="准确率远低于随机猜测：每一步都在上坡。"),
        Mistake("labels_swapped", "(X - mean) / sd, y, 0.5", "(X - mean) / sd, 1 - y, 0.5",
            en="The labels are swapped: a positive score means label 1.",
            zh="标签弄反了：得分为正表示标签 1。"),
        Mistake("never_trained", "for _ in range(200)", "for _ in range(0)",
            en="These are the random initial weights: the training loop had no effect.",
            zh="这还是随机的初始权重：训练循环没有起作用。"),
    ],
    variants=[
        Variant("zero_start", "rng.normal(0, 0.1, X.shape[1])", "np.zeros(X.shape[1])"),
        Variant("more_steps", "range(200)", "range(400)"),
    ],
)
