"""What is wrong with a cell, in a few words."""

from datetime import date
from typing import Any

from duesheet.functions.cells import Wrong

Cell = Any
"""Whatever stands in a cell; never blank here."""

_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!")
_LONGEST = 40


def wrong(label: str, cell: Cell, what: str) -> Wrong:
    """The message about a cell.

    >>> wrong("Due date", "soon", "is not a date")
    "Due date: 'soon' is not a date"
    """
    if isinstance(cell, str) and cell.strip() in _ERRORS:
        return Wrong(f"{label}: the cell shows {cell.strip()}")
    return Wrong(f"{label}: {_said(cell)} {what}")


def _said(cell: Cell) -> str:
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float | int):
        return f"{cell:.15g}" if isinstance(cell, float) else str(cell)[:_LONGEST]
    if isinstance(cell, date):
        return cell.isoformat()[: len("2026-01-31")]
    text = str(cell)
    return f"'{text if len(text) <= _LONGEST else text[:_LONGEST] + '...'}'"


def plain(cell: Cell) -> Cell:
    """A number of any library as Python's own."""
    return cell.item() if hasattr(cell, "item") else cell
