import email
import re
from datetime import date, timedelta
from email import policy
from email.utils import getaddresses
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duesheet.envelope import plain
from duesheet.errors import TemplateFault
from duesheet.fields import link, pay_by
from duesheet.letters import Letter, Sender, addresses
from letterbox import AS_OF, DAYS, LANGUAGES, SENDER, full, line, notice, write

GOLDEN = Path(__file__).parent / "golden" / "letters"
HEADERS = [
    "Message-ID",
    "Date",
    "From",
    "To",
    "Subject",
    "X-Duesheet-Key",
    "MIME-Version",
    "Content-Type",
    "Content-Language",
]
NASTY = (
    "\r\nBcc: thief@example.net\r\n",
    "\n\nbody",
    "{{ company }}",
    '"',
    "<b>&amp;</b>",
    ", evil@example.net",
    "; <evil@example.net>",
    "\u202eright to left",
    "\u200f",
    "\0\x0b\x1c\x85\u2028",
    "x" * 10_000,
    "Ünïcödé 漢字 🎉",
    "=?utf-8?q?x?=",
    "None",
    "\ud800",
)
CELLS = st.lists(st.sampled_from(NASTY) | st.text(max_size=20), max_size=6).map("".join)


@pytest.mark.parametrize("language", LANGUAGES)
def test_final_notice_reads_as_it_was_written_by_hand(language: str) -> None:
    """The final notice about three invoices reads word for word like its golden text."""
    letter = write(full("final", language))

    golden = (GOLDEN / f"{language}.txt").read_text(encoding="utf-8")
    assert golden == f"{letter.subject}\n\n{letter.text}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", DAYS)
def test_every_letter_is_whole(template: str, language: str) -> None:
    """Every letter lists its invoices in text and HTML, fits 76 columns, and leaves nothing unfilled."""
    letter = write(full(template, language))

    assert all(len(row) <= 76 for row in letter.text.splitlines() if "https://" not in row)
    for part in (letter.text, letter.html):
        assert not re.search(r"\{\{|\{%|\bNone\b|\bnan\b|\bNaT\b", part)
        assert all(invoice in part for invoice in ("INV-1042", "INV-1049", "INV-1056"))
    assert SENDER.company in letter.subject


@pytest.mark.parametrize("language", LANGUAGES)
def test_letters_ask_for_the_amount_due_by_a_day(language: str) -> None:
    """Second, firm and final letters name a day seven working days ahead, in the customer's language."""
    day = {
        "en": "December 2, 2026",
        "de": "2. Dezember 2026",
        "fr": "2 décembre 2026",
        "es": "2 de diciembre de 2026",
    }
    for template in ("second", "firm", "final"):
        assert day[language] in " ".join(write(notice(template, language=language)).text.split())


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "has crossed this letter"),
        ("de", "mit diesem Schreiben überschnitten"),
        ("fr", "a croisé ce courrier"),
        ("es", "se ha cruzado con esta carta"),
    ],
)
def test_overdue_letters_excuse_themselves_to_who_has_paid(language: str, words: str) -> None:
    """Every letter after the due date says that it is to be disregarded when the payment crossed it."""
    for template in ("friendly", "second", "firm", "final"):
        assert words in " ".join(write(notice(template, language=language)).text.split())


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        ("en", "1 day overdue", "2 days overdue"),
        ("de", "seit 1 Tag überfällig", "seit 2 Tagen überfällig"),
        ("fr", "1 jour de retard", "2 jours de retard"),
        ("es", "1 día de retraso", "2 días de retraso"),
    ],
)
def test_one_day_is_not_one_days(language: str, one: str, many: str) -> None:
    """A letter counts one day in the singular and two in the plural."""
    assert one in write(notice("second", line(days=1), language=language)).subject
    assert many in write(notice("second", line(days=2), language=language)).subject


def test_two_installments_are_one_invoice() -> None:
    """Two overdue installments of one invoice are called one invoice, due on the earlier day."""
    found = notice("friendly", line(days=34, instalment=1), line(days=4, instalment=2))

    words = " ".join(write(found).text.split())
    assert "invoice INV-1042 was due on October 20, 2026" in words
    assert "Installment 1" in words


@pytest.mark.parametrize(
    ("language", "contact", "greeting"),
    [
        ("en", "Anna Weber", "Hello Anna Weber,"),
        ("en", "", "Dear Weber Maschinenbau GmbH,"),
        ("de", "Anna Weber", "Guten Tag Anna Weber,"),
        ("de", "", "Sehr geehrte Damen und Herren,"),
        ("fr", "", "Madame, Monsieur,"),
        ("es", "Anna Weber", "Buenos días, Anna Weber:"),
    ],
)
def test_greeting_names_the_contact_when_there_is_one(language: str, contact: str, greeting: str) -> None:
    """A letter greets the contact, and the company where no contact is known."""
    letter = write(notice(language=language, contact=contact))

    assert letter.text.startswith(greeting + "\n")
    assert greeting in letter.html


