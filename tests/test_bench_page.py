"""What a benchmark writes into a page of the documentation."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table
from walks import DOCS

from benchmarks.page import MEASURED, Shown

PAGE = "# Speed\n\n<!-- measured -->\n\nold figures\n\n<!-- /measured -->\n\nThe end.\n"


def shown() -> Shown:
    both = Shown(Console(file=io.StringIO()))
    table = Table("cold", "s")
    table.add_row("autograder grade", "0.61")
    both.print(table)
    both.print("2 workers: 1.9×")
    return both


def test_figures_take_the_place_of_the_old_ones(tmp_path: Path) -> None:
    page = tmp_path / "speed.md"
    page.write_text(PAGE)
    shown().write(page)
    once = page.read_text()
    assert "| cold | s |\n|---|---:|\n| autograder grade | 0.61 |\n\n2 workers: 1.9×\n\n<!-- /measured -->" in once
    assert "old figures" not in once
    assert (once.startswith("# Speed\n"), once.endswith("The end.\n")) == (True, True)
    shown().write(page)
    assert page.read_text() == once


def test_a_page_without_a_place_for_them_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "other.md"
    page.write_text("# Other\n")
    with pytest.raises(ValueError, match=r"other\.md has no place between"):
        shown().write(page)


def test_the_page_of_the_documentation_has_one() -> None:
    assert len(MEASURED.findall((DOCS / "speed.md").read_text("utf-8"))) == 1
