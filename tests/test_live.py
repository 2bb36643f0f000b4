"""The live book in a real Calc document: what the contract of all books does not say."""

import datetime as dt
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import polars as pl
import pytest
import xlwings

from duesheet import job
from duesheet.books import Book
from duesheet.books.closed import ClosedBook
from duesheet.books.live import LiveBook
from duesheet.books.pausing import paused
from duesheet.books.spoken import in_words, kind_of
from duesheet.demo import make
from duesheet.errors import BookRefused, TableMissing
from duesheet.layout import layout
from windows import selected
from xlwings_libreoffice.uno_runtime import properties, struct, typed

TABLES = layout().tables
DAY = dt.date(2026, 11, 23)
CLOCK = job.Clock(dt.datetime(2026, 11, 23, 12).astimezone())
MINE = "Called on"


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """The demo's workbook, as it is made."""
    path = tmp_path / "Collections.xlsx"
    make(path, DAY)
    return path


@pytest.fixture
def window(demo: Path, calc: xlwings.App) -> Iterator[xlwings.Book]:
    """The demo's workbook, open in Calc."""
    book = calc.books.open(str(demo))
    yield book
    with suppress(xlwings.XlwingsError):  # a test may have closed it
        book.close()


def rows(book: Book, table: str) -> pl.DataFrame:
    """The cells of a table."""
    cells = book.read(TABLES[table])
    assert cells is not None
    return cells.frame


def test_the_live_book_is_a_book(window: xlwings.Book, demo: Path) -> None:
    """It is what the port asks for, and says its name and place."""
    book: Book = LiveBook(window)
    assert book.name == "Collections.xlsx"
    assert LiveBook(window).path == demo


def test_a_book_never_saved_lies_nowhere(calc: xlwings.App) -> None:
    """A new workbook has a name and no place."""
    window = calc.books.add()
    assert LiveBook(window).path is None
    window.close()


def test_live_figures_equal_closed_ones(window: xlwings.Book, demo: Path, tmp_path: Path) -> None:
    """A refresh in Calc gives, cell by cell, what one of the closed file gives; input sheets stay as they were."""
    twin = tmp_path / "Twin.xlsx"
    twin.write_bytes(demo.read_bytes())
    closed, live = ClosedBook.open(twin), LiveBook(window)
    inputs = {name: rows(live, name) for name, table in TABLES.items() if table.role == "input"}
    job.refresh(closed, CLOCK, path=demo)
    closed.save()
    job.refresh(live, CLOCK, path=demo)
    for name, table in TABLES.items():
        assert rows(live, name).equals(rows(closed, name)), name
        if table.role == "input":
            assert rows(live, name).equals(inputs[name]), name


def test_a_second_refresh_changes_nothing(window: xlwings.Book, demo: Path) -> None:
    """Refreshed again on the same day, every sheet says the same."""
    live = LiveBook(window)
    job.refresh(live, CLOCK, path=demo)
    before = {name: rows(live, name) for name in TABLES}
    job.refresh(live, CLOCK, path=demo)
    assert all(rows(live, name).equals(before[name]) for name in TABLES)


def test_a_column_typed_beside_the_table_follows_its_rows(window: xlwings.Book, demo: Path) -> None:
    """A column that Calc's user types right beside a table stands by its customers after a refresh."""
    live, page = LiveBook(window), window.sheets["Aging"]
    job.refresh(live, CLOCK, path=demo)
    names = page.range("A1").expand("right").value
    right = len(names) + 1
    page.range((1, right)).value = MINE
    for row in (3, 9):
        page.range((row, right)).value = f"'=words for {page.range((row, 1)).value}"
    live.write(TABLES["Aging"], rows(live, "Aging").reverse().drop(MINE, strict=False))
    found = rows(live, "Aging")
    said = found.filter(pl.col(MINE).is_not_null()).select("Customer ID", MINE).rows()
    assert len(said) == 2
    assert all(words == f"=words for {customer}" for customer, words in said)
    assert page.tables["Aging"].range.shape[1] == right


def test_widths_formats_and_selection_stay(window: xlwings.Book, demo: Path) -> None:
    """What the user set up on a sheet is there after a refresh: widths, a color, a frozen header, what is selected."""
    page = window.sheets["Reminders"]
    page.range("B:B").column_width = 33
    page.range("C2").color = (255, 240, 0)
    page.activate()
    page.range("C4:D6").select()
    job.refresh(LiveBook(window), CLOCK, path=demo)
    assert page.range("B:B").column_width == pytest.approx(33, abs=0.5)
    assert page.range("C2").color == (255, 240, 0)
    assert selected(window) == ("Reminders", "$C$4:$D$6")


