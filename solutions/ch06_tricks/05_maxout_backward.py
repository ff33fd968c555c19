# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Gradient, Group, Mistake, Variant, mistake, variant
from reference import tricks

from chapter import WIDE, nonzero, pieces, seed

# %% [markdown] lang="en"
# ## {n} Maxout, backward
#
# A maximum is the simplest thing to differentiate. The winning piece passes the gradient on as it is; the others were not heard, so moving them a little changes nothing:
#
# $$dS_{jnm} = \begin{cases} dA_{nm} & \text{piece } j \text{ won for sample } n \text{ and neuron } m\\ 0 & \text{else}\end{cases}$$
#
# From there each piece is an ordinary affine layer, and chapter 4 knows the way: $dW_j = X^\top dS_j$, $db_j = \sum_n dS_{jn}$, $dX = \sum_j dS_j W_j^\top$. $dW_j$ and $db_j$ are **SUM**s over the samples. $dX$ has a row for each sample and is a SUM over the pieces, since the same $x$ went into all of them.
#
# **Ties.** If two pieces are equally great there is a kink. Any way of sharing $dA$ between the winners is a subgradient: all to the first, half to each. What is wrong is to give the whole of it to *each* of them.
#
# **By hand.** The tub of {ref:maxout_forward}, two samples $x = (2, 0)$, $dA = (5, 7)$: piece 1 wins for the first sample, piece 3 for the second. So $dW = (5\cdot 2,\ 0,\ 7\cdot 0) = (10, 0, 0)$, $db = (5, 0, 7)$, $dX = (5\cdot 1,\ 7\cdot 0) = (5, 0)$.
# %% [markdown] lang="zh" of="bc7b"
# ## {n} Maxout 的反向
#
# 最大值是最容易求导的东西。胜出的那一段把梯度原样传下去；其余各段没有发言，稍微动一动它们，结果也不会变：
#
# $$dS_{jnm} = \begin{cases} dA_{nm} & j = j^*\\ 0 & j \ne j^*\end{cases}$$
#
# 其中 $j^*$ 是对样本 $n$、神经元 $m$ 胜出的那一段。
#
# 再往下，每一段都是普通的仿射层，第四章已经走过：$dW_j = X^\top dS_j$，$db_j = \sum_n dS_{jn}$，$dX = \sum_j dS_j W_j^\top$。$dW_j$ 和 $db_j$ 对样本**求和**；$dX$ 每个样本一行，对各段**求和**，因为同一个 $x$ 进了每一段。
#
# **并列。** 如果有两段同样大，那里就是折点。把 $dA$ 在胜者之间怎样分都是次梯度：全给第一个，或者各得一半。错误的做法是给**每个**胜者都发一整份。
#
# **手算。** 用 {ref:maxout_forward} 的浴盆，两个样本 $x = (2, 0)$，$dA = (5, 7)$：第一个样本由第 1 段胜出，第二个样本由第 3 段胜出。于是 $dW = (5\cdot 2,\ 0,\ 7\cdot 0) = (10, 0, 0)$，$db = (5, 0, 7)$，$dX = (5\cdot 1,\ 7\cdot 0) = (5, 0)$。
# %% answer="maxout_backward"
def maxout_backward(dA, X, W, b):
    """Gradients of the loss with respect to the input, the weights and the biases of a maxout layer.

    dA (N, M) is the gradient with respect to the output; X (N, D), W (k, D, M), b (k, M) as in the forward pass.
    Returns (dX, dW, db) of shapes (N, D), (k, D, M) and (k, M).  dW and db are SUMS over the N samples.
    """
    ### BEGIN SOLUTION
    scores = X @ W + b[:, None, :]  # (k, N, M)
    winner = np.argmax(scores, axis=0)  # (N, M)
    won = np.arange(len(W))[:, None, None] == winner  # (k, N, M), one winner each
    dS = np.where(won, dA, 0.0)  # (k, N, M)
    dW = X.T @ dS  # (k, D, M)
    db = np.sum(dS, axis=1)  # (k, M)
    dX = np.sum(dS @ W.transpose(0, 2, 1), axis=0)  # (N, D)
    return dX, dW, db
    ### END SOLUTION


