# %% [markdown] lang="en"
# ## {n} stub
# %% [markdown] lang="zh" of="0000"
# ## {n} 空
