"""Reminder cycles: since when a customer has been overdue without a break, and what was said since."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from duesheet.policy import Policy, Step

WRITTEN = frozenset({"sent", "committing", "claimed", "in doubt"})
"""States of a letter that may have reached the customer."""


@dataclass(frozen=True)
class Said:
    """One letter, call or posted letter of the past.

    `state` is that of the journal, or `sent` where only the Activity sheet knows it; `on` is the day it was for.
    `invoices` are those it named.
    """

    key: str
    step: int
    cycle: date
    on: date
    state: str = "sent"
    invoices: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Stand:
    """Where a cycle stands: the last step done (0 = none), the day the cycle began, the last letter, what is in doubt."""

    last_step: int
    began: date | None
    last_letter: date | None
    in_doubt: str = ""


def overdue_since(spells: Iterable[tuple[int, int]], as_of: int) -> int | None:
    """The day number since which something has been overdue without a break, None when nothing is on `as_of`.

    `spells` are the first and the last day on which each item was overdue and open.

    >>> overdue_since([(10, 20), (15, 40), (50, 90)], 30)
    10
    >>> overdue_since([(10, 20), (15, 40), (50, 90)], 60)
    50
    >>> overdue_since([(10, 20), (21, 40)], 30)
    10
    """
    start: int | None = None
    end = -1
    for first, last in sorted(spell for spell in spells if spell[0] <= spell[1]):
        if first > as_of:
            break
        # Ending one day and beginning the next leaves no day on which nothing was overdue.
        if start is None or first > end + 1:
            start, end = first, last
        else:
            end = max(end, last)
    return start if start is not None and end >= as_of else None


def stand(
    said: Sequence[Said], contacts: Sequence[tuple[date, str]], policy: Policy, since: date | None
) -> Stand:
    """Where the cycle stands that began on or after `since`; letters before it belong to an older one.

    `contacts` are the calls and posted letters noted on the Activity sheet, as day and kind. A step of such a channel
    is done when one was noted on or after the letter before it.
    """
    letters = sorted(
        (letter for letter in said if letter.step > 0 and letter.state in WRITTEN), key=lambda one: one.on
    )
    last_letter = letters[-1].on if letters else None
    if since is None:
        return Stand(0, None, last_letter)
    current = [letter for letter in said if letter.step > 0 and letter.cycle >= since]
    done = [letter for letter in current if letter.state in {*WRITTEN, "skipped"}]
    doubt = next((letter.key for letter in current if letter.state in {"in doubt", "committing"}), "")
    if not done:
        return _with_contacts(Stand(0, None, last_letter, doubt), contacts, policy, since)
    began = min(letter.cycle for letter in done)
    last = max(done, key=lambda letter: letter.step)
    return _with_contacts(Stand(last.step, began, last_letter, doubt), contacts, policy, last.on)


def _with_contacts(now: Stand, contacts: Sequence[tuple[date, str]], policy: Policy, since: date) -> Stand:
    step: Step | None = policy.after(now.last_step)
    while step is not None and step.channel != "Email":
        noted = sorted(day for day, kind in contacts if kind == step.channel and day >= since)
        if not noted:
            break
        since = noted[0]
        last_letter = max(now.last_letter or since, since) if step.channel == "Letter" else now.last_letter
        now = Stand(step.number, now.began or since, last_letter, now.in_doubt)
        step = policy.after(now.last_step)
    return now
