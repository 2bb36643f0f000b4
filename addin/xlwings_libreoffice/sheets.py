"""The sheets of a book."""

from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING

from xlwings import base_classes

from xlwings_libreoffice.errors import ObjectGone, OfficeError
from xlwings_libreoffice.sheet import Sheet
from xlwings_libreoffice.sheet_names import allowed
from xlwings_libreoffice.uno_runtime import UnoObject
from xlwings_libreoffice.wall import walled

if TYPE_CHECKING:
    from xlwings_libreoffice.books import Book

__all__ = ["Sheet", "Sheets"]


@walled
class Sheets(base_classes.Sheets):
    """The sheets of a book, in order."""

    def __init__(self, book: "Book") -> None:
        self.book = book
        self.xs = book.doc.Sheets
        if self.xs is None:
            raise ObjectGone("The book is closed.")

    @property
    def api(self) -> UnoObject:
        """The sheets in UNO."""
        return self.xs

    @property
    def active(self) -> Sheet:
        """The sheet that is shown."""
        return Sheet(self.book, self.book.doc.CurrentController.ActiveSheet)

    def __call__(self, name_or_index: str | float) -> Sheet:
        """The sheet of that name, upper or lower case, or of that number, counted from 1."""
        if isinstance(name_or_index, str):
            return Sheet(self.book, self.xs.getByName(self._exact(name_or_index)))
        if not 1 <= name_or_index <= len(self):
            raise IndexError(f"There is no sheet {name_or_index}: the book has {len(self)}.")
        return Sheet(self.book, self.xs.getByIndex(int(name_or_index) - 1))

    def __len__(self) -> int:
        """How many sheets there are."""
        return int(self.xs.Count)

    def __iter__(self) -> Iterator[Sheet]:
        """The sheets in order."""
        return iter([Sheet(self.book, self.xs.getByIndex(number)) for number in range(len(self))])

    def __contains__(self, key: object) -> bool:
        """Whether there is a sheet of that name or number."""
        if isinstance(key, str):
            return key.lower() in (known.lower() for known in self.xs.ElementNames)
        return isinstance(key, (int, float)) and 1 <= key <= len(self)

    def add(self, before: Sheet | None = None, after: Sheet | None = None, name: str | None = None) -> Sheet:
        """A new sheet, which becomes the active one; before the active one when not told where."""
        title = allowed(name) if name else self._free_name()
        place = after.number + 1 if after else (before or self.active).number
        self.xs.insertNewByName(title, place)
        made = self(title)
        made.activate()
        return made

    def _free_name(self) -> str:
        return next(title for number in count(len(self) + 1) if (title := f"Sheet{number}") not in self)

    def _exact(self, name: str) -> str:
        for known in self.xs.ElementNames:
            if known.lower() == name.lower():
                return str(known)
        raise KeyError(name)

    def need_another(self, sheet: Sheet) -> None:
        """Refuses when this is the last sheet that can be seen: a book keeps one, in Excel and in Calc."""
        if not any(other.visible for other in self if other.number != sheet.number):
            raise OfficeError("A book must keep at least one visible sheet.")
