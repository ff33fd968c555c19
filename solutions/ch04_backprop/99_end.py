# %% [markdown] lang="en"
# **That is backpropagation.** You have taken it apart into a layer, a slope and a delta, put it together again, counted what it costs, and had it confirmed by a second, independent program. In chapter 5 the layers learn to share weights: convolution.
# %% [markdown] lang="zh" of="5a8a"
# **这就是反向传播。** 你把它拆成了层、斜率和 δ，又重新装了起来，数清了它的代价，还请另一个独立的程序做了核对。第五章里，层将学会共用权重：卷积。
