"""Addresses: A1 text as Excel writes it, and positions counted from 1."""

import re
from typing import NamedTuple

ROWS = 1048576
COLUMNS = 16384
CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})\Z")
WHOLE_COLUMN = re.compile(r"\$?([A-Za-z]{1,3})\Z")
WHOLE_ROW = re.compile(r"\$?([0-9]{1,7})\Z")
PLAIN_NAME = re.compile(r"[^\W\d][\w.]*\Z")


class Area(NamedTuple):
    """A rectangle of cells: its first and last row and column, counted from 1."""

    row: int
    column: int
    last_row: int
    last_column: int

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns it has."""
        return self.last_row - self.row + 1, self.last_column - self.column + 1

    def joined(self, other: "Area") -> "Area":
        """The smallest rectangle that holds both."""
        return Area(
            min(self.row, other.row),
            min(self.column, other.column),
            max(self.last_row, other.last_row),
            max(self.last_column, other.last_column),
        )

    def common(self, other: "Area") -> "Area | None":
        """The cells that lie in both; None when there are none."""
        area = Area(
            max(self.row, other.row),
            max(self.column, other.column),
            min(self.last_row, other.last_row),
            min(self.last_column, other.last_column),
        )
        return area if area.row <= area.last_row and area.column <= area.last_column else None

    def moved(self, rows: int, columns: int) -> "Area":
        """The same shape, so many rows and columns further."""
        return Area(self.row + rows, self.column + columns, self.last_row + rows, self.last_column + columns)


def letters(column: int) -> str:
    """The letters of a column: 1 is A, 28 is AB."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def column_number(text: str) -> int:
    """The number of a column from its letters."""
    number = 0
    for letter in text.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def parsed(text: str) -> Area | None:
    """The area that an address such as `$A$1`, `A1:B2`, `A:C` or `1:3` names; None when it names none."""
    first, colon, last = text.strip().partition(":")
    one = _part(first, alone=not colon)
    other = _part(last, alone=False) if colon else one
    return one.joined(other) if one and other else None


def written(area: Area, *, row_absolute: bool = True, column_absolute: bool = True) -> str:
    """The address of an area as Excel writes it; whole columns and rows as `$A:$C` and `$1:$3`."""
    row, column = "$" * row_absolute, "$" * column_absolute
    if area.row == 1 and area.last_row == ROWS and area.shape[1] < COLUMNS:
        return f"{column}{letters(area.column)}:{column}{letters(area.last_column)}"
    if area.column == 1 and area.last_column == COLUMNS:
        return f"{row}{area.row}:{row}{area.last_row}"
    first = f"{column}{letters(area.column)}{row}{area.row}"
    last = f"{column}{letters(area.last_column)}{row}{area.last_row}"
    return first if first == last else f"{first}:{last}"


def quoted(name: str) -> str:
    """A sheet's or book's name as it stands before the `!` of an address, in quotes where Excel needs them."""
    if PLAIN_NAME.match(name) and not CELL.match(name) and not _looks_like_r1c1(name):
        return name
    return "'" + name.replace("'", "''") + "'"


def external(book: str, sheet: str) -> str:
    """Book and sheet as they stand before the `!` of an external address: `[Book1]Sheet1`."""
    bare = re.fullmatch(r"[\w.]+", book) and quoted(sheet) == sheet
    return f"[{book}]{sheet}" if bare else "'" + f"[{book}]{sheet}".replace("'", "''") + "'"


def split_sheet(text: str) -> tuple[str | None, str]:
    """A reference parted into the sheet it names, without quotes, and the rest."""
    sheet, mark, rest = text.rpartition("!")
    if not mark:
        return None, text
    if sheet.startswith("'") and sheet.endswith("'"):
        sheet = sheet[1:-1].replace("''", "'")
    return sheet, rest


def _looks_like_r1c1(name: str) -> bool:
    return re.fullmatch(r"(?i)r\d*(c\d*)?|c\d*", name) is not None


def _part(text: str, *, alone: bool) -> Area | None:
    if cell := CELL.match(text):
        column, row = column_number(cell[1]), int(cell[2])
        area = Area(row, column, row, column)
    elif not alone and (whole := WHOLE_COLUMN.match(text)):
        area = Area(1, column_number(whole[1]), ROWS, column_number(whole[1]))
    elif not alone and (whole := WHOLE_ROW.match(text)):
        area = Area(int(whole[1]), 1, int(whole[1]), COLUMNS)
    else:
        return None
    return area if 1 <= area.row <= area.last_row <= ROWS and area.last_column <= COLUMNS else None
