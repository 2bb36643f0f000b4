"""The charts beside the Dashboard table: native charts that Refresh fills by writing the cells."""

from typing import Any

import xlsxwriter

from duesheet.build.styles import Sheet
from duesheet.dashboard import charted
from duesheet.layout import Table

_CALM, _LATE, _WORST = "#70AD47", "#F4B183", "#C00000"
_LINE = "#2E75B6"
_SIZE = {"width": 640, "height": 360, "object_position": 3}
_APART = 20
"""Rows from the top of one chart to that of the next."""


def charts(workbook: xlsxwriter.Workbook, sheet: Sheet, table: Table, bars: int) -> None:
    """Place the charts to the right of `table`: aging, the cash expected by week, DSO by month.

    The bars of the first are the first `bars` rows of the table: what is not yet due, then one bucket after the
    other, in the base currency; the others show the rows that `dashboard.charted` tells of.
    """
    rows = charted(bars)
    money = {"name": "In the base currency", "num_format": "#,##0"}
    aging = _chart(workbook, table, rows["Aging"], "column", "Open amount", points=_colors(bars))
    aging.set_x_axis({"name": "Days overdue"})
    aging.set_y_axis({**money, "name": "Open, in the base currency", "major_gridlines": _gridlines()})
    cash = _chart(workbook, table, rows["Cash expected"], "column", "Expected", fill={"color": _CALM})
    cash.set_x_axis({"num_font": {"rotation": -45}})
    cash.set_y_axis({**money, "major_gridlines": _gridlines()})
    trend = _chart(workbook, table, rows["DSO"], "line", "DSO", line={"color": _LINE, "width": 2.25})
    trend.set_x_axis({"num_font": {"rotation": -45}})
    trend.set_y_axis({"name": "Days", "num_format": "0", "min": 0, "major_gridlines": _gridlines()})
    titled = {
        "Aging": (aging, "Open amounts by days overdue"),
        "Cash expected by week": (cash, "Money expected in each of the next weeks"),
        "DSO by month": (trend, "Days sales outstanding at the end of each month"),
    }
    for number, (title, (drawn, words)) in enumerate(titled.items()):
        drawn.set_title({"name": title, "name_font": {"size": 14}})
        place = (1 + number * _APART, len(table.columns) + 1)
        sheet.insert_chart(*place, drawn, {"description": words} | _SIZE)


def _chart(
    workbook: xlsxwriter.Workbook, table: Table, rows: tuple[int, int], kind: str, name: str, **look: object
) -> Any:  # noqa: ANN401  XlsxWriter carries no types
    drawn = workbook.add_chart({"type": kind})
    figures, amounts = _places(table)
    first, last = rows
    drawn.add_series(
        {
            "name": name,
            "categories": [table.name, first, figures, last, figures],
            "values": [table.name, first, amounts, last, amounts],
            "gap": 60,
            **look,
        }
    )
    drawn.set_legend({"none": True})
    # A filter on the table must not take bars out of the chart.
    drawn.show_hidden_data()
    drawn.set_size(_SIZE)
    return drawn


def _places(table: Table) -> tuple[int, int]:
    names = [column.name for column in table.columns]
    kinds = [column.kind for column in table.columns]
    return names.index(table.identity[0]), kinds.index("money")


def _colors(bars: int) -> list[dict[str, object]]:
    return [{"fill": {"color": color}} for color in (_CALM, *[_LATE] * (bars - 2), _WORST)]


def _gridlines() -> dict[str, object]:
    return {"visible": True, "line": {"color": "#D9D9D9", "width": 0.75}}
