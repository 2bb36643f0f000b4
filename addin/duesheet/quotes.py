"""Late fees and interest on the open items, as the settings ask for them: quoted, never booked.

Statutory interest is for business customers only; with it, and no late fee of the firm's own, the law's fixed
compensation stands in the late fee's place, once an invoice and only in the law's own currency.
"""

from decimal import Decimal
from typing import NamedTuple

import narwhals as nw
import polars as pl

from duesheet import balances, fees, ledger, money, statutory
from duesheet.errors import Fault
from duesheet.records import Records

LAWS = {"UK statutory": "UK", "EU statutory": "EU"}
"""The laws behind the choices of the setting Interest."""

_DECIMALS = 6
"""Of a statutory rate; an item may bear several."""


class Ledger(NamedTuple):
    """What the balances of the past are read from: every item, what was billed, and what was applied to it."""

    items: pl.DataFrame
    billed: pl.DataFrame
    applied: pl.DataFrame


class Quoted(NamedTuple):
    """The open items with `late_fee` and `interest` (minor units, null where none), and what could not be quoted."""

    items: pl.DataFrame
    faults: tuple[Fault, ...] = ()


def quoted(records: Records, open_items: pl.DataFrame, books: Ledger, day: int) -> Quoted:
    """What is quoted on `open_items`, aged as of `day`."""
    chosen = records.settings
    fee, interest, faults = _no("late_fee"), _no("interest"), tuple[Fault, ...]()
    if chosen.late_fee != "None":
        fee = _fees(records, open_items)
    if chosen.interest in LAWS:
        try:
            found = _statutory(records, open_items, books, day)
        except ValueError as wrong:  # the user's own table of rates cannot be read
            faults = (_fault(records, f"{wrong} Until then no interest is quoted."),)
        else:
            interest, faults = found.interest, found.faults
            fee = found.compensation if chosen.late_fee == "None" else fee
    elif chosen.interest != "None":
        interest = _agreed(records, open_items, books, day)
    for part in (fee, interest):
        open_items = open_items.join(part, on="item", how="left", maintain_order="left")
    return Quoted(open_items, faults)


def _no(name: str) -> pl.DataFrame:
    return pl.DataFrame(schema={"item": pl.Int64, name: pl.Int64})


def _fees(records: Records, open_items: pl.DataFrame) -> pl.DataFrame:
    """A flat fee is so much in the currency of the invoice, whichever it is."""
    chosen, value = records.settings, Decimal(str(records.settings.late_fee_value))
    flat = value if chosen.late_fee == "Flat" else Decimal(0)
    units = {code: money.minor(flat, code) for code in open_items["currency"].unique()}
    items = open_items.with_columns(
        flat=pl.col("currency").replace_strict(units, default=0, return_dtype=pl.Int64)
    )
    return _polars(
        fees.late_fees(
            _frame(items.select("item", "invoice", "due_date", "open", "days_overdue", "flat")),
            percent=value if chosen.late_fee == "Percent" else Decimal(0),
            first=fees.first_day(chosen.late_fee_from_day, chosen.grace_days),
        )
    )


def _agreed(records: Records, open_items: pl.DataFrame, books: Ledger, day: int) -> pl.DataFrame:
    """Interest at the firm's own rate; the grace days are free."""
    chosen = records.settings
    rate = Decimal(str(chosen.interest_rate))
    rate = fees.monthly(rate) if chosen.interest == "Monthly rate" else rate
    spells = _spells(records, open_items, books, day, free=chosen.grace_days)
    charged = spells.select(
        "item", "open", days=pl.col("until") - pl.col("since"), rate=pl.lit(fees.parts(rate), pl.Int64)
    )
    return _polars(fees.accrued(_frame(charged)))


class _Statutory(NamedTuple):
    interest: pl.DataFrame
    compensation: pl.DataFrame
    faults: tuple[Fault, ...]


