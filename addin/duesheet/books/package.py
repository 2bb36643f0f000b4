"""The zip of parts a workbook is: parts read, replaced and saved, all others copied byte for byte.

`save` writes the new book beside the old one and renames it over it, so that a crash at any moment leaves one
of the two whole. The book as it was goes to `.duesheet/versions/` beside it, named by the time; the last five
are kept.
"""

import hashlib
import os
import stat
import struct
import zipfile
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from isal import isal_zlib

from duesheet.books.measure import MEGABYTE, measured
from duesheet.books.versions import keep_version, let_go
from duesheet.books.zipwriter import ZipWriter
from duesheet.errors import BookRefused

_LOCAL_SIZE = 30
_READ = MEGABYTE // 4
_SPARE = ".saving"
_MAKERS = 2
"""Threads that make the parts' content while those before them are packed."""
MOST_WAITING = 64 * MEGABYTE
"""Of a part that may be unpacked before anybody asks for it."""
_BROKEN: type[Exception] = isal_zlib.error  # type: ignore[assignment]  # its stub takes the class for an instance


@contextmanager
def ahead(chunks: Iterable[bytes]) -> Iterator[Iterator[bytes]]:
    """`chunks`, each made in a thread while the one before it is used; the thread ends with the block."""
    with ThreadPoolExecutor(1) as pool:
        yield _fetched(chunks, pool)


def _fetched(chunks: Iterable[bytes], pool: ThreadPoolExecutor) -> Iterator[bytes]:
    """`chunks` as `pool` makes them; the first is begun at once."""
    source = iter(chunks)
    return _in_turn(source, pool.submit(next, source, None), pool)


def _in_turn(
    source: Iterator[bytes], coming: "Future[bytes | None]", pool: ThreadPoolExecutor
) -> Iterator[bytes]:
    while (chunk := coming.result()) is not None:
        coming = pool.submit(next, source, None)
        yield chunk


