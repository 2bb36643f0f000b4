"""Rows added under a table, and single cells written; no existing cell changes."""

import re
from collections.abc import Sequence
from functools import partial

import polars as pl

from duesheet.books.anchors import fitted
from duesheet.books.areas import Move, letters
from duesheet.books.beside import Beside, room_for
from duesheet.books.cells import Cell, cells_in, text_cell
from duesheet.books.criteria import Criteria
from duesheet.books.grid import Grid, grid, holds, last_filled
from duesheet.books.headers import calculated, head, table_part
from duesheet.books.outline import row_start, rows_in
from duesheet.books.placing import Placing
from duesheet.books.rows import Stroke, row_chunks
from duesheet.books.sheet import Chunks, SheetPart
from duesheet.books.slots import Slot, same
from duesheet.errors import BookRefused, TableMissing
from duesheet.layout import Table


def append_rows(part: SheetPart, frame: pl.DataFrame, table: Table) -> SheetPart:
    """`part` with the rows of `frame` (columns: headers of the book) right below the last row of `table`.

    Rows typed right below the table belong to it; blank rows at its end are filled first. No cell that holds
    anything changes. Raises TableMissing when `frame` has values under a header the book has not,
    BookRefused when something stands below after a gap.
    """
    if not frame.height:
        return part
    name = part.name or table.name
    found = grid(part.whole(), part.table, part.shared, name)
    values = _by_column(frame, found, name)
    if not values:
        return part
    last = _last_row(found, set(values), name)
    move = Move(found.area, max(last + frame.height, found.area.bottom), {}, found.area.right)
    room_for(move.bottom + found.totals, name)
    return _extended(part, found, values, last, move)


def _by_column(frame: pl.DataFrame, found: Grid, sheet: str) -> dict[int, pl.Series]:
    places = {same(slot.header): slot.column for slot in reversed(_slots(found))}
    for name in frame.columns:
        if same(name) not in places and frame[name].null_count() < frame.height:
            raise TableMissing(f"{sheet}: the column {name} is missing. Add its header to the sheet.")
    return {places[same(name)]: frame[name] for name in frame.columns if same(name) in places}


def _slots(found: Grid) -> list[Slot]:
    return [Slot(name, at, at, at, None) for at, name in enumerate(found.headers, start=found.area.left)]


def _last_row(found: Grid, ours: set[int], sheet: str) -> int:
    """The table's last row that holds anything, rows typed right below it counted in."""
    xml, cuts, area = found.outline.xml, found.outline.cuts, found.area
    bottom = area.bottom + found.totals
    under = xml[row_start(xml, bottom + 1, cuts[2], cuts[3]) : cuts[3]]
    last = last_filled(under, bottom, area.left, area.right)
    for row, cells in rows_in(under):
        if row > last and holds(cells_in(cells), area.left, area.right):
            raise BookRefused(
                f"{sheet}, row {row}: something stands below the table after a gap. "
                f"Move it up to row {last + 1}, or to another sheet."
            )
    if last > bottom:
        return last
    last = area.bottom
    while last > area.top and not _typed(_row(found, last), found, ours):
        last -= 1
    return last


def _row(found: Grid, row: int) -> bytes:
    xml, start, end = found.outline.xml, found.outline.cuts[0], found.outline.cuts[3]
    return xml[row_start(xml, row, start, end) : row_start(xml, row + 1, start, end)]


def _typed(row: bytes, found: Grid, ours: set[int]) -> bool:
    """Whether a row holds more than formulas in the user's own columns."""
    cells = [cell for cell in cells_in(row) if cell.column in ours or not cell.is_formula]
    return holds(cells, found.area.left, found.area.right)


