"""What must reach people is kept in order, batched once, and settled once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import Connection

from bot.adapters.db import outgoing
from bot.adapters.db.engine import begin, migrate, open_engine
from bot.core.errors import NeedsNewer
from bot.core.timeline import parse_time
from bot.services.ports import Outgoing, Timer

NOW = parse_time("2026-11-22T03:04:05.000000Z")


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """A transaction on a fresh database."""
    engine = open_engine(f"sqlite:///{tmp_path}/lockout.db")
    migrate(engine)
    with begin(engine) as open_connection:
        yield open_connection
    engine.dispose()


def show(*lines: int, incident: str = "lo-1") -> Outgoing:
    """A drawing with lines to say."""
    return Outgoing(incident, "show", {"say": list(lines)})


def test_what_waits_for_an_incident_becomes_one_message(connection: Connection) -> None:
    """In the order of the facts; what another incident waits for stays apart."""
    first, *_ = [
        outgoing.add(connection, item, NOW)
        for item in (show(1), show(2, 3), show(9, incident="lo-2"), show())
    ]
    claimed = outgoing.claim(connection, first)
    assert claimed is not None
    assert claimed.item == show(1, 2, 3)
    assert len(claimed.items) == 3


def test_a_second_attempt_is_on_the_very_same_batch(connection: Connection) -> None:
    """Or the message of the first attempt could not be found again."""
    number = outgoing.add(connection, show(1), NOW)
    first = outgoing.claim(connection, number)
    outgoing.add(connection, show(2), NOW)
    second = outgoing.claim(connection, number)
    assert first is not None
    assert second is not None
    assert (second.batch, second.item) == (first.batch, first.item)
    assert (first.attempts, second.attempts) == (0, 1)


def test_what_came_later_follows_in_its_own_message(connection: Connection) -> None:
    """Any item of the incident brings along what still waits."""
    number = outgoing.add(connection, show(1), NOW)
    first = outgoing.claim(connection, number)
    outgoing.add(connection, show(2), NOW)
    assert first is not None
    outgoing.settle(connection, first, "sent", "1.1")
    later = outgoing.claim(connection, number)
    assert later is not None
    assert later.item == show(2)


def test_what_is_settled_is_not_claimed_again(connection: Connection) -> None:
    """Whoever comes later has nothing to do."""
    for item in (show(1), Outgoing("lo-1", "export", {"format": "md"})):
        number = outgoing.add(connection, item, NOW)
        claimed = outgoing.claim(connection, number)
        assert claimed is not None
        outgoing.settle(connection, claimed, "sent", "1.1")
        assert outgoing.claim(connection, number) is None
    assert outgoing.backlog(connection).waiting == 0
    assert outgoing.claim(connection, 999) is None


def test_the_backlog_says_how_much_waits_and_since_when(connection: Connection) -> None:
    """For the status, the health and the metrics."""
    assert outgoing.backlog(connection).oldest is None
    outgoing.add(connection, show(1), NOW)
    found = outgoing.backlog(connection)
    assert (found.waiting, found.oldest) == (1, NOW)
    assert [item for _, item in outgoing.waiting(connection)] == [show(1)]


def test_the_backlog_keeps_what_reached_nobody(connection: Connection) -> None:
    """Also when everything after it went through; what was sent is no backlog."""
    later = NOW + timedelta(minutes=5)
    for number, (at, ending) in enumerate(
        [(NOW, "dropped"), (later, "dropped"), (later + timedelta(minutes=1), "sent")], 1
    ):
        claimed = outgoing.claim(connection, outgoing.add(connection, show(number), at))
        assert claimed is not None
        outgoing.settle(connection, claimed, cast("outgoing.Ending", ending))
    found = outgoing.backlog(connection)
    assert (found.dropped, found.dropped_last) == (2, later)
    assert (found.waiting, found.oldest) == (0, None)


def test_one_of_those_that_wait_together_stands_for_all(connection: Connection) -> None:
    """Until it is claimed; then what comes after it needs somebody of its own."""
    first = outgoing.add(connection, show(1), NOW)
    outgoing.add(connection, show(2), NOW)
    assert outgoing.leader(connection, show(3)) == first
    assert [number for number, _ in outgoing.waiting(connection)] == [first]
    outgoing.claim(connection, first)
    assert outgoing.leader(connection, show(3)) is None
    assert outgoing.leader(connection, Outgoing("lo-1", "export", {"format": "md"})) is None
    third = outgoing.add(connection, show(3), NOW)
    assert [number for number, _ in outgoing.waiting(connection)] == [first, first + 1, third]


def test_the_oldest_drawing_of_an_incident_is_found(connection: Connection) -> None:
    """So that it can be hurried along."""
    assert outgoing.oldest_of(connection, "lo-1") is None
    first = outgoing.add(connection, show(1), NOW)
    outgoing.add(connection, show(2), NOW)
    assert outgoing.oldest_of(connection, "lo-1") == first


def test_a_process_that_delivers_nothing_writes_down_messages_only(connection: Connection) -> None:
    """The serving process arms timers itself when it looks."""
    outgoing.write_effect(connection, show(1), NOW)
    outgoing.write_effect(connection, Timer("lo-1", "news", 1, NOW), NOW)
    assert outgoing.backlog(connection).waiting == 1


def test_a_batch_takes_no_more_than_fits_into_a_message(connection: Connection) -> None:
    """The oldest leads it; what does not fit has a leader of its own afterwards."""
    first, *_ = [outgoing.add(connection, show(line), NOW) for line in range(21)]
    assert outgoing.leader(connection, show(21)) == first
    claimed = outgoing.claim(connection, first)
    assert claimed is not None
    assert len(claimed.items) == outgoing.MOST_TOGETHER
    assert outgoing.leader(connection, show(21)) == first + outgoing.MOST_TOGETHER


def test_what_a_newer_release_wrote_down_is_left_to_it(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unmarked, so that whoever knows it finds it as it was; what is patched is the release."""
    number = outgoing.add(connection, Outgoing("lo-1", "audit", {"asked": 3}), NOW)
    with monkeypatch.context() as older:
        older.setattr(outgoing, "KNOWN", frozenset({"show", "export"}))
        with pytest.raises(NeedsNewer, match="audit"):
            outgoing.claim(connection, number)
    claimed = outgoing.claim(connection, number)
    assert claimed is not None
    assert claimed.attempts == 0
    outgoing.settle(connection, claimed, "sent")
    monkeypatch.setattr(outgoing, "KNOWN", frozenset({"show", "export"}))
    assert outgoing.claim(connection, number) is None
