"""One call of a Web API method: its arguments as sent, its answer, and the world it acts on."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from .model import Json, SlackError, Value
from .screens import Screens
from .state import State
from .validate import Inspector

MAX_PAGE = 1000


@dataclass(slots=True)
class World:
    """What a method may look at and change."""

    state: State
    screens: Screens
    inspector: Inspector
    address: str = ""
    """Where this workspace listens, without a slash at the end."""
    tickets: set[str] = field(default_factory=set)
    """Socket Mode tickets handed out and not used yet."""


@dataclass(slots=True)
class Call:
    """A call as it came in; kept for ever in `Workspace.calls`."""

    method: str
    args: Json
    at: float
    """Seconds since the epoch, by the workspace's clock."""
    answer: Json = field(default_factory=dict)
    status: int = 0
    """The HTTP status; 0 when the connection was cut instead."""

    @property
    def ok(self) -> bool:
        """Whether the method did what was asked."""
        return bool(self.answer.get("ok"))

    def need(self, name: str) -> str:
        """Return a required argument. SlackError: invalid_arguments."""
        value = self.args.get(name)
        if value in (None, ""):
            raise SlackError("invalid_arguments", **complaints(f"missing required field: {name}"))
        return str(value)

    def text(self, name: str, default: str = "") -> str:
        """Return an optional string."""
        value = self.args.get(name)
        return default if value is None else str(value)

    def flag(self, name: str) -> bool:
        """Return an optional boolean, which forms spell in several ways."""
        return str(self.args.get(name, "")).lower() in {"1", "true"}

    def structure(self, name: str, error: str = "invalid_arguments") -> Value:
        """Return an argument that is JSON, or JSON in a string; None if it was left out.

        SlackError: `error` if the string is not JSON.
        """
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except json.JSONDecodeError:
            raise SlackError(error) from None

    def page(self, things: list[Json], default: int = 100) -> tuple[list[Json], Json]:
        """Return the slice that `cursor` and `limit` ask for, and the `response_metadata`."""
        start = int(self.text("cursor", "0") or 0)
        end = start + min(int(self.text("limit") or default), MAX_PAGE)
        following = str(end) if end < len(things) else ""
        return things[start:end], {"response_metadata": {"next_cursor": following}}


Run = Callable[[World, Call], Json]


@dataclass(frozen=True, slots=True)
class Method:
    """A Web API method: what it does, the scopes of which it needs one, and its rate tier."""

    run: Run
    scopes: tuple[str, ...] = ()
    tier: int = 4


def complaints(*messages: str) -> Json:
    """Return the `response_metadata` with which Slack explains invalid arguments."""
    return {"response_metadata": {"messages": [f"[ERROR] {message}" for message in messages]}}
