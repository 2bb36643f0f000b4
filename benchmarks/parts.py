"""The parts a refresh is made of, each bare and by itself: `python -m benchmarks.parts REFRESHED TARGET`.

Reading: fastexcel loads the same input sheets. Core: from coded frames to open items, aging, risk and
expected dates. Writing: the same output sheets replaced by `bare`. REFRESHED is a book Duesheet has
refreshed, so that what is written here is just as much. Prints the seconds as JSON; what prepares a stage
is not counted.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import fastexcel
import polars as pl
from benchmarks import bare
from benchmarks.ledger import AS_OF

from duesheet import position, records
from duesheet.books.closed import ClosedBook

INPUT = ("Customers", "Invoices", "Payments", "Policy", "Activity", "Settings")
OUTPUT = ("Aging", "OpenItems", "Reminders", "Schedule", "Dashboard", "Problems")

Made = TypeVar("Made")


def timed(work: Callable[[], Made]) -> tuple[float, Made]:
    """How long `work` took, and what it made."""
    began = time.perf_counter()
    made = work()
    return time.perf_counter() - began, made


def reading(path: Path, sheets: tuple[str, ...]) -> dict[str, pl.DataFrame]:
    """The sheets as fastexcel gives them."""
    book = fastexcel.read_excel(path)
    return {sheet: book.load_sheet(sheet).to_polars() for sheet in sheets}


def core(said: records.Records) -> position.Position:
    """Everything from coded frames to one row for each account."""
    now = position.position(said, AS_OF)
    position.scored(said, now)
    return now


def plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Text and numbers only, as cells hold them: dates as day numbers."""
    dates = pl.selectors.temporal()
    return frame.with_columns((dates.cast(pl.Datetime("us")).dt.epoch("d") + 25_569).cast(pl.Float64))


def main(source: Path, target: Path) -> dict[str, object]:
    """The seconds of each part, and what is open by currency."""
    read, _ = timed(lambda: reading(source, INPUT))
    said = records.read(ClosedBook.open(source))
    worked, _ = timed(lambda: core(said))
    sheets = {name: plain(frame) for name, frame in reading(source, OUTPUT).items()}
    owed = sheets["OpenItems"].group_by("Currency").agg(pl.col("Open").sum().round(2)).sort("Currency")
    written, _ = timed(lambda: bare.replace(source, target, sheets))
    return {"read": read, "core": worked, "write": written, "open": dict(owed.iter_rows())}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]))))
