"""How well invoices are foretold: the benchmark's own arithmetic, and what it reaches on a published ledger."""

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from benchmarks import accuracy, replay
from benchmarks import risk as benchmark

from duesheet.errors import Refused

HEADER = ("invoiceNumber", "customerID", "InvoiceDate", "DueDate", "InvoiceAmount", "SettledDate")


def written(path: Path, *rows: str) -> Path:
    """A CSV of rows typed as invoice, customer, invoice date, due date, amount, settled date."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *(row.split(", ") for row in rows)])
    return path


LINES = (
    "1, A, 2025-01-02, 2025-02-01, 100, 2025-02-20",
    "2, A, 2025-01-10, 2025-02-09, 100, 2025-02-10",
    "3, B, 2025-01-10, 2025-02-09, 300, 2025-03-20",
    "4, A, 2025-03-03, 2025-04-02, 100, 2025-04-02",
    "5, A, 2025-03-03, 2025-04-02, 200, ",
    "6, C, 2025-03-04, 2025-04-03, 100, 2025-04-20",
    "7, A, 2025-05-20, 2025-06-19, 100, 2025-05-21",
)


def foretold(path: Path, *lines: str, cut: str = "2025-03-01", **how: Any) -> dict[str, dict[str, Any]]:
    """The invoices from the cut on as they were foretold, in the order of issue."""
    known = replay.ledger(written(path / "ledger.csv", *lines), **how)
    told = replay.foretold(known, date.fromisoformat(cut)).sort("invoice")
    return {str(number): row for number, row in enumerate(told.iter_rows(named=True), start=4)}


def test_an_invoice_is_judged_by_what_was_known_when_it_was_issued(tmp_path: Path) -> None:
    """Settled by then counts, due by then and open counts, and nothing else does."""
    told = foretold(tmp_path, *LINES)
    fifth = 0.5 ** (11 / 180), 0.5 ** (21 / 180)
    a = (fifth[0] + 3 * 0.5) / (sum(fifth) + 3)
    b = 0.5

    assert told["4"]["probability"] == told["5"]["probability"] == pytest.approx(a, abs=1e-9)
    assert told["6"]["probability"] == pytest.approx(b, abs=1e-9)
    assert told["4"]["settled_count"] == 2
    assert told["4"]["customer_share"] == told["4"]["ledger_share"] == 0.5
    assert told["4"]["customer_days"] == 10


def test_what_happens_later_changes_nothing_foretold(tmp_path: Path) -> None:
    """A settlement moved to another day after the issue leaves the forecast as it is: nothing leaks."""
    names = ("probability", "very_late_probability", "days", "low", "high", "customer_share", "customer_days")
    later = [
        line.replace("2025-03-20", "2025-04-28").replace("2025-04-02, 100, 2025-04-02", "2025-04-02, 100, ")
        for line in LINES
    ]
    before, after = foretold(tmp_path, *LINES), foretold(tmp_path, *later)

    for number in ("4", "5", "6"):
        assert [before[number][name] for name in names] == [after[number][name] for name in names]


def test_the_outcome_is_told_only_when_it_is_sure(tmp_path: Path) -> None:
    """Open past its grace is late; what the ledger's end leaves undecided is not judged, even where it was paid."""
    told = foretold(tmp_path, *LINES)

    assert [told[number]["late"] for number in "4567"] == [0, 1, 1, None]
    assert [told[number]["very_late"] for number in "4567"] == [0, 1, 0, None]
    assert [told[number]["days_late"] for number in "4567"] == [0, None, 17, -29]


def test_a_weekend_moves_the_day_late_is_judged_from(tmp_path: Path) -> None:
    """Due on a Saturday and paid on Thursday is in time with three days of grace, on Friday it is late."""
    lines = [
        f"{number}, A, 2025-01-02, 2025-02-01, 100, {paid}"
        for number, paid in ((1, "2025-02-06"), (2, "2025-02-07"))
    ]
    told = foretold(tmp_path, *lines, "3, B, 2025-06-01, 2025-07-01, 1, ", cut="2025-01-01")

    assert [told[number]["late"] for number in ("4", "5")] == [0, 1]


