"""What Microsoft's Open XML SDK finds wrong in an Office file, and which of its findings are known and explained."""

import json
import subprocess
import tomllib
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

ALLOWED = Path(__file__).parent / "gates" / "allowed.toml"
PATIENCE = 120
_AT_ONCE = 2


class Finding(NamedTuple):
    """One thing the SDK does not like: the file's name, the part of the package, and what it says."""

    file: str
    part: str
    message: str


class Allowed(NamedTuple):
    """A finding that is let through: patterns of file and part, words of the message, and the reason."""

    file: str
    part: str
    message: str
    reason: str

    def covers(self, finding: Finding) -> bool:
        """Whether this is the finding that is meant."""
        return (
            fnmatchcase(finding.file, self.file)
            and fnmatchcase(finding.part, self.part)
            and self.message in finding.message
        )


def allowed() -> list[Allowed]:
    """The list, as it is kept in tests/gates/allowed.toml."""
    return [Allowed(**entry) for entry in tomllib.loads(ALLOWED.read_text(encoding="utf-8"))["finding"]]


def findings(validator: str, files: Sequence[Path]) -> list[Finding]:
    """What the SDK says of each file; the program takes one file a call. Files that are the same are shown it once."""
    known = {file: (file.suffix, sha256(file.read_bytes()).digest()) for file in files}
    first = {content: file for file, content in reversed(known.items())}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        said = dict(
            zip(first, pool.map(lambda file: _findings(validator, file), first.values()), strict=True)
        )
    return [one._replace(file=file.name) for file, content in known.items() for one in said[content]]


def _findings(validator: str, file: Path) -> list[Finding]:
    asked = subprocess.run(
        [validator, str(file)], capture_output=True, check=False, timeout=PATIENCE, stdin=subprocess.DEVNULL
    )
    told = json.loads(asked.stdout)
    assert told["ok"] is not bool(told["errors"]), told
    return [
        Finding(file.name, error["path"] or "", f"{error['description']} {error['xPath'] or ''}".strip())
        for error in told["errors"]
    ]


def judged(found: Iterable[Finding], known: Sequence[Allowed]) -> list[str]:
    """What is wrong: findings that nobody explained, and explanations of what is no longer found."""
    found = list(found)
    new = [one for one in found if not any(entry.covers(one) for entry in known)]
    gone = [entry for entry in known if not any(entry.covers(one) for one in found)]
    return [
        *(f"{one.file}, {one.part}: {one.message}" for one in new),
        *(
            f"{entry.file}, {entry.part}: {entry.message!r} is no longer found, take it off the list"
            for entry in gone
        ),
    ]
