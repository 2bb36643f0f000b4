"""What the Dashboard tells beyond the balances, worked out once for all currencies: past, allowance, cash expected."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

import polars as pl

from duesheet import cash, months, periods, provision, rates, rolls
from duesheet.dates import date_of, day_number
from duesheet.layout import bucket_names
from duesheet.money import plain
from duesheet.movements import Movements, movements
from duesheet.periods import Past, Period
from duesheet.position import Position
from duesheet.progress import ON_TRACK
from duesheet.provision import Loss, Rate
from duesheet.records import Records

Weeks = dict[int, tuple[int, int, int, int]]
"""By week: amount, items, and of the amount what is promised and what plans bring."""


class Prospect(NamedTuple):
    """One currency, or all of them in the base currency: its present, its months, its allowance, its cash."""

    currency: str
    present: Period
    months: tuple[Period, ...]
    losses: tuple[Loss, ...]
    weeks: Weeks


class Change(NamedTuple):
    """A currency in the base currency: the `rate` and the day it is `of`; None where there is no rate."""

    currency: str
    rate: Decimal | None = None
    of: int = 0

    def worth(self, units: int, base: str) -> int:
        """`units` minor units in those of `base`."""
        return rates.worth(units, self.currency, self.rate or Decimal(0), base)


class Looking(NamedTuple):
    """Looking back from the day of a position: the past, and the loss rates of each currency in which there is any."""

    past: Past
    rates: Mapping[str, Sequence[Rate]]


def looking_back(records: Records, now: Position) -> Looking:
    """What there was before; it needs neither what is expected nor what is planned."""
    day = day_number(now.as_of)
    since = periods.back(day, records.settings.allowance_months)
    moved = moved_since(records, now, since)
    owed = months.owed(records, moved, periods.looked_at(day))
    turned_over = months.turned_over(records, now.settled, periods.counted_to(day))
    return Looking(Past(owed, turned_over), _rates(records, now, moved, since))


def prospects(
    records: Records, now: Position, looking: Looking, items: pl.DataFrame, codes: Sequence[str]
) -> list[Prospect]:
    """The prospect of each currency of `codes`; `items` are the open items with their expected dates."""
    day = day_number(now.as_of)
    weeks = _weeks(_with_plans(items, now), day)
    names = ["Current", *bucket_names(records.settings.bucket_edges)]
    found = []
    for code in codes:
        present = looking.past.period(code, day)
        ends = tuple(looking.past.period(code, end) for end in periods.month_ends(day, periods.SHOWN))
        balances = present.buckets or (0,) * len(names)
        losses = provision.losses(names, balances, looking.rates.get(code, _UNUSED * len(names)), code)
        found.append(Prospect(code, present, ends, tuple(losses), weeks.get(code, {})))
    return found


_UNUSED = (Rate(None, "there is no invoice in this currency"),)


def changes(records: Records, now: Position, codes: Sequence[str]) -> list[Change]:
    """What each currency of `codes` is worth in the base currency on the day of the position."""
    base = records.settings.base_currency
    known = rates.on(records.rates, day_number(now.as_of)) | {base: (Decimal(1), 0)}
    return [Change(code, *known[code]) if code in known else Change(code) for code in codes]


def together(found: Sequence[Prospect], known: Sequence[Change], base: str) -> Prospect:
    """All prospects whose currency has a rate, added up in the base currency."""
    by_code = {one.currency: one for one in known if one.rate is not None}
    parts = [one for one in found if one.currency in by_code]

    def change(units: int, code: str) -> int:
        return by_code[code].worth(units, base)

    ends = zip(*(one.months for one in parts), strict=True)
    return Prospect(
        base,
        periods.together([one.present for one in parts], base, change),
        tuple(periods.together(end, base, change) for end in ends),
        tuple(_lost(parts, number, change) for number in range(len(parts[0].losses))),
        _weeks_together(parts, change),
    )


def _lost(parts: Sequence[Prospect], number: int, change: Callable[[int, str], int]) -> Loss:
    """The loss of one bucket over all currencies."""
    one = [(part.currency, part.losses[number]) for part in parts]
    unknown = [code for code, loss in one if loss.loss is None]
    if unknown:
        return Loss(one[0][1].bucket, None, f"No number: there is none in {', '.join(unknown)}")
    named = [f"{plain(loss.loss, code)} {code}" for code, loss in one if loss.loss]
    total = sum(change(loss.loss or 0, code) for code, loss in one)
    return Loss(one[0][1].bucket, total, " + ".join(named) or "Nothing in any currency")


def _weeks_together(parts: Sequence[Prospect], change: Callable[[int, str], int]) -> Weeks:
    weeks: Weeks = {}
    for part in parts:
        for week, (amount, items, promised, planned) in part.weeks.items():
            money = (change(units, part.currency) for units in (amount, promised, planned))
            in_all, by_promise, by_plan = money
            before = weeks.get(week, (0, 0, 0, 0))
            weeks[week] = (
                before[0] + in_all,
                before[1] + items,
                before[2] + by_promise,
                before[3] + by_plan,
            )
    return weeks


def _with_plans(items: pl.DataFrame, now: Position) -> pl.DataFrame:
    """The items, marked (`on_plan`) where they are instalments of a plan that is kept."""
    kept = [plan for plan, state in now.plans.states.items() if state == ON_TRACK]
    return items.with_columns(on_plan=pl.col("plan").is_in(kept).fill_null(value=False).cast(pl.Int64))


def _weeks(items: pl.DataFrame, day: int) -> dict[str, Weeks]:
    found: dict[str, Weeks] = {}
    for code, week, *sums in cash.expected(items, day).iter_rows():
        found.setdefault(code, {})[week] = tuple(sums)
    return found


def moved_since(records: Records, now: Position, since: int) -> Movements:
    """The changes that matter for the months, and for what rolled from bucket to bucket after `since`."""
    books, edges = records.accounts, (0, *records.settings.bucket_edges)
    widest = max(after - before for before, after in pairwise(edges))
    begin = min(periods.looked_at(day_number(now.as_of))[0], since - widest)
    return movements(books.invoices, books.items, now.applied, begin)


def _rates(records: Records, now: Position, moved: Movements, since: int) -> dict[str, Sequence[Rate]]:
    """The loss rates of each currency: those stated on Settings, else the book's own, one for each bucket."""
    chosen, books = records.settings, records.accounts
    codes = sorted(books.frame["currency"].unique())
    if chosen.allowance_rates:
        return dict.fromkeys(codes, provision.stated(chosen.allowance_rates))
    rolled_on = rolled(records, now, moved, (since, day_number(now.as_of)))
    begun = dict(books.invoices.group_by("currency").agg(pl.col("invoice_date").min()).iter_rows())
    found: dict[str, Sequence[Rate]] = {}
    for group, code in enumerate(codes):
        rows = rolled_on.filter(pl.col("group") == group)
        first = begun.get(code)
        if first is None or first > since:
            found[code] = [_too_short(first, chosen.allowance_months)] * (len(chosen.bucket_edges) + 2)
        else:
            found[code] = provision.own(rows["came"].to_list(), rows["went_on"].to_list(), code)
    return found


