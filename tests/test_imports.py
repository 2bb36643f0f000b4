"""Bringing in CSV files: what is read, what is added, what is refused, and that twice is once."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from duesheet.errors import Refused
from duesheet.imports import Result, bring_in
from duesheet.profiles import mapping_of, profiles
from memory_book import MemoryBook, typed

Bring = Callable[..., Result]
HEADER = "Invoice,Customer ID,Invoice date,Due date,Amount,Disputed"
PAYMENT_HEADER = "Date,Customer ID,Amount,Reference"


@pytest.fixture
def book() -> MemoryBook:
    """A new book."""
    return MemoryBook()


@pytest.fixture
def bring(tmp_path: Path, book: MemoryBook) -> Bring:
    """Bring typed files into the book: texts or bytes, each a file; `pairs` are what --map says."""

    def run(*files: str | bytes, pairs: tuple[str, ...] = (), **chosen: object) -> Result:
        paths = []
        for number, content in enumerate(files, start=1):
            paths.append(tmp_path / f"file{number}.csv")
            paths[-1].write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return bring_in(book, paths, mapping_of(pairs), **chosen)  # type: ignore[arg-type]

    return run


def done(result: Result) -> list[tuple[int, str, str, str]]:
    """What became of each row: row, table, id, end."""
    return [(line.row, line.table, line.identity, line.done) for line in result.lines]


def reasons(result: Result) -> list[str]:
    """What is wrong with the refused rows, in words."""
    return [str(fault) for fault in result.faults]


def invoices(*rows: str) -> str:
    """An invoices file with our own headers."""
    return "\n".join([HEADER, *rows]) + "\n"


def payments(*rows: str) -> str:
    """A payments file with our own headers and no payment numbers."""
    return "\n".join([PAYMENT_HEADER, *rows]) + "\n"


def test_an_invoice_file_becomes_invoices_and_customers(bring: Bring, book: MemoryBook) -> None:
    """Every row is added under our headers, and a customer who is not in the book with the id as the name."""
    result = bring(invoices("0017,C-1,2025-01-15,2025-02-14,120.50,No", "0018,C-1,2025-01-20,,80,Yes"))

    assert book.rows(
        "Invoices", "Invoice", "Customer ID", "Invoice date", "Due date", "Amount", "Disputed"
    ) == [
        ("0017", "C-1", date(2025, 1, 15), date(2025, 2, 14), 120.5, None),
        ("0018", "C-1", date(2025, 1, 20), None, 80.0, "Disputed"),
    ]
    assert book.rows("Customers", "Customer ID", "Name") == [("C-1", "C-1")]
    assert result.counts == {("Customers", "added"): 1, ("Invoices", "added"): 2}
    assert result.totals == {("Invoices", "EUR"): Decimal("200.50")}


def test_frames_have_every_declared_header(bring: Bring, book: MemoryBook) -> None:
    """What is appended is whole: the table's headers in their order, text, dates and amounts."""
    bring(invoices("17,C-1,2025-01-15,,120.50,"))

    for table, frame in book.appended:
        assert frame.columns == book.tables[table].columns
        assert frame.schema == MemoryBook().tables[table].schema


def test_customers_come_before_their_invoices_and_payments(bring: Bring, book: MemoryBook) -> None:
    """The sheets are filled in the order in which one refers to another, each once."""
    bring(invoices("17,C-1,2025-01-15,,120.50,"), payments("2025-02-01,C-1,20,"))

    assert [table for table, _ in book.appended] == ["Customers", "Invoices", "Payments"]


def test_the_same_file_twice_adds_nothing(bring: Bring, book: MemoryBook) -> None:
    """The second time every row is there already, payments without numbers and equal payments too."""
    files = (
        invoices("17,C-1,2025-01-15,,120.50,", "18,C-2,2025-01-16,,50,"),
        payments("2025-02-01,C-1,20,ref", "2025-02-01,C-1,20,ref", "2025-02-01,C-2,20,"),
    )
    bring(*files)
    before = dict(book.tables)

    again = bring(*files)

    assert again.counts == {("Invoices", "already there"): 2, ("Payments", "already there"): 3}
    assert not again.totals
    assert all(book.tables[name].equals(frame) for name, frame in before.items())


def test_two_equal_payments_in_one_file_are_two(bring: Bring, book: MemoryBook) -> None:
    """Payments without numbers count as often as they stand in the file."""
    bring(payments("2025-02-01,C-1,20,", "2025-02-01,C-1,20,"))

    numbers = [number for (number,) in book.rows("Payments", "Payment")]
    assert len(set(numbers)) == 2
    assert numbers[1] == f"{numbers[0]}-2"


def test_a_longer_file_adds_only_what_is_new(bring: Bring, book: MemoryBook) -> None:
    """Next month's export holds last month's rows; they stay as they are."""
    bring(invoices("17,C-1,2025-01-15,,120.50,"))
    result = bring(invoices("17,C-1,2025-01-15,,120.50,", "18,C-1,2025-02-15,,99,"))

    assert done(result) == [(2, "Invoices", "17", "already there"), (3, "Invoices", "18", "added")]
    assert book.tables["Invoices"].height == 2


def test_an_invoice_that_says_something_else_is_refused(bring: Bring, book: MemoryBook) -> None:
    """Nothing in the book is overwritten; the reason names the file, the row, the column and both places."""
    bring(invoices("17,C-1,2025-01-15,,120.50,"))
    result = bring(invoices("17,C-1,2025-01-15,,130.50,"))

    (said,) = reasons(result)
    assert said.startswith(
        'file1.csv, row 2, Amount: found "130.50". This invoice has another Amount in the book'
    )
    assert said.endswith("nothing is overwritten. Change it in the book, or correct the file.")
    assert book.rows("Invoices", "Amount") == [(120.5,)]


def test_one_number_on_two_invoices_of_a_file_is_refused(bring: Bring, book: MemoryBook) -> None:
    """The first stays, the second is refused and says where the first is."""
    result = bring(invoices("17,C-1,2025-01-15,,120.50,", "17,C-2,2025-01-15,,120.50,"))

    assert done(result)[-1] == (3, "Invoices", "17", "refused")
    assert "another Customer ID in row 2 of file1.csv" in reasons(result)[0]
    assert book.tables["Invoices"].height == 1


