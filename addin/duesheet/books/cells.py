"""Single cells of a sheet's XML: their text out, text in."""

import html
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from duesheet.books.areas import letters, number

LONGEST = 32_767
"""The most characters (UTF-16 units) a cell can hold."""

UNSAFE = r"[\x00-\x08\x0B-\x1F\x{FFFE}\x{FFFF}]|_x[0-9A-Fa-f]{4}"
"""What a cell's text cannot say plainly: control characters, and what looks like an escape (for Polars)."""

_CONTROL = r"[\x00-\x08\x0B-\x1F\uFFFE\uFFFF]"
_UNSAFE = re.compile(rf"{_CONTROL}|_(?=x[0-9A-Fa-f]{{4}}(?:_|{_CONTROL}))")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TEXTS = re.compile(rb"<t\b[^>]*?(?:/>|>(.*?)</t>)", re.DOTALL)
_SPOKEN = re.compile(rb"<rPh\b.*?</rPh>", re.DOTALL)
_VALUE = re.compile(rb"<v\b[^>]*>(.*?)</v>", re.DOTALL)
_TYPE = re.compile(rb'\bt="(\w+)"')
_STYLE = re.compile(rb'\bs="(\d+)"')


class Cell(NamedTuple):
    """A cell as it stands in the file: `attributes` but its place (b' s="3" t="s"'), and what is inside."""

    column: int
    row: int
    attributes: bytes = b""
    inside: bytes = b""

    @property
    def style(self) -> str:
        """The number of the cell's style; blank for none."""
        found = _STYLE.search(self.attributes)
        return found[1].decode() if found else ""

    @property
    def is_formula(self) -> bool:
        """Whether a formula makes the cell's value."""
        return b"<f" in self.inside

    def text(self, shared: Callable[[int], str]) -> str:
        """What the cell holds as text: numbers in their shortest form, TRUE or FALSE, errors by name.

        >>> Cell(1, 2, b' t="inlineStr"', b"<is><t>a &amp; b</t></is>").text(str)
        'a & b'
        >>> Cell(1, 2, b"", b"<v>12.0</v>").text(str)
        '12'
        """
        kind = _TYPE.search(self.attributes)
        name = kind[1] if kind else b"n"
        if name == b"inlineStr":
            return plain(b"".join(_TEXTS.findall(_SPOKEN.sub(b"", self.inside))))
        value = _VALUE.search(self.inside)
        if value is None or not value[1]:
            return ""
        if name == b"s":
            return shared(int(value[1]))
        if name == b"b":
            return "TRUE" if value[1].strip() == b"1" else "FALSE"
        return plain(value[1]) if name in {b"str", b"e", b"d"} else shortest(value[1].decode())

    def fragment(self) -> str:
        """The cell's XML after its place, as rows are put together from."""
        inside = self.inside.decode()
        return f"{self.attributes.decode()}>{inside}</c>" if inside else f"{self.attributes.decode()}/>"

    def xml(self) -> bytes:
        """The whole cell."""
        return f'<c r="{letters(self.column)}{self.row}"{self.fragment()}'.encode()


def shortest(value: str) -> str:
    """A number's text in its shortest form, so that 12, 12.0 and 1.2E1 are the same.

    >>> shortest("12.0"), shortest("0.50"), shortest("x")
    ('12', '0.5', 'x')
    """
    try:
        figure = float(value)
    except ValueError:
        return value
    return str(int(figure)) if figure.is_integer() else repr(figure)


def plain(xml: bytes) -> str:
    r"""The text that `xml`, the inside of a <t> or <v>, stands for.

    >>> plain(b"1 &lt; 2_x000D__x005F_x0041_")
    '1 < 2\r_x0041_'
    """
    text = xml.decode()
    text = html.unescape(text) if "&" in text else text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def escaped(text: str) -> str:
    r"""`text` as it stands inside <t>: what XML cannot carry as _xHHHH_, over-long text cut.

    >>> escaped("a<b & c\r"), escaped("_x0041_")
    ('a&lt;b &amp; c_x000D_', '_x005F_x0041_')
    """
    safe = _UNSAFE.sub(lambda found: f"_x{ord(found[0]):04X}_", cut(text))
    return html.escape(safe, quote=False)


def cut(text: str) -> str:
    """`text`, at most as long as a cell can hold, never in the middle of a character."""
    if len(text) * 2 <= LONGEST:
        return text
    return text.encode("utf-16-le")[: LONGEST * 2].decode("utf-16-le", errors="ignore")


def text_cell(column: int, row: int, text: str, style: str = "") -> Cell:
    """A cell holding `text`; it is never a formula, whatever it starts with."""
    look = f' s="{style}"'.encode() if style else b""
    if not text:
        return Cell(column, row, look)
    return Cell(
        column,
        row,
        look + b' t="inlineStr"',
        f'<is><t xml:space="preserve">{escaped(text)}</t></is>'.encode(),
    )


def cells_in(rows: bytes, columns: Iterable[int] | None = None) -> list[Cell]:
    """The cells of a run of rows, of the given sheet columns only (None: of all)."""
    names = (
        rb"[A-Z]+" if columns is None else b"|".join(letters(column).encode() for column in columns) or b"-"
    )
    place = rb'r="(' + names + rb')(\d+)"([^>]*?)(?:/>|>(.*?)</c>)'
    if rows.count(b"<c ") == rows.count(b'<c r="'):
        plainly = re.findall(rb"<c " + place, rows, re.DOTALL)
        return [Cell(number(name.decode()), int(row), after, inside) for name, row, after, inside in plainly]
    return [
        Cell(number(name.decode()), int(row), b" " + before.rstrip() + after if before else after, inside)
        for before, name, row, after, inside in re.findall(rb"<c ([^>]*?)" + place, rows, re.DOTALL)
    ]


def columns_in(rows: bytes) -> set[int]:
    """The sheet's columns that have a cell in a run of rows."""
    return {number(name.decode()) for name in set(re.findall(rb'<c [^>]*?\br="([A-Z]+)', rows))}
