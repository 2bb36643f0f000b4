"""What every book keeps to, closed on the disk or open in Calc: the same cells in and the same cells out."""

import datetime as dt
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from duesheet.books import Cells
from duesheet.errors import BookRefused, TableMissing
from duesheet.layout import Column, Table, layout
from windows import OnDisk, OnScreen, Window, read

PAYMENTS = layout().tables["Payments"]
AGING = layout().tables["Aging"]
DAY = dt.date(2025, 1, 31)
DEBTS = Table(
    "Debts",
    "output",
    "Who owes",
    ("ID",),
    "#000000",
    (
        Column("ID", "id", 10),
        Column("Name", "text", 20),
        Column("Open", "money", 12),
        Column("Due", "date", 12),
    ),
    stays=("Name",),
)
HEADERS = ["ID", "Name", "Open", "Due"]
OLD = [["C1", "Ashton", 10.0, 45000], ["C2", "Blue", 20.0, 45001]]
HIDDEN = {"hidden": True}
Opener = Callable[[Path], Window]


@pytest.fixture(params=["closed", "live"])
def opener(request: pytest.FixtureRequest) -> Iterator[Opener]:
    """Opens a workbook on the disk, and in Calc."""
    opened: list[Window] = []

    def open_(path: Path) -> Window:
        live = request.param == "live"
        window = OnScreen(path, request.getfixturevalue("calc")) if live else OnDisk(path)
        opened.append(window)
        return window

    yield open_
    for window in opened:
        window.close()


