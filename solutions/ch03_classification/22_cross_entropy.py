# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import classification

# %% [markdown] lang="en"
# ### {n} Cross-entropy of two distributions
#
# How bad is the prediction $q$ when the truth is the distribution $p$?
#
# $$H(p,q)=-\sum_k p_k\ln q_k ,\qquad 0\cdot\ln 0=0 .$$
#
# **By hand.** $p=(0,1,0)$, $q=(\tfrac14,\tfrac12,\tfrac14)$: only the true class counts, $H=\ln2=0.693$. With $p=(\tfrac12,\tfrac12,0)$: $H=\tfrac12\ln4+\tfrac12\ln2=1.040$. A one-hot $p$ has zeros, and $q$ may have zeros in the same places; such a term is 0, not NaN.
# %% [markdown] lang="zh" of="d50d"
# ### {n} 两个分布的交叉熵
#
# 真实分布是 $p$，预测分布是 $q$，预测得有多差？
#
# $$H(p,q)=-\sum_k p_k\ln q_k ,\qquad 0\cdot\ln 0=0 .$$
#
# **手算。** $p=(0,1,0)$，$q=(\tfrac14,\tfrac12,\tfrac14)$：只有真实类别起作用，$H=\ln2=0.693$。若 $p=(\tfrac12,\tfrac12,0)$，则 $H=\tfrac12\ln4+\tfrac12\ln2=1.040$。独热的 $p$ 里有 0，$q$ 在同样的位置也可能是 0；这样的项应当是 0，而不是 NaN。
# %% answer="cross_entropy"
def cross_entropy(p, q):
    """Cross-entropy H(p, q) of each row.

    p (N, K) true distributions (one-hot rows may be integers), q (N, K) predicted ones; q is positive wherever p is,
    though it may be tiny.  Returns (N,): a value for each sample, summed over classes, not over samples.  Terms with
    p = 0 are 0.
    """
    ### BEGIN SOLUTION
    log_q = np.log(np.where(p > 0, q, 1))  # (N, K)
    return -np.sum(p * log_q, axis=1)
    ### END SOLUTION


# %% [markdown] docstring="cross_entropy" lang="zh" of="7b20"
# 每一行的交叉熵 H(p, q)。
#
# p (N, K) 是真实分布（独热的行可以是整数），q (N, K) 是预测分布；p 为正处 q 也为正，但可能极小。
# 返回 (N,)：每个样本一个值，对类别求和，不对样本求和。p = 0 的项为 0。
# %% [markdown] why="cross_entropy" lang="en"
# The 1 is put in *before* the logarithm: ln 1 = 0, so a term with p = 0 is 0, without a warning or a NaN to be mended afterwards.
# Where p > 0, `q` stays as it is, however tiny. A small number added to it would cap the price of just the worst predictions.
# %% [markdown] why="cross_entropy" lang="zh" of="9329"
# 在取对数**之前**就换成 1：ln 1 = 0，p = 0 的项自然为 0，没有警告，也没有事后要修补的 NaN。
# p > 0 处的 `q` 再小也原样不动；若加上一个小数，恰恰是最糟糕的预测会被封顶。
# %% grading="cross_entropy"
def rows(rng, n, k):
    weights = rng.uniform(0.1, 1, (n, k))
    return (weights / weights.sum(axis=1, keepdims=True)).round(3)


def distribution_cases(rng):
    yield Case("typical", zh="一般数据", p=rows(rng, 4, 3), q=rows(rng, 4, 3))


def edge_cases(rng):
    yield Case("one sample", zh="只有一个样本", p=rows(rng, 1, 4), q=rows(rng, 1, 4))
    hot = np.eye(4, dtype=int)[rng.integers(0, 4, 3)]
    yield Case("one-hot integers", zh="整数的独热行", p=hot, q=rows(rng, 3, 4))


def extreme_cases(rng):
    u, v = rng.uniform(0.2, 0.8, 2).round(2)
    p = np.array([[0.0, 1.0, 0.0], [u, 0.0, 1 - u], [0.0, 1 - v, v]])
    q = np.array([[0.0, u, 1 - u], [v, 0.0, 1 - v], [u, 0.0, 1 - u]])
    q[2] = [0.0, u, 1 - u]
    columns = rng.permutation(3)
    yield Case("zeros", zh="含有 0", p=p[:, columns], q=q[:, columns])
    p = np.array([[u, 1 - u, 0.0], [v, 0.0, 1 - v]])
    q = np.array([[1.0, 10.0 ** -rng.integers(250, 300), 0.0], [10.0 ** -rng.integers(15, 40), 0.2, 0.8]])
    columns = rng.permutation(3)
    yield Case("tiny probabilities", zh="极小的概率", p=p[:, columns], q=q[:, columns])


