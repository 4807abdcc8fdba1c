"""Readiness is gathered from what is kept; a snapshot is judged once, and never too rarely."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from bot.adapters.memory import FixedClock, MemorySnapshotStore
from bot.audit.snapshot import Snapshot
from bot.core.drill_schedule import DrillSchedule
from bot.core.errors import Problem, Refused
from bot.core.events import DrillFinished, EvidenceRecorded, IncidentClosed
from bot.core.readiness import Readiness, things_to_do
from bot.services.desk import Desk
from bot.services.drilling import begin_drill
from bot.services.readiness import ReadinessDesk
from tests.services.desks import ONCALL, declare, make_desk, obligation, put, with_tenants
from tests.services.tenants import FIRST_ACCOUNT, policy, snapshot

TENANT = "entra-example"


@dataclass
class CountingStore(MemorySnapshotStore):
    """Counts whole snapshots that were read: each of them was judged."""

    reads: list[str] = field(default_factory=list)

    async def newest(self, tenant: str) -> Snapshot | None:
        """One more."""
        self.reads.append(tenant)
        return await super().newest(tenant)

    async def heads(self) -> list[Any]:
        """Without counting."""
        before = list(self.reads)
        found = await super().heads()
        self.reads = before
        return found


def clock_of(desk: Desk) -> FixedClock:
    """The hands of a desk's clock."""
    assert isinstance(desk.clock, FixedClock)
    return desk.clock


async def hold_drill(desk: Desk, result: Any = "passed", tenant: str = TENANT) -> str:  # noqa: ANN401 - a literal
    """A drill, begun and finished."""
    begun = (await begin_drill(desk, ONCALL, {"tenant": tenant})).incident
    await put(desk, begun.id, DrillFinished(result=result, summary="Held."))
    return begun.id


async def quiet_desk(*policies: dict[str, Any]) -> tuple[Desk, CountingStore]:
    """One tenant, no exercise, a drill that passed, a snapshot of these policies."""
    desk, store = make_desk(), CountingStore()
    desk.snapshots = store
    schedule = DrillSchedule(first=date(2026, 12, 31))
    changes = {"exercise": False, "drills": schedule}
    desk.organisation = with_tenants(TENANT).model_copy(update=changes)
    await store.keep(snapshot(desk.clock.now(), *(policies or (policy(1, block=False),))))
    await hold_drill(desk)
    return desk, store


async def kinds(desk: Desk) -> list[str]:
    """What there is to do."""
    return [todo.kind for todo in things_to_do(await ReadinessDesk(desk).gather())]


async def test_with_everything_in_place_nothing_is_to_do() -> None:
    """A fresh snapshot where every account gets in, a passed drill, a file that lacks nothing."""
    desk, _ = await quiet_desk()
    found = await ReadinessDesk(desk).gather()
    assert things_to_do(found) == []
    (tenant,) = found.tenants
    assert tenant.policies is not None
    assert tenant.policies.policies == 1
    (first, second) = tenant.policies.accounts
    assert first.name.startswith("emergency-1@")
    assert (first.counts, second.counts) == ((("excluded", 1),), (("excluded", 1),))
    assert tenant.held is not None
    assert tenant.held.result == "passed"


async def test_what_keeps_an_account_out_is_named_with_the_accounts() -> None:
    """The worst first, eight of them; the numbers count all."""
    blocking = [policy(number) for number in range(1, 9)]
    pending = policy(10, state="enabledForReportingButNotEnforced")
    desk, _ = await quiet_desk(pending, *blocking)
    (tenant,) = (await ReadinessDesk(desk).gather()).tenants
    assert tenant.policies is not None
    assert dict(tenant.policies.open) == {"blocking": 8, "pending": 1}
    assert [one.verdict for one in tenant.policies.worst] == ["blocking"] * 8
    assert [name.partition("@")[0] for name in tenant.policies.worst[0].accounts] == [
        "emergency-1",
        "emergency-2",
    ]
    assert tenant.policies.worst[0].reason
    assert await kinds(desk) == ["blocking", "pending"]


