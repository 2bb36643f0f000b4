"""Late fees and interest: the arithmetic, and what the open items and the letters quote."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duesheet import balances, fees, ledger, records, reports
from duesheet.ledger import Frame
from duesheet.position import position
from duesheet.records import Records
from firm import Firm

OWED = st.integers(0, 10**13)
RATES = st.decimals(0, Decimal("0.99"), places=8)


@pytest.fixture(autouse=True)
def _no_rates_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUESHEET_DATA", str(tmp_path))


@pytest.mark.parametrize(("late", "expected"), [(-1, 0), (0, 0), (3, 0), (4, 2500), (9, 2500), (400, 2500)])
def test_a_percent_fee_begins_after_the_grace_days_and_stays_the_same(late: int, expected: int) -> None:
    """Two percent of 1,250.00 from the fourth day on; more days do not make it more."""
    assert fees.late_fee(125_000, late, percent=Decimal("0.02"), grace=3) == expected


def test_the_later_of_first_day_and_grace_decides() -> None:
    """A fee from day 10 is not quoted on day 9, though the grace of three days is over."""
    flat = [fees.late_fee(100, late, flat=500, from_day=10, grace=3) for late in (9, 10)]

    assert flat == [0, 500]


@pytest.mark.parametrize(
    ("owed", "expected"), [(4_999, 500), (25_000, 500), (25_025, 501), (0, 0), (-100, 0)]
)
def test_a_fee_is_at_least_the_minimum_and_rounded_half_up(owed: int, expected: int) -> None:
    """Two percent, at least 5.00; half a cent counts as one; nothing open costs nothing."""
    assert fees.late_fee(owed, 30, percent=Decimal("0.02"), minimum=500) == expected


def test_a_minimum_alone_is_no_fee() -> None:
    """Where neither a flat nor a percent fee is asked, there is none."""
    assert fees.late_fee(100_000, 30, minimum=500) == 0


def test_a_month_of_one_and_a_half_percent_is_eighteen_a_year() -> None:
    """Monthly interest is simple: 1.5% a month on 1,000.00 for 365 days is 180.00."""
    assert fees.interest(100_000, 365, fees.monthly(Decimal("0.015"))) == 18_000


def test_interest_of_half_a_cent_is_a_cent() -> None:
    """Rounding is half up, once: 36.50 at 5% for one day is 0.005, and so 0.01."""
    assert [fees.interest(owed, 1, Decimal("0.05")) for owed in (3_649, 3_650)] == [0, 1]


@given(st.lists(st.tuples(OWED, st.integers(0, 4000)), max_size=6), RATES)
def test_interest_adds_up_over_time_before_it_is_rounded(
    spells: list[tuple[int, int]], rate: Decimal
) -> None:
    """Spells at changing balances are added exactly and rounded once; so any cut of the days gives the same cents."""
    whole = fees.summed((owed, days, rate) for owed, days in spells)
    cut = [(owed, part, rate) for owed, days in spells for part in (days // 3, days - days // 3)]

    assert whole == fees.summed(cut) >= 0


@given(OWED, st.integers(-400, 4000), RATES, st.integers(0, 60))
def test_interest_in_a_frame_gives_the_same_cents(owed: int, days: int, rate: Decimal, grace: int) -> None:
    """The frame function and the single one agree to the cent, up to the largest amounts a cell may hold."""
    charged = max(days - grace, 0)
    spells = {"item": [1], "open": [owed], "days": [charged], "rate": [fees.parts(rate)]}
    found = fees.accrued(nw.from_native(pl.DataFrame(spells))).to_native()

    assert found["interest"].to_list() == [fees.interest(owed, days, rate, grace=grace)]


@given(st.lists(OWED, min_size=1, max_size=5), RATES, st.integers(0, 1000), st.integers(0, 1000))
def test_a_fee_in_a_frame_gives_the_same_cents(
    owed: list[int], percent: Decimal, flat: int, minimum: int
) -> None:
    """Each invoice with one item bears what the single function says, to the cent."""
    count = len(owed)
    items = pl.DataFrame(
        {
            "item": range(count),
            "invoice": range(count),
            "due_date": [45000] * count,
            "open": owed,
            "days_overdue": [5] * count,
            "flat": [flat] * count,
        }
    )
    found = fees.late_fees(nw.from_native(items), percent=percent, first=1, minimum=minimum).to_native()
    expected = [fees.late_fee(one, 5, flat=flat, percent=percent, minimum=minimum) for one in owed]

    assert sorted(found["late_fee"]) == sorted(fee for fee in expected if fee)


ENGINES: dict[str, Callable[[pl.DataFrame], Any]] = {
    "pandas": lambda frame: frame.to_pandas(),
    "polars": lambda frame: frame.lazy(),
    "duckdb": lambda frame: duckdb.from_arrow(frame.to_arrow()),
}


def _rows(frame: Frame, *names: str) -> list[tuple[Any, ...]]:
    native = frame.to_native()
    found = nw.from_native(native).lazy().collect("polars").to_native()
    return sorted(found.select(names).rows())


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_charges_the_same(engine: str) -> None:
    """Fees and interest on pandas, Polars and DuckDB: each item its interest, the flat fee once an invoice."""

    def to(frame: pl.DataFrame) -> Frame:
        return nw.from_native(ENGINES[engine](frame))  # type: ignore[no-any-return]

    spells = pl.DataFrame(
        {"item": [1, 1, 2], "open": [100000, 40000, 5000], "days": [20, 10, 30], "rate": [8000000] * 3}
    )
    items = pl.DataFrame(
        {
            "item": [1, 2, 3],
            "invoice": [7, 7, 8],
            "due_date": [45010, 45000, 45000],
            "open": [10000, 10000, 0],
            "days_overdue": [10, 20, 20],
            "flat": [500] * 3,
        }
    )

    assert _rows(fees.accrued(to(spells)), "item", "interest") == [(1, 526), (2, 33)]
    charged = fees.late_fees(to(items), percent=Decimal("0.01"), first=1)
    assert _rows(charged, "item", "late_fee") == [(1, 100), (2, 600)]


@st.composite
def _books(draw: st.DrawFn) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Invoices, some in instalments, of two customers, and money for them: by name, on account, back again."""
    invoices: list[tuple[Any, ...]] = []
    items: list[tuple[int, ...]] = []
    for invoice in range(draw(st.integers(1, 4))):
        account, billed = draw(st.integers(0, 1)), draw(st.integers(0, 20))
        amount = draw(st.sampled_from([100, 200]))
        offer = draw(st.booleans())
        invoices.append((invoice, amount, 2 if offer else None, billed + 5 if offer else None))
        count = draw(st.integers(1, 2))
        for part in range(count):
            due = billed + draw(st.integers(0, 10))
            share = amount // count
            items.append((len(items), invoice, part + 1, count, account, billed, due, share, share * part))
    applied = []
    for payment in range(draw(st.integers(0, 5))):
        of = draw(st.sampled_from(items))
        named = draw(st.sampled_from([of[1], of[1], None]))
        amount = draw(st.sampled_from([30, 50, 98, 100, 150, -40]))
        applied.append(
            (payment, of[4], named, of[5] + draw(st.integers(0, 25)), amount, draw(st.integers(0, 1)))
        )
    return (_frame(invoices, _INVOICES), _frame(items, _ITEMS), _frame(applied, _APPLIED))