def test_other_headers_and_dates_are_read_by_a_map(tmp_path: Path) -> None:
    """A ledger with headers of its own gives the same figures once they are mapped."""
    path = tmp_path / "other.csv"
    rows = [line.split(", ") for line in LINES]
    for row in rows:
        for place in (2, 3, 5):
            row[place] = ".".join(reversed(row[place].split("-")))
    names = ("doc", "payer", "issued", "due", "sum", "cleared")
    path.write_text("\n".join(";".join(row) for row in [names, *rows]), encoding="utf-8")
    ours = ("Invoice", "Customer ID", "Invoice date", "Due date", "Amount", "Paid on")
    known = replay.ledger(path, [f"{one}={theirs}" for one, theirs in zip(ours, names, strict=True)])
    told = replay.foretold(known, date(2025, 3, 1)).sort("invoice")

    want = foretold(tmp_path, *LINES)
    assert told["probability"].to_list() == [row["probability"] for row in want.values()]
    assert told["days_late"].to_list() == [row["days_late"] for row in want.values()]


def test_a_ledger_that_ends_before_the_cut_is_refused(tmp_path: Path) -> None:
    """With nothing to foretell, or nothing to read, the word says what to do."""
    with pytest.raises(Refused, match="earlier --cut"):
        foretold(tmp_path, *LINES, cut="2026-01-01")
    with pytest.raises(Refused, match="no invoice that can be used"):
        foretold(tmp_path, "1, A, 2025-01-02", cut="2025-01-01")


def test_auc_by_hand() -> None:
    """Of the four pairs of a late and a prompt invoice two and a half are in the right order."""
    scores, late = pl.Series([0.9, 0.4, 0.4, 0.1]), pl.Series([1, 0, 1, 0])

    assert accuracy.auc(scores, late) == pytest.approx(3.5 / 4)
    assert accuracy.auc(scores, pl.Series([1, 1, 1, 1])) is None


def test_calibration_error_by_hand() -> None:
    """Equal scores stay together, and each group counts by its size."""
    scores = pl.Series([0.1] * 10 + [0.6] * 10)
    late = pl.Series([1] * 2 + [0] * 8 + [1] * 5 + [0] * 5)

    assert accuracy.calibration_error(scores, late) == pytest.approx(0.5 * 0.1 + 0.5 * 0.1)
    assert accuracy.chances(scores, late).brier == pytest.approx(
        (2 * 0.81 + 8 * 0.01 + 5 * 0.16 + 5 * 0.36) / 20
    )


def test_cash_error_by_hand() -> None:
    """Cash that comes in another week than expected is missing in one and too much in the other."""
    paid = pl.DataFrame(
        {
            "currency": "EUR",
            "amount": [100, 300],
            "due_date": [45658, 45658],  # a Wednesday
            "days": [0, 0],
            "days_late": [4, 5],  # the Sunday of that week, the Monday of the next
        }
    )

    assert accuracy.cash_error(paid, "days", "1w") == pytest.approx(600 / 400)
    assert accuracy.cash_error(paid, "days", "1mo") == 0
    assert accuracy.days(paid, "days").error == 4.5


def test_a_ledger_that_is_not_there_is_said_plainly(tmp_path: Path) -> None:
    """A path that leads nowhere ends with a sentence."""
    with pytest.raises(SystemExit, match="There is no file"):
        benchmark.main([str(tmp_path / "none.csv")])


def test_a_ledger_of_one_invoice_has_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A very small ledger ends in figures where there are any, or in a sentence, never in a traceback."""
    path = written(tmp_path / "one.csv", LINES[0], LINES[2])
    benchmark.main([str(path), "--cut", "2025-01-01"])
    shown = capsys.readouterr().out

    assert "2 items of 2 customers" in shown
    assert "| Duesheet | none |" in shown
    with pytest.raises(SystemExit, match="earlier --cut"):
        benchmark.main([str(path), "--cut", "2026-01-01"])


@pytest.mark.skipif(not benchmark.SAMPLE.is_file(), reason="the IBM sample ledger is not here")
def test_the_targets_are_reached_on_the_published_ledger(capsys: pytest.CaptureFixture[str]) -> None:
    """On the second half of 2013 the model is as good as promised, and better than the naive ways where they differ."""
    benchmark.main(["--json"])
    found = json.loads(capsys.readouterr().out)
    ours, raw, rate = (found["chances"][way] for way in benchmark.CHANCES)
    dates = found["dates"]

    assert found["judged"] == 536
    assert ours["auc"] >= 0.855
    assert ours["brier"] <= 0.120
    assert ours["calibration"] <= 0.07
    assert dates["Duesheet"]["error"] <= 6.1
    assert 0.76 <= found["coverage"] <= 0.86
    assert ours["brier"] < raw["brier"] < rate["brier"]
    assert ours["calibration"] < raw["calibration"]
    assert dates["Duesheet"]["error"] < dates["customer's mean days late"]["error"]
    assert dates["customer's mean days late"]["error"] < dates["due date itself"]["error"]
