"""The engine for LibreOffice: a block written and read through xlwings, by UNO alone, and as a file by openpyxl.

    python -m benchmarks.calc                 # 100,000 rows of ten cells
    python -m benchmarks.calc 20000 --rounds 5

Numbers, texts, dates and truth values, seven columns, two and one. All ways must give the same values back.
UNO alone takes and gives numbers for dates and truth values: its times hold what any program must do at least.
"""

import argparse
import datetime as dt
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import xlwings

import xlwings_libreoffice

EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 (cells know no time zone)
Block = list[list[object]]


def block(rows: int) -> Block:
    """Rows of ten mixed values."""
    first = dt.datetime(2020, 1, 1)  # noqa: DTZ001 (the same)
    return [
        [
            float(row),
            f"text {row % 1000}",
            first + dt.timedelta(days=row % 2000),
            row / 8,
            f"C{row:06}",
            float(row * 3),
            row % 3 == 0,
            None if row % 5 else "note",
            first + dt.timedelta(days=row % 300, hours=row % 24),
            row * 1.25,
        ]
        for row in range(rows)
    ]


def bare(value: object) -> float | str:
    """A value as UNO takes it."""
    if isinstance(value, dt.datetime):
        return (value - EPOCH) / dt.timedelta(days=1)
    if isinstance(value, str):
        return value
    return float(value) if isinstance(value, (int, float)) else ""


def seconds(work: Callable[[], object]) -> tuple[float, object]:
    """How long it took, and what it gave."""
    began = time.perf_counter()
    given = work()
    return time.perf_counter() - began, given


def through_xlwings(sheet: xlwings.Sheet, values: Block) -> tuple[float, float]:
    """The seconds of writing and reading through xlwings."""
    wrote, _ = seconds(lambda: setattr(sheet["A1"], "value", values))
    read, given = seconds(lambda: sheet["A1"].resize(len(values), len(values[0])).value)
    if given != values:
        raise SystemExit("xlwings: OTHER VALUES")
    return wrote, read


def by_uno(sheet: xlwings.Sheet, values: Block) -> tuple[float, float]:
    """The seconds of writing and reading by UNO alone; the values are made ready beforehand."""
    ready = tuple(tuple(map(bare, row)) for row in values)
    cells = sheet.api.getCellRangeByPosition(0, 0, len(ready[0]) - 1, len(ready) - 1)
    wrote, _ = seconds(lambda: cells.setDataArray(ready))
    read, given = seconds(cells.getDataArray)
    if given != ready:
        raise SystemExit("UNO: OTHER VALUES")
    return wrote, read


def by_openpyxl(path: Path, values: Block) -> tuple[float, float]:
    """The seconds of writing a file with openpyxl and of reading it."""

    def write() -> None:
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in values:
            sheet.append(row)
        book.save(path)

    def read() -> list[list[Any]]:
        book = openpyxl.load_workbook(path, read_only=True)
        rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
        book.close()
        return rows

    wrote, _ = seconds(write)
    took, given = seconds(read)
    if given != values:
        raise SystemExit("openpyxl: OTHER VALUES")
    return wrote, took


def main() -> None:
    """Prints one table."""
    parser = argparse.ArgumentParser(description="The engine for LibreOffice against UNO alone and openpyxl.")
    parser.add_argument("rows", nargs="?", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    values = block(asked.rows)
    xlwings.engines[xlwings_libreoffice.engine.name].activate()
    taken: dict[str, list[tuple[float, float]]] = {"UNO alone": [], "xlwings": [], "openpyxl": []}
    with tempfile.TemporaryDirectory() as folder, xlwings.App(visible=False, add_book=False) as app:
        for _ in range(asked.rounds):
            for name, way in (("UNO alone", by_uno), ("xlwings", through_xlwings)):
                with app.books.add() as book:
                    taken[name].append(way(book.sheets[0], values))
            taken["openpyxl"].append(by_openpyxl(Path(folder) / "block.xlsx", values))
    middle = {
        name: [statistics.median(times) for times in zip(*both, strict=True)] for name, both in taken.items()
    }
    print(f"\n{asked.rows:,} x 10 cells, the middle of {asked.rounds}\n")
    print(
        "| | UNO alone s | xlwings s | to UNO | openpyxl s | openpyxl to xlwings |\n|---|---|---|---|---|---|"
    )
    for number, name in enumerate(("write", "read")):
        uno, own, other = (middle[way][number] for way in ("UNO alone", "xlwings", "openpyxl"))
        print(f"| {name} | {uno:.2f} | {own:.2f} | {own / uno:.2f} | {other:.1f} | {other / own:.1f} |")


if __name__ == "__main__":
    main()
