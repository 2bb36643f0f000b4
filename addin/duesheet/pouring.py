"""The debt of each running plan laid over its invoices: items with the plan's due dates instead of their own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import narwhals as nw
import polars as pl

from duesheet import ledger
from duesheet.allocation import KINDS
from duesheet.dates import date_of, day_number, working_day
from duesheet.debts import Debt

_WRITE_OFF = KINDS["Write-off"]
LET_GO = frozenset({KINDS["Discount"], _WRITE_OFF})
"""Kinds of what is no money: in a settlement they take from what is to be written off first."""

_SLICES = {
    "plan": pl.String,
    "invoice": pl.Int64,
    "due_date": pl.Int64,
    "judged_due": pl.Int64,
    "amount": pl.Int64,
    "no": pl.Int64,
}


class Event(NamedTuple):
    """What was applied to an invoice by name: money (negative: refunded), or what settles like money."""

    date: int
    payment: int
    invoice: int
    amount: int
    kind: int


class Slice(NamedTuple):
    """One item: a part of an invoice with its due date, and the plan's No it belongs to (None: settled before)."""

    invoice: int
    due_date: int
    judged_due: int
    amount: int
    no: int | None


class Poured(NamedTuple):
    """What became of one debt: its items, invoice by invoice, in the order in which money reaches them.

    `events`: what was applied since signing; `let_go`: what was written off, or given as a discount, of the part that
    was to be; `given_up`: more than that was written off.
    """

    items: tuple[Slice, ...]
    events: tuple[Event, ...]
    let_go: int
    given_up: bool


@dataclass
class _Slot:
    """One row of the schedule, or what is to be written off: how much of the debt is still to be laid over it."""

    no: int
    due: int
    room: int


@dataclass
class _Part:
    """What one invoice has in one slot; `turn` counts the payments up to the last of its own."""

    slot: _Slot
    paid: int = 0
    unpaid: int = 0
    turn: int = 0


Parts = dict[tuple[int, int, bool], _Part]
"""By invoice, No, and whether it is the settled part of what was to be written off."""


def poured(debt: Debt, events: Sequence[Event], country: str | None) -> Poured:
    """The items of `debt`'s invoices; those of an invoice add up to it.

    What was settled by signing keeps its due date. The down payment, the principal of the instalments and what is
    to be written off are laid over the rest of the invoices: first over what `events` (all that was applied to them
    by name) paid since, in the order of the dates, so that money fills the instalments oldest first whichever
    invoice it names; then over what is unpaid, in the order of the invoices.
    """
    slots = [_Slot(row.no, row.due, row.principal) for row in debt.rows]
    rest = _Slot(debt.rest_no, slots[-1].due, debt.rest)
    received = _received(debt, events)
    parts: Parts = {}
    let_go, given_up = 0, False
    for turn, event in enumerate(_since(debt, events, received)):
        lets_go = event.kind in LET_GO
        for slot, amount in _laid(event.amount, [rest, *slots] if lets_go else [*slots, rest]):
            part = parts.setdefault((event.invoice, slot.no, slot is rest), _Part(slot))
            part.paid, part.turn = part.paid + amount, turn
            let_go += amount if lets_go and slot is rest else 0
            given_up = given_up or (event.kind == _WRITE_OFF and slot is not rest)
    for invoice, _, owed in debt.invoices:
        for slot, amount in _laid(owed - received[invoice], [*slots, rest]):
            parts.setdefault((invoice, slot.no, False), _Part(slot)).unpaid += amount
    since = tuple(event for event in events if event.date >= (debt.plan.signed_on or 0))
    return Poured(tuple(_slices(debt, parts, country)), since, let_go, given_up)


def _received(debt: Debt, events: Sequence[Event]) -> dict[int, int]:
    """By invoice, what was applied to it by name since signing, as far as it was open then."""
    total = {invoice: 0 for invoice, _, _ in debt.invoices}
    for event in events:
        total[event.invoice] += event.amount
    for piece in debt.pieces:
        total[piece.invoice] -= piece.by_name
    return {invoice: min(max(total[invoice], 0), owed) for invoice, _, owed in debt.invoices}


