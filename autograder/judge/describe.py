"""What is told of failures and mismatches: values of public cases, none of hidden ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.judge.compare import Mismatch, as_numbers, is_numeric
from autograder.judge.error_meanings import meaning_of
from autograder.judge.one_line import apart, is_short, shown
from autograder.judge.structure import MOST_PARTS, Structure, fits, reordered, structure_of
from autograder.model.bank import BankedExercise
from autograder.model.calls import CallStatus, Failure
from autograder.model.exercise import Case
from autograder.model.markers import Handle, Opaque, Tensor
from autograder.model.texts import Values, part
from autograder.model.tree import leaves

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
MESSAGE = 300  # characters of an exception that are told


def safe_error_name(name: str) -> str | Values:
    """An exception's class name if it is a common one: one of the student's own could carry hidden inputs."""
    name = "UFuncTypeError" if name in UFUNC_ERRORS else name
    return f"`{name}`" if name in SAFE_ERRORS else part("an_exception")


def describe_failure(exercise: BankedExercise, failure: Failure, reveal: bool) -> tuple[str, Values]:
    """Code and values of the sentence for a call that gave no value."""
    status = failure.status
    if status in (CallStatus.WRONG_RETURN, CallStatus.OTHER_SHAPE) and _in_another_order(exercise, failure):
        return "wrong_order", {"values": names_of(exercise)}
    if status is CallStatus.WRONG_RETURN:
        return _wrong_return(exercise, failure, reveal)
    if status is CallStatus.OTHER_SHAPE:
        return _other_shape(failure.built, reveal)
    if status is CallStatus.NO_METHOD and failure.function in exercise.methods:
        status = CallStatus.MISSING
    function = failure.function if failure.function in exercise.parameters else exercise.name
    values: dict[str, Any] = {"function": function}
    if status is CallStatus.SIGNATURE:
        values["parameters"] = ", ".join(exercise.parameters.get(failure.function, ()))  # code, in every language
    elif status is CallStatus.FORBIDDEN:
        values["library"] = failure.error
    elif status is CallStatus.RAISED:
        values["error"] = f"`{failure.error}`" if reveal else safe_error_name(failure.error)
        values["where"] = _where(failure, reveal)
        if reveal and failure.message:
            values["message"] = _as_code(failure.message)
            if meaning := meaning_of(failure.error, failure.message):
                return "raised_meaning", {"said": part("raised_saying", **values), "meaning": meaning}
            return "raised_saying", values
    return status.value, values


def _where(failure: Failure, reveal: bool) -> str | Values:
    if failure.line is None:
        return ""
    if reveal and failure.source:
        return part("at_source_line", line=failure.line, source=_as_code(failure.source))
    return part("at_line_of_cell", line=failure.line)


def _as_code(text: str) -> str:
    """The first line of a text, without the marks that would end it where it is shown as code."""
    first = next(iter(text.strip().splitlines()), "").replace("`", "'")
    return first if len(first) <= MESSAGE else first[: MESSAGE - 1] + "…"


def _in_another_order(exercise: BankedExercise, failure: Failure) -> bool:
    """Whether every part of a returned tuple is there, but not in its place."""
    built = exercise.returns.get(failure.function, ())
    return failure.function == exercise.name and any(reordered(each, structure_of(failure.value)) for each in built)


def _wrong_return(exercise: BankedExercise, failure: Failure, reveal: bool) -> tuple[str, Values]:
    """A value that is built otherwise; where its parts may be told, which of them."""
    function, structure, value = failure.function, exercise.returns[failure.function][0], failure.value
    outputs = exercise.outputs if function == exercise.name else ()
    if reveal and isinstance(structure, dict):
        if "dict" in structure and isinstance(value, dict) and (keys := _keys_apart(list(structure["dict"]), value)):
            return "keys_differ", {"output": part("result"), **keys}
        for name, right, wrong in _parts(structure, value, outputs):
            if not fits(right, wrong):
                expected, actual = structure_in_words(right), value_in_words(wrong)
                return "wrong_type", {"output": output_in_words(name), "expected": expected, "actual": actual}
    expected = structure_in_words(structure, outputs)
    actual = value_in_words(value) if reveal else type_name(value)
    return "wrong_return", {"function": function, "expected": expected, "actual": actual}


def _parts(structure: Mapping[str, Any], value: Any, names: Sequence[str]) -> list[tuple[str, Structure, Any]]:
    """(name, structure, value) of each part of a dict or a tuple that has as many parts as it should."""
    if "dict" in structure:
        known = {str(key): part for key, part in value.items()} if isinstance(value, dict) else {}
        return [(key, built, known[key]) for key, built in structure["dict"].items() if key in known]
    built = structure["tuple"]
    if not isinstance(value, (tuple, list)) or len(value) != len(built):
        return []
    named = names if len(names) == len(built) else [f"[{number}]" for number in range(len(built))]
    return list(zip(named, built, value, strict=True))


def _keys_apart(expected: Sequence[str], actual: Iterable[Any]) -> Values | None:
    """The keys that a dict should have, and how it differs; None where it has them."""
    keys = [str(key) for key in actual]
    missing = [f"`{key}`" for key in expected if key not in keys]
    extra = [f"`{_as_code(key)}`" for key in keys if key not in expected]
    if not missing and not extra:
        return None
    code = "keys_in_place_of" if missing and extra else "keys_missing" if missing else "keys_too_many"
    difference = part(code, **({"missing": missing} if missing else {}), **({"extra": extra} if extra else {}))
    return {"expected": [f"`{key}`" for key in expected], "difference": difference}


def _other_shape(built: Mapping[str, Any], reveal: bool) -> tuple[str, Values]:
    """A value that is no array of the declared shape; its own shape is told where it may be."""
    output, expected, actual = output_in_words(built["path"]), tuple(built["expected"]), built["actual"]
    if reveal and actual is not None:
        return _wrong_shape(output, expected, tuple(actual))
    return "other_shape", {"output": output, "expected": type_name(np.broadcast_to(0.0, expected))}


def _wrong_shape(output: Values, expected: tuple[int, ...], actual: tuple[int, ...]) -> tuple[str, Values]:
    """Both shapes, and what (N, N) comes from where (N,) belongs."""
    is_pairs = len(expected) == 1 and expected[0] > 1 and actual == 2 * expected
    code = "wrong_shape_pairs" if is_pairs else "wrong_shape"
    return code, {"output": output, "expected": str(expected), "actual": str(actual)}


def describe_mismatches(
    exercise: BankedExercise, mismatches: Sequence[Mismatch], case: Case, reveal: bool
) -> list[tuple[str, Values]]:
    """Code and values of the sentence for each place in which an output differs.

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


