"""Every sentence a student may read, in English and Chinese, by its stable code."""

from __future__ import annotations

from autograder.model.exercise import Text

SENTENCES: dict[str, Text] = {
    # what a call did
    "missing": {
        "en": "There is no function called `{function}` yet. Was its cell deleted, or the function renamed?",
        "zh": "没有找到函数 `{function}`。是删掉了那个单元格，还是改了函数名？",
    },
    "not_attempted": {"en": "Not attempted yet.", "zh": "尚未作答。"},
    "cell_syntax": {
        "en": "The cell that defines `{function}` is not valid Python{where}, so it could not run. "
        "Look for a missing bracket, colon or quotation mark there or just above.",
        "zh": "定义 `{function}` 的单元格有语法错误{where}，无法运行。请检查该处或上一行是否漏了括号、冒号或引号。",
    },
    "cell_package": {
        "en": "The cell that defines `{function}` stopped: the package `{package}` is not available here. "
        "Use what the notebook imports.",
        "zh": "定义 `{function}` 的单元格中止了：这里没有软件包 `{package}`。请使用笔记本已经导入的包。",
    },
    "cell_stopped": {
        "en": "The cell that defines `{function}` stopped with {error}{where} before it came to the function.",
        "zh": "定义 `{function}` 的单元格在执行到该函数之前就抛出了 {error}{where}。",
    },
    "no_method": {
        "en": "An object of `{function}` lacks a method that this exercise calls. Look at the docstring again.",
        "zh": "`{function}` 的对象缺少本题要调用的方法。请再看一遍文档字符串。",
    },
    "signature": {
        "en": "`{function}` is called as `{function}({parameters})`, but your function does not accept these arguments.",
        "zh": "调用方式是 `{function}({parameters})`，但你的函数不接受这些参数。",
    },
    "raised": {
        "en": "`{function}` stopped with {error}{where}.",
        "zh": "`{function}` 运行时抛出 {error}{where}。",
    },
    "forbidden": {
        "en": "`{function}` uses `{library}`, which this exercise leaves out: write it with numpy alone.",
        "zh": "`{function}` 用到了 `{library}`，而本题不允许使用它：请只用 numpy 来写。",
    },
    "timeout": {
        "en": "`{function}` did not finish within its time budget. Look for a loop that never ends, or a pause.",
        "zh": "`{function}` 没有在规定时间内结束。检查是否有不会停止的循环，或者 `sleep` 之类的等待。",
    },
    "died": {
        "en": "The Python process ended while `{function}` was running.",
        "zh": "`{function}` 运行时 Python 进程意外退出。",
    },
    "memory": {
        "en": "`{function}` used more memory than allowed. Look for an array that is far larger than the data.",
        "zh": "`{function}` 占用的内存超出上限。检查是否生成了比数据大得多的数组。",
    },
    "malformed": {
        "en": "What `{function}` returned fails when it is read, or is nested too deeply. "
        "Return plain numbers, arrays, lists, tuples or dicts.",
        "zh": "`{function}` 返回的对象在读取时出错，或嵌套过深。请返回普通的数、数组、列表、元组或字典。",
    },
    "wrong_return": {
        "en": "`{function}` should return {expected}, but it returned {actual}.",
        "zh": "`{function}` 应返回{expected}，实际返回的是{actual}。",
    },
    "wrong_lengths": {
        "en": "The lengths of what `{function}` returned do not fit the data. Compare its shapes with the docstring.",
        "zh": "`{function}` 返回的数组长度与数据对不上。请对照文档字符串检查形状。",
    },
    "too_large": {
        "en": "`{function}` returned far more data than the answer holds.",
        "zh": "`{function}` 返回的数据远远多于答案应有的大小。",
    },
    # what a value was
    "wrong_type": {
        "en": "{output} should be {expected}, but your function returned {actual}.",
        "zh": "{output}应为{expected}，但你的函数返回了 {actual}。",
    },
    "wrong_arity": {
        "en": "Your function should return {expected} values ({names}), but it returned {actual}.",
        "zh": "函数应返回 {expected} 个值（{names}），但实际返回了 {actual} 个。",
    },
    "wrong_keys": {
        "en": "{output} should have the keys {expected}, but it has {actual}.",
        "zh": "{output}应有键 {expected}，实际为 {actual}。",
    },
    "wrong_shape": {
        "en": "{output} should have shape {expected}, but it has shape {actual}.",
        "zh": "{output}的形状应为 {expected}，实际为 {actual}。",
    },
    "wrong_arity_hidden": {
        "en": "Your function should return {expected} values ({names}), but it returned far more.",
        "zh": "函数应返回 {expected} 个值（{names}），但实际返回的远不止这些。",
    },
    "wrong_shape_hidden": {
        "en": "{output} has another shape than the docstring says.",
        "zh": "{output}的形状与文档字符串所说的不同。",
    },
    "other_shape": {
        "en": "{output} should be an array of shape {expected}. Compare it with the docstring.",
        "zh": "{output}应是形状为 {expected} 的数组。请对照文档字符串检查。",
    },
    "no_choice": {
        "en": "{output} has no answer. Your dict needs this key, with one of {options}.",
        "zh": "{output}没有答案。你的字典需要这个键，值从 {options} 中选。",
    },
    "not_an_option": {
        "en": "{output}: {actual} is not on the list. Choose one of {options}.",
        "zh": "{output}：{actual} 不在列表中。请从 {options} 中选。",
    },
    "far_too_large": {
        "en": "{output} holds far more numbers than the answer has.",
        "zh": "{output}包含的数远多于答案应有的个数。",
    },
    "not_finite": {
        "en": "{output} contains NaN or infinity where a finite number is right.",
        "zh": "{output}中出现了 NaN 或无穷大，而正确结果是有限数。",
    },
    "wrong_value": {"en": "{output} is wrong.", "zh": "{output}的值不对。"},
    "wrong_value_at": {
        "en": "{output} is wrong{index}: expected {expected}, but got {actual}.",
        "zh": "{output}不对{index}：应为 {expected}，实际为 {actual}。",
    },
    "below_gate": {
        "en": "The score is {actual}, and at least {bound} is needed.",
        "zh": "得分为 {actual}，至少需要 {bound}。",
    },
    "above_gate": {
        "en": "The error is {actual}, and at most {bound} is allowed.",
        "zh": "误差为 {actual}，最多允许 {bound}。",
    },
    # what was right
    "case_passed": {"en": "Right.", "zh": "正确。"},
    "group_passed": {"en": "{title}: right.", "zh": "{title}：正确。"},
    # gradients
    "gradient_consistent": {
        "en": "Your gradient is the exact gradient of *your own* loss, but that loss is not the one asked for. "
        "The differentiation is right and earns its share; mend the loss first.",
        "zh": "你的梯度与你自己写的损失函数完全一致，只是那个损失函数不是题目要求的。求导本身没有错，已得到相应的分数；请先改正损失函数。",
    },
    "gradient_inconsistent": {
        "en": "Finite differences of your loss do not match your gradient with respect to {parameters}.",
        "zh": "对你的损失函数做数值求导，结果与你对 {parameters} 的梯度不一致。",
    },
    # generic explanations
    "ratio": {
        "en": "Every entry of {output} is {ratio} times what it should be.",
        "zh": "{output}的每个元素都是正确值的 {ratio} 倍。",
    },
    "transposed": {"en": "{output} is transposed.", "zh": "{output}被转置了。"},
    "all_zero": {"en": "{output} is all zeros.", "zh": "{output}全是零。"},
    "shifted": {
        "en": "The entries of {output} are right but shifted by one position.",
        "zh": "{output}的元素整体错开了一位。",
    },
    # contract
    "contract_unchanged": {
        "en": "Your function changes its input {inputs} in place. Work on a copy: the caller still needs it.",
        "zh": "你的函数直接修改了传入的 {inputs}。请在副本上操作：调用者还要用原来的数据。",
    },
    "contract_again": {
        "en": "Calling the function twice with the same inputs gives two different answers.",
        "zh": "用同样的输入调用两次，得到的结果不同。",
    },
    "contract_readonly": {
        "en": "Your function fails on a read-only array, so it writes into its input. Work on a copy.",
        "zh": "传入只读数组时你的函数会失败，说明它在改写输入。请在副本上操作。",
    },
    "contract_float32": {
        "en": "Your function gives another answer when its inputs are float32 arrays.",
        "zh": "输入改为 float32 数组时，你的函数给出了不同的结果。",
    },
    "contract_float32_failed": {
        "en": "The docstring promises that float32 arrays work too, but your function stops with an error on them.",
        "zh": "文档字符串说明也接受 float32 数组，但你的函数在这种输入上会报错。",
    },
    "contract_lists": {
        "en": "The docstring promises that lists work too, but your function fails on them. `np.asarray` helps.",
        "zh": "文档字符串说明也接受列表，但你的函数处理不了。可以先用 `np.asarray` 转换。",
    },
    "contract_integers": {
        "en": "Your function gives a wrong answer when its inputs are integer arrays. Look at dtypes and `//`.",
        "zh": "输入为整数数组时结果不对。检查数据类型和 `//`。",
    },
    # context
    "submission_budget": {
        "en": "The notebook had used up all its time before this exercise was judged. Look for slow, endless or "
        "sleeping code.",
        "zh": "评到本题之前，整个笔记本的时间已经用完。检查是否有很慢、不会结束或一直在等待的代码。",
    },
    "builds_on_endless": {
        "en": "This builds on {functions}, which ended the process.",
        "zh": "本题用到 {functions}，而它使进程中止了。",
    },
    "judged_with_right": {
        "en": "Judged with a right {functions} in place of yours, so that one error costs marks once.",
        "zh": "评分时用正确的 {functions} 替换了你的版本，同一个错误不会重复扣分。",
    },
    "grader_error": {
        "en": "The grader itself failed here. A person will look at it; you lose nothing.",
        "zh": "评分程序自身出错了。会有人来处理，不影响你的成绩。",
    },
    # tests of the course's own, whose prints and errors are told
    "test_passed": {"en": "The test passed.", "zh": "测试通过。"},
    "test_partial": {"en": "The test gives {points} of {max} points.", "zh": "测试给出 {points} 分，满分 {max} 分。"},
    "test_failed": {"en": "The test stopped with {error}{said}.", "zh": "测试抛出 {error}{said}。"},
    "test_stderr": {
        "en": "The test does not count as passed, because something was written to stderr, a warning perhaps{said}.",
        "zh": "运行测试时 stderr 中有输出（例如警告），因此不算通过{said}。",
    },
    "test_printed": {"en": "It printed{said}.", "zh": "输出{said}。"},
    "test_timeout": {
        "en": "The test did not finish within its time budget. Look for a loop that never ends in what it calls.",
        "zh": "测试没有在规定时间内结束。检查它调用的函数里是否有不会停止的循环。",
    },
    "test_memory": {
        "en": "The test used more memory than allowed. Look for an array that is far larger than the data.",
        "zh": "测试占用的内存超出上限。检查是否生成了比数据大得多的数组。",
    },
    "test_died": {
        "en": "The Python process ended while the test was running.",
        "zh": "运行测试时 Python 进程意外退出。",
    },
    "test_not_run": {
        "en": "The notebook had used up its time before this test ran. Look for slow, endless or sleeping code.",
        "zh": "轮到这个测试之前，笔记本的时间已经用完。检查是否有很慢、不会结束或一直在等待的代码。",
    },
    "test_odd": {
        "en": "The test gave {points}, and it can give from 0 to {max} points. Your teacher will look at it.",
        "zh": "测试给出了 {points} 分，而它只能给 0 到 {max} 分。老师会来处理。",
    },
    "test_cut": {
        "en": "More was printed than can be kept, so what the test gave may be lost. Your teacher will look at it.",
        "zh": "输出过多，未能全部保留，测试的结果可能已经丢失。老师会来处理。",
    },
    "awaiting_marking": {"en": "Waiting to be marked by a person.", "zh": "等待人工批改。"},
    # notes about the notebook
    "unreadable_empty": {
        "en": "The file is empty. Save the notebook in Jupyter and submit it again.",
        "zh": "文件是空的。请在 Jupyter 中保存后重新提交。",
    },
    "unreadable_size": {
        "en": "The file has {megabytes} MB; at most {limit} MB can be read. Clear the outputs, save and submit again.",
        "zh": "文件有 {megabytes} MB，最多只能读取 {limit} MB。请清除所有输出，保存后重新提交。",
    },
    "unreadable_json": {
        "en": "The file is damaged: it stops being JSON at line {line}. Download the notebook again and resubmit.",
        "zh": "文件已损坏：第 {line} 行起不是有效的 JSON。请重新下载笔记本并提交。",
    },
    "unreadable_notebook": {
        "en": "The file is not a Jupyter notebook. Submit the .ipynb file itself.",
        "zh": "这不是 Jupyter 笔记本。请提交 .ipynb 文件本身。",
    },
    "unreadable_zip": {
        "en": "The file is a zip archive, not a notebook. Unpack it and submit the .ipynb file that is in it.",
        "zh": "这是一个 zip 压缩包，不是笔记本。请先解压，再提交其中的 .ipynb 文件。",
    },
    "unreadable_place_near": {
        "en": "The folder `{folder}` is called like no assignment of this course. Rename it to {names} and submit it again.",
        "zh": "本课程没有名为 `{folder}` 的作业。请把文件夹改名为 {names}，重新提交。",
    },
    "unreadable_place": {
        "en": "The folder `{folder}` is called like no assignment of this course; there are {names}. Put the notebook into the folder of its assignment and submit it again.",
        "zh": "本课程没有名为 `{folder}` 的作业，现有的作业是 {names}。请把笔记本放进对应作业的文件夹，重新提交。",
    },
    "unreadable_missing": {
        "en": "There is no notebook here: `{file}` was not found. Put the notebook into this folder and submit it again.",
        "zh": "这里没有笔记本：找不到 `{file}`。请把笔记本放进这个文件夹，重新提交。",
    },
    "unreadable_link": {
        "en": "`{file}` is a link to another place, and links are not followed. Copy the notebook itself into your folder and submit it again.",
        "zh": "`{file}` 是指向别处的链接，评分时不会跟随链接。请把笔记本文件本身复制到你的文件夹里，重新提交。",
    },
    "unreadable_link_folder": {
        "en": "The folder `{file}` is a link to another place, and links are not followed. Make it a folder of its own with your notebook in it and submit it again.",
        "zh": "文件夹 `{file}` 是指向别处的链接，评分时不会跟随链接。请新建一个真正的文件夹，把笔记本放进去，重新提交。",
    },
    "unreadable_folder": {
        "en": "`{file}` is a folder, not a notebook. Submit the .ipynb file itself.",
        "zh": "`{file}` 是一个文件夹，不是笔记本。请提交 .ipynb 文件本身。",
    },
    "unreadable_special": {
        "en": "`{file}` is {kind}, not a file. Save the notebook in Jupyter and submit the .ipynb file itself.",
        "zh": "`{file}` 是{kind}，不是普通文件。请在 Jupyter 中保存笔记本，提交 .ipynb 文件本身。",
    },
    "unreadable_permission": {
        "en": "`{file}` may not be read by the grader. Give everybody the right to read it (`chmod a+rX`) and submit it again.",
        "zh": "评分程序没有读取 `{file}` 的权限。请开放读取权限（`chmod a+rX`），重新提交。",
    },
    "unreadable_failed": {
        "en": "`{file}` could not be read ({reason}). Submit it again; if that does not help, tell your teacher.",
        "zh": "读取 `{file}` 时出错（{reason}）。请重新提交；如果仍然不行，请告诉老师。",
    },
    "unreadable_cells": {
        "en": "The notebook has {cells} cells; at most {limit} can be graded. Delete the cells that you do not need, save and submit again.",
        "zh": "笔记本有 {cells} 个单元格，最多只能评 {limit} 个。请删去不需要的单元格，保存后重新提交。",
    },
    "unreadable_assignment": {
        "en": "The notebook belongs to no assignment of this course that has a bank. Submit the notebook you were given.",
        "zh": "这个笔记本不属于本课程的任何一次作业。请提交发给你的那个笔记本。",
    },
    "note_upgraded": {
        "en": "The notebook was saved in an old format (nbformat {major}) and has been converted.",
        "zh": "笔记本是旧格式（nbformat {major}），已自动转换。",
    },
    "note_renamed": {
        "en": "The notebook was renamed; it was recognised as {assignment}.",
        "zh": "笔记本被改过名；已识别为 {assignment}。",
    },
    "note_missing": {
        "en": "These cells were missing and have been restored: {cells}.",
        "zh": "以下单元格缺失，已恢复：{cells}。",
    },
    "note_duplicated": {
        "en": "These cells appear more than once: {cells}. All ran in order, so the last definition counts.",
        "zh": "以下单元格出现了多次：{cells}。已按顺序全部运行，以最后一次定义为准。",
    },
    "note_retyped": {
        "en": "These cells had changed type and were read as code: {cells}.",
        "zh": "以下单元格的类型被改动，已按代码读取：{cells}。",
    },
    "note_edited": {
        "en": "These cells belong to the assignment and had been edited; the original was used: {cells}.",
        "zh": "以下单元格属于作业本身但被改动过，评分时使用了原版：{cells}。",
    },
    "note_reordered": {
        "en": "The cells are in another order than in the assignment; they ran in your order.",
        "zh": "单元格的顺序与作业不同；已按你的顺序运行。",
    },
    "note_no_metadata": {
        "en": "The notebook had lost its cell labels; your functions were found by name.",
        "zh": "笔记本丢失了单元格标签；已按函数名找到你的作答。",
    },
    "note_cell_error": {
        "en": "Cell {cell} stopped with {error}{where}; the cells after it still ran.",
        "zh": "单元格 {cell} 抛出 {error}{where}；其后的单元格照常运行。",
    },
    "note_cell_forbidden": {
        "en": "Cell {cell} uses `{library}`, which exercises here leave out; for them, the rest of that cell did not run.",
        "zh": "单元格 {cell} 用到了 `{library}`，而有的题目不允许使用它；评这些题时，该单元格余下的部分没有运行。",
    },
    "note_cell_timeout": {
        "en": "Cell {cell} did not finish in time and was left out; the other cells still ran.",
        "zh": "单元格 {cell} 超时，已跳过；其余单元格照常运行。",
    },
    "note_cell_memory": {
        "en": "Cell {cell} used more memory than allowed and was left out; the other cells still ran.",
        "zh": "单元格 {cell} 占用内存过多，已跳过；其余单元格照常运行。",
    },
    "note_cell_died": {
        "en": "Cell {cell} ended the Python process and was left out; the other cells still ran.",
        "zh": "单元格 {cell} 使 Python 进程退出，已跳过；其余单元格照常运行。",
    },
    "note_budget": {
        "en": "The notebook used up its time; the cells from {cell} on were left out.",
        "zh": "笔记本的总时间已用完；从单元格 {cell} 起未运行。",
    },
    "note_output": {
        "en": "Cell {cell} printed more than can be kept; the rest of its output was cut.",
        "zh": "单元格 {cell} 输出过多，超出部分已截断。",
    },
}

GROUP_TITLES: dict[str, Text] = {
    "values": {"en": "Values", "zh": "数值"},
    "form": {"en": "Form of the answer", "zh": "答案的格式"},
    "edge": {"en": "Edge cases", "zh": "边界情形"},
    "gradient": {"en": "Gradient", "zh": "梯度"},
    "invariant": {"en": "Invariants", "zh": "不变量"},
    "extreme": {"en": "Extreme inputs", "zh": "极端输入"},
    "contract": {"en": "Inputs unchanged, same answer twice", "zh": "不改输入、结果可重复"},
    "accuracy": {"en": "In practice", "zh": "实战"},
}


def say(code: str, **values: object) -> Text:
    """The sentence `code` in every language, with its values filled in.

    A value that is itself a Text is taken in the same language.  Raises KeyError for an unknown code.
    """
    return {
        language: template.format(
            **{name: value[language] if isinstance(value, dict) else value for name, value in values.items()}
        )
        for language, template in SENTENCES[code].items()
    }
