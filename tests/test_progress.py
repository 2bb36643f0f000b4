"""What becomes of a payment plan: the Schedule sheet, open items, letters and the flag, from small books."""

from collections.abc import Sequence

import polars as pl
import pytest

from desk import day, noon
from duesheet.dates import date_of
from duesheet.job import Clock, refresh
from duesheet.position import Position, position, scored
from duesheet.progress import Row
from firm import Firm

PLAN = "Plan | Customer ID | Invoices | Principal | Down payment | Instalments | First due | Annual rate | Signed on"
INVOICES = """
Invoices
Invoice | Customer ID | Invoice date | Due date | Amount
1 | A | 2026-01-01 | 2026-01-31 | 100
2 | A | 2026-01-05 | 2026-02-04 | 200
"""
KEPT = "P1 | A | 1; 2 | | | 3 | 2026-03-02 | | 2026-02-10"


def firm(plan: str, *payments: str, more: Sequence[str] = (), **chosen: str) -> Firm:
    """A firm whose customer A owes 300, with a plan and payments: day, amount, invoices, kind."""
    paid = [f"p{number} | A | {row}" for number, row in enumerate(payments)]
    lines = [INVOICES, *more, "Payments", "Payment | Customer ID | Date | Amount | Invoice | Kind", *paid]
    return Firm("\n".join([*lines, "Plans", PLAN, plan]), **chosen)


def stood(made: Firm, today: str) -> Position:
    """Where the firm's book stands."""
    now = made._planned(today)[2]
    assert now.gaps == {}
    return now


def rows(made: Firm, today: str) -> list[Row]:
    """The rows of the only plan."""
    (one,) = stood(made, today).plans.standings
    return list(one.rows)


def told(made: Firm, today: str) -> list[tuple[int, float, str]]:
    """No, paid and status of each row."""
    return [(row.no, row.paid / 100, row.status) for row in rows(made, today)]


def state(made: Firm, today: str) -> str:
    """The state of the only plan."""
    return stood(made, today).plans.states["P1"]


def items(made: Firm, today: str) -> list[tuple[str, int | None, str, float]]:
    """Invoice, No, due date and what is open of each open item."""
    found = (
        stood(made, today).items.sort("due_date", "invoice_id").select("invoice_id", "no", "due_date", "open")
    )
    return [(name, no, date_of(due).isoformat(), left / 100) for name, no, due, left in found.iter_rows()]


def test_a_signed_plan_gives_its_invoices_its_own_due_dates() -> None:
    """From the day of signing the invoices are open by instalments; the day before by their own dates."""
    made = firm(KEPT)

    assert items(made, "2026-02-09") == [("1", None, "2026-01-31", 100), ("2", None, "2026-02-04", 200)]
    assert items(made, "2026-02-10") == [
        ("1", 1, "2026-03-02", 100),
        ("2", 2, "2026-04-02", 100),
        ("2", 3, "2026-05-04", 100),
    ]


def test_what_was_paid_before_signing_lowers_the_debt() -> None:
    """Money dated before the day of signing is no instalment; money of that day is."""
    before = firm(KEPT, "2026-02-09 | 60 | 1")
    since = firm(KEPT, "2026-02-10 | 60 | 1")

    assert told(before, "2026-02-10") == [(1, 0, "Due"), (2, 0, "Due"), (3, 0, "Due")]
    assert rows(before, "2026-02-10")[0].payment == 80_00
    assert told(since, "2026-02-10") == [(1, 60, "Part paid"), (2, 0, "Due"), (3, 0, "Due")]
    assert rows(since, "2026-02-10")[0].payment == 100_00


