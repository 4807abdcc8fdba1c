"""What an export is, whatever its format: a name, a media type and bytes that come in pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bot.core.incident import Incident
from bot.core.timeline import Fact

# incident, name of the organisation, its time zone (IANA), the facts in order -> the file.
Write = Callable[[Incident, str, str, Iterable[Fact]], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file. `write` takes `facts` once, in order, and never holds all of them.

    The incident must be the fold of exactly these facts: what stands above the timeline, and
    whether a note was struck later, is read from it. `drills_only`: incidents have no such file.
    """

    suffix: str
    media_type: str
    write: Write
    drills_only: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A file to hand over. `chunks` can be taken once, unless they were set aside.

    `content` takes them all.
    """

    name: str
    media_type: str
    chunks: Iterable[bytes]

    def content(self) -> bytes:
        """The whole file in memory, for a surface that can only send it at once."""
        return b"".join(self.chunks)
