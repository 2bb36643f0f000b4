"""Where the shipped workbook, macros and templates lie."""

from pathlib import Path

_HERE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder of shipped files called `name`, in an installed wheel or in a checkout.

    >>> (folder("workbook") / "layout.toml").is_file()
    True
    """
    installed = _HERE / "assets" / name
    return installed if installed.is_dir() else _HERE.parents[1] / name
