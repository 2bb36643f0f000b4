"""What is left when the program that posts is killed: `python -m benchmarks.crash`.

Batches of letters are posted to a flaky mail server (`mailserver`) by a process that is ended with SIGKILL at random
moments and started again, over and over; then it may run to its end. What the server kept is held against what the
journal says. Beside it, under the same kills, the obvious way: `yag.send` in a loop that notes each letter after it
was sent. Exits with 1 when Duesheet sent a letter twice, said of one what is not true, or lost one.
With `--postgres` the journal is a team's, in a PostgreSQL server that the storm starts and ends.

Linux and macOS only: each run is a fork of a process that has loaded its libraries, so that many fit into a minute.
"""

import argparse
import json
import os
import random
import select
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Protocol

import yagmail
from benchmarks import mailserver

from duesheet import keys
from duesheet.carriers.server import Server
from duesheet.carriers.signing_in import nobody
from duesheet.carriers.smtp import Smtp
from duesheet.entries import Planned, State
from duesheet.envelope import message
from duesheet.journal import Journal
from duesheet.outbox import Outbox, digest, post, tidy

BOOK = "0b7a3c1e-5d7f-4b0e-9d51-6f3f6f1f9a10"
DAY = date(2026, 11, 23)
MOMENT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SENDER = "ar@example.com"
LETTERS = 40
EARLY = 0.2
"""So many of the kills may come before the first letter is posted, while things are put right and planned."""
MOST_SECONDS = 30
"""So long a run may take to come to its first letter."""
Begun = Callable[[], object]
"""Told when the first letter is about to be posted."""
MOST_RUNS = 30
"""So many runs to the end a batch may take after its last kill: a letter put off is tried again by the next."""


class Team(Protocol):
    """A database server."""

    @property
    def passwords(self) -> Path:
        """The file of passwords."""

    def made(self, name: str) -> str:
        """A new database: its URL, without the password."""


@dataclass
class Count:
    """What came of it: letters that went twice, statements that are not true, letters nobody knows of."""

    batches: int = 0
    kills: int = 0
    amid: int = 0
    """Kills, or ends, of runs in which letters had arrived."""
    letters: int = 0
    duplicates: int = 0
    untrue: int = 0
    unknown: int = 0
    lost: int = 0
    in_doubt: int = 0
    arrived: int = 0

    def add(self, copies: Counter[str], said: dict[str, str]) -> None:
        """Count one batch: what the server kept against what is said of each letter."""
        self.batches += 1
        for key in names():
            count, state = copies[key], said.get(key, "")
            self.letters += 1
            self.arrived += count > 0
            self.duplicates += count > 1
            self.untrue += state == State.SENT and count != 1
            self.unknown += count > 0 and state not in {State.SENT, State.IN_DOUBT}
            self.in_doubt += state == State.IN_DOUBT
            self.lost += count == 0 and state not in {
                State.IN_DOUBT,
                State.REFUSED,
                State.RETRY,
                State.PLANNED,
            }


@cache
def names() -> tuple[str, ...]:
    """The keys of a batch."""
    return tuple(keys.key(BOOK, f"C{number:03}", "EUR", DAY, 1) for number in range(LETTERS))


@cache
def letter(key: str) -> bytes:
    """A small letter."""
    return message(
        sender=("Harbor & Field Supply", SENDER),
        reply_to=[],
        to=[_address(key)],
        to_name="Anna Weber",
        cc=[],
        subject="Invoice 1001",
        key=key,
        language="en",
        written_at=MOMENT,
        message_id=keys.message_id(BOOK, key, SENDER),
        text="Please pay.\n",
        html="<p>Please pay.</p>\n",
    )


def _address(key: str) -> str:
    return f"{key.partition('|')[0].lower()}@example.org"


