# %% prelude
import matplotlib.pyplot as plt
import numpy as np

from chapter import X_digits, X_digits_test, y_digits, y_digits_test

# %% [markdown] lang="en"
# ## {n} The same net in `torch.nn`
#
# And now the same net as practitioners write it: `torch.nn` holds the parameters, autograd finds the gradients, an optimizer takes the steps. Nothing in it is new to you. (One trap: `torch.nn.Linear` keeps its weight as (out, in), the transpose of our $W$.) The left plot is the learning curve; in the middle, what the 16 hidden neurons with the largest weights look for in an image (red counts for, blue against); on the right, test images that the net gets wrong.
# %% [markdown] lang="zh" of="8169"
# ## {n} 用 `torch.nn` 写同一个网络
#
# 最后，看看业内通常怎样写同一个网络：`torch.nn` 保管参数，autograd 求梯度，优化器负责走步。里面已经没有你不懂的东西了。（小心一处：`torch.nn.Linear` 的权重形状是 (输出, 输入)，正好是我们的 $W$ 的转置。）左图是学习曲线；中间是权重最大的 16 个隐藏神经元各自在图像里找什么（红色加分，蓝色减分）；右边是网络认错的测试图像。
# %% demo="learning_curve"
import torch

torch.manual_seed(0)
classifier = torch.nn.Sequential(torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64, 10))
optimizer = torch.optim.SGD(classifier.parameters(), lr=0.3)
images, truth = torch.tensor(X_digits, dtype=torch.float32), torch.tensor(y_digits)
images_test = torch.tensor(X_digits_test, dtype=torch.float32)
history = []
for _ in range(25):
    for rows in torch.randperm(1000).split(40):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(classifier(images[rows]), truth[rows]).backward()
        optimizer.step()
    with torch.no_grad():
        guess, guess_test = classifier(images).argmax(1).numpy(), classifier(images_test).argmax(1).numpy()
    history.append((np.mean(guess == y_digits), np.mean(guess_test == y_digits_test)))
figure, (left, middle, right) = plt.subplots(1, 3, figsize=(13.5, 4), layout="constrained", width_ratios=[1.25, 1, 1])
styles = (("training images", "o-", "#E69F00"), ("test images", "s-", "#0072B2"))
for curve, (label, style, color) in zip(np.array(history).T, styles):
    left.plot(range(1, 26), curve, style, ms=4, color=color, label=f"{label}: {curve[-1]:.1%} at the end")
left.set(xlabel="epoch", ylabel="accuracy", title="learning curve", ylim=(0.6, 1.005))
left.legend(frameon=False, loc="lower right")
left.spines[["top", "right"]].set_visible(False)


def tile(pictures, gap, fill):
    """Sixteen 8 × 8 pictures in four rows of four."""
    padded = np.pad(pictures.reshape(4, 4, 8, 8), ((0, 0), (0, 0), (gap, 1), (1, 1)), constant_values=fill)
    return padded.transpose(0, 2, 1, 3).reshape(4 * (9 + gap), 40)


first = classifier[0].weight.detach().numpy()
busiest = np.argsort(-np.linalg.norm(first, axis=1))[:16]
middle.imshow(tile(first[busiest], 1, np.nan), cmap="RdBu_r", vmin=-0.7, vmax=0.7)
middle.set_title("what the 16 busiest hidden neurons look for")
wrong = np.flatnonzero(guess_test != y_digits_test)[:16]
shown = np.zeros((16, 64))
shown[: len(wrong)] = X_digits_test[wrong]
right.imshow(tile(shown, 4, 0), cmap="gray_r")
for spot, i in enumerate(wrong):
    right.text(
        spot % 4 * 10 + 4.5,
        spot // 4 * 13 + 1.5,
        f"{y_digits_test[i]} → {guess_test[i]}",
        ha="center",
        va="center",
        fontsize=10,
        color="#D55E00",
    )
right.set_title("test images it gets wrong (truth → answer)")
middle.axis("off")
right.axis("off")
plt.show()