@pytest.mark.parametrize(
    ("today", "paid", "first", "state_then"),
    [
        ("2026-03-02", "", (1, 0, "Due"), "on track"),
        ("2026-03-03", "", (1, 0, "Missed"), "missed"),
        ("2026-03-02", "2026-03-01 | 40 | 1", (1, 40, "Part paid"), "on track"),
        ("2026-03-03", "2026-03-01 | 99.99 | 1", (1, 99.99, "Missed"), "missed"),
        ("2026-03-03", "2026-03-03 | 100 | 1", (1, 100, "Paid"), "on track"),
        ("2026-03-03", "2026-03-03 | 100 | 2", (1, 100, "Paid"), "on track"),
        ("2026-03-03", "2026-03-03 | 100 |", (1, 100, "Paid"), "on track"),
        ("2026-03-03", "2026-03-03 | 100 | 1 | Credit", (1, 100, "Paid"), "on track"),
        ("2026-03-02", "2026-03-03 | 100 | 1", (1, 0, "Due"), "on track"),
        ("2026-06-30", "2026-03-02 | 300 | 2; 1", (1, 100, "Paid"), "completed"),
    ],
)
def test_money_fills_the_instalments(
    today: str, paid: str, first: tuple[int, float, str], state_then: str
) -> None:
    """Whatever it names, on account too, money fills the oldest; missed is what is unpaid when its day is over."""
    made = firm(KEPT, *filter(None, [paid]))

    assert told(made, today)[0] == first
    assert state(made, today) == state_then


def test_money_fills_the_oldest_instalment_whichever_invoice_it_names() -> None:
    """A payment that names the second invoice settles that one, and its instalment is the first."""
    made = firm(KEPT, "2026-03-02 | 150 | 2")

    assert told(made, "2026-03-03") == [(1, 100, "Paid"), (2, 50, "Part paid"), (3, 0, "Due")]
    assert items(made, "2026-03-03") == [
        ("1", 2, "2026-04-02", 50),
        ("1", 3, "2026-05-04", 50),
        ("2", 3, "2026-05-04", 50),
    ]


def test_a_refund_reopens_an_instalment() -> None:
    """What went back is paid no more."""
    made = firm(KEPT, "2026-03-02 | 100 | 1", "2026-03-10 | -30 | 1")

    assert told(made, "2026-03-09")[0] == (1, 100, "Paid")
    assert told(made, "2026-03-10")[0] == (1, 70, "Missed")


def test_a_down_payment_is_due_on_signing() -> None:
    """It is No 0, the first to be filled, and the instalments pay the rest."""
    made = firm("P1 | A | 1; 2 | | 90 | 3 | 2026-03-02 | | 2026-02-10", "2026-02-10 | 100 | 1")
    down, *others = rows(made, "2026-02-11")

    assert (date_of(down.due), down.payment, down.principal, down.balance) == (
        day("2026-02-10"),
        90_00,
        90_00,
        210_00,
    )
    assert [row.payment for row in others] == [70_00] * 3
    assert told(made, "2026-02-11")[:2] == [(0, 90, "Paid"), (1, 10, "Part paid")]
    assert told(firm("P1 | A | 1; 2 | | 90 | 3 | 2026-03-02 | | 2026-02-10"), "2026-02-11")[0] == (
        0,
        0,
        "Missed",
    )


def test_a_settlement_shows_what_is_written_off_in_the_end() -> None:
    """A row with nothing to pay holds the rest; it is never chased and never expected, and written off it is gone."""
    agreed = "P1 | A | 1; 2 | 240 | | 2 | 2026-03-02 | | 2026-02-10"
    paid = ("2026-03-02 | 120 | 1; 2", "2026-04-02 | 120 | 2")
    made = firm(agreed, *paid)
    last = rows(made, "2026-05-01")[-1]
    _, expected = scored(made._planned("2026-03-05")[1], stood(made, "2026-03-05"))

    assert told(made, "2026-05-01") == [(1, 120, "Paid"), (2, 120, "Paid"), (3, 0, "To write off")]
    assert (last.payment, last.principal, last.balance) == (0, 0, 60_00)
    assert items(made, "2026-05-01") == [("2", 3, "2026-04-02", 60)]
    assert made.why("2026-05-01") == {"A": "Held: plan P1 is completed: write off what is left"}
    assert expected.filter(pl.col("no") == 3)["expected_date"].to_list() == [None]
    gone = firm(agreed, *paid, "2026-05-01 | 60 | 2 | Write-off")
    assert told(gone, "2026-05-01")[-1] == (3, 0, "Written off")
    assert items(gone, "2026-05-01") == []


def test_writing_the_rest_off_early_pays_no_instalment() -> None:
    """In a settlement a write-off takes from what is to be written off, not from what is to be paid."""
    made = firm("P1 | A | 1; 2 | 240 | | 2 | 2026-03-02 | | 2026-02-10", "2026-02-11 | 60 | 1 | Write-off")

    assert told(made, "2026-02-11") == [(1, 0, "Due"), (2, 0, "Due"), (3, 0, "Written off")]
    assert sum(left for *_, left in items(made, "2026-02-11")) == 240


