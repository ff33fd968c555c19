"""What an author can get wrong in a record that shows only with its cases and texts; each fault has file and line."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.chapter.chapter import ChapterExercise
from autograder.model.exercise import Case
from autograder.model.markers import Tensor
from autograder.model.texts import LANGUAGES, group_titles
from autograder.model.tree import leaves
from autograder.report.feedback import inline


def refuse_unknown_groups(entry: ChapterExercise, used: set[str]) -> None:
    """Every group of a case has a title, and every title a case."""
    titled = set(entry.record.groups)
    for group in sorted(used - titled - group_titles().keys()):
        raise entry.grading.fault(
            f"a case of {entry.name!r} is in the group {group!r}, which has no title: use one of "
            f"{', '.join(group_titles())}, or give it a title in groups={{…}}"
        )
    for group in sorted(titled - used):
        raise entry.grading.fault(f"groups has a title for {group!r}, but no case of {entry.name!r} is in it")


def refuse_tensors_without_torch(entry: ChapterExercise, cases: Sequence[Case]) -> None:
    """Without torch no tensor can arrive."""
    holds = [case.name for case in cases if any(isinstance(leaf, Tensor) for leaf in leaves(case.inputs))]
    if holds and "torch" in entry.record.forbids:
        raise entry.grading.fault(
            f"the case {holds[0]!r} of {entry.name!r} holds a tensor, but the exercise forbids torch"
        )


def refuse_odd_formulas(entry: ChapterExercise) -> None:
    """A formula that cannot be set would reach students as code."""
    texts = [mistake.hint for mistake in entry.record.mistakes] + list(entry.record.groups.values())
    for text in (text[language] for text in texts for language in LANGUAGES):
        for tex in inline.unset_formulas(text):
            raise entry.grading.fault(f"the formula ${tex}$ in a text of {entry.name!r} cannot be set: {text!r}")
