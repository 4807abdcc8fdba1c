"""Waiting is for changes, never for time to pass."""

import asyncio

import pytest

from tests.workspace import HandClock, WallClock, Workspace
from tests.workspace.waiting import Changes


async def test_until_returns_what_came_true() -> None:
    """At once if it is true already, else after the change that made it true."""
    changes, seen = Changes(), [0]
    assert await changes.until(lambda: "now", within=0) == "now"
    waiting = asyncio.create_task(changes.until(lambda: seen[0] > 1, within=3))
    for _ in range(2):
        await asyncio.sleep(0)
        seen[0] += 1
        await changes.ring()
    assert await waiting is True


async def test_until_gives_up_with_the_last_calls(slack: Workspace) -> None:
    """The failure says what the app did last."""
    slack.fail("auth.test", error="account_inactive")
    with pytest.raises(AssertionError, match=r"still not so after 0.01 s; .*\[\]"):
        await slack.until(lambda: slack.calls, within=0.01)


async def test_until_looks_once_more_at_the_end() -> None:
    """What became true without a change of the workspace still counts."""
    changes, seen = Changes(), [0]
    waiting = asyncio.create_task(changes.until(lambda: seen[0], within=0.01))
    await asyncio.sleep(0)
    seen[0] = 1
    assert await waiting == 1


async def test_the_hand_clock_moves_by_hand() -> None:
    """Sleepers wake in order, when their time has come and not before."""
    clock, woken = HandClock(start=100), list[str]()

    async def sleep(seconds: float, name: str) -> None:
        await clock.sleep(seconds)
        woken.append(name)

    async with asyncio.TaskGroup() as group:
        group.create_task(sleep(5, "later"))
        group.create_task(sleep(2, "sooner"))
        group.create_task(sleep(0, "now"))
        await asyncio.sleep(0)
        assert woken == ["now"]
        clock.advance(2)
        await asyncio.sleep(0)
        assert woken == ["now", "sooner"]
        clock.advance(10)
    assert woken == ["now", "sooner", "later"]
    assert clock.now() == 112


async def test_the_wall_clock_is_the_machines() -> None:
    """It moves by itself."""
    clock = WallClock()
    before = clock.now()
    await clock.sleep(0)
    assert clock.now() >= before
