"""Reading a zip file that may be hostile: bounded before it is opened, an entry at a time, nothing unpacked on disk.

`zipfile` reads the whole directory of a zip file before it can be asked how long that is, so the end record is read
here first.  What an entry claims of its size is not believed.
"""

from __future__ import annotations

import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MAX_DIRECTORY = 20 * 10**6  # bytes: 50,000 entries with names of 300
MAX_RATIO = 100  # a notebook shrinks to a fifth, one full of spaces to a fiftieth; deflate gives a thousand at most
_SMALL = 10**6  # bytes that no ratio is asked of
_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_UNICODE_NAME = 0x800  # the flag that a name is UTF-8
_ENCRYPTED = 0x1
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


class ZipRefused(Exception):
    """A zip file, or an entry of it, is not read; the text, after its name, says why."""


@dataclass(frozen=True)
class Entry:
    """An entry: its name in the encoding that it was most likely written in, and why it is not read ("" if it is)."""

    name: str
    info: zipfile.ZipInfo
    problem: str

    @property
    def size(self) -> int:
        """What it claims to hold, in bytes."""
        return self.info.file_size


class Archive:
    """An open zip file.  Close it, or use it in a `with`."""

    def __init__(self, place: Path, most: int) -> None:
        """Raises ZipRefused, where it has more than `most` entries too, and OSError."""
        _refuse_directory(place, most)
        try:
            self._file = zipfile.ZipFile(place)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
            raise ZipRefused(f"is no zip file that can be read ({str(error)[:80]}): download it again") from None
        if sum(info.compress_size for info in self._file.infolist()) > place.stat().st_size:
            self._file.close()
            raise ZipRefused("has entries that lie over one another: it is no honest zip file")

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def entries(self) -> Iterator[Entry]:
        """The entries that are no folders, in the order of the directory."""
        for info in self._file.infolist():
            if not info.orig_filename.endswith(("/", "\\")):
                yield Entry(_name_of(info), info, _problem_of(info))

    def read(self, entry: Entry, limit: int) -> bytes:
        """The bytes of an entry.  Raises ZipRefused."""
        if entry.size > limit:
            raise ZipRefused(f"it has {entry.size / 10**6:,.0f} MB, and {limit / 10**6:g} are the limit")
        try:
            with self._file.open(entry.info) as stream:
                return stream.read(limit)
        except _DAMAGE as error:
            raise ZipRefused(f"it is damaged ({str(error)[:80] or type(error).__name__})") from None


def _refuse_directory(place: Path, most: int) -> None:
    """Raise ZipRefused where the directory is too long to be read at all."""
    size = place.stat().st_size
    with place.open("rb") as file:
        file.seek(max(0, size - _END.size - 0xFFFF))
        tail = file.read()
        at = tail.rfind(b"PK\x05\x06")
        if at < 0 or len(tail) - at < _END.size:
            file.seek(0)
            if file.read(4) == b"PK\x03\x04":
                raise ZipRefused("is a part of a zip file, whose end is missing: download it again")
            raise ZipRefused("is no zip file: name the folder or the zip file that the platform gave")
        _, _, _, _, count, length, _, _ = _END.unpack_from(tail, at)
        before = at - _LOCATOR.size
        if before >= 0 and tail[before : before + 4] == b"PK\x06\x07":
            file.seek(_LOCATOR.unpack_from(tail, before)[2])
            record = file.read(_END64.size)
            if len(record) == _END64.size and record.startswith(b"PK\x06\x06"):
                *_, count64, length64, _ = _END64.unpack(record)
                count, length = max(count, count64), max(length, length64)
    if count > most or length > MAX_DIRECTORY:
        raise ZipRefused(f"has {count:,} entries, and {most:,} are the limit: download one assignment at a time")


def _problem_of(info: zipfile.ZipInfo) -> str:
    mode = info.external_attr >> 16
    if stat.S_ISLNK(mode):
        return "it is a link, and links are not followed"
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "it is no regular file"
    if info.flag_bits & _ENCRYPTED:
        return "it is encrypted: ask for a file without a password"
    if info.file_size > _SMALL and info.file_size > MAX_RATIO * max(1, info.compress_size):
        return f"it unpacks to {info.file_size / 10**6:,.0f} MB, {info.file_size // max(1, info.compress_size)} times"
    return ""


def _name_of(info: zipfile.ZipInfo) -> str:
    """The name as the program that packed it meant it.

    Without the flag for UTF-8 a name is in code page 437, by the standard; many programs write UTF-8 all the same, and
    those of a Chinese Windows its own code page.  Two bytes of a Chinese character are box-drawing signs in 437, which
    no name has.
    """
    name = info.orig_filename
    if info.filename != name.partition("\0")[0]:  # `zipfile` has found a Unicode name in an extra field
        return info.filename
    if info.flag_bits & _UNICODE_NAME or name.isascii():
        return name
    try:
        written = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    try:
        return written.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        chinese = written.decode("gb2312")
    except UnicodeDecodeError:
        return name
    are_all = all(character.isascii() or "\u4e00" <= character <= "\u9fff" for character in chinese)
    return chinese if are_all else name
