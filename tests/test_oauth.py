"""Signing in with Microsoft 365 and Google: granted once, renewed in silence, ended with a word on what to do."""

import logging
import smtplib
import traceback
import webbrowser
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from authority import CLIENT, CLIENT_SECRET, USER, Authority, Browser, Office, open_for_business
from duesheet import credentials
from duesheet.carriers import Outcome, google, grants, microsoft
from duesheet.carriers.server import Server
from duesheet.carriers.signing_in import bearer, granted
from duesheet.carriers.smtp import Smtp
from duesheet.errors import Refused, SignInNeeded
from mailroom import HERE, QUICK, Keeper, knows, running
from ring import Ring, used

DATA = b"Subject: Invoice 1001\r\n\r\nPlease pay.\r\n"
AWAY = Server(HERE, 0, "None", USER, USER)


@pytest.fixture
def ring() -> Iterator[Ring]:
    """A keyring as narrow as that of Windows."""
    ring = Ring()
    with used(ring):
        yield ring


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    """Microsoft and Google in one, on this machine; the browser does at once what a person would."""
    with open_for_business(tmp_path) as (authority, trusted):
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
        monkeypatch.setattr(webbrowser, "get", lambda _=None: Browser(trusted))
        yield authority


def signed_in(provider: str, authority: Authority, told: list[str] | None = None) -> grants.Grant:
    """Sign in, as the verb does."""
    tell = (told if told is not None else []).append
    if provider == grants.MICROSOFT:
        return microsoft.sign_in(AWAY, CLIENT, authority.tenant, tell)
    return google.sign_in(AWAY, authority.client, tell, 10)


def at(port: int) -> Server:
    """The mail server at `port`."""
    return replace(AWAY, port=port)


def delivered(port: int) -> tuple[Outcome, str]:
    """What becomes of one letter handed in there."""
    with Smtp(at(port), bearer(at(port)), patience=QUICK, waits=()) as carrier:
        delivery = carrier.deliver("k", ("ap@example.org",), DATA, lambda: None)
    return delivery.outcome, delivery.detail


PROVIDERS = pytest.mark.parametrize("provider", [grants.MICROSOFT, grants.GOOGLE])


@PROVIDERS
def test_after_signing_in_once_letters_go(ring: Ring, authority: Authority, provider: str) -> None:
    """The user agrees once; from then on a letter is handed in with the bearer string the server asks for."""
    told: list[str] = []
    authority.pending = 1
    signed_in(provider, authority, told)
    office = Office(lambda: authority.good)
    with running(office, auth_require_tls=False) as port:
        assert delivered(port) == (Outcome.SENT, "")

    assert len(office.kept) == 1
    assert office.bearers == [f"user={USER}\1auth=Bearer {office.bearers[0].split()[-1]}"]
    assert any("ABC-DEF" in line or "browser" in line for line in told)
    assert all(len(entry.encode("utf-16-le")) <= ring.most for entry in ring.held.values())


def test_the_page_of_google_is_asked_for_a_lasting_sign_in(ring: Ring, authority: Authority) -> None:
    """The page is asked for mail alone, for offline use, with a proof of its own, and to come back to this machine."""
    signed_in(grants.GOOGLE, authority)
    asked = authority.states[0]

    assert asked["scope"] == "https://mail.google.com/"
    assert (asked["access_type"], asked["code_challenge_method"]) == ("offline", "S256")
    assert asked["redirect_uri"].startswith(f"http://{HERE}:")
    assert asked["login_hint"] == USER
    assert ring.held


@PROVIDERS
def test_an_expired_token_is_renewed_in_silence(ring: Ring, authority: Authority, provider: str) -> None:
    """A token that has run out is replaced without a question, by the newest refresh token, again and again."""
    authority.lives = 1
    signed_in(provider, authority)
    office = Office(lambda: authority.good)
    with running(office, auth_require_tls=False) as port:
        for _ in range(3):
            authority.good.clear()
            assert delivered(port) == (Outcome.SENT, "")

    assert authority.asked[-3:] == ["refresh_token"] * 3
    assert len(set(office.bearers)) == 3
    assert ring.held


