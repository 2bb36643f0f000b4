"""The payment plans of a book for a terminal and for another program: every instalment, and what was paid of it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from duesheet import money
from duesheet.dates import date_of
from duesheet.errors import Fault
from duesheet.progress import Row, Standing

_MONEY = ("payment", "interest", "principal", "balance", "paid")
_PARTS = ("interest", "principal")
"""What a payment is made of, of interest where it is made of more than one."""

_CLOSE: dict[str, Any] = {"show_edge": False, "pad_edge": False, "padding": (0, 0)}
"""Columns a blank apart, so that plans of less than a million fit into eighty columns."""

_SHOWN = 8


def data(
    found: Sequence[Standing], names: Mapping[str, str], as_of: date, faults: Sequence[Fault]
) -> dict[str, Any]:
    """The plans as JSON: amounts in major units, dates as 2026-01-31; `names` are those of customers by ID."""
    return {
        "as_of": as_of.isoformat(),
        "plans": [plan_data(one, names) for one in found],
        "problems": [
            {
                "sheet": fault.table,
                "row": fault.row,
                "column": fault.column,
                "found": fault.found,
                "what_to_do": fault.remedy,
            }
            for fault in faults
        ],
    }


def plan_data(one: Standing, names: Mapping[str, str]) -> dict[str, Any]:
    """One plan as JSON."""
    debt, plan = one.debt, one.debt.plan
    return {
        "plan": plan.plan,
        "customer": plan.customer_id,
        "name": names.get(plan.customer_id, ""),
        "currency": plan.currency,
        "state": one.state,
        "invoices": [name for _, name, _ in debt.invoices],
        "owed": _major(debt.owed, one),
        "principal": _major(debt.principal, one),
        "to_write_off": _major(debt.rest, one),
        "rows": [_row(row, one) for row in one.rows],
    }


def _row(row: Row, one: Standing) -> dict[str, Any]:
    return {
        "no": row.no,
        "due": date_of(row.due).isoformat(),
        **{name: _major(getattr(row, name), one) for name in _MONEY},
        "status": row.status,
    }


def _major(units: int, one: Standing) -> float:
    return float(money.major(units, one.debt.plan.currency))


def spoken(found: Sequence[Standing], names: Mapping[str, str], faults: Sequence[Fault]) -> RenderableType:
    """The plans in words, a table each, and what is wrong in the book."""
    lines = [Text(f"  {fault}") for fault in faults[:_SHOWN]]
    if len(faults) > _SHOWN:
        lines.append(Text(f"  ... and {len(faults) - _SHOWN} more"))
    if faults:
        count = "1 problem" if len(faults) == 1 else f"{len(faults):,} problems"
        lines.insert(0, Text(f"{count}; Refresh lists them on the Problems sheet.", style="yellow"))
    shown = [part for one in found for part in (_title(one, names), _table(one), Text())]
    return Group(*shown, *([] if shown else [Text("There is no payment plan.")]), *lines)


def _title(one: Standing, names: Mapping[str, str]) -> Text:
    debt, plan = one.debt, one.debt.plan
    name = names.get(plan.customer_id, plan.customer_id)
    rest = f", {money.text(debt.rest, plan.currency)} to be written off" if debt.rest else ""
    amount = money.text(debt.principal, plan.currency)
    return Text(f"{plan.plan}: {name}, {amount}{rest}, {one.state}", style="bold")


def _table(one: Standing) -> Table:
    table = Table(box=SIMPLE_HEAD, **_CLOSE)
    told = any(row.payment != row.principal for row in one.rows)
    shown = [key for key in _MONEY if told or key not in _PARTS]
    table.add_column("No", justify="right", no_wrap=True)
    table.add_column("Due", no_wrap=True)
    for key in shown:
        table.add_column(
            key.capitalize(), justify="right", overflow="fold", min_width=9
        )  # no figure is ever cut short
    table.add_column("Status", no_wrap=True)
    places = money.digits(one.debt.plan.currency)
    for row in one.rows:
        figures = [f"{_major(getattr(row, key), one):,.{places}f}" for key in shown]
        table.add_row(str(row.no), date_of(row.due).isoformat(), *figures, row.status)
    return table
