"""structlog as JSON lines on standard error, for our own loggers and everybody else's.

No credential reaches a log: values under a telling key are replaced, and so is any text that looks
like one or is one of the configured ones. Text that a person pasted is never logged above debug by
anybody who calls this.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from typing import Any
from urllib.parse import quote

import structlog

from bot.core.secrets import remove_secrets

_TELLING = re.compile(r"(?i)token|secret|password|authorization|cookie|signature|credential")
SHORTEST_SECRET = 6
# How a secret may stand in a text: as it is, in a URL, within JSON, within a repr.
_WAYS: tuple[Callable[[str], str], ...] = (
    str,
    lambda secret: quote(secret, safe=""),
    lambda secret: json.dumps(secret)[1:-1],
    lambda secret: repr(secret)[1:-1],
)
# What structlog itself still needs of a record of the standard library.
_OF_STRUCTLOG = {"_record", "_from_structlog"}
# Bolt warns about every request that has no listener of its own, and about our own authorize.
_CHATTY = {"slack_bolt": logging.ERROR, "alembic": logging.WARNING}


class Redactor:
    """A structlog processor: credentials out, by key, by shape and by value, however deep."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """`secrets` are taken out wherever they stand, also as a URL, JSON or Python writes them.

        One shorter than `SHORTEST_SECRET` is not: it would tear holes into every other word.
        """
        known = {secret for secret in secrets if len(secret) >= SHORTEST_SECRET}
        written = {way(secret) for secret in known for way in _WAYS}
        # The longest first, or a password would leave the rest of its URL behind.
        longest_first = sorted(written, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if known else None

    def __call__(
        self, _logger: object, _name: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        """A copy: whoever logged the event still needs it."""
        return {
            key: value if key in _OF_STRUCTLOG else self._redacted(key, value)
            for key, value in event.items()
        }

    def _redacted(self, key: str, value: object) -> object:
        if _TELLING.search(key) and value:
            return "[REMOVED]"
        if isinstance(value, Mapping):
            return {
                self._plain(inner): self._redacted(str(inner), entry)
                for inner, entry in value.items()
            }
        if isinstance(value, list | tuple | set | frozenset):
            return [self._redacted("", entry) for entry in value]
        return value if value is None or isinstance(value, int | float) else self._plain(value)

    def _plain(self, value: object) -> str:
        """Anything else would be written as its repr, past every look at it."""
        text = value if isinstance(value, str) else repr(value)
        if self._known is not None:
            text = self._known.sub("[REMOVED]", text)
        return remove_secrets(text)[0]


def configure_logs(level: str, *, as_json: bool, secrets: Iterable[str] = ()) -> None:
    """Set up both structlog and the standard library; `as_json` False is for a person's eyes.

    `secrets` are the configured ones, which no line shows.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        Redactor(secrets),
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
