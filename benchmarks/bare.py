"""The bare replacement of sheets inside a workbook: no merging, no checking, no keeping of anybody's columns.

What is left when everything a user notices is taken away: XML text made by Polars, deflated by isal, and
the other parts copied as they are. The least a refresh can cost.
"""

import re
import struct
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

import polars as pl
from isal import isal_zlib

CHUNK = 65_536
LOCAL, CENTRAL, END = "<4s5H3I2H", "<4s6H3I5H2I", "<4s4H2IH"


class Archive:
    """A zip file being written, part after part."""

    def __init__(self, path: Path) -> None:
        self.file: BinaryIO = path.open("wb", buffering=1 << 20)
        self.parts: list[tuple[zipfile.ZipInfo, int, int, int, int]] = []

    def copy(self, source: BinaryIO, part: zipfile.ZipInfo) -> None:
        """Take over `part` of another archive, compressed as it is."""
        source.seek(part.header_offset)
        name, extra = struct.unpack("<2H", source.read(30)[26:30])
        source.seek(name + extra, 1)
        self._begin(part, part.CRC, part.compress_size, part.file_size)
        left = part.compress_size
        while left:
            block = source.read(min(1 << 20, left))
            self.file.write(block)
            left -= len(block)

    def write(self, part: zipfile.ZipInfo, blocks: Iterable[bytes | memoryview]) -> None:
        """Write `part` anew from `blocks`."""
        place, (crc, size, packed) = self.file.tell(), (0, 0, 0)
        self.file.write(self._header(part, 0, 0, 0))
        deflate = isal_zlib.compressobj(1, isal_zlib.DEFLATED, -15)
        for block in blocks:
            crc, size = isal_zlib.crc32(block, crc), size + len(block)
            packed += self.file.write(deflate.compress(block))
        packed += self.file.write(deflate.flush())
        end = self.file.tell()
        self.file.seek(place)
        self._begin(part, crc, packed, size)
        self.file.seek(end)

    def close(self) -> None:
        """Write the list of parts, and the file to its disk."""
        start = self.file.tell()
        for part, crc, packed, size, place in self.parts:
            name = part.filename.encode()
            fields = (
                b"PK\1\2",
                20,
                20,
                0,
                8,
                *_stamp(part),
                crc,
                packed,
                size,
                len(name),
                0,
                0,
                0,
                0,
                0,
                place,
            )
            self.file.write(struct.pack(CENTRAL, *fields) + name)
        count, end = len(self.parts), self.file.tell()
        self.file.write(struct.pack(END, b"PK\5\6", 0, 0, count, count, end - start, start, 0))
        self.file.close()

    def _begin(self, part: zipfile.ZipInfo, crc: int, packed: int, size: int) -> None:
        self.parts.append((part, crc, packed, size, self.file.tell()))
        self.file.write(self._header(part, crc, packed, size))

    @staticmethod
    def _header(part: zipfile.ZipInfo, crc: int, packed: int, size: int) -> bytes:
        name = part.filename.encode()
        return struct.pack(LOCAL, b"PK\3\4", 20, 0, 8, *_stamp(part), crc, packed, size, len(name), 0) + name


def _stamp(part: zipfile.ZipInfo) -> tuple[int, int]:
    year, month, day, hour, minute, second = part.date_time
    return hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day


def _letters(place: int) -> str:
    return (chr(64 + place // 26) if place >= 26 else "") + chr(65 + place % 26)


def rows(frame: pl.DataFrame, styles: list[str]) -> Iterator[bytes]:
    """The XML of the rows of `frame`, from the second row of a sheet on."""
    number = pl.col("row number")
    cells: list[pl.Expr] = [pl.lit('<row r="'), number, pl.lit('">')]
    for place, (name, kind) in enumerate(frame.schema.items()):
        style = f' s="{styles[place]}"' if place < len(styles) and styles[place] else ""
        begin = [pl.lit(f'<c r="{_letters(place)}'), number, pl.lit(f'"{style}')]
        if kind == pl.String:
            text = pl.col(name)
            for mark, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
                text = text.str.replace_all(mark, entity, literal=True)
            cell = pl.concat_str([*begin, pl.lit(' t="inlineStr"><is><t>'), text, pl.lit("</t></is></c>")])
        else:
            cell = pl.concat_str([*begin, pl.lit("><v>"), pl.col(name).cast(pl.String), pl.lit("</v></c>")])
        cells.append(cell.fill_null(""))
    cells.append(pl.lit("</row>"))
    for start in range(0, frame.height, CHUNK):
        part = frame.slice(start, CHUNK).with_row_index("row number", offset=start + 2)
        part = part.with_columns(pl.col("row number").cast(pl.String))
        yield part.select(pl.concat_str(cells).str.join("")).item().encode()


def replace(source: Path, target: Path, sheets: Mapping[str, pl.DataFrame]) -> None:
    """Copy the workbook `source` to `target` with the rows of `sheets` replaced."""
    with zipfile.ZipFile(source) as package, source.open("rb") as raw:
        parts = {_part(package, name): frame for name, frame in sheets.items()}
        tables = {table: frame for part, frame in parts.items() for table in _tables(package, part)}
        out = Archive(target)
        for part in package.infolist():
            if part.filename in parts:
                out.write(part, _sheet(package.read(part), parts[part.filename]))
            elif part.filename in tables:
                out.write(part, [_resized(package.read(part), tables[part.filename].height)])
            else:
                out.copy(raw, part)
        out.close()


def _sheet(old: bytes, frame: pl.DataFrame) -> Iterator[bytes]:
    first = old.index(b"</row>") + len(b"</row>")
    row = re.search(rb'<row r="2"[^>]*>(.*?)</row>', old[first:], re.DOTALL)
    cells = re.findall(rb"<c ([^>]*)>", row[1]) if row else []
    styles = [found[1].decode() if (found := re.search(rb's="(\d+)"', cell)) else "" for cell in cells]
    yield _resized(old[:first], frame.height)
    yield from rows(frame, styles)
    yield old[old.index(b"</sheetData>") :]


def _resized(xml: bytes, height: int) -> bytes:
    return re.sub(rb'(ref="A1:[A-Z]+)\d+"', rb'\g<1>%d"' % (max(height, 1) + 1), xml)


def _part(package: zipfile.ZipFile, sheet: str) -> str:
    book = package.read("xl/workbook.xml").decode()
    named = re.search(rf'<sheet name="{sheet}"[^>]*r:id="(\w+)"', book)
    relations = package.read("xl/_rels/workbook.xml.rels").decode()
    found = re.search(rf'<Relationship [^>]*Id="{named[1] if named else ""}"[^>]*>', relations)
    target = re.search(r'Target="/?(?:xl/)?([^"]+)"', found[0] if found else "")
    return f"xl/{target[1] if target else ''}"


def _tables(package: zipfile.ZipFile, part: str) -> list[str]:
    relations = part.replace("worksheets/", "worksheets/_rels/") + ".rels"
    found = re.findall(r'Target="\.\./(tables/[^"]+)"', package.read(relations).decode())
    return [f"xl/{table}" for table in found]
