# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Gradient, Group, Mistake, Variant, variant
from reference import semi_supervised

from chapter import WIDE, graph, laplacian, normal

# %% [markdown] lang="en"
# ### {n} Right where labels are, smooth everywhere
#
# Put smoothness into a loss (§9.6):
#
# $$\mathcal L(f)=\sum_{i\,\text{labeled}}(f_i-y_i)^2+\lambda\,f^\top\Delta f .$$
#
# Here the $f_i$ themselves are what is learned; if a network computes them, backpropagation carries this gradient on to its weights. Write the gradient with respect to $f$. For a symmetric matrix $\nabla_f\,f^\top\Delta f=2\Delta f$: where does the 2 come from?
#
# `labeled` is an array of ones and zeros; `y` is 0 where it is 0, and that 0 is no label.
#
# **By hand.** On the graph of {ref:laplacian} with $f=(1,1,0)$, labels $y_0=0$ alone, $\lambda=1$: the first term gives $(2,0,0)$, and $2\Delta f=2\,(0,1,-1)$, together $(2,2,-2)$. A step downhill pulls $f_0$ towards its label and $f_2$ towards its neighbor.
# %% [markdown] lang="zh" of="6300"
# ### {n} 有标签处要对，处处要光滑
#
# 把光滑程度放进损失（§9.6）：
#
# $$\mathcal L(f)=\sum_{i\,\text{有标签}}(f_i-y_i)^2+\lambda\,f^\top\Delta f .$$
#
# 这里要学的就是 $f_i$ 本身；如果 $f_i$ 由网络算出，反向传播会把这个梯度继续传给网络的权重。请写出对 $f$ 的梯度。对称矩阵有 $\nabla_f\,f^\top\Delta f=2\Delta f$：那个 2 是从哪里来的？
#
# `labeled` 是由 1 和 0 组成的数组；它为 0 的地方，`y` 也填 0，但那个 0 不是标签。
#
# **手算。** {ref:laplacian} 的图上，$f=(1,1,0)$，只有 $y_0=0$ 这一个标签，$\lambda=1$：第一项给出 $(2,0,0)$，$2\Delta f=2\,(0,1,-1)$，合计 $(2,2,-2)$。往下坡走一步，$f_0$ 被拉向它的标签，$f_2$ 被拉向它的邻居。
# %% answer="graph_reg_grad"
def graph_reg_grad(A, f, y, labeled, lam):
    """Gradient by f of the SUM of (f − y)² over labeled samples plus lam times the smoothness.

    A (N, N) symmetric; f (N,); y (N,), labeled (N,) of 1 and 0; lam ≥ 0.  Returns (N,).
    """
    ### BEGIN SOLUTION
    return 2 * labeled * (f - y) + 2 * lam * (laplacian(A) @ f)
    ### END SOLUTION


# %% [markdown] docstring="graph_reg_grad" lang="zh" of="308b"
# 有标签处 (f − y)² 之和，加上 lam 乘以光滑程度，对 f 的梯度。
#
# A (N, N) 对称；f (N,)；y (N,)，labeled (N,) 由 1 和 0 组成；lam ≥ 0。返回 (N,)。
# %% [markdown] why="graph_reg_grad" lang="en"
# `labeled` switches the first term off where nobody has said anything, so the 0 that stands there in `y` never pulls. The second
# term acts on everybody: at its minimum each sample without a label is the weighted mean of its neighbors.
# %% [markdown] why="graph_reg_grad" lang="zh" of="5d3c"
# 没有标签的地方，`labeled` 把第一项关掉，`y` 里占位的 0 就不会拉人。第二项对所有样本起作用：到了最小处，每个没有标签的样本都是邻居的加权平均。
# %% grading="graph_reg_grad"
def partly(rng, n, known):
    labeled = rng.permutation(np.arange(n) < known).astype(float)
    return {"A": graph(rng, n), "f": normal(rng, n), "y": labeled * rng.choice([-1.0, 1.0], size=n), "labeled": labeled}


def grad_cases(rng):
    yield Case("typical", zh="一般数据", **partly(rng, 5, 2), lam=round(rng.uniform(0.3, 0.8), 2))


def edge_cases(rng):
    yield Case("no labels", zh="没有标签", **partly(rng, 4, 0), lam=1.5)
    yield Case("λ = 0", zh="λ = 0", **partly(rng, 3, 2), lam=0.0)


