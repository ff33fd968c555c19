# %% [markdown] lang="en"
# ### {n} The trouble with regression on classes
#
# The function is right, and the idea is still wrong. Think about what a squared error on these scores rewards and punishes before you answer.
# %% [markdown] lang="zh" of="941c"
# ### {n} 用回归做分类，问题出在哪里
#
# 函数没写错，但这个思路本身不对。先想一想：用平方误差训练这些得分，奖励的是什么，惩罚的又是什么？
# %% [markdown] written="implied_order" points="1" lang="en"
# **Question (1 point).** A library sorts pictures into *cat*, *car*, *cloud* and *cup*, coded as the scores 0.125, 0.375, 0.625 and 0.875, and trains a regression with squared error. What does this coding claim about the four kinds, and what does the training do as a result? Answer in two or three sentences, with one example.
#
# ### BEGIN SOLUTION
# **Model answer.** The coding puts the classes on a line, so it claims an order and distances: a cat is "closer" to a car than to a cup. Squared error therefore punishes taking a cat for a cup nine times as hard as taking it for a car ($0.75^2$ against $0.25^2$), although both are simply wrong; and a picture that could be a cat or a cup is pulled to the middle, to *car* or *cloud*. Kinds have no order, so each class should get an output of its own.
#
# **Marking scheme** (1 point): ½ for the implied order or distance between classes; ½ for a consequence in training or prediction with an example (unequal punishment, or averages that land in an unrelated class). Full marks also for an answer in terms of a new order of the codes changing the model.
#
# **Anchors.** *½ point:* "It says that the classes have an order, which they don't." (No consequence, no example.)
# *0 points:* "A regression gives decimals, and they have to be rounded."
#
# **Typical wrong answers.** "The four codes must be whole numbers." · "Squared error is the wrong loss; the absolute error would do." · "There are too few classes for a regression."
# ### END SOLUTION
# %% [markdown] written="implied_order" points="1" lang="zh" of="33ba"
# **问题（1 分）。** 有人把图片分成“猫、车、云、杯子”四类，分别编码为得分 0.125、0.375、0.625、0.875，然后用平方误差训练回归模型。这种编码等于对四个类别作了什么断言？训练会因此变成什么样？请用两三句话回答，并举一个例子。
#
# ### BEGIN SOLUTION
# **参考答案。** 这种编码把类别排在一条直线上，等于断言它们有先后次序和远近：猫离车“更近”，离杯子“更远”。于是平方误差对“把猫认成杯子”的惩罚是“把猫认成车”的九倍（$0.75^2$ 对 $0.25^2$），尽管两者同样是错；而一张既像猫又像杯子的图片会被拉到中间，被判成“车”或“云”。类别之间没有次序，应当让每一类有自己的输出。
#
# **评分标准**（1 分）：指出隐含的次序或距离，½ 分；说明训练或预测上的后果并举例（惩罚不均，或平均值落到无关的类别），½ 分。若答“换一种编码顺序模型就会变”，同样给满分。
#
# **样卷。** *½ 分：*“这样等于说类别有次序，其实没有。”（没有说后果，也没有举例。）
# *0 分：* “回归得到的是小数，还要取整。”
#
# **常见错误。** “编码应该用整数。”·“错在平方误差，换成绝对误差就行了。”·“类别太少，不适合做回归。”
# ### END SOLUTION
