"""The plans of a portfolio as arrays: those that can be spread, and what is wrong with the others."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from duesheet import schedule
from duesheet.cadence import PERIODS, every_of
from duesheet.dates import LAST, day_number
from duesheet.schedule import LEVEL, MOST, MOST_INSTALMENTS, Objection, method_of

Whole = npt.NDArray[np.int64]
Real = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class Columns(NamedTuple):
    """Plans as typed, one value a plan in every column; units and meanings are those of `schedule.instalments`."""

    principal: Sequence[int]
    instalments: Sequence[int]
    first_due: Sequence[int]
    every: Sequence[str]
    annual_rate: Sequence[Decimal]
    down_payment: Sequence[int]
    fee: Sequence[int]
    method: Sequence[str]

    def objections(self, at: int) -> list[Objection]:
        """What is wrong with the plan at `at`, as `schedule.objections` says it."""
        return schedule.objections(
            self.principal[at],
            self.instalments[at],
            self.first_due[at],
            every=self.every[at],
            annual_rate=self.annual_rate[at],
            down_payment=self.down_payment[at],
            fee=self.fee[at],
            method=self.method[at],
        )


class Plans(NamedTuple):
    """Plans that can be spread, the longest first, so that those still running are always the first ones.

    `place` is where each stood among the columns, `spread` the principal less the down payment, `rate` that of a
    period, as near as a float gets.
    """

    place: Whole
    spread: Whole
    instalments: Whole
    first_due: Whole
    every: list[str]
    annual_rate: list[Decimal]
    rate: Real
    fee: Whole
    level: Flags

    def fraction(self, at: int) -> tuple[int, int]:
        """The exact rate of one period of the plan that stands at `at`."""
        return schedule.period_rate(self.annual_rate[at], self.every[at])


def sound(typed: Columns) -> tuple[Plans, dict[int, list[Objection]]]:
    """The plans that can be spread, and by their places what is wrong with the others."""
    principal, down, fee = _held(typed.principal), _held(typed.down_payment), _held(typed.fee)
    count, first = _held(typed.instalments), _held(typed.first_due)
    every, method = _meant(typed.every, every_of), _meant(typed.method, method_of)
    yearly = np.array(list(map(float, typed.annual_rate)), dtype=np.float64)
    periods = np.array([PERIODS.get(often, 0) for often in every], dtype=np.int64)
    # As fast as it is blunt: whatever may be wrong is looked at again, one by one.
    last = first + (count + 1) * 366 // np.maximum(periods, 1)
    fine = _within(principal, 1, MOST) & _within(down, 0, principal) & _within(fee, 0, MOST)
    fine &= _within(count, 1, MOST_INSTALMENTS) & _within(first, 1, last) & (last <= day_number(LAST))
    fine &= (yearly >= 0) & (yearly < 1) & (periods > 0) & np.array(list(map(bool, method)), dtype=np.bool_)
    wrong = {int(at): found for at in np.flatnonzero(~fine) if (found := typed.objections(int(at)))}
    place = np.delete(np.arange(len(principal)), list(wrong))
    place = place[np.argsort(-count[place], kind="stable")]
    plans = Plans(
        place,
        (principal - down)[place],
        count[place],
        first[place],
        [every[at] for at in place.tolist()],
        [typed.annual_rate[at] for at in place.tolist()],
        yearly[place] / periods[place],
        fee[place],
        np.array([method[at] == LEVEL for at in place.tolist()], dtype=np.bool_),
    )
    return plans, wrong


def _within(values: Whole, least: int, most: int | Whole) -> Flags:
    return (values >= least) & (values <= most)


def _held(values: Sequence[int]) -> Whole:
    """Whole numbers as an array; those beyond all bounds as the nearest bound."""
    try:
        held = np.array(values, dtype=np.int64)
    except OverflowError:
        held = np.array([max(-1, min(value, MOST + 1)) for value in values], dtype=np.int64)
    return np.clip(held, -1, MOST + 1)


def _meant(typed: Sequence[str], read: Callable[[str], str | None]) -> list[str]:
    """What each text means, as `read` understands it; blank where it does not."""
    known = {text: read(text) or "" for text in set(typed)}
    return [known[text] for text in typed]
