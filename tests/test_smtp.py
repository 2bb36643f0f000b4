"""The carrier SMTP against servers that take letters, refuse them, fall silent, hang up and lie."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from duesheet import keys
from duesheet.carriers import Carrier, Delivery, Outcome
from duesheet.carriers.signing_in import nobody
from duesheet.carriers.smtp import Smtp
from duesheet.errors import Refused
from duesheet.journal import Journal
from duesheet.outbox import Outbox, post
from mailroom import DROP, HELD, QUICK, SENDER, SILENCE, Fault, Frail, server
from postroom import BOOK, KEYS, letter

PACKAGE = Path(keys.__file__).parent
KEY = KEYS[0]
DATA = b"Subject: Invoice 1001\r\n\r\nPlease pay.\r\n.\r\n.. and soon\r\n"
TO = ("ap@example.org",)
BEFORE = ("GREETING", "EHLO", "MAIL", "RCPT", "DATA")


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUESHEET_DATA", str(tmp_path))


@pytest.fixture(autouse=True, params=[True, False], ids=["at_once", "in_turn"])
def _hearing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every behavior here holds for servers that hear several commands at once and for those that do not."""
    monkeypatch.setattr(Frail, "at_once", request.param)


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    """An outbox in which three letters wait."""
    made = Outbox(tmp_path / "outbox")
    with Journal.open(BOOK) as journal:
        made.write(map(letter, KEYS[:3]), journal)
    return made


def to(frail: Frail) -> Smtp:
    """The carrier to a frail server, in a hurry."""
    return Smtp(server(frail.port), nobody(), patience=QUICK, waits=(0.01,))


def handed(
    carrier: Smtp, recipients: tuple[str, ...] = TO, committing: Callable[[], None] = lambda: None
) -> Delivery:
    """What becomes of one letter."""
    with carrier:
        return carrier.deliver(KEY, recipients, DATA, committing)


def posted(frail: Frail, outbox: Outbox, count: int = 3) -> tuple[list[str], list[str]]:
    """What became of the letters of an outbox, and their states in the journal."""
    with Journal.open(BOOK) as journal:
        with to(frail) as carrier:
            outcomes = [str(one.outcome) for one in post(KEYS[:count], journal, carrier, outbox)]
        return outcomes, [str(record.state) for record in journal.letters()]


def test_a_letter_arrives_as_it_was_written() -> None:
    """Every byte and every dot arrives, from the sender to the recipient, and the server is said goodbye to."""
    with Frail() as frail:
        delivery = handed(to(frail))

    assert (delivery.outcome, delivery.detail) == (Outcome.SENT, "")
    assert [(one.sender, one.recipients, one.data) for one in frail.kept] == [(SENDER, [*TO], DATA)]
    assert frail.said[-1] == "QUIT"


def test_the_batch_goes_over_one_connection(outbox: Outbox) -> None:
    """Three letters, one connection, three transactions, and none of the letters twice."""
    with Frail() as frail:
        outcomes, states = posted(frail, outbox)

    assert (outcomes, states) == (["sent"] * 3, ["sent"] * 3)
    assert frail.connections == 1
    assert [frail.copies(key.partition("|")[0]) for key in KEYS[:3]] == [1, 1, 1]


def test_the_dot_comes_after_committing_and_by_itself() -> None:
    """When `committing` is called, the server has the whole letter but the dot, and nothing is delivered."""
    seen: list[int] = []
    with Frail() as frail:
        handed(to(frail), committing=lambda: seen.append(len(frail.kept)))

        assert seen == [0]
        assert len(frail.kept) == 1


def test_a_server_that_hears_several_commands_at_once_is_told_them_at_once() -> None:
    """It has sender, recipient and the word that a letter comes before it answers; another is asked one by one."""
    with Frail([Fault("MAIL", HELD), Fault("RCPT", HELD)]) as frail:
        delivery = handed(to(frail))

    assert delivery.outcome is (Outcome.SENT if frail.at_once else Outcome.RETRY)
    assert len(frail.kept) == frail.at_once


