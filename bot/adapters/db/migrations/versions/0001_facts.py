"""The timeline, append-only by the database's own word, and the deliveries seen."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

REFUSAL = "facts are never changed or removed; record a correction instead"


def upgrade() -> None:
    """Make both tables, and the triggers that guard `fact`."""
    _make_tables()
    if op.get_bind().dialect.name == "sqlite":
        _guard_on_sqlite()
    else:
        _guard_on_postgresql()


def _make_tables() -> None:
    op.create_table(
        "fact",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("incident", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("occurred_at", sa.String(32), nullable=False),
        sa.Column("recorded_at", sa.String(32), nullable=False),
        sa.Column("actor_id", sa.String(200), nullable=False),
        sa.Column("actor_name", sa.Text, nullable=False),
        sa.Column("surface", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.UniqueConstraint("incident", "version", name="one_fact_a_version"),
    )
    op.create_index("facts_by_kind", "fact", ["kind", "incident"])
    op.create_table(
        "delivery",
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("incident", sa.String(64), nullable=False),
        sa.Column("recorded_at", sa.String(32), nullable=False),
    )


def _guard_on_sqlite() -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER fact_no_{verb.lower()} BEFORE {verb} ON fact "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )
    # INSERT OR REPLACE removes the older row without asking the DELETE trigger.
    op.execute(
        "CREATE TRIGGER fact_no_replace BEFORE INSERT ON fact WHEN EXISTS "  # noqa: S608 - constants
        "(SELECT 1 FROM fact WHERE id = NEW.id "
        "OR (incident = NEW.incident AND version = NEW.version)) "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )


def _guard_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER fact_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON fact "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
