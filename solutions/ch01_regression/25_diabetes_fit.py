# %% prelude
import numpy as np

from autograder import FROM_SCRATCH, Calibration, Case, Dataset, Exercise, Group, Mistake, mistake, variant
from reference import regression

from chapter import drawn_by, holdout_split, kfold_indices, linear_predict, ridge_fit, tune_ridge, words

# %% [markdown] lang="en"
# ## {n} In practice: diabetes, with too many features
#
# Ten measurements of each of 442 patients (age, sex, body mass index, blood pressure, six blood values), and a number that says how far the disease had progressed a year later.
# Perhaps the measurements act together: high blood pressure may be worse at a high body mass index. So we add all squares and products of two, which makes 65 features, and give you only **200 patients** to learn from.
#
# That is asking for trouble. Over a hundred random splits, the test error (MSE) relative to that of least squares on the ten measurements alone is
#
# | model | mean | best … worst split |
# |---|---|---|
# | ten measurements, least squares | 1 | |
# | 65 features, least squares | 1.77 | 1.14 … 3.95 |
# | 65 features, ridge, $\lambda$ chosen on held-out rows | 1.09 | 0.96 … 1.32 |
# | always the mean of the training set | 1.93 | |
#
# Here everything that you have built pays off. `diabetes_fit` receives the 65 features and the truth of 200 patients and returns a model; how it finds one is up to you. It is judged on the other 242 patients, over ten random splits:
#
# $$\frac{\text{your test error, the MEAN over ten splits}}{\text{that of least squares on the 65 features}}$$
#
# You pass at 0.838 or less, so least squares itself, which has 1, does not pass. Each case rotates the ten measurements at random before it multiplies them, and measures the progression in another unit, so the
# weights must come from the data that you are given. (A good model can't get far below the error of the ten measurements: most of what is left is noise that none of these numbers can predict.)
#
# The next cell shows the data and makes one such split, without the rotation: `X_train` (200, 65), `y_train`, `X_test`, `y_test`, to try your function on.
# %% [markdown] lang="zh" of="dabd"
# ## {n} 实战：糖尿病，而且特征太多
#
# 442 位病人，每人十项指标（年龄、性别、体重指数、血压、六项血液指标），以及一个数，表示一年之后病情发展到什么程度。
# 各项指标也许会共同起作用：体重指数高时，高血压可能更危险。所以我们再加上所有的平方项和两两乘积，一共 65 个特征，而用来学习的病人只给 **200 位**。
#
# 这可是自找麻烦。随机划分一百次，测试误差（MSE）与“只用十项指标的最小二乘”之比为
#
# | 模型 | 平均 | 最好……最差的一次 |
# |---|---|---|
# | 十项指标，最小二乘 | 1 | |
# | 65 个特征，最小二乘 | 1.77 | 1.14 … 3.95 |
# | 65 个特征，岭回归，$\lambda$ 由留出的行选定 | 1.09 | 0.96 … 1.32 |
# | 总是预测训练集的均值 | 1.93 | |
#
# 前面学到的一切，在这里都用得上。`diabetes_fit` 收到 200 位病人的 65 个特征和真实值，返回一个模型，怎样求出它由你决定。评分用另外 242 位病人，共随机划分十次：
#
# $$\frac{\text{你的测试误差（对十次划分取平均）}}{\text{65 个特征的最小二乘的测试误差}}$$
#
# 达到 0.838 即通过（越小越好）。最小二乘自己的比值是 1，所以过不了关。每组数据都先把十项指标随机旋转，再两两相乘，并换了病情的计量单位，所以权重必须从给你的数据中求出来。
# （再好的模型，误差也不会比只用十项指标小很多：剩下的大多是噪声，仅凭这些数谁也预测不了。）
#
# 下面的单元格画出数据，并做一次这样的划分（没有旋转）：`X_train` (200, 65)、`y_train`、`X_test`、`y_test`，可以用来试你的函数。
# %% demo="diabetes_data"
# The data, and one split of it; you may use these four arrays to try your function.
@drawn_by()
def diabetes_data(plt):
    global diabetes, measured, features, X_train, y_train, X_test, y_test
    from sklearn import datasets

    diabetes = datasets.load_diabetes()
    measured = (diabetes.data - diabetes.data.mean(axis=0)) / diabetes.data.std(axis=0)
    one, other = np.triu_indices(10)
    features = np.hstack([measured, measured[:, one] * measured[:, other]])  # (442, 65)
    order = np.random.default_rng(0).permutation(442)
    X_train, y_train = features[order[:200]], diabetes.target[order[:200]]
    X_test, y_test = features[order[200:]], diabetes.target[order[200:]]

    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.2), constrained_layout=True)
    dots = left.scatter(X_train[:, 2], y_train, c=X_train[:, 8], cmap="viridis", s=18)
    figure.colorbar(dots, ax=left, label=words(en="blood value s5 (standardized)", zh="血液指标 s5（标准化）"))
    left.set(xlabel=words(en="body mass index (standardized)", zh="体重指数（标准化）"), ylabel=words(en="progression after a year", zh="一年后的病情"), title=words(en="A trend, and a great deal of scatter", zh="有趋势，但很分散"))
    strength = [np.corrcoef(X_train[:, i], y_train)[0, 1] for i in range(10)]
    ranked = np.argsort(np.abs(strength))
    right.barh([diabetes.feature_names[i] for i in ranked], [strength[i] for i in ranked], color="#0072B2")
    right.axvline(0, color="black", lw=0.8)
    right.set(xlabel=words(en="correlation with the progression", zh="与病情的相关系数"), title=words(en="What each measurement tells by itself", zh="每项测量单独能说明多少"))
    plt.show()
