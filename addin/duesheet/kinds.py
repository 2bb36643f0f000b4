"""The kinds of columns: cells as values with what is wrong with them, and values as cells again."""

from datetime import date

import polars as pl

from duesheet import dates, money
from duesheet.dates import EPOCH, day_number
from duesheet.layout import Column

Bad = dict[int, str]
"""What to do about each cell that cannot be used, by its position."""

TEXTUAL = frozenset({"text", "id", "email", "choice", "link"})
MOST_WHOLE = 10**9

_DAY = 86_400
_UNIX = day_number(date(1970, 1, 1))
_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!")
_MEND = "The cell shows an error; mend its formula, or type the value."
_NUMBER = "Type it as a number; this cannot be read as an amount in one way only."
_MEANT = "Percentages are below 100%. Did you mean {:g}%? Type it with the % sign."
_WHOLE = "Type a whole number."
_ADDRESS = "Type an e-mail address, as name@example.com; several with ; between them."
_ONE_ADDRESS = r"\s*[^@\s;,]+@[^@\s;,]+\.[^@\s;,]+\s*"
_ADDRESSES = rf"^(?:{_ONE_ADDRESS})(?:[;,](?:{_ONE_ADDRESS})?)*$"
_LOOSE = r"[\s_-]+"
_YES_NO = {"yes": "Yes", "y": "Yes", "true": "Yes", "no": "No", "n": "No", "false": "No"}
_CLOCK = r"[ T](\d{1,2}):(\d{2})(?::(\d{2}))?"


def read(cells: pl.Series, column: Column, order: str = "YMD") -> tuple[pl.Series, Bad]:
    """The values of `cells` as `column` declares them, null where a cell is blank or bad, and the bad cells.

    Text comes as String, dates as Int64 day numbers, times as Int64 seconds on the same count, all amounts as
    Float64. `order` (YMD, DMY, MDY) is how to read dates typed as text.

    >>> read(pl.Series(["12.50", "1.234,5", "soon"]), Column("Amount", "money", 0))[0].to_list()
    [12.5, 1234.5, None]
    >>> read(pl.Series(["3/4/2025", None]), Column("Date", "date", 0), "DMY")[0].to_list()
    [45750, None]
    """
    cells = cells if _blank(cells) else _plain(cells)
    if _blank(cells):
        values, bad = cells.cast(dtype(column)), Bad()
    elif column.kind in TEXTUAL:
        values, bad = _texts(_as_text(cells), column)
    elif column.kind == "date":
        values, bad = _dates(cells, order)
    elif column.kind == "time":
        values, bad = _times(cells, order)
    else:
        values, bad = _amounts(cells, column)
    if cells.dtype == pl.String and not _blank(cells) and cells.str.starts_with("#").any():
        bad |= _at(cells.is_in(_ERRORS), _MEND)
    if bad:
        values = values.scatter(list(bad), None)
    if column.required and values.null_count() > len(bad):
        bad = _at(cells.is_null(), f"{column.name} is required; fill it in.") | bad
    return values, bad


def write(column: Column) -> pl.Expr:
    """The values of `column`, under its key, as cells under its header: the inverse of `read`.

    Dates become Date, times Datetime, whole numbers Int64.
    """
    value = pl.col(column.key)
    if column.kind == "date":
        value = pl.lit(EPOCH) + pl.duration(days=value)
    elif column.kind == "time":
        value = pl.lit(EPOCH).cast(pl.Datetime("ms")) + pl.duration(seconds=value)
    elif column.kind in {"whole", "days"}:
        value = value.cast(pl.Int64)
    elif column.kind not in TEXTUAL:
        value = value.cast(pl.Float64)
    return value.alias(column.name)


def dtype(column: Column) -> type[pl.DataType]:
    """The type of the values of `column`."""
    if column.kind in TEXTUAL:
        return pl.String
    return pl.Int64 if column.kind in {"date", "time"} else pl.Float64


def _at(found: pl.Series, remedy: str) -> Bad:
    if not found.any():
        return {}
    return dict.fromkeys(found.fill_null(value=False).arg_true().to_list(), remedy)


def _blank(cells: pl.Series) -> bool:
    return cells.null_count() == len(cells)


def _plain(cells: pl.Series) -> pl.Series:
    """`cells` with text trimmed, blank text null and truth values as text."""
    if cells.dtype == pl.Boolean:
        return cells.cast(pl.String).str.to_uppercase()
    if cells.dtype != pl.String:
        return cells
    text = cells.str.strip_chars()
    return text.set(text == "", None) if (text == "").any() else text


