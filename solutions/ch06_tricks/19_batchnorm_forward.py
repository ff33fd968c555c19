# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import tricks

from chapter import drawn_by, nonzero, normal, uniform, words

# %% [markdown] lang="en"
# ## {n} Batch normalization, forward
#
# Standardized inputs made training fast (chapter 2). But what about the inputs of the *second* layer? They are outputs of the first, and drift with every step. **Batch normalization** (§2.3; Ioffe and Szegedy 2015) standardizes them inside the net, feature by feature, over the samples of the mini-batch:
#
# $$\mu_d = \frac1N\sum_n X_{nd}, \qquad v_d = \frac1N\sum_n (X_{nd} - \mu_d)^2, \qquad \hat X_{nd} = \frac{X_{nd} - \mu_d}{\sqrt{v_d + \varepsilon}}, \qquad A_{nd} = \gamma_d \hat X_{nd} + c_d$$
#
# Both are **MEAN**s, with divisor $N$. Here $\varepsilon$ stands *under* the root, beside the variance (Adam's stands outside: formulas are like that). The scale $\gamma$ and the shift $c$ are learned, so that the layer can undo all of it if it wants. (Papers call the shift $\beta$; ours is momentum's.)
#
# **In use** there may be a single sample and no batch. So in training a running average is kept of both statistics, and in use *they* normalize:
#
# $$\text{state} \leftarrow \rho\cdot\text{state} + (1-\rho)\cdot\text{batch}$$
#
# $\rho$, say 0.9, is the share of the old. (Careful: the argument `momentum` of `torch.nn.BatchNorm1d` is $1-\rho$, and the variance that it keeps has divisor $N-1$. And the notes list this under overfitting; its purpose is to make training easier.)
#
# **By hand.** One feature, batch $(1, 3)$, $\varepsilon = 0$, $\gamma = 2$, $c = 10$: $\mu = 2$, $v = 1$, $\hat x = (-1, 1)$, $a = (8, 12)$. State with mean 0, variance 1 and $\rho = 0.9$: mean $0.2$, variance $1$. In use, with this state: $x = 1.2$ gives $\hat x = 1$, $a = 12$.
# %% [markdown] lang="zh" of="c3f7"
# ## {n} 批归一化：前向
#
# 把输入标准化之后，训练就快了（第二章）。可是**第二层**的输入呢？它们是第一层的输出，每走一步都在漂移。**批归一化**（§2.3；Ioffe 与 Szegedy，2015）在网络内部做标准化，逐个特征，对小批量里的样本进行：
#
# $$\mu_d = \frac1N\sum_n X_{nd}, \qquad v_d = \frac1N\sum_n (X_{nd} - \mu_d)^2, \qquad \hat X_{nd} = \frac{X_{nd} - \mu_d}{\sqrt{v_d + \varepsilon}}, \qquad A_{nd} = \gamma_d \hat X_{nd} + c_d$$
#
# 两者都是**平均**，除以 $N$。这里的 $\varepsilon$ 在根号**里面**，和方差在一起（Adam 的在外面，公式就是这样规定的）。缩放 $\gamma$ 和平移 $c$ 是学出来的，所以这一层如果愿意，可以把归一化全部抵消。（论文把平移写作 $\beta$，我们的 $\beta$ 用于动量。）
#
# **使用时**可能只有一个样本，没有批次。所以训练时要对两个统计量做滑动平均，使用时用**它们**来归一化：
#
# $$\text{state} \leftarrow \rho\cdot\text{state} + (1-\rho)\cdot\text{batch}$$
#
# $\rho$（比如 0.9）是旧值的份额。（小心：`torch.nn.BatchNorm1d` 的参数 `momentum` 是 $1-\rho$，它保存的方差除以 $N-1$。另外，讲义把批归一化归在过拟合下面；它的目的其实是让训练更顺利。）
#
# **手算。** 一个特征，批次 $(1, 3)$，$\varepsilon = 0$，$\gamma = 2$，$c = 10$：$\mu = 2$，$v = 1$，$\hat x = (-1, 1)$，$a = (8, 12)$。设 state 原来的均值为 0，方差为 1，$\rho = 0.9$：均值变成 $0.2$，方差仍为 $1$。使用时，按这个 state，$x = 1.2$ 得 $\hat x = 1$，$a = 12$。
# %% answer="batchnorm_forward"
def batchnorm_forward(X, gamma, shift, state, train, rho, eps):
    """Batch normalization of the features of X (N, D).

    gamma, shift  (D,), the scale γ and the shift c.
    state   a dict with "mean" (D,) and "var" (D,), the running averages.
    train   True in training: normalize by the batch and update the state.  False in use: normalize by the state.
    rho     the share of the old state that is kept; eps is added to the variance, under the root.
    Returns (A, state): A (N, D), and the new state, a dict of the same form (in use: the same numbers).
    Variances have divisor N, those that are kept too.
    """
    ### BEGIN SOLUTION
    if train:
        mean, var = np.mean(X, axis=0), np.var(X, axis=0)  # (D,)
        state = {"mean": rho * state["mean"] + (1 - rho) * mean, "var": rho * state["var"] + (1 - rho) * var}
    else:
        mean, var = state["mean"], state["var"]
    A = gamma * (X - mean) / np.sqrt(var + eps) + shift  # (N, D)
    return A, state
    ### END SOLUTION