def test_a_refused_sole_recipient_leaves_no_letter_behind() -> None:
    """A server that wants the letter though it has refused the only recipient gets neither letter nor dot."""
    with Frail([Fault("RCPT", "550 5.1.1 unknown", times=1)]) as frail, to(frail) as carrier:
        refused = carrier.deliver(KEY, TO, DATA, _never)
        sent = carrier.deliver(KEY, TO, DATA, lambda: None)

    assert (refused.outcome, sent.outcome) == (Outcome.REFUSED, Outcome.SENT)
    assert (len(frail.kept), frail.connections) == (1, 2 if frail.at_once else 1)


def test_what_follows_from_a_refusal_is_no_reason_of_its_own() -> None:
    """A server that refuses the recipient wants no letter: the reason is the first, and the connection goes on."""
    faults = [
        Fault("RCPT", "550 5.1.1 unknown", times=1),
        Fault("DATA", "554 5.5.1 nobody to take it", times=1),
    ]
    with Frail(faults if Frail.at_once else faults[:1]) as frail, to(frail) as carrier:
        refused = carrier.deliver(KEY, TO, DATA, _never)
        sent = carrier.deliver(KEY, TO, DATA, lambda: None)

    assert (refused.outcome, sent.outcome) == (Outcome.REFUSED, Outcome.SENT)
    assert refused.detail.endswith("(550 5.1.1 unknown)")
    assert frail.connections == 1


def test_a_server_that_hangs_up_on_a_refusal_is_believed_in_its_refusal() -> None:
    """It refuses the letter and is gone before it hears the rest: what it said counts, not that it is gone."""
    faults = [Fault("MAIL", "552 5.3.4 too big", times=1), Fault("RCPT", DROP, times=1)]
    with Frail(faults) as frail:
        delivery = handed(to(frail), committing=_never)

    assert delivery.outcome is Outcome.REFUSED
    assert frail.kept == []


def test_a_letter_that_may_not_be_committed_stays_without_its_dot() -> None:
    """When `committing` raises, what it raises goes through and the letter is not delivered; the next one is."""

    def taken() -> None:
        raise Refused("taken over")

    with Frail() as frail:
        carrier = to(frail)
        with carrier:
            with pytest.raises(Refused, match="taken over"):
                carrier.deliver(KEY, TO, DATA, taken)
            assert carrier.deliver(KEY, TO, DATA, lambda: None).outcome is Outcome.SENT

    assert (len(frail.kept), frail.connections) == (1, 2)


@pytest.mark.parametrize("phase", BEFORE)
@pytest.mark.parametrize(
    "does", ["450 4.2.1 later", "421 4.7.0 bye", "what?", "250-and", "334 no", DROP, SILENCE]
)
def test_before_the_dot_nothing_is_ever_in_doubt(outbox: Outbox, phase: str, does: str) -> None:
    """Whatever a server does before the dot, the letter surely did not go, and it waits for the next run."""
    with Frail([Fault(phase, does), Fault("HELO", does)]) as frail:
        outcomes, states = posted(frail, outbox, 1)

    assert outcomes == (["stop"] if phase in {"GREETING", "EHLO"} else ["retry"])
    assert states == ["retry", "planned", "planned"]
    assert frail.kept == []


@pytest.mark.parametrize("does", [DROP, SILENCE])
def test_a_letter_broken_off_in_its_middle_did_not_go(does: str) -> None:
    """The server hangs up or falls silent while a long letter is handed over: it can be sent again."""
    with Frail([Fault("BODY", does)]) as frail, to(frail) as carrier:
        delivery = carrier.deliver(KEY, TO, b"A line of this letter.\r\n" * 1_000_000, _never)

    assert delivery.outcome is Outcome.RETRY
    assert frail.kept == []