def planned(key: str) -> Planned:
    """What the journal notes of it."""
    return Planned(
        key=key,
        customer_id=key.partition("|")[0],
        currency="EUR",
        step=1,
        as_of=DAY,
        message_id=keys.message_id(BOOK, key, SENDER),
        written_at=MOMENT,
        subject="Invoice 1001",
        recipients=(_address(key),),
        digest=digest(letter(key)),
        amount=119_00,
        invoices=("1001",),
    )


def duesheet(folder: Path, port: int, begun: Begun, url: str = "") -> None:
    """One run of ours, as `duesheet send` does it: put right, plan, lay down, post."""
    os.environ["DUESHEET_DATA"] = str(folder)
    outbox = Outbox(folder / "outbox")
    server = Server(mailserver.HERE, port, "None", "", SENDER)
    with Journal.open(BOOK, url) as journal, Smtp(server, nobody(), waits=()) as carrier:
        tidy(journal, carrier, outbox)
        journal.plan(map(planned, names()))
        for record in journal.letters():
            if record.state in {State.PLANNED, State.RETRY}:
                outbox.put(record.key, letter(record.key))
        begun()
        for _ in post(names(), journal, carrier, outbox, hasty=lambda: True):
            pass


def said_by_duesheet(folder: Path, url: str = "") -> dict[str, str]:
    """What the journal says of each letter, once what a crash left behind is put right."""
    os.environ["DUESHEET_DATA"] = str(folder)
    with Journal.open(BOOK, url) as journal:
        journal.recover()
        return {record.key: str(record.state) for record in journal.letters()}


def obvious(folder: Path, port: int, begun: Begun) -> None:
    """One run of the obvious way: skip what is noted, send, note."""
    done = folder / "sent.txt"
    known = set(done.read_text("utf-8").splitlines()) if done.exists() else set()
    yag = yagmail.SMTP(
        user=SENDER,
        host=mailserver.HERE,
        port=port,
        smtp_ssl=False,
        smtp_starttls=False,
        smtp_skip_login=True,
    )
    yag.set_logging(None)
    begun()
    with done.open("a", encoding="utf-8") as file:
        for key in names():
            if key not in known:
                with suppress(OSError):
                    yag.send(_address(key), "Invoice 1001", "Please pay.", headers={"X-Key": key})
                    file.write(key + "\n")
                    file.flush()
                    os.fsync(file.fileno())


def said_by_obvious(folder: Path) -> dict[str, str]:
    """What is noted: sent, or to be sent."""
    done = folder / "sent.txt"
    known = set(done.read_text("utf-8").splitlines()) if done.exists() else set()
    return {key: State.SENT if key in known else State.PLANNED for key in names()}


def in_team(server: "Team") -> "Way":
    """Ours with the journal in a team's database: a new one for each folder."""

    def url(folder: Path) -> str:
        named = folder / "database.txt"
        if not named.exists():
            named.write_text(server.made(folder.name.lower()), "utf-8")
        return named.read_text("utf-8")

    return Way(
        lambda folder, port, begun: duesheet(folder, port, begun, url(folder)),
        lambda folder: said_by_duesheet(folder, url(folder)),
    )


@contextmanager
def team() -> Iterator["Team"]:
    """A PostgreSQL server of this storm alone, as the tests start it."""
    sys.path.append(str(mailserver.ROOT / "tests"))
    from postgres import running  # noqa: PLC0415  it needs the driver, which not everybody has

    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), reverse=True)
    program = os.environ.get("DUESHEET_POSTGRES") or shutil.which("postgres") or next(map(str, places), "")
    if not program:
        sys.exit(
            "There is no PostgreSQL here: install postgresql, or set DUESHEET_POSTGRES to its server's path."
        )
    with running(program) as server:
        os.environ["PGPASSFILE"] = str(server.passwords)
        yield server


