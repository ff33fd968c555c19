# %% [markdown] lang="en"
# ## {n} Question: Go without pooling
#
# A Go board is an image too: $19\times19$ points, each empty, black or white. Programs that play Go are convolutional nets, AlphaGo was one. The notes say (§6.5) that such a net may use convolution, "but clearly, pooling cannot be used".
# %% [markdown] lang="zh" of="4c71"
# ## {n} 问题：下围棋不用池化
#
# 围棋的棋盘也是一张图：$19\times19$ 个点，每个点空着，或者是黑子、白子。下围棋的程序就是卷积神经网络，AlphaGo 也是。讲义（§6.5）说，这样的网络可以用卷积，“但显然，池化不能用”。
# %% [markdown] written="go_and_pooling" points="2" lang="en"
# **Question (2 points).** The three observations of §6.1 are: patterns are small, patterns appear in different places, and a lower resolution does not change the object. Which of them hold on a Go board and which does not, each with an example from the game? What would $2\times2$ max pooling do to a position?
#
# ### BEGIN SOLUTION
# **Model answer.** The first two hold: whether a stone is about to be captured is decided by the few points around it (a small pattern), and the same capture can happen anywhere on the board (so the same detector may be used everywhere). The third does not: drop every second row and column, or keep of each $2\times2$ block only the greatest number, and it is another position. One stone more or less, or one point farther, decides between life and death.
# Max pooling would say "somewhere in these four points is a black stone" and no longer at which one, while the answer of the net, the next move, has to be one exact point.
#
# **Marking scheme** (2 points)
# * 1 point: the first two observations hold, with an example of a small local pattern that may be anywhere (½ point without an example).
# * 1 point: the third does not hold, because the exact point matters; says what pooling loses (½ point for "pooling loses information" without saying what and why it matters here). Accept that an edge or a corner of the board makes places *not quite* alike: that is a good remark.
#
# **Anchors.**
# *2 points:* "An atari looks the same in every corner of the board and needs only the neighboring points, so convolution fits. But if I shrink the board, groups that were connected fall apart or the reverse. Pooling keeps that there is a stone but not where, and in Go where is everything."
# *1 point:* "Convolution is good because patterns are small and can be anywhere. Pooling loses information." (½ for the second half, ½ off for no example.)
# *0 points:* "Go is too complicated for pooling because there are more positions than atoms in the universe."
#
# **Typical wrong answers.** "Pooling is too slow." · "The board is too small to be pooled" (the size is not the point: digits of $8\times8$ are pooled). · "Pooling only works for photographs."
# ### END SOLUTION
# %% [markdown] written="go_and_pooling" points="2" lang="zh" of="d6ff"
# **问题（2 分）。** §6.1 的三条观察是：图案很小；同样的图案会出现在不同位置；降低分辨率不改变物体是什么。在围棋盘上，哪些成立，哪一条不成立？各举一个棋里的例子。$2\times2$ 的最大池化会把一个局面变成什么样？
#
# ### BEGIN SOLUTION
# **参考答案。** 前两条成立：一个子会不会被提，只看它周围的几个点（图案很小）；同样的吃子可以发生在棋盘的任何地方（所以同一个探测器到处能用）。第三条不成立：隔一行一列去掉一半，或者每个 $2\times2$ 的小块只留最大的数，就成了另一个局面。多一子少一子、差一路，都关系到死活。
# 最大池化只说“这四个点里某处有黑子”，却不再说在哪一点；而网络要给出的答案是下一手，必须是准确的一个点。
#
# **评分标准**（2 分）
# * 1 分：前两条成立，并举出一个可以出现在任何位置的局部图案（没有例子给 ½ 分）。
# * 1 分：第三条不成立，因为准确的位置很重要；说明池化丢掉了什么（只说“池化会丢失信息”，没有说丢了什么、为什么在这里要紧，给 ½ 分）。指出棋盘的边和角使各处**并不完全**一样，也可以给分，这是很好的补充。
#
# **样卷。**
# *2 分：* “打吃在棋盘的哪个角落都一样，而且只看旁边几个点，所以卷积合适。可是把棋盘缩小，原来连着的棋会断开，断开的又会连上。池化知道有子，却不知道在哪里，而围棋里位置就是一切。”
# *1 分：* “卷积好，因为图案小，而且可以在任何地方。池化会丢失信息。”（前半没有例子 ½，后半 ½。）
# *0 分：* “围棋太复杂了，局面比宇宙里的原子还多，所以不能池化。”
#
# **常见错误。** “池化太慢。”·“棋盘太小，不能池化”（与大小无关：$8\times8$ 的数字照样池化）。·“池化只对照片有用。”
# ### END SOLUTION
