"""Several processes on one PostgreSQL: who is alive, and taking over the work of who is not.

DBOS leaves a dead executor's running work where it is; its own failover is sold separately. This is
ours, on its public calls alone: a heartbeat by the database's clock, and `resume_workflows` under a
lock, since that has no owner check. The queue must be named, or the work escapes its rate limit.
"""

from __future__ import annotations

import asyncio
import os
import socket
import uuid

import structlog
from dbos import DBOS
from sqlalchemy import Connection, Engine, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from bot.adapters.db.schema import replica
from bot.adapters.db.writer import Writer

log = structlog.get_logger(__name__)

# Well above the longest silence of a living process: a Web API call may take ten seconds.
DEAD_SECONDS = 20


class Replicas:
    """This process among the others."""

    def __init__(self, engine: Engine, writer: Writer) -> None:
        self._engine = engine
        self._writer = writer
        # Unique for ever: two processes with one name would run each other's work twice.
        self.own = f"{socket.gethostname()[:30]}-{os.getpid()}-{uuid.uuid4().hex[:8]}"

    async def beat_and_rescue(self) -> None:
        """Say that we live, and take over from who has been silent. Errors: Unavailable."""
        dead = await self._writer.run(self._beat)
        for name in dead:
            await asyncio.to_thread(self._rescue, name)

    def _beat(self, connection: Connection) -> list[str]:
        now = func.clock_timestamp()
        row = insert(replica).values(id=self.own, beat=now)
        connection.execute(row.on_conflict_do_update(index_elements=["id"], set_={"beat": now}))
        silent = text(f"interval '{DEAD_SECONDS} seconds'")
        query = select(replica.c.id).where(replica.c.beat < func.clock_timestamp() - silent)
        return [str(name) for name in connection.execute(query).scalars()]

    def _rescue(self, name: str) -> None:
        """Whoever holds the row takes it all; the others pass by."""
        with self._engine.begin() as connection:
            mine = (
                select(replica.c.id).where(replica.c.id == name).with_for_update(skip_locked=True)
            )
            if connection.execute(mine).first() is None:
                return
            left = DBOS.list_workflows(
                status="PENDING", executor_id=name, load_input=False, load_output=False
            )
            for queue in {workflow.queue_name for workflow in left}:
                names = [item.workflow_id for item in left if item.queue_name == queue]
                DBOS.resume_workflows(names, queue_name=queue)
            connection.execute(delete(replica).where(replica.c.id == name))
            log.warning("took_over", replica=name, workflows=len(left))
