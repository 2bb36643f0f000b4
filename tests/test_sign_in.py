"""Signing in with a password, and the verbs for it: asked once, kept in the keyring, shown nowhere."""

import io
import json
import logging
import re
import smtplib
import subprocess
import sys
import traceback
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring.backends.fail
import platformdirs
import pytest
import typer

from authority import CLIENT, USER, Authority, Browser, Office, open_for_business
from duesheet import credentials
from duesheet.carriers import grants
from duesheet.carriers.server import Server
from duesheet.carriers.signing_in import hint, nobody, password
from duesheet.errors import SignInNeeded
from mailroom import HERE, Fault, Frail, Keeper, knows, running
from ring import Ring, used
from shop import DAY, Terminal, shop

SECRET = "correct horse battery staple"  # noqa: S105  made up
OPEN: dict[str, Any] = {"auth_require_tls": False}


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of journals and logs, for this test alone."""
    monkeypatch.setenv("DUESHEET_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(platformdirs, "user_log_path", lambda *_, **__: tmp_path)
    return tmp_path / "data"


@pytest.fixture
def ring() -> Iterator[Ring]:
    """A keyring as narrow as that of Windows."""
    ring = Ring()
    with used(ring):
        yield ring


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """A terminal."""
    return Terminal(monkeypatch, capsys)


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """What comes on standard input next."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def book(folder: Path, port: int = 587, **other: str) -> Path:
    """A workbook that names a mail server of this machine."""
    named = {"smtp_host": HERE, "smtp_port": str(port), "smtp_security": "None", "smtp_user": USER}
    return shop(folder / "Collections.xlsx", carrier="SMTP", **named | other)


def there(port: int, user: str = USER) -> Server:
    """The mail server at `port`."""
    return Server(HERE, port, "None", user, USER)


def greeted(port: int) -> smtplib.SMTP:
    """A connection after EHLO."""
    client = smtplib.SMTP(HERE, port, timeout=5)
    client.ehlo()
    return client


@pytest.mark.parametrize("user", [USER, "clerk", "müller@example.com"])
@pytest.mark.parametrize("secret", [SECRET, "pässwörd 密码", "=", "a:b\\\"'"])
def test_a_password_signs_in(ring: Ring, user: str, secret: str) -> None:
    """Whatever letters user and password are of, and whether the user is an address or not, the server takes them."""
    credentials.keep(HERE, user, secret)
    with running(Keeper(), **OPEN, authenticator=knows(user, secret)) as port, greeted(port) as client:
        password(there(port, user)).authenticate(client)
        assert client.noop()[0] == 250
    assert ring.held


def test_a_wrong_password_is_the_servers_word(ring: Ring) -> None:
    """The server's refusal comes as smtplib has it, for the table of replies; it does not hold the password."""
    credentials.keep(HERE, USER, SECRET)
    with (
        running(Keeper(), **OPEN, authenticator=knows(USER, "another")) as port,
        greeted(port) as client,
        pytest.raises(smtplib.SMTPAuthenticationError) as told,
    ):
        password(there(port)).authenticate(client)
    assert told.value.smtp_code == 535
    assert SECRET not in "".join(traceback.format_exception(told.value))
    assert ring.held


def test_letters_smtplib_cannot_say_are_not_shown_in_its_error(ring: Ring) -> None:
    """A server without PLAIN cannot be told a password with an umlaut; no error quotes it, not even in its repr."""
    secret = "geheim-ü-wort"  # noqa: S105  made up
    credentials.keep(HERE, USER, secret)
    with (
        running(
            Keeper(), **OPEN, authenticator=knows(USER, secret), auth_exclude_mechanism=["PLAIN"]
        ) as port,
        greeted(port) as client,
        pytest.raises(SignInNeeded, match="plain letters only") as told,
    ):
        password(there(port)).authenticate(client)
    shown = repr(told.value) + repr(told.value.__cause__) + "".join(traceback.format_exception(told.value))

    assert "geheim" not in shown
    assert ring.held


