"""What an office says when it cannot do something, in words its user can act on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from duesheet.errors import BookRefused, DuesheetError

Answer = TypeVar("Answer")

_GONE = {-2147023174, -2147023170, -2147417848, -2147220995, -2147417851}
"""What Windows says of an Excel that has ended: no server, call failed, disconnected, not connected, server fault."""

_BUSY = {-2147418111, -2147417846, -2146777998}
"""What Windows says of an Excel that is occupied: call rejected, retry later, a cell being edited."""

_TOLD = {
    "gone": "The spreadsheet program was closed while {name} was being worked on. "
    "Open the workbook again and press the button once more; nothing is sent twice.",
    "closed": "{name} was closed while it was being worked on. "
    "Open it again and press the button once more; nothing is sent twice.",
    "busy": "A cell of {name} is being edited, or a window is asking something. "
    "Press Enter or Esc, or answer it, and press the button again.",
    "refused": "{name} could not be read or written ({why}). If a sheet is protected, take the protection off, "
    "and press the button again.",
}


@contextmanager
def in_words(name: str) -> Iterator[None]:
    """Turns what an office raises into BookRefused; `name` is the workbook's."""
    try:
        yield
    except DuesheetError:
        raise
    except Exception as error:
        kind = kind_of(error)
        if kind is None:
            raise
        raise BookRefused(_TOLD[kind].format(name=name, why=_first_line(error))) from error


def answered(name: str, ask: Callable[[], Answer]) -> Answer:
    """What the engine's own object answers, where xlwings has no word for a question.

    Its exceptions are turned here and not further out, for some of them cannot pass through a `with` block.
    """
    try:
        return ask()
    except Exception as error:  # noqa: BLE001  offices have exceptions of many kinds
        told = _TOLD[kind_of(error) or "refused"].format(name=name, why=_first_line(error))
        raise BookRefused(told) from None


def kind_of(error: BaseException) -> str | None:
    """What the exception of an office is about: `gone`, `closed`, `busy` or `refused`; None for any other.

    Offices are told by the names of their exceptions: which of their libraries is there depends on the machine.
    """
    names = {kind.__name__.rpartition(".")[2] for kind in type(error).__mro__}
    if "OfficeGone" in names or "OfficeMissing" in names:
        return "gone"
    if names & {"ObjectGone", "DisposedException"}:
        return "closed"
    if "com_error" in names:
        number = error.args[0] if error.args else 0
        return "gone" if number in _GONE else "busy" if number in _BUSY else "refused"
    return "refused" if names & {"XlwingsError", "CommandError"} else None


def _first_line(error: BaseException) -> str:
    lines = str(error).splitlines()
    return lines[0].rstrip(". ") if lines else type(error).__name__
