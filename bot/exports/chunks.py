"""How files of any length leave in pieces, so that a timeline of years needs little memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from itertools import islice
from tempfile import SpooledTemporaryFile
from weakref import finalize

from bot.core.errors import Unavailable

_LINES = 256
_BYTES = 1 << 16
_IN_MEMORY = 1 << 18


def in_chunks(lines: Iterable[str]) -> Iterator[bytes]:
    """The lines as UTF-8, a few hundred at a time."""
    waiting = iter(lines)
    while batch := list(islice(waiting, _LINES)):
        yield "".join(batch).encode()


class HeldRows:
    """Rows that must wait until what stands above them is known, kept small by compressing them.

    A summary and a drawing come first in a file, but are known only after the last fact; the
    facts can be read once. Compressed, a row waits in some tens of bytes.
    """

    def __init__(self, rows: Iterable[str]) -> None:
        squeeze = zlib.compressobj(level=1)
        self._pieces = [squeeze.compress(chunk) for chunk in in_chunks(rows)]
        self._pieces.append(squeeze.flush())

    def chunks(self) -> Iterator[bytes]:
        """The rows as they went in."""
        expand = zlib.decompressobj()
        for piece in self._pieces:
            todo = piece
            while todo:
                yield expand.decompress(todo, _BYTES)
                todo = expand.unconsumed_tail
        yield expand.flush()


class SetAside:
    """A file that is whole, and can be taken in pieces as often as it must be sent.

    A large one is on disk meanwhile, under no name, and gone when nobody holds this any more.
    """

    def __init__(self, chunks: Iterable[bytes]) -> None:
        """Take all chunks. Errors: those of taking them; Unavailable when the disk is full."""
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - see below
        finalize(self, self._file.close)
        for chunk in chunks:
            try:
                self._file.write(chunk)
            except OSError as error:
                raise Unavailable(f"The file cannot be set aside: {error.strerror}") from error

    def __iter__(self) -> Iterator[bytes]:
        """Pieces of some size."""
        self._file.seek(0)
        while piece := self._file.read(_BYTES):
            yield piece
