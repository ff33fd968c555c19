# %% [markdown] lang="en"
# end
# %% [markdown] lang="zh" of="0000"
# 完
