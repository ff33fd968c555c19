# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Exercise, Group, Mistake, Variant, mistake, variant
from reference import classification

from chapter import logistic_cases, logistic_edges, logistic_extremes, sigmoid, squared_labels

# %% [markdown] lang="en"
# ## Logistic regression
#
# A **discriminative** model (§4.2) skips the bells. It takes $f(x)=\sigma(x\cdot w+b)$ as given and searches for the $w$ and $b$ that make the observed labels most likely.
#
# ### {n} The loss: cross-entropy
#
# The likelihood of the labels is $p(y\mid X)=\prod_n f(x^n)^{y^n}\big(1-f(x^n)\big)^{1-y^n}$, to be *maximized* (the notes write it $L(w,b)$ and call it a loss). The loss is minus its logarithm, a **sum**, to be minimized:
#
# $$\mathcal L(w,b)=-\ln p(y\mid X)=-\sum_{n=1}^{N}\Big[y^n\ln f(x^n)+(1-y^n)\ln\big(1-f(x^n)\big)\Big].$$
#
# **By hand.** Two samples with $z=\ln 3$: $f=\tfrac34$. With $y=(1,0)$ the loss is $-\ln\tfrac34-\ln\tfrac14=0.288+1.386=1.674$.
#
# If $f$ rounds to exactly 0 or 1, this formula meets $\ln 0$. Clipping $f$ hides that: a hopelessly wrong sample then costs a constant, and its gradient is gone. Better to write the loss in $z$. Since $-\ln\sigma(z)=\ln(1+e^{-z})$, each sample costs
#
# $$\ln(1+e^{z})-y\,z ,$$
#
# where $\ln(1+e^z)=$ `np.logaddexp(0, z)` is exact for every $z$. Check with the example: $\ln(1+3)-\ln 3=0.288$ for $y=1$, and $\ln 4=1.386$ for $y=0$.
# %% [markdown] lang="zh" of="f7e7"
# ## 逻辑回归
#
# **判别模型**（§4.2）跳过那两座“钟”，直接设 $f(x)=\sigma(x\cdot w+b)$，再去找让观测到的标签最有可能出现的 $w$ 和 $b$。
#
# ### {n} 损失：交叉熵
#
# 标签的似然是 $p(y\mid X)=\prod_n f(x^n)^{y^n}\big(1-f(x^n)\big)^{1-y^n}$，要**最大化**它（讲义记作 $L(w,b)$ 并叫作 loss，其实是似然）。损失是它的负对数，一个要最小化的**和**：
#
# $$\mathcal L(w,b)=-\ln p(y\mid X)=-\sum_{n=1}^{N}\Big[y^n\ln f(x^n)+(1-y^n)\ln\big(1-f(x^n)\big)\Big].$$
#
# **手算。** 两个样本都有 $z=\ln 3$，即 $f=\tfrac34$。若 $y=(1,0)$，损失为 $-\ln\tfrac34-\ln\tfrac14=0.288+1.386=1.674$。
#
# 如果 $f$ 舍入成了 0 或 1，这个公式会碰到 $\ln 0$。把 $f$ 截断（clip）只是掩盖问题：错得离谱的样本从此只付一个固定的代价，它的梯度也没了。更好的办法是直接用 $z$ 来写。因为 $-\ln\sigma(z)=\ln(1+e^{-z})$，每个样本的损失是
#
# $$\ln(1+e^{z})-y\,z ,$$
#
# 其中 $\ln(1+e^z)=$ `np.logaddexp(0, z)`，对任何 $z$ 都精确。用上例验证：$y=1$ 时 $\ln(1+3)-\ln 3=0.288$，$y=0$ 时 $\ln 4=1.386$。
# %% answer="bce_loss"
def bce_loss(w, b, X, y):
    """Cross-entropy of logistic regression.

    w (D,), b a number, X (N, D), y (N,) integers 0 or 1.  Returns a number: the SUM over the N samples,
    finite and exact also for logits of ±1000.
    """
    ### BEGIN SOLUTION
    z = X @ w + b  # (N,)
    return np.sum(np.logaddexp(0, z) - y * z)
    ### END SOLUTION


# %% [markdown] docstring="bce_loss" lang="zh" of="7bd8"
# 逻辑回归的交叉熵损失。
#
# w (D,)，b 是数，X (N, D)，y (N,) 为整数 0 或 1。返回一个数：对 N 个样本求和；
# 即使 logit 达到 ±1000，也应有限而精确。
# %% [markdown] why="bce_loss" lang="en"
# In z both labels take one line: a label of 0 costs $\ln(1+e^z)$, a label of 1 that minus z.
# `np.logaddexp` takes the greater exponent out by itself. So a hopeless sample costs about |z|, where a probability would long have been rounded to 0 or 1.
# %% [markdown] why="bce_loss" lang="zh" of="f256"
# 用 z 来写，两种标签共用一行：标签 0 的代价是 $\ln(1+e^z)$，标签 1 的再减去 z。
# `np.logaddexp` 自己会先提出较大的指数。所以错得离谱的样本代价约为 |z|，而概率早已舍入成 0 或 1。
# %% grading="bce_loss"
@mistake(
    en="For large logits f is exactly 0 or 1 and its logarithm infinite. Write the loss in z instead of f.",
    zh="logit 很大时 f 恰好等于 0 或 1，取对数就成了无穷大。请用 z 而不是 f 来写损失。",
)
def log_of_zero(w, b, X, y):
    f = sigmoid(X @ w + b)
    return -np.sum(y * np.log(f) + (1 - y) * np.log(1 - f))


