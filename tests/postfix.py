"""A real mail server for tests: Postfix on this machine, with TLS and sign-in, stopped by the test that started it."""

import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import trustme

from mailroom import HERE

USER, SECRET = "ar@example.com", "correct horse battery staple"
PATIENCE = 60
"""Seconds a busy machine may take to start it, to stop it, or to lay a letter into its box."""

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
command_directory = {commands}
daemon_directory = {daemons}
maillog_file = {folder}/log.txt
maillog_file_prefixes = {folder}
mail_owner = {owner}
setgid_group = {group}
myhostname = mail.example.com
mydestination =
mynetworks =
inet_interfaces = loopback-only
inet_protocols = ipv4
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = example.org
virtual_mailbox_maps = texthash:{folder}/people
virtual_mailbox_base = {folder}/mail
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
smtpd_tls_chain_files = {folder}/server.pem
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = cyrus
smtpd_sasl_path = smtpd
smtpd_sasl_local_domain = example.com
smtpd_sasl_security_options = noanonymous
cyrus_sasl_config_path = {folder}/sasl
smtpd_recipient_restrictions = reject_unlisted_recipient, permit_sasl_authenticated, reject
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_peername_lookup = no
"""
MASTER = """
{here}:{starttls} inet n - n - - smtpd -o smtpd_tls_security_level=encrypt
{here}:{tls} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
proxymap unix - - n - - proxymap
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
SASL = """
pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: {folder}/sasl/passwords
mech_list: PLAIN LOGIN
"""


@dataclass(frozen=True)
class Post:
    """The server as tests use it: its `ports` by the kind of security, the file of whom to `trust`, its `folder`."""

    ports: Mapping[str, int]
    trust: Path
    folder: Path

    def read(self, name: str) -> list[EmailMessage]:
        """The letters in the mailbox of `name` at example.org."""
        letters = []
        for path in sorted((self.folder / "mail" / name / "new").glob("*")):
            read = message_from_bytes(path.read_bytes(), policy=default)
            assert isinstance(read, EmailMessage)
            letters.append(read)
        return letters

    def settle(self) -> None:
        """Wait until what the server has taken lies in the mailboxes: nothing is left in its queue."""
        end = time.monotonic() + PATIENCE
        queues = [self.folder / "spool" / name for name in ("incoming", "active", "deferred", "maildrop")]
        while any(path.is_file() for queue in queues for path in queue.rglob("*")):
            assert time.monotonic() < end, self.log
            time.sleep(0.05)

    @property
    def log(self) -> str:
        """What the server says of itself."""
        return (self.folder / "log.txt").read_text("utf-8")


@contextmanager
def posted(program: str, saslpasswd: str, people: Sequence[str]) -> Iterator[Post]:
    """A running server with a mailbox for each of the `people` at example.org, and for nobody else.

    Its configuration, spool and mail lie in a folder its own users may enter: those pytest gives are for their owner.
    """
    assert os.geteuid() == 0, "Postfix can be started by root alone: please run these tests as root."
    with tempfile.TemporaryDirectory(prefix="duesheet-postfix-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        post = _prepared(program, saslpasswd, folder, people)
        _check(program, folder)
        yield from _running(program, post)


def _prepared(program: str, saslpasswd: str, folder: Path, people: Sequence[str]) -> Post:
    owner = pwd.getpwnam("postfix")
    folder.chmod(0o755)
    for part in ("spool", "data", "mail", "sasl"):
        (folder / part).mkdir()
    for part in ("data", "mail"):
        os.chown(folder / part, owner.pw_uid, owner.pw_gid)
    notary = trustme.CA()
    notary.cert_pem.write_to_path(str(folder / "trusted.pem"))
    notary.issue_cert(HERE).private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
    (folder / "server.pem").chmod(0o600)
    ports = dict(zip(("STARTTLS", "TLS"), _free(2), strict=True))
    asked = {name: _asked(program, name) for name in ("command_directory", "daemon_directory")}
    main = MAIN.format(
        folder=folder,
        commands=asked["command_directory"],
        daemons=asked["daemon_directory"],
        owner=owner.pw_name,
        group=grp.getgrnam("postdrop").gr_name,
        uid=owner.pw_uid,
        gid=owner.pw_gid,
    )
    master = MASTER.format(here=HERE, starttls=ports["STARTTLS"], tls=ports["TLS"])
    (folder / "main.cf").write_text(main, "utf-8")
    (folder / "master.cf").write_text(master, "utf-8")
    boxes = "".join(f"{one}@example.org {one}/\n" for one in people)
    (folder / "people").write_text(boxes, "utf-8")
    (folder / "sasl" / "smtpd.conf").write_text(SASL.format(folder=folder), "utf-8")
    _told([saslpasswd, "-c", "-p", "-f", f"{folder}/sasl/passwords", "-u", "example.com", "ar"], SECRET)
    for path in (folder / "sasl").iterdir():
        os.chown(path, owner.pw_uid, owner.pw_gid)
    return Post(ports, folder / "trusted.pem", folder)


def _asked(program: str, name: str) -> str:
    """Where Postfix has put its own programs."""
    beside = shutil.which("postconf", path=str(Path(program).resolve().parent)) or "postconf"
    return _told([beside, "-d", "-h", name])


def _told(command: list[str], heard: str = "") -> str:
    done = subprocess.run(command, input=heard, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout.strip()


def _free(count: int) -> list[int]:
    doors = [socket.create_server((HERE, 0)) for _ in range(count)]
    ports = [int(door.getsockname()[1]) for door in doors]
    for door in doors:
        door.close()
    return ports


def _check(program: str, folder: Path) -> None:
    """Have Postfix make the folders of its spool."""
    _told([program, "-c", str(folder), "check"])


def _running(program: str, post: Post) -> Iterator[Post]:
    daemons = _asked(program, "daemon_directory")
    with (post.folder / "output.txt").open("wb") as output:
        server = subprocess.Popen(
            [f"{daemons}/master", "-d", "-c", str(post.folder)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # it ends its whole group when it ends
        )
        try:
            _wait(server, post)
            yield post
        finally:
            server.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                server.wait(PATIENCE)
            if server.poll() is None:
                server.kill()
                server.wait(PATIENCE)


def _wait(server: subprocess.Popen[bytes], post: Post) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        with suppress(OSError), socket.create_connection((HERE, post.ports["STARTTLS"]), timeout=1):
            return
        time.sleep(0.05)
    told = [path.read_text("utf-8") for path in post.folder.glob("*.txt")]
    raise AssertionError(f"Postfix did not start: {told}")
