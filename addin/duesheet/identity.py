"""The Book ID: by it the journal knows a workbook again, whatever the file is called and wherever it lies."""

from uuid import uuid4

from duesheet.books import Book
from duesheet.errors import Fault
from duesheet.records import Records

_SETTING, _VALUE, _NAME = "Setting", "Value", "Book ID"


def identified(book: Book, found: Records) -> Records:
    """`found`, with a Book ID: a book that has none is given one, in its row of Settings, once and for all.

    Where that row is missing nothing is written; `unnamed` says so.
    """
    row = None if found.settings.book_id else _row(book, found)
    if row is None:
        return found
    fresh = str(uuid4())
    book.put(found.drawing.tables["Settings"], row, _VALUE, fresh)
    return found._replace(settings=found.settings._replace(book_id=fresh))


def _row(book: Book, found: Records) -> int | None:
    """The sheet's row of the setting, None when it is not there."""
    cells = book.read(found.drawing.tables["Settings"])
    if cells is None or not {_SETTING, _VALUE} <= set(cells.frame.columns):
        return None
    names = cells.frame[_SETTING].to_list()
    places = (row for name, row in zip(names, cells.rows, strict=True) if str(name or "").strip() == _NAME)
    return next(places, None)


def unnamed(book: Book, found: Records) -> Records:
    """`found`, with a fault when the book has no Book ID, so that nobody can tell what was sent."""
    if found.settings.book_id:
        return found
    row = _row(book, found)
    remedy = (
        "Refresh writes one."
        if row
        else "Add a row to Settings with Book ID in the column Setting, and refresh again."
    )
    fault = Fault("Settings", row or 0, _VALUE if row else _SETTING, "", f"The Book ID is missing. {remedy}")
    return found._replace(faults=(*found.faults, fault))
