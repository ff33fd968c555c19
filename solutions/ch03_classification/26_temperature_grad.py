# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Gradient, Group, Mistake, Variant, mistake, variant
from reference import classification

from chapter import WIDE, drawn_by, softmax, softmax_cross_entropy_grad, words

# %% [markdown] lang="en"
# ### {n} Derive it: the temperature of a softmax
#
# Many classifiers are right in 80% of the cases in which they say "99%". Dividing all logits by one number, a **temperature** $\tau>0$, changes no decision but every confidence, and a good $\tau$ can be learned: by descent on the same loss, over samples that were held out,
#
# $$\mathcal L(Z,\tau)=\sum_{n=1}^{N}-\ln\operatorname{softmax}\!\Big(\frac{z^n}{\tau}\Big)_{y^n}.$$
#
# **No formula this time either.** You need $\partial\mathcal L/\partial Z$ to train the classifier at a fixed temperature, and $\partial\mathcal L/\partial\tau$ to find the temperature. Take a pencil:
#
# 1. Let $u=z/\tau$. You know $\partial\mathcal L/\partial u$ (section {ref:softmax_cross_entropy_grad}). What does the chain rule make of it for $z$?
# 2. $\tau$ is in *every* $u_k$ of every sample. What is $\partial u_k/\partial\tau$, and how do all these paths come together?
# 3. When is $\partial\mathcal L/\partial\tau=0$? Say it in words: the mean of what equals what?
#
# **Check yourself** before you run the check: for $z=(0,2)$, $y=0$ and $\tau=2$ the loss is $1.3132617$. With $\tau=2.001$ it is $1.3128963$; with $z=(0,\,2.001)$ and $\tau=2$ it is $1.3136273$. Do both of your results agree?
# %% [markdown] lang="zh" of="d7da"
# ### {n} 自己推导：softmax 的温度
#
# 许多分类器说“99% 有把握”的时候，其实只有八成是对的。把所有 logits 除以同一个数，即**温度** $\tau>0$，不会改变任何判断，却会改变每一个置信度；而合适的 $\tau$ 可以学出来：在留出的样本上，对同样的损失做梯度下降，
#
# $$\mathcal L(Z,\tau)=\sum_{n=1}^{N}-\ln\operatorname{softmax}\!\Big(\frac{z^n}{\tau}\Big)_{y^n}.$$
#
# **这一次同样不给公式。** 在固定的温度下训练分类器，要用 $\partial\mathcal L/\partial Z$；寻找温度，要用 $\partial\mathcal L/\partial\tau$。请拿起笔：
#
# 1. 令 $u=z/\tau$。$\partial\mathcal L/\partial u$ 你已经知道了（{ref:softmax_cross_entropy_grad} 节）。由链式法则，对 $z$ 的导数是什么？
# 2. 每个样本的**每一个** $u_k$ 里都有 $\tau$。$\partial u_k/\partial\tau$ 是多少？这些路径怎样汇总？
# 3. $\partial\mathcal L/\partial\tau$ 什么时候等于 0？用一句话说出来：什么的平均等于什么？
#
# 运行检查之前，先**自己验证**：$z=(0,2)$，$y=0$，$\tau=2$ 时，损失为 $1.3132617$；$\tau=2.001$ 时为 $1.3128963$；$z=(0,\,2.001)$、$\tau=2$ 时为 $1.3136273$。你的两个结果都对得上吗？
# %% answer="temperature_grad"
def temperature_grad(Z, y, tau):
    """Gradient of the cross-entropy of softmax(Z / tau) with respect to the logits and the temperature.

    Z (N, K) logits, y (N,) integers 0 … K−1, tau > 0; N and K may be hundreds each.
    Returns (dZ, dtau): dZ (N, K) and the number dtau; the loss is a SUM over the N samples.
    """
    ### BEGIN SOLUTION
    G = softmax_cross_entropy_grad(Z / tau, y)  # (N, K), the derivative with respect to u = z/τ
    dZ = G / tau
    dtau = -np.sum(G * Z) / tau**2
    return dZ, dtau
    ### END SOLUTION


