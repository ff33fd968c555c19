"""Libraries that a session lacks: they import, using them says so, and their files are out of reach."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder.sandbox import CallStatus, CellStatus, Sandbox, Session
from autograder.sandbox.interpreter import places_of

LIBRARIES = ("scipy", "sklearn", "torch")


@pytest.fixture
def bare(sandbox: Sandbox) -> Iterator[Session]:
    with sandbox.session(LIBRARIES) as fresh:
        yield fresh


def test_every_library_is_found_with_all_that_comes_with_it() -> None:
    """The control of the tests below: they could not fail on a machine that has none of the three."""
    names = {place.rpartition("/")[2] for place in places_of(LIBRARIES)}
    assert {"scipy", "scipy.libs", "sklearn", "scikit_learn.libs", "torch", "torchgen", "functorch"} <= names
    assert not {"numpy", "matplotlib", "joblib", "IPython"} & names


@pytest.mark.parametrize(
    "cell",
    [
        "import torch",
        "import torch.nn as nn, torch.nn.functional as F",
        "from sklearn.linear_model import Ridge, Lasso",
        "import scipy.linalg as la\nsolve = la.solve",
        "import torch\nclass Net(torch.nn.Module):\n    def __init__(self):\n        super().__init__()\n        "
        "self.layer = torch.nn.Linear(2, 3)\n    def forward(self, x: torch.Tensor): return self.layer(x)\n"
        "net = Net()\nnet(1)",
        "import torch\ntorch.manual_seed(0)\ntorch.set_num_threads(1)\ntorch.backends.cudnn.deterministic = True",
        "import torch\n@torch.no_grad()\ndef g(): pass\n"
        "with torch.no_grad(): x = torch.ones(3) + 1\nx[0] = -x @ x\nx += 1",
        "from sklearn.linear_model import Ridge\nmodel = Ridge(alpha=2).fit([[1]], [1])\n"
        "print(model.coef_, Ridge)\nmodel",
        "import torch\nassert not isinstance(3, torch.Tensor)",
        "import matplotlib\nmatplotlib.use('agg')\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])",
        "import numpy as np\nnp.linalg.inv(np.eye(2))",
    ],
)
def test_a_cell_that_also_serves_other_exercises_runs(bare: Session, cell: str) -> None:
    result = bare.run_cell(cell, seconds=10, waiting=10)
    assert (result.status, result.error_name) == (CellStatus.OK, "")


@pytest.mark.parametrize("use", ["bool(x)", "float(x)", "list(x)", "len(x)", "np.asarray(x)", "1 in x", "[1][x]"])
def test_what_needs_a_value_says_so_in_a_cell_too(bare: Session, use: str) -> None:
    result = bare.run_cell(f"import numpy as np, torch\nx = torch.ones(3)\n{use}", seconds=5)
    assert (result.status, result.error_name, result.error_message) == (CellStatus.ERROR, "LeftOut", "torch")
    assert result.line == 3


RIDGE, TORCH = "from sklearn.linear_model import Ridge\n", "import torch\n"
NET = TORCH + "class Net(torch.nn.Module): pass\n"
USES = {
    "a function": (TORCH + "def f(): return torch.ones(3)", "torch"),
    "a class": (RIDGE + "def f(): return Ridge()", "sklearn"),
    "an import within": ("def f():\n    import scipy.linalg\n    return scipy.linalg.inv([[1.0]])", "scipy"),
    "an instance's method": (RIDGE + "model = Ridge()\ndef f(): return model.fit(1)", "sklearn"),
    "an instance's attribute": (RIDGE + "model = Ridge()\ndef f(): return model.coef_", "sklearn"),
    "arithmetic": (TORCH + "x = torch.ones(3)\ndef f(): return 1 + x", "torch"),
    "a subclass": (NET + "def f(): return Net()", "torch"),
    "an instance of a subclass": (NET + "net = Net()\ndef f(): return net(1)", "torch"),
    "a decorated function": (TORCH + "@torch.no_grad()\ndef f(): return 1", "torch"),
    "a module": ("import torch.nn.functional as F\ndef f(): return F.relu(1)", "torch"),
}


@pytest.mark.parametrize("name", USES)
def test_every_use_in_a_call_is_told_by_the_librarys_name(bare: Session, name: str) -> None:
    source, library = USES[name]
    assert bare.run_cell(source, seconds=5).status is CellStatus.OK
    result = bare.call("f", seconds=5)
    assert (result.status, result.error_name) == (CallStatus.FORBIDDEN, library)
    assert bare.alive


def test_what_does_not_use_it_is_right(bare: Session) -> None:
    source = """
