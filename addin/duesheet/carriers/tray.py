"""The post is a tray on the desk: letters to oneself, as files, where there is no mail server to send them."""

from collections.abc import Callable, Sequence
from pathlib import Path

from duesheet import keys
from duesheet.carriers import Delivery, Outcome, Unconnected


class Tray(Unconnected):
    """Letters as files in `folder`; one of an earlier time is written over."""

    name = "Tray"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def deliver(
        self,
        key: str,
        recipients: Sequence[str],  # noqa: ARG002  whom a letter goes to stands in it
        data: bytes,
        committing: Callable[[], None],
    ) -> Delivery:
        """Lay the letter into the tray."""
        committing()
        path = self._folder / keys.file_name(key)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except OSError as error:
            return Delivery(key, Outcome.RETRY, f"{path} cannot be written: {error.strerror or error}.")
        return Delivery(key, Outcome.SENT)

    def arrived(self, key: str) -> bool | None:
        """Whether the letter lies in the tray."""
        return (self._folder / keys.file_name(key)).exists()
