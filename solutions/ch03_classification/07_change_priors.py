# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import classification

from chapter import factor_cancels, shares

# %% [markdown] lang="en"
# ### {n} Find the bug: the test moves to a village
#
# A test was built in a hospital, where half of the people are sick. It is used in a village, where one in a hundred is. The likelihoods are those of the same test, only the priors have changed, so nothing has to be trained again: posteriors can be **carried over** from the old priors to the new ones.
#
# A classmate has programmed that and tried it on a posterior of $(0.1,\,0.9)$, healthy and sick, with the old priors $(0.5,\,0.5)$ and the new ones $(0.99,\,0.01)$: the code gives $(0.917,\,0.083)$, as section {ref:bayes_posterior} does. But carry that over from $(0.99,\,0.01)$ to $(0.99,\,0.01)$, where nothing changes at all: it gives $(0.999,\,0.001)$.
#
# 1. Write down what a posterior is made of, and follow both examples through the code. What is in the second result twice?
# 2. Say in the comment what is wrong, and why the first test could not notice.
# 3. Mend it. As it stands it earns nothing.
# %% [markdown] lang="zh" of="6763"
# ### {n} 找错误：检测搬到了村里
#
# 一项检测是在医院里建立的，那里有一半人患病；现在要拿到村里用，那里一百人中只有一个病人。检测还是那项检测，似然没有变，变的只是先验，所以不必重新训练：可以把后验从旧先验**换算**到新先验。
#
# 有位同学写好了程序，用后验 $(0.1,\,0.9)$（健康、患病）试了试，旧先验 $(0.5,\,0.5)$，新先验 $(0.99,\,0.01)$：得到 $(0.917,\,0.083)$，与 {ref:bayes_posterior} 节一致。可是再把这个结果从 $(0.99,\,0.01)$ 换算到 $(0.99,\,0.01)$，本来什么都没变，程序却给出 $(0.999,\,0.001)$。
#
# 1. 写出后验由哪几个因子组成，用两个例子各走一遍代码。第二个结果里，什么被算了两次？
# 2. 在注释里写出错在哪里，以及第一次测试为什么发现不了。
# 3. 改正它。原样交上来不得分。
# %% answer="change_priors"
def change_priors(posterior, old, new):
    """Posterior probabilities under new priors, from those under the old ones; the likelihoods stay the same.

    posterior (N, K), old (K,) the priors it was computed with, new (K,); all priors are above 0.
    Returns (N, K); rows sum to 1.
    """
    ### BEGIN SOLUTION
    odds = posterior * (new / old)  # (N, K)
    return odds / odds.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %% [markdown] docstring="change_priors" lang="zh" of="c6b9"
# 由旧先验下的后验概率，换算出新先验下的后验概率；似然不变。
#
# posterior (N, K)，old (K,) 是计算它时所用的先验，new (K,) 是新的先验；先验都大于 0。
# 返回 (N, K)，每行之和为 1。
# %% [markdown] why="change_priors" lang="en"
# Dividing by the old priors leaves the likelihoods, up to a factor per row; the new priors put Bayes' rule together again, and normalizing removes that factor.
# With equal old priors the division changes nothing but such a factor: so the first test could not notice that it was missing.
# %% [markdown] why="change_priors" lang="zh" of="1b0a"
# 除以旧先验，剩下的就是似然（每行差一个因子）；乘上新先验，贝叶斯公式又拼好了，归一化再把那个因子消掉。
# 旧先验相等时，除不除只差这样一个因子，所以第一个测试看不出漏了这一步。
# %% grading="change_priors"
def moved(rng, n, k):
    weights = rng.uniform(0.1, 2, (n, k)).round(2)
    return {"posterior": weights / weights.sum(axis=1, keepdims=True), "old": shares(rng, k), "new": shares(rng, k)[::-1]}


def prior_cases(rng):
    yield Case("typical", zh="一般数据", **moved(rng, 4, 3))
    same = moved(rng, 3, 2)
    yield Case("nothing changes", zh="先验没有变", **{**same, "new": same["old"]})


def edge_cases(rng):
    yield Case("one sample", zh="只有一个样本", **moved(rng, 1, 4))
    yield Case("equal priors before", zh="旧先验相等", **{**moved(rng, 3, 4), "old": np.full(4, 0.25)})


def there_and_back_cases(rng):
    yield Case("there and back", zh="换过去再换回来", **moved(rng, 3, 3))


def there_and_back(impl, case):
    there = impl.change_priors(case.posterior, case.old, case.new)
    return {"there": there, "and back": impl.change_priors(there, case.new, case.old)}


@variant
def by_likelihoods(posterior, old, new):
    rows = []
    for row in posterior:
        lik = [p / q for p, q in zip(row, old)]
        evidence = sum(p * q for p, q in zip(lik, new))
        rows.append([p * q / evidence for p, q in zip(lik, new)])
    return rows


@variant
def logs(posterior, old, new):
    a = np.log(posterior) + np.log(new) - np.log(old)
    return np.exp(a - np.logaddexp.reduce(a, axis=1, keepdims=True))


Exercise(
    points=1, reference=classification.change_priors, cases=prior_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    starter="classmates_bug",
    groups=[
        Group("edge", edge_cases),
        Group("back", there_and_back_cases, observe=there_and_back, en="There and back again", zh="换过去再换回来"),
    ],
    mistakes=[
        Mistake("classmates_bug", "(new / old)", "new",
            en="This gives what your classmate's code gave. A posterior is a likelihood times a prior, divided by something that makes rows sum to 1: which priors are in your result?",
            zh="这和那位同学的代码结果一样。后验等于似然乘先验，再除以一个使每行之和为 1 的数：你的结果里含有哪些先验？"),
        Mistake("upside_down", "(new / old)", "(old / new)",
            en="Your village has become sicker than the hospital: a class that gets rarer must lose probability.",
            zh="你把村里算得比医院病人还多：一个类别变得更罕见，它的概率应当变小。"),
        Mistake("new_priors_forgotten", "(new / old)", "(1 / old)",
            en="You took the old priors out, and stopped there: all classes are equally common now. Put the new ones in.",
            zh="你去掉了旧先验就停下了，等于把各类当成同样常见。还要放进新先验。"),
        Mistake("not_normalized", " / odds.sum(axis=1, keepdims=True)", "",
            en="Right odds, but they are no probabilities yet: each row has to sum to 1.",
            zh="各类之比是对的，但还不是概率：每行之和应为 1。"),
        Mistake("normalized_over_samples", "axis=1", "axis=0",
            en="You normalized down the columns. The probabilities of each sample, a row, sum to 1.",
            zh="你沿列归一化了。应当是每个样本（一行）的概率之和为 1。"),
        Mistake("difference_of_priors", "posterior * (new / old)", "np.abs(posterior + new - old)",
            en="You added the change of the priors. Priors are factors of a posterior, so they are exchanged by a division and a multiplication.",
            zh="你加上了先验的变化量。先验是后验的因子，要用除法和乘法来替换。"),
    ],
    variants=[
        *factor_cancels("posterior", "odds = posterior", "old", "new"),
        *factor_cancels("old", "odds = posterior", "posterior", "new"),
        *factor_cancels("new", "odds = posterior", "posterior", "old"),
        Variant("one_after_the_other", "posterior * (new / old)", "posterior / old * new"),
    ],
)
