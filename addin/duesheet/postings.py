"""What an import does to the book: the rows to append, and what became of each row of each file."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from duesheet import money
from duesheet.errors import Fault
from duesheet.layout import layout
from duesheet.standing import Bill, Standing

ADDED, THERE, SKIPPED, REFUSED = "added", "already there", "skipped", "refused"


class Line(NamedTuple):
    """What was done with one row of a file; `faults` say what is wrong with a refused one."""

    file: str
    row: int
    table: str
    identity: str
    done: str
    note: str = ""
    faults: tuple[Fault, ...] = ()


class Entry(NamedTuple):
    """One row of a file, its values by our column: ids and words text, dates, amounts Decimal."""

    file: str
    row: int
    values: Mapping[str, Any]
    faults: tuple[Fault, ...] = ()
    note: str = ""

    @property
    def place(self) -> str:
        """Where the row stands, in words."""
        return f"row {self.row} of {self.file}"

    def fault(self, column: str, remedy: str) -> Fault:
        """Something wrong with this row's `column`."""
        found = self.values.get(column)
        return Fault(self.file, self.row, column, "" if found is None else str(found), remedy)

    def wrong(self, required: Sequence[str]) -> list[Fault]:
        """What is wrong with the row, blank required columns included."""
        blank = [name for name in required if self.values.get(name) is None]
        if not (blank or self.faults):
            return []
        told = {fault.column for fault in self.faults}
        return [
            *self.faults,
            *(self.fault(name, f"{name} is required; fill it in.") for name in blank if name not in told),
        ]


class Settled(NamedTuple):
    """An invoice that stands in the book, with the row that may say what was paid on it."""

    entry: Entry
    identity: str
    bill: Bill


@dataclass
class Postings:
    """The work of one import, growing row by row.

    `added` holds the rows to append by table, `totals` their sum by table and currency, `settled` the
    invoices whose payments are still to be worked out. `currency` is the base currency; `today` dates
    payments that have no date.
    """

    standing: Standing
    currency: str
    today: date | None
    added: defaultdict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    lines: list[Line] = field(default_factory=list)
    totals: defaultdict[tuple[str, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    settled: list[Settled] = field(default_factory=list)

    def say(self, entry: Entry, table: str, identity: str, done: str, note: str = "") -> None:
        """Report what was done with a row."""
        self.lines.append(Line(entry.file, entry.row, table, identity, done, note or entry.note))

    def refuse(self, entry: Entry, table: str, identity: str, faults: Sequence[Fault]) -> None:
        """Report a row that is not taken, and why."""
        self.lines.append(
            Line(entry.file, entry.row, table, identity, REFUSED, str(faults[0]), tuple(faults))
        )

    def append(self, table: str, row: dict[str, Any], currency: str) -> None:
        """Add a row with an amount."""
        self.added[table].append(row)
        self.totals[table, currency] += row["Amount"]

    def customers(self, entries: Sequence[Entry]) -> None:
        """Add the customers that are not in the book."""
        for entry in entries:
            identity = entry.values.get("Customer ID") or ""
            faults = entry.wrong(("Customer ID",))
            if faults:
                self.refuse(entry, "Customers", identity, faults)
            elif known := self.standing.customer(identity):
                self.say(entry, "Customers", known, THERE)
            else:
                self.customer(entry, identity, whole=True)

    def customer(self, entry: Entry, identity: str, *, whole: bool = False) -> None:
        """Add the customer of a row, unless the book has it; `whole` when the row is about nothing else."""
        if identity in self.standing.customers:
            return
        names = [column.name for column in layout().tables["Customers"].columns]
        # Currency and terms of an invoice or payment are its own, not the customer's.
        own = set(names) - (set() if whole else {"Currency", "Terms"})
        row = {name: entry.values[name] for name in names if name in own and name in entry.values}
        self.standing.customers[identity] = row.get("Currency") or ""
        self.added["Customers"].append({**row, "Customer ID": identity, "Name": row.get("Name") or identity})
        self.say(entry, "Customers", identity, ADDED)

    def currency_of(self, entry: Entry, customer: str, named: Sequence[str] = ()) -> str:
        """The currency of a row: its own, that of the first invoice it names, the customer's, the base."""
        billed = self.standing.bills[named[0]].currency if named else ""
        return (
            entry.values.get("Currency")
            or billed
            or self.standing.customers.get(customer, "")
            or self.currency
        )

    def uneven(self, entry: Entry, currency: str, columns: Sequence[str]) -> list[Fault]:
        """The amounts of a row that are no whole number of the currency's smallest coin."""
        decimals = money.digits(currency)
        remedy = f"{currency} has {decimals} decimals. Correct the amount in the file."
        amounts = [(column, entry.values.get(column)) for column in columns]
        return [
            entry.fault(column, remedy)
            for column, amount in amounts
            if amount is not None and amount != round(amount, decimals)
        ]
