"""A workbook shown in a window of LibreOffice Calc, for whoever has no Excel."""

from pathlib import Path

import xlwings as xw

from duesheet.books.spoken import in_words


def shown(path: Path, sheet: str) -> xw.Book:
    """The workbook at `path`, open at `sheet` in a window of its own that stays when this program ends.

    Raises BookRefused where LibreOffice is not installed, or has no screen to show a window on.
    """
    import xlwings_libreoffice  # noqa: PLC0415  registers the engine; nobody with Excel needs it

    with in_words(path.name):
        app = xw.Engine(impl=xlwings_libreoffice.engine).apps.add(visible=True, add_book=False)
        try:
            book = app.books.open(path)
            book.sheets[sheet].activate()
            app.impl.leave()
        except BaseException:
            app.kill()
            raise
    return book
