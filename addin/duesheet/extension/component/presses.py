"""The buttons that were pressed and are at work: one at a time in a workbook, and Stop beside any."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from duesheet.extension.component.interpreter import Missing
from duesheet.extension.component.line import Line, Unanswered

BESIDE = "stop"
"""The button that works while another does."""

BUSY = "{label} is still at work in this workbook. Wait until it is done{stop}."
OR_STOP = ", or press Stop"
LOST = "Duesheet ended before {label} was done. Press the button again; nothing is sent twice."

Tell = Callable[[str], None]


class Presses:
    """The presses in all documents of the office; `line` leads to the process that does the work."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._labels: dict[str, str] = json.loads(
            Path(__file__).with_name("labels.json").read_text(encoding="utf-8")
        )
        self._running: dict[tuple[str, bool], str] = {}
        self._lock = threading.Lock()

    def press(self, button: str, office: Callable[[], str], document: str, tell: Tell) -> None:
        """Has the button's work begun, and returns at once; what is in the way is told.

        `office` gives where the office can be reached, `document` tells which of its documents is meant. `tell` may
        be called later, from another thread.
        """
        place = (document, button == BESIDE)
        with self._lock:
            busy = self._running.get(place)
            if busy is None:
                self._running[place] = button
        if busy is not None:
            tell(BUSY.format(label=self._label(busy), stop=OR_STOP if busy == "send" else ""))
            return
        try:
            question = {"press": button, "office": office(), "document": document}
            self._line.put(question, lambda answer: self._done(place, answer, tell))
        except (Missing, Unanswered) as error:
            self._forget(place)
            tell(f"{error}.")

    def _done(self, place: tuple[str, bool], answer: dict[str, Any] | None, tell: Tell) -> None:
        button = self._forget(place)
        if answer is None:
            tell(LOST.format(label=self._label(button)))
        elif "refused" in answer:
            tell(answer["refused"])

    def _forget(self, place: tuple[str, bool]) -> str:
        with self._lock:
            return self._running.pop(place)

    def _label(self, button: str) -> str:
        return self._labels.get(button, button).rstrip(".")
