"""Columns of text as ids, dates, amounts and words, each read by what the whole column shows."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from duesheet import dates, money

_ORDERS = {"DMY": "day, month, year", "MDY": "month, day, year", "YMD": "year, month, day"}
_FLOAT = re.compile(r"-?\d+\.0+")
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?e\+\d{1,3}", re.IGNORECASE)
_NUMERIC_DATE = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?!\d)")
_MARK = re.compile(r"[.,]")
_GROUPED = {
    ".": re.compile(r"[^\d.,]*\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?[^\d.,]*"),
    ",": re.compile(r"[^\d.,]*\d{1,3}(?:\.\d{2,3})*\.\d{3}(?:,\d+)?[^\d.,]*"),
}
_THREE_DECIMALS = re.compile(r"[.,]\d{3}(?!\d)")
_UNDISPUTED = frozenset({"", "no", "n", "false", "0"})
_DISPUTED = frozenset({"yes", "y", "true", "1"})
_LAST_MONTH = 12


@dataclass(frozen=True)
class Reading:
    """What the texts of one column mean: a value each, or what to do about it."""

    meanings: Mapping[str, Any]
    wrong: Mapping[str, str]


def _reading(texts: Iterable[str], read: Callable[[str], Any], remedy: Callable[[str], str]) -> Reading:
    values = {typed: read(typed) if typed else None for typed in texts}
    return Reading(
        values, {typed: remedy(typed) for typed, value in values.items() if typed and value is None}
    )


def ids(texts: Iterable[str]) -> Reading:
    """Ids as text: leading zeros stay; the .0 goes only where every one of them has it.

    >>> ids(["0012", "7"]).meanings["0012"], ids(["1930.0", ""]).meanings["1930.0"]
    ('0012', '1930')
    >>> ids(["1.0", "A"]).meanings["1.0"]
    '1.0'
    >>> ids(["1.93E+09"]).wrong["1.93E+09"][:34]
    'A spreadsheet has rounded this num'
    """
    texts = list(texts)
    floats = all(_FLOAT.fullmatch(typed) for typed in texts if typed)
    return _reading(
        texts,
        lambda typed: None if _SCIENTIFIC.fullmatch(typed) else typed.split(".")[0] if floats else typed,
        lambda _: (
            "A spreadsheet has rounded this number away; export again and do not open the file in between."
        ),
    )


def order_shown(texts: Iterable[str], fallback: str) -> str | None:
    """The date order a column proves by days after the 12th (the more frequent), None when it proves none.

    >>> order_shown(["1/2/2025", "25/2/2025"], "MDY"), order_shown(["2/25/2025"], "DMY")
    ('DMY', 'MDY')
    >>> order_shown(["1/2/2025"], "DMY") is None
    True
    """
    votes: Counter[str] = Counter()
    for typed in texts:
        parts = _NUMERIC_DATE.match(typed)
        # 25-04-03 may begin with its year, where the book says that dates do.
        if parts is None or (fallback == "YMD" and len(parts[3]) == len("25")):
            continue
        votes["DMY"] += int(parts[1]) > _LAST_MONTH >= int(parts[2])
        votes["MDY"] += int(parts[2]) > _LAST_MONTH >= int(parts[1])
    return None if votes["DMY"] == votes["MDY"] else max(votes, key=lambda order: votes[order])


def days(texts: Iterable[str], order: str) -> Reading:
    """Dates, those in numbers read in `order`.

    >>> days(["1/15/2013", "15/1/2013"], "MDY").wrong["15/1/2013"]
    'This is no date read as month, day, year, the order of this column. Correct it in the file.'
    """
    return _reading(texts, lambda typed: _day(typed, order), lambda typed: _day_remedy(typed, order))


def _day(typed: str, order: str) -> date | None:
    day = dates.parse(typed, order)
    return day if day and dates.FIRST <= day <= dates.LAST else None


def _day_remedy(typed: str, order: str) -> str:
    if dates.parse(typed, order):
        return f"Dates run from {dates.FIRST} to {dates.LAST}. Correct it in the file."
    if order == "YMD" and _NUMERIC_DATE.match(typed):
        return "This can be read in two ways. Set Date order on Settings to DMY or MDY, and import again."
    return f"This is no date read as {_ORDERS[order]}, the order of this column. Correct it in the file."


def point_shown(texts: Iterable[str]) -> str:
    """The decimal mark a column proves, blank when it proves none or both.

    >>> point_shown(["1,234", "12.50"]), point_shown(["1.234,50"]), point_shown(["1,234"])
    ('.', ',', '')
    >>> point_shown(["1.5", "2,5"])
    ''
    """
    shown = {mark for typed in texts if (mark := _point(typed))}
    return shown.pop() if len(shown) == 1 else ""


def _point(typed: str) -> str:
    marks = _MARK.findall(typed)
    if not marks:
        return ""
    if len(marks) > 1:
        return str(marks[-1]) if marks.count(marks[-1]) == 1 else {",": ".", ".": ","}[marks[-1]]
    fraction = re.sub(r"\D", "", typed.rpartition(marks[0])[2])
    return str(marks[0]) if len(fraction) != len("000") else ""


def amounts(texts: Iterable[str]) -> Reading:
    """Amounts; one that may be thousands or decimals is read as the rest of its column shows.

    >>> amounts(["1,234", "(12.50)"]).meanings
    {'1,234': Decimal('1234'), '(12.50)': Decimal('-12.50')}
    >>> amounts(["1,234"]).wrong["1,234"][:30]
    'This may be thousands or decim'
    """
    texts = list(texts)
    point = point_shown(texts)
    return _reading(texts, lambda typed: _amount(typed, point), _amount_remedy)


def _amount(typed: str, point: str) -> Decimal | None:
    value = money.parse(typed)
    if value is None and point:
        group = "," if point == "." else "."
        grouped = group not in typed or _GROUPED[point].fullmatch(typed)
        value = money.parse(_THREE_DECIMALS.sub(r"\g<0>0", typed.replace(group, ""))) if grouped else None
    return value if value is None or abs(value) <= money.MOST else None


def _amount_remedy(typed: str) -> str:
    if _amount(typed, ".") is not None:
        return (
            "This may be thousands or decimals, and nothing in its column tells. Write it with two decimals."
        )
    return (
        "This is no amount that can be taken. Correct it in the file: digits, and one mark before the cents."
    )


def currencies(texts: Iterable[str]) -> Reading:
    """Currencies in capitals.

    >>> currencies(["usd", "US"]).meanings
    {'usd': 'USD', 'US': None}
    """
    return _reading(
        texts,
        lambda typed: typed.upper() if money.is_currency(typed.upper()) else None,
        lambda _: "Write the three letters of the currency, as EUR.",
    )


def disputed(texts: Iterable[str]) -> Reading:
    """Marks of dispute: nothing for No, `Disputed` for Yes, anything else as it stands.

    >>> disputed(["No", "Yes", "wrong goods"]).meanings
    {'No': None, 'Yes': 'Disputed', 'wrong goods': 'wrong goods'}
    """
    read = {
        typed: None
        if typed.casefold() in _UNDISPUTED
        else "Disputed"
        if typed.casefold() in _DISPUTED
        else typed
        for typed in texts
    }
    return Reading(read, {})


def choices(texts: Iterable[str], allowed: Iterable[str]) -> Reading:
    """One of `allowed`, whatever its case.

    >>> choices(["write-off", "Gift"], ["Payment", "Write-off"]).meanings
    {'write-off': 'Write-off', 'Gift': None}
    """
    names = {name.casefold(): name for name in allowed}
    remedy = f"Write one of {', '.join(names.values())}, or leave it blank."
    return _reading(texts, lambda typed: names.get(typed.casefold()), lambda _: remedy)


def words(texts: Iterable[str]) -> Reading:
    """Text as it stands."""
    return Reading({typed: typed or None for typed in texts}, {})
