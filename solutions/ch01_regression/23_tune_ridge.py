# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import regression

from chapter import linear_predict, ridge_fit

# %% [markdown] lang="en"
# ## {n} Choose, then refit on everything
#
# The validation rows have done their duty once $\lambda$ is chosen. Throwing them away would be a waste, so train once more **on all rows**, with the chosen $\lambda$: that is the final model (§2.5, step 3;
# what "stays unchanged" there is $\lambda$, not the weights).
#
# One more thing has to be honest. Ridge puts the same price on each weight, so the features should have comparable units: **standardize** each column, $z = (x - \mu)/\sigma$, with its mean $\mu$
# and its standard deviation $\sigma$ (the mean over the rows of $(x-\mu)^2$, under a root; NumPy's default). But $\mu$ and $\sigma$ are learned from data, too! Take them from the rows that the model is fitted on, and apply these same numbers
# to the rows that judge it. If validation rows had a say in $\mu$ and $\sigma$, they would no longer be unseen.
#
# 1. Take $\mu, \sigma$ from the rows `train`. For each $\lambda$ fit `ridge_fit` on the standardized rows `train`, and note the **MEAN** squared error on the rows `val`, standardized by the same $\mu, \sigma$.
# 2. The smallest error chooses $\lambda$ (of equals, the first).
# 3. Start again: take $\mu, \sigma$ from **all** rows of `X` and fit on all of them with the chosen $\lambda$. This gives weights $v$ and a bias $c$ for standardized features.
# 4. Hand them over in the units of `X`, so that nobody needs $\mu$ and $\sigma$ any more: $v\cdot\frac{x-\mu}{\sigma} + c = w\cdot x + b$ with $w = v/\sigma$ and $b = c - \mu\cdot w$.
#
# (A question on the side: suppose that the validation rows had a say in $\mu$ alone, and not in $\sigma$. Would the errors of step 1 change? Try it. The bias is free, so it makes up for whatever you subtract: it is the scale that decides what a weight costs.)
#
# **By hand.** $X = (0, 2, 4)^\top$, $y = (1, 5, 7)$, `train` = rows 0 and 1, `val` = row 2, `lams` $= [0, 2]$.
# Step 1: $\mu = 1$, $\sigma = 1$, so the training rows become $z = (-1, 1)$ and the validation row $z = 3$. For $\lambda = 0$: $w = 2$, $b = 3$, which predicts 9 instead of 7, error 4. For $\lambda = 2$: $w = 1$, $b = 3$, predicts 6, error 1.
# Step 2: $\lambda = 2$. Step 3: $\mu = 2$, $\sigma = \sqrt{8/3} = 1.633$, $v = 1.470$, $c = 13/3$. Step 4: $w = 0.9$, $b = 13/3 - 2\cdot 0.9 = 2.533$.
# %% [markdown] lang="zh" of="c65b"
# ## {n} 选好之后，用全部数据重新训练
#
# $\lambda$ 一旦选定，验证集的任务就完成了。把这些数据扔掉太可惜，所以用选定的 $\lambda$ 在**全部数据**上再训练一次，得到最终的模型
# （§2.5 第 3 步；那里说的“不变参数”，不变的是 $\lambda$ 这样的超参数，不是权重）。
#
# 还有一处也要诚实。岭回归对每个权重收同样的价，所以各特征的单位应当可比：先把每一列**标准化**，$z = (x - \mu)/\sigma$，其中 $\mu$ 是这一列的均值，
# $\sigma$ 是标准差（$(x-\mu)^2$ 对各行的平均再开方，即 NumPy 的默认算法）。但 $\mu$ 和 $\sigma$ 也是从数据里学来的！它们只能取自用来拟合的那些行，再用同样的数值去变换用来评判的行。
# 如果验证的行也参与了 $\mu$ 和 $\sigma$ 的计算，它们就不再是“没见过的”了。
#
# 1. 由 `train` 各行求 $\mu, \sigma$。对每个 $\lambda$，在标准化后的 `train` 上用 `ridge_fit` 拟合；`val` 各行用同样的 $\mu, \sigma$ 标准化，记下**均方误差**（对 `val` 各行取平均）。
# 2. 误差最小的 $\lambda$ 当选（并列时取前面的）。
# 3. 从头再来：由 `X` 的**全部**行求 $\mu, \sigma$，用选定的 $\lambda$ 在全部行上拟合，得到对应标准化特征的权重 $v$ 和偏置 $c$。
# 4. 换算回 `X` 原来的单位，这样使用者就不再需要 $\mu$ 和 $\sigma$：$v\cdot\frac{x-\mu}{\sigma} + c = w\cdot x + b$，其中 $w = v/\sigma$，$b = c - \mu\cdot w$。
#
# （顺便想一想：假如验证的行只参与了 $\mu$ 的计算，而没有参与 $\sigma$，第 1 步的误差会变吗？动手试试。偏置不受惩罚，无论减去什么，它都能补回来；决定权重“价格”的只是尺度。）
#
# **手算。** $X = (0, 2, 4)^\top$，$y = (1, 5, 7)$，`train` 为第 0、1 行，`val` 为第 2 行，`lams` $= [0, 2]$。
# 第 1 步：$\mu = 1$，$\sigma = 1$，训练行变成 $z = (-1, 1)$，验证行 $z = 3$。$\lambda = 0$ 时 $w = 2$，$b = 3$，预测 9，而真实值是 7，误差 4；$\lambda = 2$ 时 $w = 1$，$b = 3$，预测 6，误差 1。
# 第 2 步：$\lambda = 2$。第 3 步：$\mu = 2$，$\sigma = \sqrt{8/3} = 1.633$，$v = 1.470$，$c = 13/3$。第 4 步：$w = 0.9$，$b = 13/3 - 2\cdot 0.9 = 2.533$。
# %% answer="tune_ridge"
def tune_ridge(X, y, train, val, lams):
    """Choose the penalty on a validation set, then refit on all rows.

    X (N, D), y (N,), train and val: row numbers, lams: a list of penalties.  No column of X is constant in the rows train.
    Returns (lam, val_loss, w, b): the chosen penalty, the MEAN squared validation error of each penalty (len(lams),),
    and the final model, w (D,) and b, for features in the units of X.
    """
    ### BEGIN SOLUTION
    sd = X[train].std(axis=0)  # (D,); no μ: whatever is subtracted, the bias of ridge_fit makes up for it
    val_loss = []
    for lam in lams:
        v, c = ridge_fit(X[train] / sd, y[train], lam)
        val_loss.append(np.mean((linear_predict(v, c, X[val] / sd) - y[val]) ** 2))
    lam = lams[np.argmin(val_loss)]
    sd = X.std(axis=0)  # from all rows now
    v, b = ridge_fit(X / sd, y, lam)
    w = v / sd  # (D,)
    return lam, val_loss, w, b
    ### END SOLUTION


