"""A message box in a window of the office."""

from typing import TYPE_CHECKING

from xlwings_libreoffice.programs import has_screen
from xlwings_libreoffice.uno_runtime import enum

if TYPE_CHECKING:
    from xlwings_libreoffice.app import App

BUTTONS = {None: 1, "ok": 1, "ok_cancel": 2, "yes_no": 3, "yes_no_cancel": 4}
ANSWERS = {0: "cancel", 1: "ok", 2: "yes", 3: "no"}
KINDS = {None: "MESSAGEBOX", "info": "INFOBOX", "critical": "WARNINGBOX"}


def alert(app: "App", prompt: str | None, title: str | None, buttons: str | None, mode: str | None) -> str:
    """Shows a message and gives the button that was pressed; an office without a window has none to press."""
    if not (app.visible and has_screen()):
        raise NotImplementedError("A message needs a window to be shown in: this LibreOffice is hidden.")
    window = (app.home or app.books.active.doc.CurrentController.Frame).ContainerWindow
    # A box of the kind "info" knows no other button than OK.
    kind = "QUERYBOX" if mode == "info" and BUTTONS[buttons] > 1 else KINDS[mode]
    box = app.office.service("com.sun.star.awt.Toolkit").createMessageBox(
        window,
        enum("com.sun.star.awt.MessageBoxType", kind),
        BUTTONS[buttons],
        title or "LibreOffice",
        prompt or "",
    )
    try:
        return ANSWERS[box.execute()]
    finally:
        box.dispose()
