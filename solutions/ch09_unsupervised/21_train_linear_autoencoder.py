# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, tools, variant
from reference import unsupervised

from chapter import X_digits, drawn_by, normal, pca_eig, principal_angles, reconstruction_error, stretched, tied_grad, words

# %% [markdown] lang="en"
# ## {n} A net that finds PCA by itself
#
# Now train it: plain gradient descent with your `tied_grad`, from a given start. Nobody tells the net about covariances or eigenvectors; it only tries to say its input again through $M$ numbers.
#
# The data come as they are, so center them first. Write down the error before the first step and after each: `n_steps + 1` numbers.
#
# **By hand.** One feature, samples $1$ and $3$, $W_0=0.5$. Centered: $-1$ and $1$. Error: $(1-0.25)^2\cdot1=0.5625$. Gradient: $-2\,(0.5\cdot0.75+0.75\cdot0.5)=-1.5$. With $\eta=0.1$: $W=0.65$, error $(1-0.4225)^2=0.3335$. So `errors` is $[0.5625,\,0.3335]$ after one step.
#
# Where will it end? Baldi and Hornik (1989) proved that the loss of a linear autoencoder has no bad valleys: every minimum spans the same subspace as the first $M$ principal components, and all other critical points are saddles. The figure below the check shows it happen.
# %% [markdown] lang="zh" of="73c4"
# ## {n} 自己找到 PCA 的网络
#
# 现在来训练它：用你的 `tied_grad` 做最朴素的梯度下降，初值给定。没有人告诉网络什么是协方差、什么是特征向量，它只是努力用 $M$ 个数把输入再说一遍。
#
# 传进来的数据没有处理过，所以先中心化。第一步之前和每一步之后都记下误差：一共 `n_steps + 1` 个数。
#
# **手算。** 一个特征，样本 $1$ 和 $3$，$W_0=0.5$。中心化后为 $-1$ 和 $1$。误差 $(1-0.25)^2\cdot1=0.5625$。梯度 $-2\,(0.5\cdot0.75+0.75\cdot0.5)=-1.5$。取 $\eta=0.1$：$W=0.65$，误差 $(1-0.4225)^2=0.3335$。所以走一步之后 `errors` 是 $[0.5625,\,0.3335]$。
#
# 它会停在哪里？Baldi 与 Hornik（1989）证明了：线性自编码器的损失没有坏的山谷，每个最小点张成的子空间都与前 $M$ 个主成分相同，其余的临界点都是鞍点。检查单元格下面的图画出了这个过程。
# %% answer="train_linear_autoencoder"
def train_linear_autoencoder(X, W0, lr, n_steps):
    """Train a tied linear autoencoder on the centered samples by gradient descent.

    X (N, D), not centered yet; W0 (M, D) the first weights; lr the learning rate; n_steps ≥ 0.  Returns (W, errors): the
    last weights (M, D), and the n_steps + 1 errors, MEANS over samples of ‖x − WᵀW x‖² for centered x, at the start and
    after each step.
    """
    ### BEGIN SOLUTION
    Xc, W, errors = X - X.mean(axis=0), W0, []
    for i in range(n_steps + 1):
        errors.append(np.mean(np.sum((Xc - Xc @ W.T @ W) ** 2, axis=1)))
        if i < n_steps:
            W = W - lr * tied_grad(W, Xc)
    return W, np.array(errors)
    ### END SOLUTION


# %% [markdown] docstring="train_linear_autoencoder" lang="zh" of="4475"
# 在中心化的样本上，用梯度下降训练权重绑定的线性自编码器。
#
# X (N, D)，尚未中心化；W0 (M, D) 是初始权重；lr 是学习率；n_steps ≥ 0。返回 (W, errors)：最后的权重 (M, D)；
# 以及 n_steps + 1 个误差，即对中心化的 x，‖x − WᵀW x‖² 对样本的平均，出发时和每一步之后各一个。
# %% [markdown] why="train_linear_autoencoder" lang="en"
# Each error is written down before the step, so the first one belongs to `W0` and the last one to the `W` that is
# returned. `W = W - …` makes a new array; `W -= …` would train the caller's `W0` along.
# %% [markdown] why="train_linear_autoencoder" lang="zh" of="881b"
# 误差在走步之前记下，第一个就属于 `W0`，最后一个属于返回的 `W`。`W = W - …` 建的是新数组；写 `W -= …`，调用者的 `W0` 就跟着一起训练了。
# %% grading="train_linear_autoencoder"
def start(rng, n, d, m, steps):
    return {"X": stretched(rng, n, d), "W0": (normal(rng, m, d) * 0.4).round(2), "lr": 0.01, "n_steps": steps}


