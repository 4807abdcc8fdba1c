"""What must reach people, and the processes that share a database."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "outgoing",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("incident", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("batch", sa.Integer, nullable=True),
        sa.Column("reference", sa.String(400), nullable=True),
    )
    op.create_index("outgoing_by_state", "outgoing", ["state", "incident", "id"])
    op.create_table(
        "replica",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("beat", sa.DateTime(timezone=True), nullable=False),
    )
