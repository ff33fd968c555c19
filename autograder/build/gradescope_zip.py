"""What is uploaded to Gradescope as an autograder: the kit's wheel, one bank and two scripts; no solutions folder.

https://gradescope-autograders.readthedocs.io/en/latest/specs/ says what lies where: setup.sh and run_autograder at the
root of the zip file, unpacked into /autograder/source.
"""

from __future__ import annotations

import io
import re
import shlex
import zipfile
from collections.abc import Sequence
from pathlib import Path

from autograder.chapter.sources import refuse_stale, require_banks
from autograder.grading.modules import modules_of
from autograder.model.bank_files import load
from autograder.model.errors import UserError
from autograder.model.files import write_atomic

_SCRIPTS = Path(__file__).parent / "gradescope"
_WHEEL = re.compile(r"autograder_ml-[^+]+-py3-none-any\.whl")  # the kit's; the students' has +student in its version
_BANK = ("bank.json", "arrays.npz")


class WheelMissing(UserError):
    """The kit's wheel is not where it was looked for; the message says how to make it."""


def write_gradescope_zip(
    out: Path, course: Path, assignment: str, wheel: Path | None = None, *, visibility: str = "visible"
) -> None:
    """Write the zip file for one assignment.  Raises BankOutdated and WheelMissing."""
    write_atomic(out, gradescope_zip(course, assignment, _wheel(course, wheel), visibility=visibility), private=True)


def gradescope_zip(course: Path, assignment: str, wheel: Path, *, visibility: str = "visible") -> bytes:
    """The same as bytes."""
    folder = course / "bank" / assignment
    require_banks(course / "bank", {assignment}, course=course)
    bank = load(folder)
    refuse_stale(bank, assignment, course)
    packages = {module.partition(".")[0] for module in modules_of([bank])}
    extras = ["nbgrader", *(["plots"] if packages & {"sklearn", "matplotlib"} else [])]
    scripts = {
        "setup.sh": _script("setup.sh", wheel=wheel.name, extras=extras, torch="torch" in packages),
        "run_autograder": _script("run_autograder", assignment=shlex.quote(assignment), visibility=visibility),
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in scripts.items():
            archive.writestr(_entry(name, 0o755), text)
        archive.writestr(_entry(wheel.name, 0o644), wheel.read_bytes())
        for name in _BANK:
            archive.writestr(_entry(f"bank/{assignment}/{name}", 0o600), (folder / name).read_bytes())
    return stream.getvalue()


def _script(name: str, **values: str | bool | Sequence[str]) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    scripts = Environment(
        loader=FileSystemLoader(_SCRIPTS), undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=True
    )
    return scripts.get_template(f"{name}.jinja").render(values)


def _entry(name: str, mode: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)  # of 1980: the same inputs give the same file
    entry.create_system, entry.external_attr, entry.compress_type = 3, (0o100000 | mode) << 16, zipfile.ZIP_DEFLATED
    return entry


def _wheel(course: Path, named: Path | None) -> Path:
    """The wheel that is named, or else the newest that `make wheel` wrote."""
    if named is not None:
        if not named.is_file() or not _WHEEL.fullmatch(named.name):
            raise WheelMissing(f"{named} is not the kit's wheel: `make wheel` writes it to dist/")
        return named
    found = [path for path in (course / "dist").glob("*.whl") if _WHEEL.fullmatch(path.name)]
    if not found:
        raise WheelMissing(
            f"there is no wheel of the kit in {course / 'dist'}: run `make wheel`, or name it with --wheel"
        )
    return max(found, key=lambda path: path.stat().st_mtime)
