# %% prelude
import numpy as np

from chapter import drawn_by

# %% [markdown] lang="en"
# ## {n} In practice: reading digits
#
# Time to see it learn. The data are the 8×8 pixel images of handwritten digits that come with scikit-learn: 64 inputs, 10 classes. The pixels are scaled to 0 … 1. The cell below shows some of them and defines `X_digits`, `y_digits` (1000 images to train on) and `X_digits_test`, `y_digits_test` (400 to test) for you to play with.
# %% [markdown] lang="zh" of="8d4f"
# ## {n} 实战：认数字
#
# 该看看它怎么学了。数据是 scikit-learn 自带的 8×8 像素手写数字：64 个输入，10 个类别，像素已缩放到 0 到 1。下面的单元格会画出其中一些，并定义好 `X_digits`、`y_digits`（1000 张，用来训练）和 `X_digits_test`、`y_digits_test`（400 张，用来测试），供你试验。
# %% demo="digits"
from sklearn.datasets import load_digits

pixels, digit = load_digits(return_X_y=True)
shuffled = np.random.default_rng(0).permutation(len(pixels))
X_digits, y_digits = pixels[shuffled[:1000]] / 16, digit[shuffled[:1000]]
X_digits_test, y_digits_test = pixels[shuffled[1000:1400]] / 16, digit[shuffled[1000:1400]]


@drawn_by()
def digits(plt):
    images = np.pad(X_digits[:60].reshape(4, 15, 8, 8), ((0, 0), (0, 0), (3, 1), (1, 1)))
    _, ax = plt.subplots(figsize=(11, 3.7), layout="constrained")
    ax.imshow(images.transpose(0, 2, 1, 3).reshape(48, 150), cmap="gray_r")
    for i in range(60):
        ax.text(i % 15 * 10 + 4.5, i // 15 * 12 + 1, y_digits[i], ha="center", va="center", fontsize=9, color="#D55E00")
    ax.axis("off")
    plt.show()
