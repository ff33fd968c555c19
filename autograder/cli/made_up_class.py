"""A class to try the grader on: right answers in different styles, every known mistake, and all kinds of trouble."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from autograder.build import notebooks
from autograder.chapter.chapter import Chapter, ChapterExercise
from autograder.chapter.solutions import edited_source, solution_source
from autograder.model.texts import LANGUAGES

CRASHES = {
    "syntax error": "def {name}(*args)\n    return 0",
    "raises at once": "raise RuntimeError('not today')",
    "leaves": "import os\nos._exit(0)",
    "calls sys.exit": "import sys\nsys.exit(0)",
    "prints 200 MB": "for _ in range(200):\n    print('x' * 10**6)",
    "allocates 20 GB": "hoard = [bytearray(10**9) for _ in range(20)]",
    "forks without end": "import os\nwhile True:\n    os.fork()",
    "kills itself": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
}
ENDLESS = {
    "endless cell": "while True:\n    pass",
    "endless function": "def {name}(*args):\n    while True:\n        pass",
}
FORGERIES = {
    "equal to everything": """
class Agreeable:
    def __eq__(self, other):
        return True
    __le__ = __lt__ = __ge__ = __gt__ = __eq__
def {name}(*args):
    return Agreeable()
""",
    "patched comparison": """
import numpy
numpy.allclose = numpy.array_equal = lambda *a, **k: True
numpy.linalg.norm = lambda *a, **k: 0.0
def {name}(*args):
    return 0.0
""",
    "patched grader": """
import sys
for module in list(sys.modules.values()):
    for name in ("judge", "compare", "check", "unpack"):
        if hasattr(module, name):
            setattr(module, name, lambda *a, **k: [])
def {name}(*args):
    return 0.0
""",
    "reads the bank": """
import glob
places = ["/root/**", "/home/**", "/srv/**", "/opt/**", "../**"]
stolen = [open(f, "rb").read() for p in places for f in glob.glob(p + "/bank.json", recursive=True)]
def {name}(*args):
    return stolen[0]
