"""Reminder cycles: where one begins and ends, and how far it has come."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duesheet.cycles import Said, Stand, overdue_since, stand
from duesheet.policy import Policy, Step

START = date(2026, 1, 5)


def step(number: int, channel: str = "Email") -> Step:
    """A step of a policy, due 10 days after the one before."""
    return Step(number, f"Step {number}", 10 * number - 9, "friendly", channel, None, None, "")


STEPS = Policy(None, (step(1), step(2), step(3), step(4, "Call"), step(5, "Letter"), step(6)))


def day(number: int) -> date:
    """The day `number` days after the start."""
    return START + timedelta(days=number)


def said(number: int, cycle: int, on: int, state: str = "sent") -> Said:
    """A letter of step `number` in the cycle of day `cycle`, for day `on`."""
    return Said(f"K{number}-{cycle}", number, day(cycle), day(on), state)


def test_a_cycle_starts_with_nothing_said() -> None:
    """Before the first letter there is no step done and no date of the cycle."""
    assert stand([], [], STEPS, day(0)) == Stand(0, None, None)


def test_a_cycle_stands_at_its_highest_step() -> None:
    """Letters since the spell of being overdue began count, whatever their order; keys bear the first one's date."""
    now = stand([said(2, 3, 14), said(1, 3, 3)], [], STEPS, day(0))

    assert now == Stand(2, day(3), day(14))


def test_letters_of_an_older_cycle_count_for_the_gap_alone() -> None:
    """A new spell begins at step 0, and the last letter is still the last letter."""
    now = stand([said(3, 3, 30)], [], STEPS, day(35))

    assert now == Stand(0, None, day(30))


@pytest.mark.parametrize("state", ["sent", "in doubt", "committing", "claimed", "skipped"])
def test_what_may_have_arrived_or_was_skipped_is_done(state: str) -> None:
    """A step that was sent, may have been, or was skipped by a person is not due again."""
    assert stand([said(1, 3, 3, state)], [], STEPS, day(0)).last_step == 1


@pytest.mark.parametrize("state", ["planned", "refused", "retry", "declined"])
def test_what_did_not_go_is_not_done(state: str) -> None:
    """A step that was only planned, or that the post or a person said no to, is still to do."""
    now = stand([said(1, 3, 3, state)], [], STEPS, day(0))

    assert (now.last_step, now.last_letter) == (0, None)


def test_a_letter_that_was_refused_keeps_its_key() -> None:
    """The cycle keeps the date of a letter that was tried; one only planned makes way for today's."""
    assert stand([said(1, 3, 3, "refused")], [], STEPS, day(0)).began == day(3)
    assert stand([said(1, 3, 3, "planned")], [], STEPS, day(0)).began is None


def test_a_letter_in_doubt_is_named() -> None:
    """A letter of this cycle that nobody knows the fate of is given; one of an older cycle is not."""
    letter = said(1, 3, 3, "in doubt")

    assert stand([letter], [], STEPS, day(0)).in_doubt == letter
    assert stand([letter], [], STEPS, day(9)).in_doubt is None


def test_a_call_is_done_when_one_is_noted() -> None:
    """A call noted on or after the day of the step before does a step by telephone; a posted letter does not."""
    letters = [said(1, 0, 0), said(2, 0, 11), said(3, 0, 21)]

    assert stand(letters, [(day(20), "Call")], STEPS, day(0)).last_step == 3
    assert stand(letters, [(day(30), "Letter")], STEPS, day(0)).last_step == 3
    assert stand(letters, [(day(30), "Call")], STEPS, day(0)).last_step == 4


def test_a_posted_letter_counts_for_the_gap_and_a_call_does_not() -> None:
    """A letter noted as posted is the last letter; a call leaves the last letter where it was."""
    letters = [said(1, 0, 0), said(2, 0, 11), said(3, 0, 21)]
    called = stand(letters, [(day(31), "Call")], STEPS, day(0))
    posted = stand(letters, [(day(31), "Call"), (day(41), "Letter")], STEPS, day(0))

    assert (called.last_step, called.last_letter) == (4, day(21))
    assert (posted.last_step, posted.last_letter) == (5, day(41))


def test_a_policy_may_begin_with_a_call() -> None:
    """A call since the customer became overdue does the first step; the cycle begins with it."""
    policy = Policy(None, (step(1, "Call"), step(2)))

    assert stand([], [(day(4), "Call")], policy, day(2)) == Stand(1, day(4), None)
    assert stand([], [(day(1), "Call")], policy, day(2)) == Stand(0, None, None)


SPELLS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 12)).map(lambda pair: (pair[0], pair[0] + pair[1])),
    max_size=8,
)


@given(SPELLS, st.integers(0, 60))
@settings(max_examples=100)
def test_overdue_since_is_the_first_day_of_an_unbroken_run(spells: list[tuple[int, int]], as_of: int) -> None:
    """It is what one finds by walking back day by day until nothing was overdue."""
    late = {number for first, last in spells for number in range(first, last + 1)}
    expected = as_of if as_of in late else None
    while expected is not None and expected - 1 in late:
        expected -= 1

    assert overdue_since(spells, as_of) == expected
