"""Inline markup of messages: `code`, *emphasis* and $math$, as safe HTML, Markdown or plain text.

Messages may quote what a student wrote, so everything is escaped; malformed markup stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as Tree

from markupsafe import Markup, escape

_INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`|\$(?P<math>(?=\S)[^$\n]{1,300}(?<=\S))\$"
    r"|\*\*(?P<strong>(?=\S)[^*\n]+(?<=\S))\*\*|\*(?P<em>(?=\S)[^*\n]+(?<=\S))\*"
)
_MARKDOWN_SPECIAL = re.compile(r"[\\`*_\[\]#|~$]")


def _pairs(text: str) -> dict[str, str]:
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


_GREEK = _pairs(
    "alpha α beta β gamma γ delta δ epsilon ε zeta ζ eta η theta θ iota ι kappa κ lambda λ mu μ nu ν xi ξ pi π "
    "rho ρ sigma σ tau τ upsilon υ phi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ "
    "Phi Φ Psi Ψ Omega Ω varepsilon ε ell ℓ partial ∂ nabla ∇ infty ∞"
)
_OPERATORS = _pairs(
    "cdot · times × div ÷ pm ± leq ≤ le ≤ geq ≥ ge ≥ neq ≠ ne ≠ approx ≈ equiv ≡ sim ∼ to → rightarrow → "
    "leftarrow ← mapsto ↦ in ∈ notin ∉ subset ⊂ cup ∪ cap ∩ sum ∑ prod ∏ int ∫ odot ⊙ otimes ⊗ oplus ⊕ top ⊤ "
    "forall ∀ exists ∃ mid ∣ Vert ‖ lVert ‖ rVert ‖ ldots … dots … cdots ⋯ propto ∝ circ ∘ prime ′ ll ≪ gg ≫"
)
_ACCENTS = {"hat": "^", "bar": "¯", "tilde": "~", "vec": "→", "dot": "˙", "overline": "¯"}
_UPRIGHT = {"text", "mathrm", "operatorname", "mathbf", "mathcal", "mathbb", "boldsymbol"}
_SPACES = {"\\,", "\\;", "\\:", "\\ ", "\\quad", "~"}
_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|\d+(?:\.\d+)?|\s+|.", re.DOTALL)
_MAX_NESTING = 12  # deeper than any formula in a hint; bounds recursion on what a student wrote


def to_html(text: str) -> Markup:
    """The text as HTML: markup rendered, everything else escaped."""
    parts = []
    for kind, body in _pieces(text):
        if kind == "math":
            parts.append(_mathml(body))
        elif kind:
            parts.append(Markup("<{0}>{1}</{0}>").format(Markup(kind), body))  # kind is a name of ours
        else:
            parts.append(escape(body))
    return Markup().join(parts)


def to_markdown(text: str) -> str:
    """The text as Markdown: the same markup, and everything else escaped, HTML too."""
    fences = {"code": "`", "math": "$", "strong": "**", "em": "*"}
    parts = []
    for kind, body in _pieces(text):
        if kind in ("code", "math"):
            parts.append(fences[kind] + body + fences[kind])
        else:
            safe = _MARKDOWN_SPECIAL.sub(r"\\\g<0>", body).replace("&", "&amp;").replace("<", "&lt;").replace("\n", " ")
            parts.append(fences.get(kind, "") + safe + fences.get(kind, ""))
    return "".join(parts)


def to_plain(text: str) -> str:
    """The text without the marks of emphasis and math; code keeps its backticks."""
    return "".join(f"`{body}`" if kind == "code" else body for kind, body in _pieces(text))


def readable(name: str) -> str:
    """A readable form of an internal name: mean_for_sum → mean for sum."""
    return name.replace("_", " ").strip()


def encodable(text: str) -> str:
    """The text without lone surrogates, which no file can hold."""
    return text.encode("utf-8", "replace").decode()


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    for match in _INLINE.finditer(text):
        if match.start() > at:
            yield "", text[at : match.start()]
        yield match.lastgroup or "", match[match.lastgroup or 0]
        at = match.end()
    if at < len(text):
        yield "", text[at:]


def _mathml(tex: str) -> Markup:
    """TeX's everyday subset as MathML, which browsers set without a library; the source is the label."""
    math = Tree.Element("math", {"aria-label": _printable(tex)})
    tokens = _TOKEN.findall(tex)[::-1]
    while tokens:  # a stray closing brace ends a row early
        math.extend(_row(tokens, 0))
    return Markup(Tree.tostring(math, encoding="unicode"))  # ElementTree escapes


def _row(tokens: list[str], depth: int) -> list[Tree.Element]:
    row: list[Tree.Element] = []
    while tokens:
        token = tokens.pop()
        if token == "}":
            break
        if token in ("^", "_") and row:
            row.append(_scripted(row.pop(), token, _atom(tokens, depth)))
        elif not token.isspace() and token not in ("\\left", "\\right"):
            tokens.append(token)
            row.append(_atom(tokens, depth))
    return row


def _atom(tokens: list[str], depth: int) -> Tree.Element:
    while tokens and tokens[-1].isspace():
        tokens.pop()
    token = tokens.pop() if tokens else ""
    name = token[1:]
    if token == "{" and depth < _MAX_NESTING:
        return _wrap("mrow", *_row(tokens, depth + 1))
    if token == "\\frac" and depth < _MAX_NESTING:
        return _wrap("mfrac", _atom(tokens, depth + 1), _atom(tokens, depth + 1))
    if token == "\\sqrt" and depth < _MAX_NESTING:
        return _wrap("msqrt", _atom(tokens, depth + 1))
    if token.startswith("\\") and name in _ACCENTS and depth < _MAX_NESTING:
        return _wrap("mover", _atom(tokens, depth + 1), _leaf("mo", _ACCENTS[name]), accent="true")
    if token.startswith("\\") and name in _UPRIGHT:
        return _leaf("mi", _words(tokens), mathvariant="normal")
    if token in _SPACES:
        return Tree.Element("mspace", {"width": "0.3em"})
    if token == "\\|":
        return _leaf("mo", "‖")
    if token.startswith("\\"):
        return _leaf("mo", _OPERATORS[name]) if name in _OPERATORS else _leaf("mi", _GREEK.get(name, name))
    if token[:1].isdigit():
        return _leaf("mn", token)
    return _leaf("mi" if token.isalpha() else "mo", "−" if token == "-" else token)


def _words(tokens: list[str]) -> str:
    """The literal text of a group such as {softmax}, or of one token."""
    if not tokens or tokens[-1] != "{":
        return tokens.pop() if tokens else ""
    tokens.pop()
    words = ""
    while tokens and (token := tokens.pop()) != "}":
        words += token
    return words


def _scripted(base: Tree.Element, mark: str, script: Tree.Element) -> Tree.Element:
    other = {"msub": "^", "msup": "_"}.get(base.tag)
    if other == mark:  # x_i^2 carries both
        first, second = base[0], base[1]
        return _wrap("msubsup", first, *((second, script) if mark == "^" else (script, second)))
    return _wrap("msup" if mark == "^" else "msub", base, script)


def _wrap(tag: str, *children: Tree.Element, **attributes: str) -> Tree.Element:
    element = Tree.Element(tag, attributes)
    element.extend(children)
    return element


def _leaf(tag: str, text: str, **attributes: str) -> Tree.Element:
    element = Tree.Element(tag, attributes)
    element.text = _printable(text)
    return element


def _printable(text: str) -> str:
    """XML knows no control characters."""
    return "".join(character for character in text if character.isprintable())
