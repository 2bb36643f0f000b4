"""The line to a process of Duesheet: started when first needed, kept, and started again when it has ended.

Questions and answers are JSON, one on a line; each answer carries the number of its question.
"""

from __future__ import annotations

import itertools
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from duesheet.extension.component.interpreter import Missing

FOREIGN = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH")
"""What the office sets for its own libraries; another Python must not find them."""

REST = 10.0
"""Seconds in which no process is started after one could not be, so that a sheet of formulas does not try each."""

Then = Callable[[Any], None]


class Unanswered(Exception):
    """No answer came; the text says why and what to do."""


ENDED = "Duesheet ended before it had answered: try again, and if it stays so run duesheet doctor"
SILENT = (
    "Duesheet did not answer within {limit:g} seconds: give the formula fewer rows, or run duesheet doctor"
)


class Line:
    """A line to one process; `command` gives what starts it, or raises Missing."""

    def __init__(self, command: Callable[[], list[str]]) -> None:
        self._command = command
        self._talk: _Talk | None = None
        self._opening = threading.Lock()
        self._trouble = ""
        self._resting = 0.0

    def ask(self, question: dict[str, Any], limit: float) -> Any:  # noqa: ANN401  whatever JSON holds
        """The answer to a question; raises Missing or Unanswered. A process that had ended is started again."""
        for attempt in (1, 2):
            talk = self._open()
            answered: queue.SimpleQueue[Any] = queue.SimpleQueue()
            talk.put(question, answered.put)
            try:
                answer = answered.get(timeout=limit)
            except queue.Empty:
                talk.end()
                self._rest(SILENT.format(limit=limit))
                raise Unanswered(self._trouble) from None
            if answer is not talk.ENDED:
                return answer
            if attempt == 1 and talk.answers:
                continue  # it answered before: it was killed, or the computer slept
            break
        self._rest(ENDED)
        raise Unanswered(ENDED)

    def put(self, question: dict[str, Any], then: Then) -> None:
        """Asks, and goes on; `then` gets the answer in another thread, None when the process ended without one."""
        talk = self._open()
        talk.put(question, lambda answer: then(None if answer is talk.ENDED else answer))

    def _open(self) -> _Talk:
        with self._opening:
            if self._talk is None or self._talk.over():
                if time.monotonic() < self._resting:
                    raise Unanswered(self._trouble)
                self._talk = _Talk(self._command())
            return self._talk

    def _rest(self, trouble: str) -> None:
        self._trouble, self._resting = trouble, time.monotonic() + REST


class _Talk:
    """One process, the questions on their way to it and those it has not answered."""

    ENDED = object()

    def __init__(self, command: list[str]) -> None:
        try:
            self._process = subprocess.Popen(  # noqa: S603  what the user's own configuration names
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=str(Path.home()),
                env={name: value for name, value in os.environ.items() if name not in FOREIGN},
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                start_new_session=sys.platform != "win32",
            )
        except OSError as error:
            raise Missing(f"Duesheet could not be started ({error}): run duesheet addin install") from error
        self.answers = 0
        self._over = False
        self._waiting: dict[int, Then] = {}
        self._lock = threading.Lock()
        self._number = itertools.count(1)
        self._questions: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        for work in (self._write, self._read):
            threading.Thread(target=work, daemon=True).start()

    def put(self, question: dict[str, Any], then: Then) -> None:
        """Asks; `then` gets the answer, or ENDED."""
        with self._lock:
            number = next(self._number)
            if not self._over:
                self._waiting[number] = then
                line = json.dumps({**question, "id": number})
                self._questions.put(line.encode("ascii") + b"\n")
                return
        then(self.ENDED)

    def over(self) -> bool:
        """Whether the process has ended."""
        return self._over or self._process.poll() is not None

    def end(self) -> None:
        """Ends the process."""
        self._process.kill()

    def _write(self) -> None:
        while True:
            line = self._questions.get()
            try:
                self._process.stdin.write(line)  # type: ignore[union-attr]
                self._process.stdin.flush()  # type: ignore[union-attr]
            except (OSError, ValueError):
                return

    def _read(self) -> None:
        for line in self._process.stdout:  # type: ignore[union-attr]
            told = json.loads(line)
            with self._lock:
                then = self._waiting.pop(told["id"], None)
            self.answers += 1
            if then:
                then(told)
        with self._lock:
            self._over = True
            left, self._waiting = self._waiting, {}
        self._process.wait()
        for then in left.values():
            then(self.ENDED)
