# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import rnn

from chapter import normal, weights

# %% [markdown] lang="en"
# ## {n} The Jordan network: a memory of its last answer
#
# The other network of §8.2 remembers what it *said*: the **output** of the step before goes in again.
#
# $$h_t = \tanh\bigl(x_t W_x + y_{t-1} W_h + b_h\bigr),\qquad y_t = h_t W_y + b_y,$$
#
# beginning with $y_0$, an argument. Mind the shapes: what comes back has $K$ numbers, so $W_h$ is now $(K, H)$.
#
# What it remembers is easier to steer, for outputs have targets; but it can remember no more than it says.
#
# **By hand.** The numbers of {ref:elman_forward}, $y_0 = 0$: $h_1 = \tanh(0.5) = 0.4621$, $y_1 = 2.3864$, and now $h_2 = \tanh(2\cdot 2.3864) = 0.9999$, $y_2 = 3.9996$.
# %% [markdown] lang="zh" of="1459"
# ## {n} Jordan 网络：记住自己上一次的回答
#
# §8.2 的另一种网络记住的是自己**说过**的话：上一步的**输出**重新送回输入端。
#
# $$h_t = \tanh\bigl(x_t W_x + y_{t-1} W_h + b_h\bigr),\qquad y_t = h_t W_y + b_y,$$
#
# 从传入的 $y_0$ 开始。注意形状：送回来的有 $K$ 个数，所以 $W_h$ 现在是 $(K, H)$。
#
# 它记住的东西更容易引导，因为输出有目标值；但它能记住的，不会比说出来的更多。
#
# **手算。** 沿用 {ref:elman_forward} 的数字，$y_0 = 0$：$h_1 = \tanh(0.5) = 0.4621$，$y_1 = 2.3864$，接着 $h_2 = \tanh(2\cdot 2.3864) = 0.9999$，$y_2 = 3.9996$。
# %% answer="jordan_forward"
def jordan_forward(params, X, y0):
    """A Jordan network over whole sequences; hidden activation tanh, none at the output.

    params: W_x (D, H), W_h (K, H), b_h (H,), W_y (H, K), b_y (K,); X (N, T, D); y0 (N, K), the output before step 1.
    Returns the outputs Y (N, T, K) of all steps.
    """
    ### BEGIN SOLUTION
    y, outputs = y0, []
    for t in range(X.shape[1]):
        h = np.tanh(X[:, t] @ params["W_x"] + y @ params["W_h"] + params["b_h"])  # (N, H)
        y = h @ params["W_y"] + params["b_y"]  # (N, K)
        outputs.append(y)
    return np.stack(outputs, axis=1)
    ### END SOLUTION


# %% [markdown] docstring="jordan_forward" lang="zh" of="6973"
# 让 Jordan 网络读完整个序列；隐藏层激活为 tanh，输出层没有激活。
#
# params：W_x (D, H)、W_h (K, H)、b_h (H,)、W_y (H, K)、b_y (K,)；X (N, T, D)；y0 (N, K) 是第 1 步之前的输出。
# 返回所有步的输出 Y (N, T, K)。
# %% [markdown] why="jordan_forward" lang="en"
# Here the output belongs into the loop, since the next step waits for it. Put $y_{t-1}$ into the formula: $y_{t-1}W_h =
# h_{t-1}(W_yW_h) + b_yW_h$. So from step 2 on it is an Elman network whose memory must pass through K numbers.
# %% [markdown] why="jordan_forward" lang="zh" of="fadb"
# 这里的输出要放进循环，因为下一步在等它。把 $y_{t-1}$ 代入：$y_{t-1}W_h = h_{t-1}(W_yW_h) + b_yW_h$。可见从第 2 步起，它就是一个 Elman 网络，只是记忆必须从 K 个数里挤过去。
# %% grading="jordan_forward"
def read(rng, n, t, d, h, k):
    params = weights(rng, d, h, k, feedback=k)
    return {"params": params, "X": normal(rng, n, t, d), "y0": (normal(rng, n, k) * 0.5).round(2)}


def jordan_cases(rng):
    yield Case("typical", zh="一般数据", **read(rng, 3, 4, 2, 5, 3))
    yield Case("as many outputs as neurons", zh="输出数等于神经元数", **read(rng, 2, 4, 3, 3, 3))


def edge_cases(rng):
    yield Case("one step", zh="只有一步", **read(rng, 4, 1, 3, 2, 3))
    yield Case("one sequence", zh="只有一个序列", **read(rng, 1, 5, 2, 4, 3))


@variant
def sample_by_sample(params, X, y0):
    results = []
    for sequence, y in zip(X, y0, strict=True):
        said = []
        for x in sequence:
            y = np.tanh(x @ params["W_x"] + y @ params["W_h"] + params["b_h"]) @ params["W_y"] + params["b_y"]
            said.append(y)
        results.append(said)
    return results


Exercise(
    points=1, reference=rnn.jordan_forward, cases=jordan_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("hidden_state_fed_back", "        outputs.append(y)\n", "        outputs.append(y)\n        y = h if h.shape == y.shape else y\n",
            en="The hidden state goes back in: that is Elman's network. Jordan's remembers the output.",
            zh="送回去的是隐藏状态，那是 Elman 网络。Jordan 网络记住的是输出。"),
        Mistake("nothing_remembered", 'y @ params["W_h"]', 'y0 @ params["W_h"]',
            en="Every step reads the output from before the first one. Hand each new output on to the next step.",
            zh="每一步读的都是最初的输出。要把新的输出交给下一步。"),
        Mistake("starts_from_zero", "y, outputs = y0, []", "y, outputs = np.zeros_like(y0), []",
            en="You begin with zeros. The output before the first step is the argument `y0`.",
            zh="你从全 0 开始。第一步之前的输出是参数 `y0`。"),
        Mistake("softmaxed_feedback", '+ y @ params["W_h"]', '+ softmax(y) @ params["W_h"]',
            en="What goes back in is squeezed through a softmax first. Here the scores themselves are remembered.",
            zh="送回去之前先做了 softmax。这里记住的是得分本身。"),
        Mistake("activation_on_the_output", 'y = h @ params["W_y"] + params["b_y"]', 'y = np.tanh(h @ params["W_y"] + params["b_y"])',
            en="The outputs are bent by a tanh. They are scores and have no activation.",
            zh="输出被 tanh 弯了一下。输出是得分，没有激活函数。"),
        Mistake("fed_back_without_its_bias", 'y = h @ params["W_y"] + params["b_y"]  # (N, K)\n        outputs.append(y)',
            'y = h @ params["W_y"]\n        outputs.append(y + params["b_y"])',
            en="What is remembered lacks the bias b_y. The whole output goes back in.",
            zh="记住的输出少了偏置 b_y。送回去的应当是完整的输出。"),
        Mistake("last_output_alone", "return np.stack(outputs, axis=1)", "return np.stack(outputs[-1:], axis=1)",
            en="Only the last output is returned. Return those of all steps, (N, T, K).",
            zh="只返回了最后一步的输出。应当返回所有步的，形状 (N, T, K)。"),
    ],
    variants=[
        Variant("float32", "return np.stack(outputs, axis=1)", "return np.stack(outputs, axis=1).astype(np.float32)"),
        Variant("one_matrix", 'X[:, t] @ params["W_x"] + y @ params["W_h"]', 'np.hstack([X[:, t], y]) @ np.vstack([params["W_x"], params["W_h"]])'),
    ],
)
