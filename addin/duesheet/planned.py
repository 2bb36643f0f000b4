"""The payment plans of a book on a day: the items they make for the ledger, and where each stands after it."""

from collections.abc import Mapping
from typing import NamedTuple

import polars as pl

from duesheet import progress
from duesheet.debts import Debt, debts
from duesheet.errors import Fault
from duesheet.ledger import NEVER
from duesheet.plans import Plan
from duesheet.pouring import LET_GO, Poured, repoured
from duesheet.progress import Received, Spare, Standings
from duesheet.records import Records


class Planned(NamedTuple):
    """The plans before the ledger is worked out.

    `items`: what was billed as items, those of running plans laid out anew, with `plan` and `no`; `poured` by plan;
    `wrong`: plans that cannot be, each with its fault.
    """

    items: pl.DataFrame
    debts: tuple[Debt, ...]
    poured: Mapping[str, Poured]
    wrong: tuple[tuple[Plan, Fault], ...]


def planned(records: Records, billed: pl.DataFrame, applied: pl.DataFrame, day: int) -> Planned:
    """The plans known on `day`; `billed` and `applied` as `ledger.open_items` takes them."""
    books, chosen = records.accounts, records.settings
    country = chosen.holidays if chosen.weekend_due_dates_move_to_monday else None
    found, wrong = debts(
        records.plans.rows,
        books,
        records.payments.named,
        day,
        sheet=records.plans.sheet,
        country=country,
        oldest_first=chosen.unapplied_money != "Keep apart",
    )
    running = [debt for debt in found if debt.plan.signed_on is not None]
    items, made = repoured(books.items, running, billed, applied, country)
    poured = {debt.plan.plan: one for debt, one in zip(running, made, strict=True)}
    return Planned(items, tuple(found), poured, tuple(wrong))


def stand(
    plans: Planned, items: pl.DataFrame, dated: pl.DataFrame, unapplied: Mapping[int, int], day: int
) -> Standings:
    """Where each plan stands on `day`.

    `items` as the ledger left them, `dated` when they were settled (see `settlements`); `unapplied`: by account,
    money that is set against no item and might be.
    """
    if not plans.debts:
        return Standings((), *_wrong(plans), {})
    received = _received(plans, items.join(dated, on="item", how="left"))
    found = progress.standings(plans.debts, plans.poured, received, _spare(plans, items, unapplied), day)
    return Standings(tuple(found), *_wrong(plans), {one.debt.plan.plan: one.state for one in found})


def _wrong(plans: Planned) -> tuple[tuple[Fault, ...], frozenset[str]]:
    faults = tuple(fault for _, fault in plans.wrong)
    return faults, frozenset(plan.customer_id for plan, _ in plans.wrong)


def _received(plans: Planned, items: pl.DataFrame) -> dict[str, Received]:
    """By plan, what its invoices owe now and how they were paid."""
    rests = {debt.plan.plan: debt.rest_no for debt in plans.debts}
    of_plans = items.filter(pl.col("plan").is_not_null())
    rest = pl.col("no") == pl.col("plan").replace_strict(rests, return_dtype=pl.Int64)
    since = pl.col("no").is_not_null()
    sums = of_plans.group_by("plan").agg(
        pl.col("open").sum(),
        pl.col("open").filter(rest).sum().alias("rest_open"),
        pl.col("on_account").filter(since).sum(),
        pl.col("excess").clip(lower_bound=0).sum(),
        pl.col("settled_on").filter(since & ~rest).max(),
    )
    found = {}
    for plan, left, rest_left, on_account, excess, settled_on in sums.iter_rows():
        money = [event for event in plans.poured[plan].events if event.kind not in LET_GO]
        by_name = sum(event.amount for event in money if event.date <= (settled_on or 0))
        found[plan] = Received(left, rest_left, by_name, on_account, max(excess - on_account, 0), settled_on)
    return found


def _spare(plans: Planned, items: pl.DataFrame, unapplied: Mapping[int, int]) -> dict[int, Spare]:
    """By account of a plan, the money on account that settles other items, and what settles none."""
    accounts = {debt.account for debt in plans.debts}
    others = items.filter(
        pl.col("account").is_in(list(accounts)) & pl.col("plan").is_null() & (pl.col("on_account") > 0)
    ).sort("due_date", descending=True)
    found = {account: Spare([(NEVER, unapplied.get(account, 0))]) for account in accounts}
    for account, due, units in others.select("account", "due_date", "on_account").iter_rows():
        found[account].parts.append((due, units))
    return found
