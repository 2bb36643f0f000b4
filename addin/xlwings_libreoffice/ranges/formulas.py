"""The formulas of a range, as Excel writes them."""

from typing import Any

from xlwings_libreoffice import blocks, kinds
from xlwings_libreoffice.formulas import moved, to_calc, to_excel
from xlwings_libreoffice.ranges.placing import Placing
from xlwings_libreoffice.values import prepared, serial


class Formulas(Placing):
    """What the cells compute."""

    @property
    def formula(self) -> Any:  # noqa: ANN401 (a text, or rows of texts)
        """The formula of the cell, or rows of formulas; for a cell without one, what it holds as text."""
        if self.xr is None:
            return None
        rows = tuple(tuple(map(to_excel, row)) for row in self.xr.getFormulaArray())
        return rows[0][0] if self.shape == (1, 1) else rows

    @formula.setter
    def formula(self, value: Any) -> None:  # noqa: ANN401 (all that is read)
        """Enters formulas: one for all cells, whose relative references move along, or rows of them."""
        if self.xr is None:
            return
        rows, columns = self.shape
        if not isinstance(value, (list, tuple)):
            text = _text(value)
            value = [[moved(text, down, right) for right in range(columns)] for down in range(rows)]
        elif not value or not isinstance(value[0], (list, tuple)):
            value = [value]
        texts = tuple(tuple(to_calc(_text(one)) for one in row) for row in value)
        home = self.area
        kinds.ready(
            self.sheet.book.doc, self.sheet.range((home.row, home.column, len(texts), len(texts[0]))).xr
        )
        blocks.fill(self.sheet, home.row, home.column, texts, formulas=True)

    @property
    def formula2(self) -> Any:  # noqa: ANN401 (as formula)
        """The same as `formula`: Calc has no arrays that spill."""
        return self.formula

    @formula2.setter
    def formula2(self, value: Any) -> None:  # noqa: ANN401 (all that is read)
        """Enters formulas as `formula` does: Calc has no arrays that spill; see `formula_array`."""
        self.formula = value

    @property
    def formula_array(self) -> str | None:
        """The formula that the cells share; None when they differ."""
        if self.xr is None:
            return None
        found = {to_excel(text) for row in self.xr.getFormulaArray() for text in row}
        return found.pop() if len(found) == 1 else None

    @formula_array.setter
    def formula_array(self, value: str) -> None:
        """Enters one array formula over the whole range."""
        if self.xr is not None:
            self.xr.setArrayFormula(to_calc(value))

    @property
    def has_array(self) -> bool | None:
        """Whether all cells belong to array formulas; None when only some do."""
        if self.xr is None:
            return False
        found = {text.startswith("{=") for row in self.xr.getFormulaArray() for text in row}
        return found.pop() if len(found) == 1 else None


def _text(value: object) -> str:
    """What one would type to enter this value."""
    value = prepared(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (int, float)):
        return repr(value)
    return value if isinstance(value, str) else repr(serial(value))  # type: ignore[arg-type]
