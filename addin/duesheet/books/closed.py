"""A workbook on the disk, nobody having it open: the port to a spreadsheet over the file's own parts."""

import math
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path

import polars as pl

from duesheet.books import Cells
from duesheet.books.begun import LARGE, Begun
from duesheet.books.calculation import forget_chain, recalculate
from duesheet.books.contents import Contents, Sheet, TablePart, contents
from duesheet.books.locks import refuse_if_open
from duesheet.books.package import Package
from duesheet.books.readers import COUNT, Readers
from duesheet.books.reading import read_table
from duesheet.books.sheet import SheetPart
from duesheet.books.strings import SharedStrings, texts
from duesheet.errors import TableMissing
from duesheet.layout import Table

# What writes a sheet is loaded while the book is being read.


class ClosedBook:
    """A workbook file. Reads see it as it lies on the disk; writes are gathered until `save`.

    Reading is allowed while somebody has the book open; saving is refused then.
    """

    def __init__(self, package: Package, seen: Contents) -> None:
        self._package = package
        self._forget()
        self._seen: Contents | None = seen

    def _forget(self) -> None:
        """Begin anew with the book as it lies on the disk; it is looked at when somebody asks."""
        self._seen = None
        self._strings = SharedStrings(self._package)
        self._coming: dict[str, Future[Cells | None]] = {}
        self._written: dict[str, tuple[Sheet, SheetPart]] = {}
        self._tables: dict[str, bytes] = {}
        self._chain_stale = False

    @classmethod
    def open(cls, path: Path, ahead: Iterable[Table] = (), begun: Begun | None = None) -> "ClosedBook":
        """The book at `path`, measured before anything in it is unpacked.

        The tables `ahead` are read at once, side by side, so that `read` finds them ready; from what of the book
        was `begun` already, if it was. Raises BookRefused, in words, for what is not a workbook or is not safe to open.
        """
        if begun is None:
            package = Package(path)
            begun = Begun(package, contents(package), Readers(path))
        book = cls(begun.package, begun.contents)
        book._read_ahead(ahead, begun.readers)
        import duesheet.books.parts  # noqa: F401, PLC0415  as above

        return book

    @property
    def _contents(self) -> Contents:
        if self._seen is None:
            self._seen = contents(self._package)
        return self._seen

    @property
    def name(self) -> str:
        """The file's name, for messages."""
        return self._package.path.name

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return self._package.path

    def read(self, table: Table) -> Cells | None:
        """The cells of `table` as they lie on the disk, or None when the book has no such table."""
        if table.name not in self._coming:
            self._read_ahead([table], Readers(self.path))
        # Handed over, not kept: a large sheet would be held twice.
        return self._coming.pop(table.name).result()

    def write(self, table: Table, frame: pl.DataFrame) -> None:
        """Replace the rows of an output table."""
        from duesheet.books.parts import replace_rows  # noqa: PLC0415  as above

        self._change(table, lambda part: replace_rows(part, frame, table))

    def append(self, table: Table, frame: pl.DataFrame) -> None:
        """Add rows below the last one of an input or log table; no existing cell is touched."""
        from duesheet.books.parts import append_rows  # noqa: PLC0415  as above

        self._change(table, lambda part: append_rows(part, frame, table))

    def put(self, table: Table, row: int, column: str, value: str) -> None:
        """Write one text cell at the sheet's `row` under the header `column`."""
        from duesheet.books.parts import put_cell  # noqa: PLC0415  as above

        self._change(table, lambda part: put_cell(part, row, column, value))

    def save(self) -> None:
        """Bring every change to the disk, all or none; without any, the file is left alone.

        The spreadsheet is told to calculate anew when it next opens the book. Raises BookRefused when the
        book is open elsewhere, read-only, gone, or changed since it was opened; the file is then as it was.
        """
        if not self._written:
            return
        refuse_if_open(self.path)
        self._lay_down()
        recalculate(self._package, self._contents.part)
        if self._chain_stale:
            forget_chain(self._package, self._contents.part)
        wait(self._coming.values())  # nobody may have the file open when it is replaced
        self._package.save()
        self._forget()

    def _read_ahead(self, tables: Iterable[Table], readers: Readers) -> None:
        pool = ThreadPoolExecutor(COUNT)
        # The small ones first: they are worked on while the large ones, the largest in front, are being read.
        in_turn = sorted(tables, key=lambda one: -self._weight(one) if self._is_large(one) else -math.inf)
        shared = None
        if in_turn and self._is_large(in_turn[-1]):
            shared = pool.submit(texts, self._package).result  # before all that wait for it
        for table in in_turn:
            self._coming[table.name] = pool.submit(
                read_table, self._package, self._contents, readers, table, shared
            )
        pool.shutdown(wait=False)

    def _is_large(self, table: Table) -> bool:
        return self._weight(table) >= LARGE

    def _weight(self, table: Table) -> int:
        where = self._contents.find(table.name)
        return self._package.size(where[0].part) if where else 0

    def _change(self, table: Table, change: Callable[[SheetPart], SheetPart]) -> None:
        where = self._contents.find(table.name)
        if where is None:
            raise TableMissing(
                f"{self.name} has no sheet {table.name}. Add it, or start from a new book: duesheet new."
            )
        sheet, ground = where
        before = self._written[sheet.part][1] if sheet.part in self._written else self._part(sheet)
        self._chain_stale |= isinstance(before.sheet, bytes) and b"<f" in before.sheet
        after = change(before._replace(table=self._table(ground)))
        self._written[sheet.part] = sheet, after
        if ground and after.table is not None:
            self._tables[ground.part] = after.table

    def _table(self, ground: TablePart | None) -> bytes | None:
        if ground is None:
            return None
        return self._tables.get(ground.part) or self._package.read(ground.part)

    def _part(self, sheet: Sheet) -> SheetPart:
        read = self._package.read
        return SheetPart(
            sheet=read(sheet.part),
            rels=read(sheet.rels) if sheet.rels in self._package else None,
            others={name: read(name) for name in sheet.others},
            shared=self._strings.text,
            name=sheet.name,
            date1904=self._contents.since_1904,
        )

    def _lay_down(self) -> None:
        """Hand the package every part that came out of a change otherwise than it went in."""
        new: dict[str, bytes] = dict(self._tables)
        for sheet, part in self._written.values():
            self._package.replace(sheet.part, part.sheet)
            new |= part.others
            if part.rels is not None:
                new[sheet.rels] = part.rels
        for name, content in new.items():
            if name not in self._package or self._package.read(name) != content:
                self._package.replace(name, content)