async def test_each_account_has_its_verdict_of_an_open_policy() -> None:
    """Also where it gets in; what could not be read is unknown for all of them."""
    users = {"includeUsers": [FIRST_ACCOUNT]}
    other = policy(2, conditions={**policy()["conditions"], "users": users})
    desk, store = await quiet_desk(policy(1), other, policy(3, block=False))
    clock_of(desk).advance(minutes=1)
    hidden = Problem("policies", 0, "", "403 Forbidden")
    fields = {**_fields(store.kept[-1]), "problems": (hidden,), "taken_at": desk.clock.now()}
    store.kept.append(Snapshot(**fields))
    (tenant,) = (await ReadinessDesk(desk).gather()).tenants
    assert tenant.policies is not None
    assert [one.verdicts for one in tenant.policies.worst] == [
        ("blocking", "blocking"),
        ("blocking", "not_in_scope"),
        ("unknown", "unknown"),
    ]


async def test_what_could_not_be_read_is_unknown() -> None:
    """It may hide the one policy that blocks."""
    desk, store = await quiet_desk()
    hidden = Problem("policies", 0, "", "403 Forbidden")
    clock_of(desk).advance(minutes=1)
    unread = snapshot(desk.clock.now(), policy(1, block=False))
    store.kept.append(Snapshot(**{**_fields(unread), "problems": (hidden,)}))
    assert await kinds(desk) == ["unknown"]


def _fields(found: Snapshot) -> dict[str, Any]:
    return {name: getattr(found, name) for name in found.__slots__}


async def test_a_policy_named_after_a_password_is_not_shown() -> None:
    """Slack keeps what it was sent."""
    name = "xoxb-123456789012-123456789012-abcdefghijklmnopqrstuvwx"
    desk, _ = await quiet_desk(policy(1, displayName=name))
    assert name not in str(await ReadinessDesk(desk).gather())


async def test_nothing_read_and_nothing_held_is_said_for_each_tenant() -> None:
    """The day after the installation."""
    desk = make_desk()
    found = await ReadinessDesk(desk).gather()
    assert [tenant.policies for tenant in found.tenants] == [None] * 3
    todo = things_to_do(found)
    assert [one.kind for one in todo][:6] == ["unread"] * 3 + ["unproved"] * 3
    assert "exported/" in todo[0].text


async def test_a_snapshot_grows_old_by_itself() -> None:
    """As the organisation file says, or after a day."""
    desk, _ = await quiet_desk()
    readiness = ReadinessDesk(desk)
    assert things_to_do(await readiness.gather()) == []
    clock_of(desk).advance(hours=25)
    assert [todo.kind for todo in things_to_do(await readiness.gather())] == ["stale"]


async def test_a_snapshot_is_judged_once() -> None:
    """And one that says the same later is only newer."""
    desk, store = await quiet_desk()
    # The desk itself looks once whether there is any.
    await ReadinessDesk(desk).gather()
    store.reads.clear()
    readiness = ReadinessDesk(desk)
    await asyncio.gather(*(readiness.gather() for _ in range(5)))
    assert store.reads == [TENANT]
    clock_of(desk).advance(hours=20)
    store.kept[-1] = _at(store.kept[-1], desk)
    (tenant,) = (await readiness.gather()).tenants
    assert store.reads == [TENANT]
    assert tenant.policies is not None
    assert tenant.policies.read_at == desk.clock.now()


def _at(found: Snapshot, desk: Desk) -> Snapshot:
    return Snapshot(**{**_fields(found), "taken_at": desk.clock.now()})


async def test_a_snapshot_that_says_something_else_is_judged_anew() -> None:
    """Yesterday's green is no answer."""
    desk, store = await quiet_desk()
    readiness = ReadinessDesk(desk)
    await readiness.gather()
    clock_of(desk).advance(minutes=15)
    await store.keep(snapshot(desk.clock.now(), policy(1)))
    assert [todo.kind for todo in things_to_do(await readiness.gather())] == ["blocking"]


async def test_another_organisation_file_is_another_question() -> None:
    """Another group excludes nobody of ours."""
    desk, _ = await quiet_desk()
    readiness = ReadinessDesk(desk)
    await readiness.gather()
    (tenant,) = desk.organisation.tenants
    group = tenant.group.model_copy(update={"id": "99999999-0000-0000-0000-000000000009"})
    other = tenant.model_copy(update={"group": group})
    desk.organisation = desk.organisation.model_copy(update={"tenants": (other,)})
    assert [todo.kind for todo in things_to_do(await readiness.gather())] != []


