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
#     adam = torch.optim.Adam(net.parameters(), lr=0.003)  # chapter 6 says what Adam does
#     for _ in range(8):
#         for batch in torch.randperm(1000).split(20):
#             images = X[batch]
#             if shifted:  # every batch somewhere else
#                 images = shift_images(images, *rng.integers(-3, 4, size=2))
#             adam.zero_grad()
#             nn.functional.cross_entropy(net(torch.tensor(images, dtype=torch.float32)), y[batch]).backward()
#             adam.step()
#     moved = [torch.tensor(shift_images(X_test, 0, s), dtype=torch.float32) for s in range(4)]
#     return [np.mean(net(images).argmax(1).numpy() == y_test) for images in moved]  # one accuracy for each shift
# ```
#
# 1. **Before you run anything**, write down your guess with a reason for each of the four: `"mlp"`, `"cnn"`, `"no pooling"`, and `"cnn"` with `shifted=True`: roughly what accuracy at a shift of 1, and of 3 pixels? (At 0 the first three reach 0.95; guessing blindly gives 0.1.)
# 2. Add cells below and run all four with at least ten seeds. The MLP is the baseline. (It takes some minutes; begin with two seeds.)
# 3. Draw one figure that answers the question: accuracy against shift, a line for each, with the spread over the seeds.
# 4. Write your answer below, in about 150 words: your guess, what you found, with numbers, and what your experiment does *not* show. A convolution is equivariant, you have seen it in {ref:shift_images}: which layer is it that does not forgive?
# %% [markdown] lang="zh" of="bc87"
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
#     adam = torch.optim.Adam(net.parameters(), lr=0.003)  # Adam 是什么，第六章会讲
#     for _ in range(8):
#         for batch in torch.randperm(1000).split(20):
#             images = X[batch]
#             if shifted:  # 每一批放到不同的位置
#                 images = shift_images(images, *rng.integers(-3, 4, size=2))
#             adam.zero_grad()
#             nn.functional.cross_entropy(net(torch.tensor(images, dtype=torch.float32)), y[batch]).backward()
#             adam.step()
#     moved = [torch.tensor(shift_images(X_test, 0, s), dtype=torch.float32) for s in range(4)]
#     return [np.mean(net(images).argmax(1).numpy() == y_test) for images in moved]  # 每个位移一个准确率
# ```
#
# 1. **先不要运行。** 对 `"mlp"`、`"cnn"`、`"no pooling"`，以及 `shifted=True` 的 `"cnn"`，各写下你的猜测和理由：右移 1 个像素、3 个像素时，准确率大约是多少？（不移动时前三种约为 0.95；瞎猜是 0.1。）
# 2. 在下面添加单元格，四种各用至少十个种子运行，以 MLP 为基准。（需要几分钟；先用两个种子试试。）
# 3. 画一张能回答问题的图：横轴为位移，纵轴为准确率，每种一条线，并画出各个种子之间的波动。
# 4. 在下面用 250 字左右写出你的结论：你猜的是什么，实际发现了什么（要有数字），以及你的实验**没有**说明什么。卷积是平移等变的，你在 {ref:shift_images} 见过：那么，是哪一层不肯通融？
# %% [markdown] written="how_far_shifted" points="6" lang="en"
# **Question (6 points).** How does the accuracy fall with the shift, and which helps: convolution, pooling, or moved training images? Your guess with its reasons, your figure (in a cell of your own), your answer with numbers, and a limit of your experiment or the next one that you would run.
#
# ### BEGIN SOLUTION
# **Model answer.** (10 seeds; mean accuracy, in brackets the standard deviation over the seeds.)
#
# | net | shift 0 | 1 | 2 | 3 |
# |---|---|---|---|---|
# | MLP | 0.95 (0.02) | 0.45 (0.03) | 0.14 (0.02) | 0.14 (0.03) |
# | CNN without pooling | 0.97 (0.01) | 0.52 (0.06) | 0.15 (0.03) | 0.13 (0.03) |
# | CNN | 0.96 (0.01) | 0.66 (0.05) | 0.38 (0.07) | 0.29 (0.06) |
# | CNN, moved training images | 0.82 (0.03) | 0.79 (0.05) | 0.78 (0.06) | 0.75 (0.06) |
#
# A single pixel halves the MLP. Convolution by itself hardly helps (0.52 against 0.45, and from 2 pixels on nothing): its maps move along with the digit, but the dense layer behind them expects every feature in its own place. Pooling forgives a part, 0.66 at one pixel and twice the accuracy of the others at 3, since the two pools let a feature wander inside windows of $4\times4$ pixels; but it is far from invariant.
# Only training images that were moved make the line nearly flat. They cost 14 points at shift 0 after the same eight epochs: the net now has $7\times7$ places to learn. (After 24 epochs it reads 0.95, 0.94, 0.93 and 0.92 of them: the price is time.)
# So the layer that does not forgive is the dense one. Limits: shifts to the right alone, at most 3 pixels; nets of different size (MLP 13 000 parameters, CNN 7 700, without pooling 67 500); one length of training. Next: average each map over all positions before the dense layer, which should be flat without any moved images.
#
# **Marking scheme** (6 points)
# * 1 point: guesses made before the run, for the four nets, with reasons (½ point without reasons). Wrong guesses earn the point as well.
# * 2 points: a figure that can be read: labels, at least ten seeds with their spread, all four lines, the MLP as the baseline (½ point off for each that is missing).
# * 2 points: a claim that the figure supports, with numbers: convolution alone helps little, pooling some, moved images most and at a price (1 point for two of the three; accept other numbers if the figure shows them).
# * 1 point: a limit of the experiment, or a next one that would answer an open question.
#
# **Anchors.**
# *6 points:* "I expected the CNN to keep 0.9 at one pixel because convolution doesn't care about the place, and the MLP to drop to 0.5. Figure: four lines, means of 10 seeds, bars of one standard deviation. At one pixel MLP 0.45, no pooling 0.52, CNN 0.66: I was wrong, equivariance of the maps is not invariance of the answer, the dense layer still sits on fixed positions. Pooling buys about one pixel.
# With moved images 0.82, 0.79, 0.78, 0.75: flat, but 0.14 lower at 0. I trained all equally long; it may just need more epochs, so I would plot the accuracy at 0 against epochs next."
# *3 points:* "CNN should be best. The plot (3 seeds, no bars, four lines) shows that the MLP falls fastest, the CNN is better and the augmented one best." (Guess without reason ½, figure 1, claim without numbers 1, a word on "more seeds" ½.)
# *0 points:* "CNNs are translation invariant, so shifting does not matter for them." (Nothing was run, and it is wrong.)
#
# **Typical wrong answers.** "Convolution makes the net invariant" (it makes maps equivariant). · Accuracies on moved *training* images. · One seed. · "Augmentation is free" (it costs accuracy at 0 for the same training).
# ### END SOLUTION
# %% [markdown] written="how_far_shifted" points="6" lang="zh" of="8aa5"
# **问题（6 分）。** 准确率怎样随位移下降？起作用的是卷积、池化，还是移动过的训练图像？请写出：你的猜测及理由；你的图（放在你自己的单元格里）；带数字的结论；以及实验的一处局限，或者你接下来想做的实验。
#
# ### BEGIN SOLUTION
# **参考答案。** （10 个种子；平均准确率，括号内为各种子之间的标准差。）
#
# | 网络 | 位移 0 | 1 | 2 | 3 |
# |---|---|---|---|---|
# | MLP | 0.95 (0.02) | 0.45 (0.03) | 0.14 (0.02) | 0.14 (0.03) |
# | 没有池化的 CNN | 0.97 (0.01) | 0.52 (0.06) | 0.15 (0.03) | 0.13 (0.03) |
# | CNN | 0.96 (0.01) | 0.66 (0.05) | 0.38 (0.07) | 0.29 (0.06) |
# | CNN，训练图像移动过 | 0.82 (0.03) | 0.79 (0.05) | 0.78 (0.06) | 0.75 (0.06) |
#
# 只移一个像素，MLP 的准确率就减半。单靠卷积几乎没有用（0.52 对 0.45，两个像素以上就毫无差别）：特征图会跟着数字移动，可后面的全连接层要求每个特征都待在老地方。池化能通融一部分，一个像素时 0.66，三个像素时是其他网络的两倍，因为两次池化允许特征在 $4\times4$ 的窗口里移动；但离不变还很远。
# 只有移动过的训练图像能让曲线几乎变平。代价是：同样训练八轮，位移为 0 时低了 14 个百分点，因为网络要学 $7\times7$ 个位置。（训练 24 轮之后是 0.95、0.94、0.93、0.92：代价就是时间。）
# 所以不肯通融的是全连接层。局限：只向右移，最多 3 个像素；网络大小不同（MLP 13 000 个参数，CNN 7 700 个，没有池化的 67 500 个）；训练只有一种长度。下一步：在全连接层之前把每张图对所有位置取平均，不用移动训练图像，曲线也应当是平的。
#
# **评分标准**（6 分）
# * 1 分：运行之前对四种网络的猜测，并有理由（没有理由给 ½ 分）。猜错了同样得分。
# * 2 分：一张看得懂的图：有坐标轴标签，至少十个种子并画出波动，四条线齐全，以 MLP 为基准（每缺一项扣 ½ 分）。
# * 2 分：由图支持、带数字的结论：单靠卷积作用很小，池化有一些，移动训练图像最有用但有代价（三点说到两点给 1 分；数字不同，只要图中如此，也给分）。
# * 1 分：指出实验的一处局限，或提出能回答未解之问的下一个实验。
#
# **样卷。**
# *6 分：* “我猜 CNN 移一个像素还有 0.9，因为卷积不在乎位置，MLP 降到 0.5。图：四条线，10 个种子的平均，误差条为一个标准差。移一个像素：MLP 0.45，没有池化 0.52，CNN 0.66。我猜错了：特征图等变不等于答案不变，全连接层仍然盯着固定的位置。池化大约换来一个像素。
# 移动训练图像之后是 0.82、0.79、0.78、0.75，平了，但位移为 0 时低了 0.14。几种网络训练得一样久，也许它只是需要更多轮，所以下一步我会画出位移为 0 时的准确率随轮数的变化。”
# *3 分：* “CNN 应该最好。图（3 个种子，没有误差条，四条线）说明 MLP 降得最快，CNN 好一些，移动过训练图像的最好。”（猜测没有理由 ½，图 1，结论没有数字 1，提到“种子再多些”½。）
# *0 分：* “CNN 具有平移不变性，所以移动对它没有影响。”（什么也没有运行，而且是错的。）
#
# **常见错误。** “卷积使网络不变”（它使特征图等变）。·用移动过的**训练**图像测准确率。·只用一个种子。·“移动训练图像没有代价”（同样的训练下，位移为 0 时准确率降低了）。
# ### END SOLUTION
