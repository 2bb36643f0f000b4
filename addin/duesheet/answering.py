"""The process that LibreOffice's extension asks: questions come in as JSON, one on a line; so do the answers go out.

`{"id": 1, "call": "AR_BUCKET", "args": [31]}` is a worksheet function with its cells, blanks as null or "".
`{"id": 2, "press": "refresh", "office": "pipe,name=...", "document": "..."}` is a button of the toolbar, pressed in
a document of the office that accepts connections there; it is told by its address, or by the office's own id of it.

The answer carries the `id` and either `answer` or, when nothing could be done, `refused`, in words. A button works
in a thread of its own: what is asked meanwhile is answered meanwhile. Run as `python -m duesheet.answering`.
"""

import json
import os
import threading
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import IO, Any

STAYS = 20.0
"""Seconds for which what was last said stays in the status bar."""

Question = dict[str, Any]


class Answers:
    """Where the answers go; several threads may answer."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._lock = threading.Lock()

    def give(self, question: Question, key: str, value: object) -> None:
        """Gives an answer; an office that has ended hears none."""
        line = json.dumps({"id": question.get("id"), key: value}, default=_counted)
        try:
            with self._lock:
                self._out.write(f"{line}\n")
                self._out.flush()
        except (OSError, ValueError):
            self._out = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  till this process ends


def serve(questions: IO[str], answers: Answers) -> None:
    """Answers until no question can come any more; buttons at work are waited for."""
    over = threading.Event()
    at_work = []
    for line in questions:
        question = json.loads(line)
        if "press" in question:
            work = threading.Thread(target=_press, args=(question, answers, over))
            work.start()
            at_work.append(work)
        else:
            _told(question, answers, partial(_called, question))
    over.set()
    for work in at_work:
        work.join()


def _told(question: Question, answers: Answers, work: Callable[[], object]) -> None:
    try:
        answers.give(question, "answer", work())
    except Exception as error:  # noqa: BLE001  the last door: the office waits for an answer
        answers.give(question, "refused", f"This could not be done: {error}")


def _called(question: Question) -> object:
    """What a worksheet function answers."""
    from duesheet import functions  # noqa: PLC0415  loaded by whoever calls one

    name = question["call"]
    if name not in functions.__all__:
        return (
            f"There is no {name}: the extension and Duesheet are of two versions. Run duesheet addin install"
        )
    return getattr(functions, name)(*question["args"])


def _press(question: Question, answers: Answers, over: threading.Event) -> None:
    """Does what a button does, and leaves in the status bar for a while what was said last."""
    try:
        button = _button(question["press"])
        from duesheet.books.attaching import attached  # noqa: PLC0415  loaded when a button is pressed

        with attached(question["office"], question["document"]) as book:
            _told(question, answers, partial(button, book))
            over.wait(STAYS)
    except Exception as error:  # noqa: BLE001  as above
        answers.give(question, "refused", f"The button could not do its work: {error}")


def _button(name: str) -> Callable[..., object]:
    from duesheet import buttons  # noqa: PLC0415  as above

    if name not in buttons.__all__:
        raise LookupError(f"there is no {name} in this version of Duesheet. Run duesheet addin install.")
    button: Callable[..., object] = getattr(buttons, name)
    return button


def _counted(value: object) -> float:
    """A date as the number of days that a cell holds."""
    from duesheet.dates import EPOCH  # noqa: PLC0415  as above

    if isinstance(value, datetime):
        return (value - datetime.combine(EPOCH, datetime.min.time())).total_seconds() / 86400
    if isinstance(value, date):
        return float((value - EPOCH).days)
    raise TypeError(f"a cell cannot hold {type(value).__name__}")


def main() -> None:
    """Serves on the pipes this process was started with; whatever prints, prints to standard error."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    with open(0, encoding="utf-8") as questions:
        serve(questions, Answers(out))


if __name__ == "__main__":
    main()