# %% [markdown] docstring="temperature_grad" lang="zh" of="19f7"
# softmax(Z / tau) 的交叉熵对 logits 和温度的梯度。
#
# Z (N, K) 是 logits，y (N,) 是整数 0 … K−1，tau > 0；N 和 K 都可能有几百。
# 返回 (dZ, dtau)：dZ (N, K) 和一个数 dtau；损失对 N 个样本求和。
# %% [markdown] why="temperature_grad" lang="en"
# `G` holds the derivatives with respect to u = z/τ and is computed once. On to z there is one path, with 1/τ; on to τ there is one through *every* logit, with $-z/\tau^2$, and they add up.
# `dtau` is 0 where the true logits have the same mean as the expected ones.
# %% [markdown] why="temperature_grad" lang="zh" of="7fb9"
# `G` 是对 u = z/τ 的导数，只算一次。通向 z 的路只有一条，带因子 1/τ；通向 τ 的路经过**每一个** logit，各带 $-z/\tau^2$，全部相加。
# 当真实类别的 logit 与按概率期望的 logit 平均起来相等时，`dtau` 为 0。
# %% grading="temperature_grad"
def inputs(rng, n, k, low, high):
    Z = (rng.normal(0, 1.5, (n, k)) + rng.uniform(0.5, 1)).round(2)
    return {"Z": Z, "y": rng.integers(0, k, n), "tau": round(float(rng.uniform(low, high)), 2)}


def temperature_cases(rng):
    yield Case("hot", zh="温度高", **inputs(rng, 5, 3, 1.5, 3))
    yield Case("cold", zh="温度低", **inputs(rng, 4, 4, 0.3, 0.7))


def edge_cases(rng):
    yield Case("one sample", zh="只有一个样本", **inputs(rng, 1, 4, 1.5, 3))
    yield Case("tau = 1", zh="tau = 1", **{**inputs(rng, 3, 2, 1, 1)})


def extreme_cases(rng):
    far = rng.permuted([[1000.0, -1000.0, 0.0, 999.0]] * 3, axis=1) + rng.normal(0, 1, (3, 4)).round(1)
    yield Case("logits of ±1000", zh="logit 达到 ±1000", **{**inputs(rng, 3, 4, 0.4, 2.5), "Z": far})


def wide_cases(rng):
    given = inputs(rng, 4, 5, 1.5, 3)
    yield Case("100,000 logits", zh="十万个 logits", public=False, **given, seed=int(rng.integers(2**31)))


def shapes_of_gradient(Z, y, tau):
    return {"dZ": np.shape(Z), "dtau": ()}


def wide_gradient(impl, case):
    """The gradient of 500 samples and 200 classes, added up to that of the case, as for `softmax_cross_entropy_grad`."""
    rng = np.random.default_rng(case.seed)
    rows = rng.permutation(np.arange(500) % 4)
    Z = np.repeat(case.Z[rows], 40, axis=1) + rng.integers(-8, 9, (500, 1))
    dZ, dtau = impl.temperature_grad(Z, 40 * case.y[rows] + rng.integers(0, 40, 500), case.tau)
    parts = dZ.reshape(500, 5, 40).sum(axis=2)
    return {"dZ": np.stack([parts[rows == row].mean(axis=0) for row in range(4)]), "dtau": dtau / 125}


def loss_at(impl, case):
    return impl.softmax_cross_entropy(case.Z / case.tau, case.y)


@mistake(
    en="Your dtau has the probabilities in it but not the labels. All of ∂L/∂u belongs there: prediction minus truth.",
    zh="你的 dtau 里只有概率，没有标签。那里应当是完整的 ∂L/∂u：预测减真实值。",
)
def labels_missing_in_dtau(Z, y, tau):
    P = softmax(Z / tau)
    return softmax_cross_entropy_grad(Z / tau, y) / tau, -np.sum(P * Z) / tau**2


@mistake(
    en="Your dtau follows the logits of the true classes alone. τ is in every logit, so all classes have a path to it.",
    zh="你的 dtau 只算了真实类别的 logit。每个 logit 里都有 τ，所有类别都要算进去。",
)
def true_class_alone_in_dtau(Z, y, tau):
    G, rows = softmax_cross_entropy_grad(Z / tau, y), np.arange(len(y))
    return G / tau, -np.sum(G[rows, y] * Z[rows, y]) / tau**2


@variant
def loop(Z, y, tau):
    rows, dtau = [], 0.0
    for z, label in zip(Z, y):
        p = softmax(z[None] / tau)[0]
        row = [(p[k] - (k == label)) / tau for k in range(len(z))]
        rows.append(row)
        dtau -= sum(slope * value for slope, value in zip(row, z)) / tau
    return rows, dtau


@variant
def expected_logits(Z, y, tau):
    beta = 1 / tau
    P, T = softmax(beta * Z), np.eye(Z.shape[1])[y]
    return beta * (P - T), beta**2 * (np.sum(T * Z) - np.sum(P * Z))


