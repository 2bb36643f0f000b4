"""The outbox: what lies in it, what is posted, and what a crash can do to it."""

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from duesheet import keys
from duesheet.carriers import Carrier, Delivery, Outcome
from duesheet.carriers.folder import Folder
from duesheet.entries import End
from duesheet.errors import Refused
from duesheet.journal import WAITING, Answer, Journal, State
from duesheet.outbox import Outbox, digest, plan, post, tidy
from postroom import BOOK, KEYS, STEPS, WRITTEN, Far, Step, carrier_of, letter, run

KEY, OTHER, THIRD = KEYS[:3]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A firm's folder, with the data folder in it."""
    monkeypatch.setenv("DUESHEET_DATA", str(tmp_path))
    return tmp_path


@pytest.fixture
def journal() -> Iterator[Journal]:
    """The book's journal."""
    with Journal.open(BOOK) as opened:
        yield opened


@pytest.fixture
def outbox(folder: Path, journal: Journal) -> Outbox:
    """An outbox in which three letters wait."""
    made = Outbox(folder / "outbox")
    made.write(map(letter, KEYS[:3]), journal)
    return made


@pytest.fixture
def far(folder: Path) -> Far:
    """A post that takes every letter."""
    return Far(folder / "far.txt")


def states(journal: Journal) -> list[str]:
    """The state of every letter, in the order of the keys."""
    return [record.state.value for record in journal.letters()]


def outcomes(deliveries: Iterator[Delivery]) -> list[str]:
    """What became of each letter."""
    return [delivery.outcome.value for delivery in deliveries]


def test_the_outbox_lies_beside_the_book_under_its_name() -> None:
    """Two books in one folder have an outbox each; no folder's name ends in a blank or a dot."""
    places = [
        Outbox.beside(Path("firm") / name).folder.as_posix() for name in ("A.xlsx", "B.xlsx", "C. .xlsx")
    ]

    assert places == ["firm/outbox/A", "firm/outbox/B", "firm/outbox/C"]
    assert Outbox.beside(Path("A.xlsx")).index.name == "index.html"


def test_what_is_written_is_what_the_journal_knows(outbox: Outbox, journal: Journal) -> None:
    """Each planned letter lies in `waiting` with the bytes, Message-ID and Date the journal has of it."""
    for record in journal.letters():
        data = outbox.waiting(record.key).read_bytes()
        assert digest(data) == record.digest
        assert record.message_id.encode() in data
        assert record.written_at == WRITTEN
        assert record.recipients == (f"{record.customer_id.lower()}@example.org",)
        assert (record.amount, record.invoices, record.subject) == (119_00, ("1001",), "Invoice 1001")


def test_writing_twice_writes_the_same(outbox: Outbox, journal: Journal) -> None:
    """The same plan again leaves the same files and the same journal."""
    before = {path: path.read_bytes() for path in (outbox.folder / "waiting").iterdir()}
    known = journal.letters()
    written = outbox.write(map(letter, KEYS[:3]), journal)

    assert list(written.values()) == sorted(before)
    assert {path: path.read_bytes() for path in (outbox.folder / "waiting").iterdir()} == before
    assert journal.letters() == known


def test_letters_of_an_older_plan_go_and_nothing_else_does(outbox: Outbox, journal: Journal) -> None:
    """A letter no longer planned goes; one in doubt, a stranger's file and another book's letter stay."""
    assert journal.claim(OTHER)
    journal.commit(OTHER)
    journal.settle(OTHER, State.IN_DOUBT)
    waiting = outbox.folder / "waiting"
    foreign = keys.key("another-book", "C001", "EUR", keys.cycle(KEY), 1)
    for name, data in (
        ("notes.txt", b"mine"),
        ("Copy of a letter.eml", letter(THIRD).as_bytes),
        (keys.file_name(foreign), letter(foreign).as_bytes),
        (keys.file_name("x") + ".eml", b"no letter at all"),
    ):
        (waiting / name).write_bytes(data)
    outbox.write([letter(KEY)], journal)

    assert outbox.waiting(KEY).exists()
    assert outbox.waiting(OTHER).exists()
    assert not outbox.waiting(THIRD).exists()
    assert len(list(waiting.iterdir())) == 6
    assert [record.key for record in journal.letters()] == [KEY, OTHER]


