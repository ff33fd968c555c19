"""Grading many submissions: several grader processes, and a ledger that survives all of it.

Each worker owns a sandbox.  A worker that dies is replaced and its submission tried once more; after a second
death the submission is a GRADER_ERROR.  The parent alone writes the ledger, one durable record at a time.
"""

from __future__ import annotations

import contextlib
import hashlib
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING

from autograder.grading.as_released import Source
from autograder.grading.hand_ins import Job
from autograder.grading.intake import SubmissionUnreadable
from autograder.grading.modules import require_modules
from autograder.grading.submission import unreadable_report
from autograder.model.bank import Bank
from autograder.model.errors import UserError
from autograder.model.interrupts import held
from autograder.model.orphans import end_with_parent
from autograder.model.verdict import Report, SubmissionOutcome
from autograder.model.version import __version__

if TYPE_CHECKING:
    from autograder.grading.ledger import Ledger  # its database library is nothing that a worker needs
    from autograder.grading.ran import Ran

TRIES = 2
MEMORY = 8 * 2**30  # bytes of address space of a grader: a returned array that broadcasts to more is a wrong answer
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")  # read when numpy is loaded


class GraderUnavailable(UserError):
    """No grader process could start: its sandbox or a bank is missing; the message says what to do."""


@dataclass
class _Worker:
    process: BaseProcess
    connection: Connection
    job: Job | None = None


@dataclass
class _Queue:
    waiting: list[Job]
    tries: dict[Job, int] = field(default_factory=dict)


def grade_many(
    jobs: Sequence[Job],
    sources: Sequence[Source],
    ledger: Ledger,
    *,
    workers: int = 1,
    rung: str = "auto",
    banks: Sequence[Bank] = (),
    force: bool = False,
    done: Callable[[Report, bool], None] = lambda report, fresh: None,
    keep: Callable[[Report, Ran], None] = lambda report, ran: None,
) -> list[Report]:
    """Grade every job that the ledger does not hold, or with `force` every job; returns a report a job, in their order.

    What the ledger holds stands again where another grading came after it.  A forced grading that says something else
    is one more record, unless the grader failed.

    `banks` are those of the sources, where the caller has read them already.
    `done` is told each report and whether it is fresh.  A report is durable before `done` hears of it.
    `keep` gets what the cells of a fresh one showed, before it is recorded.
    """
    banks = banks or [source.load() for source in sources]
    at_hand = _digest_of_all(banks)
    reports: dict[Job, Report] = {}
    waiting = []

    def record(job: Job, report: Report) -> None:
        if report.outcome is SubmissionOutcome.UNREADABLE:
            report = replace(report, bank=at_hand)  # it may be readable with other banks
        ledger.record(report, str(job.path), again=force)
        reports[job] = report
        done(report, True)

    for job in jobs:
        taken = job.take()  # its bytes are not kept: a class may have more than fits into memory
        known = None if force else _recorded(job, taken.digest, banks, at_hand, ledger)
        if known is not None:
            ledger.record(known, str(job.path))
            reports[job] = known
            done(known, False)
        elif taken.problem is not None:
            fault = SubmissionUnreadable(taken.problem, taken.digest)
            record(job, unreadable_report(fault, job.student, job.filed_under))
        else:
            waiting.append(job)
    if waiting:
        require_modules(banks)  # said once, before a worker starts
    for job, report, ran in _grade(_Queue(waiting), sources, workers, rung):
        if ran:
            keep(report, ran)
        record(job, report)
    return [reports[job] for job in jobs]


def _recorded(job: Job, digest: str, banks: Sequence[Bank], at_hand: str, ledger: Ledger) -> Report | None:
    """The ledger's report on exactly these bytes, these banks and this engine; faults of ours are tried again."""
    candidates = [(bank.chapter, bank.digest) for bank in banks if job.assignment in ("", bank.chapter)]
    for assignment, bank in (*candidates, (job.filed_under, at_hand)):
        report = ledger.find(job.student, assignment, digest, bank, __version__)
        if report is not None and not report.has_grader_error:
            return report
    return None


def _digest_of_all(banks: Sequence[Bank]) -> str:
    """What stands for the bank in a report on a file that belongs to none: another set of banks, another grading."""
    return hashlib.sha256("".join(sorted(bank.digest for bank in banks)).encode()).hexdigest()


