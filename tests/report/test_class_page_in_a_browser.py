"""The class page in a real browser: what a teacher finds, sorts, filters, reads and prints, with 5 students and 500."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from big_class import BigClass, big_class
from browser import browser
from playwright.sync_api import Browser, Page, expect

from autograder.report import render_class_html
from autograder.report.standing import Person

MOST_BYTES = 400_000  # of a class of 500 with a chapter of 25 exercises
SIZES = {"desktop": 1280, "phone": 390}


def page_of(made: BigClass, language: str = "en") -> str:
    return render_class_html(
        made.standings, made.titles, roster=made.roster, missing=made.missing, links=made.links, similar=made.similar,
        formgrader="http://localhost:8888/formgrader", language=language, course="Machine learning",
    )  # fmt: skip


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Pages by what is on them, as files."""
    folder = tmp_path_factory.mktemp("pages")
    made = {
        "500": page_of(big_class(500)),
        "5": page_of(big_class(5, exercises=4)),
        "5 in Chinese": page_of(big_class(5, exercises=4), "zh"),
        "three assignments": page_of(big_class(40, assignments=3, exercises=6)),
    }
    for name, html in made.items():
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in made}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture
def opened(chromium: Browser, pages: dict[str, Path]) -> Iterator[Page]:
    """The page of 500, in which nothing may go wrong and nothing may be asked of a network."""
    with chromium.new_context() as context:
        page = context.new_page()
        faults: list[str] = []
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda request: faults.append(request.url) if request.url != page.url else None)
        page.goto(pages["500"].as_uri())
        faults.clear()  # the request for the page itself
        yield page
        assert faults == []


def test_the_page_of_500_is_small_and_needs_nothing_from_outside(pages: dict[str, Path]) -> None:
    html = pages["500"].read_text(encoding="utf-8")
    assert len(html.encode()) <= MOST_BYTES
    assert not re.search(r"<(link|img|iframe|object)\b|\bsrc=|@import|url\(", html)
    assert html.count("<script") == 1


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["5", "5 in Chinese", "500", "three assignments"])
def test_no_axe_violation(chromium: Browser, pages: dict[str, Path], name: str, size: str, scheme: str) -> None:
    with chromium.new_context(viewport={"width": SIZES[size], "height": 800}, color_scheme=scheme) as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.set_default_timeout(120_000)
        page.goto(pages[name].as_uri())
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= SIZES[size]  # tables scroll inside


def shown(page: Page) -> int:
    return page.locator(".list tbody tr:visible").count()


def column(page: Page, number: int) -> list[str]:
    return page.locator(f".list tbody tr:visible > :nth-child({number})").all_inner_texts()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("student281", 1),
        ("lovelace", None),
        ("STUDENT00", 9),
        ("欧阳伟", 1),
        ("ｓｔｕｄｅｎｔ281", 1),
        ("nobody", 0),
        ("ada 005", 1),
    ],
)
def test_search_finds_names_and_ids(opened: Page, typed: str, found: int | None) -> None:
    opened.get_by_label("Search a name or id").fill(typed)
    assert shown(opened) == found if found is not None else shown(opened) >= 2
    expect(opened.get_by_role("status")).to_have_text(f"{shown(opened)} of 500 students")


@pytest.mark.parametrize(("choice", "state"), [("late", "late"), ("not handed in", "not handed in")])
def test_a_filter_shows_those_alone_and_adds_to_the_search(opened: Page, choice: str, state: str) -> None:
    opened.get_by_label("Show").select_option(label=choice)
    states = column(opened, 4)
    assert 0 < len(states) < 500
    assert all(state in each for each in states)
    opened.get_by_label("Search a name or id").fill("student")
    opened.get_by_label("Search a name or id").fill("no such")
    assert shown(opened) == 0


def test_who_needs_a_person_is_who_is_to_be_marked_unreadable_or_a_fault_of_ours(opened: Page) -> None:
    opened.get_by_label("Show").select_option(label="Needs a person")
    states = column(opened, 4)
    found = [re.search("to be marked|unreadable|grader error", each) for each in states]
    assert {each[0] for each in found if each} == {"to be marked", "unreadable", "grader error"}
    assert None not in found


def test_every_column_sorts_with_the_keyboard_and_says_how(opened: Page) -> None:
    head = opened.get_by_role("columnheader", name="Score")
    button = head.get_by_role("button")
    button.focus()
    opened.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    scores = [float(text) for text in column(opened, 3) if text != "–"]
    assert scores == sorted(scores)
    assert column(opened, 3)[-1] == "–"  # what has none is last
    opened.keyboard.press("Space")
    expect(head).to_have_attribute("aria-sort", "descending")
    assert [float(text) for text in column(opened, 3) if text != "–"] == scores[::-1]
    assert column(opened, 3)[-1] == "–"
    heads = opened.locator(".list thead th")
    assert opened.locator(".list thead [aria-sort]").count() == heads.count() - 1  # links have no order
    assert opened.locator(".list thead button").count() == heads.count() - 1


