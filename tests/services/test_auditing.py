"""The world is asked once for each question, and there is exactly one answer."""

from __future__ import annotations

from typing import Any

import pytest

from bot.adapters.memory import FixedClock, MemoryEventStore, MemorySnapshotStore
from bot.audit.model import Source
from bot.core.errors import Broken, NeedsNewer, Unavailable
from bot.core.events import (
    AuditAsked,
    AuditFailed,
    PoliciesAudited,
    StepAnswered,
)
from bot.core.incident import Incident
from bot.services.auditing import AuditingCourier, run_audit, tenant_of
from bot.services.desk import Desk
from bot.services.drilling import begin_drill
from bot.services.ports import Outgoing
from bot.services.watching_policies import take_snapshot
from tests.services.desks import (
    ONCALL,
    declare,
    example,
    kinds,
    make_desk,
    put,
    put_first,
    with_tenants,
)
from tests.services.policies import GROUP, ScriptedSource, block_all, snapshot_of
from tests.services.tenants import policy, watching_desk

ASKED = AuditAsked(playbook="entra-exclusion-group", step="audit", tenant="entra-example")

ENTRA = example().tenants_of("entra")[0]


def desk_with(*policies: Source) -> tuple[Desk, ScriptedSource, MemorySnapshotStore]:
    """A desk whose provider holds these policies."""
    desk = make_desk()
    source = ScriptedSource(desk.clock, list(policies))
    desk.source, desk.snapshots = source, MemorySnapshotStore()
    return desk, source, desk.snapshots


async def ask(desk: Desk) -> Incident:
    """A lockout in which somebody pressed 'Audit'."""
    incident = await declare(desk)
    return await put(desk, incident.id, ASKED)


async def answer_of(desk: Desk, incident: Incident) -> PoliciesAudited:
    """The newest audit."""
    newest = (await desk.load(incident.id)).audited.newest
    assert newest is not None
    return newest


async def failure_of(desk: Desk, incident: Incident) -> AuditFailed:
    """Why there is none."""
    failed = (await desk.load(incident.id)).audited.failed
    assert failed is not None
    return failed


async def test_the_policies_are_read_judged_and_kept() -> None:
    """The answer says what was read when, and what stands in the way of whom."""
    desk, _, snapshots = desk_with(block_all())
    incident = await ask(desk)
    assert await run_audit(desk, incident.id) == "PoliciesAudited"
    found = await answer_of(desk, incident)
    assert (found.asked, found.live, found.policies, found.accounts) == (
        incident.version,
        True,
        1,
        2,
    )
    assert found.counts == {"blocking": 2}
    (policy,) = found.findings
    assert (policy.policy_name, policy.worst) == ("CA001: Block everybody", "blocking")
    assert len(policy.standings) == 2
    assert policy.corrections[0].diff
    assert [one.taken_at for one in snapshots.kept] == [found.taken_at]


async def test_the_answer_is_the_bots_and_the_asking_person_stays_on_duty() -> None:
    """A machine is nobody to call."""
    desk, _, _ = desk_with(block_all())
    incident = await ask(desk)
    await run_audit(desk, incident.id)
    last = (await desk.store.read(incident.id))[-1]
    assert last.actor.id == "bot:lockout"
    assert (await desk.load(incident.id)).last_actor == incident.last_actor


async def test_asked_twice_it_answers_once() -> None:
    """A second attempt after a crash, or another process."""
    desk, source, snapshots = desk_with(block_all())
    incident = await ask(desk)
    await run_audit(desk, incident.id)
    assert await run_audit(desk, incident.id) == "answered before"
    assert len(source.asked) == len(snapshots.kept) == 1


async def test_two_processes_that_read_at_once_record_one_answer() -> None:
    """Whoever is slower has read in vain."""
    desk, source, _ = desk_with(block_all())
    assert isinstance(desk.store, MemoryEventStore)
    other = make_desk(desk.store)
    other.source, other.snapshots = source, desk.snapshots
    incident = await ask(desk)

    class Meanwhile(ScriptedSource):
        """While it reads, the other process answers."""

        async def read(self, tenant: Any) -> Any:  # noqa: ANN401 - as in the port
            await run_audit(other, incident.id)
            return await super().read(tenant)

    desk.source = Meanwhile(desk.clock, source.policies)
    assert await run_audit(desk, incident.id) == "answered before"
    assert (await kinds(desk, incident.id)).count("PoliciesAudited") == 1


async def test_a_snapshot_that_a_crash_left_behind_does_no_harm() -> None:
    """It was kept, the answer was not: the next attempt answers."""
    desk, _, snapshots = desk_with(block_all())
    incident = await ask(desk)
    tenant = tenant_of(desk, incident)
    assert tenant is not None
    await snapshots.keep(snapshot_of(tenant, desk.clock, [block_all()]))
    assert await run_audit(desk, incident.id) == "PoliciesAudited"
    assert (await answer_of(desk, incident)).counts == {"blocking": 2}


