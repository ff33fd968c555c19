"""Functions that are answered from outside: they behave as if they were here, and nothing of them is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from autograder.sandbox import Asked, CallResult, CallStatus, CellStatus, Sandbox, Session

RIGHT = """
import numpy as np

def double(x):
    '''twice the value, which is the treasure'''
    return 2 * x

def total(values, start=0.0):
    return float(np.sum(values) + start)

def kind(x):
    return type(x).__name__

def drawn(rng, n):
    return rng.normal(size=n)

def shuffled(values, rng):
    values[:] = 0.0
    return rng.permutation(3)

def inverse(A):
    return np.linalg.inv(A)

def fussy(x):
    if x < 0:
        raise ValueError("the hidden message")
    raise type("Own", (Exception,), {})("x")

def model(x):
    return object()

def endless(x):
    while True: pass

def dies(x):
    import os
    os._exit(1)
"""
NAMES = [line.split("(")[0].removeprefix("def ") for line in RIGHT.splitlines() if line.startswith("def ")]


@pytest.fixture
def oracle(sandbox: Sandbox) -> Iterator[Session]:
    with sandbox.session() as right:
        assert right.run_cell(RIGHT, seconds=5).status is CellStatus.OK
        yield right


def answering(oracle: Session) -> Callable[[Asked, float], CallResult]:
    def answer(asked: Asked, seconds: float) -> CallResult:
        return oracle.call(asked.function, asked.args, asked.kwargs, seconds=seconds, generators=asked.generators)

    return answer


@pytest.fixture
def student(session: Session, oracle: Session) -> Session:
    session.run_cell("import numpy as np\ndef double(x): return x\ndef mine(x): return double(x) + 1", seconds=5)
    session.replace(NAMES, answering(oracle))
    return session


def give(session: Session, source: str, *args: Any) -> Any:
    """The value of a function given as source, called in the session."""
    assert session.run_cell(source, seconds=5).status is CellStatus.OK
    result = session.call("f", args, seconds=5)
    assert result.status is CallStatus.OK, (result.status, result.error_name)
    return result.value


def test_a_students_function_calls_the_right_one(student: Session) -> None:
    assert student.asks == 0
    assert student.call("mine", [3], seconds=5).value == 7
    assert student.asks == 1


def test_arguments_and_answers_are_what_they_would_be_in_place(student: Session) -> None:
    source = """
def f():
    return (total([1, 2], start=3), total(values=np.ones(3)), type(total([1])).__name__, kind(np.float64(1)),
            kind(np.ones(2)), kind(1), kind(True), kind("x"), kind({}), kind([]), kind(()),
            type(double(np.float32(2))).__name__, str(double(np.ones(2, np.float32)).dtype))
"""
    assert give(student, source) == (
        6.0, 3.0, "float", "float64", "ndarray", "int", "bool", "str", "dict", "list", "tuple", "float32", "float32",
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["PCG64", "MT19937", "Philox", "SFC64"])
def test_a_generator_advances_as_if_it_had_been_used_here(student: Session, kind: str) -> None:
    source = f"""
def f():
    rng, own = (np.random.Generator(np.random.{kind}(5)) for _ in range(2))
    rng.integers(7, dtype=np.int32), own.integers(7, dtype=np.int32)
    first, between, second = drawn(rng, 3), rng.normal(), drawn(n=2, rng=rng)
    return np.concatenate([first, [between], second]) - own.normal(size=6)
"""
    assert np.array_equal(give(student, source), np.zeros(6))


def test_arguments_are_not_changed_in_place(student: Session) -> None:
    source = (
        "def f():\n    x = np.ones(3)\n    order = shuffled(x, np.random.default_rng(0))\n    return x, sorted(order)"
    )
    values, order = give(student, source)
    assert (values.tolist(), list(map(int, order))) == ([1.0, 1.0, 1.0], [0, 1, 2])


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ("inverse(np.zeros((2, 2)))", "LinAlgError"),
        ("fussy(-1)", "ValueError"),
        ("fussy(1)", "RuntimeError"),
        ("double()", "TypeError"),
        ("double(1, 2)", "TypeError"),
        ("double(y=1)", "TypeError"),
        ("double(lambda: 1)", "TypeError"),
        ("double([np.random.default_rng(0)])", "TypeError"),
        ("double(np.random.RandomState(0))", "TypeError"),
        ("model(1)", "RuntimeError"),
    ],
)
def test_an_exception_arrives_as_its_class_alone(student: Session, call: str, error: str) -> None:
    source = f"def f():\n    try: {call}\n    except Exception as error: return type(error).__name__, str(error)"
    assert give(student, source) == (error, "")
    assert student.call("mine", [3], seconds=5).value == 7


HUNT = """
import ctypes, gc, linecache, sys

def f(half, other):
    def has(text):
        place = text.find(half)
        while place >= 0:
            if text[place + len(half):place + len(half) + len(other)] == other:
                return True
            place = text.find(half, place + 1)
        return False

    double(1)
    places = []
    texts = [(name, "".join(entry[2])) for name, entry in linecache.cache.items() if len(entry) > 2]
    texts += [("In", str(line)) for line in get_ipython().user_ns.get("In", [])]
    frame = sys._getframe()
    while frame is not None:
        texts += [("frame", repr(value)[:100_000]) for value in frame.f_locals.values()]
        frame = frame.f_back
    for found in gc.get_objects():
        if type(found).__name__ == "function" and found.__doc__:
            texts.append(("function", str(found.__doc__)))
        if isinstance(found, dict):
            texts += [("dict", value) for value in list(found.values()) if type(value) is str]
    places += [where for where, text in texts if has(text)]
    half, other = half.encode(), other.encode()
    with open("/proc/self/maps") as maps:
        for line in maps.read().splitlines():
            span, rights = line.split()[:2]
            low, high = (int(part, 16) for part in span.split("-"))
            if rights[0] != "r" or "w" not in rights or high - low > 2**27:
                continue
            try:
                with open("/proc/self/mem", "rb") as memory:
                    memory.seek(low)
                    if has(memory.read(high - low)):
                        places.append("memory")
            except (OSError, ValueError):
                pass
    return places
