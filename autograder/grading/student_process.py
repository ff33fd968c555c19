"""A submission's sessions: our setup and the student's cells, run once for each set of libraries that is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from autograder.grading.budget import Budget, Purse
from autograder.grading.notebook_cells import StudentCell
from autograder.grading.sandboxed import Sandboxed
from autograder.grading.submission import Submission
from autograder.judge.describe import safe_error_name
from autograder.judge.unrun import defines, stopped_cell
from autograder.model.bank import Bank, BankedExercise
from autograder.model.texts import part
from autograder.model.verdict import Finding, Note
from autograder.sandbox import Answer, CellResult, CellStatus, Sandbox, Session, longest, refused_language

_ENDED = {  # what ends the process, and how it is told
    CellStatus.TIMEOUT: "note_cell_timeout",
    CellStatus.DIED: "note_cell_died",
    CellStatus.MEMORY: "note_cell_memory",
    CellStatus.MALFORMED: "note_cell_died",  # it wrote over what the process says to us
}
_SETUP_SECONDS = 30.0  # imports; and as much for a cold disk


class SetupFailed(RuntimeError):
    """A setup cell of ours failed in the sandbox: a fault of the course or of the machine, not of the student."""


def left_out_of(exercise: BankedExercise) -> tuple[str, ...]:
    """The libraries that the exercise's sessions lack, in one order."""
    return tuple(sorted(set(exercise.forbids)))


def usually_left_out(banks: Sequence[Bank]) -> tuple[str, ...]:
    """The libraries that most exercises' sessions lack, of those that compute anything: a choice has no arguments."""
    computing = (each for bank in banks for each in bank.exercises if each.takes_arguments)
    most = Counter(map(left_out_of, computing)).most_common(1)
    return most[0][0] if most else ()


def run_setup(session: Session, bank: Bank, language: str) -> None:
    """Run our setup cells.  Raises SetupFailed."""
    for cell in bank.cells:
        if cell.role in ("setup", "support"):
            result = session.run_cell(cell.source[language], seconds=_SETUP_SECONDS, waiting=_SETUP_SECONDS)
            if result.status is not CellStatus.OK:
                raise SetupFailed(f"{cell.grade_id}: {result.error_name} {result.error_message}")


@contextmanager
def closed_on_error(session: Session) -> Iterator[None]:
    """Close the session when the block raises."""
    try:
        yield
    except BaseException:
        session.close()
        raise


