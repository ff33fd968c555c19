# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Gradient, Group, Mistake, Variant, variant
from reference import semi_supervised

from chapter import WIDE, classifier, drawn_by, entropy, entropy_grad, every_class, normal, one_hot, softmax, words

# %% [markdown] lang="en"
# ### {n} Its gradient
#
# Both terms depend on the parameters through scores, $z=xW+b$. Whatever the gradient $G$ by the scores (N, K) is, the one by $W$ is $X^\top G$ and the one by $b$ the column sums of $G$. For labeled samples $G=p-\text{one-hot}(y)$; for unlabeled ones you have just derived it.
# %% [markdown] lang="zh" of="8b40"
# ### {n} 它的梯度
#
# 两项都是通过得分 $z=xW+b$ 依赖于参数的。不论对得分的梯度 $G$ (N, K) 是什么，对 $W$ 的梯度就是 $X^\top G$，对 $b$ 的梯度就是 $G$ 各列之和。有标签的样本 $G=p-\text{独热}(y)$；无标签样本的，你刚刚推导出来了。
# %% answer="entropy_reg_grad"
def entropy_reg_grad(W, b, Xl, yl, Xu, lam):
    """Gradient of `entropy_reg_loss` with respect to W and b.

    The same arguments.  Returns (dW, db), of the shapes of W and b.
    """
    ### BEGIN SOLUTION
    X = np.vstack([Xl, Xu])
    labeled = softmax(Xl @ W + b) - one_hot(yl, len(b))
    G = np.vstack([labeled, lam * entropy_grad(Xu @ W + b)])  # (N + M, K)
    return X.T @ G, G.sum(axis=0)
    ### END SOLUTION


# %% [markdown] docstring="entropy_reg_grad" lang="zh" of="72c2"
# `entropy_reg_loss` 对 W 和 b 的梯度。
#
# 参数与它相同。返回 (dW, db)，形状与 W 和 b 相同。
# %% [markdown] why="entropy_reg_grad" lang="en"
# Stack the samples, and the gradients by their scores in the same order: then one product serves both kinds, and $\lambda$ touches the rows of
# the unlabeled ones alone. Everything that is special about this loss is in `G`; from there on it is softmax regression.
# %% [markdown] why="entropy_reg_grad" lang="zh" of="adeb"
# 把样本摞起来，对得分的梯度也按同样的次序摞起来：一次乘积就管住两种样本，而 $\lambda$ 只碰无标签的那些行。这个损失的特别之处全在 `G` 里，往后就是普通的 softmax 回归。
# %% grading="entropy_reg_grad"
def both(rng, n, m, d, k):
    return {**classifier(rng, d, k), "Xl": normal(rng, n, d), "yl": every_class(rng, n, k), "Xu": normal(rng, m, d)}


def grad_cases(rng):
    yield Case("typical", zh="一般数据", **both(rng, 4, 6, 2, 3), lam=round(rng.uniform(0.3, 0.8), 2))


def edge_cases(rng):
    yield Case("no unlabeled samples", zh="没有无标签样本", **both(rng, 3, 0, 3, 2), lam=1.0)
    yield Case("one feature", zh="只有一个特征", **both(rng, 2, 3, 1, 2), lam=2.0)


def wide_cases(rng):
    yield Case("many weights", zh="很多权重", public=False, seed=int(rng.integers(2**31)))


def wide_gradient(impl, case):
    """Projections of the gradient by 60,000 weights, made here so that banks stay small."""
    rng = np.random.default_rng(case.seed)
    W, b = rng.normal(size=(200, 300)) / 14, rng.normal(size=300)
    Xl, yl, Xu = rng.normal(size=(20, 200)), rng.integers(300, size=20), rng.normal(size=(30, 200))
    dW, db = impl.entropy_reg_grad(W, b, Xl, yl, Xu, 0.5)
    return rng.normal(size=(4, 60300)) @ np.concatenate([np.ravel(dW), np.ravel(db)]) / 100


def loss_at(impl, case):
    Z, Zu = case.Xl @ case.W + case.b, case.Xu @ case.W + case.b
    P = np.exp(Zu - np.logaddexp.reduce(Zu, axis=1)[:, None])
    known = np.sum(np.logaddexp.reduce(Z, axis=1) - Z[np.arange(len(case.yl)), case.yl])
    return known - case.lam * np.sum(P * np.log(P))


@variant
def sample_by_sample(W, b, Xl, yl, Xu, lam):
    dW, db = np.zeros(np.shape(W)), np.zeros(len(b))
    for x, y in zip(Xl, yl):
        z = x @ W + b
        g = np.exp(z - np.logaddexp.reduce(z)) - np.eye(len(b))[y]
        dW, db = dW + np.outer(x, g), db + g
    for x in Xu:
        logs = x @ W + b - np.logaddexp.reduce(x @ W + b)
        g = lam * np.exp(logs) * (np.exp(logs) @ logs - logs)
        dW, db = dW + np.outer(x, g), db + g
    return dW, db


