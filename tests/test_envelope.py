"""Addresses as a bookkeeper types them."""

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from duesheet.envelope import addresses

NAMES = st.text(alphabet="abzXY019_+.-", min_size=1, max_size=12)
DOMAINS = st.lists(st.text(alphabet="abzXY019-", min_size=1, max_size=6), min_size=1, max_size=3)
TOPS = st.sampled_from(["com", "org", "de", "TEST", "C0M", "c", "example", *SPECIAL_USE_DOMAIN_NAMES])


@given(NAMES, DOMAINS, TOPS)
def test_the_short_way_says_what_the_library_says(name: str, labels: list[str], top: str) -> None:
    """An everyday address is told without the library, and the library would say the same."""
    typed = f"{name}@{'.'.join(labels)}.{top}"
    try:
        expected = [validate_email(typed, check_deliverability=False, allow_smtputf8=False).ascii_email]
    except EmailNotValidError:
        expected = []

    assert addresses(typed)[0] == expected
