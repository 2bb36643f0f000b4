"""The verbs for a terminal, on real files: what they print, how they end, and what they leave alone."""

import json
import subprocess
import sys
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl
import pytest
from typer.main import get_group

from duesheet import cli, job
from duesheet.books.closed import ClosedBook
from duesheet.build import new_book
from duesheet.build.contents import frame
from duesheet.journal import Journal, State
from duesheet.layout import layout
from duesheet.outbox import Outbox
from shop import Terminal

TODAY = "2026-02-02"
BOOK_ID = "0c0ffee0-0000-4000-8000-000000000002"
SETTINGS = {
    "Book ID": BOOK_ID,
    "Base currency": "EUR",
    "Company": "Acme",
    "From email": "ar@example.net",
    "Payments may be old by days": "0",
}
CUSTOMERS = [
    {"customer_id": name, "name": f"{name} Ltd", "email": f"{name.lower()}@example.com", "currency": "EUR"}
    for name in "AB"
]
INVOICES = [
    {
        "invoice": number,
        "customer_id": name,
        "invoice_date": date(2026, 1, 1),
        "due_date": date(2026, 1, 31),
        "amount": 100.0,
    }
    for number, name in (("1", "A"), ("2", "B"))
]


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of journals, for this test alone."""
    monkeypatch.setenv("DUESHEET_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A workbook of two customers, each with an invoice overdue."""
    return made(tmp_path / "Collections.xlsx")


def made(
    path: Path, settings: dict[str, str] | None = None, invoices: list[dict[str, Any]] | None = None
) -> Path:
    """A workbook at `path`."""
    rows = {"Customers": CUSTOMERS, "Invoices": INVOICES if invoices is None else invoices}
    frames = {
        name: frame(layout().tables[name], [dict(row) for row in typed]) for name, typed in rows.items()
    }
    new_book(path, rows=frames, settings=SETTINGS | (settings or {}))
    return path


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """A terminal."""
    return Terminal(monkeypatch, capsys)


def fingerprint(path: Path) -> str:
    """By it one sees whether a file was changed."""
    return sha256(path.read_bytes()).hexdigest()


def sheet(path: Path, name: str) -> pl.DataFrame:
    """A sheet as another program reads it."""
    return fastexcel.read_excel(path.read_bytes()).load_sheet(name).to_polars()


def test_new_makes_a_workbook_once(tmp_path: Path, terminal: Terminal) -> None:
    """A new book is made, in a new folder too; one that is there is never made over."""
    path = tmp_path / "deep" / "Book.xlsx"
    assert terminal.run("new", path).code == 0
    before = fingerprint(path)

    assert terminal.run("new", path).code == 2
    assert "is there already" in terminal.told
    assert fingerprint(path) == before


def test_refresh_says_where_the_book_stands(file: Path, terminal: Terminal) -> None:
    """Refresh ends with 0, prints figures per currency, and writes the sheets."""
    assert terminal.run("refresh", file, "--as-of", TODAY).code == 0
    assert "2 open items of 2 customers" in terminal.said
    assert max(map(len, terminal.said.splitlines())) <= 80
    assert sheet(file, "Aging")["Total"].to_list() == [100.0, 100.0]


def test_json_is_all_there_is_on_standard_output(file: Path, terminal: Terminal) -> None:
    """With --json the output is one JSON value with the figures, the letters and the problems."""
    found = terminal.run("refresh", file, "--as-of", TODAY, "--json").data()

    assert found["as_of"] == TODAY
    assert found["ties_out"]
    assert found["currencies"]["EUR"]["total"] == 200.0
    assert found["currencies"]["EUR"]["buckets"]["1-30"] == 200.0
    assert found["problems"] == []


