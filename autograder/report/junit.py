"""Gradings as JUnit XML, which build servers read: a test suite a submission, a test case an exercise."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree as ET

from autograder.model.texts import Text
from autograder.report.as_tests import AsTest, Kind, tests_of
from autograder.report.standing import Standing, maximum

_TAGS = {Kind.FAILED: "failure", Kind.SKIPPED: "skipped", Kind.ERROR: "error"}
_COUNTS = {Kind.FAILED: "failures", Kind.SKIPPED: "skipped", Kind.ERROR: "errors"}
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what no escape can write either


def to_junit(
    standings: Sequence[Standing], titles: Mapping[str, Text], *, max_scores: Mapping[str, float] | None = None
) -> bytes:
    """The XML.  Points, and what identifies a grading, are properties; the explanation is the text of a failure.

    No times are in it but that of the grading: exercises of a notebook run in one process, and nobody clocks each.
    """
    root = ET.Element("testsuites")
    every: list[AsTest] = []
    for standing in standings:
        tests = tests_of(standing, titles)
        every += tests
        root.append(_suite(standing, tests, maximum(standing, max_scores or {})))
    _count(root, every)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _suite(standing: Standing, tests: Sequence[AsTest], whole: float | None) -> ET.Element:
    report = standing.report
    suite = _element("testsuite", name=f"{report.assignment} · {report.student}")
    _count(suite, tests)
    if standing.graded_at is not None:
        suite.set("timestamp", standing.graded_at.replace(tzinfo=None).isoformat(timespec="seconds"))  # UTC
    _add_properties(
        suite, student=report.student, assignment=report.assignment, language=report.language, score=standing.score,
        max_score=whole, bank=report.bank, engine=report.engine, submission=report.submission,
    )  # fmt: skip
    for test in tests:
        suite.append(_case(test, f"{report.assignment}.{report.student}"))
    return suite


def _case(test: AsTest, classname: str) -> ET.Element:
    case = _element("testcase", name=test.name, classname=classname)
    item = test.item
    if item is not None:
        mistake = item.verdict.mistake if item.verdict is not None else None
        _add_properties(
            case, title=test.title, outcome=item.outcome.value, points=item.points, max_points=item.max_points,
            mistake=mistake,
        )  # fmt: skip
    if test.kind is not Kind.PASSED:
        result = _element(_TAGS[test.kind], message=test.message)
        if test.kind is not Kind.SKIPPED:
            result.set("type", item.outcome.value if item is not None else "ungraded")
        result.text = _writable("\n".join(test.lines))
        case.append(result)
    return case


def _count(suite: ET.Element, tests: Sequence[AsTest]) -> None:
    suite.set("tests", str(len(tests)))
    for kind, name in _COUNTS.items():
        suite.set(name, str(sum(test.kind is kind for test in tests)))


def _add_properties(element: ET.Element, **values: str | float | None) -> None:
    known = {name: f"{value:g}" if isinstance(value, float) else value for name, value in values.items()}
    properties = ET.SubElement(element, "properties")
    for name, value in known.items():
        if value not in (None, ""):
            properties.append(_element("property", name=name, value=str(value)))


def _element(tag: str, **attributes: str) -> ET.Element:
    return ET.Element(tag, {name: _writable(value) for name, value in attributes.items()})


def _writable(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
