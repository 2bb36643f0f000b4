"""`duesheet send` with a real mail server: Postfix, with certificates, a sign-in, and mailboxes to look into."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from duesheet import credentials, job, posting
from duesheet.journal import Journal, Record
from mailroom import HERE
from postfix import SECRET, USER, Post, posted
from ring import Ring, used
from shop import BOOK_ID, DAY, Terminal, shop
from test_cli import sheet

MONDAY = datetime(2026, 2, 2, 10, 0, tzinfo=UTC)
KINDS = ("TLS", "STARTTLS")


@pytest.fixture(scope="module")
def server(postfix: str, saslpasswd: str) -> Iterator[Post]:
    """A mail server with a mailbox for customer A and for nobody else."""
    with posted(postfix, saslpasswd, ("a",)) as post:
        yield post


@pytest.fixture
def post(server: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    """The server, trusted, its mailboxes empty, and the password in a keyring."""
    for path in (server.folder / "mail").rglob("new/*"):
        path.unlink()
    monkeypatch.setenv("DUESHEET_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SSL_CERT_FILE", str(server.trust))
    monkeypatch.setattr(posting, "clock", lambda: job.Clock(MONDAY))
    with used(Ring()):
        credentials.keep(HERE, USER, SECRET)
        yield server


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """A terminal."""
    return Terminal(monkeypatch, capsys)


def book(tmp_path: Path, post: Post, kind: str = "TLS", **other: str) -> Path:
    """A workbook of the customers A and B that posts to the server; it knows A's address only."""
    return shop(
        tmp_path / "Collections.xlsx",
        carrier="SMTP",
        smtp_host=HERE,
        smtp_port=str(post.ports[kind]),
        smtp_security=kind,
        smtp_user=USER,
        letters_per_minute="60000",
        **other,
    )


def sent(terminal: Terminal, file: Path) -> Terminal:
    """The command as a bookkeeper types it."""
    return terminal.run("send", file, "--as-of", DAY, "--yes")


def known() -> dict[str, Record]:
    """The journal's letters by customer."""
    with Journal.open(BOOK_ID) as journal:
        return {letter.customer_id: letter for letter in journal.letters()}


def one(post: Post) -> EmailMessage:
    """The one letter in A's mailbox."""
    post.settle()
    (letter,) = post.read("a")
    return letter


@pytest.mark.parametrize("kind", KINDS)
def test_a_real_mail_server_has_each_letter_once(
    tmp_path: Path, post: Post, terminal: Terminal, kind: str
) -> None:
    """A's letter lies once in its mailbox, headers as in the journal; B's is refused; a second run sends nothing."""
    file = book(tmp_path, post, kind)
    assert sent(terminal, file).code == 1
    letter, journal = one(post), known()

    assert letter["X-Duesheet-Key"] == journal["A"].key
    assert letter["Message-ID"] == journal["A"].message_id
    assert parsedate_to_datetime(letter["Date"]) == journal["A"].written_at
    assert (letter["To"], letter["Return-Path"]) == ("a@example.org", f"<{USER}>")
    assert letter["Subject"] == journal["A"].subject
    rows = {row["Customer ID"]: row for row in sheet(file, "Reminders").to_dicts()}
    assert {name: row["Status"] for name, row in rows.items()} == {"A": "Sent", "B": "Refused"}
    assert "550 5.1.1" in rows["B"]["Problem"]
    assert {name: str(found.state) for name, found in journal.items()} == {"A": "sent", "B": "refused"}

    sent(terminal, file)
    post.settle()
    assert len(post.read("a")) == 1


def test_a_statement_arrives_whole(tmp_path: Path, post: Post, terminal: Terminal) -> None:
    """What lies in the mailbox is what was previewed: text, HTML, and a PDF that opens."""
    sent(terminal, book(tmp_path, post, attach_statement="Yes"))
    letter = one(post)
    (enclosed,) = letter.iter_attachments()
    (kept,) = (tmp_path / "outbox" / "Collections" / "sent").glob("A_*.eml")

    assert enclosed.get_filename() == f"Statement A EUR {DAY}.pdf"
    assert "A Ltd" in PdfReader(BytesIO(enclosed.get_content())).pages[0].extract_text()
    lines = kept.read_bytes().replace(b"\r\n", b"\n").rstrip(b"\n")
    assert letter.as_bytes().replace(b"\r\n", b"\n").rstrip(b"\n").endswith(lines[lines.index(b"\n\n") :])


def test_a_wrong_password_stops_in_words(tmp_path: Path, post: Post, terminal: Terminal) -> None:
    """Nothing is sent, the words say to sign in again, and the password stands nowhere; with the right one it goes."""
    file = book(tmp_path, post)
    credentials.keep(HERE, USER, "not the password")
    ran = sent(terminal, file)

    assert ran.code == 3
    assert "sign in again" in ran.said + ran.told or "duesheet sign-in" in ran.said + ran.told
    assert "535" in ran.said + ran.told
    assert "not the password" not in ran.said + ran.told + post.log
    post.settle()
    assert post.read("a") == []
    credentials.keep(HERE, USER, SECRET)
    sent(terminal, file)
    assert one(post)["X-Duesheet-Key"] == known()["A"].key


def test_a_server_nobody_vouches_for_hears_no_password(
    tmp_path: Path, post: Post, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its authority among those trusted, the same server gets neither sign-in nor letter."""
    monkeypatch.delenv("SSL_CERT_FILE")
    ran = sent(terminal, book(tmp_path, post, "STARTTLS"))

    assert ran.code == 3
    assert "prove who it is" in ran.said + ran.told
    post.settle()
    assert post.read("a") == []
