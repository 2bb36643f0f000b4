"""The closed book: tables read, rewritten, added to, and saved without another part of the file changing."""

import datetime as dt
import re
import struct
import sys
import time
import zipfile
import zlib
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import xlsxwriter
from openpyxl.worksheet.table import Table as SheetTable

from duesheet.books import Book, Cells
from duesheet.books.calculation import recalculate
from duesheet.books.closed import ClosedBook
from duesheet.books.package import Package
from duesheet.books.versions import versions
from duesheet.errors import BookRefused, TableMissing
from duesheet.layout import layout

TABLES = layout().tables
AGING, ACTIVITY, REMINDERS = TABLES["Aging"], TABLES["Activity"], TABLES["Reminders"]
ROWS: dict[str, list[list[object]]] = {
    "Aging": [["C1", "Acme", "EUR", 10], ["C2", "Bolt", "EUR", 20]],
    "Activity": [[45658, "C1", "Note"]],
    "Reminders": [["Yes", "C1", "Acme"], ["Yes", "C2", "Bolt"]],
    "Customers": [["C1", "Acme"], ["C2", "Bolt"]],
}
PIXEL = b"\x89PNG\r\n\x1a\n" + b"".join(
    struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    for kind, body in (
        (b"IHDR", struct.pack(">2I5B", 1, 1, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0\0")),
        (b"IEND", b""),
    )
)


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A workbook with four of our tables."""
    return _made(tmp_path / "Plain.xlsx", rich=False)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The same with a sheet of the user's own: chart, image, text box, sparkline, colors, formula, name."""
    (tmp_path / "pixel.png").write_bytes(PIXEL)
    return _made(tmp_path / "Collections.xlsx", rich=True)


def _made(path: Path, *, rich: bool) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for name, rows in ROWS.items():
            page = book.add_worksheet(name)
            headers = [column.name for column in TABLES[name].columns]
            page.add_table(
                0,
                0,
                len(rows),
                len(headers) - 1,
                {"name": name, "columns": [{"header": header} for header in headers], "data": rows},
            )
            page.write_comment("A1", f"What {name} is")
            page.freeze_panes(1, 0)
        if not rich:
            return path
        mine = book.add_worksheet("Mine")
        mine.write_formula("A1", "=SUM(Aging!D2:D3)", None, 30)
        mine.conditional_format("A1:A9", {"type": "3_color_scale"})
        mine.add_sparkline("B1", {"range": "Aging!D2:D3"})
        mine.insert_image("C1", str(path.with_name("pixel.png")))
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=Aging!$D$2:$D$3"})
        mine.insert_chart("E1", chart)
        mine.insert_textbox("E20", "mine")
        book.define_name("MyTotal", "=Mine!$A$1")
    return path


def _parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {info.filename: archive.read(info) for info in archive.infolist()}


def _read(path: Path, table: str) -> Cells:
    cells = ClosedBook.open(path).read(TABLES[table])
    assert cells is not None
    return cells


def _aging(*customers: str) -> pl.DataFrame:
    return pl.DataFrame(
        [
            pl.Series(column.name, [f"{column.name} {customer}" for customer in customers])
            if column.kind not in {"money", "number", "days", "percent", "date"}
            else pl.Series(column.name, [None] * len(customers), dtype=pl.Date)
            if column.kind == "date"
            else pl.Series(column.name, [float(number) for number in range(len(customers))])
            for column in AGING.columns
        ]
    ).with_columns(pl.Series("Customer ID", customers), pl.lit("EUR").alias("Currency"))


def _entry(when: dt.date, customer: str) -> pl.DataFrame:
    return pl.DataFrame(
        {"When": [when], "Customer ID": [customer], "Kind": ["Email"], "Key": [f"key {customer}"]}
    )


def test_the_closed_book_is_a_book(path: Path) -> None:
    """It is what the port asks for, and says its name and place."""
    book: Book = ClosedBook.open(path)
    assert book.name == "Collections.xlsx"
    assert ClosedBook.open(path).path == path


def test_nothing_reaches_the_disk_before_save(path: Path) -> None:
    """Writes are gathered; without `save` the file and its folder stay as they were."""
    before = path.read_bytes()
    book = ClosedBook.open(path)
    book.write(AGING, _aging("C1"))
    book.append(ACTIVITY, _entry(dt.date(2025, 1, 2), "C1"))
    assert path.read_bytes() == before
    assert {file.name for file in path.parent.iterdir()} == {"Collections.xlsx", "pixel.png"}


def test_a_book_without_changes_is_not_written(path: Path) -> None:
    """Saving without a change leaves even the file's time alone."""
    before = path.stat().st_mtime_ns
    book = ClosedBook.open(path)
    book.read(AGING)
    book.save()
    assert path.stat().st_mtime_ns == before


def test_an_output_table_is_rewritten_and_every_other_part_stays(path: Path) -> None:
    """After a rewrite only the sheet, its table and its notes differ; all else is byte for byte."""
    before = _parts(path)
    book = ClosedBook.open(path)
    book.write(AGING, _aging("C1", "C3", "C4"))
    book.save()
    after = _parts(path)
    assert list(after) == list(before)
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {
        "xl/worksheets/sheet1.xml",
        "xl/tables/table1.xml",
        "xl/workbook.xml",
        "xl/comments1.xml",
        "xl/drawings/vmlDrawing1.vml",
    }
    assert {"xl/worksheets/sheet1.xml", "xl/tables/table1.xml"} <= changed
    cells = _read(path, "Aging")
    assert cells.frame["Customer ID"].to_list() == ["C1", "C3", "C4"]
    assert cells.faults == ()
    assert b' ref="A1:Z4"' in after["xl/tables/table1.xml"]


def test_several_changes_to_one_sheet_and_to_others_are_saved_together(path: Path) -> None:
    """Rewritten, added to and marked before one save, each sheet holds all of it."""
    book = ClosedBook.open(path)
    book.append(ACTIVITY, _entry(dt.date(2025, 1, 2), "C1"))
    book.append(ACTIVITY, _entry(dt.date(2025, 1, 3), "C2"))
    book.put(REMINDERS, 2, "Status", "Sent")
    book.put(REMINDERS, 3, "Status", "Held")
    book.write(AGING, _aging("C1"))
    book.write(AGING, _aging("C9", "C8"))
    book.save()
    assert _read(path, "Activity").frame["Customer ID"].to_list() == ["C1", "C1", "C2"]
    assert _read(path, "Reminders").frame["Status"].to_list() == ["Sent", "Held"]
    assert _read(path, "Aging").frame["Customer ID"].to_list() == ["C9", "C8"]
    assert _read(path, "Customers").frame["Name"].to_list() == ["Acme", "Bolt"]


def test_a_saved_book_can_be_read_changed_and_saved_again(path: Path) -> None:
    """One open book sees its own saves; each save keeps a version."""
    book = ClosedBook.open(path, ahead=[AGING, ACTIVITY])
    for number in range(1, 4):
        book.append(ACTIVITY, _entry(dt.date(2025, 1, number), f"C{number}"))
        book.save()
        cells = book.read(ACTIVITY)
        assert cells is not None
        assert cells.frame.height == 1 + number
    assert len(versions(path)) == 3
    assert _read(versions(path)[0], "Activity").frame.height == 1


def test_reading_is_allowed_while_the_book_is_open_and_saving_is_not(path: Path) -> None:
    """With LibreOffice's lock beside it the book reads, and a save is refused naming the user."""
    lock = path.with_name(f".~lock.{path.name}#")
    lock.write_text("Jane Doe,jdoe,desk-4,23.11.2026 14:05,file:///x;", encoding="utf-8")
    before = path.read_bytes()
    book = ClosedBook.open(path)
    assert book.read(AGING) is not None
    book.write(AGING, _aging("C1"))
    with pytest.raises(BookRefused, match="Jane Doe on desk-4 in LibreOffice"):
        book.save()
    assert path.read_bytes() == before
    lock.unlink()
    book.save()
    assert _read(path, "Aging").frame.height == 1


def test_a_change_to_a_table_that_is_not_there_is_refused(path: Path) -> None:
    """A missing sheet is named, with what to do."""
    with pytest.raises(TableMissing, match="no sheet Plans"):
        ClosedBook.open(path).append(TABLES["Plans"], pl.DataFrame({"Plan": ["1"]}))


def test_the_spreadsheet_is_told_to_calculate_anew(path: Path) -> None:
    """The workbook carries fullCalcOnLoad once, however often it is saved."""
    for _ in range(2):
        book = ClosedBook.open(path)
        book.put(REMINDERS, 2, "Status", "Sent")
        book.save()
    calc = re.findall(rb"<calcPr[^>]*>", _parts(path)["xl/workbook.xml"])
    assert calc == [b'<calcPr calcId="124519" fullCalcOnLoad="1"/>']


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            b"<sheets><sheet/></sheets></workbook>",
            b'<sheets><sheet/></sheets><calcPr fullCalcOnLoad="1"/></workbook>',
        ),
        (
            b"<x:sheets></x:sheets><x:definedNames/><x:pivotCaches/>",
            b'<x:sheets></x:sheets><x:definedNames/><x:calcPr fullCalcOnLoad="1"/><x:pivotCaches/>',
        ),
        (
            b'<calcPr fullCalcOnLoad="0" calcId="1"></calcPr>',
            b'<calcPr calcId="1" fullCalcOnLoad="1"></calcPr>',
        ),
    ],
)
def test_the_mark_goes_where_the_format_wants_it(path: Path, before: bytes, after: bytes) -> None:
    """A missing calculation element is put in right after the names; one that is there keeps the rest."""
    package = Package(path)
    package.replace("xl/workbook.xml", before)
    recalculate(package, "xl/workbook.xml")
    assert package.read("xl/workbook.xml") == after