def test_preview_lists_every_letter(file: Path, terminal: Terminal) -> None:
    """Each letter is listed with key, customer, step, status and problem, and lies in the outbox."""
    found = terminal.run("preview", file, "--as-of", TODAY, "--json").data()
    (first, second) = found["letters"]

    assert terminal.code == 0
    assert (first["customer"], first["step"], first["status"], first["problem"]) == ("A", 1, "Ready", "")
    assert first["key"].startswith("A|EUR|2026-02-02|1|")
    assert second["subject"]
    assert Outbox.beside(file).index.exists()
    assert len(list((Outbox.beside(file).folder / "waiting").glob("*.eml"))) == 2


def test_refresh_takes_the_date_of_the_settings_and_preview_does_not(
    tmp_path: Path, terminal: Terminal
) -> None:
    """As of on Settings rules refresh and status; preview works on today's date."""
    path = made(tmp_path / "Old.xlsx", {"As of": "2026-01-15"})

    assert terminal.run("refresh", path, "--json").data()["as_of"] == "2026-01-15"
    assert terminal.run("status", path, "--json").data()["as_of"] == "2026-01-15"
    assert terminal.run("status", path, "--as-of", TODAY, "--json").data()["as_of"] == TODAY
    today = terminal.run("preview", path, "--json").data()["as_of"]
    assert today == date.today().isoformat()  # noqa: DTZ011  the day of this machine, as the user sees it


def test_send_sends_once(file: Path, terminal: Terminal) -> None:
    """Send with --yes sends, writes Reminders and Activity, and the second time sends nothing."""
    first = terminal.run("send", file, "--as-of", TODAY, "--yes", "--json").data()
    assert (terminal.code, [one["outcome"] for one in first["deliveries"]]) == (0, ["sent", "sent"])
    assert {one["status"] for one in first["letters"]} == {"Sent"}
    second = terminal.run("send", file, "--as-of", TODAY, "--yes", "--json").data()
    rows = sheet(file, "Reminders")

    assert (terminal.code, second["deliveries"]) == (0, [])
    assert rows["Status"].to_list() == ["Sent", "Sent"]
    assert rows["Sent at"].null_count() == 0
    assert sheet(file, "Activity")["Key"].to_list() == [one["key"] for one in first["letters"]]
    assert terminal.run("send", file, "--as-of", TODAY, "--yes").said.strip().endswith("Nothing to send.")


def test_send_asks_nobody_who_is_not_there(file: Path, terminal: Terminal) -> None:
    """Without a terminal and without --yes send refuses, and the book is as it was."""
    before = fingerprint(file)

    assert terminal.run("send", file, "--as-of", TODAY).code == 2
    assert "Add --yes" in terminal.told
    assert fingerprint(file) == before
    assert not Outbox.beside(file).folder.exists()


@pytest.mark.parametrize(("answer", "code", "letters"), [(True, 0, 2), (False, 2, 0)])
def test_send_asks_before_it_sends(  # noqa: PLR0913, PLR0917  two answers to one question
    file: Path,
    terminal: Terminal,
    monkeypatch: pytest.MonkeyPatch,
    answer: bool,
    code: int,
    letters: int,
) -> None:
    """At a terminal it says how many letters about how much money, and sends on yes only."""
    asked: list[str] = []

    def confirm(text: str, **_: object) -> bool:
        asked.append(text)
        return answer

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.confirm", confirm)

    assert terminal.run("send", file, "--as-of", TODAY).code == code
    assert asked == ["Send 2 letters about €200.00?"]
    assert sheet(file, "Activity").height == letters


