"""The workbook whose button was pressed, in an office that somebody else started."""

from collections.abc import Iterator
from contextlib import contextmanager

import xlwings as xw

from duesheet.books.spoken import in_words
from duesheet.errors import BookRefused

_PIPE = "pipe,name="


@contextmanager
def attached(office: str, document: str) -> Iterator[xw.Book]:
    """The open workbook `document`: its full name in Excel, its address or id in LibreOffice.

    `office` is the id of Excel's process, or where LibreOffice accepts connections. Raises BookRefused, in words,
    when it is not open there any more.
    """
    if office.isdigit():
        yield _in_excel(int(office), document)
        return
    import xlwings_libreoffice  # noqa: PLC0415  registers the engine; nobody with Excel needs it

    with xlwings_libreoffice.open_document(document, pipe=office.removeprefix(_PIPE)) as book:
        yield book


def _in_excel(process: int, name: str) -> xw.Book:
    with in_words(name):
        apps = {app.pid: app for app in xw.apps}
        books = apps[process].books if process in apps else ()
        for book in books:
            if book.fullname == name:
                return book
    raise BookRefused(f"{name} is not open any more. Open it, and press the button again.")


def office_that_waits(book: xw.Book) -> tuple[str, str] | None:
    """The workbook and its office, as `attached` takes them, where the office waits for what a button starts."""
    with in_words("The workbook"):
        if book.app.engine.name != "excel":
            return None
        return book.fullname, str(book.app.pid)
