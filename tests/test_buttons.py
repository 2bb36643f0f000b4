"""The ribbon's buttons, pressed in a real Calc document on the demo's workbook."""

import datetime as dt
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import polars as pl
import pytest
import xlwings

from duesheet import buttons, job, week
from duesheet.books.closed import ClosedBook
from duesheet.books.live import LiveBook
from duesheet.buttons import desk
from duesheet.demo import make
from duesheet.layout import layout
from windows import selected

TABLES = layout().tables
DAY = dt.date(2026, 11, 23)
NOON = dt.datetime(2026, 11, 23, 12).astimezone()
MINE = "My words"


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every button is pressed on the day the demo was made for."""
    monkeypatch.setattr(desk, "clock", lambda: job.Clock(NOON))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The demo's workbook."""
    file = tmp_path / "Collections.xlsx"
    make(file, DAY)
    return file


@pytest.fixture
def window(path: Path, calc: xlwings.App) -> Iterator[xlwings.Book]:
    """The workbook open in Calc."""
    book = calc.books.open(str(path))
    yield book
    with suppress(xlwings.XlwingsError):  # a test may have closed it
        book.close()


def rows(window: xlwings.Book, table: str) -> pl.DataFrame:
    """The cells of a table."""
    cells = LiveBook(window).read(TABLES[table])
    assert cells is not None
    return cells.frame


def set_up(window: xlwings.Book) -> None:
    """What a user does to Reminders: a column of words, a filter, a width, something selected."""
    page = window.sheets["Reminders"]
    right = page.range("A1").expand("right").shape[1] + 1
    table = page.tables["Reminders"]
    page.range((1, right)).value = MINE
    page.range((2, right)).value = f"for {page.range('B2').value}"
    table.resize(page.range((1, 1), (table.range.shape[0], right)))
    table.autofilter.apply_values(1 + list(rows(window, "Reminders").columns).index("Status"), ["Held"])
    page.range("D:D").column_width = 44
    page.activate()
    page.range("C1:D1").select()


def kept(window: xlwings.Book) -> None:
    """All of it is still there."""
    page = window.sheets["Reminders"]
    frame = rows(window, "Reminders")
    said = frame.filter(pl.col(MINE).is_not_null())
    assert said[MINE].to_list() == [f"for {said['Customer ID'][0]}"]
    criteria = [one for one in page.tables["Reminders"].autofilter.criteria if one.type != "none"]
    assert len(criteria) == 1
    shown = [row for row in range(2, frame.height + 2) if not page.range(f"{row}:{row}").rows.hidden]
    assert [frame["Status"][row - 2] for row in shown] == ["Held"] * frame["Status"].to_list().count("Held")
    assert page.range("D:D").column_width == pytest.approx(44, abs=0.5)
    assert selected(window) == ("Reminders", "$C$1:$D$1")


def linked(path: Path) -> int:
    """How many links of the saved workbook lead into the folder beside it, wherever that is moved."""
    with zipfile.ZipFile(path) as archive:
        parts = [archive.read(name) for name in archive.namelist() if name.endswith(".rels")]
    return sum(part.count(b'Target="outbox/') for part in parts)


def test_refresh_keeps_what_the_user_set_up(window: xlwings.Book, path: Path) -> None:
    """Refresh rewrites the output sheets and says so; filter, width, own words and selection stay; nothing is saved."""
    before = path.read_bytes()
    assert "ties out to the cent" in buttons.refresh(window)
    set_up(window)
    message = buttons.refresh(window)
    assert message.startswith("Refreshed as of 2026-11-23. ")
    assert window.app.status_bar == message
    kept(window)
    assert rows(window, "Aging").height > 0
    assert path.read_bytes() == before


def test_preview_lays_the_letters_beside_the_book(window: xlwings.Book, path: Path) -> None:
    """Preview writes the letters and a page, links them on Reminders, sends nothing and saves nothing."""
    before = path.read_bytes()
    buttons.refresh(window)
    set_up(window)
    message = buttons.preview(window)
    kept(window)
    assert "Nothing was sent." in message
    letters = list(path.parent.rglob("*.eml"))
    ready = rows(window, "Reminders").filter(pl.col("Preview").is_not_null())
    assert len(letters) == ready.height > 0
    page = window.sheets["Reminders"]
    column = 1 + list(rows(window, "Reminders").columns).index("Preview")
    row = 2 + rows(window, "Reminders")["Preview"].is_not_null().arg_true()[0]
    assert page.range((row, column)).hyperlink.endswith(".eml")
    assert path.read_bytes() == before