def _with_chain(path: Path) -> None:
    parts = _parts(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            text = content
            if name == "[Content_Types].xml":
                text = text.replace(
                    b"</Types>", b'<Override PartName="/xl/calcChain.xml" ContentType="c"/></Types>'
                )
            if name == "xl/_rels/workbook.xml.rels":
                text = text.replace(
                    b"</Relationships>",
                    b'<Relationship Id="rId99" Type="t/calcChain" Target="calcChain.xml"/></Relationships>',
                )
            archive.writestr(name, text)
        archive.writestr("xl/calcChain.xml", b'<calcChain><c r="A1" i="5"/></calcChain>')


def test_the_chain_of_formulas_stays_unless_a_changed_sheet_had_some(plain: Path) -> None:
    """A stale calculation chain would be called damage by Excel; a true one is kept."""
    _with_chain(plain)
    book = ClosedBook.open(plain)
    book.put(REMINDERS, 2, "Status", "Sent")
    book.save()
    assert "xl/calcChain.xml" in _parts(plain)
    workbook = openpyxl.load_workbook(plain)
    workbook["Reminders"]["C2"] = "=1+1"
    workbook.save(plain)
    _with_chain(plain)
    book = ClosedBook.open(plain)
    book.put(REMINDERS, 2, "Status", "Held")
    book.save()
    after = _parts(plain)
    assert "xl/calcChain.xml" not in after
    assert b"calcChain" not in after["[Content_Types].xml"] + after["xl/_rels/workbook.xml.rels"]


def test_two_tables_on_one_sheet_keep_their_own_parts(plain: Path) -> None:
    """Marks in two tables that share a sheet are both saved."""
    workbook = openpyxl.load_workbook(plain)
    page = workbook["Reminders"]
    for right, value in enumerate(["When", "Customer ID", "Result"]):
        page.cell(20, 1 + right, value)
        page.cell(21, 1 + right, "x")
    del workbook["Activity"]
    page.add_table(SheetTable(displayName="Activity", ref="A20:C21"))
    workbook.save(plain)
    book = ClosedBook.open(plain)
    book.put(REMINDERS, 2, "Status", "Sent")
    book.put(ACTIVITY, 21, "Result", "reached")
    book.save()
    assert _read(plain, "Reminders").frame["Status"].to_list()[0] == "Sent"
    assert _read(plain, "Activity").frame["Result"].to_list() == ["reached"]


@pytest.mark.parametrize("bomb", ["xl/workbook.xml", "xl/tables/table1.xml", "xl/_rels/workbook.xml.rels"])
def test_entities_in_any_part_are_refused(path: Path, bomb: str) -> None:
    """A part that declares entities is refused before one of them is unfolded."""
    parts = _parts(path)
    doctype = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content.replace(b"?>", b"?>" + doctype, 1) if name == bomb else content)
    with pytest.raises(BookRefused, match="declares a document type"):
        ClosedBook.open(path)


