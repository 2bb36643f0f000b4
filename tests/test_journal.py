"""The journal of letters: keys, states, and who may take which step."""

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from platformdirs import user_data_path
from sqlalchemy import exc

from duesheet import complaints, keys, strongbox, whereabouts
from duesheet.entries import End
from duesheet.errors import Refused
from duesheet.journal import PATIENCE, Answer, Journal, Record, State, who
from duesheet.register import LETTERS
from postroom import BOOK, CYCLE, KEYS, WRITTEN, planned

KEY, OTHER = KEYS[:2]
IDS = st.text(max_size=60)
PARTS = st.tuples(IDS, IDS, st.sampled_from(["EUR", "USD", "JPY"]), st.dates(), st.integers(0, 99))


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder for one test."""
    monkeypatch.setenv("DUESHEET_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def journal() -> Iterator[Journal]:
    """A journal in which one letter is planned."""
    with Journal.open(BOOK) as opened:
        opened.plan([planned(KEY)])
        yield opened


def found(journal: Journal, key: str = KEY) -> Record:
    """The letter of `key`, which must be there."""
    record = journal.find(key)
    assert record is not None
    return record


def brought_to(journal: Journal, state: State, key: str = KEY) -> None:
    """Take a planned letter to `state` by legal steps."""
    if state is State.SKIPPED:
        journal.resolve(key, Answer.SKIP)
    if state in (State.PLANNED, State.SKIPPED):
        return
    assert journal.claim(key)
    if state is State.CLAIMED:
        return
    journal.commit(key)
    if state is not State.COMMITTING:
        journal.settle(key, state, "told")


@given(st.lists(PARTS, min_size=2, max_size=20, unique=True))
def test_no_two_letters_share_a_key_or_a_file(parts: list[tuple[str, str, str, date, int]]) -> None:
    """Different books, customers, currencies, cycles or steps give different keys and file names."""
    made = [keys.key(*part) for part in parts]

    assert len(set(made)) == len(parts)
    assert len({keys.file_name(key).casefold() for key in made}) == len(parts)


@given(PARTS)
def test_a_key_is_plain_enough_for_a_header_a_cell_and_a_file(part: tuple[str, str, str, date, int]) -> None:
    """A key has no blank, only ASCII, no formula; a header keeps it, and it tells its cycle and book."""
    key = keys.key(*part)
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["X-Duesheet-Key"] = key

    assert key.isascii()
    assert not set(key) & set(" \t\r\n\"'=+@")
    assert not key.startswith("-")
    assert len(key) < 80
    assert f"X-Duesheet-Key:{key}" in message.as_string().replace("\r\n ", "").replace(" ", "")
    assert keys.cycle(key) == part[3]
    assert keys.of_book(key, part[0])
    assert not keys.of_book(key, part[0] + "x")


@pytest.mark.parametrize(
    "customer", ["CON", "nul.txt", "a/b\\c:d", "..", "  ", "Müller & Söhne", "x" * 3000, "-"]
)
def test_a_file_name_is_allowed_everywhere(customer: str) -> None:
    """Whatever the customer's id, the file's name is short, plain and no name Windows keeps for itself."""
    name = keys.file_name(keys.key(BOOK, customer, "EUR", CYCLE, 1))

    assert len(name) < 100
    assert name.isascii()
    assert not set(name) & set('<>:"/\\|?* %')
    assert name.count(".") == 1
    assert name.partition(".")[0].upper() not in {"CON", "NUL", ""}


def test_a_message_id_is_fixed_and_names_nobody() -> None:
    """One key has one Message-ID, another key and another book have another; the customer is not in it."""
    one = keys.message_id(BOOK, KEY, "Acme Billing <ar@Example.com>")

    assert one == keys.message_id(BOOK, KEY, "ar@example.com")
    assert one.endswith("@example.com>")
    assert "C001" not in one
    assert (
        len(
            {
                one,
                keys.message_id(BOOK, OTHER, "ar@example.com"),
                keys.message_id("b2", KEY, "ar@example.com"),
            }
        )
        == 3
    )


@pytest.mark.parametrize(
    ("sender", "domain"),
    [
        ("ar@bücher.example.com", "xn--bcher-kva.example.com"),
        ("", "duesheet.invalid"),
        ("ar@", "duesheet.invalid"),
        ("ar@exa mple.com\r\nBcc: x@example.org", "example.com"),
        (f"ar@{'x' * 70}.example.com", "duesheet.invalid"),
    ],
)
def test_a_message_id_is_always_fit_for_a_header(sender: str, domain: str) -> None:
    """Whatever stands in the setting, the Message-ID is one line of ASCII."""
    assert keys.message_id(BOOK, KEY, sender).endswith(f"@{domain}>")


def test_a_planned_letter_is_found_as_it_was_given(journal: Journal) -> None:
    """What was planned is read back: times with their zone, addresses and invoices as tuples."""
    record = found(journal)

    assert record.state is State.PLANNED
    assert record.written_at == WRITTEN
    assert record.recipients == ("ap@example.org",)
    assert record.invoices == ("1001",)
    assert (record.cycle, record.as_of, record.amount) == (CYCLE, CYCLE, 119_00)
    assert "@" in record.by


def test_planning_again_keeps_message_id_and_date_and_takes_the_new_content(journal: Journal) -> None:
    """A letter that still waits takes its new content, and stays the same letter to its receiver."""
    later = WRITTEN + timedelta(days=3)
    journal.plan([planned(KEY, digest="d2", amount=99_00, message_id="<new@example.com>", written_at=later)])
    record = found(journal)

    assert (record.digest, record.amount) == ("d2", 99_00)
    assert (record.message_id, record.written_at) == (planned(KEY).message_id, WRITTEN)
    assert len(journal.letters()) == 1


def test_stamps_are_those_of_before_and_new_ones_for_new_keys(journal: Journal) -> None:
    """A known key gives its Message-ID and Date, a new one gives new ones, which differ between keys."""
    stamps = journal.stamps([KEY, OTHER], "ar@example.com")

    assert stamps[KEY].written_at == WRITTEN
    assert stamps[OTHER].written_at > WRITTEN - timedelta(days=4000)
    assert stamps[OTHER].written_at.tzinfo is not None
    assert stamps[KEY].message_id != stamps[OTHER].message_id


@pytest.mark.parametrize(
    "state", [State.CLAIMED, State.COMMITTING, State.SENT, State.IN_DOUBT, State.SKIPPED]
)
def test_planning_leaves_alone_what_no_longer_waits(journal: Journal, state: State) -> None:
    """A letter that is being sent, was sent, is in doubt or was skipped is not planned anew."""
    brought_to(journal, state)
    journal.plan([planned(KEY, digest="d2", recipients=("new@example.org",))])

    assert (found(journal).state, found(journal).digest) == (state, "d1")


def test_a_refused_letter_is_planned_again_only_for_other_people(journal: Journal) -> None:
    """An address that was refused is not tried again every week; a corrected one is."""
    brought_to(journal, State.REFUSED)
    journal.plan([planned(KEY, digest="d2")])
    assert found(journal).state is State.REFUSED

    journal.plan([planned(KEY, digest="d2", recipients=("right@example.org",))])

    assert (found(journal).state, found(journal).digest) == (State.PLANNED, "d2")


def test_a_letter_to_be_tried_later_can_be_claimed_again(journal: Journal) -> None:
    """Retry means that it surely did not go: it waits like a planned one."""
    brought_to(journal, State.RETRY)

    assert journal.claim(KEY)


def test_what_is_planned_no_longer_is_forgotten(journal: Journal) -> None:
    """A letter that dropped out of the plan goes from the journal, unless it was sent or once in doubt."""
    journal.plan([planned(key) for key in KEYS[1:4]])
    brought_to(journal, State.SENT, KEYS[1])
    brought_to(journal, State.IN_DOUBT, KEYS[2])
    journal.resolve(KEYS[2], Answer.SEND_AGAIN)
    journal.withdraw([KEY])

    assert [record.key for record in journal.letters()] == KEYS[:3]


def test_two_programs_may_plan_the_same_letter_at_once(journal: Journal) -> None:
    """When another program plans a letter between our look and our insert, it takes our content."""

    class Late(Journal):
        looked = False

        def letters(self) -> list[Record]:
            self.looked, seen = True, super().letters() if self.looked else []
            return seen

    with Late.open(BOOK) as late:
        late.plan([planned(KEY, digest="d2"), planned(OTHER)])

    assert [(record.key, record.digest) for record in journal.letters()] == [(KEY, "d2"), (OTHER, "d1")]


LEGAL: dict[State, set[str]] = {
    State.PLANNED: {"claim"},
    State.RETRY: {"claim"},
    State.CLAIMED: {"commit", State.REFUSED, State.RETRY},
    State.COMMITTING: {State.SENT, State.REFUSED, State.RETRY, State.IN_DOUBT},
    State.IN_DOUBT: {State.SENT, State.REFUSED, State.RETRY, State.IN_DOUBT},
    State.SENT: set(),
    State.REFUSED: set(),
    State.SKIPPED: set(),
}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("step", ["claim", "commit", State.SENT, State.REFUSED, State.RETRY, State.IN_DOUBT])
def test_only_legal_steps_are_taken(journal: Journal, state: State, step: str) -> None:
    """Each step is taken from the states it may follow, and from no other."""
    brought_to(journal, state)
    try:
        taken = journal.claim(KEY) if step == "claim" else _taken(journal, step)
    except Refused:
        taken = False

    assert taken == (step in LEGAL[state])
    assert (found(journal).state == state) == (not taken or step == state)


def _taken(journal: Journal, step: str) -> bool:
    if step == "commit":
        journal.commit(KEY)
    else:
        journal.settle(KEY, State(step))
    return True


@pytest.mark.parametrize("answer", list(Answer))
@pytest.mark.parametrize("state", list(State))
def test_answers_apply_where_there_is_something_to_say(
    journal: Journal, state: State, answer: Answer
) -> None:
    """Arrived is for letters in doubt; send again and skip also for those that did not go."""
    brought_to(journal, state)
    open_ended = {State.IN_DOUBT, State.REFUSED, State.RETRY}
    applies = {
        Answer.ARRIVED: {State.IN_DOUBT},
        Answer.SEND_AGAIN: open_ended | {State.SKIPPED},
        Answer.SKIP: open_ended | {State.PLANNED},
    }[answer]
    if state not in applies:
        with pytest.raises(Refused, match=f"is {state}"):
            journal.resolve(KEY, answer)
        return

    record = journal.resolve(KEY, answer)

    assert record.state == {"arrived": "sent", "send again": "planned", "skip": "skipped"}[answer]
    assert record.by in record.detail


def test_an_answer_about_an_unknown_letter_is_refused(journal: Journal) -> None:
    """A key nobody planned is named in the refusal."""
    with pytest.raises(Refused, match="knows no letter C999"):
        journal.resolve("C999|EUR|2026-11-23|1|x", Answer.ARRIVED)


def test_a_claim_needs_the_content_that_was_read(journal: Journal) -> None:
    """When the letter was planned anew since its file was read, the claim fails."""
    assert not journal.claim(KEY, "d0")
    assert journal.claim(KEY, "d1")


def test_after_a_crash_claimed_is_planned_and_committing_is_in_doubt(journal: Journal) -> None:
    """What was only claimed surely did not go; what was committing nobody knows."""
    journal.plan([planned(OTHER)])
    brought_to(journal, State.CLAIMED)
    brought_to(journal, State.COMMITTING, OTHER)
    with Journal.open(BOOK) as after:
        changed = after.recover()

        assert [(record.key, record.state) for record in changed] == [
            (KEY, State.PLANNED),
            (OTHER, State.IN_DOUBT),
        ]
        assert after.recover() == []
        assert not after.claim(OTHER)


@pytest.mark.parametrize(
    ("arrived", "state"), [(True, State.SENT), (False, State.PLANNED), (None, State.IN_DOUBT)]
)
def test_a_post_that_can_be_asked_settles_what_is_in_doubt(
    journal: Journal,
    arrived: bool | None,
    state: State,
) -> None:
    """When the post knows whether the letter went, nobody has to be asked, even later."""
    brought_to(journal, State.COMMITTING)
    journal.recover()
    journal.recover(lambda _: arrived)

    assert found(journal).state is state


def test_a_claim_that_was_taken_over_cannot_commit(journal: Journal) -> None:
    """Of two programs the one whose claim was taken over is stopped before the point of no return."""
    assert journal.claim(KEY)
    with Journal.open(BOOK) as second:
        second.recover()
        assert second.claim(KEY)
        with pytest.raises(Refused, match="taken over"):
            journal.commit(KEY)
        second.commit(KEY)
        second.settle(KEY, State.SENT)

    assert found(journal).state is State.SENT


def test_who_was_thought_dead_may_still_say_that_it_was_sent(journal: Journal) -> None:
    """A letter another program put in doubt becomes sent when its sender, alive after all, has the answer."""
    brought_to(journal, State.COMMITTING)
    with Journal.open(BOOK) as second:
        second.recover()
    journal.settle(KEY, State.SENT)

    assert found(journal).state is State.SENT


def test_what_another_computer_took_lately_is_left_to_it(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A colleague's run may wait for its server; only after a quarter of an hour is it taken for dead."""
    monkeypatch.setattr("duesheet.strongbox.platform.node", lambda: "elsewhere")
    with Journal.open(BOOK) as colleague:
        assert colleague.claim(KEY)
        colleague.commit(KEY)
    assert journal.recover() == []

    late = datetime.now(UTC) + PATIENCE + timedelta(seconds=5)
    with Journal.open(BOOK, clock=lambda: late) as later:
        later._by = journal._by
        assert [record.state for record in later.recover()] == [State.IN_DOUBT]


