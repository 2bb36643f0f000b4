"""Who will pay late: the score, the flag, on every kind of frame."""

import csv
from collections.abc import Callable
from datetime import date
from math import isclose
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from duesheet import risk
from duesheet.dates import date_of, day_number, working_day
from duesheet.punctuality import collected

AS_OF, GRACE = 1000, 3
LEDGER = Path(__file__).parents[2] / "shared" / "data" / "ibm_accounts_receivable.csv"

Kind = Callable[[pl.DataFrame], Any]


def as_pandas(frame: pl.DataFrame) -> pd.DataFrame:
    """The frame in pandas; a column with gaps is one of nullable whole numbers."""
    return pd.DataFrame({name: pd.Series(frame[name].to_list(), dtype="Int64") for name in frame.columns})


def as_duckdb(frame: pl.DataFrame) -> Any:
    """The frame as a DuckDB relation."""
    return duckdb.from_arrow(frame.to_arrow())


KINDS: list[Kind] = [pl.DataFrame.clone, pl.DataFrame.lazy, as_pandas, as_duckdb]


def back(frame: Any) -> pl.DataFrame:
    """Any kind of frame as an eager Polars frame, ordered by its first column."""
    found = collected(frame)
    return found.sort(found.columns[0])


def settled(*rows: tuple[int, ...]) -> pl.DataFrame:
    """Settled items typed as customer, due, settled on; then amount, written off, credit only."""
    full = [(*row, *(10000, 0, 0)[len(row) - 3 :]) for row in rows]
    named = ["customer", "due_date", "settled_on", "amount", "written_off", "credit_only"]
    frame = pl.DataFrame(full, schema=dict.fromkeys(named, pl.Int64), orient="row")
    return frame.with_columns(
        account=pl.col("customer") * 10, judged_due="due_date", invoice=pl.int_range(pl.len())
    )


def open_items(*rows: tuple[int | None, ...]) -> pl.DataFrame:
    """Open items typed as customer, due and, where it matters, promised and open."""
    full = [(*row, *(None, 5000)[len(row) - 2 :]) for row in rows]
    named = ["customer", "due_date", "promised", "open"]
    frame = pl.DataFrame(full, schema=dict.fromkeys(named, pl.Int64), orient="row")
    return frame.with_columns(
        account=pl.col("customer") * 10,
        judged_due="due_date",
        days_overdue=AS_OF - pl.col("due_date"),
        invoice=pl.int_range(pl.len()),
    )


def probability(paid: pl.DataFrame, items: pl.DataFrame, customer: int = 1) -> float:
    """The probability of one customer."""
    found = risk.score(paid, items, AS_OF, GRACE).filter(pl.col("customer") == customer)
    return float(found["probability"].item())


