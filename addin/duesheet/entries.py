"""One letter as the journal knows it: how far it has come, what is written down of it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    """How far a letter has come."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    COMMITTING = "committing"
    SENT = "sent"
    REFUSED = "refused"
    RETRY = "retry"
    IN_DOUBT = "in doubt"
    SKIPPED = "skipped"


class Answer(StrEnum):
    """What a person says about a letter in doubt, or one that was refused."""

    ARRIVED = "arrived"
    SEND_AGAIN = "send again"
    SKIP = "skip"


WAITING = (State.PLANNED, State.RETRY)
"""The states a letter can be sent from."""

BEFORE = {
    State.PLANNED: (State.CLAIMED,),
    State.CLAIMED: WAITING,
    State.COMMITTING: (State.CLAIMED,),
    State.SENT: (State.COMMITTING, State.IN_DOUBT),
    State.REFUSED: (State.CLAIMED, State.COMMITTING, State.IN_DOUBT),
    State.RETRY: (State.CLAIMED, State.COMMITTING, State.IN_DOUBT),
    State.IN_DOUBT: (State.COMMITTING, State.IN_DOUBT),
}
"""From which states a letter comes to each state while it is sent."""

DRAFTS = "Drafts"
"""The carrier that leaves the sending to a person: what it made counts as sent, and may be made again."""

CAME_BACK = "Came back: "
"""How the journal begins to say why a letter that was sent is refused after all."""

ADDRESS_REFUSED = "The address was refused"
"""What a carrier says of a letter whose address is wrong, beside that address."""

GONE = (State.SENT, State.IN_DOUBT)
"""The states a letter can come back from."""

FOUND = {True: State.SENT, False: State.PLANNED, None: State.IN_DOUBT}
"""What a letter found interrupted becomes, by whether it has arrived."""

INTERRUPTED = {
    State.SENT: "It had arrived when Duesheet looked again.",
    State.PLANNED: "Sending was interrupted before the letter left.",
    State.IN_DOUBT: "Sending was interrupted at the very end: nobody knows whether the letter left.",
}
"""How the journal says so."""

ANSWERS = {
    Answer.ARRIVED: (State.SENT, (State.IN_DOUBT,)),
    Answer.SEND_AGAIN: (State.PLANNED, (State.IN_DOUBT, State.REFUSED, State.RETRY, State.SKIPPED)),
    Answer.SKIP: (State.SKIPPED, (State.IN_DOUBT, State.REFUSED, State.RETRY, State.PLANNED)),
}
"""What each answer makes of a letter, and from which states."""


class End(NamedTuple):
    """What became of the letter of `key`, and why."""

    key: str
    outcome: State
    detail: str = ""


class Stamp(NamedTuple):
    """What stays with a key however often its letter is written: the Message-ID and Date headers."""

    message_id: str
    written_at: datetime


@dataclass(frozen=True)
class Planned:
    """One letter as planned. `amount` is in minor units, `digest` the SHA-256 of the letter's bytes."""

    key: str
    customer_id: str
    currency: str
    step: int
    as_of: date
    message_id: str
    written_at: datetime
    subject: str
    recipients: tuple[str, ...]
    digest: str
    amount: int
    invoices: tuple[str, ...]
    channel: str = "Email"


@dataclass(frozen=True)
class Record(Planned):
    """One letter as the journal knows it: `by` is who took the last step (user@computer), `detail` why."""

    cycle: date = date.min
    state: State = State.PLANNED
    carrier: str = ""
    claim: str | None = None
    claimed_at: datetime | None = None
    committing_at: datetime | None = None
    settled_at: datetime | None = None
    detail: str = ""
    by: str = ""


def taken_back(letter: Record) -> bool:
    """Whether a letter that counted as sent no longer does: it came back, or the draft of it is to be made again."""
    if letter.committing_at is None:
        return False
    came_back = letter.state is State.REFUSED and letter.detail.startswith(CAME_BACK)
    return came_back or (letter.state in WAITING and letter.carrier == DRAFTS)


def bad_addresses(letter: Record) -> frozenset[str]:
    """The addresses nobody is to write to any more, because this letter was refused there or came back from there.

    It may have reached others all the same, and count as sent. Where the reason names none of its recipients, it may
    be any of them.
    """
    back = letter.state in (State.REFUSED, State.SENT) and letter.detail.startswith(CAME_BACK)
    if not back and not (letter.state is State.REFUSED and ADDRESS_REFUSED in letter.detail):
        return frozenset()
    told = letter.detail.casefold()
    named = frozenset(one for one in letter.recipients if one.casefold() in told)
    return named or frozenset(letter.recipients)


def open_again(old: Record, row: Planned) -> bool:
    """Whether a letter known already may take a new content."""
    return old.state in WAITING or (old.state is State.REFUSED and old.recipients != row.recipients)


def left_behind(letter: Record, by: str, since: datetime) -> bool:
    """Whether nobody is at a letter any more: what another computer than `by` has taken after `since` is left to it."""
    taken = letter.committing_at if letter.state is State.COMMITTING else letter.claimed_at
    lately = letter.by != by and taken is not None and taken > since
    return letter.state is State.IN_DOUBT or (
        letter.state in (State.CLAIMED, State.COMMITTING) and not lately
    )
