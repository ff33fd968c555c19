"""IPython's semantics without a kernel: one shell, made in the zygote, whose output is captured.

Magics, `!command`, top-level await, `display` and inline figures work as in a notebook.
"""

from __future__ import annotations

import os
import subprocess
import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from autograder.sandbox.capture import Capture, Stream
from autograder.sandbox.languages import refusal, refused_language
from autograder.sandbox.protocol import CellResult, CellStatus

MESSAGE_LENGTH = 2000  # of an error's text; an array's representation is shorter
_TRACEBACK_FRAMES = 30  # a runaway recursion has a thousand


@dataclass
class Cells:
    """File names of the compiled cells, to say where an error was raised."""

    current: str = "cell"
    skipped_lines: int = 0
    names: dict[str, tuple[str, int]] = field(default_factory=dict)  # file name → cell name, skipped lines


class _Compiler(CachingCompiler):
    """Compiles under the cell's own name, so that tracebacks name the cell as the author does."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.cells = Cells()

    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
        name = f"<{self.cells.current}>"
        if name in self.cells.names:
            name = f"<{self.cells.current} ({number})>"
        self.cells.names[name] = (self.cells.current, self.cells.skipped_lines)
        return name


def _capture(shell: object) -> Capture:
    assert isinstance(shell, Shell)
    return shell.capture


class _DisplayHook(DisplayHook):
    """Captures the value of a cell's last expression."""

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Mapping[str, Any], md_dict: Mapping[str, Any] | None = None) -> None:
        _capture(self.shell).add("execute_result", format_dict, md_dict or {}, self.prompt_count)

    def log_output(self, format_dict: Mapping[str, Any]) -> None:
        pass

    def finish_displayhook(self) -> None:
        self._is_active = False


class _DisplayPublisher(DisplayPublisher):
    """Captures `display`.  An update of an earlier display is added as a new one."""

    def publish(
        self, data: Mapping[str, Any], metadata: Mapping[str, Any] | None = None, *_: object, **__: object
    ) -> None:
        _capture(self.shell).add("display_data", data, metadata or {}, None)

    def clear_output(self, wait: bool = False) -> None:
        _capture(self.shell).clear(wait)


