# %% prelude
from autograder import Choices, Variant
from reference import rnn

# %% [markdown] lang="en"
# ## {n} Which network for which task?
#
# Which of the four is the *simplest* one that can do it?
#
# * `"none"`: a network that looks at one step at a time, without any memory;
# * `"elman"`: a network that reads from the left and remembers its hidden state;
# * `"bidirectional"`: two networks, one from each side;
# * `"many to one"`: a network that reads everything and answers once, at the end.
#
# And the tasks:
#
# * `"live"`: subtitles for a live broadcast, word by word, while the speaker is talking;
# * `"tagging"`: each word of a finished letter is a noun, a verb or something else; often only the *next* word tells;
# * `"rating"`: one to five stars for a whole film review;
# * `"letters"`: is this letter of a text a vowel?
#
# And one more: `"longer"`. Your Elman network was trained on sentences of 10 words and shall read one of 40. Its number of parameters then `"stays"`, or becomes four times as large (`"grows"`)?
# %% [markdown] lang="zh" of="a9f6"
# ## {n} 什么任务用什么网络？
#
# 下面四种网络中，哪一种是能完成任务的**最简单**的一种？
#
# * `"none"`：每次只看一步，没有任何记忆；
# * `"elman"`：从左往右读，记住隐藏状态；
# * `"bidirectional"`：两个网络，从两头读；
# * `"many to one"`：全部读完，最后回答一次。
#
# 任务是：
#
# * `"live"`：给直播配字幕，说话人一边说，字幕一边逐词出来；
# * `"tagging"`：一封写好的信，判断每个词是名词、动词还是别的；往往要看**下一个**词才知道；
# * `"rating"`：读完整篇影评，给出一到五颗星；
# * `"letters"`：文中的这个字母是不是元音？
#
# 还有一个 `"longer"`：你的 Elman 网络是用 10 个词的句子训练的，现在要读一个 40 个词的句子。参数的个数是不变（`"stays"`），还是变成四倍（`"grows"`）？
# %% answer="whose_memory"
def whose_memory():
    """The simplest network for each of four tasks, and what a longer sentence does to the number of parameters.

    Returns a dict: "live", "tagging", "rating" and "letters" are "none", "elman", "bidirectional" or "many to one";
    "longer" is "stays" or "grows".
    """
    ### BEGIN SOLUTION
    return {
        "live": "elman",
        "tagging": "bidirectional",
        "rating": "many to one",
        "letters": "none",
        "longer": "stays",
    }
    ### END SOLUTION


# %% [markdown] docstring="whose_memory" lang="zh" of="9729"
# 四个任务各自最简单的网络，以及句子变长时参数个数怎样变化。
#
# 返回一个字典："live"、"tagging"、"rating"、"letters" 的值是 "none"、"elman"、"bidirectional" 或 "many to one"；
# "longer" 的值是 "stays"（不变）或 "grows"（变成四倍）。
# %% [markdown] why="whose_memory" lang="en"
# A network from both sides would do for `"live"` as well, if only the future were there. A vowel is a vowel whatever stands
# around it, so `"letters"` needs no memory. And the weights know nothing of $T$: each step uses the same ones.
# %% [markdown] why="whose_memory" lang="zh" of="963c"
# 做 `"live"`，从两边读当然更好，可是后面的话还没说出来。一个字母是不是元音，与左右无关，所以 `"letters"` 用不着记忆。权重则根本不知道 $T$：每一步用的都是同一组。
# %% grading="whose_memory"
Choices(
    points=2, reference=rnn.whose_memory, options=("none", "elman", "bidirectional", "many to one", "stays", "grows"),
    items={
        "live": ("Live subtitles", "直播字幕"), "tagging": ("Kinds of words", "词性"), "rating": ("Film review", "影评"),
        "letters": ("Vowels", "元音"), "longer": ("A longer sentence", "更长的句子"),
    },
    mistakes={
        ("live", "bidirectional"): (
            "A network that reads from the right must wait for the last word. The speaker has not said it yet.",
            "从右往左读的网络要等到最后一个词，而说话人还没有说到那里。"),
        ("tagging", "elman"): (
            "A network that reads from the left has not seen the next word when it answers. Here that is the word that tells.",
            "从左往右读的网络在回答时还没看到下一个词，而这里关键恰恰在下一个词。"),
        ("rating", "elman"): (
            "One answer is wanted for the whole review, not one for each word.",
            "要的是整篇影评的一个答案，而不是每个词一个。"),
        ("letters", "elman"): (
            "Does it matter for a letter which letters came before? Take the simplest network that can do it.",
            "判断一个字母，与它前面是什么字母有关吗？请选能完成任务的最简单的网络。"),
        ("longer", "grows"): (
            "Count the matrices of `elman_forward`: does any of them have T in its shape? The same ones serve every step.",
            "数一数 `elman_forward` 里的矩阵：有哪一个的形状里出现了 T？每一步用的都是同一套。"),
    },
    variants=[
        Variant("capital_letters", '"live": "elman"', '"live": "Elman"'),
        Variant("hyphens", '"rating": "many to one"', '"rating": "many-to-one"'),
    ],
)
