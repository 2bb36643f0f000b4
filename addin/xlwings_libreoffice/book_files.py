"""The files books are read from and written to: the formats by their suffix, and how text files are parted."""

import csv
from pathlib import Path

from xlwings_libreoffice.errors import OfficeError
from xlwings_libreoffice.uno_runtime import struct, typed

FILTERS = {
    ".xlsx": "Calc MS Excel 2007 XML",
    ".xlsm": "Calc MS Excel 2007 VBA XML",
    ".xltx": "Calc MS Excel 2007 XML Template",
    ".xls": "MS Excel 97",
    ".xlt": "MS Excel 97 Vorlage/Template",
    ".ods": "calc8",
    ".ots": "calc8_template",
    ".fods": "OpenDocument Spreadsheet Flat XML",
    ".csv": "Text - txt - csv (StarCalc)",
    ".txt": "Text - txt - csv (StarCalc)",
    ".html": "HTML (StarCalc)",
}
"""What LibreOffice calls the formats it can write."""
TEXT = FILTERS[".csv"]
UTF_8 = 76
ENGLISH = 1033
COMMA, TAB = 44, 9
DELIMITERS = {1: TAB, 2: COMMA, 3: 32, 4: 59}
"""Excel's numbers for the delimiters of a text file; 6 is one of the caller's own."""


def filter_to_write(path: Path) -> str:
    """The filter for a file of that suffix."""
    if (found := FILTERS.get(path.suffix.lower())) is None:
        raise NotImplementedError(f"LibreOffice writes no {path.suffix or 'files without a suffix'}.")
    return found


def options_to_write(path: Path) -> dict[str, object]:
    """What the filter is told: for text files comma or tab, quotes, UTF-8, values as they are shown."""
    if path.suffix.lower() not in {".csv", ".txt"}:
        return {}
    return {"FilterOptions": f"{_delimiter(path, None, None)},34,{UTF_8},1,,0,false,true,false"}


def password_to_write(path: Path, password: str) -> dict[str, object]:
    """What the filter is told to lock a file with a password."""
    if path.suffix.lower() not in {".xlsx", ".xlsm", ".xltx"}:
        return {"Password": password}
    parts = (("CryptoType", "Standard"), ("OOXPassword", password))
    named = tuple(struct("com.sun.star.beans.NamedValue", Name=name, Value=value) for name, value in parts)
    return {"EncryptionData": typed("[]com.sun.star.beans.NamedValue", named)}


def options_to_read(path: Path, form: int | None, delimiter: str | None) -> dict[str, object]:
    """The filter and what it is told, where the file does not tell it itself."""
    if path.suffix.lower() in {".csv", ".txt", ".tsv"}:
        mark = _delimiter(path, form, delimiter)
        return {"FilterName": TEXT, "FilterOptions": f"{mark},34,{UTF_8},1,,{ENGLISH},false,true,false"}
    return {"FilterName": FILTERS[".xlsm"]} if path.suffix.lower() == ".xlam" else {}


def _delimiter(path: Path, form: int | None, delimiter: str | None) -> int:
    if delimiter and form in {None, 6}:
        return ord(delimiter[0])
    default = COMMA if path.suffix.lower() == ".csv" else TAB
    return DELIMITERS.get(form, default) if form else default


def need_unlocked(path: Path, own: str) -> None:
    """Refuses a path that another office keeps open; `own` is the file that the book itself has open."""
    drop_stale_lock(path)
    if is_locked(path) and str(path) != own:
        raise OfficeError(
            f"{path} is open elsewhere: close it there, or remove {_lock(path).name} beside it if that office is gone."
        )


def drop_stale_lock(path: Path) -> None:
    """Removes the lock on a file when the office that set it was one of this package's and is gone."""
    lock = _lock(path)
    try:
        fields = next(csv.reader([lock.read_text("utf-8")]))
    except (OSError, UnicodeDecodeError, StopIteration):
        return
    profile = Path(fields[-1].rstrip(";").removeprefix("file://"))
    if profile.name.startswith("xlwings-libreoffice-") and not profile.exists():
        lock.unlink(missing_ok=True)


def is_locked(path: Path) -> bool:
    """Whether some office keeps a file open."""
    return _lock(path).exists()


def _lock(path: Path) -> Path:
    return path.with_name(f".~lock.{path.name}#")
