# %% prelude
import numpy as np
import torch

from autograder import FROM_SCRATCH, Calibration, Case, Exercise, Mistake, Variant, mistake, variant
from reference import gradient_descent as gd

from chapter import curvature_range, drawn_by, gd_train, normal, standardize_apply, standardize_fit, words, yours

# %% [markdown] lang="en"
# ## {n} In practice: 442 patients, 1000 steps
#
# Real features come in real units. The next cell loads the diabetes data (442 patients, ten measurements, and how far the disease has progressed a year later) and shows the spread of each measurement, on the left raw, on the right as your `standardize_fit` and `standardize_apply` leave it. You should see: raw, sex is
# coded 1 or 2 and blood values run into the hundreds; standardized, all ten boxes stand at the same height. On the 342 training patients the condition number is about $5.5\cdot10^7$ for the raw features and about $500$ for the standardized ones. Both trainings head for *the same* least-squares line; the question is
# how near they are after 1000 steps. The cell leaves `X_train`, `y_train` and `X_test` (raw units) for your own experiments.
#
# **Exercise.** `fit_scaled` standardizes the training data, trains `n_steps` of `gd_train` with $\eta = 1/\kappa_{\max}$ **of the standardized features**, and returns the whole model $(\mu, \sigma, w, b)$. You have built every part. The model's prediction
# for a new patient $x$ in raw units is
#
# $$y_{\text{pred}} = \sum_d w_d\,\frac{x_d - \mu_d}{\sigma_d} + b .$$
#
# **How it is judged.** First, whether you train as described: after a few steps on a small data set the model is still far from least squares, and yours has to be where those steps lead. Then we predict with your model for 100 patients who were not in the
# training data, and take the MEAN of $(y_{\text{pred}} - y_{\text{least squares}})^2$ over them. Your score is (gap of the same training on raw features) / (your gap), capped at 1000. You pass at 100. (For grading the patients are drawn anew, their measurements mixed with each other and put into other units, and the targets redrawn from the real ones, so there is nothing to look up.)
# %% [markdown] lang="zh" of="1dc9"
# ## {n} 实战：442 位病人，1000 步
#
# 真实的特征带着真实的单位。下面的单元格载入糖尿病数据（442 位病人，十项测量值，以及一年后的病情进展），并画出每项测量值的分布，左边是原始值，右边是经过你的 `standardize_fit` 和 `standardize_apply` 之后的值。
# 你应当看到：原始值中性别用 1 和 2 表示，有的血液指标却高达几百；标准化之后，十个箱子都在同样的高度。
# 在 342 位训练病人上，原始特征的条件数约为 $5.5\cdot10^7$，标准化后约为 $500$。两种训练都走向**同一个**最小二乘解；问题是走 1000 步之后各自还差多远。单元格留下了 `X_train`、`y_train`、`X_test`（原始单位），可以自己拿来试验。
#
# **练习。** `fit_scaled` 先把训练数据标准化，取**标准化后的特征**的 $\eta = 1/\kappa_{\max}$，用 `gd_train` 训练 `n_steps` 步，最后返回整个模型 $(\mu, \sigma, w, b)$。每个部件你都已经写好了。对一位新病人的原始数据 $x$，模型的预测是
#
# $$y_{\text{pred}} = \sum_d w_d\,\frac{x_d - \mu_d}{\sigma_d} + b .$$
#
# **怎样评分。** 先看你是不是按要求训练：在一份小数据上只走几步，模型离最小二乘解还很远，你的模型必须正好停在这几步走到的地方。然后用你的模型对 100 位不在训练数据里的病人做预测，对他们计算 $(y_{\text{pred}} - y_{\text{最小二乘}})^2$ 的**平均**。
# 得分 = 用原始特征做同样的训练时的差距 ÷ 你的差距，最高按 1000 计，达到 100 即通过。（评分时会重新抽取病人，把各项测量值互相混合、换成别的单位，目标值也由真实数据重新抽取生成，查表是没有用的。）
# %% demo="patients"
@drawn_by()
def patients(plt):
    global X_train, y_train, X_test
    from sklearn.datasets import load_diabetes

    patients = load_diabetes(scaled=False)
    shuffled = np.random.default_rng(0).permutation(442)
    X_train, y_train, X_test = (
        patients.data[shuffled[:342]],
        patients.target[shuffled[:342]],
        patients.data[shuffled[342:]],
    )
    scaled = yours(lambda: np.reshape(standardize_apply(X_train, *standardize_fit(X_train)), (342, 10)), None)
    title = words(en="Standardized by your functions", zh="由你的函数标准化")
    if scaled is None:
        title = words(
            en="Write standardize_fit and standardize_apply first", zh="请先写出 standardize_fit 和 standardize_apply"
        )
    _, (left, right) = plt.subplots(1, 2, figsize=(14, 4))
    for ax, table in ((left, X_train), (right, np.full((342, 10), np.nan) if scaled is None else scaled)):
        ax.boxplot(
            table, tick_labels=patients.feature_names, medianprops={"color": "#D55E00", "lw": 2}, flierprops={"ms": 3}
        )
    left.set(
        yscale="log",
        ylabel=words(en="raw value (log scale)", zh="原始数值（对数坐标）"),
        title=words(en="Ten measurements of 342 patients, in ten different units", zh="342 位病人的十项测量，十种单位"),
    )
    right.set(ylabel=words(en="standard deviations from the mean", zh="与均值相差几个标准差"), title=title)
    plt.tight_layout()
    plt.show()


