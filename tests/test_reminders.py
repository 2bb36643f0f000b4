"""Who is due which step, and why everyone else is held: each rule of the reminders, and seven months of them."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk import BOOK_ID
from duesheet import keys
from firm import Firm

ONE = """
Invoices
Invoice | Customer ID | Invoice date | Due date | Amount
1 | A | 2026-01-01 | 2026-01-31 | 100
"""


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("2026-01-27", []),
        ("2026-01-28", ["A: Heads-up 1"]),
        ("2026-01-31", ["A: Heads-up 1"]),
        ("2026-02-01", ["A: Friendly reminder 1"]),
        ("2026-12-31", ["A: Friendly reminder 1"]),
    ],
)
def test_the_first_letter_is_the_lowest_step_whatever_the_age(today: str, expected: list[str]) -> None:
    """Three days before the due date comes the heads-up, from the day after it the friendly reminder, however late."""
    assert Firm(ONE).run(today) == expected


@pytest.mark.parametrize(
    ("days", "step"), [(13, ""), (14, "Second reminder"), (29, "Second reminder"), (44, "Second reminder")]
)
def test_thresholds_are_inclusive_and_each_run_climbs_one_step(days: int, step: str) -> None:
    """The second step is due on day 14 itself, and is not passed over when the third is due too."""
    firm = Firm(ONE)
    firm.run("2026-02-01")

    assert firm.run(str(date(2026, 1, 31) + timedelta(days=days))) == ([f"A: {step} 1"] if step else [])


def test_a_missed_week_is_caught_up_never_skipped() -> None:
    """After two months without a run the steps come one after the other, a week apart."""
    firm = Firm(ONE)
    days = ["2026-02-01", "2026-04-06", "2026-04-07", "2026-04-12", "2026-04-13", "2026-04-20", "2026-04-27"]

    assert [firm.run(day) for day in days] == [
        ["A: Friendly reminder 1"],
        ["A: Second reminder 1"],
        [],
        [],
        ["A: Firm reminder 1"],
        ["A: Final notice 1"],
        ["A: Call 1"],
    ]


def test_the_gap_between_letters_is_the_settings_or_the_steps_own() -> None:
    """Ten days by the setting, three where the step says so; and it is told until when."""
    policy = """
        Policy
        Step | Name | Days | Template | Channel | Gap days
        1 | One | 1 | friendly | Email |
        2 | Two | 2 | second | Email |
        3 | Three | 3 | firm | Email | 3
        """
    firm = Firm(ONE + policy, days_between_letters="10")
    firm.run("2026-03-01")

    assert firm.why("2026-03-10") == {"A": "Held: Too soon: last letter 2026-03-01, next from 2026-03-11"}
    assert firm.run("2026-03-11") == ["A: Two 1"]
    assert firm.run("2026-03-13") == []
    assert firm.run("2026-03-14") == ["A: Three 1"]


def test_without_a_gap_a_day_still_climbs_one_step() -> None:
    """With no days between letters the next step is due on another day, never on the same one."""
    firm = Firm(ONE, days_between_letters="0")

    assert firm.run("2026-06-01") == ["A: Friendly reminder 1"]
    assert firm.why("2026-06-01") == {"A": "Sent: Sent 2026-06-01"}
    assert firm.run("2026-06-02") == ["A: Second reminder 1"]


def test_a_row_sent_today_shows_the_letter_that_was_sent() -> None:
    """After sending, the row speaks of the letter that went, not of the next one."""
    firm = Firm(ONE)
    firm.run("2026-02-01")
    sent = firm.one("2026-02-01")

    assert sent.status == "Sent"
    assert sent.step is not None
    assert sent.step.name == "Friendly reminder"
    assert sent.said_key == firm.keys[0]
    assert [owed.invoice for owed in sent.owed] == ["1"]


def test_a_cycle_ends_when_nothing_overdue_is_open() -> None:
    """Paid in full, and the next overdue invoice starts again with the friendly reminder, under a new key."""
    firm = Firm(
        ONE
        + """
        2 | A | 2026-02-01 | 2026-03-03 | 50
        Payments
        Payment | Date | Customer ID | Amount | Invoice
        p | 2026-02-20 | A | 100 | 1
        """
    )

    assert firm.run("2026-02-01") == ["A: Friendly reminder 1"]
    assert firm.run("2026-02-15") == ["A: Second reminder 1"]
    assert firm.run("2026-03-04") == ["A: Friendly reminder 2"]
    assert [keys.cycle(key).isoformat() for key in firm.keys] == ["2026-02-01", "2026-02-01", "2026-03-04"]


def test_a_cycle_goes_on_while_anything_is_overdue() -> None:
    """Another overdue invoice keeps the cycle open when the first is paid, and nothing is said twice."""
    firm = Firm(
        ONE
        + """
        2 | A | 2026-01-20 | 2026-02-19 | 50
        Payments
        Payment | Date | Customer ID | Amount | Invoice
        p | 2026-02-20 | A | 100 | 1
        """
    )

    assert firm.run("2026-02-01") == ["A: Friendly reminder 1"]
    assert firm.run("2026-02-15") == ["A: Second reminder 1"]
    assert firm.run("2026-02-24") == []
    assert firm.run("2026-03-21") == ["A: Firm reminder 2"]


def test_a_cycle_is_judged_from_the_ledger_not_from_the_runs() -> None:
    """A day on which nothing was overdue ends the cycle though no job ran on it; money on account counts too."""
    firm = Firm(
        ONE
        + """
        2 | A | 2026-01-22 | 2026-02-21 | 50
        Payments
        Payment | Date | Customer ID | Amount
        p | 2026-02-20 | A | 100
        """
    )
    firm.run("2026-02-01")

    assert firm.run("2026-03-01") == ["A: Friendly reminder 2"]


def test_a_dispute_does_not_end_a_cycle() -> None:
    """A disputed item is still overdue: the others go on where they stood."""
    firm = Firm(ONE)
    firm.run("2026-02-01")
    firm.change("Invoices", "1", "Disputed", "Wrong goods")
    assert firm.why("2026-02-20") == {"A": "Held: 1 disputed: Wrong goods"}
    firm.change("Invoices", "1", "Disputed", None)

    assert firm.run("2026-02-21") == ["A: Second reminder 1"]


def test_a_promise_is_kept_through_its_day_and_then_broken() -> None:
    """Nothing is said through the promised day; from the next day the cycle goes on where it stood."""
    firm = Firm(ONE)
    firm.run("2026-02-01")
    firm.change("Invoices", "1", "Promised", "2026-02-25")

    assert firm.why("2026-02-25") == {"A": "Held: 1 promised for 2026-02-25"}
    assert firm.run("2026-02-26") == ["A: Second reminder 1"]


def test_the_heads_up_is_sent_once_for_each_due_date() -> None:
    """Every due date is announced once; a letter that lists two due dates announces both."""
    firm = Firm(
        """
        Invoices
        Invoice | Customer ID | Invoice date | Due date | Amount
        1 | A | 2026-01-01 | 2026-01-30 | 100
        2 | A | 2026-01-01 | 2026-01-31 | 100
        3 | A | 2026-01-01 | 2026-02-02 | 100
        """
    )

    assert firm.run("2026-01-28") == ["A: Heads-up 1, 2"]
    assert firm.run("2026-01-29") == []
    assert firm.run("2026-01-30") == ["A: Heads-up 3"]


def test_each_instalment_is_announced() -> None:
    """Instalments of one invoice fall due on days of their own, and each has its heads-up."""
    firm = Firm(
        """
        Invoices
        Invoice | Customer ID | Invoice date | Amount | Terms
        1 | A | 2026-01-01 | 100 | 50% Net 10, 50% Net 30
        Payments
        Payment | Date | Customer ID | Amount | Invoice
        p | 2026-01-11 | A | 50 | 1
        """
    )

    assert firm.run("2026-01-09") == ["A: Heads-up 1"]
    assert firm.run("2026-01-29") == ["A: Heads-up 1"]


def test_a_heads_up_never_escalates_and_never_counts_for_the_gap() -> None:
    """The friendly reminder follows three days after the heads-up; a heads-up follows a reminder at once."""
    firm = Firm(ONE + "2 | A | 2026-01-01 | 2026-02-05 | 50")

    assert firm.run("2026-01-29") == ["A: Heads-up 1"]
    assert firm.run("2026-02-01") == ["A: Friendly reminder 1"]
    assert firm.run("2026-02-03") == ["A: Heads-up 2"]
    assert firm.run("2026-02-08") == []
    assert firm.run("2026-02-14") == ["A: Second reminder 1, 2"]


def test_an_overdue_letter_goes_before_a_heads_up() -> None:
    """One letter at most: what is overdue is asked for, and what falls due soon waits for the next run."""
    firm = Firm(ONE + "2 | A | 2026-01-01 | 2026-02-05 | 50")

    assert firm.run("2026-02-03") == ["A: Friendly reminder 1"]
    assert firm.run("2026-02-04") == ["A: Heads-up 2"]


def test_a_call_stays_on_the_list_until_one_is_noted() -> None:
    """A step by telephone is a row with its channel every week, until Activity has a call since."""
    firm = Firm(ONE)
    for day in ("2026-02-01", "2026-02-14", "2026-03-02", "2026-03-17"):
        firm.run(day)
    assert firm.run("2026-04-01") == ["A: Call 1"]
    assert firm.run("2026-04-08") == ["A: Call 1"]
    assert len(firm.keys) == 4
    firm.add("Activity", when="2026-04-09", customer_id="A", kind="Call")

    assert firm.run("2026-04-15") == []
    assert firm.why("2026-04-15") == {"A": "Held: Every step of the policy has been taken"}


def test_a_posted_letter_is_done_when_noted_and_keeps_the_gap() -> None:
    """A step by post is done by a Letter on Activity, and the next e-mail waits the usual days after it."""
    policy = """
        Policy
        Step | Name | Days | Template | Channel
        1 | Posted | 1 | | Letter
        2 | Mail | 2 | second | Email
        """
    firm = Firm(ONE + policy)
    assert firm.run("2026-02-02") == ["A: Posted 1"]
    firm.add("Activity", when="2026-02-03", customer_id="A", kind="Letter")

    assert firm.run("2026-02-09") == []
    assert firm.run("2026-02-10") == ["A: Mail 1"]
    assert keys.cycle(firm.keys[0]) == date(2026, 2, 3)


def test_each_currency_has_a_letter_and_a_cycle_of_its_own() -> None:
    """What a customer owes in two currencies is asked for in two letters, neither holding up the other."""
    firm = Firm(
        """
        Invoices
        Invoice | Customer ID | Invoice date | Due date | Amount | Currency
        1 | A | 2026-01-01 | 2026-01-31 | 100 | EUR
        2 | A | 2026-01-01 | 2026-02-02 | 100 | USD
        """
    )

    assert firm.run("2026-02-01") == ["A: Friendly reminder 1", "A: Heads-up 2"]
    assert firm.run("2026-02-03") == ["A: Friendly reminder 2"]


def test_what_is_contested_promised_or_on_hold_is_left_out_and_named() -> None:
    """The letter lists the rest, and Why names what it leaves out."""
    firm = Firm(
        """
        Invoices
        Invoice | Customer ID | Invoice date | Due date | Amount | Disputed | Promised | Hold
        1 | A | 2026-01-01 | 2026-01-31 | 100
        2 | A | 2026-01-01 | 2026-01-31 | 100 | Torn
        3 | A | 2026-01-01 | 2026-01-31 | 100 | | 2026-03-01
        4 | A | 2026-01-01 | 2026-01-31 | 100 | | | Ask the boss
        """
    )

    assert firm.why("2026-02-02") == {
        "A": "Ready: 2 days overdue; 2 disputed: Torn; 3 promised for 2026-03-01; 4 on hold: Ask the boss"
    }
    assert firm.run("2026-02-02") == ["A: Friendly reminder 1"]
    assert firm.notices[0].amount_due == 100_00


def test_money_on_account_is_taken_off() -> None:
    """Kept apart, it is shown and taken off the amount due; when nothing is left to pay, nothing is sent."""
    paid = """
        Payments
        Payment | Date | Customer ID | Amount
        p | 2026-01-15 | A | {}
        """
    less = Firm(ONE + paid.format(30), unapplied_money="Keep apart")
    less.run("2026-02-01")
    covered = Firm(ONE + paid.format(100), unapplied_money="Keep apart")

    assert (less.notices[0].unapplied, less.notices[0].amount_due) == (30_00, 70_00)
    assert covered.why("2026-02-01") == {"A": "Held: Money on account covers it; nothing left to pay"}


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        ("PL1 | A | 1 | 4 | 2026-03-01 | 2026-01-20 |", "A: Friendly reminder 2"),
        ("PL1 | A | 1; 2 | 4 | 2026-03-01 | 2026-01-20 |", ""),
        ("PL1 | A | | 4 | 2026-03-01 | 2026-02-01 |", ""),
        ("PL1 | A | 1; 2 | 4 | 2026-03-01 | |", "A: Friendly reminder 1, 2"),
        ("PL1 | A | 1; 2 | 4 | 2026-03-01 | 2026-01-20 | 2026-02-01", "A: Friendly reminder 1, 2"),
        ("PL1 | A | 1; 2 | 4 | 2026-03-01 | 2026-02-02 |", "A: Friendly reminder 1, 2"),
    ],
)
def test_what_is_in_a_signed_plan_is_left_out(plan: str, told: str) -> None:
    """Invoices of a plan that is signed and not cancelled are not asked for; a plan that names none covers them all."""
    firm = Firm(
        ONE
        + f"""
        2 | A | 2026-01-01 | 2026-01-31 | 50
        Plans
        Plan | Customer ID | Invoices | Instalments | First due | Signed on | Cancelled on
        {plan}
        """
    )

    assert firm.run("2026-02-01") == ([told] if told else [])
    if not told:
        assert firm.why("2026-02-01") == {"A": "Held: 1 in plan PL1; 2 in plan PL1"}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("Email", None), "No usable e-mail address on Customers"),
        (("Email", "nobody"), "No usable e-mail address on Customers"),
        (("Reminders", "No"), "Reminders is No on Customers"),
        (("Policy", "Gentle"), "Gentle is not on the Policy sheet"),
        (("Terms", "whenever"), "A row of this customer has a fault; see Problems"),
    ],
)
def test_a_customer_who_cannot_or_must_not_be_written_to_is_held(
    change: tuple[str, str | None], why: str
) -> None:
    """No address, a bad one, Reminders = No, an unknown policy and a fault on a row each hold, and say so."""
    firm = Firm(ONE)
    firm.change("Customers", "A", *change)

    assert firm.why("2026-02-01")["A"].startswith(f"Held: {why}")


def test_small_sums_are_not_chased() -> None:
    """Under the minimum of the settings, or of the step, nothing is sent; at the minimum it is."""
    assert Firm(ONE, minimum_to_chase="100.01").why("2026-02-01") == {
        "A": "Held: Under the minimum of 100.01 EUR"
    }
    assert Firm(ONE, minimum_to_chase="100").run("2026-02-01") == ["A: Friendly reminder 1"]
    policy = "Policy\nStep | Name | Days | Template | Minimum\n1 | One | 1 | friendly | 200"
    assert Firm(ONE + policy).why("2026-02-01") == {"A": "Held: Under the minimum of 200.00 EUR"}


def test_old_payments_hold_everybody() -> None:
    """When the bank has not been entered for longer than the setting allows, nobody is written to; 0 never asks."""
    paid = """
        Payments
        Payment | Date | Customer ID | Amount
        p | 2026-01-20 | B | 10
        """
    firm = Firm(ONE + paid, payments_may_be_old_by_days="7")
    never = Firm(ONE, payments_may_be_old_by_days="7")

    assert firm.run("2026-01-28") == []
    assert firm.why("2026-02-01") == {
        "A": "Held: The newest payment is of 2026-01-20, more than 7 days ago; enter the bank first"
    }
    assert never.why("2026-02-01")["A"].startswith("Held: No payment is entered at all")


def test_a_missing_column_holds_everybody() -> None:
    """When a column that decides anything is gone nobody can be sure, and nobody is written to."""
    firm = Firm(ONE)
    firm.book.sheets["Invoices"] = firm.book.sheets["Invoices"].drop("Disputed")

    assert "see Problems" in firm.why("2026-02-01")["A"]
    assert firm.run("2026-02-01") == []


def test_a_fault_of_one_customer_holds_no_other() -> None:
    """An invoice that cannot be read holds its own customer and nobody else."""
    firm = Firm(
        """
        Invoices
        Invoice | Customer ID | Invoice date | Due date | Amount
        1 | A | 2026-01-01 | 2026-01-31 | 100
        2 | A | 2026-01-01 | 2026-01-31 | abc
        3 | B | 2026-01-01 | 2026-01-31 | 100
        """
    )

    assert firm.run("2026-02-01") == ["B: Friendly reminder 3"]
    assert "has a fault" in firm.why("2026-02-01")["A"]


def test_everybody_with_something_open_is_listed() -> None:
    """Who owes nothing overdue yet is on the list, with the next due date; who owes nothing is not."""
    firm = Firm(
        """
        Invoices
        Invoice | Customer ID | Invoice date | Due date | Amount
        1 | A | 2026-01-01 | 2026-02-20 | 100
        2 | B | 2026-01-01 | 2026-01-31 | 100
        Payments
        Payment | Date | Customer ID | Amount | Invoice
        p | 2026-01-31 | B | 100 | 2
        """
    )

    assert firm.why("2026-02-01") == {"A": "Held: Nothing overdue; next due 2026-02-20"}


def test_send_no_is_kept_until_the_key_changes() -> None:
    """A row set to No stays No with its key from week to week; a new cycle asks anew."""
    firm = Firm(
        ONE
        + """
        2 | A | 2026-01-01 | 2026-04-30 | 50
        Payments
        Payment | Date | Customer ID | Amount | Invoice
        p | 2026-04-01 | A | 100 | 1
        """
    )
    key = keys.key(BOOK_ID, "A", "EUR", date(2026, 2, 1), 1)
    firm.add("Reminders", send="No", customer_id="A", key=key)

    for today in ("2026-02-01", "2026-02-02", "2026-03-30"):
        assert firm.run(today) == []
        assert firm.why(today)["A"].endswith("Send is No")
    assert firm.run("2026-05-01") == ["A: Friendly reminder 2"]


def test_a_policy_of_the_customers_own_is_followed() -> None:
    """A customer may have other steps than everybody else."""
    policy = """
        Policy
        Policy | Step | Name | Days | Template
        | 1 | Usual | 1 | friendly
        Gentle | 1 | Late | 20 | friendly
        """
    firm = Firm(ONE + policy)
    firm.change("Customers", "A", "Policy", "gentle")

    assert firm.why("2026-02-01") == {"A": "Held: Late is due from day 20; this is day 1"}
    assert firm.run("2026-02-20") == ["A: Late 1"]


SEVEN_MONTHS = """
Invoices
Invoice | Customer ID | Invoice date | Due date | Amount
1 | A | 2026-01-05 | 2026-02-04 | 100
2 | A | 2026-02-02 | 2026-03-04 | 200
3 | A | 2026-05-01 | 2026-05-31 | 300
4 | B | 2026-01-10 | 2026-02-09 | 400
5 | B | 2026-03-20 | 2026-04-19 | 500
Payments
Payment | Date | Customer ID | Amount | Invoice
p1 | 2026-03-20 | A | 100 | 1
p2 | 2026-04-24 | A | 200 | 2
p3 | 2026-03-17 | B | 400 | 4
"""

TOLD = """
2026-02-02 | A: Heads-up 1
2026-02-09 | A: Friendly reminder 1 | B: Heads-up 4
2026-02-16 | B: Friendly reminder 4
2026-02-23 | A: Second reminder 1 | B: Second reminder 4
2026-03-02 | A: Heads-up 2
2026-03-16 | A: Firm reminder 1, 2 | B: Firm reminder 4
2026-04-20 | B: Friendly reminder 5
2026-05-04 | B: Second reminder 5
2026-06-01 | A: Friendly reminder 3 | B: Firm reminder 5
2026-06-08 | B: Final notice 5
2026-06-15 | A: Second reminder 3
2026-06-22 | B: Call 5
2026-07-06 | A: Firm reminder 3
2026-07-20 | A: Final notice 3
"""
"""What was said in seven months of Mondays; 9 March nobody was there. Days not listed said nothing.