def _as_text(cells: pl.Series) -> pl.Series:
    """Numbers in their shortest form, so that an id typed as a number is the id typed as text."""
    if not cells.dtype.is_float():
        return cells.cast(pl.String)
    whole = ((cells == cells.round(0)) & (cells.abs() < 10**15)).fill_null(value=False)
    digits = pl.when(whole).then(cells.cast(pl.Int64, strict=False).cast(pl.String))
    return pl.select(digits.otherwise(cells.cast(pl.String))).to_series()


def _texts(text: pl.Series, column: Column) -> tuple[pl.Series, Bad]:
    if column.kind == "email":
        return text, _at(~text.str.contains(_ADDRESSES), _ADDRESS)
    if not column.choices or text.drop_nulls().unique().is_in(column.choices).all():
        return text, {}
    known = {_loose(choice): choice for choice in column.choices}
    if set(column.choices) == {"Yes", "No"}:
        known |= _YES_NO
    plain = text.str.to_lowercase().str.replace_all(_LOOSE, "")
    told = plain.replace_strict(known, default=None, return_dtype=pl.String)
    return told, _at(told.is_null() & text.is_not_null(), f"Use one of: {', '.join(column.choices)}.")


def _loose(choice: str) -> str:
    return "".join(choice.lower().replace("-", " ").replace("_", " ").split())


def _amounts(cells: pl.Series, column: Column) -> tuple[pl.Series, Bad]:
    remedy = _WHOLE if column.kind in {"whole", "days"} else _NUMBER
    if cells.dtype.is_numeric():
        values, bad = cells.cast(pl.Float64), {}
    else:
        text = cells.cast(pl.String)
        values = text.cast(pl.Float64, strict=False)
        odd = values.is_null() & text.is_not_null()
        if odd.any():
            known = {typed: _amount(typed, column) for typed in text.filter(odd).unique().to_list()}
            found = text.replace_strict(known, default=None, return_dtype=pl.Float64)
            values = pl.select(pl.coalesce(values, found)).to_series()
        bad = _at(values.is_null() & text.is_not_null(), remedy)
    return values, bad | _out_of_range(values, column) | _at(~values.is_finite(), remedy)


def _amount(typed: str, column: Column) -> float | None:
    percent = column.kind == "percent" and typed.endswith("%")
    found = money.parse(typed.removesuffix("%") if percent else typed)
    return None if found is None else float(found / 100 if percent else found)


def _out_of_range(values: pl.Series, column: Column) -> Bad:
    if column.kind == "money":
        return _at(values.abs() > money.MOST, f"Amounts go up to {money.MOST:,}; check the digits.")
    if column.kind in {"whole", "days"}:
        far = _at(values.abs() > MOST_WHOLE, f"Numbers go up to {MOST_WHOLE:,}; check the digits.")
        return _at(values != values.round(0), _WHOLE) | far
    if column.kind == "percent":
        return {at: _MEANT.format(values[at]) for at in _at(values.abs() >= 1, "")}
    return {}


def _late(order: str) -> str:
    span = f"between {dates.FIRST} and {dates.LAST}"
    return f"Type a date {span}; as text, in the order that Settings says ({order})."


def _dates(cells: pl.Series, order: str) -> tuple[pl.Series, Bad]:
    if cells.dtype == pl.String:
        days = _typed_days(cells, order)
    elif cells.dtype.is_temporal():
        days = cells.cast(pl.Date).to_physical().cast(pl.Int64) + _UNIX
    else:
        days = cells.cast(pl.Float64).floor().cast(pl.Int64, strict=False)
    return days, _beyond(days, cells, order)


def _beyond(days: pl.Series, cells: pl.Series, order: str) -> Bad:
    inside = days.is_between(day_number(dates.FIRST), day_number(dates.LAST)).fill_null(value=False)
    return {} if inside.all() else _at(~inside & cells.is_not_null(), _late(order))


def _typed_days(text: pl.Series, order: str) -> pl.Series:
    """Day numbers of dates typed as text; each way of writing one is read once."""
    known = {
        typed: day_number(day)
        for typed in text.drop_nulls().unique().to_list()
        if (day := dates.parse(typed, order)) is not None
    }
    return text.replace_strict(known, default=None, return_dtype=pl.Int64)


def _times(cells: pl.Series, order: str) -> tuple[pl.Series, Bad]:
    if cells.dtype == pl.String:
        hours, minutes, seconds = (cells.str.extract(_CLOCK, part).cast(pl.Int64) for part in (1, 2, 3))
        clock = hours * 3600 + minutes * 60 + seconds.fill_null(0)
        stamps = _typed_days(cells, order) * _DAY + clock.fill_null(0)
    elif cells.dtype.is_temporal():
        stamps = (cells.cast(pl.Datetime("us")).to_physical() + 500_000) // 1_000_000 + _UNIX * _DAY
    else:
        stamps = (cells.cast(pl.Float64) * _DAY).round(0).cast(pl.Int64, strict=False)
    return stamps, _beyond(stamps // _DAY, cells, order)
