"""What is told of one exercise, finding by finding: every way of showing it says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.model.texts import group_titles, in_language, say, sentence
from autograder.model.verdict import ExerciseVerdict, Finding, Outcome
from autograder.report.feedback import inline

_UNDECIDED = (Outcome.AWAITING_MARKING, Outcome.GRADER_ERROR, Outcome.NOT_ATTEMPTED)


@dataclass(frozen=True)
class Line:
    """A finding: ✓, ✗ or a dot, then group, sentence and cases, with inline markup; "" where there is none."""

    sign: str
    passed: bool
    group: str
    message: str
    case: str

    @property
    def text(self) -> str:
        """All of it after the sign."""
        return f"{self.group}{self.message}{self.case}"


def lines_of(verdict: ExerciseVerdict, language: str, *, without: tuple[str, ...] = ()) -> list[Line]:
    """What is wrong first, then what is right, each in the order of judging; no findings of the codes `without`.

    What several cases have in common is said once, with all of them.
    """
    findings = [finding for finding in verdict.findings if finding.code not in without]
    cases: dict[tuple[bool, str, str], dict[str, None]] = {}  # by what is said: an ordered set of cases
    for finding in sorted(findings, key=lambda finding: finding.passed):
        said = (finding.passed, _group(finding, language), sentence(finding, language))
        cases.setdefault(said, {})[inline.readable(in_language(finding.case, language))] = None
    return [_line(verdict, *said, list(filter(None, named)), language) for said, named in cases.items()]


def _group(finding: Finding, language: str) -> str:
    """The title of its group, unless the sentence begins with it."""
    title = finding.title or group_titles().get(finding.group, {})
    group = "" if finding.code == "group_passed" else in_language(title, language)
    return group + say("colon", language) if group else ""


def _line(
    verdict: ExerciseVerdict, passed: bool, group: str, message: str, cases: Sequence[str], language: str
) -> Line:
    said = say("comma", language).join(cases)
    return Line(
        sign="·" if verdict.outcome in _UNDECIDED else "✓" if passed else "✗",
        passed=passed,
        group=group,
        message=message,
        case=say("feedback.in_parentheses", language, said=said) if said else "",
    )
