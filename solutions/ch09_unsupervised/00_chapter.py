# %% [markdown] lang="en"
# # Chapter 9 · Unsupervised learning
#
# In eight chapters every sample came with its answer. Most of the world's data don't: images, sounds and texts without a label, measurements of machines that mostly run. In this chapter you build what can be learned from them all the same: groups, trees of groups, the few directions that say nearly everything, nets that squeeze an image through six numbers and restore it, that wipe off noise, report what does not fit, and speak in a vocabulary of their own.
#
# **What you will be able to do**
#
# * split data into clusters in two ways, and say what a clustering proves and what it doesn't ({ref:kmeans_assign}–{ref:how_many_clusters});
# * find principal components by two roads, and explain why the greatest variance and the smallest error are one aim ({ref:projected_variance}–{ref:two_principles});
# * derive the gradient of an autoencoder, train one, and show that a linear one finds PCA ({ref:principal_angles}–{ref:train_autoencoder});
# * put autoencoders to use: clean noisy images, detect what is not normal and measure how well ({ref:denoise_loss}–{ref:train_detector}), quantize codes and get a gradient past a choice ({ref:vq_quantize}–{ref:straight_through_grad});
# * compare two ways to represent data fairly ({ref:bottleneck}).
#
# **About 8 hours · {points} points · builds on** chapter 3 (softmax), chapter 4 (backpropagation) and chapter 6 (Adam).
#
# **The spine.** The three steps of the notes (§1.1) hold without labels, too. Only the second one has to do without a truth to compare with:
#
# | step | clusters | components | autoencoders |
# |---|---|---|---|
# | 1. a set of functions | to the nearest center {ref:kmeans_assign}; shares {ref:soft_assign}; trees {ref:hac} | there and back {ref:pca_transform} | encoder and decoder {ref:autoencoder_forward}; a codebook {ref:vq_quantize} |
# | 2. how good is each? | inertia {ref:kmeans} | variance {ref:projected_variance}, error {ref:reconstruction_error} | the same error; noise {ref:denoise_loss}; three wishes {ref:vq_loss} |
# | 3. find the best | two half-steps {ref:kmeans}, from several starts {ref:kmeans_best} | eigenvectors {ref:pca_eig}, singular values {ref:pca_svd} | gradients {ref:tied_grad}, {ref:autoencoder_grad}, {ref:straight_through_grad}, and training {ref:train_autoencoder} |
#
# **How to work.** In each answer cell, replace `# YOUR CODE HERE` and `raise NotImplementedError()` by your code. Then run the cell below it: `check("…")` compares your function with a few public cases and says what is right and where something is off. Hidden cases of the same kind decide the grade, so a function that is right for every input is the goal. Most figures are drawn by *your* functions: when one is not there yet, write it and run the cell again. In {ref:tied_grad} and {ref:straight_through_grad} no formula is given: take a pencil. In {ref:cut_tree} and {ref:whiten} the code is there, and wrong: say what is wrong, then mend it.
#
# **Several right answers.** A component and its opposite, a cluster by another number, another basis of the same subspace: where the mathematics leaves a choice, every choice is accepted.
#
# **Help from an AI** is welcome where you would ask a classmate: to explain an idea, or an error that you don't understand. Let it write the answer, and it has done the exercise and you have not.
#
# **Where to read.** The notes, §10 · Hung-yi Lee, [Machine Learning](https://speech.ee.ntu.edu.tw/~hylee/ml/2017-spring.php), the lectures *Unsupervised Learning: Principal Component Analysis* and *Deep Auto-encoder* · Dive into Deep Learning, [Eigendecompositions](https://d2l.ai/chapter_appendix-mathematics-for-deep-learning/eigendecomposition.html) ·
# G. E. Hinton and R. R. Salakhutdinov, [*Reducing the Dimensionality of Data with Neural Networks*](https://doi.org/10.1126/science.1127647), Science 313 (2006): the paper that put deep autoencoders beside PCA.
#
# **Conventions of this course**
#
# {symbols}
#
# - Every statement says SUM or MEAN. In this chapter the **error** of a sample is a SUM over its features, and the error of a data set the MEAN over its samples; only the inertia of clusters is a SUM over the samples.
# - A covariance is a MEAN: it is divided by $N$ as in §10.2.1, not by $N-1$.
# - First centers, noise and first weights are arguments. Only training draws random numbers, from the generator that it is given.
# - Never change an argument in place: the caller still needs it.
# %% [markdown] lang="zh" of="f86c"
# # 第九章 · 无监督学习
#
# 前八章里，每个样本都带着答案。世上的数据大多不是这样：没有标签的图像、声音和文字，平时总在正常运转的机器的读数。这一章要写出照样能从中学到的东西：群，群组成的树，能说出大半内容的少数几个方向；还有几种网络：把图像压成六个数再恢复出来的，擦去噪声的，报告异常的，用自己的词汇表说话的。
#
# **学完之后，你能够**
#
# * 用两种办法给数据分簇，并说清一个聚类证明了什么、没有证明什么（{ref:kmeans_assign}–{ref:how_many_clusters}）；
# * 走两条路求出主成分，并解释为什么方差最大与误差最小是同一个目标（{ref:projected_variance}–{ref:two_principles}）；
# * 推导自编码器的梯度，把它训练出来，并说明线性的自编码器找到的就是 PCA（{ref:principal_angles}–{ref:train_autoencoder}）；
# * 用上自编码器：清理带噪声的图像，检测异常并衡量检测得有多好（{ref:denoise_loss}–{ref:train_detector}）；把编码量化，并让梯度越过“选择”这一步（{ref:vq_quantize}–{ref:straight_through_grad}）；
# * 公平地比较两种表示数据的办法（{ref:bottleneck}）。
#
# **大约 8 小时 · 共 {points} 分 · 需要的基础**：第三章（softmax）、第四章（反向传播）和第六章（Adam）。
#
# **主线。** 没有标签，讲义（§1.1）的三个步骤依然成立，只是第二步没有真实值可以对照：
#
# | 步骤 | 簇 | 主成分 | 自编码器 |
# |---|---|---|---|
# | 1. 定义一组函数 | 归到最近的中心 {ref:kmeans_assign}；各占几分 {ref:soft_assign}；树 {ref:hac} | 去了再回来 {ref:pca_transform} | 编码器与解码器 {ref:autoencoder_forward}；码本 {ref:vq_quantize} |
# | 2. 评价每个函数的好坏 | 惯量 {ref:kmeans} | 方差 {ref:projected_variance}，误差 {ref:reconstruction_error} | 同样的误差；噪声 {ref:denoise_loss}；三个愿望 {ref:vq_loss} |
# | 3. 找出最好的函数 | 两个半步 {ref:kmeans}，从几组初值出发 {ref:kmeans_best} | 特征向量 {ref:pca_eig}，奇异值 {ref:pca_svd} | 梯度 {ref:tied_grad}、{ref:autoencoder_grad}、{ref:straight_through_grad}，以及训练 {ref:train_autoencoder} |
#
# **怎样完成作业。** 在每个作答单元格里，用你的代码替换 `# YOUR CODE HERE` 和 `raise NotImplementedError()`，然后运行下面的检查单元格：`check("…")` 会用几个公开样例检验你的函数，告诉你哪里对、哪里不对。最终成绩由同类的隐藏样例决定，所以目标是对任何输入都正确。大多数图都由**你的**函数画出：还没有写好的，写完再运行一次就有了。{ref:tied_grad} 和 {ref:straight_through_grad} 不给公式，请拿起笔来推导。{ref:cut_tree} 和 {ref:whiten} 的代码已经写好，但有错：先说出错在哪里，再改正。
#
# **不止一个正确答案。** 主成分反个方向，簇换个编号，同一个子空间换一组基：凡是数学上可以自由选择的，怎么选都算对。
#
# **关于 AI。** 凡是可以请教同学的地方，都可以请教 AI：解释一个概念，或者一条看不懂的报错。但如果让它替你写答案，那么做了这道题的是它，不是你。
#
# **延伸阅读。** 讲义 §10 · 李宏毅[《机器学习》](https://speech.ee.ntu.edu.tw/~hylee/ml/2017-spring.php)中的“Unsupervised Learning: Principal Component Analysis”“Deep Auto-encoder”两讲 · 《动手学深度学习》（英文版）附录 [Eigendecompositions](https://d2l.ai/chapter_appendix-mathematics-for-deep-learning/eigendecomposition.html)，[中文版](https://zh.d2l.ai/chapter_preliminaries/linear-algebra.html)线性代数一节 ·
# G. E. Hinton 与 R. R. Salakhutdinov，[*Reducing the Dimensionality of Data with Neural Networks*](https://doi.org/10.1126/science.1127647)，Science 313 (2006)：正是这篇论文把深度自编码器摆到了 PCA 旁边。
#
# **本课程的约定**
#
# {symbols}
#
# - 每处都写明是求和还是取平均。本章里一个样本的**误差**对特征**求和**，一份数据的误差对样本取**平均**；只有簇的惯量是对样本求和。
# - 协方差是平均：按 §10.2.1 除以 $N$，不是 $N-1$。
# - 初始中心、噪声、初始权重都是参数。只有训练才用随机数，而且都来自传入的生成器。
# - 不要原地修改传入的参数，调用者还要用。
# %% setup
import numpy as np