def _statutory(records: Records, open_items: pl.DataFrame, books: Ledger, day: int) -> _Statutory:
    law = statutory.law(LAWS[records.settings.interest])
    kinds = records.customers.frame.select("customer", consumer=pl.col("type") == "Consumer")
    bound = open_items.join(kinds.filter("consumer"), on="customer", how="anti", maintain_order="left")
    spells = _spells(records, bound, books, day, free=0)
    charged = _rated(spells.join(bound.select("item", "due_date"), on="item", maintain_order="left"), law)
    unknown = charged.filter(pl.col("rate").is_null())["item"].unique()
    known = charged.filter(~pl.col("item").is_in(unknown.implode()))
    interest = _polars(fees.accrued(_frame(known.select("item", "open", "days", "rate")), _DECIMALS))
    faults = () if unknown.is_empty() else (_out_of_table(records, charged, law, len(unknown)),)
    return _Statutory(interest, _compensation(bound, spells, law), faults)


def _spells(records: Records, items: pl.DataFrame, books: Ledger, day: int, *, free: int) -> pl.DataFrame:
    late = items.filter(pl.col("days_overdue") > free)
    wanted = late.select("item", "account", "invoice", "open", start=pl.col("due_date") + free)
    found = balances.spells(
        _frame(wanted),
        _frame(books.billed),
        _frame(books.items),
        _frame(books.applied),
        as_of=day,
        oldest_first=records.settings.unapplied_money != "Keep apart",
    )
    return _polars(found)


def _rated(spells: pl.DataFrame, law: statutory.Law) -> pl.DataFrame:
    """`spells` cut at the half-years where the law changes its rate with them: `first` day charged, `days`, `rate`."""
    begins = pl.col("due_date") if law.fixed else pl.col("since")
    if spells.is_empty():
        return spells.with_columns(first=begins, days=begins, rate=begins)
    earliest, latest = spells.select(begins.min() + 1, pl.col("until").max().alias("last")).row(0)
    rates = [
        (first, last, None if rate is None else fees.parts(rate, _DECIMALS))
        for first, last, rate in statutory.half_years(earliest, latest, law.name)
    ]
    half_years = pl.DataFrame(rates, schema=dict.fromkeys(("from", "to", "rate"), pl.Int64), orient="row")
    cut = spells.join(half_years, how="cross")
    if law.fixed:
        whole = cut.filter((begins + 1).is_between("from", "to"))
        return whole.with_columns(first=begins + 1, days=pl.col("until") - pl.col("since"))
    since, until = pl.max_horizontal("since", pl.col("from") - 1), pl.min_horizontal("until", "to")
    return cut.with_columns(first=since + 1, days=until - since).filter(pl.col("days") > 0)


def _compensation(items: pl.DataFrame, spells: pl.DataFrame, law: statutory.Law) -> pl.DataFrame:
    """The fixed sum for each invoice, by what was open when it became overdue; its oldest item shows it."""
    begun = spells.sort("since").unique("item", keep="first").select("item", debt="open")
    owed = items.filter(pl.col("currency") == law.currency).join(begun, on="item", maintain_order="left")
    owed = owed.sort("due_date", "item").group_by("invoice").agg(pl.col("item").first(), pl.col("debt").sum())
    fixed = pl.lit(0, pl.Int64)
    for debt, amount in sorted(law.compensation):
        fixed = pl.when(pl.col("debt") >= debt).then(pl.lit(amount, pl.Int64)).otherwise(fixed)
    return owed.select("item", late_fee=fixed)


def _out_of_table(records: Records, charged: pl.DataFrame, law: statutory.Law, items: int) -> Fault:
    day = charged.filter(pl.col("rate").is_null())["first"].min()
    told = f"Until then interest is left blank on {items} open item{'s' if items > 1 else ''}."
    try:
        statutory.annual_rate(int(str(day)), law.name)
    except ValueError as wrong:
        return _fault(records, f"{wrong} {told}")
    return _fault(records, told)


def _fault(records: Records, remedy: str) -> Fault:
    sheet, row = records.settings.interest_at
    return Fault(sheet, row, "Value", records.settings.interest, f"Interest: {remedy}")


def _frame(frame: pl.DataFrame) -> ledger.Frame:
    return nw.from_native(frame)


def _polars(frame: ledger.Frame) -> pl.DataFrame:
    return frame.to_native()  # type: ignore[no-any-return]
