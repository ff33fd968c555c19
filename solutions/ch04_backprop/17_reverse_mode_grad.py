# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import backprop as torch_reference

from chapter import GRAPH_GROUPS, count_params, drawn_by, forward_mode_grad, graph_cases, op_partials, op_value, words

# %% [markdown] lang="en"
# ## {n} Reverse mode: all parameters in two sweeps
#
# A net has one loss and thousands of parameters. **Reverse mode** turns the question round: not "what does this input do to every node?" but "what does every node do to the result?" That is the node's *adjoint* $\bar v_k=\partial z/\partial v_k$.
#
# 1. Sweep **forward** once and keep all values.
# 2. The last node has adjoint 1, all others start at 0.
# 3. Sweep **backward** over the operations, last one first. An operation with adjoint $\bar v_k$ gives each of its parents $i$ a share:
#
# $$\bar v_i \mathrel{+}= \frac{\partial v_k}{\partial v_i}\,\bar v_k$$
#
# The $+=$ is the chain rule along several paths again: a node that is used twice collects twice. When the sweep ends, the adjoints of the inputs are the whole gradient. Each operation is visited once in each sweep: $2T$ visits, **however many inputs there are**. Backpropagation is this, with layers for operations.
#
# **By hand.** Same graph: node 2 $=x_0x_1=6$, node 3 = node 2 $+\,x_0=8$. $\bar v_3=1$. The addition gives $1$ to node 2 and $1$ to $x_0$. The product gives $3\cdot1$ to $x_0$, which now has $1+3=4$, and $2\cdot1$ to $x_1$. Gradient $(4, 2)$ as before, and $2\cdot2=4$ visits. With two inputs there is no gain yet; with 4810 there is.
# %% [markdown] lang="zh" of="4707"
# ## {n} 反向模式：两趟求出全部
#
# 网络只有一个损失，参数却成千上万。**反向模式**把问题倒过来：不问“这个输入对每个节点有什么影响”，而问“每个节点对结果有什么影响”。后者叫节点的**伴随量** $\bar v_k=\partial z/\partial v_k$。
#
# 1. **前向**扫一遍，保留所有的值。
# 2. 最后一个节点的伴随量为 1，其余从 0 开始。
# 3. 从最后一个运算起**往回**扫。伴随量为 $\bar v_k$ 的运算，给它的每个父节点 $i$ 一份：
#
# $$\bar v_i \mathrel{+}= \frac{\partial v_k}{\partial v_i}\,\bar v_k$$
#
# 这里的 $+=$ 又是多条路径上的链式法则：被用到两次的节点，要收两份。扫完之后，输入节点的伴随量就是整个梯度。每个运算在两趟中各访问一次，共 $2T$ 次，**与输入有多少个无关**。反向传播就是这件事，只不过运算换成了层。
#
# **手算。** 还是那张图：节点 2 $=x_0x_1=6$，节点 3 = 节点 2 $+\,x_0=8$。$\bar v_3=1$。加法给节点 2 一份 $1$，给 $x_0$ 一份 $1$。乘法给 $x_0$ 一份 $3\cdot1$，于是 $x_0$ 有 $1+3=4$；给 $x_1$ 一份 $2\cdot1$。梯度 $(4, 2)$，与前面相同，访问 $2\cdot2=4$ 次。只有两个输入时看不出好处；有 4810 个时就大不一样了。
# %% answer="reverse_mode_grad"
def reverse_mode_grad(ops, x):
    """Gradient of the last node of a graph with respect to its inputs, by one sweep forward and one back.

    ops and x (P,) as in `forward_mode_grad`.  Returns (grad, visits): grad (P,), and the number of operations
    handled in both sweeps together; every operation counts once in each.
    """
    ### BEGIN SOLUTION
    values, visits = list(x), 0
    for op, *parents in ops:
        values.append(op_value(op, [values[i] for i in parents]))
        visits += 1
    adjoints = np.zeros(len(values))
    adjoints[-1] = 1
    for k in reversed(range(len(ops))):
        op, *parents = ops[k]
        partials = op_partials(op, [values[i] for i in parents])
        for d, i in zip(partials, parents):
            adjoints[i] += d * adjoints[len(x) + k]
        visits += 1
    grad = adjoints[: len(x)]
    return grad, visits
    ### END SOLUTION