from autograder import case, check, drawn_by, words


def squared_distances(A, B):
    """‖a − b‖² of every row a of A (N, D) to every row b of B (K, D), shape (N, K)."""
    return np.sum((A[:, None, :] - B[None, :, :]) ** 2, axis=2)


# %% prelude
from autograder import Case


def normal(rng, *shape):
    return rng.normal(size=shape).round(2)


def whole(rng, low, high, *shape):
    """Whole numbers from low to high, as floats: integers are tried on the first case of a group."""
    return rng.integers(low, high, size=shape, endpoint=True).astype(float)


def line(rng):
    """Five samples (5, 3) on a straight line, in whole numbers."""
    steps, slope = rng.permutation([-2.0, -1.0, 0.0, 1.0, 3.0]), rng.permutation([1.0, 2.0, 3.0])
    return np.outer(steps, slope) + whole(rng, 2, 5, 3)


def blobs(rng, counts, d, spread=0.6, apart=3.0):
    """Samples (N, D) around one point for each count, shuffled, and these points (K, D), none near another."""
    while True:
        points = (rng.normal(size=(len(counts), d)) * apart).round(1)
        gaps = np.linalg.norm(points[:, None] - points, axis=2) + np.eye(len(points)) * 99
        if gaps.min() > 3 * spread:
            break
    X = np.concatenate([point + spread * rng.normal(size=(n, d)) for point, n in zip(points, counts)])
    return rng.permutation(X).round(2), points


