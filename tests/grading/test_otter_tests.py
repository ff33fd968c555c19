"""Reading Otter's tests and configuration: points as Otter shares them, a sentence for all that is not understood."""

from __future__ import annotations

import json
import warnings
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from otter_assignments import FILES, FUNCTIONS_FILE, doctests, folder, hidden, notebook, public, zip_file

from autograder.grading.otter_assignment import OtterSource
from autograder.grading.otter_points import points_of_cases
from autograder.grading.otter_tests import read_test_file
from autograder.grading.release_cells import ReleaseUnusable

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # a widget of Otter's declares its traits as traitlets had it
    import otter.test_files.abstract_test as otters

RIGHT = ">>> 1 + 1\n2"
POINTS = st.none() | st.integers(0, 3) | st.sampled_from([0.5, 0.25, 1.5])


@given(given_points=st.lists(POINTS, min_size=1, max_size=5), total=POINTS | st.lists(POINTS, max_size=5))
def test_points_are_shared_as_otter_shares_them(given_points: list[Any], total: Any) -> None:
    cases = [otters.TestCase("", "", False, points, None, None) for points in given_points]
    try:
        theirs = [case.points for case in otters.TestFile.resolve_test_file_points(total, cases)]
    except (ValueError, TypeError, AssertionError):
        with pytest.raises(ValueError, match=r"points|numbers"):
            points_of_cases(total, given_points)
        return
    assert points_of_cases(total, given_points) == pytest.approx(theirs)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("OK_FORMAT = True\ntest = {", "is not valid Python (line 2: '{' was never closed)"),
        ("x = 1\n", "sets neither OK_FORMAT nor `test`"),
        ("OK_FORMAT = True\n", "says OK_FORMAT and sets no `test`"),
        ("OK_FORMAT = True\ntest = {'name': make()}\n", "line 2: `test` is computed"),
        ("OK_FORMAT = True\ntest = {'name': 'q'}\ntest['points'] = 3\nprint()\n", "line 4: only assignments"),
        ("OK_FORMAT = True\ntest = []\n", "is no test with a name"),
        ("OK_FORMAT = True\ntest = {'name': 'q', 'suites': []}\n", "must have one suite"),
        ("OK_FORMAT = True\ntest = {'name': 'q', 'suites': [{'type': 'wwpp', 'cases': []}]}\n", "type 'wwpp'"),
        ("OK_FORMAT = True\ntest = {'name': 'q', 'suites': [{'setup': 'x = 1', 'cases': []}]}\n", "has a setup"),
        ("OK_FORMAT = True\ntest = {'name': 'q', 'suites': [{'cases': 3}]}\n", "has no list of cases"),
        (doctests("q"), "has no cases"),
        (doctests("q", {"hidden": True}), "case 1 of tests/q.py has no code"),
        (doctests("q", RIGHT, ">>> 1 +\n2"), "case 2 of tests/q.py is no valid doctest (line 1: invalid syntax)"),
        (doctests("q", ">>>1\n1"), "case 1 of tests/q.py is no valid doctest"),
        (doctests("q", public(RIGHT, points=3), points=2), "do not add up: its cases have 3 points and all of it 2"),
        (doctests("q", RIGHT, points=[1, 2]), "do not add up: 2 numbers of points are given to 1 cases"),
        (doctests("q", RIGHT, points="two"), "'two' points are none"),
        (doctests("q", public(RIGHT, points=-1)), "-1 points are none"),
        (FUNCTIONS_FILE.replace("name = ", "named = "), "does not set `name`"),
        (FUNCTIONS_FILE.replace("points = 6", "points = 2 * 3"), "`points` is computed"),
        (FUNCTIONS_FILE.replace("points=1,", "points=len(seen),"), "`points` is computed"),
        (FUNCTIONS_FILE.replace("points=1,", "worth=1,"), "@test_case takes no worth"),
        (FUNCTIONS_FILE + "\ntests = [test_case()(each) for each in (print, len)]\n", "above functions at the top"),
        (FUNCTIONS_FILE.replace("@test_case()", "@keep\n@test_case()"), "`test_absent` has two decorators"),
        ("OK_FORMAT = False\nname = 'q'\n", "has no cases"),
    ],
)  # fmt: skip
def test_a_test_that_is_not_understood_is_a_sentence(text: str, said: str) -> None:
    with pytest.raises(ReleaseUnusable) as raised:
        read_test_file(text, "q", "tests/q.py")
    assert said in str(raised.value)
    assert "tests/q.py" in str(raised.value)


