# %% [markdown] lang="en"
# ## Looking back
#
# You can now say why the negative gradient is the right direction ({ref:steepest_step}), why it is nevertheless slow in a narrow valley ({ref:curvature_range}), and two ways out: change the steps (Adagrad gives each parameter its own) or change the landscape (standardize the features).
# Chapter 6 comes back to the first way with RMSProp, momentum and Adam, and to the second with batch normalization.
#
# Before you hand in: restart the kernel, run everything from top to bottom, and save.
# %% [markdown] lang="zh" of="48a1"
# ## 回顾
#
# 现在你能说清楚：为什么负梯度是正确的方向（{ref:steepest_step}），为什么它在狭长的山谷里还是很慢（{ref:curvature_range}），以及两条出路：改变步子（Adagrad 让每个参数有自己的步长），或者改变地形（把特征标准化）。
# 第六章会沿第一条路继续讲 RMSProp、动量和 Adam，沿第二条路讲批归一化。
#
# 提交之前：重启内核，从头到尾运行一遍，再保存。
