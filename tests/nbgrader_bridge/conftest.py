"""An nbgrader course with a gradebook, and nbgrader kept from changing the logging of other tests."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from one_chapter import gradebook


@pytest.fixture(scope="session")
def empty_gradebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """nbgrader takes a second to make one."""
    folder = tmp_path_factory.mktemp("empty")
    gradebook(folder).close()
    return folder / "gradebook.db"


@pytest.fixture
def course(tmp_path: Path, empty_gradebook: Path) -> Path:
    shutil.copy(empty_gradebook, tmp_path / "gradebook.db")
    (tmp_path / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'ml'\nc.CourseDirectory.db_url = 'sqlite:///gradebook.db'\n"
    )
    return tmp_path


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """nbgrader replaces handlers of the traitlets logger; leave it as it was."""
    logger = logging.getLogger("traitlets")
    handlers, level = list(logger.handlers), logger.level
    yield
    logger.handlers[:], logger.level = handlers, level