def test_a_missed_settlement_does_not_chase_what_is_to_be_written_off() -> None:
    """The overdue instalments are asked for, the rest waits for the plan to be completed or cancelled."""
    made = firm("P1 | A | 1; 2 | 240 | | 2 | 2026-03-02 | | 2026-02-10")
    one = made.one("2026-04-10")

    assert sum(owed.open for owed in one.owed) == 240_00
    assert one.why == "39 days overdue; plan P1 missed; 2 in plan P1, to be written off on completion"


def test_a_plan_given_up_is_no_missed_instalment() -> None:
    """Where the debt is written off there is nothing left to pay, interest included."""
    made = firm(
        "P1 | A | 1; 2 | | | 3 | 2026-03-02 | 12% | 2026-02-10",
        "2026-03-02 | 100 | 1",
        "2026-04-20 | 200 | 2 | Write-off",
    )

    assert state(made, "2026-04-19") == "missed"
    assert state(made, "2026-07-01") == "completed"


def test_interest_comes_on_top_of_the_invoices() -> None:
    """Paid as scheduled a plan with interest is kept to the end, though the invoices never held the interest."""
    plan = "P1 | A | 1; 2 | | | 3 | 2026-03-02 | 12% | 2026-02-10"
    due = rows(firm(plan), "2026-02-10")
    assert [(row.payment, row.interest, row.principal) for row in due] == [
        (102_01, 3_00, 99_01),
        (102_01, 2_01, 100_00),
        (102_00, 1_01, 100_99),
    ]
    assert items(firm(plan), "2026-02-10") == [
        ("1", 1, "2026-03-02", 99.01),
        ("1", 2, "2026-04-02", 0.99),
        ("2", 2, "2026-04-02", 99.01),
        ("2", 3, "2026-05-04", 100.99),
    ]
    named = ("2026-03-02 | 102.01 | 1; 2", "2026-04-02 | 102.01 | 2", "2026-05-04 | 102.00 | 2")
    loose = ("2026-03-02 | 102.01 |", "2026-04-02 | 102.01 |", "2026-05-04 | 102.00 |")
    for payments in (named, loose):
        for number, today in enumerate(("2026-03-03", "2026-04-03"), 1):
            assert [status for *_, status in told(firm(plan, *payments[:number]), today)][:number] == [
                "Paid"
            ] * number
        assert state(firm(plan, *payments), "2027-01-01") == "completed"
        assert state(firm(plan, *payments[:2]), "2026-05-05") == "missed"
    early = [row.replace("2026-05-04", "2026-05-01") for row in named]
    assert told(firm(plan, *early), "2026-05-01")[-1] == (3, 102.0, "Paid")


def test_interest_is_not_missed_where_younger_invoices_took_the_money() -> None:
    """Money on account that the ledger sets against a later invoice has paid the interest of the instalment first."""
    more = ("3 | A | 2026-02-20 | 2026-03-22 | 70",)
    plan = "P1 | A | 1; 2 | | | 3 | 2026-03-02 | 12% | 2026-02-10"
    made = firm(plan, "2026-03-02 | 102.01 |", more=more)

    assert told(made, "2026-03-03")[0] == (1, 102.01, "Paid")
    assert {name: left for name, _, _, left in items(made, "2026-03-03") if name == "3"} == {"3": 67}


def test_paying_off_early_saves_the_interest_to_come() -> None:
    """Once the whole debt is paid with the interest due by then, later interest is not missed."""
    plan = "P1 | A | 1; 2 | | | 3 | 2026-03-02 | 12% | 2026-02-10"
    made = firm(plan, "2026-03-02 | 102.01 | 1; 2", "2026-03-20 | 200.99 | 2")
    short = firm(plan, "2026-03-02 | 102.01 | 1; 2", "2026-03-20 | 200.00 | 2; 1")

    assert told(made, "2026-12-31") == [(1, 102.01, "Paid"), (2, 100, "Paid"), (3, 100.99, "Paid")]
    assert state(made, "2026-12-31") == "completed"
    assert state(short, "2026-12-31") == "missed"


