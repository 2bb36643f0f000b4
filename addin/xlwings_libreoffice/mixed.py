"""Properties of cells and texts, written and read in bulk: what differs within is told as None."""

from typing import Any

from xlwings_libreoffice.uno_runtime import UnoObject

SCRIPTS = ("", "Asian", "Complex")
"""LibreOffice keeps the font of Western, Asian and complex scripts apart; Excel does not."""


def value(target: UnoObject, name: str) -> Any:  # noqa: ANN401 (whatever the property holds)
    """The value of a property; None when it differs within the cells or the text."""
    if target.getPropertyState(name).value == "AMBIGUOUS_VALUE":
        return None
    return target.getPropertyValue(name)


def write(target: UnoObject, name: str, what: Any) -> None:  # noqa: ANN401 (as value)
    """Sets a property of a font for every script, in one call."""
    target.setPropertyValues(tuple(sorted(name + script for script in SCRIPTS)), (what,) * len(SCRIPTS))
