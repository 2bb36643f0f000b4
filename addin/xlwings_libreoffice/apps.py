"""The apps of the engine: one for each office that this program started or is attached to."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from xlwings import base_classes

from xlwings_libreoffice.app import App
from xlwings_libreoffice.office import Office, attached, started

if TYPE_CHECKING:
    from xlwings_libreoffice.engine import Engine

__all__ = ["App", "Apps"]


class Apps(base_classes.Apps):
    """All offices of this program, the active one first; those that have ended are forgotten."""

    def __init__(self, engine: "Engine") -> None:
        self.engine = engine
        self._apps: list[App] = []

    def keys(self) -> list[int]:
        """The process ids of the offices."""
        return [app.pid for app in self]

    def add(
        self,
        spec: str | None = None,
        add_book: bool | None = None,  # noqa: FBT001 (xlwings' parameters)
        xl: object = None,
        visible: bool | None = None,  # noqa: FBT001
    ) -> App:
        """Starts an office, which becomes the active one; `spec` names the soffice program to start."""
        del xl
        app = self._joined(started(spec), visible=visible is not False)
        if add_book:
            app.books.add()
        return app

    def attach(self, *, pipe: str | None = None, port: int | None = None, host: str = "localhost") -> App:
        """The app of an office that runs already and accepts connections on a pipe or a port.

        Start it with `soffice --accept="pipe,name=NAME;urp"` or `--accept="socket,host=localhost,port=2002;urp"`.
        """
        return self._joined(attached(pipe=pipe, port=port, host=host), visible=True)

    def forget(self, app: App) -> None:
        """Lets go of an app; its office runs on."""
        self._apps = [known for known in self._apps if known is not app]

    def _joined(self, office: Office, *, visible: bool) -> App:
        app = App(self, office, visible=visible)
        self._apps.insert(0, app)
        return app

    def first(self, app: App) -> None:
        """Makes an app the active one."""
        self._apps.sort(key=lambda known: known is not app)

    @staticmethod
    def cleanup() -> None:
        """Has nothing to do: an office of this package that ends leaves no process behind."""

    def __iter__(self) -> Iterator[App]:
        """The apps, the active one first."""
        self._apps = [app for app in self._apps if not app.office.why_gone()]
        return iter(list(self._apps))

    def __len__(self) -> int:
        """How many offices there are."""
        return sum(1 for _ in self)

    def __getitem__(self, pid: int) -> App:
        """The app with that process id."""
        for app in self:
            if app.pid == pid:
                return app
        raise KeyError(f"There is no office with the process id {pid}.")
