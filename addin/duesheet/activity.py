"""The Activity sheet and the journal as one memory of what was said, and the rows the sheet still lacks."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import polars as pl

from duesheet import keys, money
from duesheet.cycles import REACHED, Said
from duesheet.dates import EPOCH, date_of
from duesheet.debtors import Past
from duesheet.entries import Record, State
from duesheet.reports import invoice_list, seconds

_DAY = 86_400
_KINDS = frozenset({"Call", "Letter"})


def past(activity: pl.DataFrame, letters: Iterable[Record], book_id: str) -> Past:
    """What was said: the union of the journal and of the rows of the Activity sheet that have a key of this book."""
    told: dict[tuple[str, str], dict[str, Said]] = defaultdict(dict)
    for when, customer, _, key, invoices in _rows(activity):
        found = _from_key(key, book_id, when, invoices) if key and customer else None
        if found is not None and customer is not None:
            told[customer, keys.currency(key)][key] = found
    for letter in letters:
        known = told[letter.customer_id, letter.currency]
        # What either of the two knows to be said is said: a colleague may have sent what was only planned here.
        if letter.key not in known or letter.state in REACHED:
            known[letter.key] = Said(
                letter.key,
                letter.step,
                letter.cycle,
                letter.as_of,
                str(letter.state),
                frozenset(letter.invoices),
            )
    contacts: dict[str, list[tuple[date, str]]] = defaultdict(list)
    for when, customer, kind, key, _ in _rows(activity):
        if customer and kind in _KINDS and not key:
            contacts[customer].append((when, kind))
    return Past({whose: tuple(letters.values()) for whose, letters in told.items()}, contacts)


def _rows(activity: pl.DataFrame) -> Iterable[tuple[date, str | None, str | None, str, frozenset[str]]]:
    known = activity.filter(pl.col("when").is_not_null())
    for when, customer, kind, key, invoices in known.select(
        "when", "customer_id", "kind", "key", "invoices"
    ).iter_rows():
        yield date_of(when // _DAY), customer, kind, key or "", frozenset((invoices or "").split("; "))


def _from_key(key: str, book_id: str, on: date, invoices: frozenset[str]) -> Said | None:
    """The letter an Activity row tells of; None when its key is not one of this book's."""
    if not keys.is_key(key) or not keys.of_book(key, book_id):
        return None
    return Said(key, keys.step(key), keys.cycle(key), on, "sent", invoices)


def missing(activity: pl.DataFrame, letters: Sequence[Record]) -> pl.DataFrame:
    """Rows for the letters that were sent and have none yet, so that the sheet mirrors the journal."""
    there = set(activity["key"].drop_nulls())
    sent = [letter for letter in letters if letter.state is State.SENT and letter.key not in there]
    rows = [
        {
            "when": _when(letter),
            "customer_id": letter.customer_id,
            "kind": "Email",
            "step": letter.step,
            "invoices": invoice_list(letter.invoices),
            "amount": float(money.major(letter.amount, letter.currency)),
            "subject": letter.subject,
            "result": "Sent",
            "by": letter.by,
            "key": letter.key,
        }
        for letter in sorted(sent, key=lambda one: (one.as_of, one.key))
    ]
    return pl.DataFrame(rows, schema=_SCHEMA)


def _when(letter: Record) -> int:
    """The day the letter was for, at the hour it was sent."""
    day = int((letter.as_of - EPOCH) / timedelta(days=1)) * _DAY
    sent = letter.settled_at
    return day + (seconds(sent.astimezone()) % _DAY if sent else 0)


_SCHEMA = {
    "when": pl.Int64,
    "customer_id": pl.String,
    "kind": pl.String,
    "step": pl.Int64,
    "invoices": pl.String,
    "amount": pl.Float64,
    "subject": pl.String,
    "result": pl.String,
    "by": pl.String,
    "key": pl.String,
}
