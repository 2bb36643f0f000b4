"""The names of tables and the cells they may cover: what Excel refuses is refused."""

import re
from itertools import count
from typing import TYPE_CHECKING

from xlwings_libreoffice import kinds
from xlwings_libreoffice.addresses import Area, parsed
from xlwings_libreoffice.errors import OfficeError
from xlwings_libreoffice.table_areas import overlap, told

if TYPE_CHECKING:
    from xlwings_libreoffice.sheet import Sheet

NAME = re.compile(r"[^\W\d][\w.]{0,254}|\\[\w.]{0,254}")


def free_name(sheet: "Sheet") -> str:
    """The name Excel gives to the next table of the book."""
    taken = {str(name).casefold() for name in sheet.book.doc.DatabaseRanges.ElementNames}
    return next(name for number in count(1) if (name := f"Table{number}").casefold() not in taken)


def need_free_name(sheet: "Sheet", name: str) -> None:
    """Refuses what Excel refuses as the name of a table."""
    if not NAME.fullmatch(name) or parsed(name) or name.casefold() in {"r", "c"}:
        raise OfficeError(
            f"{name!r} cannot name a table: letters, digits, points and underscores, and no address."
        )
    doc = sheet.book.doc
    taken = {*doc.DatabaseRanges.ElementNames, *doc.NamedRanges.ElementNames}
    if name.casefold() in {one.casefold() for one in taken}:
        raise OfficeError(f"The book already has a table or a name {name!r}.")


def need_no_other(sheet: "Sheet", area: Area, but: str | None = None) -> None:
    """Refuses an area that overlaps a table on the sheet."""
    for name in on_sheet(sheet):
        entry = sheet.book.doc.DatabaseRanges.getByName(name)
        if name != but and overlap(kinds.area(entry.DataArea), area):
            raise OfficeError(f"{told(area)} overlaps the table {name}.")


def on_sheet(sheet: "Sheet") -> list[str]:
    """The names of the tables of a sheet, in the order in which they were made.

    The ranges of mere filters are not among them: Calc keeps those apart, without names.
    """
    ranges, number = sheet.book.doc.DatabaseRanges, sheet.number
    entries = {str(name): ranges.getByName(name) for name in ranges.ElementNames}
    found = [name for name, entry in entries.items() if entry.DataArea.Sheet == number]
    return sorted(found, key=lambda name: int(entries[name].TokenIndex))


def exact(sheet: "Sheet", name: str) -> str | None:
    """The name as it is written, of a table of the sheet that is called so in any case; None when there is none."""
    ranges = sheet.book.doc.DatabaseRanges
    known = next((str(one) for one in ranges.ElementNames if one.casefold() == name.casefold()), None)
    return known if known and ranges.getByName(known).DataArea.Sheet == sheet.number else None
