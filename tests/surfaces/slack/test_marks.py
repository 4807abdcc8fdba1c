"""Each line of the log between a request and its ack says which request it belongs to."""

from __future__ import annotations

import asyncio
from time import perf_counter
from typing import Any

import pytest
from structlog.contextvars import bind_contextvars, get_contextvars

from bot.adapters.memory import MemoryMeter
from bot.core.errors import Unavailable
from bot.surfaces.slack.marks import arrive, marked, request_id
from bot.surfaces.slack.outbox import Outbox
from bot.surfaces.slack.server import _listener


@pytest.mark.parametrize(
    ("body", "request_mark"),
    [
        ({"trigger_id": "13345224609.738474920.8088930838d88f008e0"}, "0838d88f008e0"[-12:]),
        ({"event_id": "Ev0PV52K25"}, "Ev0PV52K25"),
        ({"trigger_id": "", "event_id": "Ev1"}, "Ev1"),
        ({"trigger_id": ["odd"]}, ""),
        ({}, ""),
        (None, ""),
        ("text", ""),
    ],
)
def test_a_request_is_known_by_the_end_of_its_id(body: object, request_mark: str) -> None:
    """Twelve signs at most; nothing when Slack gave none."""
    assert request_id(body) == request_mark


def test_marks_are_gone_after_the_request() -> None:
    """Also those that were added on the way, and those that an earlier one left."""
    bind_contextvars(left="behind")
    with marked({"event_id": "Ev1"}):
        assert get_contextvars() == {"request": "Ev1"}
        bind_contextvars(incident="lo-1")
    assert get_contextvars() == {}


async def test_an_ack_is_measured_from_arrival_to_its_end() -> None:
    """By what was asked, the reading of the body included."""
    meter, acks = MemoryMeter(), []

    async def route(_body: dict[str, Any]) -> dict[str, Any]:
        return {"text": "Here."}

    async def ack(**arguments: object) -> None:
        acks.append(arguments)

    arrive()
    before = perf_counter()
    await asyncio.sleep(0.01)  # the body is read, the signature checked
    handed_on = perf_counter()
    await _listener(route, "command", meter)(ack=ack, body={"trigger_id": "1.2.3"})
    assert acks == [{"text": "Here."}]
    ((seconds,),) = meter.observed.values()
    assert list(meter.observed) == [("ack_seconds", "command")]
    assert handed_on - before < seconds < 10


async def test_what_failed_instead_of_an_ack_is_measured_too() -> None:
    """A database that is slow before it fails must be seen."""
    meter = MemoryMeter()

    async def route(_body: dict[str, Any]) -> dict[str, Any]:
        raise Unavailable("away")

    async def ack(**_arguments: object) -> None:
        raise AssertionError

    with pytest.raises(Unavailable):
        await _listener(route, "event", meter)(ack=ack, body={"event_id": "Ev1"})
    assert list(meter.observed) == [("ack_seconds", "event")]


async def test_what_waits_in_a_lane_bears_the_marks_of_its_own_request() -> None:
    """Not those of the request that happened to open the lane."""
    outbox, seen, gate = Outbox(), [], asyncio.Event()

    async def first() -> None:
        await gate.wait()
        seen.append(get_contextvars())

    async def second() -> None:
        seen.append(get_contextvars())

    with marked({"event_id": "Ev1"}):
        outbox.put("C1", first, what="first")
    with marked({"event_id": "Ev2"}):
        outbox.put("C1", second, what="second")
    gate.set()
    assert await outbox.drain(5)
    assert seen == [{"request": "Ev1"}, {"request": "Ev2"}]
