"""The Problems sheet: each fault as a row that leads to its cell."""

from collections.abc import Iterable, Mapping

import polars as pl

from duesheet.books import Cells
from duesheet.errors import Fault

Letters = Mapping[tuple[str, str], str]
"""The letters of each column, by the names of its sheet and of its header."""

_SCHEMA = {
    "sheet": pl.String,
    "row": pl.Int64,
    "column": pl.String,
    "found": pl.String,
    "what_to_do": pl.String,
}


def letters_of(tables: Iterable[Cells]) -> Letters:
    """The letters of every column of `tables`."""
    return {(cells.sheet, header): letters for cells in tables for header, letters in cells.letters.items()}


def rows(faults: Iterable[Fault], letters: Letters | None = None) -> pl.DataFrame:
    """`faults` as rows of the Problems sheet, each with a link to its cell, as far as `letters` knows its column.

    >>> late = Fault("Invoices", 14, "Due date", "31/02/2026", "Type a date that exists.")
    >>> rows([late], {("Invoices", "Due date"): "D"})["found"].to_list()
    ["31/02/2026|#'Invoices'!D14"]
    """
    known = letters or {}
    told = [
        (fault.table, fault.row or None, fault.column, _link(fault, known), fault.remedy) for fault in faults
    ]
    return pl.DataFrame(told, schema=_SCHEMA, orient="row")


def _link(fault: Fault, letters: Letters) -> str:
    """What was found, as the words of a link to the cell; a bar would end the words."""
    sheet = fault.table.replace("'", "''")
    words = fault.found.replace("|", "\u00a6").strip() or ("(blank)" if fault.row else "(none)")
    return f"{words}|#'{sheet}'!{letters.get((fault.table, fault.column), 'A')}{fault.row or 1}"
