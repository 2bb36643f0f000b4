"""The rows of a prospect on the Dashboard: figures, cash expected, allowance, and the months."""

from collections.abc import Iterator, Sequence

from duesheet.cash import DAYS_A_WEEK, DISPUTED, LATER, NEVER, WEEKS
from duesheet.dates import date_of
from duesheet.figures import Figure, figures
from duesheet.layout import bucket_names
from duesheet.money import major, plain
from duesheet.periods import Period
from duesheet.prospects import Change, Prospect

Row = tuple[str, str, str | None, float | None, str]
"""Section, figure, currency, amount, note; a unit other than money stands in the section or the figure."""

FIGURES, CASH, IN_ALL = 10, WEEKS + 5, 1
"""How many rows figures and cash expected have, and the allowance beside one for each bucket."""
TREND = "DSO"
"""The figure whose months stand beside the present ones, where the chart finds them."""


def summary(of: Prospect, *, every_week: bool = False, all_in: bool = False) -> Iterator[Row]:
    """The present figures, the cash expected, the allowance, and DSO month by month.

    With `every_week` there is a row for weeks in which nothing is expected too, so that a chart finds them all.
    """
    rows = [*_figures(of), *_cash(of, every_week=every_week), *_allowance(of), *_months(of, (TREND,))]
    return _marked(rows, of.currency) if all_in else iter(rows)


def history(of: Prospect, edges: Sequence[int], *, all_in: bool = False) -> Iterator[Row]:
    """What was owed and sold in each month, and every other figure month by month."""
    names = dict.fromkeys(figure.name for figure in figures(of.present))
    rows = [*_owed(of, edges), *_months(of, [name for name in names if name != TREND])]
    return _marked(rows, of.currency) if all_in else iter(rows)


def exchanged(of: Prospect, known: Sequence[Change], each: Sequence[Prospect]) -> Iterator[Row]:
    """What each currency is worth in the base currency of `of`, and which are left out of it."""
    base, section = of.currency, f"All in {of.currency}"
    for one, part in zip(known, each, strict=True):
        owed, code = part.present.owed, one.currency
        if one.rate is None:
            note = "Not in the figures of all currencies: Rates has no rate for it up to this day"
            yield section, f"All: left out, owed in {code}", code, _major(owed, code), note
        elif code != base:
            note = f"{plain(owed, code)} {code} x {one.rate}, the rate of {date_of(one.of)}"
            yield section, f"All: owed in {code}", base, _major(one.worth(owed, base), base), note
    owed, late = of.present.owed, of.present.open - of.present.current
    yield section, "All: owed in all", base, _major(owed, base), "With what is owed in the base currency"
    note = f"{plain(of.present.open, base)} open less {plain(of.present.current, base)} not yet due"
    yield section, "All: overdue", base, _major(late, base), note


def _marked(rows: Sequence[Row], base: str) -> Iterator[Row]:
    for section, figure, currency, amount, note in rows:
        yield f"All in {base}: {section[0].lower()}{section[1:]}", f"All: {figure}", currency, amount, note


def _major(units: int, code: str) -> float:
    return float(major(units, code))


def _with_unit(words: str, unit: str) -> str:
    return f"{words} ({unit})"


def _figures(of: Prospect) -> Iterator[Row]:
    for name, unit, value, note in figures(of.present):
        yield "Figures", _with_unit(name, unit), of.currency, value, note


def _cash(of: Prospect, *, every_week: bool) -> Iterator[Row]:
    code, day = of.currency, of.present.day
    named = {week: f"Week to {date_of(day + DAYS_A_WEEK * week)}" for week in range(1, WEEKS + 1)}
    named[LATER] = f"Later than {date_of(day + DAYS_A_WEEK * WEEKS)}"
    named |= {DISPUTED: "Disputed, no date expected", NEVER: "To be written off when its plan is kept"}
    for week, name in named.items():
        if every_week or week in of.weeks:
            found = of.weeks.get(week, (0, 0, 0, 0))
            yield (
                "Cash expected",
                name,
                code,
                _major(found[0], code),
                _from(found, code, dated=week <= LATER),
            )
    loose = _major(of.present.owed - of.present.open, code)
    yield "Cash expected", "less money on account", code, loose, "Here already, not set against an item"
    yield "Cash expected", "equals what is owed", code, _major(of.present.owed, code), "The sum of these rows"


def _from(found: tuple[int, int, int, int], code: str, *, dated: bool) -> str:
    """Where the money of a week comes from."""
    amount, items, promised, planned = found
    rest = amount - promised - planned if dated else 0
    parts = {"promised": promised, "by plan": planned, "by how customers pay": rest}
    told = ", ".join(f"{plain(units, code)} {words}" for words, units in parts.items() if units)
    count = {0: "Nothing", 1: "1 item"}.get(items, f"{items:,} items")
    return f"{count}: {told}" if told else count


def _allowance(of: Prospect) -> Iterator[Row]:
    for bucket, loss, note in of.losses:
        amount = None if loss is None else _major(loss, of.currency)
        yield "Allowance", f"Allowance, {bucket}", of.currency, amount, note


def _months(of: Prospect, names: Sequence[str]) -> Iterator[Row]:
    found: dict[str, list[Row]] = {name: [] for name in names}
    for end in of.months:
        for figure in figures(end):
            if figure.name in found:
                found[figure.name].append(_month(figure, end))
    for rows in found.values():
        yield from rows


def _month(figure: Figure, end: Period) -> Row:
    name, unit, value, note = figure
    return _with_unit("By month", unit), f"{name} {_label(end)}", end.currency, value, note


def _label(end: Period) -> str:
    return f"{date_of(end.day):%Y-%m}"


def _owed(of: Prospect, edges: Sequence[int]) -> Iterator[Row]:
    names = ["Current", *bucket_names(edges)]
    for end in of.months:
        parts = [
            f"{name} {plain(units, end.currency)}" for name, units in zip(names, end.buckets, strict=False)
        ]
        yield (
            "By month",
            f"Owed {_label(end)}",
            end.currency,
            _major(end.owed, end.currency),
            "; ".join(parts),
        )
    for end in of.months:
        note = f"Invoices less credit notes of the {end.lengths[0]} days to {date_of(end.day)}"
        yield "By month", f"Sold {_label(end)}", end.currency, _major(end.sales[0], end.currency), note
