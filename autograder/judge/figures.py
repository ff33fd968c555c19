"""The figures of a lesson: drawn by the student's own functions, with words in the language of the notebook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from autograder.judge.beside import language_beside
from autograder.model.needs import pip_install
from autograder.model.texts import LANGUAGES, Text, in_language, say

# Fonts that have the characters of a language: of Linux, Windows, macOS.  Of a collection matplotlib knows the first,
# and that of Noto Sans CJK, which is called JP, has the Chinese characters too.
FONTS = {
    "zh": (
        "Noto Sans CJK SC", "Noto Sans SC", "Noto Sans CJK JP", "Source Han Sans SC", "WenQuanYi Micro Hei",
        "WenQuanYi Zen Hei", "Microsoft YaHei", "SimHei", "PingFang SC", "Hiragino Sans GB", "Heiti TC", "STHeiti",
        "Arial Unicode MS",
    ),
}  # fmt: skip


def draw_with(names: Sequence[str]) -> Callable[[Callable[[Any], object]], None]:
    """Draw a figure, `draw(plt)`, with the student's functions of these names; say what is missing where it cannot be.

    A function that is not there yet, or wrong, is a sentence and no traceback; so is a package that is not installed.
    """

    def show(draw: Callable[[Any], object]) -> None:
        language = language_beside(Path.cwd())
        try:
            import matplotlib.pyplot as plt

            font = _font_for(language)
            with plt.rc_context({"font.family": ["sans-serif", font]} if font else {}):
                draw(plt)
        except ModuleNotFoundError as missing:
            package = (missing.name or "").partition(".")[0]
            print(say("check.figure_needs", language, package=package, command=f"%{pip_install([package])}"))
        except Exception as error:
            if not names:
                raise
            plt.close("all")
            written = "drawn_by" if isinstance(error, NotImplementedError) else "drawn_by_stopped"
            print(say(f"check.{written}", language, names=list(names), error=repr(error)))

    return show


def showable(texts: Text) -> str:
    """Of a figure's text in every language the one that the notebook can show.

    That is its own where a font here has its characters, and else the first language's.
    """
    language = language_beside(Path.cwd())
    return in_language(texts, language if language not in FONTS or _font_for(language) else LANGUAGES[0])


@cache
def _font_for(language: str) -> str:
    """A font on this computer with the characters of a language, "" where it needs none or none is here."""
    from matplotlib import font_manager

    known = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in FONTS.get(language, ()) if name in known), "")
