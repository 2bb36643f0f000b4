"""Sheets as different programs write them, rewritten all the same."""

import io
import re
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from duesheet.books.outline import canonical, outline, row_start
from duesheet.books.parts import SheetPart, append_rows, replace_rows
from duesheet.errors import BookRefused
from opened import HEADERS, SCHEDULE, by_office, by_openpyxl, opened, schedule

SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WORDS = ["Plan", "Mine", "No", "P1", "ring & ask"]

EXCEL = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="{SPACE}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"
 xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac xr"
 xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"
 xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision"
 xr:uid="{{00000000-0001-0000-0000-000000000000}}">
<sheetPr codeName="Sheet1"/><dimension ref="A1:C2"/><sheetViews><sheetView workbookViewId="0"/></sheetViews>
<sheetFormatPr defaultRowHeight="15" x14ac:dyDescent="0.25"/><sheetData>
<row r="1" spans="1:3" x14ac:dyDescent="0.25">
<c r="A1" t="s"><v>0</v></c>
<c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row>
<row r="2" spans="1:3" ht="30" customHeight="1" x14ac:dyDescent="0.25">
<c r="A2" s="4" t="s"><v>3</v></c>
<c r="B2" t="s"><v>4</v></c><c r="C2"><v>1</v></c></row>
</sheetData><pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>
</worksheet>"""
PLAIN = re.sub(r' r="[A-Z]*\d+"', "", EXCEL)
PREFIXED = re.sub(r"(</?)(?=[a-z])", r"\1x:", EXCEL).replace(f'xmlns="{SPACE}"', f'xmlns:x="{SPACE}"')
QUOTED = re.sub(r"<(row|c) ([^>]*)>", lambda tag: tag[0].replace('"', "'"), EXCEL)


def plan(*rows: tuple[str, int]) -> pl.DataFrame:
    """Schedule rows with plan and number, the rest blank."""
    return pl.DataFrame({"Plan": [row[0] for row in rows], "No": [row[1] for row in rows]})


@pytest.mark.parametrize(
    "xml", [EXCEL, PLAIN, PREFIXED, QUOTED], ids=["excel", "unnumbered", "prefixed", "quoted"]
)
def test_sheets_of_every_spelling_are_rewritten(xml: str) -> None:
    """Words are kept with Excel's extra attributes, without cell places, with a prefix or single quotes."""
    part = SheetPart(xml.encode(), WORDS.__getitem__, name="Schedule")
    new = replace_rows(part, plan(("P0", 1), ("P1", 1)), SCHEDULE).whole()
    mine = {found[1]: found[0] for found in re.findall(rb'(<c r="([A-Z]+3)"[^>]*>.*?</c>)', new)}
    words = re.findall(rb'<c r="[A-Z]+1" t="s"><v>1</v></c>', new)[0]
    letter = words[6:7].decode()
    assert mine[f"{letter}3".encode()] == f'<c r="{letter}3" t="s"><v>4</v></c>'.encode()
    assert b"customHeight" not in new
    assert b'<c r="A2" s="4" t="inlineStr"><is><t>P0</t></is></c>' in new


def test_a_sheet_that_is_none_is_refused() -> None:
    """What is no sheet, or has no cells, is refused in words."""
    for xml in (b"<chartsheet/>", f'<worksheet xmlns="{SPACE}"/>'.encode()):
        with pytest.raises(BookRefused, match=r"Schedule: .*save it as \.xlsx"):
            replace_rows(SheetPart(xml, str, name="Schedule"), plan(), SCHEDULE)


def test_a_sheet_without_headers_is_refused() -> None:
    """A blank sheet has no table to write to."""
    xml = f'<worksheet xmlns="{SPACE}"><sheetData/></worksheet>'.encode()
    with pytest.raises(BookRefused, match="no header row"):
        replace_rows(SheetPart(xml, str, name="Schedule"), plan(), SCHEDULE)


def test_a_canonical_sheet_is_left_alone() -> None:
    """A sheet that is written as most are is not touched at all."""
    assert canonical(EXCEL.encode()) is not None
    assert canonical(EXCEL.encode()) == EXCEL.encode()


@given(st.sets(st.integers(1, 400), max_size=60), st.integers(1, 420))
def test_rows_are_found_by_halving(rows: set[int], wanted: int) -> None:
    """The first row at or after a number is found wherever rows are missing."""
    xml = b"".join(b'<row r="%d" ht="1">%s</row>' % (row, b"<c/>" * (row % 7)) for row in sorted(rows))
    later = [row for row in sorted(rows) if row >= wanted]
    at = row_start(xml, wanted, 0, len(xml))
    assert at == (xml.index(b'<row r="%d"' % later[0]) if later else len(xml))


def test_the_pieces_of_an_outline_are_the_sheet() -> None:
    """The five pieces of a sheet joined are the sheet."""
    cut = outline(EXCEL.encode(), 1, 2)
    assert cut.head + cut.above + cut.data + cut.below + cut.tail == EXCEL.encode()
    assert cut.data.count(b"<row") == 1


CSV = """Plan,No,Due,Payment,Interest,Principal,Balance,Paid,Status,Mine,Check
P0,1,2025-05-01,1.25,0.25,1,0,,"=1+1 ""&<x>",,
P1,2,,2,0.5,1.5,,2, Paid ,,1.5
P1,1,2025-01-31,3,0,3,1,3,"Missed
again",ring & ask,3
"""


@pytest.mark.parametrize("through", ["openpyxl", "office"])
def test_the_office_reads_what_was_written(through: str, tmp_path: Path) -> None:
    """LibreOffice shows the new rows and works the formulas out."""
    file = by_openpyxl()
    if through == "office":
        file = by_office(file, tmp_path / "there", "xlsx").read_bytes()
    start = opened(file, "Schedule")
    part = replace_rows(start.part(), schedule(), SCHEDULE)
    new = start.with_part(part).file()
    shown = by_office(
        new, tmp_path / "back", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false"
    )
    text = shown.read_text(encoding="utf-8")
    assert text == CSV
    sheet = openpyxl.load_workbook(io.BytesIO(new))["Schedule"]
    assert sheet["J4"].comment.text == "a note"
    assert sheet["J4"].hyperlink.target == "https://example.com/plan"
    assert sheet["K4"].value == "=D4-E4"


def test_rows_are_added_to_what_the_office_wrote(tmp_path: Path) -> None:
    """Rows can be added to a sheet that LibreOffice saved."""
    start = opened(by_office(by_openpyxl(), tmp_path, "xlsx").read_bytes(), "Schedule")
    part = append_rows(start.part(), schedule(), SCHEDULE)
    sheet = openpyxl.load_workbook(io.BytesIO(start.with_part(part).file()))["Schedule"]
    assert [[cell.value for cell in row][:2] for row in sheet.iter_rows(min_row=3)] == [
        ["P1", 2],
        ["P0", 1],
        ["P1", 2],
        ["P1", 1],
    ]
    assert sheet["A3"].value == "P1"


def test_dates_count_from_1904_where_the_book_does() -> None:
    """In a book that counts days from 1904, dates are written that way."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"date_1904": True}) as made:
        made.add_worksheet("Schedule").write_row(0, 0, HEADERS)
    start = opened(out.getvalue(), "Schedule")
    part = replace_rows(start.part()._replace(date1904=True), schedule(), SCHEDULE)
    sheet = openpyxl.load_workbook(io.BytesIO(start.with_part(part).file()))["Schedule"]
    assert sheet["C2"].value == (date(2025, 5, 1) - date(1904, 1, 1)).days
