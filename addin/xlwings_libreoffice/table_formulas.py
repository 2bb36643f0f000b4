"""Formulas that name a table, such as `=SUM(Items[Count])`: Calc forgets the table when its name changes."""

import re
from collections.abc import Iterator

from xlwings_libreoffice.table_areas import flags
from xlwings_libreoffice.uno_runtime import UnoObject

TEXTS = re.compile(r'("(?:[^"]|"")*")')


class Renaming:
    """While the table gets its new name, formulas that name it are kept, and then written with the new name.

    A class, for `contextlib.contextmanager` sets a traceback on what UNO raises, which UNO does not allow.
    """

    def __init__(self, doc: UnoObject, old: str, new: str) -> None:
        self.old, self.new = old, new
        self.found = list(_naming(doc, old))

    def __enter__(self) -> None:
        """Nothing more: the formulas were kept when this was made."""

    def __exit__(self, failed: type[BaseException] | None, *_: object) -> None:
        """Writes the formulas with the new name, unless the table did not get it."""
        if failed is None:
            for cell, formula in self.found:
                cell.setFormula(renamed(formula, self.old, self.new))


def renamed(formula: str, old: str, new: str) -> str:
    """The formula with the table's new name wherever it names the table, and not within texts.

    >>> renamed('=SUM(Items[Count])&"Items[x]"', "items", "Goods")
    '=SUM(Goods[Count])&"Items[x]"'
    """
    parts = TEXTS.split(formula)
    return "".join(part if part.startswith('"') else _pattern(old).sub(new, part) for part in parts)


def _naming(doc: UnoObject, name: str) -> Iterator[tuple[UnoObject, str]]:
    for number in range(doc.Sheets.Count):
        sheet = doc.Sheets.getByIndex(number)
        for cells in sheet.queryContentCells(flags(("FORMULA",))):
            for down, row in enumerate(cells.getFormulaArray()):
                for across, formula in enumerate(row):
                    if _pattern(name).search(formula):
                        yield cells.getCellByPosition(across, down), formula


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.\\]){re.escape(name)}(?=\[)", re.IGNORECASE)
