"""A ledger played again: every invoice from a day on, foretold with nothing but what was known when it was issued.

The product's own functions do it all: its importer reads the file, `position` says when each invoice was settled,
`risk.score` and `expected.expected_dates` foretell. Beside them stand the naive ways.
"""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from duesheet import expected, records, risk
from duesheet.books.closed import ClosedBook
from duesheet.build import new_book
from duesheet.dates import date_of, day_number
from duesheet.errors import Refused
from duesheet.imports import Result, bring_in
from duesheet.position import position
from duesheet.profiles import mapping_of, same
from duesheet.punctuality import VERY_LATE, collected, history

HEADERS = (
    "Invoice=invoiceNumber",
    "Customer ID=customerID",
    "Invoice date=InvoiceDate",
    "Due date=DueDate",
    "Amount=InvoiceAmount",
    "Paid on=SettledDate",
)
"""Which column of the sample ledger is which of ours."""

_OPEN = 10**7
_COLUMNS = (
    "account",
    "customer",
    "invoice",
    "amount",
    "invoice_date",
    "due_date",
    "judged_due",
    "settled_on",
    "written_off",
    "credit_only",
)


@dataclass(frozen=True)
class Ledger:
    """Every item of a ledger with what became of it up to `last`, the last day it knows of.

    `items`: the columns that `punctuality` names, with invoice_date, currency and digits; settled_on is a day in the
    far future for what is open. `brought` is the importer's own account of the file.
    """

    items: pl.DataFrame
    last: int
    grace: int
    brought: Result


def ledger(path: Path, pairs: Sequence[str] = (), *, grace: int = 3, order: str = "YMD") -> Ledger:
    """The ledger in the CSV at `path`.

    `pairs` are those of `duesheet import --map`; columns they do not name are looked for as the sample ledger spells
    them. `order` reads dates that the file leaves open. Raises Refused, in words, for what cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="duesheet-risk-") as folder:
        book = Path(folder) / "Ledger.xlsx"
        new_book(book, settings={"Grace days": str(grace), "Base currency": "EUR"})
        opened = ClosedBook.open(book)
        brought = bring_in(opened, [path], _mapping(path, pairs), date_order=order)
        opened.save()
        found = records.read(ClosedBook.open(book))
    last = _last_day(found)
    now = position(found, date_of(last))
    open_now = now.items.with_columns(settled_on=_OPEN, written_off=0, credit_only=0)
    items = pl.concat([frame.select(_COLUMNS).cast(pl.Int64) for frame in (now.settled, open_now)])
    money = found.accounts.frame.select("account", "currency", "digits")
    return Ledger(items.join(money, on="account", how="left"), last, grace, brought)


def _mapping(path: Path, pairs: Sequence[str]) -> dict[str, str]:
    given = mapping_of(pairs)
    with path.open(encoding="utf-8", errors="replace") as file:
        head = same("".join(line for line, _ in zip(file, range(60), strict=False)))
    usual = {ours: theirs for ours, theirs in mapping_of(HEADERS).items() if same(theirs) in head}
    return {**usual, **given}


def _last_day(found: records.Records) -> int:
    days = [found.accounts.invoices["invoice_date"].max(), found.accounts.payments["date"].max()]
    known = [day for day in days if isinstance(day, int)]
    if not known:
        raise Refused("The ledger has no invoice that can be used. Run duesheet import to see why.")
    return max(known)


def usual_cut(known: Ledger) -> date:
    """The day from which the last quarter of the invoices was issued."""
    days = known.items["invoice_date"].sort()
    return date_of(int(days[len(days) * 3 // 4]))


def foretold(known: Ledger, cut: date) -> pl.DataFrame:
    """The items issued from `cut` on, each as it was foretold on its invoice date, with what became of it.

    Added columns: late (0 or 1; null where the ledger ends too early to tell), very_late (the same with 30 days),
    days_late (from the due date; null while open); probability, very_late_probability, days (from the due date to
    the expected date), low and high (of its interval, null where there is none), settled_count; and the naive ways:
    ledger_share and customer_share (late ones among all settled invoices so far, unweighted), customer_days (the
    mean of the customer's days late so far). Where a customer has none yet, the ledger's stand.
    """
    coming = known.items.filter(pl.col("invoice_date") >= day_number(cut), pl.col("credit_only") == 0)
    days = list(_days(known, coming))
    if not days:
        raise Refused(f"The ledger has no invoice from {cut} on; give an earlier --cut.")
    return _outcome(pl.concat(days), known)


def _days(known: Ledger, coming: pl.DataFrame) -> Iterator[pl.DataFrame]:
    for (day,), issued in coming.group_by("invoice_date", maintain_order=True):
        yield _on(known, issued, int(day))


def _on(known: Ledger, issued: pl.DataFrame, day: int) -> pl.DataFrame:
    """The items issued on `day`, foretold from what was settled by then and what stood open."""
    before = pl.col("invoice_date") < day
    settled = known.items.filter(before, pl.col("settled_on") <= day)
    standing = _opened(known.items.filter(before, pl.col("settled_on") > day), day)
    news = _opened(issued, day)
    scored = risk.score(settled, pl.concat([standing, news]), day, known.grace)
    told = expected.expected_dates(settled, news, scored, day, known.grace)
    past = collected(history(settled, day, known.grace))
    own = past.group_by("customer").agg(
        customer_share=pl.col("late").mean(), customer_days=pl.col("days_late").mean()
    )
    share, days = past["late"].mean() or 0.0, past["days_late"].mean() or 0.0
    counts = scored.select("customer", "probability", "settled_count")
    return (
        told.join(own, on="customer", how="left")
        .join(counts, on="customer", how="left")
        .with_columns(
            pl.col("customer_share").fill_null(share),
            pl.col("customer_days").fill_null(days),
            ledger_share=pl.lit(share, pl.Float64),
            days=pl.col("expected_date") - pl.col("due_date"),
            low=pl.col("expected_from") - pl.col("due_date"),
            high=pl.col("expected_to") - pl.col("due_date"),
        )
    )


def _opened(items: pl.DataFrame, day: int) -> pl.DataFrame:
    return items.with_columns(
        open="amount", days_overdue=day - pl.col("due_date"), promised=pl.lit(None, pl.Int64)
    )


def _outcome(told: pl.DataFrame, known: Ledger) -> pl.DataFrame:
    settled = pl.col("settled_on") < _OPEN
    lost = settled & (pl.col("written_off") == 1)

    def later_than(days: int) -> pl.Expr:
        # Of what fell due just before the end only the prompt ones are settled: to count them would flatter.
        over = pl.col("judged_due") + days < known.last
        late = (pl.col("settled_on") > pl.col("judged_due") + days) | lost
        return pl.when(over).then(late.cast(pl.Int64))

    return told.with_columns(
        late=later_than(known.grace),
        very_late=later_than(max(known.grace, VERY_LATE)),
        days_late=pl.when(settled).then(pl.col("settled_on") - pl.col("due_date")),
    )