def _too_short(first: int | None, asked: int) -> Rate:
    if first is None:
        return _UNUSED[0]
    began = f"the first invoice is of {date_of(first)}"
    return Rate(None, f"{began}, and loss rates of the book's own take {asked} months (Settings)")


def rolled(records: Records, now: Position, moved: Movements, window: tuple[int, int]) -> pl.DataFrame:
    """How money rolled from bucket to bucket within the `window`, as `rolls.rolled` tells; groups are currencies."""
    books, chosen = records.accounts, records.settings
    start = pl.col("due_date" if chosen.age_from != "Invoice date" else "invoice_date").alias("start")
    group = books.frame["currency"].rank("dense").cast(pl.Int64) - 1
    items = books.items.select("amount", start, group=group.gather(books.items["account"]))
    on_account = pl.concat(
        [
            now.settled.select("account", start, "on_account", day="settled_on"),
            now.items.select("account", start, "on_account", day=pl.lit(window[1], pl.Int64)),
        ]
    ).filter(pl.col("on_account") > 0)
    covered = on_account.select(
        "start", "day", pl.col("on_account").alias("amount"), group=group.gather(on_account["account"])
    )
    groups = books.frame["currency"].n_unique()
    return rolls.rolled(
        items, moved, covered, window=window, starts=months.bucket_starts(chosen), groups=groups
    )
