# %% [markdown] lang="en"
# ## What you have built
#
# A model, a loss, a gradient and a descent; a limit for the step; a penalty and its closed form; two names for what can go wrong; and a procedure that keeps you honest. Every later chapter keeps these parts and
# exchanges one of them. Chapter 2 stays with the descent and asks why it was so slow on the raw diabetes data.
# %% [markdown] lang="zh" of="7f68"
# ## 你完成了什么
#
# 一个模型、一个损失、它的梯度和下降过程；步长的界限；惩罚项和它的直接解；两种出错方式的名字；还有一套让自己保持诚实的流程。后面每一章都沿用这些部件，只换掉其中一件。
# 第二章继续讲梯度下降：为什么在未处理的糖尿病数据上，它走得那么慢？
