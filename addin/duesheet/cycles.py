"""Reminder cycles: since when a customer has been overdue without a break, and what was said since."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from duesheet.policy import Policy, Step

WRITTEN = frozenset({"sent", "committing", "claimed", "in doubt"})
"""States of a letter that may have reached the customer."""

REACHED = WRITTEN | {"skipped"}
"""States in which the step of a letter is done."""

_KEPT = frozenset({"refused", "retry", "declined"})
"""States of a letter that did not go and keeps its key: the post or a person said no to it."""


class Said(NamedTuple):
    """One letter of the past, or one that was to be.

    `state` is that of the journal; `sent` where only the Activity sheet knows it; `declined` where Send is No. `on`
    is the day it was for, `cycle` the date in its key, `invoices` those it named.
    """

    key: str
    step: int
    cycle: date
    on: date
    state: str = "sent"
    invoices: frozenset[str] = frozenset()


class Stand(NamedTuple):
    """Where a cycle stands.

    `last_step` is the last one done (0 = none), `began` the date in the cycle's keys (None: it would begin now),
    `last_letter` the last one above step 0, of whatever cycle, `in_doubt` a letter of the cycle that nobody knows
    the fate of.
    """

    last_step: int
    began: date | None
    last_letter: date | None
    in_doubt: Said | None = None


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

    `contacts` are the calls and posted letters noted on the Activity sheet, as day and kind. A step of such a
    channel is done when one was noted on or after the day of the step before it.
    """
    if not said and not contacts:
        return Stand(0, None, None)
    letters = [letter for letter in said if letter.step > 0]
    last_letter = max((letter.on for letter in letters if letter.state in WRITTEN), default=None)
    if since is None:
        return Stand(0, None, last_letter)
    current = [letter for letter in letters if letter.cycle >= since]
    done = [letter for letter in current if letter.state in REACHED]
    doubt = next((letter for letter in current if letter.state in {"in doubt", "committing"}), None)
    kept = done or [letter for letter in current if letter.state in _KEPT]
    last = max(done, key=lambda letter: letter.step, default=None)
    begun = Stand(
        last_step=last.step if last else 0,
        began=min((letter.cycle for letter in kept), default=None),
        last_letter=last_letter,
        in_doubt=doubt,
    )
    return _with_contacts(begun, contacts, policy, last.on if last else since)


def _with_contacts(now: Stand, contacts: Sequence[tuple[date, str]], policy: Policy, since: date) -> Stand:
    step: Step | None = policy.after(now.last_step)
    while step is not None and step.channel != "Email":
        noted = min((day for day, kind in contacts if kind == step.channel and day >= since), default=None)
        if noted is None:
            break
        since = noted
        last_letter = max(now.last_letter or noted, noted) if step.channel == "Letter" else now.last_letter
        now = now._replace(last_step=step.number, began=now.began or noted, last_letter=last_letter)
        step = policy.after(now.last_step)
    return now
