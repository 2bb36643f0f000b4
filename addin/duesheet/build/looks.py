"""Conditional formats: bars, color scales, colored words and units, as `layout.looks` declares them."""

from collections.abc import Iterable

from xlsxwriter.utility import xl_rowcol_to_cell

from duesheet.build.styles import Sheet, Styles
from duesheet.layout import Look, Table

LAST_ROW = 1_048_575
"""The last row of a sheet, counted from 0: validations and colors reach every row a table may grow to."""

_BUCKET = "bucket_"
_TOP_SHARE = 95


def color(sheet: Sheet, table: Table, looks: Iterable[Look], styles: Styles) -> None:
    """Lay the conditional formats of `table` over its columns."""
    for look in looks:
        if look.table == table.name:
            first, last = columns_of(look, table)
            for options in _units(look, table, styles) if look.kind == "units" else _options(look, styles):
                sheet.conditional_format(1, first, LAST_ROW, last, options)


def columns_of(look: Look, table: Table) -> tuple[int, int]:
    """The first and last column a look lies on, counted from 0; all bucket columns count as one range."""
    places = [
        place
        for place, column in enumerate(table.columns)
        if column.name == look.on or (look.on == "buckets" and column.key.startswith(_BUCKET))
    ]
    return places[0], places[-1]


def _options(look: Look, styles: Styles) -> list[dict[str, object]]:
    if look.kind == "bar":
        return [{"type": "data_bar", "bar_color": look.color, "bar_solid": True, "data_bar_2010": True}]
    if look.kind == "scale":
        return [_scale(look)]
    return [
        {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": styles.fill(fill)}
        for word, fill in look.fills.items()
    ]


def _units(look: Look, table: Table, styles: Styles) -> list[dict[str, object]]:
    """A number format for each unit, where it stands in brackets in the row."""
    names = [column.name for column in table.columns]
    words = "&".join(xl_rowcol_to_cell(1, names.index(name), col_abs=True) for name in look.by)
    return [
        {
            "type": "formula",
            "criteria": f'=ISNUMBER(SEARCH("({unit})",{words}))',
            "format": styles.numbers(code),
        }
        for unit, code in look.formats.items()
    ]


def _scale(look: Look) -> dict[str, object]:
    """From nothing to the largest; one huge figure must not wash out all the others."""
    return {
        "type": "2_color_scale",
        "min_type": "num",
        "min_value": 0,
        "min_color": look.low,
        "max_type": "percentile",
        "max_value": _TOP_SHARE,
        "max_color": look.high,
    }
