"""A sheet's parts in, the same parts with other rows out."""

import io
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

import fastexcel
import openpyxl
import polars as pl
import pytest
import xlsxwriter
from openpyxl.worksheet.worksheet import Worksheet

from duesheet.books.parts import append_rows, put_cell, replace_rows
from duesheet.errors import BookRefused, TableMissing
from duesheet.layout import Column, Table, layout
from opened import Opened, opened

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


def debts(*rows: tuple[str, str | None, float | None]) -> pl.DataFrame:
    """Rows of the Debts table, all due on 2025-03-01."""
    return pl.DataFrame(
        {
            "ID": [row[0] for row in rows],
            "Name": [row[1] for row in rows],
            "Open": [row[2] for row in rows],
            "Due": [date(2025, 3, 1)] * len(rows),
        },
        schema={"ID": pl.String, "Name": pl.String, "Open": pl.Float64, "Due": pl.Date},
    )


def book(rows: Sequence[Sequence[Any]], headers: Sequence[str] = tuple(HEADERS), **more: Any) -> Opened:
    """A workbook whose sheet Debts holds one table; `more`: formulas by header, notes by cell, totals."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        sheet = made.add_worksheet("Debts")
        looks = {
            "Open": made.add_format({"num_format": "#,##0.00"}),
            "Due": made.add_format({"num_format": "yyyy-mm-dd"}),
        }
        columns = [{"header": name, "formula": more.get("formulas", {}).get(name)} for name in headers]
        sheet.add_table(0, 0, len(rows), len(headers) - 1, {"name": "Debts", "columns": columns})
        for at, name in enumerate(headers):
            sheet.set_column(at, at, 12 + at, looks.get(name))
            for row, cells in enumerate(rows, start=1):
                if cells[at] is not None:
                    sheet.write(row, at, cells[at], looks.get(name))
        for place, note in more.get("notes", {}).items():
            sheet.write_comment(place, note)
        for place, value in more.get("cells", {}).items():
            sheet.write(place, value)
        if "sheet" in more:
            more["sheet"](sheet, made)
    return opened(out.getvalue(), "Debts")


def grown(start: Opened, frame: pl.DataFrame, table: Table = DEBTS) -> Worksheet:
    """The sheet after its rows were replaced, as openpyxl reads it."""
    file = start.with_part(replace_rows(start.part(), frame, table)).file()
    assert fastexcel.read_excel(file).sheet_names == ["Debts"]
    return openpyxl.load_workbook(io.BytesIO(file))["Debts"]


def cells(sheet: Worksheet) -> list[list[Any]]:
    """All values, row by row."""
    return [list(row) for row in sheet.iter_rows(values_only=True)]


OLD = [["C1", "Ashton", 10.0, 45000], ["C2", "Blue", 20.0, 45001]]


def test_the_rows_are_the_frames() -> None:
    """After a refresh the table holds the new rows only; header, formats and widths are as they were."""
    start = book(OLD)
    sheet = grown(start, debts(("C3", "Corvid & Co <x>", 1.5), ("C1", None, None), ("007", "=A1", -2)))
    assert [row[:3] for row in cells(sheet)] == [
        HEADERS[:3],
        ["C3", "Corvid & Co <x>", 1.5],
        ["C1", None, None],
        ["007", "=A1", -2],
    ]
    assert [sheet.cell(4, 2).data_type, sheet.cell(3, 3).number_format] == ["s", "#,##0.00"]
    assert str(sheet.cell(2, 4).value) == "2025-03-01 00:00:00"
    assert (sheet.tables["Debts"].ref, sheet.tables["Debts"].autoFilter.ref) == ("A1:D4", "A1:D4")
    assert sheet.dimensions == "A1:D4"
    assert sheet.column_dimensions["B"].width == pytest.approx(13.7109375)


def test_nothing_around_the_rows_changes() -> None:
    """Everything before the rows but the dimension, and everything after them, is the same bytes."""
    start = book(OLD)
    old, new = start.part().whole(), replace_rows(start.part(), debts(("C9", "New", 1)), DEBTS).whole()
    assert new.replace(b"A1:D2", b"A1:D3").split(b'<row r="2"')[0] == old.split(b'<row r="2"')[0]
    assert new.split(b"</sheetData>")[1] == old.split(b"</sheetData>")[1]


def test_an_empty_result_leaves_one_blank_row() -> None:
    """A table keeps one blank row, in its columns' styles, when nothing is owed."""
    sheet = grown(book(OLD), debts())
    assert cells(sheet)[1:] == [[None] * 4]
    assert sheet.tables["Debts"].ref == "A1:D2"
    assert sheet.cell(2, 3).number_format == "#,##0.00"


