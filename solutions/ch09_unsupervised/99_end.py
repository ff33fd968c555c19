# %% [markdown] lang="en"
# ## Ask yourself
# %% [markdown] lang="zh" of="5543"
# ## 问问自己