def _since(debt: Debt, events: Sequence[Event], received: Mapping[int, int]) -> Iterator[Event]:
    """The events since signing by their dates, each with the part of what was `received` that came by it."""
    left = dict(received)
    for event in sorted(events):
        money = min(max(event.amount, 0), left[event.invoice])
        if money and event.date >= (debt.plan.signed_on or 0):
            left[event.invoice] -= money
            yield event._replace(amount=money)


def _laid(units: int, slots: Sequence[_Slot]) -> Iterator[tuple[_Slot, int]]:
    """`units` shared out over the slots in their order, as far as these have room."""
    for slot in slots:
        amount = min(units, slot.room)
        if amount:
            slot.room -= amount
            units -= amount
            yield slot, amount


def _slices(debt: Debt, parts: Parts, country: str | None) -> Iterator[Slice]:
    for invoice, _, _ in debt.invoices:
        pieces = [piece for piece in debt.pieces if piece.invoice == invoice]
        for one in pieces:
            yield Slice(invoice, one.due_date, one.judged_due, one.by_name, None)
        # What is paid in full comes first, as it was paid, then the one that is paid in part, then the others.
        own = [part for (of, _, _), part in parts.items() if of == invoice]
        for part in sorted(own, key=lambda one: (one.unpaid > 0, not one.paid, one.turn, one.slot.no)):
            due = part.slot.due
            yield Slice(invoice, due, _judged(due, country), part.paid + part.unpaid, part.slot.no)
        # Money on account comes to these by their due dates; money that names the invoice reaches them last.
        for one in pieces:
            yield Slice(invoice, one.due_date, one.judged_due, one.on_account, None)


def _judged(due: int, country: str | None) -> int:
    return due if country is None else day_number(working_day(date_of(due), country))


def repoured(
    items: pl.DataFrame,
    debts: Sequence[Debt],
    billed: pl.DataFrame,
    applied: pl.DataFrame,
    country: str | None,
) -> tuple[pl.DataFrame, list[Poured]]:
    """`items` with those of the debts' invoices replaced by the plans', and what became of each debt.

    `items` as `accounts.open_accounts` gives them; `billed` and `applied` as `ledger.open_items` takes them;
    `country` as `instalments.instalments`. Added columns: `plan` (id) and `no` (on the schedule), null where an
    item is no plan's.
    """
    plain = items.with_columns(plan=pl.lit(None, pl.String), no=pl.lit(None, pl.Int64))
    if not debts:
        return plain, []
    place = {invoice: number for number, debt in enumerate(debts) for invoice, _, _ in debt.invoices}
    events: list[list[Event]] = [[] for _ in debts]
    of_plans = pl.col("invoice").is_in(list(place))
    for event in _events(billed.filter(of_plans), applied.filter(of_plans)):
        events[place[event.invoice]].append(event)
    found = [poured(debt, these, country) for debt, these in zip(debts, events, strict=True)]
    rows = [
        (debt.plan.plan, *one)
        for debt, made in zip(debts, found, strict=True)
        for one in made.items
        if one.amount
    ]
    sliced = _as_items(pl.DataFrame(rows, schema=_SLICES, orient="row"), items)
    return pl.concat([plain.filter(~of_plans), sliced.select(plain.columns)]), found


def _events(billed: pl.DataFrame, applied: pl.DataFrame) -> Iterator[Event]:
    """What was applied, and the discounts that were taken with it."""
    taken = ledger.discounts_taken(nw.from_native(billed), nw.from_native(applied)).to_native()
    discounts = applied.join(taken, on="invoice").with_columns(amount=pl.col("discount_taken"))
    for part in (applied, discounts):
        yield from map(Event._make, part.select(Event._fields).iter_rows())


def _as_items(sliced: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """Slices as the ledger takes them: counted within their invoice, each knowing what comes before it."""
    whose = items.select("invoice", "account", "customer", "invoice_date").unique("invoice")
    first = int(items["item"].max() or 0) + 1  # type: ignore[arg-type]  # a column of whole numbers
    return sliced.join(whose, on="invoice", how="left", maintain_order="left").with_columns(
        item=pl.int_range(first, first + pl.len(), dtype=pl.Int64),
        instalment=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("invoice"),
        instalments=pl.len().over("invoice").cast(pl.Int64),
        before=pl.col("amount").cum_sum().over("invoice") - pl.col("amount"),
    )
