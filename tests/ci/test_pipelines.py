"""The templates of pipelines and the image's recipe: what they name is there, and their commands work."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import junitparser
import pytest
import yaml
from support import REPOSITORY, TINY

HandIn = Callable[..., Path]
MEAN = {"line_loss": "def line_loss(w, b, X, y):\n    return np.mean((X @ w + b - y) ** 2)"}


# GitHub Classroom


def test_the_workflow_uses_inputs_and_outputs_that_the_action_has() -> None:
    action = yaml.safe_load((REPOSITORY / "action.yml").read_text())
    job = yaml.safe_load((REPOSITORY / "ci" / "classroom.yml").read_text())["jobs"]["run-autograding-tests"]
    steps = {step["name"]: step for step in job["steps"] if "name" in step}
    grade, reporter = steps["Grade"], steps["Autograding Reporter"]
    assert set(grade["with"]) <= set(action["inputs"])
    assert grade["with"]["bank"] == steps["Fetch the bank"]["with"]["path"]
    used = re.findall(r"steps\.(\w+)\.outputs\.(\w+)", json.dumps(reporter))
    assert {step for step, _ in used} == {grade["id"]}
    assert {name for _, name in used} <= set(action["outputs"])
    # the reporter looks for <RUNNER>_RESULTS
    assert list(reporter["env"]) == [f"{reporter['with']['runners'].upper()}_RESULTS"]


# GitLab


@pytest.fixture
def registry(tmp_path: Path, bank_dir: Path) -> Iterator[str]:
    """A server on this machine that gives the bank to whoever has the job's token."""
    (tmp_path / "course" / "bank").mkdir(parents=True)
    shutil.copytree(bank_dir, tmp_path / "course" / "bank" / TINY)
    (tmp_path / "packages").mkdir()
    archive = tmp_path / "packages" / "bank.tar.gz"
    subprocess.run(["tar", "--create", "--gzip", "--file", archive, "bank"], cwd=tmp_path / "course", check=True)

    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.headers.get("JOB-TOKEN") == "token of the job":
                super().do_GET()
            else:
                self.send_error(403)

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=tmp_path / "packages")) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/bank.tar.gz"
        server.shutdown()


def gitlab_job() -> dict[str, Any]:
    job: dict[str, Any] = yaml.safe_load((REPOSITORY / "ci" / "gitlab.yml").read_text())["autograder"]
    return job


def run_job(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """The job's script as GitLab runs it: one shell that stops at the first error."""
    commands = folder.parent / "commands"
    commands.mkdir()
    (commands / "autograder").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m autograder "$@"\n')
    (commands / "autograder").chmod(0o755)
    job = gitlab_job()
    assert "variables" not in job  # they would win over those of the file that includes the job
    path = os.pathsep.join([str(commands), os.environ["PATH"]])
    environment = {**os.environ, **variables, "PATH": path, "PYTHONPATH": str(REPOSITORY)}
    script = "set -eo pipefail\n" + "\n".join(job["script"])
    return subprocess.run(
        ["bash", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed; the image has it")
def test_the_gitlab_job_fetches_the_bank_grades_and_leaves_a_report(
    registry: str, hand_in: HandIn, tmp_path: Path
) -> None:
    notebook = hand_in(tmp_path / "carol" / f"{TINY}.ipynb", MEAN)
    done = run_job(
        notebook.parent, AUTOGRADER_BANK=registry, AUTOGRADER_NOTEBOOK=notebook.name,
        AUTOGRADER_FAIL_UNDER="95%", CI_JOB_TOKEN="token of the job", TMPDIR=str(tmp_path),
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "✗ 1.1 The loss (line_loss): 0 / 2 points" in done.stdout
    assert f"below 95%: carol/{TINY} (9 of 12, 75%)" in done.stderr
    report = gitlab_job()["artifacts"]["reports"]["junit"]
    (suite,) = junitparser.JUnitXml.fromfile(str(notebook.parent / report))
    assert (suite.tests, suite.failures) == (7, 2)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed; the image has it")
def test_the_gitlab_job_stops_where_it_gets_no_bank(registry: str, hand_in: HandIn, tmp_path: Path) -> None:
    notebook = hand_in(tmp_path / "carol" / f"{TINY}.ipynb")
    done = run_job(
        notebook.parent, AUTOGRADER_BANK=registry, AUTOGRADER_NOTEBOOK=notebook.name, CI_JOB_TOKEN="another",
        TMPDIR=str(tmp_path),
    )  # fmt: skip
    assert done.returncode not in (0, 1)
    assert done.stdout == ""


# The image


def instructions() -> list[tuple[str, str]]:
    """Name and arguments of each instruction of the Dockerfile, continued lines joined."""
    text = re.sub(r"^#.*\n", "", (REPOSITORY / "Dockerfile").read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    lines = filter(None, map(str.strip, text.splitlines()))
    return [(name, arguments.strip()) for name, _, arguments in (line.partition(" ") for line in lines)]


def test_the_image_copies_what_is_there_and_is_not_ignored() -> None:
    kept = {line[1:] for line in (REPOSITORY / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = [arguments.split()[:-1] for name, arguments in instructions() if name == "COPY"]
    sources = {source for entry in copied if not entry[0].startswith("--from") for source in entry}
    assert sources == kept
    assert all((REPOSITORY / source).exists() for source in sources)
    assert not {"bank", "solutions", "reference", "assignments", "."} & sources


def test_the_image_runs_as_nobody_in_particular_from_the_second_stage_on() -> None:
    names = [name for name, _ in instructions()]
    last = len(names) - names[::-1].index("FROM")
    final = dict(instructions()[last:])
    assert names.count("FROM") == 2
    assert final["USER"] == "1000"
    assert names.index("USER", last) > max(place for place, name in enumerate(names) if name in ("RUN", "COPY"))
    assert final["CMD"] == '["autograder", "--help"]'


def test_the_image_has_what_grading_needs_and_the_pins() -> None:
    (install,) = [text for name, text in instructions() if name == "RUN" and ".[$EXTRAS]" in text]
    assert "--constraint constraints.txt" in install
    assert ("ARG", "EXTRAS=grading,plots") in instructions()
    assert "curl" in " ".join(text for name, text in instructions() if name == "RUN")
    assert "curl" in " ".join(gitlab_job()["script"])


@pytest.mark.parametrize("tool", ["hadolint", "docker"])
def test_the_recipe_is_read_by_those_who_know_it(tool: str) -> None:
    """Where one of them is installed."""
    found = shutil.which(tool)
    if found is None:
        pytest.skip(f"{tool} is not installed")
    if tool == "docker" and subprocess.run([found, "info"], capture_output=True, check=False).returncode:
        pytest.skip("no docker engine answers")
    arguments = ["Dockerfile"] if tool == "hadolint" else ["build", "--check", "."]
    done = subprocess.run([found, *arguments], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
