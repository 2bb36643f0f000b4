"""A new workbook, made from the drawing in `workbook/layout.toml`.

`new_book` writes the file; the other modules lay one thing each: styles, sheets, validations, colors, chart.
"""

from duesheet.build.book import new_book

__all__ = ["new_book"]
