"""DBOS, narrowly: two single-step workflows (`deliver`, `wake`) in the application's own database.

Its traps, measured, shape this file. `launch` must run on the loop that serves, or its workflows
run on another one. The application version is one constant, or a rolling deploy strands work. The
serializer is JSON, since the default one is pickle. On SQLite it shares the one pooled connection;
polling faster than once a second breaks its rate limit there. `destroy` leaves a dead executor
behind on the loop. Python >= 3.12 with SQLite < 3.42 does not launch.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import structlog
from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer
from sqlalchemy import Connection, Engine

from bot.adapters.db import outgoing
from bot.adapters.db.writer import Writer
from bot.adapters.durable.replicas import Replicas
from bot.core.errors import Broken, LockoutError, Unavailable
from bot.services.ports import Clock, Courier, Effect, Outgoing, Timer, Work

log = structlog.get_logger(__name__)

APPLICATION = "lockout"
VERSION = "1"
DELIVERIES, TIMERS = "deliveries", "timers"
POLL_SECONDS = 1.0
LONGEST_PAUSE = 30.0
DRAIN_SECONDS = 10
OLDEST_SQLITE = (3, 42, 0)
# On SQLite only one process may serve; a restart must find its own work under the same name.
SINGLE = "lockout"
BEAT_SECONDS = 1.0
# In beats: what a terminal wrote down is taken up within this, and an hour.
TAKE_UP_BEATS = 10
PURGE_BEATS = 3600
KEPT = timedelta(days=1)
PURGED_TOGETHER = 5_000


def check_sqlite() -> None:
    """Errors: Broken where the engine cannot run on this machine's SQLite."""
    if sys.version_info >= (3, 12) and sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise Broken(
            f"Python {sys.version.split()[0]} with SQLite {sqlite3.sqlite_version} cannot run the "
            "delivery engine",
            "Use SQLite 3.42 or newer (Debian 13, the Docker image), Python 3.11, or PostgreSQL",
        )


