# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Gradient, Group, Mistake, Variant, mistake, variant
from reference import classification

from chapter import WIDE, drawn_by, shape_of_input, softmax, softmax_cross_entropy_grad, words

# %% [markdown] lang="en"
# ### {n} Derive it: labels that are not quite sure
#
# A one-hot label asks for a probability of 1, and a softmax gets there only with infinite logits: on data that it can separate, training never ends. And some labels are wrong anyway. **Label smoothing** takes a share $\varepsilon$ away from the label and gives it to all $K$ classes in equal parts, the true one included:
#
# $$q^n_k=(1-\varepsilon)\,\mathbb 1[k=y^n]+\frac{\varepsilon}{K},\qquad \mathcal L=\sum_{n=1}^{N} H\bigl(q^n,\,\operatorname{softmax}(z^n)\bigr)=-\sum_{n=1}^{N}\sum_{k=1}^{K} q^n_k\,\ln\operatorname{softmax}(z^n)_k ,$$
#
# a **sum** over the samples. For $K=4$, $\varepsilon=0.2$ and the label 1, $q=(0.05,\,0.85,\,0.05,\,0.05)$.
#
# **This time nobody gives you the gradient.** Take a pencil:
#
# 1. Write $\ln\operatorname{softmax}(z)_k$ as a difference of two terms, and put it into the sum over $k$. One of the terms does not depend on $k$: what is it multiplied by in the end?
# 2. What is $\partial/\partial z_k$ of the other one, and of $\ln\sum_j e^{z_j}$?
# 3. At which $z$ is the gradient zero? Is that a finite place?
#
# **Check yourself** before you run the check: for $K=2$, $z=(0,0)$, $y=1$ and $\varepsilon=0.2$ the loss is $\ln2=0.6931472$. With $z=(0,\,0.001)$ it is $0.6927473$. Does your gradient agree?
# %% [markdown] lang="zh" of="b51e"
# ### {n} 自己推导：留有余地的标签
#
# 独热标签要求概率等于 1，而 softmax 只有在 logit 为无穷大时才能做到：如果数据能完全分开，训练就永远到不了头。何况有些标签本来就是错的。**标签平滑**（label smoothing）从真实类别那里拿走一份 $\varepsilon$，平均分给全部 $K$ 个类别（真实类别自己也有一份）：
#
# $$q^n_k=(1-\varepsilon)\,\mathbb 1[k=y^n]+\frac{\varepsilon}{K},\qquad \mathcal L=\sum_{n=1}^{N} H\bigl(q^n,\,\operatorname{softmax}(z^n)\bigr)=-\sum_{n=1}^{N}\sum_{k=1}^{K} q^n_k\,\ln\operatorname{softmax}(z^n)_k ,$$
#
# 对样本**求和**。例如 $K=4$，$\varepsilon=0.2$，标签为 1 时，$q=(0.05,\,0.85,\,0.05,\,0.05)$。
#
# **这一次没有人给出梯度。** 请拿起笔：
#
# 1. 把 $\ln\operatorname{softmax}(z)_k$ 写成两项之差，代入对 $k$ 的求和。其中一项与 $k$ 无关，它最后乘上了什么？
# 2. 另一项对 $z_k$ 的导数是多少？$\ln\sum_j e^{z_j}$ 的呢？
# 3. 梯度在哪个 $z$ 处为零？那是有限的地方吗？
#
# 运行检查之前，先**自己验证**：$K=2$，$z=(0,0)$，$y=1$，$\varepsilon=0.2$ 时，损失为 $\ln2=0.6931472$；$z=(0,\,0.001)$ 时为 $0.6927473$。你的梯度对得上吗？
# %% answer="smoothed_grad"
def smoothed_grad(Z, y, eps):
    """Gradient of the cross-entropy with smoothed labels with respect to the logits.

    Z (N, K) logits, y (N,) integers 0 … K−1, eps from 0 to 1: the share that is spread over all K classes; N and K may
    be hundreds each.  Returns (N, K); the loss is a SUM over the N samples.
    """
    ### BEGIN SOLUTION
    N, K = Z.shape
    Q = np.full((N, K), eps / K)
    Q[np.arange(N), y] += 1 - eps
    return softmax(Z) - Q
    ### END SOLUTION