def test_no_password_is_kept_for_another_server(ring: Ring) -> None:
    """A workbook that names a stranger's server gets no password, and the words say what to run."""
    credentials.keep("smtp.example.com", USER, SECRET)
    words = f"No password is kept for {USER} at {HERE}. Run: duesheet sign-in"
    with (
        running(Keeper(), **OPEN, authenticator=knows(USER, SECRET)) as port,
        greeted(port) as client,
        pytest.raises(SignInNeeded, match=re.escape(words)),
    ):
        password(there(port)).authenticate(client)
    assert ring.held


def test_nobody_says_nothing(ring: Ring) -> None:
    """A server without sign-in is told nothing, and the keyring is not asked."""
    with Frail([Fault("AUTH", "500 no")]) as server, greeted(server.port) as client:
        nobody().authenticate(client)
    assert not [line for line in server.said if line.upper().startswith("AUTH")]
    assert ring.held == {}


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (
            b"5.7.30 Basic authentication is not supported for Client Submission",
            "Set SMTP sign-in to Microsoft 365",
        ),
        (b"5.7.139 SmtpClientAuthentication is disabled for the Mailbox", "Authenticated SMTP"),
        (b"5.7.9 Application-specific password required", "app password"),
        (b"5.7.8 Username and Password not accepted", "Check SMTP user"),
        (b"5.7.3 Authentication unsuccessful", ""),
        (b"5.7.300 something new", ""),
        (b"5.7.80 something new", ""),
    ],
)
def test_known_refusals_have_words_of_their_own(reply: bytes, words: str) -> None:
    """What Microsoft and Google say about passwords is told with what to do; anything else is left as it is."""
    told = hint(there(587), reply)

    assert words in told
    assert bool(told) is bool(words)


