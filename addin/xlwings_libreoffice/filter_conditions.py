"""The conditions of a filter: as xlwings names them, and as UNO's fields of a filter."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from xlwings import base_classes

from xlwings_libreoffice.conditions import OPERATORS
from xlwings_libreoffice.uno_runtime import UnoObject, constant, enum, struct
from xlwings_libreoffice.values import moment, serial

NAMES = (
    "EMPTY",
    "NOT_EMPTY",
    *("EQUAL", "NOT_EQUAL", "GREATER", "GREATER_EQUAL", "LESS", "LESS_EQUAL"),
    *("TOP_VALUES", "TOP_PERCENT", "BOTTOM_VALUES", "BOTTOM_PERCENT"),
)
BEST = {
    "TOP_VALUES": "top_items",
    "BOTTOM_VALUES": "bottom_items",
    "TOP_PERCENT": "top_percent",
    "BOTTOM_PERCENT": "bottom_percent",
}
SIGNS = {
    "EQUAL": "=",
    "NOT_EQUAL": "<>",
    "GREATER": ">",
    "GREATER_EQUAL": ">=",
    "LESS": "<",
    "LESS_EQUAL": "<=",
}
TEXT = 1
"""UNO's mark of a value that is a text."""


@dataclass(frozen=True)
class Condition:
    """One condition: an operator by UNO's name, and what it compares with."""

    operator: str
    values: tuple[str | float, ...] = ()


Fields = dict[int, tuple[Condition, ...]]
"""The conditions of each filtered column, counted from 0."""


def comparison(operator: str, value1: Any, value2: Any) -> tuple[Condition, ...]:  # noqa: ANN401 (as xlwings passes them)
    """The conditions that make a comparison: two for the ones with two bounds."""
    if value1 is None:
        return (Condition("EMPTY" if operator == "equal_to" else "NOT_EMPTY"),)
    first = (value(value1),)
    if operator == "between":
        return Condition("GREATER_EQUAL", first), Condition("LESS_EQUAL", (value(value2),))
    if operator == "not_between":
        return Condition("LESS", first), Condition("GREATER", (value(value2),))
    return (Condition(OPERATORS[operator], first),)


def value(given: Any) -> str | float:  # noqa: ANN401 (a text, or what xlwings makes of a date)
    """What to compare with: a number where it is one."""
    if isinstance(given, dict):
        kind = dt.date if given["type"] == "date" else dt.datetime
        return serial(kind.fromisoformat(given["value"]))
    try:
        return float(given)
    except ValueError:
        return str(given)


def written(fields: Fields) -> tuple[UnoObject, ...]:
    """Conditions as UNO takes them: alternatives, in each of which every column has one condition or a pair.

    UNO's fields know no parentheses, and `and` binds closer than `or`; so what is not between two bounds
    is multiplied out over the conditions of the other columns.
    """
    choices = [
        [[(column, one)] for one in conditions]
        if _alternative(conditions)
        else [[(column, one) for one in conditions]]
        for column, conditions in sorted(fields.items())
    ]
    made: list[UnoObject] = []
    for alternative in product(*choices) if choices else ():
        terms = [term for terms in alternative for term in terms]
        made += [
            _field(column, one, "AND" if place or not made else "OR")
            for place, (column, one) in enumerate(terms)
        ]
    return tuple(made)


def read(fields: Iterable[UnoObject]) -> Fields:
    """The conditions of each column, from UNO's fields."""
    names = {constant(f"com.sun.star.sheet.FilterOperator2.{name}"): name for name in NAMES}
    found: Fields = {}
    for field in fields:
        values = tuple(one.NumericValue if one.IsNumeric else one.StringValue for one in field.Values)
        condition = Condition(names.get(field.Operator, "UNKNOWN"), values)
        before = found.get(field.Field, ())
        if condition not in before:
            found[field.Field] = (*before, condition)
    return found


def snapshot(field: int, conditions: Sequence[Condition], *, dates: bool) -> dict[str, Any]:
    """What xlwings tells of a column's conditions."""
    if not conditions:
        return base_classes.empty_autofilter_criteria(field)
    first = conditions[0]
    if first.operator in BEST:
        return base_classes.autofilter_criteria_snapshot(field, BEST[first.operator], f"{first.values[0]:g}")
    if len(first.values) > 1 and first.operator == "EQUAL":
        return base_classes.autofilter_criteria_snapshot(
            field, "values", [_text(one) for one in first.values]
        )
    texts = [_sign(one, dates=dates) for one in conditions]
    if None in texts:
        return base_classes.empty_autofilter_criteria(field, "unknown")
    second, join = (texts[1], "or" if _alternative(conditions) else "and") if len(texts) > 1 else (None, None)
    return base_classes.autofilter_criteria_snapshot(field, "comparison", texts[0], second, join)


def _alternative(conditions: Sequence[Condition]) -> bool:
    return [one.operator for one in conditions] == ["LESS", "GREATER"]


def _field(column: int, condition: Condition, connection: str) -> UnoObject:
    return struct(
        "com.sun.star.sheet.TableFilterField3",
        Field=column,
        Connection=enum("com.sun.star.sheet.FilterConnection", connection),
        Operator=constant(f"com.sun.star.sheet.FilterOperator2.{condition.operator}"),
        Values=tuple(map(_filter_value, condition.values)),
    )


def _filter_value(given: str | float) -> UnoObject:
    kind = "com.sun.star.sheet.FilterFieldValue"
    if isinstance(given, str):
        return struct(kind, IsNumeric=False, StringValue=given, FilterType=TEXT)
    return struct(kind, IsNumeric=True, NumericValue=given, StringValue=_text(given))


def _sign(condition: Condition, *, dates: bool) -> str | None:
    if condition.operator in {"EMPTY", "NOT_EMPTY"}:
        return "=" if condition.operator == "EMPTY" else "<>"
    if condition.operator not in SIGNS:
        return None
    text = _text(condition.values[0], dates=dates)
    return SIGNS[condition.operator] + text.replace("~", "~~").replace("*", "~*").replace("?", "~?")


def _text(given: str | float, *, dates: bool = False) -> str:
    if isinstance(given, str):
        return given
    if dates and (day := moment(given)) is not None:
        time = f" {day.hour}:{day.minute}:{day.second}" if given % 1 else ""
        return f"{day.month}/{day.day}/{day.year}{time}"
    return f"{given:.15g}"
