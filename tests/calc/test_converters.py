# ruff: noqa: DTZ001 (cells know no time zone)
import datetime as dt
from collections import OrderedDict

import numpy as np
import pandas as pd
import polars as pl
import pytest
import xlwings


@pytest.fixture
def frame() -> pd.DataFrame:
    """A frame with numbers, texts, dates and truth values."""
    return pd.DataFrame(
        {
            "number": [1.0, 2.5],
            "text": ["a", "b"],
            "date": [dt.datetime(2020, 1, 2), dt.datetime(2021, 3, 4)],
            "truth": [True, False],
        },
        index=pd.Index([10.0, 20.0], name="key"),
    )


def test_a_frame_of_pandas_comes_back(sheet: xlwings.Sheet, frame: pd.DataFrame) -> None:
    """A frame with its index and headings is the same after writing and reading."""
    sheet["A1"].value = frame
    read = sheet["A1"].expand().options(pd.DataFrame).value
    pd.testing.assert_frame_equal(read, frame, check_dtype=False)


def test_a_frame_without_index_and_headings(sheet: xlwings.Sheet, frame: pd.DataFrame) -> None:
    """Index and headings are left out on request."""
    sheet["A1"].options(index=False, header=False).value = frame
    assert sheet["A1:B2"].value == [[1.0, "a"], [2.5, "b"]]


def test_missing_values_of_pandas_are_empty(sheet: xlwings.Sheet) -> None:
    """What pandas knows as missing is an empty cell."""
    sheet["A1"].options(index=False).value = pd.DataFrame(
        {
            "x": [1.0, np.nan],
            "d": [pd.NaT, pd.Timestamp("2020-01-02")],
            "s": pd.array(["a", pd.NA], dtype="string"),
        }
    )
    assert sheet["A2:C3"].value == [[1.0, None, "a"], [None, dt.datetime(2020, 1, 2), None]]


def test_a_series_comes_back(sheet: xlwings.Sheet) -> None:
    """A series with its name and index is the same after writing and reading."""
    series = pd.Series([1.5, 2.5], name="values", index=pd.Index([1.0, 2.0], name="key"))
    sheet["A1"].value = series
    pd.testing.assert_series_equal(sheet["A1:B3"].options(pd.Series).value, series)


def test_a_frame_of_polars_comes_back(sheet: xlwings.Sheet) -> None:
    """A frame of Polars is the same after writing and reading."""
    frame = pl.DataFrame({"number": [1.0, 2.5], "text": ["a", None], "date": [dt.datetime(2020, 1, 2), None]})
    sheet["A1"].value = frame
    read = sheet["A1:C3"].options(pl.DataFrame).value
    assert read.to_dicts() == frame.to_dicts()


def test_arrays_of_numpy_come_back(sheet: xlwings.Sheet) -> None:
    """Arrays of one and two dimensions are written as rows, and read as arrays."""
    sheet["A1"].value = np.array([[1, 2], [3, 4]])
    sheet["A5"].value = np.array([1.5, np.nan])
    np.testing.assert_array_equal(sheet["A1:B2"].options(np.array).value, np.array([[1.0, 2.0], [3.0, 4.0]]))
    np.testing.assert_array_equal(sheet["A5:B5"].options(np.array).value, np.array([1.5, np.nan]))
    assert sheet["A1:B2"].options(np.array, ndim=2, dtype=int).value.dtype == int


def test_dictionaries_come_back(sheet: xlwings.Sheet) -> None:
    """A dictionary is two columns."""
    sheet["A1"].value = {"a": 1.0, "b": None}
    assert sheet["A1:B2"].options(dict).value == {"a": 1.0, "b": None}
    assert sheet["A1:B2"].options(OrderedDict).value == OrderedDict([("a", 1.0), ("b", None)])


def test_dimensions_are_as_asked_for(sheet: xlwings.Sheet) -> None:
    """A cell, a row and a column take the dimensions that are asked for."""
    sheet["A1"].value = [[1, 2], [3, 4]]
    assert sheet["A1"].options(ndim=1).value == [1.0]
    assert sheet["A1"].options(ndim=2).value == [[1.0]]
    assert sheet["A1:B1"].options(ndim=2).value == [[1.0, 2.0]]
    assert sheet["A1:A2"].value == [1.0, 3.0]
    assert sheet["A1:A2"].options(ndim=2).value == [[1.0], [3.0]]


def test_a_list_is_a_row_and_transposed_a_column(sheet: xlwings.Sheet) -> None:
    """A list goes along a row, and down a column when transposed."""
    sheet["A1"].value = [1, 2, 3]
    sheet["A2"].options(transpose=True).value = [4, 5, 6]
    assert sheet["A1:C1"].value == [1.0, 2.0, 3.0]
    assert sheet["A2:A4"].value == [4.0, 5.0, 6.0]
    assert sheet["A1:C2"].options(transpose=True).value == [[1.0, 4.0], [2.0, None], [3.0, None]]


def test_expand_and_convert_together(sheet: xlwings.Sheet) -> None:
    """A table is found from its first cell and converted in one go."""
    sheet["B2"].value = [["a", "b"], [1, 2], [3, 4]]
    frame = sheet["B2"].options(pd.DataFrame, expand="table", index=False).value
    assert frame.to_dict("list") == {"a": [1.0, 3.0], "b": [2.0, 4.0]}


def test_raw_values_skip_the_converters(sheet: xlwings.Sheet) -> None:
    """Raw values are written and read as they are."""
    sheet["A1:B1"].options(convert="raw").value = [[1, "x"]]
    assert sheet["A1:B1"].options(convert="raw").value == [[1.0, "x"]]
    assert sheet["A1"].raw_value == 1.0
    assert xlwings.to_datetime(43831.5) == dt.datetime(2020, 1, 1, 12)  # type: ignore[no-untyped-call]