def made(path: Path, rows: Sequence[Sequence[Any]], **more: Any) -> Path:
    """A workbook whose sheet holds `rows`, the first one headers, as a table; `more` adds to it."""
    name = more.get("name", "Debts")
    with xlsxwriter.Workbook(path, more.get("options")) as book:
        sheet = book.add_worksheet(more.get("sheet", name))
        text = book.add_format({"num_format": "@"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        money = book.add_format({"num_format": "#,##0.00"})
        looks = {"ID": text, "Name": text, "Open": money, "Due": day}
        top, left = more.get("at", (0, 0))
        header, *data = rows
        columns: list[dict[str, Any]] = [{"header": head} for head in header]
        if more.get("totals"):
            columns[2]["total_function"] = "sum"
        end = top + max(len(data), 1) + bool(more.get("totals"))
        if more.get("table", True):
            options = {"name": name, "columns": columns, "total_row": bool(more.get("totals"))}
            sheet.add_table(top, left, end, left + len(header) - 1, options)
        for at, head in enumerate(header):
            sheet.write_string(top, left + at, str(head))
            for down, row in enumerate(data, start=top + 1):
                if row[at] is not None:
                    write(sheet, (down, left + at), row[at], looks.get(str(head)), day)
        if "also" in more:
            more["also"](sheet, book)
    return path


def in_table(path: Path, old: str, new: str) -> None:
    """Put `new` for `old` into the part of the workbook's only table, which XlsxWriter has no words for."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(
                name, content.replace(old.encode(), new.encode()) if "tables/" in name else content
            )


def write(sheet: Any, at: tuple[int, int], value: Any, look: Any, day: Any) -> None:
    """One cell as what it is."""
    if isinstance(value, dt.datetime | dt.date):
        sheet.write_datetime(*at, value, look or day)
    elif isinstance(value, str) and value.startswith("#"):
        sheet.write_formula(*at, f"={value}", None, value)
    elif isinstance(value, str) and value.startswith("="):
        sheet.write_formula(*at, value)
    elif isinstance(value, str):
        sheet.write_string(*at, value, look)
    else:
        sheet.write(*at, value, look)


def debts(*rows: tuple[str, str | None, float | None]) -> pl.DataFrame:
    """Rows of the Debts table, all due on 2025-03-01."""
    return pl.DataFrame(
        {
            "ID": [row[0] for row in rows],
            "Name": [row[1] for row in rows],
            "Open": [row[2] for row in rows],
            "Due": [dt.date(2025, 3, 1)] * len(rows),
        },
        schema={"ID": pl.String, "Name": pl.String, "Open": pl.Float64, "Due": pl.Date},
    )


def paid(opener: Opener, path: Path, *rows: Sequence[Any], **more: Any) -> Cells:
    """What is read of a Payments sheet with the column Mine."""
    headers = ("Payment", "Date", "Customer ID", "Amount", "Mine")
    return read(opener(made(path, [headers, *rows], name="Payments", **more)), PAYMENTS)


def rows_of(window: Window, *columns: int) -> list[list[Any]]:
    """The rows under the headers of Debts: these columns, counted from 0."""
    return [[row[at] for at in columns] for row in window.seen("Debts")[1:]]


def test_cells_have_the_types_of_their_kinds(opener: Opener, tmp_path: Path) -> None:
    """Ids are text even in numeric cells, dates are dates, amounts floats, the user's own column as it is."""
    cells = paid(
        opener,
        tmp_path / "B.xlsx",
        (1930571429, DAY, 7, 12.5, 3),
        ("P-2", DAY, "C2", -3, None),
        (0.1, None, None, 10**15, 1.5),
    )
    assert cells.frame.dtypes == [pl.String, pl.Date, pl.String, pl.Float64, pl.Float64]
    assert cells.frame.rows() == [
        ("1930571429", DAY, "7", 12.5, 3.0),
        ("P-2", DAY, "C2", -3.0, None),
        ("0.1", None, None, 1e15, 1.5),
    ]
    assert (cells.table, cells.sheet, cells.faults) == ("Payments", "Payments", ())
    assert (cells.rows.to_list(), dict(cells.letters)["Amount"]) == ([2, 3, 4], "D")


@pytest.mark.parametrize(
    ("first", "second", "reads"),
    [
        (12.5, "12.50", ["12.5", "12.50"]),
        (1930571429.0, "about 3", ["1930571429", "about 3"]),
        (12.5, True, ["12.5", "TRUE"]),
        (1, DAY, ["1", "2025-01-31"]),
        (False, True, ["FALSE", "TRUE"]),
    ],
)
def test_a_mixed_column_is_text_throughout(
    opener: Opener, tmp_path: Path, first: object, second: object, reads: list[str]
) -> None:
    """One cell that is no number makes the column text: numbers in shortest form, the rest as it reads."""
    frame = paid(opener, tmp_path / "B.xlsx", ("a", DAY, "C", first, 1), ("b", DAY, "C", second, 2)).frame
    assert frame["Amount"].to_list() == reads
    assert frame.select("Date", "Mine").dtypes == [pl.Date, pl.Float64]


@pytest.mark.parametrize(
    ("typed", "reads"),
    [("31/01/2025", "31/01/2025"), (45658, "45658"), (True, "TRUE"), ("2025-02-01", "2025-02-01")],
)
def test_dates_typed_as_text_stay_as_typed(opener: Opener, tmp_path: Path, typed: object, reads: str) -> None:
    """Dates typed as text or as a number leave the column text, real dates as YYYY-MM-DD."""
    frame = paid(opener, tmp_path / "B.xlsx", ("a", DAY, "C", 1, 1), ("b", typed, "C", 2, 2)).frame
    assert frame["Date"].to_list() == ["2025-01-31", reads]


def test_blank_text_is_blank(opener: Opener, tmp_path: Path) -> None:
    """A column without a cell is blank in its own type, and a cell of blanks counts as blank."""
    frame = paid(opener, tmp_path / "B.xlsx", ("a", None, None, "  ", None)).frame
    assert frame.dtypes == [pl.String, pl.Date, pl.String, pl.Float64, pl.String]
    assert frame.rows() == [("a", None, None, None, None)]


def test_times_keep_the_hour(opener: Opener, tmp_path: Path) -> None:
    """A time column keeps the hour; the user's own column of whole days is dates."""
    moment = dt.datetime(2025, 1, 31, 14, 5)  # noqa: DTZ001  a sheet knows no zones
    rows = [("When", "Customer ID", "Mine"), (moment, "C", DAY), (moment, "D", DAY)]
    path = made(tmp_path / "B.xlsx", rows, name="Activity")
    frame = read(opener(path), layout().tables["Activity"]).frame
    assert frame.rows() == [(moment, "C", DAY), (moment, "D", DAY)]
    assert frame.dtypes == [pl.Datetime("us"), pl.String, pl.Date]


def test_an_error_value_is_a_fault(opener: Opener, tmp_path: Path) -> None:
    """An error value is told with its cell, stands in a text column as it reads, and keeps its row."""
    cells = paid(
        opener,
        tmp_path / "B.xlsx",
        ("a", DAY, "#N/A", 5, 1),
        ("b", DAY, "x", 4, 1),
        (None, None, None, "#DIV/0!", None),
    )
    assert cells.frame["Customer ID"].to_list() == ["#N/A", "x", None]
    assert cells.rows.to_list() == [2, 3, 4]
    assert [fault[:4] for fault in cells.faults] == [
        ("Payments", 2, "Customer ID", "#N/A"),
        ("Payments", 4, "Amount", "#DIV/0!"),
    ]


def test_a_text_that_reads_like_an_error_is_text(opener: Opener, tmp_path: Path) -> None:
    """Somebody who types #N/A as text has typed text: it is no fault."""

    def typed(sheet: Any, _book: Any) -> None:
        sheet.write_string("C2", "#N/A")

    cells = paid(opener, tmp_path / "B.xlsx", ("a", DAY, None, 5, "#REF!"), also=typed)
    assert cells.frame["Customer ID"].to_list() == ["#N/A"]
    assert [fault[1:4] for fault in cells.faults] == [(2, "Mine", "#REF!")]


def test_rows_below_count_up_to_the_gap(opener: Opener, tmp_path: Path) -> None:
    """Rows typed right under the table belong to it; what follows a blank row is told, row by row."""

    def typed(sheet: Any, _book: Any) -> None:
        sheet.write_row("A3", ["b", 45688, "C", 2, 2])
        sheet.write_row("A5", ["d", 45688, "C", 4, 4])

    cells = paid(opener, tmp_path / "B.xlsx", ("a", DAY, "C", 1, 1), also=typed)
    assert cells.frame["Payment"].to_list() == ["a", "b"]
    assert [fault[:4] for fault in cells.faults] == [("Payments", 5, "Payment", "d")]
    assert cells.below is not None
    assert cells.below.rows.to_list() == [5]


def test_a_row_of_totals_is_no_data(opener: Opener, tmp_path: Path) -> None:
    """A table's own row of totals is left out."""
    cells = paid(opener, tmp_path / "B.xlsx", ("a", DAY, "C", 1, 1), ("b", DAY, "C", 1, 1), totals=True)
    assert cells.rows.to_list() == [2, 3]


def test_a_merge_in_the_data_is_a_fault(opener: Opener, tmp_path: Path) -> None:
    """Every merge that touches the table's rows is told once, with the rows it reaches; a title above is not."""

    def merge(sheet: Any, _book: Any) -> None:
        sheet.merge_range("A1:C1", "Title")
        sheet.merge.append((3, 2, 4, 2))  # Excel lets nobody merge inside a table; other programs do

    rows = [("a", DAY, "C", 1, 1), ("b", DAY, None, 2, 2)]
    cells = paid(opener, tmp_path / "B.xlsx", *rows, at=(2, 0), also=merge)
    assert [fault[:4] for fault in cells.faults] == [("Payments", 4, "Customer ID", "C4:C5 merged")]
    assert cells.merged == {4, 5}


def test_a_table_is_found_by_its_name_anywhere(opener: Opener, tmp_path: Path) -> None:
    """The table's own name finds it whatever the tab says and wherever it begins."""
    cells = paid(opener, tmp_path / "B.xlsx", ("a", DAY, "C", 1, 1), sheet="Zahlungen", at=(4, 2))
    assert (cells.sheet, cells.rows.to_list(), cells.letters["Payment"]) == ("Zahlungen", [6], "C")


def test_a_sheet_without_a_table_has_its_headers_in_its_first_row(opener: Opener, tmp_path: Path) -> None:
    """Without a table the first row that is not blank holds the headers; blank rows within do not matter."""
    rows = [("a", DAY, "x", 1, 1), (None,) * 5, ("b", DAY, "y", 2, 2)]
    cells = paid(opener, tmp_path / "B.xlsx", *rows, table=False, at=(3, 1))
    assert cells.frame["Payment"].to_list() == ["a", "b"]
    assert cells.rows.to_list() == [5, 7]


def test_a_second_column_of_one_name_is_a_fault(opener: Opener, tmp_path: Path) -> None:
    """The further left of two equal headers counts; the other is told."""
    path = made(
        tmp_path / "B.xlsx", [("Payment", "Amount", "amount"), ("a", 1, 2)], name="Payments", table=False
    )
    cells = read(opener(path), PAYMENTS)
    assert cells.frame.rows() == [("a", 1.0, 2.0)]
    assert [fault[:3] for fault in cells.faults] == [("Payments", 1, "amount")]


def test_a_table_that_is_nowhere_is_none(opener: Opener, tmp_path: Path) -> None:
    """Reading gives None; changing it is refused, naming it and what to do."""
    window = opener(made(tmp_path / "B.xlsx", [HEADERS, *OLD]))
    assert window.book.read(PAYMENTS) is None
    with pytest.raises(TableMissing, match="no sheet Aging"):
        window.book.write(AGING, debts())
    with pytest.raises(TableMissing, match="no sheet Payments"):
        window.book.append(PAYMENTS, pl.DataFrame({"Payment": ["1"]}))


def test_the_rows_are_those_written(opener: Opener, tmp_path: Path) -> None:
    """After a rewrite the table holds the new rows only, and ends with them."""
    window = opener(made(tmp_path / "B.xlsx", [HEADERS, *OLD]))
    window.book.write(DEBTS, debts(("C3", "Corvid & Co <x>", 1.5), ("C1", None, None), ("007", "x", -2)))
    cells = read(window, DEBTS)
    assert cells.frame.rows() == [
        ("C3", "Corvid & Co <x>", 1.5, dt.date(2025, 3, 1)),
        ("C1", None, None, dt.date(2025, 3, 1)),
        ("007", "x", -2.0, dt.date(2025, 3, 1)),
    ]
    assert (window.area("Debts"), cells.faults) == ("A1:D4", ())
    window.book.write(DEBTS, debts(("C9", "y", 1)))
    assert (window.area("Debts"), read(window, DEBTS).frame["ID"].to_list()) == ("A1:D2", ["C9"])


@pytest.mark.parametrize(
    "word", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "'tis", "''", "1/2", "1e5", "TRUE", "#N/A"]
)
def test_text_is_never_more_than_text(opener: Opener, tmp_path: Path, word: str) -> None:
    """Whatever a customer is called, the cell says just that and is no formula, number or date."""
    window = opener(made(tmp_path / "B.xlsx", [HEADERS, *OLD]))
    window.book.write(DEBTS, debts(("C1", word, 1.0)))
    cells = read(window, DEBTS)
    assert cells.frame.rows() == [("C1", word, 1.0, dt.date(2025, 3, 1))]
    assert cells.faults == ()
    assert rows_of(window, 1) == [[word]]


def test_nothing_owed_leaves_a_blank_row(opener: Opener, tmp_path: Path) -> None:
    """A table keeps one blank row when nothing is owed, and grows again from it."""
    window = opener(made(tmp_path / "B.xlsx", [HEADERS, *OLD]))
    window.book.write(DEBTS, debts())
    assert (window.area("Debts"), read(window, DEBTS).frame.height) == ("A1:D2", 0)
    window.book.write(DEBTS, debts(("C1", "a", 1), ("C2", "b", 2)))
    assert (window.area("Debts"), rows_of(window, 0)) == ("A1:D3", [["C1"], ["C2"]])


def test_remarks_follow_their_customer(opener: Opener, tmp_path: Path) -> None:
    """A remark and a formula beside a customer stand beside that customer after rows changed places."""
    rows = [[*OLD[0], "rings back", "=C2*2"], [*OLD[1], None, "=C3*2+Rates!$B$1"]]

    def rates(_sheet: Any, book: Any) -> None:
        book.add_worksheet("Rates").write("B1", 5)

    window = opener(made(tmp_path / "B.xlsx", [[*HEADERS, "Mine", "Double"], *rows], also=rates))
    window.book.write(DEBTS, debts(("C0", "New", 1), ("C2", "Blue", 2), ("C1", "Ashton", 3)))
    assert [row[0] for row in rows_of(window, 4)] == [None, None, "rings back"]
    assert [row[0] for row in rows_of(window, 5)][1:] == ["=C3*2+Rates!$B$1", "=C4*2"]


def test_own_cells_keep_what_they_are(opener: Opener, tmp_path: Path) -> None:
    """Words, figures, dates and words like formulas in the user's own column come through a change of rows."""
    mine: list[Any] = ["012", 3.5, DAY, "mind the -gap", "it's"]
    rows = [[f"C{at}", "n", 1.0, 45000, value] for at, value in enumerate(mine)]
    window = opener(made(tmp_path / "B.xlsx", [[*HEADERS, "Mine"], *rows]))
    window.book.write(DEBTS, debts(("new", "n", 9), *((f"C{at}", "n", 1.0) for at in (4, 3, 2, 1, 0))))
    found = [row[0] for row in rows_of(window, 4)]
    midnight = dt.datetime(2025, 1, 31)  # noqa: DTZ001  a sheet knows no zones
    assert found == [None, "it's", "mind the -gap", midnight, 3.5, "012"]


def test_a_row_of_words_stays_with_zeros(opener: Opener, tmp_path: Path) -> None:
    """A row with the user's own words stays at the end when its customer owes nothing; one without goes."""
    rows = [[*OLD[0], "never call on Mondays"], [*OLD[1], None]]
    window = opener(made(tmp_path / "B.xlsx", [[*HEADERS, "Mine"], *rows]))
    window.book.write(DEBTS, debts(("C3", "Corvid", 7)))
    assert rows_of(window, 0, 1, 2, 4) == [
        ["C3", "Corvid", 7.0, None],
        ["C1", "Ashton", 0.0, "never call on Mondays"],
    ]


def test_words_nobody_can_place_are_refused(opener: Opener, tmp_path: Path) -> None:
    """When the identity's header is gone, nothing is written, for whose the words are cannot be told."""
    rows: list[list[Any]] = [["Name", "Open", "Due", "Mine"], ["Ashton", 10.0, 45000, "mine"]]
    window = opener(made(tmp_path / "B.xlsx", rows))
    before = window.seen("Debts")
    with pytest.raises(BookRefused, match="ID is missing"):
        window.book.write(DEBTS, debts(("C1", "Ashton", 1)))
    assert window.seen("Debts") == before


def test_the_users_order_of_columns_stays(opener: Opener, tmp_path: Path) -> None:
    """Columns the user moved stay where they are; one that is missing is put in."""
    rows: list[list[Any]] = [["Mine", "Due", "ID", "Name"], ["x", 45000, "C1", "Ashton"]]
    window = opener(made(tmp_path / "B.xlsx", rows))
    window.book.write(DEBTS, debts(("C0", "New", 1), ("C1", "Ashton", 3)))
    assert window.seen("Debts")[0] == ["Mine", "Due", "ID", "Name", "Open"]
    assert rows_of(window, 0, 2, 3, 4) == [[None, "C0", "New", 1.0], ["x", "C1", "Ashton", 3.0]]


def test_buckets_change_their_names(opener: Opener, tmp_path: Path) -> None:
    """With other edges the buckets of Aging are those, fewer or more, and the user's own column stays."""
    headers = [column.name for column in AGING.columns]
    path = made(
        tmp_path / "B.xlsx", [[*headers, "Mine"], ["C1", *[None] * (len(headers) - 1), "x"]], name="Aging"
    )
    window = opener(path)
    for edges in ((15, 30), (10, 20, 30, 40, 50)):
        table = layout(edges).tables["Aging"]
        names = [column.name for column in table.columns]
        frame = pl.DataFrame({"Customer ID": ["C0", "C1"], "Currency": [None, None], names[4]: [1.0, 2.0]})
        window.book.write(table, frame)
        assert window.seen("Aging")[0] == [*names, "Mine"]
        assert [row[4] for row in window.seen("Aging")[1:]] == [1.0, 2.0]
        assert [row[-1] for row in window.seen("Aging")[1:]] == [None, "x"]


def test_notes_follow_and_hold_their_row(opener: Opener, tmp_path: Path) -> None:
    """A cell's note follows its customer; where the customer is gone, the row stays because of it."""

    def noted(sheet: Any, _book: Any) -> None:
        for place, note in {"C2": "asked for a copy", "B3": "moved house", "A1": "the header's"}.items():
            sheet.write_comment(place, note)

    window = opener(made(tmp_path / "B.xlsx", [HEADERS, *OLD], also=noted))
    window.book.write(DEBTS, debts(("C0", "New", 1), ("C2", "Blue", 5)))
    assert window.notes("Debts") == {"A1": "the header's", "B3": "moved house", "C4": "asked for a copy"}
    assert rows_of(window, 0, 2)[-1] == ["C1", 0.0]


def test_a_filter_judges_the_new_rows(opener: Opener, tmp_path: Path) -> None:
    """Rows that the table's filter leaves out are hidden after a rewrite, the others are shown."""
    rule = '<filterColumn colId="1"><filters><filter val="Ashton"/></filters></filterColumn>'
    path = made(
        tmp_path / "B.xlsx", [HEADERS, *OLD], also=lambda sheet, _: sheet.set_row(2, None, None, HIDDEN)
    )
    in_table(path, '<autoFilter ref="A1:D3"/>', f'<autoFilter ref="A1:D3">{rule}</autoFilter>')
    window = opener(path)
    window.book.write(DEBTS, debts(("C3", "Corvid", 1), ("C1", "Ashton", 2), ("C4", "Dorn", 3)))
    assert window.hidden("Debts") == [2, 4]
    assert rows_of(window, 0) == [["C3"], ["C1"], ["C4"]]
    window.book.write(DEBTS, debts(("C1", "Ashton", 2), ("C4", "Dorn", 3)))
    assert window.hidden("Debts") == [3]


def test_what_stands_beside_and_under_stays(opener: Opener, tmp_path: Path) -> None:
    """What stands beside the table, or under it with room to spare, keeps its place, with more rows and with fewer."""
    also = {"G3": "beside", "G2": "=SUM(C2:C3)", "G5": "low", "A30": "under"}

    def around(sheet: Any, _book: Any) -> None:
        for place, value in also.items():
            sheet.write(place, value)

    window = opener(made(tmp_path / "B.xlsx", [HEADERS, *OLD], also=around))
    for count in (9, 1):
        window.book.write(DEBTS, debts(*[(f"C{at}", "n", 1.0) for at in range(count)]))
        seen = window.seen("Debts")
        assert [seen[1][6], seen[2][6], seen[4][6], seen[29][0]] == ["=SUM(C2:C3)", "beside", "low", "under"]
        assert [row[0] for row in seen[1 : count + 2]] == [*(f"C{at}" for at in range(count)), None]


def test_nothing_under_the_table_is_overwritten(opener: Opener, tmp_path: Path) -> None:
    """When new rows would cover what stands under the table, the refusal says where, and nothing is written."""

    def under(sheet: Any, _book: Any) -> None:
        sheet.write("B6", "do not lose me")

    window = opener(made(tmp_path / "B.xlsx", [HEADERS, *OLD], also=under))
    before = window.seen("Debts")
    with pytest.raises(BookRefused, match="Debts, row 6"):
        window.book.write(DEBTS, debts(*[(f"C{at}", "n", 1.0) for at in range(9)]))
    assert window.seen("Debts") == before


def test_the_row_of_totals_goes_along(opener: Opener, tmp_path: Path) -> None:
    """The totals stand right under the new last row and add up the new rows, with more rows and with fewer."""
    window = opener(made(tmp_path / "B.xlsx", [HEADERS, *OLD], totals=True))
    for count in (5, 1):
        window.book.write(DEBTS, debts(*[(f"C{at}", "n", 1.0) for at in range(count)]))
        seen = window.seen("Debts")
        assert window.area("Debts") == f"A1:D{count + 2}"
        assert [row[0] for row in seen[1 : count + 1]] == [f"C{at}" for at in range(count)]
        assert str(seen[count + 1][2]).startswith("=SUBTOTAL(109,")
        assert all(value is None for row in seen[count + 2 :] for value in row)


def test_rows_are_added_below(opener: Opener, tmp_path: Path) -> None:
    """Added rows stand under the last one, rows typed below the table counted in; nothing else changes."""

    def typed(sheet: Any, _book: Any) -> None:
        sheet.write_row("A4", ["C9", "typed"])

    window = opener(made(tmp_path / "B.xlsx", [HEADERS, *OLD], also=typed))
    before = window.seen("Debts")[:4]
    window.book.append(DEBTS, debts(("C3", "=1+1", 1.5), ("C4", "Dorn", 2.5)))
    assert window.seen("Debts")[:4] == before
    assert rows_of(window, 0, 1, 2)[3:] == [["C3", "=1+1", 1.5], ["C4", "Dorn", 2.5]]
    assert window.area("Debts") == "A1:D6"
    assert read(window, DEBTS).frame["Due"].to_list()[-1] == dt.date(2025, 3, 1)


def test_the_blank_row_is_filled_first(opener: Opener, tmp_path: Path) -> None:
    """A table with only its blank row gets its first row there."""
    window = opener(made(tmp_path / "B.xlsx", [HEADERS]))
    window.book.append(DEBTS, debts(("C1", "a", 1)))
    assert (rows_of(window, 0), window.area("Debts")) == ([["C1"]], "A1:D2")
    window.book.append(DEBTS, debts(("C2", "b", 2)))
    assert (rows_of(window, 0), window.area("Debts")) == ([["C1"], ["C2"]], "A1:D3")


def test_adding_below_a_gap_is_refused(opener: Opener, tmp_path: Path) -> None:
    """With something below the table after a gap, adding is refused and the row is named."""

    def lost(sheet: Any, _book: Any) -> None:
        sheet.write("A9", "lost?")

    window = opener(made(tmp_path / "B.xlsx", [HEADERS, *OLD], also=lost))
    with pytest.raises(BookRefused, match="Debts, row 9"):
        window.book.append(DEBTS, debts(("C3", "Corvid", 1)))


def test_adding_under_a_header_that_is_missing_is_refused(opener: Opener, tmp_path: Path) -> None:
    """Values under a header the sheet has not are refused, not dropped."""
    window = opener(made(tmp_path / "B.xlsx", [["ID", "Open", "Due"], ["C1", 10.0, 45000]]))
    with pytest.raises(TableMissing, match="the column Name is missing"):
        window.book.append(DEBTS, debts(("C3", "Corvid", 1)))


def test_a_single_cell_is_written(opener: Opener, tmp_path: Path) -> None:
    """One cell is written as text, and no other; a header that is missing and a row that is none are refused."""
    window = opener(made(tmp_path / "B.xlsx", [HEADERS, *OLD]))
    window.book.put(DEBTS, 3, "name", "=Blue & Co")
    assert rows_of(window, 0, 1, 2) == [["C1", "Ashton", 10.0], ["C2", "=Blue & Co", 20.0]]
    with pytest.raises(TableMissing, match="Nowhere"):
        window.book.put(DEBTS, 3, "Nowhere", "x")
    with pytest.raises(BookRefused, match="row 1"):
        window.book.put(DEBTS, 1, "Name", "x")