# %% [markdown] docstring="reverse_mode_grad" lang="zh" of="b6fb"
# 计算图最后一个节点对各输入的梯度，前向扫一遍，再往回扫一遍。
#
# ops 和 x (P,) 同 `forward_mode_grad`。返回 (grad, visits)：grad (P,)，以及两趟合计处理的运算个数；
# 每个运算在每一趟中各计一次。
# %% [markdown] why="reverse_mode_grad" lang="en"
# Going backward, all users of a node have paid in their shares before the node itself is reached, so its adjoint is complete when it is passed on. `+=`, because a node may have several users.
# The price is memory: the partial derivatives need the values of the forward sweep, so all of them are kept.
# %% [markdown] why="reverse_mode_grad" lang="zh" of="032f"
# 倒着走，用到某个节点的运算都先交了自己的那份，轮到这个节点时伴随量已经齐全，可以往下传。用 `+=`，因为一个节点可能被用多次。
# 代价是内存：偏导数要用到前向的值，所以每个值都得留着。
# %% grading="reverse_mode_grad"
@variant
def received_shares(ops, x):
    values = list(x)
    for op, *parents in ops:
        values.append(op_value(op, [values[i] for i in parents]))
    received = {len(values) - 1: [1.0]}
    for node in range(len(values) - 1, len(x) - 1, -1):
        op, *parents = ops[node - len(x)]
        share = sum(received.pop(node, [0.0]))
        for d, i in zip(op_partials(op, [values[i] for i in parents]), parents):
            received.setdefault(i, []).append(d * share)
    return [sum(received.get(i, [0.0])) for i in range(len(x))], 2 * len(ops)


def wide_cases(rng):
    yield Case("thousands of inputs", zh="上千个输入", public=False, leaves=3000, seed=int(rng.integers(2**31)))


