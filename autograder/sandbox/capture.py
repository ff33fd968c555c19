"""What a cell shows, gathered as nbformat outputs and capped."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Mapping
from typing import Any


class Capture:
    """The outputs of the cell that runs now.  Beyond `cap` bytes further output is dropped and noted."""

    def __init__(self, cap: int) -> None:
        self.cap = cap
        self.start()

    def start(self) -> None:
        """Forget everything, for a new cell."""
        self._outputs: list[dict[str, Any]] = []
        self._pieces: list[str] = []
        self._stream = ""
        self._room = self.cap
        self.truncated = False
        self._clear_later = False

    def write(self, stream: str, text: str) -> None:
        """Add text to "stdout" or "stderr"."""
        if not text:
            return
        self._cleared()
        size = len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
        if size > self._room:
            self.truncated = True
            text = text[: self._room // 4]  # at most four bytes a character
            self._room = 0
            if not text:
                return
        else:
            self._room -= size
        if stream != self._stream:
            self._end_stream()
            self._stream = stream
        self._pieces.append(text)

    def add(self, output_type: str, data: Mapping[str, Any], metadata: Mapping[str, Any], count: int | None) -> None:
        """Add display_data or an execute_result; `count` is the execution count of the latter."""
        self._cleared()
        texts = {str(kind): _as_json(value) for kind, value in data.items()}
        described = _as_json(dict(metadata))
        size = len(json.dumps([texts, described]))
        if size > self._room:
            self.truncated = True
            return
        self._room -= size
        output: dict[str, Any] = {"output_type": output_type, "data": texts, "metadata": described}
        if output_type == "execute_result":
            output["execution_count"] = count
        self._end_stream()
        self._outputs.append(output)

    def error(self, name: str, message: str, traceback: list[str]) -> None:
        """Add an error output; it is never dropped, only shortened."""
        self._cleared()
        self._end_stream()
        self._outputs.append({"output_type": "error", "ename": name, "evalue": message, "traceback": traceback})

    def clear(self, wait: bool) -> None:
        """IPython's clear_output."""
        self._clear_later = True
        if not wait:
            self._cleared()

    def outputs(self) -> list[dict[str, Any]]:
        """Everything so far."""
        self._end_stream()
        return self._outputs

    def _cleared(self) -> None:
        if self._clear_later:
            self._clear_later = False
            self._outputs, self._pieces, self._stream = [], [], ""

    def _end_stream(self) -> None:
        if self._pieces:
            text = "".join(self._pieces)
            self._outputs.append({"output_type": "stream", "name": self._stream, "text": text})
            self._pieces = []
        self._stream = ""


def _as_json(value: Any) -> Any:
    """The value as nbformat wants it: text, bytes as base64, or JSON data."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    try:
        return json.loads(json.dumps(value))
    except (TypeError, ValueError, RecursionError):
        return repr(value)[:1000]


class Stream(io.TextIOBase):
    """A sys.stdout or sys.stderr that writes to a capture, or nowhere while a call runs."""

    encoding = "utf-8"

    def __init__(self, name: str, capture: Capture, descriptor: int) -> None:
        self.name = name
        self._capture = capture
        self._descriptor = descriptor
        self.open = False  # whether what is written is kept

    def write(self, text: str) -> int:
        """Keep `text` if a cell is running."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if self.open:
            self._capture.write(self.name, text)
        return len(text)

    def writable(self) -> bool:
        """Always."""
        return True

    def fileno(self) -> int:
        """The descriptor that programs started by the cell inherit."""
        return self._descriptor

    def close(self) -> None:
        """Stay open: a student's `sys.stdout.close()` must not cost the later cells their output."""