def test_two_threads_never_both_claim_a_letter(journal: Journal) -> None:
    """Of eight threads that want the same twelve letters, each letter goes to exactly one."""
    journal.plan([planned(key) for key in KEYS])
    won: list[str] = []
    start = threading.Barrier(8)

    def clerk() -> None:
        with Journal.open(BOOK) as own:
            start.wait(20)
            won.extend(key for key in KEYS if own.claim(key))

    clerks = [threading.Thread(target=clerk) for _ in range(8)]
    for one in clerks:
        one.start()
    for one in clerks:
        one.join(60)

    assert sorted(won) == KEYS


CLERK = """
import sys
from duesheet.journal import Journal
from postroom import BOOK, KEYS, planned
print("ready", flush=True)
sys.stdin.readline()
with Journal.open(BOOK) as journal:
    journal.plan([planned(key) for key in KEYS])
    print(*[key for key in KEYS if journal.claim(key)], flush=True)
"""


def test_two_programs_never_both_claim_a_letter(data: Path) -> None:
    """Two programs that start on a journal that is not there yet share the letters out between them."""
    paths = os.pathsep.join([str(Path(__file__).parent), str(Path(keys.__file__).parents[1])])
    environment = {**os.environ, "DUESHEET_DATA": str(data), "PYTHONPATH": paths}
    clerks = [
        subprocess.Popen(
            [sys.executable, "-c", CLERK],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            encoding="utf-8",
        )
        for _ in range(2)
    ]
    for clerk in clerks:
        assert clerk.stdout
        assert clerk.stdout.readline() == "ready\n"
    for clerk in clerks:
        assert clerk.stdin
        clerk.stdin.write("go\n")
        clerk.stdin.flush()
    won = [clerk.communicate(timeout=60)[0].split() for clerk in clerks]

    assert [clerk.returncode for clerk in clerks] == [0, 0]
    assert sorted(won[0] + won[1]) == KEYS


