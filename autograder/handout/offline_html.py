"""A notebook as one HTML page that is read without a network: nbconvert's, with formulas as MathML."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from latex2mathml.converter import convert
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from traitlets.config import Config

from autograder.model.errors import AuthoringError

TEMPLATES = Path(__file__).parent / "templates"
UNKNOWN_TO_LATEX2MATHML = (  # what MathJax sets in a notebook and that library does not, and what gives the same
    (re.compile(r"\\[bB]ig+[lr]?\s*\\[lr]Vert"), r"\\Vert"),
    (re.compile(r"\\arg\s*\\(min|max)"), r"\\operatorname{arg\\,\1}"),
    (re.compile(r"(\\text\{[^{}]*)\\_"), r"\1_"),
    (re.compile(r"\\\\\[\d+pt\]"), r"\\\\"),
)
SPECIAL = str.maketrans({character: f"&#{ord(character)};" for character in "*_|`~"})  # to Markdown, inside a formula


def as_html(notebook: NotebookNode, title: str, language: str) -> str:
    """The page.  Inputs of cells tagged "hide-input" are left out."""
    config = Config()
    config.TagRemovePreprocessor.enabled = True
    config.TagRemovePreprocessor.remove_input_tags = {"hide-input"}
    exporter = _Exporter(  # type: ignore[no-untyped-call]
        config=config, template_name="handout", extra_template_basedirs=[str(TEMPLATES)], language_code=language
    )
    page: str = exporter.from_notebook_node(notebook, resources={"metadata": {"name": title}})[0]
    return page


def mathml(tex: str, display: str = "inline") -> str:
    """A formula as MathML.  Raises AuthoringError for one that cannot be set."""
    known = tex
    for pattern, instead in UNKNOWN_TO_LATEX2MATHML:
        known = pattern.sub(instead, known)
    try:
        return convert(known, display=display).translate(SPECIAL)
    except Exception as error:  # the converter raises whatever odd TeX provokes
        said = f"cannot be set as MathML ({type(error).__name__}): write it otherwise, for pages that need no network"
        raise AuthoringError(f"the formula {tex!r} {said}") from None


class _Renderer(IPythonRenderer):
    def block_math(self, body: str) -> str:
        return mathml(body, "block")

    def multiline_math(self, text: str) -> str:
        return mathml(text.strip().strip("$"), "block")

    def inline_math(self, body: str) -> str:
        return mathml(body)

    def latex_environment(self, name: str, body: str) -> str:
        return mathml(rf"\begin{{{name}}}{body}\end{{{name}}}", "block")


class _Exporter(HTMLExporter):
    def default_filters(self) -> Any:
        yield from super().default_filters()  # type: ignore[no-untyped-call]
        yield "markdown2html", lambda source: MarkdownWithMath(renderer=_Renderer(escape=False)).render(source)
