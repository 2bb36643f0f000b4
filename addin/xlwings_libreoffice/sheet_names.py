"""What a sheet may be called, in Excel as in Calc."""

from xlwings_libreoffice.errors import OfficeError

LONGEST = 31
FORBIDDEN = frozenset("[]*?:/\\")


def allowed(name: str) -> str:
    """The name itself; OfficeError where Excel would not take it.

    >>> allowed("Open items")
    'Open items'
    """
    if len(name) > LONGEST or FORBIDDEN & set(name) or name.startswith("'") or name.endswith("'"):
        raise OfficeError(
            f'"{name}" cannot be the name of a sheet: use up to {LONGEST} characters, none of [ ] * ? : / \\, '
            "and no apostrophe at either end."
        )
    return name
