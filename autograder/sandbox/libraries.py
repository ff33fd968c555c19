"""Where libraries lie on this machine, so that a sandbox can lack some."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator
from pathlib import Path

_SYSTEM = ("/usr/lib", "/usr/local/lib")  # a distribution's own Python, which student code may read


@functools.cache
def places_of(libraries: tuple[str, ...]) -> tuple[str, ...]:
    """Every file and folder that belongs to these libraries, given by the names they are imported by.

    The whole of each distribution: torch comes with torchgen and functorch, and scipy with scipy.libs.
    """
    found: set[Path] = set()
    for folder in _package_folders():
        for library in libraries:
            found |= {path for path in (folder / library, folder / f"{library}.py") if path.exists()}
        for record in folder.glob("*.dist-info/RECORD"):
            listed = b"\n" + record.read_bytes()
            if any(b"\n%s/__init__.py," % library.encode() in listed for library in libraries):
                lines = listed.decode("utf-8", "replace").splitlines()
                tops = {line.partition(",")[0].partition("/")[0] for line in lines}
                found |= {folder / top for top in tops - {"..", "", "__pycache__"} if (folder / top).exists()}
    return tuple(sorted(map(str, found)))


def _package_folders() -> Iterator[Path]:
    """Folders of installed packages that a session could read, also other interpreters'."""
    own = [Path(entry) for entry in sys.path if Path(entry).name in ("site-packages", "dist-packages")]
    roots = [Path(sys.base_prefix) / "lib", *map(Path, _SYSTEM)]
    others = [path for root in roots for name in ("site", "dist") for path in root.glob(f"python3*/{name}-packages")]
    yield from {path.resolve() for path in (*own, *others) if path.is_dir()}