_INVOICES = ("invoice", "amount", "discount", "discount_until")
_ITEMS = (
    "item",
    "invoice",
    "instalment",
    "instalments",
    "account",
    "invoice_date",
    "due_date",
    "amount",
    "before",
)
_APPLIED = ("payment", "account", "invoice", "date", "amount", "kind")


def _frame(rows: Sequence[tuple[Any, ...]], names: Sequence[str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.Int64), orient="row")


@settings(max_examples=10, deadline=None)
@given(_books(), st.booleans(), st.integers(0, 3))
def test_what_was_open_is_what_the_ledger_of_each_day_showed(
    book: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame], oldest_first: bool, free: int
) -> None:
    """The spells of every item add up to the balances of its single days, each from a ledger of its own."""
    frames: list[Frame] = [nw.from_native(frame) for frame in book]
    invoices, items, applied = frames
    today = 26

    def stood(on: int) -> pl.DataFrame:
        known = applied.filter(nw.col("date") <= on)
        whole = ledger.open_items(invoices, items, known, as_of=on, oldest_first=oldest_first)
        return whole.items.to_native()  # type: ignore[no-any-return]

    now = stood(today)
    open_now = now.filter(pl.col("open") > 0).with_columns(start=pl.col("due_date") + free)
    asked = ("item", "account", "invoice", "open", "start")
    found = balances.spells(
        nw.from_native(open_now.select(asked)),
        invoices,
        nw.from_native(now),
        applied.filter(nw.col("date") <= today),
        as_of=today,
        oldest_first=oldest_first,
    ).to_native()
    days = pl.col("until") - pl.col("since")
    weights = dict(found.group_by("item").agg((days * pl.col("open")).sum()).iter_rows())
    starts = dict(open_now.select("item", "start").iter_rows())
    naive = dict.fromkeys(starts, 0)
    for on in range(min(starts.values(), default=today), today):
        for item, units in stood(on).select("item", "open").iter_rows():
            if item in starts and on >= starts[item]:
                naive[item] += units

    assert weights == {item: total for item, total in naive.items() if total}


