"""The sample is a ledger one could meet: consistent, varied, fictional, and always of today."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from duesheet import activity, keys, records, terms
from duesheet.build import new_book
from duesheet.dates import date_of, day_number
from duesheet.layout import layout
from duesheet.position import position
from duesheet.reminders import READY
from duesheet.sample import sample_activity, sample_ledger, sample_settings
from duesheet.sample.cast import players
from duesheet.sample.correspondence import RUNS, SampleBook
from duesheet.sample.stories import STORIES
from duesheet.worklist import plan

DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))
SOME_DAYS = settings(max_examples=8, deadline=None)
TODAY = date(2025, 6, 30)
Ledger = Mapping[str, pl.DataFrame]
Row = dict[str, Any]


def rows(ledger: Ledger, table: str) -> list[Row]:
    """The rows of one table."""
    return ledger[table].to_dicts()


def terms_of(ledger: Ledger) -> dict[str, terms.Terms]:
    """Every customer's terms."""
    return {
        row["Customer ID"]: terms.parse(row["Terms"]) or terms.ON_RECEIPT for row in rows(ledger, "Customers")
    }


def unsettled(ledger: Ledger) -> list[Row]:
    """Invoices that the payments naming them do not cover, early-payment discount allowed for."""
    left = {
        row["Invoice"]: Decimal(str(row["Amount"])) for row in rows(ledger, "Invoices") if row["Amount"] > 0
    }
    last_paid: dict[str, date] = {}
    for payment in sorted(rows(ledger, "Payments"), key=lambda row: row["Date"]):
        money = Decimal(str(payment["Amount"]))
        for name in (payment["Invoice"] or "").split("; ") if payment["Invoice"] else []:
            share = min(money, left[name])
            left[name] -= share
            money -= share
            last_paid[name] = payment["Date"]
    agreed = terms_of(ledger)
    return [
        row
        for row in rows(ledger, "Invoices")
        if left.get(row["Invoice"], 0)
        > _discount(row, agreed[row["Customer ID"]], last_paid.get(row["Invoice"]))
    ]


def _discount(row: Row, agreed: terms.Terms, paid: date | None) -> Decimal:
    until = terms.discount_until(agreed, day_number(row["Invoice date"]))
    if paid is None or until is None or day_number(paid) > until:
        return Decimal(0)
    return Decimal(terms.discount(agreed, round(row["Amount"] * 100))) / 100


def days_overdue(row: Row, agreed: terms.Terms, as_of: date) -> int:
    """How long the first part of an invoice has been due."""
    return day_number(as_of) - terms.dues(agreed, day_number(row["Invoice date"]))[0].due


def test_the_columns_are_the_declared_ones_and_typed() -> None:
    """Every table has the declared headers: text as text, dates as dates, figures as figures."""
    for name, found in sample_ledger(TODAY).items():
        declared = layout().tables[name].columns

        assert found.columns == [column.name for column in declared]
        for column in declared:
            expected = {"date": pl.Date(), "money": pl.Float64(), "whole": pl.Float64(), "id": pl.String()}
            assert found.schema[column.name] == expected.get(column.kind, found.schema[column.name])


def test_the_cast_is_large_and_varied() -> None:
    """60 customers in four languages and three currencies, and about 600 invoices over 18 months."""
    ledger = sample_ledger(TODAY)
    customers, invoices = ledger["Customers"], ledger["Invoices"]

    assert customers.height == 60
    assert set(customers["Language"]) == {"en", "de", "fr", "es"}
    assert set(customers["Currency"]) == {"EUR", "GBP", "USD"}
    assert len(set(customers["Terms"])) >= 7
    assert 550 <= invoices.height <= 650
    assert TODAY - timedelta(days=548) <= min(invoices["Invoice date"]) < TODAY - timedelta(days=500)


def test_every_story_is_told_and_every_terms_is_understood() -> None:
    """Nothing in the sample's files is dead: each story has a customer, and all terms are readable."""
    told = {story for player in players() for story in player.stories}

    assert told == set(STORIES)
    assert all(terms.parse(row["Terms"]) for row in rows(sample_ledger(TODAY), "Customers"))


def test_the_ledger_holds_what_a_real_one_holds() -> None:
    """Several invoices paid at once, money on account, refunds, credit notes, disputes and the rest."""
    ledger = sample_ledger(TODAY)
    invoices, payments = rows(ledger, "Invoices"), rows(ledger, "Payments")
    notes = [row for row in invoices if row["Amount"] < 0]

    assert Counter(bool(row["Credits"]) for row in notes) == {True: 1, False: 2}
    assert sum(";" in (row["Invoice"] or "") for row in payments) == 5
    assert sum(row["Invoice"] is None and row["Amount"] > 0 for row in payments) == 2
    assert sum(row["Amount"] < 0 for row in payments) == 2
    assert {row["Kind"] for row in payments} == {None, "Write-off"}
    assert sum(row["Disputed"] is not None for row in invoices) == 3
    assert sum(row["Hold"] is not None for row in invoices) == 3
    assert {row["Promised"] > TODAY for row in invoices if row["Promised"]} == {True, False}
    assert {row["Currency"] for row in invoices} == {None, "GBP"}


