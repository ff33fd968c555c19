"""One warm sandbox a backend for all tests, where it works on this machine; `test_backends` tells of the others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from machine import LIMITS, working

from autograder.sandbox import Sandbox, Session


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each test with a sandbox runs once on every backend that works here."""
    if "sandbox" in metafunc.fixturenames:
        metafunc.parametrize("sandbox", working(), indirect=True, scope="session")


@pytest.fixture(scope="session")
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with Sandbox(request.param, limits=LIMITS) as warm:
        yield warm


@pytest.fixture
def session(sandbox: Sandbox) -> Iterator[Session]:
    with sandbox.session() as fresh:
        yield fresh
