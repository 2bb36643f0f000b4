"""Many payment plans at once: the schedules of a whole column of plans, to the cent those of `schedule.instalments`.

Figures are estimated as floats, a column at a time, and rounded; where an estimate lies so near to half a cent that it
might round the wrong way, that one figure is worked out again in whole numbers. So every cent is exact, at the speed
of floats, and nothing can overflow: amounts are at most `schedule.MOST`, which floats hold exactly.
"""

from collections.abc import Sequence
from decimal import Decimal
from itertools import repeat
from typing import NamedTuple

import numpy as np
import polars as pl

from duesheet.portfolio import days, figures
from duesheet.portfolio.plans import Columns, Plans, sound
from duesheet.schedule import LEVEL, Instalment, Objection


class Stack(NamedTuple):
    """The schedules of many plans, and what is wrong with those that have none.

    `rows` has `plan` (its place among the arguments, from 0) and the columns of `schedule.Instalment`, all Int64, in
    the order of plan and number. `objections` are by place; a plan that is in it has no rows.
    """

    rows: pl.DataFrame
    objections: dict[int, list[Objection]]


def stacked(  # noqa: PLR0913  a plan has as many columns
    principals: Sequence[int],
    counts: Sequence[int],
    first_dues: Sequence[int],
    *,
    everies: Sequence[str] | None = None,
    annual_rates: Sequence[Decimal] | None = None,
    down_payments: Sequence[int] | None = None,
    fees: Sequence[int] | None = None,
    methods: Sequence[str] | None = None,
    country: str | None = None,
) -> Stack:
    """What `schedule.instalments` gives for each plan, in one go: one value a plan in every argument, None = all blank.

    Units, meanings and defaults are those of `schedule.instalments`; wrong plans are told of in `Stack.objections`
    rather than raised. `rows["payment"].to_numpy()` and the like go on without a copy.

    >>> stack = stacked([1000_00, 100_00], [2, 0], [46053, 46053], annual_rates=[Decimal("0.12"), Decimal(0)])
    >>> stack.rows.rows()
    [(0, 1, 46053, 50751, 1000, 49751, 50249), (0, 2, 46081, 50751, 502, 50249, 0)]
    >>> stack.objections
    {1: [Objection(column='Instalments', remedy='Type a whole number from 1 to 1,200.')]}
    """
    many = len(principals)
    columns = Columns(
        principals,
        counts,
        first_dues,
        everies or list(repeat("Month", many)),
        annual_rates or list(repeat(Decimal(0), many)),
        down_payments or list(repeat(0, many)),
        fees or list(repeat(0, many)),
        methods or list(repeat(LEVEL, many)),
    )
    if {len(column) for column in columns} != {many}:
        raise ValueError("There must be one value a plan in every argument.")
    plans, wrong = sound(columns)
    return Stack(_rows(plans, country), wrong)


def _rows(plans: Plans, country: str | None) -> pl.DataFrame:
    """The rows of all plans, period by period over all that still run."""
    typed_order = np.argsort(plans.place)
    lengths = plans.instalments[typed_order]
    start = np.empty_like(lengths)
    start[typed_order] = np.cumsum(lengths) - lengths
    interest, principal, after = (np.zeros(int(lengths.sum()), dtype=np.int64) for _ in range(3))
    level, share, balance = figures.level(plans), figures.share(plans), plans.spread.copy()
    for done in range(int(plans.instalments[0]) if len(plans.instalments) else 0):
        running = int(np.count_nonzero(plans.instalments > done))
        owed, at = balance[:running], start[:running] + done
        charged = figures.interest(plans, owed)
        repaid = np.where(plans.level[:running], level[:running] - charged, share[:running])
        repaid = np.where(plans.instalments[:running] == done + 1, owed, np.minimum(repaid, owed))
        interest[at], principal[at], after[at] = charged, repaid, owed - repaid
        balance[:running] = owed - repaid
    plan = np.repeat(typed_order, lengths)
    no = np.arange(len(plan)) - start[plan] + 1
    return pl.DataFrame(
        {
            "plan": plans.place[plan],
            "no": no,
            "due": days.due(plans, plan, no - 1, country),
            "payment": interest + principal + np.where(no == 1, plans.fee[plan], 0),
            "interest": interest,
            "principal": principal,
            "balance": after,
        },
        schema=dict.fromkeys(("plan", *Instalment._fields), pl.Int64),
    )
