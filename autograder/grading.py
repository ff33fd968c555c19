"""Grading one submission: run its cells in the sandbox, judge every exercise, say what happened."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from autograder import __version__
from autograder.bank import Bank, BankedExercise
from autograder.bank_files import load
from autograder.describe import safe_error_name
from autograder.exercise import Text
from autograder.intake import Intake, SubmissionUnreadable, take
from autograder.judge import FATAL, judge
from autograder.messages import say
from autograder.sandbox import CellResult, CellStatus, Limits, Sandbox, Session
from autograder.sandboxed import Sandboxed
from autograder.submission import StudentCell, Submission, read_submission, unreadable_report
from autograder.verdict import ExerciseVerdict, Finding, Note, Outcome, Report, SubmissionOutcome

REPLY_BYTES = 8 * 2**20  # a whole answer; the largest right one, the parameters of a net, has 40 kB
FATAL_CELLS = (CellStatus.TIMEOUT, CellStatus.DIED, CellStatus.MEMORY)


class SetupFailed(RuntimeError):
    """A setup cell of ours failed in the sandbox: a fault of the course or of the machine, not of the student."""


@dataclass(frozen=True)
class Budget:
    """Seconds of CPU that a submission's own cells may take; exercises have budgets of their own."""

    cell: float = 10.0  # the longest released demo takes 3
    notebook: float = 60.0  # a chapter's right submission takes at most 10
    restarts: int = 5  # cells that end the process: each costs a run of the others
    submission: float = 300.0  # everything together, restarts and exercises too: bounds what one notebook can cost


def open_sandbox(banks: Sequence[Bank], rung: str = "auto") -> Sandbox:
    """A sandbox warmed with every module that the banks' setup cells import."""
    modules = dict.fromkeys(("numpy", *(module for bank in banks for module in _imports(bank))))
    return Sandbox(rung, preload=tuple(modules), limits=Limits(reply_bytes=REPLY_BYTES))


def _imports(bank: Bank) -> Iterator[str]:
    for cell in bank.cells:
        if cell.role != "setup":
            continue
        for node in ast.walk(ast.parse(cell.source["en"])):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and node.module != "autograder":
                yield node.module


def grade_file(
    path: Path,
    banks: Sequence[Bank],
    sandbox: Sandbox,
    *,
    student: str,
    assignment: str = "",
    inside: Path | None = None,
    budget: Budget | None = None,
) -> Report:
    """Grade the notebook at `path`, taken in as `intake.take` does."""
    return grade_intake(take(path, inside), banks, sandbox, student=student, assignment=assignment, budget=budget)


def grade_intake(
    taken: Intake,
    banks: Sequence[Bank],
    sandbox: Sandbox,
    *,
    student: str,
    assignment: str = "",
    budget: Budget | None = None,
) -> Report:
    """Grade one notebook.  Every fault of the notebook is an outcome or a note; every fault of ours GRADER_ERROR."""
    try:
        submission, bank = read_submission(taken, banks, assignment)
    except SubmissionUnreadable as fault:
        return unreadable_report(fault, student, assignment or taken.path.stem)
    report = _Grading(submission, bank, sandbox, budget or Budget()).report(student)
    return replace(report, rung=sandbox.rung)


def grade_notebook(taken: Intake, *, bank_dir: Path, student: str, assignment: str = "") -> Report:
    """Grade one notebook in a sandbox of its own: for nbgrader's autograde, which calls once a notebook."""
    banks = [load(folder) for folder in sorted(bank_dir.iterdir()) if folder.is_dir()]
    with open_sandbox(banks) as sandbox:
        return grade_intake(taken, banks, sandbox, student=student, assignment=assignment)