Exercise(
    points=2, reference=classification.temperature_grad, cases=temperature_cases, shapes=shapes_of_gradient,
    tolerance=CLOSED_FORM, gradient=Gradient(of=loss_at, wrt=("Z", "tau")), forbids=FROM_SCRATCH,
    seconds=4,  # as in softmax_cross_entropy_grad
    groups=[
        Group("edge", edge_cases),
        Group("extreme", extreme_cases),
        Group("wide", wide_cases, observe=wide_gradient, **WIDE),
    ],
    mistakes=[
        Mistake("chain_factor_missing", "dZ = G / tau", "dZ = G",
            en="Your dZ is the derivative with respect to u = z/τ. On the way to z the chain rule leaves one more factor.",
            zh="你的 dZ 是对 u = z/τ 的导数。从 u 到 z，链式法则还要再乘一个因子。"),
        Mistake("multiplied_by_tau", "dZ = G / tau", "dZ = G * tau",
            en="You multiplied by τ where the derivative of z/τ belongs: the hotter, the less a logit matters.",
            zh="该乘 z/τ 的导数，你却乘了 τ：温度越高，logit 的影响应当越小。"),
        Mistake("tau_once_in_dtau", "np.sum(G * Z) / tau**2", "np.sum(G * Z) / tau",
            en="Your dtau is too large by a factor τ: differentiate z/τ by τ once more.",
            zh="你的 dtau 大了 τ 倍：请再对 z/τ 求一次关于 τ 的导数。"),
        Mistake("sign_of_dtau", "-np.sum(G * Z)", "np.sum(G * Z)",
            en="Your dtau has the wrong sign: z/τ falls (for z > 0) as τ grows.",
            zh="你的 dtau 符号反了：τ 增大时，z/τ（z > 0 时）是变小的。"),
        Mistake("softmax_without_temperature", "softmax_cross_entropy_grad(Z / tau, y)", "softmax_cross_entropy_grad(Z, y)",
            en="Your probabilities are those of temperature 1. Divide the logits by τ before the softmax.",
            zh="你的概率是温度为 1 时的。求 softmax 之前要先把 logits 除以 τ。"),
        Mistake("dtau_for_each_sample", "np.sum(G * Z)", "np.sum(G * Z, axis=1)",
            en="dtau is one number: all samples share the temperature, so add their parts up.",
            zh="dtau 是一个数：所有样本共用一个温度，要把各自的部分加起来。"),
        Mistake("mean_for_sum", "return dZ, dtau", "return dZ / len(y), dtau / len(y)",
            en="You divided by the number of samples. This loss is a sum.",
            zh="你除以了样本数。这个损失是求和。"),
    ],
    variants=[Variant("dtau_from_dz", "np.sum(G * Z) / tau**2", "np.sum(dZ * Z) / tau")],
)


# %% demo="calibration"
# A classifier three times too sure of itself, before and after your temperature_grad has found its temperature.
@drawn_by("softmax", "temperature_grad")
def calibration(plt):
    rng = np.random.default_rng(4)
    true_logits = rng.normal(0, 1.5, (4000, 5))
    y = (true_logits + rng.gumbel(size=(4000, 5))).argmax(axis=1)  # a draw from their softmax
    Z, taus = 3 * true_logits, [1.0]
    for _ in range(150):
        taus.append(taus[-1] - 0.5 * float(temperature_grad(Z, y, taus[-1])[1]) / len(y))
    _, (left, right) = plt.subplots(1, 2, figsize=(11, 4.2), layout="constrained")
    left.plot(taus, "o-", color="#0072B2", markevery=10)
    left.set(xlabel=words(en="step", zh="步数"), ylabel=words(en="temperature", zh="温度"), title=words(en="Descent on the temperature alone", zh="只对温度做梯度下降"))
    for tau, mark, color in ((1.0, "^--", "#D55E00"), (taus[-1], "o-", "#0072B2")):
        P = np.asarray(softmax(Z / tau))
        sure, right_ones = P.max(axis=1), P.argmax(axis=1) == y
        bins = np.digitize(sure, np.linspace(0.2, 1, 9)[1:-1])
        points = [(sure[bins == k].mean(), right_ones[bins == k].mean()) for k in range(8) if np.sum(bins == k) > 20]
        right.plot(*np.transpose(points), mark, color=color, label=f"$\\tau$ = {tau:.2f}")
    right.plot([0.2, 1], [0.2, 1], color="#777777", lw=1)
    right.set(xlabel=words(en="how sure it says it is", zh="自称的把握"), ylabel=words(en="how often it is right", zh="实际分对的比例"), title=words(en="Confidence against truth", zh="把握与事实"))
    right.legend()
    plt.show()
# %% [markdown] lang="en"
# What you should see. The descent finds a temperature near 3, which is how much too large the logits were made. Before (triangles) the classifier is right in about half of the cases in which it says 85%; afterwards (circles) the points lie on the diagonal. No decision has changed.
# %% [markdown] lang="zh" of="7bdd"
# 你应当看到：梯度下降找到的温度接近 3，正是 logits 被放大的倍数。之前（三角），分类器说有 85% 的把握时，大约只有一半是对的；之后（圆点），各点都落在对角线上。而没有一个判断因此改变。
