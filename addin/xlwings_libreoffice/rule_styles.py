"""The cell styles that rules put on cells: fill, font color, bold, italic."""

from itertools import count
from typing import Any

from xlwings_libreoffice import colors
from xlwings_libreoffice.uno_runtime import UnoObject, constant, enum

STYLE = "com.sun.star.style.CellStyle"
LOOKS = {
    "fill_color": "CellBackColor",
    "font_color": "CharColor",
    "font_bold": "CharWeight",
    "font_italic": "CharPosture",
}
STOPS = " (stops)"
"""The end of a style's name that tells that the rule is to be the last. LibreOffice puts one style on a cell,
that of the first rule that holds, so each rule is; but Excel asks for it, and is told what it asked for."""


def add(doc: UnoObject, spec: dict[str, Any]) -> str:
    """Makes a style for a rule; its name."""
    styles = _styles(doc)
    stops = STOPS if spec.get("stop_if_true") else ""
    name = next(name for number in count(1) if not styles.hasByName(name := f"Rule {number}{stops}"))
    styles.insertByName(name, doc.createInstance(STYLE))
    change(doc, name, spec)
    return name


def change(doc: UnoObject, name: str, changes: dict[str, Any]) -> None:
    """Changes what a style looks like."""
    style = _styles(doc).getByName(name)
    for key, value in changes.items():
        if key in LOOKS:
            setattr(style, LOOKS[key], _value(key, value))


def look(doc: UnoObject, name: str, key: str) -> Any:  # noqa: ANN401 (a color or a truth value)
    """What a style sets of fill, font color, bold or italic; None what it leaves as it is."""
    if not _styles(doc).hasByName(name):
        return None
    style = _styles(doc).getByName(name)
    if style.getPropertyState(LOOKS[key]).value != "DIRECT_VALUE":
        return None
    found = style.getPropertyValue(LOOKS[key])
    if key.endswith("color"):
        return colors.rgb(found)
    return (
        found > constant("com.sun.star.awt.FontWeight.NORMAL")
        if key == "font_bold"
        else found.value != "NONE"
    )


def rename(doc: UnoObject, name: str, *, stops: bool) -> str:
    """Marks a style as one of a rule that is to be the last, or not; its new name."""
    new = name.removesuffix(STOPS) + STOPS * stops
    if new != name:
        _styles(doc).getByName(name).setName(new)
    return new


def _value(key: str, value: Any) -> Any:  # noqa: ANN401 (as look)
    if key.endswith("color"):
        return colors.number(value)
    if key == "font_bold":
        return float(constant(f"com.sun.star.awt.FontWeight.{'BOLD' if value else 'NORMAL'}"))
    return enum("com.sun.star.awt.FontSlant", "ITALIC" if value else "NONE")


def _styles(doc: UnoObject) -> UnoObject:
    return doc.StyleFamilies.getByName("CellStyles")
