"""Slips within one expression, as rules: a form, and what a hurried hand may write in its place.

The order of the kinds is that of the explanations: of two that give the same, the earlier one is told.
"""

from __future__ import annotations

from collections.abc import Iterator

Rule = tuple[str, ...]
"""A pattern and the templates of what may stand in its place, see `patterns`."""

REDUCTIONS = ("sum", "mean", "max", "min", "argmax", "argmin", "std", "var")
ELEMENTWISE = ("np.sqrt({})", "({}) ** 2", "np.abs({})", "np.exp({})", "np.log({})")
ALL = "*more, **named"
TINY = (1e-8, 1e-12)  # what people add to a denominator, lest it be 0


def _order() -> Iterator[Rule]:
    """A root of a mean is no mean of roots."""
    for form in ELEMENTWISE:
        for reduction in ("np.sum", "np.mean", "np.cumsum"):
            after, before = form.format(f"{reduction}(a, {ALL})"), f"{reduction}({form.format('a')}, {ALL})"
            yield after, before
            yield before, after
    yield f"np.mean(a * b, {ALL})", f"np.mean(a, {ALL}) * np.mean(b, {ALL})"
    yield f"np.sum(a * b, {ALL})", f"np.sum(a, {ALL}) * np.sum(b, {ALL})"


def _parentheses() -> Iterator[Rule]:
    """What is left of a formula whose parentheses were forgotten."""
    for sign in "+-":
        yield f"a * (b {sign} c)", f"a * b {sign} c"
        yield f"(b {sign} c) * a", f"b {sign} c * a"
        yield f"(b {sign} c) / a", f"b {sign} c / a", f"b / a {sign} c"
        yield f"a / (b {sign} c)", f"a / b {sign} c"
        yield f"(b {sign} c) @ a", f"b {sign} c @ a"
        yield f"a @ (b {sign} c)", f"a @ b {sign} c"
        yield f"(a {sign} b) ** c", f"a {sign} b ** c"
        yield f"a - (b {sign} c)", f"a - b {sign} c"
        for form in ELEMENTWISE:
            yield form.format(f"a {sign} b"), f"{form.format('a')} {sign} b"
            yield f"{form.format('a')} {sign} b", form.format(f"a {sign} b")
        for times in "*@/":
            yield f"a {times} b {sign} c", f"a {times} (b {sign} c)"
    for form in ELEMENTWISE:
        yield f"a / {form.format('b')}", form.format("a / b")
        yield f"a * {form.format('b')}", form.format("a * b")
    yield "a / (b * c)", "a / b * c"
    yield "a ** (b * c)", "a ** b * c"
    yield "-(a ** b)", "(-a) ** b"


BY_ORDER = ("argmin", "argmax", "argsort")  # functions for which only the order of their numbers matters
MONOTONE = (  # kinds that leave this order as it is
    "mean_for_sum", "sum_for_mean", "root_added", "root_missing", "logarithm_missing", "logarithm_base",
    "exponential_missing",
)  # fmt: skip
EVERYWHERE = (
    "sign",
    "mean_for_sum",
    "sum_for_mean",
    "count",
    "factor_missing",
    "square_missing",
    "root_missing",
    "logarithm_missing",
    "logarithm_base",
    "exponential_missing",
    "axis",
    "transpose_missing",
    "boundary",
    "index",
    "centered",
)  # kinds of which a misconception commits all at once, see `wholes`