def _extended(part: SheetPart, found: Grid, values: dict[int, pl.Series], last: int, move: Move) -> SheetPart:
    columns = _slots(found)
    xml, (start, _, _, end) = found.outline.xml, found.outline.cuts
    height = len(next(iter(values.values())))
    frm, upto = row_start(xml, last + 1, start, end), row_start(xml, last + height + 1, start, end)
    totals = _row(found, found.area.bottom + 1) if found.totals else b""
    if totals and move.bottom > found.area.bottom:
        upto = row_start(xml, move.bottom + 1 + found.totals, start, end)
    elif totals:
        totals = b""
    tail = fitted(found.outline.tail, move, part.name)
    if part.table is None:
        tail = Criteria.of(None, found).tail(tail, found, move)
    placing = Placing(found, move, columns, pl.DataFrame(), part.name)
    existing = [cell for cell in cells_in(xml[frm:upto]) if not totals or cell.row != found.area.bottom + 1]
    drawn, strokes = _drawn(part, found, values, existing, last)
    rows_end = max([move.bottom + found.totals, *(row for row, _ in rows_in(xml[upto:end]))])
    return part._replace(
        sheet=Chunks(
            head(found, move, columns, rows_end) + xml[start:frm],
            partial(row_chunks, drawn, strokes, last + 1, date1904=part.date1904),
            placing.totals(Beside(totals=totals)) + xml[upto:end] + tail,
        ),
        table=None if part.table is None else table_part(part.table, found, move, columns),
    )


def _drawn(
    part: SheetPart, found: Grid, values: dict[int, pl.Series], existing: Sequence[Cell], last: int
) -> tuple[pl.DataFrame, list[Stroke]]:
    """The new rows as a frame: our values, formulas of the user's columns, cells that are there already."""
    styles = found.styles() | {
        cell.column: cell.style for cell in cells_in(_row(found, last)) if last > found.area.top
    }
    formulas = calculated(part.table, found)
    height = len(next(iter(values.values())))
    kept: dict[int, dict[int, str]] = {}
    for cell in existing:
        if cell.column not in values and cell.row <= last + height:
            kept.setdefault(cell.column, {})[cell.row] = cell.fragment()
    made, strokes = {}, []
    inside = range(found.area.left, found.area.right + 1)
    for column in sorted({*inside, *kept}):
        source, style = str(column), styles.get(column, "")
        strokes.append(Stroke(column, source, style, raw=column not in values))
        if column in values:
            made[source] = values[column].alias(source)
            continue
        formula, look = formulas.get(column), f' s="{style}"' if style else ""
        filled = [
            kept.get(column, {}).get(row)
            or (f"{look}>{formula.inside(letters(column), row)}</c>" if formula else None)
            for row in range(last + 1, last + height + 1)
        ]
        made[source] = pl.Series(source, filled, dtype=pl.String)
    return pl.DataFrame(made), strokes


def put_cell(part: SheetPart, row: int, header: str, value: str) -> SheetPart:
    """`part` with the text `value` at the sheet's `row` under `header`, in the style the cell has.

    Raises TableMissing when there is no such header, BookRefused when `row` is not below the header row.
    """
    found = grid(part.whole(), part.table, part.shared, part.name)
    places = {same(name): found.area.left + at for at, name in enumerate(found.headers)}
    if same(header) not in places:
        raise TableMissing(f"{part.name}: the column {header} is missing. Add its header to the sheet.")
    if row <= found.area.top:
        raise BookRefused(f"{part.name}, row {row}: only rows under the header row can be written.")
    xml, (start, _, _, end) = found.outline.xml, found.outline.cuts
    frm, upto = row_start(xml, row, start, end), row_start(xml, row + 1, start, end)
    column = places[same(header)]
    written = _with_cell(xml[frm:upto] or b'<row r="%d"></row>' % row, row, column, value, found)
    return part._replace(sheet=xml[:frm] + written + xml[upto:])


def _with_cell(xml: bytes, row: int, column: int, value: str, found: Grid) -> bytes:
    xml = re.sub(rb"^(<row\b[^>]*?)\s*/>", rb"\1></row>", xml)
    mine = rb'<c [^>]*?\br="%s%d"[^>]*?(?:/>|>.*?</c>)' % (letters(column).encode(), row)
    cells = cells_in(xml)
    style = next((cell.style for cell in cells if cell.column == column), found.styles().get(column, ""))
    new = text_cell(column, row, value, style).xml()
    if re.search(mine, xml, re.DOTALL):
        return re.sub(mine, lambda _: new, xml, count=1, flags=re.DOTALL)
    later = [cell.column for cell in cells if cell.column > column]
    if later:
        mark = re.search(rb'<c [^>]*?\br="%s%d"' % (letters(min(later)).encode(), row), xml)
        at = mark.start() if mark else xml.rindex(b"</row>")
    else:
        at = xml.rindex(b"</row>")
    return xml[:at] + new + xml[at:]
