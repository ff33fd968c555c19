"""Reading a download that may be hostile: nothing leads out of it, nothing is too big, and the rest is still read."""

from __future__ import annotations

import io
import os
import stat
import struct
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from made_downloads import CAROL, ONE, notebook, unpacked, zipped
from support import an_ordinary_user

from autograder.collect import downloads
from autograder.collect.collect import collect
from autograder.collect.downloads import Download, DownloadUnusable, FileRefused, open_download

GOOD = "chencarol_12345_678_ch01_regression.ipynb"


def crafted(place: Path, *entries: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    """A zip file with these entries, and a good one at its end."""
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (*entries, (GOOD, CAROL)):
            archive.writestr(name, content, zipfile.ZIP_DEFLATED)
    return place


def info(name: str, mode: int) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    made.create_system, made.external_attr = 3, mode << 16
    return made


def everything_in(parent: Path) -> set[str]:
    return {path.relative_to(parent).as_posix() for path in parent.rglob("*")}


# Paths


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../chen_1_2_x.ipynb", "leads out of the download"),
        ("a/../../chen_1_2_x.ipynb", "leads out of the download"),
        ("..\\..\\chen_1_2_x.ipynb", "leads out of the download"),
        ("/etc/chen_1_2_x.ipynb", "begins outside"),
        ("\\\\server\\share\\chen_1_2_x.ipynb", "begins outside"),
        ("C:\\Users\\chen_1_2_x.ipynb", "begins outside"),
        ("c:chen_1_2_x.ipynb", "begins outside"),
        ("chen_1_2_x\x1b[2J.ipynb", "control characters"),
        ("chen_1_2_x.ipynb\x00.png", "control characters"),
        ("chen_1_2_\u202ex.ipynb", "control characters"),
    ],
)
def test_no_path_of_a_zip_file_leads_anywhere(name: str, reason: str, tmp_path: Path) -> None:
    place = tmp_path / "x.zip"
    stand_in = "@" * len(name.encode())  # `zipfile` writes no odd name: it is put in afterwards
    crafted(place, (stand_in, CAROL))
    flags = 0x800 if not name.isascii() else 0
    content = place.read_bytes().replace(stand_in.encode(), name.encode())
    if flags:
        content = with_flags(content, flags)
    place.write_bytes(content)
    collected = collect([place], tmp_path / "ml", assignment=ONE)
    (sentence,) = collected.refused
    assert reason in sentence
    assert sentence.isprintable()
    assert [row.student for row in collected.rows] == ["chencarol_12345"]
    assert everything_in(tmp_path) == {
        "x.zip", "ml", "ml/submitted", "ml/submitted/chencarol_12345", f"ml/submitted/chencarol_12345/{ONE}",
        f"ml/submitted/chencarol_12345/{ONE}/{ONE}.ipynb",
    }  # fmt: skip


def with_flags(content: bytes, flags: int) -> bytes:
    """A zip file with flags set in the first entry and in its line of the directory."""
    changed = bytearray(content)
    for start, offset in ((content.index(b"PK\x03\x04"), 6), (content.index(b"PK\x01\x02"), 8)):
        (old,) = struct.unpack_from("<H", changed, start + offset)
        struct.pack_into("<H", changed, start + offset, old | flags)
    return bytes(changed)


@pytest.mark.parametrize(
    ("name", "platform"),
    [
        ("con_1_2_x.ipynb", None), ("x_1_2_nul.ipynb", None), ("submitted/aux/ch01/x.ipynb", None),
        ("submitted/a/ch01/x.ipynb:stream.ipynb", None), ("submitted/a./ch01/x.ipynb", None),
        ("submitted/a /ch01/x.ipynb", None), ("submitted/a/com1/x.ipynb", None),
        ("submitted/a?b/ch01/lpt1.x.ipynb", None),
        (f"submitted/{'n' * 250}/ch01/x.ipynb", None), (f"submitted/a/ch01/{'n' * 240}.ipynb", None),
        ("submitted/ch01/ch01/x.ipynb", None),
    ],
)  # fmt: skip
def test_names_that_some_system_cannot_hold_become_others_or_are_kept_aside(
    name: str, platform: str | None, tmp_path: Path
) -> None:
    collected = collect([zipped(tmp_path / "x.zip", {name: CAROL})], tmp_path / "ml", platform=platform)
    assert len(collected.rows) == 1
    files = [path for path in (tmp_path / "ml").rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in files] == [CAROL]  # nothing is lost
    for path in (tmp_path / "ml").rglob("*"):
        assert not set(path.name) & set('\\:*?"<>|')
        assert path.name == path.name.strip(" .")
        assert path.name.split(".")[0].lower() not in ("con", "nul", "aux", "com1", "lpt1")
        assert len(path.name.encode()) < 200


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        (stat.S_IFLNK | 0o777, "is a link"), (stat.S_IFIFO | 0o644, "no regular file"),
        (stat.S_IFCHR | 0o644, "no regular file"), (stat.S_IFBLK | 0o644, "no regular file"),
    ],
)  # fmt: skip
def test_links_and_devices_of_a_zip_file_are_named(mode: int, reason: str, tmp_path: Path) -> None:
    place = crafted(tmp_path / "x.zip", (info("eve_1_2_x.ipynb", mode), b"/etc/passwd"))
    collected = collect([place], tmp_path / "ml")
    assert [reason in sentence for sentence in collected.refused] == [True]
    assert collected.needs_a_person
    assert [row.student for row in collected.rows] == ["chencarol_12345"]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may enter, as they may not enter pytest's."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_links_pipes_and_closed_folders_of_a_folder_are_named(open_folder: Path) -> None:
    secret = unpacked(open_folder / "secret", {"eve_1_2_x.ipynb": notebook("a neighbour's")})
    place = unpacked(open_folder / "in", {GOOD: CAROL, "closed/eve_1_2_z.ipynb": CAROL})
    (place / "eve_1_2_x.ipynb").symlink_to(secret / "eve_1_2_x.ipynb")
    (place / "folder").symlink_to(secret)
    os.mkfifo(place / "eve_1_3_y.ipynb")
    (place / "closed").chmod(0)
    with an_ordinary_user(), open_download(place) as download:
        assert [file.name for file in download.files] == [GOOD]
        refused = " | ".join(download.refused)
    (place / "closed").chmod(0o755)
    assert "eve_1_2_x.ipynb is not taken: it is a link" in refused
    assert "folder is not taken: it is a link" in refused
    assert "eve_1_3_y.ipynb is not taken: it is no regular file" in refused
    assert "closed is not taken: it may not be looked into" in refused