def test_a_repeated_row_is_added_once_and_reported(bring: Bring, book: MemoryBook) -> None:
    """Two rows equal in every cell are one invoice."""
    result = bring(invoices("17,C-1,2025-01-15,,120.50,", "17,C-1,2025-01-15,,120.50,"))

    assert [(line.row, line.done, line.note) for line in result.lines if line.row == 3] == [
        (3, "skipped", "the same as row 2")
    ]
    assert book.tables["Invoices"].height == 1


def test_ids_that_were_numbers_in_the_book_are_known(bring: Bring, book: MemoryBook) -> None:
    """An id that lost its zeros in a spreadsheet is still the same invoice and the same customer."""
    book.tables["Customers"] = typed("Customers", [{"Customer ID": "42", "Name": "Ardley Tools"}])
    book.tables["Invoices"] = typed(
        "Invoices",
        [{"Invoice": "611365", "Customer ID": "42", "Invoice date": "2025-01-15", "Amount": 55.94}],
    )
    result = bring(invoices("0000611365,0042,2025-01-15,,55.94,", "0000611366,0042,2025-01-16,,10,"))

    assert done(result) == [
        (2, "Invoices", "611365", "already there"),
        (3, "Invoices", "0000611366", "added"),
    ]
    assert book.rows("Invoices", "Customer ID") == [("42",), ("42",)]
    assert book.tables["Customers"].height == 1


def test_customers_that_differ_in_zeros_stay_apart(bring: Bring, book: MemoryBook) -> None:
    """When a file has both 7 and 007 they are two customers."""
    book.tables["Customers"] = typed("Customers", [{"Customer ID": "7", "Name": "Ardley Tools"}])
    bring(invoices("1,7,2025-01-15,,10,", "2,007,2025-01-15,,10,"))

    assert book.rows("Customers", "Customer ID") == [("7",), ("007",)]


def test_floats_are_ids_only_where_the_whole_column_is(bring: Bring, book: MemoryBook) -> None:
    """The .0 of a column of floats goes; elsewhere it belongs to the id."""
    bring(invoices("1930571429.0,5.0,2025-01-15,,10,", "1930571430.0,A5,2025-01-15,,10,"))

    assert book.rows("Invoices", "Invoice", "Customer ID") == [("1930571429", "5.0"), ("1930571430", "A5")]


def test_rounded_ids_are_refused(bring: Bring, book: MemoryBook) -> None:
    """An id in scientific notation is lost, and the row says how to get it back."""
    result = bring(invoices("1.93E+09,C-1,2025-01-15,,10,"))

    (said,) = reasons(result)
    assert said.startswith(
        'file1.csv, row 2, Invoice: found "1.93E+09". A spreadsheet has rounded this number'
    )
    assert not book.appended


@pytest.mark.parametrize(
    ("first", "second", "order", "said", "want"),
    [
        ("25/1/2025", "3/4/2025", "MDY", "DMY (as the column shows)", date(2025, 4, 3)),
        ("1/25/2025", "3/4/2025", "DMY", "MDY (as the column shows)", date(2025, 3, 4)),
        ("5/1/2025", "3/4/2025", "DMY", "DMY (as set on Settings)", date(2025, 4, 3)),
        ("5-Jan-25", "20250403.0", "MDY", "MDY (as set on Settings)", date(2025, 4, 3)),
        ("05-01-2025 17:30", "1743638400000000.0", "DMY", "DMY (as set on Settings)", date(2025, 4, 3)),
    ],
)
def test_the_order_of_dates_is_what_the_column_shows(  # noqa: PLR0913, PLR0917  a table of cases
    bring: Bring, book: MemoryBook, first: str, second: str, order: str, said: str, want: date
) -> None:
    """A day after the 12th decides for its column, else the setting does; the report says which."""
    result = bring(invoices(f"1,C,{first},,10,", f"2,C,{second},,10,"), date_order=order)

    assert result.files[0].dates["Invoice date"] == said
    assert book.rows("Invoices", "Invoice date")[1] == (want,)


def test_one_date_column_decides_for_another(bring: Bring, book: MemoryBook) -> None:
    """A file has one order: what the due dates prove holds for the invoice dates too."""
    result = bring(invoices("1,C,3/4/2025,30/4/2025,10,"), date_order="MDY")

    assert result.files[0].dates["Invoice date"] == "DMY (as another column of the file shows)"
    assert book.rows("Invoices", "Invoice date") == [(date(2025, 4, 3),)]


def test_dates_that_break_the_order_are_refused(bring: Bring) -> None:
    """In a column that is mostly one way, the odd one is a fault and the others come in."""
    result = bring(
        invoices("1,C,25/1/2025,,10,", "2,C,26/1/2025,,10,", "3,C,1/27/2025,,10,", "4,C,31/2/2025,,10,")
    )

    assert [fault.row for fault in result.faults] == [4, 5]
    assert "day, month, year" in result.faults[0].remedy
    assert result.counts["Invoices", "added"] == 2


def test_dates_nobody_can_order_are_refused(bring: Bring) -> None:
    """3/4/2025 alone, in a book whose dates begin with the year, is not guessed at."""
    result = bring(invoices("1,C,3/4/2025,,10,"))

    assert "This can be read in two ways. Set Date order" in reasons(result)[0]


@pytest.mark.parametrize(
    ("cell", "other", "want"),
    [
        ("1234.5", "1", 1234.5),
        ('"1,234.50"', "1", 1234.5),
        ('"1.234,50 €"', "1", 1234.5),
        ("(75.00)", "1", -75.0),
        ("12.00-", "1", -12.0),
        ("1495.0000", "1", 1495.0),
        ('"1,234"', "12.50", 1234.0),
        ('"1.234"', '"12,50"', 1234.0),
        ("10.500", "12.5", 10.5),
        ('"1,23,456.00"', "1", 123456.0),
    ],
)
def test_amounts_are_read_as_their_column_writes_them(
    bring: Bring, book: MemoryBook, cell: str, other: str, want: float
) -> None:
    """Marks of thousands and decimals are told apart by the cell, else by the rest of its column."""
    bring(invoices(f"1,C,2025-01-15,,{cell},", f"2,C,2025-01-15,,{other},"))

    assert book.rows("Invoices", "Amount")[0] == (want,)


