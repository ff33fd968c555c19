"""The student's own code on the feedback page: as it was handed in, safe, with the line that raised marked."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest

from autograder.model.texts import part
from autograder.model.verdict import AnswerCell, ExerciseVerdict, Finding, Note, Outcome, Report, SubmissionOutcome
from autograder.report.feedback import render_html, render_markdown
from autograder.report.feedback.code import ShownCell, shown_cells
from autograder.report.standing import Standing

CODE = 'def f(x):\n    """What <b>it</b> does."""\n    return x / 0  # not "now"\n'
RAISED = Finding("raised", {"function": "f", "error": "`ZeroDivisionError`", "where": part("at_line_of_cell", line=3)})
WRONG = ExerciseVerdict("f", Outcome.FAILED, 0, 2, findings=(RAISED,), answer=(AnswerCell(7, CODE),))


def page_of(*verdicts: ExerciseVerdict, notes: tuple[Note, ...] = (), language: str = "en") -> str:
    return render_html(Standing(report(*verdicts, notes=notes, language=language)), {})


def report(*verdicts: ExerciseVerdict, notes: tuple[Note, ...] = (), language: str = "en") -> Report:
    return Report("ada", "ch01", language, SubmissionOutcome.GRADED, "s", "b", "e", 0, notes, verdicts)


def text_in(page: str) -> list[str]:
    """The text of each block of code."""
    return [html.unescape(re.sub("<[^>]*>", "", block)) for block in re.findall(r"<pre.*?</pre>", page, re.DOTALL)]


@pytest.mark.parametrize(
    "source",
    [
        CODE,
        "",
        "x = '''never closed",
        'x = "never closed\ny = 2',
        "\n\n  # a comment\n",
        "%matplotlib inline\n!ls\nx = 1_000.5e3 + 0x1F + 2j",
        'f"{x!r:>{width}}" + rb"\\"" + \'it\\\'s\'',
        "数据 = '值'  # 注释",
        "def f(:\n\treturn\x0c 1 $ ? `",
        "</code></pre><script>alert(1)</script>",
        "{{ 7*7 }}{% raw %}",
    ],
)
def test_colours_change_no_character(source: str) -> None:
    shown = ShownCell(AnswerCell(1, source))
    lines = [html.unescape(re.sub("<[^>]*>", "", line.html)) for line in shown.lines]
    assert lines == source.replace("\x0c", "\ufffd").rstrip().split("\n")
    tags = set(re.findall("<[^>]*>", "".join(line.html for line in shown.lines)))
    assert tags <= {f'<span class="{kind}">' for kind in "ckns"} | {"</span>"}


def test_keywords_strings_numbers_and_comments_are_told_apart() -> None:
    first, second, third = (line.html for line in ShownCell(AnswerCell(1, CODE)).lines)
    assert first == '<span class="k">def</span> f(x):'
    assert second == '    <span class="s">&#34;&#34;&#34;What &lt;b&gt;it&lt;/b&gt; does.&#34;&#34;&#34;</span>'
    assert third.endswith('<span class="n">0</span>  <span class="c"># not &#34;now&#34;</span>')


def test_what_turns_the_order_of_letters_or_steers_a_terminal_is_shown_as_such() -> None:
    shown = ShownCell(AnswerCell(1, "x = 1 # \u202e\x1b[2J\x00\r\ny = 2"))
    assert shown.text == "x = 1 # \ufffd\ufffd[2J\ufffd\ny = 2"


def test_the_code_of_a_wrong_answer_is_open_and_that_of_a_right_one_folded() -> None:
    page = page_of(WRONG, replace(WRONG, name="g", outcome=Outcome.PASSED, points=2, findings=()))
    wrong, right = re.findall(r"<article.*?</article>", page, re.DOTALL)
    assert text_in(wrong)[0].startswith('def f(x):\n    """What <b>it</b>')
    assert '<details class="own">' in right
    assert '<details class="own">' not in wrong
    assert "Your answer, cell 7 of the notebook" in wrong


def test_the_line_that_raised_is_marked_and_said_in_words() -> None:
    page = page_of(WRONG)
    marked = re.findall(r'<span class="l at">(.*?)\n</span>', page)
    assert len(marked) == 1
    assert "return" in marked[0]
    assert marked[0].endswith('<span class="here">← error here</span>')
    chinese = page_of(WRONG, language="zh")
    assert "你的作答（笔记本第 7 个单元格）" in chinese
    assert "← 这一行出错" in chinese