def test_an_offer_is_shown_and_changes_nothing() -> None:
    """A plan that is not signed stands on Schedule as Due; items and letters are as without it."""
    made = firm("P1 | A | 1; 2 | 240 | 30 | 3 | 2026-03-02 | | ", "2026-02-01 | 50 | 1")
    without = firm("", "2026-02-01 | 50 | 1")

    assert [row.status for row in rows(made, "2026-03-20")] == ["Due"] * 4 + ["To write off"]
    assert state(made, "2026-03-20") == "offered"
    assert items(made, "2026-03-20") == items(without, "2026-03-20")
    assert made.why("2026-03-20") == without.why("2026-03-20")


def test_a_plan_on_track_holds_and_a_missed_one_is_chased_by_instalment() -> None:
    """While it is kept nothing is asked for; then a letter lists what is overdue, each with its number."""
    made = firm(KEPT, "2026-03-02 | 100 | 1")

    assert made.run("2026-04-02") == []
    assert made.why("2026-04-02") == {"A": "Held: 2 in plan P1"}
    assert made.one("2026-04-03").why == "1 day overdue; plan P1 missed"
    assert made.run("2026-04-03") == ["A: Friendly reminder 2"]
    assert [(line.invoice, line.instalment, line.open) for line in made.notices[0].lines] == [
        ("2", 2, 100_00)
    ]
    assert made.notices[0].amount_due == 100_00
    made.add("Payments", payment="late", date="2026-04-08", customer_id="A", amount=100, invoice="2")
    assert made.why("2026-04-10") == {"A": "Held: 2 in plan P1"}


def test_other_invoices_are_chased_beside_a_plan() -> None:
    """What is in no plan is asked for, and Why names what is left out."""
    made = firm("P1 | A | 1 | | | 2 | 2026-03-02 | | 2026-01-20")

    assert made.run("2026-02-10") == ["A: Friendly reminder 2"]
    assert made.one("2026-02-10").why == "Sent 2026-02-10"
    assert firm("P1 | A | 1 | | | 2 | 2026-03-02 | | 2026-01-20").why("2026-01-25") == {
        "A": "Held: Nothing overdue; next due 2026-02-04; 1 in plan P1"
    }


def test_a_cancelled_plan_lets_the_invoices_be_chased_by_their_own_dates() -> None:
    """From the day of cancelling the old due dates count again."""
    made = firm(KEPT)
    made.change("Plans", "P1", "Cancelled on", "2026-03-20")

    assert made.why("2026-03-01") == {"A": "Held: 1 in plan P1; 2 in plan P1"}
    assert made.run("2026-03-20") == ["A: Friendly reminder 1, 2"]
    assert made.one("2026-03-20").owed[0].due == day("2026-01-31")


def test_a_fault_of_a_plan_holds_its_customer() -> None:
    """What the ledger shows to be wrong with a plan is on Problems, and nothing is sent to its customer meanwhile."""
    made = firm("P1 | A | 1; 2 | 300.01 | | 3 | 2026-03-02 | | 2026-02-10")
    found = refresh(made.book, Clock(noon("2026-03-20")), as_of=day("2026-03-20"))

    assert made.why("2026-03-20")["A"] == "Held: A row of this customer has a fault; see Problems"
    assert made.book.sheets["Problems"].select("Sheet", "Row", "Column", "Found").rows() == [
        ("Plans", 2, "Principal", "300.01|#'Plans'!A2")
    ]
    assert len(found.faults()) == 1


def test_a_missed_instalment_raises_the_flag_and_why_names_it() -> None:
    """The flag is High from the day after, with plan, number and date; on track it is not."""
    made = firm(KEPT)

    def flag(today: str) -> tuple[str, str]:
        accounts, _ = scored(made._planned(today)[1], stood(made, today))
        return accounts.select("flag", "why").row(0)

    assert flag("2026-03-02")[0] == "Not enough history"
    assert flag("2026-03-03")[0] == "High"
    assert "missed instalment: No 1 of plan P1, due 2 Mar 2026" in flag("2026-03-03")[1]
    assert "No 1 of plan P1, due 2 Mar 2026, No 2 of plan P1, due 2 Apr 2026" in flag("2026-04-03")[1]


