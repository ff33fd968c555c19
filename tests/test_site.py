"""The site of the documentation: built strictly, complete, and in need of nothing from elsewhere."""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support import REPOSITORY
from walks import DOCS, FENCE, even, in_order, steps

import autograder
from autograder.cli import main as cli
from autograder.model.exercise import Exercise
from autograder.model.verdict import MARKS, ExerciseVerdict, Outcome, Report, SubmissionOutcome
from autograder.report import to_json
from autograder.report.scores import CSV_COLUMNS
from autograder.report.standing import Standing

NOT_FOR_AUTHORS = {"__version__", "ready"}
FETCHED = re.compile(r"<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)=[\"']?(?:https?:)?//[^\"'> ]+")
MOST_BYTES = 120_000  # of a picture: both READMEs load on a slow line
PICTURE = re.compile(r"!\[([^\]]+)\]\((docs/images/[\w-]+\.png)\)")


def build(config: Path, site: Path) -> subprocess.CompletedProcess[str]:
    """`mkdocs build --strict`, as `make docs` runs it."""
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--strict",
        "--config-file",
        str(config),
        "--site-dir",
        str(site),
    ]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = build(REPOSITORY / "mkdocs.yml", folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.slow
def test_the_site_is_built_strictly_and_fetches_nothing(site: Path) -> None:
    pages = {path.relative_to(site).as_posix(): path.read_text("utf-8") for path in site.rglob("*.html")}
    assert {"index.html", "zh/student.html", "reference/library/regression.html"} <= set(pages)
    assert {name: found for name, text in pages.items() if (found := FETCHED.findall(text))} == {}


@pytest.mark.slow
def test_references_have_everything(site: Path) -> None:
    commands = (site / "reference" / "cli.html").read_text("utf-8")
    names = [command.name or command.callback.__name__ for command in cli.app.registered_commands if command.callback]
    assert [name for name in names if f'id="autograder-{name}"' not in commands] == []
    page = (site / "reference" / "api.html").read_text("utf-8")
    assert set(autograder.__all__) - NOT_FOR_AUTHORS - set(re.findall(r'id="autograder\.[\w.]*?(\w+)"', page)) == set()
    fields = {field.name for field in dataclasses.fields(Exercise)} - {"points", "tolerance"}  # these need no words
    assert fields <= {name for names in re.findall(r"<strong>([\w, ]+)</strong>", page) for name in names.split(", ")}


@pytest.mark.slow
def test_formulas_need_no_script(site: Path) -> None:
    symbols = (site / "symbols.html").read_text("utf-8")
    assert "<math" in symbols
    assert r"\(" not in symbols


@pytest.mark.parametrize("link", ["[x](nowhere.md)", "[x](index.md#nowhere)", "[x](/absolute.html)"])
def test_a_link_that_leads_nowhere_fails_the_build(tmp_path: Path, link: str) -> None:
    config = tmp_path / "mkdocs.yml"
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text(f"# A page\n\n{link}\n")
    own = {"docs_dir": "docs", "nav": "[index.md]", "hooks": "[]", "plugins": "[]", "extra_css": "[]"}
    lines = [f"INHERIT: {REPOSITORY / 'mkdocs.yml'}", *(f"{name}: {value}" for name, value in own.items())]
    config.write_text("\n".join(lines))
    done = build(config, tmp_path / "site")
    assert done.returncode == 1
    assert "Aborted with" in done.stderr + done.stdout


def test_outcomes_and_fields_are_those_of_the_code() -> None:
    page = (DOCS / "reference" / "formats.md").read_text("utf-8")
    exercises, submissions = page.partition("Of a submission:")[::2]
    assert re.findall(r"^\| `([A-Z_]+)` \| (.) \|", exercises, re.MULTILINE) == [
        (outcome.value, MARKS[outcome]) for outcome in Outcome
    ]
    assert re.findall(r"^\| `([A-Z_]+)` \|", submissions, re.MULTILINE) == [each.value for each in SubmissionOutcome]
    assert ",".join(CSV_COLUMNS) in page
    verdict = ExerciseVerdict("f", Outcome.PASSED, 1, 1)
    graded = Report("ada", "ch01", "en", SubmissionOutcome.GRADED, "s", "b", "0.1.0", 0, exercises=(verdict,))
    results = to_json([Standing(graded)])
    (submission,) = results["submissions"]
    (exercise,) = submission["exercises"]
    assert {*results, *submission, *exercise} <= set(re.findall(r"`(\w+)`", page))


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_pictures_are_there_small_and_described(name: str) -> None:
    found = PICTURE.findall((REPOSITORY / name).read_text("utf-8"))
    assert {path for _, path in found} == {
        f"docs/images/{picture}.png" for picture in ("notebook", "terminal", "feedback", "class")
    }
    for _, path in found:
        picture = (REPOSITORY / path).read_bytes()
        assert picture.startswith(b"\x89PNG")
        assert len(picture) <= MOST_BYTES, path


def test_both_readmes_have_the_same_commands_and_their_links_lead_somewhere() -> None:
    readmes = {name: (REPOSITORY / name).read_text("utf-8") for name in ("README.md", "README.zh.md")}
    commands = []
    for text in readmes.values():
        lines = [line for _, block in FENCE.findall(text) for line in block.splitlines()]
        commands.append([even(line.partition("#")[0]).replace("--language zh", "--language en") for line in lines])
        for target in re.findall(r"\]\(([^)#:]+)\)", text):
            assert (REPOSITORY / target).exists(), target
    assert commands[0] == commands[1]


def test_the_example_of_the_library_gives_what_it_says() -> None:
    (step,) = steps("reference/library.md")
    *lines, last = step.text.strip().splitlines()
    program = "\n".join([*lines, f"print({last})"])
    done = subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    in_order(step.shows, done.stdout, even)
