"""`collect`: every platform's download becomes the same tree, nothing is lost, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from made_downloads import CAROL, DAVE, ONE, PLATFORMS, ROSTERS, TWO, notebook, unpacked, zipped

from autograder.collect.collect import Collected, UnknownAssignment, collect
from autograder.collect.downloads import DownloadUnusable
from autograder.collect.filing import Fate
from autograder.grading.hand_ins import find
from autograder.model.roster import Roster, roster_of
from autograder.model.sheet import sheet_of

Make = Callable[[Path, dict[str, bytes]], Path]
TIMED = ("gradescope", "nbgrader's exchange", "nbgrader's tree")


def roster(kind: str = "nbgrader") -> Roster:
    found = roster_of(sheet_of(ROSTERS[kind].encode(), "roster.csv"))
    assert found is not None
    return found


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def fates(collected: Collected) -> dict[str, str]:
    return {row.student: row.fate.name for row in collected.rows}


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """An nbgrader course with two assignments, one of which has two notebooks."""
    names = (f"source/{ONE}/{ONE}.ipynb", "source/ps1/problem-1.ipynb", "source/ps1/problem-2.ipynb")
    unpacked(tmp_path / "ml", {name: notebook("released") for name in names})
    (tmp_path / "ml" / "nbgrader_config.py").write_text("c = get_config()\n")
    return tmp_path / "ml"


# The platforms


@pytest.mark.parametrize("make", [zipped, unpacked], ids=["zip", "folder"])
@pytest.mark.parametrize("platform", PLATFORMS)
def test_each_platforms_download_becomes_nbgraders_tree(
    platform: str, make: Make, tmp_path: Path, course: Path
) -> None:
    download = make(tmp_path / "in" / "submissions.zip", PLATFORMS[platform])
    collected = collect([download], course, roster=roster())
    filed = tree(course / "submitted")
    assert filed[f"carol/{ONE}/{ONE}.ipynb"] == CAROL
    assert filed[f"dave/{ONE}/{ONE}.ipynb"] == DAVE
    assert {path.name for path in (course / "submitted").iterdir()} == {"carol", "dave"}
    if platform in TIMED:
        assert filed[f"carol/{ONE}/timestamp.txt"] == b"2027-03-01 22:15:00 UTC\n"
    else:
        assert not [name for name in filed if name.endswith("timestamp.txt")]
    assert collected.missing == {ONE: ["eve"]}
    assert not collected.needs_a_person
    before = tree(course)
    again = collect([download], course, roster=roster())
    assert set(fates(again).values()) == {"UNCHANGED"}
    assert tree(course) == before
    assert [job.student for job in find([course], {ONE}).jobs] == ["carol", "dave"]  # as `grade` reads it


@pytest.mark.parametrize(
    ("platform", "expected"),
    [
        ("canvas", {"chencarol_12345", "millerdave_12346"}),
        ("moodle", {"Carol Chen_123", "Dave Miller_124"}),
        ("gradescope", {"carol@example.org", "dave@example.org"}),
        ("classroom", {"carol-c", "dave"}),
        ("nbgrader's tree", {"carol", "dave"}),
    ],
)
def test_without_a_roster_students_are_called_as_the_platform_calls_them(
    platform: str, expected: set[str], tmp_path: Path
) -> None:
    collected = collect([zipped(tmp_path / "x.zip", PLATFORMS[platform])], tmp_path / "ml")
    assert {path.name for path in (tmp_path / "ml" / "submitted").iterdir()} == expected
    assert collected.missing == {}


@pytest.mark.parametrize(
    ("platform", "kind", "by"),
    [
        ("canvas", "canvas", {"Canvas ID"}),
        ("canvas", "nbgrader", {"name"}),
        ("moodle", "moodle", {"Moodle participant"}),
        ("moodle", "nbgrader", {"name"}),
        ("moodle without folders", "nbgrader", {"name"}),
        ("gradescope", "nbgrader", {"e-mail"}),
        ("gradescope", "canvas", {"student ID"}),
        ("classroom", "classroom", {"GitHub user name"}),
        ("nbgrader's exchange", "canvas", {"id"}),
    ],
)
def test_students_are_found_on_the_platforms_own_roster(platform: str, kind: str, by: set[str], tmp_path: Path) -> None:
    collected = collect([zipped(tmp_path / "x.zip", PLATFORMS[platform])], tmp_path / "ml", roster=roster(kind))
    assert {row.student: row.by in by for row in collected.rows} == {"carol": True, "dave": True}
    assert collected.missing == {ONE: ["eve"]}  # and neither Canvas's test student nor its row of points


def test_canvas_says_who_was_late_and_moodle_does_not(tmp_path: Path) -> None:
    late = {}
    for platform in ("canvas", "moodle"):
        collected = collect([zipped(tmp_path / "x.zip", PLATFORMS[platform])], tmp_path / platform, roster=roster())
        late[platform] = [row.is_late for row in collected.rows]
    assert late == {"canvas": [True, False], "moodle": [None, None]}


def test_each_member_of_a_group_has_handed_in_what_one_of_them_did(tmp_path: Path) -> None:
    both = b"submission_7:\n  :submitters:\n" + b"".join(
        b"  - :name: %s\n    :email: %s@example.org\n" % (name, name) for name in (b"carol", b"dave")
    )
    files = {"submission_metadata.yml": both, "submission_7/x.ipynb": CAROL}
    collected = collect([zipped(tmp_path / "x.zip", files)], tmp_path / "ml", roster=roster())
    assert fates(collected) == {"carol": "NEW", "dave": "NEW"}
    assert tree(tmp_path / "ml")[f"submitted/dave/{ONE}/{ONE}.ipynb"] == CAROL


def test_what_ruby_writes_is_read_as_text(tmp_path: Path) -> None:
    metadata = (
        b"submission_7: !ruby/hash:ActiveSupport::HashWithIndifferentAccess\n  :submitters:\n"
        b"  - :name: Carol Chen\n    :sid: 0042\n    :email: null\n  :created_at: 2027-03-01 22:15:00.5 Z\n"
    )
    files = {"submission_metadata.yml": metadata, "submission_7/x.ipynb": CAROL}
    collected = collect([zipped(tmp_path / "x.zip", files)], tmp_path / "ml", roster=roster("canvas"))
    assert [(row.student, row.by) for row in collected.rows] == [("carol", "student ID")]
    assert (tmp_path / "ml/submitted/carol" / ONE / "timestamp.txt").read_text() == "2027-03-01 22:15:00 UTC\n"


@pytest.mark.parametrize(
    ("metadata", "line"), [(b"a: [1,\nb: 2\n", "line 3"), (b"\xff\xfe\x00", "cannot be read"), (b"[" * 5000, "read")]
)
def test_damaged_metadata_is_named(metadata: bytes, line: str, tmp_path: Path) -> None:
    files = {"submission_metadata.yml": metadata, "submission_7/x.ipynb": CAROL}
    with pytest.raises(DownloadUnusable, match=line):
        collect([zipped(tmp_path / "x.zip", files)], tmp_path / "ml")


def test_a_download_of_nothing_known_is_refused_and_says_what_to_do(tmp_path: Path) -> None:
    loose = zipped(tmp_path / "x.zip", {"anna.ipynb": CAROL})
    with pytest.raises(
        DownloadUnusable, match=r"does not look like .* \(first of its 1 notebooks: anna.ipynb\).*--from"
    ):
        collect([loose], tmp_path / "ml")
    with pytest.raises(DownloadUnusable, match="does not look like a download of Moodle"):
        collect([zipped(tmp_path / "y.zip", PLATFORMS["canvas"])], tmp_path / "ml", platform="moodle")
    with pytest.raises(DownloadUnusable, match="no notebook in"):
        collect([zipped(tmp_path / "z.zip", {"readme.txt": b""})], tmp_path / "ml")
    assert not (tmp_path / "ml").exists()


def test_the_named_platform_is_believed(tmp_path: Path) -> None:
    # the name of the download makes it nbgrader's tree; the hyphens look like repositories
    files = {f"hw-{name}/{ONE}/{ONE}.ipynb": CAROL for name in ("a", "b")}
    assert collect([zipped(tmp_path / "submitted.zip", files)], tmp_path / "1").platforms[0][1] == "nbgrader"
    classroom = collect([zipped(tmp_path / "submitted.zip", files)], tmp_path / "2", platform="classroom")
    assert fates(classroom) == {"a": "NEW", "b": "NEW"}


@pytest.mark.parametrize(
    "when", ["0001-01-01 00:00:00 +14:00", "2027-02-30 10:00:00 UTC", "2027-03-01 10:00:00 Mars/Base"]
)
def test_a_time_that_is_none_is_not_known(when: str, tmp_path: Path) -> None:
    files = {
        f"submitted/carol/{ONE}/{ONE}.ipynb": CAROL,
        f"submitted/carol/{ONE}/timestamp.txt": when.encode(),
        "submission_metadata.yml": f"submission_7:\n  :submitters:\n  - :name: a\n  :created_at: {when}\n".encode(),
        "submission_7/x.ipynb": DAVE,
    }
    for platform in ("nbgrader", "gradescope"):
        collected = collect([zipped(tmp_path / "x.zip", files)], tmp_path / platform, platform=platform)
        assert [row.submitted_at for row in collected.rows] == [None]
        assert collected.rows[0].fate is Fate.NEW


# Which assignment


def test_the_notebook_says_its_assignment_before_the_command_does(tmp_path: Path) -> None:
    files = {
        "a_1_10_any name.ipynb": notebook("a", TWO),
        "b_2_11_ch03.ipynb": notebook("b"),
        "c_3_12_broken.ipynb": b"{",
    }
    collected = collect([zipped(tmp_path / "x.zip", files)], tmp_path / "ml", assignment=ONE)
    filed = set(tree(tmp_path / "ml" / "submitted"))
    assert filed == {f"a_1/{TWO}/{TWO}.ipynb", f"b_2/{ONE}/ch03.ipynb", f"c_3/{ONE}/broken.ipynb"}
    assert not collected.needs_a_person


def test_a_course_knows_the_names_of_its_notebooks(tmp_path: Path, course: Path) -> None:
    names = ("problem-1", "problem-2-1", "problem-1 (2)", f"{ONE}-Copy1")
    files = {
        f"{who}_{number}_{number}_{name}.ipynb": notebook(who)
        for number, (who, name) in enumerate(zip("abcd", names, strict=True))
    }
    collect([zipped(tmp_path / "x.zip", files)], course)
    assert set(tree(course / "submitted")) == {
        "a_0/ps1/problem-1.ipynb", "b_1/ps1/problem-2.ipynb", "c_2/ps1/problem-1.ipynb", f"d_3/{ONE}/{ONE}.ipynb",
    }  # fmt: skip


def test_a_notebook_of_no_known_assignment_is_kept_and_says_what_to_do(tmp_path: Path, course: Path) -> None:
    files = {"a_1_10_mine.ipynb": notebook("a"), "b_2_11_x.ipynb": notebook("b", "ch01_regresion")}
    collected = collect([zipped(tmp_path / "x.zip", files)], course)
    assert "name that with --assignment" in collected.rows[0].why
    assert f"did you mean {ONE}?" in collected.rows[1].why
    assert not (course / "submitted").exists()
    assert tree(course / "unmatched") == {
        "a_1/mine.ipynb": files["a_1_10_mine.ipynb"],
        "b_2/x.ipynb": files["b_2_11_x.ipynb"],
    }
    with pytest.raises(UnknownAssignment, match="is none of this course: there are ch01_regression, ps1"):
        collect([tmp_path / "x.zip"], course, assignment="ps2")


@pytest.mark.parametrize(
    "says", ["../../evil", "/etc", "a\\b", "C:evil", "con", "..", "a\x00b", ".git", "x" * 300, "a\nb"]
)
def test_what_a_notebook_says_of_itself_leads_nowhere(says: str, tmp_path: Path) -> None:
    collected = collect([zipped(tmp_path / "x.zip", {"a_1_10_mine.ipynb": notebook("a", says)})], tmp_path / "ml")
    assert fates(collected) == {"a_1": "UNMATCHED"}
    assert set(tree(tmp_path / "ml")) == {"unmatched/a_1/mine.ipynb"}


# Whose it is


def test_who_fits_nobody_is_kept_and_filed_once_the_roster_knows_them(tmp_path: Path) -> None:
    download = zipped(tmp_path / "x.zip", {"wangwei_777_10_x.ipynb": CAROL})
    collected = collect([download], tmp_path / "ml", roster=roster())
    assert fates(collected) == {"wangwei_777": "UNMATCHED"}
    assert "column `alias`, and write wangwei_777 into the student's row" in collected.rows[0].why
    assert collected.needs_a_person
    assert set(tree(tmp_path / "ml")) == {"unmatched/wangwei_777/x.ipynb"}
    text = "id,alias\neve,wangwei_777\n"
    known = roster_of(sheet_of(text.encode(), "roster.csv"))
    assert fates(collect([download], tmp_path / "ml", roster=known)) == {"eve": "NEW"}
    assert set(tree(tmp_path / "ml")) == {f"submitted/eve/{ONE}/{ONE}.ipynb"}


def test_of_two_people_of_one_name_neither_is_guessed(tmp_path: Path) -> None:
    text = "id,first_name,last_name,email\nw1,Wei,Wang,\nw2,Wei,Wang,\nz,Zoe,Li,\n"
    known = roster_of(sheet_of(text.encode(), "roster.csv"))
    files = {"wangwei_1_10_x.ipynb": CAROL, "lizoe_2_11_x.ipynb": DAVE, "lizoe_3_12_x.ipynb": CAROL}
    collected = collect([zipped(tmp_path / "x.zip", files)], tmp_path / "ml", roster=known)
    assert {row.fate for row in collected.rows} == {Fate.UNMATCHED}
    assert "'wangwei' fits w1, w2" in collected.rows[0].why
    assert "z may be this one or lizoe_3" in collected.rows[1].why
    assert len(tree(tmp_path / "ml" / "unmatched")) == 3


def test_a_number_of_the_university_is_no_number_of_canvas(tmp_path: Path) -> None:
    known = roster_of(sheet_of(b"id,first_name,last_name,email\n12345,Somebody,Else,\n", "roster.csv"))
    collected = collect([zipped(tmp_path / "x.zip", PLATFORMS["canvas"])], tmp_path / "ml", roster=known)
    assert {row.fate for row in collected.rows} == {Fate.UNMATCHED}


def test_names_that_a_file_system_may_take_for_one_are_told_apart_by_a_person(tmp_path: Path) -> None:
    files = {f"submitted/{name}/{ONE}/{ONE}.ipynb": notebook(name, ONE) for name in ("ann", "Ann", "zoë", "zoe\u0308")}
    collected = collect([zipped(tmp_path / "x.zip", files)], tmp_path / "ml")
    assert [row.fate.name for row in collected.rows] == ["UNMATCHED", "NEW", "EARLIER", "NEW"]  # composed and not: one
    assert "take its folder for that of Ann" in collected.rows[0].why


def test_no_student_is_called_like_an_assignment(tmp_path: Path, course: Path) -> None:
    files = {f"submitted/{student}/{ONE}/{ONE}.ipynb": notebook(student, ONE) for student in (ONE, "ps1", "carol")}
    collected = collect([zipped(tmp_path / "x.zip", files)], course)
    assert fates(collected) == {ONE: "UNMATCHED", "ps1": "UNMATCHED", "carol": "NEW"}
    assert "a student is called like the assignment" in collected.rows[0].why


def test_a_chinese_name_is_a_students_name(tmp_path: Path) -> None:
    known = roster_of(sheet_of("id,first_name,last_name,email\n1001,小明,王,\n".encode(), "roster.csv"))
    files = {"王小明_123_assignsubmission_file_/x.ipynb": CAROL}
    assert fates(collect([zipped(tmp_path / "x.zip", files)], tmp_path / "ml", roster=known)) == {"1001": "NEW"}


# Several hand-ins


def exchange(when: str, said: str) -> dict[str, bytes]:
    return {f"inbound/carol+{ONE}+{when} UTC+r/{ONE}.ipynb": notebook(said, ONE)}


def test_the_latest_of_a_download_counts_and_the_earlier_are_kept(tmp_path: Path) -> None:
    files = exchange("2027-03-02 10:00:00", "second") | exchange("2027-03-01 10:00:00", "first")
    download = zipped(tmp_path / "x.zip", files)
    collected = collect([download], tmp_path / "ml")
    assert [row.fate for row in collected.rows] == [Fate.NEW, Fate.EARLIER]
    filed = tree(tmp_path / "ml")
    assert filed[f"submitted/carol/{ONE}/{ONE}.ipynb"] == notebook("second", ONE)
    assert filed[f"submitted/carol/{ONE}/timestamp.txt"] == b"2027-03-02 10:00:00 UTC\n"
    kept = {
        name: content for name, content in filed.items() if name.startswith(f"attempts/carol/{ONE}/2027-03-01T100000Z-")
    }
    assert sorted(kept.values()) == sorted([b"2027-03-01 10:00:00 UTC\n", notebook("first", ONE)])
    assert {row.fate for row in collect([download], tmp_path / "ml").rows} == {Fate.UNCHANGED}
    assert tree(tmp_path / "ml") == filed


def test_the_secret_of_the_exchange_comes_along_and_goes_with_its_hand_in(tmp_path: Path) -> None:
    """nbgrader's release_feedback finds a student's place by it."""
    first = exchange("2027-03-01 10:00:00", "first")
    (name,) = first
    first[name.replace(f"{ONE}.ipynb", "submission_secret.txt")] = b"abc"
    collected = collect([zipped(tmp_path / "1.zip", first)], tmp_path / "ml")
    secret = tmp_path / "ml" / "submitted" / "carol" / ONE / "submission_secret.txt"
    assert secret.read_bytes() == b"abc"
    assert not collected.left
    collect([zipped(tmp_path / "2.zip", exchange("2027-03-02 10:00:00", "second"))], tmp_path / "ml")
    assert not secret.exists()


def test_a_time_of_the_exchange_that_means_two_zones_is_named_and_not_guessed(tmp_path: Path) -> None:
    files = {f"inbound/carol+{ONE}+2027-03-01 22:15:00 CST+r/{ONE}.ipynb": CAROL}  # China's, or Chicago's
    (row,) = collect([zipped(tmp_path / "x.zip", files)], tmp_path / "ml").rows
    assert (row.fate, row.submitted_at) == (Fate.NEW, None)
    assert "'2027-03-01 22:15:00 CST' is no time that is understood" in row.why
    assert "timestamp.txt" in row.why


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_in_whatever_order_downloads_come_the_newest_counts(order: tuple[int, ...], tmp_path: Path) -> None:
    for number in order:
        download = zipped(tmp_path / f"{number}.zip", exchange(f"2027-03-0{number + 1} 10:00:00", f"version {number}"))
        collect([download], tmp_path / "ml")
    filed = tree(tmp_path / "ml")
    assert filed[f"submitted/carol/{ONE}/{ONE}.ipynb"] == notebook("version 2", ONE)
    assert filed[f"submitted/carol/{ONE}/timestamp.txt"] == b"2027-03-03 10:00:00 UTC\n"
    assert {content for name, content in filed.items() if "attempts" in name and name.endswith("ipynb")} == {
        notebook("version 0", ONE), notebook("version 1", ONE),
    }  # fmt: skip


def test_without_times_the_later_download_counts_and_an_old_one_changes_nothing(tmp_path: Path) -> None:
    old, new = (
        zipped(tmp_path / f"{said}.zip", {f"chencarol_1_{number}_x.ipynb": notebook(said, ONE)})
        for number, said in enumerate(("old", "new"))
    )
    assert [collect([download], tmp_path / "ml").rows[0].fate for download in (old, new, old, new)] == [
        Fate.NEW, Fate.REPLACES, Fate.UNCHANGED, Fate.UNCHANGED,
    ]  # fmt: skip
    filed = tree(tmp_path / "ml")
    assert filed.pop(f"submitted/chencarol_1/{ONE}/{ONE}.ipynb") == notebook("new", ONE)
    assert list(filed.values()) == [notebook("old", ONE)]


def test_a_hand_in_without_a_time_takes_nothing_from_one_with_a_time(tmp_path: Path) -> None:
    known = roster()
    collect([zipped(tmp_path / "x.zip", PLATFORMS["gradescope"])], tmp_path / "ml", roster=known)
    other = {"chencarol_12345_678_x.ipynb": notebook("other", ONE)}
    collected = collect([zipped(tmp_path / "y.zip", other)], tmp_path / "ml", roster=known)
    assert collected.rows[0].fate is Fate.EARLIER
    assert "is from 2027-03-01 22:15:00 UTC, and this has no time" in collected.rows[0].why
    filed = tree(tmp_path / "ml")
    assert filed[f"submitted/carol/{ONE}/{ONE}.ipynb"] == CAROL
    assert notebook("other", ONE) in filed.values()


def test_a_later_file_in_canvas_has_a_greater_number(tmp_path: Path) -> None:
    files = {
        f"chencarol_1_{number}_ch01_regression{ending}.ipynb": notebook(str(number), ONE)
        for number, ending in ((1000, "-1"), (999, ""))
    }
    collect([zipped(tmp_path / "x.zip", files)], tmp_path / "ml")
    assert tree(tmp_path / "ml" / "submitted") == {f"chencarol_1/{ONE}/{ONE}.ipynb": notebook("1000", ONE)}


def test_several_downloads_are_one_class(tmp_path: Path) -> None:
    first = zipped(tmp_path / "x.zip", {"chencarol_12345_6_x.ipynb": CAROL})
    second = unpacked(tmp_path / "y", {"Dave Miller_124_assignsubmission_file_/x.ipynb": DAVE})
    collected = collect([first, second], tmp_path / "ml", roster=roster())
    assert [title for _, title in collected.platforms] == ["Canvas", "Moodle"]
    assert collected.missing == {ONE: ["eve"]}


def test_who_handed_in_with_an_earlier_download_is_not_missing(tmp_path: Path) -> None:
    collect(
        [zipped(tmp_path / "x.zip", {"eve_12347_6_x.ipynb": notebook("eve", ONE)})],
        tmp_path / "ml",
        roster=roster("canvas"),
    )
    collected = collect([zipped(tmp_path / "y.zip", PLATFORMS["canvas"])], tmp_path / "ml", roster=roster("canvas"))
    assert collected.missing == {}


def test_a_dry_run_says_the_same_and_writes_nothing(tmp_path: Path) -> None:
    download = zipped(tmp_path / "x.zip", PLATFORMS["canvas"])
    shown = collect([download], tmp_path / "ml", roster=roster(), dry_run=True)
    assert not (tmp_path / "ml").exists()
    assert shown == collect([download], tmp_path / "ml", roster=roster())


# What lies in the way


def test_what_cannot_be_read_or_is_a_link_is_left_as_it_is(tmp_path: Path, course: Path) -> None:
    elsewhere = unpacked(tmp_path / "elsewhere", {"precious.txt": b"x"})
    (course / "submitted").mkdir()
    (course / "submitted" / "carol").symlink_to(elsewhere)
    target = course / "submitted" / "dave" / ONE / f"{ONE}.ipynb"
    target.mkdir(parents=True)
    collected = collect([zipped(tmp_path / "x.zip", PLATFORMS["canvas"])], course, roster=roster())
    assert fates(collected) == {"carol": "REFUSED", "dave": "REFUSED"}
    assert "is a link" in collected.rows[0].why
    assert tree(elsewhere) == {"precious.txt": b"x"}
    assert target.is_dir()


def test_a_notebook_that_is_a_link_is_not_replaced(tmp_path: Path, course: Path) -> None:
    place = unpacked(course / "submitted" / "carol" / ONE, {"real.txt": b"mine"})
    (place / f"{ONE}.ipynb").symlink_to(place / "real.txt")
    collected = collect([zipped(tmp_path / "x.zip", PLATFORMS["canvas"])], course, roster=roster())
    assert fates(collected)["carol"] == "REFUSED"
    assert (place / "real.txt").read_bytes() == b"mine"
