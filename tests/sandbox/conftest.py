"""One warm sandbox a rung for all tests.  A rung that does not work here fails its tests; none is skipped."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder.sandbox import Limits, Sandbox, Session

RUNGS = ("bubblewrap", "landlock")
LIMITS = Limits(memory_mb=512, processes=32, output_bytes=100_000, tmp_mb=16, reply_bytes=16 * 2**20)


@pytest.fixture(scope="session", params=RUNGS)
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with Sandbox(request.param, limits=LIMITS) as warm:
        yield warm


@pytest.fixture
def session(sandbox: Sandbox) -> Iterator[Session]:
    with sandbox.session() as fresh:
        yield fresh
