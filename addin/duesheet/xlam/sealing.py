"""How a project says that it is not locked: [MS-OVBA] 2.4.3, bytes masked with the project's own id."""

import struct

_SEED = 0x5D
"""Any byte would do; always the same, so that the same sources give the same file."""
_VERSION = 2
_FILLER = 0x07

UNPROTECTED, NO_PASSWORD, VISIBLE = bytes(4), bytes(1), b"\xff"


def sealed(data: bytes, project_id: str) -> str:
    """`data` as the PROJECT stream of the project `project_id` holds it, in hexadecimal.

    >>> sealed(NO_PASSWORD, "{00000000-0000-4000-8000-000000000000}")[:4]
    '5D5F'
    """
    key = sum(project_id.encode("ascii")) & 0xFF
    out = [_SEED, _SEED ^ _VERSION, _SEED ^ key]
    before = key
    filler = bytes([_FILLER]) * ((_SEED & 6) // 2)
    for byte in filler + struct.pack("<I", len(data)) + data:
        out.append(byte ^ ((out[-2] + before) & 0xFF))
        before = byte
    return "".join(f"{byte:02X}" for byte in out)
