# %% [markdown] lang="en"
# That is all.
# %% [markdown] lang="zh"
# 就是这些。
