# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Exercise, Mistake, Variant, variant
from reference import backprop as torch_reference

from chapter import GRAPH_GROUPS, graph_cases

# %% [markdown] lang="en"
# ## {n} Forward mode: one pass for each parameter
#
# The chain rule can also be followed *from the inputs to the result*. To see what that costs, forget layers for a moment and look at a bare computation: a graph of single operations. Such a graph is a list `ops`. Nodes $0,\dots,P-1$ are the inputs $x$; operation number $k$ makes node $P+k$ from earlier nodes; the last node is the result. For example
#
# `ops = [("mul", 0, 1), ("add", 2, 0)]` with `x = [2, 3]`
#
# means: node 2 is $x_0x_1=6$, node 3 is node 2 plus $x_0$, so the result is $8$. There are three operations: `"add"` and `"mul"` with two parents, `"tanh"` with one. Two helpers in the next cell know them: `op_value("mul", [2, 3])` is `6`, and `op_partials("mul", [2, 3])` is `(3, 2)`, the derivatives with respect to the first and the second argument.
#
# **Forward mode** picks one input $x_p$ and carries along with every value $v_k$ its *tangent* $\dot v_k=\partial v_k/\partial x_p$. An input has tangent 1 if it is $x_p$, else 0. For an operation with parents $i, j$:
#
# $$\dot v_k=\frac{\partial v_k}{\partial v_i}\dot v_i+\frac{\partial v_k}{\partial v_j}\dot v_j$$
#
# The tangent of the last node is $\partial z/\partial x_p$. **One pass gives one entry of the gradient**, so there are $P$ passes. Count the work: a *visit* is one operation handled in one pass (value and tangent together). Forward mode makes $P\cdot T$ visits for $T$ operations.
#
# **By hand.** Pass for $x_0$: tangents $1, 0$; node 2: $3\cdot1+2\cdot0=3$; node 3: $3+1=4$. Pass for $x_1$: $0, 1$; node 2: $2$; node 3: $2+0=2$. Gradient $(4, 2)$, and $2\cdot2=4$ visits.
# %% [markdown] lang="zh" of="c448"
# ## {n} 前向模式：一个参数走一趟
#
# 链式法则也可以**从输入往结果**的方向走。要看清它的代价，先把层放在一边，只看最原始的计算：由单个运算组成的图。这样的图是一个列表 `ops`。节点 $0,\dots,P-1$ 是输入 $x$；第 $k$ 个运算由前面的节点算出节点 $P+k$；最后一个节点就是结果。例如
#
# `ops = [("mul", 0, 1), ("add", 2, 0)]`，`x = [2, 3]`
#
# 意思是：节点 2 是 $x_0x_1=6$，节点 3 是节点 2 加 $x_0$，结果为 $8$。运算只有三种：`"add"` 和 `"mul"` 有两个父节点，`"tanh"` 有一个。下一个单元格里有两个现成的小函数：`op_value("mul", [2, 3])` 得 `6`；`op_partials("mul", [2, 3])` 得 `(3, 2)`，即对第一个、第二个自变量的导数。
#
# **前向模式**选定一个输入 $x_p$，让每个值 $v_k$ 都带着自己的**切向导数**（tangent）$\dot v_k=\partial v_k/\partial x_p$ 一起往前走。输入节点里，$x_p$ 的切向导数是 1，其余是 0。父节点为 $i, j$ 的运算：
#
# $$\dot v_k=\frac{\partial v_k}{\partial v_i}\dot v_i+\frac{\partial v_k}{\partial v_j}\dot v_j$$
#
# 最后一个节点的切向导数就是 $\partial z/\partial x_p$。**走一趟只得到梯度的一个分量**，所以要走 $P$ 趟。来数工作量：一趟中处理一个运算（值和切向导数一起算）记一次**访问**。有 $T$ 个运算时，前向模式共访问 $P\cdot T$ 次。
#
# **手算。** 为 $x_0$ 走一趟：切向导数 $1, 0$；节点 2：$3\cdot1+2\cdot0=3$；节点 3：$3+1=4$。为 $x_1$ 走一趟：$0, 1$；节点 2：$2$；节点 3：$2+0=2$。梯度为 $(4, 2)$，访问 $2\cdot2=4$ 次。
# %% setup
def op_value(op, args):
    """Value of one operation of a graph: "add" and "mul" take two numbers, "tanh" takes one."""
    return {"add": lambda a, b: a + b, "mul": lambda a, b: a * b, "tanh": np.tanh}[op](*args)


def op_partials(op, args):
    """Its derivative with respect to each of its arguments, a tuple as long as args."""
    partials = {"add": lambda a, b: (1.0, 1.0), "mul": lambda a, b: (b, a), "tanh": lambda a: (1 - np.tanh(a) ** 2,)}
    return partials[op](*args)


# %% answer="forward_mode_grad"
def forward_mode_grad(ops, x):
    """Gradient of the last node of a graph with respect to its inputs, by one pass for each input.

    ops is a list of operations ("add", i, j), ("mul", i, j) or ("tanh", i), where i and j are earlier nodes:
    nodes 0 … P-1 are the inputs x (P,), node P + k is the result of ops[k].  x may be a list.
    Returns (grad, visits): grad (P,), and the number of operations handled in all passes together.
    """
    ### BEGIN SOLUTION
    grad, visits = np.zeros(len(x)), 0
    for p in range(len(x)):
        values = list(x)
        tangents = [float(i == p) for i in range(len(x))]
        for op, *parents in ops:
            args = [values[i] for i in parents]
            tangents.append(sum(d * tangents[i] for d, i in zip(op_partials(op, args), parents)))
            values.append(op_value(op, args))
            visits += 1
        grad[p] = tangents[-1]
    return grad, visits
    ### END SOLUTION


