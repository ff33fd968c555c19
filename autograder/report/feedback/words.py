"""The words around the findings, in English and Chinese; sentences about answers live in `messages`."""

from __future__ import annotations

from datetime import datetime

from autograder.model.exercise import LANGUAGES, Text
from autograder.model.verdict import Outcome

OUTCOMES: dict[Outcome, Text] = {
    Outcome.PASSED: {"en": "Right", "zh": "正确"},
    Outcome.PARTIAL: {"en": "Partly right", "zh": "部分正确"},
    Outcome.FAILED: {"en": "Not right yet", "zh": "还不对"},
    Outcome.NOT_ATTEMPTED: {"en": "Not attempted", "zh": "未作答"},
    Outcome.AWAITING_MARKING: {"en": "Awaiting marking", "zh": "等待批改"},
    Outcome.GRADER_ERROR: {"en": "Our fault, under review", "zh": "评分出错，待人工处理"},
}

MARKS: dict[Outcome, str] = {  # each has its own shape, so that colour is never the only sign
    Outcome.PASSED: "✓",
    Outcome.PARTIAL: "◐",
    Outcome.FAILED: "✗",
    Outcome.NOT_ATTEMPTED: "–",
    Outcome.AWAITING_MARKING: "…",
    Outcome.GRADER_ERROR: "!",
}

WORDS: dict[str, Text] = {
    "feedback": {"en": "Feedback", "zh": "作业反馈"},
    "total": {"en": "Total", "zh": "总分"},
    "so_far": {"en": "Total so far", "zh": "目前得分"},
    "submitted": {"en": "handed in {}", "zh": "提交于 {}"},
    "late": {"en": "late (due {})", "zh": "迟交（截止时间 {}）"},
    "graded": {"en": "graded {}", "zh": "评分于 {}"},
    "penalty": {
        "en": "Your notebook came late: {points} {unit} are taken off, and the total above is what is left.",
        "zh": "这份作业迟交，已扣 {points} {unit}；上面是扣分之后的总分。",
    },
    "comment": {"en": "Your teacher writes", "zh": "老师的评语"},
    "marked": {"en": "Marked by your teacher.", "zh": "老师已批改。"},
    "points_set": {"en": "Points set by your teacher.", "zh": "本题得分由老师评定。"},
    "marked_before": {
        "en": "Your teacher gave these points to an earlier answer and will look at this one.",
        "zh": "这是老师给之前那份答案的分数，老师还会看这一份。",
    },
    "by_teacher": {"en": "Your teacher marked this notebook by hand.", "zh": "这份作业由老师人工批改。"},
    "points": {"en": "points", "zh": "分"},
    "point": {"en": "point", "zh": "分"},
    "bonus": {"en": "bonus", "zh": "附加题"},
    "went_wrong": {"en": "What went wrong", "zh": "问题出在哪里"},
    "notebook": {"en": "About your notebook", "zh": "关于你的笔记本"},
    "exercises": {"en": "Exercises", "zh": "各题情况"},
    "right": {"en": "right", "zh": "正确"},
    "wrong": {"en": "wrong", "zh": "有误"},
    "graded_by": {"en": "Graded by autograder", "zh": "由 autograder 评分，版本"},
    "submission": {"en": "submission", "zh": "提交"},
    "awaiting": {
        "en": "A person will mark {names}, worth {points} {unit} more.",
        "zh": "{names}等待人工批改，共 {points} {unit}。",
    },
    "under_review": {
        "en": "The grader itself failed on {names}. A person will look at it. Points still open: {points}.",
        "zh": "评分程序在{names}上出错。会有人来处理，{points} {unit}尚未评定。",
    },
    "all_right": {"en": "Everything is right. Well done!", "zh": "全部正确，做得很好！"},
    "mostly": {
        "en": "Most of this is right. What is left is listed below, with a hint where we recognised the error.",
        "zh": "大部分都对了。下面列出了还需要修改的地方；能认出的错误都附有提示。",
    },
    "some": {
        "en": "Part of this is right. Start with the first exercise below that is not: later ones often build on it.",
        "zh": "有一部分已经做对了。请从下面第一道还不对的题开始改，后面的题往往建立在它之上。",
    },
    "start": {
        "en": "Nothing counts yet, and that can change quickly. Start with the first exercise below.",
        "zh": "目前还没有得分，不过改起来可能很快。请从下面第一题开始。",
    },
    "only_waiting": {"en": "Your answers are in and wait to be marked.", "zh": "已收到你的作答，等待批改。"},
    "unreadable": {
        "en": "This notebook could not be read, so nothing in it has been graded. That is not a zero: "
        "there is no score yet.",
        "zh": "无法读取这个笔记本，因此还没有评分。这不等于零分：目前没有分数。",
    },
    "grader_error": {
        "en": "The grader failed on this submission. That is not your fault, and there is no score yet: "
        "a person will look at it.",
        "zh": "评分程序在处理这份作业时出错。这不是你的问题；目前没有分数，会有人来处理。",
    },
}