def test_every_step_is_on_the_disk_before_it_is_answered(journal: Journal, data: Path) -> None:
    """The file is written ahead and in full on every connection, under the book's id."""
    with journal._engine.connect() as one, journal._engine.connect() as two:
        for connection in (one, two):
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1

    assert (data / BOOK / "journal.sqlite").is_file()


def test_the_end_of_one_letter_and_the_claim_of_the_next_are_there_for_all_at_once(journal: Journal) -> None:
    """Another program sees both as soon as the claim is answered, and what comes next is as careful as ever."""
    journal.plan(map(planned, KEYS[:2]))
    journal.claim(KEYS[0])
    journal.commit(KEYS[0])
    with Journal.open(BOOK) as other:
        assert journal.claim(KEYS[1], None, "SMTP", End(KEYS[0], State.SENT))
        states = [record.state for record in other.letters()]
    journal.commit(KEYS[1])

    assert states == [State.SENT, State.CLAIMED]
    assert [record.state for record in journal.letters()] == [State.SENT, State.COMMITTING]


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.usefixtures("data")
def test_an_unhurried_step_leaves_the_journal_careful(fails: bool) -> None:
    """Only within the step may the disk come later; whatever ends it, the next step is on the disk when it ends."""
    engine = strongbox.opened(BOOK, "")
    inside: list[int] = []
    with suppress(ZeroDivisionError), engine.begin() as write, strongbox.unhurried(write):
        inside.append(write.exec_driver_sql("PRAGMA synchronous").scalar_one())
        1 / int(not fails)
    with engine.connect() as read:
        after = read.exec_driver_sql("PRAGMA synchronous").scalar_one()
    engine.dispose()

    normal, full = 1, 2
    assert (inside, after) == ([normal], full)


