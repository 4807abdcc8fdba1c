"""A statement that is turned into the database's own words once, and then only run.

For the few that stand between a press and its ack: to turn one into words each time costs more than
to run it. Only for plain columns (texts and whole numbers), which need no conversion.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ClauseElement, Connection, CursorResult, Dialect


@dataclass(frozen=True, slots=True)
class _Words:
    """`order` is None where the driver takes values by name. `fixed` are the statement's own."""

    text: str
    order: tuple[str, ...] | None
    fixed: Mapping[str, Any]


class Prepared:
    """`statement(connection, row)`; every bind of the statement has its value in `row`."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._known: dict[str, _Words] = {}

    def __call__(self, connection: Connection, row: Mapping[str, Any]) -> CursorResult[Any]:
        """Errors: SQLAlchemy's, as those of `Connection.execute`."""
        words = self._known.get(connection.dialect.name) or self._prepare(connection.dialect)
        given = {**words.fixed, **row}
        if words.order is None:
            return connection.exec_driver_sql(words.text, given)
        return connection.exec_driver_sql(words.text, tuple(given[name] for name in words.order))

    def _prepare(self, dialect: Dialect) -> _Words:
        compiled: Any = self._statement.compile(dialect=dialect)
        words = _Words(
            str(compiled),
            tuple(compiled.positiontup) if compiled.positional else None,
            {name: value for name, value in compiled.params.items() if value is not None},
        )
        self._known[dialect.name] = words
        return words