# %% [markdown] docstring="smoothed_grad" lang="zh" of="a2e3"
# 标签平滑后的交叉熵对 logits 的梯度。
#
# Z (N, K) 是 logits，y (N,) 是整数 0 … K−1，eps 在 0 到 1 之间：分给全部 K 个类别的那一份；N 和 K 都可能有几百。
# 返回 (N, K)；损失对 N 个样本求和。
# %% [markdown] why="smoothed_grad" lang="en"
# As q sums to 1, the term $\ln\sum_j e^{z_j}$ counts exactly once, and the gradient is softmax minus q, for *any* distribution q.
# `+=` and not `=`: the true class gets its even share too. For ε > 0 no entry of q is 0, so softmax reaches q at finite logits, and training comes to rest.
# %% [markdown] why="smoothed_grad" lang="zh" of="a4d7"
# q 的各项之和为 1，$\ln\sum_j e^{z_j}$ 就恰好只算一份，所以**任何**分布 q 的梯度都是 softmax 减 q。
# 用 `+=` 而不是 `=`，因为真实类别也要分到一份。ε > 0 时 q 没有零，有限的 logit 就能让 softmax 等于 q，训练便会停下来。
# %% grading="smoothed_grad"
def inputs(rng, n, k):
    Z = rng.normal(0, 1.5, (n, k)).round(2)
    return {"Z": Z, "y": rng.integers(0, k, n), "eps": round(float(rng.uniform(0.1, 0.4)), 2)}


def smoothed_cases(rng):
    yield Case("typical", zh="一般数据", **inputs(rng, 5, 3))


def edge_cases(rng):
    yield Case("one sample", zh="只有一个样本", **inputs(rng, 1, 4))
    yield Case("no smoothing", zh="不平滑", **{**inputs(rng, 3, 2), "eps": 0.0})
    yield Case("nothing of the label left", zh="标签完全抹平", **{**inputs(rng, 2, 5), "eps": 1.0})


def extreme_cases(rng):
    far = rng.permuted([[1000.0, -1000.0, 0.0, 990.0]] * 3, axis=1) + rng.normal(0, 5, (3, 4)).round(1)
    yield Case("logits of ±1000", zh="logit 达到 ±1000", **{**inputs(rng, 3, 4), "Z": far})


def wide_cases(rng):
    yield Case("100,000 logits", zh="十万个 logits", public=False, **inputs(rng, 4, 5), seed=int(rng.integers(2**31)))


def wide_gradient(impl, case):
    """The gradient of 500 samples and 200 classes, added up to that of the case, as for `softmax_cross_entropy_grad`."""
    rng = np.random.default_rng(case.seed)
    rows = rng.permutation(np.arange(500) % 4)
    Z = np.repeat(case.Z[rows], 40, axis=1) + rng.integers(-8, 9, (500, 1))
    G = impl.smoothed_grad(Z, 40 * case.y[rows] + rng.integers(0, 40, 500), case.eps)
    parts = G.reshape(500, 5, 40).sum(axis=2)
    return np.stack([parts[rows == row].mean(axis=0) for row in range(4)])


def loss_at(impl, case):
    """The mixture of the plain losses of all labels."""
    k = case.Z.shape[1]
    every = [impl.softmax_cross_entropy(case.Z, np.full(len(case.y), label)) for label in range(k)]
    return (1 - case.eps) * impl.softmax_cross_entropy(case.Z, case.y) + case.eps / k * sum(every)


@mistake(
    en="You gave the share ε to the other classes alone. Here it is spread over all K, the true class included.",
    zh="你把 ε 只分给了其他类别。这里是平均分给全部 K 个类别，真实类别自己也有一份。",
)
def spread_over_the_others(Z, y, eps):
    hot = np.eye(Z.shape[1])[y]
    return softmax(Z) - np.where(hot == 1, 1 - eps, eps / (Z.shape[1] - 1))


@mistake(
    en="You weakened the whole gradient by 1−ε. That is the first part of q; the even share ε/K pulls too, on every class.",
    zh="你把整个梯度乘了 1−ε。那只是 q 的第一部分；平均分出去的 ε/K 对每个类别也有拉力。",
)
def even_share_does_not_pull(Z, y, eps):
    return (1 - eps) * softmax_cross_entropy_grad(Z, y)


@variant
def mixture(Z, y, eps):
    return (1 - eps) * softmax_cross_entropy_grad(Z, y) + eps * (softmax(Z) - 1 / Z.shape[1])


@variant
def loop(Z, y, eps):
    rows = []
    for p, label in zip(softmax(Z), y):
        rows.append([p[k] - (1 - eps) * (k == label) - eps / len(p) for k in range(len(p))])
    return rows


