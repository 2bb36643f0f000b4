"""Payment terms: "2/10 Net 30" as due dates, instalments and a discount.

One value at a time, cached: a ledger has few terms and few dates, however many its invoices. Dates are day
numbers (see `dates`), money is whole minor units, shares and discounts are `Decimal` fractions.
"""

import re
from calendar import monthrange
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from duesheet import money
from duesheet.dates import date_of, day_number

REMEDY = (
    "Type terms as Net 30, Due on receipt, COD, EOM, Net 15 EOM (15 days after the month's end), "
    "15 MFI (the 15th of the month after), 2/10 Net 30, or parts that add up to 100% as 30% now, 70% Net 60."
)
"""What to do about terms that are not understood."""

REMEDY_BESIDE = (
    "Terms in several parts set the due dates. Clear the due date, or type terms with a single one."
)
"""What to do about a due date typed beside instalment terms."""

_WHOLE = Decimal(100)
_LAST_DAY = 31


class Start(Enum):
    """From when the days of a part are counted."""

    INVOICE = "the invoice date"
    MONTH_END = "the end of the invoice's month"
    MONTH_AFTER = "the end of the invoice's month, never beyond the month after"


class Part(NamedTuple):
    """One part of an invoice: its share, and when it is due."""

    share: Decimal
    start: Start
    days: int


class Terms(NamedTuple):
    """When an invoice is due, in one part or several, and what may be deducted for paying early.

    `discount` is a fraction (0.02 for 2%), 0 when there is none; it may be taken up to `discount_days` after
    the invoice date.
    """

    parts: tuple[Part, ...]
    discount: Decimal = Decimal(0)
    discount_days: int = 0


class Due(NamedTuple):
    """One due date of an invoice: the instalment's number from 1, the day number, the share of the amount."""

    instalment: int
    due: int
    share: Decimal


ON_RECEIPT = Terms((Part(Decimal(1), Start.INVOICE, 0),))
"""What holds where nobody named terms."""

_NOW = re.compile(
    r"(?:due |payable )?(?:(?:up)?on receipt|immediate(?:ly)?|now|up ?front|in advance)"
    r"|cash(?: on delivery)?|cod|c\.o\.d"
)
_EOM = r"(?:eom|end of (?:the )?month)"
_COUNT = r"(?:net ?|net-|n ?/ ?|n ?|in )?(\d{1,3})(?: ?(?:days?|d))?(?: net)?"
_NET = re.compile(_COUNT)
_NET_STRICT = re.compile(r"(?:net ?|net-|n ?/ ?|n ?)(\d{1,3})(?: ?days?)?")
_AFTER_EOM = re.compile(rf"(?:{_COUNT} )?(?:net )?{_EOM}(?: ?\+? ?(\d{{1,3}})(?: ?days?)?)?")
_MONTH_AFTER = re.compile(
    r"(?:net |the )?(\d{1,2})(?:st|nd|rd|th)? ?"
    r"(?:mfi|prox(?:imo)?|(?:of )?(?:the )?(?:next month|following month|month (?:after|following)))"
)
_NUMBER = r"\d{1,3}(?:[.,]\d+)?"
_DISCOUNT = re.compile(rf"({_NUMBER}) ?(?:%? ?/|%) ?(\d{{1,3}})(?: ?days?)?[ ,;]+(.+)")
_PART = re.compile(rf" ?({_NUMBER}) ?% ?([^%,;+]+?) ?(?:[,;+]|$)")
_AND = re.compile(r" (?:and|&) ")


@lru_cache(maxsize=4096)
def parse(text: str) -> Terms | None:
    """The terms somebody typed, or None when they are not understood (see `REMEDY`).

    >>> parse("net30") == parse("NET 30 days") == parse("30")
    True
    >>> parse("2/10 Net 30").discount, parse("30% now, 70% Net 60").parts[1].share
    (Decimal('0.02'), Decimal('0.7'))
    >>> parse("30% now, 60% Net 60") is None, parse("when they can") is None
    (True, True)
    """
    bare = " ".join(text.casefold().split()).rstrip(".")
    return _discounted(bare) or _single(bare) or _several(bare)


def _fraction(percent: str) -> Decimal:
    return Decimal(percent.replace(",", ".")) / _WHOLE


def _single(bare: str) -> Terms | None:
    part = _part(Decimal(1), bare)
    return Terms((part,)) if part else None


