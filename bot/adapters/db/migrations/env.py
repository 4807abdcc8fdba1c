"""Alembic's entry: migrations always run on the connection that the application hands over."""

from alembic import context

from bot.adapters.db.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