@pytest.mark.parametrize("part", ["words", "room beside them"])
def test_a_click_anywhere_on_a_head_sorts_once(opened: Page, part: str) -> None:
    head = opened.locator(".list thead th").first  # a wide column of short words
    box = head.bounding_box()
    assert box is not None
    if part == "words":
        head.get_by_role("button").click()
    else:
        head.click(position={"x": box["width"] - 8, "y": box["height"] / 2})
    expect(head).to_have_attribute("aria-sort", "ascending")


def test_chinese_names_sort_by_their_sound(chromium: Browser, tmp_path: Path) -> None:
    people = {"1": Person("伟", "王"), "2": Person("静", "陈"), "3": Person("三丰", "张"), "4": Person("娜", "李")}
    html = render_class_html([], {}, roster=people, missing={"ch01": list(people)}, language="zh")
    (tmp_path / "page.html").write_text(html, encoding="utf-8")
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto((tmp_path / "page.html").as_uri())
        page.locator(".list th button").first.click()
        assert column(page, 1) == ["陈静", "李娜", "王伟", "张三丰"]


def test_heads_stay_where_they_are_seen(opened: Page) -> None:
    table = opened.locator(".list")
    table.evaluate("element => { element.scrollIntoView(); element.scrollTop = 5000; }")
    head, frame = opened.locator(".list thead th").first.bounding_box(), table.bounding_box()
    assert head is not None
    assert frame is not None
    assert 0 <= head["y"] - frame["y"] <= 2
    row = opened.locator(".list tbody tr").first.bounding_box()
    assert row is not None
    assert row["y"] < -1000  # it has scrolled


def test_of_several_assignments_one_is_shown_with_its_details(chromium: Browser, pages: dict[str, Path]) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(pages["three assignments"].as_uri())
        heads = page.locator(".list thead th:visible")
        assert heads.count() == 3 + 3 * 2  # student, id, total; a score and a state each
        page.get_by_role("combobox", name="Assignment").select_option(label="Chapter 2 Linear models")
        assert heads.count() == 3 + 8
        assert "Chapter 2" in heads.nth(3).inner_text()
        page.get_by_label("Show").select_option(label="late")
        assert all("late" in state for state in column_under(page, "State"))


def column_under(page: Page, title: str) -> list[str]:
    """What the shown rows have in the shown column of that title."""
    return page.evaluate(
        """title => {
            const heads = [...document.querySelectorAll(".list thead th")];
            const at = heads.findIndex((head) => !head.hidden && head.innerText.includes(title));
            const rows = [...document.querySelectorAll(".list tbody tr")].filter((row) => !row.hidden);
            return rows.map((row) => row.cells[at].innerText);
        }""",
        title,
    )  # type: ignore[no-any-return]


def test_without_a_script_everything_is_there(chromium: Browser, pages: dict[str, Path]) -> None:
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(pages["three assignments"].as_uri())
        expect(page.get_by_label("Search a name or id")).to_be_hidden()
        assert page.locator(".list tbody tr").count() == 40
        expect(page.locator(".list tbody td").first).to_be_visible()
        page.locator(".mistakes summary").first.click()
        expect(page.locator(".mistakes details p").first).to_be_visible()  # the hint, and then who made it


def test_links_lead_to_feedback_notebook_and_formgrader(opened: Page) -> None:
    opened.get_by_label("Search a name or id").fill("student001")
    row = opened.locator(".list tbody tr:visible")
    ends = {
        "feedback": "feedback/student001/ch01_regression.html",
        "notebook": "../submitted/student001/ch01_regression/ch01_regression.ipynb",
        "formgrader": "http://localhost:8888/formgrader/manage_students/student001/ch01_regression",
    }
    for name, target in ends.items():
        assert row.get_by_role("link", name=name).get_attribute("href") == target


def test_what_students_call_themselves_is_only_text(opened: Page) -> None:
    opened.get_by_label("Search a name or id").fill("student001")
    assert column(opened, 1) == ['O\'Neill & "Sons", <script>alert(1)</script>']
    opened.get_by_label("Search a name or id").fill("student009")
    assert column(opened, 1)[0].startswith("{{ 7*7 }}")


def test_it_prints_statistics_and_list_without_what_is_of_no_use_on_paper(opened: Page) -> None:
    opened.emulate_media(media="print")
    expect(opened.locator(".histogram")).to_be_visible()
    expect(opened.locator(".list tbody tr").last).to_be_visible()
    for what in ("nav", "#tools", ".list .open >> nth=0"):
        expect(opened.locator(what)).to_be_hidden()
    assert opened.locator(".list").evaluate("element => element.scrollHeight <= element.clientHeight + 1")
    pdf = opened.pdf(format="A4")
    assert 10 <= pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") <= 40


def test_on_paper_no_table_is_cut_at_its_right_edge(opened: Page) -> None:
    opened.emulate_media(media="print")
    opened.set_viewport_size({"width": 718, "height": 1000})  # of A4 between Chromium's margins
    ends = "[...document.querySelectorAll('table')].map(table => table.getBoundingClientRect().right)"
    assert all(0 < end <= 718 for end in opened.evaluate(ends))
