"""Python text and its comments: what two texts do is the same whatever their comments say."""

from __future__ import annotations

import io
import tokenize


def without_comments(source: str) -> str:
    """The text with its comments cut out, and with them the lines that held nothing else.

    Text that is no Python comes back as it is.
    """
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError, ValueError):  # which one depends on the fault and on the Python
        return source
    lines = source.split("\n")
    alone = set()
    for row, column in [token.start for token in tokens if token.type == tokenize.COMMENT]:
        lines[row - 1] = lines[row - 1][:column].rstrip()
        if not lines[row - 1]:
            alone.add(row - 1)
    return "\n".join(line for row, line in enumerate(lines) if row not in alone)


def squeezed(text: str) -> str:
    """The text without its blanks: what a formatter or another system changes makes no difference."""
    return "".join(text.split())


def same_code(one: str, other: str) -> bool:
    """True when `one` does what `other` does but for white space and comments.

    A text more than twice as long is not looked at: `one` may be anybody's, and as long as a file may be.
    """
    if squeezed(one) == squeezed(other):
        return True
    return len(one) <= 2 * len(other) and squeezed(without_comments(one)) == squeezed(without_comments(other))
