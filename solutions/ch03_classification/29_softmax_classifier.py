# %% prelude
import numpy as np

from autograder import FROM_SCRATCH, Calibration, Exercise, Group, Mistake, Variant, tools, variant
from reference import classification

from chapter import practice_case, softmax, softmax_cross_entropy_grad

# %% [markdown] lang="en"
# ### {n} Wine by softmax regression
#
# Now $W$ is $(D, K)$ and $b$ is $(K,)$, and the logits are $Z=XW+b$. With $G$ the gradient in $Z$ from section {ref:softmax_cross_entropy_grad}, the chain rule gives $dW=X^\top G$ and $db_k=\sum_n G_{nk}$ (the column sums). The recipe: standardize as before, start from `W = rng.normal(0, 0.1, (D, K))` and `b = 0`, take 100 steps of learning rate 0.5 on the **mean** loss. The grader standardizes the test wines with the mean and sd you return and picks the class with the greatest logit. You pass at an accuracy of 0.9333 on them.
# %% [markdown] lang="zh" of="848f"
# ### {n} 用 softmax 回归区分葡萄酒
#
# 现在 $W$ 是 $(D, K)$，$b$ 是 $(K,)$，logits 为 $Z=XW+b$。设 $G$ 是 {ref:softmax_cross_entropy_grad} 节中对 $Z$ 的梯度，由链式法则得 $dW=X^\top G$，$db_k=\sum_n G_{nk}$（按列求和）。步骤：同前面一样标准化；从 `W = rng.normal(0, 0.1, (D, K))`、`b = 0` 出发；在**平均**损失上以学习率 0.5 走 100 步。评分程序用你返回的均值和标准差把测试数据标准化，并取 logit 最大的类别。准确率达到 0.9333 即通过。
# %% answer="softmax_classifier"
def softmax_classifier(X, y, rng):
    """Train softmax regression on standardized features.

    X (N, D), in which every feature varies, y (N,) integers 0 … K−1, rng a numpy Generator for the initial weights.
    Returns a dict: "mean" and "sd" (D,) of the training features, "W" (D, K) and "b" (K,) for standardized ones.
    """
    ### BEGIN SOLUTION
    mean, sd = X.mean(axis=0), X.std(axis=0)
    K = int(y.max()) + 1
    W, b = rng.normal(0, 0.1, (X.shape[1], K)), np.zeros(K)
    Z = (X - mean) / sd  # (N, D)
    for _ in range(100):
        G = softmax_cross_entropy_grad(Z @ W + b, y) / len(X)  # (N, K)
        W, b = W - 0.5 * Z.T @ G, b - 0.5 * G.sum(axis=0)
    return {"mean": mean, "sd": sd, "W": W, "b": b}
    ### END SOLUTION


# %% [markdown] docstring="softmax_classifier" lang="zh" of="2349"
# 在标准化后的特征上训练 softmax 回归。
#
# X (N, D)，每个特征都有变化；y (N,) 为整数 0 … K−1；rng 是 numpy Generator，用于初始权重。
# 返回字典："mean" 与 "sd" (D,) 是训练特征的均值与标准差，"W" (D, K) 和 "b" (K,) 用于标准化后的特征。
# %% [markdown] why="softmax_classifier" lang="en"
# Dividing `G` by N once makes means of both gradients. The bias of a class feels each sample once, hence the column sums.
# `Z` does not change while the weights do, so it is computed before the loop. `W` and `b` move in one line: both with the `G` of the old parameters.
# %% [markdown] why="softmax_classifier" lang="zh" of="e341"
# `G` 除以 N 一次，两个梯度就都成了平均。每个样本对每个类别的偏置只作用一次，所以按列求和。
# 训练时变的是权重，不是 `Z`，所以在循环之前算好。`W` 和 `b` 写在同一行更新，用的都是旧参数的 `G`。
# %% grading="softmax_classifier"
def wine_case(rng):
    yield practice_case("wine", "葡萄酒", rng, (13, 3))


