"""Everything the book's input sheets say, read and coded, with what could not be used."""

from dataclasses import dataclass

import polars as pl

from duesheet import customers, invoices, payments, policy, settings, tables
from duesheet.accounts import Accounts, open_accounts
from duesheet.books import Book, Cells
from duesheet.errors import Fault, TableMissing
from duesheet.layout import Layout, layout
from duesheet.tables import Typed

READ = ("Customers", "Invoices", "Payments", "Policy", "Rates", "Activity", "Reminders", "Settings")
"""The tables the weekly job reads."""


@dataclass(frozen=True)
class LeftOut:
    """Rows that a fault keeps out of the totals: how many, and how much money by the currency typed in them."""

    rows: int
    money: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Records:
    """The input sheets of one book.

    `doubtful` are the customers with a fault on any of their rows; `table_fault` says that a whole column is missing,
    so that nobody can be sure of anything.
    """

    settings: settings.Settings
    drawing: Layout
    customers: customers.Customers
    invoices: invoices.Invoices
    payments: payments.Payments
    accounts: Accounts
    policies: dict[str, policy.Policy]
    activity: pl.DataFrame
    reminders: pl.DataFrame
    faults: tuple[Fault, ...]
    doubtful: frozenset[str]
    table_fault: bool
    left_out: LeftOut


def read(book: Book) -> Records:
    """The records of `book`. Raises TableMissing where a sheet or a required column is not there."""
    drawing = layout()
    cells = _cells(book, drawing)
    chosen, faults = settings.read(_needed(book, cells, "Settings"), drawing.tables["Settings"])
    order = chosen.date_order
    typed = {name: _typed(book, cells, drawing, name, order) for name in READ if name != "Settings"}
    who = customers.read(typed["Customers"])
    billed = invoices.read(typed["Invoices"], who, chosen)
    paid = payments.read(typed["Payments"], who, billed, chosen)
    steps, step_faults = policy.read(typed["Policy"])
    loose = [fault for name in ("Rates", "Activity") for fault in typed[name].faults]
    everything = (*faults, *who.faults, *billed.faults, *paid.faults, *step_faults, *loose)
    return Records(
        settings=chosen,
        drawing=layout(chosen.bucket_edges),
        customers=who,
        invoices=billed,
        payments=paid,
        accounts=open_accounts(who, billed, paid, chosen.base_currency),
        policies=dict(steps),
        activity=typed["Activity"].frame,
        reminders=typed["Reminders"].frame,
        faults=_as_named(everything, cells),
        doubtful=who.doubtful | billed.doubtful | paid.doubtful,
        table_fault=any(fault.row == 0 for fault in everything),
        left_out=_left_out(typed, billed, paid),
    )


def _cells(book: Book, drawing: Layout) -> dict[str, Cells | None]:
    return {name: book.read(drawing.tables[name]) for name in READ}


def _needed(book: Book, cells: dict[str, Cells | None], name: str) -> Cells:
    found = cells[name]
    if found is None:
        raise TableMissing(
            f'{book.name} has no table or sheet "{name}". Name the sheet {name} again, or start from: duesheet new FILE'
        )
    return found


def _typed(book: Book, cells: dict[str, Cells | None], drawing: Layout, name: str, order: str) -> Typed:
    table = drawing.tables[name]
    if not table.required and cells[name] is None:
        return tables.empty(table)
    return tables.read(_needed(book, cells, name), table, order)


def _as_named(faults: tuple[Fault, ...], cells: dict[str, Cells | None]) -> tuple[Fault, ...]:
    """Faults under the names the sheets have in this book, in the order of sheets, rows and columns."""
    names = {name: found.sheet for name, found in cells.items() if found is not None}
    named = [fault._replace(table=names.get(fault.table, fault.table)) for fault in faults]
    places = {sheet: number for number, sheet in enumerate(names.values())}
    return tuple(sorted(dict.fromkeys(named), key=lambda fault: (places.get(fault.table, 99), fault.row, fault.column)))


def _left_out(typed: dict[str, Typed], billed: invoices.Invoices, paid: payments.Payments) -> LeftOut:
    """What stands on Invoices and Payments and is in no total."""
    missing = [
        pl.concat(
            [
                typed[name].left_out.select("row", "amount", "currency"),
                typed[name].frame.join(kept.select("row"), on="row", how="anti").select("row", "amount", "currency"),
            ]
        )
        for name, kept in (("Invoices", billed.frame), ("Payments", paid.frame))
    ]
    rows = pl.concat(missing)
    sums = rows.with_columns(pl.col("currency").fill_null("")).group_by("currency").agg(pl.col("amount").abs().sum())
    money = tuple((code, amount) for code, amount in sums.sort("currency").iter_rows() if amount)
    return LeftOut(rows.height, money)
