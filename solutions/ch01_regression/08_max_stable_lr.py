# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import regression

from chapter import drawn_by, linear_fit_gd, rounded, words

# %% [markdown] lang="en"
# ## {n} How large may a step be?
#
# Too small a rate is slow, too large a rate is a catastrophe, and the border between them can be computed.
#
# Write $\tilde X = [X, 1]$ for the data with a column of ones, so that the bias is just one more weight, shape `(N, D + 1)`. The loss is quadratic with the Hessian
# (matrix of second derivatives)
#
# $$H = 2\,\tilde X^\top \tilde X, \qquad \text{shape } (D+1,\, D+1).$$
#
# Along an eigenvector of $H$ with eigenvalue $\kappa$ (its curvature), the distance from the bottom is multiplied by $1 - \eta\kappa$ in each step.
# It shrinks exactly when $|1 - \eta\kappa| < 1$, that is $0 < \eta < 2/\kappa$. Every direction that has a slope at all ($\kappa > 0$) must shrink, so the steepest one decides:
#
# $$\eta_{\max} = \frac{2}{\kappa_{\max}(H)}.$$
#
# **By hand.** For $X = \binom{1}{3}$: $\tilde X = \begin{pmatrix}1&1\\3&1\end{pmatrix}$, $H = \begin{pmatrix}20&8\\8&4\end{pmatrix}$, whose eigenvalues are $12 \pm \sqrt{128}$.
# The largest is $23.31$, and $\eta_{\max} = 0.0858$. (Without the column of ones you would find $0.1$, and diverge.)
#
# `np.linalg.eigvalsh` gives the eigenvalues of a symmetric matrix in ascending order.
# %% [markdown] lang="zh" of="cc5a"
# ## {n} 步子最多能迈多大？
#
# 学习率太小，走得慢；太大，一发不可收拾。两者的分界线是可以算出来的。
#
# 给数据加一列 1，记作 $\tilde X = [X, 1]$，形状 `(N, D + 1)`，这样偏置就只是多出来的一个权重。损失是二次函数，它的**海森矩阵**（二阶导数矩阵）是
#
# $$H = 2\,\tilde X^\top \tilde X, \qquad \text{形状 } (D+1,\, D+1).$$
#
# 沿着 $H$ 的某个特征向量（特征值 $\kappa$，即曲率），每走一步，到谷底的距离就乘上 $1 - \eta\kappa$。
# 要让它缩小，需要 $|1 - \eta\kappa| < 1$，即 $0 < \eta < 2/\kappa$。凡是有坡度的方向（$\kappa > 0$）都得缩小，所以由最陡的方向说了算：
#
# $$\eta_{\max} = \frac{2}{\kappa_{\max}(H)}.$$
#
# **手算。** 设 $X = \binom{1}{3}$，则 $\tilde X = \begin{pmatrix}1&1\\3&1\end{pmatrix}$，$H = \begin{pmatrix}20&8\\8&4\end{pmatrix}$，特征值为 $12 \pm \sqrt{128}$。
# 最大的是 $23.31$，于是 $\eta_{\max} = 0.0858$。（如果忘了那列 1，会得到 $0.1$，结果是发散。）
#
# `np.linalg.eigvalsh` 按从小到大的顺序给出对称矩阵的特征值。
# %% answer="max_stable_lr"
def max_stable_lr(X):
    """The learning rate above which gradient descent on `linear_loss` (a SUM) diverges.

    X (N, D), without the column of ones.  Returns the number 2 / κ_max(H), where H is the Hessian
    with respect to all D weights and the bias.
    """
    ### BEGIN SOLUTION
    A = np.column_stack([X, np.ones(len(X))])  # (N, D + 1)
    H = 2 * A.T @ A  # (D + 1, D + 1)
    return 2 / np.linalg.eigvalsh(H)[-1]
    ### END SOLUTION


# %% [markdown] docstring="max_stable_lr" lang="zh" of="5601"
# 对 `linear_loss`（求和）做梯度下降时，学习率超过多少就会发散。
#
# X (N, D)，不含那列 1。返回数 2 / κ_max(H)，其中 H 是对全部 D 个权重和偏置的海森矩阵。
# %% [markdown] why="max_stable_lr" lang="en"
# The column of ones turns the bias into one more weight, whose curvature counts too.
# `eigvalsh` rather than `eigvals`: `H` is symmetric, so its eigenvalues are real and come sorted; the last one is that of the steepest direction.
# %% [markdown] why="max_stable_lr" lang="zh" of="e74a"
# 加上一列 1，偏置就成了又一个权重，它的曲率也要算进去。
# 用 `eigvalsh` 而不用 `eigvals`：`H` 对称，特征值都是实数，并且已经排好序，最后一个就是最陡方向的曲率。
# %% grading="max_stable_lr"
def rate_cases(rng):
    yield Case("typical", zh="一般数据", X=(rounded(rng, 8, 3) + 0.5).round(2))


