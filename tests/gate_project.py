"""What is wrong with a macro project: its compound file, its lists of modules, its seals, its text.

Each rule is one that Excel is known to keep, or that [MS-CFB] and [MS-OVBA] demand; the numbers are their sections.
"""

import re
import struct
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import NamedTuple

import olefile
from lxml import etree
from oletools.olevba import decompress_stream

from gate_package import BOOK, MAIN, Parts, sheets

PROJECT = "xl/vbaProject.bin"
FOR_ALL_VERSIONS = bytes.fromhex("CC61FFFF00")
_CODE_PAGE = "cp1252"
_NOBODY = 0xFFFFFFFF
_LONGEST = 31
_NAME, _OFFSET, _ODD = 0x19, 0x31, 0x09
_PRIVATE = {"dir", "_VBA_PROJECT"}
_SEALS = {"CMG": bytes(4), "DPB": bytes(1), "GC": b"\xff"}
"""No protection, no password, visible."""


class Entry(NamedTuple):
    """A line of a compound file's directory."""

    name: str
    left: int
    right: int
    child: int


class Project(NamedTuple):
    """A macro project read: its streams by path, its modules in the order of `dir`, the kinds PROJECT gives them."""

    streams: Mapping[str, bytes]
    modules: list[str]
    kinds: dict[str, str]
    offsets: list[int]

    def text(self, module: str) -> str:
        """A module's text."""
        packed = self.streams[f"VBA/{module}"]
        return bytes(decompress_stream(bytearray(packed))).decode(_CODE_PAGE)


def read(data: bytes) -> Project:
    """The project in vbaProject.bin; raises what a strict reader raises when it is damaged."""
    with olefile.OleFileIO(BytesIO(data), raise_defects=olefile.DEFECT_UNSURE) as file:
        streams = {"/".join(path): file.openstream(path).read() for path in file.listdir()}
    listed = re.findall(
        r"^(Module|Class|Document)=(\w+)", streams["PROJECT"].decode(_CODE_PAGE), re.MULTILINE
    )
    records = list(_records(bytes(decompress_stream(bytearray(streams["VBA/dir"])))))
    return Project(
        streams,
        [body.decode(_CODE_PAGE) for kind, body in records if kind == _NAME],
        {name: kind for kind, name in listed},
        [int.from_bytes(body, "little") for kind, body in records if kind == _OFFSET],
    )


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The records of the dir stream; the one of the version says 4 and holds 6 bytes (2.3.4.2.1.11)."""
    place = 0
    while place < len(data):
        kind, size = struct.unpack_from("<HI", data, place)
        size = 6 if kind == _ODD else size
        yield kind, data[place + 6 : place + 6 + size]
        place += 6 + size


def faults(parts: Parts) -> list[str]:
    """What is wrong with the project of a package."""
    data = parts[PROJECT]
    try:
        project = read(data)
        return [*_order(data), *_lists(project)] or [
            *_seals(project),
            *_texts(project),
            *_code_names(parts, project),
        ]
    except Exception as error:  # noqa: BLE001  whatever a damaged file makes a reader say, is a fault found
        return [f"{PROJECT} cannot be read: {type(error).__name__} {error}"]


def _order(data: bytes) -> Iterator[str]:
    """Excel looks names up by halving, shorter before longer, then by capital letters ([MS-CFB] 2.6.4)."""
    entries = _directory(data)
    yield from _sorted(entries, entries[0].child)


def _sorted(entries: list[Entry], top: int) -> Iterator[str]:
    met = list(_walk(entries, top))
    names = [entries[number].name for number in met]
    keys = [(len(name), name.upper()) for name in names]
    if keys != sorted(set(keys)):
        yield f"the compound file's names are not in Excel's order: {names}"
    for number in met:
        if entries[number].child != _NOBODY:
            yield from _sorted(entries, entries[number].child)


def _walk(entries: list[Entry], number: int) -> Iterator[int]:
    if number != _NOBODY:
        yield from _walk(entries, entries[number].left)
        yield number
        yield from _walk(entries, entries[number].right)


def _directory(data: bytes) -> list[Entry]:
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    count, first = struct.unpack_from("<I", data, 44)[0], struct.unpack_from("<I", data, 48)[0]
    sectors = struct.unpack_from(f"<{count}I", data, 76)
    table = [
        number
        for sector in sectors
        for number in struct.unpack_from(f"<{size // 4}I", data, (sector + 1) * size)
    ]
    lines, sector = b"", first
    while sector < len(table):
        lines += data[(sector + 1) * size : (sector + 2) * size]
        sector = table[sector]
    return [_entry(lines[at : at + 128]) for at in range(0, len(lines), 128)]


def _entry(line: bytes) -> Entry:
    length = struct.unpack_from("<H", line, 64)[0]
    return Entry(line[: max(length - 2, 0)].decode("utf-16-le"), *struct.unpack_from("<III", line, 68))


def _lists(project: Project) -> Iterator[str]:
    """dir, PROJECT, PROJECTwm and the streams name the same modules, in one order; no compiled code is promised."""
    if project.streams["VBA/_VBA_PROJECT"][:5] != FOR_ALL_VERSIONS:
        yield "_VBA_PROJECT speaks of compiled code that is not there"
    if any(project.offsets):
        yield "a module's text does not begin where its stream does"
    streams = {path.partition("/")[2] for path in project.streams if path.startswith("VBA/")} - _PRIVATE
    listed = {"PROJECT": list(project.kinds), "PROJECTwm": _wide(project.streams["PROJECTwm"])}
    for where, names in listed.items():
        if names != project.modules:
            yield f"{where} lists {names}, dir {project.modules}"
    if streams != set(project.modules):
        yield f"the streams are {sorted(streams)}, dir lists {sorted(project.modules)}"
    if len({name.lower() for name in project.modules}) != len(project.modules):
        yield "two modules have one name"
    yield from (f"{name}: longer than {_LONGEST} letters" for name in project.modules if len(name) > _LONGEST)


def _wide(data: bytes) -> list[str]:
    """The names of PROJECTwm, plain and wide, which is never packed: Excel drops a project that packs it."""
    names: list[str] = []
    while data[:2] != b"\0\0":
        if not data:
            return [*names, "no end"]
        plain, _, rest = data.partition(b"\0")
        wide, data = rest[: 2 * len(plain)].decode("utf-16-le", "replace"), rest[2 * len(plain) + 2 :]
        names.append(wide if plain.decode(_CODE_PAGE, "replace") == wide else f"{plain!r} or {wide!r}")
    return names


def _seals(project: Project) -> Iterator[str]:
    """Not protected, no password, visible; masked with this project's own id (2.4.3)."""
    text = project.streams["PROJECT"].decode(_CODE_PAGE)
    named = re.search(r'^ID="([^"]+)"', text)
    key = sum((named[1] if named else "").encode()) & 0xFF
    for name, wanted in _SEALS.items():
        sealed = re.search(rf'^{name}="([0-9A-F]+)"', text, re.MULTILINE)
        masked = bytes.fromhex(sealed[1] if sealed else "000000")
        if masked[0] ^ masked[2] != key:
            yield f"{name} is sealed for another project"
        elif unsealed(masked) != wanted:
            yield f"{name} does not say that the project is open"


