"""The pictures of README and site: `python docs/screenshots.py DEMO OUT`, of what `autograder demo` left in DEMO.

Pages as they are, photographed by Chromium without a window, in its light theme.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from PIL import Image, ImageChops
from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME
from rich.text import Text

from autograder.handout.offline_html import as_html

REPOSITORY = Path(__file__).resolve().parents[1]
CHAPTER, EXERCISE = "ch01_regression", "linear_loss"
WRONG = """def linear_loss(w, b, X, y):
    residual = linear_predict(w, b, X) - y  # (N,)
    return np.mean(residual**2)"""
EARLIER = "def linear_predict(w, b, X):\n    return X @ w + b"
TERMINAL = "body{margin:1.2rem} pre{font:14px/1.35 'DejaVu Sans Mono','Noto Sans Mono CJK SC',monospace}"
WIDTH, MARGIN = 1000, 24
COLOURS = 128  # of a picture, which keeps it small; anti-aliased text needs no more


def main(demo: Path, out: Path) -> None:
    """Write every picture."""
    out.mkdir(parents=True, exist_ok=True)
    kit = demo.resolve().parent
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        bobs = hand_in(demo, work)
        autograder("grade", str(work / "submitted"), "--out", str(work / "graded"), cwd=kit)
        (work / "notebook.html").write_text(notebook_page(work), "utf-8")
        (work / "terminal.html").write_text(terminal_page(kit, bobs, work), "utf-8")
        pages = {
            "notebook": (work / "notebook.html", 900),
            "feedback": (work / "graded" / "feedback" / "bob" / f"{CHAPTER}.html", 1400),
            "class": (demo / "graded" / "index.html", 1100),
            "terminal": (work / "terminal.html", 700),
        }
        for name, (page, height) in pages.items():
            photograph(page, out / f"{name}.png", height)


def hand_in(demo: Path, work: Path) -> Path:
    """A solved notebook in which one exercise is wrong."""
    solved = (demo / "course" / "source" / CHAPTER / f"{CHAPTER}.ipynb").read_text("utf-8")
    bobs = work / "submitted" / "bob" / CHAPTER / f"{CHAPTER}.ipynb"
    bobs.parent.mkdir(parents=True)
    bobs.write_text(solved.replace("np.sum(residual**2)", "np.mean(residual**2)"), "utf-8")
    return bobs


def autograder(*arguments: str, cwd: Path) -> str:
    """What a command prints, as into a terminal."""
    forced = {**os.environ, "FORCE_COLOR": "1", "COLUMNS": "100", "PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, "-m", "autograder", *arguments]
    return subprocess.run(command, cwd=cwd, env=forced, capture_output=True, text=True, check=True).stdout


def notebook_page(work: Path) -> str:
    """One section of the students' notebook, its answer wrong, run in a real kernel."""
    folder = work / CHAPTER
    shutil.copytree(REPOSITORY / "assignments" / "en" / CHAPTER, folder)
    notebook = nbformat.read(folder / f"{CHAPTER}.ipynb", as_version=4)
    ids = [cell.metadata.nbgrader.grade_id for cell in notebook.cells]
    by_id = dict(zip(ids, notebook.cells, strict=True))
    by_id["linear_predict"].source, by_id[EXERCISE].source = EARLIER, WRONG
    last = ids.index(f"check_{EXERCISE}")
    shown = notebook.cells[last - 2 : last + 1]  # its text, its answer, its check
    notebook.cells = [by_id["setup_01"], by_id["linear_predict"], *shown]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    NotebookClient(notebook, resources={"metadata": {"path": str(folder)}}).execute(env=environment)
    notebook.cells = shown
    return as_html(notebook, "Chapter 1 · Regression", "en")


def terminal_page(kit: Path, notebook: Path, work: Path) -> str:
    """What `autograder grade` shows of one notebook, as a page."""
    console = Console(record=True, file=io.StringIO(), width=100)
    console.print(Text(f"$ autograder grade {notebook.relative_to(work)}\n"))
    console.print(Text.from_ansi(autograder("grade", str(notebook), cwd=kit)))
    code = console.export_html(theme=DEFAULT_TERMINAL_THEME, inline_styles=True, code_format="{code}")
    return (
        f"<!doctype html><meta charset=utf-8><title>autograder grade</title><style>{TERMINAL}</style><pre>{code}</pre>"
    )


def photograph(page: Path, picture: Path, height: int) -> None:
    """The upper part of a page as a PNG of few colours."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        sys.exit("the pictures are taken by Chromium, which is not installed")
    with whole(picture) as raw:
        flags = ["--headless", "--disable-gpu", "--hide-scrollbars", *(["--no-sandbox"] if os.getuid() == 0 else [])]
        size = [f"--window-size={WIDTH},{height}", f"--screenshot={raw}"]
        subprocess.run([program, *flags, *size, page.resolve().as_uri()], check=True, capture_output=True, timeout=120)


@contextmanager
def whole(picture: Path) -> Iterator[Path]:
    """Where Chromium writes; what it wrote becomes the picture."""
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw.png"
        yield raw
        with Image.open(raw) as image:
            without_what_is_empty(image.convert("RGB")).quantize(COLOURS).save(picture, optimize=True)


def without_what_is_empty(image: Image.Image) -> Image.Image:
    """The picture down to the last line that is not blank, and a margin."""
    blank = Image.new("RGB", image.size, image.getpixel((0, 0)))
    bounds = ImageChops.difference(image, blank).getbbox()
    bottom = image.height if bounds is None else min(bounds[3] + MARGIN, image.height)
    return image.crop((0, 0, image.width, bottom))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