@pytest.mark.parametrize("is_watched", [True, False])
async def test_a_change_that_a_press_sees_before_the_schedule_is_announced(
    *, is_watched: bool
) -> None:
    """The schedule compares with what was kept last, so it would take the change for known."""
    desk, store, source = watching_desk(policy(1))
    watched = desk.organisation.watched()[0]
    await take_snapshot(desk, watched, announcing=True)
    if not is_watched:
        desk.organisation = desk.organisation.model_copy(update={"snapshots": None})
    store.effects.clear()
    source.policies = [policy(1), policy(2)]
    incident = await ask(desk)
    await run_audit(desk, incident.id)
    assert len(store.effects) == is_watched
    # Whoever reads next has nothing to add; an attempt that a crash cut short adds nothing either.
    await take_snapshot(desk, watched, announcing=True)
    await put(desk, incident.id, ASKED)
    await run_audit(desk, incident.id)
    assert len(store.effects) == is_watched


async def test_when_the_provider_is_away_what_was_kept_is_judged_and_that_is_said() -> None:
    """With the reason, what to do, and how old it is."""
    desk, source, snapshots = desk_with()
    incident = await ask(desk)
    tenant = tenant_of(desk, incident)
    assert tenant is not None
    await snapshots.keep(snapshot_of(tenant, desk.clock, [block_all()]))
    assert isinstance(desk.clock, FixedClock)
    desk.clock.advance(hours=5)
    source.error = Broken("The application has no consent", "Grant Policy.Read.All")
    assert await run_audit(desk, incident.id) == "PoliciesAudited"
    found = await answer_of(desk, incident)
    assert not found.live
    assert found.instead == (
        "Microsoft Entra could not be read: The application has no consent. "
        "Grant Policy.Read.All. This was read 5 hours ago."
    )
    desk.clock.advance(hours=-4)
    source.error = Unavailable("It is slow")
    await put(desk, incident.id, ASKED)
    await run_audit(desk, incident.id)
    assert (await answer_of(desk, incident)).instead.endswith(
        "It is slow. This was read in the last two hours."
    )


async def test_without_a_reader_the_newest_snapshot_is_judged() -> None:
    """Nothing has to be excused then."""
    desk, _, snapshots = desk_with()
    desk.source = None
    incident = await ask(desk)
    tenant = tenant_of(desk, incident)
    assert tenant is not None
    await snapshots.keep(snapshot_of(tenant, desk.clock, [block_all()]))
    await run_audit(desk, incident.id)
    found = await answer_of(desk, incident)
    assert (found.live, found.instead, len(found.findings)) == (False, "", 1)


async def test_without_any_policies_the_failure_says_what_to_do() -> None:
    """The provider's own hint where there is one, else the way by hand."""
    desk, source, _ = desk_with()
    source.error = Broken("It refuses", "Sign in again")
    incident = await ask(desk)
    assert await run_audit(desk, incident.id) == "AuditFailed"
    failed = await failure_of(desk, incident)
    assert (failed.reason, failed.hint) == (
        "Microsoft Entra could not be read: It refuses",
        "Sign in again",
    )
    source.error = TimeoutError()
    await put(desk, incident.id, ASKED)
    await run_audit(desk, incident.id)
    assert (await failure_of(desk, incident)).hint == "Look through the policies by hand"
    assert "more than 120 seconds" in (await failure_of(desk, incident)).reason
    desk.source = desk.snapshots = None
    await put(desk, incident.id, ASKED)
    await run_audit(desk, incident.id)
    assert "Nothing here can read" in (await failure_of(desk, incident)).reason


async def test_a_tenant_without_emergency_accounts_cannot_be_audited() -> None:
    """Nor one that the organisation file does not name any more."""
    desk, source, _ = desk_with(block_all())
    incident = await ask(desk)
    tenant = with_tenants("entra-example").tenants[0].model_copy(update={"emergency_accounts": ()})
    desk.organisation = desk.organisation.model_copy(update={"tenants": (tenant,)})
    assert await run_audit(desk, incident.id) == "AuditFailed"
    await put(desk, incident.id, ASKED)
    desk.organisation = desk.organisation.model_copy(update={"tenants": ()})
    assert await run_audit(desk, incident.id) == "AuditFailed"
    assert source.asked == []


async def test_what_could_not_be_read_keeps_the_audit_open() -> None:
    """It may hide a policy."""
    desk, source, _ = desk_with(block_all(), Source("broken.json", b"{"))
    incident = await ask(desk)
    await run_audit(desk, incident.id)
    found = await answer_of(desk, incident)
    assert found.counts == {"blocking": 2, "unread": 1}
    assert found.findings[-1].policy_name == "Not read: broken.json"
    assert source.asked