@pytest.mark.parametrize(
    ("cell", "remedy"),
    [
        ('"1,234"', "This may be thousands or decimals"),
        ("ten", "This is no amount"),
        ("10.005", "This may be thousands or decimals"),
        ("10.0051", "EUR has 2 decimals"),
        ("999999999999999", "This is no amount that can be taken"),
        ("", "Amount is required"),
    ],
)
def test_amounts_that_cannot_be_taken_are_refused(bring: Bring, cell: str, remedy: str) -> None:
    """What may be read in two ways, not at all, or not in whole cents is a fault of its row."""
    result = bring(invoices(f"1,C,2025-01-15,,{cell},"))

    assert result.faults[0].column == "Amount"
    assert result.faults[0].remedy.startswith(remedy)


def test_every_fault_of_a_row_is_told_at_once(bring: Bring) -> None:
    """A row with three bad cells says all three, so that it is mended in one go."""
    result = bring(invoices("1,,31/2/2025,,ten,"), date_order="DMY")

    assert [fault.column for fault in result.lines[0].faults] == ["Invoice date", "Amount", "Customer ID"]


def test_currencies_keep_their_own_cents(bring: Bring) -> None:
    """Totals are by currency, in capitals, and a yen has no cents."""
    header = "Invoice,Customer ID,Invoice date,Amount,Currency"
    result = bring(
        f"{header}\n1,C,2025-01-15,10.50,usd\n2,C,2025-01-15,500,JPY\n3,C,2025-01-15,1.5,JPY\n4,C,2025-01-15,1,EURO\n"
    )

    assert result.totals == {("Invoices", "USD"): Decimal("10.50"), ("Invoices", "JPY"): Decimal(500)}
    assert [(fault.row, fault.column) for fault in result.faults] == [(4, "Amount"), (5, "Currency")]


def test_the_currency_of_a_row_is_its_customers(bring: Bring, book: MemoryBook) -> None:
    """A row that names no currency counts in its customer's."""
    book.tables["Customers"] = typed("Customers", [{"Customer ID": "C", "Name": "Ardley", "Currency": "GBP"}])
    result = bring(invoices("1,C,2025-01-15,,10,"))

    assert result.totals == {("Invoices", "GBP"): Decimal(10)}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_files_are_read_however_they_are_written(
    bring: Bring, book: MemoryBook, delimiter: str, encoding: str
) -> None:
    """Comma, semicolon, tab or bar; UTF-8, with its mark or not, Windows' letters, Excel's Unicode text."""
    rows = ["Invoice,Customer ID,Invoice date,Amount,Name", "1,C,2025-01-15,10,Müller & Söhne"]
    bring("\r\n".join(rows).replace(",", delimiter).encode(encoding))

    assert book.rows("Customers", "Name") == [("Müller & Söhne",)]


def test_line_breaks_in_a_cell_do_not_move_the_rows(bring: Bring, book: MemoryBook) -> None:
    """A quoted cell may hold line breaks and separators; rows are counted as a spreadsheet shows them."""
    header = "Invoice,Customer ID,Invoice date,Amount,Description"
    result = bring(f'{header}\n1,C,2025-01-15,10,"two\nlines, one cell"\n2,C,bad,10,x\n')

    assert book.rows("Invoices", "Description") == [("two\nlines, one cell",)]
    assert result.faults[0].row == 3


def test_titles_and_totals_are_no_rows(bring: Bring, book: MemoryBook) -> None:
    """Lines above the header are passed over; headings, totals and time stamps are reported as skipped."""
    result = bring(
        "Example Trading,,,,\nOpen invoices,,,,\n\n"
        "Invoice,Customer ID,Invoice date,Amount,Group\n"
        ",,,,North\n1,C,2025-01-15,10,\nTotal,,,10,\n\n"
        '"Saturday, July 25, 2026 10:04 AM",,,,\n'
    )

    assert [(line.row, line.note) for line in result.lines if line.done == "skipped"] == [
        (5, "a heading"),
        (7, "a total"),
        (9, "a heading or a time stamp"),
    ]
    assert book.rows("Invoices", "Invoice") == [("1",)]


def test_a_customer_called_total_is_a_customer(bring: Bring, book: MemoryBook) -> None:
    """A full row is a row, whatever it begins with."""
    bring("Customer ID,Invoice,Invoice date,Amount\nTotal Energy,1,2025-01-15,10\n")

    assert book.rows("Customers", "Customer ID") == [("Total Energy",)]


def test_an_unquoted_comma_is_told(bring: Bring) -> None:
    """A row with more cells than the header is refused whole, not cut."""
    result = bring(invoices("1,C,2025-01-15,,1,234.50,No", "2,C,2025-01-15,,10,No"))

    assert [(fault.row, fault.column, fault.found) for fault in result.faults] == [
        (2, "", "1,C,2025-01-15,,1,234.50,No")
    ]
    assert result.counts["Invoices", "added"] == 1


def test_a_file_without_rows_adds_nothing(bring: Bring, book: MemoryBook) -> None:
    """A header alone is a file like any other."""
    result = bring(invoices(), QUICKBOOKS_PAYMENTS.partition("Harbour")[0])

    assert not result.lines
    assert not book.appended


def test_short_rows_end_in_blanks(bring: Bring, book: MemoryBook) -> None:
    """A row that stops early has blank cells at its end."""
    bring(invoices("1,C,2025-01-15,,10"))

    assert book.rows("Invoices", "Disputed") == [(None,)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"\x81\x8d\x8f", "this is not a text file"),
        (
            b'Invoice,Customer ID,Invoice date,Amount\n1,C,2025-01-15,10\n2,"C,2025-01-15,10\n',
            "quotation mark",
        ),
        (
            b"Invoice,Customer ID,Invoice date,Amount,Amount\n1,C,2025-01-15,10,12\n",
            'two columns are called "Amount"',
        ),
        (b"Number,Customer,Date,Gross\n1,C,2025-01-15,10\n", "no header row has a column for Invoice"),
    ],
)
def test_files_that_cannot_be_read_are_refused_whole(
    bring: Bring, book: MemoryBook, content: bytes, said: str
) -> None:
    """The refusal names the file and says what to do, and the book is as it was."""
    with pytest.raises(Refused, match=r"^file1\.csv: ") as refusal:
        bring(content)

    assert said in str(refusal.value)
    assert not book.appended