def test_it_can_be_done_again_and_again() -> None:
    """Refreshing the result of a refresh works like the first time, and chunks can be read twice."""
    start = book(OLD)
    once = replace_rows(start.part(), debts(*[(f"C{number}", "x", 1) for number in range(50)]), DEBTS)
    assert list(once.sheet) == list(once.sheet)
    twice = replace_rows(once, debts(("C1", "Ashton", 5)), DEBTS)
    sheet = openpyxl.load_workbook(io.BytesIO(start.with_part(twice).file()))["Debts"]
    assert [row[:3] for row in cells(sheet)] == [HEADERS[:3], ["C1", "Ashton", 5]]


def test_own_columns_follow_their_customer() -> None:
    """A remark and a formula beside a customer stand beside that customer after rows changed places."""
    start = book(
        [
            ["C1", "Ashton", 10, 45000, "rings back", "=C2*2"],
            ["C2", "Blue", 20, 45000, None, "=C3*2+Rates!$B$1"],
        ],
        [*HEADERS, "Mine", "Double"],
    )
    sheet = grown(start, debts(("C0", "New", 1), ("C2", "Blue", 2), ("C1", "Ashton", 3)))
    assert [row[4:] for row in cells(sheet)[1:]] == [
        [None, None],
        [None, "=C3*2+Rates!$B$1"],
        ["rings back", "=C4*2"],
    ]


def test_a_calculated_column_fills_new_rows() -> None:
    """A column that the user's formula fills throughout fills the new rows too."""
    headers = [*HEADERS, "Double"]
    start = book([[*OLD[0], None]], headers, formulas={"Double": "Debts[[#This Row],[Open]]*2"})
    sheet = grown(start, debts(("C8", "a", 1), ("C1", "Ashton", 1)))
    assert [row[4] for row in cells(sheet)[1:]] == ["=Debts[[#This Row],[Open]]*2"] * 2


def test_words_of_a_customer_who_paid_stay_with_zeros() -> None:
    """A row with the user's own words stays at the end when its customer owes nothing; one without goes."""
    rows = [["C1", "Ashton", 10, 45000, "never call on Mondays"], ["C2", "Blue", 20, 45000, None]]
    sheet = grown(book(rows, [*HEADERS, "Mine"]), debts(("C3", "Corvid", 7)))
    assert [row[:3] + row[4:] for row in cells(sheet)[1:]] == [
        ["C3", "Corvid", 7, None],
        ["C1", "Ashton", 0, "never call on Mondays"],
    ]


def test_two_rows_of_one_identity_keep_their_words_apart() -> None:
    """Where an identity stands twice, the first row's words stay with the first."""
    rows = [["C1", "Ashton", 1, 45000, "first"], ["C1", "Ashton", 2, 45000, "second"]]
    sheet = grown(book(rows, [*HEADERS, "Mine"]), debts(("C1", "Ashton", 3), ("C1", "Ashton", 4)))
    assert [row[4] for row in cells(sheet)[1:]] == ["first", "second"]


def test_words_without_an_identity_column_are_refused() -> None:
    """When the identity's header is gone, nothing is written, for whose the words are cannot be told."""
    start = book([["Ashton", 10, 45000, "mine"]], ["Name", "Open", "Due", "Mine"])
    with pytest.raises(BookRefused, match="ID is missing"):
        replace_rows(start.part(), debts(("C1", "Ashton", 1)), DEBTS)


