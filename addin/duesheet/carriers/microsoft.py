"""Signing in with Microsoft 365: a code typed into any browser once, tokens renewed without asking afterwards."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import msal
from requests import RequestException

from duesheet.carriers.grants import MICROSOFT, Grant, ended, keep, kept, unreachable
from duesheet.carriers.server import Server
from duesheet.errors import SignInNeeded

CLOUD = "https://login.microsoftonline.com"
HAND_IN = "https://outlook.office.com/SMTP.Send"
LOOK_UP = "https://outlook.office.com/IMAP.AccessAsUser.All"
GRAPH_SEND = "https://graph.microsoft.com/Mail.Send"

logging.getLogger("msal").setLevel(logging.WARNING)  # it has been known to log what it sends

_SECONDS = 30
_EVERYBODY = "organizations"
_LONGEST_WORDS = 200


def sign_in(
    server: Server,
    client_id: str,
    tenant: str,
    tell: Callable[[str], None],
    scopes: Iterable[str] = (HAND_IN,),
) -> Grant:
    """Have the user grant `scopes` to their own application `client_id`, and keep the grant.

    `tenant` is the directory (tenant) id or domain; blank: any organization; or a whole URL for a cloud of its own.
    `tell` shows the user where to type which code. Raises SignInNeeded when it comes to nothing.
    """
    grant = Grant(MICROSOFT, client_id.strip(), _authority(tenant.strip()), tuple(scopes))
    cache = msal.SerializableTokenCache()
    try:
        application = _application(grant, cache)
        flow = application.initiate_device_flow(list(grant.scopes))
        if "message" not in flow:
            raise _refused(flow)
        tell(flow["message"])
        answer = application.acquire_token_by_device_flow(flow)
    except RequestException as error:
        raise unreachable(grant, error) from None
    except ValueError:  # msal's own word for a directory that is not there, with the whole page in it
        raise SignInNeeded(
            f"{grant.authority} is no directory Microsoft knows. Copy the Directory (tenant) ID again."
        ) from None
    if "access_token" not in answer:
        raise _refused(answer)
    whole = replace(grant, tokens=cache.serialize())
    keep(server, whole)
    return whole


class MicrosoftTokens:
    """Access tokens from the kept grant; a renewed one goes back into the keyring."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def access(self, *, fresh: bool = False) -> str:
        """An access token for the mail server; `fresh`: a new one in any case."""
        grant = kept(self._server)
        cache = msal.SerializableTokenCache()
        cache.deserialize(grant.tokens)
        try:
            application = _application(grant, cache)
            accounts = application.get_accounts()
            answer = accounts and application.acquire_token_silent_with_error(
                list(grant.scopes), accounts[0], force_refresh=fresh
            )
        except RequestException as error:
            raise unreachable(grant, error) from None
        if not answer or "access_token" not in answer:
            raise ended(self._server, grant, (answer or {}).get("error", "nothing is left of it"))
        if cache.has_state_changed:
            keep(self._server, replace(grant, tokens=cache.serialize()))
        return str(answer["access_token"])


def _application(grant: Grant, cache: msal.SerializableTokenCache) -> msal.PublicClientApplication:
    return msal.PublicClientApplication(
        grant.client_id,
        authority=grant.authority,
        token_cache=cache,
        timeout=_SECONDS,
        # What is not Microsoft's own cloud was typed by the user; Microsoft's need not be asked about it.
        instance_discovery=None if grant.authority.startswith(CLOUD) else False,
    )


def _authority(tenant: str) -> str:
    return tenant if tenant.startswith("https://") else f"{CLOUD}/{tenant or _EVERYBODY}"


def _refused(answer: dict[str, Any]) -> SignInNeeded:
    told = str(answer.get("error_description") or "").splitlines()
    words = f": {told[0][:_LONGEST_WORDS]}" if told else ""
    return SignInNeeded(f"Microsoft did not sign you in ({answer.get('error', 'no reason given')}){words}")
