"""The sender's mailbox: letters in doubt are looked for among the sent ones, returns in the inbox; nothing changes."""

import ssl
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from authority import CLIENT, USER, open_for_business
from desk import desk
from dovecot import SECRET, Post, delivered
from duesheet import credentials, job, records
from duesheet.carriers import choosing, microsoft
from duesheet.carriers.folder import Folder
from duesheet.carriers.mailbox import Found, Mailbox, mailbox
from duesheet.carriers.returns import note
from duesheet.carriers.server import named
from duesheet.entries import State
from duesheet.journal import Journal
from duesheet.outbox import Outbox, tidy
from duesheet.settings import Settings
from mailroom import HERE
from postroom import BOOK, KEYS, letter, planned
from returns import fate, prose, report
from ring import Ring, used

KEY = KEYS[0]
SENT = letter(KEY).as_bytes
MESSAGE_ID = str(letter(KEY).message["Message-ID"])


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUESHEET_DATA", str(tmp_path / "data"))


@pytest.fixture(scope="module")
def post(dovecot: str) -> Iterator[Post]:
    """A mailbox whose sent mail lies in a folder of an odd name, marked as that of sent mail."""
    with delivered(dovecot, "Out & about") as post:
        yield post


@pytest.fixture
def ring() -> Iterator[Ring]:
    """A keyring in which the mailbox's password is kept."""
    ring = Ring()
    with used(ring):
        credentials.keep(HERE, USER, SECRET)
        yield ring


def settings(**chosen: str) -> Settings:
    """Settings that name the mail server and the mailbox."""
    plain = {"carrier": "SMTP", "smtp_host": "smtp.example.com", "smtp_user": USER, "from_email": USER}
    return records.read(desk("Customers\nCustomer ID | Name", **plain | chosen)).settings


def in_doubt(journal: Journal, *keys: str) -> None:
    """Letters that broke off at the very end."""
    journal.plan(planned(key, message_id=str(letter(key).message["Message-ID"])) for key in keys)
    for key in keys:
        journal.claim(key, carrier="SMTP")
        journal.commit(key)


def test_a_letter_in_the_sent_folder_is_there(post: Post) -> None:
    """A letter whose Message-ID lies in the folder marked as that of sent mail went; any other is merely absent."""
    post.file(post.sent_folder, SENT)
    post.file("Old letters", letter(KEYS[1]).as_bytes)
    box = post.mailbox()

    assert box.look(MESSAGE_ID) is Found.THERE
    assert box.sent(MESSAGE_ID) is True
    assert box.look(str(letter(KEYS[1]).message["Message-ID"])) is Found.ABSENT
    assert box.trouble == ""


def test_absent_is_not_unsent(post: Post) -> None:
    """A letter that is not in the Sent folder stays in doubt: servers need not file what a program hands in."""
    assert post.mailbox().sent("<nowhere@example.com>") is None


def test_looking_changes_nothing(post: Post) -> None:
    """Messages that were looked for, or read as reports, stay unread."""
    post.file("INBOX", report(SENT, fate("c001@example.org"), name="unread"))
    before = post.unread("INBOX")
    box = post.mailbox()
    box.look(MESSAGE_ID)
    told = box.reports(date(2026, 1, 1))

    assert before >= 1
    assert any(b"unread@mx.example.com" in one for one in told)
    assert post.unread("INBOX") == before


def test_reports_are_told_from_other_mail(post: Post) -> None:
    """Of the inbox only delivery reports are read, with status or in prose; and only those that came lately."""
    post.file("INBOX", b"From: anna@example.org\r\nSubject: Re: Invoice 1001\r\n\r\nPaid today.\r\n")
    post.file("INBOX", prose(SENT, "c001@example.org", name="prose"))
    told = post.mailbox().reports(date(2026, 1, 1))

    assert any(b"prose@mx.example.com" in one for one in told)
    assert not any(b"Paid today" in one for one in told)
    assert post.mailbox().reports(date(2100, 1, 1)) == []
    known = post.mailbox().reports(date(2026, 1, 1), lambda head: b"prose@mx.example.com" in head)
    assert len(known) == len(told) - 1


@pytest.mark.parametrize("trouble", ["password", "certificate", "address"])
def test_what_cannot_be_looked_into_is_unknown(post: Post, trouble: str) -> None:
    """Not let in, not trusted, not there: nothing is known, nothing is raised, and it is not tried again and again."""
    boxes = {
        "password": post.mailbox(password="another"),  # noqa: S106  made up
        "certificate": post.mailbox(trust=ssl.create_default_context()),
        "address": Mailbox(HERE, 1, lambda _: None),
    }
    box = boxes[trouble]

    assert box.look(MESSAGE_ID) is Found.UNKNOWN
    assert box.trouble.startswith(f"{HERE}: ")
    assert SECRET not in box.trouble
    assert box.sent(MESSAGE_ID) is None
    assert box.reports(date(2026, 1, 1)) == []


@pytest.mark.parametrize("odd", ["", "<a b@example.com>", '<a"b@example.com>', "<a\r\nb@example.com>"])
def test_an_odd_message_id_is_not_asked_for(post: Post, odd: str) -> None:
    """What would be another command to the server is not sent to it."""
    assert post.mailbox().look(odd) is Found.UNKNOWN


