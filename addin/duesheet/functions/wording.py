"""Cells as answers, terms, and words to choose from."""

from collections.abc import Sequence
from functools import cache

from duesheet import terms
from duesheet.functions.cells import Wrong
from duesheet.functions.messages import Cell, plain, wrong
from duesheet.terms import Terms

_YES = {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}


def answer(label: str, cell: Cell) -> bool | Wrong:
    """Yes or No, TRUE or FALSE, 1 or 0.

    >>> answer("Over limit", "Yes"), answer("Over limit", 0.0), answer("Over limit", "maybe")
    (True, False, "Over limit: 'maybe' is neither Yes nor No")
    """
    cell = plain(cell)
    found = _YES.get(cell.strip().lower()) if isinstance(cell, str) else None
    if found is None and (isinstance(cell, bool) or (isinstance(cell, float | int) and cell in {0, 1})):
        found = bool(cell)
    return wrong(label, cell, "is neither Yes nor No") if found is None else found


def words(_label: str, cell: Cell) -> str:
    """A text as it stands, a number as it is typed.

    >>> words("Every", 30.0)
    '30'
    """
    cell = plain(cell)
    return f"{cell:.15g}" if isinstance(cell, float) else str(cell).strip()


def payment_terms(label: str, cell: Cell) -> Terms | Wrong:
    """Payment terms as somebody types them; a number is days net.

    >>> payment_terms("Terms", 30) == payment_terms("Terms", "Net 30")
    True
    >>> payment_terms("Terms", "when they can")
    "Terms: 'when they can' is not understood; type them as Net 30, EOM or 2/10 Net 30"
    """
    found = terms.parse(words(label, cell))
    return found or wrong(label, cell, "is not understood; type them as Net 30, EOM or 2/10 Net 30")


def all_terms(cells: Sequence[Cell]) -> list[Terms] | None:
    """A column of terms at once, when every cell is a text that is understood; else None."""
    if set(map(type, cells)) != {str}:
        return None
    known = {text: terms.parse(text) for text in set(cells)}
    return None if None in known.values() else [known[text] for text in cells]  # type: ignore[misc]  # none is None


@cache
def _loose(choices: tuple[str, ...]) -> dict[str, str]:
    return {_bare(choice): choice for choice in choices}


def _bare(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def choice(label: str, cell: Cell, choices: tuple[str, ...]) -> str | Wrong:
    """One of `choices`, however its capitals and blanks are typed.

    >>> choice("Every", "2-Weeks", ("Week", "2 weeks")), choice("Every", "Year", ("Week", "Month"))
    ('2 weeks', "Every: 'Year' is not one of Week, Month")
    """
    found = _loose(choices).get(_bare(str(cell)))
    return found or wrong(label, cell, f"is not one of {', '.join(choices)}")
