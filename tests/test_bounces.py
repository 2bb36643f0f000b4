"""Letters that came back: recognized in every form, noted once, and their customers held until the address is right."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from desk import BOOK_ID, Desk, desk, noon
from duesheet import job, keys
from duesheet.bounces import Bounce, bounces, lying, note
from duesheet.carriers import Delivery, Outcome
from duesheet.entries import Answer, State
from duesheet.errors import Refused
from duesheet.journal import Journal
from postroom import BOOK, KEYS, letter, planned
from returns import fate, prose, report

MONDAY, TUESDAY, FRIDAY, NEXT = (
    job.Clock(noon(text)) for text in ("2026-02-02", "2026-02-03", "2026-02-06", "2026-02-16")
)
FIRM = """
Customers
Customer ID | Name | Email | Currency
A | Alder Ltd | pay@example.com | EUR
B | Birch GmbH | ap@example.org | EUR
Invoices
Invoice | Customer ID | Invoice date | Due date | Amount | Currency
1 | A | 2026-01-01 | 2026-01-31 | 100 | EUR
2 | B | 2026-01-01 | 2026-01-31 | 200 | EUR
"""
KEY = KEYS[0]
SENT = letter(KEY).as_bytes
ADDRESS = "c001@example.org"


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUESHEET_DATA", str(tmp_path / "data"))


@pytest.fixture
def journal() -> Iterator[Journal]:
    """A journal in which three letters were sent."""
    with Journal.open(BOOK) as memory:
        memory.plan(
            planned(key, recipients=(f"{key.partition('|')[0].lower()}@example.org",)) for key in KEYS[:3]
        )
        for key in KEYS[:3]:
            memory.claim(key, carrier="SMTP")
            memory.commit(key)
            memory.settle(key, State.SENT)
        yield memory


def state(journal: Journal, key: str = KEY) -> tuple[State, str]:
    """How far the letter has come, and why."""
    found = journal.find(key)
    assert found is not None
    return found.state, found.detail


@pytest.mark.parametrize("headers_only", [False, True], ids=["whole letter", "headers only"])
def test_a_report_names_address_reason_and_letter(headers_only: bool) -> None:
    """Of a report one learns which address failed and why, and which letter it was, by its key and Message-ID."""
    (found,) = bounces(report(SENT, fate(ADDRESS), headers_only=headers_only))

    assert found == Bounce(ADDRESS, "550 5.1.1 no such user", KEY, letter(KEY).message["Message-ID"])


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_what_did_not_fail_is_no_bounce(action: str) -> None:
    """A delay, and a receipt, are no news: the letter is on its way, or there."""
    assert bounces(report(SENT, fate(ADDRESS, action, "4.4.7"))) == []


def test_an_address_given_up_after_days_failed_for_good() -> None:
    """What a mail system gave up on has failed, even where its last word was a temporary one."""
    (found,) = bounces(report(SENT, fate(ADDRESS, "Failed", "4.4.7", "delivery time expired")))

    assert found.reason == "delivery time expired"


def test_each_address_has_its_own_fate() -> None:
    """Of two recipients only the one that failed is told."""
    told = report(SENT, fate("a@example.org", "delivered", "2.0.0"), fate("b@example.org"))

    assert [one.address for one in bounces(told)] == ["b@example.org"]


def test_a_report_in_prose_is_understood_when_it_holds_the_letter() -> None:
    """A mail system that writes no status at all, but returns the letter, has returned it."""
    (found,) = bounces(prose(SENT, ADDRESS))

    assert found.key == KEY
    assert "550 5.1.1 no such user" in found.reason


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\xff\xfe not a message",
        SENT,
        b"From: mailer-daemon@example.com\r\nSubject: I am away until Monday\r\n\r\nBack soon.\r\n",
        prose(SENT, ADDRESS).replace(b"MAILER-DAEMON", b"anna.weber"),
        prose(b"Subject: another\r\n\r\nletter", ADDRESS),
        report(SENT).replace(b"message/delivery-status", b"text/plain"),
        report(SENT, "no fields at all"),
    ],
    ids=["nothing", "noise", "a letter", "away", "a person", "not ours", "no status", "no fields"],
)
def test_anything_else_is_no_report(data: bytes) -> None:
    """An answer, an absence note, a letter of ours, noise: nothing of it marks an address as bad."""
    assert bounces(data) == []


def test_the_letter_is_found_by_key_by_id_or_by_address(journal: Journal) -> None:
    """By its key where the report holds it, else by its Message-ID, else, chosen by a person, by the address."""
    by_id = SENT.replace(b"X-Duesheet-Key", b"X-Other").replace(b"C001%7C", b"")
    other = letter(KEYS[1]).as_bytes.replace(b"X-Duesheet-Key", b"X-Other")

    assert note([report(SENT, fate(ADDRESS), name="1")], journal) == [KEY]
    assert note([report(by_id, fate(ADDRESS), name="2")], journal) == []
    assert note([report(other, fate("c002@example.org"), name="3")], journal) == [KEYS[1]]
    stranger = report(b"", fate("C003@example.org"), name="4")
    assert note([stranger], journal) == []
    assert note([stranger], journal, by_address=True) == [KEYS[2]]
    assert state(journal, KEYS[2])[0] is State.REFUSED


def test_a_report_of_another_book_changes_nothing(journal: Journal) -> None:
    """A report about a letter this journal does not know is left alone, though the address is known here."""
    strange = SENT.replace(KEY.encode(), b"X999|EUR|2026-11-23|1|aaaaaaaaaaaa").replace(
        str(letter(KEY).message["Message-ID"]).encode(), b"<other@example.com>"
    )
    assert note([report(strange, fate(ADDRESS))], journal, by_address=True) == []
    assert state(journal)[0] is State.SENT


def test_the_reason_is_kept_in_one_line(journal: Journal) -> None:
    """What a stranger's server said is kept short, in one line, and beside the address it was said of."""
    note([report(SENT, fate(ADDRESS, said="550 5.1.1\n no\n\tsuch user " + "x" * 900))], journal)
    told = state(journal)[1]

    assert told.startswith(f"Came back: {ADDRESS} (550 5.1.1 no such user xxx")
    assert len(told) < 250
    assert "\n" not in told


