"""The zip of parts: replaced, copied byte for byte, and saved so that a crash leaves one whole book."""

import os
import random
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duesheet.books.package import Package, ahead
from duesheet.books.versions import versions
from duesheet.books.zipwriter import ZipWriter
from duesheet.errors import BookRefused

PARTS = {
    "[Content_Types].xml": b"<Types/>" * 50,
    "xl/workbook.xml": b"<workbook/>" * 40,
    "xl/media/image1.png": random.Random(1).randbytes(5000),  # noqa: S311  bytes that do not pack, no secret
    "xl/worksheets/sheet1.xml": b"<row/>" * 20_000,
    "docProps/Übersicht.xml": b"<x/>",
}


def _book(path: Path, parts: dict[str, bytes] | None = None) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (PARTS if parts is None else parts).items():
            info = zipfile.ZipInfo(name, (2024, 5, 17, 10, 20, 30))
            info.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return path


def _packed(path: Path) -> dict[str, tuple[int, int, bytes]]:
    """Every part's packing, time and packed bytes, as they lie in the file."""
    found = {}
    raw = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        for info in archive.infolist():
            name, extra = raw[info.header_offset + 26], raw[info.header_offset + 28]
            start = info.header_offset + 30 + name + extra
            found[info.filename] = (
                info.compress_type,
                *info.date_time[:1],
                raw[start : start + info.compress_size],
            )
    return found


def test_parts_are_read_and_replaced_in_memory_until_saved(tmp_path: Path) -> None:
    """A replaced part reads back as replaced; the file is touched by `save` only."""
    path = _book(tmp_path / "A.xlsx")
    before = path.read_bytes()
    package = Package(path)
    package.replace("xl/workbook.xml", [b"<new", b"/>"])
    package.drop("docProps/Übersicht.xml")
    assert package.read("xl/workbook.xml") == b"<new/>"
    assert package.names() == [name for name in PARTS if not name.startswith("docProps")]
    assert path.read_bytes() == before
    package.save()
    assert Package(path).read("xl/workbook.xml") == b"<new/>"
    assert "docProps/Übersicht.xml" not in Package(path)


def test_all_other_parts_are_copied_byte_for_byte_in_their_order(tmp_path: Path) -> None:
    """The packed bytes of every part that was not replaced are the same before and after."""
    path = _book(tmp_path / "A.xlsx")
    before = _packed(path)
    package = Package(path)
    package.replace("xl/worksheets/sheet1.xml", (b"<row/>" for _ in range(9)))
    package.replace("xl/new.xml", b"<new/>")
    package.save()
    after = _packed(path)
    assert list(after) == [*before, "xl/new.xml"]
    assert {name for name in before if before[name] != after[name]} == {"xl/worksheets/sheet1.xml"}


def test_the_same_changes_give_the_same_bytes(tmp_path: Path) -> None:
    """Two saves of the same change make two equal files."""
    files = []
    for name in ("A.xlsx", "B.xlsx"):
        package = Package(_book(tmp_path / name))
        package.replace("xl/worksheets/sheet1.xml", b"<row/>" * 50_000)
        package.replace("xl/new.xml", b"<new/>")
        package.save()
        files.append((tmp_path / name).read_bytes())
    assert files[0] == files[1]


@settings(max_examples=25, deadline=None)
@given(content=st.lists(st.binary(max_size=3000), max_size=8))
def test_what_is_saved_is_what_was_given(content: list[bytes]) -> None:
    """A part given in pieces of any size comes back whole."""
    path = _book(Path(_folder()) / "A.xlsx")
    package = Package(path)
    package.replace("xl/workbook.xml", content)
    package.save()
    assert Package(path).read("xl/workbook.xml") == b"".join(content)
    assert list(package.chunks("xl/media/image1.png")) == [PARTS["xl/media/image1.png"]]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUESHEET_TEST_FOLDER", str(tmp_path))


def _folder() -> str:
    return os.environ["DUESHEET_TEST_FOLDER"]


