"""Payment terms: what people type, and what it comes to."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duesheet import terms
from duesheet.dates import date_of, day_number
from duesheet.terms import Start, Terms

DAYS = st.dates(date(1970, 1, 1), date(2199, 12, 31)).map(day_number)
UNITS = st.integers(-(10**13), 10**13)
TYPED = st.sampled_from(
    [
        "Net 30",
        "COD",
        "EOM",
        "Net 15 EOM",
        "31 MFI",
        "2/10 Net 30",
        "30% now, 70% Net 60",
        "50% EOM; 50% Net 90",
    ]
)


def read(typed: str) -> Terms:
    """The terms of `typed`, which must be understood."""
    found = terms.parse(typed)
    assert found is not None, typed
    return found


def due(typed: str, invoiced: str) -> list[str]:
    """The due dates of an invoice of `invoiced`, as people write them."""
    return [
        date_of(one.due).isoformat()
        for one in terms.dues(read(typed), day_number(date.fromisoformat(invoiced)))
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "Net 30",
        "net30",
        "NET 30 days",
        " Net  30 ",
        "30",
        "30 days",
        "n/30",
        "N30",
        "Net\u00a030",
        "30 days net",
        "Net-30",
    ],
)
def test_net_in_every_spelling(typed: str) -> None:
    """Net 30 is due thirty days after the invoice, however it is spelled."""
    assert due(typed, "2025-01-31") == ["2025-03-02"]


@pytest.mark.parametrize(
    "typed",
    [
        "Due on receipt",
        "due upon receipt",
        "on receipt",
        "COD",
        "cod",
        "C.O.D.",
        "immediate",
        "Immediately",
        "cash",
        "now",
        "Net 0",
    ],
)
def test_due_at_once(typed: str) -> None:
    """Terms that give no time are due on the invoice date."""
    assert due(typed, "2025-01-31") == ["2025-01-31"]


@pytest.mark.parametrize(
    ("typed", "invoiced", "expected"),
    [
        ("EOM", "2024-02-01", "2024-02-29"),
        ("eom", "2025-02-28", "2025-02-28"),
        ("End of month", "2025-12-05", "2025-12-31"),
        ("Net 15 EOM", "2025-01-10", "2025-02-15"),
        ("30 EOM", "2025-01-10", "2025-03-02"),
        ("EOM + 10 days", "2025-04-30", "2025-05-10"),
        ("15 MFI", "2025-01-10", "2025-02-15"),
        ("31 MFI", "2025-01-10", "2025-02-28"),
        ("31 mfi", "2024-01-31", "2024-02-29"),
        ("10th of the month after", "2025-12-31", "2026-01-10"),
        ("20 prox", "2025-06-01", "2025-07-20"),
    ],
)
def test_months(typed: str, invoiced: str, expected: str) -> None:
    """Terms counted by months end on the day the calendar has, leap years and short months included."""
    assert due(typed, invoiced) == [expected]


@pytest.mark.parametrize(
    ("typed", "fraction", "within", "net"),
    [
        ("2/10 Net 30", "0.02", 10, 30),
        ("1.5/10 net 45", "0.015", 10, 45),
        ("1,5/10 net 45", "0.015", 10, 45),
        ("2% 10 Net 30", "0.02", 10, 30),
        ("2/10, n/30", "0.02", 10, 30),
        ("3%/14 days, net 60 days", "0.03", 14, 60),
    ],
)
def test_discounts(typed: str, fraction: str, within: int, net: int) -> None:
    """A discount for paying early stands before the net days, in the spellings accounting programs print."""
    found = read(typed)

    assert (found.discount, found.discount_days, found.parts[0].days) == (Decimal(fraction), within, net)
    assert terms.discount_until(found, 100) == 100 + within


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("30% now, 70% Net 60", [("0.3", 0), ("0.7", 60)]),
        ("50% now;25% net 30 ; 25% 60 days", [("0.5", 0), ("0.25", 30), ("0.25", 60)]),
        ("33,3% Net 10,33,3% Net 20,33,4% Net 30", [("0.333", 10), ("0.333", 20), ("0.334", 30)]),
        ("50% net 30,50% net 60", [("0.5", 30), ("0.5", 60)]),
        ("12.5 % up front + 87.5 % NET30", [("0.125", 0), ("0.875", 30)]),
        ("40% now and 60% in 14 days", [("0.4", 0), ("0.6", 14)]),
        ("100% Net 30", [("1", 30)]),
    ],
)
def test_parts(typed: str, expected: list[tuple[str, int]]) -> None:
    """Parts keep the order typed and may be set apart by a comma, a semicolon, a plus or an and."""
    assert [(part.share, part.days) for part in read(typed).parts] == [
        (Decimal(share), days) for share, days in expected
    ]


def test_parts_may_be_counted_from_the_end_of_the_month() -> None:
    """A part may name any single due date, not only net days."""
    assert due("50% now, 50% EOM", "2025-01-10") == ["2025-01-10", "2025-01-31"]


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "soon",
        "Net",
        "Net -30",
        "-30",
        "Net 30.5",
        "Net 1000",
        "0 MFI",
        "32 MFI",
        "30% now",
        "30% now, 60% Net 60",
        "30% now, 80% Net 60",
        "0% now, 100% Net 30",
        "30% now 70% Net 60",
        "30%, 70% Net 60",
        "99.99% now, 0.009% Net 60",
        "2/10",
        "0/10 Net 30",
        "100/10 Net 30",
        "2/45 Net 30",
        "2/10 EOM",
        "2/10 Net 30 EOM",
        "Net 10 EOM 10",
        "30/60/90",
    ],
)
def test_terms_that_can_be_read_in_two_ways_or_none(typed: str) -> None:
    """What can be read in two ways or none is not guessed at."""
    assert terms.parse(typed) is None


def test_the_remedy_lists_forms_that_work() -> None:
    """Every form the remedy offers is understood."""
    offered = [
        "Net 30",
        "Due on receipt",
        "COD",
        "EOM",
        "Net 15 EOM",
        "15 MFI",
        "2/10 Net 30",
        "30% now, 70% Net 60",
    ]

    assert [form for form in offered if form not in terms.REMEDY or terms.parse(form) is None] == []


def test_a_typed_due_date_wins() -> None:
    """A typed due date replaces the one of the terms, and the discount still counts."""
    found = read("2/10 Net 30")

    assert terms.beside(found, 500) == (terms.Due(1, 500, Decimal(1)),)
    assert (terms.discount(found, 10000), terms.discount_until(found, 400)) == (200, 410)


def test_a_typed_due_date_beside_parts_is_a_fault() -> None:
    """A due date cannot stand beside terms that set several."""
    assert terms.beside(read("30% now, 70% Net 60"), 500) is None


@pytest.mark.parametrize(
    ("units", "expected"), [(12325, 247), (12324, 246), (-12325, -247), (0, 0), (25, 1), (24, 0)]
)
def test_discounts_round_half_up(units: int, expected: int) -> None:
    """Half a cent of discount is a cent, on credit notes as on invoices."""
    assert terms.discount(read("2/10 Net 30"), units) == expected


def test_terms_without_a_discount() -> None:
    """Terms that name no discount give none."""
    assert (terms.discount(read("Net 30"), 10000), terms.discount_until(terms.ON_RECEIPT, 100)) == (0, None)


@given(st.lists(st.integers(1, 2000), min_size=1, max_size=12), UNITS)
def test_instalments_conserve_money(weights: list[int], units: int) -> None:
    """Instalments add up to the invoice, each but the last within half a unit of its share."""
    hundredths = [weight * 10000 // sum(weights) or 1 for weight in weights]
    hundredths[0] += 10000 - sum(hundredths)
    found = read(", ".join(f"{Decimal(part) / 100}% Net {place}" for place, part in enumerate(hundredths)))
    shared = terms.amounts(found, units)

    assert sum(shared) == units
    assert all(
        abs(got - units * part.share) <= Decimal("0.5")
        for got, part in zip(shared[:-1], found.parts, strict=False)
    )


@given(TYPED, DAYS, st.integers(0, 400))
def test_a_later_invoice_is_never_due_earlier(typed: str, invoiced: int, later: int) -> None:
    """The due date never runs against the invoice date."""
    first = terms.dues(read(typed), invoiced)
    second = terms.dues(read(typed), invoiced + later)

    assert all(early.due <= late.due for early, late in zip(first, second, strict=True))
    assert all(one.due >= invoiced for one in first)


@given(DAYS)
def test_the_end_of_the_month_is_followed_by_the_first(day: int) -> None:
    """A month's end lies in the same month, and the day after it is a first."""
    end, on = date_of(terms.month_end(day)), date_of(day)

    assert (end + timedelta(days=1)).day == 1
    assert (end.year, end.month) == (on.year, on.month)


