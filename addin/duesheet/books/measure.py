"""Whether a file may be opened at all: measured from its first bytes and its list of parts, nothing unpacked.

A workbook is a zip of parts. A small file can claim parts of many gigabytes, a million of them, or the same
bytes many times over; all of that stands in the list at the end of the file, so it is refused before it costs
anything.
"""

import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from duesheet.errors import BookRefused

MEGABYTE = 2**20
MOST_FILE = 1024 * MEGABYTE
MOST_TOTAL = 4 * 2**30 - 1
MOST_PARTS = 20_000
MOST_RATIO = 100
FREE_OF_RATIO = 16 * MEGABYTE
"""A part below this size may be packed as tightly as it likes: empty cells pack very well."""

_MOST_LIST = 8 * MEGABYTE
_LOCAL, _END, _END64 = b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x07"
_END_SIZE, _LOCATOR_SIZE, _MOST_COMMENT = 22, 20, 65_535
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_ENCRYPTED = 0x1
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


def measured(path: Path) -> list[zipfile.ZipInfo]:
    """The parts of the workbook at `path`, as its own list gives them, in the order of the file.

    Raises BookRefused, in words, for whatever is not a workbook or is larger than a workbook can sensibly be.
    """
    try:
        _check_file(path)
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except FileNotFoundError:
        raise BookRefused(f"There is no file {path}.") from None
    except (IsADirectoryError, PermissionError) as error:
        raise BookRefused(f"{path.name} cannot be opened: {error.strerror}.") from None
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError) as error:
        raise BookRefused(
            f"{path.name} is damaged or cut short ({error}). Take an earlier version."
        ) from None
    _check_parts(path, parts)
    return parts


def _check_file(path: Path) -> None:
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(len(_OLE))
        if start == _OLE:
            raise BookRefused(_words_for_ole(path))
        if not start.startswith(_LOCAL):
            raise BookRefused(f"{path.name} is not an Excel workbook. Save it as .xlsx first.")
        if size > MOST_FILE:
            raise _too_large(
                path, f"the file has {size // MEGABYTE:,} MB, more than {MOST_FILE // MEGABYTE:,}"
            )
        file.seek(max(0, size - _END_SIZE - _LOCATOR_SIZE - _MOST_COMMENT))
        _check_end(path, file.read())


def _check_end(path: Path, tail: bytes) -> None:
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + _END_SIZE:
        raise BookRefused(f"{path.name} is cut short: its end is missing. Take an earlier version.")
    count, size = struct.unpack_from("<HI", tail, at + 10)
    if tail[max(0, at - _LOCATOR_SIZE) :].startswith(_END64) or count > MOST_PARTS or size > _MOST_LIST:
        raise _too_large(path, f"it has more than {MOST_PARTS:,} parts")


def _check_parts(path: Path, parts: Sequence[zipfile.ZipInfo]) -> None:
    if len(parts) > MOST_PARTS:
        raise _too_large(path, f"it has {len(parts):,} parts")
    if len({part.filename.casefold() for part in parts}) < len(parts):
        raise _strange(path, "it holds the same part twice")
    for part in parts:
        _check_part(path, part)
    total = sum(part.file_size for part in parts)
    if total > MOST_TOTAL:
        raise _too_large(
            path, f"unpacked it has {total // MEGABYTE:,} MB, more than {MOST_TOTAL // MEGABYTE:,}"
        )
    _check_overlap(path, parts)


def _check_part(path: Path, part: zipfile.ZipInfo) -> None:
    name = part.filename
    if part.flag_bits & _ENCRYPTED:
        raise BookRefused(f"{path.name} is protected by a password. Save it without one first.")
    if name.startswith("/") or "\\" in name or ":" in name or ".." in PurePosixPath(name).parts:
        raise _strange(path, f"it holds a part called {name!r}")
    if part.compress_type not in _METHODS:
        raise _strange(path, f"{name} is packed in a way spreadsheets do not use")
    if part.file_size > FREE_OF_RATIO and part.file_size > MOST_RATIO * part.compress_size:
        ratio = part.file_size // max(part.compress_size, 1)
        raise _too_large(
            path, f"{name} unpacks to {part.file_size // MEGABYTE:,} MB, {ratio:,} times its size"
        )


def _check_overlap(path: Path, parts: Sequence[zipfile.ZipInfo]) -> None:
    end = 0
    for part in sorted(parts, key=lambda part: part.header_offset):
        if part.header_offset < end:
            raise _strange(path, f"{part.filename} shares its bytes with another part")
        end = part.header_offset + part.compress_size
    if end > path.stat().st_size:
        raise BookRefused(f"{path.name} is cut short. Take an earlier version.")


def _words_for_ole(path: Path) -> str:
    with path.open("rb") as file:
        locked = _ENCRYPTED_PACKAGE in file.read(64 * MEGABYTE)
    if locked:
        return (
            f"{path.name} is protected by a password. Open it in your spreadsheet, take the password off "
            "(File, Info, Protect Workbook) and save it."
        )
    return f"{path.name} is an old .xls workbook. Open it in your spreadsheet and save it as .xlsx."


def _too_large(path: Path, why: str) -> BookRefused:
    return BookRefused(f"{path.name} is too large to open safely: {why}.")


def _strange(path: Path, why: str) -> BookRefused:
    return BookRefused(
        f"{path.name} is not put together as a workbook is: {why}. Save it again in your spreadsheet."
    )
