"""A table's filter and sort criteria, worked out on its new rows."""

import re
from collections.abc import Callable, Mapping, Sequence

import polars as pl
from lxml import etree

from duesheet.books.areas import Area
from duesheet.books.cells import shortest
from duesheet.books.grid import SPREADSHEET
from duesheet.books.rows import figures

_OPERATORS: Mapping[str, Callable[[pl.Series, float | str], pl.Series]] = {
    "lessThan": lambda values, bound: values < bound,
    "lessThanOrEqual": lambda values, bound: values <= bound,
    "greaterThan": lambda values, bound: values > bound,
    "greaterThanOrEqual": lambda values, bound: values >= bound,
}
_COMMA = re.compile(r"\.\d{3},|^[^.,]*,(?!\d{3}(?!\d))")
"""How a figure looks that has a comma before its decimals."""

_DATE_PARTS = ("year", "month", "day", "hour", "minute", "second")


def hidden_rows(criteria: etree._Element | None, columns: Mapping[int, pl.Series]) -> pl.Series | None:
    """Which rows the <autoFilter> `criteria` hides, or None when it hides none.

    `columns` are the table's values by colId. Criteria by color, icon or today's date hide nothing: they
    wait until somebody presses Reapply.
    """
    shown = None
    for column in [] if criteria is None else criteria.findall(f"{SPREADSHEET}filterColumn"):
        values = columns.get(int(column.get("colId", "-1")))
        if values is None:
            continue
        for rule in column:
            kept = _kept(rule, values)
            if kept is not None:
                shown = kept if shown is None else shown & kept
    return None if shown is None or shown.all() else ~shown


def _kept(rule: etree._Element, values: pl.Series) -> pl.Series | None:
    judge = _RULES.get(etree.QName(rule).localname)
    kept = judge(rule, values) if judge else None
    return None if kept is None else kept.fill_null(False)


def _listed(rule: etree._Element, values: pl.Series) -> pl.Series:
    kept = (
        blank(values)
        if rule.get("blank") in {"1", "true"}
        else pl.Series([False]).new_from_index(0, len(values))
    )
    for listed in rule.findall(f"{SPREADSHEET}filter"):
        kept = kept | _equals(values, listed.get("val", "")).fill_null(False)
    for group in rule.findall(f"{SPREADSHEET}dateGroupItem"):
        kept = kept | _in_group(group, values).fill_null(False)
    return kept


def _in_group(group: etree._Element, values: pl.Series) -> pl.Series:
    kept = pl.Series([values.dtype.is_temporal()]).new_from_index(0, len(values))
    for part in _DATE_PARTS if values.dtype.is_temporal() else ():
        wanted = group.get(part)
        if wanted is not None and (values.dtype != pl.Date or part in _DATE_PARTS[:3]):
            kept = kept & (getattr(values.dt, part)() == int(wanted))
    return kept


def _custom(rule: etree._Element, values: pl.Series) -> pl.Series | None:
    answers = [
        _compared(values, test.get("operator", "equal"), test.get("val", ""))
        for test in rule.findall(f"{SPREADSHEET}customFilter")
    ]
    if not answers:
        return None
    together = answers[0].fill_null(False)
    for answer in answers[1:]:
        other = answer.fill_null(False)
        together = together & other if rule.get("and") in {"1", "true"} else together | other
    return together


def _compared(values: pl.Series, operator: str, bound: str) -> pl.Series:
    if operator == "equal":
        return blank(values) if not bound.strip() else _equals(values, bound)
    if operator == "notEqual":
        return ~blank(values) if not bound.strip() else ~_equals(values, bound).fill_null(False)
    number = _number(bound)
    if values.dtype == pl.String or number is None:
        return _OPERATORS[operator](_words(values), bound.casefold())
    return _OPERATORS[operator](figures(values).cast(pl.Float64), number[0])


def _equals(values: pl.Series, shown: str) -> pl.Series:
    number = _number(shown)
    if values.dtype not in {pl.String, pl.Boolean} and number is not None:
        figure, half = number
        return (figures(values).cast(pl.Float64) - figure).abs() <= half
    words = _words(values)
    if "*" in shown or "?" in shown:
        return words.str.contains(_pattern(shown))
    return words == shown.casefold().strip()


