"""What a notebook may rely on in the sandbox, and what callers may rely on."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from machine import working

from autograder.model.markers import Handle, Opaque, Rng
from autograder.sandbox import (
    CallStatus,
    CellResult,
    CellStatus,
    Sandbox,
    SandboxUnavailable,
    Session,
    probe,
)
from autograder.sandbox.backends import BACKENDS

REPOSITORY = Path(__file__).resolve().parents[2]


def run(session: Session, source: str, seconds: float = 5, name: str = "cell") -> CellResult:
    """Run a cell that must succeed."""
    result = session.run_cell(source, seconds=seconds, name=name)
    assert result.status is CellStatus.OK, (result.error_name, result.error_message, result.outputs)
    return result


def printed(result: CellResult, stream: str = "stdout") -> str:
    return "".join(output["text"] for output in result.outputs if output.get("name") == stream)


def shown(result: CellResult, kind: str = "text/plain") -> list[Any]:
    return [output["data"][kind] for output in result.outputs if kind in output.get("data", {})]


def value(session: Session, expression: str) -> Any:
    run(session, f"_answer = {expression}")
    result = session.value("_answer")
    assert result.status is CallStatus.OK
    return result.value


# Cells


def test_files_lie_in_the_folder_of_the_session_alone(sandbox: Sandbox) -> None:
    with sandbox.session() as session:
        session.put_files({"tables/numbers.csv": b"1\n2\n", "helper.py": b"VALUE = 7\n", "数据.bin": bytes(300)})
        assert printed(run(session, "print(open('tables/numbers.csv').read(), end='')")) == "1\n2\n"
        assert value(session, "len(open('数据.bin', 'rb').read())") == 300
        assert value(session, "__import__('helper').VALUE") == 7
        run(session, "open('helper.py', 'w').write('mine')")
    with sandbox.session() as other:
        assert value(other, "__import__('os').listdir()") == []


def test_files_for_which_there_is_no_room_are_named(session: Session) -> None:
    with pytest.raises(SandboxUnavailable, match="could not be written"):
        session.put_files({"x" * 300: b"1"})


@pytest.mark.parametrize("line", ["%%bash", "\n  %%script perl", "%%!", "%%R", "%%python3"])
def test_a_cell_in_another_language_is_refused_in_a_sentence_and_the_next_one_runs(session: Session, line: str) -> None:
    result = session.run_cell(f"{line}\necho hello", seconds=5)
    assert (result.status, result.error_name) == (CellStatus.ERROR, "UsageError")
    assert "cells in another language than Python do not run here" in result.error_message
    assert result.outputs[-1]["output_type"] == "error"
    assert printed(run(session, "%%time\nprint('goes on')")).startswith("goes on")


def test_a_module_that_a_cell_writes_can_be_imported(session: Session) -> None:
    run(session, "%%writefile made.py\nVALUE = 3")
    assert value(session, "__import__('made').VALUE") == 3


def test_last_expression_is_shown_and_prints_are_kept_in_order(session: Session) -> None:
    result = run(session, "import sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')\n6 * 7")
    assert result.outputs == (
        {"output_type": "stream", "name": "stdout", "text": "a\n"},
        {"output_type": "stream", "name": "stderr", "text": "b\n"},
        {"output_type": "stream", "name": "stdout", "text": "c\n"},
        {
            "output_type": "execute_result",
            "data": {"text/plain": "42"},
            "metadata": {},
            "execution_count": 1,
        },
    )


def test_state_is_carried_from_cell_to_cell(session: Session) -> None:
    run(session, "x = 1")
    run(session, "x += 1")
    assert session.value("x").value == 2


def test_sessions_share_nothing(sandbox: Sandbox) -> None:
    with sandbox.session() as first:
        run(first, "x = 1\nopen('left', 'w').write('behind')")
    with sandbox.session() as second:
        assert second.value("x").status is CallStatus.MISSING
        assert value(second, "__import__('os').listdir('.')") == []


def test_sessions_can_be_open_side_by_side(sandbox: Sandbox) -> None:
    with sandbox.session() as first, sandbox.session() as second:
        run(first, "x = 1")
        run(second, "x = 2")
        assert (first.value("x").value, second.value("x").value) == (1, 2)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("%timeit -n1 -r1 pass", "loop"),
        ("%%time\nprint('timed')", "timed"),
        ("%%capture caught\nprint('caught')\n", ""),
        ("!echo from $((1 + 1)) shells", "from 2 shells"),
        ("lines = !printf 'a\\nb\\n'\nprint(list(lines))", "['a', 'b']"),
        ("import os\n_ = os.system('echo by the system')", "by the system"),
        ("import asyncio\nawait asyncio.sleep(0)\nprint('awaited')", "awaited"),
        ("%matplotlib inline\nprint('inline')", "inline"),
        ("print(len(In), __name__)", "2 __main__"),
        ("%pwd\n", ""),
    ],
)
def test_ipython_semantics(session: Session, source: str, text: str) -> None:
    assert text in printed(run(session, source))


def test_semicolon_and_assignment_show_nothing(session: Session) -> None:
    assert run(session, "1;").outputs == ()
    assert run(session, "x = 1").outputs == ()


def test_rich_output(session: Session) -> None:
    result = run(session, "from IPython.display import HTML, display\ndisplay(HTML('<b>x</b>'), 3)")
    assert shown(result, "text/html") == ["<b>x</b>"]
    assert shown(result) == ["<IPython.core.display.HTML object>", "3"]


def test_figures_are_inline_png_and_cost_nothing_to_others(session: Session) -> None:
    assert value(session, "'matplotlib' in __import__('sys').modules") is False
    result = run(session, "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nprint('drawn')", seconds=30)
    assert shown(result, "image/png")[0].startswith("iVBORw0KGgo")


def test_input_is_at_its_end(session: Session) -> None:
    result = session.run_cell("input('name? ')", seconds=5)
    assert (result.status, result.error_name) == (CellStatus.ERROR, "EOFError")


def test_runtime_error_says_where(session: Session) -> None:
    result = session.run_cell("\n\n# a comment\nx = 1\nx / 0\n", seconds=5, name="loss")
    assert (result.status, result.error_name, result.line) == (CellStatus.ERROR, "ZeroDivisionError", 5)
    assert result.error_message == "division by zero"
    error = result.outputs[-1]
    assert error["output_type"] == "error"
    assert any('File "<loss>", line' in line for line in error["traceback"])
    assert "ipython.py" not in "".join(error["traceback"])


def test_error_in_an_earlier_cells_function_names_this_cells_line(session: Session) -> None:
    run(session, "def f():\n    raise KeyError('k')", name="first")
    result = session.run_cell("a = 1\nf()", seconds=5, name="second")
    assert (result.error_name, result.line) == ("KeyError", 2)


@pytest.mark.parametrize(
    ("source", "line"),
    [("x = 1\nx = = 2", 2), ("\n\ndef f(:\n    pass", 3), ("if True:\nx = 1", 2), ("x = 'abc", 1)],
)
def test_syntax_error_says_where(session: Session, source: str, line: int) -> None:
    result = session.run_cell(source, seconds=5)
    assert result.status is CellStatus.ERROR
    assert result.error_name in ("SyntaxError", "IndentationError")
    assert result.line == line


@pytest.mark.parametrize(
    "source", ["import sys\nsys.exit(3)", "raise SystemExit", "raise KeyboardInterrupt", "exit(1)"]
)
def test_leaving_is_an_error_and_the_session_goes_on(session: Session, source: str) -> None:
    session.run_cell(source, seconds=5)
    assert session.alive
    assert value(session, "1") == 1


def test_unknown_magic_is_an_error(session: Session) -> None:
    assert session.run_cell("%nonsense", seconds=5).status is CellStatus.ERROR


def test_output_is_capped(session: Session) -> None:
    result = run(session, "print('é' * 10**6)\nprint('more')")
    assert result.truncated
    assert len(printed(result).encode()) <= 100_000
    assert not run(session, "print('little')").truncated


def test_closing_stdout_does_not_silence_later_cells(session: Session) -> None:
    session.run_cell("import sys\nsys.stdout.close()", seconds=5)
    assert printed(run(session, "print('still here')")) == "still here\n"


def test_lone_surrogates_do_no_harm(session: Session) -> None:
    result = run(session, "print('\\ud800')\n'\\ud800'")
    printed(result).encode()


def test_endless_cell_is_stopped_and_the_session_is_dead(sandbox: Sandbox) -> None:
    with sandbox.session() as session:
        start = time.monotonic()
        result = session.run_cell("while True: pass", seconds=0.3)
        assert result.status is CellStatus.TIMEOUT
        assert 0.3 <= result.seconds < 1
        assert time.monotonic() - start < 3
        assert not session.alive
        start = time.monotonic()
        assert session.run_cell("1", seconds=5).status is CellStatus.DIED
        assert session.call("f", seconds=5).status is CallStatus.DIED
        assert time.monotonic() - start < 0.1


def test_waiting_costs_no_cpu_but_is_counted_and_bounded(session: Session) -> None:
    result = session.run_cell("import time\ntime.sleep(0.6)", seconds=0.2)
    assert result.status is CellStatus.OK
    assert result.seconds < 0.2
    assert 0.3 < result.waited <= 0.7  # on a busy machine some of it is time without a processor
    start = time.monotonic()
    assert session.run_cell("time.sleep(60)", seconds=5, waiting=0.3).status is CellStatus.TIMEOUT
    assert time.monotonic() - start < 3


def test_the_way_of_a_message_is_not_sleep_but_a_short_pause_is(session: Session) -> None:
    run(session, "import time\ndef f(seconds): time.sleep(seconds)")
    assert session.call("f", [0.0], seconds=1).waited < 0.03
    assert session.call("f", [0.2], seconds=1).waited > 0.05


def test_a_machine_that_is_busy_is_not_a_cell_that_sleeps(session: Session) -> None:
    """Seven others want the same processor: what the cell waits for it is not sleep."""
    processor = min(os.sched_getaffinity(0))
    endless = f"import os\nos.sched_setaffinity(0, {{{processor}}})\nwhile True: pass"
    others = [subprocess.Popen([sys.executable, "-S", "-c", endless]) for _ in range(7)]
    os.sched_setaffinity(session._meter._worker, {processor})
    cell = "import time\nend = time.process_time() + 1.0\nwhile time.process_time() < end: pass"
    began = time.monotonic()
    result = session.run_cell(cell, seconds=5, waiting=0.3)
    for other in others:
        other.kill()
        other.wait()
    assert result.status is CellStatus.OK
    assert time.monotonic() - began > 1.5, "there was no competition"  # a group of its own may get half a processor
    assert result.seconds < 1.3
    assert result.waited < 0.3


def test_the_clock_bounds_what_neither_computes_nor_sleeps_much(session: Session) -> None:
    cell = "import time\nwhile True: time.sleep(0.001)"
    start = time.monotonic()
    assert session.run_cell(cell, seconds=60, waiting=60, clock=0.4).status is CellStatus.TIMEOUT
    assert time.monotonic() - start < 3


def test_cpu_time_of_other_processes_counts(session: Session) -> None:
    cell = "import subprocess, sys\nsubprocess.run([sys.executable, '-S', '-c', 'while True: pass'])"
    result = session.run_cell(cell, seconds=0.4)
    assert result.status is CellStatus.TIMEOUT
    assert result.seconds >= 0.4


# Calls


def test_values_travel_both_ways(session: Session) -> None:
    run(session, "def echo(*args, **kwargs): return args, kwargs")
    arrays = [np.arange(6.0).reshape(2, 3), np.array([True, False]), np.arange(3, dtype=np.int16), np.float32(2.5)]
    args = [None, True, 3, 2**70, 1.5, float("nan"), "text", [1, (2, 3)], {"a": {"b": 1}, 3: 4}, *arrays]
    result = session.call("echo", args, {"key": np.zeros((0, 4))}, seconds=5)
    assert result.status is CallStatus.OK
    back, kwargs = result.value
    assert back[:5] == (None, True, 3, 2**70, 1.5)
    assert np.isnan(back[5])
    assert back[6:9] == ("text", [1, (2, 3)], {"a": {"b": 1}, 3: 4})
    for sent, received in zip(arrays, back[9:], strict=True):
        assert received.dtype == sent.dtype
        np.testing.assert_array_equal(received, sent)
    assert kwargs["key"].shape == (0, 4)


def test_call_raising_says_where_but_not_what(session: Session) -> None:
    run(session, "def helper(x):\n    return x.missing", name="helper")
    run(session, "\ndef f(x):\n    y = 1\n    return helper(x)", name="f")
    result = session.call("f", ["secret"], seconds=5)
    assert (result.status, result.error_name, result.cell, result.line) == (
        CallStatus.RAISED,
        "AttributeError",
        "helper",
        2,
    )
    assert "secret" not in repr(result)


@pytest.mark.parametrize("error", ["SystemExit", "KeyboardInterrupt", "GeneratorExit", "MyError"])
def test_any_error_of_a_call_is_reported(session: Session, error: str) -> None:
    run(session, f"class MyError(BaseException): pass\ndef f(): raise {error}")
    assert session.call("f", seconds=5).error_name == error
    assert session.alive


@pytest.mark.parametrize(("args", "kwargs"), [([], {}), ([1, 2, 3], {}), ([1], {"z": 2}), ([1, 2], {"x": 1})])
def test_arguments_that_do_not_bind(session: Session, args: list[Any], kwargs: dict[str, Any]) -> None:
    run(session, "def f(x, y=1): return x")
    assert session.call("f", args, kwargs, seconds=5).status is CallStatus.SIGNATURE


@pytest.mark.parametrize("name", ["absent", "number", "#7", "#7.predict", "os.system", "__builtins__"])
def test_what_cannot_be_called_is_missing(session: Session, name: str) -> None:
    run(session, "number = 3\nimport os")
    assert session.call(name, seconds=5).status is CallStatus.MISSING


def test_objects_stay_behind_handles(session: Session) -> None:
    run(
        session,
        "class Model:\n"
        "    def __init__(self, w): self.w = w\n"
        "    def predict(self, x): return self.w * x\n"
        "    def _private(self): return 1\n"
        "def fit(w): return {'model': Model(w), 'loss': 0.5}\n"
        "def use(model, x): return model.predict(x)",
    )
    fitted = session.call("fit", [3.0], seconds=5).value
    model = fitted["model"]
    assert isinstance(model, Handle)
    assert model.type_name == "Model"
    assert fitted["loss"] == 0.5
    assert session.call(f"#{model.number}.predict", [2.0], seconds=5).value == 6.0
    assert session.call("use", [model, 4.0], seconds=5).value == 12.0
    for refused in ("_private", "__init__", "predict.__func__", "__class__"):
        assert session.call(f"#{model.number}.{refused}", seconds=5).status is CallStatus.MISSING
    assert session.call("use", [Handle(99, "Model"), 1.0], seconds=5).status is CallStatus.MISSING


def test_the_same_object_has_the_same_handle(session: Session) -> None:
    run(session, "model = object()\ndef f(): return model")
    assert session.call("f", seconds=5).value == session.call("f", seconds=5).value


@pytest.mark.parametrize("made", ["(i for i in x)", "map(abs, x)", "iter(x)", "zip(x, x)"])
def test_generators_are_handles_that_say_so(session: Session, made: str) -> None:
    run(session, f"def batches(x): return {made}")
    result = session.call("batches", [[1, 2]], seconds=5).value
    assert isinstance(result, Handle)
    assert result.type_name == "generator"


def test_returned_functions_can_be_called(session: Session) -> None:
    run(session, "def make(a): return lambda x: a * x")
    handle = session.call("make", [3], seconds=5).value
    assert session.call(f"#{handle.number}", [5], seconds=5).value == 15


def test_random_generators_are_made_inside(session: Session) -> None:
    run(session, "def draw(rng): return rng.normal(size=3)")
    expected = np.random.default_rng(7).normal(size=3)
    np.testing.assert_array_equal(session.call("draw", [Rng(7)], seconds=5).value, expected)


def test_unseeded_calls_are_reproducible(sandbox: Sandbox) -> None:
    source = "import numpy as np, random\ndef draw(): return np.random.rand(2).tolist() + [random.random()]"
    draws = []
    for _ in range(2):
        with sandbox.session() as session:
            run(session, source)
            draws += [session.call("draw", seconds=5).value for _ in range(2)]
    assert draws[0] == draws[1] == draws[2] == draws[3]


def test_sets_have_the_same_order_in_every_zygote(sandbox: Sandbox) -> None:
    source = "print(list({'alpha', 'beta', 'gamma', 'delta'}), hash('x'))"
    with sandbox.session() as first, Sandbox(sandbox.backend) as other, other.session() as second:
        assert printed(run(first, source)) == printed(run(second, source))


def test_arguments_after_the_call_and_read_only_arguments(session: Session) -> None:
    run(session, "def f(x, y=None):\n    x[0] = 9\n    y.append(1)")
    x = np.zeros(2)
    result = session.call("f", [x], {"y": []}, seconds=5, watch=True)
    assert result.args_after is not None
    np.testing.assert_array_equal(result.args_after[0], [9, 0])
    assert result.args_after[1] == [1]
    np.testing.assert_array_equal(x, [0, 0])
    refused = session.call("f", [x], {"y": []}, seconds=5, writeable=False)
    assert (refused.status, refused.error_name) == (CallStatus.RAISED, "ValueError")


def test_calls_print_nowhere(session: Session) -> None:
    run(session, "import os\ndef f():\n    print('seen'); os.system('echo seen'); return 1")
    assert session.call("f", seconds=5).value == 1
    assert run(session, "x = 1").outputs == ()


def test_endless_call_is_stopped(session: Session) -> None:
    run(session, "def f():\n    while True: pass")
    result = session.call("f", seconds=0.2)
    assert result.status is CallStatus.TIMEOUT
    assert not session.alive


def test_result_above_the_cap_is_too_large_and_the_session_goes_on(session: Session) -> None:
    run(session, "import numpy as np\ndef f(n): return np.zeros(n)\ndef g(n): return list(range(n))")
    assert session.call("f", [3_000_000], seconds=5).status is CallStatus.TOO_LARGE
    assert session.call("g", [500_000], seconds=5).status is CallStatus.TOO_LARGE
    assert len(session.call("g", [10_000], seconds=5).value) == 10_000


def test_values_that_are_not_plain_are_named(session: Session) -> None:
    run(session, "import numpy as np\nc = 1j\nm = np.ma.array([1, 2], mask=[0, 1])\ns = np.array(['a', None])")
    assert session.value("c").value == Opaque("complex")
    assert session.value("m").value == Opaque("MaskedArray")
    assert session.value("s").value == Opaque("object array")
    assert session.value("absent").status is CallStatus.MISSING


def test_the_engine_is_a_stub_that_judges_nothing(session: Session) -> None:
    run(session, "from autograder import check\nassert check('linear_loss', verbose=True) is None")
    for hidden in (
        "import autograder.judge.judge",
        "import autograder.sandbox.worker",
        "import autograder.model.plain",
    ):
        assert session.run_cell(hidden, seconds=5).error_name == "ModuleNotFoundError"
    search = (
        "import sys\ndel sys.modules['autograder']\n"
        "sys.path[:0] = ['/engine', '/work', '..']\nimport autograder.sandbox"
    )
    assert session.run_cell(search, seconds=5).error_name == "ModuleNotFoundError"


@pytest.mark.parametrize(
    ("played", "worth"),
    [
        ("w, b, X, y = case('linear_loss', 'typical')", "(w, y)"),
        ("(w, b), X = case('a', 'b'), case('a', 'c').X", "(w, X)"),
    ],
)
def test_a_case_is_a_stub_after_which_the_cell_goes_on(session: Session, played: str, worth: str) -> None:
    run(session, f"from autograder import case\n{played}\ndef f():\n    return {worth}")
    assert session.call("f", (), seconds=5).value == (None, None)


def test_the_environment_holds_nothing_of_the_grader(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    names = set(value(session, "list(__import__('os').environ)"))
    assert "PYTEST_CURRENT_TEST" not in names
    assert "SUDO_USER" not in names
    assert len(names) < 25


# The sandbox itself


def test_two_hundred_sessions_leak_nothing(sandbox: Sandbox) -> None:
    def resident(pid: int | str) -> int:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1])

    def use(count: int) -> tuple[int, int, int]:
        for _ in range(count):
            with sandbox.session() as session:
                session.run_cell("x = 1", seconds=5)
        return len(os.listdir("/proc/self/fd")), resident("self"), len(children())

    def children() -> list[str]:
        return Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()

    use(10)
    before = use(1)
    after = use(200)
    assert after[0] == before[0]
    assert after[2] == before[2]
    assert (after[1] - before[1]) * os.sysconf("SC_PAGE_SIZE") < 8 * 2**20


def test_a_zygote_that_died_is_started_again(sandbox: Sandbox) -> None:
    with Sandbox(sandbox.backend) as own:
        own._zygotes[()]._process.kill()
        own._zygotes[()]._process.wait()
        with own.session() as session:
            assert value(session, "1 + 1") == 2


def test_closing_is_repeatable_and_ends_the_zygote(sandbox: Sandbox) -> None:
    own = Sandbox(sandbox.backend)
    process = own._zygotes[()]._process
    own.close()
    own.close()
    assert process.returncode == 0


def test_readable_folders_can_be_read(sandbox: Sandbox, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "points.csv").write_text("1,2\n")
    with Sandbox(sandbox.backend, readable=(data,)) as own, own.session() as session:
        assert value(session, f"open({str(data / 'points.csv')!r}).read()") == "1,2\n"
        refused = session.run_cell(f"open({str(data / 'new')!r}, 'w')", seconds=5)
        assert refused.error_name in ("OSError", "PermissionError")
        unseen = session.run_cell(f"open({str(tmp_path / 'other')!r})", seconds=5)
        assert unseen.error_name in ("FileNotFoundError", "PermissionError")


def test_a_module_that_cannot_be_imported_is_named(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxUnavailable, match="no_such_module"):
        Sandbox(sandbox.backend, preload=("no_such_module",))


def test_a_zygote_with_threads_is_refused(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packages = tmp_path / "site-packages"
    packages.mkdir()
    (packages / "starts_a_thread.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
    )
    monkeypatch.syspath_prepend(packages)
    with pytest.raises(SandboxUnavailable, match="2 threads"):
        Sandbox(sandbox.backend, preload=("starts_a_thread",))


def test_torch_trains_in_every_session(sandbox: Sandbox) -> None:
    source = (
        "import torch\n"
        "model = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.Flatten(), torch.nn.Linear(72, 2))\n"
        "optimizer = torch.optim.Adam(model.parameters())\n"
        "for _ in range(3):\n"
        "    optimizer.zero_grad()\n"
        "    loss = model(torch.randn(4, 1, 8, 8)).square().mean()\n"
        "    loss.backward()\n"
        "    optimizer.step()\n"
        "torch.linalg.svd(torch.randn(50, 50))\n"
        "def f(x): return torch.as_tensor(x) * 2"
    )
    with Sandbox(sandbox.backend, preload=("numpy", "torch")) as own:
        for _ in range(2):
            with own.session() as session:
                assert run(session, source, seconds=10).seconds < 2
                np.testing.assert_array_equal(session.call("f", [np.ones(2)], seconds=5).value, [2, 2])


def test_an_unknown_backend_is_refused() -> None:
    with pytest.raises(SandboxUnavailable, match="bubblewrap"):
        Sandbox("magic")


def test_automatic_choice_takes_the_strongest_that_works_and_never_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for backend in working():
        with Sandbox() as strongest:
            assert strongest.backend == backend
        monkeypatch.setattr(BACKENDS[backend], "missing", lambda backend=backend: f"{backend} was taken away")
    with pytest.raises(SandboxUnavailable, match=r"was taken away(.|\n)*To do: ") as caught:
        Sandbox()
    assert [backend for backend in working() if f"{backend} was taken away" not in str(caught.value)] == []


def test_none_runs_when_it_is_named() -> None:
    with Sandbox("none") as bare, bare.session() as session:
        assert value(session, "1 + 1") == 2
        assert session.run_cell("while True: pass", seconds=0.1).status is CellStatus.TIMEOUT


def test_probe_tells_what_works_here() -> None:
    reports = {report.name: report for report in probe()}
    assert list(reports) == ["bubblewrap", "landlock", "none"]
    assert [name for name, report in reports.items() if report.works] == [*working(), "none"], reports
    assert "not a sandbox" in reports["none"].why


def test_probe_advises_when_a_backend_does_not_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    report = probe()[0]
    assert not report.works
    assert "not installed" in report.why
    assert "apt-get install bubblewrap" in report.advice


ORDINARY_USER = """
import os, sys
sys.path.insert(0, {repository!r})
from autograder.sandbox import Sandbox
assert os.getuid() != 0
with Sandbox({backend!r}) as sandbox, sandbox.session() as session:
    print(session.run_cell("print(6 * 7)", seconds=5).outputs[0]["text"])
    print(session.run_cell("x = bytearray(10**10)", seconds=5).status)
    print(session.run_cell("while True: pass", seconds=0.2).status)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user already runs all of these tests as one")
def test_an_ordinary_user_needs_no_privilege(sandbox: Sandbox) -> None:
    program = ORDINARY_USER.format(repository=str(REPOSITORY), backend=sandbox.backend)
    request = {
        "control": -1,
        "uid": 1234,
        "paths": [sys.base_prefix, sys.prefix, str(REPOSITORY)],
        "command": [sys.executable, "-c", program],
    }
    become = f"from autograder.sandbox import launch\nlaunch.main(**{request!r})"
    done = subprocess.run(
        [sys.executable, "-c", become], cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.split() == ["42", "MEMORY", "TIMEOUT"], done.stderr
