"""Books, ranges and charts as PDF and PNG."""

from pathlib import Path

import pytest
import xlwings
from PIL import Image


@pytest.fixture
def filled(sheet: xlwings.Sheet) -> xlwings.Sheet:
    """A sheet with a few cells."""
    sheet["A1"].value = [["Pen", 1], ["Ink", 2]]
    return sheet


def pages(path: Path) -> int:
    """How many pages a PDF has."""
    content = path.read_bytes()
    assert content.startswith(b"%PDF-")
    return content.count(b"/Type/Page") - content.count(b"/Type/Pages")


def size(path: Path) -> tuple[int, int]:
    """The width and height of a picture in pixels."""
    with Image.open(path) as image:
        return image.size


def test_book_becomes_a_pdf(filled: xlwings.Sheet, tmp_path: Path) -> None:
    """A PDF of a book has the pages of all its sheets, one of a sheet only that sheet's."""
    other = filled.book.sheets.add(after=filled)
    other["A1"].value = "second"
    filled.book.to_pdf(tmp_path / "book.pdf")
    filled.to_pdf(tmp_path / "sheet.pdf")
    assert pages(tmp_path / "book.pdf") == 2
    assert pages(tmp_path / "sheet.pdf") == 1
    assert other.visible


def test_range_becomes_a_pdf(filled: xlwings.Sheet, tmp_path: Path) -> None:
    """A PDF of a range holds the range alone."""
    filled["A500"].value = "far below"
    filled["A1:B2"].to_pdf(tmp_path / "range.pdf", quality="minimum")
    assert pages(tmp_path / "range.pdf") == 1


def test_range_becomes_a_picture(filled: xlwings.Sheet, tmp_path: Path) -> None:
    """A picture of a range has its proportions, and the selection stays as it was."""
    filled["D9"].select()
    filled["A1:B2"].to_png(tmp_path / "small.png")
    filled["A1:B40"].to_png(tmp_path / "large.png")
    small, large = size(tmp_path / "small.png"), size(tmp_path / "large.png")
    assert small[0] == pytest.approx(large[0], abs=2)
    assert large[1] > 10 * small[1]
    selected = filled.book.app.selection
    assert selected is not None
    assert selected.address == "$D$9"


def test_range_is_copied_as_a_picture(filled: xlwings.Sheet) -> None:
    """A copied picture of a range is on the clipboard."""
    filled["A1:B2"].copy_picture()
    clipboard = filled.book.app.impl.office.service("com.sun.star.datatransfer.clipboard.SystemClipboard")
    assert "image/png" in [one.MimeType for one in clipboard.getContents().getTransferDataFlavors()]


def test_chart_becomes_a_file(filled: xlwings.Sheet, tmp_path: Path) -> None:
    """A chart is written as a picture and as a page."""
    chart = filled.charts.add(source=filled["A1:B2"])
    chart.to_png(tmp_path / "chart.png")
    chart.to_pdf(tmp_path / "chart.pdf")
    assert size(tmp_path / "chart.png")[0] > 100
    assert pages(tmp_path / "chart.pdf") == 1
