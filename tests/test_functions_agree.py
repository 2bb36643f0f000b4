"""A formula and the sheet that Refresh fills give the same figures; one call and many give the same answers."""

from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk import Desk, day, desk
from duesheet import functions, punctuality, risk
from duesheet.dates import date_of, day_number
from duesheet.functions import (
    AR_AGING,
    AR_BUCKET,
    AR_DAYS_OVERDUE,
    AR_DISCOUNT,
    AR_DUE_DATE,
    AR_INTEREST,
    AR_LATE_FEE,
    AR_RISK_SCORE,
    AR_SCHEDULE,
    AR_STATUTORY_INTEREST,
)
from duesheet.memory import open_journal
from duesheet.sample import sample_ledger, sample_settings
from duesheet.sample.correspondence import SampleBook
from duesheet.week import Week, sheets, week

TODAY = "2026-03-02"
SEVERAL = settings(max_examples=8, deadline=None)

CUSTOMERS = """
Customers
Customer ID | Name | Currency | Terms
A | Alder Ltd | EUR | Net 30
B | Birch GmbH | USD | 2/10 Net 30
C | Cedar KK | JPY | 30% now, 70% Net 60
"""


def refreshed(book: Any, today: str = TODAY) -> tuple[Week, dict[str, list[dict[str, Any]]]]:
    """The book worked out on `today`, and the rows of its output sheets under their headers."""
    found = week(book, open_journal, day(today), day(today))
    return found, {name: frame.to_dicts() for name, frame in sheets(found, {}).items()}


def ranges(book: Desk, *names: str) -> list[list[list[Any]]]:
    """Sheets of the book as ranges with their header rows in."""
    return [[book.sheets[name].columns, *map(list, book.sheets[name].rows())] for name in names]


def as_aging(rows: list[list[Any]]) -> list[dict[str, Any]]:
    """The answer of AR_AGING as rows under their headers."""
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def only(rows: list[dict[str, Any]], headers: list[str]) -> list[dict[str, Any]]:
    """What stands in rows under some headers."""
    return [{header: row[header] for header in headers} for row in rows]


def test_the_formula_ages_the_sample_as_the_sheet_does() -> None:
    """Over the sample's invoices, payments and customers AR_AGING gives the Aging sheet, to the cent.

    Signed plans give invoices other due dates, and the formula is not given them.
    """
    ledger = sample_ledger(date(2025, 6, 30))
    made = SampleBook(ledger, sample_settings() | {"Book ID": ""})
    _, found = refreshed(made, "2025-06-30")
    invoices, payments, customers = (
        [ledger[name].columns, *map(list, ledger[name].rows())]
        for name in ("Invoices", "Payments", "Customers")
    )

    rows = AR_AGING(invoices, payments, "2025-06-30", None, customers)

    planned = set(ledger["Plans"]["Customer ID"]) if "Plans" in ledger else set()
    sheet = [row for row in only(found["Aging"], rows[0]) if row["Customer ID"] not in planned]
    assert len(sheet) > 50
    assert [row for row in as_aging(rows) if row["Customer ID"] not in planned] == sheet


DAYS = st.dates(date(2025, 9, 1), date(2026, 3, 31)).map(str)
WHO = st.sampled_from(["A", "B", "C"])
AMOUNTS = st.sampled_from(["100", "33.33", "0.01", "-20", "1234.5", "5000"])


@st.composite
def books(draw: st.DrawFn) -> str:
    """A small book typed: invoices with due dates, terms or neither, credit notes, payments of all sorts."""
    count = draw(st.integers(1, 7))
    kinds = st.sampled_from(["", "Net 14", "EOM", "50% Net 10, 50% Net 60"])
    lines = [
        CUSTOMERS,
        "Invoices",
        "Invoice | Customer ID | Invoice date | Due date | Amount | Terms | Currency",
    ]
    owner = [draw(WHO) for _ in range(count)]
    for number, who in enumerate(owner):
        due = draw(st.one_of(st.just(""), DAYS))
        money = draw(AMOUNTS) if who != "C" else "500"
        lines.append(f"{number} | {who} | {draw(DAYS)} | {due} | {money} | {'' if due else draw(kinds)} | ")
    lines += ["Payments", "Payment | Date | Customer ID | Amount | Invoice | Kind"]
    for number in range(draw(st.integers(0, 5))):
        target = draw(st.integers(0, count - 1))
        name = draw(st.sampled_from([str(target), ""]))
        kind = draw(st.sampled_from(["", "Credit", "Write-off"]))
        money = draw(st.sampled_from(["50", "100", "-10", "700"]))
        lines.append(f"p{number} | {draw(DAYS)} | {owner[target]} | {money} | {name} | {kind}")
    return "\n".join(lines)


