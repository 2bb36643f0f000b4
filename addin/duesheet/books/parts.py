"""The write side of a closed book: a sheet's parts in, the same parts with other rows out.

The workbook's own duties stay with the caller: fullCalcOnLoad (formulas that moved carry no result),
dropping the calculation chain when a sheet with formulas was written, and a content type for .rels that
were not there before.
"""

from duesheet.books.adding import append_rows, put_cell
from duesheet.books.replacing import replace_rows
from duesheet.books.sheet import SheetPart

__all__ = ["SheetPart", "append_rows", "put_cell", "replace_rows"]
