"""An output table's rows replaced; what its user added follows."""

from dataclasses import dataclass
from functools import cached_property, partial

import polars as pl

from duesheet.books import anchors, links
from duesheet.books.anchors import Place
from duesheet.books.beside import Beside, beside
from duesheet.books.criteria import Criteria
from duesheet.books.formulas import unshared
from duesheet.books.grid import Grid, grid
from duesheet.books.headers import calculated, head, table_part
from duesheet.books.own import OldRows, complete, old_rows, values_of
from duesheet.books.placing import Placing, new_links, own_fragments
from duesheet.books.rows import Stroke, row_chunks
from duesheet.books.sheet import Chunks, SheetPart
from duesheet.books.slots import Slot, link_words, moved_table, slots
from duesheet.layout import Table


def replace_rows(part: SheetPart, frame: pl.DataFrame, table: Table) -> SheetPart:
    """`part` with the data rows of the output `table` replaced by `frame`.

    `frame` has the declared headers as columns: String, Int64, Float64, Boolean, Date or Datetime; null is
    a blank cell in its column's style. Links are written `word|target`; a target that starts with # lies in
    the workbook. The order of columns, formats, widths, filters and the sort order stay the user's. A
    column the user added follows its row's identity; a row that is gone but holds the user's own words or a
    note stays, with zeros. Raises BookRefused when something stands under the table where new rows go.
    """
    old = _Old(part, table, grid(part.whole(), part.table, part.shared, part.name or table.name))
    rows = old.rows_of(frame)
    criteria = Criteria.of(part.table, old.grid)
    rows = criteria.applied(rows, old.values(rows))
    return _written(old, rows, criteria)


@dataclass(frozen=True)
class _Old:
    """The table as it stands, and what of it has to follow its rows."""

    part: SheetPart
    table: Table
    grid: Grid

    @cached_property
    def columns(self) -> list[Slot]:
        return slots(self.grid.headers, self.grid.area.left, self.table)

    @cached_property
    def notes(self) -> set[Place]:
        return anchors.noted_places(self.part.others)

    @cached_property
    def fresh(self) -> set[int]:
        """The old columns whose hyperlinks are made anew."""
        return {
            slot.old for slot in self.columns if slot.old and slot.declared and slot.declared.kind == "link"
        }

    @cached_property
    def links(self) -> set[Place]:
        return {place for place in links.places(self.grid.outline.tail) if place[1] not in self.fresh}

    def inside(self, place: Place) -> bool:
        """Whether a cell is one of the table's data cells."""
        area = self.grid.area
        return area.top < place[0] <= area.bottom and area.left <= place[1] <= area.right

    @cached_property
    def kept(self) -> OldRows | None:
        """The old rows, read only when something has to follow them."""
        noted = {place for place in self.notes if self.inside(place)}
        own = any(slot.declared is None for slot in self.columns)
        if not own and not noted and not any(self.inside(place) for place in self.links):
            return None
        data = unshared(self.grid.outline.data)
        rows = {row for row, _ in noted}
        return old_rows(data, self.columns, self.table, lambda cell: cell.text(self.part.shared), rows)

    def rows_of(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`frame` with every declared column, the rows that stay, and at least one row."""
        return complete(frame, self.columns, self.kept, self.table, date1904=self.part.date1904)

    def values(self, rows: pl.DataFrame) -> dict[int, pl.Series]:
        """The table's values by old sheet column, the user's own ones as they were."""
        return values_of(rows, self.columns, self.kept)


def _written(old: _Old, rows: pl.DataFrame, criteria: Criteria) -> SheetPart:
    part, area, name = old.part, old.grid.area, old.part.name or old.table.name
    move = moved_table(area, area.top + rows.height, old.columns)
    around = beside(old.grid, move, name)
    placing = Placing(old.grid, move, old.columns, rows, name)
    tail = criteria.tail(anchors.fitted(old.grid.outline.tail, move, name), old.grid, move)
    tail, rels = links.linked(tail, part.rels, placing.links(old.fresh), new_links(placing))
    last = move.bottom + old.grid.totals
    before = head(old.grid, move, old.columns, max(last, around.last_row())) + placing.above()
    after = placing.totals(around) + around.after(last) + around.rest + tail
    drawn, strokes = _drawn(old, placing, around)
    made = partial(row_chunks, drawn, strokes, old.grid.first, date1904=part.date1904)
    return part._replace(
        sheet=Chunks(before, made, after),
        table=None if part.table is None else table_part(part.table, old.grid, move, old.columns),
        rels=rels,
        others=anchors.moved_notes(part.others, anchors.settled(old.notes, placing.notes())),
    )


def _drawn(old: _Old, placing: Placing, around: Beside) -> tuple[pl.DataFrame, list[Stroke]]:
    """The frame as it is written, and how each sheet column is."""
    strokes, made = [], {}
    styles, formulas = old.grid.styles(), calculated(old.part.table, old.grid)
    for slot in old.columns:
        style = styles.get(slot.like or 0, "")
        if slot.declared is not None:
            strokes.append(Stroke(slot.column, slot.declared.name, style))
        elif old.kept is not None:
            source = f"\x00own{slot.column}"
            fragments = own_fragments(slot, old.kept, placing, formulas.get(slot.old or 0), style)
            made[source] = pl.Series(fragments, dtype=pl.String)
            strokes.append(Stroke(slot.column, source, style, raw=True))
    for column, cells in around.cells.items():
        source = f"\x00beside{column}"
        rows = range(old.grid.first, placing.move.bottom + 1)
        made[source] = pl.Series(
            [cells[row].fragment() if row in cells else None for row in rows], dtype=pl.String
        )
        strokes.append(Stroke(column, source, raw=True))
    return placing.rows.with_columns(**made).with_columns(link_words(old.columns)), strokes
