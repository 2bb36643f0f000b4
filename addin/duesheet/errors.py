"""What can go wrong, in two kinds.

A *fault* is a value: one cell the user can mend. It is written to the Problems sheet and never raised.

An *exception* is for what stops a command. The tree, with the exit code the command ends with:

    DuesheetError            1
      Refused                2   bad arguments, unreadable or locked book, broken tie-out; nothing was changed
        BookRefused          2   the workbook cannot be opened, read or saved
        TableMissing         2   a sheet or a required column is not there
        SignInNeeded         2   the mail server wants a sign-in that is not there, or no longer holds
      TemplateFault          1   a letter's template is wrong; that letter is held
      EnclosureFault         1   a file that goes with a letter cannot be enclosed; that letter is held
      CarrierFailed          3   the post did not take the letters
"""

from typing import NamedTuple


class Fault(NamedTuple):
    """One cell that cannot be used as it stands, in words its owner can act on.

    `table` is the sheet's name as the user sees it, `row` the sheet's row number (1 for the first; 0 when the
    fault concerns the whole table), `column` the header. `found` quotes the cell, `remedy` says what to do.

    >>> str(Fault("Invoices", 14, "Due date", "31/02/2026", "Type a date that exists."))
    'Invoices, row 14, Due date: found "31/02/2026". Type a date that exists.'
    """

    table: str
    row: int
    column: str
    found: str
    remedy: str

    def __str__(self) -> str:
        place = ", ".join(
            part for part in (self.table, f"row {self.row}" if self.row else "", self.column) if part
        )
        return f'{place}: found "{self.found}". {self.remedy}' if self.found else f"{place}: {self.remedy}"


class DuesheetError(Exception):
    """Something stopped the command."""

    exit_code = 1


class Refused(DuesheetError):
    """The command did not start; nothing was changed."""

    exit_code = 2


class BookRefused(Refused):
    """The workbook cannot be opened, read or saved."""


class TableMissing(Refused):
    """A sheet or a required column is not in the workbook."""


class SignInNeeded(Refused):
    """The mail server wants a sign-in that is not there, or no longer holds; nothing was sent."""


class TemplateFault(DuesheetError):
    """A letter's template is wrong; the message names file and line."""


class EnclosureFault(DuesheetError):
    """A file that goes with a letter cannot be enclosed; the message names it and says what to do."""


class CarrierFailed(DuesheetError):
    """The post did not take the letters."""

    exit_code = 3
