"""Facts about wrong answers that nothing explains.  Every grade is final by then, and no point hangs on this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from autograder.grading.budget import Budget, Purse
from autograder.grading.second_look import replaced_for
from autograder.grading.student_process import StudentProcess
from autograder.judge.facts import facts, is_unexplained
from autograder.judge.observe import Seen
from autograder.model.bank import Bank
from autograder.model.verdict import ExerciseVerdict, Outcome


def narrowed(
    bank: Bank,
    verdicts: Mapping[str, ExerciseVerdict],
    seen: Mapping[str, Sequence[Seen]],
    process: StudentProcess,
    budget: Budget,
) -> dict[str, ExerciseVerdict]:
    """The verdicts on unexplained answers with what facts there are.

    They are asked in a process and a budget of their own, on top of right earlier functions, as in the second judging.
    """
    told: dict[str, ExerciseVerdict] = {}
    purse = Purse(budget.for_facts)
    beside = process.afresh(purse)
    try:
        for place, exercise in enumerate(bank.exercises):
            verdict, entries = verdicts[exercise.name], seen.get(exercise.name, ())
            if not is_unexplained(exercise, verdict, entries) or purse.empty:
                continue
            earlier = bank.exercises[:place]
            wrong = [entry for entry in earlier if verdicts[entry.name].outcome is not Outcome.PASSED]
            beside.replace(replaced_for(exercise, earlier, wrong))
            found = facts(exercise, entries, beside.implementation(exercise), reveal=False)
            told[exercise.name] = replace(verdict, findings=(*verdict.findings, *found))
    except Exception:  # a fault of ours costs words, and no grade
        return told
    finally:
        beside.drop()
    return told
