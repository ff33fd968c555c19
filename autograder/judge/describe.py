"""What is told of failures and mismatches: values of public cases, none of hidden ones."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograder.judge.compare import Mismatch, as_numbers, is_numeric
from autograder.judge.structure import MOST_PARTS, Structure
from autograder.model.bank import BankedExercise
from autograder.model.calls import CallStatus, Failure
from autograder.model.exercise import Case
from autograder.model.markers import Handle, Opaque, Tensor
from autograder.model.texts import Values, part
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


def safe_error_name(name: str) -> str | Values:
    """An exception's class name if it is a common one: one of the student's own could carry hidden inputs."""
    name = "UFuncTypeError" if name in UFUNC_ERRORS else name
    return f"`{name}`" if name in SAFE_ERRORS else part("an_exception")


def describe_failure(exercise: BankedExercise, failure: Failure, reveal: bool) -> tuple[str, Values]:
    """Code and values of the sentence for a call that gave no value."""
    status = failure.status
    if status is CallStatus.WRONG_RETURN:
        expected = structure_in_words(exercise.returns[failure.function][0])
        actual = structure_in_words(failure.built) if reveal else type_name(failure.value)
        return status.value, {"function": failure.function, "expected": expected, "actual": actual}
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
        values["error"] = safe_error_name(failure.error)
        values["where"] = "" if failure.line is None else part("at_line_of_cell", line=failure.line)
    return status.value, values


def _other_shape(built: Mapping[str, Any], reveal: bool) -> tuple[str, Values]:
    """A value that is no array of the declared shape; its own shape is told where it may be."""
    output, expected, actual = _output(built["path"]), tuple(built["expected"]), built["actual"]
    if reveal and actual is not None:
        return "wrong_shape", {"output": output, "expected": str(expected), "actual": str(tuple(actual))}
    return "other_shape", {"output": output, "expected": type_name(np.broadcast_to(0.0, expected))}


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
    code, expected, actual, output = mismatch.code, mismatch.expected, mismatch.actual, _output(mismatch.path)
    shape = np.shape(actual) if as_numbers(actual) is not None else ()
    right = as_numbers(expected)
    known = set(shape) <= sizes and len(shape) <= (0 if right is None else right.ndim) + 1
    if not reveal and not known and code in ("wrong_type", "wrong_shape"):
        return "wrong_shape_hidden", {"output": output}
    if code in ("below_gate", "above_gate"):
        return code, {"actual": f"{actual:.4g}", "bound": f"{expected:.4g}"}
    if code in ("no_choice", "not_an_option"):
        options = [f'"{option}"' for option in expected]
        return code, {"output": output, "options": options, **({} if actual is None else {"actual": _short(actual)})}
    if code == "wrong_type":
        return code, {"output": output, "expected": type_name(expected), "actual": type_name(actual)}
    if code == "wrong_arity":
        values = {"expected": len(expected), "names": list(exercise.outputs) or "…"}
        count = len(actual) if isinstance(actual, (list, tuple)) else 1
        if count > len(expected) + MORE_PARTS and not reveal:
            return "wrong_arity_hidden", values
        return code, {**values, "actual": count}
    if code == "wrong_keys":
        return code, {"output": output, "expected": expected, "actual": actual if reveal else "…"}
    if code == "wrong_shape":
        return code, {"output": output, "expected": str(np.shape(expected)), "actual": str(shape)}
    if code == "wrong_value" and reveal:
        return "wrong_value_at", {"output": output, **_worst(mismatch)}
    return code, {"output": output}


def _worst(mismatch: Mismatch) -> Values:
    """The values where an array is wrong most, and where that is; those of anything else as they are."""
    expected, actual, index = mismatch.expected, mismatch.actual, mismatch.index
    if not index:
        return {"index": "", "expected": _short(expected), "actual": _short(actual)}
    place = str(list(index) if len(index) > 1 else index[0])
    where = part("worst_at", index=place)
    return {"index": where, "expected": _short(expected[index]), "actual": _short(actual[index])}


def _short(value: Any) -> str:
    number = as_numbers(value)
    if number is not None and number.ndim == 0 and number.dtype.kind == "f":
        return f"{float(number):.6g}"
    text = str(number.item()) if number is not None and number.ndim == 0 else repr(value)
    return text if len(text) <= 80 else text[:77] + "…"


def _output(path: str) -> Values:
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


def structure_in_words(structure: Structure) -> Values:
    """How a value is built: "a dict with the keys `w` and `b`"."""
    if isinstance(structure, dict) and "dict" in structure:
        return part("dict_with_keys", keys=[f"`{key}`" for key in structure["dict"]][:MOST_PARTS])
    if isinstance(structure, dict):
        parts = [structure_in_words(each) for each in structure["tuple"]]
        return part("several_values", count=len(parts), values=parts)
    names = {0: "number", 1: "vector", 2: "matrix", "text": "text", "None": "none", "object": "object", "any": "object"}
    return part(names[structure]) if structure in names else part("array_of_axes", axes=structure)


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
            return [Finding("all_zero", {"output": output})]
        if expected.ndim == 2 and expected.shape[0] == expected.shape[1] and np.allclose(actual, expected.T):
            return [Finding("transposed", {"output": output})]
        ratio = float(actual.ravel() @ expected.ravel() / max(float(expected.ravel() @ expected.ravel()), 1e-300))
        if abs(ratio) > 1e-6 and np.allclose(actual, ratio * expected, rtol=1e-6, atol=1e-9):
            return [Finding("ratio", {"output": output, "ratio": _ratio(ratio)})]
        if expected.ndim == 1 and (np.allclose(actual[1:], expected[:-1]) or np.allclose(actual[:-1], expected[1:])):
            return [Finding("shifted", {"output": output})]
    transposed = [m for m in mismatches if m.code == "wrong_shape" and np.ndim(m.expected) == 2]
    for mismatch in transposed[:1]:
        if np.shape(mismatch.actual) == np.shape(mismatch.expected)[::-1]:
            return [Finding("transposed", {"output": _output(mismatch.path)})]
    return []
