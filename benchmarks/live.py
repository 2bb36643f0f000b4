"""A refresh of a workbook that is open in LibreOffice Calc, against the same refresh of the closed file.

`python -m benchmarks.live [INVOICES...] [--rounds N] [--books FOLDER]` prints one table. The open workbook is
refreshed by the function behind the button, counted from the press to the answer; the closed one by the
command, counted from the start of its process to its end. Opening the workbook in Calc is told by itself.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measure import cost, engine, median
from benchmarks.refresh import book_of, command, head, line

SIZES = (10_000, 100_000)


def refreshed(book: Path) -> dict[str, object]:
    """The seconds it takes to open `book` in Calc and to refresh it there, and what the user is told."""
    import xlwings as xw  # noqa: PLC0415  only the engine's own process drives an office

    import xlwings_libreoffice  # noqa: PLC0415  as above
    from duesheet import buttons  # noqa: PLC0415  as above

    app = xw.Engine(impl=xlwings_libreoffice.engine).apps.add(visible=False, add_book=False)
    began = time.perf_counter()
    opened = app.books.open(book)
    try:
        loaded = time.perf_counter()
        told = buttons.refresh(opened)
        return {"open": loaded - began, "refresh": time.perf_counter() - loaded, "told": told}
    finally:
        opened.close()
        app.quit()


def row(invoices: int, book: Path, folder: Path, rounds: int) -> str:
    """The line of one size: the closed book's seconds, the open one's, and the ratio."""
    closed, live = [], []
    for _ in range(rounds):
        copy = folder / "copy.xlsx"
        shutil.copyfile(book, copy)
        closed.append(cost([command(), "refresh", str(copy), "--json"], fine=(0, 1)))
        shutil.copyfile(book, copy)
        live.append(cost(engine("live", "--book", str(copy))))
    seconds = sorted(float(one.said["refresh"]) for one in live)[rounds // 2]
    opening = sorted(float(one.said["open"]) for one in live)[rounds // 2]
    before = median(closed).wall
    told = [
        f"{invoices:,}",
        f"{before:.1f}",
        f"{seconds:.1f}",
        f"**{seconds / before:.1f}**",
        f"{opening:.1f}",
    ]
    return line([*told, str(live[0].said["told"])])


def main() -> None:
    """Measure every size asked for, and print the table; or be the process that drives the office."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("invoices", nargs="*", type=int)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--books", type=Path, default=Path(tempfile.gettempdir()) / "duesheet-benchmarks")
    asked.add_argument("--book", type=Path, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.book:
        sys.stdout.write(json.dumps(refreshed(given.book)))
        return
    with tempfile.TemporaryDirectory(prefix="duesheet-live-") as folder:
        os.environ["XDG_DATA_HOME"] = folder
        rows = [
            row(invoices, book_of(invoices, given.books), Path(folder), given.rounds)
            for invoices in given.invoices or SIZES
        ]
    columns = ["invoices", "closed s", "live s", "live to closed", "opening s", "told"]
    print(head(columns), *rows, sep="\n")


if __name__ == "__main__":
    main()
