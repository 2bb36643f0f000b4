"""The other buttons of the ribbon, pressed in a real Calc document on the demo's workbook: what each changes."""

import datetime as dt
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl
import pypdf
import pytest
import xlwings

from duesheet import buttons, job
from duesheet.assets import folder
from duesheet.books.live import LiveBook
from duesheet.buttons import aside, desk
from duesheet.demo import make
from duesheet.layout import layout
from duesheet.whereabouts import stop_file
from windows import selected

TABLES = layout().tables
DAY = dt.date(2026, 11, 23)
NOON = dt.datetime(2026, 11, 23, 12).astimezone()


@pytest.fixture(autouse=True)
def at_the_desk(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """It is the day the demo was made for; whoever sits there says yes; what is opened is noted."""
    opened: list[Path] = []
    monkeypatch.setattr(desk, "clock", lambda: job.Clock(NOON))
    monkeypatch.setattr(desk, "open_beside", opened.append)
    monkeypatch.setattr(LiveBook, "ask", lambda *_: True)
    return opened


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The demo's workbook, refreshed once in a file."""
    path = tmp_path_factory.mktemp("demo") / "Collections.xlsx"
    make(path, DAY)
    from duesheet.opening import opened  # noqa: PLC0415  for this fixture only

    book = opened(path)
    job.refresh(book, job.Clock(NOON), path=path)
    book.save()
    return path.read_bytes()


@pytest.fixture
def window(made: bytes, tmp_path: Path, calc: xlwings.App) -> Iterator[xlwings.Book]:
    """The workbook open in Calc."""
    (tmp_path / "Collections.xlsx").write_bytes(made)
    book = calc.books.open(str(tmp_path / "Collections.xlsx"))
    yield book
    with suppress(xlwings.XlwingsError):
        book.close()


def rows(window: xlwings.Book, table: str) -> pl.DataFrame:
    """The cells of a table."""
    cells = LiveBook(window).read(TABLES[table])
    assert cells is not None
    return cells.frame


def select(window: xlwings.Book, table: str, where: pl.Expr) -> dict[str, Any]:
    """Select the first row of a table that is `where`; gives its cells."""
    cells = LiveBook(window).read(TABLES[table])
    assert cells is not None
    here = cells.frame.with_columns(cells.rows.alias("row")).filter(where)
    page = window.sheets[cells.sheet]
    page.activate()
    page.range((here["row"][0], 2)).select()
    return here.row(0, named=True)


def name_recipient(window: xlwings.Book, address: str) -> None:
    """Type the test recipient on Settings."""
    page = window.sheets["Settings"]
    page.range((page.range("A1:A90").value.index("Test recipient") + 1, 2)).value = address


def shown(window: xlwings.Book, sheet: str) -> list[int]:
    """The rows of a sheet's table that its filter shows."""
    page = window.sheets[sheet]
    last = page.tables[sheet].range.last_cell.row
    return [row for row in range(2, last + 1) if not page.range(f"{row}:{row}").rows.hidden]


def test_every_button_of_the_ribbon_is_here() -> None:
    """The ids on the ribbon are the functions of duesheet.buttons, one for one."""
    ribbon = ET.fromstring((folder("macros") / "customUI14.xml").read_bytes())  # noqa: S314  our own file
    ids = [one.get("id") for one in ribbon.iter() if one.tag.endswith("}button")]

    assert sorted(map(str, ids)) == sorted(buttons.__all__)


def test_statement_lays_a_pdf_beside_the_book(window: xlwings.Book, at_the_desk: list[Path]) -> None:
    """The customer in the selected row of Aging gets a PDF of what is open in that currency."""
    row = select(window, "Aging", pl.col("Total") > 0)
    message = buttons.statement(window)
    (made,) = at_the_desk

    assert str(made) in message
    text = "".join(page.extract_text() for page in pypdf.PdfReader(made).pages)
    assert row["Customer"] in text
    assert f"{row['Total']:,.2f}" in text


def test_statement_asks_for_a_row(window: xlwings.Book, at_the_desk: list[Path]) -> None:
    """With nothing about a customer selected, it says what to select."""
    window.sheets["Settings"].activate()

    assert "Select a cell in the row of the customer on Aging" in buttons.statement(window)
    assert not at_the_desk


def test_call_list_shows_whom_to_call(window: xlwings.Book) -> None:
    """Reminders comes to the front with only the rows to be called now."""
    due = rows(window, "Reminders").filter((pl.col("Channel") == "Call") & (pl.col("Status") == "Ready"))
    message = buttons.call_list(window)

    assert due.height > 0
    assert message.startswith(f"{due.height} to call")
    assert len(shown(window, "Reminders")) == due.height
    assert selected(window)[0] == "Reminders"


def test_hold_and_release_of_an_invoice(window: xlwings.Book) -> None:
    """Hold fills one cell of Invoices, the invoice is not chased, and Release blanks the cell again."""
    invoice = select(window, "OpenItems", pl.col("Days overdue") > 0)["Invoice"]
    before = rows(window, "Invoices")
    message = buttons.hold(window, "Talking to them")
    after = rows(window, "Invoices")

    assert "Talking to them" in message
    assert after.filter(pl.col("Invoice") == invoice)["Hold"].to_list() == ["Talking to them"]
    assert after.drop("Hold").equals(before.drop("Hold"))
    assert "held already" in buttons.hold(window)
    buttons.release(window)
    assert rows(window, "Invoices").equals(before)
    assert "not on hold" in buttons.release(window)


def test_hold_and_release_of_a_customer(window: xlwings.Book) -> None:
    """Hold sets Reminders of the customer to No, and a refresh says why nobody writes; Release takes it back."""
    ready = select(window, "Reminders", (pl.col("Status") == "Ready") & (pl.col("Channel") == "Email"))
    before = rows(window, "Customers")
    buttons.hold(window)
    buttons.refresh(window)
    held = rows(window, "Reminders").filter(pl.col("Customer ID") == ready["Customer ID"])

    assert set(held["Status"]) == {"Held"}
    select(window, "Reminders", pl.col("Customer ID") == ready["Customer ID"])
    buttons.release(window)
    assert rows(window, "Customers").equals(before)


def test_hold_changes_nothing_without_a_yes(window: xlwings.Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answered with no, the workbook stays as it is."""
    monkeypatch.setattr(LiveBook, "ask", lambda *_: False)
    select(window, "Invoices", pl.col("Hold").is_null())
    before = rows(window, "Invoices")

    assert buttons.hold(window) == "Nothing was changed."
    assert rows(window, "Invoices").equals(before)


def test_schedule_works_the_plans_out(window: xlwings.Book) -> None:
    """Build schedule rewrites the Schedule sheet, and shows it."""
    window.sheets["Schedule"].range("A2").value = "not a plan"
    message = buttons.schedule(window)

    assert "plans with" in message
    assert selected(window)[0] == "Schedule"
    assert "not a plan" not in rows(window, "Schedule")["Plan"].to_list()


def test_agreement_writes_a_word_document(window: xlwings.Book, at_the_desk: list[Path]) -> None:
    """The plan in the selected row becomes a document to sign, which is never written over."""
    plan = select(window, "Schedule", pl.col("Plan").is_not_null())["Plan"]
    message = buttons.agreement(window)

    assert at_the_desk == [Path(window.fullname).parent / f"Agreement {plan}.docx"]
    assert at_the_desk[0].read_bytes().startswith(b"PK")
    assert "Wrote" in message
    assert "is there already" in buttons.agreement(window)


def test_bring_in_adds_what_files_hold_once(window: xlwings.Book, tmp_path: Path) -> None:
    """Import adds the rows of a CSV file; the same file again adds nothing."""
    customer = rows(window, "Customers")["Customer ID"][0]
    file = tmp_path / "new.csv"
    file.write_text(
        f"Invoice,Customer ID,Invoice date,Amount,Currency\nNEW-1,{customer},2026-11-20,120.50,EUR\n",
        encoding="utf-8",
    )
    before = rows(window, "Invoices").height
    message = buttons.bring_in(window, [file])

    assert "Invoices: 1 added" in message
    assert rows(window, "Invoices").height == before + 1
    buttons.bring_in(window, [file])
    assert rows(window, "Invoices").height == before + 1


def test_bring_in_says_when_nothing_is_chosen(window: xlwings.Book) -> None:
    """In a window that is closed without a choice, nothing happens."""
    assert buttons.bring_in(window) == "No file was chosen. Nothing was changed."


def test_record_payment_settles_the_selected_item(window: xlwings.Book) -> None:
    """The selected open item is paid: a row on Payments with a fresh id, and after a refresh it is open no more."""
    item = select(window, "OpenItems", (pl.col("Open") > 0) & pl.col("Instalment").is_null())
    message = buttons.record_payment(window)
    paid = rows(window, "Payments").filter(pl.col("Payment") == "REC-20261123-1")

    assert "REC-20261123-1" in message
    assert paid.select("Customer ID", "Amount", "Invoice").rows() == [
        (item["Customer ID"], item["Open"], item["Invoice"])
    ]
    assert "ties out" in buttons.refresh(window)
    assert item["Invoice"] not in rows(window, "OpenItems")["Invoice"].to_list()


def test_problems_shows_what_is_to_mend(window: xlwings.Book) -> None:
    """Problems comes to the front, and the first is told."""
    window.sheets["Invoices"].range("E2").value = "a lot"
    message = buttons.problems(window)

    assert "Invoices, row 2, Amount" in message
    assert selected(window)[0] == "Problems"


def test_tie_out_tells_each_currency(window: xlwings.Book) -> None:
    """For each currency it is said that the totals tie out."""
    message = buttons.tie_out(window)

    assert message.count("ties out to the cent.") == rows(window, "Aging")["Currency"].n_unique()
    assert selected(window)[0] == "Dashboard"


@pytest.mark.parametrize(("press", "sheet"), [(buttons.settings, "Settings"), (buttons.problems, "Problems")])
def test_a_button_that_shows_a_sheet(window: xlwings.Book, press: Callable[..., str], sheet: str) -> None:
    """The sheet comes to the front."""
    press(window)

    assert selected(window)[0] == sheet


def test_in_doubt_says_when_there_is_none(window: xlwings.Book) -> None:
    """Where every letter's fate is known, it says so."""
    assert buttons.in_doubt(window) == "No letter is in doubt."


def test_letter_to_me_asks_for_a_recipient(window: xlwings.Book) -> None:
    """Without a test recipient it says where to name one; nothing is sent."""
    name_recipient(window, "")

    assert "Settings, Test recipient" in buttons.letter_to_me(window)


def test_letter_to_me_sends_to_oneself_and_notes_nothing(window: xlwings.Book, tmp_path: Path) -> None:
    """The week's letters go to the test recipient alone; Activity and Reminders stay as they are."""
    name_recipient(window, "me@example.com")
    before = rows(window, "Activity")
    message = buttons.letter_to_me(window)
    files = list(tmp_path.rglob("to-me/*.eml"))

    assert "All to me@example.com; nothing was noted." in message
    assert (
        len(files)
        == rows(window, "Reminders")
        .filter((pl.col("Status") == "Ready") & (pl.col("Channel") == "Email"))
        .height
    )
    assert all(b"To: me@example.com" in file.read_bytes() for file in files)
    assert rows(window, "Activity").equals(before)


def test_stop_leaves_word_for_whoever_sends(window: xlwings.Book) -> None:
    """Stop lays the file that a run of posting looks for before each letter."""
    message = buttons.stop(window)
    page = window.sheets["Settings"]
    names, values = page.range("A1:A90").value, page.range("B1:B90").value
    book_id = values[names.index("Book ID")]

    assert message.startswith("Stopping:")
    assert stop_file(str(book_id)).is_file()


def test_guide_and_about_help_anywhere(window: xlwings.Book, at_the_desk: list[Path]) -> None:
    """The guide is a page that is there, and About says which version this is."""
    buttons.guide(window)

    assert at_the_desk[0].is_file()
    assert buttons.about(window).startswith("Duesheet ")


def test_two_runs_at_once_are_refused(window: xlwings.Book) -> None:
    """While this workbook's letters are being sent, a second press of Send sends nothing, and says so."""
    with aside.alone(LiveBook(window)):
        message = buttons.send(window, sure=True)

    assert "are being sent already" in message


def test_long_work_is_handed_over_where_the_office_waits(
    window: xlwings.Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a button blocks the spreadsheet, another program is started for the work, and the button returns."""
    started: list[list[str]] = []
    monkeypatch.setattr(aside, "office_that_waits", lambda book: (book.fullname, "4711"))
    monkeypatch.setattr(aside, "start", started.append)

    assert buttons.send(window) == aside.STARTED
    assert started == [[sys.executable, "-P", "-m", "duesheet.buttons", "send", window.fullname, "4711"]]


def test_a_button_pressed_from_another_program_works_in_the_open_book(window: xlwings.Book) -> None:
    """`python -m duesheet.buttons` finds the open workbook by its address and does what the button does."""
    where = window.app.impl.office.where
    window.sheets["Aging"].range("A2").value = "stale"
    subprocess.run(
        [sys.executable, "-m", "duesheet.buttons", "refresh", Path(window.fullname).as_uri(), where],
        check=True,
        timeout=120,
        capture_output=True,
    )

    assert "stale" not in rows(window, "Aging")["Customer ID"].to_list()
