"""What must hold before a letter goes: the book ties out, the carrier is there, the letter is still due."""

from collections.abc import Callable, Iterable
from datetime import date, datetime

from duesheet import money
from duesheet.books import Book
from duesheet.drafts import notices
from duesheet.entries import State
from duesheet.errors import DuesheetError, Refused
from duesheet.hours import closed
from duesheet.memory import OpenJournal
from duesheet.notices import Notice
from duesheet.week import Week, week
from duesheet.worklist import key_of

_GONE = (State.SENT, State.IN_DOUBT, State.COMMITTING)


def refuse_to_send(found: Week) -> None:
    """Raise Refused when nothing may be sent at all."""
    for code, gap in found.now.gaps.items():
        raise Refused(
            f"The book does not tie out: {code} differs by {money.text(gap, code)}. See Dashboard. "
            "Nothing was sent."
        )
    chosen = found.records.settings
    if chosen.carrier == "SMTP" and not chosen.smtp_host:
        raise Refused(
            "Settings, SMTP host is blank: type your mail server, as smtp.office365.com or smtp.gmail.com. "
            "Nothing was sent."
        )


def shut(found: Week, moment: datetime) -> str:
    """Why the carrier on Settings may not post at `moment`, and when it may; blank when it may.

    Only real mail keeps hours: what is laid into a folder disturbs nobody.
    """
    chosen = found.records.settings
    return closed(chosen, moment) if chosen.carrier == "SMTP" else ""


def refuse_now(found: Week, moment: datetime) -> None:
    """Raise Refused when letters may not be posted at `moment`."""
    if why := shut(found, moment):
        raise Refused(f"{why} Nothing was sent.")


def room(found: Week, today: date, limit: int | None) -> int | None:
    """How many letters may go now, by the daily cap on Settings and the `limit` asked for; None: any number."""
    cap = found.records.settings.daily_cap
    gone = sum(
        1
        for letter in found.letters
        if letter.state in _GONE and _day(letter.committing_at or letter.settled_at) == today
    )
    left = [] if cap is None else [max(cap - gone, 0)]
    return min([*left, *([] if limit is None else [limit])], default=None)


def still_due(
    reopen: Callable[[], Book | None],
    journal: OpenJournal,
    as_of: date,
    planned: Iterable[Notice] = (),
) -> Callable[[str], str | None]:
    """A question asked right before each letter: is it still due? Gives the reason when it is not.

    `reopen` gives the book when it has changed since it was last looked at, else None. A book that changed is worked
    out again, so that who has paid, disputed or been set to No meanwhile is not written to, and what a letter says
    (the notices `planned`) is still so. A book that cannot be read any more holds all that is left.
    """
    letters = {notice.key: notice for notice in planned}
    found: Week | None = None
    due: dict[str, Notice] = {}
    trouble = ""

    def ask(key: str) -> str | None:
        nonlocal found, due, trouble
        try:
            changed = reopen()
            if changed is not None:
                found = week(changed, journal, as_of, as_of)
                due = {one.key: one for one in notices(found.decisions, found.records, found.now)}
                trouble = ""
        except (OSError, DuesheetError) as error:
            trouble = (
                f"The workbook cannot be read any more, so nobody knows whether this is still due: {error}"
            )
        return trouble or (_reason(key, found, due, letters) if found else None)

    return ask


def _reason(key: str, found: Week, due: dict[str, Notice], letters: dict[str, Notice]) -> str | None:
    """Why the letter of `key` is not to go, now that the book stands as `found`; None when it is."""
    if key not in due:
        whys = {key_of(one, found.book_id): one.why for one in found.decisions}
        return f"No longer due: {whys.get(key, 'nothing of it is open any more')}"
    if letters.get(key, due[key]) != due[key]:
        return "The workbook has changed what this letter says. Send again to write it anew"
    return None


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