def test_the_order_of_columns_is_the_users() -> None:
    """Columns the user moved stay where they are."""
    start = book([["x", 45000, "C1", 10, "Ashton"]], ["Mine", "Due", "ID", "Open", "Name"])
    sheet = grown(start, debts(("C1", "Ashton", 3)))
    assert cells(sheet)[0] == ["Mine", "Due", "ID", "Open", "Name"]
    assert [cells(sheet)[1][at] for at in (0, 2, 3, 4)] == ["x", "C1", 3, "Ashton"]


def test_notes_follow_their_customer_and_hold_the_row() -> None:
    """A cell's note follows its customer; where the customer is gone, the row stays because of it."""
    start = book(OLD, notes={"C2": "asked for a copy", "B3": "moved house", "A1": "the header's"})
    sheet = grown(start, debts(("C0", "New", 1), ("C2", "Blue", 5)))
    found = {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}
    assert found == {"A1": "the header's", "B3": "moved house", "C4": "asked for a copy"}
    assert cells(sheet)[3][:3] == ["C1", "Ashton", 0]


def test_a_notes_box_moves_with_it() -> None:
    """The box of a note stands by its cell: row and anchor of the drawing move along."""
    start = book(OLD, notes={"C2": "asked"})
    part = replace_rows(start.part(), debts(("C0", "n", 1), ("C9", "n", 1), ("C1", "Ashton", 1)), DEBTS)
    drawing = next(xml for name, xml in part.others.items() if name.endswith(".vml"))
    before = next(xml for name, xml in start.part().others.items() if name.endswith(".vml"))
    assert re.findall(rb"<x:Row>(\d+)</x:Row>", drawing) == [b"3"]
    tops = [int(re.findall(rb"<x:Anchor>([^<]*)<", xml)[0].split(b",")[2]) for xml in (before, drawing)]
    assert tops[1] - tops[0] == 2


def test_a_users_hyperlink_follows_its_customer() -> None:
    """A link the user put on a cell goes with the row, and goes with it when the row goes."""

    def links(sheet: Any, _book: Any) -> None:
        sheet.write_url("B2", "https://example.com/a", string="Ashton")
        sheet.write_url("B3", "https://example.com/b", string="Blue")

    start = book(OLD, sheet=links)
    part = replace_rows(start.part(), debts(("C0", "New", 1), ("C2", "Blue", 5)), DEBTS)
    assert re.findall(rb'<hyperlink ref="(\w+)"', part.whole()) == [b"B3"]
    assert part.rels is not None
    assert re.findall(rb"https://example.com/\w", part.rels) == [b"https://example.com/b"]


def test_a_column_of_links_is_made_anew() -> None:
    """Links into the workbook and to files are made for the new rows; the old ones go."""
    table = layout().tables["Problems"]
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        sheet = made.add_worksheet("Problems")
        sheet.add_table(0, 0, 1, 4, {"columns": [{"header": column.name} for column in table.columns]})
        sheet.write_url("D2", "https://example.com/old")
    start = opened(out.getvalue(), "Problems")
    frame = pl.DataFrame(
        {
            "Sheet": ["Invoices", "Invoices", "Invoices"],
            "Row": [4, 5, 6],
            "Column": ["Amount", "Amount", "Amount"],
            "Found": ["#Invoices!E4", "letter|outbox/Müller & Söhne.eml", None],
            "What to do": ["a", "b", "c"],
        }
    )
    after = opened(start.with_part(replace_rows(start.part(), frame, table)).file(), "Problems")
    sheet = openpyxl.load_workbook(io.BytesIO(after.file()))["Problems"]
    assert [sheet.cell(row, 4).value for row in (2, 3, 4)] == ["open", "letter", None]
    assert sheet["D2"].hyperlink.location == "Invoices!E4"
    assert sheet["D3"].hyperlink.target == "outbox/M%C3%BCller%20&%20S%C3%B6hne.eml"
    assert b"example.com" not in after.parts[after.rels]