A disputes invoice 2 from 17 March to 6 April, so the final notice does not come; A promises it and pays on 24 April.
B promises invoice 5 for 31 May and breaks it: on 1 June the cycle goes on where it stood. B is called on 24 June.
"""

EVENTS = {
    "2026-03-17": ("Invoices", "2", "Disputed", "Short delivery"),
    "2026-04-07": ("Invoices", "2", "Disputed", None),
    "2026-04-14": ("Invoices", "2", "Promised", "2026-04-24"),
    "2026-05-12": ("Invoices", "5", "Promised", "2026-05-31"),
}


def test_seven_months_of_mondays() -> None:
    """Weekly runs with payments, a dispute, a promise kept and one broken, a missed week and a second cycle."""
    firm, told, monday = Firm(SEVEN_MONTHS), [], date(2026, 2, 2)
    events = dict(EVENTS)
    while monday <= date(2026, 7, 27):
        for when in [when for when in events if when <= str(monday)]:
            firm.change(*events.pop(when))
        if monday == date(2026, 6, 29):
            firm.add("Activity", when="2026-06-24", customer_id="B", kind="Call")
        ready = firm.run(str(monday)) if monday != date(2026, 3, 9) else []
        told += [" | ".join([str(monday), *ready])] if ready else []
        monday += timedelta(days=7)

    assert told == TOLD.strip().splitlines()
    assert len(set(firm.keys)) == len(firm.keys)


INVOICES = st.lists(
    st.tuples(
        st.sampled_from("AB"),
        st.sampled_from(("EUR", "USD")),
        st.integers(0, 90),  # due
        st.integers(1, 300),  # euros
        st.sampled_from(("", "", "", "disputed", "hold", "promised")),
    ),
    min_size=1,
    max_size=7,
)
PAYMENTS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 140), st.integers(1, 300)), max_size=6)
RUNS = st.lists(st.integers(1, 14), min_size=3, max_size=8)
START = date(2026, 1, 1)


def ledger(invoices: list[tuple[str, str, int, int, str]], payments: list[tuple[int, int, int]]) -> str:
    """A typed book: invoices due so many days after the start, payments that name one or stand on account."""
    rows = [
        "Invoices",
        "Invoice | Customer ID | Invoice date | Due date | Amount | Currency | Disputed | Hold | Promised",
    ]
    for number, (customer, currency, due, amount, mark) in enumerate(invoices):
        cells = {"disputed": "why", "hold": "|boss", "promised": f"||{START + timedelta(days=due + 20)}"}
        billed, until = START - timedelta(days=1), START + timedelta(days=due)
        rows.append(
            f"{number} | {customer} | {billed} | {until} | {amount} | {currency} | {cells.get(mark, '')}"
        )
    rows += ["Payments", "Payment | Date | Customer ID | Amount | Currency | Invoice"]
    for number, (invoice, day, amount) in enumerate(payments):
        known = invoice < len(invoices)
        customer, currency = invoices[invoice if known else 0][:2]
        name = invoice if known else ""
        rows.append(
            f"p{number} | {START + timedelta(days=day)} | {customer} | {amount} | {currency} | {name}"
        )
    return "\n".join(rows)


@given(INVOICES, PAYMENTS, RUNS, st.sampled_from(("Keep apart", "Oldest first")))
@settings(max_examples=8, deadline=None)
def test_no_history_of_runs_says_anything_twice(
    invoices: list[tuple[str, str, int, int, str]],
    payments: list[tuple[int, int, int]],
    runs: list[int],
    money: str,
) -> None:
    """Each key goes once, one letter a run to a customer in a currency, the gap kept, and only what may be asked for.

    Nothing contested, promised, on hold or paid is listed, and the amount due is the lines less money on account.
    """
    firm, today = Firm(ledger(invoices, payments), unapplied_money=money), START
    letters: dict[tuple[str, str], list[date]] = defaultdict(list)
    for wait in runs:
        today += timedelta(days=wait)
        before = len(firm.notices)
        firm.run(str(today))
        new = firm.notices[before:]

        assert max(Counter((one.customer_id, one.currency) for one in new).values(), default=0) <= 1
        for one in new:
            assert one.amount_due == sum(line.open for line in one.lines) - one.unapplied > 0
            for line in one.lines:
                mark = invoices[int(line.invoice)][4]
                assert mark in {"", "promised"}
                assert mark == "" or line.days_overdue > 20
                assert line.open > 0
            if one.step:
                letters[one.customer_id, one.currency].append(today)
    assert len(set(firm.keys)) == len(firm.keys)
    for days in letters.values():
        assert all((later - earlier).days >= 7 for earlier, later in pairwise(days))
