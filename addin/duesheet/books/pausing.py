"""An office that waits while a book is written, and shows afterwards what it showed before."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import xlwings as xw


@contextmanager
def paused(book: xw.Book) -> Iterator[None]:
    """Neither draw nor calculate meanwhile; both, and what is selected, are put back whatever happens."""
    app = book.app
    drawing, calculation = app.screen_updating, app.calculation
    if not drawing and calculation == "manual":  # whoever paused it puts it back
        yield
        return
    seen = _selected(book)
    try:
        app.screen_updating = False
        app.calculation = "manual"
        yield
        _select(book, seen)
    except BaseException:
        with suppress(Exception):  # the first thing that went wrong is the one to tell
            _resume(app, calculation, drawing=drawing)
        raise
    _resume(app, calculation, drawing=drawing)


def _resume(app: xw.App, calculation: str, *, drawing: bool) -> None:
    try:
        app.calculation = calculation
    finally:
        app.screen_updating = drawing


def _selected(book: xw.Book) -> tuple[str, str] | None:
    """The active sheet's name and what is selected on it; None where that is no block of this book's cells."""
    with suppress(Exception):  # a chart may be selected, or there is no window: each office says it otherwise
        cells = book.selection
        if cells is not None and cells.sheet.book.name == book.name:
            return cells.sheet.name, cells.address
    return None


def _select(book: xw.Book, seen: tuple[str, str] | None) -> None:
    if seen is not None and seen != _selected(book):
        sheet, address = seen
        book.sheets[sheet].activate()
        book.sheets[sheet].range(address).select()
