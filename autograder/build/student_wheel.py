"""What students install: `check` and the two rooms that it needs, as a wheel made from the kit at hand.

It is the kit's own distribution in a version of its own.  Two distributions with the same files would overwrite one
another's and be torn apart by `pip uninstall`; of one distribution pip keeps one version, whole.
"""

from __future__ import annotations

import ast
import base64
import email
import hashlib
import importlib.metadata
import io
import re
import tokenize
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from autograder.model.errors import UserError
from autograder.model.files import write_atomic
from autograder.model.version import DISTRIBUTION, __version__

BESIDE = ("__init__.py", "__main__.py")
ROOMS = ("model", "judge")  # and of these what `check` imports
TYPING = "TYPE_CHECKING"
GRADERS_WORDS = (
    "judging", "test", "unreadable", "note", "page.mutant", "page.feedback", "page.class_page", "page.notebook",
)  # fmt: skip
_TABLE = re.compile(r"^(?=\[([\w.]+)\])", re.MULTILINE)
EXTRAS = ("plots", "torch", "course")  # what notebooks import, and where they are opened
SUMMARY = "The public checks of a machine-learning course, for its students."
_NAME = DISTRIBUTION.replace("-", "_")
_WHEEL = "Wheel-Version: 1.0\nGenerator: autograder\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
_EXTRA = re.compile(r"""\bextra == ['"]([^'"]+)['"]""")


class KitNotInstalled(UserError):
    """The kit runs without having been installed, so that nothing says what it requires."""


def package_files() -> dict[str, bytes]:
    """Path in the wheel and content of everything that students can import, sorted by path.

    That is what `autograder` itself imports, now or later, with what that imports, and the words of `check`.  Of the
    rooms, whose functions no student calls, it is the code alone.
    """
    package = Path(__file__).resolve().parents[1]
    modules = {package / name for name in BESIDE}
    waiting = [package / "__init__.py"]
    while waiting:
        found = set(_imported_by(waiting.pop(), package)) - modules
        modules |= found
        waiting += found
    files = {path: path.read_bytes() if path.parent == package else _code_alone(path.read_bytes()) for path in modules}
    files |= {path: b"" for room in ROOMS for path in [package / room / "__init__.py"]}
    files |= {path: _words_of_check(path.read_text("utf-8")).encode() for path in package.glob("model/*.toml")}
    return {path.relative_to(package.parent).as_posix(): files[path] for path in sorted(files)}


def _imported_by(path: Path, package: Path) -> Iterator[Path]:
    """The modules of ROOMS that a module imports, wherever in it, but for what only a type checker reads."""
    tree = ast.parse(path.read_bytes())
    tree.body = [node for node in tree.body if not (isinstance(node, ast.If) and ast.unparse(node.test) == TYPING)]
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for name in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names)):
                module = package.parent.joinpath(*name.split(".")).with_suffix(".py")
                if module.is_file() and module.parent.name in ROOMS:
                    yield module


def _code_alone(module: bytes) -> bytes:
    """A module without comments and annotations of functions, its docstrings empty.

    The lines of the rest stand where they stood: tracebacks point right.
    """
    module = _without_annotations(module)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    nodes = [node for node in ast.walk(ast.parse(module)) if isinstance(node, documented) and ast.get_docstring(node)]
    docstrings = {(node.body[0].lineno, node.body[0].col_offset) for node in nodes}
    lines = module.decode("utf-8").split("\n")
    tokens = list(tokenize.tokenize(io.BytesIO(module).readline))
    for token in reversed(tokens):  # from the end, so that places before it stay
        if token.type == tokenize.COMMENT or token.start in docstrings:
            (first, begin), (last, end) = token.start, token.end
            kept = "" if token.type == tokenize.COMMENT else '""'
            left = lines[first - 1][:begin] + kept + lines[last - 1][end:]
            lines[first - 1 : last] = [left.rstrip(), *[""] * (last - first)]
    return "\n".join(lines).encode("utf-8")


