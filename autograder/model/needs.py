"""Whether a package is there, and what installs it.  Neither imports it."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable

_DISTRIBUTIONS = {"sklearn": "scikit-learn", "skimage": "scikit-image", "PIL": "pillow"}  # not called as their module


def installed(package: str) -> bool:
    """Whether a top-level package can be found; it is not imported."""
    try:
        return importlib.util.find_spec(package) is not None
    except ValueError:  # it is imported and has no spec
        return True


def pip_install(packages: Iterable[str]) -> str:
    """The command that installs these packages, given by the names they are imported by."""
    return f"pip install {' '.join(_DISTRIBUTIONS.get(package, package) for package in packages)}"