def test_the_journal_is_the_users_own_without_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without DUESHEET_DATA the journal lies in the user's data folder, whatever the book calls itself."""
    monkeypatch.delenv("DUESHEET_DATA")
    place = whereabouts.place(BOOK)

    assert place.parts[-2:] == (BOOK, "journal.sqlite")
    assert place.is_relative_to(user_data_path("Duesheet", appauthor=False))
    assert ".." not in whereabouts.place("../../elsewhere").parts


def test_a_copy_of_the_workbook_is_the_same_book(journal: Journal) -> None:
    """The journal goes by the Book ID: a second look at the same id knows the letter, another id does not."""
    brought_to(journal, State.SENT)
    with Journal.open(BOOK) as copy, Journal.open("another-book") as other:
        assert copy.states() == {KEY: State.SENT}
        assert other.letters() == []


def test_a_team_keeps_the_journals_of_its_books_in_one_database(tmp_path: Path) -> None:
    """At a database URL several books lie side by side and do not see one another's letters."""
    url = f"sqlite:///{tmp_path / 'team.sqlite'}"
    with Journal.open(BOOK, url) as mine, Journal.open("b2", url) as theirs:
        mine.plan([planned(KEY)])
        theirs.plan([planned(keys.key("b2", "C001", "EUR", CYCLE, 1))])

        assert [len(journal.letters()) for journal in (mine, theirs)] == [1, 1]
        assert not theirs.claim(KEY)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://clerk:secret@example.com/books", "holds a password"),
        ("postgresql://clerk@example.com/books?password=secret", "holds a password"),
        ("not a database", "not a database URL"),
        ("nosuch://clerk@example.com/books", "nosuch"),
        ("oracle://clerk@example.com/books", "needs the package"),
        ("sqlite:////no/such/folder/team.sqlite", "cannot be opened"),
    ],
)
def test_a_journal_that_cannot_be_opened_is_refused_in_words(url: str, words: str) -> None:
    """A password in the workbook, a wrong URL, a missing driver or folder: each is told, and no secret is."""
    with pytest.raises(Refused, match=words) as refused:
        Journal.open(BOOK, url)

    assert "secret" not in str(refused.value)


