"""Writing a file whole: a reader, or a crash, sees the old content or the new, never a part; and keeping it private."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

_EVERYBODY = stat.S_IRWXO


def write_atomic(path: Path, content: str | bytes, *, private: bool = False, lasting: bool = True) -> None:
    """Replace the content of `path`, making its folder where there is none.  Text is UTF-8.

    Once it returns, the new content survives a crash of the machine too: content first, then the name.  A `private`
    file is nobody else's to read, unless an older one was opened to a group (and to nobody besides): that stays so.
    What is not `lasting` may be lost with the machine, and is written many times as fast: it can be made again.
    Raises OSError, which always names a file.
    """
    mode = _private_mode(path) if private else 0o666
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")  # two programs may write the same file at once
    try:
        with open(partial, "wb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
            file.flush()
            if lasting:
                os.fsync(file.fileno())
        if private:
            partial.chmod(mode)  # whatever the umask took
        os.replace(partial, path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            partial.unlink()
        if isinstance(error, OSError) and error.filename in (None, str(partial)):  # a full disk names nothing
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise
    if lasting:
        _sync_folder(path.parent)


def make_private(folder: Path) -> None:
    """Make `folder`, which nobody else may enter, where there is none; what is there stays as it is."""
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)


def keep_private(path: Path) -> None:
    """Take from everybody else what the umask gave them; a file or folder that is open to a group alone stays so."""
    if path.stat().st_mode & _EVERYBODY:
        path.chmod(0o700 if path.is_dir() else 0o600)


def _private_mode(path: Path) -> int:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return 0o600
    return 0o600 if mode & _EVERYBODY else mode


def _sync_folder(folder: Path) -> None:
    """Make a change of names last.  Windows opens no folders, and keeps the order by itself."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
