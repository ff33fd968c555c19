# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import classification

from chapter import factor_cancels, shares

# %% [markdown] lang="en"
# ### {n} Posterior probabilities
#
# Multiply each class's likelihood by its prior, then divide every row by its sum. The prior matters: a test that is 9 times likelier for the sick than for the healthy says little when only one person in a hundred is sick.
#
# **By hand.** $P=(0.99,\,0.01)$, likelihoods $(0.1,\,0.9)$: products $0.099$ and $0.009$, sum $0.108$, posterior $(0.917,\,0.083)$.
# %% [markdown] lang="zh" of="860d"
# ### {n} 后验概率
#
# 把每一类的似然乘上先验，再让每一行除以它的和。先验很重要：某项检测在病人身上呈阳性的可能性是健康人的 9 倍，但如果一百人里只有一个病人，阳性也说明不了多少。
#
# **手算。** $P=(0.99,\,0.01)$，似然 $(0.1,\,0.9)$：乘积为 $0.099$ 和 $0.009$，和为 $0.108$，后验是 $(0.917,\,0.083)$。
# %% answer="bayes_posterior"
def bayes_posterior(prior, lik):
    """Posterior probabilities of the classes.

    prior (K,) the class probabilities, lik (N, K) the likelihoods p(x^n | C_k).  Returns (N, K); rows sum to 1.
    """
    ### BEGIN SOLUTION
    joint = prior * lik  # (N, K)
    return joint / joint.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %% [markdown] docstring="bayes_posterior" lang="zh" of="952c"
# 各类的后验概率。
#
# prior (K,) 是各类的先验概率，lik (N, K) 是似然 p(x^n | C_k)。返回 (N, K)，每行之和为 1。
# %% [markdown] why="bayes_posterior" lang="en"
# `keepdims=True` leaves the sums as a column (N, 1), so each row is divided by its own. As (N,) they would be laid along the rows: an error, or for N = K a wrong answer in silence.
# A factor common to a whole row cancels: only ratios of likelihoods count.
# %% [markdown] why="bayes_posterior" lang="zh" of="2ef2"
# `keepdims=True` 让各行的和保持 (N, 1) 的一列，每行才会除以自己的和。若是 (N,)，就会沿着行的方向对齐：要么报错，要么在 N = K 时不声不响地算错。
# 一整行共有的因子会约掉，起作用的只是似然之比。
# %% grading="bayes_posterior"
def likelihoods(rng, n, k):
    return {"prior": shares(rng, k), "lik": rng.uniform(0.05, 2, (n, k)).round(2)}


def posterior_cases(rng):
    yield Case("typical", zh="一般数据", **likelihoods(rng, 4, 3))
    yield Case("two classes", zh="只有两类", **likelihoods(rng, 5, 2))


def edge_cases(rng):
    yield Case("one sample", zh="只有一个样本", **likelihoods(rng, 1, 4))


def extreme_cases(rng):
    lik = rng.uniform(0.05, 2, (3, 4)).round(2) * 10.0 ** np.array([[-12], [-150], [-300]])
    lik[1, rng.integers(4)] = 0  # what one class cannot produce
    yield Case("tiny likelihoods", zh="极小的似然", prior=shares(rng, 4), lik=lik)


@variant
def loop(prior, lik):
    rows = []
    for row in lik:
        evidence = sum(p * q for p, q in zip(prior, row))
        rows.append([p * q / evidence for p, q in zip(prior, row)])
    return rows


@variant
def logs(prior, lik):
    logs = np.log(prior) + np.log(lik)
    odds = np.exp(logs - logs.max(axis=1)[:, None])
    return odds / odds.sum(axis=1)[:, None]


@variant
def evidence_first(prior, lik):
    evidence = lik @ prior
    return (lik.T * prior[:, None] / evidence).T


Exercise(
    points=1, reference=classification.bayes_posterior, cases=posterior_cases, tolerance=CLOSED_FORM,
    groups=[Group("edge", edge_cases), Group("extreme", extreme_cases)], forbids=FROM_SCRATCH,
    mistakes=[
        Mistake("prior_dropped", "prior * lik", "1.0 * lik",
            en="The prior is missing: you treat all classes as equally common.",
            zh="漏了先验：你把各类当成同样常见了。"),
        Mistake("not_normalized", " / joint.sum(axis=1, keepdims=True)", "",
            en="These are joint probabilities. Divide by the evidence so that each row sums to 1.",
            zh="这是联合概率。还要除以证据（分母），使每行之和为 1。"),
        Mistake("normalized_over_samples", "axis=1", "axis=0",
            en="You normalized down the columns. Each sample's probabilities, a row, must sum to 1.",
            zh="你沿列归一化了。应当是每个样本（一行）的概率之和为 1。"),
        Mistake("prior_left_out_of_evidence", "/ joint.sum(", "/ lik.sum(",
            en="The denominator sums prior times likelihood, just like the numerator; yours sums likelihoods alone.",
            zh="分母也要把“先验×似然”加起来，和分子一样；你只加了似然。"),
        Mistake("epsilon_in_the_evidence", "joint.sum(axis=1, keepdims=True)",
            "(joint.sum(axis=1, keepdims=True) + 1e-12)",
            en="Something small was added to the denominator. Likelihoods may be far smaller still, and then each row no longer sums to 1.",
            zh="你在分母里加了一个很小的数。似然可能比它还小得多，那时每一行之和就不再是 1。"),
    ],
    variants=[
        Variant("factors_commute", "joint = prior", "prior, lik = lik, prior\n    joint = prior"),
        *factor_cancels("prior", "joint = prior", "lik"),
        *factor_cancels("lik", "joint = prior", "prior"),
        Variant("einsum", "joint.sum(axis=1, keepdims=True)", 'np.einsum("nk->n", joint)[:, None]'),
    ],
)
