"""Sentences about failures and mismatches: with values for public cases, without any for hidden ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.judge.compare import Mismatch, as_numbers, is_numeric
from autograder.judge.structure import MOST_PARTS, Structure
from autograder.model.bank import BankedExercise
from autograder.model.calls import CallStatus, Failure
from autograder.model.exercise import LANGUAGES, Case, Text
from autograder.model.markers import Handle, Opaque, Tensor
from autograder.model.messages import say
from autograder.model.tree import leaves
from autograder.model.verdict import Finding

# Errors that are told by name, because they happen by accident.  A longer list would be a longer alphabet: which error
# stops a function could carry hidden inputs.
SAFE_ERRORS = (
    "ArithmeticError", "AssertionError", "AttributeError", "AxisError", "FloatingPointError", "ImportError",
    "IndentationError", "IndexError", "KeyError", "LinAlgError", "MemoryError", "ModuleNotFoundError", "NameError",
    "NotImplementedError", "OverflowError", "RecursionError", "RuntimeError", "SyntaxError", "TypeError",
    "UFuncTypeError", "UnboundLocalError", "ValueError", "ZeroDivisionError",
)  # fmt: skip
UFUNC_ERRORS = (
    "_UFuncNoLoopError",
    "_UFuncBinaryResolutionError",
    "_UFuncOutputCastingError",
    "_UFuncInputCastingError",
)
# Classes of other libraries that answers often are by accident; any other name could carry hidden inputs.
SAFE_TYPES = (
    "Tensor", "DataFrame", "Series", "MaskedArray", "generator", "function", "builtin_function_or_method", "module",
    "method", "type", "bytes", "complex", "map", "zip", "filter", "enumerate", "huge int",
)  # fmt: skip
MORE_PARTS = 2  # more than expected by so many are counted; the length of a longer list could be a message
DTYPE_ARRAY = re.compile(
    r"(object|complex64|complex128|datetime64|timedelta64)(\[\w+\])? array"
)  # a unit may be any number
RATIOS = {-1.0: "−1", 2.0: "2", 0.5: "½", -2.0: "−2", -0.5: "−½"}


def safe_error_name(name: str) -> Text:
    """An exception's class name if it is a common one: one of the student's own could carry hidden inputs."""
    name = "UFuncTypeError" if name in UFUNC_ERRORS else name
    return dict.fromkeys(LANGUAGES, f"`{name}`") if name in SAFE_ERRORS else {"en": "an exception", "zh": "异常"}


def describe_failure(exercise: BankedExercise, failure: Failure, reveal: bool) -> tuple[str, Text]:
    """Code and sentence for a call that gave no value."""
    function = failure.function if failure.function in exercise.parameters else exercise.name
    where: Text = {"en": "", "zh": ""}
    if failure.line is not None:
        where = {"en": f" (line {failure.line} of the cell)", "zh": f"（单元格第 {failure.line} 行）"}
    status = failure.status
    if status is CallStatus.WRONG_RETURN:
        structure = exercise.returns[failure.function][0]
        expected = structure_in_words(structure)
        actual = structure_in_words(failure.built) if reveal else type_name(failure.value)
        return status.value, say(status, function=failure.function, expected=expected, actual=actual)
    if status is CallStatus.OTHER_SHAPE:
        output, expected, actual = (failure.built[name] for name in ("path", "expected", "actual"))
        if reveal and actual is not None:
            shapes = {"expected": tuple(expected), "actual": tuple(actual)}
            return status.value, say("wrong_shape", output=_output(output), **shapes)
        return status.value, say(status, output=_output(output), expected=tuple(expected))
    if status is CallStatus.NO_METHOD and failure.function in exercise.methods:
        status = CallStatus.MISSING
    parameters = ", ".join(exercise.parameters.get(function, ()))
    error = safe_error_name(failure.error)
    told = {"function": function, "parameters": parameters, "error": error, "library": failure.error, "where": where}
    return status.value, say(status, **told)


def describe_mismatches(
    exercise: BankedExercise, mismatches: Sequence[Mismatch], case: Case, reveal: bool
) -> list[tuple[str, Text]]:
    """Code and sentence for each place in which an output differs.

    Without `reveal` nothing is said of an output that a student could have made to carry hidden inputs: a shape
    is told where its sizes occur in the case, a type where its name is a common one.
    """
    sizes = {1}
    for value in (*case.inputs.values(), *(mismatch.expected for mismatch in mismatches)):
        sizes |= _sizes(value)
    return [_describe(exercise, mismatch, sizes, reveal) for mismatch in mismatches]


def _sizes(value: Any) -> set[int]:
    """The lengths of all axes of a plain value's arrays."""
    parts = (leaf.array if isinstance(leaf, Tensor) else leaf for leaf in leaves(value, is_leaf=is_numeric))
    arrays = map(as_numbers, parts)
    return {size for array in arrays if array is not None for size in array.shape}


