"""The Settings sheet: one row for each setting, with a validation of its own in the Value cell."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from duesheet.build.contents import frame
from duesheet.build.rules import rule
from duesheet.build.sheets import lay_table, lines_in, put, row_pixels
from duesheet.build.styles import Sheet, Styles
from duesheet.errors import Refused
from duesheet.layout import Column, Layout, Setting, Table

BOOK_ID = "Book ID"
_AMOUNTS = {"money", "number"}
_NUMBERS = _AMOUNTS | {"whole", "days", "percent"}
_PROSE = 1.1
"""A column's width is counted in digits; of running text a tenth more fits in."""


def lay_settings(sheet: Sheet, drawing: Layout, given: Mapping[str, str], styles: Styles) -> None:
    """Lay the Settings table; `given` are the values that differ from a new book's, by the setting's name."""
    table = drawing.tables["Settings"]
    rows = chosen(drawing, given)
    names: list[dict[str, object]] = [{"setting": setting.name} for setting, _ in rows]
    lay_table(sheet, table, frame(table, names), styles, drawing)
    for row, told in enumerate(rows, start=1):
        _lay_row(sheet, row, told, table, styles)


def chosen(drawing: Layout, given: Mapping[str, str]) -> list[tuple[Setting, str]]:
    """Each setting with its value: the one given, else the one every new book starts with."""
    unknown = sorted(set(given) - {setting.name for setting in drawing.settings})
    if unknown:
        raise Refused(
            f'There is no setting called "{unknown[0]}"; the Settings sheet of a new book has them all.'
        )
    values = {**given, BOOK_ID: given.get(BOOK_ID) or str(uuid.uuid4())}
    return [(setting, values.get(setting.name, setting.default)) for setting in drawing.settings]


def typed(kind: str, value: str) -> str | float | date | None:
    """A setting's text as its cell holds it: numbers and dates as such where they can be read, else the text.

    >>> typed("whole", "587"), typed("percent", "8%"), typed("date", "2025-06-30"), typed("text", "")
    (587.0, '8%', datetime.date(2025, 6, 30), None)
    """
    try:
        if kind == "date":
            return date.fromisoformat(value)
        return float(value) if kind in _NUMBERS else value or None
    except ValueError:
        return value or None


def _lay_row(sheet: Sheet, row: int, told: tuple[Setting, str], table: Table, styles: Styles) -> None:
    setting, value = told
    columns = table.by_key()
    place = list(columns).index("value")
    put(sheet, row, place, typed(setting.kind, value), styles.prose(_as(setting, columns["value"])))
    put(sheet, row, list(columns).index("meaning"), setting.meaning or None, styles.prose(columns["meaning"]))
    lines = max(_lines(value, columns["value"]), _lines(setting.meaning, columns["meaning"]))
    if lines > 1:
        # Not every program fits a row to its wrapped text by itself.
        sheet.set_row_pixels(row, row_pixels(lines))
    asked = rule(setting.kind, setting.choices)
    if asked:
        sheet.data_validation(row, place, row, place, asked)


def _lines(text: str, column: Column) -> int:
    return lines_in(text, int(column.width * _PROSE))


def _as(setting: Setting, value: Column) -> Column:
    """The Value column as this one setting's cell shows it; an amount of 0 is a 0 here, not a dash."""
    return replace(value, kind="number" if setting.kind in _AMOUNTS else setting.kind)
