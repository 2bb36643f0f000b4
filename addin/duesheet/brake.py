"""What stops the posting before its next letter: Ctrl-C, a stop file, the end of the send hours.

Never in the middle of one: a letter that has been begun is finished, and what became of it is noted.

The stop file is `stop` beside the book's journal in the user's data folder; whatever makes it, an empty file is
enough. One from an earlier run is taken away when posting begins, and the one that stopped a run when it has ended.
"""

import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any, Self

from duesheet.whereabouts import stop_file


class Brake:
    """The brake of one book's posting, on while its `with` block lasts. `why` says why it was pulled.

    `closed` gives a reason not to post any more; `hurry` is called when Ctrl-C is pressed, so that the user hears
    that it was understood.
    """

    def __init__(
        self,
        book_id: str,
        closed: Callable[[], str] = lambda: "",
        hurry: Callable[[], None] = lambda: None,
    ) -> None:
        self._file = stop_file(book_id)
        self._closed = closed
        self._hurry = hurry
        self._before: Any = None
        self.why = ""

    def __enter__(self) -> Self:
        self._take_away()
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._pressed)
        return self

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
        self._take_away()

    def pulled(self) -> bool:
        """Whether no other letter is to be begun."""
        if not self.why and self._file.exists():
            self.why = "Stopped as asked."
        self.why = self.why or self._closed()
        return bool(self.why)

    def _pressed(self, _signal: int, _frame: FrameType | None) -> None:
        self.why = self.why or "Stopped by Ctrl-C."
        self._hurry()

    def _take_away(self) -> None:
        with suppress(OSError):
            self._file.unlink(missing_ok=True)


def pull(book_id: str) -> Path:
    """Stop the posting of a book, wherever on this computer it runs; gives the file that says so."""
    file: Path = stop_file(book_id)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    return file
