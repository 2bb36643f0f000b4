"""What goes with a letter: the statement of account, and the invoices that lie as PDFs where `File` says."""

import re
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path, PureWindowsPath

from duesheet.envelope import Enclosure, plain
from duesheet.errors import EnclosureFault
from duesheet.notices import Notice

MOST_EACH, MOST_TOGETHER = 5_000_000, 10_000_000
"""Bytes a file may have, and all the files of one letter: more than that, and many mailboxes take none of it."""

_PDF = b"%PDF-"
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|[\\/]{2}")


def invoices(notice: Notice, files: Mapping[str, str], beside: Path) -> list[Enclosure]:
    """The PDFs of the invoices the notice lists; `files` gives what stands in `File`, by invoice.

    A path counts from `beside`, the workbook's folder, and stays below it; a whole path is taken as it is typed.
    Raises EnclosureFault, saying which file of which invoice and what to do, when one cannot go.
    """
    listed = dict.fromkeys(line.invoice for line in notice.lines)
    named = {invoice: files[invoice].strip() for invoice in listed if files.get(invoice, "").strip()}
    found = {place: invoice for invoice, typed in named.items() for place in [_place(typed, invoice, beside)]}
    return [_enclosed(place, invoice) for place, invoice in found.items()]


def _enclosed(place: Path, invoice: str) -> Enclosure:
    """The file, looked at now, and read once more when it is needed: all of a week's files are too much to hold."""
    read = partial(_read, place, f'Invoices, File of {plain(invoice)}: "{place.name}"')
    read()
    return Enclosure(plain(place.name), read)


def _place(typed: str, invoice: str, beside: Path) -> Path:
    told = f'Invoices, File of {plain(invoice)}: "{plain(typed, 80)}"'
    if _ADDRESS.match(typed):
        raise EnclosureFault(f"{told} is an address. Save the PDF beside the workbook and type its name.")
    try:
        folder, path = beside.resolve(), Path(_slashed(typed))
        place = (folder / path).resolve()
    except (OSError, ValueError, RuntimeError):
        raise EnclosureFault(f"{told} is not the path of a file. Correct it, or clear the cell.") from None
    if not path.is_absolute() and not place.is_relative_to(folder):
        raise EnclosureFault(
            f"{told} leads out of the workbook's folder. Move the PDF there, or type its whole path."
        )
    return place


def _slashed(typed: str) -> str:
    """A relative path typed on Windows, for a workbook that is opened elsewhere too."""
    windows = PureWindowsPath(typed)
    return typed if windows.drive or typed.startswith("/") else windows.as_posix()


def _read(place: Path, told: str) -> bytes:
    try:
        if not place.exists():
            raise EnclosureFault(f"{told} is not there. Put it there, correct the path, or clear the cell.")
        if not place.is_file():
            raise EnclosureFault(f"{told} is not a file. Type the path of the invoice's PDF.")
        with place.open("rb") as file:
            data = file.read(MOST_EACH + 1)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise EnclosureFault(
            f"{told} cannot be read ({why}). Close it elsewhere, or clear the cell."
        ) from None
    if len(data) > MOST_EACH:
        most = MOST_EACH // 1_000_000
        raise EnclosureFault(f"{told} is larger than {most} MB. Save a smaller PDF, or clear the cell.")
    if not data.startswith(_PDF):
        raise EnclosureFault(f"{told} is not a PDF. Save the invoice as PDF, or clear the cell.")
    return data


def together(enclosed: Iterable[Enclosure]) -> tuple[Enclosure, ...]:
    """The enclosures under names of their own. Raises EnclosureFault when they are too large together."""
    listed, names = [], set()
    for one in enclosed:
        stem, name, number = one.name.removesuffix(".pdf"), one.name, 1
        while name.casefold() in names:
            number += 1
            name = f"{stem} ({number}).pdf"
        names.add(name.casefold())
        listed.append(one._replace(name=name))
    if sum(len(one.read()) for one in listed) > MOST_TOGETHER:
        most = MOST_TOGETHER // 1_000_000
        raise EnclosureFault(
            f"Invoices, File: the {len(listed)} PDFs of this letter have more than {most} MB together. "
            "Save smaller ones, or clear some of the cells."
        )
    return tuple(listed)
