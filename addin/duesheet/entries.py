"""One letter as the journal writes it down: its states, its columns, and the record read back."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa


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


class Moment(sa.TypeDecorator[datetime]):
    """A time with its zone, kept as ISO text, so that every database gives back what it was given."""

    impl = sa.String(40)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002  the base's
        """The text that is kept."""
        return value.isoformat(timespec="seconds") if value else None

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:  # noqa: ANN401, ARG002  the base's
        """The time that was given."""
        return datetime.fromisoformat(value) if value else None


METADATA = sa.MetaData()
LETTERS = sa.Table(
    "letters",
    METADATA,
    sa.Column("key", sa.String(160), primary_key=True),
    sa.Column("book_id", sa.String(160), nullable=False, index=True),
    sa.Column("customer_id", sa.Text, nullable=False),
    sa.Column("currency", sa.String(16), nullable=False),
    sa.Column("step", sa.Integer, nullable=False),
    sa.Column("cycle", sa.Date, nullable=False),
    sa.Column("as_of", sa.Date, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("message_id", sa.String(320), nullable=False),
    sa.Column("written_at", Moment, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("recipients", sa.JSON, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("invoices", sa.JSON, nullable=False),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("carrier", sa.String(32), nullable=False),
    sa.Column("claim", sa.String(32)),
    sa.Column("claimed_at", Moment),
    sa.Column("committing_at", Moment),
    sa.Column("settled_at", Moment),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("by", sa.String(255), nullable=False),
)

COLUMNS = [LETTERS.c[field.name] for field in fields(Record)]


def record(row: sa.Row[Any]) -> Record:
    """The letter in one row of COLUMNS."""
    held = dict(row._mapping)  # noqa: SLF001  SQLAlchemy's own public name for it
    held["recipients"], held["invoices"] = tuple(held["recipients"]), tuple(held["invoices"])
    return Record(**held | {"state": State(held["state"])})
