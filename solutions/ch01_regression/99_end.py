# %% [markdown] lang="en"
# ## What you have built
#
# A model, a loss, a gradient and a descent; a limit for the step; a penalty and its closed form; two names for what can go wrong; and a procedure that keeps you honest. Every later chapter keeps these parts and
# exchanges one of them. Chapter 2 stays with the descent: how slow it would be on the diabetes data in raw units, why, and what to do about it.
# %% [markdown] lang="zh" of="daba"
# ## 你完成了什么
#
# 一个模型、一个损失、它的梯度和下降过程；步长的上限；惩罚项和它的直接解；两种出错方式的名字；还有一套让自己保持诚实的流程。后面每一章都沿用这些部件，只换掉其中一件。
# 第二章继续讲梯度下降：如果直接用原始单位的糖尿病数据，它会走得多慢？为什么？又该怎么办？
