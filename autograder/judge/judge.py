"""The judge: from an implementation and a draw of cases to a verdict.  It knows nothing of processes.

Stages: defined → signature → values by group → gradient → contract; then points, then diagnosis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from autograder.judge.alarm import TooCostly
from autograder.judge.compare import Mismatch, numbers_in
from autograder.judge.contract import check_contract, probes_of
from autograder.judge.describe import describe_failure, describe_mismatches
from autograder.judge.diagnose import diagnose
from autograder.judge.explain import explain
from autograder.judge.implementation import MOST_WATCHED, Implementation, Probe, Recorded
from autograder.judge.observe import Seen, compare_observations, observe_case, observer
from autograder.judge.own_gradient import check_own_gradient
from autograder.model.bank import BankedCase, BankedExercise, BankedMistake, Observation
from autograder.model.calls import FATAL, CallStatus, Failure
from autograder.model.exercise import HEART
from autograder.model.texts import Text, group_titles
from autograder.model.verdict import ExerciseVerdict, Finding, Outcome

FORM = "form"  # cases that check the form of an answer alone: they pay nothing, and without them nothing pays
CONTRACT_WEIGHT = 0.25  # of an ordinary group: manners cost a fifth of a single-group exercise


def judge(
    exercise: BankedExercise,
    cases: Sequence[BankedCase],
    impl: Implementation,
    *,
    reveal: bool = False,
    own_loss: bool = True,
) -> ExerciseVerdict:
    """The verdict on `impl`.  With `reveal` (public cases) findings show values; otherwise never.

    `own_loss=False` where the loss has been judged right already: then only the right gradient is right.
    """
    impl.begin(exercise.seconds)
    return decide(exercise, cases, impl, look(exercise, cases, impl), reveal=reveal, own_loss=own_loss)


def look(exercise: BankedExercise, cases: Sequence[BankedCase], impl: Implementation) -> list[Seen]:
    """Observe `impl` on the cases in order; stops early when it is not attempted or its process is gone.

    The caller begins its budget: one for all that is looked at of an exercise.
    """
    if not cases:
        raise ValueError(f"{exercise.name} has no cases: nothing could fail")
    seen: list[Seen] = []
    for banked in cases:
        seen.append(_look_at(exercise, banked, impl))
        failure = seen[-1].failure
        if failure and (failure.status in FATAL or _not_attempted(seen)):
            break
    return seen


def _look_at(exercise: BankedExercise, banked: BankedCase, impl: Implementation) -> Seen:
    """One case, on read-only inputs and with a watch on them; only who fails on these is asked again with others."""
    if probes_of(exercise):
        careful = Probe(impl, writeable=False, watch=True)
        seen = _observed(exercise, banked, careful)
        if seen.passed or seen.failure is None or seen.failure.status in FATAL or _not_attempted([seen]):
            return replace(seen, tidy=seen.passed and not careful.changed)
    return _observed(exercise, banked, impl)


def _observed(exercise: BankedExercise, banked: BankedCase, impl: Implementation) -> Seen:
    recorded = Recorded(impl)
    observation = observe_case(observer(exercise, banked.group), recorded, banked.case, exercise.returns)
    mismatches: list[Mismatch] = []
    if observation.failure is None:
        try:
            with impl.bounded():
                mismatches = compare_observations(exercise, banked.expected, observation)
        except (MemoryError, TooCostly):
            observation = Observation(failure=Failure(CallStatus.TOO_LARGE, exercise.name))
    numbers = max((numbers_in(list(args)) for _, args, _ in recorded.calls), default=0)
    return Seen(banked, observation, mismatches, numbers)


def decide(
    exercise: BankedExercise,
    cases: Sequence[BankedCase],
    impl: Implementation,
    seen: Sequence[Seen],
    *,
    reveal: bool = False,
    own_loss: bool = True,
) -> ExerciseVerdict:
    """The verdict on what was seen; asks `impl` again for the gradient and contract checks."""
    if _not_attempted(seen):
        gone = seen[0].failure is not None and seen[0].failure.status is CallStatus.MISSING
        code = "missing" if gone else "not_attempted"
        finding = Finding(code, {"function": exercise.name} if gone else {})
        return _verdict(exercise, Outcome.NOT_ATTEMPTED, 0.0, [finding])
    groups = _groups(cases)
    passed = {group: _group_passed(group, seen, cases) for group in groups}
    findings = _findings(exercise, seen, groups, passed, reveal)
    share = {group: 1.0 if passed[group] else 0.0 for group in groups}
    if own_loss and exercise.gradient_of and not passed.get(HEART, True):
        consistent, own_findings = check_own_gradient(exercise, impl, seen)
        findings += own_findings
        share[HEART] = 0.5 if consistent else 0.0
    contract: tuple[str, ...] = ()
    if passed.get(HEART, all(passed.values())) and probes_of(exercise):
        right = [entry for entry in seen if entry.passed and entry.numbers <= MOST_WATCHED]
        contract, contract_findings = check_contract(exercise, impl, right)
        findings += contract_findings
    earned, total = _shares(exercise, share, contract)
    points = exercise.points if earned == total else round(exercise.points * earned / total, 2)
    mistake = None
    if earned < total:
        mistake = diagnose(exercise, seen, contract)
        if mistake not in exercise.mistakes:  # a slip says how, and this says what came of it
            findings += explain(exercise, seen, reveal)
    outcome = Outcome.PASSED if earned == total else Outcome.PARTIAL if earned > 0 else Outcome.FAILED
    return _verdict(exercise, outcome, points, findings, mistake)


def _not_attempted(seen: Sequence[Seen]) -> bool:
    """The starter raises NotImplementedError; a function that is gone was not attempted either."""
    failure = seen[0].failure if seen else None
    return failure is not None and (
        failure.status is CallStatus.MISSING
        or (failure.status is CallStatus.RAISED and failure.error == "NotImplementedError")
    )


def _groups(cases: Sequence[BankedCase]) -> list[str]:
    return list(dict.fromkeys(banked.group for banked in cases))


def _group_passed(group: str, seen: Sequence[Seen], cases: Sequence[BankedCase]) -> bool:
    members = [banked for banked in cases if banked.group == group]
    right = [entry for entry in seen if entry.passed and entry.banked.group == group]
    return len(right) == len(members)


def _shares(exercise: BankedExercise, share: dict[str, float], contract: tuple[str, ...]) -> tuple[float, float]:
    """How many shares are earned, and of how many, whatever they are worth (a course may give 0 points).

    Groups pay equally, the contract a quarter as much; without "form" nothing pays, without "values" no other.
    """
    if share.pop(FORM, 1.0) < 1.0:
        return 0.0, 1.0
    if not share:  # public cases that know no more than the form
        return 1.0, 1.0
    if share.get(HEART, 1.0) < 1.0:
        share = {group: (part if group == HEART else 0.0) for group, part in share.items()}
    has_contract = bool(probes_of(exercise))
    total = len(share) + (CONTRACT_WEIGHT if has_contract else 0.0)
    earned = sum(share.values())
    if has_contract and not contract and earned:
        earned += CONTRACT_WEIGHT * earned / len(share)
    return earned, total


def group_title(exercise: BankedExercise, group: str) -> Text:
    """The group's title, its own or the common one."""
    return exercise.group(group).title or group_titles()[group]


def _findings(
    exercise: BankedExercise, seen: Sequence[Seen], groups: Sequence[str], passed: dict[str, bool], reveal: bool
) -> list[Finding]:
    findings = []
    for group in groups:
        title = group_title(exercise, group)
        if passed[group]:
            findings.append(Finding("group_passed", {"title": title}, group, passed=True))
            continue
        for entry in seen:
            if entry.banked.group != group or entry.passed:
                continue
            case = entry.banked.case.title
            if entry.failure:
                code, values = describe_failure(exercise, entry.failure, reveal)
                findings.append(Finding(code, values, group, case, title=title))
                break  # the other cases of the group stop in the same way
            findings += [
                Finding(code, values, group, case, title=title)
                for code, values in describe_mismatches(exercise, entry.mismatches, entry.banked.case, reveal)
            ]
    return findings


def _verdict(
    exercise: BankedExercise,
    outcome: Outcome,
    points: float,
    findings: list[Finding],
    mistake: BankedMistake | None = None,
) -> ExerciseVerdict:
    name, hint = (mistake.name, mistake.hint) if mistake else (None, None)
    return ExerciseVerdict(exercise.name, outcome, points, exercise.points, name, hint, tuple(findings), exercise.extra)
