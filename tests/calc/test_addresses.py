import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlwings_libreoffice.addresses import (
    COLUMNS,
    ROWS,
    Area,
    column_number,
    external,
    letters,
    parsed,
    quoted,
    split_sheet,
    written,
)


@given(st.integers(1, COLUMNS))
def test_letters_and_numbers_of_columns_agree(number: int) -> None:
    """A column's letters give its number back."""
    assert column_number(letters(number)) == number


@given(st.integers(1, ROWS), st.integers(1, COLUMNS), st.integers(1, ROWS), st.integers(1, COLUMNS))
def test_an_address_names_the_area_it_was_written_from(
    row: int, column: int, row2: int, column2: int
) -> None:
    """Every area is found again from its address."""
    area = Area(row, column, row, column).joined(Area(row2, column2, row2, column2))
    assert parsed(written(area)) == area


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("A1", Area(1, 1, 1, 1)),
        ("$b$2:A1", Area(1, 1, 2, 2)),
        ("A:C", Area(1, 1, ROWS, 3)),
        ("$2:3", Area(2, 1, 3, COLUMNS)),
        ("XFD1048576", Area(ROWS, COLUMNS, ROWS, COLUMNS)),
        ("A0", None),
        ("XFE1", None),
        ("A", None),
        ("5", None),
        ("name", None),
        ("A1:", None),
    ],
)
def test_addresses_are_told_from_other_text(text: str, area: Area | None) -> None:
    """What is an address names an area, and what is not names none."""
    assert parsed(text) == area


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Sheet1", "Sheet1"),
        ("My Sheet", "'My Sheet'"),
        ("It's", "'It''s'"),
        ("A1", "'A1'"),
        ("2024", "'2024'"),
        ("R1C1", "'R1C1'"),
    ],
)
def test_names_are_quoted_where_needed(name: str, text: str) -> None:
    """A sheet's name that is not a plain word stands in quotes."""
    assert quoted(name) == text
    assert split_sheet(f"{text}!A1") == (name, "A1")


def test_external_addresses_name_the_book() -> None:
    """Book and sheet stand in brackets and, where needed, in quotes."""
    assert external("Book1", "Sheet1") == "[Book1]Sheet1"
    assert external("My Book.xlsx", "Sheet1") == "'[My Book.xlsx]Sheet1'"
    assert external("Book1", "My Sheet") == "'[Book1]My Sheet'"
