# %% [markdown] lang="en"
# ## {n} In your own words
# %% [markdown] lang="zh" of="ae1f"
# ## {n} 用自己的话说
# %% [markdown] written="why" points="2" lang="en"
# Why is the loss squared?
#
# ### BEGIN SOLUTION
# It is smooth, and large errors count more: one point each.
# ### END SOLUTION
# %% [markdown] written="why" points="2" lang="zh" of="2066"
# 损失为什么要平方？
#
# ### BEGIN SOLUTION
# 光滑，且误差越大影响越大：各一分。
# ### END SOLUTION