def test_formats_and_validations_grow_with_the_table() -> None:
    """What ran over all data rows does so afterwards; what stood elsewhere stays."""

    def extras(sheet: Any, _book: Any) -> None:
        sheet.conditional_format("C2:C3", {"type": "data_bar", "data_bar_2010": True})
        sheet.conditional_format("H40:H41", {"type": "duplicate"})
        sheet.data_validation("B2:B3", {"validate": "list", "source": ["x"]})

    start = book(OLD, sheet=extras)
    part = replace_rows(start.part(), debts(*[(f"C{at}", "n", 1) for at in range(9)]), DEBTS)
    refs = re.findall(rb'sqref="([^"]*)"|<xm:sqref>([^<]*)', part.whole().split(b"</sheetData>")[1])
    assert [one or other for one, other in refs] == [b"C2:C10", b"H40:H41", b"B2:B10", b"C2:C10"]


def test_a_filter_stays_and_hides() -> None:
    """Rows that the table's filter leaves out are hidden, the others are shown, the criterion stays."""
    start = book(OLD)
    rule = b'<filterColumn colId="1"><filters><filter val="Ashton"/></filters></filterColumn>'
    criterion = b'<autoFilter ref="A1:D3">' + rule + b"</autoFilter>"
    table = start.related("table")[0]
    start.parts[table] = start.parts[table].replace(b'<autoFilter ref="A1:D3"/>', criterion)
    part = replace_rows(
        start.part(), debts(("C3", "Corvid", 1), ("C1", "Ashton", 2), ("C4", "Dorn", 3)), DEBTS
    )
    assert re.findall(rb'<row r="(\d)" hidden="1">', part.whole()) == [b"2", b"4"]
    assert part.table is not None
    assert b'<filter val="Ashton"/>' in part.table
    assert b'autoFilter ref="A1:D4"' in part.table


def test_a_sort_order_stays() -> None:
    """New rows stand in the order the user sorted the table by."""
    start = book(OLD)
    table = start.related("table")[0]
    order = b'<sortState ref="A2:D3"><sortCondition descending="1" ref="C2:C3"/></sortState><tableColumns'
    start.parts[table] = start.parts[table].replace(b"<tableColumns", order, 1)
    sheet = grown(start, debts(("C1", "a", 2), ("C2", "b", 9), ("C3", "c", None), ("C4", "d", 5)))
    assert [row[0] for row in cells(sheet)[1:]] == ["C2", "C4", "C1", "C3"]
    assert sheet.tables["Debts"].sortState.ref == "A2:D5"


def test_a_totals_row_moves_down() -> None:
    """The totals row stands right under the new last row and adds up the new rows."""
    start = book(OLD, cells={"A4": "Total", "C4": "=SUBTOTAL(109,C2:C3)"})
    table = start.related("table")[0]
    start.parts[table] = start.parts[table].replace(
        b'ref="A1:D3" totalsRowShown="0"', b'ref="A1:D4" totalsRowCount="1"'
    )
    sheet = grown(start, debts(*[(f"C{at}", "n", 1) for at in range(5)]))
    assert cells(sheet)[6] == ["Total", None, "=SUBTOTAL(109,C2:C6)", None]
    assert (sheet.tables["Debts"].ref, sheet.tables["Debts"].autoFilter.ref) == ("A1:D7", "A1:D6")
    assert sheet.max_row == 7


def test_cells_beside_and_under_the_table_stay() -> None:
    """What stands beside the table, or under it with room to spare, keeps its place and bytes."""
    start = book(OLD, cells={"G3": "beside", "G2": "=SUM(C2:C3)", "G5": "low", "A30": "under"})
    sheet = grown(start, debts(*[(f"C{at}", "n", 1) for at in range(9)]))
    assert [sheet[place].value for place in ("G2", "G3", "G5", "A30")] == [
        "=SUM(C2:C3)",
        "beside",
        "low",
        "under",
    ]
    assert sheet["A10"].value == "C8"
    back = grown(start, debts(("C1", "n", 1)))
    assert [back[place].value for place in ("G2", "G3", "G5", "A30", "A3")] == [
        "=SUM(C2:C3)",
        "beside",
        "low",
        "under",
        None,
    ]


