"""A whole workbook typed in a test: sheets as small text tables, held in memory behind the port to a spreadsheet."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import polars as pl

from duesheet.books import Cells
from duesheet.journal import Journal
from duesheet.layout import Table, layout

BOOK_ID = "6f9c1b1e-0000-4000-8000-000000000001"


class Desk:
    """A book in memory. A sheet is a frame of cells under its headers; what is not typed is blank."""

    def __init__(self, sheets: Mapping[str, pl.DataFrame]) -> None:
        self.sheets = dict(sheets)
        self.written: list[str] = []

    @property
    def name(self) -> str:
        """The file's name."""
        return "Desk.xlsx"

    def read(self, table: Table) -> Cells | None:
        """The cells of `table`."""
        frame = self.sheets.get(table.name)
        if frame is None:
            return None
        rows = pl.Series(range(2, frame.height + 2), dtype=pl.Int64)
        blank = frame.select(pl.all_horizontal(pl.all().is_null())).to_series() if frame.width else rows == 0
        return Cells(table.name, table.name, frame.filter(~blank), rows.filter(~blank))

    def write(self, table: Table, frame: pl.DataFrame) -> None:
        """Replace the rows of an output table."""
        assert table.role == "output"
        self.written.append(table.name)
        self.sheets[table.name] = frame

    def append(self, table: Table, frame: pl.DataFrame) -> None:
        """Add rows at the end."""
        old = self.sheets[table.name]
        new = frame.cast(old.schema) if old.height else frame
        self.sheets[table.name] = pl.concat([old, new]) if old.height else new

    def put(self, table: Table, row: int, column: str, value: str) -> None:
        """Write one cell."""
        frame = self.sheets[table.name]
        cells = frame[column].cast(pl.String).to_list()
        cells[row - 2] = value
        self.sheets[table.name] = frame.with_columns(pl.Series(column, cells))


def desk(text: str, **settings: str) -> Desk:
    """The book typed in `text`: the name of a sheet on a line, then its header and rows with | between the cells.

    `settings` are values of the Settings sheet, by name with _ for blanks. Policy is the shipped one unless typed.
    """
    drawing = layout()
    typed = {name: _frame(table, []) for name, table in drawing.tables.items()}
    typed["Policy"] = _policy(drawing.tables["Policy"])
    typed |= {name: _frame(drawing.tables[name], rows) for name, rows in _sheets(text).items()}
    chosen = {
        "Book ID": BOOK_ID,
        "Payments may be old by days": "0",
        **{_name(key): value for key, value in settings.items()},
    }
    rows = [["Setting", "Value", "Meaning"], *([name, value, ""] for name, value in chosen.items())]
    typed["Settings"] = _frame(drawing.tables["Settings"], rows)
    return Desk(typed)


def _name(key: str) -> str:
    names = {setting.name.lower().replace("-", " "): setting.name for setting in layout().settings}
    return names[key.replace("_", " ").lower()]


def _sheets(text: str) -> dict[str, list[list[str]]]:
    sheets: dict[str, list[list[str]]] = {}
    current = ""
    for line in (line.strip() for line in text.splitlines()):
        if line in layout().tables:
            current = line
            sheets[current] = []
        elif line:
            sheets[current].append([cell.strip() for cell in line.split("|")])
    return sheets


def _frame(table: Table, rows: list[list[str]]) -> pl.DataFrame:
    header = rows[0] if rows else []
    declared = [column.name for column in table.columns]
    unknown = set(header) - set(declared)
    names = [*declared, *sorted(unknown)]
    cells = {
        name: [
            row[header.index(name)] or None if name in header and header.index(name) < len(row) else None
            for row in rows[1:]
        ]
        for name in names
    }
    return pl.DataFrame(cells, schema=dict.fromkeys(names, pl.String))


def _policy(table: Table) -> pl.DataFrame:
    names = ("Step", "Name", "Days", "Template", "Channel")
    rows = [[str(step[name.lower()]) for name in names] for step in layout().steps]
    return _frame(table, [list(names), *rows])


def journal(folder: Path) -> "type[Journal]":
    """An opener of journals that lie in `folder`."""
    return lambda book_id, _url="": Journal.open(
        book_id, f"sqlite:///{(folder / 'journal.sqlite').as_posix()}"
    )  # type: ignore[return-value]


def day(text: str) -> date:
    """A date typed as 2026-11-23."""
    return date.fromisoformat(text)


def noon(text: str) -> datetime:
    """Noon of a date, by this machine's zone."""
    return datetime.fromisoformat(f"{text}T12:00:00").astimezone()
