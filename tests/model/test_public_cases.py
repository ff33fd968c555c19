"""The public cases: what students receive, what is left out of it, and data sets in it by their names."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import sklearn.datasets
from support import TINY, change, repacked

from autograder.build.public_bank import public_bank
from autograder.chapter.chapter import Chapter, load_chapter
from autograder.chapter.solutions import SolutionRunner
from autograder.judge.judge import judge
from autograder.judge.letters import RIGHT, UNKNOWN, letters_at
from autograder.model.bank import Bank, BankedCase, BankedExercise, BankOutdated, Observation
from autograder.model.bank_files import load, save
from autograder.model.criteria import EXACT
from autograder.model.datasets import NAMES, DataSetUnusable
from autograder.model.errors import AuthoringError
from autograder.model.exercise import HEART, Case
from autograder.model.markers import Dataset
from autograder.model.public_cases import public_from_text, public_to_text, unpacked


def test_students_receive_no_solution_and_no_hidden_case(chapter: Chapter, bank: Bank) -> None:
    text = public_to_text(public_bank(chapter, "zh"))
    public = public_from_text(text)
    assert public.language == "zh"
    assert public.key == ""
    for exercise in public.exercises:
        assert (exercise.solution, exercise.starter) == ("", "")
        assert len(exercise.draws) == 1
        assert all(banked.case.public for banked in exercise.draws[0])
    assert [banked.case.name for banked in public.exercises[0].draws[0]] == ["typical", "one sample"]
    for secret in (bank.key, "mean_for_sum", "averaged", "residual", "wide"):
        assert f'"{secret}"' not in text + json.dumps(unpacked(text), ensure_ascii=False)
    hidden = [draw[0].case.X for draw in bank.exercises[0].draws]
    shown = public.exercises[0].draws[0][0].case.X
    assert not any(np.array_equal(shown, other) for other in hidden)


def test_the_solution_passes_the_public_cases(chapter: Chapter, runner: SolutionRunner) -> None:
    public = public_from_text(public_to_text(public_bank(chapter, "en")))
    for exercise in public.exercises:
        verdict = judge(exercise, exercise.draws[0], runner.solution())
        assert verdict.points == verdict.max_points


def test_of_a_mistake_students_receive_its_hint_in_their_language_and_what_recognises_it(chapter: Chapter) -> None:
    text = public_to_text(public_bank(chapter, "zh"))
    assert "取了平均" not in text
    loss = public_from_text(text).exercise("line_loss")
    assert loss is not None
    assert [(mistake.name, mistake.contract) for mistake in loss.mistakes] == [("1", ("unchanged",))]
    averaged, absolute, *made = loss.made_mistakes
    assert (averaged.name, averaged.hint) == ("2", {"zh": "题目要求求和，你取了平均。"})
    assert absolute.hint == {"zh": "你取了绝对值，再看看公式。"}
    assert {"zh": "有一处正负号反了：加与减弄混了，或者两项相减的次序反了。"} in [mistake.hint for mistake in made]
    typical, one_sample = loss.draws[0]
    assert letters_at(typical.made, 0) not in (RIGHT, UNKNOWN)
    assert letters_at(one_sample.made, 0) == RIGHT  # the mean of one square is its sum
    assert letters_at(one_sample.made, 1) not in (RIGHT, UNKNOWN, letters_at(typical.made, 1))
    assert not typical.mistakes


LOSS = "np.sum(residual**2)"


def hints_with(folder: Path, *mistakes: str) -> str:
    """What is packed when `line_loss` has these mistakes too."""
    change(folder, ("    mistakes=[\n", "    mistakes=[\n" + "".join(f"        {mistake},\n" for mistake in mistakes)))
    return json.dumps(unpacked(public_to_text(public_bank(load_chapter(folder), "en")))["hints"], ensure_ascii=False)


def test_a_mistake_that_public_cases_do_not_tell_from_another_is_not_named(course_copy: Path) -> None:
    """Seven samples and one are public, the three that tell these two apart are not."""
    folder = course_copy / "solutions" / TINY
    one = f'Mistake("one", "{LOSS}", "{LOSS} + (len(y) == 7)", en="The one.", zh="一。")'
    other = f'Mistake("other", "{LOSS}", "{LOSS} + (len(y) > 2)", en="The other.", zh="二。")'
    told = hints_with(folder, one, other)
    assert "averaged" in told
    assert "The o" not in told


def test_mistakes_that_no_case_tells_apart_are_named_alike(course_copy: Path) -> None:
    folder = course_copy / "solutions" / TINY
    one = f'Mistake("one", "{LOSS}", "{LOSS} + 1", en="The one.", zh="一。")'
    other = f'Mistake("other", "{LOSS}", "1 + {LOSS}", en="The other.", zh="二。")'
    assert "The o" in hints_with(folder, one, other)


def test_a_mistake_that_hangs_on_the_last_bits_is_not_recognised(course_copy: Path) -> None:
    """It would be another on every processor, and `build --check` fail there."""
    folder = course_copy / "solutions" / TINY
    noise = f'Mistake("noise", "{LOSS}", "np.sum(residual) * 1e15 % 7", en="Noise.", zh="噪声。")'
    assert "Noise" not in hints_with(folder, noise)


@pytest.mark.parametrize("text", ["", "{}", "[]", "7", '{"arrays": 1}', '{"arrays": [["O", [1], [1]]]}'])
def test_damaged_public_cases_are_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(BankOutdated, match=r"put the \.cases\.json file you were given back beside the notebook"):
        public_from_text(text)


def test_public_cases_do_not_show_the_last_bits_of_a_processor(chapter: Chapter) -> None:
    """Otherwise `build --check` would fail on another machine, or on another day."""
    public = public_bank(chapter, "en")
    first = public.exercises[0]
    ((banked, *_),) = first.draws

    def text(last_bit: float) -> str:
        case = Case("c", gap=1 / 3 + last_bit, table=[np.array([2 / 3]) + last_bit])
        seen = Observation({"zero": last_bit, "third": np.array([1 / 3, 1e3]) + last_bit})
        changed = replace(banked, case=case, expected=seen, loss=100 / 7 + last_bit)
        return public_to_text(replace(public, exercises=(replace(first, draws=((changed,),)),)))

    assert text(1e-15) == text(-1e-15)
    assert text(1e-7) != text(0.0)


# Data sets by name

ROWS = [1796, 0, 7]


def of(*cases: Case) -> Bank:
    """A bank of one exercise with these cases."""
    banked = tuple(BankedCase(case, HEART, Observation(0.5)) for case in cases)
    return Bank(
        "ch01_named", {"en": "Named", "zh": "命名"}, "en", (BankedExercise("f", {}, 1, EXACT, {}, draws=(banked,)),)
    )


def only_case(bank: Bank) -> Case:
    ((case,),) = ([banked.case for banked in draw] for draw in bank.exercises[0].draws)
    return case


@pytest.mark.parametrize("name", NAMES)
def test_a_data_set_is_named_and_read_back_bit_by_bit(name: str) -> None:
    rows = np.random.default_rng(0).permutation(140)
    case = Case("all", X=Dataset(name, rows=rows, columns=[3, 0]), parts={"y": [Dataset(name, "target")]})
    text = public_to_text(of(case))
    assert len(text) < 1500
    loader = getattr(sklearn.datasets, f"load_{name}")
    data, target = loader(return_X_y=True, **({"scaled": False} if name == "diabetes" else {}))
    read = only_case(public_from_text(text))
    for seen in (case, read):
        np.testing.assert_array_equal(seen.X, data[rows][:, [3, 0]])
        np.testing.assert_array_equal(seen.parts["y"][0], target)
    assert read.X is read.X  # looked up once
    assert public_to_text(public_from_text(text)) == text


def test_a_stored_bank_holds_the_numbers_themselves(tmp_path: Path) -> None:
    """A teacher who grades needs no scikit-learn, and another release of it changes no grade."""
    bank = of(Case("three", X=Dataset("digits", rows=ROWS)))
    save(bank, tmp_path / "bank")
    given = only_case(load(tmp_path / "bank")).given["X"]
    assert type(given) is np.ndarray
    np.testing.assert_array_equal(given, only_case(bank).X)


def test_a_case_of_its_own_has_a_copy_of_the_data() -> None:
    case, other = Case("three", X=Dataset("digits")), Case("three", X=Dataset("digits"))
    case.X[:] = 0
    assert other.X.any()


def test_numbers_that_have_changed_are_noticed() -> None:
    """As where another release of scikit-learn has mended a value."""
    text = public_to_text(of(Case("three", X=Dataset("digits", rows=ROWS))))
    inputs = unpacked(text)["exercises"][0]["draws"][0][0]["inputs"]
    before = inputs["X"]["digest"]
    assert len(before) == 12
    changed = only_case(public_from_text(repacked(text, before, "0" * 12)))
    with pytest.raises(DataSetUnusable, match=r"other numbers in its data set 'digits' .*scikit-learn --upgrade"):
        _ = changed.X
    with pytest.raises(DataSetUnusable):
        _ = only_case(public_from_text(repacked(text, re.escape("[1796,0,7]"), "[1795,0,7]"))).X


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("digit",), r"the name is one of breast_cancer, diabetes, digits, iris, wine, and its part data or target"),
        (("digits", "labels"), r"its part data or target"),
        (("digits", "target", None, [0]), r"the target of a data set has no columns"),
        (("digits", "data", [0.5]), r"rows of a data set are numbers from 0"),
        (("digits", "data", [-1]), r"rows of a data set are numbers from 0"),
        (("digits", "data", None, [[1]]), r"columns of a data set are numbers from 0"),
    ],
)
def test_what_names_no_data_is_refused(arguments: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Dataset(*arguments)


def test_rows_beyond_the_end_are_refused_when_they_are_looked_up() -> None:
    with pytest.raises(LookupError):
        _ = Case("none", X=Dataset("iris", rows=[150])).X


@pytest.mark.parametrize(
    ("data_set", "sentence"),
    [
        ('Dataset("digit")', r"00_chapter.py:30: ValueError: Dataset\('digit', 'data'\): the name is one of"),
        ('Dataset("iris", rows=[150])', r"01_line_loss.py:\d+: IndexError: index 150 is out of bounds"),
        ("Datasets()", r"00_chapter.py:30: NameError: name 'Datasets' is not defined"),
    ],
)
def test_an_authors_slip_in_the_cases_has_file_and_line(course_copy: Path, data_set: str, sentence: str) -> None:
    folder = course_copy / "solutions" / TINY
    change(folder, ('Case("typical", zh="一般数据", **draw(rng, 7, 3))', f'Case("typical", zh="一般", X={data_set})'))
    change(folder, ("def line_cases(rng):\n", "def line_cases(rng):\n    from autograder import Dataset\n"))
    with pytest.raises(AuthoringError, match=sentence):
        public_bank(load_chapter(folder), "en")


@pytest.mark.parametrize(
    "swap",
    [('"digits"', '"digit"'), ('"digits"', "[]"), ('"rows":{', '"row":{'), ('"columns":null', '"columns":[1]')],
)
def test_a_damaged_name_is_damage_like_any_other(swap: tuple[str, str]) -> None:
    text = repacked(public_to_text(of(Case("three", X=Dataset("digits", rows=ROWS)))), re.escape(swap[0]), swap[1])
    with pytest.raises(BankOutdated):
        public_from_text(text)


def test_what_is_usual_is_left_out_and_comes_back(chapter: Chapter) -> None:
    public = public_bank(chapter, "en")
    text = public_to_text(public)
    assert '"solution"' not in text
    assert '"mistakes"' not in text
    read = public_from_text(text)
    for one, other in zip(public.exercises, read.exercises, strict=True):
        for field in set(vars(one)) - {"draws", "returns", "mistakes", "made"}:
            assert getattr(one, field) == getattr(other, field), field
        assert [banked.case.name for banked in one.draws[0]] == [banked.case.name for banked in other.draws[0]]
    assert public_to_text(read) == text
