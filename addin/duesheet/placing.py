"""Rows of money under their customer and currency, the amount in whole minor units."""

from collections.abc import Mapping

import polars as pl

from duesheet import money
from duesheet.customers import Customers
from duesheet.sieve import Sieve, key_of

FRACTION = 1e-4
"""How far, in minor units, a cell may be from a whole number: what floating-point arithmetic leaves behind."""

_PRECISION = 2.0**-50
"""The same for large amounts, as a part of them: a cell holds some sixteen digits."""

_ODD = "Not a currency; type its three letters, as EUR."
_ODD_ON_CUSTOMERS = "The currency of this customer is not one; mend it on Customers, or type one here."
_BROKEN = "Smaller than the currency's smallest coin; round the amount."


def place(sieve: Sieve, customers: Customers, base: str) -> None:
    """Put each row under its customer and currency, its amount in minor units; what cannot be placed is caught.

    A blank currency is the customer's, else `base`. Adds the columns `customer` (code) and `customer_terms`.
    """
    known = customers.frame.select(
        "customer_id",
        "customer",
        customer_currency=pl.col("currency"),
        customer_terms=pl.col("terms"),
    )
    sieve.frame = sieve.frame.join(known, on="customer_id", how="left", maintain_order="left")
    unknown = sieve.frame["customer"].is_null()
    if unknown.any():
        sieve.catch(unknown, "Customer ID", strangers(sieve.frame["customer_id"].filter(unknown), customers))
    _settle_currency(sieve, base)
    count_minor_units(sieve, "Amount")


def strangers(ids: pl.Series, customers: Customers) -> Mapping[str, str]:
    """Why each of `ids` is not the id of a customer that can be used."""
    alike = {_bare(name): name for name in customers.frame["customer_id"]}
    return {name: _stranger(customers.left_out.get(name), alike.get(_bare(name))) for name in ids.unique()}


def _stranger(row: int | None, alike: str | None) -> str:
    if row is not None:
        return f"Row {row} of Customers, which has this id, cannot be used; mend that row first."
    if alike is not None:
        return f'No such customer. Is it "{alike}"? Ids must be typed the same everywhere.'
    return "No such customer; add it to Customers or mend the id."


def _bare(name: str) -> str:
    return name.casefold().lstrip("0")


def _settle_currency(sieve: Sieve, base: str) -> None:
    typed = pl.col("currency").str.to_uppercase()
    code = pl.coalesce(typed, "customer_currency", pl.lit(base))
    sieve.frame = sieve.frame.with_columns(code.alias("code"))
    odd = [one for one in sieve.frame["code"].unique() if not money.is_currency(one)]
    if odd:
        sieve.catch(sieve.frame.select(typed.is_in(odd)).to_series(), "Currency", _ODD)
        sieve.catch(sieve.frame["code"].is_in(odd), "Currency", _ODD_ON_CUSTOMERS)
    sieve.frame = sieve.frame.drop("currency", "customer_currency").rename({"code": "currency"})


def count_minor_units(sieve: Sieve, header: str) -> None:
    """Turn the amounts under `header` into whole minor units of their row's currency; what is finer is caught."""
    amount = key_of(header)
    scale = {code: 10.0 ** money.digits(code) for code in sieve.frame["currency"].unique()}
    scaled = pl.col("currency").replace_strict(scale, default=1.0, return_dtype=pl.Float64)
    sieve.frame = sieve.frame.with_columns(exact=pl.col(amount) * scaled)
    exact = pl.col("exact")
    limit = pl.max_horizontal(pl.lit(FRACTION), exact.abs() * _PRECISION)
    sieve.catch(sieve.frame.select((exact - exact.round(0)).abs() > limit).to_series(), header, _BROKEN)
    sieve.frame = sieve.frame.with_columns(exact.round(0).cast(pl.Int64).alias(amount)).drop("exact")
