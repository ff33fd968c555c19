"""`autograder` and `python -m autograder`: what can be said before, and instead of, the commands.

Students have no commands, others may lack what these need; and a Ctrl-C may come while they are being imported.
"""

from __future__ import annotations

import signal
import sys

TYPE_CHECKING = False  # as in the package: what is imported here comes before a Ctrl-C is heard
if TYPE_CHECKING:
    from sys import UnraisableHookArgs
    from types import FrameType
    from typing import NoReturn

INTERRUPTED = 130  # 128 + SIGINT, as shells have it


def main() -> None:
    """Run the command line; one sentence where it cannot be run or was interrupted."""
    before, sys.unraisablehook = sys.unraisablehook, _raised_again
    try:
        from autograder.cli.main import main as run

        run()
    except ModuleNotFoundError as missing:
        _end(2, _what_to_install(missing))
    except KeyboardInterrupt:
        _end(INTERRUPTED, "Interrupted.")
    except SystemExit as end:
        if end.code == INTERRUPTED:  # typer turns Ctrl-C into this, and says nothing
            print("Interrupted.", file=sys.stderr)
        raise
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # all is done: a Ctrl-C while Python ends needs no traceback
        sys.unraisablehook = before


def _raised_again(lost: UnraisableHookArgs) -> None:
    """Raise a Ctrl-C once more that nothing could leave, in a callback of a weak reference (imports have them), say.

    It is raised at the next line of whoever caused the callback, or the next call.
    """
    if not issubclass(lost.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(lost)
        return
    caused = sys._getframe().f_back
    if caused is not None:
        caused.f_trace = _interrupt
    sys.settrace(_interrupt)


def _interrupt(frame: FrameType, event: str, value: object) -> NoReturn:
    raise KeyboardInterrupt  # and Python stops tracing


def _end(code: int, sentence: str) -> None:
    print(sentence, file=sys.stderr)
    sys.exit(code)


def _what_to_install(missing: ModuleNotFoundError) -> str:
    if missing.name == "autograder.cli":
        return (
            "error: the students' copy of autograder has no command line: write `from autograder import check` in a "
            "notebook. Whoever grades installs the whole kit."
        )
    from autograder.cli.installation import pip_command

    return f"error: the command line needs {missing.name}: run `{pip_command('nbgrader')}`"


if __name__ == "__main__":
    main()