CUSTOMERS = """
Customers
Customer ID | Name | Email | Currency | Terms | Type
A | Alder Ltd | pay@example.com | GBP | Net 30 | Business
B | Birch GmbH | ap@example.org | EUR | Net 30 |
C | Cedar | cedar@example.org | EUR | Net 30 | Consumer
"""

LATE = """
Invoices
Invoice | Customer ID | Invoice date | Due date | Amount
A1 | A | 2026-01-01 | 2026-01-10 | 10000
B1 | B | 2026-01-01 | 2026-01-10 | 1000
C1 | C | 2026-01-01 | 2026-01-10 | 1000
Payments
Payment | Date | Customer ID | Amount | Invoice
P1 | 2026-01-30 | B | 600 | B1
"""


def found(text: str, **chosen: str) -> Records:
    """The records of the three customers' book."""
    return records.read(Firm(CUSTOMERS + text, **chosen).book)


def quoted(text: str, today: str, **chosen: str) -> dict[str, tuple[float | None, float | None]]:
    """Late fee and interest on OpenItems as of `today`, by invoice and instalment."""
    book = found(text, **chosen)
    now = position(book, date.fromisoformat(today))
    items = now.items.with_columns(
        pl.lit(None, pl.Int64).alias("expected_date"),
        *(pl.lit(None, pl.Float64).alias(name) for name in _RISKS),
    )
    rows = reports.open_items(items, now.accounts, book.settings.bucket_edges)
    return {
        f"{one['invoice']}{'/' + str(one['instalment']) if one['instalment'] else ''}": (
            one["late_fee"],
            one["interest"],
        )
        for one in rows.iter_rows(named=True)
    }


_RISKS = ("late_probability", "very_late_probability", "expected_from", "expected_to")


def test_a_new_book_quotes_nothing() -> None:
    """Late fee and Interest are None until somebody chooses otherwise."""
    assert quoted(LATE, "2026-03-11") == dict.fromkeys(("A1", "B1", "C1"), (None, None))


def test_a_part_payment_ends_the_days_at_the_old_balance() -> None:
    """1,000.00 due 10 January, 600.00 paid on the 30th: 20 days on 1,000.00 and 40 on 400.00, at 7.3% a year."""
    chosen = {"interest": "Annual rate", "interest_rate": "7.3%", "grace_days": "0"}

    assert quoted(LATE, "2026-03-11", **chosen)["B1"] == (None, 4.0 + 3.2)


