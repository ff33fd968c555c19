# %% [markdown] lang="en"
# ## {n} Two principles, one answer
#
# The notes reach PCA twice: by the *greatest variance* of what is kept (§10.2.1) and by the *smallest error* of what is restored (§10.2.2). {ref:reconstruction_error} has checked that both end at the same components. Why must they?
# %% [markdown] lang="zh" of="73bc"
# ## {n} 两条原理，一个答案
#
# 讲义两次走到 PCA：一次要保留的部分**方差最大**（§10.2.1），一次要恢复之后**误差最小**（§10.2.2）。{ref:reconstruction_error} 节验证过，两条路到达的是同样的主成分。为什么必然如此？
# %% [markdown] written="two_principles" points="2" lang="en"
# **Question (2 points).** Let $W$ `(M, D)` have orthonormal rows, $z=W(x-\bar x)$ and $\tilde x=\bar x+W^\top z$. (a) Show that $\lVert x-\bar x\rVert^2=\lVert z\rVert^2+\lVert x-\tilde x\rVert^2$ for every sample. (b) Conclude that the $W$ with the greatest kept variance is the one with the smallest error. (c) The notes call $W$ an orthogonal matrix. Which of $WW^\top=I$ and $W^\top W=I$ did you use, and which is false for $M<D$? Check (a) on numbers of your own.
# ### BEGIN SOLUTION
# **Model answer.** (a) Write $u=x-\bar x$. Then $\tilde x-\bar x=W^\top Wu$ is the part of $u$ within the span of the rows, and the rest $u-W^\top Wu$ is orthogonal to it: $(W^\top Wu)^\top(u-W^\top Wu)=u^\top W^\top Wu-u^\top W^\top(WW^\top)Wu=0$, since $WW^\top=I$. So, by Pythagoras, $\lVert u\rVert^2=\lVert W^\top Wu\rVert^2+\lVert x-\tilde x\rVert^2$, and $\lVert W^\top Wu\rVert^2=u^\top W^\top WW^\top Wu=\lVert Wu\rVert^2=\lVert z\rVert^2$.
# (b) Take the MEAN over the samples: total variance = kept variance + error. The left side does not depend on $W$, so making one summand as large as possible makes the other as small as possible. (c) Used was $WW^\top=I$, the rows are orthonormal. $W^\top W=I$ would say that every sample is restored without error, which is false for $M<D$; there $W^\top W$ is a projection. Numbers: $x-\bar x=(2,1)$, $w=(0.6,0.8)$: $5=2^2+(0.64+0.36)$.
#
# **Marking scheme.** 1 point for (a): orthogonality shown with $WW^\top=I$ (½), Pythagoras and $\lVert W^\top z\rVert=\lVert z\rVert$ (½). ½ point for (b): the sum does not depend on $W$. ½ point for (c) with a numerical check. A proof by completing $W$ to an orthogonal matrix counts in full.
#
# **Anchors.** *1 point:* "By Pythagoras the kept and the lost part are orthogonal, so their squares add up to the whole; the whole is fixed, so maximal variance is minimal error." (orthogonality not shown, nothing on (c)) *½ point:* "The total is constant, so one large means the other small." (b alone)
# *0 points:* "Both use eigenvectors of the covariance, so they are the same."
#
# **Typical wrong answers.** $W^\top W=I$ is used for $M<D$: then every error would be 0. · Sum and mean mixed up, so that the two sides differ by N. · Shown for the first component alone. · Centering left out: then $\lVert x\rVert^2$ contains the mean, and the kept part is no variance.
# ### END SOLUTION
# %% [markdown] written="two_principles" points="2" lang="zh" of="55df"
# **问题（2 分）。** 设 $W$ `(M, D)` 的各行单位正交，$z=W(x-\bar x)$，$\tilde x=\bar x+W^\top z$。(a) 证明对每个样本都有 $\lVert x-\bar x\rVert^2=\lVert z\rVert^2+\lVert x-\tilde x\rVert^2$。(b) 由此说明：使保留的方差最大的 $W$，就是使误差最小的 $W$。(c) 讲义说 $W$ 是正交矩阵。$WW^\top=I$ 和 $W^\top W=I$ 这两个式子，你用的是哪一个？$M<D$ 时哪一个不成立？请用自己的数验证 (a)。
# ### BEGIN SOLUTION
# **参考答案。** (a) 记 $u=x-\bar x$。$\tilde x-\bar x=W^\top Wu$ 是 $u$ 落在各行张成的空间里的部分，其余的 $u-W^\top Wu$ 与它正交：$(W^\top Wu)^\top(u-W^\top Wu)=u^\top W^\top Wu-u^\top W^\top(WW^\top)Wu=0$，因为 $WW^\top=I$。由勾股定理，$\lVert u\rVert^2=\lVert W^\top Wu\rVert^2+\lVert x-\tilde x\rVert^2$，而 $\lVert W^\top Wu\rVert^2=u^\top W^\top WW^\top Wu=\lVert Wu\rVert^2=\lVert z\rVert^2$。
# (b) 对样本取平均：总方差 = 保留的方差 + 误差。左边与 $W$ 无关，所以一项最大，另一项就最小。(c) 用的是 $WW^\top=I$，即各行单位正交。$W^\top W=I$ 等于说每个样本都能毫无误差地恢复，$M<D$ 时不成立，那时 $W^\top W$ 是一个投影。数字：$x-\bar x=(2,1)$，$w=(0.6,0.8)$：$5=2^2+(0.64+0.36)$。
#
# **评分标准。** (a) 1 分：用 $WW^\top=I$ 证明正交（½），勾股定理以及 $\lVert W^\top z\rVert=\lVert z\rVert$（½）。(b) ½ 分：总和与 $W$ 无关。(c) ½ 分，要有数值验证。把 $W$ 补成正交矩阵的证法同样给满分。
#
# **样卷。** *1 分：* “由勾股定理，留下的和丢掉的正交，平方相加等于总量；总量固定，所以方差最大就是误差最小。”（没有证明正交，没有回答 (c)）*½ 分：*“总量不变，一个大另一个就小。”（只有 b）
# *0 分：* “两种做法都用协方差的特征向量，所以一样。”
#
# **常见错误。** $M<D$ 时用了 $W^\top W=I$：那样误差全是 0。·求和与平均混用，两边差 N 倍。·只证明了第一主成分。·漏了中心化：$\lVert x\rVert^2$ 里含有均值，保留的部分就不是方差了。
# ### END SOLUTION
