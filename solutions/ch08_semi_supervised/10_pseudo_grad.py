# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import semi_supervised

from chapter import classifier, normal, one_hot, softmax

# %% [markdown] lang="en"
# ### {n} Why soft labels teach nothing
#
# A **hard label** says "class 2". A **soft label** says "70% class 2, 30% class 0", just what the model said. Softer sounds wiser. Yet §9.2 remarks that it cannot work for training with cross-entropy; measure it.
#
# Softmax regression, $p=\operatorname{softmax}(xW+b)$. For each unlabeled sample the target $t$ comes from the model as it is *now*, and is then a constant, like any label. The loss is the SUM of the cross-entropies $-\sum_k t_k\ln p_k$, so the gradient is that of chapter 3 with $t$ for the one-hot label:
#
# $$\frac{\partial}{\partial W}=\sum_u x^u{}^\top(p^u-t^u),\qquad\frac{\partial}{\partial b}=\sum_u(p^u-t^u).$$
#
# `kind` says what the target is: `"hard"`, one-hot at the largest probability (of equal ones the lowest class), or `"soft"`, $t=p$. **Before you write a line**: what comes out in the second case?
#
# **By hand.** One sample $x=(1, 2)$ with $p=(0.7, 0.3)$. Hard: $t=(1,0)$, $p-t=(-0.3, 0.3)$, so $\partial/\partial W=\begin{pmatrix}-0.3&0.3\\-0.6&0.6\end{pmatrix}$: a step downhill makes the model surer of what it thinks. Soft: $p-t$ is …
# %% [markdown] lang="zh" of="3e17"
# ### {n} 软标签为什么什么也教不了
#
# **硬标签**说“第 2 类”。**软标签**说“70% 是第 2 类，30% 是第 0 类”，也就是模型自己的原话。软一点听上去更稳妥，可是 §9.2 提到，用交叉熵训练时它没有用。来量一量。
#
# softmax 回归，$p=\operatorname{softmax}(xW+b)$。每个无标签样本的目标 $t$ 来自**此刻**的模型，之后就当作常数，和任何标签一样。损失是交叉熵 $-\sum_k t_k\ln p_k$ 之**和**，所以梯度就是第三章的梯度，只是把独热标签换成 $t$：
#
# $$\frac{\partial}{\partial W}=\sum_u x^u{}^\top(p^u-t^u),\qquad\frac{\partial}{\partial b}=\sum_u(p^u-t^u).$$
#
# `kind` 指明目标是哪一种：`"hard"` 是最大概率处的独热向量（相等时取编号最小的类别），`"soft"` 是 $t=p$。**动手之前**先想一想：第二种情形会得出什么？
#
# **手算。** 一个样本 $x=(1, 2)$，$p=(0.7, 0.3)$。硬标签：$t=(1,0)$，$p-t=(-0.3, 0.3)$，所以 $\partial/\partial W=\begin{pmatrix}-0.3&0.3\\-0.6&0.6\end{pmatrix}$：往下坡走一步，模型会更相信自己原来的看法。软标签：$p-t$ 等于……
# %% answer="pseudo_grad"
def pseudo_grad(W, b, Xu, kind):
    """Gradient of the cross-entropy of softmax regression with its own answers as labels, a SUM over the samples.

    W (D, K), b (K,), Xu (M, D); kind, "hard" or "soft": the target, a constant, is one-hot at the largest probability,
    or the probabilities themselves.  Returns (dW, db), of the shapes of W and b.
    """
    ### BEGIN SOLUTION
    P = softmax(Xu @ W + b)  # (M, K)
    target = one_hot(P.argmax(axis=1), len(b)) if kind == "hard" else P
    G = P - target
    return Xu.T @ G, G.sum(axis=0)
    ### END SOLUTION


# %% [markdown] docstring="pseudo_grad" lang="zh" of="0409"
# softmax 回归用自己的回答当标签时，交叉熵的梯度，对样本求和。
#
# W (D, K)，b (K,)，Xu (M, D)；kind 是 "hard" 或 "soft"：目标当作常数，是最大概率处的独热向量，或者就是概率本身。
# 返回 (dW, db)，形状与 W 和 b 相同。
# %% [markdown] why="pseudo_grad" lang="en"
# With $t=p$ the difference is exactly 0, not just small: as a guess at $p$ nothing beats $p$, so the model is at the bottom already. Hard labels tell it
# something new, namely to be surer than it is. The target is a constant; entropy, which is differentiated through it too, is another matter.
# %% [markdown] why="pseudo_grad" lang="zh" of="db86"
# $t=p$ 时差恰好是 0，不只是很小：要猜 $p$，没有比 $p$ 更好的答案，模型已经在谷底了。硬标签才说了点新东西：再确信一些。这里目标是常数；熵则连目标一起求导，那是另一回事。
# %% grading="pseudo_grad"
def hard_cases(rng):
    yield Case("hard labels", zh="硬标签", **classifier(rng, 3, 4), Xu=normal(rng, 5, 3), kind="hard")


