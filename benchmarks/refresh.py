"""A whole refresh of a closed book, against the obvious way and against the sum of its bare parts.

`python -m benchmarks.refresh [INVOICES...] [--rounds N] [--obvious-to N] [--obvious-rounds N] [--books FOLDER]`
prints two tables. Every engine is a process of its own, measured from its start to its end, in turns. Books are made
once and kept in FOLDER.
"""

import argparse
import compileall
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks.measure import Cost, cost, engine, median

import duesheet

SIZES = (10_000, 100_000, 1_000_000)
AS_OF = "2025-12-31"
NAMES = ("read", "core", "write")
STAGES = ("import", "read", "position", "risk", "plan", "sheets", "write", "save", "rest")
BARE_START = "import fastexcel, isal, narwhals, polars"
CENT = 0.01


def book_of(invoices: int, books: Path) -> Path:
    """A book of so many invoices, made when it is not there yet."""
    path = books / f"{invoices}.xlsx"
    if not path.is_file():
        books.mkdir(parents=True, exist_ok=True)
        sys.stderr.write(f"making a book of {invoices:,} invoices\n")
        made = path.with_suffix(".part.xlsx")
        cost(engine("ledger", str(invoices), str(made)))
        made.replace(path)
    return path


def command() -> str:
    """The installed command `duesheet`."""
    beside = shutil.which("duesheet", path=str(Path(sys.executable).parent))
    return beside or shutil.which("duesheet") or sys.exit("Install Duesheet first: pip install .")


class Trial:
    """The engines side by side on one book."""

    def __init__(self, invoices: int, book: Path, folder: Path) -> None:
        self.invoices, self.book, self.folder = invoices, book, folder
        self.ours: list[Cost] = []
        self.starts: list[Cost] = []
        self.parts: list[Cost] = []
        self.stages: list[Cost] = []
        self.obvious: list[Cost] = []

    def round(self, *, obvious: bool) -> None:
        """One turn of every engine."""
        copy, target = self.folder / "copy.xlsx", self.folder / "target.xlsx"
        shutil.copyfile(self.book, copy)
        self.ours.append(cost([command(), "refresh", str(copy), "--as-of", AS_OF, "--json"], fine=(0, 1)))
        self.starts.append(cost([sys.executable, "-c", BARE_START]))
        self.parts.append(cost(engine("parts", str(copy), str(target))))
        shutil.copyfile(self.book, copy)
        self.stages.append(cost(engine("stages", str(copy), "--as-of", AS_OF)))
        if obvious:
            shutil.copyfile(self.book, copy)
            self.obvious.append(cost(engine("obvious", str(copy), str(target)), limit=7200))
        for path in self.folder.glob("*.xlsx*"):
            path.unlink()

    @property
    def bare(self) -> float:
        """Seconds of the parts together: starting Python and the libraries, reading, core, writing."""
        return median(self.starts).wall + sum(self.part(name) for name in NAMES)

    def part(self, name: str) -> float:
        """The middle seconds of one part."""
        took = sorted(float(one.said[name]) for one in self.parts)
        return took[len(took) // 2]

    def row(self) -> str:
        """The line of the first table."""
        ours = median(self.ours)
        told = [f"{self.invoices:,}", f"{ours.wall:.2f}", f"{ours.cpu:.2f}", f"{ours.peak:,.0f}"]
        told += [f"{self.bare:.2f}", f"**{ours.wall / self.bare:.2f}**"]
        if not self.obvious:
            return line([*told, "", "", "", ""])
        slow = median(self.obvious)
        agree = "" if self.agree(slow.said["open"]) else " (OTHER SUMS)"
        told += [f"{slow.wall:.1f}{agree}", f"{slow.peak:,.0f}", f"**{slow.wall / ours.wall:.0f}**"]
        return line([*told, f"{slow.cpu / ours.cpu:.0f}"])

    def agree(self, open_: Mapping[str, float]) -> bool:
        """Whether both ways find the same open money in every currency."""
        ours = self.parts[0].said["open"]
        return open_.keys() == ours.keys() and all(abs(open_[code] - ours[code]) < CENT for code in ours)

    def stage_row(self) -> str:
        """The line of the second table: the stages of ours, then the bare parts."""
        middle = median(self.stages).said
        stages = [f"{middle.get(name, 0):.2f}" for name in STAGES]
        parts = [f"{self.part(name):.2f}" for name in NAMES]
        return line([f"{self.invoices:,}", *stages, f"{median(self.starts).wall:.2f}", *parts])


def line(cells: list[str]) -> str:
    """One line of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def head(cells: list[str]) -> str:
    """The head of a Markdown table."""
    return f"{line(cells)}\n|{'---|' * len(cells)}"


def main() -> None:
    """Measure every size asked for, and print the tables."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("invoices", nargs="*", type=int)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--obvious-to", type=int, default=100_000, help="the largest book for the obvious way")
    asked.add_argument("--obvious-rounds", type=int, default=1, help="how often: it takes minutes")
    asked.add_argument("--books", type=Path, default=Path(tempfile.gettempdir()) / "duesheet-benchmarks")
    given = asked.parse_args()
    compileall.compile_dir(Path(duesheet.__file__).parent, quiet=1)  # as installing does, here for a checkout
    trials = []
    with tempfile.TemporaryDirectory(prefix="duesheet-refresh-") as folder:
        os.environ["XDG_DATA_HOME"] = folder
        for invoices in given.invoices or SIZES:
            trial = Trial(invoices, book_of(invoices, given.books), Path(folder))
            for number in range(given.rounds):
                trial.round(obvious=invoices <= given.obvious_to and number < given.obvious_rounds)
            trials.append(trial)
    columns = [
        "invoices",
        "Duesheet s",
        "cpu s",
        "peak MB",
        "parts s",
        "to parts",
        "obvious s",
        "peak MB",
        "times",
        "by cpu",
    ]
    print(head(columns), *(trial.row() for trial in trials), sep="\n")
    stages = ["invoices", *STAGES, "bare start", *(f"bare {name}" for name in NAMES)]
    print("", head(stages), *(trial.stage_row() for trial in trials), sep="\n")


if __name__ == "__main__":
    main()
