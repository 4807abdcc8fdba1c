"""Several processes on one PostgreSQL: who is alive, and taking over the work of who is not.

DBOS leaves a dead executor's running work where it is; its own failover is sold separately. This is
ours, on its public calls alone: a heartbeat by the database's clock, and `resume_workflows` under a
lock, since that has no owner check.
"""

from __future__ import annotations

import asyncio
import os
import socket
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from sqlalchemy import Connection, Engine, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert

from bot.adapters.db.schema import replica
from bot.adapters.db.writer import Writer
from bot.adapters.durable.stranded import pending, resume

log = structlog.get_logger(__name__)

# Well above the longest silence of a living process: a Web API call may take ten seconds.
DEAD_SECONDS = 20
# Less than that: whoever could not say for so long that it lives must not go on sending.
LEASE_SECONDS = 15
# Any number that only this program uses, so that one of them takes over at a time.
RESCUE_LOCK = 0x10C4008
NEVER = "to_timestamp(0)"


class Replicas:
    """One process among the others."""

    def __init__(
        self, engine: Engine, writer: Writer, lease_seconds: float = LEASE_SECONDS
    ) -> None:
        self._engine = engine
        self._writer = writer
        # Unique for ever: two processes with one name would run each other's work twice.
        self.own = f"{socket.gethostname()[:30]}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        self._lease_seconds = lease_seconds
        self._beaten = float("-inf")
        self._leases: set[asyncio.Timeout] = set()

    async def beat(self) -> None:
        """Say that we live: before any work is ours, and ever again. Errors: Unavailable."""
        begun = asyncio.get_running_loop().time()
        await self._writer.run(self._beat)
        self._beaten = begun
        for lease in self._leases:
            lease.reschedule(begun + self._lease_seconds)

    async def rescue(self) -> bool:
        """Take over from who has been silent; whether we found somebody gone."""
        return await asyncio.to_thread(self._rescue)

    @asynccontextmanager
    async def lease(self) -> AsyncIterator[None]:
        """Cut the block off once others may think us dead: who was stopped goes on some day.

        Errors: TimeoutError.
        """
        async with asyncio.timeout_at(self._beaten + self._lease_seconds) as limit:
            self._leases.add(limit)
            try:
                yield
            finally:
                self._leases.discard(limit)

    async def leave(self) -> None:
        """What we leave undone may be taken over at once."""
        gone = update(replica).where(replica.c.id == self.own).values(beat=text(NEVER))
        await self._writer.run(lambda connection: connection.execute(gone))

    def _beat(self, connection: Connection) -> None:
        now = func.clock_timestamp()
        row = insert(replica).values(id=self.own, beat=now)
        connection.execute(row.on_conflict_do_update(index_elements=["id"], set_={"beat": now}))

    def _rescue(self) -> bool:
        """One at a time: resuming what somebody else has just resumed would run it twice."""
        with self._engine.begin() as connection:
            if not connection.scalar(select(func.pg_try_advisory_xact_lock(RESCUE_LOCK))):
                return False
            silent = func.clock_timestamp() - text(f"interval '{DEAD_SECONDS} seconds'")
            living = set(connection.scalars(select(replica.c.id).where(replica.c.beat > silent)))
            # Not by the names of the dead: one that died before its row was back has no name here.
            left = [workflow for workflow in pending() if workflow.executor_id not in living]
            if left:
                resume(left)
                names = sorted({str(workflow.executor_id) for workflow in left})
                log.warning("took_over", replicas=names, workflows=len(left))
            gone = connection.execute(delete(replica).where(replica.c.beat <= silent))
            return gone.rowcount > 0
