"""Cells become values with faults, and values become cells again."""

from collections.abc import Sequence
from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duesheet import kinds, problems, tables
from duesheet.books import Cells
from duesheet.dates import day_number
from duesheet.errors import Fault, TableMissing
from duesheet.layout import Column, Table, layout

TABLES = layout().tables
EVERY_KIND = Table(
    "Sample",
    "input",
    "",
    ("Id",),
    "",
    tuple(
        Column(name=kind.title(), kind=kind, width=10, choices=("Yes", "No") if kind == "choice" else ())
        for kind in (
            *("id", "text", "choice", "email", "date", "time"),
            *("money", "number", "whole", "percent", "days", "link"),
        )
    ),
)
WORDS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=8).filter(
    lambda word: word == word.strip() and word[0] != "#"
)
FIRST, LAST = datetime(1970, 1, 1), datetime(2199, 12, 31)  # noqa: DTZ001  a sheet knows no zones
WHOLES = st.integers(-(10**9), 10**9)
VALUES = {
    "id": WORDS,
    "text": WORDS,
    "link": WORDS,
    "choice": st.sampled_from(["Yes", "No"]),
    "email": st.just("ann@example.com; ben@example.org"),
    "date": st.dates(date(1970, 1, 1), date(2199, 12, 31)),
    "time": st.datetimes(FIRST, LAST).map(lambda at: at.replace(microsecond=0)),
    "money": st.floats(-1e11, 1e11),
    "number": st.floats(allow_nan=False, allow_infinity=False),
    "percent": st.floats(-0.99, 0.99),
    "whole": WHOLES,
    "days": WHOLES,
}
TYPES: dict[str, pl.DataType | type[pl.DataType]] = {
    "date": pl.Date,
    "time": pl.Datetime("ms"),
    "money": pl.Float64,
    "number": pl.Float64,
    "percent": pl.Float64,
    "whole": pl.Int64,
    "days": pl.Int64,
}
SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    column.name: TYPES.get(column.kind, pl.String) for column in EVERY_KIND.columns
}
ROWS = st.lists(
    st.fixed_dictionaries({column.name: st.none() | VALUES[column.kind] for column in EVERY_KIND.columns}),
    max_size=6,
)


def one(kind: str, *cells: object, order: str = "YMD", **more: object) -> tuple[list[object], kinds.Bad]:
    """The values of `cells` in a column of `kind`, and its bad cells."""
    column = Column(name="It", kind=kind, width=10, **more)  # type: ignore[arg-type]  # what a test declares
    values, bad = kinds.read(pl.Series(list(cells), strict=False), column, order)
    return values.to_list(), bad


def sheet(headers: Sequence[str], *rows: Sequence[object], **more: object) -> Cells:
    """A Payments sheet with `rows` under `headers`, read from its second row on."""
    frame = pl.DataFrame(
        {header: [row[at] for row in rows] for at, header in enumerate(headers)}, strict=False
    )
    return Cells("Payments", "Payments", frame, pl.Series(range(2, len(rows) + 2), dtype=pl.Int64), **more)  # type: ignore[arg-type]  # what a test declares


PAYMENTS = ("Payment", "Date", "Customer ID", "Amount", "Currency", "Invoice", "Kind", "Method", "Reference")


def payment(**cells: object) -> list[object]:
    """A row of Payments that is right, but for `cells`."""
    good = {"Payment": "p1", "Date": "2025-01-31", "Customer ID": "A", "Amount": "12.50"}
    return [
        {**good, **{name.replace("_", " "): cell for name, cell in cells.items()}}.get(name)
        for name in PAYMENTS
    ]


def told(cells: Cells, order: str = "YMD") -> list[tuple[int, str, str]]:
    """Row, column and found of each fault of a Payments sheet."""
    return [fault[1:4] for fault in tables.read(cells, TABLES["Payments"], order).faults]


@settings(max_examples=40)
@given(ROWS)
def test_cells_written_and_read_again_are_the_same(rows: list[dict[str, object]]) -> None:
    """Writing what was read gives the cells back, for every kind of column, blanks included."""
    cells = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    numbers = pl.Series(range(2, cells.height + 2), dtype=pl.Int64)
    typed = tables.read(Cells("Sample", "Sample", cells, numbers), EVERY_KIND)

    assert typed.faults == ()
    assert tables.cells_of(typed.frame, EVERY_KIND).equals(cells)
    again = tables.read(
        Cells("Sample", "Sample", tables.cells_of(typed.frame, EVERY_KIND), numbers), EVERY_KIND
    )
    assert again.frame.equals(typed.frame)