def test_a_letter_said_already_is_not_written_again(outbox: Outbox, journal: Journal, far: Far) -> None:
    """After it was sent, a letter lies in `sent` only, however often the plan holds it."""
    list(post([KEY], journal, far, outbox))
    written = outbox.write(map(letter, KEYS[:3]), journal)

    assert set(written) == {OTHER, THIRD}
    assert outbox.sent(KEY).exists()
    assert not outbox.waiting(KEY).exists()


def test_posting_sends_each_letter_once(outbox: Outbox, journal: Journal, far: Far) -> None:
    """Every letter goes, is noted as sent and lies in `sent`; a second run sends nothing."""
    first = outcomes(post(KEYS[:3], journal, far, outbox))
    second = outcomes(post(KEYS[:3], journal, far, outbox))

    assert (first, second) == (["sent"] * 3, ["skipped"] * 3)
    assert far.told == KEYS[:3]
    assert states(journal) == ["sent"] * 3
    assert all(outbox.sent(key).exists() and not outbox.waiting(key).exists() for key in KEYS[:3])


def test_a_copy_of_the_workbook_sends_nothing(folder: Path, outbox: Outbox, journal: Journal) -> None:
    """The book is copied to another folder before it is sent; after that its copy has nothing to send."""
    shutil.copytree(outbox.folder, folder / "copy")
    with Folder(outbox) as carrier:
        list(post(KEYS[:3], journal, carrier, outbox))
    copied = Outbox(folder / "copy")
    with Journal.open(BOOK) as same, Folder(copied) as carrier:
        tidy(same, carrier, copied)
        copied.write(map(letter, KEYS[:3]), same)
        again = list(post(KEYS[:3], same, carrier, copied))

    assert [delivery.outcome for delivery in again] == [Outcome.SKIPPED] * 3
    assert {delivery.detail for delivery in again} == {"It was sent already."}


@pytest.mark.parametrize("change", ["edited", "gone"])
def test_a_letter_that_was_changed_is_held(outbox: Outbox, journal: Journal, far: Far, change: str) -> None:
    """A file someone edited or took away is not sent; it is told, and the others go."""
    if change == "edited":
        outbox.waiting(OTHER).write_bytes(outbox.waiting(OTHER).read_bytes() + b"P.S.")
    else:
        outbox.waiting(OTHER).unlink()
    deliveries = list(post(KEYS[:3], journal, far, outbox))

    assert [delivery.outcome.value for delivery in deliveries] == ["sent", "held", "sent"]
    assert "Preview again" in deliveries[1].detail
    assert states(journal) == ["sent", "planned", "sent"]


def test_a_letter_nobody_planned_is_held(outbox: Outbox, journal: Journal, far: Far) -> None:
    """A key that is not in the journal is not sent, whatever lies in the folder."""
    outbox.put(KEYS[5], letter(KEYS[5]).as_bytes)

    assert outcomes(post([KEYS[5]], journal, far, outbox)) == ["held"]
    assert far.told == []


def test_each_letter_is_checked_again_right_before_its_claim(
    outbox: Outbox, journal: Journal, far: Far
) -> None:
    """A letter for which there is a reason by now is skipped with it, and stays planned."""
    reasons = {OTHER: "Paid since."}
    deliveries = list(post(KEYS[:3], journal, far, outbox, recheck=reasons.get))

    assert deliveries[1] == Delivery(OTHER, Outcome.SKIPPED, "Paid since.")
    assert far.told == [KEY, THIRD]
    assert states(journal) == ["sent", "planned", "sent"]


def test_stop_is_heeded_before_the_next_letter(outbox: Outbox, journal: Journal, far: Far) -> None:
    """When the user stops, the letter under way is finished and no other is begun."""
    assert outcomes(post(KEYS[:3], journal, far, outbox, stop=lambda: len(far.told) == 1)) == ["sent"]
    assert states(journal) == ["sent", "planned", "planned"]


