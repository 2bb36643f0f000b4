"""Why a customer has the flag: the counts and the invoices, so that anybody can check it by hand."""

import polars as pl
from narwhals.typing import IntoFrame

from duesheet import money
from duesheet.dates import EPOCH
from duesheet.punctuality import collected, history, overdue
from duesheet.risk import ENOUGH, LONG_OVERDUE

NAMED = 3
"""How many invoices one reason names before it says how many more there are."""


def why(
    settled: IntoFrame, open_items: IntoFrame, scored: pl.DataFrame, as_of: int, grace: int
) -> pl.DataFrame:
    """`scored` in its order, with a column why: the reasons behind the flag in words.

    `settled` and `open_items` are those `scored` came from (see `risk.score`), with a text column name
    beside the code invoice. `scored` further has over_by (minor units over the credit limit, null when
    not), currency (of that figure), missed (what instalments were missed, as text; null when none) and uncounted
    (the currencies left out of the credit used for want of a rate; null when none).
    """
    reasons = _listed(settled, open_items, scored, as_of, grace)
    joined = scored.join(reasons, on="customer", how="left", maintain_order="left").with_columns(
        over_limit_by=pl.Series(_over(scored), dtype=pl.String)
    )
    said = pl.concat_str(
        _past(),
        pl.when(pl.col("overdue_now") > 0).then(
            pl.format("{} overdue now: {}", "overdue_now", "overdue_names")
        ),
        "over 90 days overdue: " + pl.col("long_names"),
        "broken promise " + pl.col("promise_names"),
        "missed instalment: " + pl.col("missed"),
        "over the credit limit by " + pl.col("over_limit_by"),
        pl.format("{} not counted against the credit limit: no rate on Rates", "uncounted"),
        separator="; ",
        ignore_nulls=True,
    )
    return joined.select(*scored.columns, why=said)


def _past() -> pl.Expr:
    count, late, year, late_year = (
        pl.col(name) for name in ("settled_count", "late_count", "settled_year", "late_year")
    )
    invoices = pl.when(year == 1).then(pl.lit("invoice")).otherwise(pl.lit("invoices"))
    in_year = pl.format("{} of {} {} paid late in the last year", late_year, year, invoices)
    before = pl.format("{} of {} invoices paid late, none settled in the last year", late, count)
    few = pl.format("only {} settled so far, {} late", count, late)
    counted = pl.when(count < ENOUGH).then(few).when(year == 0).then(before).otherwise(in_year)
    named = pl.concat_str(counted, ": " + pl.col("late_names"), ignore_nulls=True)
    return pl.when(count == 0).then(pl.lit("no invoice settled yet")).otherwise(named)


def _listed(
    settled: IntoFrame, open_items: IntoFrame, scored: pl.DataFrame, as_of: int, grace: int
) -> pl.DataFrame:
    """One row per customer: the names of the invoices behind each reason, null where there is none.

    Late are those of the last year, or all where little is known.
    """
    little = (pl.col("settled_count") < ENOUGH) | (pl.col("settled_year") == 0)
    all_named = scored.filter(little)["customer"]
    past = collected(
        history(settled, as_of, grace).select("customer", "invoice", "name", "settled_on", "late", "recent")
    )
    told = (pl.col("recent") == 1) | pl.col("customer").is_in(all_named.implode())
    late = past.filter(pl.col("late") == 1, told).sort("settled_on", "invoice", descending=[True, False])
    items = collected(
        overdue(open_items, as_of, grace).select(
            "customer",
            "invoice",
            "name",
            "due_date",
            "days_overdue",
            "promised",
            "overdue_now",
            "promise_broken",
        )
    ).sort("due_date", "invoice")
    promised = (pl.lit(EPOCH) + pl.duration(days="promised")).dt.to_string("%-d %b %Y")
    broken = items.filter(pl.col("promise_broken") == 1).with_columns(name=promised + " on " + pl.col("name"))
    return (
        pl.concat([past.select("customer"), items.select("customer")])
        .unique()
        .join(_names(late, "late_names"), on="customer", how="left")
        .join(_names(items.filter(pl.col("overdue_now") == 1), "overdue_names"), on="customer", how="left")
        .join(
            _names(items.filter(pl.col("days_overdue") > LONG_OVERDUE), "long_names"),
            on="customer",
            how="left",
        )
        .join(_names(broken, "promise_names"), on="customer", how="left")
    )


def _names(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    listed = (
        frame.unique(["customer", "invoice"], keep="first", maintain_order=True)
        .group_by("customer", maintain_order=True)
        .agg(shown=pl.col("name").head(NAMED), more=pl.len().cast(pl.Int64) - NAMED)
    )
    rest = pl.when(pl.col("more") > 0).then(pl.format(" and {} more", "more")).otherwise(pl.lit(""))
    return listed.select("customer", (pl.col("shown").list.join(", ") + rest).alias(column))


def _over(scored: pl.DataFrame) -> list[str | None]:
    return [
        money.text(units, currency) if units and units > 0 else None
        for units, currency in zip(scored["over_by"], scored["currency"], strict=True)
    ]
