"""The marks that a request leaves on every line of the log until it is acked.

Slack's ids are long; the end of one is enough to find a request again, and no credential.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from structlog.contextvars import bind_contextvars, clear_contextvars

SHORT = 12


def request_id(body: Mapping[str, Any]) -> str:
    """The end of the trigger's or the event's id; empty when there is none."""
    for name in ("trigger_id", "event_id"):
        value = body.get(name)
        if isinstance(value, str) and value:
            return value[-SHORT:]
    return ""


@contextmanager
def marked(body: Mapping[str, Any]) -> Iterator[None]:
    """Everything logged in the block bears the request; nothing after it does.

    One task serves many requests of a connection, so what an earlier one left is taken off first.
    """
    clear_contextvars()
    bind_contextvars(request=request_id(body))
    try:
        yield
    finally:
        clear_contextvars()