def unsealed(masked: bytes) -> bytes:
    """What is under the mask (2.4.3.3)."""
    before, plain = masked[2] ^ masked[0], []
    for place, byte in enumerate(masked[3:], start=3):
        plain.append(byte ^ ((masked[place - 2] + before) & 0xFF))
        before = plain[-1]
    body = bytes(plain[(masked[0] & 6) // 2 :])
    return body[4 : 4 + int.from_bytes(body[:4], "little")]


def _texts(project: Project) -> Iterator[str]:
    """Each module names itself once, first; classes say what they are; lines end as Windows ends them."""
    for name in project.modules:
        text = project.text(name)
        named = re.findall(r'^Attribute VB_Name = "(.*)"\r$', text, re.MULTILINE)
        if named != [name] or not text.startswith("Attribute VB_Name"):
            yield f"{name}: names itself {named}"
        if text.count("\n") != text.count("\r\n") or text.count("\r") != text.count("\r\n"):
            yield f"{name}: lines not ended by CR and LF"
        if project.kinds.get(name) != "Module" and not re.search(
            r'^Attribute VB_Base = "0\{', text, re.MULTILINE
        ):
            yield f"{name}: does not say what object it stands behind"


def _code_names(parts: Parts, project: Project) -> Iterator[str]:
    """The book and each sheet have the name of a module that stands behind them, and each such module has its sheet."""
    book = etree.fromstring(parts[BOOK]).find(f"{MAIN}workbookPr")
    pages = [etree.fromstring(parts[part]).find(f"{MAIN}sheetPr") for part in sheets(parts).values()]
    names = [str(None if one is None else one.get("codeName")) for one in [book, *pages]]
    behind = [name for name, kind in project.kinds.items() if kind == "Document"]
    if sorted(names) != sorted(behind):
        yield f"the code names are {names}, the modules behind documents {behind}"
