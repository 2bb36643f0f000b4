"""A compound file, version 3: the folders and streams that Office keeps macros in ([MS-CFB])."""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Union

Tree = Mapping[str, Union[bytes, "Tree"]]
"""Streams and folders by name."""

SECTOR, MINI, CUTOFF = 512, 64, 4096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_NOBODY = 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_BLACK = 1
_IN_HEADER = 109
_LONGEST_NAME = 31
_MAGIC = bytes.fromhex("D0CF11E0A1B11AE1")


@dataclass
class _Entry:
    """One line of the directory."""

    name: str
    kind: int
    data: bytes = b""
    left: int = _NOBODY
    right: int = _NOBODY
    child: int = _NOBODY
    start: int = 0
    size: int = 0

    def written(self) -> bytes:
        name = self.name.encode("utf-16-le") + b"\0\0"
        neighbors = struct.pack("<III", self.left, self.right, self.child)
        head = name.ljust(64, b"\0") + struct.pack("<HBB", len(name), self.kind, _BLACK) + neighbors
        return head + bytes(36) + struct.pack("<IQ", self.start, self.size)


_UNUSED = bytes(68) + struct.pack("<III", _NOBODY, _NOBODY, _NOBODY) + bytes(48)


@dataclass
class _Sectors:
    """Sectors of one size, and for each the one that follows it."""

    size: int
    data: bytearray = field(default_factory=bytearray)
    following: list[int] = field(default_factory=list)

    def add(self, data: bytes) -> int:
        """Lay `data` down; gives its first sector."""
        if not data:
            return _END
        first, count = len(self.following), -(-len(data) // self.size)
        self.data += data.ljust(count * self.size, b"\0")
        self.following += [*range(first + 1, first + count), _END]
        return first


def compound(tree: Tree) -> bytes:
    """The file with the folders and streams of `tree`. Raises ValueError for a name longer than 31 letters.

    >>> len(compound({"A": b"a", "B": {"C": b"c" * 5000}})) % 512
    0
    """
    entries = [_Entry("Root Entry", _ROOT)]
    entries[0].child = _add(tree, entries)
    sectors, minis = _Sectors(SECTOR), _Sectors(MINI)
    for entry in entries[1:]:
        if entry.kind == _STREAM:
            entry.size = len(entry.data)
            entry.start = (minis if entry.size < CUTOFF else sectors).add(entry.data)
    entries[0].start, entries[0].size = sectors.add(bytes(minis.data)), len(minis.data)
    chains = _numbers(minis.following)
    small, small_count = sectors.add(chains), len(chains) // SECTOR
    directory = sectors.add(b"".join(entry.written() for entry in entries) + _UNUSED * (-len(entries) % 4))
    first, count = len(sectors.following), _fat_sectors(len(sectors.following))
    fat = _numbers([*sectors.following, *[_FAT] * count])
    return _header(range(first, first + count), directory, small, small_count) + bytes(sectors.data) + fat


def _add(tree: Tree, entries: list[_Entry]) -> int:
    """Enter what is in a folder; gives the top of its search tree."""
    # Excel looks names up by length, then by capital letters, and refuses a file that is not in this order.
    names = sorted(tree, key=lambda name: (len(name), name.upper()))
    numbers = {name: len(entries) + place for place, name in enumerate(names)}
    entries += [_entry(name, tree[name]) for name in names]
    for name, content in tree.items():
        if not isinstance(content, bytes):
            entries[numbers[name]].child = _add(content, entries)
    return _balanced([numbers[name] for name in names], entries)


def _entry(name: str, content: "bytes | Tree") -> _Entry:
    if len(name) > _LONGEST_NAME:
        raise ValueError(f"{name} is too long a name for a part of a macro project.")
    return _Entry(name, _STREAM, content) if isinstance(content, bytes) else _Entry(name, _STORAGE)


def _balanced(numbers: list[int], entries: list[_Entry]) -> int:
    if not numbers:
        return _NOBODY
    middle = len(numbers) // 2
    entry = entries[numbers[middle]]
    entry.left = _balanced(numbers[:middle], entries)
    entry.right = _balanced(numbers[middle + 1 :], entries)
    return numbers[middle]


def _numbers(following: list[int]) -> bytes:
    """A table of followers, filled up to whole sectors."""
    each = SECTOR // 4
    return struct.pack(f"<{len(following)}I", *following) + struct.pack("<I", _FREE) * (
        -len(following) % each
    )


def _fat_sectors(others: int) -> int:
    """How many sectors the table takes that lists `others` and itself."""
    count = next(count for count in _counting() if count * (SECTOR // 4) >= others + count)
    if count > _IN_HEADER:
        raise ValueError("The macro project is larger than 7 MB.")
    return count


def _counting() -> Iterator[int]:
    number = 1
    while True:
        yield number
        number += 1


def _header(fat: range, directory: int, small: int, small_count: int) -> bytes:
    head = _MAGIC + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIII", 0, len(fat), directory, 0, CUTOFF)
    head += struct.pack("<IIII", small, small_count, _END, 0)
    return head + struct.pack(f"<{_IN_HEADER}I", *fat, *[_FREE] * (_IN_HEADER - len(fat)))
