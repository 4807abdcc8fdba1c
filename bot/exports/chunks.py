"""How files of any length leave in pieces, so that a timeline of years needs little memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from itertools import islice

_LINES = 256
_BYTES = 1 << 16


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