def test_a_second_file_that_cannot_be_read_leaves_the_book_alone(bring: Bring, book: MemoryBook) -> None:
    """All files are read before anything is added."""
    with pytest.raises(Refused, match=r"file2\.csv"):
        bring(invoices("1,C,2025-01-15,,10,"), "nothing here\n")

    assert not book.appended


def test_a_file_that_is_not_there_is_refused(book: MemoryBook, tmp_path: Path) -> None:
    """A wrong name is told as such."""
    with pytest.raises(Refused, match="cannot be read"):
        bring_in(book, [tmp_path / "nowhere.csv"], {})


def test_mapped_columns_are_found_under_their_own_names(bring: Bring, book: MemoryBook) -> None:
    """--map names our column and theirs; the others are matched by name, whatever their case and spaces."""
    result = bring(
        "invoiceNumber,customerID,InvoiceDate,Gross total,due DATE\n1,C,2025-01-15,10,2025-02-14\n",
        pairs=("Invoice=invoiceNumber", "amount = gross total"),
    )

    assert result.files[0].columns == {
        "Invoice": "invoiceNumber",
        "Customer ID": "customerID",
        "Invoice date": "InvoiceDate",
        "Due date": "due DATE",
        "Amount": "Gross total",
    }
    assert book.rows("Invoices", "Due date", "Amount") == [(date(2025, 2, 14), 10.0)]


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        (("Ammount=Total",), 'there is no column "Ammount". Did you mean "Amount"?'),
        (("Amount=Total", "amount=Gross"), 'Amount is mapped already, to "Total"'),
        (("Amount",), "write our column, an equals sign and theirs"),
        (("Payments.Due date=X",), 'there is no column "Payments.Due date"'),
        (("Amount=Amuont",), 'file1.csv has no such column. Did you mean "Amount"?'),
        (("Amount=Betarg",), 'there is no column "Betarg". Did you mean "Betrag"?'),
        (("Reference=Order",), "has no such column"),
    ],
)
def test_wrong_maps_are_refused_with_a_suggestion(
    bring: Bring, book: MemoryBook, pairs: tuple[str, ...], said: str
) -> None:
    """A name that is not ours, not theirs, or said twice stops the import before it begins."""
    amount = "Betrag" if "Amount=Betarg" in pairs else "Amount"
    content = f"Invoice,Customer ID,Invoice date,{amount}\n1,C,2025-01-15,10\n"

    with pytest.raises(Refused) as refusal:
        bring(content, pairs=pairs)

    assert said in str(refusal.value)
    assert not book.appended


def test_paid_on_becomes_a_payment(bring: Bring, book: MemoryBook) -> None:
    """A settled date is a payment in full that names its invoice; with an amount, one of that amount."""
    result = bring(
        "Invoice,Customer ID,Invoice date,Amount,Settled,Received\n"
        "1,C,2025-01-15,100,2025-02-01,\n2,C,2025-01-15,100,2025-02-02,40\n3,C,2025-01-15,100,,\n4,C,2025-01-15,100,2025-02-02,0\n",
        pairs=("Paid on=Settled", "Paid amount=Received"),
    )

    assert book.rows("Payments", "Payment", "Date", "Customer ID", "Amount", "Invoice", "Kind") == [
        ("1/paid", date(2025, 2, 1), "C", 100.0, "1", None),
        ("2/paid", date(2025, 2, 2), "C", 40.0, "2", None),
    ]
    assert result.totals["Payments", "EUR"] == Decimal(140)


def test_what_is_paid_later_comes_as_the_difference(bring: Bring, book: MemoryBook) -> None:
    """A later export that tells of more money adds what is missing; one that tells of less is refused."""
    header = "Invoice,Customer ID,Invoice date,Amount,Paid on,Paid amount\n"
    bring(header + "1,C,2025-01-15,100,2025-02-01,40\n")
    bring(header + "1,C,2025-01-15,100,2025-03-01,100\n")
    less = bring(header + "1,C,2025-01-15,100,2025-03-01,10\n")

    assert book.rows("Payments", "Payment", "Amount") == [("1/paid", 40.0), ("1/paid/2", 60.0)]
    assert "other payments for invoice 1 than the file tells of" in reasons(less)[0]


def test_a_payment_typed_by_hand_is_not_counted_again(bring: Bring, book: MemoryBook) -> None:
    """What the book already holds for an invoice, from whomever, is taken off what the file says was paid."""
    bring(invoices("1,C,2025-01-15,,100,"))
    hand = {"Payment": "P-9", "Customer ID": "C", "Date": "2025-02-01", "Amount": 100.0, "Invoice": "1"}
    book.tables["Payments"] = typed("Payments", [hand])
    result = bring("Invoice,Customer ID,Invoice date,Amount,Paid on\n1,C,2025-01-15,100,2025-02-02\n")

    assert result.counts == {("Invoices", "already there"): 1, ("Payments", "already there"): 1}


def test_the_payments_file_and_the_paid_column_count_once(bring: Bring, book: MemoryBook) -> None:
    """When both tell of the same money, in one go or one after the other, there is one payment."""
    billed = "Invoice,Customer ID,Invoice date,Amount,Paid on\n1,C,2025-01-15,100,2025-02-02\n"
    received = "Payment,Date,Customer ID,Amount,Invoice\nP-1,2025-02-02,C,100,1\n"
    bring(billed, received)
    one_go = book.rows("Payments", "Payment")
    later = MemoryBook()
    book.tables = later.tables
    bring(billed)
    bring(received)

    assert one_go == [("P-1",)]
    assert book.rows("Payments", "Payment") == [("1/paid",)]


def test_a_bad_paid_on_keeps_the_whole_row_out(bring: Bring, book: MemoryBook) -> None:
    """An invoice that may have been paid is not brought in as unpaid."""
    result = bring("Invoice,Customer ID,Invoice date,Amount,Paid on\n1,C,2025-01-15,100,soon\n")

    assert [fault.column for fault in result.faults] == ["Paid on"]
    assert not book.appended


