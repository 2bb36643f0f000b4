"""Cells as numbers, amounts and shares; amounts as cells again."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from duesheet import money
from duesheet.functions.cells import Wrong
from duesheet.functions.messages import Cell, plain, wrong
from duesheet.placing import FRACTION

CENTS = 100
_CURRENCY = "EUR"
"""Any currency with cents: the arguments name none."""

_MOST_WHOLE = 10**9
_PRECISION = 2.0**-50
"""As a part of it, how far a figure may be from what it should be after a multiplication."""

_FAR = 10**20
"""No figure of a ledger is beyond this."""


def number(label: str, cell: Cell) -> float | Wrong:
    """A number, typed as text too where it can be read in one way only.

    >>> number("Days", 30), number("Days", "1.234,50"), number("Days", "1,234")
    (30.0, 1234.5, "Days: '1,234' is not a number that can be read in one way only")
    """
    cell = plain(cell)
    if isinstance(cell, str):
        return _typed(label, cell)
    if isinstance(cell, bool) or not isinstance(cell, float | int | Decimal):
        return wrong(label, cell, "is not a number")
    return float(cell) if -_FAR < cell < _FAR else wrong(label, cell, "is not a number")


def _typed(label: str, text: str) -> float | Wrong:
    try:
        found = float(text) if "_" not in text else None
    except ValueError:
        parsed = money.parse(text)
        found = None if parsed is None else float(parsed)
    if found is None or not -_FAR < found < _FAR:
        vague = any(sign.isdigit() for sign in text) and not {",", "."}.isdisjoint(text)
        return wrong(label, text, f"is not a number{' that can be read in one way only' if vague else ''}")
    return found


def numbers(cells: Sequence[Cell]) -> list[float] | None:
    """A column of numbers at once, when every cell is one; else None."""
    found = _array(cells)
    return None if found is None else found.tolist()


def _array(cells: Sequence[Cell]) -> npt.NDArray[np.float64] | None:
    if not set(map(type, cells)) <= {float, int}:
        return None
    try:
        found = np.array(cells, dtype=np.float64)
    except OverflowError:
        return None
    return found if (np.abs(found) < _FAR).all() else None


def units(label: str, cell: Cell) -> int | Wrong:
    """An amount in minor units (cents), rounded half up.

    >>> units("Amount", 19.995), units("Amount", "1.234,50"), units("Amount", 1e15)
    (2000, 123450, 'Amount: 1e+15 is too large')
    """
    found = number(label, cell)
    if isinstance(found, Wrong):
        return found
    return _units(found) if abs(found) <= money.MOST else wrong(label, cell, "is too large")


def _units(amount: float) -> int:
    exact = amount * CENTS
    near = round(exact)
    return near if abs(exact - near) <= FRACTION else money.minor(Decimal(repr(amount)), _CURRENCY)


def many_units(cells: Sequence[Cell]) -> list[int] | None:
    """A column of amounts at once, when every cell is a number that can be one; else None."""
    found = _array(cells)
    if found is None or (np.abs(found) > money.MOST).any():
        return None
    exact = np.abs(found) * CENTS
    near, down = np.rint(exact), np.floor(exact)
    whole = np.abs(exact - near) <= FRACTION
    rounded = np.where(whole, near, np.floor(exact + 0.5)) * np.sign(found)
    units: list[int] = rounded.astype(np.int64).tolist()
    # So near to half a cent that only the digits as they are shown can tell.
    for at in np.flatnonzero(~whole & (np.abs(exact - down - 0.5) <= FRACTION + exact * _PRECISION)):
        units[at] = _units(float(found[at]))
    return units


def amount(minor: int) -> float:
    """Minor units as a cell shows them.

    >>> amount(12345)
    123.45
    """
    return minor / CENTS


def whole(label: str, cell: Cell) -> int | Wrong:
    """A whole number.

    >>> whole("Instalments", 12.0), whole("Instalments", 1.5)
    (12, 'Instalments: 1.5 is not a whole number')
    """
    found = number(label, cell)
    if isinstance(found, Wrong):
        return found
    if not found.is_integer():
        return wrong(label, cell, "is not a whole number")
    return int(found) if abs(found) <= _MOST_WHOLE else wrong(label, cell, "is too large")


def wholes(cells: Sequence[Cell]) -> list[int] | None:
    """A column of whole numbers at once, when every cell is one; else None."""
    found = _array(cells)
    if found is None or (np.abs(found) > _MOST_WHOLE).any() or (found != np.rint(found)).any():
        return None
    return [int(cell) for cell in found.tolist()]


def share(label: str, cell: Cell) -> Decimal | Wrong:
    """A percentage as a fraction, below 1 and not below 0.

    >>> share("Percent", 0.08), share("Percent", "8%"), share("Percent", 8)
    (Decimal('0.08'), Decimal('0.08'), 'Percent: 8 is 800%; did you mean 8%?')
    """
    found = _share(label, cell)
    if isinstance(found, Wrong) or found < 1:
        return found
    return wrong(label, cell, f"is {found * 100:f}%; did you mean {found.normalize():f}%?")


def share_to_one(label: str, cell: Cell) -> Decimal | Wrong:
    """The same where all of it, 100%, is a figure that occurs.

    >>> share_to_one("Rates", 1), share_to_one("Rates", 5)
    (Decimal('1'), 'Rates: 5 is 500%; did you mean 5%?')
    """
    found = _share(label, cell)
    return found if found == 1 else share(label, cell)


def _share(label: str, cell: Cell) -> Decimal | Wrong:
    percent = isinstance(cell, str) and cell.strip().endswith("%")
    found = number(label, cell.strip().removesuffix("%") if percent else cell)
    if isinstance(found, Wrong):
        return wrong(label, cell, "is not a percentage") if percent else found
    fraction = Decimal(f"{found:.15g}") / (100 if percent else 1)
    return fraction if fraction >= 0 else wrong(label, cell, "is below 0")