@pytest.mark.parametrize("kind", KINDS)
def test_the_score_by_hand(kind: Kind) -> None:
    """The score is the formula's on every kind of frame, and counts what stands behind it."""
    paid = settled((1, 990, 1000), (1, 820, 820), (1, 400, 460), (2, 990, 990))
    items = open_items((1, 900), (1, 997), (3, 1010))
    found = back(risk.score(kind(paid), kind(items), AS_OF, GRACE))
    weights = [1, 0.5, 0.5 ** (540 / 180)]
    rate = 1 / 3
    by_hand = [
        (weights[0] + weights[2] + 1 + 3 * rate) / (sum(weights) + 1 + 3),
        (3 * rate) / (0.5 ** (10 / 180) + 3),
        rate,
    ]

    assert found["probability"].to_list() == pytest.approx(by_hand, abs=1e-9)
    assert found["score"].to_list() == pytest.approx([100 * one for one in by_hand], abs=1e-7)
    assert found.drop("probability", "score", "very_late_probability").rows() == [
        (1, 3, 2, 2, 1, 1, 1, 100, 0),
        (2, 1, 0, 1, 0, 0, 0, 0, 0),
        (3, 0, 0, 0, 0, 0, 0, 0, 0),
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_more_than_thirty_days_late_by_hand(kind: Kind) -> None:
    """Very late is the same formula with more than 30 days late, and with open items past 30 days."""
    paid = settled((1, 900, 930), (1, 819, 850), (2, 990, 995))
    items = open_items((1, 970), (1, 969), (3, 990))
    found = back(risk.score(kind(paid), kind(items), AS_OF, GRACE))
    weights = [0.5 ** (70 / 180), 0.5 ** (150 / 180), 0.5 ** (5 / 180)]
    rate = 1 / 3
    by_hand = [
        (weights[1] + 1 + 3 * rate) / (weights[0] + weights[1] + 1 + 3),
        3 * rate / (weights[2] + 3),
        rate,
    ]

    assert found["very_late_probability"].to_list() == pytest.approx(by_hand, abs=1e-9)


def test_a_grace_beyond_thirty_days_moves_very_late_too() -> None:
    """What is not late is not more than 30 days late either."""
    found = risk.score(settled((1, 900, 940), (1, 900, 941)), open_items((1, 960)), AS_OF, 40)

    assert found["very_late_probability"].item() == found["probability"].item() > 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_book_without_any_history(kind: Kind) -> None:
    """A new book gives every customer a score of nothing, from the overdue items alone."""
    found = back(risk.score(kind(settled()), kind(open_items((1, 900), (2, 1010))), AS_OF, GRACE))

    assert found["probability"].to_list() == [0.25, 0.0]
    assert risk.ledger_rate(kind(settled()), AS_OF, GRACE) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_book(kind: Kind) -> None:
    """A book with nothing in it has nobody to judge."""
    assert back(risk.score(kind(settled()), kind(open_items()), AS_OF, GRACE)).is_empty()


def test_late_begins_after_the_grace() -> None:
    """Paid on the last day of grace is in time; the day after is late; open items are judged the same way."""
    assert [risk.ledger_rate(settled((1, 500, 500 + days)), AS_OF, GRACE) for days in (3, 4)] == [0, 1]
    assert [probability(settled(), open_items((1, AS_OF - days))) for days in (3, 4)] == [0, 0.25]


def test_the_due_date_moved_off_the_weekend_is_what_counts() -> None:
    """Late is judged from the due date as moved, however the item was due on paper."""
    paid = settled((1, 500, 505)).with_columns(judged_due=pl.lit(502))

    assert risk.ledger_rate(paid, AS_OF, GRACE) == 0


def test_settled_by_credit_alone_tells_nothing() -> None:
    """An invoice that a credit note settled is left out."""
    paid = settled((1, 900, 990, 10000, 0, 1), (1, 900, 900))

    assert risk.score(paid, open_items(), AS_OF, GRACE)["settled_count"].to_list() == [1]
    assert risk.ledger_rate(paid, AS_OF, GRACE) == 0


def test_a_write_off_is_late() -> None:
    """An invoice written off counts as late, even before it was due."""
    assert risk.ledger_rate(settled((1, 900, 890, 10000, 1)), AS_OF, GRACE) == 1


def test_what_was_settled_after_the_as_of_date_is_not_known_yet() -> None:
    """A settlement after the as-of date changes nothing."""
    assert probability(settled((1, 900, 1001), (1, 900, 900)), open_items()) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_the_ledger_rate_is_of_the_last_year(kind: Kind) -> None:
    """The rate counts the 365 days up to the as-of date, and everything when those were silent."""
    old, new = (1, 500, 635), (1, 636, 636)

    assert risk.ledger_rate(kind(settled(old, new)), AS_OF, GRACE) == 0
    assert risk.ledger_rate(kind(settled(old, (1, 600, 600))), AS_OF, GRACE) == 0.5


@pytest.mark.parametrize("kind", KINDS)
def test_a_promise_is_broken_from_the_day_after(kind: Kind) -> None:
    """A promise runs through its day; nothing open means nothing broken."""
    items = open_items((1, 1010, AS_OF), (2, 1010, AS_OF - 1), (3, 1010, None), (4, 1010, 900, 0))

    assert back(risk.score(kind(settled()), kind(items), AS_OF, GRACE))["promise_broken"].to_list() == [
        0,
        1,
        0,
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_average_days_late(kind: Kind) -> None:
    """The average is weighted by amount, counts early days as negative, and is of the last 365 days."""
    paid = settled((1, 900, 910, 30000), (1, 900, 890, 10000), (1, 100, 635, 10000), (2, 100, 200))

    assert back(risk.average_days_late(kind(paid), AS_OF)).rows() == [(10, 5.0)]


def test_average_days_late_of_amounts_near_the_limit() -> None:
    """A ledger of the largest amounts does not overflow."""
    paid = settled(*((1, 500, 990, 10**13) for _ in range(3000)))

    assert risk.average_days_late(paid, AS_OF)["average"].item() == pytest.approx(490)


@pytest.mark.parametrize("kind", KINDS)
def test_flags_on_frames_are_the_flag_of_one(kind: Kind) -> None:
    """The flag of a row is what the flag of its figures is, on every kind of frame."""
    named = ("settled_count", "score", "over_limit", "oldest_days", "promise_broken", "instalment_missed")
    rows = [
        (count, score, over, oldest, broken, missed)
        for count in (0, 2, 3)
        for score in (0, 19, 20, 49, 50)
        for over in (0, 1)
        for oldest in (0, 90, 91)
        for broken in (0, 1)
        for missed in (0, 1)
    ]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(named, pl.Int64), orient="row").with_row_index("row")
    found = back(risk.flags(kind(frame.cast(pl.Int64))))

    assert found["flag"].to_list() == [
        risk.flag(
            score,
            count,
            over_limit=over == 1,
            oldest_days=oldest,
            promise_broken=broken == 1,
            instalment_missed=missed == 1,
        )
        for count, score, over, oldest, broken, missed in rows
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_without_figures_has_no_history(kind: Kind) -> None:
    """Nulls, as a join leaves them, count as nothing known."""
    named = (
        "customer",
        "settled_count",
        "score",
        "over_limit",
        "oldest_days",
        "promise_broken",
        "instalment_missed",
    )
    frame = pl.DataFrame([(1, *[None] * 6)], schema=dict.fromkeys(named, pl.Int64), orient="row")

    assert back(risk.flags(kind(frame)))["flag"].to_list() == [risk.NO_HISTORY]


def test_few_invoices_never_turn_red_by_score_alone() -> None:
    """With fewer than three settled invoices only a hard reason raises the flag."""
    assert risk.flag(100, 2) == risk.NO_HISTORY
    assert risk.flag(100, 2, over_limit=True) == "Watch"
    assert risk.flag(0, 2, promise_broken=True) == "High"
    assert risk.flag(0, 9, instalment_missed=True) == "High"


HISTORY = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 1000), st.integers(1, 1000)), max_size=30)
OPEN = st.lists(st.tuples(st.integers(1, 4), st.integers(900, 1100)), max_size=8)


