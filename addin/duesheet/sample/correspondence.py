"""What the sample's firm said before: its Activity sheet, as if the job had been run every other week."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import polars as pl

from duesheet import keys, records
from duesheet.books import Cells
from duesheet.build.contents import frame
from duesheet.cycles import Said
from duesheet.dates import working_day
from duesheet.debtors import Past
from duesheet.layout import Table, layout
from duesheet.money import major
from duesheet.position import position
from duesheet.reminders import READY, Decision
from duesheet.reports import invoice_list
from duesheet.worklist import is_letter, key_of, plan

RUNS = tuple(range(112, 0, -14))
"""How many days ago the job was run: the last time two weeks ago, so that this week's letters are of every step."""

_CALLS_MADE = 28
_BY = "Office"
_NINE = time(9)
Row = dict[str, object]


def sample_activity(
    ledger: Mapping[str, pl.DataFrame], settings: Mapping[str, str], as_of: date, book_id: str
) -> pl.DataFrame:
    """The Activity table of the sample: the letters sent, with keys of the book, and what its user noted.

    `ledger` and `settings` are the sample's own; the same arguments give the same rows.
    """
    found = records.read(
        SampleBook(ledger, {**settings, "Book ID": book_id, "Payments may be old by days": "0"})
    )
    past = _Memory()
    for ago in RUNS:
        today = working_day(as_of - timedelta(days=ago))
        for decision in plan(found, position(found, today), past.known(), frozenset()):
            if is_letter(decision):
                past.sent(decision, book_id, today)
            elif decision.status == READY and ago >= _CALLS_MADE:
                past.called(decision, today)
    rows = sorted([*past.rows, *_noted(ledger, as_of)], key=lambda row: str(row["when"]))
    return frame(layout().tables["Activity"], rows)


class SampleBook:
    """The sample's tables as a book that is only read: what is written to it is forgotten."""

    def __init__(self, ledger: Mapping[str, pl.DataFrame], settings: Mapping[str, str]) -> None:
        drawing = layout()
        typed: list[Row] = [{"setting": name, "value": value} for name, value in settings.items()]
        policy: list[Row] = [{name: step[name] for name in step} for step in drawing.steps]
        self._frames = {name: frame(table, []) for name, table in drawing.tables.items()}
        self._frames |= {**ledger, "Settings": frame(drawing.tables["Settings"], typed)}
        self._frames["Policy"] = frame(drawing.tables["Policy"], _blank(policy))

    @property
    def name(self) -> str:
        """What messages call it."""
        return "the sample"

    def write(self, table: Table, frame: pl.DataFrame) -> None:
        """Forgotten."""

    def append(self, table: Table, frame: pl.DataFrame) -> None:
        """Forgotten."""

    def put(self, table: Table, row: int, column: str, value: str) -> None:
        """Forgotten."""

    def read(self, table: Table) -> Cells:
        """The cells of `table`."""
        cells = self._frames[table.name]
        return Cells(table.name, table.name, cells, pl.Series(range(2, cells.height + 2), dtype=pl.Int64))


def _blank(rows: list[Row]) -> list[Row]:
    return [{name: None if value == "" else value for name, value in row.items()} for row in rows]


@dataclass
class _Memory:
    """What has been said so far, for the job to know and for the sheet to show."""

    rows: list[Row] = field(default_factory=list)
    letters: dict[tuple[str, str], list[Said]] = field(default_factory=lambda: defaultdict(list))
    contacts: dict[str, list[tuple[date, str]]] = field(default_factory=lambda: defaultdict(list))

    def known(self) -> Past:
        return Past(self.letters, self.contacts)

    def sent(self, decision: Decision, book_id: str, today: date) -> None:
        key = key_of(decision, book_id)
        invoices = [owed.invoice for owed in decision.owed]
        said = Said(key, keys.step(key), keys.cycle(key), today, "sent", frozenset(invoices))
        debtor, step = decision.debtor, decision.step
        self.letters[debtor.customer_id, debtor.currency].append(said)
        self.rows.append(
            {
                "when": datetime.combine(today, _NINE),
                "customer_id": debtor.customer_id,
                "kind": "Email",
                "step": float(said.step),
                "invoices": invoice_list(invoices),
                "amount": float(major(decision.amount_due, debtor.currency)),
                "subject": step.name if step else "",
                "result": "Sent",
                "by": _BY,
                "key": key,
            }
        )

    def called(self, decision: Decision, today: date) -> None:
        day = working_day(today + timedelta(days=1))
        customer = decision.debtor.customer_id
        self.contacts[customer].append((day, "Call"))
        self.rows.append(
            _row(
                day,
                customer,
                "Call",
                invoice_list(owed.invoice for owed in decision.owed),
                "Spoke to accounts",
            )
        )


def _row(day: date, customer: str, kind: str, invoices: str, subject: str) -> Row:
    """A row as the user types it: no key, and no time of day."""
    return {
        "when": datetime.combine(day, time()),
        "customer_id": customer,
        "kind": kind,
        "invoices": invoices,
        "subject": subject,
        "by": _BY,
    }


def _noted(ledger: Mapping[str, pl.DataFrame], as_of: date) -> Iterator[Row]:
    """The disputes and promises of the Invoices sheet, as somebody took them down."""
    told = ledger["Invoices"].select("Invoice", "Customer ID", "Invoice date", "Disputed", "Promised")
    for invoice, customer, billed, disputed, promised in told.iter_rows():
        day = max(billed, working_day(as_of - timedelta(days=12)))
        if disputed:
            yield _row(day, customer, "Dispute", invoice, disputed)
        if promised:
            yield _row(day, customer, "Promise", invoice, f"Will pay by {promised.isoformat()}")