def _never() -> None:
    pytest.fail("The letter was committed.")


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("552 5.3.4 too big", Outcome.REFUSED),
        ("421 4.3.0 bye", Outcome.RETRY),
        ("250 thanks", Outcome.RETRY),
        ("what?", Outcome.RETRY),
    ],
)
def test_what_a_server_says_before_the_dot_is_no_answer_to_it(said: str, outcome: Outcome) -> None:
    """An answer that comes before the letter is ended never counts as the one to its end, least of all a yes."""
    with Frail([Fault("DATA", f"354 go on\r\n{said}")]) as frail, to(frail) as carrier:
        delivery = carrier.deliver(KEY, TO, DATA, _never)

    assert delivery.outcome is outcome
    assert frail.kept == []


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize("does", [DROP, SILENCE, "what?", "354 go on", "250-and so", "x" * 9000])
def test_after_the_dot_silence_is_in_doubt(outbox: Outbox, does: str, stored: bool) -> None:
    """No answer, or no clear one, to the dot: in doubt, whether it was kept or not, and no run sends it again."""
    with Frail([Fault("DOT", does, times=1, stored=stored)]) as frail:
        outcomes, states = posted(frail, outbox)
        again, _ = posted(frail, outbox)

    assert (outcomes, states) == (["in doubt", "sent", "sent"], ["in doubt", "sent", "sent"])
    assert again == ["skipped"] * 3
    assert [frail.copies(key.partition("|")[0]) for key in KEYS[:3]] == [int(stored), 1, 1]


@pytest.mark.parametrize(
    ("phase", "does", "state"),
    [
        ("RCPT", "550 5.1.1 no such user", "refused"),
        ("RCPT", "551 elsewhere", "refused"),
        ("RCPT", "553 5.1.3 no address", "refused"),
        ("RCPT", "501 5.1.3 syntax", "refused"),
        ("RCPT", "554 5.7.1 relay denied", "refused"),
        ("RCPT", "452 4.5.3 too many", "retry"),
        ("MAIL", "552 5.3.4 too big", "refused"),
        ("MAIL", "451 4.3.2 later", "retry"),
        ("DATA", "554 5.5.1 no", "refused"),
        ("DATA", "451 4.3.0 later", "retry"),
        ("DOT", "552 5.3.4 too big", "refused"),
        ("DOT", "554 5.7.1 spam", "refused"),
        ("DOT", "451 4.3.0 later", "retry"),
        ("DOT", "421 4.3.2 bye", "retry"),
    ],
)
def test_a_no_is_about_one_letter_and_the_others_go(
    outbox: Outbox, phase: str, does: str, state: str
) -> None:
    """A clear no is noted with the server's own words, no copy lies there, and the next letters go."""
    with Frail([Fault(phase, does, times=1)]) as frail:
        outcomes, states = posted(frail, outbox)
    with Journal.open(BOOK) as journal:
        record = journal.find(KEY)

    assert (outcomes, states) == ([state, "sent", "sent"],) * 2
    assert record is not None
    assert does in record.detail
    assert [frail.copies(key.partition("|")[0]) for key in KEYS[:3]] == [0, 1, 1]


@pytest.mark.parametrize(
    ("phase", "does"),
    [
        ("GREETING", "554 5.3.2 go away"),
        ("MAIL", "550 5.7.60 not your name"),
        ("MAIL", "530 5.7.0 sign in first"),
        ("MAIL", "553 5.7.1 sender rejected"),
        ("RCPT", "550 5.4.5 daily limit"),
        ("DATA", "550 5.4.5 daily limit"),
        ("DOT", "550 5.4.5 daily limit"),
        ("DOT", "554 5.2.252 not as this sender"),
    ],
)
def test_a_no_to_us_stops_the_batch_at_once(outbox: Outbox, phase: str, does: str) -> None:
    """Where no other letter would go either, none is tried, and all can be sent later."""
    with Frail([Fault(phase, does)]) as frail:
        outcomes, states = posted(frail, outbox)

    assert (outcomes, states) == (["stop"], ["retry", "planned", "planned"])
    assert frail.kept == []


@pytest.mark.parametrize(
    ("phase", "does", "outcome"),
    [
        ("DOT", "554 5.7.1 spam", "refused"),
        ("RCPT", "554 5.7.1 relay denied", "refused"),
        ("MAIL", "451 4.7.0 too fast", "retry"),
        ("DOT", DROP, "in doubt"),
    ],
)
def test_three_in_a_row_stop_the_batch(tmp_path: Path, phase: str, does: str, outcome: str) -> None:
    """What befell three letters in a row is not done to the fourth; the rest stays as it was."""
    outbox = Outbox(tmp_path / "outbox")
    with Journal.open(BOOK) as journal:
        outbox.write(map(letter, KEYS[:6]), journal)
    with Frail([Fault(phase, does)]) as frail:
        outcomes, states = posted(frail, outbox, 6)

    assert outcomes == [outcome] * 3 + ["stop"]
    assert states == [outcome] * 3 + ["retry", "planned", "planned"]
    assert frail.said.count(f"MAIL FROM:<{SENDER}>") + frail.said.count(f"mail FROM:<{SENDER}> size=0") <= 6


