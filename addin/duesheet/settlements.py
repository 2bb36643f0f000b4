"""When each instalment was settled, and by what: the payment history that risk and cycles are read from."""

import narwhals as nw

from duesheet.ledger import NEVER, Frame

_PAYMENT, _DISCOUNT, _WRITE_OFF = 0, 2, 3


def settlements(items: Frame, applications: Frame, taken: Frame) -> Frame:
    """The settled items: `item`, `settled_on` (day number), `written_off` and `credit_only` (0 or 1).

    `items` and `taken` as `ledger.open_items` gives them, `applications` as it took them. An item is settled on the
    first day on which the money applied to its invoice reached it; where money on account settled it, on the
    first day on which the account had received that much. `written_off`: a write-off was part of it.
    `credit_only`: no money was, so it says nothing about how the customer pays.
    """
    settled = items.filter(nw.col("open") == 0)
    named = applications.filter(~nw.col("invoice").is_null())
    invoices = _by_invoice(named).join(taken, on="invoice", how="left")
    by_name = settled.filter(nw.col("on_account") == 0).join(invoices, on="invoice", how="inner")
    # Payments that add up to an undivided invoice reach it with the last of them; the others have to be followed.
    plain = (nw.col("excess") == 0) & (nw.col("instalments") == 1) & (nw.col("least") > 0)
    single = (nw.col("applications") == 1) | ~nw.col("discount_taken").is_null()
    by_name = by_name.with_columns(with_the_last=_one(single | plain))
    at_once = by_name.filter(nw.col("with_the_last") == 1)
    in_parts = by_name.filter(nw.col("with_the_last") == 0)
    flows = named.select(
        pot=nw.col("invoice").cast(nw.Int64),
        date=nw.col("date"),
        order=nw.col("payment"),
        amount=nw.col("amount"),
    )
    levels = in_parts.select("item", pot=nw.col("invoice"), level=nw.col("before") + nw.col("amount"))
    dated = nw.concat([at_once.select("item", settled_on="last"), _reached(levels, _only(flows, levels))])
    dated = by_name.select("item", "written_off", "credit_only").join(dated, on="item", how="inner")
    return nw.concat([dated.select(*_COLUMNS), _from_account(settled, items, applications)])


_COLUMNS = ("item", "settled_on", "written_off", "credit_only")


def _one(condition: nw.Expr) -> nw.Expr:
    return nw.when(condition).then(nw.lit(1, nw.Int64)).otherwise(nw.lit(0, nw.Int64))


def _by_invoice(named: Frame) -> Frame:
    money = (nw.col("kind") == _PAYMENT) | (nw.col("kind") == _DISCOUNT)
    flagged = named.with_columns(
        one=nw.lit(1), money=_one(money & (nw.col("amount") > 0)), off=_one(nw.col("kind") == _WRITE_OFF)
    )
    sums = flagged.group_by("invoice").agg(
        last=nw.col("date").max(),
        least=nw.col("amount").min(),
        applications=nw.col("one").sum(),
        money=nw.col("money").sum(),
        off=nw.col("off").sum(),
    )
    return sums.with_columns(
        written_off=_one(nw.col("off") > 0), credit_only=_one((nw.col("money") == 0) & (nw.col("off") == 0))
    )


def _only(flows: Frame, levels: Frame) -> Frame:
    """The flows into the pots that a level is asked of."""
    return flows.join(levels.select("pot").unique(), on="pot", how="semi")


def _reached(levels: Frame, flows: Frame) -> Frame:
    """For each `item`, the first date on which the flows into its `pot` added up to its `level`."""
    total = nw.col("amount").cum_sum().over("pot", order_by=["date", "order"]).cast(nw.Int64)
    risen = flows.with_columns(level=total).select("pot", "level", "date", item=nw.lit(-1).cast(nw.Int64))
    asked = levels.select("pot", "level", date=nw.lit(NEVER).cast(nw.Int64), item=nw.col("item"))
    # Read from the highest level down, the earliest date so far is when that level was first reached; at the same
    # level what flowed in (item -1) comes before what is asked.
    both = nw.concat([risen.with_columns(date=nw.col("date").cast(nw.Int64)), asked])
    both = both.with_columns(down=-nw.col("level"))
    earliest = nw.col("date").cum_min().over("pot", order_by=["down", "item"])
    both = both.with_columns(settled_on=earliest.cast(nw.Int64)).filter(nw.col("item") >= 0)
    return both.filter(nw.col("settled_on") < NEVER).select("item", "settled_on")


def _from_account(settled: Frame, items: Frame, applications: Frame) -> Frame:
    covered = settled.filter(nw.col("on_account") > 0)
    levels = covered.select("item", pot=nw.col("account"), level=nw.col("ahead") + nw.col("on_account"))
    loose = applications.filter(nw.col("invoice").is_null()).select(
        pot=nw.col("account"), date=nw.col("date"), order=nw.col("payment"), amount=nw.col("amount")
    )
    beyond = items.filter(nw.col("excess") != 0).select("invoice", "account", "excess")
    last = (
        applications.filter(~nw.col("invoice").is_null()).group_by("invoice").agg(date=nw.col("date").max())
    )
    beyond = beyond.join(last, on="invoice", how="inner").select(
        pot=nw.col("account"), date=nw.col("date"), order=nw.lit(-1).cast(nw.Int64), amount=nw.col("excess")
    )
    dated = _reached(levels, _only(nw.concat([loose, beyond]), levels))
    return dated.with_columns(written_off=nw.lit(0, nw.Int64), credit_only=nw.lit(0, nw.Int64)).select(
        *_COLUMNS
    )
