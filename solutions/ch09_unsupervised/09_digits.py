# %% prelude
import numpy as np

from chapter import drawn_by, kmeans_best, words

# %% [markdown] lang="en"
# ## {n} Digits without their labels
#
# From here on the chapter has real data: the 8×8 images of handwritten digits, 64 features, scaled to 0 … 1. The cell below defines `X_digits` (1000 images) and `X_digits_test` (400). The labels `y_digits`, `y_digits_test` are there as well, but only to look at afterwards: no function of this chapter may learn from them, except to know which samples are normal ({ref:train_detector}).
#
# First, your k-means: ten clusters, best of eight starts. Nobody has told it that there are ten digits of such and such a form. What will its ten centers look like?
# %% [markdown] lang="zh" of="c240"
# ## {n} 不看标签的手写数字
#
# 从这里起，本章有了真实数据：8×8 的手写数字图像，64 个特征，缩放到 0 到 1。下面的单元格定义了 `X_digits`（1000 张）和 `X_digits_test`（400 张）。标签 `y_digits`、`y_digits_test` 也在，但只供事后对照：本章的函数都不许从标签学习，唯一的例外是用它说明哪些样本是正常的（{ref:train_detector}）。
#
# 先来看你的 k-means：十个簇，八组初值取最好。没有人告诉过它数字有十个、各长什么样。它的十个中心会是什么样子？
# %% demo="digit_centers"
from sklearn.datasets import load_digits

pixels, digit = load_digits(return_X_y=True)
shuffled = np.random.default_rng(0).permutation(len(pixels))
X_digits, y_digits = pixels[shuffled[:1000]] / 16, digit[shuffled[:1000]]
X_digits_test, y_digits_test = pixels[shuffled[1000:1400]] / 16, digit[shuffled[1000:1400]]


@drawn_by("kmeans_best")
def digit_centers(plt):
    rng = np.random.default_rng(1)
    C, labels = kmeans_best(X_digits, np.array([X_digits[rng.permutation(1000)[:10]] for _ in range(8)]), 20)
    _, axes = plt.subplots(2, 5, figsize=(8.5, 4.2), layout="constrained")
    for k, ax in enumerate(axes.flat):
        truth = np.bincount(y_digits[labels == k], minlength=10)
        ax.imshow(C[k].reshape(8, 8), cmap="gray_r")
        share = f"{100 * truth.max() / truth.sum():.0f}%"
        ax.set_title(words(en=f"{truth.sum()} images,\n{share} are {truth.argmax()}", zh=f"{truth.sum()} 张图，\n{share} 是 {truth.argmax()}"), fontsize=10)
        ax.set(xticks=[], yticks=[])
    plt.show()


# %% [markdown] lang="en"
# What you should see. Most centers are digits, blurred, since each is a mean of a hundred hands. Over seven of them stands a share of about 80 to 99%: the cluster *is* a digit. The others are mixtures: where an 8, a 1 and a 9 look alike, they lie together. k-means groups by looks, and nobody told it which looks have one name.
# %% [markdown] lang="zh" of="7400"
# 你应当看到：大多数中心就是数字，有些模糊，因为每个都是上百种笔迹的平均。其中七个上方标着大约 80% 到 99%：这一簇**就是**某个数字。其余的是混合的：8、1、9 长得像的，就归到了一起。k-means 按长相分群，没有人告诉它哪些长相同名。
