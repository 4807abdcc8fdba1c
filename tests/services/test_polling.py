"""Each tenant is read every so often, and a provider's trouble stays the provider's."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from bot.adapters.memory import FixedClock, MemorySnapshotStore
from bot.core.errors import Broken, Unavailable
from bot.core.organisation import SnapshotSettings
from bot.services.desk import Desk
from bot.services.known_policies import KnownPolicies
from bot.services.polling import Polling
from tests.services.tenants import ScriptedSource, policy, watching_desk


@dataclass
class Scene:
    """A desk that is polled, and what was said to the log."""

    desk: Desk
    store: MemorySnapshotStore
    source: ScriptedSource
    jitter: float = 0.0
    log: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.polling = Polling(
            self.desk, KnownPolicies(self.desk), jitter=lambda: self.jitter, say=self.say
        )

    def say(self, event: str, **details: Any) -> None:  # noqa: ANN401 - the log's
        """Kept."""
        self.log.append((event, details))

    def events(self) -> list[str]:
        """What was said."""
        return [event for event, _ in self.log]

    async def later(self, **by: float) -> float:
        """The next look, after a while."""
        assert isinstance(self.desk.clock, FixedClock)
        self.desk.clock.advance(**by)
        return await self.polling.tick()


@pytest.fixture
def scene() -> Scene:
    """One tenant with one policy that keeps nobody out."""
    return Scene(*watching_desk(policy(1, block=False)))


async def test_a_tenant_is_read_at_the_start_and_then_every_so_often(scene: Scene) -> None:
    """Not sooner, whenever it looks."""
    await scene.polling.tick()
    for _ in range(14):
        await scene.later(minutes=1)
    assert len(scene.source.asked) == 1
    await scene.later(minutes=1)
    assert len(scene.source.asked) == 2


async def test_a_change_is_announced_within_one_interval(scene: Scene) -> None:
    """Whatever the jitter says, it comes rather sooner."""
    scene.jitter = 1.0
    rest, waited = await scene.polling.tick(), 0.0
    scene.source.policies = [policy(1)]
    while len(scene.store.effects) < 2:
        waited += rest
        rest = await scene.later(seconds=rest)
    assert waited <= 15 * 60


async def test_the_forms_follow_each_reading(scene: Scene) -> None:
    """And those of another process, within a minute."""
    await scene.polling.tick()
    tenant = scene.desk.organisation.tenant("entra-example")
    assert tenant is not None
    assert tenant.newest_policies()[0].name == policy(1)["displayName"]
    newest = await scene.store.newest("entra-example")
    assert newest is not None
    at = newest.taken_at + timedelta(minutes=9)
    await scene.store.keep(replace(newest, taken_at=at))
    assert await scene.later(minutes=10) <= 60
    again = scene.desk.organisation.tenant("entra-example")
    assert again is not None
    assert again.policies_as_of == at


async def test_what_another_process_read_counts(scene: Scene) -> None:
    """On PostgreSQL several serve, and a provider is asked once."""
    await scene.polling.tick()
    other = Scene(scene.desk, scene.store, scene.source)
    await other.polling.tick()
    assert len(scene.source.asked) == 1
    await scene.later(minutes=15)
    await other.polling.tick()
    assert len(scene.source.asked) == 2


async def test_a_provider_that_does_not_answer_is_said_once(scene: Scene) -> None:
    """Asked less and less often, then again as before."""
    scene.source.errors = [Unavailable("Graph does not answer")] * 6
    await scene.polling.tick()
    for _ in range(4 * 60):
        await scene.later(minutes=1)
    assert scene.events().count("tenant_not_read") == 1
    assert len(scene.source.asked) == 6
    state = scene.polling.state()
    assert state.startswith("ok, but entra-example could not be read since 2026-11-22 03:04 UTC")
    assert state.endswith("Graph does not answer")
    await scene.later(minutes=60)
    assert scene.polling.state() == "ok"
    assert scene.events()[-2:] == ["tenant_read_again", "tenant_read"]


async def test_how_long_a_provider_wants_to_rest_is_heeded(scene: Scene) -> None:
    """Unless it is nonsense."""
    scene.source.errors = [Unavailable("throttled", 2400)]
    await scene.polling.tick()
    await scene.later(minutes=39)
    assert len(scene.source.asked) == 1
    await scene.later(minutes=1)
    assert len(scene.source.asked) == 2


async def test_an_error_of_ours_is_said_with_its_trace(scene: Scene) -> None:
    """The others are read all the same, and the next time is another one."""
    error = ZeroDivisionError("our fault")
    scene.source.errors = [error]
    every = {"snapshots": SnapshotSettings(), "tenants": scene.desk.organisation.tenants[:2]}
    scene.desk.organisation = scene.desk.organisation.model_copy(update=every)
    await Scene(scene.desk, scene.store, scene.source, log=scene.log).polling.tick()
    assert [event for event in scene.events() if event != "tenant_read"] == ["tenant_not_read"]
    (details,) = [details for event, details in scene.log if event == "tenant_not_read"]
    assert details["exc_info"] is error
    assert "our fault" not in details["reason"]
    assert [one.tenant for one in scene.store.kept] == ["aws-example"]


async def test_what_to_change_is_said_with_the_reason(scene: Scene) -> None:
    """An extra is not installed."""
    scene.source.errors = [Broken("Cannot be read", "Install it")]
    await scene.polling.tick()
    assert scene.log[0][1]["hint"] == "Install it"


async def test_without_the_section_nobody_is_read() -> None:
    """No cloud is read without being asked; what a person took by hand is shown."""
    desk, store, source = watching_desk()
    desk.organisation = desk.organisation.model_copy(update={"snapshots": None})
    scene = Scene(desk, store, source)
    assert await scene.polling.tick() == 60
    assert (source.asked, scene.polling.state()) == ([], "ok")


async def test_without_slack_nothing_is_written_down_to_be_said(scene: Scene) -> None:
    """Nobody would deliver it."""
    scene.desk.posting = False
    await scene.polling.tick()
    assert scene.store.effects == []
    assert len(scene.store.kept) == 1
