"""A keyring in memory for tests, as narrow as the one of Windows when it is told so."""

from collections.abc import Iterator
from contextlib import contextmanager

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

WINDOWS = 2_560
"""Bytes the keyring of Windows takes at most, two for each character."""


class Ring(KeyringBackend):
    """Keeps what it is given until the test is over; `most` bytes an entry, in UTF-16.

    `writes` counts them down: the program dies at the one that makes it 0.
    """

    priority = 1

    def __init__(self, most: int = WINDOWS) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.held: dict[tuple[str, str], str] = {}
        self.most = most
        self.writes = -1

    def get_password(self, service: str, username: str) -> str | None:
        """What was kept."""
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it, as Windows does: what is too long is refused with an error that is no keyring's."""
        self.writes -= 1
        if not self.writes:
            raise OSError(0, "the power failed", password)
        if len(password.encode("utf-16-le")) > self.most:
            raise OSError(1783, "CredWrite: The stub received bad data", password)
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """Take it away."""
        if self.held.pop((service, username), None) is None:
            raise PasswordDeleteError(service)

    @property
    def everything(self) -> str:
        """All that is kept, in one text."""
        return repr(self.held)


@contextmanager
def used(ring: KeyringBackend) -> Iterator[None]:
    """Make `ring` the keyring of this system for a while."""
    before = keyring.get_keyring()
    keyring.set_keyring(ring)
    try:
        yield
    finally:
        keyring.set_keyring(before)