@pytest.mark.parametrize("name", ["Notes.docx", "Old.ods", "Binary.xlsb"])
def test_other_zips_are_refused_in_words(tmp_path: Path, name: str) -> None:
    """A text document, an OpenDocument sheet and a binary workbook are zips too, and are told apart."""
    path = tmp_path / name
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "_rels/.rels",
            '<R><Relationship Id="1" Type="x/officeDocument" Target="xl/workbook.bin"/></R>',
        )
        archive.writestr("content.xml", "<x/>")
    with pytest.raises(BookRefused, match=r"not an \.xlsx or \.xlsm workbook"):
        ClosedBook.open(path)


def test_a_larger_book_is_read_and_rewritten(tmp_path: Path) -> None:
    """Twenty thousand rows come back as they were written; the times are printed."""
    path = tmp_path / "Large.xlsx"
    customers = [f"C{number:06d}" for number in range(20_000)]
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Aging")
        headers = [{"header": column.name} for column in AGING.columns]
        page.add_table(0, 0, 1, len(headers) - 1, {"name": "Aging", "columns": headers})
    start = time.perf_counter()
    opened = ClosedBook.open(path)
    opened.write(AGING, _aging(*customers))
    opened.save()
    sys.stdout.write(f"written {time.perf_counter() - start:.2f} s\n")
    start = time.perf_counter()
    assert _read(path, "Aging").frame["Customer ID"].to_list() == customers
    sys.stdout.write(f"read {time.perf_counter() - start:.2f} s\n")
