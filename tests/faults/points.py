"""The named write points: where a process is made to die by its own hand, in the middle of its SQL.

Runs inside the process under test and hangs on SQLAlchemy's events alone, so that nothing in bot/
knows of it. What Slack sees of a process is struck from outside: see weather.py.
"""

from __future__ import annotations

import os
import re
import signal
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Engine, event
from sqlalchemy.pool import Pool

Moment = Literal["before", "after", "commit", "committed"]

_WORKFLOW = r"(?:main|dbos)\.workflow_status"
_STEP = r"(?:main|dbos)\.operation_outputs"
_RESULT = r"(?:main|dbos)\.workflow_output"

POINTS: dict[str, tuple[Moment, str]] = {
    "fact not written": ("before", r"INSERT INTO fact\b"),
    "fact written, not committed": ("commit", r"INSERT INTO fact\b"),
    "fact committed, not acknowledged": ("committed", r"INSERT INTO fact\b"),
    "delivery written down, not enqueued": ("after", r"INSERT INTO outgoing\b"),
    "delivery enqueued, not committed": ("commit", rf"INSERT INTO {_WORKFLOW}\b"),
    "workflow taken, not committed": ("commit", rf"UPDATE {_WORKFLOW} SET status=\S+ executor_id"),
    "workflow taken, not begun": ("committed", rf"UPDATE {_WORKFLOW} SET status=\S+ executor_id"),
    "attempt marked, not committed": ("commit", r"UPDATE outgoing SET attempts"),
    "attempt marked, nothing sent": ("committed", r"UPDATE outgoing SET attempts"),
    "sent, not settled": ("before", r"UPDATE outgoing SET state"),
    "settled, not committed": ("commit", r"UPDATE outgoing SET state"),
    "settled, step not recorded": ("committed", r"UPDATE outgoing SET state"),
    "step recorded, not committed": ("commit", rf"INSERT INTO {_STEP}\b"),
    "step recorded, workflow not finished": ("committed", rf"INSERT INTO {_STEP}\b"),
    "workflow finished, not committed": ("commit", rf"INSERT INTO {_RESULT}\b"),
    "workflow finished": ("committed", rf"INSERT INTO {_RESULT}\b"),
}


@dataclass
class Trap:
    """Strikes once, the `countdown`-th time that the point is passed."""

    moment: Moment
    statement: re.Pattern[str]
    countdown: int
    blow: signal.Signals

    def spring(self) -> None:
        """No goodbye, no flush."""
        self.countdown -= 1
        if self.countdown == 0:
            os.kill(os.getpid(), self.blow)


def arm(point: str, countdown: int, *, stops: bool = False) -> None:
    """Set the trap in this process: it dies there, or is stopped until somebody continues it."""
    moment, statement = POINTS[point]
    blow = signal.SIGSTOP if stops else signal.SIGKILL
    trap = Trap(moment, re.compile(rf"\s*{statement}"), countdown, blow)

    def before(connection: Any, _cursor: Any, text: str, *_rest: Any) -> None:
        if trap.statement.match(text):
            connection.info["passed"] = True
            if trap.moment == "before":
                trap.spring()

    def after(_connection: Any, _cursor: Any, text: str, *_rest: Any) -> None:
        if trap.moment == "after" and trap.statement.match(text):
            trap.spring()

    def commit(connection: Any) -> None:
        if connection.info.get("passed"):
            connection.info["passed"] = False
            connection.info["committing"] = True
            if trap.moment == "commit":
                trap.spring()

    def rollback(connection: Any) -> None:
        connection.info["passed"] = False

    def checkin(_dbapi: Any, record: Any) -> None:
        if record.info.pop("committing", False) and trap.moment == "committed":
            trap.spring()

    event.listen(Engine, "before_cursor_execute", before)
    event.listen(Engine, "after_cursor_execute", after)
    event.listen(Engine, "commit", commit)
    event.listen(Engine, "rollback", rollback)
    event.listen(Pool, "checkin", checkin)
