"""Work that DBOS lost sight of: said to be running, and nobody runs it.

It happens to the work of a replica that died, and in a living process when the database refused
DBOS's own bookkeeping (a full disk): the item stays `PENDING`, and holds up all behind it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from dbos import DBOS, WorkflowStatus

log = structlog.get_logger(__name__)

ENDED = ["SUCCESS", "ERROR", "CANCELLED"]
KEPT = timedelta(days=1)
PURGED_TOGETHER = 5_000


@dataclass
class Afoot:
    """The workflows that this process is in the middle of, to be held against what DBOS says."""

    executor: str
    _running: set[str] = field(default_factory=set)
    _suspects: set[str] = field(default_factory=set)
    # What was resumed may be with another process at once: then it is not ours to resume again.
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def running(self, name: str) -> Iterator[None]:
        """For as long as a workflow runs here."""
        self._running.add(name)
        try:
            yield
        finally:
            self._running.discard(name)

    def runs(self, name: str) -> bool:
        """Whether this process is in the middle of it."""
        return name in self._running

    def revive(self) -> int:
        """Resume what was found stranded twice in a row: once, it may be about to begin or end."""
        with self._one_at_a_time:
            left = [item for item in pending(self.executor) if not self.runs(item.workflow_id)]
            stranded = [item for item in left if item.workflow_id in self._suspects]
            self._suspects = {item.workflow_id for item in left}
            if stranded:
                resume(stranded)
                log.warning("revived", workflows=[item.workflow_id for item in stranded])
        return len(stranded)

    def give_back(self, name: str) -> None:
        """Let any process take what this one has left, unless one has it already."""
        with self._one_at_a_time:
            ours = [item for item in pending(self.executor) if item.workflow_id == name]
            if ours and not self.runs(name):
                resume(ours)


def pending(executor: str | None = None) -> list[WorkflowStatus]:
    """What DBOS says is running, there or anywhere."""
    return DBOS.list_workflows(
        status="PENDING", executor_id=executor, load_input=False, load_output=False
    )


def resume(workflows: Sequence[WorkflowStatus]) -> None:
    """Let them run again; their queue must be named, or they escape its rate limit."""
    for queue in {workflow.queue_name for workflow in workflows}:
        names = [item.workflow_id for item in workflows if item.queue_name == queue]
        DBOS.resume_workflows(names, queue_name=queue)


def ended(names: Iterable[str]) -> set[str]:
    """Which of these are over, however they ended."""
    found = DBOS.list_workflows(
        workflow_ids=list(names), status=ENDED, load_input=False, load_output=False
    )
    return {workflow.workflow_id for workflow in found}


def purge(now: datetime) -> int:
    """Take finished work of more than a day ago away; `outgoing` keeps what became of it."""
    done = DBOS.list_workflows(
        status=ENDED,
        end_time=(now - KEPT).isoformat(),
        load_input=False,
        load_output=False,
        limit=PURGED_TOGETHER,
    )
    if done:
        DBOS.delete_workflows([workflow.workflow_id for workflow in done])
    return len(done)
