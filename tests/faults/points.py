"""The named write points: where a process is made to die by its own hand, in the middle of its SQL.

Runs inside the process under test and hangs on SQLAlchemy's events alone, so that nothing in bot/
knows of it. What Slack sees of a process is struck from outside: see weather.py.
"""

from __future__ import annotations

import os
import re
import signal
from dataclasses import dataclass
from typing import Literal, Protocol

from sqlalchemy import Engine, event
from sqlalchemy.pool import Pool

Moment = Literal["before", "after", "commit", "committed"]

_WORKFLOW = r"(?:main|dbos)\.workflow_status"
_TAKEN = _WORKFLOW.join(("UPDATE ", r" SET status=\S+ executor_id"))
_STEP = r"(?:main|dbos)\.operation_outputs"
_RESULT = r"(?:main|dbos)\.workflow_output"

POINTS: dict[str, tuple[Moment, str]] = {
    "fact not written": ("before", r"INSERT INTO fact\b"),
    "fact written, not committed": ("commit", r"INSERT INTO fact\b"),
    "fact committed, not acknowledged": ("committed", r"INSERT INTO fact\b"),
    "delivery written down, not enqueued": ("after", r"INSERT INTO outgoing\b"),
    "delivery enqueued, not committed": ("commit", rf"INSERT INTO {_WORKFLOW}\b"),
    "workflow taken, not committed": ("commit", _TAKEN),
    "workflow taken, not begun": ("committed", _TAKEN),
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


class _Record(Protocol):
    """A connection, or its record in the pool: what was noted about it."""

    info: dict[str, bool]


@dataclass
class Trap:
    """Strikes once, the `countdown`-th time that the point is passed."""

    moment: Moment
    statement: re.Pattern[str]
    countdown: int
    blow: signal.Signals

    def pass_by(self, moment: Moment) -> None:
        """No goodbye, no flush."""
        if moment != self.moment:
            return
        self.countdown -= 1
        if self.countdown == 0:
            os.kill(os.getpid(), self.blow)

    # What SQLAlchemy calls, with what it gives.

    def before(self, connection: _Record, _cursor: object, text: str, *_rest: object) -> None:
        """Before a statement."""
        if self.statement.match(text):
            connection.info["passed"] = True
            self.pass_by("before")

    def after(self, _connection: _Record, _cursor: object, text: str, *_rest: object) -> None:
        """After it, within its transaction."""
        if self.statement.match(text):
            self.pass_by("after")

    def commit(self, connection: _Record) -> None:
        """Before the commit of a transaction with such a statement."""
        if connection.info.pop("passed", False):
            connection.info["committing"] = True
            self.pass_by("commit")

    def rollback(self, connection: _Record) -> None:
        """It never happened."""
        connection.info.pop("passed", None)

    def checkin(self, _connection: object, record: _Record) -> None:
        """The connection is given back: the commit is on disk."""
        if record.info.pop("committing", False):
            self.pass_by("committed")


def arm(point: str, countdown: int, *, stops: bool = False) -> None:
    """Set the trap in this process: it dies there, or is stopped until somebody continues it."""
    moment, statement = POINTS[point]
    blow = signal.SIGSTOP if stops else signal.SIGKILL
    trap = Trap(moment, re.compile(rf"\s*{statement}"), countdown, blow)
    event.listen(Engine, "before_cursor_execute", trap.before)
    event.listen(Engine, "after_cursor_execute", trap.after)
    event.listen(Engine, "commit", trap.commit)
    event.listen(Engine, "rollback", trap.rollback)
    event.listen(Pool, "checkin", trap.checkin)
