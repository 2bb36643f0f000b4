"""Signing in with Google: a page in the browser once, tokens renewed without asking afterwards."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from google.auth.exceptions import RefreshError, TransportError
from google.auth.transport.requests import Request
from google.oauth2.credentials import Credentials
from google_auth_oauthlib.flow import InstalledAppFlow, WSGITimeoutError
from oauthlib.oauth2 import OAuth2Error
from requests import RequestException

from duesheet.carriers.grants import GOOGLE, Grant, ended, keep, kept, unreachable
from duesheet.carriers.server import Server
from duesheet.errors import Refused, SignInNeeded

MAIL = "https://mail.google.com/"
"""The one scope by which Google lets a program hand in mail over SMTP, and look into it over IMAP."""

PATIENCE = 300
"""Seconds the page in the browser is waited for."""

_TALKATIVE = ("requests_oauthlib", "oauthlib", "google", "google_auth_oauthlib")
for _name in _TALKATIVE:  # they log tokens when somebody debugs another part of the program
    logging.getLogger(_name).setLevel(logging.WARNING)

_HERE = "127.0.0.1"
_DONE = "Signed in. You can close this page and go back to Duesheet."
_NEEDED = ("client_id", "client_secret", "auth_uri", "token_uri")


def client_of(file: Path) -> dict[str, Any]:
    """The client in the JSON file that Google Cloud gives for an OAuth client of the kind Desktop app."""
    try:
        held = json.loads(file.read_text(encoding="utf-8"))["installed"]
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror or error}.") from error
    except (ValueError, KeyError, TypeError):
        held = None
    if not isinstance(held, dict) or not all(isinstance(held.get(name), str) for name in _NEEDED):
        raise Refused(
            f"{file} is not the JSON file of an OAuth client of the kind Desktop app. "
            "In Google Cloud: Clients, your client, Download JSON."
        ) from None
    return held


def sign_in(
    server: Server, client: Mapping[str, Any], tell: Callable[[str], None], patience: int = PATIENCE
) -> Grant:
    """Have the user grant mail to their own `client` (see `client_of`) in the browser, and keep the grant.

    The browser comes back to a port of this computer. Raises SignInNeeded when it comes to nothing.
    """
    grant = Grant(GOOGLE, client["client_id"], client["token_uri"], (MAIL,), secret=client["client_secret"])
    flow = InstalledAppFlow.from_client_config({"installed": dict(client)}, list(grant.scopes))
    tell("A page of Google opens in the browser. Sign in there as the sender of the letters.")
    try:
        found = flow.run_local_server(
            host=_HERE,
            port=0,
            authorization_prompt_message="If no page opens, open this one: {url}",
            success_message=_DONE,
            timeout_seconds=patience,
            access_type="offline",
            prompt="consent",
            login_hint=server.user,
        )
    except WSGITimeoutError:
        raise SignInNeeded(f"Nobody signed in within {patience} seconds. Try again.") from None
    except OAuth2Error as error:
        raise SignInNeeded(f"Google did not sign you in ({error.error}). Try again.") from None
    except RequestException as error:
        raise unreachable(grant, error) from None
    if not found.refresh_token:
        raise SignInNeeded(
            "Google gave no lasting sign-in. Remove the app's access there, and sign in again."
        )
    whole = replace(grant, tokens=found.refresh_token)
    keep(server, whole)
    return whole


class GoogleTokens:
    """Access tokens from the kept grant. They live an hour and are not kept; the refresh token is."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._last: Credentials | None = None

    def access(self, *, fresh: bool = False) -> str:
        """An access token for the mail server; `fresh`: a new one in any case."""
        if fresh or self._last is None or not self._last.valid:
            self._last = self._renewed()
        return str(self._last.token)

    def _renewed(self) -> Credentials:
        grant = kept(self._server)
        found = Credentials(  # type: ignore[no-untyped-call]
            None,
            refresh_token=grant.tokens,
            token_uri=grant.authority,
            client_id=grant.client_id,
            client_secret=grant.secret,
            scopes=list(grant.scopes),
        )
        try:
            found.refresh(Request())  # type: ignore[no-untyped-call]
        except TransportError as error:
            raise unreachable(grant, error) from None
        except RefreshError as error:
            raise ended(self._server, grant, _code(error)) from None
        if found.refresh_token != grant.tokens:
            keep(self._server, replace(grant, tokens=found.refresh_token))
        return found


def _code(error: RefreshError) -> str:
    """The code Google gave; the rest of its answer may hold anything."""
    held = error.args[1] if len(error.args) > 1 else None
    return str(held.get("error", "refused")) if isinstance(held, dict) else "refused"
