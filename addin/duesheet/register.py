"""The journal's table of letters, and a row of it read back."""

from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from duesheet import keys
from duesheet.entries import CAME_BACK, DRAFTS, Answer, Planned, Record, State


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


class Words(sa.TypeDecorator[str]):
    """Text of any kind, as a mail server or a cell gives it; what no database keeps becomes a question mark."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002  the base's
        """The text that is kept."""
        return None if value is None else value.replace("\0", "?").encode("utf-8", "replace").decode("utf-8")


METADATA = sa.MetaData()
LETTERS = sa.Table(
    "letters",
    METADATA,
    sa.Column("key", sa.String(160), primary_key=True),
    sa.Column("book_id", sa.String(160), nullable=False, index=True),
    sa.Column("customer_id", Words, nullable=False),
    sa.Column("currency", sa.String(16), nullable=False),
    sa.Column("step", sa.Integer, nullable=False),
    sa.Column("cycle", sa.Date, nullable=False),
    sa.Column("as_of", sa.Date, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("message_id", sa.String(320), nullable=False),
    sa.Column("written_at", Moment, nullable=False),
    sa.Column("subject", Words, nullable=False),
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
    sa.Column("detail", Words, nullable=False),
    sa.Column("by", sa.String(255), nullable=False),
)

RETURNS = sa.Table(
    "returns",
    METADATA,
    sa.Column("book_id", sa.String(160), primary_key=True),
    sa.Column("report", sa.String(64), primary_key=True),
    sa.Column("key", sa.String(160), nullable=False),
    sa.Column("noted_at", Moment, nullable=False),
)
"""The delivery reports that were read, so that an old one is not taken for news of a letter sent again since."""

COLUMNS = [LETTERS.c[field.name] for field in fields(Record)]

ONE = sa.select(*COLUMNS).where(
    LETTERS.c.book_id == sa.bindparam("book_id"), LETTERS.c.key == sa.bindparam("key")
)
"""The letter of a key."""


def new(planned: Planned, book_id: str, by: str) -> dict[str, Any]:
    """The row of a letter that is planned for the first time."""
    state = {"cycle": keys.cycle(planned.key), "state": State.PLANNED, "detail": "", "carrier": "", "by": by}
    return vars(planned) | state | {"book_id": book_id}


def open_to(answer: Answer) -> sa.ColumnElement[bool]:
    """Which sent letters an answer is about: one that came back in part did arrive, a draft is to be made again."""
    return LETTERS.c.detail.startswith(CAME_BACK) if answer is Answer.ARRIVED else LETTERS.c.carrier == DRAFTS


def record(row: sa.Row[Any]) -> Record:
    """The letter in one row of COLUMNS."""
    held = dict(row._mapping)  # noqa: SLF001  SQLAlchemy's own public name for it
    held["recipients"], held["invoices"] = tuple(held["recipients"]), tuple(held["invoices"])
    return Record(**held | {"state": State(held["state"])})


@cache
def moving(
    before: tuple[State, ...], news: tuple[str, ...], same: tuple[str, ...]
) -> tuple[sa.Update, tuple[str, ...]]:
    """The step of one letter from a state `before` it, and the names of what it takes.

    Made once, for to make it takes as long as to do it. It takes the columns of `news`, then those of `same`.
    """
    names = (*(f"new_{name}" for name in news), *(f"old_{name}" for name in same))
    here = [LETTERS.c[name] == sa.bindparam(f"old_{name}") for name in same]
    values = {name: sa.bindparam(f"new_{name}", type_=LETTERS.c[name].type) for name in news}
    # Plain values would be spelled out anew each time.
    states = [sa.literal(state, sa.String) for state in before]
    return LETTERS.update().where(*here, LETTERS.c.state.in_(states)).values(values), names