def wide_cases(rng):
    yield Case("many samples", zh="很多样本", public=False, seed=int(rng.integers(2**31)))


def wide_gradient(impl, case):
    """Projections of the gradient by 1,200 labels, made here so that banks stay small."""
    rng = np.random.default_rng(case.seed)
    A = rng.uniform(size=(1200, 1200)) * (rng.uniform(size=(1200, 1200)) < 0.1)
    A, labeled = np.triu(A, 1) + np.triu(A, 1).T, (rng.uniform(size=1200) < 0.2) * 1.0
    grad = impl.graph_reg_grad(A, rng.normal(size=1200), labeled * rng.choice([-1.0, 1.0], size=1200), labeled, 0.1)
    return rng.normal(size=(4, 1200)) @ np.ravel(grad) / 100


def loss_at(impl, case):
    differences = case.f[:, None] - case.f
    return np.sum(case.labeled * (case.f - case.y) ** 2) + case.lam * np.sum(case.A * differences**2) / 2


@variant
def pair_by_pair(A, f, y, labeled, lam):
    pull = [2 * mark * (value - truth) for mark, value, truth in zip(labeled, f, y)]
    return [p + 2 * lam * np.sum(row * (value - f)) for p, row, value in zip(pull, A, f)]


@variant
def one_matrix(A, f, y, labeled, lam):
    return 2 * ((np.diag(labeled) + lam * np.diag(np.sum(A, axis=0)) - lam * A) @ f - labeled * y)


Exercise(
    points=2, reference=semi_supervised.graph_reg_grad, cases=grad_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    seconds=1.5, gradient=Gradient(of=loss_at, wrt=("f",)),
    groups=[Group("edge", edge_cases), Group("wide", wide_cases, observe=wide_gradient, **WIDE)],
    mistakes=[
        Mistake("two_of_the_laplacian", "2 * lam * (laplacian(A) @ f)", "lam * (laplacian(A) @ f)",
            en="The 2 of the quadratic form is missing: f stands in fᵀΔf twice.", zh="漏了二次型的 2：f 在 fᵀΔf 里出现了两次。"),
        Mistake("two_of_the_square", "2 * labeled * (f - y)", "labeled * (f - y)",
            en="The 2 of the square is missing.", zh="漏了平方求导的 2。"),
        Mistake("blanks_are_labels", "2 * labeled * (f - y)", "2 * (f - y)",
            en="Samples without a label are pulled towards 0, as if that were their label.", zh="没有标签的样本被拉向 0，好像 0 是它们的标签似的。"),
        Mistake("wrong_way", "(f - y)", "(y - f)",
            en="The pull of the labels has the wrong sign: a step downhill would lead away from them.", zh="标签的拉力符号反了：往下坡走反而会远离标签。"),
        Mistake("lam_forgotten", "2 * lam * (laplacian", "2 * (laplacian",
            en="The factor lam is missing.", zh="漏了系数 lam。"),
        Mistake("weights_for_laplacian", "laplacian(A) @ f", "A @ f",
            en="You multiplied by the weights. The Laplacian is diag(d) − A.", zh="你乘的是权重矩阵。拉普拉斯矩阵是 diag(d) − A。"),
        Mistake("labeled_are_rough", "2 * lam * (laplacian(A) @ f)", "2 * lam * (1 - labeled) * (laplacian(A) @ f)",
            en="Labeled samples feel nothing of their neighbors with you. Smoothness is about all samples.", zh="有标签的样本感觉不到邻居了。光滑是对所有样本说的。"),
        Mistake("mean_for_sum", "2 * labeled * (f - y)", "2 * labeled * (f - y) / max(labeled.sum(), 1)",
            en="You divide by the number of labels. The loss has the SUM.", zh="你除以了标签的个数。损失是**求和**。"),
    ],
    variants=[
        Variant("y_is_masked_already", "labeled * (f - y)", "(labeled * f - y)"),
        Variant("symmetric", "laplacian(A) @ f", "f @ laplacian(A)"),
        Variant("transposed", "laplacian(A) @ f", "np.swapaxes(laplacian(A), 0, 1) @ f"),
        Variant("other_order", "2 * labeled * (f - y) + 2 * lam * (laplacian(A) @ f)", "2 * lam * (laplacian(A) @ f) - 2 * labeled * (y - f)"),
        Variant("ones_are_their_squares", "    return 2", "    labeled = labeled**2\n    return 2"),
    ],
)
