"""Texts: every language has the same codes with the same values, and none that nothing says."""

from __future__ import annotations

import re
import string
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.judge.patterns import CONDITIONS
from autograder.model import texts as module
from autograder.model.texts import LANGUAGES, group_titles, in_every_language, in_language, part, say, sentence, texts
from autograder.model.verdict import Finding, Outcome

HAN = re.compile(r"[\u4e00-\u9fff]")
SAME_IN_CHINESE = {"colon", "comma", "output", "quoted", "raised_meaning", "feedback.between_titles",
                   "feedback.in_parentheses", "feedback.title", "titled"}  # fmt: skip  # signs alone


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_the_languages_are_the_files_and_the_first_is_english() -> None:
    files = Path(module.__file__).parent.glob("*.toml")
    assert sorted(LANGUAGES) == sorted(file.stem for file in files) == ["en", "zh"]
    assert LANGUAGES[0] == "en"


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_language_has_the_same_codes_with_the_same_values(language: str) -> None:
    english, other = texts("en"), texts(language)
    assert list(english) == list(other)  # in the same order, so that the files can be read side by side
    assert {code: fields(text) for code, text in english.items()} == {
        code: fields(text) for code, text in other.items()
    }


@pytest.mark.parametrize("code", texts("en"))
def test_a_text_is_in_its_language(code: str) -> None:
    assert say_raw("en", code) or code in SAME_IN_CHINESE
    assert not HAN.search(say_raw("en", code))
    assert code in SAME_IN_CHINESE or HAN.search(say_raw("zh", code))
    assert all(name.isidentifier() for name in fields(say_raw("en", code)))


def say_raw(language: str, code: str) -> str:
    return texts(language)[code]


@pytest.mark.parametrize(
    "twice", ['[one]\nsame = "a"\n[two]\nsame = "b"\n[page.x]\n', '[one]\n"x.same" = "a"\n[page.x]\nsame = "b"\n']
)
def test_two_texts_of_one_code_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, twice: str) -> None:
    (tmp_path / "xx.toml").write_text(twice, encoding="utf-8")
    monkeypatch.setattr(module, "_FOLDER", tmp_path)
    with pytest.raises(ValueError, match="two texts of one code"):
        texts("xx")


def test_values_are_said_in_the_language_of_the_sentence() -> None:
    output, actual = part("output", path="w"), part("several_values", count=2, values=[part("vector"), part("text")])
    finding = Finding("wrong_type", {"output": output, "expected": part("array_of_axes", axes=3), "actual": actual})
    assert sentence(finding, "en") == (
        "`w` should be an array with 3 axes, but your function returned 2 values (an array with 1 axis, text)."
    )
    assert sentence(finding, "zh") == "`w` 应为 3 维数组，但你的函数返回了 2 个值（一维数组、文本）。"
    of_an_author = Finding("group_passed", {"title": {"en": "Edge cases", "zh": "边界情形"}})
    assert sentence(of_an_author, "zh") == "边界情形：正确。"
    in_a_list = Finding("builds_on_endless", {"functions": ["`a`", "`b{c}`"]})
    assert sentence(in_a_list, "en") == "This builds on `a`, `b{c}`, which ended the process."
    assert "`a`、`b{c}`" in sentence(in_a_list, "zh")


def test_no_space_stands_beside_a_mark_that_is_as_wide_as_a_character() -> None:
    b, x = part("output", path="b"), part("rows_of_it", name="X")
    assert sentence(Finding("all_zero", {"output": [b]}), "zh") == "`b`：总是 0。"
    assert sentence(Finding("mixes", {"those": x}), "zh").startswith("`X` 的各行本应")
    given = Finding("wrong_arity_single", {"expected": 2, "names": ["w", "b"], "actual": part("none")})
    assert "只返回了一个：None" in sentence(given, "zh")
    one_for_all = Finding("wrong_type", {"output": part("result"), "expected": part("number"), "actual": part("none")})
    assert sentence(one_for_all, "zh") == "结果应为一个数，但你的函数返回了 None（是不是漏了 `return`？）。"


def test_an_unknown_language_reads_english_and_an_author_s_text_what_there_is() -> None:
    assert say("outcome.PASSED", "xx") == "Right"
    assert in_language({"zh": "丙"}, "en") == "丙"
    assert in_language({}, "en") == ""


def test_every_outcome_and_every_common_group_has_its_words() -> None:
    assert {f"outcome.{outcome}" for outcome in Outcome} == {code for code in texts("en") if code.startswith("outcome")}
    assert " ".join(group_titles()) == "values form edge gradient invariant extreme contract accuracy"
    assert group_titles()["values"] == in_every_language("group.values") == {"en": "Values", "zh": "数值"}


def test_every_text_is_said_somewhere() -> None:
    made = {*(f"check.{each}" for each in Outcome), *(f"outcome.{each}" for each in Outcome)}
    made |= {f"note_cell_{status}" for status in ("timeout", "memory", "died")}
    made |= {f"note_{what}" for what in ("missing", "duplicated", "retyped", "edited")}
    made |= {code for code in texts("en") if code.startswith("group.")}
    made |= {f"right_{condition}" for condition in CONDITIONS}
    package = Path(module.__file__).parents[1]
    files = [*package.rglob("*.py"), *package.rglob("*.html")]
    sources = "\n".join(file.read_text(encoding="utf-8") for file in files)
    for code in texts("en").keys() - made:
        assert re.search(rf"""["'.]{code.rpartition(".")[2]}["']""", sources), f"{code} is never said: delete it"


def test_the_texts_are_read_when_they_are_first_needed() -> None:
    code = (
        "import autograder, autograder.judge.check, autograder.cli.main\n"
        "from autograder.model import texts\n"
        "print(texts.texts.cache_info().currsize)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "0\n"
