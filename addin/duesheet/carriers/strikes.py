"""Three in a row, and the batch is stopped: what would befall every other letter should not befall them all."""

from duesheet.carriers import Outcome
from duesheet.carriers.replies import Verdict

MOST = 3


class Strikes:
    """Counts the letters that did not go for a reason that is not their own; one that goes wipes the slate."""

    def __init__(self) -> None:
        self._count = 0
        self._last = ""

    def note(self, verdict: Verdict) -> None:
        """Take note of what became of a letter."""
        if verdict.outcome is Outcome.SENT:
            self._count = 0
        elif verdict.strike:
            self._count += 1
            self._last = verdict.words

    @property
    def out(self) -> bool:
        """Whether no other letter is to be tried."""
        return self._count >= MOST

    @property
    def words(self) -> str:
        """Why not."""
        return f"{MOST} letters in a row failed, so the rest was not tried. The last: {self._last}"
