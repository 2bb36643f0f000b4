"""Formulas as they read after their cell moved, or the columns they point at did.

openpyxl's Translator cannot move columns apart and is many times slower; tests hold this against it.
"""

import html
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from duesheet.books.areas import LAST_COLUMN, LAST_ROW, letters, number
from duesheet.books.cells import Cell

_PIECE = re.compile(
    r'"(?:[^"]|"")*"'  # text
    r"|'(?:[^']|'')*'"  # the name of a sheet
    r"|\[(?:[^\[\]]|\[[^\[\]]*\])*\]"  # a column of a table, or the number of another workbook
    r"|(?<![\w.$\\])(?P<cells>\$?[A-Za-z]{1,3}\$?\d{1,7}(?::\$?[A-Za-z]{1,3}\$?\d{1,7})?)(?![\w(.!\\])"
    r"|(?<![\w.$\\:])(?P<lines>\$?\d{1,7}:\$?\d{1,7}|\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3})(?![\w(.!\\:])",
)
_HARD = re.compile(r"""["']|\[[^\]]*\d|(?<![A-Za-z])\d+:|[A-Za-z]{3}\d|\$\d+:\$?\d|#""")
"""What a formula must not hold to be moved down by its plain references alone: text, names, whole rows."""

_PLAIN = re.compile(r"(?<![\w.$\\])(\$?[A-Za-z]{1,2})(\d{1,7})(?![\w(.!\\])")
_REF = re.compile(r"(\$?)([A-Za-z]*)(\$?)(\d*)")
_FORMULA = re.compile(r"<f\b([^>]*?)(?:/>|>(.*?)</f>)(?:\s*<v\b[^>]*?(?:/>|>.*?</v>))?", re.DOTALL)
_SHARED = re.compile(
    rb'<c ([^>]*?)r="([A-Z]+)(\d+)"([^>]*)><f\b([^>]*?\bt="shared"[^>]*?)(?:/>|>(.*?)</f>)', re.DOTALL
)
_RESULT = re.compile(rb'\s*\bt="(?:str|e|b|s|n)"')


def moved(
    formula: str,
    down: int = 0,
    right: int = 0,
    columns: Callable[[int], int | None] | None = None,
    sheet: str = "",
) -> str:
    """`formula` after its cell moved `down` rows and `right` columns: references without $ follow it.

    With `columns` its own sheet's columns moved too: old number in, new number out, None when it is gone.
    `sheet` is that sheet's name.

    >>> moved("SUM($A$1,B2)*Rates!C2", 3), moved('IF([@Total]>0,"B2",LOG10(D2))', 1)
    ('SUM($A$1,B5)*Rates!C5', 'IF([@Total]>0,"B2",LOG10(D3))')
    >>> moved("$D2+E2+Rates!D2", columns={4: 5, 5: None}.get)
    '$E2+#REF!+Rates!D2'
    """
    if columns is None and not right and not _HARD.search(formula):
        return _PLAIN.sub(lambda found: _below(found, down), formula)

    def piece(found: re.Match[str]) -> str:
        ref = found["cells"] or found["lines"]
        if not ref:
            return found[0]
        before = formula[: found.start()]
        at_home = not before.endswith("!") or (bool(sheet) and before.endswith((f"{sheet}!", f"'{sheet}'!")))
        ends = [_end(end, down, right, columns if at_home else None) for end in ref.split(":")]
        return "#REF!" if None in ends else ":".join(end for end in ends if end)

    return _PIECE.sub(piece, formula)


def _below(found: re.Match[str], down: int) -> str:
    row = int(found[2]) + down
    return f"{found[1]}{row}" if 1 <= row <= LAST_ROW else "#REF!"


def _end(ref: str, down: int, right: int, columns: Callable[[int], int | None] | None) -> str | None:
    found = _REF.fullmatch(ref)
    if found is None:
        return ref
    lock, name, hold, digits = found.groups()
    if name and number(name.upper()) > LAST_COLUMN:
        return ref
    row = int(digits) + (0 if hold or (lock and not name) else down) if digits else None
    if row is not None and not 1 <= row <= LAST_ROW:
        return None
    if not name:
        return f"{lock}{hold}{row}"
    column = _column(number(name.upper()), 0 if lock else right, columns)
    return None if column is None else f"{lock}{letters(column)}{hold}{'' if row is None else row}"


def _column(old: int, right: int, columns: Callable[[int], int | None] | None) -> int | None:
    new = columns(old) if columns else old
    if new is None or not 1 <= new + right <= LAST_COLUMN:
        return None
    return new + right


class Formula(NamedTuple):
    """A column's formula (without =) as it reads in the sheet's `row`."""

    text: str
    row: int
    array: bool = False

    def inside(self, column: str, row: int) -> str:
        """The inside of the cell in `row`; no value, it is calculated when the book opens."""
        kind = f' t="array" ref="{column}{row}"' if self.array else ""
        return f"<f{kind}>{html.escape(moved(self.text, row - self.row), quote=False)}</f>"


def moved_cell(cell: Cell, column: int, row: int, remap: Mapping[int, int | None], sheet: str) -> Cell:
    """`cell` at another place, its formula reading there as it read here, without its old result."""
    if not cell.is_formula:
        return cell._replace(column=column, row=row)

    lookup = (lambda old: remap.get(old, old)) if remap else None

    def formula(found: re.Match[str]) -> str:
        text = moved(html.unescape(found[2] or ""), row - cell.row, columns=lookup, sheet=sheet)
        place = found[1] and re.sub(r'\bref="[A-Z]+\d+"', f'ref="{letters(column)}{row}"', found[1])
        return f"<f{place}>{html.escape(text, quote=False)}</f>"

    inside = _FORMULA.sub(formula, cell.inside.decode()).encode()
    return Cell(column, row, _RESULT.sub(b"", cell.attributes), inside)


def unshared(rows: bytes) -> bytes:
    """A run of rows with each formula that is shared between cells written out in its own cell."""
    if b't="shared"' not in rows:
        return rows
    masters: dict[bytes, tuple[str, int, int]] = {}

    def plainly(found: re.Match[bytes]) -> bytes:
        before, name, row, after, attributes, text = found.groups()
        mark = re.search(rb'\bsi="(\d+)"', attributes)
        column, line, number_ = number(name.decode()), int(row), mark[1] if mark else b""
        if text:
            masters[number_] = (html.unescape(text.decode()), column, line)
        if number_ not in masters:
            return found[0]
        master, left, top = masters[number_]
        formula = html.escape(moved(master, line - top, column - left), quote=False).encode()
        return b'<c %sr="%s%s"%s><f>%s</f>' % (before, name, row, after, formula)

    return _SHARED.sub(plainly, rows)