def test_grace_days_are_free_of_interest() -> None:
    """With three days of grace the first days bear nothing: 57 of 60 days on 1,000.00 at 7.3% are 11.40."""
    chosen = {"interest": "Annual rate", "interest_rate": "0.073"}

    assert quoted(LATE, "2026-03-11", **chosen)["C1"] == (None, 11.4)
    assert quoted(LATE, "2026-01-13", **chosen)["C1"] == (None, None)
    assert quoted(LATE, "2026-01-14", **chosen)["C1"] == (None, 0.2)


def test_a_monthly_rate_is_a_twelfth_of_a_year() -> None:
    """1.5% a month is 18% a year by the day: 1,000.00 for 57 days is 28.11."""
    chosen = {"interest": "Monthly rate", "interest_rate": "1.5%"}

    assert quoted(LATE, "2026-03-11", **chosen)["C1"] == (None, 28.11)


def test_fees_stand_on_the_open_principal() -> None:
    """A percent fee is a share of what is open now, a flat one so much in the invoice's own currency."""
    percent = quoted(LATE, "2026-03-11", late_fee="Percent", late_fee_value="2%")
    flat = quoted(LATE, "2026-03-11", late_fee="Flat", late_fee_value="7.50", late_fee_from_day="60")

    assert percent == {"A1": (200.0, None), "B1": (8.0, None), "C1": (20.0, None)}
    assert flat == dict.fromkeys(("A1", "B1", "C1"), (7.5, None))
    assert set(
        quoted(LATE, "2026-03-10", late_fee="Flat", late_fee_value="7.50", late_fee_from_day="60").values()
    ) == {(None, None)}


def test_a_flat_fee_stands_once_on_an_invoice_in_instalments() -> None:
    """The oldest instalment that is open bears the flat fee; a percent fee is borne by each that is late."""
    text = """
    Invoices
    Invoice | Customer ID | Invoice date | Terms | Amount
    1 | B | 2026-01-01 | 40% Net 10, 30% Net 20, 30% Net 90 | 1000
    """
    flat = quoted(text, "2026-02-01", late_fee="Flat", late_fee_value="5")
    percent = quoted(text, "2026-02-01", late_fee="Percent", late_fee_value="1%")

    assert [flat[f"1/{n}"][0] for n in (1, 2, 3)] == [5.0, None, None]
    assert [percent[f"1/{n}"][0] for n in (1, 2, 3)] == [4.0, 3.0, None]


def test_uk_statutory_quotes_the_law_for_businesses_only() -> None:
    """193.15 and 100 pounds on 10,000.00; euros bear the interest and no pounds; the consumer bears nothing."""
    law = quoted(LATE, "2026-03-11", interest="UK statutory")

    assert law == {"A1": (100.0, 193.15), "B1": (None, 6.44 + 5.15), "C1": (None, None)}


def test_eu_statutory_quotes_forty_euros_and_no_grace() -> None:
    """One day late there is a day's interest and the 40 euros, whatever the grace days."""
    law = quoted(LATE, "2026-01-11", interest="EU statutory")

    assert law["B1"] == (40.0, 0.28)
    assert quoted(LATE, "2026-01-10", interest="EU statutory")["B1"] == (None, None)


def test_a_fee_of_ones_own_takes_the_place_of_the_compensation() -> None:
    """Where Late fee is set, the law's fixed sum is not quoted beside it."""
    law = quoted(LATE, "2026-03-11", interest="UK statutory", late_fee="Flat", late_fee_value="15")

    assert law["A1"] == (15.0, 193.15)
    assert law["C1"] == (15.0, None)


def test_compensation_goes_by_what_was_open_when_the_debt_became_late() -> None:
    """1,000 pounds unpaid on the due date are 70 pounds, though 600 came afterwards; 600 before make it 40."""
    text = """
    Invoices
    Invoice | Customer ID | Invoice date | Due date | Amount
    1 | A | 2026-01-01 | 2026-01-10 | 1000
    2 | A | 2026-01-01 | 2026-01-10 | 1000
    Payments
    Payment | Date | Customer ID | Amount | Invoice
    P1 | 2026-01-30 | A | 600 | 1
    P2 | 2026-01-10 | A | 600 | 2
    """
    law = quoted(text, "2026-03-11", interest="UK statutory")

    assert [law[one][0] for one in ("1", "2")] == [70.0, 40.0]