def test_the_last_five_versions_are_kept(tmp_path: Path) -> None:
    """Each save keeps the book as it was; the sixth oldest goes; another book's versions stay."""
    path, other = _book(tmp_path / "A.xlsx"), _book(tmp_path / "A B.xlsx")
    Package(other)
    for number in range(7):
        package = Package(path)
        package.replace("xl/workbook.xml", b"%d" % number)
        package.save()
    package = Package(other)
    package.replace("xl/workbook.xml", b"other")
    package.save()
    assert [Package(file).read("xl/workbook.xml") for file in versions(path)] == [
        b"1",
        b"2",
        b"3",
        b"4",
        b"5",
    ]
    assert [Package(file).read("xl/workbook.xml") for file in versions(other)] == [PARTS["xl/workbook.xml"]]
    assert versions(path)[0].parent == tmp_path / ".duesheet" / "versions"


def test_versions_are_copied_where_files_cannot_be_linked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a disk without links a version is a copy."""

    def refuse(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(os, "link", refuse)
    package = Package(_book(tmp_path / "A.xlsx"))
    package.replace("xl/workbook.xml", b"new")
    package.save()
    assert Package(versions(tmp_path / "A.xlsx")[0]).read("xl/workbook.xml") == PARTS["xl/workbook.xml"]


def _change(package: Package) -> None:
    package.replace("xl/workbook.xml", b"changed")


def test_a_book_changed_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    """When somebody saved the book after it was opened, saving is refused and theirs stays."""
    path = _book(tmp_path / "A.xlsx")
    package = Package(path)
    _change(package)
    _book(path, {**PARTS, "xl/workbook.xml": b"theirs"})
    with pytest.raises(BookRefused, match="changed by somebody else"):
        package.save()
    assert Package(path).read("xl/workbook.xml") == b"theirs"


def test_a_read_only_and_a_vanished_book_are_refused(tmp_path: Path) -> None:
    """A book that may not be changed, or is no longer there, is not written."""
    path = _book(tmp_path / "A.xlsx")
    package = Package(path)
    _change(package)
    path.chmod(stat.S_IREAD)
    with pytest.raises(BookRefused, match="read-only"):
        package.save()
    path.chmod(stat.S_IREAD | stat.S_IWRITE)
    path.unlink()
    with pytest.raises(BookRefused, match="is gone"):
        package.save()
    assert not path.exists()


def test_a_book_another_program_holds_is_refused_and_can_be_saved_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the system does not let go of the file, the refusal says so; once it does, the same save works."""
    path = _book(tmp_path / "A.xlsx")
    package = Package(path)
    _change(package)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", _denied)
        with pytest.raises(BookRefused, match="Close it in every other program"):
            package.save()
    assert Package(path).read("xl/workbook.xml") == PARTS["xl/workbook.xml"]
    package.save()
    assert Package(path).read("xl/workbook.xml") == b"changed"
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".A")] == []


def _denied(*_: object) -> None:
    raise PermissionError(13, "The file is used by another process")


def test_a_damaged_part_is_refused_when_it_is_read(tmp_path: Path) -> None:
    """A part whose bytes do not match their checksum is never handed on as good."""
    path = _book(tmp_path / "A.xlsx")
    raw = path.read_bytes()
    at = raw.index(PARTS["xl/media/image1.png"])
    path.write_bytes(raw[:at] + b"\0\0\0\0" + raw[at + 4 :])
    with pytest.raises(BookRefused, match=r"damaged in xl/media/image1\.png"):
        Package(path).read("xl/media/image1.png")


def test_a_part_that_unpacks_to_more_than_it_says_is_refused(tmp_path: Path) -> None:
    """A part that lies about its size is stopped as soon as it goes past it."""
    path = _book(tmp_path / "A.xlsx", {"xl/a.xml": b" " * 50_000_000})
    raw = bytearray(path.read_bytes())
    for mark, field in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = raw.find(mark) + field
        raw[at : at + 4] = (100).to_bytes(4, "little")
    path.write_bytes(raw)
    taken: list[bytes] = []
    with pytest.raises(BookRefused, match="damaged"):
        taken.extend(Package(path).chunks("xl/a.xml"))
    assert sum(map(len, taken)) <= 100


