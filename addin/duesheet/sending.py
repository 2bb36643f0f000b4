"""One run of posting: at the pace and within the hours on Settings, until it is done or stopped."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from duesheet import guard, job
from duesheet.brake import Brake
from duesheet.carriers import Delivery, Outcome
from duesheet.errors import DuesheetError
from duesheet.pace import Pace
from duesheet.settings import Settings

if TYPE_CHECKING:  # loads the mail libraries
    from duesheet.rehearsal import Rehearsal

_UNSENT = {Outcome.STOP, Outcome.RETRY}
_PROBLEMS = {Outcome.REFUSED, Outcome.IN_DOUBT, Outcome.HELD}

Told = Callable[[Delivery], None]
"""Hears what became of each letter, for a progress bar."""


@dataclass
class Sent:
    """What became of the letters of one run.

    `stopped` says why it ended before the last letter; `trouble` what broke it off, where something did.
    """

    deliveries: list[Delivery] = field(default_factory=list)
    stopped: str = ""
    trouble: DuesheetError | None = None

    @property
    def failed(self) -> bool:
        """Whether the post did not take what it was given: to be tried again."""
        return self.trouble is not None or any(one.outcome in _UNSENT for one in self.deliveries)

    @property
    def doubtful(self) -> bool:
        """Whether somebody has to look at something."""
        return bool(self.stopped) or any(one.outcome in _PROBLEMS for one in self.deliveries)


def send(  # noqa: PLR0913  what was previewed, the moment, and who is told what
    done: job.Preview,
    clock: job.Clock,
    recheck: Callable[[str], str | None],
    *,
    limit: int | None = None,
    now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    told: Told = lambda _: None,
    hurry: Callable[[], None] = lambda: None,
) -> Sent:
    """Post the previewed letters. What has gone is in the journal, however the run ends.

    Raises only what stood in the way of the very first letter.
    """
    found = done.week
    with Brake(found.book_id, lambda: guard.shut(found, now()), hurry) as brake:
        pause, hasty = _pace(found.records.settings, brake)
        posting = job.send(
            done, clock, limit=limit, recheck=recheck, stop=brake.pulled, pause=pause, hasty=hasty
        )
        sent = _collected(posting, told)
        sent.stopped = brake.why
    return sent


def send_to_me(
    ready: "Rehearsal",
    *,
    limit: int | None = None,
    told: Told = lambda _: None,
    hurry: Callable[[], None] = lambda: None,
) -> Sent:
    """Post the letters to the test recipient, at any hour."""
    from duesheet import rehearsal  # noqa: PLC0415  as above

    found = ready.week
    with Brake(found.book_id, hurry=hurry) as brake:
        pause, _ = _pace(found.records.settings, brake)
        sent = _collected(rehearsal.send_to_me(ready, limit=limit, stop=brake.pulled, pause=pause), told)
        sent.stopped = brake.why
    return sent


def _pace(chosen: Settings, brake: Brake) -> tuple[Callable[[], None], Callable[[], bool]]:
    """How fast real mail goes, and whether its next letter may be begun at once; a folder's may always."""
    if chosen.carrier != "SMTP":
        return lambda: None, lambda: True
    pace = Pace(chosen.letters_per_minute, brake.pulled)
    return pace, pace.over


def _collected(posting: Iterator[Delivery], told: Told) -> Sent:
    sent = Sent()
    try:
        for delivery in posting:
            sent.deliveries.append(delivery)
            told(delivery)
    except DuesheetError as error:
        if not sent.deliveries:
            raise
        sent.trouble = error
    return sent