def shapes_of_model(X, y, rng):
    d, k = X.shape[1], int(y.max()) + 1
    return {"mean": (d,), "sd": (d,), "W": (d, k), "b": (k,)}


def softmax_accuracy(impl, case):
    """The share of test samples that the returned parameters classify rightly, beside the parameters."""
    mean, sd = case.X.mean(axis=0), case.X.std(axis=0)
    turn = np.linalg.qr(np.random.RandomState(case.turn).normal(size=(13, 13)))[0] * case.scales
    X, X_test = ((part - mean) / sd @ turn + case.shift for part in (case.X, case.X_test))
    model = impl.softmax_classifier(X, case.y, case.rng)
    scores = (X_test - model["mean"]) / model["sd"] @ model["W"] + model["b"]
    return {"metric": tools.accuracy(scores.argmax(axis=1), case.y_test), **model}


@variant
def a_row_of_biases(X, y, rng):
    mean, sd = np.mean(X, axis=0), np.std(X, axis=0, ddof=1)
    A = np.insert((X - mean) / sd, 0, 1, axis=1)
    T = np.eye(np.unique(y).size)[y]
    theta = np.vstack([np.zeros(T.shape[1]), rng.normal(0, 0.1, (X.shape[1], T.shape[1]))])
    for _ in range(100):
        theta = theta - 0.5 / len(A) * A.T @ (softmax(A @ theta) - T)
    return {"b": theta[:1], "W": theta[1:], "sd": sd, "mean": mean}


Exercise(
    points=2, reference=classification.softmax_classifier, observe=softmax_accuracy,
    groups=[Group("accuracy", wine_case)], shapes=shapes_of_model,
    forbids=FROM_SCRATCH, seconds=10,
    tolerance=Calibration(
        classification.wine_over_seeds,
        higher_is_better=True,
        margin=0.01,
        reason="test accuracy on 53 wines, trained on drawn rows of rotated features; the margin is half a wine",
    ),
    mistakes=[
        Mistake("raw_features", "mean, sd = X.mean(axis=0), X.std(axis=0)",
            "mean, sd = np.zeros(X.shape[1]), np.ones(X.shape[1])",
            en="The features were not standardized. Proline is near 1000 and drowns all the others.",
            zh="特征没有标准化。proline（脯氨酸）接近 1000，淹没了其他特征。"),
        Mistake("statistics_not_returned", '"mean": mean, "sd": sd', '"mean": 0 * mean, "sd": 0 * sd + 1',
            en="The model was trained on standardized features but is used on raw ones. Return the mean and sd of the training features.",
            zh="模型在标准化后的特征上训练，却被用在原始特征上。请返回训练特征的均值和标准差。"),
        Mistake("ascent", "W - 0.5 * Z.T @ G, b - 0.5 * G", "W + 0.5 * Z.T @ G, b + 0.5 * G",
            en="The steps go uphill: subtract the gradient.",
            zh="每一步都在上坡：应当减去梯度。"),
        Mistake("one_class_missing", "return {", "W[:, -1], b[-1] = 0, -99; return {",
            en="The last class is never predicted. Count them: the labels run from 0 to K−1.",
            zh="最后一类从未被预测到。数一数类别：标签从 0 到 K−1。"),
        Mistake("never_trained", "for _ in range(100)", "for _ in range(0)",
            en="These are the random initial weights: the training loop had no effect.",
            zh="这还是随机的初始权重：训练循环没有起作用。"),
        Mistake("labels_of_other_rows", "Z @ W + b, y)", "Z @ W + b, np.sort(y))",
            en="Rows and labels no longer belong together: were the labels sorted or shuffled on their own?",
            zh="样本与标签对不上了：标签是不是被单独排序或打乱了？"),
    ],
    variants=[
        Variant("zero_start", "rng.normal(0, 0.1, (X.shape[1], K))", "np.zeros((X.shape[1], K))"),
        Variant("more_steps", "range(100)", "range(300)"),
        Variant("lists", '"W": W, "b": b', '"W": W.tolist(), "b": b.tolist()'),
    ],
)
