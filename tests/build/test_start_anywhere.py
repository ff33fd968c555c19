"""A released folder where nothing of ours is: its first cell says the line to run, and then everything works.

The environment is fresh: numpy, a kernel of Jupyter's, and nothing else.
"""

from __future__ import annotations

import functools
import http.server
import re
import shutil
import threading
from collections.abc import Mapping
from pathlib import Path

import nbformat
import pytest
from anywhere import notebook_in, run_after, what_it_says, what_to_run
from environments import pip
from nbformat import NotebookNode
from support import REPOSITORY, TINY

from autograder.build.release import release_files, write
from autograder.build.student_wheel import student_wheel
from autograder.chapter.chapter import Chapter, find_chapters, load_chapter
from autograder.cli.made_up_class import answered
from autograder.model.bank_json import FORMAT
from autograder.model.texts import LANGUAGES, say

ON_NUMPY_ALONE = ("ch01_regression", "ch02_gradient_descent")
FOREIGN = "def check(name):\n    return 'I am somebody else'\n"
EVERY_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def handout(chapter: Chapter, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `autograder release` writes."""
    folder = tmp_path_factory.mktemp("handout")
    write(release_files(chapter, wheel=student_wheel()), folder)
    return folder


def everything_passes(notebook: NotebookNode, language: str) -> bool:
    summary = notebook.cells[-1].outputs[-1]["data"]["text/plain"]
    right, of = map(int, re.findall(r"\d+", summary)[:2])
    return right == of > 0


def replace_in(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def with_a_check_of_all(notebook: NotebookNode, right: Mapping[str, str]) -> NotebookNode:
    solved = answered(notebook, dict(right))
    solved.cells.append(nbformat.v4.new_code_cell("check()"))
    return solved


@EVERY_LANGUAGE
@pytest.mark.parametrize("in_the_way", ["nothing", "somebody else's", "an older one"])
def test_the_line_that_the_first_cell_says_brings_all_that_is_needed(
    packages: Path, python: Path, handout: Path, right: Mapping[str, str], language: str, in_the_way: str
) -> None:
    folder = handout / language / TINY
    if in_the_way == "somebody else's":
        (packages / "autograder").mkdir()
        (packages / "autograder" / "__init__.py").write_text(FOREIGN)
    elif in_the_way == "an older one":
        pip(python, "install", "--no-index", "--no-deps", *map(str, folder.glob("*.whl")))
        (about,) = packages.glob("autograder_ml-*.dist-info")
        replace_in(packages / "autograder" / "model" / "bank_json.py", f"FORMAT = {FORMAT}", f"FORMAT = {FORMAT} - 1")
        older = about.with_name("autograder_ml-0.0.1.dist-info")
        replace_in(about / "METADATA", "\nVersion: ", "\nVersion: 0.0.1\nX-Version: ")
        replace_in(about / "RECORD", about.name, older.name)
        about.rename(older)
    line = what_to_run(what_it_says(folder), language)
    assert line == f'%pip install "./{next(folder.glob("*.whl")).name}"'
    solved = run_after(line, with_a_check_of_all(notebook_in(folder), right), folder)
    assert everything_passes(solved, language)


@EVERY_LANGUAGE
def test_a_notebook_alone_names_the_two_files_that_belong_beside_it(
    packages: Path, handout: Path, tmp_path: Path, language: str
) -> None:
    folder = handout / language / TINY
    shutil.copy(folder / f"{TINY}.ipynb", tmp_path)
    (wheel,) = folder.glob("*.whl")
    assert what_it_says(tmp_path) == say("notebook.put_beside", language, files=[wheel.name, f"{TINY}.cases.json"])


def test_from_an_address_the_line_brings_wheel_and_cases(
    packages: Path, chapter: Chapter, right: Mapping[str, str], tmp_path: Path
) -> None:
    published, alone = tmp_path / "published", tmp_path / "alone"
    serve = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(published))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/ml-2027/"
        write(release_files(chapter, wheel=student_wheel(), url=address), published / "ml-2027")
        alone.mkdir()
        shutil.copy(published / "ml-2027" / "en" / TINY / f"{TINY}.ipynb", alone)
        line = what_to_run(what_it_says(alone), "en")
        assert everything_passes(run_after(line, with_a_check_of_all(notebook_in(alone), right), alone), "en")
        server.shutdown()
    assert (alone / f"{TINY}.cases.json").is_file()


@pytest.mark.filterwarnings("ignore")  # of torch about itself, when the chapter is loaded
@EVERY_LANGUAGE
@pytest.mark.parametrize("name", ON_NUMPY_ALONE)
def test_an_untouched_notebook_runs_to_its_end_beside_numpy_alone(
    packages: Path, tmp_path: Path, language: str, name: str
) -> None:
    write(release_files(load_chapter(find_chapters(REPOSITORY, [name])[0]), wheel=student_wheel()), tmp_path)
    folder = tmp_path / language / name
    done = run_after(what_to_run(what_it_says(folder), language), notebook_in(folder), folder)
    outputs = [output for cell in done.cells for output in cell.get("outputs", ())]
    printed = "".join(output.text for output in outputs if output.output_type == "stream")
    assert say("check.figure_needs", language, package="matplotlib", command="%pip install matplotlib") in printed
