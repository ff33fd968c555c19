# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import classification

from chapter import factor_cancels, shares

# %% [markdown] lang="en"
# ### {n} Posterior probabilities in the log domain
#
# With a few hundred features, or with small variances, likelihoods fall below $10^{-324}$, where floats end and 0 begins: the division gives $0/0$. So work with logarithms: $\ln P(C_k\mid x)=a_k-\ln\sum_j e^{a_j}$ with $a_k=\ln P(C_k)+\ln p(x\mid C_k)$. The last term is the **log-sum-exp**. Take out the greatest term first, row by row:
#
# $$\ln\sum_j e^{a_j}=m+\ln\sum_j e^{a_j-m},\qquad m=\max_j a_j.$$
#
# **By hand.** Equal priors cancel; log-likelihoods $(-1000,\,-1001)$: $m=-1000$, the sum is $1+e^{-1}=1.368$, so the log-posterior is $(-0.313,\,-1.313)$, that is $(0.731,\,0.269)$. Without $m$ it would have been $0/0$.
# %% [markdown] lang="zh" of="fb20"
# ### {n} 在对数下计算后验概率
#
# 特征有几百个，或者方差很小时，似然会低于 $10^{-324}$，小于浮点数能表示的最小值，于是变成 0，一除就是 $0/0$。所以要在对数下计算：令 $a_k=\ln P(C_k)+\ln p(x\mid C_k)$，则 $\ln P(C_k\mid x)=a_k-\ln\sum_j e^{a_j}$。最后一项叫作 **log-sum-exp**。先逐行提出最大的一项：
#
# $$\ln\sum_j e^{a_j}=m+\ln\sum_j e^{a_j-m},\qquad m=\max_j a_j.$$
#
# **手算。** 先验相等时会约掉；对数似然为 $(-1000,\,-1001)$：$m=-1000$，和为 $1+e^{-1}=1.368$，对数后验为 $(-0.313,\,-1.313)$，即 $(0.731,\,0.269)$。若不提出 $m$，得到的就是 $0/0$。
# %% answer="bayes_log_posterior"
def bayes_log_posterior(prior, log_lik):
    """Logarithms of the posterior probabilities.

    prior (K,) the class probabilities (not logarithms), log_lik (N, K) the log-likelihoods ln p(x^n | C_k).
    Returns (N, K), finite also where every likelihood of a row would underflow.
    """
    ### BEGIN SOLUTION
    log_joint = np.log(prior) + log_lik  # (N, K)
    top = log_joint.max(axis=1, keepdims=True)  # (N, 1)
    log_evidence = top + np.log(np.sum(np.exp(log_joint - top), axis=1, keepdims=True))
    return log_joint - log_evidence
    ### END SOLUTION


# %% [markdown] docstring="bayes_log_posterior" lang="zh" of="6f8b"
# 后验概率的对数。
#
# prior (K,) 是先验概率（不是对数），log_lik (N, K) 是对数似然 ln p(x^n | C_k)。
# 返回 (N, K)；即使某一行的似然全部下溢，结果也应是有限数。
# %% [markdown] why="bayes_log_posterior" lang="en"
# Less the row's maximum, no exponent is positive and one is 0, so the sum lies between 1 and K: nothing overflows, and no logarithm meets a 0.
# In the end logarithms are subtracted. Divided first, a hopeless class would be rounded to 0, and its −2000 would be lost.
# %% [markdown] why="bayes_log_posterior" lang="zh" of="11af"
# 减去每行的最大值之后，指数都不为正，且有一个是 0，所以和在 1 与 K 之间：不会溢出，也不会对 0 取对数。
# 最后用对数相减；若先除再取对数，毫无希望的类别已被舍入成 0，它的 −2000 就丢了。
# %% grading="bayes_log_posterior"
def log_posterior_cases(rng):
    log_lik = rng.normal(-2, 1, (4, 3)).round(2)
    yield Case("typical", zh="一般数据", prior=shares(rng, 3), log_lik=log_lik)


def edge_cases(rng):
    log_lik = rng.normal(-2, 1, (1, 2)).round(2)
    yield Case("one sample", zh="只有一个样本", prior=shares(rng, 2), log_lik=log_lik)


def extreme_cases(rng):
    far = rng.normal(0, 2, (3, 3)).round(2) + rng.permutation([-900.0, -2500.0, 900.0])[:, None]
    yield Case("a hundred features", zh="一百个特征", prior=shares(rng, 3), log_lik=far)
    wide = rng.permuted([[0.0, -900.0, -2600.0]] * 2, axis=1) + rng.uniform(-99, 99, (2, 3)).round(1)
    yield Case("one class far ahead", zh="某一类遥遥领先", prior=shares(rng, 3), log_lik=wide)
    rare = np.append(shares(rng, 2), 1e-30)
    log_lik = rng.normal(-2, 1, (3, 3)).round(2) + [0, 0, 70]
    yield Case("a very rare class", zh="极罕见的类别", prior=rare, log_lik=log_lik)