@SEVERAL
@given(books(), st.sampled_from(["30, 60, 90, 120", "7, 14"]))
def test_the_formula_ages_any_book_as_the_sheet_does(text: str, edges: str) -> None:
    """Whatever the invoices and payments, AR_AGING has the rows and figures of the Aging sheet."""
    book = desk(text, Book_ID="", Bucket_edges=edges)
    _, found = refreshed(book)

    invoices, payments, customers = ranges(book, "Invoices", "Payments", "Customers")

    rows = AR_AGING(invoices, payments, TODAY, edges, customers)

    assert as_aging(rows) == only(found["Aging"], rows[0])


@SEVERAL
@given(books())
def test_single_formulas_give_what_open_items_show(text: str) -> None:
    """Days overdue, bucket, late fee and interest of an item are those of its row, while nothing was part paid.

    A credit note may have covered one item for a time and another since, which a formula over one item cannot know of.
    """
    book = desk(
        text.partition("Payments")[0],
        Book_ID="",
        Late_fee="Percent",
        Late_fee_value="2%",
        Late_fee_from_day="10",
        Interest="Annual rate",
        Interest_rate="8%",
    )
    _, found = refreshed(book)
    items = [row for row in found["OpenItems"] if row["Currency"] != "JPY" and row["Paid"] == 0]
    credited = book.sheets["Invoices"].filter(pl.col("Amount").str.starts_with("-"))["Customer ID"].to_list()
    for row in items:
        late = AR_DAYS_OVERDUE(row["Due date"], TODAY)
        fee = AR_LATE_FEE(row["Open"], row["Due date"], TODAY, None, 0.02, 10)

        assert late == max(row["Days overdue"], 0)
        assert AR_BUCKET(row["Days overdue"]) == row["Bucket"]
        assert fee == (row["Late fee"] or 0)
        if row["Customer ID"] not in credited:
            assert AR_INTEREST(row["Open"], row["Due date"], TODAY, 0.08, 3) == (row["Interest"] or 0)


@pytest.mark.parametrize(("law", "code"), [("UK", "GBP"), ("EU", "EUR")])
def test_the_statutory_formula_gives_what_open_items_show(law: str, code: str) -> None:
    """Interest and the fixed sum of the law are those of the row."""
    text = f"""
    Customers
    Customer ID | Name | Currency | Type
    A | Alder Ltd | {code} | Business
    Invoices
    Invoice | Customer ID | Invoice date | Due date | Amount
    1 | A | 2025-10-01 | 2025-10-31 | 999.99
    2 | A | 2025-12-01 | 2026-01-31 | 12345.67
    """
    _, found = refreshed(desk(text, Book_ID="", Interest=f"{law} statutory"))
    for row in found["OpenItems"]:
        asked = (row["Open"], row["Due date"], TODAY, law)

        assert AR_STATUTORY_INTEREST(*asked, "Interest") == row["Interest"]
        assert AR_STATUTORY_INTEREST(*asked, "Compensation") == row["Late fee"]


@SEVERAL
@given(st.sampled_from(["", "Net 30", "2/10 Net 30", "3/7 Net 21", "EOM", "15 MFI", "Net 15 EOM"]), DAYS)
def test_due_dates_and_discounts_are_those_of_the_ledger(terms: str, invoiced: str) -> None:
    """A single due date and the discount are those of the open item, as long as it may be taken."""
    text = f"Customers\nCustomer ID | Name\nA | Alder\nInvoices\nInvoice | Customer ID | Invoice date | Amount | Terms\n1 | A | {invoiced} | 333.33 | {terms}"  # noqa: E501
    _, found = refreshed(desk(text, Book_ID=""), invoiced)
    (row,) = found["OpenItems"]

    assert AR_DUE_DATE(invoiced, terms).date() == row["Due date"]
    assert AR_DISCOUNT(333.33, invoiced, terms, invoiced) == (row["Discount"] or 0)
    if row["Discount until"]:
        last = row["Discount until"]
        assert AR_DISCOUNT(333.33, invoiced, terms, [last, last + timedelta(1)]) == [row["Discount"], 0.0]


@SEVERAL
@given(books())
def test_the_score_is_that_of_the_sheet(text: str) -> None:
    """From what a customer settled and has overdue, AR_RISK_SCORE gives the Risk score on Aging."""
    found, out = refreshed(desk(text, Book_ID=""))
    grace, as_of = 3, day_number(day(TODAY))
    known = found.now.settled.filter(pl.col("credit_only") == 0, pl.col("written_off") == 0)
    if known.height != found.now.settled.filter(pl.col("credit_only") == 0).height:
        return  # written off counts as late, whatever the day
    rate = risk.ledger_rate(found.now.settled, as_of, grace)
    late = punctuality.collected(punctuality.overdue(found.now.items, as_of, grace))
    scored = [row for row in out["Aging"] if row["Risk score"] is not None]
    for row in scored:
        code = found.accounts.filter(pl.col("customer_id") == row["Customer ID"])["customer"][0]
        own = known.filter(pl.col("customer") == code)
        overdue = late.filter(pl.col("customer") == code)["overdue_now"].sum()
        days = (own["settled_on"] - own["judged_due"]).to_list()

        score = AR_RISK_SCORE(days, [date_of(one) for one in own["settled_on"]], overdue, rate, TODAY)

        assert score == pytest.approx(row["Risk score"], abs=1e-6)


