# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import backprop as torch_reference

from chapter import DEEP, deep_cases, far_scores, labelled, mlp_forward, net, normal

# %% [markdown] lang="en"
# ## {n} The total loss
#
# One number says how wrong the net is, and everything after this section is about its gradient. §5.2 takes the cross-entropy of each sample, $l=-\sum_k \hat y_k\ln y_k$ (there $\hat y$ is the truth), and adds up all samples. In our notation, with softmax probabilities $p_{nk}$ and the label $y^n$ of sample $n$:
#
# $$\mathcal L=\sum_{n=1}^{N}-\ln p_{n,y^n},\qquad p_{nk}=\frac{e^{z_{nk}}}{\sum_j e^{z_{nj}}}$$
#
# A **SUM** over samples, not a mean. Only the probability of the right class counts, because the true distribution is 0 everywhere else.
#
# **Numerical stability.** Put the logarithm in before you compute: $-\ln p_{n,y^n}=\ln\sum_j e^{z_{nj}}-z_{n,y^n}$. And since softmax does not change when all scores of a sample are shifted, subtract the largest score of each row first; then no exponential overflows and no logarithm sees a 0.
#
# **By hand.** Scores $(3,-0.5)$ from {ref:mlp_forward}. If the label is 0: $\ln(1+e^{-3.5})\approx0.0298$. If it is 1: $3.5+0.0298=3.5298$. For a batch that has this input once with each label, $\mathcal L\approx3.5595$.
#
# In this section and the next ones the hidden layers use **ReLU**.
# %% [markdown] lang="zh" of="8356"
# ## {n} 总损失
#
# 用一个数说明网络错得有多厉害，后面所有内容都围绕它的梯度。§5.2 对每个样本取交叉熵 $l=-\sum_k \hat y_k\ln y_k$（那里的 $\hat y$ 是真实值），再把所有样本加起来。用我们的记号，softmax 概率为 $p_{nk}$，第 $n$ 个样本的标签为 $y^n$：
#
# $$\mathcal L=\sum_{n=1}^{N}-\ln p_{n,y^n},\qquad p_{nk}=\frac{e^{z_{nk}}}{\sum_j e^{z_{nj}}}$$
#
# 对样本**求和**，不是取平均。只有正确类别的概率起作用，因为真实分布在其他类别上都是 0。
#
# **数值稳定性。** 先把对数放进去化简再算：$-\ln p_{n,y^n}=\ln\sum_j e^{z_{nj}}-z_{n,y^n}$。另外，一个样本的所有得分一起平移，softmax 不变，所以先让每行减去该行最大的得分；这样指数不会溢出，对数也不会遇到 0。
#
# **手算。** {ref:mlp_forward} 的得分是 $(3,-0.5)$。标签为 0 时：$\ln(1+e^{-3.5})\approx0.0298$；标签为 1 时：$3.5+0.0298=3.5298$。如果一个批次里这个输入出现两次，两种标签各一次，则 $\mathcal L\approx3.5595$。
#
# 从这一节起，隐藏层一律用 **ReLU**。
# %% answer="total_loss"
def total_loss(params, X, y):
    """SUM over the samples of the softmax cross-entropy of a net with ReLU hidden layers.

    params as in `mlp_forward`, X (N, D), labels y (N,) integers from 0 to K - 1.  Returns a number,
    finite also when scores are as large as ±1000.
    """
    ### BEGIN SOLUTION
    scores, _ = mlp_forward(params, X, "relu")  # (N, K)
    scores = scores - scores.max(axis=1, keepdims=True)  # the softmax stays as it was
    log_norm = np.log(np.exp(scores).sum(axis=1))  # (N,)
    return np.sum(log_norm - scores[np.arange(len(y)), y])
    ### END SOLUTION