class StudentProcess:
    """The sessions in which the student's cells have run, the cells they cannot run, and what is replaced in them.

    Cells are known by their places among those of the submission.
    """

    def __init__(
        self, submission: Submission, bank: Bank, sandbox: Sandbox, budget: Budget, purse: Purse, answer: Answer
    ) -> None:
        self._submission, self._bank, self._sandbox = submission, bank, sandbox
        self._budget, self._purse, self._answer = budget, purse, answer
        self._sessions: dict[tuple[str, ...], Session] = {}
        self._fatal: dict[int, Note] = {}  # cells that ended the process
        self._notes: dict[int, Note] = {}
        self._stopped: dict[int, CellResult] = {}  # cells that raised
        self._replaced = _given(bank)
        self._demos = self._tests = False
        self._known_fatal = 0
        self.results: dict[str, CellResult] = {}  # what cells gave beside the course's own tests, by `StudentCell.key`

    def afresh(self, purse: Purse, *, tests: bool = False) -> StudentProcess:
        """Another process for the same cells, with `tests` one in which the course's tests run too.

        Its budget is its own, so that neither can take the other's.
        """
        other = StudentProcess(self._submission, self._bank, self._sandbox, self._budget, purse, self._answer)
        other._tests, other._demos = tests, self._demos
        other._fatal, other._known_fatal = dict(self._fatal), len(self._fatal)
        return other

    @property
    def notes(self) -> tuple[Note, ...]:
        """What happened to the cells, in their order."""
        notes = {**self._notes, **self._fatal}
        return tuple(notes[place] for place in sorted(notes))

    def session(self, left_out: tuple[str, ...]) -> Session:
        """The session in which the student's cells have run; a new one when the last was ended by a call."""
        session = self._sessions.get(left_out)
        if session is None or not session.alive:
            session = self._sessions[left_out] = self._run_cells(left_out)
            if self._replaced:
                session.replace(self._replaced, self._answer)
        return session

    def implementation(self, exercise: BankedExercise) -> Sandboxed:
        """The student's functions, with the budget of this exercise begun."""
        computes = exercise.takes_arguments  # a choice is asked where most others are
        session = self.session(left_out_of(exercise) if computes else usually_left_out([self._bank]))
        cells, forbids = self._submission.cells, exercise.forbids
        impl = Sandboxed(session, self._budget, self._purse, cells=cells, forbids=forbids)
        impl.begin(exercise.seconds)
        return impl

    def why_missing(self, function: str) -> Finding | None:
        """Why the function is not there, where the last cell that defines it raised or was left out."""
        cells = enumerate(self._submission.cells)
        defining = [(place, cell) for place, cell in cells if not cell.test and defines(cell.source, function)]
        if not defining:
            return None
        place, cell = defining[-1]
        if note := self._fatal.get(place):
            return Finding(note.code, note.values)
        if result := self._stopped.get(place):
            name = result.error_name
            return stopped_cell(function, cell.source, name, result.error_message, result.line, safe_error_name(name))
        return None

    def replace(self, exercises: Sequence[BankedExercise]) -> None:
        """From now on the functions of these exercises are right ones, answered from outside."""
        functions = [name for exercise in exercises for name in exercise.functions if name not in self._replaced]
        self._replaced += functions
        for session in self._sessions.values():
            if functions and session.alive:
                session.replace(functions, self._answer)

    @property
    def skips_demos(self) -> bool:
        """Whether there are untouched demo cells that do not run."""
        return not self._demos and any(cell.demo for cell in self._submission.cells)

    def run_demos(self) -> None:
        """From now on untouched demo cells run too."""
        self._demos = True
        self.drop()

    def drop(self) -> None:
        """End the sessions; the next that is asked for is fresh."""
        while self._sessions:
            self._sessions.popitem()[1].close()

    def _run_cells(self, left_out: tuple[str, ...]) -> Session:
        """Run our setup and the student's cells; a cell that ends the process is left out of the next try."""
        while True:
            session = self._sandbox.session(left_out)
            with closed_on_error(session):
                if self._submission.files:
                    session.put_files(self._submission.files)
                run_setup(session, self._bank, self._submission.language)
                fatal = self._run_student_cells(session, left_out)
            if fatal is None:
                return session
            session.close()

    def _run_student_cells(self, session: Session, left_out: tuple[str, ...]) -> int | None:
        """Run the student's cells in order; returns the place of the cell that ended the process, if one did."""
        left = self._budget.notebook
        sleep = self._purse.sleep_in_cells
        pause = min(self._budget.pause, sleep)
        exhausted = len(self._fatal) - self._known_fatal > self._budget.restarts
        for place, cell in enumerate(self._submission.cells):
            if place in self._fatal or (cell.demo and not self._demos) or (cell.test and not self._tests):
                continue
            if min(left, sleep, self._purse.clock) <= 0 or exhausted:
                self._notes[place] = Note("note_budget", {"cell": cell.label})
                break
            seconds = min(self._budget.cell, left)
            clock = min(longest(seconds), self._purse.clock)
            result = session.run_cell(cell.source, seconds=seconds, waiting=pause, clock=clock, name=cell.name)
            left -= result.seconds
            sleep -= result.waited
            self._purse.pay(result)
            if self._tests:
                self.results.setdefault(cell.key, result)
            if code := _ENDED.get(result.status):
                self._fatal[place] = Note(code, {"cell": cell.label})
                return place
            self._note_result(place, cell, result, left_out)
        return None

    def _note_result(self, place: int, cell: StudentCell, result: CellResult, left_out: tuple[str, ...]) -> None:
        if result.status is CellStatus.ERROR:
            self._stopped[place] = result
        if cell.demo or cell.released:
            return  # no cell of the student's: what it lacks here (a library that is left out, say) is not their fault
        if language := refused_language(cell.source):
            self._notes[place] = Note("note_cell_language", {"cell": cell.label, "language": f"`%%{language}`"})
        elif result.error_name == "LeftOut" and result.error_message in left_out:
            values = {"cell": cell.label, "library": result.error_message}
            self._notes.setdefault(place, Note("note_cell_forbidden", values))
        elif result.status is CellStatus.ERROR and result.error_name != "NotImplementedError":
            where = "" if result.line is None else part("at_line", line=result.line)
            error = safe_error_name(result.error_name)
            self._notes[place] = Note("note_cell_error", {"cell": cell.label, "error": error, "where": where})
        elif result.truncated:
            self._notes[place] = Note("note_output", {"cell": cell.label})


def _given(bank: Bank) -> list[str]:
    """Functions that the course's release leaves out and others build on: the right ones are there from the start."""
    needed = {name for exercise in bank.exercises for name in (*exercise.requires, *exercise.losses)}
    return [name for exercise in bank.withheld if exercise.name in needed for name in exercise.functions]