def test_a_folder_that_the_user_names_may_be_a_link(tmp_path: Path) -> None:
    place = unpacked(tmp_path / "in", {GOOD: CAROL})
    (tmp_path / "link").symlink_to(place)
    with open_download(tmp_path / "link") as download:
        assert [file.read() for file in download.files] == [CAROL]


def test_hidden_files_are_passed_over(tmp_path: Path) -> None:
    hidden = dict.fromkeys(("__MACOSX/._x.ipynb", ".ipynb_checkpoints/a_1_2_x.ipynb", ".DS_Store"), CAROL)
    for place in (
        zipped(tmp_path / "x.zip", hidden | {GOOD: CAROL}),
        unpacked(tmp_path / "in", hidden | {GOOD: CAROL}),
    ):
        with open_download(place) as download:
            assert ([file.name for file in download.files], download.refused) == ([GOOD], ())


# Sizes


def read_all(place: Path) -> tuple[list[str], list[str]]:
    """Names of the files that can be read, and reasons for those that cannot."""
    good, bad = [], []
    with open_download(place) as download:
        for file in download.files:
            try:
                file.read()
                good.append(file.name)
            except FileRefused as reason:
                bad.append(str(reason))
        return good, [*download.refused, *bad]


def test_a_file_that_unpacks_to_a_thousand_times_its_size_is_not_read(tmp_path: Path) -> None:
    good, bad = read_all(crafted(tmp_path / "x.zip", ("bomb_1_2_x.ipynb", bytes(30 * 10**6))))
    assert good == [GOOD]
    assert len(bad) == 1
    assert "it unpacks to 30 MB" in bad[0]


def test_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("big_1_2_x.ipynb", bytes(50 * 10**6 + 1))
        archive.writestr(GOOD, CAROL)
    good, bad = read_all(tmp_path / "x.zip")
    assert (good, len(bad)) == ([GOOD], 1)
    assert "50 are the limit" in bad[0]


def test_what_an_entry_claims_of_its_size_is_not_believed(tmp_path: Path) -> None:
    place = crafted(tmp_path / "x.zip", ("liar_1_2_x.ipynb", os.urandom(5000) + bytes(20 * 10**6)))
    content = bytearray(place.read_bytes())
    for start, offset in ((content.index(b"PK\x03\x04"), 22), (content.index(b"PK\x01\x02"), 24)):
        struct.pack_into("<L", content, start + offset, 100)
    place.write_bytes(content)
    good, bad = read_all(place)
    assert (good, len(bad)) == ([GOOD], 1)
    assert "damaged" in bad[0]


def test_what_is_read_of_one_download_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "MAX_BYTES", 2 * len(CAROL))
    files = {f"chen_{number}_1_x.ipynb": CAROL for number in range(5)}
    for place in (zipped(tmp_path / "x.zip", files), unpacked(tmp_path / "in", files)):
        good, bad = read_all(place)
        assert (len(good), len(bad)) == (2, 3)


@pytest.mark.parametrize("count", [3, 60_000])
def test_a_zip_file_with_too_many_entries_is_refused_before_they_are_read(count: int, tmp_path: Path) -> None:
    content = bytearray(crafted(tmp_path / "x.zip").read_bytes())
    end = content.rindex(b"PK\x05\x06")
    struct.pack_into("<2H", content, end + 8, count, count)
    (tmp_path / "x.zip").write_bytes(content)
    if count == 3:
        with open_download(tmp_path / "x.zip") as download:
            assert len(download.files) == 1
        return
    with (
        pytest.raises(DownloadUnusable, match="has 60,000 entries, and 50,000 are the limit"),
        open_download(tmp_path / "x.zip"),
    ):
        pass


