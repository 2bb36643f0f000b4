"""A real PostgreSQL for tests: on this machine, with a password, stopped by the test that started it."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import trustme

from mailroom import HERE

USER, SECRET = "clerk", "correct horse battery staple"
PATIENCE = 60
"""Seconds a busy machine may take to start or stop it."""


@dataclass(frozen=True)
class Server:
    """A running server: its `port`, the file of passwords as libpq reads it, and who vouches for the server."""

    port: int
    passwords: Path
    authority: Path

    def made(self, name: str) -> str:
        """A new database: its URL, without the password."""
        self.tell(f'CREATE DATABASE "{name}"')
        return f"postgresql://{USER}@{HERE}:{self.port}/{name}"

    def tell(self, statement: str) -> None:
        """Have the server do something, as the one who runs it."""
        with self.connected("postgres", autocommit=True) as connection:
            connection.execute(statement.encode())

    def connected(self, name: str, **other: Any) -> psycopg.Connection[Any]:
        """A connection of somebody else to the database `name`."""
        return psycopg.connect(
            host=HERE, port=self.port, user=USER, password=SECRET, dbname=name, connect_timeout=10, **other
        )


@contextmanager
def running(program: str) -> Iterator[Server]:
    """A new, empty server. It does not run as root: root's tests start it as somebody else."""
    with tempfile.TemporaryDirectory(prefix="duesheet-postgres-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "secret").write_text(SECRET, "utf-8")
        passwords = folder / "passwords"
        passwords.write_text(f"{HERE}:*:*:{USER}:{SECRET}\n", "utf-8")
        passwords.chmod(0o600)
        notary = trustme.CA()
        notary.cert_pem.write_to_path(str(folder / "authority.pem"))
        notary.issue_cert(HERE).private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
        (folder / "server.pem").chmod(0o600)
        somebody = _somebody(folder)
        initdb = shutil.which("initdb", path=str(Path(program).resolve().parent)) or "initdb"
        setting_up = [initdb, "-D", f"{folder}/data", "-U", USER, "-E", "UTF8", "--no-locale", "--no-sync"]
        setting_up += ["-A", "scram-sha-256", f"--pwfile={folder}/secret"]
        with (folder / "output.txt").open("wb") as output:
            done = subprocess.run(
                setting_up,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                timeout=PATIENCE,
                check=False,
                cwd=folder,
                **somebody,
            )
        assert done.returncode == 0, (folder / "output.txt").read_text("utf-8")
        yield from _serving(program, folder, somebody, passwords)


def _somebody(folder: Path) -> dict[str, Any]:
    """Who the server is to run as, for Popen; the folder is made theirs."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    entry = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    for path in (folder, folder / "secret", folder / "server.pem"):
        os.chown(path, entry.pw_uid, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _serving(program: str, folder: Path, somebody: dict[str, Any], passwords: Path) -> Iterator[Server]:
    with socket.create_server((HERE, 0)) as door:
        port = int(door.getsockname()[1])
    settings: dict[str, object] = {
        "listen_addresses": HERE,
        "port": port,
        "unix_socket_directories": "",
        "shared_buffers": "16MB",
    }
    settings |= {"ssl": "on", "ssl_cert_file": folder / "server.pem", "ssl_key_file": folder / "server.pem"}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with (folder / "output.txt").open("ab") as output:
        server = subprocess.Popen(
            [program, "-D", str(folder / "data"), *options],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=folder,
            **somebody,
        )
        made = Server(port, passwords, folder / "authority.pem")
        try:
            _wait(server, made, folder)
            yield made
        finally:
            server.send_signal(signal.SIGINT)  # ends at once, and cleanly
            with suppress(subprocess.TimeoutExpired):
                server.wait(PATIENCE)
            if server.poll() is None:
                server.kill()
                server.wait(PATIENCE)


def _wait(server: subprocess.Popen[bytes], made: Server, folder: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        with suppress(psycopg.OperationalError), made.connected("postgres"):
            return
        time.sleep(0.1)
    raise AssertionError(f"PostgreSQL did not start: {(folder / 'output.txt').read_text('utf-8')}")
