"""The tutorials, each from an empty folder: every command is run, and prints what the page says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from support import REPOSITORY
from walks import CHAPTER, DOCS, FENCE, kit_of_the_small_course, steps, typed, walk

STAND_IN = {  # what the small course has for words of chapter 1
    "Which kind of learning is it? (learning_scenarios)": "The loss (line_loss)",
    "linear_loss": "line_loss",
    "You took the mean of the squared errors. This course's loss is their SUM, so yours is N times too small.": (
        "You averaged; the docstring asks for a sum."
    ),
}
RUN_ELSEWHERE = {  # commands that are only shown, and the file in which they are run
    "git clone": ".ci/run",
    "make demo": ".ci/run",
    ". .venv/bin/activate": "README.md",
    "python -m venv": "tests/build/conftest.py",
    "pip install": "tests/build/conftest.py",
    "jupyter lab": None,  # opens a browser; the cells run in a kernel
}
PAGES = sorted(str(path.relative_to(DOCS)) for folder in ("tutorials", "zh") for path in (DOCS / folder).glob("*.md"))


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small course with the bank and the nbgrader course that `make demo` leaves, without its class."""
    folder = kit_of_the_small_course(tmp_path_factory.mktemp("tutorials") / "kit")
    typed("autograder build && autograder bank && mkdir demo && autograder new demo/course", folder)
    return folder


@pytest.mark.slow
def test_an_author_reaches_a_proven_chapter(tmp_path: Path) -> None:
    walk("tutorials/author.md", tmp_path)
    assert (tmp_path / "my-course" / "bank" / "ch01_means" / "bank.json").is_file()


@pytest.mark.slow
def test_an_instructor_reaches_feedback(kit: Path) -> None:
    walk("tutorials/instructor.md", kit, STAND_IN)
    feedback = kit / "demo" / "course" / "graded" / "feedback"
    assert {"ada", "bob"} <= {folder.name for folder in feedback.iterdir()}


@pytest.mark.slow
def test_a_build_machine_grades_with_an_encrypted_bank(kit: Path) -> None:
    if shutil.which("gpg") is None:
        pytest.skip("needs gpg")
    walk("tutorials/ci.md", kit, STAND_IN)


@pytest.mark.slow
def test_the_readme_leads_to_a_graded_class(kit: Path) -> None:
    course = kit.parent / "my-course"
    for _, block in FENCE.findall((REPOSITORY / "README.md").read_text("utf-8")):
        for line in block.splitlines():
            command = line.partition("#")[0].strip()
            if command.startswith("autograder grade"):
                shutil.copytree(course / "release" / CHAPTER, course / "submitted" / "ada" / CHAPTER)
            if not any(command.startswith(shown) for shown in ("make ", ". .venv")):
                typed(command, kit)
    assert (course / "graded" / "index.html").is_file()


def test_what_the_action_is_given_it_takes() -> None:
    (block,) = [step.text for step in steps("tutorials/ci.md") if step.language == "yaml"]
    inputs = yaml.safe_load((REPOSITORY / "action.yml").read_text("utf-8"))["inputs"]
    assert set(yaml.safe_load(block)["with"]) <= set(inputs)


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_is_only_shown_is_known(page: str) -> None:
    languages = {step.language for step in steps(page)}
    assert languages <= {"sh", "console", "python", "yaml"}
    for step in steps(page):
        for line in step.text.splitlines() if step.language == "console" else ():
            (file,) = [file for command, file in RUN_ELSEWHERE.items() if line.startswith(f"$ {command}")]
            assert file is None or (REPOSITORY / file).is_file()
