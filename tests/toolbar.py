"""LibreOffice with the extension installed, on a screen: its toolbar, its messages, and a hand that clicks."""

import contextlib
import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import xlwings
from platformdirs import user_config_path

import xlwings_libreoffice
from duesheet.extension.names import TOOLBAR

PATIENCE = 60
_MOMENT = 0.05
_CLICKS = 5
_BAR = f"private:resource/toolbar/addon_{TOOLBAR}"
_DIALOG, _PUSH_BUTTON, _LABEL, _TEXT = 1, 44, 24, 86
_PIPE = "duesheet-tests-{}"
_FOUND_BY_THE_OFFICE = os.pathsep.join(("/usr/local/bin", "/usr/bin", "/bin"))
"""LibreOffice's own Python takes its home from the first python3 on the PATH, which must not be another one."""


class Desk:
    """A running office whose user clicks."""

    def __init__(self, app: xlwings.App, display: str, xdotool: str) -> None:
        self.app, self.display, self._xdotool = app, display, xdotool
        self.office = app.impl.office

    def open(self, path: Path, *, as_new: bool = False) -> xlwings.Book:
        """Opens a workbook in a window; as a new one that was never saved, on request."""
        wishes = {"AsTemplate": True} if as_new else {}
        return xlwings.Book(impl=self.app.books.impl._loaded(path.as_uri(), **wishes))

    def bar(self, book: xlwings.Book) -> dict[str, Any]:
        """What stands in the toolbar of the book's window, by its label."""
        layout = _frame(book).LayoutManager
        bar = until(lambda: layout.getElement(_BAR)).getRealInterface().getAccessibleContext()
        items = [
            bar.getAccessibleChild(at).getAccessibleContext() for at in range(bar.getAccessibleChildCount())
        ]
        return {name: one for one in items if (name := one.getAccessibleName())}

    def click(self, thing: Any) -> None:
        """Moves the mouse to the middle of what is seen, and clicks."""
        place, size = thing.getLocationOnScreen(), thing.getSize()
        spot = (str(place.X + size.Width // 2), str(place.Y + size.Height // 2))
        self._seen([self._xdotool, "mousemove", *spot, "click", "1"])

    def press(self, book: xlwings.Book, label: str) -> None:
        """Clicks the button in the book's toolbar."""
        _frame(book).ContainerWindow.toFront()
        self.click(self.bar(book)[label])

    def order(self, book: xlwings.Book, button: str) -> None:
        """Gives the button's command without a click, as a key would."""
        self.app.impl.dispatch(_frame(book), f"org.duesheet:{button}")

    def message(self) -> tuple[str, dict[str, Any]]:
        """The text of the message that is shown, and its buttons; the newest first."""
        until(self._calm)
        toolkit = self.office.service("com.sun.star.awt.Toolkit")
        for place in range(toolkit.getTopWindowCount()):
            window = toolkit.getTopWindow(place).getAccessibleContext()
            if window.getAccessibleRole() == _DIALOG:
                parts = list(_within(window, 4))
                buttons = {
                    one.getAccessibleName(): one for one in parts if one.getAccessibleRole() == _PUSH_BUTTON
                }
                texts = [
                    one.getAccessibleName() for one in parts if one.getAccessibleRole() in {_TEXT, _LABEL}
                ]
                return " ".join(texts), buttons
        raise AssertionError("there is no message")

    def answer(self, button: str) -> str:
        """Clicks a button of the message that is shown; gives what it said."""
        text, buttons = self.message()
        shown = self.messages()
        for _ in range(_CLICKS):  # one that comes before the window is ready is lost
            self.click(buttons[button])
            if soon(lambda: set(shown) - set(self.messages())):
                return text
        raise AssertionError(f"the message stays: {text}")

    def messages(self) -> list[str]:
        """The windows of messages, as the screen knows them."""
        command = [self._xdotool, "search", "--onlyvisible", "--name", "^Duesheet$"]
        return self._seen(command).split()

    def _calm(self) -> bool:
        """Whether a message is shown, and has been for a moment.

        Calc ends at once when it is asked for its windows while one of them comes or goes.
        """
        before = self.messages()
        time.sleep(_MOMENT * 8)
        return bool(before) and before == self.messages()

    def _seen(self, command: list[str]) -> str:
        surroundings = {**os.environ, "DISPLAY": self.display}
        done = subprocess.run(
            command, env=surroundings, capture_output=True, text=True, check=False, timeout=PATIENCE
        )
        return done.stdout

    def processes(self) -> list[int]:
        """The processes of Duesheet that the office has started."""
        return [
            int(folder.name)
            for folder in Path("/proc").glob("[0-9]*")
            if _parent(folder) == self.app.pid and b"duesheet.answering" in _command(folder)
        ]


@contextmanager
def installed(extension: bytes, office: str, unopkg: str, display: str, xdotool: str) -> Iterator[Desk]:
    """LibreOffice with the extension, and the user's configuration naming this very Python."""
    folder = Path(tempfile.mkdtemp(prefix="duesheet-office-"))
    where = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    try:
        _install(extension, folder, unopkg, where)
        configure(sys.executable)
        pipe = _PIPE.format(folder.name)
        with (folder / "said.txt").open("wb") as said:
            process = subprocess.Popen(
                [office, where, "--norestore", "--nologo", "--nodefault", f"--accept=pipe,name={pipe};urp;"],
                env={
                    **os.environ,
                    "DISPLAY": display,
                    "PATH": _FOUND_BY_THE_OFFICE,
                    "SAL_USE_VCLPLUGIN": "gen",
                },
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )
        try:
            desk = Desk(until(lambda: _attached(pipe)), display, xdotool)
            yield desk
            left = desk.processes()
            for book in list(desk.app.books):
                book.close()
            threading.Thread(target=desk.office._ask_to_end, daemon=True).start()
            assert process.wait(PATIENCE) == 0, "LibreOffice did not end as it should"
            until(lambda: not [one for one in left if Path(f"/proc/{one}").exists()])
        finally:
            process.kill()
            process.wait(PATIENCE)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def configure(interpreter: str | None) -> None:
    """Writes the user's configuration; takes it away for None."""
    file = user_config_path("duesheet") / "libreoffice.json"
    if interpreter is None:
        file.unlink()
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"interpreter": interpreter}), encoding="utf-8")


