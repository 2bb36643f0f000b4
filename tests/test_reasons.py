"""Why a customer has the flag, in words."""

from collections.abc import Callable
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest

from duesheet import reasons, risk

AS_OF, GRACE = 45964, 3  # 3 November 2025


def as_pandas(frame: pl.DataFrame) -> pd.DataFrame:
    """The frame in pandas; a column with gaps is one of nullable whole numbers."""
    kinds = {name: "str" if name == "name" else "Int64" for name in frame.columns}
    return pd.DataFrame({name: pd.Series(frame[name].to_list(), dtype=kind) for name, kind in kinds.items()})


def as_duckdb(frame: pl.DataFrame) -> Any:
    """The frame as a DuckDB relation."""
    return duckdb.from_arrow(frame.to_arrow())


def settled(*rows: tuple[str, int, int]) -> pl.DataFrame:
    """Invoices of customer 1 typed as name, days since it was settled, days late."""
    typed = {"name": pl.String, "ago": pl.Int64, "late": pl.Int64}
    return pl.DataFrame(list(rows), schema=typed, orient="row").select(
        pl.lit(0, dtype=pl.Int64).alias("written_off"),
        pl.lit(0, dtype=pl.Int64).alias("credit_only"),
        pl.lit(1, dtype=pl.Int64).alias("customer"),
        "name",
        invoice=pl.col("name").str.slice(4).cast(pl.Int64),
        account=pl.lit(1, dtype=pl.Int64),
        due_date=AS_OF - pl.col("ago") - pl.col("late"),
        judged_due=AS_OF - pl.col("ago") - pl.col("late"),
        settled_on=AS_OF - pl.col("ago"),
        amount=pl.lit(100, dtype=pl.Int64),
    )


def open_items(*rows: tuple[str, int, int | None]) -> pl.DataFrame:
    """Open items of customer 1 typed as name, days overdue, days since the promised day."""
    typed = {"name": pl.String, "days_overdue": pl.Int64, "ago": pl.Int64}
    return pl.DataFrame(list(rows), schema=typed, orient="row").select(
        pl.lit(1, dtype=pl.Int64).alias("customer"),
        "name",
        "days_overdue",
        invoice=pl.col("name").str.slice(4).cast(pl.Int64),
        due_date=AS_OF - pl.col("days_overdue"),
        judged_due=AS_OF - pl.col("days_overdue"),
        promised=AS_OF - pl.col("ago"),
        open=pl.lit(100, dtype=pl.Int64),
    )


def why(
    paid: pl.DataFrame,
    items: pl.DataFrame,
    over_by: int | None = None,
    missed: str | None = None,
    uncounted: str | None = None,
) -> str:
    """The words for customer 1."""
    scored = risk.score(paid, items, AS_OF, GRACE).with_columns(
        over_by=pl.lit(over_by, dtype=pl.Int64),
        currency=pl.lit("EUR"),
        missed=pl.lit(missed, dtype=pl.String),
        uncounted=pl.lit(uncounted, dtype=pl.String),
    )
    return str(reasons.why(paid, items, scored, AS_OF, GRACE)["why"].item())


PUNCTUAL = [("INV-1", 10, 0), ("INV-2", 20, 0), ("INV-3", 30, 0)]


def test_all_reasons_at_once() -> None:
    """Each reason has its clause, with the invoices to check."""
    paid = settled(*PUNCTUAL, ("INV-4", 40, 9), ("INV-5", 50, 4), ("INV-6", 400, 9))
    items = open_items(("INV-9", 4, None), ("INV-8", 91, 2), ("INV-7", 3, None))

    assert why(paid, items, 120000, "PLAN-1 no. 2") == (
        "2 of 5 invoices paid late in the last year: INV-4, INV-5; 2 overdue now: INV-8, INV-9; "
        "over 90 days overdue: INV-8; broken promise 1 Nov 2025 on INV-8; missed instalment: PLAN-1 no. 2; "
        "over the credit limit by €1,200.00"
    )


def test_a_customer_without_a_blot() -> None:
    """A punctual customer has the count to show for it, and nothing else."""
    assert (
        why(settled(*PUNCTUAL), open_items(("INV-9", 2, None)))
        == "0 of 3 invoices paid late in the last year"
    )


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "no invoice settled yet"),
        ([("INV-1", 10, 9), ("INV-2", 10, 0)], "only 2 settled so far, 1 late: INV-1"),
        (
            [(f"INV-{n}", 400 + n, 9) for n in range(4)],
            "4 of 4 invoices paid late, none settled in the last year: INV-0, INV-1, INV-2 and 1 more",
        ),
        (
            [*((f"INV-{n}", 400, 0) for n in range(4)), ("INV-9", 1, 8)],
            "1 of 1 invoice paid late in the last year: INV-9",
        ),
    ],
)
def test_the_history_in_words(rows: list[tuple[str, int, int]], said: str) -> None:
    """Little history, or none lately, is said as such, and what was late is named whenever it was."""
    assert why(settled(*rows), open_items(("INV-50", -5, None))) == said


def test_many_invoices_are_counted_after_three() -> None:
    """Three invoices are named, oldest due first; of the rest there is a count."""
    items = open_items(*((f"INV-{n}", 10 + n, None) for n in range(9)))

    assert why(settled(*PUNCTUAL), items).endswith("9 overdue now: INV-8, INV-7, INV-6 and 6 more")


def test_instalments_of_one_invoice_are_named_once() -> None:
    """Two overdue instalments count twice and name their invoice once."""
    items = open_items(("INV-8", 40, None), ("INV-8", 10, None))

    assert why(settled(*PUNCTUAL), items).endswith("2 overdue now: INV-8")


def test_at_the_limit_nothing_is_said() -> None:
    """Only what exceeds the credit limit is a reason."""
    assert "limit" not in why(settled(*PUNCTUAL), open_items(("INV-9", 2, None)), over_by=0)


def test_a_long_overdue_amount_within_its_grace_is_not_there() -> None:
    """What is not overdue past its grace is not counted as overdue."""
    assert "overdue" not in why(settled(*PUNCTUAL), open_items(("INV-9", 3, None)))


def test_a_currency_without_a_rate_is_said() -> None:
    """What could not be counted against the credit limit is named."""
    assert why(settled(*PUNCTUAL), open_items(("INV-9", 2, None)), uncounted="USD").endswith(
        "; USD not counted against the credit limit: no rate on Rates"
    )


@pytest.mark.parametrize("kind", [pl.DataFrame.clone, pl.DataFrame.lazy, as_pandas, as_duckdb])
def test_every_kind_of_frame_gives_the_same_words(kind: Callable[[pl.DataFrame], Any]) -> None:
    """The reasons are the same on every kind of frame."""
    paid, items = settled(*PUNCTUAL, ("INV-4", 40, 9)), open_items(("INV-8", 91, 2))
    scored = (
        risk.score(paid, items, AS_OF, GRACE)
        .with_columns(
            over_by=pl.lit(None, dtype=pl.Int64), currency=pl.lit("EUR"), missed=pl.lit(None, dtype=pl.String)
        )
        .with_columns(uncounted=pl.lit(None, dtype=pl.String))
    )

    assert reasons.why(kind(paid), kind(items), scored, AS_OF, GRACE)["why"].to_list() == [why(paid, items)]
