"""How Alembic runs the steps: on the connection that the store hands over, in one transaction."""

from __future__ import annotations

from alembic import context

from signaling_server.storage.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,  # SQLite alters tables by copying them
)
with context.begin_transaction():
    context.run_migrations()