def test_a_payment_names_known_invoices_only(bring: Bring, book: MemoryBook) -> None:
    """Several invoices may be named; the customer may come from them; an unknown one refuses the row."""
    header = "Payment,Date,Amount,Invoice,Kind\n"
    result = bring(
        invoices("1,C,2025-01-15,,10,", "2,C,2025-01-15,,10,"),
        header
        + 'P1,2025-02-01,20,"1, 2",\nP2,2025-02-01,5,99,\nP3,2025-02-01,5,,\n'
        + "P4,2025-02-01,1,1,Gift\nP5,2025-02-01,0,1,\n",
    )

    assert book.rows("Payments", "Payment", "Customer ID", "Invoice") == [("P1", "C", "1; 2")]
    assert [(fault.row, fault.column) for fault in result.faults] == [
        (3, "Invoice"),
        (4, "Customer ID"),
        (5, "Kind"),
    ]
    assert [line.note for line in result.lines if line.row == 6] == ["an amount of zero moves no money"]


def test_a_payment_number_used_for_another_payment_is_refused(bring: Bring, book: MemoryBook) -> None:
    """A number stands for one payment; another one under it is not taken."""
    header = "Payment,Date,Customer ID,Amount\n"
    bring(header + "P1,2025-02-01,C,20\n")
    result = bring(header + "P1,2025-02-01,C,21\n")

    assert reasons(result)[0].startswith(
        'file1.csv, row 2, Payment: found "P1". The payment of this number in the book'
    )
    assert book.rows("Payments", "Amount") == [(20.0,)]


def test_two_files_may_name_one_column_differently(bring: Bring, book: MemoryBook) -> None:
    """A map may say whose column it is; a plain one holds for the file that has it."""
    bring(
        "No,Customer,Date,Total\n1,C,2025-01-15,100\n",
        "Customer,Date,Received\nC,2025-02-01,40\n",
        pairs=(
            "Invoice=No",
            "Customer ID=Customer",
            "Invoice date=Date",
            "Amount=Total",
            "Payments.Amount=Received",
        ),
    )

    assert book.rows("Payments", "Customer ID", "Amount") == [("C", 40.0)]


def test_customers_are_matched_by_id_and_named_once(bring: Bring, book: MemoryBook) -> None:
    """Spellings of a name do not make customers, and what the book says of one stays."""
    bring(
        "Invoice,Customer ID,Invoice date,Amount,Name,Email\n"
        "1,C,2025-01-15,10,Ardley Tools,ap@ardley.example\n"
        "2,C,2025-01-16,10,ARDLEY tools ltd,\n3,D,2025-01-16,10,Ardley Tools,\n"
    )
    bring("Invoice,Customer ID,Invoice date,Amount,Name\n4,C,2025-01-17,10,Other name\n")

    assert book.rows("Customers", "Customer ID", "Name", "Email") == [
        ("C", "Ardley Tools", "ap@ardley.example"),
        ("D", "Ardley Tools", None),
    ]


def test_a_refused_row_brings_no_customer(bring: Bring, book: MemoryBook) -> None:
    """A customer comes in only with something that comes in."""
    bring(invoices("1,C,2025-01-15,,ten,"))

    assert not book.appended


def test_a_dispute_the_book_does_not_know_is_told(bring: Bring) -> None:
    """The cell in the book stays; the report asks for the mark."""
    bring(invoices("1,C,2025-01-15,,10,No"))
    result = bring(invoices("1,C,2025-01-15,,10,Yes"))

    assert result.lines[0].note == "the file calls it disputed, the book does not: mark it there"


def test_a_book_typed_as_text_is_understood(bring: Bring, book: MemoryBook) -> None:
    """Where cells of a column do not fit, the book gives it as text, and ids as numbers; both are read."""
    book.tables["Invoices"] = pl.DataFrame(
        {
            "Invoice": [17.0, 18.5, None],
            "Customer ID": ["C", "C", "C"],
            "Invoice date": ["15/01/2025", "2025-01-16", ""],
            "Due date": [datetime(2025, 2, 14, 12, 30), None, None],  # noqa: DTZ001  a cell has no time zone
            "Amount": ["1,200.50", "10", "later"],
        }
    )
    result = bring(
        invoices("17,C,2025-01-15,2025-02-14,1200.50,", "18.5,C,2025-01-16,,10,", "19,C,2025-01-17,,10,"),
        date_order="DMY",
    )

    assert [end for _, table, _, end in done(result) if table == "Invoices"] == ["already there"] * 2 + [
        "added"
    ]


def test_what_a_formula_leaves_behind_is_no_difference(bring: Bring, book: MemoryBook) -> None:
    """An amount that the book has worked out is the amount of the file, to the cent."""
    row = {"Invoice": "17", "Customer ID": "C", "Invoice date": "2025-01-15", "Amount": 0.1 + 0.2}
    book.tables["Invoices"] = typed("Invoices", [row])

    assert done(bring(invoices("17,C,2025-01-15,,0.30,"))) == [(2, "Invoices", "17", "already there")]


def test_a_book_without_a_sheet_holds_nothing_of_it(bring: Bring, book: MemoryBook) -> None:
    """A missing sheet or a missing id column is no reason to stop reading the others."""
    del book.tables["Customers"]
    book.tables["Payments"] = pl.DataFrame({"Something": ["else"]})
    result = bring(invoices("17,C,2025-01-15,,10,"))

    assert result.counts["Invoices", "added"] == 1


def test_payments_of_nobody_are_refused_whole(bring: Bring) -> None:
    """A payments file must say who paid or which invoice."""
    with pytest.raises(Refused, match="no header row has a column for"):
        bring("Date,Amount\n2025-02-01,10\n")


def test_slips_of_the_hand_in_a_year_are_told(bring: Bring) -> None:
    """A date that exists but cannot be meant is refused with the span that can."""
    result = bring(invoices("17,C,1925-01-15,,10,"))

    assert result.faults[0].remedy == "Dates run from 1970-01-01 to 2199-12-31. Correct it in the file."


def test_money_paid_on_an_unknown_day_needs_a_day(bring: Bring) -> None:
    """Part of an invoice paid, nobody knows when: today's date when there is one, else refused."""
    content = "Invoice,Customer ID,Invoice date,Amount,Paid amount\n17,C,2025-01-15,10,4\n"
    result = bring(content)

    assert [(fault.column, fault.remedy) for fault in result.faults] == [
        ("Paid on", "The file does not say when it was paid.")
    ]
    assert bring(content, today=date(2025, 3, 1)).counts["Payments", "added"] == 1