def _describe(exercise: BankedExercise, mismatch: Mismatch, sizes: set[int], reveal: bool) -> tuple[str, Text]:
    output = _output(mismatch.path)
    shape = np.shape(mismatch.actual) if as_numbers(mismatch.actual) is not None else ()
    right = as_numbers(mismatch.expected)
    known = set(shape) <= sizes and len(shape) <= (0 if right is None else right.ndim) + 1
    if not reveal and not known and mismatch.code in ("wrong_type", "wrong_shape"):
        return mismatch.code, say("wrong_shape_hidden", output=output)
    if mismatch.code in ("below_gate", "above_gate"):
        return mismatch.code, say(mismatch.code, actual=f"{mismatch.actual:.4g}", bound=f"{mismatch.expected:.4g}")
    if mismatch.code in ("no_choice", "not_an_option"):
        options = ", ".join(f'"{option}"' for option in mismatch.expected)
        return mismatch.code, say(mismatch.code, output=output, options=options, actual=_short(mismatch.actual))
    if mismatch.code == "wrong_type":
        expected, actual = type_name(mismatch.expected), type_name(mismatch.actual)
        return mismatch.code, say("wrong_type", output=output, expected=expected, actual=actual)
    if mismatch.code == "wrong_arity":
        names = ", ".join(exercise.outputs) or "…"
        actual_count = len(mismatch.actual) if isinstance(mismatch.actual, (list, tuple)) else 1
        if actual_count > len(mismatch.expected) + MORE_PARTS and not reveal:
            return mismatch.code, say("wrong_arity_hidden", expected=len(mismatch.expected), names=names)
        count = len(mismatch.expected)
        return mismatch.code, say("wrong_arity", expected=count, names=names, actual=actual_count)
    if mismatch.code == "wrong_keys":
        shown = mismatch.actual if reveal else ["…"]
        return mismatch.code, say(
            "wrong_keys", output=output, expected=", ".join(mismatch.expected), actual=", ".join(shown)
        )
    if mismatch.code == "wrong_shape":
        shapes = (np.shape(mismatch.expected), np.shape(mismatch.actual))
        return mismatch.code, say("wrong_shape", output=output, expected=shapes[0], actual=shapes[1])
    if mismatch.code == "wrong_value" and reveal:
        return mismatch.code, _wrong_value_at(output, mismatch)
    return mismatch.code, say(mismatch.code, output=output)


def _wrong_value_at(output: Text, mismatch: Mismatch) -> Text:
    expected, actual, index = mismatch.expected, mismatch.actual, mismatch.index
    where: Text = {"en": "", "zh": ""}
    if index:
        expected, actual = expected[index], actual[index]
        place = list(index) if len(index) > 1 else index[0]
        where = {"en": f" (worst at index {place})", "zh": f"（误差最大处的下标为 {place}）"}
    return say("wrong_value_at", output=output, index=where, expected=_short(expected), actual=_short(actual))


def _short(value: Any) -> str:
    number = as_numbers(value)
    if number is not None and number.ndim == 0 and number.dtype.kind == "f":
        return f"{float(number):.6g}"
    text = str(number.item()) if number is not None and number.ndim == 0 else repr(value)
    return text if len(text) <= 80 else text[:77] + "…"


def _output(path: str) -> Text:
    numbered = re.fullmatch(r"\[(\d+)\]", path)
    if numbered:
        number = int(numbered[1]) + 1
        return {"en": f"Value {number} of those returned", "zh": f"返回的第 {number} 个值"}
    return {"en": f"`{path}`", "zh": f"`{path}` "} if path else {"en": "The result", "zh": "结果"}


