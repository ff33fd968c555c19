"""The small course with data of each student's own for its question, and its bank."""

from __future__ import annotations

import shutil
from pathlib import Path

from support import COURSE, TINY

from autograder.build.make_bank import compute_bank
from autograder.chapter.chapter import Chapter, load_chapter
from autograder.model.bank_files import save

KEY = "tests"
CELL = "own_data_why"
DATA = """\
# %% own_data="why"
my_rng = np.random.default_rng(MY_SEED)
my_X = my_rng.normal(size=(6, 2)).round(2)
my_y = my_rng.normal(size=6).round(2)
print(my_X.shape)
"""
WORKED = """\
# %% worked="why"
print("loss:", line_loss(np.zeros(2), 0.0, my_X, my_y))
"""


def make_course(folder: Path, data: str = DATA, worked: str = WORKED) -> Path:
    """The course with cells of own data, and of what a model answer shows, in the file of its question."""
    shutil.copytree(COURSE, folder, ignore=shutil.ignore_patterns("__pycache__", "bank"))
    file = folder / "solutions" / TINY / "07_why.py"
    text = file.read_text(encoding="utf-8")
    at = '# %% [markdown] written="why" points="2" lang="en"'
    file.write_text(text.replace(at, f"{data}{at}") + worked, encoding="utf-8")
    return folder


def with_bank(folder: Path) -> Chapter:
    """Compute the bank of such a course."""
    chapter = load_chapter(folder / "solutions" / TINY)
    save(compute_bank(chapter, draws=1, key=KEY), folder / "bank" / TINY)
    return chapter
