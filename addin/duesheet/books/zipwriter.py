"""A zip written part by part: copied as they are, or packed while they are made."""

import struct
import zipfile
from collections.abc import Iterable
from typing import BinaryIO, NamedTuple

from isal import isal_zlib

from duesheet.books.measure import MEGABYTE
from duesheet.errors import BookRefused

_MOST = 2**32 - 2
_UTF8 = 0x800
_VERSION = 20
_EPOCH = (1980, 1, 1, 0, 0, 0)


class _Entry(NamedTuple):
    name: bytes
    flags: int
    method: int
    stamp: int
    checksum: int
    packed: int
    size: int
    made_by: int
    attributes: int
    offset: int


class ZipWriter:
    """Writes parts to `file`, a binary file that can seek; `book` names it in refusals.

    The same parts give the same bytes: a part that was there keeps its time, a new one gets 1 January 1980.
    """

    def __init__(self, file: BinaryIO, book: str) -> None:
        self._file, self._book = file, book
        self._entries: list[_Entry] = []

    def copy(self, info: zipfile.ZipInfo, source: BinaryIO) -> None:
        """Add the part `info` with the packed bytes that begin where `source` stands."""
        entry = self._entry(info.filename, info)._replace(
            method=info.compress_type, checksum=info.CRC, packed=info.compress_size, size=info.file_size
        )
        self._file.write(_local(entry))
        left = info.compress_size
        while left:
            piece = source.read(min(MEGABYTE, left))
            if not piece:
                raise BookRefused(f"{self._book} was cut short meanwhile. Nothing was saved.")
            self._file.write(piece)
            left -= len(piece)
        self._entries.append(entry)

    def pack(self, name: str, info: zipfile.ZipInfo | None, chunks: Iterable[bytes]) -> None:
        """Add the part `name` made of `chunks`; `info` describes the part it stands for, if any."""
        entry = self._entry(name, info)
        self._file.write(_local(entry))
        deflate = isal_zlib.compressobj(1, isal_zlib.DEFLATED, -15)
        size = checksum = packed = 0
        for chunk in chunks:
            size, checksum = size + len(chunk), isal_zlib.crc32(chunk, checksum)
            packed += self._file.write(deflate.compress(chunk))
        packed += self._file.write(deflate.flush())
        if size > _MOST or self._file.tell() > _MOST:
            raise BookRefused(
                f"{self._book} would grow past 4 GB, which a workbook cannot. Nothing was saved."
            )
        entry = entry._replace(checksum=checksum, packed=packed, size=size)
        end = self._file.tell()
        self._file.seek(entry.offset)
        self._file.write(_local(entry))
        self._file.seek(end)
        self._entries.append(entry)

    def finish(self) -> None:
        """Write the list of parts, which makes it a zip."""
        start = self._file.tell()
        for entry in self._entries:
            self._file.write(_listed(entry))
        size, count = self._file.tell() - start, len(self._entries)
        if start > _MOST:
            raise BookRefused(
                f"{self._book} would grow past 4 GB, which a workbook cannot. Nothing was saved."
            )
        self._file.write(struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, size, start, 0))

    def _entry(self, name: str, info: zipfile.ZipInfo | None) -> _Entry:
        raw = name.encode("utf-8")
        year, month, day, hour, minute, second = info.date_time if info else _EPOCH
        stamp = (year - 1980) << 25 | month << 21 | day << 16 | hour << 11 | minute << 5 | second // 2
        return _Entry(
            name=raw,
            flags=0 if raw.isascii() else _UTF8,
            method=zipfile.ZIP_DEFLATED,
            stamp=stamp,
            checksum=0,
            packed=0,
            size=0,
            made_by=info.create_system << 8 | _VERSION if info else _VERSION,
            attributes=info.external_attr if info else 0,
            offset=self._file.tell(),
        )


def _common(entry: _Entry) -> bytes:
    fields = (
        entry.flags,
        entry.method,
        entry.stamp,
        entry.checksum,
        entry.packed,
        entry.size,
        len(entry.name),
        0,
    )
    return struct.pack("<3H4I2H", _VERSION, *fields)


def _local(entry: _Entry) -> bytes:
    return b"PK\x03\x04" + _common(entry) + entry.name


def _listed(entry: _Entry) -> bytes:
    rest = struct.pack("<3H2I", 0, 0, 0, entry.attributes, entry.offset)
    return b"PK\x01\x02" + struct.pack("<H", entry.made_by) + _common(entry) + rest + entry.name
