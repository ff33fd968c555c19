"""The markup of messages: `code`, *emphasis*, **more of it** and $math$; malformed markup stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

_INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`|\$(?P<math>(?=\S)[^$\n]{1,300}(?<=\S))\$"
    r"|\*\*(?P<strong>(?=\S)[^*\n]+(?<=\S))\*\*|\*(?P<em>(?=\S)[^*\n]+(?<=\S))\*"
)


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """(kind, text) of each piece: "code", "math", "strong", "em", or "" for plain words."""
    at = 0
    for match in _INLINE.finditer(text):
        if match.start() > at:
            yield "", text[at : match.start()]
        yield match.lastgroup or "", match[match.lastgroup or 0]
        at = match.end()
    if at < len(text):
        yield "", text[at:]


def to_plain(text: str) -> str:
    """The text without the marks of emphasis and math; code keeps its backticks."""
    return "".join(f"`{body}`" if kind == "code" else body for kind, body in pieces(text))
