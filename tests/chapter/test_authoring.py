"""The pattern in the guide for authors is an exercise as it stands there."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from support import REPOSITORY

from autograder.chapter.chapter import load_chapter
from autograder.chapter.solutions import SolutionRunner
from autograder.chapter.twins import twins_apart

GUIDE = REPOSITORY / "docs" / "authoring.md"


def test_the_pattern_of_the_guide_loads_and_its_mistakes_apply(tmp_path: Path) -> None:
    block = re.search(r"## The pattern.*?```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert block
    assert block[1].count("\n") <= 80
    shutil.copytree(REPOSITORY / "reference", tmp_path / "reference", ignore=shutil.ignore_patterns("__pycache__"))
    folder = tmp_path / "solutions" / "ch01_regression"
    shutil.copytree(REPOSITORY / "solutions" / "ch01_regression", folder)
    shutil.copy(REPOSITORY / "solutions" / "glossary.toml", folder.parent)
    (folder / "03_linear_loss.py").write_text(block[1], encoding="utf-8")
    chapter = load_chapter(folder)
    assert twins_apart(folder) == []
    loss = next(entry for entry in chapter.exercises if entry.name == "linear_loss")
    assert loss.title == {"en": "1.3 The loss: how wrong are we?", "zh": "1.3 损失函数：错了多少？"}
    runner = SolutionRunner(chapter)
    for edit in (*loss.record.mistakes, *loss.record.variants):
        assert runner.edited(loss, edit)
