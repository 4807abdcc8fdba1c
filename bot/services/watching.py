"""What is measured while the bot works, and how use cases reach who measures. No library here.

No label ever says whose: which incident, person or tenant it was stands in logs and traces, never
in a number that outlives them.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Literal

from bot.services.ports import Meter, Reading, Tracer


@dataclass(frozen=True, slots=True)
class Measure:
    """One row of `/metrics`. `labels` are the only ones it may have."""

    kind: Literal["counter", "gauge", "histogram"]
    about: str
    labels: tuple[str, ...] = ()


MEASURES: Mapping[str, Measure] = {
    "facts_appended": Measure("counter", "Facts written and committed, by kind.", ("kind",)),
    "presses_refused": Measure("counter", "Refused attempts that stand on a timeline."),
    "ack_seconds": Measure(
        "histogram",
        "Seconds from the arrival of what Slack sent to its ack or error.",
        ("request",),
    ),
    "slack_calls": Measure(
        "counter",
        "Web API calls; outcome: ok, unavailable (try later), broken (final), abandoned (stop).",
        ("method", "outcome"),
    ),
    "slack_calls_retried": Measure("counter", "Posts tried again after an attempt that failed."),
    "deliveries_waiting": Measure("gauge", "What is written down and not yet with Slack."),
    "deliveries_dropped": Measure("gauge", "What reached nobody, ever: see the log."),
    "oldest_delivery_seconds": Measure("gauge", "Age in seconds of the oldest of them."),
    "timers_due": Measure("gauge", "Reminders whose time has come and that were not sent yet."),
    "socket_age_seconds": Measure("gauge", "Seconds since Slack sent anything over Socket Mode."),
}


def check_measure(name: str, kind: str, labels: Mapping[str, str]) -> Measure:
    """The row of `name`. Errors: ValueError when there is none of this kind with these labels."""
    measure = MEASURES.get(name)
    if measure is None or measure.kind != kind or set(labels) != set(measure.labels):
        message = f"{name} is no {kind} with the labels {sorted(labels)}"
        raise ValueError(message)
    return measure


@dataclass(frozen=True, slots=True)
class NoMeter:
    """Nobody counts."""

    def count(self, name: str, **labels: str) -> None:
        """Nothing."""

    def observe(self, name: str, value: float, **labels: str) -> None:
        """Nothing."""

    def gauge(self, name: str, read: Reading) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True)
class NoTracer:
    """Nobody traces."""

    def span(self, name: str, **_attributes: str) -> AbstractContextManager[object]:  # noqa: ARG002 - the port's
        """A block like any other."""
        return nullcontext()


@dataclass(frozen=True, slots=True)
class Watch:
    """Handed to whatever is watched; by default nobody looks."""

    meter: Meter = field(default_factory=NoMeter)
    tracer: Tracer = field(default_factory=NoTracer)