# %% [markdown] docstring="maxout_backward" lang="zh" of="5440"
# 对一个 maxout 层，求损失对输入、权重和偏置的梯度。
#
# dA (N, M) 是损失对输出的梯度；X (N, D)、W (k, D, M)、b (k, M) 与前向时相同。
# 返回 (dX, dW, db)，形状为 (N, D)、(k, D, M)、(k, M)。dW 和 db 都对 N 个样本求和。
# %% [markdown] why="maxout_backward" lang="en"
# Comparing `argmax` with 0 … k − 1 marks exactly one piece per sample and neuron, so a tie cannot hand out the gradient twice, as `scores ==
# scores.max(0)` would. Behind `dS` there is no maximum any more: k affine layers, whose ways back to the same `X` add up.
# %% [markdown] why="maxout_backward" lang="zh" of="cb8a"
# 拿 `argmax` 与 0 … k − 1 比较，每个样本、每个神经元恰好标出一个片段；若写 `scores == scores.max(0)`，并列时梯度就会发两份。有了 `dS`，最大值的事就处理完了：剩下 k 个仿射层，它们通往同一个 `X` 的几条路要相加。
# %% grading="maxout_backward"
def backward_cases(rng):
    yield Case("three pieces", zh="三段", dA=nonzero(rng, 4, 2), **pieces(rng, 4, 2, 3, 2))
    yield Case("all sizes alike", zh="各个长度都相同", dA=nonzero(rng, 3, 3), **pieces(rng, 3, 3, 3, 3))


def edge_cases(rng):
    yield Case("one piece", zh="只有一段", public=False, dA=nonzero(rng, 4, 2), **pieces(rng, 4, 3, 1, 2))
    yield Case("one sample, one neuron", zh="一个样本，一个神经元", public=False, dA=nonzero(rng, 1, 1), **pieces(rng, 1, 3, 4, 1))


def tie_cases(rng):
    two = pieces(rng, 5, 3, 2, 2)
    twins = {"X": two["X"], "W": two["W"][[0, 0, 1]], "b": two["b"][[0, 0, 1]]}
    yield Case("two pieces alike", zh="有两段一模一样", dA=nonzero(rng, 5, 2), **twins)


def wide_cases(rng):
    yield Case("a wide layer", zh="很宽的一层", public=False, sizes=(8, 250, 4, 50), seed=seed(rng))


def loss_of_maxout(impl, case):
    return np.sum(case.dA * impl.maxout_forward(case.X, case.W, case.b))


def shares_added(impl, case):
    """The twins together: how they share is free, what they share is not."""
    dX, dW, db = impl.maxout_backward(case.dA, case.X, case.W, case.b)
    return {"dX": dX, "dW of the twins": dW[0] + dW[1], "db of the twins": db[0] + db[1], "dW of the other": dW[2], "db of the other": db[2]}


def wide_gradients(impl, case):
    """Their projections on four directions, made here so that banks stay small."""
    rng, (n, d, k, m) = np.random.default_rng(case.seed), case.sizes
    X, W, b, dA = rng.normal(size=(n, d)), rng.normal(size=(k, d, m)), rng.normal(size=(k, m)), rng.normal(size=(n, m))
    grads = impl.maxout_backward(dA, X, W, b)
    return [rng.integers(-2, 3, (4, np.size(grad))) * 0.5 @ np.ravel(grad) for grad in grads]


def shapes_of_backward(dA, X, W, b):
    return [np.shape(X), np.shape(W), np.shape(b)]


@mistake(
    en="For each neuron you let one piece win for the whole batch. Each sample has winners of its own.",
    zh="对每个神经元，你让整批样本共用一个胜出的段。每个样本有它自己的胜者。",
)
def one_winner_for_the_batch(dA, X, W, b):
    winner = np.argmax(np.sum(X @ W + b[:, None, :], axis=1), axis=0)
    dS = np.where(np.arange(len(W))[:, None, None] == winner, dA, 0.0)
    return np.sum(dS @ W.transpose(0, 2, 1), axis=0), X.T @ dS, np.sum(dS, axis=1)


@variant
def loop(dA, X, W, b):
    dX, dW, db = np.zeros(X.shape), np.zeros(W.shape), np.zeros(b.shape)
    for n, x in enumerate(X):
        for m in range(W.shape[2]):
            j = max(range(len(W)), key=lambda j: x @ W[j, :, m] + b[j, m])
            dW[j, :, m] += dA[n, m] * x
            db[j, m] += dA[n, m]
            dX[n] += dA[n, m] * W[j, :, m]
    return dX, dW, db