def _grade(queue: _Queue, sources: Sequence[Source], workers: int, rung: str) -> Iterator[tuple[Job, Report, Ran]]:
    """Reports as they come, from worker processes that are replaced when they die."""
    context = multiprocessing.get_context("spawn")  # fork would copy the parent's ledger connection

    def start() -> _Worker:
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(theirs, tuple(sources), rung), daemon=False)
        with _one_thread_of_algebra():
            process.start()
        theirs.close()
        return _Worker(process, ours)

    pool: list[_Worker] = []
    try:
        for _ in range(min(workers, len(queue.waiting))):
            with _interrupt_held():
                pool.append(start())
        for worker in pool:
            _assign(worker, queue)
        while any(worker.job for worker in pool):
            busy = {worker.connection: worker for worker in pool if worker.job}
            for ready in wait(list(busy)):
                worker = busy[ready]  # type: ignore[index]
                job = worker.job
                assert job is not None
                try:
                    outcome = worker.connection.recv()
                except (EOFError, OSError):
                    outcome = None
                if isinstance(outcome, str):  # the worker could not even start: a fault of the machine
                    raise GraderUnavailable(outcome)
                if outcome is None:
                    with _interrupt_held():
                        pool[pool.index(worker)] = worker = _replace(worker, start)
                    queue.tries[job] = queue.tries.get(job, 0) + 1
                    if queue.tries[job] < TRIES:
                        queue.waiting.append(job)
                    else:
                        yield job, _grader_error(job), {}
                else:
                    report, ran = outcome
                    yield job, Report.from_json(report), ran
                worker.job = None
                _assign(worker, queue)
    except KeyboardInterrupt:
        for worker in pool:
            worker.process.kill()  # what is under way is not recorded, and is graded anew
        raise
    finally:
        for worker in pool:
            worker.connection.close()
        for worker in pool:
            worker.process.join(timeout=10)
            if worker.process.is_alive():
                worker.process.kill()


@contextlib.contextmanager
def _interrupt_held() -> Iterator[None]:
    """A Ctrl-C in here counts when it is over, so that no worker is left half started.

    What is started here does not hear it until it says so: a half imported program answers with a traceback.
    """
    resource_tracker.ensure_running()  # starting it lifts the block, so not below
    with held():
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def _assign(worker: _Worker, queue: _Queue) -> None:
    if queue.waiting:
        worker.job = queue.waiting.pop(0)
        with contextlib.suppress(OSError):  # it has died: the next wait reads the end of its pipe
            worker.connection.send(worker.job)


def _replace(worker: _Worker, start: Callable[[], _Worker]) -> _Worker:
    worker.connection.close()
    worker.process.join(timeout=10)
    return start()


def _grader_error(job: Job) -> Report:
    return Report(
        student=job.student,
        assignment=job.filed_under,
        language="en",
        outcome=SubmissionOutcome.GRADER_ERROR,
        submission=job.take().digest,
        bank="",
        engine=__version__,
        draw=0,
    )


@contextlib.contextmanager
def _one_thread_of_algebra() -> Iterator[None]:
    """For processes that begin here, whatever this one was told: threads that wait for each other use up CPU time, by
    which the judge's own work on an answer is bounded."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _work(connection: Connection, sources: Sequence[Source], rung: str) -> None:
    """A worker's life: a sandbox, then one report for every job that comes."""
    import resource  # Linux alone has it, and this module is read elsewhere too

    from autograder.grading.grade_one import open_sandbox
    from autograder.grading.hand_in import grade_hand_in
    from autograder.sandbox import SandboxUnavailable

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's: it closes the pipes, and workers end
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    opened = contextlib.ExitStack()
    end_with_parent(opened.close)  # which removes the sandbox's folders; sessions end when nobody holds them
    try:
        banks = [source.load() for source in sources]
        sandbox = opened.enter_context(open_sandbox(banks, rung))
    except (SandboxUnavailable, UserError) as error:
        with contextlib.suppress(EOFError, OSError):  # another worker has said so, and the parent has stopped
            connection.recv()
            connection.send(str(error))
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))  # after the zygote
    with opened:
        while (job := _next(connection)) is not None:
            report, ran = grade_hand_in(
                job.take(), banks, sandbox, student=job.student, assignment=job.assignment, about=job.about
            )
            with contextlib.suppress(OSError):  # the parent was killed: its successor grades this one again
                connection.send((report.to_json(), ran))


def _next(connection: Connection) -> Job | None:
    """The next job, None when the parent has hung up."""
    try:
        job: Job = connection.recv()
    except (EOFError, OSError):
        return None
    return job
