"""`Mover` on SQLAlchemy Core: all timelines out, page by page, and into an empty database."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from sqlalchemy import Connection, exists, func, insert, literal, null, select, text, union_all
from sqlalchemy.exc import IntegrityError

from bot.adapters.db.event_store import fact_of, row_of
from bot.adapters.db.schema import delivery, fact
from bot.adapters.db.writer import Writer
from bot.adapters.keepable import NOT_EMPTY, TWICE
from bot.core.backup import Contents, Head, Part, Seen
from bot.core.errors import Refused
from bot.core.timeline import Fact, format_time, parse_time

PAGE = 500


class SqlMover:
    """Every method errs with Unavailable when the database does not answer."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    async def contents(self) -> Contents:
        """What is kept at one moment, by name."""
        return await self._writer.run(_read_contents)

    async def page(self, incident: str, after: int, until: int) -> list[Fact]:
        """The next facts, so that the database is free for others in between."""
        query = (
            select(fact)
            .where(fact.c.incident == incident, fact.c.version > after, fact.c.version <= until)
            .order_by(fact.c.version)
            .limit(PAGE)
        )
        rows = await self._writer.run(lambda connection: connection.execute(query).all())
        return [fact_of(row) for row in rows]

    async def restore(self, parts: Iterable[Part]) -> None:
        """All parts in one transaction. Errors: Refused; those of `parts`."""
        await self._writer.run(lambda connection: _write_all(connection, parts))


def _read_contents(connection: Connection) -> Contents:
    """In one statement, since on PostgreSQL each statement sees a moment of its own."""
    newest = select(fact.c.incident, func.max(fact.c.version).label("version")).group_by(
        fact.c.incident
    )
    tops = newest.subquery()
    heads = select(
        literal("head").label("part"),
        fact.c.incident.label("name"),
        fact.c.version.label("facts"),
        fact.c.hash.label("value"),
        null().label("incident"),
    ).join(tops, (tops.c.incident == fact.c.incident) & (tops.c.version == fact.c.version))
    seen = select(
        literal("seen"), delivery.c.key, literal(0), delivery.c.recorded_at, delivery.c.incident
    )
    rows = connection.execute(union_all(heads, seen)).all()
    # By code point: databases differ on the order of text.
    rows = sorted(rows, key=lambda row: row.name)
    return Contents(
        tuple(Head(row.name, row.facts, row.value) for row in rows if row.part == "head"),
        tuple(
            Seen(row.name, row.incident, parse_time(row.value))
            for row in rows
            if row.part == "seen"
        ),
    )


def _write_all(connection: Connection, parts: Iterable[Part]) -> None:
    if connection.dialect.name == "postgresql":
        # Nobody may record something between the look and the last insert.
        connection.execute(text("LOCK TABLE fact, delivery IN EXCLUSIVE MODE"))
    holds_something = select(exists(select(fact.c.id)) | exists(select(delivery.c.key)))
    if connection.execute(holds_something).scalar():
        raise Refused(*NOT_EMPTY)
    waiting = iter(parts)
    try:
        while batch := list(islice(waiting, PAGE)):
            _write(connection, batch)
    except IntegrityError as error:
        raise Refused(*TWICE) from error


def _write(connection: Connection, batch: list[Part]) -> None:
    facts = [row_of(part) for part in batch if isinstance(part, Fact)]
    seen = [
        {"key": part.key, "incident": part.incident, "recorded_at": format_time(part.recorded_at)}
        for part in batch
        if isinstance(part, Seen)
    ]
    if facts:
        connection.execute(insert(fact), facts)
    if seen:
        connection.execute(insert(delivery), seen)
