"""Text packed as Office packs macros: [MS-OVBA] 2.4.1, in chunks of 4096 bytes."""

import struct
from collections import defaultdict

CHUNK = 4096
_SIGNATURE = b"\x01"
_PACKED, _RAW = 0xB000, 0x3000
_TOKENS = 8
_SHORTEST = 3


def compressed(data: bytes) -> bytes:
    r"""`data` packed.

    >>> compressed(b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa").hex(" ")[:23]
    '01 2f b0 00 23 61 61 61'
    """
    chunks = (data[start : start + CHUNK] for start in range(0, len(data), CHUNK))
    return _SIGNATURE + b"".join(map(_chunk, chunks))


def _chunk(plain: bytes) -> bytes:
    packed = _Packer(plain).packed()
    if len(packed) > CHUNK:  # 2.4.1.3.10: what packing makes longer is kept as it is, filled up
        return struct.pack("<H", _RAW | (CHUNK - 1)) + plain.ljust(CHUNK, b"\0")
    return struct.pack("<H", _PACKED | (len(packed) - 1)) + packed


class _Packer:
    """One chunk, gone through from its start; what came before is pointed at instead of repeated."""

    def __init__(self, plain: bytes) -> None:
        self._plain = plain
        self._at = 0
        self._seen: defaultdict[bytes, list[int]] = defaultdict(list)

    def packed(self) -> bytes:
        out = bytearray()
        while self._at < len(self._plain):
            out += self._sequence()
        return bytes(out)

    def _sequence(self) -> bytes:
        """Up to eight tokens, after a byte that tells copies from letters."""
        flags, tokens = 0, bytearray()
        for bit in range(_TOKENS):
            if self._at >= len(self._plain):
                break
            copy = self._copy()
            flags |= bool(copy) << bit
            tokens += copy or self._letter()
        return bytes([flags]) + tokens

    def _letter(self) -> bytes:
        letter = self._plain[self._at : self._at + 1]
        self._step(1)
        return letter

    def _copy(self) -> bytes:
        """A pointer to the longest repetition before this place; nothing where there is none long enough."""
        bits = max(4, (self._at - 1).bit_length()) if self._at else 4
        most = min((0xFFFF >> bits) + _SHORTEST, len(self._plain) - self._at)
        start, length = self._longest(most)
        if length < _SHORTEST:
            return b""
        token = struct.pack("<H", ((self._at - start - 1) << (16 - bits)) | (length - _SHORTEST))
        self._step(length)
        return token

    def _longest(self, most: int) -> tuple[int, int]:
        best = (0, 0)
        for start in reversed(self._seen.get(self._plain[self._at : self._at + _SHORTEST], ())):
            length = self._common(start, most)
            if length > best[1]:
                best = (start, length)
            if length == most:
                break
        return best

    def _common(self, start: int, most: int) -> int:
        length = 0
        while length < most and self._plain[start + length] == self._plain[self._at + length]:
            length += 1
        return length

    def _step(self, length: int) -> None:
        for place in range(self._at, min(self._at + length, len(self._plain) - _SHORTEST + 1)):
            self._seen[self._plain[place : place + _SHORTEST]].append(place)
        self._at += length
