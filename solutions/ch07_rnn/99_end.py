# %% [markdown] lang="en"
# Before you hand in: restart the kernel, run everything from top to bottom, and save.
# %% [markdown] lang="zh"
# 提交之前：重启内核，从头到尾运行一遍，再保存。
