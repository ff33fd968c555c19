"""Made-up classes of any size for the class page: names in three scripts, odd ones, and all states of a submission."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from autograder.model.texts import Text
from autograder.model.verdict import ExerciseVerdict, Note, Outcome, Report, SubmissionOutcome
from autograder.report.class_list import Links
from autograder.report.similar import Pair
from autograder.report.standing import Mark, Marks, Person, Standing

DUE = datetime(2027, 3, 1, 22, 59)
HINT = {"en": "The loss is a *sum*: use `np.sum`, $L = \\sum_i r_i^2$.", "zh": "损失是*总和*：请用 `np.sum`。"}
ODD = (
    Person("<script>alert(1)</script>", 'O\'Neill & "Sons"'),
    Person("Maximiliane-Theodora Wilhelmine Auguste", "von und zu Hohenlohe-Schillingsfürst-Waldenburg"),
    Person("محمد", "الخوارزمي"),
    Person("נועה", "לוי"),
    Person("Ada", "Lovelace"),
    Person("Ada", "Lovelace"),
    Person("", ""),
    Person("伟", "欧阳"),
    Person("x" * 120, "{{ 7*7 }}"),
)
FIRST = ("Ada", "Grace", "Emmy", "Alan", "Sofia", "Ines", "Karl", "José", "Zoë", "Priya", "Omar", "Mei")
LAST = ("Hopper", "Noether", "Turing", "Gauß", "Curie", "Nguyen", "Okafor", "Müller", "Rossi", "Kim", "Silva")
FAMILY, GIVEN = "王李张刘陈杨赵黄周吴徐孙", ("伟", "芳", "娜", "秀英", "敏", "静", "丽", "强", "磊", "洋")


@dataclass(frozen=True)
class BigClass:
    """All that the page takes, as keyword arguments but for the first two."""

    standings: list[Standing]
    titles: dict[str, Text]
    roster: dict[str, Person]
    missing: dict[str, list[str]]
    links: dict[tuple[str, str], Links]
    similar: dict[str, list[Pair]]


def big_class(students: int, *, assignments: int = 1, exercises: int = 25, seed: int = 0) -> BigClass:
    """`students` on the roster; every twentieth hands nothing in, others late, unreadable, with a fault or to mark."""
    rng = random.Random(seed)
    names = [f"ch{number:02d}_{'regression' if number == 1 else 'networks'}" for number in range(1, assignments + 1)]
    titles: dict[str, Text] = {
        name: {"en": f"Chapter {n} Linear models", "zh": f"第{n}章 线性模型"} for n, name in enumerate(names, start=1)
    }
    titles |= {
        f"{name}_{n}": {"en": f"{k}.{n} The loss and its `grad_{n}`", "zh": f"{k}.{n} 损失函数与 `grad_{n}`"}
        for k, name in enumerate(names, start=1)
        for n in range(1, exercises + 1)
    }
    roster = {f"student{number:03d}": _person(number, rng) for number in range(1, students + 1)}
    standings, missing = [], {name: [] for name in names}
    for name in names:
        for number, (student, person) in enumerate(roster.items(), start=1):
            if number % 20 == 3:
                missing[name].append(student)
            else:
                standings.append(_standing(student, person, name, number, exercises, rng))
    links = {
        (each.report.student, each.report.assignment): Links(
            f"feedback/{each.report.student}/{each.report.assignment}.html",
            f"../submitted/{each.report.student}/{each.report.assignment}/{each.report.assignment}.ipynb",
            f"http://localhost:8888/formgrader/manage_students/{each.report.student}/{each.report.assignment}",
        )
        for each in standings
    }
    likely = [student for student in roster if student not in missing[names[0]]]
    alike = tuple(f"{names[0]}_{n}" for n in range(1, min(exercises, 6)))
    pairs = [Pair(one, other, alike, 31.6) for one, other in zip(likely[::40], likely[1::40], strict=False)]
    return BigClass(standings, titles, roster, missing, links, {names[0]: pairs})


def _person(number: int, rng: random.Random) -> Person:
    if number <= len(ODD):
        return ODD[number - 1]
    if rng.random() < 0.5:
        return Person(rng.choice(GIVEN) + rng.choice(["", rng.choice(GIVEN)]), rng.choice(FAMILY))
    return Person(rng.choice(FIRST), rng.choice(LAST))


def _standing(
    student: str, person: Person, assignment: str, number: int, exercises: int, rng: random.Random
) -> Standing:
    ability = rng.betavariate(4, 1.6)
    verdicts = tuple(_verdict(f"{assignment}_{n}", n, ability, exercises, rng) for n in range(1, exercises + 1))
    report = Report(student, assignment, "en", SubmissionOutcome.GRADED, student, "b", "0.1.0", 0, exercises=verdicts)
    if number % 50 == 11:
        note = Note("unreadable_empty")
        report = Report(student, assignment, "en", SubmissionOutcome.UNREADABLE, student, "", "0.1.0", 0, (note,))
    elif number % 9 == 0:
        report = Report(**{**vars(report), "notes": (Note("note_edited", {"cells": ["`check_loss`"]}),)})
    marks: Mapping[str, Mark] = {each.name: _mark(each, number) for each in report.exercises}
    handed_in = DUE - timedelta(minutes=rng.expovariate(1 / 900) - (700 if number % 12 == 5 else 0))
    if number % 12 == 5:
        handed_in = DUE + timedelta(minutes=rng.randint(5, 900))
    penalty = 1.5 if handed_in > DUE and report.exercises else 0.0
    return Standing(
        report,
        datetime(2027, 3, 2, 9, 30, tzinfo=UTC),
        Marks(marks, penalty, handed_in, DUE),
        person,
    )


def _verdict(name: str, place: int, ability: float, exercises: int, rng: random.Random) -> ExerciseVerdict:
    if place == exercises:
        return ExerciseVerdict(name, Outcome.AWAITING_MARKING, 0, 2, written=True)
    if rng.random() < 0.002:
        return ExerciseVerdict(name, Outcome.GRADER_ERROR, 0, 2)
    if place > exercises * (0.45 + ability):
        return ExerciseVerdict(name, Outcome.NOT_ATTEMPTED, 0, 2)
    if rng.random() < ability:
        return ExerciseVerdict(name, Outcome.PASSED, 2, 2)
    if rng.random() < 0.4:
        return ExerciseVerdict(name, Outcome.PARTIAL, 1, 2)
    mistake = rng.choice(["mean_for_sum", "bias_penalized", "sign_of_the_gradient", None])
    return ExerciseVerdict(name, Outcome.FAILED, 0, 2, mistake=mistake, hint=HINT if mistake else None)


def _mark(verdict: ExerciseVerdict, number: int) -> Mark:
    if verdict.outcome is Outcome.AWAITING_MARKING and number % 3:
        return Mark(1.5, 2, by_hand=True)
    is_open = verdict.outcome.is_open
    return Mark(None if is_open else verdict.points, 2, needs_a_person=is_open)
