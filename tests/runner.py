"""A runner of GitHub Actions, as far as a composite action of shell steps needs one.

What it hears in a step's output, and where it stops hearing, follows ActionCommand.cs and ActionCommandManager.cs of
actions/runner: a command at the beginning of a line, or in the older form anywhere in it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

COMMANDS = {
    "add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "notice", "remove-matcher",
    "save-state", "set-env", "set-output", "stop-commands", "warning",
}  # fmt: skip
_EXPRESSION = re.compile(r"\$\{\{ *([\w.-]+) *\}\}")


@dataclass(frozen=True)
class Command:
    """What a runner obeys."""

    name: str
    properties: Mapping[str, str]
    data: str


@dataclass
class Ran:
    """What came of an action."""

    outputs: dict[str, str] = field(default_factory=dict)
    summary: str = ""
    log: str = ""
    heard: list[Command] = field(default_factory=list)
    failed: bool = False
    steps: list[str] = field(default_factory=list)


def run_action(
    path: Path,
    inputs: Mapping[str, str],
    *,
    workspace: Path,
    temp: Path,
    environment: Mapping[str, str],
    only: str = "",
) -> Ran:
    """Run the shell steps of the action at `path` one after another (of them `only` one, where it is named)."""
    action = yaml.safe_load(path.read_text(encoding="utf-8"))
    context = {f"inputs.{name}": str(about.get("default", "")) for name, about in action["inputs"].items()}
    assert all(f"inputs.{name}" in context for name in inputs)
    assert all(name in inputs for name, about in action["inputs"].items() if about.get("required")) or only
    context |= {f"inputs.{name}": value for name, value in inputs.items()}
    ran = Ran()
    for number, step in enumerate(action["runs"]["steps"]):
        if "run" not in step or (only and step["name"] != only) or (ran.failed and step.get("if") != "always()"):
            continue
        files = {name: temp / f"{name}{number}" for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_text("")
        own = {name: _substituted(value, context) for name, value in step.get("env", {}).items()}
        _run_step(step, ran, workspace, {
            **environment, **own, **{name: str(file) for name, file in files.items()}, "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(workspace), "GITHUB_ACTION_PATH": str(path.parent), "RUNNER_TEMP": str(temp),
        })  # fmt: skip
        outputs = dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines())
        context |= {f"steps.{step['id']}.outputs.{name}": value for name, value in outputs.items() if "id" in step}
        ran.summary += files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
    ran.outputs = {name: _substituted(about["value"], context) for name, about in action["outputs"].items()}
    return ran


def _run_step(step: Mapping[str, Any], ran: Ran, workspace: Path, environment: Mapping[str, str]) -> None:
    assert step["shell"] == "bash"
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=workspace, env=dict(environment), capture_output=True, timeout=300, check=False,
    )  # fmt: skip
    output, errors = (stream.decode("utf-8", "replace") for stream in (done.stdout, done.stderr))
    ran.log += output + errors
    heard = list(heard_in(lines(output) + lines(errors)))  # the streams are read apart: neither comes first for sure
    assert heard == list(heard_in(lines(errors) + lines(output)))
    ran.heard += heard
    ran.steps.append(step["name"])
    ran.failed = ran.failed or done.returncode != 0


def _substituted(value: str, context: Mapping[str, str]) -> str:
    return _EXPRESSION.sub(lambda found: context.get(found[1], ""), value)


def lines(text: str) -> list[str]:
    """As .NET reads lines: at a line feed, a carriage return, or both."""
    return re.split(r"\r\n|\r|\n", text)


def heard_in(log: Iterable[str]) -> Iterator[Command]:
    """What a runner obeys in the lines of a step, those apart that stop and resume it."""
    known, token = set(COMMANDS), ""
    for line in log:
        found = _command(line.lstrip(), known) or _older_command(line, known)
        if found is None:
            continue
        if token:
            if found.name.lower() == token.lower():
                known.discard(token)
                token = ""
        elif found.name == "stop-commands":
            token = found.data
            known.add(token)
        else:
            yield found


def _command(line: str, known: set[str]) -> Command | None:
    head, separator, data = line[2:].partition("::")
    name, _, properties = head.partition(" ")
    if not line.startswith("::") or not separator or name not in known:
        return None
    pairs = (pair.split("=", 1) for pair in properties.strip().split(",") if "=" in pair)
    return Command(name, {key: _unescaped(value, ",:") for key, value in pairs}, _unescaped(data))


def _older_command(line: str, known: set[str]) -> Command | None:
    found = re.search(r"##\[([^\] ]+)([^\]]*)\](.*)", line)
    return Command(found[1], {}, found[3]) if found is not None and found[1] in known else None


def _unescaped(text: str, more: str = "") -> str:
    for sign in ("\r", "\n", *more, "%"):
        text = text.replace(f"%{ord(sign):02X}", sign)
    return text


def clean_environment() -> dict[str, str]:
    """This process's without what the runner sets, and with `python` as actions/setup-python leaves it."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "RUNNER_"))}
    return {**inherited, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
