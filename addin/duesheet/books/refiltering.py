"""Filters of a table in an open workbook: taken off while its rows change, and put on again."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import xlwings as xw

from duesheet.books.spots import SheetTable, Spot

Criterion = xw.main.AutoFilterCriteria
AutoFilter = xw.main.AutoFilter


@contextmanager
def unfiltered(spot: Spot) -> Iterator[None]:
    """Every row is shown meanwhile; the filter then judges the rows that are there now, whatever happens.

    A filter by color, icon or today's date cannot be put on again from outside. It is left as it is, and hides what
    it hid, until somebody presses Reapply.
    """
    criteria = _criteria(spot.table)
    if not criteria or not all(_again(one) for one in criteria):
        yield
        return
    spot_filter = spot.table.autofilter  # type: ignore[union-attr]  # there are none without a table
    spot_filter.clear()
    try:
        yield
    finally:
        for one in criteria:
            _APPLIED[one.type](spot_filter, one)


def _criteria(table: SheetTable | None) -> list[Criterion]:
    if table is None or not table.show_autofilter:
        return []
    return [one for one in table.autofilter.criteria if one.type != "none"]


def _again(one: Criterion) -> bool:
    """Whether enough is known of a criterion to put it on again."""
    if one.type in {"top_items", "bottom_items"}:
        return one.count is not None
    if one.type in {"top_percent", "bottom_percent"}:
        return one.percent is not None
    return one.type in _APPLIED


def _values(on: AutoFilter, one: Criterion) -> None:
    on.apply_values(one.field, one.values or [])


def _comparison(on: AutoFilter, one: Criterion) -> None:
    on.apply_comparison(one.field, one.operator or "equal_to", one.value1, one.value2)


_APPLIED: Mapping[str, Callable[[AutoFilter, Criterion], None]] = {
    "values": _values,
    "comparison": _comparison,
    "top_items": lambda on, one: on.apply_top_items(one.field, one.count or 1),
    "bottom_items": lambda on, one: on.apply_bottom_items(one.field, one.count or 1),
    "top_percent": lambda on, one: on.apply_top_percent(one.field, one.percent or 0),
    "bottom_percent": lambda on, one: on.apply_bottom_percent(one.field, one.percent or 0),
}
