"""The action for GitHub, run step by step as the runner would, on real submissions and hostile ones."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from runner import Ran, clean_environment, heard_in, lines, run_action
from support import REPOSITORY, TINY

from autograder.model.bank_files import load

ACTION = REPOSITORY / "action.yml"
BANK_STEP = "Put the bank in its place"
HandIn = Callable[..., Path]
Act = Callable[..., Ran]
LIBRARIES = str(Path(np.__file__).parents[1])  # what the action installs besides the kit lies here already
MEAN = {"line_loss": "def line_loss(w, b, X, y):\n    return np.mean((X @ w + b - y) ** 2)"}


@pytest.fixture(scope="module")
def temp(tmp_path_factory: pytest.TempPathFactory, kit_wheel: Path) -> Path:
    """The runner's folder for temporary files, after the kit was installed there; what it needs comes from here."""
    folder = tmp_path_factory.mktemp("runner")
    beside = tmp_path_factory.mktemp("action")  # a repository with the action and the wheel alone
    for file in (ACTION, kit_wheel):
        shutil.copy(file, beside)
    (beside / "autograder_ml-0.1.0+student0-py3-none-any.whl").touch()  # as `make wheel` leaves it there
    environment = {**clean_environment(), "PIP_NO_DEPS": "1", "PIP_NO_INDEX": "1", "PYTHONPATH": ""}
    ran = run_action(
        beside / "action.yml", {}, workspace=folder, temp=folder, environment=environment, only="Install the kit"
    )
    assert not ran.failed, ran.log
    assert (folder / "autograder" / "bin" / "autograder").is_file()
    return folder


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A student's repository."""
    (tmp_path / "hw1-carol").mkdir()
    return tmp_path / "hw1-carol"


@pytest.fixture
def act(temp: Path, workspace: Path, bank_dir: Path) -> Act:
    """Run the action there but for its installation, with the bank of the small course unless another is named."""
    environment = {**clean_environment(), "PYTHONPATH": LIBRARIES, "LC_ALL": "C.UTF-8"}

    def run(only: str = "", **inputs: str) -> Ran:
        inputs = {name.replace("_", "-"): value for name, value in inputs.items()}
        named = {"bank", "bank-archive"} & set(inputs)
        inputs = inputs if named else {**inputs, "bank": str(bank_dir.parent)}
        steps = [only] if only else [BANK_STEP, "Grade", "Take the bank away"]
        return _in_turn(
            *(run_action(ACTION, inputs, workspace=workspace, temp=temp, environment=environment, only=step)
              for step in steps)
        )  # fmt: skip

    return run


def _in_turn(*rans: Ran) -> Ran:
    """Steps that were run one by one, as one run."""
    whole = Ran()
    for ran in rans:
        whole.outputs |= {name: value for name, value in ran.outputs.items() if value}
        whole.summary += ran.summary
        whole.log += ran.log
        whole.heard += ran.heard
        whole.steps += ran.steps
        whole.failed = whole.failed or ran.failed
    return whole


def result(ran: Ran) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(base64.b64decode(ran.outputs["result"]))
    return data


# What the file says