Exercise(
    points=2, reference=classification.smoothed_grad, cases=smoothed_cases, shapes=shape_of_input, tolerance=CLOSED_FORM,
    gradient=Gradient(of=loss_at, wrt=("Z",)), forbids=FROM_SCRATCH, seconds=4,  # as in softmax_cross_entropy_grad
    groups=[
        Group("edge", edge_cases),
        Group("extreme", extreme_cases),
        Group("wide", wide_cases, observe=wide_gradient, **WIDE),
    ],
    mistakes=[
        Mistake("label_not_smoothed", "return softmax(Z) - Q", "return softmax(Z) - np.eye(K)[y]",
            en="This is the gradient with hard labels: your ε has no effect. The truth is now q, not a one-hot row.",
            zh="这是硬标签的梯度：你的 ε 没有起作用。现在的真实分布是 q，不是独热行。"),
        Mistake("label_keeps_everything", "+= 1 - eps", "+= 1",
            en="Your q sums to 1 + ε: what the other classes get has to be taken away from the label.",
            zh="你的 q 之和是 1 + ε：分给别的类别的那一份，要从真实类别里扣掉。"),
        Mistake("label_without_its_even_share", "+= 1 - eps", "= 1 - eps",
            en="Your q does not sum to 1: the true class gets its even share as well, on top of 1 − ε.",
            zh="你的 q 之和不等于 1：真实类别除了 1 − ε，还要加上它平均分得的那一份。"),
        Mistake("share_not_divided", "eps / K", "eps",
            en="You gave every class all of ε. It is shared among K classes.",
            zh="你给每个类别都分了整个 ε。它应当由 K 个类别平分。"),
        Mistake("shared_by_samples", "eps / K", "eps / N",
            en="You divided ε by the number of samples. It is shared among the classes.",
            zh="你用样本数去除 ε 了。ε 是由各个类别平分的。"),
        Mistake("mean_for_sum", "return softmax(Z) - Q", "return (softmax(Z) - Q) / N",
            en="You divided by the number of samples. This loss is a sum.",
            zh="你除以了样本数。这个损失是求和。"),
        Mistake("wrong_sign", "softmax(Z) - Q", "Q - softmax(Z)",
            en="The sign is reversed: a logit whose class is predicted too strongly must have a positive slope.",
            zh="符号反了：预测得过高的类别，它的 logit 对应的导数应当为正。"),
    ],
    variants=[Variant("one_hot", "Q[np.arange(N), y] += 1 - eps", "Q = Q + (1 - eps) * np.eye(K)[y]")],
)


# %% demo="smoothed_pull"
# The pull on the true logit, ten classes, as it runs ahead of the others: by your smoothed_grad.
@drawn_by("smoothed_grad")
def smoothed_pull(plt):
    lead = np.linspace(-4, 10, 141)
    Z = np.zeros((141, 10))
    Z[:, 3] = lead
    _, (left, right) = plt.subplots(1, 2, figsize=(11, 3.8), layout="constrained")
    for eps, mark, color in ((0.0, "o", "#000000"), (0.1, "s", "#0072B2"), (0.3, "^", "#D55E00")):
        pull = -np.asarray(smoothed_grad(Z, np.full(141, 3), eps))[:, 3]
        left.plot(lead, pull, marker=mark, markevery=20, color=color, label=f"$\\varepsilon$ = {eps}")
        z = 0.0
        path = [z]
        for _ in range(400):  # descent on this logit alone
            z = z - np.asarray(smoothed_grad(np.eye(10)[3:4] * z, np.array([3]), eps))[0, 3]
            path.append(z)
        right.plot(path, marker=mark, markevery=80, color=color)
    left.axhline(0, color="#777777", lw=0.8)
    left.set(xlabel=words(en="lead of the true logit", zh="真实类别的 logit 领先多少"), ylabel=words(en="pull upwards", zh="向上的拉力"), title=words(en="Pull on the true logit", zh="对真实类别 logit 的拉力"))
    left.legend()
    right.set(xlabel=words(en="step of rate 1", zh="步数（学习率为 1）"), ylabel=words(en="true logit", zh="真实类别的 logit"), title=words(en="Descent on that logit", zh="只对这个 logit 做梯度下降"))
    plt.show()
# %% [markdown] lang="en"
# What you should see. With hard labels (circles) the pull never changes its sign, and the logit goes on growing for as long as you train. With smoothed labels the curves cross 0, at a lead of $\ln\frac{K(1-\varepsilon)+\varepsilon}{\varepsilon}$, that is 4.5 and 3.2: there the descent comes to rest.
# %% [markdown] lang="zh" of="77cc"
# 你应当看到：用硬标签时（圆点），拉力从不变号，训练多久，logit 就增长多久。标签平滑之后，曲线在领先 $\ln\frac{K(1-\varepsilon)+\varepsilon}{\varepsilon}$ 处（即 4.5 和 3.2）穿过 0，梯度下降就停在那里。
