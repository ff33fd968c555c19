"""The bank: stored whole, read back unchanged, refused when stale or damaged, its draws fair and reproducible."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from support import COURSE, TINY, an_ordinary_user

from autograder.build.described import describe_exercise, with_returns
from autograder.build.draws import case_seed, draw_cases, named_cases, telling_draws
from autograder.build.make_bank import DeviceUnavailable, compute_bank, renew
from autograder.chapter.chapter import Chapter, find_chapters, load_chapter
from autograder.judge.implementation import TorchReference, same_plain
from autograder.judge.observe import observer
from autograder.model import bank_files
from autograder.model.bank import Bank, BankedCase, BankOutdated, Observation
from autograder.model.bank_files import digest_of, load, outline, pack_arrays, save, unpack_arrays
from autograder.model.calls import CallStatus, Failure
from autograder.model.errors import AuthoringError
from autograder.model.exercise import HEART, Case, Group
from autograder.model.files import write_atomic


@pytest.fixture
def folder(bank_dir: Path, tmp_path: Path) -> Path:
    """A copy of the bank to damage."""
    return Path(shutil.copytree(bank_dir, tmp_path / TINY))


def observations(bank: Bank) -> list[tuple[str, Observation]]:
    return [
        (f"{exercise.name}/{number}/{banked.case.name}/{who}", seen)
        for exercise in bank.exercises
        for number, draw in enumerate(exercise.draws)
        for banked in draw
        for who, seen in {"": banked.expected, **banked.mistakes}.items()
    ]


def test_a_bank_holds_what_grading_needs(bank: Bank) -> None:
    loss, grad = bank.exercises[:2]
    assert [len(exercise.draws) for exercise in bank.exercises] == [3] * 6
    assert grad.outputs == ("dw", "db")
    assert grad.gradient_wrt == ("w", "b")
    assert [mistake.contract for mistake in loss.mistakes] == [(), (), ("unchanged",)]
    assert set(loss.draws[0][0].mistakes) == {"mean_for_sum", "absolute_errors", "input_overwritten"}
    assert loss.draws[0][0].expected.value != pytest.approx(loss.draws[0][0].mistakes["mean_for_sum"].value)
    assert "BEGIN SOLUTION" not in loss.solution
    assert "NotImplementedError" in loss.starter
    assert [cell.role for cell in bank.cells].count("check") == 6
    assert bank.provenance["device"] == "cpu"
    assert bank.provenance["torch"] == torch.__version__
    assert bank.exercise("no such exercise") is None
    assert bank.titles()["why"] == {"en": "1.7 In your own words", "zh": "1.7 用自己的话说"}


def test_titles_come_in_the_order_of_the_lesson(bank: Bank) -> None:
    cells = [cell.grade_id for cell in bank.cells]
    assert list(bank.titles()) == [name for name in cells if name in bank.titles()]
    early = replace(bank, cells=tuple(sorted(bank.cells, key=lambda cell: cell.grade_id != "why")))
    assert next(iter(early.titles())) == "why"


def test_draws_differ(bank: Bank) -> None:
    first, second = (draw[0].case.X for draw in bank.exercises[0].draws[:2])
    assert not np.array_equal(first, second)


def test_a_bank_is_the_same_for_the_same_key(chapter: Chapter, bank: Bank, tmp_path: Path) -> None:
    again = save(compute_bank(chapter, draws=3, key="tests"), tmp_path / TINY)
    assert again.digest == bank.digest
    other = save(compute_bank(chapter, draws=3, key="other"), tmp_path / TINY)
    assert other.digest != bank.digest


def test_a_stored_bank_is_read_back_unchanged(bank: Bank, bank_dir: Path) -> None:
    again = load(bank_dir)
    assert again.digest == bank.digest
    for (name, one), (_, other) in zip(observations(bank), observations(again), strict=True):
        assert same_plain(one.value, other.value), name
    for one, other in zip(bank.exercises, again.exercises, strict=True):
        assert replace(one, draws=()) == replace(other, draws=())


def test_a_failure_is_stored_by_what_tells_it_apart(bank: Bank, tmp_path: Path) -> None:
    failures = [
        Failure(CallStatus.RAISED, "line_loss", "ValueError", line=3),
        Failure(CallStatus.WRONG_RETURN, "line_loss", built={"tuple": [1, 0]}, value=(np.ones(2), 1.0)),
        Failure(CallStatus.NO_METHOD, "KMeans.fit"),
    ]
    seen = {str(n): Observation(failure=f) for n, f in enumerate(failures)}
    case = BankedCase(Case("c"), HEART, Observation(failure=failures[0]), seen)
    exercise = replace(bank.exercises[0], draws=((case,),))
    (stored,) = save(replace(bank, exercises=(exercise,)), tmp_path).exercises[0].draws[0]
    assert [seen.failure for seen in stored.mistakes.values()] == failures
    assert stored.expected.failure is not None
    assert stored.expected.failure.status is CallStatus.RAISED
    assert stored.expected.failure.line is None


def test_a_bank_holds_no_pickle(bank_dir: Path) -> None:
    assert sorted(file.name for file in bank_dir.iterdir()) == ["arrays.npz", "bank.json"]
    with np.load(bank_dir / "arrays.npz", allow_pickle=False) as stored:
        assert all(stored[name].dtype.kind in "biuf" for name in stored.files)


def test_arrays_of_every_kind_come_back_as_they_were_in_a_handful_of_members(bank_dir: Path) -> None:
    arrays = [
        np.arange(6.0).reshape(2, 3), np.array(7), np.zeros((0, 4), np.float32), np.array([True, False]),
        np.asfortranarray(np.arange(6).reshape(3, 2)), np.array(np.nan), np.array([[1, 2]], np.uint8), np.arange(3.0),
    ]  # fmt: skip
    again = unpack_arrays(pack_arrays(arrays))
    assert [(array.dtype, array.shape) for array in again] == [(array.dtype, array.shape) for array in arrays]
    assert all(np.array_equal(one, other, equal_nan=True) for one, other in zip(again, arrays, strict=True))
    assert all(array.flags.writeable and array.flags.aligned for array in again)
    assert unpack_arrays(pack_arrays([])) == []
    with np.load(bank_dir / "arrays.npz") as stored:
        assert len(stored.files) <= 8  # 3,890 members of a chapter took eight times as long to read


def test_renewing_keeps_the_key_and_so_everybodys_draw(chapter: Chapter, bank: Bank, folder: Path) -> None:
    assert renew(chapter, folder, draws=2).key == bank.key
    fresh = renew(chapter, folder.with_name("fresh"), draws=1)
    assert len(fresh.key) == 32
    assert fresh.key != bank.key


@pytest.mark.parametrize(
    "counts",
    [
        lambda data: data["exercises"][0].update(points=7),
        lambda data: data["exercises"][0].update(solution="pass"),
        lambda data: data["exercises"][0]["mistakes"][0]["hint"].update(zh="再想想。"),
        lambda data: data["exercises"][0]["draws"][1][0].update(group="edge"),
        lambda data: data["written"][0].update(points=7),
        lambda data: data["written"][0]["starter"].update(en="Here:"),
        lambda data: next(cell for cell in data["cells"] if cell["role"] == "setup")["source"].update(zh="N = 3"),
        lambda data: next(cell for cell in data["cells"] if cell["role"] == "demo")["source"].update(en="N = 3"),
        lambda data: data["cells"].reverse(),
        lambda data: data.update(key="another"),
        lambda data: data.update(arrays_sha256="0"),
    ],
)
def test_what_a_grade_depends_on_is_in_the_digest(
    bank: Bank, folder: Path, counts: Callable[[dict[str, Any]], object]
) -> None:
    data = json.loads((folder / "bank.json").read_text(encoding="utf-8"))
    assert digest_of(data) == bank.digest
    counts(data)
    assert digest_of(data) != bank.digest


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


def edit(path: Path, **values: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **values}), encoding="utf-8")


def test_made_mistakes_are_stored_and_count_for_no_grade(bank: Bank, bank_dir: Path) -> None:
    """Which of them are found hangs on the machine's speed, and they earn and cost nothing."""
    data = json.loads((bank_dir / "bank.json").read_text(encoding="utf-8"))
    assert "made" not in data["exercises"][0]
    again = load(bank_dir)
    for one, other in zip(bank.exercises, again.exercises, strict=True):
        assert one.made_mistakes == other.made_mistakes
        assert [b.made for draw in one.draws for b in draw] == [b.made for draw in other.draws for b in draw]
    assert [mistake.name for mistake in again.exercises[0].made_mistakes][:2] == ["ratio_negative.1", "ratio_double.1"]
    assert digest_of({**data, "made": {}}) == bank.digest
    assert digest_of({**data, "format": 99}) == bank.digest


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "bank.json").unlink(),
        lambda folder: (folder / "arrays.npz").unlink(),
        lambda folder: truncate(folder / "bank.json"),
        lambda folder: truncate(folder / "arrays.npz"),
        lambda folder: (folder / "arrays.npz").write_bytes(b""),
        lambda folder: (folder / "bank.json").write_text("[]"),
        lambda folder: (folder / "bank.json").write_text("7"),
        lambda folder: (folder / "bank.json").write_bytes(b"\xff\xfe"),
        lambda folder: edit(folder / "bank.json", format=99),
        lambda folder: edit(folder / "bank.json", exercises=[{}]),
        lambda folder: edit(folder / "bank.json", exercises=7),
        lambda folder: edit(folder / "bank.json", provenance=7),
        lambda folder: np.savez(folder / "arrays.npz", other=np.ones(3)),
        lambda folder: np.savez(folder / "arrays.npz", a0=np.array([object()])),
        lambda folder: shutil.rmtree(folder),
    ],
)
def test_a_damaged_bank_is_refused_with_the_command_that_renews_it(folder: Path, damage) -> None:
    damage(folder)
    with pytest.raises(BankOutdated, match="run `autograder bank ch01_tiny`"):
        load(folder)