class Package:
    """A workbook's parts by name, such as `xl/workbook.xml`; nothing reaches the disk before `save`.

    The file is never held open: every read opens it and checks what it reads against its checksum.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self._opened()

    def _opened(self) -> None:
        self._infos = {info.filename: info for info in measured(self.path)}
        self._state = _state(self._infos)
        self._begun: dict[str, Future[Iterator[bytes]]] = {}
        self._new: dict[str, bytes | Iterable[bytes]] = {}
        self._dropped: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self._new or (name in self._infos and name not in self._dropped)

    def names(self) -> list[str]:
        """The parts' names, in the order of the file."""
        return [
            name
            for name in [*self._infos, *(name for name in self._new if name not in self._infos)]
            if name in self
        ]

    def size(self, name: str) -> int:
        """How many bytes the part unpacks to, on the disk."""
        return self._infos[name].file_size

    def read(self, name: str) -> bytes:
        """The whole part, as it will be saved."""
        new = self._new.get(name)
        if isinstance(new, bytes):
            return new
        return b"".join(self.chunks(name) if new is None else new)

    def begin(self, names: Iterable[str]) -> None:
        """Unpack these parts, one after another, before anybody asks for their chunks."""
        pool = ThreadPoolExecutor(1)
        for name in names:
            self._begun[name] = pool.submit(_made, self._chunks(name))
        pool.shutdown(wait=False)

    def chunks(self, name: str) -> Iterator[bytes]:
        """The part as it lies on the disk, unpacked a piece at a time, never more than it says it holds."""
        begun = self._begun.pop(name, None)
        return begun.result() if begun else self._chunks(name)

    def _chunks(self, name: str) -> Iterator[bytes]:
        info = self._infos[name]
        try:
            with self.path.open("rb") as file:
                file.seek(self._data_at(file, info))
                yield from self._checked(info, _unpacked(file, info))
        except OSError as error:
            raise BookRefused(f"{self.path.name} cannot be read: {error.strerror}. Try again.") from error

    def replace(self, name: str, content: bytes | Iterable[bytes]) -> None:
        """Give the part `name` new content, or add it; an iterable is gone through when the book is saved."""
        self._dropped.discard(name)
        self._new[name] = content

    def drop(self, name: str) -> None:
        """Leave the part `name` out."""
        self._new.pop(name, None)
        self._dropped.add(name)

    def save(self) -> None:
        """Write the book anew, all of it or nothing.

        Raises BookRefused when it is read-only, gone, changed since it was opened, or held elsewhere.
        """
        self._check_unchanged()
        spare = self.path.with_name(f".{self.path.name}.{os.getpid()}{_SPARE}")
        try:
            self._write(spare)
            spare.chmod(stat.S_IMODE(self.path.stat().st_mode))
            self._check_unchanged()
            _swap(spare, self.path)
        except OSError as error:
            raise BookRefused(
                f"{self.path.name} cannot be saved ({error.strerror or error}). Close it in every other "
                "program, see that its folder can be written to, and try again. The book is as it was."
            ) from error
        finally:
            spare.unlink(missing_ok=True)
        self._opened()

    def _write(self, spare: Path) -> None:
        with (
            self.path.open("rb") as old,
            spare.open("wb", buffering=MEGABYTE) as file,
            ThreadPoolExecutor(_MAKERS) as pool,
        ):
            writer = ZipWriter(file, self.path.name)
            coming = {
                name: _fetched([content] if isinstance(content, bytes) else content, pool)
                for name, content in self._new.items()
            }
            for name in self.names():
                info = self._infos.get(name)
                if name in coming:
                    writer.pack(name, info, coming.pop(name))
                elif info:
                    old.seek(self._data_at(old, info))
                    writer.copy(info, old)
            writer.finish()
            file.flush()
            os.fsync(file.fileno())

    def _check_unchanged(self) -> None:
        if not self.path.is_file():
            raise BookRefused(
                f"{self.path.name} is gone: it was moved or deleted meanwhile. Nothing was saved."
            )
        if not self.path.stat().st_mode & stat.S_IWUSR or not os.access(self.path, os.W_OK):
            raise BookRefused(f"{self.path.name} is read-only. Allow it to be changed, and try again.")
        if _state({info.filename: info for info in measured(self.path)}) != self._state:
            raise BookRefused(
                f"{self.path.name} was changed by somebody else meanwhile. Nothing was saved; run it again."
            )

    def _data_at(self, file: BinaryIO, info: zipfile.ZipInfo) -> int:
        file.seek(info.header_offset)
        head = file.read(_LOCAL_SIZE)
        if len(head) < _LOCAL_SIZE or not head.startswith(b"PK\x03\x04"):
            raise self._damaged(info)
        name, extra = struct.unpack_from("<2H", head, 26)
        return info.header_offset + _LOCAL_SIZE + int(name) + int(extra)

    def _checked(self, info: zipfile.ZipInfo, chunks: Iterable[bytes]) -> Iterator[bytes]:
        size, checksum = 0, 0
        try:
            for chunk in chunks:
                size, checksum = size + len(chunk), isal_zlib.crc32(chunk, checksum)
                if size > info.file_size:
                    break
                yield chunk
        except _BROKEN:
            raise self._damaged(info) from None
        if size != info.file_size or checksum != info.CRC:
            raise self._damaged(info)

    def _damaged(self, info: zipfile.ZipInfo) -> BookRefused:
        return BookRefused(
            f"{self.path.name} is damaged in {info.filename}, or changed meanwhile. Take an earlier version."
        )


def _made(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """`chunks`, made already; each is let go when it is taken."""
    waiting = deque(chunks)
    return (waiting.popleft() for _ in range(len(waiting)))


def _unpacked(file: BinaryIO, info: zipfile.ZipInfo) -> Iterator[bytes]:
    left = info.compress_size
    inflate = isal_zlib.decompressobj(-15)
    while left:
        packed = file.read(min(_READ, left))
        if not packed:
            return
        left -= len(packed)
        if info.compress_type == zipfile.ZIP_STORED:
            yield packed
            continue
        while packed:
            yield inflate.decompress(packed, 4 * MEGABYTE)
            packed = inflate.unconsumed_tail


def _state(infos: dict[str, zipfile.ZipInfo]) -> bytes:
    """A digest of the list of parts: it holds every part's checksum, so it changes when anything does."""
    digest = hashlib.sha256()
    for name, info in infos.items():
        digest.update(
            f"{name}|{info.CRC}|{info.file_size}|{info.compress_size}|{info.header_offset}\n".encode()
        )
    return digest.digest()


def _swap(spare: Path, book: Path) -> None:
    """Put `spare` in the place of `book`, which becomes a version."""
    kept = keep_version(book)
    try:
        spare.replace(book)
    except OSError:
        kept.unlink(missing_ok=True)
        raise
    _settle(book.parent)
    let_go(book)


def _settle(folder: Path) -> None:
    """Make the rename last through a power cut, where a folder can be written out (not on Windows)."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