def edge_cases(rng):
    yield Case("as many samples as parameters", zh="样本与参数一样多", X=rounded(rng, 5, 4))
    small, large, middle = rng.uniform([0.3, 2.2, 1.2], [0.8, 3.2, 1.8]).round(2)
    signs = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]])  # H is diagonal, its steepest entry inside
    yield Case("features at right angles", zh="互相垂直的特征", X=signs * [small, large, middle])


def divergence_cases(rng):
    X, start = (rounded(rng, 6, 2) + 1).round(2), (rounded(rng, 3) + 3).round(2)
    yield Case("walking with it", zh="用它走走看", X=X, start=start)


def shape_of_rate(X):
    return ()


def growth_beside_it(impl, case):
    lr, grows = impl.max_stable_lr(case.X), []
    ones = np.ones((len(case.X), 1))
    for share in (0.95, 1.05):
        p = case.start
        for _ in range(300):
            p = p - share * lr * 2 * np.hstack([case.X, ones]).T.dot(np.hstack([case.X, ones]).dot(p))
        grows.append(not np.linalg.norm(p) <= np.linalg.norm(case.start))
    return {"grows at 0.95 of it": grows[0], "grows at 1.05 of it": grows[1]}


@mistake(
    en="The bias is a parameter too: without its column of ones the bowl looks flatter than it is.",
    zh="偏置也是参数。少了那列 1，碗看上去就比实际更平缓。",
)
def bias_column_forgotten(X):
    return 2 / np.linalg.eigvalsh(2 * X.T @ X)[-1]


@variant
def singular_value(X):
    return 1 / np.linalg.norm(np.column_stack([X, np.ones(len(X))]), 2) ** 2


@variant
def power_iteration(X):
    A = np.hstack([np.asarray(X, dtype=float), np.ones((len(X), 1))])
    v = np.ones(A.shape[1])
    for _ in range(3000):
        v = A.T @ (A @ v)
        v = v / np.linalg.norm(v)
    return [1 / (v @ (A.T @ (A @ v)))]


Exercise(
    points=2, reference=regression.max_stable_lr, cases=rate_cases, shapes=shape_of_rate, tolerance=CLOSED_FORM,
    accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[
        Group("edge", edge_cases),
        Group("divergence", divergence_cases, observe=growth_beside_it,
            en="Diverges just above, not just below", zh="略大则发散，略小则不发散"),
    ],
    mistakes=[
        Mistake("hessian_without_two", "2 * A.T @ A", "A.T @ A",
            en="Your answer is twice too large: differentiating the square twice leaves a factor 2 in the Hessian.",
            zh="你的结果大了一倍：对平方求两次导，海森矩阵里会留下因子 2。"),
        Mistake("one_over_lambda", "2 / np", "1 / np",
            en="You found 1/κ_max. That rate is safe, but the border lies where |1 − ηκ| reaches 1 again, on the other side of zero.",
            zh="你求的是 1/κ_max。它固然安全，但真正的上限在 |1 − ηκ| 从另一侧再次等于 1 的地方。"),
        Mistake("smallest_eigenvalue", "[-1]", "[0]",
            en="You took the smallest eigenvalue, the flattest direction. The steepest one decides; eigvalsh sorts in ascending order.",
            zh="你取了最小的特征值，也就是最平的方向。起决定作用的是最陡的方向；eigvalsh 是从小到大排列的。"),
        Mistake("divided_by_n", "2 * A.T @ A", "2 * A.T @ A / len(A)",
            en="You divided the Hessian by N: that is the Hessian of the mean. Our loss is the SUM, so its valley is N times steeper.",
            zh="你把海森矩阵除以了 N，那是平均损失的海森矩阵。我们的损失是求和，山谷的坡度是它的 N 倍。"),
        Mistake("first_of_unsorted_eigenvalues", "eigvalsh(H)[-1]", "eigvals(H).real[0]",
            en="`np.linalg.eigvals` sorts nothing, so its first entry need not be the largest. `eigvalsh` sorts in ascending order.",
            zh="`np.linalg.eigvals` 不排序，第一个不一定最大。`eigvalsh` 才是从小到大排好的。"),
        Mistake("last_of_unsorted_eigenvalues", "eigvalsh(H)[-1]", "eigvals(H).real[-1]",
            en="`np.linalg.eigvals` sorts nothing, so its last entry need not be the largest. `eigvalsh` sorts in ascending order.",
            zh="`np.linalg.eigvals` 不排序，最后一个不一定最大。`eigvalsh` 才是从小到大排好的。"),
        Mistake("norm_for_largest_eigenvalue", "np.linalg.eigvalsh(H)[-1]", "np.linalg.norm(H)",
            en="`np.linalg.norm` of a matrix is the root of the sum of squares of all entries (Frobenius), which is larger than the largest eigenvalue.",
            zh="`np.linalg.norm` 对矩阵默认算的是所有元素平方和的平方根（Frobenius 范数），它比最大特征值大。"),
        Mistake("trace_for_largest_eigenvalue", "np.linalg.eigvalsh(H)[-1]", "np.trace(H)",
            en="The trace is the sum of all eigenvalues; only the largest one sets the limit.",
            zh="迹是所有特征值之和；决定上限的只是最大的那一个。"),
    ],
    variants=[
        Variant("general_eigenvalues", "np.linalg.eigvalsh(H)[-1]", "np.max(np.linalg.eigvals(H).real)"),
        Variant("ones_first", "[X, np.ones(len(X))]", "[np.ones(len(X)), X]"),
        Variant("gram_matrix_has_the_same_eigenvalues", "2 * A.T @ A", "A @ (2 * A.T)"),
        Variant("mirrored_features", "A = np", "X = -X\n    A = np"),
    ],
)


