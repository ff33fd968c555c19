# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import unsupervised

from chapter import coder, normal

# %% [markdown] lang="en"
# ## {n} A deep autoencoder, forward
#
# A subspace is flat. The digits are not: between two ways to write a 7 the way leads along a curve. So bend the encoder and the decoder (§10.3): the net of chapter 4, with as many outputs as inputs and a narrow layer in its middle. With $L$ layers ($L$ even) from $A_0=X$:
#
# $$A_\ell=\begin{cases}A_{\ell-1}W_\ell+b_\ell&\text{for }\ell=L/2\ \text{(the code)}\ \text{and}\ \ell=L\ \text{(the reconstruction)}\\\tanh(A_{\ell-1}W_\ell+b_\ell)&\text{for all others}\end{cases}$$
#
# The code is left without a tanh so that it can spread as it likes, and the output so that it can take every value. With $L=2$ nothing is bent: a linear autoencoder with weights that are not tied. (Layers are written `x @ W + b` as in chapter 4, $W_\ell$ being (inputs, outputs): the transpose of the components of PCA.)
#
# **By hand.** One feature, $L=4$, all weights $1$, all biases $0$, $x=1$: $A_1=\tanh1=0.762$, $A_2=0.762$, $A_3=\tanh0.762=0.642$, $A_4=0.642$. The code is $0.762$ and the reconstruction $0.642$.
#
# Return the whole list $[A_0,A_1,\dots,A_L]$: the backward pass of {ref:autoencoder_grad} needs every one.
# %% [markdown] lang="zh" of="3517"
# ## {n} 深度自编码器：前向
#
# 子空间是平的，手写数字却不是：从一种写法的 7 走到另一种，走的是弯路。所以让编码器和解码器弯起来（§10.3）：就是第四章的网络，只是输出与输入一样多，中间有窄窄的一层。共 $L$ 层（$L$ 是偶数），从 $A_0=X$ 出发：
#
# $$A_\ell=\begin{cases}A_{\ell-1}W_\ell+b_\ell&\ell=L/2\ \text{和}\ \ell=L\\\tanh(A_{\ell-1}W_\ell+b_\ell)&\text{其余各层}\end{cases}$$
#
# 第 $L/2$ 层是编码，不加 tanh，好让它自由散开；第 $L$ 层是重建，也不加，好让它取任何值。$L=2$ 时一处也不弯：就是权重不绑定的线性自编码器。（各层与第四章一样写作 `x @ W + b`，$W_\ell$ 是（输入数, 输出数），正好是 PCA 的主成分矩阵的转置。）
#
# **手算。** 一个特征，$L=4$，权重都是 $1$，偏置都是 $0$，$x=1$：$A_1=\tanh1=0.762$，$A_2=0.762$，$A_3=\tanh0.762=0.642$，$A_4=0.642$。编码是 $0.762$，重建是 $0.642$。
#
# 请返回完整的列表 $[A_0,A_1,\dots,A_L]$：{ref:autoencoder_grad} 节往回走时，每一个都要用到。
# %% answer="autoencoder_forward"
def autoencoder_forward(params, X):
    """All activations of a deep autoencoder.

    params, a dict with W1, b1, …, WL, bL, where L is even, Wl is (inputs, outputs) and bl (outputs,); X (N, D).
    Returns the list [A0, A1, …, AL] with A0 = X: AL/2 (N, M) is the code and AL (N, D) the reconstruction, both without tanh.
    """
    ### BEGIN SOLUTION
    L = len(params) // 2
    A = [X]
    for layer in range(1, L + 1):
        Z = A[-1] @ params[f"W{layer}"] + params[f"b{layer}"]
        A.append(Z if layer in (L // 2, L) else np.tanh(Z))
    return A
    ### END SOLUTION


# %% [markdown] docstring="autoencoder_forward" lang="zh" of="9562"
# 深度自编码器的全部激活值。
#
# params 是字典，含 W1, b1, …, WL, bL，L 是偶数，Wl 是（输入数, 输出数），bl (输出数,)；X (N, D)。
# 返回列表 [A0, A1, …, AL]，其中 A0 = X：AL/2 (N, M) 是编码，AL (N, D) 是重建，两者都不加 tanh。
# %% [markdown] why="autoencoder_forward" lang="en"
# Two entries in the dict for each layer, so L is half its length. The list begins with `X`: so `A[layer - 1]` is always what
# a layer has read, which makes the way back easy. Bent, the code could only spread between −1 and 1.
# %% [markdown] why="autoencoder_forward" lang="zh" of="f284"
# 字典里每层两项，L 就是长度的一半。列表从 `X` 开始，`A[layer - 1]` 总是这一层读到的东西，反向时就好写。编码若也弯曲，就只能挤在 −1 与 1 之间。
# %% grading="autoencoder_forward"
def forward_cases(rng):
    yield Case("four layers", zh="四层", params=coder(rng, 3, 4, 2, 4, 3), X=normal(rng, 5, 3))
    yield Case("two layers", zh="两层", params=coder(rng, 4, 2, 4), X=normal(rng, 3, 4))


def edge_cases(rng):
    yield Case("one sample", zh="只有一个样本", params=coder(rng, 4, 3, 1, 2, 4), X=normal(rng, 1, 4))
    yield Case("six layers", zh="六层", params=coder(rng, 2, 3, 2, 1, 3, 2, 2), X=normal(rng, 4, 2))


@variant
def two_halves(params, X):
    L = len(params) // 2
    A = [X]
    for half in (range(1, L // 2 + 1), range(L // 2 + 1, L + 1)):
        for layer in half:
            Z = A[-1] @ params["W" + str(layer)] + params["b" + str(layer)]
            A.append(Z if layer == half[-1] else np.tanh(Z))
    return tuple(A)


Exercise(
    points=2, reference=unsupervised.autoencoder_forward, cases=forward_cases, tolerance=CLOSED_FORM, accepts=("integers",),
    forbids=FROM_SCRATCH, groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("code_is_bent", "in (L // 2, L)", "== L",
            en="Your code goes through tanh. The middle layer has none, as the last has none.", zh="你的编码经过了 tanh。中间那层和最后一层一样，都不加。"),
        Mistake("output_is_bent", "in (L // 2, L)", "== L // 2",
            en="Your reconstruction goes through tanh, so it can never exceed 1. The last layer has none.", zh="你的重建经过了 tanh，永远超不过 1。最后一层不加。"),
        Mistake("nothing_is_bent", "Z if layer in (L // 2, L) else np.tanh(Z)", "Z",
            en="There is no tanh anywhere: such a net is linear, however deep. The other layers have one.", zh="哪里都没有 tanh：这样的网络再深也是线性的。其余各层都要加。"),
        Mistake("tanh_in_the_wrong_places", "Z if layer in (L // 2, L) else np.tanh(Z)", "np.tanh(Z) if layer in (L // 2, L) else Z",
            en="You have exchanged the layers: the code and the reconstruction are linear, all *others* have a tanh.", zh="你把层弄反了：编码和重建是线性的，**其余**的才有 tanh。"),
        Mistake("bias_forgotten", ' + params[f"b{layer}"]', "",
            en="The biases are missing.", zh="漏了偏置。"),
        Mistake("input_not_in_the_list", "    return A\n", "    return A[1:]\n",
            en="The list begins with A0 = X.", zh="列表从 A0 = X 开始。"),
        Mistake("reconstruction_alone", "    return A\n", "    return A[-1]\n",
            en="You return the reconstruction alone. All activations are asked for: the way back needs them.", zh="你只返回了重建。要全部的激活值：往回走时用得着。"),
        Mistake("every_layer_from_the_input", "A[-1] @", "A[0] @ params[\"W1\"] @ params[f\"W{layer}\"] if layer == 2 else A[-1] @",
            en="The second layer does not read what the first one gave after its tanh. Each layer reads the activation before it.", zh="第二层读的不是第一层经过 tanh 的输出。每一层读的是前一层的激活值。"),
    ],
    variants=[
        Variant("the_other_order", "in (L // 2, L)", "in (L, L // 2)"),
        Variant("half_as_a_float", "in (L // 2, L)", "in (L / 2, L)"),
        Variant("condition_turned", "Z if layer in (L // 2, L) else np.tanh(Z)", "np.tanh(Z) if layer % (L // 2) else Z"),
        Variant("stable_form", "np.tanh(Z))", "1 - 2 / (np.exp(2 * Z) + 1))"),
    ],
)
