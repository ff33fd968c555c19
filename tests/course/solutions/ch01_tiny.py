# A chapter with one exercise of each kind, for the engine's tests.
# %% [markdown] lang="en"
# # Tiny
#
# A line through points.
# %% [markdown] lang="zh"
# # 迷你
#
# 过若干点的直线。
# %% setup
import numpy as np

from autograder import check

# %% prelude
import numpy as np

from autograder import CLOSED_FORM, EXACT, Case, Exercise, Gate, Gradient, Mistake, Variant
from reference import tiny


def draw(rng, n, d):
    return {
        "w": rng.normal(size=d).round(2),
        "b": round(float(rng.normal()), 2),
        "X": rng.normal(size=(n, d)).round(2),
        "y": rng.normal(size=n).round(2),
    }


def line_cases(rng):
    yield Case("typical", zh="一般数据", **draw(rng, 7, 3))
    yield Case("wide", zh="列多于行", public=False, **draw(rng, 3, 5))
    yield Case("one sample", zh="只有一个样本", group="edge", **draw(rng, 1, 4))


# %% [markdown] lang="en"
# ## 1.1 The loss
# %% [markdown] lang="zh"
# ## 1.1 损失
# %% answer="line_loss"
def line_loss(w, b, X, y):
    """Sum of squared errors: w (D,), b a number, X (N, D), y (N,)."""
    ### BEGIN SOLUTION
    residual = X @ w + b - y  # (N,)
    return np.sum(residual**2)
    ### END SOLUTION


# %% [markdown] docstring="line_loss" lang="zh"
# 误差平方和：w (D,)，b 是数，X (N, D)，y (N,)。
# %% grading="line_loss"
def loop_loss(w, b, X, y):
    total = 0.0
    for row, target in zip(X, y, strict=True):
        total += (sum(row[i] * w[i] for i in range(len(w))) + b - target) ** 2
    return [total]


Exercise(
    points=2,
    reference=tiny.line_loss,
    cases=line_cases,
    tolerance=CLOSED_FORM,
    mistakes=[
        Mistake(
            "mean_for_sum",
            swap=("np.sum", "np.mean"),
            hint={"en": "You averaged; the docstring asks for a sum.", "zh": "题目要求求和，你取了平均。"},
        ),
        Mistake(
            "absolute_errors",
            swap=("residual**2", "np.abs(residual)"),
            hint={"en": "You took absolute values; look at the formula again.", "zh": "你取了绝对值，再看看公式。"},
        ),
        Mistake(
            "input_overwritten",
            swap=("residual = X @ w + b - y", "y -= X @ w + b\n    residual = y"),
            hint={"en": "You subtracted inside the caller's own array.", "zh": "你在调用者的数组里做了减法。"},
        ),
    ],
    variants=[
        Variant("loop", function=loop_loss),
        Variant("float32", swap=("np.sum(residual**2)", "np.float32(residual @ residual)")),
    ],
    accepts=("float32",),
    seconds=1,  # an endless answer is part of several tests
)


# %% [markdown] lang="en"
# ## 1.2 The gradient
# %% [markdown] lang="zh"
# ## 1.2 梯度
# %% answer="line_grad"
def line_grad(w, b, X, y):
    """Gradient of `line_loss`: (dw, db), dw (D,), db a number."""
    ### BEGIN SOLUTION
    residual = X @ w + b - y  # (N,)
    dw = 2 * X.T @ residual  # (D,)
    db = 2 * np.sum(residual)
    return dw, db
    ### END SOLUTION


# %% grading="line_grad"
def loss_at(impl, case):
    return impl.line_loss(case.w, case.b, case.X, case.y)


Exercise(
    points=3,
    reference=tiny.line_grad,
    cases=line_cases,
    tolerance=CLOSED_FORM,
    gradient=Gradient(of=loss_at, wrt=("w", "b")),
    mistakes=[
        Mistake(
            "factor_two_missing",
            swap=("2 * X.T", "X.T"),
            hint={"en": "Where does the two of the square go?", "zh": "平方求导出来的 2 去哪儿了？"},
        )
    ],
    variants=[Variant("einsum", swap=("X.T @ residual", 'np.einsum("nd,n->d", X, residual)'))],
    seconds=1,
)


# %% demo="curve"
def shown(values):
    return ", ".join(f"{value:.2f}" for value in values)


print(shown([1, 2]))


# %% [markdown] lang="en"
# ## 1.3 Descent
# %% [markdown] lang="zh"
# ## 1.3 下降
# %% answer="descend"
def descend(w, b, X, y, lr, steps):
    """Gradient descent with `line_grad`; returns {"w": (D,), "b": a number}."""
    ### BEGIN SOLUTION
    for _ in range(steps):
        dw, db = line_grad(w, b, X, y)
        w = w - lr * dw
        b = b - lr * db
    return {"w": w, "b": b}
    ### END SOLUTION


