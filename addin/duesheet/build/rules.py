"""Data validations: what a cell asks about when something else is typed into it.

Only a choice, a whole number and a percentage are refused. Dates and amounts typed as text may be meant (they
are read by the rules of `dates.parse` and `money.parse`), so there the user is asked and may go on.
"""

from collections.abc import Sequence

from duesheet.dates import FIRST, LAST
from duesheet.money import MOST

_MOST_WHOLE = 1_000_000


def rule(kind: str, choices: Sequence[str] = ()) -> dict[str, object] | None:
    """The validation for cells of `kind` in XlsxWriter's words, or None where anything may be typed.

    >>> rule("choice", ["Yes", "No"])["error_message"]
    'Choose one of: Yes, No. Or leave the cell blank.'
    >>> rule("text") is None
    True
    """
    if kind == "choice":
        return _choice(choices)
    return _RULES.get(kind)


def _choice(choices: Sequence[str]) -> dict[str, object]:
    return {
        "validate": "list",
        "source": list(choices),
        "error_type": "stop",
        "error_title": "Not in the list",
        "error_message": f"Choose one of: {', '.join(choices)}. Or leave the cell blank.",
    }


def _between(validate: str, limits: tuple[object, object], words: str) -> dict[str, object]:
    """A validation that refuses what is not between `limits`."""
    return {
        "validate": validate,
        "criteria": "between",
        "minimum": limits[0],
        "maximum": limits[1],
        "error_type": "stop",
        "error_title": "This does not fit here",
        "error_message": words,
    }


_ASKED_ONLY: dict[str, object] = {"error_type": "warning", "error_title": "Is this meant?"}
_DATE = (
    _between(
        "date",
        (FIRST, LAST),
        "A date between 1970 and 2199 belongs here; 2025-04-03 is read the same way everywhere. "
        "A date kept as text is read in the date order of the settings. Keep it as typed?",
    )
    | _ASKED_ONLY
)
_AMOUNT = (
    _between(
        "decimal",
        (-MOST, MOST),
        "A plain number belongs here, without a currency sign. Keep it as typed?",
    )
    | _ASKED_ONLY
)
_RULES: dict[str, dict[str, object]] = {
    "date": _DATE,
    "time": _DATE,
    "money": _AMOUNT,
    "number": _AMOUNT,
    "whole": _between("integer", (-_MOST_WHOLE, _MOST_WHOLE), "A whole number belongs here, as 3 or 30."),
    "days": _between("integer", (-_MOST_WHOLE, _MOST_WHOLE), "A number of days belongs here, as 3 or 30."),
    "percent": _between("decimal", (0, 1), "A percentage between 0% and 100% belongs here, as 8% or 0.08."),
}
