"""The books of an app: the Calc documents that are open in an office."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from xlwings_libreoffice import book_files
from xlwings_libreoffice.book import Book
from xlwings_libreoffice.errors import ObjectGone, OfficeError
from xlwings_libreoffice.uno_runtime import UnoObject, interface, properties, url
from xlwings_libreoffice.wall import walled

if TYPE_CHECKING:
    from xlwings_libreoffice.apps import App

__all__ = ["Book", "Books"]

CALC = "com.sun.star.sheet.SpreadsheetDocument"
RUN_MACROS = 4
"""ALWAYS_EXECUTE_NO_WARN: what a program opens may run its macros, as when a program opens a book in Excel."""
UPDATE_LINKS = 3


@walled
class Books(base_classes.Books):
    """The Calc documents that are open in an office."""

    def __init__(self, app: "App") -> None:
        self.app = app

    @property
    def api(self) -> UnoObject:
        """All documents of the office in UNO."""
        return self.app.desktop.getComponents()

    @property
    def active(self) -> Book:
        """The book in front; in a hidden office the one last opened, added or activated.

        To an app that is at home in the window of a book, it is always that one.
        """
        home = self.app.home
        doc = home.getController().getModel() if home else self.app.desktop.getCurrentComponent()
        if doc is not None and doc.supportsService(CALC):
            return Book(self.app, doc)
        books = list(self)
        if not books:
            raise OfficeError("No book is open.")
        return books[-1]

    def document(self, wanted: str) -> Book:
        """The book of that address, or of the id that the office gave its document."""
        for book in self:
            if wanted in {book.doc.RuntimeUID, book.doc.URL} - {""}:
                return book
        raise ObjectGone("The book is no longer open in LibreOffice.")

    def __call__(self, name_or_index: str | float) -> Book:
        """The book of that name, upper or lower case, or of that number, counted from 1."""
        books = list(self)
        if not isinstance(name_or_index, str):
            if not 1 <= name_or_index <= len(books):
                raise KeyError(name_or_index)
            return books[int(name_or_index) - 1]
        wanted = name_or_index.lower()
        for book in books:
            if book.name.lower() == wanted or (not book.doc.URL and f"{book.name}.xlsx".lower() == wanted):
                return book
        raise KeyError(name_or_index)

    def __contains__(self, name_or_index: str | float) -> bool:
        """Whether a book of that name or number is open."""
        try:
            self(name_or_index)
        except KeyError:
            return False
        return True

    def __len__(self) -> int:
        """How many books are open."""
        return len(self._docs())

    def __iter__(self) -> Iterator[Book]:
        """The books in the order they were opened."""
        return iter([Book(self.app, doc) for doc in self._docs()])

    def add(self) -> Book:
        """A new book, which becomes the active one."""
        return self._loaded("private:factory/scalc")

    def open(  # noqa: PLR0913, PLR0917 (what Excel takes; what is not used here is Excel's own)
        self,
        fullname: str,
        update_links: bool | None = None,  # noqa: FBT001
        read_only: bool | None = None,  # noqa: FBT001
        format: int | None = None,  # noqa: A002 (xlwings' name)
        password: str | None = None,
        write_res_password: str | None = None,
        ignore_read_only_recommended: bool | None = None,  # noqa: FBT001
        origin: int | None = None,
        delimiter: str | None = None,
        *others: Any,  # noqa: ANN401
        **more: Any,  # noqa: ANN401
    ) -> Book:
        """Opens a file, or gives the book that is open from it.

        A file that another office keeps open is opened for reading only.
        """
        del ignore_read_only_recommended, origin, others, more
        path = Path(os.path.realpath(fullname))
        if not path.exists():
            raise FileNotFoundError(f"No such file: '{fullname}'")
        for book in self:
            if book.fullname and Path(book.fullname) == path:
                book.activate()
                return book
        book_files.drop_stale_lock(path)
        wishes = book_files.options_to_read(path, format, delimiter)
        if read_only or book_files.is_locked(path):
            wishes["ReadOnly"] = True
        if update_links:
            wishes["UpdateDocMode"] = UPDATE_LINKS
        if password is not None:
            wishes["Password"] = password
        if write_res_password is not None:
            wishes["ModifyPasswordInfo"] = write_res_password
        return self._loaded(url(path), **wishes)

    def _loaded(self, where: str, **wishes: Any) -> Book:  # noqa: ANN401 (what UNO takes)
        loading = properties(Hidden=not self.app.visible, MacroExecutionMode=RUN_MACROS, **wishes)
        try:
            doc = self.app.desktop.loadComponentFromURL(where, "_blank", 0, loading)
        except (
            interface("com.sun.star.io.IOException"),
            interface("com.sun.star.lang.IllegalArgumentException"),
        ):
            doc = None
        if doc is None:
            why = (
                "is the password right?"
                if "Password" in wishes
                else "is it a workbook, and does it need a password?"
            )
            raise OfficeError(f"LibreOffice could not open {where}: {why}")
        if not doc.supportsService(CALC):
            doc.close(True)
            raise OfficeError(f"{where} is not a workbook.")
        self.app.adopt(doc)
        book = Book(self.app, doc)
        book.activate()
        return book

    def _docs(self) -> list[UnoObject]:
        found = []
        walk = self.api.createEnumeration()
        while walk.hasMoreElements():
            doc = walk.nextElement()
            if hasattr(doc, "supportsService") and doc.supportsService(CALC):
                found.append(doc)
        return sorted(found, key=lambda doc: int(doc.RuntimeUID))
