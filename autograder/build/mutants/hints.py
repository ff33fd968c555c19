"""What is said of a made mistake: the kind of slip, never the code."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.model.exercise import LANGUAGES, Text

WHAT = {"en": ("Your result", "`{output}`"), "zh": ("你的结果", "`{output}` ")}  # of the whole, of a part
WHERE = {"en": ("", " in `{output}`"), "zh": ("", "`{output}` 里")}

INHERITED = {
    "en": "This is what a slip from “{title}” leads to. {hint}",
    "zh": "这个结果来自“{title}”里的一种错误：{hint}",
}
PAIR = {"en": "Two slips at once. {one} {other}", "zh": "同时有两处错误。{one}{other}"}

HINTS: dict[str, tuple[str, str]] = {
    "ratio_negative": (
        "{what} is right but for its sign.",
        "{what}只有正负号反了，大小都对。",
    ),
    "ratio_double": (
        "{what} is exactly twice as large as it should be.",
        "{what}正好大了一倍。",
    ),
    "ratio_half": (
        "{what} is exactly half of what it should be.",
        "{what}正好小了一半。",
    ),
    "ratio_1_n": (
        "{what} is exactly N times too small, N being the length of `{argument}`. Should it be a sum or a mean?",
        "{what}正好小了 N 倍（N 是 `{argument}` 的长度）。题目要的是求和还是取平均？",
    ),
    "ratio_n": (
        "{what} is exactly N times too large, N being the length of `{argument}`. Should it be a sum or a mean?",
        "{what}正好大了 N 倍（N 是 `{argument}` 的长度）。题目要的是求和还是取平均？",
    ),
    "ratio_1_2n": (
        "{what} is exactly 2N times too small, N being the length of `{argument}`.",
        "{what}正好小了 2N 倍（N 是 `{argument}` 的长度）。",
    ),
    "ratio_n_1": (
        "{what} is N/(N − 1) times too large, N being the length of `{argument}`: divide by N, not by N − 1.",
        "{what}大了 N/(N − 1) 倍（N 是 `{argument}` 的长度）：应当除以 N，而不是 N − 1。",
    ),
    "summed": (
        "{what} is added up where single entries are asked for.",
        "{what}被加在了一起，而题目要的是各个元素。",
    ),
    "averaged": (
        "{what} is averaged where single entries are asked for.",
        "{what}被取了平均，而题目要的是各个元素。",
    ),
    "first_missing": (
        "{what} lacks its first entry and is right otherwise.",
        "{what}少了第一个元素，其余都对。",
    ),
    "last_missing": (
        "{what} lacks its last entry and is right otherwise.",
        "{what}少了最后一个元素，其余都对。",
    ),
    "sorted": (
        "{what} has the right entries, but in ascending order instead of their own.",
        "{what}的元素都对，但被从小到大排了序，应当保持原来的次序。",
    ),
    "sign": (
        "A sign is the wrong way round{where}: plus and minus are mixed up, or a difference is taken in reverse.",
        "{where}有一处正负号反了：加与减弄混了，或者两项相减的次序反了。",
    ),
    "mean_for_sum": (
        "A mean is taken{where} where a sum belongs.",
        "{where}该求和的地方取了平均。",
    ),
    "sum_for_mean": (
        "A sum is taken{where} where a mean belongs.",
        "{where}该取平均的地方只求了和。",
    ),
    "median": (
        "A median is taken{where} where a mean belongs.",
        "{where}该取平均的地方取了中位数。",
    ),
    "count": (
        "A count is off by one{where}: n where n − 1 or n + 1 belongs, or the other way.",
        "{where}有个数目差了 1：该用 n − 1 或 n + 1 的地方用了 n，或者反过来。",
    ),
    "factor_missing": (
        "A factor is missing{where}, or a division.",
        "{where}漏乘了一个因子，或者漏了一次除法。",
    ),
    "factor": (
        "A term counts twice as much{where} as it should, or half as much.",
        "{where}有一项大了一倍，或者小了一半。",
    ),
    "term_missing": (
        "A term is missing{where}: a sum or a difference lacks one of its parts.",
        "{where}漏了一项：某个和或差里少了一部分。",
    ),
    "square_missing": (
        "A square or another power is missing{where}.",
        "{where}漏了平方（或别的乘方）。",
    ),
    "root_missing": (
        "A root is missing{where}.",
        "{where}漏了开方。",
    ),
    "root_added": (
        "A root is taken{where} that should not be.",
        "{where}多开了一次方。",
    ),
    "logarithm_missing": (
        "A logarithm is missing{where}.",
        "{where}漏了取对数。",
    ),
    "logarithm_base": (
        "A logarithm has the wrong base{where}.",
        "{where}有个对数的底不对。",
    ),
    "exponential_missing": (
        "An exponential is missing{where}.",
        "{where}漏了指数函数。",
    ),
    "absolute_missing": (
        "An absolute value is missing{where}.",
        "{where}漏了绝对值。",
    ),
    "square_added": (
        "Something is squared{where} that should not be.",
        "{where}有个量不该平方却平方了。",
    ),
    "norm": (
        "A length is measured in another way{where} than by the root of the sum of squares.",
        "{where}长度算得不对：它应当是平方和的平方根。",
    ),
    "part_missing": (
        "Of several parts that belong together one is missing{where}.",
        "{where}本该放在一起的几个部分少了一个。",
    ),
    "call_missing": (
        "A step is left out{where}: a value is used as it is that should first go through a function.",
        "{where}漏了一步：有个值应当先经过某个函数，却直接用了。",
    ),
    "axis": (
        "Something runs along the wrong axis{where}, or over all axes at once.",
        "{where}有一步沿错了轴，或者把所有轴合在一起算了。",
    ),
    "keepdims": (
        "An axis of length 1 is lost{where} that a later step needs.",
        "{where}丢了一个长度为 1 的轴，后面的运算还要用它。",
    ),
    "transpose_missing": (
        "A transpose is missing{where}.",
        "{where}漏了转置。",
    ),
    "transpose_added": (
        "A matrix is transposed{where} that should not be.",
        "{where}有个矩阵不该转置却转置了。",
    ),
    "product": (
        "A matrix product and a product entry by entry are mixed up{where}.",
        "{where}把矩阵乘法和逐元素相乘弄混了。",
    ),
    "division": (
        "A division is the wrong way round{where}, or stands where a multiplication belongs, or the other way.",
        "{where}乘与除弄混了，或者被除数与除数颠倒了。",
    ),
    "parentheses": (
        "Parentheses are missing{where}: an operation reaches only part of what it should.",
        "{where}少了括号：某个运算只作用到了一部分。",
    ),
    "order": (
        "Two steps are done in the wrong order{where}. A mean of squares, say, is not the square of a mean.",
        "{where}有两步的先后反了。比如，平方的平均不等于平均的平方。",
    ),
    "arguments": (
        "The arguments of a call are in the wrong order{where}.",
        "{where}调用函数时，参数的次序不对。",
    ),
    "parts": (
        "Parts that belong side by side are in the wrong order{where}.",
        "{where}并列的几个部分次序不对。",
    ),
    "boundary": (
        "A comparison is wrong where both sides are equal{where}: < where ≤ belongs, or the other way.",
        "{where}有个比较在两边相等时不对：该用 ≤ 的地方用了 <，或者反过来。",
    ),
    "comparison": (
        "A condition is the wrong way round{where}.",
        "{where}有个条件弄反了。",
    ),
    "logic": (
        "Conditions are joined in the wrong way{where}: “and” for “or”, say, or a “not” is missing.",
        "{where}条件的组合不对：“且”与“或”弄混了，或者漏了“非”。",
    ),
    "special_case": (
        "Two cases are treated alike{where} that the task tells apart.",
        "{where}题目要求分开处理的两种情形，被当成一种处理了。",
    ),
    "extreme": (
        "The largest and the smallest are mixed up{where}.",
        "{where}把最大与最小弄反了。",
    ),
    "one_step": (
        "There is one too few or one too many{where}: look at where a range begins and where it ends.",
        "{where}多了或少了一个：看看范围从哪里开始、到哪里结束。",
    ),
    "index": (
        "A wrong entry is picked{where}: the first for the last, or its neighbour.",
        "{where}取错了元素：该取最后一个却取了第一个，或者取了旁边的一个。",
    ),
    "other_part": (
        "The wrong side of a cut is taken{where}: what comes before it for what comes after, or the other way.",
        "{where}切分之后取错了一边：把前一段和后一段弄反了。",
    ),
    "rounding": (
        "Something is rounded in another way than the task says{where}.",
        "{where}取整的方式与题目要求的不同。",
    ),
    "start": (
        "Zeros and ones are mixed up{where}.",
        "{where}该用 0 的地方用了 1，或者反过来。",
    ),
    "results": (
        "Two results are exchanged: look at the order in which they are returned and received.",
        "有两个返回值弄反了：看看返回和接收时的次序。",
    ),
    "old_value": (
        "An old value is used where the new one belongs: look at the order of the steps.",
        "该用新值的地方用了旧值：看看各步的先后。",
    ),
    "frozen": (
        "Each round of a loop uses a value from before the loop where the newest belongs.",
        "循环的每一轮都用了循环开始前的旧值，而不是最新的值。",
    ),
    "new_value": (
        "A new value is used where the old one belongs: compute everything first, then replace.",
        "该用旧值的地方用了新值：请先全部算好，再一起更新。",
    ),
    "step_missing": (
        "A step is missing: something that should be changed stays as it was.",
        "漏了一步：本该改变的东西没有变。",
    ),
    "overwritten": (
        "Only the last contribution counts: it replaces the earlier ones where it should be added to them.",
        "只有最后一次的值留了下来：它覆盖了前面的，而不是加上去。",
    ),
    "early_return": (
        "The function returns in the first round of a loop. Is the `return` indented too far?",
        "函数在循环的第一轮就返回了。`return` 是不是多缩进了一层？",
    ),
    "reset": (
        "Something begins anew in each round of a loop: it should be set once, before the loop.",
        "有个值在循环的每一轮都被重置：它应当在循环之前只设一次。",
    ),
    "argument_negative": (
        "Your result is what −`{argument}` would give in place of `{argument}`: look for a sign.",
        "你的结果相当于把 `{argument}` 换成了 −`{argument}`：找找哪里正负号反了。",
    ),
    "argument_double": (
        "Your result is what twice the `{argument}` would give.",
        "你的结果相当于把 `{argument}` 放大了一倍。",
    ),
    "argument_half": (
        "Your result is what half the `{argument}` would give.",
        "你的结果相当于把 `{argument}` 缩小了一半。",
    ),
    "argument_squared": (
        "Your result is what the square of `{argument}` would give.",
        "你的结果相当于把 `{argument}` 换成了它的平方。",
    ),
    "argument_n": (
        "Your result is what N times the `{argument}` would give, N being the length of `{other}`: a sum for a mean?",
        "你的结果相当于把 `{argument}` 放大了 N 倍（N 是 `{other}` 的长度）：是不是该取平均却求了和？",
    ),
    "argument_1_n": (
        "Your result is what 1/N of the `{argument}` would give, N being the length of `{other}`: a mean for a sum?",
        "你的结果相当于把 `{argument}` 缩小了 N 倍（N 是 `{other}` 的长度）：是不是该求和却取了平均？",
    ),
    "ignored": (
        "Your result comes out as if `{argument}` had no effect. Where does it enter?",
        "你的结果就像 `{argument}` 不起作用一样。它应当用在哪里？",
    ),
    "default": (
        "A default is left in place{where} where the task asks for something else.",
        "{where}有个参数用了默认值，而题目要的不是它。",
    ),
    "names": (
        "Two names of the same kind are mixed up{where}.",
        "{where}把两个同类的变量弄混了。",
    ),
}


def hint(kind: str, values: Mapping[str, str]) -> Text:
    """The sentence for a kind of slip in every language."""
    part = "output" in values

    def said(language: str) -> str:
        what, where = (words[language][part].format(**values) for words in (WHAT, WHERE))
        sentence = HINTS[kind][LANGUAGES.index(language)].format(what=what, where=where, **values)
        return sentence[:1].upper() + sentence[1:]

    return {language: said(language) for language in LANGUAGES}
