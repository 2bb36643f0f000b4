"""The statement of account: what stands on it, in which words, and that it is the same file each time."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from desk import day
from duesheet import records
from duesheet.errors import TemplateFault
from duesheet.position import position
from duesheet.printout import enclosure
from duesheet.statements import Entry, Statement, statements
from firm import Firm
from letterbox import AS_OF, LANGUAGES, line

LEDGER = """
Invoices
Invoice | Customer ID | Invoice date | Due date | Amount | Disputed | Promised
1 | A | 2026-01-01 | 2026-01-31 | 100 | |
2 | A | 2026-01-01 | 2026-02-05 | 200 | wrong price |
3 | A | 2026-03-01 | 2026-03-31 | 50 | | 2026-03-20
4 | B | 2026-01-01 | 2026-01-31 | 70 | |
Payments
Payment | Date | Customer ID | Amount | Invoice
9 | 2026-02-10 | A | 40 | 1
10 | 2026-02-11 | A | 5 |
"""


def statement(
    *entries: Entry, unapplied: int = 0, currency: str = "EUR", customer: str = "Weber"
) -> Statement:
    """A statement of the entries; what is open of them stands in the first bucket."""
    owed = sum(entry.line.open for entry in entries)
    buckets = (0, owed, 0, 0)
    return Statement(
        "C-1001", customer, currency, AS_OF, entries, (30, 60), buckets, unapplied, owed + unapplied
    )


def pages(found: Statement, language: str = "en", *folders: Path) -> list[str]:
    """The text of the pages as they are printed, each with single blanks."""
    made = enclosure(found, "Harbor & Field Supply", language, folders)
    return [
        " ".join(page.extract_text().replace("\u202f", " ").split())
        for page in PdfReader(BytesIO(made.read())).pages
    ]


def test_a_statement_lists_all_that_is_open() -> None:
    """Disputed, promised and not yet due items are on it, paid and unapplied money, and it adds up to Aging's total."""
    firm = Firm(LEDGER, Unapplied_money="Keep apart")
    firm.run("2026-03-02")
    now = position(records.read(firm.book), day("2026-03-02"))
    whose = [(one.customer_id, one.currency) for one in firm.notices]
    found = statements(whose, now, (30, 60))["A", "EUR"]
    assert [(one.line.invoice, one.line.open, one.disputed) for one in found.entries] == [
        ("1", 6_000, False),
        ("2", 20_000, True),
        ("3", 5_000, False),
    ]
    assert found.entries[2].promised == date(2026, 3, 20)
    assert (found.unapplied, found.total) == (-500, 30_500)
    assert sum(found.buckets) + found.unapplied == found.total


def test_a_statement_says_who_what_and_how_much() -> None:
    """Company, customer, day, item, the marks, the money on account, the balance and the aging line are printed."""
    entries = Entry(line("INV-7", 4, 123_450)), Entry(line("INV-8", -3, 100), disputed=True)
    (page,) = pages(statement(*entries, unapplied=-550))
    for told in (
        "Harbor & Field Supply",
        "Statement of account",
        "As of November 23, 2026",
        "Weber",
        "Customer no. C-1001",
        "INV-7",
        "Nov 19, 2026",
        "1,234.50",
        "disputed",
        "On account",
        "-5.50",
        "€1,230.00",
        "Not due",
        "1\N{EN DASH}30",
        "31\N{EN DASH}60",
        "Over 60",
        "Page 1 of 1",
    ):
        assert told in page


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("de-AT", ("Kontoauszug", "Seite 1 von 1", "23. November 2026", "Überfällig".lower())),
        ("fr", ("Relevé de compte", "23 novembre 2026", "Restant dû")),
        ("es", ("Estado de cuenta", "23 de noviembre de 2026", "Vencimiento")),
    ],
)
def test_a_statement_is_in_the_language_of_its_letter(language: str, told: tuple[str, ...]) -> None:
    """Words, dates and amounts are those of the customer's language."""
    (page,) = pages(statement(Entry(line())), language)
    assert [one for one in told if one.lower() not in page.lower()] == []


@pytest.mark.parametrize(
    ("currency", "told"), [("JPY", "¥123,450"), ("KWD", "KWD123.450"), ("EUR", "€1,234.50")]
)
def test_a_statement_has_the_digits_of_its_currency(currency: str, told: str) -> None:
    """Yen have no decimals, Kuwaiti dinars three."""
    (page,) = pages(statement(Entry(line(owed=123_450)), currency=currency))
    assert told in page.replace(" ", "")


def test_a_long_statement_goes_on_over_pages() -> None:
    """Sixty items stand on several pages, each with the heading and its number, none missing."""
    found = pages(statement(*(Entry(line(f"INV-{number}")) for number in range(100, 160))))
    assert len(found) > 1
    assert all(f"Page {number} of {len(found)}" in page for number, page in enumerate(found, 1))
    assert all("Days overdue" in page for page in found[:-1])
    assert "INV-159" in found[-1]  # the sums never stand on a page of their own
    assert [number for number in range(100, 160) if f"INV-{number}" not in " ".join(found)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_statement_is_the_same_file_each_time(language: str) -> None:
    """Made again it has the same bytes, so that the letter keeps its digest."""
    found = statement(Entry(line()), Entry(line("INV-2", instalment=2), promised=AS_OF))
    first, again = (enclosure(found, "Harbor", language, ()) for _ in range(2))
    assert first == again
    assert first.read().startswith(b"%PDF-")
    assert b"D:20261123000000Z" in first.read()


def test_letters_of_all_europe_are_printed() -> None:
    """Names in Latin, Greek and Cyrillic letters come out as they were typed."""
    name = "Łódź Škoda Ñandú Æther İstanbul Ελληνικά Київ"
    (page,) = pages(statement(Entry(line()), customer=name))
    assert name in page


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_whatever_is_in_a_cell_is_printed_as_text(customer: str, invoice: str) -> None:
    """No text of a cell is markup, breaks the page or stops the statement."""
    item = line(f"<b>{invoice}", reference="<para>&nbsp;</i>" + invoice)
    assert pages(statement(Entry(item), customer=f"<font>{customer}"))


def test_a_word_missing_in_a_firms_own_statement_holds_the_letter(tmp_path: Path) -> None:
    """Words in templates beside the workbook win; one left out is named."""
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "statement.j2").write_text("title: Account\n", encoding="utf-8")
    with pytest.raises(TemplateFault, match=r'en/statement\.j2: the words for "file" are missing'):
        pages(statement(Entry(line())), "en", tmp_path)
