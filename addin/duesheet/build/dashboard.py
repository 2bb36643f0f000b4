"""The aging chart beside the Dashboard table: a native chart that Refresh fills by writing the cells."""

import xlsxwriter

from duesheet.build.styles import Sheet
from duesheet.layout import Table

_CALM, _LATE, _WORST = "#70AD47", "#F4B183", "#C00000"
_SIZE = {"width": 640, "height": 360, "object_position": 3}


def chart(workbook: xlsxwriter.Workbook, sheet: Sheet, table: Table, bars: int) -> None:
    """Place the chart to the right of `table`.

    Its bars are the first `bars` rows of the table: what is not yet due, then one bucket after the other, in
    the base currency.
    """
    drawn = workbook.add_chart({"type": "column"})
    figures, amounts = _places(table)
    drawn.add_series(
        {
            "name": "Open amount",
            "categories": [table.name, 1, figures, bars, figures],
            "values": [table.name, 1, amounts, bars, amounts],
            "points": [{"fill": {"color": color}} for color in _colors(bars)],
            "gap": 60,
        }
    )
    drawn.set_title({"name": "Aging", "name_font": {"size": 14}})
    drawn.set_x_axis({"name": "Days overdue"})
    drawn.set_y_axis(
        {"name": "Open, in the base currency", "num_format": "#,##0", "major_gridlines": _gridlines()}
    )
    drawn.set_legend({"none": True})
    # A filter on the table must not take bars out of the chart.
    drawn.show_hidden_data()
    drawn.set_size(_SIZE)
    sheet.insert_chart(
        1, len(table.columns) + 1, drawn, {"description": "Open amounts by days overdue"} | _SIZE
    )


def _places(table: Table) -> tuple[int, int]:
    names = [column.name for column in table.columns]
    kinds = [column.kind for column in table.columns]
    return names.index(table.identity[0]), kinds.index("money")


def _colors(bars: int) -> list[str]:
    return [_CALM, *[_LATE] * (bars - 2), _WORST]


def _gridlines() -> dict[str, object]:
    return {"visible": True, "line": {"color": "#D9D9D9", "width": 0.75}}