async def test_what_outlived_its_incident_or_drill_is_left_open() -> None:
    """What is open in an open incident is that incident's; a lockout comes before all."""
    desk, _ = await quiet_desk()
    drill = await hold_drill(desk)
    await put(desk, drill, obligation("alert"))
    closed = await declare(desk)
    await put(desk, closed.id, obligation("exclusion"), IncidentClosed(summary="Over."))
    still = await declare(desk)
    await put(desk, still.id, obligation("nothing"))
    found = await ReadinessDesk(desk).gather()
    assert [(one.incident, one.drill) for one in found.left_open] == [
        (closed.id, False),
        (drill, True),
    ]
    assert found.open_lockouts == (still.id,)
    assert things_to_do(found)[0].kind == "lockout"


@pytest.mark.parametrize(
    ("result", "days", "expected"),
    [("passed", 0, []), ("failed", 0, ["failed"]), ("passed", 200, ["overdue"])],
)
async def test_the_last_drill_and_the_next_one_count(
    result: str, days: int, expected: list[str]
) -> None:
    """One that failed proves nothing, and one that passed not for ever."""
    desk, store = await quiet_desk()
    await hold_drill(desk, result)
    clock_of(desk).advance(days=days)
    store.kept[-1] = _at(store.kept[-1], desk)
    assert [kind for kind in await kinds(desk) if kind != "file"] == expected


async def test_a_drill_tests_the_accounts_that_signed_in() -> None:
    """The file keeps its date until somebody changes it; nobody shall sign in twice for that."""
    desk, store = await quiet_desk()
    clock_of(desk).advance(days=200)
    store.kept[-1] = _at(store.kept[-1], desk)
    first, second = desk.organisation.tenants[0].emergency_accounts

    async def stale() -> list[str]:
        (tenant,) = (await ReadinessDesk(desk).gather()).tenants
        return [text.partition(":")[0] for text in tenant.file]

    assert await stale() == [first.name, second.name, "red-phone@example.onmicrosoft.com"]
    begun = (await begin_drill(desk, ONCALL, {"tenant": TENANT})).incident
    for account, result in ((first, "passed"), (second, "failed")):
        await put(desk, begun.id, sign_in(account.identifier, result))
    assert await stale() == [first.name, second.name, "red-phone@example.onmicrosoft.com"]
    await put(desk, begun.id, DrillFinished(result="failed", summary="Held."))
    assert await stale() == [second.name, "red-phone@example.onmicrosoft.com"]


def sign_in(account: str, result: Any) -> EvidenceRecorded:  # noqa: ANN401 - a literal
    """What somebody recorded of an account."""
    place = {"playbook": "entra-drill", "step": "sign-in", "part": "sign-in"}
    return EvidenceRecorded(**place, item=account, label="An account", result=result)


async def test_a_drill_under_way_is_to_be_finished() -> None:
    """Nobody is told to begin another."""
    desk, _ = await quiet_desk()
    begun = (await begin_drill(desk, ONCALL, {"tenant": TENANT})).incident
    (todo,) = things_to_do(await ReadinessDesk(desk).gather())
    assert begun.id in todo.text


async def test_one_tenant_can_be_asked_about() -> None:
    """By any of its names; what others left open is not its own."""
    desk = make_desk()
    closed = await declare(desk)
    await put(desk, closed.id, obligation("exclusion"), IncidentClosed(summary="Over."))
    readiness = ReadinessDesk(desk)

    async def of(name: str) -> Readiness:
        return await readiness.gather(name)

    assert [tenant.id for tenant in (await of("aws-example")).tenants] == ["aws-example"]
    assert (await of("aws-example")).left_open == ()
    assert len((await of(TENANT)).left_open) == 1
    with pytest.raises(Refused, match="no tenant 'nowhere'"):
        await of("nowhere")


async def test_a_snapshot_that_is_gone_meanwhile_was_never_read() -> None:
    """Between the list and the look somebody may have emptied the place."""
    desk, store = await quiet_desk()
    heads = await store.heads()
    store.kept.clear()

    async def as_before() -> list[Any]:
        return heads

    store.heads = as_before  # type: ignore[method-assign]
    assert await kinds(desk) == ["unread"]


async def test_a_tenant_without_accounts_has_nobody_to_let_in() -> None:
    """No finding keeps anybody out, and that is not well."""
    desk, _ = await quiet_desk(policy(1))
    (tenant,) = desk.organisation.tenants
    bare = tenant.model_copy(update={"emergency_accounts": ()})
    desk.organisation = desk.organisation.model_copy(update={"tenants": (bare,)})
    found = await ReadinessDesk(desk).gather()
    assert things_to_do(found)[0].kind == "accounts"
    assert found.tenants[0].policies is not None
    assert found.tenants[0].policies.accounts == ()
