"""Messages written down without the standard library are the very bytes it would write."""

from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from hashlib import sha256

from hypothesis import example, given
from hypothesis import strategies as st

from duesheet.envelope import Enclosure, _party, enclosing, literal, message, plain
from duesheet.letterhead import header, quoted

LIBRARY = policy.SMTP.clone(cte_type="7bit")
SIGNS = st.sampled_from(
    [
        "a",
        "B",
        "9",
        " ",
        ".",
        "-",
        "_",
        ",",
        ";",
        "'",
        '"',
        "(",
        "@",
        "=",
        "?",
        "\\",
        "<",
        "é",
        "€",
        "漢",
        "\u00a0",
    ]
)
WORDS = (
    st.text(SIGNS, max_size=90)
    | st.lists(
        st.sampled_from(["Invoice", "1001", "Zoë", "=?utf-8?q?x?=", "a@b.c", "x" * 40]), max_size=9
    ).map(" ".join)
    | st.text(max_size=60)
)
NAMES = WORDS.map(lambda words: plain(words, 60))
MAILBOXES = st.from_regex(
    r"[a-z0-9_+-]{1,20}(\.[a-z0-9'_+-]{1,20}){0,3}@[a-z0-9]{1,20}\.example\.(com|org)", fullmatch=True
)
BODIES = st.text(
    st.sampled_from("ab =\t\n\r.\x0b\x1c\x85é€\u2028F-") | st.characters(codec="utf-8"), max_size=400
)
LONG_LINES = st.lists(st.sampled_from(["=", " ", "é", "x" * 36, "y" * 37, "z", "\t", "\n"]), max_size=12).map(
    "".join
)
MOMENTS = st.datetimes(
    min_value=datetime(1970, 1, 2),  # noqa: DTZ001  as the strategy asks
    max_value=datetime(2199, 1, 1),  # noqa: DTZ001  as above
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-3))]),
)


@given(st.sampled_from(["Subject", "X-Duesheet-Key", "Content-Language"]), WORDS.map(plain))
def test_a_header_of_text_is_written_as_the_library_writes_it(name: str, words: str) -> None:
    """Whatever a subject or a key says, its lines are those of the standard library."""
    expected = EmailMessage(policy=LIBRARY)
    expected[name] = words

    assert header(name, words).encode() + b"\r\n" == expected.as_bytes()


@given(st.lists(st.tuples(NAMES, MAILBOXES), min_size=1, max_size=4))
@example([("=?utf-8?q?x?=", "a@example.com")])
def test_a_header_of_people_is_written_as_the_library_writes_it(people: list[tuple[str, str]]) -> None:
    """Whatever people are called, the line that names them is that of the standard library, which reads it so."""
    named = [Address(name, *address.split("@")) for name, address in people]
    expected = EmailMessage(policy=LIBRARY)
    expected["To"] = [Address(name, addr_spec=address) for name, address in people]

    assert header("To", named).encode() + b"\r\n" == expected.as_bytes()


@given(BODIES | LONG_LINES)
def test_a_body_is_quoted_as_the_library_quotes_it(text: str) -> None:
    """Whatever a letter says, it is quoted-printable as the standard library writes it."""
    expected = EmailMessage(policy=LIBRARY)
    expected.set_content(text, cte="quoted-printable")

    assert quoted(text).encode() == expected.as_bytes().partition(b"\r\n\r\n")[2]


@given(
    NAMES,
    st.lists(MAILBOXES, min_size=1, max_size=3),
    st.lists(MAILBOXES, max_size=2),
    WORDS,
    BODIES,
    MOMENTS,
    st.lists(st.tuples(WORDS.map(plain).filter(bool), st.binary(max_size=200)), max_size=2),
)
def test_a_message_is_the_one_the_library_makes(  # noqa: PLR0913, PLR0917  as many as a message has
    name: str,
    to: list[str],
    others: list[str],
    subject: str,
    text: str,
    moment: datetime,
    files: list[tuple[str, bytes]],
) -> None:
    """Headers, both forms and the files lie in a message as if the standard library had put it together."""
    enclosures = [Enclosure(f"{words}.pdf", data) for words, data in files]
    made = message(
        sender=("Dana Reyes", "ar@example.com"),
        reply_to=others,
        to=to,
        to_name=name,
        cc=others,
        subject=subject,
        key="C-1|EUR|1",
        language="de-AT",
        written_at=moment,
        message_id="<1@example.com>",
        text=text,
        html=f"<p>{text}</p>",
        enclosures=enclosures,
    )
    whole = enclosing(made, "<1@example.com>", enclosures)

    assert whole == _by_library(name, to, others, subject, text, moment, enclosures).as_bytes()
    read = message_from_bytes(whole, policy=policy.default)
    assert [one.addr_spec for one in read["To"].addresses] == to


def _by_library(  # noqa: PLR0913, PLR0917  as above
    name: str,
    to: list[str],
    others: list[str],
    subject: str,
    text: str,
    moment: datetime,
    enclosures: list[Enclosure],
) -> EmailMessage:
    made = EmailMessage(policy=LIBRARY)
    made["Message-ID"] = "<1@example.com>"
    made["Date"] = moment
    made["From"] = Address("Dana Reyes", "ar", "example.com")
    if others:
        made["Reply-To"] = [Address(addr_spec=one) for one in others]
    made["To"] = [_party(name if len(to) == 1 else "", one) for one in to]
    if others:
        made["Cc"] = [Address(addr_spec=one) for one in others]
    made["Subject"] = literal(plain(subject, 200))
    made["X-Duesheet-Key"] = "C-1|EUR|1"
    made.set_content(text, cte="quoted-printable")
    made.add_alternative(f"<p>{text}</p>", subtype="html", cte="quoted-printable")
    made["Content-Language"] = "de-AT"
    mark = sha256(b"<1@example.com>").hexdigest()[:24]
    made.set_boundary(f"=_duesheet_{mark}")
    for one in enclosures:
        made.add_attachment(one.read(), maintype="application", subtype="pdf", filename=literal(one.name))
    if enclosures:
        made.set_boundary(f"=_enclosed_{mark}")
    return made
