"""Passwords and tokens in the keyring: kept whole or not at all, for one user of one host, and shown nowhere."""

import traceback
from base64 import b64encode
from collections.abc import Iterator
from random import Random

import keyring.backends.fail
import keyring.backends.null
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend

from duesheet import credentials
from duesheet.errors import Refused, SignInNeeded
from ring import WINDOWS, Ring, used

HOST, USER = "smtp.example.com", "ar@example.com"
SECRET = "correct horse battery staple"  # noqa: S105  made up
TOKEN = b64encode(Random(5).randbytes(6_000)).decode()  # noqa: S311  made up


@pytest.fixture
def ring() -> Iterator[Ring]:
    """A keyring as narrow as that of Windows."""
    ring = Ring()
    with used(ring):
        yield ring


@pytest.mark.parametrize("secret", [SECRET, "", "pässwörd 密码", TOKEN, "x" * 50_000])
def test_a_secret_comes_back_as_it_was_kept(ring: Ring, secret: str) -> None:
    """Short, empty, in any script, or as long as a token of Microsoft: what is kept is what comes back."""
    credentials.keep(HOST, USER, secret)

    assert credentials.kept(HOST, USER) == secret
    assert all(len(entry.encode("utf-16-le")) <= WINDOWS for entry in ring.held.values())


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=3_000), min_size=1, max_size=4))
def test_the_last_secret_counts_whatever_came_before(secrets: list[str]) -> None:
    """Long after short and short after long: the last one comes back, and no part of an older one stays."""
    ring = Ring()
    with used(ring):
        for secret in secrets:
            credentials.keep(HOST, USER, secret)
        assert credentials.kept(HOST, USER) == secrets[-1]
        fresh = Ring()
    with used(fresh):
        credentials.keep(HOST, USER, secrets[-1])
    assert len(ring.held) == len(fresh.held)


def test_a_token_needs_several_entries_of_windows(ring: Ring) -> None:
    """A token that one entry of Windows would refuse is split; the raw text would not have fitted."""
    with pytest.raises(OSError, match="1783"):
        ring.set_password("any", USER, TOKEN)
    credentials.keep(HOST, USER, TOKEN)

    assert len(ring.held) > 3


def test_a_broken_write_leaves_the_old_secret(ring: Ring) -> None:
    """Whichever entry the program dies at, the secret is the old one, or the new one: whole in either case."""
    credentials.keep(HOST, USER, SECRET)
    needed = 1 + len(ring.held)
    for moment in range(1, 14):
        ring.writes = moment
        try:
            credentials.keep(HOST, USER, TOKEN)
        except Refused:
            ring.writes = -1
            assert credentials.kept(HOST, USER) == SECRET
        else:
            break
    else:
        pytest.fail("the token was never kept")
    ring.writes = -1

    assert moment > needed
    assert credentials.kept(HOST, USER) == TOKEN


@pytest.mark.parametrize("harm", ["lost", "mixed", "cut"])
def test_parts_that_do_not_fit_are_noticed(ring: Ring, harm: str) -> None:
    """A part that is lost, from another write, or cut off is never taken for the secret: sign in again."""
    credentials.keep(HOST, USER, TOKEN)
    part = next(name for name in ring.held if name[0].endswith("part a2") or name[0].endswith("part b2"))
    if harm == "lost":
        del ring.held[part]
    else:
        ring.held[part] = ring.held[part][:-4] if harm == "cut" else ring.held[part][::-1]

    with pytest.raises(SignInNeeded, match="not whole") as told:
        credentials.kept(HOST, USER)
    assert "sign-in" in str(told.value)


def test_an_entry_of_another_hand_is_noticed(ring: Ring) -> None:
    """A head somebody has written by hand is not taken for ours."""
    credentials.keep(HOST, USER, SECRET)
    head = min(ring.held, key=lambda name: len(name[0]))
    for written in ("", "hunter2", "duesheet-1 a many seal", "duesheet-9 a 1 seal"):
        ring.held[head] = written
        with pytest.raises(SignInNeeded, match="not whole"):
            credentials.kept(HOST, USER)


def test_a_secret_is_for_one_user_of_one_host(ring: Ring) -> None:
    """A workbook that names another host, or another user, is not given the password of this one."""
    credentials.keep(HOST, USER, SECRET)
    ring.set_password("yagmail", "other@example.com", SECRET)

    assert credentials.kept(HOST.upper(), USER) == SECRET
    assert credentials.kept("smtp.example.net", USER) is None
    assert credentials.kept(HOST, "other@example.com") is None


def test_forgetting_leaves_nothing(ring: Ring) -> None:
    """After signing out no entry is left, those of a broken write included; a second time there is nothing."""
    credentials.keep(HOST, USER, TOKEN)
    ring.writes = 3
    with pytest.raises(Refused):
        credentials.keep(HOST, USER, TOKEN[::-1])
    ring.writes = -1

    assert credentials.forget(HOST, USER) is True
    assert ring.held == {}
    assert credentials.forget(HOST, USER) is False
    assert credentials.kept(HOST, USER) is None


def test_where_there_is_no_keyring_it_says_what_to_install() -> None:
    """Without a keyring nothing is kept and nothing asked; the refusal names what to install on Linux."""
    with used(keyring.backends.fail.Keyring()):  # type: ignore[no-untyped-call]
        for step in (
            lambda: credentials.keep(HOST, USER, SECRET),
            lambda: credentials.kept(HOST, USER),
            lambda: credentials.forget(HOST, USER),
        ):
            with pytest.raises(Refused, match="install gnome-keyring") as told:
                step()
            assert "no password into a file" in str(told.value)


class PlaintextKeyring(Ring):
    """Named as the one that writes passwords into a file, for anybody to read."""


class Chain(ChainerBackend):
    """Several keyrings, one of which is an open one."""

    backends = (Ring(), PlaintextKeyring())


@pytest.mark.parametrize(
    "ring",
    [PlaintextKeyring(), Chain(), keyring.backends.null.Keyring()],  # type: ignore[no-untyped-call]
    ids=["plain file", "one of several", "keeps nothing"],
)
def test_a_keyring_in_the_open_is_not_used(ring: KeyringBackend) -> None:
    """A keyring that is a plain file, or keeps nothing, is refused before it is given anything."""
    with used(ring), pytest.raises(Refused, match="plain file, or not at all"):
        credentials.keep(HOST, USER, SECRET)
    assert getattr(ring, "held", {}) == {}


class Forgetful(Ring):
    """Takes everything and keeps nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Say yes."""


def test_a_keyring_that_forgets_is_found_out() -> None:
    """What was kept is read back at once: a keyring that says yes and forgets is refused."""
    with used(Forgetful()), pytest.raises(Refused, match="not at all"):
        credentials.keep(HOST, USER, SECRET)


def test_an_error_of_the_keyring_does_not_show_the_secret(ring: Ring) -> None:
    """Even when a keyring's own error quotes what it was given, neither words nor traceback show it."""
    ring.most = 4
    with pytest.raises(Refused, match="OSError") as told:
        credentials.keep(HOST, USER, SECRET)
    shown = "".join(traceback.format_exception(told.value)) + repr(told.value)

    assert SECRET not in shown
    assert "CredWrite" not in shown


def test_what_is_kept_does_not_stand_there_in_clear(ring: Ring) -> None:
    """A glance into the keyring program does not show the password over a shoulder."""
    credentials.keep(HOST, USER, SECRET)

    assert SECRET not in ring.everything
    assert f"{USER} at {HOST}" in ring.everything
