"""What the user added to an output table of an open workbook: own columns and notes, and the rows they hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import polars as pl

from duesheet.books.areas import Area
from duesheet.books.blocks import read, said
from duesheet.books.cells import shortest
from duesheet.books.formulas import moved
from duesheet.books.literals import literal
from duesheet.books.own import OLD, OldRows, complete, told_columns, told_rows, values_of
from duesheet.books.rows import figures
from duesheet.books.slots import Slot, slots
from duesheet.books.spots import Spot
from duesheet.layout import Table

Place = tuple[int, int]


@dataclass(frozen=True)
class Standing:
    """A table as it stands before it is rewritten, and what of it has to follow its rows."""

    spot: Spot
    table: Table
    date1904: bool

    @cached_property
    def columns(self) -> list[Slot]:
        """The columns the table is to have."""
        return slots(self.spot.headers, self.spot.area.left, self.table)

    @cached_property
    def own(self) -> list[Slot]:
        """The columns the user added."""
        return [slot for slot in self.columns if slot.declared is None]

    @cached_property
    def notes(self) -> dict[Place, str]:
        """The notes on the table's data cells."""
        area = self.spot.area
        found = ((note, Area.parse(note.location.get_address())) for note in self.spot.sheet.notes)
        return {
            (at.top, at.left): note.text
            for note, at in found
            if area.top < at.top <= area.bottom and area.left <= at.left <= area.right
        }

    @cached_property
    def values(self) -> list[tuple[Any, ...]]:
        """The data rows as they are."""
        return read(self.spot.rows(self.spot.area.top + 1, self.spot.area.bottom)).rows

    @cached_property
    def formulas(self) -> dict[int, dict[int, str]]:
        """The formulas in the user's own columns, by column and row."""
        return {slot.column: self._formulas(slot) for slot in self.own}

    def _formulas(self, slot: Slot) -> dict[int, str]:
        area = self.spot.area
        column = slot.old or slot.column
        entered = column_of(self.spot.range(area.top + 1, column, area.bottom, column).formula)
        values = (row[column - area.left] for row in self.values)
        return {
            row: text
            for row, (text, value) in enumerate(zip(entered, values, strict=True), start=area.top + 1)
            if text.startswith("=") and text != value  # a text that begins so is no formula
        }

    @cached_property
    def kept(self) -> OldRows | None:
        """The old rows, read only when something has to follow them."""
        if not self.own and not self.notes:
            return None
        left, first = self.spot.area.left, self.spot.area.top + 1
        told = {
            column: {
                row: _key(cells[column - left], self) for row, cells in enumerate(self.values, start=first)
            }
            for column in told_columns(self.columns, self.table)
        }
        words = {row for row, _ in self.notes} | {
            row
            for slot in self.own
            for row, text in told[slot.old or 0].items()
            if text and row not in self.formulas[slot.column]
        }
        rows = range(first, first + len(self.values))
        return told_rows(rows, told, words, self.columns, self.table)

    def rows_of(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`frame` with every declared column, the rows that stay, and at least one row."""
        return complete(frame, self.columns, self.kept, self.table, date1904=self.date1904)

    def by_column(self, rows: pl.DataFrame) -> dict[int, pl.Series]:
        """The values of the new `rows` by old column."""
        return values_of(rows, self.columns, self.kept)

    def follow(self, rows: pl.DataFrame) -> None:
        """Put the user's own cells and notes where their rows are now."""
        if self.kept is None:
            return
        first = self.spot.area.top + 1
        for slot in self.own:
            if rows[OLD].to_list() != list(range(first, first + len(self.values))):
                self._write(slot, rows[OLD].to_list())
        self._put_notes({old: row for row, old in enumerate(rows[OLD], start=first) if old is not None})

    def _put_notes(self, new: Mapping[int, int]) -> None:
        """Put the notes on the rows that are now where `new` says; Calc may drop them from cells that are written."""
        for row, column in self.notes:
            note = self.spot.cell(row, column).note if new[row] != row else None
            if note is not None:
                note.delete()
        for (row, column), text in self.notes.items():
            cell = self.spot.cell(new[row], column)
            if cell.note is None:
                cell.add_note(text)

    def _write(self, slot: Slot, olds: list[int | None]) -> None:
        area, column = self.spot.area, slot.column
        formulas, first = self.formulas[column], area.top + 1
        fill = _filled(formulas, first, len(self.values))
        values: list[Any] = []
        made: dict[int, str] = {}
        for row, old in enumerate(olds, start=first):
            formula = (old, formulas[old]) if old in formulas else fill if old is None else None
            value = None if old is None else self.values[old - first][column - area.left]
            if formula is not None:
                made[row] = moved_formula(formula[1], row - formula[0])
            values.append("" if formula is not None or value is None else _entered(value))
        cells = self.spot.range(first, column, first + len(olds) - 1, column)
        if len(made) < len(olds):
            cells.value = [[value] for value in values]
        for top, bottom in _runs(sorted(made)):
            run = self.spot.range(top, column, bottom, column)
            run.formula = [[made[row]] for row in range(top, bottom + 1)]


def column_of(entered: Any) -> list[str]:  # noqa: ANN401  one formula, or rows of them
    """The formulas of a column of cells, as an engine gives them."""
    if isinstance(entered, str):
        return [entered]
    return [str(row if isinstance(row, str) else row[0]) for row in entered]


def moved_formula(formula: str, down: int) -> str:
    """`formula`, with its =, as it reads `down` rows below.

    >>> moved_formula("=C2*2", 3)
    '=C5*2'
    """
    return "=" + moved(formula.removeprefix("="), down) if down else formula


def _filled(formulas: Mapping[int, str], first: int, height: int) -> tuple[int, str] | None:
    """The formula that fills a column throughout, and the row it is read in."""
    if len(formulas) < height or not formulas:
        return None
    pattern = formulas[first]
    same = all(moved_formula(pattern, row - first) == text for row, text in formulas.items())
    return (first, pattern) if same else None


def _entered(value: Any) -> Any:  # noqa: ANN401  whatever a cell holds
    return literal(value) if isinstance(value, str) else value


def _key(value: object, standing: Standing) -> str:
    """A cell as identities are compared: dates by their number, the rest as it is said."""
    if not isinstance(value, datetime):
        return said(value)
    days = figures(pl.Series([value]), date1904=standing.date1904).cast(pl.Float64).item()
    return shortest(repr(days))


def _runs(rows: list[int]) -> list[tuple[int, int]]:
    """Rows that follow one another, each run as its first and last.

    >>> _runs([2, 3, 7])
    [(2, 3), (7, 7)]
    """
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and runs[-1][1] == row - 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs
