"""Own data in a chapter: what is refused, what students receive, and that every copy is the student's own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import nbformat
import pytest
from nbgrader.utils import compute_checksum
from own_course import CELL, DATA, KEY, WORKED, make_course
from support import TINY

from autograder.build.leaks import find_leaks
from autograder.build.own_copies import OwnCopies, own_copies, write_own_copies
from autograder.build.own_data import refuse_unfit_own_data
from autograder.build.release import release_files
from autograder.chapter.chapter import Chapter, load_chapter
from autograder.model.errors import AuthoringError
from autograder.model.own_data import number_of
from autograder.proof.verify import verify_chapter

NOTEBOOK = f"en/{TINY}/{TINY}.ipynb"


@pytest.fixture(scope="module")
def with_own_data(tmp_path_factory: pytest.TempPathFactory) -> Chapter:
    return load_chapter(make_course(tmp_path_factory.mktemp("own") / "course") / "solutions" / TINY)


@pytest.fixture(scope="module")
def files(with_own_data: Chapter) -> Mapping[str, bytes]:
    return release_files(with_own_data)


@pytest.fixture(scope="module")
def copies(files: Mapping[str, bytes]) -> OwnCopies:
    made = own_copies(files[NOTEBOOK], KEY)
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("data", "worked", "sentence"),
    [
        (DATA.replace('"why"', '"how"'), "", "an exercise has a file of its own: 'how' belongs into NN_how.py"),
        (DATA.replace("MY_SEED", "3"), "", "own data are made from MY_SEED, which this cell does not use"),
        (DATA.replace("my_rng =", "MY_SEED = 3\nmy_rng ="), "", "MY_SEED is set by the notebook's own first line"),
        (
            f"{DATA}line_loss(0, 0, my_X, my_y)\n",
            "",
            "made of the number and the setup alone: 'line_loss' is an answer",
        ),
        (DATA.replace('"why"', '"why" extra'), "", "'why' and its own data are left out together"),
        (DATA, WORKED.replace('"why"', '"how"'), "'how' belongs into NN_how.py"),
        (DATA * 2, "", "the name 'why' is already used"),
        (f"{DATA}1 +\n", "", "invalid syntax"),
    ],
)
def test_an_authors_slip_is_a_sentence_with_file_and_line(
    tmp_path: Path, data: str, worked: str, sentence: str
) -> None:
    with pytest.raises(AuthoringError, match=r"^ch01_tiny/07_why\.py:\d+: ") as fault:
        load_chapter(make_course(tmp_path / "course", data, worked) / "solutions" / TINY)
    assert sentence in str(fault.value)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (DATA.replace("default_rng(MY_SEED)", "default_rng(MY_SEED * 0)"), "two values of MY_SEED give the same data"),
        (DATA.replace("default_rng(MY_SEED)", "default_rng(MY_SEED % 2)"), "two values of MY_SEED give the same data"),
        (f"{DATA.replace('(MY_SEED)', '()')}MY_SEED\n", "the same MY_SEED gives other data the second time"),
        (DATA.replace("my_rng.", "np.random."), "the same MY_SEED gives other data the second time"),
        (f"{DATA}sum(range(10**8))\n", "s for a number, and may take 0.2 s: make fewer"),
        (f"{DATA}nobody\n", "NameError: name 'nobody' is not defined"),
    ],
)
def test_data_that_are_not_each_students_own_are_refused_when_a_chapter_is_built(
    tmp_path: Path, data: str, sentence: str
) -> None:
    chapter = load_chapter(make_course(tmp_path / "course", data) / "solutions" / TINY)
    with pytest.raises(AuthoringError, match=r"^ch01_tiny/07_why\.py:\d+: ") as fault:
        release_files(chapter)
    assert sentence in str(fault.value)


def test_verify_counts_own_data_and_tries_many_numbers(tmp_path: Path, with_own_data: Chapter) -> None:
    seldom = DATA.replace("default_rng(MY_SEED)", "default_rng(MY_SEED // 40_000_000)")  # 100 data sets for everybody
    folder = make_course(tmp_path / "course", seldom) / "solutions" / TINY
    refuse_unfit_own_data(load_chapter(folder))  # few numbers do not show it
    assert [
        (proof.own_data, [problem for problem in proof.problems if "own data" in problem] != [])
        for chapter in (with_own_data, load_chapter(folder))
        for proof in [verify_chapter(chapter, draws=1, reach=False)]
    ] == [(1, False), (1, True)]


def test_the_common_notebook_sets_everybodys_number_in_a_locked_cell(files: Mapping[str, bytes]) -> None:
    for language, line in (("en", "MY_SEED = 0  # everybody's"), ("zh", "MY_SEED = 0  # 大家共用")):
        notebook = nbformat.reads(files[f"{language}/{TINY}/{TINY}.ipynb"].decode(), as_version=4)
        (cell,) = [cell for cell in notebook.cells if cell.metadata.nbgrader.grade_id == CELL]
        assert cell.source.split("\n")[:2] == [line, "my_rng = np.random.default_rng(MY_SEED)"]
        assert (cell.metadata.nbgrader.locked, cell.metadata.nbgrader.grade) == (True, False)


def test_what_a_model_answer_shows_reaches_no_student(with_own_data: Chapter, files: Mapping[str, bytes]) -> None:
    assert find_leaks(with_own_data, files) == []
    (line,) = WORKED.splitlines()[1:]
    leaking = {
        **files,
        NOTEBOOK: files[NOTEBOOK].replace(b"print(my_X.shape)", json.dumps(line)[1:-1].encode()),
    }
    assert any("work on 'why'" in leak for leak in find_leaks(with_own_data, leaking))


def test_a_copy_is_the_common_notebook_but_for_the_number_and_its_checksum(
    files: Mapping[str, bytes], copies: OwnCopies
) -> None:
    common, own = (json.loads(content) for content in (files[NOTEBOOK], copies.of("ada")))
    for cell, theirs in zip(common["cells"], own["cells"], strict=True):
        label = theirs["metadata"]["nbgrader"]
        if label["grade_id"] == CELL:
            assert theirs["source"][0] == f"MY_SEED = {number_of(KEY, TINY, 'why', 'ada')}  # yours alone\n"
            assert theirs["source"][1:] == cell["source"][1:]
            assert label.pop("checksum") != cell["metadata"]["nbgrader"].pop("checksum")
            theirs["source"] = cell["source"]
        assert theirs == cell
    for cell in nbformat.reads(copies.of("ada").decode(), as_version=4).cells:
        if "checksum" in cell.metadata.nbgrader:
            assert cell.metadata.nbgrader.checksum == compute_checksum(cell)


def test_a_notebook_without_own_data_has_no_copies(chapter: Chapter) -> None:
    assert own_copies(release_files(chapter)[NOTEBOOK], KEY) is None


def test_three_thousand_students_each_get_a_notebook_of_their_own_and_the_second_time_the_same(
    tmp_path: Path, files: Mapping[str, bytes], copies: OwnCopies
) -> None:
    students = [f"student{number:04d}" for number in range(3000)]
    one = {NOTEBOOK: files[NOTEBOOK]}
    assert sum(write_own_copies(one, {NOTEBOOK: copies}, students, tmp_path)) == 3000
    contents = {(tmp_path / student / NOTEBOOK).read_bytes() for student in students}
    assert len(contents) == 3000
    assert all(b"# yours alone" in content for content in contents)
    assert sum(write_own_copies(one, {NOTEBOOK: copies}, students, tmp_path)) == 0
    again = own_copies(files[NOTEBOOK], KEY)
    assert again is not None
    assert again.of("student2999") == (tmp_path / "student2999" / NOTEBOOK).read_bytes()
    assert not list(tmp_path.rglob(".*"))
