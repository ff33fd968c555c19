"""The script that takes the pictures of README and site."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from browser import browser
from PIL import Image
from walks import DOCS


@pytest.fixture(scope="module")
def screenshots() -> ModuleType:
    spec = importlib.util.spec_from_file_location("screenshots", DOCS / "screenshots.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_the_notebook_of_the_picture_shows_its_hint(screenshots: ModuleType, tmp_path: Path) -> None:
    page = screenshots.notebook_page(tmp_path)
    assert "You took the mean of the squared errors." in page
    assert "<math" in page


@pytest.mark.slow
def test_a_page_becomes_a_picture_without_its_empty_part(screenshots: ModuleType, tmp_path: Path) -> None:
    page, picture = tmp_path / "page.html", tmp_path / "page.png"
    page.write_text("<!doctype html><title>Page</title><div style='height:100px;background:navy'></div>")
    with browser():
        screenshots.photograph(page, picture, 600)
    with Image.open(picture) as image:
        assert image.width == screenshots.WIDTH
        assert 100 <= image.height < 200
        assert len(image.getcolors() or []) >= 2
