"""The Dashboard's rows: balances, figures, cash, allowance, the tie-out, the largest debtors, the months.

Each currency has its rows one after the other, the base currency first and with the same number of rows in every
book of so many buckets: the charts show the rows at these places.
"""

from collections.abc import Iterator, Sequence

import polars as pl

from duesheet import panels, prospects
from duesheet.cash import WEEKS
from duesheet.layout import bucket_names
from duesheet.money import digits
from duesheet.panels import Row
from duesheet.periods import SHOWN
from duesheet.position import Position
from duesheet.prospects import Looking, Prospect
from duesheet.records import Records

LARGEST = 10

_TOTALS = {
    "unapplied": ("Money on account", "Received, not set against an item"),
    "total": ("Owed in all", ""),
    "overdue": ("Overdue", ""),
    "disputed": ("Disputed", "In the buckets above, and not chased"),
}
_TIE_OUT = {
    "billed": "Invoices billed",
    "credit notes": "less credit notes",
    "Payment": "less payments, refunds added back",
    "Credit": "less credits",
    "Discount": "less discounts",
    "taken": "less early payment discounts taken",
    "Write-off": "less written off",
    "total": "equals what the books say",
}


def rows(records: Records, now: Position, looking: Looking, items: pl.DataFrame) -> pl.DataFrame:
    """The rows of the Dashboard sheet, by the declared keys; the base currency's aging comes first, for the chart.

    `looking` as `prospects.looking_back` gives it; `items` are the open items with their expected dates.
    """
    base, edges = records.settings.base_currency, records.settings.bucket_edges
    codes = [base, *sorted({*now.accounts["currency"].unique(), *now.booked} - {base})]
    each = prospects.prospects(records, now, looking, items, codes)
    known = prospects.changes(records, now, codes)
    whole = [prospects.together(each, known, base)] if len(each) > 1 else []
    found = [
        *(row for one in each for row in _currency(one, now.accounts, edges, base)),
        *(row for one in whole for row in panels.exchanged(one, known, each)),
        *(row for one in whole for row in panels.summary(one, all_in=True)),
        *(row for code in codes for row in _tie_out(code, now)),
        *(row for code in codes for row in _largest(code, now.accounts)),
        *_left_out(records),
        *(row for one in each for row in panels.history(one, edges)),
        *(row for one in whole for row in panels.history(one, edges, all_in=True)),
    ]
    schema = {
        "section": pl.String,
        "figure": pl.String,
        "currency": pl.String,
        "amount": pl.Float64,
        "note": pl.String,
    }
    return pl.DataFrame(found, schema=schema, orient="row")


def charted(buckets: int) -> dict[str, tuple[int, int]]:
    """The first and last row of what charts show of the base currency, counted from the header as 0.

    >>> charted(6)["Aging"]
    (1, 6)
    """
    figures = buckets + len(_TOTALS)
    cash = figures + panels.FIGURES
    trend = cash + panels.CASH + buckets + panels.IN_ALL
    return {
        "Aging": (1, buckets),
        "Cash expected": (cash + 1, cash + WEEKS),
        "DSO": (trend + 1, trend + SHOWN),
    }


def _currency(of: Prospect, accounts: pl.DataFrame, edges: Sequence[int], base: str) -> Iterator[Row]:
    yield from _aging(of.currency, accounts, edges)
    yield from _totals(of.currency, accounts)
    yield from panels.summary(of, every_week=of.currency == base)


def _of(code: str, accounts: pl.DataFrame) -> pl.DataFrame:
    return accounts.filter(pl.col("currency") == code)


def _sum(rows: pl.DataFrame, column: str) -> int:
    return int(rows[column].sum())


def _major(units: int, code: str) -> float:
    return float(units / 10 ** digits(code))


def _customers(count: int) -> str:
    return f"{count:,} customer" if count == 1 else f"{count:,} customers"


def _aging(code: str, accounts: pl.DataFrame, edges: Sequence[int]) -> Iterator[Row]:
    owed = _of(code, accounts)
    for number, name in enumerate(["Current", *bucket_names(edges)]):
        note = f"{name} days overdue" if number else "Not yet due"
        yield "Aging", name, code, _major(_sum(owed, f"bucket_{number}"), code), note


def _totals(code: str, accounts: pl.DataFrame) -> Iterator[Row]:
    owed = _of(code, accounts)
    notes = {"total": f"{_customers(owed.height)} with something open", "overdue": _share(owed)}
    for column, (figure, note) in _TOTALS.items():
        amount = _major(_sum(owed, column), code)
        yield "Totals", figure, code, amount, notes.get(column, note)


def _share(owed: pl.DataFrame) -> str:
    total = _sum(owed, "total")
    late = _customers(owed.filter(pl.col("overdue") > 0).height)
    return f"{_sum(owed, 'overdue') / total:.0%} of what is owed; {late}" if total > 0 else ""


def _tie_out(code: str, now: Position) -> Iterator[Row]:
    gap = now.gaps.get(code, 0)
    section = "Does not tie out" if gap else "Tie-out"
    sums = now.booked.get(code, {"total": 0})
    for part, words in _TIE_OUT.items():
        if part in sums:
            yield section, words, code, _major(sums[part], code), ""
    aged = _major(sums["total"] + gap, code)
    yield section, "Aging: buckets and money on account", code, aged, "Must be the same to the cent"
    yield (
        section,
        "Difference",
        code,
        _major(gap, code),
        "Nothing is sent until this is 0" if gap else "Ties out",
    )


def _largest(code: str, accounts: pl.DataFrame) -> Iterator[Row]:
    top = (
        _of(code, accounts)
        .filter(pl.col("total") > 0)
        .sort(["total", "customer_id"], descending=[True, False])
        .head(LARGEST)
    )
    columns = ("customer_id", "name", "total", "overdue")
    for place, (customer, name, total, overdue) in enumerate(top.select(columns).iter_rows(), start=1):
        late = f"{overdue / total:.0%} overdue" if overdue else "Nothing overdue"
        yield "Largest debtors", f"{place}. {name} ({customer})", code, _major(total, code), late


def _left_out(records: Records) -> Iterator[Row]:
    left = records.left_out
    if left.rows:
        note = "In no total above; see Problems"
        yield "Left out", "Rows that cannot be used", None, float(left.rows), note
        for code, amount in left.money:
            yield "Left out", "Money in those rows", code or None, amount, "As typed, signs aside"