class DurableEngine:
    """`enqueue` in the caller's transaction; `launch` and `close` on the serving loop.

    One a process: DBOS is a singleton.
    """

    running: ClassVar[DurableEngine | None] = None

    def __init__(self, engine: Engine, writer: Writer, clock: Clock) -> None:
        self._engine = engine
        self._writer = writer
        self._clock = clock
        self._replicas = Replicas(engine, writer) if engine.dialect.name != "sqlite" else None
        self._tending: asyncio.Task[None] | None = None
        self._work: Work | None = None
        self._client: DBOSClient | None = None
        self._alarm = ""

    # --- from the caller's transaction

    def enqueue(self, connection: Connection, effect: Effect, now: datetime) -> None:
        """Write an effect down so that it will happen, if the transaction commits."""
        if isinstance(effect, Timer):
            self._enqueue_timer(connection, effect, now)
            return
        number = outgoing.add(connection, effect, now)
        self._enqueue_delivery(connection, number, effect)

    def _enqueue_delivery(self, connection: Connection, number: int, item: Outgoing) -> None:
        if self._client is not None:
            self._client.enqueue_in_transaction(
                connection,
                {
                    "queue_name": DELIVERIES,
                    "workflow_name": "deliver",
                    "workflow_id": f"deliver:{number}",
                    # Files go beside the messages: four of them must not hold up a reminder.
                    "queue_partition_key": f"{item.incident}:{item.kind}",
                    "priority": number,
                },
                number,
            )

    def _enqueue_timer(self, connection: Connection, timer: Timer, now: datetime) -> None:
        if self._client is None:
            return
        at = int(timer.at.timestamp())
        self._client.enqueue_in_transaction(
            connection,
            {
                "queue_name": TIMERS,
                "workflow_name": "wake",
                "workflow_id": f"wake:{timer.incident}:{timer.subject}:{timer.number}:{at}",
                "delay_seconds": max(0.0, (timer.at - now).total_seconds()),
            },
            timer.incident,
            timer.subject,
            timer.number,
            timer.at.timestamp(),
        )

    # --- life

    async def launch(self, work: Work) -> None:
        """Begin to work, and take up what waits. Errors: Broken, Unavailable."""
        if self._engine.dialect.name == "sqlite":
            check_sqlite()
        self._work = work
        DurableEngine.running = self
        config: DBOSConfig = {
            "name": APPLICATION,
            "application_version": VERSION,
            "executor_id": self._replicas.own if self._replicas else SINGLE,
            "system_database_url": self._engine.url.render_as_string(hide_password=False),
            "log_level": "WARNING",
            "serializer": DBOSPortableJSONSerializer(),
            "scheduler_polling_interval_sec": 30,
        }
        if self._engine.dialect.name == "sqlite":
            config["system_database_engine"] = self._engine
        try:
            DBOS(config=config)
            DBOS.launch()
            self._client = DBOSClient(
                system_database_engine=self._engine,
                application_name=APPLICATION,
                serializer=DBOSPortableJSONSerializer(),
            )
            await self._register_queues()
        except LockoutError:
            raise
        except Exception as error:
            raise Unavailable(f"The delivery engine does not start: {error}") from error
        await self.reconcile()
        await work.rearm()
        self._tending = asyncio.get_running_loop().create_task(self._tend())

    async def _tend(self) -> None:
        """As long as we serve: what was left waiting, what is finished, who else is alive."""
        beats = 0
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            beats += 1
            try:
                if self._replicas is not None:
                    await self._replicas.beat_and_rescue()
                if beats % TAKE_UP_BEATS == 0:
                    await self.reconcile()
                if beats % PURGE_BEATS == 0 and self._work is not None:
                    await self._work.rearm()
                    await asyncio.to_thread(_purge)
            except Exception:
                # Tending must go on whatever happened; what it left undone it does next time.
                log.exception("tending_failed")

    @staticmethod
    async def _register_queues() -> None:
        await DBOS.register_queue_async(
            DELIVERIES,
            partition_concurrency=1,
            partition_limiter={"limit": 1, "period": 1.0},
            polling_interval_sec=POLL_SECONDS,
        )
        await DBOS.register_queue_async(
            TIMERS, worker_concurrency=20, polling_interval_sec=POLL_SECONDS
        )

    async def reconcile(self) -> int:
        """Enqueue again whatever waits; for what is enqueued already this changes nothing."""

        def again(connection: Connection) -> int:
            rows = outgoing.waiting(connection)
            for number, item in rows:
                self._enqueue_delivery(connection, number, item)
            return len(rows)

        return await self._writer.run(again)

    async def close(self) -> None:
        """Finish the step under way, then stop."""
        if self._tending is not None:
            self._tending.cancel()
        if self._client is None:
            return
        self._client = None
        await asyncio.to_thread(DBOS.destroy, workflow_completion_timeout_sec=DRAIN_SECONDS)
        # DBOS leaves its closed pool as the loop's default executor (dbos-transact-py#451).
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(max_workers=4))
        DurableEngine.running = None

    def state(self) -> str:
        """`ok`, or what somebody must change, for `/readyz`."""
        return self._alarm or "ok"

    # --- work

    async def deliver(self, number: int) -> str:
        """Until the item is settled. Slack is never called inside a transaction."""
        pause = 1.0
        while True:
            try:
                return await self._attempt(number)
            except Unavailable as error:
                self._alarm = error.reason
                log.warning("delivery_waits", item=number, reason=error.reason)
                await asyncio.sleep(min(error.retry_after or pause, LONGEST_PAUSE))
                pause = min(pause * 2, LONGEST_PAUSE)

    async def _attempt(self, number: int) -> str:
        claimed = await self._writer.run(lambda connection: outgoing.claim(connection, number))
        if claimed is None:
            return "settled before"
        ending: outgoing.Ending = "sent"
        try:
            reference = await self._courier.deliver(
                claimed.item, f"lockout-{claimed.batch}", again=claimed.attempts > 0
            )
            self._alarm = ""
        except Broken as error:
            ending, reference = "dropped", error.reason
            self._alarm = error.reason
            log.error("delivery_dropped", items=claimed.items, reason=reference)  # noqa: TRY400 - no bug of ours
        await self._writer.run(
            lambda connection: outgoing.settle(connection, claimed, ending, reference)
        )
        return ending

    @property
    def _courier(self) -> Courier:
        assert self._work is not None  # noqa: S101 - nothing runs before launch
        return self._work.courier

    async def wake(self, timer: Timer) -> str:
        """One timer. Errors: Unavailable is tried again, since a promised reminder must come."""
        assert self._work is not None  # noqa: S101 - nothing runs before launch
        pause = 1.0
        while True:
            try:
                return await self._work.wake(timer)
            except Unavailable as error:
                log.warning("reminder_waits", incident=timer.incident, reason=error.reason)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)


def _purge() -> None:
    """Finished work of more than a day ago; the `outgoing` table keeps what became of it."""
    before = (datetime.now(UTC) - KEPT).isoformat()
    done = DBOS.list_workflows(
        status=["SUCCESS", "ERROR", "CANCELLED"],
        end_time=before,
        load_input=False,
        load_output=False,
        limit=PURGED_TOGETHER,
    )
    if done:
        DBOS.delete_workflows([workflow.workflow_id for workflow in done])


def _engine() -> DurableEngine:
    engine = DurableEngine.running
    if engine is None:
        message = "a workflow ran without an engine"
        raise RuntimeError(message)
    return engine


@DBOS.step(name="deliver_step")
async def _deliver_step(number: int) -> str:
    return await _engine().deliver(number)


@DBOS.workflow(name="deliver")
async def _deliver(number: int) -> str:
    return await _deliver_step(number)


@DBOS.step(name="wake_step")
async def _wake_step(incident: str, subject: str, number: int, at: float) -> str:
    moment = datetime.fromtimestamp(at, UTC)
    return await _engine().wake(Timer(incident, subject, number, moment))


@DBOS.workflow(name="wake")
async def _wake(incident: str, subject: str, number: int, at: float) -> str:
    return await _wake_step(incident, subject, number, at)
