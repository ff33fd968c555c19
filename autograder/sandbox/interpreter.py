"""The Python that sessions get: what of it they may read, its environment, and where libraries lie that they lack."""

from __future__ import annotations

import functools
import os
import sys
from pathlib import Path

_SYSTEM = ("/usr/lib", "/usr/local/lib")  # a distribution's own Python, which student code may read


def _packages() -> list[Path]:
    """The folders of installed packages that this interpreter imports from."""
    return [Path(entry).resolve() for entry in sys.path if Path(entry).name in ("site-packages", "dist-packages")]


def folders() -> list[Path]:
    """What Python needs: its own prefix and the folders of installed packages; never the course's folder."""
    kept: list[Path] = []
    for path in (Path(sys.base_prefix).resolve(), *_packages()):
        if path.is_dir() and not any(path.is_relative_to(other) for other in kept):
            kept.append(path)
    return kept


def environment(home: str) -> dict[str, str]:
    """All that student code sees of the environment; sessions put their own folder in the place of `home`."""
    library = f"{sys.base_prefix}/lib"
    needed = {"LD_LIBRARY_PATH": library} if library in os.environ.get("LD_LIBRARY_PATH", "").split(":") else {}
    return needed | {
        "HOME": home,
        "TMPDIR": home,
        "MPLCONFIGDIR": f"{home}/.matplotlib",
        "IPYTHONDIR": f"{home}/.ipython",
        "LANG": "C.UTF-8",
        "PATH": f"{sys.base_prefix}/bin:/usr/local/bin:/usr/bin:/bin",
        "USER": "student",
        "LOGNAME": "student",
        "PYTHONPATH": os.pathsep.join(map(str, _packages())),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",  # a regrade must see the same order of sets
        "PYTHONUTF8": "1",
        "NBGRADER_EXECUTION": "autograde",  # which nbgrader's documentation tells test cells to ask
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # loaded only when pyplot is
        "OMP_NUM_THREADS": "1",  # a library's thread pool would not survive the fork
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "NUMEXPR_NUM_THREADS": "1",
    }


@functools.cache
def places_of(libraries: tuple[str, ...]) -> tuple[str, ...]:
    """Every file and folder that belongs to these libraries, given by the names they are imported by.

    The whole of each distribution: torch comes with torchgen and functorch, and scipy with scipy.libs.
    """
    found: set[Path] = set()
    for folder in _readable_packages():
        for library in libraries:
            found |= {path for path in (folder / library, folder / f"{library}.py") if path.exists()}
        for record in folder.glob("*.dist-info/RECORD"):
            listed = b"\n" + record.read_bytes()
            if any(b"\n%s/__init__.py," % library.encode() in listed for library in libraries):
                lines = listed.decode("utf-8", "replace").splitlines()
                tops = {line.partition(",")[0].partition("/")[0] for line in lines}
                found |= {folder / top for top in tops - {"..", "", "__pycache__"} if (folder / top).exists()}
    return tuple(sorted(map(str, found)))


def _readable_packages() -> set[Path]:
    """Folders of installed packages that a session could read, also other interpreters'."""
    roots = [Path(sys.base_prefix) / "lib", *map(Path, _SYSTEM)]
    others = [path for root in roots for name in ("site", "dist") for path in root.glob(f"python3*/{name}-packages")]
    return {path.resolve() for path in (*_packages(), *others) if path.is_dir()}
