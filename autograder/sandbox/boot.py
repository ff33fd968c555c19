"""Starts one of the sandbox's own programs without running `autograder/__init__.py` or `sandbox/__init__.py`.

Those belong to the trusted side and import much that has no business beside student code.
Usage: python boot.py {launch,zygote} JSON
"""

import importlib
import json
import sys
import types
from pathlib import Path


def main() -> None:
    """Stand-ins for the two packages, then the program."""
    folder = Path(__file__).resolve().parent
    for name, path in (("autograder", folder.parent), ("autograder.sandbox", folder)):
        package = types.ModuleType(name)
        package.__path__ = [str(path)]
        sys.modules[name] = package
    program = importlib.import_module(f"autograder.sandbox.{sys.argv[1]}")
    program.main(**json.loads(sys.argv[2]))


if __name__ == "__main__":
    main()
