"""Workbooks on the disk, opened with what the weekly job reads."""

from collections.abc import Callable
from pathlib import Path

from duesheet import records
from duesheet.books.closed import ClosedBook
from duesheet.layout import layout


def opened(file: Path) -> ClosedBook:
    """The workbook at `file`, its tables being read already."""
    tables = layout().tables
    return ClosedBook.open(file, [tables[name] for name in records.READ])


def when_changed(file: Path) -> Callable[[], ClosedBook | None]:
    """Opens the book again each time it is found changed since this was called, or since the last time; else None."""
    seen = file.stat()

    def reopened() -> ClosedBook | None:
        nonlocal seen
        now = file.stat()
        if (now.st_mtime_ns, now.st_size) == (seen.st_mtime_ns, seen.st_size):
            return None
        seen = now
        return opened(file)

    return reopened
