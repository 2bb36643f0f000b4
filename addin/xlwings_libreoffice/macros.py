"""Macros in Basic and VBA: found by the name that Excel knows them by, and run."""

import re
from typing import TYPE_CHECKING, Any

from xlwings_libreoffice.errors import OfficeError
from xlwings_libreoffice.uno_runtime import UnoObject

if TYPE_CHECKING:
    from xlwings_libreoffice.app import App
    from xlwings_libreoffice.book import Book

WRITTEN = re.compile(
    r"(?:'(?P<quoted>(?:[^']|'')+)'!|(?P<book>[^!']+)!)?(?:(?P<module>\w+)\.)?(?P<name>\w+)\Z"
)


def run(app: "App", macro: str, arguments: list[Any]) -> Any:  # noqa: ANN401 (what the macro gives)
    """Runs a macro, written `Macro`, `Module.Macro` or `'Book.xlsm'!Module.Macro`, and gives what it returns.

    Without a book the active one is searched first, then the others.
    Calc compiles all modules of a book together: when one does not compile, none runs, and nothing says so.
    """
    if (parts := WRITTEN.match(macro)) is None:
        raise OfficeError(f"'{macro}' is not the name of a macro.")
    named = parts["quoted"] or parts["book"]
    books = [app.books(named.replace("''", "'"))] if named else [app.books.active, *app.books]
    for book in books:
        if (script := _script(book, parts["module"], parts["name"])) is not None:
            result, _, _ = script.invoke(tuple(_argument(one) for one in arguments), (), ())
            return result
    raise OfficeError(f"Cannot run the macro '{macro}'. No open book has it.")


def _script(book: "Book", module: str | None, name: str) -> UnoObject | None:
    libraries = book.doc.BasicLibraries
    head = re.compile(rf"(?im)^\s*(?:(?:public|private|static)\s+)*(?:sub|function)\s+{re.escape(name)}\b")
    for library in libraries.ElementNames:
        libraries.loadLibrary(library)
        modules = libraries.getByName(library)
        for known in modules.ElementNames:
            if (module is None or known.lower() == module.lower()) and head.search(modules.getByName(known)):
                address = f"vnd.sun.star.script:{library}.{known}.{name}?language=Basic&location=document"
                return book.doc.getScriptProvider().getScript(address)
    return None


def _argument(value: Any) -> Any:  # noqa: ANN401 (what a macro takes)
    if isinstance(value, (list, tuple)):
        return tuple(_argument(one) for one in value)
    return value
