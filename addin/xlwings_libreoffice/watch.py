"""The watch over an office: notices that it has ended, and ends it when it hangs.

An office hangs when a call waits for it, it has used no processor time for some seconds, and a second connection
gets no answer either. An office that computes uses the processor; one that shows a dialog answers on a second
connection: neither is taken for one that hangs.
"""

import contextlib
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from xlwings_libreoffice.links import linked
from xlwings_libreoffice.uno_runtime import interface
from xlwings_libreoffice.wall import longest_call

if TYPE_CHECKING:
    from xlwings_libreoffice.office import Office

EVERY = 0.5
"""Seconds between two looks."""
IDLE = 5.0
"""Seconds in which an office does nothing for a call before it is asked whether it is there."""
BLIND = 120.0
"""The same where the system does not tell what processor time an office has used."""
ANSWER = 4.0
"""Seconds it has to answer."""


class Watch(threading.Thread):
    """The thread that looks after one office."""

    def __init__(self, office: "Office") -> None:
        super().__init__(name=f"watch-{office.pid}", daemon=True)
        self.office = office
        self.used = -1.0
        self.since = time.monotonic()

    def run(self) -> None:
        """Looks until the office has ended, and then removes what it left."""
        while not self.office.why_gone():
            time.sleep(EVERY)
            # What was done while the answer was waited for counts as a sign of life.
            if self._idle() and longest_call(self.office) > IDLE and not self._answers() and self._idle():
                self.office.silence()
        if self.office.process is not None:
            self.office.clear()

    def _idle(self) -> bool:
        used = processor_seconds(self.office.pid)
        if used is None:
            return longest_call(self.office) > BLIND
        if used != self.used:
            self.used, self.since = used, time.monotonic()
        return time.monotonic() - self.since > IDLE

    def _answers(self) -> bool:
        answered = threading.Event()

        def ask() -> None:
            until = time.monotonic() + ANSWER
            while not answered.is_set() and time.monotonic() < until:
                with contextlib.suppress(interface("com.sun.star.uno.Exception"), AttributeError):
                    link = linked(self.office.where)
                    make = link.context.ServiceManager.createInstanceWithContext
                    # The frames are told only by a main loop that runs.
                    make("com.sun.star.frame.Desktop", link.context).getFrames().getCount()
                    answered.set()
                    link.cut()
                time.sleep(EVERY)

        threading.Thread(target=ask, daemon=True).start()
        return answered.wait(ANSWER) or not self.office.alive()


def processor_seconds(pid: int) -> float | None:
    """The processor time that a process has used, one that waits for its disk counting as busy; None if unknown."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        told = Path(f"/proc/{pid}/stat").read_text("utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    state, user, system = told[0], told[11], told[12]
    return time.monotonic() if state == "D" else float(user) + float(system)