# %% answer="fit_scaled"
def fit_scaled(X, y, n_steps):
    """Train a linear model by gradient descent on standardized features; return the whole model.

    X (N, D) in raw units, y (N,), n_steps an integer.
    The learning rate is 1 / kappa_max of the standardized X; the loss is the MEAN squared error.
    Returns (mu, sd, w, b): the scale, both (D,), and the weights (D,) and bias (a number) for standardized features.
    """
    ### BEGIN SOLUTION
    mu, sd = standardize_fit(X)
    Z = standardize_apply(X, mu, sd)  # (N, D)
    lr = 1 / curvature_range(Z)[1]
    w, b = gd_train(Z, y, lr, n_steps)
    return mu, sd, w, b
    ### END SOLUTION


# %% [markdown] docstring="fit_scaled" lang="zh" of="bc27"
# 在标准化的特征上用梯度下降训练线性模型，返回整个模型。
#
# X (N, D) 是原始单位的特征，y (N,)，n_steps 是整数。
# 学习率为标准化后的 X 的 1 / kappa_max；损失是均方误差。
# 返回 (mu, sd, w, b)：尺度 mu、sd 都是 (D,)；w (D,) 和 b（一个数）是针对标准化特征的权重和偏置。
# %% [markdown] why="fit_scaled" lang="en"
# The rate must come from `Z`, for that is the bowl in which the descent takes place; the curvature of raw features would belong to another one.
# The scale is handed over with the weights, which mean nothing without it. Columns of mean 0 also part the bias from the weights: none disturbs the other.
# %% [markdown] why="fit_scaled" lang="zh" of="8c6d"
# 学习率要由 `Z` 算出，因为下降就在它的那只碗里进行；用原始特征的曲率，算的是另一只碗。
# 尺度要和权重一起交出去，离开了它权重毫无意义。各列均值为 0 还有一个好处：偏置与权重不再互相牵扯。
# %% grading="fit_scaled"
def shapes_of_model(X, y, n_steps):
    return {"mu": X.shape[1:], "sd": X.shape[1:], "w": X.shape[1:], "b": ()}


def times_closer(impl, case):
    mu, sd, w, b = impl.fit_scaled(case.X, case.y, case.n_steps)
    gap = float(np.mean((((case.X_new - mu) / sd) @ w + b - case.goal) ** 2))
    return {"metric": min(case.other_gap / max(gap, 1e-9), 1000.0), "mu": mu, "sd": sd, "w": w, "b": b}


