"""Payments and credit notes as applications: each part of the money under the one invoice it settles, or on account."""

from collections import defaultdict

import polars as pl

_MANY = 10_000
"""Ways to take only some of the discounts that are looked through."""

KINDS = {"Payment": 0, "Credit": 1, "Discount": 2, "Write-off": 3, "Credit note": 4}
"""Codes of what settles an invoice, as they stand in column `kind`."""

SCHEMA = {
    "payment": pl.Int64,
    "account": pl.Int64,
    "invoice": pl.Int64,
    "date": pl.Int64,
    "amount": pl.Int64,
    "kind": pl.Int64,
}

_OF_INVOICES = ("invoice", "account", "invoice_date", "amount", "credits", "discount", "discount_until")
_OF_PAYMENTS = ("payment", "account", "date", "amount", "kind")


def applications(
    invoices: pl.DataFrame, payments: pl.DataFrame, named: pl.DataFrame, *, as_of: int
) -> pl.DataFrame:
    """What was applied to which invoice by `as_of` (a day number), as far as the rows themselves say it.

    `invoices` (invoice, account, invoice_date, amount, credits, discount, discount_until), `payments` (payment,
    account, date, amount, kind), `named` (payment, position, invoice). One row per application: `payment` (credit
    notes: -1), `account`, `invoice` (null = on account), `date`, `amount` (minor units; negative = refund), `kind`.
    A payment that names several invoices settles them in that order; what it leaves stands on account. Nothing
    dated after `as_of` exists. The amounts add up to those of the rows they came from.
    """
    # What only the sheet knows of a row is not copied along.
    invoices, payments = invoices.select(_OF_INVOICES), payments.select(_OF_PAYMENTS)
    known = invoices.filter(pl.col("invoice_date") <= as_of)
    billed = known.filter(pl.col("amount") > 0)
    paid = payments.filter((pl.col("date") <= as_of) & (pl.col("amount") != 0))
    names = named.join(billed.select("invoice"), on="invoice", how="semi").join(
        paid.select("payment"), on="payment", how="semi"
    )
    counts = names.group_by("payment").len()
    several = counts.filter(pl.col("len") > 1).select("payment")
    plain = paid.join(several, on="payment", how="anti").join(
        names.select("payment", "invoice"), on="payment", how="left"
    )
    kind = pl.col("kind").replace_strict(KINDS, return_dtype=pl.Int64)
    parts = [plain.with_columns(kind).select(*SCHEMA), _credit_notes(known)]
    if several.height:
        single = pl.concat(parts).filter(pl.col("invoice").is_not_null())
        joint = paid.join(several, on="payment", how="semi").with_columns(kind)
        parts.append(_waterfall(joint, names, billed, single))
    return pl.concat(parts)


def _credit_notes(known: pl.DataFrame) -> pl.DataFrame:
    targets = known.filter(pl.col("amount") > 0).select(
        pl.col("invoice").alias("credits"), pl.lit(1).alias("there")
    )
    notes = known.filter(pl.col("amount") < 0).join(targets, on="credits", how="left")
    return notes.select(
        pl.lit(-1, pl.Int64).alias("payment"),
        "account",
        # A note dated before the invoice it credits stands on account until that invoice exists.
        pl.when(pl.col("there").is_not_null()).then(pl.col("credits")).alias("invoice"),
        pl.col("invoice_date").alias("date"),
        -pl.col("amount"),
        pl.lit(KINDS["Credit note"], pl.Int64).alias("kind"),
    )


def _waterfall(
    joint: pl.DataFrame, names: pl.DataFrame, billed: pl.DataFrame, single: pl.DataFrame
) -> pl.DataFrame:
    """Payments that name several invoices, taken one after the other in the order of their dates."""
    order = defaultdict(list)
    for payment, invoice in names.sort("payment", "position").select("payment", "invoice").iter_rows():
        order[payment].append(invoice)
    touched = {invoice for payment in joint["payment"] for invoice in order[payment]}
    columns = ("invoice", "amount", "discount", "discount_until")
    terms = {
        row[0]: row[1:]
        for row in billed.filter(pl.col("invoice").is_in(list(touched))).select(columns).iter_rows()
    }
    applied: dict[int, int] = dict.fromkeys(touched, 0)
    others = single.filter(pl.col("invoice").is_in(list(touched)))
    events = [
        *others.select(*SCHEMA).iter_rows(),
        *joint.with_columns(invoice=pl.lit(None, pl.Int64)).select(*SCHEMA).iter_rows(),
    ]
    rows, spoiled = [], set[int]()
    # Credit notes come first on their day: they settle the invoice they name before money does.
    for payment, account, invoice, date, amount, kind in sorted(events, key=lambda row: (row[3], row[0])):
        if invoice is not None:
            applied[invoice] += amount
            spoiled.add(invoice)
            continue
        for target, part in _parts(
            amount, date, order[payment], _on_offer(order[payment], terms, spoiled), applied
        ):
            if target is not None:
                applied[target] += part
                spoiled.add(target)
            rows.append((payment, account, target, date, part, kind))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _on_offer(
    invoices: list[int], terms: dict[int, tuple[int, int | None, int | None]], spoiled: set[int]
) -> dict[int, tuple[int, int | None, int | None]]:
    """The terms without the discounts that an earlier payment or credit has spoiled, given back or not."""
    return {one: (terms[one][0], None, None) if one in spoiled else terms[one] for one in invoices}


def _parts(
    amount: int,
    date: int,
    invoices: list[int],
    terms: dict[int, tuple[int, int | None, int | None]],
    applied: dict[int, int],
) -> list[tuple[int | None, int]]:
    exact = _less_discount(amount, date, invoices, terms, applied)
    if exact:
        return list(zip(invoices, exact, strict=True))
    parts: list[tuple[int | None, int]] = []
    left = amount
    for invoice in invoices:
        room = (
            max(terms[invoice][0] - applied[invoice], 0)
            if amount > 0
            else -max(min(applied[invoice], terms[invoice][0]), 0)
        )
        part = min(left, room) if amount > 0 else max(left, room)
        if part:
            parts.append((invoice, part))
            left -= part
    return [*parts, (None, left)] if left else parts


def _less_discount(
    amount: int,
    date: int,
    invoices: list[int],
    terms: dict[int, tuple[int, int | None, int | None]],
    applied: dict[int, int],
) -> list[int]:
    """What each invoice takes when `amount` is all of them less early payment discounts on offer; else empty."""
    offers = [
        discount if discount and until is not None and date <= until else 0
        for invoice in invoices
        for _, discount, until in (terms[invoice],)
    ]
    owed = [terms[invoice][0] - applied[invoice] for invoice in invoices]
    used = _used(offers, sum(owed) - amount)
    return [one - offer for one, offer in zip(owed, used, strict=True)] if used else []


def _used(offers: list[int], short: int) -> list[int]:
    """Which `offers` make up what a payment is `short`: all of them, else the first that do; empty when none do."""
    if short <= 0 or short >= sum(offers):
        return offers if short == sum(offers) > 0 else []
    reached: dict[int, tuple[int, ...]] = {0: ()}
    for place, offer in enumerate(offers):
        further = {made + offer: (*places, place) for made, places in reached.items() if offer}
        reached = {made: places for made, places in further.items() if made <= short} | reached
        if len(reached) > _MANY:
            return []
    return (
        [offer if place in reached.get(short, ()) else 0 for place, offer in enumerate(offers)]
        if short in reached
        else []
    )