# %% [markdown] docstring="batchnorm_forward" lang="zh" of="07b5"
# 对 X (N, D) 的特征做批归一化。
#
# gamma, shift  (D,)，缩放 γ 与平移 c。
# state   字典，"mean" (D,) 和 "var" (D,) 是滑动平均。
# train   训练时为 True：用批次来归一化，并更新 state。使用时为 False：用 state 来归一化。
# rho     旧状态保留的份额；eps 加在方差上，在根号里面。
# 返回 (A, state)：A (N, D)，以及新的状态，形式相同的字典（使用时数值不变）。
# 方差一律除以 N，保存下来的也是。
# %% [markdown] why="batchnorm_forward" lang="en"
# In training the batch normalizes itself, and the state is no more than a note for later; in use only the state counts, so an answer cannot
# depend on who else is in the batch. A feature that is constant in the batch becomes 0, thanks to $\varepsilon$, and then $c$.
# %% [markdown] why="batchnorm_forward" lang="zh" of="a1e2"
# 训练时由这一批自己来归一化，状态只是记下来留待日后；使用时只看状态，所以一个样本的结果不会取决于同批还有谁。某个特征若在这一批里全都相同，靠 $\varepsilon$ 得到 0，再变成 $c$。
# %% grading="batchnorm_forward"
def batch(rng, n, d, **more):
    X = (normal(rng, n, d) * rng.uniform(0.5, 3, d) + rng.uniform(-3, 3, d)).round(2)
    state = {"mean": normal(rng, d), "var": rng.uniform(0.3, 3, d).round(2)}
    settings = {"rho": uniform(rng, 0.6, 0.9), "eps": 1e-5}
    return {"X": X, "gamma": nonzero(rng, d), "shift": normal(rng, d), "state": state, "train": True, **settings, **more}


def training_cases(rng):
    yield Case("in training", zh="训练时", **batch(rng, 5, 2))
    yield Case("as many samples as features", zh="样本与特征一样多", public=False, **batch(rng, 4, 4))


def use_cases(rng):
    yield Case("in use", zh="使用时", **batch(rng, 4, 3, train=False))
    yield Case("a single sample, in use", zh="使用时只有一个样本", **batch(rng, 1, 2, train=False))


def extreme_cases(rng):
    tiny = batch(rng, 5, 3)
    tiny["X"] = (normal(rng, 5, 3) * 2e-3).round(5)
    yield Case("features that hardly vary", zh="几乎不变的特征", public=False, **tiny)
    level = batch(rng, 4, 3)
    level["X"][:, 1] = 2.5
    yield Case("a constant feature", zh="有一个特征不变", **level)
    yield Case("a large eps", zh="较大的 eps", **batch(rng, 6, 2, eps=uniform(rng, 0.3, 0.9)))


def shapes_of_normalized(X, gamma, shift, state, train, rho, eps):
    return [np.shape(X), {"mean": np.shape(gamma), "var": np.shape(gamma)}]


