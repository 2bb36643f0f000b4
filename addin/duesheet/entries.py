"""One letter as the journal knows it: how far it has come, what is written down of it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


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

SAID = (State.SENT, State.IN_DOUBT, State.COMMITTING, State.SKIPPED)
"""The states that count as said already: the step is done, or nobody may do it again without asking."""

BEFORE = {
    State.CLAIMED: WAITING,
    State.COMMITTING: (State.CLAIMED,),
    State.SENT: (State.COMMITTING, State.IN_DOUBT),
    State.REFUSED: (State.CLAIMED, State.COMMITTING, State.IN_DOUBT),
    State.RETRY: (State.CLAIMED, State.COMMITTING, State.IN_DOUBT),
    State.IN_DOUBT: (State.COMMITTING, State.IN_DOUBT),
}
"""From which states a letter comes to each state while it is sent."""

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


@dataclass(frozen=True)
class Stamp:
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
