"""The outbox: this week's letters as files beside the book, and the posting of them, one by one.

What is previewed is what is sent: the bytes of the file a person has looked at are the bytes a carrier is
given, and a file that was changed since it was planned is held.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Self

from duesheet.carriers import Carrier, Delivery
from duesheet.dispatch import Run, digest, put_away
from duesheet.journal import WAITING, Journal, Planned, Record, State
from duesheet.letters import Letter
from duesheet.shelf import Shelf
from duesheet.whereabouts import letters_of

__all__ = ["Outbox", "digest", "plan", "post", "tidy"]

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
        rows: dict[str, Planned] = {}
        contents: dict[str, bytes | Letter] = {}  # a letter with files is made anew: all are too much to hold
        for letter in letters:
            key, data = letter.notice.key, letter.as_bytes
            rows[key], contents[key] = plan(letter, data), letter if letter.files else data
        journal.plan(rows.values())
        journal.withdraw(rows)
        states = journal.states()
        for key in self.lying(journal.book_id):
            if key not in rows and states.get(key) not in _HANDS:
                self.drop(key)
        return {key: self.put(key, _bytes(contents[key])) for key in rows if states[key] in WAITING}


def _bytes(content: bytes | Letter) -> bytes:
    return content if isinstance(content, bytes) else content.as_bytes


def plan(letter: Letter, data: bytes) -> Planned:
    """What the journal notes of `letter`, whose bytes are `data`."""
    notice = letter.notice
    return Planned(
        key=notice.key,
        customer_id=notice.customer_id,
        currency=notice.currency,
        step=notice.step,
        as_of=notice.as_of,
        message_id=letter.message_id,
        written_at=letter.written_at,
        subject=letter.subject,
        recipients=letter.recipients,
        digest=digest(data),
        amount=notice.amount_due,
        invoices=tuple(dict.fromkeys(line.invoice for line in notice.lines)),
        channel=notice.channel,
    )


def tidy(journal: Journal, carrier: Carrier, outbox: Outbox) -> list[Record]:
    """Put right what a crash left behind, before anything is planned; gives the letters that changed."""
    changed = journal.recover(
        lambda found: carrier.arrived(found.key) if found.carrier == carrier.name else None
    )
    for record in journal.letters():
        if record.state is State.SENT:
            put_away(record.key, outbox)
    outbox.sweep()
    return changed


def post(  # noqa: PLR0913  the four that take part, and four questions to the caller
    keys: Iterable[str],
    journal: Journal,
    carrier: Carrier,
    outbox: Outbox,
    *,
    recheck: Callable[[str], str | None] = lambda _: None,
    stop: Callable[[], bool] = lambda: False,
    pause: Callable[[], None] = lambda: None,
    hasty: Callable[[], bool] = lambda: False,
) -> Iterator[Delivery]:
    """Send the letters of `keys` in order; yields what became of each, once it is in the journal.

    `recheck` is asked right before a letter is claimed and gives a reason not to send it, if there is one;
    `pause` waits between two letters; `stop` is asked before each. `hasty` says after each whether the next follows
    at once: the end of the one and the claim of the other are then one step of the journal. The carrier must be open.
    Ends after a `stop` outcome. An exception goes through, and the journal is true nevertheless.
    """
    run = Run(journal, carrier, outbox, recheck, stop)
    try:
        for key in keys:
            if run.carried:
                pause()
            if stop():
                break
            yield from run.begun(key)
            if run.over:
                break
            if not hasty():
                yield from run.ended()
        yield from run.ended()
    except BaseException:
        run.abandon()
        raise
