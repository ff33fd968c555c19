"""How this copy was installed, and the pip command that adds to it.  Standard library alone: much may be missing."""

from __future__ import annotations

import importlib.metadata
import json
import shlex
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from autograder.model.version import DISTRIBUTION, __version__


def pip_command(extras: str) -> str:
    """What adds the extras, such as "nbgrader", to the clone, wheel or address that this copy came from."""
    try:
        distribution = importlib.metadata.distribution(DISTRIBUTION)
        origin = json.loads(distribution.read_text("direct_url.json") or "{}")
    except (importlib.metadata.PackageNotFoundError, ValueError):
        return _from_folder(Path(__file__).resolve().parents[2], extras)
    return f"pip install {_requirement(origin, extras)}"


def _requirement(origin: dict[str, Any], extras: str) -> str:
    """The argument of pip for what PEP 610 records of an installation."""
    url = str(origin.get("url", ""))
    if vcs := origin.get("vcs_info"):
        return shlex.quote(f"{DISTRIBUTION}[{extras}] @ {vcs['vcs']}+{url}@{vcs['commit_id']}")
    if url.startswith("file:"):
        path, folder = Path(unquote(urlsplit(url).path)), origin.get("dir_info")
        if folder == {} and not path.exists():  # an image keeps none of what it was built from
            path = Path(f"{DISTRIBUTION.replace('-', '_')}-{__version__}-py3-none-any.whl")
        place = shlex.quote(f"{path}[{extras}]")
        return f"--editable {place}" if folder and folder.get("editable") else place
    return shlex.quote(f"{DISTRIBUTION}[{extras}] @ {url}" if url else f"{DISTRIBUTION}[{extras}]")


def _from_folder(folder: Path, extras: str) -> str:
    """Never installed: it runs out of a folder, which is a clone if it can be installed."""
    if (folder / "pyproject.toml").exists():
        return f"pip install --editable {shlex.quote(f'{folder}[{extras}]')}"
    return f"pip install {shlex.quote(f'{DISTRIBUTION}[{extras}]')}"