def _describe(exercise: BankedExercise, mismatch: Mismatch, sizes: set[int], reveal: bool) -> tuple[str, Values]:
    code, expected, actual, output = mismatch.code, mismatch.expected, mismatch.actual, output_in_words(mismatch.path)
    shape = np.shape(actual) if as_numbers(actual) is not None else ()
    right = as_numbers(expected)
    known = set(shape) <= sizes and len(shape) <= (0 if right is None else right.ndim) + 1
    if not reveal and not known and code in ("wrong_type", "wrong_shape"):
        return "wrong_shape_hidden", {"output": output}
    if code in ("below_gate", "above_gate"):
        return code, {"actual": f"{actual:.4g}", "bound": f"{expected:.4g}"}
    if code in ("no_choice", "not_an_option"):
        options = [f'"{option}"' for option in expected]
        return code, {"output": output, "options": options, **({} if actual is None else {"actual": shown(actual)})}
    if code == "wrong_type":
        return code, {"output": output, "expected": type_name(expected), "actual": type_name(actual)}
    if code == "wrong_arity":
        values = {"expected": len(expected), "names": list(exercise.outputs) or "…"}
        if reveal and not isinstance(actual, (list, tuple)):
            return "wrong_arity_single", {**values, "actual": type_name(actual)}
        count = len(actual) if isinstance(actual, (list, tuple)) else 1
        if count > len(expected) + MORE_PARTS and not reveal:
            return "wrong_arity_hidden", values
        return code, {**values, "actual": count}
    if code == "wrong_keys" and reveal and (keys := _keys_apart(expected, actual)):
        return "keys_differ", {"output": output, **keys}
    if code == "wrong_keys":
        return code, {"output": output, "expected": expected, "actual": actual if reveal else "…"}
    if code == "wrong_shape":
        return _wrong_shape(output, np.shape(expected), shape)
    if code == "wrong_value" and right is not None and right.dtype.kind == "b" and not right.ndim:
        return _untrue(exercise, mismatch)
    if code == "wrong_value" and reveal:
        return "wrong_value_at", {"output": output, **_worst(mismatch)}
    return code, {"output": output}


