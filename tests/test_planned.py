"""Payment plans in the ledger: laws of money that hold for any plan, and what each rule does to a small book."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from desk import Desk, desk
from duesheet import allocation, planned, records
from duesheet.dates import day_number
from duesheet.position import Position, position
from duesheet.progress import MISSED, ON_TRACK
from duesheet.records import Records

CUSTOMERS = """
Customers
Customer ID | Name | Currency | Terms
A | Alder Ltd | EUR | Net 30
B | Birch GmbH | EUR | Net 30
"""
FIRST = date(2025, 1, 1)
FEW = settings(max_examples=25, deadline=None)


def on(days: int) -> str:
    """A day counted from the first of 2025."""
    return (FIRST + timedelta(days=days)).isoformat()


class Typed(NamedTuple):
    """A book with one plan, drawn: `invoices` (day, cents, terms), `payments` (day, cents, names, kind), the plan.

    `note`: the day and the cents of a credit note to the first invoice.
    """

    invoices: list[tuple[int, int, str]]
    payments: list[tuple[int, int, str, str]]
    plan: dict[str, str]
    as_of: date
    note: tuple[int, int] | None


@st.composite
def books(draw: st.DrawFn) -> Typed:
    """A customer with a few invoices, money in any order and of any kind, and a plan that may hold any figures."""
    days, cents = st.integers(0, 200), st.integers(1, 200_00)
    terms = st.sampled_from(["", "", "2/10 Net 30", "30% now, 70% Net 60"])
    invoices = draw(st.lists(st.tuples(st.integers(0, 90), cents, terms), min_size=1, max_size=4))
    names = [str(number) for number in range(1, len(invoices) + 1)]
    named = st.lists(st.sampled_from(names), unique=True, max_size=3).map(";".join)
    kinds = st.sampled_from(["Payment", "Payment", "Payment", "Credit", "Discount", "Write-off"])
    amounts = st.one_of(cents, st.integers(-50_00, -1))
    payments = draw(st.lists(st.tuples(days, amounts, named, kinds), max_size=6))
    owed = sum(amount for _, amount, _ in invoices)
    blank = st.just("")
    signed = draw(st.integers(0, 150))
    plan = {
        "Invoices": draw(named),
        "Principal": draw(st.one_of(blank, st.integers(1, owed).map(money))),
        "Down payment": draw(st.one_of(blank, st.integers(0, owed // 2).map(money))),
        "Instalments": str(draw(st.integers(1, 6))),
        "Every": draw(st.sampled_from(["Week", "2 weeks", "Month", "Quarter"])),
        "First due": on(signed + draw(st.integers(0, 40))),
        "Annual rate": draw(st.sampled_from(["", "8%", "24%"])),
        "Fee": draw(st.sampled_from(["", "5"])),
        "Method": draw(st.sampled_from(["Level", "Equal principal"])),
        "Signed on": on(signed),
    }
    note = draw(st.none() | st.tuples(days, cents))
    return Typed(invoices, payments, plan, FIRST + timedelta(days=draw(days)), note)


def money(units: int) -> str:
    """Cents as somebody types them."""
    return f"{units / 100:.2f}"


def read(typed: Typed, plans: Sequence[dict[str, str]], **chosen: str) -> Records:
    """The records of a drawn book with these plans."""
    return records.read(written(typed, plans, **chosen))


def written(typed: Typed, plans: Sequence[dict[str, str]], **chosen: str) -> Desk:
    """A drawn book with these plans."""
    lines = [CUSTOMERS, "Invoices", "Invoice | Customer ID | Invoice date | Amount | Terms | Credits"]
    lines += [
        f"{number} | A | {on(since)} | {money(units)} | {terms} |"
        for number, (since, units, terms) in enumerate(typed.invoices, 1)
    ]
    lines += [f"N | A | {on(since)} | -{money(units)} | | 1" for since, units in filter(None, [typed.note])]
    lines += ["Payments", "Payment | Date | Customer ID | Amount | Invoice | Kind"]
    lines += [
        f"p{number} | {on(since)} | A | {money(units)} | {names} | {kind}"
        for number, (since, units, names, kind) in enumerate(typed.payments, 1)
    ]
    if plans:
        header = ["Plan", "Customer ID", *plans[0]]
        lines += ["Plans", " | ".join(header)]
        lines += [" | ".join([f"P{number}", "A", *plan.values()]) for number, plan in enumerate(plans, 1)]
    return desk("\n".join(lines), **chosen)


def items(found: Records, as_of: date) -> pl.DataFrame:
    """What was billed as items, those of plans laid out anew."""
    accounts, on_day = found.accounts, day_number(as_of)
    applied = allocation.applications(
        accounts.invoices, accounts.payments, found.payments.named, as_of=on_day
    )
    return planned.planned(found, accounts.invoices, applied, on_day).items


def by_invoice(now: Position) -> dict[str, int]:
    """What is open, by invoice."""
    return dict(now.items.group_by("invoice_id").agg(pl.col("open").sum()).sort("invoice_id").iter_rows())


@given(typed=books(), apart=st.booleans())
@FEW
def test_a_plan_never_changes_what_is_owed(typed: Typed, apart: bool) -> None:
    """With any plan the book ties out and the customer owes to the cent what is owed without it."""
    chosen = {"unapplied_money": "Keep apart"} if apart else {}
    without = position(read(typed, [], **chosen), typed.as_of)
    now = position(read(typed, [typed.plan], **chosen), typed.as_of)

    assert now.gaps == {}
    assert now.booked == without.booked
    assert now.accounts["total"].to_list() == without.accounts["total"].to_list()
    assert now.accounts["unapplied"].to_list() == without.accounts["unapplied"].to_list()
    if all(names for _, _, names, _ in typed.payments) and apart:
        assert by_invoice(now) == by_invoice(without)


@given(typed=books())
@FEW
def test_the_items_of_an_invoice_add_up_to_it(typed: Typed) -> None:
    """However a plan cuts an invoice, its parts are above 0, add up to it, and each knows what comes before it."""
    found = read(typed, [typed.plan])
    cut = items(found, typed.as_of).sort("invoice", "instalment")
    sums = cut.group_by("invoice").agg(pl.col("amount").sum()).sort("invoice")
    before = pl.col("amount").cum_sum().over("invoice") - pl.col("amount")

    billed = found.accounts.invoices.filter(pl.col("amount") > 0)

    assert sums["amount"].to_list() == billed["amount"].to_list()
    # Terms may share a single cent out as 0 and 1; a plan's own items always hold something.
    assert (cut.filter(pl.col("plan").is_not_null())["amount"] > 0).all()
    assert cut["item"].is_unique().all()
    assert cut.select((pl.col("before") == before).all()).item()
    assert cut.select((pl.col("instalments") == pl.len().over("invoice")).all()).item()


@given(typed=books(), apart=st.booleans())
@FEW
def test_a_schedule_never_shows_more_paid_than_asked_or_received(typed: Typed, apart: bool) -> None:
    """Paid is at most Payment, filled oldest first, and no more than what came in or was let go since signing."""
    chosen = {"unapplied_money": "Keep apart"} if apart else {}
    now = position(read(typed, [typed.plan], **chosen), typed.as_of)
    for one in now.plans.standings:
        asked = [row for row in one.rows if row.no < one.debt.rest_no]

        assert all(0 <= row.paid <= row.payment for row in one.rows)
        assert all(row.paid < row.payment for row in asked if row.status != "Paid")
        assert all(row.paid == 0 for row in asked if row.status == "Due")
        assert sum(row.principal for row in one.rows) == one.debt.principal
        # Money that was there before may become the plan's: where an instalment is due before what it was set against.
        plain = typed.note is None and not any("/" in terms for _, _, terms in typed.invoices)
        since = all(on(when) >= typed.plan["Signed on"] for when, *_ in typed.payments)
        if plain and since and all(units > 0 and kind != "Write-off" for _, units, _, kind in typed.payments):
            assert sum(row.paid for row in one.rows) <= sum(units for _, units, *_ in typed.payments)


@given(typed=books())
@FEW
def test_a_plan_that_is_kept_has_nothing_overdue(typed: Typed) -> None:
    """While every instalment due is paid, no instalment on OpenItems is overdue."""
    now = position(read(typed, [typed.plan]), typed.as_of)
    for one in now.plans.standings:
        late = now.items.filter(
            pl.col("plan").is_not_null() & (pl.col("no") < one.debt.rest_no) & (pl.col("days_overdue") >= 1)
        )

        assert (one.state == MISSED.lower()) == any(row.status == MISSED for row in one.rows)
        if one.state == ON_TRACK:
            assert late.is_empty()


@given(typed=books())
@FEW
def test_cancelling_a_plan_brings_everything_back(typed: Typed) -> None:
    """From the day of cancelling the book is as if there had never been a plan."""
    found = read(typed, [typed.plan | {"Cancelled on": typed.as_of.isoformat()}])
    now, without = position(found, typed.as_of), position(read(typed, []), typed.as_of)

    assert now.items.equals(without.items)
    assert now.accounts.equals(without.accounts)
    assert now.settled.equals(without.settled)
    assert now.plans.standings == ()


@given(typed=books(), data=st.data())
@FEW
def test_the_order_of_rows_changes_no_plan(typed: Typed, data: st.DataObject) -> None:
    """However the rows of Payments are sorted, items and schedule are the same."""
    sheet = written(typed, [typed.plan])
    order = data.draw(st.permutations(range(len(typed.payments))))
    shuffled = written(typed, [typed.plan])
    shuffled.sheets["Payments"] = sheet.sheets["Payments"][list(order)]
    now, again = (position(records.read(one), typed.as_of) for one in (sheet, shuffled))

    assert now.items.equals(again.items)
    assert [one.rows for one in now.plans.standings] == [one.rows for one in again.plans.standings]
