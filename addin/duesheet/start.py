"""The way in from a terminal: a book is being read while the libraries that work on it load."""

import sys
from collections.abc import Sequence
from pathlib import Path

from duesheet import opening

_ON_A_BOOK = ("refresh", "preview", "send", "status")


def main() -> None:
    """Run the command line."""
    book = book_in(sys.argv[1:])
    if book is not None:
        opening.ahead(book)
    from duesheet import cli  # noqa: PLC0415  its libraries take as long to load as a large book to read

    cli.main()


def book_in(words: Sequence[str]) -> Path | None:
    """The workbook a verb is asked to work on, when it can be told and is there.

    >>> book_in(["refresh", "nowhere.xlsx"]), book_in(["--version"])
    (None, None)
    """
    verb, *rest = words or [""]
    books = [Path(word) for word in rest if word.casefold().endswith((".xlsx", ".xlsm"))]
    return books[0] if verb in _ON_A_BOOK and len(books) == 1 and books[0].is_file() else None
