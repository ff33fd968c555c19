"""One submission under way: how the verdict on each of its exercises is reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from autograder.grading.budget import Budget, Purse
from autograder.grading.narrowed import narrowed
from autograder.grading.oracle import Oracle
from autograder.grading.own_tests import judge_tests
from autograder.grading.sandboxed import Sandboxed
from autograder.grading.second_look import Counts, called_a_replaced_function, look_again, missed_a_name, replaced_for
from autograder.grading.student_process import SetupFailed, StudentProcess
from autograder.grading.submission import Submission
from autograder.judge.judge import decide, look
from autograder.judge.observe import Seen
from autograder.model.bank import CHECK, Bank, BankedCase, BankedExercise
from autograder.model.calls import FATAL
from autograder.model.course_tests import BankedTest
from autograder.model.verdict import ExerciseVerdict, Finding, Outcome, Report, SubmissionOutcome
from autograder.model.version import __version__
from autograder.sandbox import CellResult, Sandbox

Look = Callable[[Sequence[BankedCase], Sandboxed], list[Seen]]


class Grading:
    """One submission under way: its processes, its budget, and what was seen of each exercise.

    `ignored` is as for `judge_tests`.
    """

    def __init__(self, submission: Submission, bank: Bank, sandbox: Sandbox, budget: Budget, ignored: str = "") -> None:
        self._submission, self._bank, self._budget, self._ignored = submission, bank, budget, ignored
        self._rung = sandbox.backend
        self._draw = bank.draw_for(submission.digest)
        self._purse = Purse(budget)
        self._oracle = Oracle(bank, sandbox, submission.language)
        self._process = StudentProcess(submission, bank, sandbox, budget, self._purse, self._oracle.answer)
        self._beside = self._process  # until the course's own tests have one of theirs
        self._seen: dict[str, list[Seen]] = {}
        self._passed = {exercise.name for exercise in bank.withheld}  # where one is needed, the right one is there

    def report(self, student: str) -> Report:
        """The report, whatever the notebook does."""
        verdicts: dict[str, ExerciseVerdict] = {}
        tests: list[ExerciseVerdict] = []
        try:
            for exercise in self._bank.exercises:
                ended = [name for name in exercise.requires if name in verdicts and _ended_the_process(verdicts[name])]
                verdicts[exercise.name] = _stopped(exercise, ended) if ended else self._judge(exercise)
            self._judge_again_where_names_were_missing(verdicts)
            self._judge_again_with_right_functions(verdicts)
            verdicts |= narrowed(self._bank, verdicts, self._seen, self._process, self._budget)
            tests += self._judge_tests()
        except SetupFailed:
            outcome = SubmissionOutcome.GRADER_ERROR
        else:
            outcome = SubmissionOutcome.GRADED
        finally:
            self._process.drop()
            self._oracle.close()
        submission = self._submission
        return Report(
            student=student,
            assignment=submission.assignment,
            language=submission.language,
            outcome=outcome,
            submission=submission.digest,
            bank=self._bank.digest,
            engine=__version__,
            draw=self._draw,
            notes=(*submission.notes, *(self._process if self._bank.exercises else self._beside).notes),
            exercises=tuple(
                replace(verdict, answer=submission.answers.get(verdict.name))
                for verdict in (*verdicts.values(), *tests, *self._written_verdicts())
            ),
            rung=self._rung,
        )

    @property
    def results(self) -> Mapping[str, CellResult]:
        """What cells gave when they ran beside the course's own tests, by `StudentCell.key`."""
        return self._beside.results

    # --- judging --------------------------------------------------------------------------------------------------

    def _judge(self, exercise: BankedExercise) -> ExerciseVerdict:
        """The first verdict."""
        return self._verdict(exercise, lambda cases, impl: look(exercise, cases, impl))

    def _judge_again(self, exercise: BankedExercise, verdict: ExerciseVerdict, counts: Counts) -> ExerciseVerdict:
        """The verdict with second answers in the place of those first ones for which they count."""
        first = self._seen.get(exercise.name, [])
        return self._verdict(exercise, lambda cases, impl: look_again(exercise, cases, impl, first, counts), verdict)

    def _verdict(
        self, exercise: BankedExercise, look_at: Look, known: ExerciseVerdict | None = None
    ) -> ExerciseVerdict:
        """The verdict on what `look_at` sees; the known one where that is nothing new."""
        if self._purse.empty:
            return _not_judged(exercise, Finding("submission_budget"))
        try:
            cases = exercise.draws[self._draw]
            impl = self._process.implementation(exercise)
            seen = look_at(cases, impl)
            before = self._seen.get(exercise.name, [])
            if known is not None and list(map(id, seen)) == list(map(id, before)):
                return known
            self._seen[exercise.name] = seen
            loss_passed = bool(exercise.losses) and all(name in self._passed for name in exercise.losses)
            verdict = decide(exercise, cases, impl, seen, own_loss=not loss_passed)
            if verdict.outcome is Outcome.PASSED:
                self._passed.add(exercise.name)
            return self._attempted(exercise, verdict)
        except SetupFailed:
            raise
        except Exception as error:  # a fault of ours must not become a zero, nor stop the class
            return _grader_error(exercise, error)

    def _attempted(self, exercise: BankedExercise, verdict: ExerciseVerdict) -> ExerciseVerdict:
        """A function is not there because its cell stopped: it was attempted, and the cell is what is told.

        A bonus of which the notebook has no cell at all may never have been handed out.
        """
        if verdict.outcome is not Outcome.NOT_ATTEMPTED:
            return verdict
        if finding := self._process.why_missing(exercise.name):
            return replace(verdict, outcome=Outcome.FAILED, findings=(finding,))
        if exercise.extra and not {exercise.name, CHECK + exercise.name} & self._submission.labels:
            return replace(verdict, findings=(Finding("not_attempted"),))
        return verdict

    def _judge_again_where_names_were_missing(self, verdicts: dict[str, ExerciseVerdict]) -> None:
        """Untouched demo cells are skipped; an answer that uses a name of theirs is judged again after they ran."""
        if not self._process.skips_demos:
            return
        lost = [name for name, seen in self._seen.items() if any(missed_a_name(entry, 0) for entry in seen)]
        if not lost:
            return
        self._process.run_demos()
        for exercise in self._bank.exercises:
            if exercise.name in lost:
                again = self._judge_again(exercise, verdicts[exercise.name], missed_a_name)
                if again.points >= verdicts[exercise.name].points:
                    verdicts[exercise.name] = again

    def _judge_again_with_right_functions(self, verdicts: dict[str, ExerciseVerdict]) -> None:
        """One error costs marks once: what fails is judged again on top of right earlier functions.

        All that were wrong, for the student may use other ones than the solution does; and all that the solution
        uses, for an accepted answer may have a quirk (a loss of shape (1,)) that must not cost the next exercise.
        Right functions only ever replace ones whose verdict is final, and only the cases in which one was called
        are answered a second time.  What takes no arguments (a choice, a constant) is answered once.
        """
        earlier: list[BankedExercise] = []
        lost = {name for name, verdict in verdicts.items() if self._lost_points(verdict)}
        if lost:
            self._process.drop()  # a fresh process: what the first pass left behind must not count
        for exercise in self._bank.exercises:
            verdict = verdicts[exercise.name]
            wrong = [entry for entry in earlier if verdicts[entry.name].outcome is not Outcome.PASSED]
            replaced = replaced_for(exercise, earlier, wrong)
            earlier.append(exercise)
            if not replaced or not exercise.takes_arguments or exercise.name not in lost:
                continue
            self._process.replace(replaced)
            again = self._judge_again(exercise, verdict, called_a_replaced_function)
            if again is verdict:
                continue
            if again.points > verdict.points:
                told = _told_as_replaced(exercise, replaced, [entry for entry in replaced if entry in wrong])
                functions = [f"`{entry.name}`" for entry in told]
                finding = Finding("judged_with_right", {"functions": functions}, passed=True)
                again = replace(again, findings=(finding, *again.findings))
            named = again.mistake is not None or verdict.mistake is None  # a diagnosis is not given up for none
            if again.points > verdict.points or (again.points == verdict.points and named):
                verdicts[exercise.name] = again

    def _lost_points(self, verdict: ExerciseVerdict) -> bool:
        """Whether an answer was not right; one that stopped like a starter, though written, may have called one."""
        if verdict.outcome is Outcome.NOT_ATTEMPTED:
            stopped = any(finding.code == "not_attempted" for finding in verdict.findings)
            return stopped and any(not cell.untouched for cell in self._submission.answers.get(verdict.name, ()))
        return verdict.outcome is not Outcome.PASSED

    def _judge_tests(self) -> list[ExerciseVerdict]:
        """The verdicts on the course's own tests.  Without exercises of ours the cells run for what they show, too."""
        if not self._bank.tests and self._bank.exercises:
            return []
        self._beside = self._process.afresh(Purse(self._budget), tests=True)
        try:
            return judge_tests(self._bank.tests, self._beside, self._ignored)
        except SetupFailed:
            raise
        except Exception as error:
            return [_grader_error(test, error) for test in self._bank.tests]

    def _written_verdicts(self) -> Iterator[ExerciseVerdict]:
        for question in self._bank.written:
            answered = bool(self._submission.written.get(question.name))
            outcome = Outcome.AWAITING_MARKING if answered else Outcome.NOT_ATTEMPTED
            code = "awaiting_marking" if answered else "not_attempted"
            yield ExerciseVerdict(
                question.name,
                outcome,
                0.0,
                question.points,
                findings=(Finding(code),),
                extra=question.extra,
                written=True,
            )


