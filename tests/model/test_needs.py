"""The command that installs what is missing."""

from __future__ import annotations

from autograder.model.needs import installed, pip_install


def test_a_package_is_installed_by_its_own_name() -> None:
    assert pip_install(["sklearn", "matplotlib"]) == "pip install scikit-learn matplotlib"


def test_what_is_not_there_is_not_installed() -> None:
    assert installed("json")
    assert not installed("no_such_module")