def step_cases(rng):
    yield Case("three steps", zh="走三步", **start(rng, 6, 3, 2, 3))
    yield Case("one step", zh="走一步", **start(rng, 7, 4, 2, 1))


def edge_cases(rng):
    yield Case("no step", zh="一步不走", **start(rng, 5, 3, 1, 0))
    yield Case("one component", zh="一个主成分", **start(rng, 5, 2, 1, 2))


def long_cases(rng):
    """A cloud of standard deviations 2, 1.5, 0.5 and 0.3 whose sample is exactly of that shape."""
    U = np.linalg.qr(rng.normal(size=(12, 5)) @ np.diag([1, 1, 1, 1, 1]))[0]
    U = np.linalg.qr(U - U.mean(axis=0))[0][:, :4] * 12**0.5
    turn = np.linalg.qr(rng.normal(size=(4, 4)))[0]
    X = U @ np.diag([2, 1.5, 0.5, 0.3]) @ turn + rng.uniform(1, 3, size=4)
    yield Case("a long way", zh="走很远", public=False, X=X, W0=rng.normal(size=(2, 4)) * 0.3, lr=0.05, n_steps=200)


def arrived(impl, case):
    """The projector on the subspace that was found, and the last error: those of PCA."""
    W, errors = impl.train_linear_autoencoder(case.X, case.W0, case.lr, case.n_steps)
    return {"subspace": tools.projector(np.transpose(W)), "last error": errors[-1]}


@variant
def while_counting(X, W0, lr, n_steps):
    def error(W):
        return sum(float(np.sum((x - W.T @ (W @ x)) ** 2)) for x in Xc) / len(Xc)

    Xc = X - np.mean(X, axis=0)
    W = np.array(W0, dtype=float)
    errors = [error(W)]
    while len(errors) <= n_steps:
        W -= lr * tied_grad(W, Xc)
        errors.append(error(W))
    return W, errors