def soft_cases(rng):
    yield Case("soft labels", zh="软标签", **classifier(rng, 2, 3), Xu=normal(rng, 4, 2), kind="soft")


def edge_cases(rng):
    yield Case("one sample, two classes", zh="一个样本，两个类别", **classifier(rng, 2, 2), Xu=normal(rng, 1, 2), kind="hard")
    tie = classifier(rng, 2, 3)
    tie["W"][:, 2], tie["b"][2] = tie["W"][:, 1], tie["b"][1]  # classes 1 and 2 have the same scores
    tie["b"][0] -= 20.0
    yield Case("two classes alike", zh="两类概率相等", **tie, Xu=normal(rng, 3, 2), kind="hard")
    yield Case("scores of a thousand", zh="上千的得分", public=False, W=1000 * normal(rng, 2, 3), b=normal(rng, 3), Xu=normal(rng, 4, 2), kind="hard")


@mistake(
    en="You differentiated the target as well, which gives the gradient of the *entropy*. A pseudo-label is a constant: it was written down before the step. (What you have is worth something: it is {ref:entropy_grad}.)",
    zh="你对目标也求了导，得到的是**熵**的梯度。伪标签是常数：走这一步之前就写定了。（你算出来的东西另有用处，见 {ref:entropy_grad}。）",
)
def targets_differentiated(W, b, Xu, kind):
    P = softmax(Xu @ W + b)
    G = P - one_hot(P.argmax(axis=1), len(b))
    if kind == "soft":
        logs = np.log(P)
        G = -P * (logs - np.sum(P * logs, axis=1, keepdims=True))
    return Xu.T @ G, G.sum(axis=0)


@variant
def sample_by_sample(W, b, Xu, kind):
    dW, db = np.zeros(np.shape(W)), np.zeros(len(b))
    for x in Xu:
        z = x @ W + b
        p = np.exp(z - np.logaddexp.reduce(z))
        t = p.copy()
        if kind == "hard":
            t[:] = 0
            t[np.argmax(z)] = 1
        dW += np.outer(x, p - t)
        db += p - t
    return dW, db


Exercise(
    points=2, reference=semi_supervised.pseudo_grad, cases=hard_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[Group("soft", soft_cases, en="Soft labels", zh="软标签"), Group("edge", edge_cases)],
    mistakes=[
        Mistake("sign", "G = P - target", "G = target - P",
            en="The sign is the other way round: the gradient of the cross-entropy is p − t.", zh="符号反了：交叉熵的梯度是 p − t。"),
        Mistake("mean_for_sum", "return Xu.T @ G, G.sum(axis=0)", "return Xu.T @ G / len(Xu), G.mean(axis=0)",
            en="You took the mean over the samples. Here the loss is their SUM.", zh="你对样本取了平均。这里的损失是**求和**。"),
        Mistake("least_likely_class", "P.argmax(axis=1)", "P.argmin(axis=1)",
            en="Your hard label is the *least* likely class.", zh="你的硬标签取了**最不**可能的类别。"),
        Mistake("ties_share", "one_hot(P.argmax(axis=1), len(b))", "1.0 * (P == P.max(axis=1, keepdims=True))",
            en="Where two classes are equally likely your target has two ones. Only the lowest of them gets the label.",
            zh="两类概率相等时，你的目标里出现了两个 1。只有编号最小的那一类得到标签。"),
        Mistake("kinds_exchanged", 'if kind == "hard" else P', 'if kind == "soft" else P',
            en="Hard and soft are exchanged.", zh="硬标签和软标签弄反了。"),
        Mistake("always_hard", ' if kind == "hard" else P', "",
            en="Your target is one-hot for both kinds. A soft label is the whole row of probabilities.", zh="两种情形你都用了独热向量。软标签是整行概率。"),
        Mistake("raw_scores", "P = softmax(Xu @ W + b)", "P = Xu @ W + b",
            en="You compare scores with the target. They become probabilities first.", zh="你拿得分和目标比。要先把得分变成概率。"),
        Mistake("db_kept_apart", "G.sum(axis=0)", "G",
            en="db must look like b: add up the samples.", zh="db 要和 b 形状相同：对样本求和。"),
    ],
    variants=[Variant("float32", "    return Xu.T @ G, G.sum(axis=0)", "    return (Xu.T @ G).astype(np.float32), G.sum(axis=0).astype(np.float32)")],
)
