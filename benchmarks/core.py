"""The core by itself, on the engines it runs on, against DuckDB SQL written by hand.

`python -m benchmarks.core [INVOICES...]` prints a table. The job: open items, money on account, aging, one
row for each account, from frames in memory to frames in memory. Every engine has a process of its own, and
must give the same sums.
"""

import argparse
import gc
import itertools
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.measure import cost, engine

SIZES = (100_000, 1_000_000, 10_000_000)
AS_OF = 46_022  # 31 December 2025 as a day number
EDGES = (30, 60, 90, 120)
TABLES = ("invoices", "items", "applications")
ITEMS = ("item", "account", "paid", "open", "days_overdue", "bucket")
ACCOUNTS = ("account", *(f"bucket_{n}" for n in range(len(EDGES) + 2)), "unapplied", "total", "overdue")
LIMIT = 900

SQL_ITEMS = """
create or replace temp table aged as
with named as (
  select invoice, sum(amount) as named from applications where invoice is not null group by invoice
), taken as (
  select p.invoice, max(i.discount) as taken
  from applications p join invoices i using (invoice)
  where i.discount is not null and p.date <= i.discount_until
  group by p.invoice
  having count(*) = 1 and sum(case when p.amount = i.amount - i.discount and p.kind = 0 then 1 else 0 end) = 1
), settled as (
  select i.invoice, coalesce(n.named, 0) + coalesce(t.taken, 0) as covered,
    least(greatest(coalesce(n.named, 0) + coalesce(t.taken, 0), 0), i.amount) as applied
  from invoices i join named n using (invoice) left join taken t using (invoice)
), stated as (
  select i.*, least(greatest(coalesce(s.applied, 0) - i.before, 0), i.amount) as by_name,
    case when i.instalment = 1 then coalesce(s.covered - s.applied, 0) else 0 end as excess
  from items i left join settled s using (invoice) where i.invoice_date <= $as_of
), pots as (
  select account, sum(amount)::bigint as pot from (
    select account, amount from applications where invoice is null
    union all select account, excess from stated where excess <> 0)
  group by account
), funded as (
  select item, least(greatest(pot - (sum(s.amount - by_name) over queue - (s.amount - by_name)), 0),
    s.amount - by_name)::bigint as on_account
  from stated s join pots using (account) where pot > 0 and s.amount > by_name
  window queue as (partition by account order by due_date, item)
)
select s.item, s.account, s.by_name + coalesce(on_account, 0) as paid, coalesce(on_account, 0) as on_account,
  s.amount - s.by_name - coalesce(on_account, 0) as open, $as_of - s.due_date as days_overdue, excess,
  case when $as_of - s.due_date < 1 then 0 when $as_of - s.due_date <= 30 then 1
    when $as_of - s.due_date <= 60 then 2 when $as_of - s.due_date <= 90 then 3
    when $as_of - s.due_date <= 120 then 4 else 5 end as bucket
from stated s left join funded using (item)
"""

SQL_ACCOUNTS = """
with received as (
  select account, sum(case when invoice is null then amount else 0 end) as loose
  from applications group by account
), sums as (
  select account, sum(excess) as excess, sum(on_account) as used,
    sum(case when bucket = 0 then open else 0 end)::bigint as bucket_0,
    sum(case when bucket = 1 then open else 0 end)::bigint as bucket_1,
    sum(case when bucket = 2 then open else 0 end)::bigint as bucket_2,
    sum(case when bucket = 3 then open else 0 end)::bigint as bucket_3,
    sum(case when bucket = 4 then open else 0 end)::bigint as bucket_4,
    sum(case when bucket = 5 then open else 0 end)::bigint as bucket_5 from aged group by account
)
select coalesce(r.account, s.account) as account,
  coalesce(bucket_0, 0) as bucket_0, coalesce(bucket_1, 0) as bucket_1, coalesce(bucket_2, 0) as bucket_2,
  coalesce(bucket_3, 0) as bucket_3, coalesce(bucket_4, 0) as bucket_4, coalesce(bucket_5, 0) as bucket_5,
  coalesce(s.used, 0) - coalesce(r.loose, 0) - coalesce(s.excess, 0) as unapplied,
  coalesce(bucket_0 + bucket_1 + bucket_2 + bucket_3 + bucket_4 + bucket_5, 0)
    + coalesce(s.used, 0) - coalesce(r.loose, 0) - coalesce(s.excess, 0) as total,
  coalesce(bucket_1 + bucket_2 + bucket_3 + bucket_4 + bucket_5, 0) as overdue
from received r full join sums s using (account)
"""