def type_name(value: Any) -> Text:
    """What kind of thing a value is, in words."""
    if isinstance(value, Failure):
        error = safe_error_name(value.error)
        return {"en": f"an error, {error['en']},", "zh": f"抛出 {error['zh']}"}
    if value is None:
        return {"en": "None (is a `return` missing?)", "zh": "None（是不是漏了 `return`？）"}
    if isinstance(value, (Handle, Opaque)):
        name = value.type_name
        if dtype := DTYPE_ARRAY.fullmatch(name):
            name = f"{dtype[1]} array"
        elif name not in SAFE_TYPES:
            return {"en": "an object of another class", "zh": "其他类的对象"}
        return {"en": f"an object of type `{name}`", "zh": f"类型为 `{name}` 的对象"}
    if isinstance(value, bool):
        return {"en": "a truth value", "zh": "布尔值"}
    array = as_numbers(value)
    if array is not None and array.ndim:
        return {"en": f"an array of shape {array.shape}", "zh": f"形状为 {array.shape} 的数组"}
    if array is not None:
        return {"en": "a number", "zh": "一个数"}
    names: dict[type, tuple[str, str]] = {
        str: ("text", "文本"),
        dict: ("a dict", "字典"),
        tuple: ("a tuple", "元组"),
        list: ("a list", "列表"),
    }
    found = next(
        (words for kind, words in names.items() if isinstance(value, kind)), ("something else", "其他类型的值")
    )
    english, chinese = found
    return {"en": english, "zh": chinese}


def structure_in_words(structure: Structure) -> Text:
    """How a value is built, in words: "a dict with the keys `w` and `b`"."""
    if isinstance(structure, dict) and "dict" in structure:
        keys = [f"`{key}`" for key in structure["dict"]][:MOST_PARTS]
        return {"en": f"a dict with the keys {', '.join(keys)}", "zh": f"含有键 {'、'.join(keys)} 的字典"}
    if isinstance(structure, dict):
        parts = [structure_in_words(part) for part in structure["tuple"]]
        chinese = "、".join(part["zh"] for part in parts)
        return {
            "en": f"{len(parts)} values ({', '.join(part['en'] for part in parts)})",
            "zh": f"{len(parts)} 个值（{chinese}）",
        }
    words: dict[Structure, tuple[str, str]] = {
        0: ("a number", "一个数"),
        "text": ("text", "文本"),
        "None": ("None (is a `return` missing?)", "None（是不是漏了 `return`？）"),
        "object": ("an object", "一个对象"),
        "any": ("an object", "一个对象"),
    }
    axes = {1: ("an array with 1 axis", "一维数组"), 2: ("an array with 2 axes", "二维数组")}
    english, chinese = words.get(structure) or axes.get(
        structure, (f"an array with {structure} axes", f" {structure} 维数组")
    )
    return {"en": english, "zh": chinese}


def _ratio(ratio: float) -> str:
    """A ratio as people say it: 2, −1, 1/7; digits when it is none of these."""
    for known, name in RATIOS.items():
        if abs(known - ratio) < 1e-6:
            return name
    if abs(round(1 / ratio) * ratio - 1) < 1e-6:
        return f"1/{round(1 / ratio)}"
    return f"{ratio:.4g}"


def explain_generically(mismatches: Sequence[Mismatch]) -> list[Finding]:
    """What can be said without a known mistake: a constant ratio, a transpose, zeros, a shift.  At most one."""
    values = [
        m for m in mismatches if m.code == "wrong_value" and isinstance(m.actual, np.ndarray) and m.actual.size > 1
    ]
    for mismatch in values[:1]:
        expected = np.asarray(mismatch.expected, dtype=np.float64)
        actual = np.asarray(mismatch.actual, dtype=np.float64)
        output = _output(mismatch.path)
        if not actual.any():
            return [Finding("all_zero", say("all_zero", output=output))]
        if expected.ndim == 2 and expected.shape[0] == expected.shape[1] and np.allclose(actual, expected.T):
            return [Finding("transposed", say("transposed", output=output))]
        ratio = float(actual.ravel() @ expected.ravel() / max(float(expected.ravel() @ expected.ravel()), 1e-300))
        if abs(ratio) > 1e-6 and np.allclose(actual, ratio * expected, rtol=1e-6, atol=1e-9):
            return [Finding("ratio", say("ratio", output=output, ratio=_ratio(ratio)))]
        if expected.ndim == 1 and (np.allclose(actual[1:], expected[:-1]) or np.allclose(actual[:-1], expected[1:])):
            return [Finding("shifted", say("shifted", output=output))]
    transposed = [m for m in mismatches if m.code == "wrong_shape" and np.ndim(m.expected) == 2]
    for mismatch in transposed[:1]:
        if np.shape(mismatch.actual) == np.shape(mismatch.expected)[::-1]:
            return [Finding("transposed", say("transposed", output=_output(mismatch.path)))]
    return []
