"""The tables. `fact` is append-only: the database itself refuses UPDATE and DELETE on it.

Times are text in the one form that is hashed (UTC, microseconds, Z), so that what is read back is
what was hashed, on every database.
"""

from __future__ import annotations

from sqlalchemy import (
    Column,
    DateTime,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

fact = Table(
    "fact",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("incident", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("occurred_at", String(32), nullable=False),
    Column("recorded_at", String(32), nullable=False),
    Column("actor_id", String(200), nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("surface", String(40), nullable=False),
    Column("kind", String(60), nullable=False),
    Column("payload", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("incident", "version", name="one_fact_a_version"),
    Index("facts_by_kind", "kind", "incident"),
)

# Which delivery (trigger, event or envelope id) was recorded where, so that none is twice.
delivery = Table(
    "delivery",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("incident", String(64), nullable=False),
    Column("recorded_at", String(32), nullable=False),
)

# What must reach people, in the order of its facts. `reference`: where it went, or why it did not.
outgoing = Table(
    "outgoing",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("incident", String(64), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("payload", Text, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("state", String(12), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("batch", Integer, nullable=True),
    Column("reference", String(400), nullable=True),
    Index("outgoing_by_state", "state", "incident", "id"),
)

# What was read of a tenant's policies. `taken_at`: first read like this, `seen_at`: last found so.
snapshot = Table(
    "snapshot",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("tenant", String(64), nullable=False),
    Column("provider", String(20), nullable=False),
    Column("taken_at", String(32), nullable=False),
    Column("seen_at", String(32), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("content", Text, nullable=False),
    Index("snapshots_by_tenant", "tenant", "seen_at"),
)

# Processes that share a PostgreSQL database; the heartbeat is by the database's own clock.
replica = Table(
    "replica",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("beat", DateTime(timezone=True), nullable=False),
)
