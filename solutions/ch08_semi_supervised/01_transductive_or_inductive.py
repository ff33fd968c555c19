# %% prelude
from autograder import Choices, Variant
from reference import semi_supervised

# %% [markdown] lang="en"
# ## {n} Who will ask?
#
# Two words from the beginning of §9. In **transductive** learning the unlabeled samples *are* the ones that you will be asked about; once they have their labels, the work is done. In **inductive** learning other samples will come later, so you need a function that can answer for any of them.
#
# Not everything without a label is fair game. Features of the test samples may be used where the task is transductive; their *labels* never, and whoever uses them has no semi-supervised method but a leak.
#
# Which of the two is it: `"transductive"`, `"inductive"`, or `"neither"`, since it is not allowed at all?
#
# * `"archive"`: a museum has 40,000 photographs and a label for 300. All of the others are to get one; nothing will be added.
# * `"phone"`: an app that recognizes birdsong was trained on 500 labeled and 20,000 unlabeled recordings. Users will record birds in their gardens.
# * `"propagation"`: labels spread along the edges of a graph of samples. The method returns a label for every sample of the graph, and nothing else. As it stands, this is …
# * `"em"`: EM fits the priors, means and covariance of Gaussians to labeled and unlabeled samples, and returns these parameters. Its result can be used in … learning.
# * `"new_patient"`: 2,000 scans of a hospital, 100 of them diagnosed, train a model for the patients of next year.
# * `"test_labels"`: to choose a threshold, somebody looks at which one gives the best accuracy on the labels of the test samples.
#
# And one warning about a sentence of the notes: that the unlabeled samples are "all of the same kind" is not a fact, it is the assumption. A photograph of a ship, given the label of the nearest bird, helps nobody.
# %% [markdown] lang="zh" of="cc2e"
# ## {n} 将来谁来问？
#
# 先认识 §9 开头的两个词。**直推式**（transductive）学习里，无标签样本**就是**将来要问你的那些；它们有了标签，工作就结束了。**归纳式**（inductive）学习里，以后会来别的样本，所以你需要一个函数，对任何样本都答得出来。
#
# 没有标签的东西也不是都能用。任务是直推式时，可以用测试样本的特征；它们的**标签**则绝对不能用，用了就不是半监督，而是泄题。
#
# 下面各属于哪一种：`"transductive"`（直推式）、`"inductive"`（归纳式），还是 `"neither"`（都不是，根本不允许）？
#
# * `"archive"`：博物馆有 40,000 张照片，其中 300 张有标签。其余的都要标上，以后不再增加。
# * `"phone"`：一个识别鸟鸣的应用，用 500 段有标签、20,000 段无标签的录音训练。用户会在自家院子里录鸟叫。
# * `"propagation"`：标签沿着样本之间的边传播。这种方法为图上的每个样本给出一个标签，除此之外什么也不返回。就它本身而言，这是……
# * `"em"`：EM 用有标签和无标签的样本拟合高斯分布的先验、均值和协方差，返回这些参数。它的结果能用于……学习。
# * `"new_patient"`：一家医院有 2,000 张扫描图，其中 100 张有诊断，用来训练一个模型，给明年的病人用。
# * `"test_labels"`：为了选阈值，有人看哪一个在测试样本的标签上准确率最高。
#
# 顺便提醒一句：讲义说无标签样本“都是同类的”，这不是事实，而是假设。把一张轮船的照片标成离它最近的那种鸟，对谁都没有好处。
# %% answer="transductive_or_inductive"
def transductive_or_inductive():
    """The kind of learning of six situations.

    Returns a dict with the keys "archive", "phone", "propagation", "em", "new_patient" and "test_labels"; each value is
    "transductive", "inductive" or "neither".
    """
    ### BEGIN SOLUTION
    return {
        "archive": "transductive",
        "phone": "inductive",
        "propagation": "transductive",
        "em": "inductive",
        "new_patient": "inductive",
        "test_labels": "neither",
    }
    ### END SOLUTION


# %% [markdown] docstring="transductive_or_inductive" lang="zh" of="c6e4"
# 六种情形各属于哪一种学习。
#
# 返回一个字典，键是 "archive"、"phone"、"propagation"、"em"、"new_patient" 和 "test_labels"，
# 值是 "transductive"（直推式）、"inductive"（归纳式）或 "neither"（都不是）。
# %% [markdown] why="transductive_or_inductive" lang="en"
# Ask what comes *out*. Labels for given samples: no later sample can be answered, transductive. Parameters, as from EM: they answer for
# anybody, inductive. `"test_labels"` is neither: whoever chooses by the answers measures how well they were copied.
# %% [markdown] why="transductive_or_inductive" lang="zh" of="8396"
# 看**出来**的是什么。只给手头样本打上标签的，以后的样本就答不了，是直推式；得到参数的（如 EM），谁来都能答，是归纳式。`"test_labels"` 两者都不是：拿答案来挑选，量到的只是抄得好不好。
# %% grading="transductive_or_inductive"
Choices(
    points=2, reference=semi_supervised.transductive_or_inductive, options=("transductive", "inductive", "neither"),
    items={
        "archive": ("The museum's archive", "博物馆的照片"), "phone": ("Birdsong", "鸟鸣"),
        "propagation": ("Labels on a graph", "图上的标签"), "em": ("EM's parameters", "EM 的参数"),
        "new_patient": ("Next year's patients", "明年的病人"), "test_labels": ("A threshold by test labels", "看着测试标签选阈值"),
    },
    mistakes={
        ("archive", "inductive"): (
            "Which photographs will ever be asked about? All of them are on the table already.",
            "将来会问到哪些照片？它们都已经摆在桌上了。"),
        ("phone", "transductive"): (
            "The recording that a user will make tomorrow is not among the 20,500. What must answer for it?",
            "用户明天录下的那一段，不在这 20,500 段之内。得靠什么来回答它？"),
        ("propagation", "inductive"): (
            "Ask it about a sample that is not in the graph: what does it say? (One can extend it, but that is another method.)",
            "拿一个不在图上的样本去问它，它会怎么说？（可以扩展，但那就是另一种方法了。）"),
        ("em", "transductive"): (
            "It returns the parameters of a model. What can you compute from them for a sample that nobody has seen before?",
            "它返回的是模型的参数。遇到谁也没见过的样本，用这些参数能算出什么？"),
        ("new_patient", "transductive"): (
            "The patients who matter come next year; they are not among the 2,000.",
            "要紧的病人明年才来，不在这 2,000 人里。"),
        ("test_labels", "transductive"): (
            "Transductive learning may look at the features of test samples. Look again at what is looked at here.",
            "直推式学习可以看测试样本的特征。再看一看，这里看的是什么。"),
    },
    variants=[
        Variant("capital_letters", '"archive": "transductive"', '"archive": "Transductive"'),
        Variant("blanks", '"em": "inductive"', '"em": " inductive "'),
    ],
)
