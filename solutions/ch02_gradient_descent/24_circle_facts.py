# %% prelude
from autograder import Choices, Variant
from reference import gradient_descent as gd

# %% [markdown] lang="en"
# ## {n} What the argument does and does not promise
#
# Gradient descent does not use a fixed radius: its step is $-\eta g$. Compare it with the figure above and with {ref:curvature_range}, then answer four short questions in `circle_facts`.
#
# 1. The radius $r$ is halved. The error of the first-order Taylor value becomes about — **a** the same, **b** a half, **c** a quarter of what it was.
# 2. The learning rate is so large that the Taylor value can no longer be trusted. After the step the loss — **a** is surely lower, **b** is surely lower, only by less than predicted, **c** may be higher.
# 3. You stand on the wall of a long narrow valley. There $-g$ points mostly — **a** straight at the minimum, **b** across the valley, **c** along its floor.
# 4. A step of gradient descent with rate $\eta$ is the steepest step of radius — **a** $r = \eta$, **b** $r = \eta\lVert g\rVert$, **c** $r = \eta/\lVert g\rVert$.
# %% [markdown] lang="zh" of="73fe"
# ## {n} 这个论证保证了什么，没保证什么
#
# 梯度下降并不使用固定的半径，它的一步是 $-\eta g$。对照上面的图和 {ref:curvature_range} 节，在 `circle_facts` 中回答四个小问题。
#
# 1. 半径 $r$ 减半，一阶泰勒近似的误差大约变为原来的——**a** 一样，**b** 一半，**c** 四分之一。
# 2. 学习率大到泰勒近似已经不可信。走完这一步，损失——**a** 一定降低，**b** 一定降低，只是没有预计的多，**c** 有可能升高。
# 3. 你站在一条狭长山谷的侧壁上。那里的 $-g$ 主要指向——**a** 最低点，**b** 横穿山谷的方向，**c** 沿着谷底的方向。
# 4. 学习率为 $\eta$ 的一步梯度下降，就是半径为多少的最陡一步？——**a** $r = \eta$，**b** $r = \eta\lVert g\rVert$，**c** $r = \eta/\lVert g\rVert$。
# %% answer="circle_facts"
def circle_facts():
    """Your answers to questions 1 to 4 above.

    Returns a dict with the keys "q1", "q2", "q3", "q4"; each value is "a", "b" or "c".
    Each right answer earns its share.
    """
    ### BEGIN SOLUTION
    return {"q1": "c", "q2": "c", "q3": "b", "q4": "b"}
    ### END SOLUTION


# %% [markdown] docstring="circle_facts" lang="zh" of="1117"
# 上面第 1 到第 4 题的答案。
#
# 返回一个字典，键为 "q1"、"q2"、"q3"、"q4"，每个值为 "a"、"b" 或 "c"。
# 每答对一题得一份分。
# %% [markdown] why="circle_facts" lang="en"
# What first order leaves out goes with r², hence a quarter (1); and once it outweighs the promised fall, the loss may rise (2).
# −g is perpendicular to the contour, and that runs along the valley (3). The length of −ηg is η‖g‖: the steeper the slope, the larger the circle (4).
# %% [markdown] why="circle_facts" lang="zh" of="3ac5"
# 一阶近似忽略的部分与 r² 成正比，所以是四分之一（1）；它一旦盖过所承诺的下降，损失就可能上升（2）。
# −g 垂直于等高线，而等高线顺着山谷延伸（3）。−ηg 的长度是 η‖g‖：坡越陡，圆越大（4）。
# %% grading="circle_facts"
Choices(
    points=2, reference=gd.circle_facts, options=("a", "b", "c"),
    items={f"q{k}": (f"Question {k}", f"第 {k} 题") for k in (1, 2, 3, 4)},
    mistakes={
        ("q1", "b"): (
            "Question 1: the *first-order* part is exact. What is left out grows like the square of the radius. Compare the gaps in the legend of the figure.",
            "第 1 题：**一阶**部分是精确的，忽略掉的部分随半径的平方增长。比较一下图例里的几个差距。"),
        ("q2", "b"): (
            "Question 2: think of run D in {ref:lr_symptoms}. The promise of descent holds for small steps only.",
            "第 2 题：想想 {ref:lr_symptoms} 节的运行 D。只有步子小的时候才保证下降。"),
        ("q3", "a"): (
            "Question 3: −g is perpendicular to the contour you stand on. In a long valley the contours run almost parallel to it.",
            "第 3 题：−g 垂直于你所在的等高线，而狭长山谷里的等高线几乎与山谷平行。"),
        ("q4", "a"): (
            "Question 4: what is the length of the vector ηg?",
            "第 4 题：向量 ηg 的长度是多少？"),
        ("q4", "c"): (
            "Question 4: where the slope is steep, gradient descent takes a longer step, not a shorter one. What is the length of ηg?",
            "第 4 题：坡越陡，梯度下降的步子越长，而不是越短。ηg 的长度是多少？"),
    },
    variants=[
        Variant("dict_call", '{"q1": "c", "q2": "c", "q3": "b", "q4": "b"}', 'dict(q4="b", q3="b", q2="c", q1="c")'),
        Variant("zipped", '{"q1": "c", "q2": "c", "q3": "b", "q4": "b"}',
            'dict(zip(["q1", "q2", "q3", "q4"], "ccbb"))'),
        Variant("capitals_and_spaces", '"q1": "c"', '"Q1": " C"'),
    ],
)
