"""The add-in put together: the VBA and the ribbon in macros/, and one VBA function for each of ours.

The same sources give the same bytes; the file that is shipped is the one these sources build.
"""

from pathlib import Path

from duesheet.assets import folder
from duesheet.functions import listing
from duesheet.xlam.body import SHEETS, body
from duesheet.xlam.modules import Kind, Module, module
from duesheet.xlam.package import Addin, package
from duesheet.xlam.project import project
from duesheet.xlam.runtime import runtime
from duesheet.xlam.wrappers import groups, wrappers

NAME = "Duesheet.xlam"
_PROJECT = "Duesheet"
_BOOK = "ThisWorkbook"
_ABOUT = (
    "Duesheet: collections in the workbook you already keep. "
    "The tab Collections calls Python; this file holds no data."
)


def modules() -> list[Module]:
    """The modules of the add-in's project: the book and its sheet, our own, xlwings', and the functions'."""
    macros = folder("macros")
    own = (_read(path, Kind.STANDARD) for path in sorted(macros.glob("Duesheet*.bas")))
    sheets = (Module(name, Kind.SHEET) for name in SHEETS)
    return [
        _read(macros / f"{_BOOK}.bas", Kind.WORKBOOK),
        *sheets,
        *own,
        runtime(),
        wrappers(listing.functions()),
    ]


def _read(path: Path, kind: Kind) -> Module:
    return module(path.read_bytes().decode("ascii"), kind)


def built() -> bytes:
    """The add-in, as a file to be laid where Excel starts its add-ins from."""
    addin = Addin(
        project=project(_PROJECT, modules()),
        book=_BOOK,
        sheets=SHEETS,
        ribbon=(folder("macros") / "customUI14.xml").read_bytes(),
        groups=groups(),
        functions=listing.functions(),
    )
    return package(body(_ABOUT), addin)