def test_one_changed_number_is_a_damaged_bank(folder: Path) -> None:
    """Right answers got 8 to 11 of 36 points from such a bank, without a word."""
    with np.load(folder / "arrays.npz") as stored:
        arrays = {name: stored[name] for name in stored.files}
    arrays["a0"] = arrays["a0"] + 1
    np.savez(folder / "arrays.npz", **arrays)
    with pytest.raises(BankOutdated, match=r"is damaged, arrays\.npz .* run `autograder bank ch01_tiny`"):
        load(folder)


def test_a_bank_that_was_half_replaced_cannot_be_read(
    chapter: Chapter, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The crash comes after the first of the two files."""
    written = []

    def crash_at_the_second(path: Path, content: str | bytes, *, private: bool) -> None:
        if written:
            raise KeyboardInterrupt
        written.append(path)
        write_atomic(path, content, private=private)

    key = load(folder).key
    monkeypatch.setattr(bank_files, "write_atomic", crash_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        renew(chapter, folder, draws=1)
    monkeypatch.undo()
    assert len(written) == 1
    with pytest.raises(BankOutdated, match="is damaged"):
        load(folder)
    assert renew(chapter, folder, draws=1).key == key  # everybody keeps the draw


def test_a_bank_from_before_the_hash_is_to_be_renewed(bank: Bank, chapter: Chapter, folder: Path) -> None:
    data = json.loads((folder / "bank.json").read_text(encoding="utf-8"))
    del data[bank_files.ARRAYS_HASH]
    (folder / "bank.json").write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(BankOutdated, match="has another format: run `autograder bank ch01_tiny`"):
        load(folder)
    assert renew(chapter, folder, draws=3).key == bank.key


def test_a_bank_of_an_earlier_format_is_to_be_renewed(folder: Path) -> None:
    edit(folder / "bank.json", format=bank_files.FORMAT - 1)
    with pytest.raises(BankOutdated, match="has another format: run `autograder bank ch01_tiny`"):
        load(folder)


def test_the_draw_is_reproducible_fair_and_depends_on_the_key(bank: Bank) -> None:
    digests = [f"{number:064x}" for number in range(300)]
    mine = [bank.draw_for(digest) for digest in digests]
    assert mine == [bank.draw_for(digest) for digest in digests]
    assert set(mine) == {0, 1, 2}
    assert min(Counter(mine).values()) > 60  # 100 expected, deviation 8
    other = replace(bank, key="another")
    assert 60 < sum(a == b for a, b in zip(mine, map(other.draw_for, digests), strict=True)) < 140
    assert replace(bank, exercises=()).draw_for("x") == 0


def test_the_seed_of_a_draw_depends_on_everything() -> None:
    seeds = {
        case_seed(key, chapter, exercise, draw)
        for key in ("a", "b") for chapter in ("c", "d") for exercise in ("e", "f") for draw in (0, 1)
    }  # fmt: skip
    assert len(seeds) == 16


# Computing


def test_every_group_has_cases_with_names_of_their_own(chapter: Chapter) -> None:
    entry = chapter.exercises[0]

    def draw(*cases: Case, edge: tuple[Case, ...] = (Case("other", x=3),)) -> list[tuple[str, Case]]:
        groups = [Group("edge", lambda rng: edge)]
        record = replace(entry.record, cases=lambda rng: cases, groups=groups, observe=just_x)
        return named_cases(replace(entry, record=record), np.random.default_rng(0))

    assert [group for group, _ in draw(Case("one", x=1), Case("two", x=2))] == [HEART, HEART, "edge"]
    with pytest.raises(AuthoringError, match=r"ch01_tiny/0\d_\w+\.py:\d+: 2 cases of 'line_loss' are called 'one'"):
        draw(Case("one", x=1), edge=(Case("one", x=2),))
    with pytest.raises(AuthoringError, match=r"01_line_loss\.py:\d+: the group 'edge' of 'line_loss' draws no"):
        draw(Case("one", x=1), edge=())


def test_groups_draw_from_one_generator_in_their_order(chapter: Chapter) -> None:
    entry = chapter.exercises[0]
    groups = [Group("edge", lambda rng: [Case("second", x=rng.normal())])]
    record = replace(entry.record, cases=lambda rng: [Case("first", x=rng.normal())], groups=groups, observe=just_x)
    drawn = named_cases(replace(entry, record=record), np.random.default_rng(7))
    assert [case.x for _, case in drawn] == np.random.default_rng(7).normal(size=2).tolist()


def test_a_group_observes_what_it_says_and_the_others_what_the_exercise_does(chapter: Chapter) -> None:
    entry = chapter.exercises[0]
    groups = [Group("edge", lambda rng: [Case("b", x=2)]), Group("invariant", lambda rng: [Case("c", x=3)], tenfold)]
    record = replace(entry.record, cases=lambda rng: [Case("a", x=1)], groups=groups, observe=just_x)
    changed = replace(entry, record=record)
    cases = draw_cases(changed, describe_exercise(chapter, changed), TorchReference(chapter.reference), 0)
    assert [banked.expected.value for banked in cases] == [1, 2, 30]


def just_x(impl: object, case: Case) -> object:
    return case.x


def tenfold(impl: object, case: Case) -> object:
    return 10 * case.x


def test_a_formula_that_cannot_be_set_is_refused(chapter: Chapter) -> None:
    entry = chapter.exercises[0]
    first = replace(entry.record.mistakes[0], en="Look at $λ x$.", zh="看看 $x^2$。")
    wrong = replace(entry, record=replace(entry.record, mistakes=(first,)))
    with pytest.raises(AuthoringError, match=r"ch01_tiny/0\d_\w+\.py:\d+: the formula .* cannot be set"):
        describe_exercise(chapter, wrong)


def test_a_draw_that_hides_a_mistake_is_drawn_again(chapter: Chapter, bank: Bank) -> None:
    """Every second draw hides one of the two mistakes; a mistake that no draw shows is no matter of luck."""

    def draw(number: int) -> tuple[BankedCase, ...]:
        seen = {"shown": Observation(0.0), "now and then": Observation(float(number % 2)), "manners": Observation(1.0)}
        return (BankedCase(Case(f"draw {number}", x=number), HEART, Observation(1.0), seen),)

    drawn = telling_draws(bank.exercises[0], chapter.exercises[0], 4, lambda n: draw(n // 1000 + n % 1000))
    assert [cases[0].case.x % 2 for cases in drawn] == [0, 0, 0, 0]


def test_a_mistake_that_hardly_any_draw_shows_is_refused(chapter: Chapter, bank: Bank) -> None:
    def draw(number: int) -> tuple[BankedCase, ...]:
        return (BankedCase(Case("c", x=number), HEART, Observation(1.0), {"rare": Observation(float(number > 0))}),)

    with pytest.raises(AuthoringError, match=r"ch01_tiny/0\d_\w+\.py:\d+: 20 draws in a row hide a mistake: rare"):
        telling_draws(bank.exercises[0], chapter.exercises[0], 4, draw)


def calls_nothing(impl: Any, case: Case) -> object:
    return impl.no_such_function(case.w)


def test_a_reference_without_the_function_is_refused(chapter: Chapter) -> None:
    entry = chapter.exercises[0]
    changed = replace(entry, record=replace(entry.record, observe=calls_nothing))
    with pytest.raises(AuthoringError, match=r"ch01_tiny/0\d_\w+\.py:\d+: the reference fails on case 'typical'"):
        draw_cases(changed, describe_exercise(chapter, changed), TorchReference(chapter.reference), 0)


def stops(impl: Any, case: Case) -> object:
    return impl.line_loss(case.w, case.b, case.X, case.y) / no_such_name  # noqa: F821


def test_an_observe_that_stops_is_named_with_its_cell(chapter: Chapter) -> None:
    entry = chapter.exercises[0]
    changed = replace(entry, record=replace(entry.record, observe=stops))
    exercise, reference = describe_exercise(chapter, changed), TorchReference(chapter.reference)
    told = r"^ch01_tiny/01_\w+\.py:\d+: NameError: name 'no_such_name' is not defined$"
    with pytest.raises(AuthoringError, match=told):
        draw_cases(changed, exercise, reference, 0)
    with pytest.raises(AuthoringError, match=told):  # as a gate, which asks the reference nothing
        with_returns(changed, exercise, reference, draw_cases(entry, describe_exercise(chapter, entry), reference, 0))


def test_an_observe_may_use_numpy_and_nothing_else_of_the_chapter(bank: Bank) -> None:
    accuracy = bank.exercise("nearest_mean")
    assert accuracy is not None
    assert accuracy.observe is not None
    assert accuracy.observe.load().__globals__["np"] is np
    assert "tiny" not in observer(accuracy, "accuracy").__globals__


def test_a_device_that_is_not_there_is_a_clear_error(chapter: Chapter) -> None:
    for device in ("abacus", *([] if torch.cuda.is_available() else ["cuda"])):
        with pytest.raises(DeviceUnavailable, match=f"no {device} device here: use --device cpu"):
            compute_bank(chapter, device=device, draws=1, key="tests")


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("course", [COURSE, COURSE.parents[1]], ids=["tiny", "real"])
def test_a_cuda_bank_agrees_with_the_cpus(course: Path) -> None:
    for path in find_chapters(course):
        chapter = load_chapter(path)
        on_cpu = compute_bank(chapter, draws=1, key="tests")
        on_cuda = compute_bank(chapter, device="cuda", draws=1, key="tests")
        assert "cpu" not in on_cuda.provenance["device"].lower()
        for (name, one), (_, other) in zip(observations(on_cpu), observations(on_cuda), strict=True):
            assert one.failure == other.failure, name
            if not name.rpartition("/")[2]:
                np.testing.assert_equal(nearly(one.value, other.value), True, err_msg=name)


def nearly(one: object, other: object) -> bool:
    """Agreement to 1e-9 of every array, relative to its norm."""
    if isinstance(one, dict):
        return isinstance(other, dict) and one.keys() == other.keys() and all(nearly(one[k], other[k]) for k in one)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(nearly, one, other))  # type: ignore[arg-type]
    if isinstance(one, np.ndarray) and one.dtype.kind == "f":
        a, b = one, np.asarray(other)
        return a.shape == b.shape and bool(np.linalg.norm(a - b) <= 1e-9 * max(1.0, float(np.linalg.norm(a))))
    return same_plain(one, other)


@pytest.mark.parametrize("read", [load, outline])
def test_a_bank_of_another_user_is_no_damaged_one(folder: Path, read: Callable[[Path], Bank]) -> None:
    """Renewing it is no advice: whoever may not read it may not write it either."""
    folder.chmod(0)
    try:
        with (
            an_ordinary_user(),
            pytest.raises(BankOutdated, match="may not be read by you: work as the user"),
        ):
            read(folder)
    finally:
        folder.chmod(0o700)
