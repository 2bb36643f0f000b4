"""The figures of many plans at once: estimated as floats, rounded, and every doubtful one worked out exactly."""

from collections.abc import Callable

import numpy as np

from duesheet import schedule
from duesheet.portfolio.plans import Plans, Real, Whole

_LEVEL_ERROR, _INTEREST_ERROR = 4e-15, 2e-15
"""How far off an estimate may be, relative to it: some four times the rounding errors that can add up."""


def _rounded(estimate: Real, error: float, exact: Callable[[int], int]) -> Whole:
    """Estimates rounded half up, those too near to half a cent as `exact` gives them for their place."""
    whole = np.floor(estimate)
    doubtful = np.abs(estimate - whole - 0.5) <= estimate * error
    found = np.floor(estimate + 0.5).astype(np.int64)
    for at in np.flatnonzero(doubtful):
        found[at] = exact(int(at))
    return found


def interest(plans: Plans, balance: Whole) -> Whole:
    """The interest of one period on the balances of the first plans."""

    def exact(at: int) -> int:
        part, whole = plans.fraction(at)
        return schedule.half_up(int(balance[at]) * part, whole)

    return _rounded(balance * plans.rate[: len(balance)], _INTEREST_ERROR, exact)


def level(plans: Plans) -> Whole:
    """The level payment of every plan (see `schedule.level_payment`)."""

    def exact(at: int) -> int:
        return schedule.level_payment(int(plans.spread[at]), int(plans.instalments[at]), *plans.fraction(at))

    charged = np.where(plans.rate > 0, plans.rate, 1.0)
    estimate = plans.spread * charged / -np.expm1(-plans.instalments * np.log1p(charged))
    annuity = _rounded(np.where(plans.rate > 0, estimate, 0.0), _LEVEL_ERROR, exact)
    paid: Whole = np.where(plans.rate > 0, annuity, share(plans))
    falling: Whole = np.maximum(paid, interest(plans, plans.spread) + 1)
    return falling


def share(plans: Plans) -> Whole:
    """An equal share of what is spread, rounded half up, a cent at least."""
    found: Whole = np.maximum((2 * plans.spread + plans.instalments) // (2 * plans.instalments), 1)
    return found