def wide_sweep(impl, case):
    """The slope along four directions of a sum of products of pairs, times the first input."""
    rng, n = np.random.default_rng(case.seed), case.leaves
    ops = [("mul" if k < n // 2 else "add", 2 * k, 2 * k + 1) for k in range(n - 1)]
    ops.append(("mul", 2 * n - 2, 0))
    x, ways = rng.choice([-1.0, -0.5, 0.5, 1.0], size=n), rng.integers(-2, 3, (4, n)) * 0.5
    grad, visits = impl.reverse_mode_grad(ops, x)
    return ways @ np.ravel(grad), visits


Exercise(
    points=3, reference=torch_reference.reverse_mode_grad, cases=graph_cases, tolerance=CLOSED_FORM,
    accepts=("integers", "lists"), forbids=FROM_SCRATCH,
    groups=[
        *GRAPH_GROUPS,
        Group("wide", wide_cases, observe=wide_sweep, en="Thousands of inputs, two sweeps", zh="上千个输入，只走两趟"),
    ],
    seconds=2.0,  # two sweeps over 3000 operations take 0.03 s, as many losses 6 s, a pass for each input 20 s
    mistakes=[
        Mistake("overwritten_for_added", "adjoints[i] += d", "adjoints[i] = d",
            en="Right while every node is used once, wrong as soon as one is used twice: its second share replaces the first. Add them up.",
            zh="每个节点只用一次时是对的，一旦某个节点用了两次就错了：第二份把第一份覆盖掉了。要累加。"),
        Mistake("swept_in_forward_order", "in reversed(range(len(ops)))", "in range(len(ops))",
            en="The second sweep starts at the first operation, whose adjoint is not known yet. Start at the last and walk back.",
            zh="第二趟从第一个运算开始，可那时它的伴随量还不知道。应从最后一个运算往回走。"),
        Mistake("partials_exchanged", "zip(partials, parents)", "zip(partials[::-1], parents)",
            en="The two derivatives of a product have changed places: the derivative with respect to the first factor is the second factor.",
            zh="乘积的两个导数对调了：对第一个因子求导，得到的是第二个因子。"),
        Mistake("adjoint_not_passed_on", "d * adjoints[len(x) + k]", "d",
            en="Each parent receives the local derivative alone. It has to be multiplied by the adjoint of the operation itself: along a path effects multiply.",
            zh="父节点只收到了局部导数。还要乘上运算自己的伴随量：同一条路径上影响相乘。"),
        Mistake("one_sweep_counted", "return grad, visits", "return grad, visits - len(ops)",
            en="The gradient is right, but `visits` counts one sweep. Each operation is visited on the way forward and on the way back.",
            zh="梯度是对的，但 `visits` 只数了一趟。每个运算前向时访问一次，往回时再访问一次。"),
        Mistake("one_sweep_per_input", "return grad, visits", "return grad, visits * len(x)",
            en="The gradient is right, but `visits` grows with the number of inputs. Two sweeps serve all inputs together: that is the point of reverse mode.",
            zh="梯度是对的，但 `visits` 随输入个数增长。两趟就够所有输入用了，这正是反向模式的意义。"),
        Mistake("everything_seeded", "np.zeros(len(values))", "np.ones(len(values))",
            en="Every node starts with adjoint 1. Only the result does: the others have received nothing yet.",
            zh="每个节点的伴随量都从 1 开始了。只有结果节点是 1，其余的还什么都没收到。"),
        Mistake("same_parent_counted_once", "for d, i in zip(partials, parents):",
            "for i, d in dict(zip(parents, partials)).items():",
            en="When both parents are the same node, as in x·x, one of the two shares is lost: a dict keeps one entry for it. Hand out both.",
            zh="两个父节点是同一个节点时（例如 x·x），有一份丢了：字典里它只占一项。两份都要给。"),
        Mistake("idle_operations_not_counted", "        op, *parents = ops[k]\n",
            "        if adjoints[len(x) + k] == 0:\n            continue\n        op, *parents = ops[k]\n",
            en="The gradient is right, but operations whose result nobody uses are not counted on the way back. Each operation counts once in each sweep.",
            zh="梯度是对的，但往回走时没有数那些结果没人用的运算。每个运算在每一趟中各计一次。"),
        Mistake("adjoints_in_integers", "np.zeros(len(values))", "np.zeros(len(values), dtype=np.asarray(x).dtype)",
            en="When x holds integers, as in the example x = [2, 3], the adjoints are cut off to integers. Ask for an array of floats.",
            zh="x 是整数时（例子里的 x = [2, 3] 就是），伴随量的小数被截掉了。请建立浮点数组。"),
    ],
    variants=[
        Variant("lists", "adjoints[: len(x)]", "[float(a) for a in adjoints[: len(x)]]"),
        Variant("counted_at_the_end", "return grad, visits", "return grad.astype(np.float32), 2 * len(ops)"),
    ],
)


# %% [markdown] lang="en"
# ### Counting
#
# On the left the `visits` that your two functions count, on random graphs of 60 operations with more and more inputs; on the right what that means for a net 64-$H$-10, whose number of parameters comes from your `count_params`. You should see: forward mode climbs in proportion to the inputs, reverse mode does not notice them; they meet at two inputs. For the net of {ref:train_mlp} the factor between the two lines is 2405.
# %% [markdown] lang="zh" of="5de3"
# ### 数一数
#
# 左图是你的两个函数数出的 `visits`：随机的图，60 个运算，输入越来越多。右图换成网络 64-$H$-10，参数个数由你的 `count_params` 数出。你应当看到：前向模式随输入个数成正比地上升，反向模式毫无察觉；两者在两个输入处相等。对 {ref:train_mlp} 的网络，两条线相差 2405 倍。
# %% demo="visits"
@drawn_by("forward_mode_grad", "reverse_mode_grad", "count_params")
def visits(plt):
    rng, inputs, counted = np.random.default_rng(0), (1, 2, 4, 8, 16, 32, 64), []
    for p in inputs:
        ops = [("add" if rng.random() < 0.7 else "mul", node - 1, int(rng.integers(node))) for node in range(p, p + 60)]
        x = rng.uniform(-0.3, 0.3, p)
        counted.append((forward_mode_grad(ops, x)[1], reverse_mode_grad(ops, x)[1]))
    _, (left, right) = plt.subplots(1, 2, figsize=(12, 4), layout="constrained")
    hidden = np.array([1, 4, 16, 64, 256, 1024])
    passes = np.array([[count_params([64, int(width), 10]), 2] for width in hidden])
    for ax, x, curves in ((left, inputs, np.array(counted)), (right, hidden, passes)):
        ax.loglog(x, curves[:, 0], "o-", color="#D55E00", label=words(en="forward mode", zh="前向模式"))
        ax.loglog(x, curves[:, 1], "s--", color="#0072B2", label=words(en="reverse mode", zh="反向模式"))
        ax.legend(frameon=False, loc="center right")
        ax.spines[["top", "right"]].set_visible(False)
    here = words(en="the net of {ref:train_mlp}", zh="{ref:train_mlp} 的网络")
    right.annotate(here, (64, 4810), (3.2, 60000), arrowprops={"arrowstyle": "->", "color": "#555555"})
    left.set(title=words(en="visits that your functions count, 60 operations", zh="你的函数数出的访问次数，60 个运算"), xlabel=words(en="inputs", zh="输入个数"), ylabel=words(en="visits", zh="访问次数"))
    right.set(title=words(en="one gradient of a net 64-H-10", zh="网络 64-H-10 的一次梯度"), xlabel=words(en="hidden neurons H", zh="隐藏神经元个数 H"), ylabel=words(en="passes through the graph", zh="走过的趟数"), ylim=(1, 3e5))
    plt.show()