""",
    "prints a score": "def {name}(*args):\n    print('{\"score\": 100}')\n    return float('nan')",
    "returns NaN": "def {name}(*args):\n    return float('nan')",
    "returns a generator": "def {name}(*args):\n    yield from args",
    "returns a gigabyte": "def {name}(*args):\n    import numpy\n    return numpy.ones((2**27,))",
}


@dataclass(frozen=True)
class MadeUpStudent:
    """One made-up submission: `kind` says what was done, `answers` the sources of the answer cells it changes."""

    kind: str
    answers: dict[str, str]
    language: str
    damage: Callable[[str], str] | None = None


def make_class(chapters: Sequence[Chapter], folder: Path, *, size: int = 40, seed: int = 0) -> dict[str, str]:
    """Write submitted/<student>/<assignment>/<assignment>.ipynb below `folder`; returns student → kind."""
    kinds = {}
    for chapter in chapters:
        released = {language: notebooks.student_notebook(chapter, language) for language in LANGUAGES}
        for number, made_up in enumerate(make_students(chapter, size, random.Random(seed)), start=1):
            student = f"student{number:02d}"
            kinds[student] = made_up.kind
            text = notebooks.to_bytes(answered(released[made_up.language], made_up.answers)).decode()
            path = folder / "submitted" / student / chapter.id / f"{chapter.id}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(made_up.damage(text) if made_up.damage else text, encoding="utf-8")
    return kinds


def answered(released: NotebookNode, answers: dict[str, str]) -> NotebookNode:
    """The released notebook with some answer cells filled in."""
    import nbformat

    notebook: NotebookNode = nbformat.from_dict(released)
    for cell in notebook.cells:
        name = cell.metadata.nbgrader.grade_id
        if name in answers:
            cell.source = answers[name]
    return notebook


def make_students(chapter: Chapter, size: int, rng: random.Random) -> list[MadeUpStudent]:
    """`size` submissions: at least a quarter right, each known mistake once, and all kinds of trouble."""
    right = {exercise.name: solution_source(exercise) for exercise in chapter.exercises}
    wrong = list(_with_mistakes(chapter, right))
    trouble = list(_in_trouble(chapter, right))[: max(0, size - len(wrong) - size // 4)]
    styles = [
        MadeUpStudent("right", _in_a_style(chapter, right, rng) | _in_words(chapter), LANGUAGES[number % 2])
        for number in range(size - len(wrong) - len(trouble))
    ]
    return [*styles, *wrong, *trouble][:size]


def _in_a_style(chapter: Chapter, right: dict[str, str], rng: random.Random) -> dict[str, str]:
    answers = dict(right)
    for exercise in chapter.exercises:
        if exercise.record.variants and rng.random() < 0.7:
            answers[exercise.name] = edited_source(exercise, rng.choice(list(exercise.record.variants)))
    return answers


def _in_words(chapter: Chapter) -> dict[str, str]:
    return {question.name: "An answer in the student's own words." for question in chapter.written}


def _with_mistakes(chapter: Chapter, right: dict[str, str]) -> Iterator[MadeUpStudent]:
    """Every known mistake in some notebook, at most one an exercise, so that each can be told apart."""
    columns = [(exercise, list(exercise.record.mistakes)) for exercise in chapter.exercises]
    for row in range(max(len(mistakes) for _, mistakes in columns)):
        answers = dict(right)
        for exercise, mistakes in columns:
            if row < len(mistakes):
                answers[exercise.name] = edited_source(exercise, mistakes[row])
        yield MadeUpStudent("mistakes", answers, LANGUAGES[row % 2])


def _in_trouble(chapter: Chapter, right: dict[str, str]) -> Iterator[MadeUpStudent]:
    """Half-finished, crashing, endless and forging notebooks, and damaged files."""
    exercises: Sequence[ChapterExercise] = chapter.exercises
    first = exercises[0]
    half = {exercise.name: right[exercise.name] for exercise in exercises[: len(exercises) // 2]}
    yield MadeUpStudent("half-finished", half, "en")
    yield MadeUpStudent("endless", {**right, first.name: misbehaving(first, ENDLESS["endless function"])}, "en")
    for kind, code in FORGERIES.items():
        yield MadeUpStudent(f"forging: {kind}", {entry.name: misbehaving(entry, code) for entry in exercises}, "en")
    yield MadeUpStudent("damaged: truncated", right, "en", damage=lambda text: text[: len(text) // 2])
    yield MadeUpStudent("damaged: empty", right, "en", damage=lambda text: "")
    yield MadeUpStudent("damaged: no metadata", right, "en", damage=_strip_metadata)
    yield MadeUpStudent("half-finished", {}, "zh")
    yield MadeUpStudent("endless cell", {**right, first.name: ENDLESS["endless cell"]}, "zh")
    for kind, code in CRASHES.items():
        yield MadeUpStudent(f"crashing: {kind}", {**right, first.name: misbehaving(first, code)}, "zh")


def misbehaving(exercise: ChapterExercise, code: str) -> str:
    """The answer cell with this code, whose function `{name}` is the answer, or every method of a class that is."""
    if not exercise.methods:
        return code.replace("{name}", exercise.name)
    methods = [name.partition(".")[2] for name in exercise.methods]
    return "\n".join(
        [
            code.replace("{name}", "misbehave"),
            f"class {exercise.name}:",
            "    def __init__(self, *args):",
            "        pass",
            *(f"    def {method}(self, *args):\n        return misbehave(*args)" for method in methods),
        ]
    )


def _strip_metadata(text: str) -> str:
    data = json.loads(text)
    data["metadata"] = {}
    for cell in data["cells"]:
        cell["metadata"] = {}
    return json.dumps(data)
