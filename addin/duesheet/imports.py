"""CSV files from another program brought into the book: rows are added, none is changed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from duesheet.billed import bring_invoices
from duesheet.books import Book
from duesheet.errors import Fault, Refused
from duesheet.intake import Batch, Read, intake
from duesheet.layout import Column, Table, layout
from duesheet.merging import merged
from duesheet.postings import Line, Postings
from duesheet.profiles import nearest, same
from duesheet.received import bring_payments, settle
from duesheet.standing import standing

_TYPES: Mapping[str, type[pl.DataType]] = {"money": pl.Float64, "date": pl.Date}
_ORDER = ("Customers", "Invoices", "Payments")


@dataclass(frozen=True)
class Result:
    """What an import did: how each file was read, what became of each row, and what was added.

    `totals` are the sums added, by table and currency: ("Invoices", "EUR").
    """

    files: tuple[Read, ...]
    lines: tuple[Line, ...]
    totals: Mapping[tuple[str, str], Decimal]

    @property
    def counts(self) -> Mapping[tuple[str, str], int]:
        """How many rows of each table came to which end: ("Invoices", "added"), ("Payments", "refused")."""
        return Counter((line.table, line.done) for line in self.lines)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What is wrong with the refused rows."""
        return tuple(fault for line in self.lines for fault in line.faults)


def bring_in(  # noqa: PLR0913  each is a choice of the person who imports
    book: Book,
    files: Sequence[Path],
    mapping: Mapping[str, str],
    *,
    profile: str | None = None,
    date_order: str = "YMD",
    currency: str = "EUR",
    today: date | None = None,
) -> Result:
    """Append what `files` hold and `book` does not to Customers, Invoices and Payments; say what was done.

    `mapping` is our column to the file's header (see `profiles.mapping_of`). `date_order` (YMD, DMY, MDY)
    reads dates that the files leave open, `currency` is that of rows and customers without one, `today` dates
    payments whose day the file does not give. Raises Refused, before anything is appended, when a file cannot
    be read at all.
    """
    batches = [intake(path, position, mapping, profile, date_order) for position, path in enumerate(files)]
    _all_found(mapping, batches)
    postings = Postings(standing(book, date_order), currency, today)
    postings.standing.keep_apart(
        entry.values.get("Customer ID") or "" for batch in batches for entry in batch.entries
    )
    for batch in sorted(batches, key=lambda batch: _ORDER.index(batch.read.table)):
        _post(postings, batch)
    settle(postings)
    for table in (layout().tables[name] for name in _ORDER):
        if postings.added[table.name]:
            book.append(table, _frame(table, postings.added[table.name]))
    place = {path.name: position for position, path in enumerate(files)}
    lines = sorted(postings.lines, key=lambda line: (place[line.file], line.row))
    return Result(tuple(batch.read for batch in batches), tuple(lines), dict(postings.totals))


def _all_found(mapping: Mapping[str, str], batches: Sequence[Batch]) -> None:
    """Refuse a mapping that named a column no file has, rather than bring rows in without it."""
    headers = {
        same(header): header.strip() for batch in batches for header in batch.headers if header.strip()
    }
    for ours, theirs in mapping.items():
        if same(theirs) not in headers:
            names = " and ".join(batch.read.file for batch in batches)
            raise Refused(f'--map "{ours}={theirs}": {names} has no such column. {nearest(theirs, headers)}')


def _post(postings: Postings, batch: Batch) -> None:
    postings.lines.extend(batch.said)
    if batch.form.table == "Customers":
        postings.customers(batch.entries)
    elif batch.form.table == "Invoices":
        documents, said = merged(batch.entries, batch.form)
        bring_invoices(postings, documents)
        postings.lines.extend(said)
    else:
        bring_payments(postings, batch.entries, batch.form)


def _frame(table: Table, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows as the port takes them: every declared header, amounts in major units."""
    filled = set[str]().union(*rows)
    blank: list[Mapping[str, Any]] = [{}] * len(rows)
    return pl.DataFrame(
        [_series(column, rows if column.name in filled else blank) for column in table.columns]
    )


def _series(column: Column, rows: Sequence[Mapping[str, Any]]) -> pl.Series:
    cells = [row.get(column.name) for row in rows]
    if column.kind == "money":
        cells = [None if cell is None else float(cell) for cell in cells]
    return pl.Series(column.name, cells, dtype=_TYPES.get(column.kind, pl.String))
