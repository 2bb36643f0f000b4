"""The port to the post, and the post that is a folder."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from duesheet.carriers import Carrier, Outcome
from duesheet.carriers.folder import Folder
from duesheet.errors import Refused
from duesheet.shelf import Shelf
from postroom import KEYS

KEY = KEYS[0]
DATA = b"Subject: Invoice 1001\r\n\r\nPlease pay.\r\n"


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """A shelf on which one letter waits."""
    made = Shelf(tmp_path / "letters")
    made.put(KEY, DATA)
    return made


def noted(calls: list[bool], shelf: Shelf) -> Callable[[], None]:
    """A `committing` that notes whether the letter was still waiting."""
    return lambda: calls.append(shelf.waiting(KEY).exists() and not shelf.sent(KEY).exists())


def test_delivering_moves_the_file_after_committing(shelf: Shelf) -> None:
    """The letter waits while `committing` is called, once; then it lies in `sent`, byte for byte."""
    calls: list[bool] = []
    carrier: Carrier = Folder(shelf)
    with carrier:
        delivery = carrier.deliver(KEY, ("ap@example.org",), DATA, noted(calls, shelf))

    assert (delivery.key, delivery.outcome) == (KEY, Outcome.SENT)
    assert calls == [True]
    assert shelf.sent(KEY).read_bytes() == DATA
    assert not shelf.waiting(KEY).exists()


def test_a_letter_stays_when_it_may_not_be_committed(shelf: Shelf) -> None:
    """When `committing` raises, the letter is where it was."""

    def taken() -> None:
        raise Refused("taken over")

    with pytest.raises(Refused):
        Folder(shelf).deliver(KEY, (), DATA, taken)

    assert shelf.read(KEY) == DATA
    assert not shelf.sent(KEY).exists()


@pytest.mark.parametrize("found", [None, b"changed"])
def test_other_bytes_than_those_given_do_not_go(shelf: Shelf, found: bytes | None) -> None:
    """A file that is gone, or holds something else than was claimed, is not delivered, and not committed."""
    if found is None:
        shelf.drop(KEY)
    else:
        shelf.put(KEY, found)
    calls: list[bool] = []
    delivery = Folder(shelf).deliver(KEY, (), DATA, noted(calls, shelf))

    assert delivery.outcome is Outcome.RETRY
    assert calls == []
    assert not shelf.sent(KEY).exists()


def test_a_letter_in_sent_is_never_written_over(shelf: Shelf) -> None:
    """A letter that lies in `sent` from before a lost journal counts as sent and stays as it was sent."""
    shelf.move(KEY)
    shelf.put(KEY, b"a newer one")
    delivery = Folder(shelf).deliver(KEY, (), b"a newer one", lambda: None)

    assert delivery.outcome is Outcome.SENT
    assert "already" in delivery.detail
    assert shelf.sent(KEY).read_bytes() == DATA


def test_a_move_that_fails_is_a_sure_no(shelf: Shelf) -> None:
    """When the file vanishes between committing and moving, it is to be tried later, and why is told."""
    delivery = Folder(shelf).deliver(KEY, (), DATA, lambda: shelf.drop(KEY))

    assert delivery.outcome is Outcome.RETRY
    assert "cannot be moved" in delivery.detail


def test_a_letter_moved_by_another_program_is_sent(shelf: Shelf) -> None:
    """When another program has moved the letter in the very same moment, it has gone once and is sent."""
    delivery = Folder(shelf).deliver(KEY, (), DATA, lambda: shelf.move(KEY))

    assert delivery.outcome is Outcome.SENT
    assert shelf.sent(KEY).read_bytes() == DATA


def test_the_folder_knows_whether_a_letter_has_arrived(shelf: Shelf, tmp_path: Path) -> None:
    """In `sent` it arrived, in `waiting` it did not; a folder that holds it nowhere cannot know."""
    assert Folder(shelf).arrived(KEY) is False
    shelf.move(KEY)
    assert Folder(shelf).arrived(KEY) is True
    assert Folder(Shelf(tmp_path / "copy")).arrived(KEY) is None


def test_what_a_crash_left_half_written_is_swept_away(shelf: Shelf) -> None:
    """An old half-written letter goes; one that may be under way, and a stranger's file, stay."""
    waiting = shelf.waiting(KEY).parent
    parts = [waiting / f"{shelf.waiting(key).stem}.123.part" for key in KEYS[:2]]
    for path in (*parts, waiting / "film.part"):
        path.write_bytes(b"half")
    for path in (parts[0], waiting / "film.part"):
        os.utime(path, (0, 0))
    shelf.sweep()

    assert sorted(path.name for path in waiting.glob("*.part")) == [parts[1].name, "film.part"]


def test_a_letter_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """Where no file can be made, the refusal names it and nothing is left lying about."""
    (tmp_path / "letters").write_text("in the way", encoding="utf-8")
    with pytest.raises(Refused, match=r"cannot be written to .*C001"):
        Shelf(tmp_path / "letters").put(KEY, DATA)

    shelf = Shelf(tmp_path / "other")
    shelf.waiting(KEY).mkdir(parents=True)
    with pytest.raises(Refused, match="cannot be written"):
        shelf.put(KEY, DATA)
    assert [path.name for path in shelf.waiting(KEY).parent.iterdir()] == [shelf.waiting(KEY).name]