"""


def test_nothing_of_a_right_function_is_in_the_students_process(student: Session) -> None:
    """The control: the same hunt finds in many places what is there."""
    known = "x = 'a phrase that is known here'\ndef g():\n    '''a phrase that is known here'''\n"
    assert student.run_cell(known + HUNT, seconds=10).status is CellStatus.OK
    control = student.call("f", ["a phrase that ", "is known here"], seconds=30, waiting=30)
    assert {"In", "function", "memory"} <= set(control.value)
    result = student.call("f", ["twice the value, ", "which is the treasure"], seconds=30, waiting=30)
    assert (result.status, result.value) == (CallStatus.OK, [])


def test_a_right_function_is_slow_by_a_message_alone(student: Session) -> None:
    source = "def f(n):\n    for _ in range(n): double(np.ones(20))\n    return n"
    assert student.run_cell(source, seconds=5).status is CellStatus.OK
    result = student.call("f", [1000], seconds=5)
    assert result.value == 1000
    assert result.seconds < 0.5 * 1.5  # CPU of both processes; half a millisecond a call, and slack for a busy machine
    assert result.waited < 0.5


def test_what_the_right_function_computes_is_paid_by_the_call(student: Session) -> None:
    student.run_cell("def f(): return endless(1)", seconds=5)
    start = time.monotonic()
    result = student.call("f", seconds=0.3)
    assert result.status is CallStatus.TIMEOUT
    assert 0.3 <= result.seconds < 1
    assert time.monotonic() - start < 6


def test_a_right_function_that_ends_its_process_ends_the_call(student: Session) -> None:
    student.run_cell("def f(): return dies(1)", seconds=5)
    assert student.call("f", seconds=5).status is CallStatus.DIED
    assert not student.alive


def test_cells_may_ask_too_and_children_may_not(student: Session) -> None:
    assert student.run_cell("y = double(4)", seconds=5).status is CellStatus.OK
    assert student.value("y").value == 8
    source = """
import os
def f():
    read, write = os.pipe()
    if os.fork() == 0:
        try: double(1)
        except RuntimeError: os.write(write, b"refused")
        os._exit(0)
    os.wait()
    return os.read(read, 9).decode(), double(2)
"""
    assert give(student, source) == ("refused", 4)


def frame_of(message: str) -> str:
    """Source that sends a hand-written frame, whose arrays are none."""
    return (
        "import json, os, struct, time\n"
        f"header = json.dumps({message}).encode()\n"
        "os.write(3, struct.pack('<4sIQ', b'AGF1', len(header), 0) + header)\ntime.sleep(9)"
    )


ASK = (
    '{"kind": "ASKED", "request": 0, "function": "double", "args": {"t": [1]}, "kwargs": {"d": []}, '
    '"generators": [], "arrays": []}'
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"double"', '"mine"'),
        ('"double"', '"no_such"'),
        ('"double"', "3"),
        ('{"t": [1]}', "None"),
        ('{"t": [1]}', '{"l": [1]}'),
        ('{"d": []}', "None"),
        ('{"d": []}', '{"d": [[1, 2]]}'),
        ('"ASKED"', '"CALL"'),
        ('"generators": []', '"generators": [7]'),
        ('"generators": []', '"generators": [-1]'),
        ('"generators": []', '"generators": [True]'),
        ('"generators": []', '"generators": None'),
    ],
)
def test_a_forged_question_is_malformed(student: Session, old: str, new: str) -> None:
    assert ASK.count(old) == 1
    assert student.run_cell(frame_of(ASK.replace(old, new)), seconds=5).status is CellStatus.MALFORMED
    assert not student.alive


def test_the_same_question_in_order_is_answered(student: Session) -> None:
    """The control of the forged ones; the cell never answers, so its sleep ends it."""
    assert student.run_cell(frame_of(ASK), seconds=5, waiting=0.5).status is CellStatus.TIMEOUT
    assert student.asks == 1


@pytest.mark.parametrize("state", ["1", "{'bit_generator': 'Other'}", "{'bit_generator': 'PCG64', 'state': 'x'}"])
def test_a_forged_generator_is_a_type_error(student: Session, state: str) -> None:
    source = f"""
def f():
    asker = next(cell.cell_contents for cell in double.__closure__ if type(cell.cell_contents) is not str)
    type(asker)._ask.__globals__["state_of"] = lambda generator: {state}
    try: drawn(np.random.default_rng(0), 2)
    except TypeError: return "refused"
"""
    assert give(student, source) == "refused"


def test_questions_are_bounded(student: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.sandbox.session._MOST_ASKED", 5)
    student.run_cell("def f(n):\n    for _ in range(n): double(1)", seconds=5)
    assert student.call("f", [5], seconds=5).status is CallStatus.OK
    assert student.call("f", [6], seconds=5).status is CallStatus.TIMEOUT


def test_a_question_before_anything_is_replaced_is_malformed(session: Session) -> None:
    assert session.run_cell(frame_of(ASK), seconds=5).status is CellStatus.MALFORMED
