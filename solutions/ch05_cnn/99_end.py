# %% [markdown] lang="en"
# Draft end.
# %% [markdown] lang="zh"
# 草稿。
