# %% [markdown] lang="en"
# ## {n} Bonus: modules
#
# §5.3 argues that a deep net shares modules: parts that are learned once and used by several classes. Its example sorts people by hair and sex; here is the same argument with traffic signs, red or blue, round or square.
# Few signs in the training set are blue and round.
# %% [markdown] lang="zh" of="96be"
# ## {n} 附加题：模块化
#
# §5.3 认为，深的网络可以共用模块：有些部分只要学一次，好几个类别都能用。讲义的例子按头发和性别给人分类；这里换成交通标志：红或蓝，圆或方。训练集中，又蓝又圆的标志很少。
# %% [markdown] written="modularization" points="2" lang="en" extra
# **Question (2 points).** Suppose a training set has 400 red round signs, 400 blue square ones, 300 red square ones and only 20 blue round ones. One design trains four separate classifiers, one for each group; another first extracts "blue?" and "round?" and decides from these two. How many positive examples does each classifier learn from in the two designs? Use the numbers to explain why a hidden layer can help here, and name one situation in which it would not.
# ### BEGIN SOLUTION
# **Model answer.** Four separate classifiers: the one for blue round signs has only 20 positive examples (the others 400, 400 and 300), so it will be weak. With two features: "blue?" has $400+20=420$ positive (and 700 negative) examples, "round?" has $400+20=420$ positive (and 700 negative); both have plenty, and blue round signs are recognized from two well-trained features, although few were seen. A hidden layer can learn such shared features, because every sample trains them, whatever its class. It does not help when the combination is not made of its parts: for example, if blue looks quite different on round signs (the features are not shared), or if the class depends on something that no other class needs, or if there are so few samples in total that the features cannot be learned.
#
# **Marking scheme.** 1 point for the counts (20 against 420, ½ if only one design is right). 1 point for the explanation (features are shared, so every sample of any class trains them) with one sensible limit; ½ without a limit. A claim that depth *always* needs less data earns no half point for the limit.
#
# **Anchors.** *½ point:* "The blue round classifier has only 20 examples, which is too few." (One design alone; nothing shared, no limit.)
# *0 points:* "A deep net is better because it has more layers and so more parameters."
#
# **Typical wrong answers.** 20 positive examples for the features as well. · "The hidden layer makes new blue round examples." · "It helps because the two features are independent" (it helps because they are *shared*). · Negative examples counted as positive.
# ### END SOLUTION
# %% [markdown] written="modularization" points="2" lang="zh" of="657a" extra
# **问题（2 分）。** 设训练集中有红色圆形标志 400 个、蓝色方形 400 个、红色方形 300 个，而蓝色圆形只有 20 个。一种设计是为四类各训练一个分类器；另一种设计是先判断“是不是蓝色”和“是不是圆形”，再由这两个结果决定类别。两种设计中，每个分类器各有多少个正例可学？请用这些数字说明隐藏层为什么在这里有帮助，并举出一种它帮不上忙的情形。
# ### BEGIN SOLUTION
# **参考答案。** 分别训练四个分类器：蓝色圆形那个只有 20 个正例（其余为 400、400、300），学不好。先提取两个特征：“是不是蓝色”有 $400+20=420$ 个正例（700 个反例），“是不是圆形”有 $400+20=420$ 个正例（700 个反例），都很充足；蓝色圆形虽然见得少，却可以由两个学得很好的特征识别出来。隐藏层能学到这种共用的特征，因为不论哪一类的样本都在训练它们。帮不上忙的情形：组合并不是由各部分拼成的，例如圆形标志上的蓝色看起来完全是另一回事（特征无法共用）；或者这一类取决于别的类都用不到的东西；或者样本总数太少，连特征也学不出来。
#
# **评分标准。** 数目 1 分（20 对 420；只算对一种设计得 ½ 分）。解释 1 分：特征是共用的，每一类的样本都在训练它们，并举出一种合理的局限；没有举出局限得 ½ 分。如果断言“深网络总是需要更少的数据”，局限那 ½ 分不得。
#
# **样卷。** *½ 分：*“蓝色圆形的分类器只有 20 个样本，太少了。”（只算了一种设计；没有说到共用，也没有局限。）
# *0 分：* “深的网络层数多、参数多，所以更好。”
#
# **常见错误。** 把两个特征的正例也算成 20 个。·“隐藏层会造出新的蓝色圆形样本。”·“有帮助是因为两个特征相互独立”（其实是因为它们是**共用**的）。·把反例算成正例。
# ### END SOLUTION
