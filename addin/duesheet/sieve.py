"""Rows that pass through one check after the other; what is caught becomes faults."""

from collections.abc import Mapping

import polars as pl

from duesheet.errors import Fault
from duesheet.tables import Typed, quoted

Remedy = str | Mapping[str, str]
"""What to do about a cell; where it depends on what was found, by what was found."""


class Sieve:
    """The rows of one sheet that can still be used, the faults of the others, and the customers these concern."""

    def __init__(self, typed: Typed, sheet: str) -> None:
        self.frame, self.sheet = typed.frame, sheet
        self.faults: list[Fault] = list(typed.faults)
        self.doubtful: set[str] = set(typed.doubtful["customer_id"].drop_nulls())
        self._every = pl.concat([typed.frame, typed.left_out])

    def catch(self, caught: pl.Series, header: str, remedy: Remedy, *, keep: bool = False) -> None:
        """Make a fault of every row in `caught`, quoting its cell under `header`; leave the rows out unless `keep`."""
        if not caught.any():
            return
        rows = self.frame.filter(caught)
        self.doubtful.update(rows["customer_id"].drop_nulls())
        for row, cell in rows.select("row", key_of(header)).iter_rows():
            found = quoted(cell)
            told = remedy if isinstance(remedy, str) else remedy[found]
            self.faults.append(Fault(self.sheet, row, header, found, told))
        if not keep:
            self.frame = self.frame.filter(~caught.fill_null(value=False))

    def first_of_each(self, header: str) -> None:
        """Keep the first row of each id; the customers of all rows that share one are in doubt."""
        ids = self.frame[key_of(header)]
        if ids.n_unique() == len(ids):
            return
        first = ids.is_first_distinct()
        again = ids.filter(~first)
        shared = ids.is_in(again.unique().implode())
        rows = dict(self.frame.filter(first & shared).select(key_of(header), "row").iter_rows())
        told = "Row {} has it already, and that row counts. Change or delete one."
        self.doubtful.update(self.frame.filter(shared)["customer_id"].drop_nulls())
        self.catch(~first, header, {name: told.format(row) for name, row in rows.items()})

    def dropped(self) -> pl.DataFrame:
        """The rows of the sheet that are in use no more."""
        if self.frame.height == self._every.height:
            return self._every.clear()
        return self._every.filter(~pl.col("row").is_in(self.frame["row"].implode()))

    def lost(self, header: str) -> dict[str, int]:
        """The row of each id that stands only on rows that cannot be used."""
        key = key_of(header)
        if self.frame.height == self._every.height:
            return {}
        gone = self.dropped().select(key, "row").drop_nulls().join(self.frame.select(key), on=key, how="anti")
        return dict(gone.iter_rows())


def key_of(header: str) -> str:
    """The column of a frame that holds what stands under `header`.

    >>> key_of("Customer ID")
    'customer_id'
    """
    return header.lower().replace(" ", "_")
