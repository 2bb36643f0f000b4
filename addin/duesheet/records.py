"""Everything the book's input sheets say, read and coded, with what could not be used."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import polars as pl

from duesheet import customers, invoices, payments, plans, policy, problems, rates, settings, tables
from duesheet.accounts import Accounts, open_accounts
from duesheet.books import Book, Cells
from duesheet.errors import Fault, TableMissing
from duesheet.layout import Layout, layout
from duesheet.problems import Letters
from duesheet.tables import Typed

_LARGE = ("Customers", "Invoices", "Payments")
"""Read last, and each worked on as soon as it is there: the others may still be on their way."""

_ANSWER = "Type Yes or No. Until then it counts as No."


class LeftOut(NamedTuple):
    """Rows that a fault keeps out of the totals: how many, and how much money by currency (signs aside)."""

    rows: int
    money: tuple[tuple[str, float], ...]


class Records(NamedTuple):
    """The input sheets of one book.

    `doubtful` are the customers with a fault on any of their rows; `table_fault` says that a column is missing or
    doubled, or that Settings or Policy has a fault, so that nobody can be sure of anything. `letters` are those of
    the columns, for links to cells.
    """

    settings: settings.Settings
    drawing: Layout
    customers: customers.Customers
    invoices: invoices.Invoices
    payments: payments.Payments
    accounts: Accounts
    policies: dict[str, policy.Policy]
    plans: plans.Plans
    rates: pl.DataFrame
    activity: pl.DataFrame
    reminders: pl.DataFrame
    faults: tuple[Fault, ...]
    doubtful: frozenset[str]
    table_fault: bool
    left_out: LeftOut
    letters: Letters


def read(book: Book) -> Records:
    """The records of `book`. Raises TableMissing where a sheet or a required column is not there."""
    drawing = layout()
    sheets = _Sheets(book, drawing)
    chosen, setting_faults = settings.read(sheets.cells("Settings"), drawing.tables["Settings"])
    small = [name for name in drawing.read if name not in {"Settings", *_LARGE}]
    typed: dict[str, Typed] = {}

    def taken(name: str) -> Typed:
        typed[name] = sheets.typed(name, chosen.date_order)
        return typed[name]

    for name in small:
        taken(name)
    who = customers.read(taken("Customers"))
    billed = invoices.read(taken("Invoices"), who, chosen)
    paid = payments.read(taken("Payments"), who, billed, chosen)
    agreed = plans.read(typed["Plans"], who, billed, chosen, sheets.names.get("Plans", "Plans"))
    steps, step_faults = policy.read(typed["Policy"])
    known_rates, rate_faults = rates.read(typed["Rates"])
    reminders, answer_faults = _answers(typed["Reminders"])
    policy_faults = _policy_faults(who.frame, steps)
    loose = (*rate_faults, *agreed.faults, *typed["Activity"].faults, *answer_faults, *policy_faults)
    everything = (*setting_faults, *who.faults, *billed.faults, *paid.faults, *step_faults, *loose)
    return Records(
        settings=chosen,
        drawing=layout(chosen.bucket_edges),
        customers=who,
        invoices=billed,
        payments=paid,
        accounts=open_accounts(who, billed, paid, chosen.base_currency),
        policies=dict(steps),
        plans=agreed,
        rates=known_rates,
        activity=typed["Activity"].frame,
        reminders=reminders,
        faults=_in_order(everything, sheets.names),
        doubtful=who.doubtful
        | billed.doubtful
        | paid.doubtful
        | agreed.doubtful
        | _named(typed["Activity"].doubtful),
        table_fault=bool(setting_faults or step_faults) or any(one.whole for one in typed.values()),
        left_out=_left_out(typed, who.frame, chosen.base_currency, billed, paid),
        letters=sheets.letters,
    )


def settings_of(book: Book) -> settings.Settings:
    """What the Settings sheet of `book` says; no other sheet is read for it. Raises TableMissing without that sheet."""
    drawing = layout()
    return settings.read(_Sheets(book, drawing).cells("Settings"), drawing.tables["Settings"])[0]


class _Sheets:
    """The tables of a book, read as they are asked for; of each its sheet's name and its columns' letters are kept."""

    def __init__(self, book: Book, drawing: Layout) -> None:
        self._book, self._drawing = book, drawing
        self._names: dict[str, str] = {}
        self.letters: dict[tuple[str, str], str] = {}

    @property
    def names(self) -> dict[str, str]:
        """The sheets' names by table, in the order of the drawing."""
        return {name: self._names[name] for name in self._drawing.read if name in self._names}

    def cells(self, name: str) -> Cells:
        """The cells of a table the book must have."""
        found = self._found(name)
        if found is None:
            raise TableMissing(
                f'{self._book.name} has no table or sheet "{name}". Name the sheet {name} again, '
                "or start from: duesheet new FILE"
            )
        return found

    def typed(self, name: str, order: str) -> Typed:
        """A table, read; its cells are let go then, for a large sheet is large twice."""
        table = self._drawing.tables[name]
        cells = self.cells(name) if table.required else self._found(name)
        if cells is None:
            return tables.empty(table)
        try:
            return tables.read(cells, table, order)
        except TableMissing as missing:
            raise TableMissing(f"{self._book.name}: {missing}") from None

    def _found(self, name: str) -> Cells | None:
        table = self._drawing.tables[name]
        cells = self._book.read(table)
        if cells is None:
            return None
        found = tables.spelled(cells, table)
        self._names[name] = found.sheet
        self.letters.update(problems.letters_of([found]))
        return found