def test_an_instalment_of_a_kept_plan_is_expected_on_its_day_at_the_earliest() -> None:
    """However early the customer usually pays, a plan that is kept is paid as agreed."""
    early = [f"e{number} | A | 2025-0{number}-01 | 2025-0{number}-28 | 10" for number in range(1, 6)]
    paid = [f"2025-0{number}-02 | 10 | e{number}" for number in range(1, 6)]
    made = firm(KEPT, *paid, more=early)
    _, found = scored(made._planned("2026-02-10")[1], stood(made, "2026-02-10"))

    assert (found["expected_date"] >= found["due_date"]).all()
    assert (found["expected_from"] >= found["due_date"]).all()


def test_refresh_fills_schedule_and_numbers_open_items() -> None:
    """The Schedule sheet has a row for each instalment in the order of Plans; OpenItems names No and plan."""
    made = firm(KEPT, "2026-03-02 | 120 | 1; 2")
    refresh(made.book, Clock(noon("2026-03-03")), as_of=day("2026-03-03"))

    assert made.book.sheets["Schedule"].rows() == [
        ("P1", 1, day("2026-03-02"), 100.0, 0.0, 100.0, 200.0, 100.0, "Paid"),
        ("P1", 2, day("2026-04-02"), 100.0, 0.0, 100.0, 100.0, 20.0, "Part paid"),
        ("P1", 3, day("2026-05-04"), 100.0, 0.0, 100.0, 0.0, 0.0, "Due"),
    ]
    assert made.book.sheets["OpenItems"].select(
        "Invoice", "Instalment", "Due date", "Amount", "Paid", "Open", "Plan"
    ).rows() == [
        ("2", 2, day("2026-04-02"), 100.0, 20.0, 80.0, "P1"),
        ("2", 3, day("2026-05-04"), 100.0, 0.0, 100.0, "P1"),
    ]


def test_no_discount_is_offered_on_an_instalment() -> None:
    """What is paid by a plan is not paid early, though the terms' window were still open."""
    text = """
        Invoices
        Invoice | Customer ID | Invoice date | Amount | Terms
        1 | A | 2026-02-01 | 100 | 2/10 Net 30
        Plans
        Plan | Customer ID | Invoices | Instalments | First due | Signed on
        P1 | A | 1 | 2 | 2026-03-02 | 2026-02-05
        """
    made = Firm(text)

    assert stood(made, "2026-02-04").items["discount_until"].null_count() == 0
    assert stood(made, "2026-02-05").items["discount_until"].null_count() == 2


def test_the_history_before_a_plan_stays_true() -> None:
    """What was paid late before signing was late for its old due date, and is no instalment."""
    made = firm(KEPT, "2026-02-08 | 60 | 1")
    (past,) = stood(made, "2026-02-20").settled.select("name", "amount", "due_date", "settled_on").rows()

    assert past[:2] == ("1", 60_00)
    assert (date_of(past[2]), date_of(past[3])) == (day("2026-01-31"), day("2026-02-08"))


def test_due_dates_move_off_weekends_and_holidays_as_settings_say() -> None:
    """2 May 2026 is a Saturday and 3 April Good Friday; where nothing is to be moved nothing is."""

    def due(plan: str, **chosen: str) -> str:
        return date_of(rows(firm(plan, **chosen), "2026-02-10")[-1].due).isoformat()

    friday = "P1 | A | 1; 2 | | | 1 | 2026-04-03 | | 2026-02-10"
    assert due(KEPT) == "2026-05-04"
    assert due(KEPT, weekend_due_dates_move_to_monday="No") == "2026-05-02"
    assert due(friday) == "2026-04-03"
    assert due(friday, holidays="DE") == "2026-04-07"


def test_money_kept_apart_pays_no_instalment() -> None:
    """Where money on account is kept apart it is set against nothing, instalments included."""
    made = firm(KEPT, "2026-03-02 | 100 |", unapplied_money="Keep apart")

    assert told(made, "2026-03-03")[0] == (1, 0, "Missed")


def test_a_book_without_plans_is_as_before() -> None:
    """Nothing is on Schedule, and no item has a plan."""
    made = firm("")

    assert stood(made, "2026-03-03").plans.standings == ()
    assert position(made._planned("2026-03-03")[1], day("2026-03-03")).items["plan"].null_count() == 2