def test_in_haste_each_letter_is_noted_before_it_is_told(outbox: Outbox, journal: Journal, far: Far) -> None:
    """Where nothing is waited for, a letter's end stands in the journal together with the claim of the next."""
    steps = post(KEYS[:3], journal, far, outbox, recheck={OTHER: "Paid since."}.get, hasty=lambda: True)
    seen = [(str(one.outcome), states(journal), len(far.told)) for one in steps]

    assert seen == [
        ("sent", ["sent", "planned", "planned"], 1),
        ("skipped", ["sent", "planned", "planned"], 1),
        ("sent", ["sent", "planned", "sent"], 2),
    ]
    more = post([OTHER, KEYS[3]], journal, far, outbox, hasty=lambda: True)
    assert next(more).outcome is Outcome.SENT
    assert (states(journal)[1], len(far.told)) == ("sent", 3)


@pytest.mark.parametrize("how", ["stopped", "closed"])
def test_in_haste_a_stop_lets_go_of_the_next_letter(
    outbox: Outbox, journal: Journal, far: Far, how: str
) -> None:
    """Stopped on hearing of the first, the second, claimed already, is not sent and waits again; the first is noted."""
    stopped: list[bool] = []
    steps = post(KEYS[:3], journal, far, outbox, stop=lambda: bool(stopped), hasty=lambda: True)
    next(steps)
    assert states(journal) == ["sent", "claimed", "planned"]
    if how == "closed":
        assert isinstance(steps, Generator)
        steps.close()
    else:
        stopped.append(True)
        assert list(steps) == []

    assert states(journal) == ["sent", "planned", "planned"]
    assert outcomes(post(KEYS[:3], journal, far, outbox)) == ["skipped", "sent", "sent"]
    assert far.told == list(KEYS[:3])


def test_in_haste_what_ends_the_run_leaves_the_journal_true(
    outbox: Outbox, journal: Journal, far: Far
) -> None:
    """When the book cannot be asked any more after the first letter, that one is noted as sent."""

    def asked(key: str) -> str | None:
        if key == OTHER:
            raise OSError("The disk is gone")
        return None

    with pytest.raises(OSError, match="disk"):
        list(post(KEYS[:3], journal, far, outbox, recheck=asked, hasty=lambda: True))
    assert states(journal) == ["sent", "planned", "planned"]


def test_pauses_lie_between_letters_that_were_carried(outbox: Outbox, journal: Journal, far: Far) -> None:
    """No pause before the first, after the last, or for one that was not carried at all."""
    pauses: list[int] = []
    reasons = {OTHER: "Paid since."}
    steps = post(
        KEYS[:3], journal, far, outbox, recheck=reasons.get, pause=lambda: pauses.append(len(far.told))
    )

    assert outcomes(steps) == ["sent", "skipped", "sent"]
    assert pauses == [1]


@pytest.mark.parametrize(
    ("answer", "state", "after"),
    [
        (Outcome.REFUSED, State.REFUSED, ["sent", "refused", "sent"]),
        (Outcome.RETRY, State.RETRY, ["sent", "retry", "sent"]),
        (Outcome.IN_DOUBT, State.IN_DOUBT, ["sent", "in doubt", "sent"]),
        (Outcome.STOP, State.RETRY, ["sent", "stop"]),
    ],
)
def test_what_the_post_answers_is_noted(
    outbox: Outbox, journal: Journal, answer: Outcome, state: State, after: list[str]
) -> None:
    """Each answer of the post is in the journal, and the file stays in `waiting`; `stop` ends the run."""
    far = Far(outbox.folder / "far.txt", {OTHER: answer})
    done = outcomes(post(KEYS[:3], journal, far, outbox))
    record = journal.find(OTHER)

    assert done == after
    assert record is not None
    assert (record.state, record.carrier) == (state, "Far")
    assert outbox.waiting(OTHER).exists()


