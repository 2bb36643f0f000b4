"""Dates: day numbers as a spreadsheet counts them, dates typed as text, working days.

A *day number* is a spreadsheet's own: days since 30 December 1899, so that 1 is 31 December 1899 and
45,658 is 1 January 2025. Frames hold dates as day numbers: arithmetic on them is the same in every engine.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from babel.dates import format_date

if TYPE_CHECKING:  # slow to load, and of use only where Settings names a country
    from holidays import HolidayBase

EPOCH = date(1899, 12, 30)
FIRST, LAST = date(1970, 1, 1), date(2199, 12, 31)
"""Dates outside these are taken for slips of the hand."""

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
        start=1,
    )
}
_TIME = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$")
_PARTS = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})$")
_NAMED = re.compile(r"(\d{1,2})[- ]([A-Za-z]{3})[a-z]*[- ,]+(\d{4}|\d{2})$")
_COMPACT = re.compile(r"((?:19|20|21)\d{2})(\d{2})(\d{2})(?:\.0)?$")
_EPOCH_STAMP = re.compile(r"(\d{10})(\d{3}|\d{6})?(?:\.0)?$")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?$")
_PIVOT = 70


def day_number(day: date) -> int:
    """`day` as a day number.

    >>> day_number(date(2025, 1, 1))
    45658
    """
    return (day - EPOCH).days


def date_of(number: int) -> date:
    """The date of a day number.

    >>> date_of(45658)
    datetime.date(2025, 1, 1)
    """
    return EPOCH + timedelta(days=number)


def parse(typed: str, order: str = "YMD") -> date | None:
    """The date somebody typed as text, or None when it is not one.

    `order` (YMD, DMY or MDY) says how to read 3/4/2025; dates that start with the year, that name the month, written
    without separators (20250403), as a day number or as a time stamp (seconds, milli- or microseconds) need none.

    >>> parse("3/4/2025", "DMY"), parse("3/4/2025", "MDY"), parse("3-Apr-25"), parse("20250403.0")
    (datetime.date(2025, 4, 3), datetime.date(2025, 3, 4), datetime.date(2025, 4, 3), datetime.date(2025, 4, 3))
    >>> parse("03-04-2025 17:30", "DMY"), parse("1743638400000000.0"), parse("31/02/2026", "DMY")
    (datetime.date(2025, 4, 3), datetime.date(2025, 4, 3), None)
    """
    bare = _TIME.sub("", typed.strip())
    for pattern, reader in _READERS:
        found = pattern.match(bare)
        if found:
            return _checked(lambda found=found, reader=reader: reader(found, order))  # type: ignore[misc]
    return None


def _checked(build: Callable[[], date]) -> date | None:
    try:
        return build()
    except (ValueError, OverflowError, KeyError):
        return None


def _year(digits: str) -> int:
    number = int(digits)
    if len(digits) > 2:  # noqa: PLR2004  a year written with its century
        return number
    return number + (2000 if number < _PIVOT else 1900)


def _iso(found: re.Match[str], _order: str) -> date:
    return date(int(found[1]), int(found[2]), int(found[3]))


def _parts(found: re.Match[str], order: str) -> date:
    first, second, year = int(found[1]), int(found[2]), _year(found[3])
    if order == "YMD" and len(found[3]) == len("25"):
        return date(_year(found[1]), second, int(found[3]))
    if order == "YMD":
        raise ValueError
    return date(year, first, second) if order == "MDY" else date(year, second, first)


def _named(found: re.Match[str], _order: str) -> date:
    return date(_year(found[3]), _MONTHS[found[2].lower()], int(found[1]))


def _stamp(found: re.Match[str], _order: str) -> date:
    return datetime.fromtimestamp(int(found[1]), tz=UTC).date()


def _serial(found: re.Match[str], _order: str) -> date:
    return date_of(int(found[1]))


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str], date]], ...] = (
    (_ISO, _iso),
    (_PARTS, _parts),
    (_NAMED, _named),
    (_COMPACT, _iso),
    (_EPOCH_STAMP, _stamp),
    (_SERIAL, _serial),
)


@lru_cache(maxsize=64)
def _closed_days(country: str) -> "HolidayBase":
    import holidays  # noqa: PLC0415  as above

    code, _, region = country.partition("-")
    return holidays.country_holidays(code, subdiv=region or None)


def is_country(code: str) -> bool:
    """Whether public holidays are known for `code`, a country or country-region as DE or US-CA.

    >>> is_country("DE"), is_country("US-CA"), is_country("XX")
    (True, True, False)
    """
    try:
        _closed_days(code)
    except (NotImplementedError, KeyError):
        return False
    return True


def is_working_day(day: date, country: str = "") -> bool:
    """Whether `day` is neither a weekend day nor a public holiday in `country` (blank: weekends only).

    >>> is_working_day(date(2025, 10, 3)), is_working_day(date(2025, 10, 3), "DE")
    (True, False)
    """
    return day.weekday() < 5 and not (country and day in _closed_days(country))  # noqa: PLR2004  Saturday


def working_day(day: date, country: str = "") -> date:
    """`day`, or the first working day after it.

    >>> working_day(date(2025, 5, 31))
    datetime.date(2025, 6, 2)
    """
    while not is_working_day(day, country):
        day += timedelta(days=1)
    return day


@lru_cache(maxsize=2**12)
def text(day: date, language: str = "en") -> str:
    """`day` as a person who reads `language` writes it.

    >>> text(date(2025, 4, 3), "en"), text(date(2025, 4, 3), "de")
    ('April 3, 2025', '3. April 2025')
    """
    return format_date(day, format="long", locale=language)
