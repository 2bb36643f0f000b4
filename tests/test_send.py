"""`duesheet send` with a mail server: what it asks, when it may, how it is stopped, and what it leaves behind."""

import email
import os
import signal
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email.policy import default
from pathlib import Path

import pytest

from duesheet import job, posting, records
from duesheet.books.closed import ClosedBook
from duesheet.brake import Brake, pull
from duesheet.build.contents import frame
from duesheet.carriers.server import named
from duesheet.hours import closed, may_post, next_hours
from duesheet.journal import Journal
from duesheet.layout import layout
from duesheet.outbox import Outbox
from duesheet.pace import Pace
from duesheet.settings import Settings
from duesheet.whereabouts import place, stop_file
from mailroom import DROP, Fault, Frail
from shop import Terminal
from test_cli import BOOK_ID, TODAY, fingerprint, made, sheet

MONDAY = datetime(2026, 2, 2, 10, 0, tzinfo=UTC)
PEOPLE = ("a@example.com", "b@example.com")


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUESHEET_DATA", str(tmp_path / "data"))


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """A terminal on a Monday morning."""
    at(MONDAY, monkeypatch)
    return Terminal(monkeypatch, capsys)


def at(moment: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the clock on the wall."""
    monkeypatch.setattr(posting, "clock", lambda: job.Clock(moment))


@pytest.fixture
def frail() -> Iterator[Frail]:
    """A mail server that takes everything, as long as nobody gives it a fault."""
    with Frail() as server:
        yield server


def book(tmp_path: Path, frail: Frail, **other: str) -> Path:
    """A workbook of two customers, each with an invoice overdue, posting to the server as fast as it takes letters."""
    settings = {
        "Carrier": "SMTP",
        "SMTP host": "127.0.0.1",
        "SMTP port": str(frail.port),
        "SMTP security": "None",
        "Letters per minute": "60000",
        "Test recipient": "me@example.com",
    }
    return made(
        tmp_path / "Collections.xlsx", settings | {name.replace("_", " "): other[name] for name in other}
    )


def statuses(file: Path) -> dict[str, str]:
    """Each customer's status on Reminders."""
    return {row["Customer ID"]: row["Status"] for row in sheet(file, "Reminders").to_dicts()}


def states() -> list[str]:
    """What the journal says."""
    with Journal.open(BOOK_ID) as journal:
        return [str(letter.state) for letter in journal.letters()]


def told(frail: Frail) -> list[list[str]]:
    """Whom each letter kept went to."""
    return [one.recipients for one in frail.kept]


def test_send_posts_every_letter_once(tmp_path: Path, frail: Frail, terminal: Terminal) -> None:
    """Both letters go to the server, Reminders and Activity say so, and a second run sends nothing."""
    file = book(tmp_path, frail)
    found = terminal.run("send", file, "--as-of", TODAY, "--yes", "--json").data()

    assert terminal.code == 0
    assert told(frail) == [[one] for one in PEOPLE]
    assert [(one["customer"], one["step"], one["status"], one["problem"]) for one in found["letters"]] == [
        ("A", 1, "Sent", ""),
        ("B", 1, "Sent", ""),
    ]
    assert {one["key"] for one in found["letters"]} == set(sheet(file, "Activity")["Key"])
    assert statuses(file) == {"A": "Sent", "B": "Sent"}
    assert terminal.run("send", file, "--as-of", TODAY, "--yes").said.strip().endswith("Nothing to send.")
    assert len(frail.kept) == 2


def test_each_letter_carries_its_key(tmp_path: Path, frail: Frail, terminal: Terminal) -> None:
    """The header X-Duesheet-Key and the Message-ID of each letter are those of the journal."""
    terminal.run("send", book(tmp_path, frail), "--as-of", TODAY, "--yes")
    read = [email.message_from_bytes(one.data, policy=default) for one in frail.kept]
    with Journal.open(BOOK_ID) as journal:
        known = {letter.key: letter.message_id for letter in journal.letters()}

    assert {one["X-Duesheet-Key"]: one["Message-ID"] for one in read} == known


@pytest.mark.parametrize(
    ("moment", "then"),
    [
        (datetime(2026, 2, 2, 7, 59, tzinfo=UTC), "Monday, 2026-02-02, 08:00"),
        (datetime(2026, 2, 2, 18, 0, tzinfo=UTC), "Tuesday, 2026-02-03, 08:00"),
        (datetime(2026, 2, 6, 20, 0, tzinfo=UTC), "Monday, 2026-02-09, 08:00"),
        (datetime(2026, 2, 7, 10, 0, tzinfo=UTC), "Monday, 2026-02-09, 08:00"),
        (datetime(2026, 4, 3, 10, 0, tzinfo=UTC), "Tuesday, 2026-04-07, 08:00"),
    ],
)
def test_outside_the_hours_nothing_is_posted(  # noqa: PLR0913, PLR0917  the desk, and two cases
    tmp_path: Path,
    frail: Frail,
    terminal: Terminal,
    monkeypatch: pytest.MonkeyPatch,
    moment: datetime,
    then: str,
) -> None:
    """Early, late, on a weekend or a holiday send refuses, says when it may, and leaves the book as it was."""
    file = book(tmp_path, frail, Holidays="DE")
    before = fingerprint(file)
    at(moment, monkeypatch)

    assert terminal.run("send", file, "--as-of", TODAY, "--yes").code == 2
    assert then in terminal.told
    assert fingerprint(file) == before
    assert frail.connections == 0


def test_the_outbox_keeps_no_settings(
    tmp_path: Path, frail: Frail, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files are written at any hour."""
    at(datetime(2026, 2, 7, 23, 0, tzinfo=UTC), monkeypatch)
    file = book(tmp_path, frail, Carrier="Outbox")

    assert terminal.run("send", file, "--as-of", TODAY, "--yes").code == 0
    assert statuses(file) == {"A": "Sent", "B": "Sent"}


def test_when_the_hours_end_in_the_middle_the_rest_waits(
    tmp_path: Path, frail: Frail, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At six in the evening no other letter is begun; the exit code says that something is left."""
    frail.on_kept = lambda _: at(MONDAY.replace(hour=18), monkeypatch)
    file = book(tmp_path, frail)
    found = terminal.run("send", file, "--as-of", TODAY, "--yes", "--json").data()

    assert (terminal.code, len(frail.kept)) == (1, 1)
    assert "08:00-18:00" in found["stopped"]
    assert statuses(file) == {"A": "Sent", "B": "Ready"}


@pytest.mark.parametrize("how", ["Ctrl-C", "stop file"])
def test_a_stop_acts_before_the_next_letter(
    tmp_path: Path, frail: Frail, terminal: Terminal, how: str
) -> None:
    """Stopped while the first letter is in the server's hands: it is finished and noted, no other is claimed."""

    def stop(_: int) -> None:
        if how == "Ctrl-C":
            os.kill(os.getpid(), signal.SIGINT)
        else:
            pull(BOOK_ID)

    frail.on_kept = stop
    file = book(tmp_path, frail)

    assert terminal.run("send", file, "--as-of", TODAY, "--yes").code == 1
    assert "Stopped" in terminal.told
    assert (states(), told(frail)) == (["sent", "planned"], [[PEOPLE[0]]])
    assert statuses(file) == {"A": "Sent", "B": "Ready"}
    assert not stop_file(BOOK_ID).exists()

    frail.on_kept = lambda _: None

    assert terminal.run("send", file, "--as-of", TODAY, "--yes").code == 0
    assert told(frail) == [[one] for one in PEOPLE]


def test_a_stop_file_of_yesterday_stops_nothing(tmp_path: Path, frail: Frail, terminal: Terminal) -> None:
    """What was left from an earlier run is taken away when posting begins."""
    pull(BOOK_ID)

    assert terminal.run("send", book(tmp_path, frail), "--as-of", TODAY, "--yes").code == 0
    assert len(frail.kept) == 2


def test_to_me_sends_the_real_letters_and_changes_nothing(
    tmp_path: Path, frail: Frail, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test recipient alone gets every letter, at any hour; no file is changed or made, and all still goes after."""
    at(datetime(2026, 2, 7, 23, 0, tzinfo=UTC), monkeypatch)
    file = book(tmp_path, frail)
    before, there = fingerprint(file), sorted(tmp_path.iterdir())
    found = terminal.run("send", file, "--as-of", TODAY, "--to-me", "--yes", "--json").data()
    letters = [email.message_from_bytes(one.data, policy=default) for one in frail.kept]

    assert terminal.code == 0
    assert told(frail) == [["me@example.com"]] * 2
    assert [(one["To"], one["Cc"], one["X-Duesheet-Key"]) for one in letters] == [
        ("me@example.com", None, None)
    ] * 2
    assert [one["X-Duesheet-Test"] for one in letters] == [f"Meant for {one}" for one in PEOPLE]
    assert found["to_me"] == "me@example.com"
    assert [one["status"] for one in found["letters"]] == ["Ready", "Ready"]
    assert (fingerprint(file), sorted(tmp_path.iterdir())) == (before, there)
    assert not place(BOOK_ID).exists()

    at(MONDAY, monkeypatch)
    terminal.run("send", file, "--as-of", TODAY, "--yes")
    real = [email.message_from_bytes(one.data, policy=default) for one in frail.kept[2:]]

    assert [one["Subject"] for one in real] == [one["Subject"] for one in letters]
    assert not {one["Message-ID"] for one in real} & {one["Message-ID"] for one in letters}
    assert [one.get_body(("plain",)).get_content() for one in real] == [  # type: ignore[union-attr]
        one.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        for one in letters
    ]


def test_to_me_heeds_the_limit_and_needs_somebody(tmp_path: Path, frail: Frail, terminal: Terminal) -> None:
    """--limit holds for a test too; without a test recipient on Settings it is refused."""
    file = book(tmp_path, frail)
    terminal.run("send", file, "--as-of", TODAY, "--to-me", "--yes", "--limit", 1)

    assert len(frail.kept) == 1
    file = book(tmp_path, frail, Test_recipient="")

    assert terminal.run("send", file, "--as-of", TODAY, "--to-me", "--yes").code == 2
    assert "Test recipient" in terminal.told


def test_to_me_without_a_server_makes_files(tmp_path: Path, frail: Frail, terminal: Terminal) -> None:
    """With the Outbox as carrier the letters to oneself lie in a folder of their own, and nothing else is there."""
    file = book(tmp_path, frail, Carrier="Outbox")

    assert terminal.run("send", file, "--as-of", TODAY, "--to-me", "--yes").code == 0
    folder = Outbox.beside(file).folder
    assert [path.name for path in folder.iterdir()] == ["to-me"]
    assert len(list((folder / "to-me").iterdir())) == 2


def test_what_is_asked_names_count_money_and_held(
    tmp_path: Path, frail: Frail, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The question says how many letters about how much, and how many more there are than may go today."""
    asked: list[str] = []

    def confirm(text: str, **_: object) -> bool:
        asked.append(text)
        return False

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.confirm", confirm)
    file = book(tmp_path, frail, Daily_cap="1")

    assert terminal.run("send", file, "--as-of", TODAY).code == 2
    assert asked == ["Send 1 letter about €100.00? (1 more another time (limit, or Daily cap))"]
    assert frail.connections == 0


def test_the_daily_cap_counts_what_went_today(
    tmp_path: Path, frail: Frail, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a cap of one, one letter goes today however often send is run, and the other tomorrow."""
    monkeypatch.setattr("duesheet.strongbox.now", lambda: MONDAY)
    file = book(tmp_path, frail, Daily_cap="1")
    monkeypatch.setattr(Journal.open.__func__, "__defaults__", ("", lambda: MONDAY))  # type: ignore[attr-defined]
    terminal.run("send", file, "--as-of", TODAY, "--yes")
    again = terminal.run("send", file, "--as-of", TODAY, "--yes").said

    assert "Daily cap" in again
    assert len(frail.kept) == 1
    at(MONDAY.replace(day=3), monkeypatch)
    terminal.run("send", file, "--as-of", TODAY, "--yes")

    assert told(frail) == [[one] for one in PEOPLE]


def test_a_post_that_fails_ends_with_three(tmp_path: Path, frail: Frail, terminal: Terminal) -> None:
    """The server turns us away: exit 3, Reminders says Failed and why; the next run sends both."""
    frail.faults = [Fault("MAIL", "550 5.7.60 not your name", times=1)]
    file = book(tmp_path, frail)
    found = terminal.run("send", file, "--as-of", TODAY, "--yes", "--json").data()
    listed = terminal.run("status", file, "--as-of", TODAY, "--json").data()["letters"]

    assert [one["outcome"] for one in found["deliveries"]] == ["stop"]
    assert statuses(file) == {"A": "Failed", "B": "Ready"}
    assert [(one["customer"], one["status"], "5.7.60" in one["problem"]) for one in listed] == [
        ("A", "Failed", True),
        ("B", "Ready", False),
    ]
    assert terminal.run("send", file, "--as-of", TODAY, "--yes").code == 0
    assert sorted(told(frail)) == [[one] for one in PEOPLE]


def test_exit_codes_tell_how_the_post_went(tmp_path: Path, frail: Frail, terminal: Terminal) -> None:
    """3 when the post failed, 1 when there is something to look at."""
    file = book(tmp_path, frail)
    frail.faults = [Fault("MAIL", "550 5.7.60 not your name", times=1)]
    assert terminal.run("send", file, "--as-of", TODAY, "--yes").code == 3
    frail.faults = [Fault("RCPT", "550 5.1.1 unknown", times=1)]
    assert terminal.run("send", file, "--as-of", TODAY, "--yes", "--limit", 1).code == 1


def test_a_refused_address_is_listed_and_not_tried_again(
    tmp_path: Path, frail: Frail, terminal: Terminal
) -> None:
    """The customer's row is Refused with the server's words, the other gets the letter; nothing is tried twice."""
    frail.faults = [Fault("RCPT", "550 5.1.1 no such user", times=1)]
    file = book(tmp_path, frail)

    assert terminal.run("send", file, "--as-of", TODAY, "--yes").code == 1
    row = next(one for one in sheet(file, "Reminders").to_dicts() if one["Customer ID"] == "A")
    assert (row["Status"], "no such user" in row["Problem"]) == ("Refused", True)
    terminal.run("send", file, "--as-of", TODAY, "--yes")
    assert told(frail) == [[PEOPLE[1]]]


def test_a_letter_in_doubt_is_listed_and_never_sent_again(
    tmp_path: Path, frail: Frail, terminal: Terminal
) -> None:
    """The line breaks right after the dot: In doubt on Reminders, and only a person's word changes that."""
    frail.faults = [Fault("DOT", DROP, times=1, stored=True)]
    file = book(tmp_path, frail)
    found = terminal.run("send", file, "--as-of", TODAY, "--yes", "--json").data()
    key = found["in_doubt"][0]

    assert terminal.code == 1
    assert statuses(file) == {"A": "In doubt", "B": "Sent"}
    terminal.run("send", file, "--as-of", TODAY, "--yes")
    assert len(frail.kept) == 2
    assert terminal.run("resolve", file, key, "--arrived").code == 0
    assert states() == ["sent", "sent"]


@pytest.mark.parametrize("state", ["claimed", "committing", "sent"])
def test_a_full_disk_sends_nothing_twice(
    tmp_path: Path, frail: Frail, terminal: Terminal, state: str
) -> None:
    """The journal cannot be written at some step: what cannot be noted is not sent, or is in doubt, never lost."""
    file = book(tmp_path, frail)
    terminal.run("preview", file, "--as-of", TODAY)
    with sqlite3.connect(place(BOOK_ID)) as raw:
        raw.execute(
            f"CREATE TRIGGER full BEFORE UPDATE ON letters WHEN NEW.state = '{state}' "
            "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        )
    raw.close()

    assert terminal.run("send", file, "--as-of", TODAY, "--yes").code == 2
    assert "disk is full" in terminal.told
    assert len(frail.kept) == (state == "sent")
    with sqlite3.connect(place(BOOK_ID)) as raw:
        raw.execute("DROP TRIGGER full")
    raw.close()
    terminal.run("send", file, "--as-of", TODAY, "--yes")

    assert sorted(told(frail)) == [[one] for one in PEOPLE]
    assert states() == (["in doubt", "sent"] if state == "sent" else ["sent", "sent"])


def test_a_locked_journal_sends_nothing(
    tmp_path: Path, frail: Frail, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program holds the journal and does not let go: refused in words, and nothing was sent."""
    monkeypatch.setattr("duesheet.strongbox.BUSY_MS", 50)
    file = book(tmp_path, frail)
    terminal.run("preview", file, "--as-of", TODAY)
    raw = sqlite3.connect(place(BOOK_ID), isolation_level=None)
    raw.execute("BEGIN IMMEDIATE")
    code = terminal.run("send", file, "--as-of", TODAY, "--yes").code
    raw.close()

    assert (code, frail.kept) == (2, [])
    assert "locked by another program" in terminal.told


def test_a_clock_set_back_sends_nothing_again(
    tmp_path: Path, frail: Frail, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the letters went the clock is set back by a day, and by a year: nothing goes twice."""
    file = book(tmp_path, frail)
    terminal.run("send", file, "--as-of", TODAY, "--yes")
    for earlier in (MONDAY.replace(day=1, month=2), MONDAY.replace(year=2025)):
        at(earlier.replace(day=3), monkeypatch)
        terminal.run("send", file, "--as-of", TODAY, "--yes")

    assert len(frail.kept) == 2


@pytest.mark.parametrize("what", ["deleted", "garbled"])
def test_a_workbook_gone_in_the_middle_holds_the_rest(
    tmp_path: Path, frail: Frail, terminal: Terminal, what: str
) -> None:
    """The file is deleted or damaged while letters go: nobody knows what is still due, so no other letter goes."""
    file = book(tmp_path, frail)

    def lose(_: int) -> None:
        if what == "deleted":
            file.unlink()
        else:
            file.write_bytes(b"not a workbook")

    frail.on_kept = lose

    assert terminal.run("send", file, "--as-of", TODAY, "--yes").code == 1
    assert (told(frail), states()) == ([[PEOPLE[0]]], ["sent", "planned"])


@pytest.mark.parametrize(
    ("paid", "words"), [(100.0, "nothing of it is open any more"), (40.0, "changed what this letter says")]
)
def test_what_is_paid_in_the_middle_is_not_asked_for(
    tmp_path: Path, frail: Frail, terminal: Terminal, paid: float, words: str
) -> None:
    """Somebody saves a payment while letters go: who has paid gets none, who has paid a part not the old one."""
    file = book(tmp_path, frail)

    def pay(_: int) -> None:
        table = layout().tables["Payments"]
        row = {
            "payment": "P1",
            "date": date(2026, 2, 1),
            "customer_id": "B",
            "amount": paid,
            "invoice": "2",
        }
        changed = ClosedBook.open(file)
        changed.append(table, frame(table, [row]))
        changed.save()

    frail.on_kept = lambda count: pay(count) if count == 1 else None
    found = terminal.run("send", file, "--as-of", TODAY, "--yes", "--json").data()

    assert told(frail) == [[PEOPLE[0]]]
    assert [one["outcome"] for one in found["deliveries"]] == ["sent", "skipped"]
    assert words in found["deliveries"][1]["detail"]


def test_without_a_host_send_says_which_setting(tmp_path: Path, frail: Frail, terminal: Terminal) -> None:
    """A blank SMTP host is refused by name, and the book is as it was."""
    file = book(tmp_path, frail, SMTP_host="")
    before = fingerprint(file)

    assert terminal.run("send", file, "--as-of", TODAY, "--yes").code == 2
    assert "SMTP host" in terminal.told
    assert fingerprint(file) == before


def _settings(tmp_path: Path, frail: Frail) -> Settings:
    return records.read(ClosedBook.open(book(tmp_path, frail))).settings


def test_hours_begin_and_end_to_the_minute(tmp_path: Path, frail: Frail) -> None:
    """From eight on, until six and not at six; a minute later it is tomorrow's eight."""
    chosen = _settings(tmp_path, frail)
    cases = {(7, 59): False, (8, 0): True, (17, 59): True, (18, 0): False}

    assert {time: may_post(chosen, MONDAY.replace(hour=time[0], minute=time[1])) for time in cases} == cases
    assert next_hours(chosen, MONDAY.replace(hour=18)) == MONDAY.replace(day=3, hour=8)
    assert next_hours(chosen, MONDAY) == MONDAY
    assert closed(chosen, MONDAY) == ""


def test_a_sender_beyond_ascii_is_named_in_ascii(tmp_path: Path, frail: Frail) -> None:
    """The domain of From email goes to the server as mail servers write it, whatever letters it has on Settings."""
    chosen = _settings(tmp_path, frail)._replace(from_email="ar@bücher.example.com")

    assert named(chosen).sender == "ar@xn--bcher-kva.example.com"


def test_letters_keep_their_pace() -> None:
    """At twenty a minute three seconds lie between the beginnings of two letters, however long one takes."""
    now, slept = [0.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    pace = Pace(20, clock=lambda: now[0], sleep=sleep)
    began = []
    for takes in (0.5, 2.0, 7.0, 0.0):
        began.append(round(now[0], 6))
        now[0] += takes
        pace()

    assert began == [0, 3, 6, 13]
    assert max(slept) <= 0.1


def test_waiting_ends_when_there_is_nothing_to_wait_for() -> None:
    """A stop is heard within a tenth of a second, not after the pause."""
    slept: list[float] = []
    pace = Pace(1, halted=lambda: len(slept) >= 3, clock=lambda: 0.0, sleep=slept.append)
    pace()

    assert slept == [0.1] * 3


def test_the_brake_lets_go_of_ctrl_c() -> None:
    """After the posting Ctrl-C does again what it did before; during it, it is only noted."""
    before = signal.getsignal(signal.SIGINT)
    heard: list[bool] = []
    with Brake(BOOK_ID, hurry=lambda: heard.append(True)) as brake:
        assert not brake.pulled()
        os.kill(os.getpid(), signal.SIGINT)
        assert brake.pulled()

    assert signal.getsignal(signal.SIGINT) is before
    assert (brake.why, heard) == ("Stopped by Ctrl-C.", [True])