def test_send_delivers_once_and_saves(window: xlwings.Book, path: Path) -> None:
    """Send hands every letter over, notes it on Reminders and Activity, and saves; pressed again it sends nothing."""
    buttons.refresh(window)
    set_up(window)
    before = rows(window, "Activity").height
    message = buttons.send(window, sure=True)
    kept(window)
    sent = rows(window, "Reminders").filter(pl.col("Status") == "Sent").height
    assert message.startswith(f"{sent} letters sent.")
    assert rows(window, "Activity").height == before + sent
    saved = ClosedBook.open(path).read(TABLES["Activity"])
    assert saved is not None
    assert saved.frame.height == before + sent
    assert linked(path) == sent
    assert buttons.send(window, sure=True).startswith("Nothing to send.")


def test_who_pays_meanwhile_is_not_written_to(
    window: xlwings.Book, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Customers set to No after the letters were laid, even if that is saved, get none."""
    save, page = LiveBook.save, window.sheets["Customers"]
    column = 1 + list(rows(window, "Customers").columns).index("Reminders")

    def saving(desk: LiveBook) -> None:
        page.range((2, column), (page.used_range.last_cell.row, column)).value = "No"
        save(desk)

    monkeypatch.setattr(LiveBook, "save", saving)
    message = buttons.send(window, sure=True)
    assert "letters skipped." in message
    assert "letters sent" not in message
    assert not list((path.parent / "outbox").rglob("sent/*.eml"))


def test_send_asks_first(window: xlwings.Book, path: Path) -> None:
    """Where nobody can be asked, nothing is sent and nothing is saved."""
    before = path.read_bytes()
    assert buttons.send(window) == "There is nobody to ask. Nothing was sent."
    assert path.read_bytes() == before


def test_a_missing_sheet_is_told(window: xlwings.Book) -> None:
    """Without one of its sheets a book is refused by that sheet's name."""
    window.sheets["Invoices"].delete()
    message = buttons.refresh(window)
    assert 'Collections.xlsx has no table or sheet "Invoices"' in message
    assert window.app.status_bar == message


def test_a_book_for_reading_only_is_told(path: Path, calc: xlwings.App) -> None:
    """A book open for reading only is refused before anything is worked out."""
    window = calc.books.open(str(path), read_only=True)
    for press in (buttons.refresh, buttons.preview):
        assert "is open for reading only" in press(window)
    assert "is open for reading only" in buttons.send(window, sure=True)
    window.close()


def test_a_book_without_a_folder_is_told(calc: xlwings.App) -> None:
    """Letters are laid beside the workbook, so one that was never saved is refused."""
    window = calc.books.add()
    for press in (buttons.preview, buttons.send):
        assert "Save it first" in press(window)
    window.close()


def test_a_book_closed_meanwhile_is_told(
    path: Path, calc: xlwings.App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the book is closed in the middle of the work, the button ends with a sentence."""
    window = calc.books.open(str(path))

    def closing(*args: object, **more: object) -> object:
        window.close()
        return week.worked_out(*args, **more)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(job, "worked_out", closing)
    assert "was closed while it was being worked on" in buttons.refresh(window)


def test_an_office_that_dies_under_a_button_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the office dies in the middle of the work, the button ends with a sentence, within seconds."""
    app = xlwings.App(visible=False, add_book=False)
    window = app.books.open(str(path))

    def dying(*args: object, **more: object) -> object:
        app.kill()
        return week.worked_out(*args, **more)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(job, "worked_out", dying)
    assert "program was closed" in buttons.refresh(window)


def test_a_mistake_ends_as_a_sentence_too(window: xlwings.Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even what nobody thought of ends without a traceback, and says where the details are."""

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(job, "refresh", broken)
    message = buttons.refresh(window)
    assert message.startswith("Something unexpected went wrong: oops.")
    assert "error.log" in message
    assert window.app.screen_updating


def test_the_caller_is_the_book_by_default(window: xlwings.Book) -> None:
    """Pressed on the ribbon, a button works on the workbook it was pressed in; pressed nowhere, it says so."""
    window.set_mock_caller()
    try:
        assert "ties out" in buttons.refresh()
    finally:
        del xlwings.Book._mock_caller  # type: ignore[attr-defined]  # there is no other way to take it back
    assert "Press the button in the workbook itself" in buttons.refresh()
