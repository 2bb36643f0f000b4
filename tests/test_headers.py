"""Columns exchanged under the user's own: buckets with other edges."""

import io
import re
from typing import Any

import openpyxl
import polars as pl
import pytest
import xlsxwriter

from duesheet.books.areas import letters
from duesheet.books.parts import replace_rows
from duesheet.books.slots import slots
from duesheet.layout import Table, layout
from opened import Opened, opened

AGING = layout().tables["Aging"]
SHORT = layout((15, 30)).tables["Aging"]
LONG = layout((10, 20, 30, 40, 50, 60)).tables["Aging"]


def aging(table: Table = AGING, own: tuple[str, ...] = ("Mine", "Check")) -> Opened:
    """An Aging sheet for `table` with one row and two columns of the user's at the end."""
    out = io.BytesIO()
    headers = [column.name for column in table.columns] + list(own)
    last = len(headers) - 1
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        sheet = made.add_worksheet("Aging")
        money = made.add_format({"num_format": "#,##0.00"})
        sheet.add_table(0, 0, 1, last, {"name": "Aging", "columns": [{"header": name} for name in headers]})
        for at, name in enumerate(headers):
            column = next((column for column in table.columns if column.name == name), None)
            sheet.set_column(
                at, at, column.width if column else 33, money if column and column.kind == "money" else None
            )
        sheet.write_row("A2", ["C1", "Ashton", "EUR"])
        sheet.write(1, last - 1, "my words")
        sheet.write_formula(1, last, "=K2-D2")
        sheet.conditional_format("D2:I2", {"type": "2_color_scale"})
        sheet.conditional_format("G2", {"type": "duplicate"})
        sheet.conditional_format("A2:K2", {"type": "formula", "criteria": "=$K2>$I2"})
        sheet.write_comment("K1", "the total")
        sheet.freeze_panes(1, 2)
    return opened(out.getvalue(), "Aging")


def widths(sheet: bytes) -> dict[str, float]:
    """Every column's width."""
    found = {}
    for first, last, width in re.findall(rb'<col min="(\d+)" max="(\d+)" width="([^"]*)"', sheet):
        found.update(dict.fromkeys(map(letters, range(int(first), int(last) + 1)), float(width)))
    return found


def frame(table: Table) -> pl.DataFrame:
    """One row: money counts up from 1 by column, the rest blank."""
    made: dict[str, Any] = {"Customer ID": "C1", "Customer": "Ashton", "Currency": "EUR"}
    for at, column in enumerate(table.columns):
        made.setdefault(column.name, float(at) if column.kind == "money" else None)
    return pl.DataFrame([made], infer_schema_length=None)


@pytest.mark.parametrize("table", [SHORT, LONG, AGING])
def test_buckets_follow_their_edges(table: Table) -> None:
    """With other edges the new buckets stand in the old ones' place, and everything else is kept."""
    start = aging()
    part = replace_rows(start.part(), frame(table), table)
    sheet = openpyxl.load_workbook(io.BytesIO(start.with_part(part).file()))["Aging"]
    header = [cell.value for cell in sheet[1]]
    values = {name: sheet.cell(2, at).value for at, name in enumerate(header, start=1)}
    assert header == [*(column.name for column in table.columns), "Mine", "Check"]
    assert [column.name for column in sheet.tables["Aging"].tableColumns] == header
    assert len({column.id for column in sheet.tables["Aging"].tableColumns}) == len(header)
    assert all(values[column.name] == at for at, column in enumerate(table.columns) if column.kind == "money")
    assert values["Mine"] == "my words"
    letter = {name: letters(at) for at, name in enumerate(header, start=1)}
    assert values["Check"] == f"={letter['Total']}2-{letter['Current']}2"
    money = [at for at, column in enumerate(table.columns, start=1) if column.kind == "money"]
    assert {sheet.cell(2, at).number_format for at in money} == {"#,##0.00"}
    for column in table.columns:
        assert widths(part.whole())[letter[column.name]] == pytest.approx(column.width, abs=0.8)
    assert widths(part.whole())[letter["Mine"]] == pytest.approx(33, abs=0.8)
    assert sheet[f"{letter['Total']}1"].comment.text == "the total"
    assert sheet.tables["Aging"].ref == f"A1:{letter['Check']}2"


def test_formats_of_buckets_cover_the_new_ones() -> None:
    """A color scale over all buckets covers exactly the new ones; formulas of formats follow."""
    for table, refs, formula in ((SHORT, "D2:G2", b"$I2&gt;$G2"), (LONG, "D2:K2", b"$M2&gt;$K2")):
        part = replace_rows(aging().part(), frame(table), table)
        assert re.findall(rb'sqref="([^"]*)"><cfRule type="colorScale', part.whole()) == [refs.encode()]
        assert re.findall(rb"<formula>([^<]*)</formula>", part.whole()) == [formula]


def test_edges_changed_and_back_leave_the_book_as_it_was() -> None:
    """Buckets exchanged and exchanged back give the same columns, widths and words."""
    start = aging()
    there = replace_rows(start.part(), frame(LONG), LONG)
    back = replace_rows(there, frame(AGING), AGING)
    plain = replace_rows(start.part(), frame(AGING), AGING)
    assert widths(back.whole()) == widths(plain.whole())
    assert re.findall(rb'<row r="2">.*</row>', back.whole()) == re.findall(
        rb'<row r="2">.*</row>', plain.whole()
    )


def test_a_filter_goes_with_its_column() -> None:
    """A filter behind the buckets is on the same column afterwards; one on a gone bucket goes."""
    start = aging()
    name = start.related("table")[0]
    filters = (
        b'<filterColumn colId="7"><top10 val="1"/></filterColumn>'
        b'<filterColumn colId="8"><top10 val="1"/></filterColumn>'
        b'<filterColumn colId="10"><customFilters>'
        b'<customFilter operator="greaterThan" val="0"/></customFilters></filterColumn></autoFilter>'
    )
    start.parts[name] = re.sub(
        rb"(<autoFilter [^>]*)/>", lambda tag: tag[1] + b">" + filters, start.parts[name]
    )
    part = replace_rows(start.part(), frame(SHORT), SHORT)
    assert part.table is not None
    assert re.findall(rb'colId="(\d+)"', part.table) == [b"6", b"8"]


def test_missing_columns_come_back_to_their_place() -> None:
    """A declared column the user deleted is put in after the one declared before it; own columns stay."""
    schedule = layout().tables["Schedule"]
    found = slots(["Due", "Mine", "Plan", "1-30", "Status"], 3, schedule)
    assert [slot.header for slot in found] == [
        "Due", "Payment", "Interest", "Principal", "Balance", "Paid", "Mine", "Plan", "No", "1-30", "Status",
    ]  # fmt: skip
    assert [slot.column for slot in found] == list(range(3, 14))
    assert [slot.old for slot in found if slot.old] == [3, 4, 5, 6, 7]


def test_headers_are_known_in_any_case() -> None:
    """Headers typed in another case or with a line break are the declared ones."""
    schedule = layout().tables["Schedule"]
    found = slots(
        ["PLAN", "no", " Due\n", "Payment", "Interest", "Principal", "Balance", "Paid", "Status"], 1, schedule
    )
    assert all(slot.declared for slot in found)
    assert [slot.header for slot in found][:3] == ["PLAN", "no", " Due\n"]
