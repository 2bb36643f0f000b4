"""What a late invoice costs: fees and interest, quoted and never booked."""

from decimal import Decimal

from xlwings import arg

from duesheet import fees
from duesheet.functions import answers
from duesheet.functions.answers import each, rowwise
from duesheet.functions.cells import Cells
from duesheet.functions.excel import RANGE, worksheet
from duesheet.functions.numerals import amount

_NOTHING = Decimal(0)


@worksheet
@arg("open_amount", doc="What is still open, or a range of it", **RANGE)
@arg("due_date", doc="The date it was due", **RANGE)
@arg("as_of", doc="The day of the quote", **RANGE)
@arg("flat", doc="A fee that is the same for every invoice; left out: 0", **RANGE)
@arg("percent", doc="A fee as a share of what is open, as 2%; left out: 0", **RANGE)
@arg("from_day", doc="The day overdue from which it is owed; left out: 1", **RANGE)
@arg("minimum", doc="The least the fee is; left out: 0", **RANGE)
def AR_LATE_FEE(  # noqa: PLR0913, PLR0917  a fee has as many terms
    open_amount: Cells,
    due_date: Cells,
    as_of: Cells,
    flat: Cells = None,
    percent: Cells = None,
    from_day: Cells = None,
    minimum: Cells = None,
) -> Cells:
    """The late fee on an open amount: flat, a percentage, or both; 0 before its first day.

    >>> AR_LATE_FEE([1000, 100], "2026-01-31", "2026-02-10", 0, 0.02, 1, 5)
    [20.0, 5.0]
    """
    return each(
        rowwise(_late_fee),
        answers.units("Open amount", open_amount),
        answers.day("Due date", due_date),
        answers.day("As of", as_of),
        answers.units("Flat", flat, 0, least=0),
        answers.share("Percent", percent, _NOTHING),
        answers.whole("From day", from_day, 1, least=0),
        answers.units("Minimum", minimum, 0, least=0),
    )


def _late_fee(  # noqa: PLR0913, PLR0917  as above
    owed: int, due: int, day: int, flat: int, percent: Decimal, from_day: int, minimum: int
) -> float:
    fee = fees.late_fee(owed, day - due, flat=flat, percent=percent, from_day=from_day, minimum=minimum)
    return amount(fee)


@worksheet
@arg("open_amount", doc="What is still open, or a range of it", **RANGE)
@arg("due_date", doc="The date it was due", **RANGE)
@arg("as_of", doc="The day of the quote", **RANGE)
@arg("annual_rate", doc="Interest a year, as 8%", **RANGE)
@arg("grace_days", doc="Days overdue that are free; left out: 0", **RANGE)
def AR_INTEREST(
    open_amount: Cells, due_date: Cells, as_of: Cells, annual_rate: Cells, grace_days: Cells = None
) -> Cells:
    """Simple interest by the day, over 365 days a year, on an amount open since its due date.

    >>> AR_INTEREST(10000, "2026-01-01", "2026-03-02", 0.1175)
    193.15
    """
    return each(
        rowwise(_interest),
        answers.units("Open amount", open_amount),
        answers.day("Due date", due_date),
        answers.day("As of", as_of),
        answers.share("Annual rate", annual_rate),
        answers.whole("Grace days", grace_days, 0, least=0),
    )


def _interest(owed: int, due: int, day: int, annual_rate: Decimal, grace: int) -> float:
    return amount(fees.interest(owed, day - due, annual_rate, grace=grace))