@pytest.mark.parametrize(
    ("language", "written", "amount"),
    [
        ("en", "November 19, 2026", "€1,234.50"),
        ("en-GB", "19 November 2026", "€1,234.50"),
        ("EN_gb", "19 November 2026", "€1,234.50"),
        ("de-AT", "19. November 2026", "€\u00a01.234,50"),
        ("de-CH", "19. November 2026", "EUR\u00a01\u2019234.50"),
        ("tlh", "November 19, 2026", "€1,234.50"),
        ("", "November 19, 2026", "€1,234.50"),
        ("../../x", "November 19, 2026", "€1,234.50"),
    ],
)
def test_amounts_and_dates_are_written_as_the_customer_writes_them(
    language: str, written: str, amount: str
) -> None:
    """A region keeps its dates and amounts in its language's letter; an unknown language reads English."""
    words = " ".join(re.split(r"[ \n]+", write(notice(language=language)).text))
    words = words.replace("'", "\u2019")  # editions of CLDR differ in which of the two the Swiss write

    assert written in words
    assert amount in words


def test_yen_have_no_cents_and_the_first_of_a_french_month_is_the_1er() -> None:
    """An amount has its currency's digits, and French writes 1er for the first day of a month."""
    letter = write(notice("firm", language="fr", currency="JPY", as_of=date(2026, 11, 20)))

    assert "123\u202f450\u00a0JPY" in letter.text
    assert "1er décembre 2026" in " ".join(letter.text.split())


def test_money_on_account_is_shown_and_taken_off() -> None:
    """Money on account stands as a deduction between the total and the amount due."""
    text = write(notice(unapplied=23_450)).text

    assert re.search(r"Total of open invoices +€1,234.50\nMoney already on your account +\u2212€234.50", text)
    assert re.search(r"Amount due +€1,000.00", text)


def test_letter_that_does_not_add_up_is_held() -> None:
    """An amount due that is not what the lines owe less the money on account makes no letter."""
    with pytest.raises(TemplateFault, match="the amount due is not what the listed invoices owe"):
        write(notice(amount_due=1))


def test_fees_part_payments_and_discounts_are_shown_when_there_are_any() -> None:
    """Fees, interest, part payments and a discount still to be had are shown, else not mentioned."""
    quiet = write(notice()).text
    loud = write(notice("friendly", line(late_fee=1_000, interest=321, amount=200_000))).text
    early = line(days=-3, discount=2_469, discount_until=AS_OF)
    late = line(days=-3, discount=2_469, discount_until=AS_OF - timedelta(days=1))

    assert not re.search("fee|[Ii]nterest|Billed|Paid", quiet)
    assert all(
        words in loud
        for words in ("Late fee: €10.00", "Interest: €3.21", "Billed: €2,000.00", "Paid: €765.50")
    )
    assert "They are not included in the amount due above." in " ".join(loud.split())
    assert "Discount: €24.69, if paid by Nov 23, 2026" in write(notice("heads_up", early)).text
    assert "Discount" not in write(notice("heads_up", late)).text


def test_what_is_blank_is_not_mentioned() -> None:
    """Without a phone, bank details and a link, no letter speaks of them."""
    sender = Sender("Acme", "", "ar@example.com")

    for template in DAYS:
        letter = write(notice(template), sender=sender)
        assert not re.search(r"call us on|How to pay|Pay online|\n\n\n", letter.text)
        assert "How to pay" not in letter.html


def test_message_has_both_forms_and_fixed_headers() -> None:
    """The message holds text and HTML, is 7-bit, and comes out byte for byte the same when written again."""
    found = notice(cc=("boss@example.org",), contact="Zoë Weber")
    sender = Sender(**{**vars(SENDER), "reply_to": "answers@example.com"})
    letter = write(found, sender=sender)
    read = email.message_from_bytes(letter.as_bytes, policy=policy.default)

    assert letter.as_bytes == write(found, sender=sender).as_bytes
    assert letter.as_bytes.isascii()
    assert read["From"] == "Dana Reyes <ar@example.com>"
    assert read["To"] == "Zoë Weber <ap@example.org>"
    assert (read["Cc"], read["Reply-To"]) == ("boss@example.org", "answers@example.com")
    assert (read["Message-ID"], read["X-Duesheet-Key"]) == ("<key-1@ar.example.com>", "C-1001|EUR|1")
    assert read["Date"] == "Mon, 23 Nov 2026 09:30:00 +0000"
    assert [part.get_content_type() for part in read.iter_parts()] == ["text/plain", "text/html"]
    assert [part.get_content().replace("\r\n", "\n").strip() for part in read.iter_parts()] == [
        letter.text.strip(),
        letter.html.strip(),
    ]


