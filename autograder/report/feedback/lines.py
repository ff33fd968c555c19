"""What is told of one exercise, finding by finding: every way of showing it says the same."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.model.texts import group_titles, in_language, say, sentence
from autograder.model.verdict import ExerciseVerdict, Finding, Outcome
from autograder.report.feedback import inline

_UNDECIDED = (Outcome.AWAITING_MARKING, Outcome.GRADER_ERROR, Outcome.NOT_ATTEMPTED)


@dataclass(frozen=True)
class Line:
    """One finding: ✓, ✗ or a dot, then group, sentence and case, with inline markup; "" where there is none."""

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
    """What is wrong first, then what is right, each in the order of judging; no findings of the codes `without`."""
    findings = [finding for finding in verdict.findings if finding.code not in without]
    return [_line(verdict, finding, language) for finding in sorted(findings, key=lambda finding: finding.passed)]


def _line(verdict: ExerciseVerdict, finding: Finding, language: str) -> Line:
    title = finding.title or group_titles().get(finding.group, {})
    group = "" if finding.code == "group_passed" else in_language(title, language)  # that sentence begins with it
    case = inline.readable(in_language(finding.case, language))
    return Line(
        sign="·" if verdict.outcome in _UNDECIDED else "✓" if finding.passed else "✗",
        passed=finding.passed,
        group=group + say("colon", language) if group else "",
        message=sentence(finding, language),
        case=say("feedback.in_parentheses", language, said=case) if case else "",
    )