def test_a_book_without_an_id_is_refused() -> None:
    """Without a Book ID nobody could tell what was sent."""
    with pytest.raises(Refused, match="Book ID"):
        Journal.open(" ")


def test_a_locked_journal_is_refused_in_words(
    journal: Journal, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When another program holds the file too long, the user is told to close it, and nothing is claimed."""
    monkeypatch.setattr(strongbox, "BUSY_MS", 50)
    other = sqlite3.connect(data / BOOK / "journal.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with Journal.open(BOOK) as waiting, pytest.raises(Refused, match="locked by another program"):
        waiting.claim(KEY)
    other.close()

    assert found(journal).state is State.PLANNED


def test_a_damaged_journal_is_refused_in_words(data: Path) -> None:
    """A file that is no database is not written over."""
    file = data / BOOK / "journal.sqlite"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"something else entirely, and long enough to be looked at" * 40)
    with pytest.raises(Refused, match="damaged"):
        Journal.open(BOOK)

    assert file.read_bytes().startswith(b"something else")


@pytest.mark.parametrize(
    ("options", "words"),
    [("", "did not do what it was asked"), ("?mode=ro&uri=true", "write-protected")],
)
def test_a_database_that_cannot_take_the_table_is_refused(tmp_path: Path, options: str, words: str) -> None:
    """A database in which something else bears the table's name is refused, and so is a read-only one."""
    file = tmp_path / "team.sqlite"
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE stamps (value)")
        other.execute("CREATE INDEX letters ON stamps (value)")
    other.close()
    with pytest.raises(Refused, match=words):
        Journal.open(BOOK, f"sqlite:///{'file:' if options else ''}{file.as_posix()}{options}")


def test_a_user_without_a_name_is_still_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service account that has no name stands in the journal as unknown at its computer."""

    def nameless() -> str:
        raise OSError("no name")

    monkeypatch.setattr("duesheet.strongbox.getpass.getuser", nameless)

    assert who().startswith("unknown@")


def test_a_full_disk_is_refused_in_words(journal: Journal) -> None:
    """When there is no room, the plan is refused whole and the journal is as it was."""
    with journal._engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Refused, match="disk is full"):
        journal.plan([planned(key, subject="x" * 20_000) for key in KEYS[1:]])

    assert [record.key for record in journal.letters()] == [KEY]


def test_a_data_folder_that_cannot_be_made_is_refused(data: Path) -> None:
    """A file where the folder should be is named."""
    data.write_text("in the way", encoding="utf-8")
    with pytest.raises(Refused, match="cannot be made"):
        Journal.open(BOOK)


@pytest.mark.parametrize(
    "error",
    [kind for kind in vars(exc).values() if isinstance(kind, type) and issubclass(kind, exc.DBAPIError)],
)
def test_every_database_error_becomes_a_refusal(error: type[exc.DBAPIError]) -> None:
    """Whatever the database raises, the caller sees our own exception with the journal's name."""
    with (
        pytest.raises(Refused, match=r"journal of letters \(x\.sqlite\)"),
        complaints.in_words(sa.make_url("sqlite:///x.sqlite")),
    ):
        raise error("SELECT 1", {}, Exception("told"))


def test_the_table_can_be_made_by_other_databases() -> None:
    """The columns are words PostgreSQL, MySQL and SQL Server understand: their own compilers accept them."""
    for name in ("postgresql", "mysql", "mssql"):
        dialect = sa.make_url(f"{name}://x").get_dialect()()

        assert "message_id" in str(sa.schema.CreateTable(LETTERS).compile(dialect=dialect))
