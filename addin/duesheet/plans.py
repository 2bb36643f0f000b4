"""The Plans sheet as payment plans, each checked, and the rows that cannot be used."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

import polars as pl

from duesheet import money, schedule
from duesheet.customers import Customers
from duesheet.errors import Fault
from duesheet.invoices import Invoices
from duesheet.placing import count_minor_units, strangers
from duesheet.settings import Settings
from duesheet.sieve import Sieve, key_of
from duesheet.tables import Typed, quoted

_MONEY = ("Principal", "Down payment", "Fee")
UNTIL = "The plan counts for nothing until this is mended."
_NO_INVOICE = "No such invoice; put ; between several."
_UNUSABLE = "Row {} of Invoices, which has it, cannot be used; mend that row first."
_OTHER = "That invoice is another customer's."
_CREDIT_NOTE = "That is a credit note; a plan covers invoices with something to pay."
_MIXED = "These invoices are in several currencies; make one plan for each."
_UNNAMED = "This customer has invoices in several currencies; name those of one currency."


@dataclass(frozen=True)
class Plan:
    """One usable row of Plans; money in minor units of `currency`, dates as day numbers.

    `invoices` are codes in the order named, none for all that are open; `principal` None = what they owe. `row` is
    the sheet's row, `customer` the code of `customer_id`.
    """

    plan: str
    row: int
    customer_id: str
    customer: int
    currency: str
    invoices: tuple[int, ...]
    principal: int | None
    down_payment: int
    count: int
    every: str
    first_due: int
    annual_rate: Decimal
    fee: int
    method: str
    signed_on: int | None
    cancelled_on: int | None

    def exists(self, day: int) -> bool:
        """Whether anybody knew of the plan on `day`: not one signed later, nor one cancelled by then."""
        signed = self.signed_on is None or self.signed_on <= day
        return signed and (self.cancelled_on is None or self.cancelled_on > day)


class Plans(NamedTuple):
    """The plans that can be used, in the order of the sheet, what is wrong with the others, and the sheet's name.

    `doubtful` are the customers with a fault on a row, `left_out` gives the row of each plan that cannot be used.
    """

    rows: tuple[Plan, ...]
    faults: tuple[Fault, ...]
    doubtful: frozenset[str]
    sheet: str = "Plans"
    left_out: Mapping[str, int] = MappingProxyType({})


def read(
    typed: Typed, customers: Customers, invoices: Invoices, settings: Settings, sheet: str = "Plans"
) -> Plans:
    """The plans; a row with any fault is left out whole, for half a plan is none."""
    sieve = Sieve(typed, sheet)
    sieve.first_of_each("Plan")
    sieve.frame = sieve.frame.join(typed.doubtful.select("row"), on="row", how="anti", maintain_order="left")
    rows = tuple(_plans(sieve, customers, invoices, settings.base_currency)) if sieve.frame.height else ()
    return Plans(rows, tuple(sieve.faults), frozenset(sieve.doubtful), sheet, sieve.lost("Plan"))


def _plans(sieve: Sieve, customers: Customers, invoices: Invoices, base: str) -> Iterator[Plan]:
    _place(sieve, customers)
    covered = _covered(sieve, invoices, base)
    codes = pl.Series("currency", [covered[row][0] for row in sieve.frame["row"]], dtype=pl.String)
    sieve.frame = sieve.frame.with_columns(codes)
    for header in _MONEY if covered else ():
        count_minor_units(sieve, header)
    for row in sieve.frame.iter_rows(named=True):
        plan = _plan(row, covered[row["row"]][1])
        wrong = _objections(plan)
        if wrong:
            _report(sieve, plan.row, wrong[0].column, _cell(row, wrong[0].column), wrong[0].remedy)
        else:
            yield plan


def _objections(plan: Plan) -> Sequence[schedule.Objection]:
    """What the schedule has against the plan; what the ledger has is asked when the position is worked out."""
    return schedule.objections(
        max(plan.down_payment, 1) if plan.principal is None else plan.principal,
        plan.count,
        plan.first_due,
        every=plan.every,
        annual_rate=plan.annual_rate,
        down_payment=plan.down_payment,
        fee=plan.fee,
        method=plan.method,
    )


def _cell(row: Mapping[str, Any], header: str) -> str:
    value = row[key_of(header)]
    return quoted(float(money.major(value, row["currency"])) if header in _MONEY else value)


def _place(sieve: Sieve, customers: Customers) -> None:
    known = customers.frame.select("customer_id", "customer", own=pl.col("currency"))
    sieve.frame = sieve.frame.join(known, on="customer_id", how="left", maintain_order="left")
    unknown = sieve.frame["customer"].is_null()
    if unknown.any():
        sieve.catch(unknown, "Customer ID", strangers(sieve.frame["customer_id"].filter(unknown), customers))


def _covered(sieve: Sieve, invoices: Invoices, base: str) -> Mapping[int, tuple[str, tuple[int, ...]]]:
    """By row, the currency of each plan and the codes of the invoices it names; rows with a wrong name are caught."""
    names = {
        row: tuple(dict.fromkeys(name.strip() for name in (typed or "").split(";") if name.strip()))
        for row, typed in sieve.frame.select("row", "invoices").iter_rows()
    }
    known = _known(invoices, {name for several in names.values() for name in several})
    held = _currencies(invoices, sieve.frame["customer_id"])
    found: dict[int, tuple[str, tuple[int, ...]]] = {}
    wrong: dict[int, tuple[str, str]] = {}
    for row, customer, own in sieve.frame.select("row", "customer_id", "own").iter_rows():
        told = next(_wrong_names(names[row], customer, known, invoices.left_out), None)
        codes = {known[name].currency for name in names[row] if name in known} or _one_of(
            held.get(customer, set()), own or base
        )
        if told is None and len(codes) > 1:
            told = "; ".join(names[row]), _MIXED if names[row] else _UNNAMED
        if told is not None:
            wrong[row] = told
        else:
            found[row] = codes.pop(), tuple(known[name].invoice for name in names[row])
    for row, (name, remedy) in wrong.items():
        _report(sieve, row, "Invoices", name, remedy)
    return found


def _report(sieve: Sieve, row: int, header: str, cell: str, remedy: str) -> None:
    """Make a fault of one row, and leave it out."""
    sieve.faults.append(Fault(sieve.sheet, row, header, cell, f"{remedy} {UNTIL}"))
    sieve.doubtful.update(sieve.frame.filter(pl.col("row") == row)["customer_id"])
    sieve.frame = sieve.frame.filter(pl.col("row") != row)


class _Billed(NamedTuple):
    invoice: int
    customer_id: str
    currency: str
    amount: int


def _known(invoices: Invoices, names: set[str]) -> dict[str, _Billed]:
    rows = invoices.frame.filter(pl.col("invoice_id").is_in(list(names)))
    return {name: _Billed(*row) for name, *row in rows.select("invoice_id", *_Billed._fields).iter_rows()}


def _currencies(invoices: Invoices, customers: pl.Series) -> dict[str, set[str]]:
    """The currencies each of `customers` was billed in."""
    billed = invoices.frame.filter(pl.col("customer_id").is_in(customers.implode()) & (pl.col("amount") > 0))
    found: dict[str, set[str]] = {}
    for customer, code in billed.select("customer_id", "currency").unique().iter_rows():
        found.setdefault(customer, set()).add(code)
    return found


def _one_of(held: set[str], own: str) -> set[str]:
    return {own} if own in held or not held else set(held)


def _wrong_names(
    names: tuple[str, ...], customer: str, known: Mapping[str, _Billed], left_out: Mapping[str, int]
) -> Iterator[tuple[str, str]]:
    for name in names:
        if name not in known:
            yield name, _UNUSABLE.format(left_out[name]) if name in left_out else _NO_INVOICE
        elif known[name].customer_id != customer:
            yield name, _OTHER
        elif known[name].amount <= 0:
            yield name, _CREDIT_NOTE


def _plan(row: Mapping[str, Any], invoices: tuple[int, ...]) -> Plan:
    return Plan(
        plan=row["plan"],
        row=row["row"],
        customer_id=row["customer_id"],
        customer=row["customer"],
        currency=row["currency"],
        invoices=invoices,
        principal=row["principal"],
        down_payment=row["down_payment"] or 0,
        count=int(row["instalments"]),
        every=row["every"] or "Month",
        first_due=row["first_due"],
        annual_rate=Decimal(f"{row['annual_rate'] or 0:.12g}"),
        fee=row["fee"] or 0,
        method=row["method"] or "Level",
        signed_on=row["signed_on"],
        cancelled_on=row["cancelled_on"],
    )