def two_features(rng, correlation):
    """X (8, 2), y (8,) and X_new (4, 2): two features in different units, so correlated that the bowl is known."""
    Z = np.linalg.qr(np.column_stack([np.ones(8), normal(rng, 8, 2)]))[0][:, 1:] * np.sqrt(8)  # means 0, deviations 1
    Z = np.vstack([Z, normal(rng, 4, 2)])
    Z[:, 1] = correlation * Z[:, 0] + np.sqrt(1 - correlation**2) * Z[:, 1]
    X = (Z * rng.permutation([0.05, 40.0]) + rng.permutation([3.0, 200.0])).round(4)
    return torch.as_tensor(X[:8]), torch.as_tensor((50 + 15 * rng.normal(size=8)).round(2)), torch.as_tensor(X[8:])


def patient_cases(rng):
    def case(name, zh, split, n_steps, goal, other):
        X, y, X_new = (part.numpy() for part in split)
        other_gap = float(torch.mean((other - goal) ** 2))
        return Case(name, zh=zh, X=X, y=y, n_steps=n_steps, X_new=X_new, goal=goal.numpy(), other_gap=other_gap)

    # After a few steps the model is far from least squares, and another rate leads to another place: at 1.05 / lam_max
    # it is at most 40 times closer to the right place than least squares is (measured on 1000 draws).
    for n_steps, low, high in ((2, 0.2, 0.4), (3, 0.8, 0.95)):
        split = two_features(rng, rng.uniform(low, high))
        goal = gd.predictions(*gd.fit_scaled(*split[:2], n_steps), split[2])
        yield case(f"{n_steps} steps", f"{n_steps} 步", split, n_steps, goal, gd.least_squares(*split))
    split = gd.patients(rng)
    goal = gd.least_squares(*split)
    yield case("100 new patients", "100 位新病人", split, 1000, goal, gd.raw_training(*split, 1000))


@mistake(
    en="Your model was trained on raw features: after 1000 steps it is no nearer than raw training. Standardize before you train.",
    zh="你的模型是在原始特征上训练的，1000 步之后并没有更接近。先标准化，再训练。",
)
def features_left_raw(X, y, n_steps):
    w, b = gd_train(X, y, 1 / curvature_range(X)[1], n_steps)
    return np.zeros(X.shape[1]), np.ones(X.shape[1]), w, b


@mistake(
    en="You translated the weights back to raw units and return the scale as well, so the scale is applied twice. w and b belong to standardized features.",
    zh="你已经把权重换算回原始单位，又返回了尺度，缩放就做了两次。w 和 b 应当是针对标准化特征的。",
)
def weights_for_raw_features(X, y, n_steps):
    mu, sd = standardize_fit(X)
    Z = standardize_apply(X, mu, sd)
    w, b = gd_train(Z, y, 1 / curvature_range(Z)[1], n_steps)
    return mu, sd, w / sd, b - w @ (mu / sd)


@mistake(
    en="Your learning rate is a fixed 0.1. Compute it from the data: 1/κ_max of the standardized features.",
    zh="你的学习率固定为 0.1。它应当由数据算出：标准化特征的 1/κ_max。",
)
def rate_of_one_tenth(X, y, n_steps):
    mu, sd = standardize_fit(X)
    w, b = gd_train(standardize_apply(X, mu, sd), y, 0.1, n_steps)
    return mu, sd, w, b


@mistake(
    en="You solve for the least-squares line directly, without scale and without steps. That is where the training leads; asked for is where it stands after `n_steps`.",
    zh="你直接解出了最小二乘解，没有缩放，也没有迭代。那是训练的终点；题目要的是走 `n_steps` 步之后的位置。",
)
def least_squares_at_once(X, y, n_steps):
    theta = np.linalg.lstsq(np.column_stack([X, np.ones(len(X))]), y, rcond=None)[0]
    return np.zeros(X.shape[1]), np.ones(X.shape[1]), theta[:-1], theta[-1]