@given(customer=CELLS, contact=CELLS, customer_id=CELLS, key=CELLS, reference=CELLS)
def test_no_cell_changes_who_gets_a_letter(
    customer: str, contact: str, customer_id: str, key: str, reference: str
) -> None:
    """Whatever stands in the cells, a message goes to whom it is meant for, with its own headers only."""
    cells = (customer, contact, customer_id, reference)
    found = notice(
        "friendly",
        line(reference=reference, invoice=f"1{reference}"),
        customer=customer,
        contact=contact,
        customer_id=customer_id,
        key=key,
    )
    try:
        letter = write(found)
    except TemplateFault:
        assert not plain(customer) or any(_unfilled(plain(cell)) for cell in cells)
        return
    _only_meant(letter)


def _unfilled(cell: str) -> bool:
    return cell in {"None", "nan", "NaN", "NaT", "<NA>", "#N/A"} or bool(
        re.search(r"[{%#]\}|\{[{%#]|\}\}", cell)
    )


def _only_meant(letter: Letter) -> None:
    head, _, _ = letter.as_bytes.partition(b"\r\n\r\n")
    names = [row.partition(b":")[0].decode() for row in head.split(b"\r\n") if not row.startswith(b" ")]
    read = email.message_from_bytes(letter.as_bytes, policy=policy.default)
    old = email.message_from_bytes(letter.as_bytes)

    assert names == HEADERS
    assert [address.addr_spec for address in read["To"].addresses] == ["ap@example.org"]
    assert [address.addr_spec for address in read["From"].addresses] == ["ar@example.com"]
    assert [spot for _, spot in getaddresses([old["To"]])] == ["ap@example.org"]
    assert not read.defects


def test_addresses_are_taken_apart_checked_and_put_into_ascii() -> None:
    """Of several addresses in a cell the usable ones are given once, the others with what is wrong."""
    good, bad = addresses(
        "a@example.com; A b;\u200bc@bücher.example ;a@example.com;josé@example.com;d@e@example.com;"
    )

    assert good == ["a@example.com", "c@xn--bcher-kva.example"]
    assert [words.split(":")[0] for words in bad] == ['"A b"', '"josé@example.com"', '"d@e@example.com"']
    assert '"é" before the @' in bad[1]


@given(CELLS)
def test_no_address_holds_more_than_an_address(cell: str) -> None:
    """Whatever stands in an address cell, what comes out is plain ASCII around one @."""
    good, _ = addresses(cell)

    assert all(re.fullmatch(r"[!-~]+@[a-z0-9.-]+", address) and address.count("@") == 1 for address in good)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"to": ()}, "Customers, Email: there is no address"),
        ({"to": ("josé@example.com",)}, 'Customers, Email: "josé@example.com"'),
        ({"cc": ("nobody",)}, 'CC: "nobody"'),
        ({"customer": " \0"}, "the customer's name is blank"),
        ({"contact": "{{first_name}}"}, 'the letter would show "Hello {{first_name}},'),
        ({"customer": "nan", "contact": ""}, 'the letter would read "nan"'),
    ],
)
def test_letter_that_cannot_be_right_is_held(other: dict[str, Any], words: str) -> None:
    """A missing or unusable address, a blank name or an unfilled place holds the letter and says so."""
    with pytest.raises(TemplateFault) as held:
        write(notice(**other))

    assert words in str(held.value)


def test_letter_without_a_sender_is_held() -> None:
    """Without an address to come from there is no letter, and the setting is named."""
    with pytest.raises(TemplateFault, match="Settings, From email: there is no address"):
        write(notice(), sender=Sender("Acme", "Dana", ""))


def test_payment_link_is_filled_and_quoted() -> None:
    """The places of the payment link are filled with quoted values, and it stands in text and HTML."""
    found = notice("friendly", line("A/1 &x"), line("B"), customer_id="C#1")
    letter = write(found)

    address = "https://pay.example.com/A%2F1%20%26x%2CB?to=C%231&sum=2469.00&in=EUR"
    assert link(SENDER.payment_link, found) == address
    assert address in letter.text
    assert f'href="{address.replace("&", "&amp;")}"' in letter.html


@pytest.mark.parametrize(
    "pattern", ["ftp://pay.example.com", "javascript:alert(1)", "pay.example.com", "https://[", "https://a b"]
)
def test_payment_link_must_be_a_web_address(pattern: str) -> None:
    """A payment link that is not http or https is refused in words."""
    with pytest.raises(TemplateFault, match="is not a web address"):
        link(pattern, notice())


def test_payment_link_with_an_unknown_place_is_refused() -> None:
    """A place in the payment link that nobody fills is refused, with those that are."""
    with pytest.raises(TemplateFault, match=r"\{order\} is not known; use \{invoice\}, \{customer\}"):
        link("https://pay.example.com/{order}", notice())


def test_days_to_pay_skip_weekends_and_holidays() -> None:
    """Seven working days are counted without weekends and, where a country is set, its holidays."""
    assert pay_by(date(2026, 12, 23)) == date(2027, 1, 1)
    assert pay_by(date(2026, 12, 23), "DE") == date(2027, 1, 5)