def test_a_report_counts_once(journal: Journal) -> None:
    """Read again after the letter was sent again, an old report is no news; a new one is."""
    assert note([report(SENT, fate(ADDRESS), name="old")], journal) == [KEY]
    journal.resolve(KEY, Answer.SEND_AGAIN)
    journal.claim(KEY)
    journal.commit(KEY)
    journal.settle(KEY, State.SENT)

    assert note([report(SENT, fate(ADDRESS), name="old")], journal) == []
    assert state(journal)[0] is State.SENT
    assert note([report(SENT, fate(ADDRESS), name="new")], journal) == [KEY]


def test_a_letter_in_doubt_that_came_back_did_leave(journal: Journal) -> None:
    """A report settles a letter in doubt: it left, and did not arrive. One not sent yet cannot come back."""
    journal.plan([planned(KEYS[3]), planned(KEYS[4])])
    journal.claim(KEYS[3])
    journal.commit(KEYS[3])
    journal.settle(KEYS[3], State.IN_DOUBT)
    told = [report(letter(key).as_bytes, fate("c@example.org"), name=key[:4]) for key in KEYS[3:5]]

    assert note(told, journal) == [KEYS[3]]
    assert [state(journal, key)[0] for key in KEYS[3:5]] == [State.REFUSED, State.PLANNED]


def test_two_programs_note_a_report_once(journal: Journal) -> None:
    """Read by two programs in the same moment, a report is noted by one of them."""
    with Journal.open(BOOK) as other:
        assert journal.came_back(KEY, "digest", "why")
        assert not other.came_back(KEY, "digest", "why")


def test_files_that_cannot_be_read_are_passed_over(tmp_path: Path) -> None:
    """A folder named like a letter, and a file far too large, do not stop the others from being read."""
    (tmp_path / "a.eml").mkdir()
    (tmp_path / "b.eml").write_bytes(b"read")
    (tmp_path / "c.txt").write_bytes(b"no letter")
    with (tmp_path / "d.eml").open("wb") as file:
        file.truncate(21_000_000)

    assert list(lying(tmp_path)) == [b"read"]
    assert list(lying(tmp_path / "nowhere")) == []


def at(clock: job.Clock) -> Callable[[str, str], Journal]:
    """An opener of journals that show the same day."""
    return lambda book_id, url: Journal.open(book_id, url, lambda: clock.now)


