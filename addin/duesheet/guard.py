"""What must hold before a letter goes: the book ties out, the carrier is there, the letter is still due."""

from collections.abc import Callable
from datetime import date, datetime

from duesheet import money
from duesheet.books import Book
from duesheet.entries import State
from duesheet.errors import Refused
from duesheet.memory import OpenJournal
from duesheet.reminders import Decision
from duesheet.week import Week, week
from duesheet.worklist import is_letter, key_of


def refuse_to_send(found: Week) -> None:
    """Raise Refused when nothing may be sent at all."""
    for code, gap in found.now.gaps.items():
        raise Refused(
            f"The book does not tie out: {code} differs by {money.text(gap, code)}. See Dashboard. "
            "Nothing was sent."
        )
    carrier = found.records.settings.carrier
    if carrier != "Outbox":
        raise Refused(
            f"Settings, Carrier: this version delivers to the Outbox only, not by {carrier}. "
            "Set Carrier to Outbox. Nothing was sent."
        )


def room(found: Week, today: date, limit: int | None) -> int | None:
    """How many letters may go now, by the daily cap on Settings and the `limit` asked for; None: any number."""
    cap = found.records.settings.daily_cap
    gone = sum(
        1 for letter in found.letters if letter.state is State.SENT and _day(letter.settled_at) == today
    )
    left = [] if cap is None else [max(cap - gone, 0)]
    return min([*left, *([] if limit is None else [limit])], default=None)


def still_due(
    reopen: Callable[[], Book | None], journal: OpenJournal, as_of: date
) -> Callable[[str], str | None]:
    """A question asked right before each letter: is it still due? Gives the reason when it is not.

    `reopen` gives the book when it has changed since it was last looked at, else None. A book that changed is worked
    out again, so that who has paid, disputed or been set to No meanwhile is not written to.
    """
    said: dict[str, Decision] | None = None

    def ask(key: str) -> str | None:
        nonlocal said
        changed = reopen()
        if changed is not None:
            found = week(changed, journal, as_of, as_of)
            said = {key_of(one, found.book_id): one for one in found.decisions}
        if said is None or (key in said and is_letter(said[key])):
            return None
        return f"No longer due: {said[key].why if key in said else 'nothing of it is open any more'}"

    return ask


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