def test_a_good_token_is_used_until_it_runs_out(ring: Ring, authority: Authority) -> None:
    """A token that holds is not fetched anew for every batch: Microsoft would count it against the user."""
    signed_in(grants.MICROSOFT, authority)
    office = Office(lambda: authority.good)
    with running(office, auth_require_tls=False) as port:
        for _ in range(3):
            delivered(port)

    assert "refresh_token" not in authority.asked
    assert len(set(office.bearers)) == 1
    assert ring.held


@PROVIDERS
def test_a_token_that_was_withdrawn_is_replaced_once(ring: Ring, authority: Authority, provider: str) -> None:
    """A token the server no longer honors, though it has not run out, is replaced and presented once more."""
    signed_in(provider, authority)
    office = Office(lambda: authority.good)
    tokens = granted(AWAY)
    authority.good.discard(tokens.access())
    with running(office, auth_require_tls=False) as port, smtplib.SMTP(HERE, port, timeout=5) as client:
        client.ehlo()
        bearer(at(port), tokens).authenticate(client)

    assert len(office.bearers) == 2
    assert office.answers == [b"\r\n"]
    assert ring.held


@PROVIDERS
@pytest.mark.parametrize("challenged", [True, False])
def test_a_server_that_says_no_twice_wants_the_user(
    ring: Ring, authority: Authority, provider: str, *, challenged: bool
) -> None:
    """Told no with a fresh token too, with or without a challenge before it, the batch stops: sign in again."""
    signed_in(provider, authority)
    office = Office(set, challenged=challenged)
    with running(office, auth_require_tls=False) as port:
        outcome, detail = delivered(port)

    assert outcome is Outcome.STOP
    assert "Run: duesheet sign-in FILE" in detail
    assert len(office.bearers) == 2
    assert not office.kept
    assert ring.held


@PROVIDERS
def test_a_revoked_sign_in_ends_with_a_word(ring: Ring, authority: Authority, provider: str) -> None:
    """A refresh token that was taken back stops the batch before anything is sent: sign in again, and who is meant."""
    authority.lives = 1
    signed_in(provider, authority)
    authority.says = "invalid_grant"
    office = Office(lambda: authority.good)
    with running(office, auth_require_tls=False) as port:
        outcome, detail = delivered(port)

    assert outcome is Outcome.STOP
    assert f"{provider} no longer honors the sign-in of {USER} (invalid_grant)" in detail
    assert "duesheet sign-in FILE" in detail
    assert office.bearers == []
    assert ring.held


def test_without_a_sign_in_it_says_how(ring: Ring) -> None:
    """Before anybody has signed in the words are those for it, not those of a refusal."""
    with running(Office(set), auth_require_tls=False) as port:
        outcome, detail = delivered(port)

    assert outcome is Outcome.STOP
    assert "Nobody has signed in as ar@example.com" in detail
    assert ring.held == {}


def test_a_server_without_bearer_sign_in_is_told_no_token(ring: Ring, authority: Authority) -> None:
    """A server that offers no XOAUTH2 never sees a token; the words name the settings to look at."""
    signed_in(grants.MICROSOFT, authority)
    with running(Keeper(), auth_require_tls=False, authenticator=knows(USER, "x")) as port:
        outcome, detail = delivered(port)

    assert outcome is Outcome.STOP
    assert "SMTP sign-in" in detail
    assert ring.held


@PROVIDERS
def test_an_authority_out_of_reach_is_no_lost_sign_in(
    ring: Ring, authority: Authority, provider: str
) -> None:
    """When Microsoft or Google cannot be reached, it is tried again later; nobody is told to sign in."""
    authority.lives = 1
    signed_in(provider, authority)
    grant = grants.kept(AWAY)
    nowhere = "https://127.0.0.1:1/tenant"
    grants.keep(AWAY, replace(grant, authority=nowhere))
    with running(Office(lambda: authority.good), auth_require_tls=False) as port:
        _, detail = delivered(port)

    assert "cannot be reached" in detail
    assert "duesheet sign-in" not in detail
    assert ring.held


@PROVIDERS
def test_a_user_who_declines_is_not_signed_in(ring: Ring, authority: Authority, provider: str) -> None:
    """Whoever says no on the page, or lets the code run out, is told so, and nothing is kept."""
    authority.says = "access_denied"
    with pytest.raises(SignInNeeded, match="access_denied"):
        signed_in(provider, authority)

    assert ring.held == {}