@given(HISTORY, OPEN, st.integers(0, 9))
def test_the_score_of_one_customer_is_the_sheets(paid: list[Any], items: list[Any], grace: int) -> None:
    """The figures of one customer typed side by side give the score that the whole ledger gives."""
    ledger, present = settled(*paid), open_items(*items)
    everybody = back(risk.score(ledger, present, AS_OF, grace))
    rate = risk.ledger_rate(ledger, AS_OF, grace)
    for customer, score, overdue_now in everybody.select("customer", "score", "overdue_now").iter_rows():
        own = ledger.filter(pl.col("customer") == customer)
        days_late = (own["settled_on"] - own["judged_due"]).to_list()
        found = risk.customer_score(days_late, own["settled_on"].to_list(), AS_OF, overdue_now, rate, grace)

        assert found == pytest.approx(score, abs=1e-7)


def test_the_score_of_a_customer_nothing_is_known_of() -> None:
    """Without history a customer is as punctual as the ledger; lists of two lengths are refused."""
    assert risk.customer_score([], [], AS_OF, ledger_rate=0.25) == 25
    assert risk.customer_score([50], [AS_OF + 1], AS_OF) == 0
    with pytest.raises(ValueError, match="shorter"):
        risk.customer_score([1, 2], [AS_OF], AS_OF)


@given(HISTORY, OPEN, st.randoms())
def test_the_order_of_rows_changes_nothing(paid: list[Any], items: list[Any], shuffle: Any) -> None:
    """Scores lie between 0 and 100 and are the same to the last digit whatever the order of the rows."""
    first = back(risk.score(settled(*paid), open_items(*items), AS_OF, GRACE))
    shuffle.shuffle(paid)
    shuffle.shuffle(items)
    second = back(risk.score(settled(*paid), open_items(*items), AS_OF, GRACE))

    assert first.rows() == second.rows()
    assert all(0 <= one <= 100 for one in first["score"])


@given(HISTORY, OPEN)
def test_very_late_is_never_likelier_than_late(paid: list[Any], items: list[Any]) -> None:
    """An invoice more than 30 days late is a late one."""
    found = risk.score(settled(*paid), open_items(*items), AS_OF, GRACE)

    assert (found["very_late_probability"] <= found["probability"]).all()


@given(HISTORY, OPEN, st.tuples(st.integers(1, 1000), st.integers(1, 1000)), st.integers(0, 400))
def test_one_invoice_paid_later_never_lowers_anyone(
    paid: list[Any], items: list[Any], dates: tuple[int, int], days: int
) -> None:
    """An invoice settled on the same day, but later after its due date, makes nobody look safer."""
    due, settled_on = dates
    present = open_items((1, 1010), (2, 1010), *items)
    before = risk.score(settled((1, due, settled_on), *paid), present, AS_OF, GRACE).sort("customer")
    after = risk.score(settled((1, due - days, settled_on), *paid), present, AS_OF, GRACE).sort("customer")

    for column in ("score", "very_late_probability"):
        assert (after[column] >= before[column]).all()


