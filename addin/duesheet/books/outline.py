"""A sheet's XML cut where its table's rows begin and end, by searching for boundaries only."""

import re
from typing import NamedTuple

from duesheet.errors import BookRefused

_ROOT = re.compile(rb"<(?:(\w+):)?worksheet\b[^>]*>")
_ROW_TAG = re.compile(rb"<row\b([^>]*)>")
_NUMBER = re.compile(rb'\br="(\d+)"')
_TAGS = re.compile(rb"<(?:row|c)\b[^>]*'[^>]*>")
_UNNUMBERED = re.compile(rb'<(?:row|c)(?![^>]* r=")[\s/>]')
_SAMPLE = 4096
"""How much of a sheet is looked at to see how its writer writes."""


class Outline(NamedTuple):
    """One sheet in five pieces, in the order of the file; joined they are the sheet.

    `head` runs through <sheetData>, `above` holds the rows through the header row, `data` the rows of the
    table, `below` all rows under it (a totals row comes first), `tail` the rest from </sheetData>.
    """

    xml: bytes
    cuts: tuple[int, int, int, int]

    @property
    def head(self) -> bytes:
        """From the start through <sheetData>."""
        return self.xml[: self.cuts[0]]

    @property
    def above(self) -> bytes:
        """The rows through the header row."""
        return self.xml[self.cuts[0] : self.cuts[1]]

    @property
    def data(self) -> bytes:
        """The rows of the table."""
        return self.xml[self.cuts[1] : self.cuts[2]]

    @property
    def below(self) -> bytes:
        """The rows under the table."""
        return self.xml[self.cuts[2] : self.cuts[3]]

    @property
    def tail(self) -> bytes:
        """From </sheetData> to the end."""
        return self.xml[self.cuts[3] :]


def canonical(xml: bytes, sheet: str = "") -> bytes:
    """The sheet as most programs write it: no prefix, double quotes, rows and cells numbered.

    Bytes that are so already come back as they are.
    """
    root = _ROOT.search(xml)
    if root is None:
        raise BookRefused(
            f"{sheet}: the sheet cannot be read. Open the workbook, save it as .xlsx, and try again."
        )
    if root.group(1):
        xml = bare(xml, root.group(1))
    xml = re.sub(rb"<sheetData\s*/>", b"<sheetData></sheetData>", xml, count=1)
    start, end = _inside(xml, sheet)
    sample = xml[start : xml.rfind(b">", start, min(end, start + _SAMPLE)) + 1]
    if _TAGS.search(sample):
        xml = xml[:start] + _TAGS.sub(lambda tag: tag[0].replace(b"'", b'"'), xml[start:end]) + xml[end:]
        start, end = _inside(xml, sheet)
    if _UNNUMBERED.search(sample):
        xml = xml[:start] + _numbered(xml[start:end]) + xml[end:]
    return xml


def bare(xml: bytes, prefix: bytes) -> bytes:
    """`xml` with the namespace `prefix` made the default one."""
    xml = re.sub(rb"(</?)" + prefix + rb":", rb"\1", xml)
    return xml.replace(b"xmlns:" + prefix + b"=", b"xmlns=", 1)


def _inside(xml: bytes, sheet: str) -> tuple[int, int]:
    opened = re.search(rb"<sheetData\b[^>]*>", xml)
    end = xml.rfind(b"</sheetData>")
    if opened is None or end < 0:
        raise BookRefused(
            f"{sheet}: the sheet has no cells' part. Open the workbook, save it as .xlsx, and try again."
        )
    return opened.end(), end


def _numbered(rows: bytes) -> bytes:
    from duesheet.books.areas import letters, number  # noqa: PLC0415  only sheets of rare writers come here

    out, row, column = [], 0, 0
    for piece in re.split(rb"(<(?:row|c)\b[^>]*>)", rows):
        if piece.startswith(b"<row"):
            found = _NUMBER.search(piece)
            row, column = int(found[1]) if found else row + 1, 0
            out.append(piece if found else b'<row r="%d"' % row + piece[len(b"<row") :])
        elif piece.startswith(b"<c") and piece[2:3] in b" />":
            place = re.search(rb'\br="([A-Z]+)', piece)
            column = number(place[1].decode()) if place else column + 1
            out.append(
                piece if place else b'<c r="%s%d"' % (letters(column).encode(), row) + piece[len(b"<c") :]
            )
        else:
            out.append(piece)
    return b"".join(out)


def outline(xml: bytes, header: int, last: int, sheet: str = "") -> Outline:
    """`xml` (canonical) cut at the table whose header row is `header` and whose last data row is `last`."""
    start, end = _inside(xml, sheet)
    first = row_start(xml, header + 1, start, end)
    return Outline(xml, (start, first, row_start(xml, last + 1, first, end), end))


def row_start(xml: bytes, row: int, start: int, end: int) -> int:
    """Where in `xml`, between `start` and `end`, the first row numbered `row` or higher begins; else `end`.

    Rows stand in ascending order, so that halving the bytes finds one among a million in twenty looks.
    """
    answer, low, high = end, start, end
    while low < high:
        middle = (low + high) // 2
        at = xml.find(b"<row", middle, high + 3)
        if at < 0:
            high = middle
        elif row_number(xml, at) >= row:
            answer, high = at, middle
        else:
            low = at + 4
    return answer


def row_number(xml: bytes, at: int) -> int:
    """The number of the row whose tag begins at `at`."""
    tag = _ROW_TAG.match(xml, at)
    found = _NUMBER.search(tag[1]) if tag else None
    if found is None:
        raise BookRefused(
            "A row of the sheet has no number. Open the workbook, save it as .xlsx, and try again."
        )
    return int(found[1])


def rows_in(xml: bytes) -> list[tuple[int, bytes]]:
    """The rows of a run of rows, each with its number."""
    starts = [found.start() for found in re.finditer(rb"<row\b", xml)]
    return [
        (row_number(xml, start), xml[start:stop])
        for start, stop in zip(starts, [*starts[1:], len(xml)], strict=False)
    ]