# %% [markdown] docstring="tune_ridge" lang="zh" of="6e1b"
# 在验证集上选择惩罚强度，再用全部数据重新训练。
#
# X (N, D)，y (N,)，train 和 val 是行号，lams 是候选的惩罚强度列表。X 的任何一列在 train 各行中都不是常数。
# 返回 (lam, val_loss, w, b)：选中的惩罚强度，每个候选在验证集上的均方误差 (len(lams),)，
# 以及最终模型 w (D,) 和 b，适用于 X 原来的单位。
# %% [markdown] why="tune_ridge" lang="en"
# `sd` is computed twice: from `train` for the vote, from all rows for the model that is handed over.
# μ may be left out, for `ridge_fit` centers by itself. So only the scale is undone: $v\cdot(x/\sigma) + b = (v/\sigma)\cdot x + b$, and `b` stays.
# %% [markdown] why="tune_ridge" lang="zh" of="107c"
# `sd` 算了两次：选 λ 时只用 `train`，交出去的模型用全部行。
# μ 可以不减，`ridge_fit` 自己会中心化；所以只要把尺度还回去：$v\cdot(x/\sigma) + b = (v/\sigma)\cdot x + b$，`b` 不变。
# %% grading="tune_ridge"
def tuning_inputs(rng, n, lams):
    """Data on which a middle penalty wins by a clear margin, so that every wrong way to choose shows."""

    def mse(rows, others, lam):
        mu, sd = X[rows].mean(axis=0), X[rows].std(axis=0)
        Z, t = (X[rows] - mu) / sd, y[rows] - y[rows].mean()
        w = np.linalg.solve(Z.T @ Z + lam * np.eye(3), Z.T @ t)
        return np.mean(((X[others] - mu) / sd @ w + y[rows].mean() - y[others]) ** 2)

    while True:
        X = (rng.normal(size=(n, 3)) * [4, 20, 2] + [4, -10, 0]).round(2)
        y = (X @ [0.25, 0.05, 0.5] + rng.normal(size=n) + 3).round(2)
        perm = rng.permutation(n)
        train, val = perm[n // 4 :], perm[: n // 4]
        losses = np.array([mse(train, val, lam) for lam in lams])
        order = np.sort(losses)
        if 0 < np.argmin(losses) < len(lams) - 1 and order[1] > 1.05 * order[0]:
            return {"X": X, "y": y, "train": train, "val": val, "lams": lams}


def tuning_cases(rng):
    yield Case("typical", zh="一般数据", **tuning_inputs(rng, 16, [0.01, 5.0, 300.0]))
    yield Case("penalties out of order", zh="惩罚强度不按顺序", **tuning_inputs(rng, 13, [200.0, 4.0, 0.02]))


def edge_cases(rng):
    one = {**tuning_inputs(rng, 12, [0.01, 5.0, 300.0]), "lams": [round(rng.uniform(1.5, 4), 2)]}
    yield Case("one penalty", zh="只有一个惩罚强度", **one)
    equal = {**tuning_inputs(rng, 12, [0.01, 5.0, 300.0]), "lams": [3.0, 0.5, 20.0]}
    equal["y"][equal["train"]] = 0.0  # nothing to learn: w = 0 for each penalty, and all errors are equal
    yield Case("equal errors", zh="误差全都相等", **equal)


@variant
def helper(X, y, train, val, lams):
    def fit(rows, lam):
        mu, sd = np.mean(X[rows], axis=0), np.sqrt(np.var(X[rows], axis=0))
        v, c = ridge_fit((X[rows] - mu) / sd, y[rows], lam)
        return v / sd, c - np.sum(mu * v / sd)

    losses = np.zeros(len(lams))
    for i, lam in enumerate(lams):
        w, b = fit(train, lam)
        losses[i] = np.mean((X[val] @ w + b - y[val]) ** 2)
    best = lams[losses.argmin()]
    return [best, losses, *fit(np.arange(len(y)), best)]


@mistake(
    en="The features were not standardized, so the penalty falls on some of them far more heavily than on others.",
    zh="特征没有标准化，惩罚对某些特征会比对其他特征重得多。",
)
def features_not_standardized(X, y, train, val, lams):
    val_loss = []
    for lam in lams:
        w, b = ridge_fit(X[train], y[train], lam)
        val_loss.append(np.mean((linear_predict(w, b, X[val]) - y[val]) ** 2))
    lam = lams[int(np.argmin(val_loss))]
    return lam, val_loss, *ridge_fit(X, y, lam)


@mistake(
    en="Your σ divides by N − 1. Here it is the root of the mean over the rows, NumPy's default.",
    zh="你的 σ 除以了 N − 1。这里是对各行取平均再开方，即 NumPy 的默认算法。",
)
def deviation_over_n_minus_1(X, y, train, val, lams):
    def fit(rows, lam):
        mu, sd = X[rows].mean(axis=0), X[rows].std(axis=0, ddof=1)
        v, c = ridge_fit((X[rows] - mu) / sd, y[rows], lam)
        return v / sd, c - mu @ (v / sd)

    fits = [fit(train, lam) for lam in lams]
    val_loss = [np.mean((linear_predict(w, b, X[val]) - y[val]) ** 2) for w, b in fits]
    lam = lams[int(np.argmin(val_loss))]
    return lam, val_loss, *fit(np.arange(len(y)), lam)


@mistake(
    en="You choose well, but then return the model that knows only the training rows. Fit once more, on all rows.",
    zh="你选得没错，但返回的还是只见过训练行的模型。请在全部行上再拟合一次。",
)
def not_refitted(X, y, train, val, lams):
    mu, sd = X[train].mean(axis=0), X[train].std(axis=0)
    fits = [ridge_fit((X[train] - mu) / sd, y[train], lam) for lam in lams]
    val_loss = [np.mean((linear_predict(v, c, (X[val] - mu) / sd) - y[val]) ** 2) for v, c in fits]
    v, c = fits[int(np.argmin(val_loss))]
    return lams[int(np.argmin(val_loss))], val_loss, v / sd, c - mu @ (v / sd)


@mistake(
    en="Where several penalties have the same error you took the last of them. Of equals, the first wins.",
    zh="几个惩罚强度的误差相同时，你取了最后一个。并列时应取前面的。",
)
def last_of_equals(X, y, train, val, lams):
    mu, sd = X[train].mean(axis=0), X[train].std(axis=0)
    fits = [ridge_fit((X[train] - mu) / sd, y[train], lam) for lam in lams]
    val_loss = [np.mean((linear_predict(v, c, (X[val] - mu) / sd) - y[val]) ** 2) for v, c in fits]
    best = 0
    for i, loss in enumerate(val_loss):
        if loss <= val_loss[best]:
            best = i
    mu, sd = X.mean(axis=0), X.std(axis=0)
    v, c = ridge_fit((X - mu) / sd, y, lams[best])
    return lams[best], val_loss, v / sd, c - mu @ (v / sd)


Exercise(
    points=3, reference=regression.tune_ridge, cases=tuning_cases, tolerance=CLOSED_FORM, accepts=("integers",),
    forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("scaler_fitted_before_the_split", "sd = X[train].std(axis=0)", "sd = X.std(axis=0)",
            en="Your first μ and σ come from all rows, so the validation rows have helped to prepare the model they are to judge. Take them from the rows `train`.",
            zh="你第一步的 μ 和 σ 取自全部行，验证的行参与了它们要评判的模型。请只用 `train` 的行来求。"),
        Mistake("old_scaler_kept", "sd = X.std(axis=0)  # from all rows now", "pass",
            en="The final model still uses μ and σ of the training rows. Step 3 starts again: take them from all rows.",
            zh="最终模型还在用训练行的 μ 和 σ。第 3 步要从头再来：改用全部行重新计算。"),
        Mistake("selection_on_training", "(linear_predict(v, c, X[val] / sd) - y[val])",
            "(linear_predict(v, c, X[train] / sd) - y[train])",
            en="Your errors are those of the training rows, which always prefer the smallest penalty. Let the rows `val` judge.",
            zh="你记下的是训练行上的误差，它总是偏爱最小的惩罚。请让 `val` 的行来评判。"),
        Mistake("weights_of_standardized_features", "return lam, val_loss, w, b", "return lam, val_loss, v, np.mean(y)",
            en="Your weights belong to standardized features, but whoever uses them will multiply them with X itself. Step 4 converts them.",
            zh="你返回的权重对应的是标准化后的特征，而使用者会直接拿它乘 X。请按第 4 步换算。"),
        Mistake("bias_not_converted", "return lam, val_loss, w, b", "return lam, val_loss, w, np.mean(y)",
            en="The weights are converted but the bias is not: it still assumes features with mean 0. Where does μ go when you multiply out?",
            zh="权重换算了，偏置却没有：它仍假定特征的均值为 0。把式子展开，μ 去了哪里？"),
        Mistake("validation_standardized_by_itself", "v, c, X[val] / sd",
            "v, np.mean(y[train]), (X[val] - X[val].mean(axis=0)) / X[val].std(axis=0)",
            en="You standardize the validation rows by their own μ and σ. The weights know the numbers of the rows `train`; apply these to the rows `val`.",
            zh="你用验证行自己的 μ 和 σ 做了标准化。权重是按 `train` 行的数值学的，请把同样的数值用到 `val` 行上。"),
        Mistake("number_instead_of_penalty", "return lam, val_loss, w, b",
            "return int(np.argmin(val_loss)), val_loss, w, b",
            en="You return the place of the winner in the list. Return the penalty itself.",
            zh="你返回的是获胜者在列表中的位置。请返回惩罚强度本身。"),
        Mistake("smallest_of_equals", "lams[np.argmin(val_loss)]", "min(zip(val_loss, lams))[1]",
            en="Where several penalties have the same error you took the smallest of them. Of equals, the first in the list wins.",
            zh="几个惩罚强度的误差相同时，你取了最小的。并列时应取列表中排在前面的。"),
        Mistake("root_of_the_mean",
            "val_loss.append(np.mean((linear_predict(v, c, X[val] / sd) - y[val]) ** 2))",
            "val_loss.append(np.sqrt(np.mean((linear_predict(v, c, X[val] / sd) - y[val]) ** 2)))",
            en="Your validation errors are roots of the mean (RMSE). The MEAN squared error itself is asked for.",
            zh="你的验证误差又开了平方根（RMSE）。题目要的是**均方误差**本身。"),
        Mistake("largest_error_chosen", "np.argmin", "np.argmax",
            en="You kept the penalty with the largest validation error.",
            zh="你留下了验证误差最大的那个惩罚强度。"),
        Mistake("sum_for_mean", "val_loss.append(np.mean(", "val_loss.append(np.sum(",
            en="Your validation errors are sums; the MEAN is asked for. (The choice is the same, but the figures depend on the size of the set.)",
            zh="你的验证误差是求和得到的；题目要的是**平均**。（选择不受影响，但数值会随集合大小而变。）"),
    ],
    variants=[
        Variant("array_of_losses", "return lam, val_loss, w, b", "return lam, np.array(val_loss), list(w), b"),
        Variant("float32_weights", "w = v / sd", "w = (v / sd).astype(np.float32)"),
    ],
)
