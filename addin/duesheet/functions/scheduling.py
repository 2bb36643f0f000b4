"""Payment plans as a formula: the instalments of one plan, or of a column of them."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import polars as pl
from xlwings import arg

from duesheet.functions import answers
from duesheet.functions.answers import answered
from duesheet.functions.cells import Cells, Wrong
from duesheet.functions.days import moment
from duesheet.functions.excel import RANGE, worksheet
from duesheet.functions.numerals import CENTS
from duesheet.portfolio import stacked

_MONEY = ("payment", "interest", "principal", "balance")
_BLANK = ["", "", "", "", ""]


@worksheet
@arg("principal", doc="The debt; a column of them gives the plans one below the other", **RANGE)
@arg("instalments", doc="How many instalments", **RANGE)
@arg("first_due", doc="The day the first is due; the others are counted from it", **RANGE)
@arg("every", doc="Week, 2 weeks, Month (the default) or Quarter", **RANGE)
@arg("annual_rate", doc="Interest a year, as 8%; left out: none", **RANGE)
@arg("down_payment", doc="What is paid at once and not spread; left out: none", **RANGE)
@arg("fee", doc="A fee paid with the first instalment; left out: none", **RANGE)
@arg("method", doc="Level (the default), every payment the same, or Equal principal", **RANGE)
def AR_SCHEDULE(  # noqa: PLR0913, PLR0917  a plan has as many columns
    principal: Cells,
    instalments: Cells,
    first_due: Cells,
    every: Cells = None,
    annual_rate: Cells = None,
    down_payment: Cells = None,
    fee: Cells = None,
    method: Cells = None,
) -> Cells:
    """The instalments of a payment plan, a row each: no, due, payment, interest, principal, balance.

    For a range of plans, the rows of all of them, with the plan's place in the range in front.

    >>> for row in AR_SCHEDULE(1000, 2, "2026-01-31", annual_rate=0.12): print(row[0], f"{row[1]:%d %b}", *row[2:])
    1 31 Jan 507.51 10.0 497.51 502.49
    2 28 Feb 507.51 5.02 502.49 0.0
    """
    plan = (
        answers.units("Principal", principal),
        answers.whole("Instalments", instalments),
        answers.day("First due", first_due),
        answers.words("Every", every, "Month"),
        answers.share("Annual rate", annual_rate, Decimal(0)),
        answers.units("Down payment", down_payment, 0),
        answers.units("Fee", fee, 0),
        answers.words("Method", method, "Level"),
    )
    found = answered(_schedules, *plan)
    if isinstance(found, Wrong):
        return str(found)
    if all(one.range.single for one in plan):
        return found[0]
    return [row for place, one in enumerate(found, start=1) for row in _numbered(place, one)] or ""


def _schedules(*columns: list[Any]) -> list[Any]:
    """The rows of each plan, or what is wrong with it."""
    principals, counts, first_dues, everies, rates, down_payments, fees, methods = columns
    stack = stacked(
        principals,
        counts,
        first_dues,
        everies=everies,
        annual_rates=rates,
        down_payments=down_payments,
        fees=fees,
        methods=methods,
    )
    rows = _rows(stack.rows)
    lengths = np.bincount(stack.rows["plan"].to_numpy(), minlength=len(principals)).tolist()
    found: list[Any] = [rows[start:end] for start, end in pairwise(accumulate(lengths, initial=0))]
    for place, objections in stack.objections.items():
        found[place] = f"{objections[0].column}: {objections[0].remedy}"
    return found


def _rows(stack: pl.DataFrame) -> list[list[Any]]:
    days = [moment(day) for day in stack["due"].to_list()]
    money = [(stack[name].to_numpy() / CENTS).tolist() for name in _MONEY]
    return list(map(list, zip(stack["no"].to_list(), days, *money, strict=True)))


def _numbered(place: int, found: list[list[Any]] | str) -> Iterator[list[Any]]:
    """The rows of one of several plans; a single row where there are none to show, and none for a blank."""
    if isinstance(found, str):
        return iter([[place, found, *_BLANK]] if found else [])
    return ([place, *row] for row in found)