def sent(made: Desk, path: Path, clock: job.Clock) -> list[Delivery]:
    """Preview and send, and refresh afterwards, as the verb does."""
    done = job.preview(made, path, clock, journal=at(clock))
    deliveries = list(job.send(done, clock, journal=at(clock)))
    job.refresh(made, clock, as_of=clock.today, path=path, journal=at(clock))
    return deliveries


def dropped(path: Path, *keys: str, name: str = "1", address: str = "pay@example.com") -> None:
    """Drop a report about the letter of each key where a user does."""
    folder = path.parent / "outbox" / path.stem / "bounces"
    folder.mkdir(exist_ok=True)
    for file in path.parent.rglob("sent/*.eml"):
        if any(key.encode() in file.read_bytes() for key in keys):
            (folder / f"{name}.eml").write_bytes(report(file.read_bytes(), fate(address), name=name))


def rows(made: Desk, *names: str) -> dict[str, list[str]]:
    """Cells of Reminders by customer."""
    frame = made.sheets["Reminders"]
    return {
        row["Customer ID"]: [str(row[name] or "") for name in names] for row in frame.iter_rows(named=True)
    }


def book(text: str = FIRM) -> Desk:
    """The book of two customers."""
    return desk(text, company="Acme", from_email="ar@example.net", base_currency="EUR")


def retyped(made: Desk, email: str) -> None:
    """Type another address for the first customer."""
    frame = made.sheets["Customers"]
    made.sheets["Customers"] = frame.with_columns(
        frame["Email"].scatter(0, email)  # a copy: the desk's own frame stays
    )


def test_a_dropped_report_refuses_the_letter_and_holds_the_customer(tmp_path: Path) -> None:
    """A report dropped into the folder makes the letter Refused at the next refresh, and Activity says so."""
    made, path = book(), tmp_path / "Collections.xlsx"
    first = sent(made, path, MONDAY)
    dropped(path, first[0].key)
    job.refresh(made, TUESDAY, as_of=TUESDAY.today, path=path, journal=at(TUESDAY))
    found = rows(made, "Status", "Problem", "Why", "Key")

    assert found["A"][0] == "Refused"
    assert found["A"][1] == "Came back: pay@example.com (550 5.1.1 no such user)"
    assert "Correct Email on Customers" in found["A"][2]
    assert f"duesheet resolve FILE {first[0].key} --send-again" in found["A"][2]
    assert found["A"][3] == first[0].key
    assert found["B"][0] == "Held"
    assert made.sheets["Activity"]["Result"].to_list() == ["Sent", "Sent", "Came back"]
    assert sent(made, path, FRIDAY) == []


def test_another_address_sends_the_same_letter_there(tmp_path: Path) -> None:
    """With another address on Customers the letter goes there, under its key, once; the old report holds nothing up."""
    made, path = book(), tmp_path / "Collections.xlsx"
    first = sent(made, path, MONDAY)
    dropped(path, first[0].key)
    assert sent(made, path, TUESDAY) == []
    retyped(made, "new@example.com")
    (again,) = sent(made, path, FRIDAY)

    assert (again.key, again.outcome) == (first[0].key, Outcome.SENT)
    assert sent(made, path, FRIDAY) == []
    assert rows(made, "Status")["A"] == ["Sent"]
    assert made.sheets["Activity"]["Result"].to_list() == ["Sent", "Sent", "Came back", "Sent"]


def test_a_letter_that_reached_one_of_two_addresses_does_not_go_again(tmp_path: Path) -> None:
    """Somebody has the letter, so it stays sent; the customer is held until the bad address is taken out."""
    made = book(FIRM.replace("pay@example.com", "pay@example.com; boss@example.com"))
    path = tmp_path / "Collections.xlsx"
    first = sent(made, path, MONDAY)
    dropped(path, first[0].key)
    job.refresh(made, MONDAY, as_of=MONDAY.today, path=path, journal=at(MONDAY))
    assert rows(made, "Status", "Problem")["A"] == [
        "Sent",
        "Came back: pay@example.com (550 5.1.1 no such user)",
    ]

    held = job.preview(made, path, NEXT, journal=at(NEXT))
    assert [held.week.decisions[0].status, len(held.files)] == ["Held", 1]
    assert f"duesheet resolve FILE {first[0].key} --arrived" in held.week.decisions[0].why
    retyped(made, "boss@example.com")
    again = sent(made, path, NEXT)
    assert [keys.step(one.key) for one in again] == [2, 2]