def test_customers_who_get_no_letters_are_among_them() -> None:
    """Two want no reminders, one has no e-mail address, one has two."""
    customers = rows(sample_ledger(TODAY), "Customers")

    assert sum(row["Reminders"] == "No" for row in customers) == 2
    assert [row["Name"] for row in customers if not row["Email"]] == ["Whitlock Stables"]
    assert [row["Name"] for row in customers if ";" in (row["Email"] or "")] == ["Harlan Pier Authority"]


def test_nobody_in_the_sample_exists() -> None:
    """Every address is at a domain kept for examples, every number in a range kept for fiction."""
    told = " ".join(
        str(cell)
        for frame in sample_ledger(TODAY).values()
        for row in frame.rows()
        for cell in (*row, *sample_settings().values())
    )
    phones = [row["Phone"] for row in rows(sample_ledger(TODAY), "Customers") if row["Phone"]]
    kept = r"\+1 202 555 01|\+44 20 7946 0|\+33 1 99 00|\+49 (30 23125|40 66969|69 90009|89 99998|221 4710) "

    assert set(re.findall(r"@([\w.-]+\w)", told)) <= {"example.com", "example.org", "example.net"}
    assert all(re.match(kept, phone) for phone in phones)


def test_the_same_day_gives_the_same_ledger() -> None:
    """A day and a seed make one ledger; another seed makes another."""
    first, again, other = sample_ledger(TODAY), sample_ledger(TODAY), sample_ledger(TODAY, seed=8)

    assert all(first[name].equals(again[name]) for name in first)
    assert not first["Invoices"].equals(other["Invoices"])


@given(as_of=DAYS)
@SOME_DAYS
def test_every_reference_leads_somewhere(as_of: date) -> None:
    """Payments, credit notes, plans and parents name customers and invoices that exist, each number once."""
    ledger = sample_ledger(as_of)
    billed = {row["Invoice"]: row["Customer ID"] for row in rows(ledger, "Invoices")}
    customers = set(ledger["Customers"]["Customer ID"])

    assert len(billed) == ledger["Invoices"].height
    assert ledger["Payments"]["Payment"].is_unique().all()
    assert set(billed.values()) | {row["Customer ID"] for row in rows(ledger, "Payments")} <= customers
    assert {row["Parent"] for row in rows(ledger, "Customers")} - {None} <= customers
    for row in [*rows(ledger, "Payments"), *rows(ledger, "Plans")]:
        named = row.get("Invoice") or row.get("Invoices")
        assert {billed[name] for name in (named or "").split("; ") if name} <= {row["Customer ID"]}
    for row in rows(ledger, "Invoices"):
        assert row["Credits"] is None or billed[row["Credits"]] == row["Customer ID"]


@given(as_of=DAYS)
@SOME_DAYS
def test_nothing_is_dated_after_today_and_the_bank_is_fresh(as_of: date) -> None:
    """The newest payment is at most three days old; nothing lies ahead or is dated on a weekend."""
    ledger = sample_ledger(as_of)
    days = [*ledger["Invoices"]["Invoice date"], *ledger["Payments"]["Date"]]

    assert max(days) <= as_of
    assert as_of - timedelta(days=3) <= max(ledger["Payments"]["Date"])
    assert all(day.weekday() < 5 for day in days)


@given(as_of=DAYS)
@SOME_DAYS
def test_nothing_is_unpaid_by_accident(as_of: date) -> None:
    """What the payments leave open is exactly what the cast says is open, and one payment that bounced."""
    meant = Counter(
        {player.customer: len(player.ages) + player.stories.count("bounced") for player in players()}
    )
    found = Counter(row["Customer ID"] for row in unsettled(sample_ledger(as_of)))

    assert found == +meant


@given(as_of=DAYS)
@SOME_DAYS
def test_there_is_something_to_chase_on_any_day(as_of: date) -> None:
    """25 to 36 customers owe something a letter may ask for; the others are held or owe nothing yet."""
    ledger = sample_ledger(as_of)
    agreed = terms_of(ledger)
    reachable = {
        row["Customer ID"] for row in rows(ledger, "Customers") if row["Email"] and row["Reminders"] != "No"
    }
    ages: dict[str, list[int]] = defaultdict(list)
    for row in unsettled(ledger):
        kept_back = row["Disputed"] or row["Hold"] or (row["Promised"] and row["Promised"] >= as_of)
        if row["Customer ID"] in reachable and not kept_back:
            ages[row["Customer ID"]].append(days_overdue(row, agreed[row["Customer ID"]], as_of))
    oldest = [max(found) for found in ages.values()]

    assert 25 <= sum(age > 0 for age in oldest) <= 36
    assert sum(-3 <= age <= 0 for age in oldest) >= 3
    for least, most in ((1, 13), (14, 29), (30, 44), (45, 59), (60, 120), (121, 400)):
        assert any(least <= age <= most for age in oldest)


