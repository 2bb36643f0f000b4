"""How well invoices were foretold: ranking, sharpness and calibration of chances, errors of dates and of cash."""

from typing import NamedTuple

import polars as pl

from duesheet.dates import EPOCH

BINS = 10


class Chances(NamedTuple):
    """How good probabilities were: `auc` None where all went alike."""

    auc: float | None
    brier: float
    calibration: float


class Days(NamedTuple):
    """How good expected dates were: the mean error in days, and of the cash in each week and month."""

    error: float
    cash_by_week: float
    cash_by_month: float


def auc(scores: pl.Series, happened: pl.Series) -> float | None:
    """The chance that a late invoice had the higher score than one paid in time, ties counting half."""
    late = int(happened.sum())
    if late in {0, len(happened)}:
        return None
    ranks = float(scores.rank("average").filter(happened == 1).sum())
    return (ranks - late * (late + 1) / 2) / (late * (len(happened) - late))


def calibration_error(scores: pl.Series, happened: pl.Series) -> float:
    """The expected calibration error: how far share and mean score are apart in ten groups, by the groups' sizes.

    The groups are tenths of the invoices in the order of their scores (as equal in number as equal scores, which
    stay together, let them be), as in the Hosmer-Lemeshow test.
    """
    group = ((scores.rank("average") - 0.5) * BINS / len(scores)).floor()
    binned = pl.DataFrame({"group": group, "score": scores, "happened": happened}).group_by("group")
    gaps = binned.agg(gap=(pl.col("score").mean() - pl.col("happened").mean()).abs(), size=pl.len())
    return _sum(gaps["gap"] * gaps["size"]) / len(scores)


def chances(scores: pl.Series, happened: pl.Series) -> Chances:
    """How good the probabilities `scores` were for what `happened` (0 or 1)."""
    missed = scores - happened
    return Chances(auc(scores, happened), _mean(missed * missed), calibration_error(scores, happened))


def cash_error(paid: pl.DataFrame, days: str, every: str) -> float:
    """The cash expected in each period against that received, as a share of the cash; by currency, then the mean.

    In each period what was expected to come and what came differ; the differences (signs aside) are added up.
    """
    moves = [_by_period(paid, days, every, 1), _by_period(paid, "days_late", every, -1)]
    gaps = pl.concat(moves).group_by("currency", "period").agg(pl.col("cash").sum().abs())
    sums = paid.group_by("currency").agg(whole=pl.col("amount").sum(), size=pl.len())
    by_currency = gaps.group_by("currency").agg(pl.col("cash").sum()).join(sums, on="currency")
    both = by_currency.filter(pl.col("whole") > 0)
    return _sum(both["cash"] / both["whole"] * both["size"]) / max(_sum(both["size"]), 1)


def _by_period(paid: pl.DataFrame, days: str, every: str, sign: int) -> pl.DataFrame:
    after = pl.duration(days=(pl.col("due_date") + pl.col(days)).round())
    period = (pl.lit(EPOCH) + after).dt.truncate(every)
    return paid.group_by("currency", period=period).agg(cash=sign * pl.col("amount").sum())


def days(paid: pl.DataFrame, column: str) -> Days:
    """How good the days late in `column` were for invoices that were paid."""
    error = _mean((paid[column] - paid["days_late"]).abs())
    return Days(error, cash_error(paid, column, "1w"), cash_error(paid, column, "1mo"))


def coverage(paid: pl.DataFrame) -> float | None:
    """The share of invoices paid inside their 80 % interval."""
    known = paid.filter(pl.col("low").is_not_null())
    inside = known.select(pl.col("days_late").is_between("low", "high").cast(pl.Int64)).to_series()
    return _mean(inside) if len(inside) else None


def width(paid: pl.DataFrame) -> float | None:
    """How many days the interval in the middle is wide, by width."""
    found = (paid["high"] - paid["low"]).median()
    return None if found is None else float(found)  # type: ignore[arg-type]  # a median of numbers


def _mean(figures: pl.Series) -> float:
    return float(figures.to_numpy().mean())


def _sum(figures: pl.Series) -> float:
    return float(figures.to_numpy().sum())
