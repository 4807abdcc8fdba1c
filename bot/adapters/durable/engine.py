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
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from functools import partial
from typing import ClassVar

import structlog
from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer
from sqlalchemy import Connection, Engine

from bot.adapters.db import outgoing
from bot.adapters.db.writer import Writer
from bot.adapters.durable.alone import Alone
from bot.adapters.durable.replicas import Replicas
from bot.adapters.durable.stranded import Afoot, ended, purge
from bot.adapters.durable.working import Left, Worker
from bot.core.errors import Broken, LockoutError, Unavailable
from bot.services.ports import Clock, Effect, Outgoing, Timer, Work

log = structlog.get_logger(__name__)

APPLICATION = "lockout"
VERSION = "1"
DELIVERIES, TIMERS = "deliveries", "timers"
POLL_SECONDS = 1.0
# Messages a second in all channels; Slack takes several hundred a minute.
ALL_TOGETHER = 5
DRAIN_SECONDS = 10
OLDEST_SQLITE = (3, 42, 0)
# On SQLite only one process may serve; a restart must find its own work under the same name.
SINGLE = "lockout"
BEAT_SECONDS, RESCUE_SECONDS = 1.0, 5.0
# What a terminal wrote down is delivered, and reminded of, within this.
TAKE_UP_SECONDS, REARM_SECONDS = 10.0, 60.0
PURGE_SECONDS = 3600.0
# Until another process may take what this release does not know; as often it comes round again.
GIVE_BACK_SECONDS = 3.0


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
        self.afoot = Afoot(self._replicas.own if self._replicas else SINGLE)
        file = engine.url.database
        self._alone = Alone(file) if file and file != ":memory:" and not self._replicas else None
        self._tasks: list[asyncio.Task[None]] = []
        self._seen: set[int] = set()
        # Items that have a workflow of their own, as far as this process made it.
        self._leading: set[int] = set()
        # How many have joined the newest of them in each lane.
        self._joined: dict[str, int] = {}
        self._worker: Worker | None = None
        self._hurries: set[asyncio.Task[None]] = set()
        self._client: DBOSClient | None = None

    # --- from the caller's transaction

    def enqueue(self, connection: Connection, effect: Effect, now: datetime) -> None:
        """Write an effect down so that it will happen, if the transaction commits."""
        if isinstance(effect, Timer):
            self._enqueue_timer(connection, effect, now)
            return
        # Several pressing hard make one message a second, so they need one workflow a second. Not
        # beside other processes: theirs may be claiming just now what is seen waiting here.
        # Nor behind what a terminal wrote down, which has none yet.
        leader = outgoing.leader(connection, effect) if self._replicas is None else None
        number = outgoing.add(connection, effect, now)
        # A run takes a batch along, so each batch has one. Counted here and not in the table, where
        # thousands may wait; one that is taken back only makes the next one come sooner.
        lane = _lane(effect)
        joined = self._joined.get(lane, 0) + 1
        if leader not in self._leading or joined >= outgoing.MOST_TOGETHER:
            joined = 0
            self._enqueue_delivery(connection, number, effect)
        self._joined[lane] = joined

    def _enqueue_delivery(
        self, connection: Connection, number: int, item: Outgoing, again: str = ""
    ) -> None:
        if self._client is not None:
            self._client.enqueue_in_transaction(
                connection,
                {
                    "queue_name": DELIVERIES,
                    "workflow_name": "deliver",
                    "workflow_id": f"{_name(number)}{again}",
                    "queue_partition_key": _lane(item),
                    "priority": number,
                },
                number,
            )
            self._leading.add(number)

    def _enqueue_timer(self, connection: Connection, timer: Timer, now: datetime) -> None:
        if self._client is None:
            return
        # To the microsecond: armed again for a moment later, it must bear another name.
        at = round(timer.at.timestamp() * 1_000_000)
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
        lease = self._replicas.lease if self._replicas else nullcontext
        self._worker = Worker(work, self._writer, self._clock, lease)
        DurableEngine.running = self
        config: DBOSConfig = {
            "name": APPLICATION,
            "application_version": VERSION,
            "executor_id": self.afoot.executor,
            "system_database_url": self._engine.url.render_as_string(hide_password=False),
            "log_level": "WARNING",
            "serializer": DBOSPortableJSONSerializer(),
            "scheduler_polling_interval_sec": 30,
        }
        if self._engine.dialect.name == "sqlite":
            config["system_database_engine"] = self._engine
        if self._replicas is not None:
            await self._replicas.beat()
        if self._alone is not None:
            await self._alone.take()
        await self._start(config)
        await self.reconcile()
        await work.rearm(first=True)
        await work.redraw()
        chores: list[tuple[float, Callable[[], Awaitable[object]]]] = [
            (TAKE_UP_SECONDS, self._take_up),
            (REARM_SECONDS, work.rearm),
            (PURGE_SECONDS, self._purge),
        ]
        if self._replicas is not None:
            chores += [
                (BEAT_SECONDS, self._replicas.beat),
                (RESCUE_SECONDS, partial(self._rescue, self._replicas, work)),
            ]
        self._tasks = [asyncio.create_task(_forever(every, chore)) for every, chore in chores]

    async def _start(self, config: DBOSConfig) -> None:
        """On this loop: from a thread, DBOS would run its workflows on a loop of its own."""
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

    async def _take_up(self) -> None:
        await asyncio.to_thread(self.afoot.revive)
        await self.reconcile()

    @staticmethod
    async def _rescue(replicas: Replicas, work: Work) -> None:
        """A drawing that waits for its turn is no work of the engine: it died with its process."""
        if await replicas.rescue():
            await work.redraw()

    async def _purge(self) -> None:
        await asyncio.to_thread(purge, self._clock.now())
        self._seen.clear()
        self._leading.clear()

    @staticmethod
    async def _register_queues() -> None:
        await DBOS.register_queue_async(
            DELIVERIES,
            partition_concurrency=1,
            partition_limiter={"limit": 1, "period": 1.0},
            limiter={"limit": ALL_TOGETHER, "period": 1.0},
            polling_interval_sec=POLL_SECONDS,
        )
        await DBOS.register_queue_async(
            TIMERS, worker_concurrency=20, polling_interval_sec=POLL_SECONDS
        )

    async def reconcile(self) -> int:
        """Enqueue again whatever waits; for what is enqueued already this changes nothing."""
        waiting = await self._writer.run(outgoing.waiting)
        # Of a long outage of Slack there may be a thousand; each is looked after once an hour.
        new = [(number, item) for number, item in waiting if number not in self._seen]
        if new:
            await self._enqueue_again(new)
        self._seen = {number for number, _ in waiting}
        return len(waiting)

    async def _enqueue_again(self, items: list[tuple[int, Outgoing]]) -> None:
        """Whose workflow is over, and who still waits, needs one of another name: one an hour."""
        over = await asyncio.to_thread(ended, [_name(number) for number, _ in items])
        hour = f":{int(self._clock.now().timestamp() // PURGE_SECONDS)}"

        def enqueue(connection: Connection) -> None:
            for number, item in items:
                self._enqueue_delivery(
                    connection, number, item, again=hour if _name(number) in over else ""
                )

        await self._writer.run(enqueue)

    def hurry(self, incident: str) -> None:
        """After a commit: do not wait for the next poll. Never fails and never waits.

        Not beside other processes: there, the engine's turn is all that keeps two from posting.
        """
        if self._replicas is not None or self._worker is None or self._client is None:
            return
        if not self._worker.may_hurry(incident):
            return
        task = asyncio.create_task(self._worker.hurry(incident))
        self._hurries.add(task)
        task.add_done_callback(self._hurries.discard)

    def give_back(self, name: str) -> None:
        """A workflow that this process cannot do, for one that can; after a pause."""

        def give() -> None:
            if self._client is not None:
                task = asyncio.ensure_future(asyncio.to_thread(self.afoot.give_back, name))
                self._hurries.add(task)
                task.add_done_callback(self._given_back)

        asyncio.get_running_loop().call_later(GIVE_BACK_SECONDS, give)

    def _given_back(self, task: asyncio.Task[None]) -> None:
        self._hurries.discard(task)
        # It stays with us, and is found stranded soon.
        if not task.cancelled() and task.exception() is not None:
            log.warning("not_given_back", error=str(task.exception()))

    async def close(self) -> None:
        """Finish the step under way, then stop."""
        if self._client is None:
            self._let_in_others()
            return
        self._client = None
        if self._hurries:
            await asyncio.wait(self._hurries, timeout=DRAIN_SECONDS)
        await asyncio.to_thread(DBOS.destroy, workflow_completion_timeout_sec=DRAIN_SECONDS)
        for task in self._tasks:
            task.cancel()
        if self._replicas is not None:
            with suppress(Unavailable):
                await self._replicas.leave()
        self._let_in_others()
        # DBOS leaves its closed pool as the loop's default executor (dbos-transact-py#451).
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(max_workers=4))
        DurableEngine.running = None

    def _let_in_others(self) -> None:
        if self._alone is not None:
            self._alone.release()

    def state(self) -> str:
        """`ok`, or what somebody must change, for `/readyz`."""
        return (self._worker.alarm if self._worker else "") or "ok"

    @property
    def worker(self) -> Worker:
        """Errors: RuntimeError before `launch`."""
        if self._worker is None:
            message = "DurableEngine.launch was not called"
            raise RuntimeError(message)
        return self._worker


