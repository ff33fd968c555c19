"""Notebooks: valid, the same in both languages, and nothing in them that a student must not have."""

from __future__ import annotations

import nbformat
import pytest
from nbformat import NotebookNode
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import CheckCellMetadata
from nbgrader.utils import compute_checksum

from autograder.build.notebooks import instructor_notebook, starter_source, student_notebook, to_bytes
from autograder.chapter.chapter import Chapter
from autograder.model.texts import say

LANGUAGES = pytest.mark.parametrize("language", ["en", "zh"])


def ids(notebook: NotebookNode) -> list[str]:
    return [cell.metadata.nbgrader.grade_id for cell in notebook.cells]


@LANGUAGES
def test_both_versions_are_valid_for_nbformat_and_for_nbgrader(chapter: Chapter, language: str) -> None:
    for notebook in (instructor_notebook(chapter, language), student_notebook(chapter, language)):
        nbformat.validate(notebook)
        MetadataValidator().validate_nb(notebook)
        CheckCellMetadata().preprocess(notebook, {})
        assert all(cell.metadata.nbgrader.schema_version == 3 for cell in notebook.cells)
        assert len(set(ids(notebook))) == len(notebook.cells)
        assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


@LANGUAGES
def test_a_released_cell_carries_nbgraders_own_checksum(released: dict[str, NotebookNode], language: str) -> None:
    for cell in released[language].cells:
        if cell.metadata.nbgrader.locked or cell.metadata.nbgrader.grade:
            assert cell.metadata.nbgrader.checksum == compute_checksum(cell)


def test_both_languages_have_the_same_grade_ids_in_the_same_order(released: dict[str, NotebookNode]) -> None:
    assert ids(released["en"]) == ids(released["zh"])
    assert [cell.id for cell in released["en"].cells] == [cell.id for cell in released["zh"].cells]


def test_an_exercise_is_an_answer_cell_and_a_locked_check_cell(released: dict[str, NotebookNode]) -> None:
    notebook = released["en"]
    place = ids(notebook).index("line_loss")
    answer, check = notebook.cells[place : place + 2]
    assert answer.metadata.nbgrader.solution
    assert not answer.metadata.nbgrader.locked
    assert check.source == 'check("line_loss")'
    own = check.metadata.nbgrader
    assert (own.grade_id, own.grade, own.locked, own.points) == ("check_line_loss", True, True, 2)


def test_a_written_question_is_graded_by_hand_and_unlocked(released: dict[str, NotebookNode]) -> None:
    cells = {cell.metadata.nbgrader.grade_id: cell for cell in released["zh"].cells}
    own = cells["why"].metadata.nbgrader
    assert (own.grade, own.solution, own.locked, own.points) == (True, True, False, 2)
    assert cells["why"].source == "在这里作答"
    assert "平方" in cells["question_why"].source


@LANGUAGES
def test_students_receive_neither_solution_nor_record_nor_marking_scheme(
    released: dict[str, NotebookNode], language: str
) -> None:
    text = to_bytes(released[language]).decode()
    for secret in ("BEGIN SOLUTION", "residual", "Mistake", "smooth", "光滑", "tolerance", "reference", "line_cases"):
        assert secret not in text
    assert text.count("raise NotImplementedError()") == 7  # one a function


def test_the_instructor_sees_the_solution_between_nbgraders_delimiters(chapter: Chapter) -> None:
    text = to_bytes(instructor_notebook(chapter, "en")).decode()
    assert text.count("### BEGIN SOLUTION") == text.count("### END SOLUTION") == 8
    assert "Mistake" not in text


def test_a_notebook_has_the_text_and_docstrings_of_its_language(released: dict[str, NotebookNode]) -> None:
    english, chinese = ("\n".join(cell.source for cell in released[language].cells) for language in ("en", "zh"))
    assert "Sum of squared errors" in english
    assert "误差平方和" not in english
    assert "误差平方和" in chinese
    assert "Sum of squared errors" not in chinese
    assert "Gradient of `line_loss`" in chinese  # it has no other docstring


def test_a_translated_docstring_leaves_the_function_as_it_was(chapter: Chapter) -> None:
    for language in ("en", "zh"):
        namespace: dict[str, object] = {}
        exec(starter_source(chapter, chapter.exercises[0].answer, language), namespace)
        function = namespace["line_loss"]
        assert callable(function)
        with pytest.raises(NotImplementedError):
            function(1, 2, 3, 4)


@LANGUAGES
def test_where_a_bug_is_to_be_found_students_receive_the_wrong_code_and_say_what_is_wrong(
    with_a_bug: Chapter, language: str
) -> None:
    starter = starter_source(with_a_bug, with_a_bug.exercises[0].answer, language)
    first, _, code = starter.partition("\n")
    assert first == say("notebook.find_the_bug", language)
    assert code.startswith("def line_loss(w, b, X, y):")
    assert code.endswith("    residual = X @ w + b - y  # (N,)\n    return np.mean(residual**2)")
    assert ("误差平方和" if language == "zh" else "Sum of squared errors") in code
    cell = next(cell for cell in student_notebook(with_a_bug, language).cells if cell.source == starter)
    assert "starter" not in cell.metadata.autograder
    assert "return np.sum(residual**2)" in to_bytes(instructor_notebook(with_a_bug, language)).decode()


def test_a_demo_is_folded_away(released: dict[str, NotebookNode]) -> None:
    folded = [cell for cell in released["en"].cells if cell.metadata.get("jupyter", {}).get("source_hidden")]
    assert [cell.metadata.nbgrader.grade_id for cell in folded] == ["install_01", "demo_curve"]
    assert folded[0].metadata.tags == ["hide-input"]
    for language, notebook in released.items():
        (demo,) = (cell for cell in notebook.cells if cell.metadata.nbgrader.grade_id == "demo_curve")
        assert demo.source.partition("\n")[0] == say("notebook.folded", language)


def test_extras_can_be_left_out_and_nothing_else_changes(chapter: Chapter, released: dict[str, NotebookNode]) -> None:
    core = student_notebook(chapter, "en", core_only=True)
    assert [name for name in ids(released["en"]) if name not in ids(core)] == ["center", "check_center"]
    full = {cell.metadata.nbgrader.grade_id: cell for cell in released["en"].cells}
    assert all(full[cell.metadata.nbgrader.grade_id] == cell for cell in core.cells)


def test_equal_notebooks_are_equal_bytes(chapter: Chapter) -> None:
    one, other = (to_bytes(student_notebook(chapter, "zh")) for _ in range(2))
    assert one == other
    assert one.endswith(b"}\n")
    assert "迷你".encode() in one