# %% grading="descend"
def descend_cases(rng):
    yield Case("three steps", zh="走三步", **draw(rng, 6, 2), lr=0.01, steps=3)
    yield Case("no step", zh="一步也不走", group="edge", **draw(rng, 4, 3), lr=0.1, steps=0)


Exercise(
    points=2,
    reference=tiny.descend,
    cases=descend_cases,
    tolerance=CLOSED_FORM,
    mistakes=[
        Mistake(
            "uphill",
            swap=("w - lr * dw", "w + lr * dw"),
            hint={"en": "Your steps go up the hill.", "zh": "你的每一步都在上坡。"},
        )
    ],
)


# %% [markdown] lang="en"
# ## 1.4 Two choices
# %% [markdown] lang="zh"
# ## 1.4 两道选择题
# %% answer="facts"
def facts():
    """{"step": "along" or "against", "scale": "n" or "n^2"}."""
    ### BEGIN SOLUTION
    return {"step": "against", "scale": "n"}
    ### END SOLUTION


# %% grading="facts"
def fact_cases(rng):
    yield Case("step", zh="步子", group="step", item="step")
    yield Case("scale", zh="尺度", group="scale", item="scale")


def choice(impl, case):
    return impl.facts().get(case.item)


Exercise(
    points=1,
    reference=tiny.facts,
    cases=fact_cases,
    observe=choice,
    tolerance=EXACT,
    groups={
        "step": {"en": "Which way", "zh": "往哪边"},
        "scale": {"en": "How it grows", "zh": "如何增长"},
    },
)


# %% [markdown] lang="en"
# ## 1.5 Nearest mean
# %% [markdown] lang="zh"
# ## 1.5 最近均值
# %% answer="nearest_mean"
class Model:
    """Whatever you like: only `predict` looks inside."""


def nearest_mean(X, y):
    """A model of the classes y (N,) of the points X (N, D)."""
    ### BEGIN SOLUTION
    model = Model()
    model.means = np.stack([X[y == k].mean(axis=0) for k in range(y.max() + 1)])  # (K, D)
    return model
    ### END SOLUTION


def predict(model, X):
    """Classes (N,) of the points X (N, D)."""
    ### BEGIN SOLUTION
    return np.argmin(((X[:, None] - model.means) ** 2).sum(axis=-1), axis=1)
    ### END SOLUTION


# %% grading="nearest_mean"
def blobs(rng):
    centers = np.array([[-3.0, 0.0], [3.0, 1.0]])
    y, y_test = rng.integers(2, size=30), rng.integers(2, size=40)
    yield Case(
        "blobs",
        zh="两团点",
        group="accuracy",
        X=(centers[y] + rng.normal(size=(30, 2))).round(2),
        y=y,
        X_test=(centers[y_test] + rng.normal(size=(40, 2))).round(2),
        y_test=y_test,
    )


def accuracy(impl, case):
    model = impl.nearest_mean(case.X, case.y)
    predicted = np.asarray(impl.predict(model, case.X_test)).reshape(len(case.y_test))
    return float(np.mean(predicted == case.y_test))


Exercise(
    points=2,
    reference=tiny.nearest_mean,
    cases=blobs,
    observe=accuracy,
    tolerance=Gate("the centres lie three standard deviations from the middle", at_least=0.85),
    mistakes=[
        Mistake(
            "farthest",
            swap=("np.argmin", "np.argmax"),
            hint={"en": "You take the farthest mean.", "zh": "你取了最远的均值。"},
        )
    ],
)


# %% [markdown] lang="en"
# ## 1.6 Centring
# %% [markdown] lang="zh"
# ## 1.6 中心化
# %% answer="center" extra
def center(X):
    """X (N, D), also as a list of lists, with the mean of each column taken away."""
    ### BEGIN SOLUTION
    X = np.asarray(X)
    return X - X.mean(axis=0)
    ### END SOLUTION


# %% grading="center"
def matrices(rng):
    yield Case("small", zh="小矩阵", X=rng.normal(size=(4, 3)).round(2))


Exercise(
    points=1,
    reference=tiny.center,
    cases=matrices,
    tolerance=CLOSED_FORM,
    accepts=("lists",),
    mistakes=[
        Mistake(
            "rows",
            swap=("axis=0", "axis=1, keepdims=True"),
            hint={"en": "You averaged along rows.", "zh": "你沿行取了平均。"},
        ),
        Mistake(
            "no_lists",
            swap=("    X = np.asarray(X)\n", ""),
            hint={"en": "A list has no `mean`.", "zh": "列表没有 `mean`。"},
        ),
    ],
)

# %% [markdown] lang="en"
# ## 1.7 In your own words
# %% [markdown] lang="zh"
# ## 1.7 用自己的话说
# %% [markdown] written="why" points="2" lang="en"
# Why is the loss squared?
#
# ### BEGIN SOLUTION
# It is smooth, and large errors count more: one point each.
# ### END SOLUTION
# %% [markdown] written="why" points="2" lang="zh"
# 损失为什么要平方？
#
# ### BEGIN SOLUTION
# 光滑，且误差越大影响越大：各一分。
# ### END SOLUTION
