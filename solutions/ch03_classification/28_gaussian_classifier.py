# %% prelude
import numpy as np

from autograder import FROM_SCRATCH, Exercise, Mistake, Tolerance, mistake, variant
from reference import classification

from chapter import data_case, gaussian_fit_shared, shared_gaussian_to_linear, squared_labels

# %% [markdown] lang="en"
# ### {n} Breast cancer by Gaussians
#
# The same question to the generative model: fit the shared Gaussians and turn them into a line. No steps, no learning rate, no randomness, and no need to standardize: $\Sigma^{-1}$ takes care of the scales. (In scikit-learn this is `LinearDiscriminantAnalysis(solver="lsqr")`.)
# %% [markdown] lang="zh" of="3ebb"
# ### {n} 用高斯分布诊断乳腺癌
#
# 同样的问题交给生成模型：拟合共享协方差的高斯分布，化成一条直线。没有迭代，没有学习率，没有随机性，也不需要标准化：$\Sigma^{-1}$ 会处理好各特征的尺度。（在 scikit-learn 里就是 `LinearDiscriminantAnalysis(solver="lsqr")`。）
# %% answer="gaussian_classifier"
def gaussian_classifier(X, y):
    """Fit two Gaussians with a shared covariance.

    X (N, D), y (N,) integers 0 or 1.  Returns (w, b), w (D,) and b a number: label 1 is predicted where x·w + b > 0.
    """
    ### BEGIN SOLUTION
    pi, mus, S = gaussian_fit_shared(X, y)
    return shared_gaussian_to_linear(pi, mus, S)
    ### END SOLUTION


# %% [markdown] docstring="gaussian_classifier" lang="zh" of="1378"
# 拟合两个共享协方差的高斯分布。
#
# X (N, D)，y (N,) 为整数 0 或 1。返回 (w, b)，w (D,)，b 是数：x·w + b > 0 处预测标签 1。
# %% [markdown] why="gaussian_classifier" lang="en"
# Measure a feature in a unit a thousand times smaller, and its means grow a thousandfold, its variance a millionfold:
# $\Sigma^{-1}$ makes its weight shrink by a thousand, and $x\cdot w$ stays. So there is nothing to standardize.
# The cost is one linear system, where logistic regression takes 200 steps.
# %% [markdown] why="gaussian_classifier" lang="zh" of="eba3"
# 某个特征换成小一千倍的单位，均值变成一千倍，方差变成一百万倍，$\Sigma^{-1}$ 就让它的权重缩小到千分之一，$x\cdot w$ 不变，所以不必标准化。
# 代价只是解一个线性方程组，而逻辑回归要走 200 步。
# %% grading="gaussian_classifier"
def gaussian_case(rng):
    task = classification.draw_task("breast_cancer", rng, offsets=3.0)
    task["rows_test"] = task["rows_test"][:40]
    del task["y_test"]
    yield data_case("breast_cancer", "乳腺癌", task)


def shapes_of_line(X, y):
    return [X.shape[1:], ()]


def log_odds(impl, case):
    """x·w + b of new tumors, whatever the scales of the features."""
    mean, sd = case.X.mean(axis=0), case.X.std(axis=0)
    turn = np.linalg.qr(np.random.RandomState(case.turn).normal(size=(30, 30)))[0] * case.scales
    X, X_test = ((part - mean) / sd @ turn + case.shift for part in (case.X, case.X_test))
    w, b = impl.gaussian_classifier(X, case.y)
    return X_test @ w + b


@mistake(
    en="You chose the nearer mean. That ignores the covariance: distances in area drown all other features.",
    zh="你选的是更近的均值，忽略了协方差：“面积”上的距离淹没了其他特征。",
)
def nearest_mean(X, y):
    m0, m1 = X[y == 0].mean(axis=0), X[y == 1].mean(axis=0)
    return m1 - m0, (m0 @ m0 - m1 @ m1) / 2


@variant
def inverse(X, y):
    parts = [X[y == k] for k in (0, 1)]
    inverse = np.linalg.inv(sum(len(part) * np.cov(part.T, bias=True) for part in parts) / len(X))
    m0, m1 = (part.mean(axis=0) for part in parts)
    w = inverse @ (m1 - m0)
    return w.tolist(), float(np.log(len(parts[1]) / len(parts[0])) - (m1 + m0) @ w / 2)


@variant
def expanded(X, y):
    counts = np.bincount(y)
    mus = np.array([X[y == k].mean(axis=0) for k in (0, 1)])
    S = np.einsum("ni,nj->ij", X - mus[y], X - mus[y]) / len(X)
    halves = [mu @ np.linalg.solve(S, mu) / 2 for mu in mus]
    return np.linalg.solve(S, mus[1]) - np.linalg.solve(S, mus[0]), halves[0] - halves[1] + np.log(
        counts[1] / counts[0]
    )


@mistake(
    en="You gave both classes the prior ½. How common each is in the training data belongs to the model, too.",
    zh="你给两类的先验都是 ½。各类在训练数据中有多常见，也是模型的一部分。",
)
def equal_priors(X, y):
    _, mus, S = gaussian_fit_shared(X, y)
    return shared_gaussian_to_linear(np.array([0.5, 0.5]), mus, S)


Exercise(
    points=1, reference=classification.gaussian_classifier, cases=gaussian_case, observe=log_odds, shapes=shapes_of_line,
    forbids=FROM_SCRATCH,
    tolerance=Tolerance(
        1e-4,
        1e-6,
        "30 correlated features: formulas that are equal on paper differ by up to 1e-6; the smallest known mistake moves 3%",
    ),
    mistakes=[
        Mistake("line_points_to_class_0", "shared_gaussian_to_linear(pi, mus, S)",
            "shared_gaussian_to_linear(pi[::-1], mus[::-1], S)",
            en="The classes are swapped: a positive score means label 1.",
            zh="两个类别弄反了：得分为正表示标签 1。"),
        Mistake("bias_missing", "return shared_gaussian_to_linear(pi, mus, S)",
            "return shared_gaussian_to_linear(pi, mus, S)[0], 0.0",
            en="Without b the boundary goes through the origin, far away from all tumors.",
            zh="没有 b，分界面就穿过原点，离所有样本都很远。"),
        Mistake("labels_of_the_first_rows", "gaussian_fit_shared(X, y)", "gaussian_fit_shared(X, np.sort(y))",
            en="Rows and labels no longer belong together: the classes' means are nearly the same.",
            zh="样本与标签对不上了：两类的均值几乎相同。"),
        Mistake("a_covariance_of_all_rows", "shared_gaussian_to_linear(pi, mus, S)",
            "shared_gaussian_to_linear(pi, mus, gaussian_fit(X)[1])",
            en="Your covariance is that of all tumors together, so it includes the distance between the classes. Use the one that the classes share.",
            zh="你用的是全体样本的协方差，把类间距离也算了进去。应当用各类共享的协方差。"),
    ],
    variants=[
        squared_labels("pi, mus, S = "),
    ],
)