# %% [markdown] docstring="forward_mode_grad" lang="zh" of="911a"
# 计算图最后一个节点对各输入的梯度，一个输入走一趟。
#
# ops 是运算的列表：("add", i, j)、("mul", i, j) 或 ("tanh", i)，i、j 是前面的节点。
# 节点 0 … P-1 是输入 x (P,)，节点 P + k 是 ops[k] 的结果。x 也可以是列表。
# 返回 (grad, visits)：grad (P,)，以及所有趟次合计处理的运算个数。
# %% [markdown] why="forward_mode_grad" lang="en"
# Parents are earlier nodes, so their values and tangents are there when an operation is reached: one loop in the given order is enough.
# `zip` goes through one parent or two, and through the same one twice in x·x. The values are the same in every pass and yet computed anew: that is the P in P·T.
# %% [markdown] why="forward_mode_grad" lang="zh" of="5494"
# 父节点总在前面，轮到一个运算时，它们的值和切向导数都已算好，按给定的顺序循环一遍即可。
# `zip` 能处理一个或两个父节点，x·x 中同一个父节点也会走两次。每一趟算出的值都相同，却都要重算：这就是 P·T 里的 P。
# %% grading="forward_mode_grad"
@variant
def all_at_once(ops, x):
    values, tangents = list(x), list(np.eye(len(x)))
    for op, *parents in ops:
        partials = op_partials(op, [values[i] for i in parents])
        tangents.append(np.sum([d * tangents[i] for d, i in zip(partials, parents)], axis=0))
        values.append(op_value(op, [values[i] for i in parents]))
    return tangents[-1], len(ops) * len(x)


Exercise(
    points=3, reference=torch_reference.forward_mode_grad, cases=graph_cases, tolerance=CLOSED_FORM,
    accepts=("integers", "lists"), forbids=FROM_SCRATCH, groups=GRAPH_GROUPS,
    mistakes=[
        Mistake("all_inputs_seeded", "float(i == p)", "1.0",
            en="All entries of your gradient are equal: every input started with tangent 1, so you see their sum. In the pass for x_p only x_p has tangent 1.",
            zh="你的梯度各分量都一样：所有输入的切向导数都从 1 开始，得到的是它们的和。为 x_p 走的那一趟，只有 x_p 的切向导数是 1。"),
        Mistake("first_parent_only", "zip(op_partials(op, args), parents)",
            "list(zip(op_partials(op, args), parents))[:1]",
            en="Only the first parent of an operation contributes. Both paths lead into the node, so add both.",
            zh="只算了运算的第一个父节点。两条路径都通向这个节点，两份都要加。"),
        Mistake("partials_exchanged", "op_partials(op, args), parents", "op_partials(op, args)[::-1], parents",
            en="The two derivatives of a product have changed places: the derivative with respect to the first factor is the second factor.",
            zh="乘积的两个导数对调了：对第一个因子求导，得到的是第二个因子。"),
        Mistake("partials_left_out", "d * tangents[i]", "tangents[i]",
            en="The tangents are only added up. Each has to be multiplied by the operation's derivative with respect to that parent.",
            zh="你只是把切向导数相加。每一个都要先乘上这个运算对该父节点的导数。"),
        Mistake("visits_of_one_pass", "return grad, visits", "return grad, len(ops)",
            en="The gradient is right, but `visits` counts one pass only. There is one pass for each input.",
            zh="梯度是对的，但 `visits` 只数了一趟。每个输入都要走一趟。"),
        Mistake("inputs_counted_as_visits", "return grad, visits", "return grad, visits + len(x) ** 2",
            en="The gradient is right, but `visits` counts the inputs too. Only operations are counted: an input costs no computation.",
            zh="梯度是对的，但 `visits` 把输入节点也数进去了。只数运算：输入不需要计算。"),
        Mistake("same_parent_counted_once", "for d, i in zip(op_partials(op, args), parents)",
            "for i, d in dict(zip(parents, op_partials(op, args))).items()",
            en="When both parents are the same node, as in x·x, one of the two paths is lost: a dict keeps one entry for it. Go through both.",
            zh="两个父节点是同一个节点时（例如 x·x），有一条路径丢了：字典里它只占一项。两条都要走。"),
        Mistake("value_for_tangent_of_inputs", "float(i == p)", "float(x[i]) * (i == p)",
            en="The pass for x_p starts with the value of x_p where its tangent belongs: ∂x_p/∂x_p is 1.",
            zh="为 x_p 走的那一趟，起始的地方放的是 x_p 的值，而不是它对自己的导数：∂x_p/∂x_p = 1。"),
        Mistake("gradient_in_integers", "np.zeros(len(x))", "np.zeros_like(x)",
            en="When x holds integers, as in the example x = [2, 3], the gradient is cut off to integers: `zeros_like(x)` is an integer array then. Ask for floats.",
            zh="x 是整数时（例子里的 x = [2, 3] 就是），梯度的小数被截掉了：这时 `zeros_like(x)` 是整数数组。请建立浮点数组。"),
    ],
    variants=[
        Variant("every_entry_is_overwritten", "np.zeros(len(x))", "np.ones(len(x))"),
        Variant("true_counts_as_1", "float(i == p)", "i == p"),
        Variant("float32", "np.zeros(len(x))", "np.zeros(len(x), dtype=np.float32)"),
        Variant("counted_at_the_end", "return grad, visits", "return list(grad), np.int64(len(x) * len(ops))"),
    ],
)
