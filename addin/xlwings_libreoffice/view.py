"""How an office looks and reacts while a program drives it: windows, repainting, messages, the status bar."""

from collections.abc import Iterator
from contextlib import suppress

from xlwings_libreoffice import events
from xlwings_libreoffice.office import Office
from xlwings_libreoffice.uno_runtime import UnoObject, interface

CALC = "com.sun.star.sheet.SpreadsheetDocument"


class View:
    """The part of an app that its user sees."""

    def __init__(self, office: Office, *, visible: bool) -> None:
        self.office = office
        self._visible = visible
        self._updating = True
        self._interactive = True
        self._alerts = True
        self._status: UnoObject = None
        self._status_text: str | bool = False
        self._held: set[str] = set()
        self._muted: dict[str, list[events.Binding]] | None = None
        self.clipboard_mode: str | None = None
        self.home: UnoObject = None
        """The window in which the user is spoken to; None: whichever is in front."""

    @property
    def desktop(self) -> UnoObject:
        """The desktop of the office in UNO."""
        return self.office.desktop

    @property
    def visible(self) -> bool:
        """Whether its windows are shown.

        On a computer without a screen the windows are drawn to memory: they count as shown, and nobody sees them.
        """
        return self._visible

    @visible.setter
    def visible(self, visible: bool) -> None:
        """Shows or hides its windows, now and of books yet to be opened."""
        self._visible = bool(visible)
        for doc in self._docs():
            doc.CurrentController.Frame.ContainerWindow.setVisible(self._visible)

    @property
    def screen_updating(self) -> bool:
        """Whether what changes is painted at once."""
        return self._updating

    @screen_updating.setter
    def screen_updating(self, value: bool) -> None:
        """Stops painting, or paints again."""
        self._updating = bool(value)
        for doc in self._docs():
            if self._updating:
                self.release(doc)
            else:
                self.hold(doc)

    @property
    def interactive(self) -> bool:
        """Whether its windows take keys and clicks."""
        return self._interactive

    @interactive.setter
    def interactive(self, value: bool) -> None:
        """Lets its windows take keys and clicks, or not."""
        self._interactive = bool(value)
        for doc in self._docs():
            doc.CurrentController.Frame.ContainerWindow.setEnable(self._interactive)

    @property
    def display_alerts(self) -> bool:
        """Whether questions may be asked; what this engine does asks none."""
        return self._alerts

    @display_alerts.setter
    def display_alerts(self, value: bool) -> None:
        """Allows questions, or not."""
        self._alerts = bool(value)

    @property
    def enable_events(self) -> bool:
        """Whether the macros bound to events of the open books run."""
        return self._muted is None

    @enable_events.setter
    def enable_events(self, value: bool) -> None:
        """Takes the macros off the events of the open books, or binds them again."""
        if not value and self._muted is None:
            self._muted = {doc.RuntimeUID: events.muted(doc) for doc in self._docs()}
        elif value and self._muted is not None:
            for doc in self._docs():
                for binding in self._muted.get(doc.RuntimeUID, []):
                    binding.restore()
            self._muted = None

    @property
    def status_bar(self) -> str | bool:
        """What a program has put into the status bar; False when the bar is the office's own."""
        return self._status_text

    @status_bar.setter
    def status_bar(self, value: str | bool) -> None:
        """Puts a text into the status bar of its own window, or the active one; False gives it back to the office."""
        if self._status is not None:
            with suppress(interface("com.sun.star.uno.Exception")):
                self._status.end()
            self._status = None
        self._status_text = value
        frame = self.home or self.desktop.getCurrentFrame()
        if value is not False and frame is not None:
            self._status = frame.createStatusIndicator()
            self._status.start(str(value), 0)

    @property
    def cut_copy_mode(self) -> str | None:
        """`copy` or `cut` while a program has cells on the clipboard to be pasted."""
        return self.clipboard_mode

    @cut_copy_mode.setter
    def cut_copy_mode(self, value: bool) -> None:
        """Ends copying or cutting; the only value is False."""
        if value:
            raise ValueError("cut_copy_mode can only be set to False")
        self.clipboard_mode = None

    @property
    def hwnd(self) -> int | None:
        """The handle of the active window; None where there is none, or the system has no such thing."""
        frame = self.desktop.getCurrentFrame()
        handle = frame and frame.ContainerWindow.getWindowHandle((), 0)
        return getattr(handle, "WindowHandle", None) or None

    def dispatch(self, frame: UnoObject, command: str) -> None:
        """Carries out a command of the menus, such as `.uno:Cancel`, in a window."""
        self.office.service("com.sun.star.frame.DispatchHelper").executeDispatch(frame, command, "", 0, ())

    def hold(self, doc: UnoObject) -> None:
        """Stops painting a document, when painting is off."""
        if not self._updating and doc.RuntimeUID not in self._held:
            doc.lockControllers()
            doc.addActionLock()
            self._held.add(doc.RuntimeUID)

    def release(self, doc: UnoObject) -> None:
        """Paints a document again."""
        if doc.RuntimeUID in self._held:
            self._held.discard(doc.RuntimeUID)
            doc.removeActionLock()
            doc.unlockControllers()

    def _docs(self) -> Iterator[UnoObject]:
        walk = self.desktop.getComponents().createEnumeration()
        while walk.hasMoreElements():
            doc = walk.nextElement()
            if hasattr(doc, "supportsService") and doc.supportsService(CALC):
                yield doc
