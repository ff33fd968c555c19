"""The pip command names what the person installed from, not a name that no registry has."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.cli import installation
from autograder.model.version import __version__


def installed(monkeypatch: pytest.MonkeyPatch, folder: Path, origin: object) -> None:
    """Make a distribution with this direct_url.json the one that is found."""
    place = folder / "autograder_ml-0.1.0.dist-info"
    place.mkdir()
    (place / "METADATA").write_text("Metadata-Version: 2.1\nName: autograder-ml\nVersion: 0.1.0\n")
    if origin is not None:
        (place / "direct_url.json").write_text(json.dumps(origin))
    monkeypatch.setattr("sys.path", [str(folder)])


@pytest.mark.parametrize(
    ("origin", "command"),
    [
        (None, "pip install 'autograder-ml[nbgrader]'"),
        (
            {"url": "file:///home/ada/my%20clone", "dir_info": {"editable": True}},
            "pip install --editable '/home/ada/my clone[nbgrader]'",
        ),
        (
            {"url": "file:///srv/autograder_ml-0.1.0-py3-none-any.whl", "archive_info": {}},
            "pip install '/srv/autograder_ml-0.1.0-py3-none-any.whl[nbgrader]'",
        ),
        (
            {"url": "file:///folder/that/is/gone", "dir_info": {}},
            f"pip install 'autograder_ml-{__version__}-py3-none-any.whl[nbgrader]'",
        ),
        (
            {"url": "https://git.example/kit.git", "vcs_info": {"vcs": "git", "commit_id": "5fcfbd3"}},
            "pip install 'autograder-ml[nbgrader] @ git+https://git.example/kit.git@5fcfbd3'",
        ),
        (
            {"url": "https://files.example/kit.whl", "archive_info": {}},
            "pip install 'autograder-ml[nbgrader] @ https://files.example/kit.whl'",
        ),
    ],
)
def test_the_command_is_that_of_the_installation(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, origin: object, command: str
) -> None:
    installed(monkeypatch, tmp_path, origin)
    assert installation.pip_command("nbgrader") == command


def test_a_clone_that_was_never_installed_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    clone = Path(installation.__file__).parents[2]
    assert installation.pip_command("nbgrader") == f"pip install --editable '{clone}[nbgrader]'"