# %% [markdown] lang="en"
# What you should see. The higher the body mass index, the farther the disease has progressed, but on average only: the points scatter widely around the trend (left). Body mass index and the blood value s5 tell most, sex next to nothing (right); s3 counts the other way round.
# %% [markdown] lang="zh" of="368d"
# 你应当看到：平均来说，体重指数越高，病情发展得越快，但数据点散得很开（左图）。单独来看，体重指数和血液指标 s5 最有用，性别几乎没用；s3 的作用方向相反（右图）。


# %% answer="diabetes_fit"
def diabetes_fit(X_train, y_train):
    """A model of the progression of diabetes, linear in the features that it is given.

    X_train (N, D), y_train (N,); the rows are in random order.  Returns (w, b): w (D,), b a number,
    for features in the units of X_train.
    """
    ### BEGIN SOLUTION
    n = len(y_train)
    train, val = holdout_split(n, 0.2, np.arange(n))
    _, _, w, b = tune_ridge(X_train, y_train, train, val, [1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0])
    return w, b
    ### END SOLUTION


# %% [markdown] docstring="diabetes_fit" lang="zh" of="1e14"
# 糖尿病发展程度的模型，对所给的特征是线性的。
#
# X_train (N, D)，y_train (N,)；各行已随机打乱。返回 (w, b)：w (D,)，b 是一个数，适用于 X_train 原来的单位。
# %% [markdown] why="diabetes_fit" lang="en"
# λ matters by its order of magnitude, so steps of about three are fine enough. Rows in random order can be split as they stand; `tune_ridge` refits on all 200 after 40 have voted.
# %% [markdown] why="diabetes_fit" lang="zh" of="a817"
# λ 要紧的是数量级，候选值每步约三倍就够细。行本来就是乱序，直接切分即可；40 行投票选定 λ 之后，`tune_ridge` 再用全部 200 行重新拟合。
# %% grading="diabetes_fit"
def accuracy_cases(rng):
    scale, shift = round(rng.uniform(0.5, 2), 2), round(rng.uniform(-50, 50))
    X, y = Dataset("diabetes"), Dataset("diabetes", "target")
    yield Case("ten splits", zh="十次划分", X=X, y=y, seed=int(rng.integers(2**31)), scale=scale, shift=shift)


def shapes_of_model(X_train, y_train):
    return {"w": (X_train.shape[1],), "b": ()}


