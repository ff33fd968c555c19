# %% prelude
from autograder import Choices, Variant
from reference import unsupervised

# %% [markdown] lang="en"
# ## {n} Learning without answers
#
# So far every sample came with an answer, a label $y$. Now there is only $X$. What can one learn from questions alone? That they are not scattered anyhow: they come in groups, they lie near a thin sheet in space, most of them look alike and a few do not.
#
# The notes (§10) sort the tasks by which half of a function is missing:
#
# * only inputs are given, and something simpler is wanted: **clustering** (which samples belong together?) and **dimension reduction** (which few numbers say nearly all?);
# * only outputs are given, and more of them are wanted: **generation**, "something out of nothing";
# * and one use of both: **anomaly detection**. Learn what is normal; what does not fit is reported.
#
# **Exercise.** Six tasks come in. Which kind is each?
#
# * `"genes"`: 5000 patients, for each the activity of 20,000 genes. Are there kinds of this disease that nobody has named yet?
# * `"plot"`: the same 20,000 numbers per patient. Draw them on a sheet of paper so that similar patients lie close to each other.
# * `"milling"`: a machine has run without a fault for a year and its vibrations were recorded. Call somebody when it begins to sound otherwise.
# * `"faces"`: a million photographs of people. A game needs faces that belong to nobody.
# * `"customers"`: a shop wants to write four different newsletters and asks which customers should get the same one.
# * `"sensors"`: 300 sensors in a building mostly say the same. Send ten numbers a minute in their place, from which all 300 can be restored well enough.
# %% [markdown] lang="zh" of="ed0d"
# ## {n} 没有答案，怎么学？
#
# 在此之前，每个样本都带着答案，也就是标签 $y$。现在只有 $X$。光有题目能学到什么？能学到：样本并不是随便散布的。它们成群出现，落在空间中薄薄的一层附近；大多数彼此相像，少数与众不同。
#
# 讲义（§10）按“函数缺了哪一半”给任务分类：
#
# * 只有输入，想要更简单的东西：**聚类**（哪些样本属于一群？）和**降维**（哪几个数就能说出大半？）；
# * 只有输出，想要更多这样的输出：**生成**，“无中生有”；
# * 还有一种两头都用上的：**异常检测**。先学会什么是正常，不合的就报告。
#
# **练习。** 来了六个任务，各是哪一种？
#
# * `"genes"`：5000 名病人，每人 20,000 个基因的活跃程度。这种病里是否藏着还没有人命名的亚型？
# * `"plot"`：还是每人 20,000 个数。把病人画在一张纸上，使相似的病人靠在一起。
# * `"milling"`：一台机器无故障运行了一年，振动都有记录。它一旦响得不一样，就叫人来。
# * `"faces"`：一百万张人像照片。游戏里需要一些不属于任何人的脸。
# * `"customers"`：商店打算写四种不同的简报，想知道哪些顾客该收到同一种。
# * `"sensors"`：大楼里的 300 个传感器说的大多是同一回事。改为每分钟只发十个数，还要能把 300 个读数大致恢复出来。
# %% answer="unsupervised_tasks"
def unsupervised_tasks():
    """Which kind of unsupervised learning each of the six tasks is.

    Returns a dict with the keys "genes", "plot", "milling", "faces", "customers" and "sensors".
    Each value is "clustering", "reduction" (of dimensions), "generation" or "anomaly" (detection).
    """
    ### BEGIN SOLUTION
    return {
        "genes": "clustering",
        "plot": "reduction",
        "milling": "anomaly",
        "faces": "generation",
        "customers": "clustering",
        "sensors": "reduction",
    }
    ### END SOLUTION


# %% [markdown] docstring="unsupervised_tasks" lang="zh" of="c0e5"
# 六个任务各属于哪一种无监督学习。
#
# 返回一个字典，键为 "genes"、"plot"、"milling"、"faces"、"customers"、"sensors"，
# 值为 "clustering"（聚类）、"reduction"（降维）、"generation"（生成）或 "anomaly"（异常检测）。
# %% [markdown] why="unsupervised_tasks" lang="en"
# Not the data decide, but what is asked for: `"genes"` and `"plot"` have the same numbers, one wants groups and the other coordinates. `"sensors"` is a
# reduction that must be undone again. `"milling"` knows one kind only, the normal one; what a fault sounds like nobody has recorded.
# %% [markdown] why="unsupervised_tasks" lang="zh" of="2792"
# 决定任务的不是数据，而是要的东西：`"genes"` 和 `"plot"` 的数据一样，一个要分组，一个要坐标。`"sensors"` 也是降维，只是还要能还原。`"milling"` 只见过一种样本，即正常的；故障是什么声音，从没有人录过。
# %% grading="unsupervised_tasks"
Choices(
    points=2, reference=unsupervised.unsupervised_tasks, options=("clustering", "reduction", "generation", "anomaly"),
    items={
        ("genes", "plot"): ("The patients: two questions about the same numbers", "病人：同样的数，两个不同的问题"),
        ("milling", "faces"): ("The machine and the faces", "机器与人脸"),
        ("customers", "sensors"): ("Newsletters and sensors", "简报与传感器"),
    },
    mistakes={
        ("genes", "reduction"): (
            "Fewer numbers for each patient would still be numbers. What is asked for is a list of groups.",
            "每位病人的数变少了，也还是数。这里要的是分成几群。"),
        ("plot", "clustering"): (
            "A sheet of paper has two coordinates. Nobody asked for groups, though one may see some.",
            "一张纸有两个坐标。题目并没有要求分群，虽然画出来也许能看见。"),
        ("milling", "clustering"): (
            "All that was recorded is one kind of thing: normal. How would a cluster of faults arise without a single fault?",
            "录下来的全是一种情况：正常。一次故障都没有，故障的那一簇从哪里来？"),
        ("milling", "generation"): (
            "Nobody wants to hear more of such vibrations. The question is whether a new one belongs to the old.",
            "没有人想要更多这样的振动。问题是新的振动像不像以前的。"),
        ("faces", "clustering"): (
            "Sorting the photographs yields no face that isn't there already.",
            "把照片分门别类，变不出一张原来没有的脸。"),
        ("customers", "reduction"): (
            "Each customer gets one of four newsletters: the answer is a group, not a number on a scale.",
            "每位顾客收到四种简报中的一种：答案是属于哪一群，而不是尺度上的一个数。"),
        ("sensors", "clustering"): (
            "Ten *groups* of sensors would be something else. Ten *numbers*, from which all others are restored, are asked for.",
            "把传感器分成十**群**是另一回事。这里要的是十个**数**，其余的由它们恢复出来。"),
        ("sensors", "anomaly"): (
            "Nothing unusual is looked for. The readings should take up less room.",
            "这里并不是要找反常的读数，而是要让读数少占地方。"),
    },
    variants=[
        Variant("capital_letters", '"faces": "generation"', '"faces": "Generation"'),
        Variant("trailing_space", '"plot": "reduction"', '"plot": "reduction "'),
        Variant("quotes", '"milling": "anomaly"', '"milling": "\'anomaly\'"'),
    ],
)
