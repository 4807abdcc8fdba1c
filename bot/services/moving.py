"""Backup and moving house: every timeline into one file, and back into an empty database.

A backup of a chain that is broken is still written, since it is all there is; but no broken chain
is ever restored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.core.backup import Head, Part
from bot.core.timeline import GENESIS, Fact, check_link, fact_to_dict
from bot.exports.backup_file import BackupWriter, read_backup
from bot.services.ports import Mover

Write = Callable[[bytes], object]


@dataclass(frozen=True, slots=True)
class Moved:
    """What a backup holds. `problems` names each timeline whose chain is broken, in words."""

    heads: tuple[Head, ...]
    deliveries: int
    problems: tuple[str, ...] = ()

    @property
    def facts(self) -> int:
        """Of all timelines together."""
        return sum(head.count for head in self.heads)


async def back_up(mover: Mover, write: Write) -> Moved:
    """Everything that is kept at this moment, in pieces. Errors: Unavailable; those of `write`."""
    contents = await mover.contents()
    writer = BackupWriter()
    problems = []
    for head in contents.heads:
        write(writer.add(head).encode())
        problem = await _back_up_timeline(mover, writer, head, write)
        if problem:
            problems.append(problem)
    for seen in contents.seen:
        write(writer.add(seen).encode())
    write(writer.end().encode())
    return Moved(contents.heads, len(contents.seen), tuple(problems))


async def _back_up_timeline(mover: Mover, writer: BackupWriter, head: Head, write: Write) -> str:
    """The first break of its chain in words; empty when there is none."""
    problem, version, newest = "", 0, GENESIS
    while version < head.count and (page := await mover.page(head.incident, version, head.count)):
        write("".join(map(writer.add, page)).encode())
        for fact in page:
            problem = problem or _break(fact, newest, version + 1)
            version, newest = fact.version, fact.hash
    if not problem and (version, newest) != (head.count, head.hash):
        problem = f"it ends at fact {version}, not at {head.count}"
    return problem and f"incident {head.incident}: {problem}"


def _break(fact: Fact, newest: str, expected: int) -> str:
    broken = check_link(fact_to_dict(fact), newest, expected)
    return f"fact {broken.version} (id {broken.fact}): {broken.reason}" if broken else ""


async def restore(mover: Mover, open_file: Callable[[], Iterable[bytes]], file: str) -> Moved:
    """All of a backup into an empty database, or nothing. `open_file` is called twice.

    Errors: Invalid when it is no backup or a chain is broken, Refused when the database is not
    empty, Unavailable. Nothing was written then.
    """
    heads, deliveries = [], 0
    # The whole file first, so that nothing is written of one that is broken at its end.
    for part in read_backup(open_file(), file):
        if isinstance(part, Head):
            heads.append(part)
        elif not isinstance(part, Fact):
            deliveries += 1
    parts: Iterable[Part] = read_backup(open_file(), file)
    await mover.restore(parts)
    return Moved(tuple(heads), deliveries)