Exercise(
    points=2, reference=unsupervised.train_linear_autoencoder, cases=step_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases), Group("far", long_cases, observe=arrived, en="The subspace of PCA", zh="PCA 的子空间")],
    mistakes=[
        Mistake("not_centered", "X - X.mean(axis=0)", "X",
            en="You did not center the data: the first direction that the net learns is then that of the mean.",
            zh="你没有把数据中心化：网络学到的第一个方向就成了均值的方向。"),
        Mistake("ascent", "W - lr", "W + lr",
            en="The error rises: you walk along the gradient. Walk against it.", zh="误差在上升：你沿着梯度走了。应当朝相反的方向走。"),
        Mistake("errors_after_the_step", "        errors.append(np.mean(np.sum((Xc - Xc @ W.T @ W) ** 2, axis=1)))\n        if i < n_steps:\n            W = W - lr * tied_grad(W, Xc)\n",
            "        if i < n_steps:\n            W = W - lr * tied_grad(W, Xc)\n        errors.append(np.mean(np.sum((Xc - Xc @ W.T @ W) ** 2, axis=1)))\n",
            en="The first error is taken after a step already. It belongs to W0.", zh="第一个误差已经是走过一步之后的了。它应当属于 W0。"),
        Mistake("gradient_of_the_start", "tied_grad(W, Xc)", "tied_grad(W0, Xc)",
            en="Every step uses the gradient at W0. Compute it anew where you stand.", zh="每一步用的都是 W0 处的梯度。要在当前的位置重新计算。"),
        Mistake("steps_lost", "            W = W - lr * tied_grad(W, Xc)\n", "            W - lr * tied_grad(W, Xc)\n",
            en="The weights never change: the step is computed and not kept.", zh="权重一直没变：步子算出来了，却没有存下来。"),
        Mistake("one_step_too_many", "if i < n_steps:", "if i <= n_steps:",
            en="You take one step more than asked for, after the last error.", zh="记下最后一个误差之后，你又多走了一步。"),
        Mistake("error_summed", "np.mean(np.sum((Xc - Xc @ W.T @ W) ** 2, axis=1))", "np.sum((Xc - Xc @ W.T @ W) ** 2)",
            en="Your errors are SUMS over the samples. They are MEANS.", zh="你的误差对样本求了和。应当取平均。"),
        Mistake("orthonormal_after_each_step", "W = W - lr * tied_grad(W, Xc)", "W = np.linalg.qr((W - lr * tied_grad(W, Xc)).T)[0].T",
            en="You made the rows orthonormal after each step. Leave that to the net: it gets there by itself.",
            zh="你在每一步之后把各行变成单位正交。这件事交给网络：它自己会走到那里。"),
        Mistake("start_changed_in_place", "            W = W - lr * tied_grad(W, Xc)\n", "            W -= lr * tied_grad(W, Xc)\n",
            en="`-=` writes into the caller's W0. Make a new array.", zh="`-=` 改写了调用者的 W0。请生成新的数组。"),
    ],
    variants=[
        Variant("difference_turned", "Xc, W, errors = X - X.mean(axis=0)", "Xc, W, errors = X.mean(axis=0) - X"),
        Variant("turned_round", "    Xc, W, errors", "    X = -X\n    Xc, W, errors"),
        Variant("list_of_errors", "np.array(errors)", "errors"),
        Variant("norms", "np.mean(np.sum((Xc - Xc @ W.T @ W) ** 2, axis=1))", "np.linalg.norm(Xc - Xc @ W.T @ W) ** 2 / len(Xc)"),
    ],
)
# %% [markdown] lang="en"
# **Does it find PCA?** Your net with four hidden neurons on the digits, against your `pca_eig`: the error, and the four principal angles between what the two have found.
# %% [markdown] lang="zh" of="c041"
# **它找到 PCA 了吗？** 在手写数字上，让你的四个隐藏神经元的网络与你的 `pca_eig` 相比：左边是误差，右边是两者找到的子空间之间的四个主角。
# %% demo="towards_pca"
@drawn_by("train_linear_autoencoder", "tied_grad", "pca_eig", "principal_angles", "reconstruction_error")
def towards_pca(plt):
    rng = np.random.default_rng(0)
    mean, W_pca, _ = pca_eig(X_digits, 4)
    W, angles, errors, steps = rng.normal(size=(4, 64)) * 0.05, [], [], []
    for step in range(0, 600, 20):
        angles.append(np.degrees(principal_angles(W, W_pca)))
        W, found = train_linear_autoencoder(X_digits, W, 0.05, 20)
        errors.append(found[0])
        steps.append(step)
    _, (left, right) = plt.subplots(1, 2, figsize=(10.5, 3.9), layout="constrained")
    left.plot(steps, errors, color="#0072B2", lw=2, label=words(en="your net", zh="你的网络"))
    left.axhline(reconstruction_error(X_digits, mean, W_pca), color="#D55E00", ls="--", label="PCA")
    left.set(xlabel=words(en="step", zh="步数"), ylabel=words(en="error", zh="误差"))
    left.legend(frameon=False)
    for m, color in enumerate(("#009E73", "#E69F00", "#0072B2", "#D55E00")):
        right.plot(steps, np.array(angles)[:, m], color=color, lw=2)
    right.set(xlabel=words(en="step", zh="步数"), ylabel=words(en="principal angles in degrees", zh="主角（度）"), ylim=(0, 90))
    plt.show()


# %% [markdown] lang="en"
# What you should see. Left: the error falls to the dashed line of PCA, and never below it. Right: the four angles begin between 65 and 90 degrees, since a random subspace of 64 dimensions has little to do with the digits, and fall to 0: three of them within a hundred steps, the last within four hundred. (It waits for the fourth component, whose variance exceeds the fifth one's by least.) The net has found the subspace of PCA without being told.
# %% [markdown] lang="zh" of="6656"
# 你应当看到：左图，误差降到 PCA 的虚线，但不会更低；右图，四个角从 65 到 90 度之间开始（64 维空间里随机的子空间与数字没多大关系），然后降到 0：其中三个不到一百步，最后一个要四百步左右。（它在等第四主成分，第四、第五两个方差相差最小。）没有人告诉它，网络自己找到了 PCA 的子空间。