def _discounted(bare: str) -> Terms | None:
    found = _DISCOUNT.fullmatch(bare)
    net = _NET_STRICT.fullmatch(found[3]) if found else None
    if found is None or net is None:
        return None
    discount, within, days = _fraction(found[1]), int(found[2]), int(net[1])
    if not 0 < discount < 1 or within > days:
        return None
    return Terms((Part(Decimal(1), Start.INVOICE, days),), discount, within)


def _several(bare: str) -> Terms | None:
    rest, parts = _AND.sub(",", bare), list[Part]()
    while rest:
        found = _PART.match(rest)
        part = _part(_fraction(found[1]), found[2]) if found else None
        if found is None or part is None or part.share <= 0:
            return None
        parts.append(part)
        rest = rest[found.end() :]
    return Terms(tuple(parts)) if sum(part.share for part in parts) == 1 else None


def _part(share: Decimal, when: str) -> Part | None:
    if _NOW.fullmatch(when):
        return Part(share, Start.INVOICE, 0)
    if found := _NET.fullmatch(when):
        return Part(share, Start.INVOICE, int(found[1]))
    if (found := _AFTER_EOM.fullmatch(when)) and not (found[1] and found[2]):
        return Part(share, Start.MONTH_END, int(found[1] or found[2] or 0))
    if (found := _MONTH_AFTER.fullmatch(when)) and 1 <= int(found[1]) <= _LAST_DAY:
        return Part(share, Start.MONTH_AFTER, int(found[1]))
    return None


@lru_cache(maxsize=4096)
def month_end(day: int) -> int:
    """The last day of the month `day` falls in, both as day numbers.

    >>> from datetime import date
    >>> date_of(month_end(day_number(date(2024, 2, 3))))
    datetime.date(2024, 2, 29)
    """
    on = date_of(day)
    return day_number(on.replace(day=monthrange(on.year, on.month)[1]))


def _due(part: Part, invoice_date: int) -> int:
    if part.start is Start.INVOICE:
        return invoice_date + part.days
    end = month_end(invoice_date)
    if part.start is Start.MONTH_END:
        return end + part.days
    return min(end + part.days, month_end(end + 1))


@lru_cache(maxsize=65536)
def dues(terms: Terms, invoice_date: int) -> tuple[Due, ...]:
    """The due dates of an invoice of `invoice_date`, one per part, in the order typed.

    >>> [(due.instalment, due.due) for due in dues(parse("30% now, 70% Net 60"), 45658)]
    [(1, 45658), (2, 45718)]
    """
    return tuple(
        Due(number, _due(part, invoice_date), part.share) for number, part in enumerate(terms.parts, start=1)
    )


def last_due(terms: Terms, invoice_date: int) -> int:
    """The day by which all of an invoice of `invoice_date` is due: the latest of `dues`.

    >>> last_due(parse("Net 30"), 45658), last_due(parse("30% now, 70% Net 60"), 45658)
    (45688, 45718)
    """
    first = _due(terms.parts[0], invoice_date)
    return max(first, *(_due(part, invoice_date) for part in terms.parts[1:])) if terms.parts[1:] else first


def beside(terms: Terms, typed_due: int) -> tuple[Due, ...] | None:
    """The one due date of an invoice that has `typed_due` beside its terms: the typed one wins.

    None beside instalment terms: that is a fault (see `REMEDY_BESIDE`). A discount of the terms still counts.

    >>> beside(parse("Net 30"), 45700)
    (Due(instalment=1, due=45700, share=Decimal('1')),)
    >>> beside(parse("30% now, 70% Net 60"), 45700) is None
    True
    """
    return (Due(1, typed_due, Decimal(1)),) if len(terms.parts) == 1 else None


def amounts(terms: Terms, units: int) -> list[int]:
    """`units` minor units over the instalments: each rounded half up, the last taking the rest.

    >>> amounts(parse("30% now, 70% Net 60"), 10001)
    [3000, 7001]
    """
    return money.shares(units, [part.share for part in terms.parts])


def discount(terms: Terms, units: int) -> int:
    """What may be deducted from `units` minor units for paying early, rounded half up; 0 without a discount.

    >>> discount(parse("2/10 Net 30"), 12325)
    247
    """
    part, whole = terms.discount.as_integer_ratio()
    offered = (abs(units) * part * 2 + whole) // (whole * 2)
    return offered if units >= 0 else -offered


def discount_until(terms: Terms, invoice_date: int) -> int | None:
    """The last day a discount may be taken, or None when the terms have none.

    >>> discount_until(parse("2/10 Net 30"), 45658), discount_until(parse("Net 30"), 45658)
    (45668, None)
    """
    return invoice_date + terms.discount_days if terms.discount else None