@variant
def loop(prior, log_lik):
    rows = []
    for row in log_lik:
        a = np.log(prior) + row
        rows.append(a - np.logaddexp.reduce(a))
    return rows


@mistake(
    en="You compute the probability and take its logarithm afterwards. Where one class is far ahead, the others have rounded to 0 by then: subtract logarithms instead of dividing.",
    zh="你先算概率再取对数。当某一类遥遥领先时，其他类的概率早已舍入成 0：请用对数相减代替相除。",
)
def log_of_posterior(prior, log_lik):
    log_joint = np.log(prior) + log_lik
    odds = np.exp(log_joint - log_joint.max(axis=1, keepdims=True))
    return np.log(odds / odds.sum(axis=1, keepdims=True))


@mistake(
    en="Clipping keeps the logarithm finite but wrong: the log-posterior of a hopeless class may well be −2000. Subtract logarithms instead of dividing.",
    zh="截断虽然避免了无穷大，结果却不对：毫无希望的类别，对数后验完全可以是 −2000。请用对数相减代替相除。",
)
def clipped_posterior(prior, log_lik):
    log_joint = np.log(prior) + log_lik
    odds = np.exp(log_joint - log_joint.max(axis=1, keepdims=True))
    return np.log(np.maximum(odds / odds.sum(axis=1, keepdims=True), 1e-12))


@variant
def differences(prior, log_lik):
    a = log_lik + np.log(prior)[None, :]
    differences = a[:, None, :] - a[:, :, None]  # (N, K, K): a_j − a_k
    return -np.logaddexp.reduce(differences, axis=2)


@variant
def below_the_greatest(prior, log_lik):
    a = log_lik + np.log(prior)
    a = a - np.max(a, axis=1).reshape(-1, 1)
    return a - np.log(np.exp(a).sum(axis=1)).reshape(-1, 1)


Exercise(
    points=1, reference=classification.bayes_log_posterior, cases=log_posterior_cases, tolerance=CLOSED_FORM,
    groups=[Group("edge", edge_cases), Group("extreme", extreme_cases)], forbids=FROM_SCRATCH,
    mistakes=[
        Mistake("prior_dropped", "np.log(prior) + log_lik", "0.0 + log_lik",
            en="The prior is missing: add its logarithm to every row.",
            zh="漏了先验：每一行都要加上先验的对数。"),
        Mistake("prior_without_log", "np.log(prior)", "prior",
            en="You added the prior itself to a logarithm. In the log domain products become sums of logarithms.",
            zh="你把先验本身加到了对数上。在对数下，乘积变成对数之和，先验也要取对数。"),
        Mistake("exp_underflow", "top = log_joint.max(axis=1, keepdims=True)", "top = 0.0",
            en="The exponentials underflow (or overflow) before they are summed. Take out each row's greatest term first.",
            zh="指数在求和之前就已下溢（或上溢）。先逐行提出最大的一项。"),
        Mistake("one_maximum_for_all", "log_joint.max(axis=1, keepdims=True)", "log_joint.max()",
            en="You took out one maximum for all samples. Rows may differ by thousands: each needs its own.",
            zh="你对所有样本只取了一个最大值。各行可能相差上千，每一行都要用自己的最大值。"),
        Mistake("posterior_not_its_log", "return log_joint - log_evidence", "return np.exp(log_joint - log_evidence)",
            en="These are probabilities; the logarithms were asked for.",
            zh="这是概率本身，题目要的是它的对数。"),
        Mistake("maximum_not_put_back", "top + np.log(", "np.log(",
            en="You took the maximum out of the exponent and forgot to add it back outside the logarithm.",
            zh="你从指数里提出了最大值，却忘了在对数外面把它加回来。"),
        Mistake("mean_taken_out", "log_joint.max(axis=1, keepdims=True)", "log_joint.mean(axis=1, keepdims=True)",
            en="You took out each row's mean. Terms far above it still overflow: take out the greatest one.",
            zh="你提出的是每行的平均值。比它大得多的项仍会上溢：应当提出最大的一项。"),
        Mistake("epsilon_in_the_log", "np.log(prior)", "np.log(prior + 1e-12)",
            en="Something small was added to the prior before its logarithm. A rare class may be rarer than that: every prior is above 0 and needs no help.",
            zh="你在对先验取对数前加了一个很小的数。罕见类别的先验可能比它还小：先验都大于 0，不需要这样做。"),
    ],
    variants=[
        Variant("any_large_entry_of_a_row_serves", "log_joint.max(axis=1", "log_lik.max(axis=1"),
        *factor_cancels("prior", "log_joint = np.log(prior)", "log_lik", sign=False),
        Variant("shift_first", "top + np.log(np.sum(np.exp(log_joint - top), axis=1, keepdims=True))",
            "np.logaddexp.reduce(log_joint, axis=1, keepdims=True)"),
    ],
)