def _without_annotations(module: bytes) -> bytes:
    """A module whose functions do not say what they take and return; fields of classes are what they say they are."""
    lines = module.split(b"\n")
    spans = []
    for node in ast.walk(ast.parse(module)):
        if isinstance(node, ast.arg) and node.annotation:
            spans.append((node.lineno, node.col_offset + len(node.arg.encode()), node.annotation))
        elif isinstance(node, ast.FunctionDef) and node.returns:
            line, column = node.returns.lineno, node.returns.col_offset
            spans.append((line, lines[line - 1].rindex(b" ->", 0, column), node.returns))
    for first, begin, annotation in sorted(spans, key=lambda span: span[:2], reverse=True):
        last = annotation.end_lineno or first
        left = lines[first - 1][:begin] + lines[last - 1][annotation.end_col_offset :]
        lines[first - 1 : last] = [left, *[b""] * (last - first)]
    return b"\n".join(lines)


def _words_of_check(texts: str) -> str:
    """A file of texts without the tables that only the grader's pages and notes are made of."""
    tables = _TABLE.split(texts)  # the head, then name and text of each table
    kept = [text for name, text in zip(tables[1::2], tables[2::2], strict=True) if name not in GRADERS_WORDS]
    return tables[0] + "".join(kept)


def student_wheel() -> tuple[str, bytes]:
    """Name and content of the wheel; the same kit always gives the same bytes.  Raises KitNotInstalled."""
    files = package_files()
    content = hashlib.sha256(_record(files).encode()).hexdigest()
    version = f"{__version__}+student{content[:8]}"  # pip installs no wheel over one of the same version
    place = f"{_NAME}-{version}.dist-info"
    files |= {f"{place}/{name}": text.encode() for name, text in _about_itself(version).items()}
    files[f"{place}/RECORD"] = f"{_record(files)}{place}/RECORD,,\n".encode()
    return f"{_NAME}-{version}-py3-none-any.whl", _zipped(files)


def write_student_wheel(folder: Path) -> Path:
    """Write the wheel into `folder`, in place of an older one there, and return its path.  Raises KitNotInstalled."""
    name, content = student_wheel()
    write_atomic(folder / name, content)
    remove_older_wheels(folder / name)
    return folder / name


def remove_older_wheels(wheel: Path) -> None:
    """Remove the other students' wheels from a wheel's folder: which one to install is no question then."""
    for older in wheel.parent.glob(f"{_NAME}-*+student*-py3-none-any.whl"):
        if older != wheel:
            older.unlink()


def _about_itself(version: str) -> dict[str, str]:
    """The files that tell pip what this is, by name, made from what the installed kit says of itself."""
    try:
        kit = importlib.metadata.distribution(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        raise KitNotInstalled(
            f"what students need is read from the installed kit, and {DISTRIBUTION} is not installed here: run "
            "`pip install --editable .` in its folder"
        ) from None
    own = {"Version": version, "Summary": SUMMARY}
    headers = email.message_from_string(kit.read_text("METADATA") or "").items()
    kept = [f"{name}: {own.get(name, value)}\n" for name, value in headers if _concerns_students(name, value)]
    return {"METADATA": "".join(kept), "WHEEL": _WHEEL, "licenses/LICENSE": kit.read_text("licenses/LICENSE") or ""}


def _concerns_students(name: str, value: str) -> bool:
    """Whether a line of the kit's metadata is true of the students' copy too."""
    if name == "Provides-Extra":
        return value in EXTRAS
    extra = _EXTRA.search(value) if name == "Requires-Dist" else None
    if extra:
        return extra[1] in EXTRAS
    return not name.startswith("Description") and not value.startswith("Typing ::")


def _record(files: Mapping[str, bytes]) -> str:
    """A line for each file, as pip wants them: its path, hash and size."""
    digests = {path: base64.urlsafe_b64encode(hashlib.sha256(content).digest()) for path, content in files.items()}
    return "".join(
        f"{path},sha256={digest.decode().rstrip('=')},{len(files[path])}\n" for path, digest in digests.items()
    )


def _zipped(files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for path, content in files.items():
            entry = zipfile.ZipInfo(path)  # of 1980, whenever it is made
            entry.create_system, entry.external_attr = 3, 0o100644 << 16  # as on Unix, wherever it is made
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, 9)
    return stream.getvalue()
