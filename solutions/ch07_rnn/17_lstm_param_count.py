# %% prelude
from autograder import EXACT, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import rnn

# %% [markdown] lang="en"
# ## {n} What the gates cost
#
# The notes say (§8.3) that an LSTM doubles the parameters. Count: how many weights and biases has one LSTM layer with $D$ inputs and $H$ neurons, in the form of {ref:lstm_step}?
#
# **By hand.** The hidden layer of an Elman network with $D = 3$, $H = 5$ has $3\cdot5 + 5\cdot5 + 5 = 45$. Now count the gates. (`torch.nn.LSTM` has two bias vectors for each gate, which are added up; ours has one.)
# %% [markdown] lang="zh" of="b229"
# ## {n} 门的代价
#
# 讲义（§8.3）说 LSTM 使参数加倍。数一数：按 {ref:lstm_step} 的写法，有 $D$ 个输入、$H$ 个神经元的一层 LSTM 共有多少个权重和偏置？
#
# **手算。** $D = 3$、$H = 5$ 时，Elman 网络的隐藏层有 $3\cdot5 + 5\cdot5 + 5 = 45$ 个。现在来数门。（`torch.nn.LSTM` 的每个门有两个偏置向量，用时相加；我们只有一个。）
# %% answer="lstm_param_count"
def lstm_param_count(n_inputs, n_hidden):
    """How many weights and biases an LSTM layer has, as in `lstm_step`.

    n_inputs is D, n_hidden is H, whole numbers ≥ 1.  Returns a whole number.
    """
    ### BEGIN SOLUTION
    return 4 * (n_hidden * (n_inputs + n_hidden) + n_hidden)
    ### END SOLUTION


# %% [markdown] docstring="lstm_param_count" lang="zh" of="12e0"
# 按 `lstm_step` 的写法，一层 LSTM 共有多少个权重和偏置。
#
# n_inputs 即 D，n_hidden 即 H，都是 ≥ 1 的整数。返回整数。
# %% [markdown] why="lstm_param_count" lang="en"
# Three gates and the new content are four affine layers of one shape: each reads $D+H$ numbers and has $H$ neurons. So an
# LSTM costs exactly four times the hidden layer of an Elman network, 180 instead of 45 in the example.
# %% [markdown] why="lstm_param_count" lang="zh" of="2d31"
# 三个门加上新内容，是四个形状相同的仿射层：每个读 $D+H$ 个数，有 $H$ 个神经元。所以 LSTM 恰好是 Elman 网络隐藏层的四倍，例子里是 180 对 45。
# %% grading="lstm_param_count"
def count_cases(rng):
    d, h = (int(n) for n in rng.permutation([*range(3, 40)])[:2])
    yield Case("typical", zh="一般大小", n_inputs=d, n_hidden=h)


def edge_cases(rng):
    yield Case("one neuron", zh="只有一个神经元", n_inputs=int(rng.integers(2, 60)), n_hidden=1)
    yield Case("one input", zh="只有一个输入", n_inputs=1, n_hidden=int(rng.integers(2, 60)))


@variant
def gate_by_gate(n_inputs, n_hidden):
    return sum(n_inputs * n_hidden + n_hidden * n_hidden + n_hidden for gate in "ifog")


Exercise(
    points=1, reference=rnn.lstm_param_count, cases=count_cases, tolerance=EXACT, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("twice_as_the_notes_say", "4 *", "2 *",
            en="That is the notes' 'doubled'. How many matrices does `lstm_step` use?",
            zh="这是讲义说的“加倍”。`lstm_step` 用了几个矩阵？"),
        Mistake("gates_alone", "4 *", "3 *",
            en="You counted the three gates. The new content g has a matrix of its own, too.",
            zh="你只数了三个门。新内容 g 也有自己的矩阵。"),
        Mistake("biases_forgotten", " + n_hidden)\n", ")\n",
            en="The biases are missing: one vector of H numbers for each of the four.",
            zh="漏了偏置：四组各有一个 H 个数的向量。"),
        Mistake("two_biases", " + n_hidden)\n", " + 2 * n_hidden)\n",
            en="That is torch's count, with two bias vectors a gate. Ours has one.",
            zh="这是 torch 的数法，每个门两个偏置向量。我们只有一个。"),
        Mistake("memory_of_h_forgotten", "(n_inputs + n_hidden)", "n_inputs",
            en="The gates also read the last output h: their matrices have D + H rows.",
            zh="门还要读上一步的输出 h：矩阵有 D + H 行。"),
        Mistake("memory_read_by_the_gates", "(n_inputs + n_hidden)", "(n_inputs + 2 * n_hidden)",
            en="The gates read x and h, not the memory c (that would be 'peephole' connections).",
            zh="门读的是 x 和 h，不读记忆 c（那叫“窥视孔”连接）。"),
    ],
    variants=[
        Variant("expanded", "4 * (n_hidden * (n_inputs + n_hidden) + n_hidden)", "4 * n_hidden * (n_inputs + n_hidden + 1)"),
        Variant("term_by_term", "4 * (n_hidden * (n_inputs + n_hidden) + n_hidden)", "4 * n_hidden**2 + 4 * n_hidden * n_inputs + 4 * n_hidden"),
    ],
)