def relative_error(impl, case):
    """Features are rotated before they are multiplied: weights copied from elsewhere are worthless."""
    rng = np.random.RandomState(case.seed)  # its numbers are the same in every release of numpy
    measured = (case.X - case.X.mean(axis=0)) / case.X.std(axis=0)
    measured = measured @ np.linalg.qr(rng.normal(size=(10, 10)))[0]
    one, other = np.triu_indices(10)
    X, y = np.hstack([measured, measured[:, one] * measured[:, other]]), case.y * case.scale + case.shift
    A, errors = np.hstack([X, np.ones((len(X), 1))]), []
    for _ in range(10):
        order = rng.permutation(len(X))
        train, test = order[:200], order[200:]
        w, b = impl.diabetes_fit(X[train], y[train])
        theta = np.linalg.lstsq(A[train], y[train], rcond=1e-10)[0]
        errors.append([np.mean((X[test] @ w + b - y[test]) ** 2), np.mean((A[test] @ theta - y[test]) ** 2)])
    yours, least_squares = np.mean(errors, axis=0)
    return {"metric": yours / least_squares, "w": w, "b": b}


@mistake(
    en="This is least squares, or next to it. With 65 features and 200 patients it learns the noise by heart: put a price on the weights, and let held-out rows choose it.",
    zh="这就是（或者几乎就是）最小二乘。65 个特征、200 位病人，它会把噪声背下来：请给权重标个价，价格由留出的行来选。",
)
def least_squares(X_train, y_train):
    return ridge_fit(X_train, y_train, 0.0)


@mistake(
    en="Your model predicts the same number for every patient. The measurements do tell something; use them.",
    zh="你的模型给每位病人预测同一个数。那些指标是有信息的，请用上。",
)
def always_the_mean(X_train, y_train):
    return np.zeros(X_train.shape[1]), y_train.mean()


@mistake(
    en="You fitted on a handful of patients, which a model with 66 parameters learns by heart. Refit on all the rows once λ is chosen.",
    zh="你只用了少数病人来拟合，有 66 个参数的模型会把它们全背下来。选好 λ 之后，请在全部行上重新拟合。",
)
def few_patients_only(X_train, y_train):
    return ridge_fit(X_train[:40], y_train[:40], 0.0)


@variant
def cross_validated(X_train, y_train):
    n, lams = len(y_train), [3.0, 10.0, 30.0, 100.0, 300.0]
    losses = [tune_ridge(X_train, y_train, train, val, lams)[1] for train, val in kfold_indices(n, 5)]
    best = lams[int(np.argmin(np.mean(losses, axis=0)))]
    return tune_ridge(X_train, y_train, np.arange(n), np.arange(n), [best])[2:]


@variant
def without_standardizing(X_train, y_train):
    held, rest = slice(0, 50), slice(50, None)

    def error(lam):
        w, b = ridge_fit(X_train[rest], y_train[rest], lam)
        return np.mean((linear_predict(w, b, X_train[held]) - y_train[held]) ** 2)

    w, b = ridge_fit(X_train, y_train, min([5.0, 20.0, 80.0, 200.0], key=error))
    return list(w), b


@variant
def fewer_features(X_train, y_train):
    w, b = ridge_fit(X_train[:, :10], y_train, 0.0)
    return np.append(w, np.zeros(X_train.shape[1] - 10)), b