@mistake(
    en="The values are right, but you have written into the caller's dict. Return a new one.",
    zh="值是对的，但你写进了调用者的字典。请返回一个新字典。",
)
def state_mutated(X, gamma, shift, state, train, rho, eps):
    mean, var = (np.mean(X, axis=0), np.var(X, axis=0)) if train else (state["mean"], state["var"])
    if train:
        state["mean"] = rho * state["mean"] + (1 - rho) * mean
        state["var"] = rho * state["var"] + (1 - rho) * var
    return gamma * (X - mean) / np.sqrt(var + eps) + shift, state


@variant
def loop(X, gamma, shift, state, train, rho, eps):
    columns, kept = [], {"mean": [], "var": []}
    for d in range(X.shape[1]):
        column = X[:, d]
        mean = sum(column) / len(column) if train else state["mean"][d]
        var = sum((x - mean) ** 2 for x in column) / len(column) if train else state["var"][d]
        columns.append([gamma[d] * (x - mean) / (var + eps) ** 0.5 + shift[d] for x in column])
        share = rho if train else 1.0
        kept["mean"].append(share * state["mean"][d] + (1 - share) * mean)
        kept["var"].append(share * state["var"][d] + (1 - share) * var)
    return np.transpose(columns), {name: np.array(values) for name, values in kept.items()}


@variant
def square_minus_square(X, gamma, shift, state, train, rho, eps):
    if train:
        centred = X - X.mean(axis=0)
        batch = {"mean": X.mean(axis=0), "var": np.einsum("nd,nd->d", centred, centred) / len(X)}
        state = {name: state[name] + (1 - rho) * (batch[name] - state[name]) for name in batch}
    used = batch if train else state
    scale = gamma / np.sqrt(used["var"] + eps)
    return X * scale + (shift - used["mean"] * scale), dict(state)


Exercise(
    points=3, reference=tricks.batchnorm_forward, cases=training_cases, shapes=shapes_of_normalized, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[Group("use", use_cases, en="In use", zh="使用时"), Group("extreme", extreme_cases)],
    mistakes=[
        Mistake("divisor_n_minus_one", "np.var(X, axis=0)", "np.var(X, axis=0, ddof=1)",
            en="Your variance divides by N − 1. Batch normalization divides by N.",
            zh="你的方差除以了 N − 1。批归一化除以 N。"),
        Mistake("eps_outside_root", "np.sqrt(var + eps)", "(np.sqrt(var) + eps)",
            en="Here ε stands *under* the root, beside the variance. For features that hardly vary it makes a great difference.",
            zh="这里的 ε 在根号**里面**，和方差在一起。对几乎不变的特征，差别很大。"),
        Mistake("eps_missing", "np.sqrt(var + eps)", "np.sqrt(var)",
            en="ε is missing. A feature that is constant in the batch has variance 0, and you divide by it.",
            zh="漏了 ε。在批次里不变的特征方差为 0，你除以了它。"),
        Mistake("batch_statistics_in_use", "        mean, var = state[\"mean\"], state[\"var\"]\n", "        mean, var = np.mean(X, axis=0), np.var(X, axis=0)\n",
            en="In use you normalize by the batch. Then the answer for one sample depends on its neighbors, and for a single sample X̂ is always 0: use the state.",
            zh="使用时你按批次归一化了。这样一个样本的结果会取决于同批的其他样本，只有一个样本时 X̂ 总是 0：要用 state。"),
        Mistake("state_for_the_batch_in_training", "np.sqrt(var + eps)", 'np.sqrt((state["var"] if train else var) + eps)',
            en="In training you divide by the running average of the variance. In training the batch normalizes itself.",
            zh="训练时你除以了方差的滑动平均。训练时批次用自己的统计量来归一化。"),
        Mistake("shares_swapped", 'rho * state["mean"] + (1 - rho) * mean, "var": rho * state["var"] + (1 - rho) * var', '(1 - rho) * state["mean"] + rho * mean, "var": (1 - rho) * state["var"] + rho * var',
            en="ρ and 1 − ρ have changed places in the state: ρ is the share of the *old*. (torch's `momentum` is the share of the new.)",
            zh="state 里的 ρ 和 1 − ρ 弄反了：ρ 是**旧**值的份额。（torch 的 `momentum` 是新值的份额。）"),
        Mistake("state_not_updated", "        state = {", "        _ = {",
            en="The state stays as it was. In training it takes in a share of every batch; in use nothing else is left of the training data.",
            zh="state 没有更新。训练时每个批次都要并入一份；到了使用时，训练数据就只剩下它了。"),
        Mistake("spread_remembered", '(1 - rho) * var}', '(1 - rho) * np.sqrt(var)}',
            en="You remember standard deviations under the name \"var\". It is the variance, the square, that is averaged.",
            zh="你在 \"var\" 里记住的是标准差。要平均的是方差，即它的平方。"),
        Mistake("root_missing", "np.sqrt(var + eps)", "(var + eps)",
            en="You divide by the variance. Its root is missing.",
            zh="你除以的是方差，漏了开方。"),
        Mistake("over_the_features", "np.mean(X, axis=0), np.var(X, axis=0)  # (D,)", "np.resize(np.mean(X, axis=1), X.shape[1]), np.resize(np.var(X, axis=1), X.shape[1])",
            en="You average over the features of each sample: that is layer normalization. Here each *feature* is averaged over the samples of the batch.",
            zh="你对每个样本的各个特征求了平均，那是层归一化。这里是每个**特征**对批次里的样本求平均。"),
        Mistake("shift_scaled_too", "gamma * (X - mean) / np.sqrt(var + eps) + shift", "gamma * ((X - mean) / np.sqrt(var + eps) + shift)",
            en="γ multiplies the shift as well. Scale first, then add the shift.",
            zh="γ 把平移也乘了。先缩放，再加平移。"),
        Mistake("scale_and_shift_forgotten", "gamma * (X - mean) / np.sqrt(var + eps) + shift", "(X - mean) / np.sqrt(var + eps)",
            en="This is X̂ alone. The learned scale and shift are missing.",
            zh="这只是 X̂。漏了学出来的缩放和平移。"),
    ],
    variants=[Variant("float32_result", "return A, state", "return np.float32(A), state")],
)


