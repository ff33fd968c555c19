"""What the tests of pipelines leave running: gpg starts an agent for each of its home folders."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def no_agent_stays(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    yield
    for keys in tmp_path_factory.getbasetemp().rglob("private-keys-v1.d"):
        subprocess.run(["gpgconf", "--homedir", str(keys.parent), "--kill", "gpg-agent"], check=False, timeout=30)
