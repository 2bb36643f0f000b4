"""The office's own window to choose files in."""

from typing import TYPE_CHECKING

from xlwings_libreoffice.programs import has_screen
from xlwings_libreoffice.uno_runtime import path

if TYPE_CHECKING:
    from xlwings_libreoffice.app import App

CHOSEN = 1


def pick(app: "App", title: str, pattern: str) -> list[str]:
    """The paths of the files that are chosen; none when the window is closed."""
    if not (app.visible and has_screen()):
        raise NotImplementedError("Files are chosen in a window: this LibreOffice is hidden.")
    picker = app.office.service("com.sun.star.ui.dialogs.FilePicker")
    picker.setTitle(title)
    picker.appendFilter(pattern, pattern)
    picker.setMultiSelectionMode(True)
    if picker.execute() != CHOSEN:
        return []
    return [path(one) for one in picker.getSelectedFiles()]
