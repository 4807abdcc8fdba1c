"""Said once in the database's words, it does what the statement does."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from bot.adapters.db.engine import begin, open_engine
from bot.adapters.db.prepared import Prepared

TABLE = Table("line", MetaData(), Column("id", Integer, primary_key=True), Column("text", String))
ADD = Prepared(insert(TABLE))
FIND = Prepared(
    select(TABLE.c.text)
    .where(TABLE.c.id > bindparam("after"), TABLE.c.text != "left out")
    .order_by(TABLE.c.id.desc())
    .limit(1)
)


def test_values_of_its_own_and_given_ones_come_together(tmp_path: Path) -> None:
    """In whatever order the driver takes them; the errors are SQLAlchemy's."""
    engine = open_engine(f"sqlite:///{tmp_path}/lines.db")
    with begin(engine) as connection:
        TABLE.metadata.create_all(connection)
        for number, text in enumerate(("one", "two", "left out"), start=1):
            ADD(connection, {"text": text, "id": number})
        assert FIND(connection, {"after": 0}).scalar() == "two"
        assert FIND(connection, {"after": 2}).first() is None
    with pytest.raises(IntegrityError), begin(engine) as connection:
        ADD(connection, {"id": 1, "text": "again"})
    engine.dispose()
