"""Made mistakes: wrong answers that no author wrote, each with the hint that it deserves.

Three kinds, the simplest explanation first: what an earlier exercise's mistakes lead to; one slip; two written
mistakes at once.
"""

from __future__ import annotations

import ast
import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from autograder.build.mutants.mutate import BUDGET, is_python, mutants
from autograder.build.mutants.wholes import SCALES
from autograder.chapter.chapter import Chapter, ChapterExercise
from autograder.chapter.solution_marks import marks_in
from autograder.chapter.solutions import edited_source, solution_source
from autograder.model.criteria import Gate
from autograder.model.exercise import Edit
from autograder.model.texts import Text, in_every_language, part

OFTEN_RIGHT = (  # kinds that are made to be named: one that no case notices is seldom a case that is missing
    "inherited", "pair", "small_number", "nearly_zero", "centered", "counting", "range", "all_added", "floor",
    "in_place", "applied", "twice", "side_by_side", "reversed", "argument_sign", "argument_absolute",
)  # fmt: skip
PAIRS = 60  # of one exercise: beyond that a pair of slips is no longer the simplest explanation
SEPARATOR = "."


@dataclass(frozen=True)
class Made:
    """A wrong answer cell.

    name  unique in its exercise: "linear_grad.sign" is inherited, "sign+factor_two" a pair, "axis.2" a mutant.
    kind  "inherited", "pair", or the mutant's.
    """

    name: str
    kind: str
    hint: Text
    source: str


def made_mistakes(chapter: Chapter, entry: ChapterExercise) -> Iterator[Made]:
    """All made mistakes of an exercise, in an order that is always the same.

    A function without arguments is a choice or a constant: hints to its mutants would give it away, so it has none.
    Nor has a gate, which may train on each case, or an exercise of which many answers are right: whoever has another
    one in mind has made another slip.
    """
    asks = any({**entry.functions, **entry.methods}.values())
    if isinstance(entry.criterion, Gate) or entry.record.many_right or not asks:
        return
    yield from inherited(chapter, entry)
    yield from slips(entry)
    yield from itertools.islice(pairs(entry), PAIRS)


def inherited(chapter: Chapter, entry: ChapterExercise) -> Iterator[Made]:
    """The solution on top of each known mistake of the exercises that it builds on: people rewrite a helper inline.

    Of an exercise that is asked for a class nothing is inherited: its objects carry what they were made with.
    """
    solution = solution_source(entry)
    for earlier in chapter.exercises:
        if earlier.name not in entry.requires or earlier.methods:
            continue
        for mistake in earlier.record.mistakes:
            text = in_every_language("mutant.inherited", title=earlier.title, hint=mistake.hint)
            name = f"{earlier.name}{SEPARATOR}{mistake.name}"
            yield Made(name, "inherited", text, f"{edited_source(earlier, mistake)}\n\n{solution}")


def slips(entry: ChapterExercise, budget: int = BUDGET) -> Iterator[Made]:
    """Mutants of the functions that students write: the exercise's own first, then its helpers as they stand.

    What a variant says is right is no slip: a mutant that no case can notice is declared by such a variant.  Where an
    argument may be doubled, only its direction counts, and no other factor is a slip.
    """
    source, numbers = solution_source(entry), Counter[str]()
    right = {ast.unparse(ast.parse(edited_source(entry, variant))) for variant in entry.record.variants}
    for function in entry.methods or sorted(_students_own(entry), key=lambda name: name != entry.name):
        outputs, directions = entry.outputs if function == entry.name else (), set[str]()
        for mutant in mutants(source, function, outputs, budget):
            if mutant.kind in SCALES and mutant.values["argument"] in directions:
                continue
            if mutant.source.strip() in right:
                if mutant.kind in SCALES:
                    directions.add(mutant.values["argument"])
                continue
            numbers[mutant.kind] += 1
            name = f"{mutant.kind}{SEPARATOR}{numbers[mutant.kind]}"
            yield Made(name, mutant.kind, hint(mutant.kind, mutant.values), mutant.source)


def hint(kind: str, values: Mapping[str, str]) -> Text:
    """What is said of a mutant in every language: the kind of slip, never the code."""
    of_part = "output" in values
    what = part("mutant.what_part" if of_part else "mutant.what", **values)
    where = part("mutant.where", **values) if of_part else ""
    return in_every_language(f"mutant.{kind}", **{**values, "what": what, "where": where})


def _students_own(entry: ChapterExercise) -> list[str]:
    """The functions of the answer cell in which there is something to write; others are given as they are.

    Of code in which a bug is to be found nothing is given: the bug may be anywhere.
    """
    written, marks = set[int](), list[str]()
    for number, line in enumerate(entry.answer.source.splitlines(), 1):
        marks += marks_in(line)
        if marks[-1:] == ["BEGIN"] or entry.record.starter:
            written.add(number)
    defined = (node for node in ast.parse(entry.answer.source).body if isinstance(node, ast.FunctionDef))
    return [node.name for node in defined if written & set(range(node.lineno, (node.end_lineno or node.lineno) + 1))]


def pairs(entry: ChapterExercise) -> Iterator[Made]:
    """Two written swaps at once, where they do not overlap and are still Python."""
    source = solution_source(entry)
    swaps = [mistake for mistake in entry.record.mistakes if mistake.old is not None]
    for one, other in itertools.combinations(swaps, 2):
        both = _both(source, one, other)
        if both is not None:
            text = in_every_language("mutant.pair", one=one.hint, other=other.hint)
            yield Made(f"{one.name}+{other.name}", "pair", text, both)


def _both(source: str, one: Edit, other: Edit) -> str | None:
    """The source after two swaps; None where they overlap or are no Python together."""
    spans = []
    for mistake in (one, other):
        assert mistake.old is not None
        begin = source.index(mistake.old)
        spans.append((begin, begin + len(mistake.old), mistake.new or ""))
    (begin, end, new), (later_begin, later_end, later_new) = sorted(spans)
    if end > later_begin:
        return None
    both = source[:begin] + new + source[end:later_begin] + later_new + source[later_end:]
    return both if is_python(both) else None