# %% [markdown] lang="en"
# **Before you run the next cell, guess:** it takes 0.05, 0.5, 0.95, 1 and 1.05 times your limit as the learning rate. Which of the five descents is the fastest? Which of them never get anywhere?
# %% [markdown] lang="zh" of="20a5"
# **先猜一猜，再运行下面的单元格：** 它分别取你求出的上限的 0.05、0.5、0.95、1 和 1.05 倍作学习率。这五次下降，哪一次最快？哪几次永远到不了谷底？
# %% demo="step_sizes"
# Excess loss against the number of steps, for shares of the limit that your max_stable_lr gives.
@drawn_by("linear_fit_gd", "max_stable_lr")
def step_sizes(plt):
    rng = np.random.default_rng(2)
    X, steps = rng.normal(size=(40, 2)), np.arange(41)
    A = np.column_stack([X, np.ones(40)])
    directions = np.linalg.eigh(A.T @ A)[1]
    start, y = directions.sum(axis=1), np.zeros(40)  # the bottom is at 0, one unit away in each direction
    steepest = directions[:, -1]

    _, (left, right) = plt.subplots(1, 2, figsize=(11, 4.2), constrained_layout=True)
    colors = ("#0072B2", "#009E73", "#E69F00", "#000000", "#D55E00")
    for share, mark, color in zip((0.05, 0.5, 0.95, 1.0, 1.05), "ovsD^", colors, strict=True):
        runs = [linear_fit_gd(X, y, share * max_stable_lr(X), n, start[:2], start[2]) for n in steps]
        left.semilogy(steps, runs[-1][2], marker=mark, markevery=8, color=color, label=f"{share:.2f}")
        if share >= 0.5:
            distance = [np.append(w, b) @ steepest for w, b, _ in runs[:16]]
            right.plot(steps[:16], distance, marker=mark, ms=4, color=color, label=f"{share:.2f}")
    left.set(
        xlabel=words(en="step", zh="步数"),
        ylabel=words(en="loss above its minimum", zh="比最小值高出的损失"),
        title=words(en="Too small is slow, too large explodes", zh="太小则慢，太大则发散"),
        ylim=(1e-8, 1e6),
    )
    left.legend(title=words(en="share of the limit", zh="极限的几分之几"), fontsize=8)
    right.set(
        xlabel=words(en="step", zh="步数"),
        ylabel=words(en="distance from the bottom", zh="到谷底的距离"),
        title=words(en="The steepest direction", zh="最陡的方向"),
    )
    right.axhline(0, color="black", lw=0.6)
    right.legend(title=words(en="share of the limit", zh="极限的几分之几"), fontsize=8)
    plt.show()
# %% [markdown] lang="en"
# What you should see. At half the limit (triangles pointing down) the steepest direction is done in a single step; at 0.95 (squares) it flips from side to side and still gets there, faster than the careful 0.05 (circles). At the limit itself (diamonds) it flips for ever; just above (triangles pointing up)
# it explodes. In the left panel even that curve dips at first: for a step, the flatter directions shrink more than the steepest one grows.
# %% [markdown] lang="zh" of="6276"
# 你应当看到：取上限的一半（倒三角）时，最陡的方向一步到位；取 0.95 倍（方块）时在谷底两侧来回跳，但仍能到达，而且比谨慎的 0.05 倍（圆点）还快。正好取上限（菱形）时永远跳个不停；略微超过（正三角）就爆炸了。
# 左图中，就连那条爆炸的曲线，第一步竟然也降了一点：平缓的方向缩小得比最陡的方向增长得多。
