"""LibreOffice Calc as an engine of xlwings: `import xlwings_libreoffice`, and programs written for Excel drive Calc.

The engine becomes the active one where xlwings has none, as on Linux; elsewhere
`xlwings.engines["libreoffice"].activate()` chooses it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import xlwings

from xlwings_libreoffice.engine import engine
from xlwings_libreoffice.errors import ObjectGone, OfficeError, OfficeGone, OfficeMissing, OfficeSilent

__all__ = [
    "ObjectGone",
    "OfficeError",
    "OfficeGone",
    "OfficeMissing",
    "OfficeSilent",
    "attach",
    "engine",
    "open_document",
]


def attach(*, pipe: str | None = None, port: int | None = None, host: str = "localhost") -> xlwings.App:
    """The app of a LibreOffice that runs already and accepts connections on a pipe or a port."""
    return xlwings.App(impl=engine.apps.attach(pipe=pipe, port=port, host=host))


@contextmanager
def open_document(document: str, *, pipe: str) -> Iterator[xlwings.Book]:
    """A book that is open in a running office, told by its address or by its `RuntimeUID`; saved or not.

    What is said to the user is said in the book's own window. Afterwards the status bar is the office's again.
    """
    app = engine.apps.attach(pipe=pipe)
    try:
        book = app.books.document(document)
        app.settle(book.doc)
        yield xlwings.Book(impl=book)
        app.status_bar = False
    finally:
        engine.apps.forget(app)


def _register() -> None:
    if engine.name not in [known.name for known in xlwings.engines]:
        xlwings.engines.add(xlwings.Engine(impl=engine))
    if xlwings.engines.active is None:
        xlwings.engines[engine.name].activate()


_register()
