"""Amounts as letters write them."""

from babel.numbers import format_currency
from hypothesis import given
from hypothesis import strategies as st

from duesheet.money import major, text

LANGUAGES = st.sampled_from(
    ["en", "de", "fr", "es", "de_AT", "de_CH", "fr_CA", "en_GB", "es_MX", "hi", "ar", "nl"]
)
CURRENCIES = st.sampled_from(["EUR", "USD", "GBP", "CHF", "JPY", "KWD", "INR", "CLF", "XXX"])


@given(st.integers(-(10**15), 10**15), CURRENCIES, LANGUAGES)
def test_amounts_are_written_as_the_library_writes_them(units: int, currency: str, language: str) -> None:
    """Whatever the amount, its digits, marks and sign are those Babel gives it in that language."""
    assert text(units, currency, language) == format_currency(
        major(units, currency), currency, locale=language
    )
