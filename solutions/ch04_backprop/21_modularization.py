# %% [markdown] lang="en"
# ## {n} Extra: modules
#
# §5.3 tells of a classifier for four groups: people with long or short hair, men or women. There are few pictures of long-haired men.
# %% [markdown] lang="zh" of="0e3c"
# ## {n} 选做：模块化
#
# §5.3 讲了一个分四类的例子：长发或短发，男或女。训练集中长发男的照片很少。
# %% [markdown] written="modularization" points="2" lang="en" extra
# **Question (2 points).** Suppose a training set has 400 short-haired men, 400 long-haired women, 300 short-haired women and only 20 long-haired men. One design trains four separate classifiers, one for each group; another first extracts "long hair?" and "man?" and decides from these two. How many positive examples does each classifier learn from in the two designs? Use the numbers to explain why a hidden layer can help here, and name one situation in which it would not.
# ### BEGIN SOLUTION
# **Model answer.** Four separate classifiers: the one for long-haired men has only 20 positive examples (the others 400, 400 and 300), so it will be weak. With two features: "long hair?" has $400+20=420$ positive (and 700 negative) examples, "man?" has $400+20=420$ positive (and 700 negative); both have plenty, and long-haired men are recognized from two well-trained features, although few were seen. A hidden layer can learn such shared features, because every sample trains them, whatever its class. It does not help when the combination is not made of its parts: for example, if long hair looks quite different on men in these pictures (the features are not shared), or if the class depends on something that no other class needs, or if there are so few samples in total that the features cannot be learned.
#
# **Marking.** 1 point for the counts (20 against 420, ½ if only one design is right). 1 point for the explanation (features are shared, so every sample of any class trains them) with one sensible limit; ½ without a limit. A claim that depth *always* needs less data earns no half point for the limit.
# ### END SOLUTION
# %% [markdown] written="modularization" points="2" lang="zh" of="dcdf" extra
# **问题（2 分）。** 设训练集中有短发男 400 人、长发女 400 人、短发女 300 人，而长发男只有 20 人。一种设计是为四类各训练一个分类器；另一种设计是先判断“是不是长发”和“是不是男性”，再由这两个结果决定类别。两种设计中，每个分类器各有多少个正例可学？请用这些数字说明隐藏层为什么在这里有帮助，并举出一种它帮不上忙的情形。
# ### BEGIN SOLUTION
# **参考答案。** 分别训练四个分类器：长发男那个只有 20 个正例（其余为 400、400、300），学不好。先提取两个特征：“是不是长发”有 $400+20=420$ 个正例（700 个反例），“是不是男性”有 $400+20=420$ 个正例（700 个反例），都很充足；长发男虽然见得少，却可以由两个学得很好的特征识别出来。隐藏层能学到这种共用的特征，因为不论哪一类的样本都在训练它们。帮不上忙的情形：组合并不是由各部分拼成的，例如这些照片里男性的长发看起来完全是另一回事（特征无法共用）；或者这一类取决于别的类都用不到的东西；或者样本总数太少，连特征也学不出来。
#
# **评分标准。** 数目 1 分（20 对 420；只算对一种设计得一半）。解释 1 分：特征是共用的，每一类的样本都在训练它们，并举出一种合理的局限；没有举出局限得一半。如果断言“深网络总是需要更少的数据”，局限那一半不得分。
# ### END SOLUTION