class Broken(Far):
    """A post that fails in the middle of the second letter, before or after the point of no return."""

    late = False

    def deliver(self, key: str, recipients: object, data: bytes, committing: object) -> Delivery:
        """Fail at the second letter."""
        if key != OTHER:
            return super().deliver(key, recipients, data, committing)  # type: ignore[arg-type]
        if self.late:
            committing()  # type: ignore[operator]
        raise ConnectionResetError("the line is dead")


@pytest.mark.parametrize(("late", "state"), [(False, "retry"), (True, "in doubt")])
def test_after_an_exception_the_journal_is_true(
    folder: Path,
    outbox: Outbox,
    journal: Journal,
    late: bool,
    state: str,
) -> None:
    """An exception before the point of no return means retry, after it in doubt; the caller hears of it."""
    broken = Broken(folder / "far.txt")
    broken.late = late
    with pytest.raises(ConnectionResetError):
        list(post(KEYS[:3], journal, broken, outbox))

    assert states(journal) == ["sent", state, "planned"]
    assert far_once(broken)


def far_once(far: Far) -> bool:
    """Whether no letter came twice."""
    return len(far.told) == len(set(far.told))


def test_a_post_that_forgot_to_say_so_is_noted_as_sent(outbox: Outbox, journal: Journal, far: Far) -> None:
    """Even from a carrier that never called `committing` a sent letter is noted as sent, not planned anew."""

    class Hasty(Far):
        def deliver(self, key: str, recipients: object, data: bytes, committing: object) -> Delivery:
            _ = recipients, data, committing
            return Delivery(key, Outcome.SENT)

    assert outcomes(post([KEY], journal, Hasty(far._log), outbox)) == ["sent"]
    assert states(journal)[0] == "sent"


def test_a_letter_taken_over_meanwhile_is_not_sent_from_here(
    outbox: Outbox, journal: Journal, far: Far
) -> None:
    """Another program takes the letter over between claim and commit: this run stops, and it goes once."""

    class Slow(Far):
        def deliver(self, key: str, recipients: object, data: bytes, committing: object) -> Delivery:
            with Journal.open(BOOK) as second:
                tidy(second, far, outbox)
                list(post([key], second, far, outbox))
            return super().deliver(key, recipients, data, committing)  # type: ignore[arg-type]

    with pytest.raises(Refused, match="taken over"):
        list(post([KEY], journal, Slow(far._log), outbox))

    assert far.told == [KEY]
    assert states(journal)[0] == "sent"


def test_a_letter_planned_anew_while_it_is_read_is_not_claimed(outbox: Outbox, far: Far) -> None:
    """A new plan between the check of the file and the claim wins: the old bytes do not go."""

    class Overtaken(Journal):
        def claim(
            self, key: str, digest: str | None = None, carrier: str = "", before: End | None = None
        ) -> bool:
            newer = letter(key, "A newer text.\n")
            self.plan([plan(newer, newer.as_bytes)])
            return super().claim(key, digest, carrier, before)

    with Overtaken.open(BOOK) as overtaken:
        assert outcomes(post([KEY], overtaken, far, outbox)) == ["skipped"]
    assert far.told == []


def test_in_doubt_is_settled_only_by_the_post_that_had_the_letter(
    folder: Path, outbox: Outbox, journal: Journal
) -> None:
    """A letter in doubt at one post is not taken for unsent because the folder still holds it."""
    far = Far(folder / "far.txt", {KEY: Outcome.IN_DOUBT})
    list(post([KEY], journal, far, outbox))
    tidy(journal, Folder(outbox), outbox)

    assert states(journal)[0] == "in doubt"
    assert outcomes(post([KEY], journal, far, outbox)) == ["skipped"]

    journal.resolve(KEY, Answer.SEND_AGAIN)

    assert outcomes(post([KEY], journal, Far(folder / "far.txt"), outbox)) == ["sent"]


