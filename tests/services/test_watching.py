"""What is measured is written down in one place, and none of it says whose it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from bot.adapters.memory import MemoryMeter
from bot.core.errors import Refused
from bot.services.incidents import add_note
from bot.services.watching import MEASURES, NoMeter, NoTracer, Watch, check_measure
from tests.services.desks import ONCALL, STRANGER, declare, make_desk

# What a label may say: kinds of things, of which there are few.
HARMLESS = {"kind", "request", "method", "outcome"}


def test_no_label_says_whose_it_was() -> None:
    """An incident, a person or a tenant in a label would outlive its timeline."""
    for name, measure in MEASURES.items():
        assert set(measure.labels) <= HARMLESS, name
        assert measure.about.endswith("."), name


@pytest.mark.parametrize(
    ("name", "kind", "labels"),
    [
        ("facts", "counter", {"kind": "x"}),
        ("facts_appended", "gauge", {"kind": "x"}),
        ("facts_appended", "counter", {}),
        ("facts_appended", "counter", {"kind": "x", "incident": "lo-1"}),
        ("presses_refused", "counter", {"user": "U0EXAMPLE"}),
    ],
)
def test_what_is_not_written_down_is_not_measured(
    name: str, kind: str, labels: dict[str, str]
) -> None:
    """A slip is a bug, found by the first test that comes by."""
    with pytest.raises(ValueError, match=name):
        check_measure(name, kind, labels)


def test_the_meter_of_tests_is_as_strict() -> None:
    """Else a fake would hide the slip."""
    meter = MemoryMeter()
    meter.count("slack_calls", outcome="ok", method="chat.update")
    meter.count("slack_calls", outcome="ok", method="chat.update")
    meter.observe("ack_seconds", 0.5, request="action")
    meter.gauge("timers_due", lambda: 1.0)
    assert meter.counted == {("slack_calls", "chat.update", "ok"): 2}
    assert meter.observed == {("ack_seconds", "action"): [0.5]}
    assert list(meter.gauges) == ["timers_due"]
    with pytest.raises(ValueError, match="slack_calls"):
        meter.count("slack_calls", method="chat.update")


def test_by_default_nobody_watches() -> None:
    """And nothing is in the way."""
    watch = Watch()
    assert (watch.meter, watch.tracer) == (NoMeter(), NoTracer())
    watch.meter.count("anything")
    watch.meter.observe("anything", 1.0)
    watch.meter.gauge("anything", lambda: None)
    with watch.tracer.span("anything", incident="lo-1"):
        pass


@dataclass
class Spans:
    """A tracer that remembers what it was asked for, and what was still open."""

    opened: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    open: int = 0

    @contextmanager
    def span(self, name: str, **attributes: str) -> Iterator[object]:
        """Counted while it is open."""
        self.opened.append((name, attributes))
        self.open += 1
        try:
            yield None
        finally:
            self.open -= 1


async def test_recording_is_a_span() -> None:
    """With the attempt and the incident, never the words; it ends with the attempt."""
    desk, spans = make_desk(), Spans()
    incident = await declare(desk)
    desk.tracer = spans
    await add_note(desk, ONCALL, incident.id, "pasted words")
    with pytest.raises(Refused):
        await add_note(desk, STRANGER, incident.id, "pasted words")
    attempt = ("record", {"incident": incident.id, "what": "add a note"})
    assert spans.opened == [attempt, attempt]
    assert spans.open == 0
