# %% prelude
import numpy as np

from autograder import Case, Exercise, Group, Mistake, Tolerance, Variant, variant
from reference import unsupervised

from chapter import normal

# %% [markdown] lang="en"
# ## {n} Do two sets of directions say the same?
#
# The notes say that PCA "can be seen as a neural net with one hidden layer and linear activations". Soon such a net is trained ({ref:train_linear_autoencoder}). But its weights will not be the principal components, one by one: any other basis of the same plane reconstructs just as well. How does one compare two *subspaces*, whatever their bases?
#
# By their **principal angles**. The first is the smallest angle between a vector here and a vector there; then the same among what is orthogonal to both, and so on: $M$ angles from $0$ (a common direction) to $\pi/2$ (orthogonal). Three steps find them (Björck and Golub 1973):
#
# 1. an orthonormal basis of each span, as columns: $Q_A$, $Q_B$ `(D, M)` (`np.linalg.qr` of the transposed rows);
# 2. the singular values of $Q_A^\top Q_B$: these are the *cosines*, between 0 and 1;
# 3. the arc cosine. Rounding may make a cosine $1.0000000000000002$, whose arc cosine is NaN: cut it off at 1.
#
# **By hand.** $A$ has the rows $(2,0,0)$ and $(1,1,0)$: the floor. $B$ has $(1,0,0)$ and $(0,1,1)$: a plane that rises at 45°. They share the first axis: angles $0$ and $\pi/4=0.785$.
# %% [markdown] lang="zh" of="2621"
# ## {n} 两组方向，说的是同一回事吗？
#
# 讲义说，PCA“可以看作一个只有一层隐藏层且线性激活函数的神经网络”。马上就要训练这样的网络（{ref:train_linear_autoencoder}）。可是它的权重不会一个一个恰好是主成分：同一个平面换一组基，重建得一样好。两个**子空间**，不管各用什么基，怎样比较？
#
# 用**主角**。第一个主角，是这边一个向量与那边一个向量之间最小的夹角；然后在与两者都正交的部分里再找一次，依此类推：一共 $M$ 个角，从 $0$（有公共方向）到 $\pi/2$（正交）。三步就能求出（Björck 与 Golub，1973）：
#
# 1. 各求一组单位正交基，写成列：$Q_A$、$Q_B$ `(D, M)`（把各行转置后用 `np.linalg.qr`）；
# 2. $Q_A^\top Q_B$ 的奇异值，它们就是**余弦**，在 0 与 1 之间；
# 3. 取反余弦。舍入可能让余弦变成 $1.0000000000000002$，它的反余弦是 NaN：截到 1。
#
# **手算。** $A$ 的行是 $(2,0,0)$ 和 $(1,1,0)$：地面。$B$ 的行是 $(1,0,0)$ 和 $(0,1,1)$：以 45° 抬起的平面。两者共有第一根轴：主角为 $0$ 和 $\pi/4=0.785$。
# %% answer="principal_angles"
def principal_angles(A, B):
    """The angles between the span of the rows of A and that of the rows of B.

    A (M, D), B (M, D), each with M ≤ D independent rows of any length and at any angle.
    Returns (M,), ascending, in radians from 0 to π/2.
    """
    ### BEGIN SOLUTION
    QA, _ = np.linalg.qr(A.T)  # (D, M)
    QB, _ = np.linalg.qr(B.T)
    cosines = np.linalg.svd(QA.T @ QB, compute_uv=False)  # (M,), descending
    return np.arccos(np.minimum(cosines, 1))
    ### END SOLUTION


# %% [markdown] docstring="principal_angles" lang="zh" of="3a4f"
# A 的各行张成的空间与 B 的各行张成的空间之间的夹角。
#
# A (M, D)，B (M, D)，各有 M ≤ D 个线性无关的行，长度和夹角任意。
# 返回 (M,)，升序，单位是弧度，从 0 到 π/2。
# %% [markdown] why="principal_angles" lang="en"
# Another orthonormal basis multiplies $Q_A^\top Q_B$ by an orthogonal matrix, which leaves singular values alone: so the angles belong to the subspaces.
# Only `minimum` stands between rounding and NaN. Very small angles get lost, since the cosine of $10^{-9}$ is 1 to a computer.
# %% [markdown] why="principal_angles" lang="zh" of="50f1"
# 换一组标准正交基，只是给 $Q_A^\top Q_B$ 乘上一个正交矩阵，奇异值不变：所以这些角属于子空间，与基无关。挡住舍入造成的 NaN，全靠 `minimum`。极小的角会丢失，因为 $10^{-9}$ 的余弦在计算机里就是 1。
# %% grading="principal_angles"
def independent(rng, m, d):
    while True:
        A = normal(rng, m, d)
        if np.linalg.svd(A, compute_uv=False)[-1] > 0.4:
            return A


def angle_cases(rng):
    yield Case("two planes", zh="两个平面", A=independent(rng, 2, 4), B=independent(rng, 2, 4))
    yield Case("two lines", zh="两条直线", A=independent(rng, 1, 3), B=independent(rng, 1, 3))