@given(DAYS, st.integers(1, 31))
def test_the_nth_of_the_month_after(day: int, nth: int) -> None:
    """N MFI falls in the month after the invoice's, on the Nth or on that month's last day."""
    (one,) = terms.dues(read(f"{nth} MFI"), day)
    on, following = date_of(one.due), date_of(terms.month_end(day) + 1)

    assert (on.year, on.month) == (following.year, following.month)
    assert on.day == nth or (on.day < nth and one.due == terms.month_end(one.due))


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(typed: str) -> None:
    """No text raises: it is understood, with parts that add up to one, or it is not."""
    found = terms.parse(typed)

    assert found is None or sum(part.share for part in found.parts) == 1


def test_parts_start_where_they_say() -> None:
    """Each form counts from its own day."""
    starts = [read(typed).parts[0].start for typed in ("Net 5", "Net 5 EOM", "5 MFI")]

    assert starts == [Start.INVOICE, Start.MONTH_END, Start.MONTH_AFTER]


@given(TYPED, DAYS)
def test_the_last_due_date_is_the_latest_of_all(typed: str, day: int) -> None:
    """All of an invoice is due by the latest of its due dates."""
    found = read(typed)

    assert terms.last_due(found, day) == max(one.due for one in terms.dues(found, day))


@given(TYPED, UNITS)
def test_discounts_are_rounded_half_up_to_the_cent(typed: str, units: int) -> None:
    """A discount is the share of the amount, half a cent counting as one, on either side of zero."""
    exact = Decimal(units) * read(typed).discount

    assert terms.discount(read(typed), units) == int(exact.to_integral_value(rounding=ROUND_HALF_UP))