async def test_the_group_that_was_written_down_on_the_way_counts() -> None:
    """Also for the reader, who must ask for its members."""
    desk, source, _ = desk_with(block_all(excluded=[GROUP]))
    incident = await declare(desk)
    learned = StepAnswered(
        playbook="entra-exclusion-group",
        step="group-id",
        visit=1,
        answer="submit",
        label="Record",
        values={"group_id": f" {GROUP} "},
    )
    incident = await put(desk, incident.id, learned, ASKED)
    await run_audit(desk, incident.id)
    assert (await answer_of(desk, incident)).counts == {"excluded": 2}
    assert source.asked[0].group.id == GROUP


async def test_a_desk_knows_whether_there_is_anything_to_audit() -> None:
    """A reader, or a snapshot of this very tenant; a store that does not answer has none."""
    desk, _, snapshots = desk_with()
    incident = await ask(desk)
    assert desk.can_audit(incident)
    desk.source = None
    assert not desk.situation(await desk.load(incident.id)).can_audit
    tenant = tenant_of(desk, incident)
    assert tenant is not None

    class Away(MemorySnapshotStore):
        """A database that does not answer."""

        async def newest(self, tenant: str) -> Any:  # noqa: ANN401 - as in the port
            raise Unavailable(tenant)

    desk.snapshots = Away()
    assert not desk.can_audit(await desk.load(incident.id))
    desk.snapshots = snapshots
    await snapshots.keep(snapshot_of(tenant, desk.clock, []))
    assert desk.situation(await desk.load(incident.id)).can_audit


async def test_the_courier_answers_audits_and_hands_on_everything_else() -> None:
    """Slack is not asked to read policies."""
    desk, _, _ = desk_with(block_all())
    incident = await ask(desk)

    class Postman:
        """A courier that remembers."""

        async def deliver(self, item: Outgoing, key: str, *, again: bool) -> str:
            """What it was given."""
            return f"{item.kind} {key} {again}"

    courier = AuditingCourier(Postman(), desk)
    asked = Outgoing(incident.id, "audit", {"asked": incident.version})
    assert await courier.deliver(asked, "k", again=False) == "PoliciesAudited"
    assert await courier.deliver(asked, "k", again=True) == "answered before"
    shown = Outgoing(incident.id, "show", {"say": []})
    assert await courier.deliver(shown, "k", again=True) == "show k True"


async def test_a_failure_of_the_reader_that_nobody_expected_is_not_swallowed() -> None:
    """It is ours: the delivery engine counts and logs it."""
    desk, source, _ = desk_with()
    source.error = ValueError("a bug")
    incident = await ask(desk)
    with pytest.raises(ValueError, match="a bug"):
        await run_audit(desk, incident.id)
    assert (await kinds(desk, incident.id))[-1] == "AuditAsked"


async def test_without_a_place_for_snapshots_what_is_read_is_judged_all_the_same() -> None:
    """It is only not kept."""
    desk, _, snapshots = desk_with(block_all())
    desk.snapshots = None
    incident = await ask(desk)
    assert await run_audit(desk, incident.id) == "PoliciesAudited"
    assert (await answer_of(desk, incident)).live
    assert snapshots.kept == []


async def test_in_a_drill_each_account_and_the_group_stand_beside_the_answer() -> None:
    """In one transaction; a lockout has no use for it."""
    desk, source, _ = desk_with(block_all(excluded=[ENTRA.group.id]))
    source.members = {ENTRA.group.id: (ENTRA.emergency_accounts[0].identifier,)}
    drill = (await begin_drill(desk, ONCALL, {"tenant": "entra-example"})).incident
    drill = await put(desk, drill.id, ASKED)
    assert await run_audit(desk, drill.id) == "PoliciesAudited"
    assert (await kinds(desk, drill.id))[-2:] == ["PoliciesAudited", "AccountsExamined"]
    audited = (await desk.load(drill.id)).audited
    assert audited.members_result == "wrong"
    assert audited.examined is not None
    assert audited.examined.fact.asked == drill.version
    source.error = Broken("No consent")
    again = await put(desk, drill.id, ASKED)
    await run_audit(desk, again.id)
    kept = (await desk.load(drill.id)).audited.examined
    assert kept is not None
    assert not kept.fact.live
    assert kept.fact.taken_at == audited.examined.fact.taken_at


async def test_what_a_newer_release_began_is_left_to_it() -> None:
    """An answer that fails for want of knowledge would be the answer for ever."""
    desk, _, _ = desk_with()
    await put_first(desk, "later-1", ASKED)
    with pytest.raises(NeedsNewer):
        await run_audit(desk, "later-1")
    assert await kinds(desk, "later-1") == ["AuditAsked"]
