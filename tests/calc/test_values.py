# ruff: noqa: DTZ001 (cells know no time zone)
import datetime as dt
from typing import Any

import numpy as np
import pytest
import xlwings
from hypothesis import given
from hypothesis import strategies as st

from xlwings_libreoffice.values import moment, serial


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (1, 1.0),
        (2.5, 2.5),
        ("word", "word"),
        (True, True),
        (False, False),
        (None, None),
        (dt.datetime(2024, 2, 29, 13, 45, 30), dt.datetime(2024, 2, 29, 13, 45, 30)),
        (dt.date(1999, 12, 31), dt.datetime(1999, 12, 31)),
        (dt.time(12, 0), 0.5),
        (np.float64(1.5), 1.5),
        (np.int64(7), 7.0),
        (np.bool_(True), True),
        (np.datetime64("2020-01-02"), dt.datetime(2020, 1, 2)),
        (float("nan"), None),
        ("", None),
        ("日本語 ä", "日本語 ä"),
    ],
    ids=repr,
)
def test_a_single_value_comes_back_as_excel_gives_it(
    sheet: xlwings.Sheet, value: object, read: object
) -> None:
    """A value written to one cell is read as the type that Excel gives."""
    sheet["A1"].value = value
    assert sheet["A1"].value == read
    assert type(sheet["A1"].value) is type(read)


def test_a_mixed_block_comes_back(sheet: xlwings.Sheet) -> None:
    """Numbers, texts, dates, truth values and empty cells of one block are told apart."""
    block = [
        [1.0, "a", dt.datetime(2020, 1, 2)],
        [True, None, 2.5],
        [dt.datetime(2021, 5, 6, 7, 8), "b", False],
    ]
    sheet["B2"].value = block
    assert sheet["B2:D4"].value == block


@pytest.mark.parametrize("text", ["1", "1e5", "2020-01-01", "1/2", "TRUE", "=", " x", "#N/A", "-", "007"])
def test_text_stays_text(sheet: xlwings.Sheet, text: str) -> None:
    """A text that looks like a number, a date or an error is still that text in the cell."""
    sheet["A1"].value = text
    assert sheet["A1"].value == text


def test_an_equal_sign_begins_a_formula_and_an_apostrophe_text(sheet: xlwings.Sheet) -> None:
    """A text with an equal sign is a formula; an apostrophe marks text and is not part of it."""
    sheet["A1"].value = [["=1+1", "'=1+1", "'12"]]
    assert sheet["A1:C1"].value == [2.0, "=1+1", "12"]
    assert sheet["A1"].formula == "=1+1"


def test_one_value_fills_a_range_and_a_formula_moves_along(sheet: xlwings.Sheet) -> None:
    """One value goes into all cells; in a formula relative references move."""
    sheet["A1:A3"].value = 5
    sheet["B1:B3"].value = "=A1*ROW()"
    assert sheet["A1:B3"].value == [[5.0, 5.0], [5.0, 10.0], [5.0, 15.0]]


def test_a_number_replaces_a_truth_value(sheet: xlwings.Sheet) -> None:
    """A number written over a truth value is a number again."""
    sheet["A1"].value = True
    sheet["A1"].value = 5
    assert sheet["A1"].value == 5.0
    assert type(sheet["A1"].value) is float


def test_a_date_keeps_a_format_that_is_there(sheet: xlwings.Sheet) -> None:
    """A date written into a formatted cell does not change the format."""
    sheet["A1"].api.NumberFormat = 4
    sheet["A1"].value = dt.date(2020, 1, 1)
    assert sheet["A1"].value == 43831.0


def test_errors_are_none_or_their_text(sheet: xlwings.Sheet) -> None:
    """An error reads as None, and as its text on request."""
    sheet["A1"].value = [["=1/0", "=NA()", "=nosuchname", 1]]
    assert sheet["A1:D1"].value == [None, None, None, 1.0]
    assert sheet["A1:D1"].options(err_to_str=True).value == ["#DIV/0!", "#N/A", "#NAME?", 1.0]
    assert sheet["A1"].options(err_to_str=True).value == "#DIV/0!"


def test_computed_truth_values_and_dates_are_told(sheet: xlwings.Sheet) -> None:
    """A formula that gives a truth value or a date reads as one."""
    sheet["A1"].value = [["=1=1", "=DATE(2020,1,2)", '="x"', '=""']]
    assert sheet["A1:D1"].value == [True, dt.datetime(2020, 1, 2), "x", None]