def test_something_under_the_table_is_never_overwritten() -> None:
    """When new rows would cover what stands under the table, the refusal says where."""
    start = book(OLD, cells={"B6": "do not lose me"})
    with pytest.raises(BookRefused, match="Debts, row 6"):
        replace_rows(start.part(), debts(*[(f"C{at}", "n", 1) for at in range(9)]), DEBTS)


def test_rows_are_added_below_and_nothing_else_changes() -> None:
    """Adding rows leaves every cell's bytes as they were; the table grows, styles come from the last row."""
    start = book(OLD)
    part = append_rows(start.part(), debts(("C3", "Corvid", 1.5)), DEBTS)
    assert start.part().whole().split(b"<sheetData>")[1].split(b"</sheetData>")[0] in part.whole()
    sheet = openpyxl.load_workbook(io.BytesIO(start.with_part(part).file()))["Debts"]
    assert cells(sheet)[3][:3] == ["C3", "Corvid", 1.5]
    assert sheet["C4"].number_format == "#,##0.00"
    assert sheet.tables["Debts"].ref == "A1:D4"


def test_rows_typed_below_the_table_come_first() -> None:
    """Rows the user typed right below the table are kept and counted in."""
    start = book(OLD, cells={"A4": "C9", "B4": "typed"})
    part = append_rows(start.part(), debts(("C3", "Corvid", 1.5)), DEBTS)
    sheet = openpyxl.load_workbook(io.BytesIO(start.with_part(part).file()))["Debts"]
    assert [row[0] for row in cells(sheet)] == ["ID", "C1", "C2", "C9", "C3"]
    assert sheet.tables["Debts"].ref == "A1:D5"


def test_a_blank_row_is_filled_first() -> None:
    """A table with only its blank row gets its first rows there, the user's formula kept."""
    start = book(
        [[None, None, None, None, None]],
        [*HEADERS, "Double"],
        formulas={"Double": "Debts[[#This Row],[Open]]*2"},
    )
    part = append_rows(start.part(), debts(("C1", "a", 1), ("C2", "b", 2)), DEBTS)
    sheet = openpyxl.load_workbook(io.BytesIO(start.with_part(part).file()))["Debts"]
    assert [row[0] for row in cells(sheet)] == ["ID", "C1", "C2"]
    assert [row[4] for row in cells(sheet)[1:]] == ["=Debts[[#This Row],[Open]]*2"] * 2
    assert sheet.tables["Debts"].ref == "A1:E3"


def test_adding_under_a_gap_is_refused() -> None:
    """With something below the table after a gap, adding is refused and the row is named."""
    start = book(OLD, cells={"A9": "lost?"})
    with pytest.raises(BookRefused, match="Debts, row 9"):
        append_rows(start.part(), debts(("C3", "Corvid", 1)), DEBTS)


def test_adding_under_a_missing_header_is_refused() -> None:
    """Values under a header the sheet has not are refused, not dropped."""
    start = book([["C1", 10, 45000]], ["ID", "Open", "Due"])
    with pytest.raises(TableMissing, match="the column Name is missing"):
        append_rows(start.part(), debts(("C3", "Corvid", 1)), DEBTS)
    assert append_rows(start.part(), debts(("C3", None, 1)), DEBTS).whole().count(b"<row ") == 3


def test_one_cell_is_written() -> None:
    """One cell is written as text in the style it has, every other byte staying."""
    start = book(OLD)
    part = put_cell(start.part(), 3, "name", "=Blue & Co")
    old = start.part().whole()
    assert part.whole().count(b"<c ") == old.count(b"<c ")
    sheet = openpyxl.load_workbook(io.BytesIO(start.with_part(part).file()))["Debts"]
    assert (sheet["B3"].value, sheet["B3"].data_type) == ("=Blue & Co", "s")
    far = put_cell(put_cell(part, 9, "Due", "x"), 9, "ID", "y")
    sheet = openpyxl.load_workbook(io.BytesIO(start.with_part(far).file()))["Debts"]
    assert [sheet["A9"].value, sheet["D9"].value] == ["y", "x"]
    with pytest.raises(TableMissing, match="Nowhere"):
        put_cell(part, 3, "Nowhere", "x")
    with pytest.raises(BookRefused, match="row 1"):
        put_cell(part, 1, "Name", "x")


