# %% [markdown] lang="en"
# ## {n} Investigate: what is an unlabeled sample worth?
# %% [markdown] lang="zh" of="778b"
# ## {n} 探究：一个无标签样本值多少？