def test_both_addresses_failing_one_after_the_other_refuse_the_letter(journal: Journal) -> None:
    """Each address has a report of its own; once the last has failed, nobody has the letter."""
    key = KEYS[5]
    journal.plan([planned(key, recipients=("a@example.org", "b@example.org"))])
    journal.claim(key, carrier="SMTP")
    journal.commit(key)
    journal.settle(key, State.SENT)
    data = letter(key).as_bytes

    assert note([report(data, fate("a@example.org"), name="a")], journal) == [key]
    assert state(journal, key) == (State.SENT, "Came back: a@example.org (550 5.1.1 no such user)")
    assert note([report(data, fate("b@example.org"), name="b")], journal) == [key]
    assert state(journal, key)[0] is State.REFUSED
    assert "a@example.org" in state(journal, key)[1]
    assert "b@example.org" in state(journal, key)[1]


def test_a_person_may_say_that_a_half_returned_letter_arrived(journal: Journal) -> None:
    """Of a letter that came back in part a person says that it arrived; of one that went well nothing is asked."""
    journal.came_back(KEY, "digest", "a@example.org (full)", whole=False)

    assert journal.resolve(KEY, Answer.ARRIVED).detail.startswith("arrived, says")
    with pytest.raises(Refused, match="does not apply"):
        journal.resolve(KEY, Answer.ARRIVED)
    with pytest.raises(Refused, match="does not apply"):
        journal.resolve(KEY, Answer.SEND_AGAIN)


def test_the_journal_of_an_older_version_learns_of_returns(tmp_path: Path) -> None:
    """A journal that was made before reports were read is added to when it is opened, and keeps its letters."""
    file = tmp_path / "old.sqlite"
    url = f"sqlite:///{file.as_posix()}"
    with Journal.open(BOOK, url) as journal:
        journal.plan([planned(KEY)])
    with closing(sqlite3.connect(file)) as old:
        old.execute("DROP TABLE returns")
        old.commit()
    with Journal.open(BOOK, url) as journal:
        assert journal.reports() == frozenset()
        assert [found.key for found in journal.letters()] == [KEY]


def test_the_same_bad_address_holds_letters_in_another_currency(tmp_path: Path) -> None:
    """An address is bad for every letter: the customer's other currency is held for the same reason."""
    text = FIRM + "3 | A | 2026-01-05 | 2026-02-05 | 50 | USD\n"
    made, path = book(text), tmp_path / "Collections.xlsx"
    first = sent(made, path, MONDAY)
    dropped(path, first[0].key)
    done = job.preview(made, path, FRIDAY, journal=at(FRIDAY))
    held = [one for one in done.week.decisions if one.debtor.currency == "USD"]

    assert [one.status for one in held] == ["Held"]
    assert "Came back: pay@example.com" in held[0].why


def test_a_person_may_say_that_the_address_is_right(tmp_path: Path) -> None:
    """Told to send again, the letter goes to the same address once more; its old report does not undo that."""
    made, path = book(), tmp_path / "Collections.xlsx"
    first = sent(made, path, MONDAY)
    dropped(path, first[0].key)
    sent(made, path, TUESDAY)
    with at(TUESDAY)(BOOK_ID, "") as memory:
        memory.resolve(first[0].key, Answer.SEND_AGAIN)

    assert [one.key for one in sent(made, path, FRIDAY)] == [first[0].key]
    assert sent(made, path, FRIDAY) == []
    with at(FRIDAY)(BOOK_ID, "") as memory:
        assert state(memory, first[0].key)[0] is State.SENT


def test_activity_alone_remembers_that_a_letter_came_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On another computer, with the workbook alone, the step counts as not done: it is written again, not skipped."""
    made, path = book(), tmp_path / "Collections.xlsx"
    first = sent(made, path, MONDAY)
    dropped(path, first[0].key)
    job.refresh(made, TUESDAY, as_of=TUESDAY.today, path=path, journal=at(TUESDAY))
    monkeypatch.setenv("DUESHEET_DATA", str(tmp_path / "elsewhere"))
    done = job.preview(made, tmp_path / "other" / "Collections.xlsx", FRIDAY, journal=at(FRIDAY))

    assert list(done.files) == [first[0].key]