def started(folder: Path, carrier: str, *fault: object) -> subprocess.Popen[str]:
    """A run of the post room in a program of its own, that has come as far as its first step."""
    here = Path(__file__).with_name("postroom.py")
    paths = os.pathsep.join([str(here.parent), str(Path(keys.__file__).parents[1])])
    program = subprocess.Popen(
        [sys.executable, str(here), str(folder), carrier, *map(str, fault)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": paths},
        encoding="utf-8",
    )
    assert program.stdout
    assert program.stdout.readline() == "ready\n"
    return program


def nothing_lost(folder: Path, name: str) -> int:
    """Check that every planned letter is where the journal says; gives how many are in doubt."""
    outbox = Outbox(folder / "outbox")
    carrier = carrier_of(name, outbox, folder)
    with Journal.open(BOOK) as journal:
        tidy(journal, carrier, outbox)
        records = journal.letters()
    assert len(records) in (0, len(KEYS))
    for record in records:
        where = (outbox.waiting(record.key).exists(), outbox.sent(record.key).exists())
        assert record.state in (State.SENT, State.IN_DOUBT, *WAITING)
        assert where in {
            State.SENT: [(False, True)],
            State.IN_DOUBT: [(True, False)],
        }.get(record.state, [(True, False), (False, False)])
    copies_agree(carrier, {record.key: record.state for record in records})
    return sum(record.state is State.IN_DOUBT for record in records)


def copies_agree(carrier: Carrier, known: dict[str, State]) -> None:
    """Check a far post's own count: sent is one copy, waiting none, in doubt one at most."""
    if not isinstance(carrier, Far):
        assert State.IN_DOUBT not in known.values()
        return
    for key, state in known.items():
        allowed = {State.SENT: [1], State.IN_DOUBT: [0, 1]}.get(state, [0])
        assert carrier.told.count(key) in allowed


def finished(folder: Path, name: str) -> None:
    """Run once more to the end and check that every letter went once, or is in doubt and listed."""
    run(folder, name, Step("", 0))
    doubtful = nothing_lost(folder, name)
    with Journal.open(BOOK) as journal:
        assert set(journal.states().values()) <= {State.SENT, State.IN_DOUBT}
        assert len(journal.states()) == len(KEYS)
        assert states(journal).count("sent") == len(KEYS) - doubtful


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("carrier", ["Outbox", "Far"])
def test_a_crash_at_any_step_loses_nothing(folder: Path, carrier: str, step: str) -> None:
    """Whatever step the program dies at, no letter is lost or sent twice, and the next run sends the rest."""
    crashed = started(folder, carrier, step, 1 if step.endswith("plan") else 4)
    crashed.communicate(timeout=60)
    assert crashed.returncode == 9
    doubtful = nothing_lost(folder, carrier)

    # Far's letters follow one another in haste: the end of one is noted together with the claim of the next.
    assert doubtful == (carrier == "Far" and step in {"after commit", "before settle", "before claim"})
    finished(folder, carrier)


def test_two_runs_at_once_send_each_letter_once(folder: Path) -> None:
    """Two programs plan and post the same book at the same time: no letter goes twice, and none is lost."""
    programs = [started(folder, "Far") for _ in range(2)]
    for program in programs:
        program.communicate(timeout=120)
    told = Far(folder / "far.txt").told

    assert len(told) == len(set(told))
    nothing_lost(folder, "Far")
    finished(folder, "Far")


def test_killing_the_program_at_random_moments_loses_nothing(folder: Path) -> None:
    """Thirty times the program is killed at some moment of its work: no letter is lost or goes twice."""
    chance = random.Random(20261123)  # noqa: S311  moments, not secrets
    for kill in range(30):
        place = folder / f"kill {kill}"
        os.environ["DUESHEET_DATA"] = str(place)
        name = ("Outbox", "Far")[kill % 2]
        program = started(place, name)
        assert program.stdout
        for _ in range(chance.randrange(len(KEYS))):
            program.stdout.readline()
        time.sleep(chance.uniform(0, 0.012))
        program.kill()
        program.communicate(timeout=60)
        nothing_lost(place, name)
        if kill % 6 == 0:
            finished(place, name)
