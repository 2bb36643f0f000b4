"""The weekly job on a book in memory: refresh, preview and send, and what each leaves behind."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from desk import BOOK_ID, Desk, day, desk, noon
from duesheet import guard, job, keys
from duesheet.carriers import Delivery, Outcome
from duesheet.entries import Answer, State
from duesheet.errors import Refused
from duesheet.journal import Journal
from duesheet.week import week

BOOK = """
Customers
Customer ID | Name | Email | Currency
A | Alder Ltd | pay@example.com | EUR
B | Birch GmbH | ap@example.org | EUR
Invoices
Invoice | Customer ID | Invoice date | Due date | Amount
1 | A | 2026-01-01 | 2026-01-31 | 100
2 | B | 2026-01-01 | 2026-01-31 | 200
"""
FIRM = {"company": "Acme", "from_name": "Ada Marsh", "from_email": "ar@example.net", "base_currency": "EUR"}
MONDAY, NEXT = job.Clock(noon("2026-02-02")), job.Clock(noon("2026-02-16"))
KEYS = [keys.key(BOOK_ID, customer, "EUR", day("2026-02-02"), 1) for customer in "AB"]


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of journals, for this test alone."""
    monkeypatch.setenv("DUESHEET_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the book would lie."""
    return tmp_path / "Collections.xlsx"


def book(**chosen: str) -> Desk:
    """The book of two customers, each with an invoice overdue."""
    return desk(BOOK, **(FIRM | chosen))


def sent(book: Desk, path: Path, clock: job.Clock = MONDAY, **how: Any) -> list[Delivery]:
    """Preview and send; the journal's clock shows the same day."""

    def journal(book_id: str, url: str) -> Journal:
        return Journal.open(book_id, url, lambda: clock.now)

    done = job.preview(book, path, clock, journal=journal)
    return list(job.send(done, clock, journal=journal, **how))


def column(book: Desk, sheet: str, name: str) -> list[Any]:
    """A column of a sheet, from top to bottom."""
    return book.sheets[sheet][name].to_list()


def type_in(book: Desk, sheet: str, name: str, value: str, *, row: int = 0) -> None:
    """Write one cell, as its user does."""
    cells = book.sheets[sheet][name].cast(pl.String).to_list()
    cells[row] = value
    book.sheets[sheet] = book.sheets[sheet].with_columns(pl.Series(name, cells))


def test_refresh_writes_the_output_sheets_and_no_other() -> None:
    """Refresh rewrites the output sheets; an input sheet is never touched."""
    made = book()
    before = {name: made.sheets[name] for name in ("Customers", "Invoices", "Payments", "Policy", "Settings")}
    job.refresh(made, MONDAY)

    assert set(made.written) == {"Aging", "OpenItems", "Reminders", "Schedule", "Dashboard", "Problems"}
    assert all(made.sheets[name].equals(frame) for name, frame in before.items())


def test_refresh_gives_a_book_its_id_once() -> None:
    """A blank Book ID is written in its row of Settings, and stays."""
    made = book(book_id="")
    first = job.refresh(made, MONDAY).book_id
    again = job.refresh(made, MONDAY).book_id

    assert len(first) == 36
    assert first == again
    assert first in column(made, "Settings", "Value")


def test_a_book_without_the_row_for_its_id_holds_everybody() -> None:
    """Where Settings has no row for the id nothing is written: a fault says so and nobody is written to."""
    made = book()
    settings = made.sheets["Settings"]
    made.sheets["Settings"] = settings.filter(pl.col("Setting") != "Book ID")
    found = job.refresh(made, MONDAY)

    (fault,) = found.faults()
    assert (fault.table, fault.column) == ("Settings", "Setting")
    assert fault.remedy.endswith(
        "Add a row to Settings with Book ID in the column Setting, and refresh again."
    )
    assert {one.status for one in found.decisions} == {"Held"}
    assert all("The book has no Book ID" in one.why for one in found.decisions)


def test_looking_only_says_that_the_id_is_missing() -> None:
    """Status says that the Book ID is missing and writes none."""
    made = book(book_id="")
    found = week(made, Journal.open, None, MONDAY.today)

    assert [fault.remedy for fault in found.faults()] == ["The Book ID is missing. Refresh writes one."]
    assert column(made, "Settings", "Value")[0] is None


def test_refresh_works_on_the_date_of_the_settings_and_preview_never_does(path: Path) -> None:
    """As of on Settings rules Refresh, today rules Preview; a date given rules both."""
    made = book(as_of="2026-01-15")

    assert job.refresh(made, MONDAY).now.as_of == day("2026-01-15")
    assert job.refresh(made, MONDAY, as_of=day("2026-01-20")).now.as_of == day("2026-01-20")
    assert job.preview(made, path, MONDAY).week.now.as_of == day("2026-02-02")
    assert job.preview(made, path, MONDAY, as_of=day("2026-02-03")).week.now.as_of == day("2026-02-03")


def test_a_preview_lays_the_letters_down_and_sends_nothing(path: Path) -> None:
    """Each letter lies as a file, Reminders links it, the page shows it, and nothing is sent."""
    made = book()
    done = job.preview(made, path, MONDAY)

    assert sorted(done.files) == KEYS
    assert all(file.exists() for file in done.files.values())
    assert column(made, "Reminders", "Status") == ["Ready", "Ready"]
    assert all("open|outbox/Collections/waiting/" in link for link in column(made, "Reminders", "Preview"))
    assert "Alder Ltd" in done.box.index.read_text("utf-8")
    assert made.sheets["Activity"].is_empty()


def test_what_is_sent_stands_on_reminders_and_activity(path: Path) -> None:
    """After sending, the rows are Sent with time and a link to the sent letter, and Activity has the keys."""
    made = book()
    deliveries = sent(made, path)
    job.refresh(made, MONDAY, path=path)

    assert [one.outcome for one in deliveries] == [Outcome.SENT, Outcome.SENT]
    assert column(made, "Reminders", "Status") == ["Sent", "Sent"]
    assert column(made, "Reminders", "Letter") == ["Friendly reminder", "Friendly reminder"]
    assert None not in column(made, "Reminders", "Sent at")
    assert all("open|outbox/Collections/sent/" in link for link in column(made, "Reminders", "Preview"))
    assert sorted(column(made, "Activity", "Key")) == KEYS


def test_a_second_send_in_the_same_week_sends_nothing(path: Path) -> None:
    """What went once does not go again, on the same day or a few days later."""
    made = book()
    sent(made, path)
    job.refresh(made, MONDAY)

    assert sent(made, path) == []
    assert sent(made, path, job.Clock(noon("2026-02-05"))) == []


def test_a_copy_of_the_book_made_before_sending_sends_nothing(path: Path, tmp_path: Path) -> None:
    """A copy made before sending has the same id: the journal knows, and gives it its Activity rows."""
    made, copy = book(), book()
    sent(made, path)
    elsewhere = tmp_path / "copy" / "Collections.xlsx"
    elsewhere.parent.mkdir()

    assert sent(copy, elsewhere) == []
    assert sorted(column(copy, "Activity", "Key")) == KEYS


def test_a_new_machine_sends_nothing_again(path: Path, data: Path) -> None:
    """With the journal gone the Activity sheet still knows what was said."""
    made = book()
    sent(made, path)
    job.refresh(made, MONDAY)
    for file in sorted(data.rglob("*"), reverse=True):
        file.unlink() if file.is_file() else file.rmdir()

    assert sent(made, path) == []
    assert column(made, "Reminders", "Status") == ["Sent", "Sent"]
    assert [one.outcome for one in sent(made, path, NEXT)] == [Outcome.SENT, Outcome.SENT]


def test_an_old_backup_gets_its_rows_back(path: Path) -> None:
    """A workbook from before two weeks of letters is given the rows of all of them, each once."""
    made, backup = book(), book()
    for clock in (MONDAY, NEXT):
        sent(made, path, clock)
        job.refresh(made, clock)
    job.refresh(backup, NEXT)
    job.refresh(backup, NEXT)

    assert len(column(backup, "Activity", "Key")) == 4
    assert column(backup, "Activity", "Key") == column(made, "Activity", "Key")


def test_a_crash_after_the_post_loses_nothing(path: Path) -> None:
    """When the program dies between the post and the saving, the next refresh writes the Activity rows."""
    made = book()
    posting = job.send(job.preview(made, path, MONDAY), MONDAY)
    next(posting)
    assert made.sheets["Activity"].is_empty()
    job.refresh(made, MONDAY)

    assert len(column(made, "Activity", "Key")) == 1
    assert len(sent(made, path)) == 1


def changed_once(made: Desk) -> Callable[[], Desk | None]:
    """A book that is found changed the first time anybody looks."""
    found: Iterator[Desk] = iter([made])
    return lambda: next(found, None)


@pytest.mark.parametrize(
    ("sheet", "name", "value", "why"),
    [
        ("Invoices", "Disputed", "Torn", "1 disputed: Torn"),
        ("Invoices", "Promised", "2026-02-20", "1 promised for 2026-02-20"),
        ("Customers", "Reminders", "No", "Reminders is No on Customers"),
        ("Customers", "Email", "nobody", "No usable e-mail address on Customers"),
    ],
)
def test_each_letter_is_checked_again_right_before_it_goes(
    path: Path, sheet: str, name: str, value: str, why: str
) -> None:
    """What changes between preview and send holds that letter, and only that one."""
    made = book()
    done = job.preview(made, path, MONDAY)
    type_in(made, sheet, name, value)
    recheck = guard.still_due(changed_once(made), Journal.open, MONDAY.today)
    outcomes = {one.key: one for one in job.send(done, MONDAY, recheck=recheck)}

    assert outcomes[KEYS[0]].outcome is Outcome.SKIPPED
    assert why in outcomes[KEYS[0]].detail
    assert outcomes[KEYS[1]].outcome is Outcome.SENT


def test_send_no_stops_a_letter_and_is_kept(path: Path) -> None:
    """Send = No between preview and send holds the letter; the next preview still says No."""
    made = book()
    done = job.preview(made, path, MONDAY)
    place = column(made, "Reminders", "Customer ID").index("A")
    type_in(made, "Reminders", "Send", "No", row=place)
    recheck = guard.still_due(changed_once(made), Journal.open, MONDAY.today)
    outcomes = {one.key: one.outcome for one in job.send(done, MONDAY, recheck=recheck)}
    job.preview(made, path, job.Clock(noon("2026-02-05")))
    rows = {row["Customer ID"]: row for row in made.sheets["Reminders"].to_dicts()}

    assert outcomes == {KEYS[0]: Outcome.SKIPPED, KEYS[1]: Outcome.SENT}
    assert (rows["A"]["Send"], rows["A"]["Status"], rows["A"]["Why"]) == ("No", "Held", "Send is No")
    assert rows["A"]["Key"] == KEYS[0]
    assert rows["B"]["Send"] == "Yes"


def test_a_limit_and_the_daily_cap_leave_the_rest_for_later(path: Path) -> None:
    """At most so many go at once, and at most so many a day; the next day takes the rest."""
    made = book(daily_cap="1")

    assert len(sent(made, path, limit=5)) == 1
    assert sent(made, path) == []
    assert len(sent(made, path, job.Clock(noon("2026-02-03")))) == 1


def test_the_lower_of_limit_and_cap_counts() -> None:
    """Without either any number may go."""
    capped, free = (job.refresh(book(daily_cap=cap), MONDAY) for cap in ("3", ""))

    assert [guard.room(capped, MONDAY.today, limit) for limit in (None, 2, 9)] == [3, 2, 3]
    assert [guard.room(free, MONDAY.today, limit) for limit in (None, 2)] == [None, 2]


def test_a_carrier_without_its_server_is_refused(path: Path) -> None:
    """Nothing at all is sent by SMTP while Settings names no mail server."""
    with pytest.raises(Refused, match="SMTP host is blank"):
        sent(book(carrier="SMTP"), path)


def test_a_letter_in_doubt_is_shown_and_never_sent_again(path: Path) -> None:
    """Nobody knows whether it arrived: the row is In doubt with its key, until a person says what happened."""
    made = book()
    job.preview(made, path, MONDAY)
    with Journal.open(BOOK_ID) as journal:
        journal.claim(KEYS[0])
        journal.commit(KEYS[0])
        journal.settle(KEYS[0], State.IN_DOUBT, "The line broke.")
    job.refresh(made, job.Clock(noon("2026-02-20")))
    row = next(row for row in made.sheets["Reminders"].to_dicts() if row["Customer ID"] == "A")

    assert (row["Status"], row["Key"], row["Letter"]) == ("In doubt", KEYS[0], "Friendly reminder")
    assert f"duesheet resolve FILE {KEYS[0]}" in row["Why"]
    with Journal.open(BOOK_ID) as journal:
        journal.resolve(KEYS[0], Answer.ARRIVED)
    job.refresh(made, job.Clock(noon("2026-02-20")))
    assert KEYS[0] in column(made, "Activity", "Key")


def test_a_wrong_template_holds_that_letter_only(path: Path) -> None:
    """A firm's letter with a mistake names file and line, its rows are held, and the others are written."""
    made = book()
    type_in(made, "Customers", "Name", "Alder Ltd")
    made.sheets["Customers"] = made.sheets["Customers"].with_columns(Language=pl.Series(["de", "en"]))
    folder = path.parent / "templates" / "de"
    folder.mkdir(parents=True)
    (folder / "friendly.j2").write_text("{% block subject %}{{ nothing.like.it }}{% endblock %}\n", "utf-8")
    done = job.preview(made, path, MONDAY)

    assert [letter.notice.customer_id for letter in done.letters] == ["B"]
    assert list(done.wrong) == [KEYS[0]]
    assert "friendly.j2" in done.wrong[KEYS[0]]
    row = next(row for row in made.sheets["Reminders"].to_dicts() if row["Customer ID"] == "A")
    assert (row["Status"], row["Problem"]) == ("Held", done.wrong[KEYS[0]])


def test_a_heads_up_may_be_previewed_as_often_as_one_likes(path: Path) -> None:
    """A letter that was only planned is not said: the second preview of the day shows the heads-up again."""
    made, before = book(), job.Clock(noon("2026-01-29"))
    first = job.preview(made, path, before)
    second = job.preview(made, path, before)

    assert sorted(first.files) == sorted(second.files)
    assert {one.step.number for one in second.week.ready() if one.step} == {0}


def test_a_heads_up_in_doubt_is_not_sent_again(path: Path) -> None:
    """Nobody knows whether the note before the due date arrived: it is held, and the reminder goes when it is due."""
    made = book()
    job.preview(made, path, job.Clock(noon("2026-01-29")))
    key = keys.key(BOOK_ID, "A", "EUR", day("2026-01-31"), 0)
    with Journal.open(BOOK_ID) as journal:
        journal.claim(key)
        journal.commit(key)
        journal.settle(key, State.IN_DOUBT)
    held = {one.debtor.customer_id: one for one in job.refresh(made, job.Clock(noon("2026-01-30"))).decisions}

    assert (held["A"].status, held["A"].said_key) == ("Held", key)
    assert held["B"].status == "Ready"
    assert len(job.preview(made, path, MONDAY).files) == 2


def test_a_refused_letter_keeps_its_key_and_is_shown(path: Path) -> None:
    """What the post refused is shown as Refused under the same key, until the address is mended."""
    made = book()
    job.preview(made, path, MONDAY)
    with Journal.open(BOOK_ID) as journal:
        journal.claim(KEYS[0])
        journal.settle(KEYS[0], State.REFUSED, "No such mailbox.")
    later = job.Clock(noon("2026-02-05"))
    refused = job.preview(made, path, later)
    row = next(row for row in made.sheets["Reminders"].to_dicts() if row["Customer ID"] == "A")
    type_in(made, "Customers", "Email", "new@example.com")

    assert KEYS[0] not in refused.files
    assert (row["Status"], row["Problem"], row["Key"]) == ("Refused", "No such mailbox.", KEYS[0])
    assert KEYS[0] in job.preview(made, path, later).files
