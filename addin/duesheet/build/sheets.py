"""One sheet: its table, header, notes, cells, validations, frozen panes and print set-up."""

import textwrap
from collections.abc import Sequence
from datetime import date, datetime
from itertools import takewhile

import polars as pl

from duesheet.build.looks import LAST_ROW
from duesheet.build.rules import rule
from duesheet.build.styles import NOTE_PAPER, Format, Sheet, Styles
from duesheet.errors import Refused
from duesheet.layout import Column, Layout, Table

AUTHOR = "Duesheet"
_LINE = 21
_BUTTON = 20
"""The filter button of a header takes as many pixels; it stands below the words, not over them."""
_NOTE_WIDTH, _NOTE_LINE, _NOTE_LETTERS = 240, 17, 34
_A4 = 9


def lay_table(sheet: Sheet, table: Table, frame: pl.DataFrame, styles: Styles, drawing: Layout) -> None:
    """Lay `table` at A1 with the rows of `frame`.

    A table without rows gets one blank row: its cells carry the formats that rows written later take over.
    """
    _check(table, frame)
    height = max(frame.height, 1)
    sheet.add_table(0, 0, height, len(table.columns) - 1, _table_options(table, styles, drawing))
    sheet.set_row_pixels(0, header_pixels(table.columns))
    for place, column in enumerate(table.columns):
        style = styles.cell(column)
        # The format of the whole column: what is typed or pasted below the table keeps its leading zeros.
        sheet.set_column(place, place, column.width, style)
        values = frame[column.name].to_list() if column.name in frame.columns else [None] * height
        for row, value in enumerate(values or [None], start=1):
            put(sheet, row, place, value, style)


def put(sheet: Sheet, row: int, place: int, value: object, style: Format) -> None:
    """Write one cell as what it is; text is never read as a formula, a number or a link."""
    if value is None:
        sheet.write_blank(row, place, None, style)
    elif isinstance(value, date | datetime):
        sheet.write_datetime(row, place, value, style)
    elif isinstance(value, int | float):
        sheet.write_number(row, place, value, style)
    else:
        sheet.write_string(row, place, str(value), style)


def dress(sheet: Sheet, table: Table) -> None:
    """Everything around the cells: tab, notes, frozen panes, validations, print set-up."""
    sheet.set_tab_color(table.tab)
    sheet.freeze_panes(1, frozen_columns(table))
    for place, column in enumerate(table.columns):
        _note(sheet, place, column)
        if column.own or table.role != "output":
            _validate(sheet, place, column)
    _print(sheet, table)


def lines_in(text: str, letters: int) -> int:
    """How many lines `text` takes where `letters` fit into one.

    >>> lines_in("Average days late", 7)
    3
    """
    return len(textwrap.wrap(text, max(letters, 1), break_long_words=False))


def header_pixels(columns: Sequence[Column]) -> int:
    """The height of the header row that shows every header in full, wrapped, above its filter button.

    >>> header_pixels([Column("Total", "money", 15)])
    41
    >>> header_pixels([Column("Average days late", "number", 10)])
    62
    """
    return row_pixels(max(_lines(column) for column in columns)) + _BUTTON


def row_pixels(lines: int) -> int:
    """The height of a row with so many lines of text."""
    return _LINE * lines


def frozen_columns(table: Table) -> int:
    """How many columns stay in view: the ones at the left that say whose row it is."""
    keys = {*table.identity, *table.stays}
    leading = takewhile(
        lambda column: column.name in keys or column.own or column.kind == "id", table.columns
    )
    return len(list(leading))


def _check(table: Table, frame: pl.DataFrame) -> None:
    declared = {column.name for column in table.columns}
    strange = [name for name in frame.columns if name not in declared]
    if strange:
        raise Refused(f'{table.name} has no column "{strange[0]}"; see the headers of a new book.')


def _table_options(table: Table, styles: Styles, drawing: Layout) -> dict[str, object]:
    columns = [
        {"header": column.name, "header_format": styles.header(column), "format": styles.cell(column)}
        for column in table.columns
    ]
    return {"name": table.name, "style": drawing.book["band"], "columns": columns}


def _lines(column: Column) -> int:
    return lines_in(column.name, int(column.width) - 1)


def _note(sheet: Sheet, place: int, column: Column) -> None:
    text = f"{column.note} Required." if column.required and column.note else column.note
    if not text:
        return
    lines = lines_in(text, _NOTE_LETTERS)
    size = {"width": _NOTE_WIDTH, "height": _NOTE_LINE * lines + 12}
    font = {"font_name": "Calibri", "font_size": 10, "color": NOTE_PAPER}
    sheet.write_comment(0, place, text, {"author": AUTHOR, "visible": False} | size | font)


def _validate(sheet: Sheet, place: int, column: Column) -> None:
    asked = rule(column.kind, column.choices)
    if asked:
        sheet.data_validation(1, place, LAST_ROW, place, asked)


def _print(sheet: Sheet, table: Table) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.75, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    if table.prints:
        # Whole columns, so that the print area holds however many rows there are.
        sheet.print_area(0, 0, LAST_ROW, table.columns.index(table.column(table.prints)))
    sheet.set_header(f'&L&"Calibri,Bold"&12{table.title.replace("&", "&&")}')
    sheet.set_footer("&L&A&RPage &P of &N")
