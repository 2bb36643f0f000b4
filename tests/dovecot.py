"""A real IMAP server for tests: Dovecot on this machine, with TLS, stopped by the test that started it."""

import getpass
import grp
import imaplib
import os
import pwd
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import trustme

from duesheet.carriers.mailbox import Mailbox
from mailroom import HERE

USER, SECRET = "ar@example.com", "correct horse battery staple"
PATIENCE = 20
CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log.txt
protocols = imap
listen = {here}
ssl = required
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.pem
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
auth_mechanisms = plain login{bearing}
{tokens}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/users
}}
userdb {{
  driver = static
  args = uid={owner} gid={group} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    address = {here}
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox "{sent}" {{
    {special}
    auto = create
  }}
  mailbox "Old letters" {{
    auto = create
  }}
}}
"""


@dataclass(frozen=True)
class Post:
    """The server as tests use it: its `port`, whom to `trust`, and the folder of sent mail."""

    port: int
    trust: ssl.SSLContext
    sent: str

    @property
    def sent_folder(self) -> str:
        """The folder of sent mail as it is named to the server."""
        return self.sent.replace("&", "&-")

    def mailbox(self, password: str = SECRET, trust: ssl.SSLContext | None = None) -> Mailbox:
        """The mailbox of the user, as the product opens it."""

        def sign_in(client: imaplib.IMAP4) -> None:
            client.authenticate("PLAIN", lambda _: f"\0{USER}\0{password}".encode())

        return Mailbox(HERE, self.port, sign_in, context=trust or self.trust)

    def file(self, folder: str, data: bytes) -> None:
        """Put a message into a folder, as the user's own mail program does."""
        with self._client() as client:
            code, told = client.append(f'"{folder}"', "", imaplib.Time2Internaldate(time.time()), data)
            assert code == "OK", told

    def unread(self, folder: str) -> int:
        """How many messages of a folder nobody has looked at."""
        with self._client() as client:
            client.select(f'"{folder}"', readonly=True)
            _, found = client.search(None, "UNSEEN")
            return len(found[0].split())

    @contextmanager
    def _client(self) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4_SSL(HERE, self.port, ssl_context=self.trust, timeout=PATIENCE) as client:
            client.login(USER, SECRET)
            yield client


@contextmanager
def delivered(
    program: str, sent: str = "Sent", *, marked: bool = True, tokens: tuple[str, Path] | None = None
) -> Iterator[Post]:
    """A running server whose folder of sent mail is called `sent`, and `marked` as such or not.

    `tokens`: where it asks whether an access token is good, and whom it trusts there.

    It lives in a folder that its own users may enter: those pytest gives are for their owner alone.
    """
    with tempfile.TemporaryDirectory(prefix="duesheet-dovecot-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        yield from _running(program, folder, sent, _prepared(folder, sent, tokens, marked=marked))


def _running(program: str, folder: Path, sent: str, port: int) -> Iterator[Post]:
    trust = ssl.create_default_context(cafile=str(folder / "trusted.pem"))
    with (folder / "output.txt").open("wb") as output:
        server = subprocess.Popen(
            [program, "-F", "-c", str(folder / "dovecot.conf")],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        try:
            _wait(server, port, folder)
            yield Post(port, trust, sent)
        finally:
            server.terminate()
            with suppress(subprocess.TimeoutExpired):
                server.wait(PATIENCE)
            if server.poll() is None:
                server.kill()
                server.wait(PATIENCE)


def _bearing(folder: Path, tokens: tuple[str, Path] | None) -> str:
    """The part of the configuration about access tokens."""
    if tokens is None:
        return ""
    asked, trusted = tokens
    (folder / "authority.pem").write_bytes(trusted.read_bytes())
    (folder / "tokens.conf").write_text(
        f"tokeninfo_url = {asked}/tokeninfo?access_token=\nusername_attribute = email\n"
        f"tls_ca_cert_file = {folder}/authority.pem\n",
        "utf-8",
    )
    return f"passdb {{\n  driver = oauth2\n  mechanisms = xoauth2\n  args = {folder}/tokens.conf\n}}"


def _prepared(folder: Path, sent: str, tokens: tuple[str, Path] | None, *, marked: bool) -> int:
    notary = trustme.CA()
    notary.cert_pem.write_to_path(str(folder / "trusted.pem"))
    notary.issue_cert(HERE).private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
    (folder / "users").write_text(f"{USER}:{SECRET}\n", "utf-8")
    (folder / "mail").mkdir()
    door = socket.create_server((HERE, 0))
    port = int(door.getsockname()[1])
    door.close()
    me = getpass.getuser()
    # Dovecot lets nobody read mail as root; where it is started by root it has users of its own.
    root = os.geteuid() == 0
    owner = "dovecot" if root else me
    group = grp.getgrgid(pwd.getpwnam(owner).pw_gid).gr_name
    if root:
        folder.chmod(0o755)
        os.chown(folder / "mail", pwd.getpwnam(owner).pw_uid, pwd.getpwnam(owner).pw_gid)
        (folder / "users").chmod(0o644)
    settings = CONFIGURATION.format(
        folder=folder,
        here=HERE,
        port=port,
        internal=owner,
        group=group,
        login="dovenull" if root else me,
        owner=owner,
        sent=sent,
        bearing=" xoauth2" if tokens else "",
        tokens=_bearing(folder, tokens),
        special="special_use = \\Sent" if marked else "",
    )
    (folder / "dovecot.conf").write_text(settings, "utf-8")
    return port


def _wait(server: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        with suppress(OSError), socket.create_connection((HERE, port), timeout=1):
            return
        time.sleep(0.05)
    told = [path.read_text("utf-8") for path in (folder / "output.txt", folder / "log.txt") if path.exists()]
    raise AssertionError(f"Dovecot did not start: {told}")