@settings(max_examples=40)
@given(ROWS)
def test_cells_as_text_read_like_the_cells(rows: list[dict[str, object]]) -> None:
    """A column that one stray cell has turned into text gives the same values as the column itself."""
    cells = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    texts = cells.with_columns(pl.col(pl.Datetime).dt.to_string("%Y-%m-%d %H:%M:%S")).cast(pl.String)
    numbers = pl.Series(range(2, cells.height + 2), dtype=pl.Int64)

    typed, plain = (tables.read(Cells("S", "S", frame, numbers), EVERY_KIND) for frame in (texts, cells))

    assert typed.faults == ()
    assert typed.frame.equals(plain.frame)


def test_a_key_that_a_frame_lacks_is_left_blank() -> None:
    """Columns nobody worked out are written as blanks under their header."""
    cells = tables.cells_of(pl.DataFrame({"payment": ["p1"]}), TABLES["Payments"])

    assert cells.columns == list(PAYMENTS)
    assert cells.row(0) == ("p1", *[None] * 8)


AMOUNTS: list[tuple[object, float | None]] = [
    ("12.5", 12.5),
    (" 1,234.50 ", 1234.5),
    ("1.234,50 €", 1234.5),
    ("(75.00)", -75.0),
    ("-3", -3.0),
    ("1,234", None),
    ("soon", None),
    ("2025-01-31", None),
    ("TRUE", None),
    ("nan", None),
    ("inf", None),
    ("100000000000.01", None),
    ("#N/A", None),
    ("  ", None),
]


@pytest.mark.parametrize(("typed", "expected"), AMOUNTS)
def test_amounts_typed_as_text_are_read_where_they_can_be_read_in_one_way(
    typed: str, expected: float | None
) -> None:
    """Text amounts count when they mean one thing; every other one is a fault, and a blank is a blank."""
    values, bad = one("money", typed)

    assert values == [expected]
    assert bool(bad) == (expected is None and bool(typed.strip()))


DATES: list[tuple[str, str, str | None]] = [
    ("3/4/2025", "DMY", "2025-04-03"),
    ("3/4/2025", "MDY", "2025-03-04"),
    ("3/4/2025", "YMD", None),
    ("2025-04-03", "DMY", "2025-04-03"),
    ("3 Apr 2025", "YMD", "2025-04-03"),
    ("20250403", "YMD", "2025-04-03"),
    ("45750", "YMD", "2025-04-03"),
    ("31/02/2026", "DMY", None),
    ("0202-01-01", "YMD", None),
    ("2300-01-01", "YMD", None),
    ("#REF!", "YMD", None),
    ("TRUE", "YMD", None),
]


@pytest.mark.parametrize(("typed", "order", "expected"), DATES)
def test_dates_typed_as_text_are_read_in_the_set_order(typed: str, order: str, expected: str | None) -> None:
    """Text dates follow the Date order of Settings; what is no date, or centuries away, is a fault."""
    values, bad = one("date", typed, order=order)

    assert values == [day_number(date.fromisoformat(expected)) if expected else None]
    assert bool(bad) == (expected is None)


def test_a_date_that_cannot_be_read_says_which_order_is_set() -> None:
    """The remedy names the order in force, so that a wrong setting is found."""
    _, bad = one("date", "3/4/2025")

    assert "in the order that Settings says (YMD)" in bad[0]


def test_numbers_are_dates_by_their_day_and_times_by_their_second() -> None:
    """Day numbers are what a spreadsheet counts; a time keeps its second, also as text."""
    noon = day_number(date(2025, 4, 3)) * 86_400 + 43_200

    assert one("date", 45750.5)[0] == [45750]
    assert one("time", 45750.5)[0] == [noon]
    assert one("time", "2025-04-03 12:00", "3 Apr 2025")[0] == [noon, noon - 43_200]
    assert one("time", datetime(2025, 4, 3, 12))[0] == [noon]  # noqa: DTZ001  a sheet knows no zones
    assert list(one("time", "9999-01-01 12:00", "45")[1]) == [0, 1]


def test_ids_typed_as_numbers_are_the_ids_typed_as_text() -> None:
    """The number 123 is the id "123"; leading zeros and long codes stay as they are."""
    assert one("id", 123.0, 1930571429.0, 0.5)[0] == ["123", "1930571429", "0.5"]
    assert one("id", "00123", " 123 ", "1e5")[0] == ["00123", "123", "1e5"]
    assert one("id", True)[0] == ["TRUE"]


