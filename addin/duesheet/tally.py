"""Sums by place: many amounts, each with the number of the place it belongs to, added up at once."""

import polars as pl


def tally(places: pl.Series, amounts: pl.Series, size: int) -> pl.Series:
    """The sum of the amounts at each of `size` places, counted from 0; whole numbers stay whole.

    >>> tally(pl.Series([0, 2, 0]), pl.Series([5, 7, 1]), 3).to_list()
    [6, 0, 7]
    """
    import numpy as np  # noqa: PLC0415  a tenth of a second to load, and only looking back adds up by place

    sums = np.zeros(size, dtype=amounts.to_numpy().dtype)
    np.add.at(sums, places.to_numpy(), amounts.to_numpy())
    return pl.Series(sums)
