"""A firm in a test: a book typed as text, and the weekly job run on it day by day, with its Activity sheet kept."""

from typing import Any

import polars as pl

from desk import BOOK_ID, Desk, day, desk
from duesheet import activity, records, tables
from duesheet.drafts import notices
from duesheet.layout import layout
from duesheet.notices import Notice
from duesheet.position import Position, position
from duesheet.records import Records
from duesheet.reminders import READY, Decision
from duesheet.reports import invoice_list
from duesheet.week import refused_keys
from duesheet.worklist import is_letter, key_of, plan

CUSTOMERS = """
Customers
Customer ID | Name | Email | Currency | Terms
A | Alder Ltd | pay@example.com | EUR | Net 30
B | Birch GmbH | ap@example.org | USD | Net 30
"""


class Firm:
    """A book and the letters that went: `keys` in order, `notices` as they were sent."""

    def __init__(self, text: str, **settings: str) -> None:
        customers = "" if "Customers" in text else CUSTOMERS
        self.book: Desk = desk(customers + text, **settings)
        self._found: Records | None = None
        self._others: list[pl.DataFrame] = []
        self.keys: list[str] = []
        self.notices: list[Notice] = []

    def decisions(self, today: str) -> list[Decision]:
        """What the job would do on `today`; nothing is sent."""
        return self._planned(today)[0]

    def run(self, today: str) -> list[str]:
        """Do the week's work on `today` and send; gives what is ready, as `A: Friendly reminder 1, 2`."""
        made, found, now = self._planned(today)
        self.notices += notices(made, found, now)
        ready = [one for one in made if one.status == READY]
        for one in ready:
            if is_letter(one):
                self._sent(one, today)
        return [_told(one) for one in ready]

    def _planned(self, today: str) -> tuple[list[Decision], Records, Position]:
        found = self._read()
        now = position(found, day(today))
        past = activity.past(found.activity, [], BOOK_ID)
        return plan(found, now, past, refused_keys(found.reminders)), found, now

    def _read(self) -> Records:
        """The records; where only Activity has grown, only Activity is read anew."""
        others = [frame for name, frame in self.book.sheets.items() if name != "Activity"]
        if self._found is None or any(
            one is not other for one, other in zip(others, self._others, strict=True)
        ):
            self._found, self._others = records.read(self.book), others
        table = layout().tables["Activity"]
        cells = self.book.read(table)
        assert cells
        return self._found._replace(activity=tables.read(tables.spelled(cells, table), table, "YMD").frame)

    def why(self, today: str) -> dict[str, str]:
        """What is said of each customer on `today`: Ready, or why held."""
        return {one.debtor.customer_id: f"{one.status}: {one.why}" for one in self.decisions(today)}

    def one(self, today: str) -> Decision:
        """The only decision of `today`."""
        (decision,) = self.decisions(today)
        return decision

    def change(self, sheet: str, identity: str, column: str, value: str | None) -> None:
        """Type `value` into the row of `identity`."""
        first = layout().tables[sheet].identity[0]
        cell = pl.when(pl.col(first) == identity).then(pl.lit(value, pl.String)).otherwise(pl.col(column))
        self.book.sheets[sheet] = self.book.sheets[sheet].with_columns(cell.alias(column))

    def add(self, sheet: str, **cells: Any) -> None:
        """Type a row, its columns by name with _ for blanks."""
        names = {
            column.name.lower().replace(" ", "_"): column.name for column in layout().tables[sheet].columns
        }
        row = {names[key]: str(value) for key, value in cells.items()}
        old = self.book.sheets[sheet]
        new = pl.DataFrame([{name: row.get(name) for name in old.columns}], schema=old.schema)
        self.book.sheets[sheet] = pl.concat([old, new])

    def _sent(self, one: Decision, today: str) -> None:
        key = key_of(one, BOOK_ID)
        self.keys.append(key)
        self.add(
            "Activity",
            when=today,
            customer_id=one.debtor.customer_id,
            kind="Email",
            invoices=invoice_list(owed.invoice for owed in one.owed),
            key=key,
        )


def _told(one: Decision) -> str:
    assert one.step
    invoices = ", ".join(owed.invoice for owed in one.owed)
    return f"{one.debtor.customer_id}: {one.step.name} {invoices}"
