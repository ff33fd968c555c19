# %% prelude
from autograder import Choices, Variant
from reference import regression

# %% [markdown] lang="en"
# ## {n} Which kind of learning is it?
#
# Before any formula, ask what the data can teach. The learning map of the notes (§1.2):
#
# | label | what you are given | what you want |
# |---|---|---|
# | `"regression"` | inputs, each with a number | a number |
# | `"classification"` | inputs, each with a class | a class out of a fixed list |
# | `"structured"` | inputs, each with a whole structure: a sentence, a tree | such a structure |
# | `"semi-supervised"` | a few labeled inputs and many unlabeled ones **of the same classes** | labels |
# | `"transfer"` | few data for your task, and data that belong to **another** task | labels for yours |
# | `"unsupervised"` | inputs alone | the order hidden in them |
# | `"reinforcement"` | a score for what you did, never the right move | better moves |
#
# Two are easily confused: semi-supervised and transfer learning both add data from outside, and differ in whether those data belong to the same classes.
# (The notes call structured learning "really classification". In a sense it is, but with astronomically many classes that share parts, which calls for methods of its own.)
#
# **For example**, estimating a person's age from a photo, given ten thousand photos with ages, is `"regression"`: the answer is a number.
#
# Six tasks, one label each:
#
# * `"air"`: predict tomorrow's PM2.5 from today's weather, with three years of measurements.
# * `"spam"`: sort mail into wanted and unwanted, with a thousand sorted mails.
# * `"translation"`: turn an English sentence into a Chinese one, with a million translated pairs.
# * `"xray"`: recognize pneumonia in chest X-rays; 200 carry a doctor's diagnosis, 20 000 more from the same clinic do not.
# * `"archive"`: bring order into a newspaper archive that nobody ever labeled.
# * `"go"`: learn to play Go by playing; all you ever hear is who won.
# %% [markdown] lang="zh" of="f07d"
# ## {n} 这是哪一种学习？
#
# 写公式之前，先问一句：手里的数据能教会机器什么？下面是讲义 §1.2 的学习地图：
#
# | 标签 | 手里有什么 | 想要什么 |
# |---|---|---|
# | `"regression"` 回归 | 输入，每个带一个数值 | 一个数值 |
# | `"classification"` 分类 | 输入，每个带一个类别 | 固定几类中的一类 |
# | `"structured"` 结构学习 | 输入，每个带一个完整的结构：句子、树 | 这样的结构 |
# | `"semi-supervised"` 半监督 | 少量有标签、大量无标签的数据，**类别相同** | 标签 |
# | `"transfer"` 迁移学习 | 本任务的数据很少，另有属于**别的**任务的数据 | 本任务的标签 |
# | `"unsupervised"` 无监督 | 只有输入 | 隐藏在其中的规律 |
# | `"reinforcement"` 强化学习 | 只有对行为的打分，没有标准答案 | 更好的行为 |
#
# 最容易混淆的是半监督和迁移学习：两者都借用额外的数据，区别在于这些数据是否属于同样的类别。
# （讲义说结构学习“本质就是分类”。可以这么看，但类别多得数不清，而且彼此共享组成部分，所以需要专门的方法。）
#
# **例如**：有一万张标了年龄的照片，要从照片估计年龄，这是 `"regression"`，因为答案是一个数值。
#
# 下面六个任务，各选一个标签：
#
# * `"air"`：有三年的观测数据，根据今天的天气预测明天的 PM2.5。
# * `"spam"`：有一千封分好类的邮件，判断新邮件是不是垃圾邮件。
# * `"translation"`：有一百万对译文，把英文句子译成中文。
# * `"xray"`：从胸片识别肺炎；200 张有医生的诊断，同一家医院另有 20 000 张没有诊断。
# * `"archive"`：整理一份从来没有人标注过的报纸档案。
# * `"go"`：自己下棋来学围棋，每局只知道谁赢了。
# %% answer="learning_scenarios"
def learning_scenarios():
    """The learning scenario of each task.

    Returns a dict with the keys "air", "spam", "translation", "xray", "archive" and "go".  Each value is one of
    "regression", "classification", "structured", "semi-supervised", "transfer", "unsupervised", "reinforcement".
    """
    ### BEGIN SOLUTION
    return {
        "air": "regression",
        "spam": "classification",
        "translation": "structured",
        "xray": "semi-supervised",
        "archive": "unsupervised",
        "go": "reinforcement",
    }
    ### END SOLUTION


# %% [markdown] docstring="learning_scenarios" lang="zh" of="7e4f"
# 六个任务各属于哪种学习。
#
# 返回一个字典，键为 "air"、"spam"、"translation"、"xray"、"archive"、"go"，值为以下之一：
# "regression"、"classification"、"structured"、"semi-supervised"、"transfer"、"unsupervised"、"reinforcement"。
# %% [markdown] why="learning_scenarios" lang="en"
# Ask what each sample comes *with*: a number, a class, a whole structure, nothing, or only a score afterwards.
# The X-rays without a diagnosis have the same classes as the others, so nothing is transferred. In Go the score comes once a game and names no move: that is no label.
# %% [markdown] why="learning_scenarios" lang="zh" of="0683"
# 看每个样本**带着**什么：数值、类别、整个结构、什么都没有，还是只有事后的打分。
# 没有诊断的胸片类别相同，谈不上迁移；围棋一局只有一个输赢，也不说哪一步走得对，所以不算标签。
# %% grading="learning_scenarios"
Choices(
    points=2, reference=regression.learning_scenarios,
    options=("regression", "classification", "structured", "semi-supervised", "transfer", "unsupervised", "reinforcement"),
    items={
        "air": ("Air quality", "空气质量"),
        "spam": ("Spam", "垃圾邮件"),
        "translation": ("Translation", "翻译"),
        "xray": ("X-rays", "胸片"),
        "archive": ("The archive", "报纸档案"),
        "go": ("Go", "围棋"),
    },
    mistakes={
        ("xray", "transfer"): (
            "Look again at the X-rays: the images without a diagnosis come from the same clinic and show the same diseases. Nothing is carried over from another task.",
            "再看胸片：没有诊断的那些来自同一家医院，类别也相同，并没有从别的任务借来什么。"),
        ("translation", "classification"): (
            "A translation is no entry of a fixed list: the answer is a whole sentence, built from parts.",
            "译文不是固定几类中的一类：答案是由许多部分组成的一整句话。"),
        ("go", "unsupervised"): (
            "The player of Go is told something after all: who won. That is a score for its moves.",
            "下围棋时并非什么反馈都没有：每局会知道谁赢了，这就是对行为的打分。"),
        ("archive", "classification"): (
            "Classification needs examples with their classes. Has anybody labeled this archive?",
            "分类需要带类别的样本。这份档案有人标注过吗？"),
        ("air", "classification"): (
            "PM2.5 is a number on a continuous scale. What do we call predicting a number?",
            "PM2.5 是一个连续的数值。预测数值叫什么？"),
    },
    variants=[
        Variant("capital_letters", '"spam": "classification"', '"spam": "Classification"'),
        Variant("no_hyphen", '"xray": "semi-supervised"', '"xray": "Semi supervised "'),
        Variant("another_order", '"air": "regression",\n        "spam": "classification"',
            '"spam": "classification",\n        "air": "regression"'),
    ],
)
