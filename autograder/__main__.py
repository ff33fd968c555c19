"""`autograder` and `python -m autograder`: students install the engine alone, without what the commands need."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line, or say in one sentence what to install for it."""
    try:
        from autograder.cli import main as run

        run()
    except ModuleNotFoundError as missing:
        print(
            f"error: the command line needs {missing.name}: run `pip install 'autograder-ml[course,nbgrader]'`. "
            "Students need no command line: `from autograder import check`.",
            file=sys.stderr,
        )
        sys.exit(2)
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
