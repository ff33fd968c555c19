"""What `check` shows: the diagnosis, then the first failing case, then the rest, folded."""

from __future__ import annotations

import html
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from autograder.judge.check_html import COLORS, Line, heat_map, on, points_of, printable, rows_of
from autograder.judge.judge import FORM
from autograder.judge.observe import Seen
from autograder.judge.one_line import named
from autograder.model.bank import BankedExercise
from autograder.model.markup import to_plain
from autograder.model.texts import in_language, say, sentence
from autograder.model.verdict import ExerciseVerdict, Finding, Outcome

MOST_LINES = 7  # between the head and what is folded
OF_A_CASE = 3  # sentences on one case: more hide the first, which is where to begin
MOST_INPUTS = 6  # that are named one by one


class Sentence(str):
    """A sentence in the place of a result, which a notebook shows as it is."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


@dataclass(frozen=True)
class CheckResult:
    """What `check("…")` shows: rich in a notebook, plain text elsewhere.

    earlier  the exercises that this one calls and that are not right themselves.
    """

    exercise: BankedExercise
    verdict: ExerciseVerdict
    seen: tuple[Seen, ...]
    language: str
    earlier: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """True when every public check passed."""
        return self.verdict.outcome is Outcome.PASSED

    @property
    def is_form_alone(self) -> bool:
        """True where the public cases know no more than the form of the answer."""
        return all(entry.banked.group == FORM for entry in self.seen)

    @property
    def outcome(self) -> str:
        """The verdict in a few words; where the public cases know only the form, no more is claimed."""
        if self.passed and self.is_form_alone:
            return say("check.form_passed", self.language)
        if self.verdict.outcome is Outcome.NOT_ATTEMPTED and self.earlier:
            return say("check.waits", self.language)
        page = "check" if self.verdict.outcome in (Outcome.PASSED, Outcome.PARTIAL) else "outcome"
        return say(f"{page}.{self.verdict.outcome}", self.language)

    @property
    def _hidden(self) -> str:
        """What decides the grade."""
        return say("check.hidden_form" if self.is_form_alone else "check.hidden", self.language)

    @property
    def worth(self) -> str:
        """The points of the exercise."""
        points = points_of(self.verdict.max_points, self.language)
        return say("check.bonus", self.language, points=points) if self.verdict.extra else points

    @cached_property
    def lines(self) -> tuple[list[Line], list[Line], int]:
        """The lines that are shown, those that are folded, and how many cases fail among these."""
        if self.verdict.outcome is Outcome.NOT_ATTEMPTED:
            return self._not_written(), [], 0
        causes = [Line("✗", self._say(finding)) for finding in self._findings(case=False, passed=False)]
        passed = [] if self.is_form_alone else self._findings(case=False, passed=True)
        right = [Line("✓", self._say(finding)) for finding in passed]
        case, *others = self._failing_cases() or [[]]
        first = self._predecessors()
        room = MOST_LINES - len(first) - len(case)
        if self.verdict.hint:
            causes.insert(0, Line("✗", in_language(self.verdict.hint, self.language)))
            room = 1 if case else room
        shown = [*first, *causes[:room], *case]
        folded = [*causes[room:], *itertools.chain(*others)]
        fits = len(shown) + len(right) <= MOST_LINES
        return [*shown, *(right if fits else [])], [*folded, *([] if fits else right)], len(others)

    def _not_written(self) -> list[Line]:
        """What there is to do where nothing can be judged yet."""
        if self.earlier:
            earlier = [f"`{name}`" for name in self.earlier]
            return [Line("", say("check.waits_for", self.language, name=self.exercise.name, earlier=earlier))]
        gone = any(finding.code == "missing" for finding in self.verdict.findings)
        told = [say("check.not_there", self.language, name=self.exercise.name)] if gone else []
        return [Line("", text) for text in (*told, say("check.start", self.language))]

    def _predecessors(self) -> list[Line]:
        if not self.earlier:
            return []
        code = "predecessor" if len(self.earlier) == 1 else "predecessors"
        earlier = [f"`{name}`" for name in self.earlier]
        return [Line("✗", say(f"check.{code}", self.language, name=self.exercise.name, earlier=earlier))]

    def _findings(self, *, case: bool, passed: bool) -> list[Finding]:
        """Those on one case or on none."""
        findings = self.verdict.findings
        return [finding for finding in findings if bool(finding.case) is case and finding.passed is passed]

    def _say(self, finding: Finding) -> str:
        return sentence(finding, self.language)

    def _failing_cases(self) -> list[list[Line]]:
        """The lines of each failing case: its inputs, what is wrong, and how to get hold of the inputs."""
        by_case: dict[str, list[str]] = {}
        for finding in self._findings(case=True, passed=False):
            by_case.setdefault(in_language(finding.case, self.language), []).append(self._say(finding))
        return [self._of_case(case, list(dict.fromkeys(said))) for case, said in by_case.items()]

    def _of_case(self, case: str, said: Sequence[str]) -> list[Line]:
        told = [Line("", text) for text in said[:OF_A_CASE]]
        entry = next((e for e in self.seen if in_language(e.banked.case.title, self.language) == case), None)
        inputs = entry.banked.case.inputs if entry is not None and self.exercise.takes_arguments else {}
        if not inputs:
            return [Line("✗", f"{case}{say('colon', self.language)}{said[0]}"), *told[1:]]
        values = [f"`{named(name, value)}`" for name, value in list(inputs.items())[:MOST_INPUTS]]
        values += ["…"] * (len(inputs) > MOST_INPUTS)
        head = say("check.these_inputs", self.language, case=case, inputs=values)
        code = _code(self.exercise.name, case, list(inputs))
        return [Line("✗", head), *told, Line("", say("check.to_try", self.language, code=code))]

    def _fold(self) -> str:
        """What is said of the folded lines."""
        _, folded, failing = self.lines
        code, count = ("more_cases", failing) if failing else ("more_lines", len(folded))
        if count == 1:
            code = "one_more_case" if failing else "one_more_line"
        return say(f"check.{code}", self.language, count=count) if folded else ""

    def __repr__(self) -> str:
        shown, *_ = self.lines
        lines = [f"{self.exercise.name} ({self.worth}): {self.outcome}"]
        lines += [f"  {line.sign or ' '} {to_plain(line.text)}" for line in shown]
        lines += [f"  {text}" for text in (self._fold(), self._hidden) if text]
        return printable("\n".join(lines))

    def _repr_html_(self) -> str:
        color = COLORS[self.verdict.outcome]
        shown, folded, _ = self.lines
        rest = f"<details style='margin:.3em 0'><summary>{self._fold()}</summary>{rows_of(folded)}</details>"
        return (
            f"<div style='border-left:4px solid {color};padding:.4em 1em;margin:.3em 0;line-height:1.5'>"
            f"<b style='{on(color)};padding:.1em .5em'>{self.outcome}</b> "
            f"<code>{html.escape(self.exercise.name)}</code> <span style='opacity:.7'>{self.worth}</span>"
            f"{rows_of(shown)}{self._map()}{rest if folded else ''}"
            f"<div style='opacity:.7;font-size:.9em;margin-top:.4em'>{self._hidden}</div></div>"
        )

    def _map(self) -> str:
        if not self.exercise.takes_arguments:
            return ""
        mismatches = [mismatch for entry in self.seen for mismatch in entry.mismatches]
        drawn = [heat_map(mismatch, say("check.error_map", self.language)) for mismatch in mismatches]
        return next((picture for picture in drawn if picture), "")


def _code(exercise: str, case: str, names: Sequence[str]) -> str:
    """The line of Python that gives a case's inputs."""
    call = f'case("{exercise}", "{case}")'
    if len(names) == 1:
        return f"{names[0]} = {call}.{names[0]}"
    return f"{', '.join(names)} = {call}" if len(names) <= MOST_INPUTS else f"inputs = {call}"
