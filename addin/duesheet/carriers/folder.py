"""The post is a folder: a letter is delivered by moving it from `waiting` to `sent`."""

from collections.abc import Callable, Sequence

from duesheet.carriers import Delivery, Outcome, Unconnected
from duesheet.shelf import Shelf


class Folder(Unconnected):
    """The carrier `Outbox`: nothing leaves this computer, the letters lie there to be looked at."""

    name = "Outbox"

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def deliver(
        self,
        key: str,
        recipients: Sequence[str],  # noqa: ARG002  whom a letter goes to stands in it
        data: bytes,
        committing: Callable[[], None],
    ) -> Delivery:
        """Move the letter to `sent`; one that lies there already is never moved over."""
        if self._shelf.sent(key).exists():
            committing()
            return Delivery(key, Outcome.SENT, "It lay in the sent folder already.")
        if self._shelf.read(key) != data:
            return Delivery(key, Outcome.RETRY, f"{self._shelf.waiting(key)} is gone or was changed.")
        committing()
        try:
            self._shelf.move(key)
        except OSError as error:
            return self._after(key, error)
        return Delivery(key, Outcome.SENT)

    def arrived(self, key: str) -> bool | None:
        """Whether the letter lies in `sent`; None when it lies nowhere here."""
        if self._shelf.sent(key).exists():
            return True
        return False if self._shelf.waiting(key).exists() else None

    def _after(self, key: str, error: OSError) -> Delivery:
        if self.arrived(key):
            return Delivery(key, Outcome.SENT, "Another Duesheet moved it at the same moment.")
        name = self._shelf.waiting(key).name
        return Delivery(
            key, Outcome.RETRY, f"{name} cannot be moved to the sent folder: {error.strerror or error}."
        )
