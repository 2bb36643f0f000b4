"""Workbooks of every kind that the product makes or rewrites, made by its own verbs."""

import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwings
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment

from duesheet import cli, xlam
from duesheet.demo import make
from duesheet.layout import layout
from shop import shop

DAY = date(2026, 11, 23)
_INVOICES = (
    "Invoice,Customer ID,Invoice date,Due date,Amount,Currency\nX-1,C & S,2026-09-01,2026-10-01,120.50,EUR\n"
)


def typed(*words: object) -> None:
    """One command of the terminal, which must not be refused."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["duesheet", *map(str, words)])
        code: object = 0
        try:
            cli.main()
        except SystemExit as end:
            code = end.code
    assert code in {0, 1, None}, f"duesheet {' '.join(map(str, words))}: exit code {code}"


def made(folder: Path, calc: xlwings.App) -> list[Path]:
    """Every kind of file, in `folder`."""
    kinds: dict[str, Callable[[Path], object]] = {
        "new": lambda file: typed("new", file),
        "sample": lambda file: typed("new", file, "--sample"),
        "refreshed": lambda file: _refreshed(_sample(file)),
        "twice": lambda file: _refreshed(Path(shutil.copy(file.with_name("refreshed.xlsx"), file))),
        "imported": _imported,
        "mine-xlsxwriter": lambda file: _refreshed(_by_xlsxwriter(file)),
        "mine-openpyxl": lambda file: _refreshed(_by_openpyxl(shop(file))),
        "mine-calc": lambda file: _refreshed(_by_calc(shop(file), calc)),
    }
    files = [folder / f"{name}.xlsx" for name in kinds]
    for file, make_it in zip(files, kinds.values(), strict=True):
        make_it(file)
    addin = folder / xlam.NAME
    addin.write_bytes(xlam.built())
    return [*files, addin]


def _sample(file: Path) -> Path:
    make(file, DAY)
    return file


def _refreshed(file: Path) -> Path:
    typed("refresh", file, "--as-of", DAY.isoformat())
    return file


def _imported(file: Path) -> None:
    typed("new", file)
    bills = file.with_suffix(".csv")
    bills.write_text(_INVOICES, encoding="utf-8")
    typed("import", file, bills)


def _by_xlsxwriter(file: Path) -> Path:
    """A book from another program: plain tables, and a sheet with chart, sparkline, box, note, rule and name."""
    with xlsxwriter.Workbook(file) as book:
        for name, table in layout().tables.items():
            page = book.add_worksheet(name)
            columns = [{"header": column.name} for column in table.columns]
            page.add_table(0, 0, 3, len(columns) - 1, {"name": name, "columns": columns})
            page.write_comment("A1", f"What {name} is")
        book.get_worksheet_by_name("Customers").write_row("A2", ["C1", "Acme & <Sons>"])
        book.get_worksheet_by_name("Invoices").write_row("A2", ["1", "C1", 46000, 46030, 99.5])
        mine = book.add_worksheet("Mine")
        mine.write_formula("A1", "=SUM(Aging!D2:D3)", None, 30)
        mine.conditional_format("A1:A9", {"type": "3_color_scale"})
        mine.add_sparkline("B1", {"range": "Aging!D2:D3"})
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=Aging!$D$2:$D$3"})
        mine.insert_chart("E1", chart)
        mine.insert_textbox("E20", "mine")
        mine.write_comment("A2", "mine too")
        book.define_name("MyTotal", "=Mine!$A$1")
    return file


def _by_openpyxl(file: Path) -> Path:
    """The book with a chart, a note and own columns, saved by a Python program."""
    book = openpyxl.load_workbook(file)
    page = book.create_sheet("Mine")
    page["A1"] = "=SUM(Invoices!E2:E9)"
    page["A1"].comment = Comment("mine", "me")
    chart = BarChart()
    chart.add_data(Reference(book["Invoices"], min_col=5, min_row=1, max_row=9), titles_from_data=True)
    page.add_chart(chart, "C3")
    book["Reminders"]["B2"].comment = Comment("rings back", "me")
    book.save(file)
    return file


def _by_calc(file: Path, calc: xlwings.App) -> Path:
    """The book with a chart and a pivot table, saved by LibreOffice."""
    book = calc.books.open(str(file))
    try:
        page = book.sheets.add("Mine", after=book.sheets["Settings"])
        source = book.sheets["Invoices"].range("A1:E9")
        page.charts.add(200, 10).set_source_data(source)
        page.pivot_tables.add(source, page["A20"], rows="Customer ID", values="Amount")
        saved = file.with_name(f"saved-{file.name}")
        book.save(str(saved))
    finally:
        with suppress(xlwings.XlwingsError):
            book.close()
    return saved.replace(file)
