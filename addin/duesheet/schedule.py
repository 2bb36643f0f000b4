"""Payment schedules: a debt spread over instalments, with interest, to the cent.

One plan at a time; `portfolio.stacked` gives the same figures for many. Money is whole minor units of any currency,
dates are day numbers (see `dates`), rates are fractions. All of it is worked out in whole numbers, so that no figure
hangs on how a machine rounds.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from duesheet.cadence import PERIODS, due, due_dates, every_of
from duesheet.dates import LAST, day_number
from duesheet.errors import Refused

LEVEL, EQUAL_PRINCIPAL = "Level", "Equal principal"
METHODS = (LEVEL, EQUAL_PRINCIPAL)
"""Every payment the same, or every repayment of the debt the same with interest on top."""

MOST = 10**15
"""The largest principal or fee, in minor units."""

MOST_INSTALMENTS = 1200

_METHOD_SAID = {
    LEVEL: ("level", "level payment", "level payments", "annuity", "equal payment", "equal payments"),
    EQUAL_PRINCIPAL: ("equal principal", "linear", "straight line", "straight-line"),
}
_METHOD = {said: method for method, names in _METHOD_SAID.items() for said in names}


class Instalment(NamedTuple):
    """One line of a schedule: its number from 1, the day it is due, and what is paid.

    `payment` = `interest` + `principal`, and the set-up fee in the first; `balance` is owed after it was paid.
    """

    no: int
    due: int
    payment: int
    interest: int
    principal: int
    balance: int


class Objection(NamedTuple):
    """What is wrong with a plan: the column of the Plans sheet it stands in, and what to do about it."""

    column: str
    remedy: str


def method_of(typed: str) -> str | None:
    """Which method is meant, as `METHODS` names it; None when it is not understood.

    >>> method_of("annuity"), method_of("EQUAL PRINCIPAL"), method_of("balloon") is None
    ('Level', 'Equal principal', True)
    """
    return _METHOD.get(" ".join(typed.split()).casefold())


def objections(  # noqa: PLR0913  a plan has as many columns
    principal: int,
    count: int,
    first_due: int,
    *,
    every: str = "Month",
    annual_rate: Decimal = Decimal(0),
    down_payment: int = 0,
    fee: int = 0,
    method: str = LEVEL,
) -> list[Objection]:
    """What keeps a plan from being spread, by column of the Plans sheet; empty when nothing does.

    >>> objections(100_00, 12, 45658, annual_rate=Decimal(8), down_payment=120_00)
    ... # doctest: +NORMALIZE_WHITESPACE
    [Objection(column='Down payment', remedy='The down payment is more than the principal. Lower it.'),
     Objection(column='Annual rate', remedy='8 is 800% a year: did you mean 8%?')]
    """
    often = every_of(every)
    found = [
        *_money_objections(principal, down_payment, fee),
        *_rate_objections(annual_rate),
        *_count_objections(count, first_due, often),
    ]
    if often is None:
        found.append(Objection("Every", f"Choose one of {', '.join(PERIODS)}."))
    if method_of(method) is None:
        found.append(Objection("Method", f"Choose one of {', '.join(METHODS)}."))
    return found


def _money_objections(principal: int, down_payment: int, fee: int) -> Iterator[Objection]:
    if principal <= 0:
        yield Objection("Principal", "There is nothing to pay in instalments. Type an amount above 0.")
    elif down_payment > principal:
        yield Objection("Down payment", "The down payment is more than the principal. Lower it.")
    if principal > MOST:
        yield Objection("Principal", "This is more than any plan can hold. Is a decimal point missing?")
    if down_payment < 0:
        yield Objection("Down payment", "A down payment cannot be negative.")
    if not 0 <= fee <= MOST:
        yield Objection("Fee", "Type a fee of 0 or more." if fee < 0 else "Is a decimal point missing?")


def _rate_objections(annual_rate: Decimal) -> Iterator[Objection]:
    if not annual_rate.is_finite() or annual_rate < 0:
        yield Objection("Annual rate", "Type a rate of 0% or more.")
    elif annual_rate >= 1:
        shown = f"{annual_rate.normalize():f}"
        yield Objection("Annual rate", f"{shown} is {annual_rate:.0%} a year: did you mean {shown}%?")


def _count_objections(count: int, first_due: int, often: str | None) -> Iterator[Objection]:
    if not 1 <= count <= MOST_INSTALMENTS:
        yield Objection("Instalments", f"Type a whole number from 1 to {MOST_INSTALMENTS:,}.")
    elif not 0 < first_due <= day_number(LAST):
        yield Objection("First due", "Type the date of the first instalment.")
    elif often and due(first_due, count - 1, often) > day_number(LAST):
        yield Objection("Instalments", f"The last one would be due after {LAST.year}. Type fewer.")


def instalments(  # noqa: PLR0913  as above
    principal: int,
    count: int,
    first_due: int,
    *,
    every: str = "Month",
    annual_rate: Decimal = Decimal(0),
    down_payment: int = 0,
    fee: int = 0,
    method: str = LEVEL,
    country: str | None = None,
) -> list[Instalment]:
    """The instalments 1 to `count` in which `principal` - `down_payment` is paid; the column principal adds up to that.

    Interest is the balance x `annual_rate` / instalments a year, rounded half up. *Level* pays the annuity
    (`level_payment`) each time, *Equal principal* repays the same each time. The last instalment takes the cents
    that rounding left. The `fee` is paid with the first. Where a debt of few cents is paid off before the last
    instalment, those left are 0; no figure is ever negative.

    Every due date is counted from `first_due`, so that the month's end is never lost; `country` says whether they are
    moved off weekends and holidays (see `cadence`).

    Raises Refused, with what to do, where `objections` has any.

    >>> for one in instalments(1000_00, 3, 46053, annual_rate=Decimal("0.12")): print(*one)
    1 46053 34002 1000 33002 66998
    2 46081 34002 670 33332 33666
    3 46112 34003 337 33666 0
    >>> [one.payment for one in instalments(100_00, 3, 46053, down_payment=10_01, fee=5_00)]
    [3500, 3000, 2999]
    """
    terms = {"every": every, "annual_rate": annual_rate, "down_payment": down_payment, "fee": fee}
    wrong = objections(principal, count, first_due, method=method, **terms)  # type: ignore[arg-type]
    often, chosen = every_of(every), method_of(method)
    if wrong or often is None or chosen is None:
        raise Refused(" ".join(f"{one.column}: {one.remedy}" for one in wrong))
    part, whole = period_rate(annual_rate, often)
    balance = principal - down_payment
    level = level_payment(balance, count, part, whole) if chosen == LEVEL else 0
    share = max(half_up(balance, count), 1)
    rows = []
    for no, day in enumerate(due_dates(first_due, count, often, country), start=1):
        interest = half_up(balance * part, whole)
        repaid = balance if no == count else min(level - interest if level else share, balance)
        balance -= repaid
        paid = interest + repaid + (fee if no == 1 else 0)
        rows.append(Instalment(no, day, paid, interest, repaid, balance))
    return rows


def half_up(part: int, whole: int) -> int:
    """`part` / `whole` rounded half up, both 0 or more.

    >>> half_up(5, 2), half_up(49, 100)
    (3, 0)
    """
    return (2 * part + whole) // (2 * whole)


def period_rate(annual_rate: Decimal, every: str) -> tuple[int, int]:
    """The rate of one period as a fraction of whole numbers.

    >>> period_rate(Decimal("0.12"), "Month")
    (3, 300)
    """
    part, whole = annual_rate.as_integer_ratio()
    return part, whole * PERIODS[every]


def level_payment(balance: int, count: int, part: int, whole: int) -> int:
    """The payment that pays `balance` off in `count` equal ones at `part`/`whole` interest a period, rounded half up.

    balance x r / (1 - (1 + r)^-count), the annuity formula (PMT in a spreadsheet), in whole numbers throughout. It is
    at least a cent above the first interest, so that the balance falls with every payment.

    >>> level_payment(1000_00, 12, 1, 100)
    8885
    """
    if part == 0:
        return max(half_up(balance, count), 1)
    grown, plain = (whole + part) ** count, whole**count
    return max(half_up(balance * part * grown, whole * (grown - plain)), half_up(balance * part, whole) + 1)
