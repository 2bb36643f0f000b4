"""The door of every button: the workbook it was pressed in, what is said of it, and no traceback, whatever happens."""

import webbrowser
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from duesheet import job, words
from duesheet.books.live import LiveBook, Workbook, caller
from duesheet.errors import DuesheetError, Refused
from duesheet.terminal import logged
from duesheet.week import Week


def pressed(book: Workbook | None, work: Callable[[LiveBook], str]) -> str:
    """What `work` has to say of the book, or why it could not be done; said to the user too."""
    try:
        desk = LiveBook(book or caller())
    except DuesheetError as error:
        return str(error)
    try:
        message = work(desk)
        desk.say(message)
    except DuesheetError as error:
        message = str(error)
        _warn(desk, message)
    except Exception as error:  # noqa: BLE001  the last door: a user never sees a traceback
        message = f"Something unexpected went wrong: {error}. The workbook was not saved. Details: {logged()}"
        _warn(desk, message)
    return message


def _warn(desk: LiveBook, message: str) -> None:
    with suppress(DuesheetError):  # the office may be gone: then the message is only given back
        desk.alert(message)


def clock() -> job.Clock:
    """This moment, in this computer's time zone."""
    return job.Clock(datetime.now().astimezone())


def place(desk: LiveBook) -> Path:
    """Where the workbook lies. Raises Refused when it does not lie in a folder yet."""
    path = desk.path
    if path is None:
        raise Refused(
            f"{desk.name} does not lie in a folder of this computer yet. Save it first: the files are laid beside it."
        )
    return path


def told(done: str, found: Week) -> str:
    """What was done, as of when, and how the book stands, in one line."""
    problems = len(found.faults())
    listed = f" {problems:,} on the Problems sheet." if problems else ""
    return f"{done} as of {found.now.as_of.isoformat()}. {words.standing(found)}{listed}"


def agree(desk: LiveBook, question: str, otherwise: str) -> None:
    """Ask; raises Refused, with `otherwise`, unless the answer is yes."""
    answer = desk.ask(question)
    if answer is None:
        raise Refused(f"There is nobody to ask. {otherwise}")
    if not answer:
        raise Refused(otherwise)


def open_beside(path: Path) -> None:
    """Show a file in the program that is for it; where there is none, its place has been said anyway."""
    with suppress(OSError, webbrowser.Error):
        webbrowser.open(path.as_uri())