def test_a_bad_part_leaves_the_rest_of_a_payment_alone(bring: Bring, book: MemoryBook) -> None:
    """While a part of a payment cannot be read, nobody knows what is left of it."""
    bring(ZOHO, ZOHO_PAYMENTS.replace("INV-2,40", "INV-2,forty"))

    assert book.rows("Payments", "Payment")[:1] == [("7/INV-1",)]
    assert ("7/on account",) not in book.rows("Payments", "Payment")


def test_a_huge_file_is_refused_unread(bring: Bring, monkeypatch: pytest.MonkeyPatch) -> None:
    """What no ledger of a small firm is, is not loaded."""
    monkeypatch.setattr("duesheet.csvfiles._LARGEST", 10)

    with pytest.raises(Refused, match="larger than"):
        bring(invoices("17,C,2025-01-15,,10,"))


def test_a_list_of_customers_may_come_by_itself(bring: Bring, book: MemoryBook) -> None:
    """Customers that are not in the book are added with everything the file says of them."""
    header = "Customer ID,Name,Email,Currency,Credit limit,Type\n"
    result = bring(
        header + "C,Ardley Tools,ap@ardley.example,gbp,500,business\n"
        ",Nobody,nobody@example.org,,,\nC,Ardley again,,,,\n"
    )

    assert book.rows("Customers", "Customer ID", "Name", "Email", "Currency", "Credit limit", "Type") == [
        ("C", "Ardley Tools", "ap@ardley.example", "GBP", 500.0, "Business")
    ]
    assert [(row, end) for row, _, _, end in done(result)] == [
        (2, "added"),
        (3, "refused"),
        (4, "already there"),
    ]


def test_an_invoice_file_without_amounts_is_no_list_of_customers(bring: Bring, book: MemoryBook) -> None:
    """A file of invoices whose amounts nobody has mapped is refused, not taken for something smaller."""
    with pytest.raises(Refused, match="no header row has a column for Amount"):
        bring("Invoice,Customer ID,Name,Invoice date,Betrag\n1,C,Ardley,2025-01-15,10\n")

    assert not book.appended


def test_profiles_have_their_names() -> None:
    """The profiles the manual names are there."""
    assert set(profiles()) == {
        "freshbooks",
        "quickbooks-online",
        "stripe",
        "xero-invoices",
        "zoho-invoices",
        "zoho-payments",
    }


def test_an_unknown_profile_is_refused(bring: Bring) -> None:
    """With the nearest name there is."""
    with pytest.raises(Refused, match=r'no such profile\. Did you mean "xero-invoices"'):
        bring(invoices("1,C,2025-01-15,,10,"), profile="xero-invoice")


QUICKBOOKS = """"Ardley Supplies, LLC",,,,,,,
A/R Aging Detail Report,,,,,,,
"As of Jul 25, 2026",,,,,,,

,Date,Transaction type,Num,Customer full name,Due date,Amount,Open balance
91 or more days past due,,,,,,,
,03/05/2026,Invoice,1001,Harbour Cafe,04/04/2026,"1,000.00","1,000.00"
,03/20/2026,Invoice,1002,Northgate Dental,04/19/2026,250.00,100.00
,03/21/2026,Credit Memo,1003,Harbour Cafe,03/21/2026,-50.00,-50.00
,03/22/2026,Payment,,Harbour Cafe,03/22/2026,-20.00,-20.00
Total for 91 or more days past due,,,,,,"1,180.00","1,030.00"
TOTAL,,,,,,"1,180.00","1,030.00"

" Saturday, July 25, 2026 10:04 AM GMT-05:00",,,,,,,
"""

QUICKBOOKS_PAYMENTS = """"Ardley Supplies, LLC",,,,,
Invoices and Received Payments,,,,,
All Dates,,,,,

,Date,Transaction type,Memo/Description,Transaction number,Amount
Harbour Cafe,,,,,
,05/15/2026,Payment,,,500.00
,03/05/2026,Invoice,,1001,"1,000.00"
,05/16/2026,Payment,,,0.00
Northgate Dental,,,,,
,05/20/2026,Payment,cheque 88,,150.00
"""


def test_quickbooks_aging_and_payments_come_in_as_they_are(bring: Bring, book: MemoryBook) -> None:
    """Titles, buckets, totals and stamps are passed over; payments belong to the customer above them."""
    result = bring(QUICKBOOKS, QUICKBOOKS_PAYMENTS, profile="quickbooks-online", currency="USD")

    assert not result.faults
    assert book.rows("Invoices", "Invoice", "Customer ID", "Invoice date", "Due date", "Amount") == [
        ("1001", "Harbour Cafe", date(2026, 3, 5), date(2026, 4, 4), 1000.0),
        ("1002", "Northgate Dental", date(2026, 3, 20), date(2026, 4, 19), 250.0),
        ("1003", "Harbour Cafe", date(2026, 3, 21), date(2026, 3, 21), -50.0),
    ]
    assert book.rows("Payments", "Date", "Customer ID", "Amount", "Reference", "Invoice") == [
        (date(2026, 5, 15), "Harbour Cafe", 500.0, None, None),
        (date(2026, 5, 20), "Northgate Dental", 150.0, "cheque 88", None),
    ]
    notes = {line.row: line.note for line in result.lines if line.file == "file1.csv" and line.note}
    assert notes[8] == "100.00 of it is open: bring in the payments as well"
    assert notes[10] == "Transaction type is Payment"
    assert notes[14] == "a heading"


def test_known_files_need_no_profile_named(bring: Bring) -> None:
    """A header that only one program writes is recognized by itself."""
    result = bring(QUICKBOOKS, QUICKBOOKS_PAYMENTS)

    assert [read.form for read in result.files] == [
        "quickbooks-online: A/R Aging Detail",
        "quickbooks-online: Invoices and Received Payments",
    ]