def test_what_is_changed_while_the_question_stands_is_seen(
    file: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row set to Send = No in the saved workbook before the answer is not sent."""

    def confirm(*_: object, **__: object) -> bool:
        book = ClosedBook.open(file)
        table = layout().tables["Reminders"]
        cells = book.read(table)
        assert cells is not None
        place = cells.frame["Customer ID"].to_list().index("A")
        book.put(table, cells.rows[place], "Send", "No")
        book.save()
        return True

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.confirm", confirm)
    terminal.run("send", file, "--as-of", TODAY)
    rows = {row["Customer ID"]: row for row in sheet(file, "Reminders").to_dicts()}

    assert "Send is No" in terminal.said
    assert (rows["A"]["Send"], rows["A"]["Status"]) == ("No", "Held")
    assert rows["B"]["Status"] == "Sent"
    assert sheet(file, "Activity")["Customer ID"].to_list() == ["B"]


def test_limit_sends_so_many(file: Path, terminal: Terminal) -> None:
    """--limit 1 sends one letter; the other stays ready."""
    found = terminal.run("send", file, "--as-of", TODAY, "--yes", "--limit", 1, "--json").data()

    assert sorted(one["status"] for one in found["letters"]) == ["Ready", "Sent"]


def test_a_crash_between_the_post_and_the_saving_loses_nothing(
    file: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When writing the book fails after the post, it says so, and the next refresh writes the Activity rows."""

    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("the power went")

    with monkeypatch.context() as patch:
        patch.setattr(job, "refresh", crash)
        assert terminal.run("send", file, "--as-of", TODAY, "--yes").code == 1
        assert "the power went" in terminal.told
    assert sheet(file, "Activity").is_empty()
    assert terminal.run("refresh", file, "--as-of", TODAY).code == 0

    assert sheet(file, "Activity")["Customer ID"].to_list() == ["A", "B"]


def test_a_book_opened_while_sending_is_told(
    file: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When somebody opened the book meanwhile, the letters are in the journal and the message says so."""
    lock = file.with_name(f".~lock.{file.name}#")
    post = job.send

    def sending(*words: Any, **named: Any) -> Any:
        yield from post(*words, **named)
        lock.write_text(",Ada,,,;", "utf-8")

    monkeypatch.setattr(job, "send", sending)

    assert terminal.run("send", file, "--as-of", TODAY, "--yes").code == 1
    assert "2 letters were handled and are in the journal" in terminal.told


def test_status_reads_and_changes_nothing(file: Path, terminal: Terminal) -> None:
    """Status works while the book is open elsewhere, and leaves every byte as it was."""
    file.with_name(f".~lock.{file.name}#").write_text(",Ada,,,;", "utf-8")
    before = fingerprint(file)

    assert terminal.run("status", file, "--as-of", TODAY).code == 0
    assert fingerprint(file) == before
    assert {
        one["status"] for one in terminal.run("status", file, "--as-of", TODAY, "--json").data()["letters"]
    } == {"Ready"}


def test_status_only_says_that_the_book_has_no_id(file: Path, terminal: Terminal) -> None:
    """A missing Book ID is a problem for status; refresh writes one and is done."""
    blank = made(file)
    book = ClosedBook.open(blank)
    cells = book.read(layout().tables["Settings"])
    assert cells is not None
    row = cells.rows[cells.frame["Setting"].to_list().index("Book ID")]
    book.put(layout().tables["Settings"], row, "Value", "")
    book.save()
    before = fingerprint(blank)

    assert terminal.run("status", blank, "--as-of", TODAY, "--json").code == 1
    assert "The Book ID is missing" in terminal.data()["problems"][0]["what_to_do"]
    assert fingerprint(blank) == before
    assert terminal.run("refresh", blank, "--as-of", TODAY).code == 0
    first = sheet(blank, "Settings").filter(pl.col("Setting") == "Book ID")["Value"].item()
    assert terminal.run("refresh", blank, "--as-of", TODAY).code == 0
    assert sheet(blank, "Settings").filter(pl.col("Setting") == "Book ID")["Value"].item() == first
    assert len(first) == 36


@pytest.mark.parametrize("verb", ["refresh", "preview", "send"])
@pytest.mark.parametrize("lock", [".~lock.{}#", "~${}"])
def test_a_book_open_elsewhere_is_refused(file: Path, terminal: Terminal, verb: str, lock: str) -> None:
    """While Excel or LibreOffice has the book open nothing is changed, and the message says what to do."""
    file.with_name(lock.format(file.name)).write_text(",Ada,,,;", "utf-8")
    before = fingerprint(file)
    words = [verb, file, "--as-of", TODAY, *(["--yes"] if verb == "send" else [])]

    assert terminal.run(*words).code == 2
    assert file.name in terminal.told
    assert fingerprint(file) == before


@pytest.mark.parametrize("verb", ["refresh", "preview", "status"])
def test_what_is_no_workbook_is_refused(tmp_path: Path, terminal: Terminal, verb: str) -> None:
    """A file that is not there, or is no workbook, is refused in a sentence, as JSON too."""
    text = tmp_path / "letter.xlsx"
    text.write_text("Dear Sirs", "utf-8")

    assert terminal.run(verb, tmp_path / "nowhere.xlsx").code == 2
    assert "nowhere.xlsx" in terminal.told
    assert terminal.run(verb, text, "--json").code == 2
    assert "letter.xlsx" in terminal.data()["refused"]
    assert "Traceback" not in terminal.told
    assert text.read_text("utf-8") == "Dear Sirs"


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "02.02.2026"])
def test_a_date_that_is_none_is_refused(file: Path, terminal: Terminal, day: str) -> None:
    """--as-of takes YYYY-MM-DD and nothing else."""
    before = fingerprint(file)

    assert terminal.run("refresh", file, "--as-of", day).code == 2
    assert fingerprint(file) == before


def test_problems_end_with_1_and_are_listed(tmp_path: Path, terminal: Terminal) -> None:
    """A row that cannot be used is listed with sheet, row, column, what was found and what to do."""
    strange = {**INVOICES[0], "invoice": "3", "customer_id": "Z"}
    path = made(tmp_path / "Wrong.xlsx", invoices=[*INVOICES, strange])

    assert terminal.run("refresh", path, "--as-of", TODAY, "--json").code == 1
    (problem,) = terminal.data()["problems"]
    assert (problem["sheet"], problem["row"], problem["column"], problem["found"]) == (
        "Invoices",
        4,
        "Customer ID",
        "Z",
    )
    assert terminal.data()["left_out"]["rows"] == 1


def test_a_wrong_template_ends_with_1(file: Path, terminal: Terminal) -> None:
    """A letter that cannot be written is held, named with file and line, and the exit code says so."""
    folder = file.parent / "templates" / "en"
    folder.mkdir(parents=True)
    (folder / "friendly.j2").write_text("{% block subject %}{{ nope }}{% endblock %}\n", "utf-8")
    found = terminal.run("preview", file, "--as-of", TODAY, "--json").data()

    assert terminal.code == 1
    assert {one["status"] for one in found["letters"]} == {"Held"}
    assert all("friendly.j2, line 1" in one["problem"] for one in found["letters"])


def test_a_carrier_without_server_is_refused_and_nothing_changed(file: Path, terminal: Terminal) -> None:
    """SMTP without a mail server on Settings is refused before anything is written to the book."""
    other = made(file, {"Carrier": "SMTP"})
    before = fingerprint(other)

    assert terminal.run("send", other, "--as-of", TODAY, "--yes").code == 2
    assert "SMTP host is blank" in terminal.told
    assert fingerprint(other) == before


def test_a_letter_in_doubt_is_resolved_by_its_key(file: Path, terminal: Terminal) -> None:
    """A letter in doubt takes one answer, not two, not none, and not for a key nobody knows."""
    key = terminal.run("preview", file, "--as-of", TODAY, "--json").data()["letters"][0]["key"]
    with Journal.open(BOOK_ID) as journal:
        journal.claim(key)
        journal.commit(key)
        journal.settle(key, State.IN_DOUBT)
    (first, _) = terminal.run("status", file, "--as-of", TODAY, "--json").data()["letters"]
    assert (first["status"], first["key"]) == ("In doubt", key)

    assert terminal.run("resolve", file, key).code == 2
    assert terminal.run("resolve", file, key, "--arrived", "--skip").code == 2
    assert terminal.run("resolve", file, "nobody", "--arrived").code == 2
    assert terminal.run("resolve", file, key, "--arrived").code == 0
    assert "is now sent" in terminal.said
    assert terminal.run("refresh", file, "--as-of", TODAY).code == 0
    assert sheet(file, "Activity")["Key"].to_list() == [key]


def test_import_appends_and_twice_adds_nothing(file: Path, terminal: Terminal) -> None:
    """A mapped CSV file is appended to the book; the same file again adds nothing."""
    csv = file.with_name("in.csv")
    csv.write_text("Nr,Who,Day,Sum\n0077,A,2026-01-05,12.50\n", "utf-8")
    maps = [
        "--map",
        "Invoice=Nr",
        "--map",
        "Customer ID=Who",
        "--map",
        "Invoice date=Day",
        "--map",
        "Amount=Sum",
    ]
    first = terminal.run("import", file, csv, *maps, "--json")

    assert first.code == 0
    assert sheet(file, "Invoices")["Invoice"].to_list() == ["1", "2", "0077"]
    assert terminal.run("import", file, csv, *maps).code == 0
    assert sheet(file, "Invoices").height == 3


def test_something_unexpected_ends_in_a_sentence(
    file: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistake of the program's own is told in one sentence with the place of the details; the book stays."""

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(job, "refresh", broken)
    before = fingerprint(file)

    assert terminal.run("refresh", file).code == 1
    assert terminal.told.count("\n") == 1
    assert "error.log" in terminal.told
    assert fingerprint(file) == before


def test_the_command_runs_as_a_program(file: Path) -> None:
    """Started as a program it says its version, and a refusal is exit code 2 with nothing on standard output."""
    start = [sys.executable, "-c", "from duesheet.cli import main; main()"]
    version = subprocess.run([*start, "--version"], capture_output=True, text=True, timeout=60, check=False)
    refused = subprocess.run(
        [*start, "send", str(file)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )

    assert version.stdout.startswith("duesheet ")
    assert (refused.returncode, refused.stdout) == (2, "")


def test_every_verb_is_found_where_the_command_line_looks_for_it() -> None:
    """The verbs a module is asked for are the ones it has; without a verb, or with none there is, all are listed."""
    rooms = cli._ROOMS
    for verbs in rooms.values():
        assert sorted(get_group(cli.verbs_for([verbs[0]])).commands) == sorted(verbs)

    everything = sorted(verb for verbs in rooms.values() for verb in verbs)
    assert sorted(get_group(cli.verbs_for([])).commands) == everything
    assert sorted(get_group(cli.verbs_for(["refrsh"])).commands) == everything


def test_a_verb_mistyped_is_answered_with_the_one_meant(terminal: Terminal) -> None:
    """All verbs are known to the answer, though only the one asked for is loaded."""
    assert terminal.run("refrsh").code == 2
    assert "Did you mean 'refresh'?" in terminal.told


def test_refresh_for_a_program_loads_no_other_verb_and_nothing_that_draws(file: Path) -> None:
    """Who asks for JSON does not wait for tables and colors, nor for the verbs that send."""
    code = (
        "import sys; from duesheet import cli\n"
        "try: cli.main()\n"
        "except SystemExit: pass\n"
        "print([n for n in ('rich', 'duesheet.posting', 'duesheet.guard', 'duesheet.words') if n in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, "refresh", file, "--json"],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )

    said = ran.stdout.splitlines()
    assert json.loads(said[0])["ties_out"]
    assert said[1:] == ["[]"]


def test_the_installed_command_says_its_version_and_ends(tmp_path: Path) -> None:
    """The way in reads a book ahead, runs the command, and hands on its exit code and its words."""
    book = tmp_path / "Collections.xlsx"
    start = [sys.executable, "-c", "from duesheet.start import main; main()"]

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*start, *words], capture_output=True, text=True, encoding="utf-8", timeout=120, check=False
        )

    assert run("new", str(book), "--sample").returncode == 0
    read = run("status", str(book), "--json")
    assert (read.returncode, json.loads(read.stdout)["ties_out"]) == (0, True)
    book.write_bytes(b"not a workbook")
    broken = run("refresh", str(book))
    assert broken.returncode == 2
    assert "Collections.xlsx" in broken.stderr