def nearest_is_clear(X, C):
    """No sample stands nearly as close to a second center: then rounding decides no label."""
    two = np.sort(np.sum((X[:, None] - C[None]) ** 2, axis=2), axis=1)[:, :2]
    return bool(np.all(two[:, 1] - two[:, 0] > 1e-2))


def stretched(rng, n, d):
    """Samples (N, D) away from the origin whose covariance has eigenvalues that are clearly apart."""
    while True:
        turn = np.linalg.qr(rng.normal(size=(d, d)))[0]
        X = (rng.normal(size=(n, d)) * 1.8 ** np.arange(d) @ turn + rng.uniform(1, 3, size=d)).round(2)
        v = np.linalg.eigvalsh(np.cov(X.T, ddof=0))[-min(n - 1, d) :]
        if np.all(v[1:] > 1.3 * v[:-1]) and v[0] > 0.05:  # an eigengap: otherwise the components are anybody's choice
            return X


WIDE = {"en": "Thousands of parameters: derive, do not probe", "zh": "成千上万个参数：要推导，不能逐个试"}


def coder(rng, *sizes):
    """Parameters of an autoencoder with layers of these sizes."""
    params = {}
    for layer, (fan_in, fan_out) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
        params[f"W{layer}"] = (normal(rng, fan_in, fan_out) * 0.7).round(2)
        params[f"b{layer}"] = (normal(rng, fan_out) * 0.5).round(2)
    return params
