# %% prelude
import numpy as np

from chapter import X_digits, X_digits_test, drawn_by, mlp_forward, train_mlp, words, y_digits, y_digits_test

# %% [markdown] lang="en"
# ## {n} What has it learned?
#
# Your `train_mlp` on 1000 digits. On the left the learning curve: it begins anew for each number of epochs, from the same start. In the middle, what the 16 hidden neurons with the largest weights look for in an image (red counts for, blue against). On the right, test images that your net gets wrong.
#
# You should see: after one epoch it reads most digits already, after 50 about 97% of those it has not seen and all of those it has. The neurons look for ink in some places and for paper in others, not for whole digits. Some of its errors you would make too.
# %% [markdown] lang="zh" of="74df"
# ## {n} 它学到了什么？
#
# 用你的 `train_mlp` 在 1000 个数字上训练。左图是学习曲线：每个轮数都从同样的初值重新训练。中间是权重最大的 16 个隐藏神经元各自在图像里找什么（红色加分，蓝色减分）。右边是你的网络认错的测试图像。
#
# 你应当看到：只过一轮，它就认得大多数数字了；50 轮之后，没见过的认对大约 97%，见过的全部认对。神经元找的是某些位置有墨、另一些位置留白，而不是整个数字。它犯的错，有几个你也会犯。
# %% demo="reading"
def tile(pictures, gap, fill):
    """Sixteen 8 × 8 pictures in four rows of four."""
    padded = np.pad(np.reshape(pictures, (4, 4, 8, 8)), ((0, 0), (0, 0), (gap, 1), (1, 1)), constant_values=fill)
    return padded.transpose(0, 2, 1, 3).reshape(4 * (9 + gap), 40)


@drawn_by("train_mlp", "mlp_forward", "backprop")
def reading(plt):
    epochs, curve = (1, 2, 4, 8, 16, 50), []
    for n in epochs:
        params = train_mlp(X_digits, y_digits, 64, 0.3, n, 40, np.random.default_rng(0))
        guess, guess_test = (np.argmax(mlp_forward(params, X, "relu")[0], axis=1) for X in (X_digits, X_digits_test))
        curve.append((np.mean(guess == y_digits), np.mean(guess_test == y_digits_test)))
    _, (left, middle, right) = plt.subplots(1, 3, figsize=(13.5, 4), layout="constrained", width_ratios=[1.25, 1, 1])
    names = words(en="training images", zh="训练图像"), words(en="test images", zh="测试图像")
    for seen, name, style, color in zip(np.transpose(curve), names, ("o-", "s--"), ("#E69F00", "#0072B2"), strict=True):
        label = words(en=f"{name}: {seen[-1]:.1%} at the end", zh=f"{name}：最后 {seen[-1]:.1%}")
        left.plot(epochs, seen, style, ms=4, color=color, label=label)
    left.set(xlabel=words(en="epochs", zh="轮数"), ylabel=words(en="accuracy", zh="准确率"), title=words(en="learning curve", zh="学习曲线"), ylim=(0.6, 1.01), xscale="log")
    left.set_xticks(epochs, map(str, epochs), minor=False)
    left.legend(frameon=False, loc="lower right")
    left.spines[["top", "right"]].set_visible(False)
    W1 = np.asarray(params["W1"])
    busiest = np.argsort(-np.linalg.norm(W1, axis=0))[:16]
    middle.imshow(tile(W1[:, busiest].T, 1, np.nan), cmap="RdBu_r", vmin=-0.9, vmax=0.9)
    middle.set_title(words(en="what the 16 busiest hidden neurons look for", zh="权重最大的 16 个隐藏神经元在找什么"))
    wrong, shown = np.flatnonzero(guess_test != y_digits_test)[:16], np.zeros((16, 64))
    shown[: len(wrong)] = X_digits_test[wrong]
    right.imshow(tile(shown, 4, 0), cmap="gray_r")
    for spot, i in enumerate(wrong):
        place, text = (spot % 4 * 10 + 4.5, spot // 4 * 13 + 1.5), f"{y_digits_test[i]} → {guess_test[i]}"
        right.text(*place, text, ha="center", va="center", fontsize=10, color="#D55E00")
    right.set_title(words(en="test images it gets wrong (truth → answer)", zh="认错的测试图像（真实 → 回答）"))
    middle.axis("off")
    right.axis("off")
    plt.show()
