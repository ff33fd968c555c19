# %% [markdown] lang="en"
# ## {n} Investigate: how far may a digit move?
#
# "The same pattern may appear in different places" is why we convolve; "a little shift does no harm" is why we pool. Both are said in every book, and seldom measured. **Train on digits in the middle of a frame, test on digits that lie $s$ pixels to the right. How does the accuracy fall with $s$, and which helps: convolution, pooling, or training images that were moved as well?**
#
# This is one run. Digits of $8\times8$ stand in a frame of $14\times14$, so a shift of up to 3 pixels loses nothing. It uses your `shift_images`:
#
# ```python
# def experiment(kind, seed, shifted=False):
#     import torch
#     from sklearn.datasets import load_digits
#
#     torch.manual_seed(seed)
#     rng, digits, nn = np.random.default_rng(seed), load_digits(), torch.nn
#     order = rng.permutation(1797)
#     frames = np.pad(digits.images[:, None] / 16, ((0, 0), (0, 0), (3, 3), (3, 3))).astype(np.float32)
#     X, y = frames[order[:1000]], torch.tensor(digits.target[order[:1000]])
#     X_test, y_test = frames[order[1000:1400]], digits.target[order[1000:1400]]
#     net = nn.Sequential(*{
#         "mlp": (nn.Flatten(), nn.Linear(196, 64), nn.ReLU(), nn.Linear(64, 10)),
#         "cnn": (nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3, padding=1),
#                 nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(288, 10)),
#         "no pooling": (nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 32, 3, padding=1),
#                        nn.ReLU(), nn.Flatten(), nn.Linear(6272, 10)),
#     }[kind])
#     optimizer = torch.optim.Adam(net.parameters(), lr=0.003)  # chapter 6 says what Adam does
#     for _ in range(8):
#         for batch in torch.randperm(1000).split(20):
#             images = X[batch]
#             if shifted:  # every batch somewhere else
#                 images = shift_images(images, *rng.integers(-3, 4, size=2))
#             loss = nn.functional.cross_entropy(net(torch.tensor(images, dtype=torch.float32)), y[batch])
#             optimizer.zero_grad()
#             loss.backward()
#             optimizer.step()
#     moved = [torch.tensor(shift_images(X_test, 0, s), dtype=torch.float32) for s in range(4)]
#     return [np.mean(net(images).argmax(1).numpy() == y_test) for images in moved]  # one accuracy for each shift
# ```
#
# 1. **Before you run anything**, write down your guess with a reason for each of the four: `"mlp"`, `"cnn"`, `"no pooling"`, and `"cnn"` with `shifted=True`: roughly what accuracy at a shift of 1, and of 3 pixels? (At 0 all are above 0.9; guessing blindly gives 0.1.)
# 2. Add cells below and run all four with at least ten seeds. The MLP is the baseline. (It takes some minutes; begin with two seeds.)
# 3. Draw one figure that answers the question: accuracy against shift, a line for each, with the spread over the seeds.
# 4. Write your answer below, in about 150 words: your guess, what you found, with numbers, and what your experiment does *not* show. A convolution is equivariant, you have seen it in {ref:shift_images}: which layer is it that does not forgive?
# %% [markdown] lang="zh"
# ## {n} 探究：数字能移多远？
#
# “同样的图案可能出现在不同位置”，所以用卷积；“移动一点点没关系”，所以用池化。每本书都这么说，却很少有人去量。**用画面正中的数字训练，用右移 $s$ 个像素的数字测试。准确率怎样随 $s$ 下降？起作用的是卷积、池化，还是把训练图像也移一移？**
#
# 下面是一次实验。$8\times8$ 的数字放在 $14\times14$ 的画面里，移动 3 个像素以内什么也不会丢。它用到你的 `shift_images`：
#
# ```python
# def experiment(kind, seed, shifted=False):
#     import torch
#     from sklearn.datasets import load_digits
#
#     torch.manual_seed(seed)
#     rng, digits, nn = np.random.default_rng(seed), load_digits(), torch.nn
#     order = rng.permutation(1797)
#     frames = np.pad(digits.images[:, None] / 16, ((0, 0), (0, 0), (3, 3), (3, 3))).astype(np.float32)
#     X, y = frames[order[:1000]], torch.tensor(digits.target[order[:1000]])
#     X_test, y_test = frames[order[1000:1400]], digits.target[order[1000:1400]]
#     net = nn.Sequential(*{
#         "mlp": (nn.Flatten(), nn.Linear(196, 64), nn.ReLU(), nn.Linear(64, 10)),
#         "cnn": (nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3, padding=1),
#                 nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(288, 10)),
#         "no pooling": (nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 32, 3, padding=1),
#                        nn.ReLU(), nn.Flatten(), nn.Linear(6272, 10)),
#     }[kind])
#     optimizer = torch.optim.Adam(net.parameters(), lr=0.003)  # Adam 是什么，第六章会讲
#     for _ in range(8):
#         for batch in torch.randperm(1000).split(20):
#             images = X[batch]
#             if shifted:  # 每一批放到不同的位置
#                 images = shift_images(images, *rng.integers(-3, 4, size=2))
#             loss = nn.functional.cross_entropy(net(torch.tensor(images, dtype=torch.float32)), y[batch])
#             optimizer.zero_grad()
#             loss.backward()
#             optimizer.step()
#     moved = [torch.tensor(shift_images(X_test, 0, s), dtype=torch.float32) for s in range(4)]
#     return [np.mean(net(images).argmax(1).numpy() == y_test) for images in moved]  # 每个位移一个准确率
# ```
#
# 1. **先不要运行。** 对 `"mlp"`、`"cnn"`、`"no pooling"`，以及 `shifted=True` 的 `"cnn"`，各写下你的猜测和理由：右移 1 个像素、3 个像素时，准确率大约是多少？（不移动时都在 0.9 以上；瞎猜是 0.1。）
# 2. 在下面添加单元格，四种各用至少十个种子运行，以 MLP 为基准。（需要几分钟；先用两个种子试试。）
# 3. 画一张能回答问题的图：横轴为位移，纵轴为准确率，每种一条线，并画出各个种子之间的波动。
# 4. 在下面用 250 字左右写出你的结论：你猜的是什么，实际发现了什么（要有数字），以及你的实验**没有**说明什么。卷积是平移等变的，你在 {ref:shift_images} 见过：那么，是哪一层不肯通融？