@pytest.mark.parametrize("method", ["Level", "Equal principal"])
@pytest.mark.parametrize("every", ["Week", "2 weeks", "Month", "Quarter"])
def test_the_formula_spreads_a_plan_as_the_sheet_does(method: str, every: str) -> None:
    """AR_SCHEDULE gives the rows of the Schedule sheet, where due dates are not moved off weekends."""
    header = (
        "Plan | Customer ID | Invoices | Down payment | Instalments | Every | First due | Annual rate | Fee"
    )
    text = f"""{CUSTOMERS}
    Invoices
    Invoice | Customer ID | Invoice date | Due date | Amount
    1 | A | 2026-01-01 | 2026-01-31 | 1000
    Plans
    {header} | Method | Signed on
    P | A | 1 | 100 | 7 | {every} | 2026-03-31 | 9.9% | 25 | {method} | 2026-02-28
    """
    _, found = refreshed(desk(text, Book_ID="", Weekend_due_dates_move_to_Monday="No"))
    headers = ["No", "Due", "Payment", "Interest", "Principal", "Balance"]

    rows = AR_SCHEDULE(1000, 7, "2026-03-31", every, 0.099, 100, 25, method)

    sheet = [list(row.values()) for row in only(found["Schedule"], headers) if row["No"]]
    assert [[no, due.date(), *rest] for no, due, *rest in rows] == sheet


DATE = st.datetimes(datetime(2024, 1, 1), datetime(2026, 6, 30))  # noqa: DTZ001  a date in a cell has no zone
MONEY = st.one_of(
    st.floats(-5000, 5000),
    st.integers(-(10**6), 10**6).map(lambda mills: mills / 1000),
    st.integers(0, 10**6).map(lambda cents: cents / 100),
)
ODD = st.sampled_from([None, "", "soon", True, "#N/A", "1.234,50", "3/4/2026"])
TERM = st.sampled_from(["Net 30", "2/10 Net 30", "EOM", "30% now, 70% Net 60"])
COUNT = st.integers(0, 400)
ASKED: dict[str, tuple[st.SearchStrategy[Any], ...]] = {
    "AR_DAYS_OVERDUE": (DATE, DATE),
    "AR_BUCKET": (COUNT,),
    "AR_DUE_DATE": (DATE, TERM),
    "AR_DISCOUNT": (MONEY, DATE, TERM, DATE),
    "AR_LATE_FEE": (MONEY, DATE, DATE, MONEY, st.floats(0, 0.5), COUNT, MONEY),
    "AR_INTEREST": (MONEY, DATE, DATE, st.floats(0, 0.5), COUNT),
    "AR_STATUTORY_INTEREST": (MONEY, DATE, DATE, st.sampled_from(["UK", "EU"])),
    "AR_RISK_FLAG": (st.floats(0, 100), COUNT, st.booleans(), COUNT, st.booleans()),
    "AR_DSO": (MONEY, MONEY, COUNT),
    "AR_BEST_DSO": (MONEY, MONEY, COUNT),
    "AR_ADD": (MONEY, MONEY, MONEY, COUNT),
    "AR_CEI": (MONEY, MONEY, MONEY, MONEY),
}


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(sorted(ASKED)), st.booleans(), st.data())
def test_one_call_gives_what_single_calls_give(name: str, clean: bool, data: st.DataObject) -> None:
    """A column is answered row by row as each cell would be, mistakes and blanks among them too."""
    cell = [one if clean else st.one_of(one, one, ODD) for one in ASKED[name]]
    rows = data.draw(st.lists(st.tuples(*cell), min_size=2, max_size=6))
    function = getattr(functions, name)

    whole = function(*([[row[at]] for row in rows] for at in range(len(cell))))

    assert whole == [[function(*row)] for row in rows]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(MONEY, st.integers(1, 30), DATE, st.sampled_from(["Week", "Month"]), st.floats(0, 0.3)),
        min_size=2,
        max_size=5,
    )
)
def test_stacked_schedules_are_those_of_each_plan(plans: list[tuple[Any, ...]]) -> None:
    """A column of plans gives the rows of each, behind its place; principal adds up to what was spread."""
    rows = AR_SCHEDULE(*([[plan[at]] for plan in plans] for at in range(5)))

    for place, plan in enumerate(plans, start=1):
        alone, own = AR_SCHEDULE(*plan), [row[1:] for row in rows if row[0] == place]
        if isinstance(alone, str):
            assert [row[0] for row in own] == [alone]
        else:
            assert own == alone
            assert round(sum(row[4] for row in alone), 2) == pytest.approx(round(plan[0], 2), abs=0.011)
