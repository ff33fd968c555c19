# %% [markdown] lang="en"
# ## {n} Investigate: which trick pays?
#
# You own the whole toolbox now. Does it help, and which part of it? Nobody can answer that by thinking; here is a place where it can be measured: the 300 noisy digits of {ref:train_on_few}, with `noisy_digits(seed)`. And there is a darker question. With `noisy_digits(seed, wrong=1.0)` **all** labels are drawn at random: there is nothing to learn. What does a net do then, and what do the tricks do?
# %% [markdown] lang="zh" of="2586"
# ## {n} 探究：哪种技巧划算？
#
# 现在整个工具箱都是你的了。它有没有用，哪一样有用？光想是想不出来的，但可以量：就用 {ref:train_on_few} 里那 300 张带噪声的数字，`noisy_digits(seed)`。还有一个更让人不安的问题：`noisy_digits(seed, wrong=1.0)` 的**全部**标签都是随机抽的，没有任何东西可学。这时网络会怎样？这些技巧又会怎样？
# %% [markdown] written="tricks_that_pay" points="6" lang="en"
# **Question (6 points).** *Which trick pays on 300 noisy digits, alone and together, and what happens on random labels?* Train with your `train_on_few`: with no trick (`{"dropout": 0.0, "l2": 0.0, "patience": None, "batch_norm": False}`), with each of the four alone (dropout 0.5, λ 0.03, patience 8, batch normalization), and with all four. Measure the accuracy on the training data and on the clean test data, with the same seeds for all settings. Then repeat no trick and all tricks with random labels.
#
# 1. **Prediction**, before you run anything: order the six settings by test accuracy, and say what the training accuracy on random labels will be. Give reasons.
# 2. **Figure**: test and training accuracy of the six settings, at least 10 seeds each, with spread, and no trick as the baseline. (One training takes a fraction of a second.) Since all settings have the same seeds you may also show the *difference* to the baseline, seed by seed.
# 3. **Claim**: in at most 150 words, what holds? With numbers and their uncertainty.
# 4. **Limit**, or the next experiment: what do your data *not* show?
#
# Work in new code cells below this one; write the answer into this cell.
# ### BEGIN SOLUTION
# **Model answer.** *Prediction.* Two labels in five are random, so a net that reaches 100% in training has learned noise; everything that holds it back should help: dropout, L2 and early stopping. Batch normalization makes training easier, which is not what is missing here, so it should change little. Together they should not add up, since they cure the same illness. On random labels the test accuracy is 10%, but 128 neurons can store 300 labels, so the training accuracy will be near 100% without tricks. *Figure.* 20 seeds, points with the mean and its standard error, the baseline as a line, differences seed by seed beside it. *Claim.* Without tricks 0.762 on clean digits (standard deviation over seeds 0.042), with 1.000 in training. Differences to it, mean and standard error over the 20 seeds: dropout +0.032 ± 0.004 (better in 19 of 20), L2 +0.027 ± 0.008 (18), early stopping +0.030 ± 0.011 (14: it leans on 100 noisy validation labels), batch normalization +0.007 ± 0.003 (14), all four +0.062 ± 0.005 (20 of 20), twice as much as the best one alone. Training accuracy goes the other way: 0.99 with dropout, 0.68 with L2, 0.62 with early stopping, 1.00 with batch normalization, 0.74 with all. On random labels the net reaches 1.000 in training and 0.09 in the test: it can learn anything by heart, so a high training accuracy says nothing. All tricks together hold it at 0.23. *Limit.* One strength of each trick, one size of net, one kind of noise; with clean labels or more samples the gain should shrink. Next: 1200 samples, or λ chosen on the validation set.
#
# **Marking scheme.** 1 prediction with its reason, made before the run (a wrong one counts in full; no reason ½ point) · 2 figure: readable, axes named (½), at least 10 seeds with spread (½), all six settings (½), the baseline in it, or differences to it (½) · 2 claim: which single trick pays and which does not, with numbers and spread (1); what training accuracy on random labels says (1); a claim that the figure does not show earns nothing · 1 a limit or a next experiment that follows from the claim.
#
# **Anchors.** *6 points:* the model answer, or: "I expected dropout > early stopping > L2 > batch norm = none < all, since the labels are noisy, and 100% on random labels. Figure: 10 seeds, error bars, dashed baseline. Differences to the baseline: dropout +0.03 ± 0.01, L2 and stopping about the same but stopping varies much more, batch norm within its error bar, all +0.06 ± 0.01. My order was wrong: the three can't be told apart with 10 seeds. Random labels: 100% in training, 9% in the test, with all tricks 23% in training. Not shown: other strengths of L2; next I would vary λ."
# *3 points:* "Regularization helps against noise (1). Figure with one seed, six bars without names on the axes, baseline (1). All tricks give 0.82 and none 0.76; random labels are learned to 100%, so a high training accuracy says nothing (1)." No spread, no uncertainty, no limit.
# *0 points:* "Dropout and batch normalization prevent overfitting, so accuracy gets better." No prediction, no figure of their own.
#
# **Typical wrong answers.** One seed, and a ranking out of it. · A higher training accuracy taken as success. · "All tricks together are always best." · On random labels: "the net learns nothing, so its training accuracy is 10%".
# ### END SOLUTION
# %% [markdown] written="tricks_that_pay" points="6" lang="zh" of="a12a"
# **问题（6 分）。** *在 300 张带噪声的数字上，哪种技巧划算？单独用怎样，一起用怎样？标签全是随机的时候又会怎样？* 用你的 `train_on_few` 训练：不用任何技巧（`{"dropout": 0.0, "l2": 0.0, "patience": None, "batch_norm": False}`），四种各单独用（dropout 0.5、λ 取 0.03、patience 取 8、批归一化），四种一起用。量出训练数据上和干净的测试数据上的准确率，各种设置用相同的随机种子。然后对随机标签重复“不用”和“全用”两种。
#
# 1. **预测**（先写，再运行）：把六种设置按测试准确率排序，并说出随机标签时训练准确率会是多少。说明理由。
# 2. **图**：六种设置的测试和训练准确率，各至少 10 个种子，画出离散程度，以“不用”为基线。（训练一次不到一秒。）既然种子相同，也可以画出每个种子与基线之**差**。
# 3. **结论**：不超过 200 字，说明什么成立。要有数字及其不确定性。
# 4. **局限**或下一个实验：你的数据**没有**说明什么？
#
# 请在下面新建代码单元格做实验，把答案写进这个单元格。
# ### BEGIN SOLUTION
# **参考答案。** *预测。* 五个标签里有两个是随机的，训练准确率达到 100% 的网络必定学了噪声；凡是约束它的都应当有用：dropout、L2、提前结束。批归一化让训练更容易，而这里缺的不是这个，影响应当不大。一起用不会简单相加，因为它们治的是同一种病。标签全随机时，测试准确率是 10%，但 128 个神经元记得住 300 个标签，不用技巧时训练准确率会接近 100%。*图。* 20 个种子，画出各点、平均值及其标准误，基线画成直线，旁边是逐个种子与基线之差。*结论。* 不用技巧时，干净数字上为 0.762（种子之间的标准差 0.042），训练数据上为 1.000。与它之差，20 个种子的平均值和标准误：dropout +0.032 ± 0.004（20 次中 19 次更好），L2 +0.027 ± 0.008（18 次），提前结束 +0.030 ± 0.011（14 次：它依靠的是 100 个带噪声的验证标签），批归一化 +0.007 ± 0.003（14 次），四种一起 +0.062 ± 0.005（20 次），是单独最好的两倍。训练准确率的走向相反：dropout 0.99，L2 0.68，提前结束 0.62，批归一化 1.00，全用 0.74。标签全随机时，训练准确率为 1.000，测试为 0.09：网络什么都能背下来，所以训练准确率高说明不了什么。四种一起用则把它压到 0.23。*局限。* 每种技巧只试了一个强度，网络只有一种大小，噪声只有一种；标签干净或样本更多时，好处应当变小。下一步：用 1200 个样本，或者用验证集来选 λ。
#
# **评分标准。** 1 分：运行之前写下的预测及理由（预测错了也给满分，没有理由给 ½ 分）· 2 分：图清楚易读、坐标轴有名称（½），至少 10 个种子并画出离散程度（½），六种设置齐全（½），图中有基线或与基线之差（½）· 2 分：结论——单独用时哪种划算、哪种不划算，有数字和离散程度（1）；随机标签时的训练准确率说明什么（1）；图中看不出的结论不给分 · 1 分：由结论引出的局限或下一个实验。
#
# **样卷。** *6 分：* 参考答案；或者“我预计 dropout > 提前结束 > L2 > 批归一化 = 不用 < 全用，因为标签有噪声；随机标签时训练准确率 100%。图：10 个种子，误差棒，虚线为基线。与基线之差：dropout +0.03 ± 0.01，L2 和提前结束差不多，但提前结束起伏大得多，批归一化在误差之内，全用 +0.06 ± 0.01。我排的次序不对：10 个种子分不出前三者的高低。随机标签：训练 100%，测试 9%；四种全用时训练 23%。没有说明的：L2 的其他强度；下一步我想改变 λ。”
# *3 分：* “正则化能对付噪声（1 分）。图：一个种子，六根柱子，坐标轴没有名称，有基线（1 分）。全用 0.82，不用 0.76；随机标签能学到 100%，所以训练准确率高说明不了什么（1 分）。”没有离散程度，没有不确定性，没有局限。
# *0 分：* “dropout 和批归一化能防止过拟合，所以准确率提高了。”没有预测，没有自己的图。
#
# **常见错误。** 只用一个种子就排名。·把训练准确率高当成成功。·“所有技巧一起用总是最好。”·随机标签时：“网络什么也学不到，所以训练准确率是 10%。”
# ### END SOLUTION
