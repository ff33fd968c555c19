"""JSON data that is kept packed until somebody reads it: so it costs little, and nobody reads it by accident."""

from __future__ import annotations

import base64
import functools
import json
import zlib
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Packed:
    """JSON data as compressed text; "" stands for nothing."""

    text: str = ""

    @classmethod
    def of(cls, data: Any) -> Packed:
        """The data, packed; the same data always gives the same text."""
        told = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        return cls(base64.b64encode(zlib.compress(told.encode("utf-8"), 9)).decode("ascii"))

    @functools.cached_property
    def data(self) -> Any:
        """The data, None for nothing.  Raises what base64, zlib and json raise for a text that is no packed data."""
        return json.loads(zlib.decompress(base64.b64decode(self.text)).decode("utf-8")) if self.text else None
