# %% prelude
import matplotlib.pyplot as plt
import numpy as np

from autograder import Case, Rng
from reference import backprop as torch_reference


def digits_cases(rng):
    seed = int(rng.integers(2**31))
    digits = {**torch_reference.digits_draw(rng), **torch_reference.digits_settings(), "rng": Rng(seed)}
    yield Case("digits", zh="手写数字", **digits)


def accuracy_on_mixed_pixels(impl, case):
    turn = np.random.default_rng(case.turn)
    varies = np.ptp(case.X, axis=0) > 0  # a pixel that is the same in every image stays as it is
    mean, n = case.X[:, varies].mean(axis=0), int(np.sum(varies))
    mixture = np.linalg.qr(turn.normal(size=(n, n)))[0]
    scale, shift = turn.uniform(0.7, 1.4, n), turn.uniform(0, 0.6, n)
    X, X_test = np.zeros(case.X.shape), np.zeros(case.X_test.shape)
    for images, mixed in ((case.X, X), (case.X_test, X_test)):
        mixed[:, varies] = (images[:, varies] - mean) / 16 @ mixture * scale + shift
    net = impl.train_mlp(X, case.y, case.n_hidden, case.lr, case.n_epochs, case.batch_size, case.rng)
    scores = np.maximum(X_test @ net["W1"] + net["b1"], 0) @ net["W2"] + net["b2"]
    return np.mean(np.argmax(scores, axis=1) == case.y_test)


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
mosaic = (
    np.pad(X_digits[:60].reshape(4, 15, 8, 8), ((0, 0), (0, 0), (3, 1), (1, 1))).transpose(0, 2, 1, 3).reshape(48, 150)
)
figure, ax = plt.subplots(figsize=(11, 3.7), layout="constrained")
ax.imshow(mosaic, cmap="gray_r")
for i in range(60):
    ax.text(i % 15 * 10 + 4.5, i // 15 * 12 + 1, y_digits[i], ha="center", va="center", fontsize=9, color="#D55E00")
ax.axis("off")
plt.show()