def test_chunks_are_made_ahead_and_their_errors_come_through() -> None:
    """Pieces arrive in order; an error while one is made reaches whoever asks for it."""

    def pieces() -> Iterator[bytes]:
        yield b"1"
        yield b"2"
        raise BookRefused("no third")

    taken: list[bytes] = []
    with ahead(pieces()) as chunks, pytest.raises(BookRefused, match="no third"):
        taken.extend(chunks)
    with ahead([b"1", b"", b"2"]) as chunks:
        assert list(chunks) == [b"1", b"", b"2"]


def test_an_error_while_a_part_is_made_leaves_the_book_as_it_was(tmp_path: Path) -> None:
    """When the rows cannot be made, nothing is saved and no spare file stays."""

    def broken() -> Iterator[bytes]:
        yield b"<row/>" * 1000
        raise ValueError("the rows cannot be made")

    path = _book(tmp_path / "A.xlsx")
    before = path.read_bytes()
    package = Package(path)
    package.replace("xl/worksheets/sheet1.xml", broken())
    with pytest.raises(ValueError, match="cannot be made"):
        package.save()
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["A.xlsx"]


class _PowerCut(BaseException):
    """The machine stops here."""


def test_a_crash_at_any_call_leaves_the_old_or_the_new_book(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever call to the system is the last one, the book is whole: as it was, or as it was to be."""
    calls: list[str] = []
    crash_at = 0

    def fragile(owner: object, name: str) -> None:
        real: Callable[..., object] = getattr(owner, name)

        def call(*given: object, **named: object) -> object:
            calls.append(name)
            if len(calls) == crash_at:
                raise _PowerCut
            return real(*given, **named)

        monkeypatch.setattr(owner, name, call)

    for owner, name in ((os, "fsync"), (os, "link"), (Path, "replace"), (Path, "chmod"), (Path, "mkdir")):
        fragile(owner, name)
    fragile(ZipWriter, "pack")
    fragile(ZipWriter, "finish")
    outcomes = set()
    while True:
        path = _book(tmp_path / f"A{crash_at}.xlsx")
        package = Package(path)
        _change(package)
        calls.clear()
        crash_at += 1
        try:
            package.save()
        except _PowerCut:
            with zipfile.ZipFile(path) as archive:
                assert archive.testzip() is None
                outcomes.add(archive.read("xl/workbook.xml"))
            continue
        break
    assert outcomes == {PARTS["xl/workbook.xml"], b"changed"}


_SAVING = """
import sys
from pathlib import Path
from duesheet.books.package import Package
number = 0
while True:
    package = Package(Path(sys.argv[1]))
    package.replace("xl/worksheets/sheet1.xml", (b"<row r='%d'/>" % number for _ in range(20_000)))
    package.save()
    number += 1
    print(number, flush=True)
"""


def test_a_process_killed_while_it_saves_leaves_a_whole_book(tmp_path: Path) -> None:
    """Killed at five moments, the process never leaves a book that is neither the last nor the next."""
    path = _book(tmp_path / "A.xlsx")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1] / "addin")}
    moment = random.Random(7)  # noqa: S311  the same moments every time, no secret
    for _ in range(5):
        with subprocess.Popen(
            [sys.executable, "-c", _SAVING, str(path)], stdout=subprocess.PIPE, env=environment
        ) as saving:
            assert saving.stdout is not None
            assert saving.stdout.readline()
            time.sleep(moment.random() / 10)
            saving.kill()
            saving.wait(timeout=60)
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
            rows = archive.read("xl/worksheets/sheet1.xml").split(b"/>")
        assert len(rows) == 20_001
        assert len(set(rows)) == 2
