"""What a user has granted at Microsoft or Google: letters may be handed in under their name until they take it back.

The application they granted it to is their own (docs/sign-in.md): Duesheet ships no client id, so nobody can pose
as it and nobody can switch all of it off. Its id lies in the keyring, beside the tokens.
"""

import json
from dataclasses import asdict, dataclass, field

from duesheet import credentials
from duesheet.carriers.server import Server
from duesheet.credentials import AGAIN
from duesheet.errors import SignInNeeded

MICROSOFT, GOOGLE = "Microsoft 365", "Google"


@dataclass(frozen=True)
class Grant:
    """One grant: `authority` is where tokens are fetched, `tokens` what is fetched them with.

    `tokens` is a token cache of msal (Microsoft) or a refresh token (Google), `secret` the client's (Google only).
    """

    provider: str
    client_id: str
    authority: str
    scopes: tuple[str, ...]
    secret: str = field(default="", repr=False)
    tokens: str = field(default="", repr=False)


def keep(server: Server, grant: Grant) -> None:
    """Keep `grant` in the keyring, for this user of this host."""
    credentials.keep(_place(server), server.user, json.dumps(asdict(grant)))


def kept(server: Server) -> Grant:
    """The grant the keyring keeps for this user of this host; raises SignInNeeded when there is none."""
    text = credentials.kept(_place(server), server.user)
    if text is None:
        raise SignInNeeded(
            f"Nobody has signed in as {server.user} for {server.host} on this computer. {AGAIN}"
        )
    held = json.loads(text)
    return Grant(**held | {"scopes": tuple(held["scopes"])})


def forget(server: Server) -> bool:
    """Take the grant away; False when there was none."""
    return credentials.forget(_place(server), server.user)


def ended(server: Server, grant: Grant, code: str) -> SignInNeeded:
    """The word for a grant that no longer holds; `code` is the one of the token endpoint."""
    return SignInNeeded(
        f"{grant.provider} no longer honors the sign-in of {server.user} ({code}): it was withdrawn, the password was "
        f"changed, or it was not used for long. {AGAIN}"
    )


def unreachable(grant: Grant, error: Exception) -> ConnectionError:
    """The word for an authority that does not answer: nothing is wrong with the sign-in."""
    host = grant.authority.partition("://")[2].partition("/")[0]
    return ConnectionError(
        f"{host}, where {grant.provider} hands out sign-ins, cannot be reached ({type(error).__name__})"
    )


def _place(server: Server) -> str:
    """Apart from a password for the same host: neither must ever be presented as the other."""
    return f"{server.host.strip().lower()}, tokens"
