"""Letters under way: each is claimed, carried, and what became of it noted, so that the journal is always true."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import sha256

from duesheet.carriers import Carrier, Delivery, Outcome
from duesheet.entries import End
from duesheet.errors import Refused
from duesheet.journal import Journal, Record, State
from duesheet.shelf import Shelf

_STATES = {
    Outcome.SENT: State.SENT,
    Outcome.DRAFTED: State.SENT,
    Outcome.REFUSED: State.REFUSED,
    Outcome.RETRY: State.RETRY,
    Outcome.STOP: State.RETRY,
    Outcome.IN_DOUBT: State.IN_DOUBT,
}
_ALREADY = {
    State.CLAIMED: "It is being sent at this moment.",
    State.COMMITTING: "It is being sent at this moment.",
    State.SENT: "It was sent already.",
    State.REFUSED: "It was refused: {detail}",
    State.IN_DOUBT: "Nobody knows whether it arrived. Say: arrived, send again, or skip.",
    State.SKIPPED: "It was skipped: {detail}",
}


class Run:
    """One posting: `carried` tells whether a carrier had the letter before, `over` that no other is to be begun."""

    def __init__(
        self,
        journal: Journal,
        carrier: Carrier,
        shelf: Shelf,
        recheck: Callable[[str], str | None],
        stop: Callable[[], bool],
    ) -> None:
        self._journal, self._carrier, self._shelf = journal, carrier, shelf
        self._recheck, self._stop = recheck, stop
        self._known = {record.key: record for record in journal.letters()}
        self._last: Delivery | None = None  # carried, and not in the journal yet
        self._claimed = ""
        self.carried = self.over = False

    def begun(self, key: str) -> Iterator[Delivery]:
        """Claim a letter and carry it; gives the one before, and this one where it is not to be carried."""
        ready = self._ready(key)
        if isinstance(ready, bytes):
            self._claim(key)
        waited = self._last is not None
        yield from self.ended(noted=isinstance(ready, bytes))
        if not self._claimed:
            self.carried = False
            yield ready if isinstance(ready, Delivery) else self._overtaken(key)
        elif waited and self._stop():  # whoever heard of the one before may have stopped this one
            self.abandon()
            self.over = True
        else:
            self._carry(key, ready if isinstance(ready, bytes) else b"")

    def ended(self, *, noted: bool = False) -> Iterator[Delivery]:
        """Give the letter carried last, once the journal has it: with the claim of the next, or now."""
        last, self._last = self._last, None
        if last is None:
            return
        if not noted:
            self._journal.settle(*_end(last))
        if _STATES[last.outcome] is State.SENT:
            put_away(last.key, self._shelf)
        yield last

    def abandon(self) -> None:
        """Leave the journal true: what was carried is noted, what was only claimed waits again."""
        with suppress(Refused):  # what ended the run is what the user must hear of
            if self._claimed:
                self._journal.release(self._claimed)
            if self._last is not None:
                self._journal.settle(*_end(self._last))

    def _ready(self, key: str) -> Delivery | bytes:
        """The letter's bytes, or why it is not to go."""
        record = self._known.get(key)
        if record is None:
            return Delivery(key, Outcome.HELD, "It is not planned. Preview again.")
        reason = _said(record) or self._recheck(key)
        if reason:
            return Delivery(key, Outcome.SKIPPED, reason)
        data = self._shelf.read(key) or b""
        if digest(data) != record.digest:
            changed = (
                f"{self._shelf.waiting(key)} is gone, or was changed since it was planned. Preview again."
            )
            return Delivery(key, Outcome.HELD, changed)
        return data

    def _claim(self, key: str) -> None:
        before = None if self._last is None else _end(self._last)
        taken = self._journal.claim(key, self._known[key].digest, self._carrier.name, before)
        self._claimed = key if taken else ""

    def _overtaken(self, key: str) -> Delivery:
        """What to say of a letter somebody else has taken meanwhile."""
        now = self._journal.find(key)
        return Delivery(key, Outcome.SKIPPED, (_said(now) if now else "") or _ALREADY[State.CLAIMED])

    def _carry(self, key: str, data: bytes) -> None:
        committed = False

        def committing() -> None:
            nonlocal committed
            self._journal.commit(key)
            committed = True

        self._claimed, self.carried = "", True
        try:
            delivery = self._carrier.deliver(key, self._known[key].recipients, data, committing)
        except BaseException as error:
            with suppress(Refused):  # as above
                state = State.IN_DOUBT if committed else State.RETRY
                self._journal.settle(key, state, f"Interrupted: {error!r}"[:300])
            raise
        if delivery.outcome in (Outcome.SENT, Outcome.DRAFTED, Outcome.IN_DOUBT) and not committed:
            self._journal.commit(key)
        self._last, self.over = delivery, delivery.outcome is Outcome.STOP


def digest(data: bytes) -> str:
    """The SHA-256 of a letter's bytes, as hexadecimal digits."""
    return sha256(data).hexdigest()


def _end(delivery: Delivery) -> End:
    return End(delivery.key, _STATES[delivery.outcome], delivery.detail)


def _said(record: Record) -> str:
    return _ALREADY.get(record.state, "").format(detail=record.detail)


def put_away(key: str, shelf: Shelf) -> None:
    """Have a sent letter in `sent` (or `drafts`) only: another program may have laid it into `waiting` meanwhile."""
    if shelf.sent(key).exists() or shelf.draft(key).exists():
        shelf.drop(key)
    else:
        with suppress(OSError):  # open in another program, or gone: the journal says that it was sent
            shelf.move(key, kept=False)
