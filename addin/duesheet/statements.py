"""Statements of account: everything open of one customer in one currency, disputed and promised items with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl

from duesheet.dates import date_of
from duesheet.drafts import line
from duesheet.notices import Line
from duesheet.position import Position


@dataclass(frozen=True)
class Entry:
    """One open invoice or instalment of a statement, and what is said of it."""

    line: Line
    disputed: bool = False
    promised: date | None = None


@dataclass(frozen=True)
class Statement:
    """What one customer owes in `currency` on `as_of`.

    Money is in minor units. `unapplied` is money on account as Aging shows it (negative); `buckets` are the figures
    of the aging line, not yet due first, between the `edges`. The entries' open amounts and `unapplied` make `total`.
    """

    customer_id: str
    customer: str
    currency: str
    as_of: date
    entries: tuple[Entry, ...]
    edges: tuple[int, ...]
    buckets: tuple[int, ...]
    unapplied: int
    total: int


def statements(
    wanted: Iterable[tuple[str, str]], now: Position, edges: tuple[int, ...]
) -> dict[tuple[str, str], Statement]:
    """The statement of each account, told by the customer's ID and the currency; its items by due date."""
    whose = pl.DataFrame(sorted(set(wanted)), schema=["customer_id", "currency"], orient="row")
    entries: dict[tuple[str, str], list[Entry]] = {}
    owned = now.items.join(whose, on=["customer_id", "currency"], how="semi")
    for row in owned.sort("due_date", "invoice_id", "item").iter_rows(named=True):
        promised = None if row["promised"] is None else date_of(row["promised"])
        entry = Entry(line(row), bool(row["disputed"]), promised)
        entries.setdefault((row["customer_id"], row["currency"]), []).append(entry)
    figures = now.accounts.join(whose, on=["customer_id", "currency"], how="semi")
    return {
        (row["customer_id"], row["currency"]): Statement(
            customer_id=row["customer_id"],
            customer=row["name"],
            currency=row["currency"],
            as_of=now.as_of,
            entries=tuple(entries.get((row["customer_id"], row["currency"]), ())),
            edges=edges,
            buckets=tuple(row[f"bucket_{number}"] for number in range(len(edges) + 2)),
            unapplied=row["unapplied"],
            total=row["total"],
        )
        for row in figures.iter_rows(named=True)
    }