Exercise(
    points=2, reference=semi_supervised.entropy_reg_grad, cases=grad_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    seconds=1.5, gradient=Gradient(of=loss_at, wrt=("W", "b")),
    groups=[Group("edge", edge_cases), Group("wide", wide_cases, observe=wide_gradient, **WIDE)],
    mistakes=[
        Mistake("entropy_rewarded", "lam * entropy_grad", "-lam * entropy_grad",
            en="The entropy enters with the wrong sign: this step makes the model less decided.", zh="熵那一项符号反了：这样走一步，模型反而更拿不定主意。"),
        Mistake("lam_forgotten", "lam * entropy_grad", "entropy_grad",
            en="The factor lam is missing.", zh="漏了系数 lam。"),
        Mistake("labels_forgotten", " - one_hot(yl, len(b))", "",
            en="For the labeled samples you have the probabilities alone: the one-hot label is subtracted from them.", zh="有标签的样本只有概率：还要减去独热标签。"),
        Mistake("lam_for_both", "np.vstack([labeled, lam * entropy_grad(Xu @ W + b)])", "lam * np.vstack([labeled, entropy_grad(Xu @ W + b)])",
            en="lam multiplies the entropy alone, not the cross-entropy.", zh="lam 只乘熵，不乘交叉熵。"),
        Mistake("mean_for_sum", "return X.T @ G, G.sum(axis=0)", "return X.T @ G / len(X), G.mean(axis=0)",
            en="You divide by the number of samples. The loss is a SUM.", zh="你除以了样本数。损失是**求和**。"),
        Mistake("biases_by_the_labeled", "G.sum(axis=0)", "labeled.sum(axis=0)",
            en="db has lost the unlabeled samples: the biases serve them as well.", zh="db 漏了无标签样本：偏置也为它们服务。"),
        Mistake("soft_labels_for_entropy", "lam * entropy_grad(Xu @ W + b)", "0.0 * entropy_grad(Xu @ W + b)",
            en="Your unlabeled samples do not pull at all. Their own probabilities, taken as constant labels, give a zero; the entropy is differentiated through them.",
            zh="无标签样本一点拉力也没有。把它们自己的概率当作常数标签，得到的就是零；熵要连概率一起求导。"),
        Mistake("hard_labels_for_entropy", "lam * entropy_grad(Xu @ W + b)", "lam * (softmax(Xu @ W + b) - one_hot(np.argmax(Xu @ W + b, axis=1), len(b)))",
            en="This is the gradient for hard pseudo-labels. The entropy's is another: it is 0 where the model is quite undecided, and soft.",
            zh="这是用硬伪标签时的梯度。熵的梯度不是这样：在完全拿不定主意的地方，它是 0。"),
    ],
    variants=[Variant("two_products", "return X.T @ G, G.sum(axis=0)", "return Xl.T @ labeled + Xu.T @ G[len(Xl) :], G.sum(axis=0)")],
)


# %% [markdown] lang="en"
# Four labels and 200 samples without any; your gradient walks downhill, 400 steps, once with $\lambda=0$ and once with a little entropy. The shade is the probability of the second class; the line is where it is ½.
#
# You should see: on the left the boundary takes the middle between the four labels and cuts straight through a crowd. In the middle it has been pushed out of the crowd into the gap: every undecided sample costs something, so the boundary goes where there are fewest of them. On the far right, how undecided the model is on average, step by step.
# %% [markdown] lang="zh" of="f376"
# 四个标签，200 个无标签样本；用你的梯度往下坡走 400 步，一次取 $\lambda=0$，一次加一点熵。底色是第二类的概率，线是概率等于 ½ 的地方。
#
# 你应该看到：左边，边界取了四个标签的正中间，径直从人群里穿过。中间，它被从人群里推了出去，停在空隙中：每个拿不定主意的样本都要付出代价，所以边界往样本最少的地方走。最右边是模型平均有多拿不定主意，逐步的变化。
# %% demo="pushed_into_the_gap"
@drawn_by("entropy", "entropy_reg_grad")
def pushed_into_the_gap(plt):
    rng = np.random.default_rng(2)
    truth = np.repeat([0, 1], 100)
    Xu = rng.normal(size=(200, 2)) * [0.55, 1.5] + np.array([[-1.5, 0.0], [1.5, 0.0]])[truth]
    Xl, yl = np.array([[-1.9, 1.8], [-1.2, 2.3], [0.9, -1.7], [1.4, 0.3]]), np.array([0, 0, 1, 1])
    grid = np.stack(np.meshgrid(np.linspace(-4, 4, 161), np.linspace(-4.5, 4.5, 161)), axis=-1)
    _, axes = plt.subplots(1, 3, figsize=(12, 3.8), layout="constrained")
    for ax, lam, color in zip(axes, (0.0, 0.05), ("#000000", "#009E73")):
        W, b, undecided = np.zeros((2, 2)), np.zeros(2), []
        for _ in range(400):
            dW, db = entropy_reg_grad(W, b, Xl, yl, Xu, lam)
            W, b = W - 0.1 * np.asarray(dW), b - 0.1 * np.asarray(db)
            undecided.append(np.mean(entropy(softmax(Xu @ W + b))))
        P = softmax(grid.reshape(-1, 2) @ W + b)[:, 1].reshape(161, 161)
        ax.imshow(P, extent=(-4, 4, -4.5, 4.5), origin="lower", cmap="coolwarm", alpha=0.35, vmin=0, vmax=1, aspect="auto")
        ax.contour(grid[..., 0], grid[..., 1], P, [0.5], colors=color)
        ax.scatter(*Xu.T, s=8, color="#777777")
        ax.scatter(*Xl.T, s=110, color=["#0072B2" if label == 0 else "#D55E00" for label in yl], edgecolor="#000000", zorder=3)
        right = np.mean((Xu @ W + b).argmax(axis=1) == truth)
        ax.set_title(words(en=f"λ = {lam}: {right:.0%} right", zh=f"λ = {lam}：对 {right:.0%}"))
        axes[2].plot(undecided, color=color, label=f"λ = {lam}")
    axes[2].set(xlabel=words(en="step", zh="步数"), title=words(en="mean entropy of unlabeled samples", zh="无标签样本的平均熵"))
    axes[2].legend(frameon=False)
    axes[2].spines[["top", "right"]].set_visible(False)
    plt.show()
