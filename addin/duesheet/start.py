"""The way in from a terminal: a book is being read while the libraries that work on it load."""

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from duesheet import opening
from duesheet.books.turns import loading

_ON_A_BOOK = ("refresh", "preview", "send", "status", "schedule", "agreement")

_HAND_OVER = 0.0002
"""Seconds: the threads that read a book take turns with the one that loads libraries; 5 ms a turn would starve them."""


def main() -> None:
    """Run the command line.

    A command is short: it ends before cycles of garbage matter, and it is ended at once, for to take a large book
    apart again piece by piece takes as long as to save it.
    """
    gc.disable()
    sys.setswitchinterval(_HAND_OVER)
    # Matrices are not computed here: the threads made for them would only wait, and busily.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    book = book_in(sys.argv[1:])
    with loading():
        if book is not None:
            opening.ahead(book)
        from duesheet import cli  # noqa: PLC0415  its libraries take as long to load as a large book to read

        verbs = cli.verbs_for(sys.argv[1:])

    code = 0
    try:
        cli.main(verbs)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    with suppress(OSError):  # whoever read the output may be gone
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def book_in(words: Sequence[str]) -> Path | None:
    """The workbook a verb is asked to work on, when it can be told and is there.

    >>> book_in(["refresh", "nowhere.xlsx"]), book_in(["--version"])
    (None, None)
    """
    verb, *rest = words or [""]
    books = [Path(word) for word in rest if word.casefold().endswith((".xlsx", ".xlsm"))]
    return books[0] if verb in _ON_A_BOOK and len(books) == 1 and books[0].is_file() else None