def test_bad_addresses_never_stop_the_batch(tmp_path: Path) -> None:
    """However many customers have a wrong address in a row, the others get their letters."""
    outbox = Outbox(tmp_path / "outbox")
    with Journal.open(BOOK) as journal:
        outbox.write(map(letter, KEYS[:6]), journal)
    with Frail([Fault("RCPT", "550 5.1.1 no such user", times=5)]) as frail:
        outcomes, _ = posted(frail, outbox, 6)

    assert outcomes == ["refused"] * 5 + ["sent"]


def test_a_letter_goes_to_all_its_recipients_or_to_none() -> None:
    """One of three addresses is refused: nobody gets the letter, and the address that was refused is named."""
    people = ("ap@example.org", "gone@example.org", "boss@example.org")
    with Frail([Fault("RCPT", "550 5.1.1 unknown", skip=1, times=1)]) as frail:
        delivery = handed(to(frail), people, _never)
        again = handed(to(frail), people)

    assert delivery.outcome is Outcome.REFUSED
    assert delivery.detail.startswith("gone@example.org: ")
    assert again.outcome is Outcome.SENT
    assert [one.recipients for one in frail.kept] == [[*people]]
    assert any(said.upper() == "RSET" for said in frail.said)


def test_of_several_answers_about_recipients_the_gravest_counts() -> None:
    """One recipient later and one never: refused, since to wait would not help."""
    faults = [Fault("RCPT", "450 4.2.1 later", times=1), Fault("RCPT", "550 5.1.1 unknown", times=1)]
    with Frail(faults) as frail:
        delivery = handed(to(frail), ("a@example.org", "b@example.org"), _never)

    assert (delivery.outcome, delivery.detail[:14]) == (Outcome.REFUSED, "b@example.org:")


@pytest.mark.parametrize("does", ["421 4.4.2 idle too long", DROP])
def test_a_server_that_has_hung_up_meanwhile_is_called_again(outbox: Outbox, does: str) -> None:
    """The connection is closed between two letters: it is opened anew, and every letter goes once."""
    with Frail([Fault("MAIL", does, skip=1, times=1)]) as frail:
        outcomes, _ = posted(frail, outbox)

    assert outcomes == ["sent"] * 3
    assert frail.connections == 2
    assert [frail.copies(key.partition("|")[0]) for key in KEYS[:3]] == [1, 1, 1]


