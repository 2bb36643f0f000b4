"""How cells look: one format per kind of column, each made once."""

from typing import Any

import xlsxwriter

from duesheet.layout import Column, Layout

Sheet = Any
"""A sheet of XlsxWriter's, which carries no types."""
Format = Any
"""A cell format of XlsxWriter's, which carries no types."""

_SHOWN_AS_TEXT = {"id", "text", "choice", "email", "link"}
LINK_INK = "#0563C1"
NOTE_PAPER = "#FFF8DC"
_AT_THE_LEFT: dict[str, object] = {"align": "left", "indent": 1}


class Styles:
    """The cell formats of one workbook, made when first asked for and shared by all its sheets."""

    def __init__(self, workbook: xlsxwriter.Workbook, drawing: Layout) -> None:
        self._workbook = workbook
        self._drawing = drawing
        self._made: dict[tuple[tuple[str, object], ...], Format] = {}

    def header(self, column: Column) -> Format:
        """The format of the header over `column`, aligned as the cells below it."""
        ink = {"bg_color": self._drawing.book["header_fill"], "font_color": self._drawing.book["header_ink"]}
        return self._shared({"bold": True, "text_wrap": True, "valign": "top"} | ink | _alignment(column))

    def cell(self, column: Column) -> Format:
        """The format of the cells under `column`."""
        ink = {"font_color": LINK_INK, "underline": 1} if column.kind == "link" else {}
        return self._shared(
            {"num_format": number_format(column, self._drawing), "valign": "top"} | ink | _alignment(column)
        )

    def prose(self, column: Column) -> Format:
        """The format of a cell with sentences, or with any kind of value: wrapped, at the left."""
        shown = {"num_format": number_format(column, self._drawing), "valign": "top"}
        return self._shared(shown | _AT_THE_LEFT | {"text_wrap": True})

    def fill(self, color: str) -> Format:
        """A plain fill, for conditional formats; the ink stays dark on dark themes too."""
        return self._workbook.add_format({"bg_color": color, "font_color": "#000000"})

    def numbers(self, code: str) -> Format:
        """A plain number format, for conditional formats."""
        return self._workbook.add_format({"num_format": code})

    def _shared(self, properties: dict[str, object]) -> Format:
        look = tuple(properties.items())
        if look not in self._made:
            self._made[look] = self._workbook.add_format(properties)
        return self._made[look]


def number_format(column: Column, drawing: Layout) -> str:
    """The spreadsheet's own format code for the cells of `column`.

    >>> from duesheet.layout import layout
    >>> number_format(Column(name="Invoice", kind="id", width=16), layout())
    '@'
    >>> number_format(Column(name="Average days late", kind="number", width=10, decimals=1), layout())
    '0.0'
    """
    if column.decimals is not None:
        return "0." + "0" * column.decimals if column.decimals else "0"
    return drawing.formats["text" if column.kind in _SHOWN_AS_TEXT else column.kind]


def _alignment(column: Column) -> dict[str, object]:
    """Text stands clear of the figures to its left."""
    return _AT_THE_LEFT if column.kind in _SHOWN_AS_TEXT else {"align": "right"}