def soon(look: Callable[[], Any], seconds: float = 2) -> Any:
    """What `look` finds within some seconds."""
    limit = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < limit:
        time.sleep(_MOMENT)
    return found


def until(look: Callable[[], Any]) -> Any:
    """What `look` finds, as soon as it finds anything."""
    found = soon(look, PATIENCE)
    assert found, "nothing came"
    return found


def _install(extension: bytes, folder: Path, unopkg: str, where: str) -> None:
    """Installs the extension as its user would; unopkg refuses root, who asks nobody to do it."""
    file = folder / "Duesheet.oxt"
    file.write_bytes(extension)
    somebody: dict[str, Any] = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        somebody = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        for path in (folder, file):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)
    subprocess.run(
        [unopkg, "add", where, str(file)],
        env={**os.environ, "HOME": str(folder), "PATH": _FOUND_BY_THE_OFFICE},
        cwd=folder,
        check=True,
        timeout=PATIENCE,
        stdin=subprocess.DEVNULL,
        **somebody,
    )


def _attached(pipe: str) -> xlwings.App | None:
    with contextlib.suppress(xlwings_libreoffice.OfficeError):
        return xlwings_libreoffice.attach(pipe=pipe)
    return None


def _frame(book: xlwings.Book) -> Any:
    return book.impl.doc.CurrentController.Frame


def _within(thing: Any, depth: int) -> Iterator[Any]:
    """What is seen, and what is seen in it."""
    yield thing
    if depth:
        for at in range(min(thing.getAccessibleChildCount(), 100)):
            yield from _within(thing.getAccessibleChild(at).getAccessibleContext(), depth - 1)


def _parent(folder: Path) -> int:
    with contextlib.suppress(OSError):
        return int((folder / "stat").read_text("utf-8").rpartition(")")[2].split()[1])
    return 0


def _command(folder: Path) -> bytes:
    with contextlib.suppress(OSError):
        return (folder / "cmdline").read_bytes()
    return b""