def test_cases_that_are_worth_less_than_their_test_says_are_told() -> None:
    odd = read_test_file(doctests("q", public(RIGHT, points=1), public(RIGHT, points=1), points=5), "q", "tests/q.py")
    assert odd.remark == "`q` says 5 points and its cases have 2, which count"
    assert odd.test.points == 2
    even = read_test_file(doctests("q", RIGHT, RIGHT, RIGHT, points=1), "q", "tests/q.py")
    assert (even.remark, even.test.points) == ("", pytest.approx(1))


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"lang": "r"}, "is for 'r', and only Python runs here"),
        ({"seed": 0}, "sets `seed`, which is not understood"),
        ({"seed_variable": "rng_seed"}, "sets `seed_variable`"),
        ({"plugins": ["otter.plugins.builtin.RateLimiting"]}, "sets `plugins`"),
        ({"grade_from_log": True}, "sets `grade_from_log`"),
        ({"serialized_variables": {"x": "builtins.int"}}, "sets `serialized_variables`"),
        ({"score_threshold": 0.6}, "sets `score_threshold`"),
        ({"debug": True}, "sets `debug`"),
        ({"points_possible": "ten"}, "sets `points_possible` to 'ten'"),
        ([], "is not valid JSON"),
    ],
)
def test_what_scores_hang_on_and_is_not_done_stops_the_grading(config: Any, said: str, tmp_path: Path) -> None:
    made = folder(tmp_path / "hw", FILES)
    (made / "otter_config.json").write_text(json.dumps(config))
    with pytest.raises(ReleaseUnusable) as raised:
        OtterSource("hw", made).load()
    assert said in str(raised.value)
    assert str(made) in str(raised.value)


def test_what_no_point_hangs_on_is_told(tmp_path: Path) -> None:
    made = folder(tmp_path / "hw", FILES)
    (made / "otter_config.json").write_text(
        json.dumps({"pdf": True, "confetti": 3, "show_stdout": True, "plugins": []})
    )
    own = OtterSource("hw", made).load().own
    assert own is not None
    assert own.remarks == (
        "no PDF is made and nothing is sent to Gradescope",
        "its configuration sets what is not understood and not done: confetti",
    )


def test_two_tests_of_one_name_are_refused(tmp_path: Path) -> None:
    made = folder(tmp_path / "hw", FILES)
    (made / "tests" / "copy.py").write_text(doctests("total", RIGHT))
    with pytest.raises(ReleaseUnusable, match=r"2 tests of .* are called `total` \(copy and total\)"):
        OtterSource("hw", made).load()


def test_tests_in_the_metadata_count_where_there_are_no_files(tmp_path: Path) -> None:
    made = tmp_path / "hw"
    made.mkdir()
    spec = {"name": "q", "points": 2, "suites": [{"cases": [hidden(RIGHT), public(RIGHT)], "type": "doctest"}]}
    write(made, tests={"q": spec}, OK_FORMAT=True)
    (test,) = OtterSource("hw", made).load().by_notebook[0].tests
    assert (test.name, test.points, [case.hidden for case in test.cases]) == ("q", 2, [True, False])
    write(made, tests={"functions": FUNCTIONS_FILE}, OK_FORMAT=False)
    (test,) = OtterSource("hw", made).load().by_notebook[0].tests
    assert [case.name for case in test.cases] == ["functions - 1", "functions - 2", "functions - 3", "the last of two"]
    for metadata, said in (
        ({"tests": {"q": spec}}, "does not set OK_FORMAT"),
        ({"tests": {"q": spec}, "OK_FORMAT": False}, "is no text"),
        ({"tests": {"q": "x = 1"}, "OK_FORMAT": True}, "is no test with a name"),
        ({}, "has no tests"),
    ):
        write(made, **metadata)
        with pytest.raises(ReleaseUnusable, match=said):
            OtterSource("hw", made).load()


def write(folder: Path, **metadata: Any) -> None:
    (folder / "hw.ipynb").write_text(json.dumps(notebook(["x = 1"], **metadata)))


def test_a_package_that_is_not_installed_is_named_before_a_student_loses_a_point(tmp_path: Path) -> None:
    made = folder(tmp_path / "hw", FILES)
    (made / "tests" / "more.py").write_text(doctests("more", ">>> import nosuchpackage\n>>> import helper\n"))
    with pytest.raises(ReleaseUnusable, match=r"imports what is not installed here: run `pip install nosuchpackage`"):
        OtterSource("hw", made).load()


@pytest.mark.parametrize(
    ("name", "said"),
    [("files/../../escaped.py", "leads out of it"), ("tests/q.R", "are written in R")],
)
def test_a_zip_file_that_is_odd_is_a_sentence(name: str, said: str, tmp_path: Path) -> None:
    made = tmp_path / "hw-autograder.zip"
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(name, "x")
    with pytest.raises(ReleaseUnusable, match=said):
        OtterSource("hw", None, made).load()
    made.write_bytes(b"no zip file")
    with pytest.raises(ReleaseUnusable, match="is no zip file"):
        OtterSource("hw", None, made).load()


def test_a_zip_file_and_a_folder_make_the_same_bank_and_nothing_of_others_is_in_it(tmp_path: Path) -> None:
    by_folder = OtterSource("hw", folder(tmp_path / "hw", FILES)).load()
    by_archive = OtterSource("hw", None, zip_file(tmp_path / "hw-autograder.zip", FILES)).load()
    assert by_folder == by_archive
    assert by_folder.own is not None
    assert set(by_folder.own.files) == set(FILES.files)
    of_otters_making = folder(tmp_path / "dist" / "autograder", FILES, notebook(["1"]))
    for kept in (
        "submissions/ada/hw.ipynb",
        "submissions/ada/notes.txt",
        "graded/.autograder.json",
        "graded/index.html",
    ):
        (of_otters_making / kept).parent.mkdir(parents=True, exist_ok=True)
        (of_otters_making / kept).touch()
    made = OtterSource("hw", of_otters_making).load().own
    assert made is not None
    assert made.files == by_folder.own.files