# %% [markdown] docstring="total_loss" lang="zh" of="8093"
# 隐藏层为 ReLU 的网络，其 softmax 交叉熵对所有样本求和。
#
# params 同 `mlp_forward`，X (N, D)，标签 y (N,) 是 0 到 K - 1 的整数。返回一个数；
# 得分大到 ±1000 时也必须是有限数。
# %% [markdown] why="total_loss" lang="en"
# Shifted, the largest score of each row is 0: no exponential is above 1, and their sum is at least 1, so the logarithm meets neither ∞ nor 0.
# The shift stands in both terms and cancels, so nothing has to be added back. `scores - …` is a new array: the cache keeps its own.
# %% [markdown] why="total_loss" lang="zh" of="83f9"
# 移动之后每行最大的得分是 0：指数都不超过 1，和至少是 1，对数既遇不到 ∞ 也遇不到 0。
# 移动量在两项里都有，正好抵消，不必再加回去。`scores - …` 是新数组，缓存里的那个不变。
# %% grading="total_loss"
def loss_cases(rng):
    yield Case("typical", zh="一般数据", params=net(rng, 3, 4, 3), X=normal(rng, 5, 3), y=labelled(rng, 5, 3))
    yield Case("three layers", zh="三层", params=net(rng, 2, 3, 4, 5), X=normal(rng, 7, 2), y=labelled(rng, 7, 5))


def edge_cases(rng):
    one = {"params": net(rng, 4, 3, 2), "X": normal(rng, 1, 4), "y": labelled(rng, 1, 2)}
    yield Case("one sample", zh="只有一个样本", **one)
    linear = {"params": net(rng, 3, 4), "X": normal(rng, 5, 3), "y": labelled(rng, 5, 4)}
    yield Case("no hidden layer", zh="没有隐藏层", **linear)


@variant
def loop(params, X, y):
    scores = mlp_forward(params, X, "relu")[0]
    total = 0.0
    for row, label in zip(np.asarray(scores, dtype=float), y):
        total += np.log(sum(np.exp(row - row[label] - max(row - row[label])))) + max(row - row[label])
    return total


