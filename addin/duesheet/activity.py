"""The Activity sheet and the journal as one memory of what was said, and the rows the sheet still lacks."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import polars as pl

from duesheet import keys, money
from duesheet.cycles import REACHED, Said
from duesheet.dates import EPOCH, date_of
from duesheet.debtors import Past
from duesheet.entries import DRAFTS, Record, State, bad_addresses, taken_back
from duesheet.reports import invoice_list, seconds

_DAY = 86_400
_NOT_GONE = str(State.REFUSED)
"""The state of a letter that did not reach anybody, and whose key is used again."""
BY_HAND = frozenset({"Call", "Letter"})
"""What is done by hand, and noted on Activity by whoever did it."""
_CAME_BACK, _NOT_SENT = "Came back", "Not sent"
_UNDONE = frozenset({_CAME_BACK, _NOT_SENT})
"""Results that undo one Sent of the same key."""


def past(activity: pl.DataFrame, letters: Iterable[Record], book_id: str) -> Past:
    """What was said: the union of the journal and of the rows of the Activity sheet that have a key of this book."""
    told: dict[tuple[str, str], dict[str, Said]] = defaultdict(dict)
    standing = _standing(activity)
    for when, customer, _, key, invoices in _rows(activity):
        found = _from_key(key, book_id, when, invoices, standing) if key and customer else None
        if found is not None and customer is not None:
            told[customer, keys.currency(key)][key] = found
    known_letters = list(letters)
    for letter in known_letters:
        known = told[letter.customer_id, letter.currency]
        # What either of the two knows to be said is said: a colleague may have sent what was only planned here.
        if letter.key not in known or letter.state in REACHED or taken_back(letter):
            known[letter.key] = Said(
                letter.key,
                letter.step,
                letter.cycle,
                letter.as_of,
                _NOT_GONE if taken_back(letter) else str(letter.state),
                frozenset(letter.invoices),
            )
    contacts: dict[str, list[tuple[date, str]]] = defaultdict(list)
    for when, customer, kind, key, _ in _rows(activity):
        if customer and kind in BY_HAND and not key:
            contacts[customer].append((when, kind))
    said = {whose: tuple(letters.values()) for whose, letters in told.items()}
    return Past(said, contacts, _refused(known_letters))


def _refused(letters: Iterable[Record]) -> dict[str, dict[str, str]]:
    """By customer and address, why nobody is to write there, and how to say otherwise."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for letter in letters:
        for address in bad_addresses(letter):
            answer = "--arrived" if letter.state is State.SENT else "--send-again"
            found[letter.customer_id][address.casefold()] = (
                f"{letter.detail.rstrip('.')}. Correct Email on Customers, or say: "
                f"duesheet resolve FILE {letter.key} {answer}"
            )
    return found


def _rows(activity: pl.DataFrame) -> Iterable[tuple[date, str | None, str | None, str, frozenset[str]]]:
    known = activity.filter(pl.col("when").is_not_null())
    for when, customer, kind, key, invoices in known.select(
        "when", "customer_id", "kind", "key", "invoices"
    ).iter_rows():
        yield date_of(when // _DAY), customer, kind, key or "", frozenset((invoices or "").split("; "))


def _standing(activity: pl.DataFrame) -> Counter[str]:
    """How often each key was sent, less how often it came back, in whatever order the rows stand."""
    counts: Counter[str] = Counter()
    for key, result in activity.select("key", "result").drop_nulls("key").iter_rows():
        counts[key] += -1 if result in _UNDONE else 1
    return counts


def _from_key(
    key: str, book_id: str, on: date, invoices: frozenset[str], standing: Mapping[str, int]
) -> Said | None:
    """The letter an Activity row tells of; None when its key is not one of this book's."""
    if not keys.is_key(key) or not keys.of_book(key, book_id):
        return None
    state = "sent" if standing[key] > 0 else _NOT_GONE
    return Said(key, keys.step(key), keys.cycle(key), on, state, invoices)


def missing(activity: pl.DataFrame, letters: Sequence[Record]) -> pl.DataFrame:
    """Rows for the letters that were sent, or came back, and have none yet: the sheet mirrors the journal."""
    standing = _standing(activity)
    news = [
        letter
        for letter in letters
        if (letter.state is State.SENT and standing[letter.key] <= 0)
        or (taken_back(letter) and standing[letter.key] > 0)
    ]
    rows = [
        {
            "when": _when(letter),
            "customer_id": letter.customer_id,
            "kind": "Email",
            "step": letter.step,
            "invoices": invoice_list(letter.invoices),
            "amount": float(money.major(letter.amount, letter.currency)),
            "subject": letter.subject,
            "result": _result(letter),
            "by": letter.by,
            "key": letter.key,
        }
        for letter in sorted(news, key=lambda one: (one.as_of, one.key))
    ]
    return pl.DataFrame(rows, schema=_SCHEMA)


def _result(letter: Record) -> str:
    if letter.state is State.SENT:
        return "Draft made" if letter.carrier == DRAFTS else "Sent"
    return _CAME_BACK if letter.state is State.REFUSED else _NOT_SENT


def _when(letter: Record) -> int:
    """The day the letter was for, at the hour it was sent; or when it was found not to have been."""
    if taken_back(letter) and letter.settled_at is not None:
        return seconds(letter.settled_at.astimezone())
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