@mistake(
    en="Clipping keeps the loss finite but wrong: a sample with logit −1000 should cost 1000, and its gradient should not vanish. Write the loss in z.",
    zh="截断虽然避免了无穷大，结果却不对：logit 为 −1000 的样本应当付出 1000 的代价，梯度也不该消失。请用 z 来写损失。",
)
def clipping(w, b, X, y):
    f = np.clip(sigmoid(X @ w + b), 1e-12, 1 - 1e-12)
    return -np.sum(y * np.log(f) + (1 - y) * np.log(1 - f))


@mistake(
    en="Only the samples with label 1 contribute. The term (1−y) ln(1−f) is missing.",
    zh="只有标签为 1 的样本起了作用。漏了 (1−y) ln(1−f) 这一项。",
)
def class_one_only(w, b, X, y):
    return np.sum(y * np.logaddexp(0, -(X @ w + b)))


def epsilon_in_the_log(tiny):
    """Which number is added hardly matters to the slip, but to what it gives."""
    return Mistake(f"log_of_f_plus_{tiny:g}".replace("-", "_"), "np.logaddexp(0, z) - y * z",
        f"-y * np.log(sigmoid(z) + {tiny}) - (1 - y) * np.log(1 - sigmoid(z) + {tiny})",
        en="A tiny number inside the logarithm keeps the loss finite but wrong: the logarithm of 1e-12 is only −28, and even that of 1e-300 only −691, where a logit of −1000 should cost 1000. Write the loss in z.",
        zh="在对数里加一个极小的数，虽然避免了无穷大，结果却不对：1e-12 的对数只有 −28，1e-300 的也不过 −691，而 logit 为 −1000 的样本应当付出 1000 的代价。请用 z 来写损失。")


@mistake(
    en="You cap the logits, so a sample costs no more than the cap. `np.logaddexp` needs no such help: leave z as it is.",
    zh="你截断了 logit，于是一个样本的代价最多等于截断值。`np.logaddexp` 不需要这样做：保持 z 原样即可。",
)
def capped_logits(w, b, X, y):
    z = np.clip(X @ w + b, -500, 500)
    return np.sum(np.logaddexp(0, z) - y * z)


@variant
def margins(w, b, X, y):
    return np.logaddexp(0, (1 - 2 * np.asarray(y)) * (np.dot(X, w) + b)).sum()


@variant
def branches_in_a_list(w, b, X, y):
    z = np.einsum("nd,d->n", X, w) + b
    with np.errstate(over="ignore"):
        log_norm = np.where(z > 30, z, np.log1p(np.exp(np.minimum(z, 30))))
    return [np.sum(log_norm) - y @ z]


@variant
def loop(w, b, X, y):
    total = 0.0
    for row, label in zip(X, y):
        z = row @ w + b
        total += max(z, 0) - label * z + np.log1p(np.exp(-abs(z)))
    return total


Exercise(
    points=2, reference=classification.bce_loss, cases=logistic_cases, tolerance=CLOSED_FORM,
    groups=[Group("edge", logistic_edges), Group("extreme", logistic_extremes)], forbids=FROM_SCRATCH,
    mistakes=[
        Mistake("mean_for_sum", "np.sum(", "np.mean(",
            en="You took the mean; this loss is the sum over the samples.",
            zh="你取了平均；这里的损失是对样本求和。"),
        Mistake("wrong_sign", "np.sum(np.logaddexp", "-np.sum(np.logaddexp",
            en="This is the log-likelihood. The loss is minus that, and never negative.",
            zh="这是对数似然。损失要再加一个负号，而且不会为负。"),
        Mistake("labels_plus_minus_one", "np.logaddexp(0, z) - y * z", "np.logaddexp(0, -y * z)",
            en="That formula is for labels −1 and +1. Here they are 0 and 1, so samples of class 0 would not count.",
            zh="这个公式用于标签 −1 和 +1。这里的标签是 0 和 1，照此计算第 0 类样本就不起作用了。"),
        Mistake("likelihood_itself", "return np.sum(np.logaddexp(0, z) - y * z)",
            "return np.exp(-np.sum(np.logaddexp(0, z) - y * z))",
            en="This is the likelihood, which the notes call a loss but which is to be maximized. The loss is minus its logarithm.",
            zh="这是似然。讲义把它叫作 loss，但它是要最大化的；损失是它的负对数。"),
        Mistake("labels_swapped", "- y * z", "- (1 - y) * z",
            en="The labels are swapped: f is the probability of label 1.",
            zh="标签弄反了：f 是标签为 1 的概率。"),
        *(epsilon_in_the_log(tiny) for tiny in (1e-300, 1e-15, 1e-12, 1e-10, 1e-8)),
    ],
    variants=[
        Variant("logaddexp_commutes", "np.logaddexp(0, z)", "np.logaddexp(z, 0)"),
        squared_labels("z = X @ w"),
        Variant("two_terms", "np.logaddexp(0, z) - y * z", "y * np.logaddexp(0, -z) + (1 - y) * np.logaddexp(0, z)"),
    ],
)