async def _forever(seconds: float, chore: Callable[[], Awaitable[object]]) -> None:
    """Whatever happened; what was left undone is done the next time."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await chore()
        except LockoutError as error:
            log.warning("chore_waits", reason=str(error))
        except Exception:
            log.exception("chore_failed")


def _name(number: int) -> str:
    return f"deliver:{number}"


def _lane(item: Outgoing) -> str:
    """Messages of an incident keep their order; files go beside them and beside each other."""
    return f"{item.incident}:{item.kind}:{item.payload.get('format', '')}"


def _engine() -> DurableEngine:
    engine = DurableEngine.running
    if engine is None:
        message = "a workflow ran without an engine"
        raise RuntimeError(message)
    return engine


@DBOS.step(name="deliver_step")
async def _deliver_step(number: int) -> str:
    return await _engine().worker.deliver(number)


# However often a process died over it, it is still to be done.
@DBOS.workflow(name="deliver", max_recovery_attempts=None)
async def _deliver(number: int) -> str:
    engine, name = _engine(), str(DBOS.workflow_id)
    try:
        with engine.afoot.running(name):
            return await _deliver_step(number)
    except Left:
        engine.give_back(name)
        raise


@DBOS.step(name="wake_step")
async def _wake_step(incident: str, subject: str, number: int, at: float) -> str:
    moment = datetime.fromtimestamp(at, UTC)
    return await _engine().worker.wake(Timer(incident, subject, number, moment))


@DBOS.workflow(name="wake", max_recovery_attempts=None)
async def _wake(incident: str, subject: str, number: int, at: float) -> str:
    with _engine().afoot.running(str(DBOS.workflow_id)):
        return await _wake_step(incident, subject, number, at)