def test_a_directory_of_gigabytes_is_refused_also_where_zip64_hides_it(tmp_path: Path) -> None:
    content = crafted(tmp_path / "x.zip").read_bytes()
    end = content.rindex(b"PK\x05\x06")
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 10**9, 10**9, 5 * 10**10, 0)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    (tmp_path / "x.zip").write_bytes(content[:end] + record + locator + content[end:])
    with pytest.raises(DownloadUnusable, match="1,000,000,000 entries"), open_download(tmp_path / "x.zip"):
        pass


def test_entries_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    place = tmp_path / "x.zip"
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr("a_1_2_x.ipynb", os.urandom(10_000))
        archive.filelist += archive.filelist * 3  # four lines of the directory, one file
    with pytest.raises(DownloadUnusable, match="lie over one another"), open_download(place):
        pass


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda content: content[: len(content) // 2], "is a part of a zip file.* download it again"),
        (lambda content: b"", "is no zip file"),
        (lambda content: b"Rar!\x1a\x07" + bytes(500), "is no zip file"),
        (lambda content: content.replace(b"PK\x01\x02", b"PK\x09\x09"), "no zip file that can be read"),
    ],
)
def test_a_damaged_zip_file_is_one_sentence(damage: Callable[[bytes], bytes], sentence: str, tmp_path: Path) -> None:
    place = crafted(tmp_path / "x.zip")
    place.write_bytes(damage(place.read_bytes()))
    with pytest.raises(DownloadUnusable, match=sentence), open_download(place):
        pass


def test_what_is_no_download_is_one_sentence(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name, sentence in (("pipe", "neither a folder nor a zip file"), ("nothing", "is not there")):
        with pytest.raises(DownloadUnusable, match=sentence), open_download(tmp_path / name):
            pass


def test_a_damaged_or_locked_entry_takes_nothing_else_with_it(tmp_path: Path) -> None:
    place = crafted(tmp_path / "x.zip", ("broken_1_2_x.ipynb", os.urandom(1000)))
    content = bytearray(place.read_bytes())
    content[60:70] = bytes(10)
    place.write_bytes(content)
    good, bad = read_all(place)
    assert (good, len(bad)) == ([GOOD], 1)
    assert "damaged" in bad[0]
    place = crafted(tmp_path / "y.zip", ("locked_1_2_x.ipynb", CAROL))
    place.write_bytes(with_flags(place.read_bytes(), 0x1))
    good, bad = read_all(place)
    assert (good, len(bad)) == ([GOOD], 1)
    assert "encrypted" in bad[0]


# Names in other encodings


def named(raw: bytes, tmp_path: Path) -> str:
    """What a name with these bytes, and without the flag for UTF-8, is read as."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("@" * len(raw), b"")
    (tmp_path / "x.zip").write_bytes(stream.getvalue().replace(b"@" * len(raw), raw))
    with open_download(tmp_path / "x.zip") as download:
        (file,) = download.files
        return file.name


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("王小明_1_2_x.ipynb", "utf-8"), ("王小明_1_2_x.ipynb", "gb2312"), ("José_1_2_x.ipynb", "cp437"),
        ("José_1_2_x.ipynb", "utf-8"), ("Müller Strauß_1_2_x.ipynb", "cp437"), ("Ñandú íó_1_2_x.ipynb", "cp437"),
        ("íó_1_2_x.ipynb", "cp437"),
    ],
)  # fmt: skip
def test_a_name_is_read_in_the_encoding_that_it_was_written_in(name: str, encoding: str, tmp_path: Path) -> None:
    assert named(name.encode(encoding), tmp_path) == name


def test_a_name_with_the_flag_for_utf8_is_utf8(tmp_path: Path) -> None:
    names = ["王小明_1_2_x.ipynb", "├⌐_1_2_x.ipynb"]  # the second would be an é in UTF-8, were it in code page 437
    with open_download(zipped(tmp_path / "x.zip", dict.fromkeys(names, CAROL))) as download:
        assert [file.name for file in download.files] == names


def test_two_entries_of_one_name_are_two_hand_ins(tmp_path: Path) -> None:
    first, second = notebook("first", ONE), notebook("second", ONE)
    with pytest.warns(UserWarning, match="Duplicate name"):
        place = crafted(tmp_path / "x.zip", (GOOD, first), (GOOD, second))
    collect([place], tmp_path / "ml")
    kept = {path.read_bytes() for path in (tmp_path / "ml").rglob("*.ipynb")}
    assert kept == {first, second, CAROL}
    assert (tmp_path / "ml" / "submitted" / "chencarol_12345" / ONE / f"{ONE}.ipynb").read_bytes() == CAROL


def test_a_download_names_what_it_is(tmp_path: Path) -> None:
    with open_download(zipped(tmp_path / "ch01-submissions.zip", {GOOD: CAROL})) as download:
        assert isinstance(download, Download)
        assert download.name == "ch01-submissions"