def test_quickbooks_contacts_come_in_as_customers(bring: Bring, book: MemoryBook) -> None:
    """The contact list brings the e-mail addresses that letters need."""
    bring(
        "Ardley Supplies,,,,,\nCustomer Contact List,,,,,\n\n"
        "Customer full name,Phone numbers,Email,Full name,Bill address,Ship address\n"
        'Harbour Cafe,Phone:(555) 010-1234,ap@harbour.example,Ana Sol,"1 Quay St\nPorthaven",\n'
    )

    assert book.rows("Customers", "Customer ID", "Name", "Contact", "Email", "Phone") == [
        ("Harbour Cafe", "Harbour Cafe", "Ana Sol", "ap@harbour.example", "Phone:(555) 010-1234")
    ]


XERO_HEADER = (
    "ContactName,EmailAddress,POAddressLine1,InvoiceNumber,Reference,InvoiceDate,DueDate,PlannedDate,Total,TaxTotal,"
    "InvoiceAmountPaid,InvoiceAmountDue,InventoryItemCode,Description,Quantity,UnitAmount,Discount,LineAmount,"
    "AccountCode,TaxType,TaxAmount,Currency,Type,Sent,Status"
)


def xero(number: str, total: str, paid: str, status: str, line: str = "1") -> str:
    """A line of Xero's export."""
    return (
        f"Harbour Cafe,ap@harbour.example,,{number},PO 7,24/03/2026,23/04/2026,,{total},0,{paid},0,,"
        f"Item {line},1,{line},,{line},200,None,0,NZD,Sales invoice,Sent,{status}"
    )


def test_xero_lines_are_one_invoice(bring: Bring, book: MemoryBook) -> None:
    """A total on every line is taken once; drafts stay out; money paid without a date is today's."""
    rows = [
        xero("INV-1", "1495.0000", "0.0000", "Awaiting Payment"),
        xero("INV-1", "1495.0000", "0.0000", "Awaiting Payment", "2"),
        xero("INV-2", "100.0000", "100.0000", "Paid"),
        xero("INV-3", "80.0000", "30.0000", "Awaiting Payment"),
        xero("INV-4", "70.0000", "0.0000", "Draft"),
    ]
    result = bring("\n".join([XERO_HEADER, *rows]), profile="xero-invoices", today=date(2026, 7, 25))

    assert not result.faults
    assert book.rows("Invoices", "Invoice", "Customer ID", "Amount", "Currency", "Reference") == [
        ("INV-1", "Harbour Cafe", 1495.0, "NZD", "PO 7"),
        ("INV-3", "Harbour Cafe", 80.0, "NZD", "PO 7"),
    ]
    assert book.rows("Payments", "Payment", "Date", "Amount") == [("INV-3/paid", date(2026, 7, 25), 30.0)]
    assert book.rows("Customers", "Email") == [("ap@harbour.example",)]
    assert {line.row: line.note for line in result.lines if line.done == "skipped"} == {
        3: "a further line of the invoice in row 2",
        4: "paid in full, and the file does not say when",
        6: "Status is Draft",
    }


def test_an_open_xero_invoice_that_is_paid_later_is_settled(bring: Bring, book: MemoryBook) -> None:
    """The next export brings the payment of an invoice the book knows, and only once."""
    bring(
        "\n".join([XERO_HEADER, xero("INV-1", "100.00", "0.00", "Awaiting Payment")]), today=date(2026, 7, 18)
    )
    paid = "\n".join([XERO_HEADER, xero("INV-1", "100.00", "100.00", "Paid")])
    bring(paid, today=date(2026, 7, 25))
    bring(paid, today=date(2026, 8, 1))

    assert book.rows("Payments", "Payment", "Date", "Amount") == [("INV-1/paid", date(2026, 7, 25), 100.0)]


def test_lines_that_contradict_each_other_refuse_the_invoice(bring: Bring, book: MemoryBook) -> None:
    """Two totals under one number are not chosen between."""
    rows = [
        xero("INV-1", "100.00", "0.00", "Awaiting Payment"),
        xero("INV-1", "90.00", "0.00", "Awaiting Payment"),
    ]
    result = bring("\n".join([XERO_HEADER, *rows]))

    assert [(fault.row, fault.column, fault.found) for fault in result.faults] == [(3, "Amount", "90.00")]
    assert not book.appended


ZOHO = """Invoice Date,Invoice ID,Invoice Number,Invoice Status,Customer Name,Customer ID,Due Date,PurchaseOrder,Currency Code,SubTotal,Total,Balance,Last Payment Date,Item Name
2026-01-10,1930571000000012345,INV-1,Closed,Harbour Cafe,1930571000000067001,2026-02-09,,USD,90,100,0,2026-02-20,Beans
2026-01-10,1930571000000012345,INV-1,Closed,Harbour Cafe,1930571000000067001,2026-02-09,,USD,90,100,0,2026-02-20,Cups
2026-02-10,1930571000000012346,INV-2,PartiallyPaid,Harbour Cafe,1930571000000067001,2026-03-12,,USD,90,100,60,2026-03-01,Beans
2026-02-11,1930571000000012347,INV-3,Overdue,Northgate,1930571000000067002,2026-03-13,,USD,90,100,100,,Beans
2026-02-12,1930571000000012348,INV-4,Void,Northgate,1930571000000067002,2026-03-14,,USD,90,100,100,,Beans
"""  # noqa: E501  the lines as the program writes them

ZOHO_PAYMENTS = """Payment Number,CustomerPayment ID,Mode,Date,Customer Name,Amount,Deposit To,Reference Number,Invoice Number,Amount Applied to Invoice,Invoice Payment Applied Date
7,1930571000000090001,Cash,2026-02-20,Harbour Cafe,150,Bank,ref 9,INV-1,100,2026-02-20
7,1930571000000090001,Cash,2026-02-20,Harbour Cafe,150,Bank,ref 9,INV-2,40,2026-02-20
8,1930571000000090002,Check,2026-02-21,Somebody,70,Bank,,,,
"""  # noqa: E501  the lines as the program writes them


def test_zoho_invoices_know_what_was_paid(bring: Bring, book: MemoryBook) -> None:
    """Paid is the total less the balance, on the last payment's day; 19-digit ids stay whole."""
    result = bring(ZOHO, profile="zoho-invoices")

    assert not result.faults
    assert book.rows("Invoices", "Invoice", "Customer ID", "Amount") == [
        ("INV-1", "1930571000000067001", 100.0),
        ("INV-2", "1930571000000067001", 100.0),
        ("INV-3", "1930571000000067002", 100.0),
    ]
    assert book.rows("Payments", "Payment", "Date", "Amount", "Currency") == [
        ("INV-1/paid", date(2026, 2, 20), 100.0, "USD"),
        ("INV-2/paid", date(2026, 3, 1), 40.0, "USD"),
    ]