def _pattern(shown: str) -> str:
    parts = re.findall(r"~[*?~]|\*|\?|[^*?~]+|~", shown.casefold())
    marks = {"*": ".*", "?": "."}
    return "(?s)^" + "".join(marks.get(part) or re.escape(part.lstrip("~") or part) for part in parts) + "$"


def _number(shown: str) -> tuple[float, float] | None:
    """The figure that `shown` displays, and how far from it a value may be to be displayed so."""
    bare = re.sub(r"\s", "", shown)
    if _COMMA.search(bare):
        bare = bare.replace(".", "").replace(",", ".")
    bare = bare.replace(",", "")
    percent, bare = bare.endswith("%"), bare.rstrip("%")
    if bare == "-":
        return 0.0, 0.0
    try:
        figure = float(bare)
    except ValueError:
        return None
    decimals = len(bare.partition(".")[2]) if "e" not in bare.lower() else 0
    half = 0.5 * 10.0**-decimals * 1.000001 if decimals or percent else 1e-9
    return (figure / 100, half / 100) if percent else (figure, half)


def _top(rule: etree._Element, values: pl.Series) -> pl.Series | None:
    if values.dtype == pl.String:
        return None
    numbers, amount = figures(values).cast(pl.Float64), float(rule.get("val", "10"))
    largest = rule.get("top", "1") not in {"0", "false"}
    ordered = numbers.drop_nulls().sort(descending=largest)
    if rule.get("percent") in {"1", "true"}:
        amount = len(ordered) * amount / 100
    if ordered.is_empty():
        return None
    bound: float = ordered[min(max(int(amount), 1), len(ordered)) - 1]
    return numbers >= bound if largest else numbers <= bound


def _dynamic(rule: etree._Element, values: pl.Series) -> pl.Series | None:
    if values.dtype == pl.String or rule.get("type") not in {"aboveAverage", "belowAverage"}:
        return None
    numbers = figures(values).cast(pl.Float64)
    average = numbers.mean()
    return numbers > average if rule.get("type") == "aboveAverage" else numbers < average


_RULES: Mapping[str, Callable[[etree._Element, pl.Series], pl.Series | None]] = {
    "filters": _listed,
    "customFilters": _custom,
    "top10": _top,
    "dynamicFilter": _dynamic,
}


def blank(values: pl.Series) -> pl.Series:
    """Where a cell of `values` is blank."""
    return (values.is_null() | (values == "")) if values.dtype == pl.String else values.is_null()


def _words(values: pl.Series) -> pl.Series:
    if values.dtype.is_float():
        texts = [None if value is None else shortest(repr(value)) for value in values]
        return pl.Series(values.name, texts, dtype=pl.String)
    return values.cast(pl.String).str.strip_chars().str.to_lowercase()


def sorted_rows(order: etree._Element | None, columns: Mapping[int, pl.Series]) -> pl.Series | None:
    """The rows' numbers in the order that the <sortState> `order` asks for, None when it asks for none.

    `columns` are the table's values by the sheet's column.
    """
    conditions = [] if order is None else order.findall(f"{SPREADSHEET}sortCondition")
    keys = [
        (Area.parse(condition.get("ref", "A1")).left, condition.get("descending") in {"1", "true"})
        for condition in conditions
        if condition.get("sortBy", "value") == "value" and not condition.get("customList")
    ]
    return in_order(keys, columns)


def in_order(keys: Sequence[tuple[int, bool]], columns: Mapping[int, pl.Series]) -> pl.Series | None:
    """The rows' numbers sorted by the columns that `keys` name, the first one first; True: falling.

    None when none of the columns is there. Blank cells come last, as in Excel, either way.
    """
    known = [(columns[column], falling) for column, falling in keys if column in columns]
    if not known:
        return None
    rows = pl.DataFrame([_sortable(values).alias(str(at)) for at, (values, _) in enumerate(known)])
    rows = rows.with_row_index("row")
    falling = [falling for _, falling in known]
    return rows.sort(rows.columns[1:], descending=falling, nulls_last=True, maintain_order=True)["row"]


def _sortable(values: pl.Series) -> pl.Series:
    if values.dtype != pl.String:
        return figures(values)
    return values.str.to_lowercase().replace("", None)
