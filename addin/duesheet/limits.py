"""Credit limits: how far a customer's is used, and what limit the workbook itself would suggest."""

from collections.abc import Mapping
from typing import Any

import narwhals as nw
import polars as pl
from narwhals.typing import IntoFrame, IntoFrameT

from duesheet import money
from duesheet.punctuality import ONE, as_given, history
from duesheet.risk import ENOUGH

SPELL, SPELLS = 30, 12
"""What was billed is looked at in twelve spells of thirty days, counted back from the as-of date."""

_FIGURES = 2
"""To how many figures a suggested limit is rounded: more would promise too much."""


def used(accounts: pl.DataFrame, rates: Mapping[str, float]) -> pl.DataFrame:
    """One row per customer: what all its accounts owe against its credit limit, in the customer's own currency.

    `accounts`: customer, currency, own (the customer's currency), total (minor units), digits, credit_limit
    (major units, null = no limit). `rates`: what a unit of a currency is worth in the base currency.
    Gives customer, currency (its own), over_by (minor units; negative = so much is left, null = no limit), used (a
    fraction; null without a limit and where it is 0), uncounted (currencies without a rate, as text; else null).
    """
    worth = pl.col("currency").replace_strict(rates, default=None, return_dtype=pl.Float64)
    home = pl.col("own").replace_strict(rates, default=None, return_dtype=pl.Float64)
    places = pl.col("own").replace_strict(
        {code: money.digits(code) for code in accounts["own"].unique()}, default=2, return_dtype=pl.Int64
    )
    priced = accounts.filter(pl.col("credit_limit").is_not_null()).with_columns(
        rate=pl.when(pl.col("currency") == pl.col("own")).then(1.0).otherwise(worth / home), places=places
    )
    owed = pl.col("total") * pl.col("rate") * 10.0 ** (pl.col("places") - pl.col("digits"))
    foreign = (
        pl.col("currency").filter(pl.col("rate").is_null() & (pl.col("total") != 0)).sort().str.join(", ")
    )
    summed = priced.group_by("customer").agg(
        pl.col("own", "places", "credit_limit").first(), owed=owed.sum(), uncounted=foreign
    )
    limit = pl.col("credit_limit").cast(pl.Float64) * 10.0 ** pl.col("places")
    return summed.select(
        "customer",
        currency="own",
        over_by=(pl.col("owed") - limit).round(0).cast(pl.Int64),
        used=pl.when(limit > 0).then(pl.col("owed") / limit),
        uncounted=pl.when(pl.col("uncounted") != "").then("uncounted"),
    )


def suggested(invoices: IntoFrame, settled: IntoFrameT, scored: IntoFrame, as_of: int) -> IntoFrameT:
    """One row per account: account, suggested (minor units), for those with enough history.

    The most billed in one of the last twelve spells of 30 days, times the days its invoices were out (from
    invoice date to settlement, of those settled in the last 365 days, weighted by amount; at least 30) over 30,
    times the chance that an invoice is paid in time, rounded to two figures. The rule is "expected monthly sales
    times months outstanding allowed, at least one" (CreditRiskMonitor, Glossary of Credit Limit Model Terms), with
    the customer's own time to pay and probability in place of an allowance.

    `invoices`: account, invoice_date, amount; `settled` as in `punctuality`, with invoice_date; `scored` as
    `risk.score` gives it. A customer with fewer than three settled invoices gets no row.
    """
    busiest = (
        nw.from_native(invoices)
        .lazy()
        .filter(
            nw.col("invoice_date") <= as_of,
            nw.col("invoice_date") > as_of - SPELL * SPELLS,
            nw.col("amount") > 0,
        )
        .with_columns(spell=(as_of - nw.col("invoice_date")) // SPELL)
        .group_by("account", "spell")
        .agg(nw.col("amount").sum())
        .group_by("account")
        .agg(billed=nw.col("amount").max())
    )
    known = nw.from_native(scored).lazy().filter(nw.col("settled_count") >= ENOUGH)
    months = nw.max_horizontal(nw.col("days_out") / SPELL, ONE.cast(nw.Float64))
    limit = nw.col("billed").cast(nw.Float64) * months * (1 - nw.col("probability"))
    return as_given(
        _days_out(settled, as_of)
        .join(busiest, on="account", how="inner")
        .join(known.select("customer", "probability"), on="customer", how="inner")
        .select("account", limit=limit)
        .filter(nw.col("limit") >= 1)
        .select("account", suggested=_rounded(nw.col("limit")).cast(nw.Int64)),
        settled,
    )


def _days_out(settled: IntoFrame, as_of: int) -> nw.LazyFrame[Any]:
    """Per account: how many days its invoices were out, weighted by amount."""
    return (
        history(settled, as_of, 0)
        .filter(nw.col("recent") == 1, nw.col("written_off") == 0, nw.col("amount") > 0)
        # Floats: amount times days of a large book would not fit 64 bits.
        .with_columns(amount=nw.col("amount").cast(nw.Float64))
        .with_columns(weighted=nw.col("amount") * (nw.col("settled_on") - nw.col("invoice_date")))
        .group_by("account", "customer")
        .agg(nw.col("weighted", "amount").sum())
        .with_columns(days_out=nw.col("weighted") / nw.col("amount"))
    )


def _rounded(amount: nw.Expr) -> nw.Expr:
    """`amount`, 1 or more, to two figures and whole minor units, half up."""
    # The twelfth digit hides what a logarithm is off.
    unit = nw.max_horizontal(10.0 ** ((amount.log(10) + 1e-12).floor() - (_FIGURES - 1)), nw.lit(1.0))
    return (amount / unit + 0.5).floor() * unit
