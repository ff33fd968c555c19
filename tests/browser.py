"""A real headless browser for pages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@contextmanager
def browser() -> Iterator[Browser]:
    """A headless Chromium.

    Where there is none, its tests are skipped in one line; AUTOGRADER_BROWSER, which .ci/run sets, forbids that.
    """
    if PROGRAM is None:
        sentence = "the tests of pages in a browser do not run here: Chromium is not installed"
        (pytest.fail if os.environ.get("AUTOGRADER_BROWSER") else pytest.skip)(sentence)
    options: dict[str, Any] = {"args": ["--no-sandbox"]} if os.getuid() == 0 else {}  # its own sandbox refuses root
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=PROGRAM, **options)
        try:
            yield started
        finally:
            started.close()
