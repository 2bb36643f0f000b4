"""Whether payment plans are kept: the Schedule sheet's rows, what was paid of each, and where each plan stands."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import polars as pl

from duesheet import money
from duesheet.debts import Debt
from duesheet.errors import Fault
from duesheet.ledger import NEVER
from duesheet.pouring import Poured
from duesheet.schedule import Instalment

DUE, PAID, PART_PAID, MISSED = "Due", "Paid", "Part paid", "Missed"
TO_WRITE_OFF, WRITTEN_OFF = "To write off", "Written off"
"""Of the last row of a settlement: nothing is to be paid there."""

OFFERED, ON_TRACK, BROKEN, COMPLETED = "offered", "on track", "missed", "completed"


class Row(NamedTuple):
    """One row of the Schedule sheet: an instalment, what was paid of it (minor units), and its status."""

    no: int
    due: int
    payment: int
    interest: int
    principal: int
    balance: int
    paid: int
    status: str


class Standing(NamedTuple):
    """A plan on a day: its rows, and its `state`: offered (not signed), on track, missed or completed."""

    debt: Debt
    rows: tuple[Row, ...]
    state: str


class Standings(NamedTuple):
    """Every plan known on a day, those signed first coming first, and what is wrong with the others.

    `faults` are those the ledger shows; `doubtful` the customers they concern.
    """

    standings: tuple[Standing, ...] = ()
    faults: tuple[Fault, ...] = ()
    doubtful: frozenset[str] = frozenset()
    states: Mapping[str, str] = MappingProxyType({})


class Received(NamedTuple):
    """What the ledger says of a plan's invoices; minor units.

    `open`: what they owe now, the part to be written off included (`rest_open`). `by_name`: what was paid naming them
    by the day the last of them was settled (`settled_on`, while it is not: None); `on_account`: the money on account
    that settles them; `beyond`: what was paid by name beyond an invoice, and has not settled another of the plan.
    """

    open: int = 0
    rest_open: int = 0
    by_name: int = 0
    on_account: int = 0
    beyond: int = 0
    settled_on: int | None = None


@dataclass
class Spare:
    """Money of an account that is not the plan's but could be: what is set against its other items, and the rest.

    `parts`: due date and minor units, the latest first; money set against nothing is due `ledger.NEVER`.
    """

    parts: list[tuple[int, int]]

    def drawn(self, units: int, after: int) -> int:
        """Up to `units` of what stands against items due later than `after`: oldest first, that was the plan's."""
        left = units
        for place, (due, amount) in enumerate(self.parts):
            if due > after:
                part = min(left, amount)
                self.parts[place] = due, amount - part
                left -= part
        return units - left


def standings(
    debts: Iterable[Debt],
    poured: Mapping[str, Poured],
    received: Mapping[str, Received],
    spare: Mapping[int, Spare],
    as_of: int,
) -> list[Standing]:
    """Where each plan stands on `as_of`; `poured` and `received` by plan, `spare` by account.

    The money of a plan is what its invoices owed on signing less what they owe now, whatever settled them, but for
    what was let go of the part to be written off. It fills the instalments oldest first. Interest and fee are no
    part of the invoices: what was paid beyond these, and money on account that went to younger items, counts as that.
    """
    found = []
    for debt in debts:
        if debt.plan.signed_on is None:
            rows = [Row(*one, 0, DUE) for one in debt.rows]
            found.append(Standing(debt, (*rows, *_let_go(debt, debt.rest)), OFFERED))
            continue
        made, now = poured[debt.plan.plan], received[debt.plan.plan]
        paid = max(debt.owed - now.open - made.let_go, 0)
        if made.given_up and now.open <= now.rest_open:
            paid = sum(row.payment for row in debt.rows)
        beyond, others = Spare([(NEVER, now.beyond)]), spare.get(debt.account, Spare([]))
        rows = list(_filled(debt.rows, paid, [beyond, others], as_of))
        # What was paid beyond an invoice lies on account: another plan cannot have it too.
        others.drawn(now.beyond - beyond.parts[0][1], -1)
        if _state(rows) != COMPLETED and _is_paid_off(debt, now):
            rows = list(_paid_off(debt.rows, now.settled_on or 0))
        found.append(Standing(debt, (*rows, *_let_go(debt, now.rest_open)), _state(rows)))
    return found


def _is_paid_off(debt: Debt, now: Received) -> bool:
    """Whether the whole debt was paid, with the interest due by then and the fee, before interest to come fell due."""
    if now.settled_on is None or now.open > now.rest_open:
        return False
    by_then = sum(row.interest for row in debt.rows if row.due <= now.settled_on)
    return now.by_name + now.on_account >= debt.principal + debt.plan.fee + by_then


def _paid_off(instalments: Iterable[Instalment], day: int) -> Iterator[Row]:
    """All paid: of what fell due after `day` only the principal was owed then."""
    for one in instalments:
        yield Row(*one, one.payment if one.due <= day else one.principal, PAID)


def _filled(
    instalments: Iterable[Instalment], paid: int, sources: Sequence[Spare], as_of: int
) -> Iterator[Row]:
    """The instalments filled with `paid`, the oldest first; what only interest and fee lack comes from `sources`."""
    left, principal = paid, 0
    for one in instalments:
        principal += one.principal
        part = min(one.payment, left)
        left -= part
        if principal <= paid:
            for source in sources:
                part += source.drawn(one.payment - part, one.due)
        yield Row(*one, part, _status(one, part, as_of))


def _status(one: Instalment, paid: int, as_of: int) -> str:
    if paid == one.payment:
        return PAID
    if one.due < as_of:
        return MISSED
    return PART_PAID if paid else DUE


def _let_go(debt: Debt, left: int) -> Iterator[Row]:
    """What is to be written off on completion: nothing to pay, and a balance until it is written off."""
    if debt.rest:
        yield Row(debt.rest_no, debt.rows[-1].due, 0, 0, 0, left, 0, TO_WRITE_OFF if left else WRITTEN_OFF)


def _state(rows: Sequence[Row]) -> str:
    if any(row.status == MISSED for row in rows):
        return BROKEN
    return COMPLETED if all(row.status == PAID for row in rows) else ON_TRACK


def schedule_rows(found: Iterable[Standing]) -> pl.DataFrame:
    """Rows of the Schedule sheet, by the declared keys, in the order of Plans; money in major units."""
    rows = [
        (one.debt.plan.plan, row.no, row.due, *_major(row, one.debt.plan.currency), row.status)
        for one in sorted(found, key=lambda one: one.debt.plan.row)
        for row in one.rows
    ]
    schema = {
        "plan": pl.String,
        "no": pl.Int64,
        "due": pl.Int64,
        **dict.fromkeys(("payment", "interest", "principal", "balance", "paid"), pl.Float64),
        "status": pl.String,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _major(row: Row, currency: str) -> Iterator[float]:
    amounts = (row.payment, row.interest, row.principal, row.balance, row.paid)
    return (float(money.major(units, currency)) for units in amounts)
