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


def text_value(target: UnoObject, name: str) -> Any:  # noqa: ANN401 (as value)
    """The value of a property of a font; None too when it differs within the text of a single cell."""
    found, text = value(target, name), _text(target)
    return found if found is None or text is None else value(text, name)


def _text(target: UnoObject) -> UnoObject | None:
    """A cursor over all the text of a single cell; None for anything else."""
    if not hasattr(target, "getRangeAddress"):
        return None
    area = target.RangeAddress
    cell = target.getCellByPosition(0, 0)
    if (area.StartRow, area.StartColumn) != (area.EndRow, area.EndColumn) or cell.Type.value != "TEXT":
        return None
    cursor = cell.createTextCursor()
    cursor.gotoStart(False)
    cursor.gotoEnd(True)
    return cursor


def write(target: UnoObject, name: str, what: Any) -> None:  # noqa: ANN401 (as value)
    """Sets a property of a font for every script."""
    put(target, what, *sorted(name + script for script in SCRIPTS))


def put(target: UnoObject, what: Any, *names: str) -> None:  # noqa: ANN401 (as value)
    """Sets properties to one value, in one call; in a single cell also on the parts of its text that have their own."""
    target.setPropertyValues(names, (what,) * len(names))
    text = _text(target)
    if text is not None and text.getPropertyState(names[0]).value != "DEFAULT_VALUE":
        text.setPropertyValues(names, (what,) * len(names))