def test_the_sort_order_of_the_user_stays(window: xlwings.Book, demo: Path) -> None:
    """A table the user sorted in Calc is in that order after a refresh."""
    live = LiveBook(window)
    job.refresh(live, CLOCK, path=demo)
    column = list(rows(live, "Aging").columns).index("Total")
    field = struct("com.sun.star.table.TableSortField", Field=column, IsAscending=False)
    fields = typed("[]com.sun.star.table.TableSortField", (field,))
    # As a click on the filter's arrow and Sort Descending does it.
    window.sheets["Aging"].tables["Aging"].api.ReferredCells.sort(
        properties(SortFields=fields, ContainsHeader=True)
    )
    job.refresh(live, CLOCK, path=demo)
    totals = rows(live, "Aging")["Total"].to_list()
    assert totals == sorted(totals, reverse=True)


def test_links_lead_to_cells(window: xlwings.Book) -> None:
    """The links of Problems lead into the workbook, and their cells say the word."""
    live = LiveBook(window)
    live.write(
        TABLES["Problems"],
        pl.DataFrame(
            {"Sheet": ["Invoices"], "Row": [4.0], "Column": ["Amount"], "Found": ["ten|#Invoices!E4"]}
        ),
    )
    page = window.sheets["Problems"]
    column = 1 + list(rows(live, "Problems").columns).index("Found")
    assert page.range((2, column)).value == "ten"
    assert "Invoices" in page.range((2, column)).hyperlink
    assert rows(live, "Problems")["Found"].to_list() == ["ten"]


def test_an_input_sheet_is_never_rewritten(window: xlwings.Book) -> None:
    """Only output sheets may be rewritten, whoever asks."""
    with pytest.raises(BookRefused, match="Invoices is yours"):
        LiveBook(window).write(TABLES["Invoices"], pl.DataFrame())


def test_the_office_draws_and_calculates_again_after_an_error(window: xlwings.Book) -> None:
    """Whatever goes wrong while the office is paused, it draws and calculates afterwards as it did before."""
    app = window.app
    before = app.screen_updating, app.calculation
    found: list[tuple[bool, str]] = []

    def broken() -> None:
        with paused(window):
            found.append((app.screen_updating, app.calculation))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    assert found == [(False, "manual")]
    assert (app.screen_updating, app.calculation) == before


def test_a_book_open_for_reading_only_is_refused(demo: Path, calc: xlwings.App) -> None:
    """A workbook that cannot be saved is not changed either: the refusal says so and what to do."""
    window = calc.books.open(str(demo), read_only=True)
    live = LiveBook(window)
    before = rows(live, "Aging")
    with pytest.raises(BookRefused, match="reading only"):
        live.write(TABLES["Aging"], before.head(1))
    assert rows(live, "Aging").equals(before)
    window.close()


def test_a_table_that_was_renamed_is_missing(window: xlwings.Book) -> None:
    """A sheet and its table renamed after the book was read are told as missing, not written elsewhere."""
    live = LiveBook(window)
    rows(live, "Aging")
    window.sheets["Aging"].tables["Aging"].name = "Old"
    window.sheets["Aging"].name = "Old"
    assert live.read(TABLES["Aging"]) is None
    with pytest.raises(TableMissing, match="no sheet Aging"):
        live.write(TABLES["Aging"], pl.DataFrame())


def test_a_book_closed_in_the_middle_is_told(demo: Path, calc: xlwings.App) -> None:
    """When the workbook was closed meanwhile, the refusal says so and that nothing is sent twice."""
    window = calc.books.open(str(demo))
    live = LiveBook(window)
    window.close()
    with pytest.raises(BookRefused, match=r"Collections\.xlsx was closed"):
        live.read(TABLES["Aging"])


def test_an_office_killed_in_the_middle_is_told(demo: Path) -> None:
    """When the office dies, the refusal comes within seconds and says what to do."""
    app = xlwings.App(visible=False, add_book=False)
    live = LiveBook(app.books.open(str(demo)))
    app.kill()
    with pytest.raises(BookRefused, match="was closed while"):
        live.read(TABLES["Aging"])


class com_error(Exception):  # noqa: N801  the name that Windows' own exception has
    """What Excel's side of xlwings raises, as pywin32 shapes it."""


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (-2147418111, "Press Enter or Esc"),
        (-2146777998, "Press Enter or Esc"),
        (-2147023174, "was closed while"),
        (-2146827284, "could not be read or written"),
    ],
)
def test_what_excel_refuses_is_told_in_words(number: int, words: str) -> None:
    """A cell being edited, an Excel that ended, a protected sheet: each ends as a sentence that names the book."""
    with pytest.raises(BookRefused, match=words) as told, in_words("Mine.xlsx"):
        raise com_error(number, "Call was rejected by callee.", None, None)
    assert "Mine.xlsx" in str(told.value)


def test_a_mistake_of_ours_is_not_called_the_offices() -> None:
    """An exception no office raises passes as it is, so that it is seen and mended."""
    assert kind_of(ZeroDivisionError()) is None
    with pytest.raises(ZeroDivisionError), in_words("Mine.xlsx"):
        raise ZeroDivisionError
