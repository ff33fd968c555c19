# %% prelude
import numpy as np

from chapter import X_digits, X_digits_test, agreement, drawn_by, mlp_forward, train_mlp, words, y_digits, y_digits_test

# %% [markdown] lang="en"
# ## {n} The same net in `torch.nn`
#
# And now the same net as practitioners write it: `torch.nn` holds the parameters, autograd finds the gradients, an optimizer takes the steps. Nothing in it is new to you; open the folded cell and read it. (One trap: `torch.nn.Linear` keeps its weight as (out, in), the transpose of our $W$. Another: it starts from smaller, uniform weights.)
#
# You should see: the curve of torch ends where your own net ends, near the dashed line, up to an image or two. It is the same mathematics. Below the figure your net is confirmed once more: `backprop` and `torch_backprop` each compute 4810 derivatives of the loss on the 1000 images, and the gaps are near $10^{-15}$.
# %% [markdown] lang="zh" of="8fcf"
# ## {n} 用 `torch.nn` 写同一个网络
#
# 最后，看看业内通常怎样写同一个网络：`torch.nn` 保管参数，autograd 求梯度，优化器负责走步。里面已经没有你不懂的东西了，展开折叠的单元格读一读。（小心一处：`torch.nn.Linear` 的权重形状是 (输出, 输入)，正好是我们的 $W$ 的转置。另一处：它的初值是均匀分布，而且小一些。）
#
# 你应当看到：torch 的曲线最后停在你的网络的位置，也就是虚线附近，只差一两张图像。背后是同样的数学。图下面再核对一次你的网络：`backprop` 和 `torch_backprop` 各自算出 1000 张图像的损失的 4810 个导数，差距约为 $10^{-15}$。
# %% demo="learning_curve"
@drawn_by("train_mlp", "mlp_forward", "agreement")
def learning_curve(plt):
    import torch

    torch.manual_seed(0)
    classifier = torch.nn.Sequential(torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64, 10))
    optimizer = torch.optim.SGD(classifier.parameters(), lr=0.3)
    images, truth = torch.tensor(X_digits, dtype=torch.float32), torch.tensor(y_digits)
    images_test, history = torch.tensor(X_digits_test, dtype=torch.float32), []
    for _ in range(50):
        for rows in torch.randperm(1000).split(40):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(classifier(images[rows]), truth[rows]).backward()
            optimizer.step()
        with torch.no_grad():
            guess_test = classifier(images_test).argmax(1).numpy()
        history.append(np.mean(guess_test == y_digits_test))
    yours = train_mlp(X_digits, y_digits, 64, 0.3, 50, 40, np.random.default_rng(0))
    reached = np.mean(np.argmax(mlp_forward(yours, X_digits_test, "relu")[0], axis=1) == y_digits_test)
    _, ax = plt.subplots(figsize=(8.5, 4), layout="constrained")
    ax.plot(range(1, 51), history, "s-", ms=3, color="#009E73", label=words(en=f"torch.nn: {history[-1]:.1%} at the end", zh=f"torch.nn：最后 {history[-1]:.1%}"))
    label = words(en=f"your train_mlp after 50 epochs: {reached:.1%}", zh=f"你的 train_mlp，50 轮之后：{reached:.1%}")
    ax.axhline(reached, ls="--", color="#0072B2", label=label)
    ax.set(xlabel=words(en="epoch", zh="轮"), ylabel=words(en="accuracy on test images", zh="测试图像上的准确率"), title=words(en="one net, two programs", zh="一个网络，两份程序"), ylim=(0.6, 1.005))
    ax.legend(frameon=False, loc="lower right")
    ax.spines[["top", "right"]].set_visible(False)
    plt.show()
    print({name: f"{float(gap):.0e}" for name, gap in agreement(yours, X_digits, y_digits).items()})