@mistake(
    en="The scale is right, but w and b are those of the least-squares line. Train them: `n_steps` of `gd_train` from zero.",
    zh="尺度是对的，但 w 和 b 直接取了最小二乘解。请从零开始用 `gd_train` 训练 `n_steps` 步。",
)
def least_squares_on_standardized_features(X, y, n_steps):
    mu, sd = standardize_fit(X)
    Z = standardize_apply(X, mu, sd)
    return mu, sd, np.linalg.lstsq(Z, y - y.mean(), rcond=None)[0], y.mean()


@variant
def bias_as_a_column_and_lists(X, y, n_steps):
    mu, sd = X.mean(axis=0), X.std(axis=0)
    A = np.column_stack([(X - mu) / sd, np.ones(len(X))])
    H = 2 * A.T @ A / len(A)
    theta = np.zeros(A.shape[1])
    for _ in range(n_steps):
        theta = theta - (H @ theta - 2 * A.T @ y / len(A)) / np.linalg.norm(H, 2)
    return mu.tolist(), sd.tolist(), theta[:-1].tolist(), float(theta[-1])


Exercise(
    points=3, reference=gd.fit_scaled, cases=patient_cases, observe=times_closer, shapes=shapes_of_model,
    forbids=FROM_SCRATCH,
    tolerance=Calibration(
        gd.times_closer, higher_is_better=True, margin=189,
        reason="squared distance to least squares on 100 diabetes patients after 1000 steps: raw features over standardized ones",
    ),
    mistakes=[
        Mistake("only_centered", "mu, sd = standardize_fit(X)", "mu, sd = standardize_fit(X)[0], np.ones(X.shape[1])",
            en="You subtracted the means but kept the units. The widest feature still dictates the learning rate.",
            zh="你减去了均值，但单位还在，学习率仍然受最宽的那个特征限制。"),
        Mistake("bias_dropped", "return mu, sd, w, b", "return mu, sd, w, 0.0",
            en="All predictions are too low by the same amount, the mean of y. Return the bias that was trained.",
            zh="所有预测都低了同样多，正好是 y 的均值。请返回训练得到的偏置。"),
        Mistake("rate_of_the_raw_features", "curvature_range(Z)", "curvature_range(X)",
            en="The learning rate comes from the raw features and is tens of thousands of times too small for the round bowl. Take the curvature of what you train on.",
            zh="学习率是用原始特征算的，对变圆的碗来说，只有应有的几万分之一。应当用真正拿来训练的特征去算曲率。"),
        Mistake("smallest_curvature_used", "curvature_range(Z)[1]", "curvature_range(Z)[0]",
            en="The run flies away: 1/κ_min is far above the stable limit. The *largest* curvature limits the rate.",
            zh="训练发散了：1/κ_min 远远超过稳定的上限。限制学习率的是**最大**的曲率。"),
        Mistake("too_few_steps", "lr, n_steps)", "lr, n_steps // 100)",
            en="Your model is undertrained. Pass `n_steps` on as it is.",
            zh="训练得不够。请把 `n_steps` 原样传下去。"),
        Mistake("always_1000_steps", "lr, n_steps)", "lr, 1000)",
            en="You always train 1000 steps. How many it should be is an argument: after five steps the model is still on its way.",
            zh="你总是训练 1000 步。步数是函数的参数：走五步的时候，模型还在半路上。"),
        Mistake("another_safe_rate", "1 / curvature_range", "1.8 / curvature_range",
            en="Your rate is stable, too, but another one: asked for is 1/κ_max. After a few steps one can tell them apart.",
            zh="你的学习率也是稳定的，但不是题目要求的 1/κ_max。走几步之后就能看出差别。"),
    ],
    variants=[Variant("largest_of_the_range", "curvature_range(Z)[1]", "max(curvature_range(Z))")],
    seconds=10.0,  # 1000 steps take 0.02 s, in plain Python 3 s
)