def test_choices_are_read_without_regard_to_case_and_blanks() -> None:
    """Yes is yes however it is typed, TRUE and FALSE too; a word that is no choice is a fault that lists them."""
    assert one("choice", " YES", "n", "TRUE", "False", choices=("Yes", "No"))[0] == ["Yes", "No", "Yes", "No"]
    kinds_of = ("Payment", "Credit", "Discount", "Write-off")
    assert one("choice", "write off", "WRITEOFF", "payment ", choices=kinds_of)[0] == [
        "Write-off",
        "Write-off",
        "Payment",
    ]
    values, bad = one("choice", "Gift", choices=kinds_of)
    assert (values, bad) == ([None], {0: "Use one of: Payment, Credit, Discount, Write-off."})


def test_a_rate_of_one_or_more_asks_for_the_percent_sign() -> None:
    """8 in a percent column asks "did you mean 8%?"; 8% and 0.08 are the same."""
    assert one("percent", "8%", "0.08", "7,5 %")[0] == [0.08, 0.08, 0.075]
    assert "Did you mean 8%?" in one("percent", 8.0)[1][0]


def test_whole_numbers_are_whole_and_within_reason() -> None:
    """Halves, words and numbers of thousands of millions are faults in a column of whole numbers."""
    values, bad = one("whole", 3.0, 2.5, 1e300, -2.0)

    assert values == [3.0, None, None, -2.0]
    assert list(bad) == [1, 2]
    assert list(one("days", "x", "7")[1]) == [0]


def test_an_address_without_its_parts_is_a_fault() -> None:
    """Several addresses stand with ; between them; one without @ or domain is told."""
    good = ("ann@example.com", "ann@example.com; ben@bücher.example.org;", "a@example.com,b@example.com")

    assert one("email", *good)[1] == {}
    assert list(one("email", "ann", "ann@example", "ann@example.com; ben", "a b@example.com")[1]) == [
        0,
        1,
        2,
        3,
    ]


def test_a_row_without_a_required_cell_is_left_out_and_told() -> None:
    """A blank required cell is a fault; the row is out of use, and the others are not."""
    cells = sheet(PAYMENTS, payment(Customer_ID=None), payment(Payment="p2"))

    typed = tables.read(cells, TABLES["Payments"])

    assert [fault[:4] for fault in typed.faults] == [("Payments", 2, "Customer ID", "")]
    assert typed.frame["row"].to_list() == [3]
    assert typed.left_out.select("row", "payment", "amount").rows() == [(2, "p1", 12.5)]


def test_a_fault_in_a_deciding_column_leaves_the_row_out_and_another_one_does_not() -> None:
    """Kind decides about the money, so its fault leaves the row out; Method only puts the customer in doubt."""
    cells = sheet(PAYMENTS, payment(Kind="Gift"), payment(Payment="p2", Method="#N/A"), payment(Payment="p3"))

    typed = tables.read(cells, TABLES["Payments"])

    assert [fault[1:4] for fault in typed.faults] == [(2, "Kind", "Gift"), (3, "Method", "#N/A")]
    assert typed.frame["row"].to_list() == [3, 4]
    assert typed.doubtful["row"].to_list() == [2, 3]


def test_a_fault_that_the_book_has_told_of_is_told_once() -> None:
    """An error value seen by the reader is one fault, and its row is out of use where the cell decides."""
    seen = Fault("Payments", 2, "Amount", "#REF!", "Mend the formula.")
    typed = tables.read(sheet(PAYMENTS, payment(Amount="#REF!"), faults=(seen,)), TABLES["Payments"])

    assert typed.faults == (seen,)
    assert typed.frame.height == 0


def test_rows_that_merged_cells_reach_are_in_doubt() -> None:
    """A merge hides cells of every row it reaches, so all their customers are in doubt."""
    cells = sheet(PAYMENTS, payment(), payment(Payment="p2"), payment(Payment="p3"), merged=frozenset({2, 3}))

    assert tables.read(cells, TABLES["Payments"]).doubtful["row"].to_list() == [2, 3]


def test_rows_below_a_gap_are_left_out_with_their_money() -> None:
    """Rows that are not part of the table are in no total, and are counted as left out."""
    lost = Fault("Payments", 9, "Payment", "p9", "Delete the blank row above it.")
    below = Cells(
        "Payments",
        "Payments",
        pl.DataFrame([payment(Payment="p9")], schema=PAYMENTS, orient="row"),
        pl.Series([9]),
    )

    typed = tables.read(sheet(PAYMENTS, payment(), faults=(lost,), below=below), TABLES["Payments"])

    assert typed.left_out.select("row", "customer_id", "amount").rows() == [(9, "A", 12.5)]
    assert typed.doubtful["row"].to_list() == [9]
    assert not typed.whole