def _named(rows: pl.DataFrame) -> frozenset[str]:
    return frozenset(rows["customer_id"].drop_nulls())


def _answers(typed: Typed) -> tuple[pl.DataFrame, tuple[Fault, ...]]:
    """The Reminders sheet as the user left it; an answer that is neither Yes nor No is taken for No."""
    inside = {*typed.frame["row"], *typed.left_out["row"]}
    unclear = [fault for fault in typed.faults if fault.column == "Send" and fault.row in inside]
    whole = [fault for fault in typed.faults if fault.row not in inside]
    no = pl.when(pl.col("row").is_in([fault.row for fault in unclear])).then(pl.lit("No"))
    answered = typed.frame.with_columns(no.otherwise(pl.col("send")).alias("send"))
    return answered, (*(fault._replace(remedy=_ANSWER) for fault in unclear), *whole)


def _policy_faults(frame: pl.DataFrame, steps: Mapping[str, policy.Policy]) -> Iterator[Fault]:
    """Customers under a policy that is not on the Policy sheet: they are held, and here is the cell to mend."""
    named = frame.filter(~pl.col("policy").str.to_lowercase().is_in(list(steps)))
    for name, row in named.select("policy", "row").iter_rows():
        yield Fault("Customers", row, "Policy", name, "There is no such policy on the Policy sheet.")


def _in_order(faults: Iterable[Fault], sheets: Mapping[str, str]) -> tuple[Fault, ...]:
    """Faults under the names the sheets have in this book, in the order of sheets, rows and columns."""
    named = (fault._replace(table=sheets.get(fault.table, fault.table)) for fault in faults)
    places = {sheet: number for number, sheet in enumerate(sheets.values())}
    return tuple(
        sorted(dict.fromkeys(named), key=lambda one: (places.get(one.table, 99), one.row, one.column))
    )


def _left_out(
    typed: Mapping[str, Typed],
    known: pl.DataFrame,
    base: str,
    billed: invoices.Invoices,
    paid: payments.Payments,
) -> LeftOut:
    """What stands on Invoices and Payments and is in no total; blank currencies as they would have been read."""
    columns = ("row", "customer_id", "amount", "currency")
    parts = []
    for name, kept in (("Invoices", billed.frame), ("Payments", paid.frame)):
        parts.append(typed[name].left_out.select(columns))
        if kept.height < typed[name].frame.height:
            parts.append(typed[name].frame.select(columns).join(kept.select("row"), on="row", how="anti"))
    rows = pl.concat(parts)
    own = known.select("customer_id", own=pl.col("currency"))
    code = pl.coalesce(pl.col("currency").str.to_uppercase(), "own", pl.lit(base)).alias("currency")
    sums = rows.join(own, on="customer_id", how="left").group_by(code).agg(pl.col("amount").abs().sum())
    return LeftOut(
        rows.height, tuple((one, amount) for one, amount in sums.sort("currency").iter_rows() if amount)
    )