class _Grading:
    """One submission under way: its session, the cells it cannot run, and the right functions put into it."""

    def __init__(self, submission: Submission, bank: Bank, sandbox: Sandbox, budget: Budget) -> None:
        self._submission, self._bank, self._sandbox, self._budget = submission, bank, sandbox, budget
        self._draw = bank.draw_for(submission.digest)
        self._left_out: dict[int, Note] = {}  # cells that ended the process, by number
        self._cell_notes: dict[int, Note] = {}
        self._righted: list[BankedExercise] = []  # exercises whose right functions replace the student's
        self._demos = False
        self._longest_cell = max((cell.source.count("\n") + 1 for cell in submission.cells), default=0)
        self._spent = 0.0  # CPU seconds of this submission so far
        self._session: Session | None = None

    def report(self, student: str) -> Report:
        """The report, whatever the notebook does."""
        verdicts: dict[str, ExerciseVerdict] = {}
        try:
            for exercise in self._bank.exercises:
                ended = [name for name in exercise.requires if _ended_the_process(verdicts[name])]
                verdicts[exercise.name] = _stopped(exercise, ended) if ended else self._judge(exercise)
            self._judge_again_where_names_were_missing(verdicts)
            self._judge_again_with_right_functions(verdicts)
        except SetupFailed:
            outcome = SubmissionOutcome.GRADER_ERROR
        else:
            outcome = SubmissionOutcome.GRADED
        finally:
            if self._session is not None:
                self._session.close()
        submission = self._submission
        notes = {**self._cell_notes, **self._left_out}
        return Report(
            student=student,
            assignment=submission.assignment,
            language=submission.language,
            outcome=outcome,
            submission=submission.digest,
            bank=self._bank.digest,
            engine=__version__,
            draw=self._draw,
            notes=(*submission.notes, *(notes[number] for number in sorted(notes))),
            exercises=(*verdicts.values(), *self._written_verdicts()),
        )

    # --- judging --------------------------------------------------------------------------------------------------

    def _judge(self, exercise: BankedExercise) -> ExerciseVerdict:
        if self._spent > self._budget.submission:
            return _not_judged(exercise, Finding("submission_budget", say("submission_budget")))
        impl = None
        try:
            impl = Sandboxed(self._live_session(), self._longest_cell)
            return judge(exercise, exercise.draws[self._draw], impl)
        except SetupFailed:
            raise
        except Exception as error:  # a fault of ours must not become a zero, nor stop the class
            detail: Text = {
                language: f"{text} ({type(error).__name__})" for language, text in say("grader_error").items()
            }
            return ExerciseVerdict(
                exercise.name,
                Outcome.GRADER_ERROR,
                0.0,
                exercise.points,
                findings=(Finding("grader_error", detail),),
                extra=exercise.extra,
            )
        finally:
            self._spent += impl.spent if impl is not None else 0.0

    def _judge_again_where_names_were_missing(self, verdicts: dict[str, ExerciseVerdict]) -> None:
        """Untouched demo cells are skipped; an answer that uses a name of theirs is judged again after they ran."""
        if not any(cell.demo for cell in self._submission.cells):
            return
        lost = [name for name, verdict in verdicts.items() if any(_is_name_error(f) for f in verdict.findings)]
        if not lost:
            return
        self._demos = True
        self._drop_session()
        for name in lost:
            again = self._judge(self._exercise(name))
            if again.points > verdicts[name].points:
                verdicts[name] = again

    def _judge_again_with_right_functions(self, verdicts: dict[str, ExerciseVerdict]) -> None:
        """One error costs marks once: what fails is judged again on top of right earlier functions.

        All that were wrong, for the student may use other ones than the solution does; and all that the solution
        uses, for an accepted answer may have a quirk (a loss of shape (1,)) that must not cost the next exercise.
        Right functions only ever replace ones whose verdict is final, so nothing is gained by having them there.
        """
        earlier: list[BankedExercise] = []
        if any(verdict.outcome in (Outcome.FAILED, Outcome.PARTIAL) for verdict in verdicts.values()):
            self._drop_session()  # a fresh process: what the first pass left behind must not count
        for exercise in self._bank.exercises:
            verdict = verdicts[exercise.name]
            wrong = [entry for entry in earlier if verdicts[entry.name].outcome is not Outcome.PASSED]
            replaced = [entry for entry in earlier if entry in wrong or entry.name in exercise.requires]
            earlier.append(exercise)
            if not replaced or verdict.outcome in (Outcome.PASSED, Outcome.NOT_ATTEMPTED):
                continue
            self._put_right(replaced)
            again = self._judge(exercise)
            if again.points > verdict.points:
                functions = ", ".join(f"`{entry.name}`" for entry in wrong or replaced)
                finding = Finding("judged_with_right", say("judged_with_right", functions=functions), passed=True)
                again = replace(again, findings=(finding, *again.findings))
            named = again.mistake is not None or verdict.mistake is None  # a diagnosis is not given up for none
            if again.points > verdict.points or (again.points == verdict.points and named):
                verdicts[exercise.name] = again

    def _exercise(self, name: str) -> BankedExercise:
        return next(exercise for exercise in self._bank.exercises if exercise.name == name)

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
                findings=(Finding(code, say(code)),),
                extra=question.extra,
            )

    # --- the session ----------------------------------------------------------------------------------------------

    def _live_session(self) -> Session:
        """The session in which the student's cells have run; a new one when the last was ended by a call."""
        if self._session is None or not self._session.alive:
            self._drop_session()
            self._session = self._run_cells()
            for exercise in self._righted:
                self._session.run_cell(exercise.solution, seconds=self._budget.cell)
        return self._session

    def _drop_session(self) -> None:
        if self._session is not None:
            self._session.close()
        self._session = None

    def _put_right(self, exercises: Sequence[BankedExercise]) -> None:
        session = self._live_session()
        for exercise in exercises:
            if exercise not in self._righted:
                self._righted.append(exercise)
                session.run_cell(exercise.solution, seconds=self._budget.cell)

    def _run_cells(self) -> Session:
        """Run our setup and the student's cells; a cell that ends the process is left out of the next try."""
        while True:
            session = self._sandbox.session()
            with _closed_on_error(session):
                self._run_setup(session)
                fatal = self._run_student_cells(session)
            if fatal is None:
                return session
            session.close()

    def _run_setup(self, session: Session) -> None:
        for cell in self._bank.cells:
            if cell.role == "setup":
                result = session.run_cell(cell.source[self._submission.language], seconds=30)
                if result.status is not CellStatus.OK:
                    raise SetupFailed(f"{cell.grade_id}: {result.error_name} {result.error_message}")

    def _run_student_cells(self, session: Session) -> int | None:
        """Run the student's cells in order; returns the number of the cell that ended the process, if one did."""
        left = self._budget.notebook
        exhausted = len(self._left_out) > self._budget.restarts
        for cell in self._submission.cells:
            if cell.number in self._left_out or (cell.demo and not self._demos):
                continue
            if left <= 0 or exhausted:
                self._cell_notes[cell.number] = Note("note_budget", say("note_budget", cell=cell.number))
                break
            result = session.run_cell(cell.source, seconds=min(self._budget.cell, left), name=f"cell {cell.number}")
            left -= result.seconds
            self._spent += result.seconds
            if result.status in FATAL_CELLS:
                code = f"note_cell_{result.status.lower()}"
                self._left_out[cell.number] = Note(code, say(code, cell=cell.number))
                return cell.number
            self._note_result(cell, result)
        return None

    def _note_result(self, cell: StudentCell, result: CellResult) -> None:
        if result.status is CellStatus.ERROR and result.error_name != "NotImplementedError":
            where: Text = {"en": "", "zh": ""}
            if result.line is not None:
                where = {"en": f" at line {result.line}", "zh": f"（第 {result.line} 行）"}
            error = safe_error_name(result.error_name)
            message = say("note_cell_error", cell=cell.number, error=error, where=where)
            self._cell_notes[cell.number] = Note("note_cell_error", message)
        elif result.truncated:
            self._cell_notes[cell.number] = Note("note_output", say("note_output", cell=cell.number))


@contextmanager
def _closed_on_error(session: Session) -> Iterator[None]:
    try:
        yield
    except BaseException:
        session.close()
        raise


def _ended_the_process(verdict: ExerciseVerdict) -> bool:
    return any(finding.code in FATAL for finding in verdict.findings)


def _stopped(exercise: BankedExercise, ended: Sequence[str]) -> ExerciseVerdict:
    """A verdict to start from where an earlier function never returns: not worth its budget a second time."""
    functions = ", ".join(f"`{name}`" for name in ended)
    return _not_judged(exercise, Finding("builds_on_endless", say("builds_on_endless", functions=functions)))


def _not_judged(exercise: BankedExercise, finding: Finding) -> ExerciseVerdict:
    return ExerciseVerdict(
        exercise.name, Outcome.FAILED, 0.0, exercise.points, findings=(finding,), extra=exercise.extra
    )


def _is_name_error(finding: Finding) -> bool:
    return finding.code == "raised" and "`NameError`" in finding.message["en"]
