"""Cells to typed frames with faults, and typed frames back to cells: read and write are inverse."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

import polars as pl

from duesheet import dates, money
from duesheet.books import Cells
from duesheet.dates import EPOCH, day_number
from duesheet.errors import Fault, TableMissing
from duesheet.layout import Column, Table

TEXTUAL = frozenset({"text", "id", "email", "choice", "link"})
AMOUNTS = frozenset({"money", "number", "whole", "days", "percent"})
_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!")
_LATE_HINT = "Type a date between {first} and {last}, as a date or as text in the order set on Settings ({order})."


@dataclass(frozen=True)
class Typed:
    """One table read: the rows that can be used, what is wrong with the others, and which rows are in doubt.

    `frame` has one column per declared key plus `row` (the sheet's row number): text String, dates Int64 day numbers,
    times Int64 seconds, amounts Float64. `left_out` are the rows that a fault keeps out of `frame`, `doubtful` all
    rows with any fault, both as frames of `row` and, where the table has it, `customer_id` and `amount`.
    """

    frame: pl.DataFrame
    faults: tuple[Fault, ...]
    left_out: pl.DataFrame
    doubtful: pl.DataFrame


def read(cells: Cells, table: Table, order: str = "YMD") -> Typed:
    """The rows of `cells` as `table` declares them; `order` (YMD, DMY, MDY) is how to read dates typed as text."""
    faults = list(cells.faults)
    missing = _missing(cells, table, faults)
    columns, decisive, any_fault = [], set[int](), {fault.row for fault in cells.faults if fault.row}
    for column in table.columns:
        if column.name in missing:
            columns.append(pl.Series(column.key, [None] * cells.frame.height, dtype=_dtype(column)))
            continue
        values, bad = checked(cells.frame[column.name], column, order)
        found = list(_faults(cells, table, column, bad))
        faults += found
        any_fault.update(fault.row for fault in found)
        if column.required or column.decides:
            decisive.update(fault.row for fault in found)
        columns.append(values.alias(column.key))
    # An error value in a cell that decides about the money puts the row out of use as well.
    deciding = {column.name for column in table.columns if column.required or column.decides}
    decisive.update(fault.row for fault in cells.faults if fault.column in deciding)
    frame = pl.DataFrame([*columns, cells.rows.cast(pl.Int64).alias("row")])
    out = frame["row"].is_in(list(decisive))
    return Typed(frame.filter(~out), tuple(faults), _who(frame.filter(out)), _who(frame.filter(pl.col("row").is_in(list(any_fault)))))


def empty(table: Table) -> Typed:
    """A table that the book does not have."""
    frame = pl.DataFrame(schema={**{column.key: _dtype(column) for column in table.columns}, "row": pl.Int64})
    return Typed(frame, (), _who(frame), _who(frame))


def _who(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select([name for name in ("row", "customer_id", "amount", "currency") if name in frame.columns])


def _missing(cells: Cells, table: Table, faults: list[Fault]) -> set[str]:
    absent = [column for column in table.columns if column.name not in cells.frame.columns]
    for column in absent:
        near = get_close_matches(column.name, cells.frame.columns, n=1)
        hint = f'Is it the column "{near[0]}"? Rename it to "{column.name}".' if near else f'Add a column "{column.name}".'
        if column.required:
            raise TableMissing(f'Sheet {cells.sheet}: the column "{column.name}" is missing. {hint}')
        if table.role == "input":
            faults.append(Fault(cells.sheet, 0, column.name, "", f"The column is missing. {hint}"))
    return {column.name for column in absent}


def _dtype(column: Column) -> type[pl.DataType]:
    if column.kind in TEXTUAL:
        return pl.String
    return pl.Int64 if column.kind in {"date", "time"} else pl.Float64


def checked(cells: pl.Series, column: Column, order: str) -> tuple[pl.Series, dict[int, str]]:
    """The values of `cells` as `column` declares them, and for every bad cell its position and what to do about it."""
    if column.kind in TEXTUAL:
        values, bad = _texts(cells, column)
    elif column.kind == "date":
        values, bad = _dates(cells, order)
    elif column.kind == "time":
        values, bad = _times(cells, order)
    else:
        values, bad = _amounts(cells, column)
    if column.required:
        blank = values.is_null()
        for position in blank.arg_true().to_list():
            bad.setdefault(position, f"{column.name} is required; fill it in.")
    return values, bad


def _texts(cells: pl.Series, column: Column) -> tuple[pl.Series, dict[int, str]]:
    text = cells if cells.dtype == pl.String else _as_text(cells)
    text = text.str.strip_chars()
    text = text.set(text == "", None) if (text == "").any() else text
    bad: dict[int, str] = {}
    if text.str.starts_with("#").any():
        wrong = text.is_in(_ERRORS).arg_true().to_list()
        bad = dict.fromkeys(wrong, "The cell shows an error; mend its formula or type the text.")
        text = text.set(text.is_in(_ERRORS), None)
    if column.choices:
        text, strays = _choices(text, column)
        bad |= strays
    return text, bad


def _as_text(cells: pl.Series) -> pl.Series:
    if cells.dtype.is_float():
        whole = (cells == cells.round(0)).fill_null(value=False)
        return pl.select(
            pl.when(whole).then(cells.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(cells.cast(pl.String))
        ).to_series()
    return cells.cast(pl.String)


def _choices(text: pl.Series, column: Column) -> tuple[pl.Series, dict[int, str]]:
    known = {choice.lower(): choice for choice in column.choices}
    told = text.str.to_lowercase().replace_strict(known, default=None, return_dtype=pl.String)
    strays = (told.is_null() & text.is_not_null()).arg_true().to_list()
    return told, dict.fromkeys(strays, f"Use one of: {', '.join(column.choices)}.")


def _amounts(cells: pl.Series, column: Column) -> tuple[pl.Series, dict[int, str]]:
    if cells.dtype != pl.String:
        values = cells.cast(pl.Float64)
        return values, _out_of_range(values, column)
    text = cells.str.strip_chars()
    values = text.cast(pl.Float64, strict=False)
    odd = (values.is_null() & text.is_not_null() & (text != "")).arg_true().to_list()
    bad = {}
    for position in odd:
        read_as = _one_amount(text[position], column)
        if read_as is None:
            bad[position] = _amount_remedy(column)
        else:
            values[position] = read_as
    return values, bad | _out_of_range(values, column)


def _one_amount(typed: str, column: Column) -> float | None:
    if column.kind == "percent" and typed.endswith("%"):
        part = money.parse(typed[:-1])
        return None if part is None else float(part) / 100
    found = money.parse(typed)
    return None if found is None else float(found)


def _amount_remedy(column: Column) -> str:
    if column.kind in {"whole", "days"}:
        return "Type a whole number."
    return "This is text, and not an amount that can be read in one way only; type it as a number."


def _out_of_range(values: pl.Series, column: Column) -> dict[int, str]:
    bad: dict[int, str] = {}
    if column.kind == "money":
        wild = ~(values.abs() <= money.MOST).fill_null(value=True) | values.is_nan().fill_null(value=False)
        bad |= dict.fromkeys(wild.arg_true().to_list(), f"Amounts go up to {money.MOST:,}; check the digits.")
    if column.kind in {"whole", "days"}:
        split = (values != values.round(0)).fill_null(value=False)
        bad |= dict.fromkeys(split.arg_true().to_list(), "Type a whole number.")
    if column.kind == "percent":
        for position in (values.abs() >= 1).fill_null(value=False).arg_true().to_list():
            bad[position] = f"Percentages are below 100%. Did you mean {values[position]:g}%? Type it with the % sign."
    return bad


def _dates(cells: pl.Series, order: str) -> tuple[pl.Series, dict[int, str]]:
    bad: dict[int, str] = {}
    remedy = _LATE_HINT.format(first=dates.FIRST, last=dates.LAST, order=order)
    if cells.dtype == pl.String:
        days, bad = _typed_dates(cells, order, remedy)
    elif cells.dtype.is_temporal():
        days = _days(cells)
    else:
        days = cells.cast(pl.Float64).floor().cast(pl.Int64, strict=False)
    inside = days.is_between(day_number(dates.FIRST), day_number(dates.LAST)).fill_null(value=True)
    bad |= dict.fromkeys((~inside).arg_true().to_list(), remedy)
    return days, bad


def _days(cells: pl.Series) -> pl.Series:
    return (cells.cast(pl.Date) - pl.Series([EPOCH])).dt.total_days()


def _typed_dates(cells: pl.Series, order: str, remedy: str) -> tuple[pl.Series, dict[int, str]]:
    text = cells.str.strip_chars()
    known: dict[str, int | None] = {
        typed: (day_number(day) if (day := dates.parse(typed, order)) else None)
        for typed in text.unique().drop_nulls().to_list()
        if typed
    }
    days = text.replace_strict(known, default=None, return_dtype=pl.Int64)
    odd = (days.is_null() & text.is_not_null() & (text != "")).arg_true().to_list()
    return days, dict.fromkeys(odd, remedy)


def _times(cells: pl.Series, order: str) -> tuple[pl.Series, dict[int, str]]:
    """Seconds since the epoch of day numbers, so that a day is its number times 86,400."""
    if cells.dtype.is_temporal():
        stamp = cells.cast(pl.Datetime("ms")).dt.timestamp("ms") // 1000
        return stamp - int((EPOCH - date(1970, 1, 1)).total_seconds()), {}
    if cells.dtype == pl.String:
        days, bad = _typed_dates(cells, order, _LATE_HINT.format(first=dates.FIRST, last=dates.LAST, order=order))
        return days * 86_400, bad
    return (cells.cast(pl.Float64) * 86_400).round(0).cast(pl.Int64, strict=False), {}


def _faults(cells: Cells, table: Table, column: Column, bad: dict[int, str]) -> Iterator[Fault]:
    known = {(fault.row, fault.column) for fault in cells.faults}
    for position in sorted(bad):
        row = int(cells.rows[position])
        if (row, column.name) not in known:
            found = cells.frame[column.name][position]
            yield Fault(cells.sheet, row, column.name, "" if found is None else _quoted(found), bad[position])


def _quoted(found: object) -> str:
    return f"{found:.15g}" if isinstance(found, float) else str(found)[:200]


Convert = Callable[[pl.Expr, Column], pl.Expr]


def cells_of(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """`frame` (declared keys; day numbers, major units) as cells under the declared headers, in declared order.

    The inverse of `read`: dates become Date, times Datetime, whole numbers Int64; a key `frame` lacks is left blank.
    """
    return frame.select(_cell(frame, column) for column in table.columns)


def _cell(frame: pl.DataFrame, column: Column) -> pl.Expr:
    if column.key not in frame.columns:
        return pl.lit(None, dtype=pl.String).alias(column.name)
    value = pl.col(column.key)
    if column.kind == "date":
        value = pl.lit(EPOCH) + pl.duration(days=value)
    elif column.kind == "time":
        value = pl.lit(EPOCH).cast(pl.Datetime("ms")) + pl.duration(seconds=value)
    elif column.kind in {"whole", "days"}:
        value = value.cast(pl.Int64)
    elif column.kind in AMOUNTS:
        value = value.cast(pl.Float64)
    return value.alias(column.name)


def problems(faults: Iterable[Fault], letters: Callable[[str, str], str | None] | None = None) -> pl.DataFrame:
    """`faults` as rows of the Problems sheet, each with a link to its cell where `letters(sheet, header)` knows the column."""
    rows = [
        {
            "sheet": fault.table,
            "row": fault.row or None,
            "column": fault.column,
            "found": fault.found,
            "what_to_do": fault.remedy,
            "link": _link(fault, letters),
        }
        for fault in faults
    ]
    schema = {"sheet": pl.String, "row": pl.Int64, "column": pl.String, "found": pl.String, "what_to_do": pl.String, "link": pl.String}
    return pl.DataFrame(rows, schema=schema)


def _link(fault: Fault, letters: Callable[[str, str], str | None] | None) -> str:
    letter = (letters(fault.table, fault.column) if letters else None) or "A"
    sheet = fault.table.replace("'", "''")
    return f"go|#'{sheet}'!{letter}{fault.row or 1}"