def test_a_password_is_typed_and_kept(
    tmp_path: Path, terminal: Terminal, ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At a terminal the password is asked for without being shown, and kept for this user of this host."""
    asked: dict[str, Any] = {}

    def prompt(text: str, **how: Any) -> str:
        asked.update(how, text=text)
        return SECRET

    monkeypatch.setattr(typer, "prompt", prompt)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    file = book(tmp_path)
    before = file.read_bytes()

    assert terminal.run("sign-in", file).code == 0
    assert asked["hide_input"] is True
    assert USER in asked["text"]
    assert credentials.kept(HERE, USER) == SECRET
    assert "in the keyring" in terminal.said
    assert "Not tried yet" in terminal.said
    assert SECRET not in terminal.said + terminal.told
    assert file.read_bytes() == before
    assert ring.held


def test_a_script_gives_the_password_on_standard_input(
    tmp_path: Path, terminal: Terminal, ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With --stdin the first line is the password, blanks and all; nobody is asked."""
    typed(monkeypatch, f" {SECRET} \r\nmore\n")

    assert terminal.run("sign-in", book(tmp_path), "--stdin").code == 0
    assert credentials.kept(HERE, USER) == f" {SECRET} "
    assert ring.held


@pytest.mark.parametrize("words", [("--stdin",), ()], ids=["blank line", "nobody there"])
def test_without_a_password_nothing_is_kept(
    tmp_path: Path, terminal: Terminal, ring: Ring, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """A blank password, or nobody to ask, is refused; no password can be given as an argument."""
    typed(monkeypatch, "\n")

    assert terminal.run("sign-in", book(tmp_path), *words).code == 2
    assert ring.held == {}
    assert terminal.run("sign-in", tmp_path / "Collections.xlsx", SECRET).code == 2


def test_where_the_keyring_is_missing_the_verb_says_what_to_install(
    tmp_path: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a keyring the verb ends with 2 and what to install; no file is written."""
    typed(monkeypatch, f"{SECRET}\n")
    file = book(tmp_path)
    with used(keyring.backends.fail.Keyring()):  # type: ignore[no-untyped-call]
        assert terminal.run("sign-in", file, "--stdin").code == 2
    assert "install gnome-keyring" in terminal.told
    assert list(tmp_path.iterdir()) == [file]


def test_a_password_is_tried_when_asked_to(
    tmp_path: Path, terminal: Terminal, ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With --check a good password is tried at the server and kept; no letter goes."""
    keeper = Keeper()
    with running(keeper, **OPEN, authenticator=knows(USER, SECRET)) as port:
        typed(monkeypatch, f"{SECRET}\n")
        assert terminal.run("sign-in", book(tmp_path, port), "--stdin", "--check").code == 0
    assert "took the password" in terminal.said
    assert keeper.kept == []
    assert ring.held


@pytest.mark.parametrize("before", [None, "the old one"])
def test_a_wrong_password_changes_nothing(
    tmp_path: Path, terminal: Terminal, ring: Ring, monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    """With --check a password the server refuses is not kept: what was there before stays, or nothing."""
    if before:
        credentials.keep(HERE, USER, before)
    with running(Keeper(), **OPEN, authenticator=knows(USER, SECRET)) as port:
        typed(monkeypatch, "wrong\n")
        assert terminal.run("sign-in", book(tmp_path, port), "--stdin", "--check").code == 3
    assert "Nothing was changed" in terminal.told
    assert credentials.kept(HERE, USER) == before
    assert bool(ring.held) is bool(before)


def test_microsofts_end_of_passwords_is_told(
    tmp_path: Path, terminal: Terminal, ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever keeps a password for Microsoft's server is told that it ends, and what to set instead."""
    typed(monkeypatch, f"{SECRET}\n")

    assert terminal.run("sign-in", book(tmp_path, smtp_host="smtp.office365.com"), "--stdin").code == 0
    assert "December 2026" in terminal.told
    assert credentials.kept("smtp.office365.com", USER) == SECRET
    assert ring.held


@pytest.mark.parametrize(
    ("setting", "words"), [("smtp_host", "SMTP host is blank"), ("smtp_user", "SMTP user is blank")]
)
def test_a_book_that_names_no_server_is_refused(
    tmp_path: Path, terminal: Terminal, ring: Ring, setting: str, words: str
) -> None:
    """Signing in or out needs a server and a user on Settings, and says which is missing."""
    blank = {setting: ""}
    file = book(tmp_path, 587, **blank)
    for verb in ("sign-in", "sign-out"):
        assert terminal.run(verb, file).code == 2
        assert words in terminal.told
    assert ring.held == {}


def test_signing_out_takes_everything_away(
    tmp_path: Path, terminal: Terminal, ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signing out empties the keyring, the mailbox's password included; a second time there is nothing to do."""
    typed(monkeypatch, f"{SECRET}\n")
    file = book(tmp_path, imap_host="imap.example.com")
    terminal.run("sign-in", file, "--stdin")
    assert credentials.kept("imap.example.com", USER) == SECRET
    grants.keep(there(0), grants.Grant(grants.GOOGLE, "id", "https://example.com/token", (), "s", "t"))

    assert terminal.run("sign-out", file).code == 0
    assert "nothing is kept" in terminal.said
    assert ring.held == {}
    assert terminal.run("sign-out", file).code == 0
    assert "Nobody was signed in" in terminal.said


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Authority]:
    """Microsoft and Google, on this machine, and a browser that goes there."""
    with open_for_business(tmp_path / "authority") as (authority, trusted):
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
        monkeypatch.setattr(webbrowser, "get", lambda _=None: Browser(trusted))
        yield authority


def test_the_verb_signs_in_with_microsoft(
    tmp_path: Path, terminal: Terminal, ring: Ring, authority: Authority
) -> None:
    """The verb shows where to type which code, and keeps the grant; sign-out takes it away again."""
    file = book(tmp_path, smtp_sign_in="Microsoft 365")

    assert terminal.run("sign-in", file, "--client", CLIENT, "--tenant", authority.tenant).code == 0
    assert "type ABC-DEF" in terminal.said
    assert grants.kept(there(0)).client_id == CLIENT
    assert not [secret for secret in authority.secrets if secret in terminal.said + terminal.told]
    assert terminal.run("sign-out", file).code == 0
    assert ring.held == {}


def test_the_verb_signs_in_with_google(
    tmp_path: Path, terminal: Terminal, ring: Ring, authority: Authority
) -> None:
    """The verb reads the client's file, opens the browser, keeps the grant, and tries it where it is told to."""
    client = tmp_path / "client.json"
    client.write_text(json.dumps({"installed": authority.client}), "utf-8")
    office = Office(lambda: authority.good)
    with running(office, **OPEN) as port:
        file = book(tmp_path, port, smtp_sign_in="Google")
        assert terminal.run("sign-in", file, "--client", client, "--check").code == 0

    assert len(office.bearers) == 1
    assert office.kept == []
    assert grants.kept(there(0)).provider == "Google"
    assert not [secret for secret in authority.secrets if secret in terminal.said + terminal.told]
    assert ring.held


def test_a_token_lies_in_no_file(
    tmp_path: Path, terminal: Terminal, ring: Ring, authority: Authority, caplog: pytest.LogCaptureFixture
) -> None:
    """Signed in with Microsoft and sent: neither workbook, journal, letters nor logs hold a token."""
    authority.lives = 1
    office = Office(lambda: authority.good)
    with caplog.at_level(logging.DEBUG), running(office, **OPEN) as port:
        file = book(tmp_path, port, smtp_sign_in="Microsoft 365", send_hours="00:00-23:59")
        terminal.run("sign-in", file, "--client", CLIENT, "--tenant", authority.tenant, "--check")
        shown = terminal.said + terminal.told
        terminal.run("send", file, "--as-of", DAY, "--yes", "--json")
        shown += terminal.said + terminal.told
    files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    logged = "\n".join(
        record.getMessage() for record in caplog.records if not record.name.startswith("mail.")
    )

    assert office.bearers
    assert {path.suffix for path in files} >= {".xlsx", ".sqlite", ".eml"}
    for secret in authority.secrets:
        assert secret not in shown + logged
        assert not [path for path, data in files.items() if secret.encode() in data]
    assert ring.held


@pytest.mark.parametrize("provider", ["Microsoft 365", "Google"])
def test_nobody_to_ask_for_the_client_is_refused(
    tmp_path: Path, terminal: Terminal, ring: Ring, monkeypatch: pytest.MonkeyPatch, provider: str
) -> None:
    """Without a terminal the client must be given; the words say which option and where it comes from."""
    typed(monkeypatch, "")

    assert terminal.run("sign-in", book(tmp_path, smtp_sign_in=provider)).code == 2
    assert "--client" in terminal.told
    assert "docs/sign-in.md" in terminal.told
    assert ring.held == {}


def test_a_password_is_shown_nowhere(  # noqa: PLR0913, PLR0917  everything that may show it
    tmp_path: Path,
    terminal: Terminal,
    ring: Ring,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    data: Path,
) -> None:
    """Signed in, sent, refused and crashed: no file, no log, no output and no repr holds the password."""
    shown: list[str] = []
    with caplog.at_level(logging.DEBUG), running(Keeper(), **OPEN, authenticator=knows(USER, SECRET)) as port:
        file = book(tmp_path, port, send_hours="00:00-23:59")
        typed(monkeypatch, f"{SECRET}\n")
        for words in (
            ("sign-in", file, "--stdin", "--check"),
            ("send", file, "--as-of", DAY, "--yes", "--json"),
            ("status", file, "--json"),
        ):
            terminal.run(*words)
            shown += [terminal.said, terminal.told]
        way = password(there(port))
        shown += [repr(way), str(way), caplog.text]

        def crash(*_: object, **__: object) -> None:
            raise RuntimeError("the power failed")

        monkeypatch.setattr(smtplib.SMTP, "login", crash)
        terminal.run("sign-in", file, "--stdin", "--check")
        shown += [terminal.said, terminal.told]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]

    assert data.exists()
    assert {path.suffix for path in files} >= {".xlsx", ".sqlite"}
    assert not [path for path in files if SECRET.encode() in path.read_bytes()]
    assert not [text for text in shown if SECRET in text]
    assert ring.held


def test_refresh_loads_no_library_of_mail_or_keyring(tmp_path: Path) -> None:
    """Refresh starts as quickly as ever: nothing that signs in is loaded by it."""
    file = book(tmp_path)
    code = (
        "import sys; from duesheet import cli; sys.argv = ['duesheet', 'refresh', sys.argv[1]]\n"
        "try: cli.main()\n"
        "except SystemExit: pass\n"
        "print([n for n in ('keyring', 'msal', 'google.auth', 'yagmail', 'smtplib', 'imaplib', 'requests') "
        "if n in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, file], capture_output=True, text=True, timeout=120, check=True
    )

    assert ran.stdout.splitlines()[-1] == "[]"