# %% [markdown] lang="en"
# What batch normalization does to a deep net at its start: 256 samples run through six tanh layers whose weights are drawn too large. Above, the inputs of the tanh in layers 1, 3 and 6 as they are; below, with your function in front of every tanh. You should see: above, more than half of the values lie beyond ±2, where tanh is flat and lets hardly any gradient through, in each of six layers; below, one in twenty.
# %% [markdown] lang="zh" of="0407"
# 看看批归一化在训练开始时对深层网络做了什么：256 个样本通过六个 tanh 层，权重抽得太大。上排是第 1、3、6 层 tanh 的输入原样；下排是在每个 tanh 之前用了你的函数。你应该看到：上排有一半以上的值落在 ±2 之外，那里 tanh 是平的，梯度几乎过不去，而且层层如此；下排只有二十分之一。
# %% demo="distributions"
@drawn_by("batchnorm_forward")
def distributions(plt):
    def inputs_of_tanh(normalize):
        draw, still = np.random.default_rng(0), np.zeros(64)
        A, seen = draw.normal(size=(256, 64)), []
        for _ in range(6):
            Z = A @ (draw.normal(size=(64, 64)) * 4 / np.sqrt(64))
            if normalize:
                Z = np.reshape(batchnorm_forward(Z, still + 1, still, {"mean": still, "var": still + 1}, True, 0.9, 1e-5)[0], Z.shape)
            seen.append(Z)
            A = np.tanh(Z)
        return seen

    _, axes = plt.subplots(2, 3, figsize=(11, 5), sharex=True, layout="constrained")
    for row, normalize, color in zip(axes, (False, True), ("#D55E00", "#0072B2")):
        layers = inputs_of_tanh(normalize)
        for ax, number in zip(row, (1, 3, 6)):
            Z = layers[number - 1].ravel()
            ax.hist(np.clip(Z, -12, 12), bins=60, color=color, density=True)
            beyond = f"{np.mean(np.abs(Z) > 2):.0%}"
            ax.text(0.03, 0.9, words(en=f"beyond ±2: {beyond}", zh=f"±2 之外：{beyond}"), transform=ax.transAxes)
            ax.axvspan(-2, 2, color="#888888", alpha=0.15)
            raw, normalized = words(en=f"layer {number}", zh=f"第 {number} 层"), words(en=f"layer {number}, normalized", zh=f"第 {number} 层，归一化之后")
            ax.set(title=normalized if normalize else raw, yticks=[])
    for ax in axes[1]:
        ax.set_xlabel(words(en="input of tanh", zh="tanh 的输入"))
    plt.show()
