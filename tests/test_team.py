"""A team's journal: a real PostgreSQL, and several programs that press Send at once."""

import io
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from clerk import LETTERS, Clerk
from duesheet import credentials, vault
from duesheet.errors import Refused
from duesheet.journal import PATIENCE, Answer, Journal, State
from postgres import SECRET, USER, Server, running
from postroom import BOOK, KEYS, Far, planned
from ring import Ring, used
from shop import Terminal, shop

KEY, OTHER, THIRD, FOURTH = KEYS[:4]
WRONG = "another secret"


@pytest.fixture(scope="module")
def server(postgres: str) -> Iterator[Server]:
    """A PostgreSQL for the tests of this file."""
    with running(postgres) as started:
        yield started


@pytest.fixture(autouse=True)
def passwords(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The password comes from the database's own file of passwords; the data folder is the test's own."""
    monkeypatch.setenv("PGPASSFILE", str(server.passwords))
    monkeypatch.setenv("DUESHEET_DATA", str(tmp_path / "data"))


@pytest.fixture
def url(server: Server) -> str:
    """An empty database of the team."""
    return server.made(f"books{uuid4().hex}")


@pytest.fixture(params=["sqlite", "postgresql"])
def shared(request: pytest.FixtureRequest, server: Server) -> str:
    """The setting Journal: blank, for two programs on one computer, or the team's database."""
    return "" if request.param == "sqlite" else server.made(f"books{uuid4().hex}")


def name_of(url: str) -> str:
    """The name of the database at `url`."""
    return url.rpartition("/")[2]


def cut(server: Server, url: str) -> None:
    """Have the server hang up on everybody who is in the database."""
    server.tell(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name_of(url)}'")  # noqa: S608


def test_two_who_press_send_at_once_send_each_letter_once(shared: str, tmp_path: Path) -> None:
    """Two programs plan and post the same forty letters at the same moment: each goes once, and both know of it."""
    data = tmp_path / "data"
    with (
        Clerk("anna", tmp_path, data=data, url=shared) as anna,
        Clerk("bert", tmp_path, data=data, url=shared) as bert,
    ):
        for clerk in (anna, bert):
            clerk.ready()
        for clerk in (anna, bert):
            clerk.go()
        said = [anna.done(), bert.done()]

    sent = [key for one in said for key, outcome in one.items() if outcome == "sent"]
    assert sorted(Far(tmp_path / "far.txt").told) == LETTERS
    assert sorted(sent) == LETTERS
    assert all({*one.values()} <= {"sent", "skipped"} and [*one] == LETTERS for one in said)
    with Journal.open(BOOK, shared) as journal:
        assert {letter.state for letter in journal.letters()} == {State.SENT}


@pytest.mark.parametrize(
    ("step", "copies", "state"), [("after claim", 1, State.SENT), ("after commit", 0, State.IN_DOUBT)]
)
def test_what_a_killed_program_left_in_a_shared_journal_is_put_right(
    shared: str, tmp_path: Path, step: str, copies: int, state: State
) -> None:
    """Killed before the point of no return a letter goes with the next run; killed after, it is in doubt and stays."""
    data = tmp_path / "data"
    with Clerk("anna", tmp_path, data=data, url=shared, step=step, count=3) as first:
        first.ready()
        first.go()
        assert len(first.done(code=9)) == 2
    with Clerk("anna", tmp_path, data=data, url=shared) as again:
        again.ready()
        again.go()
        again.done()

    told = Far(tmp_path / "far.txt").told
    assert told.count(LETTERS[2]) == copies
    assert sorted(told) == [key for key in LETTERS if copies or key != LETTERS[2]]
    with Journal.open(BOOK, shared) as journal:
        assert [letter.state for letter in journal.letters() if letter.key == LETTERS[2]] == [state]


def test_a_colleague_leaves_alone_what_a_killed_program_had_begun(url: str, tmp_path: Path) -> None:
    """A letter that a colleague's machine took lately is left to it; a quarter of an hour later it is put right."""
    with Clerk("anna", tmp_path, data=tmp_path / "a", url=url, step="after claim", count=3) as anna:
        anna.ready()
        anna.go()
        anna.done(code=9)
    with Clerk("bert", tmp_path, data=tmp_path / "b", url=url) as bert:
        bert.ready()
        bert.go()
        said = bert.done()

    assert said[LETTERS[2]] == "skipped"
    assert sorted(Far(tmp_path / "far.txt").told) == [key for key in LETTERS if key != LETTERS[2]]
    late = datetime.now(UTC) + PATIENCE + timedelta(minutes=1)
    with Journal.open(BOOK, url, clock=lambda: late) as journal:
        assert [(one.key, one.state) for one in journal.recover()] == [(LETTERS[2], State.PLANNED)]


def test_both_databases_keep_the_same_letters(url: str) -> None:
    """Every step the journal knows leaves the same letters in PostgreSQL as in SQLite, whatever the texts are."""
    kept = []
    for place in (url, ""):
        with Journal.open(BOOK, place, clock=lambda: datetime(2026, 11, 23, 9, 30, tzinfo=UTC)) as journal:
            journal._mark = "made at random otherwise"
            told = _everything(journal)
            kept.append((told, journal.letters(), journal.states(), journal.reports()))

    assert kept[0] == kept[1]


def _everything(journal: Journal) -> list[object]:
    """Take letters through every step; gives what the steps said."""
    odd = "Ünpaid \u202e=cmd '{{ %s \0 \ud800"
    rows = [planned(key) for key in KEYS[:5]]
    journal.plan([*rows, planned(KEYS[5], subject=odd, invoices=(odd, "2"), amount=9_007_199_254_740_993)])
    journal.plan([planned(KEY, digest="d2"), planned(KEYS[6])])
    told: list[object] = [journal.claim(KEY, "d1"), journal.claim(KEY, "d2", "Far"), journal.claim(KEY)]
    told += [journal.claim(key) for key in (OTHER, THIRD, FOURTH)]
    for key in (KEY, OTHER, THIRD):
        journal.commit(key)
    journal.settle(KEY, State.SENT, odd)
    journal.settle(THIRD, State.REFUSED, "550 5.1.1")
    told += [(one.key, one.state) for one in journal.recover()]
    told += [journal.came_back(KEY, "r1", "nobody"), journal.came_back(KEY, "r1", "nobody")]
    journal.plan([planned(THIRD, recipients=("right@example.org",))])
    told += [journal.resolve(OTHER, Answer.ARRIVED).state, journal.resolve(KEYS[4], Answer.SKIP).state]
    journal.withdraw([THIRD, KEYS[5]])
    return [*told, journal.stamps([KEY], "ar@example.com"), journal.find(KEYS[5]), journal.find("nobody")]


def test_eight_who_plan_and_claim_at_once_share_the_letters_out(url: str) -> None:
    """On a database without tables eight programs make them, plan, withdraw and claim, and each letter goes to one."""
    won: list[str] = []
    start = threading.Barrier(8)

    def clerk(number: int) -> None:
        start.wait(20)
        with Journal.open(BOOK, url) as own:
            mine = KEYS[number:] + KEYS[:number]
            own.plan([planned(key) for key in mine])
            own.withdraw(KEYS)
            own.plan([planned(key, digest=f"d{number}") for key in reversed(mine)])
            won.extend(key for key in mine if own.claim(key))

    clerks = [threading.Thread(target=clerk, args=(number,)) for number in range(8)]
    for one in clerks:
        one.start()
    for one in clerks:
        one.join(60)

    assert sorted(won) == KEYS


def test_a_commit_is_on_the_servers_disk_before_it_is_answered(server: Server, url: str) -> None:
    """Where a database answers before it has written, and is stricter than is of use, its journal does neither."""
    server.tell(f'ALTER DATABASE "{name_of(url)}" SET synchronous_commit = off')
    server.tell(f"ALTER DATABASE \"{name_of(url)}\" SET default_transaction_isolation = 'serializable'")
    with Journal.open(BOOK, url) as journal, journal._engine.connect() as connection:
        shown = [
            connection.exec_driver_sql(f"SHOW {name}").scalar()
            for name in ("synchronous_commit", "transaction_isolation", "lock_timeout")
        ]

    assert shown == ["on", "read committed", "15s"]


def test_a_line_that_broke_between_two_letters_is_taken_up_again(server: Server, url: str) -> None:
    """When the server hung up while nothing was asked of it, the next step goes through on a new line."""
    with Journal.open(BOOK, url) as journal:
        journal.plan([planned(KEY)])
        cut(server, url)

        assert journal.claim(KEY)


def test_a_line_that_breaks_in_the_middle_of_a_step_is_told_in_words(server: Server, url: str) -> None:
    """The step is not taken, the user is told that the line broke, and the next try goes through."""
    with Journal.open(BOOK, url) as journal:
        journal.plan([planned(KEY)])

        def hang_up(*_: object) -> None:
            cut(server, url)

        sa.event.listen(journal._engine, "before_cursor_execute", hang_up, once=True)
        with pytest.raises(Refused, match="the line to the database broke"):
            journal.claim(KEY)

        assert [letter.state for letter in journal.letters()] == [State.PLANNED]
        assert journal.claim(KEY)


def test_a_letter_another_program_holds_is_told_in_words(
    server: Server, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for ever for a program that hangs in the middle of a step."""
    monkeypatch.setattr(vault, "_SESSION", vault._SESSION.replace("'15s'", "'100ms'"))
    with Journal.open(BOOK, url) as journal:
        journal.plan([planned(KEY)])
        with server.connected(name_of(url)) as other:
            other.execute("SELECT * FROM letters FOR UPDATE")
            with pytest.raises(Refused, match="locked by another program"):
                journal.claim(KEY)

        assert journal.claim(KEY)


def test_a_server_that_is_away_is_told_in_words(postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the server is down nothing is claimed or planned, and the user hears what to look at."""
    with running(postgres) as started:
        monkeypatch.setenv("PGPASSFILE", str(started.passwords))
        url = started.made("books")
        journal = Journal.open(BOOK, url)
        journal.plan([planned(KEY)])
    with journal, pytest.raises(Refused, match=r"not to be reached|line to the database broke"):
        journal.claim(KEY)
    with pytest.raises(Refused, match="not to be reached") as refused:
        Journal.open(BOOK, url)

    assert url in str(refused.value)


def test_the_password_comes_from_the_keyring(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was kept for this user of this database lets them in; none, or a wrong one, is told and never shown."""
    monkeypatch.setenv("PGPASSFILE", "/no/such/file")
    with used(Ring()):
        with pytest.raises(Refused, match=r"does not let you in.*sign-in"):
            Journal.open(BOOK, url)
        host, user = vault.place(vault.address(url))
        credentials.keep(host, user, WRONG)
        with pytest.raises(Refused, match="does not let you in") as refused:
            Journal.open(BOOK, url)
        assert WRONG not in repr(refused.getrepr())
        credentials.keep(host, user, SECRET)
        with Journal.open(BOOK, url) as journal:
            journal.plan([planned(KEY)])
            assert SECRET not in str(journal._engine.url)
            assert len(journal.letters()) == 1


def test_the_password_of_the_database_is_asked_once_and_taken_away_again(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`sign-in --journal` keeps it when the database takes it, `sign-out --journal` forgets it; nothing shows it."""
    monkeypatch.setenv("PGPASSFILE", "/no/such/file")
    terminal, file = Terminal(monkeypatch, capsys), shop(tmp_path / "Collections.xlsx", journal=url)
    ring = Ring()
    with used(ring):
        said = []
        for secret, code in ((WRONG, 2), (SECRET, 0)):
            monkeypatch.setattr(sys, "stdin", io.StringIO(f"{secret}\n"))
            assert terminal.run("sign-in", file, "--journal", "--stdin", "--check").code == code, (
                terminal.told
            )
            said.append(terminal.said + terminal.told)
        assert credentials.kept(*vault.place(vault.address(url))) == SECRET
        assert terminal.run("status", file).code in (0, 1)
        assert terminal.run("sign-out", file, "--journal").code == 0

    assert not ring.held
    assert not any(secret in one for one in said for secret in (WRONG, SECRET))


def test_a_journal_on_this_computer_needs_no_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where Settings names no database, `sign-in --journal` says so and asks nothing."""
    told = Terminal(monkeypatch, capsys).run("sign-in", shop(tmp_path / "Collections.xlsx"), "--journal")

    assert told.code == 2
    assert "names no database" in repr(told)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda url: url + "x", "no such database or user"),
        (lambda url: url + "?sslmode=verify-full&sslrootcert=system", "does not prove who it is"),
        (lambda url: url.replace(USER, "guest"), "may not read or write"),
        (lambda url: url + "?options=-cdefault_transaction_read_only%3Don", "write-protected"),
    ],
    ids=["no such database", "a server nobody vouches for", "no rights", "a copy that takes no changes"],
)
def test_a_database_that_cannot_be_used_is_told_in_words(  # noqa: PLR0913, PLR0917  two cases, and where they are tried
    server: Server, url: str, change: object, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong name, a server nobody vouches for, missing rights, a standby server: each has a word of its own."""
    assert callable(change)
    server.tell("DROP ROLE IF EXISTS guest")
    server.tell(f"CREATE ROLE guest LOGIN PASSWORD '{SECRET}'")
    both = tmp_path / "passwords"
    both.write_text(f"*:*:*:*:{SECRET}\n", "utf-8")
    both.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(both))

    with pytest.raises(Refused, match=words):
        Journal.open(BOOK, change(url))


def test_a_server_that_proves_who_it_is_is_trusted(server: Server, url: str) -> None:
    """With the firm's own authority in the URL the line is encrypted, and the server's certificate checked."""
    proven = f"{url}?sslmode=verify-full&sslrootcert={server.authority}"
    with Journal.open(BOOK, proven) as journal, journal._engine.connect() as connection:
        journal.plan([planned(KEY)])
        shown = connection.exec_driver_sql("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")

        assert shown.scalar() is True


def test_a_missing_driver_is_named_with_its_remedy(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has installed Duesheet without the team's part is told how to get it."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "psycopg"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(Refused, match=r"needs the package psycopg.*duesheet\[team\]"):
        Journal.open(BOOK, url)


@pytest.mark.parametrize(
    ("url", "mode"),
    [
        ("postgres://clerk@db.example.com/books", "require"),
        ("postgresql+psycopg2://clerk@db.example.com/books", "require"),
        ("postgresql://clerk@db.example.com/books?sslmode=verify-full", None),
        ("postgresql://clerk@localhost/books", None),
    ],
)
def test_the_line_to_another_machine_is_encrypted(url: str, mode: str | None) -> None:
    """Unless the URL says how, it is; and whatever way PostgreSQL is written, it is reached by one driver."""
    target = vault.address(url)

    assert target.drivername == "postgresql+psycopg"
    assert vault._reaching(target)["connect_args"].get("sslmode") == mode
