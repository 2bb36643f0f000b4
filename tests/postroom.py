"""A post room for tests: made-up letters, a post that counts, and a program that stops dead where it is told.

    python postroom.py FOLDER CARRIER [STEP COUNT]

plans and posts the letters of `KEYS` with the journal and the outbox in FOLDER, and dies without a word (no
cleaning up, no exception) when it comes to STEP for the COUNTth time.
"""

import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Self

from duesheet import keys
from duesheet.carriers import Carrier, Delivery, Outcome
from duesheet.carriers.folder import Folder
from duesheet.entries import End, Planned
from duesheet.envelope import message
from duesheet.journal import Journal
from duesheet.letters import Letter
from duesheet.notices import Line, Notice
from duesheet.outbox import Outbox, post, tidy

BOOK = "0b7a3c1e-5d7f-4b0e-9d51-6f3f6f1f9a10"
CYCLE = date(2026, 11, 23)
WRITTEN = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
KEYS = [keys.key(BOOK, f"C{number:03}", "EUR", CYCLE, 1) for number in range(1, 13)]
STEPS = (
    "before plan",
    "after plan",
    "before put",
    "after put",
    "before claim",
    "after claim",
    "before commit",
    "after commit",
    "after delivery",
    "before settle",
    "after settle",
)


def planned(key: str, **other: Any) -> Planned:
    """One letter as planned, in the plainest form; `other` are the columns that differ."""
    plain: dict[str, Any] = {
        "key": key,
        "customer_id": key.partition("|")[0],
        "currency": "EUR",
        "step": 1,
        "as_of": CYCLE,
        "message_id": keys.message_id(BOOK, key, "ar@example.com"),
        "written_at": WRITTEN,
        "subject": "Invoice 1001",
        "recipients": ("ap@example.org",),
        "digest": "d1",
        "amount": 119_00,
        "invoices": ("1001",),
    }
    return Planned(**plain | other)


def letter(key: str, text: str = "Please pay invoice 1001.\n") -> Letter:
    """A letter of `key` that says `text`."""
    customer = key.partition("|")[0]
    line = Line("1001", 0, date(2026, 10, 1), date(2026, 10, 31), 23, 119_00, 119_00, "", "")
    to = (f"{customer.lower()}@example.org",)
    notice = Notice(
        key=key,
        customer_id=customer,
        customer="Northwind",
        contact="",
        to=to,
        cc=(),
        language="en",
        currency="EUR",
        step=1,
        step_name="Friendly reminder",
        template="friendly",
        channel="Email",
        as_of=CYCLE,
        lines=(line,),
        unapplied=0,
        amount_due=119_00,
        oldest_days=23,
        last_letter=None,
    )
    message_id = keys.message_id(BOOK, key, "ar@example.com")
    written = message(
        sender=("Acme", "ar@example.com"),
        reply_to=(),
        to=to,
        to_name="Northwind",
        cc=(),
        subject="Invoice 1001",
        key=key,
        language="en",
        written_at=WRITTEN,
        message_id=message_id,
        text=text,
        html=f"<p>{text}</p>",
    )
    return Letter(
        notice,
        "Invoice 1001",
        text,
        f"<p>{text}</p>",
        written,
        message_id=message_id,
        written_at=WRITTEN,
        recipients=to,
    )


class Far:
    """A post far away: it writes down each letter it takes, and cannot be asked later.

    `answers` gives the outcome for a key (sent when it is not there); `told` are the keys in order.
    """

    name = "Far"

    def __init__(self, log: Path, answers: dict[str, Outcome] | None = None) -> None:
        self._log = log
        self._answers = answers or {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is open."""

    @property
    def told(self) -> list[str]:
        """The keys of the letters that arrived, in order, one for each copy."""
        return self._log.read_text("utf-8").splitlines() if self._log.exists() else []

    def deliver(
        self, key: str, recipients: Sequence[str], data: bytes, committing: Callable[[], None]
    ) -> Delivery:
        """Take the letter, unless the answer is to be another one."""
        outcome = self._answers.get(key, Outcome.SENT)
        if outcome in (Outcome.SENT, Outcome.IN_DOUBT):
            committing()
        if outcome is Outcome.SENT:
            with self._log.open("a", encoding="utf-8") as log:
                log.write(key + "\n")
        return Delivery(key, outcome, f"{len(data)} bytes for {len(recipients)}")

    def arrived(self, key: str) -> bool | None:
        """Nobody knows."""


class Step:
    """Counts how often the program comes by a step, and ends it on the spot at the one it was told."""

    def __init__(self, name: str, count: int) -> None:
        self._name = name
        self._left = count

    def at(self, name: str) -> None:
        """The program comes by the step `name`."""
        self._left -= name == self._name
        if name == self._name and not self._left:
            os._exit(9)


class BreakingJournal(Journal):
    """A journal that tells when each of its steps begins and ends."""

    step: Step

    def plan(self, rows: Any) -> None:
        """As the base, with steps."""
        self.step.at("before plan")
        super().plan(rows)
        self.step.at("after plan")

    def claim(
        self, key: str, digest: str | None = None, carrier: str = "", before: End | None = None
    ) -> bool:
        """As the base, with steps; the end of another letter is a step too, at the same moment."""
        self.step.at("before claim")
        if before is not None:
            self.step.at("before settle")
        taken = super().claim(key, digest, carrier, before)
        self.step.at("after claim")
        if before is not None:
            self.step.at("after settle")
        return taken

    def commit(self, key: str) -> None:
        """As the base, with steps."""
        self.step.at("before commit")
        super().commit(key)
        self.step.at("after commit")

    def settle(self, key: str, outcome: Any, detail: str = "") -> None:
        """As the base, with steps."""
        self.step.at("before settle")
        super().settle(key, outcome, detail)
        self.step.at("after settle")


class BreakingOutbox(Outbox):
    """An outbox that tells when a file was written or moved."""

    step: Step

    def put(self, key: str, data: bytes) -> Path:
        """As the base, with steps."""
        self.step.at("before put")
        path = super().put(key, data)
        self.step.at("after put")
        return path

    def move(self, key: str, *, kept: bool = True) -> None:
        """As the base, with a step."""
        super().move(key, kept=kept)
        self.step.at("after delivery")


def carrier_of(name: str, outbox: Outbox, folder: Path) -> Carrier:
    """The carrier `Outbox` or `Far`."""
    return Folder(outbox) if name == "Outbox" else Far(folder / "far.txt")


def run(folder: Path, carrier_name: str, step: Step) -> None:
    """One run as the command does it: put right, plan, post."""
    outbox = BreakingOutbox(folder / "outbox")
    outbox.step = step
    with BreakingJournal.open(BOOK) as journal, carrier_of(carrier_name, outbox, folder) as carrier:
        journal.step = step
        tidy(journal, carrier, outbox)
        outbox.write(map(letter, KEYS), journal)
        for delivery in post(KEYS, journal, carrier, outbox, hasty=lambda: carrier_name == "Far"):
            sys.stdout.write(f"{delivery.key} {delivery.outcome}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    os.environ["DUESHEET_DATA"] = sys.argv[1]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    named, times = (sys.argv[3], int(sys.argv[4])) if len(sys.argv) > 3 else ("", 0)
    run(Path(sys.argv[1]), sys.argv[2], Step(named, times))
