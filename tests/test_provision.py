"""The allowance bucket by bucket: what stands there, at which rate, and where the rate comes from."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from duesheet import provision
from duesheet.provision import Loss, Rate

BUCKETS = ("Current", "1-30", "Over 30")
money = st.lists(st.integers(0, 10**9), min_size=3, max_size=3)


def test_each_bucket_says_its_sum() -> None:
    """The note has the balance, the rate and its source; the last row is the sum of the others."""
    rates = provision.stated([Decimal("0.01"), Decimal("0.055"), Decimal(1)])

    assert provision.losses(BUCKETS, [10_000, 1_010, 0], rates, "EUR") == [
        Loss("Current", 100, "100.00 x 1%: the rate on Settings"),
        Loss("1-30", 56, "10.10 x 5.5%: the rate on Settings"),
        Loss("Over 30", 0, "0.00 x 100%: the rate on Settings"),
        Loss("in all", 156, "Of 110.10 open, bucket by bucket"),
    ]


def test_rates_of_the_book_tell_what_rolled_on() -> None:
    """Each rate is what rolled on times the rate of the next bucket; the last, what stayed unpaid."""
    assert provision.own([100_000, 30_000, 9_000], [30_000, 9_000, 3_000], "EUR") == [
        Rate(Decimal("0.030000"), "300.00 of 1,000.00 rolled on x 10%"),
        Rate(Decimal("0.100000"), "90.00 of 300.00 rolled on x 33.3333%"),
        Rate(Decimal("0.333333"), "30.00 of 90.00 stayed unpaid"),
    ]


def test_what_never_rolled_on_is_not_lost() -> None:
    """Where all was paid before the next bucket, later buckets are unknown, and the rate is 0."""
    rates = provision.own([100_000, 30_000, 0], [30_000, 0, 0], "EUR")

    assert [str(one.rate) for one in rates] == ["0.000000", "0.000000", "None"]
    assert [one.why for one in rates] == [
        "300.00 of 1,000.00 rolled on x 0%",
        "0.00 of 300.00 rolled on",
        "nothing came to this bucket",
    ]
    assert provision.losses(BUCKETS, [500, 500, 7], rates, "EUR")[2:] == [
        Loss("Over 30", None, "No number for 0.07: nothing came to this bucket"),
        Loss("in all", None, "No number: there is no rate for Over 30"),
    ]
    assert provision.losses(BUCKETS, [500, 500, 0], rates, "EUR")[3].loss == 0


@given(balances=money, came=money)
def test_an_allowance_is_checked_to_the_cent_by_what_the_note_shows(
    balances: list[int], came: list[int]
) -> None:
    """The rate in the note, times the balance in it, is the amount; their sum is the last row."""
    went_on = [min(before, after) for before, after in zip(came, [*came[1:], came[-1] // 2], strict=True)]
    found = provision.losses(BUCKETS, balances, provision.own(came, went_on, "EUR"), "EUR")
    for one in found[:-1]:
        if " x " in one.note.partition(":")[0]:
            balance, rate = one.note.partition(":")[0].replace(",", "").split(" x ")
            exact = Decimal(balance) * Decimal(rate.removesuffix("%"))
            assert one.loss is not None
            assert abs(one.loss - exact) <= Decimal("0.5")

    if found[-1].loss is not None:
        assert found[-1].loss == sum(one.loss or 0 for one in found[:-1])