def test_long_blocks_are_written_and_read_in_chunks(sheet: xlwings.Sheet) -> None:
    """A block read and written in chunks is the same as in one piece."""
    block = [[float(row), f"r{row}"] for row in range(25)]
    sheet["A1"].options(chunksize=10).value = block
    assert sheet["A1:B25"].options(chunksize=7).value == block


def test_rows_of_different_length_are_filled_up(sheet: xlwings.Sheet) -> None:
    """Rows shorter than the longest are filled with empty cells."""
    sheet["A1:B2"].raw_value = [[1, 2], [3]]
    assert sheet["A1:B2"].value == [[1.0, 2.0], [3.0, None]]


def test_clearing_contents_keeps_formats(sheet: xlwings.Sheet) -> None:
    """clear_contents leaves the format, clear takes it too, clear_formats leaves the value."""
    sheet["A1:A3"].value = dt.date(2020, 1, 1)
    sheet["A1"].clear_contents()
    sheet["A2"].clear()
    sheet["A3"].clear_formats()
    sheet["A1:A2"].value = 2
    assert sheet["A1:A3"].value == [dt.datetime(1900, 1, 1), 2.0, 43831.0]


def test_empty_cells_become_what_is_asked_for(sheet: xlwings.Sheet) -> None:
    """The option empty replaces empty cells, numbers and dates convert others."""
    sheet["A1"].value = [[1, None, dt.date(2020, 1, 2)]]
    read = sheet["A1:C1"].options(empty="NA", numbers=int, dates=dt.date).value
    assert read == [1, "NA", dt.date(2020, 1, 2)]
    assert type(read[0]) is int


@given(st.datetimes(dt.datetime(1900, 3, 1), dt.datetime(9999, 12, 31)))
def test_a_moment_keeps_its_milliseconds(value: dt.datetime) -> None:
    """A moment made a number and back is the same to the millisecond."""
    found = moment(serial(value))
    assert found is not None
    assert abs(found - value) <= dt.timedelta(milliseconds=1)


@pytest.mark.parametrize("number", [-1.0, 2958466.0, 1e12])
def test_no_moment_outside_the_calendar(number: float) -> None:
    """A number beyond the calendar is no moment."""
    assert moment(number) is None


def test_a_range_without_cells_takes_nothing(sheet: xlwings.Sheet) -> None:
    """A slice without cells has a shape, no value and a marked address."""
    nothing: Any = sheet["A1:B2"][0:0, :]
    assert nothing.shape == (0, 2)
    assert len(nothing) == 0
    assert nothing.address == "$A$1{0x2}"
    nothing.raw_value = 1
    assert sheet["A1"].value is None


def test_notes_stay_where_values_and_formulas_are_written(sheet: xlwings.Sheet) -> None:
    """Values and formulas written as a block leave the notes of their cells."""
    sheet["B1"].add_note("one")
    sheet["A2"].add_note("two")
    block = [["a", "b", "c"], [1.0, True, 3.0], [4.0, 5.0, 6.0]]
    sheet["A1"].value = block
    assert sheet["A1:C3"].value == block
    sheet["A1:C3"].formula = "=1+1"
    sheet["A1"].value = [["=1+2", "=1+3"]]
    assert sheet["A1:C3"].value == [[3.0, 4.0, 2.0], [2.0, 2.0, 2.0], [2.0, 2.0, 2.0]]
    assert [note.text for note in sheet.notes] == ["one", "two"]
    sheet["A1:C3"].clear_contents()
    assert len(sheet.notes) == 2
    sheet["A1:C3"].clear()
    assert len(sheet.notes) == 0


@pytest.mark.parametrize(
    ("formula", "name"),
    [
        ("=1/0", "#DIV/0!"),
        ("=SQRT(-1)", "#NUM!"),
        ("=10^999", "#NUM!"),
        ('="a"*1', "#VALUE!"),
        ("=NA()", "#N/A"),
        ("=NO_SUCH_NAME", "#NAME?"),
    ],
)
def test_errors_have_the_names_excel_gives_them(sheet: xlwings.Sheet, formula: str, name: str) -> None:
    """An error is read by Excel's name for it, not by Calc's number; without `err_to_str` it is nothing."""
    sheet["A1"].value = formula
    sheet["A2"].value = "text"
    assert sheet["A1"].options(err_to_str=True).value == name
    assert sheet["A1:A2"].options(err_to_str=True).value == [name, "text"]
    assert sheet["A1"].value is None