def _told_as_replaced(
    exercise: BankedExercise, replaced: list[BankedExercise], wrong: list[BankedExercise]
) -> list[BankedExercise]:
    """Of the functions that right ones stood in for, those that matter: wrong ones that the exercise builds on."""
    told = wrong or replaced
    return [entry for entry in told if entry.name in exercise.requires] or told


def _grader_error(entry: BankedExercise | BankedTest, error: Exception) -> ExerciseVerdict:
    finding = Finding("grader_error", {"error": type(error).__name__})
    extra = isinstance(entry, BankedExercise) and entry.extra
    return ExerciseVerdict(entry.name, Outcome.GRADER_ERROR, 0.0, entry.points, findings=(finding,), extra=extra)


def _ended_the_process(verdict: ExerciseVerdict) -> bool:
    return any(finding.code in FATAL for finding in verdict.findings)


def _stopped(exercise: BankedExercise, ended: Sequence[str]) -> ExerciseVerdict:
    """A verdict to start from where an earlier function never returns: not worth its budget a second time."""
    return _not_judged(exercise, Finding("builds_on_endless", {"functions": [f"`{name}`" for name in ended]}))


def _not_judged(exercise: BankedExercise, finding: Finding) -> ExerciseVerdict:
    return ExerciseVerdict(
        exercise.name, Outcome.FAILED, 0.0, exercise.points, findings=(finding,), extra=exercise.extra
    )
