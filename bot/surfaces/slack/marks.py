"""The marks that a request leaves on every line of the log until it is acked, and its arrival.

Slack's ids are long; the end of one is enough to find a request again, and no credential.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from time import perf_counter

from structlog.contextvars import bind_contextvars, clear_contextvars

SHORT = 12

_arrived: ContextVar[float] = ContextVar("arrived")


def request_id(body: object) -> str:
    """The end of the trigger's or the event's id; empty when there is none."""
    if not isinstance(body, Mapping):
        return ""
    for name in ("trigger_id", "event_id"):
        value = body.get(name)
        if isinstance(value, str) and value:
            return value[-SHORT:]
    return ""


def arrive() -> None:
    """A request is here, and nothing of it was read yet."""
    _arrived.set(perf_counter())


def since_arrival() -> float:
    """Seconds since `arrive` in this task; 0 without it."""
    now = perf_counter()
    return now - _arrived.get(now)


@contextmanager
def marked(body: object) -> Iterator[None]:
    """Everything logged in the block bears the request; nothing after it does.

    One task serves many requests of a connection, so what an earlier one left is taken off first.
    """
    clear_contextvars()
    bind_contextvars(request=request_id(body))
    try:
        yield
    finally:
        clear_contextvars()
