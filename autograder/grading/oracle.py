"""Right answers to calls from a student's process, given by sessions that no student's code has ever seen."""

from __future__ import annotations

from autograder.grading.budget import Budget
from autograder.grading.student_process import closed_on_error, left_out_of, run_setup
from autograder.model.bank import Bank
from autograder.sandbox import Asked, CallResult, Sandbox, Session


class Oracle:
    """Our setup and every right solution of a chapter; each function runs without what its own exercise leaves out."""

    def __init__(self, bank: Bank, sandbox: Sandbox, language: str) -> None:
        self._bank, self._sandbox, self._language = bank, sandbox, language
        self._exercises = (*bank.withheld, *bank.exercises)
        self._left_out = {name: left_out_of(exercise) for exercise in self._exercises for name in exercise.functions}
        self._sessions: dict[tuple[str, ...], Session] = {}

    def answer(self, asked: Asked, seconds: float) -> CallResult:
        """What the right function gives, within `seconds` of CPU."""
        left_out = self._left_out[asked.function]
        session = self._sessions.get(left_out)
        if session is None or not session.alive:
            session = self._sessions[left_out] = self._open(left_out)
        return session.call(asked.function, asked.args, asked.kwargs, seconds=seconds, generators=asked.generators)

    def close(self) -> None:
        """End the sessions."""
        while self._sessions:
            self._sessions.popitem()[1].close()

    def _open(self, left_out: tuple[str, ...]) -> Session:
        session = self._sandbox.session(left_out)
        with closed_on_error(session):
            run_setup(session, self._bank, self._language)
            for exercise in self._exercises:
                session.run_cell(exercise.solution, seconds=Budget.cell)
        return session
