"""structlog as JSON lines on standard error, for our own loggers and everybody else's.

No credential reaches a log: values under a telling key are replaced, and so is any text that looks
like one. Text that a person pasted is never logged above debug by anybody who calls this.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

from bot.core.secrets import remove_secrets

_TELLING = re.compile(r"(?i)token|secret|password|authorization|cookie|signature|credential")
# What structlog itself still needs of a record of the standard library.
_OF_STRUCTLOG = {"_record", "_from_structlog"}
# Bolt warns about every request that has no listener of its own, and about our own authorize.
_CHATTY = {"slack_bolt": logging.ERROR, "alembic": logging.WARNING}


def redact(
    _logger: object, _name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """A structlog processor: credentials out, by key and by shape, however deep."""
    return {
        key: value if key in _OF_STRUCTLOG else _redacted(key, value)
        for key, value in event.items()
    }


def _redacted(key: str, value: object) -> object:
    if _TELLING.search(key) and value:
        return "[REMOVED]"
    if isinstance(value, str):
        return remove_secrets(value)[0]
    if isinstance(value, Mapping):
        return {_plain(inner): _redacted(str(inner), entry) for inner, entry in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_redacted("", entry) for entry in value]
    return value if value is None or isinstance(value, int | float) else _plain(value)


def _plain(value: object) -> str:
    """Anything else would be written as its repr, past every look at it."""
    return remove_secrets(value if isinstance(value, str) else repr(value))[0]


def configure_logs(level: str, *, as_json: bool) -> None:
    """Set up both structlog and the standard library; `as_json` False is for a person's eyes."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]
    structlog.configure(
        # First, since most of what is logged is not loud enough to be worth the rest.
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    last = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    handler.addFilter(_is_loud_enough)
    root.setLevel(level.upper())


def _is_loud_enough(record: logging.LogRecord) -> bool:
    """Asked here and not of the loggers, since Bolt gives each of its own the root's level."""
    return record.levelno >= _CHATTY.get(record.name.partition(".")[0], logging.NOTSET)
