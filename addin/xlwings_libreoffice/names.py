"""Names given to cells, constants and formulas: in a whole book, or on one sheet."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from xlwings import base_classes

from xlwings_libreoffice import kinds
from xlwings_libreoffice.addresses import split_sheet
from xlwings_libreoffice.errors import OfficeError
from xlwings_libreoffice.formulas import to_calc, to_excel
from xlwings_libreoffice.uno_runtime import UnoObject, struct
from xlwings_libreoffice.wall import walled

if TYPE_CHECKING:
    from xlwings_libreoffice.books import Book
    from xlwings_libreoffice.ranges import Range
    from xlwings_libreoffice.sheet import Sheet
    from xlwings_libreoffice.tables import Table


@walled
class Name(base_classes.Name):
    """One name, known in its book or on one sheet only."""

    def __init__(self, book: "Book", sheet: "Sheet | None", named: UnoObject) -> None:
        self.book = book
        self.sheet = sheet
        self.named = named

    @property
    def api(self) -> UnoObject:
        """The named range in UNO."""
        return self.named

    @property
    def name(self) -> str:
        """The name; with its sheet before it, when it is known there only."""
        return f"{self.sheet.quoted}!{self.named.Name}" if self.sheet else str(self.named.Name)

    @name.setter
    def name(self, value: str) -> None:
        """Renames it; formulas follow."""
        self.named.setName(split_sheet(value)[1])

    @property
    def refers_to(self) -> str:
        """What it stands for, as a formula."""
        return to_excel("=" + self.named.Content)

    @refers_to.setter
    def refers_to(self, value: str) -> None:
        """Lets it stand for something else."""
        self.named.setContent(_content(value))

    @property
    def refers_to_range(self) -> "Range":
        """The range it stands for."""
        cells = self.named.ReferredCells
        if cells is None:
            raise OfficeError(
                f"The name {self.name} does not refer to a range: it stands for {self.refers_to}."
            )
        return self.book.sheet_of(cells).block(kinds.area(cells.RangeAddress))

    def delete(self) -> None:
        """Deletes it."""
        _holder(self.book, self.sheet).removeByName(self.named.Name)


@walled
class Names(base_classes.Names):
    """The names of a book, those of its sheets among them; or the names of one sheet."""

    def __init__(self, book: "Book", sheet: "Sheet | None" = None) -> None:
        self.book = book
        self.sheet = sheet

    @property
    def api(self) -> UnoObject:
        """The named ranges in UNO."""
        return _holder(self.book, self.sheet)

    def __call__(self, name_or_index: str | float) -> Name:
        """The name of that text, upper or lower case, or of that number, counted from 1."""
        if not isinstance(name_or_index, str):
            return list(self)[int(name_or_index) - 1]
        if (found := self._find(name_or_index)) is None:
            raise KeyError(name_or_index)
        return found

    def contains(self, name_or_index: str | float) -> bool:
        """Whether there is such a name."""
        if not isinstance(name_or_index, str):
            return 1 <= name_or_index <= len(self)
        return self._find(name_or_index) is not None

    def __len__(self) -> int:
        """How many names there are."""
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator[Name]:
        """The names in alphabetical order, as Excel lists them."""
        found = [name for sheet in self._scopes() for name in self._of_scope(sheet)]
        return iter(sorted(found, key=lambda name: split_sheet(name.name)[1].lower()))

    def snapshot(self) -> list[tuple[str, Name]]:
        """Each name as text, with its object."""
        return [(name.name, name) for name in self]

    def add(self, name: str, refers_to: str) -> Name:
        """Defines a name, anew where there is one; `Sheet1!name` is known on that sheet only."""
        scope, text = split_sheet(name)
        sheet = self.book.sheets(scope) if scope else self.sheet
        holder = _holder(self.book, sheet)
        for known in holder.ElementNames:
            if known.lower() == text.lower():
                holder.getByName(known).setContent(_content(refers_to))
                return Name(self.book, sheet, holder.getByName(known))
        holder.addNewByName(text, _content(refers_to), struct("com.sun.star.table.CellAddress"), 0)
        return Name(self.book, sheet, holder.getByName(text))

    def of(self, cells: "Range") -> Name | None:
        """The name that refers to exactly these cells."""
        where = cells.xr.RangeAddress
        for name in self:
            referred = name.named.ReferredCells
            if referred is not None and referred.RangeAddress == where:
                return name
        return None

    def found(self, text: str, sheet: "Sheet") -> "Range":
        """The cells that a name stands for, known on the sheet or in the book; or those of a table."""
        name = Names(self.book, sheet)._find(text) or self._find(text)  # noqa: SLF001
        if name is not None:
            return name.refers_to_range
        if (table := _table(self.book, text)) is not None:
            return table
        raise OfficeError(f"'{text}' is neither an address nor a name that refers to cells.")

    def _find(self, text: str) -> Name | None:
        scope, wanted = split_sheet(text)
        if scope is not None:
            sheets = [self.book.sheets(scope)] if scope in self.book.sheets else []
        else:
            sheets = [self.sheet] if self.sheet else [None, *self.book.sheets]  # type: ignore[list-item]
        for sheet in sheets:
            for name in self._of_scope(sheet):
                if name.named.Name.lower() == wanted.lower():
                    return name
        return None

    def _scopes(self) -> "list[Sheet | None]":
        return [self.sheet] if self.sheet else [None, *self.book.sheets]

    def _of_scope(self, sheet: "Sheet | None") -> list[Name]:
        holder = _holder(self.book, sheet)
        return [Name(self.book, sheet, holder.getByName(known)) for known in holder.ElementNames]


def _holder(book: "Book", sheet: "Sheet | None") -> UnoObject:
    return sheet.xs.NamedRanges if sheet else book.doc.NamedRanges


def _content(refers_to: str) -> str:
    """What UNO takes as the content of a name: a formula without its equal sign."""
    text = refers_to if refers_to.startswith("=") else f"={refers_to}"
    return to_calc(text).removeprefix("=")


def _table(book: "Book", text: str) -> "Range | None":
    """The cells of a table without its headings, or the part in brackets: all, headings, one column."""
    title, _, part = text.partition("[")
    for sheet in book.sheets:
        for table in sheet.tables:
            if table.name.lower() == title.lower():
                return _table_part(table, part.rstrip("]").strip("["))
    return None


def _table_part(table: "Table", part: str) -> "Range":
    if part.lower() == "#all":
        return table.range
    if part.lower() == "#headers" and table.header_row_range:
        return table.header_row_range
    body = table.data_body_range or table.insert_row_range
    if body is None:
        raise OfficeError(f"The table {table.name} has no rows.")
    if part in {"", "#Data"}:
        return body
    titles = (
        [str(title).lower() for title in table.header_row_range.raw_value[0]]
        if table.header_row_range
        else []
    )
    if part.lower() not in titles:
        raise OfficeError(f"The table {table.name} has no column '{part}'.")
    column = body.area.column + titles.index(part.lower())
    return body.sheet.block(body.area._replace(column=column, last_column=column))
