"""The Customers sheet as customers with a code each, and the rows that cannot be used."""

from typing import NamedTuple

import polars as pl

from duesheet import money, terms
from duesheet.errors import Fault
from duesheet.sieve import Sieve
from duesheet.tables import Typed

_CURRENCY = (
    "Not a currency; type its three letters, as EUR. Until then this customer's rows without a currency of their "
    "own are left out."
)


class Customers(NamedTuple):
    """Every customer once.

    `frame` has the declared columns of Customers and `customer`, an Int64 code: the place of the id among all ids
    in order, so that it does not depend on the order of the rows. `doubtful` are the ids whose rows have a fault,
    `left_out` gives the row of each id that stands only on rows that cannot be used.
    """

    frame: pl.DataFrame
    faults: tuple[Fault, ...]
    doubtful: frozenset[str]
    left_out: dict[str, int]


def read(typed: Typed, sheet: str = "Customers") -> Customers:
    """Customers by code; a second row of the same id is a fault and the first one counts."""
    sieve = Sieve(typed, sheet)
    sieve.first_of_each("Customer ID")
    _check_terms(sieve)
    _check_currencies(sieve)
    frame = sieve.frame.sort("customer_id").with_row_index("customer")
    frame = frame.with_columns(pl.col("customer").cast(pl.Int64))
    return Customers(frame, tuple(sieve.faults), frozenset(sieve.doubtful), sieve.lost("Customer ID"))


def _check_terms(sieve: Sieve) -> None:
    texts = sieve.frame["terms"]
    odd = [text for text in texts.drop_nulls().unique() if terms.parse(text) is None]
    sieve.catch(texts.is_in(odd), "Terms", terms.REMEDY, keep=True)


def _check_currencies(sieve: Sieve) -> None:
    typed = sieve.frame["currency"].str.to_uppercase()
    odd = [code for code in typed.drop_nulls().unique() if not money.is_currency(code)]
    sieve.catch(typed.is_in(odd), "Currency", _CURRENCY, keep=True)
    sieve.frame = sieve.frame.with_columns(typed.alias("currency"))
