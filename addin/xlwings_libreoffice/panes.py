"""Frozen panes of a sheet."""

import time
from typing import TYPE_CHECKING

from xlwings import base_classes

from xlwings_libreoffice import grid
from xlwings_libreoffice.addresses import COLUMNS, ROWS
from xlwings_libreoffice.wall import walled

if TYPE_CHECKING:
    from xlwings_libreoffice.sheets import Sheet

DRAWN_LIMIT = 3.0
"""Seconds for a window to be drawn."""


@walled
class FreezePanes(base_classes.FreezePanes):
    """What of a sheet stays in place when it is scrolled."""

    def __init__(self, sheet: "Sheet") -> None:
        self.sheet = sheet

    def freeze_at(self, frozen_range: str) -> None:
        """Keeps the sheet in place down to the last row and column of a range: `A1:B2`, `A:A` or `1:1`."""
        area = self.sheet.range(frozen_range).area
        columns = 0 if area.last_column == COLUMNS else area.last_column
        rows = 0 if area.last_row == ROWS else area.last_row
        with self.sheet.shown() as controller, grid.Drawn(controller):
            until = time.monotonic() + DRAWN_LIMIT
            controller.freezeAtPosition(columns, rows)
            # A window that was just shown gets its size a moment later; without a size nothing freezes.
            while not controller.hasFrozenPanes() and time.monotonic() < until:
                time.sleep(0.02)
                controller.freezeAtPosition(columns, rows)

    def unfreeze(self) -> None:
        """Lets the whole sheet scroll."""
        with self.sheet.shown() as controller:
            controller.freezeAtPosition(0, 0)