def test_a_table_out_of_date_is_a_problem_and_stops_nothing_else() -> None:
    """Beyond the table interest stays blank, and Problems names the row of Settings, the law and what to add."""
    book = found(LATE, interest="EU statutory")
    now = position(book, date(2027, 3, 11))
    (fault,) = now.faults

    assert now.items["interest"].null_count() == now.items.height == 3
    assert now.items["late_fee"].drop_nulls().to_list() == [4000]
    assert (fault.table, fault.row, fault.found) == ("Settings", 4, "EU statutory")
    assert "ends on December 31, 2026" in fault.remedy
    assert "blank on 2 open items" in fault.remedy
    assert not book.table_fault


def test_uk_interest_that_began_inside_the_table_goes_on_beyond_it() -> None:
    """The rate is fixed when interest begins, so an old debt needs no newer one."""
    book = found(LATE, interest="UK statutory")

    assert position(book, date(2027, 3, 11)).faults == ()
    assert quoted(LATE, "2027-03-11", interest="UK statutory")["A1"] == (100.0, 1368.15)


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({"late_fee": "Percent"}, "Percent needs a Late fee value, as 2%"),
        ({"late_fee": "Flat"}, "Flat needs a Late fee value, as 5"),
        ({"late_fee": "Percent", "late_fee_value": "8"}, "Did you mean 8%?"),
        ({"late_fee": "Flat", "late_fee_value": "2%"}, "choose Percent"),
        ({"late_fee": "Flat", "late_fee_value": "a lot"}, "Type an amount"),
        ({"interest": "Annual rate"}, "Annual rate needs an Interest rate"),
        ({"interest": "Monthly rate", "interest_rate": "8"}, "Did you mean 8%?"),
        ({"interest": "Annual rate", "interest_rate": "-0.08"}, "Type 0 or more"),
        ({"interest": "Sometimes"}, "Annual rate"),
    ],
)
def test_settings_that_do_not_fit_are_told_and_quote_nothing(chosen: dict[str, str], told: str) -> None:
    """A fee without its value, a rate of one or more: Problems says what to type, and nothing is quoted until then."""
    faults = found(LATE, **chosen).faults

    assert [told in fault.remedy for fault in faults if fault.table == "Settings"].count(True) == 1
    assert set(quoted(LATE, "2026-03-11", **chosen).values()) == {(None, None)}


def test_letters_quote_what_the_open_items_show() -> None:
    """A letter carries fee and interest line by line, and asks for the invoices alone."""
    firm = Firm(CUSTOMERS + LATE, interest="UK statutory")
    firm.run("2026-03-11")
    lines = {line.invoice: (line.late_fee, line.interest) for one in firm.notices for line in one.lines}

    assert lines == {"A1": (10000, 19315), "B1": (0, 1159), "C1": (0, 0)}
    assert {one.customer_id: one.amount_due for one in firm.notices} == {
        "A": 1000000,
        "B": 40000,
        "C": 100000,
    }


def test_money_on_account_lowers_the_balance_from_its_own_day() -> None:
    """600.00 on account on 30 January stand against the invoice from then on, the refund of 9 February not before."""
    text = """
    Invoices
    Invoice | Customer ID | Invoice date | Due date | Amount
    1 | B | 2026-01-01 | 2026-01-10 | 1000
    Payments
    Payment | Date | Customer ID | Amount | Invoice
    P1 | 2026-01-30 | B | 600 |
    P2 | 2026-02-09 | B | -100 |
    """
    chosen = {"interest": "Annual rate", "interest_rate": "7.3%", "grace_days": "0"}

    # 20 days on 1,000.00, 10 on 400.00, 30 on 500.00.
    assert quoted(text, "2026-03-11", **chosen)["1"] == (None, 4.0 + 0.8 + 3.0)
    # 60 days on all of it.
    assert quoted(text, "2026-03-11", unapplied_money="Keep apart", **chosen)["1"] == (None, 12.0)