Exercise(
    points=2, reference=torch_reference.total_loss, cases=loss_cases, tolerance=CLOSED_FORM, accepts=("integers",),
    forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases), Group("deep", deep_cases, **DEEP), Group("extreme", far_scores)],
    mistakes=[
        Mistake("mean_for_sum", "np.sum(log_norm", "np.mean(log_norm",
            en="Your loss is the mean over the samples. The total loss of §5.2 is their SUM.",
            zh="你取了样本的平均。§5.2 的总损失是**求和**。"),
        Mistake("no_shift", "scores = scores - scores.max(axis=1, keepdims=True)", "scores = np.asarray(scores)",
            en="Right for moderate scores, but e to the 1000 is too large for a float. Shift each row by its largest score first.",
            zh="得分不大时是对的，但 e 的 1000 次方超出了浮点数的范围。先让每行减去该行最大的得分。"),
        Mistake("log_of_zero", "return np.sum(log_norm - scores[np.arange(len(y)), y])",
            "return -np.sum(np.log(softmax(scores)[np.arange(len(y)), y]))",
            en="Right for moderate scores, but a very small probability rounds to 0, and its logarithm is −∞. "
                               "Take the logarithm in the formula before you compute: ln Σe^z − z_y.",
            zh="得分不大时是对的，但极小的概率会舍入成 0，取对数就是 −∞。先在公式里取对数再计算：ln Σe^z − z_y。"),
        Mistake("double_softmax", 'scores, _ = mlp_forward(params, X, "relu")  #',
            'scores = softmax(mlp_forward(params, X, "relu")[0])  #',
            en="The softmax is taken twice: once on the scores, and once more inside the log-sum-exp. Feed it the raw scores.",
            zh="softmax 做了两次：得分上做了一次，log-sum-exp 里又做了一次。应当直接用原始得分。"),
        Mistake("softmax_over_samples", "np.log(np.exp(scores).sum(axis=1))", "np.log(np.exp(scores).sum(axis=0))[y]",
            en="You normalize over the samples. Each sample spreads its probability over the K classes: along a row.",
            zh="你在样本之间做了归一化。每个样本的概率是在 K 个类别之间分配的：沿着一行。"),
        Mistake("binary_logarithm", "np.sum(log_norm - scores[np.arange(len(y)), y])",
            "np.sum(log_norm - scores[np.arange(len(y)), y]) / np.log(2)",
            en="You use the logarithm of base 2. The course's cross-entropy uses the natural logarithm.",
            zh="你用了以 2 为底的对数。本课程的交叉熵用自然对数。"),
        Mistake("sign", "log_norm - scores[np.arange(len(y)), y]", "scores[np.arange(len(y)), y] - log_norm",
            en="Your loss is negative: this is the log-likelihood, which one wants to raise. The loss is minus it.",
            zh="你的损失是负数：这是对数似然，越大越好。损失是它的相反数。"),
        Mistake("one_shift_for_all_samples", "scores.max(axis=1, keepdims=True)", "scores.max()",
            en="You shift all samples by one number. A sample whose scores all lie far below it is left with nothing but zeros: every row needs its own largest score.",
            zh="你让所有样本减去了同一个数。如果某个样本的得分都比它小得多，指数就全成了 0：每一行要减去自己的最大得分。"),
        Mistake("shifted_by_the_mean", "scores.max(axis=1, keepdims=True)", "scores.mean(axis=1, keepdims=True)",
            en="Shifting by the mean is allowed, but it does not protect you: a score far above the mean still overflows. Shift by the largest.",
            zh="减去平均值在数学上没错，但起不到保护作用：远大于平均值的得分照样溢出。要减去最大的得分。"),
        Mistake("probability_clipped", "return np.sum(log_norm - scores[np.arange(len(y)), y])",
            "return -np.sum(np.log(np.maximum(softmax(scores)[np.arange(len(y)), y], 1e-15)))",
            en="Tiny probabilities are replaced by a smallest one, so a badly wrong sample costs 35 instead of 1000. With ln Σe^z − z_y nothing needs to be cut off.",
            zh="极小的概率被换成了一个下限，于是错得离谱的样本只算 35，而不是上千。用 ln Σe^z − z_y 就什么都不必截断。"),
        Mistake("tanh_in_the_hidden_layers", 'mlp_forward(params, X, "relu")', 'mlp_forward(params, X, "tanh")',
            en="From this section on the hidden layers use ReLU.",
            zh="从这一节起，隐藏层一律用 ReLU。"),
        Mistake("layers_sorted_as_text",
            'scores, _ = mlp_forward(params, X, "relu")',
            'order = dict(zip(sorted(name for name in params if name[0] == "W"), range(1, len(params))))\n'
                '    params = {f"{part}{n}": params[part + name[1:]] for name, n in order.items() for part in "Wb"}\n'
                '    scores, _ = mlp_forward(params, X, "relu")',
            en="Right for few layers. But sorted as text W10 comes before W2, so a net of ten layers is put together in another order: count the layers by number.",
            zh="层数少时是对的。但按文字排序时 W10 排在 W2 前面，十层的网络次序就乱了：请用数字来数层。"),
    ],
    variants=[
        Variant("one_hot_targets", "scores[np.arange(len(y)), y]",
            "np.einsum('nk,nk->n', one_hot(y, scores.shape[1]), scores)"),
        Variant("half_the_shift_does_up_to_1000", "scores.max(axis=1, keepdims=True)", "scores.max(axis=1, keepdims=True) / 2"),
        Variant("as_many_labels_as_rows", "np.arange(len(y))", "np.arange(len(X))"),
        Variant("logaddexp", "np.log(np.exp(scores).sum(axis=1))", "np.logaddexp.reduce(scores, axis=1)"),
    ],
)
