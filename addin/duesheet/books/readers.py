"""Readers of one workbook, opened while the libraries that work on it are still loading."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import fastexcel

from duesheet.errors import BookRefused

COUNT = 2
"""Sheets read at a time."""


class Readers:
    """Readers of one workbook, lent to one thread at a time.

    Each unpacks the book's texts and keeps its own copy of them, which takes longer than to read small sheets in turn.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._first: Future[fastexcel.ExcelReader] | None = None
        self._turn = Lock()

    @classmethod
    def begun(cls, path: Path) -> "Readers":
        """A reader that begins to unpack the book's texts now."""
        readers, pool = cls(path), ThreadPoolExecutor(1)
        readers._first = pool.submit(readers._opened)
        pool.shutdown(wait=False)
        return readers

    @contextmanager
    def one(self, *, large: bool) -> Iterator[fastexcel.ExcelReader]:
        """A reader nobody else uses meanwhile; for a large sheet another one, when the first is at work."""
        if not self._turn.acquire(blocking=not large):
            yield self._opened()
            return
        try:
            if self._first is None:
                opened = Future[fastexcel.ExcelReader]()
                opened.set_result(self._opened())
                self._first = opened
            yield self._first.result()
        finally:
            self._turn.release()

    def _opened(self) -> fastexcel.ExcelReader:
        with refusing(self._path.name):
            return fastexcel.read_excel(self._path)


@contextmanager
def refusing(what: str) -> Iterator[None]:
    """Turns what a reader raises into a refusal in words, except that a column mixes kinds of cells."""
    try:
        yield
    except fastexcel.UnsupportedColumnTypeCombinationError:
        raise
    except (fastexcel.FastExcelError, OSError) as error:
        raise unreadable(what, error) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how the reader, written in Rust, breaks down
            raise
        raise unreadable(what, error) from None


def unreadable(what: str, error: object) -> BookRefused:
    """The refusal of something that is not written as spreadsheets write it."""
    first = str(error).splitlines()[0] if str(error) else ""
    return BookRefused(
        f"{what} cannot be read ({first}). Open the workbook in your spreadsheet, save it, and try again."
    )
