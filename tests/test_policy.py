"""The Policy sheet as steps."""

from desk import desk
from duesheet import records
from duesheet.policy import Policy
from duesheet.records import Records

HEADER = "Policy\nPolicy | Step | Name | Days | Template | Channel | Minimum | Gap days\n"


def read(rows: str) -> Records:
    """The records of a book with the policy typed in `rows`."""
    return records.read(desk(HEADER + rows))


def names(policy: Policy) -> list[str]:
    """The steps after the due date, in order."""
    return [step.name for step in policy.steps]


def test_the_shipped_policy_has_a_heads_up_and_five_steps() -> None:
    """A new book warns three days before, writes on days 1, 14, 30 and 45, and calls on day 60."""
    policy = records.read(desk("")).policies[""]

    assert policy.heads_up is not None
    assert policy.heads_up.days == -3
    assert [(step.number, step.days, step.channel) for step in policy.steps] == [
        (1, 1, "Email"),
        (2, 14, "Email"),
        (3, 30, "Email"),
        (4, 45, "Email"),
        (5, 60, "Call"),
    ]


def test_steps_count_by_their_number_not_by_their_row() -> None:
    """The order of the rows does not matter, and numbers may have gaps."""
    found = read("| 7 | Last | 40 | final\n| 2 | First | 1 | friendly")

    assert names(found.policies[""]) == ["First", "Last"]
    assert found.policies[""].after(2) == found.policies[""].steps[1]
    assert found.policies[""].after(7) is None
    assert found.policies[""].step(7) == found.policies[""].steps[1]
    assert found.policies[""].step(3) is None


def test_a_policy_has_a_name_whatever_its_capitals() -> None:
    """Customers may name a policy in other capitals than the sheet does."""
    found = read("Big Firms | 1 | Polite | 20 | friendly\n| 1 | Usual | 1 | friendly")

    assert set(found.policies) == {"big firms", ""}
    assert names(found.policies["big firms"]) == ["Polite"]


def test_minimum_and_gap_of_a_step_are_optional() -> None:
    """A blank minimum or gap means that the setting holds."""
    policy = read("| 1 | One | 1 | friendly\n| 2 | Two | 9 | second | Email | 50 | 3").policies[""]

    assert [(step.minimum, step.gap_days) for step in policy.steps] == [(None, None), (50.0, 3)]


def test_a_step_that_cannot_be_is_a_fault_and_the_others_count() -> None:
    """A step twice, below 0, without a letter, or before the due date is told, and the good rows stay."""
    found = read(
        """
        | 1 | Good | 1 | friendly
        | 1 | Twice | 5 | second
        | -1 | Below | 5 | second
        | 2 | Mute | 5 |
        | 3 | Early | -5 | second
        """
    )
    told = [(fault.row, fault.column) for fault in found.faults if fault.table == "Policy"]

    assert told == [(3, "Step"), (4, "Step"), (5, "Template"), (6, "Days")]
    assert names(found.policies[""]) == ["Good"]
