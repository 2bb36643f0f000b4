"""Workbooks on the disk, opened with what the weekly job reads."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from duesheet.books.begun import Begun, begun
from duesheet.errors import Refused
from duesheet.layout import Table, layout

if TYPE_CHECKING:  # loaded only when the readers are at work
    from duesheet.books.closed import ClosedBook

_AHEAD: "dict[Path, ClosedBook]" = {}


def ahead(file: Path) -> None:
    """Begin to read `file`, so that it is ready when it is opened; what is wrong with it is told then."""
    with suppress(Refused):
        _AHEAD[file] = _opened(file, begun(file, _tables()))


def opened(file: Path) -> "ClosedBook":
    """The workbook at `file`, its tables being read already."""
    return _AHEAD.pop(file, None) or _opened(file)


def _opened(file: Path, so_far: Begun | None = None) -> "ClosedBook":
    from duesheet.books.closed import ClosedBook  # noqa: PLC0415  as above

    return ClosedBook.open(file, _tables(), so_far)


def _tables() -> list[Table]:
    drawing = layout()
    return [drawing.tables[name] for name in drawing.read]


def when_changed(file: Path) -> "Callable[[], ClosedBook | None]":
    """Opens the book again each time it is found changed since this was called, or since the last time; else None."""
    seen = file.stat()

    def reopened() -> "ClosedBook | None":
        nonlocal seen
        now = file.stat()
        if (now.st_mtime_ns, now.st_size) == (seen.st_mtime_ns, seen.st_size):
            return None
        seen = now
        return opened(file)

    return reopened