@mistake(
    en="A tiny number inside the logarithm changes the answer where q is tinier still, and hides how wrong such a prediction is. Leave out the terms with p = 0 instead.",
    zh="在对数里加一个很小的数，遇到比它更小的 q 时结果就变了，也掩盖了这种预测错得有多离谱。应当改为略去 p = 0 的项。",
)
def epsilon_in_the_log(p, q):
    return -np.sum(p * np.log(q + 1e-12), axis=1)


@mistake(
    en="Your array takes its type from p: where p holds integers, every term is cut down to an integer. Let the array hold floats.",
    zh="你的数组沿用了 p 的类型：p 是整数时，每一项都被截成了整数。请让数组存放浮点数。",
)
def rounded_like_p(p, q):
    terms = np.zeros_like(p)
    terms[p > 0] = p[p > 0] * np.log(q[p > 0])
    return -terms.sum(axis=1)


@variant
def masks(p, q):
    terms = np.zeros(np.shape(p))
    inside = np.asarray(p) > 0
    terms[inside] = p[inside] * np.log(q[inside])
    return np.negative(terms).sum(axis=-1)


@variant
def nan_as_zero(p, q):
    with np.errstate(divide="ignore", invalid="ignore"):
        return -np.nansum(p * np.log(q), axis=1)


@variant
def log_where(p, q):
    logs = np.log(q, where=np.asarray(p) != 0, out=np.zeros(np.shape(q)))
    return tuple(-a @ b for a, b in zip(p, logs))


@variant
def loop(p, q):
    return [-sum(a * np.log(b) for a, b in zip(*rows) if a > 0) for rows in zip(p, q)]


Exercise(
    points=1, reference=classification.cross_entropy, cases=distribution_cases, tolerance=CLOSED_FORM,
    groups=[Group("edge", edge_cases), Group("extreme", extreme_cases)], forbids=FROM_SCRATCH,
    mistakes=[
        Mistake("p_and_q_swapped", "    log_q", "    p, q = q, p\n    log_q",
            en="The two distributions are swapped: the truth p is the weight, the prediction q stands in the logarithm.",
            zh="两个分布的位置反了：真实分布 p 是权重，预测分布 q 在对数里。"),
        Mistake("wrong_sign", "return -np.sum", "return np.sum",
            en="Logarithms of probabilities are negative. The minus sign makes the cross-entropy positive.",
            zh="概率的对数是负数，前面的负号使交叉熵为正。"),
        Mistake("zero_times_log_zero", "np.where(p > 0, q, 1)", "q",
            en="0 · ln 0 comes out as NaN in numpy. Such a term counts as 0: keep it out of the logarithm.",
            zh="numpy 中 0 · ln 0 得到 NaN。这样的项应算作 0：不要让它进入对数。"),
        Mistake("mean_over_classes", "-np.sum(p * log_q, axis=1)", "-np.mean(p * log_q, axis=1)",
            en="You averaged over the classes. The probabilities p are the weights already: sum.",
            zh="你对类别取了平均。p 本身就是权重，应当求和。"),
        Mistake("summed_over_samples", "p * log_q, axis=1", "p * log_q, axis=0",
            en="You summed over the samples. Each row is one sample and gets one value.",
            zh="你对样本求和了。每行是一个样本，应各得一个值。"),
        Mistake("base_two", "np.log(np.where", "np.log2(np.where",
            en="This is in bits. The course uses the natural logarithm.",
            zh="这是以 2 为底（比特）。本课程用自然对数。"),
        Mistake("divergence_for_cross_entropy", "log_q = np.log(np.where(p > 0, q, 1))",
            "log_q = np.log(np.where(p > 0, q, 1)) - np.log(np.where(p > 0, p, 1))",
            en="This is the Kullback–Leibler divergence. The cross-entropy does not subtract the entropy of p.",
            zh="这是 KL 散度。交叉熵不减去 p 自身的熵。"),
    ],
    variants=[
        Variant("q_is_positive_wherever_p_is", "np.where(p > 0", "np.where(q > 0"),
        Variant("einsum", "np.sum(p * log_q, axis=1)", 'np.einsum("nk,nk->n", p, log_q)'),
    ],
)