def test_zoho_payments_are_one_row_for_each_invoice(bring: Bring, book: MemoryBook) -> None:
    """The customer comes from the invoice; the rest is on account; unknown payers are refused."""
    result = bring(ZOHO, ZOHO_PAYMENTS)
    again = bring(ZOHO, ZOHO_PAYMENTS)

    assert book.rows("Payments", "Payment", "Customer ID", "Amount", "Invoice", "Method") == [
        ("7/INV-1", "1930571000000067001", 100.0, "INV-1", "Cash"),
        ("7/INV-2", "1930571000000067001", 40.0, "INV-2", "Cash"),
        ("7/on account", "1930571000000067001", 10.0, None, "Cash"),
    ]
    assert [(fault.row, fault.remedy) for fault in result.faults] == [
        (4, "No invoice in the book tells whose payment this is. Enter it by hand.")
    ]
    assert ("Payments", "added") not in again.counts


def test_money_on_account_that_is_applied_later_moves(bring: Bring, book: MemoryBook) -> None:
    """When the rest of a payment finds its invoice, the rest on account is taken back by the same amount."""
    bring(ZOHO, ZOHO_PAYMENTS)
    more = "7,1930571000000090001,Cash,2026-02-20,Harbour Cafe,150,Bank,ref 9,INV-3,10,2026-03-20\n"
    bring(ZOHO, ZOHO_PAYMENTS + more)

    assert book.rows("Payments", "Payment", "Amount")[3:] == [("7/INV-3", 10.0), ("7/on account/2", -10.0)]
    assert sum(amount for (amount,) in book.rows("Payments", "Amount")) == 150  # type: ignore[misc]


def test_freshbooks_lines_add_up(bring: Bring, book: MemoryBook) -> None:
    """The invoice is the sum of its lines; two equal lines are two; a bad line refuses the whole invoice."""
    header = (
        "Client Name,Invoice #,Date Issued,Date Due,Invoice Status,Date Paid,Item Name,Item Description,Rate,"
        "Quantity,Discount Percentage,Line Subtotal,Tax 1 Type,Tax 1 Amount,Tax 2 Type,Tax 2 Amount,"
        "Line Total,Currency"
    )
    line = "{client},{number},01/15/2026,02/14/2026,{status},{paid},Item,,1,1,0,1,,0,,0,{total},USD"
    rows = [
        line.format(client="Northgate", number="000017", status="paid", paid="02/20/2026", total="430.00"),
        line.format(client="Northgate", number="000017", status="paid", paid="02/20/2026", total="430.00"),
        line.format(client="Northgate", number="000018", status="overdue", paid="", total="10.00"),
        line.format(client="Northgate", number="000018", status="overdue", paid="", total="many"),
        line.format(client="Northgate", number="000019", status="draft", paid="", total="10.00"),
    ]
    result = bring("\ufeff" + "\n".join([header, *rows]), profile="freshbooks")

    assert book.rows("Invoices", "Invoice", "Amount") == [("000017", 860.0)]
    assert book.rows("Payments", "Payment", "Date", "Amount") == [("000017/paid", date(2026, 2, 20), 860.0)]
    assert {(line.identity, line.done) for line in result.lines if line.faults} == {("000018", "refused")}


def test_stripe_invoices_come_in(bring: Bring, book: MemoryBook) -> None:
    """Times of day are dropped, currencies written large, and what is not owed stays out."""
    header = (
        "id,Customer,Customer Name,Number,Status,Currency,Amount Due,Amount Paid,Subtotal,Total,Paid,"
        "Date (UTC),Due Date (UTC),Paid At (UTC),Description"
    )
    rows = [
        "in_1,cus_A,Harbour Cafe,AB-1,paid,usd,20,20.00,20,20,true,2026-01-02 10:11,2026-02-01,2026-01-20,",
        "in_2,cus_B,Northgate,AB-2,open,usd,30,0.00,30,30,false,2026-01-03 10:11:12,2026-02-02 10:11,,",
        "in_3,cus_B,Northgate,,draft,usd,30,0.00,30,30,false,2026-01-03 10:11:12,,,",
    ]
    result = bring("\n".join([header, *rows]), profile="stripe")

    assert not result.faults
    assert book.rows("Invoices", "Invoice", "Customer ID", "Invoice date", "Currency") == [
        ("AB-1", "cus_A", date(2026, 1, 2), "USD"),
        ("AB-2", "cus_B", date(2026, 1, 3), "USD"),
    ]
    assert book.rows("Payments", "Payment", "Date") == [("AB-1/paid", date(2026, 1, 20))]
    assert book.rows("Customers", "Name") == [("Harbour Cafe",), ("Northgate",)]


ROWS = st.lists(
    st.tuples(
        st.integers(1, 6),
        st.sampled_from(["A", "B"]),
        st.integers(1, 28),
        st.integers(-500, 5000),
        st.booleans(),
    ),
    max_size=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_any_file_brought_in_twice_is_brought_in_once(
    tmp_path: Path, rows: list[tuple[int, str, int, int, bool]]
) -> None:
    """Whatever the rows, the second time adds nothing, every row is reported, and the totals are right."""
    content = "Invoice,Customer ID,Invoice date,Amount,Paid on\n" + "".join(
        f"{number},{customer},2025-01-{day:02},{amount / 100:.2f},{'2025-03-01' if paid else ''}\n"
        for number, customer, day, amount, paid in rows
    )
    path = tmp_path / "rows.csv"
    path.write_text(content, encoding="utf-8")
    book = MemoryBook()

    first = bring_in(book, [path], {})
    second = bring_in(book, [path], {})

    assert not [line for line in second.lines if line.done == "added"]
    for result in (first, second):
        assert {line.row for line in result.lines} == set(range(2, len(rows) + 2))
    added = sum((Decimal(repr(amount)) for (amount,) in book.rows("Invoices", "Amount")), Decimal())
    assert sum(amount for (table, _), amount in first.totals.items() if table == "Invoices") == added
