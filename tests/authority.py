"""What Microsoft and Google do when somebody signs in, on this machine: codes, pages, tokens, and taking them back."""

import json
import ssl
import threading
import time
import urllib.request
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlparse

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from mailroom import HERE, Keeper

CLIENT = "11111111-2222-4333-8444-555555555555"
CLIENT_SECRET = "GOCSPX-made-up-client-secret"  # noqa: S105  made up
USER = "ar@example.com"


@dataclass
class Authority:
    """Hands out tokens, each good until it is taken back; `says` an error instead, once it is set.

    `pending` is how often it answers that the code was not typed yet; `asked` lists the grants asked for.
    """

    url: str = ""
    good: set[str] = field(default_factory=set)
    refresh: str = ""
    says: str = ""
    pending: int = 0
    lives: int = 3600
    scope: str = "https://mail.google.com/"
    asked: list[str] = field(default_factory=list)
    issued: list[str] = field(default_factory=list)
    states: list[dict[str, str]] = field(default_factory=list)

    @property
    def tenant(self) -> str:
        """The directory, as a user with a cloud of their own types it."""
        return f"{self.url}/tenant"

    @property
    def client(self) -> dict[str, str]:
        """The client as Google's JSON file names it."""
        return {
            "client_id": CLIENT,
            "client_secret": CLIENT_SECRET,
            "auth_uri": f"{self.url}/auth",
            "token_uri": f"{self.url}/token",
        }

    @property
    def secrets(self) -> list[str]:
        """Everything that must never be shown."""
        return [*self.issued, CLIENT_SECRET]

    def get(self, path: str, asked: dict[str, str]) -> tuple[int, dict[str, Any] | str]:
        """The answer to a page that is opened."""
        if path == "/tokeninfo":
            good = asked.get("access_token") in self.good
            return (200, {"email": USER}) if good else (400, {"error": "invalid_token"})
        if path == "/auth":
            self.states.append(asked)
            told = {"error": self.says} if self.says else {"code": "4/made-up"}
            return 302, f"{asked['redirect_uri']}?{urlencode(told | {'state': asked['state']})}"
        return 200, {
            "issuer": f"{self.tenant}/v2.0",
            "authorization_endpoint": f"{self.tenant}/oauth2/v2.0/authorize",
            "token_endpoint": f"{self.tenant}/oauth2/v2.0/token",
            "device_authorization_endpoint": f"{self.tenant}/oauth2/v2.0/devicecode",
        }

    def post(self, path: str, asked: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """The answer to what is asked of it."""
        self.scope = asked.get("scope", self.scope)
        if path.endswith("/devicecode"):
            return 200, {
                "user_code": "ABC-DEF",
                "device_code": "device",
                "verification_uri": f"{self.url}/device",
                "expires_in": 900,
                "interval": 0,
                "message": f"Open {self.url}/device and type ABC-DEF",
            }
        self.asked.append(asked["grant_type"].rpartition(":")[2])
        if "device" in asked["grant_type"] and self.pending:
            self.pending -= 1
            return 400, {"error": "authorization_pending"}
        if self.says:
            return 400, {"error": self.says, "error_description": f"AADSTS50173: {self.says}\nTrace: 1"}
        if asked["grant_type"] == "refresh_token" and asked["refresh_token"] != self.refresh:
            return 400, {"error": "invalid_grant", "error_description": "AADSTS70000: not the last one"}
        return 200, self._tokens()

    def _tokens(self) -> dict[str, Any]:
        number = len(self.issued)
        access, self.refresh = f"access-{number}-" + "x" * 1_800, f"refresh-{number}-" + "y" * 1_200
        self.issued += [access, self.refresh]
        self.good.add(access)
        claims: dict[str, Any] = {
            "aud": CLIENT,
            "iss": self.tenant,
            "sub": "1",
            "preferred_username": USER,
            "oid": "1",
        }
        claims |= {"exp": int(time.time()) + 3600, "iat": int(time.time()), "tid": "tenant"}
        signed = f"{_packed({'alg': 'none'})}.{_packed(claims)}.none"
        told = {"access_token": access, "refresh_token": self.refresh, "token_type": "Bearer"}
        extra = {"id_token": signed, "client_info": _packed({"uid": "1", "utid": "tenant"})}
        return told | extra | {"expires_in": self.lives, "scope": self.scope}


def _packed(told: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")


def _handler(authority: Authority) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlparse(self.path)
            self._answer(*authority.get(parts.path, _first(parts.query)))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer(*authority.post(urlparse(self.path).path, _first(body)))

        def _answer(self, code: int, told: dict[str, Any] | str) -> None:
            self.send_response(code)
            if isinstance(told, str):
                self.send_header("Location", told)
            body = b"" if isinstance(told, str) else json.dumps(told).encode()
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


def _first(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


@contextmanager
def open_for_business(folder: Path) -> Iterator[tuple[Authority, Path]]:
    """An authority over TLS on this machine, and the file of whom to trust."""
    folder.mkdir(exist_ok=True)
    notary = trustme.CA()
    trusted = folder / "trusted.pem"
    notary.cert_pem.write_to_path(str(trusted))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    notary.issue_cert(HERE).configure_cert(context)
    authority = Authority()
    server = ThreadingHTTPServer((HERE, 0), _handler(authority))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    authority.url = f"https://{HERE}:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield authority, trusted
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


class Browser:
    """A browser whose user agrees to everything."""

    def __init__(self, trusted: Path) -> None:
        self._context = ssl.create_default_context(cafile=str(trusted))

    def open(self, url: str, **_: Any) -> bool:
        """Go to the page and wherever it leads."""

        def go() -> None:
            with suppress(OSError), urllib.request.urlopen(url, timeout=10, context=self._context) as page:  # noqa: S310  ours
                page.read()

        threading.Thread(target=go).start()
        return True


class Office(Keeper):
    """A mail server that takes the tokens `authority` holds good, and says why not as Gmail and Microsoft do.

    `challenged`: an error comes as a challenge first, which the client must answer before it is told no.
    """

    def __init__(
        self,
        good: Callable[[], set[str]],
        no: str = "535 5.7.3 Authentication unsuccessful",
        *,
        challenged: bool = True,
    ) -> None:
        super().__init__()
        self._good = good
        self._no = no
        self._challenged = challenged
        self.bearers: list[str] = []
        self.answers: list[bytes] = []

    async def handle_EHLO(  # noqa: N802  aiosmtpd's own name
        self, server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Say hello, and take lines for AUTH as long as RFC 4954 has it: aiosmtpd is narrower."""
        session.host_name = hostname
        server.command_size_limits["AUTH"] = 12_288
        server._reader._limit = 12_288  # type: ignore[attr-defined]
        return responses

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802  aiosmtpd's own name
        """Check the bearer string."""
        told = b64decode(args[1]).decode()
        self.bearers.append(told)
        if told in {f"user={USER}\1auth=Bearer {token}\1\1" for token in self._good()}:
            return AuthResult(success=True)
        if self._challenged:
            why = b64encode(json.dumps({"status": "400", "schemes": "Bearer"}).encode()).decode()
            await server.push(f"334 {why}")
            self.answers.append(await server._reader.readline())
        return AuthResult(success=False, handled=False, message=self._no)
