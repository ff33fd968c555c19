# %% [markdown] lang="en"
# ### {n} Which one would you choose?
# %% [markdown] lang="zh" of="bcb7"
# ### {n} 你会选哪一个？
# %% [markdown] written="generative_against_discriminative" points="2" lang="en"
# **Question (2 points).** The notes say that discriminative models usually do better, and that generative ones need less data and resist noise better. Neither holds always: on the iris data the shared Gaussian is right on 98.3% of the held-out flowers and logistic regression on 96.3% (means over 30 splits). Describe one situation in which you would choose the generative model and one in which you would choose logistic regression. For each, say what it is about the *assumptions* of the two models that decides the matter.
#
# ### BEGIN SOLUTION
# **Model answer.** *Generative:* few labeled samples, and features that are roughly bell-shaped within a class (say, 20 patients and 5 blood values). The assumption that $x$ is Gaussian supplies information that the data cannot, so the estimate varies less. It is also the choice when priors change between training and use (replace $P(C_k)$), when features are missing, or when new $x$ must be drawn. *Discriminative:* much data, or features that are plainly not Gaussian (counts, 0/1 indicators, heavy tails, outliers). Logistic regression assumes only that the log odds are linear; a wrong assumption on $p(x\mid C)$ cannot bias it. Both have the same straight boundary, so with the assumption true and much data they end up close together.
#
# **Marking scheme** (2 points): 1 for each situation: ½ for a fitting situation, ½ for the reason in terms of assumptions. An answer that only repeats "discriminative is better" or "generative needs less data" without the reason earns at most ½ in total.
#
# **Anchors.** *½ point:* "With 20 patients I take the Gaussian, since generative models need less data." (A fitting situation, the reason only repeated.)
# *0 points:* "Logistic regression, because it usually does better."
#
# **Typical wrong answers.** "The boundaries differ: the Gaussian's is curved" (with a shared covariance it is straight). · "Logistic regression assumes nothing." · "Generative models always need less data", also where the features are plainly not Gaussian. · A difference of 2% on one split taken for a proof.
# ### END SOLUTION
# %% [markdown] written="generative_against_discriminative" points="2" lang="zh" of="bb49"
# **问题（2 分）。** 讲义说判别模型一般表现更好，而生成模型所需数据更少、抗噪声更强。两句话都不是绝对的：在鸢尾花数据上（30 种划分的平均），共享协方差的高斯模型在测试集上的准确率为 98.3%，逻辑回归为 96.3%。请各举一个你会选择生成模型、会选择逻辑回归的情形，并说明：起决定作用的是两种模型**假设**上的什么差别？
#
# ### BEGIN SOLUTION
# **参考答案。** *生成模型：* 带标签的样本很少，而每一类的特征大致呈钟形分布（例如 20 个病人、5 项血液指标）。“$x$ 服从高斯分布”这一假设提供了数据本身给不出的信息，估计的波动更小。此外，训练与使用时先验不同（直接替换 $P(C_k)$）、特征有缺失、或需要生成新的 $x$ 时，也选它。*判别模型：* 数据很多，或者特征明显不是高斯分布（计数、0/1 指示变量、厚尾、离群点）。逻辑回归只假设对数几率是线性的，不会被关于 $p(x\mid C)$ 的错误假设带偏。两者的边界都是直的，若假设成立且数据充足，结果会很接近。
#
# **评分标准**（2 分）：每个情形 1 分，其中情形合适 ½ 分，从假设的角度说明理由 ½ 分。只重复“判别模型更好”或“生成模型需要的数据少”而不说理由的，合计不超过 ½ 分。
#
# **样卷。** *½ 分：*“只有 20 个病人时选高斯模型，因为生成模型需要的数据少。”（情形合适，理由只是照搬。）
# *0 分：*“选逻辑回归，因为它一般更好。”
#
# **常见错误。**“两者的边界不同：高斯模型的是弯的”（共享协方差时是直的）。·“逻辑回归没有任何假设。”·“生成模型总是需要更少的数据”，连特征明显不是高斯分布时也这样说。·把某一次划分上 2% 的差别当成证明。
# ### END SOLUTION
