"""The connection to an office, over a pipe or a port."""

import contextlib
import socket
import struct
import sys
from pathlib import Path
from typing import NamedTuple

from xlwings_libreoffice.uno_runtime import UnoObject, interface, local_context


class Link(NamedTuple):
    """A connection to an office: its component context, and the bridge over which it is reached."""

    context: UnoObject
    bridge: UnoObject

    def cut(self) -> None:
        """Closes the connection: calls that wait for an answer end."""
        with contextlib.suppress(interface("com.sun.star.uno.Exception")):
            self.bridge.dispose()


def linked(where: str) -> Link:
    """A new connection to the office at `pipe,name=...` or `socket,host=...,port=...`."""
    local = local_context()
    make = local.ServiceManager.createInstanceWithContext
    connection = make("com.sun.star.connection.Connector", local).connect(where)
    bridge = make("com.sun.star.bridge.BridgeFactory", local).createBridge("", "urp", connection, None)
    return Link(bridge.getInstance("StarOffice.ComponentContext"), bridge)


def listener(where: str) -> int | None:
    """The process at the other end; None where the system does not tell."""
    if not sys.platform.startswith("linux"):
        return None
    return _pipe_owner(where.partition("name=")[2]) if where.startswith("pipe") else _port_owner(where)


def _pipe_owner(name: str) -> int | None:
    for folder in ("/tmp", "/var/tmp"):  # noqa: S108 (LibreOffice itself puts its pipes there)
        for path in Path(folder).glob(f"OSL_PIPE_*_{name}"):
            with socket.socket(socket.AF_UNIX) as end, contextlib.suppress(OSError):
                end.connect(str(path))
                size = struct.calcsize("3i")
                told = end.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
                return int(struct.unpack("3i", told)[0])
    return None


def _port_owner(where: str) -> int | None:
    port = f"{int(where.partition('port=')[2]):04X}"
    listening = "0A"
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError):
            for line in Path(table).read_text("ascii").splitlines()[1:]:
                fields = line.split()
                if fields[1].endswith(f":{port}") and fields[3] == listening:
                    return _holder(f"socket:[{fields[9]}]")
    return None


def _holder(inode: str) -> int | None:
    for entry in Path("/proc").glob("[0-9]*/fd/*"):
        with contextlib.suppress(OSError):
            if str(entry.readlink()) == inode:
                return int(entry.parts[2])
    return None
