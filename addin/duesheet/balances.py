"""What was open of an item, day by day: what interest is worked out on.

A payment ends the days at the old balance: what was open on a day is what the ledger of the day before showed, so money
of 10 March lowers the balance from 11 March on. Money on account counts as `ledger.open_items` sets it against the
items of that day, a refund or a payment named later as they were known then.

The functions take and give frames of any engine narwhals knows. Days are day numbers, amounts Int64 minor units.
"""

import narwhals as nw

from duesheet import ledger
from duesheet.ledger import Frame

_DAYS = 10**6
"""More than any day number, so that a code and a day make one code: the ledger of that day."""

_SPELL = ("item", "since", "until", "open")


def spells(  # noqa: PLR0913  the items asked for, the books, the day, and how the house counts
    wanted: Frame,
    invoices: Frame,
    items: Frame,
    applications: Frame,
    *,
    as_of: int,
    oldest_first: bool = True,
) -> Frame:
    """The days of each of the `wanted` items by what was open: `item`, `since`, `until` (not included), `open`.

    `wanted` (item, account, invoice, open, start: the first day that counts) are open on `as_of`; `items` as
    `ledger.open_items` gave them that day, `invoices` and `applications` as it took them. The days of an item reach
    from its start to `as_of`, in spells between the days on which money moved; nothing is open before an invoice is.
    """
    wanted = wanted.filter(nw.col("start") < as_of)
    wanted = _scoped(wanted, _mixed(items, applications) if oldest_first else None)
    moved = _moved(wanted, items, applications, as_of)
    changing = wanted.join(moved.select("scope").unique(), on="scope", how="semi")
    steady = wanted.join(moved.select("scope").unique(), on="scope", how="anti")
    still = steady.select(
        "item", since=nw.col("start"), until=nw.lit(as_of).cast(nw.Int64), open=nw.col("open")
    )
    days = _days(moved, as_of)
    past = _ledgers(days, changing, invoices, items, applications, oldest_first=oldest_first)
    return nw.concat([still.select(*_SPELL), _within(past, changing, days).select(*_SPELL)])


def _mixed(items: Frame, applications: Frame) -> Frame:
    """Accounts where money on account may have stood against an item: theirs are followed as a whole."""
    loose = applications.filter(nw.col("invoice").is_null() | (nw.col("amount") < 0)).select("account")
    billed = items.group_by("invoice", "account").agg(billed=nw.col("amount").sum())
    paid = (
        applications.filter(~nw.col("invoice").is_null()).group_by("invoice").agg(paid=nw.col("amount").sum())
    )
    beyond = billed.join(paid, on="invoice", how="inner").filter(nw.col("paid") > nw.col("billed"))
    return nw.concat([loose, beyond.select("account")]).unique().with_columns(mixed=nw.lit(1, nw.Int64))


def _scoped(wanted: Frame, mixed: Frame | None) -> Frame:
    """`scope`: what can change the balance of an item, its invoice (even) or its customer's account (odd)."""
    alone = nw.col("invoice") * 2
    if mixed is None:
        return wanted.with_columns(mixed=nw.lit(0, nw.Int64), scope=alone)
    joined = wanted.join(mixed, on="account", how="left").with_columns(mixed=nw.col("mixed").fill_null(0))
    return joined.with_columns(
        scope=nw.when(nw.col("mixed") == 1).then(nw.col("account") * 2 + 1).otherwise(alone)
    )


def _moved(wanted: Frame, items: Frame, applications: Frame, as_of: int) -> Frame:
    """The days in each scope on which a balance may have changed, from the first start in it on."""
    scopes = wanted.group_by("scope", "mixed").agg(
        start=nw.col("start").min(), account=nw.col("account").min(), invoice=nw.col("invoice").min()
    )
    alone = scopes.filter(nw.col("mixed") == 0).select("scope", "start", "invoice")
    whole = scopes.filter(nw.col("mixed") == 1).select("scope", "start", "account")
    billed = items.select("account", date=nw.col("invoice_date"))
    found = [
        part.select("scope", "start", day=nw.col("date"))
        for part in (
            applications.select("invoice", "date").join(alone, on="invoice", how="inner"),
            applications.select("account", "date").join(whole, on="account", how="inner"),
            billed.join(whole, on="account", how="inner"),
        )
    ]
    dated = nw.concat(found).filter((nw.col("day") > nw.col("start")) & (nw.col("day") <= as_of))
    return dated.unique()