def _untrue(exercise: BankedExercise, mismatch: Mismatch) -> tuple[str, Values]:
    """A property that an observe looks at, or a truth value that the function itself returns."""
    if not mismatch.path and (exercise.observe or any(group.observe for group in exercise.groups)):
        return "does_not_hold", {}
    code = "should_be_true" if mismatch.expected else "should_be_false"
    return code, {"output": output_in_words(mismatch.path)}


def _worst(mismatch: Mismatch) -> Values:
    """Both values; of a long array those where it is wrong most, and where that is."""
    expected, actual, index = mismatch.expected, mismatch.actual, mismatch.index
    where: str | Values = ""
    if index and not is_short(expected):
        where = part("worst_at", index=str(list(index) if len(index) > 1 else index[0]))
        expected, actual = expected[index], actual[index]
    right, wrong = apart(expected, actual)
    return {"index": where, "expected": right, "actual": wrong}


def names_of(exercise: BankedExercise) -> list[str] | Values:
    """The names of the parts of what the function returns."""
    return [f"`{name}`" for name in exercise.outputs] or part("every_value")


def output_in_words(path: str) -> Values:
    """A place in the output: "`dw`", "Value 2 of those returned"."""
    if numbered := re.fullmatch(r"\[(\d+)\]", path):
        return part("returned_value", number=int(numbered[1]) + 1)
    return part("output", path=path) if path else part("result")


def type_name(value: Any) -> Values:
    """What kind of thing a value is."""
    if isinstance(value, Failure):
        return part("an_error", error=safe_error_name(value.error))
    if value is None:
        return part("none")
    if isinstance(value, (Handle, Opaque)):
        name = value.type_name
        if dtype := DTYPE_ARRAY.fullmatch(name):
            name = f"{dtype[1]} array"
        elif name not in SAFE_TYPES:
            return part("object_of_another_class")
        return part("object_of_type", type=name)
    if isinstance(value, bool):
        return part("truth_value")
    array = as_numbers(value)
    if array is not None:
        return part("array_of_shape", shape=str(array.shape)) if array.ndim else part("number")
    names = {str: "text", dict: "dict", tuple: "tuple", list: "list"}
    return part(next((name for kind, name in names.items() if isinstance(value, kind)), "something_else"))


def value_in_words(value: Any) -> Values:
    """The same, with how a tuple or a dict is built."""
    return structure_in_words(structure_of(value)) if isinstance(value, (dict, tuple)) and value else type_name(value)


def structure_in_words(structure: Structure, names: Sequence[str] = ()) -> Values:
    """How a value is built: "a dict with the keys `w` and `b`"; the parts of a tuple by these names."""
    if isinstance(structure, dict) and "dict" in structure:
        return part("dict_with_keys", keys=[f"`{key}`" for key in structure["dict"]][:MOST_PARTS])
    if isinstance(structure, dict):
        parts = [structure_in_words(each) for each in structure["tuple"]]
        if len(names) == len(parts):
            return part("several_named", count=len(parts), names=[f"`{name}`" for name in names])
        return part("several_values", count=len(parts), values=parts)
    words = {0: "number", 1: "vector", 2: "matrix", "text": "text", "None": "none", "object": "object", "any": "object"}
    return part(words[structure]) if structure in words else part("array_of_axes", axes=structure)
