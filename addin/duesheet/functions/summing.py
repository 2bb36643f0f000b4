"""Aging as a formula: the rows of the Aging sheet from ranges of invoices and payments."""

from collections.abc import Iterator
from typing import Any

from xlwings import arg

from duesheet.dates import date_of
from duesheet.errors import Refused
from duesheet.functions import answers
from duesheet.functions.cells import Cells, Wrong
from duesheet.functions.excel import RANGE, today, worksheet
from duesheet.functions.items import edges_of
from duesheet.functions.ranges import NO_CURRENCY, RangeBook
from duesheet.layout import bucket_names
from duesheet.money import digits
from duesheet.position import Position, position
from duesheet.records import Records, read

_GIVEN = frozenset({"Invoices", "Payments", "Customers"})
_LAST = ("unapplied", "total", "overdue")


@worksheet
@arg("invoices", doc="Invoices with their header row, as on the sheet Invoices", **RANGE)
@arg("payments", doc="Payments with their header row, as on the sheet Payments; left out: none", **RANGE)
@arg("as_of", doc="The day to age on; nothing dated later counts. Left out: today", **RANGE)
@arg(
    "edges",
    doc="The last day of each bucket, as a range or as 30, 60, 90, 120, which is the default",
    **RANGE,
)
@arg(
    "customers",
    doc="Customers with their header row: their terms and currencies. Left out: none known",
    **RANGE,
)
def AR_AGING(
    invoices: Cells,
    payments: Cells = None,
    as_of: Cells = None,
    edges: Cells = None,
    customers: Cells = None,
) -> Cells:
    """What each customer owes in each currency, by age, with a header row: the figures of the sheet Aging.

    Rows that cannot be used are counted in a last row, which names the first.

    >>> rows = [["Invoice", "Customer ID", "Invoice date", "Amount"], ["1", "A", "2026-01-01", 100.0]]
    >>> for row in AR_AGING(rows, as_of="2026-02-01", edges="30"): print(*row, sep=" | ")
    Customer ID | Currency | Current | 1-30 | Over 30 | Unapplied | Total | Overdue | Oldest days
    A |  | 0.0 | 0.0 | 100.0 | 0.0 | 100.0 | 100.0 | 31
    """
    bounds, (day,) = edges_of(edges), answers.day("As of", as_of, today()).column(1)
    if isinstance(bounds, Wrong):
        return str(bounds)
    if isinstance(day, Wrong):
        return str(day)
    settings = {"Base currency": NO_CURRENCY, "Bucket edges": ", ".join(map(str, bounds))}
    given = {"Invoices": invoices, "Payments": payments, "Customers": customers}
    try:
        records = read(RangeBook(given, settings))
    except Refused as error:
        return str(error).removeprefix(f"{RangeBook.name}: ").removeprefix("Sheet ")
    now = position(records, date_of(day))
    header = ["Customer ID", "Currency", "Current", *bucket_names(bounds)]
    header += ["Unapplied", "Total", "Overdue", "Oldest days"]
    return [header, *_aged(now, len(bounds) + 2), *_left_out(records, len(header))]


def _aged(now: Position, buckets: int) -> Iterator[list[Any]]:
    money = [*(f"bucket_{number}" for number in range(buckets)), *_LAST]
    columns = ("customer_id", "currency", "oldest_days", *money)
    for customer, code, oldest, *amounts in now.accounts.select(columns).iter_rows():
        unit = 10 ** digits(code)
        yield [customer, "" if code == NO_CURRENCY else code, *(one / unit for one in amounts), oldest]


def _left_out(records: Records, width: int) -> Iterator[list[str]]:
    """A row that says what is in no sum, or not where it was meant to be."""
    told = [one for one in records.faults if one.table in _GIVEN and one.row > 1]
    count = records.left_out.rows
    if told:
        lost = f"{count:,} row{'' if count == 1 else 's'} left out. " if count else ""
        yield [f"{lost}{told[0]}", *[""] * (width - 1)]
