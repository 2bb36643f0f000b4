"""Whatever is typed into a row, the letter goes to whom it should, with its own header lines and no other."""

import re
from collections.abc import Iterator
from email.utils import getaddresses
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from duesheet import keys
from duesheet.carriers import Outcome
from duesheet.carriers.signing_in import nobody
from duesheet.carriers.smtp import Smtp
from duesheet.envelope import addresses
from duesheet.errors import TemplateFault
from duesheet.letters import Letter
from letterbox import AS_OF, line, notice, write
from mailroom import Keeper, Stored, running, server

NASTY = (
    "\r\nBcc: thief@example.net",
    "\nBcc: thief@example.net\n\nA new body",
    "\r\n.\r\nMAIL FROM:<thief@example.net>\r\n",
    "\r\n\r\n",
    "\n.\n",
    "\r.\r",
    '"',
    "'",
    "<thief@example.net>",
    ", thief@example.net",
    "; thief@example.net",
    "{{ 7 * 7 }}",
    "{% for x in range(9) %}x{% endfor %}",
    "{{ self.__init__.__globals__ }}",
    '=HYPERLINK("http://example.net")',
    "+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "\u202ecod.exe",
    "\u2028",
    "\x85",
    "\x00",
    "\x1b[2J",
    "=?utf-8?q?=0D=0ABcc:_thief=40example.net?=",
    "\ud800",
    "<script>alert(1)</script>",
    "--=_duesheet_0",
    "é" * 200,
    "x" * 10_000,
)
CELLS = st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=20)), min_size=1, max_size=4).map("".join)
EMAILS = st.tuples(
    st.sampled_from(("ap@example.org", "info@bücher.example.com", "", "josé@example.org")),
    st.one_of(st.just(""), CELLS),
).map("".join)


@pytest.fixture(scope="module")
def post() -> Iterator[tuple[Keeper, Smtp]]:
    """A mail server that keeps everything, and a carrier with an open line to it."""
    keeper = Keeper()
    with running(keeper) as port, Smtp(server(port), nobody()) as carrier:
        yield keeper, carrier


def headers(data: bytes) -> list[tuple[str, str]]:
    """The names of the header lines, and what they say, as the simplest program would read them."""
    head = data.partition(b"\r\n\r\n")[0].decode("ascii")
    unfolded = re.sub(r"\r\n[ \t]", " ", head)
    return [
        (name, value.strip()) for name, _, value in (row.partition(":") for row in unfolded.split("\r\n"))
    ]


def delivered(letter: Letter, post: tuple[Keeper, Smtp]) -> Stored:
    """The letter as it came out on the other side."""
    keeper, carrier = post
    found = letter.notice
    before = len(keeper.kept)
    people = list(dict.fromkeys([*addresses(";".join(found.to))[0], *addresses(";".join(found.cc))[0]]))
    assert carrier.deliver(found.key, people, letter.as_bytes, lambda: None).outcome is Outcome.SENT
    assert len(keeper.kept) == before + 1
    assert keeper.kept[-1].recipients == people
    return keeper.kept[-1]


def hostile(cells: dict[str, str], emails: list[str]) -> Any:
    """A notice whose every cell is what somebody typed."""
    return notice(
        "friendly",
        line(cells["invoice"], 4, reference=cells["reference"], description=cells["description"]),
        key=keys.key("book", cells["customer_id"], "EUR", AS_OF, 1),
        customer_id=cells["customer_id"],
        customer=cells["customer"],
        contact=cells["contact"],
        to=tuple(emails[:1]),
        cc=tuple(emails[1:]),
    )


NAMES = ("invoice", "reference", "description", "customer_id", "customer", "contact")


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cells=st.fixed_dictionaries(dict.fromkeys(NAMES, CELLS)), emails=st.lists(EMAILS, min_size=1, max_size=2)
)
@example(cells=dict.fromkeys(NAMES, "".join(NASTY)), emails=["ap@example.org"])
def test_no_cell_adds_a_recipient_or_a_header(
    post: tuple[Keeper, Smtp], cells: dict[str, str], emails: list[str]
) -> None:
    """Every cell of the row may hold anything: the letter is held, or has just its recipients and header lines."""
    try:
        letter = write(hostile(cells, emails))
    except TemplateFault:
        return
    intended = [found for cell in emails for found in addresses(cell)[0]]
    plainest = write(notice("friendly", to=("ap@example.org",), cc=tuple(emails[1:])))
    stored = delivered(letter, post)
    found = headers(stored.data)

    assert stored.recipients == list(dict.fromkeys(intended))
    assert [name for name, _ in found] == [name for name, _ in headers(plainest.as_bytes)]
    assert all(value.isprintable() for _, value in found)
    assert dict(found)["X-Duesheet-Key"].replace(" ", "") == letter.notice.key
    assert stored.data == letter.as_bytes
    named = getaddresses([value for name, value in found if name in {"To", "Cc"}])
    assert list(dict.fromkeys(address for _, address in named)) == list(dict.fromkeys(intended))


@pytest.mark.parametrize("cell", NASTY)
def test_nothing_nasty_in_a_name_comes_through(post: tuple[Keeper, Smtp], cell: str) -> None:
    """Each nasty text in the customer's name and contact: one recipient, and headers as ever; or it is held."""
    try:
        letter = write(notice(customer=f"A {cell}", contact=cell, to=("ap@example.org",)))
    except TemplateFault:
        assert "{" in cell
        return
    stored = delivered(letter, post)
    plainest = [name for name, _ in headers(write(notice()).as_bytes)]

    assert stored.recipients == ["ap@example.org"]
    assert [name for name, _ in headers(stored.data)] == plainest


@pytest.mark.parametrize(
    "cell",
    [
        "ap@example.org\nBcc: thief@example.net",
        "ap@example.org\r\nRCPT TO:<thief@example.net>",
        "ap@example.org>\r\nDATA",
        '"ap@example.org, thief@example.net"@example.org',
        "ap@example.org\x00thief@example.net",
    ],
)
def test_an_address_with_anything_beside_it_is_held(cell: str) -> None:
    """What is no address and nothing else is not written to; the row says which cell to mend."""
    with pytest.raises(TemplateFault, match="Email"):
        write(notice(to=(cell,)))
