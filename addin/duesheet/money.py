"""Amounts: whole minor units, currency digits, splitting without losing a cent, text."""

import re
from copy import copy
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache

from babel import Locale
from babel.numbers import NumberPattern, get_currency_precision, get_currency_symbol, list_currencies

MOST = 10**11
"""The largest amount taken from a cell, in major units; a million rows of it still add up within 64 bits."""

_CURRENCIES = frozenset(list_currencies())
_MARKS = re.compile(r"[\s\u00a0\u202f'\u2019]|[A-Z]{3}\b|[€$£¥]")
_NUMBER = re.compile(r"(?P<whole>\d+|\d{1,3}(?:(?P<group>[.,])\d{3})+)(?:(?P<point>[.,])(?P<fraction>\d+))?")


@cache
def digits(currency: str) -> int:
    """Digits after the decimal point of `currency` (ISO 4217, by CLDR).

    >>> digits("EUR"), digits("JPY"), digits("KWD")
    (2, 0, 3)
    """
    return get_currency_precision(currency)


def is_currency(code: str) -> bool:
    """Whether `code` is a currency's three letters.

    >>> is_currency("GBP"), is_currency("EURO")
    (True, False)
    """
    return code in _CURRENCIES


def minor(amount: Decimal, currency: str) -> int:
    """`amount` in minor units, rounded half up (away from zero).

    >>> minor(Decimal("19.995"), "EUR"), minor(Decimal("-0.5"), "JPY")
    (2000, -1)
    """
    return int(amount.scaleb(digits(currency)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def major(units: int, currency: str) -> Decimal:
    """`units` minor units as an amount.

    >>> major(123456, "EUR"), major(500, "JPY")
    (Decimal('1234.56'), Decimal('500'))
    """
    return Decimal(units).scaleb(-digits(currency))


def shares(units: int, fractions: list[Decimal]) -> list[int]:
    """`units` minor units shared out by `fractions`: each rounded half up, the last taking the rest.

    >>> shares(10001, [Decimal("0.3"), Decimal("0.7")])
    [3000, 7001]
    >>> sum(shares(100, [Decimal(1) / 3] * 3))
    100
    """
    parts = [
        int((units * fraction).quantize(Decimal(1), rounding=ROUND_HALF_UP)) for fraction in fractions[:-1]
    ]
    return [*parts, units - sum(parts)]


@lru_cache(maxsize=2**12)
def text(units: int, currency: str, language: str = "en") -> str:
    """`units` minor units as a person who reads `language` writes them.

    >>> text(123456, "EUR", "en"), text(500, "JPY", "en")
    ('€1,234.56', '¥500')
    """
    pattern, sign = _pattern(currency, language)
    return str(pattern.apply(major(units, currency), _locale(language))).replace("¤", sign)


@lru_cache(maxsize=256)
def _pattern(currency: str, language: str) -> tuple[NumberPattern, str]:
    """How amounts are laid out, and the currency's sign; for each amount Babel would look up its name as well."""
    pattern = copy(_locale(language).currency_formats["standard"])
    pattern.frac_prec = (digits(currency), digits(currency))
    return pattern, get_currency_symbol(currency, _locale(language))


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    """To read a locale from its name, Babel looks at its files each time."""
    return Locale.parse(language)


def plain(units: int, currency: str) -> str:
    """`units` minor units without the currency, as the notes of output sheets show them.

    >>> plain(1500000, "EUR"), plain(-500, "JPY")
    ('15,000.00', '-500')
    """
    return f"{major(units, currency):,f}"


def parse(typed: str) -> Decimal | None:
    """The amount somebody typed as text, or None when it can be read in two ways or none.

    A single separator before exactly three digits is not guessed at: 1,234 may be twelve hundred or one and a bit.

    >>> parse("1,234.50"), parse("1.234,50 €"), parse("(75.00)"), parse("-12"), parse("1 234,5")
    (Decimal('1234.50'), Decimal('1234.50'), Decimal('-75.00'), Decimal('-12'), Decimal('1234.5'))
    >>> parse("1,234") is None, parse("12,34,56") is None, parse("ten") is None
    (True, True, True)
    """
    bare = _MARKS.sub("", typed.strip().replace("\u2212", "-"))
    negative = bare.startswith("-") or bare.endswith("-") or (bare.startswith("(") and bare.endswith(")"))
    found = _NUMBER.fullmatch(bare.strip("+-()"))
    if found is None:
        return None
    whole, group, point, fraction = found.group("whole", "group", "point", "fraction")
    if group == point and group:
        return None
    if _ambiguous(whole, group, fraction):
        return None
    value = (
        Decimal(re.sub(r"[.,]", "", whole) + "." + (fraction or "0"))
        if fraction
        else Decimal(re.sub(r"[.,]", "", whole))
    )
    return -value if negative else value


def _ambiguous(whole: str, group: str | None, fraction: str | None) -> bool:
    thousands_only = bool(group) and fraction is None and sum(whole.count(mark) for mark in ".,") == 1
    decimals_only = (
        not group and fraction is not None and len(fraction) == len("000") and len(whole) <= len("000")
    )
    return thousands_only or decimals_only
