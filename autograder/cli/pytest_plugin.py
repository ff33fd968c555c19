"""The pytest plugin: `pytest submission.ipynb` has a test for each exercise of an assignment.

Every run of pytest imports this, wherever the kit is installed: what it needs comes when a notebook does.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

_BANK = "autograder_bank"  # its name in an ini file and, with a hyphen, on the command line


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where the banks are."""
    parser.getgroup("autograder", "grading notebooks").addoption(
        f"--{_BANK.replace('_', '-')}", metavar="FOLDER", dest=_BANK, help="folder of the banks, instead of bank/"
    )
    parser.addini(_BANK, "folder of the banks that notebooks are graded with, from the root folder on", default="bank")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a folder that is named and not there: no notebook would be collected, and nobody told why."""
    if config.getoption(_BANK) is not None and not _bank_dir(config).is_dir():
        raise pytest.UsageError(f"--autograder-bank {config.getoption(_BANK)}: there is no such folder")


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Collect a notebook that is an assignment's, where there are banks.

    One that is named and that nobody collects ends with the reason; what another plugin collects is left to it.
    """
    collected = yield
    if file_path.suffix != ".ipynb":
        return collected
    bank_dir = _bank_dir(parent.config)
    named = parent.session.isinitpath(file_path) and not collected
    if not named and not _may_be_ours(file_path, bank_dir):
        return collected
    from autograder.cli.pytest_notebook import NotebookFile, says_that_it_is_one_of

    if named or says_that_it_is_one_of(file_path, bank_dir):
        return [*collected, NotebookFile.from_parent(parent, path=file_path, bank_dir=bank_dir)]
    return collected


def _may_be_ours(notebook: Path, bank_dir: Path) -> bool:
    """What can be told without importing anything: whether there are banks, and our name is in the file."""
    try:
        return any(bank_dir.glob("*/bank.json")) and b'"autograder"' in notebook.read_bytes()
    except OSError:
        return False


def _bank_dir(config: pytest.Config) -> Path:
    """The folder of the banks: named on the command line, from where that is typed; else in the ini file."""
    named = config.getoption(_BANK)
    if named is not None:
        return config.invocation_params.dir / str(named)
    return config.rootpath / str(config.getini(_BANK))