Exercise(
    points=2, reference=regression.diabetes_fit, observe=relative_error,
    groups=[Group("accuracy", accuracy_cases)], shapes=shapes_of_model, forbids=FROM_SCRATCH,
    tolerance=Calibration(
        regression.diabetes_over_seeds,
        higher_is_better=False,
        margin=0.03,
        reason="test error of ridge with λ chosen on held-out rows, relative to least squares, which is 1 by definition; "
        "the margin is for other ways to choose λ",
    ),
    mistakes=[
        Mistake("penalty_too_strong", "[1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0]", "[1e5, 1e6]",
            en="Your penalties are so strong that next to nothing is left of the weights. Offer a list that goes from weak to strong, and let held-out rows choose.",
            zh="你的惩罚太强，权重几乎全被压没了。请给出从弱到强的候选，由留出的行来选。"),
        Mistake("bias_missing", "return w, b", "return w, 0.0",
            en="Your model has no bias, so its predictions scatter around 0, far from the truth.",
            zh="你的模型没有偏置，预测值就在 0 附近，离真实值很远。"),
        Mistake("selected_on_training", "train, val, [1.0,", "train, train, [1e-6, 1.0,",
            en="The rows that were fitted have chosen λ, and they always vote for the weakest penalty. Let rows vote that the model has not seen.",
            zh="选 λ 的是用来拟合的那些行，它们总是投票给最弱的惩罚。请让模型没见过的行来投票。"),
    ],
)


# %% [markdown] lang="en"
# The next figure shows what your function is worth, the fewer patients the more: test errors relative to the ten measurements alone, each the mean over 20 random splits.
# %% [markdown] lang="zh" of="168a"
# 下图画出你的函数值多少：病人越少，它越值钱。纵轴是测试误差与“只用十项指标”之比，每个点是 20 次随机划分的平均。
# %% demo="diabetes_payoff"
# Test errors against the number of patients, by your ridge_fit and your diabetes_fit.
@drawn_by("ridge_fit", "diabetes_fit")
def diabetes_payoff(plt):
    rng, sizes = np.random.default_rng(1), [100, 150, 200, 250, 332]

    def error(model, X, rows):
        w, b = model
        return np.mean((X[rows] @ w + b - diabetes.target[rows]) ** 2)

    ratios = np.zeros((20, len(sizes), 2))
    for split in ratios:
        rows = rng.permutation(442)
        for n, entry in zip(sizes, split, strict=True):
            train, test, y = rows[:n], rows[332:], diabetes.target[rows[:n]]
            alone = error(ridge_fit(measured[train], y, 0.0), measured, test)
            entry[0] = error(ridge_fit(features[train], y, 0.0), features, test) / alone
            entry[1] = error(diabetes_fit(features[train], y), features, test) / alone
    _, axis = plt.subplots(figsize=(7.5, 4.2), constrained_layout=True)
    axis.semilogy(sizes, ratios[..., 0].mean(axis=0), "s-", color="#D55E00", label=words(en="65 features, least squares", zh="65 个特征，最小二乘"))
    axis.semilogy(sizes, ratios[..., 1].mean(axis=0), "o-", color="#0072B2", label=words(en="65 features, your diabetes_fit", zh="65 个特征，你的 diabetes_fit"))
    axis.axhline(1, color="black", ls=":", label=words(en="the ten measurements, least squares", zh="原来的十项测量，最小二乘"))
    axis.set(xlabel=words(en="patients to learn from", zh="用多少病人来学习"), ylabel=words(en="test error, relative", zh="相对的测试误差"), title=words(en="What a price on weights is worth", zh="给权重标价值多少"))
    axis.minorticks_off()
    axis.set_yticks([1, 2, 4, 8], ["1", "2", "4", "8"])
    axis.legend(fontsize=8)
    plt.show()


# %% [markdown] lang="en"
# What you should see. Least squares on 65 features (squares) is eight times worse than the ten measurements with 100 patients, and still 1.3 times with 332. A model with a well-chosen penalty (circles) comes from 1.3 down to 1.1 at 150 patients and stays there:
# the penalty repairs what the extra features spoiled, but it does not conjure up knowledge. An honest validation between both models would keep the ten.
# %% [markdown] lang="zh" of="bea6"
# 你应当看到：只有 100 位病人时，65 个特征的最小二乘（方块）的误差是十项指标的八倍，到 332 位病人时仍有 1.3 倍。惩罚选得好的模型（圆点）从 1.3 降下来，150 位病人起就只有 1.1 左右：
# 惩罚项弥补了多余特征带来的损害，但它变不出新的知识。如果让两种模型诚实地比一比，验证集会选那十项指标。