def test_headers_are_found_without_regard_to_case_and_doubled_blanks() -> None:
    """A header typed otherwise is the declared one, in faults and links too."""
    cells = sheet(
        ("payment", "DATE", "Customer  id", "Amount"), ("p1", "31/01", "A", 1.0), letters={"DATE": "B"}
    )

    assert (2, "Date", "31/01") in told(cells)
    assert tables.spelled(cells, TABLES["Payments"]).letters == {"Date": "B"}


def test_a_renamed_required_column_is_refused_with_the_nearest_name() -> None:
    """Every required column that is missing is named at once, each with the header it may have become."""
    cells = sheet(("Payment", "Dates", "Amount", "Mine"), ("p1", "2025-01-31", 1.0, "x"))

    with pytest.raises(TableMissing) as refused:
        tables.read(cells, TABLES["Payments"])

    assert str(refused.value) == (
        'Sheet Payments: The column "Date" is missing. Is it "Dates"? Rename it to "Date". '
        'The column "Customer ID" is missing. Add it to the header.'
    )


def test_a_missing_column_that_may_be_blank_is_a_fault_of_the_whole_table() -> None:
    """Without the column nobody knows what stood in it: it is told, and nothing of the table is sure."""
    cells = sheet(
        ("Payment", "Date", "Customer ID", "Amount", "Invoices"), ("p1", "2025-01-31", "A", 1.0, "1")
    )

    typed = tables.read(cells, TABLES["Payments"])

    assert typed.whole
    assert typed.frame.height == 1
    remedies = {fault.column: fault.remedy for fault in typed.faults}
    assert remedies["Invoice"] == 'The column "Invoice" is missing. Is it "Invoices"? Rename it to "Invoice".'
    assert remedies["Method"] == 'The column "Method" is missing. Add it to the header.'


def test_a_doubled_header_makes_the_whole_table_unsure_unless_it_is_the_users_own() -> None:
    """Of two columns called Amount nobody knows which is meant; two called Mine concern nobody."""
    twice = Fault("Payments", 1, "Amount", "Amount", "Rename or delete the other.")

    for header, whole in (("Amount", True), ("Mine", False)):
        cells = sheet(PAYMENTS, payment(), faults=(twice._replace(column=header),))
        assert tables.read(cells, TABLES["Payments"]).whole is whole


def test_a_column_of_an_output_sheet_may_be_missing_unless_it_holds_the_answer() -> None:
    """Refresh puts its own columns back; without Send, though, nobody knows who said no."""
    reminders = TABLES["Reminders"]
    rows = pl.Series([2], dtype=pl.Int64)

    lacking = tables.read(Cells("Reminders", "Reminders", pl.DataFrame({"Key": ["k"]}), rows), reminders)
    empty = tables.read(Cells("Reminders", "Reminders", pl.DataFrame({"Key": []}), rows.clear()), reminders)

    assert [fault.column for fault in lacking.faults] == ["Send"]
    assert (lacking.whole, empty.whole) == (True, False)


def test_twenty_thousand_faults_are_told_one_by_one() -> None:
    """A wrong date order makes thousands of faults; each row gets its own."""
    rows = 20_000
    cells = sheet(
        PAYMENTS, *(payment(Payment=f"p{at}", Date=f"31/01/{2000 + at % 100}") for at in range(rows))
    )

    typed = tables.read(cells, TABLES["Payments"], "MDY")

    assert len(typed.faults) == typed.left_out.height == rows
    assert typed.faults[-1][1:4] == (rows + 1, "Date", "31/01/2099")


def test_a_problem_leads_to_its_very_cell() -> None:
    """Each fault is a row with a link to its cell; a fault of a whole table leads to its first cell."""
    faults = [
        Fault("It's mine", 14, "Date", "31/02/2026", "Type a date that exists."),
        Fault("It's mine", 0, "Kind", "", "The column is missing."),
    ]
    letters = problems.letters_of([sheet(("Payment", "Date"), letters={"Payment": "A", "Date": "AB"})])
    rows = problems.rows(faults, {("It's mine", header): at for (_, header), at in letters.items()})

    assert rows.rows() == [
        ("It's mine", 14, "Date", "31/02/2026|#'It''s mine'!AB14", "Type a date that exists."),
        ("It's mine", None, "Kind", "(none)|#'It''s mine'!A1", "The column is missing."),
    ]
    assert tables.cells_of(rows, TABLES["Problems"]).columns == [
        column.name for column in TABLES["Problems"].columns
    ]
