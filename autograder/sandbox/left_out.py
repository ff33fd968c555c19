"""Libraries that a sandbox lacks because an exercise forbids them: they import, and using them says so.

A notebook's cells serve exercises that may use a library and exercises that may not.  So `import torch`, `from
sklearn.linear_model import Ridge`, `class Net(torch.nn.Module)` and, while a cell runs, calls too give an empty
stand-in; what needs a value (a test, a number, a loop), and every use within a judged call, raises LeftOut.
"""

from __future__ import annotations

import contextlib
import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

_running_cells: list[None] = []  # not empty while a cell runs


class LeftOut(ImportError):
    """A library was used that this exercise leaves out."""

    def __init__(self, library: str) -> None:
        super().__init__(library)
        self.library = library


@contextlib.contextmanager
def forgiving() -> Iterator[None]:
    """While a cell runs, what is made of a library is empty rather than an error."""
    _running_cells.append(None)
    try:
        yield
    finally:
        _running_cells.clear()


class _Thing:
    """A function, a class or a module of a left-out library; `made` is what one of them returned."""

    def __init__(self, library: str, made: bool = False) -> None:
        self.__dict__.update(_library=library, _made=made)

    def _use(self, *_: Any, **__: Any) -> _Thing:
        if not _running_cells:
            raise LeftOut(self.__dict__["_library"])
        return _Thing(self.__dict__["_library"], made=True)

    def _value(self, *_: Any, **__: Any) -> NoReturn:
        raise LeftOut(self.__dict__["_library"])

    def __getattr__(self, name: str) -> _Thing:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._use() if self.__dict__["_made"] else _Thing(self.__dict__["_library"])

    def __setattr__(self, name: str, value: object) -> None:
        """A setting of the library, say: there is nothing to set."""

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        return (_base(self.__dict__["_library"]),)

    def __instancecheck__(self, instance: object) -> bool:
        return False

    def __subclasscheck__(self, subclass: type) -> bool:
        return False

    def __repr__(self) -> str:
        return f"<{self.__dict__['_library']} is left out>"

    def __enter__(self) -> _Thing:
        return self._use()

    def __exit__(self, *_: object) -> None:
        pass

    __hash__ = object.__hash__
    __call__ = __getitem__ = __setitem__ = __delitem__ = _use
    __bool__ = __iter__ = __next__ = __len__ = __int__ = __float__ = __index__ = __contains__ = __array__ = _value


for _name in (
    *("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and", "or", "xor", "lshift", "rshift"),
    *("eq", "ne", "lt", "le", "gt", "ge", "neg", "pos", "abs", "invert", "round"),
):
    for _form in (f"__{_name}__", f"__r{_name}__", f"__i{_name}__"):
        setattr(_Thing, _form, _Thing._use)


def _base(library: str) -> type:
    """A class to derive from: `class Net(torch.nn.Module)` is fine, a Net is not."""

    class Base:
        def __init__(self, *_: Any, **__: Any) -> None:
            _Thing(library)._use()

        def __init_subclass__(cls, **_: Any) -> None:
            pass

        def __call__(self, *_: Any, **__: Any) -> _Thing:
            return _Thing(library)._use()

        def __getattr__(self, name: str) -> _Thing:
            if name.startswith("__"):
                raise AttributeError(name)
            return _Thing(library)._use()

    return Base


class _Module(types.ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Thing(self.__name__.partition(".")[0])


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds a stand-in for every module of the left-out libraries."""

    def __init__(self, libraries: Sequence[str]) -> None:
        self._libraries = frozenset(libraries)

    def find_spec(self, name: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec | None:
        if name.partition(".")[0] not in self._libraries:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        module.__version__ = ""  # type: ignore[attr-defined]


def leave_out(libraries: Sequence[str]) -> None:
    """From now on these libraries are stand-ins."""
    if libraries:
        sys.meta_path.insert(0, Finder(libraries))
