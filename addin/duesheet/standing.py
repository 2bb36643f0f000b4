"""What stands in the book before and while rows are brought in: who is known, what is billed and paid."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from duesheet import dates, money
from duesheet.books import Book
from duesheet.layout import layout

IN_BOOK = "the book"


class Bill(NamedTuple):
    """An invoice as far as two of them are compared; `where` says who brought it."""

    customer: str
    day: date | None
    due: date | None
    amount: Decimal | None
    currency: str
    disputed: bool
    where: str


class Receipt(NamedTuple):
    """A payment as far as two of them are compared."""

    customer: str
    day: date | None
    amount: Decimal | None
    invoice: str
    where: str


_COMPARED = {
    "customer": "Customer ID",
    "day": "Invoice date",
    "due": "Due date",
    "amount": "Amount",
    "currency": "Currency",
}


def differing(left: Bill, right: Bill) -> list[str]:
    """The columns in which two invoices contradict each other; blank contradicts nothing."""
    pairs = [(header, getattr(left, name), getattr(right, name)) for name, header in _COMPARED.items()]
    return [
        header
        for header, one, other in pairs
        if one not in {None, ""} and other not in {None, ""} and one != other
    ]


def numeric(identity: str) -> str:
    """An id as it would look after a spreadsheet took it for a number.

    >>> numeric("00120"), numeric("A-007")
    ('120', 'A-007')
    """
    return identity.lstrip("0") or "0" if identity.isdigit() else identity


@dataclass
class Standing:
    """The ids and figures of the book, kept up to date as rows are added."""

    customers: dict[str, str] = field(default_factory=dict)
    bills: dict[str, Bill] = field(default_factory=dict)
    receipts: dict[str, Receipt] = field(default_factory=dict)
    paid: defaultdict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    shared: set[str] = field(default_factory=set)
    derived: Counter[tuple[str, date | None, Decimal | None]] = field(default_factory=Counter)
    _customer_numbers: dict[str, str] = field(default_factory=dict)
    _bill_numbers: dict[str, str] = field(default_factory=dict)

    def customer(self, identity: str) -> str | None:
        """The book's spelling of a customer's id, also where a spreadsheet has taken it for a number."""
        return (
            identity if identity in self.customers else self._customer_numbers.get(numeric(identity)) or None
        )

    def bill(self, identity: str) -> str | None:
        """The book's spelling of an invoice's number, likewise."""
        return identity if identity in self.bills else self._bill_numbers.get(numeric(identity)) or None

    def know_looks(self) -> None:
        """Remember how the ids that stand now look as numbers."""
        self._customer_numbers = _one_spelling(self.customers)
        self._bill_numbers = _one_spelling(self.bills)

    def keep_apart(self, identities: Iterable[str]) -> None:
        """Never take one id for another that looks the same as a number when a file holds both spellings."""
        spelled: defaultdict[str, set[str]] = defaultdict(set)
        for identity in identities:
            spelled[numeric(identity)].add(identity)
        self._customer_numbers |= {look: "" for look, names in spelled.items() if len(names) > 1}

    def add_receipt(self, identity: str, receipt: Receipt, *, derived: bool) -> None:
        """Count a payment, and what its invoice has received."""
        self.receipts[identity] = receipt
        named = names_in(receipt.invoice)
        if len(named) == 1:
            self.paid[named[0]] += receipt.amount or 0
        else:
            self.shared.update(named)
        if derived:
            self.derived[receipt.invoice, receipt.day, receipt.amount] += 1


def names_in(invoices: str) -> list[str]:
    """The invoices a payment names.

    >>> names_in("1001; 1002")
    ['1001', '1002']
    """
    return [name.strip() for name in invoices.split(";") if name.strip()]


def standing(book: Book, date_order: str) -> Standing:
    """What `book` holds now."""
    found = Standing()
    for row in _rows(book, "Customers"):
        found.customers[row["Customer ID"]] = _text(row.get("Currency")).upper()
    for row in _rows(book, "Invoices"):
        found.bills[row["Invoice"]] = Bill(
            _text(row.get("Customer ID")),
            _day(row.get("Invoice date"), date_order),
            _day(row.get("Due date"), date_order),
            _amount(row.get("Amount")),
            _text(row.get("Currency")).upper(),
            bool(_text(row.get("Disputed"))),
            IN_BOOK,
        )
    for row in _rows(book, "Payments"):
        receipt = Receipt(
            _text(row.get("Customer ID")),
            _day(row.get("Date"), date_order),
            _amount(row.get("Amount")),
            _text(row.get("Invoice")),
            IN_BOOK,
        )
        found.add_receipt(
            row["Payment"], receipt, derived=row["Payment"].startswith(f"{receipt.invoice}/paid")
        )
    found.know_looks()
    return found


def _one_spelling(identities: Iterable[str]) -> dict[str, str]:
    """Ids by their look as a number, blank where two of them look the same."""
    found: dict[str, str] = {}
    for identity in identities:
        look = numeric(identity)
        found[look] = "" if look in found else identity
    return found


def _rows(book: Book, table: str) -> Iterator[Mapping[str, Any]]:
    drawn = layout().tables[table]
    cells = book.read(drawn)
    identity = drawn.identity[0]
    if cells is None or identity not in cells.frame.columns:
        return
    for row in cells.frame.iter_rows(named=True):
        key = _text(row[identity])
        if key:
            yield {**row, identity: key}


def _text(cell: object) -> str:
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    return "" if cell is None else str(cell).strip()


def _day(cell: object, order: str) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    return cell if isinstance(cell, date) else dates.parse(_text(cell), order)


def _amount(cell: object) -> Decimal | None:
    # A formula leaves 0.30000000000000004 behind; no currency has more than four decimals.
    return round(Decimal(repr(cell)), 4) if isinstance(cell, float) else money.parse(_text(cell))
