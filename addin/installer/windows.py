"""Builds the setup program for Windows, on Linux, with NSIS: `python -m installer.windows --out FOLDER`.

It carries uv, which fetches Python and the libraries on the user's computer, and this Duesheet as a wheel, which holds
the add-in. uv is fetched here from PyPI, in the one version and with the one checksum that are named below.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from duesheet import __version__

UV = "uv==0.13.9 --hash=sha256:6a44b2ed8111d2f60d2b92627c5dccda3f7ed7570b18ce115e569cd68c28246b"
"""uv for Windows on x64, as PyPI names it; the checksum is that of the wheel."""

HERE = Path(__file__).resolve().parent
SCRIPT = HERE / "Duesheet.nsi"
_ROOT = HERE.parents[1]
_LIMIT = 600


class NotBuilt(Exception):
    """A step did not work; the text says which, and what the program said."""


@dataclass(frozen=True)
class Payload:
    """What the setup program carries: files on this computer."""

    uv: Path
    uv_license: Path
    wheel: Path
    license: Path = _ROOT / "LICENSE"


def words(payload: Payload, out: Path, makensis: str, *extra: str) -> list[str]:
    """The command that packs `payload` into the setup program `out`; a warning of NSIS is an error."""
    given = {
        "VERSION": __version__,
        "UV": payload.uv,
        "UV_LICENSE": payload.uv_license,
        "WHEEL": payload.wheel,
        "WHEEL_NAME": payload.wheel.name,
        "LICENSE": payload.license,
        "OUT": out,
    }
    return [
        makensis,
        "-V2",
        "-WX",
        *extra,
        *(f"-D{name}={value}" for name, value in given.items()),
        str(SCRIPT),
    ]


def packed(payload: Payload, out: Path, makensis: str, *extra: str) -> Path:
    """Write the setup program; gives `out`. Raises NotBuilt."""
    _run(words(payload, out.resolve(), makensis, *extra))
    return out


def fetched(place: Path) -> tuple[Path, Path]:
    """uv.exe and its license, from PyPI into `place`. Raises NotBuilt, also where the checksum is another."""
    wanted = place / "uv.txt"
    wanted.write_text(UV + "\n", encoding="ascii")
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    _run(
        [
            *pip,
            "--platform",
            "win_amd64",
            "--require-hashes",
            "--requirement",
            str(wanted),
            "--dest",
            str(place),
        ]
    )
    with zipfile.ZipFile(next(place.glob("uv-*.whl"))) as wheel:
        return _taken(wheel, "/scripts/uv.exe", place), _taken(wheel, "/LICENSE-MIT", place)


def wheel(place: Path) -> Path:
    """This Duesheet as a wheel in `place`. Raises NotBuilt."""
    _run([sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(place)])
    return next(place.glob("duesheet-*.whl"))


def _taken(archive: zipfile.ZipFile, ending: str, place: Path) -> Path:
    name = next(one for one in archive.namelist() if one.endswith(ending))
    path = place / Path(name).name
    path.write_bytes(archive.read(name))
    return path


def _run(command: list[str]) -> None:
    done = subprocess.run(  # noqa: S603  the programs of whoever builds
        command, cwd=_ROOT, check=False, capture_output=True, text=True, timeout=_LIMIT
    )
    if done.returncode:
        raise NotBuilt(f"{' '.join(command[:4])} ended with {done.returncode}:\n{done.stdout}{done.stderr}")


def main(arguments: list[str]) -> None:
    """Build it all and say where it is."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--out", type=Path, default=Path("dist"), help="the folder to write it into")
    out: Path = asked.parse_args(arguments).out
    makensis = shutil.which("makensis")
    if makensis is None:
        raise NotBuilt("There is no makensis. On Debian and Ubuntu: apt install nsis")
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="duesheet-setup-") as folder:
        place = Path(folder)
        made = packed(
            Payload(*fetched(place), wheel(place)), out / f"Duesheet-{__version__}-setup.exe", makensis
        )
    sys.stdout.write(f"{made}: {made.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except NotBuilt as error:
        sys.exit(str(error))