def _days(moved: Frame, as_of: int) -> Frame:
    """The ledgers to look at: `scope`, `day` and the day of the `next` one."""
    begun = moved.select("scope", day=nw.col("start"))
    days = nw.concat([begun, moved.select("scope", "day")]).unique().filter(nw.col("day") < as_of)
    following = nw.col("day").shift(-1).over("scope", order_by="day")
    return days.with_columns(next=following.fill_null(as_of).cast(nw.Int64))


def _ledgers(  # noqa: PLR0913  as above
    days: Frame, changing: Frame, invoices: Frame, items: Frame, applications: Frame, *, oldest_first: bool
) -> Frame:
    """What was open of each item of the scopes on each of the `days`; every scope and day is an account of its own."""
    owners = changing.select("scope", "mixed", "account", "invoice", "start")
    alone = owners.filter(nw.col("mixed") == 0).select("scope", "invoice").unique()
    whole = owners.filter(nw.col("mixed") == 1).group_by("scope", "account").agg(start=nw.col("start").min())
    busy = _busy(whole, items, applications)
    whole = whole.select("scope", "account")
    there = [
        part.join(days, on="scope", how="inner")
        for part in (
            items.join(alone, on="invoice", how="inner"),
            items.join(busy, on="invoice", how="semi").join(whole, on="account", how="inner"),
        )
    ]
    stood = nw.concat([part.select(*_ITEM, "scope", "day") for part in there])
    stood = stood.filter(nw.col("invoice_date") <= nw.col("day"))
    paid = [
        part.join(days, on="scope", how="inner")
        for part in (
            applications.join(alone, on="invoice", how="inner"),
            applications.join(busy, on="invoice", how="semi").join(whole, on="account", how="inner"),
            applications.filter(nw.col("invoice").is_null()).join(whole, on="account", how="inner"),
        )
    ]
    known = nw.concat([part.select(*_APPLIED, "scope", "day") for part in paid])
    known = known.filter(nw.col("date") <= nw.col("day"))
    billed = invoices.join(stood.select("invoice", "day").unique(), on="invoice", how="inner")
    found = ledger.open_items(
        billed.with_columns(invoice=_on("invoice")),
        stood.with_columns(item=_on("item"), invoice=_on("invoice"), account=_on("scope")),
        known.with_columns(invoice=_on("invoice"), account=_on("scope")),
        as_of=ledger.NEVER,
        oldest_first=oldest_first,
    )
    return found.items.select(item=nw.col("item") // _DAYS, day=nw.col("day"), open=nw.col("open"))


def _busy(whole: Frame, items: Frame, applications: Frame) -> Frame:
    """The invoices of whole accounts that may matter: not those settled by name before the first start, for good."""
    unsettled = items.filter((nw.col("open") != 0) | (nw.col("on_account") != 0) | (nw.col("excess") != 0))
    later = applications.filter(~nw.col("invoice").is_null()).join(whole, on="account", how="inner")
    later = later.filter(nw.col("date") > nw.col("start"))
    return nw.concat([part.select(nw.col("invoice").cast(nw.Int64)) for part in (unsettled, later)]).unique()


_ITEM = ("item", "invoice", "instalment", "instalments", "invoice_date", "due_date", "amount", "before")
_APPLIED = ("payment", "invoice", "date", "amount", "kind")


def _on(code: str) -> nw.Expr:
    return nw.col(code) * _DAYS + nw.col("day")


def _within(past: Frame, changing: Frame, days: Frame) -> Frame:
    """The spells of the items whose balance changed, none before its start."""
    kept = past.join(changing.select("item", "scope", "start"), on="item", how="inner")
    kept = kept.join(days, on=["scope", "day"], how="inner")
    kept = kept.with_columns(since=nw.max_horizontal(nw.col("day"), nw.col("start")), until=nw.col("next"))
    return kept.filter((nw.col("until") > nw.col("since")) & (nw.col("open") > 0))
