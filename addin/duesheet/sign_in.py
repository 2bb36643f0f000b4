"""The verbs that sign in to the mail server, and out again: what is asked goes into the keyring and nowhere else."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from duesheet import credentials, records
from duesheet.arguments import File
from duesheet.errors import CarrierFailed, Refused
from duesheet.opening import opened
from duesheet.settings import Settings
from duesheet.terminal import say, warn

if TYPE_CHECKING:  # loaded by the verbs that need them
    from duesheet.carriers.server import Server
    from duesheet.carriers.signing_in import SignIn

app = typer.Typer()

_PASSWORD, _MICROSOFT = "Password", "Microsoft 365"
_ENDING = ("office365.com", "outlook.com", "outlook.office.com")
_LATER = (
    "Microsoft 365 ends passwords for handing in mail in December 2026. Better set SMTP sign-in to Microsoft 365; "
    "docs/sign-in.md says how."
)


@app.command("sign-in")
def sign_in(  # noqa: PLR0913, PLR0917  a command has its switches
    file: File,
    check: Annotated[bool, typer.Option("--check", help="Try it at the mail server at once.")] = False,
    from_input: Annotated[
        bool, typer.Option("--stdin", help="Read the password from standard input, for scripts.")
    ] = False,
    client: Annotated[
        str,
        typer.Option(
            help="Microsoft 365: the application (client) ID. Google: the client's JSON file. Asked for if missing."
        ),
    ] = "",
    tenant: Annotated[
        str, typer.Option(help="Microsoft 365: the directory (tenant) ID. Blank: any organization.")
    ] = "",
    journal: Annotated[
        bool,
        typer.Option("--journal", help="The password of the team's database (Settings, Journal) instead."),
    ] = False,
) -> None:
    """Sign in to the mail server on Settings. Nothing secret is written into a file."""
    chosen = _settings(file)
    if journal:
        _with_journal(chosen, check=check, from_input=from_input)
        return
    there = _user_at(chosen)
    if chosen.smtp_sign_in == _PASSWORD:
        _with_password(chosen, there, check=check, from_input=from_input)
        return
    if chosen.smtp_sign_in == _MICROSOFT:
        _with_microsoft(chosen, there, client, tenant)
    else:
        _with_google(there, client)
    if check:
        from duesheet.carriers.signing_in import bearer  # noqa: PLC0415  the mail libraries

        _tried(there, bearer(there))
    say(f"Signed in as {there.user} with {chosen.smtp_sign_in}. To end it: duesheet sign-out {file}")


@app.command("sign-out")
def sign_out(
    file: File,
    journal: Annotated[
        bool,
        typer.Option("--journal", help="The password of the team's database (Settings, Journal) instead."),
    ] = False,
) -> None:
    """Take what was kept for the mail server on Settings out of the keyring."""
    from duesheet.carriers import grants  # noqa: PLC0415  the mail libraries

    chosen = _settings(file)
    if journal:
        host, user = _team_at(chosen)
        gone_now = credentials.forget(host, user)
        say(f"{'Signed out: nothing' if gone_now else 'Nothing'} is kept for {user} at the {host}.")
        return
    there = _user_at(chosen)
    gone = [credentials.forget(host, there.user) for host in (there.host, *_also(chosen))]
    granted = grants.forget(there)
    if not any(gone) and not granted:
        say(f"Nobody was signed in as {there.user} for {there.host}.")
        return
    more = " Microsoft or Google still lists the app; remove it there too if you like." if granted else ""
    say(f"Signed out: nothing is kept for {there.user} at {there.host} on this computer any more.{more}")


def _settings(file: Path) -> Settings:
    return records.settings_of(opened(file))


def _user_at(chosen: Settings) -> "Server":
    from duesheet.carriers.server import named  # noqa: PLC0415  the mail libraries

    there = named(chosen)
    if not there.user:
        raise Refused(
            "Settings, SMTP user is blank: no sign-in is needed then. Type the user name of the mailbox."
        )
    return there


def _also(chosen: Settings) -> list[str]:
    """The host of the mailbox, whose password is the same."""
    from duesheet.carriers.mailbox import place  # noqa: PLC0415  the mail libraries

    return [place(chosen.imap_host)[0]] if chosen.imap_host else []


def _with_password(chosen: Settings, there: "Server", *, check: bool, from_input: bool) -> None:
    if there.host.casefold().endswith(_ENDING):
        warn(_LATER)
    secret = _asked(f"Password of {there.user} at {there.host}", from_input=from_input)
    before = credentials.kept(there.host, there.user) if check else None
    credentials.keep(there.host, there.user, secret)
    if check:
        from duesheet.carriers.signing_in import password  # noqa: PLC0415  the mail libraries

        _tried(there, password(there), lambda: _restore(there, before))
    for host in _also(chosen):
        credentials.keep(host, there.user, secret)
    tried = "The mail server took the password" if check else "Not tried yet (--check tries it)"
    say(f"The password of {there.user} for {there.host} is in the keyring of this computer. {tried}.")


def _with_journal(chosen: Settings, *, check: bool, from_input: bool) -> None:
    from duesheet.memory import letters  # noqa: PLC0415  the database library

    host, user = _team_at(chosen)
    secret = _asked(f"Password of {user} at the {host}", from_input=from_input)
    before = credentials.kept(host, user) if check else None
    credentials.keep(host, user, secret)
    try:
        if check:
            letters(chosen.book_id or "trial", chosen.journal)
    except Refused:
        if before is None:
            credentials.forget(host, user)
        else:
            credentials.keep(host, user, before)
        raise
    tried = "The database took it" if check else "Not tried yet (--check tries it)"
    say(f"The password of {user} for the {host} is in the keyring of this computer. {tried}.")


def _team_at(chosen: Settings) -> tuple[str, str]:
    """The names under which the keyring keeps the password of the team's database."""
    from duesheet import vault  # noqa: PLC0415  the database library

    host, user = vault.place(vault.address(chosen.journal)) if chosen.journal else ("", "")
    if not host:
        raise Refused(
            "Settings, Journal names no database with a user, such as postgresql://name@server/books. "
            "No password is needed then."
        )
    return host, user


