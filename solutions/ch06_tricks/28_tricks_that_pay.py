# %% [markdown] lang="en"
# ## {n} stub
# %% [markdown] lang="zh" of="9793"
# ## {n} 空
