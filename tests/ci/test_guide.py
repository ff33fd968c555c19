"""docs/ci.md, walked from top to bottom: every command is run, and what it promises of options and files holds."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import junitparser
import pytest
import yaml
from environments import plugins_of_an_installed_kit
from support import REPOSITORY, TINY

from autograder.cli import main as cli

GUIDE = (REPOSITORY / "docs" / "ci.md").read_text(encoding="utf-8")
CHAPTER = "ch01_regression"  # what the guide's chapter is called; the small course stands in for it
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
BLOCKS = FENCE.findall(GUIDE)
RUN_ELSEWHERE = {  # commands that are only shown, and the file in which they are run
    "$ pip install": "tests/ci/test_action.py",
    "$ docker": None,  # by hand: the guide says so
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, hand_in: Callable[..., Path], bank_dir: Path) -> Path:
    """A folder in which all commands of the guide were run, with the environment active."""
    if shutil.which("gpg") is None:
        pytest.skip("needs gpg")
    place = tmp_path_factory.mktemp("guide") / "student01"
    shutil.copytree(bank_dir, place / "bank" / CHAPTER)
    about = place / "bank" / CHAPTER / "bank.json"
    about.write_text(about.read_text(encoding="utf-8").replace(f'"{TINY}"', f'"{CHAPTER}"'), encoding="utf-8")

    def rename(data: dict[str, dict[str, dict[str, str]]]) -> None:
        data["metadata"]["autograder"]["assignment"] = CHAPTER

    answers = {"why": "Because."}
    hand_in(place / f"{CHAPTER}.ipynb", answers, edit=rename)
    for student in ("ada", "bob"):
        hand_in(place / "submitted" / student / CHAPTER / f"{CHAPTER}.ipynb", answers, edit=rename)
    (place / "passphrase").write_text("correct horse")
    (place / "home").mkdir(mode=0o700)
    installed = plugins_of_an_installed_kit(place / "installed")
    environment = {
        **os.environ, "GNUPGHOME": str(place / "home"),
        "PYTHONPATH": os.pathsep.join([str(installed), str(REPOSITORY)]),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    }  # fmt: skip
    for language, text in BLOCKS:
        if language == "sh":
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", text],
                cwd=place, env=environment, capture_output=True, text=True, timeout=300, check=False,
            )  # fmt: skip
            assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
            assert "Traceback" not in done.stdout + done.stderr
    return place


@pytest.mark.slow
def test_every_command_works_and_leaves_what_the_guide_says(folder: Path) -> None:
    result = json.loads((folder / "result.json").read_text())
    assert [entry["student"] for entry in result["submissions"]] == ["student01"]
    results = json.loads((folder / "results.json").read_text())
    assert [entry["student"] for entry in results["submissions"]] == ["ada", "bob"]
    suites = list(junitparser.JUnitXml.fromfile(str(folder / "junit.xml")))  # pytest's came last
    assert [(suite.tests, suite.failures) for suite in suites] == [(2, 0)]
    left = {path.name for path in folder.iterdir()}
    made = {"result.json", "results.json", "junit.xml", "bank.tar.gz", "bank.tar.gz.gpg", "bank.txt"}
    before = {
        "bank",
        "submitted",
        "passphrase",
        "home",
        "installed",
        f"{CHAPTER}.ipynb",
        ".pytest_cache",
        "__pycache__",
    }
    assert made <= left <= made | before


def test_every_command_that_is_only_shown_is_run_elsewhere_or_said_not_to_be() -> None:
    shown = [line for language, text in BLOCKS if language == "console" for line in text.splitlines()]
    assert len(shown) == 3
    for line in shown:
        (file,) = [file for command, file in RUN_ELSEWHERE.items() if line.startswith(command)]
        assert file is None or "Install the kit" in (REPOSITORY / file).read_text()
    assert "It is run by hand after a change, since the project's own CI reaches no registry of images" in GUIDE
    image = (REPOSITORY / ".ci" / "image").read_text()
    assert all(command in image for command in ("buildah build", "podman run", "autograder grade"))
    assert {language for language, _ in BLOCKS} == {"sh", "console"}


def test_every_input_of_the_action_is_explained() -> None:
    inputs = set(yaml.safe_load((REPOSITORY / "action.yml").read_text())["inputs"]) - {"python-version"}
    rows = re.findall(r"^\| (`[^|]+) \|", GUIDE.partition("## GitHub")[2].partition("## GitLab")[0], re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"`([\w-]+)`", row)} == inputs


def test_every_option_that_is_explained_is_there() -> None:
    (grade,) = [command.callback for command in cli.app.registered_commands if command.callback is cli.grade]
    assert grade is not None
    explained = set(re.findall(r"^\| `--([a-z-]+)", GUIDE, re.MULTILINE))
    assert explained == {"json", "junit", "fail-under", "github"}
    names = {name.replace("_output", "").replace("_", "-") for name in grade.__annotations__}
    assert explained <= names


def test_the_guide_is_linked_and_its_links_lead_somewhere() -> None:
    for path in ("README.md", "docs/instructor.md"):
        assert "ci.md)" in (REPOSITORY / path).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", GUIDE):
        assert (REPOSITORY / "docs" / target).is_file(), target