CLASS: dict[str, Text] = {  # the instructor's page
    "class_report": {"en": "Class report", "zh": "班级成绩报告"},
    "submissions": {"en": "submissions", "zh": "份提交"},
    "median": {"en": "median score", "zh": "分数中位数"},
    "to_look_at": {"en": "need a person", "zh": "份需要人工处理"},
    "students": {"en": "Students", "zh": "学生"},
    "student": {"en": "Student", "zh": "学生"},
    "score": {"en": "Score", "zh": "分数"},
    "notes": {"en": "Notes", "zh": "备注"},
    "blocked": {"en": "blocked", "zh": "未定"},
    "unreadable": {"en": "unreadable", "zh": "无法读取"},
    "exercises": {"en": "Exercises", "zh": "各题统计"},
    "exercise": {"en": "Exercise", "zh": "题目"},
    "right": {"en": "Right", "zh": "正确率"},
    "outcomes": {"en": "Outcomes", "zh": "结果分布"},
    "mistakes": {"en": "Most common mistakes", "zh": "最常见的错误"},
    "people": {"en": "Needs a person", "zh": "需要人工处理"},
    "nobody": {"en": "Nothing waits for a person.", "zh": "没有需要人工处理的内容。"},
    "none": {"en": "No submissions yet.", "zh": "还没有提交。"},
    "fault": {"en": "grader error", "zh": "评分程序出错"},
    "to_mark": {"en": "to be marked", "zh": "等待批改"},
    "missing": {"en": "not handed in", "zh": "未提交"},
    "troubles": {"en": "could not be looked at", "zh": "无法查看"},
    "whole": {"en": "the whole submission", "zh": "整份提交"},
    "handed_in": {"en": "Handed in (UTC)", "zh": "提交时间（UTC）"},
    "late": {"en": "late", "zh": "迟交"},
    "taken_off": {"en": "taken off", "zh": "迟交扣分"},
    "awaited": {"en": "to be marked", "zh": "待批改"},
    "by_hand": {"en": "by hand", "zh": "人工评定"},
    "no_sandbox": {"en": "no sandbox", "zh": "无沙箱"},
    "unprotected": {
        "en": "Graded without a sandbox: students' code ran with the grader's own rights and could read and change "
        "files, these results among them. Submissions concerned:",
        "zh": "评分时没有使用沙箱：学生的代码以评分者的权限运行，可以读写文件，包括这些成绩。涉及的提交数：",
    },
    "question": {"en": "Q", "zh": "问"},
}


COLON: Text = {"en": ": ", "zh": "："}
PARENTHESES: Text = {"en": " ({})", "zh": "（{}）"}


def word(key: str, language: str) -> str:
    """The word `key` in a language; English where the language is unknown."""
    return in_language(WORDS[key], language)


def class_word(key: str, language: str) -> str:
    """The word `key` of the instructor's page in a language."""
    return in_language(CLASS[key], language)


def in_language(text: Text, language: str) -> str:
    """The text in a language, or in the first language that it has."""
    return text.get(language) or next((text[each] for each in LANGUAGES if text.get(each)), "")


def number(points: float) -> str:
    """Points as people write them: 2, 1.5, 0.67."""
    return f"{round(points, 2):.2f}".rstrip("0").rstrip(".")


def unit(points: float, language: str) -> str:
    """The word behind a number of points."""
    return word("point" if points == 1 else "points", language)


def out_of(earned: float | None, possible: float | None, language: str, *, unknown: str = "?") -> str:
    """Points out of how many: "1.5 / 2 points".  What is not known is a sign."""
    shown = unknown if earned is None else number(earned)
    return shown if possible is None else f"{shown} / {number(possible)} {unit(possible, language)}"


def moment(when: datetime) -> str:
    """A time as everybody reads it: 2027-03-01 10:00 UTC."""
    return f"{when:%Y-%m-%d %H:%M} UTC"


def listing(titles: list[str], language: str) -> str:
    """Titles in a row, each in the language's own quotation marks."""
    return "".join(f"“{title}”" for title in titles) if language == "zh" else ", ".join(f"“{each}”" for each in titles)
