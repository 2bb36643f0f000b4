"""A running LibreOffice: started with a profile and a pipe of its own or found running, watched, and ended."""

import atexit
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from typing import ClassVar

from xlwings_libreoffice.errors import OfficeError, OfficeGone, OfficeSilent
from xlwings_libreoffice.links import Link, linked, listener
from xlwings_libreoffice.profiles import Profile
from xlwings_libreoffice.programs import exists, has_screen, soffice
from xlwings_libreoffice.uno_runtime import UnoObject, interface, properties, url
from xlwings_libreoffice.watch import Watch

START_LIMIT = 90.0
"""Seconds for an office to start: the first start of a fresh installation on a slow disk takes long."""
END_LIMIT = 8.0
"""Seconds for an office to end by itself when asked to."""

LAUNCHER_LIMIT = 2.0
"""Seconds for the launcher to end after the office."""
ENDED = "LibreOffice has ended: it was closed, or it crashed."

_attaching = threading.Lock()


class Office:
    """An office process and the connection to it.

    `process` and `profile` are those of an office that was started here, and None for one that was found running.
    """

    running: ClassVar[list["Office"]] = []

    def __init__(
        self,
        where: str,
        link: Link,
        process: subprocess.Popen[bytes] | None = None,
        profile: Profile | None = None,
    ) -> None:
        self.where = where
        self.link = link
        self.process = process
        self.profile = profile
        self.pid = listener(where) or (process.pid if process else 0)
        self.context = link.context
        self.desktop = self.service("com.sun.star.frame.Desktop")
        self.silent = False
        self._ended = threading.Event()
        self._lost = threading.Event()
        self._ending = threading.Lock()
        if profile:
            profile.note_pipes(self.pid)
        Office.running.append(self)
        Watch(self).start()

    def service(self, name: str) -> UnoObject:
        """A service of the office, made new."""
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    def setting(self, node: str, name: str) -> object:
        """A setting of the office, by its node (`/org.openoffice.Setup/Product`) and name."""
        provider = self.service("com.sun.star.configuration.ConfigurationProvider")
        reading = "com.sun.star.configuration.ConfigurationAccess"
        return provider.createInstanceWithArguments(reading, properties(nodepath=node)).getByName(name)

    def alive(self) -> bool:
        """Whether the process runs."""
        if self.process is not None:
            return self.process.poll() is None
        return not self.pid or exists(self.pid)

    def why_gone(self) -> str:
        """Why the office is not there, as a sentence; empty while it is."""
        if self.silent:
            return "LibreOffice no longer answered and did nothing: it was ended."
        if self._ended.is_set() or self._lost.is_set() or not self.alive():
            return ENDED
        return ""

    def reachable(self) -> bool:
        """Whether the connection holds: it breaks a moment before the process is seen to have ended."""
        try:
            self.desktop.getFrames().getCount()
        except (interface("com.sun.star.uno.Exception"), AttributeError):
            self._lost.set()
        return not self._lost.is_set()

    def gone(self) -> OfficeGone:
        """The error that says why the office is not there."""
        return (OfficeSilent if self.silent else OfficeGone)(self.why_gone() or ENDED)

    def end(self) -> None:
        """Ends the office: asks it first, and kills what has not ended within some seconds."""
        if not self._ended.is_set() and self.alive():
            asking = threading.Thread(target=self._ask_to_end, daemon=True)
            asking.start()
            asking.join(END_LIMIT)
            self._wait(END_LIMIT if not asking.is_alive() else 0)
        self.kill()

    def kill(self) -> None:
        """Ends the office at once, with all processes that belong to it, and removes what it left."""
        with self._ending:
            if self._ended.is_set():
                return
            self._ended.set()
            _kill(self.process, self.pid)
            self.link.cut()
            if self.profile:
                self.profile.remove()
            if self in Office.running:
                Office.running.remove(self)

    def clear(self) -> None:
        """Removes what an office that has ended left; one that ends slowly has some seconds to do so."""
        self._wait(END_LIMIT)
        self.kill()

    def leave(self) -> None:
        """Leaves the office running when this program ends."""
        if self in Office.running:
            Office.running.remove(self)
        if self.profile:
            self.profile.leave(self.pid)

    def silence(self) -> None:
        """Ends an office that no longer answers; one that was only found is left to itself."""
        self.silent = True
        if self.process is not None:
            self.kill()
        else:
            self._ended.set()
            self.link.cut()

    def _ask_to_end(self) -> None:
        with contextlib.suppress(interface("com.sun.star.uno.Exception"), AttributeError):
            walk = self.desktop.getComponents().createEnumeration()
            while walk.hasMoreElements():
                doc = walk.nextElement()
                if hasattr(doc, "setModified"):
                    doc.setModified(False)
            self.desktop.terminate()

    def _wait(self, limit: float) -> None:
        until = time.monotonic() + limit
        while self.alive() and time.monotonic() < until:
            time.sleep(0.02)


def started(program: str | None = None) -> Office:
    """A new office with a profile and a pipe of its own, and no window yet.

    Where there is no screen it draws to memory.
    """
    profile = Profile()
    where = f"pipe,name={profile.pipe}"
    try:
        process = _process(soffice(program), profile, where)
        return Office(where, _awaited(where, process, profile), process, profile)
    except BaseException:
        profile.remove()
        raise


def attached(*, pipe: str | None = None, port: int | None = None, host: str = "localhost") -> Office:
    """An office that runs already and accepts connections on this pipe or port; one connection serves all."""
    if (pipe is None) == (port is None):
        raise ValueError("Name either a pipe or a port.")
    where = f"pipe,name={pipe}" if pipe else f"socket,host={host},port={port}"
    try:
        with _attaching:
            known = (office for office in Office.running if office.where == where and not office.why_gone())
            return next(known, None) or Office(where, linked(where))
    except interface("com.sun.star.connection.NoConnectException") as fault:
        raise OfficeError(f"No LibreOffice accepts connections at {where}.") from fault


def _process(program: str, profile: Profile, where: str) -> subprocess.Popen[bytes]:
    command = [
        program,
        *([] if has_screen() else ["--headless"]),
        "--norestore",
        "--nologo",
        "--nodefault",
        f"-env:UserInstallation={url(profile.folder)}",
        f"--accept={where};urp;",
    ]
    with profile.output.open("wb") as output:
        # A session of its own: all its processes can be ended together, and Ctrl-C at the program does not hit them.
        return subprocess.Popen(  # noqa: S603 (the office itself)
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )


def _awaited(where: str, process: subprocess.Popen[bytes], profile: Profile) -> Link:
    until = time.monotonic() + START_LIMIT
    while True:
        try:
            return linked(where)
        except interface("com.sun.star.uno.Exception") as fault:
            if process.poll() is not None:
                raise OfficeGone(
                    f"LibreOffice did not start. It said: {profile.said() or 'nothing'}"
                ) from fault
            if time.monotonic() > until:
                _kill(process, process.pid)
                raise OfficeSilent(f"LibreOffice did not start within {START_LIMIT:.0f} seconds.") from fault
            time.sleep(0.05)


def _kill(process: subprocess.Popen[bytes] | None, pid: int) -> None:
    """Kills the office itself, and then what is left of the processes it was started with."""
    if pid and (process is None or pid != process.pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
    if process is None:
        return
    # The launcher ends with the office, and collects it; what does not is killed with its whole group.
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(0 if pid == process.pid else LAUNCHER_LIMIT)
    if sys.platform == "win32":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait(END_LIMIT)


@atexit.register
def _end_all() -> None:
    for office in list(Office.running):
        if office.process is not None:
            office.end()