def test_a_sheet_without_a_table_keeps_its_filter() -> None:
    """On a plain sheet with a filter, rows are replaced, filtered and hidden just the same."""

    def listed(sheet: Any, _book: Any) -> None:
        sheet.autofilter("A1:C3")
        sheet.filter_column_list("B", ["Ashton"])

    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        sheet = made.add_worksheet("Debts")
        for row, line in enumerate([HEADERS, *OLD]):
            sheet.write_row(row, 0, line)
        listed(sheet, made)
    start = opened(out.getvalue(), "Debts")
    part = replace_rows(
        start.part(), debts(("C3", "Corvid", 1), ("C1", "Ashton", 2), ("C4", "Dorn", 3)), DEBTS
    )
    assert re.findall(rb'<row r="(\d)" hidden="1">', part.whole()) == [b"2", b"4"]
    assert re.findall(rb'<autoFilter[^>]* ref="([^"]*)"', part.whole()) == [b"A1:D4"]
    sheet = openpyxl.load_workbook(io.BytesIO(start.with_part(part).file()))["Debts"]
    assert [row[0] for row in cells(sheet)] == ["ID", "C3", "C1", "C4"]
    more = append_rows(part, debts(("C5", "Eik", 1)), DEBTS)
    assert re.findall(rb'<autoFilter[^>]* ref="([^"]*)"', more.whole()) == [b"A1:D5"]


def test_rows_are_added_above_a_totals_row() -> None:
    """Adding rows to a table with a totals row moves that row down and widens its sums."""
    start = book(OLD, cells={"A4": "Total", "C4": "=SUBTOTAL(109,C2:C3)"})
    table = start.related("table")[0]
    start.parts[table] = start.parts[table].replace(
        b'ref="A1:D3" totalsRowShown="0"', b'ref="A1:D4" totalsRowCount="1"'
    )
    part = append_rows(start.part(), debts(("C3", "Corvid", 1), ("C4", "Dorn", 2)), DEBTS)
    sheet = openpyxl.load_workbook(io.BytesIO(start.with_part(part).file()))["Debts"]
    assert [row[0] for row in cells(sheet)] == ["ID", "C1", "C2", "C3", "C4", "Total"]
    assert cells(sheet)[5][2] == "=SUBTOTAL(109,C2:C5)"
    assert sheet.tables["Debts"].ref == "A1:D6"


def test_more_rows_than_a_sheet_holds_are_refused() -> None:
    """A result longer than a sheet is refused before anything is written."""
    many = debts(("C1", "x", 1)).select(pl.all().repeat_by(1_048_576).explode())
    with pytest.raises(BookRefused, match="more than a sheet can hold"):
        replace_rows(book(OLD).part(), many, DEBTS)


def test_formulas_shared_in_an_own_column_come_apart() -> None:
    """Excel's shared formulas in a user's column become each row's own when rows change places."""
    start = book([["C1", "a", 1, 45000, 0], ["C2", "b", 2, 45000, 0]], [*HEADERS, "Double"])
    xml = start.parts[start.sheet]
    xml = xml.replace(b'<c r="E2"><v>0</v>', b'<c r="E2"><f t="shared" ref="E2:E3" si="0">C2*2</f><v>2</v>')
    xml = xml.replace(b'<c r="E3"><v>0</v>', b'<c r="E3"><f t="shared" si="0"/><v>4</v>')
    start.parts[start.sheet] = xml
    sheet = grown(start, debts(("C9", "n", 1), ("C2", "b", 2), ("C1", "a", 1)))
    assert [row[4] for row in cells(sheet)[1:]] == [None, "=C3*2", "=C4*2"]
