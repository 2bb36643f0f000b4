"""Long work beside Excel: in a program of its own, so that the user can go on working, and only once at a time.

`python -m duesheet.buttons send WORKBOOK OFFICE` presses a button in a workbook that is open, told by its name and
the id of Excel's process. In LibreOffice the buttons are pressed from a program of its own anyway.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from duesheet.books.attaching import office_that_waits
from duesheet.books.live import LiveBook, Workbook, caller
from duesheet.errors import DuesheetError, Refused

ASIDE = "DUESHEET_ASIDE"
"""Set in the program that does the work."""

STARTED = (
    "Working beside Excel: go on as you like. The status bar says how far it is; "
    "Stop ends it before the next letter."
)

_at_work: set[str] = set()
_guarding = threading.Lock()


def handed_over(button: str, book: Workbook | None) -> str:
    """What the user is told where another program does the work; blank where this one is to do it itself."""
    if os.environ.get(ASIDE):
        return ""
    try:
        found = book or caller()
        where = office_that_waits(found)
    except DuesheetError as error:
        return str(error)
    if not where:
        return ""
    # -P: the folder that Excel works in, which may be a workbook's, is no place to import from.
    start([sys.executable, "-P", "-m", "duesheet.buttons", button, *where])
    return STARTED


def start(command: list[str]) -> None:
    """Start a program that goes on when this one ends, without a window of its own."""
    apart = getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
    subprocess.Popen(  # noqa: S603  our own module
        command,
        env={**os.environ, ASIDE: "yes"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        creationflags=apart,
        start_new_session=not apart,
    )


@contextmanager
def alone(found: LiveBook) -> Iterator[None]:
    """Raises Refused while the letters of the same workbook are being sent by this program already.

    Another program that sends them meanwhile sends none twice either: the journal gives each letter to one only.
    """
    which = str(found.path or found.name)
    with _guarding:
        if which in _at_work:
            raise Refused(
                "The letters of this workbook are being sent already. The status bar says how far it is; "
                "press Stop to end it before the next letter."
            )
        _at_work.add(which)
    try:
        yield
    finally:
        with _guarding:
            _at_work.discard(which)