class Shell(InteractiveShell):
    """The shell of the zygote, whose forks run the students' cells."""

    displayhook_class = Type(_DisplayHook)
    display_pub_class = Type(_DisplayPublisher)
    compiler_class = Type(_Compiler)

    def __init__(self, **kwargs: Any) -> None:
        self.capture = Capture(0)
        self.shown: BaseException | None = None
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]

    @property
    def cells(self) -> Cells:
        """The cells compiled so far."""
        compiler = self.compile
        assert isinstance(compiler, _Compiler)
        return compiler.cells

    def enable_gui(self, gui: object = None) -> None:
        """There is no event loop to integrate: figures are drawn inline."""

    def showtraceback(self, exc_tuple: Any = None, *_: object, **__: object) -> None:
        """Remember the error; `run` makes the output from it."""
        self.shown = exc_tuple[1] if exc_tuple else sys.exc_info()[1]

    def showsyntaxerror(self, *_: object, **__: object) -> None:
        """As `showtraceback`."""
        self.shown = sys.exc_info()[1]

    def system(self, cmd: str) -> None:
        """Run `!cmd`; its output appears in order with what the cell prints."""
        command = self.var_expand(cmd, depth=1)  # type: ignore[no-untyped-call]
        process = subprocess.Popen(
            ["/bin/sh", "-c", command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        assert process.stdout is not None
        while text := process.stdout.read(4096):
            sys.stdout.write(text)
        self.user_ns["_exit_code"] = process.wait()


def make(capture_cap: int) -> Shell:
    """The shell.  Nothing of it is written to disk."""
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.xmode = "Plain"
    config.Completer.use_jedi = False
    shell: Shell = Shell.instance(config=config)
    shell.capture = Capture(capture_cap)
    return shell


def take_streams(shell: Shell) -> tuple[Stream, Stream]:
    """Put capturing streams in the place of sys.stdout and sys.stderr."""
    streams = Stream("stdout", shell.capture, 1), Stream("stderr", shell.capture, 2)
    sys.stdout, sys.stderr = streams
    sys.__stdout__, sys.__stderr__ = streams  # type: ignore[misc, assignment]
    return streams


@dataclass(frozen=True)
class Place:
    """Where an error was raised: the cell's name and the line in it, as the student wrote it."""

    cell: str = ""
    line: int | None = None


def place(shell: Shell, error: BaseException, only: str = "") -> Place:
    """The deepest of the error's frames that is in a cell (in the cell called `only`, if that is given)."""
    cells = shell.cells
    found = Place()
    if isinstance(error, SyntaxError) and error.filename in cells.names and error.lineno:
        name, skipped = cells.names[error.filename]
        return Place(name, error.lineno + skipped)
    step: TracebackType | None = error.__traceback__
    while step is not None:
        name, skipped = cells.names.get(step.tb_frame.f_code.co_filename, ("", 0))
        if name and (not only or name == only):
            found = Place(name, step.tb_lineno + skipped)
        step = step.tb_next
    return found


def run(shell: Shell, source: str, name: str) -> CellResult:
    """Run one cell; what it gave, but for its outputs."""
    if language := refused_language(source):
        said = refusal(language)
        shell.capture.error("UsageError", said, [f"UsageError: {said}"])
        return CellResult(CellStatus.ERROR, error_name="UsageError", error_message=said)
    cells = shell.cells
    lines = source.split("\n")
    cells.current = name
    cells.skipped_lines = next((number for number, line in enumerate(lines) if line.strip()), 0)
    shell.shown = None
    result = shell.run_cell(source, store_history=True)  # type: ignore[no-untyped-call]
    error = result.error_before_exec or result.error_in_exec or shell.shown
    if error is None:
        return CellResult(CellStatus.OK)
    message = _message(error)
    where = place(shell, error, only=name)
    if where.line is None and isinstance(error, SyntaxError) and error.lineno:
        where = Place(name, error.lineno + cells.skipped_lines)  # raised before the cell had a file name
    shell.capture.error(type(error).__name__, message, _traceback(cells, error, message))
    status = CellStatus.MEMORY if isinstance(error, MemoryError) else CellStatus.ERROR
    return CellResult(status, error_name=type(error).__name__, error_message=message, line=where.line)


def _message(error: BaseException) -> str:
    try:
        return str(error)[:MESSAGE_LENGTH]
    except Exception:  # a student's exception may fail to describe itself
        return ""


def _traceback(cells: Cells, error: BaseException, message: str) -> list[str]:
    """The lines of the traceback from the student's first frame on; the engine's own frames say nothing."""
    try:
        step = error.__traceback__
        while step is not None and step.tb_frame.f_code.co_filename not in cells.names:
            step = step.tb_next
        if isinstance(error, SyntaxError):
            step = None
        formatted = traceback.TracebackException(type(error), error, step, limit=_TRACEBACK_FRAMES)
        return "".join(formatted.format()).rstrip("\n")[: 10 * MESSAGE_LENGTH].split("\n")
    except Exception:  # formatting asks the student's objects for their text
        return [f"{type(error).__name__}: {message}"]


def read_descriptor_output(shell: Shell, keep: bool) -> None:
    """Take what programs and C code wrote to descriptors 1 and 2, which are one file, and empty that file."""
    try:
        length = os.fstat(1).st_size
        if not length:
            return
        if keep:
            data = os.pread(1, min(length, shell.capture.cap + 1), 0)
            shell.capture.write("stdout", data.decode("utf-8", "replace"))
        os.ftruncate(1, 0)
    except OSError:  # the student closed or replaced the descriptor: then there is nothing to read
        pass
