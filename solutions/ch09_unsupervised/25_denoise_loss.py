# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import unsupervised

from chapter import autoencoder_forward, coder, normal

# %% [markdown] lang="en"
# ## {n} Cleaning up: the denoising autoencoder
#
# The notes' first use of an autoencoder (§10.3): put a *noisy* sample in, and ask for the *clean* one. What hangs together in the data can be guessed from the rest, noise can't; so the net learns to keep the one and drop the other.
#
# $$\mathcal L=\frac1N\sum_{n=1}^{N}\bigl\lVert \tilde x(x^n+\epsilon^n)-x^n\bigr\rVert^2$$
#
# The noise $\epsilon$ is an argument, so that everybody computes the same. Everything depends on what is compared with what: who compares with the noisy sample rewards the net for keeping the noise.
#
# **By hand.** $L=2$, one feature, $W_1=W_2=1$, no biases: the net repeats what it is given. $x=2$, noise $0.5$: it says $2.5$, and the loss is $0.5^2=0.25$. (Compared with the noisy sample it would be 0, and nothing would be learned.)
# %% [markdown] lang="zh" of="8f15"
# ## {n} 去噪自编码器
#
# 讲义所说的自编码器的第一个应用（§10.3）：输入**带噪声的**样本，要求输出**干净的**。数据中彼此关联的东西可以由其余部分猜出来，噪声却猜不出来；于是网络学会留下前者，丢掉后者。
#
# $$\mathcal L=\frac1N\sum_{n=1}^{N}\bigl\lVert \tilde x(x^n+\epsilon^n)-x^n\bigr\rVert^2$$
#
# 噪声 $\epsilon$ 是传入的参数，这样大家算出来才一样。关键在于拿什么和什么比：如果和带噪声的样本比，就是在奖励网络把噪声留下来。
#
# **手算。** $L=2$，一个特征，$W_1=W_2=1$，没有偏置：给网络什么，它就重复什么。$x=2$，噪声 $0.5$：它输出 $2.5$，损失为 $0.5^2=0.25$。（如果和带噪声的样本比，损失就是 0，什么也学不到。）
# %% answer="denoise_loss"
def denoise_loss(params, X, noise):
    """The error of a denoising autoencoder: MEAN over samples of the SUM of squared differences.

    params as in `autoencoder_forward`; clean samples X (N, D); noise (N, D), what is added to them.  Returns a number.
    """
    ### BEGIN SOLUTION
    X_rec = autoencoder_forward(params, X + noise)[-1]
    return np.mean(np.sum((X_rec - X) ** 2, axis=1))
    ### END SOLUTION


# %% [markdown] docstring="denoise_loss" lang="zh" of="65cd"
# 去噪自编码器的误差：平方差对特征求和，再对样本取平均。
#
# params 同 `autoencoder_forward`；X (N, D) 是干净的样本；noise (N, D) 是加在上面的噪声。返回一个数。
# %% [markdown] why="denoise_loss" lang="en"
# The noise goes in and is asked for by nobody. Merely repeating the input now costs $\lVert\epsilon\rVert^2$ for each sample: copying no longer
# pays, even if the code were as wide as the sample. `X + noise` is a new array, so `X` is still clean when it is compared with.
# %% [markdown] why="denoise_loss" lang="zh" of="d679"
# 噪声只进不出，没有人要它。单纯重复输入，每个样本要付 $\lVert\epsilon\rVert^2$：哪怕编码与样本一样宽，照抄也不划算了。`X + noise` 是新数组，用来比较的 `X` 仍然干净。
# %% grading="denoise_loss"
def denoise_cases(rng):
    yield Case("typical", zh="一般数据", params=coder(rng, 3, 4, 2, 3, 3), X=normal(rng, 5, 3), noise=normal(rng, 5, 3) * 0.5)
    yield Case("two layers", zh="两层", params=coder(rng, 4, 2, 4), X=normal(rng, 3, 4), noise=normal(rng, 3, 4) * 0.5)


def edge_cases(rng):
    yield Case("one sample", zh="只有一个样本", params=coder(rng, 3, 1, 3), X=normal(rng, 1, 3), noise=normal(rng, 1, 3))
    yield Case("no noise", zh="没有噪声", params=coder(rng, 3, 2, 3), X=normal(rng, 4, 3), noise=np.zeros((4, 3)))


@variant
def sample_by_sample(params, X, noise):
    losses = [np.linalg.norm(autoencoder_forward(params, (x + e)[None])[-1] - x) ** 2 for x, e in zip(X, noise)]
    return sum(losses) / len(losses)


Exercise(
    points=1, reference=unsupervised.denoise_loss, cases=denoise_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("noisy_target", "(X_rec - X)", "(X_rec - (X + noise))",
            en="You compare with the noisy sample, so the net is praised for keeping the noise. The clean one is wanted.",
            zh="你是与带噪声的样本比较的，这是在奖励网络留住噪声。要的是干净的样本。"),
        Mistake("clean_input", "X + noise)", "X)",
            en="The net never sees the noise: it is given the clean sample.", zh="网络根本没见到噪声：你给它的是干净的样本。"),
        Mistake("noise_as_target", "(X_rec - X)", "(X_rec - noise)",
            en="You compare with the noise itself. The clean sample is wanted.", zh="你是与噪声本身比较的。要的是干净的样本。"),
        Mistake("noise_subtracted", "X + noise)", "X - noise)",
            en="You subtracted the noise. It is added to the sample.", zh="你减去了噪声。它是加在样本上的。"),
        Mistake("noise_multiplied", "X + noise)", "X * noise)",
            en="You multiplied by the noise. It is added.", zh="你乘上了噪声。应当相加。"),
        Mistake("sum_over_samples", "np.mean(np.sum((X_rec - X) ** 2, axis=1))", "np.sum((X_rec - X) ** 2)",
            en="You added up the samples. The error is the MEAN over them.", zh="你对样本求了和。误差是对样本取**平均**。"),
        Mistake("mean_over_features", "np.mean(np.sum((X_rec - X) ** 2, axis=1))", "np.mean((X_rec - X) ** 2)",
            en="You took the mean over the features as well. They are SUMMED.", zh="你对特征也取了平均。对特征要**求和**。"),
        Mistake("code_compared", "autoencoder_forward(params, X + noise)[-1]", "autoencoder_forward(params, X + noise)[0]",
            en="You took the first entry of the list, the input itself. The reconstruction is the last.", zh="你取的是列表的第一项，也就是输入本身。重建是最后一项。"),
    ],
    variants=[
        Variant("difference_turned", "(X_rec - X)", "(X - X_rec)"),
        Variant("sum_over_n", "np.mean(np.sum((X_rec - X) ** 2, axis=1))", "np.sum((X_rec - X) ** 2) / len(X)"),
    ],
)