@given(as_of=DAYS)
@SOME_DAYS
def test_typed_due_dates_agree_with_the_terms(as_of: date) -> None:
    """Where a due date is typed it is the terms' own, and never beside terms in several parts."""
    ledger = sample_ledger(as_of)
    agreed = terms_of(ledger)
    typed = [row for row in rows(ledger, "Invoices") if row["Due date"]]

    assert typed
    for row in typed:
        (due,) = terms.dues(agreed[row["Customer ID"]], day_number(row["Invoice date"]))
        assert row["Due date"] == date_of(due.due)


def test_the_sample_makes_a_book(tmp_path: Path) -> None:
    """The sample's rows and settings fill a new book and are read back the same."""
    ledger = sample_ledger(TODAY)
    new_book(tmp_path / "Collections.xlsx", rows=ledger, settings=sample_settings())
    book = fastexcel.read_excel((tmp_path / "Collections.xlsx").read_bytes())
    read = book.load_sheet("Payments").to_polars()
    values = book.load_sheet("Settings").to_polars()

    assert read["Payment"].to_list() == ledger["Payments"]["Payment"].to_list()
    assert read["Amount"].to_list() == ledger["Payments"]["Amount"].to_list()
    assert read["Invoice"].to_list() == ledger["Payments"]["Invoice"].to_list()
    assert ("Company", "Harbor & Pine Trading") in values.select("Setting", "Value").rows()


BOOK_ID = "a1b2c3d4-0000-4000-8000-000000000003"


def said(ledger: Ledger, as_of: date) -> pl.DataFrame:
    """The Activity sheet of the sample."""
    return sample_activity(ledger, sample_settings(), as_of, BOOK_ID)


def test_the_correspondence_is_that_of_earlier_runs() -> None:
    """Letters of the book's own keys, each once, on working days up to two weeks ago; the user's own rows have none."""
    ledger = sample_ledger(TODAY)
    told = said(ledger, TODAY)
    letters, own = told.filter(pl.col("Key").is_not_null()), told.filter(pl.col("Key").is_null())
    days = {when.date() for when in letters["When"]}

    assert told.columns == [column.name for column in layout().tables["Activity"].columns]
    assert letters["Key"].is_unique().all()
    assert all(keys.of_book(key, BOOK_ID) for key in letters["Key"])
    assert set(letters["Kind"]) == {"Email"}
    assert len(days) == len(RUNS)
    assert max(days) == TODAY - timedelta(days=min(RUNS))
    assert set(own["Kind"]) == {"Call", "Dispute", "Promise"}
    assert set(told["Customer ID"]) <= set(ledger["Customers"]["Customer ID"])
    assert told["When"].is_sorted()


def test_the_same_day_gives_the_same_correspondence() -> None:
    """The same ledger, day and book give the same rows."""
    ledger = sample_ledger(TODAY)

    assert said(ledger, TODAY).equals(said(ledger, TODAY))


@given(as_of=DAYS)
@settings(max_examples=4, deadline=None)
def test_this_weeks_letters_are_of_every_step(as_of: date) -> None:
    """On any day the sample's job has letters of at least four steps, and some customers to call or at the end."""
    ledger = sample_ledger(as_of)
    book = {**ledger, "Activity": said(ledger, as_of)}
    found = records.read(SampleBook(book, sample_settings() | {"Book ID": BOOK_ID}))
    past = activity.past(found.activity, [], BOOK_ID)
    made = plan(found, position(found, as_of), past)
    steps = Counter(one.step.number for one in made if one.status == READY and one.step)

    assert {1, 2, 3, 4} <= set(steps)
    assert sum(steps.values()) >= 15


@given(as_of=DAYS)
@settings(max_examples=4, deadline=None)
def test_the_sample_has_plans_of_every_kind(as_of: date) -> None:
    """On any day one plan is offered, one missed, one completed and two are kept, with interest and as a settlement."""
    found = records.read(SampleBook(sample_ledger(as_of), sample_settings() | {"Book ID": BOOK_ID}))
    now = position(found, as_of)
    debts = [one.debt for one in now.plans.standings]

    assert Counter(now.plans.states.values()) == {"on track": 2, "offered": 1, "missed": 1, "completed": 1}
    assert sum(debt.rest > 0 for debt in debts) == 1
    assert sum(any(row.interest for row in debt.rows) for debt in debts) == 1
    assert (found.faults, now.plans.faults, now.gaps) == ((), (), {})