def killed(work: Callable[[Begun], None], after: float | None, *, early: bool = False) -> bool:
    """Do `work` in a process of its own; kill it `after` so many seconds. Whether it was killed at work.

    The seconds are counted from when it begins to post, for how long it takes to come so far differs from machine to
    machine; `early`: from its very beginning.
    """
    heard, told = os.pipe()
    child = os.fork()
    if not child:
        code = 1
        try:
            work(lambda: os.write(told, b"!"))
            code = 0
        finally:
            os._exit(code)
    os.close(told)
    if after is not None:
        if not early:
            select.select([heard], [], [], MOST_SECONDS)  # also when it ends before it begins
        time.sleep(after)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(heard)
    return os.WIFSIGNALED(status)


@dataclass(frozen=True)
class Way:
    """One way of posting: a run in a folder to a port, and what is said of each letter afterwards."""

    run: Callable[[Path, int, Begun], None]
    said: Callable[[Path], dict[str, str]]


def batch(way: Way, kills: int, seed: int, span: float, count: Count) -> None:
    """One batch: killed up to `kills` times while it has work left, then run to its end and counted."""
    chance = random.Random(seed)  # noqa: S311  moments, not secrets
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log = folder / "kept.txt"
        with mailserver.running(log, "--flaky", str(seed)) as port:
            for _ in range(kills):
                before = len(mailserver.kept(log))
                early = chance.random() < EARLY
                count.kills += killed(partial(way.run, folder, port), chance.uniform(0, span), early=early)
                count.amid += len(mailserver.kept(log)) > before
                if _done(way.said(folder)):
                    break
            for _ in range(MOST_RUNS):
                if _done(way.said(folder)):
                    break
                killed(partial(way.run, folder, port), None)
            count.add(Counter(mailserver.kept(log)), way.said(folder))


def _done(said: dict[str, str]) -> bool:
    return len(said) == len(names()) and not {State.PLANNED, State.RETRY} & set(said.values())


def measured(way: Way, kills: int, batches: int, span: float) -> Count:
    """Batches until there were as many kills and batches as asked for."""
    count = Count()
    seed = 0
    while count.kills < kills or count.batches < batches:
        seed += 1
        batch(way, -(-kills // batches), seed, span, count)
    return count


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure both ways and print a table."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--kills", type=int, default=500)
    words.add_argument("--batches", type=int, default=20)
    words.add_argument(
        "--span", type=float, default=0.3, help="the latest moment of a kill, in seconds of posting"
    )
    words.add_argument("--postgres", action="store_true", help="keep the journal in a PostgreSQL")
    words.add_argument("--json", action="store_true")
    chosen = words.parse_args(arguments)
    # It waits 3 and 6 seconds before it sends a letter once more: its own clock only, the storm waits by the real one.
    yagmail.sender.time = SimpleNamespace(sleep=lambda _: None)
    with ExitStack() as open_now:
        mine = in_team(open_now.enter_context(team())) if chosen.postgres else Way(duesheet, said_by_duesheet)
        ways = (mine, Way(obvious, said_by_obvious))
        ours, theirs = (measured(way, chosen.kills, chosen.batches, chosen.span) for way in ways)
    if chosen.json:
        print(json.dumps({"duesheet": asdict(ours), "obvious": asdict(theirs)}))
    else:
        _table(ours, theirs)
    return int(bool(ours.duplicates or ours.untrue or ours.unknown or ours.lost))


def _table(ours: Count, theirs: Count) -> None:
    print(f"{'':58}{'Duesheet':>10}{'yag.send':>10}")
    rows = {
        "batches": "batches",
        "kill -9": "kills",
        "runs in which letters had arrived before their end": "amid",
        "letters": "letters",
        "letters that arrived": "arrived",
        "letters that arrived more than once": "duplicates",
        "rows that say Sent of what did not arrive exactly once": "untrue",
        "rows that say it did not go of what arrived": "unknown",
        "letters neither delivered nor listed": "lost",
        "letters listed as In doubt": "in_doubt",
    }
    for words, name in rows.items():
        print(f"{words:58}{getattr(ours, name):>10,}{getattr(theirs, name):>10,}")


if __name__ == "__main__":
    sys.exit(main())
