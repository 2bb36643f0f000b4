"""How well the risk model foretells a ledger, against the naive ways, all in one run.

`python -m benchmarks.risk [LEDGER.csv] [--cut DATE] [--grace DAYS] [--map "Column=csv header"]... [--json]` judges
every invoice issued from the cut on as of the day it was issued, from what was settled by then and nothing else.
Late = settled more than the grace days after the due date moved off the weekend, or still open past that on the
ledger's last day; what was not past it by then is left out, settled or not.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from benchmarks.accuracy import Chances, Days, chances, coverage, days, width
from benchmarks.measure import ROOT
from benchmarks.replay import Ledger, foretold, ledger, usual_cut

from duesheet.dates import date_of
from duesheet.errors import DuesheetError, Refused
from duesheet.risk import ENOUGH, HIGH, WATCH

SAMPLE = ROOT.parent / "shared" / "data" / "ibm_accounts_receivable.csv"
SAMPLE_CUT = date(2013, 7, 1)

CHANCES = {
    "Duesheet": "probability",
    "customer's raw mean": "customer_share",
    "ledger's rate": "ledger_share",
}
DATES = {"Duesheet": "days", "customer's mean days late": "customer_days", "due date itself": "on_the_day"}
BANDS = {"Low": (0, WATCH), "Watch": (WATCH, HIGH), "High": (HIGH, 101)}

TARGETS = {
    "AUC": (0.855, 1),
    "Brier": (0.120, -1),
    "calibration error": (0.07, -1),
    "days-late error": (6.1, -1),
}
"""What is to be reached on the sample ledger, and whether more (1) or less (-1) is better."""


def figures(told: pl.DataFrame) -> dict[str, Any]:
    """Every figure of a ledger foretold (see `replay.foretold`), by name."""
    judged = told.filter(pl.col("late").is_not_null())
    very = told.filter(pl.col("very_late").is_not_null())
    paid = judged.filter(pl.col("days_late").is_not_null()).with_columns(on_the_day=pl.lit(0))
    if paid.is_empty():
        raise Refused("Of the invoices from the cut on too little is known; give an earlier --cut.")
    return {
        "invoices": told.height,
        "judged": judged.height,
        "late": judged["late"].mean(),
        "chances": {way: chances(judged[name], judged["late"]) for way, name in CHANCES.items()},
        "over 30": chances(very["very_late_probability"], very["very_late"]) if very.height else None,
        "over 30 late": very["very_late"].mean(),
        "dates": {way: days(paid, name) for way, name in DATES.items()},
        "coverage": coverage(paid),
        "width": width(paid),
        "bands": {flag: _band(judged, *edges) for flag, edges in BANDS.items()},
    }


def _band(judged: pl.DataFrame, low: int, high: int) -> tuple[int, float | None]:
    """How many invoices of customers with enough history had such a score, and the share that was late."""
    known = judged.filter(pl.col("settled_count") >= ENOUGH)
    inside = known.filter((100 * pl.col("probability")).is_between(low, high, closed="left"))
    share = inside["late"].mean()
    return inside.height, None if share is None else float(share)  # type: ignore[arg-type]  # a mean of numbers


def report(found: dict[str, Any], grace: int) -> Iterator[str]:
    """The figures as tables to read."""
    yield f"| late by more than {grace} days ({_share(found['late'])} were) | AUC | Brier | calibration error |"
    yield "|---|---|---|---|"
    for way, one in found["chances"].items():
        yield _chances(way, one)
    if found["over 30"]:
        yield _chances(
            f"Duesheet, more than 30 days ({_share(found['over 30 late'])} were)", found["over 30"]
        )
    yield ""
    yield "| when it is paid | days-late error | cash error by week | by month |"
    yield "|---|---|---|---|"
    for way, when in found["dates"].items():
        yield _dates(way, when)
    yield ""
    yield f"80 % interval coverage: {_share(found['coverage'])}; the middle one is {found['width'] or 0:.0f} days wide."
    yield ""
    yield "| flag by score | invoices | of them late |"
    yield "|---|---|---|"
    for flag, (count, share) in found["bands"].items():
        yield f"| {flag} | {count} | {_share(share)} |"


def _chances(way: str, one: Chances) -> str:
    ranked = "none" if one.auc is None else f"{one.auc:.3f}"
    return f"| {way} | {ranked} | {one.brier:.3f} | {one.calibration:.3f} |"


def _dates(way: str, one: Days) -> str:
    return f"| {way} | {one.error:.2f} | {_share(one.cash_by_week)} | {_share(one.cash_by_month)} |"


def _share(share: float | None) -> str:
    return "unknown" if share is None else f"{100 * share:.1f} %"


def reached(found: dict[str, Any]) -> dict[str, tuple[float, bool]]:
    """The figures that have a target on the sample ledger, and whether each is reached."""
    ours: Chances = found["chances"]["Duesheet"]
    told = (ours.auc or 0.0, ours.brier, ours.calibration, found["dates"]["Duesheet"].error)
    return {
        name: (figure, sign * figure >= sign * target)
        for (name, (target, sign)), figure in zip(TARGETS.items(), told, strict=True)
    }


def described(path: Path, known: Ledger, cut: date, found: dict[str, Any]) -> Iterator[str]:
    """What was read and judged, in words."""
    items, rows = known.items, known.brought.counts
    refused = rows.get(("Invoices", "refused"), 0)
    first, last = (date_of(int(day)) for day in (items["invoice_date"].min(), known.last))  # type: ignore[arg-type]
    yield (
        f"{path.name}: {items.height:,} items of {items['customer'].n_unique():,} customers, {first} to {last}; "
        f"{refused:,} rows could not be used."
    )
    yield f"{found['invoices']:,} were issued from {cut} on, of {found['judged']:,} it is known whether late."


def asked_for(arguments: Sequence[str] | None) -> argparse.Namespace:
    """What was typed."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("ledger", nargs="?", type=Path, default=SAMPLE)
    asked.add_argument("--cut", type=date.fromisoformat, metavar="YYYY-MM-DD")
    asked.add_argument("--grace", type=int, default=3, metavar="DAYS")
    asked.add_argument("--map", action="append", default=[], metavar="Column=header")
    asked.add_argument("--date-order", choices=["YMD", "DMY", "MDY"], default="YMD")
    asked.add_argument("--json", action="store_true")
    return asked.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures of one ledger; the exit code is 1 where a target on the sample ledger is missed."""
    given = asked_for(arguments)
    path: Path = given.ledger
    if not path.is_file():
        sys.exit(f"There is no file {path}. Lay the ledger there or name another: benchmarks.risk LEDGER.csv")
    sample = path.resolve() == SAMPLE.resolve()
    try:
        known = ledger(path, given.map, grace=given.grace, order=given.date_order)
        cut = given.cut or (SAMPLE_CUT if sample else usual_cut(known))
        found = figures(foretold(known, cut))
    except DuesheetError as refused:
        sys.exit(str(refused))
    if given.json:
        print(json.dumps({"ledger": path.name, "cut": str(cut), "grace": given.grace, **_plain(found)}))
        return
    print(*described(path, known, cut, found), "", *report(found, given.grace), sep="\n")
    if sample and cut == SAMPLE_CUT and given.grace == 3:
        told = reached(found)
        print("", *_targets(told), sep="\n")
        sys.exit(not all(fine for _, fine in told.values()))


def _plain(found: Mapping[str, Any]) -> dict[str, Any]:
    def named(one: Any) -> Any:  # noqa: ANN401  figures of any kind
        return one._asdict() if hasattr(one, "_asdict") else one

    return {
        name: {way: named(inner) for way, inner in one.items()} if isinstance(one, dict) else named(one)
        for name, one in found.items()
    }


def _targets(told: Mapping[str, tuple[float, bool]]) -> Iterator[str]:
    yield "| to be reached | | figure | |\n|---|---|---|---|"
    for name, (figure, fine) in told.items():
        target, sign = TARGETS[name]
        bound = f"at {'least' if sign > 0 else 'most'} {target}"
        yield f"| {name} | {bound} | {figure:.3f} | {'reached' if fine else 'NOT REACHED'} |"


if __name__ == "__main__":
    main()