@pytest.mark.parametrize(
    ("finding", "lines"),
    [
        (RAISED, {3}),
        (Finding("raised_meaning", {"said": part("raised_saying", function="f", error="`E`", message="m",
                                                 where=part("at_source_line", line=2, source="x")),
                                    "meaning": "m"}), {2}),
        (Finding("cell_syntax", {"function": "f", "where": part("at_line_in_cell", line=1)}), {1}),
        (replace(RAISED, values={**RAISED.values, "where": ""}), set()),
    ],
    ids=["raised", "inside another sentence", "the cell stopped", "no line is known"],
)  # fmt: skip
def test_the_line_is_the_one_that_the_finding_names(finding: Finding, lines: set[int]) -> None:
    other = AnswerCell(2, "a = 1\nb = 2\nc = 3")
    first, last = shown_cells(replace(WRONG, findings=(finding,), answer=(other, AnswerCell(7, CODE))), ())
    assert (set(first.raised), set(last.raised)) == (set(), lines)


def test_a_note_marks_the_cell_that_it_names() -> None:
    notes = [Note("note_cell_error", {"cell": cell, "error": "`E`", "where": part("at_line", line=2)}) for cell in "29"]
    verdict = replace(WRONG, findings=(), answer=(AnswerCell(2, "a\nb"), AnswerCell(7, CODE)))
    assert [set(shown.raised) for shown in shown_cells(verdict, notes)] == [{2}, set()]


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ((), "Your notebook has no cell for this answer."),
        ((AnswerCell(7, "", untouched=True),), "Cell 7 of your notebook is as it was handed out."),
        ((AnswerCell(7, "x = 1", cut=True),), "The rest of the cell is left out here."),
        (None, ""),
    ],
)
def test_what_is_missing_untouched_or_long_reads_so(answer: tuple[AnswerCell, ...] | None, sentence: str) -> None:
    verdict = replace(WRONG, answer=answer)
    for text in (page_of(verdict), render_markdown(Standing(report(verdict)), {})):
        body = text.partition("</style>")[2] or text
        assert sentence in body
        assert ("x = 1" in re.sub("<[^>]*>", "", body)) is (answer is not None and bool(answer) and answer[0].cut)
        if answer is None:  # a ledger of an earlier version: nothing is said
            assert "cell" not in body.replace("(line 3 of the cell)", "")


def test_words_are_shown_as_they_were_written() -> None:
    essay = ExerciseVerdict("why", Outcome.AWAITING_MARKING, 0, 2, written=True,
                            answer=(AnswerCell(9, "Because *<i>* a < b,\nand so on.", words=True),))  # fmt: skip
    page = page_of(essay)
    assert '<p class="words">Because *&lt;i&gt;* a &lt; b,\nand so on.</p>' in page
    assert "<pre" not in page


def test_no_backticks_of_a_student_end_the_block_of_markdown() -> None:
    source = "x = 1\n```\n# Full marks\n````\n<script>"
    markdown = render_markdown(Standing(report(replace(WRONG, answer=(AnswerCell(7, source),)))), {})
    assert f"`````python\n{source}\n`````" in markdown


def test_a_brief_report_has_neither_code_nor_requests() -> None:
    markdown = render_markdown(Standing(report(WRONG)), {}, brief=True)
    assert "✗" in markdown
    assert "return x" not in markdown
    assert "autograder-regrade" not in markdown


# Requests


def test_an_answer_that_lost_points_can_be_argued_about_and_no_other() -> None:
    right = replace(WRONG, name="g", outcome=Outcome.PASSED, points=2, findings=())
    untouched = replace(WRONG, name="h", outcome=Outcome.NOT_ATTEMPTED, answer=(AnswerCell(8, "", untouched=True),))
    awaited = ExerciseVerdict("why", Outcome.AWAITING_MARKING, 0, 2, written=True)
    standing = Standing(report(WRONG, right, untouched, awaited))
    for text in (render_html(standing, {}), render_markdown(standing, {})):
        lines = re.findall("autograder-regrade [^<\n]*", text)
        assert lines == ["autograder-regrade assignment=ch01 student=ada exercise=f submission=s bank=b engine=e"]


def test_a_hand_in_without_a_grading_can_be_argued_about_as_a_whole() -> None:
    failed = replace(report(), outcome=SubmissionOutcome.UNREADABLE, bank="")
    for text in (render_html(Standing(failed), {}), render_markdown(Standing(failed), {})):
        assert re.findall("autograder-regrade [^<\n]*", text) == [
            "autograder-regrade assignment=ch01 student=ada submission=s engine=e"
        ]