@pytest.mark.parametrize("name", ["Sent Items", "Gesendet", "&AMk-l&AOk-ments envoy&AOk-s"])
def test_an_unmarked_folder_is_known_by_its_name(dovecot: str, name: str) -> None:
    """A server that marks no folder is searched by the names mail programs give to that of sent mail."""
    with delivered(dovecot, _spoken(name), marked=False) as post:
        post.file(name, SENT)

        assert post.mailbox().look(MESSAGE_ID) is Found.THERE


def _spoken(name: str) -> str:
    """A folder's name as Dovecot's settings have it."""
    return name.replace("&AMk-", "É").replace("&AOk-", "é")


def test_where_no_folder_of_sent_mail_is_found_nothing_is_known(dovecot: str) -> None:
    """A mailbox without such a folder is no witness."""
    with delivered(dovecot, "Elsewhere", marked=False) as post:
        post.file("Elsewhere", SENT)

        assert post.mailbox().look(MESSAGE_ID) is Found.UNKNOWN


def test_letters_in_doubt_are_settled_by_the_mailbox(post: Post, tmp_path: Path) -> None:
    """After a crash a letter that lies in the Sent folder is sent; the other stays in doubt, and neither goes again."""
    post.file(post.sent_folder, letter(KEYS[4]).as_bytes)
    outbox, box = Outbox(tmp_path / "outbox"), post.mailbox()
    with Journal.open(BOOK) as journal:
        in_doubt(journal, KEYS[4], KEYS[5])
        journal.recover(lambda found: box.sent(found.message_id))
        tidy(journal, Folder(outbox), outbox)
        states = {found.key: found.state for found in journal.letters()}

    assert states == {KEYS[4]: State.SENT, KEYS[5]: State.IN_DOUBT}


def test_settings_lead_to_the_mailbox(
    post: Post, ring: Ring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With an IMAP host on Settings, whoever asks what became of a letter is answered from that mailbox."""
    post.file(post.sent_folder, SENT)
    monkeypatch.setattr(ssl, "create_default_context", lambda: post.trust)
    chosen = settings(imap_host=f"{HERE}:{post.port}")
    with Journal.open(BOOK) as journal:
        in_doubt(journal, KEY)
        ask = choosing.finder(chosen, Outbox(tmp_path))
        (found,) = journal.letters()

        assert ask(found) is True
        assert choosing.finder(settings(), Outbox(tmp_path))(found) is None
    assert ring.held


def test_without_a_password_the_mailbox_says_so(post: Post) -> None:
    """A mailbox nobody has signed in to is unknown, and its trouble names the verb."""
    with used(Ring()):
        box = mailbox(settings(imap_host=f"{HERE}:{post.port}"), post.trust)

        assert box.look(MESSAGE_ID) is Found.UNKNOWN
    assert "duesheet sign-in FILE" in box.trouble


def test_a_token_opens_the_mailbox_until_it_is_withdrawn(
    dovecot: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With Microsoft or Google the mailbox is opened by the bearer string; one that is no longer good opens nothing."""
    with open_for_business(tmp_path) as (authority, trusted), used(Ring()):
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
        with delivered(dovecot, tokens=(authority.url, trusted)) as post:
            chosen = settings(imap_host=f"{HERE}:{post.port}", smtp_sign_in="Microsoft 365")
            microsoft.sign_in(named(chosen), CLIENT, authority.tenant, lambda _: None)
            post.file(post.sent, SENT)

            assert mailbox(chosen, post.trust).look(MESSAGE_ID) is Found.THERE
            authority.good.clear()
            shut = mailbox(chosen, post.trust)
            assert shut.look(MESSAGE_ID) is Found.UNKNOWN
            assert not [secret for secret in authority.secrets if secret in shut.trouble]


def test_returns_are_read_from_the_mailbox(post: Post, tmp_path: Path) -> None:
    """A report in the inbox refuses its letter, once; one that names no letter of ours does nothing there."""
    now = datetime.now(UTC).astimezone()
    with Journal.open(BOOK, clock=lambda: now) as journal:
        journal.plan(planned(key, recipients=("c@example.org",)) for key in KEYS[6:8])
        for key in KEYS[6:8]:
            journal.claim(key, carrier="SMTP")
            journal.commit(key)
            journal.settle(key, State.SENT)
        post.file("INBOX", report(letter(KEYS[6]).as_bytes, fate("c@example.org"), name="box1"))
        post.file("INBOX", report(b"", fate("c@example.org"), name="box2"))
        chosen = settings(imap_host=f"{HERE}:{post.port}")

        assert note(journal, tmp_path / "none", chosen, post.mailbox()) == [KEYS[6]]
        assert note(journal, tmp_path / "none", chosen, post.mailbox()) == []
        assert [found.state for found in journal.letters()] == [State.REFUSED, State.SENT]


def test_a_preview_survives_a_mailbox_that_is_not_there(tmp_path: Path) -> None:
    """A week's work goes on when the mailbox on Settings cannot be reached."""
    made = desk(
        "Customers\nCustomer ID | Name | Email\nA | Alder | a@example.com",
        carrier="SMTP",
        smtp_host="smtp.example.com",
        smtp_user=USER,
        from_email=USER,
        imap_host=f"{HERE}:1",
    )
    with used(Ring()):
        done = job.preview(made, tmp_path / "Collections.xlsx", job.Clock(datetime.now(UTC).astimezone()))

    assert done.letters == []
