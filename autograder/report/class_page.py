"""The instructor's page: how the class did, who needs a person, what is alike, and everybody in a list."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup

from autograder.model.texts import Text, say
from autograder.model.verdict import Outcome
from autograder.report.attention import OthersData
from autograder.report.class_list import COUNTED, NO_SANDBOX, Links, Row, rows_of
from autograder.report.class_sections import Assignment, alike, assignments_of, groups_of, notes_of
from autograder.report.distribution import Distribution, distribution_of
from autograder.report.feedback import environment, title_of
from autograder.report.feedback.inline import encodable
from autograder.report.languages import class_language
from autograder.report.names import Names
from autograder.report.similar import Pair
from autograder.report.standing import Person, Standing

MOST_PAIRS = 100  # listed: whoever finds more looks at those first

_TEMPLATES = Path(__file__).parent / "templates"


def render_class_html(
    standings: Sequence[Standing],
    titles: Mapping[str, Text],
    *,
    links: Mapping[tuple[str, str], Links] | None = None,
    max_scores: Mapping[str, float] | None = None,
    missing: Mapping[str, Sequence[str]] | None = None,
    roster: Mapping[str, Person] | None = None,
    similar: Mapping[str, Sequence[Pair]] | None = None,
    others_data: Sequence[OthersData] = (),
    formgrader: str = "",
    troubles: Sequence[str] = (),
    language: str = "",
    course: str = "",
) -> str:
    """The page, in the course's `language` ("" is the one that most notebooks are in).

    `links` leads from (student, assignment) to what there is to look at, by relative paths.  `max_scores` gives the
    points of whole assignments, `missing` the students who handed nothing in, `roster` everybody, `similar` pairs of
    similar submissions by assignment, `others_data` notebooks with the data of somebody else.  `formgrader` is the
    address that formgrader's pages lie below, "" where it is not known.  `troubles` are sentences about what could not
    be looked at.
    """
    language, links = language or class_language(standings), links or {}
    own = {item.name for standing in standings for item in standing.items if item.verdict is None} - titles.keys()
    assignments = assignments_of(standings, titles, max_scores or {}, missing or {}, language)
    rows = rows_of(
        standings, [each.name for each in assignments], roster=roster or {}, missing=missing or {}, links=links
    )
    pairs = [entry for each in assignments for entry in alike(each, (similar or {}).get(each.name, ()))]
    pairs.sort(key=lambda entry: -entry.pair.bits)
    names, between = Names(rows), say("comma", language)
    style, script = _asset("style.css") + _asset("class.css"), _asset("class.js")
    html = environment().get_template("class.html").render(
        assignments=assignments,
        total=_total(rows, assignments),
        groups=[group for each in assignments for group in groups_of(each, others_data)],
        notes=[note for each in assignments for note in notes_of(each, language)],
        pairs=pairs[:MOST_PAIRS],
        more_pairs=len(pairs) - MOST_PAIRS,
        rows=rows,
        has=[_columns(rows, place) for place in range(len(assignments))],
        links=links,
        course=course,
        language=language,
        troubles=troubles,
        formgrader=formgrader,
        unprotected=sum(standing.report.rung == NO_SANDBOX for standing in standings),
        title=lambda name: f"`{name}`" if name in own else title_of(name, titles, language),
        say=lambda key, **values: say(f"class_page.{key}", language, **values),
        called=lambda students: names.called(students, between),
        listed=names.listed,
        quoted=quote,
        outcomes=list(Outcome),
        counted=COUNTED,
        style=Markup(style),  # ours, like the script
        script=Markup(script),
        policy=_policy(style, script),
    )  # fmt: skip
    return encodable(html)


def _total(rows: Sequence[Row], assignments: Sequence[Assignment]) -> Distribution | None:
    """Of all assignments together, where there are several."""
    if len(assignments) < 2:
        return None
    return distribution_of((row.total for row in rows), sum(each.max_score or 0.0 for each in assignments))


def _columns(rows: Sequence[Row], place: int) -> dict[str, bool]:
    """Which columns of an assignment hold anything."""
    entries = [row.entries[place] for row in rows]
    return {
        "times": any(each.standing is not None and each.standing.submitted_at is not None for each in entries),
        "links": any(each.links != Links() for each in entries),
    }


def _asset(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """The content security policy: this style, this script, and nothing from anywhere else."""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; "
        "form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
