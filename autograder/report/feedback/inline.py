"""The markup of messages as safe HTML or Markdown.

Messages may quote what a student wrote, so everything is escaped.
"""

from __future__ import annotations

import contextlib
import re
from functools import lru_cache  # a class of 500 reads the same few sentences thousands of times

from latex2mathml.converter import convert
from markupsafe import Markup, escape

from autograder.model.markup import pieces

_MARKDOWN_SPECIAL = re.compile(r"[\\`*_\[\]#|~$]")


_UNSAFE = re.compile(
    r"[<>&]|\\(?:href|url|class|style|color)|[^\x20-\x7e]"
)  # never in a hint's formula; the library may pass it on


@lru_cache(maxsize=4096)
def to_html(text: str) -> Markup:
    """The text as HTML: markup rendered, everything else escaped."""
    parts = []
    for kind, body in pieces(text):
        if kind == "math":
            parts.append(_mathml(body))
        elif kind:
            parts.append(Markup("<{0}>{1}</{0}>").format(Markup(kind), body))  # kind is a name of ours
        else:
            parts.append(escape(body))
    return Markup().join(parts)


@lru_cache(maxsize=4096)
def to_markdown(text: str) -> str:
    """The text as Markdown: the same markup, and everything else escaped, HTML too."""
    fences = {"code": "`", "math": "$", "strong": "**", "em": "*"}
    parts = []
    for kind, body in pieces(text):
        if kind in ("code", "math"):
            parts.append(fences[kind] + body + fences[kind])
        else:
            safe = _MARKDOWN_SPECIAL.sub(r"\\\g<0>", body).replace("&", "&amp;").replace("<", "&lt;").replace("\n", " ")
            parts.append(fences.get(kind, "") + safe + fences.get(kind, ""))
    return "".join(parts)


def readable(name: str) -> str:
    """A readable form of an internal name: mean_for_sum → mean for sum."""
    return name.replace("_", " ").strip()


def encodable(text: str) -> str:
    """The text without lone surrogates, which no file can hold."""
    return text.encode("utf-8", "replace").decode()


def unset_formulas(text: str) -> list[str]:
    """The formulas of a text that cannot be converted, and would be shown as code."""
    return [body for kind, body in pieces(text) if kind == "math" and _mathml(body).startswith("<code>")]


def _mathml(tex: str) -> Markup:
    """TeX as MathML, which browsers set without a library; what cannot be converted stays as code."""
    if not _UNSAFE.search(tex):
        with contextlib.suppress(Exception):  # the converter raises whatever odd TeX provokes
            return Markup(convert(tex))
    return Markup("<code>{}</code>").format(tex)
