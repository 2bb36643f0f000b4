"""What payment plans mean for risk, for expected dates and for what is never asked for."""

from collections.abc import Iterable, Sequence

import polars as pl

from duesheet.dates import date_of
from duesheet.progress import MISSED, ON_TRACK, Row, Standing

NAMED = 3
"""How many missed instalments a reason names before it says how many more there are."""


def missed(found: Iterable[Standing]) -> pl.DataFrame:
    """The customers who missed an instalment: `customer`, and `missed`, which ones, in words."""
    said: dict[int, list[str]] = {}
    for one in found:
        for row in one.rows:
            if row.status == MISSED:
                said.setdefault(one.debt.plan.customer, []).append(_told(one.debt.plan.plan, row))
    rows = [(customer, _listed(names)) for customer, names in said.items()]
    return pl.DataFrame(rows, schema={"customer": pl.Int64, "missed": pl.String}, orient="row")


def _told(plan: str, row: Row) -> str:
    due = date_of(row.due)
    return f"No {row.no} of plan {plan}, due {due.day} {due:%b %Y}"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def awaited(items: pl.DataFrame, found: Sequence[Standing]) -> pl.DataFrame:
    """`items` (see `expected.expected_dates`) with what is known of plans.

    While a plan is kept, an instalment is expected on its due date at the earliest; what is to be written off is not
    expected at all.
    """
    if not found:
        return items
    kept = pl.col("plan").is_in([one.debt.plan.plan for one in found if one.state == ON_TRACK])
    return items.with_columns(
        pl.when(let_go(found))
        .then(None)
        .when(kept & pl.col(name).is_not_null())
        .then(pl.max_horizontal(name, "due_date"))
        .otherwise(name)
        .alias(name)
        for name in ("expected_from", "expected_date", "expected_to")
    )


def let_go(found: Iterable[Standing]) -> pl.Expr:
    """Whether an item (plan, no) is what is written off when its plan is completed; null where it is no plan's."""
    rests = {one.debt.plan.plan: one.debt.rest_no for one in found}
    return pl.col("no") == pl.col("plan").replace_strict(rests, default=None, return_dtype=pl.Int64)
