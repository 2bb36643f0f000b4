"""The row of totals of a table in an open workbook, kept while the rows above it change."""

import re
from dataclasses import dataclass

from duesheet.books.areas import Area
from duesheet.books.spots import Spot


@dataclass(frozen=True)
class Totals:
    """The row's formulas and words as they were; none where the table shows no totals."""

    spot: Spot
    formulas: tuple[str, ...]

    @classmethod
    def of(cls, spot: Spot) -> "Totals":
        """The row of totals as it stands."""
        if not spot.totals:
            return cls(spot, ())
        end = spot.area.bottom + 1
        columns = range(spot.area.left, spot.area.right + 1)
        return cls(spot, tuple(str(spot.cell(end, column).formula or "") for column in columns))

    def stand_under(self, bottom: int) -> None:
        """Put the row under the last data row `bottom`; what ran over all data rows still does."""
        if self.formulas and bottom != self.spot.area.bottom:
            row = [over(text, self.spot.area, bottom) for text in self.formulas]
            self.spot.rows(bottom + 1, bottom + 1).formula = [row]


def over(formula: str, area: Area, bottom: int) -> str:
    """`formula`, where it runs over all data rows of `area`, down to `bottom`.

    >>> over("=SUBTOTAL(109,C2:C3)", Area.parse("A1:D3"), 9), over("Total", Area.parse("A1:D3"), 9)
    ('=SUBTOTAL(109,C2:C9)', 'Total')
    """
    if not formula.startswith("="):
        return formula
    whole = rf"(\$?[A-Z]{{1,3}}\$?{area.top + 1}:\$?[A-Z]{{1,3}}\$?){area.bottom}\b"
    return re.sub(whole, rf"\g<1>{bottom}", formula)
