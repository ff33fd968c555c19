# %% [markdown] lang="en"
# That is all.
# %% [markdown] lang="zh" of="5c73"
# 就是这些。