def edge_cases(rng):
    A = independent(rng, 2, 4)
    mixed = np.array([[2.0, 1.0], [-1.0, 3.0]])[rng.permutation(2)] @ A
    yield Case("the same plane, another basis", zh="同一个平面，另一组基", A=A, B=mixed)
    axes = np.eye(4)[rng.permutation(4)] * rng.uniform(1, 3, size=(4, 1)).round(1)
    yield Case("orthogonal planes", zh="互相正交的平面", A=axes[:2], B=axes[2:])
    shared = independent(rng, 3, 4)
    yield Case("a common line", zh="有一条公共的直线", A=shared[:2], B=shared[[0, 2]])


@variant
def by_scipy(A, B):
    from scipy.linalg import subspace_angles

    return subspace_angles(A.T, B.T)[::-1]


@variant
def by_projectors(A, B):
    one, other = (X.T @ np.linalg.inv(X @ X.T) @ X for X in (A, B))
    squares = np.sort(np.linalg.eigvals(one @ other).real)[::-1][: len(A)]
    return np.arccos(np.sqrt(np.clip(squares, 0, 1)))


Exercise(
    points=2, reference=unsupervised.principal_angles, cases=angle_cases,
    tolerance=Tolerance(1e-5, 1e-6, "the arc cosine of 1 − 1e-16 is 1e-8, and roots of a few more such losses stay below 1e-6"),
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("bases_not_orthonormal", "    QA, _ = np.linalg.qr(A.T)  # (D, M)\n    QB, _ = np.linalg.qr(B.T)\n", "    QA, QB = A.T, B.T\n",
            en="You used the rows as they are. Their lengths and their own angles get into the result: make each basis orthonormal first.",
            zh="你直接用了这些行，它们的长度和彼此的夹角混进了结果：先各求一组单位正交基。"),
        Mistake("rows_only_normalized", "    QA, _ = np.linalg.qr(A.T)  # (D, M)\n    QB, _ = np.linalg.qr(B.T)\n",
            "    QA, QB = (A / np.linalg.norm(A, axis=1, keepdims=True)).T, (B / np.linalg.norm(B, axis=1, keepdims=True)).T\n",
            en="You only brought the rows to length 1. They must be orthogonal to each other as well.",
            zh="你只是把各行变成了单位长度。它们之间还要两两正交。"),
        Mistake("cosines_returned", "return np.arccos(np.minimum(cosines, 1))", "return cosines",
            en="Those are the cosines. The angles are their arc cosines.", zh="这是余弦。角是它们的反余弦。"),
        Mistake("nan_by_rounding", "np.minimum(cosines, 1)", "cosines * (1 + 1e-15)",
            en="NaN: rounding made a cosine a little greater than 1. Cut it off at 1.", zh="出现了 NaN：舍入使余弦略大于 1。把它截到 1。"),
        Mistake("degrees", "np.arccos(np.minimum(cosines, 1))", "np.degrees(np.arccos(np.minimum(cosines, 1)))",
            en="Your angles are in degrees. Radians are asked for.", zh="你的角以度为单位。要的是弧度。"),
        Mistake("descending", "np.arccos(np.minimum(cosines, 1))", "np.arccos(np.minimum(cosines, 1))[::-1]",
            en="The smallest angle comes first: great cosines are small angles.", zh="最小的角在前：余弦大，角就小。"),
        Mistake("row_by_row", "np.linalg.svd(QA.T @ QB, compute_uv=False)", "np.sort(np.abs(np.diag(QA.T @ QB)))[::-1]",
            en="You compared the first vector with the first and the second with the second. Another basis of the same plane would then look different: take singular values.",
            zh="你拿第一个向量比第一个、第二个比第二个。同一个平面换一组基就会显得不同：要取奇异值。"),
        Mistake("eigenvalues", "np.linalg.svd(QA.T @ QB, compute_uv=False)", "np.sort(np.abs(np.linalg.eigvals(QA.T @ QB)))[::-1]",
            en="You took eigenvalues. They depend on the bases; singular values don't.", zh="你取的是特征值，它们随基而变；奇异值才不变。"),
    ],
    variants=[
        Variant("sorted_already", "np.arccos(np.minimum(cosines, 1))", "np.sort(np.arccos(np.minimum(cosines, 1)))"),
        Variant("one_turned_round", "    QA, _", "    A = -A\n    QA, _"),
        Variant("other_turned_round", "    QA, _", "    B = -B\n    QA, _"),
        Variant("one_twice_as_long", "    QA, _", "    A = 2 * A\n    QA, _"),
        Variant("other_twice_as_long", "    QA, _", "    B = 2 * B\n    QA, _"),
        Variant("exchanged", "    QA, _", "    A, B = B, A\n    QA, _"),
        Variant("clipped", "np.minimum(cosines, 1)", "np.clip(cosines, 0, 1)"),
        Variant("bases_by_svd", "QB, _ = np.linalg.qr(B.T)", "QB = np.linalg.svd(B.T, full_matrices=False)[0]"),
    ],
)