def test_inputs_never_become_part_of_a_script() -> None:
    action = yaml.safe_load(ACTION.read_text())
    assert action["runs"]["using"] == "composite"
    asked = set()
    for step in action["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
        assert ("run" in step) == ("shell" in step)
        asked |= set(re.findall(r"inputs\.([\w-]+)", json.dumps(step)))
    assert asked == set(action["inputs"])
    written = {name: f"${{{{ steps.grade.outputs.{name} }}}}" for name in action["outputs"]}
    assert {name: about["value"] for name, about in action["outputs"].items()} == written


# A notebook of a student


@pytest.mark.slow
def test_a_wrong_answer_is_annotated_on_its_line_and_counted_for_classroom(
    act: Act, workspace: Path, hand_in: HandIn
) -> None:
    path = hand_in(workspace / "week 1" / f"{TINY}.ipynb", {**MEAN, "why": "Because."})
    path.write_text(json.dumps(json.loads(path.read_text()), indent=1))
    ran = act(notebook=f"week 1/{TINY}.ipynb", junit="junit.xml")
    assert not ran.failed, ran.log
    (error,) = ran.heard
    assert error.name == "error"
    assert error.properties["file"] == f"week 1/{TINY}.ipynb"
    assert "def line_loss(" in path.read_text().splitlines()[int(error.properties["line"]) - 1]
    assert error.properties["title"] == "1.1 The loss: 0 / 2 points"
    assert error.data.startswith("What went wrong: You averaged; the docstring asks for a sum.\n✗ Values: ")
    assert (ran.outputs["score"], ran.outputs["max-score"]) == ("9", "12")
    told = result(ran)
    assert (told["status"], told["max_score"], sum(test["score"] for test in told["tests"])) == ("fail", 12, 9)
    assert [test["status"] for test in told["tests"]] == ["fail", *["pass"] * 5]  # the question waits for a person
    assert set(told["tests"][0]) == {"name", "status", "score", "message", "test_code", "line_no"}
    assert ran.summary.startswith("# Tiny\n")
    assert "> **What went wrong** (mean for sum): You averaged" in ran.summary
    assert "Tiny · week 1" in ran.log
    assert (workspace / "junit.xml").is_file()


@pytest.mark.slow
def test_a_score_below_the_threshold_fails_the_step_and_the_bank_is_taken_away_all_the_same(
    temp: Path, workspace: Path, bank_dir: Path, hand_in: HandIn
) -> None:
    hand_in(workspace / f"{TINY}.ipynb", MEAN)
    environment = {**clean_environment(), "PYTHONPATH": LIBRARIES, "PIP_NO_INDEX": "1"}
    installs = {"kit": "/nowhere"}  # a step that fails: the next ones do not run, but for the last
    inputs = {"notebook": f"{TINY}.ipynb", "bank": str(bank_dir.parent), "fail-under": "95%"}
    ran = run_action(ACTION, {**inputs, **installs}, workspace=workspace, temp=temp, environment=environment)
    assert (ran.failed, ran.steps) == (True, ["Install the kit", "Take the bank away"])
    for step in (BANK_STEP, "Grade"):
        ran = run_action(ACTION, inputs, workspace=workspace, temp=temp, environment=environment, only=step)
    assert ran.failed
    assert f"below 95%: hw1-carol/{TINY} (9 of 12, 75%)" in ran.log
    assert result(ran)["status"] == "fail"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "status", "sentence"), [("{", "error", "damaged"), (None, "error", "there is no such file or folder")]
)
def test_what_cannot_be_graded_is_an_error_without_a_score(
    act: Act, workspace: Path, content: str | None, status: str, sentence: str
) -> None:
    if content is not None:
        (workspace / f"{TINY}.ipynb").write_text(content)
    ran = act(notebook=f"{TINY}.ipynb")
    assert ran.failed
    told = result(ran)
    assert (told["status"], told["max_score"]) == (status, 0)  # the reporter sends no points of 0
    assert sentence in told["tests"][0]["message"]
    assert sentence in ran.heard[0].data


# Where the bank may be


def archive(bank: Path, folder: Path) -> Path:
    """bank.tar.gz as the docs say it is made."""
    (folder / "course" / "bank").mkdir(parents=True)
    subprocess.run(["cp", "-R", str(bank), str(folder / "course" / "bank")], check=True)
    made = folder / "bank.tar.gz"
    subprocess.run(["tar", "--create", "--gzip", "--file", str(made), "bank"], cwd=folder / "course", check=True)
    return made