import torch
def f(x):
    if isinstance(x, torch.Tensor): return 0
    try: return float(torch.tensor(x))
    except Exception: return 2 * x
"""
    assert bare.run_cell(source, seconds=5).status is CellStatus.OK
    assert bare.call("f", [4], seconds=5).value == 8


SEARCH = """
import importlib, os, sys
def f():
    sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "Finder"]
    for name in list(sys.modules):
        if name.partition(".")[0] in ("scipy", "sklearn", "torch"):
            del sys.modules[name]
    sys.path_importer_cache.clear()
    found = []
    for folder in [*sys.path, *{places}]:
        sys.path.insert(0, folder)
        for name in ("scipy.linalg", "sklearn.linear_model", "torch.nn", "torchgen.model", "functorch.dim"):
            try: found.append(importlib.import_module(name).__file__)
            except ImportError: pass
            except OSError: pass
        sys.path.pop(0)
    for place in {places}:
        for folder, _, files in os.walk(place):
            for file in files:
                try: found.append((file, open(os.path.join(folder, file), "rb").read(1)))
                except OSError: pass
    return len(found), found[:5]
"""


def test_their_files_are_out_of_reach(bare: Session, session: Session) -> None:
    """Also for code that throws the stand-ins away; the control is a session that has the libraries."""
    folders = sorted({place.rpartition("/")[0] for place in places_of(LIBRARIES)})
    places = [place for place in places_of(LIBRARIES) if place.endswith(("/scipy.libs", "/torchgen", "/sklearn"))]
    search = SEARCH.replace("*{places}", f"*{folders}").replace("{places}", str(places))
    bare.run_cell(search, seconds=5)
    result = bare.call("f", seconds=20, waiting=20)
    assert (result.status, result.value) == (CallStatus.OK, (0, []))
    session.run_cell(search.replace('"scipy.linalg", "sklearn.linear_model", "torch.nn", ', ""), seconds=5)
    control = session.call("f", seconds=20, waiting=20)
    assert control.value[0] > 100


def test_a_masked_folder_takes_no_files(bare: Session) -> None:
    place = places_of(LIBRARIES)[0]
    bare.run_cell(f"def f():\n    try: open({place + '/x'!r}, 'w').write('x')\n    except OSError: return 1", seconds=5)
    assert bare.call("f", seconds=5).value == 1


def test_a_library_that_needs_one_that_is_left_out_is_not_preloaded(sandbox: Sandbox) -> None:
    with Sandbox(sandbox.backend, preload=("numpy", "sklearn.datasets"), left_out=("scipy",)) as own:
        with own.session(("scipy",)) as bare:
            bare.run_cell("import sys\nloaded = sorted(n for n in sys.modules if n.startswith('scipy.'))", seconds=5)
            assert all(not name.startswith("scipy._lib") for name in bare.value("loaded").value)
        with own.session() as whole:
            assert whole.run_cell("import scipy.linalg\nscipy.linalg.inv([[1.0]])", seconds=10).status is CellStatus.OK


def test_the_generator_of_torch_is_reseeded_before_each_call(sandbox: Sandbox) -> None:
    with Sandbox(sandbox.backend, preload=("numpy", "torch")) as own, own.session() as session:
        session.run_cell("import torch\ndef f(): return float(torch.rand(1)), float(torch.randn(1))", seconds=10)
        first, second = (session.call("f", seconds=5).value for _ in range(2))
        assert first == second
        assert first[0] != first[1]
