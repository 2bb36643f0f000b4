"""The carrier `SMTP`: letters are handed to a mail server, one by one, over one connection."""

import ssl
import time
from collections.abc import Callable, Sequence
from typing import Self

from duesheet.carriers import Delivery, Outcome
from duesheet.carriers.connection import Connection, Patience
from duesheet.carriers.delivery import Transaction
from duesheet.carriers.replies import Verdict
from duesheet.carriers.server import Server
from duesheet.carriers.signing_in import SignIn
from duesheet.carriers.strikes import Strikes

WAITS = (2.0, 10.0)
"""Seconds before each further try to reach a server that cannot be reached."""


class Smtp:
    """Letters to `server`, signed in by `sign_in`. Nothing is connected before the first letter.

    All recipients of a letter are named in one transaction, and a letter that one of them cannot get is sent to
    nobody: a second attempt for the rest would be a second copy for the others.
    """

    name = "SMTP"

    def __init__(  # noqa: PLR0913  the server, and what a test sets
        self,
        server: Server,
        sign_in: SignIn,
        *,
        patience: Patience | None = None,
        waits: Sequence[float] = WAITS,
        context: ssl.SSLContext | None = None,
        arrived: Callable[[str], bool | None] = lambda _: None,
    ) -> None:
        self._sender = server.sender
        self._patience = patience or Patience()
        self._connection = Connection(server, sign_in, self._patience, context)
        self._waits = waits
        self._arrived = arrived
        self._strikes = Strikes()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.hang_up()

    def deliver(
        self, key: str, recipients: Sequence[str], data: bytes, committing: Callable[[], None]
    ) -> Delivery:
        """Hand the letter over; `committing` is called between its last line and the lone dot that ends it."""
        if self._strikes.out:
            return Delivery(key, Outcome.STOP, self._strikes.words)
        used = self._connection.client is not None
        verdict, committed = self._carried(recipients, data, committing)
        if used and verdict.lost and verdict.outcome is Outcome.RETRY and not committed:
            verdict, _ = self._carried(
                recipients, data, committing
            )  # a server hangs up on a line that was idle
        self._strikes.note(verdict)
        return Delivery(key, verdict.outcome, verdict.words)

    def arrived(self, key: str) -> bool | None:
        """A mail server tells nobody what became of a letter; whoever looks elsewhere may know."""
        return self._arrived(key)

    def _carried(
        self, recipients: Sequence[str], data: bytes, committing: Callable[[], None]
    ) -> tuple[Verdict, bool]:
        closed = self._opened()
        if closed is not None:
            return closed, False
        committed = False

        def noted() -> None:
            nonlocal committed
            committing()
            committed = True

        return self._handed_over(recipients, data, noted), committed

    def _handed_over(self, recipients: Sequence[str], data: bytes, committing: Callable[[], None]) -> Verdict:
        assert self._connection.client is not None  # noqa: S101  it was just opened
        transaction = Transaction(self._connection.client, self._patience)
        try:
            verdict = transaction.carry(self._sender, recipients, data, committing)
        except BaseException:
            self._connection.drop()  # without its dot the letter stays undelivered
            raise
        if verdict.outcome is not Outcome.SENT:
            self._connection.reset(verdict)
        return verdict

    def _opened(self) -> Verdict | None:
        """Open the line where it is not; a server that cannot be reached now is of no use to any letter."""
        if self._connection.client is not None:
            return None
        for wait in (*self._waits, None):
            closed = self._connection.open()
            if closed is None or closed.outcome is Outcome.STOP:
                return closed
            if wait is not None:
                time.sleep(wait)
        return Verdict(Outcome.STOP, closed.words if closed else "", lost=True)
