"""What the common exceptions of Python and numpy mean, for those whose language or experience their texts are not."""

from __future__ import annotations

import re

from autograder.model.needs import pip_install
from autograder.model.texts import Values, part

MEANINGS = {  # code of the meaning: the exception's class, and what its text has; the first that fits is told
    "means_truth_of_array": ("ValueError", r"truth value of an array"),
    "means_broadcast": ("ValueError", r"could not be broadcast|could not broadcast|shape mismatch: objects"),
    "means_product": ("ValueError", r"matmul: Input operand|shapes .* not aligned"),
    "means_axes_joined": ("ValueError", r"same number of dimensions"),
    "means_lengths_joined": ("ValueError", r"dimensions except for the concatenation axis"),
    "means_unpacked": ("ValueError|TypeError", r"values to unpack|cannot unpack"),
    "means_row_for_number": ("ValueError", r"setting an array element with a sequence"),
    "means_negative_power": ("ValueError", r"[Ii]ntegers to negative integer powers"),
    "means_key": ("KeyError", ""),
    "means_unbound": ("UnboundLocalError", ""),
    "means_name": ("NameError", ""),
    "means_too_many_indices": ("IndexError", r"too many indices"),
    "means_index": ("IndexError", r"out of (bounds|range)"),
    "means_axis": ("AxisError", ""),
    "means_none": ("TypeError|AttributeError", r"NoneType"),
    "means_list": ("TypeError|AttributeError", r"'list'|can't multiply sequence"),
    "means_not_callable": ("TypeError", r"not callable"),
    "means_one_number": ("TypeError", r"(only|expected) .*(0-dimensional|length-1|size-1)"),
    "means_arguments": ("TypeError", r"positional argument|keyword argument"),
    "means_attribute": ("AttributeError", r"has no attribute"),
    "means_integers_in_place": ("UFuncTypeError", r"Cannot cast"),
    "means_singular": ("LinAlgError", r"[Ss]ingular"),
    "means_endless": ("RecursionError", ""),
}
_MISSING = re.compile(r"No module named '(\w+)")


def meaning_of(error: str, message: str) -> Values | None:
    """What an exception of this class with this text means; None where nobody can say."""
    if error == "ModuleNotFoundError" and (missing := _MISSING.match(message)):
        return part("means_package", package=missing[1], command=f"%{pip_install([missing[1]])}")
    for code, (errors, text) in MEANINGS.items():
        if re.fullmatch(errors, error) and re.search(text, message):
            return part(code)
    return None
