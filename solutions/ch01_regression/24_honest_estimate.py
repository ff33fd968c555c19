# %% [markdown] lang="en"
# ## {n} Question: an honest figure
# %% [markdown] lang="zh" of="2ab9"
# ## {n} 问题：诚实的数字
# %% [markdown] written="honest_estimate" points="2" lang="en"
# **Question (2 points).** A report says: "We standardized the whole data set, then split off a test set. We trained with thirty values of λ and kept the one with the smallest test error. This test error, 0.21, is how well our model will do
# on new data." Name the two faults, say in which direction each of them moves the figure, and describe how to do it right.
#
# ### BEGIN SOLUTION
# **Model answer.** (1) The test set chose λ. The smallest of thirty noisy figures is smaller than the typical one, so 0.21 is too optimistic; the test set has become part of training.
# (2) The mean and the standard deviation were computed with the test rows, so the training has seen something of them; this too makes the figure look too good (usually a little).
# Right: split first; standardize with statistics of the training rows alone; choose λ on a validation set or by cross-validation inside the training data (with the scaler fitted in each fold anew); refit on all training data
# with the chosen λ; open the test set once, at the end.
#
# **Marking scheme** (2 points)
# * 1 point: selection on the test set is named as a fault, and that it makes the figure too optimistic (too small).
# * ½ point: the scaler fitted before the split is named as a fault (leak; figure too optimistic or no longer trustworthy).
# * ½ point: a right procedure: split first, choose by validation or cross-validation on the training data, use the test set once.
#
# **Anchors.** *½ point:* "They standardized before splitting, so the test data leaked." (One fault, nothing on the choice of λ, no procedure.)
# *0 points:* "Thirty values of λ are too few, and 0.21 is too large; they should train longer."
#
# **Typical wrong answers.** "The figure is too pessimistic, because less data was left to train on." · "It is fine, since the test rows were never used to fit the weights." · "Split twice, and use the second test set to choose λ as well."
# ### END SOLUTION
# %% [markdown] written="honest_estimate" points="2" lang="zh" of="721b"
# **问题（2 分）。** 有一份报告写道：“我们先把整个数据集标准化，再分出测试集；然后用三十个不同的 λ 训练，保留测试误差最小的那个。这个测试误差 0.21，就是模型在新数据上的表现。”
# 请指出其中的两处错误，说明各自会使这个数字偏向哪一边，并写出正确的做法。
#
# ### BEGIN SOLUTION
# **参考答案。** （1）用测试集选了 λ。三十个带噪声的数里最小的那个，总比一般情形小，所以 0.21 过于乐观；测试集实际上已成了训练的一部分。
# （2）求均值和标准差时用到了测试集的行，训练已经“见过”测试集的信息，这也会使数字偏乐观（通常偏得不多）。
# 正确做法：先划分；只用训练行的统计量做标准化；在训练数据内部用验证集或交叉验证选 λ（每一折都重新求标准化的统计量）；
# 用选定的 λ 在全部训练数据上重新训练；最后只打开一次测试集。
#
# **评分标准**（2 分）
# * 1 分：指出用测试集做选择是错误的，并说明这会使结果过于乐观（数字偏小）。
# * ½ 分：指出标准化在划分之前进行是错误的（信息泄漏，结果偏乐观或不再可信）。
# * ½ 分：给出正确流程：先划分，在训练数据上用验证或交叉验证做选择，测试集只用一次。
#
# **样卷。** *½ 分：*“先标准化再划分，测试数据就泄漏了。”（只说出一处错误，没有提到 λ 的选择，也没有给出做法。）
# *0 分：* “三十个 λ 太少了，0.21 又太大，应该训练得更久。”
#
# **常见错误。** “数字偏悲观，因为用来训练的数据变少了。”·“没有问题，测试集的行从未用来拟合权重。”·“划分两次，第二个测试集也拿来选 λ。”
# ### END SOLUTION
