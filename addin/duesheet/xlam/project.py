"""A whole macro project, vbaProject.bin, from the text of its modules ([MS-OVBA]).

No compiled code is written: `_VBA_PROJECT` says version FFFF, as interoperable writers must (1.6), and Excel
compiles from the text when it opens the file. The same modules give the same bytes.
"""

import struct
import uuid
from collections.abc import Sequence
from hashlib import sha256

from duesheet.xlam.compound import compound
from duesheet.xlam.compression import compressed
from duesheet.xlam.modules import CODE_PAGE, Kind, Module
from duesheet.xlam.sealing import NO_PASSWORD, UNPROTECTED, VISIBLE, sealed

_VERSION_FOR_ALL = bytes.fromhex("CC61FFFF000000")
_ENGLISH, _WINDOWS = 0x409, 1252
_REFERENCES = (
    (
        "stdole",
        "*\\G{00020430-0000-0000-C000-000000000046}#2.0#0#C:\\Windows\\System32\\stdole2.tlb#OLE Automation",
    ),
    (
        "Office",
        (
            "*\\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0#"
            "C:\\Program Files\\Common Files\\Microsoft Shared\\OFFICE16\\MSO.DLL#"
            "Microsoft Office 16.0 Object Library"
        ),
    ),
)
"""Beside VBA's and Excel's own: the second holds the ribbon's objects."""

_LISTED_AS = {Kind.STANDARD: "Module={}", Kind.CLASS: "Class={}"}
_DOCUMENT = "Document={}/&H00000000"


def project(name: str, modules: Sequence[Module]) -> bytes:
    """The project `name` with `modules`. Raises ValueError when two have one name, which VBA tells without case."""
    names = {module.name.casefold() for module in modules}
    if len(names) != len(modules):
        raise ValueError("Two modules have one name.")
    identity = _identity(name, modules)
    streams = {module.name: compressed(module.source()) for module in modules}
    return compound(
        {
            "VBA": {
                "_VBA_PROJECT": _VERSION_FOR_ALL,
                "dir": compressed(_directory(name, modules)),
                **streams,
            },
            "PROJECT": _project(name, identity, modules),
            "PROJECTwm": _names(modules),
        }
    )


def _identity(name: str, modules: Sequence[Module]) -> str:
    """The project's id, made from what is in it."""
    digest = sha256(name.encode() + b"".join(module.source() for module in modules)).digest()
    return "{" + str(uuid.UUID(bytes=digest[:16], version=4)).upper() + "}"


def _directory(name: str, modules: Sequence[Module]) -> bytes:
    """The dir stream (2.3.4.2): the project, its references, its modules."""
    return _about(name) + b"".join(_reference(*one) for one in _REFERENCES) + _listed(modules) + _record(0x10)


def _about(name: str) -> bytes:
    out = _record(0x01, _long(1)) + _record(0x02, _long(_ENGLISH)) + _record(0x14, _long(_ENGLISH))
    out += _record(0x03, _short(_WINDOWS)) + _record(0x04, name.encode(CODE_PAGE)) + _twice(0x05, 0x40, "")
    out += _record(0x06) + _record(0x3D) + _record(0x07, _long(0)) + _record(0x08, _long(0))
    out += struct.pack("<HIIH", 0x09, 4, 1, 1)  # the size says 4 although six bytes follow (2.3.4.2.1.11)
    return out + _twice(0x0C, 0x3C, "")


def _reference(name: str, library: str) -> bytes:
    where = library.encode(CODE_PAGE)
    return _twice(0x16, 0x3E, name) + _record(0x0D, _long(len(where)) + where + bytes(6))


def _listed(modules: Sequence[Module]) -> bytes:
    out = _record(0x0F, _short(len(modules))) + _record(0x13, _short(0xFFFF))
    for module in modules:
        out += _twice(0x19, 0x47, module.name) + _twice(0x1A, 0x32, module.name) + _twice(0x1C, 0x48, "")
        out += _record(0x31, _long(0)) + _record(0x1E, _long(0)) + _record(0x2C, _short(0xFFFF))
        out += _record(0x21 if module.kind is Kind.STANDARD else 0x22) + _record(0x2B)
    return out


def _project(name: str, identity: str, modules: Sequence[Module]) -> bytes:
    """The PROJECT stream (2.3.1), in plain text."""
    lines = [
        f'ID="{identity}"',
        *(_LISTED_AS.get(module.kind, _DOCUMENT).format(module.name) for module in modules),
        f'Name="{name}"',
        'HelpContextID="0"',
        'VersionCompatible32="393222000"',
        f'CMG="{sealed(UNPROTECTED, identity)}"',
        f'DPB="{sealed(NO_PASSWORD, identity)}"',
        f'GC="{sealed(VISIBLE, identity)}"',
        "",
        "[Host Extender Info]",
        "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000",
        "",
        "[Workspace]",
        *(f"{module.name}=0, 0, 0, 0, C" for module in modules),
    ]
    return "".join(f"{line}\r\n" for line in lines).encode(CODE_PAGE)


def _names(modules: Sequence[Module]) -> bytes:
    """The PROJECTwm stream (2.3.3). It is not packed: Excel drops a project that packs it."""
    both = (
        module.name.encode(CODE_PAGE) + b"\0" + module.name.encode("utf-16-le") + b"\0\0"
        for module in modules
    )
    return b"".join(both) + b"\0\0"


def _record(identity: int, body: bytes = b"") -> bytes:
    return struct.pack("<HI", identity, len(body)) + body


def _twice(identity: int, unicode: int, text: str) -> bytes:
    """A text in the code page, then in Unicode."""
    return _record(identity, text.encode(CODE_PAGE)) + _record(unicode, text.encode("utf-16-le"))


def _short(number: int) -> bytes:
    return struct.pack("<H", number)


def _long(number: int) -> bytes:
    return struct.pack("<I", number)