@variant
def shared_evenly(dA, X, W, b):
    scores = np.einsum("nd,kdm->knm", X, W) + b[:, None]
    best = scores == scores.max(axis=0)
    dS = dA * best / best.sum(axis=0)
    return np.einsum("knm,kdm->nd", dS, W), np.einsum("nd,knm->kdm", X, dS), dS.sum(axis=1)


Exercise(
    points=3, reference=tricks.maxout_backward, cases=backward_cases, shapes=shapes_of_backward, tolerance=CLOSED_FORM,
    accepts=("integers",), forbids=FROM_SCRATCH, gradient=Gradient(of=loss_of_maxout, wrt=("X", "W", "b")), seconds=1.5,
    groups=[
        Group("edge", edge_cases),
        Group("tie", tie_cases, observe=shares_added, en="Ties, shared in any way", zh="并列时，怎样分都行"),
        Group("wide", wide_cases, observe=wide_gradients, **WIDE),
    ],
    mistakes=[
        Mistake("gradient_to_all_pieces", "np.where(won, dA, 0.0)", "np.where(won | True, dA, 0.0)",
            en="Every piece gets the gradient. Only the winner was heard; what the others said had no effect.",
            zh="每一段都拿到了梯度。只有胜者发了言，其余各段说什么都不影响结果。"),
        Mistake("whole_share_for_each_winner", "    won = np.arange(len(W))[:, None, None] == winner  # (k, N, M), one winner each", "    won = scores == np.max(scores, axis=0)",
            en="Right as long as no two pieces tie. In a tie you give the whole gradient to each of the winners: together they may have it once.",
            zh="没有并列时是对的。并列时，你给每个胜者都发了一整份梯度：它们合起来只能得一份。"),
        Mistake("always_the_first_piece", "np.argmax(scores, axis=0)", "np.argmax(scores * 0, axis=0)",
            en="The first piece gets all gradients, also where another one won.",
            zh="梯度都给了第一段，哪怕胜出的是别的段。"),
        Mistake("smallest_piece", "np.argmax(scores", "np.argmin(scores",
            en="The gradient goes to the piece that lost. Look for the greatest score.",
            zh="梯度给了输掉的那一段。请找得分最大的。"),
        Mistake("bias_ignored_in_the_contest", "X @ W + b[:, None, :]", "X @ W",
            en="You choose the winner without the biases, but in the forward pass they took part.",
            zh="你选胜者时没有算偏置，可前向时偏置是参加比较的。"),
        Mistake("db_averaged", "np.sum(dS, axis=1)", "np.mean(dS, axis=1)",
            en="`db` is averaged over the samples. The loss is a SUM: add them up.",
            zh="`db` 对样本取了平均。损失是求和，应当加起来。"),
        Mistake("dw_averaged", "X.T @ dS", "X.T @ dS / len(X)",
            en="`dW` is divided by the number of samples. The loss is a SUM.",
            zh="`dW` 除以了样本数。损失是求和。"),
        Mistake("dx_of_one_piece", "np.sum(dS @ W.transpose(0, 2, 1), axis=0)", "(dS @ W.transpose(0, 2, 1))[0]",
            en="In `dX` only the first piece counts. The same x went into all pieces: add up what each sends back.",
            zh="`dX` 只算了第一段。同一个 x 进了每一段，要把各段传回来的加起来。"),
        Mistake("dx_averaged_over_pieces", "np.sum(dS @ W.transpose(0, 2, 1), axis=0)", "np.mean(dS @ W.transpose(0, 2, 1), axis=0)",
            en="In `dX` you average over the pieces. Effects along several paths add up.",
            zh="`dX` 对各段取了平均。几条路径上的影响应当相加。"),
        Mistake("activation_for_slope", "np.where(won, dA, 0.0)", "np.where(won, dA * scores, 0.0)",
            en="The gradient is multiplied by the winner's score. The slope of the maximum with respect to the winner is 1.",
            zh="梯度乘上了胜者的得分。最大值对胜者的斜率是 1。"),
    ],
    variants=[
        Variant("float32", "return dX, dW, db", "return dX.astype(np.float32), dW.astype(np.float32), db.astype(np.float32)"),
        Variant("as_many_biases_as_pieces", "np.arange(len(W))", "np.arange(len(b))"),
    ],
)