@pytest.mark.parametrize("kind", ["folder", "repository", "archive", "encrypted", "secret"])
def test_the_bank_may_be_a_folder_an_archive_or_a_secret(
    act: Act, temp: Path, workspace: Path, bank_dir: Path, tmp_path: Path, kind: str
) -> None:
    if kind == "encrypted" and shutil.which("gpg") is None:
        pytest.skip("needs gpg")
    packed = archive(bank_dir, tmp_path)
    secret = {"bank_passphrase": "correct horse"} if kind == "encrypted" else {}
    if kind == "encrypted":
        gpg = ["gpg", "--batch", "--symmetric", "--pinentry-mode", "loopback", "--passphrase", "correct horse"]
        with tempfile.TemporaryDirectory(prefix="gpg-") as home:  # a short path, for the socket of its agent
            subprocess.run([*gpg, "--homedir", home, str(packed)], check=True, capture_output=True)
    place = {
        "folder": {"bank": str(bank_dir.parent)},
        "repository": {"bank": str(tmp_path / "course")},
        "archive": {"bank": str(packed)},
        "encrypted": {"bank": f"{packed}.gpg"},
        "secret": {"bank_archive": base64.encodebytes(packed.read_bytes()).decode()},
    }[kind]
    ran = act(only=BANK_STEP, **place, **secret)
    assert not ran.failed, ran.log
    course = temp / "autograder-course"
    assert load(course / "bank" / TINY).digest == load(bank_dir).digest
    assert course.stat().st_mode & 0o077 == 0
    assert ran.log == ""  # no key, no file, no passphrase
    act(only="Take the bank away", **place)
    assert not course.exists()


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ({"bank": ""}, "there is no bank: name a folder or an archive"),
        ({"bank": "nowhere"}, "there is no nowhere here, which the input bank names"),
        ({"bank_archive": "c2VjcmV0"}, "bank-archive is no archive in base64"),
        ({"bank": "{own}/secret.gz"}, "the bank is no archive"),
        ({"bank": "{own}/secret.gpg", "bank_passphrase": "secret"}, "the bank cannot be decrypted"),
    ],
)
def test_a_bank_that_is_none_is_one_sentence_and_no_secret(
    act: Act, tmp_path: Path, place: Mapping[str, str], sentence: str
) -> None:
    for name in ("secret.gz", "secret.gpg"):
        (tmp_path / name).write_bytes(b"secret")
    ran = act(only=BANK_STEP, **{name: value.format(own=tmp_path) for name, value in place.items()})
    assert ran.failed
    (error,) = ran.heard
    assert error.data.startswith(sentence)
    assert "secret" not in ran.log.replace("bank-archive a secret", "")
    act(only="Take the bank away", **place)


# Hostile students


HOSTILE = [
    "::add-mask::a",
    "  ::set-output name=result::eA==",
    "x\n::add-mask::a",
    "x\r::error::forged",
    "##[add-mask]a",
    "x##[set-output name=result]eA==",
    "::stop-commands::mine",
    "a%0A::error::forged,b:c",
]


@pytest.mark.slow
def test_nothing_that_students_write_is_a_command_to_the_runner(act: Act, workspace: Path, hand_in: HandIn) -> None:
    prints = "\n".join(f"print({text!r})" for text in HOSTILE)
    escapes = (
        f"{prints}\nimport os, sys\n"
        "for name in ('GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY'):\n"
        "    print(os.environ.get(name))\n"
        "os.write(1, b'\\n::add-mask::a\\n')\nos.write(2, b'\\n::add-mask::a\\n')\n"
        "def line_loss(w, b, X, y):\n"
        "    print('::add-mask::a')\n"
        "    raise ValueError('::add-mask::a\\n::error::forged ##[add-mask]a')\n"
    )
    for name in HOSTILE:
        hand_in(workspace / name / f"{TINY}.ipynb", {"line_loss": escapes})
    ran = act(notebook=".")
    assert {command.name for command in ran.heard} == {"error"}
    assert {command.properties["file"] for command in ran.heard} == {f"{name}/{TINY}.ipynb" for name in HOSTILE}
    assert "forged" not in {command.data for command in ran.heard}
    assert "result" not in ran.outputs
    assert ran.summary.count("\n| ") == len(HOSTILE)
    assert "::add-mask::a" in ran.log  # it was there to be heard


@pytest.mark.slow
def test_json_in_a_log_is_no_command(temp: Path, workspace: Path, hand_in: HandIn, bank_dir: Path) -> None:
    for name in HOSTILE:
        hand_in(workspace / name / f"{TINY}.ipynb", MEAN)
    (temp / "course").mkdir()
    (temp / "course" / "bank").symlink_to(bank_dir.parent)
    environment = {**clean_environment(), "PYTHONPATH": LIBRARIES, "GITHUB_ACTIONS": "true"}
    done = subprocess.run(
        [temp / "autograder" / "bin" / "autograder", "grade", ".", "--json", "--course", temp / "course"],
        cwd=workspace, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert {entry["student"] for entry in json.loads(done.stdout)["submissions"]} == set(HOSTILE)
    assert not list(heard_in(lines(done.stdout)))
    assert not list(heard_in(lines(done.stderr)))
