"""The post is a folder of drafts: a mail program opens each as a letter yet to be sent, and a person sends it."""

from collections.abc import Callable, Sequence

from duesheet.carriers import Delivery, Outcome, Unconnected
from duesheet.entries import DRAFTS
from duesheet.shelf import Shelf

UNSENT = b"X-Unsent: 1\r\n"
"""The header by which Outlook opens a file as a letter yet to be sent; other mail programs pass over it."""

_DONE = "A draft was made; send it from your mail program: {name}"


class Drafts(Unconnected):
    """The carrier `Drafts`: nothing leaves this computer before a person sends it."""

    name = DRAFTS

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def deliver(
        self,
        key: str,
        recipients: Sequence[str],  # noqa: ARG002  whom a letter goes to stands in it
        data: bytes,
        committing: Callable[[], None],
    ) -> Delivery:
        """Make the draft: all of it before `committing`, and its name, which makes it one, after.

        An older draft of the same key is replaced: it was to be made again.
        """
        path = self._shelf.draft(key)
        try:
            self._shelf.put_half_draft(key, UNSENT + data)
        except OSError as error:
            return Delivery(key, Outcome.RETRY, f"{path} cannot be written: {error.strerror or error}.")
        committing()
        try:
            self._shelf.finish_draft(key)
        except OSError as error:
            return Delivery(key, Outcome.RETRY, f"{path} cannot be written: {error.strerror or error}.")
        return Delivery(key, Outcome.DRAFTED, _DONE.format(name=f"{path.parent.name}/{path.name}"))

    def arrived(self, key: str) -> bool | None:
        """Whether the draft was made: certainly not where its half still lies; None when it lies nowhere here."""
        if self._shelf.half_draft(key).exists():
            return False
        return True if self._shelf.draft(key).exists() else None
