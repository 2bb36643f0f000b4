"""The outbox: this week's letters as files beside the book, and the posting of them, one by one.

What is previewed is what is sent: the bytes of the file a person has looked at are the bytes a carrier is
given, and a file that was changed since it was planned is held.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from email.utils import parsedate_to_datetime
from hashlib import sha256
from pathlib import Path
from typing import Self

from duesheet.carriers import Carrier, Delivery, Outcome
from duesheet.errors import Refused
from duesheet.journal import WAITING, Journal, Planned, Record, State
from duesheet.letters import Letter
from duesheet.shelf import Shelf
from duesheet.whereabouts import letters_of

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
_HANDS = (State.CLAIMED, State.COMMITTING, State.IN_DOUBT)


class Outbox(Shelf):
    """The folder of one book's letters: `waiting`, `sent`, and the page that shows them all."""

    @classmethod
    def beside(cls, book: Path) -> Self:
        """The outbox of the workbook at `book`: `outbox/<its name>` in the same folder.

        >>> Outbox.beside(Path("firm") / "Collections.xlsx").folder.as_posix()
        'firm/outbox/Collections'
        """
        return cls(letters_of(book))

    @property
    def index(self) -> Path:
        """The page that shows every letter."""
        return self.folder / "index.html"

    def write(self, letters: Iterable[Letter], journal: Journal) -> dict[str, Path]:
        """Plan `letters` and lay them into `waiting`; gives where each lies, by key.

        Letters of an older plan go, unless somebody is sending them or they are in doubt. Letters that were
        said already are not written. No other file is touched.
        """
        planned = {letter.notice.key: letter for letter in letters}
        data = {key: letter.as_bytes for key, letter in planned.items()}
        journal.plan(plan(letter, data[key]) for key, letter in planned.items())
        journal.withdraw(planned)
        states = {record.key: record.state for record in journal.letters()}
        for key in self.lying(journal.book_id):
            if key not in planned and states.get(key) not in _HANDS:
                self.drop(key)
        return {key: self.put(key, data[key]) for key in planned if states[key] in WAITING}


def plan(letter: Letter, data: bytes | None = None) -> Planned:
    """What the journal notes of `letter`; `data` are its bytes, where they are at hand."""
    notice, message = letter.notice, letter.message
    parties = [message[name] for name in ("To", "Cc") if message[name]]
    return Planned(
        key=notice.key,
        customer_id=notice.customer_id,
        currency=notice.currency,
        step=notice.step,
        as_of=notice.as_of,
        message_id=str(message["Message-ID"]),
        written_at=parsedate_to_datetime(str(message["Date"])),
        subject=letter.subject,
        recipients=tuple(address.addr_spec for party in parties for address in party.addresses),
        digest=digest(letter.as_bytes if data is None else data),
        amount=notice.amount_due,
        invoices=tuple(dict.fromkeys(line.invoice for line in notice.lines)),
        channel=notice.channel,
    )


def digest(data: bytes) -> str:
    """The SHA-256 of a letter's bytes, as hexadecimal digits."""
    return sha256(data).hexdigest()


def tidy(journal: Journal, carrier: Carrier, outbox: Outbox) -> list[Record]:
    """Put right what a crash left behind, before anything is planned; gives the letters that changed."""
    changed = journal.recover(
        lambda found: carrier.arrived(found.key) if found.carrier == carrier.name else None
    )
    for record in journal.letters():
        if record.state is State.SENT:
            _file(record.key, outbox)
    outbox.sweep()
    return changed


def post(  # noqa: PLR0913  the four that take part, and three questions to the caller
    keys: Iterable[str],
    journal: Journal,
    carrier: Carrier,
    outbox: Outbox,
    *,
    recheck: Callable[[str], str | None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
    pause: Callable[[], None] = lambda: None,
) -> Iterator[Delivery]:
    """Send the letters of `keys` in order; yields what became of each, once it is in the journal.

    `recheck` is asked right before a letter is claimed and gives a reason not to send it, if there is one;
    `pause` waits between two letters; `stop` is asked before each. The carrier must be open. Ends after a
    `stop` outcome. An exception goes through, and the journal is true nevertheless.
    """
    carried = False
    for key in keys:
        if carried:
            pause()
        if stop():
            return
        delivery = _one(key, journal, carrier, outbox, recheck)
        yield delivery
        if delivery.outcome is Outcome.STOP:
            return
        carried = delivery.outcome not in (Outcome.HELD, Outcome.SKIPPED)


def _one(
    key: str, journal: Journal, carrier: Carrier, outbox: Outbox, recheck: Callable[[str], str | None]
) -> Delivery:
    record = journal.find(key)
    if record is None:
        return Delivery(key, Outcome.HELD, "It is not planned. Preview again.")
    reason = _said(record) or recheck(key)
    if reason:
        return Delivery(key, Outcome.SKIPPED, reason)
    data = outbox.read(key) or b""
    if digest(data) != record.digest:
        changed = f"{outbox.waiting(key)} is gone, or was changed since it was planned. Preview again."
        return Delivery(key, Outcome.HELD, changed)
    if not journal.claim(key, record.digest, carrier.name):
        return Delivery(key, Outcome.SKIPPED, _ALREADY[State.CLAIMED])
    return _carried(record, data, journal, carrier, outbox)


def _said(record: Record) -> str:
    return _ALREADY.get(record.state, "").format(detail=record.detail)


def _carried(record: Record, data: bytes, journal: Journal, carrier: Carrier, outbox: Outbox) -> Delivery:
    key, committed = record.key, False

    def committing() -> None:
        nonlocal committed
        journal.commit(key)
        committed = True

    try:
        delivery = carrier.deliver(key, record.recipients, data, committing)
    except BaseException as error:
        with suppress(Refused):  # what stopped the carrier is what the user must hear of
            journal.settle(key, State.IN_DOUBT if committed else State.RETRY, f"Interrupted: {error!r}"[:300])
        raise
    if delivery.outcome in (Outcome.SENT, Outcome.DRAFTED, Outcome.IN_DOUBT) and not committed:
        journal.commit(key)
    journal.settle(key, _STATES[delivery.outcome], delivery.detail)
    if _STATES[delivery.outcome] is State.SENT:
        _file(key, outbox)
    return delivery


def _file(key: str, outbox: Outbox) -> None:
    """Have a sent letter in `sent` (or `drafts`) only: another program may have laid it into `waiting` meanwhile."""
    if outbox.sent(key).exists() or outbox.draft(key).exists():
        outbox.drop(key)
    else:
        with suppress(OSError):  # open in another program, or gone: the journal says that it was sent
            outbox.move(key, kept=False)