def make(count: int, folder: Path) -> None:
    """Write a ledger of `count` invoices as integer codes, minor units and day numbers."""
    import numpy as np  # noqa: PLC0415  the process that measures imports nothing big
    import polars as pl  # noqa: PLC0415

    chance = np.random.default_rng(7)
    number = np.arange(count)
    billed = AS_OF - chance.integers(0, 3 * 365, count)
    amount = np.exp(chance.normal(11, 1.2, count)).astype(np.int64) + 100
    offers = chance.random(count) < 0.05
    invoices = pl.DataFrame(
        {
            "invoice": number,
            "amount": amount,
            "discount": pl.select(pl.when(pl.Series(offers)).then(pl.Series(amount) // 50)).to_series(),
            "discount_until": pl.select(pl.when(pl.Series(offers)).then(pl.Series(billed) + 10)).to_series(),
        }
    )
    account = chance.integers(0, max(count // 20, 1), count)
    due = billed + chance.choice([0, 14, 30, 30, 30, 60], count)
    items = pl.DataFrame(
        {
            "item": number,
            "invoice": number,
            "instalment": np.ones(count, np.int64),
            "instalments": np.ones(count, np.int64),
            "account": account,
            "invoice_date": billed,
            "due_date": due,
            "amount": amount,
            "before": np.zeros(count, np.int64),
            "disputed": (chance.random(count) < 0.02).astype(np.int64),
        }
    )
    paid = np.repeat(number, chance.choice([0, 1, 1, 1, 2, 3], count, p=[0.15, 0.35, 0.2, 0.1, 0.15, 0.05]))
    share = np.bincount(paid, minlength=count)[paid]
    loose = pl.Series(chance.random(paid.size) < 0.01)
    applications = pl.DataFrame(
        {
            "payment": np.arange(paid.size),
            "account": account[paid],
            "invoice": pl.select(pl.when(~loose).then(pl.Series(paid))).to_series(),
            "date": np.minimum(due[paid] + chance.normal(10, 20, paid.size).astype(np.int64), AS_OF),
            "amount": amount[paid] // share,
            "kind": np.zeros(paid.size, np.int64),
        }
    )
    for name, frame in zip(TABLES, (invoices, items, applications), strict=True):
        frame.write_parquet(folder / f"{name}.parquet")


def _core(frames: dict[str, Any], held: Callable[..., Sequence[Any]]) -> tuple[Any, Any]:
    """The product's own functions; `held` works frames out that an engine would else work out at each use."""
    import narwhals as nw  # noqa: PLC0415  each engine's process imports its own

    from duesheet.aging import aged, by_account  # noqa: PLC0415
    from duesheet.ledger import open_items  # noqa: PLC0415

    ledger = open_items(*(nw.from_native(frames[name]) for name in TABLES), as_of=AS_OF)
    items, accounts = (
        nw.from_native(one) for one in held(ledger.items.to_native(), ledger.accounts.to_native())
    )
    (items,) = held(aged(items, as_of=AS_OF, edges=EDGES).to_native())
    rows = by_account(nw.from_native(items), accounts, buckets=len(EDGES) + 1)
    return nw.from_native(items).select(*ITEMS).to_native(), rows.select(*ACCOUNTS).to_native()


def polars(folder: Path) -> Callable[[], tuple[Any, Any]]:
    """The core on Polars."""
    import polars as pl  # noqa: PLC0415

    frames = {name: pl.read_parquet(folder / f"{name}.parquet") for name in TABLES}
    return lambda: _core(frames, lambda *done: done)


def pandas(folder: Path) -> Callable[[], tuple[Any, Any]]:
    """The core on pandas."""
    import pandas as pd  # noqa: PLC0415

    frames = {name: pd.read_parquet(folder / f"{name}.parquet") for name in TABLES}
    return lambda: _core(frames, lambda *done: done)


def duckdb(folder: Path) -> Callable[[], tuple[Any, Any]]:
    """The core on DuckDB."""
    link = _database(folder)

    def once() -> tuple[Any, Any]:
        names = itertools.count()

        def held(*plans: Any) -> list[Any]:  # noqa: ANN401  DuckDB's relation is not typed alike in its versions
            made = []
            for plan in plans:
                name = f"held_{next(names)}"
                link.execute(f"drop table if exists {name}")
                plan.create(name)
                made.append(link.table(name))
            return made

        items, accounts = _core({name: link.table(name) for name in TABLES}, held)
        return items.to_arrow_table(), accounts.to_arrow_table()

    return once


def sql(folder: Path) -> Callable[[], tuple[Any, Any]]:
    """The same job in SQL by hand."""
    link = _database(folder)

    def once() -> tuple[Any, Any]:
        link.execute(SQL_ITEMS.replace("$as_of", str(AS_OF)))
        items = link.sql("from aged where open <> 0").select(*ITEMS).to_arrow_table()
        return items, link.sql(SQL_ACCOUNTS).to_arrow_table()

    return once


def _database(folder: Path) -> Any:  # noqa: ANN401  DuckDB's connection is not typed alike in its versions
    import duckdb as engine_  # noqa: PLC0415

    link = engine_.connect()
    for name in TABLES:
        link.read_parquet(f"{(folder / name).as_posix()}.parquet").create(name)
    return link


ENGINES = {"Polars": polars, "DuckDB": duckdb, "pandas": pandas, "SQL by hand": sql}


def one_engine(name: str, folder: Path, rounds: int) -> dict[str, Any]:
    """The median seconds of `rounds` runs after a first one, and sums to compare."""
    once = ENGINES[name](folder)
    items, accounts = once()
    took = []
    for _ in range(rounds):
        items = accounts = None
        gc.collect()
        began = time.perf_counter()
        items, accounts = once()
        took.append(time.perf_counter() - began)
    return {"seconds": statistics.median(took), "sums": _sums(items, accounts)}


def _sums(items: Any, accounts: Any) -> dict[str, int]:  # noqa: ANN401  frames of four engines
    import narwhals as nw  # noqa: PLC0415

    return {
        name: int(frame[name].sum())
        for frame, names in (
            (nw.from_native(items, eager_only=True), ("paid", "open", "bucket")),
            (nw.from_native(accounts, eager_only=True), ACCOUNTS[1:]),
        )
        for name in names
    }


def compare(count: int, rounds: int) -> None:
    """Print the rows of the table for one size."""
    with tempfile.TemporaryDirectory(prefix="duesheet-core-") as folder:
        cost(engine("core", "--make", str(count), "--folder", folder), limit=LIMIT)
        told = {
            name: cost(
                engine("core", "--engine", name, "--folder", folder, "--rounds", str(rounds)), limit=LIMIT
            )
            for name in ENGINES
        }
    hand = told["SQL by hand"].said
    size = f"{count:,}"
    for name, one in told.items():
        label = name if one.said["sums"] == hand["sums"] else f"{name}: OTHER SUMS"
        ratio = one.said["seconds"] / hand["seconds"]
        print(f"| {size} | {label} | {one.said['seconds'] * 1000:,.0f} | {ratio:.2f} | {one.peak:,.0f} |")
    sys.stdout.flush()


def main() -> None:
    """Compare the engines at every size asked for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("invoices", nargs="*", type=int, default=[])
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--make", type=int)
    asked.add_argument("--engine", choices=ENGINES)
    asked.add_argument("--folder", type=Path)
    given = asked.parse_args()
    if given.make:
        make(given.make, given.folder)
    elif given.engine:
        print(json.dumps(one_engine(given.engine, given.folder, given.rounds)))
    else:
        print("| invoices | engine | ms | to SQL by hand | peak MB |\n|---|---|---|---|---|")
        for count in given.invoices or SIZES:
            compare(count, given.rounds)


if __name__ == "__main__":
    main()
