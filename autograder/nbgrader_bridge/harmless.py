"""What of a student's cell a marker's browser may show: text in which nothing is live, and raster images."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.grading.notebook import text_of

_IMAGES = ("image/png", "image/jpeg")
_MAX_TEXT = 20_000  # characters of one output; more is a runaway print
_MAX_IMAGE = 4_000_000  # characters of base64; a plot has about 50,000
_LIVE = re.compile(
    r"<(?=[A-Za-z/!?])"  # a tag
    r"|&(?=[#A-Za-z])"  # an entity, which could spell either of the others
    r"|j(?=" + r"[\s\\]*".join("avascript:") + ")",  # a link that runs; browsers pass over blanks in it
    re.IGNORECASE,
)


def disarmed(source: str) -> str:
    """Text that looks the same and in which nothing is live: an invisible space splits what could be.

    formgrader puts raw HTML and any link of Markdown and raw cells into its page, where they could act for the marker.
    """
    return _LIVE.sub("\\g<0>\u200b", source)


def harmless_outputs(outputs: Iterable[Mapping[str, Any]]) -> list[NotebookNode]:
    """The outputs of a cell's file reduced to text and raster images; others are left out."""
    return [kept for output in outputs if (kept := _harmless(output))]


def harmless_attachments(attachments: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The raster images among the attachments of a cell's file."""
    bundles = {name: _images(bundle) for name, bundle in attachments.items() if isinstance(bundle, dict)}
    return {text_of(name): images for name, images in bundles.items() if images}


def output_of(kind: str, data: Mapping[str, str]) -> NotebookNode:
    """An output of a code cell."""
    output: NotebookNode = nbformat.v4.new_output(kind, data=dict(data))
    return output


def _harmless(output: Mapping[str, Any]) -> NotebookNode | None:
    kind = output.get("output_type")
    if kind == "stream":
        return _printed(text_of(output.get("text")))
    if kind == "error":
        traceback = output.get("traceback")
        lines = [text_of(line)[:_MAX_TEXT] for line in traceback] if isinstance(traceback, list) else []
        text = "\n".join(filter(None, lines)) or f"{text_of(output.get('ename'))}: {text_of(output.get('evalue'))}"
        return _printed(text)
    data = output.get("data")
    if kind not in ("display_data", "execute_result") or not isinstance(data, dict):
        return None
    kept = _images(data)
    if text := text_of(data.get("text/plain")):
        kept["text/plain"] = text[:_MAX_TEXT]
    return output_of("display_data", kept) if kept else None


def _printed(text: str) -> NotebookNode:
    output: NotebookNode = nbformat.v4.new_output("stream", name="stdout", text=text[:_MAX_TEXT])
    return output


def _images(bundle: Mapping[str, Any]) -> dict[str, str]:
    return {kind: image for kind in _IMAGES if (image := _image(bundle.get(kind)))}


def _image(value: Any) -> str:
    """Base64 of an image, "" for anything else: an attribute of the page is made of it."""
    text = "".join(text_of(value).split())
    if not text or len(text) > _MAX_IMAGE:
        return ""
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return text
