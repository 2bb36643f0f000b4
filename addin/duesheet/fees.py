"""Late fees and interest: quoted, never booked, never compounded.

Amounts are whole minor units, rates `Decimal` fractions of a year (0.08 for 8%), days whole days. Interest is simple,
by the day, over 365 days in every year, and rounded half up once at the end.
"""

from collections.abc import Iterable
from decimal import Decimal

import narwhals as nw

from duesheet.ledger import Frame

YEAR = 365
"""Days in a year, leap years too, as the guidance on late payment in the UK and Ireland counts them."""

FINEST = 8
"""Decimals of a rate that count, so that a frame works out the same cents as one call."""

_UNIT = 10**FINEST


def late_fee(  # noqa: PLR0913  a fee has as many conditions
    owed: int,
    days_overdue: int,
    *,
    flat: int = 0,
    percent: Decimal = Decimal(0),
    from_day: int = 1,
    grace: int = 0,
    minimum: int = 0,
) -> int:
    """The late fee on `owed` minor units: `flat`, and `percent` of what is open rounded half up, at least `minimum`.

    It begins on day `from_day` overdue and after `grace` days, whichever is later. Nothing is owed on a fee, so it
    never compounds. 0 where neither a flat nor a percent fee is asked.

    >>> late_fee(100000, 10, percent=Decimal("0.02")), late_fee(100000, 10, flat=500), late_fee(100000, 0, flat=500)
    (2000, 500, 0)
    >>> late_fee(1000, 10, percent=Decimal("0.02"), minimum=500), late_fee(1000, 3, flat=500, grace=3)
    (500, 0)
    """
    if owed <= 0 or days_overdue < first_day(from_day, grace) or not (flat or percent):
        return 0
    return max(flat + _share(owed * parts(percent), _UNIT), minimum)


def first_day(from_day: int, grace: int) -> int:
    """The first day overdue that costs a fee.

    >>> first_day(1, 3), first_day(10, 3)
    (4, 10)
    """
    return max(from_day, grace + 1)


def interest(owed: int, days: int, annual_rate: Decimal, *, grace: int = 0) -> int:
    """Simple interest on `owed` minor units over `days` overdue, less `grace` free days.

    Source of the first figure: the Late Payment of Commercial Debts (Interest) Act 1998 at 8 points over a base rate
    of 3.75%: 10,000 pounds for 60 days.

    >>> interest(1000000, 60, Decimal("0.1175")), interest(1000000, 63, Decimal("0.1175"), grace=3)
    (19315, 19315)
    >>> interest(100000, -5, Decimal("0.08")), interest(-100000, 5, Decimal("0.08"))
    (0, 0)
    """
    return summed([(owed, days - grace, annual_rate)])


def summed(spells: Iterable[tuple[int, int, Decimal]]) -> int:
    """Interest on a balance that changed: spells of (minor units open, days, annual rate), rounded once at the end.

    >>> summed([(100000, 20, Decimal("0.08")), (40000, 10, Decimal("0.08"))])
    526
    """
    top = sum(max(owed, 0) * max(days, 0) * parts(rate) for owed, days, rate in spells)
    return _share(top, YEAR * _UNIT)


def monthly(rate: Decimal) -> Decimal:
    """The annual rate of a monthly one: twelve times it, for interest is simple.

    >>> monthly(Decimal("0.015"))
    Decimal('0.180')
    """
    return rate * 12


def parts(rate: Decimal, decimals: int = FINEST) -> int:
    """`rate` as a whole number of its last decimal: of hundred-millionths, or of 10**-`decimals`.

    >>> parts(Decimal("0.1175")), parts(Decimal("0.1175"), 6)
    (11750000, 117500)
    """
    return int(rate.scaleb(decimals).to_integral_value())


def _share(top: int, bottom: int) -> int:
    """`top` over `bottom`, rounded half up; neither is negative."""
    return (2 * top + bottom) // (2 * bottom)


def late_fees(items: Frame, *, percent: Decimal, first: int, minimum: int = 0) -> Frame:
    """`items` with `late_fee`, as the function of that name gives it from day `first` on.

    `items` (item, invoice, due_date, open, days_overdue, flat: the flat fee). Each item bears its own percentage; the
    flat fee of an invoice is borne once, by its oldest item that is late enough.
    """
    late = items.filter((nw.col("days_overdue") >= first) & (nw.col("open") > 0))
    oldest = nw.col("one").cum_sum().over("invoice", order_by=["due_date", "item"])
    late = late.with_columns(one=nw.lit(1)).with_columns(place=oldest)
    rate = parts(percent)
    part = nw.col("open") // _UNIT * rate + (2 * (nw.col("open") % _UNIT) * rate + _UNIT) // (2 * _UNIT)
    flat = nw.when(nw.col("place") == 1).then(nw.col("flat")).otherwise(nw.lit(0))
    fee = flat + part
    if minimum:
        asked = (flat > 0) | nw.lit(rate > 0)
        fee = nw.when(asked).then(nw.max_horizontal(fee, nw.lit(minimum))).otherwise(nw.lit(0))
    return late.select("item", late_fee=fee.cast(nw.Int64)).filter(nw.col("late_fee") > 0)


def accrued(spells: Frame, decimals: int = FINEST) -> Frame:
    """Per `item`: `interest`, as `summed` gives it, of `spells` (item, open, days, rate).

    `rate` is the annual rate in parts of 10**-`decimals` (see `parts`); with several rates on one item take 6 at most,
    that sums stay within 64 bits.
    """
    year = YEAR * 10**decimals
    weights = spells.with_columns(weight=nw.col("open") * nw.col("days"))
    weights = weights.group_by("item", "rate").agg(weight=nw.col("weight").sum())
    shares = weights.with_columns(
        whole=nw.col("weight") // year * nw.col("rate"), rest=nw.col("weight") % year * nw.col("rate")
    )
    sums = shares.group_by("item").agg(whole=nw.col("whole").sum(), rest=nw.col("rest").sum())
    interest = nw.col("whole") + (2 * nw.col("rest") + year) // (2 * year)
    return sums.select("item", interest=interest.cast(nw.Int64))
