"""`workbook/layout.toml` as sheets, tables, columns and settings."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from duesheet.assets import folder


@dataclass(frozen=True)
class Column:
    """One declared column: the header users see, its name in the code, and how its cells look."""

    name: str
    kind: str
    width: float
    key: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    note: str = ""
    total: bool = False
    own: bool = False
    decides: bool = False
    decimals: int | None = None

    def __post_init__(self) -> None:
        if not self.key:
            object.__setattr__(self, "key", self.name.lower().replace(" ", "_"))


class Table(NamedTuple):
    """One declared table, on the sheet of the same name."""

    name: str
    role: str
    title: str
    identity: tuple[str, ...]
    tab: str
    columns: tuple[Column, ...]
    required: bool = True
    stays: tuple[str, ...] = ()
    prints: str = ""

    def column(self, name: str) -> Column:
        """The column whose header is `name`."""
        return next(column for column in self.columns if column.name == name)

    def by_key(self) -> dict[str, Column]:
        """Columns by their name in the code."""
        return {column.key: column for column in self.columns}


class Setting(NamedTuple):
    """One row of the Settings sheet."""

    name: str
    kind: str
    default: str
    meaning: str
    choices: tuple[str, ...] = ()


class Look(NamedTuple):
    """How one column of an output sheet is colored: `bar`, `scale` or `words`; or shown, by its row's `units`."""

    table: str
    on: str
    kind: str
    color: str = ""
    low: str = ""
    high: str = ""
    fills: Mapping[str, str] = MappingProxyType({})
    by: Sequence[str] = ()
    formats: Mapping[str, str] = MappingProxyType({})


class Layout(NamedTuple):
    """The whole drawing of a workbook."""

    book: Mapping[str, str]
    formats: Mapping[str, str]
    tables: Mapping[str, Table]
    looks: tuple[Look, ...]
    settings: tuple[Setting, ...]
    steps: tuple[Mapping[str, Any], ...]

    @property
    def read(self) -> tuple[str, ...]:
        """The tables the weekly job reads: those that hold anything the user wrote.

        >>> "Invoices" in layout().read, "Reminders" in layout().read, "Aging" in layout().read
        (True, True, False)
        """
        return tuple(
            name
            for name, table in self.tables.items()
            if table.role != "output" or any(column.own for column in table.columns)
        )


def bucket_names(edges: Sequence[int]) -> list[str]:
    """The headers of the overdue buckets between `edges` (days, each the last day of its bucket).

    >>> bucket_names([30, 60])
    ['1-30', '31-60', 'Over 60']
    """
    starts = [1, *(edge + 1 for edge in edges[:-1])]
    return [f"{start}-{edge}" for start, edge in zip(starts, edges, strict=True)] + [f"Over {edges[-1]}"]


def _column(raw: Mapping[str, Any]) -> Column:
    return Column(**{**raw, "choices": tuple(raw.get("choices", ()))})


def _columns(raw: Sequence[Mapping[str, Any]], edges: Sequence[int]) -> tuple[Column, ...]:
    columns: list[Column] = []
    for entry in raw:
        if entry.get("spread") == "buckets":
            plain = {name: value for name, value in entry.items() if name != "spread"}
            columns += [
                _column({**plain, "name": name, "key": f"bucket_{number}"})
                for number, name in enumerate(bucket_names(edges), start=1)
            ]
        else:
            columns.append(_column(entry))
    return tuple(columns)


def _table(name: str, raw: Mapping[str, Any], edges: Sequence[int]) -> Table:
    rest = {key: value for key, value in raw.items() if key not in {"columns", "identity", "stays"}}
    return Table(
        name=name,
        identity=tuple(raw["identity"]),
        stays=tuple(raw.get("stays", ())),
        columns=_columns(raw["columns"], edges),
        **rest,
    )


@cache
def layout(edges: tuple[int, ...] = (30, 60, 90, 120)) -> Layout:
    """The drawing, with one Aging column per bucket between `edges` (days).

    >>> [column.name for column in layout((15, 30)).tables["Aging"].columns][3:7]
    ['Current', '1-15', '16-30', 'Over 30']
    """
    raw = tomllib.loads((folder("workbook") / "layout.toml").read_text(encoding="utf-8"))
    return Layout(
        book=raw["book"],
        formats=raw["formats"],
        tables={name: _table(name, table, edges) for name, table in raw["tables"].items()},
        looks=tuple(Look(**look) for look in raw["looks"]),
        settings=tuple(
            Setting(**{**entry, "choices": tuple(entry.get("choices", ()))}) for entry in raw["settings"]
        ),
        steps=tuple(raw["steps"]),
    )