def _asked(what: str, *, from_input: bool) -> str:
    """The password: typed without being shown, or the first line of standard input."""
    if from_input:
        secret = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty():
        secret = typer.prompt(what, hide_input=True, err=True)
    else:
        raise Refused(
            "There is nobody to ask. With --stdin the password is read from standard input. It is never an argument: "
            "every user of this computer can see those."
        )
    if not secret:
        raise Refused("The password is blank. Nothing was kept.")
    return secret


def _restore(there: "Server", before: str | None) -> None:
    if before is None:
        credentials.forget(there.host, there.user)
    else:
        credentials.keep(there.host, there.user, before)


def _tried(there: "Server", how: "SignIn", undo: Callable[[], None] = lambda: None) -> None:
    """Sign in once, sending nothing; where that fails, `undo` and say why."""
    from duesheet.carriers.connection import Connection, Patience  # noqa: PLC0415  the mail libraries

    line = Connection(there, how, Patience())
    refusal = line.open()
    if refusal is not None:
        undo()
        raise CarrierFailed(f"{refusal.words}. Nothing was changed in the keyring.")
    line.hang_up()


def _with_microsoft(chosen: Settings, there: "Server", client: str, tenant: str) -> None:
    from duesheet.carriers import microsoft  # noqa: PLC0415  the mail libraries

    identity = client or _told("Application (client) ID, from Microsoft Entra (see docs/sign-in.md)")
    scopes = [microsoft.HAND_IN, *([microsoft.LOOK_UP] if chosen.imap_host else [])]
    microsoft.sign_in(there, identity, tenant, say, scopes)


def _with_google(there: "Server", client: str) -> None:
    from duesheet.carriers import google  # noqa: PLC0415  the mail libraries

    file = client or _told("JSON file of your OAuth client, from Google Cloud (see docs/sign-in.md)")
    google.sign_in(there, google.client_of(Path(file.strip('"'))), say)


def _told(what: str) -> str:
    if not sys.stdin.isatty():
        raise Refused(f"There is nobody to ask for this; give it with --client: {what}.")
    return str(typer.prompt(what, err=True)).strip()
