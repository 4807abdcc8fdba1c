"""One thread that owns the connection and commits waiting work together (group commit).

Jobs that arrive while a commit is on its way to disk share the next one. A refused job takes
nothing with it: the others are run again without it. So a job does nothing but work on its
connection. Nobody hears 'done' before the commit.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import SQLAlchemyError

from bot.adapters.db.engine import begin
from bot.core.errors import Conflict, OutcomeUnknown, Unavailable

Result = TypeVar("Result")
MOST_TOGETHER = 256
# PostgreSQL's word for two that waited for each other: serialization failure, deadlock.
DECIDE_AGAIN = {"40001", "40P01"}
UNKNOWN = "The database was lost before it could say whether this was recorded"


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[[Connection], Any]
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[Any]

    def tell(self, result: object, error: BaseException | None) -> None:
        """Hand the outcome to the waiting task, unless it or its loop is gone."""
        # RuntimeError: the loop is closed, so nobody waits any more.
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self._settle, result, error)

    def _settle(self, result: object, error: BaseException | None) -> None:
        if self.done.done():
            return
        if error is None:
            self.done.set_result(result)
        else:
            self.done.set_exception(error)


class Writer:
    """`await writer.run(work)`: `work(connection)` in a transaction, committed on return."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._loop, name="lockout-writer", daemon=True)
        self._thread.start()

    async def run(self, work: Callable[[Connection], Result]) -> Result:
        """Errors: what `work` raised of ours; Unavailable for the database's, nothing recorded.

        OutcomeUnknown, which is an Unavailable, when the commit itself had no answer. Whoever is
        cancelled while waiting has been heard all the same.
        """
        if self._closed:
            raise Unavailable("The database is closed: the program is stopping")
        loop = asyncio.get_running_loop()
        job = _Job(work, loop, loop.create_future())
        self._jobs.put(job)
        result: Result = await job.done
        return result

    def on_connect(self, react: Callable[[], object]) -> None:
        """`react()` is called in the writer's thread, before work runs on another connection."""
        event.listen(self._engine, "connect", lambda *_: react())

    def close(self) -> None:
        """Finish what is queued, then let go of the database."""
        self._closed = True
        self._jobs.put(None)
        self._thread.join(timeout=30)
        self._engine.dispose()

    def _loop(self) -> None:
        while (first := self._jobs.get()) is not None:
            batch, last = self._gather(first)
            self._commit(batch)
            if last:
                return

    def _gather(self, first: _Job) -> tuple[list[_Job], bool]:
        batch = [first]
        while len(batch) < MOST_TOGETHER:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                return batch, True
            batch.append(job)
        return batch, False

    def _commit(self, batch: list[_Job]) -> None:
        """All in one transaction; when one of them errs, each in its own, so that only it fails."""
        left = self._try_together(batch)
        while left:
            alone, *left = left
            # Where the database itself is gone, each would wait for it anew.
            left = self._try_together([alone], and_then=left)

    def _try_together(self, batch: list[_Job], and_then: Sequence[_Job] = ()) -> list[_Job]:
        """Whoever has not heard how it ended; `and_then` are those who are tried afterwards."""
        begun, results = False, []
        try:
            with begin(self._engine) as connection:
                begun = True
                results = [job.work(connection) for job in batch]
        # Of DBOS, some are no Exception. Whatever it was: who waits must hear of it, and this
        # thread must live.
        except BaseException as error:  # noqa: BLE001
            gone = not begun or getattr(error, "connection_invalidated", False)
            if not gone and len(batch) > 1:
                return batch
            lost = gone and len(results) == len(batch)
            for job in batch:
                job.tell(None, OutcomeUnknown(UNKNOWN) if lost else _translate(error))
            for job in and_then if gone else ():
                job.tell(None, _translate(error))
            return [] if gone else list(and_then)
        for job, result in zip(batch, results, strict=True):
            job.tell(result, None)
        return list(and_then)


def _translate(error: BaseException) -> BaseException:
    """The library's error in our words; a bug of ours stays what it is."""
    if isinstance(error, SQLAlchemyError):
        cause = getattr(error, "orig", None) or error
        if getattr(cause, "sqlstate", "") in DECIDE_AGAIN:
            return Conflict("Somebody else recorded something first")
        return Unavailable(f"The database does not take this now: {cause}")
    return error
