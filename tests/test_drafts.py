"""The carrier Drafts: letters a mail program opens as unsent, made once each, for a person to send."""

from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import polars as pl
import pytest

from desk import BOOK_ID, Desk, desk, noon
from duesheet import job
from duesheet.activity import missing, past
from duesheet.carriers import Carrier, Delivery, Outcome
from duesheet.carriers.drafts import Drafts
from duesheet.entries import Answer, State
from duesheet.errors import Refused
from duesheet.journal import Journal
from duesheet.outbox import Outbox, post, tidy
from duesheet.shelf import Shelf
from postroom import BOOK, KEYS, letter
from shop import DAY, Terminal, shop

KEY = KEYS[0]
DATA = b"Subject: Invoice 1001\r\n\r\nPlease pay.\r\n"
MONDAY, TUESDAY, NEXT = (job.Clock(noon(text)) for text in ("2026-02-02", "2026-02-03", "2026-02-16"))
FIRM = """
Customers
Customer ID | Name | Email | Currency
A | Alder Ltd | pay@example.com | EUR
Invoices
Invoice | Customer ID | Invoice date | Due date | Amount
1 | A | 2026-01-01 | 2026-01-31 | 100
"""


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUESHEET_DATA", str(tmp_path / "data"))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """A shelf on which one letter waits."""
    made = Shelf(tmp_path / "letters")
    made.put(KEY, DATA)
    return made


def book() -> Desk:
    """A book of one customer, whose letters are made as drafts."""
    return desk(FIRM, company="Acme", from_email="ar@example.net", base_currency="EUR", carrier="Drafts")


def sent(made: Desk, path: Path, clock: job.Clock) -> list[Delivery]:
    """Preview and send, and refresh afterwards, as the verb does."""
    done = job.preview(made, path, clock, journal=_at(clock))
    deliveries = list(job.send(done, clock, journal=_at(clock)))
    job.refresh(made, clock, as_of=clock.today, path=path, journal=_at(clock))
    return deliveries


def _at(clock: job.Clock) -> Callable[[str, str], Journal]:
    return lambda book_id, url: Journal.open(book_id, url, lambda: clock.now)


def cells(made: Desk, sheet: str, name: str) -> list[object]:
    """A column of a sheet."""
    return list(made.sheets[sheet][name].to_list())


def test_a_draft_is_the_letter_marked_unsent(shelf: Shelf) -> None:
    """A draft is the letter as it was looked at, byte for byte, after the one header that says it is unsent."""
    calls: list[bool] = []
    carrier: Carrier = Drafts(shelf)
    with carrier:
        delivery = carrier.deliver(KEY, (), DATA, lambda: calls.append(shelf.draft(KEY).exists()))
    found = shelf.draft(KEY).read_bytes()

    assert delivery.outcome is Outcome.DRAFTED
    assert shelf.draft(KEY).name in delivery.detail
    assert calls == [False]
    assert found == b"X-Unsent: 1\r\n" + DATA
    assert message_from_bytes(found, policy=default)["X-Unsent"] == "1"
    assert list(shelf.draft(KEY).parent.iterdir()) == [shelf.draft(KEY)]


def test_a_draft_is_not_made_when_it_may_not_be_committed(shelf: Shelf) -> None:
    """When `committing` raises, there is no draft a mail program would open."""

    def taken() -> None:
        raise Refused("taken over")

    with pytest.raises(Refused):
        Drafts(shelf).deliver(KEY, (), DATA, taken)

    assert not list(shelf.folder.rglob("drafts/*.eml"))
    assert Drafts(shelf).arrived(KEY) is False


def test_a_draft_that_cannot_be_written_is_a_sure_no(shelf: Shelf) -> None:
    """Where no draft can be written, before or at the last step, it is to be tried later and the path is told."""
    (shelf.folder / "drafts").write_text("in the way", encoding="utf-8")
    calls: list[bool] = []
    early = Drafts(shelf).deliver(KEY, (), DATA, lambda: calls.append(True))
    (shelf.folder / "drafts").unlink()
    late = Drafts(shelf).deliver(KEY, (), DATA, lambda: shelf.half_draft(KEY).unlink())

    assert calls == []
    assert {early.outcome, late.outcome} == {Outcome.RETRY}
    assert all(str(shelf.draft(KEY)) in one.detail for one in (early, late))


def test_what_is_known_of_a_draft_after_a_crash(shelf: Shelf) -> None:
    """Half a draft was surely not made, a whole one was; where there is neither, it may have been sent and deleted."""
    assert Drafts(shelf).arrived(KEY) is None
    shelf.put_half_draft(KEY, DATA)
    assert Drafts(shelf).arrived(KEY) is False
    shelf.finish_draft(KEY)
    assert Drafts(shelf).arrived(KEY) is True


@pytest.mark.parametrize(
    ("moment", "state", "drafts"), [("before", State.PLANNED, 0), ("after", State.SENT, 1)]
)
def test_a_crash_between_the_two_steps_is_settled(
    tmp_path: Path, moment: str, state: State, drafts: int
) -> None:
    """Killed right before or right after the draft got its name, the journal says afterwards what is true."""
    outbox = Outbox(tmp_path / "outbox")
    with Journal.open(BOOK) as memory:
        outbox.write([letter(KEY)], memory)
        memory.claim(KEY, carrier="Drafts")
        memory.commit(KEY)
        outbox.put_half_draft(KEY, DATA)
        if moment == "after":
            outbox.finish_draft(KEY)
        tidy(memory, Drafts(outbox), outbox)
        found = memory.find(KEY)

    assert found is not None
    assert found.state is state
    assert len(list(outbox.folder.rglob("drafts/*.eml"))) == drafts
    assert outbox.waiting(KEY).exists() is (moment == "before")
    assert not outbox.sent(KEY).exists()


def test_drafts_are_made_once(tmp_path: Path) -> None:
    """A second run makes no second draft, and nothing lies in `sent`: what is there was not sent by us."""
    outbox = Outbox(tmp_path / "outbox")
    with Journal.open(BOOK) as memory, Drafts(outbox) as carrier:
        outbox.write(map(letter, KEYS[:3]), memory)
        first = [one.outcome for one in post(KEYS[:3], memory, carrier, outbox)]
        second = [one.outcome for one in post(KEYS[:3], memory, carrier, outbox)]

    assert first == [Outcome.DRAFTED] * 3
    assert second == [Outcome.SKIPPED] * 3
    assert len(list(outbox.folder.rglob("drafts/*.eml"))) == 3
    assert not list(outbox.folder.rglob("sent/*.eml"))
    assert not list(outbox.folder.rglob("waiting/*.eml"))


def test_a_drafted_letter_counts_as_said(tmp_path: Path) -> None:
    """A row of a draft says Sent, and what is left to do; the step is done, and the next one comes when it is due."""
    made, path = book(), tmp_path / "Collections.xlsx"
    (delivery,) = sent(made, path, MONDAY)

    assert delivery.outcome is Outcome.DRAFTED
    assert cells(made, "Reminders", "Status") == ["Sent"]
    assert "send it from your mail program" in str(cells(made, "Reminders", "Problem")[0])
    assert "drafts/A_EUR_" in str(cells(made, "Reminders", "Preview")[0])
    assert cells(made, "Activity", "Result") == ["Draft made"]
    assert sent(made, path, TUESDAY) == []
    assert [one.outcome for one in sent(made, path, NEXT)] == [Outcome.DRAFTED]
    assert cells(made, "Activity", "Step") == [1, 2] or cells(made, "Activity", "Step") == ["1", "2"]


def test_a_draft_nobody_sent_can_be_made_again(tmp_path: Path) -> None:
    """Told that a draft was not sent, it is made again under its key; with the Activity sheet alone too."""
    made, path = book(), tmp_path / "Collections.xlsx"
    (first,) = sent(made, path, MONDAY)
    with _at(TUESDAY)(BOOK_ID, "") as memory:
        memory.resolve(first.key, Answer.SEND_AGAIN)
    (second,) = sent(made, path, TUESDAY)

    assert second.key == first.key
    assert second.outcome is Outcome.DRAFTED
    assert len(list(tmp_path.rglob("drafts/*.eml"))) == 1
    assert cells(made, "Activity", "Result") == ["Draft made", "Not sent", "Draft made"]
    assert sent(made, path, TUESDAY) == []


def test_a_draft_can_be_skipped_but_a_sent_letter_cannot(tmp_path: Path) -> None:
    """Skip and send again apply to what a person was to send; a letter that was posted is not taken back by words."""
    outbox = Outbox(tmp_path / "outbox")
    with Journal.open(BOOK) as memory, Drafts(outbox) as carrier:
        outbox.write(map(letter, KEYS[:2]), memory)
        list(post(KEYS[:1], memory, carrier, outbox))
        memory.claim(KEYS[1], carrier="SMTP")
        memory.commit(KEYS[1])
        memory.settle(KEYS[1], State.SENT)

        assert memory.resolve(KEYS[0], Answer.SKIP).state is State.SKIPPED
        for answer in (Answer.SKIP, Answer.SEND_AGAIN):
            with pytest.raises(Refused, match="does not apply"):
                memory.resolve(KEYS[1], answer)


def test_rows_of_activity_may_stand_in_any_order(tmp_path: Path) -> None:
    """Sorted by the user as they like, sent rows less rows that undo one say whether a letter counts as said."""
    made, path = book(), tmp_path / "Collections.xlsx"
    (first,) = sent(made, path, MONDAY)
    with _at(TUESDAY)(BOOK_ID, "") as memory:
        memory.resolve(first.key, Answer.SEND_AGAIN)
    sent(made, path, TUESDAY)
    rows = pl.DataFrame(
        {
            "when": [1, 2, 3],
            "customer_id": ["A"] * 3,
            "kind": ["Email"] * 3,
            "key": [first.key] * 3,
            "invoices": ["1"] * 3,
            "result": ["Draft made", "Not sent", "Draft made"],
        }
    )
    for order in ([0, 1, 2], [1, 0, 2], [2, 0, 1]):
        (said,) = past(rows[order], [], BOOK_ID).letters["A", "EUR"]
        assert said.state == "sent"
    (said,) = past(rows[[1, 0]], [], BOOK_ID).letters["A", "EUR"]
    assert said.state == "refused"
    with _at(TUESDAY)(BOOK_ID, "") as memory:
        assert missing(rows, memory.letters()).height == 0
        assert missing(rows[[1, 0]], memory.letters()).height == 1


def test_the_verb_makes_drafts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`duesheet send` with Carrier Drafts ends well, says that letters were drafted, and the sheet leads to them."""
    file, terminal = shop(tmp_path / "Collections.xlsx", carrier="Drafts"), Terminal(monkeypatch, capsys)

    assert terminal.run("send", file, "--as-of", DAY, "--yes").code == 0
    assert "2 letters drafted" in terminal.said
    assert len(list(tmp_path.rglob("drafts/*.eml"))) == 2
    told = terminal.run("status", file, "--as-of", DAY, "--json").data()["letters"]
    assert [one["status"] for one in told] == ["Sent", "Sent"]
    assert all("mail program" in one["problem"] for one in told)
    assert terminal.run("send", file, "--as-of", DAY, "--yes").code == 0
    assert "Nothing to send" in terminal.said
