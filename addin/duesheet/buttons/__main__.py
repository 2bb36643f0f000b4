"""Presses one button in a workbook that is open: `python -m duesheet.buttons BUTTON WORKBOOK OFFICE`."""

import os
import sys

from duesheet import buttons
from duesheet.books.attaching import attached
from duesheet.buttons.aside import ASIDE


def main(button: str, document: str, office: str) -> None:
    """Press `button` in the open workbook `document` of `office`: the id of Excel's process, or a pipe of Calc."""
    os.environ[ASIDE] = "yes"
    if button not in buttons.__all__:
        sys.exit(f"There is no button {button}.")
    with attached(office, document) as book:
        getattr(buttons, button)(book)


if __name__ == "__main__":
    main(*sys.argv[1:])
