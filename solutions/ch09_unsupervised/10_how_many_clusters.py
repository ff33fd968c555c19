# %% [markdown] lang="en"
# ## {n} How many clusters are there?
#
# k-means returns $K$ clusters whenever it is asked for $K$ clusters. So who says how many there are, or that there are any? A yardstick helps: the same pixels without what hangs together. `np.stack([rng.permutation(column) for column in X_digits.T], axis=1)` shuffles every pixel among the images, so that each pixel keeps its values and no image is left.
# %% [markdown] lang="zh" of="3af8"
# ## {n} 究竟有几个簇？
#
# 向 k-means 要 $K$ 个簇，它就给 $K$ 个簇。那么到底有几个簇，甚至有没有簇，由谁来说？需要一把尺子：同样的像素，去掉彼此的关联。`np.stack([rng.permutation(column) for column in X_digits.T], axis=1)` 把每个像素各自在图像之间打乱：每个像素的取值没有变，图像却没有了。
# %% [markdown] written="how_many_clusters" points="2" lang="en"
# **Question (2 points).** Run your `kmeans_best` (eight starts from random samples, 20 iterations) for $K=1,2,5,10,15,20$ on `X_digits` and on its shuffled pixels, and note the inertia. (a) Does the inertia fall for the shuffled pixels as well? What follows for the sentence "the inertia got smaller, so there are clusters"? (b) What do the two curves together tell about the digits, and do they tell that $K=10$ is right? Give numbers. Five sentences are enough.
# ### BEGIN SOLUTION
# **Model answer.** Inertia, best of eight starts:
#
# | K | 1 | 2 | 5 | 10 | 15 | 20 |
# |---|---|---|---|---|---|---|
# | digits | 4668 | 4144 | 3245 | 2518 | 2207 | 2046 |
# | shuffled pixels | 4668 | 4516 | 4313 | 4125 | 3996 | 3910 |
#
# (a) It falls for the shuffled pixels, too, from 4668 to 3910, where there is nothing to be found: more centers always come nearer to the samples (with $K=N$ the inertia is 0). So a smaller inertia alone proves no clusters. (b) On the digits it falls far more: with ten clusters to 54% of the start, against 88%. What the digits have beyond the yardstick is real: they do lie in groups. But nothing happens at ten: the curve bends smoothly from 2736 at $K=8$ over 2518 to 2367 at $K=12$, with no elbow. That there are ten *names* is not in the pixels (clusters mix digits that look alike, {ref:digits}); $K$ has to come from what the clusters are for.
#
# **Marking scheme.** 1 point for (a): falls without clusters as well, with numbers, so inertia alone proves nothing (½ without numbers of an own run, or without the conclusion). 1 point for (b): much deeper than the yardstick (½), and no elbow or jump at ten (½). Other numbers count if they come from a run.
#
# **Anchors.** *1 point:* "It falls for both, 4668 to 2046 and 4668 to 3910. More clusters always fit better. So K = 10 is right because there are ten digits." (½ + ½ for the depth that the numbers show; the last sentence uses the labels.) *½ point:* "More clusters always fit better, so one can't conclude anything." (no run)
# *0 points:* "The inertia is lowest at K = 20, so there are 20 clusters."
#
# **Typical wrong answers.** The K with the lowest inertia is taken. · "Shuffled data have no clusters, so k-means does not work on them" (it works, and returns K clusters). · Runs from one start each, compared as if their differences meant something: on the digits single runs with K = 10 range from 2518 to 2686.
# ### END SOLUTION
# %% [markdown] written="how_many_clusters" points="2" lang="zh" of="bd0b"
# **问题（2 分）。** 对 $K=1,2,5,10,15,20$，分别在 `X_digits` 和像素打乱后的数据上运行你的 `kmeans_best`（从随机样本出发的八组初值，迭代 20 次），记下惯量。(a) 像素打乱之后，惯量也下降吗？“惯量变小了，所以有簇”这句话由此站得住吗？(b) 两条曲线合起来说明了手写数字的什么？它们能说明 $K=10$ 是对的吗？请给出数字。五句话就够。
# ### BEGIN SOLUTION
# **参考答案。** 惯量（八组初值取最好）：
#
# | K | 1 | 2 | 5 | 10 | 15 | 20 |
# |---|---|---|---|---|---|---|
# | 手写数字 | 4668 | 4144 | 3245 | 2518 | 2207 | 2046 |
# | 像素打乱 | 4668 | 4516 | 4313 | 4125 | 3996 | 3910 |
#
# (a) 像素打乱之后也下降，从 4668 降到 3910，而那里什么也没有：中心多了，总会离样本近一些（$K=N$ 时惯量为 0）。所以单凭惯量变小，证明不了有簇。(b) 手写数字上降得多得多：十个簇时降到起点的 54%，打乱的只到 88%。超出尺子的那一部分是真的：数字确实成群。但在十这里什么也没有发生：从 $K=8$ 的 2736，经 2518，到 $K=12$ 的 2367，曲线平滑地弯下来，没有拐点。“有十个**名字**”这件事不在像素里（长得像的数字会混在一簇里，见 {ref:digits}）；$K$ 取多少，要看分簇做什么用。
#
# **评分标准。** (a) 1 分：没有簇时也下降，有数字，因此单凭惯量不能证明（没有自己运行的数字，或没有结论，给 ½ 分）。(b) 1 分：比尺子降得深得多（½）；在十处没有拐点或突变（½）。数字不同，只要是自己运行得到的，也给分。
#
# **样卷。** *1 分：* “两者都降：4668 到 2046，4668 到 3910。簇越多总是拟合得越好。所以 K = 10 是对的，因为有十个数字。”（½，数字里看得出深浅再给 ½；最后一句用了标签。）*½ 分：*“簇越多拟合得越好，所以什么也得不出。”（没有运行）
# *0 分：* “K = 20 时惯量最小，所以有 20 个簇。”
#
# **常见错误。** 取惯量最小的 K。·“打乱的数据没有簇，所以 k-means 在上面行不通”（行得通，照样给出 K 个簇）。·每个 K 只从一组初值运行一次，就把差别当真：K = 10 时，单次运行的结果从 2518 到 2686 都有。
# ### END SOLUTION