@pytest.mark.parametrize("does", ["500 what", "421 bye", DROP, SILENCE, "???"])
def test_goodbye_changes_nothing(outbox: Outbox, does: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the server makes of QUIT, every letter has been sent."""
    monkeypatch.setattr("duesheet.carriers.connection._FAREWELL", 0.1)
    with Frail([Fault("QUIT", does)]) as frail:
        outcomes, states = posted(frail, outbox)

    assert (outcomes, states) == (["sent"] * 3, ["sent"] * 3)


@pytest.mark.parametrize("does", ["502 no such thing", DROP, "421 bye"])
def test_a_server_that_cannot_start_over_is_called_again(outbox: Outbox, does: str) -> None:
    """After a refusal the server will not have RSET: the next letter goes over a new connection."""
    faults = [Fault("RCPT", "550 5.1.1 unknown", times=1), Fault("RSET", does, times=1)]
    with Frail(faults) as frail:
        outcomes, _ = posted(frail, outbox)

    assert outcomes == ["refused", "sent", "sent"]
    assert frail.connections == 2


def test_nobody_at_home_stops_the_batch(outbox: Outbox) -> None:
    """A server that cannot be reached is tried again a few times, then the batch is put off as a whole."""
    with Frail() as frail:
        pass
    outcomes, states = posted(frail, outbox)

    assert (outcomes, states) == (["stop"], ["retry", "planned", "planned"])


def test_a_server_that_comes_up_late_gets_the_letters(outbox: Outbox) -> None:
    """A server that turns the first call away is called once more, after a while."""
    with Frail([Fault("GREETING", "421 4.3.2 starting", times=1)]) as frail:
        outcomes, _ = posted(frail, outbox)

    assert outcomes == ["sent"] * 3
    assert frail.connections == 2


def test_a_slow_server_is_waited_for(outbox: Outbox) -> None:
    """A server that takes its time for each answer, within what is allowed, gets every letter once."""
    with Frail(slow=0.05) as frail:
        outcomes, _ = posted(frail, outbox)

    assert outcomes == ["sent"] * 3
    assert [frail.copies(key.partition("|")[0]) for key in KEYS[:3]] == [1, 1, 1]


def test_an_unknown_host_is_told_by_name() -> None:
    """A host nobody knows stops the batch, in words that say which setting to look at."""
    there = server(25, host="mail.invalid", security="STARTTLS")
    delivery = handed(Smtp(there, nobody(), patience=QUICK, waits=()))

    assert delivery.outcome is Outcome.STOP
    assert "cannot be found" in delivery.detail


@pytest.mark.parametrize("address", ["a@b.example\r\nRCPT TO:<c@d.example>", "a@b.example\nDATA"])
def test_an_address_cannot_say_a_second_command(address: str) -> None:
    """A line break in an address never reaches the server as a command."""
    with Frail() as frail:
        delivery = handed(to(frail), (address,), _never)

    assert delivery.outcome is not Outcome.SENT
    assert frail.kept == []
    assert not any("d.example" in said or said == "DATA" for said in frail.said)


def test_lines_that_end_otherwise_cannot_end_the_letter() -> None:
    """A lone dot between bare line feeds or returns is part of the letter, not its end (SMTP smuggling)."""
    with Frail() as frail, to(frail) as carrier:
        for end in (b"\n", b"\r", b"\r\n"):
            data = end.join((b"Subject: x", b"", b"a", b".", b"MAIL FROM:<b@c.example>", b"b"))
            assert carrier.deliver(KEY, TO, data, lambda: None).outcome is Outcome.SENT

    assert [one.data for one in frail.kept] == [
        b"Subject: x\r\n\r\na\r\n.\r\nMAIL FROM:<b@c.example>\r\nb\r\n"
    ] * 3


def test_an_address_beyond_ascii_needs_a_server_that_takes_it() -> None:
    """Without SMTPUTF8 on the other side the letter is refused and the address named; with it, it goes."""
    with Frail() as frail:
        refused = handed(to(frail), ("josé@example.org",), _never)
    with Frail([Fault("EHLO", "250-here\r\n250 SMTPUTF8")]) as able:
        gone = handed(to(able), ("josé@example.org",))

    assert (refused.outcome, gone.outcome) == (Outcome.REFUSED, Outcome.SENT)
    assert "josé@example.org" in refused.detail
    assert [one.recipients for one in able.kept] == [["josé@example.org"]]


def test_without_encryption_only_this_machine_is_spoken_to() -> None:
    """Security None to any other host is turned down before anything is connected."""
    for host in ("mail.example.com", "192.0.2.1", "localhost.example.com"):
        delivery = handed(Smtp(server(25, host=host), nobody(), patience=QUICK))

        assert delivery.outcome is Outcome.STOP
        assert "this machine only" in delivery.detail


def test_the_carrier_keeps_the_port() -> None:
    """It is a carrier like any other, and does not know by itself what became of a letter."""
    carrier: Carrier = Smtp(server(25), nobody())

    assert carrier.name == "SMTP"
    assert carrier.arrived(KEY) is None
    assert Smtp(server(25), nobody(), arrived=lambda _: True).arrived(KEY) is True


def test_what_yagmail_does_badly_is_not_used() -> None:
    """No module uses yagmail to send, to send again, to compose or to keep tokens, nor smtplib to send in one go."""
    banned = re.compile(
        r"\.(send_unsent|sendmail|send_message|_attempt_send|prepare_send|feedback)\b"
        r"|\byag\w*\.send\b|contents=|oauth2_file|set_debuglevel|smtp_set_debuglevel|_create_unverified"
        r"|CERT_NONE|check_hostname *= *False"
    )
    breaches = [
        f"{path.relative_to(PACKAGE)}:{number}: {found.group()}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if (found := banned.search(line))
    ]

    assert not breaches