@given(st.lists(st.tuples(st.integers(-30, 90), st.integers(1, 1000)), min_size=1), st.data())
def test_more_days_late_never_lower_the_score_of_one_customer(
    typed: list[tuple[int, int]], more: st.DataObject
) -> None:
    """One invoice later, one more overdue, or a ledger that pays later: none of them lowers the score."""
    late, days = [days_late for days_late, _ in typed], [day for _, day in typed]
    place = more.draw(st.integers(0, len(late) - 1))
    later = [one + (90 if number == place else 0) for number, one in enumerate(late)]
    before = risk.customer_score(late, days, AS_OF, 1, 0.2)

    assert risk.customer_score(later, days, AS_OF, 1, 0.2) >= before
    assert risk.customer_score(late, days, AS_OF, 2, 0.2) >= before
    assert risk.customer_score(late, days, AS_OF, 1, 0.3) >= before


@given(HISTORY, OPEN)
def test_one_more_overdue_item_never_lowers_the_score(paid: list[Any], items: list[Any]) -> None:
    """A customer does not get safer by leaving another invoice unpaid."""
    before = probability(settled(*paid), open_items((1, 1010), *items))
    after = probability(settled(*paid), open_items((1, 900), *items))

    assert after >= before


def day(typed: str) -> int:
    """The day number of month/day/year."""
    month, of_month, year = (int(part) for part in typed.split("/"))
    return day_number(date(year, month, of_month))


def ibm() -> pl.DataFrame:
    """The public sample ledger, with what happened in the end."""
    with LEDGER.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    codes = {name: code for code, name in enumerate(sorted({row["customerID"] for row in rows}))}
    due = [day(row["DueDate"]) for row in rows]
    return pl.DataFrame(
        {
            "customer": [codes[row["customerID"]] for row in rows],
            "account": [codes[row["customerID"]] for row in rows],
            "invoice": range(len(rows)),
            "amount": [round(float(row["InvoiceAmount"]) * 100) for row in rows],
            "issued": [day(row["InvoiceDate"]) for row in rows],
            "due_date": due,
            "judged_due": [day_number(working_day(date_of(one))) for one in due],
            "settled_on": [day(row["SettledDate"]) for row in rows],
        }
    ).with_columns(
        written_off=0,
        credit_only=0,
        late=(pl.col("settled_on") > pl.col("judged_due") + GRACE).cast(pl.Int64),
    )


def known(ledger: pl.DataFrame, as_of: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What stood in the ledger on a day: the settled and the open items."""
    left = ledger.filter(pl.col("issued") <= as_of, pl.col("settled_on") > as_of)
    return ledger.filter(pl.col("settled_on") <= as_of), left.with_columns(
        open="amount", days_overdue=as_of - pl.col("due_date"), promised=pl.lit(None, dtype=pl.Int64)
    )


def auc(scores: pl.Series, happened: pl.Series) -> float:
    """The chance that a late invoice had a higher score than one paid in time, ties counting half."""
    late = int(happened.sum())
    ranks = float(scores.rank("average").filter(happened == 1).sum())
    return (ranks - late * (late + 1) / 2) / (late * (len(happened) - late))


@pytest.mark.skipif(not LEDGER.is_file(), reason="the IBM sample ledger is not here")
def test_the_score_foretells_a_real_ledger() -> None:
    """Invoices of the second half of 2013, judged as known when issued, go as the score said."""
    ledger, judged = ibm(), []
    coming = ledger.filter(pl.col("issued") >= day("7/1/2013"))
    for issued in sorted(set(coming["issued"])):
        paid, items = known(ledger, issued)
        found = risk.score(paid, items, issued, GRACE).select("customer", "probability")
        judged.append(coming.filter(pl.col("issued") == issued).join(found, on="customer", how="left"))
    seen = pl.concat(judged).with_columns(pl.col("probability").fill_null(0.25))

    assert len(seen) == 536
    missed = (seen["probability"] - seen["late"]).to_numpy()
    bands = [
        seen["probability"].is_between(low, high, closed="left")
        for low, high in ((0, 0.2), (0.2, 0.5), (0.5, 2))
    ]

    assert isclose(auc(seen["probability"], seen["late"]), 0.857, abs_tol=0.002)
    assert isclose((missed**2).mean(), 0.119, abs_tol=0.002)
    assert [round(100 * seen["late"].filter(band).to_numpy().mean()) for band in bands] == [3, 29, 55]
