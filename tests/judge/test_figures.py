"""Figures of lessons: the student's functions draw them, in the notebook's language; what is missing is said."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pytest
from support import TINY

import autograder
from autograder.judge import figures
from autograder.model.texts import LANGUAGES, say
from autograder.sandbox import stub

Beside = Callable[[str], None]
STEP = {"en": "step", "zh": "步数"}


@pytest.fixture
def beside(release_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Beside]:
    """Stand beside the notebook of a language; nobody's figures are open."""
    plt.switch_backend("agg")
    yield lambda language: monkeypatch.chdir(release_dir / language / TINY)
    plt.close("all")


def drawn(*names: str, error: Exception | None = None) -> None:
    """Draw a figure with one title, which fails where an error is given."""

    @autograder.drawn_by(*names)
    def draw(plt: Any) -> None:
        plt.title(autograder.words(**STEP))
        if error is not None:
            raise error


def shown_in(language: str) -> str:
    """Which of its texts a notebook can show here: its own where a font has the characters."""
    return STEP[language if language == "en" or figures._font_for(language) else "en"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_figure_speaks_the_language_of_the_notebook_without_a_warning(
    beside: Beside, language: str, tmp_path: Path
) -> None:
    beside(language)
    drawn("line_loss")
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a glyph that is in no font is a warning and a box
        plt.savefig(tmp_path / "figure.png")
    assert plt.gca().get_title() == shown_in(language)


def test_where_no_font_has_its_characters_the_words_are_english(
    beside: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside("zh")
    monkeypatch.setattr(figures, "FONTS", {"zh": ("A Font That Is Nowhere",)})
    figures._font_for.cache_clear()
    assert autograder.words(**STEP) == "step"
    figures._font_for.cache_clear()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_function_that_is_not_there_yet_is_a_sentence(
    beside: Beside, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    beside(language)
    drawn("line_loss", "line_grad", error=NotImplementedError())
    assert capsys.readouterr().out == say("check.drawn_by", language, names=["line_loss", "line_grad"]) + "\n"
    drawn("line_loss", error=ValueError("shapes differ"))
    assert "ValueError('shapes differ')" in capsys.readouterr().out
    assert not plt.get_fignums()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_package_that_is_not_there_is_a_sentence_with_what_installs_it(
    beside: Beside, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    beside(language)
    drawn(error=ModuleNotFoundError("No module named 'sklearn.datasets'", name="sklearn.datasets"))
    told = say("check.figure_needs", language, package="sklearn", command="%pip install scikit-learn")
    assert capsys.readouterr().out == told + "\n"


def test_a_figure_that_nobody_has_to_write_for_hides_no_error(beside: Beside) -> None:
    beside("en")
    with pytest.raises(ZeroDivisionError):
        drawn(error=ZeroDivisionError())


def test_in_the_sandbox_no_figure_is_drawn() -> None:
    sandboxed = stub.module()
    assert sandboxed.words(**STEP) == "step"
    assert sandboxed.drawn_by("line_loss")(lambda plt: 1 / 0) is None
