"""A frame as rows of XML."""

from collections.abc import Sequence
from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from duesheet.books.cells import LONGEST, cells_in
from duesheet.books.rows import HIDDEN, Stroke, row_chunks

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


def drawn(
    values: Sequence[object], dtype: pl.DataType | type[pl.DataType], *, date1904: bool = False
) -> bytes:
    """The rows of a single column in style 3."""
    frame = pl.DataFrame({"a": pl.Series(values, dtype=dtype)})
    return b"".join(row_chunks(frame, [Stroke(1, "a", "3")], 2, date1904=date1904))


def texts(rows: bytes) -> list[str]:
    """What the cells say."""
    return [cell.text(str) for cell in cells_in(rows)]


@given(st.lists(TEXTS, min_size=1, max_size=5))
@settings(deadline=None)
def test_any_text_comes_back(words: list[str]) -> None:
    """Whatever a customer is called, the cell says just that, and the XML is well formed."""
    rows = drawn(words, pl.String)
    etree.fromstring(b"<sheetData>" + rows + b"</sheetData>")
    assert texts(rows) == words


@given(
    st.lists(st.sampled_from(["_x0041", "_", "x0001_", "\x01", "_x005F_", "\r", "A"]), min_size=1).map(
        "".join
    )
)
def test_text_that_looks_like_an_escape_comes_back(word: str) -> None:
    """Text that looks like an escaped character is told from one."""
    assert texts(drawn([word], pl.String)) == [word]


@pytest.mark.parametrize("word", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_text_is_never_a_formula(word: str) -> None:
    """Text that starts like a formula stays text, without an apostrophe."""
    rows = drawn([word], pl.String)
    assert b"<f" not in rows
    assert b't="inlineStr"' in rows
    assert texts(rows) == [word]


def test_blank_cells_keep_their_style() -> None:
    """Nothing, blank text, NaN and infinity are blank cells that still carry the column's style."""
    blank = b'<row r="2"><c r="A2" s="3"/></row>'
    assert drawn([None], pl.String) == drawn([""], pl.String) == drawn([None], pl.Date) == blank
    assert drawn([float("nan")], pl.Float64) == drawn([float("-inf")], pl.Float64) == blank


def test_numbers_dates_and_truths_are_typed() -> None:
    """Numbers stay numbers, dates become day numbers, truths booleans."""
    assert drawn([7], pl.Int64) == b'<row r="2"><c r="A2" s="3"><v>7</v></c></row>'
    assert drawn([date(2025, 1, 1)], pl.Date) == b'<row r="2"><c r="A2" s="3"><v>45658</v></c></row>'
    assert (
        drawn([date(2025, 1, 1)], pl.Date, date1904=True)
        == b'<row r="2"><c r="A2" s="3"><v>44196</v></c></row>'
    )
    noon = datetime(2025, 1, 1, 12)  # noqa: DTZ001  a cell's time has no zone
    assert drawn([noon], pl.Datetime) == b'<row r="2"><c r="A2" s="3"><v>45658.5</v></c></row>'
    assert drawn([True], pl.Boolean) == b'<row r="2"><c r="A2" s="3" t="b"><v>1</v></c></row>'


@given(st.floats(allow_nan=False, allow_infinity=False))
@settings(deadline=None)
def test_any_number_comes_back(number: float) -> None:
    """A number in a cell is read back as the same number."""
    value = next(etree.fromstring(drawn([number], pl.Float64)).iter("v")).text
    assert value is not None
    assert float(value) == number


def test_over_long_text_is_cut() -> None:
    """A text longer than a cell can hold is cut, counting as Excel counts and never through a character."""
    assert texts(drawn(["x" * 40_000], pl.String)) == ["x" * LONGEST]
    assert texts(drawn(["😀" * 20_000], pl.String)) == ["😀" * (LONGEST // 2)]


def test_rows_a_filter_hides_are_marked() -> None:
    """A row that a filter leaves out is hidden, the next is not."""
    frame = pl.DataFrame({"a": [1, 2], HIDDEN: [True, False]})
    rows = b"".join(row_chunks(frame, [Stroke(1, "a")], 2))
    assert (
        rows == b'<row r="2" hidden="1"><c r="A2"><v>1</v></c></row><row r="3"><c r="A3"><v>2</v></c></row>'
    )


def test_rows_are_numbered_on_over_chunks() -> None:
    """However many chunks a frame takes, its rows are numbered without a gap."""
    frame = pl.DataFrame({"a": pl.int_range(40_000, eager=True)})
    cells = cells_in(b"".join(row_chunks(frame, [Stroke(28, "a")], 5)))
    assert [cell.row for cell in cells] == list(range(5, 40_005))
    assert {cell.column for cell in cells} == {28}
