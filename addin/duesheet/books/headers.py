"""What stands over and around a table's rows: header cells, column widths, the table's own part."""

import re
from collections.abc import Mapping, Sequence

from lxml import etree

from duesheet.books.areas import LAST_COLUMN, Area, Move
from duesheet.books.cells import cells_in, text_cell
from duesheet.books.formulas import Formula
from duesheet.books.grid import SPREADSHEET, Grid
from duesheet.books.slots import Slot

_COLS = re.compile(rb"<cols>.*?</cols>", re.DOTALL)
_COL = re.compile(r"<col\b([^>]*?)/?>")
_DIMENSION = re.compile(rb'(<dimension\b[^>]*?\bref=")[^"]*(")')


def head(grid: Grid, move: Move, columns: Sequence[Slot], last: int) -> bytes:
    """The sheet through <sheetData>, its dimension to row `last`, its widths where their columns are now."""
    xml = grid.outline.head
    found = re.search(rb'<dimension\b[^>]*?\bref="([^"]*)"', xml)
    old = Area.parse(found[1].decode()) if found else grid.area
    shift = move.right - grid.area.right
    right = max(old.right + shift if old.right >= grid.area.right else old.right, move.right)
    new = Area(min(old.left, grid.area.left), min(old.top, grid.area.top), right, last)
    xml = _DIMENSION.sub(rb"\g<1>" + str(new).encode() + rb"\g<2>", xml, count=1)
    if not move.columns:
        return xml
    return _COLS.sub(lambda cols: _widths(cols[0].decode(), grid.area, move, columns).encode(), xml, count=1)


def _widths(cols: str, area: Area, move: Move, columns: Sequence[Slot]) -> str:
    looks: list[tuple[int, int, str]] = []
    inside: dict[int, str] = {}
    shift = move.right - area.right
    for attributes in _COL.findall(cols):
        ends = dict(re.findall(r'\b(min|max)="(\d+)"', attributes))
        first, last = int(ends["min"]), int(ends["max"])
        rest = re.sub(r'\s*\b(?:min|max)="\d+"', "", attributes).rstrip()
        looks.append((first, min(last, area.left - 1), rest))
        looks.append((max(first, area.right + 1) + shift, min(last + shift, LAST_COLUMN), rest))
        inside |= dict.fromkeys(range(max(first, area.left), min(last, area.right) + 1), rest)
    looks += [(slot.column, slot.column, inside[slot.like]) for slot in columns if slot.like in inside]
    tags = [
        f'<col min="{first}" max="{last}"{rest}/>' for first, last, rest in sorted(looks) if first <= last
    ]
    return f"<cols>{''.join(tags)}</cols>" if tags else ""


def across(row: bytes, grid: Grid, move: Move, columns: Sequence[Slot], *, named: bool) -> bytes:
    """The header row (`named`) or the totals row with its cells where their columns are now.

    New columns get their header as text, in the totals row a blank cell that looks like its neighbor.
    """
    number = grid.area.top if named else move.bottom + 1
    cells = {cell.column: cell for cell in cells_in(row)}
    out = [
        cell._replace(column=place, row=number)
        for cell in cells.values()
        if not grid.area.left <= cell.column <= grid.area.right
        for place in move.column(cell.column)
    ]
    for slot in columns:
        if slot.old in cells:
            out.append(cells[slot.old]._replace(column=slot.column, row=number))
        elif slot.old is None:
            style = cells[slot.like].style if slot.like in cells else ""
            out.append(text_cell(slot.column, number, slot.header if named else "", style))
    tag = re.match(rb"<row\b([^>]*?)/?>", row)
    rest = re.sub(rb'\s*\b(?:r|spans)="[^"]*"', b"", tag[1]) if tag else b""
    inside = b"".join(cell.xml() for cell in sorted(out, key=lambda cell: cell.column))
    return b'<row r="%d"%s>%s</row>' % (number, rest, inside)


def table_part(xml: bytes, grid: Grid, move: Move, columns: Sequence[Slot]) -> bytes:
    """The table's own part with its refs, and its columns if they changed."""
    root = etree.fromstring(xml)
    bottom = move.bottom + grid.totals
    root.set("ref", str(Area(grid.area.left, grid.area.top, move.right, bottom)))
    refit(root, grid, move)
    own = {slot.old for slot in columns if slot.declared is None}
    listed = root.find(f"{SPREADSHEET}tableColumns")
    if listed is not None:
        for at, column in enumerate(listed):
            formula = column.find(f"{SPREADSHEET}calculatedColumnFormula")
            if formula is not None and grid.area.left + at not in own:
                column.remove(formula)
        if move.columns:
            _table_columns(listed, grid.area.left, columns)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _table_columns(listed: etree._Element, left: int, columns: Sequence[Slot]) -> None:
    old: Mapping[int, etree._Element] = {left + at: column for at, column in enumerate(listed)}
    number = max((int(column.get("id", "0")) for column in old.values()), default=0)
    for column in list(listed):
        listed.remove(column)
    for slot in columns:
        if slot.old is not None:
            listed.append(old[slot.old])
            continue
        number += 1
        column = etree.SubElement(listed, f"{SPREADSHEET}tableColumn", id=str(number), name=slot.header)
        like = old.get(slot.like or 0)
        for name in ("totalsRowFunction", "dataDxfId", "totalsRowDxfId", "headerRowDxfId"):
            if like is not None and name in like.attrib:
                column.set(name, like.get(name, ""))
    listed.set("count", str(len(columns)))


def refit(root: etree._Element, grid: Grid, move: Move) -> None:
    """The filter and sort criteria inside `root`, themselves unchanged, put to the new rows and columns."""
    for criteria in root.iter(f"{SPREADSHEET}autoFilter"):
        criteria.set("ref", str(Area(grid.area.left, grid.area.top, move.right, move.bottom)))
        for column in criteria.findall(f"{SPREADSHEET}filterColumn"):
            new = move.column(grid.area.left + int(column.get("colId", "0")))
            if new:
                column.set("colId", str(new[0] - grid.area.left))
            else:
                criteria.remove(column)
    for order in list(root.iter(f"{SPREADSHEET}sortState")):
        for element in [order, *order]:
            refs = move.refs(element.get("ref", ""))
            if refs:
                element.set("ref", refs[0])
            elif element is not order:
                order.remove(element)
        parent = order.getparent()
        if len(order) == 0 and parent is not None:
            parent.remove(order)


def calculated(xml: bytes | None, grid: Grid) -> dict[int, Formula]:
    """The formulas that fill whole columns of the table, by the sheet's column."""
    found = {}
    root = etree.fromstring(xml) if xml is not None else etree.Element("none")
    for at, column in enumerate(root.iter(f"{SPREADSHEET}tableColumn")):
        formula = column.find(f"{SPREADSHEET}calculatedColumnFormula")
        if formula is not None and formula.text:
            array = formula.get("array") in {"1", "true"}
            found[grid.area.left + at] = Formula(formula.text, grid.first, array=array)
    return found
