"""The feedback page in a real browser: readable by everybody, on a desktop and a phone, without a network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import browser
from playwright.sync_api import Browser, Page, expect

from autograder.model.texts import part
from autograder.model.verdict import AnswerCell, ExerciseVerdict, Finding, Note, Outcome, Report, SubmissionOutcome
from autograder.report.feedback import render_html
from autograder.report.standing import Earlier, Marks, Standing

SIZES = {"desktop": 1280, "phone": 390}
NOON = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
CODE = '''def f(x, y):
    """A docstring, and a line that goes on for so long that it must be broken, even on the widest of all screens."""
    total = 0.0  # <script>alert(1)</script>
    return x @ y if total else "a" * 3
'''
RAISED = Finding("raised", {"function": "f", "error": "`ValueError`", "where": part("at_line_of_cell", line=4)})
WRONG = ExerciseVerdict("f", Outcome.FAILED, 0, 2, hint={"en": "A hint.", "zh": "提示。"}, findings=(RAISED,),
                        answer=(AnswerCell(8, "", untouched=True), AnswerCell(12, CODE)))  # fmt: skip
RIGHT = replace(WRONG, name="g", outcome=Outcome.PASSED, points=2, hint=None, findings=())
LOST = replace(WRONG, name="lost", outcome=Outcome.NOT_ATTEMPTED, hint=None, findings=(), answer=())
WORDS = ExerciseVerdict("why", Outcome.AWAITING_MARKING, 0, 2, written=True,
                        answer=(AnswerCell(20, "In words,\nand more.", words=True),))  # fmt: skip


def page_of(language: str) -> str:
    """A page with all that there can be: every kind of answer, another hand-in before, graded again, late."""
    note = Note("note_edited", {"cells": ["`check_f`"]})
    report = Report("ada", "ch01", language, SubmissionOutcome.GRADED, "ab" * 32, "cd" * 32, "0.1.0", 0, (note,),
                    (WRONG, RIGHT, LOST, WORDS))  # fmt: skip
    before = replace(report, submission="other", exercises=(replace(RIGHT, name="f"), replace(WRONG, name="g"), LOST))
    marks = Marks(submitted_at=NOON, due_at=NOON.replace(hour=11))
    earlier = Earlier(replace(before, bank="old"), NOON)
    return render_html(Standing(report, NOON, marks, handed_in_before=earlier, graded_before=earlier), {}, course="ML")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    for language in ("en", "zh"):
        (folder / f"{language}.html").write_text(page_of(language), encoding="utf-8")
    return {language: folder / f"{language}.html" for language in ("en", "zh")}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture
def opened(chromium: Browser, pages: dict[str, Path]) -> Iterator[Page]:
    """The English page, which may ask nothing of a network."""
    with chromium.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(pages["en"].as_uri())
        yield page
        assert asked == [pages["en"].as_uri()]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_axe_violation(chromium: Browser, pages: dict[str, Path], language: str, size: str, scheme: str) -> None:
    with chromium.new_context(viewport={"width": SIZES[size], "height": 800}, color_scheme=scheme) as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(pages[language].as_uri())
        for folded in page.locator("details").all():
            folded.evaluate("element => { element.open = true; }")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size]  # long lines of code are broken


def test_code_stands_beside_the_finding_on_a_desktop_and_below_it_on_a_phone(opened: Page) -> None:
    said, code = opened.locator("#f .said"), opened.locator("#f .own")
    for width, is_beside in ((1280, True), (390, False)):
        opened.set_viewport_size({"width": width, "height": 800})
        left, right = said.bounding_box(), code.bounding_box()
        assert left is not None
        assert right is not None
        assert (left["x"] + left["width"] <= right["x"]) is is_beside
        assert (left["y"] + left["height"] <= right["y"]) is not is_beside


def test_numbers_of_lines_and_the_mark_of_an_error_are_not_copied_with_the_code(opened: Page) -> None:
    opened.locator("#f pre").evaluate("element => getSelection().selectAllChildren(element)")
    assert opened.evaluate("getSelection().toString()").strip() == CODE.strip()


def test_a_click_selects_the_whole_line_of_a_request(opened: Page) -> None:
    opened.locator("#f .regrade summary").click()
    line = opened.locator("#f .regrade code")
    line.click()
    assert opened.evaluate("getSelection().toString()") == line.inner_text()
    assert line.inner_text().startswith("autograder-regrade assignment=ch01 student=ada exercise=f submission=abab")


def test_what_changed_leads_to_its_exercise(opened: Page) -> None:
    opened.get_by_role("link", name="g", exact=True).first.click()
    expect(opened.locator("#g")).to_be_in_viewport()


def test_on_paper_there_is_the_code_of_what_is_wrong(opened: Page) -> None:
    opened.emulate_media(media="print")
    expect(opened.locator("#f pre")).to_be_visible()
    expect(opened.locator("#g details.own")).to_be_hidden()
    expect(opened.locator("#f .regrade")).to_be_hidden()
