"""The week's letters to oneself: the real letters, sent to the test recipient, and nothing is noted anywhere."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.utils import make_msgid
from pathlib import Path

from duesheet.carriers import Carrier, Delivery, Outcome, choosing
from duesheet.carriers.tray import Tray
from duesheet.entries import Stamp
from duesheet.envelope import addresses, enclosing
from duesheet.errors import Refused
from duesheet.letters import Letter
from duesheet.outbox import Outbox
from duesheet.settings import Settings
from duesheet.week import Week
from duesheet.writing import written

TEST = "X-Duesheet-Test"
"""The header that says whom the letter is meant for; the key has another name here too: this is not that letter."""

FOLDER = "to-me"


@dataclass(frozen=True)
class Rehearsal:
    """The letters as they would go, each to `recipient`; `wrong` says by key why one could not be written."""

    week: Week
    recipient: str
    letters: list[Letter]
    wrong: Mapping[str, str]
    path: Path


@dataclass(frozen=True)
class _Fresh:
    """What stands in for the journal: every letter is as if written for the first time."""

    moment: datetime
    domain: str

    def stamps(self, letters: Iterable[str], sender: str) -> dict[str, Stamp]:  # noqa: ARG002  the journal's
        """For each key a Message-ID that no letter of the week will have."""
        return {key: Stamp(make_msgid(domain=self.domain), self.moment) for key in letters}


def rehearsal(found: Week, path: Path, moment: datetime) -> Rehearsal:
    """The letters of the week `found` of the book at `path`; nothing is written to any file.

    Raises Refused when Settings names no test recipient.
    """
    chosen = found.records.settings
    good, _ = addresses(chosen.test_recipient)
    if len(good) != 1:
        raise Refused("Settings, Test recipient: type the one address test letters go to. Nothing was sent.")
    domain = (addresses(chosen.from_email)[0] or good)[0].rpartition("@")[2]
    letters, wrong = written(found, path.parent, _Fresh(moment, domain))
    return Rehearsal(found, good[0], letters, wrong, path)


def send_to_me(
    ready: Rehearsal,
    *,
    limit: int | None = None,
    stop: Callable[[], bool] = lambda: False,
    pause: Callable[[], None] = lambda: None,
) -> Iterator[Delivery]:
    """Hand the letters to the carrier, all to the test recipient; yields what became of each. Nothing is noted."""
    with _carrier(ready.week.records.settings, ready.path) as carrier:
        for number, letter in enumerate(ready.letters[:limit]):
            if number:
                pause()
            if stop():
                return
            key, data = letter.notice.key, to_me(letter, ready.recipient)
            delivery = carrier.deliver(key, [ready.recipient], data, lambda: None)
            yield delivery
            if delivery.outcome is Outcome.STOP:
                return


def to_me(letter: Letter, recipient: str) -> bytes:
    """The letter as it is, save for whom it goes to: `recipient` alone; a header names the real ones and the key."""
    message = deepcopy(letter.message)
    for name in ("To", "Cc", "X-Duesheet-Key"):
        del message[name]
    message["To"] = Address(addr_spec=recipient)
    message[TEST] = f"Meant for {', '.join(letter.recipients)}"
    message[f"{TEST}-Key"] = letter.notice.key
    return enclosing(message.as_bytes(), letter.message_id, letter.files)


def _carrier(chosen: Settings, path: Path) -> Carrier:
    """The mail server; where Settings has none, files beside the book."""
    box = Outbox.beside(path)
    if chosen.carrier == choosing.SMTP:
        return choosing.carrier(chosen, box)
    return Tray(box.folder / FOLDER)