RULES: dict[str, tuple[Rule, ...]] = {
    "sign": (("a + b", "a - b", "b - a"), ("a - b", "a + b", "b - a"), ("-a", "a")),
    "mean_for_sum": (
        (f"a.sum({ALL})", f"a.mean({ALL})"),
        (f"a.cumsum({ALL})", f"a.mean({ALL})"),
        ("a @ b", "a @ b / len(b)"),
    ),
    "sum_for_mean": (
        (f"a.mean({ALL})", f"a.sum({ALL})"),
        ("a / len(b)", "a"),
        ("a / b.size", "a"),
        ("a / b.shape[c]", "a"),
    ),
    "median": ((f"np.mean({ALL})", f"np.median({ALL})"), (f"a.mean({ALL})", f"np.median(a, {ALL})")),
    "count": (
        (f"a.std({ALL})", f"a.std({ALL}, ddof=1)"),
        (f"a.var({ALL})", f"a.var({ALL}, ddof=1)"),
        ("a / len(b)", "a / (len(b) - 1)"),
        ("a / b.shape[c]", "a / (b.shape[c] - 1)"),
        ("len(a) - 1", "len(a)"),
        ("len(a) + 1", "len(a)"),
        ("a + 1", "a", "a + 2"),
        ("a - 1", "a", "a - 2"),
    ),
    "factor_missing": (("n * a", "a"), ("a * n", "a"), ("a / n", "a"), ("a * b", "a", "b"), ("a / b", "a")),
    "factor": (
        ("a + b", "a + 2 * b", "a + b / 2", "2 * a + b", "a / 2 + b"),
        ("a - b", "a - 2 * b", "a - b / 2", "2 * a - b", "a / 2 - b"),
    ),
    "term_missing": (("a + b", "a", "b"), ("a - b", "a", "-b")),
    "square_missing": (
        ("a ** 2", "a", "np.abs(a)"),
        ("a ** b", "a"),
        ("a.square(b)", "b"),
        (f"a.var({ALL})", f"a.std({ALL})"),
    ),
    "root_missing": (
        ("np.sqrt(a)", "a"),
        (f"a.std({ALL})", f"a.var({ALL})"),
        (f"a.norm({ALL})", f"a.norm({ALL}) ** 2"),
    ),
    "root_added": ((f"a.sum({ALL})", f"np.sqrt(a.sum({ALL}))"), (f"a.mean({ALL})", f"np.sqrt(a.mean({ALL}))")),
    "logarithm_missing": (("np.log(a)", "a"), ("np.log1p(a)", "np.log(a)", "a")),
    "logarithm_base": (("np.log(a)", "np.log2(a)", "np.log10(a)"),),
    "exponential_missing": (("np.exp(a)", "a"),),
    "absolute_missing": (("np.abs(a)", "a"), ("abs(a)", "a")),
    "square_added": (("a / b", "a / b ** 2"), ("np.abs(a)", "a ** 2")),
    "norm": (("a.norm(b)", "np.abs(b)", "np.sum(np.abs(b))", "np.max(np.abs(b))"),),
    "part_missing": (("f([a, b], *more, **named)", "a", "b"), ("[a]", "[]")),
    "call_missing": (("f(a, *more, **named)", "a"),),
    "twice": (("f(a, *more, **named)", "f(f(a, *more, **named), *more, **named)"),),
    "axis": (
        ("f(*more, axis=0, **named)", "f(*more, axis=1, **named)", f"f({ALL})"),
        ("f(*more, axis=1, **named)", "f(*more, axis=0, **named)", f"f({ALL})"),
        ("f(*more, axis=-1, **named)", "f(*more, axis=0, **named)", f"f({ALL})"),
        # the first of two axes; where there is one, nothing would change
        *((f"a.{name}(*more)", f"a.{name}(*more, axis=-2)", f"a.{name}(*more, axis=1)") for name in REDUCTIONS),
    ),
    "keepdims": (("f(*more, keepdims=True, **named)", "f(*more, **named)"),),
    "transpose_missing": (("a.T", "a"),),
    "transpose_added": (("a @ b", "np.swapaxes(a, 0, 1) @ b", "a @ np.swapaxes(b, 0, 1)"),),
    "product": (("a @ b", "a * b", "b @ a"), ("a * b", "a @ b")),
    "division": (("a / b", "a * b", "b / a"), ("a * b", "a / b"), ("np.linalg.solve(a, b)", "a @ b")),
    "parentheses": tuple(_parentheses()),
    "order": tuple(_order()),
    "arguments": (
        (f"f(a, b, {ALL})", f"f(b, a, {ALL})"),
        (f"f(a, b, c, {ALL})", f"f(a, c, b, {ALL})", f"f(c, b, a, {ALL})"),
        (f"f(a, b, c, d, {ALL})", f"f(a, b, d, c, {ALL})"),
        (f"f(a, b, c, d, e, {ALL})", f"f(a, b, c, e, d, {ALL})"),
    ),
    "parts": (("[a, b]", "[b, a]"), ("[a, b, c]", "[b, a, c]", "[a, c, b]", "[c, b, a]"), ("c[a, b]", "c[b, a]")),
    "results": (("(a, b)", "(b, a)"),),
    "side_by_side": (("zip(a, b, **named)", "zip(a[::-1], b)", "zip(a, b[::-1])", "list(zip(a, b))[:1]"),),
    "boundary": (("a < b", "a <= b"), ("a <= b", "a < b"), ("a > b", "a >= b"), ("a >= b", "a > b")),
    "comparison": (
        ("a < b", "a > b"),
        ("a <= b", "a >= b"),
        ("a > b", "a < b"),
        ("a >= b", "a <= b"),
        ("a == b", "a != b"),
        ("a != b", "a == b"),
        ("a if b else c", "c if b else a"),
    ),
    "logic": (("a and b", "a or b"), ("a or b", "a and b"), ("not a", "a"), ("a & b", "a | b"), ("a | b", "a & b")),
    "special_case": (
        ("a if b else c", "a", "c"),
        ("np.where(a, b, c)", "b", "c"),
        ("np.maximum(a, b)", "a", "b"),
        ("np.minimum(a, b)", "a", "b"),
    ),
    "extreme": tuple(
        (f"a.{one}({ALL})", f"a.{other}({ALL})")
        for pair in (("max", "min"), ("argmax", "argmin"), ("maximum", "minimum"))
        for one, other in (pair, pair[::-1])
    ),
    "one_step": (
        ("range(a)", "range(a - 1)", "range(a + 1)", "range(1, a)"),
        ("range(a, b, *more)", "range(a, b - 1, *more)", "range(a, b + 1, *more)", "range(a + 1, b, *more)",
         "range(a - 1, b, *more)"),
        ("a[:b]", "a[:b + 1]", "a[:b - 1]"),
        ("a[b:]", "a[b + 1:]", "a[b - 1:]"),
        ("a[b:c]", "a[b:c + 1]", "a[b:c - 1]"),
    ),
    "place": tuple((f"c[a.{name}({ALL})]", f"a.{name}({ALL})") for name in BY_ORDER),
    "index": (("a[0]", "a[1]", "a[-1]"), ("a[1]", "a[0]", "a[2]"), ("a[-1]", "a[-2]", "a[0]")),
    "other_part": (("a[:b]", "a[b:]"), ("a[b:]", "a[:b]")),
    "rounding": (("round(a)", "int(a)", "int(np.ceil(a))"), ("a // b", "a / b"), ("int(a)", "round(a)")),
    "small_number": (
        ("a / b", *(f"a / (b + {tiny})" for tiny in TINY)),
        ("a / b if c else d", *(f"a / (b + {tiny})" for tiny in TINY)),
        ("np.where(c, a / b, d)", *(f"a / (b + {tiny})" for tiny in TINY)),
        ("np.log(a)", *(f"np.log(a + {tiny})" for tiny in TINY)),
    ),
    "nearly_zero": (
        ("a == 0", "np.isclose(a, 0)", "np.abs(a) < 1e-08"),
        ("a != 0", "~np.isclose(a, 0)", "np.abs(a) > 1e-08"),
        ("a > 0", "a > 1e-08"),
    ),
    "running": (
        (f"np.cumsum(a, {ALL})", f"np.cumsum(a, {ALL}) - a", f"np.sum(a, {ALL})",
         f"np.cumsum(a, {ALL}) / np.cumsum(np.ones_like(a), {ALL})"),
    ),
    "centered": (
        (f"np.sqrt(np.mean(a ** 2, {ALL}))", f"np.std(a, {ALL})"),
        (f"np.mean(a ** 2, {ALL})", f"np.var(a, {ALL})"),
        (f"a.std({ALL})", f"np.sqrt(np.mean(a ** 2, {ALL}))"),
        (f"a.var({ALL})", f"np.mean(a ** 2, {ALL})"),
        (f"a.mean({ALL})", f"0 * a.mean({ALL})"),
    ),
    "counting": (
        ("range(a, b)", "range(a - 1, b - 1)", "range(a + 1, b + 1)"),
        ("np.arange(a, b)", "np.arange(a - 1, b - 1)", "np.arange(a + 1, b + 1)"),
        ("np.arange(a)", "np.arange(1, a + 1)"),
    ),
    "range": ((f"a.std({ALL})", f"a.max({ALL}) - a.min({ALL})"), (f"a.var({ALL})", f"a.max({ALL}) - a.min({ALL})")),
    "all_added": (("a @ b", "np.sum(a * b)"),),
    "floor": (("a / b", "a // b"),),
    "start": (
        (f"a.zeros({ALL})", f"a.ones({ALL})"),
        (f"a.ones({ALL})", f"a.zeros({ALL})"),
        (f"a.zeros_like({ALL})", f"a.ones_like({ALL})"),
    ),
}  # fmt: skip
