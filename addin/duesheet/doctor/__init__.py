"""What is needed for the add-in to work, looked at one by one; for each what was found, and what to do."""

from pathlib import Path
from typing import Any

from rich.text import Text

from duesheet.doctor import bench, mail, offices
from duesheet.doctor.check import Check
from duesheet.doctor.offices import extension
from duesheet.installing.home import Home

__all__ = ["data", "examined", "extension", "installed", "spoken"]


def examined(home: Home, python: Path, book: Path | None = None, *, connect: bool = False) -> list[Check]:
    """Everything that is needed, in the order in which it is needed, and what `book` needs beyond that.

    Nobody is asked over the network but for the address of the book's mail server; with `connect` that one is too.
    """
    checks = [
        bench.python(python),
        bench.xlwings(),
        *bench.dll(home, python),
        *installed(home, python),
        *offices.libreoffice(python),
        bench.keyring(),
        bench.journals(),
    ]
    return [*checks, *(mail.of(book, connect=connect) if book else ())]


def installed(home: Home, python: Path) -> list[Check]:
    """Whether the add-in is set up, in Excel where there is one for this system, and in LibreOffice."""
    in_excel = [offices.addin(home), offices.configured(home, python)] if home.has_excel else []
    return [*in_excel, extension(home, python)]


def data(checks: list[Check]) -> dict[str, Any]:
    """The checks as JSON."""
    return {"well": all(one.well for one in checks), "checks": [one._asdict() for one in checks]}


def spoken(checks: list[Check]) -> Text:
    """The checks in words, each with what to do below it where something is to be done."""
    told = Text()
    for one in checks:
        told.append("OK    " if one.well else "TO DO ", style="green" if one.well else "bold red")
        told.append(f"{one.what}: ", style="bold").append(f"{one.found}\n")
        if not one.well and one.remedy:
            told.append(f"      {one.remedy}\n", style="yellow")
    told.append(_sum(sum(not one.well for one in checks)))
    return told


def _sum(count: int) -> str:
    return f"{count} {'thing is' if count == 1 else 'things are'} to do." if count else "All is well."
