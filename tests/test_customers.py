"""The Customers sheet: every customer once, coded, and what is wrong with the others."""

from desk import desk
from duesheet import records
from duesheet.records import Records


def read(rows: str, more: str = "") -> Records:
    """The records of a book with `rows` under ID, Name, Currency, Terms, Email and Credit limit."""
    header = "Customers\nCustomer ID | Name | Currency | Terms | Email | Credit limit | Reminders | Policy\n"
    return records.read(desk(header + rows + more))


def told(found: Records) -> list[tuple[str, int, str, str]]:
    """Sheet, row, column and found of each fault."""
    return [fault[:4] for fault in found.faults]


def test_customers_have_codes_in_the_order_of_their_ids() -> None:
    """Codes follow the ids, whatever the order of the rows."""
    found = read("C3 | Cedar\n00123 | Ash\n123 | Birch")

    frame = found.customers.frame.select("customer", "customer_id", "row")
    assert frame.rows() == [(0, "00123", 3), (1, "123", 4), (2, "C3", 2)]
    assert found.faults == ()


def test_a_second_row_of_one_id_is_a_fault_and_the_first_one_counts() -> None:
    """The fault names the row that counts, and the customer is in doubt."""
    found = read("A | Alder\nB | Birch\nA | Ash")

    assert told(found) == [("Customers", 4, "Customer ID", "A")]
    assert "Row 2 has it already" in found.faults[0].remedy
    assert found.customers.frame["name"].to_list() == ["Alder", "Birch"]
    assert found.doubtful == {"A"}


def test_terms_and_currencies_that_are_not_understood_are_told_once() -> None:
    """The customer stays, in doubt; what hangs on the cell waits until it is mended."""
    found = read("A | Alder | EURO\nB | Birch | usd | when they can\nC | Cedar | gbp | net 30")

    assert told(found) == [("Customers", 2, "Currency", "EURO"), ("Customers", 3, "Terms", "when they can")]
    assert found.customers.frame["currency"].to_list() == ["EURO", "USD", "GBP"]
    assert found.doubtful == {"A", "B"}


def test_a_customer_without_a_name_is_left_out_and_its_invoices_say_so() -> None:
    """The invoices of a customer that cannot be used name the row of Customers to mend."""
    invoices = "\nInvoices\nInvoice | Customer ID | Invoice date | Amount\n1 | A | 2025-01-01 | 10"
    found = read("A | \nB | Birch", invoices)

    assert told(found) == [("Customers", 2, "Name", ""), ("Invoices", 2, "Customer ID", "A")]
    assert "Row 2 of Customers" in found.faults[1].remedy
    assert found.left_out.rows == 1


def test_an_unusable_address_is_told_and_leaves_the_customer_out_of_doubt() -> None:
    """The letter is held for the address itself, in better words than that of a fault on some row."""
    found = read("A | Alder | | | alder at example.com")

    assert told(found) == [("Customers", 2, "Email", "alder at example.com")]
    assert found.doubtful == frozenset()


def test_other_cells_that_cannot_be_read_put_the_customer_in_doubt() -> None:
    """A credit limit in words or an answer that is neither Yes nor No is told."""
    found = read("A | Alder | | | | lots\nB | Birch | | | | | perhaps\nC | Cedar | | | | 0 | NO")

    assert told(found) == [("Customers", 2, "Credit limit", "lots"), ("Customers", 3, "Reminders", "perhaps")]
    assert found.doubtful == {"A", "B"}
    assert found.customers.frame.filter(customer_id="C").select("credit_limit", "reminders").row(0) == (
        0.0,
        "No",
    )


def test_a_policy_that_is_on_no_policy_sheet_is_told() -> None:
    """The cell that names it is the one to mend."""
    found = read("A | Alder | | | | | | Gentle")

    assert told(found) == [("Customers", 2, "Policy", "Gentle")]
