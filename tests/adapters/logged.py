"""The log as the server writes it, to be read line by line."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import structlog

from bot.adapters.logs import configure_logs


class Log(StringIO):
    """What was written so far."""

    def lines(self) -> list[dict[str, Any]]:
        """One object a line. Fails when a line is not JSON."""
        return [json.loads(line) for line in self.getvalue().splitlines()]


@contextmanager
def written_log(secrets: Iterable[str] = ()) -> Iterator[Log]:
    """JSON lines at info; what pytest had set up comes back afterwards. `secrets` are hidden."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure_logs("info", as_json=True, secrets=secrets)
    found = Log()
    assert isinstance(root.handlers[0], logging.StreamHandler)
    root.handlers[0].setStream(found)
    try:
        yield found
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.reset_defaults()
        structlog.contextvars.clear_contextvars()
