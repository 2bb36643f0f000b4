"""A whole new workbook in one file."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from duesheet.build import contents
from duesheet.build.dashboard import charts
from duesheet.build.looks import color
from duesheet.build.preferences import lay_settings
from duesheet.build.sheets import AUTHOR, dress, lay_table
from duesheet.build.styles import Styles
from duesheet.errors import BookRefused, Refused
from duesheet.layout import Layout, layout

ORDER = (
    "Dashboard",
    "Aging",
    "OpenItems",
    "Reminders",
    "Schedule",
    "Activity",
    "Problems",
    "Customers",
    "Invoices",
    "Payments",
    "Plans",
    "Policy",
    "Rates",
    "Settings",
)
"""The sheets from left to right: what is read every week first, what is set up once last."""

_CREATED = datetime(2025, 1, 1, tzinfo=UTC)
"""Fixed, so that the same book comes out byte for byte the same."""


def new_book(
    path: Path,
    *,
    rows: Mapping[str, pl.DataFrame] | None = None,
    settings: Mapping[str, str] | None = None,
    edges: tuple[int, ...] = (30, 60, 90, 120),
) -> None:
    """Write a new workbook at `path`, over whatever is there.

    `rows` has the tables to fill, each under its declared headers (amounts in major units, dates as Date); a
    table not named stays empty, except Policy, which holds the standard steps. `settings` are the values that
    differ from a new book's; the Book ID is a new one unless given here. `edges` are the last days of the
    aging buckets: the Aging sheet has one column for each. The same arguments, with a Book ID, give the same
    bytes.

    Refused: an unknown sheet, column or setting. BookRefused: the file cannot be written.
    """
    drawing = layout(edges)
    strange = sorted(set(rows or {}) - set(ORDER))
    if strange:
        raise Refused(f'There is no sheet called "{strange[0]}" in a new book.')
    given = settings or {}
    if "Bucket edges" not in given:
        given = {**given, "Bucket edges": ", ".join(str(edge) for edge in edges)}
    options = {
        "in_memory": True,
        "default_format_properties": {"font_name": drawing.book["font"], "font_size": 11},
    }
    workbook = xlsxwriter.Workbook(path, options)
    workbook.set_properties(
        {"title": "Collections", "author": AUTHOR, "created": _CREATED.replace(tzinfo=None)}
    )
    _fill(workbook, drawing, rows or {}, given)
    _save(workbook, path)


def _fill(
    workbook: xlsxwriter.Workbook, drawing: Layout, rows: Mapping[str, pl.DataFrame], given: Mapping[str, str]
) -> None:
    styles = Styles(workbook, drawing)
    filled = {"Policy": contents.policy(drawing)} | dict(rows)
    for name in ORDER:
        table, sheet = drawing.tables[name], workbook.add_worksheet(name)
        if name == "Settings":
            lay_settings(sheet, drawing, given, styles)
        else:
            lay_table(sheet, table, filled.get(name, contents.frame(table, [])), styles, drawing)
        dress(sheet, table)
        color(sheet, table, drawing.looks, styles)
        if name == "Dashboard":
            charts(workbook, sheet, table, bars=_aging_figures(drawing))


def _aging_figures(drawing: Layout) -> int:
    """What is not yet due, and each bucket."""
    return 1 + sum(column.key.startswith("bucket_") for column in drawing.tables["Aging"].columns)


def _save(workbook: xlsxwriter.Workbook, path: Path) -> None:
    try:
        workbook.close()
    except FileCreateError as error:
        raise BookRefused(
            f"{path} cannot be written: {error}. Is the folder there, and the file not open elsewhere?"
        ) from error
