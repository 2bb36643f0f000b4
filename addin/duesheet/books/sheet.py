"""The parts of one sheet inside a closed book, before and after its table was written. No zip, no disk."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple


class SheetPart(NamedTuple):
    """One sheet's XML parts, as bytes.

    `sheet` is xl/worksheets/sheetN.xml: bytes going in; coming out it may be an iterable of chunks made
    while it is read (it can be read again). `table` is the sheet's xl/tables/tableN.xml, `rels` its
    _rels/sheetN.xml.rels (None: there is none; coming out non-None means the part must be there). `others`
    are the sheet's comments, vmlDrawing and threadedComments parts by part name; the same names come out.
    `shared` gives the text of a shared string by its number. `name` is the sheet's name, for refusals;
    `date1904` is the workbook's workbookPr flag.
    """

    sheet: bytes | Iterable[bytes]
    shared: Callable[[int], str]
    table: bytes | None = None
    rels: bytes | None = None
    others: Mapping[str, bytes] = MappingProxyType({})
    name: str = ""
    date1904: bool = False

    def whole(self) -> bytes:
        """The sheet's XML in one piece."""
        return self.sheet if isinstance(self.sheet, bytes) else b"".join(self.sheet)


@dataclass(frozen=True)
class Chunks:
    """A sheet's XML as chunks: `before`, the rows, which are made each time it is read, and `after`."""

    before: bytes
    rows: Callable[[], Iterator[bytes]]
    after: bytes

    def __iter__(self) -> Iterator[bytes]:
        rows = self.rows()
        # Whoever asks for the first piece ahead of time has the first rows made, too.
        yield self.before + next(rows, b"")
        yield from rows
        yield self.after