def test_a_page_nobody_answers_is_given_up(
    ring: Ring, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser page that is closed does not hold the terminal for ever."""
    monkeypatch.setattr(Browser, "open", lambda *_, **__: True)
    with pytest.raises(SignInNeeded, match="within 1 seconds"):
        google.sign_in(AWAY, authority.client, lambda _: None, 1)

    assert ring.held == {}


@pytest.mark.parametrize(
    ("no", "words"),
    [
        (
            "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled",
            "Authenticated SMTP",
        ),
        ("535 5.7.3 Authentication unsuccessful", "no longer takes the sign-in"),
    ],
)
def test_the_words_tell_a_mailbox_from_a_sign_in(
    ring: Ring, authority: Authority, no: str, words: str
) -> None:
    """A mailbox that may not hand in mail by SMTP is an administrator's work, and the words say where."""
    signed_in(grants.MICROSOFT, authority)
    with running(Office(set, no), auth_require_tls=False) as port:
        outcome, detail = delivered(port)

    assert outcome is Outcome.STOP
    assert words in detail
    assert ring.held


def test_a_later_no_is_passed_on_as_it_is(ring: Ring, authority: Authority) -> None:
    """A server that is only busy (454) is left to the table of replies, and its token is not thrown away."""
    signed_in(grants.MICROSOFT, authority)
    office = Office(set, "454 4.7.0 Temporary authentication failure", challenged=False)
    with running(office, auth_require_tls=False) as port, smtplib.SMTP(HERE, port, timeout=5) as client:
        client.ehlo()
        with pytest.raises(smtplib.SMTPAuthenticationError) as told:
            bearer(at(port)).authenticate(client)

    assert told.value.smtp_code == 454
    assert len(office.bearers) == 1
    assert ring.held


@PROVIDERS
def test_no_token_is_shown_anywhere(
    ring: Ring,
    authority: Authority,
    provider: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Logs at their most talkative, output, errors, tracebacks and reprs hold no token and no client secret."""
    shown: list[str] = []
    with caplog.at_level(logging.DEBUG):
        grant = signed_in(provider, authority, shown)
        with (
            running(Office(set), auth_require_tls=False) as port,
            smtplib.SMTP(HERE, port, timeout=5) as client,
        ):
            client.ehlo()
            way = bearer(at(port))
            try:
                way.authenticate(client)
            except SignInNeeded as error:
                shown += [repr(error), "".join(traceback.format_exception(error))]
        authority.says = "invalid_grant"
        try:
            granted(AWAY).access(fresh=True)
        except SignInNeeded as error:
            shown += [repr(error), "".join(traceback.format_exception(error))]
    shown += [repr(grant), repr(way), caplog.text, *capfd.readouterr()]

    assert len(shown) >= 8
    assert all(secret not in line for line in shown for secret in authority.secrets)
    assert ring.held


@PROVIDERS
def test_a_grant_is_no_password(ring: Ring, authority: Authority, provider: str) -> None:
    """What Microsoft or Google granted is never presented as a password, whatever Settings says meanwhile."""
    signed_in(provider, authority)

    assert credentials.kept(HERE, USER) is None
    assert grants.forget(AWAY)
    assert ring.held == {}
    assert not grants.forget(AWAY)


def test_the_file_of_google_is_looked_at(tmp_path: Path) -> None:
    """The JSON file of an OAuth client is read; any other file, or none, is refused with what to download."""
    good, bad = tmp_path / "client.json", tmp_path / "bad.json"
    good.write_text(
        '{"installed": {"client_id": "a", "client_secret": "b", "auth_uri": "c", "token_uri": "d"}}', "utf-8"
    )
    assert google.client_of(good)["client_id"] == "a"
    for text in ("{}", "no json", '{"web": {}}', '{"installed": {"client_id": 1}}', "[]"):
        bad.write_text(text, "utf-8")
        with pytest.raises(Refused, match="Desktop app"):
            google.client_of(bad)
    with pytest.raises(Refused, match="cannot be read"):
        google.client_of(tmp_path / "nowhere.json")
    assert CLIENT_SECRET
